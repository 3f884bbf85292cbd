"""Comparison methods against published examples and other implementations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from govinfo.compare import (
    byar,
    common_rate,
    common_trend,
    differences,
    dispersion,
    funnel,
    funnel_limits,
    funnel_p_values,
    included,
    jeffreys,
    kitagawa,
    mantel_haenszel,
    mix_intervals,
    model,
    newcombe,
    peer_groups,
    province_of,
    rank_intervals,
    select,
    select_mixes,
    shrink,
    standardise,
    wilson,
    with_intervals,
    with_q_values,
)
from govinfo.compare import common as common_module
from govinfo.errors import MissingColumns, MissingExtra

# Tumours among control rats in 71 groups, Tarone (1982), as in Gelman et al. (2013),
# Bayesian Data Analysis, 3rd ed., table 5.1.
RATS = """
0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20
1/20 1/19 1/19 1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19
5/46 3/27 2/17 7/49 7/47 3/20 3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20
10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20 16/52
15/47 15/46 9/24 4/14
"""

# Admitted and applied to six departments of Berkeley in 1973: Bickel, Hammel and
# O'Connell (1975), Science 187:398-404; R's data set UCBAdmissions.
BERKELEY = {
    "A": ((512, 825), (89, 108)),
    "B": ((353, 560), (17, 25)),
    "C": ((120, 325), (202, 593)),
    "D": ((138, 417), (131, 375)),
    "E": ((53, 191), (94, 393)),
    "F": ((22, 373), (24, 341)),
}


def table(*pairs: tuple[float, float], **columns: object) -> pd.DataFrame:
    """Rows of numerators and denominators."""
    return pd.DataFrame(pairs, columns=["numerator", "denominator"]).assign(**columns)


def rats() -> pd.DataFrame:
    pairs = [tuple(int(v) for v in pair.split("/")) for pair in RATS.split()]
    return pd.DataFrame(pairs, columns=["numerator", "denominator"])


def berkeley() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Men and women, one row per department."""
    men, women = (
        table(*(pair[side] for pair in BERKELEY.values()), department=list(BERKELEY))
        for side in (0, 1)
    )
    return men, women


