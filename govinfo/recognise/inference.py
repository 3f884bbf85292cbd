"""Name columns that have lost their label, where their neighbours leave no choice."""

from __future__ import annotations

from dataclasses import replace

from govinfo.recognise.columns import HeaderCell, orders


def infer_columns(cells: list[HeaderCell], table: str) -> list[HeaderCell]:
    """Name columns without label where their neighbours leave no other choice."""
    codes = [cell.code for cell in cells]
    known = {code for code in codes if code}
    if not known:
        return cells
    for order in orders(table):
        if not known <= set(order) or len(known) * 2 <= len(order):
            continue
        positions = [order.index(code) if code else None for code in codes]
        seen = [p for p in positions if p is not None]
        if seen != sorted(set(seen)):
            continue
        return _fill_gaps(cells, positions, order)
    return cells


def _fill_gaps(
    cells: list[HeaderCell], positions: list[int | None], order: tuple[str, ...]
) -> list[HeaderCell]:
    named = list(cells)
    anchors = [n for n, p in enumerate(positions) if p is not None]
    for left, right in zip(anchors, anchors[1:], strict=False):
        low, high = positions[left], positions[right]
        if low is None or high is None:
            continue
        missing = order[low + 1 : high]
        between = range(left + 1, right)
        if missing and len(missing) == len(between):
            for n, code in zip(between, missing, strict=True):
                named[n] = replace(cells[n], code=code, is_inferred=True)
    first = positions[anchors[0]]
    if first == 1 and anchors[0] >= 1 and not cells[anchors[0] - 1].label.strip():
        # The first column has lost its label (自然人): an unlabelled column right
        # before the second one.
        n = anchors[0] - 1
        named[n] = replace(cells[n], code=order[0], is_inferred=True)
    last = positions[anchors[-1]]
    if (
        last == len(order) - 2
        and anchors[-1] + 1 < len(cells)
        and not cells[anchors[-1] + 1].label.strip()
    ):
        n = anchors[-1] + 1
        named[n] = replace(cells[n], code=order[-1], is_inferred=True)
    return named
