"""Find the files to read: files, folders and globs, each file once."""

from __future__ import annotations

import csv
import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from govinfo.errors import SourceError, reason
from govinfo.readers.files.names import is_saved_page_part, shown_path
from govinfo.remote import files_at, is_address

# A field of a table that somebody keeps by hand is shorter than this.
MAX_FIELD = 100_000

# Files that stand beside reports and are none. Whatever is not on this list is tried,
# so that no report is passed over for its name.
_NOT_REPORTS = frozenset(
    {
        ".csv", ".tsv", ".json", ".jsonl", ".parquet", ".feather", ".db", ".sqlite",
        ".yml", ".yaml", ".toml", ".ini", ".cfg", ".lock", ".log", ".bib",
        ".css", ".js", ".map", ".ico", ".svg", ".woff", ".woff2", ".ttf", ".otf",
        ".py", ".pyc", ".ipynb", ".r", ".do", ".sh", ".ps1", ".bat",
        ".part", ".tmp", ".bak", ".lnk", ".url", ".ds_store",
    }
)  # fmt: skip
# As a path has it, with one of the two slashes lost.
_ADDRESS = re.compile(r"((?:https?|ftp):)/+(.*)", re.IGNORECASE)
# Names that stand beside reports, and what programs keep for themselves; any other
# hidden folder may hold reports.
_NOT_REPORT_NAMES = frozenset(
    {
        "readme.md", "readme.txt", "license", "thumbs.db", ".ds_store", ".localized",
        ".directory", ".gitignore", ".gitattributes", ".gitkeep", ".nojekyll",
        ".git", ".svn", ".hg", ".govinfo", ".ipynb_checkpoints", ".venv", ".cache",
        ".vscode", ".idea", ".trash", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, its name in the data set, and why it is not to be read.

    The name is relative to the folder that was given, or to the nearest folder that
    holds everything that was given. ``refused`` is empty for nearly all files.
    ``home`` is the folder that a file was found in, and must still lie in when it is
    opened, whatever became of the links on the way. A file that lies elsewhere has an
    ``address``, and a ``version`` where that tells its content from any other; its path
    leads nowhere on this machine.
    """

    path: Path
    name: str
    refused: str = ""
    home: Path | None = None
    address: str = ""
    version: str = ""


def find_sources(paths: Iterable[Path | str] | Path | str) -> list[Source]:
    """
    Find the files that paths name.

    Parameters
    ----------
    paths : iterable of Path or str, or one of them
        A file is taken as it is. A folder is searched through, in the order of names;
        tables, programs, what programs keep for themselves and the parts of saved pages
        are left out. Links in it that lead out of it, or nowhere, are found but
        refused: who unpacks an archive does not mean to read what its links point to.
        Hidden files and folders, folders that cannot be opened, pipes and devices are
        found and refused as well. A pattern with ``*``, ``?`` or ``[`` is expanded. A
        text such as ``s3://bucket/reports`` is an address, which fsspec opens.

    Returns
    -------
    list of Source
        Each file once, in the order in which it was first named.

    Raises
    ------
    SourceError
        If a path does not exist, or nothing at all is found.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    found: dict[Path, Source] = {}
    base = _base([Path(path) for path in given if not is_address(path)])
    for path in given:
        every = (
            _elsewhere(str(path))
            if is_address(path)
            else (_named(*one, base) for one in _expand(Path(path)))
        )
        for source in every:
            is_known = source.refused or source.address
            found.setdefault(source.path if is_known else real(source.path), source)
    if not found:
        names = ", ".join(str(path) for path in given) or "no path"
        raise SourceError(
            f"No report was found in {names}. Expected HTML, PDF, Word, text or "
            "picture files; tables, programs and hidden files are passed over."
        )
    return list(found.values())


def _elsewhere(address: str) -> Iterator[Source]:
    for file, name, version in files_at(address):
        # A path that no file here can have: it only names the report.
        path = Path(os.devnull, *file.split("//", 1)[-1].split("/"))
        if not _is_no_report(path):
            yield Source(path, shown_path(Path(name)), "", None, file, version)


def tables_beside(paths: Iterable[Path], *names: str) -> Iterator[Path]:
    """
    Tables that a person keeps beside files.

    Parameters
    ----------
    paths : iterable of Path
        The files; beside one that has an address nothing is looked for.
    *names : str
        What the tables are called.

    Yields
    ------
    Path
        Those in the folder of each file, in the one above it, and in the one that holds
        its folder ``reports`` (the data of a study), the nearest first.
    """
    folders: dict[Path, None] = {}
    for path in paths:
        above = real(path).parents
        of_study = (folder.parent for folder in above if folder.name == "reports")
        folders.update(dict.fromkeys([*above[:2], *of_study]))
    # Whether a table lies in a folder that may not be entered cannot be told.
    for folder in folders:
        if os.access(folder, os.X_OK) or _status(folder) == (0, ""):
            yield from (path for name in names if (path := folder / name).is_file())


def _base(given: Sequence[Path]) -> str:
    """The folder that names of files are relative to."""
    folders = []
    for path in given:
        # Links are kept: a folder is known by the name that it was given by.
        whole = Path(os.path.abspath(path))  # noqa: PTH100
        if glob.has_magic(str(path)) and not _status(path)[0]:
            first = next(n for n, p in enumerate(whole.parts) if glob.has_magic(p))
            whole = Path(*whole.parts[:first])
        folders.append(whole if stat.S_ISDIR(_status(whole)[0]) else whole.parent)
    try:
        return os.path.commonpath(folders)
    except ValueError:  # two drives, or nothing given
        return os.sep


def _named(path: Path, refused: str, home: Path | None, base: str) -> Source:
    """A source whose name, and what is said of it, begin at a folder."""
    whole = path.absolute()
    try:
        # Beside nothing else than the root, a path from there says more.
        inner = whole if base == os.sep else Path(os.path.relpath(whole, base))
    except ValueError:  # on another drive
        inner = whole
    name = shown_path(inner)
    return Source(path, name, refused and f"{name} {refused}", home)


def real(path: Path) -> Path:
    """Where a path leads; links in a circle lead nowhere but to themselves."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def lies_in(handle: int, path: Path, home: Path) -> bool:
    """
    Whether an open file lies in a folder.

    Parameters
    ----------
    handle : int
        The open file: links may lead elsewhere before it is opened and after.
    path : Path
        What was opened.
    home : Path
        The folder, without links.
    """
    try:
        place = Path(os.readlink(f"/proc/self/fd/{handle}"))  # noqa: PTH115
    except OSError:  # another system than Linux
        place = real(path)
        try:
            if not os.path.samestat(os.fstat(handle), place.lstat()):
                return False
        except OSError:
            return False
    return place.is_relative_to(home)


def _status(path: Path) -> tuple[int, str]:
    """Mode of what a path leads to, 0 if there is nothing; and why it is not known."""
    try:
        return path.stat().st_mode, ""
    except (FileNotFoundError, NotADirectoryError):
        return 0, ""
    except (OSError, ValueError) as error:
        return 0, getattr(error, "strerror", None) or str(error)


Found = tuple[Path, str, Path | None]
"""A file, why it is not to be read, and the folder that it was found in."""


def _expand(path: Path) -> Iterator[Found]:
    mode, reason = _status(path)
    if stat.S_ISDIR(mode):
        yield from _in_folder(path)
    elif mode:
        yield path, _odd(mode), None
    elif reason and not glob.has_magic(str(path)):
        yield path, _closed(reason), None
    elif glob.has_magic(str(path)):
        matches = _matching(path)
        if not matches:
            raise SourceError(
                f"The pattern {path} matches no file. Check the folder, and the "
                "spelling of the pattern."
            )
        for match in matches:
            yield from _expand(match)
    elif address := _ADDRESS.match(str(path)):
        raise SourceError(
            f"{address[1]}//{address[2]} is an address, and reading opens no "
            "connection. Save the document and name the file; or write the address "
            "into the column published_at of a study's data/registry.csv and run "
            "'govinfo download DIR'."
        )
    else:
        raise SourceError(
            f"{path} does not exist. Name a file, a folder, or a pattern such as "
            "'reports/*.pdf'."
        )


def _matching(pattern: Path) -> list[Path]:
    """Files and folders that a pattern names; hidden ones only if it says so.

    Links to folders are not followed: two of them in a circle never end.
    """
    parts = pattern.parts
    first = next(n for n, part in enumerate(parts) if glob.has_magic(part))
    base = Path(*parts[:first])
    names_hidden = any(part.startswith(".") for part in parts[first:])
    try:
        found = sorted(base.glob(str(Path(*parts[first:]))))
    except ValueError:
        # "**" beside other characters is no pattern.
        return []

    def is_hidden(path: Path) -> bool:
        return any(part.startswith(".") for part in path.relative_to(base).parts)

    return [path for path in found if names_hidden or not is_hidden(path)]


def _in_folder(folder: Path) -> Iterator[Found]:
    home = real(folder)
    found: list[Path] = []
    closed: dict[Path, str] = {}

    def not_opened(error: OSError) -> None:
        closed[Path(error.filename)] = _closed(error.strerror or str(error))

    for inside, folders, files in os.walk(folder, onerror=not_opened):
        found += [Path(inside, name) for name in (*folders, *files)]
        # Of a hidden folder it is said that it was not entered.
        folders[:] = [name for name in folders if not name.startswith(".")]
    for path in sorted({*found, *closed}):
        mode, reason = _status(path)
        refused = closed.get(path) or _refused(path, home, mode, reason)
        if (refused or stat.S_ISREG(mode)) and not _is_no_report(path):
            yield path, refused, None if refused else home


def _is_no_report(path: Path) -> bool:
    """Whether a name tells that something is no report."""
    name = path.name.lower()
    return (
        path.suffix.lower() in _NOT_REPORTS
        or name in _NOT_REPORT_NAMES
        # What macOS writes beside every file on other people's disks.
        or name.startswith("._")
        or is_saved_page_part(path)
    )


def _refused(path: Path, home: Path, mode: int, reason: str) -> str:
    """Why something in a folder is not read; nothing for files and folders."""
    if path.name.startswith("."):
        what = "folder, which was not entered" if stat.S_ISDIR(mode) else "file"
        return (
            f"is a hidden {what}: its name begins with a dot. Rename it if it is to be"
            " read, or take it away."
        )
    if not os.path.islink(path):  # noqa: PTH114 - also where the folder may not be entered
        return _closed(reason) if reason else _odd(mode)
    if not mode:
        return "is a link to nothing that is there. Put the report itself in its place."
    target = real(path)
    if stat.S_ISDIR(mode):
        # What lies elsewhere in the folder is found there.
        if target.is_relative_to(home) and not real(path.parent).is_relative_to(target):
            return ""
        return (
            "is a link to a folder, which is not followed. Name that folder itself, or"
            " take the link away."
        )
    if target.is_relative_to(home):
        return _odd(mode)
    return (
        "is a link to a file outside of its folder, which is not followed. Name that"
        " file itself, or copy it there."
    )


def _odd(mode: int) -> str:
    """Why a pipe or a device is not read: waiting for what it gives may never end."""
    if not mode or stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    kind = next((said for is_kind, said in kinds if is_kind(mode)), "a device")
    return f"is {kind}, expected a file. Save what it gives as a file and read that."


def _closed(reason: str) -> str:
    return (
        f"could not be opened: {reason}. Check whether you may read it, and read it"
        " again."
    )


def table_beside(path: Path, what: str) -> tuple[list[str], list[dict[str, str]]]:
    """
    Read a table that a person keeps beside the files.

    Parameters
    ----------
    path : Path
        The table, CSV in UTF-8.
    what : str
        What it is, for messages: ``"registry"``.

    Returns
    -------
    list of str, list of dict
        Its columns, and its rows by column, without white space around the fields.

    Raises
    ------
    SourceError
        If it cannot be opened, is not UTF-8 text, or no CSV.
    """
    number = 1
    try:
        text = path.read_text(encoding="utf-8-sig")
        if "\0" in text:
            number += text[: text.index("\0")].count("\n")
            raise csv.Error("it holds a character that is no text, U+0000")
        lines = csv.DictReader(StringIO(text, newline=""), strict=True)
        rows = []
        for line in lines:
            named = {n: line[n] or "" for n in lines.fieldnames or () if n}
            # The limit of the csv module is another where some library has moved it.
            if any(len(text) > MAX_FIELD for text in named.values()):
                raise csv.Error(f"a field has more than {MAX_FIELD:,} characters")
            number = lines.line_num
            if any(line.pop(None, ())):
                raise csv.Error("it has more fields than there are columns")
            rows.append({n: text.strip() for n, text in named.items()})
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path}: the {what} is not UTF-8 text ({error.reason} at byte "
            f"{error.start}). Save it as CSV in UTF-8."
        ) from error
    except OSError as error:
        raise SourceError(
            f"{path}: the {what} could not be opened: {reason(error)}. Check whether "
            "you may read it."
        ) from error
    except csv.Error as error:
        raise SourceError(
            f"{path}: the {what} cannot be read at or after line {number} ({error}). "
            "Mend the line, and save the table as CSV in UTF-8."
        ) from error
    return list(lines.fieldnames or ()), rows
