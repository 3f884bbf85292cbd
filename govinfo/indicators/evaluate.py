"""The counts of reports, the values of formulas over them, and their states."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, reduce
from itertools import product
from typing import NamedTuple

from govinfo.beside import rows_beside
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.forms import group_rows
from govinfo.indicators.registry import (
    INDICATORS,
    Indicator,
    parse,
)
from govinfo.locate import Ranges, Repairs, ranges_of

# Below this, one request more or less moves a share by five points or more.
RELIABLE_N = 20

STATES = {
    row["state"]: row["meaning"] for row in rows_beside(__package__, "states.csv")
}
"""Every state of an indicator. Of several reasons, the one listed first is given, as it
is the furthest from a known count."""

VALUED = ("computed", "small_denominator", "contradicted_input")
"""The states of an indicator that has a value."""

REASON_OF = {
    state: f"{state}_input"
    for state in ("absent", "unreadable", "uncertain", "not_applicable", "blank")
}
KNOWN = frozenset({"reported", "corrected"})
RANK = {state: rank for rank, state in enumerate(STATES)}
_LACKING = RANK["not_in_form"]
_INCONSISTENT = RANK["inconsistent_input"]

# The rank behind all reasons: there is none, the number is known.
_NO_REASON = len(STATES)

# The square of a count must be a whole number too; nobody has so many requests.
_TOO_MANY = 3_000_000_000


Formula = tuple[tuple[int, Key], ...]
"""Rows or groups of rows, each with the sign it is added with."""


class Plan(NamedTuple):
    """An indicator for one class of applicants, with its formulas resolved."""

    indicator: Indicator
    applicant: str
    numerator: Formula
    denominator: Formula


class Count(NamedTuple):
    """A whole number, or the rank of the state that says why there is none.

    ``contradicted`` says whether a failed hard check involves a cell of it.
    """

    number: int = 0
    reason: int = _NO_REASON
    contradicted: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether there is no number."""
        return self.reason != _NO_REASON

    def plus(self, other: Count, sign: int = 1) -> Count:
        """The sum, or the difference; of two reasons, the first in the list."""
        return Count(
            self.number + sign * other.number,
            min(self.reason, other.reason),
            self.contradicted or other.contradicted,
        )


class Values(NamedTuple):
    """An indicator of a report: its counts, its value, the rank of its state."""

    numerator: Count
    denominator: Count
    value: float
    state: int


@cache
def plans() -> tuple[Plan, ...]:
    """Every indicator for every class of applicants that it is computed for."""

    def at(formula: str, applicant: str) -> Formula:
        return tuple(
            (term.sign, (term.table, term.row, term.column or applicant))
            for term in parse(formula)
        )

    return tuple(
        Plan(i, applicant, at(i.numerator, applicant), at(i.denominator, applicant))
        for i in INDICATORS.values()
        for applicant in i.applicants
    )


@cache
def _parts(key: Key, form: str) -> tuple[Key, ...]:
    rows = group_rows(key[0], form, key[1])
    return tuple((key[0], row, key[2]) for row in rows)


