"""Tables without rows of their own, among lines of text.

Columns are bands that the figures and the words over them leave white between each
other; a table that goes on from the page before has the columns that it had there
(`pdf_bands`). Where figures do not fall one to a cell, or labels fit in several ways
(`pdf_rows`), nothing is settled and the lines stay lines (`pdf_aligned`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govinfo.document import GridCell
from govinfo.readers.pdf_aligned import is_numeric, row_of
from govinfo.readers.pdf_bands import (
    Bands,
    bands_among,
    carried_on,
    size_of,
    with_labels_of,
)
from govinfo.readers.pdf_columns import Tries
from govinfo.readers.pdf_rows import settled_cells
from govinfo.readers.pdf_text import Line

# A line this much larger than most of a table's may be a heading.
LARGER = 1.08

# Places tried where a table might end and another begin.
MAX_TRIES = 8


@dataclass(frozen=True, slots=True)
class Unruled:
    """A table found among lines: its first and last line, its cells and columns."""

    start: int
    stop: int
    cells: list[GridCell]
    bands: Bands


def unruled_tables(
    lines: Sequence[Line], edges: Sequence[float] = (), above: Bands | None = None
) -> list[Unruled]:
    """Tables among lines that together look like one.

    Parameters
    ----------
    lines : sequence of Line
        Lines from the top down.
    edges : sequence of float
        Edges of columns, if vertical rules give them.
    above : Bands, optional
        Columns of the table that the lines may go on with.

    Returns
    -------
    list of Unruled
        Empty if nothing, or not everything, could be settled.
    """
    return _settled(lines, 0, edges, above, Tries()) or []


def _settled(
    lines: Sequence[Line],
    offset: int,
    edges: Sequence[float],
    above: Bands | None,
    tries: Tries,
) -> list[Unruled] | None:
    last = offset + len(lines) - 1
    if tries.take() and (table := _table(lines, edges, above)):
        return [Unruled(offset, last, *table)]
    # Perhaps two tables and a heading between them: the larger, the likelier.
    places = [(lines[i].size, -i) for i in _headings(lines)]
    for _, i in sorted(places, reverse=True)[:MAX_TRIES]:
        upper = _table(lines[:-i], edges, above) if tries.take() else None
        if upper:
            rest = lines[-i + 1 :]
            lower = _settled(rest, offset - i + 1, edges, upper[1], tries)
            if lower:
                return [Unruled(offset, offset - i - 1, *upper), *lower]
    return None


def _headings(lines: Sequence[Line]) -> Iterator[int]:
    """Lines that may stand between two tables: large, or longer than any label."""
    size = size_of(lines)
    room = float("inf")
    for i, line in enumerate(lines[:-1]):
        runs = row_of(line).runs
        figures = [run for run in runs if is_numeric(run.text)]
        if figures:
            room = min(room, *(run.box[0] for run in figures))
        elif (
            i
            and len(runs) == 1
            and (line.size > LARGER * size or line.chars[-1].right > room)
        ):
            yield i


def _table(
    lines: Sequence[Line], edges: Sequence[float], above: Bands | None
) -> tuple[list[GridCell], Bands] | None:
    """Cells of one table, if it is one."""
    same = carried_on(lines, above) if above is not None and not edges else None
    bands = with_labels_of(lines, same) if same else bands_among(lines, edges)
    cells = settled_cells(lines, bands) if bands else None
    if cells is None or bands is None:
        return None
    if not edges and not same and _is_headless(cells, bands):
        # Columns that are blank here cannot be known, nor whose the others are.
        return None
    return cells, bands


def _is_headless(cells: Sequence[GridCell], bands: Bands) -> bool:
    """Whether cells are blank and nothing above the figures names their columns."""
    figured = [c.row for c in cells if is_numeric(c.text)]
    top = min(figured, default=0)
    inside = [c for c in cells if c.column >= bands.first]
    return any(not c.text for c in inside if c.row in figured) and not any(
        c.text for c in inside if c.row < top
    )
