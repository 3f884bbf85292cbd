"""Comparisons against R's numbers; ``reference/`` says which packages made them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from govinfo import compare

REFERENCE = Path(__file__).parent / "reference"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(
        REFERENCE / name, comment="#", keep_default_na=False, na_values=[""]
    )


def counts(x: object, n: object) -> pd.DataFrame:
    return pd.DataFrame({"numerator": x, "denominator": n}).astype(int)


def test_p_values_of_a_funnel_are_those_of_r() -> None:
    points = read("funnel_points.csv")
    assert len(points) == 75
    for row in points.itertuples():
        found = {
            method: compare.funnel_p_values(
                row.x,
                row.n,
                row.target,
                method=method,
                spread=row.rho / 4 if method == "arcsine" else row.rho,
            )
            for method in ("arcsine", "exact", "mid-p")
        }
        assert found["arcsine"] == pytest.approx(row.p_arcsine, abs=1e-9)
        assert found["exact"] == pytest.approx(row.p_exact_doubled, abs=1e-9)
        assert found["mid-p"] == pytest.approx(row.p_mid, abs=1e-9)


def test_counts_lie_outside_the_funnel_where_r_says_so() -> None:
    limits = read("funnel.csv")
    for row in limits[limits["kind"] != "arcsine"].itertuples():
        x = np.array([row.x_low - 1, row.x_low, row.x_high, row.x_high + 1])
        inside = (x >= 0) & (x <= row.n)
        p = compare.funnel_p_values(
            x[inside], row.n, row.target, method=row.kind, spread=row.rho
        )
        outside = np.array([True, False, False, True])[inside]
        assert ((p <= 1 - row.level + 1e-12) == outside).all()


@pytest.mark.parametrize("kind", ["exact", "arcsine"])
def test_limits_of_a_funnel_are_those_of_r(kind: str) -> None:
    limits = read("funnel.csv")
    for row in limits[limits["kind"] == kind].itertuples():
        low, high = compare.funnel_limits(
            row.target, row.n, row.level, method=kind, spread=row.rho
        )
        assert low == pytest.approx(max(0.0, row.limit_low), abs=1e-9)
        assert high == pytest.approx(min(1.0, row.limit_high), abs=1e-9)


@pytest.mark.parametrize(
    "name",
    [
        "review_correction_share all_n20",
        "decided_disclosure_share latest",
        "docstring example",
    ],
)
def test_shrunken_rates_and_their_limits_are_those_of_r(name: str) -> None:
    whole = read("betabinomial.csv")
    of_set = whole[(whole["set"] == name) & (whole["way"] == "posterior_gelman")]
    units = of_set[of_set["n"] > 0]
    units = units[units["unit"].notna()]
    wide = units.pivot_table("value", ["unit", "x", "n"], "quantity", sort=False)
    wide = wide.reset_index()
    found = compare.shrink(counts(wide["x"], wide["n"]))
    for ours, theirs in (
        ("shrunk", "mean"),
        ("shrunk_low", "low"),
        ("shrunk_high", "high"),
    ):
        assert np.abs(found.rows[ours] - wide[theirs]).max() < 2e-4
    common = of_set[of_set["unit"].isna()].set_index("quantity")["value"]
    assert found.common_rate == pytest.approx(common["mu_median"], abs=1e-4)
    assert found.common_low == pytest.approx(common["mu_low"], abs=1e-4)
    assert found.common_high == pytest.approx(common["mu_high"], abs=1e-4)
    its = compare.common_rate(counts(wide["x"], wide["n"]))
    assert its.rho == pytest.approx(common["rho_median"], abs=1e-4)
    assert its.rho_high == pytest.approx(common["rho_high"], abs=2e-4)


def test_two_of_two_have_the_quantiles_of_their_mixture() -> None:
    found = compare.shrink(counts([2, 120, 55, 80, 9], [2, 200, 100, 150, 20]))
    first = found.rows.iloc[0]
    assert round(first["shrunk_low"], 3) == 0.421
    assert round(first["shrunk_high"], 3) == 0.836


def test_the_common_rate_of_reviews_is_not_that_of_all_cases_together() -> None:
    """The largest agencies make 11.3 %; what agencies have in common is 14.5 %."""
    whole = read("betabinomial.csv")
    units = whole[
        (whole["set"] == "review_correction_share all_n20")
        & (whole["way"] == "posterior_gelman")
        & (whole["quantity"] == "mean")
        & (whole["n"] > 0)
    ]
    found = compare.common_rate(counts(units["x"], units["n"]))
    assert [round(100 * v, 1) for v in (found.rate, found.low, found.high)] == [
        14.5,
        6.5,
        37.6,
    ]


@pytest.mark.parametrize(
    ("method", "theirs"),
    [
        ("exact", "clopper-pearson_bonferroni"),
        ("sison-glaz", "sison-glaz_exact_sum"),
    ],
)
def test_intervals_of_a_mix_are_those_of_r(method: str, theirs: str) -> None:
    whole = read("intervals.csv")
    of_method = whole[whole["method"] == theirs]
    assert len(of_method)
    for (_, level), mix in of_method.groupby(["vector", "level"]):
        rows = counts(mix["x"].array, mix["n"].array).assign(report_id="a")
        found = compare.mix_intervals(rows, ["report_id"], method, level)
        low, high = mix["low"].clip(0, 1), mix["high"].clip(0, 1)
        assert np.abs(found["mix_low"].to_numpy() - low.to_numpy()).max() < 1e-9
        assert np.abs(found["mix_high"].to_numpy() - high.to_numpy()).max() < 1e-9


def test_ranks_are_those_of_r() -> None:
    """At a quantile that falls between two ranks, either is right."""
    theirs = read("ranks.csv")
    found = compare.rank_intervals(counts(theirs["x"], theirs["n"])).rows
    for ours, name in (("rank_low", "low"), ("rank", "rank"), ("rank_high", "high")):
        ends = theirs[f"{name}_of_batches"].str.split("-", expand=True).astype(int)
        assert found[ours].ge(ends[0]).all()
        assert found[ours].le(ends[1]).all()


def test_pooled_differences_are_those_of_r() -> None:
    whole = read("heterogeneity.csv")
    sets = whole.loc[whole["block"] == "mantel-haenszel", "set"].unique()
    assert len(sets) == 4
    for name in sets:
        found = compare.mantel_haenszel(*sides_of(whole, name)).iloc[0]
        theirs = whole[
            (whole["block"] == "mantel-haenszel") & (whole["set"] == name)
        ].set_index(["method", "quantity"])["value"]
        points = theirs["difference", "difference"]
        assert found["points"] == pytest.approx(100 * points, abs=1e-7)
        for ours, quantity in (
            ("odds_ratio", "odds_ratio"),
            ("odds_ratio_low", "odds_ratio_low"),
            ("odds_ratio_high", "odds_ratio_high"),
            ("p_value", "p"),
        ):
            expected = theirs["mantelhaen.test", quantity]
            assert found[ours] == pytest.approx(expected, rel=1e-8)


def sides_of(whole: pd.DataFrame, name: str) -> list[pd.DataFrame]:
    """Both sides of a comparison over strata that R was given."""
    data = whole[
        (whole["block"] == "data") & (whole["set"] == f"mantel-haenszel {name}")
    ]
    wide = data.pivot_table("value", "part", "quantity")
    return [
        counts(wide[f"x{side}"].array, wide[f"n{side}"].array).assign(
            applicant=list(wide.index)
        )
        for side in (1, 2)
    ]


def test_mix_and_rate_are_those_of_r() -> None:
    whole = read("heterogeneity.csv")
    theirs = whole[whole["block"] == "kitagawa"]
    assert theirs["set"].nunique() == 4
    for name in theirs["set"].unique():
        found = compare.kitagawa(*sides_of(whole, name)).set_index("applicant")
        expected = theirs[theirs["set"] == name].pivot_table(
            "value", "part", "quantity"
        )
        found.loc["sum"] = found.sum()
        for column in ("mix", "rate"):
            ours = found.loc[expected.index, column]
            assert ours.to_numpy() == pytest.approx(expected[column].to_numpy())


def test_the_spread_without_winsorising_is_that_of_metafor() -> None:
    """DerSimonian and Laird about the fixed mean, as arcsines."""
    whole = read("heterogeneity.csv")
    data = whole[(whole["block"] == "data") & whole["set"].str.startswith("decided")]
    wide = data.pivot_table("value", "part", "quantity")
    x, n = wide["x"].to_numpy(), wide["n"].to_numpy()
    theirs = whole[whole["block"] == "spread"].set_index(["method", "quantity"])[
        "value"
    ]
    centre = (np.arcsin(np.sqrt(x / n)) * n).sum() / n.sum()
    _, tau2 = compare.dispersion(x, n, np.sin(centre) ** 2, winsor=0)
    assert tau2 == pytest.approx(theirs["DL", "tau2"], rel=1e-9)


def panel(name: str) -> pd.DataFrame:
    """A panel of R's reference numbers in govinfo's columns."""
    return read(name).rename(
        columns={"x": "numerator", "n": "denominator", "year": "report_year"}
    )


def decided() -> pd.DataFrame:
    """The bundled decided disclosure, all years, as R was given it."""
    whole = read("betabinomial.csv")
    its = whole[
        (whole["set"] == "decided_disclosure_share all")
        & (whole["way"] == "plug-in")
        & (whole["quantity"] == "mean")
        & (whole["n"] > 0)
    ]
    rows = counts(its["x"].array, its["n"].array).assign(report_id=list(its["unit"]))
    parts = rows["report_id"].str.rpartition("-")
    return rows.assign(agency_id=parts[0], report_year=parts[2].astype(int))


@pytest.mark.parametrize(
    ("name", "effects", "theirs", "kind"),
    [
        ("bundled", (), "null", "binomial"),
        ("bundled", ("year",), "year", "binomial"),
        ("bundled", ("year",), "year", "beta-binomial"),
        ("panel_a", ("year", "level", "form"), "full", "binomial"),
        ("panel_a", ("year", "level", "form"), "full", "beta-binomial"),
    ],
)
def test_models_are_those_of_r(
    name: str, effects: tuple[str, ...], theirs: str, kind: str
) -> None:
    """``glmm_exact.csv``; of the binomial models lme4's are the same."""
    whole = read("glmm_exact.csv")
    expected = whole[
        (whole["set"] == name)
        & (whole["model"] == theirs)
        & (whole["kind"] == kind.replace("beta-", "beta"))
    ]
    rows = decided() if name == "bundled" else panel("panel_a.csv")
    found = compare.model(rows, effects=effects, kind=kind)
    terms = expected[expected["quantity"] == "estimate"].set_index("term")
    loglik = expected.loc[expected["quantity"] == "loglik", "value"].item()
    assert found.loglik == pytest.approx(loglik, abs=2e-4)
    its = found.effects.set_index("term")
    # R counts years from 2022.
    middle = found.reference.get("year", 2022)
    slope = its["estimate"].get("year", 0.0)
    intercept = its.loc["(intercept)", "estimate"] + slope * (2022 - middle)
    assert intercept == pytest.approx(terms.loc["(Intercept)", "value"], abs=2e-4)
    for theirs_, ours in (
        ("year_c", "year"),
        ("leveldepartment", "level department"),
        ("levelprefecture", "level prefecture"),
        ("form2021", "form 2021"),
    ):
        if theirs_ in terms.index:
            value, se = terms.loc[theirs_, ["value", "se"]]
            assert its.loc[ours, "estimate"] == pytest.approx(value, abs=2e-4)
            assert its.loc[ours, "se"] == pytest.approx(se, abs=2e-4)
    log_sd = terms.loc["log_sd_agency", "value"]
    if log_sd > -6:
        assert np.log(found.agency_sd) == pytest.approx(log_sd, abs=2e-3)
    else:
        assert found.agency_sd < 1e-2


