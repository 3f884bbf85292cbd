"""What a narrative states, and whether the tables say so too; texts are invented."""

from __future__ import annotations

import re
import time

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from test_checks import cells_of, consistent

from govinfo import read_report
from govinfo.audit import STATEMENT_COLUMNS
from govinfo.checks import findings_of, statements
from govinfo.checks.narrative import (
    fees_stated,
    narrative_results,
    published_only,
)
from govinfo.checks.numerals import number
from govinfo.checks.quoting import WORDS, quoted
from govinfo.checks.results import results_frame
from govinfo.checks.statements import Places
from govinfo.checks.within import reports_of


def check_narrative(
    text: str, cells: pd.DataFrame, places: Places = ()
) -> pd.DataFrame:
    """Results for the text of the report whose cells these are."""
    (report,) = reports_of(cells, "check_narrative")
    years = cells.get("report_year", pd.Series(dtype="Int64")).dropna()
    year = int(years.iloc[0]) if len(years) else None
    found = statements(text, places)
    return results_frame(narrative_results(text, found, report, year))


FIGURES = {
    ("requests", "received", "total"): 120.0,
    ("requests", "carried_in", "total"): 10.0,
    ("requests", "concluded", "total"): 123.0,
    ("requests", "carried_out", "total"): 7.0,
    ("requests", "granted", "total"): 50.0,
    ("requests", "granted_in_part", "total"): 9.0,
    ("requests", "other.fee_unpaid", "total"): 2.0,
    ("disputes", "review", "total"): 4.0,
    ("disputes", "litigation_direct", "total"): 1.0,
    ("disputes", "litigation_after_review", "total"): 2.0,
}


def report(**changes: float | None) -> pd.DataFrame:
    figures = {**consistent("2021", lambda: 0.0), **FIGURES}
    for name, value in changes.items():
        table = "disputes" if ("disputes", name, "total") in figures else "requests"
        figures[table, name, "total"] = value
    return cells_of(figures).assign(report_year=2023)


