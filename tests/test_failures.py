"""Failed sums are counted by report, and drawn with their intervals."""

from __future__ import annotations

import pandas as pd
import pytest
from conftest import ROOT

from govinfo import show
from govinfo.checks import check_cells
from govinfo.compare import failure_shares, wilson
from govinfo.dataset import read_cells
from govinfo.figures import failures

RESULTS = pd.DataFrame(
    [
        ("a", "outcomes_sum", "fail"),
        ("a", "outcomes_sum", "fail"),
        ("a", "dispute_sum", "pass"),
        ("b", "dispute_sum", "pass_if_blank_is_zero"),
        ("b", "flow_balance", "not_assessable"),
        ("b", "count_domain", "fail"),
        ("c", "flow_balance", "not_assessable"),
    ],
    columns=["report_id", "check", "result"],
)


def test_a_report_counts_once_however_many_of_its_sums_fail():
    shares = failure_shares(RESULTS, {"all": dict.fromkeys("abc", "all")})
    (row,) = shares.itertuples(index=False)
    # c has no sum that can be assessed, and is no report without failure.
    assert (row.reports, row.failing, row.sums, row.failed) == (2, 1, 4, 2)
    assert (row.low, row.high) == pytest.approx([float(x) for x in wilson(1, 2)])


def test_reports_without_a_value_are_left_out():
    shares = failure_shares(RESULTS, {"size": {"a": "large", "b": None}})
    assert shares["value"].tolist() == ["large"]


def test_bundled_reports_fail_in_three_of_nineteen():
    results = check_cells(read_cells(ROOT / "data"))
    reports = results["report_id"].unique()
    shares = failure_shares(results, {"all": dict.fromkeys(reports, "all reports")})
    assert shares.loc[0, ["reports", "failing", "failed"]].tolist() == [19, 3, 5]


def test_the_figure_says_its_numbers():
    shares = failure_shares(RESULTS, {"form": {"a": "2019", "b": "2021"}})
    fig = failures(shares)
    assert fig.get_label() == (
        "Reports with a failed sum of all reports, with 95% intervals. form: 2019 1/1 "
        "(21 to 100%); 2021 0/1 (0 to 79%)."
    )
    assert {"1/1", "0/1", "form", "2019"} <= set(show.texts(fig))
    assert "百分之九十五" in failures(shares, language="zh").get_label()


def test_nothing_to_draw_is_said():
    shares = failure_shares(RESULTS, {})
    with pytest.raises(ValueError, match="^failures has nothing to draw"):
        failures(shares)
