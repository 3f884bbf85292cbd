"""A second look at figures that were read from a picture.

All figures of a page are set in one type, so each digit can be compared with the other
digits of the page: a 6 that looks like the page's 8 is doubtful whatever the engine's
score. Lengths are in points, as in `govinfo.readers.bitmap`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from govinfo.readers.inklines import Grey, InkLine

# Figures as engines read them; what else a cell holds is not compared.
FIGURE = re.compile(r"[0-9][0-9.,，]*")
# A likeness is the mean of at least so many digits besides the one that is compared.
_FEWEST = 3
# Width and height to which digits are brought for comparison.
_SIZE = (16, 24)
# A digit is doubtful if it is more like another likeness by this much correlation.
_MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second look makes of a figure.

    Attributes
    ----------
    text : str or None
        The figure as it looks, None where the digits cannot be told apart or there are
        too few of them on the page.
    """

    text: str | None


def second_look(
    grey: Grey, lines: Sequence[InkLine], texts: Sequence[str], scale: float
) -> list[Verdict]:
    """Compare the digits of figures with each other.

    Parameters
    ----------
    grey : array of uint8
        The page, without rules.
    lines : sequence of InkLine
        Where the figures stand.
    texts : sequence of str
        What the engine read there.
    scale : float
        Pixels per point.

    Returns
    -------
    list of Verdict
        One for each line.
    """
    digits: list[list[tuple[str, npt.NDArray[np.float32]]] | None] = []
    for line, text in zip(lines, texts, strict=True):
        digits.append(_digits(grey, line, text, scale))
    sums: dict[str, npt.NDArray[np.float32]] = {}
    counts: defaultdict[str, int] = defaultdict(int)
    for figure in digits:
        for char, image in figure or ():
            sums[char] = sums[char] + image if char in sums else image.copy()
            counts[char] += 1
    return [_verdict(figure, sums, counts) for figure in digits]


def _verdict(
    figure: list[tuple[str, npt.NDArray[np.float32]]] | None,
    sums: dict[str, npt.NDArray[np.float32]],
    counts: dict[str, int],
) -> Verdict:
    if figure is None:
        return Verdict(None)
    seen = []
    for char, image in figure:
        if not char.isdecimal():
            seen.append(char)
            continue
        # Its own picture must not speak for it.
        if counts[char] - 1 < _FEWEST:
            return Verdict(None)
        own = _alike(image, sums[char] - image)
        best, likeness = char, own
        for other, total in sums.items():
            if other == char or not other.isdecimal() or counts[other] < _FEWEST:
                continue
            alike = _alike(image, total)
            if alike > likeness and alike > own + _MARGIN:
                best, likeness = other, alike
        seen.append(best)
    return Verdict("".join(seen))


def _alike(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    product = float((one * other).sum())
    return product / (float(np.linalg.norm(one) * np.linalg.norm(other)) or 1.0)


def _digits(
    grey: Grey, line: InkLine, text: str, scale: float
) -> list[tuple[str, npt.NDArray[np.float32]]] | None:
    """Pictures of the characters of a figure, if they can be told apart."""
    if not FIGURE.fullmatch(text):
        return None
    spans: list[list[float]] = []
    for blot in line.blots:
        left, _, right, _ = blot.box
        if spans and left < spans[-1][1] - 0.3 * min(
            right - left, spans[-1][1] - spans[-1][0]
        ):
            spans[-1][1] = max(spans[-1][1], right)
        else:
            spans.append([left, right])
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
