"""Read many files in parallel, each under a name and within limits of its own."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage

from govinfo.agencies import require_words
from govinfo.bilingual import counted
from govinfo.corrections import Correction, corrections_beside
from govinfo.dataset.onefile import (
    Task,
    checked,
    content_of,
    describe_agency,
    failed_row,
)
from govinfo.dataset.store import Store, key_of, version
from govinfo.dataset.tables import DataSet, FileResult
from govinfo.dataset.together import audit_together
from govinfo.dataset.written import prepare_folder, write_tables
from govinfo.errors import GovinfoError, SourceError
from govinfo.isolation import Limits, Warden
from govinfo.parquet import require_parquet
from govinfo.readers.files.names import decoded, identifier
from govinfo.registry import Registration, Registry, known_beside, parents_beside
from govinfo.sources import Source, find_sources

# A file of several reports gives its own name and a number to each.
_PART = re.compile(r"-\d{1,2}$")


def report_ids(
    sources: Sequence[Source], registered: Sequence[Registration | None]
) -> list[str]:
    """
    One identifier for each file, no two alike.

    The registry's, else the name without its suffix; where two files share that, or it
    is that of a part of another file, the suffix is added, then the folders, from the
    nearest on. What cannot be written in a table stands as ``_``.

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
    twice = sorted(name for name, n in Counter(fixed).items() if name and n > 1)
    if twice:
        raise SourceError(
            f"The registry gives the identifier {twice[0]!r} to more than one file. "
            "Every report needs an identifier of its own: change one of them."
        )
    taken = {name for name in fixed if name}
    known = taken | {_name(source.path, 0) for source in sources}
    open_files = [n for n, name in enumerate(fixed) if not name]
    for depth in range(64):
        names = {n: _name(sources[n].path, depth) for n in open_files}
        counts = Counter(names.values())
        for n, name in names.items():
            is_part = (whole := _PART.sub("", name)) != name and whole in known
            if counts[name] == 1 and name not in taken and not is_part:
                fixed[n] = name
        taken |= {name for name in fixed if name}
        open_files = [n for n in open_files if not fixed[n]]
        if not open_files:
            break
    for n in open_files:
        fixed[n] = f"{_name(sources[n].path, 1)}-{n + 1}"
        while fixed[n] in taken:
            fixed[n] += "_"
        taken.add(fixed[n])
    return fixed


def _name(path: Path, depth: int) -> str:
    if depth == 0:
        return identifier(path.stem)
    suffix = path.suffix.lstrip(".").lower()
    stem = identifier(path.stem)
    name = f"{stem}-{identifier(suffix)}" if suffix else stem
    folders = path.resolve().parts[:-1][-(depth - 1) :] if depth > 1 else ()
    above = (identifier(folder.strip("/\\")) for folder in folders)
    return "-".join([*above, name])


# A row for each file is written in any case, so with less than this the disk is full.
_BYTES_PER_FILE = 2_000


@dataclass(frozen=True)
class Extraction:
    """What an extraction came to.

    Attributes
    ----------
    counts : Counter
        How many reports have each status, and how many rows each table has.
    read, kept : int
        How many files were read, and of how many the result was known already.
    seconds : float
        How long it took.
    notes : tuple of str
        Whole sentences on what belongs to no report that was read.
    failures : list of (str, str)
        Files that could not be read, each with its message.
    """

    counts: Counter[str]
    read: int
    kept: int
    seconds: float
    notes: tuple[str, ...] = ()
    failures: list[tuple[str, str]] = field(default_factory=list)


class Interrupted(KeyboardInterrupt):
    """A run was stopped by its user; the message says what is kept."""


