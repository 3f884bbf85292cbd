"""Sets tables on PDF pages, with page breaks where the caller wants them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from facsimiles.form import SetTable, Slot

A4 = (595.0, 842.0)

# Height of a line of Chinese text, in font sizes.
LEADING = 1.25

# What stays on one line: a Latin word, or a character with the marks that close it.
_UNBROKEN = re.compile(r"[!-~]+|.[）」，。、；：]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Style:
    """How the pages of one document look.

    ``rules`` is ``all``, ``horizontal``, ``vertical`` or ``none``. ``cut_labels``
    prints a label that spans a page break half on either page, else it stands whole on
    the first.
    """

    page: tuple[float, float] = A4
    margin: float = 62
    size: float = 8.5
    title_size: float = 15
    padding: float = 3.2
    rules: str = "all"
    rule_width: float = 0.6
    dash: tuple[float, float] | None = None
    repeat_head: bool = False
    cut_labels: bool = False
    shade_items: bool = False
    fake_bold: bool = False
    page_number: str = "- {} -"
    widths: dict[int, tuple[float, ...]] = field(default_factory=dict)

    def column_widths(self, columns: int) -> list[float]:
        """Widths of the columns of a table, in points, over the whole type area."""
        shares = self.widths.get(columns, (1.0,) * columns)
        total = self.page[0] - 2 * self.margin
        return [total * share / sum(shares) for share in shares]


class Paper:
    """Pages being set from the top down."""

    def __init__(self, style: Style, face: bytes, title: str) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        self.style = style
        self._file = BytesIO()
        # reportlab keeps faces by their own name, for the whole process.
        self._face = hashlib.sha256(face).hexdigest()[:16]
        self._font = TTFont(self._face, BytesIO(face))
        pdfmetrics.registerFont(self._font)
        self._canvas: Any = Canvas(
            self._file, pagesize=style.page, pageCompression=0, invariant=1
        )
        self._canvas.setTitle(title)
        self._canvas.setCreator("govinfo scripts/set_facsimiles.py")
        self._page = 1
        self._y = style.page[1] - style.margin

    def width_of(self, text: str, size: float) -> float:
        """Width of a line of text, in points."""
        return float(self._font.stringWidth(text, size))

    def wrap(self, text: str, width: float, size: float) -> list[str]:
        """Break text into lines that fit, keeping its own line ends."""
        lines = []
        for part in text.split("\n"):
            line = ""
            for word in _UNBROKEN.findall(part):
                if line and self.width_of(line + word, size) > width:
                    lines.append(line.rstrip())
                    line = ""
                while self.width_of(word, size) > width and len(word) > 1:
                    fits = max(
                        n
                        for n in range(1, len(word) + 1)
                        if n == 1 or self.width_of(word[:n], size) <= width
                    )
                    lines.append(word[:fits])
                    word = word[fits:]
                line += word
            lines.append(line)
        return lines

    def new_page(self) -> None:
        """End the page and begin another."""
        number = self.style.page_number.format(self._page)
        self._text(self.style.page[0] / 2, self.style.margin / 2, number, 9, "center")
        self._canvas.showPage()
        self._page += 1
        self._y = self.style.page[1] - self.style.margin

    def paragraph(self, text: str, size: float, align: str = "left") -> None:
        """Set a paragraph, over as many lines as it needs."""
        width = self.style.page[0] - 2 * self.style.margin
        x = self.style.page[0] / 2 if align == "center" else self.style.margin
        for line in self.wrap(text, width, size):
            if self._y - size * LEADING < self.style.margin:
                self.new_page()
            self._y -= size * LEADING
            self._text(x, self._y, line, size, align)
        self._y -= size * 0.5

    def table(self, table: SetTable, break_before: Sequence[int] = ()) -> None:
        """Set a table; a new page begins before the rows named, and where one is full.

        Parameters
        ----------
        table : SetTable
            What to set.
        break_before : sequence of int
            Rows, counted from 0, that begin a page.
        """
        style = self.style
        widths = style.column_widths(table.columns)
        edges = [style.margin]
        for width in widths:
            edges.append(edges[-1] + width)
        placed = table.placed()
        heights = self._heights(table, placed, edges)
        head = sum(heights[: table.head])
        begin = 0
        room = self._y - style.margin
        used = 0.0
        for row, height in enumerate(heights):
            if row > begin and (used + height > room or row in break_before):
                self._segment(table, placed, edges, heights, begin, row)
                self.new_page()
                begin, room, used = row, self._y - style.margin, 0.0
                if style.repeat_head and table.head and row >= table.head:
                    self._segment(table, placed, edges, heights, 0, table.head)
                    room -= head
            elif row == 0 and height > room:
                self.new_page()
                room = self._y - style.margin
            used += height
        self._segment(table, placed, edges, heights, begin, len(heights))
        self._y -= style.size

    def finish(self) -> bytes:
        """End the last page and give the file."""
        self.new_page()
        self._canvas.save()
        return self._file.getvalue()

    def _text(self, x: float, y: float, text: str, size: float, align: str) -> None:
        if not text:
            return
        self._canvas.setFont(self._face, size)
        if align == "center":
            x -= self.width_of(text, size) / 2
        self._canvas.drawString(x, y, text)
        if self.style.fake_bold:
            self._canvas.drawString(x + 0.25, y, text)

    def _lines(self, slot: Slot, column: int, edges: list[float]) -> list[str]:
        width = edges[column + slot.colspan] - edges[column] - 4
        lines = self.wrap(slot.text, width, self.style.size)
        if slot.kind == "head" and len(lines) > 1 and len(slot.text) <= 6:
            # 结果|维持, not 结果维|持.
            share = -(-len(slot.text) // len(lines))
            lines = re.findall(f".{{1,{share}}}", slot.text)
        return lines

    def _heights(
        self,
        table: SetTable,
        placed: list[tuple[int, int, Slot]],
        edges: list[float],
    ) -> list[float]:
        line = self.style.size * LEADING
        heights = [line + 2 * self.style.padding] * len(table.rows)
        # Cells of one row first: only what then is missing goes to a row's last.
        for row, column, slot in sorted(placed, key=lambda p: p[2].rowspan):
            need = len(self._lines(slot, column, edges)) * line
            need += 2 * self.style.padding
            have = sum(heights[row : row + slot.rowspan])
            if need > have:
                heights[row + slot.rowspan - 1] += need - have
        return heights

    def _segment(
        self,
        table: SetTable,
        placed: list[tuple[int, int, Slot]],
        edges: list[float],
        heights: list[float],
        begin: int,
        end: int,
    ) -> None:
        """Draw the rows from begin to before end at the current height."""
        tops = [self._y]
        for height in heights[begin:end]:
            tops.append(tops[-1] - height)
        for row, column, slot in placed:
            first, last = max(row, begin), min(row + slot.rowspan, end)
            if first >= last:
                continue
            top, bottom = tops[first - begin], tops[last - begin]
            left, right = edges[column], edges[column + slot.colspan]
            self._rules(slot, left, right, top, bottom)
            lines = self._lines(slot, column, edges)
            cut_above, cut_below = row < begin, row + slot.rowspan > end
            if self.style.cut_labels and (cut_above or cut_below):
                half = (len(lines) + 1) // 2
                lines = lines[half:] if cut_above else lines[:half]
            elif cut_above:
                lines = []
            self._fill(slot, lines, left, right, top, bottom)
        self._y = tops[-1]

    def _fill(
        self,
        slot: Slot,
        lines: list[str],
        left: float,
        right: float,
        top: float,
        bottom: float,
    ) -> None:
        size = self.style.size
        step = size * LEADING
        y = (top + bottom) / 2 + step * len(lines) / 2 - size * 0.95
        aligned = "left" if slot.kind == "label" and slot.rowspan == 1 else "center"
        x = left + 2.5 if aligned == "left" else (left + right) / 2
        for line in lines:
            self._text(x, y, line, size, aligned)
            y -= step

    def _rules(
        self, slot: Slot, left: float, right: float, top: float, bottom: float
    ) -> None:
        canvas, style = self._canvas, self.style
        if slot.kind == "item" and style.shade_items:
            canvas.setFillColorRGB(0.776, 0.851, 0.945)
            canvas.rect(left, bottom, right - left, top - bottom, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
        if style.rules == "none":
            return
        canvas.setLineWidth(style.rule_width)
        if style.dash is not None:
            canvas.setDash(*style.dash)
        if style.rules != "vertical":
            canvas.line(left, top, right, top)
            canvas.line(left, bottom, right, bottom)
        if style.rules != "horizontal":
            canvas.line(left, top, left, bottom)
            canvas.line(right, top, right, bottom)
