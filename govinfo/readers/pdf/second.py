"""PDF tables read a second time: by camelot, and as text bounded by each cell's box.

camelot reads a file with another parser than pdfium and finds cells in another way, so
that where the two agree, a cell is sure, and where they do not, it is not.

The first reading takes a page apart glyph by glyph: it leaves out copies and marks,
makes lines of glyphs, and assigns each of them to one cell. `boxed_texts` knows nothing
of that: pdfium is asked for the text within the box of a cell, and returns every glyph
that reaches into it. A figure that crosses a ruling line, has a hidden or cancelled
digit, or was assigned to another cell comes out otherwise.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

from govinfo.document import Box, Grid, GridCell, GridKind
from govinfo.errors import engine
from govinfo.readers.characters import plain_radicals, printed
from govinfo.readers.page.lattice import lattice_of
from govinfo.readers.page.model import Matrix, frame, inverse, is_numeric, transformed
from govinfo.readers.pdf.annotations import made_part_of_page
from govinfo.readers.pdf.file import opened, plain_bytes, seen_of, sheet_of

# Fonts state how far characters rise and fall, in thousandths of their size.
# LibreOffice states 0 and 0, for which camelot takes the box of the largest glyph and
# then shifts text by a whole row; what lies outside these bounds is not believed.
ASCENT, DESCENT = range(600, 1101), range(-350, 1)
USUAL_ASCENT, USUAL_DESCENT = 880, -120

# camelot sees every copy that fake bold draws, and would read 13121312 for 1312. A page
# with more than this share of copies is left to the first reading.
COPIES_SHARE = 0.02


def second_reading(
    data: bytes, name: str, pages: Sequence[int], *, flavor: str = "lattice"
) -> tuple[Grid, ...]:
    """Read the tables of some pages with camelot.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for messages.
    pages : sequence of int
        Pages to read, from 1. Pages without text, and pages in fake bold, which camelot
        reads wrongly, give no grid.
    flavor : str
        ``"lattice"`` for ruled tables, ``"stream"`` for tables without rules.

    Returns
    -------
    tuple of Grid
        Cells are without boxes where camelot had turned the page.

    Raises
    ------
    ReadError
        If the file cannot be opened.
    EngineFailed
        If camelot cannot be imported, or stops.
    """
    plain, readable = _plain(data, name, pages)
    if not readable:
        return ()
    with engine("camelot"):
        # Where characters lie over each other it makes tables without a cell.
        tables = [t for t in _tables(plain, readable, flavor) if any(t.cells)]
        return tuple(map(_grid, tables))


def confirmed(grid: Grid, second: Sequence[Grid]) -> Grid:
    """The grid, with doubt on figures that the second reading does not have.

    Where neither reading knows the columns, only the figures can be compared: one that
    stands nowhere on camelot's page has an empty other reading.

    Examples
    --------
    >>> first = Grid(1, (GridCell("12", 0, 0), GridCell("7", 0, 1)), page=2)
    >>> second = [Grid(1, (GridCell("7 1", 0, 0),), page=2)]
    >>> [cell.other_reading for cell in confirmed(first, second).cells]
    ['', None]
    """
    there = {
        word
        for other in second
        if other.page == grid.page
        for cell in other.cells
        for word in cell.text.split()
    }
    cells = (
        replace(cell, other_reading="")
        if is_numeric(cell.text) and cell.text not in there
        else cell
        for cell in grid.cells
    )
    return replace(grid, cells=tuple(cells))


def _plain(data: bytes, name: str, pages: Collection[int]) -> tuple[bytes, list[int]]:
    """The file without encryption, and those of the pages that camelot can read.

    camelot refuses files whose owner forbids copying. The law has these documents
    published, so that everybody may read them.
    """
    with opened(data, name) as document:
        sheets = {n: sheet_of(document, n - 1) for n in sorted(set(pages))}
        # What was made part of the pages when they were looked at is saved with them.
        has_fields = any(sheet and sheet.has_fields for sheet in sheets.values())
        plain = plain_bytes(document, data, is_changed=has_fields)
    return plain, [n for n, sheet in sheets.items() if sheet and sheet.chars]


def _tables(data: bytes, pages: Sequence[int], flavor: str) -> Iterator[Any]:
    handler = _handler_class()(data, pages=",".join(map(str, pages)))
    options: dict[str, Any] = {}
    if flavor == "lattice":
        options = {
            "engine": "vector",
            "backend": "pdfium",
            "use_fallback": False,
            # Figures of narrow cells stand so close that they are one text to it.
            "split_text": True,
        }
    with handler, _quiet():
        yield from handler.parse(flavor=flavor, suppress_stdout=True, **options)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warnings and log lines, which would go to the screen.

    A page without a table, or damage that the first reading coped with, is no news.
    """
    loggers = [logging.getLogger(name) for name in ("camelot", "playa")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _without_plotting() -> Iterator[None]:
    """Import camelot without matplotlib, which it loads to draw what it finds.

    The first import of matplotlib on a machine starts ``fc-list`` and opens every
    installed font: seconds that no reading needs, and a program that the process which
    reads documents may not start.
    """
    name = "camelot.plotting"
    if name in sys.modules:
        yield
        return
    stand_in = ModuleType(name)
    stand_in.PlotMethods = _Plotting  # type: ignore[attr-defined]
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        # Whoever draws with camelot in this process gets the real module.
        del sys.modules[name]


class _Plotting:
    """``camelot.plot``, loaded when it is first used."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        from camelot.plotting import PlotMethods

        return PlotMethods()(*arguments, **options)


def _handler_class() -> Any:
    """The class in camelot that reads files, with fonts made credible."""
    before = list(logging.getLogger("camelot").handlers)
    with _without_plotting():
        from camelot.handlers import PDFHandler

    # camelot writes to the screen once imported; a library leaves that to its user.
    logger = logging.getLogger("camelot")
    for handler in logger.handlers[:]:
        if handler not in before:
            logger.removeHandler(handler)

    class Handler(PDFHandler):
        def _get_layout(self, page: Any, **options: Any) -> Any:
            for font in page.fonts.values():
                if round(font.ascent) not in ASCENT:
                    font.ascent = USUAL_ASCENT
                if round(font.descent) not in DESCENT:
                    font.descent = USUAL_DESCENT
            layout = super()._get_layout(page, **options)
            if _is_doubled(layout[3]):
                # Without text, camelot finds no table.
                return (*layout[:4], [], [], layout[6])
            return layout

    return Handler


def _is_doubled(chars: Collection[Any]) -> bool:
    """Whether many characters stand where the same character stands already."""
    places = Counter(
        (char.get_text(), round(char.x0 / 2), round(char.y0 / 2)) for char in chars
    )
    copies = sum(count - 1 for (text, _, _), count in places.items() if text.strip())
    return copies > COPIES_SHARE * len(chars)


def _grid(table: Any) -> Grid:
    """A table of camelot's, its merged cells being one cell."""
    cells = table.cells
    n_rows, n_columns = len(cells), len(cells[0])
    xs = [cells[0][0].x1, *(cell.x2 for cell in cells[0])]
    ys = [-cells[0][0].y2, *(-row[0].y1 for row in cells)]
    upright = [[True] * n_rows for _ in xs]
    level = [[True] * n_columns for _ in ys]
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            upright[c + 1][r] = cell.right or (c + 1 < n_columns and row[c + 1].left)
            level[r + 1][c] = cell.bottom or (r + 1 < n_rows and cells[r + 1][c].top)
    lattice = lattice_of(xs, ys, upright, level)
    texts = [
        "\n".join(
            text
            for row in cells[p.row : p.row + p.rowspan]
            for cell in row[p.column : p.column + p.colspan]
            if (text := printed(plain_radicals(cell.text)))
        )
        for p in lattice.cells
    ]
    found = (
        GridCell(text, p.row, p.column, p.rowspan, p.colspan)
        for p, text in zip(lattice.cells, texts, strict=True)
    )
    return Grid(0, tuple(found), GridKind.TABLE, int(table.page))


# Points: inside of the ruling lines of a cell, which have a width of their own; no
# glyph of a neighbour that keeps to its cell reaches so far.
_INSIDE = 1.0


def boxed_texts(
    data: bytes, name: str, boxes: Mapping[int, Sequence[Box]]
) -> dict[int, list[str]]:
    """
    Read what stands in some boxes of a PDF file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for messages.
    boxes : mapping of int to sequence of Box
        Boxes by the number of their page, from 1, in points from the top left corner of
        the page as it is displayed.

    Returns
    -------
    dict of int to list of str
        The text of each box, empty where no glyph reaches into it.

    Raises
    ------
    ReadError
        If the file cannot be opened.
    EngineFailed
        If pdfium stops.
    """
    found: dict[int, list[str]] = {}
    with engine("pdfium"), opened(data, name) as document:
        for number, own in boxes.items():
            page = document[number - 1]
            if made_part_of_page(document, page.raw)[0]:
                page.close()
                page = document[number - 1]
            box, turn = seen_of(page.raw)
            to_page = inverse(frame(turn, box))
            text = page.get_textpage()
            found[number] = [_bounded_text(text, to_page, box) for box in own]
            text.close()
            page.close()
    return found


def _bounded_text(text: Any, to_page: Matrix, box: Box) -> str:
    left, top, right, bottom = box
    across = min(_INSIDE, (right - left) / 4)
    down = min(_INSIDE, (bottom - top) / 4)
    inner = (left + across, top + down, right - across, bottom - down)
    said = text.get_text_bounded(*transformed(to_page, inner), errors="replace")
    return printed(plain_radicals(said))
