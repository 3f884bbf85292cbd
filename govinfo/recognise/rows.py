"""Every row of a document in reading order, whatever it was drawn or typed as.

A row is a list of pieces from left to right. Rows of a drawn table, lines of a page
without rules and cells that stand one per line all become the same thing here, so that
what follows needs to solve each problem once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, wraps
from itertools import count, groupby, takewhile
from typing import Any, TypeVar

from govinfo.document import Document, Grid, GridCell, GridKind, Place, TextBlock
from govinfo.recognise.figures import State, read_figure
from govinfo.recognise.labels import core, fold

T = TypeVar("T")

# A label of the forms has at most 45 characters; what is much longer is prose.
LONGEST_LABEL = 90

# So many cells without figure after a label are a row of blanks; fewer may be the empty
# lines that a text puts between two parts of one label.
_BLANK_ROW = 5

# So many rows one after the other whose numbers count on are numbered.
_MANY_NUMBERS = 5

# A number, a label and a figure.
_FEWEST_BESIDE = 3

# So many page numbers show how many empty lines stand round each of them.
_MANY_PAGES = 3

# A page's own number, between dashes or in words, parts neither rows nor labels.
_PAGE_MARK = re.compile(
    r"^(?:[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?)$"
)


@lru_cache(maxsize=16384)
def _state(text: str) -> State:
    return read_figure(text, may_change=True).state


# Not frozen, which takes four times as long: a report has hundreds.
@dataclass(slots=True, eq=False)
class Piece:
    """One cell or word of a row; one that says the same elsewhere is another one.

    ``low`` and ``high`` are its horizontal extent: columns in a table, points on a page
    without rules, the position in the row where neither is known. ``spans_down`` says
    that the cell began in an earlier row, ``is_shared`` that it stands beside more rows
    than the label of its row does, ``is_torn`` that a page ended right before it.
    """

    text: str
    low: float
    high: float
    place: Place
    spans_down: bool = False
    is_shared: bool = False
    is_torn: bool = False
    confidence: float = 1.0
    other_reading: str | None = None
    cell: GridCell | None = None
    block: int = 0
    state: State = field(init=False, repr=False, compare=False)
    """What the text is as a figure cell."""

    def __post_init__(self) -> None:
        """Read the text once: it is asked for hundreds of times."""
        self.state = _state(self.text)

    def meets(self, other: Piece) -> bool:
        """Whether two pieces stand under each other: on the page, else by columns.

        The parts of a table on two pages may have other numbers of columns.
        """
        one, two = self.place.box, other.place.box
        if one is not None and two is not None:
            return one[0] < two[2] and two[0] < one[2]
        return self.low < other.high and other.low < self.high

    @property
    def has_digits(self) -> bool:
        """Whether it holds a digit, be it in a number or in something else."""
        return any(map(str.isdecimal, self.text))

    @property
    def is_figure(self) -> bool:
        """Whether the piece holds a number."""
        return self.state is State.REPORTED

    @property
    def is_label(self) -> bool:
        """Whether the piece holds words that are no mark for "not applicable"."""
        return self.state is State.UNREADABLE

    @property
    def is_blank(self) -> bool:
        """Whether the piece is empty."""
        return self.state is State.BLANK


# Not frozen for the same reason; never changed.
@dataclass(slots=True, eq=False)
class Row:
    """Pieces from left to right, and where the row stands.

    ``section`` is the same for rows of one grid, or of one run of text. ``is_placed``
    says whether the extents of the pieces mean columns. ``heading`` is the text block
    right before the grid.
    """

    number: int
    section: int
    kind: GridKind
    pieces: tuple[Piece, ...]
    heading: str = ""
    page: int | None = None
    has_fillers: bool = True
    label_end: int = field(init=False, repr=False, compare=False)
    """Number of pieces before the first figure, all of them where there is none."""
    likeness: dict[str, Any] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """How well the row fits those of each table, once it has been asked."""

    def __post_init__(self) -> None:
        """Find the first figure once."""
        figures = (n for n, piece in enumerate(self.pieces) if piece.is_figure)
        self.label_end = next(figures, len(self.pieces))

    @property
    def label_at(self) -> int:
        """Place of the last words before the first figure, -1 where there are none."""
        words = (n for n in range(self.label_end) if self.pieces[n].is_label)
        return max(words, default=-1)

    @property
    def leaf(self) -> str:
        """These words without number and punctuation."""
        return core(self.pieces[self.label_at].text) if self.label_at >= 0 else ""

    @property
    def block(self) -> int:
        """Number of the document's block that the row begins in, from 0."""
        return self.pieces[0].block if self.pieces else 0

    @property
    def is_placed(self) -> bool:
        """Whether horizontal extents say which pieces stand above each other."""
        if self.kind is GridKind.ALIGNED:
            return all(piece.place.box is not None for piece in self.pieces)
        return self.kind is GridKind.TABLE

    @property
    def has_figures(self) -> bool:
        """Whether any piece holds a number."""
        return self.label_end < len(self.pieces)


