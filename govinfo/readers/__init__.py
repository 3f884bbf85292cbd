"""One door to every reader: a file becomes a `Document`, whatever kind it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from govinfo.document import Document
from govinfo.errors import LimitExceeded, SourceError
from govinfo.readers.files.names import decoded
from govinfo.readers.kinds import ZIP, kind_of, kinds_read, load, sniff

__all__ = [
    "MAX_BYTES",
    "File",
    "open_file",
    "read_bytes",
    "read_document",
    "read_file",
    "sniff",
]

# Scans of 300 dpi reach 60 MB; more is a mistake or an attack.
MAX_BYTES = 256 * 2**20


@dataclass(frozen=True)
class File:
    """
    A file that was opened once.

    Attributes
    ----------
    path : Path
        Where it lies.
    name : str
        Its name as text.
    data : bytes
        Its content.
    """

    path: Path
    name: str
    data: bytes = field(repr=False)

    @cached_property
    def media_type(self) -> str:
        """Of which kind the content is."""
        return sniff(self.data, self.name)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


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
    return read_file(open_file(path))


def open_file(path: Path | str) -> File:
    """
    Take a file into memory, to be told, read, read again and hashed from there.

    Raises
    ------
    SourceError
        If the file is missing, or cannot be opened.
    LimitExceeded
        If it has more than `MAX_BYTES` bytes.
    """
    path = Path(path)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
        size = path.stat().st_size if is_file else 0
        if is_folder:
            raise SourceError(
                f"{path} is a folder, expected one report. Give one of the files in it."
            )
        if not is_file:
            raise SourceError(
                f"{path} does not exist or is no file. Check the name and the folder"
                " that it is read from."
            )
        if size > MAX_BYTES:
            raise LimitExceeded(_too_large(str(path), size))
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            f"{path} could not be opened: {reason}. Check its name and whether you may"
            " read it."
        ) from error
    return File(path, decoded(path.name), data)


def read_file(file: File) -> Document:
    """Read a report from an opened file, as `read_document` does."""
    _require_content(file.data, file.name)
    return _read(file.data, file.name, file.media_type)


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
    _require_content(data, name)
    return _read(data, name, sniff(data, name))


def _require_content(data: bytes, name: str) -> None:
    if len(data) > MAX_BYTES:
        raise LimitExceeded(_too_large(name, len(data)))
    if not data.strip(b" \t\r\n\f\0\xef\xbb\xbf\xff\xfe"):
        found = "is empty" if not data else "holds nothing but blanks"
        raise SourceError(
            f"{name} {found}, expected a report. The download may have stopped: fetch"
            " it again."
        )


def _read(data: bytes, name: str, media_type: str) -> Document:
    kind = kind_of(media_type)
    if kind is None:
        raise SourceError(
            f"{name} is of a kind that govinfo does not know: found {media_type},"
            f" expected one of {kinds_read()}. If it opens in a program, save it from"
            " there as PDF."
        )
    if not kind.reader:
        raise SourceError(
            f"{name} is {kind.called}, which govinfo does not read. {kind.instead}"
        )
    reader: Callable[..., Document] = load(kind.reader, kind.called)
    if kind is ZIP:
        # An archive holds a report of another kind.
        return reader(data, name, read_bytes)
    return replace(reader(data, name), media_type=media_type)


def _too_large(name: str, size: int) -> str:
    return (
        f"{name} has {size:,} bytes, and reading stops at {MAX_BYTES:,}. No report"
        " needs that many: look at the file before going on."
    )
