"""Invented agencies with known true rates, to see how far comparisons can be trusted.

Each study draws panels of agencies of the sizes that the bundled reports have, lets
chance decide their counts, and measures how often a method keeps its word. The numbers
that it gives stand in ``data/comparison_study.csv``.
"""

from govinfo.simulate.exact import exact_coverage, funnel_rules
from govinfo.simulate.panels import (
    CONCLUDED,
    DECIDED_CASES,
    GROUND_MIX,
    MEAN,
    REFUSED,
    REQUESTS,
    simulate_panel,
)
from govinfo.simulate.study import STUDIES, Simulation, run_study

__all__ = [
    "CONCLUDED",
    "DECIDED_CASES",
    "GROUND_MIX",
    "MEAN",
    "REFUSED",
    "REQUESTS",
    "STUDIES",
    "Simulation",
    "exact_coverage",
    "funnel_rules",
    "run_study",
    "simulate_panel",
]
