"""Checks between reports: of one agency over the years, and of several agencies."""

from __future__ import annotations

import pandas as pd
import pytest
from printed import printed_cells
from test_checks import cells_of, consistent

from govinfo.checks import check_agencies, check_years, findings_of
from govinfo.errors import MissingColumns
from govinfo.forms import form_rows


def report(
    year: int, figures, form: str = "2021", agency: str = "示例市"
) -> pd.DataFrame:
    return cells_of(figures, form).assign(
        report_id=f"{agency}-{year}", agency=agency, report_year=year
    )


def requests_of(carried_in: float | None, carried_out: float | None):
    return {
        ("requests", "carried_in", "total"): carried_in,
        ("requests", "carried_out", "total"): carried_out,
    }


def only(results: pd.DataFrame, check: str) -> pd.DataFrame:
    return results[results["check"] == check]


def carried(results: pd.DataFrame) -> str:
    own = only(results, "carried_over")
    return own.loc[own["column_code"] == "total", "result"].item()


@pytest.mark.parametrize(
    ("out", "taken", "result"),
    [
        (5.0, 5.0, "pass"),
        (5.0, 0.0, "fail"),
        (None, 0.0, "pass_if_blank_is_zero"),
        (5.0, None, "not_assessable"),
    ],
)
def test_carry_over_is_taken_in_across_the_change_of_form(out, taken, result):
    cells = pd.concat(
        [report(2020, requests_of(0, out), "2019"), report(2021, requests_of(taken, 0))]
    )
    assert carried(check_years(cells)) == result


def test_carry_over_that_is_lost_is_a_hard_finding_of_the_later_report():
    cells = pd.concat(
        [report(2022, requests_of(0, 5)), report(2023, requests_of(3, 0))]
    )
    failed = findings_of(check_years(cells))
    assert len(failed) == 1
    finding = failed.iloc[0]
    assert finding["report_id"] == "示例市-2023"
    assert finding["severity"] == "error"
    assert (finding["printed"], finding["expected"]) == (3, 5)
    assert finding["sentence"] == (
        "requests, row '二、上年结转政府信息公开申请数量', column '总计': 四 of the "
        "report for 2022 carries over 5, but 二 of this one takes in 3 (difference 2)."
    )


def test_only_consecutive_years_of_one_agency_are_compared():
    cells = pd.concat(
        [
            report(2020, requests_of(0, 5), "2019"),
            report(2022, requests_of(0, 7)),
            report(2023, requests_of(0, 0), agency="另一市"),
        ]
    )
    assert only(check_years(cells), "carried_over").empty


def test_nothing_is_carried_over_from_the_form_before_2019():
    cells = pd.concat(
        [
            report(2018, requests_of(0, 5), "2019"),
            report(2019, requests_of(0, 0), "2019"),
        ]
    )
    assert only(check_years(cells), "carried_over").empty


def stock(issued, repealed, in_force):
    columns = ("issued", "repealed", "in_force")
    numbers = (issued, repealed, in_force)
    return {
        ("proactive", "normative_document", column): number
        for column, number in zip(columns, numbers, strict=True)
    }


def test_stock_follows_from_what_was_issued_and_repealed():
    good = pd.concat([report(2022, stock(0, 0, 40)), report(2023, stock(5, 3, 42))])
    assert only(check_years(good), "stock_flow")["result"].tolist() == ["pass"]
    bad = pd.concat([report(2022, stock(0, 0, 40)), report(2023, stock(5, 3, 30))])
    finding = findings_of(check_years(bad)).iloc[0]
    assert finding["severity"] == "warning"
    assert (finding["printed"], finding["expected"]) == (30, 42)
    assert finding["sentence"] == (
        "proactive, row '行政规范性文件', column '现行有效件数': 40 in force in 2022, "
        "plus 5 issued, less 3 repealed, make 42, but 30 are in force (difference 12)."
    )
    alone = pd.concat([report(2022, stock(0, 0, 40)), report(2023, stock(5, 3, 1))])
    sentence = findings_of(check_years(alone)).iloc[0]["sentence"]
    assert sentence.endswith("make 42, but 1 is in force (difference 41).")


