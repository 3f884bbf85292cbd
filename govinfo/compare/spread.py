"""How much agencies differ from each other beyond what chance alone would make."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from govinfo.intervals import checked_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from govinfo.compare.tables import Floats

# The share of z-scores at each end that is pulled in before dispersion is measured.
WINSOR = 0.1


def angle_of(p: ArrayLike) -> Floats:
    """The arcsine square root, which makes the variance of a proportion 1/4n."""
    import numpy as np

    angle: Floats = np.arcsin(np.sqrt(p))
    return angle


def _some(x: ArrayLike, n: ArrayLike, needed_by: str) -> tuple[Floats, Floats]:
    """Counts and sizes as arrays, of at least one proportion."""
    import numpy as np

    count, size = checked_counts(x, n)
    if not size.size or not (size > 0).all() or np.isnan(count).any():
        message = (
            f"{needed_by}() needs at least one proportion, and none with a missing "
            "count or a denominator of 0. Leave those out before."
        )
        raise ValueError(message)
    return count, size


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

    counts, size = _some(x, n, "dispersion")
    angle = angle_of(counts / size)
    z = (angle - angle_of(target)) * 2 * np.sqrt(size)
    low, high = np.quantile(z, [winsor, 1 - winsor])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weights = 4 * size
    count = len(size)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    if count < 2 or scale <= 0:
        return phi, 0.0
    return phi, max(0.0, (count * phi - (count - 1)) / float(scale))


def common_spread(
    x: ArrayLike, n: ArrayLike, target: float | None = None, winsor: float = WINSOR
) -> tuple[float, float]:
    r"""Common rate and spread of agencies, where their sizes differ a hundredfold.

    Parameters
    ----------
    x, n : array_like
        Numerators and denominators.
    target : float, optional
        The rate they are compared with; their common rate is found otherwise.
    winsor : float
        See :func:`dispersion`.

    Returns
    -------
    tuple of float
        The rate and :math:`\tau^2`.

    Notes
    -----
    Solves, for :math:`\tau^2 \ge 0`,

    .. math::

        \frac{1}{I}\sum_i \tilde z_i(\tau^2)^2 = c\,\frac{I-1}{I}, \qquad
        z_i(\tau^2) = \frac{\arcsin\sqrt{p_i} - \theta(\tau^2)}
        {\sqrt{1/4n_i + \tau^2}}

    where :math:`\tilde z` is winsorised, :math:`c` its mean square for normal scores,
    and :math:`\theta` the mean weighted by :math:`1/(1/4n_i + \tau^2)` of the
    winsorised angles, or the target (then :math:`c` stands alone on the right): the
    generalised moment estimator of Paule and Mandel (1982), *Journal of Research of
    the National Bureau of Standards* 87:377-385, made robust.

    :func:`dispersion` winsorises scores that leave the spread out, so that where the
    sizes differ much, it is the largest agencies that are pulled in, however close
    they lie. In panels of the sizes of the bundled reports the funnel then flags a
    quarter of agencies that all belong together, instead of one in twenty
    (``data/comparison_study.csv``).

    Examples
    --------
    >>> rate, tau2 = common_spread([30, 40, 60, 70], [100, 100, 100, 100])
    >>> print(f"{rate:.2f} {tau2:.3f}")
    0.50 0.037
    """
    import numpy as np

    counts, size = _some(x, n, "common_spread")
    angle = angle_of(counts / size)
    count = len(size)
    expected = _winsorised_square(winsor)
    if target is None:
        expected *= (count - 1) / count

    def at(tau2: float) -> tuple[float, float]:
        scale = np.sqrt(1 / (4 * size) + tau2)
        centre = angle_of(target) if target is not None else _median(angle, scale**-2)
        z = (angle - centre) / scale
        low, high = np.quantile(z, [winsor, 1 - winsor])
        if target is None:
            weights = scale**-2
            moved = (weights * scale * np.clip(z, low, high)).sum() / weights.sum()
            centre = centre + moved
            z = (angle - centre) / scale
            low, high = np.quantile(z, [winsor, 1 - winsor])
        return float(centre), float(np.mean(np.clip(z, low, high) ** 2)) - expected

    least, most = 0.0, (np.pi / 2) ** 2
    if count < 2 or at(0.0)[1] <= 0:
        most = 0.0
    while most - least > 1e-10:
        middle = (least + most) / 2
        if at(middle)[1] > 0:
            least = middle
        else:
            most = middle
    return float(np.sin(at(most)[0]) ** 2), most


def _winsorised_square(winsor: float) -> float:
    """Mean square of a standard normal score whose tails are pulled in."""
    if winsor == 0:
        return 1.0
    normal = NormalDist()
    q = normal.inv_cdf(1 - winsor)
    return 1 - 2 * winsor - 2 * q * normal.pdf(q) + 2 * winsor * q * q


def _median(values: Floats, weights: Floats) -> float:
    """Value on both sides of which half of the weight lies."""
    import numpy as np

    order = np.argsort(values)
    share = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(weights.sum() / 2, share, values[order]))
