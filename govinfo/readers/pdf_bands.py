"""Bands of columns: of figures, and of labels before them; also from page to page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from govinfo.readers.pdf_aligned import is_numeric, row_of
from govinfo.readers.pdf_columns import Piece, column_edges, pieces_by_line
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.pdf_headed import headed
from govinfo.readers.pdf_text import Line, gap_between
from govinfo.readers.ruling import Lattice

# Texts of so many lines that begin in line begin at the edge of a column of labels.
IN_LINE = 3

# White beside a text that may begin at the edge of a column, in character sizes.
LABEL_GAP = 0.4

# Two edges of columns of labels are not this near, in character sizes.
NEAR = 1.5

# The first column of figures where there are none.
UNKNOWN = -1

# An edge that is moved goes no farther into a column that is blank, in points.
SLACK = 12.0


@dataclass(frozen=True, slots=True)
class Bands:
    """Columns of a table: their edges, and the first that holds figures.

    Of a table that is cut off below its header, the first is `UNKNOWN`.
    """

    xs: tuple[float, ...]
    first: int


def carried_on(lines: Sequence[Line], above: Bands) -> Bands | None:
    """Columns of a table above, if lines without a header stand under them.

    An edge that cuts through a text here is moved to the white beside it.

    Examples
    --------
    >>> def ink(text, left):
    ...     return Char(text, left, 0, left + 5, 9, left, 9, 0, False)
    >>> line = Line((ink("7", 3), ink("1", 42)))
    >>> carried_on([line], Bands((0, 20, 40, 60), 0)).xs
    (0, 20, 40, 60)
    >>> carried_on([line], Bands((0, 20, 44, 60), 0)).xs
    (0, 20, 37.0, 60)
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
    moved = list(xs)
    for i in range(max(first, 1), len(xs) - 1):
        low = inks[i - 1][1] if i - 1 in inks else max(moved[i - 1], xs[i] - SLACK)
        high = inks[i][0] if i in inks else min(xs[i + 1], xs[i] + SLACK)
        if low >= high:
            return None
        if not low <= xs[i] <= high:
            moved[i] = (low + high) / 2
    return Bands(tuple(moved), first) if inks else None


def _column_of(run: Line, xs: Sequence[float]) -> int:
    """Column of the middle of a text, outside all of them -1 or their number."""
    left, _, right, _ = run.box
    return bisect_right(xs, (left + right) / 2) - 1


def bands_of(table: Lattice, inside: Sequence[Sequence[Char]]) -> Bands:
    """Columns of a ruled table with these characters in its cells."""
    figured = (
        cell.column
        for cell, chars in zip(table.cells, inside, strict=True)
        if chars and is_numeric("".join(c.text for c in chars))
    )
    return Bands(table.xs, min(figured, default=UNKNOWN))


def bands_among(lines: Sequence[Line], edges: Sequence[float]) -> Bands | None:
    """Columns of lines with a header, or with all their cells filled.

    Parameters
    ----------
    lines : sequence of Line
        Lines of one table.
    edges : sequence of float
        Edges of columns, if vertical rules give them.
    """
    low = min(line.chars[0].left for line in lines) - 1
    high = max(line.chars[-1].right for line in lines) + 1
    xs = list(edges) or column_edges(lines, low, high)
    if len(xs) < 3:
        return None
    by_line = pieces_by_line(lines, xs)
    first = _first_column(by_line)
    if first is None or (not first and _has_labels_within(by_line)):
        return None
    if first and not edges:
        inner = label_edges(lines, xs[first])
        size = size_of(lines)
        for i in range(1, first):
            if all(abs(xs[i] - x) > NEAR * size for x in inner) and any(
                any(p.last < i for p in ps) and any(i <= p.first < first for p in ps)
                for ps in by_line
            ):
                inner.append(xs[i])
        xs = [xs[0], *sorted(inner), *xs[first:]]
        first = len(inner) + 1
    if not edges:
        under = headed(pieces_by_line(lines, xs), xs, first)
        if under is None:
            return None
        xs = under
    return Bands(tuple(xs), first)


def _has_labels_within(by_line: Sequence[list[Piece]]) -> bool:
    """Whether texts stand beside all figures of the first column, as labels do."""
    here = [p for ps in by_line for p in ps if p.first == 0]
    left = min((p.line.box[0] for p in here if p.figures), default=0.0)
    return any(p.line.box[2] < left for p in here if not p.figures)


def _first_column(by_line: Sequence[list[Piece]]) -> int | None:
    """First column of figures, or of such as only the header names."""
    figured = [i for i, ps in enumerate(by_line) if any(p.figures for p in ps)]
    if not figured:
        return None
    first = min(p.first for i in figured for p in by_line[i] if p.figures)
    last_label = max(
        (p.last for ps in by_line[figured[0] :] for p in ps if p.last < first),
        default=-1,
    )
    return last_label + 1


def with_labels_of(lines: Sequence[Line], above: Bands) -> Bands:
    """Columns of a table above, and columns of labels that begin here."""
    if not above.first:
        return above
    size = size_of(lines)
    room = above.xs[above.first]
    inner = list(above.xs[1 : above.first])
    for x in label_edges(lines, room):
        if above.xs[0] < x and all(abs(x - edge) > NEAR * size for edge in inner):
            inner.append(x)
    xs = (above.xs[0], *sorted(inner), *above.xs[above.first :])
    return Bands(xs, len(inner) + 1)


def size_of(lines: Sequence[Line]) -> float:
    """Character size of most lines of a table; figures alone are less high."""
    words = [x.size for x in lines if any(c.text >= "\u2e80" for c in x.chars)]
    return median(words or [line.size for line in lines])


def label_edges(lines: Sequence[Line], room: float) -> list[float]:
    """Edges of columns of labels, where the texts of several lines begin.

    Parameters
    ----------
    lines : sequence of Line
        Lines of one table.
    room : float
        Where the columns of labels end.
    """
    size = size_of(lines)
    starts: list[tuple[float, bool]] = []
    ends: list[float] = []
    for line in lines:
        inside = [c for c in line.chars if c.left + c.right < 2 * room]
        if len(inside) < len(line.chars) and not Piece(0, 0, line).figures:
            # A header, whose words are centred.
            continue
        for i, char in enumerate(inside):
            last = inside[i - 1] if i else None
            gap = gap_between(last, char, line.size) if last else 0.0
            if last is None or gap >= LABEL_GAP * line.size:
                starts.append((char.origin, last is not None))
                if last is not None:
                    ends.append(last.right)
        if inside:
            ends.append(inside[-1].right)
    starts.sort()
    edges: list[float] = []
    group: list[tuple[float, bool]] = []
    for start in [*starts, (float("inf"), False)]:
        if group and start[0] - group[0][0] > 2.0:
            x = group[0][0] - 1.5
            # Labels that are centred begin a little beside those that are not.
            is_near = edges and x - edges[-1] < NEAR * size
            if len(group) >= IN_LINE and any(end < x for end in ends) and not is_near:
                edges.append(x)
            group = []
        group.append(start)
    return edges
