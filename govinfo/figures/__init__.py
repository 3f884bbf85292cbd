"""Figures of indicators and comparisons, one call each.

Each takes its data first, draws labels in Chinese, English or both, and returns a
matplotlib figure whose label is its description, made from the numbers it draws:
:func:`govinfo.show.figure` shows both. Figures compute nothing.
"""

from govinfo.figures.caterpillar import caterpillar
from govinfo.figures.counts import counts
from govinfo.figures.coverage import coverage
from govinfo.figures.decomposition import decomposition
from govinfo.figures.failures import failures
from govinfo.figures.flow import flow
from govinfo.figures.funnel import funnel
from govinfo.figures.grid import ground_map
from govinfo.figures.intervals import exemption_intervals
from govinfo.figures.mixes import applicant_mix, exemption_mix, outcomes
from govinfo.figures.quality import quality
from govinfo.figures.rates import rates
from govinfo.figures.series import series

__all__ = [
    "applicant_mix",
    "caterpillar",
    "counts",
    "coverage",
    "decomposition",
    "exemption_intervals",
    "exemption_mix",
    "failures",
    "flow",
    "funnel",
    "ground_map",
    "outcomes",
    "quality",
    "rates",
    "series",
]
