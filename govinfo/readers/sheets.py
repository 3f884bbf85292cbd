"""Spreadsheets: the cells as they are displayed, with merged cells as one.

What is stored and what is displayed can differ: a format rounds, hides zeros or adds a
sign. A cell of which that is so is never sure.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from govinfo.document import Document, Grid, GridCell, Place, TextBlock
from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers.characters import FORMULA, bracketed, plain_radicals
from govinfo.readers.files.office import convert
from govinfo.readers.files.package import Package

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles.colors import Color
    from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A report has three tables of at most thirty rows and fifteen columns.
MAX_POSITIONS = 200_000

# Parts of a format that show nothing: colours, conditions, padding.
_ASIDE = re.compile(r"\[[^\]]*\]|[_*].")
_TEXT = re.compile(r'"([^"]*)"|\\(.)')
_CONDITION = re.compile(r"\[[<>=]")
# A comma after the last digit would show thousands.
_NUMBER = re.compile(
    r'(?P<before>(?:"[^"]*"|\\.)*)\s*(?=[#,]*[#0])[#,]*0?[#,0]*(?<!,)(?:\.(?P<places>0+))?\s*'
    r'(?P<after>(?:"[^"]*"|\\.)*)'
)

# Shades of red, green and blue this far apart are told from each other on a screen.
_SAME_SHADE = 32


def read_xlsx(data: bytes, name: str) -> Document:
    """
    Read an Excel workbook.

    Every run of filled rows of a sheet that is displayed becomes a grid with its empty
    cells; a row that is one cell over the whole width is text, and so is a title.
    Nothing is computed: a formula gives the result that was stored with it.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Its name, kept as ``Document.source``.

    Returns
    -------
    Document
        The sheets in their order, each as a page.

    Raises
    ------
    ReadError
        If the workbook is damaged or protected by a password.
    LimitExceeded
        If it is larger than any report.
    """
    from openpyxl import load_workbook

    with Package(data, name) as package:
        # Unpacked within limits once, before a library unpacks it without.
        for part in package.parts:
            package.read(part)
    try:
        shown = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        stored = load_workbook(io.BytesIO(data), keep_links=False)
    except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise ReadError(
            f"{name} should be a workbook, but its parts do not fit together"
            f" ({error}). Open it in a spreadsheet program, and save it as PDF."
        ) from error
    blocks: list[Grid | TextBlock] = []
    notes: list[str] = []
    for number, sheet in enumerate(shown.worksheets, start=1):
        if sheet.sheet_state != "visible":
            notes.append(f"The sheet '{sheet.title}' is hidden and was not read.")
            continue
        if sheet.max_row * sheet.max_column > MAX_POSITIONS:
            raise LimitExceeded(
                f"The sheet '{sheet.title}' of {name} has {sheet.max_row:,} rows and"
                f" {sheet.max_column:,} columns; reading stops at {MAX_POSITIONS:,}"
                " cells. No report needs that many: look at the file before going on."
            )
        for block in _Sheet(sheet, stored[sheet.title]).blocks():
            if isinstance(block, Grid):
                block = replace(block, page=number)
            else:
                block = replace(block, place=Place(page=number))
            blocks.append(block)
        if sheet._images:  # the library has no other way to say so
            notes.append(f"Pictures on the sheet '{sheet.title}' were not read.")
    return Document(
        name,
        MEDIA_TYPE,
        tuple(blocks),
        n_pages=len(shown.worksheets),
        notes=tuple(notes),
    )


def read_legacy_sheets(data: bytes, name: str) -> Document:
    """Read ``.xls``, ``.et`` or ``.ods`` through LibreOffice, as `read_xlsx` does.

    Raises
    ------
    MissingExtra
        If LibreOffice is not installed.
    ReadError, LimitExceeded
        As `read_xlsx` and the conversion raise them.
    """
    return read_xlsx(convert(data, name, "xlsx"), name)


class _Sheet:
    """A sheet: what is displayed at which row and column, and how far it reaches."""

    def __init__(self, shown: Worksheet, stored: Worksheet) -> None:
        self._rows = [r for r in range(1, shown.max_row + 1) if not _hides(shown, r)]
        self._columns = [
            c for c in range(1, shown.max_column + 1) if not _hides_column(shown, c)
        ]
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        self._covered: set[tuple[int, int]] = set()
        for merged in shown.merged_cells.ranges:
            first = merged.min_row, merged.min_col
            self._spans[first] = (
                sum(merged.min_row <= r <= merged.max_row for r in self._rows),
                sum(merged.min_col <= c <= merged.max_col for c in self._columns),
            )
            self._covered |= {*merged.cells} - {first}
        self._texts = {
            (r, c): _displayed(shown.cell(r, c), stored.cell(r, c))
            for r in self._rows
            for c in self._columns
            if (r, c) not in self._covered
        }
        # Rules that give figures another colour or format; which, is not computed here.
        ruled = [
            ranges.cells
            for ranges in shown.conditional_formatting
            for rule in ranges.rules
            if rule.dxf is not None and (rule.dxf.font or rule.dxf.numFmt)
        ]
        for (r, c), (text, _) in self._texts.items():
            is_hidden_zero = text == "0" and shown.sheet_view.showZeros is False
            place = shown.cell(r, c).coordinate
            if is_hidden_zero or any(place in cells for cells in ruled):
                self._texts[r, c] = text, ""

    def blocks(self) -> Iterator[Grid | TextBlock]:
        """Runs of filled rows as grids, rows of one wide cell and titles as text."""
        rows: list[int] = []
        has_table = False
        for row in self._rows:
            filled = [c for c in self._columns if self._texts.get((row, c), ("",))[0]]
            is_text = len(filled) == 1 and (
                not has_table or self._span(row, filled[0])[1] == len(self._columns)
            )
            if filled and not is_text:
                rows.append(row)
                has_table = True
                continue
            is_merged = any((row, c) in self._covered for c in self._columns)
            if not filled and is_merged and rows:
                rows.append(row)
                continue
            if rows:
                yield self._grid(rows)
                rows = []
            if is_text:
                yield TextBlock(self._texts[row, filled[0]][0])
        if rows:
            yield self._grid(rows)

    def _span(self, row: int, column: int) -> tuple[int, int]:
        return self._spans.get((row, column), (1, 1))

    def _grid(self, rows: list[int]) -> Grid:
        reach = [
            n + self._span(row, column)[1]
            for row in rows
            for n, column in enumerate(self._columns)
            if self._texts.get((row, column), ("",))[0]
        ]
        cells = (
            GridCell(text, r, c, min(height, len(rows) - r), width, other_reading=other)
            for r, row in enumerate(rows)
            for c, column in enumerate(self._columns[: max(reach)])
            if (row, column) in self._texts
            for text, other in [self._texts[row, column]]
            for height, width in [self._span(row, column)]
        )
        return Grid(0, tuple(cells))


def _hides(sheet: Worksheet, row: int) -> bool:
    return row in sheet.row_dimensions and bool(sheet.row_dimensions[row].hidden)


def _hides_column(sheet: Worksheet, column: int) -> bool:
    # A run of columns that are alike is described once, by its first letter.
    return any(
        said.hidden and said.min and said.max and said.min <= column <= said.max
        for said in sheet.column_dimensions.values()
    )


def _displayed(shown: Cell, stored: Cell) -> tuple[str, str | None]:
    """Text of a cell, and what else it may be read as."""
    value = shown.value
    if value is None:
        is_formula = stored.data_type == "f"
        return (FORMULA if is_formula else ""), None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text, other = plain_radicals(str(value)).strip(), None
    else:
        number = Decimal(repr(value))
        exact = f"{number:f}" if number % 1 else f"{number:.0f}"
        text, other = _formatted(number, shown.number_format, exact)
    if re.search(r"\d", text) and _is_no_figure(shown):
        return bracketed(text), None
    return text, other


def _is_no_figure(cell: Cell) -> bool:
    """Whether what a cell says is crossed out, raised, or as dark as its ground."""
    font, fill = cell.font, cell.fill
    if font is None or font.strike or font.vertAlign in ("superscript", "subscript"):
        return font is not None
    ink = _shade(font.color, "000000")
    ground = _shade(fill.fgColor, "FFFFFF") if fill.fill_type else "FFFFFF"
    if not ink or not ground:
        return False
    pairs = zip(bytes.fromhex(ink), bytes.fromhex(ground), strict=True)
    return all(abs(one - other) < _SAME_SHADE for one, other in pairs)


def _shade(colour: Color | None, otherwise: str) -> str:
    """A colour as six digits; empty where only the theme of the workbook says it."""
    from openpyxl.styles.colors import COLOR_INDEX

    if colour is None:
        return otherwise
    if colour.type == "rgb":
        return str(colour.rgb)[-6:]
    if colour.type == "indexed" and colour.indexed < len(COLOR_INDEX):
        return str(COLOR_INDEX[colour.indexed])[-6:]
    is_plain = colour.type == "theme" and not colour.tint
    # The first two of a theme are the ground of a sheet and its text.
    return {0: "FFFFFF", 1: "000000"}.get(colour.theme, "") if is_plain else otherwise


def _formatted(number: Decimal, code: str, exact: str) -> tuple[str, str | None]:
    """
    A number as its format displays it, and as it is stored where that is not the same.

    Examples
    --------
    >>> [_formatted(Decimal("2.46"), code, "2.46") for code in ("General", "#,##0")]
    [('2.46', None), ('2', '2.46')]
    >>> _formatted(Decimal(0), "0;-0;;@", "0")
    ('0', '')
    >>> _formatted(Decimal(12), '"约"0', "12")
    ('约12', None)
    """
    if code in ("General", "@"):
        return exact, None
    positive, *rest = _ASIDE.sub("", code).split(";")
    found = None if _CONDITION.search(code) else _NUMBER.fullmatch(positive.strip())
    if found is None or (rest and (number < 0 or (number == 0 and len(rest) > 1))):
        # A share, a date, a power of ten; or a format that may hide or mark it.
        return exact, "" if rest else code
    step = Decimal(1).scaleb(-len(found["places"] or ""))
    text = f"{number.quantize(step, ROUND_HALF_UP):f}"
    other = None if Decimal(text) == number else exact
    before, after = (_TEXT.sub(r"\1\2", found[name]) for name in ("before", "after"))
    return before + text + after, other
