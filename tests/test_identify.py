"""Agency and year come from the title, else from what else the document says."""

from __future__ import annotations

import pytest

from govinfo.checks import findings_of
from govinfo.checks.identity import check_identity
from govinfo.document import Document, Grid, GridCell, TextBlock
from govinfo.identify import identify


def lines(*texts: str, title: str = "", source: str = "a.html") -> Document:
    """A document of lines."""
    blocks = tuple(TextBlock(text) for text in texts)
    return Document(source, "text/html", blocks, title=title)


@pytest.mark.parametrize(
    ("texts", "agency", "year"),
    [
        (["某市人民政府2023年政府信息公开工作年度报告"], "某市人民政府", 2023),
        (
            ["2019年某市人民政府办公厅政府信息公开工作年度报告"],
            "某市人民政府办公厅",
            2019,
        ),
        (["某县发展和改革局2022年度政府信息公开年度报告"], "某县发展和改革局", 2022),
        (["某局二〇二一年政府信息公开工作年度报告"], "某局", 2021),
        (["某区人民政府", "2024年政府信息公开工作年度报告"], "某区人民政府", 2024),
        (["2025 年某市某委政府信息公开", "工作年度报告"], "某市某委", 2025),
        (["首页 > 公开 > 某镇2020年政府信息公开工作年度报告"], "某镇", 2020),
        (["关于某局2023年政府信息公开工作年度报告"], "某局", 2023),
    ],
)
def test_title_names_agency_and_year(texts: list[str], agency: str, year: int):
    found = identify(lines(*texts))
    assert (found.agency, found.report_year) == (agency, year)


def test_page_title_speaks_where_the_page_has_none():
    document = lines(
        "一、总体情况", title="某区2022年政府信息公开工作年度报告-某区门户"
    )
    found = identify(document)
    assert (found.agency, found.report_year) == ("某区", 2022)


def test_statement_of_the_period_gives_the_year():
    text = "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。"
    assert identify(lines("政府信息公开工作年度报告", text)).report_year == 2021


def test_publisher_of_the_page_information_gives_the_agency():
    cells = (GridCell("发布机构", 0, 0), GridCell("某市财政局", 0, 1))
    title = TextBlock("2023年政府信息公开工作年度报告")
    document = Document("a.html", "text/html", (Grid(1, cells), title))
    found = identify(document)
    assert (found.agency, found.report_year) == ("某市财政局", 2023)


def test_file_name_counts_last():
    assert identify(lines("一、总体情况"), "某某县2019.pdf").report_year == 2019
    document = lines("某局2020年政府信息公开工作年度报告")
    assert identify(document, "report-2021.html").report_year == 2020


def test_nothing_is_guessed_where_nothing_is_said():
    found = identify(lines("一、总体情况", source="scan.pdf"))
    assert (found.agency, found.report_year) == ("", None)


def test_number_that_is_no_year_is_none():
    assert identify(lines("第1999号文件"), "no-1999.html").report_year is None


def test_other_year_in_the_file_name_is_a_finding():
    named = [("title", "某局", 2023), ("file name", "", 2022)]
    found = findings_of(check_identity("x", "某局", 2023, named))
    assert list(found["sentence"]) == [
        "The file name names the year 2022, but the report is taken as that of 2023."
    ]
    assert list(found["severity"]) == ["warning"]


def test_other_agency_in_the_page_title_is_a_finding():
    named = [("page title", "乙县人民政府", None), ("title", "某市甲县人民政府", None)]
    found = findings_of(check_identity("x", "甲县人民政府", 2023, named))
    assert list(found["sentence"]) == [
        "The page title names the agency 乙县人民政府, but the report is taken as that "
        "of 甲县人民政府."
    ]
