"""Read a PDF a second time, with another engine, where the first reading leaves doubt.

Before a figure in a failed sum is called the agency's, and before a cell is given up as
uncertain, camelot reads the same pages. Where both agree, the first reading stands with
a second behind it; where they disagree, the cell is uncertain unless the sums of the
form support the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from govinfo.document import Document
from govinfo.errors import GovinfoError
from govinfo.forms import SUBTOTAL
from govinfo.recognise import Recognition, recognise
from govinfo.recognise.evidence import Key, Sum, holds, sums, supported
from govinfo.recognise.figures import State
from govinfo.recognise.readings import Reading

_SURE = frozenset({State.REPORTED, State.BLANK, State.NOT_APPLICABLE})
_OPEN = frozenset({State.UNCERTAIN, State.ABSENT})


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
        The first one unless it is a PDF with open cells or failed sums; else the cells
        with ``second`` filled in for those that were read again.
    """
    if document.media_type != "application/pdf":
        return first
    open_keys = {(c.table, c.key) for c in first.cells if c.state in _OPEN}
    failing = _in_failed_sums(first)
    if not open_keys and not failing:
        return first
    second = _second(document, path, report_year)
    if second is None:
        return first
    again = {(cell.table, cell.key): cell for cell in second.cells}
    wanted = open_keys | failing
    cells = tuple(
        _settled(cell, again.get((cell.table, cell.key)), first)
        if (cell.table, cell.key) in wanted
        else cell
        for cell in first.cells
    )
    return replace(first, cells=cells)


def _second(
    document: Document, path: Path, report_year: int | None
) -> Recognition | None:
    from govinfo.readers.pdf_camelot import second_reading

    pages = sorted({grid.page for grid in document.grids if grid.page is not None})
    try:
        grids = second_reading(path.read_bytes(), path.name, pages)
        return recognise(replace(document, blocks=grids), report_year)
    except (GovinfoError, OSError):
        # Where the second engine reads nothing, the first reading stands alone.
        return None


def _values(cells: Iterable[Reading], table: str) -> dict[Key, Decimal | None]:
    return {
        cell.key: cell.figure.value
        for cell in cells
        if cell.table == table and cell.state in (State.REPORTED, State.BLANK)
    }


def _sums(first: Recognition, table: str) -> tuple[Sum, ...]:
    cells = [cell for cell in first.cells if cell.table == table]
    if not cells:
        return ()
    codes = {cell.row_code for cell in cells}
    is_collapsed = SUBTOTAL in codes and f"{SUBTOTAL}.{SUBTOTAL}" not in codes
    return sums(table, cells[0].form, is_collapsed=is_collapsed)


def _in_failed_sums(first: Recognition) -> set[tuple[str, Key]]:
    found: set[tuple[str, Key]] = set()
    for table in ("requests", "disputes"):
        values = _values(first.cells, table)
        for one in _sums(first, table):
            if holds(one, values) is False:
                found |= {(table, key) for side in one for key in side}
    return found


def _settled(cell: Reading, again: Reading | None, first: Recognition) -> Reading:
    if again is None or again.state not in _SURE:
        return cell
    if cell.state is State.ABSENT:
        return replace(again, second=again.raw)
    same = (
        cell.figure.state is again.figure.state
        and cell.figure.value == again.figure.value
    )
    if same:
        # Two engines that place the same figure in the same cell settle it.
        return replace(cell, doubts=(), second=again.raw)
    if cell.state is State.UNCERTAIN:
        return replace(
            cell, others=(*cell.others, again.raw), second=again.raw or "blank"
        )
    values = _values(first.cells, cell.table)
    if supported(cell.key, _sums(first, cell.table), values):
        return replace(cell, second=again.raw or "blank")
    doubt = f"a second reading of the page found {again.raw or 'nothing'!r}"
    return replace(
        cell,
        doubts=(*cell.doubts, doubt),
        others=(*cell.others, again.raw),
        second=again.raw or "blank",
    )
