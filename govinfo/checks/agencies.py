"""Checks between agencies: tables that were copied, parents that count too little."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from govinfo.bilingual import Said, both, joined
from govinfo.checks.logic import NUMBER, plain
from govinfo.checks.results import Result, results_frame
from govinfo.checks.structure import Key, say
from govinfo.checks.within import ReportCells
from govinfo.checks.years import (
    DatedReport,
    Identity,
    Look,
    compare,
    dated_reports,
    differ,
    named_reports,
    total,
)
from govinfo.forms import SUBTOTAL
from govinfo.later import pd

RECEIVED: Key = ("requests", "received", "total")
"""The cell that the results are filed under."""

# Two small agencies may well share three figures; twelve that are not zero, five of
# them different, do not agree by chance.
_ENOUGH_FIGURES = 12
_ENOUGH_DIFFERENT = 5

# So many reports are named in a sentence, the others are counted.
_MOST_NAMED = 3

Signature = tuple[tuple[str, str, str, float], ...]


def _signature(report: ReportCells) -> Signature:
    """The figures of all tables but zeros, （六） summed, so that forms compare."""
    found: dict[Key, float] = {}
    summed = report.other_rows == "both"
    for key, value in report.value.items():
        if not value:
            continue
        table, row, column = key
        if table == "requests" and row.startswith(SUBTOTAL):
            if row == SUBTOTAL and summed:
                continue
            key = table, SUBTOTAL, column
        found[key] = found.get(key, 0.0) + value
    return tuple(sorted((*key, value) for key, value in found.items()))


def _is_telling(signature: Signature) -> bool:
    different = len({value for *_, value in signature})
    return len(signature) >= _ENOUGH_FIGURES and different >= _ENOUGH_DIFFERENT


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what a report is known again: its file, its table 3, all its tables.

    Each of ``marks`` is a checksum; it is empty where nothing is known, or too few
    figures tell a copy from chance. ``figures`` says how many stand behind each.
    """

    report_id: str
    identity: Identity
    order: tuple[int, int]
    where: str
    marks: tuple[bytes, bytes, bytes]
    figures: tuple[int, int, int]


_WAYS = ("copied.file", "copied.table", "copied.tables")
"""The ways in which a report can be a copy, the most telling one first."""


def mark_of(
    cells: ReportCells,
    identity: Identity,
    file: str = "",
    order: tuple[int, int] = (0, 0),
) -> Fingerprint:
    """The marks of a report; ``file`` is the checksum of its file."""
    whole = _signature(cells)
    signatures = [tuple(one for one in whole if one[0] == RECEIVED[0]), whole]
    table_3, tables = (
        sha256(repr(signature).encode()).digest() if _is_telling(signature) else b""
        for signature in signatures
    )
    return Fingerprint(
        cells.report_id,
        identity,
        order,
        cells.place(RECEIVED).en,
        (file.encode(), table_3, tables),
        (0, len(signatures[0]), len(signatures[1])),
    )


class _Alike:
    """Reports that share a mark; none of its questions needs a look at each of them."""

    def __init__(self, marks: Sequence[Fingerprint]) -> None:
        self.size = len(marks)
        self._of: dict[Identity, list[Fingerprint]] = defaultdict(list)
        for mark in marks:
            self._of[mark.identity].append(mark)

    def same(self, identity: Identity) -> list[Identity]:
        """Those that may be the same report as one of this agency and year."""
        agency, year = identity
        if agency and year:
            near = (identity, (agency, None), ("", year), ("", None))
            return [own for own in near if own in self._of]
        return [own for own in self._of if not differ(own, identity)]

    def others(
        self, mark: Fingerprint
    ) -> tuple[int, list[Fingerprint], int, list[Fingerprint]]:
        """How many are surely other reports, how many may be the same; and the first.

        One more than is named, so that it is known whether there are more.
        """
        same = self.same(mark.identity)
        number = sum(len(self._of[own]) for own in same)
        again = (one for own in same for one in self._of[own] if one is not mark)
        copies = (
            one
            for own, marks in (self._of.items() if number < self.size else ())
            if differ(own, mark.identity)
            for one in marks
        )
        return (
            self.size - number,
            list(islice(copies, _MOST_NAMED)),
            number - 1,
            list(islice(again, _MOST_NAMED)),
        )


