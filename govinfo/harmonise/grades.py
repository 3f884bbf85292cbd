"""How well indicators of the older forms fit those of the newest: their grades."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from govinfo.errors import MissingColumns
from govinfo.forms import FORMS, form_rows, group_rows
from govinfo.harmonise.forms import GRADES, link
from govinfo.indicators import INDICATORS
from govinfo.indicators.registry import indicator_of, parse

if TYPE_CHECKING:
    import pandas as pd


def grade_indicators(
    rows: pd.DataFrame, forms: Mapping[str, str] | pd.DataFrame
) -> pd.DataFrame:
    """Indicators with the form they were computed from and the grade of their fit.

    Parameters
    ----------
    rows : DataFrame
        From :func:`govinfo.indicators.indicators`.
    forms : mapping or DataFrame
        The cells that the indicators were computed from, of which each table has its
        form; or a table with ``report_id`` and ``form``, such as ``data/reports.csv``;
        or a mapping from one to the other.

    Returns
    -------
    DataFrame
        The rows with ``form``, of the table that the indicator counts, and ``grade``:
        the worst grade among its cells. A sum over rows that all forms print alike is
        still exact. What counts no cell of a form, such as the share of blank cells,
        has neither.

    Raises
    ------
    MissingColumns
        If a table lacks a column.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"report_id": ["a-2020", "a-2021"],
    ...                      "indicator": "other_share"})
    >>> forms = {"a-2020": "2019", "a-2021": "2021"}
    >>> grade_indicators(rows, forms)["grade"].tolist()
    ['exact', 'aggregate']
    """
    _require(rows, ("report_id", "indicator"), "Pass a table of indicators.")
    known = _forms_of(forms)
    form, grade = [], []
    for indicator, report in zip(rows["indicator"], rows["report_id"], strict=True):
        by_table = known.get(str(report), {})
        tables = _tables_of(indicator)
        printed = {table: by_table.get(table, by_table.get("", "")) for table in tables}
        form.append(printed[tables[0]] if tables else "")
        grade.append(_indicator_grade(indicator, tuple(printed.items())))
    return rows.assign(form=form, grade=grade)


def _require(table: pd.DataFrame, columns: tuple[str, ...], advice: str) -> None:
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        message = (
            "grade_indicators() needs columns that the table does not have: "
            f"{', '.join(repr(name) for name in lacking)}. {advice}"
        )
        raise MissingColumns(message)


def _forms_of(forms: Mapping[str, str] | pd.DataFrame) -> dict[str, dict[str, str]]:
    """The form of each table of each report; under an empty name, of all of them."""
    if isinstance(forms, Mapping):
        return {str(report): {"": str(form)} for report, form in forms.items()}
    _require(forms, ("report_id", "form"), "Pass the cells, or data/reports.csv.")
    if "table" not in forms.columns:
        pairs = zip(forms["report_id"], forms["form"], strict=True)
        return {str(report): {"": str(form)} for report, form in pairs}
    found: dict[str, dict[str, str]] = {}
    blocks = forms.groupby(["report_id", "table"], sort=False)["form"]
    for (report, table), block in blocks:
        found.setdefault(str(report), {})[str(table)] = str(block.mode().iloc[0])
    return found


@cache
def _tables_of(indicator: str) -> tuple[str, ...]:
    """The tables whose rows an indicator counts, that of its numerator first."""
    entry = indicator_of(indicator)
    terms = parse(entry.numerator) + parse(entry.denominator)
    return tuple(dict.fromkeys(term.table for term in terms))


@cache
def _indicator_grade(indicator: str, forms: tuple[tuple[str, str], ...]) -> str:
    entry, form_of = INDICATORS[indicator], dict(forms)
    if not form_of:
        return ""
    if not all(form_of.values()):
        return "none"
    worst = "exact"
    for term in parse(entry.numerator) + parse(entry.denominator):
        form = form_of[term.table]
        key = (term.table, term.row, term.column or "total")
        if form not in FORMS:
            worst = max(worst, "approximate", key=GRADES.index)
            continue
        printed = {
            (r.table, r.code, c.code)
            for r in form_rows(term.table, form)
            if r.required
            for c in r.columns
        }
        split = {group_rows(term.table, each, term.row) for each in FORMS}
        # All forms print the parts of these alike: their sum is the same on all.
        if key in printed or (len(split) == 1 and split != {()}):
            continue
        worst = max(worst, link(key, form).grade, key=GRADES.index)
    return worst
