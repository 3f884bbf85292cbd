"""Reader of pages that a browser saved as one file (MHTML)."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import Message

from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers.markup.html import read_html

# A saved page has some hundred parts; a report never needs more.
MAX_PARTS = 5_000
_HTML = ("text/html", "application/xhtml+xml")


def read_mhtml(data: bytes, name: str) -> Document:
    """Read the page in an MHTML file.

    Where the page itself holds no table but a frame of it, saved in the same file,
    does, the frame is read with it.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, kept as ``Document.source``.

    Returns
    -------
    Document
        As `read_html` gives it.

    Raises
    ------
    ReadError
        If the file holds no page.
    LimitExceeded
        If it has more parts than any saved page, or the page meets a limit.
    """
    try:
        message = email.message_from_bytes(
            data.lstrip(b"\xef\xbb\xbf \t\r\n"), policy=email.policy.compat32
        )
        parts = []
        for number, part in enumerate(message.walk(), start=1):
            if number > MAX_PARTS:
                raise LimitExceeded(_too_many(name))
            parts.append(part)
    except RecursionError as error:
        raise LimitExceeded(_too_many(name)) from error
    pages = [part for part in parts if part.get_content_type() in _HTML]
    if not pages:
        raise ReadError(
            f"{name} is a saved page (MHTML) without a part of HTML. Save the page"
            " again from a browser."
        )
    root = _root(message, pages)
    read = read_html(_content(root), name)
    for part in pages:
        if read.grids:
            break
        if part is not root and (content := _content(part)).strip():
            frame = read_html(content, name)
            if frame.grids:
                read = _joined(read, frame)
    return read


def _root(message: Message, pages: list[Message]) -> Message:
    start = message.get_param("start")
    if isinstance(start, str):
        for part in pages:
            if str(part.get("Content-ID", "")).strip("<> ") == start.strip("<> "):
                return part
    return pages[0]


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _joined(page: Document, frame: Document) -> Document:
    blocks: list[Grid | TextBlock] = [*page.blocks, *frame.blocks]
    return replace(
        page,
        blocks=tuple(blocks),
        title=page.title or frame.title,
        notes=frame.notes,
    )


def _too_many(name: str) -> str:
    return (
        f"{name} is a saved page (MHTML) of more than {MAX_PARTS:,} parts, where"
        " reading stops. No report needs that many: look at the file before going on."
    )