def copy_results(marks: Iterable[Fingerprint]) -> Iterator[Result]:
    """Whether each report is a copy of another agency's, or of another year's."""
    every = list(marks)
    by_mark: dict[tuple[int, bytes], list[Fingerprint]] = defaultdict(list)
    for mark in every:
        for way, own in enumerate(mark.marks):
            if own:
                by_mark[way, own].append(mark)
    alike = {key: _Alike(its) for key, its in by_mark.items() if len(its) > 1}
    for mark in every:
        yield _copy_result(mark, [alike.get(key) for key in enumerate(mark.marks)])


def _copy_result(mark: Fingerprint, ways: Sequence[_Alike | None]) -> Result:
    again: dict[str, None] = {}
    most = 0

    def result(outcome: str, sentence: Said) -> Result:
        given = (mark.report_id, "copied", RECEIVED, mark.where)
        return Result(*given, outcome, sentence)

    for words, alike, figures in zip(_WAYS, ways, mark.figures, strict=True):
        if alike is None:
            continue
        number, copies, repeated, same = alike.others(mark)
        if number:
            return result("fail", say(words, others=_named(copies, number), n=figures))
        again |= dict.fromkeys(one.report_id for one in same)
        most = max(most, repeated)
    also = both("")
    if again:
        once = [both(one) for one in list(again)[:_MOST_NAMED]]
        also = say("copied.again", others=_listed(once, max(most, len(once))))
    if any(mark.marks[1:]):
        return result("pass", say("copied.pass", again=also))
    return result("not_assessable", say("copied.few", again=also))


def _named(marks: Sequence[Fingerprint], number: int) -> Said:
    """Reports with the agency and the year that tell them from another."""
    words = []
    for mark in marks:
        known = joined([both(part) for part in mark.identity if part])
        words.append(say("copied.report", report=mark.report_id, known=known))
    return _listed(words, number)


def _listed(words: list[Said], number: int) -> Said:
    listed = joined(words)
    if (more := number - len(words)) <= 0:
        return listed
    return say("copied.more", listed=listed, more=more, all=number)


# Two reports that share so few cells cannot be told to be one.
_ENOUGH = 5

# States in which a cell says something: a figure, or openly nothing.
_SAID = NUMBER | {"blank"}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two documents of an agency and a year compare.

    ``common`` counts the cells that both have, ``shared`` those of them in which both
    print a figure or nothing, ``otherwise`` are those of these in which they differ.
    """

    common: int
    shared: int
    otherwise: tuple[Key, ...]

    @property
    def is_same(self) -> bool:
        """Whether they are one report: enough is shared and nothing differs."""
        return self.shared >= _ENOUGH and not self.otherwise

    @property
    def is_apart(self) -> bool:
        """Whether each prints what the other does not: parts of one report."""
        return self.common == 0


def likeness(one: ReportCells, other: ReportCells) -> Likeness:
    """
    Compare what two documents print, cell by cell.

    Cells that one of them lacks, or that were not read for sure, say nothing.
    """
    states = {key: {state, other.look(key)[0]} for key, state in one.state.items()}
    common = sum("absent" not in both for both in states.values())
    shared = [key for key, both in states.items() if both <= _SAID]
    otherwise = (key for key in shared if one.look(key)[1] != other.look(key)[1])
    return Likeness(common, len(shared), tuple(otherwise))


def version_result(one: ReportCells, other: ReportCells, found: Likeness) -> Result:
    """The finding that another document of the same report prints other figures."""
    key = found.otherwise[0]
    figures = one.value.get(key), other.value.get(key)
    here, there = (say("shown.blank") if n is None else plain(n) for n in figures)
    sentence = say(
        "versions.differ",
        other=other.report_id,
        n=len(found.otherwise),
        place=one.place(key),
        here=here,
        there=there,
    )
    return one.result("versions", key, "fail", sentence, *figures)


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
