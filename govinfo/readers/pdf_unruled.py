"""Tables without rows of their own: which lines of text make one row.

Every line with figures is a row. Lines of a label that runs over several lines stand
above and below their figures, or begin beside them; they go to the row whose label they
make most compact and most centred. Where figures do not fall one to a cell, nothing is
settled and the lines stay lines (`pdf_aligned`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from govinfo.document import Box, GridCell
from govinfo.readers.pdf_aligned import row_of
from govinfo.readers.pdf_columns import Piece, Tries, column_edges, pieces_of, spread
from govinfo.readers.pdf_text import Line, box_of, cell_text

# Lines of one label follow each other within this many character sizes; a line farther
# from all others is a heading.
LINE_PITCH = 1.8

# Figures of two rows do not follow each other as closely as digits that wrap.
WRAP_PITCH = 1.35

# Lines of one header word follow each other within this many character sizes, and words
# of one header row have their middles within this many.
HEADER_PITCH, SAME_ROW = 1.5, 0.4

# Labels that begin in line, to take their beginning for the edge of a column.
IN_LINE = 3

# Places tried where a table might end and another begin.
MAX_TRIES = 8


@dataclass(slots=True)
class _Row:
    """One row of the table that is being made."""

    y: float
    pieces: list[Piece]
    has_figures: bool
    tail: list[Piece] = field(default_factory=list)
    """Lines of its label above and below."""


def unruled_tables(
    lines: Sequence[Line], edges: Sequence[float] = ()
) -> list[tuple[int, int, list[GridCell]]]:
    """Tables among lines that together look like one.

    Parameters
    ----------
    lines : sequence of Line
        Lines from the top down.
    edges : sequence of float
        Edges of columns, if vertical rules give them.

    Returns
    -------
    list of tuple
        First and last index of the lines of each table, and its cells; empty if
        nothing, or not everything, could be settled.
    """
    return _settled(lines, 0, edges, Tries()) or []


def _settled(
    lines: Sequence[Line], offset: int, edges: Sequence[float], tries: Tries
) -> list[tuple[int, int, list[GridCell]]] | None:
    cells = _table(lines, edges) if tries.take() else None
    if cells is not None:
        return [(offset, offset + len(lines) - 1, cells)]
    # Perhaps two tables and a heading between them: the larger, the likelier.
    places = [
        (line.size, -i)
        for i, line in enumerate(lines[1:-1], 1)
        if len(row_of(line).runs) == 1 and not _figures(line)
    ]
    for _, i in sorted(places, reverse=True)[:MAX_TRIES]:
        above = _table(lines[:-i], edges) if tries.take() else None
        if above:
            below = _settled(lines[-i + 1 :], offset - i + 1, edges, tries)
            if below:
                return [(offset, offset - i - 1, above), *below]
    return None


def _figures(line: Line) -> int:
    return Piece(0, 0, line).figures


def _table(lines: Sequence[Line], edges: Sequence[float]) -> list[GridCell] | None:
    """Cells of one table, if it is one."""
    if not any(_figures(line) for line in lines):
        return None
    xs = _edges(lines, edges)
    if len(xs) < 3:
        return None
    by_line = _pieces_by_line(lines, xs)
    first = min(p.first for pieces in by_line for p in pieces if p.figures)
    rows: list[_Row] = []
    labels: list[list[Piece]] = []
    for pieces in by_line:
        cells = Counter(p.first for p in pieces for _ in range(p.figures))
        if any(count > 1 for count in cells.values()):
            return None
        y = pieces[0].line.baseline
        if cells or any(p.last >= first for p in pieces):
            rows.append(_Row(y, pieces, bool(cells)))
        else:
            labels.append(pieces)
    size = median(line.size for line in lines)
    if _has_wrapped_figures(rows, first, size) or _has_heading(labels, lines, size):
        return None
    rows, labels = _with_header_labels(rows, labels)
    _attach(rows, labels, first)
    return _cells(_with_whole_words(rows, size), xs, first)


def _edges(lines: Sequence[Line], edges: Sequence[float]) -> list[float]:
    """Edges of columns, the beginning of the innermost labels among them."""
    if edges:
        return list(edges)
    low = min(line.chars[0].left for line in lines) - 1
    high = max(line.chars[-1].right for line in lines) + 1
    xs = column_edges(lines, low, high)
    if len(xs) < 3:
        return xs
    by_line = _pieces_by_line(lines, xs)
    first = min((p.first for ps in by_line for p in ps if p.figures), default=0)
    if first != 1:
        return xs
    labels = [p.line for ps in by_line for p in ps if p.last == 0]
    starts = Counter(round(line.chars[0].left) for line in labels)
    inner, count = max(starts.items(), key=lambda item: (item[1], item[0]))
    has_outer = any(line.chars[-1].right < inner for line in labels)
    if count < IN_LINE or inner < low + 3 or not has_outer:
        return xs
    return column_edges(lines, low, high, [inner - 1.5])


def _pieces_by_line(lines: Sequence[Line], xs: Sequence[float]) -> list[list[Piece]]:
    pieces = iter(pieces_of(lines, xs))
    by_line = []
    for line in lines:
        here: list[Piece] = []
        while sum(len(p.line.chars) for p in here) < len(line.chars):
            here.append(next(pieces))
        by_line.append(here)
    return by_line


def _has_wrapped_figures(rows: Sequence[_Row], first: int, size: float) -> bool:
    """Whether a line of figures without a label follows another too closely."""
    if not first:
        return False
    figured = [row for row in rows if row.has_figures]
    steps = [(low, low.y - high.y) for high, low in pairwise(figured)]
    bare = [s for low, s in steps if not any(p.first < first for p in low.pieces)]
    labelled = [s for low, s in steps if any(p.first < first for p in low.pieces)]
    usual = median(labelled) if labelled else 0.0
    return any(step < max(WRAP_PITCH * size, 0.6 * usual) for step in bare)


def _has_heading(
    labels: Sequence[list[Piece]], lines: Sequence[Line], size: float
) -> bool:
    """Whether a line among the labels is no part of any."""
    ys = [line.baseline for line in lines]
    for pieces in labels:
        y = pieces[0].line.baseline
        if min((abs(y - other) for other in ys if other != y), default=0.0) > (
            LINE_PITCH * size
        ):
            return True
    return False


def _with_header_labels(
    rows: list[_Row], labels: list[list[Piece]]
) -> tuple[list[_Row], list[list[Piece]]]:
    """Lines beside a header are rows of the header, not lines of a label."""
    heads = [row.y for row in rows if not row.has_figures]
    figured = [row.y for row in rows if row.has_figures]
    rest = []
    for pieces in labels:
        y = pieces[0].line.baseline
        to_head = min((abs(y - other) for other in heads), default=float("inf"))
        if to_head < min(abs(y - other) for other in figured):
            rows.append(_Row(y, pieces, has_figures=False))
        else:
            rest.append(pieces)
    return sorted(rows, key=lambda row: row.y), rest


def _with_whole_words(rows: Sequence[_Row], size: float) -> list[_Row]:
    """Join header words that run over several lines, and the rows of such words."""
    joined: list[_Row] = []
    heads: list[_Row] = []
    for row in [*rows, None]:
        if row is not None and not row.has_figures:
            heads.append(row)
            continue
        joined += _header_rows(heads, size)
        heads = []
        if row is not None:
            joined.append(row)
    return joined


def _header_rows(heads: Sequence[_Row], size: float) -> list[_Row]:
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
    rows: list[_Row] = []
    for y, piece in sorted(whole, key=lambda item: item[0]):
        if rows and y - rows[-1].y <= SAME_ROW * size:
            rows[-1].pieces.append(piece)
        else:
            rows.append(_Row(y, [piece], has_figures=False))
    return rows


def _attach(rows: list[_Row], labels: Sequence[list[Piece]], first: int) -> None:
    """Give each line of a label to the row that it belongs to."""
    inner = [ps for ps in labels if any(p.last == first - 1 for p in ps)]
    outer = [p for ps in labels for p in ps if p.last < first - 1]
    targets = [row for row in rows if row.has_figures]
    by_gap: defaultdict[int, list[list[Piece]]] = defaultdict(list)
    for pieces in inner:
        y = pieces[0].line.baseline
        by_gap[sum(row.y < y for row in targets)].append(pieces)
    for row, count in zip(targets, _heads(targets, by_gap, first), strict=True):
        index = targets.index(row)
        above, below = by_gap[index], by_gap[index + 1]
        taken = above[len(above) - count[0] :] + below[: count[1]]
        row.tail += [p for ps in taken for p in ps if p.last == first - 1]
    for piece in outer:
        y = piece.line.baseline
        min(targets, key=lambda row: abs(row.y - y)).tail.append(piece)


def _heads(
    rows: Sequence[_Row], by_gap: dict[int, list[list[Piece]]], first: int
) -> list[tuple[int, int]]:
    """For each row, how many of the label lines above and below it are its own.

    The best cut of each gap between rows, over all rows: a label's lines stand close
    together and in the middle of the row; or, if every label begins beside its figures,
    all lines below a row are its own.
    """
    gaps = [[ps[0].line.baseline for ps in by_gap[i]] for i in range(len(rows) + 1)]
    own = [any(p.first < first for p in row.pieces) for row in rows]
    # best[k]: the least cost if the last k lines of the gap above are this row's.
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {len(gaps[0]): (0.0, [])}
    for i, row in enumerate(rows):
        below = gaps[i + 1]
        after: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        for taken in range(len(below) + 1):
            left = len(below) - taken
            if i == len(rows) - 1 and left:
                continue
            after[left] = min(
                (
                    cost + _cost(row.y, gaps[i], head, below[:taken], own[i]),
                    [*counts, (head, taken)],
                )
                for head, (cost, counts) in best.items()
            )
        best = after
    cost, counts = min(best.values())
    if all(own) and not gaps[0]:
        top = sum(_spacing([row.y, *gaps[i + 1]]) for i, row in enumerate(rows))
        if top < cost:
            return [(0, len(gaps[i + 1])) for i in range(len(rows))]
    return counts


def _cost(
    y: float, above: Sequence[float], head: int, below: Sequence[float], own: bool
) -> float:
    label = [*above[len(above) - head :], *([y] if own else []), *below]
    if not label:
        return 0.0
    off = abs((label[0] + label[-1]) / 2 - y)
    return off + _spacing(sorted({*label, y}))


def _spacing(ys: Sequence[float]) -> float:
    return ys[-1] - ys[0] if ys else 0.0


def _cells(rows: Sequence[_Row], xs: Sequence[float], first: int) -> list[GridCell]:
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
        for start, stop, here in _grouped(pieces):
            for column in range(at, start):
                cells.append(_cell("", r, column, 1, xs, ys))
            text = cell_text([c for p in here for c in p.line.chars])
            cells.append(_cell(text, r, start, stop - start, xs, ys))
            at = stop
        for column in range(at, len(xs) - 1):
            cells.append(_cell("", r, column, 1, xs, ys))
    return cells


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
