"""Figures of indicators and comparisons, one call each.

Each takes its data first, draws labels in Chinese, English or both, and returns a
matplotlib figure whose label is its description, made from the numbers it draws:
:func:`govinfo.show.figure` shows both. Figures compute nothing.
"""

from govinfo.figures.grid import ground_map
from govinfo.figures.mixes import applicant_mix, exemption_mix, outcomes
from govinfo.figures.quality import quality
from govinfo.figures.rates import rates
from govinfo.figures.series import Break, breaks, series

__all__ = [
    "Break",
    "applicant_mix",
    "breaks",
    "exemption_mix",
    "ground_map",
    "outcomes",
    "quality",
    "rates",
    "series",
]
