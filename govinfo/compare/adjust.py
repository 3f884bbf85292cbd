"""Comparing like with like: standardised and pooled rates, and what differences are."""

from __future__ import annotations

from govinfo.compare.tables import (
    COUNTS,
    Table,
    counts_of,
    need_columns,
    need_independent,
    need_scipy,
    rows_of,
)
from govinfo.errors import require_once
from govinfo.intervals import LEVEL, normal_quantile, wilson
from govinfo.later import Floats, np, pd, special


def standardise(
    data: Table,
    group: str,
    stratum: str = "applicant",
    standard: pd.Series | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    r"""Rates as they would be if every group had the same mix of strata.

    Parameters
    ----------
    data : Selection or DataFrame
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
        If a group has a stratum twice, a row is not a share, or a weight is negative
        or of a stratum that the table does not have.

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
    table = rows_of(data)
    groups, strata, x, n = _by_stratum(table, group, stratum, "standardise")
    _need_one_indicator(table, stratum, "standardise")
    some, whole = x.sum(axis=1), n.sum(axis=1)
    w = _weights(pd.Series(n.sum(axis=0), strata), standard)
    empty, used = (n == 0) & (w > 0), (n > 0) & (w > 0)
    rates = np.nan_to_num(_over(x, n))
    limits = wilson(x, n, level)
    below = np.where(used, w * (rates - limits.low), 0.0)
    above = np.where(used, w * (limits.high - rates), 0.0)
    value = np.where(empty.any(axis=1), np.nan, (w * rates).sum(axis=1))
    return pd.DataFrame(
        {
            group: groups,
            "numerator": some.astype("int64"),
            "denominator": whole.astype("int64"),
            # A group without a single case has no rate at all.
            "crude": _over(some, whole),
            "standardised": value,
            "low": value - np.sqrt((below**2).sum(axis=1)),
            "high": value + np.sqrt((above**2).sum(axis=1)),
            "empty_strata": [",".join(strata[row]) for row in empty],
        }
    )


def _over(x: Floats, n: Floats) -> Floats:
    """Rates; missing where there is no case."""
    rates: Floats = np.divide(x, n, out=np.full_like(x, np.nan), where=n > 0)
    return rates


def kitagawa(first: Table, second: Table, stratum: str = "applicant") -> pd.DataFrame:
    r"""How much of a difference between two rates is mix, and how much is rate.

    Parameters
    ----------
    first, second : Selection or DataFrame
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
    strata, x, n = _two_sides(first, second, stratum, "kitagawa")
    weights = n / n.sum(axis=1, keepdims=True)
    shown = _over(x, n)
    rates = np.nan_to_num(np.where(np.isnan(shown), shown[::-1], shown))
    return pd.DataFrame(
        {
            stratum: strata,
            "weight_first": weights[0],
            "weight_second": weights[1],
            "rate_first": shown[0],
            "rate_second": shown[1],
            "mix": 100 * (weights[1] - weights[0]) * rates.mean(axis=0),
            "rate": 100 * (rates[1] - rates[0]) * weights.mean(axis=0),
        }
    )


def mantel_haenszel(
    first: Table,
    second: Table,
    stratum: str = "applicant",
    level: float = LEVEL,
) -> pd.DataFrame:
    r"""One difference between two rates, pooled over strata.

    Parameters
    ----------
    first, second : Selection or DataFrame
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
        odds_ratio_low, odds_ratio_high``; ``p_value`` of no difference in any stratum.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If scipy is not installed.
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
    45:1323-1324. The odds ratio is Mantel and Haenszel's, its interval by Robins,
    Breslow and Greenland (1986), *Biometrics* 42:311-323; the test of no difference is
    Cochran's, Mantel's and Haenszel's without correction for continuity.

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"applicant": ["natural_person", "business"],
    ...                   "numerator": [40, 4], "denominator": [80, 20]})
    >>> b = a.assign(numerator=[14, 24], denominator=[20, 80])
    >>> print(round(mantel_haenszel(a, b)["points"].item(), 1))
    15.0
    """
    need_scipy("mantel_haenszel")
    _, (x1, x2), (n1, n2) = _two_sides(first, second, stratum, "mantel_haenszel")
    used = (n1 > 0) & (n2 > 0)
    if not used.any():
        raise ValueError(
            "mantel_haenszel() found no stratum with cases on both sides, so the two "
            "have nothing in common to compare. Choose coarser strata."
        )
    x1, x2, n1, n2 = x1[used], x2[used], n1[used], n2[used]
    points, spread = _pooled_difference(x1, x2, n1, n2)
    z = normal_quantile(level)
    odds, log_spread = _pooled_odds(x1, x2, n1, n2)
    cases, whole = x1 + x2, n1 + n2
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (x2 - n2 * cases / whole).sum()
        room = n1 * n2 * cases * (whole - cases) / (whole**2 * (whole - 1))
        p_value = special.chdtrc(1, expected**2 / room.sum())
    return pd.DataFrame(
        {
            "strata": [int(used.sum())],
            "points": 100 * points,
            "points_low": 100 * (points - z * spread),
            "points_high": 100 * (points + z * spread),
            "odds_ratio": odds,
            "odds_ratio_low": odds * np.exp(-z * log_spread),
            "odds_ratio_high": odds * np.exp(z * log_spread),
            "p_value": p_value,
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


def _pooled_odds(x1: Floats, x2: Floats, n1: Floats, n2: Floats) -> tuple[float, float]:
    """Mantel-Haenszel odds ratio, second to first, and the spread of its logarithm."""
    whole = n1 + n2
    up, down = x2 * (n1 - x1) / whole, x1 * (n2 - x2) / whole
    p, q = (x2 + n1 - x1) / whole, (x1 + n2 - x2) / whole
    r, s = up.sum(), down.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (p * up).sum() / r**2 + (q * down).sum() / s**2
        variance = (variance + (p * down + q * up).sum() / (r * s)) / 2
        return float(r / s), float(np.sqrt(variance))


def _two_sides(
    first: Table, second: Table, stratum: str, needed_by: str
) -> tuple[pd.Index, Floats, Floats]:
    """Strata, and numerators and denominators of two tables as two rows by strata."""
    tables = [rows_of(first), rows_of(second)]
    if both := [table for table in tables if "indicator" in table.columns]:
        _need_one_indicator(pd.concat(both), stratum, needed_by)
    sides = []
    for side, table in enumerate(tables):
        need_columns(table, needed_by, (stratum, *COUNTS))
        if not (table["denominator"] > 0).fillna(value=False).any():
            which = ("first", "second")[side]
            raise ValueError(
                f"{needed_by}() was given a {which} table without a single case, so "
                "there is no rate to compare. Choose a report that has some."
            )
        # Where the indicator is named, its kind is checked.
        columns = table.columns.intersection([stratum, *COUNTS, "indicator"])
        sides.append(table[columns].assign(_side=side))
    return _by_stratum(pd.concat(sides), "_side", stratum, needed_by)[1:]


def _need_one_indicator(table: pd.DataFrame, stratum: str, needed_by: str) -> None:
    """Refuse rows of several indicators, which are no strata of one rate."""
    if stratum != "indicator" and "indicator" in table.columns:
        need_independent(table[["indicator"]], needed_by)


def _by_stratum(
    table: pd.DataFrame, group: str, stratum: str, needed_by: str
) -> tuple[pd.Index, pd.Index, Floats, Floats]:
    """Groups and strata, and the counts of each by each; a pair without a row has 0."""
    need_columns(table, needed_by, (group, stratum, *COUNTS))
    is_total = table[stratum] == "total"
    if is_total.any() and not is_total.all():
        raise ValueError(
            f"{needed_by}() was given the stratum 'total' beside its parts, so every "
            f"request would count twice. Leave out the rows with {stratum} 'total'."
        )
    kept = table[table["denominator"] != 0]
    counts_of(kept, needed_by)
    require_once(
        kept, needed_by, [group, stratum], "Choose one indicator and one year."
    )
    groups = pd.Index(table[group].unique(), name=group)
    strata = pd.Index(table[stratum].unique(), name=stratum)
    wide = kept.set_index([group, stratum])[list(COUNTS)]
    wide = wide.reindex(pd.MultiIndex.from_product([groups, strata]))
    counts = wide.astype("float64").fillna(0.0).to_numpy()
    x, n = counts.T.reshape(2, len(groups), len(strata))
    return groups, strata, x, n


def _weights(whole: pd.Series, standard: pd.Series | None) -> Floats:
    """Weights of the strata that add up to one, refusing what is no weight."""
    standard = whole if standard is None else standard
    what = "" if standard.sum() > 0 else "weights of which none is above 0"
    if len(wrong := standard[~(standard >= 0)]):
        what = f"the weight {wrong.iloc[0]:g} for {wrong.index[0]!r}"
    if unknown := [name for name in standard.index if name not in whole.index]:
        what = f"the stratum {unknown[0]!r}, which the table does not have"
    if what:
        raise ValueError(
            f"standardise() was given {what}. Expected a weight of 0 or more for "
            f"strata of the table: {', '.join(map(str, whole.index))}."
        )
    weights = standard.reindex(whole.index).fillna(0)
    found: Floats = (weights / weights.sum()).to_numpy("float64")
    return found
