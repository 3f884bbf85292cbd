"""The counts of reports, values of formulas over them, their states and bounds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, reduce
from itertools import product
from typing import NamedTuple

from govinfo.beside import rows_beside
from govinfo.checks.logic import NUMBER
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.forms import group_rows
from govinfo.indicators.registry import INDICATORS, Indicator, parse
from govinfo.later import Bools, Floats, Numbers, np
from govinfo.locate import Repairs

Range = tuple[float, float]
ANY: Range = (0.0, math.inf)
"""What a cell can hold of which nothing is known."""

# Each pass carries a figure one sum further; a form is a few sums deep.
_PASSES = 12


@dataclass(frozen=True, slots=True)
class Ranges:
    """Least and greatest value of each cell, with the sums that tie them."""

    of: Mapping[Key, Range]
    sides: Sequence[tuple[tuple[Key, ...], tuple[Key, ...]]]

    def together(self, keys: Sequence[Key]) -> Range:
        """Range of the sum of some cells, which may be narrower than its parts'."""
        low, high = self.sum_of(keys)
        for side, other in self.sides:
            if set(keys) <= set(side):
                rest = self.sum_of([key for key in side if key not in keys])
                whole = self.sum_of(other)
                low = max(low, whole[0] - rest[1])
                high = min(high, whole[1] - rest[0])
        return low, high

    def sum_of(self, keys: Sequence[Key]) -> Range:
        """Sums of the least and of the greatest values."""
        ranges = [self.of.get(key, ANY) for key in keys]
        return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def ranges_of(report: ReportCells, changes: Mapping[Key, int]) -> Ranges | None:
    """
    What every cell of the sums can hold, once some cells are changed.

    Parameters
    ----------
    report : ReportCells
        The cells. One that holds no number can hold any that is not negative.
    changes : mapping
        New values, such as those of a repair.

    Returns
    -------
    Ranges or None
        None where the sums contradict each other.

    Notes
    -----
    The ranges are found by carrying limits from sum to sum. They hold every value that
    satisfies all sums; they may be wider than need be.
    """
    of: dict[Key, Range] = {}
    sides = []
    for total in report.sums():
        for key in total.cells:
            state, value = report.look(key)
            if key in changes:
                of[key] = (float(changes[key]), float(changes[key]))
            elif state in NUMBER and value is not None:
                of[key] = (value, value)
            else:
                of.setdefault(key, ANY)
        # A sum of known figures says nothing of others, also where it does not hold.
        if any(of[key][0] < of[key][1] for key in total.cells):
            sides += [(total.left, total.right), (total.right, total.left)]
    ranges = Ranges(of, sides)
    for _ in range(_PASSES):
        narrowed = False
        for side, other in sides:
            whole, own = ranges.sum_of(other), ranges.sum_of(side)
            if own[0] > whole[1] or own[1] < whole[0]:
                return None
            for key in side:
                low, high = of[key]
                if low == high:
                    continue
                least = whole[0] - (own[1] - high) if own[1] < math.inf else low
                most = whole[1] - (own[0] - low)
                if own[1] == math.inf and high == math.inf:
                    others = sum(of[k][1] for k in side if k != key)
                    least = whole[0] - others
                new = (max(low, least), min(high, most))
                if new != (low, high):
                    of[key], narrowed = new, True
                    own = ranges.sum_of(side)
        if not narrowed:
            break
    return ranges


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
# Why a cell has no number, by its state; without one it is not in the form.
_REASONS = {
    "": _LACKING,
    **dict.fromkeys(KNOWN, _NO_REASON),
    **{state: RANK[reason] for state, reason in REASON_OF.items()},
}

# The square of a sum of eight must be exact as well; nobody has so many requests.
_TOO_MANY = 10_000_000


Formula = tuple[tuple[int, Key], ...]
"""Rows or groups of rows, each with the sign it is added with."""


class Plan(NamedTuple):
    """An indicator for one class of applicants, with its formulas resolved."""

    indicator: Indicator
    applicant: str
    numerator: Formula
    denominator: Formula


