"""Read one file into the rows that the data set has for it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import Any

from govinfo.agencies import agency_columns
from govinfo.bilingual import IN_ENGLISH
from govinfo.cells import CELL_COLUMNS
from govinfo.checks.results import FINDING_COLUMNS, Result, finding_of
from govinfo.corrections import Correction
from govinfo.dataset.store import from_plain, plain
from govinfo.dataset.tables import FileResult, FindingRow, ReportRow, number_text
from govinfo.document import Document
from govinfo.errors import (
    GovinfoError,
    LimitExceeded,
    ReadError,
    SourceError,
    UnknownForm,
)
from govinfo.identify import identify
from govinfo.readers import MAX_BYTES, File, sniff
from govinfo.readers.files.names import decoded
from govinfo.registry import Registration
from govinfo.remote import bytes_at
from govinfo.report import report_of, reports_in
from govinfo.sources import Source, lies_in

# What ends lines, turns the direction of writing, or prints nothing. A figure may well
# stand on two lines, so line ends and tabs stay.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read, what a registry says about it, and corrections by hand."""

    source: Source
    registered: Registration | None
    report_id: str
    corrections: tuple[Correction, ...] = ()


def content_of(source: Source) -> bytes:
    """
    The bytes of a file, if it is one.

    Raises
    ------
    SourceError
        If it cannot be opened, or is a pipe, a device or a folder.
    LimitExceeded
        If it has more bytes than are read.
    """
    if source.refused:
        raise SourceError(source.refused)
    if source.address:
        content = bytes_at(source.address, MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise _too_large(source, "more bytes")
        return content
    try:
        # A pipe would otherwise be waited for.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(source.path, flags), "rb") as stream:
            kind = os.fstat(stream.fileno())
            if not stat.S_ISREG(kind.st_mode):
                raise SourceError(
                    f"{source.name} is no file that holds a report (a pipe, a device or"
                    " a folder). Put the report itself in its place."
                )
            if kind.st_size > MAX_BYTES:
                raise _too_large(source, f"{kind.st_size:,} bytes")
            if source.home and not lies_in(stream.fileno(), source.path, source.home):
                raise SourceError(
                    f"{source.name} leads out of its folder, which it did not when the "
                    "folder was listed. Put the report itself in its place."
                )
            return stream.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(
            f"{source.name} could not be opened: {reason}. Check its name and whether "
            "you may read it."
        ) from error


def _too_large(source: Source, size: str) -> LimitExceeded:
    return LimitExceeded(
        f"{source.name} has {size}, and reading stops at {MAX_BYTES:,}. No report needs"
        " that many: look at the file before going on."
    )


def read_plain(task: Task, data: bytes) -> list[dict[str, Any]]:
    """What :func:`read_one` gives, as what JSON can say."""
    return [plain(result) for result in read_one(task, data)]


def checked(answer: object, task: Task, digest: str) -> list[FileResult]:
    """
    The results that a process answered which read a document, if they are some.

    Parameters
    ----------
    answer : object
        Of :func:`read_plain`, from a process that a document may have taken over.
    task : Task
        What was asked.
    digest : str
        Checksum of the bytes that were handed over.

    Raises
    ------
    ReadError
        If the answer is none, or one on something else.
    """
    try:
        said = list(answer)  # type: ignore[call-overload]
        found = list(map(from_plain, said))
        for number, result in enumerate(found, start=1):
            names = {task.report_id, f"{task.report_id}-{number}"}
            texts = [
                *(str(text) for row in result.cells for text in row[3:]),
                *(text for row in result.findings for text in row[3:]),
                *(str(value) for value in result.row.values()),
                *result.failures,
            ]
            is_asked = result.report_id in names and result.row["sha256"] == digest
            shapes = {len(row) - len(CELL_COLUMNS) for row in result.cells}
            shapes |= {len(row) - len(FINDING_COLUMNS) for row in result.findings}
            if not is_asked or shapes - {0}:
                raise ValueError(result.report_id)
            if _CONTROL.search("".join(texts)):
                found[number - 1] = from_plain(_clean(said[number - 1]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ReadError(
            f"The process that read {task.source.name} gave an answer that is none. "
            "The file may be built to harm: open it by hand and save it anew."
        ) from error
    return found


def _clean(value: Any) -> Any:
    """What JSON can say with every hidden character spelled out."""
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    return value


def read_one(task: Task, data: bytes) -> list[FileResult]:
    """
    Read one file into the rows that the data set has for it.

    Parameters
    ----------
    task : Task
        The file, and what is known about it.
    data : bytes
        Its content; the file itself is not opened.

    Returns
    -------
    list of FileResult
        One, as a rule. A file that holds several reports gives one for each, with
        ``-1``, ``-2``, … after the identifier; one that could not be read gives one
        with the status ``failed`` and a message.
    """
    file = File(task.source.path, decoded(task.source.path.name), data)
    try:
        parts = reports_in(file)
        if len(parts) == 1:
            known = task.registered or Registration()
            note = _changed_since(file.sha256, known)
            return [_result(task, parts[0], file, known, note)]
        note = f"The file holds {len(parts)} reports."
        names = (f"{task.report_id}-{number}" for number in count(1))
        return [
            _result(replace(task, report_id=name), part, file, Registration(), note)
            for name, part in zip(names, parts, strict=False)
        ]
    except GovinfoError as error:
        return [FileResult(failed_row(task, error, data))]


def _result(
    task: Task, part: Document, file: File, known: Registration, note: str
) -> FileResult:
    """A report of a file; one that fails does not take the others with it."""
    try:
        report = report_of(
            part,
            file,
            report_id=task.report_id,
            corrections=task.corrections,
            agency=known.agency,
            year=known.report_year,
        )
    except UnknownForm as error:
        row = failed_row(task, error, file.data)
        identity = identify(part, file.name)
        row["agency"] = row["agency"] or identity.agency
        row["report_year"] = row["report_year"] or identity.report_year
        return FileResult(row, attachments=part.attachments)
    except GovinfoError as error:
        return FileResult(failed_row(task, error, file.data))
    cells = report.cell_rows()
    findings = [finding_row(one) for one in report.noted if one.result == "fail"]
    zh = report.message_zh
    row = {
        "report_id": report.report_id,
        "file": task.source.name,
        "sha256": file.sha256,
        "media_type": report.document.media_type,
        "agency": report.agency,
        "report_year": report.year,
        "form": report.form,
        "status": report.status,
        "cells_reported": sum(cell[9] in ("reported", "corrected") for cell in cells),
        "findings": len(findings),
        "message": " ".join(filter(None, [note, report.message])),
        "message_zh": zh.removesuffix(IN_ENGLISH) + IN_ENGLISH if note else zh,
    }
    row["fees_stated"], fees = report.fees
    row["fees_cny"] = number_text(fees)
    read = FileResult(row, cells, findings, report.counts)
    return replace(read, witnesses=report.witnesses, failures=list(report.failures))


def finding_row(result: Result) -> FindingRow:
    """A row of findings as text, numbers without a point that says nothing."""
    return tuple(number_text(value) for value in finding_of(result))


def failed_row(task: Task, error: GovinfoError, data: bytes | None) -> ReportRow:
    """The row of a file that could not be read, or not even opened."""
    known, name = task.registered or Registration(), decoded(task.source.path.name)
    return {
        "report_id": task.report_id,
        "file": task.source.name,
        "sha256": "" if data is None else sha256(data).hexdigest(),
        "media_type": "" if data is None else sniff(data[:65536], name),
        "agency": known.agency if task.registered else "",
        "report_year": known.report_year,
        "form": "",
        "status": "failed",
        "cells_reported": 0,
        "findings": 0,
        "message": str(error),
        "message_zh": error.zh or f"{error.kind_zh}。{IN_ENGLISH}",
        "fees_stated": "",
    }


def describe_agency(
    row: ReportRow,
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
    agency, year = str(row["agency"] or ""), int(row["report_year"] or 0) or None
    given = registered.row if registered else {}
    row |= agency_columns(agency, year, given, known.get(agency, {}))
    # Only all reports together can say this.
    row |= {"same_as": "", "part_of": ""}
    # What a person wrote into a registry may hide something as well.
    row |= {n: cleaned(v) for n, v in row.items() if isinstance(v, str)}


def _changed_since(digest: str, registered: Registration) -> str:
    if registered.sha256 in ("", digest):
        return ""
    return (
        f"The file has SHA-256 {digest[:12]}…, but the registry lists "
        f"{registered.sha256[:12]}…: it changed after it was registered."
    )


def cleaned(text: str) -> str:
    r"""
    Text without characters that a page hides or that turn the direction of writing.

    They are spelled out, so that what was read can still be seen.

    Examples
    --------
    >>> cleaned("\u202e12"), cleaned("1\n2")
    ('\\u202e12', '1\n2')
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
