"""Copies: whole tables, or whole files, that stand in for two agencies or two years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from govinfo.checks.results import Result
from govinfo.checks.series import NamedReport
from govinfo.checks.structure import Key, where
from govinfo.checks.within import ReportCells
from govinfo.forms import SUBTOTAL

RECEIVED: Key = ("requests", "received", "total")
"""The cell that the results are filed under."""

# Two small agencies may well share three figures; twelve that are not zero, five of
# them different, do not agree by chance.
_ENOUGH_FIGURES = 12
_ENOUGH_DIFFERENT = 5

_TABLES = frozenset({"proactive", "requests", "disputes"})
_TABLE_3 = frozenset({"requests"})
# So many reports are named in a sentence, the others are counted.
_MOST_NAMED = 3

Signature = tuple[tuple[str, str, str, float], ...]


def _signature(report: ReportCells, tables: frozenset[str]) -> Signature:
    """The figures of tables other than zero, （六） summed, so that forms compare."""
    found: dict[tuple[str, str, str], float] = {}
    summed = report.other_rows == "both"
    for (table, row, column), value in report.value.items():
        is_subtotal = table == "requests" and row == SUBTOTAL and summed
        if table not in tables or not value or is_subtotal:
            continue
        if table == "requests" and row.startswith(f"{SUBTOTAL}."):
            row = SUBTOTAL
        key = table, row, column
        found[key] = found.get(key, 0.0) + value
    return tuple(sorted((*key, value) for key, value in found.items()))


def _is_telling(signature: Signature) -> bool:
    different = len({value for *_, value in signature})
    return len(signature) >= _ENOUGH_FIGURES and different >= _ENOUGH_DIFFERENT


@dataclass(frozen=True, slots=True)
class _Likeness:
    """A way in which reports can be the same, and the reports that share it."""

    what: str
    alike: dict[object, list[NamedReport]]
    of: dict[str, object]

    def others(self, report: NamedReport) -> list[NamedReport]:
        own = self.of.get(report.cells.report_id)
        found = self.alike.get(own, ()) if own is not None else ()
        return [other for other in found if other is not report]


def _likenesses(
    reports: list[NamedReport], digests: Mapping[str, str]
) -> Iterator[_Likeness]:
    """The ways in which a report can be a copy, the most telling one first."""
    tables = {r.cells.report_id: _signature(r.cells, _TABLES) for r in reports}
    requests = {r.cells.report_id: _signature(r.cells, _TABLE_3) for r in reports}
    for what, marks in (
        ("the file is, byte for byte, that of {}", dict(digests)),
        (
            "the {n} figures of table 3 that are not zero are those of {}, each in the "
            "same place",
            {i: mark for i, mark in requests.items() if _is_telling(mark)},
        ),
        (
            "the {n} figures of the report that are not zero are those of {}, each in "
            "the same place",
            {i: mark for i, mark in tables.items() if _is_telling(mark)},
        ),
    ):
        of: dict[str, object] = dict(marks)
        alike: dict[object, list[NamedReport]] = {}
        for report in reports:
            if mark := of.get(report.cells.report_id):
                alike.setdefault(mark, []).append(report)
        yield _Likeness(what, alike, of)


def copy_results(
    reports: list[NamedReport], digests: Mapping[str, str]
) -> Iterator[Result]:
    """Whether each report is a copy of another agency's, or of another year's."""
    ways = list(_likenesses(reports, digests))
    for report in reports:
        yield _copy_result(report, ways)


def _copy_result(report: NamedReport, ways: Sequence[_Likeness]) -> Result:
    own = report.cells.report_id
    result, sentence = "", ""
    again: list[NamedReport] = []
    for way in ways:
        others = way.others(report)
        copies = [other for other in others if other.is_known_to_differ_from(report)]
        if copies:
            mark = way.of[own]
            figures = len(mark) if isinstance(mark, tuple) else 0
            result = "fail"
            sentence = way.what.format(_named(copies), n=figures)
            break
        again += others
    if not result and not any(own in way.of for way in ways[1:]):
        result = "not_assessable"
        sentence = "the report holds too few figures to tell a copy from chance"
    elif not result:
        result, sentence = "pass", "these figures are those of no other report"
    if again and result != "fail":
        once = list(dict.fromkeys(other.cells.report_id for other in again))
        sentence += f"; the same report stands in the data as {_listed(once)} too"
    return Result(
        own,
        "copied",
        RECEIVED,
        where(report.cells.form_of(RECEIVED), RECEIVED),
        result,
        f"requests: {sentence}.",
    )


def _named(reports: Sequence[NamedReport]) -> str:
    """Reports with the agency and the year that tell them from another."""
    words = []
    for report in reports:
        known = [str(part) for part in (report.agency, report.year) if part]
        words.append(f"{report.cells.report_id} ({', '.join(known)})")
    return _listed(words)


def _listed(words: Sequence[str]) -> str:
    more = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
