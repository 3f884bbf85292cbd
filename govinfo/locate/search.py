"""Exact search for the smallest repairs of one, two or three cells."""

from __future__ import annotations

from govinfo.locate.problem import Problem, Repair

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
    found: set[Repair] = set()
    seen: set[frozenset[tuple[int, int]]] = set()
    widest = max(len(touch) for touch in problem.touches)

    def last(residual: dict[int, int], chosen: dict[int, int]) -> None:
        first = min(residual, key=lambda j: len(problem.members[j]))
        for cell, sign in problem.members[first].items():
            touch = problem.touches[cell]
            if cell in chosen or len(touch) != len(residual):
                continue
            change = -residual[first] * sign
            if all(residual.get(j) == -change * s for j, s in touch.items()):
                new = problem.numbers[cell] + change
                if new >= 0:
                    found.add(tuple(sorted([*chosen.items(), (cell, new)])))

    def extend(residual: dict[int, int], chosen: dict[int, int], left: int) -> None:
        if not residual or len(residual) > left * widest:
            return
        if left == 1:
            last(residual, chosen)
            return
        for j, gap in residual.items():
            for cell, sign in problem.members[j].items():
                new = problem.numbers[cell] - gap * sign
                if cell in chosen or new < 0:
                    continue
                now = {**chosen, cell: new}
                state = frozenset(now.items())
                if state in seen:
                    continue
                seen.add(state)
                extend(_changed(problem, residual, cell, -gap * sign), now, left - 1)

    extend(problem.residual, {}, size)
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
    least = min(problem.weights)
    exact = None
    found: list[Repair] = []
    best = float("inf")
    for size in (1, 2, 3):
        if best < size * least - TIE:
            return found
        if size > 1:
            exact = exact or problem.exact_size
            if size > exact:
                return None
        repairs = repairs_of_size(problem, size)
        costs = {repair: cost(problem, repair) for repair in repairs}
        best = min([best, *costs.values()])
        found = [
            repair
            for repair in [*found, *sorted(repairs)]
            if cost(problem, repair) <= best + TIE
        ]
    return found if best < 4 * least - TIE else None
