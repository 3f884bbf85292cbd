"""Who else says what a cell should be: the years before and after, the narrative.

The sums of a report often leave a choice. Reports for the years before and after are
linked with it by what was carried over, and looked at together. A figure that stands a
second time in the narrative is a witness: it orders the solutions and drops none, for
it may be wrong as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govinfo.checks.logic import EMPTY, NUMBER
from govinfo.checks.series import by_year, dated_reports, followed
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.locate.problem import at

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Witness:
    """A figure that stands elsewhere, and the cells that it may be the sum of.

    It agrees with a report if one of its ``meanings`` sums to ``value``.
    """

    meanings: tuple[tuple[Key, ...], ...]
    value: float

    def at(self, place: int) -> Witness:
        """The same of one of several reports that are looked at together."""
        meanings = (tuple(at(place, key) for key in way) for way in self.meanings)
        return Witness(tuple(meanings), self.value)


def agreeing(
    report: ReportCells, witnesses: Iterable[Witness], changes: Mapping[Key, int]
) -> int:
    """How many witnesses agree with a report once some cells are changed."""

    def look(key: Key) -> float | None:
        if key in changes:
            return changes[key]
        state, value = report.look(key)
        if state in EMPTY:
            return 0.0
        return value if state in NUMBER else None

    count = 0
    for witness in witnesses:
        for meaning in witness.meanings:
            values = [value for key in meaning if (value := look(key)) is not None]
            if len(values) == len(meaning) and sum(values) == witness.value:
                count += 1
                break
    return count


def years_of(cells: pd.DataFrame) -> list[tuple[str, str]]:
    """Which report follows which: one agency, one report for each of two years.

    Empty where ``cells`` does not name agencies and years.
    """
    names = set(cells.columns)
    if "report_year" not in names or not names & {"agency", "agency_id"}:
        return []
    dated = by_year(dated_reports(cells, "suggestions"))
    return [
        (before[0].cells.report_id, report.cells.report_id)
        for report, before in followed(dated)
        if before and len(before) == 1
    ]


def linked(
    pairs: Iterable[tuple[str, str]], broken: Collection[str]
) -> list[list[str]]:
    """
    Runs of reports for consecutive years, each two of which have one that is broken.

    Parameters
    ----------
    pairs : iterable of (str, str)
        A report and the one for the year after. Where a report has two of either, what
        carries over is not known.
    broken : collection of str
        Reports of which a sum fails.

    Examples
    --------
    >>> pairs = [("a", "b"), ("b", "c"), ("c", "d")]
    >>> linked(pairs, ["a", "b"]), linked(pairs, ["d"])
    ([['a', 'b', 'c']], [['c', 'd']])
    """
    pairs = list(pairs)
    times = Counter(one for pair in pairs for one in zip(pair, (0, 1), strict=True))
    found: list[list[str]] = []
    for before, after in pairs:
        if times[before, 0] > 1 or times[after, 1] > 1:
            continue
        if before in broken or after in broken:
            run = next((run for run in found if run[-1] == before), None)
            if run:
                run.append(after)
            else:
                found.append([before, after])
    return found
