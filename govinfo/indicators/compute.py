"""Compute every indicator of every report from its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from govinfo.errors import MissingColumns
from govinfo.indicators.registry import INDICATORS, PARTS, Indicator, Term, parse
from govinfo.intervals import byar, wilson

if TYPE_CHECKING:
    import pandas as pd

# Below this, one request more or less moves a share by five points or more.
RELIABLE_N = 20

STATES = {
    "computed": "The value stands.",
    "small_denominator": "The value stands, but its denominator is below 20.",
    "contradicted_input": (
        "The value stands as the report prints its parts, but a hard check that "
        "one of them takes part in fails."
    ),
    "zero_denominator": "Missing: the denominator is 0.",
    "inconsistent_input": (
        "Missing: the report contradicts itself, so that the value would leave its "
        "bounds, or a count is negative or not whole."
    ),
    "not_in_form": "Missing: the report's form has no such cell.",
    "absent_input": "Missing: a cell of the form was not found in the document.",
    "unreadable_input": "Missing: a cell could not be read.",
    "uncertain_input": "Missing: a cell was not read for sure.",
    "not_applicable_input": "Missing: a cell is marked as not applicable.",
    "blank_input": "Missing: a cell is blank.",
}
"""Every state of an indicator. Of several reasons, the one listed first is given."""

VALUED = ("computed", "small_denominator", "contradicted_input")
"""The states of an indicator that has a value."""

_REASON_OF = {
    "absent": "absent_input",
    "unreadable": "unreadable_input",
    "uncertain": "uncertain_input",
    "not_applicable": "not_applicable_input",
    "blank": "blank_input",
}
_KNOWN = frozenset({"reported", "corrected"})
# How far a reason is from a known count: the furthest one is given.
_RANK = {
    reason: rank
    for rank, reason in enumerate(
        [
            "not_in_form",
            "absent_input",
            "unreadable_input",
            "uncertain_input",
            "not_applicable_input",
            "blank_input",
            "inconsistent_input",
        ]
    )
}
_NEEDED = (
    "report_id",
    "agency",
    "report_year",
    "table",
    "row_code",
    "column_code",
    "value",
    "state",
)

Key = tuple[str, str, str]
Count = int | str
"""A whole number, or the reason why there is none."""


class _Plan(NamedTuple):
    """An indicator for one class of applicants, with its formulas resolved."""

    indicator: Indicator
    applicant: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]


class _Value(NamedTuple):
    numerator: int | None
    denominator: int | None
    value: float | None
    state: str


@lru_cache(maxsize=1)
def _plans() -> tuple[_Plan, ...]:
    def at(formula: str, applicant: str) -> tuple[Term, ...]:
        return tuple(
            term if term.column else replace(term, column=applicant)
            for term in parse(formula)
        )

    return tuple(
        _Plan(i, applicant, at(i.numerator, applicant), at(i.denominator, applicant))
        for i in INDICATORS.values()
        for applicant in i.applicants
    )


def _worst(reasons: list[str]) -> str:
    return min(reasons, key=_RANK.__getitem__)


class _Report:
    """The cells of one report, with the sums that several indicators share."""

    def __init__(
        self, cells: dict[Key, tuple[float, str]], contradicted: frozenset[Key]
    ) -> None:
        self.cells = cells
        self.contradicted = contradicted
        self._sums: dict[Key, Count] = {}

    def cell(self, key: Key) -> Count:
        """The whole number in a cell, or why there is none."""
        if key not in self.cells:
            return "not_in_form"
        value, state = self.cells[key]
        if state not in _KNOWN:
            return _REASON_OF[state]
        if value != value:  # a missing value, although the state says otherwise
            return "unreadable_input"
        if value < 0 or value != int(value):
            return "inconsistent_input"
        return int(value)

    def sum(self, key: Key) -> Count:
        """A row, or the sum of its parts where the form prints only these."""
        if key not in self._sums:
            self._sums[key] = self._sum(key)
        return self._sums[key]

    def _sum(self, key: Key) -> Count:
        table, row, column = key
        if row not in PARTS:
            return self.cell(key)
        own = self.cell(key)
        parts = [self.cell((table, part, column)) for part in PARTS[row]]
        known = [part for part in parts if isinstance(part, int)]
        if len(known) == len(parts):
            return sum(known)
        # A collapsed row of the form, or the one row of an older form.
        if isinstance(own, int):
            return own
        reasons = [part for part in parts if isinstance(part, str)]
        if all(reason == "not_in_form" for reason in reasons) and not known:
            return own
        return _worst(reasons)

    def total(self, terms: tuple[Term, ...]) -> Count:
        """A formula's value, or why it has none."""
        total, reasons = 0, []
        for term in terms:
            part = self.sum((term.table, term.row, term.column))
            if isinstance(part, str):
                reasons.append(part)
            else:
                total += term.sign * part
        return _worst(reasons) if reasons else total

    def squares(self, terms: tuple[Term, ...]) -> Count:
        """Sum of the squared parts of a group."""
        (term,) = terms
        counts = [self.cell((term.table, row, term.column)) for row in term.rows]
        reasons = [count for count in counts if isinstance(count, str)]
        if reasons:
            return _worst(reasons)
        return sum(count * count for count in counts if isinstance(count, int))

    def is_contradicted(self, plan: _Plan) -> bool:
        """Whether a failed hard check involves a cell of the formula."""
        return bool(self.contradicted) and any(
            (term.table, row, term.column) in self.contradicted
            for term in plan.numerator + plan.denominator
            for row in (term.row, *term.rows)
        )


