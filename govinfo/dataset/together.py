"""What reports say about each other, and where the errors of each lie.

Reports are taken from the store agency by agency and year by year, so that those of two
years of one agency are held at a time, however many there are.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from govinfo.agencies import AGENCY_COLUMNS
from govinfo.cells import CellRow, cells_of
from govinfo.checks.agencies import (
    Fingerprint,
    copy_results,
    is_counted_above,
    likeness,
    mark_of,
    parent_results,
    version_result,
)
from govinfo.checks.logic import NUMBER
from govinfo.checks.results import Result, is_hard_failure
from govinfo.checks.within import ReportCells, results_within, tally
from govinfo.checks.years import DatedReport, followed, year_results
from govinfo.dataset.onefile import finding_row
from govinfo.dataset.store import Store
from govinfo.dataset.tables import FileResult, ReportRow, number_text
from govinfo.doubts import OPEN_STATES
from govinfo.errors import GovinfoError
from govinfo.forms import TABLES
from govinfo.locate import NotLocated, SearchCutShort, located
from govinfo.locate.suggest import linked
from govinfo.recognise.figures import State

# One report alone has no other to be compared with.
_A_SERIES = 2

_IDENTITY = ("agency", "report_year")

# The order in which a report's row tells what others say of it.
_YEARS, _COPIES, _PARENTS, _VERSIONS, _TWICE, _LOCATED = range(6)

UNLOCATED = "Its errors could not be located: "
"""How the sentence begins on a report whose errors could not be looked for."""


def audit_together(store: Store, parents: Mapping[str, str]) -> None:
    """
    Complete the results of a store by what only all of them together can say.

    Findings and counts of the checks between years and agencies, the same report met
    twice, and the suggested solutions for sums that fail.

    Parameters
    ----------
    store : Store
        With the results of this run.
    parents : mapping
        For each agency the one whose report covers it.
    """
    results = map(store.result, list(store.ids("NOT has_cells")))
    pages = [result for result in results if result.attachments]
    _name_attached(store, pages)
    ((count,),) = store.ask("SELECT count(*) FROM run WHERE has_cells")
    if count >= _A_SERIES:
        for group in list(_versions(store)):
            _join_parts(store, [store.result(report_id) for report_id in group])
        marks: list[Fingerprint] = []
        _compare_years(store, marks)
        marks.sort(key=lambda mark: mark.order)
        for result in copy_results(marks):
            _file(store, _COPIES, [result])
        del marks
        _compare_parents(store, parents)
        _say_twice(store)
        _compare_versions(store)
    else:
        for report_id in list(store.ids("is_broken")):
            _locate(store, [report_id])
    _file_pages(store, pages)


def _cells(result: FileResult) -> ReportCells:
    return cells_of(result.report_id, result.cells)


def _file(store: Store, stage: int, results: Iterable[Result]) -> None:
    """Keep what checks came to under the reports that they are about."""
    for report_id, own in groupby(results, key=lambda result: result.report_id):
        known = list(own)
        counts = Counter((one.check, one.result) for one in known)
        said = {
            "findings": [finding_row(one) for one in known if one.result == "fail"],
            "counts": [[*key, number] for key, number in counts.items()],
        }
        store.say(report_id, stage, said)


def _attached(store: Store, page: FileResult) -> list[str]:
    """The reports in those files beside a page to which it links."""
    folder = str(page.row["file"]).rpartition("/")
    names = ["".join((*folder[:2], name)) for name in page.attachments]
    return [
        report_id
        for name in dict.fromkeys(names)
        for report_id in store.ids("has_cells AND file = ?", name)
    ]


def _name_attached(store: Store, pages: Iterable[FileResult]) -> None:
    """Give reports the agency and the year that only the page says which links them."""
    linked: dict[str, list[ReportRow]] = {}
    for page in pages:
        for report_id in _attached(store, page):
            linked.setdefault(report_id, []).append(page.row)
    for report_id, rows in linked.items():
        report = store.result(report_id)
        own = {name: report.row[name] for name in _IDENTITY if report.row[name]}
        said = {tuple({**row, **own}[name] for name in _IDENTITY) for row in rows}
        is_contradicted = any(
            row[name] and row[name] != own[name] for row in rows for name in own
        )
        if is_contradicted or len(said) > 1 or len(own) == len(_IDENTITY):
            continue
        columns = _IDENTITY if "agency" in own else (*_IDENTITY, *AGENCY_COLUMNS)
        row = {name: rows[0][name] for name in columns if name not in own}
        (named,) = said
        cells = [(report_id, *named, *cell[3:]) for cell in report.cells]
        store.name(report_id, {"row": row, "cells": cells})


def _file_pages(store: Store, pages: Iterable[FileResult]) -> None:
    """Say of pages that link to a file where the tables of their report were read."""
    for page in pages:
        agency, year = (page.row[name] for name in _IDENTITY)
        own = _reports(store, str(agency), int(year)) if agency and year else []
        if found := own or _attached(store, page):
            results = [store.result(report_id) for report_id in found]
            fullest = max(results, key=lambda one: _figures(_cells(one)))
            sentence = (
                "No statutory table stands on this page; those of its report were read "
                f"in {fullest.row['file']}."
            )
            row = {"part_of": fullest.report_id, "status": "partial"}
            row |= {"message": "", "message_zh": ""}
            store.name(page.report_id, {"row": row, "notes": [sentence]})


def _compare_years(store: Store, marks: list[Fingerprint]) -> None:
    """Check each report against the year before, mark it, and locate its errors."""
    every = store.ask(
        "SELECT agency, report_id, year, sha256, parts, is_broken, position, part "
        "FROM run WHERE has_cells ORDER BY agency, year, position, part"
    )
    for agency, rows in groupby(every, key=lambda row: str(row[0])):
        pairs: list[tuple[str, str]] = []
        broken: dict[str, None] = {}
        for report, before in followed(_dated(store, agency, rows, marks, broken)):
            report_id = report.cells.report_id
            results = list(year_results(report, before))
            if is_hard_failure(results):
                broken[report_id] = None
            if before and len(before) == 1:
                pairs.append((before[0].cells.report_id, report_id))
            _file(store, _YEARS, results)
        runs = linked(pairs, broken)
        alone = broken.keys() - set(chain.from_iterable(runs))
        for run in [*runs, *([one] for one in broken if one in alone)]:
            _locate(store, run)


def _dated(
    store: Store,
    agency: str,
    rows: Iterable[tuple[Any, ...]],
    marks: list[Fingerprint],
    broken: dict[str, None],
) -> Iterator[DatedReport]:
    """The reports of an agency that have a year; all are marked, and told if broken."""
    for _, report_id, year, digest, parts, own_broken, *order in rows:
        cells = _cells(store.result(report_id))
        # Several reports in one file share its checksum and are no copies.
        file = digest if parts == 1 else ""
        marks.append(mark_of(cells, (agency, year), file, (order[0], order[1])))
        if own_broken:
            broken[report_id] = None
        if agency and year is not None:
            yield DatedReport(cells, agency, year)


def _compare_parents(store: Store, parents: Mapping[str, str]) -> None:
    below: dict[str, list[str]] = {}
    for agency, parent in parents.items():
        if is_counted_above(agency):
            below.setdefault(parent, []).append(agency)
    for parent, agencies in below.items():
        years = store.ask(
            "SELECT DISTINCT year FROM run WHERE agency = ? AND has_cells "
            "AND year IS NOT NULL",
            parent,
        )
        for (year,) in list(years):
            every = (_reports(store, agency, year) for agency in agencies)
            children = [_cells(store.result(found[0])) for found in every if found]
            for report_id in _reports(store, parent, year) if children else ():
                own = _cells(store.result(report_id))
                _file(store, _PARENTS, parent_results(own, children))


def _reports(store: Store, agency: str, year: int) -> list[str]:
    return list(store.ids("agency = ? AND year = ? AND has_cells", agency, year))


def _versions(store: Store) -> Iterator[list[str]]:
    """The documents of one agency, year and scope, where there are several."""
    groups = store.ask(
        "SELECT agency, year FROM run WHERE has_cells AND agency <> '' "
        "AND year IS NOT NULL GROUP BY agency, year HAVING count(*) > 1"
    )
    for agency, year in list(groups):
        apart: dict[tuple[str, str], list[str]] = {}
        for report_id in _reports(store, agency, year):
            row = store.result(report_id).row
            kind = (str(row["agency_id"]), str(row["scope"]))
            apart.setdefault(kind, []).append(report_id)
        yield from (group for group in apart.values() if len(group) > 1)


def _compare_versions(store: Store) -> None:
    """Say of documents of one agency and year whether they say the same."""
    for group in _versions(store):
        cells = [_cells(store.result(report_id)) for report_id in group]
        # The fullest stands for the report; of equals the first.
        cells.sort(key=_figures, reverse=True)
        for n, other in enumerate(cells[1:], start=1):
            # One that has nothing in common with the fullest may have with another.
            shared = (one for one in cells[:n] if not likeness(other, one).is_apart)
            _say_version(store, other, next(shared, cells[0]))


def _join_parts(store: Store, group: Sequence[FileResult]) -> None:
    """Make one report of the files that each print other tables of it.

    The fullest takes in the tables of the others, with the names of their files before
    the places. A table that two files print differently is taken from neither.
    """
    read = {result.report_id: _cells(result) for result in group}
    distinct: list[FileResult] = []
    for result in sorted(group, key=lambda one: -_figures(read[one.report_id])):
        own = read[result.report_id]
        known = (likeness(own, read[one.report_id]) for one in distinct)
        if not any(found.is_same for found in known):
            distinct.append(result)
    printed = {one.report_id: _tables(one.cells) for one in distinct}
    often = Counter(table for tables in printed.values() for table in tables)
    first, *others = distinct
    taken = {
        table: other
        for other in others
        for table in printed[other.report_id]
        if all(often[own] == 1 for own in printed[other.report_id])
    }
    if taken:
        parts = list({part.report_id: part for part in taken.values()}.values())
        store.join(
            first.report_id, _joined(first, taken), [part.report_id for part in parts]
        )
        for part in parts:
            said = {"row": {"part_of": first.report_id}}
            store.say(part.report_id, _VERSIONS, said)


def _tables(cells: Iterable[CellRow]) -> set[str]:
    """The statutory tables of which a document prints anything."""
    return {cell[4] for cell in cells if cell[9] != State.ABSENT}


def _joined(first: FileResult, taken: Mapping[str, FileResult]) -> dict[str, object]:
    """What becomes of a report with the tables that other files print."""
    cells: list[CellRow] = []
    for table in TABLES:
        part = taken.get(table)
        own = [cell for cell in (part or first).cells if cell[4] == table]
        if part is not None:
            place = f"{part.row['file']}: "
            own = [
                (*first.cells[0][:3], *cell[3:11], place + cell[11], *cell[12:])
                for cell in own
            ]
        cells += own
    whole = cells_of(first.report_id, cells)
    counts = tally(whole, results_within(whole, noted=True))
    alone = _cells(first)
    counts.subtract(tally(alone, results_within(alone, noted=True)))
    forms = sorted({cell[3] for cell in cells if cell[9] != State.ABSENT})
    is_open = any(State(cell[9]) in OPEN_STATES for cell in cells)
    rows = [one.row for one in (first, *taken.values())]
    fees = {(row["fees_stated"], row["fees_cny"]) for row in rows} - {("", "")}
    stated, amount = fees.pop() if len(fees) == 1 else ("unclear" if fees else "", "")
    files = ", ".join(sorted({str(part.row["file"]) for part in taken.values()}))
    # What was said of the cells that this file lacks is true of the file alone.
    before = f" By itself it reads: {first.row['message']}" if is_open else ""
    return {
        "cells": cells,
        "row": {
            "form": "+".join(forms),
            "status": "partial" if is_open else "complete",
            "cells_reported": sum(cell[9] in NUMBER for cell in cells),
            "message": "",
            "message_zh": "",
            "fees_stated": stated,
            "fees_cny": amount,
        },
        "notes": [f"Tables of this report were read in other files: {files}.{before}"],
        "findings": [
            (first.report_id, *finding[1:])
            for table, part in taken.items()
            for finding in part.findings
            if finding[2] == table
        ],
        "counts": [[*key, number] for key, number in counts.items()],
    }


def _figures(report: ReportCells) -> int:
    return sum(state in NUMBER for state in report.state.values())


def _say_version(store: Store, other: ReportCells, first: ReportCells) -> None:
    found = likeness(other, first)
    if found.is_same or found.is_apart:
        name = "same_as" if found.is_same else "part_of"
        store.say(other.report_id, _VERSIONS, {"row": {name: first.report_id}})
    elif found.otherwise:
        _file(store, _VERSIONS, [version_result(other, first, found)])


def _say_twice(store: Store) -> None:
    """Say of each file that is there twice where it was met first."""
    rows = store.ask(
        "SELECT sha256, report_id, file FROM run WHERE has_cells AND sha256 IN (SELECT "
        "sha256 FROM run WHERE has_cells AND sha256 <> '' GROUP BY sha256 "
        "HAVING count(DISTINCT file) > 1) ORDER BY sha256, position, part"
    )
    first: dict[str, tuple[str, str]] = {}
    for digest, report_id, file in rows:
        known, its_file = first.setdefault(digest, (report_id, file))
        if file != its_file:
            sentence = (
                f"This is, byte for byte, the file {its_file}, read as {known}: one of "
                "them is too many."
            )
            store.say(report_id, _TWICE, {"notes": [sentence]})


def _locate(store: Store, run: Sequence[str]) -> None:
    """Locate the errors of reports for consecutive years of one agency."""
    results = [store.result(report_id) for report_id in run]
    said = {one.report_id: one.witnesses for one in results}
    found: dict[str, list[list[str]]] = {report_id: [] for report_id in run}
    failures: list[str] = []
    told: list[Warning | str] = []
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            for row in located([_cells(result) for result in results], said):
                found[str(row[0])].append([number_text(value) for value in row])
        told = [one.message for one in caught]
        failures = [str(one) for one in told if isinstance(one, SearchCutShort)]
    except GovinfoError as error:
        failures = [f"{UNLOCATED}{error}"]
    for result in results:
        # One that only stands beside a broken one has no error to be located.
        concerned = len(run) == 1 or result.is_broken
        lost = (one for one in told if isinstance(one, NotLocated))
        own = {
            "suggestions": found[result.report_id],
            "notes": [str(one) for one in lost if one.report_id == result.report_id],
            "failures": failures if concerned else [],
        }
        store.say(result.report_id, _LOCATED, own)
