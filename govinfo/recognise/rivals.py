"""Rows that carry the same label as another, with other figures.

Last year's table beside this year's, another agency's before it, a row that stands
twice: the label alone does not say which of the two is meant, so neither is sure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from govinfo.document import GridKind
from govinfo.recognise.align import CLEARLY, COMMON, Match, expected_counts, scores
from govinfo.recognise.rows import Piece, Row

# A label that is all but exact; a rival must be as good as that to raise a doubt.
_EXACT = 0.95

# So many rows of one table that carry labels again are a table again.
_A_TABLE = 3


def without_rivals(
    matches: Sequence[Match], rows: Sequence[Row], table: str
) -> list[Match]:
    """
    Take the certainty from matches whose label stands before other figures as well.

    Parameters
    ----------
    matches : sequence of Match
        Rows of the document matched to the rows of a table.
    rows : sequence of Row
        All rows of the document.
    table : str
        The table.

    Returns
    -------
    list of Match
        The same, those with a rival no longer sure.
    """
    taken = {match.row.number: match for match in matches}
    placed = {(match.code, match.row.section) for match in matches}
    again: list[tuple[int, str, tuple[Piece, ...], bool]] = []
    for row in rows:
        found = scores(row, table)
        if not found:
            continue
        code, (score, option) = max(found.items(), key=lambda item: item[1][0])
        match = taken.get(row.number)
        if match is not None and (
            match.code == code or score < match.similarity + CLEARLY
        ):
            continue
        values = row.pieces[option.values_from :]
        # 总计 stands in tables of every kind, but in one table it stands once.
        is_meant = code not in COMMON or (
            (code, row.section) in placed and row.kind is GridKind.TABLE
        )
        if score >= _EXACT and _fits(values, table, code):
            again.append((row.section, code, values, is_meant))
    telling = Counter(section for section, _, _, is_meant in again if is_meant)
    # An empty row may be the rest of a row that a page break cut; where a whole table
    # stands again, in one place or the other, it is a row of its own.
    twice = {section for section, n in telling.items() if n >= _A_TABLE}
    rivals: dict[str, list[tuple[tuple[Piece, ...], bool]]] = {}
    for section, code, values, is_meant in again:
        # 总计 and 其他 mean this table where a whole table stands again.
        if is_meant or section in twice:
            is_row = (
                section in twice
                or (code, section) in placed
                or any(piece.is_figure for piece in values)
            )
            rivals.setdefault(code, []).append((values, is_row))
    return [
        match.doubted("row_twice")
        if any(
            _differ(other, match.values)
            for other, is_row in rivals.get(match.code, ())
            if is_row or match.row.section in twice
        )
        else match
        for match in matches
    ]


def _fits(values: Sequence[Piece], table: str, code: str) -> bool:
    """Whether there are as many cells as the row of the form has."""
    counts = expected_counts(table, code)
    figures = sum(piece.is_figure for piece in values)
    return figures in counts or len(values) in counts


def _differ(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    """Whether cells say different things: where there are as many, blanks count too."""
    has_blanks = len(one) == len(other)
    texts = (
        [piece.text for piece in values if has_blanks or not piece.is_blank]
        for values in (one, other)
    )
    return next(texts) != next(texts)
