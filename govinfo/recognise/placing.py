"""Put the pieces of a matched row into its statutory columns.

Where a header stands above the row, the extents decide. Where only the number of cells
and a header elsewhere in the document speak, the statutory order does, and the reading
is marked so. Where neither settles it, nothing is placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from govinfo.document import GridKind
from govinfo.recognise.columns import Header, HeaderCell
from govinfo.recognise.rows import Piece, Row


@dataclass(frozen=True, slots=True)
class Placing:
    """One reading of a row: a piece, or None, for each column code.

    ``is_sure`` says whether header and cells agree beyond doubt. ``others`` are further
    readings that the same cells admit. ``is_misfit`` says that the header of the same
    table stands otherwise than the cells, ``is_named`` that labels name the columns,
    ``lacking`` which columns the table does not have,
    ``is_counted`` that the row has just as many cells as columns, ``why`` the first
    objection to the columns.
    """

    pieces: dict[str, Piece]
    is_sure: bool
    others: tuple[dict[str, Piece], ...] = ()
    is_misfit: bool = False
    is_named: bool = True
    is_counted: bool = False
    why: str = ""
    lacking: frozenset[str] = frozenset()

    def doubted(self, why: str) -> Placing:
        """The same, with neither its columns nor their names sure; and why."""
        return replace(self, is_sure=False, is_named=False, why=self.why or why)

    def misfit(self, why: str) -> Placing:
        """The same, its header standing otherwise than the cells."""
        return replace(self.doubted(why), is_misfit=True)


def place_row(
    row: Row,
    values: Sequence[Piece],
    columns: Sequence[str],
    header: Header | None,
    *,
    is_counted: bool = False,
) -> Placing:
    """
    Place the cells of a row.

    Parameters
    ----------
    row : Row
        The row.
    values : sequence of Piece
        Its pieces after the label.
    columns : sequence of str
        The columns of the row in statutory order.
    header : Header or None
        The header that holds for the row, with codes among ``columns``.
    is_counted : bool
        Whether the header names the cells one after the other, wherever they stand.

    Returns
    -------
    Placing
        Empty where nothing can be placed.
    """
    if header is not None and is_counted:
        codes = header.named_of(columns)
        lacking = frozenset(columns) - set(codes)
        pieces = dict(zip(codes, values, strict=True))
        return _unreached(Placing(pieces, is_sure=True, lacking=lacking), values)
    if header is not None and header.is_placed and row.is_placed:
        placed = _by_extent(row, values, columns, header)
        if placed is not None:
            lacking = frozenset(columns) - set(placed)
            return _unreached(Placing(placed, is_sure=True, lacking=lacking), values)
    named = header is not None and set(columns) <= set(header.codes)
    is_misfit = False
    if header is not None and header.section == row.section and row.is_placed:
        # A figure under a label that names no column of the row is not the row's own:
        # order must not make it so.
        is_misfit = len(values) != len(columns) and any(
            piece.is_figure
            and _is_elsewhere(_above(piece, header.cells, header, row), 0)
            for piece in values
        )
    order = tuple(columns)
    if named and header is not None and header.is_placed:
        order = tuple(code for code in header.codes if code in columns)
    placing = _by_order(row, values, order, is_named=named and not is_misfit)
    if header is not None and _passes_over(placing.pieces, values, header, row):
        placing = placing.doubted("column_misfit")
        is_misfit = True
    if header is not None and header.is_disproved:
        placing = replace(
            placing,
            is_sure=False,
            is_counted=len(values) == len(columns),
            why=placing.why or "column_header",
        )
    return _unreached(replace(placing, is_misfit=is_misfit), values)


# Blanks of so many rows may be merged; a taller one is the frame of a table.
_MOST_MERGED = 4


def _unreached(placing: Placing, values: Sequence[Piece]) -> Placing:
    """A placing, in doubt where a cell from above reaches in among the figures.

    It may be one of the header, and push every figure after it on by a column, or the
    rest of a wider table, which takes the place of the last.
    """
    reaching = [
        not piece.is_figure
        and (
            piece.spans_down
            or (piece.cell is not None and piece.cell.rowspan > _MOST_MERGED)
        )
        for piece in values
    ]
    # What stands behind all others and is placed nowhere pushes none of them on.
    placed = {id(piece) for piece in placing.pieces.values()}
    while reaching and reaching[-1] and id(values[len(reaching) - 1]) not in placed:
        reaching.pop()
    if any(reaching):
        return placing.misfit("column_misfit")
    return placing


def holds_two(
    row: Row, values: Sequence[Piece], columns: Sequence[str], header: Header | None
) -> bool:
    """
    Whether two figures of a row stand under one column label.

    They are those of two years, perhaps, and so are the cells of the other rows there:
    where one of two is empty, the other is not for that the figure of the column.

    Parameters
    ----------
    row : Row
        The row.
    values : sequence of Piece
        Its pieces after the label.
    columns : sequence of str
        The columns of the row.
    header : Header or None
        The header that holds for the row.
    """
    if header is None or not header.is_placed or row.kind is not GridKind.TABLE:
        return False
    figures = [_extent(piece, header, row) for piece in values if piece.is_figure]
    return any(
        sum(cell.low <= low and high <= cell.high for low, high in figures) > 1
        for cell in _comparable(header, row) or ()
        if cell.code in columns
    )


def stands_before(piece: Piece, row: Row, header: Header) -> bool:
    """Whether a cell stands left of every column that a header names.

    An empty cell counts only under words of the header: elsewhere it fills up the span
    of a label.
    """
    if not header.is_placed or row.kind is not GridKind.TABLE:
        return False
    cells = _comparable(header, row) or []
    low, _ = _extent(piece, header, row)
    if low >= min((cell.low for cell in cells if cell.code is not None), default=low):
        return False
    above = _above(piece, cells, header, row)
    return all(cell.code is None for cell in above) and (
        not piece.is_blank or any(cell.label.strip() for cell in above)
    )


def names_above(
    pieces: Sequence[Piece], row: Row, header: Header
) -> list[list[HeaderCell]] | None:
    """The named columns, of the form or not, above each cell; None if nobody knows."""
    cells = _comparable(header, row) if header.is_placed else None
    if cells is None or row.kind is not GridKind.TABLE:
        return None
    # What is named before the first column of the form is a label, not a column.
    first = min((cell.low for cell in cells if cell.code is not None), default=0.0)
    named = [
        cell
        for cell in cells
        if cell.code is not None or (cell.low >= first and cell.label.strip())
    ]
    return [_above(piece, named, header, row) for piece in pieces]


def _by_extent(
    row: Row, values: Sequence[Piece], columns: Sequence[str], header: Header
) -> dict[str, Piece] | None:
    """Cells under their column labels, or None unless every one stands clearly."""
    cells = _comparable(header, row)
    if cells is None:
        return None
    coded = [cell for cell in cells if cell.code in columns]
    columns = header.named_of(columns) if header.section == row.section else columns
    if {cell.code for cell in coded} != set(columns):
        return None
    # A table of a text may have hundreds of columns, most of them without a word.
    cells = [cell for cell in cells if cell.code is not None or cell.label.strip()]
    first = min(cell.low for cell in coded)
    placed: dict[str, Piece] = {}
    for piece in values:
        above = _above(piece, cells, header, row)
        under = [cell for cell in above if cell.code in columns]
        if under and len(under) < len(above):
            # A cell under the label of a column and under one of none.
            return None
        if not under:
            if piece.is_figure and not _is_elsewhere(above, first):
                # A figure beside every named column: the row does not fit the header.
                return None
            continue
        if len(under) > 1:
            return _one_by_one(values, coded, header, row)
        code = str(under[0].code)
        before = placed.get(code, piece)
        if before is piece or before.is_blank:
            placed[code] = piece
        elif not piece.is_blank:
            # Of two cells under one label, one has to be empty.
            return None
    if set(placed) != set(columns) or any(
        piece.is_figure and piece.high <= first and piece not in values
        for piece in row.pieces
    ):
        return None
    return placed


def _one_by_one(
    values: Sequence[Piece], coded: Sequence[HeaderCell], header: Header, row: Row
) -> dict[str, Piece] | None:
    """Cells that reach under two labels, where there are as many cells as labels.

    Header and figures may part the same columns at other edges; if the first cell
    stands under the first label, the second under the second, and so on, there is no
    other way to take them.
    """
    ordered = sorted(coded, key=lambda cell: cell.low)
    first, last = ordered[0].low, max(cell.high for cell in ordered)
    own = [
        piece
        for piece in values
        for low, high in [_extent(piece, header, row)]
        if min(high, last) - max(low, first) > 0
    ]
    if len(own) != len(ordered) or any(
        piece.is_figure and piece not in own for piece in row.pieces
    ):
        return None
    pairs = zip(own, ordered, strict=True)
    if not all(_above(piece, [cell], header, row) for piece, cell in pairs):
        return None
    placed = {str(c.code): piece for piece, c in zip(own, ordered, strict=True)}
    return placed if len(placed) == len(ordered) else None


def _passes_over(
    placed: dict[str, Piece], values: Sequence[Piece], header: Header, row: Row
) -> bool:
    """Whether order puts a cell into a column under whose label another cell stands.

    The label may stand on the page before.
    """
    if row.kind is not GridKind.TABLE or not header.is_placed:
        return False
    for cell in _comparable(header, row) or ():
        under = [p for p in values if _above(p, [cell], header, row)]
        if under and cell.code in placed and placed[cell.code] not in under:
            return True
    return False


def _is_elsewhere(above: Sequence[HeaderCell], first: float) -> bool:
    """Whether one of the columns above a figure is one that the agency added."""
    return any(
        cell.code is None and cell.label.strip() and cell.low >= first for cell in above
    )


def _above(
    piece: Piece, cells: Sequence[HeaderCell], header: Header, row: Row
) -> list[HeaderCell]:
    """The cells of a header, in the units of the row's extents, above one of the row's.

    A header may be drawn a little beside its columns.
    """
    low, high = _extent(piece, header, row)
    return [
        cell
        for cell in cells
        if cell.low < high and low < cell.high and _is_over(cell, low, high)
    ]


def _is_over(cell: HeaderCell, low: float, high: float) -> bool:
    """Whether a label and an extent share more than 30 % of the narrower of the two."""
    shared = min(high, cell.high) - max(low, cell.low)
    return shared > 0.3 * min(cell.high - cell.low, high - low)


def _comparable(header: Header, row: Row) -> Sequence[HeaderCell] | None:
    """The header's cells in the units of the row's extents, or None."""
    if header.section == row.section:
        return header.cells
    if row.kind is GridKind.ALIGNED:
        return header.cells if header.kind is GridKind.ALIGNED else None
    boxed = [
        HeaderCell(cell.code, *cell.box, cell.label)
        for cell in header.cells
        if cell.box is not None
    ]
    named = {cell.code for cell in boxed if cell.code is not None}
    has_boxes = all(piece.place.box is not None for piece in row.pieces)
    return boxed if has_boxes and named == set(header.codes) else None


def _extent(piece: Piece, header: Header, row: Row) -> tuple[float, float]:
    if header.section != row.section and piece.place.box is not None:
        return piece.place.box[0], piece.place.box[2]
    return piece.low, piece.high


def _by_order(
    row: Row,
    values: Sequence[Piece],
    order: tuple[str, ...],
    *,
    is_named: bool,
) -> Placing:
    """Cells in the order of the columns, if there are just as many."""
    count = len(order)
    filled = [piece for piece in values if not piece.is_blank]
    readings: list[tuple[Piece, ...]] = []
    if len(filled) == count:
        readings.append(tuple(filled))
    else:
        for start in range(len(values) - count + 1):
            window = tuple(values[start : start + count])
            outside = [*values[:start], *values[start + count :]]
            if all(piece.is_blank for piece in outside):
                readings.append(window)
    if not readings:
        return Placing({}, is_sure=False)
    maps = [dict(zip(order, reading, strict=True)) for reading in readings]
    has_blanks = any(piece.is_blank for piece in readings[0])
    # Where digits of a figure stand apart, so may the parts of what counts as two.
    is_apart = row.kind is GridKind.ALIGNED and any(
        len(piece.text.split()) > 1 for piece in filled
    )
    is_sure = is_named and len(maps) == 1 and not is_apart
    why = "" if is_sure else "column_order"
    if has_blanks and any(piece.is_torn for piece in values):
        # Which of the empty lines round a page number are cells, nobody knows.
        is_sure = False
    may_end_in_filler = row.kind is GridKind.ALIGNED and row.has_fillers
    if has_blanks and (
        (may_end_in_filler and readings[0][-1].is_blank)
        or (row.is_placed and len(values) != count)
    ):
        # Bars may fill up spans instead of being cells:
        # what stands at the end of a row may be a filler, and a figure be missing. Of
        # more blanks than cells, nobody knows which are fillers.
        is_sure = False
    why = why or ("" if is_sure else "column_filler")
    return Placing(maps[0], is_sure, tuple(maps[1:]), why=why)
