"""The table of file kinds: how each is told, read, read a second time, and drawn."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePath
from typing import Any

from govinfo.document import Grid, TextBlock
from govinfo.errors import ReadError, engine
from govinfo.readers.files.encoding import decode

_OFFICE = "application/vnd.openxmlformats-officedocument."
_READERS = "govinfo.readers."
_WORD, _LEGACY = "word:read_docx", "word:read_legacy_word"
_LEGACY_SHEETS = "sheets:read_legacy_sheets"
_UNPACK = "Unpack it and read the files in it."


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of file.

    Functions are named ``module:function``, below :mod:`govinfo.readers`, and loaded
    when a file needs them: some take a second to import.

    Attributes
    ----------
    media_type, called : str
        Its name for programs, and in sentences.
    reader : str
        Makes a document of content and name; kinds without are refused.
    second : str
        Reads the tables in another way, given content, name and pages.
    drawing : str
        Draws a page, given content, name, number of the page, and width in pixels.
    instead : str
        What to do with a file of a kind that is not read.
    magic : tuple of bytes
        How its files begin.
    part : str
        Part of a ZIP archive that tells it.
    stream : str
        Stream of an OLE2 file that tells it.
    """

    media_type: str
    called: str
    reader: str = ""
    second: str = ""
    drawing: str = ""
    instead: str = ""
    magic: tuple[bytes, ...] = ()
    part: str = ""
    stream: str = ""


def _picture(media_type: str, *magic: bytes) -> Kind:
    return Kind(
        media_type,
        "pictures",
        "picture:read_picture",
        drawing="picture:drawn_picture",
        magic=magic,
    )


PDF, HTML, MHTML, DOCX, DOC, RTF, WORD_XML, OFD, TEXT, MARKDOWN = (
    Kind(
        "application/pdf",
        "PDF",
        "pdf:read_pdf",
        second="pdf.second:second_reading",
        drawing="pdf.file:drawn_page",
    ),
    Kind("text/html", "HTML", "markup.html:read_html", "markup.html:scanned_html"),
    Kind("multipart/related", "MHTML", "markup.mhtml:read_mhtml"),
    Kind(
        f"{_OFFICE}wordprocessingml.document",
        "Word",
        _WORD,
        second="word:bare_docx",
        part="word/document.xml",
    ),
    # A Word file may embed a workbook, so that its stream is looked for first.
    Kind("application/msword", "Word", _LEGACY, stream="WordDocument"),
    Kind("application/rtf", "Word", _LEGACY),
    Kind("application/xml", "Word", _LEGACY),
    Kind("application/ofd", "OFD", "ofd:read_ofd", part="ofd.xml"),
    Kind("text/plain", "text", "text:read_text"),
    Kind("text/markdown", "Markdown", "text:read_text"),
)
ZIP = Kind("application/zip", "ZIP archives", "archive:read_archive")
KINDS = (
    *(PDF, HTML, MHTML, DOCX, DOC, RTF, WORD_XML, OFD, TEXT, MARKDOWN),
    Kind(
        f"{_OFFICE}spreadsheetml.sheet",
        "Excel",
        "sheets:read_xlsx",
        part="xl/workbook.xml",
    ),
    Kind(
        "application/vnd.ms-excel.sheet.binary.macroenabled.12",
        "Excel",
        _LEGACY_SHEETS,
        part="xl/workbook.bin",
    ),
    Kind("application/vnd.ms-excel", "Excel", _LEGACY_SHEETS, stream="Workbook"),
    Kind("application/vnd.oasis.opendocument.text", "OpenDocument", _LEGACY),
    Kind(
        "application/vnd.oasis.opendocument.spreadsheet",
        "OpenDocument",
        _LEGACY_SHEETS,
    ),
    _picture("image/png", b"\x89PNG\r\n\x1a\n"),
    _picture("image/jpeg", b"\xff\xd8\xff"),
    _picture("image/gif", b"GIF87a", b"GIF89a"),
    _picture("image/tiff", b"II*\0", b"MM\0*"),
    _picture("image/webp"),
    _picture("image/bmp"),
    ZIP,
    Kind(
        f"{_OFFICE}presentationml.presentation",
        "a presentation",
        instead="Save it as PDF.",
        part="ppt/presentation.xml",
    ),
    Kind(
        "application/x-encrypted-office",
        "an office document protected by a password",
        instead="Open it with the password and save it without.",
        stream="EncryptedPackage",
    ),
    Kind(
        "application/vnd.ms-powerpoint",
        "a presentation",
        instead="Save it as PDF.",
        stream="PowerPoint Document",
    ),
    Kind("application/epub+zip", "an e-book", instead="Save it as PDF or HTML."),
    *(
        Kind(f"application/{media_type}", called, instead=_UNPACK, magic=tuple(magic))
        for media_type, called, *magic in (
            ("vnd.rar", "a RAR archive", b"Rar!\x1a\x07"),
            ("x-7z-compressed", "a 7z archive", b"7z\xbc\xaf\x27\x1c"),
            ("gzip", "a gzip archive", b"\x1f\x8b"),
            ("x-bzip2", "a bzip2 archive", b"BZh"),
            ("x-xz", "an xz archive", b"\xfd7zXZ\0"),
            ("x-tar", "a tar archive"),
        )
    ),
)
UNKNOWN = "application/octet-stream"

