"""Texts with columns of the agency's own, in another order, or figures first."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from govinfo.document import Document
from govinfo.forms import form_rows
from govinfo.readers.text import read_text
from govinfo.recognise import recognise
from govinfo.recognise.readings import Reading

APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
ROWS = [row for row in form_rows("requests", "2021") if row.required]


def read(lines: Sequence[str]) -> dict[tuple[str, str], Reading]:
    text = "\n".join(["三、收到和处理政府信息公开申请情况", *lines, "四、其他"])
    document: Document = read_text(text.encode(), "a.txt")
    return {(c.row_code, c.column_code): c for c in recognise(document).cells}


def figures(n: int, blank: int | None = None) -> list[str]:
    """Figures of a row without sense, one of them blank if it is said which."""
    row = [str(100 + 10 * n + column) for column in range(7)]
    return ["" if column == blank else text for column, text in enumerate(row)]


def sure(cells: dict[tuple[str, str], Reading]) -> set[tuple[str, str]]:
    return {key for key, cell in cells.items() if cell.state.value == "reported"}


def wrong(cells: dict[tuple[str, str], Reading], blank: int) -> list[tuple[str, str]]:
    codes = [column.code for column in ROWS[0].columns]
    return [
        (row.code, code)
        for n, row in enumerate(ROWS)
        for code, text in zip(codes, figures(n, blank), strict=True)
        if (row.code, code) in sure(cells)
        and str(cells[row.code, code].figure.value) != text
    ]


@pytest.mark.parametrize("added", ["占比", "网络申请"])
def test_figure_of_an_added_column_fills_no_gap_of_a_row(added: str):
    lines = [added, *APPLICANTS, "总计"] if added == "占比" else []
    lines = lines or ["申请人情况", added, *APPLICANTS, "总计"]
    for n, row in enumerate(ROWS):
        lines += [row.leaf, *figures(n, blank=2), "3"]
    assert sure(read(lines)) == set()


def test_blank_that_other_rows_fill_is_no_filler():
    lines = [*APPLICANTS, "总计"]
    for n, row in enumerate(ROWS):
        lines += [row.leaf, *figures(n, blank=n % 7), "3"]
    cells = read(lines)
    assert sure(cells) == set()


def test_row_with_more_figures_than_columns_puts_the_shorter_ones_in_doubt():
    lines = ["\t".join(["", *APPLICANTS, "总计"])]
    for n, row in enumerate(ROWS):
        blank = 2 if n != 1 else None
        lines.append("\t".join([row.leaf, *figures(n, blank), "3.5%", *[""] * (n % 2)]))
    assert sure(read(lines)) == set()


def test_cells_on_which_two_places_agree_are_not_sure_in_an_order_unknown():
    lines = ["\t".join(["总计", *reversed(APPLICANTS)])]
    for n, row in enumerate(ROWS):
        lines.append("\t".join(["", row.leaf, "", *["7"] * 6, "", *[""] * (n % 2)]))
    assert sure(read(lines)) == set()


def test_figures_that_stand_before_their_labels_are_not_those_of_the_next_row():
    lines = ["信息内容 本年处理决定数量", "17", "行政许可", "18", "行政处罚", "19"]
    lines += ["行政强制", *APPLICANTS, "总计"]
    for n, row in enumerate(ROWS):
        lines += [row.leaf, *figures(n)]
    assert {key for key in sure(read(lines)) if key[1] == "decisions"} == set()


def test_total_that_stands_after_the_table_is_not_that_of_its_results():
    lines = [*APPLICANTS, "总计"]
    for n, row in enumerate(ROWS):
        lines += [row.leaf, *figures(n)[: 5 if row in ROWS[-2:] else 7]]
    outcome = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    lines += [
        "四、政府信息公开行政复议、行政诉讼情况",
        "行政复议",
        "行政诉讼",
        *outcome,
    ]
    lines += ["未经复议直接起诉", "复议后起诉", *outcome, *outcome, *figures(90)]
    assert not any(row == "concluded" for row, _ in sure(read(lines)))
