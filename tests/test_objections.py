"""A cell that is not sure says why: in its row by code, in the message by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import ROOT
from test_recognise import grid, requests_rows

import govinfo
from govinfo.cells import CELL_COLUMNS
from govinfo.document import Document, Grid
from govinfo.doubts import codes_of, open_sentences
from govinfo.errors import MissingColumns
from govinfo.recognise import Recognition, recognise
from govinfo.recognise.objections import objection, second_reading

SUQIAN = ROOT / "data" / "reports" / "suqian-2023.html"


def read(*grids: Grid) -> Recognition:
    return recognise(Document("a.html", "text/html", grids))


def codes(found: Recognition, row: str) -> set[str]:
    return {
        code
        for cell in found.cells
        if cell.key[0] == row and cell.table == "requests"
        for code in codes_of(cell)
    }


def test_row_printed_twice_names_the_other_one():
    rows = requests_rows({"granted": ["3", *["0"] * 5, "3"]})
    rows.append(["（一）予以公开", "5", "0", "0", "0", "0", "0", "5"])
    assert codes(read(grid(rows)), "granted") == {"row_twice"}


def test_row_without_label_is_known_by_its_order_alone():
    rows = requests_rows({"granted": ["3", *["0"] * 5, "4"]})
    at = [row[0] for row in rows].index("（一）予以公开")
    rows[at][0] = ""
    assert codes(read(grid(rows)), "granted") == {"row_unlabelled"}


def test_part_of_a_group_that_may_be_its_subtotal_says_so():
    rows = requests_rows({"other.not_clarified": ["3", *["0"] * 5, "3"]})
    at = next(n for n, row in enumerate(rows) if "逾期不补正" in row[0])
    rows[at][0] = "（六）其他处理"
    assert codes(read(grid(rows)), "other") == {"row_subtotal"}


def test_header_that_contradicts_the_order_of_the_form_is_named():
    rows = requests_rows({"granted": ["1", "2", "0", "0", "0", "0", "3"]})
    rows[0][2], rows[0][7] = rows[0][7], rows[0][2]
    assert codes(read(grid(rows)), "granted") == {"column_header"}


def test_second_reading_that_agrees_stands_for_a_sum_in_a_picture():
    """A figure of table 2 has no sum: where two readings agree it is reported."""
    scan = grid(
        [
            ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
            ["规章", "4", "1", "30"],
            ["行政规范性文件", "6", "2", "50"],
            ["信息内容", "本年处理决定数量", "<", "<"],
            ["行政许可", "9", "<", "<"],
            ["行政处罚", "8", "<", "<"],
        ]
    )
    others = {"1": "1", "2": "7", "6": None}
    cells = tuple(
        replace(cell, confidence=0.99, other_reading=others.get(cell.text, cell.text))
        for cell in scan.cells
    )
    found = read(replace(scan, cells=cells))
    doubts = {cell.key: codes_of(cell) for cell in found.cells if cell.raw}
    assert doubts.pop(("normative_document", "issued")) == ["picture"]
    differing = doubts.pop(("normative_document", "repealed"))
    assert differing == ["picture", "readings_differ"]
    assert len(doubts) == 6
    assert not any(doubts.values())


def test_figure_that_can_be_read_in_two_ways_is_named():
    rows = requests_rows({"granted": ["1 2", *["0"] * 5, "9"]})
    assert codes(read(grid(rows)), "granted") == {"text_ambiguous"}


def test_reasons_are_counted_the_most_frequent_first():
    rows = requests_rows({"granted": ["1 2", *["0"] * 5, "9"]})
    rows.append(["一、本年新收政府信息公开申请数量", *["8"] * 7])
    rows[1][1:] = ["5"] * 7
    cells = read(grid(rows)).cells
    assert [said.en for said in open_sentences(cells)] == [
        "8 cells could not be settled; the best reading stands in raw (8 in requests).",
        "25 cells were not found (10 in proactive, 15 in disputes).",
        "The reasons: another row of the document carries the same label (7), the text "
        "can be read in more than one way (1).",
    ]
    assert "".join(said.zh for said in open_sentences(cells)) == (
        "8个单元格未能确定，最可能的读数见raw列（第三部分8个）。"
        "25个单元格未找到（第二部分10个，第四部分15个）。"
        "原因：文中另有一行使用同一标题（7个），文字可有多种读法（1个）。"
    )


def test_codes_stand_in_the_table_and_sentences_in_the_message():
    report = govinfo.read_report(SUQIAN)
    assert set(report.cells["doubts"]) == {""}
    assert report.message_zh == report.message == ""
    first, *others = report.recognition.cells
    doubted = replace(
        first,
        doubts=(objection("unit"), second_reading("page", "7"), objection("unit")),
    )
    recognition = replace(report.recognition, cells=(doubted, *others))
    report = replace(report, recognition=recognition)
    assert report.cells["doubts"][0] == "unit;second_reading"
    assert report.cells["state"][0] == "uncertain"
    assert report.message == (
        "1 cell could not be settled; the best reading stands in raw (1 in "
        "proactive). The reasons: the unit is neither yuan nor ten thousand yuan (1), "
        "a second reading found something else (1)."
    )
    assert report.doubts["why"][0] == (
        "the unit is neither yuan nor ten thousand yuan; a second reading of the page "
        "found '7'; the unit is neither yuan nor ten thousand yuan"
    )


def test_cells_of_a_folder_written_before_are_read_without_doubts(tmp_path):
    report = govinfo.read_report(SUQIAN)
    old = report.cells.drop(columns="doubts")
    old.to_csv(tmp_path / "cells.csv", index=False)
    cells = govinfo.read_cells(tmp_path)
    assert tuple(cells.columns) == CELL_COLUMNS
    assert set(cells["doubts"]) == {""}
    old.drop(columns="place").to_csv(tmp_path / "cells.csv", index=False)
    with pytest.raises(MissingColumns, match="expected report_id"):
        govinfo.read_cells(tmp_path)
