"""Pictures and drawings that stand where a figure may be: such a place is no blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from govinfo.document import Box
from govinfo.readers.pdf_geometry import Char, Sheet
from govinfo.readers.ruling import Lattice

# A picture of figures is no higher, or no wider, than this many times its cell; a seal
# or a watermark over a table is both.
BEYOND = 1.5

# A picture covers at least this part of a cell that it is meant for, or lies in it.
COVERED = 0.5

# A shape that fills its cell to this part is its ground.
GROUND = 0.8

# Smaller pictures, in points, keep lines apart and show nothing.
SPACER = 3.0

# A picture of one figure is no higher and no wider than this; a page of icons, made to
# harm or to adorn, is looked at so far.
HIGHEST, WIDEST = 30.0, 150.0
MANY = 500


def drawn_in(
    table: Lattice, inside: Sequence[Sequence[Char]], sheet: Sheet
) -> Iterator[int]:
    """
    Empty cells, by index, in which something is drawn: they are no blanks.

    Parameters
    ----------
    table : Lattice
        A ruled table.
    inside : sequence of sequence of Char
        The characters of each of its cells.
    sheet : Sheet
        What stands on the page.
    """
    pictures = [box for box in sheet.pictures if min(_size(box)) >= SPACER]
    drawings = [box for box in sheet.drawings if min(_size(box)) >= SPACER]
    if not pictures and not drawings:
        return
    for i, (cell, chars) in enumerate(zip(table.cells, inside, strict=True)):
        if not chars and (
            any(_shows_in(box, cell.box, 1.0) for box in pictures)
            or any(_shows_in(box, cell.box, GROUND) for box in drawings)
        ):
            yield i


def _size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _shows_in(box: Box, cell: Box, most: float) -> bool:
    """Whether a picture is meant for a cell, and fills no more than a part of it."""
    across = min(box[2], cell[2]) - max(box[0], cell[0])
    down = min(box[3], cell[3]) - max(box[1], cell[1])
    if across <= 0 or down <= 0:
        return False
    width, height = _size(cell)
    if _size(box)[0] > BEYOND * width and _size(box)[1] > BEYOND * height:
        return False
    covered = across * down / max(width * height, 1.0)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    lies_in = cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]
    return (lies_in or covered >= COVERED) and covered <= most


def signs_of_pictures(
    sheet: Sheet, *, within: Box | None = None, without: Sequence[Box] = ()
) -> list[Char]:
    """
    A doubtful character for each picture that may show a figure.

    Where rules do not part the rows of a table, only this tells of it.

    Parameters
    ----------
    sheet : Sheet
        What stands on the page.
    within : tuple of float, optional
        Take only pictures in this box.
    without : sequence of tuple of float
        Leave out pictures in these boxes.
    """
    found = []
    for box in islice((*sheet.pictures, *sheet.drawings), MANY):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        width, height = _size(box)
        if (
            SPACER <= width <= WIDEST
            and SPACER <= height <= HIGHEST
            and (within is None or _holds(within, x, y))
            and not any(_holds(other, x, y) for other in without)
        ):
            # On the line of the text beside it, as high as a character of it.
            line = next((c for c in sheet.chars if c.top <= y <= c.bottom), None)
            low = line.baseline if line else box[3]
            top = line.top if line else box[1]
            found.append(
                Char(
                    "图", box[0], top, box[2], low, box[0], low, 0, False, doubtful=True
                )
            )
    return found


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
