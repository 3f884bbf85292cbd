"""What a researcher knows about files: a table ``reports.csv`` beside them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.sources import Source


@dataclass(frozen=True, slots=True)
class Registration:
    """One row of a registry; what it leaves empty the document says."""

    report_id: str = ""
    agency: str | None = None
    report_year: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Registry:
    """The registries beside a set of files.

    A registry is a file ``reports.csv`` in the folder of a report or in the folder
    above it, with a column ``file`` (relative to the registry) and any of
    ``report_id``, ``agency``, ``report_year``, ``sha256``. A ``reports.csv`` that an
    extraction wrote has a column ``status`` and is none.
    """

    entries: dict[Path, Registration]

    @classmethod
    def beside(cls, sources: Sequence[Source]) -> Registry:
        """
        Read the registries in the folders of files and in the folders above them.

        Raises
        ------
        SourceError
            If a registry cannot be read, or a year in it is not a number.
        """
        folders = dict.fromkeys(
            folder for source in sources for folder in source.path.resolve().parents[:2]
        )
        entries: dict[Path, Registration] = {}
        for folder in folders:
            path = folder / "reports.csv"
            if path.is_file():
                for file, entry in _read(path).items():
                    entries.setdefault(file, entry)
        return cls(entries)

    def of(self, source: Source) -> Registration | None:
        """What the registries say about a file, or None."""
        return self.entries.get(source.path.resolve())


def _read(path: Path) -> dict[Path, Registration]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"{path}: the registry is not UTF-8 text ({error.reason} at byte "
            f"{error.start}). Save it as CSV in UTF-8."
        )
        raise SourceError(message) from error
    lines = list(csv.DictReader(text.splitlines()))
    if not lines or "file" not in lines[0] or "status" in lines[0]:
        return {}
    return {
        (path.parent / line["file"]).resolve(): _registration(path, n, line)
        for n, line in enumerate(lines, start=2)
        if line.get("file")
    }


def _registration(path: Path, number: int, line: dict[str, str]) -> Registration:
    year = (line.get("report_year") or "").strip()
    if year and not year.isdecimal():
        message = (
            f"{path}, line {number}: found report_year {year!r}, expected a year such "
            "as 2023 or nothing. Correct the registry."
        )
        raise SourceError(message)
    return Registration(
        report_id=(line.get("report_id") or "").strip(),
        agency=(line.get("agency") or "").strip() or None,
        report_year=int(year) if year else None,
        sha256=(line.get("sha256") or "").strip().lower(),
    )