class Tallies(NamedTuple):
    """A whole number for each report, or the rank of the state that says why not.

    ``contradicted`` says whether a failed hard check involves a cell of it.
    """

    number: Numbers
    reason: Numbers
    contradicted: Bools

    @property
    def known(self) -> Floats:
        """The numbers; where there is none, it is missing."""
        return np.where(self.reason == _NO_REASON, self.number, math.nan)

    def plus(self, other: Tallies, sign: int = 1) -> Tallies:
        """The sums, or the differences; of two reasons, the first in the list."""
        return Tallies(
            self.number + sign * other.number,
            np.minimum(self.reason, other.reason),
            self.contradicted | other.contradicted,
        )


Values = tuple["Floats", "Floats", "Floats", "Numbers"]
"""An indicator of each report: numerator, denominator, value, the rank of its state."""


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


class Figures:
    """The counts of reports on one form, with the sums that several indicators share.

    Parameters
    ----------
    reports : sequence of ReportCells
        Their cells.
    broken : sequence of set of Key
        Of each report, the cells that a failed hard check involves.
    """

    def __init__(
        self, reports: Sequence[ReportCells], broken: Sequence[AbstractSet[Key]]
    ) -> None:
        self.reports, self.broken = reports, broken
        # Each is worked out once, however many indicators need it.
        self.cell, self.sum = cache(self._cell), cache(self._sum)
        self.total = cache(self._total)

    def _cell(self, key: Key) -> Tallies:
        """The whole numbers in a cell."""
        values = np.array([one.value.get(key) for one in self.reports], float)
        is_count = (values >= 0) & (values < _TOO_MANY) & (values % 1 == 0)
        number = np.where(is_count, values, 0).astype("int64")
        reason = np.array([_REASONS[one.state.get(key, "")] for one in self.reports])
        reason[~is_count & (reason == _NO_REASON)] = _INCONSISTENT
        contradicted = np.array([key in broken for broken in self.broken])
        return Tallies(number, reason, contradicted)

    def parts(self, key: Key) -> tuple[Key, ...]:
        """The rows of a group in the form that the reports follow."""
        table, row, column = key
        rows = group_rows(table, self.reports[0].table_form(table), row)
        return tuple((table, part, column) for part in rows)

    def is_own(self, key: Key) -> Bools:
        """Where a row is read as it is printed, and not as the sum of its parts."""
        reasons = np.array([self.cell(part).reason for part in self.parts(key)])
        # A group that is collapsed is a row of its own.
        is_open = (reasons != _NO_REASON).any(axis=0)
        is_open &= self.cell(key).reason == _NO_REASON
        is_own: Bools = (reasons == _LACKING).all(axis=0) | is_open
        return is_own

    def rows(self, key: Key, at: int) -> tuple[Key, ...]:
        """A row, or its parts where one of the reports prints only these."""
        parts = self.parts(key)
        return parts if parts and not self.is_own(key)[at] else (key,)

    def _sum(self, key: Key) -> Tallies:
        """The sums of a row or of its parts."""
        own = self.cell(key)
        if not (parts := self.parts(key)):
            return own
        whole, is_own = reduce(Tallies.plus, map(self.cell, parts)), self.is_own(key)
        return Tallies(
            np.where(is_own, own.number, whole.number),
            np.where(is_own, own.reason, whole.reason),
            own.contradicted | whole.contradicted,
        )

    def _total(self, formula: Formula) -> Tallies:
        """A formula's values; of none, 0."""
        none = np.zeros(len(self.reports), "int64")
        total = Tallies(none, none + _NO_REASON, none > 0)
        for sign, key in formula:
            total = total.plus(self.sum(key), sign)
        return total

    def squares(self, formula: Formula) -> Tallies:
        """Sums of the squared parts of a group."""
        ((_, key),) = formula
        counts = map(self.cell, self.parts(key) or (key,))
        squared = (count._replace(number=count.number**2) for count in counts)
        contradicted = self.sum(key).contradicted
        return reduce(Tallies.plus, squared)._replace(contradicted=contradicted)


