"""Read a figure a second time, in another way, before anybody is blamed for it.

Every figure in a failed sum is read again: in a PDF by another engine, in a picture
from its own cut of the page, in a page or a Word file from the bare markup, in a text
as it stands there. Where both readings agree, the first stands with a second behind
it; where
they disagree, the cell is uncertain unless the sums of the form support the first. In a
PDF the second engine also settles what the first leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from govinfo.document import Document, Grid
from govinfo.errors import GovinfoError
from govinfo.forms import SUBTOTAL
from govinfo.pages import box_of, drawn_page
from govinfo.readers import kinds, sniff
from govinfo.recognise import Recognition, recognise
from govinfo.recognise.evidence import Key, Sum, holds, sums, supported
from govinfo.recognise.figures import Figure, State, read_figure
from govinfo.recognise.readings import Reading

_SURE = frozenset({State.REPORTED, State.BLANK, State.NOT_APPLICABLE})
_OPEN = frozenset({State.UNCERTAIN, State.ABSENT})
_KNOWN = (State.REPORTED, State.BLANK)

# A Word export of a report has 350 kB; larger files are not worth the time.
_MOST_BYTES = 4 * 2**20

CellKey = tuple[str, Key]


def confidences(document: Document) -> dict[str, float]:
    """
    How sure the reading was, by place, of the cells that were read from a picture.

    Parameters
    ----------
    document : Document
        As read.

    Returns
    -------
    dict of str to float
        Empty for documents of text.
    """
    return {
        str(grid.place(cell)): cell.confidence
        for grid in document.grids
        for cell in grid.cells
        if cell.confidence < 1
    }


def reread(
    document: Document, path: Path, first: Recognition, report_year: int | None
) -> Recognition:
    """
    Settle what a first reading leaves open, or finds in a failed sum.

    Parameters
    ----------
    document : Document
        The document as first read.
    path : Path
        Its file.
    first : Recognition
        The first reading of its cells.
    report_year : int or None
        The year, as for :func:`govinfo.recognise.recognise`.

    Returns
    -------
    Recognition
        The first one unless it has failed sums, or is a PDF with open cells; else the
        cells with ``second`` filled in for those that were read again.

    Notes
    -----
    A figure from a picture that no sum supports stays uncertain, whatever the second
    reading says: both look at the same print.
    """
    from_picture = _from_picture(document, first)
    failing = _in_failed_sums(first)
    is_pdf = document.media_type == kinds.PDF
    # A plainer way through the same text confirms figures; what that text leaves open
    # stays open. Two engines that both build a table from a page can settle it.
    states = (*_OPEN, *_SURE) if is_pdf else tuple(_SURE)
    wanted = {
        key
        for cell in first.cells
        if (key := (cell.table, cell.key)) not in from_picture
        if cell.state in states and (key in failing or cell.state in _OPEN)
    }
    changed: dict[CellKey, Reading] = {}
    if wanted:
        changed |= _by_another_path(document, path, first, report_year, wanted)
    if failing & from_picture:
        changed |= _from_their_cuts(path, first, failing & from_picture)
    if not changed:
        return first
    cells = tuple(changed.get((cell.table, cell.key), cell) for cell in first.cells)
    return replace(first, cells=cells)


def _from_picture(document: Document, first: Recognition) -> set[CellKey]:
    scores = confidences(document)
    is_picture = document.media_type.startswith("image/")
    return {
        (cell.table, cell.key)
        for cell in first.cells
        if cell.place and (is_picture or cell.place in scores)
    }


def _by_another_path(
    document: Document,
    path: Path,
    first: Recognition,
    report_year: int | None,
    wanted: set[CellKey],
) -> dict[CellKey, Reading]:
    """Cells of text, as another way through the file reads them."""
    try:
        data = path.read_bytes()
        if sniff(data, path.name) != document.media_type:
            # A file in an archive, or one that was converted: there is one way in.
            return {}
        if document.media_type in (kinds.TEXT, kinds.MARKDOWN):
            return _in_the_text(document, data, first, wanted)
        grids = _second_grids(document, data, path.name)
        second = recognise(replace(document, blocks=grids), report_year)
    except (GovinfoError, OSError):
        # Where the second way leads nowhere, the first reading stands alone.
        return {}
    again = {(cell.table, cell.key): cell for cell in second.cells}
    return {
        key: _settled(cell, again.get(key), first)
        for cell in first.cells
        if (key := (cell.table, cell.key)) in wanted
    }


def _second_grids(document: Document, data: bytes, name: str) -> tuple[Grid, ...]:
    if document.media_type == kinds.PDF:
        from govinfo.readers import pdf_camelot

        pages = sorted({grid.page for grid in document.grids if grid.page is not None})
        return pdf_camelot.second_reading(data, name, pages)
    if len(data) > _MOST_BYTES:
        return ()
    if document.media_type == kinds.HTML:
        from govinfo.readers.secondhtml import scanned_html

        return scanned_html(data, name)
    if document.media_type == kinds.DOCX:
        from govinfo.readers.secondword import bare_docx

        return bare_docx(data, name)
    return ()


def _in_the_text(
    document: Document, data: bytes, first: Recognition, wanted: set[CellKey]
) -> dict[CellKey, Reading]:
    from govinfo.readers.secondtext import found_in_text

    cells = {
        (cell.table, cell.key): cell
        for cell in first.cells
        if (cell.table, cell.key) in wanted
    }
    places = {cell.place for cell in cells.values()}
    standing = found_in_text(data, document.grids, places)
    return {
        key: replace(cell, second=standing[cell.place])
        for key, cell in cells.items()
        if cell.place in standing
    }


def _from_their_cuts(
    path: Path, first: Recognition, wanted: set[CellKey]
) -> dict[CellKey, Reading]:
    """Cells of a picture, each read again from its own cut of the page."""
    from govinfo.readers.secondpicture import cells_again

    by_page: dict[int, list[Reading]] = {}
    for cell in first.cells:
        page = re.search(r"page (\d+)", cell.place)
        if (cell.table, cell.key) in wanted and page and box_of(cell.place):
            by_page.setdefault(int(page[1]), []).append(cell)
    changed: dict[CellKey, Reading] = {}
    try:
        for number, cells in by_page.items():
            image, scale = drawn_page(path, number)
            boxes = [box for cell in cells if (box := box_of(cell.place))]
            texts = cells_again(image, scale, boxes, path.name)
            for cell, text in zip(cells, texts, strict=True):
                changed[cell.table, cell.key] = _seen_again(cell, text)
    except GovinfoError:
        return changed
    return changed


def _seen_again(cell: Reading, text: str) -> Reading:
    may_change = cell.column_code == "change"
    if _is_same(cell.figure, read_figure(text, may_change=may_change)):
        return replace(cell, second=cell.raw or "blank")
    doubt = f"a second reading of the picture found {text or 'nothing'!r}"
    return replace(
        cell,
        doubts=(*cell.doubts, doubt),
        others=(*cell.others, text),
        second=text or "blank",
    )


def _values(cells: Iterable[Reading], table: str) -> dict[Key, Decimal | None]:
    return {
        cell.key: cell.figure.value
        for cell in cells
        if cell.table == table and cell.state in _KNOWN
    }


def _best_values(cells: Iterable[Reading], table: str) -> dict[Key, Decimal | None]:
    """Values with the best readings of cells in doubt."""
    return {
        cell.key: cell.figure.value
        for cell in cells
        if cell.table == table and cell.figure.state in _KNOWN
        if cell.state in (*_KNOWN, State.UNCERTAIN)
    }


def _sums(first: Recognition, table: str) -> tuple[Sum, ...]:
    cells = [cell for cell in first.cells if cell.table == table]
    if not cells:
        return ()
    codes = {cell.row_code for cell in cells}
    is_collapsed = SUBTOTAL in codes and f"{SUBTOTAL}.{SUBTOTAL}" not in codes
    return sums(table, cells[0].form, is_collapsed=is_collapsed)


def _in_failed_sums(first: Recognition) -> set[CellKey]:
    found: set[CellKey] = set()
    for table in ("requests", "disputes"):
        values = _best_values(first.cells, table)
        for one in _sums(first, table):
            if holds(one, values) is False:
                found |= {(table, key) for side in one for key in side}
    return found


def _is_same(one: Figure, other: Figure) -> bool:
    return (one.state, one.value) == (other.state, other.value)


def _settled(cell: Reading, again: Reading | None, first: Recognition) -> Reading:
    if again is None or again.state not in _SURE:
        return cell
    if cell.state is State.ABSENT:
        return replace(again, second=again.raw)
    if _is_same(cell.figure, again.figure):
        # Two engines that place the same figure in the same cell settle it.
        return replace(cell, doubts=(), second=again.raw)
    if cell.state is State.UNCERTAIN:
        return replace(
            cell, others=(*cell.others, again.raw), second=again.raw or "blank"
        )
    values = _values(first.cells, cell.table)
    if supported(cell.key, _sums(first, cell.table), values):
        return replace(cell, second=again.raw or "blank")
    what = "page" if box_of(cell.place) else "file"
    doubt = f"a second reading of the {what} found {again.raw or 'nothing'!r}"
    return replace(
        cell,
        doubts=(*cell.doubts, doubt),
        others=(*cell.others, again.raw),
        second=again.raw or "blank",
    )
