"""Checks between agencies: tables that were copied, parents that count too little."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from govinfo.checks.copies import RECEIVED, copy_results, mark_of
from govinfo.checks.logic import plain
from govinfo.checks.results import Result, results_frame
from govinfo.checks.series import (
    DatedReport,
    Look,
    compare,
    dated_reports,
    named_reports,
    total,
)
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.later import pd

_AGGREGATED: tuple[Key, ...] = (
    RECEIVED,
    ("requests", "concluded", "total"),
    ("disputes", "review", "total"),
    ("disputes", "litigation_direct", "total"),
    ("disputes", "litigation_after_review", "total"),
)


# Led vertically: they report upwards only and are in no local government's total.
_VERTICAL = re.compile(r"税务|海关")


def is_counted_above(agency: str) -> bool:
    """
    Whether the report of a local government covers an agency, as its name tells.

    Examples
    --------
    >>> is_counted_above("国家税务总局某市税务局"), is_counted_above("某市财政局")
    (False, True)
    """
    return _VERTICAL.search(agency) is None


def parent_results(
    parent: ReportCells, children: Sequence[ReportCells]
) -> Iterator[Result]:
    """Whether a report counts at least what those of subordinate agencies count."""
    for key in _AGGREGATED if children else ():
        own: Look = (parent, key)
        theirs: list[Look] = [(child, key) for child in children]
        told = {"count": len(children), "n": plain(total(theirs))}
        yield compare("parent_children", own, [own], theirs, told, at_least=True)


def _parents(
    reports: list[DatedReport], parents: Mapping[str, str]
) -> Iterator[Result]:
    children: dict[tuple[str, int], dict[str, ReportCells]] = {}
    for report in reports:
        if report.agency in parents and is_counted_above(report.agency):
            # Two files of one report are counted once.
            below = children.setdefault((parents[report.agency], report.year), {})
            below.setdefault(report.agency, report.cells)
    for report in reports:
        below = children.get((report.agency, report.year), {})
        yield from parent_results(report.cells, list(below.values()))


def check_agencies(
    cells: pd.DataFrame,
    parents: Mapping[str, str] | None = None,
    digests: Mapping[str, str] | None = None,
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
    digests : mapping, optional
        For each report a checksum of its file, by which copies are known however few
        figures they hold.

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
    equality is not demanded, as some may be missing.

    A copy has the file of another report, or the figures of its table 3, or those of
    all its tables, if these are so many that chance is out of the question. Files of
    one agency and year are not copies of each other but one report that is there
    twice; the sentence says so. A report of which neither agency nor year is known
    cannot be told from another, and is never called a copy.
    """
    files = digests or {}
    marks = (
        mark_of(report, identity, files.get(report.report_id, ""))
        for report, identity in named_reports(cells, "check_agencies")
    )
    dated = dated_reports(cells, "check_agencies")
    return results_frame([*copy_results(marks), *_parents(dated, parents or {})])
