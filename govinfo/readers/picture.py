"""Pictures of pages, read cell by cell through the optional part ``govinfo[ocr]``."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from govinfo.document import Box, Document, Grid, GridCell, Place, TextBlock
from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers.radicals import plain_radicals

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from govinfo.readers.bitmap import RuledPage, Sheet
    from govinfo.readers.inklines import Blot, InkLine
    from govinfo.readers.ocr import Engine, Reading
    from govinfo.readers.ruling import Lattice

# An A3 page at 300 dpi has 17 million pixels; a poster is not a report.
MAX_PIXELS = 60_000_000
# Faxes and scanned files of a hundred pages exist; reports in pictures have twenty.
MAX_PAGES = 200
# Finer pictures are halved until they are no finer: nothing is gained above this.
_FINEST = 3.6 * 842
# Coarser ones (screen pictures) are doubled, so that strokes part from each other.
_COARSEST = 1.7 * 595
# Lines read outside tables. Title and period stand first in a report, the name of a
# section above its table, and titles are larger; all lines would take seconds a page.
_LINES_FIRST = 8
_LINES_ABOVE = 2
_LARGER = 1.25
_LINES_MOST = 30
# Figures below this score are read again, with more room round them.
_UNSURE = 0.9
_MORE_ROOM = 0.32

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
        If ``govinfo[ocr]`` is not installed.
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
        If ``govinfo[ocr]`` is not installed.
    """
    from govinfo.readers import bitmap, ocr

    engine = ocr.engine(f"Page {page}")
    grey, scale = _fitted(_grey(image), scale)
    sheet = bitmap.straighten(grey, scale)
    ruled = bitmap.ruled(sheet)
    todo = _gather(sheet, ruled, page)
    readings = engine.read([job.picture for job in todo.jobs])
    others = _other_readings(todo, readings, ruled, scale, engine)
    return _assembled(todo, readings, others, sheet, ruled, page, first_grid)


@dataclass(slots=True)
class _Job:
    """A line to be read: its picture, and the cell or place that it stands in."""

    picture: npt.NDArray[np.uint8]
    line: InkLine
    table: int | None
    cell: int | None


@dataclass(slots=True)
class _Todo:
    jobs: list[_Job]
    dirty: set[tuple[int, int]]
    usual: float


def _gather(sheet: Sheet, ruled: RuledPage, page: int) -> _Todo:
    """Lines of every cell, and the lines outside tables that are worth reading."""
    from govinfo.readers.inklines import blots_of, crop, lines_in

    by_cell: dict[tuple[int, int], list[Blot]] = {}
    outside: list[Blot] = []
    for blot in blots_of(ruled.ink, sheet.scale):
        x = (blot.box[0] + blot.box[2]) / 2
        y = (blot.box[1] + blot.box[3]) / 2
        for t, table in enumerate(ruled.tables):
            c = table.cell_at(x, y)
            if c is not None:
                if not _is_residue(blot, table.cells[c].box):
                    by_cell.setdefault((t, c), []).append(blot)
                break
        else:
            outside.append(blot)
    first = {at: lines_in(blots) for at, blots in by_cell.items()}
    heights = [line.height for lines in first.values() for line in lines]
    usual = median([h for h in heights if h > 4.0] or [9.5])
    todo = _Todo([], set(), usual)
    for (t, c), blots in sorted(by_cell.items()):
        box = ruled.tables[t].cells[c].box
        lines = lines_in(blots, usual)
        if not lines:
            todo.dirty.add((t, c))
        for line in lines:
            picture = crop(ruled.grey, line, sheet.scale, usual, box)
            todo.jobs.append(_Job(picture, line, t, c))
    boxes = [table.box for table in ruled.tables]
    height, width = sheet.grey.shape
    whole = (0.0, 0.0, width / sheet.scale, height / sheet.scale)
    for line in _worth_reading(_text_lines(outside), boxes, page):
        picture = crop(ruled.grey, line, sheet.scale, line.height, whole)
        todo.jobs.append(_Job(picture, line, None, None))
    return todo


def _is_residue(blot: Blot, box: Box) -> bool:
    """Whether ink is what is left of a rule: thin, along an edge of its cell."""
    left, top, right, bottom = blot.box
    width, height = right - left, bottom - top
    by_side = min(left - box[0], box[2] - right) <= 1.2
    by_end = min(top - box[1], box[3] - bottom) <= 1.2
    return (by_side and width <= 1.4 and height > 1.4 * width) or (
        by_end and height <= 1.4 and width > 1.4 * height
    )


def _text_lines(blots: list[Blot]) -> list[InkLine]:
    from govinfo.readers.inklines import lines_in

    return [line for line in lines_in(blots) if 5.0 <= line.height <= 45.0]


