"""How what is done with all reports together grows with their number.

``python benchmarks/scale.py make FOLDER REPORTS [AGENCIES]`` fills the store of a
folder with the results of invented reports, no document being read: seven years of each
agency, one sum in fifty reports broken. If it is stopped it goes on where it was.
``python benchmarks/scale.py run FOLDER tables`` compares the reports with each other,
locates their errors and writes the tables; ``indicators`` and ``audit`` in the place of
``tables`` write those. The CPU time of every step is printed, and the memory that this
process held at most. ``--write`` puts them into ``docs/scale.csv`` and renews
``docs/scale.md``.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from random import Random

from govinfo.cells import CellRow, cells_of
from govinfo.checks.within import results_within
from govinfo.dataset import write_audit, write_indicators
from govinfo.dataset.onefile import describe_agency, finding_row
from govinfo.dataset.store import Store, key_of, version
from govinfo.dataset.tables import FileResult
from govinfo.dataset.together import audit_together
from govinfo.dataset.written import write_tables
from govinfo.forms import TABLES, form_in_force, form_rows

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "scale.csv"
PAGE = ROOT / "docs" / "scale.md"

INTRODUCTION = """# What is done with all reports together

Written by `python benchmarks/scale.py run FOLDER PART --write`; the numbers stand in
[scale.csv](scale.csv). No document is read here: the store is filled with the results
of invented reports, with 198 or 200 figures each, of which one in fifty has a sum that
does not hold. The steps are those that one process takes after the documents were read:
taking known results from the store, comparing the reports of an agency and of all
agencies with each other, locating errors, and writing the tables. CPU seconds are those
of a machine that other work shared; memory is the most that this process held in the
step.
"""

YEARS = range(2019, 2026)
ONE_IN = 50
"""Of so many reports one has a sum that does not hold."""

PARTS = ("tables", "indicators", "audit")
STEPS = (
    "take what is known from the store",
    "compare reports, locate errors",
    "write the tables",
    "write the indicators",
    "renew the audit",
)
"""What is measured, in its order; ``tables`` are the first three."""

COLUMNS = (
    "machine",
    "measured",
    "reports",
    "agencies",
    "step",
    "cpu_seconds",
    "megabytes",
)


@cache
def _layout(form: str) -> list[tuple[str, str, str, str]]:
    """Table, row, column and unit of every cell that a report of a form prints."""
    return [
        (table, row.code, column.code, column.unit)
        for table in TABLES
        for row in form_rows(table, form)
        if row.required
        for column in row.columns
    ]


def _figures(agency: int, year: int, form: str) -> dict[tuple[str, str, str], int]:
    """Figures of an invented report; sums hold, and so does what is carried over."""
    chance = Random(f"{agency} {year}")  # noqa: S311 - nothing is kept secret
    found: dict[tuple[str, str, str], int] = {}
    rows = {row.code: row for row in form_rows("requests", form) if row.required}
    outcomes = [code for code, row in rows.items() if row.role == "outcome"]
    columns = [column.code for column in rows["received"].columns]
    for column in columns[:-1]:
        seeds = f"{agency} {year} {column}", f"{agency} {year + 1} {column}"
        carried_in, carried_out = (
            Random(seed).randrange(4)  # noqa: S311
            for seed in seeds
        )
        received = carried_out + chance.randrange(60 if column == columns[0] else 8)
        own = dict.fromkeys(outcomes, 0)
        for _ in range(left := received + carried_in - carried_out):
            own[chance.choice(outcomes)] += 1
        own |= {"received": received, "carried_in": carried_in}
        own |= {"concluded": left, "carried_out": carried_out}
        found |= {("requests", code, column): n for code, n in own.items()}
    for code in rows:
        parts = (found["requests", code, column] for column in columns[:-1])
        found["requests", code, columns[-1]] = sum(parts)
    for row in form_rows("disputes", form):
        parts = [chance.randrange(4) for _ in row.columns[:-1]]
        numbers = (*parts, sum(parts))
        found |= {
            ("disputes", row.code, column.code): number
            for column, number in zip(row.columns, numbers, strict=True)
        }
    for table, code, column, _ in _layout(form):
        if table == "proactive":
            # As many as are issued are repealed, so that what is in force stays.
            seed = (
                f"{agency} {code}"
                if column == "in_force"
                else f"{agency} {code} {year}"
            )
            found[table, code, column] = Random(seed).randrange(40)  # noqa: S311
    return found


def _result(
    report_id: str, agency: int, year: int, *, is_broken: bool = False
) -> FileResult:
    form = form_in_force(year)
    figures = _figures(agency, year, form)
    figures["requests", "granted", "total"] += is_broken
    name = f"第{agency:06}县人民政府"
    cells: list[CellRow] = []
    for n, (table, code, column, unit) in enumerate(_layout(form)):
        figure = str(figures[table, code, column])
        place = f"table 1, row {n // 7}, column {n % 7}"
        own = (table, code, column, figure, unit, "reported", figure, place, "")
        cells.append((report_id, name, year, form, *own))
    row: dict[str, str | int | None] = {
        "report_id": report_id,
        "file": f"{report_id}.html",
        "sha256": key_of(report_id),
        "media_type": "text/html",
        "agency": name,
        "report_year": year,
        "form": form,
        "status": "complete",
        "cells_reported": len(cells),
        "message": "",
        "message_zh": "",
    }
    result = FileResult(row, cells)
    found = list(results_within(cells_of(report_id, cells))) if is_broken else ()
    result.findings.extend(finding_row(one) for one in found if one.result == "fail")
    result.counts.update(
        Counter((one.check, one.result) for one in found) or _whole(form)
    )
    row["findings"] = len(result.findings)
    describe_agency(row, None, {})
    return result


@cache
def _whole(form: str) -> Counter[tuple[str, str]]:
    """What the checks of a report come to whose sums all hold."""
    cells = [
        ("x", "", 0, form, *key, "0", "", "reported", "0", "", "")
        for *key, _ in _layout(form)
    ]
    results = results_within(cells_of("x", cells))
    return Counter((one.check, one.result) for one in results)


def invented(reports: int, agencies: int) -> Iterator[FileResult]:
    """Results as of documents that were read, in an order that mixes agencies."""
    for number in range(reports):
        year = YEARS[number // agencies % len(YEARS)]
        yield _result(
            f"r{number:07}",
            number % agencies,
            year,
            is_broken=number % ONE_IN == ONE_IN - 1,
        )


def make(folder: Path, reports: int, agencies: int) -> None:
    """Fill the store of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with Store(folder) as store:
        ((known,),) = store.ask("SELECT count(*) FROM results")
        for result in islice(invented(reports, agencies), known, None):
            store.keep(key_of(version(), result.report_id), "", [result])


