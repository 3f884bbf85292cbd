"""The third statutory table, which has no row labels: its header decides alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from govinfo.document import GridKind
from govinfo.forms import NEWEST, form_rows
from govinfo.recognise.columns import BLOCKS, Header, HeaderCell
from govinfo.recognise.figures import read_figure
from govinfo.recognise.headers import Headers
from govinfo.recognise.labels import fold
from govinfo.recognise.placing import Placing, names_above, place_row
from govinfo.recognise.rows import Piece, Row
from govinfo.recognise.writtenheader import ROUTES

# The row of figures stands right below its header; a row or two of other cells between
# them (an empty row, a row of units) are passed over.
_FARTHEST = 4

# Cells of one block.
_BLOCK = 5


def dispute_placings(
    rows: Sequence[Row], headers: Headers, matched: set[int]
) -> list[tuple[str, Placing]]:
    """
    The rows of figures of the disputes table, by block.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the document.
    headers : Headers
        Its headers.
    matched : set of int
        Numbers of rows that belong to the other tables.

    Returns
    -------
    list of (str, Placing)
        Block (``review``, ``litigation_direct``, ``litigation_after_review``) and its
        five cells by column code; a block may come twice.
    """
    found: list[tuple[str, Placing]] = []
    all_headers = headers.by_table["disputes"]
    for n, header in enumerate(all_headers):
        # What stands below the next header is the next block's.
        later = (h.row for h in all_headers[n + 1 :] if h.row > header.row)
        end = min(later, default=math.inf)
        blocks = [
            block
            for block in BLOCKS
            if any(code.startswith(block + ".") for code in header.codes)
        ]
        row, is_second = _figures_below(rows, header, matched, end)
        if row is None or not blocks:
            continue
        columns = [
            f"{block}.{column.code}"
            for block in blocks
            for column in form_rows("disputes", NEWEST)[0].columns
        ]
        values = _values(row)
        placing = place_row(row, values, columns, header)
        is_disturbed = _has_rival(rows, row, matched, end) or _goes_on(rows, row)
        if is_second or is_disturbed or not header.is_statutory:
            why = "row_twice" if is_second or is_disturbed else "column_header"
            placing = placing.misfit(why)
        figures = [piece for piece in values if piece.is_figure]
        above = names_above(figures, row, header) or ()
        if any(all(_is_head_of_block(cell) for cell in cells) for cells in above):
            # A figure under no column, or only under the head of a block: the sum of a
            # block holds in whatever order its figures stand.
            placing = placing.misfit("column_header")
        elif not any(cell.label for cell in header.cells):
            placing = _if_added_up(placing)
        found += [(block, _of_block(placing, block)) for block in blocks]
    return found


def _is_head_of_block(cell: HeaderCell) -> bool:
    return cell.code is None and fold(cell.label) in ("行政复议", "行政诉讼", *ROUTES)


def _if_added_up(placing: Placing) -> Placing:
    """The same where fifteen figures give the total of each block, else in doubt."""
    values = [read_figure(piece.text).value for piece in placing.pieces.values()]
    figures = [value for value in values if value is not None]
    blocks = [figures[n : n + _BLOCK] for n in range(0, len(figures), _BLOCK)]
    is_whole = len(figures) == len(BLOCKS) * _BLOCK
    if is_whole and all(sum(block[:-1]) == block[-1] for block in blocks):
        return placing
    return placing.misfit("column_header")


def _values(row: Row) -> tuple[Piece, ...]:
    """Cells after the words that a row may begin with."""
    return row.pieces[row.label_at + 1 :]


def _of_block(placing: Placing, block: str) -> Placing:
    def its(pieces: dict[str, Piece]) -> dict[str, Piece]:
        return {
            code.split(".")[1]: piece
            for code, piece in pieces.items()
            if code.startswith(block + ".")
        }

    return replace(
        placing,
        pieces=its(placing.pieces),
        others=tuple(its(other) for other in placing.others),
    )


def _has_rival(rows: Sequence[Row], row: Row, matched: set[int], end: float) -> bool:
    """Whether a second row of figures follows: another year's, or another body's."""
    return any(
        other.section == row.section
        and row.number < other.number <= row.number + 2
        and other.number < end
        and other.number not in matched
        and sum(piece.is_figure for piece in _values(other)) >= _BLOCK
        and [p.text for p in _values(other)] != [p.text for p in _values(row)]
        for other in rows
    )


def _goes_on(rows: Sequence[Row], row: Row) -> bool:
    """Whether a row of figures without words follows: the rest of those of a row.

    The end of a page may cut a row, and figures wrap into a row below.
    """
    return any(
        other.number == row.number + 1
        and other.kind is GridKind.TABLE
        and (other.section == row.section or other.page != row.page)
        and other.has_figures
        and not any(piece.is_label for piece in other.pieces)
        for other in rows
    )


def _figures_below(
    rows: Sequence[Row], header: Header, matched: set[int], end: float
) -> tuple[Row | None, bool]:
    """The first row with figures below a header, else the first empty one.

    And whether a row of as many empty cells stands before it: last year's, perhaps.
    """
    empty: Row | None = None
    start = header.row if not header.is_placed else header.row + 1
    for row in rows:
        if row.number < start or row.number in matched:
            continue
        if row.number > header.row + _FARTHEST or row.number >= end:
            break
        values = _values(row)
        if row.has_figures:
            # The first figures below a header are its own, or nobody's: a row that is
            # short must not be made up from the next block.
            is_second = empty is not None and len(_values(empty)) == len(values)
            return (row if len(values) >= _BLOCK else None), is_second
        if empty is None and len(values) >= _BLOCK and row.section == header.section:
            empty = row
    return empty, False
