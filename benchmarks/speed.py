"""How long a report takes, stage by stage: CPU milliseconds, best of three.

``python benchmarks/speed.py [FILE…]``; the bundled reports if none is named.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from govinfo.readers import read_document
from govinfo.recognise import recognise
from govinfo.report import report_of

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
    print(f"{'file':32} {'read':>8} {'recognise':>10} {'checks':>8}")
    for path in paths:
        document = read_document(path)
        report = report_of(document, path)
        cells = report.cells
        row = (
            milliseconds(lambda path=path: read_document(path)),
            milliseconds(lambda document=document: recognise(document)),
            milliseconds(lambda cells=cells: _check(cells)),
        )
        rows.append(row)
        print(f"{path.name:32} {row[0]:8.1f} {row[1]:10.1f} {row[2]:8.1f}")
    middle = [median(column) for column in zip(*rows, strict=True)]
    print(f"{'median':32} {middle[0]:8.1f} {middle[1]:10.1f} {middle[2]:8.1f}")
    return 0


def _check(cells: object) -> object:
    from govinfo.checks import check_cells

    return check_cells(cells)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
