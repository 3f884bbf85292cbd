"""Ink of a straightened page: lines of text, faint traces, digits that look alike.

Lengths are in points, as in :mod:`govinfo.readers.picture.rules`. All figures of a page
are set in one type, so each digit can be compared with the other digits of the page: a
6 that looks like the page's 8 is doubtful whatever the engine's score. Pale ink breaks
into specks where ink is told from paper; looked at with a keener eye, a digit still
stands as tall as a digit: such a cell is no blank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import cv2
import numpy as np
import numpy.typing as npt

from govinfo.document import Box, Grid, GridCell, TextBlock
from govinfo.readers.picture.ocr import Grey

# A blot that is no larger in either direction may be a point, a comma or dirt.
_DOT = 2.4
# Larger blots are pictures, seals or the black edge of a scan.
_LARGEST = 60.0
# A blot this far from a letter, in line heights, is not part of its line.
_NEAR = 0.8
# Height of Chinese letters in print that is neither a title nor a footnote.
_USUAL_HEIGHT = 9.5


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


def blots_of(ink: Grey, scale: float) -> tuple[list[Blot], npt.NDArray[np.bool_]]:
    """Connected ink of a page without specks of noise; where ink is larger than print.

    Parameters
    ----------
    ink : array of uint8
        255 where there is ink.
    scale : float
        Pixels per point.

    Returns
    -------
    list of Blot, array of bool
        Blots of letters, and the pixels of seals, pictures and edges, which may have
        swallowed a digit that they touch.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    # Half a point square is the smallest point that is printed.
    least = max(2.0, (0.45 * scale) ** 2)
    is_large = np.max(stats[:, 2:4], axis=1) > _LARGEST * scale
    is_large[0] = False
    blots = [
        Blot((left / scale, top / scale, (left + w) / scale, (top + h) / scale), pixels)
        for (left, top, w, h, pixels), large in zip(
            stats[1:].tolist(), is_large[1:].tolist(), strict=True
        )
        if pixels >= least and not large
    ]
    return blots, np.asarray(is_large[labels])


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
        if own:
            both = sorted([*own, *_dots_by(own, blots)], key=lambda b: b.box[:2])
            lines.append(InkLine(tuple(both)))
    return lines


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


# What is left of rules lies this close to the edges of a cell, in points.
_EDGE = 2.0
# Darker than the paper by so many of 255, and by so many times the cell's own noise.
_LEAST = 5.0
_NOISE_TIMES = 5.0
# A digit is at least so tall, as a part of a line with its letters, and as wide.
_TALL = 0.5
_WIDE = 0.06
# Stamps and folds are larger.
_TALLEST = 1.6


def with_traces(
    grey: Grey, boxes: Iterable[Box], scale: float, usual: float
) -> set[int]:
    """
    Cells that hold something as tall as a digit.

    Parameters
    ----------
    grey : array of uint8
        The page without its rules, dark on light.
    boxes : iterable of Box
        Cells that seem to be empty, in points.
    scale : float
        Pixels per point.
    usual : float
        Height of a line of the tables, in points.

    Returns
    -------
    set of int
        Numbers of the boxes, in their order.
    """
    smooth = cv2.GaussianBlur(grey, (0, 0), max(0.8, 0.25 * scale))
    side = int(14 * scale) | 1
    paper = cv2.blur(smooth, (side, side), borderType=cv2.BORDER_REPLICATE)
    darker = paper.astype(np.int16) - smooth
    found = set()
    for n, (left, top, right, bottom) in enumerate(boxes):
        x0, x1 = int((left + _EDGE) * scale), int((right - _EDGE) * scale)
        y0, y1 = int((top + _EDGE) * scale), int((bottom - _EDGE) * scale)
        inside = darker[y0:y1, x0:x1]
        if inside.size == 0:
            continue
        middle = float(np.median(inside))
        noise = 1.5 * float(np.median(np.abs(inside - middle)))
        mask = inside > middle + max(_LEAST, _NOISE_TIMES * noise)
        if mask.any() and _has_digit(mask, usual * scale):
            found.add(n)
    return found


def _has_digit(mask: npt.NDArray[np.bool_], line: float) -> bool:
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    height, width = mask.shape
    return any(
        _TALL * line <= tall <= _TALLEST * line
        and wide >= _WIDE * line
        and x > 0
        and y > 0
        and x + wide < width
        and y + tall < height
        for x, y, wide, tall, _ in stats[1:]
    )


# A likeness is the mean of at least so many digits besides the one that is compared.
_FEWEST = 2
# Width and height to which digits are brought for comparison.
_SIZE = (16, 24)
# A digit is doubtful if it is more like another likeness by this much correlation.
_MARGIN = 0.04
# It is what it was read as if it is this much like its own likeness, and more like it
# than like any other by the margin (`benchmarks/scans.py`: wrong digits are below 0.4).
_ALIKE = 0.75

Glyph = tuple[str, npt.NDArray[np.float32]]
"""What a character was read as, and its picture."""


