"""Agency and year come from the title, else from what else the document says."""

from __future__ import annotations

import pandas as pd
import pytest

from govinfo.checks import findings_of
from govinfo.checks.identity import Named, identity_results
from govinfo.checks.results import results_frame
from govinfo.document import Document, Grid, GridCell, TextBlock
from govinfo.identify import Identity, Statement, identify


def check_identity(
    report_id: str, agency: str, year: int | None, named: list[Named]
) -> pd.DataFrame:
    return results_frame(identity_results(report_id, agency, year, named))


def lines(*texts: str, title: str = "", source: str = "a.html") -> Document:
    """A document of lines."""
    blocks = tuple(TextBlock(text) for text in texts)
    return Document(source, "text/html", blocks, title=title)


def of_other_years(found: Identity) -> list[Statement]:
    """Statements of another year than the report's."""
    return [s for s in found.statements if s.year not in (None, found.report_year)]


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
        (["2023年政府信息公开工作年度报告（某县教育局）"], "某县教育局", 2023),
        (["政府信息公开工作年度报告（2023年度）[某县教育局]"], "某县教育局", 2023),
        (["政府信息公开工作年度报告（某县教育局2023年）"], "某县教育局", 2023),
        (["2023年政府信息公开工作年度报告——某县教育局"], "某县教育局", 2023),
        (["2023年政府信息公开工作年度报告（公开版）"], "", 2023),
        (["2023年政府信息公开工作年度报告（含办公室）"], "", 2023),
        (["某区人民政府", "2024年政府信息公开工作年度报告"], "某区人民政府", 2024),
        (["2025 年某市某委政府信息公开", "工作年度报告"], "某市某委", 2025),
        (["首页 > 公开 > 某镇2020年政府信息公开工作年度报告"], "某镇", 2020),
        (["关于某局2023年政府信息公开工作年度报告"], "某局", 2023),
    ],
)
def test_title_names_agency_and_year(texts: list[str], agency: str, year: int):
    found = identify(lines(*texts))
    assert (found.agency, found.report_year) == (agency, year)


@pytest.mark.parametrize(
    "before",
    [
        "2024年1月15日",
        "二〇二四年一月十五日",
        "1月15日",
        "〔2024〕5号",
        "青政办〔2024〕5号",
        "第12号 ",
        "★",
        "）",
        "1.",
        "关于报送",
    ],
)
def test_name_begins_with_no_date_number_sign_or_lone_bracket(before: str):
    found = identify(lines(before + "青河县财政局2023年政府信息公开工作年度报告"))
    assert (found.agency, found.report_year) == ("青河县财政局", 2023)


@pytest.mark.parametrize("words", ["本单位", "我局", "（本级）", "关于报送", "报告"])
def test_words_that_name_nobody_are_no_agency(words: str):
    assert identify(lines(f"{words}2023年政府信息公开工作年度报告")).agency == ""


@pytest.mark.parametrize(
    ("file", "agency"),
    [
        ("报告.docx", ""),
        ("年度报告2023.pdf", ""),
        ("工作报告2023.doc", ""),
        ("总结报告.pdf", ""),
        ("2023青河县财政局年报.pdf", "青河县财政局"),
        ("青河县财政局工作报告.pdf", "青河县财政局"),
    ],
)
def test_report_in_a_file_name_is_no_agency(file: str, agency: str):
    assert identify(lines("一、总体情况"), file).agency == agency


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


@pytest.mark.parametrize(
    "title",
    [
        "某局2022-2023年政府信息公开工作年度报告",
        "某局2022—2023年度政府信息公开工作年度报告",
        "2022年-2023年某局政府信息公开工作年度报告",
        "某局2022-23年政府信息公开工作年度报告",
        "某局2022年、2023年政府信息公开工作年度报告",
    ],
)
def test_title_of_several_years_decides_none(title: str):
    found = identify(lines(title))
    assert (found.agency, found.report_year) == ("某局", None)
    assert [(s.source, s.year) for s in found.statements] == [
        ("title", 2022),
        ("title", 2023),
    ]


def test_title_of_several_years_leaves_the_year_to_the_rest():
    period = "统计期限自2023年1月1日起至2023年12月31日止。"
    title = "某局2022-2023年政府信息公开工作年度报告"
    found = identify(lines(title, period))
    assert found.report_year == 2023
    assert [s.year for s in of_other_years(found)] == [2022]
    assert identify(lines(title), "某局-2022.html").report_year == 2022


def test_years_that_nothing_decides_between_are_a_finding():
    named = [("title", "某局", 2022), ("title", "某局", 2023)]
    found = findings_of(check_identity("x", "某局", None, named))
    assert list(found["sentence"]) == [
        "The report names the years 2022 and 2023, and nothing says which of them it is"
        " on. Say so in a registry."
    ]


def table_under(*above: str, first: str = "信息内容", width: int = 2) -> Document:
    """A document whose table stands under some lines."""
    cells = [GridCell(first, 0, 0, colspan=width), GridCell("规章", 1, 0)]
    cells += [GridCell("3", 1, 1)]
    return Document(
        "a.html", "text/html", (*map(TextBlock, above), Grid(1, tuple(cells)))
    )


