"""Intervals for proportions, rates and differences that need numpy alone.

Every indicator carries an interval, so these belong to the core of the package; those
that need scipy are in :mod:`govinfo.compare`.

What the intervals mean here: the counts of a report are complete, not a sample. The
interval expresses how far the process that produced them would vary, had the same
agency, with the same habits, met another year's requests (Bird et al. 2005, *Journal
of the Royal Statistical Society A* 168:1-27).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

from govinfo.later import ArrayLike, Floats, np

LEVEL = 0.95


class Interval(NamedTuple):
    """Lower and upper limit, arrays of the shape of the counts given."""

    low: Floats
    high: Floats


def normal_quantile(level: float = LEVEL) -> float:
    """Two-sided quantile z of the normal distribution for a confidence level.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    need_level(level)
    return NormalDist().inv_cdf(0.5 + level / 2)


def need_level(level: float) -> None:
    """Refuse a confidence level that is none.

    Raises
    ------
    ValueError
        If it does not lie between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(
            f"The confidence level is {level}. Expected a number between 0 and 1, "
            "for example 0.95."
        )


def checked_counts(count: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Both counts as arrays of one shape, after checking that they can be counts."""
    x, size = np.broadcast_arrays(
        np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    )
    wrong = (x < 0) | (size < 0) | (x > size)
    if wrong.any():
        at = int(np.flatnonzero(wrong.ravel())[0])
        raise ValueError(
            f"Count {x.ravel()[at]:g} of {size.ravel()[at]:g} is not a proportion. "
            "Expected a count between 0 and its denominator. Leave out indicators "
            "whose state is 'inconsistent_input'."
        )
    return x, size


def interval_of(x: Floats, n: Floats, low: Floats, high: Floats) -> Interval:
    """Both limits; missing where a count is, or its denominator is 0."""
    missing = ~(n > 0) | np.isnan(x)
    return Interval(np.where(missing, np.nan, low), np.where(missing, np.nan, high))


def wilson(count: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Interval:
    r"""Wilson's score interval for a proportion.

    Parameters
    ----------
    count, n : array_like
        Numerator and denominator. Where ``n`` is 0 or missing, the limits are missing.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Limits between 0 and 1; exactly 0 for no successes, exactly 1 for no failures.

    Notes
    -----
    .. math::

        \frac{\hat p + z^2/2n \pm z\sqrt{\hat p(1-\hat p)/n + z^2/4n^2}}{1 + z^2/n}

    E. B. Wilson (1927), *Journal of the American Statistical Association* 22:209-212,
    without continuity correction; recommended by Newcombe (1998), *Statistics in
    Medicine* 17:857-872, method 3.

    Examples
    --------
    Huai'an 2024 disclosed at least a part in 1816 of 3050 concluded requests.

    >>> low, high = wilson(1816, 3050)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.578 to 0.613
    """
    x, size = checked_counts(count, n)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / size
        centre = p + z * z / (2 * size)
        spread = z * np.sqrt(p * (1 - p) / size + z * z / (4 * size * size))
        scale = 1 + z * z / size
        low = np.where(x == 0, 0.0, (centre - spread) / scale)
        high = np.where(x == size, 1.0, (centre + spread) / scale)
    return interval_of(x, size, low, high)


def byar(count: ArrayLike, exposure: ArrayLike, level: float = LEVEL) -> Interval:
    r"""Byar's interval for a rate of events that may exceed their exposure.

    Review and litigation cases per request are not proportions: one request can lead
    to several cases, and the cases need not belong to the requests of the year.

    Parameters
    ----------
    count, exposure : array_like
        Number of events, and what they are counted per. Where the exposure is 0 or
        missing, the limits are missing.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Limits of ``count / exposure``, not below 0.

    Notes
    -----
    .. math::

        x\left(1 - \frac{1}{9x} - \frac{z}{3\sqrt{x}}\right)^3, \quad
        (x+1)\left(1 - \frac{1}{9(x+1)} + \frac{z}{3\sqrt{x+1}}\right)^3

    over the exposure: Breslow and Day (1987), *Statistical Methods in Cancer
    Research* II, p. 69, close to the exact Poisson limits at every count.

    Examples
    --------
    >>> low, high = byar(26, 3050)
    >>> print(f"{100 * low:.2f} to {100 * high:.2f} per 100")
    0.56 to 1.25 per 100
    """
    x, size = np.broadcast_arrays(
        np.asarray(count, dtype=float), np.asarray(exposure, dtype=float)
    )
    if ((x < 0) | (size < 0)).any():
        raise ValueError(
            "A count or its exposure is below 0. Expected counts of events. Leave out "
            "indicators whose state is 'inconsistent_input'."
        )
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = 1 - 1 / (9 * x) - z / (3 * np.sqrt(x))
        # Of few cases and at high levels the formula goes below 0.
        low = np.where(x == 0, 0.0, x * np.maximum(root, 0) ** 3 / size)
        more = x + 1
        root = 1 - 1 / (9 * more) + z / (3 * np.sqrt(more))
        high = more * root * root * root / size
    return interval_of(x, size, low, high)


def newcombe(
    count: ArrayLike,
    n: ArrayLike,
    other_count: ArrayLike,
    other_n: ArrayLike,
    level: float = LEVEL,
) -> Interval:
    r"""Newcombe's hybrid score interval for the difference of two proportions.

    Parameters
    ----------
    count, n : array_like
        Numerator and denominator of the first proportion.
    other_count, other_n : array_like
        Those of the second, which is subtracted from the first.
    level : float
        Confidence level.

    Returns
    -------
    Interval
        Limits of first minus second, between -1 and 1; missing where a denominator is
        0 or missing.

    Notes
    -----
    With :math:`l_i, u_i` the Wilson limits of :math:`\hat p_i`,

    .. math::

        \hat p_1 - \hat p_2 - \sqrt{(\hat p_1 - l_1)^2 + (u_2 - \hat p_2)^2}, \quad
        \hat p_1 - \hat p_2 + \sqrt{(u_1 - \hat p_1)^2 + (\hat p_2 - l_2)^2}

    R. G. Newcombe (1998), *Statistics in Medicine* 17:873-890, method 10. The two
    proportions must not count the same requests.

    Examples
    --------
    60 of 264 against 64 of 351, in percentage points.

    >>> low, high = newcombe(60, 264, 64, 351)
    >>> print(f"{100 * (60 / 264 - 64 / 351):.1f}: {100 * low:.1f} to {100 * high:.1f}")
    4.5: -1.9 to 11.1
    """
    first, second = wilson(count, n, level), wilson(other_count, other_n, level)
    x, size = checked_counts(count, n)
    other_x, other_size = checked_counts(other_count, other_n)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = x / size, other_x / other_size
    below = np.sqrt((p - first.low) ** 2 + (second.high - q) ** 2)
    above = np.sqrt((first.high - p) ** 2 + (q - second.low) ** 2)
    return Interval(p - q - below, p - q + above)
