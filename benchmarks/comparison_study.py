"""Measure how often the comparison methods keep their word, at length.

``python benchmarks/comparison_study.py`` runs every study of ``govinfo.simulate`` and
writes ``data/comparison_study.csv``; it takes about fifteen minutes on two cores. The
tests run a part of it and compare.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed

from govinfo.simulate import STUDIES, funnel_rules, run_study

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
    "funnels": 50,
    "funnel_rates": 5,
    "outliers": 300,
    "models": 15,
    "ranks": 200,
    "adjusted": 2000,
}


def main() -> None:
    """Run all studies and write the table."""
    runs = Parallel(n_jobs=2)(
        delayed(run_study)(code, REPLICATES[code]) for code in STUDIES
    )
    table = pd.concat([*runs, funnel_rules()])
    names = ["study", "measures", "setting", "nominal", "measured"]
    found = table[[*names, "standard_error", "replicates"]]
    rounded = found.round({"measured": 4, "standard_error": 4})
    rounded.to_csv(RESULTS, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
