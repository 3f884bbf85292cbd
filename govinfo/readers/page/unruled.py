"""Tables without ruling lines, settled where their lines fit in one way only.

Columns are bands that the figures and the words over them leave white between each
other; a table that goes on from the page before has the columns that it had there.
Every line with figures is a row, and so is every label. Where figures do not fall one
to a cell, or labels fit in several ways, nothing is settled and the lines stay lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from govinfo.document import Box, GridCell, GridKind
from govinfo.readers.page.columns import (
    Bands,
    Stretch,
    Tries,
    bands_among,
    carried_on,
    pieces_by_line,
    size_of,
    spread,
    with_labels_of,
)
from govinfo.readers.page.labels import LabelLine, Labels, labels_of
from govinfo.readers.page.model import (
    HEADING_SIZE,
    GappedLine,
    Line,
    Sheet,
    aligned_cells,
    aligned_regions,
    box_of,
    cell_text,
    crowded,
    is_numeric,
    row_of,
)

# Lines of one header word follow each other within this many character sizes, and words
# of one header row have their middles within this many.
WORD_PITCH, SAME_ROW = 1.5, 0.4


@dataclass(slots=True)
class TableRow:
    """One row of a table that is being made."""

    y: float
    pieces: list[Stretch]
    has_figures: bool
    tail: list[Stretch] = field(default_factory=list)
    """Lines of its label above and below."""


def with_whole_words(rows: Sequence[TableRow], size: float) -> list[TableRow]:
    """Join header words that run over several lines, and the rows of such words.

    Parameters
    ----------
    rows : sequence of Row
        From the top down; rows that stand together without figures are a header.
    size : float
        Character size.
    """
    joined: list[TableRow] = []
    heads: list[TableRow] = []
    for row in rows:
        if not row.has_figures:
            heads.append(row)
            continue
        joined += [*_header_rows(heads, size), row]
        heads = []
    return joined + _header_rows(heads, size)


def _header_rows(heads: Sequence[TableRow], size: float) -> list[TableRow]:
    words: list[list[Stretch]] = []
    for row in heads:
        for piece in row.pieces:
            for word in words:
                last = word[-1]
                if (last.first, last.last) == (piece.first, piece.last) and (
                    row.y - last.line.baseline <= WORD_PITCH * size
                ):
                    word.append(piece)
                    break
            else:
                words.append([piece])
    whole = []
    for word in words:
        chars = tuple(char for piece in word for char in piece.line.chars)
        y = (word[0].line.baseline + word[-1].line.baseline) / 2
        whole.append((y, Stretch(word[0].first, word[0].last, Line(chars))))
    rows: list[TableRow] = []
    for y, piece in sorted(whole, key=lambda item: item[0]):
        if rows and y - rows[-1].y <= SAME_ROW * size:
            rows[-1].pieces.append(piece)
        else:
            rows.append(TableRow(y, [piece], has_figures=False))
    return rows


# Lines of one label follow each other within this many character sizes, and rows within
# this many times their usual distance; a line farther from all others is a heading.
LINE_PITCH, ROW_PITCH = 1.8, 1.3

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
    rows: list[TableRow] = []
    labels: list[list[Stretch]] = []
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
            rows.append(TableRow(y, pieces, bool(cells)))
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


def _continued(by_line: Sequence[list[Stretch]], first: int) -> Iterator[list[Stretch]]:
    """Pieces, the short last lines of wide labels being as wide as these.

    Under a full line that begins in an outer column and ends in the innermost, a line
    that begins in line with it, with nothing beside it, belongs to the same label.
    """
    room = max(
        (p.line.box[2] for ps in by_line for p in ps if p.last == first - 1),
        default=0.0,
    )
    wide: Stretch | None = None
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
                widened = Stretch(last.first, first - 1, last.line)
                pieces = [widened if p is last else p for p in pieces]
                inner = [widened]
        if inner:
            wide = inner[0] if inner[0].first < first - 1 else None
        yield pieces


def _has_wrapped_figures(rows: Sequence[TableRow], first: int, size: float) -> bool:
    """Whether lines of figures may be lines of one figure."""
    lines = [
        (
            row.y,
            any(piece.last < first for piece in row.pieces),
            [p.line.box[::2] for p in row.pieces if p.figures],
        )
        for row in rows
        if row.has_figures
    ]
    return bool(first and crowded(lines, size))


def _is_labelled(row: TableRow, first: int) -> bool:
    """Whether a label stands on the row's own line, or right beside its figures."""
    return (
        not first
        or any(piece.last < first for piece in row.pieces)
        or any(piece.last == first - 1 for piece in row.tail)
    )


