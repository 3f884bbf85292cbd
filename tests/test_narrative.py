"""What a narrative states, and whether the tables say so too; texts are invented."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_checks import cells_of, consistent

from govinfo.checks import check_narrative, findings_of, statements

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


@pytest.mark.parametrize(
    "text",
    [
        "办理申请人张三提出的政府信息公开申请1件。",
        "答复李先生提交的申请1件。",
        "收到示例路12号居民的信息公开申请1件。",
        "电话13800000000处收到信息公开申请1件。",
        "收到王某信息公开申请1件。",
    ],
)
def test_no_person_leaves_the_document(text):
    found = statements(text)
    assert all(s.clause == "" for s in found)
    results = check_narrative(text, report())
    for word in ("张三", "李", "示例路", "138", "王某"):
        assert not results["sentence"].str.contains(word).any()


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


def test_one_report_at_a_time():
    two = pd.concat([report(), report().assign(report_id="another")])
    with pytest.raises(ValueError, match="one report") as error:
        check_narrative("", two)
    assert str(error.value) == (
        "check_narrative needs the cells of one report, and got those of 2. "
        "Call it once for every report with its own text."
    )
    assert check_narrative("", report().iloc[:0]).empty


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
