"""Pictures of pages: drawn here, degraded as scanners do, and read back."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hostile import FILES
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import govinfo
from govinfo.document import Grid, GridCell, TextBlock
from govinfo.errors import LimitExceeded, MissingExtra, ReadError
from govinfo.readers import picture, read_bytes
from govinfo.readers.characters import PICTURE
from govinfo.readers.page.lattice import Lattice
from govinfo.readers.picture import ocr, read_page_image, read_picture, rules
from govinfo.readers.picture.ink import (
    Blot,
    Digits,
    InkLine,
    digit_width,
    glyphs_of,
    lines_in,
    looks_like,
)

FONT = Path(govinfo.__file__).parent / "fonts" / "GovinfoSansSC-Regular.otf"
SHARED = Path(__file__).parents[2] / "shared"
needs_ocr = pytest.mark.skipif(
    find_spec("rapidocr") is None, reason="govinfo-cn[ocr] is not installed"
)
# A page of A4 at 150 dots an inch.
DPI = 150
SCALE = DPI / 72

Rows = Sequence[Sequence[str]]


def drawn(
    rows: Rows, *, grey: int = 0, title: str = "", dots: bool = False
) -> Image.Image:
    """Draw a table of equal columns on a page; ``<`` widens the cell at its left."""
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONT), 22)
    if title:
        pen.text((300, 110), title, fill=0, font=ImageFont.truetype(str(FONT), 38))
    height, width = 46, 1000 // len(rows[0])

    def rule(x0: int, y0: int, x1: int, y1: int) -> None:
        if not dots:
            pen.line((x0, y0, x1, y1), fill=grey, width=2)
            return
        for at in range(0, max(x1 - x0, y1 - y0), 5):
            x, y = (x0 + at, y0) if x1 > x0 else (x0, y0 + at)
            pen.rectangle((x, y, x + 1, y + 1), fill=grey)

    for r, row in enumerate(rows):
        top = 260 + r * height
        for c, said in enumerate(row):
            left = 120 + c * width
            rule(left, top, left + width, top)
            rule(left, top + height, left + width, top + height)
            if said != "<":
                rule(left, top, left, top + height)
                pen.text((left + 14, top + 8), said, fill=0, font=font)
        rule(120 + len(row) * width, top, 120 + len(row) * width, top + height)
    return page


def scanned(page: Image.Image, skew: float, noise: float = 6.0) -> Image.Image:
    """Turn, blur and dirty a page."""
    turned = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    dirt = np.random.default_rng(7).normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels - noise + dirt, 0, 255).astype(np.uint8))


def png(page: Image.Image) -> bytes:
    """Page as a PNG file."""
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def texts(grid: Grid) -> list[list[str | None]]:
    """Texts at every position of a grid."""
    return [[cell.text if cell else None for cell in row] for row in grid.matrix()]


def tables_of(page: Image.Image) -> tuple[Lattice, ...]:
    """Tables that the rules of a page enclose."""
    sheet = rules.straighten(np.asarray(page, np.uint8), SCALE)
    return rules.ruled(sheet).tables


FIGURES: Rows = (
    ("信息内容", "本年制发件数", "现行有效件数"),
    ("规章", "17", "6"),
    ("行政规范性文件", "9", ""),
    ("第二十条第（一）项", "<", "<"),
    ("行政许可", "1362", "270946"),
    ("行政处罚", "", "0"),
    ("其他处理", "38", "52389.5"),
)


@pytest.mark.parametrize("skew", [-2.0, -0.7, 0.0, 1.3, 2.0])
def test_skew_is_found(skew: float) -> None:
    """Up to two degrees and more are found to a tenth."""
    page = np.asarray(scanned(drawn(FIGURES), skew), np.uint8)
    assert rules.straighten(page, SCALE).angle == pytest.approx(-skew, abs=0.1)


@pytest.mark.parametrize(
    "page",
    [
        drawn(FIGURES),
        drawn(FIGURES, grey=170),
        drawn(FIGURES, dots=True),
        scanned(drawn(FIGURES), 1.7),
        scanned(drawn(FIGURES, grey=120), -0.9, noise=10),
    ],
    ids=["plain", "light", "dotted", "skewed", "dirty"],
)
def test_rules_make_the_cells(page: Image.Image) -> None:
    """Merged cells are one, and no letter is taken for a rule."""
    (table,) = tables_of(page)
    assert (len(table.ys) - 1, len(table.xs) - 1, len(table.cells)) == (7, 3, 19)


def test_a_broken_rule_is_mended() -> None:
    """A rule that is nearly rubbed out still parts two cells."""
    page = drawn(FIGURES)
    ImageDraw.Draw(page).line((453, 310, 453, 350), fill=215, width=3)
    (table,) = tables_of(page)
    assert len(table.cells) == 19


def test_text_alone_holds_no_table() -> None:
    """Strokes of large letters enclose nothing."""
    page = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype(str(FONT), 60)
    ImageDraw.Draw(page).text((100, 300), "国王田日目口三二一", fill=0, font=font)
    assert tables_of(page) == ()


def blot(left: float, top: float, right: float, bottom: float) -> Blot:
    """Ink of a box, in points."""
    return Blot((left, top, right, bottom), 50)


def test_lines_of_a_cell() -> None:
    """Lines part at white space; 二 is one line; a speck is none; a point counts."""
    first = [blot(0, 0, 9, 10), blot(12, 0, 21, 10), blot(24, 8, 25, 9)]
    second = [blot(0, 14, 10, 15), blot(0, 22, 10, 23)]
    speck = blot(60, 18, 61, 19)
    lines = lines_in([*first, *second, speck])
    assert [line.blots for line in lines] == [tuple(first), tuple(second)]
    assert lines_in([speck]) == []


def test_second_look_names_a_digit_that_looks_like_another() -> None:
    """A 6 that looks like all the other 8s of its page is doubted."""
    page = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONT), 22)
    shown = [*"6688", *"66886688", "86", "1"]
    lines = []
    for at, said in enumerate(shown):
        pen.text((100, 100 + 40 * at), said, fill=0, font=font)
    ink = np.where(np.asarray(page) < 128, 255, 0).astype(np.uint8)
    from govinfo.readers.picture.ink import blots_of

    blots, _ = blots_of(ink, SCALE)
    for at in range(len(shown)):
        low, high = (100 + 40 * at) / SCALE, (140 + 40 * at) / SCALE
        own = [b for b in blots if low <= b.box[1] < high]
        lines.append(InkLine(tuple(sorted(own, key=lambda b: b.box))))
    read = [*shown[:-2], "66", "1"]
    grey = np.asarray(page, np.uint8)
    usual = digit_width(lines, read)
    digits = Digits()
    cells = []
    for at, (line, text) in enumerate(zip(lines, read, strict=True)):
        glyphs = glyphs_of(grey, line, text, SCALE, usual)
        assert glyphs is not None
        digits.add(1, {line.box: glyphs})
        cells.append(GridCell(text, at, 0, box=line.box, confidence=0.99))
    (grid,) = digits.settled([Grid(1, tuple(cells), page=1)])
    assert isinstance(grid, Grid)
    # One 1 alone in its document cannot be compared.
    assert [cell.other_reading for cell in grid.cells] == [*shown[:-1], None]


def test_decimal_point_of_a_picture_is_never_vouched_for() -> None:
    """Dust between two digits looks like a point: no second reading agrees on it."""
    shape = np.random.default_rng(1).normal(size=(24, 16)).astype(np.float32)
    counts = {"6": 9, ".": 9}
    sums = {"6": 9 * shape, ".": 9 * shape}
    assert looks_like([("6", shape), ("6", shape)], sums, counts) == "66"
    assert looks_like([("6", shape), (".", shape), ("6", shape)], sums, counts) is None


def test_touching_digits_are_cut_apart_by_the_width_of_a_digit() -> None:
    """Two digits that touch are compared one by one; another number is not."""
    grey = np.full((40, 60), 255, np.uint8)
    grey[10:30, 10:30] = 0
    blot = Blot((5.0, 5.0, 15.0, 15.0), 400)
    assert len(glyphs_of(grey, InkLine((blot,)), "44", 2.0, 5.0) or ()) == 2
    assert glyphs_of(grey, InkLine((blot,)), "444", 2.0, 5.0) is None


@needs_ocr
def test_cell_that_a_seal_crosses_is_neither_blank_nor_vouched_for() -> None:
    """A ring may have swallowed a digit, of a figure or of a cell that seems empty."""
    rows = [["6688", "8866", "6868", ""] for _ in range(8)]
    page = drawn(rows)
    pen = ImageDraw.Draw(page)
    pen.ellipse((398, 470, 560, 610), outline=90, width=5)
    pen.ellipse((900, 310, 1100, 400), outline=90, width=7)
    digits = Digits()
    blocks = read_page_image(page, 1, SCALE, digits)
    (grid,) = (b for b in digits.settled(blocks) if isinstance(b, Grid))

    def at(row: int, column: int) -> GridCell:
        """The cell round the middle of a cell that was drawn."""
        x, y = (245 + 250 * column) / SCALE, (283 + 46 * row) / SCALE
        return next(
            c
            for c in grid.cells
            if c.box and c.box[0] < x < c.box[2] and c.box[1] < y < c.box[3]
        )

    assert at(7, 0).other_reading == "6688"
    assert at(0, 3).text == at(7, 3).text == ""
    assert at(1, 3).text == at(2, 3).text == PICTURE
    crossed = [at(row, 1) for row in range(4, 8)]
    assert any(cell.other_reading != cell.text for cell in crossed)
    wrong = [cell for cell in crossed if cell.text != "8866"]
    assert all(cell.other_reading != cell.text for cell in wrong)


@needs_ocr
def test_table_is_read_cell_by_cell() -> None:
    """Every cell is exact, a blank stays blank, and a lone 6 or 9 stays what it is."""
    page = scanned(drawn(FIGURES, title="某某县政府信息公开工作年度报告"), 0.8)
    document = read_bytes(png(page), "scan.png")
    assert document.media_type == "image/png"
    assert document.n_pages == 1
    title, grid = document.blocks
    assert isinstance(title, TextBlock)
    assert title.text == "某某县政府信息公开工作年度报告"
    assert isinstance(grid, Grid)
    found = texts(grid)
    assert [row[1:] for row in found if row[0] != found[3][0]] == [
        [said if said != "<" else row[0] for said in row[1:]]
        for row in FIGURES
        if row[1] != "<"
    ]
    assert grid.cells[9].colspan == 3
    assert all(cell.other_reading in (None, cell.text) for cell in grid.cells)
    assert all(0.5 < cell.confidence <= 1 for cell in grid.cells)
    assert document.notes == (
        "scan.png is a picture: its figures were read by OCR, and outside of tables"
        " only titles and headings were read.",
    )


@needs_ocr
def test_speck_in_a_blank_cell_is_no_figure() -> None:
    """Dirt in an empty cell is seen, lowers its confidence, and is never read."""
    page = drawn(FIGURES)
    ImageDraw.Draw(page).ellipse((900, 375, 902, 377), fill=0)
    (grid,) = read_picture(png(page), "scan.png").grids
    row = grid.matrix()[2]
    assert isinstance(row[2], GridCell)
    assert (row[2].text, row[2].confidence) == ("", 0.9)


@needs_ocr
def test_place_of_a_cell_is_that_on_the_page() -> None:
    """Boxes are where the cell stands on the page as it is, not as it was turned."""
    straight = read_picture(png(drawn(FIGURES)), "a.png").grids[0].cells
    page = drawn(FIGURES).rotate(2.0, Image.Resampling.BICUBIC, fillcolor=255)
    turned = read_picture(png(page), "b.png").grids[0].cells
    first, last = turned[0].box, turned[-1].box
    assert first is not None
    assert last is not None
    assert straight[0].box is not None
    # Turned to the left, the top left corner of the table moves down.
    assert first[1] > straight[0].box[1] + 5
    assert last[0] > first[0]


@needs_ocr
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_page_on_its_side_or_head(turn: int) -> None:
    """A page scanned sideways or upside down is turned, and its boxes turned back."""
    upright = drawn(FIGURES, title="某某县政府信息公开工作年度报告")
    page = upright.rotate(turn, expand=True)
    grids = [
        block
        for block in read_page_image(page, page=1, scale=SCALE)
        if isinstance(block, Grid)
    ]
    assert texts(grids[0])[4] == ["行政许可", "1362", "270946"]
    box = grids[0].cells[-1].box
    assert box is not None
    x, y = (box[0] + box[2]) / 2 * SCALE, (box[1] + box[3]) / 2 * SCALE
    # The last cell stands at 952, 559 on the upright page.
    at = {90: (559, 1240 - 952), 180: (1240 - 952, 1754 - 559), 270: (1754 - 559, 952)}
    assert (x, y) == pytest.approx(at[turn], abs=8)


@needs_ocr
def test_pages_of_a_tiff() -> None:
    """Every page of a TIFF is read, grids numbered through."""
    stream = io.BytesIO()
    rows: Rows = (("规章", "12"), ("文件", "7"))
    pages = [drawn(rows), drawn(rows)]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    document = read_picture(stream.getvalue(), "a.tif")
    assert [(grid.page, grid.number) for grid in document.grids] == [(1, 1), (2, 2)]
    assert texts(document.grids[1]) == [["规章", "12"], ["文件", "7"]]


@needs_ocr
def test_photograph_held_sideways_is_turned_as_it_says() -> None:
    """A camera saves the page as it was held, and beside it how to turn it."""
    page = drawn((("规章", "12"), ("文件", "7"))).convert("RGB")
    said = Image.Exif()
    said[0x0112] = 6
    stream = io.BytesIO()
    held = page.transpose(Image.Transpose.ROTATE_90)
    held.save(stream, "JPEG", quality=95, exif=said)
    (grid,) = read_picture(stream.getvalue(), "a.jpg").grids
    assert texts(grid) == [["规章", "12"], ["文件", "7"]]


def test_photograph_is_drawn_the_way_up_in_which_it_is_read() -> None:
    """Orientation 6: the camera was held upright, its rows are the page's columns."""
    paper = Image.new("RGB", (40, 60), "white")
    paper.paste("black", (0, 0, 40, 10))
    said = Image.Exif()
    said[0x0112] = 6
    stream = io.BytesIO()
    paper.transpose(Image.Transpose.ROTATE_90).save(stream, "PNG", exif=said)
    drawn, _ = picture.drawn_picture(stream.getvalue(), "photo.png", 1, 40)
    assert drawn.size == (40, 60)
    assert [drawn.getpixel((20, y)) for y in (3, 50)] == [(0, 0, 0), (255, 255, 255)]


