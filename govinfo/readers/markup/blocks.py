"""Lines and tables that a walk over markup collects, their spans laid out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from lxml import etree

from govinfo.document import Grid, GridCell, Place, TextBlock
from govinfo.readers.characters import PICTURE, SCRIPT, bracketed, plain_radicals
from govinfo.readers.markup.display import Doubt

# HTML's own limits; browsers cut larger spans to them.
MAX_COLSPAN = 1000
MAX_ROWSPAN = 65_534
# A report needs ten columns. In wider tables the columns on the right in which no cell
# starts are the mark of one excessive span.
KEPT_WIDTH = 64
# A report needs some ten thousand; half a second of work.
MAX_STEPS = 5_000_000


class Spanning(Protocol):
    """How many rows and columns a cell says that it covers; 0 rows: all that follow."""

    rows: int
    columns: int


class Placed(NamedTuple):
    """Where one cell stands, from 0, and what it really covers."""

    row: int
    column: int
    rowspan: int
    colspan: int


class TooManySteps(Exception):
    """Laying out the spans of a table takes more work than any report can need."""


def lay_out(groups: Iterable[Sequence[Sequence[Spanning]]]) -> list[Placed]:
    """Place the cells of a table as a browser does, each position covered once.

    A cell takes the first free position of its row. A rowspan ends with its group of
    rows (``thead``, ``tbody``, ``tfoot``). A colspan that runs into a cell hanging down
    from above ends there, but the next cell stands where it would have stood without
    that collision.

    Parameters
    ----------
    groups : iterable of groups of rows of cells
        In the order in which the rows are displayed.

    Returns
    -------
    list of Placed
        One for each cell, in the same order.

    Raises
    ------
    TooManySteps
        If the spans add up to more than a table can mean.

    Examples
    --------
    >>> one, tall, wide = Container(), Container(rows=2), Container(columns=2)
    >>> for cell in lay_out([[[tall, wide], [one, one]]]):
    ...     print(*cell)
    0 0 2 1
    0 1 1 2
    1 1 1 1
    1 2 1 1
    """
    placed: list[Placed] = []
    busy: list[int] = []  # for each column, the first row in which it is free again
    top = steps = 0
    for group in groups:
        end = top + len(group)
        for row, spans in enumerate(group, top):
            column = 0
            for span in spans:
                while column < len(busy) and busy[column] > row:
                    column += 1
                    steps += 1
                left = end - row
                rowspan, colspan, width = span.rows, span.columns, 1
                if rowspan != 1:
                    rowspan = min(rowspan, MAX_ROWSPAN, left) if rowspan > 0 else left
                if colspan != 1:
                    colspan = min(max(colspan, 1), MAX_COLSPAN)
                if len(busy) < column + colspan:
                    busy.extend([0] * (column + colspan - len(busy)))
                while width < colspan and busy[column + width] <= row:
                    width += 1
                busy[column : column + width] = [row + rowspan] * width
                placed.append(Placed(row, column, rowspan, width))
                column += colspan
                steps += colspan
                if steps > MAX_STEPS:
                    raise TooManySteps
        top = end
    return _cut(placed)


def _cut(placed: list[Placed]) -> list[Placed]:
    """Take away the columns right of every cell's start, if the table is very wide."""
    if max((p.column + p.colspan for p in placed), default=0) <= KEPT_WIDTH:
        return placed
    edge = max(p.column for p in placed) + 1
    return [p._replace(colspan=min(p.colspan, edge - p.column)) for p in placed]


# A line end inside a heading or cell while its text is collected; reading drops every
# NUL that the file itself holds.
LINE_END = "\0"

# Characters that print nothing, and C1 controls, which HTML reads as Windows-1252.
_ODD = re.compile("[\xad\u200b-\u200f\u2060\ufeff\x80-\x9f\u2e80-\u2fdf]")
_PRINTED = {
    **{code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)},
    **dict.fromkeys((0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF), ""),
}


