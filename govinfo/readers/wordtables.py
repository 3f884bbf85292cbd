"""Word tables as grids, and the flow of paragraphs and tables in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from govinfo.document import Grid, GridCell, TextBlock
from govinfo.errors import LimitExceeded
from govinfo.readers.numbering import W
from govinfo.readers.signs import PICTURE, bracketed
from govinfo.readers.wordtext import Text, TextReader, printed, unwrapped

# Word itself allows 63 columns; other programs write more, none a thousand.
MAX_SPAN = 1_000
# The statutory tables have 300 positions; a year's list of documents some thousands.
MAX_POSITIONS = 1_000_000
# Layout tables nest three or four deep.
MAX_NESTING = 30


@dataclass(slots=True)
class _Cell:
    row: int
    column: int
    colspan: int
    element: etree._Element
    rowspan: int = 1


@dataclass(slots=True)
class TableReader:
    """Reads the flow of a document body.

    Parameters
    ----------
    text : TextReader
        Reads the paragraphs.
    """

    text: TextReader
    _count: int = 0
    _nesting: int = 0
    _positions: int = 0
    _capped: bool = False
    _chunks: int = 0
    _nested: list[etree._Element] = field(default_factory=list)

    def blocks(self, body: etree._Element) -> list[Grid | TextBlock]:
        """Everything that stands in a body, a cell or a text box, in reading order."""
        self._deeper()
        found: list[Grid | TextBlock] = []
        for child in unwrapped(body):
            if child.tag == f"{W}p":
                text = self.text.paragraph(child)
                if content := printed(text.whole):
                    found.append(TextBlock(content, is_heading=text.is_heading))
                for box in text.boxes:
                    found += self.blocks(box)
            elif child.tag == f"{W}tbl":
                found += self._table(child)
            elif child.tag == f"{W}altChunk":
                self._chunks += 1
        self._nesting -= 1
        return found

    def notes(self) -> tuple[str, ...]:
        """Whole sentences on what was met but not read."""
        said = []
        if self.text.pictures:
            said.append(
                f"The document holds {self.text.pictures} picture(s), which were not"
                " read."
            )
        if self.text.objects:
            said.append(
                f"The document holds {self.text.objects} embedded object(s), which"
                " were not read."
            )
        if self._chunks:
            said.append(
                f"The document takes in {self._chunks} other file(s), which were not"
                " read. Open it in Word and save it again, then they are part of it."
            )
        if self._capped:
            said.append(
                f"A table cell claims to span more than {MAX_SPAN:,} columns and was"
                " cut to that."
            )
        return tuple(said)

    def _deeper(self) -> None:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            message = (
                f"The document nests tables and text boxes more than {MAX_NESTING}"
                " deep, where reading stops. No report needs that: look at the file"
                " before going on."
            )
            raise LimitExceeded(message)

    def _table(self, table: etree._Element) -> list[Grid | TextBlock]:
        cells = self._layout(table)
        if _is_frame(cells):
            flow: list[Grid | TextBlock] = []
            for cell in cells:
                flow += self.blocks(cell.element)
            return flow
        self._count += 1
        number, outer = self._count, self._nested
        self._nested = []
        grid = Grid(number, tuple(self._read(cell) for cell in cells))
        found: list[Grid | TextBlock] = [grid] if cells else []
        for inner in self._nested:
            self._deeper()
            found += self._table(inner)
            self._nesting -= 1
        self._nested = outer
        return found

    def _layout(self, table: etree._Element) -> list[_Cell]:
        cells: list[_Cell] = []
        above: dict[int, _Cell] = {}
        width = 0
        rows = (row for row in unwrapped(table) if row.tag == f"{W}tr")
        for r, row in enumerate(row for row in rows if not _is_deleted(row)):
            open_now: dict[int, _Cell] = {}
            column = self._number(row, f"{W}trPr/{W}gridBefore", 0)
            last: _Cell | None = None
            for element in unwrapped(row):
                if element.tag != f"{W}tc":
                    continue
                span = max(1, self._number(element, f"{W}tcPr/{W}gridSpan", 1))
                merge = _merge(element, "vMerge")
                started = above.get(column)
                if _merge(element, "hMerge") == "continue" and last is not None:
                    last.colspan += span
                elif merge == "continue" and started and started.colspan == span:
                    started.rowspan += 1
                    open_now[column] = started
                    last = None
                else:
                    last = _Cell(r, column, span, element)
                    cells.append(last)
                    if merge:
                        open_now[column] = last
                column += span
            above = open_now
            width = max(width, column)
            if (r + 1) * width + self._positions > MAX_POSITIONS:
                message = (
                    f"The tables of the document have more than {MAX_POSITIONS:,}"
                    " positions, where reading stops. No report needs that many: look"
                    " at the file before going on."
                )
                raise LimitExceeded(message)
        self._positions += width * (max((c.row for c in cells), default=0) + 1)
        return cells

    def _read(self, cell: _Cell) -> GridCell:
        sure, whole = "", ""
        has_picture = False
        for line in self._lines(cell.element):
            sure, whole = f"{sure}\n{line.sure}", f"{whole}\n{line.whole}"
            has_picture |= line.has_picture
        text, other = printed(sure), printed(whole)
        if other and not text:
            text = other = bracketed(other)
        elif has_picture and not text:
            text = other = PICTURE
        return GridCell(
            text,
            cell.row,
            cell.column,
            cell.rowspan,
            cell.colspan,
            other_reading=other if other != text else None,
        )

    def _lines(self, element: etree._Element) -> Iterator[Text]:
        for child in unwrapped(element):
            if child.tag == f"{W}p":
                text = self.text.paragraph(child)
                yield text
                for box in text.boxes:
                    yield from self._lines(box)
            elif child.tag == f"{W}altChunk":
                self._chunks += 1
                yield Text(has_picture=True)
            elif child.tag == f"{W}tbl":
                inner = list(_own_cells(child))
                # A table of one cell inside a cell is a frame round the cell's text.
                if len(inner) == 1:
                    yield from self._lines(inner[0])
                else:
                    self._nested.append(child)

    def _number(self, element: etree._Element, path: str, default: int) -> int:
        found = element.find(path)
        said = found.get(f"{W}val", "") if found is not None else ""
        if not re.fullmatch(r"\d{1,9}", said):
            return default
        if int(said) > MAX_SPAN:
            self._capped = True
        return min(int(said), MAX_SPAN)


def _is_frame(cells: list[_Cell]) -> bool:
    """Whether a table only lays out other content: one cell, or a column of tables."""
    if len(cells) == 1:
        return True
    return max((c.column + c.colspan for c in cells), default=0) == 1 and any(
        len(list(_own_cells(table))) > 1
        for cell in cells
        for table in cell.element.iterchildren(f"{W}tbl")
    )


def _own_cells(table: etree._Element) -> Iterator[etree._Element]:
    for row in unwrapped(table):
        if row.tag == f"{W}tr":
            yield from (cell for cell in unwrapped(row) if cell.tag == f"{W}tc")


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _merge(cell: etree._Element, kind: str) -> str:
    """Say ``"restart"``, ``"continue"`` or, for a cell of its own, nothing."""
    found = cell.find(f"{W}tcPr/{W}{kind}")
    return "" if found is None else found.get(f"{W}val", "continue")
