"""What was read of each file, kept as soon as it is known.

The store is a database in the folder of the data set, so that a run that was stopped
goes on where it was, and a run on an unchanged folder reads nothing again. What came
of a file is filed under a key made of everything that it depends on: the bytes of the
file, its name, what is known of it beforehand, and the version of all that reads it.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from govinfo.dataset.tables import FileResult
from govinfo.dataset.written import STORE, unwritable
from govinfo.errors import SourceError
from govinfo.locate import Witness

_FILE = "results.sqlite"

# The stages of what a report is by the page that attaches it, and together with its
# parts, before all that is said of it.
_NAMED, _JOINED = -2, -1

# Parts of the package that have no part in reading, or in checking what was read.
_LATER = frozenset(
    {"cli", "compare", "figures", "fonts", "harmonise", "indicators", "site", "show"}
)
_LIBRARIES = (
    "camelot-py",
    "cssselect",
    "lxml",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pandas",
    "pillow",
    "pypdfium2",
    "rapidfuzz",
    "rapidocr",
    "scipy",
)

_TABLES = """
CREATE TABLE IF NOT EXISTS about (version TEXT);
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, allowed TEXT, content BLOB);
DROP TABLE IF EXISTS run;
CREATE TABLE run (report_id TEXT PRIMARY KEY, position INTEGER, part INTEGER,
    parts INTEGER, key TEXT, agency TEXT, year INTEGER, file TEXT, sha256 TEXT,
    has_cells INTEGER, is_broken INTEGER, seconds REAL, row TEXT);
CREATE UNIQUE INDEX by_position ON run (position, part);
CREATE INDEX by_agency ON run (agency, year, position, part);
CREATE INDEX by_file ON run (file);
CREATE INDEX by_digest ON run (sha256, position, part);
DROP TABLE IF EXISTS said;
CREATE TABLE said (report_id TEXT, stage INTEGER, content TEXT,
    PRIMARY KEY (report_id, stage));
