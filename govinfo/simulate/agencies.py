"""Whether shrinkage, funnels and ranks tell agencies apart as they claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from govinfo.compare.funnel import ALARM_Z, WARNING_Z, WIDENED, funnel
from govinfo.compare.ranks import rank_intervals
from govinfo.compare.rates import with_q_values
from govinfo.compare.shrinkage import shrink
from govinfo.simulate.claims import Claim, within
from govinfo.simulate.panels import REQUESTS, simulate_panel

if TYPE_CHECKING:
    import numpy as np


def shrinkage(rng: np.random.Generator) -> Iterator[Claim]:
    """Intervals of shrunken rates."""
    for agencies in (10, 30, 100):
        panel = simulate_panel(agencies, rng)
        for prior in ("averaged", "plug-in"):
            found = shrink(panel, prior)
            hit = within(found["shrunk_low"], panel["truth"], found["shrunk_high"])
            yield Claim(f"{prior}, {agencies} agencies", *hit)


def errors(rng: np.random.Generator) -> Iterator[Claim]:
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


def panels(rng: np.random.Generator) -> Iterator[Claim]:
    """Panels in which shrinkage moves the rates away from the truth."""
    for agencies in (10, 20, 30, 100):
        panel = simulate_panel(agencies, rng)
        found = shrink(panel)
        error = ((found["shrunk"] - panel["truth"]) ** 2).sum()
        raw = ((found["value"] - panel["truth"]) ** 2).sum()
        yield Claim(f"{agencies} agencies", float(error > raw), 1)


def funnels(rng: np.random.Generator) -> Iterator[Claim]:
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


def outliers(rng: np.random.Generator) -> Iterator[Claim]:
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


def ranks(rng: np.random.Generator) -> Iterator[Claim]:
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
        yield Claim(f"{agencies} agencies", *within(low, truth, high))
