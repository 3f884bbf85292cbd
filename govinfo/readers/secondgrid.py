"""Grids from rows of cells with spans: the common end of the plain second readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from govinfo.document import Grid, GridCell

# A statutory table has some thirty columns and rows; more positions are an attack.
_MOST_POSITIONS = 200_000


@dataclass(slots=True)
class Box:
    """A cell as it is met: how far it reaches, and the pieces of its text."""

    rowspan: int = 1
    colspan: int = 1
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, spaces joined, with its line ends and without empty lines."""
        lines = (" ".join(line.split()) for line in "".join(self.pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def laid_out(tables: Iterable[Sequence[Sequence[Box]]]) -> tuple[Grid, ...]:
    """
    Put the cells of tables into the columns that spans leave free.

    Examples
    --------
    >>> wide, below = Box(1, 2, ["a"]), Box(1, 1, ["b"])
    >>> [(c.text, c.column) for c in laid_out([[[wide], [Box(), below]]])[0].cells]
    [('a', 0), ('', 0), ('b', 1)]
    """
    grids: list[Grid] = []
    for rows in tables:
        cells = _placed(rows)
        if len(cells) > 1:
            grids.append(Grid(len(grids) + 1, cells))
    return tuple(grids)


def _placed(rows: Sequence[Sequence[Box]]) -> tuple[GridCell, ...]:
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []
    for row, boxes in enumerate(rows):
        column = 0
        for box in boxes:
            while (row, column) in taken:
                column += 1
            height = min(box.rowspan, len(rows) - row)
            if len(taken) + height * box.colspan > _MOST_POSITIONS:
                return tuple(cells)
            # Where cells of two spans meet, the one that came first keeps its place.
            covered = {
                (r, c)
                for r in range(row, row + height)
                for c in range(column, column + box.colspan)
            }
            taken |= covered
            cells.append(GridCell(box.text, row, column, height, box.colspan))
            column += box.colspan
    return tuple(cells)
