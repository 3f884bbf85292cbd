"""Pages that are pictures: held straight, with the rules that they draw.

Lengths are in points (a 72nd of an inch) wherever they are not said to be pixels, so
that they mean the same at every resolution.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from govinfo.document import Box
from govinfo.readers.ruling import Lattice, Rule, lattices, merge_rules

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]

# Pages are searched for a skew up to this many degrees to either side.
MAX_SKEW = 5.0
# Strokes of running text are shorter than this; rules are drawn longer.
_SHORTEST_ACROSS = 18.0
_SHORTEST_DOWN = 13.0
_SMALLEST_TABLE = (60.0, 12.0)
# Pieces of broken rules that are looked at; the widest break that is bridged.
_PIECE = 9.0
_GAP = 5.0
# Thicker bars are fillings, not rules.
_THICKEST = 3.5
# How far rules may miss each other, and how far the parts of one may wander.
_TOLERANCE = 3.5
_WANDER = 2.0
# Ink is this much darker than the paper round it, of 255, and darker than the noise.
_CONTRAST = 14.0
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
    contrast = max(_CONTRAST, _NOISE_TIMES * noise)
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


@dataclass(frozen=True, slots=True)
class RuledPage:
    """Tables of a sheet, and the sheet without their rules.

    Attributes
    ----------
    tables : tuple of Lattice
        In points, from the top down.
    grey, ink : arrays of uint8
        As those of the sheet, the rules of the tables wiped out.
    """

    tables: tuple[Lattice, ...]
    grey: Grey
    ink: Mask


def ruled(sheet: Sheet) -> RuledPage:
    """Find the tables that rules enclose, and wipe their rules out."""
    across, drawn_across = _rules(sheet, is_down=False)
    down, drawn_down = _rules(sheet, is_down=True)
    tables = _lattices(across, down)
    more_across: list[Rule] = []
    more_down: list[Rule] = []
    for table in tables:
        more_across += _faint(sheet, table, is_down=False)
        more_down += _faint(sheet, table, is_down=True)
    if more_across or more_down:
        tables = _lattices([*across, *more_across], [*down, *more_down])
    wiped = np.zeros_like(sheet.ink)
    for table in tables:
        _mark(wiped, drawn_across, table.ys, table.box, sheet.scale, is_down=False)
        _mark(wiped, drawn_down, table.xs, table.box, sheet.scale, is_down=True)
    for rule in more_across:
        _draw(wiped, rule, sheet.scale, is_down=False)
    for rule in more_down:
        _draw(wiped, rule, sheet.scale, is_down=True)
    wiped = np.asarray(cv2.dilate(wiped, np.ones((3, 3), np.uint8)), np.uint8)
    side = int(6 * sheet.scale) | 1
    paper = cv2.medianBlur(sheet.grey, min(side, 255))
    grey = np.where(wiped > 0, paper, sheet.grey).astype(np.uint8)
    ink = np.where(wiped > 0, 0, sheet.ink).astype(np.uint8)
    return RuledPage(tuple(tables), grey, ink)


def _lattices(across: Sequence[Rule], down: Sequence[Rule]) -> list[Lattice]:
    tables = lattices(
        _joined(across, _SHORTEST_ACROSS),
        _joined(down, _SHORTEST_DOWN),
        tolerance=_TOLERANCE,
    )
    # Strokes of one large character may enclose something; a table is larger.
    return [
        table
        for table in tables
        if table.xs[-1] - table.xs[0] >= _SMALLEST_TABLE[0]
        and table.ys[-1] - table.ys[0] >= _SMALLEST_TABLE[1]
    ]


def _joined(pieces: Sequence[Rule], shortest: float) -> list[Rule]:
    """Join pieces to rules, and leave out chains of strokes of neighbouring letters.

    A rule has a piece longer than any stroke, or is long and nearly unbroken.
    """
    joined = merge_rules(pieces, gap=_GAP, thickness=_WANDER, shortest=_PIECE - 1)
    ordered = sorted(pieces)
    positions = [piece.position for piece in ordered]
    rules = []
    for rule in joined:
        first = bisect_left(positions, rule.position - _WANDER)
        last = bisect_right(positions, rule.position + _WANDER)
        lengths = [
            piece.high - piece.low
            for piece in ordered[first:last]
            if rule.low <= piece.low and piece.high <= rule.high
        ]
        length = rule.high - rule.low
        if max(lengths, default=0.0) >= shortest or (
            length >= 3 * shortest and sum(lengths) >= 0.9 * length
        ):
            rules.append(rule)
    return rules


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Bars of ink in one direction: where each pixel's bar stands, 0 for none."""

    labels: npt.NDArray[np.int32]
    centres: npt.NDArray[np.float64]


