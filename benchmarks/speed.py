"""How long a report takes, stage by stage: CPU milliseconds, best of three.

``python benchmarks/speed.py [FILE…]``; the bundled reports if none is named.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from govinfo.audit import audit
from govinfo.locate import suggestions
from govinfo.readers import read_document
from govinfo.recognise import recognise
from govinfo.report import Report, report_of

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 3


def milliseconds(call: Callable[[], object]) -> float:
    """The least CPU time of a few calls."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return 1000 * best


def main(names: list[str]) -> int:
    """Print a line for each file and the medians."""
    paths = [Path(name) for name in names] or sorted(
        (ROOT / "data" / "reports").iterdir()
    )
    rows = []
    print(f"{'file':32} {'read':>8} {'recognise':>10} {'audit':>8} {'locate':>8}")
    for path in paths:
        document = read_document(path)
        report = report_of(document, path)
        row = (
            milliseconds(lambda path=path: read_document(path)),
            milliseconds(lambda document=document: recognise(document)),
            milliseconds(lambda report=report: _audit(report)),
            milliseconds(lambda report=report: suggestions(report.cells)),
        )
        rows.append(row)
        print(f"{path.name:32} {_line(row)}")
    middle = [median(column) for column in zip(*rows, strict=True)]
    print(f"{'median':32} {_line(middle)}")
    return 0


def _line(row: Sequence[float]) -> str:
    return f"{row[0]:8.1f} {row[1]:10.1f} {row[2]:8.1f} {row[3]:8.1f}"


def _audit(report: Report) -> object:
    """Every check that needs no other report."""
    return audit(
        report.report_id,
        report.cells,
        report.recognition,
        report.document,
        report.identity,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
