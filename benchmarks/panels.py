"""Invented agencies of real sizes, whose true rates are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CONCLUDED = (
    (21, 21, 23, 26, 35, 69, 75, 81, 95, 143)
    + (145, 148, 218, 718, 805, 1191, 3050, 3486, 3521)
)  # fmt: skip
"""Requests concluded in the 19 bundled reports: the sizes that real agencies have."""

DECIDED_CASES = (1, 2, 2, 2, 3, 5, 6, 7, 10, 36, 46, 50, 134, 314, 414)
"""Reviews decided in the bundled reports that had any."""

REFUSED = (20, 32, 37, 39, 92, 142, 178)
"""Refusals in the bundled reports with 20 or more, from which a mix is shown."""

GROUND_MIX = (0.022, 0.102, 0.036, 0.122, 0.203, 0.088, 0.148, 0.279)
"""Share of each ground of refusal in all bundled reports together."""

RATES = (0.03, 0.1, 0.55, 0.9, 0.95, 0.97)
"""Common rates at which funnels are tried: most of the field lies near 90 per cent."""

SIZES = (5, 10, 20, 26, 50, 100, 200, 500, 1000, 2000, 5000)
"""Denominators at which funnels are tried."""

MEAN, REQUESTS = 0.55, 8.0
"""True rates follow a beta distribution with this mean that counts as much as so many
requests: a standard deviation of 17 points, as wide as the bundled reports spread."""


def simulate_panel(
    agencies: int,
    rng: np.random.Generator,
    *,
    mean: float = MEAN,
    requests: float = REQUESTS,
    sizes: tuple[int, ...] = CONCLUDED,
) -> pd.DataFrame:
    """A panel of invented agencies with known true rates.

    Parameters
    ----------
    agencies : int
        How many.
    rng : numpy.random.Generator
        Source of chance, with a seed that is said somewhere.
    mean, requests : float
        Of the beta distribution of the true rates; ``requests`` infinite makes all
        agencies alike.
    sizes : tuple of int
        Denominators to draw from.

    Returns
    -------
    DataFrame
        ``agency_id, numerator, denominator, truth``.

    Examples
    --------
    >>> import numpy as np
    >>> panel = simulate_panel(3, np.random.default_rng(711))
    >>> panel["truth"].between(0, 1).all().item()
    True
    """
    import numpy as np
    import pandas as pd

    n = rng.choice(np.asarray(sizes), size=agencies)
    truth = np.full(agencies, mean)
    if np.isfinite(requests):
        truth = rng.beta(mean * requests, (1 - mean) * requests, size=agencies)
    return pd.DataFrame(
        {
            "agency_id": [f"agency-{i + 1}" for i in range(agencies)],
            "numerator": rng.binomial(n, truth),
            "denominator": n,
            "truth": truth,
        }
    )
