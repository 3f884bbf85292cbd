"""Write tables into a folder: together or not at all, with a list of what is there.

New tables are written into ``.govinfo/next``. Once all of them are on the disk, a list
of them is put there; from then on the folder counts as changed: whoever finds the list
moves what it names into place (:func:`finish`), and :func:`table_file` finds what was
not moved yet.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from io import StringIO
from pathlib import Path

from govinfo import __version__
from govinfo.cells import Table
from govinfo.dataset.tables import TABLES, TIMINGS, FileResult
from govinfo.errors import SourceError, engine, reason
from govinfo.later import pa
from govinfo.parquet import require_parquet

STORE = ".govinfo"
"""The folder, inside that of a data set, with what makes it survive a failure."""

MANIFEST = "dataset.json"

_NEXT, _MOVES = "next", "moves.json"
_FORMATS = ("csv", "parquet")

# What a spreadsheet takes for the start of a formula; numbers and dashes are none.
_FORMULA = re.compile(
    r"'*(?:[=@\t\r\n\uff1d\uff20]"
    r"|[+\-\uff0b\uff0d](?!$|[\d.,]+(?:e-?\d+)?$|[-\u2014\uff0d]*$))"
)
_SUSPECT = frozenset("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
# Where a table that was written may hold one.
_MAY_BEGIN = re.compile(
    r"""(?:^|,)(?:"['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"""
    r"""|['=+@\t\r\uff1d\uff0b\uff0d\uff20]|-(?!\d*(?:\.\d+)?[,\n]))""",
    re.MULTILINE,
)
_ROWS_AT_ONCE = 50_000