def _rules(sheet: Sheet, *, is_down: bool) -> tuple[list[Rule], _Pieces]:
    """Long thin bars of ink, in points."""
    length = max(3, int(_PIECE * sheet.scale))
    shape = (1, length) if is_down else (length, 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
    bars = cv2.morphologyEx(sheet.ink, cv2.MORPH_OPEN, kernel)
    _, labels, stats, centres = cv2.connectedComponentsWithStats(bars, connectivity=8)
    rules = []
    for at, (left, top, width, height, area) in enumerate(stats.tolist()):
        if at == 0:
            continue
        along, across = (height, width) if is_down else (width, height)
        # Mean thickness; a bar that leans a little is still thin.
        if area / along > _THICKEST * sheet.scale or across > 0.3 * along:
            continue
        low = top if is_down else left
        position = centres[at][0] if is_down else centres[at][1]
        rules.append(
            Rule(
                (float(position) + 0.5) / sheet.scale,
                low / sheet.scale,
                (low + along) / sheet.scale,
            )
        )
    column = 0 if is_down else 1
    return rules, _Pieces(np.asarray(labels, np.int32), (centres[:, column] + 0.5))


def _mark(
    wiped: Mask,
    pieces: _Pieces,
    edges: Sequence[float],
    box: Box,
    scale: float,
    *,
    is_down: bool,
) -> None:
    """Mark the bars that stand on the edges of a table."""
    left, top, right, bottom = (round(edge * scale) for edge in box)
    reach = round(_TOLERANCE * scale)
    area = (
        slice(max(0, top - reach), bottom + reach),
        slice(max(0, left - reach), right + reach),
    )
    there = np.unique(pieces.labels[area])
    nearest = np.abs(
        pieces.centres[there][:, None] / scale - np.asarray(edges)[None, :]
    ).min(axis=1)
    chosen = there[(nearest <= _TOLERANCE) & (there > 0)]
    if len(chosen):
        is_chosen = np.zeros(len(pieces.centres), bool)
        is_chosen[chosen] = True
        wiped[area][is_chosen[pieces.labels[area]]] = 255


def _draw(wiped: Mask, rule: Rule, scale: float, *, is_down: bool) -> None:
    low, high = round(rule.low * scale), round(rule.high * scale)
    at = round(rule.position * scale)
    reach = max(1, round(0.6 * scale))
    if is_down:
        wiped[low:high, max(0, at - reach) : at + reach + 1] = 255
    else:
        wiped[max(0, at - reach) : at + reach + 1, low:high] = 255


def _faint(sheet: Sheet, table: Lattice, *, is_down: bool) -> Iterator[Rule]:
    """Rules missed between two positions because they are faint or broken.

    Only edges of the table are looked at, where a rule stands in other rows.
    """
    grey = sheet.grey if is_down else sheet.grey.T
    scale = sheet.scale
    edges = table.xs if is_down else table.ys
    bands = table.ys if is_down else table.xs
    for at, edge in enumerate(edges):
        for low, high in zip(bands, bands[1:], strict=False):
            if _is_drawn(table, at, low, high, is_down=is_down):
                continue
            reach = round(2.5 * scale)
            centre = round(edge * scale)
            # Short of the crossing rules, which are dark themselves.
            first, last = round((low + 1.5) * scale), round((high - 1.5) * scale)
            start = max(0, centre - reach)
            strip = grey[first:last, start : centre + reach + 1].astype(np.float32)
            if strip.shape[0] < 6 * scale or strip.shape[1] < 2 * reach:
                continue
            profile = np.median(strip, axis=0)
            darkest = int(profile.argmin())
            paper = float(np.median(strip))
            depth = paper - float(profile[darkest])
            # A rule is dark over nearly all of its length; text is not.
            dark = (strip[:, max(0, darkest - 1) : darkest + 2].min(axis=1)) < (
                paper - max(6.0, depth / 2)
            )
            if depth >= _CONTRAST / 2 and dark.mean() >= 0.8:
                yield Rule((start + darkest + 0.5) / scale, low, high)


def _is_drawn(
    table: Lattice, at: int, low: float, high: float, *, is_down: bool
) -> bool:
    """Whether a table has an edge between the two positions at its sides."""
    edges = table.xs if is_down else table.ys
    if at in (0, len(edges) - 1):
        return True
    middle = (low + high) / 2
    before = (edges[at - 1] + edges[at]) / 2
    after = (edges[at] + edges[at + 1]) / 2
    if is_down:
        return table.cell_at(before, middle) != table.cell_at(after, middle)
    return table.cell_at(middle, before) != table.cell_at(middle, after)
