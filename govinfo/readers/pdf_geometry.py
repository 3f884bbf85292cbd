"""Where things stand on a PDF page: characters, sheets, and changes of coordinates.

All coordinates are points from the top left corner of the page turned so that its text
reads upright (`Sheet`); `Sheet.displayed` turns a box back to the page as it is
displayed, which is another one where a page is printed sideways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from govinfo.document import Box
from govinfo.readers.ruling import Rule

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Char(NamedTuple):
    """A character with the box of its ink, and the point on its baseline."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    origin: float
    baseline: float
    turn: int
    """Quarter turns counter-clockwise by which it lies on its back."""
    spaced: bool
    """Whether white space is printed before it."""
    doubtful: bool = False
    """Whether it may be no part of a figure: a note, struck out, or not seen."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, or one of two pages on a sheet, with everything found on it."""

    width: float
    height: float
    chars: tuple[Char, ...] = ()
    horizontals: tuple[Rule, ...] = ()
    verticals: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    drawings: tuple[Box, ...] = ()
    """Shapes that are neither rules nor grounds: a figure may be drawn in them."""
    unmapped: int = 0
    """Characters whose font does not say which character they are."""
    is_cut: bool = False
    """Whether a limit ended the reading of the page."""
    has_hidden_text: bool = False
    """Whether the text is drawn invisibly, as scanners do over a picture."""
    n_paths: int = 0
    """Shapes on the page; text that was turned into outlines has thousands."""
    has_fields: bool = False
    """Whether fields of a form or remarks were made part of it."""
    to_displayed: Matrix = field(default=IDENTITY, repr=False)

    def displayed(self, box: Box) -> Box:
        """Turn a box back to the page as it is displayed."""
        return transformed(self.to_displayed, box)


def times(first: Matrix, then: Matrix) -> Matrix:
    """One matrix that applies `first` and then `then`."""
    a, b, c, d, e, f = first
    k, m, n, o, p, q = then
    return (
        a * k + b * n,
        a * m + b * o,
        c * k + d * n,
        c * m + d * o,
        e * k + f * n + p,
        e * m + f * o + q,
    )


def transformed(matrix: Matrix, box: Box) -> Box:
    """Smallest upright box round a transformed box.

    Examples
    --------
    >>> transformed((0, 1, -1, 0, 0, 0), (1, 2, 3, 5))
    (-5, 1, -2, 3)
    """
    a, b, c, d, e, f = matrix
    left, top, right, bottom = box
    xs = [a * x + c * y + e for x in (left, right) for y in (top, bottom)]
    ys = [b * x + d * y + f for x in (left, right) for y in (top, bottom)]
    return min(xs), min(ys), max(xs), max(ys)


def frame(turn: int, box: Box) -> Matrix:
    """Matrix from a page's own space to the top left of the page as turned.

    Parameters
    ----------
    turn : int
        Quarter turns clockwise.
    box : tuple of float
        Left, bottom, right and top of the visible part of the page.
    """
    left, bottom, right, top = box
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, -1.0, -1.0, 0.0, top, right),
    )[turn % 4]


def inverse(matrix: Matrix) -> Matrix:
    """The matrix that undoes another."""
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return (
        d / det,
        -b / det,
        -c / det,
        a / det,
        (c * f - d * e) / det,
        (b * e - a * f) / det,
    )
