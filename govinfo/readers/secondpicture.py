"""Cells of a picture read again, each from its own cut: the second reading.

The first reading takes lines from a page that was straightened and freed of its rules.
This one cuts the cell out of the page as it is, at another scale, in black and white,
and leaves out what touches the edges of the cut. A figure that comes out the same was
read twice from two different pictures of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from govinfo.document import Box
from govinfo.errors import engine

# Points: inside of the rules of a cell, and room round the ink that the engine expects.
_INSIDE = 1.2
_ROOM = 0.3
# Pixels for a point: finer than the first reading takes.
_SCALE = 5.0
# Height in pixels below which ink is dust; a decimal point is higher.
_DUST = 3


def cells_again(page: Any, scale: float, boxes: Sequence[Box], name: str) -> list[str]:
    """
    Read cells of a page that is a picture.

    Parameters
    ----------
    page : PIL.Image.Image
        The page.
    scale : float
        Its pixels per point.
    boxes : sequence of Box
        The cells, in points.
    name : str
        The file, for messages.

    Returns
    -------
    list of str
        What stands in each cell; empty where there is no ink.

    Raises
    ------
    MissingExtra
        If ``govinfo-cn[ocr]`` is not installed.
    EngineFailed
        If OpenCV or onnxruntime stops.
    """
    with engine("Reading pictures"):
        from govinfo.readers import ocr

        grey = np.asarray(page.convert("L"), np.uint8)
        cuts = [_cut(grey, scale, box) for box in boxes]
        inked = [cut for cut in cuts if cut is not None]
        read = iter(ocr.engine(name).read(inked))
    return ["" if cut is None else next(read).text.strip() for cut in cuts]


def _cut(
    grey: npt.NDArray[np.uint8], scale: float, box: Box
) -> npt.NDArray[np.uint8] | None:
    import cv2

    left, top, right, bottom = box
    rows = slice(
        max(0, round((top + _INSIDE) * scale)),
        max(0, round((bottom - _INSIDE) * scale)),
    )
    columns = slice(
        max(0, round((left + _INSIDE) * scale)),
        max(0, round((right - _INSIDE) * scale)),
    )
    part = grey[rows, columns]
    if min(part.shape, default=0) < 2:
        return None
    factor = max(1.0, _SCALE / scale)
    size = (round(part.shape[1] * factor), round(part.shape[0] * factor))
    part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LANCZOS4))
    # A cell without ink would be all ink once it is split at its own middle.
    if int(part.max()) - int(part.min()) < 60:
        return None
    _, ink = cv2.threshold(part, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height, width = ink.shape
    kept = []
    for label in range(1, count):
        x, y, w, h, _ = stats[label]
        touches = x == 0 or y == 0 or x + w == width or y + h == height
        if not touches and h >= _DUST:
            kept.append(label)
    if not kept:
        return None
    inked = np.isin(labels, kept)
    ys, xs = np.nonzero(inked)
    high, wide = ys.max() - ys.min() + 1, xs.max() - xs.min() + 1
    room = round(_ROOM * high)
    cut = np.full((high + 2 * room, wide + 2 * room), 255, np.uint8)
    inner = inked[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    cut[room : room + high, room : room + wide][inner] = 0
    return np.asarray(cv2.GaussianBlur(cut, (3, 3), 0), np.uint8)
