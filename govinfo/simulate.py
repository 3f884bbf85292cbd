"""Invented agencies with known true rates, to see how far comparisons can be trusted.

Each study draws panels of agencies of the sizes that the bundled reports have, lets
chance decide their counts, and measures how often a method keeps its word. The numbers
that it gives stand in ``data/comparison_study.csv``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from govinfo.compare.adjust import standardise
from govinfo.compare.funnel import ALARM_Z, WARNING_Z, WIDENED, funnel
from govinfo.compare.mix import METHODS as MIX_METHODS
from govinfo.compare.mix import mix_intervals
from govinfo.compare.pooled import mantel_haenszel
from govinfo.compare.ranks import SEED, rank_intervals
from govinfo.compare.rates import jeffreys, with_q_values
from govinfo.compare.shrinkage import shrink
from govinfo.intervals import byar, newcombe, wilson

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CONCLUDED = (
    (21, 21, 23, 26, 35, 69, 75, 81, 95, 143)
    + (145, 148, 218, 718, 805, 1191, 3050, 3486, 3521)
)  # fmt: skip
"""Requests concluded in the 19 bundled reports: the sizes that real agencies have."""

DECIDED_CASES = (1, 2, 2, 2, 3, 5, 6, 7, 10, 36, 46, 50, 134, 314, 414)
"""Reviews decided in the bundled reports that had any."""

REFUSED = (20, 32, 37, 39, 92, 142, 178)
"""Refusals in the bundled reports with 20 or more, from which a mix is shown."""

GROUND_MIX = (0.022, 0.102, 0.036, 0.122, 0.203, 0.088, 0.148, 0.279)
"""Share of each ground of refusal in all bundled reports together."""

MEAN, REQUESTS = 0.55, 8.0
"""True rates follow a beta distribution with this mean that counts as much as so many
requests: a standard deviation of 17 points, as wide as the bundled reports spread."""


class Claim(NamedTuple):
    """How often a method kept its word in one replicate: hits of tries."""

    setting: str
    hits: float
    tries: float


def simulate_panel(
    agencies: int,
    rng: np.random.Generator,
    *,
    mean: float = MEAN,
    requests: float = REQUESTS,
    sizes: tuple[int, ...] = CONCLUDED,
) -> pd.DataFrame:
    """A panel of invented agencies with known true rates.

    Parameters
    ----------
    agencies : int
        How many.
    rng : numpy.random.Generator
        Source of chance, with a seed that is said somewhere.
    mean, requests : float
        Of the beta distribution of the true rates; ``requests`` infinite makes all
        agencies alike.
    sizes : tuple of int
        Denominators to draw from.

    Returns
    -------
    DataFrame
        ``agency_id, numerator, denominator, truth``.

    Examples
    --------
    >>> import numpy as np
    >>> panel = simulate_panel(3, np.random.default_rng(711))
    >>> panel["truth"].between(0, 1).all().item()
    True
    """
    import numpy as np
    import pandas as pd

    n = rng.choice(np.asarray(sizes), size=agencies)
    truth = np.full(agencies, mean)
    if np.isfinite(requests):
        truth = rng.beta(mean * requests, (1 - mean) * requests, size=agencies)
    return pd.DataFrame(
        {
            "agency_id": [f"agency-{i + 1}" for i in range(agencies)],
            "numerator": rng.binomial(n, truth),
            "denominator": n,
            "truth": truth,
        }
    )


def _within(low: object, truth: object, high: object) -> tuple[float, float]:
    """How many truths lie in their intervals, of how many."""
    import numpy as np

    inside = (np.asarray(low) <= truth) & (np.asarray(truth) <= high)
    return float(inside.sum()), float(inside.size)


def _intervals(rng: np.random.Generator) -> Iterator[Claim]:
    """Wilson's and Jeffreys' intervals at the sizes of requests and of reviews."""
    for name, sizes, mean, requests in (
        ("requests concluded", CONCLUDED, MEAN, REQUESTS),
        ("reviews decided", DECIDED_CASES, 0.12, 10.0),
    ):
        panel = simulate_panel(200, rng, sizes=sizes, mean=mean, requests=requests)
        x, n, truth = (panel[c] for c in ("numerator", "denominator", "truth"))
        for method, interval in (("wilson", wilson), ("jeffreys", jeffreys)):
            low, high = interval(x, n)
            yield Claim(f"{method}, {name}", *_within(low, truth, high))
        low, high = wilson(x, n)
        for label, chosen in (("n < 20", n < 20), ("n >= 20", n >= 20)):
            if not chosen.any():
                continue
            found = _within(low[chosen], truth[chosen], high[chosen])
            yield Claim(f"wilson, {name}, {label}", *found)


def _differences(rng: np.random.Generator) -> Iterator[Claim]:
    """Newcombe's interval for the difference of two agencies."""
    one, other = simulate_panel(200, rng), simulate_panel(200, rng)
    low, high = newcombe(
        one["numerator"], one["denominator"], other["numerator"], other["denominator"]
    )
    yield Claim("newcombe", *_within(low, one["truth"] - other["truth"], high))


def _case_rates(rng: np.random.Generator) -> Iterator[Claim]:
    """Byar's interval for cases per request."""
    n = rng.choice(CONCLUDED, size=200)
    truth = rng.gamma(2.0, 0.02, size=200)
    x = rng.poisson(n * truth)
    low, high = byar(x, n)
    yield Claim("byar, all", *_within(low, truth, high))
    some = n * truth >= 5
    found = _within(low[some], truth[some], high[some])
    yield Claim("byar, 5 and more expected", *found)


