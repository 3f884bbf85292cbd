"""A PDF file opened in pdfium: what stands on its pages, and its pages drawn."""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from govinfo.document import Box
from govinfo.errors import ReadError
from govinfo.readers.files.names import require_page
from govinfo.readers.page.lattice import merge_rules
from govinfo.readers.page.marks import doubted
from govinfo.readers.page.model import (
    Char,
    Matrix,
    Rule,
    Sheet,
    frame,
    inverse,
    times,
    transformed,
)
from govinfo.readers.pdf.paint import (
    Remark,
    crossed_out,
    made_part_of_page,
    paint_of,
    remark_chars,
)

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


# A page of dense text has 3,000 characters; one with more than this is not a report's,
# and is not read to its end.
MAX_CHARACTERS = 100_000

# Copies of a character that fake bold draws lie closer than this part of its height.
BOLD_SHIFT = 0.16

_SPACES = frozenset((9, 0x20, 0xA0, 0x3000, 0x2002, 0x2003, 0x2009, 0x200A, 0x202F))
_IGNORED = frozenset((10, 12, 13, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
# pdfium's own signs for a hyphen at the end of a line.
_HYPHENS = frozenset((2, 0xFFFE))
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)


def read_sheet(page: Any, text_page: Any, remarks: Sequence[Remark] = ()) -> Sheet:
    """Everything on a page.

    Parameters
    ----------
    page, text_page : pdfium handles
        An open page and its open text page.
    remarks : sequence of Remark
        What is written over the page and not drawn by it.
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
    chars, indices, unmapped, is_cut = _characters(raw, text_page, matrix, turn)
    walk = Shapes(raw)
    walk.page(page, matrix)
    paint = paint_of(page, matrix)

    def is_seen(i: int) -> bool:
        item = raw.FPDFText_GetTextObject(text_page, indices[i])
        ink = paint.inks.get(ctypes.addressof(item.contents)) if item else None
        char = chars[i]
        x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
        return ink is None or paint.shows(ink, x, y)

    marked = doubted(
        chars, walk.horizontals, paint.slants, None if paint.is_plain else is_seen
    )
    return Sheet(
        width=width,
        height=height,
        chars=(
            *(crossed_out(marked, remarks, matrix) if remarks else marked),
            *remark_chars(remarks, matrix),
        ),
        horizontals=tuple(merge_rules(walk.horizontals)),
        verticals=tuple(merge_rules(walk.verticals)),
        pictures=tuple(walk.pictures),
        drawings=tuple(paint.drawings),
        unmapped=unmapped,
        is_cut=is_cut or walk.is_cut,
        has_hidden_text=walk.hidden > walk.shown,
        n_paths=walk.paths,
        to_displayed=times(inverse(matrix), frame(shown, box)),
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
) -> tuple[list[Char], list[int], int, bool]:
    """Characters in the order of the file, and their indices in it.

    Copies are left out. Then how many are unmapped, and whether a limit was met.
    """
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
    indices: list[int] = []
    seen: dict[tuple[int, int, int], list[tuple[float, float]]] = {}
    unmapped = 0
    spaced = False
    baseline = math.inf
    high = lie = 0
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
        # Characters on one baseline of the page as turned lie the same way.
        if y2 != baseline:
            lie = (_turn_of(angle_of(text_page, i)) - turn) % 4
            baseline = y2
        chars.append(Char(chr(code), x0, y0, x1, y1, x2, y2, lie, spaced))
        indices.append(i)
        spaced = False
    return chars, indices, unmapped, is_cut


def _is_copy(
    seen: dict[tuple[int, int, int], list[tuple[float, float]]],
    code: int,
    x: float,
    y: float,
    shift: float,
) -> bool:
    """Whether the same character stands here already; if not, remember it."""
    # Squares of 8 points: nearly always one look-up, since a shift is about one point.
    first, last = int(x - shift) >> 3, int(x + shift) >> 3
    upper, lower = int(y - shift) >> 3, int(y + shift) >> 3
    if first == last and upper == lower:
        squares = [(code, first, upper)]
    else:
        squares = [(code, c, r) for c in {first, last} for r in {upper, lower}]
    for square in squares:
        for other_x, other_y in seen.get(square, ()):
            if abs(other_x - x) <= shift and abs(other_y - y) <= shift:
                return True
    seen.setdefault((code, int(x) >> 3, int(y) >> 3), []).append((x, y))
    return False


# Fine enough for the smallest print of a table; a larger page is drawn coarser.
DOTS_PER_INCH = 200
MAX_PIXELS = 25_000_000

# pdfium is not made for several threads at once.
_PDFIUM = threading.RLock()


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    """Open a PDF file in pdfium, and close it again.

    Owners' permissions are not asked: the documents are public, and the law has them
    published to be read.
    """
    import pypdfium2
    from pypdfium2 import raw

    if not data:
        message = f"{name} is empty. Download or save the file again."
        raise ReadError(message)
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                message = (
                    f"{name} opens only with a password. Open it in a PDF viewer, "
                    "print it to a new PDF file, and read that."
                )
            else:
                message = (
                    f"{name} cannot be opened as a PDF file: it is damaged or cut "
                    "short. Download or save the file again."
                )
            raise ReadError(message) from error
        try:
            if len(document) < 1:
                message = f"{name} is a PDF file without a page. Save the file again."
                raise ReadError(message)
            yield document
        finally:
            document.close()


def sheet_of(document: Any, index: int) -> Sheet | None:
    """What stands on a page; none if pdfium cannot load it."""
    from pypdfium2 import raw

    page = raw.FPDF_LoadPage(document.raw, index)
    if not page:
        return None
    is_changed, remarks = made_part_of_page(document, page)
    if is_changed:
        raw.FPDF_ClosePage(page)
        page = raw.FPDF_LoadPage(document.raw, index)
    try:
        text_page = raw.FPDFText_LoadPage(page)
        if not text_page:
            return None
        try:
            sheet = read_sheet(page, text_page, remarks)
            return replace(sheet, has_fields=True) if is_changed else sheet
        finally:
            raw.FPDFText_ClosePage(text_page)
    finally:
        raw.FPDF_ClosePage(page)


def drawn(document: Any, index: int) -> tuple[Any, float]:
    """Draw a page as a reader sees it: an RGB picture and its pixels per point."""
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(DOTS_PER_INCH / 72, math.sqrt(MAX_PIXELS / max(width * height, 1)))
        return page.render(scale=scale).to_pil().convert("RGB"), scale
    finally:
        page.close()


def drawn_page(data: bytes, name: str, page: int, width: int) -> tuple[Any, float]:
    """
    Draw a page of a PDF file in so many pixels across.

    Returns
    -------
    PIL.Image.Image, float
        The page, and its pixels per point.
    """
    with opened(data, name) as document:
        require_page(name, page, len(document))
        sheet = document[page - 1]
        scale = width / sheet.get_width()
        image = sheet.render(scale=scale).to_pil().convert("RGB")
        sheet.close()
    return image, scale
