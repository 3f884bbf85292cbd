"""A figure that is not seen as it is written is in doubt, whatever marks it."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO

import pytest
from pdfpages import pdf, table, words
from PIL import Image
from reportlab.lib.colors import Color, black, red, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from govinfo.readers.pdf import drawings, read_pdf

ROWS = [["内容", "总计", "结果"], ["规章", "", "12"], ["文件", "3", "15"]]
# Left end of the marked figure, its baseline and the middle of its digits.
X, Y = 180.0, 666.5

Mark = Callable[[Canvas, float], None]
"""Draws the figure in a size, and something that marks it or does not."""


def read(mark: Mark, size: float) -> tuple[str, str | None]:
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        mark(canvas, size)

    (grid,) = read_pdf(pdf(page), "x.pdf").grids
    others = [c for c in grid.cells if (c.row, c.column) != (1, 1) and c.row]
    texts = [(c.text, c.other_reading) for c in others]
    assert texts == [(t, None) for t in ("规章", "12", "文件", "3", "15")]
    (cell,) = (c for c in grid.cells if (c.row, c.column) == (1, 1))
    return cell.text, cell.other_reading


def figure(canvas: Canvas, size: float) -> None:
    words(canvas, X, Y, "718", size=size)


def wide(size: float) -> float:
    return 1.75 * size


def middle(size: float) -> float:
    return Y + 0.36 * size


def stroke(*points: tuple[float, float], width: float = 0.8, **more: object) -> Mark:
    """A line over the figure; points in parts of its width and of its size."""

    def mark(canvas: Canvas, size: float) -> None:
        figure(canvas, size)
        canvas.setLineWidth(width)
        canvas.setStrokeColor(more.get("colour", black))
        if "dash" in more:
            canvas.setDash(more["dash"])
        path = canvas.beginPath()
        for n, (across, up) in enumerate(points):
            move = path.lineTo if n and not (more.get("apart") and n % 2 == 0) else None
            at = X + across * wide(size), Y + up * size
            (move or path.moveTo)(*at)
        canvas.drawPath(path)
        canvas.setDash()

    return mark


def curve(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    x, y = X + wide(size), middle(size)
    canvas.bezier(X - 2, y - 1, X + 4, y + 6, x - 4, y - 6, x + 2, y + 1)


def wave(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    path = canvas.beginPath()
    path.moveTo(X - 1, middle(size))
    for n in range(40):
        at = n / 39 * wide(size)
        path.lineTo(X + at, middle(size) + 0.12 * size * math.sin(n))
    canvas.drawPath(path)


def ring(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    canvas.setLineWidth(1.2)
    canvas.circle(X + wide(size) / 2, middle(size), 0.42 * size)


def disc(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    canvas.circle(X + wide(size) / 2, middle(size), size, stroke=0, fill=1)


def blot(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    path = canvas.beginPath()
    for n in range(9):
        turn = n * 2 * math.pi / 9
        reach = (0.9 + 0.2 * (n % 2)) * size
        at = X + wide(size) / 2 + reach * math.cos(turn), middle(size)
        (path.lineTo if n else path.moveTo)(at[0], at[1] + 0.5 * reach * math.sin(turn))
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def image(colour: object, mode: str = "RGB") -> Mark:
    def mark(canvas: Canvas, size: float) -> None:
        figure(canvas, size)
        stream = BytesIO()
        Image.new(mode, (40, 16), colour).save(stream, "PNG")
        stream.seek(0)
        at = (X - 2, Y - 2, wide(size) + 4, size + 3)
        canvas.drawImage(ImageReader(stream), *at, mask="auto")

    return mark


def scribble(canvas: Canvas, size: float) -> None:
    """A picture with strokes on a clear ground."""
    figure(canvas, size)
    pen = Image.new("RGBA", (80, 32), (0, 0, 0, 0))
    for x in range(80):
        for y in range(13 + (x // 8) % 4, 18 + (x // 8) % 4):
            pen.putpixel((x, y), (200, 0, 0, 255))
    stream = BytesIO()
    pen.save(stream, "PNG")
    stream.seek(0)
    at = (X - 2, Y - 2, wide(size) + 4, size + 3)
    canvas.drawImage(ImageReader(stream), *at, mask="auto")


def clipped(left: float, right: float) -> Mark:
    """Cut off but for a part of its width."""

    def mark(canvas: Canvas, size: float) -> None:
        path = canvas.beginPath()
        path.rect(X + left * wide(size), Y - 4, (right - left) * wide(size), size + 8)
        canvas.saveState()
        canvas.clipPath(path, stroke=0, fill=0)
        figure(canvas, size)
        canvas.restoreState()

    return mark


def clipped_by_height(canvas: Canvas, size: float) -> None:
    path = canvas.beginPath()
    path.rect(X - 5, Y, wide(size) + 10, 0.3 * size)
    canvas.saveState()
    canvas.clipPath(path, stroke=0, fill=0)
    figure(canvas, size)
    canvas.restoreState()


def clipped_by_a_triangle(canvas: Canvas, size: float) -> None:
    path = canvas.beginPath()
    path.moveTo(X, Y)
    path.lineTo(X + wide(size), Y)
    path.lineTo(X, Y + 0.2 * size)
    path.close()
    canvas.saveState()
    canvas.clipPath(path, stroke=0, fill=0)
    figure(canvas, size)
    canvas.restoreState()


def coloured(colour: Color, ground: Color | None = None) -> Mark:
    def mark(canvas: Canvas, size: float) -> None:
        if ground is not None:
            canvas.setFillColor(ground)
            canvas.rect(161, 661, 98, 18, stroke=0, fill=1)
        canvas.setFillColor(colour)
        figure(canvas, size)
        canvas.setFillColor(black)

    return mark


def boxed(colour: Color, *, before: bool = False) -> Mark:
    def mark(canvas: Canvas, size: float) -> None:
        if not before:
            figure(canvas, size)
        canvas.setFillColor(colour)
        canvas.rect(X - 2, Y - 2, wide(size) + 4, size + 2, stroke=0, fill=1)
        canvas.setFillColor(black)
        if before:
            figure(canvas, size)

    return mark


def faded(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(X - 2, Y - 2, wide(size) + 4, size + 3)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.linearGradient(X, Y, X + wide(size), Y, (white, white))
    canvas.restoreState()


def in_a_form(canvas: Canvas, size: float) -> None:
    """The line through the figure is part of a form that the page shows."""
    figure(canvas, size)
    canvas.beginForm("line")
    canvas.setLineWidth(0.8)
    canvas.line(X - 2, middle(size), X + wide(size) + 2, middle(size))
    canvas.endForm()
    canvas.doForm("line")


def outlined_in_white(canvas: Canvas, size: float) -> None:
    text = canvas.beginText(X, Y)
    text.setTextRenderMode(1)
    text.setStrokeColor(white)
    text.setFont("Test", size)
    text.textOut("718")
    canvas.drawText(text)


def overtyped(text: str, up: float = 0.0) -> Mark:
    """Signs typed over the figure, as a typewriter strikes out."""

    def mark(canvas: Canvas, size: float) -> None:
        figure(canvas, size)
        words(canvas, X, Y + up * size, text, size=size)

    return mark


def typed(**how: object) -> Mark:
    """The figure as a text object of its own."""

    def mark(canvas: Canvas, size: float) -> None:
        canvas.saveState()
        text = canvas.beginText(X, Y)
        text.setFont("Test", size)
        text.setTextRenderMode(how.get("mode", 0))
        text.setHorizScale(how.get("wide", 100))
        text.setCharSpace(how.get("apart", 0.0) * size)
        canvas.setLineWidth(how.get("outline", 0.3))
        canvas.setStrokeColor(how.get("colour", black))
        text.textOut("718")
        canvas.drawText(text)
        canvas.restoreState()

    return mark


def scaled(across: float, up: float, *, form: bool = False) -> Mark:
    def mark(canvas: Canvas, size: float) -> None:
        if form:
            canvas.beginForm(f"figure{size:.0f}")
            words(canvas, 0, 0, "718", size=size)
            canvas.endForm()
        canvas.saveState()
        canvas.translate(X, Y)
        canvas.scale(across, up)
        if form:
            canvas.doForm(f"figure{size:.0f}")
        else:
            words(canvas, 0, 0, "718", size=size)
        canvas.restoreState()

    return mark


def inverted(canvas: Canvas, size: float) -> None:
    canvas.saveState()
    canvas.setBlendMode("Difference")
    boxed(black)(canvas, size)
    canvas.restoreState()


def specks(radius: float, shape: str) -> Mark:
    def mark(canvas: Canvas, size: float) -> None:
        figure(canvas, size)
        for n in range(30):
            x, y = X + n * wide(size) / 30, middle(size) + (n % 3 - 1) * 0.15 * size
            if shape == "round":
                canvas.circle(x, y, radius, stroke=0, fill=1)
            else:
                canvas.rect(x, middle(size) - radius, radius, 2 * radius, 0, 1)

    return mark


def white_line(canvas: Canvas, size: float) -> None:
    stroke((-0.2, 0.36), (1.2, 0.36), colour=white, width=1.6 * size)(canvas, size)


def white_digits(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    canvas.setFillColor(white)
    for shift in (0.0, 0.3, -0.3):
        words(canvas, X + shift, Y + shift, "888", size=size)
    canvas.setFillColor(black)


def inline_picture(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    white_box = Image.new("RGB", (20, 8), "white")
    canvas.drawInlineImage(white_box, X - 2, Y - 2, wide(size) + 4, size + 3)


def clipped_by_a_hole(canvas: Canvas, size: float) -> None:
    """An even-odd clip leaves out the middle of its shape."""
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(X - 30, Y - 20, 90, 60)
    path.rect(X - 2, Y - 3, wide(size) + 4, size + 6)
    canvas.clipPath(path, stroke=0, fill=0, fillMode=0)
    figure(canvas, size)
    canvas.restoreState()


def form_over_it(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    canvas.beginForm(f"cover{size:.0f}")
    canvas.setFillColor(white)
    canvas.rect(X - 2, Y - 2, wide(size) + 4, size + 2, stroke=0, fill=1)
    canvas.endForm()
    canvas.doForm(f"cover{size:.0f}")


def printed_twice_apart(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    words(canvas, X + 0.25 * size, Y + 0.25 * size, "718", size=size)


def hatched(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    for n in range(12):
        x = X + n * wide(size) / 8
        canvas.line(x - 4, Y - 2, x, Y + size)


def star(canvas: Canvas, size: float) -> None:
    points = [(n * 4 * math.pi / 5) for n in range(6)]
    at = [(0.5 + 0.55 * math.sin(a), 0.36 + 0.9 * math.cos(a)) for a in points]
    stroke(*at)(canvas, size)


MARKS: dict[str, Mark] = {
    "cross of two lines": stroke((0, 0), (1, 0.7), (0, 0.7), (1, 0), apart=True),
    "two strokes of one path": stroke(
        (-0.1, 0.2), (1.1, 0.3), (-0.1, 0.5), (1.1, 0.6), apart=True
    ),
    "zigzag": stroke((-0.1, 0.1), (0.3, 0.7), (0.6, 0.0), (1.1, 0.7)),
    "dashed line": stroke((-0.1, 0.36), (1.1, 0.36), dash=[2, 1]),
    "red line": stroke((-0.1, 0.36), (1.1, 0.4), colour=red),
    "broad line": stroke((-0.1, 0.36), (1.1, 0.36), width=3.5),
    "slanted dashes": stroke((-0.1, 0.0), (1.1, 0.7), dash=[2, 1]),
    "upright strokes": stroke(
        (0.2, -0.1), (0.2, 0.9), (0.55, -0.1), (0.55, 0.9), (0.8, -0.1), (0.8, 0.9),
        apart=True,
    ),
    "curve": curve,
    "wave": wave,
    "ring": ring,
    "disc": disc,
    "blot": blot,
    "white picture": image("white"),
    "black picture": image("black"),
    "half clear picture": image((255, 255, 255, 225), "RGBA"),
    "scribble": scribble,
    "clipped away": clipped(2.0, 3.0),
    "left half clipped": clipped(0.5, 1.5),
    "right half clipped": clipped(-0.5, 0.5),
    "lower part alone": clipped_by_height,
    "clipped by a triangle": clipped_by_a_triangle,
    "pale": coloured(Color(0.97, 0.97, 0.97)),
    "grey on grey": coloured(Color(0.5, 0.5, 0.5), Color(0.55, 0.55, 0.55)),
    "dark on dark": coloured(Color(0, 0, 0.3), Color(0.1, 0, 0.1)),
    "red on red": coloured(red, Color(0.95, 0.05, 0.05)),
    "nearly clear": coloured(Color(0, 0, 0, alpha=0.1)),
    "box over it": boxed(white),
    "black box over it": boxed(black),
    "nearly opaque box": boxed(Color(1, 1, 1, alpha=0.95)),
    "shading over it": faded,
    "line of a form": in_a_form,
    "outline in white": outlined_in_white,
    "dashes typed over it": overtyped("——"),
    "crosses typed over it": overtyped("xxx"),
    "slashes typed over it": overtyped("///"),
    "equals signs typed over it": overtyped("==="),
    "number signs typed over it": overtyped("####"),
    "raised underscores": overtyped("____", up=0.36),
    "squeezed": typed(wide=4),
    "digits over each other": typed(apart=-0.5),
    "invisible": typed(mode=3),
    "a clip alone": typed(mode=7),
    "white outline": typed(mode=2, outline=3.0, colour=white),
    "thin white outline": typed(mode=2, outline=0.9, colour=white),
    "broad outline": typed(mode=2, outline=3.5),
    "flattened": scaled(1.0, 0.05),
    "mirrored": scaled(-1.0, 1.0),
    "mirrored in a form": scaled(-1.0, 1.0, form=True),
    "mirrored by its width": typed(wide=-100),
    "drawn downwards": scaled(1.0, -1.0),
    "on its head": scaled(-1.0, -1.0),
    "small in a form": scaled(0.1, 0.1, form=True),
    "blended away": inverted,
    "round specks": specks(0.35, "round"),
    "square specks": specks(0.4, "square"),
    "broad white line": white_line,
    "white digits over it": white_digits,
    "inline picture": inline_picture,
    "clipped by a hole": clipped_by_a_hole,
    "form over it": form_over_it,
    "printed twice, apart": printed_twice_apart,
    "hatched": hatched,
    "star": star,
}  # fmt: skip


@pytest.mark.parametrize("size", [10.0, 6.5])
@pytest.mark.parametrize("name", MARKS)
def test_marked_figure_is_never_sure(name: str, size: float):
    text, other = read(MARKS[name], size)
    assert text != "718" or other is not None


@pytest.mark.parametrize("size", [6.0, 1.0])
def test_white_text_in_a_label_or_beside_a_figure_is_left_out(size: float):
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        figure(canvas, 10.0)
        canvas.setFillColor(white)
        words(canvas, 118, 666.5, "Table_yemei", size=size)
        words(canvas, 230, 666.5, "33")

    (grid,) = read_pdf(pdf(page), "x.pdf").grids
    row = [(c.text, c.other_reading) for c in grid.cells if c.row == 1]
    assert row == [("规章", None), ("718", None), ("12", None)]


@pytest.mark.parametrize("size", [10.0, 6.5])
def test_figure_under_a_grid_of_lines_leaves_no_certain_blank(size: float):
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        figure(canvas, size)
        for n in range(10):
            up, across = Y - 1 + n * size / 8, X + n * wide(size) / 9
            canvas.line(X - 2, up, X + wide(size) + 2, up)
            canvas.line(across, Y - 1, across, Y + size)

    grids = read_pdf(pdf(page), "x.pdf").grids
    texts = "".join(cell.text for grid in grids for cell in grid.cells)
    assert "〔" in texts
    assert "718" not in texts.replace("〔718〕", "")


def highlighted(canvas: Canvas, size: float) -> None:
    boxed(Color(1, 1, 0, alpha=0.4))(canvas, size)


def underlined(canvas: Canvas, size: float) -> None:
    figure(canvas, size)
    canvas.line(X - 1, Y - 0.14 * size, X + wide(size), Y - 0.14 * size)


def bold(canvas: Canvas, size: float) -> None:
    text = canvas.beginText(X, Y)
    text.setTextRenderMode(2)
    text.setFont("Test", size)
    text.textOut("718")
    canvas.drawText(text)


def watermark(colour: Color) -> Mark:
    def mark(canvas: Canvas, size: float) -> None:
        figure(canvas, size)
        canvas.saveState()
        canvas.translate(150, 600)
        canvas.rotate(40)
        canvas.setFillColor(colour)
        words(canvas, 0, 0, "政府信息公开", size=40)
        canvas.restoreState()

    return mark


def pale_picture(canvas: Canvas, size: float) -> None:
    """A seal or a watermark as a picture below all of the table."""
    stream = BytesIO()
    Image.new("RGB", (300, 100), (235, 225, 225)).save(stream, "PNG")
    stream.seek(0)
    canvas.drawImage(ImageReader(stream), 161, 641, 98, 38)
    words(canvas, 207, 646.5, "3")
    figure(canvas, size)


def tiled(text: str, turn: float, **colour: float) -> Mark:
    """The name of an agency and a year all over the page, above the figures."""

    def mark(canvas: Canvas, size: float) -> None:
        figure(canvas, size)
        for x in range(20, 560, 90):
            for y in range(40, 800, 52):
                canvas.saveState()
                canvas.translate(x, y)
                canvas.rotate(turn)
                canvas.setFillColor(Color(0.4, 0.4, 0.4, **colour))
                words(canvas, 0, 0, text, size=11)
                canvas.restoreState()

    return mark


def rounded_ground(canvas: Canvas, size: float) -> None:
    canvas.setFillGray(0.85)
    canvas.roundRect(161, 661, 98, 18, 3, stroke=0, fill=1)
    canvas.setFillColor(black)
    figure(canvas, size)


def ringed(canvas: Canvas, size: float) -> None:
    """A circle round the figure, which touches none of it."""
    figure(canvas, size)
    canvas.ellipse(X - 8, Y - 3, X + wide(size) + 8, Y + size + 2)


PLAIN: dict[str, Mark] = {
    "nothing": figure,
    "highlight": highlighted,
    "slanted marks all over the page": tiled("县政府 2021-05", 30, alpha=0.15),
    "level marks all over the page": tiled("县政府 2021", 0, alpha=0.12),
    "underline": underlined,
    "fake bold": bold,
    "grey watermark": watermark(Color(0.9, 0.9, 0.9)),
    "clear watermark": watermark(Color(0.4, 0, 0, alpha=0.12)),
    "pale picture below": pale_picture,
    "rounded ground": rounded_ground,
    "light ground": boxed(Color(0.8, 0.9, 1.0), before=True),
    "white on blue": coloured(white, Color(0, 0, 0.6)),
    "blue on white": coloured(Color(0, 0, 0.8)),
    "red": coloured(red),
    "clip that holds it": clipped(-0.2, 1.2),
    "ring round it": ringed,
}


@pytest.mark.parametrize("size", [10.0, 6.5])
@pytest.mark.parametrize("name", PLAIN)
def test_figure_that_is_plainly_seen_is_a_figure(name: str, size: float):
    assert read(PLAIN[name], size) == ("718", None)


@pytest.mark.parametrize("x", [-300.0, -8.0, 590.0, 900.0])
def test_marked_figure_beyond_the_page_stops_nothing(x: float):
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        words(canvas, x, 600, "718")
        canvas.line(x - 2, 603.6, x + 30, 603.6)

    document = read_pdf(pdf(page), "x.pdf")
    assert [c.text for c in document.grids[0].cells] == [t for row in ROWS for t in row]


def test_picture_over_a_whole_page_of_text_is_no_table():
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, [*ROWS, *ROWS[1:] * 12], widths=100.0)
        stream = BytesIO()
        Image.new("RGBA", (30, 40), (200, 220, 255, 60)).save(stream, "PNG")
        stream.seek(0)
        canvas.drawImage(ImageReader(stream), 0, 0, *canvas._pagesize, mask="auto")

    document = read_pdf(pdf(page), "x.pdf")
    assert (len(document.grids), document.notes) == (1, ())
    cells = document.grids[0].cells
    assert [c.text for c in cells] == [
        t for row in [*ROWS, *ROWS[1:] * 12] for t in row
    ]
    assert not any(cell.other_reading for cell in cells)


def test_plain_page_is_not_drawn(monkeypatch: pytest.MonkeyPatch):
    def drawn(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(drawings, "_drawn", drawn)
    assert read(figure, 10.0) == ("718", None)
    assert read(boxed(Color(0.8, 0.9, 1.0), before=True), 10.0) == ("718", None)
