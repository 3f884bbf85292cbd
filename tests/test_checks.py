"""Hard checks within one report: what passes, what fails, what cannot be said."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed import printed_cells

from govinfo.checks import (
    CHECKS,
    FINDING_COLUMNS,
    RESULTS,
    check_cells,
    findings_of,
    judge,
)
from govinfo.checks.results import RESULT_COLUMNS
from govinfo.errors import MissingColumns
from govinfo.forms import form_rows

Figures = dict[tuple[str, str, str], float | None]

CLASSES = (
    "natural_person",
    "business",
    "research",
    "nonprofit",
    "legal_service",
    "other_organisation",
)
FLOW = ("received", "carried_in", "concluded", "carried_out")
RESULTS_OF_DISPUTES = ("upheld", "corrected", "other_result", "pending")
ONE, BLANK = ("reported", 1.0), ("blank", None)


def outcome_rows(form: str) -> list[str]:
    codes = [row.code for row in form_rows("requests", form)]
    skipped = {*FLOW, "other"} if form == "2021" else set(FLOW)
    return [code for code in codes if code not in skipped]


def consistent(form: str, draw_count) -> Figures:
    """Figures of tables 3 and 4 that satisfy every sum; parts from ``draw_count``."""
    figures: Figures = {}
    rows = outcome_rows(form)
    for column in CLASSES:
        for row in rows:
            figures["requests", row, column] = draw_count()
        concluded = sum(figures["requests", row, column] for row in rows)
        out = draw_count()
        # Everything was received this year, but for as many as there are to spare.
        carried_in = min(draw_count(), concluded + out)
        figures["requests", "concluded", column] = concluded
        figures["requests", "carried_out", column] = out
        figures["requests", "carried_in", column] = carried_in
        figures["requests", "received", column] = concluded + out - carried_in
    for row in (*rows, *FLOW):
        figures["requests", row, "total"] = sum(
            figures["requests", row, column] for column in CLASSES
        )
    for block in ("review", "litigation_direct", "litigation_after_review"):
        counts = [draw_count() for _ in RESULTS_OF_DISPUTES]
        for column, count in zip(RESULTS_OF_DISPUTES, counts, strict=True):
            figures["disputes", block, column] = count
        figures["disputes", block, "total"] = sum(counts)
    return figures


def cells_of(figures: Figures, form: str = "2021") -> pd.DataFrame:
    """Cells of one invented report; None is a blank cell."""
    rows = [
        {
            "report_id": "example-2023",
            "form": form,
            "table": table,
            "row_code": row,
            "column_code": column,
            "value": value,
            "state": "blank" if value is None else "reported",
        }
        for (table, row, column), value in figures.items()
    ]
    return pd.DataFrame(rows).astype({"value": "Float64"})


@st.composite
def consistent_figures(draw, form: str) -> Figures:
    return consistent(form, lambda: float(draw(st.integers(0, 30))))


def sums(results: pd.DataFrame) -> pd.DataFrame:
    return results[~results["check"].isin(["count_domain", "other_high"])]


def test_registry_is_closed_and_speaks_in_sentences():
    codes = [check.code for check in CHECKS]
    assert len(codes) == len(set(codes)) == 19
    for check in CHECKS:
        assert check.severity in ("error", "warning")
        assert check.scope in ("report", "years", "agencies", "text")
        assert check.statement.endswith(".")
        assert check.source


@pytest.mark.parametrize(("form", "expected"), [("2021", 42), ("2019", 40)])
def test_every_sum_of_a_form_is_checked(form, expected):
    results = sums(check_cells(cells_of(consistent(form, lambda: 2.0), form)))
    assert len(results) == expected
    assert set(results["result"]) == {"pass"}
    assert not results.duplicated(["check", "table", "row_code", "column_code"]).any()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_consistent_report_passes_everything(form):
    @given(consistent_figures(form))
    @settings(max_examples=20)
    def holds(figures):
        results = check_cells(cells_of(figures, form))
        assert set(results["result"]) == {"pass"}
        assert findings_of(results).empty

    holds()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_change_of_any_one_cell_is_noticed(form):
    @given(consistent_figures(form), st.data())
    @settings(max_examples=40)
    def holds(figures, data):
        key = data.draw(st.sampled_from(sorted(figures)))
        figures[key] += data.draw(st.integers(1, 50))
        failed = findings_of(check_cells(cells_of(figures, form)))
        assert not failed.empty

    holds()


@given(consistent_figures("2021"), st.data())
@settings(max_examples=30)
def test_blank_in_place_of_zero_never_fails(figures, data):
    zeros = [key for key, value in figures.items() if value == 0]
    blanked = data.draw(st.sets(st.sampled_from(zeros))) if zeros else set()
    for key in blanked:
        figures[key] = None
    results = check_cells(cells_of(figures))
    expected = {"pass", "pass_if_blank_is_zero"} if blanked else {"pass"}
    assert set(results["result"]) == expected


@given(consistent_figures("2021"), st.data())
@settings(max_examples=30)
def test_blank_in_place_of_any_number_never_fails(figures, data):
    """A blank may hold whatever the sums need, so it convicts nobody."""
    for key in data.draw(st.sets(st.sampled_from(sorted(figures)), max_size=12)):
        figures[key] = None
    assert findings_of(check_cells(cells_of(figures))).empty


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ([ONE, ONE], [("reported", 2.0)], "pass"),
        ([ONE, ONE], [("reported", 3.0)], "fail"),
        ([ONE, BLANK], [ONE], "pass_if_blank_is_zero"),
        ([BLANK, BLANK], [BLANK], "pass_if_blank_is_zero"),
        ([BLANK, BLANK], [("reported", 0.0)], "pass_if_blank_is_zero"),
        ([ONE, BLANK], [("reported", 4.0)], "not_assessable"),
        ([ONE, ONE], [BLANK], "not_assessable"),
        ([ONE, BLANK], [BLANK], "not_assessable"),
        ([("reported", 3.0), BLANK], [ONE], "fail"),
        ([BLANK], [ONE], "not_assessable"),
        ([ONE, ("not_applicable", None)], [ONE], "pass_if_blank_is_zero"),
        ([ONE, ("not_applicable", None)], [("reported", 2.0)], "not_assessable"),
        ([ONE, ("uncertain", None)], [ONE], "not_assessable"),
        ([("reported", 9.0), ("unreadable", None)], [ONE], "not_assessable"),
        ([ONE, ("absent", None)], [ONE], "not_assessable"),
        ([("corrected", 1.0)], [ONE], "pass"),
        ([("reported", 0.1), ("reported", 0.2)], [("reported", 0.3)], "pass"),
    ],
)
def test_three_valued_logic(left, right, result):
    verdict = judge(left, right)
    assert verdict.result == result
    assert verdict.result in RESULTS


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ([("reported", 5.0)], [ONE], "pass"),
        ([ONE], [("reported", 5.0)], "fail"),
        ([BLANK], [("reported", 5.0)], "not_assessable"),
        ([ONE], [BLANK], "pass_if_blank_is_zero"),
        ([ONE, BLANK], [ONE], "pass"),
    ],
)
def test_three_valued_logic_of_at_least(left, right, result):
    assert judge(left, right, at_least=True).result == result


def test_signed_blank_may_hold_any_difference():
    verdict = judge([("reported", 9.0), BLANK], [ONE], signed_blanks=True)
    assert verdict.result == "not_assessable"


def block(*printed: float | None) -> pd.DataFrame:
    columns = (*RESULTS_OF_DISPUTES, "total")
    return cells_of(
        {("disputes", "review", c): p for c, p in zip(columns, printed, strict=True)}
    )


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        (
            (10, 0, 1, 0, 0),
            "disputes, row '行政复议': the four results sum to 11, "
            "but the total (总计) prints 0 (difference 11).",
        ),
        (
            (1, 0, 1, 0, 2),
            "disputes, row '行政复议': the four results sum to 2, and the total (总计) "
            "prints 2.",
        ),
        (
            (1, None, 1, 0, 2),
            "disputes, row '行政复议': the four results sum to 2, "
            "and the total (总计) prints 2, if blank cells are zero.",
        ),
        (
            (1, None, 1, 0, 7),
            "disputes, row '行政复议': the four results sum to 2, the total (总计) "
            "prints 7, and a blank cell may hold the difference of 5.",
        ),
        (
            (1, 0, 1, 0, None),
            "disputes, row '行政复议': the four results sum to 2, the total (总计) is "
            "blank, and a blank cell may hold the difference of 2.",
        ),
        (
            (None, None, None, None, None),
            "disputes, row '行政复议': every cell of this sum is blank.",
        ),
    ],
)
def test_sentence_has_both_sides(printed, sentence):
    results = sums(check_cells(block(*printed)))
    assert results.loc[results["row_code"] == "review", "sentence"].item() == sentence


def test_cells_that_are_not_listed_are_absent():
    results = sums(check_cells(block(1, 0, 0, 0, 1)))
    assert len(results) == 42
    rest = results[results["row_code"] != "review"]
    assert set(rest["result"]) == {"not_assessable"}
    assert rest["sentence"].iloc[-1] == (
        "disputes, row '复议后起诉': cannot be compared, for lack of "
        "row '复议后起诉', column '结果维持' (absent) and 4 more."
    )


def test_finding_says_where_in_words_of_the_form():
    figures = consistent("2021", lambda: 1.0)
    figures["requests", "concluded", "natural_person"] += 6
    failed = findings_of(check_cells(cells_of(figures)))
    assert tuple(failed.columns) == FINDING_COLUMNS
    assert failed["check"].tolist() == [
        "outcomes_sum",
        "flow_balance",
        "applicants_sum",
    ]
    outcomes, flow, applicants = failed.to_dict("records")
    assert outcomes["where"] == "requests, row '（七）总计', column '自然人'"
    assert (outcomes["printed"], outcomes["expected"]) == (27, 21)
    assert outcomes["difference"] == 6
    assert outcomes["severity"] == "error"
    assert flow["where"] == "requests, row '四、结转下年度继续办理', column '自然人'"
    assert (flow["printed"], flow["expected"]) == (1, -5)
    assert flow["sentence"] == (
        "requests, column '自然人': received (本年新收) and carried in (上年结转) make "
        "22, but the total (总计) and carried over (结转下年度) make 28 (difference 6)."
    )
    assert applicants["where"] == "requests, row '（七）总计', column '总计'"
    assert (applicants["printed"], applicants["expected"]) == (126, 132)


def collapsed(keep_parts: bool, blank_parts: bool = False) -> Figures:
    """A 2021 report with a row （六）, with or without its parts beside it."""
    figures = consistent("2021", lambda: 2.0)
    for column in (*CLASSES, "total"):
        parts = [k for k in figures if k[1].startswith("other.") and k[2] == column]
        figures["requests", "other", column] = sum(figures[k] for k in parts)
        for key in parts:
            if not keep_parts:
                del figures[key]
            elif blank_parts:
                figures[key] = None
    return figures


def test_collapsed_row_stands_for_its_parts():
    results = sums(check_cells(cells_of(collapsed(keep_parts=False))))
    assert len(results) == 40
    assert set(results["result"]) == {"pass"}


def test_subtotal_beside_its_parts_is_checked_and_not_counted_twice():
    figures = collapsed(keep_parts=True)
    results = sums(check_cells(cells_of(figures)))
    assert len(results) == 42 + 1 + 7
    assert set(results["result"]) == {"pass"}
    figures["requests", "other", "research"] += 1
    failed = findings_of(check_cells(cells_of(figures)))
    assert failed["check"].tolist() == ["subtotal_sum", "applicants_sum"]
    assert failed["sentence"].iloc[0] == (
        "requests, column '科研机构': the parts of （六）其他处理 sum to 6, "
        "but its own row prints 7 (difference 1)."
    )


def test_subtotal_is_summed_where_its_parts_are_left_blank():
    results = check_cells(cells_of(collapsed(keep_parts=True, blank_parts=True)))
    outcomes = results[results["check"] == "outcomes_sum"]
    assert set(outcomes["result"]) == {"pass"}
    subtotals = results[results["check"] == "subtotal_sum"]
    assert set(subtotals["result"]) == {"not_assessable"}


def test_absent_rows_do_not_make_a_subtotal():
    figures = consistent("2021", lambda: 2.0)
    cells = cells_of(figures)
    absent = cells[cells["row_code"] == "granted"].assign(
        row_code="other", state="absent", value=pd.NA
    )
    results = sums(check_cells(pd.concat([cells, absent.astype(cells.dtypes)])))
    assert len(results) == 42
    assert set(results["result"]) == {"pass"}


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "raw", "result"),
    [
        ("requests", "granted", "total", 3.0, "3", "pass"),
        ("requests", "granted", "total", 3.5, "3.5", "fail"),
        ("requests", "granted", "total", -3.0, "-3", "fail"),
        ("requests", "granted", "total", 12.0, "1 2", "fail"),
        ("requests", "granted", "total", 1362.0, "1 362", "pass"),
        ("requests", "granted", "total", 22.0, "22（其中 16 件 6 件）", "pass"),
        ("requests", "granted", "total", 12.0, "1\n2", "pass"),
        ("proactive", "fee", "change", -3.0, "-3", "pass"),
        ("proactive", "fee", "change", 0.5, "0.5", "fail"),
        ("proactive", "fee", "amount", 38.949, "38.949", "pass"),
        ("proactive", "procurement", "amount", 0.01, "0.01", "pass"),
        ("proactive", "fee", "amount", -1.0, "-1", "fail"),
    ],
)
def test_figure_can_be_one(table, row, column, value, raw, result):
    cells = cells_of({(table, row, column): value}, "2019").assign(raw=raw)
    results = check_cells(cells)
    own = results[results["check"] == "count_domain"]
    assert own["result"].tolist() == [result]


def test_figure_that_cannot_be_one_is_quoted():
    cells = cells_of({("requests", "granted", "total"): 3.5}).assign(raw="3.5件")
    failed = findings_of(check_cells(cells))
    assert failed["sentence"].tolist() == [
        "requests, row '（一）予以公开', column '总计': prints '3.5件', "
        "a fraction, where the form counts whole things."
    ]


def test_number_that_is_missing_is_not_zero():
    """A state that promises a number without one counts as unreadable."""
    cells = block(1, 0, 0, 0, 1)
    cells.loc[0, "value"] = pd.NA
    results = check_cells(cells)
    own = results[(results["row_code"] == "review")]
    assert own["result"].tolist()[0] == "not_assessable"


def test_tables_of_two_forms_in_one_report_are_each_checked_by_their_own():
    figures = consistent("2019", lambda: 1.0)
    cells = cells_of(figures, "2019")
    cells.loc[cells["table"] == "disputes", "form"] = "2021"
    results = sums(check_cells(cells))
    assert len(results) == 40
    assert set(results["result"]) == {"pass"}


def test_checks_change_no_cell():
    cells = cells_of(consistent("2021", lambda: 1.0))
    before = cells.copy()
    check_cells(cells)
    pd.testing.assert_frame_equal(cells, before)


def test_no_cells_no_results():
    empty = block(1, 0, 0, 0, 1).iloc[:0]
    results = check_cells(empty)
    assert tuple(results.columns) == RESULT_COLUMNS
    assert findings_of(results).empty


def test_table_of_another_kind_is_refused():
    with pytest.raises(MissingColumns) as error:
        check_cells(pd.DataFrame({"report_id": ["a"], "value": [1.0]}))
    assert str(error.value) == (
        "check_cells() needs columns that the table does not have: 'form', 'table', "
        "'row_code', 'column_code', 'state'. Pass a table of cells."
    )


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return check_cells(printed_cells())


def test_number_of_sums(published):
    counts = sums(published).groupby("report_id").size()
    forty = ["hongze-2023", "hongze-2024", "pingtan-2019", "pingtan-2020"]
    assert set(counts[counts == 40].index) == {*forty, "shanghai-office-2019"}
    assert set(counts.drop([*forty, "shanghai-office-2019"])) == {42}


def test_known_disagreements_and_no_others(published):
    failed = findings_of(published[published["severity"] == "error"])
    assert [
        (f.report_id, f.check, f.row_code, f.column_code, f.printed, f.expected)
        for f in failed.itertuples()
    ] == [
        ("hongze-2023", "dispute_sum", "review", "total", 0, 11),
        ("hongze-2023", "dispute_sum", "litigation_after_review", "total", 0, 5),
        ("jinhu-2023", "dispute_sum", "litigation_direct", "total", 0, 3),
        ("pingtan-2020", "outcomes_sum", "concluded", "natural_person", 20, 26),
        ("pingtan-2020", "outcomes_sum", "concluded", "total", 21, 27),
    ]
    asked = findings_of(published[published["check"] == "other_high"])
    assert asked["report_id"].tolist() == ["shanghai-office-2025"]


def test_lost_total_cannot_be_assessed(published):
    own = published[published["report_id"] == "shanghai-kewei-2024"]
    open_ones = sums(own[own["result"] == "not_assessable"])
    assert open_ones[["check", "row_code", "column_code"]].to_numpy().tolist() == [
        ["flow_balance", "carried_out", "total"],
        ["applicants_sum", "carried_out", "total"],
    ]


def test_blank_classes_pass_if_blank_is_zero(published):
    own = sums(published[published["report_id"] == "shuyang-fgj-2023"])
    assert own["result"].value_counts().to_dict() == {
        "pass_if_blank_is_zero": 35,
        "pass": 7,
    }


def with_other(row: str, count: int, concluded: int) -> pd.DataFrame:
    """The cells that say how many requests ended in a row of （六）."""
    form = "2019" if row == "other" else "2021"
    rows = [(row, count), ("concluded", concluded)]
    cells = pd.DataFrame(rows, columns=["row_code", "value"])
    its = {"report_id": "a-2023", "form": form, "table": "requests"}
    return cells.assign(**its, column_code="total", state="reported")


@pytest.mark.parametrize("row", ["other", "other.other"])
def test_a_high_share_of_other_handling_is_a_question_and_no_error(row):
    results = check_cells(with_other(row, 5, 20 + 1))
    (finding,) = findings_of(results[results["check"] == "other_high"]).to_dict(
        "records"
    )
    assert (finding["severity"], finding["row_code"]) == ("warning", row)
    assert finding["sentence"].endswith(
        ": 5 of 21 requests (24%) ended here, in a row meant for rare cases; what "
        "they were is worth asking, and the figure may be right."
    )
    assert "可询问具体情形，数字本身未必有误" in finding["sentence_zh"]


@pytest.mark.parametrize(
    ("row", "count", "concluded", "expected"),
    [
        ("other.other", 4, 20, ["pass"]),
        # Of so few requests a share says nothing.
        ("other.other", 19, 19, []),
        # A row whose reason the form names is no rest.
        ("other.not_clarified", 30, 40, []),
        # More than all is an error of a sum.
        ("other", 30, 20, []),
    ],
)
def test_other_handling_is_asked_about_only_where_it_is_high(
    row, count, concluded, expected
):
    results = check_cells(with_other(row, count, concluded))
    assert results[results["check"] == "other_high"]["result"].tolist() == expected
