"""Workbooks: every cell as it is displayed."""

from __future__ import annotations

import io
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from facsimiles.form import SetTable, cells_of, disputes, joined, proactive, requests
from openpyxl import Workbook, load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

import govinfo
from govinfo.errors import ReadError
from govinfo.readers.sheets import read_xlsx

HEADINGS = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)
KEYS = [
    (table, cell["row_code"], cell["column_code"])
    for table in ("proactive", "requests", "disputes")
    for cell in cells_of("2021", table)
]
# Numbers that differ, so that no cell can pass for another; each tenth is left blank.
PRINTED = {key: "" if n % 10 == 3 else str(100 + n) for n, key in enumerate(KEYS)}


def report(*, with_headings: bool = True) -> Workbook:
    """A report of the 2021 form on one sheet, headings over the whole width."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["青石县财政局2023年政府信息公开工作年度报告"])
    sheet.merge_cells("A1:O1")
    tables = (
        joined(proactive("2021", PRINTED)),
        requests("2021", PRINTED),
        disputes("2021", PRINTED),
    )
    row = 2
    for heading, table in zip(HEADINGS, tables, strict=True):
        if with_headings:
            sheet.cell(row, 1, heading)
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=15)
        row = _set(sheet, table, row + 1) + 1
    return book


def _set(sheet: Worksheet, table: SetTable, top: int) -> int:
    last = top
    for r, c, slot in table.placed():
        text = slot.text
        is_figure = slot.kind == "value" and text
        sheet.cell(top + r, c + 1, int(text) if is_figure else text or None)
        last = max(last, top + r + slot.rowspan - 1)
        if slot.rowspan > 1 or slot.colspan > 1:
            sheet.merge_cells(
                start_row=top + r,
                end_row=top + r + slot.rowspan - 1,
                start_column=c + 1,
                end_column=c + slot.colspan,
            )
    return last


def content(book: Workbook) -> bytes:
    """The file of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(path: Path) -> dict[tuple[str, str, str], Decimal | None]:
    """The cells that govinfo reads, all of them being sure."""
    found = govinfo.read_report(path)
    assert (found.agency, found.year, found.status) == (
        "青石县财政局",
        2023,
        "complete",
    )
    return {
        (row[4], row[5], row[6]): Decimal(row[7]) if row[7] else None
        for row in found.cell_rows()
    }


EXPECTED = {key: Decimal(text) if text else None for key, text in PRINTED.items()}


@pytest.mark.parametrize("with_headings", [True, False])
def test_every_cell_of_a_workbook_is_read(tmp_path: Path, with_headings: bool) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content(report(with_headings=with_headings)))
    assert read(path) == EXPECTED


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")
def test_older_and_open_workbooks_are_converted(tmp_path: Path) -> None:
    from govinfo.readers.files.office import _run, _write_profile

    source = tmp_path / "report.xlsx"
    source.write_bytes(content(report()))
    _write_profile(tmp_path / "profile" / "user")
    program = str(shutil.which("soffice"))
    for kind in ("ods", "xls"):
        said = _run(program, tmp_path, source, "a.xlsx", kind)
        made = tmp_path / "out" / f"report.{kind}"
        if not made.exists():
            assert "Error" in said or "no export filter" in said.lower(), said
            pytest.skip("LibreOffice Calc is not here")
        assert read(made) == EXPECTED


def styled(value: object, font: Font, ground: str | None) -> str:
    """A cell as read whose text and ground have colours."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["规章", value])
    sheet["B1"].font = font
    if ground is not None:
        sheet["B1"].fill = PatternFill("solid", fgColor=ground)
    return read_xlsx(content(book), "a.xlsx").grids[0].cells[1].text


def cell(value: object, number_format: str) -> str:
    """A cell as read, and behind a slash what else it may be."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["规章", value])
    sheet["B1"].number_format = number_format
    grid = read_xlsx(content(book), "a.xlsx").grids[0]
    found = grid.cells[1]
    other = "" if found.other_reading is None else f" / {found.other_reading}"
    return found.text + other


