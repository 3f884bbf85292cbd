"""PDF files, straight from pdfium.

pdfium gives every page's characters and vector rules; :mod:`govinfo.readers.page` makes
grids of them. A page that is a picture goes to the picture reader of the extra
``[ocr]``; where that is not installed, a note says so.
"""

from __future__ import annotations

import base64
import re
import struct
import zlib

import numpy as np

from govinfo.document import Document, Grid, GridKind
from govinfo.errors import EngineFailed, ReadError, reason
from govinfo.readers.page.layout import Block, Pages, pages_in_words
from govinfo.readers.page.model import is_numeric
from govinfo.readers.pdf.annotations import file_notes
from govinfo.readers.pdf.file import drawn, opened, plain_bytes, sheet_of

MEDIA_TYPE = "application/pdf"

# The longest report met has 60 pages; of a longer file, this many pages are read.
MAX_PAGES = 200

# Characters and shapes after which reading ends, about 20 s, and what a page counts.
MAX_WORK = 2_000_000
PAGE_WORK = 1000


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
        plain = plain_bytes(document, data)
        is_unguarded = may_draw_other_digits(plain)
        pages = Pages(name)
        n_pages, work = len(document), 0
        for index in range(min(n_pages, MAX_PAGES)):
            if work > MAX_WORK:
                break
            sheet = sheet_of(document, index, may_be_misdrawn=is_unguarded)
            pages.add(index + 1, sheet)
            work += PAGE_WORK + (len(sheet.chars) + sheet.n_paths if sheet else 0)
        blocks = pages.blocks(lambda number: drawn(document, number - 1))
        notes = pages.sentences(n_pages) + file_notes(document)
        is_damaged = has_damaged_streams(plain)
        if is_damaged:
            notes += (DAMAGED,)
    blocks = _looked_at_twice(data, name, blocks, pages.failures)
    return Document(
        name,
        MEDIA_TYPE,
        blocks,
        n_pages=n_pages,
        notes=notes,
        failures=tuple(pages.failures),
        is_damaged=is_damaged,
    )


DAMAGED = (
    "Parts of the file do not decode completely, so that nothing read from it is "
    "certain. Download or save the file again."
)

# With fewer figures, lines that stand aligned are no statutory table: camelot, which
# takes a second to load, is not asked. Nor is it for more pages than this.
MANY_FIGURES = 8
MAX_SECOND = 12

# Parts that say which characters a font draws, and are not compressed.
_FONT = re.compile(rb"stream\r?\n(?P<font>\x00\x01\x00\x00|OTTO|true|%!|\x01\x00\x04)")
_MAP = re.compile(rb"begin(?:cmap|bf|cid).*?(?:endcmap|endstream|\Z)", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<003([0-9])>")

# A font has some twenty tables; a file made to harm may claim many more.
_MOST_TABLES = 64

# How far before a stream its dictionary begins at most, in bytes; and the most that is
# decoded in all.
_DICTIONARY = 600
_MOST_DECODED = 300_000_000


def may_draw_other_digits(data: bytes) -> bool:
    """
    Whether nothing vouches for which digits the fonts of a PDF file draw.

    Compressed parts have a checksum. So has every table of a TrueType font; and in a
    map that is written out, digits that follow each other vouch for each other.

    Parameters
    ----------
    data : bytes
        The whole file, without encryption.

    Examples
    --------
    >>> lines = b"".join(b"<%02X> <003%d>" % (32 + n, n) for n in range(10))
    >>> whole = b"begincmap 10 beginbfchar %b endbfchar endcmap"
    >>> may_draw_other_digits(whole % lines)
    False
    >>> may_draw_other_digits(whole % lines.replace(b"<0033>", b"<0038>"))
    True
    """
    return any(
        not _has_its_checksums(data, font.start("font"))
        for font in _FONT.finditer(data)
    ) or any(not _counts_on(found[0]) for found in _MAP.finditer(data))


def _has_its_checksums(data: bytes, start: int) -> bool:
    """Whether the tables of a font agree with the checksums in its directory."""
    if data[start : start + 2] in (b"%!", b"\x01\x00"):
        return False
    stop = data.find(b"endstream", start)
    font = data[start : stop if stop >= 0 else len(data)]
    (count,) = struct.unpack_from(">H", font[:6].ljust(6, b"\0"), 4)
    directory = font[12 : 12 + 16 * count]
    if not 0 < count <= _MOST_TABLES or len(directory) < 16 * count:
        return False
    for tag, said, offset, length in struct.iter_unpack(">4sIII", directory):
        table = font[offset : offset + length]
        if len(table) < length:
            return False
        words = np.frombuffer(table.ljust(length + -length % 4, b"\0"), ">u4")
        total = int(words.sum(dtype=np.uint64))
        if tag == b"head":
            # It holds a checksum of the whole, which is not counted.
            total -= int(words[2])
        if total % 2**32 != said:
            return False
    return True


def _counts_on(characters: bytes) -> bool:
    """Whether a map names no digit, or all ten one after the other."""
    if b"begincid" in characters or b"beginbfrange" in characters:
        return False
    pairs = [(int(code, 16), int(digit)) for code, digit in _PAIR.findall(characters)]
    first = pairs[0][0] if pairs else 0
    return not pairs or sorted(pairs) == [(first + n, n) for n in range(10)]


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


def _looked_at_twice(
    data: bytes, name: str, blocks: tuple[Block, ...], failures: list[str]
) -> tuple[Block, ...]:
    """Have camelot confirm the figures of tables that could not be settled."""
    unsettled = [
        block
        for block in blocks
        if isinstance(block, Grid) and block.kind is GridKind.ALIGNED and block.page
    ]
    figures = sum(is_numeric(c.text) for grid in unsettled for c in grid.cells)
    if figures < MANY_FIGURES:
        return blocks
    from govinfo.readers.pdf.second import confirmed, second_reading

    pages = sorted({grid.page for grid in unsettled if grid.page})
    try:
        second = second_reading(data, name, pages[:MAX_SECOND], flavor="stream")
    except (EngineFailed, ReadError) as error:
        # Then nothing is confirmed.
        second = ()
        failures.append(
            f"{pages_in_words(pages)}: figures without ruling lines could not be "
            f"confirmed by a second reading and stay uncertain: {reason(error)}."
        )
    return tuple(
        confirmed(block, second) if block in unsettled else block for block in blocks
    )
