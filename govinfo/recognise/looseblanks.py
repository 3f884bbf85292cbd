"""Whether the empty lines of a text are its empty cells, line for line.

Where empty lines stand between the figures of full rows too, or some rows have fewer
cells than the form, a blank in another row says nothing on where its figures stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from govinfo.recognise.align import Match, expected_counts


def blanks_are_loose(matches: Sequence[Match], table: str) -> bool:
    """
    Whether blanks of a table must not be counted as cells.

    Parameters
    ----------
    matches : sequence of Match
        The rows of the table.
    table : str
        Its code.

    Returns
    -------
    bool
        True where empty lines were added between figures or lost from rows.
    """
    return _are_parted(matches) or _are_lost(matches, table)


def filled_places(matches: Sequence[Match]) -> set[tuple[int, int]]:
    """
    Where the rows of a text have figures: how many cells a row has, and which of them.

    A cell that is filled in another row of as many cells is no filler in this one.

    Parameters
    ----------
    matches : sequence of Match
        The rows of a table.
    """
    return {
        (len(match.values), n)
        for match in matches
        if not match.row.is_placed
        for n, piece in enumerate(match.values)
        if not piece.is_blank
    }


def _are_parted(matches: Sequence[Match]) -> bool:
    """Whether empty lines stand between the figures of rows that are full."""
    for match in matches:
        values = match.values
        filled = [n for n, piece in enumerate(values) if not piece.is_blank]
        if (
            not match.row.is_placed
            and len(filled) == 7
            and filled[-1] - filled[0] > len(filled) - 1
        ):
            return True
    return False


def _are_lost(matches: Sequence[Match], table: str) -> bool:
    """Whether rows of running text have fewer cells than the form: blanks were lost."""
    return any(
        not match.row.is_placed
        and match.is_sure
        and 0 < len(match.values) < min(expected_counts(table, match.code))
        for match in matches
    )
