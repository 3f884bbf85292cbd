"""Cells of a ruled page that is a picture: which lines to read, and what they say.

Lengths are in points. The second reading, `cells_again`, cuts a cell out of the page as
it is, at another scale, in black and white, and leaves out what touches the edges of
the cut: a figure that comes out the same was read from two different pictures of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from govinfo.document import Box, Grid, GridCell, Place, TextBlock
from govinfo.errors import engine
from govinfo.readers.characters import PICTURE, plain_radicals
from govinfo.readers.page.lattice import LatticeCell
from govinfo.readers.picture.ink import (
    Blot,
    Glyph,
    InkLine,
    blots_of,
    digit_width,
    glyphs_of,
    lines_in,
    with_traces,
)
from govinfo.readers.picture.ocr import FIGURE, Engine, OcrText
from govinfo.readers.picture.rules import Scan

# Lines read outside tables. Title and period stand first in a report, the name of a
# section above its table, and titles are larger; all lines would take seconds a page.
_LINES_FIRST = 8
_LINES_ABOVE = 2
_LARGER = 1.25
_LINES_MOST = 30
# Figures below this score are read again, with more room round them.
_UNSURE = 0.9
_MORE_ROOM = 0.32
# How sure it is that a cell with nothing but specks is empty.
_DIRTY = 0.9
# A digit fits between a figure and the side of its cell, in parts of the height.
_DIGIT = 0.6


@dataclass(slots=True)
class Job:
    """A line to be read: its picture, and where it stands; then what it says.

    Attributes
    ----------
    picture : array of uint8
        The line, cut out.
    line : InkLine
        Its ink.
    box : Box
        Its cell, or the page.
    cell : tuple of int, optional
        Its table and cell; None outside of tables.
    said : OcrText
        What was read.
    other : str
        The same, with more room round it, where that was tried.
    glyphs : list of Glyph
        Digits of a figure that stands alone in its line, as they look.
    """

    picture: npt.NDArray[np.uint8]
    line: InkLine
    box: Box
    cell: tuple[int, int] | None = None
    said: OcrText = OcrText("", 0.0)
    other: str = ""
    glyphs: Sequence[Glyph] = ()

    @property
    def is_figure(self) -> bool:
        """Whether a figure was read."""
        return FIGURE.fullmatch(self.said.text) is not None


@dataclass(slots=True)
class Todo:
    """What is to be read on a page.

    Attributes
    ----------
    jobs : list
        Lines of cells, and lines outside tables that are worth reading.
    outside : list of InkLine
        All lines outside tables, from the top down.
    dirty : set
        Cells, by table and cell, that hold specks and nothing else.
    crossed : set
        Cells that ink larger than print goes through, or whose figure stands at an edge
        of its cell: a seal may hide a digit, or be taken for a rule that cuts one off.
    usual : float
        Height of a line of the tables.
    """

    jobs: list[Job]
    outside: list[InkLine]
    dirty: set[tuple[int, int]]
    crossed: set[tuple[int, int]]
    usual: float


def gather(sheet: Scan, page: int) -> Todo:
    """Lines of every cell, and the lines outside tables that are worth reading."""
    by_cell: dict[tuple[int, int], list[Blot]] = {}
    residues: dict[tuple[int, int], list[Blot]] = {}
    outside: list[Blot] = []
    blots, large = blots_of(sheet.ink, sheet.scale)
    for blot in blots:
        x = (blot.box[0] + blot.box[2]) / 2
        y = (blot.box[1] + blot.box[3]) / 2
        for t, table in enumerate(sheet.tables):
            c = table.cell_at(x, y)
            if c is not None:
                is_residue = _is_residue(blot, table.cells[c].box)
                (residues if is_residue else by_cell).setdefault((t, c), []).append(
                    blot
                )
                break
        else:
            outside.append(blot)
    first = {at: lines_in(blots) for at, blots in by_cell.items()}
    heights = [line.height for lines in first.values() for line in lines]
    usual = median([h for h in heights if h > 4.0] or [9.5])
    todo = Todo([], _text_lines(outside), set(), set(), usual)
    for (t, c), blots in sorted(by_cell.items()):
        box = sheet.tables[t].cells[c].box
        lines = lines_in(blots, usual)
        if not lines:
            todo.dirty.add((t, c))
        left, top, right, bottom = (round(edge * sheet.scale) for edge in box)
        is_cut = any(_may_be_cut(line, box, residues.get((t, c), ())) for line in lines)
        if is_cut or large[top:bottom, left:right].any():
            todo.crossed.add((t, c))
        for line in lines:
            picture = sheet.crop(line.box, usual, box)
            todo.jobs.append(Job(picture, line, box, (t, c)))
    boxes = [table.box for table in sheet.tables]
    for line in _worth_reading(todo.outside, boxes, page):
        picture = sheet.crop(line.box, line.height, sheet.box)
        todo.jobs.append(Job(picture, line, sheet.box))
    return todo


def _is_residue(blot: Blot, box: Box) -> bool:
    """Whether ink is what is left of a rule: thin, along an edge of its cell."""
    left, top, right, bottom = blot.box
    width, height = right - left, bottom - top
    by_side = min(left - box[0], box[2] - right) <= 1.2
    by_end = min(top - box[1], box[3] - bottom) <= 1.2
    return (by_side and width <= 1.4 and height > 1.4 * width) or (
        by_end and height <= 1.4 and width > 1.4 * height
    )


def _may_be_cut(line: InkLine, box: Box, residues: Iterable[Blot]) -> bool:
    """Whether a digit beside a line may be part of a rule, or was left out as one's."""
    left, top, right, bottom = line.box
    return min(left - box[0], box[2] - right) < _DIGIT * line.height or any(
        blot.box[1] < bottom and blot.box[3] > top and not blot.is_dot
        for blot in residues
    )


