"""Who else says what a cell should be: the year before, the year after, the narrative.

The sums of a report often leave a choice. A figure that stands a second time elsewhere,
such as what the year before carried over, or what the narrative says, is a witness. It
orders the solutions; it drops none, for a witness may be wrong as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govinfo.checks.logic import EMPTY, NUMBER
from govinfo.checks.series import by_year, dated_reports, followed
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells
from govinfo.forms import form_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Witness:
    """A figure that stands elsewhere, and the cells that it may be the sum of.

    It agrees with a report if one of its ``meanings`` sums to ``value``.
    """

    meanings: tuple[tuple[Key, ...], ...]
    value: float


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


def carried_over(cells: pd.DataFrame) -> dict[str, list[Witness]]:
    """
    What the reports for the years before and after say of what was carried over.

    Parameters
    ----------
    cells : DataFrame
        Cells of any number of reports.

    Returns
    -------
    dict of str to list of Witness
        By report; empty where ``cells`` does not name agencies and years.
    """
    found: dict[str, list[Witness]] = {}
    names = set(cells.columns)
    if "report_year" not in names or not names & {"agency", "agency_id"}:
        return found
    for report, earlier in followed(by_year(dated_reports(cells, "suggestions"))):
        for before in earlier or ():
            for report_id, witness in carried_between(before.cells, report.cells):
                found.setdefault(report_id, []).append(witness)
    return found


def carried_between(
    before: ReportCells, after: ReportCells
) -> Iterator[tuple[str, Witness]]:
    """What two reports, one year after the other, say of each other's cells."""
    for column in form_rows("requests", after.table_form("requests"))[0].columns:
        given: Key = ("requests", "carried_out", column.code)
        taken: Key = ("requests", "carried_in", column.code)
        for own, key, other, there in (
            (after, taken, before, given),
            (before, given, after, taken),
        ):
            state, value = other.look(there)
            if state in NUMBER and value is not None:
                yield own.report_id, Witness(((key,),), value)


def joined(
    *tables: Mapping[str, Sequence[Witness]],
) -> dict[str, list[Witness]]:
    """Witnesses of several tables, by report."""
    found: dict[str, list[Witness]] = {}
    for table in tables:
        for report_id, witnesses in table.items():
            found.setdefault(report_id, []).extend(witnesses)
    return found
