"""A folder of a thousand files through ``govinfo extract``, as a researcher runs it.

``python benchmarks/thousand.py [FILES] [JOBS]`` makes the folder ``build/thousand``
from the bundled facsimiles, three of its files broken, extracts it, and prints how many
files were completed and failed, the exit status and the time. The status must be 1 and
exactly the broken files must have failed, else this ends with status 1 itself.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "thousand"
FILES = 1000
BROKEN = {
    "broken-empty.html": b"",
    "broken-cut.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "broken-noise.docx": b"PK\x03\x04" + bytes(range(256)) * 64,
}


def make(folder: Path, files: int) -> None:
    """Fill a folder; no two files have the same bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    reports = sorted((ROOT / "data" / "reports").iterdir())
    for number, path in enumerate(islice(cycle(reports), files - len(BROKEN))):
        # What follows the end of a page, a PDF file or a text is no part of it.
        ending = {".html": f"<!-- {number} -->", ".pdf": f"\n% {number}\n"}
        data = path.read_bytes() + ending.get(path.suffix, "\n" * number).encode()
        (folder / f"{path.stem}-{number:04}{path.suffix}").write_bytes(data)
    for name, data in BROKEN.items():
        (folder / name).write_bytes(data)


def main(arguments: list[str]) -> int:
    """Make, extract, print."""
    files = int(arguments[0]) if arguments else FILES
    jobs = arguments[1] if len(arguments) > 1 else str(os.cpu_count() or 1)
    folder, out = OUT / "reports", OUT / "extracted"
    make(folder, files)
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "govinfo.cli", "extract", folder]
        + ["--out", out, "--jobs", jobs],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    with (out / "reports.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    failed = {Path(row["file"]).name for row in rows if row["status"] == "failed"}
    completed = sum(row["status"] == "complete" for row in rows)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"files       {len(rows)}")
    print(f"completed   {completed}")
    print(f"partial     {len(rows) - completed - len(failed)}")
    print(f"failed      {len(failed)}: {', '.join(sorted(failed))}")
    print(f"exit        {done.returncode}")
    print(f"seconds     {seconds:.1f} with {jobs} jobs")
    print(f"ms a file   {1000 * seconds / files:.0f}")
    print(f"megabytes   {peak:.0f} in the largest process")
    is_right = done.returncode == 1 and failed == set(BROKEN) and len(rows) == files
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