def _has_heading(
    labels: Sequence[list[Stretch]], rows: Sequence[TableRow], size: float
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
    rows: list[TableRow], labels: list[list[Stretch]]
) -> tuple[list[TableRow], list[list[Stretch]]]:
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
            found.append(TableRow(y, pieces, has_figures=False))
        else:
            rest.append(pieces)
    return sorted(found, key=lambda row: row.y), rest


def _with_labels(
    rows: Sequence[TableRow], labels: Sequence[list[Stretch]], first: int, size: float
) -> list[TableRow] | None:
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


def _label_lines(pieces: Sequence[Stretch], size: float) -> list[LabelLine]:
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
    figured: Sequence[TableRow], inner: Sequence[Stretch], settled: Labels
) -> list[TableRow]:
    """Give labels to their rows; rows that are a label only are returned."""
    blank = []
    for indices, figures in settled:
        pieces = [inner[i] for i in indices]
        if figures is None:
            y = (pieces[0].line.baseline + pieces[-1].line.baseline) / 2
            # Not a header, whose words would be joined and widened.
            blank.append(TableRow(y, pieces, has_figures=True))
        else:
            figured[figures].tail += pieces
    return blank


def _cells(rows: Sequence[TableRow], xs: Sequence[float], first: int) -> list[GridCell]:
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
    groups: list[tuple[int, int, list[Stretch]]], first: int, row: TableRow
) -> list[tuple[int, int, list[Stretch]]]:
    """Groups of pieces, the last label of a row reaching to its figures.

    Nothing draws an edge between them, and an empty cell would be taken for a figure.
    """
    labels = [i for i, (start, _, _) in enumerate(groups) if start < first]
    if row.has_figures and labels:
        start, stop, here = groups[labels[-1]]
        groups[labels[-1]] = (start, max(stop, first), here)
    return groups


def _grouped(pieces: Sequence[Stretch]) -> list[tuple[int, int, list[Stretch]]]:
    """Pieces by the columns that they cover together."""
    groups: list[tuple[int, int, list[Stretch]]] = []
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


# A line this much larger than most of a table's may be a heading.
LARGER = 1.08

# Places tried where a table might end and another begin.
MAX_TRIES = 8


@dataclass(frozen=True, slots=True)
class TableRegion:
    """First and last line of a table among lines, its cells, and its columns."""

    first: int
    last: int
    cells: Sequence[GridCell]
    bands: Bands | None = None
    kind: GridKind = GridKind.TABLE


def unruled_tables(
    lines: Sequence[Line], edges: Sequence[float] = (), above: Bands | None = None
) -> list[TableRegion]:
    """Tables among lines that together look like one.

    Parameters
    ----------
    lines : sequence of Line
        Lines from the top down.
    edges : sequence of float
        Edges of columns, if vertical rules give them.
    above : Bands, optional
        Columns of the table that the lines may go on with.

    Returns
    -------
    list of TableRegion
        Empty if nothing, or not everything, could be settled.
    """
    return _settled(lines, 0, edges, above, Tries()) or []


def _settled(
    lines: Sequence[Line],
    offset: int,
    edges: Sequence[float],
    above: Bands | None,
    tries: Tries,
) -> list[TableRegion] | None:
    last = offset + len(lines) - 1
    if tries.take() and (table := _table(lines, edges, above)):
        return [TableRegion(offset, last, *table)]
    # Perhaps two tables and a heading between them: the larger, the likelier.
    places = [(lines[i].size, -i) for i in _headings(lines)]
    for _, i in sorted(places, reverse=True)[:MAX_TRIES]:
        upper = _table(lines[:-i], edges, above) if tries.take() else None
        if upper:
            rest = lines[-i + 1 :]
            lower = _settled(rest, offset - i + 1, edges, upper[1], tries)
            if lower:
                return [TableRegion(offset, offset - i - 1, *upper), *lower]
    return None


def _headings(lines: Sequence[Line]) -> Iterator[int]:
    """Lines that may stand between two tables: large, or longer than any label."""
    size = size_of(lines)
    room = float("inf")
    for i, line in enumerate(lines[:-1]):
        runs = row_of(line).runs
        figures = [run for run in runs if is_numeric(run.text)]
        if figures:
            room = min(room, *(run.box[0] for run in figures))
        elif (
            i
            and len(runs) == 1
            and (line.size > LARGER * size or line.chars[-1].right > room)
        ):
            yield i


