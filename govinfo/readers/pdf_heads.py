"""Rows of a header without rules: words over several lines are one cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from govinfo.readers.pdf_columns import Piece
from govinfo.readers.pdf_text import Line

# Lines of one header word follow each other within this many character sizes, and words
# of one header row have their middles within this many.
HEADER_PITCH, SAME_ROW = 1.5, 0.4


@dataclass(slots=True)
class Row:
    """One row of a table that is being made."""

    y: float
    pieces: list[Piece]
    has_figures: bool
    tail: list[Piece] = field(default_factory=list)
    """Lines of its label above and below."""


def with_whole_words(rows: Sequence[Row], size: float) -> list[Row]:
    """Join header words that run over several lines, and the rows of such words.

    Parameters
    ----------
    rows : sequence of Row
        From the top down; rows that stand together without figures are a header.
    size : float
        Character size.
    """
    joined: list[Row] = []
    heads: list[Row] = []
    for row in rows:
        if not row.has_figures:
            heads.append(row)
            continue
        joined += [*_header_rows(heads, size), row]
        heads = []
    return joined + _header_rows(heads, size)


def _header_rows(heads: Sequence[Row], size: float) -> list[Row]:
    words: list[list[Piece]] = []
    for row in heads:
        for piece in row.pieces:
            for word in words:
                last = word[-1]
                if (last.first, last.last) == (piece.first, piece.last) and (
                    row.y - last.line.baseline <= HEADER_PITCH * size
                ):
                    word.append(piece)
                    break
            else:
                words.append([piece])
    whole = []
    for word in words:
        chars = tuple(char for piece in word for char in piece.line.chars)
        y = (word[0].line.baseline + word[-1].line.baseline) / 2
        whole.append((y, Piece(word[0].first, word[0].last, Line(chars))))
    rows: list[Row] = []
    for y, piece in sorted(whole, key=lambda item: item[0]):
        if rows and y - rows[-1].y <= SAME_ROW * size:
            rows[-1].pieces.append(piece)
        else:
            rows.append(Row(y, [piece], has_figures=False))
    return rows
