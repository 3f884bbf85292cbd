"""Measure how often two readings of a scan agree on a figure that is wrong.

Tables of invented figures are drawn in several fonts and degraded as scanners, faxes,
stamps and photocopies do; no sum of theirs holds, so that nothing but the two readings
speaks for a cell. Run from the top of the repository::

    python benchmarks/scans.py 120 > docs/scans.csv

Rows are resolutions; ``bound`` is the one-sided upper 95% bound (Clopper and Pearson)
of the error rate among cells on which the readings agree.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy.stats import beta

from govinfo.document import Grid
from govinfo.readers.picture import read_page_image
from govinfo.readers.picture.ink import Digits

FONTS = (
    "truetype/liberation/LiberationSerif-Regular.ttf",
    "truetype/liberation/LiberationSans-Regular.ttf",
    "truetype/liberation/LiberationMono-Regular.ttf",
    "truetype/liberation/LiberationSerif-Bold.ttf",
    "opentype/noto/NotoSerifCJK-Regular.ttc",
    "opentype/noto/NotoSansCJK-Regular.ttc",
    "opentype/noto/NotoSerifCJK-Bold.ttc",
    "truetype/dejavu/DejaVuSerif.ttf",
    "truetype/dejavu/DejaVuSans.ttf",
)
"""Below ``/usr/share/fonts``: Debian's fonts-liberation, -noto-cjk and -dejavu."""

LABEL_FONT = "opentype/noto/NotoSansCJK-Regular.ttc"
LABELS = (
    "予以公开",
    "部分公开",
    "国家秘密",
    "内部事务信息",
    "行政查询事项",
    "其他处理",
)
"""Words that tell which way up a page is, as the tables of a report have them."""

RESOLUTIONS = (100, 120, 150, 200, 240, 300)
"""Dots an inch of the scans."""

COLUMNS = ("dpi", "pages", "cells", "agreed", "agreed_wrong", "bound", "read_wrong")
"""Columns that are written; ``read_wrong`` counts figures that one reading misread."""

_ROWS, _WIDTH = 26, 7
# Points: the table on its page, and a cell.
_LEFT, _TOP, _CELL = 112, 90, (62, 26)
# Drawn at this resolution, then brought to the one of the scan.
_FINE = 600


@dataclass(frozen=True)
class Page:
    """A degraded page and the figures that it shows."""

    image: Image.Image
    dpi: int
    angle: float
    figures: tuple[tuple[str, ...], ...]


def figure(random: np.random.Generator, *, sparse: bool) -> str:
    """One figure as reports print them: mostly small, few amounts of money."""
    kind = random.random()
    if sparse and kind < 0.55:
        return "0"
    if kind > 0.96:
        return f"{10 ** random.uniform(0, 5):.2f}"
    return str(int(10 ** random.uniform(0, 2.4 if sparse else 4.6)))


