"""What stands in the cells of a ruled table, and what speaks against its rules."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from statistics import median

from govinfo.document import Box
from govinfo.readers.page.columns import UNKNOWN, Bands
from govinfo.readers.page.lattice import Lattice
from govinfo.readers.page.marks import SMALLER
from govinfo.readers.page.model import (
    WITH_UNIT,
    Char,
    Line,
    Sheet,
    cell_text,
    is_numeric,
    lines_of,
    row_of,
    sure_and_whole,
)


def lone_notes(table: Lattice, inside: Sequence[list[Char]]) -> set[int]:
    """Cells, by index, that hold nothing but a small raised digit.

    A note beside a blank must not become its figure.
    """
    rows: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for i, (cell, chars) in enumerate(zip(table.cells, inside, strict=True)):
        if cell.rowspan == 1 and chars and all(c.text.isdecimal() for c in chars):
            height = max(c.bottom - c.top for c in chars)
            rows[cell.row].append((i, height, median(c.baseline for c in chars)))
    notes: set[int] = set()
    for figures in rows.values():
        tall = max(height for _, height, _ in figures)
        usual = [base for _, height, base in figures if height > SMALLER * tall]
        line = median(usual)
        notes.update(
            i
            for i, height, base in figures
            if height <= SMALLER * tall and line - base >= RAISED_ALONE * tall
        )
    return notes


# A digit alone in its cell is a note if it stands this far above its row's figures.
RAISED_ALONE = 0.3


def bands_of(table: Lattice, inside: Sequence[Sequence[Char]]) -> Bands:
    """Columns of a ruled table with these characters in its cells."""
    figured = (
        cell.column
        for cell, chars in zip(table.cells, inside, strict=True)
        if chars and is_numeric("".join(c.text for c in chars))
    )
    return Bands(table.xs, min(figured, default=UNKNOWN))


# A picture of figures is no higher, or no wider, than this many times its cell; a seal
# or a watermark over a table is both.
BEYOND = 1.5

# A picture covers at least this part of a cell that it is meant for, or lies in it.
COVERED = 0.5

# A shape that fills its cell to this part is its ground.
GROUND = 0.8

# Smaller pictures, in points, keep lines apart and show nothing.
SPACER = 3.0

# A picture of one figure is no higher and no wider than this; a page of icons, made to
# harm or to adorn, is looked at so far.
HIGHEST, WIDEST = 30.0, 150.0
MANY = 500


def drawn_in(
    table: Lattice, inside: Sequence[Sequence[Char]], sheet: Sheet
) -> Iterator[int]:
    """
    Empty cells, by index, in which something is drawn: they are no blanks.

    Parameters
    ----------
    table : Lattice
        A ruled table.
    inside : sequence of sequence of Char
        The characters of each of its cells.
    sheet : Sheet
        What stands on the page.
    """
    pictures = [box for box in sheet.pictures if min(_size(box)) >= SPACER]
    drawings = [box for box in sheet.drawings if min(_size(box)) >= SPACER]
    if not pictures and not drawings:
        return
    for i, (cell, chars) in enumerate(zip(table.cells, inside, strict=True)):
        if not chars and (
            any(_shows_in(box, cell.box, 1.0) for box in pictures)
            or any(_shows_in(box, cell.box, GROUND) for box in drawings)
        ):
            yield i


def _size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _shows_in(box: Box, cell: Box, most: float) -> bool:
    """Whether a picture is meant for a cell, and fills no more than a part of it."""
    across = min(box[2], cell[2]) - max(box[0], cell[0])
    down = min(box[3], cell[3]) - max(box[1], cell[1])
    if across <= 0 or down <= 0:
        return False
    width, height = _size(cell)
    if _size(box)[0] > BEYOND * width and _size(box)[1] > BEYOND * height:
        return False
    covered = across * down / max(width * height, 1.0)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    lies_in = cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]
    return (lies_in or covered >= COVERED) and covered <= most


def signs_of_pictures(sheet: Sheet, without: Sequence[Box]) -> list[Char]:
    """
    A doubtful character for each picture that may show a figure.

    Where rules do not part the rows of a table, only this tells of it.

    Parameters
    ----------
    sheet : Sheet
        What stands on the page.
    without : sequence of tuple of float
        Leave out pictures in these boxes.
    """
    found = []
    for box in islice((*sheet.pictures, *sheet.drawings), MANY):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        width, height = _size(box)
        if (
            SPACER <= width <= WIDEST
            and SPACER <= height <= HIGHEST
            and not any(_holds(other, x, y) for other in without)
        ):
            # On the line of the text beside it, as high as a character of it.
            line = next((c for c in sheet.chars if c.top <= y <= c.bottom), None)
            low = line.baseline if line else box[3]
            top = line.top if line else box[1]
            found.append(
                Char(
                    "图", box[0], top, box[2], low, box[0], low, 0, False, doubtful=True
                )
            )
    return found


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


# Digits of one figure begin within this many heights of their ink after each other;
# figures in neighbouring cells are kept farther apart by the padding of cells.
DIGIT_PITCH = 0.9

# Spaced digits stand apart as far as others do, give or take this, in points.
SAME_PITCH = 0.3

# Cells with words above a figure: one may be a remark, so many are headers.
MANY_MIXED = 3

# Cells of one row with as many figures under each other.
MANY_STACKED = 2

# Digits wrap only where the next one would not fit: room left in the cell is less than
# one digit, this many points of padding, and a little.
PADDING = 12.0

# What parts thousands; no figure begins or ends with it.
THOUSANDS = (",", "，")


def has_several_rows(table: Lattice, inside: Sequence[Sequence[Char]]) -> bool:
    """Whether cells hold figures under each other, or figures under words.

    Such a table draws no rule between its rows.
    """
    mixed = 0
    stacked: Counter[tuple[int, int]] = Counter()
    single: Counter[int] = Counter()
    for cell, chars in zip(table.cells, inside, strict=True):
        lines = _lines_with_digits(chars)
        figures = [line for line in lines if is_numeric(line.text)]
        if _is_stacked(figures, cell.box[2] - cell.box[0]):
            stacked[cell.row, len(figures)] += 1
        single[cell.row] += not lines and is_numeric(cell_text(chars))
        # A unit that wrapped stands under its figure, a header over it.
        mixed += len(figures) > 0 and lines[0] not in figures
        if sum(row_of(line).figures > 1 for line in lines) > 1:
            return True
    # Beside many single figures, a few stacked ones are figures that wrapped.
    rows = (n for (row, _), n in stacked.items() if n >= single[row])
    return mixed >= MANY_MIXED or max(rows, default=0) >= MANY_STACKED


def has_several_columns(inside: Sequence[Sequence[Char]]) -> bool:
    """Whether cells hold figures beside each other: a rule is missing between them."""
    several = 0
    for chars in inside:
        digits = [c for c in chars if c.text.isdigit()]
        if len(digits) < 2:
            continue
        width = max(c.right for c in digits) - min(c.left for c in digits)
        # Most cells hold one figure of a few digits, which need not be made lines of.
        if width > len(digits) * max(c.bottom - c.top for c in digits):
            several += any(
                sum(is_numeric(run.text) for run in row_of(line).runs) > 1
                for line in lines_of(chars)
            )
    return several >= MANY_STACKED


def cuts_figure(line: Line) -> bool:
    """Whether a doubtful digit stands among the digits of a figure, no note on it."""
    return any(
        one.doubtful != other.doubtful
        and one.text.isdecimal()
        and other.text.isdecimal()
        and abs(one.baseline - other.baseline) < 1.0
        and other.origin - one.origin
        < DIGIT_PITCH * min(one.bottom - one.top, other.bottom - other.top)
        for one, other in pairwise(line.chars)
    )


# Characters over each other: by this part of a character's width, so many of a table,
# and this part of all of its characters.
OVER, MANY_OVER, SHARE_OVER = 0.4, 8, 0.05


def is_overprinted(inside: Sequence[Sequence[Char]]) -> bool:
    """Whether text runs over other text all over a table, so that nothing is sure."""
    chars = sorted(
        (c for cell in inside for c in cell if not c.turn),
        key=lambda c: (round(c.baseline), c.left),
    )
    over = sum(
        round(one.baseline) == round(other.baseline)
        and one.right - other.left
        > OVER * min(one.right - one.left, other.right - other.left)
        > 0
        for one, other in pairwise(chars)
    )
    return over >= max(MANY_OVER, SHARE_OVER * len(chars))


def doubts(
    table: Lattice, inside: Sequence[Sequence[Char]], sheet: Sheet
) -> dict[int, str]:
    """Other readings of cells, by their index.

    A figure that runs over the rule between two cells may belong to either, and one
    that runs out of the table is longer than its cell; figures under each other in one
    cell may be one that wrapped, or several.
    """
    found: dict[int, str] = {}
    top, right, bottom = table.box[1:]
    beside = [
        c
        for c in sheet.chars
        if c.left + c.right > 2 * right and top < c.baseline < bottom
    ]
    everywhere = [*inside, beside]
    for one, other in _run_over(everywhere):
        _, whole = sure_and_whole([*everywhere[one], *everywhere[other]])
        found[one] = found[other] = whole
    found.pop(len(inside), None)
    for i, (cell, chars) in enumerate(zip(table.cells, inside, strict=True)):
        sure = [c for c in chars if not c.doubtful]
        figures = [x for x in _lines_with_digits(sure) if is_numeric(x.text)]
        if _is_stacked(figures, cell.box[2] - cell.box[0]):
            found[i] = cell_text(chars).replace("\n", " ")
    return found


def _lines_with_digits(chars: Sequence[Char]) -> list[Line]:
    """Lines of a cell, if it has several and any digits."""
    if not any(c.text.isdigit() for c in chars):
        return []
    if max(c.baseline for c in chars) - min(c.baseline for c in chars) < 1.0:
        return []
    lines = lines_of(chars)
    return lines if len(lines) > 1 else []


def _is_stacked(figures: Sequence[Line], width: float) -> bool:
    """Whether figures stand under each other that would have fitted on one line."""
    if len(figures) < 2:
        return False
    if any(
        above.text.endswith(THOUSANDS) or below.text.startswith(THOUSANDS)
        for above, below in pairwise(figures)
    ):
        # The line ends at a separator of thousands: one figure, whatever the room.
        return False
    digit = max(c.right - c.left for c in figures[-1].chars)
    inks = [line.box[2] - line.box[0] for line in figures[:-1]]
    return min(inks) + 1.5 * digit + PADDING < width


def _run_over(inside: Sequence[Sequence[Char]]) -> Iterator[tuple[int, int]]:
    """Cells between which a figure goes on without a gap."""
    digits = sorted(
        (
            round(c.baseline),
            c.origin,
            i,
            # A comma is lower than the digits that it stands between.
            c.bottom - c.top if c.text.isdigit() else math.inf,
        )
        for i, chars in enumerate(inside)
        for c in chars
        if (c.text.isdigit() or c.text in THOUSANDS) and not c.turn
    )
    pairs = [
        (one[2], other[2], other[1] - one[1], min(one[3], other[3]))
        for one, other in pairwise(digits)
        if one[0] == other[0]
    ]
    # Where digits are spaced, as far as they stand apart within cells.
    within = [
        pitch
        for one, other, pitch, height in pairs
        if one == other and pitch > OVER * height
    ]
    usual = median(within) if within else 0.0
    for one, other, pitch, height in pairs:
        if one != other and (
            0 < pitch < DIGIT_PITCH * height
            or (DIGIT_PITCH * height <= usual and abs(pitch - usual) < SAME_PITCH)
        ):
            yield one, other


# What figures and their units are made of beside digits.
PARTS = frozenset("+-＋－,，.．件条项宗万亿元")

# Baselines this far apart, in points, are not at the same height.
OTHER_HEIGHT = 2.0


def wrapped_figures(table: Lattice, inside: Sequence[Sequence[Char]]) -> dict[int, str]:
    """
    Figures that wrapped, each on one line.

    Parameters
    ----------
    table : Lattice
        A ruled table.
    inside : sequence of sequence of Char
        The characters of each of its cells.

    Returns
    -------
    dict
        Index of the cell to its figure. Cells of which it is not certain are left out.
    """
    heights: dict[tuple[int, int], list[float]] = defaultdict(list)
    stacks: list[tuple[int, list[Line]]] = []
    for i, (cell, chars) in enumerate(zip(table.cells, inside, strict=True)):
        if not _may_be_figure(chars):
            continue
        baselines = [c.baseline for c in chars]
        if max(baselines) - min(baselines) < OTHER_HEIGHT:
            heights[cell.row, cell.rowspan].append(baselines[0])
        else:
            stacks.append((i, lines_of(chars)))
    found: dict[int, str] = {}
    for i, lines in stacks:
        cell = table.cells[i]
        beside = heights[cell.row, cell.rowspan]
        top, bottom = (
            lines[0].baseline + OTHER_HEIGHT,
            lines[-1].baseline - OTHER_HEIGHT,
        )
        in_the_middle = bool(beside) and all(top < at < bottom for at in beside)
        figure = "".join(line.text for line in lines)
        if (
            in_the_middle
            and WITH_UNIT.fullmatch(figure)
            and _fills(lines, cell.box[2] - cell.box[0])
        ):
            found[i] = figure
    return found


def _may_be_figure(chars: Sequence[Char]) -> bool:
    """Whether a cell holds digits and nothing but what may belong to a figure."""
    return any(c.text.isdigit() for c in chars) and all(
        (c.text.isdigit() or c.text in PARTS) and not c.turn and not c.doubtful
        for c in chars
    )


def _fills(lines: Sequence[Line], width: float) -> bool:
    """Whether the first character of each line had no room on the line above."""
    return all(
        line.box[2] - line.box[0] + below.chars[0].right - below.chars[0].left + PADDING
        > width
        for line, below in pairwise(lines)
    )
