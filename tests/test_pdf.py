"""PDF files of every make give the table that a reader sees."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from pdfpages import pdf, table, words
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from govinfo.document import Document, Grid, GridKind, TextBlock
from govinfo.errors import LimitExceeded, MissingExtra, ReadError
from govinfo.readers import pdf as reader
from govinfo.readers.page import layout
from govinfo.readers.pdf import file as pdf_file
from govinfo.readers.pdf import may_draw_other_digits, read_pdf
from govinfo.readers.pdf import objects as pdf_objects

SHARED = ROOT.parent / "shared"

ROWS = [
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "3", "", "12"],
    ["行政规范性文件", "1312", "20", "7"],
]


def matrix(grid: Grid) -> list[list[str]]:
    """Texts of a grid, row by row; a merged cell stands where it begins."""
    rows: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell.text)
    return rows


def outline(document: Document) -> list[str]:
    """Texts of a document, and where its grids stand among them."""
    return [b.text if isinstance(b, TextBlock) else "grid" for b in document.blocks]


def only_grid(data: bytes) -> Grid:
    (grid,) = read_pdf(data, "report.pdf").grids
    return grid


def draw_rows(canvas: Canvas) -> None:
    table(canvas, 60, 700, ROWS, widths=100.0)


def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "can_read_pictures", lambda: False)


def test_ruled_table_keeps_its_empty_cells():
    grid = only_grid(pdf(draw_rows))
    assert matrix(grid) == ROWS
    assert grid.kind is GridKind.TABLE
    assert (grid.page, grid.number) == (1, 1)


def test_boxes_count_from_the_top_left_of_the_page():
    grid = only_grid(pdf(draw_rows))
    top = A4[1] - 700
    assert grid.cells[0].box == pytest.approx((60, top, 160, top + 20), abs=0.01)


def test_text_and_tables_stand_in_reading_order():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        words(canvas, 60, 600, "三、收到和处理政府信息公开申请情况")
        words(canvas, 60, 720, "二、主动公开政府信息情况")
        words(canvas, 60, 760, "政府信息公开工作年度报告", size=22)
        words(canvas, 280, 30, "- 1 -")

    document = read_pdf(pdf(draw), "report.pdf")
    assert outline(document) == [
        "政府信息公开工作年度报告",
        "二、主动公开政府信息情况",
        "grid",
        "三、收到和处理政府信息公开申请情况",
        "- 1 -",
    ]
    assert [b.is_heading for b in document.text_blocks] == [True, False, False, False]
    assert document.text_blocks[0].place.page == 1
    assert document.media_type == "application/pdf"


def test_merged_cells_are_one_cell():
    def draw(canvas: Canvas) -> None:
        # 2 x 3, the first column merged downwards, the first row to the right.
        for y in (700, 660):
            canvas.line(60, y, 240, y)
        canvas.line(120, 680, 240, 680)
        for x in (60, 120, 240):
            canvas.line(x, 700, x, 660)
        canvas.line(180, 680, 180, 660)
        words(canvas, 70, 676, "总计")
        words(canvas, 150, 686, "结果")
        words(canvas, 140, 666, "1")
        words(canvas, 200, 666, "2")

    cells = [
        (c.text, c.row, c.column, c.rowspan, c.colspan)
        for c in only_grid(pdf(draw)).cells
    ]
    assert cells == [
        ("总计", 0, 0, 2, 1),
        ("结果", 0, 1, 1, 2),
        ("1", 1, 1, 1, 1),
        ("2", 1, 2, 1, 1),
    ]


def test_wrapped_digits_keep_their_line_end():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "7"], ["5", "8"]], widths=24.0, height=34.0)
        words(canvas, 64, 687, "106", "5")

    grid = only_grid(pdf(draw))
    assert matrix(grid) == [["106\n5", "7"], ["5", "8"]]
    assert all(cell.other_reading is None for cell in grid.cells)


@pytest.mark.parametrize(
    ("middle", "text"), [(0.0, "1065件"), (7.0, "106\n5件"), (-7.0, "106\n5件")]
)
def test_digits_that_had_no_room_are_one_figure_beside_one_in_the_middle(
    middle: float, text: str
):
    """At the height of either line the figure beside them may be a row's own."""

    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", ""], ["5", "8"]], widths=24.0, height=34.0)
        words(canvas, 64, 687, "106", "5件")
        words(canvas, 91, 680 + middle, "7")

    grid = only_grid(pdf(draw))
    assert matrix(grid) == [[text, "7"], ["5", "8"]]