def _evaluate(plan: _Plan, report: _Report) -> _Value:
    """One indicator of one report, before its interval."""
    indicator = plan.indicator
    bottom: Count | None = None
    if indicator.kind == "concentration":
        top, n = report.squares(plan.numerator), report.total(plan.denominator)
        bottom = n * n if isinstance(n, int) else n
    else:
        top = report.total(plan.numerator)
        if plan.denominator:
            bottom = report.total(plan.denominator)
        n = bottom if bottom is not None else RELIABLE_N
    reasons = [count for count in (top, bottom) if isinstance(count, str)]
    numerator = top if isinstance(top, int) else None
    denominator = bottom if isinstance(bottom, int) else None
    missing = _Value(numerator, denominator, None, "")
    if reasons:
        return missing._replace(state=_worst(reasons))
    return _judge(missing, indicator, n, report.is_contradicted(plan))


def _judge(
    counts: _Value, indicator: Indicator, n: Count, is_contradicted: bool
) -> _Value:
    """Divide two known counts and say whether the result can be relied on."""
    top, bottom = counts.numerator or 0, counts.denominator
    if bottom is None:
        value = float(indicator.scale * top)
    elif bottom < 0 or (indicator.kind == "share" and top > bottom):
        return counts._replace(state="inconsistent_input")
    elif bottom == 0:
        state = "inconsistent_input" if is_contradicted else "zero_denominator"
        return counts._replace(state=state)
    else:
        value = indicator.scale * top / bottom
    below = indicator.low is not None and value < indicator.low
    above = indicator.high is not None and value > indicator.high
    if below or above:
        return counts._replace(state="inconsistent_input")
    if is_contradicted:
        return counts._replace(value=value, state="contradicted_input")
    is_small = isinstance(n, int) and n < RELIABLE_N
    return counts._replace(
        value=value, state="small_denominator" if is_small else "computed"
    )


def _quality(code: str, states: list[str], checks: tuple[int, int] | None) -> _Value:
    """Share of failed checks, blank cells or unsure cells of a report."""
    if code == "data_quality_failed_checks":
        count, n = checks or (0, 0)
    elif code == "data_quality_blank_cells":
        count = states.count("blank")
        n = len(states) - states.count("absent")
    else:
        count = sum(states.count(s) for s in ("absent", "unreadable", "uncertain"))
        n = len(states)
    if n == 0:
        return _Value(count, n, None, "zero_denominator")
    return _Value(count, n, count / n, "computed")


