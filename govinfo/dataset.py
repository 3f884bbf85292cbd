"""Many reports: find the files, read them in parallel, write one data set.

This module alone writes data. A file that cannot be read is a row with a message, and
the others are written all the same.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from govinfo.corrections import Correction, corrections_beside
from govinfo.errors import GovinfoError, MissingColumns, MissingExtra, SourceError
from govinfo.isolation import Limits, Warden
from govinfo.readers import read_document
from govinfo.recognise.parts import split_document
from govinfo.registry import Registration, Registry
from govinfo.report import CELL_COLUMNS, CellRow, Report, cells_frame, report_of
from govinfo.sources import Source, find_sources

if TYPE_CHECKING:
    import pandas as pd

REPORT_COLUMNS = (
    "report_id",
    "file",
    "sha256",
    "media_type",
    "agency",
    "report_year",
    "form",
    "status",
    "cells_reported",
    "findings",
    "message",
    "seconds",
)
"""Columns of ``reports.csv`` as the extraction writes it, in order."""

FINDING_COLUMNS = (
    "report_id",
    "check",
    "table",
    "row_code",
    "column_code",
    "where",
    "printed",
    "expected",
    "difference",
    "severity",
    "sentence",
)
"""Columns of ``findings.csv``, in order."""

CHECK_COLUMNS = (
    "report_id",
    "check",
    "pass",
    "pass_if_blank_is_zero",
    "fail",
    "not_assessable",
)
"""Columns of ``checks.csv``, in order."""

FindingRow = tuple[str, ...]

# One report alone has no other to be compared with.
_A_SERIES = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, what a registry says about it, and corrections by hand."""

    source: Source
    registered: Registration | None
    report_id: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class FileResult:
    """What came of one file: its row of ``reports.csv``, its cells and findings."""

    row: dict[str, str | int | float | None]
    cells: list[CellRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        """Whether the file could not be read."""
        return self.row["status"] == "failed"


@dataclass(frozen=True)
class DataSet:
    """The reports of many files as three tables.

    Attributes
    ----------
    results : tuple of FileResult
        One for each report, in the order in which the files were found.
    """

    results: tuple[FileResult, ...]

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per statutory cell; see :attr:`govinfo.report.Report.cells`."""
        return cells_frame([row for result in self.results for row in result.cells])

    @cached_property
    def reports(self) -> pd.DataFrame:
        """One row per file, with status and message."""
        import pandas as pd

        frame = pd.DataFrame(
            [result.row for result in self.results], columns=list(REPORT_COLUMNS)
        )
        for name in ("report_year", "cells_reported", "findings"):
            frame[name] = frame[name].astype("Int64")
        return frame

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the reports say against themselves, one row per failed check."""
        import pandas as pd

        rows = [row for result in self.results for row in result.findings]
        frame = pd.DataFrame(rows, columns=list(FINDING_COLUMNS))
        for name in ("printed", "expected", "difference"):
            values = [float(text) if text else None for text in frame[name]]
            frame[name] = pd.array(values, dtype="Float64")
        return frame

    @property
    def failed(self) -> int:
        """Number of files that could not be read."""
        return sum(result.has_failed for result in self.results)

    def write(self, out: Path | str, *, format: str = "csv") -> None:
        """
        Write ``cells``, ``reports`` and ``findings`` into a folder.

        Parameters
        ----------
        out : Path or str
            The folder; it is made if it does not exist.
        format : {"csv", "parquet"}
            CSV is UTF-8 with LF line ends, numbers as printed; Parquet needs the extra
            ``[scale]``.

        Raises
        ------
        MissingExtra
            If Parquet is asked for and pyarrow is not installed.
        """
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        if format == "parquet":
            self._write_parquet(folder)
            return
        cells = (row for result in self.results for row in result.cells)
        findings = (row for result in self.results for row in result.findings)
        reports = (
            [_text(result.row[name]) for name in REPORT_COLUMNS]
            for result in self.results
        )
        write_csv(folder / "cells.csv", CELL_COLUMNS, map(_texts, cells))
        write_csv(folder / "findings.csv", FINDING_COLUMNS, findings)
        write_csv(folder / "reports.csv", REPORT_COLUMNS, reports)

    def _write_parquet(self, folder: Path) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            message = (
                "Writing Parquet needs pyarrow, which is not installed. Install "
                "govinfo[scale], or write CSV."
            )
            raise MissingExtra(message) from error
        for name, frame in (
            ("cells", self.cells),
            ("findings", self.findings),
            ("reports", self.reports),
        ):
            frame.to_parquet(
                folder / f"{name}.parquet", index=False, compression="zstd"
            )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(row: Sequence[object]) -> list[str]:
    return [_text(value) for value in row]


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write rows as UTF-8 CSV with LF line ends, first into a file beside the old."""
    fresh = path.with_name(path.name + ".part")
    with fresh.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    fresh.replace(path)


def read_reports(
    paths: Iterable[Path | str] | Path | str,
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: bool = False,
) -> DataSet:
    """
    Read many reports in parallel.

    Parameters
    ----------
    paths : iterable of Path or str, or one of them
        Files, folders (searched through, hidden files and tables left out) and globs.
    jobs : int, optional
        Number of processes; as many as there are cores if not given.
    limits : Limits, optional
        Time and memory for each file.
    progress : bool
        Whether to show a bar, if standard error is a terminal.

    Returns
    -------
    DataSet
        ``.cells``, ``.reports``, ``.findings``; a file that could not be read is a row
        of ``.reports`` with the status ``failed``.

    Raises
    ------
    SourceError
        If a path does not exist, a glob matches nothing, or a folder holds no file.
    """
    sources = find_sources(paths)
    registry = Registry.beside(sources)
    tasks = [(source, registry.of(source)) for source in sources]
    ids = report_ids(sources, [registered for _, registered in tasks])
    corrections = corrections_beside([source.path for source in sources])
    bounds = limits or Limits()
    arguments = [
        Task(source, registered, report_id, corrections)
        for (source, registered), report_id in zip(tasks, ids, strict=True)
    ]
    found = _with_bar(_in_parallel(arguments, jobs, bounds), len(tasks), show=progress)
    together = [result for results in found for result in results]
    _add_series_findings(together)
    return DataSet(tuple(together))


def _add_series_findings(results: Sequence[FileResult]) -> None:
    """Add what reports say against the year before and against each other."""
    from govinfo.checks import findings_of
    from govinfo.checks.agencies import check_agencies
    from govinfo.checks.years import check_years

    by_id = {str(result.row["report_id"]): result for result in results if result.cells}
    if len(by_id) < _A_SERIES:
        return
    cells = cells_frame([row for result in by_id.values() for row in result.cells])
    for check in (check_years, check_agencies):
        for row in findings_of(check(cells)).itertuples(index=False):
            by_id[str(row[0])].findings.append(_finding_row(row))
    for result in by_id.values():
        result.row["findings"] = len(result.findings)


def read_cells(path: Path | str) -> pd.DataFrame:
    """
    Read the cells of an extracted folder.

    Parameters
    ----------
    path : Path or str
        The folder, or its ``cells.csv``.

    Returns
    -------
    DataFrame
        The columns of :data:`govinfo.report.CELL_COLUMNS`, codes as text, blanks as
        missing values and never as zeros.

    Raises
    ------
    SourceError
        If there is no such file.
    MissingColumns
        If it is not a table of cells.
    """
    given = Path(path)
    file = given / "cells.csv" if given.is_dir() else given
    if not file.is_file():
        message = (
            f"{file} does not exist. Write it with 'govinfo extract REPORTS --out "
            f"{file.parent}'."
        )
        raise SourceError(message)
    with file.open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines, [])
        if tuple(header) != CELL_COLUMNS:
            message = (
                f"{file}: found the columns {', '.join(header) or 'none'}; expected "
                f"{', '.join(CELL_COLUMNS)}. Pass the cells.csv of an extraction."
            )
            raise MissingColumns(message)
        rows = [(*row[:2], int(row[2]) if row[2] else None, *row[3:]) for row in lines]
    return cells_frame(cast("list[CellRow]", rows))


def write_indicators(folder: Path | str) -> int:
    """
    Write ``indicators.csv`` for an extracted folder.

    Parameters
    ----------
    folder : Path or str
        A folder with ``cells.csv``; if its ``reports.csv`` has a column ``agency_id``
        (a registry), agencies are named by it, else by their printed name.

    Returns
    -------
    int
        Number of rows written.
    """
    import pandas as pd

    from govinfo.checks import check_cells
    from govinfo.indicators import indicators

    where = Path(folder)
    cells = read_cells(where)
    registry = where / "reports.csv"
    agencies = None
    if registry.is_file():
        table = pd.read_csv(registry, dtype=str)
        if {"report_id", "agency_id"} <= set(table.columns):
            agencies = table
    frame = indicators(cells, agencies, checks=check_cells(cells))
    rows = (
        [_number_text(value) for value in row] for row in frame.itertuples(index=False)
    )
    write_csv(where / "indicators.csv", list(frame.columns), rows)
    return len(frame)


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
    MissingExtra
        If some figures can only be located by the integer programme and scipy is not
        installed; nothing is written then.

    Notes
    -----
    ``checks.csv`` counts what every check on cells came to, for each report: within the
    report, against the year before and against other agencies. Checks on the narrative
    and on names need the document; ``govinfo extract`` puts their failures into
    ``findings.csv``. Suggestions are never applied; see :mod:`govinfo.locate`.
    """
    import pandas as pd

    from govinfo.checks import RESULTS, check_cells
    from govinfo.checks.agencies import check_agencies
    from govinfo.checks.years import check_years
    from govinfo.locate import suggestions

    where = Path(folder)
    cells = read_cells(where)
    located = suggestions(cells)
    tables = [check(cells) for check in (check_cells, check_years, check_agencies)]
    results = pd.concat(
        [table[list(CHECK_COLUMNS[:2]) + ["result"]] for table in tables],
        ignore_index=True,
    )
    counts = Counter(results.itertuples(index=False, name=None))
    reports = list(dict.fromkeys(cells["report_id"]))
    checks = list(dict.fromkeys(results["check"]))
    lines = (
        [report, check, *(str(counts[report, check, result]) for result in RESULTS)]
        for report in reports
        for check in checks
        if any(counts[report, check, result] for result in RESULTS)
    )
    write_csv(where / "checks.csv", CHECK_COLUMNS, lines)
    write_csv(
        where / "suggestions.csv",
        list(located.columns),
        ([_number_text(value) for value in row] for row in located.itertuples(False)),
    )
    failed = int((results["result"] == "fail").sum())
    return failed, len(located[["report_id", "solution"]].drop_duplicates())


def _with_bar(
    results: Iterator[list[FileResult]], count: int, *, show: bool
) -> Iterator[list[FileResult]]:
    if not show:
        return results
    from tqdm import tqdm

    bar: Iterator[list[FileResult]] = iter(
        tqdm(results, total=count, unit="report", disable=None)
    )
    return bar


def _in_parallel(
    tasks: Sequence[Task],
    jobs: int | None,
    limits: Limits,
) -> Iterator[list[FileResult]]:
    if jobs == 1 or len(tasks) == 1:
        return (_extract(task, limits) for task in tasks)
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=jobs or -1, return_as="generator")
    results: Iterator[list[FileResult]] = pool(
        delayed(_extract)(task, limits) for task in tasks
    )
    return results


