"""A statutory table of one report with the labels of the form."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import ROOT

from govinfo import read_cells
from govinfo.layout import printed_table

CELLS = read_cells(ROOT / "data")
HONGZE = CELLS[CELLS["report_id"] == "hongze-2023"]


def test_a_table_has_the_labels_and_figures_of_the_form() -> None:
    table = printed_table(HONGZE, "disputes")
    assert table.index.tolist() == ["行政复议", "未经复议直接起诉", "复议后起诉"]
    assert table.columns.tolist() == [
        "结果维持",
        "结果纠正",
        "其他结果",
        "尚未审结",
        "总计",
    ]
    assert table.loc["行政复议"].tolist() == [10, 1, 0, 0, 0]


def test_rows_stand_in_the_order_of_the_form() -> None:
    table = printed_table(HONGZE, "requests")
    assert table.index[0] == "一、本年新收政府信息公开申请数量"
    assert table.index[-1] == "四、结转下年度继续办理"
    assert "（二）部分公开" in table.index


def test_a_blank_cell_is_missing() -> None:
    cells = CELLS[CELLS["report_id"] == "shanghai-office-2019"]
    table = printed_table(cells, "disputes")
    assert table.loc["行政复议", "结果纠正"] is pd.NA


def test_english_stands_beside_the_label() -> None:
    table = printed_table(HONGZE, "requests", english=True)
    assert "（二）部分公开 disclosed in part" in table.index
    assert "自然人 natural persons" in table.columns


def test_several_reports_are_refused() -> None:
    with pytest.raises(ValueError, match="^printed_table") as caught:
        printed_table(CELLS, "disputes")
    assert str(caught.value) == (
        "printed_table shows the table 'disputes' of one report, but the cells are "
        "those of 19 reports, with 285 cells of that table. Choose one report by its "
        "report_id."
    )
