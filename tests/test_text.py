"""Five shapes of text are told apart by their marks, and no empty cell is lost."""

from __future__ import annotations

import pytest

from govinfo.document import Document, GridKind
from govinfo.readers.text import read_text


def read(text: str) -> Document:
    return read_text(text.encode(), "a.txt")


def rows(document: Document) -> list[list[str]]:
    (grid,) = document.grids
    return [[cell.text if cell else "" for cell in row] for row in grid.matrix()]


def test_markdown_table_keeps_its_columns():
    document = read("| 规章 | 0 |  | 2 |\n|---|---|---|---|\n| 许可 | | 1 | |\n")
    assert document.grids[0].kind is GridKind.TABLE
    assert rows(document) == [["规章", "0", "", "2"], ["许可", "", "1", ""]]


def test_rule_between_two_rows_begins_a_new_table():
    document = read("| a | 1 |\n|---|---|\n| 2 | 3 | 4 |\n|---|---|---|\n")
    assert [grid.n_columns for grid in document.grids] == [2, 3]


def test_one_cell_a_line_is_a_stream_and_further_bars_are_fillers():
    document = read("规章 |\n0 |\n |\n3 | |||\n许可 |\n")
    (grid,) = document.grids
    assert grid.kind is GridKind.STREAM
    assert [cell.text for cell in grid.cells] == ["规章", "0", "", "3", "许可"]


def test_cells_between_bars_are_rows_without_known_columns():
    document = read("规章 | 1 | 2 | |\n许可 | 3 | 4 | |\n")
    assert document.grids[0].kind is GridKind.ALIGNED
    assert rows(document)[0][:4] == ["规章", "1", "2", ""]


def test_tabs_divide_cells_and_empty_ones_stay():
    document = read("规章\t1\t\t3\n许可\t\t2\t\n")
    assert rows(document)[0] == ["规章", "1", "", "3"]


def test_dash_between_bars_is_a_mark_and_no_rule():
    document = read("规章 |\n- |\n-- |\n--- |\n5 |\n")
    (grid,) = document.grids
    assert [cell.text for cell in grid.cells] == ["规章", "-", "--", "---", "5"]


def test_every_line_is_a_block_and_empty_lines_are_kept():
    document = read("一、总体情况\n\n规章\n")
    assert [block.text for block in document.text_blocks] == [
        "一、总体情况",
        "",
        "规章",
        "",
    ]
    assert [block.place.line for block in document.text_blocks] == [1, 2, 3, 4]


def test_marks_of_headings_are_taken_off():
    (first, *_) = read("## 二、主动公开\n").text_blocks
    assert (first.text, first.is_heading) == ("二、主动公开", True)


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_as_many_marks_in_every_line_are_columns(mark: str):
    lines = (
        ["", "自然人", "总计"],
        ["规章", "0", ""],
        ["许可", "", "1"],
        ["费", "", ""],
    )
    document = read("标题\n" + "\n".join(mark.join(line) for line in lines) + "\n尾\n")
    assert document.grids[0].kind is GridKind.TABLE
    assert rows(document) == [list(line) for line in lines]
    assert [block.text for block in document.text_blocks] == ["标题", "尾", ""]


def test_comma_between_quotes_parts_no_cells():
    document = read('规章,"1,362",0\n' * 4)
    assert rows(document)[0] == ["规章", "1,362", "0"]


def test_lines_with_differing_numbers_of_tabs_have_no_known_columns():
    document = read("第一项\t\t\n规章\t1\t2\t3\n许可\t4\t\t\n")
    assert {grid.kind for grid in document.grids} == {GridKind.ALIGNED}


def test_commas_in_sentences_make_no_table():
    assert read("In 2023, as in 2022, none.\n" * 3).grids == ()
