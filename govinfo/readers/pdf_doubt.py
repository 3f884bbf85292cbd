"""Figures of a ruled table that its rules do not settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from govinfo.readers.pdf_aligned import is_numeric, row_of
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.pdf_text import Line, cell_text, lines_of
from govinfo.readers.ruling import Lattice

# Digits of one figure begin within this many heights of their ink after each other;
# figures in neighbouring cells are kept farther apart by the padding of cells.
DIGIT_PITCH = 0.9

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


def doubts(table: Lattice, inside: Sequence[Sequence[Char]]) -> dict[int, str]:
    """Other readings of cells, by their index.

    A figure that runs over the rule between two cells may belong to either; figures
    under each other in one cell may be one that wrapped, or several.
    """
    found: dict[int, str] = {}
    for one, other in _run_over(inside):
        text = cell_text([*inside[one], *inside[other]])
        found[one] = found[other] = text
    for i, (cell, chars) in enumerate(zip(table.cells, inside, strict=True)):
        figures = [x for x in _lines_with_digits(chars) if is_numeric(x.text)]
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
        (round(c.baseline), c.origin, i, c.bottom - c.top)
        for i, chars in enumerate(inside)
        for c in chars
        if c.text.isdigit() and not c.turn
    )
    for last, digit in zip(digits, digits[1:], strict=False):
        if (
            last[2] != digit[2]
            and last[0] == digit[0]
            and 0 < digit[1] - last[1] < DIGIT_PITCH * min(last[3], digit[3])
        ):
            yield last[2], digit[2]
