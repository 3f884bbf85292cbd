"""PDF files, straight from pdfium.

pdfium gives every page's characters and vector rules; :mod:`govinfo.readers.page` makes
grids of them. A page that is a picture goes to the picture reader of the extra
``[ocr]``; where that is not installed, a note says so.
"""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

from govinfo.document import Box, Document, Grid
from govinfo.errors import EngineFailed, MissingExtra
from govinfo.readers.kinds import can_read_pictures, page_reader
from govinfo.readers.page.layout import (
    Block,
    page_blocks,
    parts_of_pages,
    usual_size,
)
from govinfo.readers.page.model import Sheet
from govinfo.readers.page.sheets import (
    PageLog,
    is_picture,
    only_pictures,
    table_pictures,
)
from govinfo.readers.pdf.annotations import file_notes
from govinfo.readers.pdf.file import drawn, opened, sheet_of

MEDIA_TYPE = "application/pdf"

# The longest report met has 60 pages; of a longer file, this many pages are read.
MAX_PAGES = 200

# Characters and shapes after which reading ends, about 20 s, and what a page counts.
MAX_WORK = 2_000_000
PAGE_WORK = 1000

# Pictures of pages that are read by OCR: about 4 s each.
MAX_PICTURES = 60


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for messages.

    Returns
    -------
    Document
        Grids and lines of text of all pages, in reading order.

    Raises
    ------
    MissingExtra
        If every page is a picture and the extra ``[ocr]`` is not installed.
    ReadError
        If the file is damaged, or opens only with a password.
    """
    with opened(data, name) as document:
        reading = _Reading(name, document)
        for index in range(len(document)):
            if not reading.page(index):
                break
        blocks = reading.blocks()
        n_pages = len(document)
        notes = reading.log.sentences(n_pages) + file_notes(document)
        is_damaged = has_damaged_streams(_decrypted(document, data))
        if is_damaged:
            notes += (DAMAGED,)
    return Document(
        name,
        MEDIA_TYPE,
        blocks,
        n_pages=n_pages,
        notes=notes,
        failures=tuple(reading.log.failures),
        is_damaged=is_damaged,
    )


DAMAGED = (
    "Parts of the file do not decode completely, so that nothing read from it is "
    "certain. Download or save the file again."
)

# How far before a stream its dictionary begins at most, in bytes; and the most that is
# decoded in all.
_DICTIONARY = 600
_MOST_DECODED = 300_000_000


def has_damaged_streams(data: bytes) -> bool:
    """
    Whether a compressed part of a PDF file does not decode to its end and checksum.

    PDF engines show what they could decode and say nothing: half a page, or a font
    whose glyphs stand for other characters.

    Parameters
    ----------
    data : bytes
        The whole file, without encryption.

    Examples
    --------
    >>> part = b"1 0 obj <</Filter /FlateDecode>> stream %b endstream"
    >>> whole = zlib.compress(b"BT (7) Tj ET")
    >>> has_damaged_streams(part % whole), has_damaged_streams(part % whole[:-3])
    (False, True)
    """
    decoded = 0
    start = data.find(b"stream")
    while start >= 0 and decoded < _MOST_DECODED:
        head = data[max(0, start - _DICTIONARY) : start]
        if head.endswith(b"end"):
            start = data.find(b"stream", start + 6)
            continue
        stop = data.find(b"endstream", start)
        stop = len(data) if stop < 0 else stop
        head = head[head.rfind(b" obj") + 1 :]
        if b"/FlateDecode" in head or b"/Fl " in head:
            size = _decoded_size(data[start + 6 : stop].lstrip(), head)
            if size is None:
                return True
            decoded += size
        start = data.find(b"stream", stop + 9)
    return False


def _decoded_size(body: bytes, head: bytes) -> int | None:
    """Bytes that a stream decodes to, or None if it does not decode completely."""
    try:
        if b"/ASCII85Decode" in head:
            body = base64.a85decode(b"<~" + body.strip(), adobe=True)
        inflate = zlib.decompressobj()
        size = len(inflate.decompress(body, _MOST_DECODED))
    except (ValueError, zlib.error):
        return None
    # More than is decoded here is no damage.
    return size if inflate.eof or inflate.unconsumed_tail else None


def _decrypted(document: Any, data: bytes) -> bytes:
    from pypdfium2 import raw

    if raw.FPDF_GetSecurityHandlerRevision(document.raw) < 0:
        return data
    buffer = BytesIO()
    document.save(buffer, flags=raw.FPDF_REMOVE_SECURITY)
    return buffer.getvalue()


def picture_pages(data: bytes, name: str) -> tuple[int, ...]:
    """Numbers, from 1, of the pages whose text is a picture or cannot be trusted."""
    with opened(data, name) as document:
        sheets = (sheet_of(document, i) for i in range(min(len(document), MAX_PAGES)))
        return tuple(n for n, s in enumerate(sheets, 1) if s and is_picture(s))


class _Reading:
    """The reading of one file, page by page."""

    def __init__(self, name: str, document: Any) -> None:
        self.name = name
        self.log = PageLog()
        self._document = document
        self._sheets: dict[int, Sheet] = {}
        self._pictures: dict[int, list[Box]] = {}
        self._work = 0

    def page(self, index: int) -> bool:
        """Take a page apart; false if no more pages are to be read."""
        if index >= MAX_PAGES or self._work > MAX_WORK:
            return False
        self.log.last = number = index + 1
        sheet = sheet_of(self._document, index)
        if sheet is None:
            self.log.damaged.append(number)
            return True
        self._work += PAGE_WORK + len(sheet.chars) + sheet.n_paths
        if sheet.is_cut:
            self.log.cut.append(number)
        if is_picture(sheet):
            if sheet.is_cut:
                # Drawing what is too much to be read takes minutes.
                return True
            self._pictures[number] = [(0.0, 0.0, math.inf, math.inf)]
            return True
        self._sheets[number] = sheet
        if pictures := table_pictures(sheet):
            self._pictures[number] = [sheet.displayed(box) for box in pictures]
        return True

    def blocks(self) -> tuple[Block, ...]:
        """Everything in reading order."""
        by_page = parts_of_pages(self._sheets, self.log)
        all_parts = [p for parts in by_page.values() for p in parts]
        if (
            self._pictures
            and not any(sheet.chars for sheet in self._sheets.values())
            and not can_read_pictures()
        ):
            raise MissingExtra(only_pictures(self.name, list(self._pictures)))
        usual = usual_size(all_parts)
        blocks: list[Block] = []
        first = 1
        for number in range(1, self.log.last + 1):
            found: list[Block] = []
            for parts in by_page.get(number, ()):
                found += page_blocks(parts, number, first + _grids(found), usual)
            if number in self._pictures:
                found += self._picture(number, first + _grids(found))
            first += _grids(found)
            blocks += found
        if self.log.failures and not blocks:
            raise EngineFailed(self.name + ": " + " ".join(self.log.failures))
        return tuple(blocks)

    def _picture(self, number: int, first_grid: int) -> Sequence[Block]:
        """What the pictures of a page hold, if pictures can be read here."""
        is_whole = number not in self._sheets
        if not can_read_pictures():
            (self.log.pictures if is_whole else self.log.partial).append(number)
            return ()
        if self.log.drawn >= MAX_PICTURES:
            self.log.too_many.append(number)
            return ()
        self.log.drawn += 1
        image, scale = drawn(self._document, number - 1)
        try:
            seen: Sequence[Block] = page_reader()(
                image, page=number, first_grid=first_grid, scale=scale
            )
        except EngineFailed as error:
            self.log.stopped(number, error)
            return ()
        return seen if is_whole else _inside(seen, self._pictures[number], first_grid)


def _grids(blocks: Sequence[Block]) -> int:
    return sum(isinstance(block, Grid) for block in blocks)


def _inside(seen: Sequence[Block], boxes: Sequence[Box], first: int) -> list[Block]:
    """Grids that stand in the pictures of a page whose other text is text."""
    kept: list[Block] = []
    for block in seen:
        if not isinstance(block, Grid):
            continue
        middles = [
            ((c.box[0] + c.box[2]) / 2, (c.box[1] + c.box[3]) / 2)
            for c in block.cells
            if c.box is not None
        ]
        if any(
            all(b[0] <= x <= b[2] and b[1] <= y <= b[3] for x, y in middles)
            for b in boxes
        ):
            kept.append(replace(block, number=first + len(kept)))
    return kept
