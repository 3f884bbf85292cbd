"""What kind of file some bytes are, told from the bytes themselves."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from govinfo.errors import ReadError
from govinfo.readers.files.encoding import decode

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
MARKDOWN = "text/markdown"
MHTML = "multipart/related"
ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOC = "application/msword"
WORD_XML = "application/xml"
RTF = "application/rtf"
OFD = "application/ofd"
UNKNOWN = "application/octet-stream"

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
)
# A ZIP archive is one of these if it holds the part, however it is named.
_PARTS = (
    ("word/document.xml", DOCX),
    ("ofd.xml", OFD),
    (
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "xl/workbook.bin",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
)
# Streams of an OLE2 file; a Word file may embed a workbook, hence the order.
_STREAMS = (
    ("WordDocument", DOC),
    ("EncryptedPackage", "application/x-encrypted-office"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)
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
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    at = data.find(b"%PDF-", 0, _PDF_WITHIN)
    if at == 0 or (at > 0 and b"<" not in data[:at]):
        return PDF
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zipped(data)
    if data.startswith(_OLE2):
        for stream, media_type in _STREAMS:
            if stream.encode("utf-16-le") in data:
                return media_type
        return "application/x-ole-storage"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if data[257:262] == b"ustar":
        return "application/x-tar"
    start = data[:_HEADER_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return RTF
    head = start.lower()
    if not head.startswith(b"<") and (
        b"content-type: multipart/related" in head
        or (b"mime-version:" in head and b"multipart/" in head)
        or (b"mime-version:" in head and b"content-type: text/html" in head)
    ):
        return MHTML
    if head.startswith(b"<?xml") and (
        b"schemas.microsoft.com/office/word/2003/wordml" in head
        or b"schemas.microsoft.com/office/2006/xmlpackage" in head
        or b'progid="word.document"' in head
    ):
        return WORD_XML
    return None


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {n.replace("\\", "/").lower() for n in archive.namelist()}
            for part, media_type in _PARTS:
                if part in names:
                    return media_type
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    said = stream.read(100).decode("ascii", "replace").strip()
                if said.startswith("application/"):
                    return said
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, KeyError):
        pass
    except (RuntimeError, EOFError):
        return ZIP
    else:
        return ZIP
    # Cut short: its reader says so, if the kind can still be told.
    return next((m for part, m in _PARTS if part.encode() in data.lower()), ZIP)


def _textual(data: bytes, name: str) -> str:
    if _PAGE.search(data[: 4 * _HEADER_WITHIN]) and b"\0" not in data[:4]:
        return HTML
    try:
        text = decode(data, name).text
    except ReadError:
        return UNKNOWN
    start = text[:_HEADER_WITHIN].lstrip()
    table = _TABLE.search(text)
    if table and _CELL.search(text, table.end()):
        return HTML
    ending = PurePath(name).suffix.lower()
    if ending in (".md", ".markdown"):
        return MARKDOWN
    is_markup = start.startswith("<?xml") or _MARKUP.search(start) is not None
    if ending != ".txt" and start.startswith("<") and is_markup:
        return HTML
    if ending in (".htm", ".html", ".xhtml", ".shtml") and _MARKUP.search(text):
        return HTML
    return TEXT