@needs_ocr
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16"])
def test_pictures_of_every_mode(mode: str) -> None:
    """Black and white, palettes, transparency and colour are all read as grey."""
    page = drawn((("规章", "12"), ("文件", "7")))
    if mode == "I;16":
        deep = np.asarray(page, np.uint16) * 257
        image = Image.fromarray(deep)
    else:
        image = page.convert(mode)
    (grid,) = (
        block
        for block in read_page_image(image, page=2, scale=SCALE)
        if isinstance(block, Grid)
    )
    assert grid.page == 2
    assert texts(grid) == [["规章", "12"], ["文件", "7"]]


@needs_ocr
@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (400, 400)])
def test_pictures_without_print_hold_nothing(size: tuple[int, int]) -> None:
    """A dot, a strip and noise are read as nothing, and nothing breaks."""
    noise = np.random.default_rng(3).integers(0, 256, size).astype(np.uint8)
    assert read_page_image(noise, page=1, scale=SCALE) == []


@needs_ocr
def test_reading_touches_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models lie in the wheel: a fresh engine asks nobody."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    line: npt.NDArray[np.uint8] = np.asarray(
        drawn((("12", "34"),)).crop((125, 264, 200, 304)), np.uint8
    )
    assert ocr.Engine(ocr.require_ocr("a.png")).read([line])[0].text == "12"


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing model, package or runtime is one and the same error."""
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra) as caught:
        read_picture(b"", "scan.png")
    assert str(caught.value) == (
        "scan.png holds its tables as a picture, and reading pictures needs an optional"
        ' part of govinfo that is not installed. Run: pip install "govinfo-cn[ocr]"'
    )


@needs_ocr
def test_broken_pictures_say_so() -> None:
    """Bytes of no known kind, and a file cut short."""
    with pytest.raises(ReadError) as caught:
        read_picture(b"nothing", "a.png")
    assert str(caught.value) == (
        "a.png should be a picture but is of no kind that is known. Save it as PNG,"
        " JPEG or TIFF."
    )
    with pytest.raises(ReadError) as caught:
        read_picture(png(drawn(FIGURES))[:3000], "a.png")
    assert str(caught.value).startswith("a.png is a damaged picture (")


@needs_ocr
def test_huge_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before anything is unpacked."""
    with pytest.raises(LimitExceeded) as caught:
        read_picture(FILES["wide.png"](), "a.png")
    assert str(caught.value) == (
        "a.png is a picture of far more than 60,000,000 pixels, where reading stops."
        " Save it in a lower resolution."
    )
    monkeypatch.setattr(picture, "MAX_PIXELS", 1_000_000)
    with pytest.raises(LimitExceeded) as caught:
        read_picture(png(drawn(FIGURES)), "a.png")
    assert str(caught.value) == (
        "Page 1 of a.png is a picture of 1,240 by 1,754 pixels, and pages are read up"
        " to 1,000,000 pixels in all. Save it in a lower resolution."
    )


@needs_ocr
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared here")
@pytest.mark.parametrize("stem", ["s3_c01_200skew", "s4_c09_150clean"])
def test_scans_of_whole_reports(stem: str) -> None:
    """Every figure of a scanned report stands in its grids, in order."""
    from govinfo.readers.pdf import read_pdf

    path = SHARED / "cases" / f"{stem}.pdf"
    document = read_pdf(path.read_bytes(), path.name)
    truth = SHARED / "cases" / "truth" / f"{stem}.csv"
    with truth.open(encoding="utf-8-sig", newline="") as rows:
        expected = [row["value"] for row in csv.DictReader(rows)]
    figures = [
        cell.text
        for grid in document.grids
        for cell in grid.cells
        if cell.text.replace(".", "").isdecimal()
    ]
    assert [float(f) for f in figures] == [float(value) for value in expected if value]