def test_digits_that_had_room_are_not_joined():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", ""], ["5", "8"]], widths=48.0, height=34.0)
        words(canvas, 64, 687, "106", "5")
        words(canvas, 120, 680, "7")

    assert matrix(only_grid(pdf(draw)))[0] == ["106\n5", "7"]


def test_stacked_figures_that_had_room_are_in_doubt():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "7"], ["5", "8"]], widths=90.0, height=34.0)
        words(canvas, 100, 687, "10", "5")

    cell = only_grid(pdf(draw)).cells[0]
    assert (cell.text, cell.other_reading) == ("10\n5", "10 5")


@pytest.mark.parametrize("lines", [("69，", "540"), ("1,442", ",492")])
def test_a_figure_that_wraps_at_its_separator_is_one_whatever_the_room(lines):
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", ""], ["5", "8"]], widths=90.0, height=34.0)
        words(canvas, 100, 687, *lines)
        words(canvas, 190, 687, *lines)

    grid = only_grid(pdf(draw))
    wrapped = "\n".join(lines)
    assert matrix(grid) == [[wrapped, wrapped], ["5", "8"]]
    assert all(cell.other_reading is None for cell in grid.cells)


def test_rows_without_rules_between_them_are_no_figures():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0, across=False)
        canvas.rect(60, 640, 400, 60)

    (row,) = matrix(only_grid(pdf(draw)))
    assert row[1:3] == ["本年制发件数\n3\n1312", "本年废止件数\n20"]


def test_figure_over_a_rule_is_in_doubt():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "", "8"], ["5", "6", "9"]], widths=20.0)
        words(canvas, 64, 686.5, "12345")

    cells = only_grid(pdf(draw)).cells
    assert [c.other_reading for c in cells] == [
        "12345",
        "12345",
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("figure", ["12345", "12,345"])
def test_figure_over_another_is_in_doubt_and_so_is_the_other(figure: str):
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "", "8"], ["5", "6", "9"]], widths=20.0)
        words(canvas, 64, 686.5, figure)
        words(canvas, 82.5, 686.5, "78")

    first, second, *_ = only_grid(pdf(draw)).cells
    assert first.other_reading is not None
    assert second.other_reading is not None
    assert len(re.sub(r"\D", "", first.other_reading)) == 7


def test_letter_spaced_figure_over_a_rule_is_in_doubt():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "", "8"], ["", "", "9"]], widths=[12, 60, 60])
        for x, digit in zip((62, 73.4, 84.8), "272", strict=True):
            words(canvas, x, 686.5, digit)
        for x, digit in zip((62, 76), "56", strict=True):
            words(canvas, x, 666.5, digit)

    others = [cell.other_reading for cell in only_grid(pdf(draw)).cells]
    assert [bool(other) for other in others] == [True, True, False, False, False, False]


def test_digit_that_is_not_made_out_is_not_left_out_of_its_figure():
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 700, "规章12345")
        canvas.setLineWidth(1)
        canvas.line(91, 703.5, 95, 703.5)

    (block,) = read_pdf(pdf(draw), "report.pdf").text_blocks
    assert "〔" in block.text
    assert re.sub(r"\D", "", block.text) == "12345"


def test_nothing_of_a_table_printed_over_itself_is_certain():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["规章", "3", "", "12"]] * 3, widths=60.0)
        for row in range(3):
            words(canvas, 122, 686.5 - 20 * row, "现行有效规范")
            words(canvas, 124, 686.5 - 20 * row, "信息内容情况")

    texts = {cell.text for cell in only_grid(pdf(draw)).cells}
    assert texts >= {"〔规章〕", "〔…〕", "〔12〕"}
    assert all(text.startswith("〔") for text in texts)


