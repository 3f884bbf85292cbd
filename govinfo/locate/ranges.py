"""What cells can hold that a report leaves open, given its sums."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govinfo.checks.logic import NUMBER
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells

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
