"""Documents as agencies might publish them that no other test holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from govinfo import read_report
from govinfo.cli import main
from govinfo.forms import form_rows

TITLE = "金湖县人民政府2023年政府信息公开工作年度报告"
APPLICANTS = [
    "自然人",
    "商业企业",
    "科研机构",
    "社会公益组织",
    "法律服务机构",
    "其他",
    "总计",
]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
ROUTES = ("行政复议", "未经复议直接起诉", "复议后起诉")
NOW = [1, 2, 3, 4, 10] * 3
BEFORE = [9, 9, 9, 9, 36] * 3


def table(rows: Sequence[Sequence[object]]) -> str:
    """An HTML table; a cell ``"3*words"`` spans three columns."""

    def cell(content: object) -> str:
        span, star, text = str(content).partition("*")
        if star and span.isdigit():
            return f'<td colspan="{span}">{text}</td>'
        return f"<td>{content}</td>"

    lines = ["<tr>" + "".join(map(cell, row)) + "</tr>" for row in rows]
    return "<table>" + "".join(lines) + "</table>"


def requests(figure: int = 1) -> list[list[object]]:
    """Table 3 of the 2021 form: a natural person's request in every row."""
    rows = [row for row in form_rows("requests", "2021") if row.required]
    return [
        ["", *APPLICANTS],
        *([row.leaf, figure, 0, 0, 0, 0, 0, figure] for row in rows),
    ]


def proactive(
    header: str = "本年处理决定数量",
    licences: object = 106,
    fee_header: str = "本年收费金额（单位：万元）",
    fee: object = "1.5",
) -> list[list[object]]:
    """Table 2 of the 2021 form."""
    return [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", 1, 2, 5],
        ["行政规范性文件", 3, 4, 11],
        ["信息内容", f"3*{header}"],
        ["行政许可", f"3*{licences}"],
        ["信息内容", "3*本年处理决定数量"],
        ["行政处罚", "3*29"],
        ["行政强制", "3*7"],
        ["信息内容", f"3*{fee_header}"],
        ["行政事业性收费", f"3*{fee}"],
    ]


def disputes(
    *figures: Sequence[object], routes: Sequence[str] = ROUTES
) -> list[list[object]]:
    """Table 4 with one or more rows of figures."""
    return [[f"5*{route}" for route in routes], OUTCOMES * 3, *figures]


def report(two: str = "", three: str = "", four: str = "", title: str = TITLE) -> str:
    """A report; tables that are not given are plain."""
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<h1>{title}</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p>"
        f"{two or table(proactive())}<p>三、收到和处理政府信息公开申请情况</p>"
        f"{three or table(requests())}<p>四、行政复议、行政诉讼情况</p>"
        f"{four or table(disputes(NOW))}<p>五、存在的主要问题</p></body></html>"
    )


@pytest.fixture
def cells(tmp_path: Path):
    """Read a page and give its cells by table, row and column."""

    def read(page: str) -> pd.DataFrame:
        path = tmp_path / "report.html"
        path.write_text(page, encoding="utf-8")
        found = read_report(path).cells
        return found.set_index(["table", "row_code", "column_code"]).sort_index()

    return read


def states(found: pd.DataFrame) -> set[str]:
    """The states of some cells."""
    return set(found["state"])


def test_plain_report_is_read_whole(cells):
    assert states(cells(report())) == {"reported"}


def test_last_year_s_disputes_before_this_year_s_settle_nothing(cells):
    old, new = table(disputes(BEFORE)), table(disputes(NOW))
    found = cells(report(four=f"<p>2022年</p>{old}<p>2023年</p>{new}"))
    assert found.loc[("disputes", "review", "upheld"), "value"] is pd.NA


def test_rows_of_two_years_below_one_header_of_the_disputes_settle_nothing(cells):
    rows = [["年度", *(f"5*{r}" for r in ROUTES)], ["", *OUTCOMES * 3]]
    rows += [["上年", *BEFORE], ["本年", *NOW]]
    found = cells(report(four=table(rows)))
    value = found.loc[("disputes", "review", "upheld"), "value"]
    assert value is pd.NA or value == 1


@pytest.mark.parametrize(
    "routes",
    [
        ("行政复议", "行政诉讼", "举报投诉"),
        ("行政复议", "行政诉讼一审", "行政诉讼二审"),
    ],
)
def test_blocks_of_other_names_are_not_the_two_routes(routes, cells):
    found = cells(report(four=table(disputes(NOW, routes=routes))))
    block = found.loc[("disputes", "litigation_after_review")]
    assert "reported" not in states(block)