def evaluate(plan: Plan, figures: Figures) -> Values:
    """One indicator of the reports, before its interval."""
    indicator = plan.indicator
    top, bottom = figures.total(plan.numerator), figures.total(plan.denominator)
    n = bottom.number
    if indicator.kind == "concentration":
        top = figures.squares(plan.numerator)
        bottom = bottom._replace(number=n**2)
    both, below = top.plus(bottom), bottom.number
    if not plan.denominator:
        # A difference stands over nothing, which nothing can be wrong with.
        n, below = n + RELIABLE_N, below + 1
        bottom = bottom._replace(reason=bottom.reason - 1)
    above = indicator.scale * top.number
    value = np.divide(above, below, np.full(len(n), math.nan), where=below != 0)
    is_over = (top.number > below) & (indicator.kind == "share")
    least = -math.inf if indicator.minimum is None else indicator.minimum
    most = math.inf if indicator.maximum is None else indicator.maximum
    contradicted = both.contradicted
    # The first that holds.
    states = {
        RANK["zero_denominator"]: (below == 0) & ~contradicted & ~is_over,
        _INCONSISTENT: (below <= 0) | is_over | (value < least) | (value > most),
        RANK["contradicted_input"]: contradicted,
        RANK["small_denominator"]: n < RELIABLE_N,
    }
    state = np.select([*states.values()], [*states], RANK["computed"])
    state = np.where(both.reason == _NO_REASON, state, both.reason)
    has_value = np.isin(state, [RANK[name] for name in VALUED])
    return top.known, bottom.known, np.where(has_value, value, math.nan), state


def quality(
    plan: Plan, reports: Sequence[ReportCells], sums: Sequence[tuple[int, int]]
) -> Values:
    """Share of failed checks, blank cells or unsure cells of each report."""
    counts, states = sums, [Counter(report.state.values()) for report in reports]
    if plan.indicator.code == "data_quality_blank_cells":
        counts = [(one["blank"], one.total() - one["absent"]) for one in states]
    elif plan.indicator.code == "data_quality_unsure_cells":
        unsure = ("absent", "unreadable", "uncertain")
        counts = [(sum(one[state] for state in unsure), one.total()) for one in states]
    count, n = np.array(counts, float).T
    value = np.divide(count, n, np.full(len(n), math.nan), where=n > 0)
    state = np.where(n > 0, RANK["computed"], RANK["zero_denominator"])
    return count, n, value, state


# More ways to repair a report than this say that nothing is known.
_MOST_WAYS = 500


class ReportBounds:
    """What the indicators of one report lie between.

    Parameters
    ----------
    figures : Figures
        Its counts, among those of others.
    at : int
        Which of the reports it is.
    repairs : sequence of Repairs
        The smallest repairs of every group of linked sums that fails.
    """

    def __init__(self, figures: Figures, at: int, repairs: Sequence[Repairs]) -> None:
        self.figures, self.at, self.repairs = figures, at, repairs
        self.report = figures.reports[at]
        self._ranges_of = cache(self._within)

    def of(self, plan: Plan) -> Range | None:
        """Bounds over all smallest repairs and all that open cells can hold.

        None where these say nothing, or where they leave the value as it is printed.
        """
        top, bottom = self._cells(plan.numerator), self._cells(plan.denominator)
        if top is None or bottom is None:
            return None
        keys = {key for _, key in (*top, *bottom)}
        is_open = not KNOWN.issuperset(self.report.state[key] for key in keys)
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
        return low, high

    def _within(self, choice: tuple[int, ...]) -> Ranges | None:
        """What cells can hold after one repair of each group; none of -1."""
        changes: dict[Key, int] = {}
        for group, way in zip(self.repairs, choice, strict=True):
            changes |= group.ways[way] if way >= 0 else {}
        return ranges_of(self.report, changes)

    def _cells(self, formula: Formula) -> list[tuple[int, Key]] | None:
        """The cells of a formula with their signs, if the form has all of them."""
        found = [
            (sign, cell)
            for sign, key in formula
            for cell in self.figures.rows(key, self.at)
        ]
        return found if all(key in self.report.state for _, key in found) else None


def _total(cells: Iterable[tuple[int, Key]], ranges: Ranges) -> Range:
    """Range of a signed sum; cells of one printed sum cannot all be large at once."""
    low = high = 0.0
    loose: list[tuple[Key, Range]] = []
    for sign, key in cells:
        least, most = ranges.of.get(key, ANY)
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
        counts = [ranges.of.get(key, ANY) for _, key in top]
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
