"""Measure how exact govinfo and other readers are, and how long a document takes.

Run from the top of the repository, as ``make accuracy`` does::

    python benchmarks/accuracy.py

Writes ``docs/accuracy.csv`` and ``docs/accuracy.md``. What needs the collections beside
the repository is measured where they are, and left as it was where they are not.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "docs" / "accuracy.csv"
PAGE = ROOT / "docs" / "accuracy.md"
SCANS = ROOT / "docs" / "scans.csv"

sys.path.append(str(ROOT / "build" / "bench"))

from collection import (  # noqa: E402
    COMPARED,
    COUNTS,
    SHARED,
    Demand,
    Key,
    Sample,
    facsimiles,
    generated,
    shared,
)
from peers import PEERS, read_by  # noqa: E402

COLUMNS = (
    "part",
    "kind",
    "reader",
    "documents",
    "cells",
    "exact",
    "uncertain",
    "wrong",
    "missed",
    "milliseconds",
    "measured",
)
"""Columns of ``docs/accuracy.csv``; ``milliseconds`` is the median of a document."""

GOVINFO = "govinfo"
UNSURE = {"uncertain", "unreadable"}


@dataclass
class Tally:
    """How many cells of some documents were read how."""

    documents: int = 0
    cells: int = 0
    exact: int = 0
    uncertain: int = 0
    wrong: int = 0
    missed: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for name in ("documents", "cells", "exact", "uncertain", "wrong", "missed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds += other.seconds

    def row(self, part: str, kind: str, reader: str, measured: str) -> dict[str, str]:
        """A row of the table."""
        median = 1000 * statistics.median(self.seconds or [0.0])
        values = (part, kind, reader, self.documents, self.cells, self.exact)
        values += (self.uncertain, self.wrong, self.missed, f"{median:.0f}", measured)
        return dict(zip(COLUMNS, map(str, values), strict=True))


Tallies = dict[tuple[str, str], Tally]


def by_govinfo(path: Path) -> dict[Key, tuple[str, Decimal | None]]:
    """State and value of each cell; nothing if govinfo says that it cannot read it."""
    import govinfo

    try:
        rows = govinfo.read_report(path).cell_rows()
    except govinfo.GovinfoError:
        return {}
    return {
        (row[4], row[5], row[6]): (row[9], Decimal(row[7]) if row[7] else None)
        for row in rows
    }


def judged(
    sample: Sample, found: Mapping[Key, tuple[str, Decimal | None]], seconds: float
) -> Tally:
    """Count the cells of one document by how they were read."""
    tally = Tally(documents=1, cells=len(sample.truth), seconds=[seconds])
    for key, want in sample.truth.items():
        state, value = found.get(key, ("absent", None))
        if state in UNSURE:
            tally.uncertain += 1
        elif state == "absent":
            tally.missed += 1
        elif value == want.value and want.demand is not Demand.REFUSED:
            tally.exact += 1
        else:
            tally.wrong += 1
    # A figure where the document prints no cell is as wrong as a wrong figure.
    tally.wrong += sum(
        value is not None
        for key, (_, value) in found.items()
        if key not in sample.truth
    )
    return tally


def measured(kind: str, samples: Iterable[Sample], *, peers: bool = True) -> Tallies:
    """Give documents to govinfo, and to every other reader that reads their kind."""
    tallies: Tallies = defaultdict(Tally)
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        for sample in samples:
            path = Path(folder) / sample.name
            path.write_bytes(sample.data)
            start = time.perf_counter()
            found = by_govinfo(path)
            tally = judged(sample, found, time.perf_counter() - start)
            tallies[kind, GOVINFO].add(tally)
            for name, peer in PEERS.get(path.suffix, {}).items() if peers else ():
                start = time.perf_counter()
                cells = read_by(peer, path, sample.truth)
                seconds = time.perf_counter() - start
                claimed = {key: ("", value) for key, value in cells.items()}
                tallies[kind, name].add(judged(sample, claimed, seconds))
    return dict(tallies)


def _rows(part: str, tallies: Tallies, day: str) -> list[dict[str, str]]:
    return [tally.row(part, *key, day) for key, tally in tallies.items()]


BATCH = 20
"""Generated reports that one process measures at a time."""


def _batch(kind: str, start: int) -> Tallies:
    samples = (generated(kind, n) for n in range(start, start + BATCH))
    return measured(kind, samples, peers=start < COMPARED)


def repository(day: str) -> list[dict[str, str]]:
    """Everything that this repository holds or makes, on two cores."""
    from joblib import Parallel, delayed
    from tqdm import tqdm

    tasks = [delayed(measured)(kind, found) for kind, found in facsimiles().items()]
    tasks += [
        delayed(_batch)(kind, n)
        for kind, count in COUNTS.items()
        for n in range(0, count, BATCH)
    ]
    together: Tallies = defaultdict(Tally)
    done = Parallel(n_jobs=2, return_as="generator_unordered")(tasks)
    for tallies in tqdm(done, total=len(tasks), unit="batch", disable=None):
        for key, tally in tallies.items():
            together[key].add(tally)
    order = [*facsimiles(), *COUNTS]
    found = _rows("repository", together, day)
    return sorted(found, key=lambda row: order.index(row["kind"]))


def beside(day: str, old: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The collections beside the repository, or what was measured when they were."""
    if not SHARED.is_dir():
        return [row for row in old if row["part"] == "shared"]
    together: Tallies = defaultdict(Tally)
    for kind, sample in shared():
        for key, tally in measured(kind, [sample]).items():
            together[key].add(tally)
    return _rows("shared", together, day)


