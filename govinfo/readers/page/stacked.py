"""Tables that draw horizontal rules only.

The rules give the rows, and where they end inside the table, some columns; white space
gives the others. A table whose figures do not fall one to a cell is not
settled here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from govinfo.readers.page.columns import (
    Bands,
    Stretch,
    carried_on,
    column_edges,
    has_stray_figures,
    pieces_by_line,
    pieces_of,
)
from govinfo.readers.page.lattice import Lattice, borders, lattice_of
from govinfo.readers.page.model import HEADING_SIZE, Line, Rule, row_of

# Shorter rules underline words.
SHORTEST = 60.0

# Rules that end within this many points end in line.
IN_LINE = 4.0

# A rule and a text do not belong together if the room between them is more than this
# many times that of the table's usual rows, and than this part of the text's size.
USUAL_ROOM, LEAST_ROOM = 2.5, 1.2

# Header rows without a figure are a table if they have this many columns.
MANY_COLUMNS = 4

# A row of this many lines, or many lines this long in parts of the table's width, are
# running text between two rules.
MANY_LINES = 12
LONG_LINE, LONG_SHARE = 0.6, 0.34

# Lines of one text follow each other within this many character sizes.
LINE_PITCH = 1.9

# Places tried where two tables that lie close might be parted.
MAX_TRIES = 6


@dataclass(slots=True)
class _Tries:
    """Attempts left to make a table of lines."""

    left: int = 24

    def take(self) -> bool:
        """Whether there was one left."""
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class _Stack:
    """Rules under one another, and the lines of text at and between them."""

    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]

    @property
    def low(self) -> float:
        return min(rule.low for rule in self.rules)

    @property
    def high(self) -> float:
        return max(rule.high for rule in self.rules)

    def bands(self) -> Iterator[tuple[int, list[Line]]]:
        """Index of the rule below, and the lines between it and the rule above."""
        for i in range(1, len(self.rules)):
            top, bottom = self.rules[i - 1].position, self.rules[i].position
            yield i, [line for line in self.lines if top < line.baseline <= bottom]


def stacked_tables(
    rules: Sequence[Rule], lines: Sequence[Line], above: Bands | None = None
) -> list[Lattice]:
    """Tables between horizontal rules whose columns can be settled.

    Parameters
    ----------
    rules : sequence of Rule
        Horizontal rules that belong to no ruled table.
    lines : sequence of Line
        Lines of text outside ruled tables, from the top down.
    above : Bands, optional
        Columns of the table that the first one may go on with.

    Returns
    -------
    list of Lattice
        What could not be settled is left out.
    """
    tables: list[Lattice] = []
    for stack in _stacks([r for r in rules if r.high - r.low >= SHORTEST], lines):
        for part in _parts(stack):
            tables += _settled(part, _Tries(), above)
            above = None
    return tables


def _stacks(rules: Sequence[Rule], lines: Sequence[Line]) -> Iterator[_Stack]:
    """Group rules that lie under one another."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules):
        for group in groups:
            low, high = min(r.low for r in group), max(r.high for r in group)
            shared = min(high, rule.high) - max(low, rule.low)
            if shared >= 0.8 * min(high - low, rule.high - rule.low):
                group.append(rule)
                break
        else:
            groups.append([rule])
    for group in groups:
        low = 2 * min(r.low for r in group) - IN_LINE
        high = 2 * max(r.high for r in group) + IN_LINE
        top, bottom = min(group).position, max(group).position
        beside = [
            line.chars[0].left + line.chars[0].right < low
            for line in lines
            if top < line.baseline <= bottom
            and low <= line.chars[-1].left + line.chars[-1].right <= high
        ]
        if sum(beside) > LONG_SHARE * len(beside):
            # The rules lie under the figures, but not under their labels.
            continue
        clipped = (
            tuple(c for c in line.chars if low <= c.left + c.right <= high)
            for line in lines
        )
        yield _Stack(tuple(group), tuple(Line(chars) for chars in clipped if chars))


def _parts(stack: _Stack) -> list[_Stack]:
    """Cut a stack where a heading stands between two tables."""
    usual = _usual_room(stack)
    size = median([line.size for line in stack.lines] or [0.0])
    cuts: list[int] = []
    first = 0
    for i, band in stack.bands():
        if not _may_be_heading(stack, first, i, band):
            continue
        below = band[1].box[1] if len(band) > 1 else stack.rules[i].position
        _, top, _, bottom = band[0].box
        room = max(top - stack.rules[i - 1].position, below - bottom)
        is_large = band[0].size > HEADING_SIZE * size
        if is_large or room > max(USUAL_ROOM * usual, LEAST_ROOM * band[0].size):
            cuts.append(i)
            first = i
    return _cut(stack, cuts)


def _usual_room(stack: _Stack) -> float:
    rooms = [
        band[0].box[1]
        - stack.rules[i - 1].position
        + stack.rules[i].position
        - band[-1].box[3]
        for i, band in stack.bands()
        if band
    ]
    return median(rooms) / 2 if rooms else 0.0


def _may_be_heading(stack: _Stack, first: int, i: int, band: Sequence[Line]) -> bool:
    """Whether the first line between two rules may be a heading between two tables.

    It stands under the end of a table, is one text, and begins at the left.
    """
    if not band or len(row_of(band[0]).runs) > 1:
        return False
    upper, lower = stack.rules[i - 1], stack.rules[i]
    low = min(rule.low for rule in stack.rules[first:i])
    if upper.low > low + IN_LINE:
        return False
    if len(band) == 1 and lower.high - lower.low < 0.8 * (stack.high - stack.low):
        return False
    left, _, right, _ = band[0].box
    off = abs(left + right - upper.low - upper.high) / 2
    return off > 0.1 * (upper.high - upper.low)


