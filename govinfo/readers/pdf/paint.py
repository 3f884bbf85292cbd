"""What covers, colours and strikes text on a PDF page, annotations included.

A reader sees the value of a field and the text of a remark where they are placed, as
part of the page; pdfium gives neither with the page's text until both are made part of
its content. Nothing of this is written to the file.
"""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from govinfo.document import Box
from govinfo.readers.page.model import Char, Matrix, times, transformed

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


# More on one page is no report's: what is beyond is not looked at.
MAX_ANNOTATIONS = 2_000

# Characters of one remark.
MAX_TEXT = 2_000


class Remark(NamedTuple):
    """Text of a remark, and where it stands in the page's own space.

    Without a text it strikes out or covers what stands there.
    """

    text: str
    box: Box


def made_part_of_page(document: Any, page: Any) -> tuple[bool, list[Remark]]:
    """
    Make fields and remarks part of a page's content.

    Parameters
    ----------
    document : PdfDocument
        The file, opened.
    page : pdfium handle
        The page, which has to be loaded again if the first answer is yes.

    Returns
    -------
    tuple of bool and list of Remark
        Whether there were any, and those whose appearance the file leaves to the
        viewer, which pdfium does not draw.
    """
    from pypdfium2 import raw

    count = min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)
    if count <= 0:
        return False, []
    if raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_ACRO_FORM:
        # Draws those fields whose appearance the file leaves to the viewer. pypdfium2
        # comes without a machine for scripts, so that none is run.
        if document.formenv is None:
            document.init_forms()
        if document.formenv is not None:
            raw.FORM_OnAfterLoadPage(page, document.formenv.raw)
    # Links and the windows of remarks show nothing of their own on the page.
    silent = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_TEXT)
    is_shown = False
    remarks: list[Remark] = []
    for i in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind not in silent:
            is_shown = True
            remarks += _undrawn(raw, annotation)
        raw.FPDFPage_CloseAnnot(annotation)
    if not is_shown:
        return False, []
    return raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == 1, remarks


def file_notes(document: Any) -> tuple[str, ...]:
    """Sentences on what a file holds besides its pages."""
    from pypdfium2 import raw

    notes = []
    if raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_XFA_FULL:
        notes.append(
            "The file is an XFA form, whose content only Adobe's programs show. Open it"
            " there and print it to PDF."
        )
    count = raw.FPDFDoc_GetAttachmentCount(document.raw)
    if count > 0:
        files = "1 attached file" if count == 1 else f"{count} attached files"
        notes.append(f"The file carries {files}, which were not read.")
    return tuple(notes)


def _undrawn(raw: Any, annotation: Any) -> list[Remark]:
    """The remark, if the file does not say how it looks and it is not hidden."""
    hidden = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
    # Two bytes are the end of an empty text.
    normal = raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL
    drawn = raw.FPDFAnnot_GetAP(annotation, normal, None, 0)
    rect = raw.FS_RECTF()
    if (
        drawn > 2
        or raw.FPDFAnnot_GetFlags(annotation) & hidden
        or not raw.FPDFAnnot_GetRect(annotation, rect)
    ):
        return []
    box = (rect.left, rect.bottom, rect.right, rect.top)
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_FREETEXT:
        text = _contents(raw, annotation)
        return [Remark(text, box)] if text.strip() else []
    if kind in (raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_REDACT):
        return [Remark("", box)]
    is_shape = kind in (raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE)
    # Only with a colour inside does a shape cover anything.
    return (
        [Remark("", box)]
        if is_shape and raw.FPDFAnnot_HasKey(annotation, b"IC")
        else []
    )


def _contents(raw: Any, annotation: Any) -> str:
    buffer = (ctypes.c_ushort * MAX_TEXT)()
    size = ctypes.sizeof(buffer)
    length = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    return bytes(buffer)[: max(min(length, size) - 2, 0)].decode("utf-16-le", "ignore")


def crossed_out(
    chars: Iterable[Char], remarks: Sequence[Remark], matrix: Matrix
) -> tuple[Char, ...]:
    """
    Mark the digits that remarks without text strike out or cover.

    Parameters
    ----------
    chars : iterable of Char
        The characters of a page.
    remarks : sequence of Remark
        What is put over the page.
    matrix : tuple of float
        From the page's own space to that of its characters.
    """
    boxes = [transformed(matrix, remark.box) for remark in remarks if not remark.text]
    return tuple(
        char._replace(doubtful=True)
        if char.text.isdecimal() and any(_stands_in(char, box) for box in boxes)
        else char
        for char in chars
    )


def _stands_in(char: Char, box: Box) -> bool:
    x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def remark_chars(remarks: Sequence[Remark], matrix: Matrix) -> list[Char]:
    """
    Give the characters of remarks, each of them doubtful.

    Parameters
    ----------
    remarks : sequence of Remark
        What is written over the page.
    matrix : tuple of float
        From the page's own space to that of its characters.

    Examples
    --------
    >>> upright = (1, 0, 0, 1, 0, 0)
    >>> [c.text for c in remark_chars([Remark("7 1", (0, 0, 30, 10))], upright)]
    ['7', '1']
    """
    chars = []
    for text, box in remarks:
        left, top, right, bottom = transformed(matrix, box)
        lines = text.splitlines()
        height = (bottom - top) / max(len(lines), 1)
        for row, line in enumerate(lines):
            low = top + (row + 0.8) * height
            width = min((right - left) / len(line), height) if line else 0.0
            for i, char in enumerate(line):
                x = left + i * width
                if not char.isspace():
                    ink = (x, low - 0.6 * height, x + 0.8 * width, low)
                    chars.append(Char(char, *ink, x, low, 0, False, doubtful=True))
    return chars
