"""Which reports follow each other: one agency, one year after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govinfo.bilingual import Said, both
from govinfo.checks.logic import EMPTY, NUMBER, judge, plain
from govinfo.checks.results import Result
from govinfo.checks.structure import Key, say
from govinfo.checks.within import ReportCells, reports_of
from govinfo.errors import require_columns
from govinfo.later import pd

# Whole, own and office's report, each in a corrected version: no agency publishes more
# for one year. Comparing each of hundreds with each would take hours.
MOST_OF_ONE_YEAR = 8


@dataclass(frozen=True, slots=True)
class DatedReport:
    """A report's cells with the agency and the year that it is about."""

    cells: ReportCells
    agency: str
    year: int


Identity = tuple[str, int | None]
"""Agency and year, as far as they are known."""


def differ(one: Identity, other: Identity) -> bool:
    """Whether it is sure that these are reports of two agencies, or of two years."""
    return any(a and b and a != b for a, b in zip(one, other, strict=True))


def named_reports(
    cells: pd.DataFrame, function: str
) -> Iterator[tuple[ReportCells, Identity]]:
    """
    All reports, in the order of their first cell, each with what names it.

    Agencies are told apart by ``agency_id`` where the table has that column, else by
    their name.

    Raises
    ------
    MissingColumns
        If ``cells`` has no ``report_year`` or no column naming the agency.
    """
    name = "agency_id" if "agency_id" in cells.columns else "agency"
    require_columns(cells, function, ("report_year", name), "Pass a table of cells.")
    first = cells.drop_duplicates("report_id").set_index("report_id")
    agency = first.loc[first[name].notna(), name].astype(str).to_dict()
    years = first.loc[first["report_year"].notna(), "report_year"].astype(int).to_dict()
    for report in reports_of(cells, function):
        its = report.report_id
        yield report, (agency.get(its, ""), years.get(its))


def dated_reports(cells: pd.DataFrame, function: str) -> list[DatedReport]:
    """The reports whose agency and year are known, as :func:`named_reports`."""
    return [
        DatedReport(report, agency, year)
        for report, (agency, year) in named_reports(cells, function)
        if agency and year is not None
    ]


def followed(
    reports: Iterable[DatedReport],
) -> Iterator[tuple[DatedReport, list[DatedReport] | None]]:
    """
    Each report with those of the same agency for the year before.

    Of several files of one report that hold the same, one is enough to compare with.

    Parameters
    ----------
    reports : iterable of DatedReport
        Agency by agency, and the earlier years of each first; so no more than the
        reports for two years of one agency are held.

    Yields
    ------
    report : DatedReport
    before : list of DatedReport or None
        None where so many different reports are filed under that agency and year that
        the name does not tell which report follows which.
    """
    at: tuple[str, int] | None = None
    before: list[DatedReport] = []
    now: list[DatedReport] = []
    for report in reports:
        if at != (report.agency, report.year):
            is_next = at == (report.agency, report.year - 1)
            before, now = now if is_next else [], []
            at = report.agency, report.year
        yield report, before if len(before) <= MOST_OF_ONE_YEAR else None
        held = [(other.cells.state, other.cells.value) for other in now]
        its = report.cells.state, report.cells.value
        if len(now) <= MOST_OF_ONE_YEAR and its not in held:
            now.append(report)


def by_year(reports: Iterable[DatedReport]) -> list[DatedReport]:
    """Reports in the order that :func:`followed` needs."""
    return sorted(reports, key=lambda report: (report.agency, report.year))


Look = tuple[ReportCells, Key]
"""A cell of one of several reports."""


def shown(look: Look) -> Said:
    """A cell in a sentence: its number, or the word for its having none."""
    state, value = look[0].look(look[1])
    if state in NUMBER and value is not None:
        return both(plain(value))
    return say("shown.blank" if state in EMPTY else "shown.unknown")


def total(looks: list[Look]) -> float:
    """Sum of the cells that hold a number."""
    return sum(report.value.get(key) or 0.0 for report, key in looks)


def compare(
    check: str,
    own: Look,
    left: list[Look],
    right: list[Look],
    told: Mapping[str, object],
    *,
    words: str = "",
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
    told : mapping
        What the sentence says of the side that ``own`` is compared with.
    words : str
        Key of its words, where it is not the check.
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
    side, across = (right, left) if own in right else (left, right)
    printed = report.value.get(key)
    expected = total(across) - (total(side) - (printed or 0.0))
    sentence = say(
        f"compare.{verdict.result}",
        place=report.place(key),
        left=say(f"{words or check}.left", **told),
        right=say(f"{words or check}.right", n=shown(own)),
        apart=plain(verdict.difference),
    )
    cells = tuple(k for r, k in (*left, *right) if r is report)
    figures = printed, verdict.known(expected), verdict.apart
    return report.result(check, key, verdict.result, sentence, *figures, cells=cells)
