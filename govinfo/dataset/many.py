"""Read many files in parallel, each within limits of time and memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

from govinfo.cells import cells_frame
from govinfo.corrections import corrections_beside
from govinfo.dataset.names import report_ids
from govinfo.dataset.onefile import Task, failed_row, finding_row
from govinfo.dataset.tables import DataSet, FileResult
from govinfo.errors import GovinfoError
from govinfo.isolation import Limits, Warden
from govinfo.registry import Registry
from govinfo.sources import find_sources

# One report alone has no other to be compared with.
_A_SERIES = 2


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
            by_id[str(row[0])].findings.append(finding_row(row))
    for result in by_id.values():
        result.row["findings"] = len(result.findings)


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
        answer = warden.run("govinfo.dataset.onefile:read_one", task)
        results = cast("list[FileResult]", answer)
    except GovinfoError as error:
        results = [FileResult(failed_row(task, error))]
    seconds = round(time.perf_counter() - started, 3)
    for result in results:
        result.row["seconds"] = seconds
    return results
