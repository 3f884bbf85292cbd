"""Tables without rules: lines of text whose words stand above each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from govinfo.document import Grid, GridCell, GridKind
from govinfo.readers.pdf_geometry import Char, Sheet
from govinfo.readers.pdf_text import Line, gap_between

# What a table prints where a figure belongs. Signs for "does not apply" included.
NUMERIC = re.compile(r"[+\-＋－]?[\d０-９][\d０-９,，.．]*|[/／\-—－_]+")

# Gaps in parts of the character size: figures of neighbouring columns may stand close,
# digits of one figure never stand so far apart; words of one text stand closer than
# label and figure do.
NUMBER_GAP = 0.4
WORD_GAP = 0.9

# One line alone is a row of a table (cut by a page break) if it has this many figures.
MANY_FIGURES = 5

# A label over several lines separates the figures of two rows by no more lines.
MAX_LINES_BETWEEN = 5


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
    """First and last index of each stretch of rows that together look like a table."""
    regions: list[tuple[int, int]] = []
    for i, row in enumerate(rows):
        if not row.is_tabular:
            continue
        if regions and i - regions[-1][1] <= MAX_LINES_BETWEEN + 1:
            regions[-1] = (regions[-1][0], i)
        else:
            regions.append((i, i))
    return [
        (first, last)
        for first, last in regions
        if last > first or rows[first].figures >= MANY_FIGURES
    ]


def aligned_grid(rows: Iterable[Row], sheet: Sheet, page: int, number: int) -> Grid:
    """Grid of kind ALIGNED: one row per line, one cell per run, each with its box."""
    cells = [
        GridCell(run.text, r, c, box=sheet.displayed(run.box))
        for r, row in enumerate(rows)
        for c, run in enumerate(row.runs)
    ]
    return Grid(number, tuple(cells), GridKind.ALIGNED, page)
