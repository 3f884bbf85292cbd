"""Cells of all forms in one vocabulary, each with the grade of its fit.

The ``links.csv`` of the forms hold what is not the same on all of them: which cells of
a form a common cell is read from, how well, and why some have no counterpart. In
``from``, a name with ``@`` is another column of the row, ``refused.*`` all rows of the
group, any other a row of the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from govinfo.beside import rows_beside
from govinfo.cells import Table
from govinfo.checks.logic import NUMBER
from govinfo.checks.structure import KEY, Key
from govinfo.checks.within import ReportCells, reports_of
from govinfo.errors import require_columns, require_once
from govinfo.forms import FORMS, TABLES, form_rows, group_rows, read_of_forms

if TYPE_CHECKING:
    import pandas as pd

GRADES = ("exact", "aggregate", "approximate", "none")
"""How well a value fits the common cell, the best first: the same cell; a sum of cells;
a cell that is defined differently; no counterpart, and so no value."""

COLUMNS = (
    *("report_id", "agency_id", "agency", "report_year", *KEY),
    *("value", "state", "form", "grade", "note"),
)
"""Columns of a harmonised table."""

_SERIES = Table("harmonised", COLUMNS, ("report_year",), ("value",))

_NEEDED = ("report_id", "agency", "report_year", "form", *KEY, "value", "state")
# A sum of cells is as sure as the least sure of them.
_WORST = (
    "absent",
    "unreadable",
    "uncertain",
    "not_applicable",
    "blank",
    "corrected",
    "reported",
)


class Counterpart(NamedTuple):
    """Where a common cell comes from on one form."""

    sources: tuple[Key, ...]
    grade: str
    note: str


@cache
def common_cells() -> tuple[Key, ...]:
    """Every cell that any form has, and the sums that they allow."""
    links = _links_by_cell()
    found = [key for key in links if key[2] != "*"]
    for table, form in product(TABLES, reversed(FORMS)):
        rows = form_rows(table, form)
        found += ((table, row.code, c.code) for row in rows for c in row.columns)
    for (table, code, name), form in product(links, reversed(FORMS)):
        # The first row has every column of its table.
        columns = form_rows(table, form)[0].columns if name == "*" else ()
        found += ((table, code, column.code) for column in columns)
    every = dict.fromkeys(found)
    return tuple(sorted(every, key=lambda key: TABLES.index(key[0])))


@cache
def _links_by_cell() -> dict[Key, dict[str, tuple[str, str, str]]]:
    """For each common cell and form: the names it is read from, grade and note."""
    links: dict[Key, dict[str, tuple[str, str, str]]] = {}
    for row in read_of_forms("links.csv"):
        key = (row["table"], row["row_code"], row["column_code"])
        found = (row["from"], row["grade"], row["note"])
        for form in (row["form"],) if row["form"] else FORMS:
            links.setdefault(key, {})[form] = found
    return links


@cache
def link(key: Key, form: str) -> Counterpart:
    """Where a common cell comes from on a form that does not print it."""
    table, row, column = key
    links = _links_by_cell()
    by_form = links.get(key) or links.get((table, row, "*")) or {}
    names, grade, note = by_form.get(form, ("", "none", ""))
    sources: list[Key] = []
    for name in names.split():
        if name.startswith("@"):
            sources.append((table, row, name[1:]))
        elif name.endswith(".*"):
            rows = group_rows(table, form, name.removesuffix(".*"))
            sources += [(table, code, column) for code in rows]
        else:
            sources.append((table, name, column))
    return Counterpart(tuple(sources), grade, note)


def harmonise(
    cells: pd.DataFrame, agencies: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Cells of all forms as one series, with form and grade of every value.

    Parameters
    ----------
    cells : DataFrame
        One row per statutory cell, as in ``cells.csv``.
    agencies : mapping, optional
        From ``report_id`` to ``agency_id``; the agency's name otherwise.

    Returns
    -------
    DataFrame
        One row per report and common cell: ``report_id, agency_id, agency,
        report_year, table, row_code, column_code, value, state, form, grade, note``.
        The common cells are those of all forms and the sums ``other``, ``refused``,
        ``unavailable``, ``not_processed`` and ``litigation`` (both routes). A cell
        without counterpart has the grade ``none``, the state ``absent`` and no value.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column.
    ValueError
        If a cell of a report stands twice.

    Notes
    -----
    The form is that of the cell, not of the year: reports print the older form for
    years, and mix the two. A sum is known only where all its cells are.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"report_id": "a-2019", "agency": "A", "report_year": 2019,
    ...     "form": "2019", "table": "proactive", "row_code": "regulation",
    ...     "column_code": ["newly_made", "disclosed_in_total"],
    ...     "value": [3.0, 40.0], "state": "reported"})
    >>> series = harmonise(cells).set_index(["row_code", "column_code"])
    >>> series.loc["regulation", ["value", "grade"]].head(3)
                 value        grade
    column_code
    issued         3.0  approximate
    repealed      <NA>         none
    in_force      <NA>         none
    """
    import pandas as pd

    advice = "Pass the cells of an extracted folder."
    require_columns(cells, "harmonise", _NEEDED, advice)
    keys = ["report_id", *KEY]
    require_once(cells, "harmonise", keys, "Give every report an id of its own.")
    known = dict(agencies or {})
    rows: list[tuple[object, ...]] = []
    first = cells.drop_duplicates("report_id").set_index("report_id")
    heads = first[["agency", "report_year"]].T.to_dict("list")
    for report in reports_of(cells, "harmonise"):
        agency, year = heads[report.report_id]
        year = None if pd.isna(year) else int(year)
        head = (report.report_id, known.get(report.report_id, agency), agency, year)
        rows += (
            (*head, *key, *_common(key, report))
            for key in common_cells()
            if key[0] in report.form
        )
    return _SERIES.frame(rows)


