"""Tables without rules: settled as a table where they can be, else as aligned lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from govinfo.document import GridCell, GridKind
from govinfo.readers.pdf_aligned import (
    HEADING_SIZE,
    Row,
    aligned_cells,
    aligned_regions,
    is_numeric,
    row_of,
)
from govinfo.readers.pdf_bands import Bands
from govinfo.readers.pdf_geometry import Sheet
from govinfo.readers.pdf_text import Line
from govinfo.readers.pdf_unruled import unruled_tables

# Lines of a header above the first line that looks like a row, and how close they
# follow, in character sizes.
MAX_HEADER_LINES = 8
HEADER_PITCH = 2.4

# Lines under each other are no closer than this many character sizes.
CLOSEST = 0.95

# Lines of a label below the last line that looks like a row.
LABEL_PITCH = 1.7


@dataclass(frozen=True, slots=True)
class Region:
    """First and last line of a table among lines, its cells, and its columns."""

    first: int
    last: int
    cells: tuple[GridCell, ...]
    kind: GridKind = GridKind.ALIGNED
    bands: Bands | None = None


def aligned_tables(
    lines: Sequence[Line], above: Bands | None = None
) -> Iterator[Region]:
    """Tables among lines without rules.

    Parameters
    ----------
    lines : sequence of Line
        Lines that stand together, from the top down.
    above : Bands, optional
        Columns of the table that the first one may go on with.
    """
    rows = [row_of(line) for line in lines]
    end = -1
    for first, last in aligned_regions(rows):
        start = _header_start(lines, first, end)
        tables = unruled_tables(lines[start : _label_end(rows, last) + 1], above=above)
        if (
            not tables
            or _cuts_a_row(lines, start + tables[-1].stop)
            or (_cuts_a_row(lines, start + tables[0].start - 1))
        ):
            end = last
            yield Region(first, last, aligned_cells(rows[first : last + 1]))
            continue
        above = tables[-1].bands
        for table in tables:
            end = start + table.stop
            cells = tuple(table.cells)
            yield Region(start + table.start, end, cells, GridKind.TABLE, table.bands)


def shown(cells: Iterable[GridCell], sheet: Sheet) -> tuple[GridCell, ...]:
    """Cells with boxes on the page as it is displayed."""
    return tuple(
        replace(cell, box=sheet.displayed(cell.box)) if cell.box else cell
        for cell in cells
    )


def _cuts_a_row(lines: Sequence[Line], i: int) -> bool:
    """Whether a line and the next are closer than lines under each other are."""
    if not 0 <= i < len(lines) - 1:
        return False
    gap = lines[i + 1].baseline - lines[i].baseline
    return gap < CLOSEST * max(lines[i].size, lines[i + 1].size)


def _header_start(lines: Sequence[Line], first: int, end: int) -> int:
    """First line of the header above a table's first row.

    Headers stand over figures, or beside such that do; a heading begins at the margin.
    """
    size = lines[first].size
    margin = min(line.chars[0].left for line in lines[first : first + 3])
    start = first
    for i in range(first - 1, max(first - 1 - MAX_HEADER_LINES, end), -1):
        line = lines[i]
        gap = lines[i + 1].baseline - line.baseline
        if gap > HEADER_PITCH * size or line.size > HEADING_SIZE * size:
            break
        if line.chars[0].left > margin + 2 * size or len(row_of(line).runs) > 1:
            start = i
    return start if start < first else _label_start(lines, first, end)


def _label_start(lines: Sequence[Line], first: int, end: int) -> int:
    """First line of the label of a table's first row, if that begins above it."""
    runs = row_of(lines[first]).runs
    room = runs[0].box[0]
    if not is_numeric(runs[0].text):
        return first
    start = first
    for i in range(first - 1, end, -1):
        line = lines[i]
        gap = lines[start].baseline - line.baseline
        if gap > LABEL_PITCH * line.size or line.chars[-1].right > room:
            break
        start = i
    return start


def _label_end(rows: Sequence[Row], last: int) -> int:
    """Last line of the label of a table's last row."""
    size = rows[last].line.size
    figures = [run.box[0] for run in rows[last].runs if is_numeric(run.text)]
    room = min(figures, default=0.0)
    end = last
    for row in rows[last + 1 :]:
        gap = row.line.baseline - rows[end].line.baseline
        if gap > LABEL_PITCH * size or row.line.chars[-1].right > room:
            break
        end += 1
    return end
