"""Ink of a straightened page as lines of text: which there are, and where they stand.

Lengths are in points, as in `govinfo.readers.bitmap`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from govinfo.document import Box

Grey = npt.NDArray[np.uint8]

# A blot that is no larger in either direction may be a point, a comma or dirt.
_DOT = 2.4
# Larger blots are pictures, seals or the black edge of a scan.
_LARGEST = 60.0
# A blot this far from a letter, in line heights, is not part of its line.
_NEAR = 0.8
# Height of Chinese letters in print that is neither a title nor a footnote.
_USUAL_HEIGHT = 9.5
# Room round a line, in parts of its height, that the engine expects.
_ROOM = 0.16


@dataclass(frozen=True, slots=True)
class Blot:
    """Connected ink: its box in points and how many pixels it has."""

    box: Box
    pixels: int

    @property
    def is_dot(self) -> bool:
        """Whether it is so small that it means nothing by itself."""
        left, top, right, bottom = self.box
        return right - left <= _DOT and bottom - top <= _DOT


@dataclass(frozen=True, slots=True)
class InkLine:
    """One line of text, as blots from left to right."""

    blots: tuple[Blot, ...]

    @property
    def box(self) -> Box:
        """Box round the ink."""
        return around(self.blots)

    @property
    def height(self) -> float:
        """Height of the ink."""
        return self.box[3] - self.box[1]


def around(blots: Iterable[Blot]) -> Box:
    """Box round blots."""
    lefts, tops, rights, bottoms = zip(*(blot.box for blot in blots), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def blots_of(ink: Grey, scale: float) -> list[Blot]:
    """Connected ink of a page, without single specks of noise.

    Parameters
    ----------
    ink : array of uint8
        255 where there is ink.
    scale : float
        Pixels per point.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    # Half a point square is the smallest point that is printed.
    least = max(2.0, (0.45 * scale) ** 2)
    return [
        Blot((left / scale, top / scale, (left + w) / scale, (top + h) / scale), pixels)
        for left, top, w, h, pixels in stats[1:].tolist()
        if pixels >= least and max(w, h) <= _LARGEST * scale
    ]


def lines_in(blots: Sequence[Blot], usual: float = _USUAL_HEIGHT) -> list[InkLine]:
    """Lines of text that blots form, from the top down; lone dots are left out.

    Parameters
    ----------
    blots : sequence of Blot
        Ink of one cell, or of one column of text.
    usual : float
        Height of a line where the ink does not tell it.
    """
    letters = [blot for blot in blots if not blot.is_dot]
    bands: list[list[float]] = []
    for blot in sorted(letters, key=lambda b: b.box[1]):
        _, top, _, bottom = blot.box
        # Neighbouring lines may touch by a hair after blurring.
        if bands and top < bands[-1][1] - 0.4:
            bands[-1][1] = max(bands[-1][1], bottom)
        else:
            bands.append([top, bottom])
    bands = _joined_strokes(bands, usual)
    lines = []
    for top, bottom in bands:
        own = [b for b in letters if top <= (b.box[1] + b.box[3]) / 2 <= bottom]
        if not own:
            continue
        lines.append(InkLine(tuple(sorted([*own, *_dots_by(own, blots)], key=_left))))
    return lines


def _left(blot: Blot) -> tuple[float, float]:
    return blot.box[0], blot.box[1]


def _joined_strokes(bands: list[list[float]], usual: float) -> list[list[float]]:
    """Join bands that are strokes of one letter: 二 alone in its line is two bands."""
    full = [bottom - top for top, bottom in bands if bottom - top >= 0.6 * usual]
    height = median(full) if full else usual
    joined: list[list[float]] = []
    for top, bottom in bands:
        if joined:
            before = joined[-1]
            is_thin = min(bottom - top, before[1] - before[0]) < 0.5 * height
            if is_thin and bottom - before[0] <= 1.15 * height:
                before[1] = bottom
                continue
        joined.append([top, bottom])
    return joined


def _dots_by(letters: Sequence[Blot], blots: Sequence[Blot]) -> list[Blot]:
    left, top, right, bottom = around(letters)
    near = _NEAR * max(bottom - top, 4.0)
    reach = 0.25 * (bottom - top)
    return [
        blot
        for blot in blots
        if blot.is_dot
        and top - reach <= blot.box[1]
        and blot.box[3] <= bottom + reach
        and any(
            blot.box[0] - other.box[2] <= near and other.box[0] - blot.box[2] <= near
            for other in letters
        )
        and left - near <= blot.box[0] <= right + near
    ]


def crop(
    grey: Grey,
    line: InkLine,
    scale: float,
    usual: float,
    within: Box,
    room: float = _ROOM,
) -> Grey:
    """Picture of one line with the room round it that the engine expects.

    Parameters
    ----------
    grey : array of uint8
        The page, without rules.
    line : InkLine
        What to cut out.
    scale : float
        Pixels per point.
    usual : float
        Height of a line of this text: a dash or a low letter gets as much room.
    within : Box
        The cell, whose neighbours must not show.
    room : float
        Room round the line, in parts of its height.
    """
    left, top, right, bottom = line.box
    height = max(bottom - top, 0.78 * usual)
    middle = (top + bottom) / 2
    margin = room * height
    box = (
        max(left - 1.5 * margin, within[0]),
        max(middle - height / 2 - margin, within[1]),
        min(right + 1.5 * margin, within[2]),
        min(middle + height / 2 + margin, within[3]),
    )
    x0, y0, x1, y1 = (round(edge * scale) for edge in box)
    return grey[max(0, y0) : max(y1, y0 + 2), max(0, x0) : max(x1, x0 + 2)]
