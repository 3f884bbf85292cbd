"""What is to be shown: a finding or a cell, its other cells, and its sum in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from govinfo.bilingual import counted
from govinfo.checks.logic import plain
from govinfo.checks.structure import Key, Sum, where
from govinfo.checks.within import ReportCells, reports_of
from govinfo.document import Document
from govinfo.recognise import Recognition
from govinfo.recognise.readings import Reading

if TYPE_CHECKING:
    import pandas as pd


# More terms than these are hard to follow; then the zeros among them are counted.
_MOST_TERMS = 8


class ReadReport(Protocol):
    """What is shown of a report."""

    @property
    def report_id(self) -> str:
        """Its identifier."""

    @property
    def file(self) -> str:
        """Where its file lies."""

    @property
    def agency(self) -> str:
        """Who reports."""

    @property
    def year(self) -> int | None:
        """The year reported on."""

    @property
    def status(self) -> str:
        """Whether all cells are sure."""

    @property
    def message(self) -> str:
        """What is open, in sentences."""

    @property
    def document(self) -> Document:
        """What the reader returned."""

    @property
    def recognition(self) -> Recognition:
        """Its cells with their doubts."""

    @property
    def cells(self) -> pd.DataFrame:
        """Its cells as a table."""

    @property
    def check_results(self) -> pd.DataFrame:
        """Every check with its result."""

    @property
    def findings(self) -> pd.DataFrame:
        """The checks that failed."""


@runtime_checkable
class NamedFinding(Protocol):
    """A row of a table of findings."""

    check: str
    table: str
    row_code: str
    column_code: str
    sentence: str


Finding: TypeAlias = int | Key | NamedFinding
"""Number of a finding from 0, a cell, or a row of a table of findings."""


@dataclass(frozen=True)
class Subject:
    """
    A finding or a cell that is to be shown.

    Attributes
    ----------
    key : (table, row_code, column_code)
        The cell that is marked.
    keys : tuple of keys
        All cells that the check looked at, or the cell alone; empty for a finding on
        the report as a whole, such as two years in its headings.
    sentence : str
        What there is to say about it.
    sum : str
        The failed sum in figures, ``10 + 1 + 0 + 0 = 11, printed 0``; empty where
        there is no sum.
    """

    key: Key
    keys: tuple[Key, ...]
    sentence: str
    sum: str = ""


def subject_of(report: ReadReport, what: Finding) -> Subject:
    """
    The cells of a finding, with its sentence and its sum.

    Parameters
    ----------
    report : ReadReport
        The report.
    what : int, row of a table of findings, or (table, row_code, column_code)
        What is to be shown.

    Returns
    -------
    Subject
        Its sentence says how the figures were read.

    Raises
    ------
    ValueError
        If the report has no such finding, or no such cell.
    """
    if isinstance(what, tuple) and not isinstance(what, NamedFinding):
        return _cell(report, what)
    results = report.check_results
    failed = results[results["result"] == "fail"]
    if isinstance(what, int):
        if not 0 <= what < len(failed):
            raise ValueError(
                f"{report.report_id} has {counted(len(failed), 'finding')}, but "
                f"finding {what} was asked for. Findings are counted from 0; a cell is "
                "shown by its (table, row_code, column_code)."
            )
        return _subject(report, failed.iloc[what])
    key = (str(what.table), str(what.row_code), str(what.column_code))
    names = ["check", "table", "row_code", "column_code"]
    same = failed[(failed[names] == [what.check, *key]).all(axis="columns")]
    if len(same):
        return _subject(report, same.iloc[0])
    # What is found by comparison with other reports is not known to this one.
    if not any(key):
        return Subject(key, (), str(what.sentence))
    _require(report, key)
    return Subject(key, (key,), str(what.sentence))


def readings(report: ReadReport) -> dict[Key, Reading]:
    """What was read from each cell of a report."""
    return {(cell.table, *cell.key): cell for cell in report.recognition.cells}


def _require(report: ReadReport, key: Key) -> Reading:
    """The reading of a cell that the report must have."""
    if found := readings(report).get(key):
        return found
    raise ValueError(
        f"{report.report_id} has no cell {', '.join(map(repr, key))}. Expected the "
        "table, row_code and column_code of a row of its cells."
    )


def _cell(report: ReadReport, key: Key) -> Subject:
    reading = _require(report, key)
    printed = f"prints {reading.raw!r}" if reading.raw else "prints nothing"
    state = reading.state.value.replace("_", " ")
    sentence = f"{where(reading.form, key)}: {printed} ({state})"
    if reading.second is not None:
        sentence += f"; a second reading found {reading.second or 'nothing'!r}"
    return Subject(key, (key,), f"{sentence}.")


def _subject(report: ReadReport, row: pd.Series) -> Subject:
    key = (str(row["table"]), str(row["row_code"]), str(row["column_code"]))
    known = readings(report)
    keys = tuple(k for k in row["cells"] if k in known)
    if key not in known:
        return Subject(keys[0] if keys else key, keys, str(row["sentence"]))
    cells = next(reports_of(report.cells, "show"))
    own = (s for s in cells.sums() if (s.check, s.key) == (row["check"], key))
    total = next((spelled(cells, total) for total in own), "")
    return Subject(key, keys or (key,), str(row["sentence"]), total)


def spelled(cells: ReportCells, total: Sum) -> str:
    """A sum in figures: its terms, what they make, and what is printed."""
    left = _side(cells, total.left)
    if len(total.right) == 1:
        return f"{left}, printed {_term(cells, total.right[0])}"
    return f"{left}, but {_side(cells, total.right)}"


def _term(cells: ReportCells, key: Key) -> str:
    value = cells.look(key)[1]
    return "blank" if value is None else plain(value)


def _side(cells: ReportCells, keys: Sequence[Key]) -> str:
    terms = [_term(cells, key) for key in keys]
    made = plain(sum(cells.look(key)[1] or 0.0 for key in keys))
    if len(terms) <= _MOST_TERMS:
        return f"{' + '.join(terms)} = {made}"
    kept = [term for term in terms if term != "0"]
    zeros = len(terms) - len(kept)
    left_out = f" (and {zeros} zeros)" if zeros else ""
    return f"{' + '.join(kept) or '0'} = {made}{left_out}"
