"""Tables from the rules that a page draws: which cells there are, and where.

The rules may come from a PDF's vector graphics or be found in a bitmap. Lengths are in
whatever unit the rules are in; the tolerances default to points, and a caller who works
in pixels scales them. ``y`` grows downwards.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from govinfo.document import Box, GridCell
from govinfo.errors import LimitExceeded
from govinfo.readers.page.model import Rule, clusters_of

# A table of 330 columns and 60 rows was published; a hundred times that is not a table.
MAX_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class LatticeCell:
    """One cell of a ruled table, with the place and the room that it takes."""

    row: int
    column: int
    rowspan: int
    colspan: int
    box: Box


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table: edges of its columns and rows, and its cells in reading order."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[LatticeCell, ...]
    _owner: tuple[int, ...] = field(repr=False)
    open_rows: frozenset[int] = frozenset()
    """Rows that a rule closes at their left, and none at their right."""
    moved: Mapping[tuple[int, int], float] = field(default_factory=dict)
    """Where the rule at an edge, by its index, is in a row, if not where others are."""

    @property
    def box(self) -> Box:
        """Outer edges of the table."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> int | None:
        """Index in ``cells`` of the cell that covers a point, if any does.

        Examples
        --------
        >>> square = [Rule(0, 0, 20), Rule(20, 0, 20)]
        >>> table = lattices(square, [*square, Rule(10, 0, 20)])[0]
        >>> table.cell_at(15, 5), table.cell_at(25, 5)
        (1, None)
        """
        xs, ys = self.xs, self.ys
        if not (xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]):
            return None
        column = min(bisect_right(xs, x), len(xs) - 1) - 1
        row = min(bisect_right(ys, y), len(ys) - 1) - 1
        if self.moved:
            column -= x < self.moved.get((column, row), x)
            column += x > self.moved.get((column + 1, row), x)
            column = min(max(column, 0), len(xs) - 2)
        return self._owner[row * (len(xs) - 1) + column]

    def grid_cells(
        self, texts: Sequence[str], displayed: Callable[[Box], Box]
    ) -> tuple[GridCell, ...]:
        """Cells of a document, given the text of each cell of ``cells``.

        ``displayed`` says where a box stands on the page as it is displayed.
        """
        return tuple(
            GridCell(text, c.row, c.column, c.rowspan, c.colspan, displayed(c.box))
            for c, text in zip(self.cells, texts, strict=True)
        )


# Rules that lie closer, in points, are one double rule, not a row or a column.
NARROWEST = 4.0


def lattices(
    horizontals: Sequence[Rule],
    verticals: Sequence[Rule],
    *,
    tolerance: float = 2.5,
) -> list[Lattice]:
    """Tables that merged rules enclose, from the top of the page down.

    Rules that touch belong to one table. A missing outer rule is supplied where two or
    more rules end in line; a missing inner rule joins the cells at its sides.

    Parameters
    ----------
    horizontals, verticals : sequence of Rule
        Merged rules, see `merge_rules`.
    tolerance : float
        How far rules may miss each other and still touch.

    Returns
    -------
    list of Lattice
        Tables of at least two cells.

    Examples
    --------
    >>> rows = [Rule(y, 0, 100) for y in (0, 20, 40)]
    >>> columns = [Rule(0, 0, 40), Rule(50, 20, 40), Rule(100, 0, 40)]
    >>> for cell in lattices(rows, columns)[0].cells:
    ...     print(cell.row, cell.column, cell.colspan, cell.box)
    0 0 2 (0.0, 0.0, 100.0, 20.0)
    1 0 1 (0.0, 20.0, 50.0, 40.0)
    1 1 1 (50.0, 20.0, 100.0, 40.0)
    """
    tables = []
    for across, down in _touching(horizontals, verticals, tolerance):
        if len(across) + len(down) < 3 or not across or not down:
            continue
        xs = _edges(down, across)
        ys = _edges(across, down)
        if (len(xs) - 1) * (len(ys) - 1) > MAX_CELLS:
            raise LimitExceeded(
                f"A table of {len(ys) - 1} rows and {len(xs) - 1} columns has more "
                f"than {MAX_CELLS} cells, which no report has. The page is not read."
            )
        if len(xs) < 2 or len(ys) < 2 or (len(xs) == 2 and len(ys) == 2):
            continue
        drawn = borders(xs, ys, down), borders(ys, xs, across)
        left, *_, right = drawn[0]
        ends = enumerate(zip(left, right, strict=True))
        is_open = frozenset(n for n, (first, last) in ends if first and not last)
        table = lattice_of(xs, ys, *drawn)
        tables.append(replace(table, open_rows=is_open, moved=_moved(xs, ys, down)))
    tables.sort(key=lambda table: (table.ys[0], table.xs[0]))
    return tables


