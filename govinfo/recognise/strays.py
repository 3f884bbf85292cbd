"""Figures in rows without a label of their own: the rest of figures that were cut.

A row of a table may be cut by the end of a page, or figures wrap into a row below. What
stands in the other part belongs to the figure of the row above, or of that below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govinfo.document import GridKind
from govinfo.forms import FORMS, form_rows
from govinfo.recognise.align import Match
from govinfo.recognise.labels import core
from govinfo.recognise.rows import Piece, Row

# Between the parts of a figure that may be one: such a text is no number.
CUT = " | "


def with_strays(
    matches: Sequence[Match], rows: Sequence[Row], taken: set[int], table: str
) -> list[Match]:
    """
    Put figures in doubt that may go on in a row above or below.

    Parameters
    ----------
    matches : sequence of Match
        The rows that were matched to a statutory table.
    rows : sequence of Row
        All rows of the document.
    taken : set of int
        Numbers of the rows that are matched to any table, or are headers.
    table : str
        The table.

    Returns
    -------
    list of Match
        In the same order. A figure with a stray one above or below it reads as both,
        which is no number.
    """
    found = []
    for match in matches:
        above = _strays(match, rows, taken, table, step=-1)
        below = _strays(match, rows, taken, table, step=1)
        row = match.row
        if above or below:
            at = match.option.values_from
            pieces = [
                _joined(piece, above, below, width=_width(row)) if n >= at else piece
                for n, piece in enumerate(row.pieces)
            ]
            row = replace(row, pieces=tuple(pieces))
        found.append(replace(match, row=row))
    return found


def _strays(
    match: Match, rows: Sequence[Row], taken: set[int], table: str, *, step: int
) -> list[Row]:
    """Rows right above or below a matched one that hold parts of its figures."""
    found: list[Row] = []
    number = match.row.number
    at = _index(rows, number)
    last = match.row
    while True:
        at += step
        if not 0 <= at < len(rows) or rows[at].number in taken:
            return found
        row = rows[at]
        touches = row.section == last.section or (
            row.page != last.page and abs(row.section - last.section) <= 2
        )
        if not touches or not _is_stray(row, match.code, table):
            return found
        found.insert(0 if step < 0 else len(found), row)
        last = row


def _index(rows: Sequence[Row], number: int) -> int:
    return next(n for n, row in enumerate(rows) if row.number == number)


def _is_stray(row: Row, code: str, table: str) -> bool:
    if row.kind is not GridKind.TABLE or not row.has_figures:
        return False
    figures = [piece.text.strip() for piece in row.pieces if piece.is_figure]
    if len(figures) > 1 and figures == [str(n + 1) for n in range(len(figures))]:
        # The numbers of columns, as some forms print them under their header.
        return False
    words = [core(p.text) for p in row.pieces if p.is_label and not p.spans_down]
    return all(not word or _is_part(word, code, table) for word in words)


def _is_part(word: str, code: str, table: str) -> bool:
    """Whether words are a part of the label of a statutory row, but not all of it."""
    labels = [
        core(row.leaf) for form in FORMS for row in form_rows(table, form)
        if row.code == code
    ]  # fmt: skip
    return any(word in label and word != label for label in labels)


def _joined(
    piece: Piece, above: Sequence[Row], below: Sequence[Row], *, width: float
) -> Piece:
    """A piece with the stray figures that stand over and under it."""
    texts = [
        [
            stray.text
            for row in rows
            for stray in row.pieces
            if stray.is_figure and (_meet(stray, piece) or _width(row) != width)
        ]
        for rows in (above, below)
    ]
    if not any(texts):
        return piece
    # A blank counts as a part, so that a lone stray figure is no figure either.
    return replace(piece, text=CUT.join([*texts[0], piece.text, *texts[1]]))


def _meet(one: Piece, other: Piece) -> bool:
    return one.low < other.high and other.low < one.high


def _width(row: Row) -> float:
    return max(piece.high for piece in row.pieces)