def test_figure_that_runs_out_of_its_table_is_in_doubt():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["8", ""], ["5", "6"]], widths=20.0)
        words(canvas, 84, 686.5, "12345")

    others = [cell.other_reading for cell in only_grid(pdf(draw)).cells]
    assert others == [None, "12345", None, None]


@pytest.mark.parametrize("is_clipped", [True, False], ids=["by a clip", "by the page"])
def test_cells_that_are_cut_off_at_the_side_are_in_doubt(is_clipped: bool):
    rows = [*ROWS, ["规章", "4", "5", ""]]

    def draw(canvas: Canvas) -> None:
        if is_clipped:
            path = canvas.beginPath()
            path.rect(20, 0, 420, 800)
            canvas.clipPath(path, stroke=0, fill=0)
        else:
            canvas.setCropBox((0, 0, 440, A4[1]))
        table(canvas, 60, 700, rows, widths=100.0)

    found = matrix(only_grid(pdf(draw)))
    assert [row[:3] for row in found] == [row[:3] for row in rows]
    assert [row[3:] for row in found[1:]] == [["12…"], ["7…"], ["…"]]


def test_cells_that_end_where_the_page_does_may_be_cut_off():
    """LibreOffice ends there the rules of a table that is wider than its page."""

    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((0, 0, 440, A4[1]))
        table(canvas, 60, 700, [*ROWS, ["规章", "4", "", ""]], widths=95.0)

    cells = only_grid(pdf(draw)).cells
    assert [c.other_reading for c in cells[-4:]] == [None, None, None, "…"]


@pytest.mark.parametrize("sides", [(60,), (60, 240), ()], ids=["left", "both", "none"])
def test_last_column_that_alone_no_rule_closes_may_be_cut_off(sides: tuple[int, ...]):
    def draw(canvas: Canvas) -> None:
        for y in (700, 680, 660, 640, 620):
            canvas.line(60, y, 240, y)
        for x in (*sides, 120, 180):
            canvas.line(x, 700, x, 620)
        for n, text in enumerate(("117件", "2", "规章", "")):
            words(canvas, 126, 686.5 - 20 * n, "5")
            words(canvas, 186, 686.5 - 20 * n, text)

    cells = only_grid(pdf(draw)).cells
    doubted = {cell.text for cell in cells if cell.other_reading is not None}
    assert doubted == ({"117件", "2", ""} if sides == (60,) else set())


def test_clip_that_leaves_a_table_whole_cuts_nothing_off():
    def draw(canvas: Canvas) -> None:
        for left, right in ((60, 300), (300, 460)):
            canvas.saveState()
            path = canvas.beginPath()
            path.rect(left, 0, right - left, 800)
            canvas.clipPath(path, stroke=0, fill=0)
            table(canvas, 60, 700, ROWS, widths=100.0)
            canvas.restoreState()

    assert matrix(only_grid(pdf(draw)))[1] == ROWS[1]


def test_table_on_a_slope_gives_no_certain_figure():
    def draw(canvas: Canvas) -> None:
        canvas.rotate(0.3)
        draw_rows(canvas)

    grids = read_pdf(pdf(draw), "report.pdf").grids
    assert not [grid for grid in grids if grid.kind is GridKind.TABLE]
    texts = [cell.text for grid in grids for cell in grid.cells]
    assert not [text for text in texts if re.fullmatch(r"\d+", text)]


def test_slanted_letters_stand_on_no_slope():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "7"], ["5", "8"]], widths=60.0)
        text = canvas.beginText()
        text.setTextTransform(1, 0, 0.3, 1, 80, 686.5)
        text.textOut("12")
        canvas.drawText(text)

    assert matrix(only_grid(pdf(draw)))[0] == ["12", "7"]


def test_decimal_point_stays_in_its_line():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["78389.93", "1,362"]], widths=80.0)

    assert matrix(only_grid(pdf(draw))) == [["78389.93", "1,362"]]


def test_fake_bold_is_read_once():
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.3, 0.6):
            canvas.translate(shift, 0)
            draw_rows(canvas)

    assert matrix(only_grid(pdf(draw))) == ROWS


