"""Pages of a document as pictures, to be looked at beside what was read from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.document import Box
from govinfo.errors import ReadError, SourceError

if TYPE_CHECKING:
    from PIL.Image import Image

# Twice the pixels of the widest picture on a page of the site.
WIDTH = 1440

# Dark enough to be seen without its colour, thick enough to be seen when shrunk.
OUTLINE, STROKE = "#C8500A", 4

# How files that hold pictures begin: PNG, JPEG, TIFF, GIF, BMP.
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM")


def drawn_page(path: Path | str, page: int = 1) -> tuple[Image, float]:
    """
    Draw a page of a PDF file, or of a picture, as a reader sees it.

    Parameters
    ----------
    path : Path or str
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
    where = Path(path)
    if not where.is_file():
        message = f"{where} does not exist, so no page of it can be drawn."
        raise SourceError(message)
    with where.open("rb") as stream:
        start = stream.read(1024)
    return _from_picture(where, page) if is_picture(start) else _from_pdf(where, page)


def is_picture(start: bytes) -> bool:
    r"""
    Whether a file that starts so is a picture.

    Examples
    --------
    >>> is_picture(b"\x89PNG\r\n"), is_picture(b"%PDF-1.7")
    (True, False)
    """
    return start.startswith(_PICTURES) or start[8:12] == b"WEBP"


def _from_pdf(where: Path, page: int) -> tuple[Image, float]:
    from govinfo.readers.pdf.file import opened

    with opened(where.read_bytes(), where.name) as document:
        _require_page(where, page, len(document))
        sheet = document[page - 1]
        scale = WIDTH / sheet.get_width()
        image: Image = sheet.render(scale=scale).to_pil().convert("RGB")
        sheet.close()
    return image, scale


def _from_picture(where: Path, page: int) -> tuple[Image, float]:
    from PIL import Image as Images

    try:
        with Images.open(where) as file:
            _require_page(where, page, getattr(file, "n_frames", 1))
            file.seek(page - 1)
            paper = Images.new("RGBA", file.size, "white")
            image = Images.alpha_composite(paper, file.convert("RGBA")).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        message = (
            f"{where.name} is a damaged picture ({error}), so no page of it can be "
            "drawn. Fetch the file again."
        )
        raise ReadError(message) from error
    # Pictures are read as if they showed a page of A4.
    points = max(min(image.size) / 595, max(image.size) / 842)
    scale = points * WIDTH / image.width
    height = round(image.height * WIDTH / image.width)
    return image.resize((WIDTH, height), Images.Resampling.LANCZOS), scale


def _require_page(where: Path, page: int, n_pages: int) -> None:
    if not 1 <= page <= n_pages:
        message = (
            f"{where.name} has {n_pages} pages, but page {page} was asked for. Pages "
            "are counted from 1."
        )
        raise SourceError(message)


def page_image(
    path: Path | str,
    page: int = 1,
    *,
    marked: Iterable[Box] = (),
    part: tuple[float, float] = (0.0, 1.0),
) -> Image:
    """
    Draw a page of a PDF file or a picture, with boxes outlined.

    Parameters
    ----------
    path : Path or str
        A PDF file, or a picture.
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
        If it cannot be opened as a PDF file or a picture.
    """
    from PIL import ImageDraw

    image, scale = drawn_page(path, page)
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in marked:
        edges = (left * scale, top * scale, right * scale, bottom * scale)
        draw.rectangle(edges, outline=OUTLINE, width=STROKE)
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
