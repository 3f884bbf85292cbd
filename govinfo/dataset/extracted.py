"""What is computed from an extracted folder, and its cells in files for queries."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from govinfo.cells import CELL_COLUMNS, CELLS, CellRow, Table, cells_of
from govinfo.checks.results import CHECKS, RESULTS
from govinfo.checks.within import results_within, tally
from govinfo.dataset.store import Store, key_of
from govinfo.dataset.stored import parts_of, read_by_report, table_of
from govinfo.dataset.tables import (
    CHECK_COLUMNS,
    REPORT_COLUMNS,
    Counts,
    FileResult,
    ReportRow,
    count_rows,
    number_text,
)
from govinfo.dataset.together import UNLOCATED, audit_together
from govinfo.dataset.written import replacement
from govinfo.errors import GovinfoError, SourceError, engine
from govinfo.later import pa, pd
from govinfo.locate import SUGGESTIONS
from govinfo.parquet import require_parquet
from govinfo.registry import read_parents

# So many reports are in memory while their indicators are computed.
_AT_ONCE = 100

# What is printed beside the cells of the form is known to the document alone.
_TEXT_CHECKS = frozenset(check.code for check in CHECKS if check.scope == "text") | {
    "subtotal_sum",
    # Which documents are of one agency is known to the registry, not to the cells.
    "versions",
}


def write_indicators(folder: Path | str) -> int:
    """
    Write ``indicators.csv`` for an extracted folder.

    Parameters
    ----------
    folder : Path or str
        A folder with ``cells.csv`` or ``cells.parquet``; if its ``reports.csv`` has a
        column ``agency_id`` (a registry), agencies are named by it, else by their
        printed name.

    Returns
    -------
    int
        Number of rows written.
    """
    from govinfo.indicators.compute import of_reports

    where = Path(folder)
    reports = read_by_report(where)
    agencies = _agency_ids(where)
    # Nothing is made in a folder that has no cells.
    first = list(islice(reports, _AT_ONCE))
    others = iter(lambda: list(islice(reports, _AT_ONCE)), [])
    count = 0
    with replacement(where) as new:
        writer = None
        for some in chain([first], others):
            found = [cells_of(rows[0][0], rows) for rows in some]
            checks = (
                (one.report_id, one.check, one.result, one.severity, one.cells)
                for report in found
                for one in results_within(report, noted=True)
            )
            heads = pd.DataFrame(
                [rows[0][:3] for rows in some], columns=list(CELL_COLUMNS[:3])
            )
            frame = of_reports(found, heads, agencies, checks)
            table = Table("indicators", tuple(frame.columns))
            writer = writer or new.table(table)
            writer.add(_rows(frame))
            count += len(frame)
    return count


def _rows(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Rows of a table as text, made column by column."""
    columns = []
    for name in frame.columns:
        values = frame[name].array.to_numpy(object, na_value=None).tolist()
        # The same numbers come again and again.
        texts = {value: number_text(value) for value in set(values)}
        columns.append([texts[value] for value in values])
    return list(zip(*columns, strict=True))


def _agency_ids(folder: Path) -> pd.DataFrame | None:
    """What the table of reports calls the agency of each, if it says so."""
    table = table_of(folder, "reports")
    if not {"report_id", "agency_id"} <= set(table.columns):
        return None
    # Reports that name no agency are not all of one.
    ids = table["agency_id"].replace("", None).fillna(table["report_id"])
    return table[["report_id"]].assign(agency_id=ids)


def write_audit(folder: Path | str) -> tuple[int, int]:
    """
    Write ``checks.csv`` and ``suggestions.csv`` for an extracted folder.

    Parameters
    ----------
    folder : Path or str
        A folder with ``cells.csv``.

    Returns
    -------
    tuple of int
        Number of checks that failed, and of suggested solutions.

    Raises
    ------
    GovinfoError
        If the errors of a report could not be located, for instance because scipy is
        not installed; nothing is written then.

    Warns
    -----
    UserWarning
        If time ran out before all solutions for a report were known.

    Notes
    -----
    ``govinfo extract`` writes both; this renews them, for instance after cells were
    put together from several extractions. ``checks.csv`` counts what every check on
    cells came to, for each report: within the report, against the year before and
    against other agencies (``agencies.csv`` in the folder says who covers whom). The
    counts of checks on the narrative and on names, which need the document, are kept
    as they are. Suggestions are never applied; see :mod:`govinfo.locate`.
    """
    where = Path(folder)
    agencies = where / "agencies.csv"
    parents = read_parents(agencies) if agencies.is_file() else {}
    of_text = _of_the_text(where)
    failed = solutions = 0
    with TemporaryDirectory() as scratch, Store(Path(scratch)) as store:
        for position, rows in enumerate(read_by_report(where)):
            result = _checked(rows)
            key = key_of(result.report_id)
            store.keep(key, "", [result])
            store.place(position, key, [result])
        audit_together(store, parents)
        for report_id, sentence in store.failures():
            if sentence.startswith(UNLOCATED):
                raise GovinfoError(f"{report_id}: {sentence}")
            warnings.warn(sentence, stacklevel=2)
        with replacement(where) as new:
            checks = new.table(Table("checks", CHECK_COLUMNS))
            suggested = new.table(SUGGESTIONS)
            for result in store:
                counts = of_text.get(result.report_id, {})
                for (code, outcome), n in result.counts.items():
                    if code not in _TEXT_CHECKS:
                        counts[code, outcome] = n
                        failed += n * (outcome == "fail")
                solutions += len({row[1] for row in result.suggestions})
                checks.add(count_rows(result.report_id, counts))
                suggested.add(result.suggestions)
    return failed, solutions


def _checked(rows: list[CellRow]) -> FileResult:
    """A report as if it had just been read, as far as its cells tell."""
    report_id, agency, year, form = rows[0][:4]
    row: ReportRow = dict.fromkeys(REPORT_COLUMNS, "")
    row |= {"report_id": report_id, "file": report_id, "form": form}
    row |= {"agency": agency, "report_year": year}
    report = cells_of(report_id, rows)
    counts = tally(report, results_within(report, noted=True))
    return FileResult(row, rows, counts=counts)


def _of_the_text(folder: Path) -> dict[str, Counts]:
    """Counts of the checks that need the document, as the extraction wrote them."""
    found: dict[str, Counts] = {}
    for frame in parts_of(folder, "checks"):
        if tuple(frame.columns) != CHECK_COLUMNS:
            break
        of_text = frame[frame["check"].isin(_TEXT_CHECKS)]
        for report_id, code, *numbers in of_text.itertuples(index=False):
            for result, number in zip(RESULTS, numbers, strict=True):
                if int(number):
                    found.setdefault(str(report_id), {})[code, result] = int(number)
    return found


UNKNOWN = "unknown"
"""Province of a report of whose agency it is not known where it is."""

# So many reports are in memory at a time.
_BATCH = 500
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
        while some := list(islice(reports, _BATCH)):
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
