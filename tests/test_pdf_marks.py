"""Digits on a page that are no part of a figure never become one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pdfpages import pdf, table, words
from reportlab.lib.colors import Color, black, blue, white
from reportlab.pdfgen.canvas import Canvas

from govinfo.document import Grid, GridCell
from govinfo.readers.pdf import read_pdf

ROWS = [["内容", "总计", "结果"], ["规章", "", "12"], ["文件", "3", "15"]]
# Left end of the figure drawn by `figure`, and the baseline of its row.
X, Y = 180.0, 666.5

Draw = Callable[[Canvas], None]


def grid_of(draw: Draw, *, rules: bool = True) -> Grid:
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0, across=rules, down=rules)
        draw(canvas)

    (grid,) = read_pdf(pdf(page), "x.pdf").grids
    return grid


def cell_of(draw: Draw) -> GridCell:
    """The empty cell of the table, with something drawn into it."""
    (cell,) = (c for c in grid_of(draw).cells if (c.row, c.column) == (1, 1))
    return cell


def both(draw: Draw) -> tuple[str, str | None]:
    cell = cell_of(draw)
    return cell.text, cell.other_reading


def figure(canvas: Canvas, text: str = "71", x: float = X) -> None:
    words(canvas, x, Y, text)


def line_through(canvas: Canvas) -> None:
    figure(canvas)
    canvas.line(X - 1, Y + 3.5, X + 13, Y + 3.5)


def thin_box_through(canvas: Canvas) -> None:
    figure(canvas)
    canvas.rect(X - 1, Y + 3.2, 14, 0.6, stroke=0, fill=1)


def short_line_through_each_digit(canvas: Canvas) -> None:
    figure(canvas)
    for i in range(2):
        canvas.line(X + 5.6 * i + 1, Y + 3.5, X + 5.6 * i + 4.5, Y + 3.5)


def slanted_line_through(canvas: Canvas) -> None:
    figure(canvas)
    canvas.line(X - 2, Y - 1, X + 14, Y + 8)


def drawn_in_white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    figure(canvas)


def drawn_in_nothing(canvas: Canvas) -> None:
    text = canvas.beginText(X, Y)
    text.setTextRenderMode(3)
    text.textOut("71")
    canvas.drawText(text)


def drawn_clear(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0.02))
    figure(canvas)


def drawn_too_small(canvas: Canvas) -> None:
    words(canvas, X, Y, "71", size=0.5)


def painted_over(canvas: Canvas) -> None:
    figure(canvas)
    canvas.setFillColor(white)
    canvas.rect(X - 2, Y - 2, 20, 12, stroke=0, fill=1)


def blue_on_blue(canvas: Canvas) -> None:
    canvas.setFillColor(blue)
    canvas.rect(X - 2, Y - 2, 20, 12, stroke=0, fill=1)
    figure(canvas)


@pytest.mark.parametrize(
    "draw",
    [
        line_through,
        thin_box_through,
        short_line_through_each_digit,
        slanted_line_through,
        drawn_in_white,
        drawn_in_nothing,
        drawn_clear,
        drawn_too_small,
        painted_over,
        blue_on_blue,
    ],
)
def test_digits_struck_out_or_not_seen_are_no_figure(draw: Draw):
    assert both(draw) == ("〔71〕", None)


def test_figure_beside_a_struck_one_is_in_doubt():
    def draw(canvas: Canvas) -> None:
        line_through(canvas)
        figure(canvas, "36", X + 20)

    assert both(draw) == ("36", "71 36")


def test_figure_in_place_of_a_painted_over_one_is_in_doubt():
    def draw(canvas: Canvas) -> None:
        painted_over(canvas)
        canvas.setFillColor(black)
        figure(canvas, "36")

    assert both(draw)[0] == "36"
    assert both(draw)[1] is not None


def test_digits_printed_over_each_other_are_no_figure():
    def draw(canvas: Canvas) -> None:
        figure(canvas, "71")
        figure(canvas, "36")

    text, other = both(draw)
    assert sorted(text) == ["1", "3", "6", "7", "〔", "〕"]
    assert other is None


def note(canvas: Canvas, text: str, x: float, rise: float, size: float = 6.0) -> None:
    words(canvas, x, Y + rise, text, size=size)


@pytest.mark.parametrize(
    ("text", "rise"), [("1", 3.5), ("1", 2.0), ("12", 4.0), ("3", -2.0)]
)
def test_note_beside_a_figure_is_no_digit_of_it(text: str, rise: float):
    def draw(canvas: Canvas) -> None:
        figure(canvas, "7")
        note(canvas, text, X + 6, rise)

    assert both(draw) == ("7", f"7{text}")


def test_note_before_a_figure_is_no_digit_of_it():
    def draw(canvas: Canvas) -> None:
        note(canvas, "1", X - 4, 3.5)
        figure(canvas, "7")

    assert both(draw) == ("7", "17")


def test_note_beside_a_blank_is_no_figure():
    assert both(lambda canvas: note(canvas, "1", X, 3.5)) == ("〔1〕", None)


def test_smaller_digits_on_the_line_are_digits():
    """Some agencies set long amounts small to make them fit."""

    def draw(canvas: Canvas) -> None:
        note(canvas, "24252.311082", X, 0.5, size=7.0)

    assert both(draw) == ("24252.311082", None)


def test_underlined_figure_is_a_figure():
    def draw(canvas: Canvas) -> None:
        figure(canvas)
        canvas.line(X - 1, Y - 1.2, X + 13, Y - 1.2)

    assert both(draw) == ("71", None)


def test_white_figure_on_a_dark_ground_is_a_figure():
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(blue)
        canvas.rect(160, 660, 100, 20, stroke=0, fill=1)
        canvas.setFillColor(white)
        figure(canvas)

    assert both(draw) == ("71", None)


def test_figure_on_a_ground_painted_first_is_a_figure():
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(Color(0.9, 0.9, 0.9))
        canvas.rect(160, 660, 100, 20, stroke=0, fill=1)
        canvas.setFillColor(black)
        figure(canvas)

    assert both(draw) == ("71", None)


def test_figure_under_a_clear_highlight_is_a_figure():
    def draw(canvas: Canvas) -> None:
        figure(canvas)
        canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
        canvas.rect(X - 2, Y - 2, 20, 12, stroke=0, fill=1)

    assert both(draw) == ("71", None)


def test_note_in_a_table_without_rules_stands_in_brackets():
    def draw(canvas: Canvas) -> None:
        figure(canvas, "7", 207)
        note(canvas, "1", 213, 3.5)

    texts = [cell.text for cell in grid_of(draw, rules=False).cells]
    assert "7〔1〕" in texts
    assert not {"71", "7"} & set(texts)


@pytest.mark.parametrize("what", ["grounds", "slanted lines"])
def test_page_painted_to_harm_is_read_in_time(what: str):
    def page(canvas: Canvas) -> None:
        for i in range(3000):
            canvas.setFillGray(0.5)
            if what == "grounds":
                canvas.rect(0, 0, 600, 800, stroke=0, fill=1)
            else:
                canvas.line(0, i % 800, 600, i * 7 % 800)
        canvas.setFillColor(black)
        for y in range(90):
            words(canvas, 20, 20 + 8 * y, "1234567" * 20, size=6)

    start = time.process_time()
    text = read_pdf(pdf(page), "x.pdf").text
    assert time.process_time() - start < 8
    assert what != "grounds" or text.count("1234567") == 90 * 20