def _cut(stack: _Stack, cuts: Sequence[int]) -> list[_Stack]:
    """Cut a stack above some of its rules."""
    bounds = [0, *cuts, len(stack.rules)]
    return [
        _Stack(stack.rules[start:stop], stack.lines)
        for start, stop in pairwise(bounds)
        if stop - start >= 2
    ]


def _settled(stack: _Stack, tries: _Tries, above: Bands | None) -> list[Lattice]:
    """The table of a stack, or two if there is a heading close between them."""
    table = _table(stack, above) if tries.take() else None
    if table is not None:
        return [table]
    if tries.left <= 0:
        return []
    places = [
        (band[0].size, -i)
        for i, band in stack.bands()
        if _may_be_heading(stack, 0, i, band)
    ]
    for _, i in sorted(places, reverse=True)[:MAX_TRIES]:
        found = [
            _settled(part, tries, None if n else above)
            for n, part in enumerate(_cut(stack, [-i]))
        ]
        if all(found):
            return [table for tables in found for table in tables]
    return []


def _table(stack: _Stack, above: Bands | None) -> Lattice | None:
    """Cells of one table, if its columns are settled."""
    ys = _unique([rule.position for rule in stack.rules])
    rows = [line for line in stack.lines if ys[0] < line.baseline <= ys[-1]]
    low, high = stack.low, stack.high
    ends = _unique([x for rule in stack.rules for x in (rule.low, rule.high)])
    inner = [x for x in ends if low + IN_LINE < x < high - IN_LINE]
    same = carried_on(rows, above) if above is not None else None
    xs = list(same.xs) if same else column_edges(rows, low, high, inner)
    if len(xs) < 3 or (len(ys) < 3 and len(xs) <= MANY_COLUMNS):
        return None
    if same is None:
        by_line = pieces_by_line(rows, xs)
        if has_stray_figures(by_line, _first_column(dict(enumerate(by_line)))):
            return None
    pieces: defaultdict[int, list[Stretch]] = defaultdict(list)
    for piece in pieces_of(rows, xs):
        band = min(bisect_right(ys, piece.line.chars[0].baseline), len(ys) - 1) - 1
        pieces[band].append(piece)
    if not _is_settled(rows, pieces, xs) or _has_several_rows(pieces.values()):
        return None
    first = _first_column(pieces)
    if same is None and _is_headless(pieces, first):
        return None
    upright = [[True] * (len(ys) - 1) for _ in xs]
    for band, found in pieces.items():
        for piece in found:
            for i in range(piece.first + 1, piece.last + 1):
                upright[i][band] = False
        labels = [piece.last for piece in found if piece.last < first]
        if labels and any(piece.figures for piece in found):
            # An empty cell before the figures would be taken for one of theirs.
            for i in range(max(labels) + 1, first):
                upright[i][band] = False
    return lattice_of(xs, ys, upright, borders(ys, xs, stack.rules))


def _first_column(pieces: Mapping[int, Sequence[Stretch]]) -> int:
    """First column of figures, or of such as only the header names."""
    figured = [found for found in pieces.values() if any(p.figures for p in found)]
    first = min((p.first for found in figured for p in found if p.figures), default=0)
    labels = (p.last for found in figured for p in found if p.last < first)
    return max(labels, default=-1) + 1


def _is_headless(pieces: Mapping[int, Sequence[Stretch]], first: int) -> bool:
    """Whether nothing above the figures names their columns.

    A column that is blank here leaves no trace, nor is it known whose the others are.
    """
    figured = [band for band, found in pieces.items() if any(p.figures for p in found)]
    return bool(figured) and not any(
        p.last >= first for b in pieces if b < min(figured) for p in pieces[b]
    )


def _unique(positions: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for position in sorted(positions):
        if not kept or position - kept[-1] > IN_LINE:
            kept.append(position)
    return kept


def _has_several_rows(bands: Iterable[list[Stretch]]) -> bool:
    """Whether one column holds texts between two rules that are far apart."""
    for pieces in bands:
        ordered = sorted(pieces, key=lambda p: p.line.baseline)
        for i, high in enumerate(ordered):
            for low in ordered[i + 1 :]:
                if high.first <= low.last and low.first <= high.last:
                    pitch = low.line.baseline - high.line.baseline
                    if pitch > LINE_PITCH * low.line.size:
                        return True
                    break
    return False


def _is_settled(
    rows: Sequence[Line], pieces: dict[int, list[Stretch]], xs: Sequence[float]
) -> bool:
    """Whether this is a table, and its figures fall one to a cell."""
    long = sum(
        right - left > LONG_LINE * (xs[-1] - xs[0])
        for line in rows
        for left, _, right, _ in (run.box for run in row_of(line).runs)
    )
    bands = Counter(
        len({round(piece.line.baseline) for piece in found})
        for found in pieces.values()
    )
    if not rows or long > LONG_SHARE * len(rows) or max(bands) > MANY_LINES:
        return False
    figures = [
        (band, piece.first)
        for band, found in pieces.items()
        for piece in found
        for _ in range(piece.figures)
    ]
    if len(set(figures)) < len(figures) or any(
        piece.is_mixed for found in pieces.values() for piece in found
    ):
        return False
    return bool(figures) or len(xs) > MANY_COLUMNS
