"""Columns of tables that draw none, and columns carried from page to page.

White space between the figures of many lines parts columns. Figures at the right end of
their cells, under words in the middle of theirs, may stand nearer to the next word:
where they may be under either, they are nobody's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from govinfo.readers.page.model import Char, Line, gap_between, is_numeric, row_of

# White between two columns, in parts of the character size.
COLUMN_GAP = 0.3

# Lines of so many words or figures tell where columns are.
TELLING = 3

# So do lines that are this near to them, in character sizes.
BESIDE = 0.75


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a line, and the first and last column that it covers."""

    first: int
    last: int
    line: Line

    @property
    def is_mixed(self) -> bool:
        """Whether a figure stands beside other text, which an edge should part."""
        runs = row_of(self.line).runs
        return len(runs) > 1 and any(is_numeric(run.text) for run in runs)

    @property
    def figures(self) -> int:
        """How many figures it holds; more than one are not apart."""
        return sum(is_numeric(run.text) for run in row_of(self.line).runs)


def column_edges(
    lines: Sequence[Line], low: float, high: float, fixed: Iterable[float] = ()
) -> list[float]:
    """Edges of columns between two outer edges.

    Parameters
    ----------
    lines : sequence of Line
        Lines of one table.
    low, high : float
        Outer edges.
    fixed : iterable of float
        Edges that are known, for example from the ends of rules.
    """
    known = sorted(fixed)
    edges = _edges_of(lines, low, high, known)
    over = _spanning(lines, edges)
    if over:
        edges = _edges_of([x for x in lines if x not in over], low, high, known)
    return edges


def _edges_of(
    lines: Sequence[Line], low: float, high: float, known: Sequence[float]
) -> list[float]:
    edges = [low, *known, high]
    for start, end in _gutters(lines):
        if (
            low < start
            and end < high
            and not any(start - 4 <= x <= end + 4 for x in known)
        ):
            edges.append(_quiet_place(lines, start, end))
    return sorted(edges)


def _spanning(lines: Sequence[Line], edges: Sequence[float]) -> list[Line]:
    """Header lines with a word that stands between two columns of figures.

    Such a word heads both and is no column; a column that is blank in every row leaves
    twice as much room between its neighbours.
    """
    pieces = [(line, p) for line in lines for p in pieces_of([line], edges)]
    middles: dict[int, float] = {}
    for _, piece in pieces:
        if piece.figures and piece.first == piece.last:
            left, _, right, _ = piece.line.box
            middles[piece.first] = (left + right) / 2
    columns = sorted(middles)
    if len(columns) < TELLING:
        return []
    steps = {(a, b): middles[b] - middles[a] for a, b in pairwise(columns)}
    usual = median(steps.values())
    ghosts = {
        column
        for (a, b), step in steps.items()
        if step < 1.5 * usual
        for column in range(a + 1, b)
    }
    return [x for x, p in pieces if p.first == p.last and p.first in ghosts]


