"""How often error location finds planted errors, and how long an audit takes.

Run from the top of the repository::

    python benchmarks/locate_study.py [TRIALS]
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


def published_cells() -> pd.DataFrame:
    """The bundled figures as cells; an empty text is a blank cell."""
    figures = pd.read_csv(
        DATA / "figures" / "cells.csv", dtype=str, keep_default_na=False
    )
    registry = pd.read_csv(DATA / "reports.csv", dtype=str, keep_default_na=False)
    cells = figures.merge(registry[["report_id", "form"]], on="report_id")
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


def main(trials: int) -> None:
    """Print both tables."""
    cells = published_cells()
    print(f"{len(clean_reports(cells))} clean reports, {trials} trials each, per cent")
    print(f"{'errors':>6} {'in':<18} {'located':>8} {'found':>8} {'alone':>8} ", end="")
    print(f"{'first':>8} {'among':>6}")
    for errors in (1, 2, 3, 4):
        for tables in (("requests",), ("disputes",), BOTH):
            rows = locate_study(cells, trials=trials, errors=errors, tables=tables)
            shares = 100 * rows[["located", "found", "alone", "first"]].mean()
            among = rows.loc[rows["found"], "solutions"].mean()
            line = " ".join(f"{share:>8.1f}" for share in shares)
            print(
                f"{errors:>6} {' '.join(tables):<18} {line} {among:>7.2f}", flush=True
            )
    for errors in (1, 2, 3, 4):
        times = audit_times(cells, errors, trials)
        print(
            f"audit with {errors} errors: median {statistics.median(times):.0f} ms, "
            f"95 % below {times[int(0.95 * len(times))]:.0f} ms, "
            f"longest {times[-1]:.0f} ms"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
