"""Breaks in series: where a change of law or form parts one year from the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from govinfo.errors import require_columns
from govinfo.forms import FORMS, form_rows, group_rows, read_of_forms
from govinfo.harmonise.forms import GRADES, link
from govinfo.indicators import INDICATORS
from govinfo.indicators.registry import indicator_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Break:
    """A change that figures on both sides of it must not be joined over.

    Attributes
    ----------
    code : str
        Short name.
    date : str
        Day from which it applies, as ``YYYY-MM-DD``.
    first_year : int
        First report year that it shows in.
    form : str
        The form that it brings, if it is one: where the forms of reports are known, it
        stands where an agency's form changes, whatever the year.
    affects : tuple of str
        Tables (``disputes``) and rows (``requests:other``) that it parts.
    english, chinese : str
        Labels for figures.
    reading : str
        One sentence on what changed.
    source : str
        The act that changed it.
    """

    code: str
    date: str
    first_year: int
    form: str
    affects: tuple[str, ...]
    english: str
    chinese: str
    reading: str
    source: str

    def parts(self, table: str, row_code: str) -> bool:
        """Whether it parts the series of a statutory row.

        Examples
        --------
        >>> review_first = next(b for b in BREAKS if b.first_year == 2024)
        >>> review_first.parts("disputes", "review")
        True
        >>> review_first.parts("requests", "granted")
        False
        """
        group = row_code.split(".")[0]
        named = {table, f"{table}:{row_code}", f"{table}:{group}"}
        return not named.isdisjoint(self.affects)

    def parts_indicator(self, indicator: str) -> bool:
        """Whether it parts the series of an indicator, by the rows of its formula.

        A denominator counts as much as a numerator: a share moves with either.
        """
        terms = indicator_of(indicator).terms
        return any(self.parts(term.table, term.row) for term in terms)


def _read() -> tuple[Break, ...]:
    lines: list[dict[str, Any]] = [
        line
        | {
            "first_year": int(line["first_year"]),
            "affects": tuple(line["affects"].split()),
        }
        for line in read_of_forms("breaks.csv")
    ]
    return tuple(sorted((Break(**line) for line in lines), key=lambda b: b.date))


BREAKS: tuple[Break, ...] = _read()
"""All breaks that concern every agency, in order of their dates."""


def parting(indicator: str) -> list[Break]:
    """All breaks that an indicator's series is not joined across.

    A new form parts every row of its tables, also those that read the same: they are
    filled in from other instructions. That a value fits is its grade, not this.

    Examples
    --------
    >>> [change.code for change in parting("granted_share")]
    ['regulations-2019', 'form-2021']
    """
    return [change for change in BREAKS if change.parts_indicator(indicator)]


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
    advice = "Pass a table of indicators."
    require_columns(rows, "grade_indicators", ("report_id", "indicator"), advice)
    known = _forms_of(forms)
    form, grade = [], []
    for indicator, report in zip(rows["indicator"], rows["report_id"], strict=True):
        by_table = known.get(str(report), {})
        # The table of the numerator comes first.
        tables = dict.fromkeys(term.table for term in indicator_of(indicator).terms)
        printed = tuple((t, by_table.get(t, by_table.get("", ""))) for t in tables)
        form.append(printed[0][1] if printed else "")
        grade.append(_indicator_grade(indicator, printed))
    return rows.assign(form=form, grade=grade)


def _forms_of(forms: Mapping[str, str] | pd.DataFrame) -> dict[str, dict[str, str]]:
    """The form of each table of each report; under an empty name, of all of them."""
    if not isinstance(forms, Mapping):
        advice = "Pass the cells, or data/reports.csv."
        require_columns(forms, "grade_indicators", ("report_id", "form"), advice)
        if "table" not in forms.columns:
            forms = dict(zip(forms["report_id"], forms["form"], strict=True))
    if isinstance(forms, Mapping):
        return {str(report): {"": str(form)} for report, form in forms.items()}
    found: dict[str, dict[str, str]] = {}
    blocks = forms.groupby(["report_id", "table"], sort=False)["form"]
    for (report, table), block in blocks:
        found.setdefault(str(report), {})[str(table)] = str(block.mode().iloc[0])
    return found


@cache
def _indicator_grade(indicator: str, forms: tuple[tuple[str, str], ...]) -> str:
    form_of = dict(forms)
    if not all(form_of.values()):
        return "none"
    worst = "exact" if forms else ""
    for term in INDICATORS[indicator].terms:
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
