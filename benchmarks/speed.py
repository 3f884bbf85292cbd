"""How long govinfo and other readers take for the same documents, in one run.

Run from the top of the repository, as ``make bench`` does::

    python benchmarks/speed.py [ROUNDS]

Every round gives each document to every reader in turn, so that a machine that other
work shares slows all of them alike; a ratio compares two sums of one round. Writes
``docs/speed.csv``, ``docs/speed.md``, ``docs/speed.png`` and the table in README.
Published documents are measured where they lie beside the repository.
"""

from __future__ import annotations

import csv
import gc
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "docs" / "speed.csv"
PAGE = ROOT / "docs" / "speed.md"
PICTURE = ROOT / "docs" / "speed.png"
README = ROOT / "README.md"

sys.path.append(str(ROOT / "build" / "bench"))

from accuracy import GOVINFO, Tally, by_govinfo, judged  # noqa: E402
from collection import Sample, facsimiles, shared  # noqa: E402
from peers import PEERS, read_by  # noqa: E402
from scale import machine  # noqa: E402

from govinfo.dataset.onefile import Task, read_plain  # noqa: E402
from govinfo.sources import Source  # noqa: E402

ROUNDS = 3
KINDS = ("facsimile HTML", "facsimile PDF", "published HTML", "published PDF")
"""Documents as agencies publish them; those that every reader can read."""

COLUMNS = (
    *("kind", "reader", "documents", "cells", "exact", "wrong"),
    *("milliseconds", "ratio", "ratio_low", "ratio_high", "megabytes"),
    *("rounds", "machine", "measured"),
)
"""Columns of ``docs/speed.csv``; times are CPU time, ratios those to govinfo's."""

Reader = Callable[[Path], object]


def by_extraction(path: Path) -> object:
    """All that an extraction makes of a file, the checks of the report included."""
    return read_plain(Task(Source(path, path.name), None, path.stem), path.read_bytes())


def readers_of(kind: str) -> dict[str, Reader]:
    """The readers of a kind; govinfo first."""
    return {GOVINFO: by_extraction, **PEERS[f".{kind.split()[-1].lower()}"]}


def samples_of(kind: str) -> list[Sample]:
    """The documents of a kind."""
    return facsimiles().get(kind) or [s for name, s in shared() if name == kind]


def cpu_seconds(reader: Reader, path: Path) -> float:
    """CPU time that a reader takes for a document."""
    gc.collect()
    start = time.process_time()
    try:
        reader(path)
    except Exception:  # noqa: BLE001 - counted as read without a cell; time is time
        return time.process_time() - start
    return time.process_time() - start


def measured(kind: str, rounds: int, folder: Path) -> list[dict[str, str]]:
    """Rows of a kind: all readers, all documents, round by round."""
    paths = {}
    for sample in samples_of(kind):
        paths[folder / sample.name] = sample
        (folder / sample.name).write_bytes(sample.data)
    readers = readers_of(kind)
    spent: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(rounds + 1):  # the first one imports
        sums = dict.fromkeys(readers, 0.0)
        for path in paths:
            for name, reader in readers.items():
                sums[name] += cpu_seconds(reader, path)
        for name, total in sums.items() if number else ():
            spent[name].append(total)
    rows = []
    for name in readers:
        tally = Tally()
        for path, sample in paths.items():
            tally.add(judged(sample, _cells(name, path, sample), 0.0))
        ratios = [
            own / mine for own, mine in zip(spent[name], spent[GOVINFO], strict=True)
        ]
        values = (
            *(kind, name, len(paths), tally.cells, tally.exact, tally.wrong),
            f"{1000 * median(spent[name]) / len(paths):.1f}",
            *(f"{n:.2f}" for n in (median(ratios), min(ratios), max(ratios))),
            *(f"{_alone(kind, name):.0f}", rounds, machine()),
            datetime.now(UTC).date().isoformat(),
        )
        rows.append(dict(zip(COLUMNS, map(str, values), strict=True)))
        print(*values[:-2], sep="\t", flush=True)
    return rows


def _cells(name: str, path: Path, sample: Sample) -> Mapping[object, object]:
    if name == GOVINFO:
        return by_govinfo(path)
    cells = read_by(PEERS[path.suffix][name], path, sample.truth)
    return {key: ("", value) for key, value in cells.items()}


