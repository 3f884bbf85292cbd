"""A PDF file opened in pdfium: what stands on its pages, and its pages drawn."""

from __future__ import annotations

import ctypes
import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import pairwise
from typing import Any

from govinfo.document import Box
from govinfo.errors import ReadError
from govinfo.readers.files.names import require_page
from govinfo.readers.page.marks import doubted
from govinfo.readers.page.model import (
    TINY,
    Char,
    Matrix,
    Sheet,
    TaggedTable,
    frame,
    inverse,
    times,
    transformed,
)
from govinfo.readers.pdf.annotations import (
    Remark,
    crossed_out,
    made_part_of_page,
    remark_chars,
)
from govinfo.readers.pdf.calls import address, calls
from govinfo.readers.pdf.drawings import Look, drawn_as_another, looks
from govinfo.readers.pdf.objects import Objects
from govinfo.readers.pdf.structure import Structure

# A page of dense text has 3,000 characters; one with more than this is not a report's,
# and is not read to its end.
MAX_CHARACTERS = 100_000

# Digits that something may mark; a table has up to 2,000.
MAX_SUSPECTS = 5_000

# So many places are looked at to tell which digit a glyph draws.
FEW = 3

# With fewer rules in either direction no table is ruled: the tags are asked for.
FEW_RULES = 5

# Digits of one figure stand closer than this part of their height.
TOGETHER = 0.4

# Copies of a character that fake bold draws lie closer than this part of its height.
BOLD_SHIFT = 0.16

# Text on a steeper slope than this, in radians, leaves its row across a page.
TILT = 0.002
_SPACES = frozenset((9, 0x20, 0xA0, 0x3000, 0x2002, 0x2003, 0x2009, 0x200A, 0x202F))
_IGNORED = frozenset((10, 12, 13, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
# pdfium's own signs for a hyphen at the end of a line.
_HYPHENS = frozenset((2, 0xFFFE))
_UNKNOWN = 0xFFFD
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)


def read_sheet(
    page: Any,
    text_page: Any,
    look: Callable[[Sequence[Box]], list[Look]],
    remarks: Sequence[Remark] = (),
) -> Sheet:
    """Everything on a page.

    Parameters
    ----------
    page, text_page : pdfium handles
        An open page and its open text page.
    look : callable
        Says of characters, given their boxes as displayed, how they look beside what
        their text says.
    remarks : sequence of Remark
        What is written over the page and not drawn by it.
    """
    from pypdfium2 import raw

    box, shown = seen_of(page)
    turn = _reading_turn(raw, text_page, shown)
    matrix = frame(turn, box)
    _, _, width, height = transformed(matrix, box)
    chars, indices, unmapped, is_cut = _characters(text_page, matrix, turn)
    walk = Objects(width)
    walk.page(page, matrix)
    to_displayed = times(inverse(matrix), frame(shown, box))

    place = address(text_page)

    def text_object(i: int) -> Any:
        return calls().FPDFText_GetTextObject(place, indices[i])

    marks = walk.watermarks(chars, text_object)
    chars = [char for i, char in enumerate(chars) if i not in marks]
    indices = [index for i, index in enumerate(indices) if i not in marks]
    horizontals, verticals = walk.rules.merged()
    is_tilted = sum(char.doubtful for char in chars) > len(chars) / 2
    if is_tilted:
        # Rules and lines of text cross each other: nothing says what stands in a row.
        horizontals = verticals = ()
    left, right = walk.extent()
    tagged: tuple[TaggedTable, ...] = ()
    has_few_rules = min(len(horizontals), len(verticals)) < FEW_RULES
    if has_few_rules and not is_tilted and not walk.has_inner_text:
        tags = Structure(page)
        tagged = tuple(tags.tables)
        if tagged:
            chars = [
                char._replace(cell=tags.cell(text_object(i)))
                for i, char in enumerate(chars)
            ]
    differing, pale = _unseen(chars, walk, text_object, look, to_displayed)
    marked = [
        c._replace(unseen=True) if i in pale else c
        for i, c in enumerate(doubted(chars, differing))
        if i not in pale or c.text.isdecimal()
    ]
    return Sheet(
        width=width,
        height=height,
        chars=(
            *(crossed_out(marked, remarks, matrix) if remarks else marked),
            *remark_chars(remarks, matrix),
        ),
        horizontals=horizontals,
        verticals=verticals,
        pictures=tuple(walk.pictures),
        drawings=tuple(walk.drawings),
        unmapped=unmapped,
        is_cut=is_cut or walk.is_cut,
        has_hidden_text=walk.hidden > walk.shown,
        n_paths=walk.paths,
        tagged=tagged,
        shown=(left, 0.0, right, height),
        to_displayed=to_displayed,
    )


def seen_of(page: Any) -> tuple[Box, int]:
    """Left, bottom, right and top of what a page shows, and its quarter turns."""
    from pypdfium2 import raw

    seen = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, seen)
    box = (seen.left, seen.bottom, seen.right, seen.top)
    return box, raw.FPDFPage_GetRotation(page) % 4


