"""Measure how often the comparison methods keep their word, at length.

Each study draws panels of invented agencies of the sizes that the bundled reports have,
whose true rates are known, lets chance decide their counts, and measures how often a
method keeps its word. Run from the top of the repository::

    python benchmarks/comparison_study.py

It writes ``data/comparison_study.csv`` in about fifteen minutes on two cores; named
studies alone (``python benchmarks/comparison_study.py funnels models``) take the place
of what is stored of them. The tests run a part of it and compare.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from panels import (
    CONCLUDED,
    DECIDED_CASES,
    GROUND_MIX,
    MEAN,
    RATES,
    REFUSED,
    REQUESTS,
    SIZES,
    simulate_panel,
)
from scipy.special import expit
from scipy.stats import binom, rankdata

from govinfo.compare.adjust import mantel_haenszel, standardise
from govinfo.compare.common import SEED, posterior_grid, rank_intervals, shrink
from govinfo.compare.funnel import LEVELS, METHODS, funnel, funnel_p_values
from govinfo.compare.model import model
from govinfo.compare.rates import (
    MIX_METHODS,
    jeffreys,
    mix_intervals,
    with_q_values,
)
from govinfo.compare.rates import differences as differences_of
from govinfo.intervals import byar, newcombe, wilson

RESULTS = Path(__file__).parents[1] / "data" / "comparison_study.csv"

# Enough for a standard error of the simulation below half a point where it matters.
REPLICATES = {
    "intervals": 300,
    "differences": 500,
    "changes": 500,
    "case_rates": 500,
    "mixes": 2000,
    "shrinkage": 300,
    "errors": 300,
    "panels": 300,
    "funnels": 400,
    "funnel_rates": 300,
    "outliers": 300,
    "models": 200,
    "ranks": 200,
    "adjusted": 2000,
}


INPUTS = {"requests concluded": CONCLUDED, "reviews decided": DECIDED_CASES}
"""Sizes at which single rates are looked at."""

EXACT = {
    "mean": "mean coverage of rates",
    "least": "least coverage of a rate",
    "least at": "the rate of least coverage",
    "below 93": "share of rates covered below 0.93",
}
"""What is said of a size, by how the setting ends."""


class Claim(NamedTuple):
    """How often a method kept its word in one replicate: hits of tries."""

    setting: str
    hits: float
    tries: float


def within(low: object, truth: object, high: object) -> tuple[float, float]:
    """How many truths lie in their intervals, of how many."""
    inside = (np.asarray(low) <= truth) & (np.asarray(truth) <= high)
    return float(inside.sum()), float(inside.size)


def intervals(rng: np.random.Generator) -> Iterator[Claim]:
    """Wilson's and Jeffreys' intervals at the sizes of requests and of reviews."""
    for name, sizes, mean, requests in (
        ("requests concluded", CONCLUDED, MEAN, REQUESTS),
        ("reviews decided", DECIDED_CASES, 0.12, 10.0),
    ):
        panel = simulate_panel(200, rng, sizes=sizes, mean=mean, requests=requests)
        x, n, truth = (panel[c] for c in ("numerator", "denominator", "truth"))
        for method, interval in (("wilson", wilson), ("jeffreys", jeffreys)):
            low, high = interval(x, n)
            yield Claim(f"{method}, {name}", *within(low, truth, high))
        low, high = wilson(x, n)
        for label, chosen in (("n < 20", n < 20), ("n >= 20", n >= 20)):
            if not chosen.any():
                continue
            found = within(low[chosen], truth[chosen], high[chosen])
            yield Claim(f"wilson, {name}, {label}", *found)


def differences(rng: np.random.Generator) -> Iterator[Claim]:
    """Newcombe's interval for the difference of two agencies."""
    one, other = simulate_panel(200, rng), simulate_panel(200, rng)
    low, high = newcombe(
        one["numerator"], one["denominator"], other["numerator"], other["denominator"]
    )
    yield Claim("newcombe", *within(low, one["truth"] - other["truth"], high))


