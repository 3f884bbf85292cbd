"""Pages that are pictures, held straight, and their ink.

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
from govinfo.readers.page.lattice import Lattice, lattices
from govinfo.readers.page.model import Rule, merge_rules
from govinfo.readers.picture.ocr import Grey

Mask = Grey

# Pages are searched for a skew up to this many degrees to either side.
MAX_SKEW = 5.0
# Room round a line, in parts of its height, that the engine expects.
ROOM = 0.16
# Ink is this much darker than the paper round it, of 255, and darker than the noise.
CONTRAST = 14.0
_NOISE_TIMES = 3.5


@dataclass(frozen=True, slots=True)
class Scan:
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
    tables : tuple of Lattice
        Tables that rules enclose, in points, from the top down; their rules are wiped
        out of the picture and its ink.
    horizontals, verticals : tuple of Rule
        Long rules, those of the tables included.
    """

    grey: Grey
    ink: Mask
    scale: float
    angle: float
    tables: tuple[Lattice, ...] = ()
    horizontals: tuple[Rule, ...] = ()
    verticals: tuple[Rule, ...] = ()

    @property
    def box(self) -> Box:
        """The whole page, in points."""
        height, width = self.grey.shape
        return 0.0, 0.0, width / self.scale, height / self.scale

    def crop(self, line: Box, usual: float, within: Box, room: float = ROOM) -> Grey:
        """Picture of one line with the room round it that the engine expects.

        Parameters
        ----------
        line : Box
            Its ink.
        usual : float
            Height of a line of this text: a dash or a low letter gets as much room.
        within : Box
            The cell, whose neighbours must not show.
        room : float
            Room round the line, in parts of its height.
        """
        left, top, right, bottom = line
        height = max(bottom - top, 0.78 * usual)
        middle = (top + bottom) / 2
        margin = room * height
        box = (
            max(left - 1.5 * margin, within[0]),
            max(middle - height / 2 - margin, within[1]),
            min(right + 1.5 * margin, within[2]),
            min(middle + height / 2 + margin, within[3]),
        )
        x0, y0, x1, y1 = (round(edge * self.scale) for edge in box)
        return self.grey[max(0, y0) : max(y1, y0 + 2), max(0, x0) : max(x1, x0 + 2)]

    def as_displayed(self, box: Box) -> Box:
        """Box, in points, at its place on the page as it was before turning."""
        _, _, width, height = self.box
        x0, y0 = width / 2, height / 2
        x, y = (box[0] + box[2]) / 2 - x0, (box[1] + box[3]) / 2 - y0
        turn = math.radians(self.angle)
        dx = x * math.cos(turn) - y * math.sin(turn) - x
        dy = x * math.sin(turn) + y * math.cos(turn) - y
        return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def straighten(grey: Grey, scale: float) -> Scan:
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
    return Scan(grey, mask, scale, angle)


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


# Strokes of running text are shorter than this; rules are drawn longer.
_SHORTEST_ACROSS = 18.0
_SHORTEST_DOWN = 13.0
_SMALLEST_TABLE = (60.0, 12.0)
# Rules shorter than this begin and end at other rules.
_SURELY_A_RULE = 100.0
# The longest stroke of a letter inside a table.
_OVERHANG = 16.0
# Pieces of broken rules that are looked at; the widest break that is bridged.
_PIECE = 9.0
_GAP = 3.5
# Thicker bars are fillings, not rules.
_THICKEST = 3.5
# How far rules may miss each other, and how far the parts of one may wander.
_TOLERANCE = 3.5
_WANDER = 2.0
# Where plain rules enclose this part of a page, dotted ones are not looked for.
_MUCH = 0.2
# Dots and dashes of a rule are this close; lines of text are further apart.
_DOTS = 3.0
# A faint rule is dark in every stretch of this length.
_SEGMENT = 2.5
# Dots beat with the pixels of a scan; over this length the beat evens out.
_STRETCH = 4.5
# As long as letters in a row or two: such a rule has to be without fault.
_SHORT = 40.0
# Bars at least this long near an edge are part of its rule; shorter ones only on it.
_LONG = 20.0
_ON_RULE = 1.0


