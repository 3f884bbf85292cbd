"""Texts whose figures stand before their labels, as copying from a page may leave them.

Read from the top, each label seems to be followed by the figures of the next row. That
the labels of the columns are followed by figures at once gives it away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from govinfo.document import GridKind
from govinfo.recognise.labels import column_labels, core
from govinfo.recognise.rows import Row

# Shorter ones (总计, 其他) are labels of rows as well.
_UNMISTAKABLE = 4


def figures_come_first(rows: Sequence[Row], taken: Collection[int], table: str) -> bool:
    """
    Whether figures follow the labels of columns, with no label of a row between.

    Parameters
    ----------
    rows : sequence of Row
        All rows of a document.
    taken : collection of int
        Numbers of the rows that carry the label of a row.
    table : str
        The table whose column labels count.
    """
    return any(
        row.kind is GridKind.STREAM
        and row.number not in taken
        and row.has_figures
        and _ends_with_column(row, table)
        for row in rows
    )


def _ends_with_column(row: Row, table: str) -> bool:
    words = [piece.text for piece in row.pieces[: row.label_end] if piece.is_label]
    said = core(words[-1]) if words else ""
    return any(
        len(label.core) >= _UNMISTAKABLE and said.endswith(label.core)
        for label in column_labels(table)
    )