def prepare_folder(out: Path | str) -> Path:
    """
    Make the folder that a data set is written into, if it may be.

    Raises
    ------
    SourceError
        If it cannot be made or written into, or holds a registry that would be written
        over.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    old = folder / "reports.csv"
    if old.is_file():
        with old.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            header = next(csv.reader(stream), [])
        if header and "status" not in header:
            raise SourceError(
                f"{old} is a registry, and the extraction would write its own table "
                "in its place. Name another folder to write into."
            )
    return folder


def unwritable(folder: Path, error: Exception) -> SourceError:
    """The error of a folder that nothing can be written into."""
    return SourceError(
        f"{folder} cannot be written into ({reason(error)}). Name another folder to "
        "write into, or allow writing there."
    )


class _Csv:
    """UTF-8 with LF line ends; numbers as they were printed."""

    def __init__(self, file: Path, table: Table) -> None:
        self.rows = 0
        # A file name that is no UTF-8 is written with its bytes spelled out.
        self._stream = file.open(
            "w", encoding="utf-8", errors="backslashreplace", newline=""
        )
        self._stream.write(_lines([table.columns]))

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        given = rows if isinstance(rows, list) else list(rows)
        self.rows += len(given)
        text = _lines(given)
        # Hardly a field begins like a formula; one look at all of them tells.
        if _MAY_BEGIN.search(text):
            text = _lines([as_text(value) for value in row] for row in given)
        self._stream.write(text)

    def close(self) -> None:
        with self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())


def _lines(rows: Iterable[Sequence[object]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


class _Parquet:
    """Compressed columns, written some ten thousand rows at a time."""

    def __init__(self, file: Path, table: Table) -> None:
        require_parquet()
        import pyarrow.parquet as pq

        self.rows = 0
        self._table = table
        self._held: list[Sequence[object]] = []
        self._writer = pq.ParquetWriter(file, table.schema(), compression="zstd")

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        self._held += rows
        if len(self._held) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:

        columns = self._table.typed(self._held)
        with engine("pyarrow"):
            self._writer.write_table(pa.table(columns, schema=self._table.schema()))
        self.rows += len(self._held)
        self._held = []

    def close(self) -> None:
        with closing(self._writer):
            if self._held:
                self._flush()


TableWriter = _Csv | _Parquet
"""Takes the rows of a table, a few at a time."""


def as_text(value: object) -> str:
    """
    A value as a field of a table that no spreadsheet takes for a formula.

    Examples
    --------
    >>> as_text(None), as_text("-5"), as_text("—"), as_text("=1+1")
    ('', '-5', '—', "'=1+1")
    """
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    return f"'{text}" if text[:1] in _SUSPECT and _FORMULA.match(text) else text


def from_text(text: str) -> str:
    """
    What :func:`as_text` was given.

    Examples
    --------
    >>> from_text("'=1+1"), from_text("'a'"), from_text(as_text("'=1"))
    ('=1+1', "'a'", "'=1")
    """
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


class Replacement:
    """New tables for a folder, begun by :func:`replacement`.

    Parameters
    ----------
    folder : Path
        The folder of the data set.
    every : ExitStack
        Closes what was begun.
    """

    def __init__(self, folder: Path, every: ExitStack) -> None:
        """Say which folder."""
        self.folder, self._every = folder, every
        self.facts: dict[str, object] = {}
        self._next = folder / STORE / _NEXT
        self._open: dict[str, TableWriter] = {}

    def table(self, table: Table, format: str = "csv") -> TableWriter:
        """Begin a table; ``format`` is ``csv`` or ``parquet``."""
        if format not in _FORMATS:
            raise ValueError(
                f"Tables are written as csv or parquet, and not as {format!r}."
            )
        name = f"{table.name}.{format}"
        file = self._next / name
        writer = _Csv(file, table) if format == "csv" else _Parquet(file, table)
        self._open[name] = writer
        self._every.callback(writer.close)
        return writer

    def put(self) -> None:
        """Put the tables in their place, once they are closed."""
        names = list(self._open)
        stems = {Path(name).stem for name in names}
        old = read_manifest(self.folder)
        listed = {
            name: {"rows": self._open[name].rows, "sha256": _digest(self._next / name)}
            for name in names
            if not name.startswith(f"{TIMINGS.name}.")
        }
        kept = old.get("tables", {})
        known = kept if isinstance(kept, Mapping) else {}
        if self.facts or known:
            others = {n: known[n] for n in known if Path(n).stem not in stems}
            whole = {**old, **self.facts, "tables": {**others, **listed}}
            _write(self._next / MANIFEST, whole)
            names.append(MANIFEST)
        gone = [n for n in known if n not in names and Path(n).stem in stems]
        _write(self.folder / STORE / _MOVES, {"move": names, "remove": gone})
        finish(self.folder)


@contextmanager
def replacement(folder: Path) -> Iterator[Replacement]:
    """New tables for a folder, which take the place of older ones all at once.

    Leaving the ``with`` block by an exception leaves the folder as it was.
    """
    finish(folder)
    fresh = folder / STORE / _NEXT
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        with ExitStack() as every:  # also those after one that cannot be closed
            new = Replacement(folder, every)
            yield new
        new.put()
    except OSError as error:
        raise SourceError(
            f"The tables could not be written into {folder} "
            f"({error.strerror or error}); those that were there before are "
            "unchanged. Make room, or name another folder to write into."
        ) from error
    finally:
        if not (folder / STORE / _MOVES).is_file():
            shutil.rmtree(fresh, ignore_errors=True)
        with suppress(OSError):  # it holds more than what was thrown away
            (folder / STORE).rmdir()


def _write(file: Path, content: Mapping[str, object]) -> None:
    """Write JSON so that the file is there whole or not at all, whatever happens."""
    fresh = file.with_name(file.name + ".part")
    with fresh.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def finish(folder: Path) -> None:
    """Move tables into place if whoever wrote them was stopped while doing so."""
    moves = folder / STORE / _MOVES
    if not moves.is_file():
        return
    asked = json.loads(moves.read_text("utf-8"))
    for name in asked["move"]:
        with suppress(FileNotFoundError):  # it was moved before
            (folder / STORE / _NEXT / name).replace(folder / name)
    for name in asked["remove"]:
        (folder / name).unlink(missing_ok=True)
    moves.unlink(missing_ok=True)


def table_file(folder: Path, name: str) -> Path:
    """Where a table of a folder is, be it that a replacement was not finished."""
    waiting = folder / STORE / _NEXT / name
    is_waiting = (folder / STORE / _MOVES).is_file() and waiting.is_file()
    return waiting if is_waiting else folder / name


def read_manifest(folder: Path) -> dict[str, object]:
    """``dataset.json`` of a folder; empty where there is none."""
    file = table_file(folder, MANIFEST)
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise SourceError(
            f"{file} is not JSON ({error}). Remove it, or extract the reports again."
        ) from error
    return found if isinstance(found, dict) else {}


def mismatch(folder: Path, name: str) -> str | None:
    """How a table differs from what ``dataset.json`` lists; empty if it does not.

    None if it is not listed there.
    """
    tables = read_manifest(folder).get("tables")
    listed = tables.get(name) if isinstance(tables, Mapping) else None
    if not isinstance(listed, Mapping):
        return None
    file = table_file(folder, name)
    if _digest(file) == listed.get("sha256"):
        return ""
    return (
        f"{file} is not the table that {MANIFEST} lists: it was changed, or comes from "
        "another extraction. The tables of this folder may contradict each other; "
        "extract the reports again to make them agree."
    )


def write_tables(
    folder: Path, results: Iterable[FileResult], format: str = "csv"
) -> Counter[str]:
    """
    Write the tables of many reports, one report after the other.

    Parameters
    ----------
    folder : Path
        Where to; it is made if it does not exist.
    results : iterable of FileResult
        Gone through once.
    format : {"csv", "parquet"}
        As in :meth:`DataSet.write`.

    Returns
    -------
    Counter
        How many reports have each status, and how many rows each table has.
    """
    prepare_folder(folder)
    counts: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    try:
        with replacement(folder) as new:
            writers = {table.name: new.table(table, format) for table in TABLES}
            writers[TIMINGS.name] = new.table(TIMINGS)
            for result in results:
                counts[str(result.row["status"])] += 1
                forms[str(result.row["form"] or "")] += 1
                for name, writer in writers.items():
                    writer.add(result.rows(name))
            new.facts = {
                "govinfo": __version__,
                "forms": {form: forms[form] for form in sorted(forms) if form},
                "status": {
                    status: counts[status]
                    for status in ("complete", "partial", "failed")
                },
            }
    except OSError as error:
        raise unwritable(folder, error) from error
    return counts + Counter({name: writer.rows for name, writer in writers.items()})