def ruled(sheet: Scan) -> Scan:
    """The same, the tables found that rules enclose, and their rules wiped out."""
    across, drawn_across, down, drawn_down, tables = _found(sheet, sheet.ink)
    height, width = sheet.ink.shape
    if _area(tables) < _MUCH * height * width / sheet.scale**2:
        # Rules of dots or dashes: taken only where they enclose clearly more.
        kernel = np.ones(max(3, round(_DOTS * sheet.scale)), np.uint8)
        dotted = _found(
            sheet,
            _closed(sheet.ink, kernel[None, :]),
            _closed(sheet.ink, kernel[:, None]),
        )
        if _area(dotted[-1]) > 1.3 * _area(tables) + 1000:
            across, drawn_across, down, drawn_down, tables = dotted
    more_across, more_down = (
        [rule for table in tables for rule in _faint(sheet, table, is_down=is_down)]
        for is_down in (False, True)
    )
    if more_across or more_down:
        tables = _lattices(_merged(across, more_across), _merged(down, more_down))
    if not across and not down:
        return sheet
    wiped = np.zeros_like(sheet.ink)
    _mark(wiped.T, drawn_across, across, more_across, sheet.scale)
    _mark(wiped, drawn_down, down, more_down, sheet.scale)
    wiped = np.asarray(cv2.dilate(wiped, np.ones((3, 3), np.uint8)), np.uint8)
    # The lightest neighbour is the paper of the cell.
    side = int(5 * sheet.scale) | 1
    paper = cv2.dilate(sheet.grey, np.ones((side, side), np.uint8))
    grey = np.where(wiped > 0, paper, sheet.grey).astype(np.uint8)
    ink = np.where(wiped > 0, 0, sheet.ink).astype(np.uint8)
    found = tuple(tables), tuple(across), tuple(down)
    return Scan(grey, ink, sheet.scale, sheet.angle, *found)


_Found = tuple[list[Rule], "_Pieces", list[Rule], "_Pieces", list[Lattice]]


def _found(sheet: Scan, across_ink: Mask, down_ink: Mask | None = None) -> _Found:
    across, drawn_across = _rules(across_ink.T, sheet.scale)
    down, drawn_down = _rules(across_ink if down_ink is None else down_ink, sheet.scale)
    horizontals = _joined(across, _SHORTEST_ACROSS)
    verticals = _joined(down, _SHORTEST_DOWN)
    for turn in range(2):
        horizontals = _anchored(horizontals, verticals)
        verticals = _anchored(verticals, horizontals)
        if not turn and down_ink is not None:
            horizontals = [r for r in horizontals if _is_even(sheet, r, is_down=False)]
            verticals = [r for r in verticals if _is_even(sheet, r, is_down=True)]
    tables = _lattices(horizontals, verticals)
    return horizontals, drawn_across, verticals, drawn_down, tables


def _is_even(sheet: Scan, rule: Rule, *, is_down: bool) -> bool:
    """Whether a rule of dots is equally dark all along, as no row of letters is."""
    grey = sheet.grey if is_down else sheet.grey.T
    scale = sheet.scale
    reach = round(2.0 * scale)
    first = max(0, round(rule.position * scale) - reach)
    strip = grey[round(rule.low * scale) : round(rule.high * scale)]
    strip = strip[:, first : first + 2 * reach + 1].astype(np.float32)
    is_short = rule.high - rule.low < _SHORT
    step = max(2, round((_SEGMENT if is_short else _STRETCH) * scale))
    n = len(strip) // step
    if not n or strip.shape[1] < reach:
        return False
    parts = strip[: n * step].reshape(n, step, -1).mean(axis=1)
    depths = np.median(parts, axis=1) - parts.min(axis=1)
    even = float((depths >= 0.5 * np.median(depths)).mean())
    return even == 1.0 if is_short else even >= 0.9


def _closed(ink: Mask, kernel: Mask) -> Mask:
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel), np.uint8)


def _area(tables: Sequence[Lattice]) -> float:
    """Enclosed area, which counts the more the finer it is divided."""
    return sum(
        (t.xs[-1] - t.xs[0]) * (t.ys[-1] - t.ys[0]) * (1 - 1 / len(t.cells))
        for t in tables
    )


def _merged(rules: Sequence[Rule], more: Sequence[Rule]) -> list[Rule]:
    return merge_rules([*rules, *more], gap=_GAP, thickness=_WANDER, shortest=0.0)