def page(seed: int) -> Page:
    """Draw and degrade one page."""
    random = np.random.default_rng(seed)
    dpi = RESOLUTIONS[seed % len(RESOLUTIONS)]
    name = FONTS[seed // len(RESOLUTIONS) % len(FONTS)]
    sparse = bool(random.random() < 0.5)
    figures = tuple(
        tuple(figure(random, sparse=sparse) for _ in range(_WIDTH))
        for _ in range(_ROWS)
    )
    unit = _FINE / 72
    font = ImageFont.truetype(f"/usr/share/fonts/{name}", unit * random.uniform(9, 12))
    paper = Image.new("RGB", (round(595 * unit), round(842 * unit)), "white")
    pen = ImageDraw.Draw(paper)
    left, top = _LEFT * unit, _TOP * unit
    width, height = _CELL[0] * unit, _CELL[1] * unit
    thick = round(unit * random.uniform(0.4, 1.1))
    for r in range(_ROWS + 1):
        y = top + r * height
        pen.line((left - width, y, left + _WIDTH * width, y), fill="black", width=thick)
    for c in range(-1, _WIDTH + 1):
        x = left + c * width
        pen.line((x, top, x, top + _ROWS * height), fill="black", width=thick)
    words = ImageFont.truetype(f"/usr/share/fonts/{LABEL_FONT}", unit * 9)
    for r, row in enumerate(figures):
        label = LABELS[r % len(LABELS)]
        middle = (left - 0.5 * width, top + (r + 0.5) * height)
        pen.text(middle, label, fill="black", font=words, anchor="mm")
        for c, text in enumerate(row):
            middle = (left + (c + 0.5) * width, top + (r + 0.5) * height)
            pen.text(middle, text, fill="black", font=font, anchor="mm")
    angle = random.uniform(-1.2, 1.2)
    return Page(degraded(paper, dpi, angle, random), dpi, angle, figures)


def degraded(
    paper: Image.Image, dpi: int, angle: float, random: np.random.Generator
) -> Image.Image:
    """Stamp, turn, blur, dirty and compress a page."""
    if random.random() < 0.4:
        unit = _FINE / 72
        x, y = random.uniform(150, 450) * unit, random.uniform(200, 650) * unit
        ring = Image.new("RGB", paper.size, "white")
        ImageDraw.Draw(ring).ellipse(
            (x - 60 * unit, y - 60 * unit, x + 60 * unit, y + 60 * unit),
            outline=(int(random.uniform(200, 240)), 60, 60),
            width=round(3 * unit),
        )
        paper = Image.fromarray(np.minimum(np.asarray(paper), np.asarray(ring)))
    size = (round(595 / 72 * dpi), round(842 / 72 * dpi))
    small = paper.resize(size, Image.Resampling.BOX)
    small = small.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
    small = small.filter(ImageFilter.GaussianBlur(random.uniform(0, 0.35 * dpi / 100)))
    pixels = np.asarray(small, np.float32)
    ink, ground = random.uniform(0, 70), random.uniform(225, 255)
    pixels = ink + pixels * (ground - ink) / 255
    pixels += random.normal(0, random.uniform(0, 12), pixels.shape[:2])[..., None]
    for _ in range(int(random.uniform(0, 60))):
        # Dust and toner.
        x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
        wide, high = random.uniform(0.3, 1.4, 2) * dpi / 72
        spot = pixels[int(y) : int(y + high) + 1, int(x) : int(x + wide) + 1]
        spot[:] = np.minimum(spot, ink)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if random.random() < 0.3:
        image = image.convert("L")
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=int(random.uniform(45, 92)))
    return Image.open(io.BytesIO(stream.getvalue())).copy()


def measured(at: Page) -> Counter[str]:
    """Cells of a page: how many agreed, and how many of these are wrong."""
    counts: Counter[str] = Counter(pages=1, cells=_ROWS * _WIDTH)
    turn = np.deg2rad(at.angle)
    digits = Digits()
    blocks = read_page_image(at.image, 1, at.dpi / 72, digits)
    for block in digits.settled(blocks):
        for cell in block.cells if isinstance(block, Grid) else ():
            if not cell.text or cell.box is None:
                continue
            # The middle of the cell where it was drawn, before the page was turned.
            x = (cell.box[0] + cell.box[2]) / 2 - 595 / 2
            y = (cell.box[1] + cell.box[3]) / 2 - 842 / 2
            column = (x * np.cos(turn) - y * np.sin(turn) + 595 / 2 - _LEFT) / _CELL[0]
            row = (x * np.sin(turn) + y * np.cos(turn) + 842 / 2 - _TOP) / _CELL[1]
            is_inside = 0 <= row < _ROWS and 0 <= column < _WIDTH
            if not is_inside:
                # The column of labels.
                continue
            shown = at.figures[int(row)][int(column)]
            has_agreed = cell.other_reading == cell.text
            counts["agreed"] += has_agreed
            counts["agreed_wrong"] += has_agreed and cell.text != shown
            counts["read_wrong"] += cell.text != shown
            if has_agreed and cell.text != shown:
                print(f"{at.dpi} dpi: {cell.text} for {shown}", file=sys.stderr)
    return counts


def main(n_pages: int, first: int = 0) -> None:
    """Measure so many pages and write the table to standard output."""
    by: dict[int, Counter[str]] = {dpi: Counter() for dpi in RESOLUTIONS}
    for seed in range(first, first + n_pages):
        at = page(seed)
        by[at.dpi] += measured(at)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for dpi, counts in [*by.items(), ("all", sum(by.values(), Counter()))]:
        n, wrong = counts["agreed"], counts["agreed_wrong"]
        bound = f"{beta.ppf(0.95, wrong + 1, n - wrong):.6f}" if n > wrong else ""
        said = {**counts, "dpi": dpi, "bound": bound}
        out.writerow([said.get(column, 0) for column in COLUMNS])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
