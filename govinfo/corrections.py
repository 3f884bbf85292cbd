"""Corrections by hand: a cell, what it prints, what it should be, why, who and when.

A correction is applied to the cell that still prints what the correction says, and is
refused where it does not: then the file, or the reading of it, has changed and somebody
has to look again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.recognise import Recognition
from govinfo.recognise.figures import Figure, State, plain_number
from govinfo.recognise.readings import Reading
from govinfo.sources import table_beside, tables_beside

# A figure as a form could print it.
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,8})?")


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of ``corrections.csv``; ``old`` is empty where the cell is blank."""

    report_id: str
    table: str
    row_code: str
    column_code: str
    old: str
    new: str
    why: str
    page: str
    who: str
    when: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Table, row code and column code."""
        return self.table, self.row_code, self.column_code

    @property
    def cell(self) -> str:
        """The cell in words, for messages."""
        return f"{self.table}, {self.row_code}, {self.column_code}"


COLUMNS = tuple(one.name for one in fields(Correction))
"""Columns of ``corrections.csv``; all but ``old`` and ``page`` must be filled."""


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """
    Read a table of corrections.

    Parameters
    ----------
    path : Path
        A ``corrections.csv``.

    Returns
    -------
    tuple of Correction
        In the order of the file.

    Raises
    ------
    SourceError
        If the file is no CSV in UTF-8, columns are missing, a row is not filled,
        ``new`` is no number, or a cell is corrected twice.
    """
    columns, lines = table_beside(path, "table of corrections")
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise SourceError(
            f"{path}: the columns {', '.join(missing)} are missing; expected "
            f"{', '.join(COLUMNS)}. Add them."
        )
    found = tuple(
        _checked(path, number, Correction(*(line[name] for name in COLUMNS)))
        for number, line in enumerate(lines, start=2)
    )
    first: dict[tuple[str, ...], int] = {}
    for number, one in enumerate(found, start=2):
        known = first.setdefault((one.report_id, *one.key), number)
        if known != number:
            raise SourceError(
                f"{path}, line {number}: {one.cell} of {one.report_id} is corrected "
                f"here and in line {known}; expected one line for a cell. Remove one "
                "of them."
            )
    return found


def _checked(path: Path, number: int, given: Correction) -> Correction:
    needed = (name for name in COLUMNS if name not in ("old", "page", "new"))
    empty = [name for name in needed if not getattr(given, name)]
    if empty:
        raise SourceError(
            f"{path}, line {number}: {', '.join(empty)} is empty. A correction needs "
            "the cell, the new figure, and why, by whom and when it was made."
        )
    if not _NUMBER.fullmatch(given.new):
        raise SourceError(
            f"{path}, line {number}: found new {given.new!r}, expected a number. Write "
            "the figure that the cell should have."
        )
    return given


def correct(
    recognition: Recognition, report_id: str, corrections: Iterable[Correction]
) -> Recognition:
    """
    Apply the corrections of one report.

    Parameters
    ----------
    recognition : Recognition
        The cells as read.
    report_id : str
        The report; corrections of others are passed over.
    corrections : iterable of Correction
        From :func:`read_corrections`.

    Returns
    -------
    Recognition
        Corrected cells have the state ``corrected`` and keep the printed text in
        ``raw``. Every correction is a note; one that does not fit changes nothing.
    """
    cells = {(cell.table, *cell.key): cell for cell in recognition.cells}
    notes = list(recognition.notes)
    own = (one for one in corrections if one.report_id == report_id)
    for one in own:
        cell = cells.get(one.key)
        if cell is None:
            notes.append(
                f"A correction of {one.cell} was refused: the report has no such cell."
            )
        elif not _prints(cell, one.old):
            notes.append(
                f"A correction of {one.cell} was refused: it expects {one.old!r} to be "
                f"printed there, but {cell.raw!r} is. Look at the report again."
            )
        else:
            figure = Figure(State.CORRECTED, Decimal(one.new))
            cells[one.key] = replace(cell, figure=figure, doubts=(), others=())
            notes.append(
                f"{one.cell} was corrected by hand from {one.old!r} to {one.new} "
                f"({one.who}, {one.when}: {one.why.rstrip('.')})."
            )
    return replace(recognition, cells=tuple(cells.values()), notes=tuple(notes))


def _prints(cell: Reading, old: str) -> bool:
    """Whether a cell prints what a correction says that it prints."""
    value = cell.figure.value
    read = cell.raw if value is None else plain_number(value)
    return old.strip() in (cell.raw, read)


def corrections_beside(paths: Sequence[Path]) -> tuple[Correction, ...]:
    """
    Read every ``corrections.csv`` in the folders of files and in those above them.

    Parameters
    ----------
    paths : sequence of Path
        The files.

    Returns
    -------
    tuple of Correction
        Those of the nearest folders first.
    """
    tables = tables_beside(paths, "corrections.csv")
    return tuple(one for table in tables for one in read_corrections(table))
