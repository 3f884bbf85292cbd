"""Tables that are printed to the letter: taken as they stand, with nothing to weigh.

Most agencies fill in the form as the law prints it. Where every row of a report has a
label of the form, in its order and each once, above each cell stands what the form puts
there, no row of figures is left over and no figure can be read in two ways, there is
nothing to decide, whether its sums hold or not. Anything else is declined, and read as
all other documents are. What is taken here that reading gives as well, by test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import takewhile

from govinfo.document import Document, GridKind
from govinfo.forms import FORMS, SUBTOTAL, TABLES, FormRow, form_rows
from govinfo.recognise.align import align, scores
from govinfo.recognise.columns import column_code
from govinfo.recognise.labels import (
    block_labels,
    column_labels,
    core,
    numbering,
    row_labels,
    worded,
)
from govinfo.recognise.matched import row_readings
from govinfo.recognise.placing import Placing
from govinfo.recognise.readings import Reading
from govinfo.recognise.rows import Piece, Row, once, rows_of

Path = tuple[str, ...]
"""What stands above a cell, from the top down: codes of heads, then of the column."""

Extents = tuple[tuple[float, float], ...]
"""From where to where each of some cells reaches."""

Exact = tuple[str, tuple[Reading, ...]]
"""A form, and the readings of all rows that it requires."""

# Edges of one column on two pages, in points.
_SAME_EDGE = 1.0

# A head over all columns, which the form does not count among their labels.
_OVER_ALL = "applicants"


@once
def exact_readings(document: Document) -> Exact | None:
    """
    The cells of a report that is printed to the letter.

    Parameters
    ----------
    document : Document
        As a reader returned it.

    Returns
    -------
    (str, tuple of Reading) or None
        The form and the readings of all rows that it requires, in its order; None where
        anything in the document is not as the form prints it.

    Examples
    --------
    >>> exact_readings(Document("a.html", "text/html")) is None
    True
    """
    return None if document.is_damaged else _readings(rows_of(document))


@dataclass(frozen=True, slots=True)
class _Printed:
    """A row of figures: what its label names, and what stands above its cells."""

    code: str
    row: Row
    values: tuple[Piece, ...]
    paths: tuple[Path, ...]


@dataclass
class _Above:
    """The rows of words above rows of figures, and what they say of each column."""

    rows: list[Row] = field(default_factory=list)
    known: dict[tuple[str, Extents], tuple[Path, ...] | None] = field(
        default_factory=dict
    )
    last: dict[str, tuple[Path, ...] | None] = field(default_factory=dict)
    boxes: Extents = ()

    def begin(self) -> None:
        """Forget the rows: others follow, or none on this page."""
        self.rows, self.known = [], {}

    def paths(self, values: Sequence[Piece], table: str) -> tuple[Path, ...] | None:
        """The paths above some cells; those of the page before if none is repeated."""
        boxes = tuple((p.place.box[0], p.place.box[2]) for p in values if p.place.box)
        if not self.rows:
            is_same = len(boxes) == len(values) and _are_same(boxes, self.boxes)
            return self.last.get(table) if is_same else None
        key = table, tuple((piece.low, piece.high) for piece in values)
        if key not in self.known:
            self.known[key] = _drawn_paths(self.rows, *key)
        self.last, self.boxes = {table: self.known[key]}, boxes
        return self.known[key]


def _are_same(one: Extents, other: Extents) -> bool:
    return 0 < len(one) == len(other) and all(
        abs(a - b) < _SAME_EDGE
        for ours, theirs in zip(one, other, strict=True)
        for a, b in zip(ours, theirs, strict=True)
    )


def _readings(rows: Sequence[Row]) -> Exact | None:
    above = _Above()
    found: dict[str, list[_Printed]] = {table: [] for table in TABLES}
    section, has_begun = -1, False
    foreign: dict[int, bool] = {}
    for row in rows:
        if row.kind is not GridKind.TABLE:
            if row.kind is not GridKind.STREAM or _may_be_a_row(row):
                return None
            continue
        start = 1 + max((n for n, p in enumerate(row.pieces) if p.is_label), default=-1)
        table, code = _row_of(row, start)
        is_header = not row.has_figures and (
            start == len(row.pieces) or not table or _names_columns(row)
        )
        if row.section != section or (is_header and has_begun):
            above.begin()
        section, has_begun = row.section, not is_header
        if is_header:
            if row.page is not None and any(p.has_digits for p in row.pieces):
                # A page may have cut them off figures.
                return None
            if not above.rows and any(p.spans_down for p in row.pieces):
                # A cell of a row of figures reaches in among the words.
                return None
            above.rows.append(row)
            continue
        if not table and section not in foreign:
            foreign[section] = _is_another_table(
                [r for r in rows if r.section == section]
            )
        if not table and foreign[section]:
            continue
        values = row.pieces[start:]
        paths = above.paths(values, table) if table else None
        if paths is None or not _are_plain(values):
            return None
        found[table].append(_Printed(code, row, values, paths))
    for table in TABLES[:2]:
        if not all(one.code for one in found[table]):
            found[table] = _aligned(found[table], table)
    is_collapsed = SUBTOTAL in [row.code for row in found["requests"]]
    for form in FORMS:
        parts = [
            _taken(table, form, rows, is_collapsed=is_collapsed)
            for table, rows in found.items()
        ]
        if None not in parts:
            readings = tuple(reading for part in parts if part for reading in part)
            is_sure = not any(reading.doubts for reading in readings)
            return (form, readings) if is_sure else None
    return None


def _names_columns(row: Row) -> bool:
    """Whether a row without figures is one of a header, with cells left blank."""
    said = [core(piece.text) for piece in row.pieces if piece.is_label]
    return any(sum(word in _leaves(table) for word in said) > 1 for table in TABLES)


def _is_another_table(rows: Sequence[Row]) -> bool:
    """Whether all rows of a table have words, and none resembles one of a form."""
    return all(row.pieces[0].is_label for row in rows) and not any(
        scores(row, table) for row in rows for table in TABLES[:2]
    )


def _may_be_a_row(row: Row) -> bool:
    """Whether words outside the tables may be those of a table."""
    words = [piece.text for piece in row.pieces if piece.is_label]
    return any(core(text) in _words_of_forms() for text in words) or (
        len(words) < len(row.pieces)
        and any(scores(row, table) for table in ("proactive", "requests"))
    )


@cache
def _words_of_forms() -> frozenset[str]:
    """Every label of a row or of a column."""
    rows = (label.core for table in TABLES[:2] for label in row_labels(table))
    columns = (label.core for table in TABLES for label in column_labels(table))
    return frozenset((*rows, *columns))


def _row_of(row: Row, start: int) -> tuple[str, str]:
    """Table and code of the row that its last words name.

    Without a code where they only resemble rows of one table, both empty if none.
    """
    if not start:
        return "disputes", ""
    if start > row.label_end or re.search(r"\d", core(row.pieces[start - 1].text)):
        return "", ""
    named = _named_by(row.pieces[start - 1].text)
    if named is None and not row.has_figures:
        # It may be the rest of a row that a page cut.
        return "", ""
    if named is None:
        like = [table for table in TABLES[:2] if scores(row, table)]
        named = (like[0], "") if len(like) == 1 else ("", "")
    return named


def _aligned(printed: Sequence[_Printed], table: str) -> list[_Printed]:
    """Rows whose labels are not all to the letter, by their place among the others."""
    known = {
        match.row.number: match
        for match in align([one.row for one in printed], table)
        if match.is_sure
    }
    return [
        replace(one, code=match.code)
        if (match := known.get(one.row.number)) and match.values == one.values
        else replace(one, code="")
        for one in printed
    ]


@lru_cache(maxsize=4096)
def _named_by(text: str) -> tuple[str, str] | None:
    """Table and code of the one row of all forms that has a label, number and all."""
    said, number = core(text), numbering(text)
    found = {
        (table, label.code)
        for table in TABLES[:2]
        for label in row_labels(table)
        if label.core == said and number in (None, label.number)
    }
    return found.pop() if len(found) == 1 else None


def _are_plain(values: Sequence[Piece]) -> bool:
    """Whether cells belong to their row alone."""
    return not any(
        p.spans_down or p.is_torn or p.cell is None or p.cell.rowspan > 1
        for p in values
    )


def _drawn_paths(
    rows: Sequence[Row], table: str, extents: Extents
) -> tuple[Path, ...] | None:
    """What rows of words say above each of some cells, None where an edge differs.

    The title of a block stands above all of them, alone in its row.
    """
    titles = list(takewhile(lambda row: len(row.pieces) == 1, rows))
    below = [piece for row in rows[len(titles) :] for piece in row.pieces]
    pieces = {id(piece.cell): piece for piece in below}.values()
    start, end = extents[0][0], extents[-1][1]
    beside = [p for p in pieces if p.high <= start or end <= p.low]
    around = [piece.text for piece in (*beside, *(row.pieces[0] for row in titles))]
    if any(core(t) in _words_of_forms() or column_code(t, table) for t in around):
        return None
    found = []
    for low, high in extents:
        above = [p for p in pieces if p.low < high and low < p.high]
        if any(p.low > low or p.high < high for p in above):
            return None
        words = [core(piece.text) for piece in above if not piece.is_blank]
        found.append(_named(words, table))
    return tuple(found)


def _named(words: Sequence[str], table: str) -> Path:
    """Words by what they name; those that name nothing stand as they are."""
    *heads, leaf = words or ("",)
    names = (_heads(table).get(head, head) for head in heads)
    return (*(n for n in names if n != _OVER_ALL), _leaves(table).get(leaf, leaf))


@cache
def _heads(table: str) -> dict[str, str]:
    """Codes of the words over several columns."""
    if table == "disputes":
        return {label.core: label.code for label in block_labels()}
    return {core(wording.label): wording.code for wording in worded(table, "header")}


@cache
def _leaves(table: str) -> dict[str, str]:
    """Codes of the words right above figures, of those that name one column alone.

    Those of amounts stand as they are, for they state a unit.
    """
    codes: dict[str, set[str]] = {}
    for label in column_labels(table):
        codes.setdefault(label.core, set()).add(label.code)
    return {
        label: min(names)
        for label, names in codes.items()
        if len(names) == 1 and names != {"amount"}
    }


@cache
def _rows(table: str, form: str, *, is_collapsed: bool) -> tuple[FormRow, ...]:
    """The rows of a table as it is printed, （六） as one row or in its parts."""
    return tuple(
        row
        for row in form_rows(table, form)
        if (row.code == SUBTOTAL if is_collapsed else row.required)
        or (row.required and not row.code.startswith(f"{SUBTOTAL}."))
    )


@cache
def _paths(table: str, row: FormRow) -> tuple[Path, ...]:
    """What a form prints above the cells of a row."""
    heads = row.label.split(" / ") if table == "disputes" else []
    labels = ([*heads, *column.label.split(" / ")] for column in row.columns)
    return tuple(_named([core(word) for word in words], table) for words in labels)


def _taken(
    table: str, form: str, printed: Sequence[_Printed], *, is_collapsed: bool
) -> Iterator[Reading] | None:
    """The readings of rows, if they and the words above are just those of a form."""
    rows = _rows(table, form, is_collapsed=is_collapsed and table == "requests")
    paths = [path for row in printed for path in row.paths]
    # The blocks of disputes stand side by side in one row without a label.
    codes = [row.code for row in rows] if table != "disputes" else [""]
    if codes != [row.code for row in printed] or paths != [
        path for row in rows for path in _paths(table, row)
    ]:
        return None
    pieces = (piece for row in printed for piece in row.values)
    return (
        reading
        for row in rows
        for own in [{column.code: next(pieces) for column in row.columns}]
        for reading in row_readings(row, Placing(own, is_sure=True))
    )
