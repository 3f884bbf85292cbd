"""One door to every reader: a file becomes a `Document`, whatever kind it is."""

from __future__ import annotations

from pathlib import Path

from govinfo.document import Document
from govinfo.errors import LimitExceeded, SourceError
from govinfo.readers import kinds
from govinfo.readers.files.names import decoded
from govinfo.readers.kinds import sniff

__all__ = ["MAX_BYTES", "read_bytes", "read_document", "sniff"]

# Scans of 300 dpi reach 60 MB; more is a mistake or an attack.
MAX_BYTES = 256 * 2**20

_PICTURES = "image/"
# Kinds that are told apart only to say what to do instead.
_NOT_READ = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        "a spreadsheet",
        "Save it as PDF or HTML, or read the report it belongs to.",
    ),
    "application/vnd.ms-excel": (
        "a spreadsheet",
        "Save it as PDF or HTML, or read the report it belongs to.",
    ),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (
        "a presentation",
        "Save it as PDF.",
    ),
    "application/vnd.ms-powerpoint": ("a presentation", "Save it as PDF."),
    "application/x-encrypted-office": (
        "an office document protected by a password",
        "Open it with the password and save it without.",
    ),
    "application/vnd.rar": (
        "a RAR archive",
        "Unpack it and read the files in it.",
    ),
    "application/x-7z-compressed": (
        "a 7z archive",
        "Unpack it and read the files in it.",
    ),
    "application/gzip": (
        "a gzip archive",
        "Unpack it and read the files in it.",
    ),
    "application/x-bzip2": (
        "a bzip2 archive",
        "Unpack it and read the files in it.",
    ),
    "application/x-xz": ("an xz archive", "Unpack it and read the files in it."),
    "application/x-tar": ("a tar archive", "Unpack it and read the files in it."),
    "application/vnd.oasis.opendocument.text": (
        "an OpenDocument text",
        "Save it as .docx or PDF.",
    ),
    "application/vnd.oasis.opendocument.spreadsheet": (
        "a spreadsheet",
        "Save it as PDF or HTML, or read the report it belongs to.",
    ),
    "application/epub+zip": ("an e-book", "Save it as PDF or HTML."),
}
_READ = "PDF, HTML, MHTML, Word, OFD, text, Markdown, pictures and ZIP archives"


def read_document(path: Path | str) -> Document:
    """Read a published report of any kind.

    The kind is told from the content, so a PDF that is named ``.html`` is read as PDF.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    Document
        Grids and text in reading order. ``source`` is the name of the file.

    Raises
    ------
    SourceError
        If the file is missing, empty, or of a kind that is not read.
    LimitExceeded
        If it has more than `MAX_BYTES` bytes, or its reader met a limit of its own.
    ReadError
        If its content cannot be read.
    """
    path = Path(path)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
        size = path.stat().st_size if is_file else 0
        if is_folder:
            message = (
                f"{path} is a folder, expected one report. Give one of the files in it."
            )
            raise SourceError(message)
        if not is_file:
            message = (
                f"{path} does not exist or is no file. Check the name and the folder"
                " that it is read from."
            )
            raise SourceError(message)
        if size > MAX_BYTES:
            raise LimitExceeded(_too_large(str(path), size))
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = (
            f"{path} could not be opened: {reason}. Check its name and whether you may"
            " read it."
        )
        raise SourceError(message) from error
    return read_bytes(data, decoded(path.name))


def read_bytes(data: bytes, name: str) -> Document:
    """Read a report from the content of its file.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, kept as ``Document.source``.

    Returns
    -------
    Document
        As `read_document` gives it.

    Raises
    ------
    SourceError, LimitExceeded, ReadError
        As `read_document` does.

    Examples
    --------
    >>> read_bytes(b"<table><tr><td>1<td>2</table>", "a.html").grids[0].cells[1].text
    '2'
    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded(_too_large(name, len(data)))
    if not data.strip(b" \t\r\n\f\0\xef\xbb\xbf\xff\xfe"):
        found = "is empty" if not data else "holds nothing but blanks"
        message = (
            f"{name} {found}, expected a report. The download may have stopped: fetch"
            " it again."
        )
        raise SourceError(message)
    media_type = sniff(data, name)
    return _read(data, name, media_type)


def _read(data: bytes, name: str, media_type: str) -> Document:
    # Each reader is loaded only when a file needs it: some take a second to import.
    if media_type == kinds.HTML:
        from govinfo.readers.markup.html import read_html

        return read_html(data, name)
    if media_type == kinds.PDF:
        from govinfo.readers.pdf import read_pdf

        return read_pdf(data, name)
    if media_type in (kinds.TEXT, kinds.MARKDOWN):
        from govinfo.readers.text import read_text

        return read_text(data, name)
    if media_type == kinds.DOCX:
        from govinfo.readers.word import read_docx

        return read_docx(data, name)
    if media_type in (kinds.DOC, kinds.RTF, kinds.WORD_XML):
        from govinfo.readers.word import read_legacy_word

        return read_legacy_word(data, name)
    if media_type == kinds.OFD:
        from govinfo.readers.ofd import read_ofd

        return read_ofd(data, name)
    if media_type == kinds.MHTML:
        from govinfo.readers.markup.mhtml import read_mhtml

        return read_mhtml(data, name)
    if media_type == kinds.ZIP:
        from govinfo.readers.files.archive import read_archive

        return read_archive(data, name)
    if media_type.startswith(_PICTURES):
        from govinfo.readers.picture import read_picture

        return read_picture(data, name)
    raise SourceError(_not_read(name, media_type))


def _not_read(name: str, media_type: str) -> str:
    if media_type in _NOT_READ:
        found, advice = _NOT_READ[media_type]
        return f"{name} is {found}, which govinfo does not read. {advice}"
    return (
        f"{name} is of a kind that govinfo does not know: found {media_type}, expected"
        f" one of {_READ}. If it opens in a program, save it from there as PDF."
    )


def _too_large(name: str, size: int) -> str:
    return (
        f"{name} has {size:,} bytes, and reading stops at {MAX_BYTES:,}. No report"
        " needs that many: look at the file before going on."
    )