def _gutters(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Stretches without ink in all telling lines."""
    spans: list[tuple[float, float]] = []
    sizes: list[float] = []
    found = [(line, _spans(line)) for line in lines]
    telling = [line.baseline for line, inks in found if len(inks) >= TELLING]
    for line, inks in found:
        if len(inks) >= TELLING:
            sizes.append(line.size)
        # Words of one header row stand at several heights.
        if any(abs(line.baseline - y) <= BESIDE * line.size for y in telling):
            spans += inks
    if not spans:
        return []
    least = COLUMN_GAP * median(sizes)
    spans.sort()
    gutters = []
    end = spans[0][1]
    for low, high in spans[1:]:
        if low - end >= least:
            gutters.append((end, low))
        end = max(end, high)
    return gutters


def _spans(line: Line) -> list[tuple[float, float]]:
    """Stretches of ink in a line, between gaps as wide as those of columns."""
    least = COLUMN_GAP * line.size
    spans = [(line.chars[0].left, line.chars[0].right)]
    for last, char in zip(line.chars, line.chars[1:], strict=False):
        if gap_between(last, char, line.size) >= least:
            spans.append((char.left, char.right))
        else:
            spans[-1] = (spans[-1][0], max(spans[-1][1], char.right))
    return spans


def _quiet_place(lines: Sequence[Line], low: float, high: float) -> float:
    """Middle of the widest white between two columns that words of headers leave."""
    inks = sorted(
        (left, right)
        for line in lines
        for left, right in _spans(line)
        if left < high and low < right and not (left <= low and high <= right)
    )
    best = (0.0, (low + high) / 2)
    end = low
    for left, right in [*inks, (high, high)]:
        best = max(best, (left - end, (left + end) / 2))
        end = max(end, right)
    return best[1]


def pieces_of(lines: Sequence[Line], xs: Sequence[float]) -> list[Stretch]:
    """Cut lines at the edges of columns, except where a text runs across.

    Examples
    --------
    >>> def ink(text, left):
    ...     return Char(text, left, 0, left + 5, 9, left, 9, 0, False)
    >>> line = Line((ink("7", 3), ink("1", 22), ink("2", 28)))
    >>> [(p.first, p.last, p.line.text) for p in pieces_of([line], (0, 20, 25, 40))]
    [(0, 0, '7'), (1, 2, '12')]
    """
    return [piece for line in lines for piece in _apart(line, xs)]


def pieces_by_line(lines: Sequence[Line], xs: Sequence[float]) -> list[list[Stretch]]:
    """Pieces of each line, see `pieces_of`."""
    pieces = iter(pieces_of(lines, xs))
    by_line = []
    for line in lines:
        here: list[Stretch] = []
        while sum(len(p.line.chars) for p in here) < len(line.chars):
            here.append(next(pieces))
        by_line.append(here)
    return by_line


def _apart(line: Line, xs: Sequence[float]) -> Iterator[Stretch]:
    """Stretches of a line, cut where white space lies at an edge."""
    least = 0.8 * COLUMN_GAP * line.size
    part = [line.chars[0]]
    for last, char in zip(line.chars, line.chars[1:], strict=False):
        is_over = _column(last, xs) != _column(char, xs)
        if is_over and gap_between(last, char, line.size) >= least:
            yield _piece(part, xs)
            part = []
        part.append(char)
    yield _piece(part, xs)


def _piece(chars: Sequence[Char], xs: Sequence[float]) -> Stretch:
    return Stretch(_column(chars[0], xs), _column(chars[-1], xs), Line(tuple(chars)))


def _column(char: Char, xs: Sequence[float]) -> int:
    at = bisect_right(xs, (char.left + char.right) / 2) - 1
    return max(0, min(at, len(xs) - 2))


def has_stray_figures(by_line: Sequence[Sequence[Stretch]], first: int) -> bool:
    """Whether figures stand between two words, and may be under either.

    Parameters
    ----------
    by_line : sequence of sequence of Stretch
        Pieces of each line.
    first : int
        First column of figures.
    """
    # One below the other, tables have headers of their own.
    blocks: list[tuple[set[int], set[int]]] = [(set(), set())]
    for pieces in by_line:
        words = [
            p
            for p in pieces
            if p.last >= first and not any(c.text.isdigit() for c in p.line.chars)
        ]
        # A unit that wrapped is one character.
        if sum(len(p.line.chars) > 1 for p in words) > 1 and blocks[-1][1]:
            blocks.append((set(), set()))
        for piece in words:
            blocks[-1][0].update(range(piece.first, piece.last + 1))
        blocks[-1][1].update(piece.first for piece in pieces if piece.figures)
    return any(
        {column - 1, column + 1} & (named - filled)
        for named, filled in blocks
        for column in filled - named
        if column >= first
    )


# The first column of figures where there are none.
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Bands:
    """Columns of a table: their edges, and the first that holds figures.

    Of a table that is cut off below its header, the first is `UNKNOWN`.
    """

    xs: tuple[float, ...]
    first: int


def carried_on(lines: Sequence[Line], above: Bands) -> Bands | None:
    """Columns of a table above, if lines without a header stand under them.

    Where an edge cuts through a text the table does not go on.

    Examples
    --------
    >>> def ink(text, left):
    ...     return Char(text, left, 0, left + 5, 9, left, 9, 0, False)
    >>> line = Line((ink("7", 3), ink("1", 42)))
    >>> carried_on([line], Bands((0, 20, 40, 60), 0)).xs
    (0, 20, 40, 60)
    >>> carried_on([line], Bands((0, 20, 44, 60), 0)) is None
    True
    """
    xs, first = above.xs, above.first
    runs = [run for line in lines for run in row_of(line).runs]
    figures = [run for run in runs if is_numeric(run.text)]
    top = min((run.baseline for run in figures), default=0.0)
    if first == UNKNOWN:
        first = min((_column_of(run, xs) for run in figures), default=UNKNOWN)
    inks: dict[int, tuple[float, float]] = {}
    for run in runs:
        left, _, right, _ = run.box
        column = _column_of(run, xs)
        if not 0 <= column < len(xs) - 1:
            return None
        if is_numeric(run.text):
            if column < first:
                return None
        elif column < first:
            column = first - 1
        elif run.baseline < top - 1:
            # A header: the table does not go on, another begins.
            return None
        else:
            continue
        low, high = inks.get(column, (left, right))
        inks[column] = min(low, left), max(high, right)
    is_cut = any(
        inks.get(i - 1, (0.0, xs[i]))[1] > xs[i] or inks.get(i, (xs[i], 0.0))[0] < xs[i]
        for i in range(max(first, 1), len(xs) - 1)
    )
    return Bands(xs, first) if inks and not is_cut else None


def _column_of(run: Line, xs: Sequence[float]) -> int:
    """Column of the middle of a text, outside all of them -1 or their number."""
    left, _, right, _ = run.box
    return bisect_right(xs, (left + right) / 2) - 1
