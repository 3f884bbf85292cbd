"""HTML pages: tables with their spans laid out, and text in reading order.

The second reading, `scanned_html`, has no tree: one tag is looked at after the other,
and a cell is what stands between two of them. Where the two agree, a
figure was neither lost nor moved on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import unescape
from itertools import chain

from lxml import etree

from govinfo.document import Document, Grid, GridCell
from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers.characters import printed
from govinfo.readers.files.encoding import decode
from govinfo.readers.markup.blocks import TooManySteps, blocks_of, lay_out
from govinfo.readers.markup.display import (
    file_name,
    is_out_of_order,
)
from govinfo.readers.markup.walk import MAX_NAMED, Walk

MEDIA_TYPE = "text/html"
# The largest page seen, a Word export, has 350 kB; pages saved into one file carry
# pictures of some MB, which are dropped before parsing.
MAX_BYTES = 48 * 2**20
# Word exports of 350 kB have 14,000 tags; a tag costs 300 bytes of memory.
MAX_TAGS = 600_000
# A table with fewer cells is chrome: a share bar, a row of dates.
FEW_CELLS = 10

# Pictures written into the page; nothing in them can be read here.
_DATA_ADDRESS = re.compile(r"data:[\w/+.-]{0,80};base64,[A-Za-z0-9+/=]{200,}")
# "<![if !supportEmptyParas]>" and its end: a browser drops them and shows the inside.
_REVEALED = re.compile(r"<!\[(?:if|endif)[^>-]{0,200}\]>")
# What a document type declares inside itself; a browser skips it.
_SUBSET = re.compile(r"\s*(?:<\?xml[^>]{0,300}>\s*)?<!doctype[^>\[]{0,500}\[", re.I)
# Pages put together from pages end in the middle; the parser would lose the rest.
_PAGE_END = re.compile(r"</(?:html|body)\s*>", re.I)
_CELL_TAG = re.compile(r"<t[dhr]\b[^<>]*\Z", re.I)
# The parser compares every attribute of a tag with every other one.
_LONG_TAG = re.compile(r"<[a-z][^<>]{20000,}", re.I)
MAX_ATTRIBUTES = 500
_INLINE = re.compile(
    r"</?(?:font|span|b|i|u|em|strong|small|big|o:p|st1:\w+)(?:\s[^<>]*)?>", re.I
)
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]\s*(?:url\s*=)?\s*['\"]?([^'\"]+)", re.I)


def read_html(data: bytes, name: str) -> Document:
    """Read an HTML page, or a piece of one.

    Every innermost table of more than one cell becomes a grid with every empty cell;
    tables that only lay out the page become text. What a browser does not display is
    left out. Nothing is fetched and nothing is run.

    Parameters
    ----------
    data : bytes
        Content of the file, in any encoding that `govinfo.readers.encoding` finds.
    name : str
        Name of the file, kept as ``Document.source``.

    Returns
    -------
    Document
        If no table was found, ``notes`` say what the page holds or points to instead.

    Raises
    ------
    ReadError
        If the bytes are no text, or the page puts its text at coordinates out of order.
    LimitExceeded
        If the page is larger or nested deeper than any report.

    Examples
    --------
    >>> page = b"<h1>A</h1><table><tr><td rowspan=2>1<td>2<tr><td></table>"
    >>> document = read_html(page, "a.html")
    >>> document.blocks[0].text
    'A'
    >>> [[cell.text for cell in row] for row in document.grids[0].matrix()]
    [['1', '2'], ['1', '']]
    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded(
            f"{name} has {len(data):,} bytes, and reading of HTML stops at"
            f" {MAX_BYTES:,}. No report needs that many: look at the file before going"
            " on."
        )
    decoded = decode(data, name)
    text = _prepared(decoded.text)
    n_tags = text.count("<")
    if n_tags > MAX_TAGS:
        raise LimitExceeded(
            f"{name} holds {n_tags:,} tags, and reading of HTML stops at"
            f" {MAX_TAGS:,}. No report needs that many: look at the file before going"
            " on."
        )
    page = _read_page(text, name)
    notes = (decoded.note, *page.notes) if decoded.note else page.notes
    return replace(page, notes=notes)