def test_repeated_digits_are_no_fake_bold():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["1111", "1111"], ["11", "22"]], widths=50.0)

    assert matrix(only_grid(pdf(draw))) == [["1111", "1111"], ["11", "22"]]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_page_turned_by_its_flag_reads_upright(angle: int):
    def draw(canvas: Canvas) -> None:
        # Displayed, the page is upright; reportlab lays the sheet down for it.
        canvas.setPageRotation(angle)
        width, height = A4
        corners = {90: (height, 0), 180: (width, height), 270: (0, width)}
        canvas.translate(*corners[angle])
        canvas.rotate(angle)
        table(canvas, 60, 700, ROWS, widths=100.0)

    grid = only_grid(pdf(draw))
    assert matrix(grid) == ROWS
    top = A4[1] - 700
    assert grid.cells[0].box == pytest.approx((60, top, 160, top + 20), abs=0.1)


def test_text_printed_sideways_is_read_and_boxed_as_displayed():
    def draw(canvas: Canvas) -> None:
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        table(canvas, 60, 400, ROWS, widths=100.0)
        words(canvas, 60, 420, "二、主动公开政府信息情况")

    document = read_pdf(pdf(draw), "report.pdf")
    assert matrix(document.grids[0]) == ROWS
    assert document.text_blocks[0].text == "二、主动公开政府信息情况"
    # Displayed, the table stands on its left side: its first cell is at the bottom.
    left, top, right, bottom = document.grids[0].cells[0].box or (0.0,) * 4
    assert (right - left, bottom - top) == pytest.approx((20, 100), abs=0.1)
    assert bottom == pytest.approx(A4[1] - 60, abs=0.1)


def test_cell_printed_sideways_is_read_the_way_it_is_turned():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["", "1", "2"], ["", "3", "4"]], height=60.0)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(59, 639, 58, 2, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.saveState()
        canvas.translate(94, 605)
        canvas.rotate(90)
        words(canvas, 0, 0, "结果")
        canvas.restoreState()
        words(
            canvas,
            60,
            500,
            *["全年主动公开各类信息，政府网站公开条件，年度报告情况。"] * 4,
        )

    texts = [c.text for c in only_grid(pdf(draw)).cells]
    assert "结果" in texts


def test_page_box_with_an_offset_moves_boxes_only():
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((20, 30, A4[0] - 10, A4[1] - 50))
        draw_rows(canvas)

    grid = only_grid(pdf(draw))
    assert matrix(grid) == ROWS
    assert grid.cells[0].box is not None
    assert grid.cells[0].box[:2] == pytest.approx((40, A4[1] - 50 - 700), abs=0.01)


@pytest.mark.parametrize("width", [0, 0.1, 2.2])
def test_rules_of_any_width_are_rules(width: float):
    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(width)
        draw_rows(canvas)

    assert matrix(only_grid(pdf(draw))) == ROWS


def test_rules_drawn_as_thin_boxes_one_per_cell_are_rules():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0, across=False, down=False)
        for r in range(3):
            for c in range(4):
                x, y = 60 + 100 * c, 680 - 20 * r
                for box in (
                    (x, y, 100, 0.5),
                    (x, y + 20, 100, 0.5),
                    (x, y, 0.5, 20),
                    (x + 100, y, 0.5, 20),
                ):
                    canvas.rect(*box, stroke=0, fill=1)

    assert matrix(only_grid(pdf(draw))) == ROWS


@pytest.mark.parametrize("dash", [(1, 2), (3, 2)])
def test_dashed_rules_are_rules(dash: tuple[int, int]):
    def draw(canvas: Canvas) -> None:
        canvas.setDash(*dash)
        draw_rows(canvas)

    assert matrix(only_grid(pdf(draw))) == ROWS


def test_rules_made_of_thousands_of_dots_are_rules():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0, across=False, down=False)
        for y in (700, 680, 660, 640):
            for step in range(200):
                canvas.rect(60 + 2 * step, y, 1, 1, stroke=0, fill=1)
        for x in (60, 160, 260, 360, 460):
            for step in range(30):
                canvas.rect(x, 640 + 2 * step, 1, 1, stroke=0, fill=1)

    assert matrix(only_grid(pdf(draw))) == ROWS