def _placed(store: Store) -> tuple[int, int]:
    """Make what a store holds results of this run, as a run without reading does."""
    seen: set[str] = set()
    for position, (key,) in enumerate(
        list(store.ask("SELECT key FROM results ORDER BY rowid"))
    ):
        results = store.kept(key, "") or []
        store.place(position, key, results)
        seen.update(str(one.row["agency"]) for one in results)
    return position + 1, len(seen)


def _measured(step: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of a step, and megabytes that this process held at most."""
    Path("/proc/self/clear_refs").write_text("5")
    start = time.process_time()
    step()
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    return seconds, int(status.split()[0]) / 1024


def run(folder: Path, part: str) -> list[dict[str, object]]:
    """Take the steps of one part, each once."""
    rows: list[dict[str, object]] = []
    known: dict[str, object] = {
        "machine": machine(),
        "measured": datetime.now(UTC).date().isoformat(),
    }
    steps = iter(STEPS if part == "tables" else STEPS[PARTS.index(part) + 2 :])

    def take(step: Callable[[], object]) -> None:
        name = next(steps)
        seconds, megabytes = _measured(step)
        print(f"{name:36} {seconds:9.2f} s {megabytes:8.0f} MB", flush=True)
        own = {"cpu_seconds": f"{seconds:.2f}", "megabytes": f"{megabytes:.0f}"}
        rows.append({**known, "step": name, **own})

    def place() -> None:
        known["reports"], known["agencies"] = _placed(store)

    if part == "tables":
        with Store(folder) as store:
            take(place)
            take(lambda: audit_together(store, {}))
            take(lambda: write_tables(folder, store))
    else:
        with (folder / "reports.csv").open(encoding="utf-8", newline="") as stream:
            agencies = [row["agency"] for row in csv.DictReader(stream)]
        known |= {"reports": len(agencies), "agencies": len(set(agencies))}
        write = write_indicators if part == "indicators" else write_audit
        take(lambda: write(folder))
    return [{**row, **known} for row in rows]


def machine() -> str:
    """The machine in a few words."""
    names = Path("/proc/cpuinfo").read_text().split("model name")[1:]
    name = names[0].split(":", 1)[1].split("\n")[0].strip() if names else ""
    name = name or platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def write(rows: list[dict[str, object]]) -> None:
    """Put rows in the place of those of as many reports, and renew the page."""
    known: list[dict[str, str]] = []
    if TABLE.is_file():
        with TABLE.open(encoding="utf-8", newline="") as stream:
            known = list(csv.DictReader(stream))
    names = ("reports", "agencies", "step")
    own = {tuple(str(row[name]) for name in names) for row in rows}
    kept = [row for row in known if tuple(row[name] for name in names) not in own]
    whole = kept + [{name: str(row[name]) for name in COLUMNS} for row in rows]
    whole.sort(
        key=lambda row: (
            int(row["reports"]),
            -int(row["agencies"]),
            STEPS.index(row["step"]),
        )
    )
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(whole)
    PAGE.write_text(page(whole), encoding="utf-8")


def page(rows: list[dict[str, str]]) -> str:
    """What stands in the table, for people."""
    lines = [INTRODUCTION]
    for (reports, agencies, where, day), own in groupby(
        rows, lambda r: (r["reports"], r["agencies"], r["machine"], r["measured"])
    ):
        lines += [
            f"## {int(reports):,} reports of {int(agencies):,} agencies\n",
            f"{where}, {day}.\n",
            "| step | CPU s | CPU ms a report | most memory, MB |",
            "|---|--:|--:|--:|",
        ]
        for row in own:
            seconds = float(row["cpu_seconds"])
            each = 1000 * seconds / int(reports)
            lines.append(
                f"| {row['step']} | {seconds:,.1f} | {each:.1f} | {row['megabytes']} |"
            )
        lines.append("")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Make a store, or take the steps on one."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("reports", type=int)
    making.add_argument("agencies", type=int, nargs="?")
    running = commands.add_parser("run")
    running.add_argument("folder", type=Path)
    running.add_argument("part", choices=PARTS)
    running.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    if given.command == "make":
        agencies = given.agencies or -(-given.reports // len(YEARS))
        make(given.folder, given.reports, agencies)
        return 0
    rows = run(given.folder, given.part)
    if given.write:
        write(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
