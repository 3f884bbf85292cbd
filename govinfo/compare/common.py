"""What agencies have in common: a beta distribution of their true rates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from govinfo.compare.tables import Table, counts_of, need_scipy
from govinfo.intervals import LEVEL, need_level
from govinfo.later import ArrayLike, Floats, np, pd, special

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


FEW_AGENCIES = 30
"""Among fewer, more than one simulated panel in five was served badly by shrinkage
(``data/comparison_study.csv``, study ``panels``)."""

# Below this, hardly any rank can be told from any other.
MIN_RANKED_N = 30

# The number of the Regulations' decree, so that every run draws the same.
SEED = 711

# Draws are as many as are needed to settle ranks, but no more numbers than this.
_DRAWS, _NUMBERS = 200_000, 8_000_000


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Shrunken rates, and the common distribution they are drawn towards.

    Attributes
    ----------
    rows : DataFrame
        The rows with ``value, shrunk, shrunk_low, shrunk_high`` and ``own_weight``,
        n / (n + ``common_n``).
    common_rate, common_low, common_high : float
        Median of the common rate, and its limits.
    common_n : float
        How many requests the common distribution counts as much as.
    level : float
        Probability of all limits.
    few_agencies : bool
        Whether there are fewer than :data:`FEW_AGENCIES`, so that the gain is not to
        be counted on.
    """

    rows: pd.DataFrame
    common_rate: float
    common_low: float
    common_high: float
    common_n: float
    level: float
    few_agencies: bool


@dataclass(frozen=True, slots=True)
class Ranks:
    """Ranks with their intervals.

    Attributes
    ----------
    rows : DataFrame
        The rows with ``value``, ``rank`` (the median), ``rank_low`` and ``rank_high``,
        missing for rows that are not ranked.
    ranked : int
        How many are.
    draws : int
        Size of the simulation.
    level : float
        Probability of the intervals.
    """

    rows: pd.DataFrame
    ranked: int
    draws: int
    level: float