def message_of(call: Callable[[], object], error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


class TestSelect:
    """Nothing is left out in silence."""

    rows = pd.DataFrame(
        {
            "agency_id": list("abcdef"),
            "report_year": pd.array(
                [2023, 2023, 2023, 2023, 2024, None], dtype="Int64"
            ),
            "indicator": "granted_share",
            "applicant": "total",
            "numerator": pd.array([30, 2, None, 25, 40, 21], dtype="Int64"),
            "denominator": pd.array([60, 4, None, 50, 80, 42], dtype="Int64"),
            "state": [
                "computed",
                "small_denominator",
                "blank_input",
                "contradicted_input",
                "computed",
                "computed",
            ],
        }
    )

    def test_every_row_is_chosen_or_left_out_with_its_reason(self) -> None:
        rows, left_out = select(self.rows, "granted_share")
        assert "".join(rows["agency_id"]) == "adef"
        assert dict(zip(left_out["agency_id"], left_out["reason"], strict=True)) == {
            "b": "small_denominator",
            "c": "blank_input",
        }

    def test_a_year_leaves_unknown_years_aside(self) -> None:
        rows, _ = select(self.rows, "granted_share", year=2024)
        assert list(rows["agency_id"]) == ["e"]

    def test_the_least_denominator_can_be_chosen(self) -> None:
        assert len(select(self.rows, "granted_share", min_n=0).rows) == 5
        assert len(select(self.rows, "granted_share", min_n=60).rows) == 2

    def test_the_bundled_indicators_can_be_selected(self) -> None:
        bundled = pd.read_csv(ROOT / "data" / "indicators.csv")
        rows, left_out = select(bundled, "any_disclosure_share")
        assert len(rows) + len(left_out) == bundled["report_id"].nunique()

    def test_a_table_of_another_kind_is_refused(self) -> None:
        wrong = self.rows.drop(columns=["state", "indicator"])
        assert message_of(lambda: select(wrong, "x"), MissingColumns) == (
            "select() needs columns that the table does not have: 'indicator', "
            "'state'. Pass rows of govinfo's indicators, or a table with these columns."
        )


class TestIntervals:
    """Intervals as columns of a table."""

    def test_wilson_is_the_default(self) -> None:
        found = with_intervals(table((1816, 3050))).iloc[0]
        assert (round(found["low"], 3), round(found["high"], 3)) == (0.578, 0.613)
        assert found["method"] == "wilson"

    def test_jeffreys_is_a_pair_of_beta_quantiles_but_at_the_ends(self) -> None:
        """The equal-tailed limits that Brown, Cai and DasGupta (2001) tabulate."""
        low, high = jeffreys([0, 1, 7, 20], [20, 20, 20, 20])
        assert low[0] == 0
        assert high[3] == 1
        beta = pytest.importorskip("scipy.stats").beta
        assert low[2] == pytest.approx(beta.ppf(0.025, 7.5, 13.5))
        assert high[2] == pytest.approx(beta.ppf(0.975, 7.5, 13.5))

    def test_jeffreys_on_request(self) -> None:
        found = with_intervals(table((7, 20)), method="jeffreys").iloc[0]
        assert found["method"] == "jeffreys"
        assert found["low"] == jeffreys(7, 20).low

    def test_an_unknown_method_is_refused(self) -> None:
        call = lambda: with_intervals(table((1, 2)), method="wald")  # noqa: E731
        assert message_of(call, ValueError) == (
            "with_intervals() knows no interval 'wald'. Choose one of wilson, jeffreys."
        )

    @pytest.mark.parametrize("pair", [(3, 2), (-1, 2), (0, 0), (1.5, 3)])
    def test_rows_that_are_no_proportion_are_refused(
        self, pair: tuple[float, float]
    ) -> None:
        call = lambda: with_intervals(table((1, 2), pair))  # noqa: E731
        assert message_of(call, ValueError) == (
            f"with_intervals() was given {pair[0]} of {pair[1]} in row 1 of the table, "
            "which is not a proportion of whole counts with a value. Choose rows with "
            "select(), which leaves out those without a value."
        )

    def test_no_rows_are_nothing_to_compare(self) -> None:
        call = lambda: with_intervals(table())  # noqa: E731
        assert message_of(call, ValueError) == (
            "with_intervals() was given no rows, so there is nothing to compare."
        )


class TestDifferences:
    """Differences in percentage points, second minus first."""

    def test_the_worked_value(self) -> None:
        first, second = table((64, 351), year="x"), table((60, 264), year="x")
        row = differences(first, second, on=["year"]).iloc[0]
        points = [row["points"], row["points_low"], row["points_high"]]
        assert [round(p, 1) for p in points] == [4.5, -1.9, 11.1]
        assert not row["differs"]

    def test_four_changes_are_borderline_where_one_would_be_clear(self) -> None:
        """Pingtan's decided disclosure, 2021 to 2025: 2024 and 2025 are such."""
        years = table((35, 43), (30, 34), (42, 47), (100, 139), (71, 82), t=range(5))
        found = differences(years.assign(t=years["t"] + 1), years, on=["t"])
        assert (found["comparisons"] == 4).all()
        assert found["borderline"].tolist() == [False, False, True, True]
        assert not found["differs"].any()
        alone = differences(years[3:4].assign(t=4), years[4:], on=["t"]).iloc[0]
        assert alone["differs"]
        assert found["all_low"].iloc[3] < 0 < found["points_low"].iloc[3]

    def test_rows_are_paired_by_what_they_share(self) -> None:
        first = table((10, 100), (90, 100), agency_id=["a", "b"])
        second = table((90, 100), (50, 100), (5, 10), agency_id=["b", "a", "c"])
        found = differences(first, second, on=["agency_id"]).set_index("agency_id")
        assert list(found.index) == ["a", "b"]
        assert found.loc["a", "points"] == pytest.approx(40)
        assert list(found["differs"]) == [True, False]
        expected = newcombe(50, 100, 10, 100)
        assert found.loc["a", "points_low"] == pytest.approx(100 * expected.low)


class TestManyComparisons:
    """Benjamini and Hochberg's own example."""

    def test_four_of_fifteen_are_rejected(self) -> None:
        """Benjamini and Hochberg (1995), section 3.2: 0.0095 is the last one."""
        p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
        p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
        found = with_q_values(pd.DataFrame({"p_value": p}))
        assert int((found["q_value"] <= 0.05).sum()) == 4

    def test_order_does_not_matter(self) -> None:
        p = pd.DataFrame({"p_value": [0.5, 0.01, 0.03, 0.02]})
        q = with_q_values(p)["q_value"]
        assert list(q.round(6)) == [0.5, 0.04, 0.04, 0.04]

    def test_none_stay_none(self) -> None:
        assert with_q_values(pd.DataFrame({"p_value": []})).empty


class TestFunnel:
    """Funnel limits on the arcsine scale."""

    def test_arcsine_limits_are_those_of_the_equation(self) -> None:
        low, high = funnel_limits(0.3, [50, 400], 0.998, method="arcsine", spread=0.002)
        for n, down, up in zip([50, 400], low, high, strict=True):
            spread = 3.09 * math.sqrt(1 / (4 * n) + 0.002)
            centre = math.asin(math.sqrt(0.3))
            assert down == pytest.approx(math.sin(centre - spread) ** 2)
            assert up == pytest.approx(math.sin(centre + spread) ** 2)

    @pytest.mark.parametrize("method", ["exact", "mid-p", "arcsine"])
    def test_limits_stop_at_nought_and_one(self, method: str) -> None:
        assert funnel_limits(0.01, [4], method=method)[0][0] == 0
        assert 0.99 < funnel_limits(0.99, [4], method=method)[1][0] <= 1

    def test_26_of_26_where_nine_in_ten_are_common_is_no_alarm(self) -> None:
        rows = table((26, 26))
        found = {
            method: funnel(rows, 0.9, method=method, over_dispersion="none").rows
            for method in ("exact", "mid-p", "arcsine")
        }
        p = {method: its["p_value"].item() for method, its in found.items()}
        assert [round(p[m], 3) for m in ("exact", "mid-p", "arcsine")] == [
            0.129,
            0.065,
            0.001,
        ]
        assert found["exact"]["position"].item() == "within"
        assert found["arcsine"]["position"].item() == "alarm"

    @pytest.mark.parametrize("target", [0.03, 0.1, 0.55, 0.9, 0.95, 0.97])
    def test_the_exact_rule_flags_no_more_than_it_claims(self, target: float) -> None:
        binom = pytest.importorskip("scipy.stats").binom
        for n in (5, 20, 26, 100, 1000):
            x = np.arange(n + 1)
            p = funnel_p_values(x, n, target)
            for level in (0.05, 0.002):
                assert binom.pmf(x[p <= level], n, target).sum() <= level + 1e-12

    def test_planted_strays_do_not_hide_behind_the_spread_they_make(self) -> None:
        rng = np.random.default_rng(711)
        n = rng.integers(20, 400, size=500)
        rate = rng.beta(0.9 * 200, 0.1 * 200, size=500)
        rate[:10] = 0.45
        rows = table(*zip(rng.binomial(n, rate), n, strict=True))
        found = funnel(rows)
        flagged = found.rows["position"].iloc[:10] == "alarm"
        assert flagged.sum() >= 9
        assert set(range(10)) <= set(found.left_out_of_fit.index)
        assert len(found.left_out_of_fit) <= 12
        every = common_rate(rows)
        assert found.spread < 0.5 * every.rho
        assert 0.003 < found.spread < 0.008

    @pytest.mark.parametrize("rate", [0.5, 0.9, 0.97])
    @pytest.mark.parametrize("rho", [0.001, 0.01, 0.05])
    def test_a_widened_funnel_goes_on_beyond_100_000_as_it_ends_there(
        self, rate: float, rho: float
    ) -> None:
        """Tails are approximate from there: one case more changes next to nothing."""
        pytest.importorskip("scipy")
        sd = math.sqrt(rate * (1 - rate) * rho)
        shares = np.array([rate + k * sd for k in (-3, -2, -1, -0.2, 0.3)])
        added, nearly = (
            funnel_p_values((shares * n).round(), n, rate, spread=rho)
            for n in (100_000, 100_001)
        )
        np.testing.assert_allclose(nearly, added, atol=0.002)
        np.testing.assert_allclose(nearly, added, rtol=0.03)

    def test_large_agencies_that_spread_are_not_taken_for_outliers(self) -> None:
        """Published moments pull in the largest agencies, however close they lie."""
        pairs = [(1500 + d, 3000) for d in (-600, -300, 0, 300, 600)]
        pairs += [(12 + d, 25) for d in (-4, -3, -2, -1, 0, 0, 1, 2, 3, 4)]
        found = funnel(table(*pairs))
        assert "alarm" not in set(found.rows["position"])
        published = funnel(table(*pairs), method="arcsine")
        assert (published.rows["position"] == "alarm").sum() == 2

    def test_an_unknown_widening_is_refused(self) -> None:
        call = lambda: funnel(table((1, 2)), over_dispersion="wide")  # noqa: E731
        assert message_of(call, ValueError) == (
            "funnel() knows no over-dispersion 'wide'. Choose one of fitted, none."
        )

    def test_winsorising_keeps_one_outlier_from_widening_the_funnel(self) -> None:
        pairs = [(50 + d, 100) for d in (-6, -5, -3, -2, 0, 0, 2, 3, 5, 6)]
        rows = table(*pairs, (98, 100))
        found = funnel(rows, 0.5, method="arcsine")
        assert found.spread < 0.01
        assert found.rows["position"].tolist() == ["within"] * 10 + ["alarm"]
        x, n = rows["numerator"], rows["denominator"]
        assert dispersion(x, n, 0.5, winsor=0)[1] > 0.02

    def test_alike_agencies_have_hardly_any_spread(self) -> None:
        assert funnel(table(*[(50, 100)] * 6), method="arcsine").spread == 0
        assert funnel(table(*[(50, 100)] * 6)).spread < 0.01

    def test_a_norm_has_no_interval_and_a_common_rate_has_one(self) -> None:
        rows = table((50, 100), (40, 100), (45, 90))
        assert math.isnan(funnel(rows, 0.5, over_dispersion="none").target_low)
        found = funnel(rows)
        assert found.target_low < found.target < found.target_high


GUARDED: dict[str, Callable[[pd.DataFrame], object]] = {
    "funnel": funnel,
    "shrink": shrink,
    "rank_intervals": rank_intervals,
    "common_rate": common_rate,
}


STRATIFIED: dict[str, Callable[[pd.DataFrame], object]] = {
    "differences": lambda rows: differences(rows[:2], rows[2:], on=["stratum"]),
    "standardise": lambda rows: standardise(rows, "side", "stratum"),
    "kitagawa": lambda rows: kitagawa(rows[:2], rows[2:], "stratum"),
    "mantel_haenszel": lambda rows: mantel_haenszel(rows[:2], rows[2:], "stratum"),
}


class TestGuards:
    """What a method is not defined for is refused with a sentence."""

    rows = table((40, 80), (50, 90), (30, 70), (20, 60)).assign(
        report_id=list("abcd"),
        agency_id=list("abcd"),
        report_year=2023,
        indicator="granted_share",
        applicant="total",
        state="computed",
    )

    @pytest.mark.parametrize("code", ["ground_concentration", "clearance_ratio"])
    def test_an_index_or_a_ratio_has_no_wilson_interval(self, code: str) -> None:
        call = lambda: with_intervals(self.rows.assign(indicator=code))  # noqa: E731
        assert "which is a" in message_of(call, ValueError)

    @pytest.mark.parametrize("code", ["ground_concentration", "review_per_100"])
    @pytest.mark.parametrize("name", [*GUARDED, *STRATIFIED])
    def test_what_is_no_share_is_not_compared_as_one(
        self, name: str, code: str
    ) -> None:
        rows = self.rows.assign(
            indicator=code, stratum=["x", "y"] * 2, side=list("aabb")
        )
        message = message_of(lambda: (GUARDED | STRATIFIED)[name](rows), ValueError)
        assert message.startswith(f"{name}() was given {code!r}, which is a")

    @pytest.mark.parametrize("name", STRATIFIED)
    def test_shares_in_strata_are_compared(self, name: str) -> None:
        STRATIFIED[name](self.rows.assign(stratum=["x", "y"] * 2, side=list("aabb")))

    def test_a_report_of_two_agencies_is_no_panel(self) -> None:
        rows = pd.concat([self.rows, self.rows.assign(agency_id=list("efgh"))])
        message = message_of(lambda: model(rows), ValueError)
        assert message.startswith("model() was given 'a' twice")

    def test_agencies_of_one_year_each_have_no_trend(self) -> None:
        rows = pd.DataFrame(
            {
                "agency_id": list("abcdef"),
                "report_year": [2021, 2021, 2022, 2022, 2023, 2023],
                "numerator": [40, 45, 30, 33, 11, 14],
                "denominator": [50, 50, 50, 50, 50, 50],
            }
        )
        assert common_trend(rows) is None
        more = rows.assign(report_year=rows["report_year"] + 1, numerator=30)
        assert common_trend(pd.concat([rows, more])) is not None

    def test_a_report_without_a_year_is_no_panel(self) -> None:
        years = pd.array([None, 2022, 2023, 2024], dtype="Int64")
        rows = self.rows.assign(report_year=years)
        message = message_of(lambda: model(rows), ValueError)
        assert message == (
            "model() was given 1 report without a year. Leave such rows out, or say in "
            "the registry which year they report on."
        )

    def test_a_rate_keeps_its_unit_and_has_byar_s_interval(self) -> None:
        rows = self.rows.assign(indicator="review_per_100", numerator=[16, 1, 90, 0])
        found = with_intervals(rows)
        assert found["value"].iloc[0] == pytest.approx(20)
        assert found["method"].tolist() == ["byar"] * 4
        assert found["high"].iloc[0] == pytest.approx(100 * byar(16, 80).high)

    @pytest.mark.parametrize("name", list(GUARDED))
    def test_a_rate_is_no_share_to_pool(self, name: str) -> None:
        rows = self.rows.assign(indicator="review_per_100")
        message = message_of(lambda: GUARDED[name](rows), ValueError)
        assert message.startswith(f"{name}() was given 'review_per_100', which is a")

    @pytest.mark.parametrize("name", list(GUARDED))
    def test_the_years_of_an_agency_are_not_independent(self, name: str) -> None:
        rows = self.rows.assign(agency_id=["a", "a", "a", "b"])
        message = message_of(lambda: GUARDED[name](rows), ValueError)
        assert message.startswith(f"{name}() was given 'a' twice")
        assert "latest=True" in message

    @pytest.mark.parametrize("name", list(GUARDED))
    def test_a_parent_is_not_beside_its_children(self, name: str) -> None:
        rows = self.rows.assign(parent=["", "a", "a", ""])
        message = message_of(lambda: GUARDED[name](rows), ValueError)
        assert "was given 'a' beside agencies that count the same cases" in message

    @pytest.mark.parametrize("name", list(GUARDED))
    def test_a_county_is_not_beside_its_city(self, name: str) -> None:
        """As names tell, where nobody has written down a parent."""
        rows = self.rows.assign(
            body="government",
            region=["江苏省淮安市", "江苏省淮安市洪泽区", "江苏省宿迁市", ""],
        )
        message = message_of(lambda: GUARDED[name](rows), ValueError)
        assert "was given 'b' beside agencies that count the same cases" in message

    @pytest.mark.parametrize("name", list(GUARDED))
    def test_a_selection_is_taken_as_it_is(self, name: str) -> None:
        GUARDED[name](select(self.rows, "granted_share"))

    def test_a_parent_of_another_year_counts_other_cases(self) -> None:
        rows = self.rows.assign(
            parent=["", "a", "a", ""], report_year=[2022, 2023, 2023, 2023]
        )
        assert len(funnel(rows).rows) == 4

    def test_a_row_without_a_value_is_refused(self) -> None:
        rows = self.rows.assign(state=["computed"] * 3 + ["bounded"])
        message = message_of(lambda: with_intervals(rows), ValueError)
        assert "20 of 60 (bounded) in row 3" in message

    def test_the_latest_report_of_each_agency_is_kept(self) -> None:
        rows = self.rows.assign(
            agency_id=["a", "a", "b", "b"], report_year=[2022, 2023, 2023, 2021]
        )
        found = select(rows, "granted_share", latest=True)
        assert found.rows["report_id"].tolist() == ["b", "c"]
        assert found.left_out["reason"].tolist() == ["earlier_report"] * 2

    def test_agencies_that_contain_others_are_left_out(self) -> None:
        agencies = pd.DataFrame(
            {"agency_id": list("abcd"), "parent": ["", "a", "a", "x"]}
        )
        found = select(self.rows, "granted_share", agencies=agencies)
        assert found.rows["agency_id"].tolist() == ["b", "c", "d"]
        assert found.left_out["reason"].tolist() == ["contains_others"]

    def test_an_agency_that_another_includes_alone_is_left_out(self) -> None:
        regions = ["江苏省淮安市", "江苏省淮安市洪泽区", "江苏省宿迁市", ""]
        agencies = pd.DataFrame(
            {"agency_id": list("abcd"), "region": regions, "body": "government"}
        )
        found = select(self.rows, "granted_share", agencies=agencies)
        assert found.rows["agency_id"].tolist() == ["a", "c", "d"]
        assert found.left_out["reason"].tolist() == ["included_elsewhere"]
        rank_intervals(found)

    def test_a_city_s_own_report_counts_no_county(self) -> None:
        regions = ["江苏省淮安市", "江苏省淮安市洪泽区", "江苏省宿迁市", ""]
        agencies = pd.DataFrame(
            {"agency_id": list("abcd"), "region": regions, "body": "government"}
        ).assign(scope=["own", "", "", ""])
        assert select(self.rows, "granted_share", agencies=agencies).left_out.empty

    def test_several_years_can_be_chosen(self) -> None:
        rows = self.rows.assign(report_year=[2021, 2022, 2023, 2024])
        found = select(rows, "granted_share", year=[2022, 2024])
        assert found.rows["report_id"].tolist() == ["b", "d"]


class TestShrinkage:
    """Beta-binomial shrinkage against Gelman et al.'s rats."""

    def test_the_rats_are_those_of_the_book(self) -> None:
        """Mean 0.136 and standard deviation 0.103 of the first 70, p. 103."""
        rates = (rats()["numerator"] / rats()["denominator"]).iloc[:-1]
        assert (round(rates.mean(), 3), round(rates.std(), 3)) == (0.136, 0.103)

    def test_averaged_parameters_are_those_of_the_book(self) -> None:
        """E(alpha|y) = 2.4 and E(beta|y) = 14.3, p. 112."""
        found = rats()
        grid = common_module.posterior_grid(
            found["numerator"].to_numpy(float), found["denominator"].to_numpy(float)
        )
        means, sizes, weights = grid.points()
        assert round(float((weights * means * sizes).sum()), 1) == 2.4
        assert round(float((weights * (1 - means) * sizes).sum()), 1) == 14.3

    def test_small_agencies_move_and_large_ones_stay(self) -> None:
        found = shrink(table((1, 2), (800, 1000), (60, 100), (30, 40), (700, 900))).rows
        moved = (found["value"] - found["shrunk"]).abs()
        assert moved.iloc[0] > 0.1
        assert moved.iloc[1] < 0.01
        assert (found["shrunk_low"] < found["shrunk"]).all()
        assert (found["shrunk"] < found["shrunk_high"]).all()

    def test_alike_agencies_become_alike(self) -> None:
        found = shrink(table(*[(50, 100)] * 20))
        assert found.common_n > 500
        assert np.ptp(found.rows["shrunk"]) < 1e-9

    @pytest.mark.parametrize("count", [0, 30])
    def test_rates_of_nought_or_one_everywhere_are_survived(self, count: int) -> None:
        found = shrink(table(*[(count, 30)] * 4)).rows
        assert found[["shrunk", "shrunk_low", "shrunk_high"]].notna().all(axis=None)
        assert found["shrunk"].between(0, 1).all()

    @pytest.mark.parametrize(("agencies", "few"), [(29, True), (30, False)])
    def test_few_agencies_are_said(self, agencies: int, few: bool) -> None:
        found = shrink(table(*[(n, 50) for n in range(10, 10 + agencies)]))
        assert found.few_agencies == few

    def test_two_agencies_have_nothing_in_common_to_see(self) -> None:
        call = lambda: shrink(table((1, 2), (3, 4)))  # noqa: E731
        assert message_of(call, ValueError) == (
            "shrink() was given 2 rows. What agencies have in common cannot be seen in "
            "fewer than 3; pass more agencies, or show the raw rates."
        )


class TestRanks:
    """No rank without its interval, and none from few requests."""

    pairs = ((450, 500), (300, 500), (290, 500), (100, 500), (29, 29))

    def test_clear_ranks_are_clear_and_close_ones_are_not(self) -> None:
        found = rank_intervals(table(*self.pairs)).rows
        assert found["rank"].iloc[[0, 3]].tolist() == [1, 4]
        assert found["rank_low"].iloc[[1, 2]].tolist() == [2, 2]
        assert found["rank_high"].iloc[[1, 2]].tolist() == [3, 3]

    def test_fewer_than_thirty_are_not_ranked(self) -> None:
        whole = rank_intervals(table(*self.pairs))
        found = whole.rows
        assert found.iloc[4][["rank", "rank_low", "rank_high"]].isna().all()
        assert whole.ranked == 4

    def test_the_same_seed_draws_the_same(self) -> None:
        first, again = (rank_intervals(table(*self.pairs)).rows for _ in range(2))
        pd.testing.assert_frame_equal(first, again)

    def test_two_agencies_are_not_ranked(self) -> None:
        found = rank_intervals(table((30, 60), (50, 60)))
        assert found.rows["rank"].isna().all()
        assert found.ranked == 0


class TestMix:
    """Simultaneous intervals of the grounds of refusal."""

    grounds = (2, 31, 5, 6, 8, 12, 9, 105)

    def test_together_is_wider_than_alone(self) -> None:
        pairs = [(x, 178) for x in self.grounds]
        found = mix_intervals(table(*pairs, report_id="huaian-2024"), by=["report_id"])
        alone = wilson(list(self.grounds), 178)
        assert (found["mix_high"] > alone.high).all()

    def test_each_mix_is_its_own(self) -> None:
        both = pd.concat(
            [
                table((30, 40), (10, 40), report_id="a"),
                table((1, 4), (3, 4), report_id="b"),
            ],
            ignore_index=True,
        )
        found = mix_intervals(both, by=["report_id"])
        alone = mix_intervals(both.iloc[2:], by=["report_id"])
        np.testing.assert_allclose(found["mix_low"].iloc[2:], alone["mix_low"])

    counts = (56, 72, 73, 59, 62, 87, 58)
    """Seven cells of 467, the first example of Sison and Glaz (1995)."""

    def test_sison_and_glaz_as_r_computes_them(self) -> None:
        """R's MultinomialCI on the same example."""
        pairs = [(x, 467) for x in self.counts]
        found = mix_intervals(table(*pairs, r="x"), by=["r"], method="sison-glaz")
        computed = [
            (0.07922912, 0.1643361),
            (0.11349036, 0.1985973),
            (0.11563169, 0.2007386),
            (0.08565310, 0.1707601),
            (0.09207709, 0.1771840),
            (0.14561028, 0.2307172),
            (0.08351178, 0.1686187),
        ]
        limits = found[["mix_low", "mix_high"]].to_numpy()
        np.testing.assert_allclose(limits, computed, atol=5e-5)

    def test_sison_and_glaz_on_request(self) -> None:
        """Seven cells as in Sison and Glaz (1995); their shares are close to 1/7."""
        pairs = [(x, 467) for x in self.counts]
        found = mix_intervals(table(*pairs, r="x"), by=["r"], method="sison-glaz")
        exact = mix_intervals(table(*pairs, r="x"), by=["r"])
        width = (found["mix_high"] - found["mix_low"]).mean()
        assert width < (exact["mix_high"] - exact["mix_low"]).mean()

    def test_exact_is_the_default(self) -> None:
        """Clopper and Pearson at one part in eight of the error: beta quantiles."""
        beta = pytest.importorskip("scipy.stats").beta
        pairs = [(x, 178) for x in self.grounds]
        found = mix_intervals(table(*pairs, r="x"), by=["r"]).iloc[1]
        tail = 0.05 / 8 / 2
        assert found["mix_low"] == pytest.approx(beta.ppf(tail, 31, 148))
        assert found["mix_high"] == pytest.approx(beta.ppf(1 - tail, 32, 147))

    def test_an_unknown_method_is_refused(self) -> None:
        call = lambda: mix_intervals(table((1, 1), r="x"), by=["r"], method="wald")  # noqa: E731
        assert message_of(call, ValueError) == (
            "mix_intervals() knows no interval 'wald'. Choose one of exact, sison-glaz."
        )

    def test_a_mix_that_lacks_a_part_is_refused(self) -> None:
        call = lambda: mix_intervals(  # noqa: E731
            table((30, 40), (9, 40), report_id="a-2023"), by=["report_id"]
        )
        assert message_of(call, ValueError) == (
            "mix_intervals(): the parts of 'a-2023' add up to 39, but their whole "
            "is 40. Pass every part of the mix, also those of 0, and no other rows."
        )


class TestSelectMixes:
    """Whole mixes, or the reason why not."""

    parts = ("granted_share", "refused_share")

    def rows(self, *mixes: tuple[object, object, object, str]) -> pd.DataFrame:
        """One report for each: both parts, the whole, and the state."""
        return pd.DataFrame(
            [
                (f"r{n}", 2023, code, "total", count, whole, state)
                for n, (first, second, whole, state) in enumerate(mixes)
                for code, count in zip(self.parts, (first, second), strict=True)
            ],
            columns=[
                "report_id",
                "report_year",
                "indicator",
                "applicant",
                "numerator",
                "denominator",
                "state",
            ],
        ).astype({"numerator": "Int64", "denominator": "Int64"})

    def test_every_report_is_chosen_or_left_out_with_its_reason(self) -> None:
        rows = self.rows(
            (30, 10, 40, "computed"),
            (1, 2, 3, "small_denominator"),
            (0, 0, 0, "zero_denominator"),
            (None, None, None, "blank_input"),
            (30, 5, 40, "contradicted_input"),
            (30, 10, 40, "contradicted_input"),
        )
        kept, left_out = select_mixes(rows, self.parts)
        assert list(kept["report_id"]) == ["r0", "r0", "r5", "r5"]
        assert dict(zip(left_out["report_id"], left_out["reason"], strict=True)) == {
            "r1": "small_denominator",
            "r2": "zero_denominator",
            "r3": "blank_input",
            "r4": "inconsistent_input",
        }

    def test_what_is_chosen_has_intervals(self) -> None:
        bundled = pd.read_csv(ROOT / "data" / "indicators.csv")
        kept, left_out = select_mixes(bundled, min_n=1)
        found = mix_intervals(kept, by=["report_id"])
        assert len(found) + 8 * len(left_out) == 8 * bundled["report_id"].nunique()
        assert (found["mix_low"] <= found["value"]).all()
        assert (found["value"] <= found["mix_high"]).all()

    def test_where_every_mix_is_compared_none_is_left_out(self) -> None:
        kept, left_out = select_mixes(self.rows((30, 10, 40, "computed")), self.parts)
        assert len(kept) == 2
        assert left_out.empty

    def test_a_part_that_is_not_there_leaves_no_mix(self) -> None:
        rows = self.rows((40, 0, 40, "computed")).iloc[:1]
        assert select_mixes(rows, self.parts).left_out["reason"].tolist() == [
            "absent_input"
        ]

    def test_nothing_is_chosen_of_nothing(self) -> None:
        kept, left_out = select_mixes(self.rows(), self.parts)
        assert kept.empty
        assert left_out.empty
        assert "reason" in left_out.columns

    def test_a_report_that_stands_twice_is_refused(self) -> None:
        rows = pd.concat([self.rows((30, 10, 40, "computed"))] * 2)
        assert message_of(lambda: select_mixes(rows, self.parts), ValueError) == (
            "select_mixes() was given 'granted_share', 'r0' twice. Give every report "
            "an id of its own."
        )


class TestMantelHaenszel:
    """Berkeley's admissions."""

    def test_odds_ratio_is_the_published_one(self) -> None:
        """R's mantelhaen.test(UCBAdmissions): 0.9046968, 0.7719074 to 1.0603298."""
        men, women = berkeley()
        found = mantel_haenszel(women, men, "department").iloc[0]
        assert found["odds_ratio"] == pytest.approx(0.9046968, abs=5e-8)
        assert found["odds_ratio_low"] == pytest.approx(0.7719074, abs=5e-8)
        assert found["odds_ratio_high"] == pytest.approx(1.0603298, abs=5e-8)
        assert found["strata"] == 6

    def test_pooled_difference_is_the_weighted_mean_of_differences(self) -> None:
        men, women = berkeley()
        found = mantel_haenszel(women, men, "department").iloc[0]
        weights, points = [], []
        for (x2, n2), (x1, n1) in BERKELEY.values():
            weights.append(n1 * n2 / (n1 + n2))
            points.append(100 * (x2 / n2 - x1 / n1))
        assert found["points"] == pytest.approx(np.average(points, weights=weights))
        assert found["points_low"] < found["points"] < found["points_high"]

    def test_pooled_interval_is_sato_s_as_sas_documents_it(self) -> None:
        """PROC FREQ's formula, row 1 minus row 2, on its migraine example."""
        active, placebo = ((16, 27), (12, 28)), ((5, 25), (7, 26))
        weight = points = p = q = 0.0
        for (x1, n1), (x2, n2) in zip(active, placebo, strict=True):
            n = n1 + n2
            weight += n1 * n2 / n
            points += (x1 / n1 - x2 / n2) * n1 * n2 / n
            p += (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2
            q += (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
        points /= weight
        half = 1.959964 * math.sqrt(points * p + q) / weight
        sexes = ["female", "male"]
        one, two = table(*active, sex=sexes), table(*placebo, sex=sexes)
        found = mantel_haenszel(two, one, "sex").iloc[0]
        limits = [found["points"], found["points_low"], found["points_high"]]
        expected = [100 * v for v in (points, points - half, points + half)]
        assert limits == pytest.approx(expected, rel=1e-6)

    def test_sides_can_be_exchanged(self) -> None:
        men, women = berkeley()
        there = mantel_haenszel(women, men, "department").iloc[0]
        back = mantel_haenszel(men, women, "department").iloc[0]
        assert back["points"] == pytest.approx(-there["points"])
        assert back["points_low"] == pytest.approx(-there["points_high"])
        assert back["odds_ratio"] == pytest.approx(1 / there["odds_ratio"])

    def test_one_stratum_is_a_plain_difference(self) -> None:
        first, second = table((64, 351), s="x"), table((60, 264), s="x")
        found = mantel_haenszel(first, second, "s").iloc[0]
        assert found["points"] == pytest.approx(100 * (60 / 264 - 64 / 351))
        low, high = newcombe(60, 264, 64, 351)
        assert found["points_low"] == pytest.approx(100 * low, abs=0.3)
        assert found["points_high"] == pytest.approx(100 * high, abs=0.3)

    def test_a_stratum_of_one_side_says_nothing(self) -> None:
        first = table((5, 10), (3, 9), s=["x", "y"])
        second = table((6, 10), s="x")
        assert mantel_haenszel(first, second, "s")["strata"].item() == 1
        call = lambda: mantel_haenszel(table((1, 2), s="a"), table((1, 2), s="b"), "s")  # noqa: E731
        assert message_of(call, ValueError) == (
            "mantel_haenszel() found no stratum with cases on both sides, so the two "
            "have nothing in common to compare. Choose coarser strata."
        )


class TestStandardisation:
    """Berkeley again: crude rates and rates at equal mix."""

    def test_berkeley_turns_round(self) -> None:
        """Crude, 44.5 against 30.4 per cent; at all applicants' mix, women lead."""
        men, women = berkeley()
        both = pd.concat([men.assign(sex="men"), women.assign(sex="women")])
        found = standardise(both, "sex", "department").set_index("sex")
        assert round(100 * found.loc["men", "crude"], 1) == 44.5
        assert round(100 * found.loc["women", "crude"], 1) == 30.4
        whole = sum(n1 + n2 for (_, n1), (_, n2) in BERKELEY.values())
        for side, sex in enumerate(("men", "women")):
            expected = sum(
                (pair[0][1] + pair[1][1]) / whole * pair[side][0] / pair[side][1]
                for pair in BERKELEY.values()
            )
            assert found.loc[sex, "standardised"] == pytest.approx(expected)
        assert found.loc["women", "standardised"] > found.loc["men", "standardised"]

    def test_one_stratum_has_wilson_s_interval(self) -> None:
        found = standardise(table((7, 30), g="a", s="x"), "g", "s").iloc[0]
        low, high = wilson(7, 30)
        assert found["low"] == pytest.approx(low)
        assert found["high"] == pytest.approx(high)

    def test_an_empty_stratum_leaves_no_standardised_rate(self) -> None:
        rows = table((5, 10), (3, 9), (6, 10), g=["a", "a", "b"], s=["x", "y", "x"])
        found = standardise(rows, "g", "s").set_index("g")
        assert found.loc["b", "empty_strata"] == "y"
        assert np.isnan(found.loc["b", "standardised"])
        assert found.loc["a", "empty_strata"] == ""
        assert found.loc["a", "standardised"] > 0

    def test_a_standard_can_leave_a_stratum_out(self) -> None:
        rows = table((5, 10), (3, 9), (6, 10), g=["a", "a", "b"], s=["x", "y", "x"])
        found = standardise(rows, "g", "s", standard=pd.Series({"x": 1.0}))
        assert found["standardised"].tolist() == [0.5, 0.6]
        assert (found["empty_strata"] == "").all()

    def test_the_total_beside_its_parts_is_refused(self) -> None:
        rows = table((5, 10), (5, 10), g="a", applicant=["business", "total"])
        assert message_of(lambda: standardise(rows, "g"), ValueError) == (
            "standardise() was given the stratum 'total' beside its parts, so every "
            "request would count twice. Leave out the rows with applicant 'total'."
        )

    @pytest.mark.parametrize(
        ("weights", "found"),
        [
            ({"x": 1.5, "y": -0.5}, "the weight -0.5 for 'y'"),
            ({"x": 1.0, "z": 1.0}, "the stratum 'z', which the table does not have"),
            ({"x": 0.0, "y": 0.0}, "weights of which none is above 0"),
        ],
    )
    def test_weights_that_are_none_are_refused(
        self, weights: dict[str, float], found: str
    ) -> None:
        rows = table((5, 10), (3, 9), g="a", s=["x", "y"])
        call = lambda: standardise(rows, "g", "s", pd.Series(weights))  # noqa: E731
        assert message_of(call, ValueError) == (
            f"standardise() was given {found}. Expected a weight of 0 or more for "
            "strata of the table: x, y."
        )

    def test_a_stratum_twice_is_refused(self) -> None:
        rows = table((5, 10), (5, 10), g="a", applicant="business")
        assert message_of(lambda: standardise(rows, "g"), ValueError) == (
            "standardise() was given 'a', 'business' twice. Choose one indicator and "
            "one year."
        )


class TestKitagawa:
    """The difference is split without a rest."""

    def test_parts_add_up_to_the_difference(self) -> None:
        men, women = berkeley()
        found = kitagawa(women, men, "department")
        crude = [
            100 * t["numerator"].sum() / t["denominator"].sum() for t in berkeley()
        ]
        assert found[["mix", "rate"]].sum().sum() == pytest.approx(crude[0] - crude[1])

    def test_berkeley_is_mix_and_not_rate(self) -> None:
        """Equal mix would leave men behind, not ahead."""
        men, women = berkeley()
        found = kitagawa(women, men, "department")[["mix", "rate"]].sum()
        assert found["mix"] > 14
        assert found["rate"] < 0

    def test_only_mix_where_rates_agree_and_only_rate_where_mixes_do(self) -> None:
        first = table((40, 80), (2, 20), s=["x", "y"])
        second = table((10, 20), (8, 80), s=["x", "y"])
        assert kitagawa(first, second, "s")["rate"].abs().max() < 1e-12
        second = table((20, 80), (4, 20), s=["x", "y"])
        assert kitagawa(first, second, "s")["mix"].abs().max() < 1e-12

    def test_a_stratum_of_one_side_is_mix(self) -> None:
        first = table((40, 80), (2, 20), s=["x", "y"])
        second = table((40, 80), s="x")
        found = kitagawa(first, second, "s").set_index("s")
        assert found.loc["y", "rate"] == 0
        assert np.isnan(found.loc["y", "rate_second"])
        assert found[["mix", "rate"]].sum().sum() == pytest.approx(50 - 42)


class TestPeers:
    """Agencies that may be compared."""

    agencies = pd.DataFrame(
        {
            "agency_id": ["a", "b", "c", "d"],
            "level": ["county", "county", "prefecture", "county"],
            "region": [
                "江苏省宿迁市沭阳县",
                "江苏省淮安市金湖县",
                "江苏省淮安市",
                "重庆市",
            ],
        }
    )

    def test_provinces(self) -> None:
        regions = {
            "江苏省淮安市洪泽区": "江苏省",
            "上海市": "上海市",
            "广西壮族自治区南宁市": "广西壮族自治区",
            "香港特别行政区": "香港特别行政区",
            "新疆生产建设兵团": "新疆生产建设兵团",
        }
        assert {region: province_of(region) for region in regions} == regions

    def test_groups_by_level(self) -> None:
        found = peer_groups(self.agencies)
        assert found["peer_group"].tolist() == [
            "county",
            "county",
            "prefecture",
            "county",
        ]
        assert found["peers"].tolist() == [2, 2, 0, 2]

    def test_groups_by_level_and_province(self) -> None:
        found = peer_groups(self.agencies, by=("level", "province"))
        assert found["peers"].tolist() == [1, 1, 0, 0]

    def test_size_is_the_median_over_years(self) -> None:
        sizes = pd.DataFrame(
            {
                "agency_id": ["a", "a", "a", "b", "c"],
                "denominator": pd.array([10, 150, 99, 1000, None], dtype="Int64"),
            }
        )
        found = peer_groups(self.agencies, by=("size",), sizes=sizes)
        assert found["size"].tolist()[:2] == ["20 to 99", "1000 and more"]
        assert found["size"].iloc[2:].isna().all()
        assert found["peer_group"].isna().tolist() == [False, False, True, True]
        assert found["peers"].tolist() == [0, 0, 0, 0]

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({}, [False, True, True, True, False]),
            # A city's own office reports for itself.
            ({"scope": ["own", "", "", "", ""]}, [False, False, True, False, False]),
            ({"region": ["", "", "", "", ""]}, [False] * 5),
            ({"parent": ["", "", "", "", "county"]}, [False, True, True, True, True]),
        ],
    )
    def test_reports_that_others_include_are_named(
        self, changed: dict[str, list[str]], expected: list[bool]
    ) -> None:
        county, city = "江苏省宿迁市沭阳县", "江苏省宿迁市"
        reports = pd.DataFrame(
            {
                "agency_id": ["city", "county", "bureau", "office", "tax"],
                "body": ["government"] * 2 + ["department", "office", "branch"],
                "region": [city, county, county, city, county],
            }
        )
        assert included(reports.assign(**changed)).tolist() == expected

    def test_other_groupings_are_refused(self) -> None:
        call = lambda: peer_groups(self.agencies, by=("colour",))  # noqa: E731
        assert message_of(call, ValueError) == (
            "peer_groups() knows no grouping 'colour'. Choose one of level, "
            "province, size."
        )
        call = lambda: peer_groups(self.agencies, by=("size",))  # noqa: E731
        assert message_of(call, ValueError) == (
            "peer_groups() was asked to group by size, but was given no sizes. Pass "
            "sizes=, a table with agency_id and denominator."
        )


def test_without_the_extra_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The core of govinfo works without scipy; these methods do not."""

    def refuse(name: str, *arguments: Any) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("govinfo.compare.tables.import_module", refuse)
    expected = (
        "{}() needs {}, an optional part of govinfo that is not installed. Install it "
        "with pip install 'govinfo-cn[stats]'."
    )
    pairs = table((1, 30), (2, 40), (3, 50), r="x")
    calls: dict[str, tuple[str, Callable[[], object]]] = {
        "shrink": ("scipy", lambda: shrink(pairs)),
        "rank_intervals": ("scipy", lambda: rank_intervals(pairs)),
        "jeffreys": ("scipy", lambda: jeffreys(1, 2)),
        "mix_intervals": ("scipy", lambda: mix_intervals(pairs, by=["r"])),
        "mantel_haenszel": (
            "scipy",
            lambda: mantel_haenszel(pairs[:1], pairs[1:2], "r"),
        ),
        "funnel": ("scipy", lambda: funnel(pairs)),
        "common_rate": ("scipy", lambda: common_rate(pairs)),
    }
    for name, (library, call) in calls.items():
        assert message_of(call, MissingExtra) == expected.format(name, library)
    assert len(funnel(pairs, method="arcsine").rows) == 3


def test_where_every_report_can_be_compared_none_is_left_out() -> None:
    table = pd.DataFrame(
        {
            "report_id": ["a", "b"],
            "agency_id": ["a", "b"],
            "report_year": 2023,
            "indicator": "granted_share",
            "applicant": "total",
            "numerator": [30, 40],
            "denominator": [50, 60],
            "value": [0.6, 0.67],
            "state": "computed",
        }
    )
    rows, left_out = select(table, "granted_share")
    assert len(rows) == 2
    assert left_out.empty
