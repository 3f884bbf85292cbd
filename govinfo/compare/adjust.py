"""Comparing like with like: standardised rates, and what a difference is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.compare.strata import by_stratum, need_one_indicator, two_sides
from govinfo.intervals import LEVEL, wilson

if TYPE_CHECKING:
    import pandas as pd


def standardise(
    table: pd.DataFrame,
    group: str,
    stratum: str = "applicant",
    standard: pd.Series | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    r"""Rates as they would be if every group had the same mix of strata.

    Parameters
    ----------
    table : DataFrame
        One row per group and stratum, with ``numerator`` and ``denominator``. Strata
        must not overlap: leave out the applicants' ``total``.
    group : str
        Column that names what is compared, such as ``agency_id``.
    stratum : str
        Column that names the strata.
    standard : Series, optional
        Weight of each stratum, by its name; all groups together otherwise.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        One row per group, in the order of the table: ``numerator``, ``denominator``,
        ``crude``, ``standardised``, ``low``, ``high``, and ``empty_strata``, those
        with weight but without a case in the group, joined by commas. Where there is
        one, the standardised rate is missing: nothing says what it would be.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a group has a stratum twice, or a row is not a proportion.

    Notes
    -----
    :math:`\hat p = \sum_s w_s \hat p_s`, with limits from the Wilson limits of the
    strata :math:`(l_s, u_s)` by the recovery of variance estimates (Zou, Huang and
    Zhang 2009, *Computational Statistics and Data Analysis* 53:1080-1085), of which
    Newcombe's interval is the case of weights 1 and -1:

    .. math::

        \hat p - \sqrt{\sum w_s^2 (\hat p_s - l_s)^2}, \quad
        \hat p + \sqrt{\sum w_s^2 (u_s - \hat p_s)^2}

    Examples
    --------
    Two agencies treat both classes alike, but hear from different ones.

    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "agency_id": ["a", "a", "b", "b"],
    ...     "applicant": ["natural_person", "business"] * 2,
    ...     "numerator": [40, 2, 10, 8], "denominator": [80, 20, 20, 80]})
    >>> standardise(table, "agency_id")[["crude", "standardised"]].values.tolist()
    [[0.42, 0.3], [0.18, 0.3]]
    """
    import numpy as np
    import pandas as pd

    x, n = by_stratum(table, group, stratum, "standardise")
    need_one_indicator(table, stratum, "standardise")
    weights = n.sum() if standard is None else standard.reindex(n.columns).fillna(0)
    w = (weights / weights.sum()).to_numpy("float64")
    empty = (n == 0).to_numpy() & (w > 0)
    counts, sizes = x.to_numpy("float64"), n.to_numpy("float64")
    used = np.where(w > 0, 1.0, 0.0) * (sizes > 0)
    rates = np.divide(counts, sizes, out=np.zeros_like(counts), where=sizes > 0)
    limits = wilson(counts, sizes, level)
    below = np.where(used > 0, w * (rates - limits.low), 0.0)
    above = np.where(used > 0, w * (limits.high - rates), 0.0)
    value = (w * rates).sum(axis=1)
    lacking = empty.any(axis=1)
    value = np.where(lacking, np.nan, value)
    names = np.asarray(n.columns, dtype=object)
    # A group without a single case has no rate at all.
    whole = sizes.sum(axis=1)
    none = np.full_like(whole, np.nan)
    return pd.DataFrame(
        {
            group: n.index,
            "numerator": counts.sum(axis=1).astype("int64"),
            "denominator": sizes.sum(axis=1).astype("int64"),
            "crude": np.divide(counts.sum(axis=1), whole, out=none, where=whole > 0),
            "standardised": value,
            "low": value - np.sqrt((below**2).sum(axis=1)),
            "high": value + np.sqrt((above**2).sum(axis=1)),
            "empty_strata": [",".join(names[row]) for row in empty],
        }
    )


def kitagawa(
    first: pd.DataFrame, second: pd.DataFrame, stratum: str = "applicant"
) -> pd.DataFrame:
    r"""How much of a difference between two rates is mix, and how much is rate.

    Parameters
    ----------
    first, second : DataFrame
        One row per stratum, with ``numerator`` and ``denominator``; two years of an
        agency, or two agencies. Leave out the applicants' ``total``.
    stratum : str
        Column that names the strata.

    Returns
    -------
    DataFrame
        One row per stratum: ``weight_first, weight_second, rate_first, rate_second``,
        and in percentage points ``mix`` (from having more or fewer such requests) and
        ``rate`` (from treating them otherwise). ``mix`` and ``rate`` of all strata add
        up to the whole difference, second minus first.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a stratum stands twice, or a row is not a proportion.

    Notes
    -----
    .. math::

        R_2 - R_1 = \sum_s (w_{2s} - w_{1s}) \frac{r_{1s} + r_{2s}}{2}
        + \sum_s (r_{2s} - r_{1s}) \frac{w_{1s} + w_{2s}}{2}

    Kitagawa (1955), *Journal of the American Statistical Association* 50:1168-1194. A
    stratum that one side has no case of has no rate there; it is given the other
    side's, so that its whole contribution counts as mix. The decomposition describes;
    it does not say why.

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"applicant": ["natural_person", "business"],
    ...                   "numerator": [40, 2], "denominator": [80, 20]})
    >>> b = a.assign(numerator=[10, 8], denominator=[20, 80])
    >>> kitagawa(a, b)[["mix", "rate"]].sum().round(1).tolist()
    [-24.0, 0.0]
    """
    import numpy as np
    import pandas as pd

    counts, sizes = two_sides(first, second, stratum, "kitagawa")
    x, n = counts.to_numpy("float64"), sizes.to_numpy("float64")
    weights = n / n.sum(axis=1, keepdims=True)
    rates = np.divide(x, n, out=np.full_like(x, np.nan), where=n > 0)
    shown = rates.copy()
    for side in (0, 1):
        rates[side] = np.where(np.isnan(rates[side]), rates[1 - side], rates[side])
    rates = np.nan_to_num(rates)
    return pd.DataFrame(
        {
            stratum: sizes.columns,
            "weight_first": weights[0],
            "weight_second": weights[1],
            "rate_first": shown[0],
            "rate_second": shown[1],
            "mix": 100 * (weights[1] - weights[0]) * rates.mean(axis=0),
            "rate": 100 * (rates[1] - rates[0]) * weights.mean(axis=0),
        }
    )