def _mixture(grid: PriorGrid, x: Floats, n: Floats, tail: float) -> tuple[Floats, ...]:
    """Mean and quantiles of each agency's mixture of beta distributions."""
    means, sizes, weight = grid.points()
    parts = []
    for some in np.array_split(np.arange(len(x)), -(-len(x) // 50)):
        a = means * sizes + x[some, None]
        b = (1 - means) * sizes + (n - x)[some, None]
        mean = (weight * a / (a + b)).sum(axis=1)
        square = (weight * a * (a + 1) / ((a + b) * (a + b + 1))).sum(axis=1)
        requests = mean * (1 - mean) / np.maximum(square - mean**2, 1e-300) - 1
        own = mean * requests
        limits = [
            _quantile(weight, a, b, at, special.betaincinv(own, requests - own, at))
            for at in (tail, 1 - tail)
        ]
        parts.append(np.array([mean, *limits]))
    return tuple(np.concatenate(parts, axis=1))


def _quantile(weight: Floats, a: Floats, b: Floats, at: float, start: Floats) -> Floats:
    """Quantile of each row's mixture, by Newton's steps kept between brackets."""
    from scipy.special import betainc, betaln, xlog1py, xlogy

    low, high, scale = np.zeros(len(a)), np.ones(len(a)), betaln(a, b)
    value = np.clip(start, 1e-12, 1 - 1e-12)
    for _ in range(60):
        t = value[:, None]
        share = (weight * betainc(a, b, t)).sum(axis=1) - at
        log_density = xlogy(a - 1, t) + xlog1py(b - 1, -t) - scale
        slope = (weight * np.exp(log_density)).sum(axis=1)
        low, high = np.where(share < 0, value, low), np.where(share < 0, high, value)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            after = value - share / slope
        inside = (after > low) & (after < high)
        before, value = value, np.where(inside, after, (low + high) / 2)
        if (np.abs(value - before) < 1e-11).all():
            break
    return value


def shrink(data: Table, level: float = LEVEL) -> Shrinkage:
    r"""Beta-binomial shrinkage of every rate, with intervals.

    A rate from few requests moves far towards the common rate, one from many hardly
    moves. Shown beside the raw rate, never instead of it.

    Parameters
    ----------
    data : Selection or DataFrame
        With ``numerator`` and ``denominator``, one row per agency; at least 3 rows.
    level : float
        Probability of the intervals.

    Returns
    -------
    Shrinkage
        The rows, and what they have in common.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If a row is not a share, there are fewer than 3, they are of several
        indicators, or an agency stands twice.

    Notes
    -----
    .. math::

        x_i \mid p_i \sim \text{Bin}(n_i, p_i), \quad
        p_i \sim \text{Beta}(\mu M, (1-\mu) M), \quad
        p_i \mid x, \mu, M \sim \text{Beta}(\mu M + x_i, (1-\mu) M + n_i - x_i)

    Averaged over all :math:`(\mu, M)` by how well they fit, as in :func:`common_rate`,
    each rate has a mixture of beta distributions; the limits are quantiles of that
    mixture, so that they stay honest where the agencies are few.

    The agencies are taken to be alike but for chance and this spread. Where they are
    known to differ, shrink within peer groups.

    Shrinkage lowers the squared error on average, at every number of agencies that was
    tried, but not in every panel: see the study ``panels`` in
    ``data/comparison_study.csv``. With few agencies show both, and rest nothing on the
    shrunken rate alone.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [2, 120, 55, 80, 9],
    ...                       "denominator": [2, 200, 100, 150, 20]})
    >>> shrink(table).rows[["value", "shrunk"]].round(2).values.tolist()
    [[1.0, 0.58], [0.6, 0.58], [0.55, 0.56], [0.53, 0.55], [0.45, 0.53]]
    """
    need_level(level)
    table, x, n = counts_of(data, "shrink", independent=True)
    need_agencies(len(x), "shrink")
    need_scipy("shrink")
    tail = (1 - level) / 2
    grid = posterior_grid(x, n)
    shrunk, low, high = _mixture(grid, x, n, tail)
    rate, least, most = rate_quantiles(grid, (0.5, tail, 1 - tail))
    size = size_quantiles(grid, (0.5,))[0]
    rows = table.assign(
        value=x / n,
        shrunk=shrunk,
        shrunk_low=low,
        shrunk_high=high,
        own_weight=n / (n + size),
    )
    return Shrinkage(rows, rate, least, most, size, level, len(x) < FEW_AGENCIES)


def rank_intervals(
    data: Table,
    *,
    min_n: int = MIN_RANKED_N,
    level: float = LEVEL,
    draws: int | None = None,
) -> Ranks:
    """Rank of every agency with the interval it lies in, by simulation.

    The highest rate has rank 1.

    Parameters
    ----------
    data : Selection or DataFrame
        With ``numerator`` and ``denominator``, one row per agency.
    min_n : int
        Rows with a smaller denominator are not ranked.
    level : float
        Probability of the intervals.
    draws : int, optional
        Size of the simulation; 200,000, of many agencies fewer.

    Returns
    -------
    Ranks
        The rows with ``rank, rank_low, rank_high``, and how many are ranked. Fewer than
        3 that could be are not ranked.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If a row is not a share, the rows are of several indicators, or an agency
        stands twice.

    Notes
    -----
    A common distribution is drawn by how well it fits, then every rate given it and the
    agency's counts (:func:`shrink`), and the rates are ranked: Goldstein and
    Spiegelhalter (1996), *Journal of the Royal Statistical Society A* 159:385-443.
    Wide intervals are the usual result; a table of ranks without them would not be.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [180, 120, 90, 4],
    ...                       "denominator": [200, 200, 200, 5]})
    >>> rank_intervals(table).rows[["rank", "rank_low", "rank_high"]].values.tolist()
    [[1, 1, 1], [2, 2, 2], [3, 3, 3], [<NA>, <NA>, <NA>]]
    """
    need_level(level)
    table, x, n = counts_of(data, "rank_intervals", independent=True)
    need_scipy("rank_intervals")
    can = n >= min_n
    count = int(can.sum())
    columns = np.full((3, len(x)), np.nan)
    size = draws or max(1000, min(_DRAWS, _NUMBERS // max(count, 1)))
    if count >= 3:
        grid = posterior_grid(x[can], n[can])
        rng = np.random.default_rng(SEED)
        means, sizes, weight = grid.points()
        which = rng.choice(len(weight), size=size, p=weight)
        mean, requests = means[which, None], sizes[which, None]
        rates = rng.beta(mean * requests + x[can], (1 - mean) * requests + (n - x)[can])
        ranks = 1 + np.argsort(np.argsort(-rates, axis=1), axis=1)
        tail = (1 - level) / 2
        columns[:, can] = np.quantile(
            ranks, [0.5, tail, 1 - tail], axis=0, method="inverted_cdf"
        )
    rank, low, high = (pd.array(values).astype("Int64") for values in columns)
    rows = table.assign(value=x / n, rank=rank, rank_low=low, rank_high=high)
    return Ranks(rows, count if count >= 3 else 0, size, level)