class Digits:
    """Digits of a document that is a picture, each compared with all the others.

    A second reading of figures that shares nothing with the engine's but the ink.
    """

    def __init__(self) -> None:
        self._figures: dict[tuple[int, Box], Sequence[Glyph]] = {}

    def add(self, page: int, figures: dict[Box, Sequence[Glyph]]) -> None:
        """Take in the figures of a page, by the boxes of their cells."""
        for box, glyphs in figures.items():
            self._figures[page, box] = glyphs

    def settled(self, blocks: Iterable[Grid | TextBlock]) -> list[Grid | TextBlock]:
        """Blocks of the document, with what the digits of its figures look like.

        ``other_reading`` of a cell stays None where they cannot be told apart, where
        there are too few of them, or where the cell was found to be doubtful before.
        """
        seen = self._seen()

        def settled(grid: Grid, cell: GridCell) -> GridCell:
            text = seen.get((grid.page or 0, cell.box)) if cell.box else None
            is_open = text is not None and cell.other_reading is None
            return replace(cell, other_reading=text) if is_open else cell

        return [
            replace(block, cells=tuple(settled(block, cell) for cell in block.cells))
            if isinstance(block, Grid)
            else block
            for block in blocks
        ]

    def _seen(self) -> dict[tuple[int, Box], str]:
        sums: dict[str, npt.NDArray[np.float32]] = {}
        counts: defaultdict[str, int] = defaultdict(int)
        for glyphs in self._figures.values():
            for char, image in glyphs:
                sums[char] = sums[char] + image if char in sums else image.copy()
                counts[char] += 1
        looks = {at: looks_like(g, sums, counts) for at, g in self._figures.items()}
        return {at: text for at, text in looks.items() if text is not None}


def looks_like(
    glyphs: Sequence[Glyph],
    sums: dict[str, npt.NDArray[np.float32]],
    counts: dict[str, int],
) -> str | None:
    """Figure that the digits look like; None where they are like nothing clearly.

    Parameters
    ----------
    glyphs : sequence of Glyph
        Its digits.
    sums : dict
        Sum of the pictures of each digit of the document, these among them.
    counts : dict
        Number of these pictures.
    """
    seen = []
    is_clear = True
    for char, image in glyphs:
        # Its own picture must not speak for it; a decimal point is like any dust.
        if not char.isdecimal() or counts[char] - 1 < _FEWEST:
            is_clear = False
            seen.append(char)
            continue
        own = _alike(image, sums[char] - image)
        likeness, best = max(
            (
                (_alike(image, total), other)
                for other, total in sums.items()
                if other != char and other.isdecimal() and counts[other] >= _FEWEST
            ),
            default=(0.0, char),
        )
        is_clear = is_clear and own >= max(_ALIKE, likeness + _MARGIN)
        seen.append(best if likeness > own + _MARGIN else char)
    differs = any(char != look for (char, _), look in zip(glyphs, seen, strict=True))
    return "".join(seen) if is_clear or differs else None


def _alike(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    product = float((one * other).sum())
    return product / (float(np.linalg.norm(one) * np.linalg.norm(other)) or 1.0)


def digit_width(lines: Sequence[InkLine], texts: Sequence[str]) -> float:
    """Width of a digit of the page, in points, from figures that do not touch."""
    widths = [
        right - left
        for line, text in zip(lines, texts, strict=True)
        for spans in [_spans(line)]
        if len(spans) == len(text)
        for char, (left, right) in zip(text, spans, strict=True)
        if char.isdecimal() and char != "1"
    ]
    return median(widths or [0.0])


def _spans(line: InkLine) -> list[list[float]]:
    """Left and right of characters, from blots that lie over each other."""
    spans: list[list[float]] = []
    for left, _, right, _ in (blot.box for blot in line.blots):
        before = spans[-1] if spans else [left, left]
        if left < before[1] - 0.3 * min(right - left, before[1] - before[0]):
            before[1] = max(before[1], right)
        else:
            spans.append([left, right])
    return spans


def _parted(spans: list[list[float]], usual: float) -> list[list[float]]:
    """Spans of digits that touch, cut into as many as fit."""
    parted = []
    for left, right in spans:
        n = max(1, round((right - left) / (usual or right - left)))
        step = (right - left) / n
        parted += [[left + k * step, left + (k + 1) * step] for k in range(n)]
    return parted


def glyphs_of(
    grey: Grey, line: InkLine, text: str, scale: float, usual: float
) -> list[Glyph] | None:
    """Pictures of the characters of a figure, if they can be told apart.

    Parameters
    ----------
    grey : array of uint8
        The page, without rules.
    line : InkLine
        Where the figure stands.
    text : str
        What the engine read there.
    scale : float
        Pixels per point.
    usual : float
        Width of a digit of the page, in points.
    """
    spans = _spans(line)
    if len(spans) != len(text):
        spans = _parted(spans, usual)
        if len(spans) != len(text):
            return None
    _, top, _, bottom = line.box
    y0, y1 = round(top * scale), round(bottom * scale)
    found = []
    for char, (left, right) in zip(text, spans, strict=True):
        x0, x1 = round(left * scale), round(right * scale)
        image = grey[y0 : max(y1, y0 + 2), x0 : max(x1, x0 + 1)]
        resized = cv2.resize(image, _SIZE, interpolation=cv2.INTER_AREA)
        picture = resized.astype(np.float32)
        picture -= picture.mean()
        norm = float(np.linalg.norm(picture)) or 1.0
        # A 1 is much narrower than other digits, which scaling would hide.
        found.append((char, np.asarray(picture / norm, np.float32)))
    return found
