"""Measure how often the comparison methods keep their word, at length.

``python benchmarks/comparison_study.py`` runs every study of ``govinfo.simulate`` and
writes ``data/comparison_study.csv``; it takes about ten minutes on two cores. The
tests run a part of it and compare.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from govinfo.simulate import STUDIES, run_study

RESULTS = Path(__file__).parents[1] / "data" / "comparison_study.csv"

# Enough for a standard error of the simulation below half a point where it matters.
REPLICATES = {
    "intervals": 300,
    "differences": 500,
    "case_rates": 500,
    "mixes": 2000,
    "shrinkage": 300,
    "errors": 300,
    "panels": 300,
    "funnels": 500,
    "outliers": 500,
    "ranks": 200,
    "adjusted": 2000,
}


def main() -> None:
    """Run all studies and write the table."""
    found = pd.concat([run_study(code, REPLICATES[code]) for code in STUDIES])
    rounded = found.round({"measured": 4, "standard_error": 4})
    rounded.to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
