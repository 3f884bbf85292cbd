"""Whether intervals hold the truth: of rates, differences, cases, mixes and sums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from govinfo.compare.adjust import mantel_haenszel, standardise
from govinfo.compare.rates import MIX_METHODS, jeffreys, mix_intervals
from govinfo.intervals import byar, newcombe, wilson
from govinfo.simulate.claims import Claim, within
from govinfo.simulate.panels import (
    CONCLUDED,
    DECIDED_CASES,
    GROUND_MIX,
    MEAN,
    REFUSED,
    REQUESTS,
    simulate_panel,
)

if TYPE_CHECKING:
    import numpy as np


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
    import numpy as np
    import pandas as pd

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
    hit = within(found["low"], truth[found["agency_id"]].to_numpy(), found["high"])
    yield Claim("standardised", *hit)
    first, second = (both[both["agency_id"] == f"agency-{i}"] for i in (1, 2))
    pooled = mantel_haenszel(first, second)
    low, high = pooled["points_low"], pooled["points_high"]
    yield Claim("pooled difference", *within(low, 100 * gap, high))
