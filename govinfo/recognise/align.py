"""Align the rows of a document to the statutory sequence of row labels.

One dynamic programme over all rows of the document, whatever tables they came in: a row
of the form is matched to the printed row whose label is most like its own, in the order
of the form. Typos, cut labels, merged or split tables, page breaks, repeated headers
and added rows are all the same problem here. A label that is unmistakable counts even
where it stands out of order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise, takewhile
from typing import NamedTuple

from govinfo.forms import FORMS, SUBTOTAL, TABLES, all_rows, marks
from govinfo.recognise.columns import column_code, statutory_columns
from govinfo.recognise.labels import (
    ALIKE,
    core,
    fold,
    numbering,
    row_labels,
    row_similarities,
)
from govinfo.recognise.rows import Piece, Row

# From this similarity on a label is sure by itself; between ALIKE and this it is sure
# only in its place between two sure neighbours.
SURE = 0.85


# A match is worth its similarity less this: matching nothing beats a poor match.
_THRESHOLD = 0.6


# The end of a broken label that stands with figures is no longer than this.
_TAIL = 12


# A label in a narrow cell has at most so many lines, and its figures stand beside any.
_MOST_LINES = 5


# A label so much more like that of another row is that row's.
CLEARLY = 0.1

# A row without figures that names so many columns is a header.
_FEWEST_NAMED = 3

# A label breaks over at most so many cells or lines.
_MOST_PARTS = 4


# Words that others follow are the name of a group; as the row's own label they count
# less, and never as sure.
_NOT_LAST = 0.3


# Words that no label resembles may stand in a figure's place (见附件): the piece before
# them is the label then.
_WORDS_FOLLOW = 0.01


# A label in one piece beats the same label found by joining pieces.
_PART = 0.03


# Labels so short or common that they say nothing outside their place in the sequence.
COMMON = frozenset({"other.other", "concluded", "other"})


class Option(NamedTuple):
    """A reading of a row's label: the text, and where in the row the figures begin."""

    text: str
    values_from: int
    n_parts: int = 1
    is_last: bool = True


@dataclass(frozen=True)
class Match:
    """A printed row matched to a row of the form.

    ``is_sure`` says whether label and place leave no doubt, ``why`` the first objection
    to them.
    """

    code: str
    row: Row
    option: Option
    similarity: float
    is_sure: bool
    why: str = ""

    def doubted(self, why: str) -> Match:
        """The same, not sure; and why."""
        return replace(self, is_sure=False, why=self.why or why)

    @cached_property
    def values(self) -> tuple[Piece, ...]:
        """The pieces after the label, those that other rows share marked."""
        at = self.option.values_from
        values = self.row.pieces[at:]
        label = self.row.pieces[at - 1].cell if at else None
        if label is None:
            return values
        return tuple(
            replace(piece, is_shared=True)
            if piece.cell is not None and piece.cell.rowspan > label.rowspan
            else piece
            for piece in values
        )


@cache
def sequence(table: str) -> tuple[str, ...]:
    """
    Row codes of a table in the order of the form, groups before their rows.

    Examples
    --------
    >>> sequence("proactive")[:3]
    ('regulation', 'normative_document', 'licence')
    >>> sequence("requests")[3]
    'granted'
    """
    codes = list(all_rows(table))
    for name in dict.fromkeys(label.code for label in row_labels(table)):
        if name.startswith("group:"):
            part = name.removeprefix("group:") + "."
            first = next(
                (n for n, code in enumerate(codes) if code.startswith(part)),
                codes.index("granted") if "granted" in codes else len(codes),
            )
            codes.insert(first, name)
    return tuple(codes)


@cache
def expected_counts(table: str, code: str) -> tuple[int, ...]:
    """How many columns a row has in the forms that have it."""
    counts = {len(statutory_columns(table, code, form)) for form in FORMS}
    return tuple(sorted(counts - {0}))


