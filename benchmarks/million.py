"""A data set of a million invented reports, by province and year, and queries on it.

``python benchmarks/million.py FOLDER [REPORTS]`` writes the cells of invented reports
as :func:`govinfo.dataset.write_partitions` writes those of real ones, then asks DuckDB,
and prints sizes and times. The same two thousand reports come again and again, with ids
of their own: making a million different ones would take longer than writing them.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scale import YEARS, invented

from govinfo.dataset.extracted import batch_of, write_batches

if TYPE_CHECKING:
    import pyarrow as pa

REPORTS = 1_000_000
DIFFERENT = 2_000
"""So many reports are made, and come again with other ids."""

TOGETHER = 500
PROVINCES = [f"{code}0000" for code in range(11, 45)]

QUERIES = {
    "received in one province, by year": (
        "SELECT report_year, sum(value) FROM cells WHERE province = '320000' AND "
        "row_code = 'received' AND column_code = 'total' GROUP BY ALL"
    ),
    "one cell of all reports, by province and year": (
        "SELECT province, report_year, sum(value) FROM cells WHERE "
        "row_code = 'granted' AND column_code = 'total' GROUP BY ALL"
    ),
    "every cell, by year": (
        'SELECT report_year, "table", row_code, column_code, avg(value) FROM cells '
        "GROUP BY ALL"
    ),
    "all cells of one report": "SELECT * FROM cells WHERE report_id = 'r0000007'",
}


def batches(reports: int) -> Iterator[pa.RecordBatch]:
    """Cells of so many reports."""
    made = list(invented(min(DIFFERENT, reports), DIFFERENT // len(YEARS)))
    for start in range(0, reports, TOGETHER):
        rows, provinces = [], []
        for number in range(start, min(start + TOGETHER, reports)):
            cells = made[number % len(made)].cells
            rows += [(f"r{number:07}", *cell[1:]) for cell in cells]
            # An agency stays where it is.
            agency = number % len(made) % (DIFFERENT // len(YEARS))
            provinces += [PROVINCES[agency % len(PROVINCES)]] * len(cells)
        yield batch_of(rows, provinces)


def main(arguments: list[str]) -> int:
    """Write, ask, print."""
    import duckdb

    folder = Path(arguments[0])
    reports = int(arguments[1]) if len(arguments) > 1 else REPORTS
    shutil.rmtree(folder, ignore_errors=True)
    start = time.perf_counter(), time.process_time()
    write_batches(batches(reports), folder)
    wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
    sizes = [file.stat().st_size for file in folder.rglob("*.parquet")]
    print(f"{reports:,} reports in {len(sizes):,} files: {sum(sizes) / 1e6:,.1f} MB")
    print(f"written in {wall:,.1f} s, {cpu:,.1f} s of CPU")
    pattern = f"{folder}/*/*/*.parquet"
    source = f"read_parquet('{pattern}', hive_partitioning=true)"
    duckdb.sql(f"CREATE VIEW cells AS SELECT * FROM {source}")
    for name, query in QUERIES.items():
        times = []
        for _ in range(3):
            began = time.perf_counter()
            rows = len(duckdb.sql(query).df())
            times.append(time.perf_counter() - began)
        print(f"{name}: {rows:,} rows in {1000 * min(times):,.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
