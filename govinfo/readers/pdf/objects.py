"""One walk over what a PDF page draws: rules, pictures, and what may mark its text.

A page of dark text, with rules between it and light grounds painted before it, marks
nothing. Digits that anything else touches are suspect: they are looked at in two
drawings of the page.
"""

from __future__ import annotations

import ctypes
import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from govinfo.document import Box
from govinfo.readers.page.model import Char, Matrix, Rules, times, transformed
from govinfo.readers.pdf.calls import address, calls

# A page with dotted rules has 10,000 paths. Beyond these it is not a report's page, and
# is not read to its end.
MAX_OBJECTS = 200_000
MAX_SEGMENTS = 400_000

# Forms in forms in forms: more is a file made to harm.
MAX_DEPTH = 6

# Shapes less high or wide than this, in points, draw nothing but lines.
THIN = 2.0

# A box has at most so many segments.
STRAIGHT = 5

# Text this dark, of 255, is seen on every ground that is lighter by so much; what is
# less opaque than this does not cover.
DARK, CONTRAST, OPAQUE = 100, 60, 250

# Faint text is a watermark if it is slanted by more than this, or has so many letters
# and stands at so many places across and down the page.
SLANT, WORD, TILES = 0.05, 2, 3

# Fake bold draws outlines no broader than this, in points.
OUTLINE = 1.0

# Render modes of PDF: filled, as fake bold is, and those that draw nothing.
_FILL, _BOLD = 0, 2
_FILLED, _UNSEEN = (_FILL, _BOLD), (3, 7)

# Text lighter than this is not seen on white paper.
PALE = 215

# With more than so many shapes that may mark text, every digit is suspect.
MANY = 300

# A rule through this middle part of a digit may strike it out; outside it underlines.
THROUGH = 0.22

# A rule goes on where it is not seen if a clip cuts so much of it off, in points.
CUT_OFF = 2.0

# Boxes are kept in strips of this many points, so that few are asked for each digit.
_STRIP = 16


class Ink(NamedTuple):
    """How a text object is painted: when, how light, and whether in no usual way."""

    order: int
    light: int
    is_odd: bool
    is_faint: bool = False
    """Whether it is neither dark nor opaque, as text of a table seldom is."""
    is_slanted: bool = False
    is_turned: bool = False
    """Whether it is mirrored or stands on its head."""


class Ground(NamedTuple):
    """A box that is filled."""

    order: int
    box: Box
    light: int