def _mixes(rng: np.random.Generator) -> Iterator[Claim]:
    """All eight intervals of a mix of grounds at the same time."""
    import numpy as np
    import pandas as pd

    mix = rng.dirichlet(20 * np.asarray(GROUND_MIX))
    n = int(rng.choice(REFUSED))
    rows = pd.DataFrame(
        {"mix": "x", "numerator": rng.multinomial(n, mix), "denominator": n}
    )
    for method in MIX_METHODS:
        found = mix_intervals(rows, by=["mix"], method=method)
        hits, tries = _within(found["mix_low"], mix, found["mix_high"])
        yield Claim(method, float(hits == tries), 1)


def _shrinkage(rng: np.random.Generator) -> Iterator[Claim]:
    """Intervals of shrunken rates."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        for prior in ("averaged", "plug-in"):
            found = shrink(panel, prior)
            hit = _within(found["shrunk_low"], panel["truth"], found["shrunk_high"])
            yield Claim(f"{prior}, {agencies} agencies", *hit)


def _errors(rng: np.random.Generator) -> Iterator[Claim]:
    """Squared error of shrunken rates, over that of raw rates."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        small = panel["denominator"] < 50
        found = shrink(panel)
        error = (found["shrunk"] - panel["truth"]) ** 2
        raw = (found["value"] - panel["truth"]) ** 2
        yield Claim(f"{agencies} agencies", error.sum(), raw.sum())
        yield Claim(
            f"{agencies} agencies, n < 50", error[small].sum(), raw[small].sum()
        )


def _funnels(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies beyond the limits, all of which belong to one common spread."""
    import numpy as np

    spreads = (("alike", np.inf), ("spread", REQUESTS))
    for spread, requests in spreads:
        for agencies in (10, 30, 100):
            panel = simulate_panel(agencies, rng, requests=requests)
            for widened in WIDENED:
                found = funnel(panel, over_dispersion=widened)
                far = found["z"].abs()
                name = f"{spread}, {widened}, {agencies} agencies"
                yield Claim(f"warning, {name}", (far > WARNING_Z).sum(), agencies)
                yield Claim(f"alarm, {name}", (far > ALARM_Z).sum(), agencies)


def _outliers(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies found that are 30 points off the others: one in ten is."""
    import numpy as np

    for agencies in (30, 100):
        panel = simulate_panel(agencies, rng, requests=150.0, mean=0.5)
        off = np.arange(agencies) < agencies // 10
        truth = np.where(off, 0.8, panel["truth"])
        panel["numerator"] = rng.binomial(panel["denominator"], truth)
        found = with_q_values(funnel(panel))
        flagged = (found["q_value"] <= 0.05).to_numpy()
        large = off & (panel["denominator"] >= 100).to_numpy()
        name = f"{agencies} agencies"
        yield Claim(f"found, {name}", (flagged & off).sum(), off.sum())
        yield Claim(f"found, n >= 100, {name}", (flagged & large).sum(), large.sum())
        # The rate of false discoveries is the mean over panels, 0 where none is made.
        wrong = (flagged & ~off).sum() / max(flagged.sum(), 1)
        yield Claim(f"false discoveries, {name}", wrong, 1)


def _ranks(rng: np.random.Generator) -> Iterator[Claim]:
    """True ranks within their intervals."""
    from scipy.stats import rankdata

    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        found = rank_intervals(panel, draws=1000)
        kept = found[found["rank"].notna()]
        if kept.empty:
            continue
        truth = rankdata(-kept["truth"])
        low, high = (kept[f"rank_{end}"].to_numpy("float64") for end in ("low", "high"))
        yield Claim(f"{agencies} agencies", *_within(low, truth, high))


def _adjusted(rng: np.random.Generator) -> Iterator[Claim]:
    """Standardised rates and pooled differences over two classes of applicants."""
    import pandas as pd

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
    hit = _within(found["low"], truth[found["agency_id"]].to_numpy(), found["high"])
    yield Claim("standardised", *hit)
    first, second = (both[both["agency_id"] == f"agency-{i}"] for i in (1, 2))
    pooled = mantel_haenszel(first, second)
    low, high = pooled["points_low"], pooled["points_high"]
    yield Claim("pooled difference", *_within(low, 100 * gap, high))


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
    import numpy as np
    import pandas as pd
    from scipy.stats import binom

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


class Study(NamedTuple):
    """A question to a method: what is measured, and what it should be."""

    code: str
    measures: str
    nominal: str
    draw: Callable[[np.random.Generator], Iterator[Claim]]


STUDIES = {
    study.code: study
    for study in (
        Study("intervals", "coverage", "0.95", _intervals),
        Study("differences", "coverage", "0.95", _differences),
        Study("case_rates", "coverage", "0.95", _case_rates),
        Study("mixes", "coverage of a whole mix", "0.95", _mixes),
        Study("shrinkage", "coverage", "0.95", _shrinkage),
        Study("errors", "squared error over that of raw rates", "below 1", _errors),
        Study("funnels", "share flagged", "0.05; 0.002", _funnels),
        Study("outliers", "share", "0.05 false discoveries", _outliers),
        Study("ranks", "coverage", "0.95", _ranks),
        Study("adjusted", "coverage", "0.95", _adjusted),
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
    import numpy as np
    import pandas as pd

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
