"""Tables whose cells the file tags, made lattices without a rule drawn.

Tags say which text stands together in a cell, which cells make a row, and what they
span. They leave out cells without text: where those are missing, the columns of the
cells that are there follow from where they stand. A table whose tags and places
contradict each other is not made.
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
    TaggedCell,
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

# Stands in a cell whose text may be on the next page, or on the one before.
CUT = "断"


class Columns(NamedTuple):
    """Columns of a table that may go on, and the cells that hang down from it."""

    size: int
    last: int
    """Number of its last row."""
    shift: int
    """How many parts among its rows are drawn on pages before, and no rows."""
    edges: tuple[float | None, ...]
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
    chars: Sequence[Char]
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
    >>> def ink(text, left, baseline, cell):
    ...     box = (left, baseline - 8, left + 5, baseline)
    ...     return Char(text, *box, left, baseline, 0, False, cell=cell)
    >>> one, two, three, four = (TaggedCell(n, 1, 1) for n in (1, 2, 3, 4))
    >>> chars = [ink("a", 0, 9, 1), ink("b", 20, 9, 2), ink("c", 40, 9, 3),
    ...          ink("7", 40, 30, 4)]
    >>> table = TaggedTable(2, 0, ((one, two, three), (four,)))
    >>> [(cell.row, cell.column) for lattice, _, _ in
    ...  tagged_lattices([table], chars, None) for cell in lattice.cells]
    [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
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
    first = min(rows)
    edges = above.edges if above else ()
    busy = above.busy if above else {}
    # Cells of these rows may stand on the page before, or on the next.
    repeated = above.last if above else max(rows) * (first > 0)
    torn = {
        r
        for r, row in rows.items()
        if None in row
        and (r <= repeated or r == max(rows) < len(table.rows) - shift - 1)
    }
    before = above.last if above else -1
    in_order = _Layout(rows, torn, before, inside, busy)
    in_order.place(0, ())
    ends = (spot.column + spot.colspan for spot in in_order.spots)
    width = max(len(edges) - 1, max(ends, default=0))
    if not 2 <= width <= MAX_COLUMNS:
        return None
    edges = in_order.edges(width, edges)
    layout = _Layout(rows, torn, before, inside, busy)
    layout.place(width, edges)
    spots = [s._replace(row=s.row - first) for s in layout.spots]
    at = _covered(spots)
    if (
        not any(spot.chars for spot in spots)
        or any(at[spot.row, spot.column] is not spot for spot in spots)
        or not _agree(spots, edges)
    ):
        return None
    xs, ys = _filled(edges, spots), _heights(spots, len(rows))
    # A column without any text may be one that the page cuts off.
    seen = (above.seen if above else frozenset()) | {
        (spot.column, spot.column + spot.colspan) for spot in spots if spot.chars
    }
    lattice, texts = _lattice(at, xs, ys, {row - first for row in torn}, seen)
    return (
        lattice,
        texts,
        Columns(table.size, max(rows), shift + table.marks, edges, layout.busy, seen),
    )


class _Layout:
    """The cells of some rows of a table, put in their places one after the other."""

    def __init__(
        self,
        rows: Mapping[int, Sequence[TaggedCell | None]],
        torn: set[int],
        repeated: int,
        inside: Mapping[int, list[Char]],
        busy: Mapping[int, int],
    ) -> None:
        self.rows = rows
        self.inside = inside
        self.busy = dict(busy)
        self.spots: list[_Spot] = []
        self.torn = torn
        self.repeated = repeated

    def place(self, width: int, edges: Sequence[float | None]) -> None:
        """Put each cell in the next free place, or between the edges of its columns.

        A row that does not fill its table has lost cells, and is placed by its edges.
        """
        busy, last = self.busy, max(self.rows)
        for r, row in self.rows.items():
            is_repeated = r <= self.repeated
            if is_repeated and not width:
                continue
            room = sum(busy.get(c, 0) <= r for c in range(width))
            taken = sum(cell.columns if cell else 1 for cell in row)
            is_whole = not width or (room == taken and r not in self.torn)
            column = 0
            for cell in row:
                chars = self.inside.get(cell.number, []) if cell else []
                colspan = cell.columns if cell else 1
                while busy.get(column, 0) > r and not is_repeated:
                    column += 1
                if not is_whole:
                    if not chars:
                        continue
                    column = _place(chars, column, colspan, edges)
                end = r + (cell.rows if cell else 1)
                busy |= dict.fromkeys(range(column, column + colspan), end)
                rowspan = min(end, last + 1) - r
                is_cut = cell is not None and cell.is_cut
                self.spots.append(_Spot(r, column, rowspan, colspan, chars, is_cut))
                column += colspan

    def edges(
        self, width: int, known: Sequence[float | None]
    ) -> tuple[float | None, ...]:
        """Edges of columns, in the middle between cells that end and begin there."""
        # Where the last cell of each row ends, or one that hangs down into it.
        last: dict[int, int] = defaultdict(int)
        for spot in self.spots:
            for row in range(spot.row, spot.row + spot.rowspan):
                last[row] = max(last[row], spot.column + spot.colspan)
        ends: dict[int, float] = {}
        starts: dict[int, float] = {}
        for spot in self.spots:
            if spot.chars and last[spot.row] == width:
                left, _, right, _ = box_of(spot.chars)
                start, end = spot.column, spot.column + spot.colspan
                starts[start] = min(left, starts.get(start, left))
                ends[end] = max(right, ends.get(end, right))
        before = dict(enumerate(known))
        return tuple(
            (ends[i] + starts[i]) / 2 if i in ends and i in starts else before.get(i)
            for i in range(width + 1)
        )


def _place(
    chars: Sequence[Char], first: int, span: int, edges: Sequence[float | None]
) -> int:
    """Column, from the first on, between whose edges some ink stands.

    Between columns whose edge is not known, a label stands in the first, and a figure
    in none.
    """
    left, _, right, _ = box_of(chars)
    is_figure = may_be_figure(cell_text(chars))
    outer = (float("-inf"), *edges[1:-1], float("inf"))
    for column in range(first, len(edges) - span):
        low, high = outer[column], outer[column + span]
        if is_figure and (low is None or high is None):
            continue
        lows = [edge for edge in outer[: column + 1] if edge is not None]
        highs = [edge for edge in outer[column + span :] if edge is not None]
        if lows[-1] < left + SLACK and right < highs[0] + SLACK:
            return column
    # Beyond the table: tags and places do not agree.
    return len(edges)


def _agree(spots: Sequence[_Spot], edges: Sequence[float | None]) -> bool:
    """Whether cells stand between their edges, and rows under each other."""
    inner = [edge for edge in edges[1:-1] if edge is not None]
    if any(high <= low for low, high in pairwise(inner)):
        return False
    lines: dict[int, list[float]] = defaultdict(list)
    for spot in spots:
        if not spot.chars:
            continue
        if spot.column + spot.colspan >= len(edges):
            return False
        left, _, right, _ = box_of(spot.chars)
        low, high = edges[spot.column], edges[spot.column + spot.colspan]
        if (low is not None and left < low - SLACK) or (
            high is not None and right > high + SLACK
        ):
            return False
        if spot.rowspan == 1:
            lines[spot.row].append(median(c.baseline for c in spot.chars))
    ordered = [lines[row] for row in sorted(lines)]
    return all(max(high) < min(low) for high, low in pairwise(ordered))


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
    torn: set[int],
    seen: frozenset[tuple[int, int]],
) -> tuple[Lattice, list[list[Char]]]:
    """Cells of a table, and their characters.

    No cell of a torn row, or of a column that is not seen, is a blank.
    """
    n_columns, n_rows = len(xs) - 1, len(ys) - 1
    owner: list[int] = []
    cells: list[LatticeCell] = []
    texts: list[list[Char]] = []
    numbers: dict[tuple[int, int], int] = {}
    for r in range(n_rows):
        for c in range(n_columns):
            found = at.get((r, c)) or _Spot(r, c, 1, 1, ())
            if (found.row, found.column) != (r, c):
                owner.append(numbers[found.row, found.column])
                continue
            numbers[r, c] = len(cells)
            owner.append(len(cells))
            right = min(c + found.colspan, n_columns)
            box = (xs[c], ys[r], xs[right], ys[r + found.rowspan])
            cells.append(LatticeCell(r, c, found.rowspan, found.colspan, box))
            is_open = found.is_cut or (
                not found.chars
                and (
                    r in torn or not any(c <= one and end <= right for one, end in seen)
                )
            )
            cut = Char(CUT, *box, box[0], box[3], 0, False, doubtful=True)
            texts.append([*found.chars, *[cut][:is_open]])
    return Lattice(tuple(xs), tuple(ys), tuple(cells), tuple(owner)), texts