class _Sets:
    """Disjoint sets of whole numbers."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, item: int) -> int:
        parent = self.parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        self.parent[self.find(one)] = self.find(other)


def _touching(
    horizontals: Sequence[Rule], verticals: Sequence[Rule], tolerance: float
) -> list[tuple[list[Rule], list[Rule]]]:
    """Split rules into sets that touch."""
    verticals = sorted(verticals)
    positions = [rule.position for rule in verticals]
    n = len(horizontals)
    sets = _Sets(n + len(verticals))
    for i, (y, low, high) in enumerate(horizontals):
        first = bisect_left(positions, low - tolerance)
        last = bisect_right(positions, high + tolerance)
        for j in range(first, last):
            if verticals[j].low - tolerance <= y <= verticals[j].high + tolerance:
                sets.join(i, n + j)
    parts: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(horizontals):
        parts.setdefault(sets.find(i), ([], []))[0].append(rule)
    for j, rule in enumerate(verticals):
        parts.setdefault(sets.find(n + j), ([], []))[1].append(rule)
    return list(parts.values())


def _edges(rules: Sequence[Rule], crossing: Sequence[Rule]) -> tuple[float, ...]:
    """Positions of rules, and the outer ends of the rules that cross them.

    Where no rule closes the table at a side (a table cut by a page break, or drawn
    without its outer verticals), two crossing rules that end in line close it.
    """
    groups = clusters_of(sorted(rules), NARROWEST)
    edges = [sum(rule.position for rule in g) / len(g) for g in groups]
    lows = sorted(rule.low for rule in crossing)[:2]
    if len(lows) == 2 and lows[1] - lows[0] <= NARROWEST < edges[0] - lows[1]:
        edges.insert(0, lows[0])
    highs = sorted(rule.high for rule in crossing)[-2:]
    if len(highs) == 2 and highs[1] - highs[0] <= NARROWEST < highs[0] - edges[-1]:
        edges.append(highs[1])
    return tuple(edges)


# Tables over each other have edges that are nearly in line; digits beside one are not
# those beside the other.
_IN_LINE = 0.5


def _moved(
    xs: Sequence[float], ys: Sequence[float], rules: Iterable[Rule]
) -> dict[tuple[int, int], float]:
    """Positions of rules that are not in line with their edge, by edge and row."""
    return {
        (edge, row): rule.position
        for edge, row, rule in _drawn(xs, ys, rules)
        if abs(rule.position - xs[edge]) > _IN_LINE
    }


def _nearest(edges: Sequence[float], position: float) -> int:
    at = bisect_left(edges, position)
    if at == len(edges) or (at and position - edges[at - 1] <= edges[at] - position):
        return at - 1
    return at


def borders(
    edges: Sequence[float], bands: Sequence[float], rules: Iterable[Rule]
) -> list[list[bool]]:
    """Whether a rule stands at each edge, in each band between crossing edges.

    Examples
    --------
    >>> borders((0, 10), (0, 5, 20), [Rule(9.8, 4, 20)])
    [[False, False], [False, True]]
    """
    drawn = [[False] * (len(bands) - 1) for _ in edges]
    for edge, band, _ in _drawn(edges, bands, rules):
        drawn[edge][band] = True
    return drawn


def _drawn(
    edges: Sequence[float], bands: Sequence[float], rules: Iterable[Rule]
) -> Iterator[tuple[int, int, Rule]]:
    """The edge and each band of a rule, by their indices, half of which it covers."""
    for rule in rules:
        edge = _nearest(edges, rule.position)
        first = max(bisect_right(bands, rule.low) - 1, 0)
        last = min(bisect_left(bands, rule.high), len(bands) - 1)
        for band in range(first, last):
            top, bottom = bands[band], bands[band + 1]
            covered = min(rule.high, bottom) - max(rule.low, top)
            if covered >= 0.5 * (bottom - top):
                yield edge, band, rule


def lattice_of(
    xs: Sequence[float],
    ys: Sequence[float],
    upright: Sequence[Sequence[bool]],
    level: Sequence[Sequence[bool]],
) -> Lattice:
    """Cells between edges, joined where no border is drawn.

    Parameters
    ----------
    xs, ys : sequence of float
        Edges of columns and rows.
    upright : sequence of sequence of bool
        ``upright[i][r]``: whether a border stands at ``xs[i]`` in row ``r``.
    level : sequence of sequence of bool
        ``level[i][c]``: whether a border lies at ``ys[i]`` in column ``c``.

    Examples
    --------
    >>> upright, level = [[True], [False], [True]], [[True, True], [True, True]]
    >>> lattice_of((0, 1, 2), (0, 1), upright, level).cells[0].colspan
    2
    """
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    sets = _Sets(n_rows * n_columns)
    for r in range(n_rows):
        for c in range(n_columns):
            here = r * n_columns + c
            if c + 1 < n_columns and not upright[c + 1][r]:
                sets.join(here, here + 1)
            if r + 1 < n_rows and not level[r + 1][c]:
                sets.join(here, here + n_columns)
    owner = [-1] * (n_rows * n_columns)
    cells: list[LatticeCell] = []
    for r in range(n_rows):
        c = 0
        while c < n_columns:
            if owner[r * n_columns + c] >= 0:
                c += 1
                continue
            root = sets.find(r * n_columns + c)
            colspan, rowspan = _rectangle(sets, owner, root, r, c, n_rows, n_columns)
            for down in range(r, r + rowspan):
                for right in range(c, c + colspan):
                    owner[down * n_columns + right] = len(cells)
            box = (xs[c], ys[r], xs[c + colspan], ys[r + rowspan])
            cells.append(
                LatticeCell(r, c, rowspan, colspan, tuple(map(float, box)))  # type: ignore[arg-type]
            )
            c += colspan
    return Lattice(tuple(xs), tuple(ys), tuple(cells), tuple(owner))


def _rectangle(
    sets: _Sets,
    owner: Sequence[int],
    root: int,
    row: int,
    column: int,
    n_rows: int,
    n_columns: int,
) -> tuple[int, int]:
    """Colspan and rowspan of the rectangle that starts here.

    Joined cells need not form a rectangle where a rule is missing in part; then the
    shape is cut into rectangles, row by row.
    """

    def mine(r: int, c: int) -> bool:
        here = r * n_columns + c
        return owner[here] < 0 and sets.find(here) == root

    colspan = 1
    while column + colspan < n_columns and mine(row, column + colspan):
        colspan += 1
    rowspan = 1
    while row + rowspan < n_rows:
        below = row + rowspan
        run = all(mine(below, c) for c in range(column, column + colspan))
        wider = (column and mine(below, column - 1)) or (
            column + colspan < n_columns and mine(below, column + colspan)
        )
        if not run or wider:
            break
        rowspan += 1
    return colspan, rowspan
