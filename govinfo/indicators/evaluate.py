"""The counts of reports, the values of formulas over them, and their states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, reduce
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, cast

from govinfo.checks.structure import KEY, Key
from govinfo.checks.within import ReportCells
from govinfo.forms import NEWEST, group_rows
from govinfo.indicators.registry import (
    INDICATORS,
    PARTS,
    Indicator,
    Term,
    parse,
    read_table,
)
from govinfo.locate import Ranges, Repairs, ranges_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# Below this, one request more or less moves a share by five points or more.
RELIABLE_N = 20

STATES = {row["state"]: row["meaning"] for row in read_table("states.csv")}
"""Every state of an indicator. Of several reasons, the one listed first is given, as it
is the furthest from a known count."""

VALUED = ("computed", "small_denominator", "contradicted_input")
"""The states of an indicator that has a value."""

REASON_OF = {
    state: f"{state}_input"
    for state in ("absent", "unreadable", "uncertain", "not_applicable", "blank")
}
KNOWN = frozenset({"reported", "corrected"})
RANK = {state: rank for rank, state in enumerate(STATES)}
_LACKING = RANK["not_in_form"]
_INCONSISTENT = RANK["inconsistent_input"]

# The rank behind all reasons: there is none, the number is known.
_NO_REASON = len(STATES)

# The square of a count must be a whole number too; nobody has so many requests.
_TOO_MANY = 3_000_000_000


class Plan(NamedTuple):
    """An indicator for one class of applicants, with its formulas resolved."""

    indicator: Indicator
    applicant: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]


class Count(NamedTuple):
    """A whole number of each report, or the rank of the state that says why none.

    ``contradicted`` says whether a failed hard check involves a cell of it.
    """

    number: NDArray[np.int64]
    reason: NDArray[np.int64]
    contradicted: NDArray[np.bool_]

    @property
    def is_missing(self) -> NDArray[np.bool_]:
        """Where there is no number."""
        missing: NDArray[np.bool_] = self.reason != _NO_REASON
        return missing

    def plus(self, other: Count, sign: int = 1) -> Count:
        """The sum, or the difference; of two reasons, the first in the list."""
        import numpy as np

        return Count(
            self.number + sign * other.number,
            np.minimum(self.reason, other.reason),
            self.contradicted | other.contradicted,
        )

    def where(self, chosen: NDArray[np.bool_], other: Count) -> Count:
        """The other number, or reason, for the reports that are chosen."""
        import numpy as np

        number = np.where(chosen, other.number, self.number)
        return self._replace(
            number=number, reason=np.where(chosen, other.reason, self.reason)
        )


class Values(NamedTuple):
    """An indicator of each report: its counts, its value, the rank of its state."""

    numerator: Count
    denominator: Count
    value: NDArray[np.float64]
    state: NDArray[np.int64]


@lru_cache(maxsize=1)
def plans() -> tuple[Plan, ...]:
    """Every indicator for every class of applicants that it is computed for."""

    def at(formula: str, applicant: str) -> tuple[Term, ...]:
        return tuple(
            term if term.column else replace(term, column=applicant)
            for term in parse(formula)
        )

    return tuple(
        Plan(i, applicant, at(i.numerator, applicant), at(i.denominator, applicant))
        for i in INDICATORS.values()
        for applicant in i.applicants
    )


class ReportCounts:
    """The cells of reports side by side, with the sums that several indicators share.

    Parameters
    ----------
    cells : DataFrame
        One line per cell, with the ``number`` of its report, counted from 0.
    size : int
        How many reports there are.
    failed : mapping
        The numbers of the reports where a failed hard check involves a cell.
    """

    def __init__(
        self, cells: pd.DataFrame, size: int, failed: Mapping[Key, list[int]]
    ) -> None:
        import numpy as np

        self._size, self._failed = size, failed
        value = cells["value"].astype("Float64").to_numpy("float64", na_value=np.nan)
        ranks = {state: RANK[reason] for state, reason in REASON_OF.items()}
        reason = cells["state"].map(ranks).fillna(_NO_REASON).to_numpy("int64")
        is_count = (value >= 0) & (value == np.floor(value)) & (value < _TOO_MANY)
        # A missing value, although the state says otherwise, was not read.
        odd = np.where(np.isnan(value), RANK["unreadable_input"], _INCONSISTENT)
        reason = np.where((reason == _NO_REASON) & ~is_count, odd, reason)
        value = np.where(reason == _NO_REASON, value, 0)
        number = cells["number"].to_numpy()
        self._cells: dict[Key, Count] = {}
        for key, lines in cells.groupby(list(KEY), sort=False).indices.items():
            count = self.cell(cast("Key", key))
            count.number[number[lines]] = value[lines]
            count.reason[number[lines]] = reason[lines]
        # Which reports print a table on which form.
        self._forms: dict[str, dict[str, NDArray[np.bool_]]] = {}
        form = cells["form"] if "form" in cells.columns else NEWEST
        tables = cells.assign(form=form).drop_duplicates(
            ["number", "table"], keep="last"
        )
        for (table, name), own in tables.groupby(["table", "form"])["number"]:
            reports = np.isin(np.arange(size), own)
            self._forms.setdefault(str(table), {})[str(name)] = reports
        self._sums: dict[Key, Count] = {}

    def cell(self, key: Key) -> Count:
        """The whole number in a cell."""
        import numpy as np

        if key not in self._cells:
            contradicted = np.zeros(self._size, bool)
            contradicted[self._failed.get(key, [])] = True
            lacking = np.full(self._size, _LACKING)
            zeros = np.zeros(self._size, "int64")
            self._cells[key] = Count(zeros, lacking, contradicted)
        return self._cells[key]

    def sum(self, key: Key) -> Count:
        """A row, or the sum of its parts where the form prints only these."""
        if key not in self._sums:
            table, row, column = key
            own = self.cell(key)
            found = own._replace(contradicted=own.contradicted.copy())
            for form, reports in self._forms.get(table, {}).items():
                codes = group_rows(table, form, row)
                parts = [self.cell((table, code, column)) for code in codes]
                if not parts:
                    continue
                whole = reduce(Count.plus, parts)
                lacking = sum(part.reason == _LACKING for part in parts) == len(parts)
                # A group that is collapsed is a row of its own.
                is_own = whole.is_missing & (~own.is_missing | lacking)
                found = found.where(reports & ~is_own, whole)
                found.contradicted[reports] |= whole.contradicted[reports]
            self._sums[key] = found
        return self._sums[key]

    def total(self, terms: tuple[Term, ...]) -> Count:
        """A formula's value."""
        import numpy as np

        known = np.full(self._size, _NO_REASON)
        total = Count(np.zeros_like(known), known, np.zeros(self._size, bool))
        for term in terms:
            total = total.plus(self.sum((term.table, term.row, term.column)), term.sign)
        return total

    def squares(self, terms: tuple[Term, ...]) -> Count:
        """Sum of the squared parts of a group."""
        (term,) = terms
        found = self.sum((term.table, term.row, term.column))
        for form, reports in self._forms.get(term.table, {}).items():
            parts = (
                self.cell((term.table, row, term.column)) for row in term.rows(form)
            )
            squared = (part._replace(number=part.number**2) for part in parts)
            found = found.where(reports, reduce(Count.plus, squared))
        return found