def test_table_without_vertical_rules_gets_columns_from_its_figures():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0, down=False)

    assert matrix(only_grid(pdf(draw))) == ROWS


def test_table_without_outer_rules_is_closed_at_their_ends():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0, across=False, down=False)
        for y in (680, 660):
            canvas.line(60, y, 460, y)
        for x in (160, 260, 360):
            canvas.line(x, 700, x, 640)

    assert matrix(only_grid(pdf(draw))) == ROWS


def test_table_without_rules_does_not_say_which_cells_are_blank():
    rows = [*ROWS, ["规章文件", "", "4", ""], ["规章内容", "", "", "5"]]

    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, rows, widths=100.0, across=False, down=False)

    assert only_grid(pdf(draw)).kind is GridKind.ALIGNED


def test_lines_that_settle_no_columns_stay_aligned_lines_with_boxes():
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 700, "规章 1312 20")
        words(canvas, 60, 684, "文件件数制发")
        words(canvas, 98, 668, "3 4 5 6 7 8")

    document = read_pdf(pdf(draw), "report.pdf")
    for grid in document.grids:
        assert grid.kind is GridKind.ALIGNED
        assert all(cell.box for cell in grid.cells)


def test_two_pages_on_a_sheet_are_read_one_after_the_other():
    width, height = landscape(A4)

    def draw(canvas: Canvas) -> None:
        words(canvas, 40, 520, "一、政府信息公开工作年度报告全年情况")
        table(canvas, 40, 500, ROWS, widths=85.0)
        words(canvas, 40, 400, "二、主动公开政府信息")
        words(canvas, width / 2 + 40, 520, "三、收到和处理政府信息公开申请情况")
        table(canvas, width / 2 + 40, 500, ROWS, widths=85.0)

    document = read_pdf(pdf(draw, size=(width, height)), "report.pdf")
    assert [text[0] for text in outline(document)] == [
        *("一", "g", "二"),
        *("三", "g"),
    ]
    assert [matrix(grid) for grid in document.grids] == [ROWS, ROWS]
    assert document.grids[1].cells[0].box is not None
    assert document.grids[1].cells[0].box[0] == pytest.approx(width / 2 + 40, abs=0.1)


def test_wide_table_is_not_taken_for_two_pages():
    def draw(canvas: Canvas) -> None:
        rows = [["规章"] + ["1"] * 8, ["文件"] + ["2"] * 8]
        table(canvas, 40, 500, rows, widths=80.0, down=False, across=False)

    document = read_pdf(pdf(draw, size=landscape(A4)), "report.pdf")
    assert [len(row) for row in matrix(document.grids[0])] == [9, 9]


def test_running_heads_feet_and_page_numbers_are_no_text_of_the_report():
    def page(canvas: Canvas) -> None:
        number = canvas.getPageNumber()
        draw_rows(canvas)
        words(canvas, 60, 820, "县政府信息公开")
        words(canvas, 200, 100, "主动公开" if number == 1 else "重复申请")
        words(canvas, 290, 30, str(number))
        words(canvas, 60, 18, f"http://www.gov.example/t2024.html {number}/2")

    document = read_pdf(pdf(page, page), "report.pdf")
    assert [block.text for block in document.text_blocks] == ["主动公开", "重复申请"]


def test_first_line_of_a_wrapped_figure_is_no_running_head():
    """It stood at the top of two pages, and half a figure was left."""

    def page(canvas: Canvas) -> None:
        words(canvas, 60, 801, "其他结果")
        words(canvas, 200, 801, "7")
        words(canvas, 300, 815, "2,", "325,", "376")

    document = read_pdf(pdf(page, page), "report.pdf")
    assert document.text.split().count("2,") == 2


