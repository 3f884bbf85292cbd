"""Tables of a Word document from the bare text of its XML: the second reading.

The first reading follows styles, numbering, fields and changes. This one takes the
letters of every run in every cell as they stand in the file, with another parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from govinfo.document import Grid
from govinfo.errors import ReadError
from govinfo.readers.package import Package
from govinfo.readers.secondgrid import Box, laid_out

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
        Numbered from 1; none for files in the "strict" vocabulary, and for huge ones.

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
        message = f"{name} declares a document type, which Word files do not have."
        raise ReadError(message)
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        message = f"{name} is damaged: its text is not well-formed XML ({error})."
        raise ReadError(message) from error
    return laid_out([_rows(table) for table in root.iter(_W + "tbl")])


def _rows(table: ElementTree.Element) -> list[list[Box]]:
    rows: list[list[Box]] = []
    # The cell that each column stands in, to be made longer by those merged with it.
    above: dict[int, Box] = {}
    for row in _within(table, "tr"):
        boxes: list[Box] = []
        column = _number(row, "trPr", "gridBefore", 0)
        for _ in range(column):
            boxes.append(Box())
        for cell in _within(row, "tc"):
            width = _number(cell, "tcPr", "gridSpan", 1)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(_W + "val") != "restart"
            if goes_on and column in above:
                above[column].rowspan += 1
            else:
                box = Box(1, width, list(_letters(cell)))
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
