"""What a PDF page paints over, under and through its text, in the order of painting."""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from govinfo.document import Box
from govinfo.readers.pdf_geometry import Matrix, times, transformed

# Objects looked at on one page; beyond these nothing more is said of how it is painted.
MAX_OBJECTS = 100_000
MAX_DEPTH = 6

# Colours that differ by less than this in each of red, green and blue are one to a
# reader, and less than this opacity is none.
ALIKE = 24
FAINT = 32

# What is less opaque than this does not cover.
OPAQUE = 250

# Boxes less high or wide than this, in points, are rules.
THIN = 2.0

# A page with more slanted lines is a drawing.
MANY_SLANTS = 300

# A box has at most so many segments.
STRAIGHT = 5

# Boxes are kept in strips of this many points, so that few are asked for each digit.
_STRIP = 16

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)


class Ink(NamedTuple):
    """How a text object is painted."""

    order: int
    is_hidden: bool
    colour: Colour | None


class Fill(NamedTuple):
    """A filled box; without a colour it is a picture or a shading."""

    order: int
    box: Box
    colour: Colour | None


@dataclass(slots=True)
class Paint:
    """Text objects, filled boxes and slanted lines of a page."""

    inks: dict[int, Ink] = field(default_factory=dict)
    slants: list[Box] = field(default_factory=list)
    """From left to right; the second and fourth number are the heights of the ends."""
    drawings: list[Box] = field(default_factory=list)
    """Boxes round shapes of more than a few straight lines."""
    is_plain: bool = True
    """Whether all text is dark and nothing is filled."""
    _strips: dict[int, list[Fill]] = field(default_factory=lambda: defaultdict(list))

    def shows(self, ink: Ink, x: float, y: float) -> bool:
        """Whether text painted so can be seen at a point."""
        if ink.is_hidden:
            return False
        # From the last painted down: what covers the point first is what is seen.
        for order, (left, top, right, bottom), colour in reversed(
            self._strips.get(int(y) // _STRIP, [])
        ):
            if not (left <= x <= right and top <= y <= bottom):
                continue
            if order < ink.order:
                return (
                    ink.colour is None
                    or colour is None
                    or not _alike(ink.colour, colour)
                )
            if colour is not None:
                return False
        return ink.colour is None or not _alike(ink.colour, WHITE)

    def fill(self, fill: Fill) -> None:
        """Take a filled box."""
        self.is_plain = False
        _, top, _, bottom = fill.box
        for strip in range(
            int(max(top, -2000)) // _STRIP, int(min(bottom, 20000)) // _STRIP + 1
        ):
            self._strips[strip].append(fill)


def _alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) < ALIKE for a, b in zip(one, other, strict=True))


def paint_of(page: Any, matrix: Matrix) -> Paint:
    """
    Go through what a page paints.

    Parameters
    ----------
    page : pdfium handle
        An open page.
    matrix : tuple of float
        From the page's own space to that of its characters.
    """
    from pypdfium2 import raw

    walk = _Walk(raw)
    count = raw.FPDFPage_CountObjects(page)
    walk.objects((raw.FPDFPage_GetObject(page, i) for i in range(count)), matrix, 0)
    return walk.paint


class _Walk:
    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.paint = Paint()
        self._order = 0
        self._edges = tuple(ctypes.c_float() for _ in range(4))
        self._to_edges = tuple(map(ctypes.byref, self._edges))
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._to_colour = tuple(map(ctypes.byref, self._colour))
        self._mode = ctypes.c_int(), ctypes.c_int()
        self._thin = THIN
        self._unseen = (
            raw.FPDF_TEXTRENDERMODE_INVISIBLE,
            raw.FPDF_TEXTRENDERMODE_CLIP,
        )

    def objects(self, objects: Iterator[Any], matrix: Matrix, depth: int) -> None:
        raw = self.raw
        type_of = raw.FPDFPageObj_GetType
        a, b, c, d = matrix[:4]
        self._thin = THIN / max(math.sqrt(abs(a * d - b * c)), 1e-6)
        for item in objects:
            self._order += 1
            if self._order > MAX_OBJECTS:
                return
            kind = type_of(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(item)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
                if box := self._box(item):
                    box = transformed(matrix, box)
                    self.paint.fill(Fill(self._order, box, None))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                m = raw.FS_MATRIX()
                raw.FPDFPageObj_GetMatrix(item, m)
                inner = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
                count = raw.FPDFFormObj_CountObjects(item)
                get = raw.FPDFFormObj_GetObject
                thin = self._thin
                self.objects((get(item, i) for i in range(count)), inner, depth + 1)
                self._thin = thin

    def _text(self, item: Any) -> None:
        colour, opacity = self._filled_with(item)
        mode = self.raw.FPDFTextObj_GetTextRenderMode(item)
        is_hidden = mode in self._unseen or opacity < FAINT
        if mode not in (0, 4):
            # Drawn in outline: the colour of the filling says nothing.
            colour = None
        if is_hidden or colour is None or _alike(colour, WHITE):
            self.paint.is_plain = False
        address = ctypes.addressof(item.contents)
        self.paint.inks[address] = Ink(self._order, is_hidden, colour)

    def _path(self, item: Any, matrix: Matrix) -> None:
        raw = self.raw
        box = self._box(item)
        # Rules are by far the most of what is drawn.
        if box is None or min(box[2] - box[0], box[3] - box[1]) < self._thin:
            return
        if raw.FPDFPath_CountSegments(item) > STRAIGHT:
            self.paint.drawings.append(transformed(matrix, box))
        fill, stroke = self._mode
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        if fill.value:
            colour, opacity = self._filled_with(item)
            is_clear = opacity < OPAQUE or raw.FPDFPageObj_HasTransparency(item)
            if colour is not None and not is_clear:
                self.paint.fill(Fill(self._order, transformed(matrix, box), colour))
        elif (
            stroke.value
            and raw.FPDFPath_CountSegments(item) == 2
            and len(self.paint.slants) < MANY_SLANTS
        ):
            self._slant(item, matrix)

    def _slant(self, item: Any, matrix: Matrix) -> None:
        raw = self.raw
        m = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, m)
        a, b, c, d, e, f = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        ends = []
        for i in range(2):
            raw.FPDFPathSegment_GetPoint(raw.FPDFPath_GetPathSegment(item, i), x, y)
            ends.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        self.paint.slants.append((*min(ends), *max(ends)))

    def _box(self, item: Any) -> Box | None:
        left, bottom, right, top = self._edges
        if not self.raw.FPDFPageObj_GetBounds(item, *self._to_edges):
            return None
        return left.value, bottom.value, right.value, top.value

    def _filled_with(self, item: Any) -> tuple[Colour | None, int]:
        red, green, blue, opacity = self._colour
        if not self.raw.FPDFPageObj_GetFillColor(item, *self._to_colour):
            return None, 255
        return (red.value, green.value, blue.value), opacity.value
