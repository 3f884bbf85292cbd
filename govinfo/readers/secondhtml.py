"""Tables of an HTML page by a plain scan of its tags: the second reading.

The first reading walks the tree that libxml2 makes. This one has no tree: Python's own
scanner names one tag after the other, and a cell is what stands between two of them.
Where the two agree, a figure was neither lost nor moved on the way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from govinfo.document import Grid
from govinfo.readers.encoding import decode
from govinfo.readers.secondgrid import Box, laid_out

_CELLS = frozenset({"td", "th"})
_LINE_ENDS = frozenset({"br", "p", "div", "li"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "title", "textarea"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "wbr", "area"})
# Fields that show their value as text.
_WRITTEN = frozenset({"", "text", "number", "tel", "search"})
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")


@dataclass(slots=True)
class _Table:
    """A table that is open: its rows, and whether a cell of it is."""

    rows: list[list[Box]] = field(default_factory=list)
    is_in_cell: bool = False

    def row(self) -> None:
        self.rows.append([])
        self.is_in_cell = False

    def cell(self, rowspan: int, colspan: int) -> None:
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(Box(rowspan, colspan))
        self.is_in_cell = True

    def say(self, text: str) -> None:
        if self.is_in_cell:
            self.rows[-1][-1].pieces.append(text)


class _Scan(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Table] = []
        self._open: list[_Table] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        is_hidden = "hidden" in given or _HIDING.search(given.get("style", "").lower())
        if self._unseen or tag in _UNSEEN or (is_hidden and tag not in _VOID):
            # Only tags of the same name are counted until the one that hides ends.
            if tag not in _VOID and (not self._unseen or tag == self._unseen[0]):
                self._unseen.append(tag)
            return
        if tag == "table":
            table = _Table()
            self._open.append(table)
            self.done.append(table)
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].row()
        elif tag in _CELLS:
            spans = (_span(given.get(name, "")) for name in ("rowspan", "colspan"))
            self._open[-1].cell(*spans)
        elif tag == "input" and given.get("type", "text").lower() in _WRITTEN:
            self._open[-1].say(given.get("value", ""))
        elif tag in _LINE_ENDS:
            self._open[-1].say("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        # A browser takes <td/> for <td>, and so does the first reading.
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
        elif tag == "table" and self._open:
            self._open.pop()
        elif not self._open:
            return
        elif tag in _CELLS:
            self._open[-1].is_in_cell = False
        elif tag in _LINE_ENDS:
            self._open[-1].say("\n")

    def handle_data(self, data: str) -> None:
        if self._open and not self._unseen:
            self._open[-1].say(data)


def _span(text: str) -> int:
    found = re.match(r"\s*(\d{1,4})", text)
    return max(1, int(found[1])) if found else 1


def scanned_html(data: bytes, name: str) -> tuple[Grid, ...]:
    """
    Read the tables of an HTML page a second time.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Its name, for messages.

    Returns
    -------
    tuple of Grid
        Numbered from 1, in the order in which they begin.

    Raises
    ------
    ReadError
        If the bytes are no text.

    Examples
    --------
    >>> page = b"<table><tr><td rowspan=2>1<td>2<tr><td>3</table>"
    >>> [(c.text, c.row, c.column) for c in scanned_html(page, "a.html")[0].cells]
    [('1', 0, 0), ('2', 0, 1), ('3', 1, 1)]
    """
    scan = _Scan()
    scan.feed(decode(data, name).text)
    scan.close()
    return laid_out([table.rows for table in scan.done])