def _read_page(text: str, name: str) -> Document:
    root = _tree(text, name)
    if root is None:
        return Document(name, MEDIA_TYPE)
    walk = Walk()
    walk.over(root)
    notes = []
    blocks = tuple(blocks_of(walk.page.items))
    if not _has_tables(blocks) and walk.hides_tables:
        whole = Walk(show_hidden=True)
        whole.over(root)
        unhidden = tuple(blocks_of(whole.page.items))
        if _has_tables(unhidden):
            walk, blocks = whole, unhidden
            notes.append(
                "The tables stand in a part of the page that is hidden until a script"
                " shows it; they were read from there."
            )
    notes += walk.notes
    if not _has_tables(blocks) and is_out_of_order(root):
        raise ReadError(
            f"{name} puts its text at coordinates, in another order than it is read, so"
            " that lines and columns of a table are not known. Print the page to PDF"
            " from a browser that shows it, and read that."
        )
    if not _has_tables(blocks):
        notes += _instead(walk, root)
    linked = (*walk.frames, *(address for _, address in walk.attachments))
    return Document(
        name,
        MEDIA_TYPE,
        blocks,
        walk.title,
        notes=tuple(notes),
        attachments=tuple(dict.fromkeys(filter(None, map(file_name, linked)))),
    )


def _has_tables(blocks: tuple[object, ...]) -> bool:
    return any(isinstance(b, Grid) and len(b.cells) >= FEW_CELLS for b in blocks)


def _prepared(text: str) -> str:
    """Page text without what parsers trip over."""
    # Also a mark of our own, and some parsers stop at it.
    text = text.replace("\0", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if ";base64," in text:
        text = _DATA_ADDRESS.sub("data:,", text)
    text = _PAGE_END.sub("", text)
    if "/>" in text:
        # "<td/>9": a browser shows the 9 in the cell, the parser beside it.
        text = re.sub("/>", _tag_end, text)
    text = _LONG_TAG.sub(_short_tag, text)
    if "<![" in text:
        text = _REVEALED.sub("", text)
        if text.lstrip().startswith("<?xml"):
            text = text.replace("<![CDATA[", "").replace("]]>", "")
    if subset := _SUBSET.match(text):
        end = text.find("]>", subset.end())
        text = text[end + 2 :] if end >= 0 else text
    return text


def _tag_end(found: re.Match[str]) -> str:
    """The end of a tag that is closed like XML, so that a cell stays open."""
    page, end = found.string, found.start()
    start = page.rfind("<", 0, end)
    return ">" if start >= 0 and _CELL_TAG.match(page, start, end) else "/>"


def _tree(text: str, name: str) -> etree._Element | None:
    root, is_cut = _parsed(text)
    if is_cut:
        # Editors that never close <font> nest a page a thousand levels deep.
        root, is_cut = _parsed(_INLINE.sub("", text))
    if is_cut:
        raise LimitExceeded(
            f"{name} nests its elements more than 2,000 levels deep, where reading"
            " stops. No report needs that: look at the file before going on."
        )
    return root


def _parsed(text: str) -> tuple[etree._Element | None, bool]:
    """Tree of a page, and whether the parser stopped at its limit of depth."""
    # Without huge_tree the limit is 256 levels, which published pages reach.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, huge_tree=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        if not text.strip():
            return None, False
        raise ReadError(f"The HTML parser stopped: {error}.") from error
    limit = etree.ErrorTypes.ERR_RESOURCE_LIMIT
    return root, any(entry.type == limit for entry in parser.error_log)


def _instead(walk: Walk, root: etree._Element) -> list[str]:
    """What a page without tables holds or points to."""
    notes = []
    for meta in root.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            address = _REFRESH.match(meta.get("content") or "")
            if address:
                notes.append(
                    f"The page forwards to '{_short(address[1])}', which was not"
                    " fetched."
                )
                break
    if walk.attachments:
        named = ", ".join(f"'{_short(text)}'" for text, _ in walk.attachments)
        notes.append(
            f"The page links to attached files, which were not fetched: {named}."
        )
    if walk.frames:
        named = ", ".join(f"'{_short(text)}'" for text in walk.frames[:MAX_NAMED])
        notes.append(f"The page shows other files, which were not fetched: {named}.")
    if walk.writes_tables:
        notes.append(
            "The page writes its tables by a script, which is not run. Save the page"
            " from a browser that shows it."
        )
    if walk.pictures:
        pictures = "1 picture" if walk.pictures == 1 else f"{walk.pictures} pictures"
        notes.append(f"The page shows {pictures}; tables in them are not read.")
    return notes


def _short_tag(tag: re.Match[str]) -> str:
    if tag[0].count("=") <= MAX_ATTRIBUTES:
        return tag[0]
    return tag[0].split(None, 1)[0]


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 80 else text[:79] + "…"


@dataclass(slots=True)
class SpannedCell:
    """A cell as it is met: how far it reaches, and the pieces of its text."""

    rows: int = 1
    columns: int = 1
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, spaces joined, with its line ends and without empty lines."""
        return printed("".join(self.pieces))


def laid_out(tables: Iterable[Sequence[Sequence[SpannedCell]]]) -> tuple[Grid, ...]:
    """
    Put the cells of tables into the columns that spans leave free.

    Examples
    --------
    >>> wide, below = SpannedCell(1, 2, ["a"]), SpannedCell(1, 1, ["b"])
    >>> (grid,) = laid_out([[[wide], [SpannedCell(), below]]])
    >>> [(cell.text, cell.column) for cell in grid.cells]
    [('a', 0), ('', 0), ('b', 1)]
    """
    grids: list[Grid] = []
    for rows in tables:
        try:
            placed = lay_out([rows])
        except TooManySteps:
            continue
        boxes = chain.from_iterable(rows)
        cells = (GridCell(b.text, *p) for b, p in zip(boxes, placed, strict=True))
        if len(placed) > 1:
            grids.append(Grid(0, tuple(cells)))
    return tuple(grids)


_CELLS = frozenset({"td", "th"})
_LINE_ENDS = frozenset({"br", "p", "div", "li"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "wbr", "area"})
# Fields that show their value as text.
_WRITTEN = frozenset({"", "text", "number", "tel", "search"})
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
# No value of an attribute goes past the next tag, so that each is looked at once.
_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)
    |<(?P<unshown>script|style|template|noscript|title|textarea)\b.*?(?:</(?P=unshown)\s*>|\Z)
    |<(?P<end>/?)(?P<tag>[a-z][^\s/<>]*)
        (?P<said>[^"'<>]*(?:(?:"[^"<]*"|'[^'<]*')[^"'<>]*)*)>
    |<[!?][^<>]*>
    |(?P<text><?[^<]+)""",
    re.I | re.S | re.X,
)
_COUNT = re.compile(r"\s*(\d{1,4})")
_ATTRIBUTE = re.compile(
    r"""([a-z][^\s=/]*)(?:\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"']+)))?""", re.I
)


