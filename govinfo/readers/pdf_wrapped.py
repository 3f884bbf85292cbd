"""Figures of a ruled table that were too long for one line of their cell.

Digits under each other are one figure that wrapped, or the figures of two rows between
which a rule is missing. They are one where the next digit would not have fitted on the
line above, and where the other figures of the row stand in the middle: beside two rows
they would stand at the height of one of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from govinfo.readers.pdf_doubt import PADDING
from govinfo.readers.pdf_geometry import Char
from govinfo.readers.pdf_text import Line, lines_of
from govinfo.readers.ruling import Lattice

# A figure, the unit that may stand behind it, and what both are made of beside digits.
FIGURE = re.compile(r"[+\-＋－]?\d[\d,，.．]*[件条项宗万亿元]{0,3}")
PARTS = frozenset("+-＋－,，.．件条项宗万亿元")

# Baselines this far apart, in points, are not at the same height.
APART = 2.0


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
        if max(baselines) - min(baselines) < APART:
            heights[cell.row, cell.rowspan].append(baselines[0])
        else:
            stacks.append((i, lines_of(chars)))
    found: dict[int, str] = {}
    for i, lines in stacks:
        cell = table.cells[i]
        beside = heights[cell.row, cell.rowspan]
        top, bottom = lines[0].baseline + APART, lines[-1].baseline - APART
        in_the_middle = bool(beside) and all(top < at < bottom for at in beside)
        figure = "".join(line.text for line in lines)
        if (
            in_the_middle
            and FIGURE.fullmatch(figure)
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
