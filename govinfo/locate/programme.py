"""The smallest repairs: searched for exactly, or found by an integer programme."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from govinfo.errors import MissingExtra, engine
from govinfo.later import np
from govinfo.locate.problem import Problem, Repair

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Costs are sums of a few weights; closer ones are equal.
TIE = 1e-9


def cost(problem: Problem, repair: Repair) -> float:
    """What a repair costs: the weights of the cells that it changes."""
    return sum(problem.weights[cell] for cell, _ in repair)


def repairs_of_size(problem: Problem, size: int) -> set[Repair]:
    """
    Every repair of exactly so many cells that peeling reaches.

    In a repair some cell stands in an equation in which no other changed cell stands,
    so what that equation lacks says by how much the cell changes. The search takes, for
    every equation that does not hold, each of its cells for that one, changes it, and
    goes on with what is left. For sizes up to :attr:`Problem.exact_size` these are all
    repairs of that size of which no part is one.
    """
    widest = max(len(touch) for touch in problem.touches)
    # Cells that were changed, and what the equations lack then.
    states: dict[frozenset[tuple[int, int]], dict[int, int]] = {
        frozenset(): problem.residual
    }
    for left in range(size, 1, -1):
        states = {
            chosen | {(cell, new)}: _changed(problem, residual, cell, -gap * sign)
            for chosen, residual in states.items()
            if len(residual) <= left * widest
            for j, gap in residual.items()
            for cell, sign in problem.members[j].items()
            if (new := problem.numbers[cell] - gap * sign) >= 0
            and cell not in dict(chosen)
        }
    found: set[Repair] = set()
    for chosen, residual in states.items():
        if not residual or len(residual) > widest:
            continue
        first = min(residual, key=lambda j: len(problem.members[j]))
        for cell, sign in problem.members[first].items():
            change = -residual[first] * sign
            new, touch = problem.numbers[cell] + change, problem.touches[cell]
            if new < 0 or len(touch) != len(residual) or cell in dict(chosen):
                continue
            if all(residual.get(j) == -change * s for j, s in touch.items()):
                found.add(tuple(sorted([*chosen, (cell, new)])))
    return found


def _changed(
    problem: Problem, residual: dict[int, int], cell: int, change: int
) -> dict[int, int]:
    after = dict(residual)
    for j, sign in problem.touches[cell].items():
        gap = after.pop(j, 0) + sign * change
        if gap:
            after[j] = gap
    return after


def small_repairs(problem: Problem) -> list[Repair] | None:
    """
    All cheapest repairs, where at most three cells prove to be enough.

    Returns
    -------
    list of Repair or None
        None where the cheapest repairs may need more cells than this search can
        exhaust, so that the integer programme has to decide.
    """
    least, best = min(problem.weights), math.inf
    found: set[Repair] = set()
    for size in (1, 2, 3):
        if best < size * least - TIE:
            break
        if size > 1 and size > problem.exact_size:
            return None
        found |= repairs_of_size(problem, size)
        best = min((cost(problem, repair) for repair in found), default=math.inf)
    if best >= 4 * least - TIE:
        return None
    return sorted(repair for repair in found if cost(problem, repair) <= best + TIE)


# Answers of HiGHS: a solution, and none because there is none.
_SOLVED, _INFEASIBLE = 0, 2


# A repair of more cells is no slip of a hand: figures were shifted, or follow rules of
# their own. That none is smaller is proved at once; to find a larger one takes long.
MOST_CHANGES = 8


class SearchCutShort(UserWarning):
    """A search for wrong cells ended before it was complete."""


class NotLocated(UserWarning):
    """Sums of a report fail, and no few changes make them hold.

    ``report_id`` names the report.
    """

    def __init__(self, report_id: str, sums: int) -> None:
        """Say how many sums fail."""
        many = "1 sum fails" if sums == 1 else f"{sums} sums fail"
        super().__init__(
            f"{many}, and no change of {MOST_CHANGES} cells or fewer was found that "
            "makes the figures agree. Look at the page: rows or columns may be "
            "shifted, or the figures may follow rules of their own."
        )
        self.report_id = report_id


CUT_SHORT = (
    "The search for the cells that are wrong ended after {} steps without being "
    "complete; there may be other solutions."
)


def _solver() -> Any:
    try:
        from scipy.optimize import milp
    except ImportError as error:
        raise MissingExtra(
            "govinfo.locate: these figures need more changes than the built-in search "
            "looks for, and the integer programme that goes on needs scipy, which is "
            "not installed. Install it with pip install 'govinfo-cn[stats]'."
        ) from error
    return milp


def programme_repairs(problem: Problem, limit: int, nodes: int) -> list[Repair]:
    """
    The cheapest repairs, found one after the other.

    Each cell has a new value and a switch that says whether it changes; the weighted
    number of switches is as small as it can be. A repair that was found is then ruled
    out, with every larger one that contains it, until the next one would cost more.

    Parameters
    ----------
    problem : Problem
        What is to be mended.
    limit : int
        Stop after so many repairs.
    nodes : int
        Stop after so many nodes of branch and bound, with what was found. Unlike a time
        it gives the same repairs on a slow and on a busy machine.

    Returns
    -------
    list of Repair
        None of more than :data:`MOST_CHANGES` cells.

    Raises
    ------
    MissingExtra
        If scipy is not installed.
    EngineFailed
        If scipy stops.

    Warns
    -----
    SearchCutShort
        If it ended before the last repair was found.
    """
    found: list[Repair] = []
    best = math.inf
    left = nodes
    with engine("scipy"):
        milp = _solver()
        while len(found) < limit:
            repair, used = _cheapest(milp, problem, found, best, left)
            left -= used
            if repair and cost(problem, repair) <= best + TIE:
                best = cost(problem, repair)
                found.append(repair)
            elif left > 0:
                break
            if left <= 0:
                warnings.warn(CUT_SHORT.format(nodes), SearchCutShort, stacklevel=2)
                break
    return found


def _switches(problem: Problem) -> csr_array:
    """What the switches of any smallest repair satisfy, as rows that are not negative.

    In an equation that holds, no cell changes alone. That an equation that does not
    hold needs a change follows from the equation, but stating it speeds up the search;
    see :func:`_cheapest`.
    """
    from scipy.sparse import csr_array

    rows = [np.zeros((0, len(problem.keys)))]
    for j, cells in enumerate(problem.members):
        if j not in problem.residual:
            rows.append(np.zeros((len(cells), len(problem.keys))))
            rows[-1][:, list(cells)] = 1 - 2 * np.eye(len(cells))
    return csr_array(np.concatenate(rows))


def _cheapest(
    milp: Any, problem: Problem, found: list[Repair], best: float, nodes: int
) -> tuple[Repair | None, int]:
    """The cheapest repair that contains none found before, and the nodes it took.

    All nodes are taken where the solver gave up.
    """
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import csr_array, eye_array, hstack

    n = len(problem.keys)
    none = csr_array((n, n))
    one = eye_array(n, format="csr")
    matrix = np.zeros((len(problem.sums), n))
    for j, cells in enumerate(problem.members):
        matrix[j, list(cells)] = list(cells.values())
    gaps = np.array([problem.residual.get(j, 0) for j in range(len(problem.sums))])
    weights = np.array(problem.weights)
    # No cell of a smallest repair changes by more than all gaps together. Its changes
    # are the one solution of its equations; those of a two-way table of which one side
    # adds up in steps are a network, so that every change is a sum of gaps, each taken
    # once at most.
    largest = float(sum(map(abs, problem.residual.values())))
    fall = np.clip(np.array(problem.numbers, dtype=float), 0.0, largest)
    broken = csr_array(np.abs(matrix[sorted(problem.residual)]))
    switches = _switches(problem)

    def only_switches(rows: csr_array) -> csr_array:
        return hstack([csr_array((rows.shape[0], 2 * n)), rows], format="csr")

    # Variables: the rise and the fall of every cell, then its switch.
    constraints = [
        LinearConstraint(
            hstack([matrix, -matrix, csr_array(matrix.shape)]), -gaps, -gaps
        ),
        LinearConstraint(hstack([one, none, -largest * one]), -np.inf, 0.0),
        LinearConstraint(hstack([none, one, -one * fall]), -np.inf, 0.0),
        LinearConstraint(only_switches(broken), 1.0, np.inf),
        LinearConstraint(only_switches(switches), 0.0, np.inf),
        LinearConstraint(only_switches(csr_array(np.ones((1, n)))), 0.0, MOST_CHANGES),
    ]
    if found:
        cuts = np.zeros((len(found), n))
        for row, repair in enumerate(found):
            cuts[row, [cell for cell, _ in repair]] = 1.0
        sizes = np.array([len(repair) for repair in found])
        constraints += [
            LinearConstraint(only_switches(csr_array(cuts)), -np.inf, sizes - 1.0),
            LinearConstraint(
                only_switches(csr_array(weights[np.newaxis])), -np.inf, best + TIE
            ),
        ]
    solution = milp(
        np.concatenate([np.zeros(2 * n), weights]),
        integrality=np.ones(3 * n),
        bounds=Bounds(0.0, np.concatenate([np.full(n, largest), fall, np.ones(n)])),
        constraints=constraints,
        options={"node_limit": nodes},
    )
    if solution.status != _SOLVED:
        return None, 0 if solution.status == _INFEASIBLE else nodes
    # Where several moves of these cells would do, the solver names one.
    moves = [round(move) for move in solution.x[:n] - solution.x[n : 2 * n]]
    repair = tuple(
        (cell, problem.numbers[cell] + move) for cell, move in enumerate(moves) if move
    )
    return (repair if mends(problem, repair) else None), solution.mip_node_count


def mends(problem: Problem, repair: Repair) -> bool:
    """Whether every equation holds, in whole numbers, once the repair is made."""
    values = list(problem.numbers)
    for cell, new in repair:
        values[cell] = new
    return all(new >= 0 for _, new in repair) and all(
        sum(sign * values[cell] for cell, sign in cells.items()) == 0
        for cells in problem.members
    )
