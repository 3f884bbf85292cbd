"""Checks across years: which reports follow each other, and what they contradict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govinfo.bilingual import Said, both
from govinfo.checks.logic import EMPTY, NUMBER, judge, plain
from govinfo.checks.results import Result, results_frame
from govinfo.checks.structure import Key, say
from govinfo.checks.within import ReportCells, reports_of
from govinfo.errors import require_columns
from govinfo.forms import FORMS, FormColumn, first_year, form_rows
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
    one, other = ([r.look(k) for r, k in side] for side in (left, right))
    verdict = judge(one, other, at_least=at_least, signed_blanks=signed_blanks)
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


# Below fifty a count multiplies easily; five times is beyond what ordinary years show.
JUMP_AT_LEAST = 50
JUMP_RATIO = 5
# One class of applicants behind most of a rise is the mark of mass requests.
MASS_SHARE = 0.8


def _carried_over(before: DatedReport, after: DatedReport) -> Iterator[Result]:
    # The tables before the first of the forms did not carry figures over.
    if before.year < first_year(FORMS[0]):
        return
    for column in _applicants(after.cells):
        given = (before.cells, ("requests", "carried_out", column.code))
        taken = (after.cells, ("requests", "carried_in", column.code))
        told = {"year": before.year, "n": shown(given)}
        yield compare("carried_over", taken, [given], [taken], told)


def _applicants(report: ReportCells) -> tuple[FormColumn, ...]:
    return form_rows("requests", report.table_form("requests"))[0].columns


def _rows_with(column: str, *reports: ReportCells) -> list[str]:
    """Rows of table 2 that have a column in each of some reports, in their order."""
    return [
        row
        for table, row, code in reports[-1].state
        if table == "proactive" and code == column
        if all((table, row, column) in report.state for report in reports)
    ]


def _in_row(report: DatedReport, row: str, *columns: str) -> list[Look]:
    """Cells of a row of table 2."""
    return [(report.cells, ("proactive", row, column)) for column in columns]


def _stock_flow(before: DatedReport, after: DatedReport) -> Iterator[Result]:
    for row in _rows_with("in_force", before.cells, after.cells):
        (old,) = _in_row(before, row, "in_force")
        new, issued, repealed = _in_row(after, row, "in_force", "issued", "repealed")
        made = total([old, issued]) - total([repealed])
        told = {"year": before.year, "old": shown(old), "n": plain(made)}
        told |= {"issued": shown(issued), "repealed": shown(repealed)}
        yield compare("stock_flow", new, [old, issued], [new, repealed], told)


def _items_flow(before: DatedReport, after: DatedReport) -> Iterator[Result]:
    both = before.cells, after.cells
    told: dict[str, object] = {"year": before.year}
    for row in _rows_with("disclosed_in_total", *both):
        old, new = (_in_row(r, row, "disclosed_in_total")[0] for r in (before, after))
        given = new, [new], [old], told | {"n": shown(old)}
        yield compare("items_flow", *given, words="in_total", at_least=True)
    for row in _rows_with("items_last_year", *both):
        old, change = _in_row(before, row, "items_last_year", "change")
        (new,) = _in_row(after, row, "items_last_year")
        said = told | {"old": shown(old), "change": shown(change)}
        said["n"] = plain(total([old, change]))
        given = new, [old, change], [new], said
        yield compare("items_flow", *given, signed_blanks=True)


def _newly_disclosed(report: DatedReport) -> Iterator[Result]:
    for row in _rows_with("newly_disclosed", report.cells):
        made, own = _in_row(report, row, "newly_made", "newly_disclosed")
        given = own, [made], [own], {"n": shown(made)}
        yield compare("items_flow", *given, words="newly", at_least=True)


def _is_count(key: Key) -> bool:
    """Whether a cell is compared with that of the year before."""
    table, _, column = key
    if table == "proactive":
        return column not in ("change", "amount", "items_last_year")
    return column == "total"


def _mass_class(before: ReportCells, after: ReportCells, key: Key) -> dict[str, object]:
    """The applicant class behind most of the rise of a total; empty if none is."""

    def of(column: str) -> list[float]:
        return [one.value.get((*key[:2], column)) or 0.0 for one in (after, before)]

    new, old = of(key[2])
    for column in _applicants(after)[:-1] if key[0] == "requests" else ():
        own, was = of(column.code)
        if own - was >= MASS_SHARE * (new - old):
            share = f"{100 * (own - was) / (new - old):.0f}"
            others = {"after": plain(new - own), "before": plain(old - was)}
            return {"group": column.leaf, "share": share, **others}
    return {}


def _jumps(before: DatedReport, after: DatedReport) -> Iterator[Result]:
    for key in filter(_is_count, after.cells.state):
        (old_state, old), (state, new) = before.cells.look(key), after.cells.look(key)
        if "absent" in (old_state, state):
            continue
        place, apart = after.cells.place(key), None
        if old is None or new is None:
            result, sentence = "not_assessable", say("jump.none", place=place)
        else:
            is_jump = new >= JUMP_AT_LEAST and new > JUMP_RATIO * old
            result = "fail" if is_jump else "pass"
            told = {"new": plain(new), "old": plain(old), "year": before.year}
            mass = _mass_class(before.cells, after.cells, key) if is_jump else {}
            sentence = say(
                "jump.mass" if mass else "jump.said", place=place, **told, **mass
            )
            apart = abs(new - old)
        figures = new, old, apart
        yield after.cells.result("jump", key, result, sentence, *figures, cells=(key,))


def check_years(cells: pd.DataFrame) -> pd.DataFrame:
    """
    Check reports of one agency against each other, year after year.

    ``carried_over`` (hard), ``stock_flow``, ``items_flow`` and ``jump`` (soft). Only
    consecutive years are compared; a year that is missing leaves no result. Results are
    filed under the later report.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`govinfo.checks.check_cells`, with ``report_year`` and
        ``agency_id`` or ``agency``.

    Returns
    -------
    DataFrame
        Results, in the columns of :func:`govinfo.checks.check_cells`. For ``jump``,
        ``expected`` is the figure of the year before.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column.

    Notes
    -----
    ``carried_over`` is compared across the change of form, from report year 2019 on.
    ``stock_flow`` needs the 2021 form and ``items_flow`` that of 2019, in both years.
    That no more is newly disclosed than newly made is a matter of one report, and is
    checked for every report on the 2019 form.
    """
    reports = by_year(dated_reports(cells, "check_years"))
    return results_frame(
        result
        for report, before in followed(reports)
        for result in year_results(report, before)
    )


def year_results(
    report: DatedReport, before: Sequence[DatedReport] | None
) -> Iterator[Result]:
    """
    What one report says against those of its agency for the year before.

    Parameters
    ----------
    report : DatedReport
        The later report.
    before : sequence of DatedReport or None
        As :func:`govinfo.checks.years.followed` gives them.
    """
    yield from _newly_disclosed(report)
    if before is None:
        yield _too_many(report)
    for earlier in before or ():
        yield from _carried_over(earlier, report)
        yield from _stock_flow(earlier, report)
        yield from _items_flow(earlier, report)
        yield from _jumps(earlier, report)


def _too_many(report: DatedReport) -> Result:
    key: Key = ("requests", "carried_in", "total")
    sentence = say(
        "carried_over.many",
        place=report.cells.place(key),
        most=MOST_OF_ONE_YEAR,
        year=report.year - 1,
        agency=report.agency,
    )
    return report.cells.result("carried_over", key, "not_assessable", sentence)