def clean(text: str) -> str:
    r"""Collapse blanks, and drop what prints nothing.

    Examples
    --------
    >>> clean("  1\u3000\xa0 2\u200b ")
    '1 2'
    """
    if not text.isascii() and _ODD.search(text):
        text = plain_radicals(text.translate(_PRINTED))
    if LINE_END in text:
        lines = (" ".join(line.split()) for line in text.split(LINE_END))
        return "\n".join(line for line in lines if line)
    return " ".join(text.split())


class MarkupLine(NamedTuple):
    """One line of text; ``whole`` also holds figures struck out or raised."""

    text: str
    whole: str
    is_heading: bool = False
    source_line: int | None = None


# Longer texts are paragraphs; the longest label of the forms, with its definition and
# its rule of addition, stays below.
PROSE = 300
# Tables of more cells than this hold data, whatever else they hold.
FEW_CELLS = 12
# A published table has below 1,000 positions, Word's widest export 20,000.
MAX_AREA = 1_000_000


@dataclass(slots=True)
class Rows:
    """Cells of a grid that has no number yet."""

    cells: list[GridCell]


@dataclass(slots=True)
class Bundle:
    """What a layout table held, in reading order, when it held tables."""

    items: list[MarkupLine | Rows | Bundle]


Item = MarkupLine | Rows | Bundle


@dataclass(slots=True, eq=False)
class Container:
    """Something that holds text and tables: the page, or a cell."""

    rows: int = 1
    columns: int = 1
    items: list[Item] = field(default_factory=list)
    has_heading: bool = False
    has_tables: bool = False
    headings: int = 0
    preformatted: int = 0
    mark: int = 0
    keeps_blanks: bool = False
    has_picture: bool = False
    is_scripted: bool = False
    _started: etree._Element | None = None
    _parts: list[str] = field(default_factory=list)
    _doubtful: frozenset[int] = frozenset()
    _notes: frozenset[int] = frozenset()

    def add(
        self, text: str, element: etree._Element | None, *, doubt: Doubt = ""
    ) -> None:
        """Append text, which stands in or after an element, to the current line."""
        if self.preformatted:
            self.keeps_blanks = True
            self._started = element
            for below, line in enumerate(text.split("\n")):
                if below:
                    self.end_line(always=True)
                self._parts.append(line)
            return
        if doubt:
            part = {len(self._parts)}
            if doubt == "alone":
                self._doubtful |= part
            else:
                self._notes |= part
        if not self._parts:
            if text.isspace():
                return
            self._started = element
        self._parts.append(text)

    def end_line(self, *, always: bool = False) -> None:
        """End the current line; an empty line counts only if ``always``."""
        if not self._parts:
            if always:
                self.items.append(MarkupLine("", ""))
            return
        joined = "".join(self._parts)
        whole = joined.rstrip() if self.preformatted else clean(joined)
        text = whole
        if self._notes:
            besides = self._doubtful | self._notes
            if any(p.strip() for i, p in enumerate(self._parts) if i not in besides):
                self._doubtful = besides
            self._notes = frozenset()
        if self._doubtful:
            sure = (p for i, p in enumerate(self._parts) if i not in self._doubtful)
            text = clean("".join(sure))
            self._doubtful = frozenset()
        self._parts.clear()
        if whole or always:
            is_heading = self.headings > 0
            line = source_line(self._started)
            self.items.append(MarkupLine(text, whole, is_heading, line))

    def lines(self) -> list[MarkupLine]:
        """Lines of its own that hold text."""
        return [i for i in self.items if isinstance(i, MarkupLine) and i.whole]