class Objects:
    """What a page draws, gathered in one walk."""

    def __init__(self, width: float) -> None:
        self.raw = raw = calls()
        self.width = width
        self.rules = Rules()
        self.pictures: list[Box] = []
        self.drawings: list[Box] = []
        self.is_cut = False
        self.has_inner_text = False
        """Whether forms on the page hold text, whose tags are theirs alone."""
        self.hidden = 0
        self.shown = 0
        self.paths = 0
        # As an `Ink` each, which few are asked for.
        self._inks: dict[int, tuple[int, int, bool, bool, bool, bool]] = {}
        self._covers: list[Box] = []
        self._grounds: dict[int, list[Ground]] = defaultdict(list)
        self._left, self._right = math.inf, -math.inf
        self._cuts = [math.inf, -math.inf]
        self._is_plain = True
        self._has_pale = self._has_faint = False
        self._order = 0
        self._segments = MAX_SEGMENTS
        self._edges = tuple(ctypes.c_float() for _ in range(4))
        self._to_edges = tuple(map(ctypes.addressof, self._edges))
        self._matrix, self._size = raw.FS_MATRIX(), ctypes.c_float()
        self._to_matrix = ctypes.addressof(self._matrix)
        self._to_size = ctypes.addressof(self._size)
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._to_colour = tuple(map(ctypes.addressof, self._colour))

    def page(self, page: Any, matrix: Matrix) -> None:
        """Gather from an open page, its space changed by a matrix."""
        raw, place = self.raw, address(page)
        get = raw.FPDFPage_GetObject
        numbers = range(raw.FPDFPage_CountObjects(place))
        self._objects_of((get(place, i) for i in numbers), matrix, 0)

    def suspects(
        self, chars: Sequence[Char], text_object: Callable[[int], Any]
    ) -> tuple[list[int], set[int]]:
        """
        Digits that something on the page may mark, by index.

        Parameters
        ----------
        chars : sequence of Char
            The characters of the page.
        text_object : callable
            The text object of pdfium that holds the character of an index.

        Returns
        -------
        tuple of list of int and set of int
            All of them, and those among them that a box is painted over for certain.
        """
        digits = [i for i, char in enumerate(chars) if char.text.isdecimal()]
        if len(self._covers) > MANY:
            return digits, set()
        covers: dict[int, list[Box]] = defaultdict(list)
        for box in self._covers:
            for strip in _strips(box):
                covers[strip].append(box)
        level, upright = sorted(self.rules.horizontals), sorted(self.rules.verticals)
        heights = [rule.position for rule in level]
        places = [rule.position for rule in upright]
        found = []
        covered = set()
        for i in digits:
            char = chars[i]
            left, top, right, bottom = char[1:5]
            x, y = (left + right) / 2, (top + bottom) / 2
            down, across = THROUGH * (bottom - top), THROUGH * (right - left)
            first = bisect_left(heights, top + down)
            last = bisect_right(heights, bottom - down)
            one = bisect_left(places, left + across)
            other = bisect_right(places, right - across)
            if (
                any(rule.low <= x <= rule.high for rule in level[first:last])
                or any(rule.low <= y <= rule.high for rule in upright[one:other])
                or any(
                    box[0] < right
                    and left < box[2]
                    and box[1] < bottom
                    and top < box[3]
                    for strip in {int(top) // _STRIP, int(bottom) // _STRIP}
                    for box in covers.get(strip, ())
                )
                or (not self._is_plain and self._is_odd(text_object(i), x, y))
            ):
                found.append(i)
                if not self._is_plain and self._is_covered(text_object(i), char[1:5]):
                    covered.add(i)
        return found, covered

    def watermarks(
        self, chars: Sequence[Char], text_object: Callable[[int], Any]
    ) -> set[int]:
        """Characters, by index, of faint text that is slanted or tiles the page."""
        runs: dict[int, list[int]] = defaultdict(list)
        slanted: set[int] = set()
        for i in range(len(chars) if self._has_faint else 0):
            ink = self._ink(text_object(i))
            if ink and ink.is_slanted:
                slanted.add(i)
            elif ink and ink.is_faint:
                runs[ink.order].append(i)
        tiles: dict[str, list[list[int]]] = defaultdict(list)
        for run in runs.values():
            text = "".join(chars[i].text for i in run)
            if sum(char.isalpha() for char in text) >= WORD:
                tiles[text].append(run)
        for copies in tiles.values():
            firsts = [chars[run[0]] for run in copies]
            across = {round(char.origin) for char in firsts}
            down = {round(char.baseline) for char in firsts}
            if min(len(across), len(down)) >= TILES:
                slanted.update(i for run in copies for i in run)
        return slanted

    def pale(
        self, chars: Sequence[Char], text_object: Callable[[int], Any]
    ) -> list[list[int]]:
        """Runs of text that white paper does not show: indices of their characters."""
        runs: dict[int, list[int]] = defaultdict(list)
        for i in range(len(chars) if self._has_pale else 0):
            ink = self._ink(text_object(i))
            if ink and ink.light > PALE:
                runs[ink.order].append(i)
        return list(runs.values())

    def _ink(self, item: Any) -> Ink | None:
        found = self._inks.get(item) if item else None
        return Ink(*found) if found else None

    def _is_odd(self, item: Any, x: float, y: float) -> bool:
        """Whether a text is painted so, or on such a ground, that it may hide."""
        ink = self._ink(item)
        if ink is None or ink.is_odd:
            return True
        for order, (left, top, right, bottom), light in reversed(
            self._grounds.get(int(y) // _STRIP, [])
        ):
            if left <= x <= right and top <= y <= bottom:
                return order > ink.order or light - ink.light < CONTRAST
        return False

    def _is_covered(self, item: Any, box: Box) -> bool:
        """Whether a text is turned, or a box that was painted later holds all of it."""
        ink = self._ink(item)
        return ink is not None and (
            ink.is_turned
            or any(
                ground.order > ink.order
                and ground.box[0] <= box[0]
                and ground.box[1] <= box[1]
                and box[2] <= ground.box[2]
                and box[3] <= ground.box[3]
                for ground in self._grounds.get(int(box[1]) // _STRIP, ())
            )
        )

    def _objects_of(self, objects: Iterator[Any], matrix: Matrix, depth: int) -> None:
        raw = self.raw
        type_of, bounds_of = raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds
        left, bottom, right, top = self._edges
        to_edges = self._to_edges
        a, b, c, d, e, f = matrix
        upright = b == 0 and c == 0
        for item in objects:
            self._order += 1
            if self._order > MAX_OBJECTS:
                self.is_cut = True
                return
            kind = type_of(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self.has_inner_text |= depth > 0
                self._text(item, matrix)
                continue
            if not bounds_of(item, *to_edges):
                continue
            x0, x1, y0, y1 = left.value, right.value, bottom.value, top.value
            if upright:
                x0, x1, y0, y1 = a * x0 + e, a * x1 + e, d * y0 + f, d * y1 + f
                if x0 > x1:
                    x0, x1 = x1, x0
                if y0 > y1:
                    y0, y1 = y1, y0
            else:
                x0, y0, x1, y1 = transformed(matrix, (x0, y0, x1, y1))
            if kind == raw.FPDF_PAGEOBJ_FORM:
                if raw.FPDFPageObj_HasTransparency(item) or self._is_clipped(item):
                    self._covers.append((x0, y0, x1, y1))
                if depth < MAX_DEPTH:
                    self._form(item, matrix, depth)
            elif kind == raw.FPDF_PAGEOBJ_SHADING:
                self._covers.append((x0, y0, x1, y1))
            elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
                if self.rules.thin(x0, y0, x1, y1):
                    if x0 < self._left or x1 > self._right:
                        self._reach(item, matrix, x0, x1)
                    continue
                if kind == raw.FPDF_PAGEOBJ_IMAGE:
                    self.pictures.append((x0, y0, x1, y1))
                    self._covers.append((x0, y0, x1, y1))
                else:
                    self.paths += 1
                    self._path(item, matrix, (x0, y0, x1, y1))

    def _text(self, item: Any, matrix: Matrix) -> None:
        # Some printers make every character an object: asked thousands of times.
        raw, m, size = self.raw, self._matrix, self._size
        mode = raw.FPDFTextObj_GetTextRenderMode(item)
        if mode in _UNSEEN:
            self.hidden += 1
        else:
            self.shown += 1
        light, opacity = self._filled_with(item)
        is_faint = (
            light > DARK
            or opacity < OPAQUE
            or bool(raw.FPDFPageObj_HasTransparency(item))
        )
        clip = raw.FPDFPageObj_GetClipPath(item)
        is_odd = (
            is_faint
            or mode not in _FILLED
            or (mode == _BOLD and self._is_outlined(item))
            or (raw.FPDFClipPath_CountPaths(clip) > 0 and self._is_clipped(item))
        )
        raw.FPDFPageObj_GetMatrix(item, self._to_matrix)
        raw.FPDFTextObj_GetFontSize(item, self._to_size)
        a, b, c, d = m.a, m.b, m.c, m.d
        right, down, left, up, _, _ = matrix
        a, b = a * right + b * left, a * down + b * up
        c, d = c * right + d * left, c * down + d * up
        # Down the page is up in the text's own space, unless it is mirrored.
        is_turned = a * d > b * c or (a < -abs(b)) != (size.value < 0)
        if is_odd or is_turned:
            self._is_plain = False
            self._has_pale |= light > PALE
        self._has_faint |= is_faint
        is_slanted = is_faint and min(abs(a), abs(b)) > SLANT * max(abs(a), abs(b))
        is_odd = is_odd or is_turned
        self._inks[item] = self._order, light, is_odd, is_faint, is_slanted, is_turned

    def _is_outlined(self, item: Any) -> bool:
        """Whether the outline of a text is drawn in a light colour, or broad."""
        raw, width = self.raw, ctypes.c_float()
        red, green, blue, _ = self._colour
        raw.FPDFPageObj_GetStrokeWidth(item, ctypes.addressof(width))
        raw.FPDFPageObj_GetStrokeColor(item, *self._to_colour)
        return width.value > OUTLINE or max(c.value for c in (red, green, blue)) > DARK

    def _is_clipped(self, item: Any) -> bool:
        """Whether a clip may cut something off: it is no box that holds all of it."""
        boxes = list(self._clips(item))
        if not boxes:
            return False
        left, bottom, right, top = self._edges
        if not self.raw.FPDFPageObj_GetBounds(item, *self._to_edges):
            return True
        return any(
            box is None
            or left.value < box[0]
            or right.value > box[2]
            or bottom.value < box[1]
            or top.value > box[3]
            for box in boxes
        )

    def _clips(self, item: Any) -> Iterator[Box | None]:
        """Boxes that clips leave, in the object's own space; None if one is no box."""
        raw = self.raw
        clip = raw.FPDFPageObj_GetClipPath(item)
        count = raw.FPDFClipPath_CountPaths(clip) if clip else 0
        x, y = ctypes.c_float(), ctypes.c_float()
        to_point = ctypes.addressof(x), ctypes.addressof(y)
        for path in range(count):
            n_points = raw.FPDFClipPath_CountPathSegments(clip, path)
            points = []
            for i in range(n_points if n_points <= STRAIGHT else 0):
                segment = raw.FPDFClipPath_GetPathSegment(clip, path, i)
                raw.FPDFPathSegment_GetPoint(segment, *to_point)
                points.append((x.value, y.value))
            if points:
                xs, ys = zip(*points, strict=True)
                yield min(xs), min(ys), max(xs), max(ys)
            else:
                yield None

    def _reach(self, item: Any, matrix: Matrix, left: float, right: float) -> None:
        """How far to its sides a page shows rules, and where it cuts some off."""
        for box in self._clips(item):
            low, _, high, _ = transformed(matrix, box) if box else (left, 0, right, 0)
            if high - low >= self.width / 2:
                if right > high + CUT_OFF:
                    self._cuts[1] = max(self._cuts[1], high)
                if left < low - CUT_OFF:
                    self._cuts[0] = min(self._cuts[0], low)
                left, right = max(left, low), min(right, high)
        self._left, self._right = min(self._left, left), max(self._right, right)

    def extent(self) -> tuple[float, float]:
        """Left and right end of what the page shows of its tables."""
        left, right = self._cuts
        return (
            left if 0.0 < left <= min(self._left + 1.0, self.width) else 0.0,
            right if max(self._right - 1.0, 0.0) <= right < self.width else self.width,
        )

    def _form(self, item: Any, matrix: Matrix, depth: int) -> None:
        raw = self.raw
        m = self._matrix
        raw.FPDFPageObj_GetMatrix(item, self._to_matrix)
        inner = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        count = raw.FPDFFormObj_CountObjects(item)
        get = raw.FPDFFormObj_GetObject
        self._objects_of((get(item, i) for i in range(count)), inner, depth + 1)

    def _path(self, item: Any, matrix: Matrix, box: Box) -> None:
        """Rules in a shape of some size, its thin parts and sides, and its ground."""
        raw = self.raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, ctypes.addressof(fill), ctypes.addressof(stroke))
        count = raw.FPDFPath_CountSegments(item)
        if count > STRAIGHT and min(box[2] - box[0], box[3] - box[1]) >= THIN:
            self.drawings.append(box)
        if fill.value:
            self._fill(item, box, is_box=count <= STRAIGHT)
        # A plain filled rectangle is a ground and has no rules.
        if count <= STRAIGHT and not stroke.value:
            return
        self._segments -= count
        if self._segments < 0:
            self.is_cut = True
            return
        m = self._matrix
        raw.FPDFPageObj_GetMatrix(item, self._to_matrix)
        whole = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        for points in self._outlines(item, count, whole):
            self._covers += self.rules.along(points, is_stroked=bool(stroke.value))

    def _fill(self, item: Any, box: Box, *, is_box: bool) -> None:
        """Take note of what is filled: a ground, or something that may cover text."""
        light, opacity = self._filled_with(item)
        is_clear = opacity < OPAQUE or self.raw.FPDFPageObj_HasTransparency(item)
        if is_clear or not is_box:
            self._covers.append(box)
            return
        self._is_plain = False
        for strip in _strips(box):
            self._grounds[strip].append(Ground(self._order, box, light))

    def _outlines(
        self, item: Any, count: int, matrix: Matrix
    ) -> Iterator[list[tuple[float, float]]]:
        """Straight runs of a path; a curve ends one and begins another."""
        raw = self.raw
        a, b, c, d, e, f = matrix
        x, y = ctypes.c_float(), ctypes.c_float()
        to_point = ctypes.addressof(x), ctypes.addressof(y)
        points: list[tuple[float, float]] = []
        first = (0.0, 0.0)
        curve: list[tuple[float, float]] = []
        for i in range(count):
            segment = raw.FPDFPath_GetPathSegment(item, i)
            raw.FPDFPathSegment_GetPoint(segment, *to_point)
            point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind != raw.FPDF_SEGMENT_LINETO:
                if len(points) > 1:
                    yield points
                if kind == raw.FPDF_SEGMENT_MOVETO:
                    first = point
                else:
                    curve += [*points[-1:], point]
                points = []
            points.append(point)
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(first)
        if len(points) > 1:
            yield points
        if curve:
            xs, ys = zip(*curve, strict=True)
            self._covers.append((min(xs), min(ys), max(xs), max(ys)))

    def _filled_with(self, item: Any) -> tuple[int, int]:
        """How light a filling is, and how opaque; without a colour, of middle grey."""
        red, green, blue, opacity = self._colour
        if not self.raw.FPDFPageObj_GetFillColor(item, *self._to_colour):
            return 128, 255
        light = (299 * red.value + 587 * green.value + 114 * blue.value) // 1000
        return light, opacity.value


def _strips(box: Box) -> range:
    top, bottom = max(box[1], -2000.0), min(box[3], 20000.0)
    return range(int(top) // _STRIP, int(bottom) // _STRIP + 1)
