"""Where the cells of a marked-up table stand once their spans are laid out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

# HTML's own limits; browsers cut larger spans to them.
MAX_COLSPAN = 1000
MAX_ROWSPAN = 65_534
# A report needs ten columns. In wider tables the columns on the right in which no cell
# starts are the mark of one excessive span.
KEPT_WIDTH = 64
# A report needs some ten thousand; half a second of work.
MAX_STEPS = 5_000_000


class Span(NamedTuple):
    """How many rows and columns a cell says that it covers; 0 rows: all that follow."""

    rows: int = 1
    columns: int = 1


class Placed(NamedTuple):
    """Where one cell stands, from 0, and what it really covers."""

    row: int
    column: int
    rowspan: int
    colspan: int


class TooManySteps(Exception):
    """Laying out the spans of a table takes more work than any report can need."""


def lay_out(groups: Iterable[Sequence[Sequence[Span]]]) -> list[Placed]:
    """Place the cells of a table as a browser does, each position covered once.

    A cell takes the first free position of its row. A rowspan ends with its group of
    rows (``thead``, ``tbody``, ``tfoot``). A colspan that runs into a cell hanging down
    from above ends there, but the next cell stands where it would have stood without
    that collision.

    Parameters
    ----------
    groups : iterable of groups of rows of spans
        In the order in which the rows are displayed.

    Returns
    -------
    list of Placed
        One for each cell, in the same order.

    Raises
    ------
    TooManySteps
        If the spans add up to more than a table can mean.

    Examples
    --------
    >>> one, tall, wide = Span(), Span(rows=2), Span(columns=2)
    >>> for cell in lay_out([[[tall, wide], [one, one]]]):
    ...     print(*cell)
    0 0 2 1
    0 1 1 2
    1 1 1 1
    1 2 1 1
    """
    placed: list[Placed] = []
    busy: list[int] = []  # for each column, the first row in which it is free again
    top = steps = 0
    for group in groups:
        end = top + len(group)
        for row, spans in enumerate(group, top):
            column = 0
            for span in spans:
                while column < len(busy) and busy[column] > row:
                    column += 1
                    steps += 1
                left = end - row
                rowspan = min(span.rows, MAX_ROWSPAN, left) if span.rows > 0 else left
                colspan = min(max(span.columns, 1), MAX_COLSPAN)
                if len(busy) < column + colspan:
                    busy.extend([0] * (column + colspan - len(busy)))
                width = 1
                while width < colspan and busy[column + width] <= row:
                    width += 1
                busy[column : column + width] = [row + rowspan] * width
                placed.append(Placed(row, column, rowspan, width))
                column += colspan
                steps += colspan
                if steps > MAX_STEPS:
                    raise TooManySteps
        top = end
    return _cut(placed)


def _cut(placed: list[Placed]) -> list[Placed]:
    """Take away the columns right of every cell's start, if the table is very wide."""
    if max((p.column + p.colspan for p in placed), default=0) <= KEPT_WIDTH:
        return placed
    edge = max(p.column for p in placed) + 1
    return [p._replace(colspan=min(p.colspan, edge - p.column)) for p in placed]