def test_title_that_is_repeated_as_running_head_is_kept_once():
    def page(canvas: Canvas) -> None:
        draw_rows(canvas)
        words(canvas, 60, 815, "县政府信息公开工作报告", size=16)

    document = read_pdf(pdf(page, page), "report.pdf")
    places = [(b.text, b.place.page) for b in document.text_blocks]
    assert places == [("县政府信息公开工作报告", 1)]


def test_row_at_one_height_of_two_pages_is_no_running_head():
    def page(canvas: Canvas) -> None:
        table(canvas, 60, 830, [["其他", "0", "0", "0"]] * 38)

    document = read_pdf(pdf(page, page), "report.pdf")
    assert [len(matrix(grid)) for grid in document.grids] == [38, 38]


def test_twenty_pages_of_narrative_before_the_tables_are_text():
    def narrative(canvas: Canvas) -> None:
        words(canvas, 60, 740, *["全年通过政府门户网站主动公开各类信息12条。"] * 40)

    document = read_pdf(pdf(*[narrative] * 20, draw_rows), "report.pdf")
    assert document.n_pages == 21
    assert len(document.text_blocks) == 800
    assert [(g.page, g.number) for g in document.grids] == [(21, 1)]


def test_owner_password_does_not_lock_a_public_document():
    lock = StandardEncryption("", "owner", canPrint=0, canCopy=0, strength=128)
    assert matrix(only_grid(pdf(draw_rows, encrypt=lock))) == ROWS


def test_user_password_is_an_error_that_says_what_to_do():
    lock = StandardEncryption("secret", "owner", strength=128)
    with pytest.raises(ReadError) as error:
        read_pdf(pdf(draw_rows, encrypt=lock), "locked.pdf")
    assert str(error.value) == (
        "locked.pdf opens only with a password. Open it in a PDF viewer, print it to a "
        "new PDF file, and read that."
    )


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"no PDF at all", b"\x00" * 5000])
def test_damaged_file_is_an_error(data: bytes):
    with pytest.raises(ReadError) as error:
        read_pdf(data, "cut.pdf")
    assert str(error.value) == (
        "cut.pdf cannot be opened as a PDF file: it is damaged or cut short. Download "
        "or save the file again."
    )


def test_empty_file_is_an_error():
    with pytest.raises(ReadError) as error:
        read_pdf(b"", "empty.pdf")
    assert str(error.value) == "empty.pdf is empty. Download or save the file again."


def test_file_cut_anywhere_is_read_or_refused_but_never_crashes():
    whole = pdf(draw_rows, draw_rows)
    for part in range(1, 20):
        with suppress(ReadError):
            read_pdf(whole[: len(whole) * part // 20], "cut.pdf")


def unmapped(*drawings) -> bytes:  # type: ignore[no-untyped-def]
    """A file whose fonts do not say which characters they draw."""
    data = pdf(*drawings, pageCompression=0)
    assert b"/ToUnicode" in data
    return data.replace(b"/ToUnicode", b"/NoUnicode")


def many_rows(canvas: Canvas) -> None:
    table(canvas, 60, 700, ROWS * 4, widths=100.0)


def test_text_without_a_character_map_is_not_guessed(monkeypatch: pytest.MonkeyPatch):
    no_ocr(monkeypatch)
    data = unmapped(many_rows)
    with pytest.raises(MissingExtra) as error:
        read_pdf(data, "report.pdf")
    assert str(error.value) == (
        "report.pdf holds no text that can be read: page 1 is a picture, or text whose "
        "fonts do not say which characters they draw. Reading pictures needs the extra "
        "[ocr]: install it with `pip install 'govinfo-cn[ocr]'` and read the file "
        "again."
    )


def scan(canvas: Canvas) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "white")), 0, 0, *A4)


def test_page_that_is_a_picture_is_noted_among_others(monkeypatch: pytest.MonkeyPatch):
    no_ocr(monkeypatch)
    document = read_pdf(pdf(draw_rows, scan, scan), "report.pdf")
    assert len(document.grids) == 1
    assert document.notes == (
        "Pages 2–3 are pictures and were not read. Install govinfo-cn[ocr] to read "
        "pictures.",
    )