@pytest.mark.parametrize(
    ("value", "number_format", "displayed"),
    [
        (12, "General", "12"),
        (12.0, "0.00", "12.00"),
        (0.1, "General", "0.1"),
        (1234567, "#,##0", "1234567"),
        (12.46, "0.0", "12.5 / 12.46"),
        (12, '0"件"', "12件"),
        (12, '"约"0', "约12"),
        (12, "0,", "12 / 0,"),
        (0, "0;-0;;@", "0 / "),
        (0, "#,##0_);(#,##0)", "0"),
        (-3, "#,##0_);(#,##0)", "-3 / "),
        (0, '[=0]"-";0', "0 / "),
        (0.12, "0%", "0.12 / 0%"),
        ("１２件", "General", "１２件"),
        ("=1+2", "General", "〔式〕"),
        (True, "General", "True"),
    ],
)
def test_a_cell_is_read_as_it_is_displayed(
    value: object, number_format: str, displayed: str
) -> None:
    assert cell(value, number_format) == displayed


WHITE, BLACK = Color(theme=0), Color(indexed=64)


@pytest.mark.parametrize(
    ("font", "ground"),
    [
        (Font(strike=True), None),
        (Font(vertAlign="superscript"), None),
        (Font(color="FFFFFFFF"), None),
        (Font(color="00F8F8F8"), None),
        (Font(color=WHITE), None),
        (Font(), "FF000000"),
        (Font(color="FFFF0000"), "FFFF0000"),
    ],
)
def test_a_figure_that_is_crossed_out_raised_or_unseen_is_none(
    font: Font, ground: str | None
) -> None:
    assert styled(71, font, ground) == "〔71〕"
    assert styled("71", font, ground) == "〔71〕"


@pytest.mark.parametrize(
    ("font", "ground"),
    [
        (Font(color="FFFF0000"), None),
        (Font(color=BLACK), None),
        (Font(color=WHITE), "FF003366"),
        (Font(color=Color(theme=4)), None),
        (Font(bold=True), "FFFFFF00"),
    ],
)
def test_a_coloured_figure_is_one(font: Font, ground: str | None) -> None:
    assert styled(71, font, ground) == "71"


def test_zeros_that_a_sheet_does_not_show_are_not_sure() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["规章", 0, 7])
    sheet.sheet_view.showZeros = False
    _, zero, seven = read_xlsx(content(book), "a.xlsx").grids[0].cells
    assert (zero.text, zero.other_reading) == ("0", "")
    assert (seven.text, seven.other_reading) == ("7", None)


def test_figures_whose_colour_depends_on_a_rule_are_not_sure() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["规章", 0, 7])
    unseen, marked = Font(color="FFFFFFFF"), PatternFill(bgColor="FFFF0000")
    for place, style in (("B1", {"font": unseen}), ("C1", {"fill": marked})):
        rule = CellIsRule(operator="equal", formula=["0"], **style)
        sheet.conditional_formatting.add(place, rule)
    _, zero, seven = read_xlsx(content(book), "a.xlsx").grids[0].cells
    assert (zero.text, zero.other_reading) == ("0", "")
    assert (seven.text, seven.other_reading) == ("7", None)


def test_hidden_rows_columns_and_sheets_are_not_displayed() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["a", 1, 2], ["b", 3, 4], ["c", 5, 6]):
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    other = book.create_sheet("旧表")
    other.append(["d", 7])
    other.sheet_state = "hidden"
    document = read_xlsx(content(book), "a.xlsx")
    assert [c.text for c in document.grids[0].cells] == ["a", "2", "c", "6"]
    assert document.notes == ("The sheet '旧表' is hidden and was not read.",)


def test_a_workbook_without_its_sheets_is_refused() -> None:
    data = content(report())
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames
    broken = data.replace(b"xl/workbook.xml", b"xl/workbook.xmk")
    with pytest.raises(ReadError) as refused:
        read_xlsx(broken, "a.xlsx")
    assert str(refused.value).startswith("a.xlsx should be a workbook, but its parts")
