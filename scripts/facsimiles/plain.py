"""Two shapes of reports saved as text; each gives the bytes of one file."""

from __future__ import annotations

from facsimiles.form import Facsimile, SetTable, joined
from facsimiles.pages import NOT_REPRODUCED


def _opening(report: Facsimile) -> list[str]:
    return [report.title, *report.says_what_it_is]


def _barred(table: SetTable) -> list[str]:
    """One cell a line, ended by a bar; bars fill short rows up to the table's width.

    Cells that span are one cell, so the number of bars says nothing about columns.
    """
    lines = []
    for row in table.rows:
        lines += [f"{slot.text} |" for slot in row]
        missing = table.columns - len(row)
        if missing:
            lines[-1] += " " + "|" * missing
    return lines


def barred(report: Facsimile) -> bytes:
    """Text of a page as some converters save it: one cell a line, bars at its end."""
    two, three, four = report.tables()
    bodies = [
        [NOT_REPRODUCED],
        _barred(joined(two)),
        _barred(three),
        _barred(four),
        [NOT_REPRODUCED],
        [NOT_REPRODUCED],
    ]
    lines = _opening(report)
    for heading, body in zip(report.headings, bodies, strict=True):
        lines += [heading, *body]
    return ("\n".join(lines) + "\n").encode()


def _one_by_one(table: SetTable) -> list[str]:
    """One cell a line; an empty cell is an empty line."""
    return [slot.text.replace("\n", "") for row in table.rows for slot in row]


def cell_by_cell(report: Facsimile) -> bytes:
    """Text of a page as a browser copies it: one cell a line, blank cells kept."""
    two, three, four = report.tables()
    bodies = [
        [NOT_REPRODUCED],
        _one_by_one(joined(two)),
        _one_by_one(three),
        _one_by_one(four),
        [NOT_REPRODUCED],
        [NOT_REPRODUCED],
    ]
    lines = _opening(report)
    for heading, body in zip(report.headings, bodies, strict=True):
        lines += [heading, *body]
    return ("\n".join(lines) + "\n").encode()
