"""Mixes, such as the grounds of refusal, with intervals that hold together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govinfo.compare.tables import (
    COUNTS,
    Selection,
    counts_of,
    need_columns,
    stats_module,
)
from govinfo.indicators import GROUNDS, RELIABLE_N, VALUED
from govinfo.intervals import LEVEL, need_level

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("exact", "goodman", "sison-glaz")
"""Simultaneous intervals of a mix, the default first."""


GROUND_SHARES = tuple(f"ground_share_{n}" for n in range(1, len(GROUNDS) + 1))
"""Shares of the eight grounds of refusal, which make one whole."""


def select_mixes(
    table: pd.DataFrame,
    parts: Sequence[str] = GROUND_SHARES,
    *,
    applicant: str = "total",
    year: int | None = None,
    min_n: int = RELIABLE_N,
) -> Selection:
    """All parts of every mix that can be compared, and why other mixes cannot.

    Nothing is left out in silence: every report is in one of the two tables.

    Parameters
    ----------
    table : DataFrame
        From :func:`govinfo.indicators.indicators`.
    parts : sequence of str
        Codes of the indicators that make one whole; the grounds of refusal by default.
    applicant : str
        Column code of the applicants.
    year : int, optional
        One report year; all years otherwise.
    min_n : int
        Leave out mixes of fewer cases. 20 by default; 1 keeps all that have any.

    Returns
    -------
    Selection
        ``rows``, one for each part of each report, for :func:`mix_intervals`; and
        ``left_out``, one for each report, with a column ``reason``: a state of the
        indicator, ``small_denominator``, or ``inconsistent_input`` where the parts do
        not add up to the whole.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a report has a part twice.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "report_id": ["a", "a", "b", "b"], "report_year": 2023,
    ...     "indicator": ["granted_share", "refused_share"] * 2, "applicant": "total",
    ...     "numerator": [30, 10, 1, 0], "denominator": [40, 40, 1, 1],
    ...     "state": ["computed"] * 2 + ["small_denominator"] * 2})
    >>> rows, left_out = select_mixes(table, ["granted_share", "refused_share"])
    >>> rows["numerator"].tolist(), left_out[["report_id", "reason"]].values.tolist()
    ([30, 10], [['b', 'small_denominator']])
    """
    import pandas as pd

    needed = ("report_id", "indicator", "applicant", "report_year", "state", *COUNTS)
    need_columns(table, "select_mixes", needed)
    chosen = table["indicator"].isin(list(parts)) & (table["applicant"] == applicant)
    if year is not None:
        chosen &= (table["report_year"] == year).fillna(value=False).astype(bool)
    found = table[chosen]
    twice = found[found.duplicated(["report_id", "indicator"])]
    if len(twice):
        row = twice.iloc[0]
        message = (
            f"select_mixes() found {row['indicator']!r} of {row['report_id']!r} twice. "
            "Expected one row per report and part; give every report an id of its own."
        )
        raise ValueError(message)
    kept, lost, reasons = [], [], []
    for _, mix in found.groupby("report_id", sort=False):
        reason = _reason(mix, len(parts), min_n)
        if reason:
            lost.append(mix.iloc[[0]])
            reasons.append(reason)
        else:
            kept.append(mix)
    rows = pd.concat(kept) if kept else found.iloc[:0]
    left_out = pd.concat(lost) if lost else found.iloc[:0]
    return Selection(
        rows.reset_index(drop=True),
        left_out.assign(reason=reasons).reset_index(drop=True),
    )


def _reason(mix: pd.DataFrame, parts: int, min_n: int) -> str:
    """Why a report's mix cannot be compared; empty if it can."""
    unvalued = mix["state"][~mix["state"].isin(VALUED)]
    if len(unvalued):
        return str(unvalued.iloc[0])
    if len(mix) < parts:
        return "absent_input"
    whole = mix["denominator"].iloc[0]
    if mix["numerator"].sum() != whole or (mix["denominator"] != whole).any():
        return "inconsistent_input"
    return "small_denominator" if whole < min_n else ""