def _unseen(
    chars: Sequence[Char],
    walk: Objects,
    text_object: Callable[[int], Any],
    look: Callable[[Sequence[Box]], list[Look]],
    to_displayed: Matrix,
) -> tuple[set[int], set[int]]:
    """Digits, by index, that differ from what is written; and all unseen text."""
    suspects, unseen = walk.suspects(chars, text_object)
    pale = [
        (run, [i for i in run if chars[i].bottom - chars[i].top >= TINY])
        for run in walk.pale(chars, text_object)
    ]
    drawn = sorted({*suspects, *(i for _, high in pale for i in high)} - unseen)
    if walk.is_cut or len(drawn) > MAX_SUSPECTS:
        # Drawing what is too much to be read takes minutes.
        return set(suspects), set()
    found: dict[int, Look] = {}
    if drawn:
        boxes = [transformed(to_displayed, chars[i][1:5]) for i in drawn]
        found = dict(zip(drawn, look(boxes), strict=True))
    unseen |= {i for i in suspects if found.get(i, Look.AS_WRITTEN) != Look.AS_WRITTEN}
    # Text too small to be made out is not seen on any ground.
    hidden = {
        i
        for run, high in pale
        if all(found.get(i) is Look.UNSEEN for i in high)
        for i in run
    }
    # A line through a figure may lie on the bar of its 4, where it is not seen.
    for order in (suspects, suspects[::-1]):
        for one, other in pairwise(order):
            if one in unseen and _stand_together(chars[one], chars[other]):
                unseen.add(other)
    return unseen, hidden


def _stand_together(one: Char, other: Char) -> bool:
    gap = max(one.left - other.right, other.left - one.right)
    height = one.bottom - one.top
    return gap < TOGETHER * height and abs(one.baseline - other.baseline) < 1.0


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
    text_page: Any, matrix: Matrix, turn: int
) -> tuple[list[Char], list[int], int, bool]:
    """Characters in the order of the file, and their indices in it.

    Copies are left out. Then how many are unmapped, and whether a limit was met.
    """
    raw, page = calls(), address(text_page)
    count = raw.FPDFText_CountChars(page)
    is_cut = count > MAX_CHARACTERS
    doubles = [ctypes.c_double() for _ in range(6)]
    left, right, bottom, top, x, y = doubles
    to_left, to_right, to_bottom, to_top, to_x, to_y = map(ctypes.addressof, doubles)
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
    is_tilted = False
    for i in range(min(count, MAX_CHARACTERS)):
        code = unicode_of(page, i)
        if not (0x4E00 <= code < 0xA000 or 0x20 < code < 0x7F):
            # Neither a Chinese character nor plain ASCII.
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
            if (
                code < 32
                or 0x7F <= code < 0xA0
                or 0xE000 <= code < 0xF900
                or code >= 0xFFF0
            ):
                code = 0x2D if code in _HYPHENS else _UNKNOWN
        high = 0
        if code == _UNKNOWN or (code != 0x2D and is_unmapped(page, i) == 1):
            code = _UNKNOWN
            unmapped += 1
        box_of(page, i, to_left, to_right, to_bottom, to_top)
        origin_of(page, i, to_x, to_y)
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
        if _is_copy(seen, code, x2, y2, BOLD_SHIFT * (y1 - y0) + 0.1):
            continue
        # Characters on one baseline of the page as turned lie the same way.
        if y2 != baseline:
            angle = angle_of(page, i)
            lie = (_turn_of(angle) - turn) % 4
            is_tilted = abs(math.remainder(angle, math.pi / 2)) > TILT and (
                _is_tilted(page, i)
            )
            baseline = y2
        chars.append(Char(chr(code), x0, y0, x1, y1, x2, y2, lie, spaced, is_tilted))
        indices.append(i)
        spaced = False
    return chars, indices, unmapped, is_cut


