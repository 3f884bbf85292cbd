"""Read a header that is drawn, or whose texts have places on the page.

Over one row or three, with spans or without them, with labels split over rows or lost:
the lowest text above a column names it, and what stands above that says of what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from govinfo.forms import NEWEST, form_rows
from govinfo.recognise.columns import (
    BLOCKS,
    HeaderCell,
    best_column,
    block_code,
    column_code,
    orders,
)
from govinfo.recognise.labels import core, group_heads
from govinfo.recognise.rows import Piece, Row

# The head over both routes; 行政诉讼（一审） is neither of them.
_LITIGATION = frozenset({"行政诉讼", "行政诉讼情况", "行政诉讼数量"})


Drawn = list[tuple[HeaderCell, list[Piece]]]
"""Columns of a drawn header, each with what stands above it, from the top down."""


def drawn_columns(stack: Sequence[Row]) -> Drawn:
    """Columns of a drawn header: the lowest text above each, with what is above it."""
    edges = sorted({e for row in stack for p in row.pieces for e in (p.low, p.high)})
    found: Drawn = []
    for low, high in pairwise(edges):
        covering = [
            p for row in stack for p in row.pieces if p.low <= low and high <= p.high
        ]
        path: list[Piece] = []
        for piece in covering:
            if not piece.is_blank and not any(_is_cell(p, piece) for p in path):
                path.append(piece)
        cell, before = found[-1] if found else (None, [])
        if cell and before and path and _is_cell(before[-1], path[-1]):
            found[-1] = replace(cell, high=high), before
            continue
        # A column that lost its label has a place on the page all the same.
        lowest = [*covering[-1:], *path[-1:]]
        box = lowest[-1].place.box if lowest else None
        label = path[-1].text if path else ""
        extent = (box[0], box[2]) if box else None
        found.append((HeaderCell(None, low, high, label, extent), path))
    return found


def table_cells(drawn: Drawn, stack: Sequence[Row], table: str) -> list[HeaderCell]:
    """The columns of a drawn header, with the codes of their labels in a table."""
    paths = [path for _, path in drawn]
    groups = {core(piece.text) for path in paths for piece in path[:-1]}
    groups |= group_heads(table)
    found = [
        # The name of a group, or a title, is not that of a column without name.
        replace(cell, label="") if path and core(path[-1].text) in groups else cell
        for cell, path in drawn
    ]
    if table == "disputes":
        return dispute_cells(found, paths, stack)
    named = [
        replace(cell, code=code) if (code := _path_code(path, table)) else cell
        for cell, path in zip(found, paths, strict=True)
    ]
    return infer_columns(_without_rivals(named, table), table)


def _without_rivals(cells: list[HeaderCell], table: str) -> list[HeaderCell]:
    """Of two columns that resemble one label, only the one most like it is named.

    上年处理决定数量 beside 本年处理决定数量 is a column that the agency added. The same
    label twice is a header printed twice; of two labels that are equally alike (总计
    beside 合计) none is named, since nothing says which is the form's.
    """
    best: dict[str, float] = {}
    labels: dict[tuple[str, float], set[str]] = {}
    scores = [best_column(cell.label, table)[1] for cell in cells]
    for cell, score in zip(cells, scores, strict=True):
        if cell.code is not None:
            best[cell.code] = max(score, best.get(cell.code, 0.0))
            labels.setdefault((cell.code, score), set()).add(core(cell.label))
    return [
        cell
        if cell.code is None
        or (score >= best[cell.code] and len(labels[cell.code, score]) == 1)
        else replace(cell, code=None)
        for cell, score in zip(cells, scores, strict=True)
    ]


def _is_cell(one: Piece, other: Piece) -> bool:
    return one is other or (one.cell is not None and one.cell is other.cell)


def _path_code(path: list[Piece], table: str) -> str | None:
    """Code of the lowest text that names a column; two rows may share one label."""
    if not path:
        return None
    code = column_code(path[-1].text, table)
    if code is None and len(path) > 1:
        code = column_code(path[-2].text + path[-1].text, table)
    return code


def dispute_cells(
    cells: list[HeaderCell], paths: list[list[Piece]], stack: Sequence[Row]
) -> list[HeaderCell]:
    """Columns of the disputes: runs of five outcomes, each under a block's name."""
    leaves = [
        column_code(path[-1].text, "disputes") if path else None for path in paths
    ]
    blocks = [_block_of(path[:-1]) for path in paths]
    heading = None if {*blocks} & {*BLOCKS} else block_code(stack[0].heading)
    above = heading if heading in BLOCKS else None
    runs: list[list[int]] = []
    outcome = [column.code for column in form_rows("disputes", NEWEST)[0].columns]
    for n, leaf in enumerate(leaves):
        if leaf is None:
            continue
        if runs and outcome.index(leaf) > outcome.index(str(leaves[runs[-1][-1]])):
            runs[-1].append(n)
        else:
            runs.append([n])
    named = list(cells)
    run_blocks = [_agreed([blocks[n] for n in run]) or above for run in runs]
    if not any(_says_otherwise(paths[n][:-1]) for run in runs for n in run):
        run_blocks = _infer_blocks(run_blocks)
        if any(block not in BLOCKS for block in run_blocks):
            # Five outcomes under no name, or under one out of its place: the names
            # have come apart from what they head.
            return list(cells)
    for run, block in zip(runs, run_blocks, strict=True):
        for n in run if block is not None else ():
            named[n] = replace(cells[n], code=f"{block}.{leaves[n]}")
    codes = [cell.code for cell in named if cell.code]
    if len(codes) != len(set(codes)):
        return list(cells)
    return infer_columns(named, "disputes")


