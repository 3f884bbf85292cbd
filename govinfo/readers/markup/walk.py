"""A walk over parsed HTML that collects tables and text as they are displayed.

The tree is walked without recursion and with a stack of its own for tables, rows and
cells, because published pages nest these in ways that no parser repairs: cells without
rows, cells in cells, rows after the end of their table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from lxml import etree

from govinfo.readers.markup.blocks import (
    LINE_END,
    Bundle,
    Container,
    MarkupLine,
    MarkupTable,
    clean,
)
from govinfo.readers.markup.display import (
    ASKED,
    ATTACHED,
    CELLS,
    COUNT,
    DIGIT,
    DISPLAY,
    FRAMES,
    GROUPS,
    HEADINGS,
    HIDDEN,
    INLINE,
    KINDS,
    NO_SIZE,
    PREFORMATTED,
    RAISED,
    ROLES,
    STYLED_AS,
    Doubt,
    Sheets,
    doubt_about,
    drawing_attributes,
    file_name,
    formula,
    is_drawn,
    sheets_of,
    shown_option,
    shown_value,
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
    _option: etree._Element | None = None
    _sheets: Sheets = field(default_factory=Sheets)

    def over(self, root: etree._Element) -> None:
        """Walk over a whole tree."""
        self._sheets = sheets_of(root)
        scripts = filled_by_scripts(root)
        if scripts.note:
            self.notes.append(scripts.note)
        drawing = drawing_attributes(root)
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walker:
            if event == "start":
                if self._starts(element):
                    if element in scripts.unknown:
                        self._box().is_scripted = True
                    if element.text:
                        self._text(element.text, element)
                    if self._stack and is_drawn(element, drawing):
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
                ):
                    self._ends(element)
            if element.tail and element is not root:
                self._text(element.tail, element)
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

    def _starts(self, element: etree._Element) -> bool:
        """Handle a start tag; whether to go into the element."""
        kind = KINDS.get(element.tag)
        if kind == "unseen" or (kind == "option" and element is not self._option):
            return self._into_hidden(element)
        style = element.get("style") or ""
        shown = ""
        if style:
            style = style.lower()
        # Most styles only name fonts.
        if (style and _may_show(style)) or element.get("hidden") is not None:
            shown = self._style(element, style)
            if shown == "none":
                return self._into_hidden(element)
        if self._stack:
            self._doubt(element, style)
        if kind is None:
            if shown == "block":
                self._box().end_line()
            elif shown or element.get("role"):
                self._starts_styled(element, shown)
        elif kind == "block":
            if not (shown or element.get("role")) or not self._starts_styled(
                element, shown
            ):
                self._starts_block(element)
        elif kind == "cell":
            self._open_cell(element)
        elif kind == "row":
            self._open_row(element)
        elif kind == "group":
            self._enter_table(element).start_group(str(element.tag), element)
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

    def _style(self, element: etree._Element, style: str) -> str:
        """How an element is displayed, as far as it says so itself; "none" if not."""
        display = DISPLAY.findall(style) if "display" in style else []
        shown: str = display[-1] if display else ""
        # A cell that is there but not to be seen still takes its place.
        hidden = HIDDEN.search(style) and element.tag not in CELLS
        has_no_size = element.tag in INLINE and NO_SIZE.search(style)
        if (
            shown == "none"
            or element.get("hidden") is not None
            or hidden
            or has_no_size
        ):
            if not self.show_hidden:
                return "none"
            shown = ""
        is_raised = element.tag in INLINE and RAISED.search(style)
        if is_raised or "line-through" in style:
            self._doubtful[element] = "alone"
        return shown

    def _doubt(self, element: etree._Element, style: str) -> None:
        """Take note of what a browser does not show as part of a figure."""
        if not (style or self._sheets or element.tag in ASKED):
            return
        if doubt := doubt_about(element, style, self._sheets):
            self._doubtful[element] = doubt
        for text, is_before in written_around(element, self._sheets):
            if is_before:
                self._box().add(text, element, doubt="alone")
            else:
                self._after[element] = text

    def _starts_styled(self, element: etree._Element, shown: str) -> bool:
        """Handle a start tag that is displayed as part of a table; whether it was."""
        acts_as = STYLED_AS.get(shown) or ROLES.get(element.get("role") or "")
        if acts_as == "table":
            self._open_table(element, styled=True)
            return True
        if acts_as is None or not self._stack or not self._stack[-1].table.styled:
            return False
        if acts_as == "td":
            self._open_cell(element)
        elif acts_as == "tr":
            self._open_row(element)
        else:
            self._enter_table(element).start_group(acts_as, element)
        return True

    def _starts_block(self, element: etree._Element) -> None:
        box = self._box()
        box.end_line()
        box.mark = len(box.items)
        if element.tag in HEADINGS:
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
            address = element.get(FRAMES[str(element.tag)])
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
        kind = KINDS.get(tag)
        if kind == "group":
            if self._stack and self._stack[-1].table.group is element:
                self._close_to("table")
                self._stack[-1].table.end_group()
        elif kind == "block":
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

    def _open_table(self, element: etree._Element, *, styled: bool = False) -> None:
        # A table that starts between the cells of another ends that other one.
        while self._stack and self._stack[-1].kind != "cell":
            self._close()
        self._box().end_line()
        said = element.get("role") in ("presentation", "none")
        table = MarkupTable(styled=styled, for_layout=said)
        self._open(_Frame("table", element, table, table.stray))

    def _enter_table(self, element: etree._Element) -> MarkupTable:
        """Go back to the innermost table, or start one that the page forgot."""
        is_real = element.tag in GROUPS or element.tag in CELLS or element.tag == "tr"
        if self._stack and not (is_real and self._stack[-1].table.styled):
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

    def _open_cell(self, element: etree._Element) -> None:
        if self._stack and self._stack[-1].kind == "cell":
            real_in_styled = element.tag in CELLS and self._stack[-1].table.styled
            if not real_in_styled:
                self._close()
        if not self._stack or self._stack[-1].kind != "row":
            table = self._enter_table(element)
            self._open(_Frame("row", None, table, table.stray, table.start_row()))
        top = self._stack[-1]
        box = Container(_span(element, "rowspan"), _span(element, "colspan"))
        if top.row is not None:
            top.row.append(box)
        self._open(_Frame("cell", element, top.table, box))


@lru_cache(maxsize=4096)
def _may_show(style: str) -> bool:
    """Whether a style may say how an element is displayed."""
    return _SHOWING.search(style) is not None


_SHOWING = re.compile(
    "display|visibility|mso-hide|vertical-align|line-through|font-size"
)


def _span(element: etree._Element, which: str) -> int:
    said = element.get(which) or element.get(f"aria-{which}")
    if said is None:
        return 1
    digits = COUNT.match(said)
    return int(digits[1]) if digits else 1


# Pictures of so few pixels only keep lines apart.
_SPACER = 3


def _is_spacer(element: etree._Element) -> bool:
    """Whether a picture is too small to show anything, as old layouts use them."""
    sizes = [(element.get(name) or "").strip() for name in ("width", "height")]
    return any(size.isdecimal() and int(size) <= _SPACER for size in sizes)