def stated(text: str) -> list[tuple[str, float]]:
    return [(s.measure, s.value) for s in statements(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全年共收到政府信息公开申请120件。", [("received", 120)]),
        ("本局收到信息公开申请1,234件。", [("received", 1234)]),
        ("依申请公开方面，共收到１２０件信息公开申请。", [("received", 120)]),
        ("政府信息公开申请共收到 120 件。", [("received", 120)]),
        ("新收到政府信息公开\n申请 120 件。", [("received", 120)]),
        ("共受理依申请公开120宗。", [("accepted", 120)]),
        ("共办理政府信息公开申请123件。", [("handled", 123)]),
        ("收到申请公开信息的来函后，办结申请123件。", [("concluded", 123)]),
        (
            "上年结转信息公开申请10件，答复123件，结转下年度继续办理7件。",
            [("carried_in", 10), ("concluded", 123), ("carried_out", 7)],
        ),
        ("结转至2024年的申请7件。", [("carried_out", 7)]),
        ("另有7件申请顺延至下一年度答复。", [("carried_out", 7)]),
        ("2022年结转申请10件。", [("carried_in", 10)]),
        ("予以公开50件，部分公开9件。", [("granted", 50), ("granted_in_part", 9)]),
        ("予以公开及部分公开59件。", [("granted_all", 59)]),
        ("不予公开3件、无法提供4件", [("refused", 3), ("unavailable", 4)]),
        ("不予处理5件，其他处理6件。", [("not_processed", 5), ("other", 6)]),
        (
            "因政府信息公开被提起行政复议4件，行政诉讼3件。",
            [("review", 4), ("litigation", 3)],
        ),
        ("涉政府信息公开的行政复议、行政诉讼共7件。", [("disputes", 7)]),
        ("全年未收到政府信息公开申请。", [("received", 0)]),
        (
            "未发生因政府信息公开引发的行政复议、行政诉讼情况。",
            [("review", 0), ("litigation", 0)],
        ),
        ("本年度收取信息处理费380元。", [("fee", 380)]),
        ("收取信息公开处理费0.5万元。", [("fee", 5000)]),
        ("2023年度未收取信息处理费。", [("fee", 0)]),
        ("共发出收费通知3件。", [("fee_notices", 3)]),
        ("未发出收费通知。", [("fee_notices", 0)]),
        ("受理申请十二件。", [("accepted", 12)]),
        ("收到政府信息公开申请两件。", [("received", 2)]),
        (
            "共受理信息公开申请二十三件，办结二十一件，结转下年度两件。",
            [("accepted", 23), ("concluded", 21), ("carried_out", 2)],
        ),
        ("本年收到信息公开申请一百零五件。", [("received", 105)]),
        (
            "信息公开申请收到一百五十宗，答复申请贰佰件。",
            [("received", 150), ("concluded", 200)],
        ),
        ("受理申请共计３５件。", [("accepted", 35)]),
        ("收到政府信息公开申请1.2万件。", [("received", 12_000)]),
        (
            "上年结转申请四件，收到信息公开申请一件。",
            [("carried_in", 4), ("received", 1)],
        ),
        ("不予以公开三件，不同意公开两件。", [("refused", 3), ("refused", 2)]),
        ("决定予以公开五件，十件不予公开。", [("granted", 5), ("refused", 10)]),
        (
            "因政府信息公开引发行政复议三起、行政诉讼一起。",
            [("review", 3), ("litigation", 1)],
        ),
        (
            "信息公开行政复议、行政诉讼案件均为零。",
            [("review", 0), ("litigation", 0)],
        ),
        (
            "本年度发出收费通知的件数和总金额以及实际收取的总金额均为0。",
            [("fee_notices", 0), ("fee", 0)],
        ),
        ("发出收费通知三件，实际收取380元。", [("fee_notices", 3), ("fee", 380)]),
        ("未发生政府信息公开收费事项。", [("fee", 0)]),
        ("未向申请人收取信息公开处理费。", [("fee", 0)]),
        ("信息处理费的标准为100元/件，信息处理费每件100元。", []),
        ("每件收取10元信息处理费。", []),
        ("收取信息处理费1件，金额100元。", [("fee", 100)]),
        ("发出收费通知2件，收取金额400元。", [("fee_notices", 2), ("fee", 400)]),
        ("按信息处理费管理办法，应收取金额400元。", []),
        ("信息处理费方面，本机关未收取任何费用。", [("fee", 0)]),
        ("办理户籍证明未收取任何费用。", []),
        ("行政事业性收费收取金额500元。", []),
        ("依申请公开渠道畅通。受理申请12件，均按期答复。", [("accepted", 12)]),
        ("新收信息公开申请12件、上年结转3件。", [("received", 12), ("carried_in", 3)]),
    ],
)
def test_figure_is_read_from_its_wording(text, found):
    assert stated(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "全年办理信箱咨询及投诉举报873件。",
        "办结人大代表建议12件、政协提案8件，均与信息公开申请无关。",
        "全年主动公开信息2405条。",
        "司法局收到行政复议案件200件。",
        "未发生因依申请公开被行政复议纠错的情形。",
        "信息公开行政复议结果维持3件。",
        "其中收到网络申请40件，信函申请80件。",
        "信息公开申请按期办结率100%。",
        "梳理权责事项30项，受理条件12条。",
        "信息公开12345热线受理来电3000件。",
        "法律援助中心受理申请200件。",
        "受理低保救助申请三十件。",
        "把信息公开行政复议一起抓。",
        "第一件信息公开申请得到受理。",
        "收到政府信息公开申请近30件。",
        "收到政府信息公开申请十余件，办结申请10多件。",
        "收到政府信息公开申请数十件。",
        "受理信息公开申请不足50件。",
    ],
)
def test_other_business_is_not_taken_for_it(text):
    assert stated(text) == []


def test_every_statement_is_found_with_its_place():
    text = "收到政府信息公开申请120件。\n\n总的来看，收到信息公开申请 12 0件，不多。"
    first, *_ = found = statements(text)
    assert text[first.start : first.end] == "120件"
    assert [s.value for s in found if s.measure == "received"][0] == 120
    twice = statements("收到信息公开申请5件。共收到信息公开申请6件。")
    assert [s.value for s in twice] == [5, 6]
    assert [s.clause for s in twice] == ["收到信息公开申请5件", "共收到信息公开申请6件"]


