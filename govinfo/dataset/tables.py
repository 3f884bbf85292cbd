"""The tables of a data set: what each holds, and a report's rows in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import chain
from pathlib import Path

from govinfo.agencies import AGENCY_COLUMNS
from govinfo.bilingual import IN_ENGLISH, counted
from govinfo.cells import CELLS, CellRow, Table
from govinfo.checks import FINDING_COLUMNS
from govinfo.checks.results import CHECKS, RESULTS, check
from govinfo.later import pd
from govinfo.locate import SUGGESTIONS, Witness

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
    "same_as",
    "part_of",
    "message_zh",
    "fees_stated",
    "fees_cny",
)
"""Columns of ``reports.csv`` as the extraction writes it, in order."""

CHECK_COLUMNS = ("report_id", "check", *RESULTS)
"""Columns of ``checks.csv``, in order."""

FIRST = 12
"""So many reports are shown in Jupyter, and the others counted."""

TABLES = (
    CELLS,
    Table("findings", FINDING_COLUMNS, (), ("printed", "expected", "difference")),
    Table(
        "reports",
        REPORT_COLUMNS,
        ("report_year", "cells_reported", "findings"),
        ("fees_cny",),
    ),
    Table("checks", CHECK_COLUMNS, RESULTS),
    SUGGESTIONS,
)
"""The tables that an extraction writes."""

TIMINGS = Table("timings", ("report_id", "file", "seconds"), (), ("seconds",))
"""The one table that differs from run to run."""

FindingRow = tuple[str, ...]
SuggestionRow = tuple[str, ...]
Counts = dict[tuple[str, str], int]
"""How often a check came to a result."""
ReportRow = dict[str, str | int | None]


@dataclass(frozen=True)
class FileResult:
    """What came of one file, or of one of the reports in it.

    ``row`` is that of ``reports.csv``; ``counts`` says how often each check came to
    each result, ``witnesses`` what the narrative says of cells where a sum fails,
    ``failures`` what was tried and failed on our side, ``attachments`` which files a
    page without tables links to.
    """

    row: ReportRow
    cells: list[CellRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)
    counts: Counts = field(default_factory=dict)
    suggestions: list[SuggestionRow] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    attachments: Sequence[str] = ()
    seconds: float = 0.0

    def say(self, sentence: str) -> None:
        """Add a sentence to the message of the report."""
        known = str(self.row["message"] or "")
        self.row["message"] = " ".join(filter(None, [known, sentence]))
        chinese = str(self.row.get("message_zh") or "")
        self.row["message_zh"] = chinese.removesuffix(IN_ENGLISH) + IN_ENGLISH

    def fail(self, sentence: str) -> None:
        """Say what was tried and failed, here and in the summary."""
        self.failures.append(sentence)
        self.say(sentence)

    @property
    def report_id(self) -> str:
        """The report."""
        return str(self.row["report_id"])

    @property
    def is_broken(self) -> bool:
        """Whether a sum that must hold fails or stays open: its error is sought."""
        return any(
            outcome in {"fail", "not_assessable"} and check(code).severity == "error"
            for code, outcome in self.counts
        )

    @property
    def has_failed(self) -> bool:
        """Whether the file could not be read."""
        return self.row["status"] == "failed"

    def rows(self, table: str) -> Iterable[Sequence[object]]:
        """The rows that this report has in one of :data:`TABLES`."""
        if table == "reports":
            return [[self.row.get(name) for name in REPORT_COLUMNS]]
        if table == "checks":
            return count_rows(self.report_id, self.counts)
        if table == "timings":
            return [(self.report_id, self.row["file"], self.seconds)]
        rows: Iterable[Sequence[object]] = getattr(self, table)
        return rows


@dataclass(frozen=True)
class DataSet:
    """The reports of many files as tables.

    Attributes
    ----------
    results : iterable of FileResult
        One for each report, in the order in which the files were found; it can be gone
        through more than once.
    notes : tuple of str
        Whole sentences on what belongs to no report that was read, and on what
        failed on our side, with the files that it is about.
    """

    results: Iterable[FileResult]
    notes: tuple[str, ...] = ()

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row per statutory cell; see :attr:`govinfo.report.Report.cells`."""
        return self._frame("cells")

    @cached_property
    def reports(self) -> pd.DataFrame:
        """One row per file, with status and message."""
        return self._frame("reports")

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the reports say against themselves, one row per failed check."""
        return self._frame("findings")

    @cached_property
    def checks(self) -> pd.DataFrame:
        """What every check came to, counted for each report in four columns."""
        return self._frame("checks")

    @cached_property
    def suggestions(self) -> pd.DataFrame:
        """Smallest changes that make the sums hold; see :mod:`govinfo.locate`."""
        return self._frame("suggestions")

    @cached_property
    def timings(self) -> pd.DataFrame:
        """Seconds that it took to read each file."""
        return self._frame("timings")

    def _frame(self, name: str) -> pd.DataFrame:
        table = next(table for table in (*TABLES, TIMINGS) if table.name == name)
        rows = (result.rows(name) for result in self.results)
        return table.frame(chain.from_iterable(rows))

    @property
    def failed(self) -> int:
        """Number of files that could not be read."""
        return sum(result.has_failed for result in self.results)

    def __repr__(self) -> str:
        """How many reports, and how they were read."""
        states = self.reports["status"].value_counts()
        known = ("complete", "partial", "failed")
        told = ", ".join(f"{states.get(state, 0)} {state}" for state in known)
        return f"<DataSet: {told}; {counted(len(self.findings), 'finding')}>"

    def _repr_html_(self) -> str:
        """The same with a table of the first reports; nothing in it runs."""
        columns = ["report_id", "agency", "report_year", "form", "status"]
        shown = self.reports[[*columns, "cells_reported", "findings", "message"]]
        table = shown.head(FIRST).to_html(index=False, border=0, na_rep="–")
        more = max(len(shown) - FIRST, 0)
        rest = f"<p>and {more} more, in <code>.reports</code></p>" if more else ""
        return f"<p>{escape(repr(self)[1:-1])}</p>{table}{rest}"

    def write(self, out: Path | str, *, format: str = "csv") -> None:
        """
        Write the tables into a folder.

        ``cells``, ``reports`` and ``findings``, what belongs to the audit beside them
        (``checks`` and ``suggestions``), ``timings``, and ``dataset.json``, which lists
        the tables. They replace older ones together or not at all.

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
        SourceError
            If the folder cannot be written into, or holds a registry that would be
            written over.
        """
        from govinfo.dataset.written import write_tables

        write_tables(Path(out), self.results, format)


def count_rows(report_id: str, counts: Counts) -> list[list[str | int]]:
    """Rows of ``checks.csv`` for one report, in the order of the registry."""
    return [
        [report_id, own.code, *found]
        for own in CHECKS
        if any(found := [counts.get((own.code, result), 0) for result in RESULTS])
    ]


def number_text(value: object) -> str:
    """Numbers of a finding without the point that a whole float carries."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return "" if text == "<NA>" else text