def _block_of(path: list[Piece]) -> str | None:
    codes = (block_code(piece.text) for piece in reversed(path))
    return next((code for code in codes if code is not None), None)


def _says_otherwise(above: list[Piece]) -> bool:
    """Whether a text above an outcome names a body or a stage that no block has."""
    for piece in above:
        code = block_code(piece.text)
        if code is None and column_code(piece.text, "disputes") is None:
            return True
        if code == "litigation" and core(piece.text) not in _LITIGATION:
            return True
    return False


def _agreed(blocks: list[str | None]) -> str | None:
    known = {block for block in blocks if block is not None}
    return known.pop() if len(known) == 1 else None


def _infer_blocks(blocks: list[str | None]) -> list[str | None]:
    """Three runs of outcomes of which one or two are named: the rest follow in order.

    行政诉讼 alone does not say which route; two runs below it are the two routes.
    """
    if len(blocks) == len(BLOCKS):
        fits = all(
            found in (None, block)
            or (found == "litigation" and block.startswith("litigation"))
            for found, block in zip(blocks, BLOCKS, strict=True)
        )
        if fits and any(block is not None for block in blocks):
            return list(BLOCKS)
    return [block if block in BLOCKS else None for block in blocks]


def aligned_cells(stack: Sequence[Row], table: str) -> list[HeaderCell]:
    """Columns of a header without rules: texts, or two or three below each other."""
    pieces = [p for row in stack for p in row.pieces if p.is_label]
    found: dict[str, tuple[float, Piece, float, float]] = {}
    for n, piece in enumerate(pieces):
        text, low, high = piece.text, piece.low, piece.high
        options = [(text, low, high)]
        for below in pieces[n + 1 :]:
            if below.low < high and low < below.high and len(options) < 3:
                text += below.text
                low, high = min(low, below.low), max(high, below.high)
                options.append((text, low, high))
        for option, its_low, its_high in options:
            code, score = best_column(option, table)
            if code and score > found.get(code, (0.0,))[0]:
                found[code] = (score, piece, its_low, its_high)
    if table == "disputes":
        return []
    cells = [
        HeaderCell(code, low, high, piece.text, (low, high))
        for code, (_, piece, low, high) in found.items()
    ]
    return sorted(cells, key=lambda cell: cell.low)


def infer_columns(cells: list[HeaderCell], table: str) -> list[HeaderCell]:
    """Name columns without label where their neighbours leave no other choice."""
    codes = [cell.code for cell in cells]
    known = [code for code in codes if code]
    for order in orders(table):
        if not set(known) <= set(order) or len(set(known)) * 2 <= len(order):
            continue
        places = [order.index(code) for code in known]
        if places == sorted(set(places)):
            return _fill_gaps(cells, order)
    return cells


def _fill_gaps(cells: list[HeaderCell], order: tuple[str, ...]) -> list[HeaderCell]:
    named = list(cells)
    anchors = [(n, order.index(cell.code)) for n, cell in enumerate(cells) if cell.code]
    found: list[tuple[int, int]] = []
    for (left, low), (right, high) in zip(anchors, anchors[1:], strict=False):
        if right - left == high - low:
            found += zip(range(left + 1, right), range(low + 1, high), strict=True)
    # The first column has lost its label (自然人), or the last: a column without label
    # right beside the nearest that is named.
    (first, low), (last, high) = anchors[0], anchors[-1]
    found += [
        (n, place)
        for n, place in ((first - 1, low - 1), (last + 1, high + 1))
        if place in (0, len(order) - 1)
        and 0 <= n < len(cells)
        and not cells[n].label.strip()
    ]
    for n, place in found:
        named[n] = replace(cells[n], code=order[place], is_inferred=True)
    return named
