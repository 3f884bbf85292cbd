"""The counts of one report, the value of a formula over them, and its state."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.forms import NEWEST, group_rows
from govinfo.indicators.registry import INDICATORS, PARTS, Indicator, Term, parse
from govinfo.locate import Ranges, Repairs, ranges_of

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


# More ways to repair a report than this say that nothing is known.
_MOST_WAYS = 500

Range = tuple[float, float]
_ANY: Range = (0.0, math.inf)


class Bounds(NamedTuple):
    """Least and greatest value of an indicator; infinite where there is no limit."""

    low: float
    high: float


class ReportBounds:
    """What the indicators of one report lie between.

    Parameters
    ----------
    report : ReportCells
        Its cells.
    repairs : sequence of Repairs
        The smallest repairs of every group of linked sums that fails.
    """

    def __init__(self, report: ReportCells, repairs: Sequence[Repairs]) -> None:
        self.report, self.repairs = report, repairs
        self._ranges: dict[tuple[int, ...], Ranges | None] = {}

    def of(self, plan: Plan) -> Bounds | None:
        """Bounds over all smallest repairs and all that open cells can hold.

        None where these say nothing, or where they leave the value as it is printed.
        """
        top, bottom = self._cells(plan.numerator), self._cells(plan.denominator)
        if top is None or bottom is None:
            return None
        keys = {key for _, key in (*top, *bottom)}
        is_open = any(self.report.state[key] not in KNOWN for key in keys)
        ways: list[Iterable[int]] = []
        count, touched = 1, False
        for group in self.repairs:
            # Only what a repair changes matters, unless open cells depend on it.
            changes = any(key in repair for repair in group.ways for key in keys)
            if not group.complete and not keys.isdisjoint(group.cells):
                return None
            matters = group.complete and (changes or is_open)
            ways.append(range(len(group.ways)) if matters else (-1,))
            count *= len(group.ways) if matters else 1
            touched |= matters and changes
        if count > _MOST_WAYS or not (touched or is_open):
            return None
        low, high = math.inf, -math.inf
        for choice in product(*ways):
            ranges = self._ranges_of(choice)
            found = None if ranges is None else _value(plan, top, bottom, ranges)
            if found is None:
                return None
            low, high = min(low, found[0]), max(high, found[1])
        entry = plan.indicator
        least = -math.inf if entry.minimum is None else entry.minimum
        most = math.inf if entry.maximum is None else entry.maximum
        low, high = max(low, least), min(high, most)
        if low > high or (low == least and high == most):
            return None
        return Bounds(low, high)

    def _ranges_of(self, choice: tuple[int, ...]) -> Ranges | None:
        if choice not in self._ranges:
            changes: dict[Key, int] = {}
            for group, way in zip(self.repairs, choice, strict=True):
                changes |= group.ways[way] if way >= 0 else {}
            self._ranges[choice] = ranges_of(self.report, changes)
        return self._ranges[choice]

    def _cells(self, terms: Sequence[Term]) -> list[tuple[int, Key]] | None:
        """The cells of a formula with their signs, if the form has all of them."""
        found: list[tuple[int, Key]] = []
        for term in terms:
            form = self.report.table_form(term.table)
            keys = [(term.table, row, term.column) for row in term.rows(form)]
            own = (term.table, term.row, term.column)
            if not all(key in self.report.state for key in keys) or (
                term.row in PARTS
                and self.report.state.get(own) in KNOWN
                and not all(self.report.state[key] in KNOWN for key in keys)
            ):
                keys = [own]
            if not all(key in self.report.state for key in keys):
                return None
            found += [(term.sign, key) for key in keys]
        return found


def _total(cells: Iterable[tuple[int, Key]], ranges: Ranges) -> Range:
    """Range of a signed sum; cells of one printed sum cannot all be large at once."""
    low = high = 0.0
    loose: list[tuple[Key, Range]] = []
    for sign, key in cells:
        least, most = ranges.of.get(key, _ANY)
        if sign > 0 and least < most:
            loose.append((key, (least, most)))
        else:
            ends = (sign * least, sign * most)
            low, high = low + min(ends), high + max(ends)
    if loose:
        least, most = ranges.together([key for key, _ in loose])
        low, high = low + least, high + most
    return low, high


def _value(
    plan: Plan,
    top: Sequence[tuple[int, Key]],
    bottom: Sequence[tuple[int, Key]],
    ranges: Ranges,
) -> Range | None:
    """Range of an indicator; cells above and below the line move together."""
    scale = plan.indicator.scale
    if plan.indicator.kind == "concentration":
        counts = [ranges.of.get(key, _ANY) for _, key in top]
        whole = sum(low for low, _ in counts)
        if any(low != high for low, high in counts) or not whole:
            return None
        index = sum(low * low for low, _ in counts) / whole**2
        return index, index
    above = _total(top, ranges)
    if not bottom:
        return scale * above[0], scale * above[1]
    if set(top) <= set(bottom):
        # A part of its whole: more of the part raises it, more of the rest lowers it.
        rest = _total([cell for cell in bottom if cell not in set(top)], ranges)
        if above[1] + rest[1] <= 0:
            return None
        return _over(above[0], rest[1], scale), _over(above[1], rest[0], scale)
    below = _total(bottom, ranges)
    below = (max(below[0], 0.0), below[1])
    if below[1] <= 0:
        return None
    low = scale * above[0] / below[1] if above[0] >= 0 else -math.inf
    return low, scale * above[1] / below[0] if below[0] > 0 else math.inf


def _over(part: float, rest: float, scale: float) -> float:
    """A part over itself and the rest; 0 of nothing, and all of what has no limit."""
    if math.isinf(rest):
        return 0.0
    if math.isinf(part):
        return scale
    return scale * part / (part + rest) if part + rest else 0.0