def evaluate(plan: Plan, counts: ReportCounts) -> Values:
    """One indicator of all reports, before its interval."""
    import numpy as np

    indicator = plan.indicator
    top, bottom = counts.total(plan.numerator), counts.total(plan.denominator)
    n, below = bottom.number, bottom.number
    both = top.plus(bottom)
    if indicator.kind == "concentration":
        top, below = counts.squares(plan.numerator), n**2
        both, bottom = top.plus(bottom), bottom._replace(number=below)
    if not plan.denominator:
        # A difference stands over nothing, which nothing can be wrong with.
        n, below = np.full_like(n, RELIABLE_N), np.ones_like(below)
        bottom = bottom._replace(reason=bottom.reason - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = indicator.scale * top.number / below
    least = -math.inf if indicator.minimum is None else indicator.minimum
    most = math.inf if indicator.maximum is None else indicator.maximum
    too_many = (indicator.kind == "share") & (top.number > below)
    # The first that holds is the state.
    cases = [
        (both.is_missing, both.reason),
        ((below < 0) | too_many, _INCONSISTENT),
        ((below == 0) & both.contradicted, _INCONSISTENT),
        (below == 0, RANK["zero_denominator"]),
        ((value < least) | (value > most), _INCONSISTENT),
        (both.contradicted, RANK["contradicted_input"]),
        (n < RELIABLE_N, RANK["small_denominator"]),
    ]
    state: NDArray[np.int64] = np.full_like(n, RANK["computed"])
    for holds, rank in reversed(cases):
        state = np.where(holds, rank, state)
    return Values(top, bottom, np.where(state < RANK["bounded"], value, np.nan), state)


def quality(code: str, cells: pd.DataFrame, checks: NDArray[np.int64]) -> Values:
    """Share of failed checks, blank cells or unsure cells of each report."""
    import numpy as np

    def counted(*states: str) -> NDArray[np.int64]:
        is_one = cells["state"].isin(states)
        return np.bincount(cells["number"], is_one, len(checks.T)).astype("int64")

    if code == "data_quality_failed_checks":
        count, n = checks
    elif code == "data_quality_blank_cells":
        count, n = counted("blank"), counted(*KNOWN, *REASON_OF) - counted("absent")
    else:
        count = counted("absent", "unreadable", "uncertain")
        n = counted(*KNOWN, *REASON_OF)
    state = np.where(n == 0, RANK["zero_denominator"], RANK["computed"])
    known, fine = np.full(len(n), _NO_REASON), np.zeros(len(n), bool)
    with np.errstate(invalid="ignore"):
        return Values(
            Count(count, known, fine), Count(n, known, fine), count / n, state
        )


# More ways to repair a report than this say that nothing is known.
_MOST_WAYS = 500

Range = tuple[float, float]
_ANY: Range = (0.0, math.inf)


class Bounds(NamedTuple):
    """Least and greatest value of an indicator; infinite where there is no limit."""

    low: float
    high: float


class ReportBounds:
    """What the indicators of one report lie between.

    Parameters
    ----------
    report : ReportCells
        Its cells.
    repairs : sequence of Repairs
        The smallest repairs of every group of linked sums that fails.
    """

    def __init__(self, report: ReportCells, repairs: Sequence[Repairs]) -> None:
        self.report, self.repairs = report, repairs
        self._ranges: dict[tuple[int, ...], Ranges | None] = {}

    def of(self, plan: Plan) -> Bounds | None:
        """Bounds over all smallest repairs and all that open cells can hold.

        None where these say nothing, or where they leave the value as it is printed.
        """
        top, bottom = self._cells(plan.numerator), self._cells(plan.denominator)
        if top is None or bottom is None:
            return None
        keys = {key for _, key in (*top, *bottom)}
        is_open = any(self.report.state[key] not in KNOWN for key in keys)
        ways: list[Iterable[int]] = []
        count, touched = 1, False
        for group in self.repairs:
            # Only what a repair changes matters, unless open cells depend on it.
            changes = any(key in repair for repair in group.ways for key in keys)
            if not group.complete and not keys.isdisjoint(group.cells):
                return None
            matters = group.complete and (changes or is_open)
            ways.append(range(len(group.ways)) if matters else (-1,))
            count *= len(group.ways) if matters else 1
            touched |= matters and changes
        if count > _MOST_WAYS or not (touched or is_open):
            return None
        low, high = math.inf, -math.inf
        for choice in product(*ways):
            ranges = self._ranges_of(choice)
            found = None if ranges is None else _value(plan, top, bottom, ranges)
            if found is None:
                return None
            low, high = min(low, found[0]), max(high, found[1])
        entry = plan.indicator
        least = -math.inf if entry.minimum is None else entry.minimum
        most = math.inf if entry.maximum is None else entry.maximum
        low, high = max(low, least), min(high, most)
        if low > high or (low == least and high == most):
            return None
        return Bounds(low, high)

    def _ranges_of(self, choice: tuple[int, ...]) -> Ranges | None:
        if choice not in self._ranges:
            changes: dict[Key, int] = {}
            for group, way in zip(self.repairs, choice, strict=True):
                changes |= group.ways[way] if way >= 0 else {}
            self._ranges[choice] = ranges_of(self.report, changes)
        return self._ranges[choice]

    def _cells(self, terms: Sequence[Term]) -> list[tuple[int, Key]] | None:
        """The cells of a formula with their signs, if the form has all of them."""
        found: list[tuple[int, Key]] = []
        for term in terms:
            form = self.report.table_form(term.table)
            keys = [(term.table, row, term.column) for row in term.rows(form)]
            own = (term.table, term.row, term.column)
            if not all(key in self.report.state for key in keys) or (
                term.row in PARTS
                and self.report.state.get(own) in KNOWN
                and not all(self.report.state[key] in KNOWN for key in keys)
            ):
                keys = [own]
            if not all(key in self.report.state for key in keys):
                return None
            found += [(term.sign, key) for key in keys]
        return found


def _total(cells: Iterable[tuple[int, Key]], ranges: Ranges) -> Range:
    """Range of a signed sum; cells of one printed sum cannot all be large at once."""
    low = high = 0.0
    loose: list[tuple[Key, Range]] = []
    for sign, key in cells:
        least, most = ranges.of.get(key, _ANY)
        if sign > 0 and least < most:
            loose.append((key, (least, most)))
        else:
            ends = (sign * least, sign * most)
            low, high = low + min(ends), high + max(ends)
    if loose:
        least, most = ranges.together([key for key, _ in loose])
        low, high = low + least, high + most
    return low, high


def _value(
    plan: Plan,
    top: Sequence[tuple[int, Key]],
    bottom: Sequence[tuple[int, Key]],
    ranges: Ranges,
) -> Range | None:
    """Range of an indicator; cells above and below the line move together."""
    scale = plan.indicator.scale
    if plan.indicator.kind == "concentration":
        counts = [ranges.of.get(key, _ANY) for _, key in top]
        whole = sum(low for low, _ in counts)
        if any(low != high for low, high in counts) or not whole:
            return None
        index = sum(low * low for low, _ in counts) / whole**2
        return index, index
    above = _total(top, ranges)
    if not bottom:
        return scale * above[0], scale * above[1]
    if set(top) <= set(bottom):
        # A part of its whole: more of the part raises it, more of the rest lowers it.
        rest = _total([cell for cell in bottom if cell not in set(top)], ranges)
        if above[1] + rest[1] <= 0:
            return None
        return _over(above[0], rest[1], scale), _over(above[1], rest[0], scale)
    below = _total(bottom, ranges)
    below = (max(below[0], 0.0), below[1])
    if below[1] <= 0:
        return None
    low = scale * above[0] / below[1] if above[0] >= 0 else -math.inf
    return low, scale * above[1] / below[0] if below[0] > 0 else math.inf


def _over(part: float, rest: float, scale: float) -> float:
    """A part over itself and the rest; 0 of nothing, and all of what has no limit."""
    if math.isinf(rest):
        return 0.0
    if math.isinf(part):
        return scale
    return scale * part / (part + rest) if part + rest else 0.0