@dataclass(frozen=True)
class _Plan:
    """What is to be read, and what is known of it beforehand."""

    sources: list[Source]
    registered: list[Registration | None]
    ids: list[str]
    corrections: tuple[Correction, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, paths: Iterable[Path | str] | Path | str) -> _Plan:
        sources = find_sources(paths)
        registry = Registry.beside(sources)
        registered = [registry.of(source) for source in sources]
        return cls(
            sources,
            registered,
            report_ids(sources, registered),
            corrections_beside([source.path for source in sources]),
            registry.notes,
        )

    def tasks(self) -> Iterator[Task]:
        """One for each file, with the corrections of the reports in it."""
        own: dict[str, list[Correction]] = {}
        for one in self.corrections:
            for name in {one.report_id, _PART.sub("", one.report_id)}:
                own.setdefault(name, []).append(one)
        for source, registered, report_id in zip(
            self.sources, self.registered, self.ids, strict=True
        ):
            yield Task(
                # Whoever reads may work in another folder.
                replace(source, path=source.path.absolute()),
                # Nothing else of the registry decides what is read.
                replace(registered, row={}) if registered else None,
                report_id,
                tuple(own.get(report_id, ())),
            )


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
        Addresses such as ``s3://bucket/2023`` are opened by fsspec, by whoever reads:
        workers of a cluster need no disk in common.
    jobs : int, optional
        Number of processes; as many as there are cores if not given.
    limits : Limits, optional
        Time and memory for each file.
    progress : bool
        Whether to show a bar on a terminal, or a line a minute elsewhere, on standard
        error.
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

    Notes
    -----
    Nothing is written. :func:`extract` writes, keeps what was read, and goes on where
    it was stopped. Under ``joblib.parallel_config`` the files are read by the backend
    that it names, for instance on a cluster.
    """
    plan = _Plan.of(paths)
    store = Store()
    _read(plan, store, jobs, limits or Limits(), progress=progress)
    audit_together(store, parents_beside(plan.sources) if parents is None else parents)
    return DataSet(store, _notes(plan, store))


def extract(
    paths: Iterable[Path | str] | Path | str,
    out: Path | str,
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
    format: str = "csv",
    is_fresh: bool = False,
    progress: bool = False,
    parents: Mapping[str, str] | None = None,
) -> Extraction:
    """
    Read many reports and write the tables of their data set into a folder.

    What came of each file is kept in ``out/.govinfo`` as soon as it is known. A run
    that was stopped goes on where it was; a run on an unchanged folder reads nothing
    again. The tables are replaced together or not at all.

    Parameters
    ----------
    paths, jobs, limits, progress, parents
        As for :func:`read_reports`.
    out : Path or str
        The folder; it is made if it does not exist.
    format : {"csv", "parquet"}
        As for :meth:`DataSet.write`.
    is_fresh : bool
        Whether to read every file again.

    Returns
    -------
    Extraction
        What was read, and what was written.

    Raises
    ------
    SourceError
        If nothing is found, the folder cannot be written into, or another run is
        writing into it.
    Interrupted
        If the user stopped it.
    """
    start = time.monotonic()
    plan = _Plan.of(paths)
    folder = prepare_folder(out)
    if format == "parquet":
        require_parquet()
    known_parents = parents_beside(plan.sources) if parents is None else parents
    with Store(folder, is_fresh=is_fresh) as store:
        _need_room(folder, len(plan.sources))
        try:
            read = _read(plan, store, jobs, limits or Limits(), progress=progress)
            audit_together(store, known_parents)
            counts = write_tables(folder, store, format)
        except KeyboardInterrupt:
            ((kept,),) = store.ask("SELECT count(DISTINCT position) FROM run")
            raise Interrupted(
                f"Stopped. What was read of {kept:,} of {len(plan.sources):,} files is "
                f"kept in {folder}; the same command goes on from there."
            ) from None
        failures = [
            (str(result.row["file"]), str(result.row["message"]))
            for result in map(store.result, store.ids("NOT has_cells"))
            if result.has_failed
        ]
        seconds = round(time.monotonic() - start, 3)
        kept, notes = len(plan.sources) - read, _notes(plan, store)
        return Extraction(counts, read, kept, seconds, notes, failures)


def _notes(plan: _Plan, store: Store) -> tuple[str, ...]:
    """What belongs to no report, and what failed on our side, each sentence once."""
    files: dict[str, list[str]] = {}
    for file, sentence in store.failures():
        files.setdefault(sentence, []).append(file)
    failed = (
        f"{own[0]}{f' and {len(own) - 1} more' if len(own) > 1 else ''}: {sentence}"
        for sentence, own in files.items()
    )
    return (*plan.notes, *_unused(plan, store), *failed)


def _need_room(folder: Path, files: int) -> None:
    if (free := disk_usage(folder).free) < files * _BYTES_PER_FILE:
        raise SourceError(
            f"The disk that holds {folder} has {free:,} bytes left, and the tables of "
            f"{files:,} files need more. Make room, or name another folder to write "
            "into."
        )


def _unused(plan: _Plan, store: Store) -> Iterator[str]:
    """What is said of corrections that were not applied."""
    names: list[str] = []
    refused = 0
    for name in dict.fromkeys(one.report_id for one in plan.corrections):
        if any(store.ids("report_id = ?", name)):
            message = str(store.result(name).row["message"])
            refused += message.count(" was refused: ")
        else:
            names.append(name)
    if names:
        yield (
            f"corrections.csv corrects {', '.join(names)}, which is not among the "
            "reports that were read: nothing of it was applied."
        )
    if refused:
        yield (
            f"{counted(refused, 'correction was', 'corrections were')} refused; the "
            "column message of the table of reports says of each why."
        )


def _read(
    plan: _Plan, store: Store, jobs: int | None, limits: Limits, *, progress: bool
) -> int:
    """Bring the results of all files into the store; returns how many were read."""
    known = known_beside(plan.sources)
    require_words("registry", (one.row for one in plan.registered if one))
    require_words("table of agencies", known.values())
    allowed = f"{limits.seconds:g} s, {limits.megabytes} MB"
    trouble: list[BaseException] = []
    read = 0

    def place(position: int, key: str, results: list[FileResult]) -> None:
        for result in results:
            result.row["file"] = plan.sources[position].name
            describe_agency(result.row, plan.registered[position], known)
        store.place(position, key, results)
        bar.step(has_failed=any(result.has_failed for result in results))

    def unknown() -> Iterator[tuple[int, Task]]:
        """Files of which nothing is known yet; the pool asks for them in a thread."""
        try:
            for position, task in enumerate(plan.tasks()):
                try:
                    # Workers fetch what lies elsewhere, where its version is known.
                    digest = task.source.version or _digest(content_of(task.source))
                except GovinfoError as error:
                    place(position, "", [FileResult(failed_row(task, error, None))])
                    continue
                key = _key(task, digest)
                if (results := store.kept(key, allowed)) is None:
                    yield position, task
                else:
                    place(position, key, results)
        except BaseException as error:  # noqa: BLE001 - raised again where it is seen
            trouble.append(error)

    with closing(_Steps(len(plan.sources), show=progress)) as bar:
        try:
            for answer in _in_parallel(unknown(), jobs, limits):
                known_as = answer.task.source.version or answer.digest
                key = _key(answer.task, known_as) if answer.digest else ""
                if key:
                    store.keep(
                        key, allowed if answer.is_limited else "", answer.results
                    )
                place(answer.position, key, answer.results)
                read += 1
        except BaseException:
            close_readers()
            raise
    for error in trouble:
        raise error
    return read


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _key(task: Task, digest: str) -> str:
    return key_of(
        version(),
        digest,
        decoded(task.source.path.name),
        task.report_id,
        asdict(task.registered) if task.registered else None,
        [asdict(one) for one in task.corrections],
    )


@dataclass(frozen=True, slots=True)
class _TaskResult:
    """What came of a file; ``digest`` is empty where it could not be opened."""

    position: int
    task: Task
    digest: str
    results: list[FileResult]
    is_limited: bool = False


def _in_parallel(
    tasks: Iterator[tuple[int, Task]], jobs: int | None, limits: Limits
) -> Iterator[_TaskResult]:
    if jobs == 1:
        return (_extract(position, task, limits) for position, task in tasks)
    from joblib import Parallel, delayed

    # The work is done in processes that the threads wait for.
    pool = Parallel(
        n_jobs=jobs or -1,
        prefer="threads",
        return_as="generator_unordered",
        batch_size=1,
    )
    answers: Iterator[_TaskResult] = pool(
        delayed(_extract)(position, task, limits) for position, task in tasks
    )
    return answers


# Processes that read, each with the files of one caller at a time.
_idle: dict[Limits, list[Warden]] = {}
_every: list[Warden] = []


@contextmanager
def _reader(limits: Limits) -> Iterator[Warden]:
    idle = _idle.setdefault(limits, [])
    try:
        warden = idle.pop()
    except IndexError:
        warden = Warden(limits)
        _every.append(warden)
    try:
        yield warden
    finally:
        idle.append(warden)


def close_readers() -> None:
    """End the processes that read; what they were at is lost."""
    while _every:
        _every.pop().end()
    _idle.clear()


def _extract(position: int, task: Task, limits: Limits) -> _TaskResult:
    """Read one file in another process."""
    started = time.perf_counter()
    digest, data, is_limited = "", None, False
    try:
        data = content_of(task.source)
        digest = _digest(data)
        with _reader(limits) as warden:
            answer = warden.run("govinfo.dataset.onefile:read_plain", task, data)
        results = checked(answer, task, digest)
    except GovinfoError as error:
        # What could not even be opened did not run into a limit.
        results, is_limited = [FileResult(failed_row(task, error, data))], bool(digest)
    seconds = round(time.perf_counter() - started, 3)
    results = [replace(result, seconds=seconds) for result in results]
    return _TaskResult(position, task, digest, results, is_limited)


class _Steps:
    """A bar on a terminal, a line a minute elsewhere, or nothing."""

    # One look a minute, so that a log of a night is a page.
    every = 60.0

    def __init__(self, total: int, *, show: bool) -> None:
        from tqdm import tqdm

        self.total = total
        self.done = self.failed = 0
        self._start = self._last = time.monotonic()
        self._lock = threading.Lock()
        has_bar = show and sys.stderr.isatty()
        self._has_lines = show and not has_bar
        self._bar = tqdm(total=total, unit="report", disable=not has_bar)

    def step(self, *, has_failed: bool) -> None:
        with self._lock:
            self.done += 1
            self.failed += has_failed
            self._bar.update()
            now = time.monotonic()
            if self._has_lines and now - self._last >= self.every:
                self._last = now
                left = (now - self._start) * (self.total - self.done) / self.done
                sys.stderr.write(
                    f"{self.done:,} of {self.total:,} files read, {self.failed:,} of "
                    f"them failed; about {max(1, round(left / 60)):,} min left\n"
                )
                sys.stderr.flush()

    def close(self) -> None:
        self._bar.close()