def options(row: Row) -> list[Option]:
    """
    The texts of a row that may be its label.

    Returns
    -------
    list of Option
        The last piece of words before the first figure, alone and together with up to
        three before it, since labels break over cells and lines; then each earlier
        piece alone (the name of a group, as a rule).
    """
    words = [
        n
        for n, piece in enumerate(row.pieces[: row.label_end])
        if piece.is_label and fold(piece.text) not in marks("count_unit")
    ]
    found: list[Option] = []
    text = ""
    after = row.pieces[words[-1] + 1 : words[-1] + 2] if words else ()
    for n_parts, first in enumerate(reversed(words[-_MOST_PARTS:]), start=1):
        text = row.pieces[first].text + text
        found.append(Option(text, words[-1] + 1, n_parts))
        # 规范性文 件 is a label that broke before a word that may be a unit.
        found += [
            Option(text + unit.text, words[-1] + 2, n_parts + 1)
            for unit in after
            if unit.is_label
        ]
    found += [Option(row.pieces[n].text, n + 1, is_last=False) for n in words[:-1]]
    return found


def scores(row: Row, table: str) -> dict[str, tuple[float, Option]]:
    """
    How well a row fits each row of a table, by its label.

    Returns
    -------
    dict
        Row code (or ``group:…``) to similarity and the reading of the label.
    """
    known: dict[str, tuple[float, Option]] | None = row.likeness.get(table)
    if known is not None:
        return known
    best: dict[str, tuple[float, Option]] = {}
    row.likeness[table] = best
    last_fits = False
    for option in options(row):
        found = row_similarities(option.text, table)
        if option.is_last and option.n_parts == 1:
            last_fits = bool(found)
        for code, similarity in found.items():
            score = similarity - _PART * (option.n_parts - 1)
            if not option.is_last:
                names_group = code.startswith("group:") or code == SUBTOTAL
                score -= _NOT_LAST if last_fits or names_group else _WORDS_FOLLOW
            if score > best.get(code, (0.0,))[0]:
                best[code] = (score, option)
    return best


def _shape(row: Row, option: Option, table: str, code: str) -> float:
    """What the number of cells after the label says about a match."""
    if code.startswith("group:"):
        return -0.1 if row.has_figures else 0.0
    values = row.pieces[option.values_from :]
    figures = sum(piece.is_figure for piece in values)
    counts = expected_counts(table, code)
    if any(piece.is_label for piece in values) and not figures:
        return -0.2
    if figures in counts or len(values) in counts:
        return 0.05
    if len(values) > max(counts):
        return 0.0
    return -0.15 if values else -0.3


def align(rows: Sequence[Row], table: str) -> list[Match]:
    """
    Match rows of a document to the rows of a statutory table.

    Parameters
    ----------
    rows : sequence of Row
        All rows of the document in reading order.
    table : {"proactive", "requests"}
        The table sought; ``disputes`` has no row labels.

    Returns
    -------
    list of Match
        In the order of the form, at most one for each row code; groups left out.
    """
    order = sequence(table)
    candidates = [
        (row, found)
        for row in rows
        if not _is_header(row) and (found := scores(row, table))
    ]
    weights = [
        {
            code: score + _shape(row, option, table, code) - _THRESHOLD
            for code, (score, option) in found.items()
        }
        for row, found in candidates
    ]
    path = _best_path(weights, order)
    matched = {
        code: _match(candidates[n][0], candidates[n][1], code) for n, code in path
    }
    taken = {match.row.number for match in matched.values()}
    for row, found in candidates:
        if row.number in taken:
            continue
        code, (score, option) = max(found.items(), key=lambda item: item[1][0])
        unmistakable = score >= 0.95 and code not in COMMON
        if unmistakable and code not in matched and not code.startswith("group:"):
            matched[code] = Match(code, row, option, score, is_sure=True)
            taken.add(row.number)
    misnamed = {
        code
        for n, code in path
        if max(score for score, _ in candidates[n][1].values())
        > candidates[n][1][code][0] + CLEARLY
    }
    in_order = [matched[code] for code in order if code in matched]
    elsewhere = _common_elsewhere(in_order)
    for n, match in enumerate(in_order):
        if match.code in elsewhere:
            in_order[n] = replace(match, is_sure=False)
    settled = _settle(in_order, order, misnamed | elsewhere)
    return _beside_figures(settled, rows)


def _is_header(row: Row) -> bool:
    """Whether a row names columns: its 总计 is a column's then, and no row's."""
    labels = [piece.text for piece in row.pieces if piece.is_label]
    return not row.has_figures and any(
        len({column_code(text, table) for text in labels} - {None}) >= _FEWEST_NAMED
        for table in TABLES
    )