DROP TABLE IF EXISTS failures;
CREATE TABLE failures (report_id TEXT, sentence TEXT);
"""


@lru_cache(maxsize=1)
def version() -> str:
    """A checksum of all that decides how a file is read: this package, and others."""
    root = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        part = inner.parts[0].removesuffix(".py")
        if path.suffix in (".py", ".csv", ".json") and part not in _LATER:
            found.update(inner.as_posix().encode() + b"\0" + path.read_bytes())
    for name in _LIBRARIES:
        try:
            found.update(f"{name} {metadata.version(name)}\n".encode())
        except metadata.PackageNotFoundError:
            found.update(f"{name} is not here\n".encode())
    office = shutil.which("soffice") or shutil.which("libreoffice")
    found.update(f"{platform.python_version()} {office}".encode())
    return found.hexdigest()


def key_of(*facts: object) -> str:
    """The key under which a result is filed that depends on some facts."""
    return hashlib.sha256(json.dumps(facts, ensure_ascii=True).encode()).hexdigest()


class Store(AbstractContextManager["Store"]):
    """Results of files, in a folder or in memory.

    Parameters
    ----------
    folder : Path, optional
        The folder of the data set; without it nothing outlives the store.
    is_fresh : bool
        Whether to forget what was read before.

    Raises
    ------
    SourceError
        If the folder cannot be written into, or another run is writing into it.
    """

    def __init__(self, folder: Path | None = None, *, is_fresh: bool = False) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        if folder is None:
            self._base = _opened(":memory:", is_fresh=False)
            return
        file = folder / STORE / _FILE
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._base = _opened(str(file), is_fresh=is_fresh)
        except OSError as error:
            raise unwritable(folder, error) from error
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise SourceError(
                    f"Another run is writing into {folder}. Wait until it has ended, "
                    "or name another folder to write into."
                ) from error
            raise unwritable(folder, error) from error
        except sqlite3.DatabaseError:
            # What is kept there only saves time: one that is damaged is made anew.
            for path in file.parent.glob(f"{_FILE}*"):
                path.unlink()
            self._base = _opened(str(file), is_fresh=True)

    def close(self) -> None:
        """Let other runs write into the folder."""
        self._base.close()

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """The database, for one thread at a time; what is changed is kept at once."""
        with self._lock:
            try:
                with self._base:
                    yield self._base
            except sqlite3.OperationalError as error:
                where = self.folder or "memory"
                raise SourceError(
                    f"What was read could not be kept in {where} ({error}); the tables "
                    "that were there before are unchanged. Make room and run the same "
                    "command again: it goes on with what was kept until then."
                ) from error

    def kept(self, key: str, allowed: str) -> list[FileResult] | None:
        """
        What came of a file, if it is known.

        Parameters
        ----------
        key : str
            From :func:`key_of`.
        allowed : str
            Time and memory; a file that did not get by with less is read again.
        """
        question = "SELECT content FROM results WHERE key = ? AND allowed IN ('', ?)"
        with self._using() as base:
            found = base.execute(question, (key, allowed)).fetchone()
        return decoded(found[0]) if found else None

    def keep(self, key: str, allowed: str, results: Sequence[FileResult]) -> None:
        """Keep what came of a file; ``allowed`` where it did not get by with that."""
        with self._using() as base:
            values = key, allowed, encoded(results)
            base.execute("REPLACE INTO results VALUES (?, ?, ?)", values)

    def place(self, position: int, key: str, results: Sequence[FileResult]) -> None:
        """File results under the position of their file in this run."""
        with self._using() as base:
            for part, result in enumerate(results):
                row = result.row
                at = result.report_id, position, part, len(results), key
                of = row["agency"] or "", row["report_year"], row["file"], row["sha256"]
                known = bool(result.cells), result.is_broken, result.seconds
                line = *at, *of, *known, json.dumps(row, ensure_ascii=False)
                base.execute(f"INSERT INTO run VALUES ({', '.join('?' * 13)})", line)
                _fail(base, result.report_id, result.failures)

    def say(self, report_id: str, stage: int, content: Mapping[str, Any]) -> None:
        """Add what other reports say of one; the stages are kept in order."""
        with self._using() as base:
            _fail(base, report_id, content.get("failures", ()))
            values = report_id, stage, json.dumps(content, ensure_ascii=False)
            base.execute("REPLACE INTO said VALUES (?, ?, ?)", values)

    def name(self, report_id: str, content: Mapping[str, Any]) -> None:
        """Say what a page and the file that it attaches are by each other."""
        self.say(report_id, _NAMED, content)
        row = content["row"]
        with self._using() as base:
            base.execute(
                "UPDATE run SET agency = coalesce(?, agency), year = coalesce(?, year) "
                "WHERE report_id = ?",
                (row.get("agency"), row.get("report_year"), report_id),
            )

    def join(
        self, report_id: str, content: Mapping[str, Any], parts: Sequence[str]
    ) -> None:
        """Make one report of several; others are compared with it, not its parts."""
        self.say(report_id, _JOINED, content)
        with self._using() as base:
            for part in parts:
                base.execute(
                    "UPDATE run SET is_broken = is_broken OR (SELECT is_broken FROM "
                    "run WHERE report_id = ?) WHERE report_id = ?",
                    (part, report_id),
                )
                base.execute(
                    "UPDATE run SET has_cells = 0 WHERE report_id = ?", (part,)
                )

    def ask(self, question: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Answers from the tables ``run`` and ``said``, a few at a time."""
        with self._lock:
            cursor = self._base.execute(question, values)
        while lines := cursor.fetchmany(256):
            yield from lines

    def ids(self, condition: str = "TRUE", *values: object) -> Iterator[str]:
        """Reports of this run in the order of their files, or some of them."""
        question = (
            f"SELECT report_id FROM run WHERE {condition} ORDER BY position, part"
        )
        return (report_id for (report_id,) in self.ask(question, *values))

    def failures(self) -> list[tuple[str, str]]:
        """What was tried and failed on our side: each file with a sentence."""
        question = (
            "SELECT file, sentence FROM failures JOIN run USING (report_id) "
            "ORDER BY position, part, failures.rowid"
        )
        return list(self.ask(question))

    def result(self, report_id: str) -> FileResult:
        """What came of a report and its parts, without what others say of it."""
        question = (
            "SELECT content, part, row, seconds FROM run LEFT JOIN results USING (key) "
            "WHERE report_id = ?"
        )
        ((content, part, row, seconds),) = self.ask(question, report_id)
        # Of a file that could not be opened nothing is kept.
        found = decoded(content)[part] if content else FileResult({})
        result = replace(found, row=json.loads(row), seconds=seconds)
        return self._with_said(result, "<=")

    def _with_said(self, result: FileResult, which: str) -> FileResult:
        """Add what is said of a report up to the stage of joining, or after it."""
        question = f"SELECT content FROM said WHERE report_id = ? AND stage {which} ?"
        for (content,) in self.ask(
            f"{question} ORDER BY stage", result.report_id, _JOINED
        ):
            _add(result, json.loads(content))
        return result

    def __iter__(self) -> Iterator[FileResult]:
        """All results of this run in the order of their files."""
        for report_id in self.ids():
            result = self._with_said(self.result(report_id), ">")
            result.row["findings"] = len(result.findings)
            yield result