PEOPLE = (
    ["张三", "李先生", "王某", "欧阳若兰", "于全", "和平", "向前", "项中", "左年"],
    ["示例路12号居民", "幸福小区3栋402室住户", "电话13800000000的机主"],
    ["身份证号110101199001011234持有人", "a.b@example.com"],
)


@pytest.mark.parametrize("person", [who for kind in PEOPLE for who in kind])
@pytest.mark.parametrize(
    "template",
    [
        "收到信息公开申请5件，其中收到{}政府信息公开申请1件。",
        "收到信息公开申请5件。办理申请人{}提出的政府信息公开申请1件。",
        "{}来访。全年共受理政府信息公开申请5件，其中{}2件，均已答复{}。",
        "因信息公开，{}提起行政复议一件，{}提起行政诉讼1件。",
        "答复{}、{}提交的申请共计2件，结转下年度1件（{}）。",
    ],
)
def test_no_person_leaves_the_document(person, template):
    text = template.replace("{}", person)
    found = statements(text)
    assert found
    results = check_narrative(text, report())
    told = [*results["sentence"], *(s.clause for s in found)]
    told += [s.sentence for s in found]
    assert not [sentence for sentence in told if person in sentence]
    # Nor does what is left of one.
    for part in re.findall(r"[^\d\W]{2,}|\d{3,}", person):
        assert not [sentence for sentence in told if part in sentence]


@given(st.text(min_size=1, max_size=12))
def test_no_word_leaves_the_document_that_is_not_of_the_trade(word):
    quotation = quoted(f"收到{word}政府信息公开申请1件", 200)
    known = "".join([*WORDS, "，,、。；;：:！？（）()《》%％…0123456789０-９"])
    assert set(quotation) <= set(
        known + "零一二三四五六七八九十百千万两〇○余多宗份起例条"
    )


def test_quotation_keeps_the_words_of_the_trade():
    said = "2023年，我区共收到政府信息公开申请十二件（含上年结转3件），均已答复。"
    assert quoted(said, 200) == said
    assert quoted(said, 12) == "…结转3件），均已答复。"


@pytest.mark.parametrize("value", [*range(1, 121), 200, 305, 310, 999, 1000, 1005])
def test_every_numeral_is_read(value):
    assert number(numeral(value)) == value
    if value < 20:
        assert number(numeral(value).removeprefix("一") or "一") == value


def numeral(value: int) -> str:
    """Write a number of at most four digits in Chinese."""
    signs = "零一二三四五六七八九"
    said = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            said += signs[digit] + name
        elif said and not said.endswith("零"):
            said += "零"
    return said.rstrip("零")


def test_statement_keeps_its_place_in_the_printed_text():
    text = "收到政府信息公开\n申请 一百\n零五 件，\n结转下年度 ２ 件。"
    received, carried_out = statements(text, [(0, "page 1"), (22, "page 2")])
    assert text[received.start : received.end] == "一百\n零五 件"
    assert text[carried_out.start : carried_out.end] == "２ 件"
    assert (received.place, carried_out.place) == ("page 1", "page 2")
    assert received.sentence == "收到政府信息公开申请一百零五件，结转下年度２件。"


def test_report_lists_its_statements(tmp_path):
    page = tmp_path / "a.html"
    table = (ROOT / "data" / "reports" / "suqian-2023.html").read_text("utf-8")
    said = "<p>2023年，共收到政府信息公开申请九千件。</p><p>申请结转下年度0件。</p>"
    page.write_text(table + said, encoding="utf-8")
    read = read_report(page)
    assert tuple(read.statements.columns) == STATEMENT_COLUMNS
    assert read.statements[["measure", "value"]].to_numpy().tolist() == [
        ["received", 9000.0],
        ["carried_out", 0.0],
    ]
    first = read.statements.iloc[0]
    assert first["sentence"] == "2023年，共收到政府信息公开申请九千件。"
    assert first["place"].startswith("line ")
    told = read.findings.loc[read.findings["check"] == "text_vs_table", "sentence"]
    assert told.iloc[0].startswith(f"text, {first['place']}: '共收到")