def test_text_hidden_behind_a_scan_is_not_trusted(monkeypatch: pytest.MonkeyPatch):
    def hidden(canvas: Canvas) -> None:
        scan(canvas)
        text = canvas.beginText(60, 700)
        text.setTextRenderMode(3)
        for _ in range(20):
            text.textLine("行政规范性文件 1312 20 7")
        canvas.drawText(text)

    no_ocr(monkeypatch)
    assert read_pdf(pdf(hidden, draw_rows), "report.pdf").notes == (
        "Page 1 is a picture and was not read. Install govinfo-cn[ocr] to read"
        " pictures.",
    )


def test_picture_pages_go_to_the_picture_reader(monkeypatch: pytest.MonkeyPatch):
    from govinfo.readers import picture

    seen = []

    def read_page_image(image, page, scale, digits):  # type: ignore[no-untyped-def]
        seen.append((image.mode, page, round(scale, 3)))
        return [TextBlock("seen")]

    monkeypatch.setattr(layout, "can_read_pictures", lambda: True)
    monkeypatch.setattr(picture, "read_page_image", read_page_image)
    document = read_pdf(pdf(draw_rows, scan), "report.pdf")
    assert seen == [("RGB", 2, round(200 / 72, 3))]
    assert [type(block) for block in document.blocks] == [Grid, TextBlock]
    assert document.notes == ()


