"""Cells of a PDF read again, each from its own box: the second reading.

The first reading takes a page apart glyph by glyph: it leaves out copies and marks,
makes lines of glyphs, and assigns each of them to one cell. This one knows nothing of
that: pdfium is asked for the text within the box of a cell, and returns every glyph
that reaches into it. A figure that crosses a ruling line, has a hidden or cancelled
digit, or was assigned to another cell comes out otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govinfo.document import Box
from govinfo.errors import engine
from govinfo.readers.pdf_annotations import made_part_of_page
from govinfo.readers.pdf_file import opened
from govinfo.readers.pdf_geometry import Matrix, frame, inverse, transformed
from govinfo.readers.radicals import plain_radicals

# Points: inside of the ruling lines of a cell, which have a width of their own; no
# glyph of a neighbour that keeps to its cell reaches so far.
_INSIDE = 1.0


def boxed_texts(
    data: bytes, name: str, boxes: Mapping[int, Sequence[Box]]
) -> dict[int, list[str]]:
    """
    Read what stands in some boxes of a PDF file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for messages.
    boxes : mapping of int to sequence of Box
        Boxes by the number of their page, from 1, in points from the top left corner of
        the page as it is displayed.

    Returns
    -------
    dict of int to list of str
        The text of each box, empty where no glyph reaches into it.

    Raises
    ------
    ReadError
        If the file cannot be opened.
    EngineFailed
        If pdfium stops.
    """
    from pypdfium2 import raw

    found: dict[int, list[str]] = {}
    with engine("pdfium"), opened(data, name) as document:
        for number, own in boxes.items():
            page = document[number - 1]
            if made_part_of_page(document, page.raw)[0]:
                page.close()
                page = document[number - 1]
            to_page = inverse(_frame(raw, page))
            text = page.get_textpage()
            found[number] = [_text(text, to_page, box) for box in own]
            text.close()
            page.close()
    return found


def _frame(raw: Any, page: Any) -> Matrix:
    bounds = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, bounds)
    box = (bounds.left, bounds.bottom, bounds.right, bounds.top)
    return frame(page.get_rotation() // 90, box)


def _text(text: Any, to_page: Matrix, box: Box) -> str:
    left, top, right, bottom = box
    across = min(_INSIDE, (right - left) / 4)
    down = min(_INSIDE, (bottom - top) / 4)
    inner = (left + across, top + down, right - across, bottom - down)
    said = text.get_text_bounded(*transformed(to_page, inner), errors="replace")
    lines = (" ".join(line.split()) for line in plain_radicals(said).splitlines())
    return "\n".join(line for line in lines if line)
