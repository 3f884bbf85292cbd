"""Tables that draw few rules or none are settled by their rules, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pdfpages import pdf, table, words
from reportlab.pdfgen.canvas import Canvas

from govinfo.document import Grid, GridKind
from govinfo.readers.page.columns import Stretch, has_stray_figures
from govinfo.readers.page.model import Char, Line, is_numeric
from govinfo.readers.pdf import read_pdf

HEAD = ["", "自然人", "企业", "总计"]


def rows_of(grid: Grid) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


def grids(draw) -> list[list[list[str]]]:  # type: ignore[no-untyped-def]
    return [rows_of(grid) for grid in read_pdf(pdf(draw), "report.pdf").grids]


def row(canvas: Canvas, y: float, label: list[str], *figures: str) -> None:
    """A row whose label may run over lines round the middle of the row."""
    words(canvas, 60, y + 6 * (len(label) - 1), *label, size=8.6)
    for i, figure in enumerate(figures):
        canvas.drawCentredString(240 + 60 * i, y, figure)


def of_labels_over_lines(canvas: Canvas) -> None:
    row(canvas, 700, ["  "], *HEAD[1:])
    row(canvas, 670, ["属于国家秘密"], "1", "22", "23")
    row(canvas, 630, ["属于重复申请", "公开信息内容", "处理情况"], "4", "", "4")
    row(canvas, 590, ["要求提供", "公开版物"], "", "7", "7")


def of_a_blank_row(canvas: Canvas) -> None:
    row(canvas, 700, ["  "], *HEAD[1:])
    row(canvas, 670, ["属于国家秘密"], "1", "22", "23")
    row(canvas, 640, ["要求提供版物"])
    row(canvas, 610, ["属于重复申请"], "4", "", "4")


def of_figures_at_the_right(canvas: Canvas) -> None:
    row(canvas, 700, ["  "], "企业", "其他", "总计")
    for y, label, figures in (
        (670, "属于国家秘密", ("1", "22", "2300")),
        (650, "要求提供版物", ("400", "5", "405")),
    ):
        words(canvas, 60, y, label, size=8.6)
        for i, figure in enumerate(figures):
            canvas.drawRightString(275 + 60 * i, y, figure)


def of_a_ruled_header(canvas: Canvas) -> None:
    table(canvas, 60, 700, [["信息内容", "企业", "其他", "总计"]], widths=80.0)
    for y, figures in ((660, ("1", "", "1")), (635, ("22", "", "22"))):
        words(canvas, 64, y, "国家秘密")
        for i, figure in enumerate(figures):
            canvas.drawCentredString(180 + 80 * i, y, figure)


@pytest.mark.parametrize(
    "draw",
    [of_labels_over_lines, of_a_blank_row, of_figures_at_the_right, of_a_ruled_header],
)
def test_white_space_alone_settles_no_figure(draw: Callable[[Canvas], None]):
    for grid in read_pdf(pdf(draw), "report.pdf").grids:
        figures = [cell for cell in grid.cells if is_numeric(cell.text)]
        assert not figures or grid.kind is GridKind.ALIGNED


def test_wrapped_figures_beside_a_wrapped_label_are_no_figures():
    """Sums of the middle lines held, and settled figures of three digits."""

    def draw(canvas: Canvas) -> None:
        row(canvas, 700, ["  "], *HEAD[1:])
        row(canvas, 670, ["属于国家秘密"], "1", "22", "23")
        for i in range(3):
            words(canvas, 60, 640 - 12 * i, ("属于重复申请", "公开信息", "处理")[i])
            for n, figure in enumerate(
                (("1,", "", "1,"), ("118,", "0", "118,"), ("029", "", "029"))[i]
            ):
                canvas.drawCentredString(240 + 60 * n, 640 - 12 * i, figure)

    (grid,) = read_pdf(pdf(draw), "report.pdf").grids
    texts = [cell.text for cell in grid.cells]
    assert texts.count("〔118,〕") == 2
    assert not any(text in texts for text in ("118,", "1,", "029"))


@pytest.mark.parametrize("below", [",", ",75", "5,9", "42", "42 件"])
def test_figure_over_what_may_be_the_rest_of_it_is_none(below: str):
    """No label stands beside the rest, which is no row of the table."""

    def draw(canvas: Canvas) -> None:
        row(canvas, 700, ["  "], *HEAD[1:])
        row(canvas, 670, ["属于国家秘密"], "1", "22", "23")
        canvas.drawCentredString(240, 656, below)

    (grid,) = read_pdf(pdf(draw), "report.pdf").grids
    texts = [cell.text for cell in grid.cells]
    assert "〔1〕" in texts
    assert "1" not in texts


def test_figures_without_a_rule_between_them_are_no_figure():
    def draw(canvas: Canvas) -> None:
        for y in (700, 680, 660, 640):
            canvas.line(60, y, 400, y)
        for x in (60, 180, 400):
            canvas.line(x, 700, x, 640)
        for y, label, figures in (
            (686, "", ("企业", "其他", "总计")),
            (666, "国家秘密", ("1", "2", "3")),
            (646, "重复申请", ("44", "", "44")),
        ):
            words(canvas, 64, y, label)
            for i, figure in enumerate(figures):
                canvas.drawCentredString(220 + 70 * i, y, figure)

    (grid,) = grids(draw)
    assert grid[1:] == [["国家秘密", "1 2 3"], ["重复申请", "44 44"]]


def test_heading_between_two_tables_parts_them():
    def draw(canvas: Canvas) -> None:
        first = [["规章", "3", "20", "12"], ["规范性文件", "4", "5", "6"]]
        table(canvas, 60, 700, first, widths=100.0, across=False, down=False)
        words(canvas, 60, 640, "三、收到和处理情况", size=14)
        second = [[str(i) for i in range(10, 20)], [str(i) for i in range(30, 40)]]
        table(canvas, 60, 630, second, widths=45.0, across=False, down=False)

    document = read_pdf(pdf(draw), "report.pdf")
    assert [grid.n_columns for grid in document.grids] == [4, 10]
    assert [block.text for block in document.text_blocks] == ["三、收到和处理情况"]


def test_digits_that_may_have_wrapped_are_not_settled():
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 700, "规章")
        words(canvas, 60, 660, "文件")
        for x in (200, 230, 260):
            words(canvas, x, 700, "106", "5")
            words(canvas, x, 660, "204", "7")

    document = read_pdf(pdf(draw), "report.pdf")
    assert all(grid.kind is GridKind.ALIGNED for grid in document.grids)


@pytest.mark.parametrize("heading", ["", "三、收到和处理情况"])
def test_stacked_rules_make_rows_and_their_ends_columns(heading: str):
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 720, heading)
        for y, left in ((700, 60), (680, 60), (660, 130), (640, 60)):
            canvas.line(60 if y == 700 else left, y, 400, y)
        words(canvas, 64, 666, "属于", "秘密")
        words(canvas, 134, 686, "信息内容")
        words(canvas, 134, 666, "国家秘密")
        words(canvas, 134, 646, "重复申请")
        for i, texts in enumerate((("企业", "1", "3"), ("其他", "2", "4"))):
            for j, text in enumerate(texts):
                canvas.drawCentredString(260 + 90 * i, 686 - 20 * j, text)

    (grid,) = read_pdf(pdf(draw), "report.pdf").grids
    cells = {(c.row, c.column): (c.text, c.rowspan) for c in grid.cells}
    assert cells[1, 0] == ("属于\n秘密", 2)
    assert [cells[r, 3][0] for r in range(3)] == ["其他", "2", "4"]


def test_header_word_spans_the_columns_in_whose_middle_it_stands():
    def draw(canvas: Canvas) -> None:
        for y in (700, 680, 660, 640):
            canvas.line(60, y, 460, y)
        for i in range(5):
            x = 100 + 80 * i
            words(canvas, x - 10, 666, "结果" if i else "规章")
            canvas.drawCentredString(x, 646, str(i + 1) if i else "内容")
        canvas.drawCentredString(180 + 40, 686, "行政")
        canvas.drawCentredString(340 + 40, 686, "申请")
        canvas.drawCentredString(100, 686, "信息")

    (grid,) = read_pdf(pdf(draw), "report.pdf").grids
    head = [(c.text, c.column, c.colspan) for c in grid.cells if c.row == 0]
    assert head == [("信息", 0, 1), ("行政", 1, 2), ("申请", 3, 2)]


def test_running_text_between_two_rules_is_no_table():
    def draw(canvas: Canvas) -> None:
        canvas.line(60, 780, 500, 780)
        words(
            canvas,
            60,
            760,
            *["全年通过政府门户网站主动公开各类政府信息12条，和34件。"] * 30,
        )
        canvas.line(60, 60, 500, 60)

    document = read_pdf(pdf(draw), "report.pdf")
    assert document.grids == ()
    assert len(document.text_blocks) == 30


def test_blank_column_of_a_table_without_header_is_not_settled():
    def draw(canvas: Canvas) -> None:
        row(canvas, 700, ["要求提供版物"], "", "7", "7")
        row(canvas, 670, ["属于重复申请"], "3", "", "5")

    document = read_pdf(pdf(draw), "report.pdf")
    assert [grid.kind for grid in document.grids] == [GridKind.ALIGNED]


def test_line_with_a_label_and_a_figure_in_one_column_is_not_settled():
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 700, "信息内容")
        for y in (680, 660):
            words(canvas, 60, y, "规章")
            canvas.drawString(100, y, "12")

    document = read_pdf(pdf(draw), "report.pdf")
    for grid in document.grids:
        assert not any("规章 12" in cell.text for cell in grid.cells)


def in_columns(*texts: str) -> list[Stretch]:
    """The texts of a line, each in a column of its own."""
    return [
        Stretch(i, i, Line((Char(text, 10 * i, 0, 10 * i + 5, 8, 0, 8, 0, False),) * 2))
        for i, text in enumerate(texts)
        if text
    ]


def test_each_header_names_the_figures_under_it_alone():
    """The third column has a word in the table above, and none in its own."""
    above = [in_columns("", "结", "果", "他"), in_columns("规", "1", "2", "3")]
    below = [in_columns("", "结", "", "他"), in_columns("章", "", "2", "3")]
    assert not has_stray_figures(above, 1)
    assert has_stray_figures([*above, *below], 1)
