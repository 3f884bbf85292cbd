"""Two drawings of a page: as a reader sees it, and with its text alone in black.

A digit whose two pictures differ is in doubt, whatever made them differ: a line through
it, a shape, a picture or a remark over it, a clip that cuts it off, the colour of the
ground that it stands on. No kind of mark is listed. Drawing costs about as much as
reading a page, so only digits are looked at that something on the page may mark.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from govinfo.document import Box
from govinfo.readers.page.model import TINY

if TYPE_CHECKING:
    import numpy.typing as npt

    Grey = npt.NDArray[np.uint8]

# Pixels per point: a digit of a table is some twenty pixels high, one in small print
# is drawn finer. The whole of an A3 page in small print has fewer pixels.
SCALE, FINEST, HIGH = 3.0, 8.0, 16.0
MAX_PIXELS = 25_000_000

# White round what is drawn, in points; round a digit that is looked at, a pixel.
ROOM = 2.0

# Text this many times as high as the digits is no part of a table: a watermark.
LARGE = 2.0

# Ink of the text is darker than this, and what differs less from its ground, of 255,
# is not to be seen.
INK, LEAST = 128, 40

# Parts of a digit's ink that may be missing, or that may stand beside it.
MISSING, BESIDE = 0.2, 0.05

# Fewer pixels of ground tell nothing of its colour; fewer of ink are no digit.
GROUND, FEW = 3, 6


class Look(Enum):
    """How a character looks that something on its page may mark."""

    AS_WRITTEN = "as written"
    MARKED = "marked"
    UNSEEN = "unseen"


def looks(document: Any, index: int, boxes: Sequence[Box]) -> list[Look]:
    """
    How characters of a page look beside what their text says.

    Parameters
    ----------
    document : PdfDocument
        The file, opened.
    index : int
        Number of the page, from 0.
    boxes : sequence of Box
        The ink of each character, in points from the top left of the page as it is
        displayed.

    Returns
    -------
    list of Look
        One for each box. What is too small to be made out, or reaches beyond the page,
        is marked.
    """
    width, height = document.get_page_size(index)
    large = [
        box
        for box in boxes
        if box[3] - box[1] >= TINY
        and min(box[0], box[1]) >= 0
        and box[2] <= width
        and box[3] <= height
    ]
    if not large:
        return [Look.MARKED] * len(boxes)
    inside = set(large)
    heights = sorted(box[3] - box[1] for box in large)
    scale = min(max(SCALE, HIGH / heights[0]), FINEST)
    part, scale = _part(large, scale)
    highest = LARGE * heights[len(heights) // 2]
    seen = _drawn(document, index, part, scale)
    said = _drawn(document, index, part, scale, text_up_to=highest)
    return [
        _look(*(_window(picture, box, part, scale) for picture in (seen, said)))
        if box in inside
        else Look.MARKED
        for box in boxes
    ]


def _part(boxes: Sequence[Box], scale: float) -> tuple[Box, float]:
    """The part of a page that holds some boxes, and the scale to draw it at."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top = min(lefts) - ROOM, min(tops) - ROOM
    right, bottom = max(rights) + ROOM, max(bottoms) + ROOM
    area = (right - left) * (bottom - top)
    most = (MAX_PIXELS / max(area, 1.0)) ** 0.5
    return (left, top, right, bottom), min(scale, most)


def _drawn(
    document: Any, index: int, part: Box, scale: float, text_up_to: float = 0.0
) -> Grey:
    """A part of a page in grey; with a height, text up to it alone and in black."""
    page = document[index]
    try:
        width, height = page.get_size()
        cut = (
            max(part[0], 0.0),
            max(height - part[3], 0.0),
            max(width - part[2], 0.0),
            max(part[1], 0.0),
        )
        if text_up_to:
            _keep_text(page.raw, text_up_to)
        bitmap = page.render(
            scale=scale,
            crop=cut,
            grayscale=True,
            may_draw_forms=False,
            draw_annots=not text_up_to,
        )
        array = bitmap.to_numpy()
        return np.ascontiguousarray(array[..., 0] if array.ndim == 3 else array)
    finally:
        page.close()


def _keep_text(page: Any, highest: float) -> None:
    """Leave nothing of a page but its text: no clip, no colour, no path, no picture."""
    from pypdfium2 import raw

    edges = tuple(ctypes.c_float() for _ in range(4))
    bounds = tuple(map(ctypes.byref, edges))

    def keep(objects: Iterator[Any]) -> None:
        for item in objects:
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                count = raw.FPDFFormObj_CountObjects(item)
                keep(raw.FPDFFormObj_GetObject(item, i) for i in range(count))
                continue
            raw.FPDFPageObj_GetBounds(item, *bounds)
            size = min(edges[3].value - edges[1].value, edges[2].value - edges[0].value)
            if kind != raw.FPDF_PAGEOBJ_TEXT or size > highest:
                raw.FPDFPageObj_SetIsActive(item, 0)
                continue
            raw.FPDFPageObj_SetFillColor(item, 0, 0, 0, 255)
            # The outline that fake bold draws as well is thinner than a pixel.
            raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_FILL)
            # The clip is moved and widened until nothing is outside of it.
            raw.FPDFPageObj_TransformClipPath(item, 1e3, 0, 0, 1e3, -3e5, -3e5)

    count = raw.FPDFPage_CountObjects(page)
    keep(raw.FPDFPage_GetObject(page, i) for i in range(count))