def test_long_file_is_read_to_a_limit_with_a_note(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    document = read_pdf(pdf(*[draw_rows] * 5), "report.pdf")
    assert (len(document.grids), document.n_pages) == (2, 5)
    assert document.notes == (
        "Only the first 2 of 5 pages were read, which is as much as govinfo reads of "
        "one file.",
    )


@pytest.mark.parametrize(
    ("module", "limit"), [(pdf_file, "MAX_CHARACTERS"), (pdf_objects, "MAX_OBJECTS")]
)
def test_page_beyond_a_limit_is_read_in_part_with_a_note(
    monkeypatch: pytest.MonkeyPatch,
    module,  # type: ignore[no-untyped-def]
    limit: str,
):
    monkeypatch.setattr(module, limit, 5)
    document = read_pdf(pdf(draw_rows), "report.pdf")
    assert document.notes == (
        "Page 1 holds more than govinfo reads of one page; the rest was not read.",
    )


def test_grid_beyond_a_limit_is_an_error_of_its_page_only(
    monkeypatch: pytest.MonkeyPatch,
):
    from govinfo.readers.page import lattice as ruling

    monkeypatch.setattr(ruling, "MAX_CELLS", 4)
    with pytest.raises(LimitExceeded):
        ruling.lattices(
            [ruling.Rule(y, 0, 90) for y in (0, 20, 40, 60)],
            [ruling.Rule(x, 0, 60) for x in (0, 30, 60, 90)],
        )
    document = read_pdf(pdf(draw_rows), "report.pdf")
    assert document.grids == ()
    assert len(document.notes) == 1


def rows_of(document: Document) -> list[list[str]]:
    return [
        [re.sub(r"\s", "", text) for text in row]
        for grid in document.grids
        for row in matrix(grid)
    ]


def printed(path: Path) -> list[list[str]]:
    """Figures of each row of a form, as a truth table gives them."""
    rows: dict[tuple[str, str], list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cell in csv.DictReader(file):
            value = cell["value"]
            value = f"{float(value):g}" if value else ""
            rows.setdefault((cell["table"], cell["row_code"]), []).append(value)
    return list(rows.values())


def plain(text: str) -> str:
    return f"{float(text):g}" if re.fullmatch(r"\d+(\.\d+)?", text) else text


CASES = sorted(SHARED.glob("cases/c*.pdf")) + sorted(SHARED.glob("reports/*.pdf"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_and_typical_files_give_every_row_exactly(path: Path):
    document = read_pdf(path.read_bytes(), path.name)
    found = [[plain(text) for text in row] for row in rows_of(document)]
    for figures in printed(path.parent / "truth" / f"{path.stem}.csv"):
        width = len(figures)
        assert any(
            row[i : i + width] == figures
            or [text for text in row if text][-width:] == figures
            for row in found
            for i in range(len(row))
        ), figures


def test_figures_that_may_have_wrapped_and_that_nothing_settles_are_in_doubt():
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 700, "规章  12  3561  4", "规定  5   6   7")
        for i, part in enumerate(("356", "188", "0")):
            words(canvas, 100, 660 - 9 * i, part)
        words(canvas, 60, 651, "规则")
        words(canvas, 150, 651, "7", size=7)

    document = read_pdf(pdf(draw), "report.pdf")
    doubtful = {
        cell.text
        for grid in document.grids
        for cell in grid.cells
        if grid.kind is GridKind.ALIGNED and cell.other_reading is not None
    }
    sure = {cell.text for grid in document.grids for cell in grid.cells} - doubtful
    assert not {"356", "188", "0"} & sure, (sure, doubtful)


def test_figures_with_units_under_each_other_may_be_one_that_wrapped():
    def draw(canvas: Canvas) -> None:
        words(canvas, 60, 700, "规章  12  3561  4", "规定  5   6   7")
        words(canvas, 60, 660, "规则")
        words(canvas, 60, 651, "规定")
        for i, part in enumerate(("34", "2件")):
            words(canvas, 100, 660 - 9 * i, part)
            words(canvas, 150, 660 - 9 * i, "7件")

    document = read_pdf(pdf(draw), "report.pdf")
    texts = {cell.text for grid in document.grids for cell in grid.cells}
    assert not {"34", "2件", "7件"} & texts, texts


def flipped(data: bytes, part: bytes) -> bytes:
    """One bit changed in the middle of the compressed stream behind some words."""
    start = data.index(b"stream", data.index(part)) + 8
    middle = (start + data.index(b"endstream", start)) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize("part", [b"/FlateDecode", b"/Length1"])
def test_part_that_does_not_decode_completely_is_told(part: bytes):
    """The first stream of the file, and a font of it."""
    whole = pdf(draw_rows, pageCompression=1)
    assert not read_pdf(whole, "x.pdf").is_damaged
    document = read_pdf(flipped(whole, part), "x.pdf")
    assert document.is_damaged
    assert document.notes[-1].startswith("Parts of the file do not decode completely")


def test_digit_whose_map_says_another_is_in_doubt():
    """Nothing but its picture tells, where no checksum guards the map of a font."""
    whole = (ROOT / "data/reports/hongze-2023.pdf").read_bytes()
    entry = b"<33> <0033>"
    assert whole.count(entry) >= 1
    document, other = (
        read_pdf(data, "x.pdf")
        for data in (whole, whole.replace(entry, b"<33> <0038>"))
    )
    before, after = (
        [cell for grid in one.grids for cell in grid.cells] for one in (document, other)
    )
    changed = [
        now for was, now in zip(before, after, strict=True) if was.text != now.text
    ]
    assert changed
    assert all(c.other_reading is not None or c.text[0] == "〔" for c in changed)
    assert all(c.other_reading is None for c in before)


def test_fonts_are_held_against_their_picture_only_where_nothing_vouches_for_them():
    whole = (ROOT / "data/reports/hongze-2023.pdf").read_bytes()
    assert not may_draw_other_digits(whole)
    font = re.search(rb"stream\r?\n(\x00\x01\x00\x00)", whole)
    assert font is not None
    for place in (whole.index(b"<0037>") + 4, font.start(1) + 2000):
        changed = bytes([whole[place] ^ 1])
        assert may_draw_other_digits(whole[:place] + changed + whole[place + 1 :])
    assert may_draw_other_digits(b"stream\n\x00\x01\x00\x00")
    # No font has so many tables; nobody sums them all.
    assert may_draw_other_digits(b"stream\n\x00\x01\x00\x00\xff\xff" + bytes(2**21))
    assert may_draw_other_digits(b"2 begincidrange <00> <33> 0 endcidrange endcmap")


def test_encrypted_file_is_not_taken_for_a_damaged_one():
    locked = pdf(draw_rows, encrypt=StandardEncryption("", "owner", canCopy=0))
    assert not read_pdf(locked, "x.pdf").is_damaged
