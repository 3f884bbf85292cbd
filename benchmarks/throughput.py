"""How many reports a second ``govinfo extract`` reads, as a researcher runs it.

``python benchmarks/throughput.py FILES JOBS`` makes a folder in ``build/throughput`` of
the bundled facsimiles over and over, and extracts it; four of five files are web pages,
the fifth is a PDF file. With ``--mixed`` they are invented reports in which oddities
that tests know are mixed by chance. A registry gives each file an agency of its own,
since figures of different reports contradict each other as years of one. Three more
files are broken: they must fail, or this ends with status 1. ``--write`` puts the row
into ``docs/throughput.csv`` and renews ``docs/throughput.md``.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "throughput"
TABLE = ROOT / "docs" / "throughput.csv"
PAGE = ROOT / "docs" / "throughput.md"

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from generate import as_html, as_pdf, plain_cells, shape  # noqa: E402
from generate.strategies import page_by, quirks_by  # noqa: E402
from scale import machine  # noqa: E402

INTRODUCTION = """# How many reports a second?

Written by `benchmarks/throughput.py`, which `make bench` runs; the numbers stand in
[throughput.csv](throughput.csv). `govinfo extract` reads a folder from its first file
to the last table: every figure, the checks of each report and those between reports,
and the location of errors. Four of five files are web pages, the fifth is a PDF file;
each has an agency of its own, as the reports of a province for one year do. *Plain*
ones are the bundled facsimiles over and over, set as agencies print the form; in
*mixed* ones, invented reports whose sums hold, every oddity that the tests know is
mixed by chance. CPU time is that of all processes; memory is the most that the one held
that collects the results.
"""

COLUMNS = (
    *("documents", "files", "jobs", "seconds", "per_second", "cpu_seconds_per_1000"),
    *("megabytes", "machine", "measured"),
)

BROKEN = {
    "broken-empty.html": b"",
    "broken-cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "broken-noise.docx": b"PK\x03\x04" + bytes(range(256)) * 64,
}


def mixed() -> Iterator[tuple[str, bytes]]:
    """Suffix and content of one invented report after the other, oddly set."""
    for number in count():
        choose = Random(number).choice
        quirks = quirks_by(choose)
        is_collapsed = quirks.form == "2021" and choose([True, False])
        cells = plain_cells(quirks.form, collapsed=is_collapsed, hybrid=quirks.hybrid)
        report = shape(cells, quirks)
        if number % 5 < 4:
            yield ".html", as_html(report, page_by(choose))
        else:
            yield ".pdf", as_pdf(report)


def plain() -> Iterator[tuple[str, bytes]]:
    """Suffix and content of one facsimile after the other, no two the same bytes."""
    folder = ROOT / "data" / "reports"
    pages, files = (
        cycle([path.read_bytes() for path in sorted(folder.glob(f"*{suffix}"))])
        for suffix in (".html", ".pdf")
    )
    for number in count():
        is_page = number % 5 < 4
        suffix = ".html" if is_page else ".pdf"
        data = next(pages if is_page else files)
        # What follows the end of a page or of a PDF file is no part of it.
        ending = f"<!-- {number} -->" if is_page else f"\n% {number}\n"
        yield suffix, data + ending.encode()


def make(files: int, documents: Iterator[tuple[str, bytes]]) -> Path:
    """Fill a folder with so many files, a registry, and those that are broken."""
    folder = OUT / "reports"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (folder / "registry.csv").open("w", encoding="utf-8", newline="") as stream:
        registry = csv.writer(stream)
        registry.writerow(("file", "agency"))
        for number, (suffix, data) in enumerate(islice(documents, files)):
            name = f"report-{number:06}{suffix}"
            (folder / name).write_bytes(data)
            registry.writerow((name, f"样例{number}县人民政府"))
    for name, data in BROKEN.items():
        (folder / name).write_bytes(data)
    return folder


def _ticks(process: int) -> tuple[float, float]:
    """CPU seconds of a process so far, and its most memory in MB."""
    stat = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{process}/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return sum(map(int, stat[11:13])) / 100, peak


def extracted(folder: Path, out: Path, jobs: int) -> tuple[float, float, float]:
    """Extract; seconds, CPU seconds of all processes, megabytes of the first."""
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    command = [sys.executable, "-m", "govinfo.cli", "extract", str(folder), "--quiet"]
    process = subprocess.Popen([*command, "--out", str(out), "--jobs", str(jobs)])
    seen: dict[int, float] = {}
    peak = 0.0
    while process.poll() is None:
        for one in _family(process.pid):
            try:
                seen[one], held = _ticks(one)
            except (OSError, IndexError, ValueError):
                # It ended while it was looked at.
                continue
            peak = max(peak, held if one == process.pid else 0.0)
        time.sleep(0.1)
    return time.perf_counter() - start, sum(seen.values()), peak


def _family(process: int) -> list[int]:
    """A process and those that it started, as far as they still run."""
    try:
        children = Path(f"/proc/{process}/task").glob("*/children")
        found = [int(one) for file in children for one in file.read_text().split()]
    except OSError:
        found = []
    return [process, *(other for one in found for other in _family(one))]


def row_of(files: int, jobs: int, *, is_mixed: bool) -> dict[str, str]:
    """Make a folder, extract it, and say how long that took."""
    folder, out = make(files, mixed() if is_mixed else plain()), OUT / "extracted"
    seconds, cpu, peak = extracted(folder, out, jobs)
    with (out / "reports.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    failed = {Path(row["file"]).name for row in rows if row["status"] == "failed"}
    if not set(BROKEN) <= failed or len(rows) != files + len(BROKEN):
        raise SystemExit(f"{len(rows)} rows of {files} files; failed: {sorted(failed)}")
    print(f"{len(failed) - len(BROKEN)} files failed beside those that are broken")
    values = (
        *(
            "mixed" if is_mixed else "plain",
            files,
            jobs,
            f"{seconds:.1f}",
            f"{files / seconds:.1f}",
        ),
        *(f"{1000 * cpu / files:.1f}", f"{peak:.0f}", machine()),
        datetime.now(UTC).date().isoformat(),
    )
    return dict(zip(COLUMNS, map(str, values), strict=True))


def page(rows: list[dict[str, str]]) -> str:
    """What stands in the table, for people."""
    lines = [
        INTRODUCTION,
        "| documents | files | at a time | seconds | reports a second "
        "| CPU s per 1,000 | memory, MB | measured |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    lines += [
        f"| {row['documents']} | {int(row['files']):,} | {row['jobs']} "
        f"| {row['seconds']} | {row['per_second']} "
        f"| {row['cpu_seconds_per_1000']} | {row['megabytes']} "
        f"| {row['machine']}, {row['measured']} |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


def read_table() -> list[dict[str, str]]:
    """The rows measured so far."""
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def main(arguments: list[str]) -> int:
    """Measure; with ``--write``, renew table and page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", type=int)
    parser.add_argument("jobs", type=int)
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    row = row_of(asked.files, asked.jobs, is_mixed=asked.mixed)
    print(*(f"{name} {value}" for name, value in row.items()), sep="\n")
    if asked.write:
        rows = {
            (one["documents"], int(one["files"]), int(one["jobs"])): one
            for one in [*read_table(), row]
        }
        with TABLE.open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(rows[key] for key in sorted(rows))
        PAGE.write_text(page(read_table()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
