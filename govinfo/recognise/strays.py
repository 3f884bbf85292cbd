"""Figures in rows without a label of their own: the rest of figures that were cut.

A row of a table may be cut by the end of a page, or figures wrap into a row below. What
stands in the other part belongs to the figure of the row above, or of that below.

In a text that was copied from a page, figures may stand before their labels: each label
then seems to be followed by the figures of the next row. That the labels of the columns
are followed by figures at once gives it away.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from govinfo.document import GridKind
from govinfo.recognise.align import Match
from govinfo.recognise.labels import (
    column_labels,
    core,
    fold,
    group_labels,
    printed_labels,
)
from govinfo.recognise.rows import Piece, Row

# Between the parts of a figure that may be one: such a text is no number.
CUT = " | "

# Shorter ones (总计, 其他) are labels of rows as well.
_UNMISTAKABLE = 4

# Characters of a label that is written downwards, in a line of their own.
_UPRIGHT = 2

# A label so like that of its row is the whole of it.
_EXACT = 0.95

# No label begins with them, but the rest of one that a page cut.
_INNER = tuple(")]】〕、.,:;”’")

_COUNTING = re.compile(r"[\s\d]")

# Words between the parts of a table that may be the head or the foot of a page.
_LONGEST_HEAD = 60


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
    between = without_repeated(rows, taken)
    found = []
    for match in matches:
        above = _strays(match, between, taken, table, step=-1)
        below = _strays(match, between, taken, table, step=1)
        row = match.row
        pieces = list(row.pieces)
        for n in range(match.option.values_from, len(pieces)) if above or below else ():
            pieces[n] = _joined(pieces[n], above, below, width=_width(row))
        if pieces != [*row.pieces]:
            row = replace(row, pieces=tuple(pieces))
        elif _may_be_tail(match, table) and _begins(row, rows):
            # The other part stands on the page before, and was not found there.
            match = match.doubted("row_continued")
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
        is_text = row.kind is GridKind.STREAM and match.row.page is not None
        is_beside = row.kind is GridKind.ALIGNED and not any(
            piece.has_digits for piece in row.pieces
        )
        if (is_text and len(_words(row)) <= _LONGEST_HEAD) or (
            is_beside and len(_words(row)) <= _UPRIGHT
        ):
            # A page's head or foot that no other page repeats; or a character of a
            # label that runs down the page beside the rows.
            last = row
            continue
        # The next grid, with no text between the two, has a section two further on.
        touches = row.section == last.section or (
            row.page != match.row.page and abs(row.section - last.section) <= 2
        )
        if not touches or not _is_stray(row, match, table):
            return found
        found.insert(0 if step < 0 else len(found), row)
        last = row


def _begins(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row is the first of a page or of a grid."""
    at = _index(rows, row.number)
    is_first = at == 0 or rows[at - 1].section != row.section
    return row.kind is GridKind.TABLE and (is_first or begins_page(row, rows))


def begins_page(row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row is the first of a page but for what every page begins with."""
    others = without_repeated(rows, {row.number})
    at = _index(others, row.number)
    return at > 0 and others[at - 1].page != row.page


def without_repeated(rows: Sequence[Row], taken: set[int]) -> list[Row]:
    """
    Rows but for those that stand on every page: headers, page heads and feet.

    Parameters
    ----------
    rows : sequence of Row
        All rows of a document.
    taken : set of int
        Numbers of the rows that stay whatever they say.

    Returns
    -------
    list of Row
        In the same order. What is left out has no figure, or that of a line of text,
        and stands on another page in the same words.
    """
    said = [_words(row) for row in rows]
    pages: dict[str, set[int | None]] = {}
    for row, words in zip(rows, said, strict=True):
        pages.setdefault(words, set()).add(_page(row))
    return [
        row
        for row, words in zip(rows, said, strict=True)
        if row.number in taken
        or not words
        or (row.has_figures and row.kind is GridKind.TABLE)
        or len(pages[words]) < 2
    ]


def _page(row: Row) -> int | None:
    return row.pieces[0].place.page if row.pieces else row.page


def _words(row: Row) -> str:
    """What a row says but for digits, which count pages."""
    text = "".join(piece.text for piece in row.pieces if piece.is_label)
    return _COUNTING.sub("", text)


def _index(rows: Sequence[Row], number: int) -> int:
    return next(n for n, row in enumerate(rows) if row.number == number)


def _is_stray(row: Row, match: Match, table: str) -> bool:
    if row.kind is GridKind.STREAM or row.kind is not match.row.kind:
        return False
    is_over_page = row.page != match.row.page
    holds_parts = row.has_figures or (
        is_over_page
        and any(
            piece.has_digits and piece.meets(value)
            for piece in row.pieces
            for value in match.values
        )
    )
    if not holds_parts:
        return False
    if is_over_page and _is_part(_label(match), match.code, table):
        # A page cuts the label of the row: whatever the other part says.
        return True
    figures = [piece.text.strip() for piece in row.pieces if piece.is_figure]
    if len(figures) > 1 and figures == [str(n + 1) for n in range(len(figures))]:
        # The numbers of columns, as some forms print them under their header.
        return False
    # Words under figures, a unit or a remark, are cut with them and are no label.
    before = row.pieces[: max(0, len(row.pieces) - len(match.values))]
    if match.values and _width(row) == _width(match.row):
        before = tuple(p for p in row.pieces if p.low < match.values[0].low)
    words = {core(p.text) for p in before if p.is_label and not p.spans_down} - {""}
    if is_over_page:
        # That of its group goes on beside it, its number left on the page before.
        words -= group_labels(table, match.code)
    return all(_is_part(word, match.code, table) for word in words)


def _label(match: Match) -> str:
    return core(match.row.pieces[match.option.values_from - 1].text)


def _may_be_tail(match: Match, table: str) -> bool:
    """Whether a label may be the end of one that began on the page before.

    It is the end of its statutory label; or it has no figure, and is not to the letter.
    """
    word, labels = _label(match), printed_labels(table, match.code)
    said = fold(match.row.pieces[match.option.values_from - 1].text)
    return (
        said.startswith(_INNER)
        or any(label.endswith(word) and word != label for label in labels)
        or (not match.row.has_figures and match.similarity < _EXACT)
    )


def _is_part(word: str, code: str, table: str) -> bool:
    """Whether words are a part of the label of a statutory row, but not all of it."""
    labels = printed_labels(table, code)
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
            if (stray.is_figure and _width(row) != width)
            or (not stray.is_blank and stray.meets(piece))
        ]
        for rows in (above, below)
    ]
    if not any(texts):
        return piece
    # A blank counts as a part, so that a lone stray figure is no figure either.
    return replace(piece, text=CUT.join([*texts[0], piece.text, *texts[1]]))


def _width(row: Row) -> float:
    return max(piece.high for piece in row.pieces)


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
    columns = tuple(
        label.core for label in column_labels(table) if len(label.core) >= _UNMISTAKABLE
    )
    return any(
        row.kind is GridKind.STREAM
        and row.number not in taken
        and row.has_figures
        and row.leaf.endswith(columns)
        for row in rows
    )
