"""Tables without rules: settled as a table where they can be, else as aligned lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from govinfo.document import Grid, GridCell, GridKind
from govinfo.readers.pdf_aligned import Row, aligned_grid, aligned_regions, row_of
from govinfo.readers.pdf_geometry import Sheet
from govinfo.readers.pdf_text import Line
from govinfo.readers.pdf_unruled import unruled_tables

# Lines of a header above the first line that looks like a row, and how close they
# follow, in character sizes.
MAX_HEADER_LINES = 8
HEADER_PITCH = 2.4

# Lines of a label below the last line that looks like a row.
LABEL_PITCH = 1.7

# A line this much larger than the table's is a heading.
HEADING_SIZE = 1.2


def aligned_tables(
    lines: Sequence[Line], sheet: Sheet, page: int
) -> Iterator[tuple[int, int, Grid]]:
    """First and last line of each table among lines without rules, and its grid.

    Parameters
    ----------
    lines : sequence of Line
        Lines that stand together, from the top down.
    sheet : Sheet
        Where they stand.
    page : int
        Number of the page, from 1.
    """
    rows = [row_of(line) for line in lines]
    end = -1
    for first, last in aligned_regions(rows):
        start = _header_start(lines, first, end)
        tables = unruled_tables(lines[start : _label_end(rows, last) + 1])
        if not tables:
            end = last
            yield first, last, aligned_grid(rows[first : last + 1], sheet, page, 1)
            continue
        for top, bottom, cells in tables:
            end = start + bottom
            yield start + top, end, Grid(1, shown(cells, sheet), GridKind.TABLE, page)


def shown(cells: Iterable[GridCell], sheet: Sheet) -> tuple[GridCell, ...]:
    """Cells with boxes on the page as it is displayed."""
    return tuple(
        replace(cell, box=sheet.displayed(cell.box)) if cell.box else cell
        for cell in cells
    )


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
    return start


def _label_end(rows: Sequence[Row], last: int) -> int:
    """Last line of the label of a table's last row."""
    size = rows[last].line.size
    room = rows[last].runs[1].box[0] if len(rows[last].runs) > 1 else 0.0
    end = last
    for row in rows[last + 1 :]:
        gap = row.line.baseline - rows[end].line.baseline
        if gap > LABEL_PITCH * size or row.line.chars[-1].right > room:
            break
        end += 1
    return end