def _worth_reading(
    lines: list[InkLine], tables: Sequence[Box], page: int
) -> list[InkLine]:
    """Lines that may say which report and which table this is.

    The first of the document, those just above a table, and those in larger letters.
    """
    if not lines:
        return []
    usual = median(line.height for line in lines)
    chosen = {at for at in range(_LINES_FIRST) if page == 1}
    for table in tables:
        above = [at for at, line in enumerate(lines) if line.box[3] <= table[1] + 1]
        chosen.update(above[-_LINES_ABOVE:])
    chosen.update(at for at, line in enumerate(lines) if line.height > _LARGER * usual)
    return [line for at, line in enumerate(lines) if at in chosen][:_LINES_MOST]


def _other_readings(
    todo: _Todo,
    readings: list[Reading],
    ruled: RuledPage,
    scale: float,
    engine: Engine,
) -> dict[int, str]:
    """What a second look makes of figures, where it is something else."""
    from govinfo.readers.inklines import crop
    from govinfo.readers.secondlook import FIGURE, second_look

    at_figures = [
        at
        for at, (job, reading) in enumerate(zip(todo.jobs, readings, strict=True))
        if job.cell is not None and FIGURE.fullmatch(reading.text)
    ]
    verdicts = second_look(
        ruled.grey,
        [todo.jobs[at].line for at in at_figures],
        [readings[at].text for at in at_figures],
        scale,
    )
    others: dict[int, str] = {}
    again: list[int] = []
    for at, verdict in zip(at_figures, verdicts, strict=True):
        if verdict.text is None or readings[at].confidence < _UNSURE:
            again.append(at)
        elif verdict.text != readings[at].text:
            others[at] = verdict.text
    pictures = []
    for at in again:
        job = todo.jobs[at]
        box = ruled.tables[job.table or 0].cells[job.cell or 0].box
        pictures.append(crop(ruled.grey, job.line, scale, todo.usual, box, _MORE_ROOM))
    for at, reading in zip(again, engine.read(pictures), strict=True):
        if reading.text != readings[at].text:
            others[at] = reading.text
    return others


def _assembled(
    todo: _Todo,
    readings: list[Reading],
    others: dict[int, str],
    sheet: Sheet,
    ruled: RuledPage,
    page: int,
    first_grid: int,
) -> list[Grid | TextBlock]:
    texts: dict[tuple[int, int], list[Reading]] = {}
    doubts: dict[tuple[int, int], list[str]] = {}
    placed: list[tuple[float, Grid | TextBlock]] = []
    for at, (job, reading) in enumerate(zip(todo.jobs, readings, strict=True)):
        if job.table is not None and job.cell is not None:
            key = (job.table, job.cell)
            texts.setdefault(key, []).append(reading)
            doubts.setdefault(key, []).append(others.get(at, reading.text))
        elif reading.text.strip():
            box = sheet.as_displayed(job.line.box)
            block = TextBlock(
                plain_radicals(" ".join(reading.text.split())),
                Place(page=page, box=box),
            )
            placed.append((job.line.box[1], block))
    for t, table in enumerate(ruled.tables):
        cells = _cells(table, t, texts, doubts, todo.dirty, sheet)
        placed.append((table.ys[0], Grid(first_grid + t, cells, page=page)))
    placed.sort(key=lambda item: item[0])
    return [block for _, block in placed]


def _cells(
    table: Lattice,
    t: int,
    texts: dict[tuple[int, int], list[Reading]],
    doubts: dict[tuple[int, int], list[str]],
    dirty: set[tuple[int, int]],
    sheet: Sheet,
) -> tuple[GridCell, ...]:
    cells = []
    for c, cell in enumerate(table.cells):
        readings = texts.get((t, c), [])
        text = _printed(reading.text for reading in readings)
        other = _printed(doubts.get((t, c), []))
        sure = min((reading.confidence for reading in readings), default=1.0)
        if (t, c) in dirty:
            sure = 0.9
        cells.append(
            GridCell(
                text,
                cell.row,
                cell.column,
                cell.rowspan,
                cell.colspan,
                sheet.as_displayed(cell.box),
                sure,
                other if other != text else None,
            )
        )
    return tuple(cells)


def _printed(lines: Iterable[str]) -> str:
    return plain_radicals("\n".join(" ".join(line.split()) for line in lines))


def _scale(width: int, height: int) -> float:
    """Pixels per point of a picture that does not tell: it shows a page of A4."""
    return max(min(width, height) / 595, max(width, height) / 842)


def _fitted(
    grey: npt.NDArray[np.uint8], scale: float
) -> tuple[npt.NDArray[np.uint8], float]:
    """Bring a picture to a resolution at which letters are told apart and no finer."""
    import cv2
    import numpy as np

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
    import numpy as np

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

    from PIL import Image, UnidentifiedImageError

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
                pages.append(_grey(image))
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