def _lattices(across: Sequence[Rule], down: Sequence[Rule]) -> list[Lattice]:
    # Strokes of one large character may enclose something; a table is larger.
    return [
        table
        for table in lattices(across, down, tolerance=_TOLERANCE)
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


def _anchored(rules: Sequence[Rule], crossing: Sequence[Rule]) -> list[Rule]:
    """Rules that are very long or run from one crossing rule to another.

    A stroke of a letter in line with a rule lengthens it: such an end is cut off.
    """
    kept = []
    for position, low, high in rules:
        crossed = [
            other.position
            for other in crossing
            if other.low - _TOLERANCE <= position <= other.high + _TOLERANCE
            and low - _TOLERANCE <= other.position <= high + _TOLERANCE
        ]
        if len(crossed) >= 2:
            first, last = min(crossed), max(crossed)
            low = first if first - low <= _OVERHANG else low
            high = last if high - last <= _OVERHANG else high
            ends_at_rules = last - first > _TOLERANCE and (low, high) == (first, last)
        else:
            ends_at_rules = False
        if ends_at_rules or high - low >= _SURELY_A_RULE:
            kept.append(Rule(position, low, high))
    return kept


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Bars of ink in one direction: the bar of each pixel, 0 for none, and places."""

    labels: npt.NDArray[np.int32]
    centres: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]


def _rules(ink: Mask, scale: float) -> tuple[list[Rule], _Pieces]:
    """Long thin bars of ink from the top down, in points."""
    length = max(3, int(_PIECE * scale))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (1, length))
    bars = cv2.morphologyEx(np.ascontiguousarray(ink), cv2.MORPH_OPEN, kernel)
    _, labels, stats, centres = cv2.connectedComponentsWithStats(bars, connectivity=8)
    _, top, width, height, area = stats.T
    centre = (np.asarray(centres[:, 0], np.float64) + 0.5) / scale
    ends = np.stack((top, top + height), axis=1) / scale
    # Mean thickness; a bar that leans a little is still thin.
    is_thin = (area / height <= _THICKEST * scale) & (width <= 0.3 * height)
    is_thin[0] = False  # the paper
    places = zip(centre[is_thin].tolist(), *ends[is_thin].T.tolist(), strict=True)
    rules = [Rule(*place) for place in places]
    centre[0] = -math.inf
    return rules, _Pieces(np.asarray(labels, np.int32), centre, ends)


def _mark(
    wiped: Mask,
    pieces: _Pieces,
    rules: Sequence[Rule],
    faint: Sequence[Rule],
    scale: float,
) -> None:
    """Mark the bars of ink that rules were joined from, and faint rules."""
    chosen = np.zeros(len(pieces.centres), bool)
    order = np.argsort(pieces.centres)
    centres = pieces.centres[order]
    for rule in rules:
        first = np.searchsorted(centres, rule.position - _TOLERANCE)
        last = np.searchsorted(centres, rule.position + _TOLERANCE)
        for at in order[first:last].tolist():
            low, high = pieces.ends[at]
            shared = min(high, rule.high) - max(low, rule.low)
            is_on = shared >= 0.6 * (high - low)
            # A short bar beside a rule is a stroke of a letter: it must lie on it.
            reach = _TOLERANCE if high - low >= _LONG else _ON_RULE
            if is_on and abs(pieces.centres[at] - rule.position) <= reach:
                chosen[at] = True
    wiped[chosen[pieces.labels]] = 255
    reach = max(1, round(0.6 * scale))
    for position, low, high in faint:
        at = round(position * scale)
        along = slice(round(low * scale), round(high * scale))
        wiped[along, max(0, at - reach) : at + reach + 1] = 255


def _faint(sheet: Scan, table: Lattice, *, is_down: bool) -> Iterator[Rule]:
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
            first, last = round((low + 1.2) * scale), round((high - 1.2) * scale)
            start = max(0, centre - reach)
            strip = grey[first:last, start : centre + reach + 1].astype(np.float32)
            if strip.shape[0] < 6 * scale or strip.shape[1] < 2 * reach:
                continue
            darkest = _darkest_column(strip, max(2, round(_SEGMENT * scale)))
            if darkest is not None:
                yield Rule((start + darkest + 0.5) / scale, low, high)


def _darkest_column(strip: npt.NDArray[np.float32], segment: int) -> int | None:
    """Column of a strip that is dark from end to end, as a rule is and text is not."""
    profile = strip.mean(axis=0)
    darkest = int(profile.argmin())
    paper = float(np.median(strip))
    depth = paper - float(profile[darkest])
    if depth < CONTRAST / 2:
        return None
    # A rule may lean by a pixel.
    near = strip[:, max(0, darkest - 1) : darkest + 2]
    for first in range(0, len(near), segment):
        part = near[first : first + segment]
        if len(part) * 2 < segment:
            continue
        if paper - float(part.mean(axis=0).min()) < 0.55 * depth:
            return None
    return darkest


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
    sides = ((before, middle), (after, middle))
    one, other = (table.cell_at(*(at if is_down else at[::-1])) for at in sides)
    return one != other