def _common_elsewhere(in_order: Sequence[Match]) -> set[str]:
    """Codes whose label says nothing outside its place, and which stand outside it."""
    return {
        match.code
        for n, match in enumerate(in_order)
        if match.code in COMMON
        and (
            any(other.row.number > match.row.number for other in in_order[:n])
            or any(other.row.number < match.row.number for other in in_order[n + 1 :])
        )
    }


def _beside_figures(matches: list[Match], rows: Sequence[Row]) -> list[Match]:
    """A label with empty cells is not sure if figures without label stand beside it.

    On a page without rules, the lines of a long label and its figures may have come
    apart; a label without any figure is in doubt whatever the document.
    """
    taken = {match.row.number for match in matches}
    place = {row.number: n for n, row in enumerate(rows)}

    def is_loose(row: Row) -> bool:
        return row.number not in taken and _has_no_label(row)

    found = []
    for match in matches:
        n = place[match.row.number]
        above = takewhile(is_loose, reversed(rows[max(0, n - _MOST_LINES) : n]))
        below = takewhile(is_loose, rows[n + 1 : n + 1 + _MOST_LINES])
        has_gap = not match.row.has_figures or (
            match.row.page is not None and any(p.is_blank for p in match.values)
        )
        if has_gap and (
            any(
                row.section == match.row.section and row.has_figures
                for row in (*above, *below)
            )
            or _is_cut(match.row, rows[max(0, n - 1) : n], taken)
            or _is_cut(match.row, rows[n + 1 : n + 2], taken)
        ):
            match = match.doubted("row_continued")
        found.append(match)
    return found


def _is_cut(row: Row, beside: Sequence[Row], taken: set[int]) -> bool:
    """Whether figures of a row without any may stand beside a label on another page."""
    return not row.has_figures and any(
        other.page != row.page
        and other.kind is row.kind
        and other.has_figures
        and other.number not in taken
        and not _has_no_label(other)
        for other in beside
    )


def _has_no_label(row: Row) -> bool:
    """Whether a row has no words before its figures but the end of a label."""
    words = [piece.text for piece in row.pieces[: row.label_end] if piece.is_label]
    is_numbered = any(numbering(text) is not None for text in words)
    return not is_numbered and sum(len(core(text)) for text in words) <= _TAIL


def _match(row: Row, found: dict[str, tuple[float, Option]], code: str) -> Match:
    score, option = found[code]
    rival = max((s for other, (s, _) in found.items() if other != code), default=0.0)
    is_sure = score >= SURE and score - rival >= 0.03
    return Match(code, row, option, score, is_sure=is_sure)


def _settle(
    matches: list[Match], order: tuple[str, ...], misnamed: set[str]
) -> list[Match]:
    """A label in doubt is sure between the two sure labels that stand around it.

    One that is clearly that of another row is not in doubt, but in the wrong place.
    """
    settled: list[Match] = []
    for n, match in enumerate(matches):
        if match.code.startswith("group:"):
            continue
        is_own = match.option.is_last and match.code not in misnamed
        if not match.is_sure and is_own and match.similarity >= ALIKE:
            around = matches[max(0, n - 1) : n + 2]
            places = [order.index(other.code) for other in around]
            follow = all(b == a + 1 for a, b in pairwise(places)) and len(places) > 1
            are_sure = all(m is match or m.similarity >= SURE for m in around)
            match = replace(match, is_sure=follow and are_sure)
        settled.append(match)
    return settled


def _best_path(
    weights: Sequence[dict[str, float]], order: tuple[str, ...]
) -> list[tuple[int, str]]:
    """Heaviest strictly increasing matching of rows to the sequence."""
    position = {code: n for n, code in enumerate(order)}
    # best[p] is the heaviest path that ends at a code before position p.
    best: list[tuple[float, tuple[tuple[int, str], ...]]] = [
        (0.0, ()) for _ in range(len(order) + 1)
    ]
    for n, row in enumerate(weights):
        ends: list[tuple[int, float, tuple[tuple[int, str], ...]]] = []
        for code, weight in row.items():
            if weight <= 0 or code not in position:
                continue
            score, path = best[position[code]]
            ends.append((position[code] + 1, score + weight, (*path, (n, code))))
        for p, score, path in ends:
            for q in range(p, len(order) + 1):
                if score > best[q][0] + 1e-9:
                    best[q] = (score, path)
    return list(best[-1][1])
