"""Cells of many reports as Parquet files by province and year, for queries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from govinfo.cells import CELLS, CellRow
from govinfo.dataset.stored import read_by_report, table_of
from govinfo.errors import SourceError, engine
from govinfo.later import pa
from govinfo.parquet import require_parquet

UNKNOWN = "unknown"
"""Province of a report of whose agency it is not known where it is."""

# So many reports are in memory at a time.
_AT_ONCE = 500
# Held for each file until they are written together.
_ROWS_TOGETHER = 4_000
# Every province in every year since 2004, with room for what is misread.
_MOST_PARTITIONS = 5_000


def write_partitions(folder: Path | str, out: Path | str) -> int:
    """
    Write the cells of an extracted folder as Parquet, a file a province and year.

    A query for one province or one year opens the files of these alone, and none is
    held in memory whole: with DuckDB, ``duckdb.sql("SELECT … FROM
    read_parquet('OUT/*/*/*.parquet', hive_partitioning=true)").df()``.

    Parameters
    ----------
    folder : Path or str
        As for :func:`govinfo.dataset.read_cells`. The provinces are those of the column
        ``region_code`` of its table of reports.
    out : Path or str
        The folder to write, which must not be there yet.

    Returns
    -------
    int
        Number of reports written.

    Raises
    ------
    MissingExtra
        If pyarrow is not installed.
    SourceError
        If there is no table of cells, or ``out`` is there already.
    """
    require_parquet("Writing partitions", "tables with 'govinfo extract'")
    target = Path(out)
    if target.exists():
        raise SourceError(
            f"{target} is there already. Name a folder that is not there yet."
        )
    reports = read_by_report(folder)
    provinces = _provinces(Path(folder))
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    count = 0

    def counted() -> Iterator[pa.RecordBatch]:
        nonlocal count
        while some := list(islice(reports, _AT_ONCE)):
            count += len(some)
            rows = [row for rows in some for row in rows]
            yield batch_of(rows, [provinces.get(row[0], UNKNOWN) for row in rows])

    try:
        write_batches(counted(), part)
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def write_batches(batches: Iterator[pa.RecordBatch], folder: Path) -> None:
    """Write batches of cells with the columns ``province`` and ``report_year``."""
    with engine("pyarrow"):
        import pyarrow.dataset as ds

        by = pa.schema([("province", pa.string()), ("report_year", pa.int64())])
        ds.write_dataset(
            batches,
            folder,
            schema=_schema(),
            format="parquet",
            partitioning=ds.partitioning(by, flavor="hive"),
            max_partitions=_MOST_PARTITIONS,
            min_rows_per_group=_ROWS_TOGETHER,
            file_options=ds.ParquetFileFormat().make_write_options(compression="zstd"),
        )


def _schema() -> pa.Schema:

    return CELLS.schema().append(pa.field("province", pa.string()))


def batch_of(rows: list[CellRow], provinces: list[str]) -> pa.RecordBatch:
    """Cells as a batch for :func:`write_batches`, with the province of each."""
    columns = {**CELLS.typed(rows), "province": provinces}
    return pa.RecordBatch.from_pydict(columns, schema=_schema())


def _provinces(folder: Path) -> dict[str, str]:
    """The code of the province of each report, where it is known."""
    reports = table_of(folder, "reports")
    if "region_code" not in reports.columns:
        return {}
    known = reports[reports["region_code"].fillna("") != ""]
    codes = known["region_code"].astype(str).str[:2] + "0000"
    return dict(zip(known["report_id"], codes, strict=True))
