"""What agencies have in common: a beta distribution of their true rates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from govinfo.compare.tables import Table, counts_of, need_scipy
from govinfo.intervals import LEVEL, need_level
from govinfo.later import ArrayLike, Floats, np, special

# Points of the grid over the mean and, unevenly, over the size of the common beta.
_MEANS, _SIZES = 31, 61
_STEP = 1e-3
# log M from a twentieth of a request to where agencies are alike to any digit.
_LEAST, _MOST = -3.0, 40.0
_MOST_LOGIT = 14.0
# Grid points with less than this part of the greatest weight change no digit.
_NEGLIGIBLE = 1e-7
# Agencies that belong to no common distribution: expected share, and certainty asked.
_STRAY, _SURE = 0.05, 0.5


class PriorGrid(NamedTuple):
    """Common distributions that fit the counts: Beta(mean M, (1 - mean) M).

    ``mean`` and ``weight`` have a row for each ``size`` M; the logits of a row's means
    are ``middle`` + ``spread`` sinh(``steps``).
    """

    mean: Floats
    size: Floats
    weight: Floats
    middle: Floats
    spread: Floats
    steps: Floats

    def points(self) -> tuple[Floats, Floats, Floats]:
        """Mean, size and weight of every common distribution that matters."""
        kept = self.weight > _NEGLIGIBLE * self.weight.max()
        sizes = np.broadcast_to(self.size[:, None], self.mean.shape)
        weight = self.weight[kept]
        return self.mean[kept], sizes[kept], weight / weight.sum()


class CommonRate(NamedTuple):
    """The rate that agencies have in common, and how much they spread about it.

    ``rate`` is a posterior median with the limits ``low`` and ``high`` at ``level``.
    ``rho`` is the intraclass correlation 1/(1 + M), 0 where chance alone makes the
    agencies differ, with its own limits; ``strays`` are the positions of agencies that
    were left out of the fit.
    """

    rate: float
    low: float
    high: float
    rho: float
    rho_low: float
    rho_high: float
    level: float
    strays: tuple[int, ...]


def log_rising(a: ArrayLike, k: Floats | float) -> Floats:
    """Log Gamma(a + k) - log Gamma(a), also where a is too large to subtract."""
    a = np.asarray(a, dtype=float)
    large = (a - 0.5) * np.log1p(k / a) + k * np.log(a + k) - k
    large += (1 / (a + k) - 1 / a) / 12
    with np.errstate(invalid="ignore"):
        small = special.gammaln(a + k) - special.gammaln(a)
    found: Floats = np.where(a > 1e4, large, small)
    return found


def log_beta_binomial(
    x: Floats, n: Floats | float, a: Floats | float, b: Floats | float
) -> Floats:
    """Log-probability of counts under a beta-binomial distribution."""
    found: Floats = (
        special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
        + log_rising(a, x) + log_rising(b, n - x) - log_rising(a + b, n)
    )  # fmt: skip
    return found


def shapes(u: Floats | float, v: Floats | float) -> tuple[Floats, Floats]:
    """Parameters of the beta distribution at a logit mean and a log size."""
    return np.exp(special.log_expit(u) + v), np.exp(special.log_expit(-u) + v)


def _log_heights(u: ArrayLike, v: ArrayLike, x: Floats, n: Floats) -> Floats:
    """Log posterior at logit means ``u`` and log sizes ``v`` of the common beta."""
    u, v = np.asarray(u, dtype=float), np.asarray(v, dtype=float)
    a, b = shapes(u[..., None], v[..., None])
    heights: Floats = log_beta_binomial(x, n, a, b).sum(axis=-1)
    prior: Floats = special.log_expit(u) + special.log_expit(-u) - v / 2
    return heights + prior


def _top(x: Floats, n: Floats) -> tuple[float, float]:
    """About where the posterior is highest: logit mean and log size."""
    start = (x.sum() + 0.5) / (n.sum() + 1)
    # A wide and a narrow common distribution: the height can have two tops.
    starts = [[np.log(start / (1 - start)), np.log(size)] for size in (3.0, 300.0)]
    u, v = _lowest(
        lambda at: -float(_log_heights(at[0], at[1], x, n)),
        starts,
        [(-_MOST_LOGIT, _MOST_LOGIT), (_LEAST, _MOST)],
        1e-2,
    )
    return float(u), float(v)


def _lowest(
    depth: Callable[[Floats], float],
    starts: Iterable[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
    near: float,
) -> Floats:
    """Where a function is lowest, from several starts to a nearness in x and in y."""
    from scipy.optimize import minimize

    options = {"xatol": near, "fatol": near, "maxiter": 2000}
    tries = [
        minimize(depth, start, method="Nelder-Mead", bounds=bounds, options=options)
        for start in starts
    ]
    lowest: Floats = min(tries, key=lambda found: float(found.fun)).x
    return lowest


def posterior_grid(x: Floats, n: Floats) -> PriorGrid:
    """Common distributions by how well they fit; see :func:`common_rate`."""
    from scipy.special import expit

    def heights(us: Floats, vs: Floats) -> Floats:
        return _log_heights(us, np.broadcast_to(vs, us.shape), x, n)

    _, v0 = _top(x, n)
    # Dense about the mode and ever wider apart in the tails; the changes of variable
    # are smooth, so that equal steps integrate to many digits.
    ends = np.arcsinh(np.array([_LEAST - v0, _MOST - v0]) / 0.5)
    t = np.linspace(ends[0], ends[1], _SIZES)
    vs = v0 + 0.5 * np.sinh(t)
    coarse = np.linspace(-_MOST_LOGIT, _MOST_LOGIT, 57)
    at = coarse[heights(np.tile(coarse, (_SIZES, 1)), vs[:, None]).argmax(axis=1)]
    for _ in range(6):
        low, middle, high = heights(at + _STEP * np.array([[-1.0], [0.0], [1.0]]), vs)
        bend = np.minimum((low - 2 * middle + high) / _STEP**2, -1e-3)
        at = at - np.clip((high - low) / (2 * _STEP) / bend, -0.2, 0.2)
    spread = 1.2 / np.sqrt(-bend)
    s = np.linspace(-3.0, 3.0, _MEANS)
    us = at[:, None] + spread[:, None] * np.sinh(s)
    found = heights(us, vs[:, None])
    weights = np.exp(found - found.max()) * np.cosh(s) * (np.cosh(t) * spread)[:, None]
    return PriorGrid(expit(us), np.exp(vs), weights / weights.sum(), at, spread, s)


def rate_quantiles(grid: PriorGrid, at: Sequence[float]) -> list[float]:
    """Quantiles of the common rate."""
    from scipy.interpolate import CubicSpline
    from scipy.optimize import brentq
    from scipy.special import expit

    # Sums at whole steps are exact to many digits, between them the spline is.
    below = CubicSpline(grid.steps, grid.weight, axis=1).antiderivative()
    ends = grid.steps[[0, -1]]
    whole = float(below(ends[1]).sum() - below(ends[0]).sum())
    rows = np.arange(len(grid.size))

    def share(u: float) -> float:
        places = np.arcsinh((u - grid.middle) / grid.spread)
        places = np.clip(places, *ends)
        return float(below(places)[rows, rows].sum()) / whole

    end = 2 * _MOST_LOGIT
    return [
        float(expit(brentq(lambda u, p=p: share(u) - p, -end, end, xtol=1e-9)))
        for p in at
    ]


def size_quantiles(grid: PriorGrid, at: Sequence[float]) -> list[float]:
    """Quantiles of the size of the common distribution, in requests."""
    from scipy.interpolate import CubicSpline

    places = np.arange(len(grid.size), dtype=float)
    fine = np.linspace(0, places[-1], 6001)
    sums = CubicSpline(places, grid.weight.sum(axis=1)).antiderivative()(fine)
    logs = CubicSpline(places, np.log(grid.size))
    sums = np.maximum.accumulate(sums / sums[-1])
    found: list[float] = np.exp(logs(np.interp(at, sums, fine))).tolist()
    return found


def strays_of(x: Floats, n: Floats) -> list[int]:
    """Agencies that are more likely from anywhere than from the common distribution."""
    if len(x) < 5:
        return []

    def parts(at: Floats) -> tuple[Floats, Floats]:
        own = log_beta_binomial(x, n, *shapes(at[0], at[1]))
        own += special.log_expit(-at[2])
        return own, special.log_expit(at[2]) - np.log(n + 1)

    def depth(at: Floats) -> float:
        own, other = parts(at)
        share = float(special.expit(at[2]))
        prior = np.log(share) * _STRAY * 20 + np.log1p(-share) * (1 - _STRAY) * 20
        return -float(np.logaddexp(own, other).sum() + prior - at[1] / 2)

    u, v = _top(x, n)
    starts = [[u, size, np.log(_STRAY)] for size in (v, min(v + 2, 12.0))]
    bounds = [(-_MOST_LOGIT, _MOST_LOGIT), (_LEAST, _MOST), (-9.0, -1.0)]
    own, other = parts(_lowest(depth, starts, bounds, 1e-3))
    return np.flatnonzero(special.expit(other - own) > _SURE).tolist()


def fit_common(x: Floats, n: Floats, level: float, *, robust: bool) -> CommonRate:
    """Posterior median and limits of the common rate and of the spread."""
    strays = strays_of(x, n) if robust else []
    kept = np.ones(len(x), dtype=bool)
    kept[strays] = False
    grid = posterior_grid(x[kept], n[kept])
    at = (0.5, (1 - level) / 2, (1 + level) / 2)
    rate, low, high = rate_quantiles(grid, at)
    rho, most, least = (1 / (1 + size) for size in size_quantiles(grid, at))
    return CommonRate(rate, low, high, rho, least, most, level, tuple(strays))


def common_rate(
    data: Table, level: float = LEVEL, *, robust: bool = False
) -> CommonRate:
    r"""The rate that agencies have in common, with its interval.

    Parameters
    ----------
    data : Selection or DataFrame
        With ``numerator`` and ``denominator``, one row per agency; at least 3 rows.
    level : float
        Probability of the intervals.
    robust : bool
        Leave out agencies that are more likely to come from anywhere between 0 and 1
        than from the common distribution, found by a mixture of both.

    Returns
    -------
    CommonRate
        ``rate, low, high``; ``rho, rho_low, rho_high``; ``level``; ``strays``.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If a row is not a share, there are fewer than 3, or they are not independent.

    Notes
    -----
    .. math::

        x_i \mid p_i \sim \text{Bin}(n_i, p_i), \quad
        p_i \sim \text{Beta}(\mu M, (1-\mu) M)

    with the density :math:`(\alpha+\beta)^{-5/2}` on :math:`\alpha = \mu M` and
    :math:`\beta = (1-\mu)M` (Gelman et al. 2013, *Bayesian Data Analysis*, 3rd ed.,
    section 5.3), integrated on a grid over the logit of :math:`\mu` and the logarithm
    of :math:`M`. The rate of all requests together is another number: it is that of
    the largest agencies.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [2, 120, 55, 80, 9],
    ...                       "denominator": [2, 200, 100, 150, 20]})
    >>> found = common_rate(table)
    >>> print(f"{found.rate:.3f} ({found.low:.3f} to {found.high:.3f})")
    0.559 (0.458 to 0.654)
    """
    _, x, n = counts_of(data, "common_rate", independent=True)
    need_agencies(len(x), "common_rate")
    need_level(level)
    need_scipy("common_rate")
    return fit_common(x, n, level, robust=robust)


def need_agencies(count: int, needed_by: str) -> None:
    """Refuse fewer than three agencies."""
    if count < 3:
        raise ValueError(
            f"{needed_by}() was given {count} rows. What agencies have in common "
            "cannot be seen in fewer than 3; pass more agencies, or show the raw rates."
        )
