"""One page that is a picture, read as it lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean

from govinfo.document import Box, Grid, TextBlock
from govinfo.readers.bitmap import Grey, straighten
from govinfo.readers.bitmaprules import RuledPage, ruled
from govinfo.readers.inklines import crop
from govinfo.readers.ocr import Engine, Reading
from govinfo.readers.picturecells import Job, Todo, assembled, gather, other_readings
from govinfo.readers.pictureruns import in_order, is_tabular, read_runs
from govinfo.readers.secondlook import FIGURE

Block = Grid | TextBlock

# Labels that score less on average lie on their head, or are no print at all.
_LEGIBLE = 0.55
# What is read well scores at least this.
_WELL = 0.8
# Fewer labels tell nothing.
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read on a page.

    Attributes
    ----------
    blocks : list of Grid and TextBlock
        In reading order.
    is_upright : bool
        Whether nothing speaks against the page being held upright.
    n_labels : int
        Number of labels that were read well, which speak for it.
    """

    blocks: list[Block]
    is_upright: bool
    n_labels: int


def read_page(
    grey: Grey, scale: float, engine: Engine, page: int, first_grid: int
) -> PageRead:
    """Straighten a page, find its tables and read them.

    Parameters
    ----------
    grey : array of uint8
        The page, dark on light.
    scale : float
        Pixels per point.
    engine : Engine
        Reads lines.
    page : int
        Number of the page, from 1.
    first_grid : int
        Number of the first grid that is found.
    """
    sheet = straighten(grey, scale)
    lattice = ruled(sheet)
    todo = gather(sheet, lattice, page)
    is_unruled = is_tabular(todo.outside)
    if is_unruled:
        # A table without rules between its columns: all lines count.
        todo.jobs = [job for job in todo.jobs if job.cell is not None]
    readings = engine.read([job.picture for job in todo.jobs])
    others = other_readings(todo, readings, lattice, scale, engine)
    blocks = assembled(todo, readings, others, sheet, lattice, page, first_grid)
    if is_unruled:
        more = read_runs(todo.outside, sheet, lattice, engine, page)
        blocks = in_order([*blocks, *more], first_grid)
    scores = _label_scores(todo, readings)
    n_labels = sum(score >= _WELL for score in scores)
    is_upright = not _lies_on_its_side(todo, readings, len(scores)) and (
        len(scores) < _FEWEST or mean(scores) >= _LEGIBLE
    )
    return PageRead(blocks, is_upright or _has_prose(todo, lattice, engine), n_labels)


def _has_prose(todo: Todo, lattice: RuledPage, engine: Engine) -> bool:
    """Whether lines outside the tables read well, as they only do upright."""
    height, width = (length / todo.scale for length in lattice.grey.shape)
    widest = sorted(todo.outside, key=lambda line: line.box[0] - line.box[2])[:6]
    readings = engine.read(
        [
            crop(lattice.grey, line, todo.scale, line.height, (0.0, 0.0, width, height))
            for line in widest
        ]
    )
    well = [
        reading
        for reading in readings
        if reading.confidence >= _LEGIBLE and len(reading.text) >= 6
    ]
    return len(well) >= 2 and len(well) * 2 > len(widest)


def _is_wide(job: Job) -> bool:
    left, _, right, _ = job.line.box
    return right - left > 2.5 * job.line.height


def _label_scores(todo: Todo, readings: Sequence[Reading]) -> list[float]:
    """Scores of lines of several letters.

    Figures tell nothing: a 0 is one whichever way it lies, and a 6 becomes a 9.
    """
    return [
        reading.confidence
        for job, reading in zip(todo.jobs, readings, strict=True)
        if _is_wide(job) and not FIGURE.fullmatch(reading.text)
    ]


def _lies_on_its_side(todo: Todo, readings: Sequence[Reading], n_labels: int) -> bool:
    """Whether the letters of most labels, and the digits, are lines of their own."""
    stacks: defaultdict[tuple[int | None, int], list[str]] = defaultdict(list)
    n_figures = 0
    wide = set()
    for job, reading in zip(todo.jobs, readings, strict=True):
        if job.cell is None:
            continue
        stacks[job.table, job.cell].append(reading.text)
        if _is_wide(job):
            wide.add((job.table, job.cell))
        n_figures += len(reading.text) > 1 and bool(FIGURE.fullmatch(reading.text))
    narrow = [lines for cell, lines in stacks.items() if cell not in wide]
    n_stacks = sum(len(lines) >= 3 for lines in narrow)
    n_digits = sum(
        len(lines) > 1 and all(map(str.isdecimal, lines)) for lines in narrow
    )
    return n_stacks > max(n_labels, _FEWEST // 2) and n_digits >= n_figures


def turned_back(
    blocks: Sequence[Block], turns: int, shape: tuple[int, ...], scale: float
) -> list[Block]:
    """Blocks of a page that was turned, their boxes where they stand unturned.

    Parameters
    ----------
    blocks : sequence of Grid and TextBlock
        As read on the turned page.
    turns : int
        Quarter turns counter-clockwise that it was turned.
    shape : tuple of int
        Height and width, in pixels, of the page as it was.
    scale : float
        Pixels per point.
    """
    height, width = shape[0] / scale, shape[1] / scale

    def back(box: Box | None) -> Box | None:
        if box is None:
            return None
        x0, y0, x1, y1 = box
        if turns == 1:
            return width - y1, x0, width - y0, x1
        if turns == 2:
            return width - x1, height - y1, width - x0, height - y0
        return y0, height - x1, y1, height - x0

    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Grid):
            cells = tuple(replace(cell, box=back(cell.box)) for cell in block.cells)
            found.append(replace(block, cells=cells))
        else:
            place = replace(block.place, box=back(block.place.box))
            found.append(replace(block, place=place))
    return found
