"""Funnels: how far from the common rate an agency of its size may lie."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

from govinfo.compare.common import fit_common, log_beta_binomial, need_agencies
from govinfo.compare.tables import Table, counts_of, need_choice, need_scipy
from govinfo.intervals import LEVEL, checked_counts, need_level
from govinfo.later import ArrayLike, Floats, Numbers, np, pd

Counts: TypeAlias = "int | Numbers"
Tails: TypeAlias = "Callable[[Counts], tuple[Floats, Floats]]"

LEVELS = {"warning": 0.95, "alarm": 0.998}
"""What the limits claim to hold of agencies that belong to the common rate."""

METHODS = ("exact", "mid-p", "arcsine")
"""How limits are found, the default first."""

WIDENED = ("fitted", "none")
"""Whether a funnel is widened, the default first."""

# Denominators up to which the probability of every count is added up.
_ADDED_UP = 100_000

# The share of z-scores at each end that is pulled in before dispersion is measured.
WINSOR = 0.1


@dataclass(frozen=True, slots=True)
class Funnel:
    """Where agencies lie about a target rate, and the limits drawn around it.

    Attributes
    ----------
    rows : DataFrame
        The rows with ``value``; the two-sided ``p_value``; ``z``, the normal score of
        that p-value, negative below the target; and ``position``: ``within``,
        ``warning`` (beyond the 95% limits) or ``alarm`` (beyond the 99.8% limits).
    target, target_low, target_high : float
        The rate in the middle and, where it was estimated, its limits.
    spread : float
        How far the funnel was widened; see :func:`funnel_p_values`.
    method : str
        One of :data:`METHODS`.
    left_out_of_fit : DataFrame
        Rows without which target and spread were fitted, so that the agencies one
        looks for do not hide themselves; they have a position like all others.
    """

    rows: pd.DataFrame
    target: float
    target_low: float
    target_high: float
    spread: float
    method: str
    left_out_of_fit: pd.DataFrame

    def limits(self, n: ArrayLike, level: float = LEVEL) -> tuple[Floats, Floats]:
        """Limits for other denominators; see :func:`funnel_limits`."""
        return funnel_limits(
            self.target, n, level, method=self.method, spread=self.spread
        )


def _angle(p: ArrayLike) -> Floats:
    """The arcsine square root, which makes the variance of a proportion 1/4n."""
    angle: Floats = np.arcsin(np.sqrt(p))
    return angle


def _tails(target: float, rho: float, n: int) -> Tails:
    """Probabilities of at most so many and of more cases than so many, of ``n``.

    Binomial tails are exact. Beta-binomial ones (``rho`` above 0) are added up, or of
    many cases those of the beta distribution with the same mean and variance, cut
    midway between two counts.
    """
    from scipy.special import bdtr, bdtrc, betainc

    if rho <= 0 or not 0 < target < 1:

        def binomial(x: Counts) -> tuple[Floats, Floats]:
            none, least = np.less(x, 0), np.clip(x, 0, n)
            return (
                np.where(none, 0.0, bdtr(least, n, target)),
                np.where(none, 1.0, bdtrc(least, n, target)),
            )

        return binomial
    if n <= _ADDED_UP:
        k, size = np.arange(n + 1, dtype=float), 1 / rho - 1
        ends = target * size, (1 - target) * size
        chances = np.exp(log_beta_binomial(k, n, *ends))
        upto = np.concatenate([[0.0], np.cumsum(chances)])
        beyond = np.concatenate([np.cumsum(chances[::-1])[::-1], [0.0]])
        return lambda x: (upto[np.add(x, 1)], beyond[np.add(x, 1)])
    size = n / (1 + (n - 1) * rho) - 1
    a, b = target * size, (1 - target) * size

    def smooth(x: Counts) -> tuple[Floats, Floats]:
        cut = np.clip(np.add(x, 0.5) / n, 0, 1)
        return betainc(a, b, cut), betainc(b, a, 1 - cut)

    return smooth


def funnel_p_values(
    count: ArrayLike,
    n: ArrayLike,
    target: float,
    *,
    method: str = "exact",
    spread: float = 0.0,
) -> Floats:
    """Two-sided p-values of counts about a target rate.

    Parameters
    ----------
    count, n : array_like
        Numerators and denominators.
    target : float
        The rate.
    method : str
        ``exact``: twice the smaller tail, at most 1. ``mid-p``: the same with half of
        the probability of the count itself. ``arcsine``: by the normal distribution of
        the arcsine square root.
    spread : float
        The intraclass correlation rho of beta-binomial counts, or the variance tau²
        on the arcsine scale; 0 for chance alone.

    Notes
    -----
    Binomial tails are exact, by the incomplete beta function. Those of beta-binomial
    counts are added up to denominators of 100,000, and beyond approximated by the beta
    distribution of the same mean and variance.

    Examples
    --------
    26 of 26 where nine in ten are common.

    >>> [funnel_p_values(26, 26, 0.9, method=m).round(3).item() for m in METHODS]
    [0.129, 0.065, 0.001]
    """
    need_choice("funnel_p_values", "method", method, METHODS)
    x, size = checked_counts(count, n)
    if method == "arcsine":
        z = (_angle(x / size) - _angle(target)) / np.sqrt(1 / (4 * size) + spread)
        normal = NormalDist()
        flat = [2 * normal.cdf(-abs(score)) for score in z.ravel().tolist()]
        return np.array(flat).reshape(z.shape)
    need_scipy("funnel_p_values")
    part = 1.0 if method == "exact" else 0.5
    found = np.empty(x.shape)
    for its_n in np.unique(size):
        at = size == its_n
        its_x = x[at].astype(int)
        tails = _tails(target, spread, int(its_n))
        (less, least), (most, more) = tails(its_x - 1), tails(its_x)
        # The probability of the count itself, from the tail that has more digits.
        own = np.where(less < more, most - less, least - more)
        found[at] = np.minimum(1.0, 2 * (np.minimum(less, more) + part * own))
    return found


def funnel_limits(
    target: float,
    n: ArrayLike,
    level: float = LEVEL,
    *,
    method: str = "exact",
    spread: float = 0.0,
) -> tuple[Floats, Floats]:
    r"""Limits of a funnel plot around a target rate, for given denominators.

    Parameters
    ----------
    target : float
        The rate in the middle of the funnel.
    n : array_like
        Denominators.
    level : float
        What the limits claim to hold: 0.95 for a warning, 0.998 for an alarm.
    method : str
        ``exact``, the default; ``mid-p``; ``arcsine``, as published.
    spread : float
        See :func:`funnel_p_values`.

    Returns
    -------
    tuple of arrays
        Lower and upper limits between 0 and 1.

    Notes
    -----
    ``exact`` and ``mid-p`` interpolate the quantiles of the binomial or beta-binomial
    distribution, as Spiegelhalter (2005), *Statistics in Medicine* 24:1185-1202,
    appendix A.1.1, has it: :math:`(r - \alpha)/n` with :math:`r` the smallest count of
    :math:`P(X \le r) \ge p` and :math:`\alpha = (P(X \le r) - p)/P(X = r)`. They are
    for the eye; whether a count lies outside is decided by its p-value. Denominators
    beyond 100,000 are treated as :func:`funnel_p_values` says. ``arcsine`` is

    .. math::

        \sin^2\left(\arcsin\sqrt{p_0} \pm z\sqrt{\tfrac{1}{4n} + \tau^2}\right)

    No rule on counts attains 5 per cent: they are whole numbers. With agencies that
    are alike, over rates from 3 to 97 per cent and 5 to 5,000 requests, the exact rule
    flags at most the 5 per cent it claims and often less, mid-p up to 8, and the
    arcsine rule up to 37 (``data/comparison_study.csv``, study ``funnel_rules``).

    Examples
    --------
    >>> low, high = funnel_limits(0.5, 100)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.397 to 0.593
    """
    need_choice("funnel_limits", "method", method, METHODS)
    need_level(level)
    size = np.asarray(n, dtype=float)
    tail = (1 - level) / 2
    if method == "arcsine":
        # As published: z = 1.96 and 3.09.
        z = round(-NormalDist().inv_cdf(tail), 2)
        reach = z * np.sqrt(1 / (4 * size) + spread)
        ends = (_angle(target) - reach, _angle(target) + reach)
        low, high = (np.sin(np.clip(end, 0, np.pi / 2)) ** 2 for end in ends)
        return low, high
    need_scipy("funnel_limits")
    found = np.empty((2, size.size))
    for at, its_n in enumerate(size.ravel().astype(int).tolist()):
        tails = _tails(target, spread, its_n)

        def upto(x: int, tails: Tails = tails) -> float:
            """The sum up to a count, for mid-p up to the middle of it."""
            own = float(tails(x)[0])
            return own if method == "exact" else (own + float(tails(x - 1)[0])) / 2

        for side, p in enumerate((tail, 1 - tail)):
            r = bisect_left(range(its_n), p, key=upto)
            whole, before = upto(r), upto(r - 1) if r else 0.0
            alpha = (whole - p) / (whole - before) if whole > before else 0.0
            found[side, at] = min(max((r - alpha) / its_n, 0.0), 1.0)
    return found[0].reshape(size.shape), found[1].reshape(size.shape)


def funnel(
    data: Table,
    target: float | None = None,
    *,
    method: str = "exact",
    over_dispersion: str = "fitted",
    level: float = LEVEL,
) -> Funnel:
    """Where each agency lies in the funnel around a common rate.

    Parameters
    ----------
    data : Selection or DataFrame
        With ``numerator`` and ``denominator``, one row per agency.
    target : float, optional
        The rate in the middle. Otherwise the common rate, with its interval.
    method : str
        ``exact``, the default, ``mid-p`` or ``arcsine``; see :func:`funnel_limits`.
    over_dispersion : str
        Whether the funnel is widened by the variance between agencies. ``fitted``: as
        they spread about their common rate, found without those that stray
        (:func:`common_rate` with ``robust=True``); with ``arcsine`` as published, for
        agencies of similar size (:func:`dispersion`). ``none``: not at all, for a
        target that is a norm which every agency should meet.
    level : float
        Probability of the interval of an estimated target.

    Returns
    -------
    Funnel
        The rows with their positions; target, limits, and what was left out of the fit.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a row is not a share, the rows are of several indicators, an agency stands
        twice, or the target is no rate.

    Notes
    -----
    Widened, the funnel asks which agencies do not belong to the common spread. How
    often it flags agencies that do belong is measured in ``data/comparison_study.csv``,
    studies ``funnels`` and ``funnel_rates``: the spread is estimated and counts are
    whole, so that the claimed rates are bounds. Where 5 per cent are claimed, 0.8 to
    4.3 per cent lie beyond the warning limits, 0.7 to 4.2 points too few: fewest near
    0 and 1 and with ten agencies. Where 0.2 are claimed, 0.0 to 0.3 lie beyond the
    alarm limits. The arcsine funnel flags 18 to 28 per cent of agencies that differ.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [48, 55, 90], "denominator": [100] * 3})
    >>> flat = funnel(table, 0.5, over_dispersion="none")
    >>> flat.rows["position"].tolist()
    ['within', 'within', 'alarm']
    """
    need_choice("funnel", "method", method, METHODS)
    need_choice("funnel", "over-dispersion", over_dispersion, WIDENED)
    table, x, n = counts_of(data, "funnel", independent=True)
    if target is not None and not 0 <= target <= 1:
        raise ValueError(
            f"funnel() was given the target {target:g}. Expected a rate between 0 and "
            "1, for example 0.9."
        )
    ends, spread = (np.nan, np.nan), 0.0
    strays: tuple[int, ...] = ()
    if method == "arcsine":
        middle = float(x.sum() / n.sum()) if target is None else target
        if over_dispersion == "fitted":
            spread = dispersion(x, n, middle)[1]
    else:
        middle = np.nan if target is None else target
        if target is None or over_dispersion == "fitted":
            need_agencies(len(x), "funnel")
            need_scipy("funnel")
            found = fit_common(x, n, level, robust=True)
            strays = found.strays
            if target is None:
                middle, ends = found.rate, (found.low, found.high)
            spread = found.rho if over_dispersion == "fitted" else 0.0
    p = funnel_p_values(x, n, middle, method=method, spread=spread)
    normal = NormalDist()
    score = [-normal.inv_cdf(max(one, 1e-300) / 2) for one in p.tolist()]
    rows = table.assign(
        value=x / n,
        p_value=p,
        z=np.copysign(score, x / n - middle),
        position=np.select(
            [p <= 1 - LEVELS["alarm"], p <= 1 - LEVELS["warning"]],
            ["alarm", "warning"],
            "within",
        ),
    )
    left_out = rows.iloc[list(strays)]
    return Funnel(rows, middle, *ends, spread, method, left_out)


def dispersion(
    x: ArrayLike, n: ArrayLike, target: float, winsor: float = WINSOR
) -> tuple[float, float]:
    r"""How much more agencies vary than chance alone would make them.

    Parameters
    ----------
    x, n : array_like
        Numerators and denominators.
    target : float
        The rate they are compared with.
    winsor : float
        Share of z-scores at each end that is set to the score at that end's quantile,
        so that the few agencies one looks for do not widen the funnel for all.

    Returns
    -------
    tuple of float
        :math:`\hat\phi`, the mean squared winsorised z-score (1 if chance alone), and
        :math:`\tau^2`, the variance between agencies on the arcsine scale.

    Notes
    -----
    With :math:`z_i = (\arcsin\sqrt{p_i} - \arcsin\sqrt{p_0})\,2\sqrt{n_i}`, and
    :math:`w_i = 4n_i`,

    .. math::

        \hat\tau^2 = \max\left(0, \frac{I\hat\phi - (I-1)}
        {\sum w_i - \sum w_i^2 / \sum w_i}\right)

    Spiegelhalter (2005), *Quality and Safety in Health Care* 14:347-351; DerSimonian
    and Laird (1986), *Controlled Clinical Trials* 7:177-188.

    The scores that are winsorised leave the spread out, so that where the sizes differ
    much, it is the largest agencies that are pulled in, however close they lie. In
    panels of the sizes of the bundled reports the arcsine funnel then flags a quarter
    of agencies that all belong together, instead of one in twenty
    (``data/comparison_study.csv``).

    Examples
    --------
    >>> phi, tau2 = dispersion([30, 40, 60, 70], [100, 100, 100, 100], 0.5)
    >>> print(f"{phi:.1f} {tau2:.4f}")
    8.1 0.0245
    """
    counts, size = checked_counts(x, n)
    if not size.size or not (size > 0).all() or np.isnan(counts).any():
        raise ValueError(
            "dispersion() needs at least one proportion, and none with a missing "
            "count or a denominator of 0. Leave those out before."
        )
    angle = _angle(counts / size)
    z = (angle - _angle(target)) * 2 * np.sqrt(size)
    low, high = np.quantile(z, [winsor, 1 - winsor])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weights, count = 4 * size, len(size)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    if count < 2 or scale <= 0:
        return phi, 0.0
    return phi, max(0.0, (count * phi - (count - 1)) / float(scale))
