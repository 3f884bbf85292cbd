"""Pictures of pages, read cell by cell through the extra ``govinfo-cn[ocr]``."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import LimitExceeded, ReadError, engine

if TYPE_CHECKING:
    import numpy.typing as npt

# An A3 page at 300 dpi has 17 million pixels; a poster is not a report.
MAX_PIXELS = 60_000_000
# Faxes and scanned files of a hundred pages exist; reports in pictures have twenty.
MAX_PAGES = 200
# Nothing is printed on fewer pixels: decorations of web pages are so small.
_SMALLEST = 16
# Finer pictures are halved until they are no finer: nothing is gained above this.
_FINEST = 3.6 * 842
# Coarser ones (screen pictures) are doubled, so that strokes part from each other.
_COARSEST = 1.7 * 595
_MEDIA_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
}


def read_picture(data: bytes, name: str) -> Document:
    """Read a picture of one or more pages (PNG, JPEG, TIFF, GIF, BMP, WebP).

    Tables are found from the rules that they draw and read cell by cell; a cell without
    ink is empty and is never read. Outside of tables only the first lines and the short
    ones (titles, headings) are read.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, kept as ``Document.source``.

    Raises
    ------
    MissingExtra
        If ``govinfo-cn[ocr]`` is not installed.
    ReadError
        If the picture is damaged or of an unknown kind.
    LimitExceeded
        If it has more pages or pixels than a report can have.
    """
    from govinfo.readers.ocr import require_ocr

    require_ocr(name)
    blocks: list[Grid | TextBlock] = []
    media_type, pages = _pages(data, name)
    n_grids = 0
    for number, image in enumerate(pages, start=1):
        scale = _scale(image.shape[1], image.shape[0])
        found = read_page_image(image, number, n_grids + 1, scale)
        n_grids += sum(isinstance(block, Grid) for block in found)
        blocks += found
    note = (
        f"{name} is a picture: its figures were read by OCR, and outside of tables only"
        " titles and headings were read."
    )
    return Document(name, media_type, tuple(blocks), n_pages=len(pages), notes=(note,))


def read_page_image(
    image: Any, page: int, first_grid: int, scale: float
) -> list[Grid | TextBlock]:
    """Read one page that is a picture.

    Parameters
    ----------
    image : PIL.Image.Image or numpy array
        The page, grey or in colour (RGB), dark on light.
    page : int
        Number of the page, from 1.
    first_grid : int
        Number of the first grid that is found.
    scale : float
        Pixels per point; boxes are given in points.

    Returns
    -------
    list of Grid and TextBlock
        In reading order. ``GridCell.confidence`` is the engine's score of the weakest
        character; a cell without ink is ``""``. ``other_reading`` is what a second look
        at the figures of a page makes of a cell, where it differs.

    Raises
    ------
    MissingExtra
        If ``govinfo-cn[ocr]`` is not installed.
    EngineFailed
        If OpenCV or onnxruntime cannot be imported, or stops.
    """
    with engine("Reading pictures"):
        return _page_image(image, page, first_grid, scale)


def _page_image(
    image: Any, page: int, first_grid: int, scale: float
) -> list[Grid | TextBlock]:
    from govinfo.readers import ocr
    from govinfo.readers.picturepage import read_page, turned_back

    reader = ocr.engine(f"Page {page}")
    grey = _grey(image)
    if min(grey.shape) < _SMALLEST:
        return []
    grey, scale = _fitted(grey, scale)
    found = read_page(grey, scale, reader, page, first_grid)
    if found.is_upright:
        return found.blocks
    # Perhaps the page lies on its head or on its side.
    best, best_turns = found, 0
    for turns in (2, 1, 3):
        turned = np.ascontiguousarray(np.rot90(grey, turns))
        other = read_page(turned, scale, reader, page, first_grid)
        if other.n_labels > best.n_labels:
            best, best_turns = other, turns
    if not best_turns:
        return found.blocks
    return turned_back(best.blocks, best_turns, grey.shape, scale)


def _scale(width: int, height: int) -> float:
    """Pixels per point of a picture that does not tell: it shows a page of A4."""
    return max(min(width, height) / 595, max(width, height) / 842)


def _fitted(
    grey: npt.NDArray[np.uint8], scale: float
) -> tuple[npt.NDArray[np.uint8], float]:
    """Bring a picture to a resolution at which letters are told apart and no finer."""
    import cv2

    height, width = grey.shape
    factor = 1.0
    if max(height, width) > 1.5 * _FINEST:
        factor = _FINEST / max(height, width)
    elif scale < _COARSEST / 595:
        factor = 2.0
    if factor == 1.0:
        return grey, scale
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (round(width * factor), round(height * factor))
    resized = cv2.resize(grey, size, interpolation=method)
    return np.asarray(resized, np.uint8), scale * factor


def _grey(image: Any) -> npt.NDArray[np.uint8]:
    if not isinstance(image, np.ndarray):
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            from PIL import Image

            paper = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(paper, image.convert("RGBA"))
        if image.mode.startswith(("I", "F")):
            # Sixteen bits a pixel; Pillow would cut off instead of scaling.
            deep = np.asarray(image, np.float32)
            white = 65535.0 if float(deep.max()) > 255 else 255.0
            return np.asarray(np.clip(deep * (255 / white), 0, 255).round(), np.uint8)
        return np.asarray(image.convert("L"), np.uint8)
    if image.ndim == 2:
        return np.ascontiguousarray(image, np.uint8)
    weights = np.asarray((0.299, 0.587, 0.114), np.float32)
    return np.asarray((image[:, :, :3] @ weights).round(), np.uint8)


def _pages(data: bytes, name: str) -> tuple[str, list[npt.NDArray[np.uint8]]]:
    """Kind of the picture and its pages in grey."""
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    pages: list[npt.NDArray[np.uint8]] = []
    try:
        with warnings.catch_warnings():
            # Our own limit is checked below, before anything is unpacked.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
        with image:
            media_type = _MEDIA_TYPES.get(image.format or "", "image/unknown")
            n_pages = min(getattr(image, "n_frames", 1), MAX_PAGES + 1)
            if image.format == "GIF":
                n_pages = 1  # the other frames are animation
            if n_pages > MAX_PAGES:
                message = (
                    f"{name} is a picture of more than {MAX_PAGES} pages, where reading"
                    " stops. Split the file and read the part with the tables."
                )
                raise LimitExceeded(message)
            for at in range(n_pages):
                image.seek(at)
                if image.width * image.height > MAX_PIXELS:
                    message = (
                        f"Page {at + 1} of {name} is a picture of {image.width:,} by"
                        f" {image.height:,} pixels, and pages are read up to"
                        f" {MAX_PIXELS:,} pixels in all. Save it in a lower resolution."
                    )
                    raise LimitExceeded(message)
                # Cameras save the page as they were held and say so beside it.
                pages.append(_grey(ImageOps.exif_transpose(image)))
    except UnidentifiedImageError as error:
        message = (
            f"{name} should be a picture but is of no kind that is known. Save it as"
            " PNG, JPEG or TIFF."
        )
        raise ReadError(message) from error
    except Image.DecompressionBombError as error:
        message = (
            f"{name} is a picture of far more than {MAX_PIXELS:,} pixels, where reading"
            " stops. Save it in a lower resolution."
        )
        raise LimitExceeded(message) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        message = (
            f"{name} is a damaged picture ({error}). Fetch the file again, or save it"
            " anew as PNG."
        )
        raise ReadError(message) from error
    return media_type, pages
