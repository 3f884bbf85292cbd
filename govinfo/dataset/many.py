"""Read many files in parallel, each within limits of time and memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from govinfo.corrections import Correction, corrections_beside
from govinfo.dataset.names import report_ids
from govinfo.dataset.onefile import Task, describe_agency, failed_row
from govinfo.dataset.tables import DataSet, FileResult
from govinfo.dataset.together import audit_together
from govinfo.errors import GovinfoError
from govinfo.isolation import Limits, Warden
from govinfo.parents import known_beside, parents_beside
from govinfo.registry import Registry
from govinfo.sources import find_sources


def read_reports(
    paths: Iterable[Path | str] | Path | str,
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: bool = False,
    parents: Mapping[str, str] | None = None,
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
    parents : mapping, optional
        For each agency the one whose report covers it, both named as in the data set.
        If not given, what a table ``agencies.csv`` beside the files says in its column
        ``parent``.

    Returns
    -------
    DataSet
        ``.cells``, ``.reports``, ``.findings``, ``.checks``, ``.suggestions``; a file
        that could not be read is a row of ``.reports`` with the status ``failed``.

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
    # Worker processes live on, in the folder that they were started in.
    arguments = [
        Task(
            replace(source, path=source.path.absolute()),
            registered,
            report_id,
            corrections,
        )
        for (source, registered), report_id in zip(tasks, ids, strict=True)
    ]
    found = _with_bar(_in_parallel(arguments, jobs, bounds), len(tasks), show=progress)
    known = known_beside(sources)
    together: list[FileResult] = []
    for (_, registered), results in zip(tasks, found, strict=True):
        for result in results:
            describe_agency(result.row, registered, known)
            together.append(result)
    audit_together(together, parents_beside(sources) if parents is None else parents)
    notes = (*_unused(corrections, together), *_failures(together))
    return DataSet(tuple(together), notes)


def _failures(results: Sequence[FileResult]) -> Iterator[str]:
    """What failed on our side, each sentence once, with the files that it is about."""
    files: dict[str, list[str]] = {}
    for result in results:
        for sentence in result.failures:
            files.setdefault(sentence, []).append(str(result.row["file"]))
    for sentence, own in files.items():
        more = f" and {len(own) - 1} more" if len(own) > 1 else ""
        yield f"{own[0]}{more}: {sentence}"


def _unused(
    corrections: Sequence[Correction], results: Sequence[FileResult]
) -> tuple[str, ...]:
    """What is said of corrections whose report is not among those that were read."""
    read = {str(result.row["report_id"]) for result in results}
    names = dict.fromkeys(c.report_id for c in corrections if c.report_id not in read)
    if not names:
        return ()
    return (
        f"corrections.csv corrects {', '.join(names)}, which is not among the reports "
        "that were read: nothing of it was applied.",
    )


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
