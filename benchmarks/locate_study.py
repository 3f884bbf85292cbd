"""How often error location finds planted errors, and how long an audit takes.

Run from the top of the repository::

    python benchmarks/locate_study.py [TRIALS]

With the usual 500 trials the table goes into ``data/locate_study.csv``.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path

import pandas as pd

from govinfo.checks import check_cells
from govinfo.locate import suggestions
from govinfo.locate.study import clean_reports, locate_study, plant

DATA = Path(__file__).parents[1] / "data"
BOTH = ("requests", "disputes")
TABLES = (("requests",), ("disputes",), BOTH)
ERRORS = (1, 2, 3)
TRIALS = 500


def published_cells() -> pd.DataFrame:
    """The bundled figures as cells; an empty text is a blank cell."""
    figures = pd.read_csv(
        DATA / "figures" / "cells.csv", dtype=str, keep_default_na=False
    )
    reports = pd.read_csv(DATA / "reports.csv", dtype=str, keep_default_na=False)
    cells = figures.merge(reports[["report_id", "form"]], on="report_id")
    blank = cells["printed"] == ""
    return cells.assign(
        value=cells["printed"].where(~blank).astype(float).astype("Float64"),
        state=blank.map({True: "blank", False: "reported"}),
    )


def audit_times(cells: pd.DataFrame, errors: int, trials: int) -> list[float]:
    """Milliseconds to check and locate one report with so many errors, sorted."""
    chance = random.Random(2)
    reports = clean_reports(cells)
    times = []
    for _ in range(trials):
        wrong, _ = plant(chance.choice(reports), errors, BOTH, chance)
        start = time.perf_counter()
        check_cells(wrong)
        suggestions(wrong)
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)


def study(cells: pd.DataFrame, trials: int) -> pd.DataFrame:
    """What became of so many trials, for each number of errors and choice of tables."""
    rows = []
    for errors in ERRORS:
        for tables in TABLES:
            tried = locate_study(cells, trials=trials, errors=errors, tables=tables)
            counts = tried[["located", "found", "alone", "first"]].sum()
            among = tried.loc[tried["found"], "solutions"].median()
            rows.append((errors, " and ".join(tables), trials, *counts, among))
            print(*rows[-1], sep="\t", flush=True)
    columns = ["errors", "tables", "trials", "located", "found", "alone", "first"]
    return pd.DataFrame(rows, columns=[*columns, "median_solutions"])


def main(trials: int) -> None:
    """Write the table of the study, and print how long audits take."""
    cells = published_cells()
    print(f"{len(clean_reports(cells))} clean reports, {trials} trials each")
    found = study(cells, trials)
    if trials == TRIALS:
        found.to_csv(DATA / "locate_study.csv", index=False, lineterminator="\n")
    for errors in ERRORS:
        times = audit_times(cells, errors, 100)
        print(
            f"audit with {errors} errors: median {statistics.median(times):.0f} ms, "
            f"95 % below {times[int(0.95 * len(times))]:.0f} ms, "
            f"longest {times[-1]:.0f} ms"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
