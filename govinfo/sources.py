"""Find the files to read: files, folders and globs, each file once."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.readers.filenames import shown_path
from govinfo.readers.mhtml import is_saved_page_part

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
_NOT_REPORT_NAMES = frozenset({"readme.md", "readme.txt", "license", "thumbs.db"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, its name as the user knows it, and why it is not to be read.

    ``refused`` is empty for nearly all files.
    """

    path: Path
    name: str
    refused: str = ""


def find_sources(paths: Iterable[Path | str] | Path | str) -> list[Source]:
    """
    Find the files that paths name.

    Parameters
    ----------
    paths : iterable of Path or str, or one of them
        A file is taken as it is. A folder is searched through, in the order of names;
        hidden files, tables, programs and the parts of saved pages are left out. Links
        in it that lead out of it, or nowhere, are found but refused: who unpacks an
        archive does not mean to read what its links point to. A pattern with ``*``,
        ``?`` or ``[`` is expanded.

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
    for path in given:
        for source in _expand(Path(path)):
            key = source.path if source.refused else source.path.resolve()
            found.setdefault(key, source)
    if not found:
        names = ", ".join(str(path) for path in given) or "no path"
        message = (
            f"No report was found in {names}. Expected HTML, PDF, Word, text or "
            "picture files; tables, programs and hidden files are passed over."
        )
        raise SourceError(message)
    return list(found.values())


def folders_beside(paths: Iterable[Path]) -> list[Path]:
    """
    Folders in which tables on files are looked for.

    Parameters
    ----------
    paths : iterable of Path
        The files.

    Returns
    -------
    list of Path
        The folder of each file, the one above it, and the one that holds its folder
        ``reports`` (the data of a study), the nearest first.

    Examples
    --------
    >>> [f.name for f in folders_beside([Path("/study/data/reports/2023/jan/a.pdf")])]
    ['jan', '2023', 'data']
    """
    folders: dict[Path, None] = {}
    for path in paths:
        above = path.resolve().parents
        of_study = (folder.parent for folder in above if folder.name == "reports")
        folders.update(dict.fromkeys([*above[:2], *of_study]))
    return list(folders)


def _expand(path: Path) -> Iterator[Source]:
    if path.is_dir():
        yield from _in_folder(path)
    elif path.exists():
        yield Source(path, shown_path(path))
    elif glob.has_magic(str(path)):
        matches = _matching(path)
        if not matches:
            message = (
                f"The pattern {path} matches no file. Check the folder, and the "
                "spelling of the pattern."
            )
            raise SourceError(message)
        for match in matches:
            yield from _expand(match)
    else:
        message = (
            f"{path} does not exist. Name a file, a folder, or a pattern such as "
            "'reports/*.pdf'."
        )
        raise SourceError(message)


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
    return [
        path
        for path in found
        if names_hidden
        or not any(part.startswith(".") for part in path.relative_to(base).parts)
    ]


def _in_folder(folder: Path) -> Iterator[Source]:
    home = folder.resolve()
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        refused = _refused(path, home)
        if (
            (refused or path.is_file())
            and not any(part.startswith(".") for part in inner.parts)
            and path.suffix.lower() not in _NOT_REPORTS
            and path.name.lower() not in _NOT_REPORT_NAMES
            and not is_saved_page_part(path)
        ):
            yield Source(path, shown_path(path), refused)


def _refused(path: Path, home: Path) -> str:
    """Why a link in a folder is not followed; nothing for all other files."""
    if not path.is_symlink():
        return ""
    name = shown_path(path)
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return (
            f"{name} is a link to nothing that is there. Put the report itself in its"
            " place."
        )
    if target.is_dir() or target.is_relative_to(home):
        return ""
    return (
        f"{name} is a link to a file outside of its folder, which is not followed. Name"
        " that file itself, or copy it there."
    )