def items(last_year, change):
    return {
        ("proactive", "licence", "items_last_year"): last_year,
        ("proactive", "licence", "change"): change,
    }


@pytest.mark.parametrize(
    ("change", "next_year", "result"),
    [(-4.0, 6.0, "pass"), (-4.0, 10.0, "fail"), (None, 6.0, "not_assessable")],
)
def test_items_follow_from_the_change(change, next_year, result):
    """A blank change may be negative, so that it may explain a fall too."""
    cells = pd.concat(
        [
            report(2019, items(10, change), "2019"),
            report(2020, items(next_year, 0), "2019"),
        ]
    )
    assert only(check_years(cells), "items_flow")["result"].tolist() == [result]


def test_no_more_is_newly_disclosed_than_newly_made():
    figures = {
        ("proactive", "normative_document", "newly_made"): 3.0,
        ("proactive", "normative_document", "newly_disclosed"): 5.0,
        ("proactive", "normative_document", "disclosed_in_total"): 50.0,
    }
    finding = findings_of(check_years(report(2019, figures, "2019"))).iloc[0]
    assert finding["sentence"] == (
        "proactive, row '规范性文件', column '本年新公开数量': 3 are newly made, "
        "but 5 newly disclosed (difference 2)."
    )
    assert (finding["printed"], finding["expected"]) == (5, 3)


def test_number_disclosed_in_total_does_not_fall():
    key = ("proactive", "regulation", "disclosed_in_total")
    cells = pd.concat(
        [report(2019, {key: 50.0}, "2019"), report(2020, {key: 20.0}, "2019")]
    )
    finding = findings_of(check_years(cells)).iloc[0]
    assert (finding["check"], finding["printed"]) == ("items_flow", 20)
    assert finding["expected"] == 50


def test_jump_names_the_class_behind_it():
    def received(natural, business):
        row = ("requests", "received")
        return {
            (*row, "natural_person"): natural,
            (*row, "business"): business,
            (*row, "total"): natural + business,
        }

    cells = pd.concat(
        [report(2022, received(9.0, 1.0)), report(2023, received(90.0, 11.0))]
    )
    finding = findings_of(check_years(cells)).iloc[0]
    assert finding["check"] == "jump"
    assert finding["sentence"] == (
        "requests, row '一、本年新收政府信息公开申请数量', column '总计': "
        "101 after 10 in 2022; '自然人' holds 89% of the rise, without it there are "
        "11 after 1."
    )
    calm = pd.concat(
        [report(2022, received(9.0, 1.0)), report(2023, received(45.0, 4.0))]
    )
    assert findings_of(check_years(calm)).empty


def counted():
    """Different counts, one after the other, so that a copy is no coincidence."""
    numbers = iter(range(10_000))
    return lambda: float(next(numbers) % 17)


def test_copied_table_is_noticed_wherever_it_comes_from():
    figures = consistent("2021", counted())
    other = consistent("2021", lambda: 3.0)
    cells = pd.concat(
        [
            report(2022, figures),
            report(2023, figures),
            report(2023, figures, agency="另一市"),
            report(2023, other, agency="第三市"),
        ]
    )
    own = only(check_agencies(cells), "copied").set_index("report_id")
    assert own["result"].tolist() == ["fail", "fail", "fail", "pass"]
    sentence = own.loc["示例市-2022", "sentence"]
    assert sentence.endswith(
        "those of 示例市-2023 (示例市, 2023), 另一市-2023 (另一市, 2023), each in the "
        "same place."
    )


def test_two_files_of_one_report_are_no_copies():
    figures = consistent("2021", counted())
    cells = pd.concat(
        [report(2023, figures), report(2023, figures).assign(report_id="again")]
    )
    own = only(check_agencies(cells), "copied")
    assert own["result"].tolist() == ["pass", "pass"]
    assert own["sentence"].iloc[0] == (
        "requests: these figures are those of no other report; the same report stands "
        "in the data as again too."
    )


