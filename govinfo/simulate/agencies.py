"""Whether shrinkage, funnels and ranks tell agencies apart as they claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from govinfo.compare.common import posterior_grid
from govinfo.compare.funnel import LEVELS, funnel, funnel_p_values
from govinfo.compare.model import model
from govinfo.compare.rates import with_q_values
from govinfo.compare.shrinkage import rank_intervals, shrink
from govinfo.simulate.claims import Claim, within
from govinfo.simulate.panels import (
    CONCLUDED,
    RATES,
    REQUESTS,
    SIZES,
    simulate_panel,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from govinfo.compare.tables import Floats


def shrinkage(rng: np.random.Generator) -> Iterator[Claim]:
    """Intervals of shrunken rates."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        for prior in ("averaged", "plug-in"):
            found = shrink(panel, prior).rows
            hit = within(found["shrunk_low"], panel["truth"], found["shrunk_high"])
            yield Claim(f"{prior}, {agencies} agencies", *hit)


def _errors(panel: pd.DataFrame) -> tuple[Floats, Floats]:
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


def _flagged(name: str, p: Floats, agencies: int) -> Iterator[Claim]:
    for limit, level in LEVELS.items():
        beyond = float((p <= 1 - level).sum())
        yield Claim(f"{limit}, {name}, {agencies} agencies", beyond, agencies)


def funnels(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies beyond the limits, all of which belong to one common spread."""
    import numpy as np

    for spread, requests in (("alike", np.inf), ("spread", REQUESTS)):
        for agencies in (10, 30, 100):
            panel = simulate_panel(agencies, rng, requests=requests)
            fitted = funnel(panel)
            ways: dict[str, object] = {"exact": fitted.rows["p_value"]}
            for method, rho in (("mid-p", fitted.rho), ("exact", 0.0)):
                ways[method if rho else "not widened"] = funnel_p_values(
                    panel["numerator"], panel["denominator"], fitted.target,
                    method=method, spread=rho,
                )  # fmt: skip
            for widened in ("fitted", "moment"):
                found = funnel(panel, method="arcsine", over_dispersion=widened)
                ways[f"arcsine {widened}"] = found.rows["p_value"]
            for way, p in ways.items():
                yield from _flagged(f"{spread}, {way}", np.asarray(p), agencies)


def funnel_rates(rng: np.random.Generator) -> Iterator[Claim]:
    """The same at common rates from 3 to 97 per cent and sizes from 5 to 5,000."""
    import numpy as np

    for mean in RATES:
        for agencies in (30, 100):
            panel = simulate_panel(agencies, rng, mean=mean, requests=20.0, sizes=SIZES)
            found = funnel(panel)
            x, n = panel["numerator"], panel["denominator"]
            for method in ("exact", "mid-p"):
                p = funnel_p_values(x, n, found.target, method=method, spread=found.rho)
                yield from _flagged(f"{method}, {mean:.0%}", p, agencies)
            arcsine = funnel(panel, method="arcsine").rows["p_value"]
            yield from _flagged(f"arcsine, {mean:.0%}", np.asarray(arcsine), agencies)


def outliers(rng: np.random.Generator) -> Iterator[Claim]:
    """Agencies found that are 30 points off the others: one in ten is."""
    import numpy as np

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
    import numpy as np
    import pandas as pd
    from scipy.special import expit

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
    from scipy.stats import rankdata

    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        found = rank_intervals(panel, draws=1000).rows
        kept = found[found["rank"].notna()]
        if kept.empty:
            continue
        truth = rankdata(-kept["truth"])
        low, high = (kept[f"rank_{end}"].to_numpy("float64") for end in ("low", "high"))
        yield Claim(f"{agencies} agencies", *within(low, truth, high))
