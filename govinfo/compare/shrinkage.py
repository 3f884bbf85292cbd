"""Shrinkage: each agency's rate, drawn towards what its peers have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from govinfo.compare.tables import counts_of, need_one_kind, stats_module
from govinfo.intervals import LEVEL, need_level

if TYPE_CHECKING:
    import pandas as pd

    from govinfo.compare.tables import Floats

PRIORS = ("averaged", "plug-in")
"""How the common distribution is known, the default first."""

FEW_AGENCIES = 30
"""Among fewer, more than one simulated panel in five was served badly by shrinkage
(``data/comparison_study.csv``, study ``panels``)."""

# Points of the grid over the two parameters of the common distribution, each way.
_GRID = 41
# Where the log posterior has dropped so far, e^-10 of its height, the grid ends.
_DROP = 10.0
# Common distributions narrower than this many requests are alike to every agency.
_MOST_REQUESTS = 1e7
_FEWEST_REQUESTS = 0.05
# Logits beyond this are rates nearer to 0 or 1 than any report could show.
_MOST_LOGIT = 14.0
# Grid points with less than this part of the greatest weight change no digit.
_NEGLIGIBLE = 1e-7


class Posterior(NamedTuple):
    """Beta distribution of each agency's rate, and what all of them share.

    ``a`` and ``b`` are arrays; ``mean`` is the common rate and ``requests`` how many
    requests the common distribution counts as much as.
    """

    a: Floats
    b: Floats
    mean: float
    requests: float


def _log_heights(u: float, v: Floats, x: Floats, n: Floats, *, is_flat: bool) -> Floats:
    """Log posterior at logit mean ``u`` and log sizes ``v`` of the common beta."""
    import numpy as np
    from scipy.special import log_expit
    from scipy.stats import betabinom

    size = np.exp(v)[:, None]
    a, b = np.exp(log_expit(u)) * size, np.exp(log_expit(-u)) * size
    heights: Floats = betabinom.logpmf(x, n, a, b).sum(axis=1)
    if is_flat:
        return heights
    prior: Floats = log_expit(u) + log_expit(-u) - v / 2
    return heights + prior


def _mode(x: Floats, n: Floats, *, is_flat: bool) -> tuple[float, float, float]:
    """Where the log posterior is highest, and how high."""
    import numpy as np
    from scipy.optimize import minimize

    def depth(at: Floats) -> float:
        return -float(_log_heights(at[0], at[1:], x, n, is_flat=is_flat)[0])

    start = (x.sum() + 0.5) / (n.sum() + 1)
    sizes = (np.log(_FEWEST_REQUESTS), np.log(_MOST_REQUESTS))
    best = (0.0, 0.0, -np.inf)
    # From a wide and from a narrow common distribution: the height can have two tops.
    for size in (3.0, 300.0):
        found = minimize(
            depth,
            [np.log(start / (1 - start)), np.log(size)],
            method="Nelder-Mead",
            bounds=[(-_MOST_LOGIT, _MOST_LOGIT), sizes],
            options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 2000},
        )
        if -found.fun > best[2]:
            best = (float(found.x[0]), float(found.x[1]), float(-found.fun))
    return best


def _reach(
    height: Callable[[float], float], start: float, top: float, step: float, end: float
) -> float:
    """How far to go from the mode until the height has dropped enough."""
    at = start
    while (end - at) * step > 0:
        if top - height(at) >= _DROP:
            return at
        at += step
        step *= 1.3
    return end


def _grid(x: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Means, sizes and weights of common distributions that fit the counts."""
    import numpy as np
    from scipy.special import expit

    u0, v0, top = _mode(x, n, is_flat=False)

    def heights(u: float, v: Floats) -> Floats:
        return _log_heights(u, v, x, n, is_flat=False)

    def along_u(at: float) -> float:
        return float(heights(at, np.array([v0]))[0])

    def along_v(at: float) -> float:
        return float(heights(u0, np.array([at]))[0])

    step = 0.5 / float(np.sqrt(len(x)))
    least, most = float(np.log(_FEWEST_REQUESTS)), float(np.log(_MOST_REQUESTS))
    us = np.linspace(
        _reach(along_u, u0, top, -step, -_MOST_LOGIT),
        _reach(along_u, u0, top, step, _MOST_LOGIT),
        _GRID,
    )
    vs = np.linspace(
        _reach(along_v, v0, top, -step, least),
        _reach(along_v, v0, top, step, most),
        _GRID,
    )
    found = np.array([heights(u, vs) for u in us])
    weights = np.exp(found - found.max())
    kept = weights > _NEGLIGIBLE
    means, sizes = np.meshgrid(expit(us), np.exp(vs), indexing="ij")
    return means[kept], sizes[kept], weights[kept] / weights[kept].sum()