@given(
    st.text(
        alphabet="收到受理信息公开申请行政复议诉讼结转下年度件，。；0123456789 \n元",
        max_size=80,
    )
)
def test_any_text_is_read_without_error(text):
    for statement in statements(text):
        assert 0 <= statement.start < statement.end <= len(text)
        assert statement.value >= 0
        assert len(statement.clause) <= 60


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("共收到政府信息公开申请120件。", "pass"),
        ("共收到政府信息公开申请130件。", "pass"),  # with those carried in
        ("共收到政府信息公开申请123件。", "fail"),
        ("共受理政府信息公开申请123件。", "pass"),  # those concluded
        ("共办理政府信息公开申请120件。", "pass"),
        ("共受理政府信息公开申请122件。", "fail"),
        ("信息公开申请已办结123件。", "pass"),
        ("信息公开申请已办结120件。", "fail"),
        ("予以公开59件。", "pass"),
        ("予以公开58件。", "fail"),
        ("因信息公开引发行政诉讼3件。", "pass"),
        ("因信息公开引发行政诉讼1件。", "fail"),
        ("去年收到政府信息公开申请99件。", None),
        ("2022年收到政府信息公开申请99件，2023年收到政府信息公开申请120件。", "pass"),
    ],
)
def test_statement_agrees_with_one_of_its_meanings(text, result):
    results = check_narrative(text, report())
    own = results[results["check"] == "text_vs_table"]
    assert own["result"].tolist() == ([] if result is None else [result])


def test_disagreement_quotes_its_clause_and_both_sides():
    finding = findings_of(
        check_narrative("今年我局共收到政府信息公开申请125件，均已答复。", report())
    ).iloc[0]
    assert finding["severity"] == "warning"
    assert finding["where"] == (
        "requests, row '一、本年新收政府信息公开申请数量', column '总计'"
    )
    assert (finding["printed"], finding["expected"]) == (120, 125)
    assert finding["sentence"] == (
        "text: '今年我局共收到政府信息公开申请125件' says 125, but 一 prints 120, "
        "一 and 二 print 130 (difference 5)."
    )


def test_blank_table_is_not_contradicted():
    results = check_narrative("办结信息公开申请120件。", report(concluded=None))
    own = results[results["check"] == "text_vs_table"]
    assert own["result"].tolist() == ["not_assessable"]
    nought = check_narrative("结转下年度0件申请。", report(carried_out=None))
    own = nought[nought["check"] == "text_vs_table"]
    assert own["result"].tolist() == ["pass_if_blank_is_zero"]


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("全年未收取信息处理费。", ["pass"]),
        ("全年未发出收费通知。", ["fail"]),
        ("全年发出收费通知2份。", ["pass"]),
        ("全年收取信息处理费380元。", ["pass"]),
        ("未收取信息处理费。民政部门收取信息处理费380元。", ["pass", "fail"]),
        ("无其他事项。", ["not_assessable"]),
    ],
)
def test_fee_statement(text, results):
    found = check_narrative(text, report())
    own = found[found["check"] == "fee_statement"]
    assert own["result"].tolist() == results


@pytest.mark.parametrize(
    ("text", "stated", "amount"),
    [
        ("2023年，共收取信息处理费380元。", "amount", 380),
        ("2023年，收取信息处理费0.5万元。", "amount", 5000),
        ("实际收取信息处理费380元。其中，收取信息处理费380元。", "amount", 380),
        ("未收取信息处理费。", "none", 0),
        ("未收取信息处理费。民政部门收取信息处理费380元。", "unclear", None),
        ("2022年收取信息处理费100元，2023年未收取信息处理费。", "none", 0),
        ("2022年收取信息处理费100元。", "unclear", None),
        ("六、其他需要报告的事项\n本年度无其他需要报告的事项。", "silent", None),
        ("六、其他需要报告的事项", "", None),
        ("未发出收费通知。", "", None),
    ],
)
def test_fees_are_stated_or_none_or_not_stated(text, stated, amount):
    (cells,) = reports_of(report(), "test")
    assert fees_stated(text, statements(text), cells, 2023) == (stated, amount)


def test_fees_of_another_year_contradict_nothing():
    assert told("2022年收取信息处理费100元，2023年未收取信息处理费。") == []


