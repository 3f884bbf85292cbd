"""Set the facsimiles and build the bundled data set from them.

``python scripts/build_data.py`` writes the tables of :data:`BUILT` into ``data``;
``--out DIR`` writes them elsewhere, for a test that compares.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from govinfo.dataset import read_reports, write_audit, write_indicators

DATA = Path(__file__).resolve().parents[1] / "data"

BUILT = (
    "cells.csv",
    "checks.csv",
    "findings.csv",
    "indicators.csv",
    "suggestions.csv",
)


def build(out: Path) -> None:
    """Extract ``data/reports`` and write the built tables into ``out``."""
    scratch = out / ".extraction"
    data = read_reports(DATA / "reports", jobs=1)
    if data.failed:
        message = "\n".join(data.reports.query("status == 'failed'")["message"])
        raise SystemExit(message)
    data.write(scratch)
    shutil.copy(DATA / "reports.csv", scratch / "reports.csv")
    write_indicators(scratch)
    write_audit(scratch)
    for name in BUILT:
        (scratch / name).replace(out / name)
    shutil.rmtree(scratch)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=DATA)
    build(parser.parse_args().out)
