"""Characters into lines and cell texts, by baseline and then by place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from statistics import median

from govinfo.document import Box
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.radicals import plain_radicals
from govinfo.readers.signs import bracketed

# Baselines of one line (Chinese and Latin fonts mixed) differ by less than this part
# of the height of its highest ink; lines that follow each other differ by more.
SAME_LINE = 0.4

# Ink this far apart, in parts of the character size, is a space though none is printed.
WIDE_GAP = 0.7

# The ink of a Chinese character fills about this part of its size.
INK = 0.88


@dataclass(frozen=True)
class Line:
    """Characters on one baseline, from left to right."""

    chars: tuple[Char, ...]

    @cached_property
    def baseline(self) -> float:
        """Where most of the line stands."""
        return median(c.baseline for c in self.chars)

    @cached_property
    def size(self) -> float:
        """Height of a Chinese character in this line, in points."""
        return max(c.bottom - c.top for c in self.chars) / INK

    @cached_property
    def box(self) -> Box:
        """Box round the ink."""
        return box_of(self.chars)

    @cached_property
    def text(self) -> str:
        """Text with one space where white space or a wide gap stands.

        Doubtful digits stand in brackets, as remarks do: they never join a figure.
        """
        if any(c.doubtful for c in self.chars):
            return _marked(self.chars)
        parts = [self.chars[0].text]
        size = self.size
        for last, char in zip(self.chars, self.chars[1:], strict=False):
            gap = gap_between(last, char, size)
            if gap > WIDE_GAP * size or (char.spaced and gap > 0.1 * size):
                parts.append(" ")
            parts.append(char.text)
        return plain_radicals("".join(parts))


def _marked(chars: Sequence[Char]) -> str:
    parts = []
    for is_doubtful, run in groupby(chars, lambda c: c.doubtful):
        line = Line(tuple(c._replace(doubtful=False) for c in run))
        parts.append(bracketed(line.text) if is_doubtful else line.text)
    return "".join(parts)


def gap_between(last: Char, char: Char, size: float) -> float:
    """White space between two characters of a line, in points.

    The room of a Chinese character or punctuation mark is as wide as it is high,
    however little of it the ink of a comma or a bracket fills.
    """
    gap = char.left - last.right
    if gap > 0 and last.text >= "\u2e80":
        gap = min(gap, char.left - last.origin - size)
    if gap > 0 and char.text >= "\u2e80":
        gap = min(gap, char.origin - last.right)
    return gap


def box_of(chars: Iterable[Char]) -> Box:
    """Box round the ink of characters.

    Examples
    --------
    >>> box_of([Char("1", 2, 3, 4, 9, 2, 9, 0, False)])
    (2, 3, 4, 9)
    """
    lefts, tops, rights, bottoms = zip(*(c[1:5] for c in chars), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def lines_of(chars: Sequence[Char]) -> list[Line]:
    """Group characters into lines, from the top down.

    Examples
    --------
    >>> [line.text for line in lines_of([
    ...     Char("5", 0, 12, 5, 20, 0, 20, 0, False),
    ...     Char("0", 5, 0, 10, 8, 5, 8, 0, False),
    ...     Char("1", 0, 0, 5, 8, 0, 8, 0, False),
    ... ])]
    ['10', '5']
    """
    lines: list[Line] = []
    group: list[Char] = []
    reference = height = 0.0
    for char in sorted(chars, key=lambda c: c.baseline):
        tall = max(height, char.bottom - char.top)
        if group and char.baseline - reference <= max(SAME_LINE * tall, 1.0):
            height = tall
        else:
            if group:
                lines.append(_line(group))
                group = []
            reference, height = char.baseline, char.bottom - char.top
        group.append(char)
    if group:
        lines.append(_line(group))
    return lines


def _line(chars: list[Char]) -> Line:
    return Line(tuple(sorted(chars, key=lambda c: (c.left + c.right, c.origin))))


def cell_text(chars: Sequence[Char]) -> str:
    """Text of a cell in reading order, its lines joined by line ends.

    A cell printed sideways is read the way it is turned.
    """
    if not chars:
        return ""
    turns = [c.turn for c in chars if c.turn]
    if len(turns) * 2 > len(chars):
        turn = max(set(turns), key=turns.count)
        chars = [_upright(c, turn) for c in chars]
    return "\n".join(line.text for line in lines_of(chars))


def sure_and_whole(chars: Sequence[Char]) -> tuple[str, str]:
    """Text of a cell without its doubtful characters, and with them."""
    sure = [c for c in chars if not c.doubtful]
    text = cell_text(sure)
    if len(sure) == len(chars):
        return text, text
    return text, cell_text([c._replace(doubtful=False) for c in chars])


def _upright(char: Char, turn: int) -> Char:
    """Turn a character's place clockwise by quarter turns."""
    left, top, right, bottom = char[1:5]
    x, y = char.origin, char.baseline
    for _ in range(turn):
        left, top, right, bottom = -bottom, left, -top, right
        x, y = -y, x
    return Char(char.text, left, top, right, bottom, x, y, 0, *char[8:])
