"""Every sentence of the data set is said in both languages, whole."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest
from conftest import ROOT
from test_checks import cells_of, consistent
from test_narrative import check_narrative

from govinfo.bilingual import Said, both, joined, speaker, templates
from govinfo.checks import (
    check_agencies,
    check_cells,
    check_years,
    findings_of,
)
from govinfo.checks.identity import identity_results
from govinfo.checks.results import results_frame
from govinfo.cli import main

ROOMS = sorted(
    path.parent.relative_to(ROOT).as_posix().replace("/", ".")
    for path in (ROOT / "govinfo").rglob("sentences.csv")
)


# What is typed or printed alike in both languages: commands, options, files, columns,
# addresses, places to fill in, programs and formats.
NAMES = re.compile(
    r"govinfo( [a-z]+)?(、[a-z]+)*|--?[a-z-]+|\b[a-z]+_[a-z_]+\b"
    r"|[A-Za-z-]*(?:[./][A-Za-z]+)+|\b[A-Z]{2,}\b"
    r"|Excel|Stata|Parquet|DuckDB|Frictionless|\[export\]"
    r"|\b(?:agency|parent|data|csv|parquet|xlsx|stata|spss|duckdb|datapackage)\b",
    re.ASCII,
)


def said_in_code(room: str) -> tuple[set[str], list[re.Pattern[str]]]:
    """The keys that the package says, whole or as patterns, whatever says them."""
    whole: set[str] = set()
    patterns: set[str] = set()
    for path in (ROOT / "govinfo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else ".+"
                    for part in ast.iter_child_nodes(node)
                ]
                if "\\." in "".join(parts) and len("".join(parts)) < 40:
                    patterns.add("".join(parts))
    return whole, [re.compile(pattern) for pattern in patterns]


@pytest.mark.parametrize("room", ROOMS)
def test_no_template_is_said_by_nobody(room):
    whole, patterns = said_in_code(room)
    unsaid = [
        key
        for key in templates(room)
        if key not in whole and not any(p.fullmatch(key) for p in patterns)
    ]
    assert unsaid == []


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_both_languages_say_the_same_of_the_same(room):
    # "and 2 more" counts the others, 等共3格 all of them.
    differing = {
        key: fields(said.en) ^ fields(said.zh)
        for key, said in templates(room).items()
        if (fields(said.en) ^ fields(said.zh)) - {"more", "all"}
    }
    assert differing == {}


@pytest.mark.parametrize("room", ROOMS)
def test_chinese_is_written_with_its_own_marks_and_ends_as_the_english_does(room):
    for key, said in templates(room).items():
        plain = re.sub(r"\{[^}]*\}|raw", "", NAMES.sub("", said.zh))
        assert not re.search(r"[,;:()'\"!?]|[a-zA-Z]{2}", plain), key
        assert said.en.endswith(".") is said.zh.endswith("。"), key


def test_phrases_are_filled_and_joined_in_each_language():
    say = speaker("govinfo.checks")
    place = say("place.row", table=say("table.requests"), row="（七）总计")
    assert place == Said("requests, row '（七）总计'", "第三部分“（七）总计”行")
    assert joined([both(1), Said("two", "二")]) == Said("1, two", "1，二")
    assert Said("It is.", "是。").open == Said("It is", "是")


def chinese(results: pd.DataFrame) -> list[str]:
    return findings_of(results)["sentence_zh"].tolist()


def test_sums_are_said_in_chinese():
    figures = consistent("2021", lambda: 2.0)
    figures["requests", "granted", "research"] += 3
    figures["disputes", "review", "total"] = 0
    figures["requests", "received", "total"] += 1.5
    found = chinese(check_cells(cells_of(figures)))
    assert found == [
        "第三部分“科研机构”列：（一）至（六）项合计45，但（七）总计填报42（相差3）。",
        "第三部分“总计”列：第一项与第二项之和为265.5，但第三项总计与第四项之和为264"
        "（相差1.5）。",
        "第三部分“一、本年新收政府信息公开申请数量”行：六类申请人合计252，但总计填报"
        "253.5（相差1.5）。",
        "第三部分“（一）予以公开”行：六类申请人合计15，但总计填报12（相差3）。",
        "第四部分“行政复议”行：四类结果合计8，但总计填报0（相差8）。",
        "第三部分“一、本年新收政府信息公开申请数量”行“总计”列：填报“253.5”，为小数，"
        "该格按件计数，应为整数。",
    ]


def test_sum_with_cells_that_are_not_known_is_said_in_chinese():
    figures = consistent("2021", lambda: 2.0)
    cells = cells_of(figures)
    is_row = (cells["table"] == "disputes") & (cells["row_code"] == "review")
    cells.loc[is_row & (cells["column_code"] == "upheld"), "state"] = "uncertain"
    cells.loc[is_row & (cells["column_code"] == "total"), "state"] = "absent"
    results = check_cells(cells)
    (told,) = results.loc[
        (results["check"] == "dispute_sum") & (results["row_code"] == "review"),
        "sentence_zh",
    ]
    assert (
        told
        == "第四部分“行政复议”行：因“行政复议”行“结果维持”列存疑等共2格，无法核对。"
    )


def test_narrative_is_said_in_chinese():
    figures = consistent("2021", lambda: 1.0)
    cells = cells_of(figures).assign(report_year=2023)
    text = (
        "本报告统计期限为2023年1月1日至2023年11月30日。2023年收到政府信息公开申请9999件。"
        "收取信息处理费20元，全年未收取信息处理费。"
    )
    assert chinese(check_narrative(text, cells, [(0, "page 2")])) == [
        "正文第2页“2023年收到政府信息公开申请9999件”称9999，但“一”填报126，“一、二”合计132"
        "（相差9867）。",
        "正文第2页“收取信息处理费20元”称收费20元，但“全年未收取信息处理费”称未收费"
        "（相差20）。",
        "正文：统计期限为2023-01-01至2023-11-30，而本报告应为2023-01-01至2023-12-31。",
    ]


def test_names_are_said_in_chinese():
    named = [("file name", "乙县", 2022), ("title", "甲县", 2023)]
    assert chinese(results_frame(identity_results("a", "甲县", 2023, named))) == [
        "文件名写为2022年，而本报告按2023年收录。",
        "文件名写为“乙县”，而本报告按“甲县”收录。",
    ]
    named = [("title", "甲县", 2022), ("page title", "", 2023)]
    assert chinese(results_frame(identity_results("a", "甲县", None, named))) == [
        "报告中出现2022和2023多个年份，无从判断所属年度，请在登记表中注明。"
    ]


def test_years_and_copies_are_said_in_chinese():
    before = consistent("2021", lambda: 2.0)
    after = dict(before)
    after["requests", "carried_in", "research"] = 90.0
    after["requests", "received", "total"] = 9000.0
    cells = pd.concat(
        [
            cells_of(figures).assign(
                report_id=f"a-{year}", agency="某县", report_year=year
            )
            for figures, year in ((before, 2022), (after, 2023))
        ]
    )
    told = chinese(check_years(cells))
    carried = int(before["requests", "carried_out", "research"])
    assert (
        "第三部分“二、上年结转政府信息公开申请数量”行“科研机构”列：2022年报告第四项"
        f"结转下年度{carried}，但本报告第二项上年结转90（相差{90 - carried}）。" in told
    )
    assert any(
        sentence.startswith(
            "第三部分“一、本年新收政府信息公开申请数量”行“总计”列：2022年为"
        )
        for sentence in told
    )
    chance = iter(range(10_000))
    copied = consistent("2021", lambda: float(next(chance) % 7))
    twice = pd.concat(
        [
            cells_of(copied).assign(report_id=name, agency=name, report_year=2023)
            for name in ("甲县", "乙县")
        ]
    )
    first = chinese(check_agencies(twice))[0]
    assert re.fullmatch(
        r"第三部分：表中\d+个非零数字与乙县（乙县，2023）逐格相同。", first
    )


def test_every_bundled_finding_is_a_sentence_in_either_language():
    found = pd.read_csv(ROOT / "data" / "findings.csv")
    assert found["sentence"].str.fullmatch(r"[^=]+\.").all()
    assert found["sentence_zh"].str.fullmatch(r"[^=]+。").all()
    assert not found["sentence_zh"].str.contains("[a-z]{3}").any()


def test_a_sentence_is_filled_when_it_is_first_looked_at():
    looked = []

    class Figure:
        def __str__(self) -> str:
            looked.append(self)
            return "7"

    said = Said("{n} here", "此处{n}", {"n": Figure()})
    assert not looked
    assert (said.en, said.zh, said.en) == ("7 here", "此处7", "7 here")
    assert len(looked) == 2


def test_an_error_of_a_command_is_said_in_its_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What has no Chinese sentence of its own says in Chinese of what kind it is."""
    where = tmp_path / "a"
    english = (
        f"{where} does not exist. Name a file, a folder, or a pattern such as "
        "'reports/*.pdf'."
    )
    command = ["extract", str(where), "--out", str(tmp_path / "out")]
    assert main(["--lang", "en", *command]) == 2
    assert capsys.readouterr().err == f"govinfo: {english}\n"
    assert main(["--lang", "zh", *command]) == 2
    assert capsys.readouterr().err == (
        f"govinfo: 文件缺失、为空、已变动，或属于不支持的类型。英文说明：{english}\n"
    )
