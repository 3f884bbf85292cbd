"""One difference between two rates, pooled over strata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.compare.strata import two_sides
from govinfo.compare.tables import stats_module
from govinfo.intervals import LEVEL, normal_quantile

if TYPE_CHECKING:
    import pandas as pd

    from govinfo.compare.tables import Floats


def mantel_haenszel(
    first: pd.DataFrame,
    second: pd.DataFrame,
    stratum: str = "applicant",
    level: float = LEVEL,
) -> pd.DataFrame:
    r"""One difference between two rates, pooled over strata.

    Parameters
    ----------
    first, second : DataFrame
        One row per stratum, with ``numerator`` and ``denominator``.
    stratum : str
        Column that names the strata. One that either side has no case of says nothing
        about the difference and is left out.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        One row: ``strata`` used; ``points, points_low, points_high``, the pooled
        difference second minus first in percentage points; ``odds_ratio,
        odds_ratio_low, odds_ratio_high``; ``p_value`` of no difference in any stratum,
        and ``p_homogeneous`` of one odds ratio in all, missing for a single stratum.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If statsmodels is not installed.
    ValueError
        If no stratum has cases on both sides, or a row is not a proportion.

    Notes
    -----
    With :math:`N_s = n_{1s} + n_{2s}`,

    .. math::

        \hat\delta = \frac{\sum (x_{2s} n_{1s} - x_{1s} n_{2s}) / N_s}
        {\sum n_{1s} n_{2s} / N_s}, \qquad
        \widehat{\text{var}} = \frac{\hat\delta \sum P_s + \sum Q_s}
        {(\sum n_{1s} n_{2s} / N_s)^2}

    :math:`P_s = (n_{2s}^2 x_{1s} - n_{1s}^2 x_{2s} + n_{1s} n_{2s}
    (n_{1s} - n_{2s}) / 2) / N_s^2`,
    :math:`Q_s = (x_{2s}(n_{1s} - x_{1s}) + x_{1s}(n_{2s} - x_{2s})) / 2N_s`:
    Greenland and Robins (1985), *Biometrics* 41:55-68; Sato (1989), *Biometrics*
    45:1323-1324. The odds ratio, its interval and the tests are those of
    ``statsmodels.stats.contingency_tables.StratifiedTable``.

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"applicant": ["natural_person", "business"],
    ...                   "numerator": [40, 4], "denominator": [80, 20]})
    >>> b = a.assign(numerator=[14, 24], denominator=[20, 80])
    >>> print(round(mantel_haenszel(a, b)["points"].item(), 1))
    15.0
    """
    import numpy as np
    import pandas as pd

    tables = stats_module("statsmodels.stats.contingency_tables", "mantel_haenszel")
    counts, sizes = two_sides(first, second, stratum, "mantel_haenszel")
    (x1, x2), (n1, n2) = counts.to_numpy("float64"), sizes.to_numpy("float64")
    used = (n1 > 0) & (n2 > 0)
    if not used.any():
        message = (
            "mantel_haenszel() found no stratum with cases on both sides, so the two "
            "have nothing in common to compare. Choose coarser strata."
        )
        raise ValueError(message)
    x1, x2, n1, n2 = x1[used], x2[used], n1[used], n2[used]
    points, spread = _pooled_difference(x1, x2, n1, n2)
    z = normal_quantile(level)
    stratified = tables.StratifiedTable(
        [
            np.array([[b, m - b], [a, k - a]])
            for a, b, k, m in zip(x1, x2, n1, n2, strict=True)
        ]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = stratified.oddsratio_pooled
        odds_low, odds_high = stratified.oddsratio_pooled_confint(1 - level)
        p_value = stratified.test_null_odds(correction=False).pvalue
        alike = stratified.test_equal_odds().pvalue if used.sum() > 1 else np.nan
    return pd.DataFrame(
        {
            "strata": [int(used.sum())],
            "points": 100 * points,
            "points_low": 100 * (points - z * spread),
            "points_high": 100 * (points + z * spread),
            "odds_ratio": odds,
            "odds_ratio_low": odds_low,
            "odds_ratio_high": odds_high,
            "p_value": p_value,
            "p_homogeneous": alike,
        }
    )


def _pooled_difference(
    x1: Floats, x2: Floats, n1: Floats, n2: Floats
) -> tuple[float, float]:
    """Mantel-Haenszel difference, second minus first, and Sato's standard error."""
    whole = n1 + n2
    weight = (n1 * n2 / whole).sum()
    points = ((x2 * n1 - x1 * n2) / whole).sum() / weight
    p = (n2**2 * x1 - n1**2 * x2 + n1 * n2 * (n1 - n2) / 2) / whole**2
    q = (x2 * (n1 - x1) + x1 * (n2 - x2)) / (2 * whole)
    variance = (points * p.sum() + q.sum()) / weight**2
    return float(points), float(max(variance, 0.0)) ** 0.5
