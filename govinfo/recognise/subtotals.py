"""Subtotals that a report prints beside the cells of its form.

No form asks for them, so they are no cells of the data set; they are kept for the check
that holds them against their parts. A subtotal counts only where its label names its
group, and where the header leaves no doubt about its column.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from govinfo.forms import SUBTOTAL, FormRow, form_row, form_rows
from govinfo.recognise.align import Match
from govinfo.recognise.columns import Header, HeaderCell
from govinfo.recognise.evidence import Key
from govinfo.recognise.figures import Figure, State, read_figure
from govinfo.recognise.headers import Headers
from govinfo.recognise.labels import core
from govinfo.recognise.placing import place_row
from govinfo.recognise.rows import Piece, Row

_NAMES = ("小计", "合计")
# The applicants that are no natural persons, and the two columns around them.
_NOT_ORGANISATIONS = ("natural_person", "total")


@dataclass(frozen=True, slots=True)
class Subtotal:
    """
    A printed subtotal of ``requests``.

    Attributes
    ----------
    row_code, column_code : str
        Where it stands; one of them is that of a group (``refused``,
        ``organisations``), the other one of the form.
    row, column : str
        Their labels, the word for a subtotal included.
    figure : Figure
        What is printed.
    place : str
        Where it is printed.
    parts : tuple of (row_code, column_code)
        The cells that it is the sum of.
    """

    row_code: str
    column_code: str
    row: str
    column: str
    figure: Figure
    place: str
    parts: tuple[Key, ...]


def printed_subtotals(
    rows: Sequence[Row], matches: Sequence[Match], headers: Headers, form: str
) -> tuple[Subtotal, ...]:
    """
    The subtotals of table 3 that stand in rows or columns of their own.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the document.
    matches : sequence of Match
        Those matched to rows of table 3.
    headers : Headers
        The headers of the document.
    form : str
        The form of table 3.

    Returns
    -------
    tuple of Subtotal
        In reading order, those in rows first; not the row （六）其他处理 beside its
        parts, which is a row of the form.
    """
    taken = {match.row.number for match in matches}
    in_rows = (
        s for row in rows if row.number not in taken for s in _row(row, headers, form)
    )
    in_columns = (s for match in matches for s in _column(match, headers, form))
    return (*in_rows, *in_columns)


@cache
def _groups(form: str) -> dict[str, tuple[FormRow, ...]]:
    """The rows of each group of outcomes, by the group's label without its number."""
    found: dict[str, list[FormRow]] = {}
    for row in form_rows("requests", form):
        if len(row.groups) > 1 and not row.code.startswith(SUBTOTAL):
            found.setdefault(row.groups[-1], []).append(row)
    return {label: tuple(rows) for label, rows in found.items()}


def _row(row: Row, headers: Headers, form: str) -> Iterator[Subtotal]:
    labels = [core(p.text) for p in row.pieces[: row.label_end] if p.is_label]
    group = next((g for g in _groups(form) if labels and _names(labels, core(g))), None)
    columns = tuple(c.code for c in form_row("requests", form, "received").columns)
    header = headers.for_row(row, "requests", columns)
    if group is None or header is None or not header.is_statutory:
        return
    placing = place_row(row, row.pieces[row.label_at + 1 :], columns, header)
    parts = _groups(form)[group]
    for column in parts[0].columns if placing.is_sure else ():
        piece = placing.pieces.get(column.code)
        if piece is not None and _is_certain(piece):
            yield Subtotal(
                parts[0].code.partition(".")[0],
                column.code,
                f"{group}小计",
                column.leaf,
                read_figure(piece.text),
                str(piece.place),
                tuple((part.code, column.code) for part in parts),
            )


def _names(labels: Sequence[str], group: str) -> bool:
    """Whether the last label of a row is the group's, or its subtotal's."""
    *above, own = labels
    if own in _NAMES:
        return group in above
    return own in (group, *(group + name for name in _NAMES))


def _column(match: Match, headers: Headers, form: str) -> Iterator[Subtotal]:
    rows = [r for r in form_rows("requests", form) if r.code == match.code]
    if not rows:
        # A row of another form: table 2 tells the form of the report.
        return
    (row,) = rows
    columns = tuple(column.code for column in row.columns)
    header = headers.for_row(match.row, "requests", columns)
    cell = _subtotal_cell(header) if header is not None else None
    if cell is None or not match.is_sure or not match.row.is_placed:
        return
    under = [p for p in match.values if cell.low <= p.low and p.high <= cell.high]
    if len(under) == 1 and _is_certain(under[0]):
        yield Subtotal(
            match.code,
            "organisations",
            row.leaf,
            "".join(cell.label.split()),
            read_figure(under[0].text),
            str(under[0].place),
            tuple((match.code, c) for c in columns if c not in _NOT_ORGANISATIONS),
        )


def _subtotal_cell(header: Header) -> HeaderCell | None:
    """The column of a subtotal of all organisations, if a drawn header has one."""
    first, last = _NOT_ORGANISATIONS
    codes = header.codes
    if not (header.is_placed and header.is_statutory and len(codes) == 7):
        return None
    named = {cell.code: cell for cell in header.cells}
    found = [
        cell
        for cell in header.cells
        if cell.code is None and core(cell.label).endswith(_NAMES)
        if named[first].high <= cell.low and cell.high <= named[last].low
    ]
    return found[0] if len(found) == 1 else None


def _is_certain(piece: Piece) -> bool:
    figure = read_figure(piece.text)
    is_plain = piece.confidence == 1 and piece.other_reading is None
    is_own = not (piece.is_shared or piece.spans_down or piece.is_torn)
    return figure.state is State.REPORTED and figure.is_sure and is_plain and is_own
