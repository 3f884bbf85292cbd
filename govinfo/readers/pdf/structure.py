"""Tables that a PDF file tags: which text stands in which cell, and what cells span.

Browsers and Word write these tags for readers who do not see the page. Where no rules
are drawn they tell what white space does not.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from govinfo.readers.page.model import TaggedCell, TaggedTable
from govinfo.readers.pdf.calls import calls

# Elements in elements; more is a file made to harm. A page of tables has 2,000 of them.
MAX_DEPTH, MAX_ELEMENTS = 150, 20_000

# The number of content that stands on another page.
ELSEWHERE = -1

_GROUPS = frozenset(("THead", "TBody", "TFoot"))
_CELLS = frozenset(("TD", "TH"))


class Structure:
    """The tags of a page.

    Parameters
    ----------
    page : pdfium handle
        An open page.
    """

    def __init__(self, page: Any) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._left = MAX_ELEMENTS
        self._number = 0
        self.tables: list[TaggedTable] = []
        """Tables that hold no others, in the order of the tags."""
        self.cell_of: dict[int, int] = {}
        """Number of the cell that a piece of marked content stands in."""
        tree = raw.FPDF_StructTree_GetForPage(page)
        if not tree:
            return
        try:
            roots = range(raw.FPDF_StructTree_CountChildren(tree))
            for i in roots:
                self._visit(raw.FPDF_StructTree_GetChildAtIndex(tree, i), 0)
        finally:
            raw.FPDF_StructTree_Close(tree)

    def _visit(self, element: Any, depth: int) -> bool:
        """Find the tables in an element; whether there were any."""
        if not element or depth > MAX_DEPTH or self._left <= 0:
            return False
        found = [
            self._visit(child, depth + 1)
            for child, mark in self._children(element)
            if mark < 0
        ]
        if self._type(element) != "Table":
            return any(found)
        if not any(found):
            self.tables.append(self._table(element))
        return True

    def _children(self, element: Any) -> Iterator[tuple[Any, int]]:
        """Each child, none where it stands on another page, and its mark or -1."""
        raw = self._raw
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            self._left -= 1
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(element, i)
            yield raw.FPDF_StructElement_GetChildAtIndex(element, i), mark

    def _table(self, element: Any) -> TaggedTable:
        rows: list[tuple[TaggedCell | None, ...] | None] = []
        marks = 0
        for child, mark in self._children(element):
            if mark >= 0:
                marks += 1
                continue
            if child and self._type(child) in _GROUPS:
                inner = [row for row, own in self._children(child) if own < 0]
            else:
                inner = [child]
            rows += [self._row(row) if row else None for row in inner]
        size = self._raw.FPDF_StructElement_CountChildren(element)
        return TaggedTable(size, marks, tuple(rows))

    def _row(self, element: Any) -> tuple[TaggedCell | None, ...]:
        return tuple(
            self._cell(child) if child else None
            for child, mark in self._children(element)
            if mark < 0 and (not child or self._type(child) in _CELLS)
        )

    def _cell(self, element: Any) -> TaggedCell:
        self._number += 1
        marks = [*self._marks(element, 0)]
        self.cell_of |= dict.fromkeys(marks, self._number)
        spans = {"RowSpan": 1, "ColSpan": 1}
        raw = self._raw
        for i in range(raw.FPDF_StructElement_GetAttributeCount(element)):
            attributes = raw.FPDF_StructElement_GetAttributeAtIndex(element, i)
            for name in spans:
                value = raw.FPDF_StructElement_Attr_GetValue(attributes, name.encode())
                number = ctypes.c_float()
                if value and raw.FPDF_StructElement_Attr_GetNumberValue(value, number):
                    spans[name] = max(1, min(int(number.value), 1_000))
        is_cut = ELSEWHERE in marks
        return TaggedCell(self._number, spans["RowSpan"], spans["ColSpan"], is_cut)

    def _marks(self, element: Any, depth: int) -> Iterator[int]:
        """Numbers of the pieces of content in an element; -1 for those elsewhere."""
        for child, mark in self._children(element):
            if mark >= 0 or not child:
                yield mark
            elif child and depth < MAX_DEPTH:
                yield from self._marks(child, depth + 1)

    def _type(self, element: Any) -> str:
        buffer = (ctypes.c_ushort * 32)()
        size = ctypes.sizeof(buffer)
        length = self._raw.FPDF_StructElement_GetType(element, buffer, size)
        return bytes(buffer)[: max(min(length, size) - 2, 0)].decode("utf-16-le")

    def cell(self, item: Any) -> int:
        """Number of the cell that an object of the page stands in, or 0."""
        mark = calls().FPDFPageObj_GetMarkedContentID(item) if item else -1
        return self.cell_of.get(mark, 0)