def read_table() -> list[dict[str, str]]:
    """The published table."""
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_table(rows: Iterable[Mapping[str, str]]) -> None:
    """Write the table."""
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def lines_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Rows as a table in Markdown."""
    names = ("documents", "reader", "number", "cells", "exact", "uncertain", "wrong")
    lines = [
        f"| {' | '.join(names)} | missed | ms |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        exact = _share(int(row["exact"]), int(row["cells"]))
        counts = [f"{int(row[n]):,}" for n in ("documents", "cells")]
        rest = [f"{int(row[n]):,}" for n in ("uncertain", "wrong", "missed")]
        rest.append(f"{int(row['milliseconds']):,}")
        lines.append(
            f"| {row['kind']} | {row['reader']} | {' | '.join(counts)} | {exact} | "
            f"{' | '.join(rest)} |"
        )
    return lines


SUMMARY = (
    ("repository", "HTML", "web pages"),
    ("repository", "Word", "Word files"),
    ("repository", "PDF", "PDF"),
    ("repository", "text", "text"),
    ("shared", "PDF", "PDF of other producers"),
    ("shared", "scan", "scans"),
)
"""Part, last word of the kinds, and name of each line of the table in README."""


def summary(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The table in README: every kind of document in a line, damaged ones left out."""
    names = ("documents", "number", "exact", "uncertain", "wrong", "missed", "others")
    lines = [f"| {' | '.join(names)} |", "|---|--:|--:|--:|--:|--:|---|"]
    for part, word, title in SUMMARY:
        readers: dict[str, Tally] = defaultdict(Tally)
        for row in rows:
            kind = row["kind"].split()
            if row["part"] == part and kind[-1] == word and kind[0] != "damaged":
                counts = {n: int(row[n]) for n in COLUMNS[3:9]}
                readers[row["reader"]].add(Tally(**counts))
        mine = readers.pop(GOVINFO, None)
        if mine is None:
            continue
        best = max(readers.items(), key=lambda item: item[1].exact, default=None)
        lines.append(
            f"| {title} | {mine.documents:,} | {_share(mine.exact, mine.cells)} | "
            f"{_share(mine.uncertain, mine.cells)} | {mine.wrong} | "
            f"{_share(mine.missed, mine.cells)} | {_other(best)} |"
        )
    return lines


def _other(best: tuple[str, Tally] | None) -> str:
    if best is None:
        return "–"
    name, tally = best
    exact = _share(tally.exact, tally.cells)
    return f"{name}: {exact} exact, {tally.wrong:,} wrong"


def _share(count: int, whole: int) -> str:
    """A share in per cent, cut and not rounded: 100 means every one."""
    return f"{int(10_000 * count / max(whole, 1)) / 100:.2f}%"


TEXT = """# How exact is it?

Written by `make accuracy`; the numbers stand in [accuracy.csv](accuracy.csv). A cell is
*exact* if value and blank are as printed, *uncertain* if govinfo says that it is not
sure, *wrong* if a figure or a blank is given that is not the printed one, and *missed*
if nothing is given. `ms` is the median time of a document, {machine}.

The *facsimiles* are the reports in `data/reports`. The *generated* reports come from
`tests/generate`: random figures, sums right or wrong, blanks, and every mixture of the
oddities that agencies publish, always the same ones. Text without its table is often
undetermined: there, uncertain is the right reading. The *damaged* reports
have rows or columns mixed up, cells lost, added or merged, labels swapped, or last
year's table beside this year's; nobody can know all of their cells, and what counts is
that none is wrong.

The other readers run as they come, and one assembly, described in
`benchmarks/peers.py`, makes cells of their rows by exact labels. They read the first
{compared} of each kind of generated report. They are made for
tables of every kind and know nothing of these forms: the comparison says what a
researcher gets who uses them for this, not how good they are.

## What the repository holds

{repository}

## Collections beside the repository

Published documents and invented cases of many producers that may not be redistributed,
measured {day}. *Damaged text* is another program's text of a PDF. On *scans* a figure
is certain if a sum of the form supports it or if two readings agree: the engine's, and
that of its digits, each compared with all the other digits of the document. On pages
that `benchmarks/scans.py` draws without any sum ({scans_pages} of them, 100 to 300 dots
an inch, skewed, stamped, dusty, compressed) they agreed on {scans_agreed} figures, of
which {scans_wrong} were wrong: at most {scans_bound} in a hundred, with 95% confidence
(`docs/scans.csv`). A decimal point looks like dust, so amounts with one stay uncertain.

{shared}
"""


def write_page(rows: Sequence[Mapping[str, str]]) -> None:
    """Write the page that shows the table."""
    parts = {
        part: [row for row in rows if row["part"] == part]
        for part in ("repository", "shared")
    }
    days = sorted({row["measured"] for row in parts["shared"]})
    with SCANS.open(encoding="utf-8", newline="") as file:
        scans = next(row for row in csv.DictReader(file) if row["dpi"] == "all")
    PAGE.write_text(
        TEXT.format(
            compared=COMPARED,
            machine="two cores that other work shared",
            repository="\n".join(lines_of(parts["repository"])),
            day=f"on {days[-1]}" if days else "not yet",
            scans_pages=scans["pages"],
            scans_agreed=f"{int(scans['agreed']):,}",
            scans_wrong=scans["agreed_wrong"],
            scans_bound=f"{100 * float(scans['bound']):.3f}",
            shared="\n".join(lines_of(parts["shared"])),
        ),
        encoding="utf-8",
    )


def main() -> int:
    """Measure and write; the exit status is 1 if govinfo was silently wrong."""
    day = date.today().isoformat()
    rows = repository(day) + beside(day, read_table())
    write_table(rows)
    write_page(rows)
    print("\n".join(lines_of(rows)))
    mine = [row for row in rows if row["reader"] == GOVINFO]
    wrong = sum(int(row["wrong"]) for row in mine)
    print(f"{wrong} cells silently wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