def posterior(x: Floats, n: Floats, prior: str = "averaged") -> Posterior:
    """The beta distribution of each rate given all of them.

    See :func:`shrink` for the equations.
    """
    import numpy as np
    from scipy.special import expit

    if prior == "plug-in":
        u, v, _ = _mode(x, n, is_flat=True)
        mean, size = float(expit(u)), float(np.exp(v))
        return Posterior(mean * size + x, (1 - mean) * size + n - x, mean, size)
    means, sizes, weights = _grid(x, n)
    first, second = np.zeros_like(x), np.zeros_like(x)
    for mean, size, weight in zip(means, sizes, weights, strict=True):
        total = size + n
        rate = (mean * size + x) / total
        first += weight * rate
        second += weight * (rate * (1 - rate) / (total + 1) + rate**2)
    spread = second - first**2
    requests = first * (1 - first) / spread - 1
    common = float((weights * means).sum())
    typical = float(np.exp((weights * np.log(sizes)).sum()))
    return Posterior(first * requests, (1 - first) * requests, common, typical)


def shrink(
    table: pd.DataFrame, prior: str = "averaged", level: float = LEVEL
) -> pd.DataFrame:
    r"""Beta-binomial shrinkage of every rate, with intervals.

    A rate from few requests moves far towards the common rate, one from many hardly
    moves. Shown beside the raw rate, never instead of it.

    Parameters
    ----------
    table : DataFrame
        With ``numerator`` and ``denominator``, one row per agency; at least 3 rows.
    prior : str
        ``plug-in``: the common distribution that makes the counts most likely, taken
        as known (empirical Bayes). ``averaged``, the default: all common distributions
        that fit, by how well they fit, so that the intervals stay honest where the
        agencies are few.
    level : float
        Probability of the intervals.

    Returns
    -------
    DataFrame
        The table with ``value``; ``shrunk, shrunk_low, shrunk_high, shrunk_level``;
        ``common_rate`` and ``common_n``, the mean of the common distribution and the
        number of requests it counts as much as; ``own_weight``, n / (n + common_n); and
        ``few_agencies``, whether there are fewer than :data:`FEW_AGENCIES`, so that
        the gain is not to be counted on.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If a row is not a proportion, there are fewer than 3, they are of several
        indicators, or a report stands twice.

    Notes
    -----
    .. math::

        x_i \mid p_i \sim \text{Bin}(n_i, p_i), \quad
        p_i \sim \text{Beta}(\mu M, (1-\mu) M), \quad
        p_i \mid x, \mu, M \sim \text{Beta}(\mu M + x_i, (1-\mu) M + n_i - x_i)

    The likelihood of :math:`(\mu, M)` is ``scipy.stats.betabinom``. Averaged over it
    with the density :math:`\alpha\beta(\alpha+\beta)^{-5/2}` on the logit of
    :math:`\mu` and the logarithm of :math:`M` (Gelman et al. 2013, *Bayesian Data
    Analysis*, 3rd ed., section 5.3), each rate has a mixture of beta distributions,
    given here by the beta distribution with its mean and variance (Kass and Steffey
    1989, *Journal of the American Statistical Association* 84:717-726).

    The agencies are taken to be alike but for chance and this spread. Where they are
    known to differ, shrink within peer groups.

    Shrinkage lowers the squared error on average, at every number of agencies that was
    tried, but not in every panel: the shrunken rates lay further from the truth than
    the raw ones in 34 per cent of simulated panels of 10 agencies, 27 per cent of 20,
    21 per cent of 30 and 3 per cent of 100 (``data/comparison_study.csv``). With few
    agencies show both, and rest nothing on the shrunken rate alone.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [2, 120, 55, 80, 9],
    ...                       "denominator": [2, 200, 100, 150, 20]})
    >>> shrink(table)[["value", "shrunk"]].round(2).values.tolist()
    [[1.0, 0.58], [0.6, 0.58], [0.55, 0.56], [0.53, 0.55], [0.45, 0.53]]
    """
    if prior not in PRIORS:
        message = (
            f"shrink() knows no prior {prior!r}. Choose one of {', '.join(PRIORS)}."
        )
        raise ValueError(message)
    need_level(level)
    x, n = counts_of(table, "shrink")
    need_one_kind(table, "shrink", ("indicator", "applicant"))
    if len(x) < 3:
        message = (
            f"shrink() was given {len(x)} rows. What agencies have in common cannot be "
            "seen in fewer than 3; pass more agencies, or show the raw rates."
        )
        raise ValueError(message)
    beta = stats_module("scipy.stats", "shrink").beta
    found = posterior(x, n, prior)
    tail = (1 - level) / 2
    return table.assign(
        value=x / n,
        shrunk=found.a / (found.a + found.b),
        shrunk_low=beta.ppf(tail, found.a, found.b),
        shrunk_high=beta.ppf(1 - tail, found.a, found.b),
        shrunk_level=level,
        common_rate=found.mean,
        common_n=found.requests,
        own_weight=n / (n + found.requests),
        few_agencies=len(x) < FEW_AGENCIES,
    )