class ReportFigures:
    """The counts of a report, with the sums that several indicators share.

    Parameters
    ----------
    report : ReportCells
        Its cells.
    broken : set of Key
        The cells that a failed hard check involves.
    """

    def __init__(self, report: ReportCells, broken: AbstractSet[Key]) -> None:
        self.report, self.broken = report, broken
        self._cells: dict[Key, Count] = {}
        self._rows: dict[Key, tuple[Key, ...]] = {}
        self._sums: dict[Key, Count] = {}
        self._totals: dict[Formula, Count] = {}

    def cell(self, key: Key) -> Count:
        """The whole number in a cell."""
        if key not in self._cells:
            state, value = self.report.look(key)
            number, reason = 0, _NO_REASON
            if key not in self.report.state:
                reason = _LACKING
            elif value is None:
                reason = RANK[REASON_OF[state]]
            elif 0 <= value < _TOO_MANY and value == int(value):
                number = int(value)
            else:
                reason = _INCONSISTENT
            self._cells[key] = Count(number, reason, key in self.broken)
        return self._cells[key]

    def parts(self, key: Key) -> tuple[Key, ...]:
        """The rows of a group in the form that its table follows."""
        return _parts(key, self.report.table_form(key[0]))

    def rows(self, key: Key) -> tuple[Key, ...]:
        """A row, or its parts where the form prints only these."""
        if key not in self._rows:
            parts = self.parts(key)
            reasons = {self.cell(part).reason for part in parts}
            # A group that is collapsed is a row of its own.
            is_own = reasons in (set(), {_LACKING}) or (
                reasons != {_NO_REASON} and not self.cell(key).is_missing
            )
            self._rows[key] = (key,) if is_own else parts
        return self._rows[key]

    def sum(self, key: Key) -> Count:
        """The sum of a row or of its parts."""
        if key not in self._sums:
            found = reduce(Count.plus, map(self.cell, self.rows(key)))
            if self.broken:
                own = (key, *self.parts(key))
                found = found._replace(contradicted=not self.broken.isdisjoint(own))
            self._sums[key] = found
        return self._sums[key]

    def total(self, formula: Formula) -> Count:
        """A formula's value."""
        if formula not in self._totals:
            total = Count()
            for sign, key in formula:
                total = total.plus(self.sum(key), sign)
            self._totals[formula] = total
        return self._totals[formula]

    def squares(self, formula: Formula) -> Count:
        """Sum of the squared parts of a group."""
        ((_, key),) = formula
        counts = map(self.cell, self.parts(key) or (key,))
        squared = (count._replace(number=count.number**2) for count in counts)
        contradicted = self.sum(key).contradicted
        return reduce(Count.plus, squared)._replace(contradicted=contradicted)


def evaluate(plan: Plan, figures: ReportFigures) -> Values:
    """One indicator of a report, before its interval."""
    indicator = plan.indicator
    top, bottom = figures.total(plan.numerator), figures.total(plan.denominator)
    n = bottom.number
    if indicator.kind == "concentration":
        top = figures.squares(plan.numerator)
        bottom = bottom._replace(number=n**2)
    both, below = top.plus(bottom), bottom.number
    if not plan.denominator:
        # A difference stands over nothing, which nothing can be wrong with.
        n, below = RELIABLE_N, 1
        bottom = bottom._replace(reason=bottom.reason - 1)
    value = indicator.scale * top.number / below if below else math.nan
    least = -math.inf if indicator.minimum is None else indicator.minimum
    most = math.inf if indicator.maximum is None else indicator.maximum
    state = "computed"
    if both.is_missing:
        return Values(top, bottom, math.nan, both.reason)
    if below < 0 or (indicator.kind == "share" and top.number > below):
        state = "inconsistent_input"
    elif below == 0:
        state = "inconsistent_input" if both.contradicted else "zero_denominator"
    elif not least <= value <= most:
        state = "inconsistent_input"
    elif both.contradicted:
        state = "contradicted_input"
    elif n < RELIABLE_N:
        state = "small_denominator"
    return Values(top, bottom, value if state in VALUED else math.nan, RANK[state])


def quality(code: str, report: ReportCells, sums: tuple[int, int]) -> Values:
    """Share of failed checks, blank cells or unsure cells of a report."""
    states = Counter(report.state.values())
    count, n = sums
    if code == "data_quality_blank_cells":
        count, n = states["blank"], states.total() - states["absent"]
    elif code == "data_quality_unsure_cells":
        count = states["absent"] + states["unreadable"] + states["uncertain"]
        n = states.total()
    state = RANK["computed" if n else "zero_denominator"]
    return Values(Count(count), Count(n), count / n if n else math.nan, state)


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
    figures : ReportFigures
        Its counts.
    repairs : sequence of Repairs
        The smallest repairs of every group of linked sums that fails.
    """

    def __init__(self, figures: ReportFigures, repairs: Sequence[Repairs]) -> None:
        self.figures, self.report, self.repairs = figures, figures.report, repairs
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

    def _cells(self, formula: Formula) -> list[tuple[int, Key]] | None:
        """The cells of a formula with their signs, if the form has all of them."""
        found = [
            (sign, cell) for sign, key in formula for cell in self.figures.rows(key)
        ]
        return found if all(key in self.report.state for _, key in found) else None


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
