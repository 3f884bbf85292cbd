"""Between what an indicator lies where a report leaves its cells open or in doubt."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.indicators.evaluate import KNOWN, Plan
from govinfo.indicators.registry import PARTS, Term
from govinfo.locate import Ranges, Repairs, ranges_of

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
