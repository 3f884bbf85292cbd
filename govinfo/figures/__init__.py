"""Figures of indicators and comparisons, one call each.

Each takes its data first, draws labels in Chinese, English or both, and returns a
matplotlib figure whose label is its description, made from the numbers it draws:
:func:`govinfo.show.figure` shows both. Figures compute nothing.
"""

from govinfo.figures.compared import (
    caterpillar,
    coverage,
    exemption_intervals,
    failures,
    funnel,
)
from govinfo.figures.overyears import counts, series
from govinfo.figures.rates import ground_map, rates
from govinfo.figures.stacks import (
    applicant_mix,
    decomposition,
    flow,
    outcomes,
)

__all__ = [
    "applicant_mix",
    "caterpillar",
    "counts",
    "coverage",
    "decomposition",
    "exemption_intervals",
    "failures",
    "flow",
    "funnel",
    "ground_map",
    "outcomes",
    "rates",
    "series",
]
