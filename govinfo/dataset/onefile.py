"""Read one file into the rows that the data set has for it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from govinfo.agencies import agency_columns
from govinfo.corrections import Correction
from govinfo.dataset.tables import FileResult, FindingRow, number_text
from govinfo.document import Document
from govinfo.errors import GovinfoError, SourceError
from govinfo.readers import MAX_BYTES, read_document
from govinfo.recognise.parts import split_document
from govinfo.registry import Registration
from govinfo.report import Report, report_of
from govinfo.sources import Source


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, what a registry says about it, and corrections by hand."""

    source: Source
    registered: Registration | None
    report_id: str
    corrections: tuple[Correction, ...] = ()


def read_one(task: Task) -> list[FileResult]:
    """
    Read one file into the rows that the data set has for it.

    Parameters
    ----------
    task : Task
        The file, and what is known about it.

    Returns
    -------
    list of FileResult
        One, as a rule. A file that holds several reports gives one for each, with
        ``-1``, ``-2``, … after the identifier; one that could not be read gives one
        with the status ``failed`` and a message.
    """
    source, registered, report_id = task.source, task.registered, task.report_id
    if source.refused:
        return [FileResult(failed_row(task, SourceError(source.refused)))]
    try:
        parts = split_document(read_document(source.path))
        digest = _sha256(source.path)
        if not digest:
            message = f"{source.name} could not be read again for its SHA-256."
            raise SourceError(message)
        if len(parts) == 1:
            report = report_of(
                parts[0],
                source.path,
                report_id=report_id,
                corrections=task.corrections,
                agency=registered.agency if registered else None,
                year=registered.report_year if registered else None,
            )
            note = _changed_since(digest, registered)
            return [_result(source, report, digest, note)]
        return [
            _part(task, part, digest, number, len(parts))
            for number, part in enumerate(parts, start=1)
        ]
    except GovinfoError as error:
        return [FileResult(failed_row(task, error))]


def _part(
    task: Task, part: Document, digest: str, number: int, count: int
) -> FileResult:
    """One of several reports in a file; one that fails does not take the others."""
    own = replace(task, report_id=f"{task.report_id}-{number}")
    try:
        report = report_of(
            part,
            task.source.path,
            report_id=own.report_id,
            corrections=task.corrections,
        )
    except GovinfoError as error:
        return FileResult(failed_row(own, error))
    return _result(task.source, report, digest, f"The file holds {count} reports.")


def _result(source: Source, report: Report, digest: str, note: str) -> FileResult:
    cells = report.cell_rows()
    results = report.check_results
    findings = [finding_row(row) for row in report.findings.itertuples(index=False)]
    row: dict[str, str | int | float | None] = {
        "report_id": report.report_id,
        "file": source.name,
        "sha256": digest,
        "media_type": report.document.media_type,
        "agency": report.agency,
        "report_year": report.year,
        "form": report.form,
        "status": report.status,
        "cells_reported": sum(cell[9] in ("reported", "corrected") for cell in cells),
        "findings": len(findings),
        "message": " ".join(filter(None, [note, report.message])),
        "seconds": None,
    }
    counts = Counter(zip(results["check"], results["result"], strict=True))
    return FileResult(
        row,
        cells,
        findings,
        counts,
        witnesses=report.witnesses,
        failures=list(report.failures),
    )


def finding_row(row: tuple[object, ...]) -> FindingRow:
    """A row of findings as text, numbers without a point that says nothing."""
    return tuple(number_text(value) for value in row)


def failed_row(task: Task, error: GovinfoError) -> dict[str, str | int | float | None]:
    """The row of a file that could not be read."""
    source, registered = task.source, task.registered
    return {
        "report_id": task.report_id,
        "file": source.name,
        "sha256": "" if source.refused else _sha256(source.path),
        "media_type": "" if source.refused else _media_type(source.path),
        "agency": registered.agency if registered else "",
        "report_year": registered.report_year if registered else None,
        "form": "",
        "status": "failed",
        "cells_reported": 0,
        "findings": 0,
        "message": str(error),
        "seconds": None,
    }


def _media_type(path: Path) -> str:
    from govinfo.readers.kinds import sniff

    try:
        with path.open("rb") as stream:
            return sniff(stream.read(65536), path.name)
    except OSError:
        return ""


def _sha256(path: Path) -> str:
    """Checksum of a file; of one that is too large to be read, or is gone, none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def describe_agency(
    row: dict[str, str | int | float | None],
    registered: Registration | None,
    known: Mapping[str, Mapping[str, str]],
) -> None:
    """
    Complete a row of ``reports.csv`` by what is known of its agency.

    Parameters
    ----------
    row : dict
        Changed in place.
    registered : Registration or None
        What the registry says of the file.
    known : mapping
        The rows of ``agencies.csv``, by name.
    """
    agency = str(row["agency"] or "")
    year = row["report_year"]
    given = registered.row if registered else {}
    row.update(
        agency_columns(
            agency, int(year) if year else None, given, known.get(agency, {})
        )
    )


def _changed_since(digest: str, registered: Registration | None) -> str:
    if registered is None or registered.sha256 in ("", digest):
        return ""
    return (
        f"The file has SHA-256 {digest[:12]}…, but the registry lists "
        f"{registered.sha256[:12]}…: it changed after it was registered."
    )