def test_fee_finding_names_both_sides():
    finding = findings_of(check_narrative("全年未发出收费通知。", report())).iloc[0]
    assert finding["sentence"] == (
        "text: '全年未发出收费通知' says 0 fee notices, but 2 applicants let the time "
        "to pay pass (difference 2)."
    )


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("本报告统计期限为2023年1月1日至2023年12月31日。", ["pass"]),
        ("数据统计期限自2023年1月1日起至12月31日止。", ["pass"]),
        ("数据统计期限为2022年1月1日至2022年12月31日。", ["fail"]),
        ("统计期限为2023年3月1日至2023年12月31日。", ["fail"]),
        ("公示自2021年5月1日至2021年5月9日。", []),
        ("2021年，全县共收到政府信息公开申请120件。", ["fail"]),
        ("2023年，根据2019年修订的条例，共收到政府信息公开申请120件。", []),
    ],
)
def test_period(text, results):
    found = check_narrative(text, report())
    assert found.loc[found["check"] == "period", "result"].tolist() == results


def test_period_finding_names_both_sides():
    text = "本报告统计期限为2022年1月1日至2022年12月31日。"
    finding = findings_of(check_narrative(text, report())).iloc[0]
    assert finding["sentence"] == (
        "text: the period named is 2022-01-01 to 2022-12-31, "
        "but the report is on 2023-01-01 to 2023-12-31."
    )
    assert (finding["printed"], finding["expected"]) == (2022, 2023)


def test_report_without_year_has_no_period_to_check():
    text = "统计期限为2022年1月1日至2022年12月31日。"
    found = check_narrative(text, report().drop(columns="report_year"))
    assert "period" not in set(found["check"])


@pytest.mark.parametrize(
    "text", ["1" * 100_000, "收到信息公开申请5件，" * 2_000, "申请受理" * 10_000]
)
def test_strange_text_is_read_in_bounded_time(text):
    """Each took minutes while a wording could start anywhere and run to the end."""
    start = time.process_time()
    statements(text)
    assert time.process_time() - start < 10


def told(text: str, year: int = 2023, **changes: float | None) -> list[str]:
    cells = report(**changes).assign(report_year=year)
    return findings_of(check_narrative(text, cells))["sentence"].tolist()


def test_figures_are_those_of_the_end_of_the_year():
    assert told("本报告数据截至2023年12月31日。") == []
    assert told("统计数据截至2023年11月30日。") == [
        "text: the figures are as of 2023-11-30, but those of the report are as of "
        "2023-12-31."
    ]
    assert told("截至2023年6月1日，网站共发布信息30条。") == []


SIX = "六、其他需要报告的事项\n本年度无其他需要报告的事项，特此说明。"


def test_section_six_says_what_was_taken_for_processing():
    assert told(SIX) == [
        "text: section six says nothing on processing fees, which it has to report."
    ]
    assert told(SIX + "未收取信息处理费。") == []
    # A heading alone is that of a facsimile, and the form of 2019 did not ask.
    assert told("六、其他需要报告的事项") == []
    older = {**consistent("2019", lambda: 0.0)}
    cells = cells_of(older, "2019").assign(report_year=2020)
    assert findings_of(check_narrative(SIX, cells)).empty


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("注：行政处罚仅统计主动公开的决定。", ["penalty"]),
        ("行政许可、行政处罚数量只包括对外公示的件数。", ["licence", "penalty"]),
        ("不含依法不予公开的行政强制决定。", ["coercive_measure"]),
        ("未公开的行政处罚决定未计入本表。", ["penalty"]),
        ("行政处罚决定全部计入，依法不予公开的也在内。", []),
        ("主动公开行政许可决定30件。仅统计公开的规章。", []),
    ],
)
def test_decisions_that_leave_out_what_is_not_published_are_a_finding(text, rows):
    (cells,) = reports_of(report(), "test")
    found = list(published_only(text, cells))
    assert [result.key[1] for result in found] == rows
    older = cells_of({("proactive", "penalty", "decisions"): 3.0}, "2019")
    assert not list(published_only(text, next(reports_of(older, "test"))))


def test_the_finding_on_decisions_quotes_what_the_report_says():
    (cells,) = reports_of(report(), "test")
    # Said twice, it is one finding.
    (found,) = published_only("注：行政处罚仅统计主动公开的决定。" * 2, cells)
    assert found.sentence.en == (
        "proactive, row '行政处罚', column '本年处理决定数量': the report says "
        "'行政处罚仅统计主动公开的决定', but all decisions of the year are to be "
        "counted, also those that are lawfully not published."
    )
