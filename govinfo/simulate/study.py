"""All studies, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from govinfo.compare.shrinkage import SEED
from govinfo.simulate import agencies, intervals
from govinfo.simulate.claims import Claim

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


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
        ("intervals", _COVERAGE, "0.95", intervals.intervals),
        ("differences", _COVERAGE, "0.95", intervals.differences),
        ("case_rates", _COVERAGE, "0.95", intervals.case_rates),
        ("mixes", "coverage of a whole mix", "0.95", intervals.mixes),
        ("shrinkage", _COVERAGE, "0.95", agencies.shrinkage),
        ("errors", "squared error over that of raw rates", "below 1", agencies.errors),
        ("panels", "share of panels with more error", "below 0.5", agencies.panels),
        ("funnels", "share flagged", "0.05; 0.002", agencies.funnels),
        ("funnel_rates", "share flagged", "0.05; 0.002", agencies.funnel_rates),
        ("outliers", "share", "0.05 false discoveries", agencies.outliers),
        ("models", "share", "0.95 of trends; 0.05 of agencies", agencies.models),
        ("ranks", _COVERAGE, "0.95", agencies.ranks),
        ("adjusted", _COVERAGE, "0.95", intervals.adjusted),
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
