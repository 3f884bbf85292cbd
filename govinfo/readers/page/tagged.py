"""Tables whose cells the file tags, made lattices without a rule drawn.

Tags say which text stands together in a cell, which cells make a row, and what they
span. A row is read that fills the columns of its table; the cells of one that lacks
some are open, for where they stand is known by order alone. A table whose tags and
places contradict each other is not made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from govinfo.document import Box
from govinfo.readers.page.lattice import Lattice, LatticeCell
from govinfo.readers.page.model import (
    Char,
    TaggedTable,
    box_of,
    cell_text,
    may_be_figure,
)

# Ink of a cell reaches beyond its edges by no more than this, in points.
SLACK = 1.0

# So many rows at most stand on two pages: text of a cell that hangs down from them is
# printed on the second.
MOST_REPEATED = 40

# A table of 330 columns was published.
MAX_COLUMNS = 500

# Stands in an empty cell whose text may be on another page, or in another cell.
CUT = "断"


class Columns(NamedTuple):
    """A table that may go on, and the cells that hang down from it."""

    size: int
    last: int
    """Number of its last row."""
    shift: int
    """How many parts among its rows are drawn on pages before, and no rows."""
    width: int
    busy: Mapping[int, int]
    """For each column, the first row in which it is free again."""
    seen: frozenset[tuple[int, int]]
    """Columns, from one to before another, in which a cell prints anything."""


class _Spot(NamedTuple):
    """A cell in its place, with its characters."""

    row: int
    column: int
    rowspan: int
    colspan: int
    chars: Sequence[Char] = ()
    is_cut: bool = False


Placed = tuple[Lattice, list[list[Char]], Columns]
"""A table, the characters of each of its cells, and its columns."""


def tagged_lattices(
    tables: Sequence[TaggedTable], chars: Sequence[Char], above: Columns | None
) -> Iterator[Placed]:
    """Tables of a page that tags and places agree on.

    Parameters
    ----------
    tables : sequence of TaggedTable
        As the page tags them.
    chars : sequence of Char
        All characters of the page.
    above : Columns, optional
        Columns of the last table of the page before.

    Examples
    --------
    >>> from govinfo.readers.page.model import TaggedCell
    >>> def ink(text, left, baseline, cell):
    ...     box = (left, baseline - 8, left + 5, baseline)
    ...     return Char(text, *box, left, baseline, 0, False, cell=cell)
    >>> one, two, three, four = (TaggedCell(n, 1, 1) for n in (1, 2, 3, 4))
    >>> chars = [ink("a", 0, 9, 1), ink("b", 20, 9, 2), ink("c", 0, 30, 3),
    ...          ink("7", 20, 30, 4)]
    >>> table = TaggedTable(2, 0, ((one, two), (three, four)))
    >>> [(cell.row, cell.column) for lattice, _, _ in
    ...  tagged_lattices([table], chars, None) for cell in lattice.cells]
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    inside: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        inside[char.cell].append(char)
    for table in tables:
        goes_on = above if above and above.size == table.size else None
        placed = _placed(table, inside, goes_on)
        if placed is None:
            continue
        left, top, right, bottom = placed[0].box
        # A figure without a tag among the others belongs to a cell that is not known.
        if not any(
            c.text.isdecimal() and left < c.left < right and top < c.baseline < bottom
            for c in inside[0]
        ):
            yield placed


def _placed(
    table: TaggedTable, inside: Mapping[int, list[Char]], above: Columns | None
) -> Placed | None:
    shown = [i for i, row in enumerate(table.rows) if row is not None]
    if not shown or shown[-1] - shown[0] >= len(shown):
        # None of it is here, or a row within it stands elsewhere.
        return None
    shift = above.shift if above else 0
    if above and not 0 <= above.last + 1 - (shown[0] - shift) < MOST_REPEATED:
        above, shift = None, 0
    rows = {i - shift: table.rows[i] or () for i in shown}
    first, last = min(rows), max(rows)
    hanging = above.busy if above else {}
    busy = dict(hanging)
    spots: list[_Spot] = []
    for r, row in rows.items():
        column = 0
        for cell in row:
            number, down, across, is_cut = cell or (-1, 1, 1, False)
            while busy.get(column, 0) > r:
                column += 1
            busy |= dict.fromkeys(range(column, column + across), r + down)
            rowspan = min(r + down, last + 1) - r
            chars = inside.get(number, [])
            spots.append(_Spot(r - first, column, rowspan, across, chars, is_cut))
            column += across
            if column > MAX_COLUMNS:
                return None
    ends = (spot.column + spot.colspan for spot in spots)
    width = max(above.width if above else 0, *ends, 0)
    if width < 2:
        return None
    at = _covered(spots)
    # Cells of these rows may stand on the page before, or on the next.
    repeated = above.last if above else last * (first > 0)
    is_last = last == len(table.rows) - shift - 1
    whole = {
        r - first
        for r, row in rows.items()
        if all((r - first, c) in at or hanging.get(c, 0) > r for c in range(width))
        and not (None in row and (r <= repeated or (r == last and not is_last)))
        and (above is None or r > above.last)
    }
    sure = [s for s in spots if s.chars and s.row in whole]
    edges = _edges(sure, width)
    if edges is None or any(at[spot.row, spot.column] is not spot for spot in spots):
        return None
    ys = _heights(spots, len(rows))
    # A column without any text may be one that the page cuts off.
    seen = (above.seen if above else frozenset()) | {
        (spot.column, spot.column + spot.colspan) for spot in sure
    }
    lattice, texts = _lattice(at, _filled(edges, spots), ys, whole, seen)
    columns = Columns(table.size, last, shift + table.marks, width, busy, seen)
    return lattice, texts, columns


