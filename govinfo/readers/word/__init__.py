"""Word documents: ``.docx`` straight from its XML, older kinds through LibreOffice.

The second reading, `bare_docx`, follows no styles, numbering, fields or changes: it
takes the letters of every run in every cell as they stand, with another parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from xml.etree import ElementTree

from lxml import etree

from govinfo.document import Document, Grid, GridCell, TextBlock
from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers.characters import PICTURE, bracketed, printed
from govinfo.readers.files.office import convert
from govinfo.readers.files.package import Package, parse_xml, resolve
from govinfo.readers.markup.html import SpannedCell, laid_out
from govinfo.readers.word.text import (
    M,
    R,
    Styles,
    Text,
    TextReader,
    W,
    unwrapped,
)

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
            raise LimitExceeded(
                f"The document nests tables and text boxes more than {MAX_NESTING}"
                " deep, where reading stops. No report needs that: look at the file"
                " before going on."
            )

    def _table(self, table: etree._Element) -> list[Grid | TextBlock]:
        cells = self._layout(table)
        if _is_frame(cells):
            flow: list[Grid | TextBlock] = []
            for cell in cells:
                flow += self.blocks(cell.element)
            return flow
        outer, self._nested = self._nested, []
        grid = Grid(0, tuple(self._read(cell) for cell in cells))
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
                raise LimitExceeded(
                    f"The tables of the document have more than {MAX_POSITIONS:,}"
                    " positions, where reading stops. No report needs that many: look"
                    " at the file before going on."
                )
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


MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOCUMENT = f"{W}document"
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

# "Strict" files use other names for the same vocabulary.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        W[1:-1].encode(),
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)


def read_docx(data: bytes, name: str) -> Document:
    """Read a Word document (``.docx``, ``.docm``, templates) as printed.

    Merged cells, nested tables, text boxes and content controls are read. Hidden text,
    placeholders, notes, headers, footers and numbers that Word counts itself are not
    part of the report and are left out. Digits that are struck through, deleted by a
    tracked change, raised, or too small or too white to be seen are left out of a
    figure, and the whole stands in ``other_reading``. Where a cell holds nothing else,
    they stand in brackets, and so does a sign for a picture or a formula: it is no
    blank.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, kept as ``Document.source``.

    Returns
    -------
    Document
        Tables as grids with every empty cell, and paragraphs as text blocks.

    Raises
    ------
    ReadError
        If the file is damaged, protected by a password or not a Word document.
    LimitExceeded
        If it is larger than a report can be.
    """
    main, styles = _zip_parts(data, name)
    body = main.find(f"{W}body")
    if main.tag != _DOCUMENT or body is None:
        raise ReadError(
            f"{name} holds no Word text: its main part is <{_local(main)}>, expected"
            " <document>. If it is a spreadsheet or a presentation, save its text as a"
            " Word document or PDF."
        )
    reader = TableReader(TextReader(Styles(styles)))
    try:
        blocks = reader.blocks(body)
    except RecursionError as error:
        raise LimitExceeded(
            f"{name} nests its content hundreds of levels deep, where reading stops. No"
            " report needs that: look at the file before going on."
        ) from error
    return Document(name, MEDIA_TYPE, tuple(blocks), notes=reader.notes())


def read_legacy_word(data: bytes, name: str) -> Document:
    """Read ``.doc``, ``.wps``, ``.rtf``, ``.odt`` or Word 2003 XML by LibreOffice.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file; its ending tells LibreOffice which kind to expect.

    Returns
    -------
    Document
        As `read_docx` gives it.

    Raises
    ------
    MissingExtra
        If LibreOffice is not installed.
    ReadError
        If the file is protected by a password or LibreOffice cannot read it.
    LimitExceeded
        If LibreOffice takes too long.
    """
    if data.startswith(_OLE2) and _is_locked(data):
        raise ReadError(
            f"{name} is protected by a password, so its text cannot be read. Open it"
            " with the password, save it without one, and read that file."
        )
    return read_docx(convert(data, name, "docx"), name)


def _is_locked(data: bytes) -> bool:
    """Whether the flags of a Word stream say that its text is encrypted."""
    # The stream starts on a sector with 0xA5EC; bit 0x0100 of its flags says so.
    sectors = range(512, min(len(data) - 12, 2**22), 512)
    starts = (at for at in sectors if data[at : at + 2] == b"\xec\xa5")
    return any(data[at + 11] & 1 for at in islice(starts, 1))


def _modern(content: bytes) -> bytes:
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    return content


def _zip_parts(data: bytes, name: str) -> tuple[etree._Element, etree._Element | None]:
    with Package(data, name) as package:
        main = "word/document.xml"
        if "_rels/.rels" in package:
            main = _related(package, "_rels/.rels", "", "/officeDocument") or main
        if main not in package:
            raise ReadError(
                f"{name} is a ZIP archive but no Word document: it lacks the part"
                f" {main}. If it is an archive of reports, unpack it and read the"
                " files."
            )
        folder, _, leaf = main.rpartition("/")
        relations = f"{folder}/_rels/{leaf}.rels"

        def root(part: str) -> etree._Element:
            what = f"The part {part} of {name}"
            return parse_xml(_modern(package.read(part)), what)

        def optional(kind: str) -> etree._Element | None:
            if relations not in package:
                return None
            part = _related(package, relations, main, kind)
            return root(part) if part in package else None

        return root(main), optional("/styles")


def _related(package: Package, relations: str, base: str, kind: str) -> str:
    for relation in package.xml(relations).iterchildren(f"{_RELATIONS}Relationship"):
        if relation.get("Type", "").endswith(kind):
            return resolve(base, relation.get("Target", ""))
    return ""


def _local(element: etree._Element) -> str:
    return re.sub(r"^\{[^}]*\}", "", str(element.tag))


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PART = "word/document.xml"
# What a reader of the document does not see, and tables within a cell.
_PASSED_OVER = frozenset(_W + tag for tag in ("del", "moveFrom", "tbl", "pPr", "sdtPr"))
# The text of the largest published report seen unpacks to 3 MB.
_MOST_BYTES = 16 * 2**20
_BREAKS = frozenset({_W + "br", _W + "cr"})


def bare_docx(data: bytes, name: str) -> tuple[Grid, ...]:
    """
    Read the tables of a ``.docx`` file a second time.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Its name, for messages.

    Returns
    -------
    tuple of Grid
        None for files in the "strict" vocabulary, and for huge ones.

    Raises
    ------
    ReadError
        If the file is damaged, or declares a document type of its own.
    """
    with Package(data, name) as package:
        content = package.read(_PART)
    if len(content) > _MOST_BYTES:
        return ()
    if b"<!DOCTYPE" in content:
        raise ReadError(
            f"{name} declares a document type, which Word files do not have."
        )
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ReadError(
            f"{name} is damaged: its text is not well-formed XML ({error})."
        ) from error
    return laid_out([_rows(table) for table in root.iter(_W + "tbl")])


def _rows(table: ElementTree.Element) -> list[list[SpannedCell]]:
    rows: list[list[SpannedCell]] = []
    # The cell that each column stands in, to be made longer by those merged with it.
    above: dict[int, SpannedCell] = {}
    for row in _within(table, "tr"):
        boxes: list[SpannedCell] = []
        column = _number(row, "trPr", "gridBefore", 0)
        for _ in range(column):
            boxes.append(SpannedCell())
        for cell in _within(row, "tc"):
            width = _number(cell, "tcPr", "gridSpan", 1)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(_W + "val") != "restart"
            if goes_on and column in above:
                above[column].rows += 1
            else:
                box = SpannedCell(1, width, list(_letters(cell)))
                boxes.append(box)
                above[column] = box
            column += width
        rows.append(boxes)
    return rows


def _within(element: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Elements of a name, those of inner tables left out."""
    for child in element:
        if child.tag == _W + tag:
            yield child
        elif child.tag not in _PASSED_OVER:
            yield from _within(child, tag)


def _number(element: ElementTree.Element, part: str, name: str, usual: int) -> int:
    found = element.find(f"{_W}{part}/{_W}{name}")
    text = (found.get(_W + "val") or "") if found is not None else ""
    return int(text) if text.isdecimal() and len(text) <= 3 else usual


def _letters(element: ElementTree.Element) -> Iterator[str]:
    for child in element:
        if child.tag in _PASSED_OVER or _is_hidden(child):
            continue
        if child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield "\n"
        else:
            yield from _letters(child)
            if child.tag == _W + "p":
                yield "\n"


def _is_hidden(run: ElementTree.Element) -> bool:
    return run.tag == _W + "r" and run.find(f"{_W}rPr/{_W}vanish") is not None
