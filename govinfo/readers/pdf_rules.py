"""The rules and pictures among the objects that a PDF page draws."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from govinfo.document import Box
from govinfo.readers.pdf_geometry import Matrix, times, transformed
from govinfo.readers.ruling import Rule

# A page with dotted rules has 10,000 paths. Beyond these it is not a report's page, and
# is not read to its end.
MAX_OBJECTS = 200_000
MAX_SEGMENTS = 400_000

# Forms in forms in forms: more is a file made to harm.
MAX_DEPTH = 6

# Rules of published tables are up to 2.25 points wide; dots of dotted ones as large.
RULE_WIDTH = 3.0


class Shapes:
    """Rules and pictures, gathered in a walk over a page's objects."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.horizontals: list[Rule] = []
        self.verticals: list[Rule] = []
        self.pictures: list[Box] = []
        self.is_cut = False
        self.hidden = 0
        self.shown = 0
        self.paths = 0
        self._objects = MAX_OBJECTS
        self._segments = MAX_SEGMENTS
        self._edges = tuple(ctypes.c_float() for _ in range(4))
        self._dots = _Dots(self)

    def page(self, page: Any, matrix: Matrix) -> None:
        """Gather from an open page, its space changed by a matrix."""
        raw = self.raw
        count = raw.FPDFPage_CountObjects(page)
        get = raw.FPDFPage_GetObject
        self._objects_of((get(page, i) for i in range(count)), matrix, 0)
        self._dots.end()

    def _objects_of(self, objects: Iterator[Any], matrix: Matrix, depth: int) -> None:
        raw = self.raw
        type_of, bounds_of = raw.FPDFPageObj_GetType, raw.FPDFPageObj_GetBounds
        left, bottom, right, top = self._edges
        to_edges = tuple(map(ctypes.byref, self._edges))
        a, b, c, d, e, f = matrix
        upright = b == 0 and c == 0
        for item in objects:
            self._objects -= 1
            if self._objects < 0:
                self.is_cut = True
                return
            kind = type_of(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(item)
                continue
            if kind == raw.FPDF_PAGEOBJ_FORM:
                if depth < MAX_DEPTH:
                    self._form(item, matrix, depth)
                continue
            if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
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
            if self._thin(x0, y0, x1, y1):
                continue
            if kind == raw.FPDF_PAGEOBJ_IMAGE:
                self.pictures.append((x0, y0, x1, y1))
            else:
                self.paths += 1
                self._path(item, matrix)

    def _text(self, item: Any) -> None:
        mode = self.raw.FPDFTextObj_GetTextRenderMode(item)
        if mode in (
            self.raw.FPDF_TEXTRENDERMODE_INVISIBLE,
            self.raw.FPDF_TEXTRENDERMODE_CLIP,
        ):
            self.hidden += 1
        else:
            self.shown += 1

    def _form(self, item: Any, matrix: Matrix, depth: int) -> None:
        raw = self.raw
        m = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, m)
        inner = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        count = raw.FPDFFormObj_CountObjects(item)
        get = raw.FPDFFormObj_GetObject
        self._objects_of((get(item, i) for i in range(count)), inner, depth + 1)

    def _thin(self, x0: float, y0: float, x1: float, y1: float) -> bool:
        """Take a thin shape as a rule, or a small one as a dot of either direction."""
        width, height = x1 - x0, y1 - y0
        if width > RULE_WIDTH and height > RULE_WIDTH:
            return False
        if width <= RULE_WIDTH and height <= RULE_WIDTH:
            self._dots.add(x0, y0, x1, y1)
        elif width > height:
            self.horizontals.append(Rule((y0 + y1) / 2, x0, x1))
        else:
            self.verticals.append(Rule((x0 + x1) / 2, y0, y1))
        return True

    def _path(self, item: Any, matrix: Matrix) -> None:
        """Rules in a shape of some size: its thin parts, and its sides if stroked."""
        raw = self.raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item, fill, stroke)
        count = raw.FPDFPath_CountSegments(item)
        # A plain filled rectangle is a background and has no rules.
        if count <= 5 and not stroke.value:
            return
        self._segments -= count
        if self._segments < 0:
            self.is_cut = True
            return
        m = raw.FS_MATRIX()
        raw.FPDFPageObj_GetMatrix(item, m)
        whole = times((m.a, m.b, m.c, m.d, m.e, m.f), matrix)
        for points in self._outlines(item, count, whole):
            xs = [x for x, _ in points]
            ys = [y for _, y in points]
            if self._thin(min(xs), min(ys), max(xs), max(ys)) or not stroke.value:
                continue
            for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
                if abs(y0 - y1) < 0.5 < abs(x0 - x1):
                    self.horizontals.append(
                        Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1))
                    )
                elif abs(x0 - x1) < 0.5 < abs(y0 - y1):
                    self.verticals.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def _outlines(
        self, item: Any, count: int, matrix: Matrix
    ) -> Iterator[list[tuple[float, float]]]:
        """Straight runs of a path; a curve ends one and begins another."""
        raw = self.raw
        a, b, c, d, e, f = matrix
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        first = (0.0, 0.0)
        for i in range(count):
            segment = raw.FPDFPath_GetPathSegment(item, i)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind != raw.FPDF_SEGMENT_LINETO:
                if len(points) > 1:
                    yield points
                points = []
                if kind == raw.FPDF_SEGMENT_MOVETO:
                    first = point
            points.append(point)
            if raw.FPDFPathSegment_GetClose(segment):
                points.append(first)
        if len(points) > 1:
            yield points


class _Dots:
    """The dots of dotted rules, joined as they come.

    Thousands of dots follow each other along a rule; joined at once, they need not be
    sorted. The dots at both ends, and single ones, may be part of a rule across.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._first: Box | None = None
        self._last: Box = (0.0, 0.0, 0.0, 0.0)
        self._is_across = self._is_down = False

    def add(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Take the next dot."""
        last = self._last
        if self._first is not None:
            if (
                y0 == last[1]
                and not self._is_down
                and -RULE_WIDTH <= x0 - last[2] <= RULE_WIDTH
            ):
                self._is_across = True
                self._last = (last[0], y0, x1, y1)
                return
            if (
                x0 == last[0]
                and not self._is_across
                and -RULE_WIDTH <= y0 - last[3] <= RULE_WIDTH
            ):
                self._is_down = True
                self._last = (x0, last[1], x1, y1)
                return
            self.end()
        self._first = self._last = (x0, y0, x1, y1)

    def end(self) -> None:
        """Hand over the run of dots that has come to its end."""
        if self._first is None:
            return
        x0, y0, x1, y1 = self._first
        _, _, right, bottom = self._last
        across, down = self._shapes.horizontals, self._shapes.verticals
        if not self._is_down:
            across.append(Rule((y0 + y1) / 2, x0, right))
            down.append(Rule((x0 + x1) / 2, y0, y1))
        if not self._is_across:
            down.append(Rule((x0 + x1) / 2, y0, bottom))
            across.append(Rule((y0 + y1) / 2, x0, x1))
        if self._is_across:
            down.append(Rule(right - (x1 - x0) / 2, y0, y1))
        if self._is_down:
            across.append(Rule(bottom - (y1 - y0) / 2, x0, x1))
        self._first = None
        self._is_across = self._is_down = False
