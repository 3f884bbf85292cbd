"""Read a figure a second time, in another way, before anybody is blamed for it.

Every figure in a failed sum is read again: on a page from the box of its cell, in a
picture from its own cut of the page, in HTML or Word from the bare markup. Each of
these can contradict the first reading; a text file has no such second way, and its
figures are said to be read once. Where both readings agree, the first has a second
behind it; where they disagree, the cell is uncertain. In a PDF, camelot then settles
what is open.

A second reading that was tried and failed leaves its reason in the cell, for the
sentence of a finding, and in the failures of the recognition, for ``reports.csv`` and
for what the command prints.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from govinfo.document import Box, Document, Grid, Place
from govinfo.errors import GovinfoError, LimitExceeded, UnknownForm, reason
from govinfo.forms import SUBTOTAL
from govinfo.pages import drawn_page
from govinfo.readers import File
from govinfo.readers.kinds import KINDS, PDF, kind_of, load
from govinfo.recognise import Recognition, recognise
from govinfo.recognise.evidence import Key, Sum, holds, sums, supported
from govinfo.recognise.figures import Figure, State, read_figure
from govinfo.recognise.objections import OF_PRINT, objection, second_reading
from govinfo.recognise.readings import Reading, tidy_raw

_SURE = frozenset({State.REPORTED, State.BLANK, State.NOT_APPLICABLE})
_OPEN = frozenset({State.UNCERTAIN, State.ABSENT})
_KNOWN = (State.REPORTED, State.BLANK)

# A Word export of a report has 350 kB; larger files are not worth the time.
_MOST_BYTES = 4 * 2**20
_NOT_FOUND = "the second reading did not find all of them"
_TWICE = {kind.media_type for kind in KINDS if kind.second}

CellKey = tuple[str, Key]


def confidences(document: Document) -> dict[Place, float]:
    """
    How sure the reading was, by place, of the cells that were read from a picture.

    Parameters
    ----------
    document : Document
        As read.

    Returns
    -------
    dict of Place to float
        Empty for documents of text.
    """
    return {
        grid.place(cell): cell.confidence
        for grid in document.grids
        for cell in grid.cells
        if cell.confidence < 1
    }


def reread(
    document: Document, file: File, first: Recognition, report_year: int | None
) -> Recognition:
    """
    Settle what a first reading leaves open, or finds in a failed sum.

    Parameters
    ----------
    document : Document
        The document as first read.
    file : File
        The file that it was read from.
    first : Recognition
        The first reading of its cells.
    report_year : int or None
        The year, as for :func:`govinfo.recognise.recognise`.

    Returns
    -------
    Recognition
        The first one unless it has failed sums, or is a PDF with open cells; else the
        cells with ``second`` filled in for those that were read again, and ``unread``
        for those that could not be, with ``failures`` saying why.

    Notes
    -----
    A figure from a picture that no sum supports stays uncertain, whatever the second
    reading says: both look at the same print.
    """
    seen = _from_picture(document, first)
    failing = _in_failed_sums(first)
    is_pdf = document.media_type == PDF.media_type
    again = failing | (_in_states(first, _OPEN) if is_pdf else set())
    is_picture = document.media_type.startswith("image/")
    if document.is_damaged:
        # Every way of reading goes through the same damaged parts.
        return first
    if not again or not (is_picture or document.media_type in _TWICE):
        return first
    if file.media_type != document.media_type:
        # A file in an archive, or one that was converted: there is one way in.
        return first
    read = first
    if cuts := failing & seen:
        read = _tried(read, cuts, lambda: _from_their_cuts(file, read, cuts))
    plain = (failing & _in_states(first, _SURE)) - seen
    if is_pdf:
        boxed = plain & {(c.table, c.key) for c in first.cells if _spot(c)}
        if boxed:
            read = _tried(read, boxed, lambda: _from_their_boxes(file, read, boxed))
        # Two engines that both build a table from a page can settle what is open.
        plain = ((plain - boxed) | _in_states(read, _OPEN)) - seen
    if plain:
        told = document, file, read, report_year, plain
        read = _tried(read, plain, lambda: _by_another_path(*told))
    return read


def _in_states(read: Recognition, states: Collection[State]) -> set[CellKey]:
    return {(cell.table, cell.key) for cell in read.cells if cell.state in states}


def _tried(
    read: Recognition,
    wanted: set[CellKey],
    way: Callable[[], Mapping[CellKey, Reading]],
) -> Recognition:
    """The cells as another way reads them; where it fails, it leaves its reason."""
    failures = read.failures
    try:
        again = way()
    except (GovinfoError, OSError) as error:
        failure = reason(error)
        failures += (
            "Cells that are open or stand in failed sums could not be read a second "
            f"time: {failure}.",
        )
        again = {
            key: replace(cell, unread=failure)
            for cell in read.cells
            if (key := (cell.table, cell.key)) in wanted
        }
    cells = tuple(again.get((cell.table, cell.key), cell) for cell in read.cells)
    return replace(read, cells=cells, failures=failures)


def _from_picture(document: Document, first: Recognition) -> set[CellKey]:
    scores = confidences(document)
    is_picture = document.media_type.startswith("image/")
    read = first.cells if scores or is_picture else ()
    return {
        (cell.table, cell.key)
        for cell in read
        if cell.place and (is_picture or cell.place in scores)
    }


def _by_another_path(
    document: Document,
    file: File,
    first: Recognition,
    report_year: int | None,
    wanted: set[CellKey],
) -> dict[CellKey, Reading]:
    """Cells of text, as another way through the file reads them."""
    grids = _second_grids(document, file)
    second: Iterable[Reading] = ()
    if [grid.cells for grid in grids] == [grid.cells for grid in document.grids]:
        # The same cells are recognised as the same.
        second = first.cells
    else:
        # It read the file, and may have found none of the cells.
        with suppress(UnknownForm):
            second = recognise(replace(document, blocks=grids), report_year).cells
    again = {(cell.table, cell.key): cell for cell in second}
    return {
        key: _settled(cell, again.get(key), first)
        for cell in first.cells
        if (key := (cell.table, cell.key)) in wanted
    }


def _second_grids(document: Document, file: File) -> tuple[Grid, ...]:
    kind = kind_of(document.media_type)
    if kind is PDF:
        pages = sorted({grid.page for grid in document.grids if grid.page is not None})
        pdf_again: Callable[..., tuple[Grid, ...]] = load(PDF.second, PDF.called)
        return pdf_again(file.data, file.name, pages)
    if kind is None or not kind.second:
        return ()
    if len(file.data) > _MOST_BYTES:
        raise LimitExceeded(
            f"files of more than {_MOST_BYTES // 2**20} MB are read once"
        )
    again: Callable[..., tuple[Grid, ...]] = load(kind.second, kind.called)
    return again(file.data, file.name)


def _spot(cell: Reading) -> tuple[int, Box] | None:
    """Page and box of a cell, if its place says both."""
    place = cell.place
    if place is None or place.page is None or place.box is None:
        return None
    return place.page, place.box


def _by_page(
    read: Recognition, wanted: set[CellKey]
) -> dict[int, list[tuple[Reading, Box]]]:
    found: dict[int, list[tuple[Reading, Box]]] = {}
    for cell in read.cells:
        if (cell.table, cell.key) in wanted and (spot := _spot(cell)):
            found.setdefault(spot[0], []).append((cell, spot[1]))
    return found


def _from_their_boxes(
    file: File, read: Recognition, wanted: set[CellKey]
) -> dict[CellKey, Reading]:
    """Cells of a PDF, each read again from its own box."""
    from govinfo.readers.pdf import second as secondpdf

    pages = _by_page(read, wanted)
    boxes = {number: [box for _, box in own] for number, own in pages.items()}
    texts = secondpdf.boxed_texts(file.data, file.name, boxes)
    return {
        (cell.table, cell.key): _seen_again(cell, text, "page")
        for number, own in pages.items()
        for (cell, _), text in zip(own, texts[number], strict=True)
    }


def _from_their_cuts(
    file: File, read: Recognition, wanted: set[CellKey]
) -> dict[CellKey, Reading]:
    """Cells of a picture, each read again from its own cut of the page."""
    from govinfo.readers.picture.cells import cells_again

    changed: dict[CellKey, Reading] = {}
    for number, own in _by_page(read, wanted).items():
        image, scale = drawn_page(file, number)
        texts = cells_again(image, scale, [box for _, box in own], file.name)
        for (cell, _), text in zip(own, texts, strict=True):
            changed[cell.table, cell.key] = _seen_again(cell, text, "picture")
    return changed


def _seen_again(cell: Reading, text: str, what: str) -> Reading:
    raw = tidy_raw(text)
    may_change = cell.column_code == "change"
    if _is_same(cell.figure, read_figure(text, may_change=may_change)):
        return replace(cell, second=raw or "blank")
    return _doubted(cell, raw, what)


def _doubted(cell: Reading, raw: str, what: str) -> Reading:
    """A cell whose second reading, of a page or a file, is another figure."""
    return replace(
        cell,
        doubts=(*cell.doubts, second_reading(what, raw)),
        others=(*cell.others, raw),
        second=raw or "blank",
    )


def _values(
    cells: Iterable[Reading], table: str, states: Collection[State] = _KNOWN
) -> dict[Key, Decimal | None]:
    """Values of cells in some states; in doubt, it is their best reading."""
    return {
        cell.key: cell.figure.value
        for cell in cells
        if cell.table == table and cell.state in states and cell.figure.state in _KNOWN
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
        values = _values(first.cells, table, (*_KNOWN, State.UNCERTAIN))
        failed = (one for one in _sums(first, table) if holds(one, values) is False)
        found |= {(table, key) for one in failed for side in one for key in side}
    return found


def _is_same(one: Figure, other: Figure) -> bool:
    return (one.state, one.value) == (other.state, other.value)


def _settled(cell: Reading, again: Reading | None, first: Recognition) -> Reading:
    if again is None or again.state not in _SURE:
        return replace(cell, unread=_NOT_FOUND)
    if cell.state is State.ABSENT:
        # What one engine alone found, no other way of reading has looked at.
        return replace(again, doubts=(objection("found_once"),))
    if _is_same(cell.figure, again.figure):
        # Two engines that place the same figure in the same cell settle where it
        # belongs. What it says they both take from the same characters.
        doubts = tuple(doubt for doubt in cell.doubts if doubt.code in OF_PRINT)
        return replace(cell, doubts=doubts, second=again.raw)
    second = again.raw or "blank"
    if cell.state is State.UNCERTAIN:
        return replace(cell, others=(*cell.others, again.raw), second=second)
    values = _values(first.cells, cell.table)
    if supported(cell.key, _sums(first, cell.table), values):
        return replace(cell, second=second)
    return _doubted(cell, again.raw, "page" if _spot(cell) else "file")
