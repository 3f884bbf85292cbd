"""Intervals of rates, of mixes and of differences, and many comparisons at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from govinfo.compare.tables import (
    COUNTS,
    Table,
    counts_of,
    need_choice,
    need_columns,
    need_scipy,
    rows_of,
)
from govinfo.errors import require_columns, require_once
from govinfo.indicators import INDICATORS
from govinfo.intervals import (
    LEVEL,
    Interval,
    byar,
    checked_counts,
    interval_of,
    need_level,
    newcombe,
    wilson,
)
from govinfo.later import ArrayLike, Floats, np, pd, special

METHODS = ("wilson", "jeffreys")
"""Intervals for a proportion, the default first."""

MIX_METHODS = ("exact", "sison-glaz")
"""Simultaneous intervals of a mix, the default first."""


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
        If scipy is not installed.
    ValueError
        If a count is not a proportion, or the level none.

    Notes
    -----
    Quantiles of :math:`\text{Beta}(x + 1/2, n - x + 1/2)`, the lower limit being 0 for
    no successes and the upper 1 for no failures: Brown, Cai and DasGupta (2001),
    *Statistical Science* 16:101-133, section 4.1.2.

    Examples
    --------
    >>> low, high = jeffreys(1816, 3050)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.578 to 0.613
    """
    need_level(level)
    return _beta_limits(*checked_counts(count, n), level, 0.5, "jeffreys")


def _beta_limits(
    x: Floats, n: Floats, level: float | Floats, add: float, needed_by: str
) -> Interval:
    """Beta quantiles: ``add`` 1/2 for Jeffreys' interval, 1 for the exact one."""
    need_scipy(needed_by)
    tail, other = (1 - level) / 2, 1 - add
    low = special.betaincinv(np.maximum(x + other, 1e-9), n - x + add, tail)
    high = special.betaincinv(x + add, np.maximum(n - x + other, 1e-9), 1 - tail)
    low, high = np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
    return interval_of(x, n, low, high)


def with_intervals(
    data: Table, method: str = "wilson", level: float = LEVEL
) -> pd.DataFrame:
    """The table with ``value``, ``low``, ``high`` and ``method``, in the rows' units.

    Parameters
    ----------
    data : Selection or DataFrame
        With ``numerator`` and ``denominator``, none missing: shares, or rates of events
        per exposure, which have Byar's interval.
    method : str
        ``wilson`` or ``jeffreys``, for shares.
    level : float
        Confidence level.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a row is neither share nor rate, or the method is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [1], "denominator": [20]})
    >>> with_intervals(table).round(3).values.tolist()
    [[1, 20, 0.05, 0.009, 0.236, 'wilson']]
    """
    need_choice("with_intervals", "interval", method, METHODS)
    table, x, n = counts_of(data, "with_intervals", kinds=("share", "rate"))
    codes = table["indicator"] if "indicator" in table.columns else [""] * len(x)
    entries = [INDICATORS.get(code) for code in codes]
    is_rate = np.array([e is not None and e.kind == "rate" for e in entries])
    scale = np.array([float(e.scale) if e is not None else 1.0 for e in entries])
    share = wilson if method == "wilson" else jeffreys
    limits = np.empty((2, len(x)))
    for some, interval in ((is_rate, byar), (~is_rate, share)):
        if some.any():
            limits[:, some] = interval(x[some], n[some], level)
    return table.assign(
        value=scale * x / n,
        low=scale * limits[0],
        high=scale * limits[1],
        method=np.where(is_rate, "byar", method),
    )