def _opened(name: str, *, is_fresh: bool) -> sqlite3.Connection:
    base = sqlite3.connect(name, timeout=0.5, check_same_thread=False)
    try:
        # Held as long as the run lasts, and let go by the system if it is killed.
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.executescript(_TABLES)
        known = base.execute("SELECT version FROM about").fetchone()
        if is_fresh or known != (version(),):
            with base:
                base.execute("DELETE FROM results")
                base.execute("DELETE FROM about")
                base.execute("INSERT INTO about VALUES (?)", (version(),))
    except sqlite3.Error:
        base.close()
        raise
    return base


def _fail(base: sqlite3.Connection, report_id: str, sentences: Iterable[str]) -> None:
    lines = [(report_id, sentence) for sentence in sentences]
    base.executemany("INSERT INTO failures VALUES (?, ?)", lines)


def plain(result: FileResult) -> dict[str, object]:
    """A result as what JSON can say."""
    return {
        "row": result.row,
        # What every cell has in common stands in the row.
        "cells": [cell[3:] for cell in result.cells],
        "findings": result.findings,
        "counts": [[*key, count] for key, count in result.counts.items()],
        "witnesses": [[one.meanings, one.value] for one in result.witnesses],
        "failures": result.failures,
        "attachments": result.attachments,
    }


def from_plain(said: dict[str, Any]) -> FileResult:
    """The result that :func:`plain` was given."""
    row = said["row"]
    common = row["report_id"], row["agency"], row["report_year"]
    return FileResult(
        row,
        [(*common, *cell) for cell in said["cells"]],
        [tuple(finding) for finding in said["findings"]],
        {(check, result): count for check, result, count in said["counts"]},
        witnesses=[
            Witness(tuple(tuple(map(tuple, keys)) for keys in meanings), value)
            for meanings, value in said["witnesses"]
        ],
        failures=said["failures"],
        attachments=said["attachments"],
    )


def encoded(results: Sequence[FileResult]) -> bytes:
    """Results as few bytes."""
    text = json.dumps([plain(result) for result in results], ensure_ascii=False)
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def decoded(content: bytes) -> list[FileResult]:
    """The results that :func:`encoded` was given."""
    text = zlib.decompress(content).decode("utf-8", "surrogatepass")
    return [from_plain(said) for said in json.loads(text)]


def _add(result: FileResult, said: dict[str, Any]) -> None:
    """Add to a result what other reports say of it."""
    if "cells" in said:
        result.cells[:] = [tuple(cell) for cell in said["cells"]]
    result.findings.extend(tuple(finding) for finding in said.get("findings", ()))
    result.suggestions.extend(tuple(row) for row in said.get("suggestions", ()))
    for check, outcome, count in said.get("counts", ()):
        result.counts[check, outcome] = result.counts.get((check, outcome), 0) + count
    result.row.update(said.get("row", {}))
    for sentence in said.get("notes", ()):
        result.say(sentence)
    for sentence in said.get("failures", ()):
        result.fail(sentence)
