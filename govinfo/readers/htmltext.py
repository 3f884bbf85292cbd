"""Lines of text in HTML, as a browser would print them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govinfo.readers.radicals import plain_radicals

# A line end inside a heading or cell while its text is collected; reading drops every
# NUL that the file itself holds.
LINE_END = "\0"

# Characters that print nothing, and C1 controls, which HTML reads as Windows-1252.
_ODD = re.compile("[\xad\u200b-\u200f\u2060\ufeff\x80-\x9f\u2e80-\u2fdf]")
_PRINTED = {
    **{code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)},
    **dict.fromkeys((0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF), ""),
}


def clean(text: str) -> str:
    r"""Collapse blanks, and drop what prints nothing.

    Examples
    --------
    >>> clean("  1\u3000\xa0 2\u200b ")
    '1 2'
    """
    if not text.isascii() and _ODD.search(text):
        text = plain_radicals(text.translate(_PRINTED))
    if LINE_END in text:
        lines = (" ".join(line.split()) for line in text.split(LINE_END))
        return "\n".join(line for line in lines if line)
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``whole`` also holds figures struck out or raised."""

    text: str
    whole: str
    is_heading: bool = False
    source_line: int | None = None
