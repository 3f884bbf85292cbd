"""Funnel limits: how far from the common rate an agency of its size may lie."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from govinfo.compare.tables import counts_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from govinfo.compare.tables import Floats

WARNING_Z = 1.96
"""About one agency in twenty lies beyond by chance alone."""

ALARM_Z = 3.09
"""About one agency in five hundred lies beyond by chance alone."""

# The share of z-scores at each end that is pulled in before dispersion is measured.
WINSOR = 0.1


def _angle(p: ArrayLike) -> Floats:
    """The arcsine square root, which makes the variance of a proportion 1/4n."""
    import numpy as np

    angle: Floats = np.arcsin(np.sqrt(p))
    return angle


def funnel_limits(
    target: float, n: ArrayLike, z: float = WARNING_Z, tau2: float = 0.0
) -> tuple[Floats, Floats]:
    r"""Limits of a funnel plot around a target rate, for given denominators.

    Parameters
    ----------
    target : float
        The rate in the middle of the funnel.
    n : array_like
        Denominators.
    z : float
        How many standard deviations: :data:`WARNING_Z` or :data:`ALARM_Z`.
    tau2 : float
        Variance between agencies on the arcsine scale, see :func:`dispersion`.

    Returns
    -------
    tuple of arrays
        Lower and upper limits between 0 and 1.

    Notes
    -----
    .. math::

        \sin^2\left(\arcsin\sqrt{p_0} \pm z\sqrt{\tfrac{1}{4n} + \tau^2}\right)

    Spiegelhalter (2005), *Statistics in Medicine* 24:1185-1202, appendix A.1.

    Examples
    --------
    >>> low, high = funnel_limits(0.5, 100)
    >>> print(f"{low:.3f} to {high:.3f}")
    0.403 to 0.597
    """
    import numpy as np

    centre = _angle(target)
    spread = z * np.sqrt(1 / (4 * np.asarray(n, dtype=float)) + tau2)
    low = np.sin(np.clip(centre - spread, 0, np.pi / 2)) ** 2
    high = np.sin(np.clip(centre + spread, 0, np.pi / 2)) ** 2
    return low, high


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

    Examples
    --------
    >>> phi, tau2 = dispersion([30, 40, 60, 70], [100, 100, 100, 100], 0.5)
    >>> print(f"{phi:.1f} {tau2:.4f}")
    8.1 0.0245
    """
    import numpy as np

    size = np.asarray(n, dtype=float)
    angle = _angle(np.asarray(x, dtype=float) / size)
    z = (angle - _angle(target)) * 2 * np.sqrt(size)
    low, high = np.quantile(z, [winsor, 1 - winsor])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weights = 4 * size
    count = len(size)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    if count < 2 or scale <= 0:
        return phi, 0.0
    return phi, max(0.0, (count * phi - (count - 1)) / float(scale))


def funnel(
    table: pd.DataFrame,
    target: float | None = None,
    *,
    over_dispersion: bool = True,
    winsor: float = WINSOR,
) -> pd.DataFrame:
    """Where each agency lies in the funnel around a common rate.

    Parameters
    ----------
    table : DataFrame
        With ``numerator`` and ``denominator``, one row per agency.
    target : float, optional
        The rate in the middle; the rate of all rows together otherwise.
    over_dispersion : bool
        Whether to widen the funnel by the variance between agencies.
    winsor : float
        See :func:`dispersion`.

    Returns
    -------
    DataFrame
        The table with ``value``; ``target``, ``phi``, ``tau2``, the same in every row;
        ``warning_low, warning_high, alarm_low, alarm_high``; ``z``, the standardised
        distance from the target; its two-sided ``p_value``; and ``position``:
        ``within``, ``warning`` (beyond z = 1.96) or ``alarm`` (beyond 3.09).

    Notes
    -----
    Widened, the funnel asks which agencies do not belong to the common spread. It is
    not widened where the target is a norm that every agency should meet.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [48, 55, 90], "denominator": [100] * 3})
    >>> flat = funnel(table, 0.5, over_dispersion=False)
    >>> flat["position"].tolist()
    ['within', 'within', 'alarm']
    """
    import numpy as np

    x, n = counts_of(table, "funnel")
    middle = float(x.sum() / n.sum()) if target is None else target
    phi, tau2 = dispersion(x, n, middle, winsor)
    if not over_dispersion:
        tau2 = 0.0
    z = (_angle(x / n) - _angle(middle)) / np.sqrt(1 / (4 * n) + tau2)
    warning = funnel_limits(middle, n, WARNING_Z, tau2)
    alarm = funnel_limits(middle, n, ALARM_Z, tau2)
    far = np.abs(z)
    position = np.select(
        [far > ALARM_Z, far > WARNING_Z], ["alarm", "warning"], "within"
    )
    normal = NormalDist()
    return table.assign(
        value=x / n,
        target=middle,
        phi=phi,
        tau2=tau2,
        warning_low=warning[0],
        warning_high=warning[1],
        alarm_low=alarm[0],
        alarm_high=alarm[1],
        z=z,
        p_value=[2 * normal.cdf(-value) for value in far.tolist()],
        position=position,
    )
