"""The page model: characters, lines, rules, and the sheet that they stand on.

All coordinates are points from the top left corner of the page turned so that its text
reads upright (`Sheet`); `Sheet.displayed` turns a box back to the page as it is
displayed, which is another one where a page is printed sideways. Characters become
lines by baseline, then by place; a line is cut at its gaps.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from govinfo.document import Box, GridCell
from govinfo.readers.characters import bracketed, plain_radicals


class Rule(NamedTuple):
    """A straight rule: its position across, and its two ends along itself."""

    position: float
    low: float
    high: float


# Less high than this, in points, no reader makes out a digit.
TINY = 1.5

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Char(NamedTuple):
    """A character with the box of its ink, and the point on its baseline."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    origin: float
    baseline: float
    turn: int
    """Quarter turns counter-clockwise by which it lies on its back."""
    spaced: bool
    """Whether white space is printed before it."""
    doubtful: bool = False
    """Whether it may be no part of a figure: a note, struck out, or not seen."""
    unseen: bool = False
    """Whether it is drawn in the colour of its ground."""
    cell: int = 0
    """Number of the cell that the file tags it with, see `Sheet.tagged`."""


class TaggedCell(NamedTuple):
    """A cell with text on this page: its number, and how far it reaches."""

    number: int
    rows: int
    columns: int
    is_cut: bool = False
    """Whether a part of it stands on another page."""


