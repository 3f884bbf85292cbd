"""Coverage of single rates, which no simulation is needed for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.compare.funnel import LEVELS, METHODS, funnel_p_values
from govinfo.compare.rates import jeffreys
from govinfo.intervals import wilson
from govinfo.simulate.panels import CONCLUDED, RATES, SIZES

if TYPE_CHECKING:
    import pandas as pd


def exact_coverage(
    sizes: tuple[int, ...] = CONCLUDED, method: str = "wilson"
) -> pd.DataFrame:
    """Coverage of a 95 % interval at every true rate, computed and not simulated.

    Counts are whole, so that coverage jumps from rate to rate: on average it is what
    the interval claims, at single rates, near 0 and 1 above all, it is not.

    Parameters
    ----------
    sizes : tuple of int
        Denominators; each is looked at once.
    method : str
        ``wilson`` or ``jeffreys``.

    Returns
    -------
    DataFrame
        One row per denominator: ``denominator``; ``mean`` and ``least`` coverage over
        the true rates from 0.5 to 99.5 per cent; ``least_at``, the rate of the least;
        and ``below_93``, the share of rates at which it is under 93 per cent.

    Examples
    --------
    >>> exact_coverage((100,)).round(3).values.tolist()
    [[100.0, 0.95, 0.91, 0.005, 0.03]]
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import binom

    interval = {"wilson": wilson, "jeffreys": jeffreys}[method]
    rates = np.arange(1, 200) / 200
    rows = []
    for n in sorted(set(sizes)):
        x = np.arange(n + 1)
        low, high = interval(x, n)
        holds = (low <= rates[:, None]) & (rates[:, None] <= high)
        coverage = (binom.pmf(x, n, rates[:, None]) * holds).sum(axis=1)
        # Rates that mirror each other have the same coverage but for the last digits.
        at = int(coverage.round(10).argmin())
        below = float((coverage < 0.93).mean())
        rows.append((n, coverage.mean(), coverage[at], rates[at], below))
    return pd.DataFrame(
        rows, columns=["denominator", "mean", "least", "least_at", "below_93"]
    )


def funnel_rules() -> pd.DataFrame:
    """How often each rule flags agencies of a known common rate, computed exactly.

    Returns
    -------
    DataFrame
        The columns of :func:`govinfo.simulate.run_study`, without simulation error.
    """
    import numpy as np
    import pandas as pd
    from scipy.stats import binom

    rows = []
    for method in METHODS:
        for rate in RATES:
            for n in SIZES:
                x = np.arange(n + 1)
                p, chance = (
                    funnel_p_values(x, n, rate, method=method),
                    binom.pmf(x, n, rate),
                )
                for limit, level in LEVELS.items():
                    real = chance[p <= 1 - level].sum()
                    setting = f"{limit}, {method}, {rate:.0%}, n = {n}"
                    rows.append((setting, f"{1 - level:g}", real))
    table = pd.DataFrame(rows, columns=["setting", "nominal", "measured"])
    return table.assign(
        study="funnel_rules", measures="share flagged", standard_error=0.0, replicates=0
    )