@dataclass(slots=True)
class _Table:
    """A table that is open: its rows, and whether a cell of it is."""

    rows: list[list[SpannedCell]] = field(default_factory=list)
    is_in_cell: bool = False

    def row(self) -> None:
        self.rows.append([])
        self.is_in_cell = False

    def cell(self, said: str) -> None:
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(SpannedCell(*_spans(said)))
        self.is_in_cell = True

    def say(self, text: str) -> None:
        if self.is_in_cell:
            self.rows[-1][-1].pieces.append(text)


def _given(said: str) -> dict[str, str]:
    """Attributes of a tag, the first of each name."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(said):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found


@lru_cache(maxsize=1024)
def _spans(said: str) -> tuple[int, int]:
    given = _given(said)
    found = (_COUNT.match(given.get(name, "1")) for name in ("rowspan", "colspan"))
    rows, columns = (max(1, int(count[1])) if count else 1 for count in found)
    return rows, columns


@lru_cache(maxsize=1024)
def _is_hidden(said: str) -> bool:
    if not re.search("hidden|display|mso-hide", said, re.I):
        return False
    given = _given(said)
    return "hidden" in given or bool(_HIDING.search(given.get("style", "").lower()))


def _scanned(text: str) -> list[_Table]:
    """The tables of a page, one tag after the other."""
    done: list[_Table] = []
    opened: list[_Table] = []
    unseen: list[str] = []
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "text":
            if opened and not unseen:
                opened[-1].say(unescape(token[0]))
            continue
        if kind != "said":
            continue
        end, tag, said = token.group("end", "tag", "said")
        tag = tag.lower()
        if unseen:
            # Only tags of the same name are counted until the one that hides ends.
            if tag == unseen[0] and end:
                unseen.pop()
            elif tag == unseen[0] and not said.endswith("/"):
                unseen.append(tag)
        elif not end and said and tag not in _VOID and _is_hidden(said):
            if not said.endswith("/"):
                unseen.append(tag)
        elif tag == "table":
            if not end:
                done.append(_Table())
                opened.append(done[-1])
            elif opened:
                opened.pop()
        elif not opened:
            continue
        elif tag in _CELLS:
            # A browser takes <td/> for <td>, and so does the first reading.
            if end:
                opened[-1].is_in_cell = False
            else:
                opened[-1].cell(said)
        elif tag == "tr" and not end:
            opened[-1].row()
        elif tag in _LINE_ENDS:
            opened[-1].say("\n")
        elif tag == "input" and not end:
            given = _given(said)
            if given.get("type", "text").lower() in _WRITTEN:
                opened[-1].say(given.get("value", ""))
    return done


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
        In the order in which they begin.

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
    tables = _scanned(decode(data, name).text)
    return laid_out([table.rows for table in tables])