@dataclass(slots=True, eq=False)
class MarkupTable:
    """A table while it is walked: groups of rows, and text outside its cells."""

    implied: bool = False
    for_layout: bool = False
    groups: list[tuple[str, list[list[Container]]]] = field(default_factory=list)
    stray: Container = field(default_factory=Container)

    def start_group(self, kind: str) -> None:
        """Start a ``thead``, ``tbody`` or ``tfoot``."""
        self.groups.append((kind, []))

    def start_row(self) -> list[Container]:
        """Start a row, in a body if no group is open."""
        if not self.groups:
            self.start_group("tbody")
        row: list[Container] = []
        self.groups[-1][1].append(row)
        return row

    def displayed(self) -> list[list[list[Container]]]:
        """Groups in the order on the screen: first head first, first foot last."""
        head = next((g for g in self.groups if g[0] == "thead"), None)
        foot = next((g for g in self.groups if g[0] == "tfoot"), None)
        bodies = [g for g in self.groups if g is not head and g is not foot]
        return [g[1] for g in (head, *bodies, foot) if g is not None]

    def finish(self) -> tuple[list[Item], str]:
        """Items that the table leaves to what is around it, and a note or ``""``."""
        self.stray.end_line()
        items = self.stray.items
        groups = self.displayed()
        rows = [row for group in groups for row in group]
        cells = [cell for row in rows for cell in row]
        if _is_layout(rows, cells, self.for_layout):
            for cell in cells:
                items.extend(cell.items)
            return items, ""
        try:
            placed = lay_out(groups)
        except TooManySteps:
            placed = []
        n_rows = max((p.row + p.rowspan for p in placed), default=0)
        n_columns = max((p.column + p.colspan for p in placed), default=0)
        if not placed or n_rows * n_columns > MAX_AREA:
            return items, (
                f"A table of {len(cells):,} cells was left out, since its spans stretch"
                " it beyond what any report can need."
            )
        note = ""
        widest = max(cells, key=lambda c: c.columns).columns
        tallest = max(cells, key=lambda c: c.rows).rows
        # What HTML allows, and mild overflow, is everyday; beyond it, it is a mistake.
        if widest > 1000 or tallest > 65_534:
            note = (
                f"A table asks for cells of up to {tallest:,} rows and {widest:,}"
                f" columns; they were cut to the {n_rows} rows and {n_columns} columns"
                " that it has."
            )
        grid = [
            _grid_cell(cell, *place) for cell, place in zip(cells, placed, strict=True)
        ]
        held = [i for c in cells for i in c.items if not isinstance(i, MarkupLine)]
        return [*items, Rows(grid), *held], note


def source_line(element: etree._Element | None) -> int | None:
    """Line of the file in which an element begins, where it is known."""
    line: object = None if element is None else element.sourceline
    return line if isinstance(line, int) else None


def _grid_cell(
    box: Container, row: int, column: int, rowspan: int, colspan: int
) -> GridCell:
    lines = box.lines()
    if box.is_scripted:
        # What the page holds until the script has run is not what it shows.
        return GridCell(SCRIPT, row, column, rowspan, colspan)
    if box.keeps_blanks:
        lines = [MarkupLine(clean(line.text), clean(line.whole)) for line in lines]
    if not lines:
        # What a picture in an otherwise empty cell shows is not known: no blank.
        text = PICTURE if box.has_picture else ""
        return GridCell(text, row, column, rowspan, colspan)
    text = "\n".join([line.text for line in lines if line.text])
    whole = "\n".join([line.whole for line in lines])
    if not text:
        return GridCell(bracketed(whole), row, column, rowspan, colspan)
    other = None if text == whole else whole
    return GridCell(text, row, column, rowspan, colspan, other_reading=other)


def _is_layout(
    rows: list[list[Container]], cells: list[Container], said_so: bool
) -> bool:
    """Whether a table only lays out the page, so that its text is no grid.

    Where this is not clear the table is data: a layout table taken for data is a grid
    that fits no form, but data taken for layout are lost.
    """
    if len(cells) <= 1:
        return True
    if any(cell.has_tables for cell in cells):
        return (
            said_so
            or any(map(_is_prose, cells))
            or all(sum(bool(cell.lines()) for cell in row) < 2 for row in rows)
        )
    return len(cells) <= FEW_CELLS and any(map(_is_prose, cells))


def _is_prose(cell: Container) -> bool:
    return cell.has_heading or sum(len(line.whole) for line in cell.lines()) > PROSE


def blocks_of(items: list[Item]) -> Iterator[Grid | TextBlock]:
    """Blocks of a document in reading order."""
    stack = [iter(items)]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, Bundle):
            stack.append(iter(item.items))
        elif isinstance(item, Rows):
            yield Grid(0, tuple(item.cells))
        else:
            place = Place(line=item.source_line)
            yield TextBlock(item.text, place, item.is_heading)