def _alone(kind: str, reader: str) -> float:
    """Megabytes of a process that reads these documents by one reader, once."""
    done = subprocess.run(
        [sys.executable, __file__, "--alone", kind, reader],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def alone(kind: str, reader: str) -> None:
    """Read the documents of a kind and say how much memory that took."""
    with tempfile.TemporaryDirectory() as folder:
        for sample in samples_of(kind):
            path = Path(folder) / sample.name
            path.write_bytes(sample.data)
            cpu_seconds(readers_of(kind)[reader], path)
    # What getrusage says of a process may be what its parent held when it was started.
    status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    print(int(status.split()[0]) / 1024)


def read_table() -> list[dict[str, str]]:
    """The published table."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def lines_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The table for people, as README and the page show it."""
    lines = [
        "| documents | reader | CPU ms each | times govinfo's | MB | exact | wrong |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        spread = f"{row['ratio']} ({row['ratio_low']} to {row['ratio_high']})"
        share = f"{int(10_000 * int(row['exact']) / int(row['cells'])) / 100:.2f}%"
        lines.append(
            f"| {row['kind']} ({row['documents']}) | {row['reader']} | "
            f"{float(row['milliseconds']):,.1f} | "
            f"{'1' if row['reader'] == GOVINFO else spread} | "
            f"{row['megabytes'] or '–'} | {share} | {int(row['wrong']):,} |"
        )
    return lines


TEXT = """# How fast is it?

Written by `make bench`; the numbers stand in [speed.csv](speed.csv). Every reader got
the same documents in the same run, {rounds} rounds, on a machine that other work shared
({machine}, {day}). Times are CPU time of a document: of govinfo all that an extraction
does with a file, its checks included, of the others the reading of its tables alone, as
they come. A ratio compares the times of one round; in brackets the least and the
greatest of all rounds. Memory is that of a process that reads these documents and does
nothing else. *Exact* and *wrong* count cells as in [accuracy.md](accuracy.md).

{table}

![CPU time of a document by reader](speed.png)

How many reports a second are read in all is measured in [throughput.md](throughput.md),
what is done with all reports together in [scale.md](scale.md).
"""


def write(rows: Sequence[Mapping[str, str]]) -> None:
    """Write table, page and picture, and the table in README."""
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    table = "\n".join(lines_of(rows))
    known = {"rounds": rows[0]["rounds"], "machine": rows[0]["machine"]}
    page = TEXT.format(table=table, day=rows[0]["measured"], **known)
    PAGE.write_text(page, encoding="utf-8")
    draw(rows)
    text = README.read_text(encoding="utf-8")
    shown = re.compile(r"(?<=<!-- speed -->\n\n).*?(?=\n\n<!-- end -->)", re.DOTALL)
    README.write_text(shown.sub(lambda _: table, text), encoding="utf-8")


def draw(rows: Sequence[Mapping[str, str]]) -> None:
    """Draw the times, a panel for each kind."""
    from matplotlib.figure import Figure

    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    figure = Figure(figsize=(7, 0.5 + 0.36 * (len(rows) + len(kinds))))
    parts = [sum(row["kind"] == kind for row in rows) for kind in kinds]
    panels = figure.subplots(
        len(kinds), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": parts}
    )
    for panel, kind in zip(panels[:, 0], kinds, strict=True):
        own = [row for row in rows if row["kind"] == kind][::-1]
        times = [float(row["milliseconds"]) for row in own]
        colours = ["#0b6e4f" if row["reader"] == GOVINFO else "#9aa5b1" for row in own]
        bars = panel.barh([row["reader"] for row in own], times, color=colours)
        panel.bar_label(bars, [f" {n:,.0f}" for n in times], fontsize=8)
        panel.set_title(kind, loc="left", fontsize=9)
        panel.set_xscale("log")
        panel.spines[["top", "right"]].set_visible(False)
    panels[-1, 0].set_xlabel("CPU milliseconds a document, logarithmic")
    figure.tight_layout()
    figure.savefig(PICTURE, dpi=144, metadata={"Software": None})


def main(arguments: list[str]) -> int:
    """Measure and write, or read alone."""
    if arguments[:1] == ["--alone"]:
        alone(*arguments[1:])
        return 0
    rounds = int(arguments[0]) if arguments else ROUNDS
    rows = []
    with redirect_stderr(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as folder:
                if samples_of(kind):
                    rows += measured(kind, rounds, Path(folder))
    write(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
