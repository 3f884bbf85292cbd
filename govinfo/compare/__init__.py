"""Fair comparison of agencies of very different size, on tables of indicators.

Every function takes rows with a ``numerator`` and a ``denominator``, as
:func:`govinfo.indicators.indicators` gives them and :func:`select` chooses them. What
belongs to each row comes back as columns of ``rows``, what belongs to the whole
comparison as attributes of its result.

The counts of the reports are complete, not samples. Intervals, funnels and ranks speak
of the process behind the counts: how far another year's requests, met with the same
habits, might have moved them (Bird et al. 2005, *Journal of the Royal Statistical
Society A* 168:1-27). They cannot speak of requests never made or never counted. There
is no composite score here, and there will be none.
"""

from govinfo.compare.adjust import kitagawa, mantel_haenszel, standardise
from govinfo.compare.common import (
    FEW_AGENCIES,
    CommonRate,
    Ranks,
    Shrinkage,
    common_rate,
    rank_intervals,
    shrink,
)
from govinfo.compare.funnel import (
    Funnel,
    dispersion,
    funnel,
    funnel_limits,
    funnel_p_values,
)
from govinfo.compare.model import Composition, Model, common_trend, composition, model
from govinfo.compare.rates import (
    bounded_median,
    differences,
    failure_shares,
    jeffreys,
    mix_intervals,
    with_intervals,
    with_q_values,
)
from govinfo.compare.tables import (
    Selection,
    included,
    peer_groups,
    province_of,
    select,
    select_mixes,
)
from govinfo.intervals import byar, newcombe, wilson

__all__ = [
    "FEW_AGENCIES",
    "CommonRate",
    "Composition",
    "Funnel",
    "Model",
    "Ranks",
    "Selection",
    "Shrinkage",
    "bounded_median",
    "byar",
    "common_rate",
    "common_trend",
    "composition",
    "differences",
    "dispersion",
    "failure_shares",
    "funnel",
    "funnel_limits",
    "funnel_p_values",
    "included",
    "jeffreys",
    "kitagawa",
    "mantel_haenszel",
    "mix_intervals",
    "model",
    "newcombe",
    "peer_groups",
    "province_of",
    "rank_intervals",
    "select",
    "select_mixes",
    "shrink",
    "standardise",
    "wilson",
    "with_intervals",
    "with_q_values",
]