def indicators(
    cells: pd.DataFrame,
    agencies: Mapping[str, str] | pd.DataFrame | None = None,
    *,
    checks: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every indicator of every report, with numerator, denominator and interval.

    A blank, unreadable or uncertain cell is not a zero: an indicator that needs it is
    missing and says why. Nothing over 0 is missing, never 0.

    Parameters
    ----------
    cells : DataFrame
        One row per statutory cell, as in ``cells.csv``.
    agencies : mapping or DataFrame, optional
        The agency of each report: a mapping from ``report_id`` to ``agency_id``, or a
        table with both columns, such as ``data/reports.csv``. A report that is not in
        it, or every report where nothing is given, has its agency's name instead.
    checks : DataFrame, optional
        All check results of the same reports, from ``govinfo.checks.check_cells``. With
        them, values that rest on sums which disagree are marked, and the share of
        failed checks is given.

    Returns
    -------
    DataFrame
        ``report_id, agency_id, report_year, indicator, applicant, numerator,
        denominator, value, low, high, method, state``. Reports in the order of
        ``cells``, indicators in the order of :data:`INDICATORS`, applicants in the
        form's. The value is the indicator's scale times numerator over denominator; a
        difference has no denominator. ``low`` and ``high`` are 95 % limits in the
        unit of the value, by the ``method`` ``wilson`` or ``byar``, both missing where
        ``method`` is empty. ``state`` is one of :data:`STATES`.

    Raises
    ------
    MissingColumns
        ``cells`` is not a table of statutory cells.

    Notes
    -----
    The counts are complete, not a sample: the limits express how far the process may
    vary, not sampling (see :mod:`govinfo.intervals`).

    Examples
    --------
    An invented report that granted 3 of 4 requests.

    >>> import pandas as pd
    >>> cells = pd.DataFrame(
    ...     [("granted", 3.0), ("concluded", 4.0)], columns=["row_code", "value"]
    ... ).assign(report_id="a-2023", agency="A", report_year=2023, form="2021",
    ...          table="requests", column_code="total", state="reported")
    >>> result = indicators(cells).query("applicant == 'total'")
    >>> row = result.set_index("indicator").loc["granted_share"]
    >>> print(row["numerator"], row["denominator"], row["value"], row["state"])
    3 4 0.75 small_denominator
    >>> result.set_index("indicator").loc["refused_share", "state"]
    'not_in_form'
    """
    _require(cells, _NEEDED, "indicators", "Pass the cells of an extracted folder.")
    failed = _failed_checks(checks)
    names = _agency_ids(agencies)
    rows: list[tuple[object, ...]] = []
    scales: list[int] = []
    for report_id, agency, year, report in _reports(cells, failed):
        agency_id = names.get(report_id, agency)
        for plan in _plans():
            indicator = plan.indicator
            if indicator.kind == "quality":
                if indicator.code == "data_quality_failed_checks" and checks is None:
                    continue
                states = [state for _, state in report.cells.values()]
                tally = failed[report_id][0] if report_id in failed else None
                found = _quality(indicator.code, states, tally)
            else:
                found = _evaluate(plan, report)
            method = indicator.interval if found.value is not None else ""
            head = (report_id, agency_id, year, indicator.code, plan.applicant)
            rows.append((*head, *found, method))
            scales.append(indicator.scale)
    return _frame(rows, scales)


def _require(
    table: pd.DataFrame, columns: tuple[str, ...], needed_by: str, advice: str
) -> None:
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        named = ", ".join(repr(name) for name in lacking)
        message = (
            f"{needed_by}() needs columns that the table does not have: {named}. "
            f"{advice}"
        )
        raise MissingColumns(message)


def _reports(
    cells: pd.DataFrame, failed: Mapping[str, tuple[tuple[int, int], frozenset[Key]]]
) -> Iterator[tuple[str, str, int | None, _Report]]:
    """Each report's id, agency, year and cells, in the order of the table."""
    unknown = sorted(set(cells["state"]) - _KNOWN - set(_REASON_OF))
    if unknown:
        message = (
            f"cells has the state {unknown[0]!r}, which is none of "
            f"{', '.join(sorted(_KNOWN | set(_REASON_OF)))}. Pass cells as govinfo "
            "writes them."
        )
        raise ValueError(message)
    # Plain lists: looking at each cell through pandas would cost a hundred times more.
    texts = ("report_id", "agency", "table", "row_code", "column_code", "state")
    columns = [cells[name].tolist() for name in texts]
    numbers = cells["report_year"].astype("Int64")
    years = numbers.astype(object).where(numbers.notna(), None)
    values = cells["value"].astype("Float64").to_numpy("float64", na_value=float("nan"))
    grouped: dict[str, tuple[str, int | None, dict[Key, tuple[float, str]]]] = {}
    lines = zip(*columns, years.tolist(), values.tolist(), strict=True)
    for report_id, agency, table, row, column, state, year, value in lines:
        if report_id not in grouped:
            grouped[report_id] = (agency, year, {})
        grouped[report_id][2][(table, row, column)] = (value, state)
    for report_id, (agency, year, by_key) in grouped.items():
        involved = failed[report_id][1] if report_id in failed else frozenset()
        yield report_id, agency, year, _Report(by_key, involved)


def _failed_checks(
    checks: pd.DataFrame | None,
) -> dict[str, tuple[tuple[int, int], frozenset[Key]]]:
    """Failed and assessable sums of each report, and the cells of all that failed."""
    if checks is None:
        return {}
    needed = ("report_id", "check", "result", "severity", "cells")
    advice = "Pass the results of govinfo.checks.check_cells()."
    _require(checks, needed, "indicators", advice)
    tally: dict[str, tuple[tuple[int, int], frozenset[Key]]] = {}
    columns = [checks[name].tolist() for name in needed]
    for report_id, check, result, severity, involved in zip(*columns, strict=True):
        if severity != "error" or result == "not_assessable":
            continue
        (failed, assessable), keys = tally.get(report_id, ((0, 0), frozenset()))
        if result == "fail":
            keys |= set(involved)
        # One result per cell: counted, it would drown the forty sums of a form.
        if check != "count_domain":
            failed += result == "fail"
            assessable += 1
        tally[report_id] = ((failed, assessable), keys)
    return tally


def _agency_ids(agencies: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    if agencies is None:
        return {}
    if isinstance(agencies, Mapping):
        return dict(agencies)
    advice = "Pass a table like data/reports.csv, or a mapping."
    _require(agencies, ("report_id", "agency_id"), "indicators", advice)
    return dict(zip(agencies["report_id"], agencies["agency_id"], strict=True))


def _frame(rows: list[tuple[object, ...]], scales: list[int]) -> pd.DataFrame:
    """Assemble the table and add the intervals, all of one method at once."""
    import numpy as np
    import pandas as pd

    names = ["report_id", "agency_id", "report_year", "indicator", "applicant"]
    names += ["numerator", "denominator", "value", "state", "method"]
    table = pd.DataFrame(rows, columns=names)
    for name in ("report_year", "numerator", "denominator"):
        table[name] = table[name].astype("Int64")
    for name in ("value", "low", "high"):
        table[name] = table.get(name, pd.Series(np.nan, table.index)).astype("Float64")
    for method, interval in (("wilson", wilson), ("byar", byar)):
        at = (table["method"] == method).to_numpy()
        if at.any():
            limits = interval(
                table.loc[at, "numerator"].to_numpy("float64"),
                table.loc[at, "denominator"].to_numpy("float64"),
            )
            scale = np.asarray(scales, dtype=float)[at]
            table.loc[at, "low"] = limits.low * scale
            table.loc[at, "high"] = limits.high * scale
    return table[[*names[:8], "low", "high", "method", "state"]]
