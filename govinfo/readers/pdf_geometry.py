"""What stands on a PDF page: characters, rules and pictures, with their places.

Straight from pdfium. All coordinates are points from the top left corner of the page
turned so that its text reads upright (`Sheet`); `Sheet.displayed` turns a box back to
the page as it is displayed, which is another one where a page is printed sideways.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from govinfo.document import Box
from govinfo.readers.ruling import Rule, merge_rules

Matrix = tuple[float, float, float, float, float, float]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# A page of dense text has 3,000 characters and one with dotted rules 10,000 paths.
# Beyond these a page is not a report's, and is not read to its end.
MAX_CHARACTERS = 100_000
MAX_OBJECTS = 200_000
MAX_SEGMENTS = 400_000

# Forms in forms in forms: more is a file made to harm.
MAX_DEPTH = 6

# Rules of published tables are up to 2.25 points wide; dots of dotted ones as large.
RULE_WIDTH = 3.0

# Copies of a character that fake bold draws lie closer than this part of its height.
BOLD_SHIFT = 0.16

_SPACES = frozenset((9, 0x20, 0xA0, 0x3000, 0x2002, 0x2003, 0x2009, 0x200A, 0x202F))
_IGNORED = frozenset((10, 12, 13, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
# pdfium's own signs for a hyphen at the end of a line.
_HYPHENS = frozenset((2, 0xFFFE))
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)


class Char(NamedTuple):
    """A character with the box of its ink, and the point on its baseline."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    origin: float
    baseline: float
    turn: int
    """Quarter turns counter-clockwise by which it lies on its back."""
    spaced: bool
    """Whether white space is printed before it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, or one of two pages on a sheet, with everything found on it."""

    width: float
    height: float
    chars: tuple[Char, ...] = ()
    horizontals: tuple[Rule, ...] = ()
    verticals: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    unmapped: int = 0
    """Characters whose font does not say which character they are."""
    is_cut: bool = False
    """Whether a limit ended the reading of the page."""
    has_hidden_text: bool = False
    """Whether the text is drawn invisibly, as scanners do over a picture."""
    to_displayed: Matrix = field(default=IDENTITY, repr=False)

    def displayed(self, box: Box) -> Box:
        """Turn a box back to the page as it is displayed."""
        return transformed(self.to_displayed, box)


def times(first: Matrix, then: Matrix) -> Matrix:
    """One matrix that applies `first` and then `then`."""
    a, b, c, d, e, f = first
    k, m, n, o, p, q = then
    return (
        a * k + b * n,
        a * m + b * o,
        c * k + d * n,
        c * m + d * o,
        e * k + f * n + p,
        e * m + f * o + q,
    )


def transformed(matrix: Matrix, box: Box) -> Box:
    """Smallest upright box round a transformed box.

    Examples
    --------
    >>> transformed((0, 1, -1, 0, 0, 0), (1, 2, 3, 5))
    (-5, 1, -2, 3)
    """
    a, b, c, d, e, f = matrix
    left, top, right, bottom = box
    xs = [a * x + c * y + e for x in (left, right) for y in (top, bottom)]
    ys = [b * x + d * y + f for x in (left, right) for y in (top, bottom)]
    return min(xs), min(ys), max(xs), max(ys)


def frame(turn: int, box: Box) -> Matrix:
    """Matrix from a page's own space to the top left of the page as turned.

    Parameters
    ----------
    turn : int
        Quarter turns clockwise.
    box : tuple of float
        Left, bottom, right and top of the visible part of the page.
    """
    left, bottom, right, top = box
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, -1.0, -1.0, 0.0, top, right),
    )[turn % 4]


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return (
        d / det,
        -b / det,
        -c / det,
        a / det,
        (c * f - d * e) / det,
        (b * e - a * f) / det,
    )


def read_sheet(page: Any, text_page: Any) -> Sheet:
    """Everything on a page.

    Parameters
    ----------
    page, text_page : pdfium handles
        An open page and its open text page.
    """
    from pypdfium2 import raw

    bounds = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, bounds)
    box = (bounds.left, bounds.bottom, bounds.right, bounds.top)
    shown = raw.FPDFPage_GetRotation(page) % 4
    turn = _reading_turn(raw, text_page, shown)
    matrix = frame(turn, box)
    width, height = bounds.right - bounds.left, bounds.top - bounds.bottom
    if turn % 2:
        width, height = height, width
    chars, unmapped, is_cut = _characters(raw, text_page, matrix, turn)
    walk = _Walk(raw)
    walk.page(page, matrix)
    return Sheet(
        width=width,
        height=height,
        chars=tuple(chars),
        horizontals=tuple(merge_rules(walk.horizontals)),
        verticals=tuple(merge_rules(walk.verticals)),
        pictures=tuple(walk.pictures),
        unmapped=unmapped,
        is_cut=is_cut or walk.is_cut,
        has_hidden_text=walk.hidden > walk.shown,
        to_displayed=times(_inverse(matrix), frame(shown, box)),
    )


