"""Pages of a document as pictures, to be looked at beside what was read from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.document import Box
from govinfo.errors import SourceError

if TYPE_CHECKING:
    from PIL.Image import Image

# Twice the pixels of the widest picture on a page of the site.
WIDTH = 1440

# Dark enough to be seen without its colour, thick enough to be seen when shrunk.
OUTLINE, STROKE = "#C8500A", 4


def page_image(
    path: Path | str,
    page: int = 1,
    *,
    marked: Iterable[Box] = (),
    part: tuple[float, float] = (0.0, 1.0),
) -> Image:
    """
    Draw a page of a PDF file as a reader sees it.

    Parameters
    ----------
    path : Path or str
        A PDF file.
    page : int
        Number of the page, from 1.
    marked : iterable of Box
        Boxes in points from the top left corner, such as :func:`box_of` gives; each is
        outlined.
    part : tuple of float
        Top and bottom of the part to draw, as shares of the page's height.

    Returns
    -------
    PIL.Image.Image
        1,440 pixels wide.

    Raises
    ------
    SourceError
        If the file is missing, or has no such page.
    ReadError
        If it cannot be opened as a PDF file.
    """
    from PIL import ImageDraw

    from govinfo.readers.pdf_file import opened

    where = Path(path)
    if not where.is_file():
        message = f"{where} does not exist, so no page of it can be drawn."
        raise SourceError(message)
    with opened(where.read_bytes(), where.name) as document:
        if not 1 <= page <= len(document):
            message = (
                f"{where.name} has {len(document)} pages, but page {page} was asked "
                "for. Pages are counted from 1."
            )
            raise SourceError(message)
        sheet = document[page - 1]
        scale = WIDTH / sheet.get_width()
        image: Image = sheet.render(scale=scale).to_pil().convert("RGB")
        sheet.close()
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in marked:
        edges = (left * scale, top * scale, right * scale, bottom * scale)
        draw.rectangle(edges, outline=OUTLINE, width=STROKE)
    top, bottom = (round(share * image.height) for share in part)
    return image.crop((0, top, image.width, bottom))


def box_of(place: str) -> Box | None:
    """
    The box in a cell's place, if the place has one.

    Parameters
    ----------
    place : str
        As in the column ``place`` of ``cells.csv``.

    Examples
    --------
    >>> box_of("page 3, table 5, row 4, column 5, box 187.6 360.1 219.0 380.7")
    (187.6, 360.1, 219.0, 380.7)
    >>> box_of("line 12") is None
    True
    """
    found = re.search(r"box ([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+)$", place)
    if found is None:
        return None
    left, top, right, bottom = map(float, found.groups())
    return left, top, right, bottom
