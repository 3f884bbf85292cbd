"""Hold every cell that govinfo reads against the cells it read before.

Run from the top of the repository::

    python benchmarks/golden.py                 # all documents; lists every difference
    python benchmarks/golden.py --kind PDF      # kinds with this word in their name
    python benchmarks/golden.py --sample 12     # so many of each kind, evenly spread
    python benchmarks/golden.py --update        # write what is read now

``benchmarks/golden/`` holds a file for each kind of document, a line for each document:
its number or name, the beginning of its SHA-256, and each cell whose value or state
differs from what is printed. The other cells are read as printed, and what is printed
is known: generated reports are made anew from their number, facsimiles stand in
``data/figures``. So the record is complete, and small. Cells are numbered in the order
of the document's own truth, then of the statutory forms: ``uncertain 3-17 20;
reported=5 12`` says that sixteen cells are uncertain and that cell 12 is read as 5.

Documents beside the repository are recorded by figures alone, and left out without
them. The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from collection import (
    COUNTS,
    SHARED,
    Expected,
    Key,
    Sample,
    facsimiles,
    faults,
    generated,
    shared,
)

from govinfo.forms import FORMS, TABLES, statutory_cells

FOLDER = Path(__file__).parent / "golden"
COLUMNS = ("document", "sha256", "cells")

Reading = tuple[str, Decimal | None]
"""State and value of a cell."""

ABSENT: Reading = ("absent", None)
FAILED: Reading = ("failed", None)
"""Stands at every cell of a document that govinfo refuses."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a document was read as: the beginning of its hash, and its odd cells."""

    sha256: str
    cells: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is read otherwise than before, or a document that is another one."""

    kind: str
    document: str
    cell: Key | None
    was: str
    now: str
    printed: str

    def __str__(self) -> str:
        where = " ".join(self.cell) if self.cell else "the document itself"
        return (
            f"{self.kind} {self.document}, {where}: was {self.was}, now {self.now}, "
            f"printed {self.printed}"
        )


def _key_order(truth: Mapping[Key, Expected]) -> list[Key]:
    # As the records were first numbered: a new form adds its cells at the end.
    order = [("requests", "2019"), ("requests", "2021"), ("proactive", "2021")]
    order += [("proactive", "2019"), ("disputes", "2019")]
    order += [(table, form) for form in FORMS for table in TABLES]
    forms = (
        (table, cell["row_code"], cell["column_code"])
        for table, form in order
        for cell in statutory_cells()
        if (cell["table"], cell["form"]) == (table, form)
    )
    return list(dict.fromkeys((*truth, *forms)))


def _wanted(truth: Mapping[Key, Expected], key: Key) -> Reading:
    want = truth.get(key)
    return (want.state, want.value) if want else ABSENT


def read(sample: Sample) -> dict[Key, Reading]:
    """State and value of each cell that govinfo reads now."""
    import govinfo

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / sample.name
        path.write_bytes(sample.data)
        try:
            rows = govinfo.read_report(path).cell_rows()
        except govinfo.GovinfoError:
            return dict.fromkeys(_key_order(sample.truth), FAILED)
    return {
        (row[4], row[5], row[6]): (row[9], Decimal(row[7]) if row[7] else None)
        for row in rows
    }


def _said(reading: Reading) -> str:
    state, value = reading
    return state if value is None else f"{state}={value}"


def _understood(text: str) -> Reading:
    state, _, value = text.partition("=")
    return state, Decimal(value) if value else None


def line_of(sample: Sample, found: Mapping[Key, Reading]) -> Line:
    """Write down a reading: every cell that is not read as printed."""
    order = _key_order(sample.truth)
    unknown = sorted(set(found) - set(order))
    assert not unknown, f"{sample.name} has cells of no form: {unknown}"
    odd: dict[str, list[int]] = {}
    for number, key in enumerate(order):
        reading = found.get(key, ABSENT)
        if reading != _wanted(sample.truth, key):
            odd.setdefault(_said(reading), []).append(number)
    cells = "; ".join(f"{said} {_ranges(numbers)}" for said, numbers in odd.items())
    return Line(hashlib.sha256(sample.data).hexdigest()[:12], cells)


def _ranges(numbers: Sequence[int]) -> str:
    runs = groupby(enumerate(numbers), key=lambda item: item[1] - item[0])
    ends = [[number for _, number in run] for _, run in runs]
    return " ".join(f"{r[0]}-{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in ends)


def cells_of(sample: Sample, line: Line) -> dict[Key, Reading]:
    """Every cell as a line records it."""
    order = _key_order(sample.truth)
    found = {key: _wanted(sample.truth, key) for key in order}
    for part in filter(None, line.cells.split("; ")):
        said, *runs = part.split(" ")
        for run in runs:
            first, _, last = run.partition("-")
            for number in range(int(first), int(last or first) + 1):
                found[order[number]] = _understood(said)
    return found


def differences(
    kind: str, document: str, sample: Sample, found: Mapping[Key, Reading], was: Line
) -> Iterator[Difference]:
    """Each cell of a document that is read otherwise than was recorded."""
    now = line_of(sample, found)
    if now.sha256 != was.sha256:
        yield Difference(kind, document, None, was.sha256 or "none", now.sha256, "–")
    if now == was or not was.sha256:
        return
    for key, before in cells_of(sample, was).items():
        after = found.get(key, ABSENT)
        if after != before:
            printed = _said(_wanted(sample.truth, key))
            yield Difference(kind, document, key, _said(before), _said(after), printed)


Maker = Callable[[], Sample]


@cache
def documents() -> dict[str, dict[str, Maker]]:
    """Everything that is recorded: for each kind, how each document is made."""
    found: dict[str, dict[str, Maker]] = {}
    for kind, samples in facsimiles().items():
        found[kind] = {sample.name: partial(_same, sample) for sample in samples}
    for kind, count in COUNTS.items():
        found[kind] = {str(n): partial(generated, kind, n) for n in range(count)}
    if SHARED.is_dir():
        for kind, sample in (*shared(), *(("faults", fault) for fault in faults())):
            found.setdefault(f"shared {kind}", {})[sample.name] = partial(_same, sample)
    return found


def _same(sample: Sample) -> Sample:
    return sample


def _file(kind: str) -> Path:
    return FOLDER / f"{kind.replace(' ', '-')}.csv"


@cache
def recorded(kind: str) -> Mapping[str, Line]:
    """The lines of a kind of document."""
    if not _file(kind).exists():
        return {}
    with _file(kind).open(encoding="utf-8", newline="") as stream:
        return {
            row["document"]: Line(row["sha256"], row["cells"])
            for row in csv.DictReader(stream)
        }


def record(kind: str, lines: Mapping[str, Line]) -> None:
    """Write the lines of a kind of document."""
    FOLDER.mkdir(exist_ok=True)
    with _file(kind).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            (name, line.sha256, line.cells) for name, line in lines.items()
        )


def chosen(word: str = "", sample: int | None = None) -> Iterator[tuple[str, str]]:
    """Kind and name of the documents asked for; a sample is spread evenly."""
    for kind, names in documents().items():
        if word.casefold() in kind.casefold():
            step = max(1, len(names) // sample) if sample else 1
            yield from ((kind, name) for name in list(names)[::step][:sample])


def again(kind: str, document: str) -> tuple[Line, list[Difference]]:
    """Read a document again, and hold it against its line."""
    sample = documents()[kind][document]()
    found = read(sample)
    was = recorded(kind).get(document, Line("", ""))
    return line_of(sample, found), [*differences(kind, document, sample, found, was)]


def update(lines: Mapping[tuple[str, str], Line]) -> None:
    """Record these lines beside those that are there."""
    for kind in dict.fromkeys(kind for kind, _ in lines):
        known = {
            **recorded(kind),
            **{n: li for (k, n), li in lines.items() if k == kind},
        }
        record(kind, {name: known[name] for name in documents()[kind] if name in known})


def main() -> int:
    """Compare, and record anew if asked to."""
    from joblib import Parallel, delayed
    from tqdm import tqdm

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", default="", help="only kinds with this word")
    parser.add_argument("--sample", type=int, help="so many documents of each kind")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--update", action="store_true", help="record what is read")
    asked = parser.parse_args()
    every = list(chosen(asked.kind, asked.sample))
    done = Parallel(n_jobs=asked.jobs, return_as="generator")(
        delayed(again)(*one) for one in every
    )
    lines: dict[tuple[str, str], Line] = {}
    count = 0
    for one, (line, found) in tqdm(
        zip(every, done, strict=True), total=len(every), unit="document", disable=None
    ):
        lines[one] = line
        count += len(found)
        for difference in found:
            print(difference)
    if asked.update:
        update(lines)
    print(f"{len(every):,} documents, {count:,} differences.")
    return 1 if count and not asked.update else 0


if __name__ == "__main__":
    # By its name, so that other processes find its functions.
    import golden

    sys.exit(golden.main())