def mix_intervals(
    table: pd.DataFrame,
    by: list[str],
    method: str = "exact",
    level: float = LEVEL,
) -> pd.DataFrame:
    r"""The table with ``mix_low`` and ``mix_high`` for every part of every mix.

    With the stated probability all intervals of one mix hold at the same time, so that
    the parts may be compared with each other; they are wider than those of single
    shares.

    Parameters
    ----------
    table : DataFrame
        One row per part, such as ``ground_share_1`` to ``ground_share_8``: the
        ``numerator`` counts the part, the ``denominator`` the whole. Every part of a
        mix must be there, also those of 0; :func:`select_mixes` sees to that.
    by : list of str
        Columns that say which rows make up one mix, such as ``["report_id"]``.
    method : str
        ``exact``, the default, which never falls short; ``goodman``, a little narrower,
        where every part has some cases; ``sison-glaz`` for seven and more parts of
        similar size.
    level : float
        Probability that all intervals of a mix hold.

    Returns
    -------
    DataFrame
        The table with ``value, mix_low, mix_high`` and ``mix_level``.

    Raises
    ------
    MissingColumns
        If a column is missing.
    MissingExtra
        If statsmodels is not installed.
    ValueError
        If the parts of a mix do not add up to its whole, or the method is unknown.

    Notes
    -----
    ``exact`` gives each of the :math:`k` parts the interval of Clopper and Pearson
    (1934), *Biometrika* 26:404-413, at the level :math:`1 - \alpha/k` (Bonferroni):
    quantiles of :math:`\text{Beta}(x_i, n - x_i + 1)` and
    :math:`\text{Beta}(x_i + 1, n - x_i)`.

    Goodman (1965), *Technometrics* 7:247-254: with :math:`c` the
    :math:`1 - \alpha/k` quantile of chi-squared with one degree of freedom,

    .. math::

        \frac{c + 2x_i \pm \sqrt{c\,(c + 4x_i(n - x_i)/n)}}{2(n + c)}

    Sison and Glaz (1995), *Journal of the American Statistical Association*
    90:366-369. Both by ``statsmodels``' ``multinomial_proportions_confint``.

    In mixes like those of the bundled reports, whose rarest grounds are hardly ever
    used, all eight exact intervals hold together in 98.1 per cent of cases, Goodman's
    in 92.5 and Sison and Glaz's in 90.8, where 95 is claimed
    (``data/comparison_study.csv``). Too wide by a little is the lesser fault, so the
    exact ones are the default.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"report_id": "a-2023", "numerator": [30, 10],
    ...                       "denominator": 40})
    >>> mix_intervals(table, by=["report_id"])[["mix_low", "mix_high"]].round(2).values
    array([[0.57, 0.89],
           [0.11, 0.43]])
    """
    import numpy as np

    if method not in METHODS:
        message = (
            f"mix_intervals() knows no interval {method!r}. "
            f"Choose one of {', '.join(METHODS)}."
        )
        raise ValueError(message)
    need_level(level)
    need_columns(table, "mix_intervals", by)
    x, n = counts_of(table, "mix_intervals")
    proportion = stats_module("statsmodels.stats.proportion", "mix_intervals")
    low, high = np.empty(len(x)), np.empty(len(x))
    parts = np.empty(len(x))
    for name, rows in table.groupby(by, sort=False, dropna=False).indices.items():
        if x[rows].sum() != n[rows[0]] or (n[rows] != n[rows[0]]).any():
            names = name if isinstance(name, tuple) else (name,)
            named = ", ".join(str(value) for value in names)
            message = (
                f"mix_intervals(): the parts of '{named}' add up to "
                f"{x[rows].sum():g}, but their whole is {n[rows[0]]:g}. Pass every "
                "part of the mix, also those of 0, and no other rows."
            )
            raise ValueError(message)
        parts[rows] = len(rows)
        if method != "exact":
            limits = proportion.multinomial_proportions_confint(
                x[rows], 1 - level, method=method
            ).T
            low[rows], high[rows] = np.clip(limits, 0, 1)
    if method == "exact":
        # All mixes of as many parts at once: one by one takes a hundred times longer.
        for count in np.unique(parts):
            some = parts == count
            each = (1 - level) / count
            limits = proportion.proportion_confint(x[some], n[some], each, "beta")
            low[some], high[some] = np.clip(limits, 0, 1)
    return table.assign(value=x / n, mix_low=low, mix_high=high, mix_level=level)
