"""Figures of a text file where they stand in it: the second reading.

The first reading finds tables, rows and columns in the lines. This one has none of
that: it looks whether the figure, with what stands before it, is found in the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from govinfo.document import Grid, GridCell

_ENCODINGS = ("utf-8-sig", "gb18030")
_BETWEEN = re.compile(r"[|\s\u3000\u00a0]+")
# So many pieces before a figure: a label as a rule, or the figures of the same row.
_BEFORE = 4


def found_in_text(
    data: bytes, grids: Sequence[Grid], places: Collection[str]
) -> dict[str, str]:
    """
    Look figures up in a text file.

    Parameters
    ----------
    data : bytes
        Content of the file.
    grids : sequence of Grid
        Its tables as first read.
    places : collection of str
        Places of the cells to look up.

    Returns
    -------
    dict
        For each place whose figure was found behind what was read before it, that
        figure as it stands in the file.

    Examples
    --------
    >>> cells = (GridCell("总计", 0, 0), GridCell("12", 0, 1), GridCell("3", 0, 2))
    >>> grid = Grid(1, cells)
    >>> places = [str(grid.place(cell)) for cell in cells[1:]]
    >>> list(found_in_text("总计 | 12 | 31".encode(), [grid], places).values())
    ['12']
    """
    text = _plain(_decoded(data))
    found: dict[str, str] = {}
    for grid in grids:
        said: list[GridCell] = []
        for cell in grid.cells:
            if cell.text.strip():
                said.append(cell)
            place = str(grid.place(cell))
            if place not in places or not cell.text.strip():
                continue
            before = "".join(_plain(one.text)[:-1] for one in said[-1 - _BEFORE :])
            if f"{before}|" in text:
                found[place] = cell.text
    return found


def _plain(text: str) -> str:
    """Pieces of a text, each between bars."""
    return f"|{_BETWEEN.sub('|', text).strip('|')}|"


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