def _edges(spots: Sequence[_Spot], width: int) -> list[float | None] | None:
    """Edges of columns, in the middle between cells that end and begin there.

    None where no cell shows any, or where cells do not stand beside and under each
    other as the tags say.
    """
    ends: dict[int, float] = {}
    starts: dict[int, float] = {}
    lines: dict[int, list[float]] = defaultdict(list)
    for spot in spots:
        left, _, right, _ = box_of(spot.chars)
        start, end = spot.column, spot.column + spot.colspan
        starts[start] = min(left, starts.get(start, left))
        ends[end] = max(right, ends.get(end, right))
        if spot.rowspan == 1:
            lines[spot.row].append(median(c.baseline for c in spot.chars))
    ordered = [lines[row] for row in sorted(lines)]
    if not spots or any(max(high) >= min(low) for high, low in pairwise(ordered)):
        return None
    edges = [
        (ends[i] + starts[i]) / 2 if i in ends and i in starts else None
        for i in range(width + 1)
    ]
    known = [edge for edge in edges if edge is not None]
    is_crossed = any(ends[i] > starts[i] + SLACK for i in ends if i in starts)
    return None if is_crossed or known != sorted(known) else edges


def _filled(edges: Sequence[float | None], spots: Sequence[_Spot]) -> list[float]:
    """All edges; those that nothing tells lie evenly between the others."""
    box = box_of(c for spot in spots for c in spot.chars)
    xs = [box[0] - SLACK, *edges[1:-1], box[2] + SLACK]
    at = 0
    filled: list[float] = []
    while at < len(xs):
        edge = xs[at]
        if edge is not None:
            filled.append(edge)
            at += 1
            continue
        stop = next(i for i in range(at, len(xs)) if xs[i] is not None)
        step = ((xs[stop] or 0.0) - filled[-1]) / (stop - at + 1)
        filled += [filled[-1] + step * n for n in range(1, stop - at + 1)]
        at = stop
    return filled


def _heights(spots: Sequence[_Spot], n_rows: int) -> list[float]:
    """Edges of rows, in the middle of the white between their texts."""
    inks: list[Box | None] = []
    for row in range(n_rows):
        chars = [c for s in spots if s.row == row and s.rowspan == 1 for c in s.chars]
        inks.append(box_of(chars) if chars else None)
    box = box_of(c for spot in spots for c in spot.chars)
    ys = [box[1] - SLACK]
    for above, below in pairwise(inks):
        low = above[3] if above else ys[-1]
        ys.append(max((low + below[1]) / 2 if below else low + SLACK, ys[-1] + SLACK))
    return [*ys, max(box[3], ys[-1]) + SLACK]


def _covered(spots: Sequence[_Spot]) -> dict[tuple[int, int], _Spot]:
    """Which cell covers each place; the one that came first, where two do."""
    at: dict[tuple[int, int], _Spot] = {}
    for spot in spots:
        for r in range(spot.row, spot.row + spot.rowspan):
            for c in range(spot.column, spot.column + spot.colspan):
                at.setdefault((r, c), spot)
    return at


def _lattice(
    at: Mapping[tuple[int, int], _Spot],
    xs: Sequence[float],
    ys: Sequence[float],
    whole: set[int],
    seen: frozenset[tuple[int, int]],
) -> tuple[Lattice, list[list[Char]]]:
    """Cells of a table, and their characters: of open ones, figures are doubtful."""
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    owner: list[int] = []
    cells: list[LatticeCell] = []
    texts: list[list[Char]] = []
    numbers: dict[tuple[int, int], int] = {}
    for r in range(n_rows):
        for c in range(n_columns):
            found = at.get((r, c)) or _Spot(r, c, 1, 1)
            if (found.row, found.column) != (r, c):
                owner.append(numbers[found.row, found.column])
                continue
            numbers[r, c] = len(cells)
            owner.append(len(cells))
            right = min(c + found.colspan, n_columns)
            box = (xs[c], ys[r], xs[right], ys[r + found.rowspan])
            cells.append(LatticeCell(r, c, found.rowspan, found.colspan, box))
            chars = list(found.chars)
            is_open = found.is_cut or r not in whole
            if is_open and may_be_figure(cell_text(chars)):
                chars = [char._replace(doubtful=True) for char in chars]
            elif not chars and (
                is_open or not any(c <= one and end <= right for one, end in seen)
            ):
                chars = [Char(CUT, *box, box[0], box[3], 0, False, doubtful=True)]
            texts.append(chars)
    return Lattice(tuple(xs), tuple(ys), tuple(cells), tuple(owner)), texts