def _table(
    lines: Sequence[Line], edges: Sequence[float], above: Bands | None
) -> tuple[list[GridCell], Bands] | None:
    """Cells of one table, if it is one."""
    same = carried_on(lines, above) if above is not None and not edges else None
    bands = with_labels_of(lines, same) if same else bands_among(lines, edges)
    cells = settled_cells(lines, bands) if bands else None
    if cells is None or bands is None:
        return None
    if not edges and not same and _is_headless(cells, bands):
        # Columns that are blank here cannot be known, nor whose the others are.
        return None
    return cells, bands


def _is_headless(cells: Sequence[GridCell], bands: Bands) -> bool:
    """Whether cells are blank and nothing above the figures names their columns."""
    figured = [c.row for c in cells if is_numeric(c.text)]
    top = min(figured, default=0)
    inside = [c for c in cells if c.column >= bands.first]
    return any(not c.text for c in inside if c.row in figured) and not any(
        c.text for c in inside if c.row < top
    )


# Lines of a header above the first line that looks like a row, and how close they
# follow, in character sizes.
MAX_HEADER_LINES = 8
HEADER_PITCH = 2.4

# Lines under each other are no closer than this many character sizes.
CLOSEST = 0.95

# Lines of a label below the last line that looks like a row.
LABEL_PITCH = 1.7


def aligned_tables(
    lines: Sequence[Line], above: Bands | None = None
) -> Iterator[TableRegion]:
    """Tables among lines without rules.

    Parameters
    ----------
    lines : sequence of Line
        Lines that stand together, from the top down.
    above : Bands, optional
        Columns of the table that the first one may go on with.
    """
    rows = [row_of(line) for line in lines]
    end = -1
    for first, last in aligned_regions(rows):
        start = _header_start(lines, first, end)
        tables = unruled_tables(lines[start : _label_end(rows, last) + 1], above=above)
        if (
            not tables
            or _cuts_a_row(lines, start + tables[-1].last)
            or (_cuts_a_row(lines, start + tables[0].first - 1))
        ):
            end = last
            cells = aligned_cells(rows[first : last + 1])
            yield TableRegion(first, last, cells, kind=GridKind.ALIGNED)
            continue
        above = tables[-1].bands
        for table in tables:
            end = start + table.last
            yield replace(table, first=start + table.first, last=end)


def shown(cells: Iterable[GridCell], sheet: Sheet) -> tuple[GridCell, ...]:
    """Cells with boxes on the page as it is displayed."""
    return tuple(
        replace(cell, box=sheet.displayed(cell.box)) if cell.box else cell
        for cell in cells
    )


def _cuts_a_row(lines: Sequence[Line], i: int) -> bool:
    """Whether a line and the next are closer than lines under each other are."""
    if not 0 <= i < len(lines) - 1:
        return False
    gap = lines[i + 1].baseline - lines[i].baseline
    return gap < CLOSEST * max(lines[i].size, lines[i + 1].size)


def _header_start(lines: Sequence[Line], first: int, end: int) -> int:
    """First line of the header above a table's first row.

    Headers stand over figures, or beside such that do; a heading begins at the margin.
    """
    size = lines[first].size
    margin = min(line.chars[0].left for line in lines[first : first + 3])
    start = first
    for i in range(first - 1, max(first - 1 - MAX_HEADER_LINES, end), -1):
        line = lines[i]
        gap = lines[i + 1].baseline - line.baseline
        if gap > HEADER_PITCH * size or line.size > HEADING_SIZE * size:
            break
        if line.chars[0].left > margin + 2 * size or len(row_of(line).runs) > 1:
            start = i
    return start if start < first else _label_start(lines, first, end)


def _label_start(lines: Sequence[Line], first: int, end: int) -> int:
    """First line of the label of a table's first row, if that begins above it."""
    runs = row_of(lines[first]).runs
    room = runs[0].box[0]
    if not is_numeric(runs[0].text):
        return first
    start = first
    for i in range(first - 1, end, -1):
        line = lines[i]
        gap = lines[start].baseline - line.baseline
        if gap > LABEL_PITCH * line.size or line.chars[-1].right > room:
            break
        start = i
    return start


def _label_end(rows: Sequence[GappedLine], last: int) -> int:
    """Last line of the label of a table's last row."""
    size = rows[last].line.size
    figures = [run.box[0] for run in rows[last].runs if is_numeric(run.text)]
    room = min(figures, default=0.0)
    end = last
    for row in rows[last + 1 :]:
        gap = row.line.baseline - rows[end].line.baseline
        if gap > LABEL_PITCH * size or row.line.chars[-1].right > room:
            break
        end += 1
    return end
