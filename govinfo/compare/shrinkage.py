"""Each agency's rate and rank, given what its peers have in common."""

from __future__ import annotations

from dataclasses import dataclass

from govinfo.compare.common import (
    PriorGrid,
    need_agencies,
    posterior_grid,
    rate_quantiles,
    size_quantiles,
)
from govinfo.compare.tables import Table, counts_of, need_scipy
from govinfo.intervals import LEVEL, need_level
from govinfo.later import Floats, np, pd, special

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
