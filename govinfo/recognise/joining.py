"""Join rows that a page break or a line end cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from govinfo.document import GridKind
from govinfo.forms import FORMS, TABLES, form_rows
from govinfo.recognise.columns import column_code
from govinfo.recognise.labels import core, numbering
from govinfo.recognise.rows import Row

# Labels shorter than this stand on one line.
_BREAKABLE = 6


def join_split_rows(rows: Sequence[Row], tables: Sequence[str]) -> list[Row]:
    """
    Join rows that a page break or a line end cut in two.

    Two rows in succession are one if the words of the second go on to the letter where
    those of the first break a statutory label off, and only one of them has figures.
    So are the last row of a page and the first of the next if one has figures and no
    label, the other a label and no figures, and the labels round them follow each other
    in the form.

    Parameters
    ----------
    rows : sequence of Row
        In reading order.
    tables : sequence of str
        Tables whose labels count.

    Returns
    -------
    list of Row
        Numbered as before; a joined row keeps the first number.
    """
    joined: list[Row] = []
    for n, row in enumerate(rows):
        if joined:
            both = _joined(joined[-1], row, tables)
            if both is None and joined[-1].section != row.section:
                around = (*joined[-2:-1], *rows[n + 1 : n + 2])
                both = _joined_without_label(joined[-1], row, around, tables)
            if both is not None:
                joined[-1] = both
                continue
        joined.append(row)
    return joined


def _joined_without_label(
    first: Row, second: Row, around: Sequence[Row], tables: Sequence[str]
) -> Row | None:
    """Figures on one page and their label on the other, if no row is between them.

    So it is where the rows above and below have the labels that the form prints before
    and after this one.
    """
    if first.kind is not GridKind.TABLE or second.kind is not first.kind:
        return None
    figures, label = (first, second) if first.has_figures else (second, first)
    at = label.label_at
    if label.has_figures or not figures.has_figures or at < 0:
        return None
    blanks = label.pieces[at + 1 :]
    places = [(piece.low, piece.high) for piece in blanks]
    values = [p for p in figures.pieces if (p.low, p.high) in places]
    own = [p for p in figures.pieces if p not in values and not p.spans_down]
    if len(values) < len(blanks) or any(not p.is_blank for p in own):
        return None
    if not all(p.is_figure for p in values) or not _follow(label, around, tables):
        return None
    pieces = (*label.pieces[: at + 1], *values)
    return replace(first, pieces=pieces)


def _follow(row: Row, around: Sequence[Row], tables: Sequence[str]) -> bool:
    """Whether three rows have the labels of three rows of a form in succession."""
    names = [around[0].leaf, row.leaf, around[-1].leaf] if len(around) > 1 else []
    return any(
        names == order[n : n + 3]
        for table in tables
        for form in FORMS
        for order in [[core(r.leaf) for r in form_rows(table, form) if r.required]]
        for n in range(len(order) - 2)
    )


def _joined(first: Row, second: Row, tables: Sequence[str]) -> Row | None:
    if first.has_figures and second.has_figures:
        return None
    if not _may_continue(first, second):
        return None
    if not first.has_figures and not second.has_figures:
        header = _joined_header(first, second)
        if header is not None:
            return header
    top, bottom = first.label_at, second.label_at
    if min(top, bottom) < 0:
        return None
    above, below = first.pieces[top], second.pieces[bottom]
    if not above.meets(below) or not _continues(above.text, below.text, tables):
        return None
    whole = replace(above, text=above.text + below.text)
    row, at = (second, bottom) if second.has_figures else (first, top)
    values = row.pieces[at + 1 :]
    return replace(first, pieces=(*first.pieces[:top], whole, *values))


def _joined_header(first: Row, second: Row) -> Row | None:
    """Two rows of words on two pages that name more columns together than apart."""
    if first.page == second.page or len(first.pieces) != len(second.pieces):
        return None
    texts = [(a.text, b.text) for a, b in zip(first.pieces, second.pieces, strict=True)]
    for table in TABLES:
        apart = max(
            sum(column_code(pair[n], table) is not None for pair in texts)
            for n in (0, 1)
        )
        together = sum(column_code(a + b, table) is not None for a, b in texts)
        if together > apart:
            pieces = zip(first.pieces, texts, strict=True)
            joined = (replace(piece, text=a + b) for piece, (a, b) in pieces)
            return replace(first, pieces=tuple(joined))
    return None


def _may_continue(first: Row, second: Row) -> bool:
    """Whether a second row may be the rest of a first: in one table, or a page on."""
    if first.kind is GridKind.STREAM or second.kind is not first.kind:
        return False
    return first.section == second.section or first.page != second.page


def _continues(top: str, bottom: str, tables: Sequence[str]) -> bool:
    """Whether one text goes on, to the letter, where another breaks off a label."""
    if numbering(bottom) is not None or not core(top):
        return False
    whole = core(top + bottom)
    return any(
        label.startswith(whole) and core(top) != label
        for table in tables
        for label in _whole_labels(table)
    )


@cache
def _whole_labels(table: str) -> frozenset[str]:
    """Labels of the rows as the forms print them, long enough to be broken."""
    return frozenset(
        text
        for form in FORMS
        for row in form_rows(table, form)
        if len(text := core(row.leaf)) >= _BREAKABLE
    )
