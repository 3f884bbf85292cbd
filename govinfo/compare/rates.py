"""Intervals of rates, differences of rates, and many comparisons at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.compare.tables import COUNTS, counts_of, need_columns, stats_module
from govinfo.intervals import (
    LEVEL,
    Interval,
    checked_counts,
    need_level,
    newcombe,
    wilson,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

METHODS = ("wilson", "jeffreys")
"""Intervals for a proportion, the default first."""


def jeffreys(count: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Interval:
    r"""Jeffreys' interval for a proportion: quantiles of a beta distribution.

    Parameters
    ----------
    count, n : array_like
        Numerator and denominator.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Limits between 0 and 1, missing where ``n`` is 0 or missing.

    Raises
    ------
    MissingExtra
        If statsmodels is not installed.
    ValueError
        If a count is not a proportion, or the level none.

    Notes
    -----
    Quantiles of :math:`\text{Beta}(x + 1/2, n - x + 1/2)`, the lower limit being 0 for
    no successes and the upper 1 for no failures: Brown, Cai and DasGupta (2001),
    *Statistical Science* 16:101-133, section 4.1.2. Computed by
    ``statsmodels.stats.proportion.proportion_confint``.

    Examples
    --------
    >>> low, high = jeffreys(1816, 3050)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.578 to 0.613
    """
    import numpy as np

    proportion = stats_module("statsmodels.stats.proportion", "jeffreys")
    need_level(level)
    # Copies: statsmodels would write to the views that broadcasting makes.
    x, size = (np.array(shaped) for shaped in checked_counts(count, n))
    with np.errstate(invalid="ignore"):
        low, high = proportion.proportion_confint(x, size, 1 - level, method="jeffreys")
    missing = ~(size > 0) | np.isnan(x)
    return Interval(
        np.where(missing, np.nan, np.where(x == 0, 0.0, low)),
        np.where(missing, np.nan, np.where(x == size, 1.0, high)),
    )


def with_intervals(
    table: pd.DataFrame, method: str = "wilson", level: float = LEVEL
) -> pd.DataFrame:
    """The table with ``value``, ``low``, ``high`` and ``method`` of each proportion.

    Parameters
    ----------
    table : DataFrame
        With ``numerator`` and ``denominator``, none missing.
    method : str
        ``wilson`` or ``jeffreys``.
    level : float
        Confidence level.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a row is not a proportion, or the method is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [1], "denominator": [20]})
    >>> with_intervals(table).round(3).values.tolist()
    [[1, 20, 0.05, 0.009, 0.236, 'wilson']]
    """
    if method not in METHODS:
        message = (
            f"with_intervals() knows no interval {method!r}. "
            f"Choose one of {', '.join(METHODS)}."
        )
        raise ValueError(message)
    x, n = counts_of(table, "with_intervals")
    limits = (wilson if method == "wilson" else jeffreys)(x, n, level)
    return table.assign(value=x / n, low=limits.low, high=limits.high, method=method)


def differences(
    first: pd.DataFrame, second: pd.DataFrame, on: list[str], level: float = LEVEL
) -> pd.DataFrame:
    """How far apart two proportions are, second minus first, in percentage points.

    Two years of the same agencies, two agencies over the same indicators, or two
    classes of applicants: whatever the rows share is named in ``on``.

    Parameters
    ----------
    first, second : DataFrame
        With ``numerator``, ``denominator`` and the columns of ``on``. The two must not
        count the same requests.
    on : list of str
        Columns that say which rows belong together; unique in each table.
    level : float
        Confidence level of Newcombe's interval.

    Returns
    -------
    DataFrame
        The columns of ``on``; ``numerator``, ``denominator`` and ``value`` of each
        with ``_first`` and ``_second``; ``points``, ``points_low``, ``points_high``;
        and ``differs``, whether the interval leaves out 0. Rows that only one table
        has are not in it.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a row is not a proportion, or a table has a row twice.

    Notes
    -----
    Never a relative per cent: from 1 to 2 per cent is one point, not a doubling. See
    :func:`govinfo.intervals.newcombe`.

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"agency_id": ["x"], "numerator": 64, "denominator": 351})
    >>> b = pd.DataFrame({"agency_id": ["x"], "numerator": 60, "denominator": 264})
    >>> row = differences(a, b, on=["agency_id"]).iloc[0]
    >>> print(f"{row.points:.1f}: {row.points_low:.1f} to {row.points_high:.1f}")
    4.5: -1.9 to 11.1
    """
    for table in (first, second):
        need_columns(table, "differences", (*on, *COUNTS))
        counts_of(table, "differences")
        twice = table[table.duplicated(on)]
        if len(twice):
            named = ", ".join(repr(value) for value in twice.iloc[0][on])
            message = (
                f"differences() was given {named} twice, so that it does not say which "
                "rows belong together. Choose one year and one indicator, or name in "
                "on= what tells the rows apart."
            )
            raise ValueError(message)
    names = [*on, *COUNTS]
    pairs = first[names].merge(
        second[names], on=on, suffixes=("_first", "_second"), validate="one_to_one"
    )
    x1, n1, x2, n2 = (
        pairs[f"{name}_{which}"].to_numpy("float64")
        for which in ("first", "second")
        for name in COUNTS
    )
    limits = newcombe(x2, n2, x1, n1, level)
    return pairs.assign(
        value_first=x1 / n1,
        value_second=x2 / n2,
        points=100 * (x2 / n2 - x1 / n1),
        points_low=100 * limits.low,
        points_high=100 * limits.high,
        differs=(limits.low > 0) | (limits.high < 0),
    )


def with_q_values(table: pd.DataFrame, p_value: str = "p_value") -> pd.DataFrame:
    r"""The table with ``q_value``: p-values adjusted for their number.

    Calling all rows with ``q_value`` up to 0.05 different makes, on average, at most
    one such call in twenty wrong.

    Parameters
    ----------
    table : DataFrame
        With a column of p-values, such as :func:`govinfo.compare.funnel` gives.
    p_value : str
        Its name.

    Raises
    ------
    MissingExtra
        If scipy is not installed.
    ValueError
        If a p-value is missing, or none.

    Notes
    -----
    :math:`q_{(i)} = \min_{j \ge i} m p_{(j)} / j`: Benjamini and Hochberg (1995),
    *Journal of the Royal Statistical Society B* 57:289-300, computed by
    ``scipy.stats.false_discovery_control``.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"p_value": [0.01, 0.02, 0.03, 0.5]})
    >>> with_q_values(table)["q_value"].round(3).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    need_columns(table, "with_q_values", (p_value,))
    stats = stats_module("scipy.stats", "with_q_values")
    p = table[p_value].astype("Float64").to_numpy("float64", na_value=float("nan"))
    if not ((p >= 0) & (p <= 1)).all():
        message = (
            f"with_q_values() needs p-values between 0 and 1 in {p_value!r}, and some "
            "are missing or outside. Leave these rows out before they are counted."
        )
        raise ValueError(message)
    return table.assign(q_value=stats.false_discovery_control(p) if len(p) else p)
