"""Pages that are pictures, held straight, and their ink.

Lengths are in points (a 72nd of an inch) wherever they are not said to be pixels, so
that they mean the same at every resolution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from govinfo.document import Box

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]

# Pages are searched for a skew up to this many degrees to either side.
MAX_SKEW = 5.0
# Ink is this much darker than the paper round it, of 255, and darker than the noise.
CONTRAST = 14.0
_NOISE_TIMES = 3.5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page held straight.

    Attributes
    ----------
    grey : array of uint8
        The straightened picture, dark ink on light paper.
    ink : array of uint8
        255 where there is ink.
    scale : float
        Pixels per point.
    angle : float
        Degrees by which the page was turned, counter-clockwise.
    """

    grey: Grey
    ink: Mask
    scale: float
    angle: float

    def as_displayed(self, box: Box) -> Box:
        """Box, in points, at its place on the page as it was before turning."""
        height, width = self.grey.shape
        x0, y0 = width / 2 / self.scale, height / 2 / self.scale
        x, y = (box[0] + box[2]) / 2 - x0, (box[1] + box[3]) / 2 - y0
        turn = math.radians(self.angle)
        dx = x * math.cos(turn) - y * math.sin(turn) - x
        dy = x * math.sin(turn) + y * math.cos(turn) - y
        return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def straighten(grey: Grey, scale: float) -> Sheet:
    """Hold a page straight and find its ink.

    Parameters
    ----------
    grey : array of uint8
        The page, dark on light.
    scale : float
        Pixels per point.
    """
    mask = _ink(grey, scale)
    angle = _skew(mask)
    if abs(angle) >= 0.03:
        height, width = grey.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        paper = float(np.median(grey))
        grey = np.asarray(
            cv2.warpAffine(
                grey,
                turn,
                (width, height),
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(paper,),
            ),
            np.uint8,
        )
        mask = _ink(grey, scale)
    else:
        angle = 0.0
    return Sheet(grey, mask, scale, angle)


def _ink(grey: Grey, scale: float) -> Mask:
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    # The spread of small differences between neighbours is noise: ink is rare.
    differences = cv2.absdiff(smooth[:, 1:], smooth[:, :-1])
    noise = 1.5 * float(np.median(differences))
    contrast = max(CONTRAST, _NOISE_TIMES * noise)
    side = int(14 * scale) | 1
    paper = cv2.blur(smooth, (side, side), borderType=cv2.BORDER_REPLICATE)
    darker = cv2.subtract(paper, smooth)
    return np.asarray(np.where(darker > contrast, 255, 0), np.uint8)


def _skew(mask: Mask) -> float:
    """Angle at which the rows of ink are sharpest, in degrees."""
    ys, xs = np.nonzero(mask)
    if len(ys) < 100:
        return 0.0
    # Forty thousand points give the angle to a few hundredths of a degree.
    step = max(1, len(ys) // 40_000)
    ys, xs = ys[::step].astype(np.float64), xs[::step].astype(np.float64)
    height, width = mask.shape
    margin = int(width * math.tan(math.radians(MAX_SKEW))) + 1

    def sharpness(angle: float) -> float:
        rows = (ys - xs * math.tan(math.radians(angle)) + margin).astype(np.intp)
        counts = np.bincount(rows, minlength=height + 2 * margin).astype(np.float64)
        return float((np.diff(counts) ** 2).sum())

    best = 0.0
    for reach, grain in ((MAX_SKEW, 0.2), (0.2, 0.04), (0.04, 0.01)):
        tries = np.arange(best - reach, best + reach + grain / 2, grain)
        best = float(max(tries, key=sharpness))
    return best if abs(best) < MAX_SKEW else 0.0
