"""The smallest repairs of any size, as an integer programme solved by HiGHS."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

from govinfo.errors import MissingExtra, engine
from govinfo.locate.problem import Problem, Repair
from govinfo.locate.search import TIE, cost

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_array

# Answers of HiGHS: a solution, and none because there is none.
_SOLVED, _INFEASIBLE = 0, 2
# HiGHS takes a number within a millionth of a whole one for whole.
_NEARLY = 0.5


class SearchCutShort(UserWarning):
    """A search for wrong cells ended before it was complete."""


def _solver() -> Any:
    try:
        from scipy.optimize import milp
    except ImportError as error:
        message = (
            "govinfo.locate: these figures need more changes than the built-in search "
            "looks for, and the integer programme that goes on needs scipy, which is "
            "not installed. Install it with pip install 'govinfo-cn[stats]'."
        )
        raise MissingExtra(message) from error
    return milp


def programme_repairs(problem: Problem, limit: int, seconds: float) -> list[Repair]:
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
    seconds : float
        Stop after so long, with what was found.

    Returns
    -------
    list of Repair
        Empty where nothing was found in time.

    Raises
    ------
    MissingExtra
        If scipy is not installed.
    EngineFailed
        If scipy stops.

    Warns
    -----
    SearchCutShort
        If time ran out before the last repair was found.
    """
    with engine("scipy"):
        return _repairs(_solver(), problem, limit, seconds)


def _repairs(milp: Any, problem: Problem, limit: int, seconds: float) -> list[Repair]:
    end = time.monotonic() + seconds
    found: list[Repair] = []
    best = float("inf")
    while len(found) < limit:
        left = end - time.monotonic()
        if left <= 0:
            _say_cut_short(seconds)
            break
        changed = _cheapest(milp, problem, found, best, left)
        if changed is None:
            break
        repair = _least_change(milp, problem, changed)
        if repair is None or cost(problem, repair) > best + TIE:
            break
        best = cost(problem, repair)
        found.append(repair)
    return found


def _say_cut_short(seconds: float) -> None:
    message = (
        f"The search for the cells that are wrong ended after {seconds:.3g} seconds "
        "without being complete; there may be other solutions."
    )
    warnings.warn(message, SearchCutShort, stacklevel=2)


def _equalities(problem: Problem, cells: list[int]) -> np.ndarray[Any, Any]:
    import numpy as np

    matrix = np.zeros((len(problem.sums), len(cells)))
    for column, cell in enumerate(cells):
        for j, sign in problem.touches[cell].items():
            matrix[j, column] = sign
    return matrix


def _largest(problem: Problem) -> int:
    """No cell of a smallest repair changes by more than all gaps together.

    The changes of a smallest repair are the one solution of its equations. Those of a
    two-way table of which one side adds up in steps are a network, so that every change
    is a sum of gaps, each taken once at most.
    """
    return sum(abs(gap) for gap in problem.residual.values())


def _switches(problem: Problem) -> csr_array:
    """What the switches of any smallest repair satisfy, as rows that are not negative.

    In an equation that holds, no cell changes alone. That an equation that does not
    hold needs a change follows from the equation, but stating it speeds up the search;
    see :func:`_cheapest`.
    """
    from scipy.sparse import csr_array

    rows: list[int] = []
    columns: list[int] = []
    signs: list[float] = []
    row = 0
    for j, cells in enumerate(problem.members):
        if j in problem.residual:
            continue
        for alone in cells:
            rows += [row] * len(cells)
            columns += cells
            signs += [-1.0 if cell == alone else 1.0 for cell in cells]
            row += 1
    return csr_array((signs, (rows, columns)), shape=(row, len(problem.keys)))


def _cheapest(
    milp: Any, problem: Problem, found: list[Repair], best: float, seconds: float
) -> list[int] | None:
    """The cells of the cheapest repair that contains none of those found before."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import csr_array, eye_array, hstack

    n = len(problem.keys)
    none = csr_array((n, n))
    one = eye_array(n, format="csr")
    matrix = _equalities(problem, list(range(n)))
    gaps = np.array([problem.residual.get(j, 0) for j in range(len(problem.sums))])
    weights = np.array(problem.weights)
    largest = float(_largest(problem))
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
        options={"time_limit": seconds},
    )
    if solution.status != _SOLVED:
        if solution.status != _INFEASIBLE:
            _say_cut_short(seconds)
        return None
    return [i for i in range(n) if solution.x[2 * n + i] > _NEARLY]


def _least_change(milp: Any, problem: Problem, changed: list[int]) -> Repair | None:
    """New values of the changed cells, as near to the printed ones as can be."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint

    k = len(changed)
    if not k:
        return None
    matrix = _equalities(problem, changed)
    gaps = np.array([problem.residual.get(j, 0) for j in range(len(problem.sums))])
    values = np.array([problem.numbers[cell] for cell in changed], dtype=float)
    upper = np.concatenate(
        [np.full(k, float(_largest(problem))), np.maximum(values, 0)]
    )
    solution = milp(
        np.ones(2 * k),
        integrality=np.ones(2 * k),
        bounds=Bounds(np.zeros(2 * k), upper),
        constraints=[LinearConstraint(np.hstack([matrix, -matrix]), -gaps, -gaps)],
    )
    if solution.status != _SOLVED:
        return None
    moves = [round(solution.x[i] - solution.x[k + i]) for i in range(k)]
    repair = tuple(
        sorted(
            (cell, problem.numbers[cell] + move)
            for cell, move in zip(changed, moves, strict=True)
            if move
        )
    )
    return repair if mends(problem, repair) else None


def mends(problem: Problem, repair: Repair) -> bool:
    """Whether every equation holds, in whole numbers, once the repair is made."""
    values = list(problem.numbers)
    for cell, new in repair:
        values[cell] = new
    return all(new >= 0 for _, new in repair) and all(
        sum(sign * values[cell] for cell, sign in cells.items()) == 0
        for cells in problem.members
    )
