"""Columns of tables that draw none: white space between the figures of many lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from govinfo.readers.pdf_aligned import is_numeric, row_of
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.pdf_text import Line, gap_between

# White between two columns, in parts of the character size.
COLUMN_GAP = 0.3

# Lines of so many words or figures tell where columns are.
TELLING = 3

# So do lines that are this near to them, in character sizes.
BESIDE = 0.75

# Header words of neighbouring columns may touch; they are told from one long word by
# standing in the middle of their columns, but for this part of the width.
OFF_CENTRE = 0.15


@dataclass(slots=True)
class Tries:
    """How often it is still tried to make a table of lines."""

    left: int = 24

    def take(self) -> bool:
        """Whether there was one left."""
        self.left -= 1
        return self.left >= 0


@dataclass(frozen=True, slots=True)
class Piece:
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


def pieces_of(lines: Sequence[Line], xs: Sequence[float]) -> list[Piece]:
    """Cut lines at the edges of columns, except where a text runs across.

    Examples
    --------
    >>> def ink(text, left):
    ...     return Char(text, left, 0, left + 5, 9, left, 9, 0, False)
    >>> line = Line((ink("7", 3), ink("1", 22), ink("2", 28)))
    >>> [(p.first, p.last, p.line.text) for p in pieces_of([line], (0, 20, 25, 40))]
    [(0, 0, '7'), (1, 2, '12')]
    """
    pieces = [piece for line in lines for piece in _apart(line, xs)]
    first = min((p.first for p in pieces if p.figures), default=len(xs))
    return [part for piece in pieces for part in _header_words(piece, xs, first)]


def pieces_by_line(lines: Sequence[Line], xs: Sequence[float]) -> list[list[Piece]]:
    """Pieces of each line, see `pieces_of`."""
    pieces = iter(pieces_of(lines, xs))
    by_line = []
    for line in lines:
        here: list[Piece] = []
        while sum(len(p.line.chars) for p in here) < len(line.chars):
            here.append(next(pieces))
        by_line.append(here)
    return by_line


def _apart(line: Line, xs: Sequence[float]) -> Iterator[Piece]:
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


def _header_words(piece: Piece, xs: Sequence[float], first: int) -> list[Piece]:
    """Words of neighbouring figure columns that touch, cut apart."""
    if piece.first == piece.last or piece.first < first or piece.figures:
        return [piece]
    parts: dict[int, list[Char]] = {}
    for char in piece.line.chars:
        parts.setdefault(_column(char, xs), []).append(char)
    if all(_is_centred(part, xs) for part in parts.values()):
        return [_piece(part, xs) for part in parts.values()]
    return [piece]


def _piece(chars: Sequence[Char], xs: Sequence[float]) -> Piece:
    return Piece(_column(chars[0], xs), _column(chars[-1], xs), Line(tuple(chars)))


def _column(char: Char, xs: Sequence[float]) -> int:
    at = bisect_right(xs, (char.left + char.right) / 2) - 1
    return max(0, min(at, len(xs) - 2))


def _is_centred(chars: Sequence[Char], xs: Sequence[float]) -> bool:
    column = _column(chars[0], xs)
    low, high = xs[column], xs[column + 1]
    off = (chars[0].left + chars[-1].right - low - high) / 2
    return abs(off) <= OFF_CENTRE * (high - low)


def spread(
    pieces: Sequence[Piece], xs: Sequence[float], ends: Iterable[float]
) -> list[Piece]:
    """Widen header words to the columns in whose middle they stand.

    Between the ends of the rules at a row, words that each stand in the middle of
    neighbouring stretches of columns, which together fill the room, head all of these.
    Where they do not, as when words begin at the left, nothing is widened.

    Parameters
    ----------
    pieces : sequence of Piece
        All pieces of one row without figures.
    xs : sequence of float
        Edges of columns.
    ends : iterable of float
        Where rules above or below the row begin or end.
    """
    bounds = sorted({0, len(xs) - 1, *(_nearest(xs, end) for end in ends)})
    widened: list[Piece] = []
    for start, stop in zip(bounds, bounds[1:], strict=False):
        here = [p for p in pieces if start <= p.first and p.last < stop]
        here.sort(key=lambda p: p.first)
        widened += _tiled(here, xs, start, stop) or here
    # Pieces that run across an end are left as they are.
    rest = [
        p
        for p in pieces
        if not any(
            start <= p.first and p.last < stop
            for start, stop in zip(bounds, bounds[1:], strict=False)
        )
    ]
    return widened + rest


def _tiled(
    pieces: Sequence[Piece], xs: Sequence[float], start: int, stop: int
) -> list[Piece] | None:
    at = start
    tiles = []
    for i, piece in enumerate(pieces):
        left, _, right, _ = piece.line.box
        end = _nearest(xs, left + right - xs[at])
        off = abs(left + right - xs[at] - xs[end])
        last = i == len(pieces) - 1
        if end <= piece.last or off > 0.5 * (xs[end] - xs[end - 1]):
            return None
        if end > stop or (last and end != stop):
            return None
        tiles.append(Piece(at, end - 1, piece.line))
        at = end
    return tiles


def _nearest(xs: Sequence[float], x: float) -> int:
    return min(range(len(xs)), key=lambda i: abs(xs[i] - x))