_OF_TYPE = {kind.media_type: kind for kind in KINDS}


def kind_of(media_type: str) -> Kind | None:
    """
    The kind that has a media type, if it is a known one.

    Examples
    --------
    >>> kind_of("application/pdf").called
    'PDF'
    """
    return _OF_TYPE.get(media_type)


def kinds_read() -> str:
    """
    The kinds that are read, as part of a sentence.

    Examples
    --------
    >>> print(kinds_read())
    PDF, HTML, MHTML, Word, OFD, text, Markdown, Excel, OpenDocument,
    pictures and ZIP archives
    """
    *first, last = dict.fromkeys(kind.called for kind in KINDS if kind.reader)
    return f"{', '.join(first)} and {last}"


def is_picture(media_type: str) -> bool:
    """Whether files of a media type are pictures, read by OCR."""
    return media_type.startswith("image/")


def can_read_pictures() -> bool:
    """Whether what reads pictures, the extra ``[ocr]``, is installed."""
    return all(map(find_spec, ("rapidocr", "onnxruntime")))


def page_reader() -> Callable[..., list[Grid | TextBlock]]:
    """What reads a page that is a picture, whatever kind of file it stands in."""
    return load("picture:read_page_image", "pictures")


def digits() -> Any:
    """Where the digits of the pictures of a document are collected and compared."""
    return load("picture:Digits", "pictures")()


def load(function: str, called: str) -> Callable[..., Any]:
    """
    A function that the table names, its module imported now.

    Raises
    ------
    EngineFailed
        If a library that the module needs cannot be imported.
    """
    module, _, name = function.partition(":")
    with engine(f"Reading {called}"):
        found: Callable[..., Any] = getattr(import_module(_READERS + module), name)
    return found


_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Readers of PDF accept this much before the mark of the file.
_PDF_WITHIN = 1024
_HEADER_WITHIN = 8192
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|tr|td|div|p|meta|title|span|h[1-6])\b",
    re.IGNORECASE,
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_CELL = re.compile(r"<t[dhr]\b", re.IGNORECASE)


def sniff(data: bytes, name: str) -> str:
    """Media type of a file from its content; the name only tells Markdown from text.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file.

    Returns
    -------
    str
        ``application/octet-stream`` if the content is of no known kind.

    Examples
    --------
    >>> sniff(b"%PDF-1.7", "report.html")
    'application/pdf'
    >>> sniff(b"<table><tr><td>1</table>", "report.doc")
    'text/html'
    """
    return _binary(data) or _textual(data, name)


def _binary(data: bytes) -> str | None:
    for kind in KINDS:
        if kind.magic and data.startswith(kind.magic):
            return kind.media_type
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zipped(data)
    if data.startswith(_OLE2):
        for kind in KINDS:
            if kind.stream and kind.stream.encode("utf-16-le") in data:
                return kind.media_type
        return "application/x-ole-storage"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if data[257:262] == b"ustar":
        return "application/x-tar"
    # An archive that is not packed shows the mark of the first file in it as well.
    at = data.find(b"%PDF-", 0, _PDF_WITHIN)
    if at == 0 or (at > 0 and b"<" not in data[:at]):
        return PDF.media_type
    start = data[:_HEADER_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return RTF.media_type
    head = start.lower()
    if not head.startswith(b"<") and (
        b"content-type: multipart/related" in head
        or (b"mime-version:" in head and b"multipart/" in head)
        or (b"mime-version:" in head and b"content-type: text/html" in head)
    ):
        return MHTML.media_type
    if head.startswith(b"<?xml") and (
        b"schemas.microsoft.com/office/word/2003/wordml" in head
        or b"schemas.microsoft.com/office/2006/xmlpackage" in head
        or b'progid="word.document"' in head
    ):
        return WORD_XML.media_type
    return None


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {n.replace("\\", "/").lower() for n in archive.namelist()}
            for kind in KINDS:
                if kind.part and kind.part in names:
                    return kind.media_type
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    said = stream.read(100).decode("ascii", "replace").strip()
                if said.startswith("application/"):
                    return said
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, KeyError):
        pass
    except (RuntimeError, EOFError):
        return ZIP.media_type
    else:
        return ZIP.media_type
    # Cut short: its reader says so, if the kind can still be told.
    packed = (kind for kind in KINDS if kind.part)
    told = (k for k in packed if k.part.encode() in data.lower())
    return next(told, ZIP).media_type


def _textual(data: bytes, name: str) -> str:
    if _PAGE.search(data[: 4 * _HEADER_WITHIN]) and b"\0" not in data[:4]:
        return HTML.media_type
    try:
        text = decode(data, name).text
    except ReadError:
        return UNKNOWN
    start = text[:_HEADER_WITHIN].lstrip()
    table = _TABLE.search(text)
    if table and _CELL.search(text, table.end()):
        return HTML.media_type
    ending = PurePath(name).suffix.lower()
    if ending in (".md", ".markdown"):
        return MARKDOWN.media_type
    is_markup = start.startswith("<?xml") or _MARKUP.search(start) is not None
    if ending != ".txt" and start.startswith("<") and is_markup:
        return HTML.media_type
    if ending in (".htm", ".html", ".xhtml", ".shtml") and _MARKUP.search(text):
        return HTML.media_type
    return TEXT.media_type
