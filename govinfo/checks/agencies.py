"""Checks between agencies: tables that were copied, parents that count too little."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from govinfo.checks.logic import plain
from govinfo.checks.results import Result, results_frame
from govinfo.checks.series import (
    DatedReport,
    Look,
    compare,
    dated_reports,
    shown,
    total,
)
from govinfo.checks.structure import Key, where
from govinfo.checks.within import ReportCells
from govinfo.forms import SUBTOTAL

if TYPE_CHECKING:
    import pandas as pd

# Two small agencies may well share three figures; twelve that are not zero, five of
# them different, do not agree by chance.
_ENOUGH_FIGURES = 12
_ENOUGH_DIFFERENT = 5

_RECEIVED: Key = ("requests", "received", "total")
_AGGREGATED: tuple[Key, ...] = (
    _RECEIVED,
    ("requests", "concluded", "total"),
    ("disputes", "review", "total"),
    ("disputes", "litigation_direct", "total"),
    ("disputes", "litigation_after_review", "total"),
)

Signature = tuple[tuple[str, str, float], ...]


def _signature(report: ReportCells) -> Signature:
    """The figures of table 3 other than zero, （六） summed, so that forms compare."""
    found: dict[tuple[str, str], float] = {}
    summed = report.other_rows == "both"
    for (table, row, column), value in report.value.items():
        if table != "requests" or not value or (summed and row == SUBTOTAL):
            continue
        row = SUBTOTAL if row.startswith(f"{SUBTOTAL}.") else row
        found[row, column] = found.get((row, column), 0.0) + value
    return tuple(sorted((r, c, v) for (r, c), v in found.items()))


def _copied(reports: list[DatedReport]) -> Iterator[Result]:
    signatures = [_signature(report.cells) for report in reports]
    alike: dict[Signature, list[DatedReport]] = {}
    for report, signature in zip(reports, signatures, strict=True):
        alike.setdefault(signature, []).append(report)
    for report, signature in zip(reports, signatures, strict=True):
        others = [
            other.cells.report_id
            for other in alike[signature]
            if (other.agency, other.year) != (report.agency, report.year)
        ]
        different = len({value for _, _, value in signature})
        if len(signature) < _ENOUGH_FIGURES or different < _ENOUGH_DIFFERENT:
            result = "not_assessable"
            sentence = "table 3 holds too few figures to tell a copy from chance"
        elif others:
            result = "fail"
            sentence = (
                f"the {len(signature)} figures of table 3 that are not zero are those "
                f"of {', '.join(others)}, each in the same place"
            )
        else:
            result, sentence = "pass", "table 3 is that of no other report"
        yield Result(
            report.cells.report_id,
            "copied",
            _RECEIVED,
            where(report.cells.form_of(_RECEIVED), _RECEIVED),
            result,
            f"requests: {sentence}.",
        )


def _parents(
    reports: list[DatedReport], parents: Mapping[str, str]
) -> Iterator[Result]:
    children: dict[tuple[str, int], list[DatedReport]] = {}
    for report in reports:
        if report.agency in parents:
            parent_year = (parents[report.agency], report.year)
            children.setdefault(parent_year, []).append(report)
    for parent in reports:
        below = children.get((parent.agency, parent.year), [])
        for key in _AGGREGATED if below else ():
            own: Look = (parent.cells, key)
            theirs: list[Look] = [(child.cells, key) for child in below]
            halves = (
                f"the reports of subordinate agencies ({len(below)} here) count "
                f"{plain(total(theirs))}",
                f"this one counts {shown(own)}",
            )
            yield compare("parent_children", own, [own], theirs, halves, at_least=True)


def check_agencies(
    cells: pd.DataFrame, parents: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """
    Check reports against those of other agencies: ``copied``, ``parent_children``.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`govinfo.checks.check_cells`, with ``report_year`` and
        ``agency_id`` or ``agency``.
    parents : mapping, optional
        For each subordinate agency, the agency whose report covers it, both named as
        in ``cells``. Without it no parent is checked.

    Returns
    -------
    DataFrame
        Results, in the columns of :func:`govinfo.checks.check_cells`.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column.

    Notes
    -----
    A parent counts at least what those of its children count whose reports are here:
    equality is not demanded, as some may be missing. Two files of one report (the same
    agency and year) are not copies of each other.
    """
    reports = dated_reports(cells, "check_agencies")

    def results() -> Iterator[Result]:
        yield from _copied(reports)
        yield from _parents(reports, parents or {})

    return results_frame(results())