def test_one_label_printed_twice_is_no_second_report(cells):
    rows = requests()
    place = next(n for n, row in enumerate(rows) if "行政查询" in str(row[0]))
    rows.insert(place + 1, list(rows[place]))
    assert states(cells(report(three=table(rows)))) == {"reported"}


def test_last_year_s_table_is_not_given_to_this_year(tmp_path):
    source, out = tmp_path / "report.html", tmp_path / "out"
    old, new = table(requests(5)), table(requests(1))
    three = f"<p>2022年申请情况</p>{old}<p>2023年申请情况</p>{new}"
    source.write_text(report(three=three), encoding="utf-8")
    main(["extract", str(source), "--out", str(out)])
    found = pd.read_csv(out / "cells.csv")
    is_total = (found["row_code"] == "received") & (found["column_code"] == "total")
    of_2023 = found[is_total & (found["report_year"] == 2023)]
    assert 5 not in set(of_2023["value"])


@pytest.mark.parametrize(
    "header", ["上年处理决定数量", "累计处理决定数量", "本年受理数量", "本年增减"]
)
def test_column_of_something_else_is_not_this_year_s_decisions(header, cells):
    found = cells(report(two=table(proactive(header=header))))
    assert states(found.loc[("proactive", "licence")]) != {"reported"}


def test_figure_that_is_a_picture_is_not_blank(cells):
    found = cells(report(two=table(proactive(licences='<img src="106.png">'))))
    assert states(found.loc[("proactive", "licence")]) != {"blank"}


def test_figure_of_no_size_is_not_read(cells):
    hidden = '<span style="font-size:0">9</span>106'
    found = cells(report(two=table(proactive(licences=hidden))))
    assert found.loc[("proactive", "licence", "decisions"), "value"] is not pd.NA
    assert found.loc[("proactive", "licence", "decisions"), "value"] != 9106


@pytest.mark.parametrize("fee", ["15000（元）", "15000（单位：元）"])
def test_unit_in_brackets_is_a_unit(fee, cells):
    found = cells(report(two=table(proactive(fee=fee)))).loc[("proactive", "fee")]
    assert "reported" not in states(found) or set(found["unit"]) == {"yuan"}


@pytest.mark.parametrize("unit", ["亿元", "千元", "百万元"])
def test_header_of_another_unit_is_not_yuan(unit, cells):
    page = report(two=table(proactive(fee_header=f"本年收费金额（单位：{unit}）")))
    assert states(cells(page).loc[("proactive", "fee")]) != {"reported"}


def test_year_in_brackets_after_the_title(tmp_path):
    path = tmp_path / "report.html"
    title = "金湖县教育局政府信息公开工作年度报告（2023年）"
    path.write_text(report(title=title), encoding="utf-8")
    found = read_report(path)
    assert (found.agency, found.year) == ("金湖县教育局", 2023)


@pytest.mark.skipif(sys.platform == "darwin", reason="File names are UTF-8 there")
def test_file_name_that_is_not_utf8_does_not_end_the_batch(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.html").write_text(report(), encoding="utf-8")
    name = os.fsencode(folder) + b"/\xb1\xa8\xb8\xe6.html"
    Path(os.fsdecode(name)).write_bytes(report().encode())
    main(["extract", str(folder), "--out", str(tmp_path / "out")])
    assert len(pd.read_csv(tmp_path / "out" / "reports.csv")) == 2


def test_registry_is_not_written_over(tmp_path):
    (tmp_path / "a.html").write_text(report(), encoding="utf-8")
    registry = tmp_path / "reports.csv"
    registry.write_text("file,agency\na.html,甲县人民政府\n", encoding="utf-8")
    before = registry.read_bytes()
    main(["extract", str(tmp_path), "--out", str(tmp_path)])
    assert registry.read_bytes() == before


def test_output_that_cannot_be_a_folder_is_wrong_use(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(report(), encoding="utf-8")
    assert main(["extract", str(path), "--out", str(path)]) == 2


@pytest.mark.parametrize("label", ["行政强制 7", "行政强制（7件）"])
def test_figure_in_the_cell_of_its_label_leaves_no_blank(label, cells):
    rows = proactive()
    rows[7] = [label, "3*"]
    found = cells(report(two=table(rows)))
    assert states(found.loc[("proactive", "coercive_measure")]) != {"blank"}
