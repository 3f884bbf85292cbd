"""Pages as grids and lines of text in reading order, or pictures of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from govinfo.document import Box, Grid, GridCell, GridKind, Place, TextBlock
from govinfo.errors import EngineFailed, LimitExceeded, MissingExtra, ReadError, reason
from govinfo.readers.characters import PICTURE, bracketed
from govinfo.readers.kinds import can_read_pictures, digits, page_reader
from govinfo.readers.page.cells import (
    bands_of,
    cuts_figure,
    doubts,
    drawn_in,
    has_several_columns,
    has_several_rows,
    is_overprinted,
    lone_notes,
    signs_of_pictures,
    wrapped_figures,
)
from govinfo.readers.page.columns import Bands
from govinfo.readers.page.lattice import Lattice, lattices
from govinfo.readers.page.model import (
    Char,
    Line,
    Rule,
    Sheet,
    aligned_cells,
    aligned_regions,
    cell_text,
    crowded,
    lines_of,
    may_be_figure,
    row_of,
    sure_and_whole,
)
from govinfo.readers.page.sheets import (
    is_picture,
    single_sheets,
    table_pictures,
    without_running_lines,
)
from govinfo.readers.page.stacked import stacked_tables
from govinfo.readers.page.tagged import Columns, tagged_lattices

Block = Grid | TextBlock

# Characters this much larger than those of running text make a heading.
LARGE_TYPE = 1.2

# Rules end within this many points of the table that they belong to.
NEAR = 3.0

# A cell is cut off if it reaches so far, in points, beyond what the page shows.
CUT_OFF = 0.5
CUT = "…"

# A character this many times as high as its cell is part of a watermark.
TALLEST = 1.25

# A line of this many characters is running text.
LONG_LINE = 25


@dataclass(frozen=True, slots=True)
class TableRegion:
    """First and last line of a table among lines, and its cells."""

    first: int
    last: int
    cells: Sequence[GridCell]


@dataclass(frozen=True, slots=True)
class Parts:
    """A sheet taken apart: its tables, their characters, and all other lines."""

    sheet: Sheet
    tables: tuple[Lattice, ...]
    inside: tuple[list[list[Char]], ...]
    lines: tuple[Line, ...]
    aligned: tuple[TableRegion, ...]
    """Lines that look like rows of a table."""
    below: Bands | None = None
    """Columns of the last table, which the next page may go on with."""
    columns: Columns | None = None
    """Columns of the last table, if the file tags it."""


def parts_of(sheet: Sheet, above: Parts | None = None) -> Parts:
    """Take a sheet apart.

    Parameters
    ----------
    sheet : Sheet
        Everything on it.
    above : Parts, optional
        The sheet before.
    """
    tagged = list(
        tagged_lattices(sheet.tagged, sheet.chars, above.columns if above else None)
    )
    ruled = lattices(sheet.horizontals, sheet.verticals)
    # A frame round rows, without a rule between columns, settles no column.
    ruled = [table for table in ruled if len(table.xs) > 2]
    if tagged:
        # Where rules part no rows or no columns, tags do.
        inside, _ = _assign(sheet.chars, ruled)
        ruled = [
            table
            for table, chars in zip(ruled, inside, strict=True)
            if not any(_meet(table, other) for other, _, _ in tagged)
            or not (has_several_rows(table, _sure(chars)) or has_several_columns(chars))
        ]
        tagged = [t for t in tagged if not any(_meet(t[0], table) for table in ruled)]
    numbers = {c.cell for _, cells, _ in tagged for chars in cells for c in chars}
    rest = [c for c in sheet.chars if not c.cell or c.cell not in numbers]
    found = [(table, cells) for table, cells, _ in tagged]
    known = [*ruled, *(table for table, _ in found)]
    free = [rule for rule in sheet.horizontals if not any(_in(rule, t) for t in known)]
    inside, outside = _assign(rest, ruled)
    if len(free) > 1:
        ruled += stacked_tables(free, lines_of(outside), above.below if above else None)
        inside, outside = _assign(rest, ruled)
    found += zip(ruled, inside, strict=True)
    found.sort(key=lambda item: (item[0].ys[0], item[0].xs[0]))
    outside += signs_of_pictures(sheet, [table.box for table, _ in found])
    loose = tuple(lines_of(outside))
    tops = [table.ys[0] for table, _ in found]
    return Parts(
        sheet,
        tuple(table for table, _ in found),
        tuple(cells for _, cells in found),
        loose,
        tuple(_aligned(loose, tops)),
        bands_of(*found[-1]) if found else None,
        tagged[-1][2] if tagged else None,
    )


def _in(rule: Rule, table: Lattice) -> bool:
    """Whether a horizontal rule is one of a table's."""
    left, top, right, bottom = table.box
    return (
        left - NEAR <= rule.low
        and rule.high <= right + NEAR
        and top - NEAR <= rule.position <= bottom + NEAR
    )