class TaggedTable(NamedTuple):
    """A table as far as this page shows it; rows and cells elsewhere are none."""

    size: int
    """How many parts it has on all pages, which tells it from others."""
    marks: int
    """How many of its parts on this page are drawn, such as borders, and no row."""
    rows: tuple[tuple[TaggedCell | None, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, or one of two pages on a sheet, with everything found on it."""

    width: float
    height: float
    chars: tuple[Char, ...] = ()
    horizontals: tuple[Rule, ...] = ()
    verticals: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    drawings: tuple[Box, ...] = ()
    """Shapes that are neither rules nor grounds: a figure may be drawn in them."""
    unmapped: int = 0
    """Characters whose font does not say which character they are."""
    is_cut: bool = False
    """Whether a limit ended the reading of the page."""
    has_hidden_text: bool = False
    """Whether the text is drawn invisibly, as scanners do over a picture."""
    n_paths: int = 0
    """Shapes on the page; text that was turned into outlines has thousands."""
    has_fields: bool = False
    """Whether fields of a form or remarks were made part of it."""
    tagged: tuple[TaggedTable, ...] = ()
    """Tables that the file tags, where rules draw none completely."""
    shown: Box = (-math.inf, -math.inf, math.inf, math.inf)
    """What of it is seen: a table that reaches farther is cut off."""
    to_displayed: Matrix = field(default=IDENTITY, repr=False)

    def displayed(self, box: Box) -> Box:
        """Turn a box back to the page as it is displayed."""
        return transformed(self.to_displayed, box)


def times(first: Matrix, then: Matrix) -> Matrix:
    """One matrix that applies `first` and then `then`."""
    a, b, c, d, e, f = first
    k, m, n, o, p, q = then
    return (
        a * k + b * n,
        a * m + b * o,
        c * k + d * n,
        c * m + d * o,
        e * k + f * n + p,
        e * m + f * o + q,
    )


def transformed(matrix: Matrix, box: Box) -> Box:
    """Smallest upright box round a transformed box.

    Examples
    --------
    >>> transformed((0, 1, -1, 0, 0, 0), (1, 2, 3, 5))
    (-5, 1, -2, 3)
    """
    a, b, c, d, e, f = matrix
    left, top, right, bottom = box
    xs = [a * x + c * y + e for x in (left, right) for y in (top, bottom)]
    ys = [b * x + d * y + f for x in (left, right) for y in (top, bottom)]
    return min(xs), min(ys), max(xs), max(ys)


def frame(turn: int, box: Box) -> Matrix:
    """Matrix from a page's own space to the top left of the page as turned.

    Parameters
    ----------
    turn : int
        Quarter turns clockwise.
    box : tuple of float
        Left, bottom, right and top of the visible part of the page.
    """
    left, bottom, right, top = box
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, -1.0, -1.0, 0.0, top, right),
    )[turn % 4]


def inverse(matrix: Matrix) -> Matrix:
    """The matrix that undoes another."""
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return (
        d / det,
        -b / det,
        -c / det,
        a / det,
        (c * f - d * e) / det,
        (b * e - a * f) / det,
    )


# Rules of published tables are up to 2.25 points wide; dots of dotted ones as large.
RULE_WIDTH = 3.0

# A line is straight if its ends are no farther apart, in points.
LEVEL = 0.5


class Rules:
    """The straight rules of a page, as they are drawn piece by piece, in points.

    Examples
    --------
    >>> rules = Rules()
    >>> rules.along([(0, 0), (90, 0), (90, 30), (0, 0)], is_stroked=True)
    [(0, 0, 90, 30)]
    >>> rules.merged()[0]
    (Rule(position=0.0, low=0, high=90),)
    """

    def __init__(self) -> None:
        self.horizontals: list[Rule] = []
        self.verticals: list[Rule] = []

    def thin(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Take a thin shape as a rule, or a small one as a dot of either direction."""
        width, height = x1 - x0, y1 - y0
        if width > RULE_WIDTH and height > RULE_WIDTH:
            return False
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if width <= RULE_WIDTH and height <= RULE_WIDTH:
            # Thousands of dots follow each other along a rule.
            if not _goes_on(self.horizontals, y, x0, x1) and not _goes_on(
                self.verticals, x, y0, y1
            ):
                self.horizontals.append(Rule(y, x0, x1))
                self.verticals.append(Rule(x, y0, y1))
        elif width > height:
            self.horizontals.append(Rule(y, x0, x1))
        else:
            self.verticals.append(Rule(x, y0, y1))
        return True

    def along(
        self, points: Sequence[tuple[float, float]], *, is_stroked: bool
    ) -> list[Box]:
        """Take the rules along an outline; boxes of its slanted lines are returned."""
        xs, ys = zip(*points, strict=True)
        if self.thin(min(xs), min(ys), max(xs), max(ys)) or not is_stroked:
            return []
        slanted = []
        for (x0, y0), (x1, y1) in pairwise(points):
            left, right = (x0, x1) if x0 < x1 else (x1, x0)
            top, bottom = (y0, y1) if y0 < y1 else (y1, y0)
            if bottom - top < LEVEL < right - left:
                self.horizontals.append(Rule((y0 + y1) / 2, left, right))
            elif right - left < LEVEL < bottom - top:
                self.verticals.append(Rule((x0 + x1) / 2, top, bottom))
            elif right - left >= LEVEL:
                slanted.append((left, top, right, bottom))
        return slanted

    def merged(self) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
        """Horizontal and vertical rules, their pieces joined."""
        return tuple(merge_rules(self.horizontals)), tuple(merge_rules(self.verticals))


def _goes_on(rules: list[Rule], position: float, low: float, high: float) -> bool:
    """Whether a dot goes on with the rule before it, which then reaches to its end."""
    if not rules:
        return False
    at, first, last = rules[-1]
    if at != position or not -RULE_WIDTH <= low - last <= RULE_WIDTH:
        return False
    rules[-1] = Rule(at, first, high)
    return True


def merge_rules(
    rules: Iterable[Rule],
    *,
    gap: float = 3.0,
    thickness: float = 1.2,
    shortest: float = 5.0,
) -> list[Rule]:
    """Join the pieces of rules: dots, dashes, and one border drawn per cell.

    Pieces at exactly one position are joined first, so that dots cannot chain from one
    rule to its neighbour; then what lies within a rule's thickness.

    Parameters
    ----------
    rules : iterable of Rule
        Pieces that all run in one direction.
    gap : float
        The widest break that is bridged.
    thickness : float
        Rules whose positions differ by no more are one.
    shortest : float
        What stays shorter after joining is no rule.

    Returns
    -------
    list of Rule
        Ordered by position.

    Examples
    --------
    >>> merge_rules([Rule(9, x, x + 1) for x in range(0, 20, 2)] + [Rule(40, 0, 1)])
    [Rule(position=9.0, low=0, high=19)]
    """
    at: defaultdict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for position, low, high in rules:
        at[round(position * 4)].append((low, high, position))
    joined = (rule for same in at.values() for rule in _joined(same, gap))
    pieces = sorted(rule for rule in joined if rule.high - rule.low >= shortest)
    merged: list[Rule] = []
    for group in clusters_of(pieces, thickness):
        centre = sum(p.position for p in group) / len(group)
        merged += _joined([(p.low, p.high, centre) for p in group], gap)
    return merged


def _joined(pieces: list[tuple[float, float, float]], gap: float) -> Iterator[Rule]:
    """Pieces, as ends and position, of which each goes on with the one before it."""
    pieces.sort()
    start, end, position = pieces[0]
    for low, high, here in pieces[1:]:
        if low <= end + gap:
            end = max(end, high)
        else:
            yield Rule(position, start, end)
            start, end, position = low, high, here
    yield Rule(position, start, end)


def clusters_of(rules: Sequence[Rule], width: float) -> list[list[Rule]]:
    """Group sorted rules by position; no group is wider than `width`."""
    groups: list[list[Rule]] = []
    for rule in rules:
        if groups and rule.position - groups[-1][0].position <= width:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


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
        least = 0.1 * size
        for last, char in zip(self.chars, self.chars[1:], strict=False):
            if char.left - last.right > least:
                gap = gap_between(last, char, size)
                if gap > WIDE_GAP * size or (char.spaced and gap > least):
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
    if len(chars) == 1 and not (chars[0].turn or chars[0].doubtful):
        return plain_radicals(chars[0].text)
    turns = [c.turn for c in chars if c.turn]
    if len(turns) * 2 > len(chars):
        turn = max(set(turns), key=turns.count)
        chars = [_upright(c, turn) for c in chars]
    return "\n".join(line.text for line in lines_of(chars))


def sure_and_whole(chars: Sequence[Char]) -> tuple[str, str]:
    """Text of a cell without its doubtful characters, and with them.

    What nobody sees beside a figure that is seen, and apart from it, is left out.
    """
    sure = [c for c in chars if not c.doubtful]
    if len(sure) < len(chars):
        chars = [c for c in chars if not (c.unseen and _is_apart(c, sure))]
    text = cell_text(sure)
    if len(sure) == len(chars):
        return text, text
    return text, cell_text([c._replace(doubtful=False) for c in chars])


def _is_apart(char: Char, sure: Sequence[Char]) -> bool:
    """Whether digits are seen beside a character, none of them near it."""
    height = char.bottom - char.top
    gaps = [
        max(c.left - char.right, char.left - c.right)
        for c in sure
        if c.text.isdecimal() and abs(c.baseline - char.baseline) < SAME_LINE * height
    ]
    return bool(gaps) and min(gaps) > height


def _upright(char: Char, turn: int) -> Char:
    """Turn a character's place clockwise by quarter turns."""
    left, top, right, bottom = char[1:5]
    x, y = char.origin, char.baseline
    for _ in range(turn):
        left, top, right, bottom = -bottom, left, -top, right
        x, y = -y, x
    return Char(char.text, left, top, right, bottom, x, y, 0, *char[8:])


# What a table prints where a figure belongs. Signs for "does not apply" included.
NUMERIC = re.compile(r"[+\-＋－]?[\d０-９][\d０-９,，.．]*|[/／\-—－_]+")

# A figure, and the unit that may stand behind it.
WITH_UNIT = re.compile(r"[+\-＋－]?\d[\d,，.．]*[件条项宗万亿元]{0,3}")

# A part of a figure that wrapped, wherever it broke.
PART = re.compile(r"[\d,，.．]+")

# What the first or the last line of a page may be.
PAGE_NUMBER = re.compile(r"[-—–－·]?\s*\d{1,3}\s*[-—–－·]?")

# Gaps in parts of the character size: figures of neighbouring columns may stand close,
# digits of one figure never stand so far apart; words of one text stand closer than
# label and figure do.
NUMBER_GAP = 0.4
WORD_GAP = 0.9

# One line alone is a row of a table (cut by a page break) if it has this many figures.
MANY_FIGURES = 5

# A header separates the figures of two rows by no more lines.
MAX_LINES_BETWEEN = 5

# Chinese characters are so much higher than figures of the same size.
FIGURE_SIZE = 1.25

# A figure stands within this many character sizes of both middle lines of its label;
# rows of a table within this many of the next line. A line this much larger than rows
# is a heading.
HALF_PITCH, FAR, HEADING_SIZE = 1.1, 6.0, 1.2


@dataclass(frozen=True, slots=True)
class GappedLine:
    """A line of text cut at its gaps."""

    line: Line
    runs: tuple[Line, ...]

    @property
    def figures(self) -> int:
        """How many figures the row holds."""
        return sum(is_numeric(run.text) for run in self.runs)

    @property
    def is_tabular(self) -> bool:
        """Whether the line looks like a row of a table."""
        return len(self.runs) >= 3 or (len(self.runs) == 2 and self.figures >= 1)


def is_numeric(text: str) -> bool:
    """Whether a text is a figure or a sign in its place.

    Examples
    --------
    >>> [is_numeric(t) for t in ("1,362", "-417", "/", "24252.31", "3件", "")]
    [True, True, True, True, False, False]
    """
    return NUMERIC.fullmatch(text) is not None


def row_of(line: Line) -> GappedLine:
    """Cut a line into runs of characters between gaps."""
    size = line.size
    runs: list[Line] = []
    run: list[Char] = []
    for char in line.chars:
        if run:
            last = run[-1]
            gap = gap_between(last, char, size)
            both = _is_digit(last.text) and _is_digit(char.text)
            if gap > (NUMBER_GAP if both else WORD_GAP) * size:
                runs.append(Line(tuple(run)))
                run = []
        run.append(char)
    runs.append(Line(tuple(run)))
    return GappedLine(line, tuple(runs))


def _is_digit(text: str) -> bool:
    return text.isdigit() or text in "/／-—－_"


def aligned_regions(rows: Sequence[GappedLine]) -> list[tuple[int, int]]:
    """First and last index of each stretch of rows that together look like a table.

    Few lines part the rows of a table; no heading does, and no wide gap.
    """
    regions: list[tuple[int, int]] = []
    for i, row in enumerate(rows):
        if not (row.is_tabular or _is_beside_label(rows, i)):
            continue
        if i in (0, len(rows) - 1) and PAGE_NUMBER.fullmatch(row.line.text):
            continue
        if regions and _belong(rows[regions[-1][1] : i + 1]):
            regions[-1] = (regions[-1][0], i)
        else:
            regions.append((i, i))
    return [
        (first, last)
        for first, last in regions
        if last > first or rows[first].figures >= MANY_FIGURES
    ]


def _is_beside_label(rows: Sequence[GappedLine], i: int) -> bool:
    """Whether a row is one figure, between the lines of its label."""
    row = rows[i]
    if len(row.runs) > 1 or not row.figures:
        return False
    return any(
        abs(other.line.baseline - row.line.baseline) <= HALF_PITCH * other.line.size
        and other.line.chars[-1].right < row.line.chars[0].left
        for other in rows[max(0, i - 1) : i + 2]
    )


def _text_size(line: Line) -> float:
    """Character size of a line that may be figures only, which are less high."""
    has_words = any(c.text >= "\u2e80" and not c.text.isdecimal() for c in line.chars)
    return line.size if has_words else FIGURE_SIZE * line.size


def _belong(rows: Sequence[GappedLine]) -> bool:
    """Whether the first and the last of some rows may be rows of one table."""
    if any(
        low.line.baseline - high.line.baseline > FAR * high.line.size
        for high, low in pairwise(rows)
    ):
        return False
    between = rows[1:-1]
    size = max(_text_size(rows[0].line), _text_size(rows[-1].line))
    if any(len(r.runs) == 1 and r.line.size > HEADING_SIZE * size for r in between):
        return False
    return len(between) <= MAX_LINES_BETWEEN


# Lines of one text follow each other within this many character sizes.
WRAP_PITCH = 1.6


def may_be_figure(text: str) -> bool:
    """Whether a text is a figure, its unit and doubtful digits of it included.

    Examples
    --------
    >>> may_be_figure("1,2〔3〕4 件"), may_be_figure("1.属于国家秘密")
    (True, False)
    """
    plain = re.sub(r"[〔〕\s]", "", text)
    return is_numeric(plain) or bool(WITH_UNIT.fullmatch(plain))


def crowded(rows: Sequence[GappedLine]) -> set[int]:
    """Rows, by index, with figures that may be lines of one figure that wrapped.

    They stand under each other and follow each other as lines do, separators of
    thousands among them. A label beside each is no proof: labels wrap as well.

    Parameters
    ----------
    rows : sequence of GappedLine
        From the top down.
    """
    sizes = [_text_size(row.line) for row in rows]
    figures = [
        [x.box for x in row.runs if may_be_figure(x.text) or PART.fullmatch(x.text)]
        for row in rows
    ]
    found: set[int] = set()
    for i, high in enumerate(rows):
        for j in range(i + 1, len(rows)):
            pitch = rows[j].line.baseline - high.line.baseline
            if pitch >= WRAP_PITCH * max(sizes):
                break
            if pitch < WRAP_PITCH * max(sizes[i], sizes[j]) and any(
                one[0] < other[2] and other[0] < one[2]
                for one in figures[i]
                for other in figures[j]
            ):
                found |= {i, j}
    return found


def aligned_cells(
    rows: Sequence[GappedLine], doubtful: Container[int]
) -> tuple[GridCell, ...]:
    """Cells of a grid of kind ALIGNED: one row per line, one cell per run.

    Figures of doubtful rows, by index, stand in brackets.
    """
    return tuple(
        GridCell(
            # In brackets: a sum of parts of figures may hold, and settles none.
            bracketed(run.text)
            if r in doubtful and "〔" not in run.text and may_be_figure(run.text)
            else run.text,
            r,
            c,
            box=run.box,
        )
        for r, row in enumerate(rows)
        for c, run in enumerate(row.runs)
    )
