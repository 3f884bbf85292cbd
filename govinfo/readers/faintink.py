"""Traces of print in cells of a picture that seem to be empty.

Pale ink breaks into specks where ink is told from paper. Looked at with a keener eye, a
speck stays a speck, and a digit stands as tall as a digit: such a cell is no blank.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from govinfo.document import Box
from govinfo.readers.bitmap import Grey

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