def _text_lines(blots: list[Blot]) -> list[InkLine]:
    return [line for line in lines_in(blots) if 5.0 <= line.height <= 45.0]


def _worth_reading(
    lines: list[InkLine], tables: Sequence[Box], page: int
) -> list[InkLine]:
    """Lines that may say which report and which table this is.

    The first of the document, those just above a table, and those in larger letters.
    """
    if not lines:
        return []
    usual = median(line.height for line in lines)
    chosen = {at for at in range(_LINES_FIRST) if page == 1}
    for table in tables:
        above = [at for at, line in enumerate(lines) if line.box[3] <= table[1] + 1]
        chosen.update(above[-_LINES_ABOVE:])
    chosen.update(at for at, line in enumerate(lines) if line.height > _LARGER * usual)
    return [line for at, line in enumerate(lines) if at in chosen][:_LINES_MOST]


def read_jobs(todo: Todo, sheet: Scan, engine: Engine) -> None:
    """Read all lines, figures that are not sure once more with more room round them."""
    pictures = [job.picture for job in todo.jobs]
    for job, said in zip(todo.jobs, engine.read(pictures), strict=True):
        job.said, job.other = said, said.text
    figures = [job for job in todo.jobs if job.cell and job.is_figure]
    usual = digit_width([j.line for j in figures], [j.said.text for j in figures])
    unsure: list[Job] = []
    for job in figures:
        found = glyphs_of(sheet.grey, job.line, job.said.text, sheet.scale, usual)
        if not found or job.cell in todo.crossed or job.said.confidence < _UNSURE:
            unsure.append(job)
        else:
            job.glyphs = found
    roomy = [
        sheet.crop(job.line.box, todo.usual, job.box, _MORE_ROOM) for job in unsure
    ]
    for job, said in zip(unsure, engine.read(roomy), strict=True):
        job.other = said.text


def assembled(todo: Todo, sheet: Scan, page: int) -> list[Grid | TextBlock]:
    """Grids and text blocks of a page, from the readings of all its jobs."""
    by_cell: dict[tuple[int, int], list[Job]] = {}
    placed: list[tuple[float, Grid | TextBlock]] = []
    for job in todo.jobs:
        if job.cell:
            by_cell.setdefault(job.cell, []).append(job)
        elif text := " ".join(job.said.text.split()):
            place = Place(page=page, box=sheet.as_displayed(job.line.box))
            placed.append((job.line.box[1], TextBlock(plain_radicals(text), place)))
    for t, table in enumerate(sheet.tables):
        empty = [c for c in range(len(table.cells)) if (t, c) not in by_cell]
        boxes = [table.cells[c].box for c in empty]
        traces = with_traces(sheet.grey, boxes, sheet.scale, todo.usual)
        faint = {empty[n] for n in traces}
        faint |= {c for c in empty if (t, c) in todo.crossed}
        cells = tuple(
            _read_cell(
                cell,
                by_cell.get((t, c), ()),
                sheet,
                least=_DIRTY if (t, c) in todo.dirty else 1.0,
                is_faint=c in faint,
            )
            for c, cell in enumerate(table.cells)
        )
        placed.append((table.ys[0], Grid(0, cells, page=page)))
    placed.sort(key=lambda item: item[0])
    return [block for _, block in placed]