def once(read: Callable[[Document], T]) -> Callable[[Document], T]:
    """
    Read a document once, though it is split into reports first and recognised then.

    Parameters
    ----------
    read : callable
        What depends on the blocks of a document, and on whether it is damaged.

    Returns
    -------
    callable
        The same; what it gave for the last document is given again.
    """
    last: list[tuple[Document, T]] = []

    @wraps(read)
    def remembered(document: Document) -> T:
        if (
            not last
            or last[0][0].blocks is not document.blocks
            or last[0][0].is_damaged is not document.is_damaged
        ):
            last[:] = [(document, read(document))]
        return last[0][1]

    return remembered


@once
def rows_of(document: Document) -> Sequence[Row]:
    """
    All rows of a document in reading order.

    Parameters
    ----------
    document : Document
        As a reader returned it.

    Returns
    -------
    sequence of Row
        Numbered from 0. Every row of every table and aligned grid, and the rows that
        labels and figures form in running text and streams.

    Examples
    --------
    >>> text = [TextBlock("行政许可 97"), TextBlock("行政处罚"), TextBlock("3")]
    >>> for row in rows_of(Document("a.txt", "text/plain", tuple(text))):
    ...     print([piece.text for piece in row.pieces])
    ['行政许可', '97']
    ['行政处罚', '3']
    """
    return tuple(_rows(document))


def _rows(document: Document) -> list[Row]:
    found: list[Row] = []
    stream: list[Piece] = []
    heading = ""
    section = 0
    numbers = count()
    margins, is_known = _margins(document)
    is_torn = False
    for n, block in enumerate(document.blocks):
        if isinstance(block, TextBlock):
            if n in margins:
                is_torn = not is_known
                continue
            words = _words(block.text, block.place, n)
            words[0].is_torn = is_torn
            is_torn = False
            stream.extend(words)
            if block.text.strip():
                heading = block.text.strip()[-LONGEST_LABEL:]
            continue
        if block.kind is GridKind.STREAM or block.n_columns == 1:
            stream.extend(_piece(cell, block, n) for cell in block.cells)
            continue
        section += 1
        found.extend(_stream_rows(stream, section, numbers))
        stream = []
        section += 1
        found.extend(_grid_rows(block, section, heading, n, numbers))
    found.extend(_stream_rows(stream, section + 1, numbers))
    return _without_row_numbers(found)


def _without_row_numbers(rows: Sequence[Row]) -> list[Row]:
    """Rows without the numbers that count them (序号), which are no figures.

    In a grid they stand before the labels; in a text the number of a row follows the
    figures of the row before.
    """
    found = list(rows)
    for first in (True, False):
        kept = slice(1, None) if first else slice(-1)
        numbers = enumerate(_row_number(row, is_first=first) for row in rows)
        for offset, run in groupby(
            numbers, lambda n: None if n[1] is None else n[1] - n[0]
        ):
            counted = [n for n, _ in run]
            if offset is not None and len(counted) >= _MANY_NUMBERS:
                for n in counted:
                    found[n] = replace(found[n], pieces=found[n].pieces[kept])
    return found


def _row_number(row: Row, *, is_first: bool) -> int | None:
    """The whole number before a row's first words, or at the end of its figures."""
    if len(row.pieces) < _FEWEST_BESIDE or is_first is (row.kind is GridKind.STREAM):
        return None
    piece, beside = row.pieces[:2] if is_first else row.pieces[:-3:-1]
    is_beside = beside.is_label if is_first else not beside.is_label
    text = piece.text.strip()
    return int(text) if is_beside and re.fullmatch(r"\d{1,3}", text) else None


def _margins(document: Document) -> tuple[set[int], bool]:
    """Page numbers between the lines of a text, and the empty lines round them.

    Where all of many page numbers have empty lines round them, so many as stand at
    each are no cells, and any more are; with few of them, nobody knows. The second
    value says whether that is known.
    """
    texts = [
        block.text.strip() if isinstance(block, TextBlock) else None
        for block in document.blocks
    ]
    marks = [n for n, text in enumerate(texts) if text and _PAGE_MARK.match(text)]

    def blanks(places: Iterable[int]) -> int:
        return sum(1 for _ in takewhile(lambda n: texts[n] == "", places))

    before = [blanks(range(n - 1, -1, -1)) for n in marks]
    after = [blanks(range(n + 1, len(texts))) for n in marks]
    is_known = len(marks) >= _MANY_PAGES
    found: set[int] = set()
    for n, above, below in zip(marks, before, after, strict=True):
        if is_known:
            above, below = min(before), min(after)
        found.update(range(n - above, n + below + 1))
    return found, is_known


