"""Rows of tables that draw none, once their columns are known.

Every line with figures is a row, and so is every label (`pdf_labels`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from govinfo.document import Box, GridCell
from govinfo.readers.pdf_bands import Bands, size_of
from govinfo.readers.pdf_columns import Piece, pieces_by_line, spread
from govinfo.readers.pdf_heads import Row, with_whole_words
from govinfo.readers.pdf_labels import LabelLine, Labels, labels_of
from govinfo.readers.pdf_text import Line, box_of, cell_text

# Lines of one label follow each other within this many character sizes, and rows within
# this many times their usual distance; a line farther from all others is a heading.
LINE_PITCH, ROW_PITCH = 1.8, 1.3

# Figures of two rows do not follow each other as closely as digits that wrap.
WRAP_PITCH = 1.35

# A line to which this many characters could be added is not full: its label ends.
# A punctuation mark takes the character before it along to the next line.
ROOM = 2.3


def settled_cells(lines: Sequence[Line], bands: Bands) -> list[GridCell] | None:
    """Cells of one table, the empty ones included, or None if its rows are not settled.

    Parameters
    ----------
    lines : sequence of Line
        Its lines, from the top down.
    bands : Bands
        Its columns.
    """
    xs, first = bands.xs, bands.first
    rows: list[Row] = []
    labels: list[list[Piece]] = []
    for pieces in _continued(pieces_by_line(lines, xs), first):
        cells = Counter(p.first for p in pieces for _ in range(p.figures))
        if any(count > 1 for count in cells.values()) or any(
            p.is_mixed or (p.figures and p.first < first) for p in pieces
        ):
            return None
        # Labels beside the figures may stand a little higher or lower.
        figures = [p for p in pieces if p.figures]
        y = (figures or pieces)[0].line.baseline
        if cells or any(p.last >= first for p in pieces):
            rows.append(Row(y, pieces, bool(cells)))
        else:
            labels.append(pieces)
    if not any(row.has_figures for row in rows):
        return None
    size = size_of(lines)
    if _has_heading(labels, rows, size):
        return None
    rows, labels = _with_header_labels(rows, labels)
    whole = _with_labels(rows, labels, first, size)
    if (
        whole is None
        or _has_wrapped_figures(whole, first, size)
        or not all(_is_labelled(row, first) for row in whole if row.has_figures)
    ):
        return None
    return _cells(with_whole_words(whole, size), xs, first)


def _continued(by_line: Sequence[list[Piece]], first: int) -> Iterator[list[Piece]]:
    """Pieces, the short last lines of wide labels being as wide as these.

    Under a full line that begins in an outer column and ends in the innermost, a line
    that begins in line with it, with nothing beside it, belongs to the same label.
    """
    room = max(
        (p.line.box[2] for ps in by_line for p in ps if p.last == first - 1),
        default=0.0,
    )
    wide: Piece | None = None
    for pieces in by_line:
        outer = [p for p in pieces if p.last < first - 1]
        inner = [p for p in pieces if p.last == first - 1]
        if wide is not None and outer and not inner:
            last = outer[-1]
            size = last.line.size
            if (
                last.first == wide.first
                and last.line.baseline - wide.line.baseline <= LINE_PITCH * size
                and wide.line.box[2] > room - ROOM * size
            ):
                widened = Piece(last.first, first - 1, last.line)
                pieces = [widened if p is last else p for p in pieces]
                inner = [widened]
        if inner:
            wide = inner[0] if inner[0].first < first - 1 else None
        yield pieces


def _has_wrapped_figures(rows: Sequence[Row], first: int, size: float) -> bool:
    """Whether a line of figures without a label follows another too closely."""
    if not first:
        return False
    figured = [row for row in rows if row.has_figures]
    steps = [
        (_is_labelled(low, first), low.y - high.y) for high, low in pairwise(figured)
    ]
    usual = median([step for is_labelled, step in steps if is_labelled] or [0.0])
    least = max(WRAP_PITCH * size, 0.6 * usual)
    return any(not is_labelled and step < least for is_labelled, step in steps)


def _is_labelled(row: Row, first: int) -> bool:
    """Whether a label stands on the row's own line, or right beside its figures."""
    return (
        not first
        or any(piece.last < first for piece in row.pieces)
        or any(piece.last == first - 1 for piece in row.tail)
    )


def _has_heading(
    labels: Sequence[list[Piece]], rows: Sequence[Row], size: float
) -> bool:
    """Whether a line among the labels is no part of any."""
    ys = [row.y for row in rows]
    ys += [pieces[0].line.baseline for pieces in labels]
    steps = [low.y - high.y for high, low in pairwise(rows)]
    far = max(LINE_PITCH * size, ROW_PITCH * median(steps or [0.0]))
    return any(
        min((abs(y - other) for other in ys if other != y), default=0.0) > far
        for y in ys[len(rows) :]
    )