def _common(key: Key, report: ReportCells) -> tuple[float | None, str, str, str, str]:
    """Value, state, form, grade and note of one common cell of a report."""
    state, value = report.look(key)
    if state in NUMBER:
        return value, state, report.form_of(key), "exact", ""
    table_form = report.table_form(key[0])
    link_ = link(key, table_form)
    parts = [report.look(source) for source in link_.sources if source in report.state]
    if not link_.sources or len(parts) < len(link_.sources):
        if key in report.state:
            return None, state, report.form_of(key), "exact", ""
        return None, "absent", table_form, "none", link_.note
    state = min((part[0] for part in parts), key=_WORST.index)
    total = sum(value or 0.0 for _, value in parts) if state in NUMBER else None
    return total, state, table_form, link_.grade, link_.note


FORM = "before_2019"
"""The form of every value that comes from these tables."""

_LEAD = re.compile(
    r"^(?:其中[:：]?|[（(]?[0-9０-９一二三四五六七八九十]+[）).、．：:]|[①-⑳])+"
)


@cache
def _labels() -> dict[str, tuple[str, ...]]:
    rows = rows_beside(__package__, "old_labels.csv")
    return {row.pop("label"): (*row.values(),) for row in rows}


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
    advice = "Pass a table like data/figures/pre2019.csv."
    require_columns(table, "map_old_labels", needed, advice)
    found = []
    report, block = None, ""
    for report_id, label in zip(table["report_id"], table["label"], strict=True):
        if report_id != report:
            report, block = report_id, ""
        mapped = _labels().get(plain_label(label), ("", "", "", "none", ""))
        name, row, column, grade, note = mapped
        if name == "disputes":
            row = block = row or block
        if name and not row:
            name, column, grade = "", "", "none"
            note = "No kind of dispute is named before it."
        found.append((name, row, column, grade, note))
    names = [*KEY, "grade", "note"]
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
    mapped = map_old_labels(table)
    mapped = mapped[mapped["row_code"] != ""]
    names = dict(agencies or {})
    rows: list[tuple[object, ...]] = []
    keys = ["report_id", *KEY]
    for key, group in mapped.groupby(keys, sort=False):
        report_id, *cell = map(str, key)
        agency_id, _, year = report_id.rpartition("-")
        grade = max(group["grade"], key=GRADES.index)
        is_known = bool(group["value"].notna().all())
        if grade == "aggregate" and len(group) < _addends(*cell):
            grade = "approximate"
        head = report_id, agency_id, names.get(agency_id, agency_id), int(year)
        value = float(group["value"].sum()) if is_known else None
        state = "reported" if is_known else "blank"
        note = " ".join(dict.fromkeys(n for n in group["note"] if n))
        rows.append((*head, *cell, value, state, FORM, grade, note))
    return _SERIES.frame(rows)


def _addends(table: str, row: str, column: str) -> int:
    """How many labels add up to a row of today's form."""
    return sum(mapped[:3] == (table, row, column) for mapped in _labels().values())