def _meet(one: Lattice, other: Lattice) -> bool:
    return one.ys[0] < other.ys[-1] and other.ys[0] < one.ys[-1]


def usual_size(pages: Iterable[Parts]) -> float:
    """Character size of most running text of a document, in points."""
    lines = [line for page in pages for line in page.lines]
    long = [line.size for line in lines if len(line.chars) >= LONG_LINE]
    return median(long or [line.size for line in lines] or [0.0])


def page_blocks(parts: Parts, page: int, usual: float) -> list[Block]:
    """Grids and lines of text of a sheet, from its top down.

    Parameters
    ----------
    parts : Parts
        What stands on the sheet.
    page : int
        Number of the page, from 1.
    usual : float
        Character size of running text, see `usual_size`.
    """
    sheet = parts.sheet
    placed: list[tuple[float, float, Block]] = []
    for table, chars in zip(parts.tables, parts.inside, strict=True):
        cells = tuple(_cells(table, chars, sheet))
        grid = Grid(0, cells, GridKind.TABLE, page)
        placed.append((table.ys[0], table.xs[0], grid))
    placed += _text_blocks(parts, page, usual)
    placed.sort(key=lambda item: item[:2])
    return [block for _, _, block in placed]


def _assign(
    chars: Sequence[Char], tables: Sequence[Lattice]
) -> tuple[list[list[list[Char]]], list[Char]]:
    """Characters of each cell of each table, and those outside all."""
    inside: list[list[list[Char]]] = [[[] for _ in t.cells] for t in tables]
    if not tables:
        return inside, list(chars)
    outside: list[Char] = []
    boxes = [(*t.box, t, cells) for t, cells in zip(tables, inside, strict=True)]
    for char in chars:
        x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
        for left, top, right, bottom, table, cells in boxes:
            if left <= x <= right and top <= y <= bottom:
                cell = table.cell_at(x, y)
                if cell is None:
                    continue
                box = table.cells[cell].box
                is_tall = char.bottom - char.top > TALLEST * (box[3] - box[1])
                if is_tall and char.text.isdecimal():
                    # Lines over a figure are no rules of a table.
                    char = char._replace(doubtful=True)
                elif is_tall:
                    continue
                cells[cell].append(char)
                break
        else:
            outside.append(char)
    return inside, outside


def _cells(table: Lattice, chars: Sequence[list[Char]], sheet: Sheet) -> list[GridCell]:
    if is_overprinted(chars):
        marked = [bracketed(cell_text(c) or CUT) for c in chars]
        return list(table.grid_cells(marked, sheet.displayed))
    texts = [sure_and_whole(c) for c in chars]
    for i in drawn_in(table, chars, sheet):
        texts[i] = (PICTURE, PICTURE)
    for i in lone_notes(table, chars):
        texts[i] = ("", texts[i][1])
    for i, figure in wrapped_figures(table, chars).items():
        texts[i] = (figure, figure)
    cells = list(table.grid_cells([sure for sure, _ in texts], sheet.displayed))
    for i, (sure, whole) in enumerate(texts):
        if whole and not sure:
            cells[i] = replace(cells[i], text=bracketed(whole))
        elif sure != whole:
            cells[i] = replace(cells[i], other_reading=whole)
    for i, text in doubts(table, chars, sheet).items():
        cells[i] = replace(cells[i], other_reading=text)
    left, top, right, bottom = sheet.shown
    for i, (cell, (_, whole)) in enumerate(zip(table.cells, texts, strict=True)):
        x0, y0, x1, y1 = cell.box
        is_cut = max(left - x0, top - y0, x1 - right, y1 - bottom) > CUT_OFF
        # No table ends where the page does: some programs end its rules there.
        room = min(x0, y0, sheet.width - x1, sheet.height - y1)
        is_open = room < CUT_OFF or (cell.row in table.open_rows and x1 == table.xs[-1])
        if not (is_cut or is_open) or (whole and not may_be_figure(whole)):
            continue
        if is_cut:
            # What is written where the page is cut off, nobody sees.
            cells[i] = replace(cells[i], text=whole + CUT)
        else:
            # A page may have cut off the rest of the row.
            cells[i] = replace(cells[i], other_reading=whole + CUT)
    return cells


