"""The equations of one report as a problem to be mended: cells, checks, residuals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from govinfo.checks.logic import EMPTY, NUMBER, Verdict
from govinfo.checks.structure import Key, Sum
from govinfo.checks.within import ReportCells, verdict_of

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

        Peeling (:func:`govinfo.locate.search.repairs_of_size`) finds a set of cells if
        among any of them that are left, one stands in an equation that none of the
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
    found: set[Key] = set()
    for total, verdict in sums:
        if verdict.reason != "blank":
            continue
        for side in (total.left, total.right):
            if all(report.look(key)[0] in EMPTY for key in side):
                found.update(side)
    return found


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
    group: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while (above := group.setdefault(key, key)) != key:
            group[key] = key = group[above]
        return key

    sums = list(sums)
    for total in sums:
        first = root(total.cells[0])
        for key in total.cells[1:]:
            group[root(key)] = first
    parts: dict[Key, list[Sum]] = {}
    for total in sums:
        parts.setdefault(root(total.cells[0]), []).append(total)
    found = [_problem(report, linked, weights) for linked in parts.values()]
    return [problem for problem in found if problem.residual]


def _problem(
    report: ReportCells, sums: list[Sum], weights: Mapping[Key, float]
) -> Problem:
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
    residual = {}
    for j, cells in enumerate(members):
        gap = sum(sign * values[cell] for cell, sign in cells.items())
        if gap:
            residual[j] = gap
    costs = [weights.get(key, WEIGHTS[report.state[key]]) for key in keys]
    return Problem(keys, values, costs, sums, touches, members, residual)