def differences(
    first: Table, second: Table, on: list[str], level: float = LEVEL
) -> pd.DataFrame:
    """How far apart two proportions are, second minus first, in percentage points.

    Two years of the same agencies, two agencies over the same indicators, or two
    classes of applicants: whatever the rows share is named in ``on``.

    Parameters
    ----------
    first, second : Selection or DataFrame
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
        with ``_first`` and ``_second``; ``points, points_low, points_high``, the
        interval of each difference alone; ``all_low, all_high``, wider ones of which
        all hold at the same time; ``comparisons``, how many those are; ``differs``,
        whether the wider interval leaves out 0; and ``borderline``, whether only the
        narrower one does. Rows that only one table has are not in it.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a row is not a share, or a table has a row twice.

    Notes
    -----
    Never a relative per cent: from 1 to 2 per cent is one point, not a doubling. See
    :func:`govinfo.intervals.newcombe`. Of twenty differences that are none, one
    interval of 95% leaves out 0 by chance; the wider intervals are each at the level
    1 - (1 - level)/comparisons (Bonferroni).

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"agency_id": ["x"], "numerator": 64, "denominator": 351})
    >>> b = pd.DataFrame({"agency_id": ["x"], "numerator": 60, "denominator": 264})
    >>> row = differences(a, b, on=["agency_id"]).iloc[0]
    >>> print(f"{row.points:.1f}: {row.points_low:.1f} to {row.points_high:.1f}")
    4.5: -1.9 to 11.1
    """
    sides = [rows_of(first), rows_of(second)]
    for table in sides:
        need_columns(table, "differences", (*on, *COUNTS))
        if len(table):
            counts_of(table, "differences")
        advice = "Choose one year and one indicator, or tell rows apart by on=."
        require_once(table, "differences", on, advice)
    names = [*on, *COUNTS]
    pairs = sides[0][names].merge(
        sides[1][names], on=on, suffixes=("_first", "_second"), validate="one_to_one"
    )
    x1, n1, x2, n2 = (
        pairs[f"{name}_{which}"].to_numpy("float64")
        for which in ("first", "second")
        for name in COUNTS
    )
    need_level(level)
    count = max(len(pairs), 1)
    alone = newcombe(x2, n2, x1, n1, level)
    wider = newcombe(x2, n2, x1, n1, 1 - (1 - level) / count)
    differs = (wider.low > 0) | (wider.high < 0)
    return pairs.assign(
        value_first=x1 / n1,
        value_second=x2 / n2,
        points=100 * (x2 / n2 - x1 / n1),
        points_low=100 * alone.low,
        points_high=100 * alone.high,
        all_low=100 * wider.low,
        all_high=100 * wider.high,
        comparisons=len(pairs),
        differs=differs,
        borderline=((alone.low > 0) | (alone.high < 0)) & ~differs,
    )


def with_q_values(data: Table) -> pd.DataFrame:
    r"""The table with ``q_value``: p-values adjusted for their number.

    Calling all rows with ``q_value`` up to 0.05 different makes, on average, at most
    one such call in twenty wrong.

    Parameters
    ----------
    data : Selection or DataFrame
        With ``p_value``, such as the rows of :func:`govinfo.compare.funnel`.

    Raises
    ------
    ValueError
        If a p-value is missing, or none.

    Notes
    -----
    :math:`q_{(i)} = \min_{j \ge i} m p_{(j)} / j`: Benjamini and Hochberg (1995),
    *Journal of the Royal Statistical Society B* 57:289-300.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"p_value": [0.01, 0.02, 0.03, 0.5]})
    >>> with_q_values(table)["q_value"].round(3).tolist()
    [0.04, 0.04, 0.04, 0.5]
    """
    table = rows_of(data)
    need_columns(table, "with_q_values", ("p_value",))
    p = table["p_value"].astype("Float64").to_numpy("float64", na_value=float("nan"))
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            "with_q_values() needs p-values between 0 and 1 in 'p_value', and some "
            "are missing or outside. Leave these rows out before they are counted."
        )
    order = np.argsort(-p, kind="stable")
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return table.assign(q_value=q)