def test_the_effect_of_the_form_is_withheld_where_it_has_none() -> None:
    """Both reports on the 2019 form with a decision disclosed in every case."""
    rows = decided()
    forms = np.where(rows["report_year"] < 2021, "2019", "2021")
    found = compare.model(rows.assign(form=forms), effects=("year", "form"))
    assert found.not_estimated == {
        "form": "With the form 2019, 21 of 21 in 2 reports: no finite effect fits that."
    }
    assert found.effects["term"].tolist() == ["(intercept)", "year"]


def test_an_agency_s_repeats_count_once() -> None:
    """One agency far out in four years is one flag, and the others have none."""
    rows = pd.DataFrame(
        {
            "agency_id": np.repeat(list("abcdefghijkl"), 4),
            "report_year": list(range(2021, 2025)) * 12,
            "numerator": [88, 91, 90, 89] * 11 + [30, 31, 29, 30],
            "denominator": 100,
        }
    )
    found = compare.model(rows, kind="binomial").agencies.set_index("agency_id")
    assert len(found) == 12
    assert found["p_value"].idxmin() == "l"
    assert (found["p_value"].drop("l") > 0.05).all()
    assert found.loc["l", "adjusted_high"] < 0.4


def test_a_panel_that_counts_requests_twice_is_refused() -> None:
    rows = decided()
    with pytest.raises(ValueError, match=r"given .* twice"):
        compare.model(pd.concat([rows, rows.iloc[:1]]))
    with pytest.raises(ValueError, match=r"fewer than 5"):
        compare.model(rows[rows["agency_id"].isin(["pingtan", "suqian"])])


@pytest.mark.parametrize("name", ["grounds_latest", "grounds_all"])
def test_compositions_are_those_of_r(name: str) -> None:
    whole = read("dirichlet.csv")
    its = whole[whole["set"] == name]
    data = its[its["way"] == "data"]
    rows = pd.DataFrame(
        {
            "agency_id": list(data["quantity"]),
            "indicator": data["part"].astype(int).array,
            "numerator": data["value"].astype(int).array,
        }
    )
    rows["denominator"] = rows.groupby("agency_id")["numerator"].transform("sum")
    found = compare.composition(rows)
    fitted = its[its["way"] == "mle"].set_index(["quantity", "part"])["value"]
    shares = fitted["proportion"]
    ours = found.parts.set_index("part").loc[shares.index.astype(int), "share"]
    assert np.abs(ours.to_numpy() - shares.to_numpy()).max() < 1e-4
    theta = its[(its["way"] == "mle") & (its["quantity"] == "theta")]["value"].item()
    assert found.theta == pytest.approx(theta, rel=1e-3)
    loglik = its[(its["way"] == "mle") & (its["quantity"] == "loglik")]["value"]
    assert found.loglik == pytest.approx(loglik.item(), abs=1e-3)