def _sure(inside: Sequence[Sequence[Char]]) -> list[list[Char]]:
    return [[c for c in chars if not c.doubtful] for chars in inside]


def _text_blocks(
    parts: Parts, page: int, usual: float
) -> list[tuple[float, float, Block]]:
    placed: list[tuple[float, float, Block]] = []
    taken: set[int] = set()
    for region in parts.aligned:
        taken.update(range(region.first, region.last + 1))
        box = parts.lines[region.first].box
        cells = _shown(region.cells, parts.sheet)
        placed.append((box[1], box[0], Grid(0, cells, GridKind.ALIGNED, page)))
    for i, line in enumerate(parts.lines):
        sure = tuple(c for c in line.chars if not c.doubtful)
        if i not in taken and sure:
            if len(sure) < len(line.chars) and not cuts_figure(line):
                line = Line(sure)
            place = Place(page=page, box=parts.sheet.displayed(line.box))
            is_heading = line.size >= LARGE_TYPE * usual
            block = TextBlock(line.text, place, is_heading=is_heading)
            placed.append((line.box[1], line.box[0], block))
    return placed


def _aligned(lines: Sequence[Line], tables: Sequence[float]) -> Iterator[TableRegion]:
    """Lines between tables, given their tops, that look like rows of a table."""
    at = 0
    for stretch in _between(lines, tables):
        rows = [row_of(line) for line in stretch]
        close = crowded(rows)
        for first, last in aligned_regions(rows):
            doubtful = {i - first for i in close}
            cells = aligned_cells(rows[first : last + 1], doubtful)
            yield TableRegion(at + first, at + last, cells)
        at += len(stretch)


def _shown(cells: Iterable[GridCell], sheet: Sheet) -> tuple[GridCell, ...]:
    """Cells with boxes on the page as it is displayed."""
    return tuple(
        replace(cell, box=sheet.displayed(cell.box)) if cell.box else cell
        for cell in cells
    )


def _between(lines: Sequence[Line], edges: Sequence[float]) -> list[list[Line]]:
    """Cut lines where a ruled table stands between them."""
    stretches: list[list[Line]] = []
    at = -1
    for line in lines:
        here = sum(edge < line.baseline for edge in edges)
        if here != at:
            stretches.append([])
            at = here
        stretches[-1].append(line)
    return stretches


# Pictures of pages that are read by OCR: about 4 s each.
MAX_PICTURES = 60

# What is said of one page and of several that were not read in full.
NOTES = {
    "picture": (
        "is a picture and was not read.",
        "are pictures and were not read.",
        " Install govinfo-cn[ocr] to read pictures.",
    ),
    "partial": (
        "holds a picture; a table in it was not read.",
        "hold pictures; a table in them was not read.",
        " Install govinfo-cn[ocr] to read pictures.",
    ),
    "too many": (
        "is a picture and was not read:",
        "are pictures and were not read:",
        " the file has more than govinfo reads.",
    ),
    "damaged": ("is damaged and was not read.", "are damaged and were not read.", ""),
    "cut": (
        "holds more than govinfo reads of one page;",
        "hold more than govinfo reads of one page;",
        " the rest was not read.",
    ),
}


