"""Columns whose figures do not stand under their word: both set to a side, or one.

Figures at the right end of their cells, under words in the middle of theirs, may stand
nearer to the next word. Their common edge says to which side they are set, and so which
word is theirs. Where it does not, they are nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum

from govinfo.readers.pdf_columns import Piece

# Figures of one column that end in line end within so many points, and begin at least
# so far from each other if their widths differ.
IN_LINE, APART = 1.0, 2.0


class Side(Enum):
    """To which side of their cells figures are set."""

    LEFT = "left"
    RIGHT = "right"
    UNKNOWN = "unknown"


def headed(
    by_line: Sequence[Sequence[Piece]], xs: Sequence[float], first: int
) -> list[float] | None:
    """Edges of columns, none between figures and the word that is theirs.

    Parameters
    ----------
    by_line : sequence of sequence of Piece
        Pieces of each line.
    xs : sequence of float
        Edges of columns.
    first : int
        First column of figures.

    Returns
    -------
    list of float or None
        None where figures stand between two words and may be under either.
    """
    figures: defaultdict[int, list[Piece]] = defaultdict(list)
    words: set[int] = set()
    for pieces in by_line:
        for piece in pieces:
            if piece.figures:
                figures[piece.first].append(piece)
            else:
                words.update(range(piece.first, piece.last + 1))
    bare = [c for c in figures if c >= first and c not in words]
    empty = {c for c in range(first, len(xs) - 1) if c in words and c not in figures}
    away: set[int] = set()
    side = _side(figures.values())
    for column in bare:
        beside = {column - 1, column + 1} & empty
        if not beside:
            continue
        if side is Side.RIGHT and column - 1 in empty:
            away.add(column)
        elif side is Side.LEFT and column + 1 in empty:
            away.add(column + 1)
        else:
            return None
    return [x for i, x in enumerate(xs) if i not in away]


def _side(columns: Iterable[Sequence[Piece]]) -> Side:
    """The side on which figures of different widths stand in line, in all columns."""
    found: set[Side] = set()
    for pieces in columns:
        lefts = [piece.line.box[0] for piece in pieces]
        rights = [piece.line.box[2] for piece in pieces]
        left, right = max(lefts) - min(lefts), max(rights) - min(rights)
        if left > APART and right <= IN_LINE:
            found.add(Side.RIGHT)
        elif right > APART and left <= IN_LINE:
            found.add(Side.LEFT)
        elif left > APART and right > APART:
            found.add(Side.UNKNOWN)
    return found.pop() if len(found) == 1 else Side.UNKNOWN
