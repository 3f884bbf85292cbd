"""One page of a PDF as grids and lines of text in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from govinfo.document import Box, Grid, GridCell, GridKind, Place, TextBlock
from govinfo.readers.pdf_bands import Bands, bands_of
from govinfo.readers.pdf_borderless import Region, aligned_tables, shown
from govinfo.readers.pdf_cancelled import lone_notes
from govinfo.readers.pdf_doubt import doubts, has_several_columns, has_several_rows
from govinfo.readers.pdf_drawn import drawn_in, signs_of_pictures
from govinfo.readers.pdf_geometry import Char, Sheet
from govinfo.readers.pdf_stacks import stacked_tables
from govinfo.readers.pdf_text import Line, lines_of, sure_and_whole
from govinfo.readers.pdf_unruled import unruled_tables
from govinfo.readers.pdf_wrapped import wrapped_figures
from govinfo.readers.ruling import Lattice, Rule, lattices
from govinfo.readers.signs import PICTURE, bracketed

Block = Grid | TextBlock

# Characters this much larger than those of running text make a heading.
HEADING_SIZE = 1.2

# Rules end within this many points of the table that they belong to.
NEAR = 3.0

# A line of this many characters is running text.
LONG_LINE = 25


@dataclass(frozen=True, slots=True)
class Parts:
    """A sheet taken apart: its ruled tables, their characters, and all other lines."""

    sheet: Sheet
    tables: tuple[Lattice, ...]
    inside: tuple[list[list[Char]], ...]
    lines: tuple[Line, ...]
    rowless: dict[int, list[GridCell]]
    """Cells of those tables, by index, that draw no rules between their rows."""
    unruled: tuple[Region, ...]
    """Tables among the lines."""
    below: Bands | None
    """Columns of the last table, which the next page may go on with."""


def parts_of(sheet: Sheet, above: Bands | None = None) -> Parts:
    """Take a sheet apart.

    Parameters
    ----------
    sheet : Sheet
        Everything on it.
    above : Bands, optional
        Columns of the last table of the sheet before.
    """
    ruled = lattices(sheet.horizontals, sheet.verticals)
    # A frame round rows, without a rule between columns, settles no column.
    frames = [table for table in ruled if len(table.xs) == 2]
    ruled = [table for table in ruled if len(table.xs) > 2]
    free = [rule for rule in sheet.horizontals if not any(_in(rule, t) for t in ruled)]
    inside, outside = _assign(sheet.chars, ruled)
    tables = ruled
    if len(free) > 1:
        tables = [*ruled, *stacked_tables(free, lines_of(outside), above)]
        tables += [f for f in frames if not any(_meet(f, t) for t in tables)]
        tables.sort(key=lambda table: (table.ys[0], table.xs[0]))
        inside, outside = _assign(sheet.chars, tables)
    rowless: dict[int, list[GridCell]] = {}
    settled: dict[int, Bands] = {}
    for i, (table, chars) in enumerate(zip(tables, inside, strict=True)):
        if has_several_rows(table, _sure(chars)):
            lines = _with_pictures(table, chars, sheet)
            found = unruled_tables(lines, table.xs) or unruled_tables(lines)
            if len(found) == 1:
                rowless[i] = found[0].cells
        elif has_several_columns(inside[i]):
            lines = _with_pictures(table, chars, sheet)
            upper = bands_of(tables[i - 1], inside[i - 1]) if i else above
            found = unruled_tables(lines, above=upper)
            if len(found) == 1:
                rowless[i] = found[0].cells
                settled[i] = found[0].bands
    outside += signs_of_pictures(sheet, without=[table.box for table in tables])
    loose = tuple(lines_of(outside))
    ruled_bands = [
        (table.ys[0], settled.get(i) or bands_of(table, chars))
        for i, (table, chars) in enumerate(zip(tables, inside, strict=True))
    ]
    unruled = tuple(_unruled(loose, ruled_bands, above))
    bands: list[tuple[float, Bands | None]] = [*ruled_bands]
    bands += [(loose[r.first].baseline, r.bands) for r in unruled]
    below = max(bands, key=lambda item: item[0])[1] if bands else None
    return Parts(sheet, tuple(tables), tuple(inside), loose, rowless, unruled, below)


def _with_pictures(
    table: Lattice, inside: Sequence[Sequence[Char]], sheet: Sheet
) -> list[Line]:
    """Lines of a table whose rules do not part its figures."""
    chars = [char for cell in inside for char in cell]
    return lines_of(chars + signs_of_pictures(sheet, within=table.box))


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


def page_blocks(parts: Parts, page: int, first_grid: int, usual: float) -> list[Block]:
    """Grids and lines of text of a sheet, from its top down.

    Parameters
    ----------
    parts : Parts
        What stands on the sheet.
    page : int
        Number of the page, from 1.
    first_grid : int
        Number that the first grid takes.
    usual : float
        Character size of running text, see `usual_size`.
    """
    sheet = parts.sheet
    placed: list[tuple[float, float, Block]] = []
    for i, (table, chars) in enumerate(zip(parts.tables, parts.inside, strict=True)):
        cells = parts.rowless.get(i) or _ruled_cells(table, chars, sheet)
        grid = Grid(1, shown(cells, sheet), GridKind.TABLE, page)
        placed.append((table.ys[0], table.xs[0], grid))
    placed += _text_blocks(parts, page, usual)
    placed.sort(key=lambda item: item[:2])
    blocks: list[Block] = []
    for _, _, block in placed:
        if isinstance(block, Grid):
            block = replace(block, number=first_grid)
            first_grid += 1
        blocks.append(block)
    return blocks


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
                if cell is not None:
                    cells[cell].append(char)
                    break
        else:
            outside.append(char)
    return inside, outside


def _ruled_cells(
    table: Lattice, chars: Sequence[list[Char]], sheet: Sheet
) -> list[GridCell]:
    texts = [sure_and_whole(c) for c in chars]
    for i in drawn_in(table, chars, sheet):
        texts[i] = (PICTURE, PICTURE)
    for i in lone_notes(table, chars):
        texts[i] = ("", texts[i][1])
    for i, figure in wrapped_figures(table, chars).items():
        texts[i] = (figure, figure)
    cells = list(table.grid_cells([sure for sure, _ in texts]))
    for i, (sure, whole) in enumerate(texts):
        if whole and not sure:
            cells[i] = replace(cells[i], text=bracketed(whole))
        elif sure != whole:
            cells[i] = replace(cells[i], other_reading=whole)
    for i, text in doubts(table, _sure(chars)).items():
        cells[i] = replace(cells[i], other_reading=text)
    return cells


def _sure(inside: Sequence[Sequence[Char]]) -> list[list[Char]]:
    return [[c for c in chars if not c.doubtful] for chars in inside]


def _text_blocks(
    parts: Parts, page: int, usual: float
) -> list[tuple[float, float, Block]]:
    placed: list[tuple[float, float, Block]] = []
    taken: set[int] = set()
    for region in parts.unruled:
        taken.update(range(region.first, region.last + 1))
        box = parts.lines[region.first].box
        cells = shown(region.cells, parts.sheet)
        placed.append((box[1], box[0], Grid(1, cells, region.kind, page)))
    for i, line in enumerate(parts.lines):
        sure = tuple(c for c in line.chars if not c.doubtful)
        if i not in taken and sure:
            if len(sure) < len(line.chars):
                line = Line(sure)
            block = _text_block(line, parts.sheet, page, usual)
            placed.append((line.box[1], line.box[0], block))
    return placed


def _unruled(
    lines: Sequence[Line], ruled: Sequence[tuple[float, Bands]], above: Bands | None
) -> Iterator[Region]:
    """Tables among lines, which may go on with a ruled one or that of another page."""
    at = 0
    for stretch in _between(lines, [top for top, _ in ruled]):
        upper = [bands for top, bands in ruled if top < stretch[0].baseline]
        for region in aligned_tables(stretch, upper[-1] if upper else above):
            yield replace(region, first=at + region.first, last=at + region.last)
        at += len(stretch)


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


def _text_block(line: Line, sheet: Sheet, page: int, usual: float) -> TextBlock:
    box: Box = sheet.displayed(line.box)
    return TextBlock(
        line.text,
        Place(page=page, box=box),
        is_heading=line.size >= HEADING_SIZE * usual,
    )