def test_caption_gives_the_year_of_a_table_without_a_title():
    captions = (
        table_under("2022年收到和处理政府信息公开申请情况"),
        table_under("2022年度政府信息公开情况统计表", "单位:件"),
        table_under(first="2022年政府信息主动公开情况"),
    )
    assert [identify(d).report_year for d in captions] == [2022] * 3


def test_caption_of_another_year_is_a_disagreement():
    title = "某局2023年政府信息公开工作年度报告"
    found = identify(table_under(title, "2022年主动公开政府信息情况"))
    assert found.report_year == 2023
    assert [(s.source, s.year) for s in of_other_years(found)] == [("caption", 2022)]


def test_sentence_above_a_table_is_no_caption():
    title = "某局2023年政府信息公开工作年度报告"
    sentence = "2022年,我局共收到申请5件,情况如下。"
    assert of_other_years(identify(table_under(title, sentence))) == []


def test_agency_that_signs_is_compared_with_that_of_the_title():
    title = "甲县财政局2023年政府信息公开工作年度报告"
    found = identify(lines(title, "正文。", "乙县财政局", "2024年1月20日"))
    assert found.agency == "甲县财政局"
    named = [(s.source, s.agency, s.year) for s in found.statements]
    sentences = findings_of(check_identity("x", found.agency, 2023, named))["sentence"]
    assert list(sentences) == [
        "The signature names the agency 乙县财政局, but the report is taken as that of "
        "甲县财政局."
    ]


def test_last_line_that_is_no_agency_is_no_signature():
    document = lines("一、总体情况", "特此报告。", "2024年1月20日")
    assert identify(document).agency == ""


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("市发改委", "某市发展和改革委员会", True),
        ("洪泽区", "淮安市洪泽区人民政府", True),
        ("某县政府办", "某县人民政府办公室", True),
        ("某市人民政府", "某市甲县人民政府", False),
        ("甲县财政局", "乙县财政局", False),
    ],
)
def test_short_names_agree_and_other_levels_do_not(one: str, other: str, agree: bool):
    found = findings_of(check_identity("x", one, None, [("title", other, None)]))
    assert (len(found) == 0) is agree


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("桥边镇2022年度政府信息公开年报", "桥边镇", 2022),
        ("甲署（乙局）2019年政府信息公开工作年度报告", "甲署（乙局）", 2019),
        ("政府信息公开工作年度报告（2023年）—白石县审计局", "白石县审计局", 2023),
        ("白石县审计局政府信息公开2023年度报告", "白石县审计局", 2023),
        (
            "【年报】白石县审计局 2023年 政府信息公开工作 年度报告",
            "白石县审计局",
            2023,
        ),
        (
            "白石县审计局（本级）2021年政府信息公开工作年度报告",
            "白石县审计局（本级）",
            2021,
        ),
        ("白石区审计局2024年度信息公开年报", "白石区审计局", 2024),
        (
            "2024/1/15 10:12 白石县审计局2023年政府信息公开工作年度报告 - 白石县门户",
            "白石县审计局",
            2023,
        ),
        (
            "2026/11/27 上午10:12 白石县审计局2023年政府信息公开工作年度报告",
            "白石县审计局",
            2023,
        ),
        (
            "11/27/25, 10:12 AM 白石县审计局2024年政府信息公开工作年度报告",
            "白石县审计局",
            2024,
        ),
        ("2023年1月9日 白石县审计局2022年政府信息公开年度报告", "白石县审计局", 2022),
        ("报】白石县审计局2022年政府信息公开年度报告", "白石县审计局", 2022),
    ],
)
def test_name_begins_with_no_date_sign_or_lone_bracket(
    title: str, agency: str, year: int
):
    found = identify(lines(title))
    assert (found.agency, found.report_year) == (agency, year)
    found = identify(lines("一、总体情况", title=title))
    assert (found.agency, found.report_year) == (agency, year)


@pytest.mark.parametrize("columns", [1, 4])
def test_title_in_a_row_of_the_table_is_the_title(columns: int):
    title = "白石县审计局2023年政府信息公开工作年度报告"
    cells = [GridCell(title, 0, 0, colspan=columns)]
    cells += [GridCell("", 0, n) for n in range(columns, 4)]
    cells += [GridCell(text, 1, n) for n, text in enumerate(["规章", "1", "0", "3"])]
    found = identify(Document("a.html", "text/html", (Grid(1, tuple(cells)),)))
    assert (found.agency, found.report_year) == ("白石县审计局", 2023)


def test_heading_that_names_another_year_than_the_title_is_a_disagreement():
    texts = (
        TextBlock("白石县审计局2023年政府信息公开工作年度报告"),
        TextBlock("白石县审计局2022年政府信息公开工作年度报告", is_heading=True),
        TextBlock("白石县水利局2021年政府信息公开工作年度报告"),
    )
    found = identify(Document("a.html", "text/html", texts))
    assert found.report_year == 2023
    assert [(s.source, s.year) for s in of_other_years(found)] == [("heading", 2022)]