class Pages:
    """The pages of one file, and which of them were not read in full.

    Parameters
    ----------
    name : str
        Name of the file, for messages.

    Examples
    --------
    >>> pages = Pages("report.pdf")
    >>> pages.add(1, None)
    >>> pages.add(2, None)
    >>> pages.blocks(lambda number: None)
    ()
    >>> pages.sentences(3)
    ('Pages 1–2 are damaged and were not read.',
     'Only the first 2 of 3 pages were read, which is as much as govinfo reads of one
     file.')
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.failures: list[str] = []
        """Sentences on what was tried and failed."""
        self.last = 0
        """Page that was looked at last."""
        self._unread: dict[str, list[int]] = {kind: [] for kind in NOTES}
        self._sheets: dict[int, Sheet] = {}
        self._pictures: dict[int, list[Box]] = {}
        self._drawn = 0
        self._digits: Any = None

    def add(self, number: int, sheet: Sheet | None) -> None:
        """Take the next page, or none if it is damaged."""
        self.last = number
        if sheet is None:
            self._unread["damaged"].append(number)
            return
        if sheet.is_cut:
            self._unread["cut"].append(number)
        if not is_picture(sheet):
            self._sheets[number] = sheet
            if pictures := table_pictures(sheet):
                self._pictures[number] = [sheet.displayed(box) for box in pictures]
        elif not sheet.is_cut:
            # Drawing what is too much to be read takes minutes.
            self._pictures[number] = [(-math.inf, -math.inf, math.inf, math.inf)]

    def blocks(self, draw: Callable[[int], tuple[Any, float]]) -> tuple[Block, ...]:
        """
        Everything in reading order.

        Parameters
        ----------
        draw : callable
            Gives the picture of a page, and its pixels per point.

        Raises
        ------
        MissingExtra
            If every page is a picture and the extra ``[ocr]`` is not installed.
        EngineFailed
            If every page is a picture and none could be read.
        """
        if (
            self._pictures
            and not any(sheet.chars for sheet in self._sheets.values())
            and not can_read_pictures()
        ):
            raise MissingExtra(_only_pictures(self.name, list(self._pictures)))
        by_page = self._parts()
        usual = usual_size(part for parts in by_page.values() for part in parts)
        blocks: list[Block] = []
        for number in range(1, self.last + 1):
            for parts in by_page.get(number, ()):
                blocks += page_blocks(parts, number, usual)
            if number in self._pictures:
                blocks += self._seen(number, draw)
        if self.failures and not blocks:
            raise EngineFailed(self.name + ": " + " ".join(self.failures))
        return tuple(self._digits.settled(blocks) if self._digits else blocks)

    def sentences(self, n_pages: int) -> tuple[str, ...]:
        """What was not read of so many pages."""
        notes = [
            f"{pages_in_words(pages)} {NOTES[kind][len(pages) > 1]}{NOTES[kind][2]}"
            for kind, pages in self._unread.items()
            if pages
        ]
        if self.last < n_pages:
            notes.append(
                f"Only the first {self.last} of {n_pages} pages were read, which is as "
                "much as govinfo reads of one file."
            )
        return tuple(notes)

    def _parts(self) -> dict[int, list[Parts]]:
        """The pages taken apart, their running heads and feet left out."""
        numbered = [
            (number, single)
            for number, sheet in self._sheets.items()
            for single in single_sheets(sheet)
        ]
        sheets = without_running_lines([single for _, single in numbered])
        found: dict[int, list[Parts]] = {number: [] for number in self._sheets}
        above: Parts | None = None
        cut = self._unread["cut"]
        given_up: set[int] = set()
        for (number, _), sheet in zip(numbered, sheets, strict=True):
            if number in given_up:
                continue
            try:
                parts = parts_of(sheet, above)
            except LimitExceeded:
                given_up.add(number)
                continue
            above = parts
            found[number].append(parts)
        cut += sorted(given_up - {*cut})
        return found

    def _seen(
        self, number: int, draw: Callable[[int], tuple[Any, float]]
    ) -> Iterator[Block]:
        """What the pictures of a page hold, if pictures can be read here."""
        is_whole = number not in self._sheets
        if not can_read_pictures():
            self._unread["picture" if is_whole else "partial"].append(number)
            return
        if self._drawn >= MAX_PICTURES:
            self._unread["too many"].append(number)
            return
        self._drawn += 1
        try:
            image, scale = draw(number)
            self._digits = self._digits or digits()
            seen: Sequence[Block] = page_reader()(image, number, scale, self._digits)
        except (EngineFailed, LimitExceeded, ReadError) as error:
            self.failures.append(
                f"Page {number} is or holds a picture, which could not be read: "
                f"{reason(error)}."
            )
            return
        for block in seen:
            if is_whole or (
                isinstance(block, Grid) and _is_in(block, self._pictures[number])
            ):
                yield block


def _is_in(grid: Grid, boxes: Sequence[Box]) -> bool:
    """Whether a grid stands in one of the pictures of a page."""
    middles = [
        ((c.box[0] + c.box[2]) / 2, (c.box[1] + c.box[3]) / 2)
        for c in grid.cells
        if c.box is not None
    ]
    return any(
        all(b[0] <= x <= b[2] and b[1] <= y <= b[3] for x, y in middles) for b in boxes
    )


def _only_pictures(name: str, pages: Sequence[int]) -> str:
    are = "is a picture" if len(pages) == 1 else "are pictures"
    return (
        f"{name} holds no text that can be read: {pages_in_words(pages).lower()} "
        f"{are}, or text whose fonts do not say which characters they draw. Reading "
        "pictures needs the extra [ocr]: install it with "
        "`pip install 'govinfo-cn[ocr]'` and read the file again."
    )


def pages_in_words(numbers: Sequence[int]) -> str:
    """Page numbers in words.

    Examples
    --------
    >>> pages_in_words([3]), pages_in_words([1, 2, 3, 7])
    ('Page 3', 'Pages 1–3, 7')
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs]
    return ("Page " if len(numbers) == 1 else "Pages ") + ", ".join(words)