def mix_intervals(
    data: Table,
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
    data : Selection or DataFrame
        One row per part, such as ``ground_share_1`` to ``ground_share_8``: the
        ``numerator`` counts the part, the ``denominator`` the whole. Every part of a
        mix must be there, also those of 0; :func:`select_mixes` sees to that.
    by : list of str
        Columns that say which rows make up one mix, such as ``["report_id"]``.
    method : str
        ``exact``, the default, which never falls short; ``sison-glaz``, narrower, for
        seven and more parts of similar size.
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
        If scipy is not installed.
    ValueError
        If the parts of a mix do not add up to its whole, or the method is unknown.

    Notes
    -----
    ``exact`` gives each of the :math:`k` parts the interval of Clopper and Pearson
    (1934), *Biometrika* 26:404-413, at the level :math:`1 - \alpha/k` (Bonferroni):
    quantiles of :math:`\text{Beta}(x_i, n - x_i + 1)` and
    :math:`\text{Beta}(x_i + 1, n - x_i)`.

    Sison and Glaz (1995), *Journal of the American Statistical Association*
    90:366-369: the counts within :math:`x_i \pm c`, whose probability is summed
    exactly, not by an Edgeworth expansion.

    How often all eight intervals hold together in mixes like those of the bundled
    reports, whose rarest grounds are hardly ever used, is in
    ``data/comparison_study.csv``, study ``mixes``. Too wide by a little is the lesser
    fault, so the exact ones are the default.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"report_id": "a-2023", "numerator": [30, 10],
    ...                       "denominator": 40})
    >>> mix_intervals(table, by=["report_id"])[["mix_low", "mix_high"]].round(2).values
    array([[0.57, 0.89],
           [0.11, 0.43]])
    """
    need_choice("mix_intervals", "interval", method, MIX_METHODS)
    need_level(level)
    need_columns(rows_of(data), "mix_intervals", by)
    need_scipy("mix_intervals")
    table, x, n = counts_of(data, "mix_intervals")
    low, high, parts = np.empty(len(x)), np.empty(len(x)), np.empty(len(x))
    for name, rows in table.groupby(by, sort=False, dropna=False).indices.items():
        if x[rows].sum() != n[rows[0]] or (n[rows] != n[rows[0]]).any():
            named = ", ".join(map(str, name if isinstance(name, tuple) else (name,)))
            raise ValueError(
                f"mix_intervals(): the parts of '{named}' add up to "
                f"{x[rows].sum():g}, but their whole is {n[rows[0]]:g}. Pass every "
                "part of the mix, also those of 0, and no other rows."
            )
        parts[rows] = len(rows)
        if method == "sison-glaz":
            low[rows], high[rows] = _sison_glaz(x[rows], level)
    if method == "exact":
        each = 1 - (1 - level) / parts
        low, high = _beta_limits(x, n, each, 1.0, "mix_intervals")
    low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    return table.assign(value=x / n, mix_low=low, mix_high=high, mix_level=level)


def _sison_glaz(x: Floats, level: float) -> tuple[Floats, Floats]:
    """Sison and Glaz's limits, the probabilities summed by convolution."""
    from scipy.special import gammaln, xlogy

    n = int(x.sum())

    def chance(c: int) -> float:
        """Probability that every count of the multinomial is within c of its own."""
        total, least = np.ones(1), 0
        for own in x.astype(int).tolist():
            k = np.arange(max(own - c, 0), own + c + 1, dtype=float)
            # Poisson counts given their sum are multinomial.
            total = np.convolve(total, np.exp(xlogy(k, own) - own - gammaln(k + 1)))
            least += int(k[0])
        at = n - least
        whole = np.exp(xlogy(n, n) - n - gammaln(n + 1))
        return float(total[at] / whole) if 0 <= at < len(total) else 0.0

    c = bisect_left(range(n + 1), level, key=chance)
    if not c:
        return x / n, x / n
    below, above = chance(c - 1), chance(c)
    share = (level - below) / (above - below)
    return (x - c + 1) / n, (x + c - 1 + 2 * share) / n


