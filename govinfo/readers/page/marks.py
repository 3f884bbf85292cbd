"""Digits on a page that may be no part of a figure.

Digits of a note, raised or lowered beside a figure; digits struck out; digits that no
reader sees; digits printed over each other. None is dropped: each is marked as
doubtful, and the cell says so.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from govinfo.readers.page.model import TINY, Char

# Digits of one typeface and size differ in height by less than this part.
SMALLER = 0.85

# Digits of a note begin within this part of the height of a figure's digits, and stand
# this part of it above or below their baseline at least.
BESIDE = 0.4
RAISED = 0.12


# Less wide than this, in points or in parts of its height, no reader makes out a digit.
HAIR, SQUEEZED = 0.15, 0.08

# Digits that overlap by more than this part of their width are printed over each other.
OVERLAP = 0.5

_STRIP = 16


def doubted(chars: Sequence[Char], unseen: Collection[int]) -> tuple[Char, ...]:
    """
    Mark the digits that may be no part of a figure.

    Parameters
    ----------
    chars : sequence of Char
        The characters of a page.
    unseen : collection of int
        Digits, by index, that are not seen as they are written.

    Returns
    -------
    tuple of Char
        The same characters; those in doubt have ``doubtful`` set. Raised ones take the
        baseline of the figure that they stand beside.

    Examples
    --------
    >>> seven = Char("7", 0, 0, 5, 10, 0, 10, 0, False)
    >>> note = Char("1", 6, -2, 8, 4, 6, 4, 0, False)
    >>> [char.doubtful for char in doubted([seven, note], ())]
    [False, True]
    """
    found = list(chars)
    digits = [i for i, char in enumerate(chars) if char.text.isdecimal()]
    for i in digits:
        char = chars[i]
        if (
            i in unseen
            or char.bottom - char.top < TINY
            or char.right - char.left < max(HAIR, SQUEEZED * (char.bottom - char.top))
        ):
            found[i] = char._replace(doubtful=True)
    for i in _between(found, unseen):
        found[i] = found[i]._replace(doubtful=True)
    near = _Near(found, digits)
    for i, other in _overprinted(found, near):
        found[i] = found[i]._replace(doubtful=True)
        found[other] = found[other]._replace(doubtful=True)
    for i, baseline in _raised(found, near):
        found[i] = found[i]._replace(doubtful=True, baseline=baseline)
    return tuple(found)


def _between(chars: Sequence[Char], unseen: Collection[int]) -> Iterable[int]:
    """Points and signs that stand beside unseen digits alone: they go with them."""
    for i in {j for n in unseen for j in (n - 1, n + 1) if 0 <= j < len(chars)}:
        text = chars[i].text
        if text.isalnum() or text >= "\u2e80":
            continue
        beside = [j for j in (i - 1, i + 1) if 0 <= j < len(chars)]
        if all(j in unseen for j in beside if chars[j].text.isdecimal()):
            yield i


class _Near:
    """Digits by the strip of the page that they stand in."""

    def __init__(self, chars: Sequence[Char], digits: Sequence[int]) -> None:
        self.digits = digits
        self._chars = chars
        self._strips: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for i in digits:
            char = chars[i]
            self._strips[int(char.top + char.bottom) // 2 // _STRIP].append(
                (char.left, i)
            )
        for strip in self._strips.values():
            strip.sort()

    def within(self, char: Char, reach: float) -> Iterable[int]:
        """Digits at about the height of one, whose left edge is within reach of it."""
        middle = int(char.top + char.bottom) // 2 // _STRIP
        for strip in (middle - 1, middle, middle + 1):
            digits = self._strips.get(strip, [])
            low = bisect_left(digits, (char.left - reach, -1))
            for left, i in digits[low:]:
                if left > char.right + reach:
                    break
                yield i


def _overprinted(chars: Sequence[Char], near: _Near) -> Iterable[tuple[int, int]]:
    """Different digits in one place: one of them was meant to be covered."""
    for i in near.digits:
        one = chars[i]
        for j in near.within(one, 0.0):
            other = chars[j]
            if i == j or one.text == other.text:
                continue
            if one.doubtful or other.doubtful:
                continue
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            narrow = min(one.right - one.left, other.right - other.left)
            low = min(one.bottom - one.top, other.bottom - other.top)
            if across > OVERLAP * narrow and down > OVERLAP * low:
                yield i, j


def _raised(chars: Sequence[Char], near: _Near) -> Iterable[tuple[int, float]]:
    """Small digits off the baseline of the figure beside them, and that baseline."""
    heights = {i: chars[i].bottom - chars[i].top for i in near.digits}
    tallest = max(heights.values(), default=0.0)
    small = sorted(
        (i for i in near.digits if heights[i] <= SMALLER * tallest),
        key=lambda i: chars[i].left,
    )
    found: dict[int, float] = {}
    least = min((heights[i] for i in small), default=math.inf)
    reach = 4 * tallest
    around = reach + max((chars[i].right - chars[i].left for i in small), default=0.0)
    # A title is large, and its year makes all figures of the tables small.
    if not any(
        heights[i] <= SMALLER * heights[j]
        for j in near.digits
        if least <= SMALLER * heights[j]
        for i in near.within(chars[j], around)
    ):
        return ()
    # The second digit of a note stands beside the first, in either direction.
    for i in (*small, *reversed(small)):
        one = chars[i]
        if i in found or one.turn:
            continue
        for j in near.within(one, reach):
            other = chars[j]
            gap = max(one.left - other.right, other.left - one.right)
            if i == j or other.turn or gap > BESIDE * heights[j]:
                continue
            if j in found:
                is_same = abs(one.baseline - other.baseline) < RAISED * heights[j]
                if is_same and heights[i] > SMALLER * heights[j]:
                    found[i] = found[j]
                    break
                continue
            off = abs(one.baseline - other.baseline)
            together = min(one.bottom, other.bottom) - max(one.top, other.top)
            if (
                heights[i] <= SMALLER * heights[j]
                and off >= RAISED * heights[j]
                and together > 0
            ):
                found[i] = other.baseline
                break
    return found.items()
