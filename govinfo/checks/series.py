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


@dataclass(frozen=True, slots=True)
class NamedReport:
    """A report's cells with its agency and year, as far as they are known."""

    cells: ReportCells
    agency: str
    year: int | None

    def is_known_to_differ_from(self, other: NamedReport) -> bool:
        """Whether it is sure to be the report of another agency or another year."""
        agencies = self.agency and other.agency and self.agency != other.agency
        years = self.year and other.year and self.year != other.year
        return bool(agencies or years)


def named_reports(cells: pd.DataFrame, function: str) -> list[NamedReport]:
    """
    All reports, in the order of their first cell.

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
    agency = first.loc[first[name].notna(), name].astype(str).to_dict()
    years = first.loc[first["report_year"].notna(), "report_year"].astype(int).to_dict()
    return [
        NamedReport(
            report, agency.get(report.report_id, ""), years.get(report.report_id)
        )
        for report in reports_of(cells, function)
    ]


def dated_reports(cells: pd.DataFrame, function: str) -> list[DatedReport]:
    """The reports whose agency and year are known, as :func:`named_reports`."""
    return [
        DatedReport(report.cells, report.agency, report.year)
        for report in named_reports(cells, function)
        if report.agency and report.year is not None
    ]


def pairs(reports: list[DatedReport]) -> Iterator[tuple[DatedReport, DatedReport]]:
    """Each report with the one of the same agency for the year before, older first.

    Of several files of one report that hold the same, one is enough to compare with.
    """
    by_agency: dict[tuple[str, int], list[DatedReport]] = {}
    for report in reports:
        known = by_agency.setdefault((report.agency, report.year), [])
        if not any(_holds_the_same(other.cells, report.cells) for other in known):
            known.append(report)
    for report in reports:
        for before in by_agency.get((report.agency, report.year - 1), []):
            yield before, report


def _holds_the_same(one: ReportCells, other: ReportCells) -> bool:
    return one.state == other.state and one.value == other.value


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
