"""What a researcher knows: ``registry.csv`` and ``agencies.csv`` beside the files."""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from govinfo.agencies import DESCRIPTION
from govinfo.errors import SourceError, meant
from govinfo.sources import Source, real, table_beside, tables_beside

REGISTRY_COLUMNS = (
    "report_id",
    "file",
    "agency_id",
    "agency",
    *DESCRIPTION,
    "report_year",
    "scope",
    "published_at",
    "accessed_at",
    "sha256",
    "file_is",
    "note",
)
"""Columns of ``registry.csv``; each may be missing but ``file`` or ``published_at``."""


# Characters of a wrong field that a message quotes.
_LONGEST = 20


@dataclass(frozen=True, slots=True)
class Registration:
    """One row of a registry; what it leaves empty the document says.

    ``row`` is the whole row, by column.
    """

    report_id: str = ""
    agency: str | None = None
    report_year: int | None = None
    sha256: str = ""
    row: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Registry:
    """The registries beside a set of files.

    A registry is a file ``registry.csv`` with a column ``file``, relative to the folder
    ``reports`` beside the registry or to the registry, and any of
    :data:`REGISTRY_COLUMNS`. In its place, a ``reports.csv`` is taken, unless it has a
    column ``status``: that one was written by an extraction.

    ``notes`` are sentences on what of them says nothing about any file.
    """

    entries: dict[Path, Registration]
    notes: tuple[str, ...] = ()

    @classmethod
    def beside(cls, sources: Sequence[Source]) -> Registry:
        """
        Read the registries in the folders of files and in the folders above them.

        Raises
        ------
        SourceError
            If a registry cannot be read, or a year in it is not a number.
        """
        entries: dict[Path, Registration] = {}
        notes: list[str] = []
        paths = [source.path for source in sources]
        for path in tables_beside(paths, "registry.csv", "reports.csv"):
            columns, lines = _lines(path)
            for file, entry in _read(path, lines).items():
                entries.setdefault(file, entry)
            notes += _notes(path, columns, lines, [source.name for source in sources])
        return cls(entries, tuple(notes))

    def of(self, source: Source) -> Registration | None:
        """What the registries say about a file, or None."""
        return self.entries.get(real(source.path))


def _lines(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Columns and rows of a registry; of a table that is none, no rows."""
    columns, lines = table_beside(path, "registry")
    if not lines or "status" in columns:
        return columns, []
    if not {"file", "published_at"} & set(columns):
        raise SourceError(
            f"{path}: found the columns {', '.join(columns)}; expected file or "
            "published_at among them. Name them so, or rename the table if it is no "
            "registry."
        )
    files = Counter(file for line in lines if (file := line.get("file")))
    if files and (most := files.most_common(1)[0])[1] > 1:
        raise SourceError(
            f"{path}: found {most[1]} rows on {most[0]}, expected one for a file. "
            "Remove the others."
        )
    return columns, lines


def _bases(path: Path) -> tuple[Path, Path]:
    """The folders to which the files of a registry may be relative."""
    return path.parent / "reports", path.parent


def _read(path: Path, lines: Sequence[dict[str, str]]) -> dict[Path, Registration]:
    found: dict[Path, Registration] = {}
    for number, line in enumerate(lines, start=2):
        if file := line.get("file"):
            entry = _registration(path, number, line)
            for base in _bases(path):
                found.setdefault((base / file).resolve(), entry)
    return found


def _notes(
    path: Path,
    columns: Sequence[str],
    lines: Sequence[dict[str, str]],
    names: Sequence[str],
) -> Iterator[str]:
    """What a registry names that is not there: files, and columns misspelt."""
    files = (file for line in lines if (file := line.get("file")))
    lost = [f for f in files if not any((base / f).exists() for base in _bases(path))]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        yield (
            f"{path} names {lost[0]}{more}, which is not there: nothing of its row was "
            f"used.{meant(lost[0], names)}"
        )
    for column in columns if lines else ():
        if column not in REGISTRY_COLUMNS:
            free = [name for name in REGISTRY_COLUMNS if name not in columns]
            if near := meant(column, free):
                yield f"{path} has a column {column!r}, which says nothing here.{near}"


def _registration(path: Path, number: int, line: dict[str, str]) -> Registration:
    year = line.get("report_year", "")
    if year and not re.fullmatch(r"[0-9]{4}", year):
        found = year if len(year) <= _LONGEST else f"{year[:_LONGEST]}…"
        raise SourceError(
            f"{path}, line {number}: found report_year {found!r}, expected a year such "
            "as 2023 or nothing. Correct the registry."
        )
    return Registration(
        report_id=line.get("report_id", ""),
        agency=line.get("agency") or None,
        report_year=int(year) if year else None,
        sha256=line.get("sha256", "").lower(),
        row=line,
    )


def read_parents(path: Path) -> dict[str, str]:
    """
    Read which agency covers which.

    Parameters
    ----------
    path : Path
        A table with a column ``agency`` and a column ``parent``, which names the agency
        whose report covers this one; ``agency_id`` may stand for the name in it. Rows
        without a parent are passed over.

    Returns
    -------
    dict of str to str
        The covering agency by the covered one, both by name; empty where the table has
        no column ``parent``.

    Raises
    ------
    SourceError
        If the table is not UTF-8 text, lacks names, or names a parent that is not in
        it, or an agency as its own.
    """
    rows = _agencies(path)
    names = {row["agency"]: row["agency"] for row in rows}
    names |= {row["agency_id"]: row["agency"] for row in rows if row.get("agency_id")}
    parents: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        if not row.get("parent"):
            continue
        parent = names.get(row["parent"])
        if not parent or parent == row["agency"]:
            found = "itself" if parent else f"{row['parent']!r}, which is in no row"
            raise SourceError(
                f"{path}, line {number}: found as parent of {row['agency']!r} {found}; "
                "expected the agency_id or the name of another row. Correct it, or add "
                "the row."
            )
        parents[row["agency"]] = parent
    return parents


def _agencies(path: Path) -> list[dict[str, str]]:
    """The rows of a table of agencies; without a column ``agency`` it has none."""
    columns, lines = table_beside(path, "table of agencies")
    if "agency" not in columns:
        if "parent" not in columns:
            return []
        raise SourceError(
            f"{path}: found the columns {', '.join(columns)}; expected agency beside "
            "parent. Name each agency as its reports do, or as the registry does."
        )
    return lines


def known_beside(sources: Sequence[Source]) -> dict[str, dict[str, str]]:
    """
    Read the rows of every ``agencies.csv`` beside files, by the name of the agency.

    Raises
    ------
    SourceError
        If one of them cannot be read.
    """
    found: dict[str, dict[str, str]] = {}
    for file in _agency_tables(sources):
        for row in _agencies(file):
            found.setdefault(row["agency"], row)
    return found


def _agency_tables(sources: Sequence[Source]) -> Iterator[Path]:
    return tables_beside([source.path for source in sources], "agencies.csv")


def parents_beside(sources: Sequence[Source]) -> dict[str, str]:
    """
    Read every ``agencies.csv`` in the folders of files and in the folders above them.

    Raises
    ------
    SourceError
        If one of them cannot be read.
    """
    return dict(ChainMap(*map(read_parents, _agency_tables(sources))))
