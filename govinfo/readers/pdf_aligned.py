"""Tables without rules: lines of text whose words stand above each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from govinfo.document import GridCell
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.pdf_text import Line, gap_between

# What a table prints where a figure belongs. Signs for "does not apply" included.
NUMERIC = re.compile(r"[+\-＋－]?[\d０-９][\d０-９,，.．]*|[/／\-—－_]+")

# What the first or the last line of a page may be.
PAGE_NUMBER = re.compile(r"[-—–－·]?\s*\d{1,3}\s*[-—–－·]?")

# Gaps in parts of the character size: figures of neighbouring columns may stand close,
# digits of one figure never stand so far apart; words of one text stand closer than
# label and figure do.
NUMBER_GAP = 0.4
WORD_GAP = 0.9

# One line alone is a row of a table (cut by a page break) if it has this many figures.
MANY_FIGURES = 5

# A header separates the figures of two rows by no more lines.
MAX_LINES_BETWEEN = 5

# Chinese characters are so much higher than figures of the same size.
FIGURE_SIZE = 1.25

# A figure stands within this many character sizes of both middle lines of its label;
# rows of a table within this many of the next line. A line this much larger than rows
# is a heading.
HALF_PITCH, FAR, HEADING_SIZE = 1.1, 6.0, 1.2


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text cut at its gaps."""

    line: Line
    runs: tuple[Line, ...]

    @property
    def figures(self) -> int:
        """How many figures the row holds."""
        return sum(is_numeric(run.text) for run in self.runs)

    @property
    def is_tabular(self) -> bool:
        """Whether the line looks like a row of a table."""
        return len(self.runs) >= 3 or (len(self.runs) == 2 and self.figures >= 1)


def is_numeric(text: str) -> bool:
    """Whether a text is a figure or a sign in its place.

    Examples
    --------
    >>> [is_numeric(t) for t in ("1,362", "-417", "/", "24252.31", "3件", "")]
    [True, True, True, True, False, False]
    """
    return NUMERIC.fullmatch(text) is not None


def row_of(line: Line) -> Row:
    """Cut a line into runs of characters between gaps."""
    size = line.size
    runs: list[Line] = []
    run: list[Char] = []
    for char in line.chars:
        if run:
            last = run[-1]
            gap = gap_between(last, char, size)
            both = _is_digit(last.text) and _is_digit(char.text)
            if gap > (NUMBER_GAP if both else WORD_GAP) * size:
                runs.append(Line(tuple(run)))
                run = []
        run.append(char)
    runs.append(Line(tuple(run)))
    return Row(line, tuple(runs))


def _is_digit(text: str) -> bool:
    return text.isdigit() or text in "/／-—－_"


def aligned_regions(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """First and last index of each stretch of rows that together look like a table.

    Few lines part the rows of a table, or many that all are as short as its labels;
    no heading does, and no wide gap.
    """
    regions: list[tuple[int, int]] = []
    room = float("inf")
    for i, row in enumerate(rows):
        if not (row.is_tabular or _is_beside_label(rows, i)):
            continue
        if i in (0, len(rows) - 1) and PAGE_NUMBER.fullmatch(row.line.text):
            continue
        figures = [run.box[0] for run in row.runs if is_numeric(run.text)]
        if regions and _belong(rows[regions[-1][1] : i + 1], room):
            regions[-1] = (regions[-1][0], i)
        else:
            regions.append((i, i))
            room = float("inf")
        room = min(room, *figures) if figures else room
    return [
        (first, last)
        for first, last in regions
        if last > first or rows[first].figures >= MANY_FIGURES
    ]


def _is_beside_label(rows: Sequence[Row], i: int) -> bool:
    """Whether a row is one figure, between the lines of its label."""
    row = rows[i]
    if len(row.runs) > 1 or not row.figures:
        return False
    return any(
        abs(other.line.baseline - row.line.baseline) <= HALF_PITCH * other.line.size
        and other.line.chars[-1].right < row.line.chars[0].left
        for other in rows[max(0, i - 1) : i + 2]
    )


def _text_size(line: Line) -> float:
    """Character size of a line that may be figures only, which are less high."""
    return (
        line.size
        if any(c.text >= "\u2e80" for c in line.chars)
        else (FIGURE_SIZE * line.size)
    )


def _belong(rows: Sequence[Row], room: float) -> bool:
    """Whether the first and the last of some rows may be rows of one table."""
    if any(
        low.line.baseline - high.line.baseline > FAR * high.line.size
        for high, low in pairwise(rows)
    ):
        return False
    between = rows[1:-1]
    size = max(_text_size(rows[0].line), _text_size(rows[-1].line))
    if any(len(r.runs) == 1 and r.line.size > HEADING_SIZE * size for r in between):
        return False
    return len(between) <= MAX_LINES_BETWEEN or all(
        row.line.chars[-1].right < room for row in between
    )


def aligned_cells(rows: Iterable[Row]) -> tuple[GridCell, ...]:
    """Cells of a grid of kind ALIGNED: one row per line, one cell per run."""
    return tuple(
        GridCell(run.text, r, c, box=run.box)
        for r, row in enumerate(rows)
        for c, run in enumerate(row.runs)
    )
