"""Ranks, which are never given without the interval they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.compare.shrinkage import posterior
from govinfo.compare.tables import counts_of, need_one_kind, stats_module
from govinfo.intervals import LEVEL, need_level

if TYPE_CHECKING:
    import pandas as pd

# Below this, hardly any rank can be told from any other.
MIN_RANKED_N = 30

# The number of the Regulations' decree, so that every run draws the same.
SEED = 711

_DRAWS = 4000


def rank_intervals(
    table: pd.DataFrame,
    *,
    highest_first: bool = True,
    min_n: int = MIN_RANKED_N,
    level: float = LEVEL,
    draws: int = _DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Rank of every agency with the interval it lies in, by simulation.

    Parameters
    ----------
    table : DataFrame
        With ``numerator`` and ``denominator``, one row per agency.
    highest_first : bool
        Whether the highest rate has rank 1.
    min_n : int
        Rows with a smaller denominator are not ranked.
    level : float
        Probability of the intervals.
    draws, seed : int
        Size and seed of the simulation.

    Returns
    -------
    DataFrame
        The table with ``value``; ``rank``, the median over the draws; ``rank_low`` and
        ``rank_high`` (Int64, missing for rows that are not ranked); and ``ranked``, how
        many are. Fewer than 3 that could be are not ranked either.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
    ValueError
        If a row is not a proportion, the rows are of several indicators, or a report
        stands twice.

    Notes
    -----
    Rates are drawn from their distributions given all agencies (:func:`shrink`) and
    ranked in each draw: Goldstein and Spiegelhalter (1996), *Journal of the Royal
    Statistical Society A* 159:385-443. Wide intervals are the usual result; a table of
    ranks without them would not be.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [180, 120, 90, 4],
    ...                       "denominator": [200, 200, 200, 5]})
    >>> ranked = rank_intervals(table)
    >>> ranked[["rank", "rank_low", "rank_high"]].values.tolist()
    [[1, 1, 1], [2, 2, 2], [3, 3, 3], [<NA>, <NA>, <NA>]]
    """
    import numpy as np
    import pandas as pd

    need_level(level)
    x, n = counts_of(table, "rank_intervals")
    need_one_kind(table, "rank_intervals", ("indicator", "applicant"))
    stats_module("scipy.stats", "rank_intervals")
    can = n >= min_n
    names = ("rank", "rank_low", "rank_high")
    columns = {name: np.full(len(x), np.nan) for name in names}
    if can.sum() >= 3:
        found = posterior(x[can], n[can])
        rng = np.random.default_rng(seed)
        rates = rng.beta(found.a, found.b, size=(draws, int(can.sum())))
        order = np.argsort(-rates if highest_first else rates, axis=1)
        ranks = np.empty_like(order)
        np.put_along_axis(
            ranks, order, np.arange(1, rates.shape[1] + 1)[None, :], axis=1
        )
        tail = (1 - level) / 2
        limits = np.quantile(
            ranks, [0.5, tail, 1 - tail], axis=0, method="inverted_cdf"
        )
        for name, values in zip(names, limits, strict=True):
            columns[name][can] = values
    return table.assign(
        value=x / n,
        **{name: pd.array(values).astype("Int64") for name, values in columns.items()},
        ranked=int(can.sum()) if can.sum() >= 3 else 0,
    )
