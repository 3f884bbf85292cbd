"""The tables before 2019: one column, provincial variants, other words.

``old_labels.csv`` says which row of today's form a label comes nearest to, and how well
it fits. The result of a dispute (upheld, corrected, other) is filed under the kind of
dispute named last before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from govinfo.errors import MissingColumns
from govinfo.harmonise.forms import COLUMNS, GRADES

if TYPE_CHECKING:
    import pandas as pd

FORM = "before_2019"
"""The form of every value that comes from these tables."""

_LEAD = re.compile(
    r"^(?:其中[:：]?|[（(]?[0-9０-９一二三四五六七八九十]+[）).、．：:]|[①-⑳])+"
)


@cache
def _labels() -> dict[str, tuple[str, str, str, str, str]]:
    text = files("govinfo.harmonise").joinpath("old_labels.csv").read_text("utf-8")
    return {
        row["label"]: (
            row["table"],
            row["row_code"],
            row["column_code"],
            row["grade"],
            row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def plain_label(label: str) -> str:
    """A label without spaces, numbering and 其中.

    Examples
    --------
    >>> plain_label("其中：1.同意公开答复数")
    '同意公开答复数'
    """
    joined = re.sub(r"\s", "", label)
    while (shorter := _LEAD.sub("", joined)) != joined:
        joined = shorter
    return joined


def map_old_labels(table: pd.DataFrame) -> pd.DataFrame:
    """Every printed figure with the row of today's form it comes nearest to.

    Parameters
    ----------
    table : DataFrame
        ``report_id, label, printed_year``, rows in the order of print; further columns
        are kept.

    Returns
    -------
    DataFrame
        The table with ``value`` (missing where nothing is printed), ``table``,
        ``row_code``, ``column_code``, ``grade`` and ``note``. Labels that no row of
        today's form corresponds to, or that are not listed, have the grade ``none``
        and no codes.

    Raises
    ------
    MissingColumns
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> printed = pd.DataFrame({"report_id": "a-2015", "printed_year": ["4", "2949"],
    ...     "label": ["2.同意部分公开答复数", "主动公开文件数"]})
    >>> map_old_labels(printed)[["row_code", "value", "grade"]].values.tolist()
    [['granted_in_part', 4.0, 'approximate'], ['', 2949.0, 'none']]
    """
    import pandas as pd

    needed = ("report_id", "label", "printed_year")
    lacking = [name for name in needed if name not in table.columns]
    if lacking:
        message = (
            "map_old_labels() needs columns that the table does not have: "
            f"{', '.join(repr(name) for name in lacking)}. Pass a table like "
            "data/figures/pre2019.csv."
        )
        raise MissingColumns(message)
    found = []
    report, block = None, ""
    for report_id, label in zip(table["report_id"], table["label"], strict=True):
        if report_id != report:
            report, block = report_id, ""
        mapped = _labels().get(plain_label(label), ("", "", "", "none", ""))
        name, row, column, grade, note = mapped
        if name == "disputes" and row:
            block = row
        elif name == "disputes":
            row = block
        if name and not row:
            name, column, grade = "", "", "none"
            note = "No kind of dispute is named before it."
        found.append((name, row, column, grade, note))
    names = ["table", "row_code", "column_code", "grade", "note"]
    columns = dict(zip(names, zip(*found, strict=True), strict=True)) if found else {}
    printed = table["printed_year"].replace("", pd.NA)
    value = pd.to_numeric(printed).astype("Float64")
    return table.assign(
        value=value, **{name: list(columns.get(name, ())) for name in names}
    )


def harmonise_old(
    table: pd.DataFrame, agencies: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Tables from before 2019 in the columns of :func:`govinfo.harmonise.harmonise`.

    Labels that count parts of one row of today's form are added up. Where only one of
    two such labels is printed, the value is approximate: the other may have been
    counted in it, or not at all.

    Parameters
    ----------
    table : DataFrame
        As for :func:`map_old_labels`. ``report_id`` ends in a hyphen and the year.
    agencies : mapping, optional
        From ``agency_id`` to the agency's name.

    Returns
    -------
    DataFrame
        One row per report and row of today's form that has a counterpart, with the
        form ``before_2019``. It can be joined to the harmonised cells of later years,
        and :func:`govinfo.indicators.indicators` accepts it.

    Examples
    --------
    >>> import pandas as pd
    >>> printed = pd.DataFrame({"report_id": "a-2015", "printed_year": [4, 3],
    ...     "label": ["属于已主动公开范围数", "同意公开答复数"]})
    >>> harmonise_old(printed)[["report_year", "row_code", "value", "grade"]]
       report_year row_code  value        grade
    0         2015  granted    7.0  approximate
    """
    import pandas as pd

    mapped = map_old_labels(table)
    mapped = mapped[mapped["row_code"] != ""]
    names = dict(agencies or {})
    rows: list[tuple[object, ...]] = []
    keys = ["report_id", "table", "row_code", "column_code"]
    for key, group in mapped.groupby(keys, sort=False):
        report_id, name, row, column = (str(part) for part in key)
        agency_id, _, year = report_id.rpartition("-")
        grade = max(group["grade"], key=GRADES.index)
        is_known = bool(group["value"].notna().all())
        if grade == "aggregate" and len(group) < _addends(name, row, column):
            grade = "approximate"
        rows.append(
            (
                report_id,
                agency_id,
                names.get(agency_id, agency_id),
                int(year),
                name,
                row,
                column,
                float(group["value"].sum()) if is_known else pd.NA,
                "reported" if is_known else "blank",
                FORM,
                grade,
                " ".join(dict.fromkeys(n for n in group["note"] if n)),
            )
        )
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found["report_year"] = found["report_year"].astype("Int64")
    found["value"] = found["value"].astype("Float64")
    return found


def _addends(table: str, row: str, column: str) -> int:
    """How many labels add up to a row of today's form."""
    return sum(mapped[:3] == (table, row, column) for mapped in _labels().values())