def _reading_turn(raw: Any, text_page: Any, shown: int) -> int:
    """Clockwise quarter turns after which most of the text reads upright."""
    count = raw.FPDFText_CountChars(text_page)
    votes = [0, 0, 0, 0]
    for i in range(0, count, max(1, count // 80)):
        votes[_turn_of(raw.FPDFText_GetCharAngle(text_page, i))] += 1
    best = max(range(4), key=votes.__getitem__)
    # A few characters (a page number) do not tell how a page of pictures is held.
    if count < 20 or votes[best] <= 0.5 * sum(votes):
        return shown
    return best


def _turn_of(angle: float) -> int:
    """Quarter turns counter-clockwise of pdfium's angle, which it counts clockwise."""
    return -round(angle / (math.pi / 2)) % 4


def _characters(
    raw: Any, text_page: Any, matrix: Matrix, turn: int
) -> tuple[list[Char], int, bool]:
    """Characters in the order of the file, copies left out; the unmapped; is it cut."""
    count = raw.FPDFText_CountChars(text_page)
    is_cut = count > MAX_CHARACTERS
    doubles = [ctypes.c_double() for _ in range(6)]
    left, right, bottom, top, x, y = doubles
    to_left, to_right, to_bottom, to_top, to_x, to_y = map(ctypes.byref, doubles)
    unicode_of = raw.FPDFText_GetUnicode
    box_of = raw.FPDFText_GetCharBox
    origin_of = raw.FPDFText_GetCharOrigin
    angle_of = raw.FPDFText_GetCharAngle
    is_unmapped = raw.FPDFText_HasUnicodeMapError
    a, b, c, d, e, f = matrix
    chars: list[Char] = []
    seen: dict[tuple[int, int, int], list[tuple[float, float]]] = {}
    unmapped = 0
    spaced = False
    high = 0
    for i in range(min(count, MAX_CHARACTERS)):
        code = unicode_of(text_page, i)
        if code in _SPACES:
            spaced = True
            continue
        if code in _IGNORED:
            continue
        if code in _HIGH_SURROGATES:
            high = code
            continue
        if code in _LOW_SURROGATES:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0
        high = 0
        if code in _HYPHENS:
            code = 0x2D
        elif (
            code < 32
            or 0x7F <= code < 0xA0
            or 0xE000 <= code < 0xF900
            or code >= 0xFFF0
            or is_unmapped(text_page, i) == 1
        ):
            code = 0xFFFD
            unmapped += 1
        box_of(text_page, i, to_left, to_right, to_bottom, to_top)
        origin_of(text_page, i, to_x, to_y)
        x0, x1, y0, y1 = left.value, right.value, bottom.value, top.value
        if b:
            x0, x1, y0, y1 = c * y0 + e, c * y1 + e, b * x0 + f, b * x1 + f
            x2, y2 = c * y.value + e, b * x.value + f
        else:
            x0, x1, y0, y1 = a * x0 + e, a * x1 + e, d * y0 + f, d * y1 + f
            x2, y2 = a * x.value + e, d * y.value + f
        if x0 > x1:
            x0, x1 = x1, x0
        if y0 > y1:
            y0, y1 = y1, y0
        shift = BOLD_SHIFT * (y1 - y0) + 0.1
        if _is_copy(seen, code, x2, y2, shift):
            continue
        lie = (_turn_of(angle_of(text_page, i)) - turn) % 4
        chars.append(Char(chr(code), x0, y0, x1, y1, x2, y2, lie, spaced))
        spaced = False
    return chars, unmapped, is_cut


def _is_copy(
    seen: dict[tuple[int, int, int], list[tuple[float, float]]],
    code: int,
    x: float,
    y: float,
    shift: float,
) -> bool:
    """Whether the same character stands here already; if not, remember it."""
    # Squares of 8 points: nearly always one look-up, since a shift is about one point.
    columns = {int(x - shift) >> 3, int(x + shift) >> 3}
    rows = {int(y - shift) >> 3, int(y + shift) >> 3}
    for column in columns:
        for row in rows:
            for other_x, other_y in seen.get((code, column, row), ()):
                if abs(other_x - x) <= shift and abs(other_y - y) <= shift:
                    return True
    seen.setdefault((code, int(x) >> 3, int(y) >> 3), []).append((x, y))
    return False


class _Walk:
    """A walk over a page's objects that gathers rules and pictures."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw
        self.horizontals: list[Rule] = []
        self.verticals: list[Rule] = []
        self.pictures: list[Box] = []
        self.is_cut = False
        self.hidden = 0
        self.shown = 0
        self._objects = MAX_OBJECTS
        self._segments = MAX_SEGMENTS
        self._edges = tuple(ctypes.c_float() for _ in range(4))
        # The dots of a dotted rule come one after the other: they are joined as they
        # come, which spares thousands of pieces to sort.
        self._dots_across: list[float] = []
        self._dots_down: list[float] = []

    def page(self, page: Any, matrix: Matrix) -> None:
        raw = self.raw
        count = raw.FPDFPage_CountObjects(page)
        get = raw.FPDFPage_GetObject
        self._objects_of((get(page, i) for i in range(count)), matrix, 0)
        self._end_dots()

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
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        if width <= RULE_WIDTH and height <= RULE_WIDTH:
            dots = self._dots_across
            if dots and dots[0] == y and -RULE_WIDTH <= x0 - dots[2] <= RULE_WIDTH:
                dots[2] = x1
            else:
                if dots:
                    self.horizontals.append(Rule(*dots))
                self._dots_across = [y, x0, x1]
            dots = self._dots_down
            if dots and dots[0] == x and -RULE_WIDTH <= y0 - dots[2] <= RULE_WIDTH:
                dots[2] = y1
            else:
                if dots:
                    self.verticals.append(Rule(*dots))
                self._dots_down = [x, y0, y1]
        elif width > height:
            self.horizontals.append(Rule(y, x0, x1))
        else:
            self.verticals.append(Rule(x, y0, y1))
        return True

    def _end_dots(self) -> None:
        if self._dots_across:
            self.horizontals.append(Rule(*self._dots_across))
        if self._dots_down:
            self.verticals.append(Rule(*self._dots_down))

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