# One child for each worker process and set of limits; it ends with the worker.
_wardens: dict[Limits, Warden] = {}


def _extract(task: Task, limits: Limits) -> list[FileResult]:
    """Read one file in the child process of this worker."""
    started = time.perf_counter()
    warden = _wardens.setdefault(limits, Warden(limits))
    try:
        answer = warden.run("govinfo.dataset:read_one", task)
        results = cast("list[FileResult]", answer)
    except GovinfoError as error:
        results = [FileResult(_failed_row(task, error))]
    seconds = round(time.perf_counter() - started, 3)
    for result in results:
        result.row["seconds"] = seconds
    return results


def read_one(task: Task) -> list[FileResult]:
    """
    Read one file into the rows that the data set has for it.

    Parameters
    ----------
    task : Task
        The file, and what is known about it.

    Returns
    -------
    list of FileResult
        One, as a rule. A file that holds several reports gives one for each, with
        ``-1``, ``-2``, … after the identifier; one that could not be read gives one
        with the status ``failed`` and a message.
    """
    source, registered, report_id = task.source, task.registered, task.report_id
    try:
        parts = split_document(read_document(source.path))
        if len(parts) == 1:
            report = report_of(
                parts[0],
                source.path,
                report_id=report_id,
                corrections=task.corrections,
                agency=registered.agency if registered else None,
                year=registered.report_year if registered else None,
            )
            return [_result(source, report, _changed_since(source, registered))]
        note = f"The file holds {len(parts)} reports."
        return [
            _result(
                source,
                report_of(
                    part,
                    source.path,
                    report_id=f"{report_id}-{number}",
                    corrections=task.corrections,
                ),
                note,
            )
            for number, part in enumerate(parts, start=1)
        ]
    except GovinfoError as error:
        return [FileResult(_failed_row(task, error))]