def _with_header_labels(
    rows: list[Row], labels: list[list[Piece]]
) -> tuple[list[Row], list[list[Piece]]]:
    """Lines beside a header are rows of the header, not lines of a label."""
    rest = []
    found = list(rows)
    for pieces in labels:
        y = pieces[0].line.baseline
        upper = [row for row in rows if row.y < y]
        lower = [row for row in rows if row.y > y]
        if not (upper and upper[-1].has_figures) and not (
            lower and lower[0].has_figures
        ):
            found.append(Row(y, pieces, has_figures=False))
        else:
            rest.append(pieces)
    return sorted(found, key=lambda row: row.y), rest


def _with_labels(
    rows: Sequence[Row], labels: Sequence[list[Piece]], first: int, size: float
) -> list[Row] | None:
    """Rows with all lines of their labels, and rows that hold nothing else."""
    figured = [row for row in rows if row.has_figures]
    heads = [row for row in rows if not row.has_figures]
    inner = [p for row in figured for p in row.pieces if p.last == first - 1]
    inner += [p for pieces in labels for p in pieces if p.last == first - 1]
    inner.sort(key=lambda piece: piece.line.baseline)
    settled = labels_of(
        _label_lines(inner, size),
        [row.y for row in figured],
        [row.y for row in heads],
        size,
    )
    if settled is None:
        return None
    for row in figured:
        row.pieces = [p for p in row.pieces if p.last != first - 1]
    blank = _attach(figured, inner, settled)
    body = sorted([*figured, *blank], key=lambda row: row.y)
    for piece in (p for pieces in labels for p in pieces if p.last < first - 1):
        y = piece.line.baseline
        min(body, key=lambda row: abs(row.y - y)).tail.append(piece)
    return sorted([*heads, *body], key=lambda row: row.y)


def _label_lines(pieces: Sequence[Piece], size: float) -> list[LabelLine]:
    boxes = [piece.line.box for piece in pieces]
    right = max((box[2] for box in boxes), default=0.0)
    width = max((box[2] - box[0] for box in boxes), default=0.0)
    return [
        LabelLine(
            piece.line.baseline,
            box[2] > right - ROOM * size or box[2] - box[0] > width - ROOM * size,
        )
        for piece, box in zip(pieces, boxes, strict=True)
    ]


def _attach(
    figured: Sequence[Row], inner: Sequence[Piece], settled: Labels
) -> list[Row]:
    """Give labels to their rows; rows that are a label only are returned."""
    blank = []
    for indices, figures in settled:
        pieces = [inner[i] for i in indices]
        if figures is None:
            y = (pieces[0].line.baseline + pieces[-1].line.baseline) / 2
            # Not a header, whose words would be joined and widened.
            blank.append(Row(y, pieces, has_figures=True))
        else:
            figured[figures].tail += pieces
    return blank


def _cells(rows: Sequence[Row], xs: Sequence[float], first: int) -> list[GridCell]:
    """Cells of all rows, the empty ones included."""
    inks = [box_of(c for p in [*r.pieces, *r.tail] for c in p.line.chars) for r in rows]
    ys = [inks[0][1] - 1]
    ys += [(a[3] + b[1]) / 2 for a, b in zip(inks, inks[1:], strict=False)]
    ys.append(inks[-1][3] + 1)
    cells = []
    for r, row in enumerate(rows):
        pieces = [*row.pieces, *row.tail]
        if not row.has_figures:
            pieces = spread(pieces, xs, [xs[first]])
        at = 0
        for start, stop, here in _reaching(_grouped(pieces), first, row):
            for column in range(at, start):
                cells.append(_cell("", r, column, 1, xs, ys))
            text = cell_text([c for p in here for c in p.line.chars])
            cells.append(_cell(text, r, start, stop - start, xs, ys))
            at = stop
        for column in range(at, len(xs) - 1):
            cells.append(_cell("", r, column, 1, xs, ys))
    return cells


def _reaching(
    groups: list[tuple[int, int, list[Piece]]], first: int, row: Row
) -> list[tuple[int, int, list[Piece]]]:
    """Groups of pieces, the last label of a row reaching to its figures.

    Nothing draws an edge between them, and an empty cell would be taken for a figure.
    """
    labels = [i for i, (start, _, _) in enumerate(groups) if start < first]
    if row.has_figures and labels:
        start, stop, here = groups[labels[-1]]
        groups[labels[-1]] = (start, max(stop, first), here)
    return groups


def _grouped(pieces: Sequence[Piece]) -> list[tuple[int, int, list[Piece]]]:
    """Pieces by the columns that they cover together."""
    groups: list[tuple[int, int, list[Piece]]] = []
    for piece in sorted(pieces, key=lambda p: (p.first, p.last)):
        if groups and piece.first < groups[-1][1]:
            start, stop, here = groups[-1]
            groups[-1] = (start, max(stop, piece.last + 1), [*here, piece])
        else:
            groups.append((piece.first, piece.last + 1, [piece]))
    return groups


def _cell(
    text: str,
    row: int,
    column: int,
    span: int,
    xs: Sequence[float],
    ys: Sequence[float],
) -> GridCell:
    box: Box = (xs[column], ys[row], xs[column + span], ys[row + 1])
    return GridCell(text, row, column, 1, span, box)
