"""A walk over parsed HTML that collects tables and text as they are displayed.

The tree is walked without recursion and with a stack of its own for tables, rows and
cells, because published pages nest these in ways that no parser repairs: cells without
rows, cells in cells, rows after the end of their table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from govinfo.readers.markup.blocks import (
    LINE_END,
    Bundle,
    Container,
    Item,
    MarkupLine,
    MarkupTable,
    clean,
    source_line,
)
from govinfo.readers.markup.display import (
    ATTACHED,
    DIGIT,
    FRAMES,
    HEADINGS,
    KINDS,
    PREFORMATTED,
    Doubt,
    Sheets,
    Tag,
    doubt_about,
    drawing_attributes,
    file_name,
    formula,
    is_empty,
    sheets_of,
    shown_option,
    shown_value,
    tag_with,
    written_around,
)
from govinfo.readers.markup.scripts import filled_by_scripts

# More attachments or frames than a note can name.
MAX_NAMED = 5


@dataclass(slots=True, eq=False)
class _Frame:
    """An open table, row or cell, and the element that closes it."""

    kind: Literal["table", "row", "cell"]
    owner: etree._Element | None
    table: MarkupTable
    box: Container
    row: list[Container] | None = None
    is_open: bool = True


@dataclass(slots=True)
class Walk:
    """One walk; `page` and the lists are what it found.

    Parameters
    ----------
    show_hidden : bool
        Read also what is not displayed.
    """

    show_hidden: bool = False
    page: Container = field(default_factory=Container)
    title: str = ""
    notes: list[str] = field(default_factory=list)
    attachments: list[tuple[str, str]] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    pictures: int = 0
    hides_tables: bool = False
    writes_tables: bool = False
    _stack: list[_Frame] = field(default_factory=list)
    _owned: dict[etree._Element, list[_Frame]] = field(default_factory=dict)
    _doubtful: dict[etree._Element, Doubt] = field(default_factory=dict)
    _after: dict[etree._Element, str] = field(default_factory=dict)
    _shown_as_blocks: set[etree._Element] = field(default_factory=set)
    _option: etree._Element | None = None
    _sheets: Sheets = field(default_factory=Sheets)
    _is_styled: bool = False
    _is_scripted: bool = False
    _drawing: frozenset[str] | None = None

    def over(self, root: etree._Element) -> None:
        """Walk over a whole tree."""
        self._sheets = sheets_of(root)
        self._is_styled = bool(self._sheets)
        scripts = filled_by_scripts(root)
        if scripts.note:
            self.notes.append(scripts.note)
        self._is_scripted = bool(scripts.unknown)
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walker:
            if event == "start":
                said = tag_with(element.tag, *element.items())
                if self._starts(element, said):
                    if element in scripts.unknown:
                        self._box().is_scripted = True
                    if text := element.text:
                        self._text(text, element)
                    if (
                        (said.draws or said.saying)
                        and self._stack
                        and self._is_drawn(element, said)
                    ):
                        self._box().has_picture = True
                else:
                    skipped = element
                    walker.skip_subtree()
                continue
            if event == "end":
                if element is skipped:
                    skipped = None
                elif (
                    element.tag in KINDS
                    or element in self._owned
                    or element in self._doubtful
                    or element in self._after
                    or element in self._shown_as_blocks
                ):
                    self._ends(element)
            if (text := element.tail) and element is not root:
                self._text(text, element)
        while self._stack:
            self._close()
        self.page.end_line()

    def _box(self) -> Container:
        return self._stack[-1].box if self._stack else self.page

    def _text(self, text: str, element: etree._Element) -> None:
        # Text after a row without a table: what follows is no part of that table.
        while self._stack and (top := self._stack[-1]).kind != "cell":
            if text.isspace():
                return
            if not top.table.implied:
                break
            self._close()
        doubt: Doubt = ""
        if self._doubtful and DIGIT.search(text) is not None:
            doubt = "alone" if "alone" in self._doubtful.values() else "beside"
        self._box().add(text, element, doubt=doubt)

    def _starts(self, element: etree._Element, said: Tag) -> bool:
        """Handle a start tag; whether to go into the element."""
        kind = said.kind
        if kind == "unseen" or (kind == "option" and element is not self._option):
            return self._into_hidden(element)
        if said.shown == "none" and not self.show_hidden:
            return self._into_hidden(element)
        if said.is_raised:
            self._doubtful[element] = "alone"
        if self._stack and (self._is_styled or not said.is_dull):
            self._doubt(element, said)
        if kind is None:
            return True
        if kind == "block":
            self._starts_block(element)
        elif kind == "cell":
            return self._open_cell(element, said)
        elif kind == "row":
            self._open_row(element)
        elif kind == "group":
            self._enter_table(element).start_group(str(element.tag))
        elif kind == "table":
            self._open_table(element)
        else:
            return self._starts_other(element, kind)
        return True

    def _into_hidden(self, element: etree._Element) -> bool:
        """Whether to go into something hidden: if it is to be shown and holds tables.

        A menu that is never closed, for example, swallows the rest of the page.
        """
        if len(element) == 0 or next(element.iter("table", "tr"), None) is None:
            return False
        self.hides_tables = True
        return self.show_hidden

    def _doubt(self, element: etree._Element, said: Tag) -> None:
        """Take note of what a browser does not show as part of a figure."""
        if doubt := doubt_about(element, said, self._sheets):
            self._doubtful[element] = doubt
        for text, is_before in written_around(element, self._sheets):
            if is_before:
                self._box().add(text, element, doubt="alone")
            else:
                self._after[element] = text

    def _is_drawn(self, element: etree._Element, said: Tag) -> bool:
        """Whether an element shows something although it is empty."""
        if not is_empty(element):
            return False
        if element.tag == "li":
            parent = element.getparent()
            return (
                parent is not None
                and parent.tag == "ol"
                and "none" not in (parent.get("style") or "")
            )
        if said.saying and self._drawing is None:
            self._drawing = drawing_attributes(element.getroottree().getroot())
        return said.draws or not (self._drawing or frozenset()).isdisjoint(said.saying)

    def _starts_block(self, element: etree._Element) -> None:
        box = self._box()
        box.end_line()
        box.mark = len(box.items)
        if element.tag not in KINDS:
            self._shown_as_blocks.add(element)
        elif element.tag in HEADINGS:
            box.headings += 1
            box.has_heading = True
        elif element.tag in PREFORMATTED:
            box.preformatted += 1
            if (element.text or "").startswith("\n"):
                element.text = (element.text or "")[1:]

    def _starts_other(self, element: etree._Element, kind: str) -> bool:
        if kind == "br":
            box = self._box()
            if box.headings:
                box.add(LINE_END, None)
            else:
                box.end_line(always=True)
        elif kind == "doubtful":
            self._doubtful[element] = "alone"
        elif kind == "a":
            self._note_link(element)
        elif kind == "img":
            self.pictures += 1
            if not _is_spacer(element):
                self._box().has_picture = True
        elif kind == "select":
            self._option = shown_option(element)
        elif kind == "input":
            self._text(shown_value(element), element)
        elif kind == "math":
            if sign := formula(element):
                self._text(sign, element)
                return False
        elif kind == "showing":
            self._box().has_picture = True
            return self._into_hidden(element)
        elif kind == "script":
            text = (element.text or "").lower()
            self.writes_tables |= "<table" in text or "u003ctable" in text
            return False
        elif kind == "title":
            self.title = self.title or clean("".join(map(str, element.itertext())))
            return False
        elif kind == "frame":
            self._box().has_picture = True
            written = "srcdoc" if "srcdoc" in element.attrib else ""
            address = element.get(FRAMES[str(element.tag)]) or written
            if address and not address.startswith(("about:", "javascript:")):
                self.frames.append(address)
            if element.tag == "object":
                # What it says itself is shown where the other file is not.
                self._doubtful[element] = "alone"
            return element.tag != "iframe"
        return True

    def _note_link(self, element: etree._Element) -> None:
        if len(self.attachments) < MAX_NAMED:
            address = (element.get("href") or "").strip()
            if ATTACHED.search(address):
                text = clean("".join(map(str, element.itertext())))
                self.attachments.append((text or file_name(address), address))

    def _ends(self, element: etree._Element) -> None:
        self._doubtful.pop(element, None)
        if element in self._after:
            self._box().add(self._after.pop(element), element, doubt="alone")
        if element in self._owned:
            for frame in reversed(self._owned.pop(element)):
                while frame.is_open:
                    self._close()
            return
        tag = element.tag
        if element in self._shown_as_blocks:
            self._box().end_line()
        elif KINDS.get(tag) == "block":
            box = self._box()
            box.end_line()
            if tag in HEADINGS:
                box.headings = max(box.headings - 1, 0)
            elif tag in PREFORMATTED:
                box.preformatted = max(box.preformatted - 1, 0)
            elif box.mark == len(box.items) and (
                tag == "p" or (tag in ("div", "li") and len(element) == 0)
            ):
                # An empty paragraph may be the empty cell of a table turned into
                # lines.
                box.end_line(always=True)

    def _close(self) -> None:
        frame = self._stack.pop()
        frame.is_open = False
        if frame.kind == "cell":
            frame.box.end_line()
        elif frame.kind == "table":
            items, note = frame.table.finish()
            if note:
                self.notes.append(note)
            box = self._box()
            if all(isinstance(item, MarkupLine) for item in items):
                box.items = box.items + items if box.items else items
            else:
                box.items.append(Bundle(items))
                box.has_tables = True

    def _close_to(self, kind: str) -> None:
        """Close what is open inside the innermost frame of a kind."""
        while self._stack and self._stack[-1].kind != kind:
            self._close()

    def _open(self, frame: _Frame) -> None:
        self._stack.append(frame)
        if frame.owner is not None:
            self._owned.setdefault(frame.owner, []).append(frame)

    def _open_table(self, element: etree._Element) -> None:
        # A table that starts between the cells of another ends that other one.
        while self._stack and self._stack[-1].kind != "cell":
            self._close()
        self._box().end_line()
        said = element.get("role") in ("presentation", "none")
        table = MarkupTable(for_layout=said)
        self._open(_Frame("table", element, table, table.stray))

    def _enter_table(self, element: etree._Element) -> MarkupTable:
        """Go back to the innermost table, or start one that the page forgot."""
        if self._stack:
            self._close_to("table")
            return self._stack[-1].table
        self._box().end_line()
        table = MarkupTable(implied=True)
        self._open(_Frame("table", element.getparent(), table, table.stray))
        return table

    def _open_row(self, element: etree._Element) -> None:
        table = self._enter_table(element)
        row = table.start_row()
        self._open(_Frame("row", element, table, table.stray, row))

    def _open_cell(self, element: etree._Element, said: Tag) -> bool:
        """Start a cell; whether to go into it."""
        if self._stack and self._stack[-1].kind == "cell":
            self._close()
        if not self._stack or self._stack[-1].kind != "row":
            table = self._enter_table(element)
            self._open(_Frame("row", None, table, table.stray, table.start_row()))
        top = self._stack[-1]
        box = Container(said.rows, said.columns)
        if top.row is not None:
            top.row.append(box)
        may_be_plain = not (
            self._is_styled or self._doubtful or self._is_scripted or said.saying
        )
        if may_be_plain and (lines := _plain_lines(element)) is not None:
            box.items = lines
            return False
        self._open(_Frame("cell", element, top.table, box))
        return True


def _plain_lines(cell: etree._Element) -> list[Item] | None:
    """What a cell says that holds one text alone, in one paragraph or in none.

    Nearly every cell is such a one; for all others there is no short way.
    """
    n_blocks = 0
    text, place = cell.text or "", cell
    has_own = bool(text) and not text.isspace()
    for inner in cell.iterdescendants():
        tag = inner.tag
        if not isinstance(tag, str) or not tag_with(tag, *inner.items()).is_plain:
            return None
        if tag == "p":
            n_blocks += 1
        if (after := inner.tail) and not after.isspace():
            return None
        if (own := inner.text) and not own.isspace():
            if text and not text.isspace():
                return None
            text, place = own, inner
    if n_blocks > 1 or (has_own and n_blocks):
        return None
    if said := clean(text):
        return [MarkupLine(said, said, source_line=source_line(place))]
    # An empty paragraph may be a line of its own.
    return [MarkupLine("", "")] if n_blocks else []


# Pictures of so few pixels only keep lines apart.
_SPACER = 3


def _is_spacer(element: etree._Element) -> bool:
    """Whether a picture is too small to show anything, as old layouts use them."""
    sizes = [(element.get(name) or "").strip() for name in ("width", "height")]
    return any(size.isdecimal() and int(size) <= _SPACER for size in sizes)
