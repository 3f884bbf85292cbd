"""What is shown of a page: pictures with their descriptions, cut around cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govinfo.checks.structure import Key
from govinfo.document import Box
from govinfo.errors import GovinfoError, reason
from govinfo.pages import OUTLINE, drawn_page, packed
from govinfo.recognise.readings import Reading
from govinfo.seeing.subject import ReadReport, readings

if TYPE_CHECKING:
    from PIL.Image import Image


# Pictures hold two pixels for one on the screen, and are no wider than the text; they
# are print on white, and two colours of outlines.
_WIDEST, _COLOURS = 720, 48

STYLE = """
.govinfo-view table{border-collapse:collapse;margin:.4em 0}
.govinfo-view caption{text-align:left;padding:.2em 0}
.govinfo-view th,.govinfo-view td{border:1px solid #999;padding:.15em .5em}
.govinfo-view th{font-weight:normal;text-align:left}
.govinfo-view td{text-align:right;font-variant-numeric:tabular-nums}
.govinfo-view td.marked{outline:3px solid #c8500a;font-weight:600}
.govinfo-view td.read-otherwise{outline:2px dashed #1f5fa8}
"""


@dataclass(frozen=True)
class Shot:
    """A part of a page as PNG, its size on the screen, and what it shows in words."""

    png: bytes
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, part: Image, alt: str) -> Shot:
        """A part of a page as it is shown on another."""
        width = min(part.width / 2, _WIDEST)
        size = round(width), round(width * part.height / part.width)
        return cls(packed(part, _COLOURS), *size, " ".join(alt.split()))


@dataclass(frozen=True)
class View:
    """
    What Jupyter shows of a report, and keeps in exported pages.

    Attributes
    ----------
    shots : tuple of Shot
        Pictures of parts of pages; each is shown with its words as description.
    html : str
        A fragment below the pictures. Nothing in it runs or is fetched.
    words : str
        The same without pictures and marks, for screens that show text.
    """

    shots: tuple[Shot, ...]
    html: str
    words: str

    def _ipython_display_(self) -> None:
        """Show the pictures, then the fragment, each with its words."""
        from IPython.display import display

        for shot in self.shots:
            size = {"alt": shot.alt, "width": shot.width, "height": shot.height}
            display(
                {"image/png": shot.png, "text/plain": shot.alt},
                metadata={"image/png": size},
                raw=True,
            )
        display({"text/html": self.html, "text/plain": self.words}, raw=True)

    def __repr__(self) -> str:
        """The words alone."""
        return "\n".join([*(shot.alt for shot in self.shots), self.words])


def fragment(*parts: str) -> str:
    """Parts of HTML in the frame and the style of a view."""
    body = "\n".join(part for part in parts if part)
    return f'<style>{STYLE}</style>\n<div class="govinfo-view">\n{body}\n</div>'


# Told from the marked cell by its thin line, not by its colour alone.
THIN, THICK, TERM = 2, 6, "#1F5FA8"

# Points: how near the head of the table must be to be shown, and how much of the rows
# around the cells is shown where it is not.
_HEAD, _AROUND, _EDGE = 150.0, 45.0, 3.0


@dataclass(frozen=True)
class OnPage:
    """Where a cell stands on a page."""

    page: int
    grid: int | None
    box: Box


def on_page(cell: Reading) -> OnPage | None:
    """Where a cell stands, if its place says page and box."""
    place = cell.place
    if place is None or place.page is None or place.box is None:
        return None
    # Tenths of a point, as the table of cells gives them.
    left, top, right, bottom = (round(edge, 1) for edge in place.box)
    return OnPage(place.page, place.grid, (left, top, right, bottom))


def page_of(report: ReadReport, page: int) -> tuple[Image, float] | str:
    """
    A page, and its pixels to a point; else a sentence on why it cannot be drawn.

    What was read is known all the same, and is shown as a table. A file without pages
    has none to be drawn, which needs no sentence.
    """
    if not report.document.media_type.startswith(("application/pdf", "image/")):
        return ""
    try:
        return drawn_page(report.file, page)
    except GovinfoError as error:
        return f"The page could not be drawn: {reason(error)}."


def spots(report: ReadReport, keys: Iterable[Key]) -> dict[Key, OnPage]:
    """Where some cells stand, those that stand on a page."""
    cells = readings(report)
    return {key: spot for key in keys if (spot := on_page(cells[key]))}


def union(boxes: Sequence[Box]) -> Box:
    """
    The box around boxes.

    Examples
    --------
    >>> union([(0, 0, 2, 1), (1, 3, 4, 5)])
    (0, 0, 4, 5)
    """
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def table_box(report: ReadReport, spot: OnPage) -> Box:
    """
    The rows of the table that a cell stands in: nothing outside of it is ever shown.

    Only rows that hold figures of the form count, and the header above them.
    """
    figures = [
        other.box
        for cell in report.recognition.cells
        if (other := on_page(cell)) is not None
        and (other.page, other.grid) == (spot.page, spot.grid)
    ]
    bottom = max(box[3] for box in figures)
    boxes = [
        cell.box
        for grid in report.document.grids
        if grid.number == spot.grid
        for cell in grid.cells
        if cell.box is not None and cell.box[1] < bottom
    ]
    return union(boxes + figures)


def cut_box(around: Sequence[Box], table: Box) -> Box:
    """
    The part of a table around some cells.

    Examples
    --------
    Near the head, the head is shown; far below, the rows next to the cells.

    >>> cut_box([(50, 120, 60, 140)], (40, 20, 500, 300))
    (37.0, 17.0, 503.0, 188.0)
    >>> cut_box([(50, 220, 60, 240)], (40, 20, 500, 260))
    (37.0, 172.0, 503.0, 263.0)
    """
    _, first, _, last = union(around)
    top = table[1] if first - table[1] <= _HEAD else first - _AROUND
    bottom = min(last + _AROUND, table[3])
    return table[0] - _EDGE, top - _EDGE, table[2] + _EDGE, bottom + _EDGE


def outlined(
    image: Image, scale: float, marked: Iterable[Box], terms: Iterable[Box]
) -> None:
    """Draw thin outlines around the terms of a sum, a thick one around the cell."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    for boxes, colour, width in ((terms, TERM, THIN), (marked, OUTLINE, THICK)):
        for box in boxes:
            # Lines are drawn inwards from the edges; moved out, they touch no digit.
            left, top, right, bottom = (edge * scale for edge in box)
            edges = (left - width, top - width, right + width, bottom + width)
            draw.rectangle(edges, outline=colour, width=width)


def cut(image: Image, scale: float, box: Box) -> Image:
    """A part of a page, given in points."""
    left, top, right, bottom = (round(edge * scale) for edge in box)
    return image.crop(
        (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
    )
