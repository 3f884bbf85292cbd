"""Which cells to look at again: the smallest changes that make every sum hold."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice, product

from rapidfuzz.distance import Levenshtein

from govinfo.cells import Table
from govinfo.checks.logic import EMPTY, NUMBER, Verdict
from govinfo.checks.structure import KEY, Key, Sum
from govinfo.checks.within import ReportCells, reports_of
from govinfo.checks.years import by_year, dated_reports, followed
from govinfo.later import pd
from govinfo.locate.problem import (
    CARRIED_OVER,
    Problem,
    Repair,
    at,
    clusters,
    determined,
    equations,
    moved,
    origin,
    problem_of,
    problems,
    together,
)
from govinfo.locate.programme import (
    NotLocated,
    SearchCutShort,
    programme_repairs,
    small_repairs,
)


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

    def look(key: Key) -> float:
        if key in changes:
            return changes[key]
        state, value = report.look(key)
        if state in EMPTY:
            return 0.0
        return math.nan if value is None else value

    return sum(
        any(sum(map(look, way)) == witness.value for way in witness.meanings)
        for witness in witnesses
    )


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


SUGGESTIONS = Table(
    "suggestions",
    ("report_id", "solution", *KEY, "printed", "suggested", "checks", "alternatives"),
    ("solution", "printed", "suggested", "alternatives"),
)
"""The table ``suggestions.csv``."""

# Enough to see how wide the choice is; a reader looks through no more.
LIMIT = 20
# Errors are located by so much work or not at all; then failures stay failures.
NODES = 500


@dataclass(frozen=True, slots=True)
class _Group:
    """The repairs of one group of linked sums, the most plausible first."""

    problem: Problem
    repairs: list[Repair]


def _plausibility(
    report: ReportCells, said: Sequence[Witness], problem: Problem, repair: Repair
) -> tuple[int, int, int, int, int, Repair]:
    """Orders repairs of equal cost; drops none.

    First those that most witnesses agree with; then those that fill in no blank; then
    those that change a total that was left at zero; then those with the fewest slips
    of a digit, and the smallest change.
    """
    changes = {problem.keys[cell]: new for cell, new in repair}
    agree = agreeing(report, said, changes)
    blanks = forgotten = slips = change = 0
    for cell, new in repair:
        old = problem.numbers[cell]
        key = problem.keys[cell]
        blanks += report.state[key] not in NUMBER
        forgotten += old == 0 and "total" in key[2]
        slips += Levenshtein.distance(str(old), str(new))
        change += abs(new - old)
    return -agree, blanks, -forgotten, slips, change, repair


def _solve(
    report: ReportCells,
    judged: list[tuple[Sum, Verdict]],
    weights: Mapping[Key, float],
    limit: int,
    nodes: int,
    said: Sequence[Witness],
) -> list[_Group]:
    """The smallest repairs of linked sums of which one within a report fails.

    That two reports differ over what was carried over says by itself nothing of which
    one is wrong: each can be mended by as many changes as the other.
    """
    failed: set[int] = set()
    doubtful: set[int] = set()
    for total, verdict in judged:
        if verdict.result == "fail":
            (doubtful if total.check == CARRIED_OVER else failed).add(id(total))
        elif verdict.reason == "blank":
            doubtful.add(id(total))
    found: list[_Group] = []
    later: list[Sum] = []
    for problem in problems(report, (total for total, _ in judged), weights):
        fails = any(id(total) in failed for total in problem.sums)
        if not fails and any(total.check == CARRIED_OVER for total in problem.sums):
            continue
        if repairs := small_repairs(problem):
            if fails or _changes_a_number(report, problem, repairs):
                found.append(_Group(problem, repairs))
        elif fails:
            later += [total for total in problem.sums if id(total) not in doubtful]
    found += _searched(report, later, weights, limit, nodes)
    for group in found:
        order = partial(_plausibility, report, said, group.problem)
        group.repairs.sort(key=order)
    return found


def _searched(
    report: ReportCells,
    sums: Iterable[Sum],
    weights: Mapping[Key, float],
    limit: int,
    nodes: int,
) -> Iterator[_Group]:
    """The repairs of each group; of several years each by itself, if none of all is."""
    for problem in problems(report, sums, weights):
        repairs = small_repairs(problem)
        if repairs is None:
            repairs = programme_repairs(problem, limit, nodes)
        within = [total for total in problem.sums if total.check != CARRIED_OVER]
        if repairs:
            yield _Group(problem, repairs)
        elif len(within) < len(problem.sums):
            yield from _searched(report, within, weights, limit, nodes)


def _unlocated(
    judged: Iterable[tuple[Sum, Verdict]], groups: Iterable[_Group]
) -> list[Sum]:
    """Sums that fail, and no cell of which is in a group that can be mended."""
    located = {key for group in groups for key in group.problem.keys}
    return [
        total
        for total, verdict in judged
        if verdict.result == "fail" and located.isdisjoint(total.cells)
    ]


@dataclass(frozen=True, slots=True)
class Repairs:
    """Every smallest way to mend one group of linked sums that fails.

    ``cells`` are all cells of the group; ``ways`` the new values of each way; and
    ``complete`` says whether these are all there are.
    """

    cells: frozenset[Key]
    ways: tuple[dict[Key, int], ...]
    complete: bool


def repairs_of(report: ReportCells) -> list[Repairs]:
    """
    The smallest repairs of a report, group by group; see :func:`suggestions`.

    Raises
    ------
    MissingExtra
        If it needs the integer programme and scipy is not installed.
    """
    judged = equations(report)
    with warnings.catch_warnings(record=True) as cut:
        warnings.simplefilter("always", SearchCutShort)
        groups = _solve(report, judged, {}, LIMIT, NODES, ())
    found = [
        Repairs(
            frozenset(group.problem.keys),
            tuple(
                {group.problem.keys[cell]: new for cell, new in repair}
                for repair in group.repairs
            ),
            (len(group.repairs) < LIMIT and not cut)
            or small_repairs(group.problem) is not None,
        )
        for group in groups
    ]
    unlocated = {key for total in _unlocated(judged, groups) for key in total.cells}
    if unlocated:
        found.append(Repairs(frozenset(unlocated), (), complete=False))
    return found


def _changes_a_number(
    report: ReportCells, problem: Problem, repairs: Iterable[Repair]
) -> bool:
    return any(
        report.state[problem.keys[cell]] in NUMBER
        for repair in repairs
        for cell, _ in repair
    )


def _solutions(groups: list[_Group], limit: int) -> list[tuple[Repair, ...]]:
    """One repair of every group, the most plausible combinations first."""
    # A longer list of one group would push all others out of the first ones.
    choices = [range(min(len(group.repairs), limit)) for group in groups]
    ranked = sorted(
        islice(product(*choices), 20 * limit), key=lambda ranks: (sum(ranks), ranks)
    )
    return [
        tuple(group.repairs[rank] for group, rank in zip(groups, ranks, strict=True))
        for ranks in ranked[:limit]
    ]


def _apart(group: _Group) -> list[_Group]:
    """A group as one for each report, if what mends one leaves the others free."""
    ways: dict[int, dict[Repair, None]] = {}
    places = {origin(key)[0] for key in group.problem.keys}
    for repair in group.repairs:
        for place in places:
            own = (c for c in repair if origin(group.problem.keys[c[0]])[0] == place)
            ways.setdefault(place, {})[tuple(own)] = None
    if math.prod(len(own) for own in ways.values()) != len(group.repairs):
        return [group]
    return [_Group(group.problem, list(own)) for own in ways.values() if any(own)]


def _places(group: _Group) -> set[int]:
    """The reports of which a group changes cells."""
    cells = {cell for repair in group.repairs for cell, _ in repair}
    return {origin(group.problem.keys[cell])[0] for cell in cells}


def suggestions(
    cells: pd.DataFrame,
    limit: int = LIMIT,
    nodes: int = NODES,
    *,
    witnesses: Mapping[str, Sequence[Witness]] | None = None,
) -> pd.DataFrame:
    """
    Smallest sets of cells whose change makes every sum of a report hold.

    A suggestion stands beside the printed figure and is never applied by itself: a
    person looks at the page and writes ``data/corrections.csv``.

    Parameters
    ----------
    cells : DataFrame
        As for :func:`govinfo.checks.check_cells`. An optional column ``weight`` says
        what it costs to change a cell (above zero; missing: the default of its state),
        for instance the confidence of a reading from a picture.
    limit : int
        List at most so many solutions of a report.
    nodes : int
        Let the integer programme of a group of linked sums look at so many nodes.
    witnesses : mapping, optional
        By report, figures that stand elsewhere, as in its narrative; see
        :class:`govinfo.locate.Witness`. They order solutions and drop none. What the
        years before and after of one agency say is known from ``cells``.

    Returns
    -------
    DataFrame
        One row per cell to change: ``report_id, solution, table, row_code, column_code,
        printed, suggested, checks, alternatives``. The rows of one ``solution`` (from
        1) are to be changed together. ``checks`` are the disagreements that the change
        mends. ``alternatives`` counts the other smallest ways to mend the sums that the
        cell is linked with: 0 where the sums leave no choice. Ways that lie in the
        report before or after count among them, and have their rows there.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column.
    MissingExtra
        If a report needs the integer programme and scipy is not installed.
    EngineFailed
        If scipy stops.
    ValueError
        If a weight is not above zero, or ``limit`` is below 1.

    Warns
    -----
    SearchCutShort
        If ``nodes`` ended the integer programme before it was complete.
    NotLocated
        If sums of a report fail that no change of eight cells or fewer mends.

    Notes
    -----
    This is error localisation after Fellegi and Holt (1976): new values are whole and
    not negative, all sums are to hold, and the weights of the changed cells are as
    small as they can be. Blank cells count as zero and may be filled in. Sums with a
    cell that could not be read, or that holds a fraction, are left out, as are those
    with a side that was left blank beside one that is not. Where a sum fails and three
    changes are not enough, sums that blanks leave open are left out too. A blank whose
    number two sums agree on, row and column, is filled in though no sum fails, unless
    it is zero.

    Where a sum of a report fails, the reports for the years before and after are looked
    at with it: what one carries out, the next is to carry in, and the change may be due
    in any of them. That two reports which hold by themselves differ over what was
    carried over is a finding of both, and no suggestion: each can be mended by as many
    changes as the other. Repairs of up
    to three cells come from an exact search, where that is known to find all of them,
    others from :func:`scipy.optimize.milp`. A report whose sums hold has no rows.

    Solutions of equal cost are ordered, and none is dropped: first those that witnesses
    agree with, then those that fill no blank, then totals left at zero, then the fewest
    slips of a digit. Where ``limit``
    or ``nodes`` ended the integer programme, there may be more alternatives than are
    counted.

    References
    ----------
    .. [1] I. P. Fellegi and D. Holt, "A systematic approach to automatic edit and
       imputation", Journal of the American Statistical Association 71, 17-35, 1976.

    Examples
    --------
    A block of table 4 that prints 0 beside 2 and 1:

    >>> import pandas as pd
    >>> columns = ["upheld", "corrected", "other_result", "pending", "total"]
    >>> cells = pd.DataFrame({"report_id": "a-2023", "form": "2021",
    ...     "table": "disputes", "row_code": "review", "column_code": columns,
    ...     "value": [2.0, 0.0, 1.0, 0.0, 0.0], "state": "reported"})
    >>> suggestions(cells)[["column_code", "printed", "suggested", "alternatives"]]
      column_code  printed  suggested  alternatives
    0       total        0          3             0
    """
    if limit < 1:
        raise ValueError(
            f"suggestions needs a limit of 1 or more solutions, and got {limit}."
        )
    weights = _weights(cells)
    reports = {one.report_id: one for one in reports_of(cells, "suggestions")}
    broken = {
        key
        for key, one in reports.items()
        if any(verdict.result == "fail" for _, verdict in equations(one))
    }
    runs = {run[0]: run for run in linked(years_of(cells), broken)}
    inside = {key for run in runs.values() for key in run}
    rows = {key: list[tuple[object, ...]]() for key in reports}
    for key in reports:
        run = runs.get(key, [] if key in inside else [key])
        its = [reports[one] for one in run]
        for row in located(its, witnesses or {}, weights, limit, nodes):
            rows[str(row[0])].append(row)
    return SUGGESTIONS.frame(chain.from_iterable(rows.values()))


def located(
    reports: Sequence[ReportCells],
    said: Mapping[str, Sequence[Witness]],
    weights: Mapping[str, Mapping[Key, float]] | None = None,
    limit: int = LIMIT,
    nodes: int = NODES,
) -> Iterator[tuple[object, ...]]:
    """Suggestions for a run of reports, in the columns of :data:`SUGGESTIONS`.

    The reports are of one agency, each for the year after the one before it; what one
    carries out is what the next carries in.
    """
    joint, judged = together(reports)
    costs: dict[Key, float] = {}
    witnesses: list[Witness] = []
    for place, report in enumerate(reports):
        for key, weight in (weights or {}).get(report.report_id, {}).items():
            costs[at(place, key)] = weight
        witnesses += (one.at(place) for one in said.get(report.report_id, ()))
    groups = _solve(joint, judged, costs, limit, nodes, witnesses)
    failing = Counter(
        origin(total.cells[0])[0]
        for total in _unlocated(judged, groups)
        if total.check != CARRIED_OVER
    )
    for place, sums in failing.items():
        warning = NotLocated(reports[place].report_id, sums)
        warnings.warn(warning, stacklevel=2)
    groups = [part for group in groups for part in _apart(group)]
    groups += _blanks(reports, joint, groups)
    # Groups that change cells of the same reports are numbered together.
    for numbers in clusters(map(_places, groups)):
        cluster = [groups[n] for n in numbers]
        for number, solution in enumerate(_solutions(cluster, limit), start=1):
            for group, repair in zip(cluster, solution, strict=True):
                for cell, new in repair:
                    place, key = origin(group.problem.keys[cell])
                    own, checks = reports[place], _mended(group, cell)
                    figures = _printed(own, key), new, checks, len(group.repairs) - 1
                    yield own.report_id, number, *key, *figures


def _blanks(
    reports: Sequence[ReportCells], joint: ReportCells, groups: Iterable[_Group]
) -> Iterator[_Group]:
    """Blanks whose number two sums agree on, where nothing else was found of them."""
    settled = {key for group in groups for key in group.problem.keys}
    for place, report in enumerate(reports):
        numbers, sums = determined(report)
        found = {at(place, key): new for key, new in numbers.items()}
        if found and settled.isdisjoint(found):
            problem = problem_of(joint, [moved(place, total) for total in sums], {})
            repair = [(problem.keys.index(key), new) for key, new in found.items()]
            yield _Group(problem, [tuple(sorted(repair))])


def _printed(report: ReportCells, key: Key) -> int | None:
    value = report.value[key]
    return None if value is None else int(value)


def _mended(group: _Group, cell: int) -> str:
    """The checks that do not hold and that the cell stands in, each once."""
    its = group.problem
    codes = [its.sums[j].check for j in its.touches[cell] if j in its.residual]
    return ", ".join(dict.fromkeys(codes))


def _weights(cells: pd.DataFrame) -> dict[str, dict[Key, float]]:
    if "weight" not in cells.columns:
        return {}
    given = cells[cells["weight"].notna()].astype({"weight": float})
    found: dict[str, dict[Key, float]] = {}
    columns = (given[name] for name in ("report_id", *KEY, "weight"))
    for report_id, table, row, column, weight in zip(*columns, strict=True):
        if not weight > 0:
            raise ValueError(
                f"{report_id}, {table}, row '{row}', column '{column}': found the "
                f"weight {weight:g}, expected a number above zero. Leave it missing "
                "where nothing is known."
            )
        found.setdefault(report_id, {})[table, row, column] = weight
    return found