def _result(source: Source, report: Report, note: str) -> FileResult:
    cells = report.cell_rows()
    findings = [_finding_row(row) for row in report.findings.itertuples(index=False)]
    row: dict[str, str | int | float | None] = {
        "report_id": report.report_id,
        "file": source.name,
        "sha256": _sha256(source.path),
        "media_type": report.document.media_type,
        "agency": report.agency,
        "report_year": report.year,
        "form": report.form,
        "status": report.status,
        "cells_reported": sum(cell[9] in ("reported", "corrected") for cell in cells),
        "findings": len(findings),
        "message": " ".join(filter(None, [note, report.message])),
        "seconds": None,
    }
    return FileResult(row, cells, findings)


def _finding_row(row: tuple[object, ...]) -> FindingRow:
    return tuple(_number_text(value) for value in row)


def _number_text(value: object) -> str:
    """Numbers of a finding without the point that a whole float carries."""
    import pandas as pd

    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _failed_row(task: Task, error: GovinfoError) -> dict[str, str | int | float | None]:
    """The row of a file that could not be read."""
    source, registered = task.source, task.registered
    return {
        "report_id": task.report_id,
        "file": source.name,
        "sha256": _sha256(source.path),
        "media_type": _media_type(source.path),
        "agency": registered.agency if registered else "",
        "report_year": registered.report_year if registered else None,
        "form": "",
        "status": "failed",
        "cells_reported": 0,
        "findings": 0,
        "message": str(error),
        "seconds": None,
    }