def test_copies_beyond_the_third_are_counted():
    figures = consistent("2021", counted())
    many = [report(2023, figures, agency=f"第{n}市") for n in range(30)]
    own = only(check_agencies(pd.concat(many)), "copied")
    assert set(own["result"]) == {"fail"}
    assert (
        own["sentence"]
        .iloc[0]
        .endswith("第3市-2023 (第3市, 2023) and 26 more, each in the same place.")
    )


def test_same_file_is_a_copy_however_few_its_figures():
    few = consistent("2021", lambda: 0.0)
    cells = pd.concat([report(2023, few), report(2023, few, agency="另一市")])
    digests = dict.fromkeys(cells["report_id"], "1f" * 32)
    own = only(check_agencies(cells, digests=digests), "copied")
    assert own["result"].tolist() == ["fail", "fail"]
    assert own["sentence"].iloc[0] == (
        "requests: the file is, byte for byte, that of 另一市-2023 (另一市, 2023)."
    )


def test_figures_of_all_tables_tell_a_copy_where_those_of_table_3_are_few():
    figures = consistent("2021", lambda: 0.0)
    rows = form_rows("proactive", "2021")
    keys = [("proactive", r.code, column.code) for r in rows for column in r.columns]
    keys += [("requests", "received", "total"), ("requests", "concluded", "total")]
    figures |= {key: float(11 + number) for number, key in enumerate(keys)}
    cells = pd.concat([report(2022, figures), report(2023, figures)])
    own = only(check_agencies(cells), "copied")
    assert own["result"].tolist() == ["fail", "fail"]
    assert "figures of the report that are not zero" in own["sentence"].iloc[0]


def test_report_that_names_nobody_is_never_called_a_copy():
    figures = consistent("2021", counted())
    nameless = report(2023, figures).assign(agency="", report_id="a")
    cells = pd.concat([nameless, report(2023, figures)])
    assert set(only(check_agencies(cells), "copied")["result"]) == {"pass"}
    # A year is enough to tell two reports apart.
    cells = pd.concat([nameless, report(2022, figures)])
    assert set(only(check_agencies(cells), "copied")["result"]) == {"fail"}


def test_files_of_one_report_are_compared_with_the_year_before_once():
    before = report(2022, requests_of(0, 4))
    again = before.assign(report_id="again")
    after = report(2023, requests_of(5, 0))
    alone = check_years(pd.concat([before, after]))
    assert len(check_years(pd.concat([before, again, after]))) == len(alone)


def test_child_that_is_there_twice_is_counted_once():
    parent = report(2023, {("requests", "received", "total"): 5.0}, agency="某省")
    child = report(2023, {("requests", "received", "total"): 4.0}, agency="某市")
    twice = child.assign(report_id="again")
    results = check_agencies(pd.concat([parent, child, twice]), {"某市": "某省"})
    own = only(results, "parent_children")
    assert own.loc[own["row_code"] == "received", "result"].tolist() == ["pass"]


def test_few_figures_do_not_make_a_copy():
    cells = pd.concat(
        [
            report(2023, consistent("2021", lambda: 0.0)),
            report(2023, consistent("2021", lambda: 0.0), agency="另一市"),
        ]
    )
    results = only(check_agencies(cells), "copied")
    assert set(results["result"]) == {"not_assessable"}


def test_collapsed_copy_of_a_table_is_the_same_table():
    figures = consistent("2021", counted())
    collapsed = {k: v for k, v in figures.items() if not k[1].startswith("other.")}
    for key, value in figures.items():
        if key[1].startswith("other."):
            own = ("requests", "other", key[2])
            collapsed[own] = collapsed.get(own, 0.0) + value
    cells = pd.concat([report(2022, figures), report(2023, collapsed)])
    assert set(only(check_agencies(cells), "copied")["result"]) == {"fail"}


