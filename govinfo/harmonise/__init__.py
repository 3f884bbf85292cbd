"""One series over all forms and the tables before them.

Every value says which form it comes from and how well it fits: its grade. Breaks in the
series are data, and say which figures they part.

The ``links.csv`` of the forms hold what is not the same on all of them: which cells of
a form a common cell is read from, how well, and why some have no counterpart. In
``from``, a name with ``@`` is another column of the row, ``refused.*`` all rows of the
group, any other a row of the table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from govinfo.beside import rows_beside
from govinfo.cells import Table
from govinfo.checks.logic import NUMBER
from govinfo.checks.structure import KEY, Key
from govinfo.checks.within import ReportCells, reports_of
from govinfo.errors import require_columns, require_once
from govinfo.forms import FORMS, TABLES, form_rows, group_rows, read_of_forms
from govinfo.indicators import INDICATORS
from govinfo.indicators.registry import indicator_of
from govinfo.later import pd

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
    needed = ("report_id", "label", "printed_year")
    advice = "Pass a table like data/figures/pre2019.csv."
    require_columns(table, "map_old_labels", needed, advice)
    found = []
    report, block = None, ""
    for report_id, label in zip(table["report_id"], table["label"], strict=True):
        if report_id != report:
            report, block = report_id, ""
        nearest = _labels().get(plain_label(label), ("", "", "", "none", ""))
        name, row, column, grade, note = nearest
        if name == "disputes":
            row = block = row or block
        if name and not row:
            name, column, grade = "", "", "none"
            note = "No kind of dispute is named before it."
        found.append((name, row, column, grade, note))
    names = [*KEY, "grade", "note"]
    mapped = pd.DataFrame(found, table.index, names)
    printed = table["printed_year"].replace("", pd.NA)
    value = pd.to_numeric(printed).astype("Float64")
    return table.assign(value=value, **mapped)


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


def _break(line: dict[str, Any]) -> Break:
    affects = tuple(line["affects"].split())
    return Break(**line | {"first_year": int(line["first_year"]), "affects": affects})


BREAKS = tuple(sorted(map(_break, read_of_forms("breaks.csv")), key=lambda b: b.date))
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