def bounded_median(shares: ArrayLike, missing: int) -> tuple[float, float]:
    """Between what the median share lies, whatever the missing agencies' shares are.

    Parameters
    ----------
    shares : array_like
        Shares of the agencies that are known, between 0 and 1.
    missing : int
        How many agencies are not.

    Returns
    -------
    tuple of float
        The median with all missing ones at 0, and with all at 1: the bounds without any
        assumption of Horowitz and Manski (1995), *Econometrica* 63:281-302.

    Raises
    ------
    ValueError
        If a share is none, or ``missing`` is below 0.

    Examples
    --------
    >>> bounded_median([0.2, 0.4, 0.9], 1), bounded_median([0.2, 0.4, 0.9], 4)
    ((0.30000000000000004, 0.65), (0.0, 1.0))
    """
    known = np.asarray(shares, dtype=float)
    if missing < 0 or np.isnan(known).any() or ((known < 0) | (known > 1)).any():
        raise ValueError(
            f"bounded_median() was given {missing} missing agencies and shares from "
            f"{known.min(initial=0):g} to {known.max(initial=0):g}. Expected a number "
            "that is not negative, and shares between 0 and 1 without gaps."
        )
    if not known.size + missing:
        return 0.0, 1.0
    low, high = (
        float(np.median(np.concatenate([known, np.full(missing, end)])))
        for end in (0.0, 1.0)
    )
    return low, high


SHARES = ("group", "value", "reports", "failing", "share", "low", "high")
"""Columns of :func:`failure_shares`, before those for orientation."""


def failure_shares(
    results: pd.DataFrame,
    groups: Mapping[str, Mapping[str, str | int | None]],
    *,
    level: float = LEVEL,
) -> pd.DataFrame:
    """
    Share of reports in which at least one sum fails, in groups of reports.

    Reports are counted, not sums: the sums of a report share their cells, so that one
    slip breaks two of them, and they are not independent trials.

    Parameters
    ----------
    results : DataFrame
        From :func:`govinfo.checks.check_cells`.
    groups : mapping of name to mapping of report_id to value
        By what the reports are grouped; a report that is not named, or whose value is
        missing, is left out of that group.
    level : float
        Confidence level of Wilson's intervals.

    Returns
    -------
    DataFrame
        ``group, value, reports, failing, share, low, high``, and for orientation
        ``sums`` (those that can be assessed) and ``failed``; values in the order of
        ``groups``.

    Raises
    ------
    MissingColumns
        If ``results`` is not a table of results.

    Examples
    --------
    >>> import pandas as pd
    >>> results = pd.DataFrame({
    ...     "report_id": ["a", "a", "b"], "check": "dispute_sum",
    ...     "result": ["fail", "pass", "pass"]})
    >>> failure_shares(results, {"form": {"a": "2019", "b": "2021"}})[
    ...     ["group", "value", "reports", "failing"]]
      group value  reports  failing
    0  form  2019        1        1
    1  form  2021        1        0
    """
    needed = ("report_id", "check", "result")
    require_columns(results, "failure_shares", needed, "Pass a table of results.")
    sums = results[
        results["check"].str.endswith(("_sum", "_balance"))
        & (results["result"] != "not_assessable")
    ]
    failed = (sums["result"] == "fail").groupby(sums["report_id"]).agg(["size", "sum"])
    rows = []
    for group, of_report in groups.items():
        values = pd.Series(of_report, dtype="object").dropna().astype("str")
        known = values.to_frame("value").join(failed, how="inner")
        for value, own in known.groupby("value", sort=False):
            count, failing = len(own), int((own["sum"] > 0).sum())
            limits = map(float, wilson(failing, count, level))
            both = own[["size", "sum"]].sum().tolist()
            rows.append((group, value, count, failing, failing / count, *limits, *both))
    return pd.DataFrame(rows, columns=[*SHARES, "sums", "failed"])