def test_parent_counts_at_least_what_its_children_count():
    key = ("requests", "received", "total")
    cells = pd.concat(
        [
            report(2023, {key: 10.0}, agency="市"),
            report(2023, {key: 8.0}, agency="甲县"),
            report(2023, {key: 7.0}, agency="乙县"),
        ]
    )
    results = check_agencies(cells, {"甲县": "市", "乙县": "市"})
    finding = findings_of(results).iloc[0]
    assert finding["report_id"] == "市-2023"
    assert (finding["printed"], finding["expected"]) == (10, 15)
    assert finding["sentence"] == (
        "requests, row '一、本年新收政府信息公开申请数量', column '总计': the reports "
        "of subordinate agencies (2 here) count 15, but this one counts 10 "
        "(difference 5)."
    )
    assert only(check_agencies(cells), "parent_children").empty


def test_agencies_are_told_apart_by_their_id_where_there_is_one():
    cells = pd.concat(
        [
            report(2022, requests_of(0, 5)),
            report(2023, requests_of(3, 0), agency="旧名"),
        ]
    )
    assert only(check_years(cells), "carried_over").empty
    assert not only(check_years(cells.assign(agency_id="x")), "carried_over").empty


def test_report_without_year_or_agency_has_no_year_before():
    cells = pd.concat(
        [report(2022, requests_of(0, 1)), report(2023, requests_of(2, 0))]
    )
    assert not check_years(cells).empty
    assert check_years(cells.assign(report_year=pd.NA)).empty
    assert check_years(cells.assign(agency="")).empty


def test_table_without_years_is_refused():
    with pytest.raises(MissingColumns) as error:
        check_years(cells_of(requests_of(0, 0)))
    assert str(error.value) == (
        "check_years() needs columns that the table does not have: 'report_year', "
        "'agency'. Pass a table of cells."
    )


def test_published_figures():
    results = check_years(printed_cells())
    failed = findings_of(results)
    assert set(only(results, "carried_over")["result"]) == {"pass"}
    stocks = only(failed, "stock_flow")
    assert stocks[["report_id", "printed", "expected"]].to_numpy().tolist() == [
        ["pingtan-2023", 470, 643],
        ["pingtan-2024", 440, 499],
        ["pingtan-2025", 546, 453],
    ]
    assert only(failed, "items_flow").empty
    assert findings_of(check_agencies(printed_cells())).empty


def test_among_many_alike_a_copy_names_three_and_counts_the_others():
    figures = {
        ("requests", row.code, "total"): float(number)
        for number, row in enumerate(form_rows("requests", "2021"), start=1)
    }
    cells = pd.concat(
        [report(2023, figures, agency=f"示例{n}县") for n in range(40)]
        + [report(2023, figures, agency="示例0县").assign(report_id="again")]
    )
    copied = only(check_agencies(cells), "copied").set_index("report_id")["sentence"]
    assert len(copied) == 41
    assert (
        "of 示例1县-2023 (示例1县, 2023), 示例2县-2023 (示例2县, 2023), 示例3县-2023 "
        "(示例3县, 2023) and 36 more, each" in copied["示例0县-2023"]
    )
    assert "(示例1县, 2023) and 37 more, each" in copied["示例3县-2023"]
    only_twice = cells[cells["report_id"].isin(["示例0县-2023", "again"])]
    copied = only(check_agencies(only_twice), "copied").set_index("report_id")
    assert copied.loc["again", "result"] == "pass"
    assert copied.loc["again", "sentence"].endswith("in the data as 示例0县-2023 too.")


def test_of_too_many_different_reports_for_a_year_none_is_taken_for_the_year_before():
    def both(number: int) -> pd.DataFrame:
        before = [
            report(2022, requests_of(0, float(n))).assign(report_id=f"a-{n}")
            for n in range(number)
        ]
        return check_years(pd.concat([*before, report(2023, requests_of(3, 0))]))

    eight = only(both(8), "carried_over")
    assert set(eight["report_id"]) == {"示例市-2023"}
    assert len(eight) == 8 * 7
    (nine,) = both(9).itertuples()
    assert (nine.check, nine.result) == ("carried_over", "not_assessable")
    assert nine.sentence.endswith(
        "more than 8 different reports for 2022 are filed under 示例市, so which of "
        "them this one follows is not known."
    )
