"""The headers of a document in reading order, and which of them holds for a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from govinfo.document import GridKind
from govinfo.forms import TABLES
from govinfo.recognise.align import Match
from govinfo.recognise.columns import (
    BLOCKS,
    Header,
    HeaderCell,
    block_code,
    column_code,
    orders,
)
from govinfo.recognise.drawnheader import (
    Drawn,
    aligned_cells,
    drawn_columns,
    table_cells,
)
from govinfo.recognise.rows import Piece, Row
from govinfo.recognise.writtenheader import named_in_order, written_cells

# A header has at most three rows of labels; a title row and a note may stand with it.
_TALLEST = 6


@dataclass(frozen=True, slots=True)
class Headers:
    """All headers found, by table, and the rows of each section, in reading order."""

    by_table: dict[str, tuple[Header, ...]]
    sections: Mapping[int, Sequence[Row]]

    def is_of_another_column(
        self, row: Row, piece: Piece, table: str, columns: Sequence[str]
    ) -> bool:
        """
        Whether the words right above a cell name another column than the form has.

        Parameters
        ----------
        row : Row
            The row of the cell, in a grid.
        piece : Piece
            The cell.
        table : str
            The table.
        columns : sequence of str
            The columns of the row.

        Returns
        -------
        bool
            False where no words stand above it in its own grid, or only the title of
            an item that spans the whole table.
        """
        words = (
            (text.text, len(other.pieces) == 1)
            for other in reversed(self.sections[row.section] if row.is_placed else ())
            if other.number < row.number
            for text in other.pieces
            if text.is_label and text.low < piece.high and piece.low < text.high
        )
        said, spans_all = next(words, ("", True))
        return not spans_all and column_code(said, table) not in columns

    def for_row(self, row: Row, table: str, columns: Sequence[str]) -> Header | None:
        """
        The nearest header above a row that names columns of that row.

        Parameters
        ----------
        row : Row
            The row.
        table : str
            Its table.
        columns : sequence of str
            The codes of its columns.

        Returns
        -------
        Header or None
            The nearest one that names all of them, or all of those that its own table
            has; else the nearest one that names any.
        """
        wanted = set(columns)
        nearest: Header | None = None
        for header in reversed(self.by_table[table]):
            if header.row >= row.number and not _is_own(header, row):
                continue
            named = wanted & set(header.codes)
            is_own_table = row.kind is GridKind.TABLE and header.section == row.section
            if named == wanted or (named and is_own_table and header.is_whole):
                return header
            if named and nearest is None:
                nearest = header
        return nearest


def _is_own(header: Header, row: Row) -> bool:
    """Whether the header stands in the words before the row's own label."""
    return header.row == row.number and not header.is_placed


def headers_of(
    rows: Sequence[Row], matches: Sequence[Match], matched: set[int]
) -> Headers:
    """
    Read the headers of all tables.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the document.
    matches : sequence of Match
        Rows with statutory labels, which are no headers.
    matched : set of int
        Numbers of the rows that carry a statutory label beyond doubt.

    Returns
    -------
    Headers
        In reading order.
    """
    label_pieces = {
        match.row.number: match.option.values_from
        for match in matches
        if match.row.number in matched
    }
    found: dict[str, list[Header]] = {table: [] for table in TABLES}
    stack: list[Row] = []
    for row in rows:
        if stack and stack[-1].section != row.section:
            _collect(found, stack)
            stack = []
        if row.kind is GridKind.STREAM:
            end = label_pieces.get(row.number, row.label_end)
            words = replace(row, pieces=row.pieces[:end])
            _collect(found, [*stack[-_TALLEST:], words])
            stack = [] if row.has_figures else [*stack, words]
            continue
        is_data = (
            row.number in matched
            or row.has_figures
            or not any(piece.is_label for piece in row.pieces)
        )
        if is_data:
            _collect(found, stack)
            stack = []
        else:
            stack = [*stack, row][-_TALLEST:]
    _collect(found, stack)
    by_table = {table: tuple(headers) for table, headers in found.items()}
    sections = groupby(rows, lambda row: row.section)
    return Headers(by_table, {section: [*run] for section, run in sections})


def _collect(found: dict[str, list[Header]], stack: Sequence[Row]) -> None:
    if not stack:
        return
    is_drawn = stack[0].kind is not GridKind.ALIGNED and all(r.is_placed for r in stack)
    drawn = drawn_columns(stack) if is_drawn else []
    for table in TABLES:
        header = read_header(stack, table, drawn)
        if header is not None:
            found[table].append(header)


def _is_whole(cells: Sequence[HeaderCell], table: str) -> bool:
    """Whether a drawn header names the columns of a form, and in its order."""
    codes = tuple(cell.code for cell in cells if cell.code and not cell.is_inferred)
    return codes in orders(table)


def read_header(stack: Sequence[Row], table: str, drawn: Drawn) -> Header | None:
    """
    The header that rows without figures form.

    Parameters
    ----------
    stack : sequence of Row
        Rows of one section above the first row with figures, top down.
    table : str
        Table whose columns are sought.
    drawn : list
        The columns of the rows, see :func:`drawn_columns`.

    Returns
    -------
    Header or None
        None where fewer than two columns (one in ``proactive``) are named.
    """
    if all(row.is_placed for row in stack):
        cells = (
            aligned_cells(stack, table)
            if stack[0].kind is GridKind.ALIGNED
            else table_cells(drawn, stack, table)
        )
        placed = True
        in_writing = written_cells(stack, table)
        if in_writing and not _is_whole(cells, table):
            # Spans that hide a name or shift it: the names, as they are written one
            # after the other, still say which columns there are, not where.
            cells, placed = in_writing, False
    else:
        texts = [p.text for row in stack for p in row.pieces if p.is_label]
        if not any(block_code(text) in BLOCKS for text in texts):
            # A block of table 4 that is a table of its own has its name above it.
            texts.insert(0, stack[0].heading)
        cells = named_in_order(texts, table)
        placed = False
    named = [cell for cell in cells if cell.code is not None and not cell.is_inferred]
    if len(named) < (1 if table == "proactive" else 2):
        return None
    last = stack[-1]
    return Header(table, last.section, last.number, tuple(cells), placed, last.kind)
