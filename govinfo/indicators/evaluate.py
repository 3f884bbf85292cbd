"""The counts of one report, the value of a formula over them, and its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from govinfo.forms import NEWEST, group_rows
from govinfo.indicators.registry import INDICATORS, Indicator, Term, parse

# Below this, one request more or less moves a share by five points or more.
RELIABLE_N = 20

STATES = {
    "computed": "The value stands.",
    "small_denominator": "The value stands, but its denominator is below 20.",
    "contradicted_input": (
        "The value stands as the report prints its parts, but a hard check that "
        "one of them takes part in fails."
    ),
    "bounded": (
        "Missing, but known to lie between bound_low and bound_high: the report "
        "contradicts itself, or leaves cells open, and this is what all its smallest "
        "repairs, and all that the open cells can hold, allow."
    ),
    "zero_denominator": "Missing: the denominator is 0.",
    "not_in_form": "Missing: the report's form has no such cell.",
    "absent_input": "Missing: a cell of the form was not found in the document.",
    "unreadable_input": "Missing: a cell could not be read.",
    "uncertain_input": "Missing: a cell was not read for sure.",
    "not_applicable_input": "Missing: a cell is marked as not applicable.",
    "blank_input": "Missing: a cell is blank.",
    "inconsistent_input": (
        "Missing: the report contradicts itself, so that the value would leave its "
        "bounds, or a count is negative or not whole."
    ),
}
"""Every state of an indicator. Of several reasons, the one listed first is given, as it
is the furthest from a known count."""

VALUED = ("computed", "small_denominator", "contradicted_input")
"""The states of an indicator that has a value."""

REASON_OF = {
    "absent": "absent_input",
    "unreadable": "unreadable_input",
    "uncertain": "uncertain_input",
    "not_applicable": "not_applicable_input",
    "blank": "blank_input",
}
KNOWN = frozenset({"reported", "corrected"})
_RANK = {state: rank for rank, state in enumerate(STATES)}

Key = tuple[str, str, str]
Count = int | str
"""A whole number, or the reason why there is none."""


class Plan(NamedTuple):
    """An indicator for one class of applicants, with its formulas resolved."""

    indicator: Indicator
    applicant: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]


class Value(NamedTuple):
    """An indicator of one report: its counts, its value, and how it came about."""

    numerator: int | None
    denominator: int | None
    value: float | None
    state: str


@lru_cache(maxsize=1)
def plans() -> tuple[Plan, ...]:
    """Every indicator for every class of applicants that it is computed for."""

    def at(formula: str, applicant: str) -> tuple[Term, ...]:
        return tuple(
            term if term.column else replace(term, column=applicant)
            for term in parse(formula)
        )

    return tuple(
        Plan(i, applicant, at(i.numerator, applicant), at(i.denominator, applicant))
        for i in INDICATORS.values()
        for applicant in i.applicants
    )


def _worst(reasons: list[str]) -> str:
    return min(reasons, key=_RANK.__getitem__)


class ReportCounts:
    """The cells of one report, with the sums that several indicators share."""

    def __init__(
        self,
        cells: dict[Key, tuple[float, str]],
        contradicted: frozenset[Key],
        forms: Mapping[str, str],
    ) -> None:
        self.cells = cells
        self.contradicted = contradicted
        self._forms = forms
        self._sums: dict[Key, Count] = {}

    def cell(self, key: Key) -> Count:
        """The whole number in a cell, or why there is none."""
        if key not in self.cells:
            return "not_in_form"
        value, state = self.cells[key]
        if state not in KNOWN:
            return REASON_OF[state]
        if value != value:  # a missing value, although the state says otherwise
            return "unreadable_input"
        if value < 0 or value != int(value):
            return "inconsistent_input"
        return int(value)

    def form(self, table: str) -> str:
        """The form of a table; the newest where the cells do not say."""
        return self._forms.get(table, NEWEST)

    def sum(self, key: Key) -> Count:
        """A row, or the sum of its parts where the form prints only these."""
        if key not in self._sums:
            self._sums[key] = self._sum(key)
        return self._sums[key]

    def _sum(self, key: Key) -> Count:
        table, row, column = key
        own = self.cell(key)
        codes = group_rows(table, self.form(table), row)
        counts = [self.cell((table, code, column)) for code in codes]
        known = [count for count in counts if isinstance(count, int)]
        if counts and len(known) == len(counts):
            return sum(known)
        # A row of its own: no group, or one that is collapsed.
        if isinstance(own, int) or not counts:
            return own
        reasons = [count for count in counts if isinstance(count, str)]
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
        rows = term.rows(self.form(term.table))
        counts = [self.cell((term.table, row, term.column)) for row in rows]
        reasons = [count for count in counts if isinstance(count, str)]
        if reasons:
            return _worst(reasons)
        return sum(count * count for count in counts if isinstance(count, int))

    def is_contradicted(self, plan: Plan) -> bool:
        """Whether a failed hard check involves a cell of the formula."""
        return bool(self.contradicted) and any(
            (term.table, row, term.column) in self.contradicted
            for term in plan.numerator + plan.denominator
            for row in (term.row, *term.rows(self.form(term.table)))
        )


def evaluate(plan: Plan, report: ReportCounts) -> Value:
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
    missing = Value(numerator, denominator, None, "")
    if reasons:
        return missing._replace(state=_worst(reasons))
    return _judge(missing, indicator, n, report.is_contradicted(plan))


def _judge(
    counts: Value, indicator: Indicator, n: Count, is_contradicted: bool
) -> Value:
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
    below = indicator.minimum is not None and value < indicator.minimum
    above = indicator.maximum is not None and value > indicator.maximum
    if below or above:
        return counts._replace(state="inconsistent_input")
    if is_contradicted:
        return counts._replace(value=value, state="contradicted_input")
    is_small = isinstance(n, int) and n < RELIABLE_N
    return counts._replace(
        value=value, state="small_denominator" if is_small else "computed"
    )


def quality(code: str, states: list[str], checks: tuple[int, int] | None) -> Value:
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
        return Value(count, n, None, "zero_denominator")
    return Value(count, n, count / n, "computed")
