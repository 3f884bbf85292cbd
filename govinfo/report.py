"""Read one report: from a file to cells, findings and identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.audit import DOUBTED, narrative_of, read_in_doubt, statements_table
from govinfo.bilingual import IN_ENGLISH, Said
from govinfo.cells import CELLS, CellRow, cell_rows, cells_of
from govinfo.checks.identity import identity_results
from govinfo.checks.narrative import (
    fees_stated,
    narrative_results,
    published_only,
    stated_figures,
)
from govinfo.checks.results import Result, is_hard_failure, results_frame
from govinfo.checks.statements import StatedFigure, statements
from govinfo.checks.within import (
    ReportCells,
    results_within,
    subtotal_result,
    tally,
)
from govinfo.corrections import Correction, correct
from govinfo.document import Document, Grid
from govinfo.doubts import OPEN_STATES, doubts_table, open_sentences
from govinfo.errors import ReadError, UnknownForm
from govinfo.identify import FILE, Identity, identify
from govinfo.locate import Witness, suggestions
from govinfo.provenance import readings_table, with_readings
from govinfo.readers import File, open_file, read_file
from govinfo.readers.files.names import identifier
from govinfo.recognise import Recognition, recognise
from govinfo.recognise.figures import State
from govinfo.recognise.parts import split_document
from govinfo.reread import reread

if TYPE_CHECKING:
    import pandas as pd

    from govinfo.seeing import Finding, View


@dataclass(frozen=True)
class Report:
    """A report as read: who, when, which form, which figures, and what they say.

    Attributes
    ----------
    report_id : str
        The name of the file without its suffix, unless a registry says otherwise.
    file : str
        The file.
    agency : str
        As printed in the title, or as the registry gives it; empty if nothing says it.
    year : int or None
        The year reported on.
    form : str
        Such as ``"2021"``, or ``"2019+2021"`` where the tables differ.
    document : Document
        What the reader returned: every grid and line, with places.
    identity : Identity
        The statements that agency and year rest on.
    recognition : Recognition
        Every statutory cell with its doubts.
    """

    report_id: str
    file: str
    agency: str
    year: int | None
    document: Document
    identity: Identity
    recognition: Recognition

    @property
    def form(self) -> str:
        """The form of the tables."""
        return self.recognition.form

    @property
    def text(self) -> str:
        """All text of the document in reading order."""
        return self.document.text

    @property
    def status(self) -> str:
        """``partial`` where some cell is not sure or not there, else ``complete``."""
        open_cells = any(cell.state in OPEN_STATES for cell in self.recognition.cells)
        return "partial" if open_cells else "complete"

    @property
    def failures(self) -> tuple[str, ...]:
        """Whole sentences on what was tried and failed on our side."""
        return (*self.document.failures, *self.recognition.failures)

    @property
    def message(self) -> str:
        """Whole sentences on what is open; empty if nothing is."""
        notes = (*self.document.notes, *self.recognition.notes, *self.failures)
        return " ".join([*notes, *(said.en for said in self._open)])

    @property
    def message_zh(self) -> str:
        """The same in Chinese; what is known in English alone is pointed to."""
        notes = (*self.document.notes, *self.recognition.notes, *self.failures)
        said = "".join(said.zh for said in self._open)
        return said + (IN_ENGLISH if notes else "")

    @cached_property
    def _open(self) -> list[Said]:
        sentences = open_sentences(self.recognition.cells)
        if any(cell.second is not None for cell in self.recognition.cells):
            told = (one for one in self.noted if one.result == "not_assessable")
            doubted = (one.sentence for one in told)
            sentences += (said for said in doubted if said.en.endswith(DOUBTED.en))
        return sentences

    def cell_rows(self) -> list[CellRow]:
        """The cells as tuples in the order of the columns of ``cells.csv``."""
        return list(self._cell_rows)

    @cached_property
    def _cell_rows(self) -> list[CellRow]:
        return cell_rows(self.report_id, self.agency, self.year, self.recognition.cells)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """
        One row per statutory cell.

        Returns
        -------
        DataFrame, shape (n_cells, 13)
            The columns of :data:`govinfo.cells.CELL_COLUMNS`; ``value`` is Float64 and
            missing unless the state is ``reported`` or ``corrected``.
        """
        return CELLS.frame(self.cell_rows())

    @cached_property
    def check_results(self) -> pd.DataFrame:
        """
        Every check of the report with its result; see :mod:`govinfo.checks`.

        The sums of the form, what the narrative says of the same figures, and whether
        all that names agency and year names the same. Where a sum fails, the sentence
        ends with how its figures were read.
        """
        return results_frame(self._audited(noted=False))

    @cached_property
    def noted(self) -> list[Result]:
        """The results but for the figures that pass by themselves, as nearly all do."""
        return self._audited(noted=True)

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How often each check came to each result."""
        return tally(self._checked, self.noted)

    def _audited(self, *, noted: bool) -> list[Result]:
        cells, readings = self._checked, self.recognition.cells
        sums = list(results_within(cells, noted=noted))
        within = [
            *read_in_doubt(sums, cells, readings),
            *(subtotal_result(cells, one) for one in self.recognition.subtotals),
        ]
        named = [
            (one.source, one.agency, one.year)
            for one in self.identity.statements
            if one.source != "statement of period"
        ]
        return [
            *with_readings(within, readings, self.document),
            *narrative_results(*self._narrative, cells, self.year),
            *published_only(self.document.text, cells),
            *identity_results(self.report_id, self.agency, self.year, named),
        ]

    @cached_property
    def _narrative(self) -> tuple[str, list[StatedFigure]]:
        """The text outside the tables, and the figures that it states."""
        text, places = narrative_of(self.document, self.recognition.cells)
        return text, statements(text, places)

    @cached_property
    def _checked(self) -> ReportCells:
        """The cells as the checks take them."""
        return cells_of(self.report_id, self._cell_rows)

    @cached_property
    def statements(self) -> pd.DataFrame:
        """
        Every figure that the narrative states, with its sentence and its place.

        Returns
        -------
        DataFrame
            See :func:`govinfo.audit.statements_table`.
        """
        return statements_table(self._narrative[1])

    @cached_property
    def fees(self) -> tuple[str, float | None]:
        """
        Whether the narrative says that processing fees were taken, and how much.

        Returns
        -------
        str, float or None
            See :func:`govinfo.checks.narrative.fees_stated`.
        """
        return fees_stated(*self._narrative, self._checked, self.year)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What the report says against itself, one row per failed check."""
        from govinfo.checks import findings_of

        return findings_of(self.check_results)

    @cached_property
    def suggestions(self) -> pd.DataFrame:
        """
        The smallest changes that make the sums hold; none is ever applied.

        Returns
        -------
        DataFrame
            The columns of ``suggestions.csv``; see :func:`govinfo.locate.suggestions`.
        """
        return suggestions(self.cells, witnesses={self.report_id: self.witnesses})

    @property
    def witnesses(self) -> list[Witness]:
        """What the narrative says of cells, if a sum of the report fails."""
        if not is_hard_failure(self.noted):
            return []
        found = stated_figures(self._narrative[1], self._checked, self.year)
        return [Witness(*stated) for stated in found]

    def readings_of(self, finding: Finding) -> pd.DataFrame:
        """
        Ours or theirs: what each reading of the cells of a finding was.

        Parameters
        ----------
        finding : int, row of :attr:`findings`, or (table, row_code, column_code)
            Number of the finding from 0, the finding itself, or a cell.

        Returns
        -------
        DataFrame
            See :func:`govinfo.provenance.readings_table`.
        """
        from govinfo.seeing import subject_of

        keys = subject_of(self, finding).keys
        return readings_table(self.recognition.cells, self.document, keys)

    def show(self, what: Finding = 0) -> View:
        """
        The page, or the table, with a cell marked and the failed sum spelled out.

        Parameters
        ----------
        what : int, row of :attr:`findings`, or (table, row_code, column_code)
            Number of the finding from 0, the finding itself, or any cell.

        Returns
        -------
        View
            What Jupyter shows: the page cut around the cell for PDF files and pictures,
            else the rows of the table; nothing of the document beside its tables.

        Raises
        ------
        ValueError
            If the report has no such finding or cell.
        """
        from govinfo.seeing import view_of

        return view_of(self, what)

    def compare(self, table: str) -> View:
        """
        What is printed and what was read, side by side.

        Parameters
        ----------
        table : {"proactive", "requests", "disputes"}
            Which statutory table.

        Returns
        -------
        View
            What Jupyter shows: the page with the figure that was read beside each
            printed one for PDF files and pictures, else both in one table.
        """
        from govinfo.seeing import comparison_of

        return comparison_of(self, table)

    @property
    def doubts(self) -> pd.DataFrame:
        """
        The cells that are not sure, with the reason.

        Returns
        -------
        DataFrame
            ``table, row_code, column_code, state, raw, place, why``.
        """
        return doubts_table(self.recognition.cells)

    def __repr__(self) -> str:
        """One line: who, when, which form, how complete."""
        return (
            f"<Report {self.report_id}: {self.agency or 'agency not stated'}, "
            f"{self.year or 'year not stated'}, form {self.form}, {self.status}>"
        )

    def _repr_html_(self) -> str:
        """The tables as read, in the layout of the form, for Jupyter."""
        from govinfo.seeing.tables import report_html

        return report_html(self)


def read_report(
    path: Path | str,
    *,
    report_id: str | None = None,
    agency: str | None = None,
    year: int | None = None,
) -> Report:
    """
    Read one report.

    Parameters
    ----------
    path : Path or str
        An HTML, PDF, Word, text or picture file.
    report_id, agency, year : optional
        What a registry says; it wins over the document.

    Returns
    -------
    Report
        With ``.agency``, ``.year``, ``.form``, ``.cells``, ``.findings``, ``.text``.

    Raises
    ------
    SourceError
        If the file is missing, empty, too large, or of a kind that is not read.
    ReadError
        If its content is broken, encrypted or beyond a limit, or if the file holds more
        than one report (:func:`govinfo.read_reports` reads each of them).
    UnknownForm
        If it holds no statutory table.
    """
    where = Path(path)
    file = open_file(where)
    parts = reports_in(file)
    if len(parts) > 1:
        raise ReadError(
            f"{where}: the file holds {len(parts)} reports; expected one. Read it with "
            "read_reports or 'govinfo extract', which give each a report_id of its own."
        )
    return report_of(parts[0], file, report_id=report_id, agency=agency, year=year)


def reports_in(file: File) -> list[Document]:
    """
    The reports that a file holds.

    Parameters
    ----------
    file : File
        A file; an archive may hold several documents. They are one report if none of
        them names another agency or year and each statutory table stands in one of
        them alone.

    Returns
    -------
    list of Document
        One for each report, in reading order.
    """
    document = read_file(file)
    if not document.members:
        return split_document(document)
    parts = [part for member in document.members for part in split_document(member)]
    printed = [_tables_in(part) for part in parts]
    found = [identify(part, part.source) for part in parts]
    agencies = {
        next((s.agency for s in one.statements if s.agency and s.source != FILE), "")
        for one in found
    }
    years = {one.report_year for one in found}
    is_one = sum(map(len, printed)) == len(set().union(*printed))
    if is_one and len(agencies - {""}) < 2 and len(years - {None}) < 2:
        return [_joined(document, parts)]
    return [p for p, tables in zip(parts, printed, strict=True) if tables] or parts


def _tables_in(document: Document) -> set[str]:
    """The statutory tables of which a document prints anything."""
    try:
        cells = recognise(document).cells
    except UnknownForm:
        return set()
    return {cell.table for cell in cells if cell.state is not State.ABSENT}


def _joined(archive: Document, parts: Sequence[Document]) -> Document:
    """The documents of an archive as one, its tables counted anew."""
    blocks = (
        replace(block, number=0) if isinstance(block, Grid) else block
        for part in parts
        for block in part.blocks
    )
    return replace(
        archive,
        blocks=tuple(blocks),
        title=next((part.title for part in parts if part.title), ""),
        notes=tuple(note for part in parts for note in part.notes),
        failures=tuple(failure for part in parts for failure in part.failures),
        is_damaged=any(part.is_damaged for part in parts),
        members=(),
    )


def report_of(
    document: Document,
    file: File,
    *,
    report_id: str | None = None,
    agency: str | None = None,
    year: int | None = None,
    corrections: Sequence[Correction] = (),
) -> Report:
    """Make a report of a document that was read from a file."""
    identity = identify(document, file.name)
    report_year = year if year is not None else identity.report_year
    read = reread(document, file, recognise(document, report_year), report_year)
    return Report(
        report_id=report_id or identifier(file.path.stem),
        file=str(file.path),
        agency=agency or identity.agency,
        year=report_year,
        document=document,
        identity=Identity(agency or identity.agency, report_year, identity.statements),
        recognition=correct(read, report_id or identifier(file.path.stem), corrections),
    )
