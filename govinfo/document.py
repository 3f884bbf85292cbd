"""What every reader returns: a document as grids of cells with places, and text.

A reader knows no statutory form. It says what stands where, keeps every empty cell,
and leaves the meaning to :mod:`govinfo.recognise`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import count
from typing import NamedTuple

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; in points (PDF) or pixels (pictures) from the page's
top left corner as the page is displayed."""


class Place(NamedTuple):
    """Where something stands in a document; every part may be unknown.

    Examples
    --------
    >>> print(Place(page=2, grid=1, row=5, column=4))
    page 2, table 1, row 5, column 4
    >>> print(Place(line=12))
    line 12
    """

    page: int | None = None
    grid: int | None = None
    row: int | None = None
    column: int | None = None
    line: int | None = None
    box: Box | None = None

    def __str__(self) -> str:
        named = zip(("page", "table", "row", "column", "line"), self, strict=False)
        parts = [f"{name} {number}" for name, number in named if number is not None]
        if self.box is not None:
            parts.append("box {:.1f} {:.1f} {:.1f} {:.1f}".format(*self.box))
        return ", ".join(parts)


# Not frozen, which takes four times as long: a report has hundreds.
@dataclass(slots=True, unsafe_hash=True)
class GridCell:
    r"""One cell of a grid, merged cells being one cell with spans.

    ``row`` and ``column`` are the 0-based place of its top left corner. ``text`` is as
    printed, with line ends inside the cell kept as ``"\n"``; an empty cell is ``""``.
    ``confidence`` is 1 for text that stands in the file and the engine's own score
    where a picture was read. ``other_reading`` is what a second way of reading found:
    where it is something else, the cell is never sure; where it is the same in a
    picture, the figure needs no sum to support it.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    confidence: float = 1.0
    other_reading: str | None = None


class GridKind(StrEnum):
    """How much the columns of a grid mean.

    ``TABLE``: rows and columns are those of a drawn or marked-up table.
    ``ALIGNED``: no rules; rows are lines of text, cells are runs between gaps, and only
    the boxes say which cells stand above each other. ``STREAM``: one cell after the
    other, in one column, with neither rows nor columns known.
    """

    TABLE = "table"
    ALIGNED = "aligned"
    STREAM = "stream"


@dataclass(frozen=True)
class Grid:
    """A rectangle of cells in reading order, empty cells included.

    ``number`` counts the grids of a document from 1; a reader leaves it 0, and the
    document counts. Cells are ordered by row, then column; positions that a table
    leaves uncovered have no cell. ``has_fillers`` is false where every empty cell at
    the end of a row is known to be a cell, and not what fills the row up to the width
    of the table.

    Examples
    --------
    >>> grid = Grid(1, (GridCell("a", 0, 0, colspan=2), GridCell("b", 1, 0)))
    >>> grid.n_rows, grid.n_columns
    (2, 2)
    >>> [cell.text if cell else None for cell in grid.matrix()[1]]
    ['b', None]
    """

    number: int
    cells: tuple[GridCell, ...]
    kind: GridKind = GridKind.TABLE
    page: int | None = None
    has_fillers: bool = True

    @cached_property
    def n_rows(self) -> int:
        """Number of rows that the cells cover."""
        return max((c.row + c.rowspan for c in self.cells), default=0)

    @cached_property
    def n_columns(self) -> int:
        """Number of columns that the cells cover."""
        return max((c.column + c.colspan for c in self.cells), default=0)

    def matrix(self) -> list[list[GridCell | None]]:
        """Rows by columns, a merged cell standing at every position that it covers."""
        width = self.n_columns
        rows: list[list[GridCell | None]] = [[None] * width for _ in range(self.n_rows)]
        for cell in self.cells:
            for r in range(cell.row, cell.row + cell.rowspan):
                for c in range(cell.column, cell.column + cell.colspan):
                    if rows[r][c] is None:
                        rows[r][c] = cell
        return rows

    def place(self, cell: GridCell) -> Place:
        """Where a cell of this grid stands, counted from 1."""
        row, column = cell.row + 1, cell.column + 1
        return Place(self.page, self.number, row, column, None, cell.box)


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, heading or line outside every grid, as printed.

    In line-based text files every line is one block, empty lines included, because an
    empty line may be an empty cell.
    """

    text: str
    place: Place = field(default_factory=Place)
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: grids and text blocks in reading order.

    Attributes
    ----------
    source : str
        Name of the file.
    media_type : str
        For example ``application/pdf``; found from the content, not from the name.
    blocks : tuple of Grid and TextBlock
        Everything in reading order, over all pages.
    title : str
        Title that the file states about itself (HTML ``<title>``), else empty.
    n_pages : int or None
        Number of pages, where the format has pages.
    notes : tuple of str
        Whole sentences on what could not be read, for example a page that is a
        picture; they end up in ``reports.csv``.
    failures : tuple of str
        Whole sentences on what was tried and failed on our side: an engine that
        stopped. They are said wherever a result would otherwise differ silently.
    is_damaged : bool
        Whether a part of the file does not decode completely: what is read may be
        another text than was written, or lack some of it.
    attachments : tuple of str
        Names of the files that a page links to or shows within itself.
    members : tuple of Document
        The documents in an archive that holds several, which has no blocks itself.
    """

    source: str
    media_type: str
    blocks: tuple[Grid | TextBlock, ...] = ()
    title: str = ""
    n_pages: int | None = None
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    is_damaged: bool = False
    attachments: tuple[str, ...] = ()
    members: tuple[Document, ...] = ()

    def __post_init__(self) -> None:
        """Count grids that have no number yet."""
        if all(grid.number for grid in self.grids):
            return
        numbers = count(1)
        blocks = (
            replace(block, number=next(numbers)) if isinstance(block, Grid) else block
            for block in self.blocks
        )
        object.__setattr__(self, "blocks", tuple(blocks))

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The grids alone, in reading order."""
        return tuple(b for b in self.blocks if isinstance(b, Grid))

    @property
    def text_blocks(self) -> tuple[TextBlock, ...]:
        """The text blocks alone, in reading order."""
        return tuple(b for b in self.blocks if isinstance(b, TextBlock))

    def lines(self) -> Iterator[str]:
        """Text of the document in reading order; a row of a grid is one line."""
        for block in self.blocks:
            if isinstance(block, TextBlock):
                yield block.text
                continue
            by_row: dict[int, list[str]] = {}
            for cell in block.cells:
                by_row.setdefault(cell.row, []).append(cell.text.replace("\n", ""))
            for row in sorted(by_row):
                yield " | ".join(by_row[row])

    @property
    def text(self) -> str:
        """All text in reading order, one line per block or row."""
        return "\n".join(self.lines())
