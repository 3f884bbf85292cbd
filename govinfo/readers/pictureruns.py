"""Tables without rules between their columns, on pages that are pictures.

Every run of ink between two gaps is read, its letters are put where they stand, and the
page is then read as a page of a PDF is. Lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from govinfo.document import Box, Grid, GridCell, Place, TextBlock
from govinfo.readers.bitmap import Sheet
from govinfo.readers.bitmaprules import RuledPage
from govinfo.readers.inklines import Blot, InkLine, crop
from govinfo.readers.ocr import Engine
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.pdf_geometry import Sheet as CharSheet
from govinfo.readers.pdf_page import page_blocks, parts_of, usual_size
from govinfo.readers.ruling import Rule

Block = Grid | TextBlock

# Gaps of this part of a letter's height part two runs: wider than the gap between
# letters, narrower than the one between the figures of two columns.
_GAP = 0.55
# White space of a comma is narrower than this; that between columns is wider.
_WIDE = 1.1
# Lines of so many runs, and so many such lines, are a table.
_RUNS = 4
_LINES = 3
# Width of a digit and of a Chinese letter, in parts of the height of the latter.
_DIGIT, _LETTER = 0.55, 1.0
# Reading them takes a tenth of a second for each ten; a full page has three hundred.
_MOST_RUNS = 1_500


@dataclass(frozen=True, slots=True)
class _Run:
    """Ink between two gaps of a line."""

    line: InkLine
    band: tuple[float, float]


def is_tabular(lines: Sequence[InkLine]) -> bool:
    """Whether lines outside ruled tables stand in columns."""
    usual = _usual(lines)
    return sum(len(_runs(line, _WIDE * usual)) >= _RUNS for line in lines) >= _LINES


def read_runs(
    lines: Sequence[InkLine],
    sheet: Sheet,
    ruled: RuledPage,
    engine: Engine,
    page: int,
) -> list[Block]:
    """Grids and lines of text outside the ruled tables of a page.

    Parameters
    ----------
    lines : sequence of InkLine
        The lines, from the top down.
    sheet : Sheet
        The straightened page.
    ruled : RuledPage
        Its tables and rules.
    engine : Engine
        Reads the runs.
    page : int
        Number of the page, from 1.
    """
    usual = _usual(lines)
    runs = [run for line in lines for run in _runs(line, _GAP * usual)][:_MOST_RUNS]
    height, width = sheet.grey.shape
    whole = (0.0, 0.0, width / sheet.scale, height / sheet.scale)
    readings = engine.read(
        [crop(ruled.grey, run.line, sheet.scale, usual, whole) for run in runs]
    )
    chars: list[Char] = []
    sure: list[tuple[Box, float]] = []
    for run, reading in zip(runs, readings, strict=True):
        chars += _chars(run, reading.text, usual)
        sure.append((run.line.box, reading.confidence))
    parts = parts_of(
        CharSheet(
            whole[2],
            whole[3],
            tuple(chars),
            tuple(_outside(ruled.horizontals, ruled, is_down=False)),
            tuple(_outside(ruled.verticals, ruled, is_down=True)),
        )
    )
    blocks: list[Block] = []
    for block in page_blocks(parts, page, 1, usual_size([parts])):
        if isinstance(block, Grid):
            cells = tuple(_scored(cell, sure, sheet) for cell in block.cells)
            blocks.append(replace(block, cells=cells))
        else:
            box = block.place.box
            place = Place(page=page, box=sheet.as_displayed(box) if box else None)
            blocks.append(replace(block, place=place))
    return blocks


def in_order(blocks: Iterable[Block], first_grid: int) -> list[Block]:
    """Blocks from the top of a page down, grids numbered in that order."""
    ordered: list[Block] = []
    for block in sorted(blocks, key=_top):
        if isinstance(block, Grid):
            block = replace(block, number=first_grid)
            first_grid += 1
        ordered.append(block)
    return ordered


def _top(block: Block) -> float:
    if isinstance(block, TextBlock):
        return block.place.box[1] if block.place.box else 0.0
    return min((cell.box[1] for cell in block.cells if cell.box), default=0.0)


def _usual(lines: Sequence[InkLine]) -> float:
    return median([line.height for line in lines] or [9.5])


def _runs(line: InkLine, gap: float) -> list[_Run]:
    """Cut a line at gaps wider than a length."""
    parts: list[list[Blot]] = []
    right = 0.0
    for blot in line.blots:
        if parts and blot.box[0] - right <= gap:
            parts[-1].append(blot)
            right = max(right, blot.box[2])
        else:
            parts.append([blot])
            right = blot.box[2]
    band = (line.box[1], line.box[3])
    return [
        _Run(InkLine(tuple(part)), band)
        for part in parts
        if not all(blot.is_dot for blot in part)
    ]


def _chars(run: _Run, text: str, usual: float) -> list[Char]:
    """Letters of a run, spread over its ink by their usual widths."""
    text = text.strip()
    widths = [_LETTER if char >= "\u2e80" else _DIGIT for char in text]
    left, _, right, _ = run.line.box
    unit = (right - left) / (sum(widths) or 1.0)
    bottom = run.band[1]
    top = bottom - max(usual, 0.9 * (run.band[1] - run.band[0]))
    chars: list[Char] = []
    spaced = False
    for char, width in zip(text, widths, strict=True):
        if char.isspace():
            spaced = True
        else:
            chars.append(
                Char(
                    char,
                    left,
                    top,
                    left + 0.96 * width * unit,
                    bottom,
                    left,
                    bottom,
                    0,
                    spaced,
                )
            )
            spaced = False
        left += width * unit
    return chars


def _outside(
    rules: Iterable[Rule], ruled: RuledPage, *, is_down: bool
) -> Iterable[Rule]:
    """Rules that belong to no ruled table."""
    for rule in rules:
        middle = (rule.low + rule.high) / 2
        x, y = (rule.position, middle) if is_down else (middle, rule.position)
        if not any(
            table.box[0] - 2 <= x <= table.box[2] + 2
            and table.box[1] - 2 <= y <= table.box[3] + 2
            for table in ruled.tables
        ):
            yield rule


def _scored(
    cell: GridCell, sure: Sequence[tuple[Box, float]], sheet: Sheet
) -> GridCell:
    """Cell with the score of the runs that stand in it, at its place on the page."""
    if cell.box is None:
        return cell
    left, top, right, bottom = cell.box
    scores = [
        score
        for box, score in sure
        if left - 1 <= (box[0] + box[2]) / 2 <= right + 1
        and top - 1 <= (box[1] + box[3]) / 2 <= bottom + 1
    ]
    confidence = min(scores, default=1.0)
    if cell.text and not scores:
        confidence = 0.5
    return replace(cell, box=sheet.as_displayed(cell.box), confidence=confidence)