def _read_cell(
    cell: LatticeCell, jobs: Sequence[Job], sheet: Scan, *, least: float, is_faint: bool
) -> GridCell:
    text = _printed(job.said.text for job in jobs)
    if is_faint or (jobs and not text.strip()):
        # Ink that is no letter: who knows what it hides.
        text = PICTURE
    other = _printed(job.other for job in jobs)
    return GridCell(
        text,
        cell.row,
        cell.column,
        cell.rowspan,
        cell.colspan,
        sheet.as_displayed(cell.box),
        min((job.said.confidence for job in jobs), default=least),
        other if other != text and not is_faint else None,
    )


def _printed(lines: Iterable[str]) -> str:
    return plain_radicals("\n".join(" ".join(line.split()) for line in lines))


# Points: inside of the rules of a cell, and room round the ink that the engine expects.
_INSIDE = 1.2
_ROOM = 0.3
# Pixels for a point: finer than the first reading takes.
_SCALE = 5.0
# Height in pixels below which ink is dust; a decimal point is higher.
_DUST = 3


def cells_again(page: Any, scale: float, boxes: Sequence[Box], name: str) -> list[str]:
    """
    Read cells of a page that is a picture.

    Parameters
    ----------
    page : PIL.Image.Image
        The page.
    scale : float
        Its pixels per point.
    boxes : sequence of Box
        The cells, in points.
    name : str
        The file, for messages.

    Returns
    -------
    list of str
        What stands in each cell; empty where there is no ink.

    Raises
    ------
    MissingExtra
        If ``govinfo-cn[ocr]`` is not installed.
    EngineFailed
        If OpenCV or onnxruntime stops.
    """
    with engine("Reading pictures"):
        from govinfo.readers.picture import ocr

        grey = np.asarray(page.convert("L"), np.uint8)
        cuts = [_cut(grey, scale, box) for box in boxes]
        inked = [cut for cut in cuts if cut is not None]
        read = iter(ocr.engine(name).read(inked))
    return ["" if cut is None else next(read).text.strip() for cut in cuts]


def _cut(
    grey: npt.NDArray[np.uint8], scale: float, box: Box
) -> npt.NDArray[np.uint8] | None:
    import cv2

    left, top, right, bottom = box
    rows = slice(
        max(0, round((top + _INSIDE) * scale)),
        max(0, round((bottom - _INSIDE) * scale)),
    )
    columns = slice(
        max(0, round((left + _INSIDE) * scale)),
        max(0, round((right - _INSIDE) * scale)),
    )
    part = grey[rows, columns]
    if min(part.shape, default=0) < 2:
        return None
    factor = max(1.0, _SCALE / scale)
    size = (round(part.shape[1] * factor), round(part.shape[0] * factor))
    part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LANCZOS4))
    # A cell without ink would be all ink once it is split at its own middle.
    if int(part.max()) - int(part.min()) < 60:
        return None
    _, ink = cv2.threshold(part, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height, width = ink.shape
    kept = []
    for label in range(1, count):
        x, y, w, h, _ = stats[label]
        touches = x == 0 or y == 0 or x + w == width or y + h == height
        if not touches and h >= _DUST:
            kept.append(label)
    if not kept:
        return None
    inked = np.isin(labels, kept)
    ys, xs = np.nonzero(inked)
    high, wide = ys.max() - ys.min() + 1, xs.max() - xs.min() + 1
    room = round(_ROOM * high)
    cut = np.full((high + 2 * room, wide + 2 * room), 255, np.uint8)
    inner = inked[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    cut[room : room + high, room : room + wide][inner] = 0
    return np.asarray(cv2.GaussianBlur(cut, (3, 3), 0), np.uint8)
