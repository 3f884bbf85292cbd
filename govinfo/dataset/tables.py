"""The tables of a data set: their columns, their rows, and how they are written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.agencies import AGENCY_COLUMNS
from govinfo.cells import CELL_COLUMNS, CellRow, cells_frame
from govinfo.checks.registry import CHECKS, RESULTS
from govinfo.errors import SourceError, engine
from govinfo.locate import SUGGESTION_COLUMNS, Witness
from govinfo.parquet import require_parquet

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
    *AGENCY_COLUMNS,
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


SuggestionRow = tuple[str, ...]

Counts = dict[tuple[str, str], int]
"""How often a check came to a result."""


@dataclass(frozen=True)
class FileResult:
    """What came of one file.

    ``row`` is that of ``reports.csv``; ``counts`` says how often each check came to
    each result, ``witnesses`` what the narrative says of cells where a sum fails,
    ``failures`` what was tried and failed on our side.
    """

    row: dict[str, str | int | float | None]
    cells: list[CellRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    suggestions: list[SuggestionRow] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        """Add a sentence to the message of the report."""
        known = str(self.row["message"] or "")
        self.row["message"] = " ".join(filter(None, [known, sentence]))

    def fail(self, sentence: str) -> None:
        """Say what was tried and failed, here and in the summary."""
        self.failures.append(sentence)
        self.say(sentence)

    @property
    def has_failed(self) -> bool:
        """Whether the file could not be read."""
        return self.row["status"] == "failed"


@dataclass(frozen=True)
class DataSet:
    """The reports of many files as tables.

    Attributes
    ----------
    results : tuple of FileResult
        One for each report, in the order in which the files were found.
    notes : tuple of str
        Whole sentences on what belongs to no report that was read, and on what
        failed on our side, with the files that it is about.
    """

    results: tuple[FileResult, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per statutory cell; see :attr:`govinfo.cells.Report.cells`."""
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

    @cached_property
    def checks(self) -> pd.DataFrame:
        """What every check came to, counted for each report in four columns."""
        import pandas as pd

        frame = pd.DataFrame(self._check_rows(), columns=list(CHECK_COLUMNS))
        return frame.astype(dict.fromkeys(RESULTS, "Int64"))

    @cached_property
    def suggestions(self) -> pd.DataFrame:
        """Smallest changes that make the sums hold; see :mod:`govinfo.locate`."""
        import pandas as pd

        rows = [row for result in self.results for row in result.suggestions]
        frame = pd.DataFrame(rows, columns=list(SUGGESTION_COLUMNS))
        for name in ("solution", "printed", "suggested", "alternatives"):
            values = [int(text) if text else None for text in frame[name]]
            frame[name] = pd.array(values, dtype="Int64")
        return frame

    def _check_rows(self) -> list[list[str | int]]:
        return [
            row
            for result in self.results
            for row in count_rows(str(result.row["report_id"]), result.counts)
        ]

    @property
    def failed(self) -> int:
        """Number of files that could not be read."""
        return sum(result.has_failed for result in self.results)

    def write(self, out: Path | str, *, format: str = "csv") -> None:
        """
        Write the tables into a folder.

        ``cells``, ``reports`` and ``findings``, and what belongs to the audit beside
        them: ``checks`` and ``suggestions``.

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
        folder = prepare_folder(out)
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
        write_csv(folder / "checks.csv", CHECK_COLUMNS, map(_texts, self._check_rows()))
        suggested = (row for result in self.results for row in result.suggestions)
        write_csv(folder / "suggestions.csv", SUGGESTION_COLUMNS, suggested)

    def _write_parquet(self, folder: Path) -> None:
        require_parquet()
        for name, frame in (
            ("cells", self.cells),
            ("findings", self.findings),
            ("reports", self.reports),
            ("checks", self.checks),
            ("suggestions", self.suggestions),
        ):
            with engine("pyarrow"):
                frame.to_parquet(
                    folder / f"{name}.parquet", index=False, compression="zstd"
                )


def count_rows(report_id: str, counts: Counts) -> list[list[str | int]]:
    """Rows of ``checks.csv`` for one report, in the order of the registry."""
    return [
        [report_id, check.code, *found]
        for check in CHECKS
        if any(found := [counts.get((check.code, result), 0) for result in RESULTS])
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _texts(row: Sequence[object]) -> list[str]:
    return [_text(value) for value in row]


def prepare_folder(out: Path | str) -> Path:
    """
    Make the folder that a data set is written into, if it may be.

    Raises
    ------
    SourceError
        If it cannot be made, or holds a registry that would be written over.
    """
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = (
            f"{folder} cannot be used as a folder ({error.strerror}). Name another "
            "folder to write into."
        )
        raise SourceError(message) from error
    old = folder / "reports.csv"
    if old.is_file():
        with old.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            header = next(csv.reader(stream), [])
        if header and "status" not in header:
            message = (
                f"{old} is a registry, and the extraction would write its own table "
                "in its place. Name another folder to write into."
            )
            raise SourceError(message)
    return folder


def write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write rows as UTF-8 CSV with LF line ends, first into a file beside the old."""
    fresh = path.with_name(path.name + ".part")
    # A file name that is no UTF-8 is written with its bytes spelled out.
    errors = "backslashreplace"
    with fresh.open("w", encoding="utf-8", errors=errors, newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    fresh.replace(path)


def number_text(value: object) -> str:
    """Numbers of a finding without the point that a whole float carries."""
    import pandas as pd

    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