def _window(picture: Grey, box: Box, part: Box, scale: float) -> Grey:
    left, top = max(part[0], 0.0), max(part[1], 0.0)
    x0, x1 = (round((edge - left) * scale) for edge in (box[0], box[2]))
    y0, y1 = (round((edge - top) * scale) for edge in (box[1], box[3]))
    return picture[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]


def _look(seen: Grey, said: Grey) -> Look:
    """How a character is seen, beside what the text says of it."""
    ink = said < INK
    count = int(ink.sum())
    if count < FEW:
        return Look.MARKED
    near = _wider(ink)
    ground = seen[~near]
    if ground.size < GROUND:
        return Look.AS_WRITTEN
    paper = float(np.median(ground))
    core = ~_wider(~ink)
    on = float(np.median(seen[core if core.sum() >= FEW else ink]))
    if abs(on - paper) < LEAST:
        return Look.UNSEEN
    marked = np.abs(seen.astype(np.float32) - paper) > 0.5 * abs(on - paper)
    missing = (ink & ~_wider(marked)).sum() / count
    beside = (marked & ~near).sum() / count
    return Look.MARKED if missing > MISSING or beside > BESIDE else Look.AS_WRITTEN


def _wider(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """A mask and the pixels that touch it."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    high = wide.copy()
    wide[:, 1:] |= high[:, :-1]
    wide[:, :-1] |= high[:, 1:]
    return wide


# Standard typefaces whose digits tell what a digit looks like, their size in points
# and room in pixels, and the grid that digits are compared on.
TYPEFACES = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold", "Courier")
MODEL_SIZE, ROOM_OF_MODEL, ACROSS, DOWN = 20.0, 80, 12, 16

# A digit that resembles another one more than itself by this is drawn as that one.
UNLIKE = 0.02


def drawn_as_another(
    document: Any, index: int, digits: Sequence[tuple[str, Box]]
) -> list[bool]:
    """
    Whether digits of a page look like another digit than the text says.

    Parameters
    ----------
    document : PdfDocument
        The file, opened.
    index : int
        Number of the page, from 0.
    digits : sequence of tuple
        Each digit, and its ink in points from the top left of the page as displayed.
    """
    if not digits:
        return []
    part, scale = _part([box for _, box in digits], SCALE)
    picture = _drawn(document, index, part, scale)
    models = _models()
    unlike = []
    for text, box in digits:
        shape = _shape(_window(picture, box, part, scale))
        if shape is None:
            unlike.append(False)
            continue
        likeness = (models @ shape).max(axis=0)
        own = likeness[int(text)]
        unlike.append(float(np.delete(likeness, int(text)).max() - own) > UNLIKE)
    return unlike


@cache
def _models() -> npt.NDArray[np.float32]:
    """Shapes of the ten digits in each typeface."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument.new()
    room = ROOM_OF_MODEL / 4
    shapes = []
    for name in TYPEFACES:
        font = raw.FPDFText_LoadStandardFont(document.raw, name.encode())
        page = document.new_page(10 * room, room)
        for digit in range(10):
            item = raw.FPDFPageObj_CreateTextObj(document.raw, font, MODEL_SIZE)
            raw.FPDFText_SetText(item, (ctypes.c_ushort * 2)(ord(str(digit)), 0))
            raw.FPDFPageObj_Transform(
                item, 1, 0, 0, 1, room * (digit + 0.2), 0.2 * room
            )
            raw.FPDFPage_InsertObject(page.raw, item)
        raw.FPDFPage_GenerateContent(page.raw)
        grey = page.render(scale=4, grayscale=True).to_numpy()
        grey = grey[..., 0] if grey.ndim == 3 else grey
        shapes.append([_shape(cell) for cell in np.hsplit(grey, 10)])
    document.close()
    return np.array(shapes, np.float32)


def _shape(grey: Grey) -> npt.NDArray[np.float32] | None:
    """What is drawn, on a small grid and of one length; none if it is too little."""
    from PIL import Image

    ys, xs = np.nonzero(grey < INK)
    if len(ys) < FEW:
        return None
    ink = grey[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    # A 1 is narrow.
    wide = max(ink.shape[1], round(ink.shape[0] * 2 / 3))
    left = (wide - ink.shape[1]) // 2
    sides = (left, wide - ink.shape[1] - left)
    padded = np.pad(ink, ((0, 0), sides), constant_values=255)
    small = Image.fromarray(padded).resize((ACROSS, DOWN), Image.Resampling.BOX)
    grid = np.asarray(small, np.float32).ravel()
    shape: npt.NDArray[np.float32] = grid.mean() - grid
    shape /= max(float(np.linalg.norm(shape)), 1.0)
    return shape
