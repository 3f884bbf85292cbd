"""The equations of one report as a problem to be mended: cells, checks, residuals."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations

from govinfo.bilingual import both
from govinfo.checks.logic import EMPTY, NUMBER, Verdict
from govinfo.checks.structure import Key, Sum
from govinfo.checks.within import ReportCells, verdict_of
from govinfo.forms import form_rows

CARRIED_OVER = "carried_over"

Repair = tuple[tuple[int, int], ...]
"""Cells to change, by their number in the problem, each with its new value; sorted."""

# What it costs to change a cell. A correction was made by a person who looked. A blank
# costs as much as a number: the sums alone cannot tell a number that was left out from
# one that was added, and a cheaper blank would hide the true cell.
WEIGHTS: Mapping[str, float] = {
    "reported": 1.0,
    "corrected": 3.0,
    "blank": 1.0,
    "not_applicable": 1.0,
}


@dataclass(slots=True)
class Problem:
    """Linked equations over whole numbers that are not negative.

    Cell ``i`` holds ``numbers[i]`` (0 if blank) and costs ``weights[i]`` to change.
    ``touches[i]`` lists the equations that it stands in, each with its sign;
    ``members[j]`` the cells of equation ``j``. ``residual[j]`` is what the left side of
    equation ``j`` exceeds the right one by.
    """

    keys: list[Key]
    numbers: list[int]
    weights: list[float]
    sums: list[Sum]
    touches: list[dict[int, int]]
    members: list[dict[int, int]]
    residual: dict[int, int] = field(default_factory=dict)

    @property
    def exact_size(self) -> int:
        """Up to how many cells a repair is sure to be found by peeling (1, 2 or 3).

        Peeling (:func:`govinfo.locate.programme.repairs_of_size`) finds a set of cells
        if among any of them that are left, one stands in an equation that none of the
        others stands in. One cell always does. Two fail only if they stand in the very
        same equations. For three it is enough that every cell stands in two equations
        at least, that no two cells share two, and that no three share them in a ring.
        """
        alike = {frozenset(touch) for touch in self.touches}
        if len(alike) < len(self.touches):
            return 1
        shared: dict[tuple[int, int], int] = {}
        for cell, touch in enumerate(self.touches):
            if len(touch) < 2:
                return 2
            for pair in combinations(sorted(touch), 2):
                if pair in shared:
                    return 2
                shared[pair] = cell
        linked: dict[int, set[int]] = {}
        for one, other in shared:
            linked.setdefault(one, set()).add(other)
        for (one, other), cell in shared.items():
            for third in linked.get(one, set()) & linked.get(other, set()):
                if not cell == shared[one, third] == shared[other, third]:
                    return 2
        return 3


def _left_out(report: ReportCells, sums: Iterable[tuple[Sum, Verdict]]) -> set[Key]:
    """Blank cells that cannot be zero: a side left blank beside one that counts."""
    open_sums = (total for total, verdict in sums if verdict.reason == "blank")
    return {
        key
        for total in open_sums
        for side in (total.left, total.right)
        if all(report.look(key)[0] in EMPTY for key in side)
        for key in side
    }


def _is_whole(report: ReportCells, key: Key) -> bool:
    state, value = report.look(key)
    if state in NUMBER:
        return value is not None and value == int(value)
    return state in EMPTY


def equations(report: ReportCells) -> list[tuple[Sum, Verdict]]:
    """
    The sums of a report that say something about its cells, with their verdicts.

    Sums with a cell that could not be read are left out, and so are those with a side
    that the agency left blank although the other side counts something: such a blank is
    not zero, and what it hides is not known.
    """
    judged = [(total, verdict_of(report, total)) for total in report.sums()]
    hidden = _left_out(report, judged)
    return [
        (total, verdict)
        for total, verdict in judged
        if all(key not in hidden and _is_whole(report, key) for key in total.cells)
    ]


def at(place: int, key: Key) -> Key:
    """A cell of one of several reports that are looked at together."""
    return (f"{place}:{key[0]}", *key[1:])


def origin(key: Key) -> tuple[int, Key]:
    """Which of the reports a cell of :func:`at` is of, and the cell.

    >>> origin(at(1, ("requests", "granted", "total")))
    (1, ('requests', 'granted', 'total'))
    """
    place, table = key[0].split(":")
    return int(place), (table, *key[1:])


def moved(place: int, total: Sum) -> Sum:
    """A sum over cells of one of several reports."""
    left, right = (
        tuple(at(place, key) for key in side) for side in (total.left, total.right)
    )
    return replace(total, left=left, right=right)


def together(
    reports: Sequence[ReportCells],
) -> tuple[ReportCells, list[tuple[Sum, Verdict]]]:
    """
    Reports for consecutive years as one, with what links them.

    Parameters
    ----------
    reports : sequence of ReportCells
        Reports of one agency, each for the year after the one before it.

    Returns
    -------
    ReportCells, list of (Sum, Verdict)
        All cells, and all sums that say something of them: those within each report,
        and that what one carries out the next carries in, class by class.
    """
    joint, judged = ReportCells(""), []
    for place, report in enumerate(reports):
        for key, state in report.state.items():
            joint.state[at(place, key)] = state
            joint.value[at(place, key)] = report.value[key]
        for total, verdict in equations(report):
            judged.append((moved(place, total), verdict))
    for place, after in enumerate(reports[1:], start=1):
        for column in form_rows("requests", after.table_form("requests"))[0].columns:
            given = at(place - 1, ("requests", "carried_out", column.code))
            taken = at(place, ("requests", "carried_in", column.code))
            link = Sum(CARRIED_OVER, taken, (given,), (taken,), both(""))
            verdict = verdict_of(joint, link)
            known = all(_is_whole(joint, key) for key in link.cells)
            if known and verdict.result != "not_assessable":
                judged.append((link, verdict))
    return joint, judged


def determined(report: ReportCells) -> tuple[dict[Key, int], list[Sum]]:
    """
    Blank cells to which two sums at least give one number, and it is not zero.

    Returns
    -------
    dict, list of Sum
        The numbers, and the sums that give them.
    """
    given: dict[Key, list[tuple[Sum, float]]] = {}
    for total in report.sums():
        blank = [key for key in total.cells if report.look(key)[0] in EMPTY]
        if len(blank) == 1 and all(_is_whole(report, key) for key in total.cells):
            left, right = (
                sum(report.value.get(key) or 0.0 for key in side)
                for side in (total.left, total.right)
            )
            gap = right - left if blank[0] in total.left else left - right
            given.setdefault(blank[0], []).append((total, gap))
    numbers = {
        key: int(votes[0][1])
        for key, votes in given.items()
        if len(votes) > 1 and {number for _, number in votes} == {max(votes[0][1], 1)}
    }
    return numbers, [total for key in numbers for total, _ in given[key]]


def clusters(members: Iterable[Set[Hashable]]) -> list[list[int]]:
    """
    Which sets share a member, directly or through others, by their number.

    Examples
    --------
    >>> clusters([{"a", "b"}, {"c"}, {"b", "d"}])
    [[1], [0, 2]]
    """
    found: list[tuple[Set[Hashable], list[int]]] = []
    for number, own in enumerate(members):
        its = [number]
        for cluster in [one for one in found if one[0] & own]:
            found.remove(cluster)
            own, its = own | cluster[0], cluster[1] + its
        found.append((own, its))
    return [its for _, its in found]


def problems(
    report: ReportCells, sums: Iterable[Sum], weights: Mapping[Key, float]
) -> list[Problem]:
    """
    The sums of a report as separate problems, one for each group of linked sums.

    Parameters
    ----------
    report : ReportCells
        The cells.
    sums : iterable of Sum
        Equations that are to hold, as from :func:`equations`.
    weights : mapping
        What it costs to change a cell, where that is not the default of its state.

    Returns
    -------
    list of Problem
        Those of which some equation does not hold.
    """
    every = list(sums)
    parts = clusters([set(total.cells) for total in every])
    found = [
        problem_of(report, [every[n] for n in sorted(part)], weights)
        for part in sorted(parts, key=min)
    ]
    return [problem for problem in found if problem.residual]


def problem_of(
    report: ReportCells, sums: Iterable[Sum], weights: Mapping[Key, float]
) -> Problem:
    """Some sums of a report as one problem."""
    sums = list({id(total): total for total in sums}.values())
    number: dict[Key, int] = {}
    touches: list[dict[int, int]] = []
    members: list[dict[int, int]] = []
    for j, total in enumerate(sums):
        members.append({})
        for sign, side in ((1, total.left), (-1, total.right)):
            for key in side:
                cell = number.setdefault(key, len(number))
                if cell == len(touches):
                    touches.append({})
                touches[cell][j] = members[j][cell] = sign
    keys = list(number)
    values = [int(report.value.get(key) or 0) for key in keys]
    residual = {
        j: gap
        for j, cells in enumerate(members)
        if (gap := sum(sign * values[cell] for cell, sign in cells.items()))
    }
    costs = [weights.get(key, WEIGHTS[report.state[key]]) for key in keys]
    return Problem(keys, values, costs, sums, touches, members, residual)
