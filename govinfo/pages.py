"""Pages of a document as pictures, to be looked at beside what was read from them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.errors import ReadError
from govinfo.readers import File, open_file
from govinfo.readers.kinds import kind_of, load

if TYPE_CHECKING:
    from PIL.Image import Image

# Twice the pixels of the widest picture on a page of the site.
WIDTH = 1440

# Dark enough to be seen without its colour, thick enough to be seen when shrunk.
OUTLINE, STROKE = "#C8500A", 4


def drawn_page(path: Path | str | File, page: int = 1) -> tuple[Image, float]:
    """
    Draw a page of a PDF file, or of a picture, as a reader sees it.

    Parameters
    ----------
    path : Path, str or File
        A PDF file, or a picture.
    page : int
        Number of the page, from 1.

    Returns
    -------
    PIL.Image.Image, float
        The page, 1,440 pixels wide, and how many pixels of it are a point, in which
        the boxes of places are measured.

    Raises
    ------
    SourceError
        If the file is missing, or has no such page.
    ReadError
        If it cannot be opened as a PDF file or a picture.
    """
    file = path if isinstance(path, File) else open_file(path)
    kind = kind_of(file.media_type)
    if kind is None or not kind.drawing:
        found = kind.called if kind else file.media_type
        raise ReadError(
            f"{file.name} has no pages that could be drawn: found {found}, expected a"
            " PDF file or a picture."
        )
    draw = load(kind.drawing, kind.called)
    drawn: tuple[Image, float] = draw(file.data, file.name, page, WIDTH)
    return drawn


def page_image(
    path: Path | str,
    page: int = 1,
    *,
    part: tuple[float, float] = (0.0, 1.0),
) -> Image:
    """
    Draw a page of a PDF file or a picture, or a part of it.

    Parameters
    ----------
    path : Path or str
        A PDF file, or a picture.
    page : int
        Number of the page, from 1.
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
        If it cannot be opened as a PDF file or a picture.
    """
    image, _ = drawn_page(path, page)
    top, bottom = (round(share * image.height) for share in part)
    return image.crop((0, top, image.width, bottom))


def packed(image: Image, colours: int) -> bytes:
    """A picture as PNG with few colours, which takes a quarter of the room."""
    from PIL import Image as Images

    few = image.convert("RGB").quantize(
        colours, method=Images.Quantize.FASTOCTREE, dither=Images.Dither.NONE
    )
    buffer = BytesIO()
    few.save(buffer, format="png", optimize=True)
    return buffer.getvalue()