def _grid_rows(
    grid: Grid, section: int, heading: str, block: int, numbers: Iterator[int]
) -> Iterator[Row]:
    positioned = grid.kind is GridKind.ALIGNED
    for r, positions in enumerate(grid.matrix()):
        pieces: list[Piece] = []
        previous: GridCell | None = None
        for cell in positions:
            if cell is None or cell is previous:
                continue
            previous = cell
            low, high = float(cell.column), float(cell.column + cell.colspan)
            if positioned and cell.box is not None:
                low, high = cell.box[0], cell.box[2]
            piece = _piece(cell, grid, block, low, high)
            piece.spans_down, piece.cell = cell.row != r, cell
            pieces.append(piece)
        if pieces and not _is_gap(pieces):
            yield Row(
                next(numbers),
                section,
                grid.kind,
                tuple(pieces),
                heading,
                grid.page,
                grid.has_fillers,
            )


def _is_gap(pieces: Sequence[Piece]) -> bool:
    """Whether a row holds nothing but what began above it, figures too.

    Cells that are drawn each with a frame of its own leave gaps between the frames.
    """
    own = [piece for piece in pieces if not piece.spans_down]
    return all(piece.is_blank for piece in own) and any(
        piece.is_figure for piece in pieces
    )


def _piece(
    cell: GridCell, grid: Grid, block: int, low: float = 0.0, high: float = 0.0
) -> Piece:
    return Piece(
        cell.text,
        low,
        high,
        grid.place(cell),
        confidence=cell.confidence,
        other_reading=cell.other_reading,
        block=block,
    )


def _words(text: str, place: Place, block: int) -> list[Piece]:
    """Words of a line: figures apart, words of one label together.

    A line with words between figures has more rows than one, and the words before a
    figure may be the names of columns, groups and a row: they stay apart.
    """
    if not text.strip():
        return [Piece("", 0.0, 0.0, place, block=block)]
    split = [
        (part, read_figure(part).state is State.UNREADABLE)
        for part in _with_separators(_outside_brackets(text))
    ]
    turns = sum(
        before and not now
        for (_, before), (_, now) in zip(split, split[1:], strict=False)
    )
    parts: list[str] = []
    for part, is_word in split:
        joins = is_word and parts and read_figure(parts[-1]).state is State.UNREADABLE
        if joins and turns < 2:
            parts[-1] += " " + part
        else:
            parts.append(part)
    return [Piece(part, 0.0, 0.0, place, block=block) for part in parts]


_SEPARATOR = re.compile(r"[,，.．]")
_WORD = re.compile(r"[^\W\d_]")


def _with_separators(parts: Iterable[str]) -> Iterator[str]:
    """Words of a line, those of a figure whose separators stand apart as one.

    Nobody knows where it ends: such a text is no sure number.
    """
    for has_words, run in groupby(parts, lambda part: bool(_WORD.search(part))):
        found = list(run)
        if not has_words and any(map(_SEPARATOR.fullmatch, found)):
            yield " ".join(found)
        else:
            yield from found


_SPLITTERS = re.compile(r"[（(）)]|\s+")


def _outside_brackets(text: str) -> Iterator[str]:
    """Split at white space, but never inside brackets."""
    depth = 0
    start = 0
    for mark in _SPLITTERS.finditer(text):
        if mark[0] in "（(":
            depth += 1
        elif mark[0] in "）)":
            depth = max(0, depth - 1)
        elif depth == 0:
            if mark.start() > start:
                yield text[start : mark.start()]
            start = mark.end()
    if word := text[start:].lstrip():
        yield word


_NUMBERED = re.compile(r"^[(]?[一二三四五六七八九十\d]{1,2}[)、.]")


def _is_remark(text: str) -> bool:
    folded = fold(text)
    return (
        folded.startswith(("(", "[", "【"))
        and not _NUMBERED.match(folded)
        and len(folded) < 40
        and any(character.isdigit() for character in folded)
    )


def _stream_rows(
    pieces: Iterable[Piece], section: int, numbers: Iterator[int]
) -> Iterator[Row]:
    """Rows in a run of pieces: words, then figures and blanks, until words again."""
    row: list[Piece] = []
    seen_figure = False
    for piece in pieces:
        if piece.is_label and row and row[-1].is_figure and _is_remark(piece.text):
            row[-1] = replace(row[-1], text=f"{row[-1].text}\n{piece.text}")
            continue
        if piece.is_label and seen_figure:
            yield _stream_row(row, section, next(numbers))
            row, seen_figure = [], False
        row.append(piece)
        seen_figure = seen_figure or piece.is_figure or _ends_blank(row)
    if row:
        yield _stream_row(row, section, next(numbers))


def _ends_blank(row: list[Piece]) -> bool:
    """Whether so many empty or marked cells follow a label that they are a row."""
    tail = row[-_BLANK_ROW:]
    return len(tail) == _BLANK_ROW and not any(piece.is_label for piece in tail)


def _stream_row(pieces: list[Piece], section: int, number: int) -> Row:
    for n, piece in enumerate(pieces):
        piece.low, piece.high = float(n), float(n + 1)
    return Row(number, section, GridKind.STREAM, tuple(pieces))
