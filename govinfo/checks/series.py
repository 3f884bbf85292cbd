"""Which reports follow each other: one agency, one year after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govinfo.checks.logic import EMPTY, NUMBER, judge, plain
from govinfo.checks.results import Result, need_columns
from govinfo.checks.structure import Key, where
from govinfo.checks.within import ReportCells, reports_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class DatedReport:
    """A report's cells with the agency and the year that it is about."""

    cells: ReportCells
    agency: str
    year: int


def dated_reports(cells: pd.DataFrame, function: str) -> list[DatedReport]:
    """
    The reports whose agency and year are known, in the order of their first cell.

    Agencies are told apart by ``agency_id`` where the table has that column, else by
    their name.

    Raises
    ------
    MissingColumns
        If ``cells`` has no ``report_year`` or no column naming the agency.
    """
    name = "agency_id" if "agency_id" in cells.columns else "agency"
    need_columns(cells, function, ("report_year", name), "a table of cells")
    first = cells.drop_duplicates("report_id").set_index("report_id")
    known = first[first["report_year"].notna() & first[name].notna()]
    agency = known[name].astype(str).to_dict()
    year = known["report_year"].astype(int).to_dict()
    return [
        DatedReport(report, agency[report.report_id], year[report.report_id])
        for report in reports_of(cells, function)
        if agency.get(report.report_id)
    ]


def pairs(reports: list[DatedReport]) -> Iterator[tuple[DatedReport, DatedReport]]:
    """Each report with the one of the same agency for the year before, older first."""
    by_agency: dict[tuple[str, int], list[DatedReport]] = {}
    for report in reports:
        by_agency.setdefault((report.agency, report.year), []).append(report)
    for report in reports:
        for before in by_agency.get((report.agency, report.year - 1), []):
            yield before, report


Look = tuple[ReportCells, Key]
"""A cell of one of several reports."""


def shown(look: Look) -> str:
    """A cell in a sentence: its number, or the word for its having none."""
    state, value = look[0].look(look[1])
    if state in NUMBER and value is not None:
        return plain(value)
    return "(blank)" if state in EMPTY else "(not known)"


def total(looks: list[Look]) -> float:
    """Sum of the cells that hold a number."""
    return sum(report.value.get(key) or 0.0 for report, key in looks)


def compare(
    check: str,
    own: Look,
    left: list[Look],
    right: list[Look],
    halves: tuple[str, str],
    *,
    at_least: bool = False,
    signed_blanks: bool = False,
) -> Result:
    """
    Judge an equation whose cells stand in several reports.

    Parameters
    ----------
    check : str
        Code of the check.
    own : (ReportCells, Key)
        The cell that the result is filed under, one of ``left`` or ``right``.
    left, right : list of (ReportCells, Key)
        Cells whose sums are to be equal, or left at least right.
    halves : (str, str)
        The two sides of the comparison in words; "but" or "and" joins them.
    at_least, signed_blanks
        As in :func:`govinfo.checks.judge`.
    """
    report, key = own
    verdict = judge(
        [r.look(k) for r, k in left],
        [r.look(k) for r, k in right],
        at_least=at_least,
        signed_blanks=signed_blanks,
    )
    known = verdict.reason != "unusable"
    side, across = (right, left) if own in right else (left, right)
    printed = report.value.get(key)
    expected = total(across) - (total(side) - (printed or 0.0))
    place = where(report.form_of(key), key)
    ending = {
        "fail": f" (difference {plain(verdict.difference)})",
        "pass": "",
        "pass_if_blank_is_zero": ", if blank cells are zero",
        "not_assessable": ", which cannot be compared",
    }[verdict.result]
    joint = "but" if verdict.result == "fail" else "and"
    return Result(
        report.report_id,
        check,
        key,
        place,
        verdict.result,
        f"{place}: {halves[0]}, {joint} {halves[1]}{ending}.",
        printed,
        expected if known else None,
        verdict.difference if known else None,
        tuple(k for r, k in (*left, *right) if r is report),
    )