def changes(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies whose rate never moves, with a year that differs from the one before."""
    years = np.arange(5)
    for n, truth in simulate_panel(10, rng)[["denominator", "truth"]].to_numpy():
        rows = pd.DataFrame({"year": years, "denominator": int(n)})
        rows["numerator"] = rng.binomial(int(n), truth, size=len(years))
        before = rows.assign(year=rows["year"] + 1)
        found = differences_of(before, rows, on=["year"])
        for name, marks in (
            ("four changes together", found["differs"]),
            ("each change alone", found["differs"] | found["borderline"]),
        ):
            yield Claim(name, float(marks.any()), 1)


def case_rates(rng: np.random.Generator) -> Iterator[Claim]:
    """Byar's interval for cases per request."""
    n = rng.choice(CONCLUDED, size=200)
    truth = rng.gamma(2.0, 0.02, size=200)
    x = rng.poisson(n * truth)
    low, high = byar(x, n)
    yield Claim("byar, all", *within(low, truth, high))
    some = n * truth >= 5
    found = within(low[some], truth[some], high[some])
    yield Claim("byar, 5 and more expected", *found)


def mixes(rng: np.random.Generator) -> Iterator[Claim]:
    """All eight intervals of a mix of grounds at the same time."""
    mix = rng.dirichlet(20 * np.asarray(GROUND_MIX))
    n = int(rng.choice(REFUSED))
    rows = pd.DataFrame(
        {"mix": "x", "numerator": rng.multinomial(n, mix), "denominator": n}
    )
    for method in MIX_METHODS:
        found = mix_intervals(rows, by=["mix"], method=method)
        hits, tries = within(found["mix_low"], mix, found["mix_high"])
        yield Claim(method, float(hits == tries), 1)


def adjusted(rng: np.random.Generator) -> Iterator[Claim]:
    """Standardised rates and pooled differences over two classes of applicants."""
    persons = simulate_panel(2, rng).assign(applicant="natural_person")
    firms = simulate_panel(2, rng, sizes=(20, 30, 60)).assign(applicant="business")
    # One common difference, as the pooled one supposes.
    gap = 0.1
    for panel in (persons, firms):
        rate = 0.2 + 0.5 * panel["truth"].iloc[0]
        panel["truth"] = [rate, rate + gap]
        panel["numerator"] = rng.binomial(panel["denominator"], panel["truth"])
    both = pd.concat([persons, firms])
    standard = pd.Series({"natural_person": 0.7, "business": 0.3})
    found = standardise(both, "agency_id", standard=standard)
    weights = both["applicant"].map(standard)
    truth = (both["truth"] * weights).groupby(both["agency_id"]).sum()
    hit = within(found["low"], truth[found["agency_id"]].to_numpy(), found["high"])
    yield Claim("standardised", *hit)
    first, second = (both[both["agency_id"] == f"agency-{i}"] for i in (1, 2))
    pooled = mantel_haenszel(first, second)
    low, high = pooled["points_low"], pooled["points_high"]
    yield Claim("pooled difference", *within(low, 100 * gap, high))


def shrinkage(rng: np.random.Generator) -> Iterator[Claim]:
    """Intervals of shrunken rates."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        found = shrink(panel).rows
        hit = within(found["shrunk_low"], panel["truth"], found["shrunk_high"])
        yield Claim(f"{agencies} agencies", *hit)


def _errors(panel: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Squared errors of shrunken and of raw rates."""
    x, n, truth = (
        panel[c].to_numpy(float) for c in ("numerator", "denominator", "truth")
    )
    means, sizes, weights = posterior_grid(x, n).points()
    shrunk = ((means * sizes + x[:, None]) / (sizes + n[:, None])) @ weights
    return (shrunk - truth) ** 2, (x / n - truth) ** 2


def errors(rng: np.random.Generator) -> Iterator[Claim]:
    """Squared error of shrunken rates, over that of raw rates."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        small = (panel["denominator"] < 50).to_numpy()
        error, raw = _errors(panel)
        yield Claim(f"{agencies} agencies", error.sum(), raw.sum())
        yield Claim(
            f"{agencies} agencies, n < 50", error[small].sum(), raw[small].sum()
        )


def panels(rng: np.random.Generator) -> Iterator[Claim]:
    """Panels in which shrinkage moves the rates away from the truth."""
    for agencies in (10, 20, 30, 100):
        error, raw = _errors(simulate_panel(agencies, rng))
        yield Claim(f"{agencies} agencies", float(error.sum() > raw.sum()), 1)


def _flagged(name: str, p: np.ndarray, agencies: int) -> Iterator[Claim]:
    for limit, level in LEVELS.items():
        beyond = float((p <= 1 - level).sum())
        yield Claim(f"{limit}, {name}, {agencies} agencies", beyond, agencies)


def funnels(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies beyond the limits, all of which belong to one common spread."""
    for spread, requests in (("alike", np.inf), ("spread", REQUESTS)):
        for agencies in (10, 30, 100):
            panel = simulate_panel(agencies, rng, requests=requests)
            fitted = funnel(panel)
            ways: dict[str, object] = {"exact": fitted.rows["p_value"]}
            for method, rho in (("mid-p", fitted.spread), ("exact", 0.0)):
                ways[method if rho else "not widened"] = funnel_p_values(
                    panel["numerator"], panel["denominator"], fitted.target,
                    method=method, spread=rho,
                )  # fmt: skip
            ways["arcsine"] = funnel(panel, method="arcsine").rows["p_value"]
            for way, p in ways.items():
                yield from _flagged(f"{spread}, {way}", np.asarray(p), agencies)


def funnel_rates(rng: np.random.Generator) -> Iterator[Claim]:
    """The same at common rates from 3 to 97 per cent and sizes from 5 to 5,000."""
    for mean in RATES:
        for agencies in (30, 100):
            panel = simulate_panel(agencies, rng, mean=mean, requests=20.0, sizes=SIZES)
            found = funnel(panel)
            x, n, spread = panel["numerator"], panel["denominator"], found.spread
            for method in ("exact", "mid-p"):
                p = funnel_p_values(x, n, found.target, method=method, spread=spread)
                yield from _flagged(f"{method}, {mean:.0%}", p, agencies)
            arcsine = funnel(panel, method="arcsine").rows["p_value"]
            yield from _flagged(f"arcsine, {mean:.0%}", np.asarray(arcsine), agencies)


def outliers(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies found that are 30 points off the others: one in ten is."""
    for agencies in (30, 100):
        panel = simulate_panel(agencies, rng, requests=150.0, mean=0.5)
        off = np.arange(agencies) < agencies // 10
        truth = np.where(off, 0.8, panel["truth"])
        panel["numerator"] = rng.binomial(panel["denominator"], truth)
        found = with_q_values(funnel(panel).rows)
        flagged = (found["q_value"] <= 0.05).to_numpy()
        large = off & (panel["denominator"] >= 100).to_numpy()
        name = f"{agencies} agencies"
        yield Claim(f"found, {name}", (flagged & off).sum(), off.sum())
        yield Claim(f"found, n >= 100, {name}", (flagged & large).sum(), large.sum())
        # The rate of false discoveries is the mean over panels, 0 where none is made.
        wrong = (flagged & ~off).sum() / max(flagged.sum(), 1)
        yield Claim(f"false discoveries, {name}", wrong, 1)


def models(rng: np.random.Generator) -> Iterator[Claim]:
    """The trend of a model over four years, and the agencies that it flags.

    Agencies differ by 0.8 on the logit scale and have a trend of 0.1 a year; their
    reports vary about that by a beta distribution that counts as much as 40 requests.
    Whoever is flagged belongs to the rest.
    """
    years, trend, requests = np.arange(4), 0.1, 40.0
    for agencies in (10, 30):
        n = rng.choice(np.asarray(CONCLUDED), size=(agencies, len(years)))
        own = 0.5 + 0.8 * rng.normal(size=(agencies, 1))
        mean = expit(own + trend * (years - years.mean()))
        rates = rng.beta(mean * requests, (1 - mean) * requests)
        panel = pd.DataFrame(
            {
                "agency_id": np.repeat(np.arange(agencies), len(years)).astype(str),
                "report_year": np.tile(1 + years, agencies),
                "numerator": rng.binomial(n, rates).ravel(),
                "denominator": n.ravel(),
            }
        )
        found = model(panel)
        effect = found.effects.set_index("term").loc["year"]
        name = f"{agencies} agencies"
        hit = within(effect["low"], trend, effect["high"])
        yield Claim(f"trend within its limits, {name}", *hit)
        flagged = float((found.agencies["p_value"] <= 0.05).sum())
        yield Claim(f"agencies flagged, {name}", flagged, agencies)


def ranks(rng: np.random.Generator) -> Iterator[Claim]:
    """True ranks within their intervals."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        found = rank_intervals(panel, draws=1000).rows
        kept = found[found["rank"].notna()]
        if kept.empty:
            continue
        truth = rankdata(-kept["truth"])
        low, high = (kept[f"rank_{end}"].to_numpy("float64") for end in ("low", "high"))
        yield Claim(f"{agencies} agencies", *within(low, truth, high))


def exact_coverage(
    sizes: tuple[int, ...] = CONCLUDED, method: str = "wilson"
) -> pd.DataFrame:
    """Coverage of a 95 % interval at every true rate, computed and not simulated.

    Counts are whole, so that coverage jumps from rate to rate: on average it is what
    the interval claims, at single rates, near 0 and 1 above all, it is not.

    Parameters
    ----------
    sizes : tuple of int
        Denominators; each is looked at once.
    method : str
        ``wilson`` or ``jeffreys``.

    Returns
    -------
    DataFrame
        One row per denominator: ``denominator``; ``mean`` and ``least`` coverage over
        the true rates from 0.5 to 99.5 per cent; ``least_at``, the rate of the least;
        and ``below_93``, the share of rates at which it is under 93 per cent.

    Examples
    --------
    >>> exact_coverage((100,)).round(3).values.tolist()
    [[100.0, 0.95, 0.91, 0.005, 0.03]]
    """
    interval = {"wilson": wilson, "jeffreys": jeffreys}[method]
    rates = np.arange(1, 200) / 200
    rows = []
    for n in sorted(set(sizes)):
        x = np.arange(n + 1)
        low, high = interval(x, n)
        holds = (low <= rates[:, None]) & (rates[:, None] <= high)
        coverage = (binom.pmf(x, n, rates[:, None]) * holds).sum(axis=1)
        # Rates that mirror each other have the same coverage but for the last digits.
        at = int(coverage.round(10).argmin())
        below = float((coverage < 0.93).mean())
        rows.append((n, coverage.mean(), coverage[at], rates[at], below))
    return pd.DataFrame(
        rows, columns=["denominator", "mean", "least", "least_at", "below_93"]
    )


def funnel_rules() -> pd.DataFrame:
    """How often each rule flags agencies of a known common rate, computed exactly.

    Returns
    -------
    DataFrame
        The columns of :func:`run_study`, without simulation error.
    """
    rows, nominal = [], []
    for method in METHODS:
        for rate in RATES:
            for n in SIZES:
                x = np.arange(n + 1)
                p, chance = (
                    funnel_p_values(x, n, rate, method=method),
                    binom.pmf(x, n, rate),
                )
                for limit, level in LEVELS.items():
                    real = chance[p <= 1 - level].sum()
                    setting = f"{limit}, {method}, {rate:.0%}, n = {n}"
                    rows.append(("funnel_rules", "share flagged", setting, real))
                    nominal.append(f"{1 - level:g}")
    return _certain(rows).assign(nominal=nominal)


def single_rates() -> pd.DataFrame:
    """Wilson's interval at the sizes of requests and of reviews, as stored."""
    rows = [
        ("exact_coverage", measures, f"wilson, {name}, n = {n:.0f}, {column}", value)
        for name, sizes in INPUTS.items()
        for n, *values in exact_coverage(sizes).itertuples(index=False)
        for (column, measures), value in zip(EXACT.items(), values, strict=True)
    ]
    return _certain(rows).assign(nominal="0.95")


def inputs() -> pd.DataFrame:
    """What the invented agencies take from the bundled reports, as stored."""
    rows = [
        ("inputs", measures, f"{name}, {at}", value)
        for name, values in (
            INPUTS | {"refusals": REFUSED, "grounds": GROUND_MIX}
        ).items()
        for at, value in enumerate(values, start=1)
        for measures in ["share" if name == "grounds" else "cases"]
    ]
    return _certain(rows)


def _certain(rows: list[tuple[str, str, str, float]]) -> pd.DataFrame:
    """Rows of the table that no simulation is needed for."""
    table = pd.DataFrame(rows, columns=["study", "measures", "setting", "measured"])
    return table.assign(standard_error=0.0, replicates=0)


class Simulation(NamedTuple):
    """A question to a method: what is measured, and what it should be."""

    code: str
    measures: str
    nominal: str
    draw: Callable[[np.random.Generator], Iterator[Claim]]


_COVERAGE = "coverage"

STUDIES = {
    code: Simulation(code, measures, nominal, draw)
    for code, measures, nominal, draw in (
        ("intervals", _COVERAGE, "0.95", intervals),
        ("differences", _COVERAGE, "0.95", differences),
        ("changes", "share of agencies with a change", "0.05", changes),
        ("case_rates", _COVERAGE, "0.95", case_rates),
        ("mixes", "coverage of a whole mix", "0.95", mixes),
        ("shrinkage", _COVERAGE, "0.95", shrinkage),
        ("errors", "squared error over that of raw rates", "below 1", errors),
        ("panels", "share of panels with more error", "below 0.5", panels),
        ("funnels", "share flagged", "0.05; 0.002", funnels),
        ("funnel_rates", "share flagged", "0.05; 0.002", funnel_rates),
        ("outliers", "share", "0.05 false discoveries", outliers),
        ("models", "share", "0.95 of trends; 0.05 of agencies", models),
        ("ranks", _COVERAGE, "0.95", ranks),
        ("adjusted", _COVERAGE, "0.95", adjusted),
    )
}
"""All studies by code."""


def run_study(code: str, replicates: int, seed: int = SEED) -> pd.DataFrame:
    """How often a method keeps its word, measured on invented panels.

    Parameters
    ----------
    code : str
        One of :data:`STUDIES`.
    replicates : int
        How many panels, or sets of panels, to draw.
    seed : int
        Seed of the simulation.

    Returns
    -------
    DataFrame
        One row per setting: ``study, measures, setting, nominal, measured,
        standard_error, replicates``. The standard error is that of the simulation,
        from the spread between replicates.

    Raises
    ------
    ValueError
        If there is no such study.

    Examples
    --------
    >>> found = run_study("differences", replicates=20)
    >>> 0.9 < found["measured"].item() < 1
    True
    """
    if code not in STUDIES:
        message = (
            f"run_study() knows no study {code!r}. Choose one of {', '.join(STUDIES)}."
        )
        raise ValueError(message)
    study = STUDIES[code]
    found: dict[str, list[tuple[float, float]]] = {}
    # A child seed for each replicate, so that the first ones do not depend on how many
    # follow.
    for child in np.random.SeedSequence(seed).spawn(replicates):
        for claim in study.draw(np.random.default_rng(child)):
            found.setdefault(claim.setting, []).append((claim.hits, claim.tries))
    rows = []
    for setting, claims in found.items():
        hits, tries = np.array(claims, dtype=float).T
        measured = hits.sum() / tries.sum()
        # Of a ratio of sums: residuals of the hits about the ratio (Cochran 1977).
        spread = np.sqrt(((hits - measured * tries) ** 2).sum()) / tries.sum()
        rows.append((code, study.measures, setting, study.nominal, measured, spread))
    names = ["study", "measures", "setting", "nominal", "measured", "standard_error"]
    return pd.DataFrame(rows, columns=names).assign(replicates=replicates)


def main(*codes: str) -> None:
    """Run all studies, or those named, and write the table."""
    runs = Parallel(n_jobs=2)(
        delayed(run_study)(code, REPLICATES[code]) for code in codes or STUDIES
    )
    found = {str(run["study"].iloc[0]): run for run in runs}
    if codes:
        stored = pd.read_csv(RESULTS)
        for code in STUDIES:
            found.setdefault(code, stored[stored["study"] == code])
    table = pd.concat([found[code] for code in STUDIES])
    write(pd.concat([table, funnel_rules(), single_rates(), inputs()]))


def write(table: pd.DataFrame) -> None:
    """Write the rows of all studies."""
    names = ["study", "measures", "setting", "nominal", "measured"]
    found = table[[*names, "standard_error", "replicates"]]
    rounded = found.round({"measured": 6, "standard_error": 4})
    # What is not simulated for single rates has more digits than the others.
    is_exact = rounded["study"] == "exact_coverage"
    rounded["measured"] = rounded["measured"].where(
        is_exact, found["measured"].round(4)
    )
    rounded.to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    # Processes find what they run by the name of its module, which is not __main__.
    import comparison_study

    comparison_study.main(*sys.argv[1:])
