"""Funnel limits: how far from the common rate an agency of its size may lie."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from govinfo.compare.spread import WINSOR, angle_of, common_spread, dispersion
from govinfo.compare.tables import counts_of, need_one_kind

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from govinfo.compare.tables import Floats

WARNING_Z = 1.96
"""About one agency in twenty lies beyond by chance alone."""

ALARM_Z = 3.09
"""About one agency in five hundred lies beyond by chance alone."""


WIDENED = ("iterated", "moment", "none")
"""How a funnel may be widened, the default first."""


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
        Variance between agencies on the arcsine scale, as :func:`funnel` gives it.

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

    centre = angle_of(target)
    spread = z * np.sqrt(1 / (4 * np.asarray(n, dtype=float)) + tau2)
    low = np.sin(np.clip(centre - spread, 0, np.pi / 2)) ** 2
    high = np.sin(np.clip(centre + spread, 0, np.pi / 2)) ** 2
    return low, high


def funnel(
    table: pd.DataFrame,
    target: float | None = None,
    *,
    over_dispersion: str = "iterated",
    winsor: float = WINSOR,
) -> pd.DataFrame:
    """Where each agency lies in the funnel around a common rate.

    Parameters
    ----------
    table : DataFrame
        With ``numerator`` and ``denominator``, one row per agency.
    target : float, optional
        The rate in the middle. Otherwise the common rate of :func:`common_spread`, or,
        for the other two ways, that of all requests together.
    over_dispersion : str
        How the funnel is widened by the variance between agencies: ``iterated``, by
        :func:`common_spread`; ``moment``, by :func:`dispersion`, as Spiegelhalter
        published it, for agencies of similar size; ``none``, not at all.
    winsor : float
        See :func:`govinfo.compare.dispersion`.

    Returns
    -------
    DataFrame
        The table with ``value``; ``target``, ``phi``, ``tau2``, the same in every row;
        ``warning_low, warning_high, alarm_low, alarm_high``; ``z``, the standardised
        distance from the target; its two-sided ``p_value``; and ``position``:
        ``within``, ``warning`` (beyond z = 1.96) or ``alarm`` (beyond 3.09).

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a row is not a proportion, the rows are of several indicators, a report
        stands twice, or the target is no rate.

    Notes
    -----
    Widened, the funnel asks which agencies do not belong to the common spread. It is
    not widened where the target is a norm that every agency should meet: then chance
    alone is allowed for.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"numerator": [48, 55, 90], "denominator": [100] * 3})
    >>> flat = funnel(table, 0.5, over_dispersion="none")
    >>> flat["position"].tolist()
    ['within', 'within', 'alarm']
    """
    import numpy as np

    if over_dispersion not in WIDENED:
        message = (
            f"funnel() knows no over-dispersion {over_dispersion!r}. "
            f"Choose one of {', '.join(WIDENED)}."
        )
        raise ValueError(message)
    x, n = counts_of(table, "funnel")
    need_one_kind(table, "funnel", ("indicator", "applicant"))
    if target is not None and not 0 <= target <= 1:
        message = (
            f"funnel() was given the target {target:g}. Expected a rate between 0 and "
            "1, for example 0.9."
        )
        raise ValueError(message)
    middle = float(x.sum() / n.sum()) if target is None else target
    phi, tau2 = dispersion(x, n, middle, winsor)
    if over_dispersion == "iterated":
        middle, tau2 = common_spread(x, n, target, winsor)
    elif over_dispersion == "none":
        tau2 = 0.0
    z = (angle_of(x / n) - angle_of(middle)) / np.sqrt(1 / (4 * n) + tau2)
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
