"""Tables without rules between their columns, on pages that are pictures.

Every run of ink between two gaps is read, its letters are put where they stand, and the
page is then read as a page of a PDF is. Lengths are in points.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import numpy as np

from govinfo.document import Box, Document, Grid, GridCell, TextBlock
from govinfo.errors import LimitExceeded, ReadError, engine
from govinfo.readers.files.names import require_page
from govinfo.readers.page.layout import Block, page_blocks, parts_of, usual_size
from govinfo.readers.page.model import Char, Rule
from govinfo.readers.page.model import Sheet as CharSheet
from govinfo.readers.picture.cells import Job, assembled, gather, read_jobs
from govinfo.readers.picture.ink import Blot, Digits, Glyph, InkLine
from govinfo.readers.picture.ocr import Engine, Grey
from govinfo.readers.picture.rules import Scan, ruled, straighten

if TYPE_CHECKING:
    import numpy.typing as npt


# Gaps of this part of a letter's height part two runs: wider than the gap between
# letters, narrower than the one between the figures of two columns.
_GAP = 0.55
# White space of a comma is narrower than this; that between columns is wider.
_WIDE = 1.1
# Lines of so many runs, and so many such lines, are a table.
_RUNS = 4
_LINES = 3
# Width of a digit and of a Chinese letter, in parts of the height of the latter.
_DIGIT, _LETTER = 0.55, 1.0
# Reading them takes a tenth of a second for each ten; a full page has three hundred.
_MOST_RUNS = 1_500


def is_tabular(lines: Sequence[InkLine]) -> bool:
    """Whether lines outside ruled tables stand in columns."""
    usual = _usual(lines)
    return sum(len(_runs(line, _WIDE * usual)) >= _RUNS for line in lines) >= _LINES


def read_runs(
    lines: Sequence[InkLine],
    sheet: Scan,
    engine: Engine,
    page: int,
) -> list[Block]:
    """Grids and lines of text outside the ruled tables of a page.

    Parameters
    ----------
    lines : sequence of InkLine
        The lines, from the top down.
    sheet : Sheet
        The straightened page.
    engine : Engine
        Reads the runs.
    page : int
        Number of the page, from 1.
    """
    usual = _usual(lines)
    runs = [(run, line.box) for line in lines for run in _runs(line, _GAP * usual)][
        :_MOST_RUNS
    ]
    readings = engine.read([sheet.crop(run.box, usual, sheet.box) for run, _ in runs])
    chars: list[Char] = []
    sure: list[tuple[Box, float]] = []
    for (run, band), reading in zip(runs, readings, strict=True):
        chars += _chars(run, band, reading.text, usual)
        sure.append((run.box, reading.confidence))
    parts = parts_of(
        CharSheet(
            *sheet.box[2:],
            tuple(chars),
            tuple(_outside(sheet, is_down=False)),
            tuple(_outside(sheet, is_down=True)),
        )
    )
    blocks = [
        replace(block, cells=tuple(_scored(cell, sure) for cell in block.cells))
        if isinstance(block, Grid)
        else block
        for block in page_blocks(parts, page, usual_size([parts]))
    ]
    return [_moved(block, sheet.as_displayed) for block in blocks]


def _moved(block: Block, move: Callable[[Box], Box]) -> Block:
    """A block with its boxes at other places of the page."""
    if isinstance(block, Grid):
        cells = (
            replace(cell, box=move(cell.box)) if cell.box else cell
            for cell in block.cells
        )
        return replace(block, cells=tuple(cells))
    place = block.place
    return replace(block, place=place._replace(box=place.box and move(place.box)))


def _top(block: Block) -> float:
    if isinstance(block, TextBlock):
        return block.place.box[1] if block.place.box else 0.0
    return min((cell.box[1] for cell in block.cells if cell.box), default=0.0)


def _usual(lines: Sequence[InkLine]) -> float:
    return median([line.height for line in lines] or [9.5])


def _runs(line: InkLine, gap: float) -> list[InkLine]:
    """Cut a line at gaps wider than a length."""
    parts: list[list[Blot]] = []
    right = 0.0
    for blot in line.blots:
        if parts and blot.box[0] - right <= gap:
            parts[-1].append(blot)
            right = max(right, blot.box[2])
        else:
            parts.append([blot])
            right = blot.box[2]
    return [
        InkLine(tuple(part)) for part in parts if not all(blot.is_dot for blot in part)
    ]


def _chars(run: InkLine, band: Box, text: str, usual: float) -> list[Char]:
    """Letters of a run of a line, spread over its ink by their usual widths."""
    text = text.strip()
    widths = [_LETTER if char >= "\u2e80" else _DIGIT for char in text]
    left, _, right, _ = run.box
    unit = (right - left) / (sum(widths) or 1.0)
    bottom = band[3]
    top = bottom - max(usual, 0.9 * (band[3] - band[1]))
    chars: list[Char] = []
    spaced = False
    for char, width in zip(text, widths, strict=True):
        if not char.isspace():
            box = (left, top, left + 0.96 * width * unit, bottom)
            chars.append(Char(char, *box, left, bottom, 0, spaced))
        spaced = char.isspace()
        left += width * unit
    return chars


def _outside(sheet: Scan, *, is_down: bool) -> Iterable[Rule]:
    """Rules that belong to no ruled table."""
    for rule in sheet.verticals if is_down else sheet.horizontals:
        middle = (rule.low + rule.high) / 2
        x, y = (rule.position, middle) if is_down else (middle, rule.position)
        if not any(
            table.box[0] - 2 <= x <= table.box[2] + 2
            and table.box[1] - 2 <= y <= table.box[3] + 2
            for table in sheet.tables
        ):
            yield rule


def _scored(cell: GridCell, sure: Sequence[tuple[Box, float]]) -> GridCell:
    """Cell with the score of the runs that stand in it."""
    if cell.box is None:
        return cell
    left, top, right, bottom = cell.box
    scores = [
        score
        for box, score in sure
        if left - 1 <= (box[0] + box[2]) / 2 <= right + 1
        and top - 1 <= (box[1] + box[3]) / 2 <= bottom + 1
    ]
    return replace(cell, confidence=min(scores, default=0.5 if cell.text else 1.0))


# Labels that score less on average lie on their head, or are no print at all.
_LEGIBLE = 0.55
# What is read well scores at least this.
_WELL = 0.8
# Fewer labels tell nothing.
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class PageRead:
    """What was read on a page.

    Attributes
    ----------
    blocks : list of Grid and TextBlock
        In reading order.
    is_upright : bool
        Whether nothing speaks against the page being held upright.
    n_labels : int
        Number of labels that were read well, which speak for it.
    figures : dict
        Digits of the figures that were read, by the box of their cell.
    """

    blocks: list[Block]
    is_upright: bool
    n_labels: int
    figures: dict[Box, Sequence[Glyph]]


def read_page(grey: Grey, scale: float, engine: Engine, page: int) -> PageRead:
    """Straighten a page, find its tables and read them.

    Parameters
    ----------
    grey : array of uint8
        The page, dark on light.
    scale : float
        Pixels per point.
    engine : Engine
        Reads lines.
    page : int
        Number of the page, from 1.
    """
    sheet = ruled(straighten(grey, scale))
    todo = gather(sheet, page)
    is_unruled = is_tabular(todo.outside)
    if is_unruled:
        # A table without rules between its columns: all lines count.
        todo.jobs = [job for job in todo.jobs if job.cell]
    read_jobs(todo, sheet, engine)
    blocks = assembled(todo, sheet, page)
    if is_unruled:
        more = read_runs(todo.outside, sheet, engine, page)
        blocks = sorted([*blocks, *more], key=_top)
    # Figures tell nothing: a 0 is one whichever way it lies, and a 6 becomes a 9.
    scores = [
        job.said.confidence for job in todo.jobs if _is_wide(job) and not job.is_figure
    ]
    n_labels = sum(score >= _WELL for score in scores)
    is_upright = not _lies_on_its_side(todo.jobs, len(scores)) and (
        len(scores) < _FEWEST or mean(scores) >= _LEGIBLE
    )
    lines = Counter(job.cell for job in todo.jobs)
    figures = {
        sheet.as_displayed(job.box): job.glyphs
        for job in todo.jobs
        if job.glyphs and lines[job.cell] == 1
    }
    is_upright = is_upright or _has_prose(todo.outside, sheet, engine)
    return PageRead(blocks, is_upright, n_labels, figures)


def _has_prose(lines: Sequence[InkLine], sheet: Scan, engine: Engine) -> bool:
    """Whether lines outside the tables read well, as they only do upright."""
    widest = sorted(lines, key=lambda line: line.box[0] - line.box[2])[:6]
    readings = engine.read(
        [sheet.crop(line.box, line.height, sheet.box) for line in widest]
    )
    well = [
        reading
        for reading in readings
        if reading.confidence >= _LEGIBLE and len(reading.text) >= 6
    ]
    return len(well) >= 2 and len(well) * 2 > len(widest)


def _is_wide(job: Job) -> bool:
    left, _, right, _ = job.line.box
    return right - left > 2.5 * job.line.height


def _lies_on_its_side(jobs: Sequence[Job], n_labels: int) -> bool:
    """Whether the letters of most labels, and the digits, are lines of their own."""
    stacks: defaultdict[object, list[str]] = defaultdict(list)
    inside = [job for job in jobs if job.cell]
    for job in inside:
        stacks[job.cell].append(job.said.text)
    n_figures = sum(job.is_figure and len(job.said.text) > 1 for job in inside)
    wide = {job.cell for job in inside if _is_wide(job)}
    narrow = [lines for cell, lines in stacks.items() if cell not in wide]
    n_stacks = sum(len(lines) >= 3 for lines in narrow)
    n_digits = sum(
        len(lines) > 1 and all(map(str.isdecimal, lines)) for lines in narrow
    )
    return n_stacks > max(n_labels, _FEWEST // 2) and n_digits >= n_figures


def turned_back(
    read: PageRead, turns: int, shape: tuple[int, ...], scale: float
) -> PageRead:
    """What was read on a page that was turned, its boxes where they stand unturned.

    Parameters
    ----------
    read : PageRead
        As read on the turned page.
    turns : int
        Quarter turns counter-clockwise that it was turned.
    shape : tuple of int
        Height and width, in pixels, of the page as it was.
    scale : float
        Pixels per point.
    """
    height, width = shape[0] / scale, shape[1] / scale

    def back(box: Box) -> Box:
        x0, y0, x1, y1 = box
        if turns == 1:
            return width - y1, x0, width - y0, x1
        if turns == 2:
            return width - x1, height - y1, width - x0, height - y0
        return y0, height - x1, y1, height - x0

    blocks = [_moved(block, back) for block in read.blocks]
    figures = {back(box): glyphs for box, glyphs in read.figures.items()}
    return replace(read, blocks=blocks, figures=figures)


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
    from govinfo.readers.picture.ocr import require_ocr

    require_ocr(name)
    blocks: list[Grid | TextBlock] = []
    pages = _pages(data, name)
    digits = Digits()
    for number, image in enumerate(pages, start=1):
        scale = _scale(image.shape[1], image.shape[0])
        blocks += read_page_image(image, number, scale, digits)
    note = (
        f"{name} is a picture: its figures were read by OCR, and outside of tables only"
        " titles and headings were read."
    )
    settled = tuple(digits.settled(blocks))
    return Document(name, "image/*", settled, n_pages=len(pages), notes=(note,))


def read_page_image(
    image: Any,
    page: int,
    scale: float,
    digits: Digits | None = None,
) -> list[Grid | TextBlock]:
    """Read one page that is a picture.

    Parameters
    ----------
    image : PIL.Image.Image or numpy array
        The page, grey or in colour (RGB), dark on light.
    page : int
        Number of the page, from 1.
    scale : float
        Pixels per point; boxes are given in points.
    digits : Digits, optional
        Where the figures of the document are collected, to be compared at its end.

    Returns
    -------
    list of Grid and TextBlock
        In reading order. ``GridCell.confidence`` is the engine's score of the weakest
        character; a cell without ink is ``""``. ``other_reading`` is what the figure
        is with more room round it, where that differs.

    Raises
    ------
    MissingExtra
        If ``govinfo-cn[ocr]`` is not installed.
    EngineFailed
        If OpenCV or onnxruntime cannot be imported, or stops.
    """
    with engine("Reading pictures"):
        return _page_image(image, page, scale, digits)


def _page_image(
    image: Any, page: int, scale: float, digits: Digits | None
) -> list[Grid | TextBlock]:
    from govinfo.readers.picture import ocr

    reader = ocr.engine(f"Page {page}")
    grey = _grey(image)
    if min(grey.shape) < _SMALLEST:
        return []
    grey, scale = _fitted(grey, scale)
    found = read_page(grey, scale, reader, page)
    if not found.is_upright:
        found = _turned(found, grey, scale, reader, page)
    if digits is not None:
        digits.add(page, found.figures)
    return found.blocks


def _turned(
    found: PageRead, grey: Grey, scale: float, engine: Engine, page: int
) -> PageRead:
    """What was read on a page that perhaps lies on its head or on its side."""
    best, best_turns = found, 0
    for turns in (2, 1, 3):
        turned = np.ascontiguousarray(np.rot90(grey, turns))
        other = read_page(turned, scale, engine, page)
        if other.n_labels > best.n_labels:
            best, best_turns = other, turns
    if not best_turns:
        return found
    return turned_back(best, best_turns, grey.shape, scale)


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


def _on_paper(image: Any) -> Any:
    from PIL import Image

    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image.convert("RGBA"))


def _grey(image: Any) -> npt.NDArray[np.uint8]:
    if not isinstance(image, np.ndarray):
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            image = _on_paper(image)
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


def _pages(data: bytes, name: str) -> list[npt.NDArray[np.uint8]]:
    """The pages of a picture in grey."""
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    pages: list[npt.NDArray[np.uint8]] = []
    try:
        with warnings.catch_warnings():
            # Our own limit is checked below, before anything is unpacked.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data))
        with image:
            n_pages = min(getattr(image, "n_frames", 1), MAX_PAGES + 1)
            if image.format == "GIF":
                n_pages = 1  # the other frames are animation
            if n_pages > MAX_PAGES:
                raise LimitExceeded(
                    f"{name} is a picture of more than {MAX_PAGES} pages, where reading"
                    " stops. Split the file and read the part with the tables."
                )
            for at in range(n_pages):
                image.seek(at)
                if image.width * image.height > MAX_PIXELS:
                    raise LimitExceeded(
                        f"Page {at + 1} of {name} is a picture of {image.width:,} by"
                        f" {image.height:,} pixels, and pages are read up to"
                        f" {MAX_PIXELS:,} pixels in all. Save it in a lower resolution."
                    )
                # Cameras save the page as they were held and say so beside it.
                pages.append(_grey(ImageOps.exif_transpose(image)))
    except UnidentifiedImageError as error:
        raise ReadError(
            f"{name} should be a picture but is of no kind that is known. Save it as"
            " PNG, JPEG or TIFF."
        ) from error
    except Image.DecompressionBombError as error:
        raise LimitExceeded(
            f"{name} is a picture of far more than {MAX_PIXELS:,} pixels, where reading"
            " stops. Save it in a lower resolution."
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ReadError(
            f"{name} is a damaged picture ({error}). Fetch the file again, or save it"
            " anew as PNG."
        ) from error
    return pages


def drawn_picture(data: bytes, name: str, page: int, width: int) -> tuple[Any, float]:
    """
    Draw a page of a picture in so many pixels across.

    Returns
    -------
    PIL.Image.Image, float
        The page, and its pixels per point.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data)) as file:
            require_page(name, page, getattr(file, "n_frames", 1))
            file.seek(page - 1)
            # The way up in which it was read.
            image = _on_paper(ImageOps.exif_transpose(file)).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise ReadError(
            f"{name} is a damaged picture ({error}), so no page of it can be drawn."
            " Fetch the file again."
        ) from error
    scale = _scale(image.width, image.height) * width / image.width
    size = (width, round(image.height * width / image.width))
    return image.resize(size, Image.Resampling.LANCZOS), scale
