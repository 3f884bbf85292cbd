"""How far arithmetic locates omissions, swaps and errors from one year to the next.

Run from the top of the repository::

    python benchmarks/planted_errors.py

It plants 200 errors in pairs of reports for consecutive years and writes what became of
them to ``data/planted_errors.csv``.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pandas as pd

from govinfo.checks import check_cells
from govinfo.locate import suggestions

DATA = Path(__file__).parents[1] / "data"
SEED = 20260
Cell = tuple[str, str, str, str]

WHY = {
    "alone": "it is the only smallest change that makes all sums hold",
    "among others": "as few other changes make all sums hold as well",
    "smaller change": "fewer other changes make all sums hold",
    "nothing fails": "all sums hold with it, within each report and between them",
    "reports differ": "each report holds by itself; either could be mended as cheaply",
    "several blanks": "fewer than two sums give the number of the blank cell",
}
"""What becomes of a planted error, and why."""


def clean(cells: pd.DataFrame) -> list[pd.DataFrame]:
    """The reports all of whose sums hold without a blank."""
    results = check_cells(cells)
    open_ = results.loc[results["result"] != "pass"]
    open_ = set(open_.loc[open_["check"] != "count_domain", "report_id"])
    return [own for key, own in cells.groupby("report_id") if key not in open_]


def pair_of(report: pd.DataFrame) -> dict[Cell, float | None]:
    """A report with an invented one for the year before that fits it.

    The year before has the same results, carries out what the report carries in, and
    has received as much as it concluded.
    """
    columns = ["table", "row_code", "column_code"]
    keys = report[columns].itertuples(index=False, name=None)
    now = dict(zip(keys, report["value"].astype(float), strict=True))
    found: dict[Cell, float | None] = {("now", *key): v for key, v in now.items()}
    for (table, row, column), value in now.items():
        source = {"carried_out": "carried_in", "received": "concluded"}.get(row, row)
        is_flow = table == "requests"
        found["before", table, row, column] = (
            now[table, source, column] if is_flow else value
        )
    return found


def omit(cells: dict[Cell, float | None], chance: random.Random) -> None:
    """Leave a number blank that is not zero."""
    cells[chance.choice([k for k, v in cells.items() if k[1] != "proactive" and v])] = (
        None
    )


def omit_row(cells: dict[Cell, float | None], chance: random.Random) -> None:
    """Leave a row of table 3 blank that holds a number."""
    rows = [k[:3] for k, v in cells.items() if k[1] == "requests" and v]
    row = chance.choice(rows)
    cells.update(dict.fromkeys((k for k in cells if k[:3] == row), None))


def swap(cells: dict[Cell, float | None], chance: random.Random) -> None:
    """Exchange two different numbers that stand below or beside each other."""
    places = list(cells)
    near = [
        (one, other)
        for one, other in zip(places, places[1:], strict=False)
        if one[:3] == other[:3] and one[1] != "proactive" and cells[one] != cells[other]
    ]
    below = [
        (one, other)
        for i, one in enumerate(places)
        for other in places[i + 1 : i + 8]
        if (one[0], one[1], one[3]) == (other[0], "requests", other[3])
        and cells[one] != cells[other]
    ]
    one, other = chance.choice(chance.choice([near, below]))
    cells[one], cells[other] = cells[other], cells[one]


def carry(
    cells: dict[Cell, float | None], chance: random.Random, *, balanced: bool
) -> None:
    """Let what one year carries out and the next carries in differ, in class and total.

    ``balanced`` moves the requests received by as much, so that the report holds.
    """
    year, row = chance.choice([("before", "carried_out"), ("now", "carried_in")])
    move = chance.choice([1, 2, 3, 5, 10])
    received = (year, "requests", "received")
    classes = [
        k[3]
        for k in cells
        if k[:3] == received and k[3] != "total" and (cells[k] or 0) >= move
    ]
    column = chance.choice(classes)
    for place in (column, "total"):
        cells[year, "requests", row, place] = (
            cells[year, "requests", row, place] or 0
        ) + move
        if balanced:
            back = move if row == "carried_out" else -move
            cells[*received, place] = (cells[*received, place] or 0) + back


def frame_of(cells: dict[Cell, float | None], form: str) -> pd.DataFrame:
    """Both reports as a table of cells."""
    rows = [
        (f"a-{year}", "A", {"before": 2022, "now": 2023}[year], form, *key, value)
        for (year, *key), value in cells.items()
    ]
    names = ["report_id", "agency", "report_year", "form", "table", "row_code"]
    table = pd.DataFrame(rows, columns=[*names, "column_code", "value"])
    blank = table["value"].isna()
    return table.assign(state=blank.map({True: "blank", False: "reported"}))


def outcome(
    cells: dict[Cell, float | None], true: dict[Cell, float | None], form: str
) -> str:
    """What :func:`govinfo.locate.suggestions` says of a planted error."""
    table = frame_of(cells, form)
    found = suggestions(table, limit=50)
    # A blank counts as zero, so that a zero left out leaves every sum as it was.
    planted = {
        (f"a-{k[0]}", *k[1:]): true[k] for k in true if (cells[k] or 0) != true[k]
    }
    numbered = found["solution"].astype(str)
    if not found["report_id"].eq(found["report_id"].iloc[:1].squeeze()).all():
        numbered = numbered.where(found["alternatives"] > 0, "")
    ways = [
        {
            (row.report_id, row.table, row.row_code, row.column_code): row.suggested
            for row in own.itertuples()
        }
        for _, own in found.groupby(numbered)
    ]
    if planted in ways:
        return "alone" if len(ways) == 1 else "among others"
    if ways:
        return "smaller change"
    if table["state"].eq("blank").any():
        return "several blanks"
    carried = [
        cells["before", "requests", "carried_out", c]
        != cells["now", "requests", "carried_in", c]
        for c in {k[3] for k in cells if k[2] == "carried_in"}
    ]
    return "reports differ" if any(carried) else "nothing fails"


def study(cells: pd.DataFrame, trials: int | None = None) -> pd.DataFrame:
    """What became of 200 errors, kind by kind, or of so many of each kind."""
    reports = [(one, pair_of(one)) for one in clean(cells)]
    chance = random.Random(SEED)
    kinds = {
        "omission of a number": (40, omit),
        "omission of a row": (20, omit_row),
        "swap": (60, swap),
        "carried over, sums fail": (40, lambda c, r: carry(c, r, balanced=False)),
        "carried over, sums hold": (40, lambda c, r: carry(c, r, balanced=True)),
    }
    rows = []
    for kind, (usual, plant) in kinds.items():
        count = trials or usual
        counts: Counter[str] = Counter()
        for _ in range(count):
            report, true = chance.choice(reports)
            wrong = dict(true)
            plant(wrong, chance)
            counts[outcome(wrong, true, report["form"].iloc[0])] += 1
        rows += [
            (kind, what, counts[what], count, WHY[what]) for what in WHY if counts[what]
        ]
    return pd.DataFrame(rows, columns=["kind", "outcome", "errors", "of", "why"])


if __name__ == "__main__":
    from locate_study import published_cells

    table = study(published_cells())
    table.to_csv(DATA / "planted_errors.csv", index=False, lineterminator="\n")
    print(table.to_string())
