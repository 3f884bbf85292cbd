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
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from govinfo.checks import check_cells
from govinfo.checks.structure import Key
from govinfo.checks.within import reports_of
from govinfo.locate import located, suggestions

DATA = Path(__file__).parents[1] / "data"
BOTH = ("requests", "disputes")
TABLES = (("requests",), ("disputes",), BOTH)
ERRORS = (1, 2, 3)
TRIALS = 500


STUDY_COLUMNS = (
    "trial",
    "report_id",
    "planted",
    "located",
    "found",
    "alone",
    "first",
    "solutions",
)
"""Columns of :func:`locate_study`."""

Truth = set[tuple[Key, int]]
"""Cells with the numbers that stood there before."""

# A trial's solutions are looked through up to here.
_LIMIT = 50


def clean_reports(cells: pd.DataFrame) -> list[pd.DataFrame]:
    """
    The reports none of whose sums fails or stays open, each as a table of cells.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`govinfo.checks.check_cells`.
    """
    results = check_cells(cells)
    is_open = results["result"].isin(["fail", "not_assessable"])
    is_sum = ~results["check"].isin(["count_domain", "other_high"])
    unclean = set(results.loc[is_open & is_sum].report_id)
    return [
        own.reset_index(drop=True)
        for report_id, own in cells.groupby("report_id", sort=True)
        if report_id not in unclean
    ]


def wrong_number(true: int, column: str, chance: random.Random) -> int:
    """
    Another number, in one of the ways in which figures go wrong.

    A digit slips, digits change places, one is added or lost, the count is a little
    off, another number stands there, or a total is left at zero.

    Examples
    --------
    >>> wrong_number(26, "total", random.Random(0)) != 26
    True
    """
    digits = str(true)
    place = chance.randrange(len(digits))
    choices = [
        int(digits[:place] + str(chance.randrange(10)) + digits[place + 1 :]),
        int(digits[::-1]),
        true * 10 + chance.randrange(10),
        true // 10,
        true + chance.choice((-1, 1, 2, 5, 10)),
        chance.randrange(1000),
        0 if column == "total" else true,
    ]
    others = [number for number in choices if number >= 0 and number != true]
    return chance.choice(others or [true + 1])


def plant(
    cells: pd.DataFrame, errors: int, tables: Sequence[str], chance: random.Random
) -> tuple[pd.DataFrame, Truth]:
    """
    Put wrong numbers into so many cells of a report.

    Parameters
    ----------
    cells : DataFrame
        The cells of one report, its index counting from 0.
    errors : int
        How many cells.
    tables : sequence of str
        From which tables.
    chance : random.Random
        Source of chance.

    Returns
    -------
    DataFrame, set of ((table, row_code, column_code), value)
        The changed cells, and what stood there before.
    """
    eligible = cells["table"].isin(list(tables)) & (cells["state"] == "reported")
    wrong = cells.copy()
    truth: Truth = set()
    for place in chance.sample(cells.index[eligible].tolist(), errors):
        row = cells.loc[place]
        true = int(row["value"])
        truth.add(((row["table"], row["row_code"], row["column_code"]), true))
        wrong.loc[place, "value"] = float(
            wrong_number(true, row["column_code"], chance)
        )
    return wrong, truth


def locate_study(
    cells: pd.DataFrame,
    *,
    trials: int,
    errors: int,
    tables: Sequence[str] = ("requests", "disputes"),
    seed: int = 1,
) -> pd.DataFrame:
    """
    Plant wrong figures in clean reports and see what :func:`located` says.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`govinfo.checks.check_cells`; only reports whose sums all hold are
        used, and only cells that hold a number.
    trials, errors : int
        How many trials, and how many wrong figures in each.
    tables : sequence of str
        Tables to plant them in. Table 2 has no sums.
    seed : int
        The same seed gives the same trials.

    Returns
    -------
    DataFrame
        One row per trial: ``located`` (there is a suggestion), ``found`` (a solution is
        exactly the true cells and values), ``alone`` (and there is no other), ``first``
        (it is the first one), ``solutions`` (how many there are, 50 at most).

    Notes
    -----
    Every cell of table 3 stands in two sums, one of its row and one of its column, so
    that a single wrong figure is the only one to mend both. A block of table 4 is one
    sum of five cells: its total and each of its parts may be wrong, and nothing on the
    form tells which.
    """
    chance = random.Random(seed)
    reports = clean_reports(cells)
    rows = []
    for trial in range(trials):
        wrong, truth = plant(chance.choice(reports), errors, tables, chance)
        found: dict[object, Truth] = {}
        for row in located(list(reports_of(wrong, "locate_study")), {}, limit=_LIMIT):
            _, number, table, code, column, _, suggested, *_ = row
            change = (str(table), str(code), str(column)), int(str(suggested))
            found.setdefault(number, set()).add(change)
        solutions = list(found.values())
        rows.append(
            (
                trial,
                wrong["report_id"].iloc[0],
                errors,
                bool(solutions),
                truth in solutions,
                solutions == [truth],
                solutions[:1] == [truth],
                len(solutions),
            )
        )
    return pd.DataFrame(rows, columns=list(STUDY_COLUMNS))


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
            f"95% below {times[int(0.95 * len(times))]:.0f} ms, "
            f"longest {times[-1]:.0f} ms"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