def _is_tilted(page: int, i: int) -> bool:
    """Whether a character stands on a slope, so that rows cross; italics do not."""
    matrix = calls().FS_MATRIX()
    calls().FPDFText_GetMatrix(page, i, ctypes.addressof(matrix))
    slope = math.atan2(matrix.b, matrix.a)
    return abs(math.remainder(slope, math.pi / 2)) > TILT


def _is_copy(
    seen: dict[tuple[int, int, int], list[tuple[float, float]]],
    code: int,
    x: float,
    y: float,
    shift: float,
) -> bool:
    """Whether the same character stands here already; if not, remember it."""
    # In squares of 32 points: nearly always one, since a shift is about one point.
    left, right = int(x - shift) >> 5, int(x + shift) >> 5
    top, bottom = int(y - shift) >> 5, int(y + shift) >> 5
    square = code, int(x) >> 5, int(y) >> 5
    if left != right or top != bottom:
        near = ((code, c, r) for c in {left, right} for r in {top, bottom})
        others = [place for other in near for place in seen.get(other, ())]
    else:
        others = seen.get(square, [])
    for other_x, other_y in others:
        if abs(other_x - x) <= shift and abs(other_y - y) <= shift:
            return True
    seen.setdefault(square, []).append((x, y))
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
        raise ReadError(f"{name} is empty. Download or save the file again.")
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
                raise ReadError(
                    f"{name} is a PDF file without a page. Save the file again."
                )
            yield document
        finally:
            document.close()


def plain_bytes(document: Any, data: bytes, *, is_changed: bool = False) -> bytes:
    """The file without encryption; with what was made part of its pages, if any was."""
    from pypdfium2 import raw

    if not is_changed and raw.FPDF_GetSecurityHandlerRevision(document.raw) < 0:
        return data
    buffer = BytesIO()
    document.save(buffer, flags=raw.FPDF_REMOVE_SECURITY)
    return buffer.getvalue()


def sheet_of(
    document: Any, index: int, *, may_be_misdrawn: bool = False
) -> Sheet | None:
    """What stands on a page; none if pdfium cannot load it.

    Parameters
    ----------
    document : PdfDocument
        The file, opened.
    index : int
        Number of the page, from 0.
    may_be_misdrawn : bool
        Whether no checksum guards which characters the fonts draw, so that digits are
        held against their picture.
    """
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
            look = partial(looks, document, index)
            sheet = read_sheet(page, text_page, look, remarks)
            if may_be_misdrawn and not sheet.is_cut:
                sheet = _held_against_picture(document, index, sheet)
            return replace(sheet, has_fields=True) if is_changed else sheet
        finally:
            raw.FPDFText_ClosePage(text_page)
    finally:
        raw.FPDF_ClosePage(page)


def _held_against_picture(document: Any, index: int, sheet: Sheet) -> Sheet:
    """The page, with doubt on digits that are drawn as another."""
    # Where the ink of a glyph stands tells it from others of its font and size.
    glyphs: dict[tuple[str, tuple[int, ...]], list[int]] = defaultdict(list)
    for i, c in enumerate(sheet.chars):
        if c.text.isdecimal() and not c.turn:
            edges = c.left - c.origin, c.right - c.origin, c.top - c.baseline
            glyphs[c.text, tuple(round(edge * 50) for edge in edges)].append(i)
    chars = list(sheet.chars)
    looked = [(places, i) for places in glyphs.values() for i in places[:FEW]]
    boxes = [(chars[i].text, sheet.displayed(chars[i][1:5])) for _, i in looked]
    unlike: defaultdict[int, int] = defaultdict(int)
    for (places, _), is_unlike in zip(
        looked, drawn_as_another(document, index, boxes), strict=True
    ):
        unlike[id(places)] += is_unlike
    for places in glyphs.values():
        if 2 * unlike[id(places)] > min(len(places), FEW):
            for i in places:
                chars[i] = chars[i]._replace(doubtful=True)
    return replace(sheet, chars=tuple(chars))


def drawn(document: Any, index: int) -> tuple[Any, float]:
    """Draw a page as a reader sees it: an RGB picture and its pixels per point."""
    width, height = document.get_page_size(index)
    scale = min(DOTS_PER_INCH / 72, math.sqrt(MAX_PIXELS / max(width * height, 1)))
    return _rendered(document, index, scale), scale


def _rendered(document: Any, index: int, scale: float) -> Any:
    page = document[index]
    try:
        return page.render(scale=scale).to_pil().convert("RGB")
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
        scale = width / document.get_page_size(page - 1)[0]
        return _rendered(document, page - 1, scale), scale