def _media_type(path: Path) -> str:
    from govinfo.readers.kinds import sniff

    try:
        with path.open("rb") as stream:
            return sniff(stream.read(65536), path.name)
    except OSError:
        return ""


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _changed_since(source: Source, registered: Registration | None) -> str:
    if registered is None or not registered.sha256:
        return ""
    found = _sha256(source.path)
    if found == registered.sha256:
        return ""
    return (
        f"The file has SHA-256 {found[:12]}…, but the registry lists "
        f"{registered.sha256[:12]}…: it changed after it was registered."
    )


def report_ids(
    sources: Sequence[Source], registered: Sequence[Registration | None]
) -> list[str]:
    """
    One identifier for each file, no two alike.

    The registry's, else the name without its suffix; where two files share that, the
    suffix is added, then the folders, from the nearest on.

    Parameters
    ----------
    sources : sequence of Source
        The files.
    registered : sequence of Registration or None
        What the registry says about each.

    Returns
    -------
    list of str
        In the order of the files.

    Raises
    ------
    SourceError
        If the registry gives one identifier to two files.

    Examples
    --------
    >>> files = [Source(Path("a/x.pdf"), "x.pdf"), Source(Path("b/x.html"), "x.html")]
    >>> report_ids(files, [None, None])
    ['x-pdf', 'x-html']
    """
    fixed = [entry.report_id if entry else "" for entry in registered]
    twice = sorted({name for name in fixed if name and fixed.count(name) > 1})
    if twice:
        message = (
            f"The registry gives the identifier {twice[0]!r} to more than one file. "
            "Every report needs an identifier of its own: change one of them."
        )
        raise SourceError(message)
    taken = {name for name in fixed if name}
    open_files = [n for n, name in enumerate(fixed) if not name]
    for depth in range(64):
        names = {n: _name(sources[n].path, depth) for n in open_files}
        counts: dict[str, int] = {}
        for name in names.values():
            counts[name] = counts.get(name, 0) + 1
        for n, name in names.items():
            if counts[name] == 1 and name not in taken:
                fixed[n] = name
        taken |= {name for name in fixed if name}
        open_files = [n for n in open_files if not fixed[n]]
        if not open_files:
            break
    for n in open_files:
        fixed[n] = f"{_name(sources[n].path, 1)}-{n + 1}"
    return fixed


def _name(path: Path, depth: int) -> str:
    if depth == 0:
        return path.stem
    suffix = path.suffix.lstrip(".").lower()
    name = f"{path.stem}-{suffix}" if suffix else path.stem
    folders = path.resolve().parts[:-1][-(depth - 1) :] if depth > 1 else ()
    return "-".join([*(folder.strip("/\\") for folder in folders), name])
