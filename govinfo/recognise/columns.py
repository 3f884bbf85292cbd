"""Which statutory column stands where: headers read and applied to rows.

A header is built from the rows without figures above a row: over one row or three,
with spans or without them, with labels split over rows or lost. Columns whose label is
lost are named only where the labels on both sides leave no other choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from govinfo.document import GridKind
from govinfo.forms import FORMS, form_row, form_rows, wordings
from govinfo.recognise.labels import (
    alike,
    block_labels,
    column_labels,
    core,
    leading,
)
from govinfo.recognise.rows import Piece, Row

# Column labels are short; below this two of them are too easily mistaken.
COLUMN_ALIKE = 0.8

BLOCKS = ("review", "litigation_direct", "litigation_after_review")
"""Rows of ``disputes``, in the order in which their blocks stand side by side."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A column of a header: its code (None where no label names it) and its extent."""

    code: str | None
    low: float
    high: float
    label: str = ""
    box_low: float | None = None
    box_high: float | None = None
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """Columns from left to right.

    ``is_placed`` is false for a header that is only known to name its columns in the
    statutory order (a text without columns).
    """

    table: str
    section: int
    row: int
    cells: tuple[HeaderCell, ...]
    is_placed: bool = True
    kind: GridKind = GridKind.TABLE

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the named columns from left to right."""
        return tuple(cell.code for cell in self.cells if cell.code is not None)

    def label(self, code: str) -> str:
        """The printed label of a column."""
        return next((cell.label for cell in self.cells if cell.code == code), "")


@cache
def statutory_columns(table: str, row_code: str, form: str) -> tuple[str, ...]:
    """
    Codes of a row's columns in statutory order; empty where the form lacks the row.

    Examples
    --------
    >>> statutory_columns("proactive", "fee", "2019")
    ('items_last_year', 'change')
    """
    try:
        row = form_row(table, form, row_code)
    except KeyError:
        return ()
    return tuple(column.code for column in row.columns)


@cache
def _orders(table: str) -> tuple[tuple[str, ...], ...]:
    """The sequences of column codes that a header of a table prints."""
    found = {
        tuple(column.code for column in row.columns)
        for form in FORMS
        for row in form_rows(table, form)
    }
    if table == "disputes":
        (leaves,) = found
        return (tuple(f"{block}.{leaf}" for block in BLOCKS for leaf in leaves),)
    return tuple(sorted(found, key=lambda order: (-len(order), order)))


@lru_cache(maxsize=8192)
def _best(text: str, table: str) -> tuple[str | None, float]:
    """The column that a text names best, and how well; blocks under ``"blocks"``."""
    labels = block_labels() if table == "blocks" else column_labels(table)
    whole, first = core(text), core(leading(text))
    code, score = None, 0.0
    for label in labels:
        found = max(alike(whole, label.core), alike(first, label.core) - 0.01)
        if found > score:
            code, score = label.code, found
    return (code, score) if score >= COLUMN_ALIKE else (None, score)


def column_code(text: str, table: str) -> str | None:
    r"""
    The column of a table that a printed header text names, or None.

    Examples
    --------
    >>> column_code("商业\n企业", "requests"), column_code("备注", "requests")
    ('business', None)
    """
    return _best(text, table)[0]


def block_code(text: str) -> str | None:
    """
    The block of ``disputes`` that a printed text names, or None.

    Examples
    --------
    >>> block_code("行政诉讼（未经复议直接起诉）"), block_code("行政诉讼")
    ('litigation_direct', 'litigation')
    """
    whole = core(text)
    contained = [label for label in block_labels() if label.core in whole]
    if contained and len(whole) <= 3 * max(len(label.core) for label in contained):
        routes = [label for label in contained if label.code in BLOCKS[1:]]
        return max(routes or contained, key=lambda label: len(label.core)).code
    return _best(text, "blocks")[0]


def read_header(stack: Sequence[Row], table: str) -> Header | None:
    """
    The header that rows without figures form.

    Parameters
    ----------
    stack : sequence of Row
        Rows of one section above the first row with figures, top down.
    table : str
        Table whose columns are sought.

    Returns
    -------
    Header or None
        None where fewer than two columns (one in ``proactive``) are named.
    """
    if not stack:
        return None
    if all(row.is_placed for row in stack):
        cells = (
            _aligned_cells(stack, table)
            if stack[0].kind is GridKind.ALIGNED
            else _table_cells(stack, table)
        )
        placed = True
    else:
        texts = [p.text for row in stack for p in row.pieces if p.is_label]
        cells = _named_in_order(texts, table)
        placed = False
    named = [cell for cell in cells if cell.code is not None and not cell.is_inferred]
    if len(named) < (1 if table == "proactive" else 2):
        return None
    last = stack[-1]
    return Header(table, last.section, last.number, tuple(cells), placed, last.kind)


def _table_cells(stack: Sequence[Row], table: str) -> list[HeaderCell]:
    """Columns of a drawn header: the lowest text above each, with what is above it."""
    edges = sorted({e for row in stack for p in row.pieces for e in (p.low, p.high)})
    found: list[HeaderCell] = []
    bottoms: list[Piece | None] = []
    paths: list[list[Piece]] = []
    for low, high in zip(edges, edges[1:], strict=False):
        path: list[Piece] = []
        for row in stack:
            for piece in row.pieces:
                covers = piece.low <= low and high <= piece.high
                if covers and not piece.is_blank and not _same(path, piece):
                    path.append(piece)
        bottom = path[-1] if path else None
        if found and bottom is not None and _is_cell(bottoms[-1], bottom):
            found[-1] = _widened(found[-1], high)
            continue
        found.append(
            HeaderCell(
                None,
                low,
                high,
                bottom.text if bottom else "",
                *_box_extent(bottom),
            )
        )
        bottoms.append(bottom)
        paths.append(path)
    if table == "disputes":
        return _dispute_cells(found, paths, stack)
    named = [
        _named(cell, _path_code(path, table))
        for cell, path in zip(found, paths, strict=True)
    ]
    return _infer(_without_rivals(named, table), table)


def _without_rivals(cells: list[HeaderCell], table: str) -> list[HeaderCell]:
    """Of two columns that resemble one label, only the one most like it is named.

    上年处理决定数量 beside 本年处理决定数量 is a column that the agency added. Labels
    that are equally alike are a header printed twice.
    """
    best: dict[str, float] = {}
    scores = [_best(cell.label, table)[1] for cell in cells]
    for cell, score in zip(cells, scores, strict=True):
        if cell.code is not None:
            best[cell.code] = max(score, best.get(cell.code, 0.0))
    return [
        cell if cell.code is None or score >= best[cell.code] else _named(cell, None)
        for cell, score in zip(cells, scores, strict=True)
    ]


def _same(path: list[Piece], piece: Piece) -> bool:
    return any(_is_cell(other, piece) for other in path)


def _is_cell(one: Piece | None, other: Piece) -> bool:
    return one is not None and (
        one is other or (one.cell is not None and one.cell is other.cell)
    )


def _widened(cell: HeaderCell, high: float) -> HeaderCell:
    return HeaderCell(
        cell.code, cell.low, high, cell.label, cell.box_low, cell.box_high
    )


def _named(
    cell: HeaderCell, code: str | None, *, is_inferred: bool = False
) -> HeaderCell:
    return HeaderCell(
        code,
        cell.low,
        cell.high,
        cell.label,
        cell.box_low,
        cell.box_high,
        is_inferred,
    )


def _box_extent(piece: Piece | None) -> tuple[float | None, float | None]:
    if piece is None or piece.place.box is None:
        return None, None
    return piece.place.box[0], piece.place.box[2]


def _path_code(path: list[Piece], table: str) -> str | None:
    """Code of the lowest text that names a column; two rows may share one label."""
    if not path:
        return None
    code = column_code(path[-1].text, table)
    if code is None and len(path) > 1:
        code = column_code(path[-2].text + path[-1].text, table)
    return code


def _dispute_cells(
    cells: list[HeaderCell], paths: list[list[Piece]], stack: Sequence[Row]
) -> list[HeaderCell]:
    """Columns of the disputes: runs of five outcomes, each under a block's name."""
    leaves = [
        column_code(path[-1].text, "disputes") if path else None for path in paths
    ]
    blocks = [_block_of(path[:-1]) for path in paths]
    above = None
    if not any(block in BLOCKS for block in blocks):
        above = block_code(stack[0].heading)
        above = above if above in BLOCKS else None
    runs: list[list[int]] = []
    outcome = [column.code for column in form_rows("disputes", "2021")[0].columns]
    for n, leaf in enumerate(leaves):
        if leaf is None:
            continue
        if runs and outcome.index(leaf) > outcome.index(str(leaves[runs[-1][-1]])):
            runs[-1].append(n)
        else:
            runs.append([n])
    named = list(cells)
    run_blocks = [_agreed([blocks[n] for n in run]) or above for run in runs]
    run_blocks = _infer_blocks(run_blocks)
    for run, block in zip(runs, run_blocks, strict=True):
        for n in run:
            if block is not None:
                named[n] = _named(cells[n], f"{block}.{leaves[n]}")
    codes = [cell.code for cell in named if cell.code]
    if len(codes) != len(set(codes)):
        return list(cells)
    return _infer(named, "disputes")


def _block_of(path: list[Piece]) -> str | None:
    for piece in reversed(path):
        code = block_code(piece.text)
        if code is not None:
            return code
    return None


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


def _infer(cells: list[HeaderCell], table: str) -> list[HeaderCell]:
    """Name columns without label where their neighbours leave no other choice."""
    codes = [cell.code for cell in cells]
    known = {code for code in codes if code}
    if not known:
        return cells
    for order in _orders(table):
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
                named[n] = _named(cells[n], code, is_inferred=True)
    first = positions[anchors[0]]
    if first == 1 and anchors[0] >= 1 and not cells[anchors[0] - 1].label.strip():
        # The first column has lost its label (自然人): an unlabelled column right
        # before the second one.
        n = anchors[0] - 1
        named[n] = _named(cells[n], order[0], is_inferred=True)
    last = positions[anchors[-1]]
    if (
        last == len(order) - 2
        and anchors[-1] + 1 < len(cells)
        and not cells[anchors[-1] + 1].label.strip()
    ):
        n = anchors[-1] + 1
        named[n] = _named(cells[n], order[-1], is_inferred=True)
    return named


def _aligned_cells(stack: Sequence[Row], table: str) -> list[HeaderCell]:
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
            code, score = _best(option, table)
            if code and score > found.get(code, (0.0,))[0]:
                found[code] = (score, piece, its_low, its_high)
    if table == "disputes":
        return []
    cells = [
        HeaderCell(code, low, high, piece.text, low, high)
        for code, (_, piece, low, high) in found.items()
    ]
    return sorted(cells, key=lambda cell: cell.low)


def _named_in_order(texts: list[str], table: str) -> list[HeaderCell]:
    """Columns named in a text without columns, if they come in the statutory order.

    The two-level header of the requests names the total before the organisations.
    """
    codes: list[str] = []
    if table == "disputes":
        return _disputes_in_order(texts)
    for text in texts:
        codes.extend(_codes_in(text, table))
    for order in _orders(table):
        for printed in (order, (order[0], order[-1], *order[1:-1])):
            if codes[-len(printed) :] == list(printed):
                return [
                    HeaderCell(code, float(n), float(n + 1), code)
                    for n, code in enumerate(order)
                ]
    return []


@cache
def _group_heads(table: str) -> frozenset[str]:
    """Labels over several columns (法人或其他组织), which name none of them."""
    return frozenset(
        core(wording.label)
        for wording in wordings()
        if wording.table == table and wording.kind == "header"
    )


@lru_cache(maxsize=8192)
def _codes_in(text: str, table: str) -> tuple[str, ...]:
    """Columns that a text names, one after the other where it names several."""
    code = column_code(text, table)
    if code is not None:
        return (code,)
    if core(text) in _group_heads(table):
        return ()
    packed = core(text)
    found: list[tuple[int, int, str]] = []
    labels = sorted(column_labels(table), key=lambda lab: -len(lab.core))
    for label in labels:
        if len(label.core) < 4:
            continue
        start = packed.find(label.core)
        end = start + len(label.core)
        if start >= 0 and all(end <= a or b <= start for a, b, _ in found):
            found.append((start, end, label.code))
    covered = sum(end - start for start, end, _ in found)
    if not found or covered < 0.5 * len(packed):
        return ()
    return tuple(code for _, _, code in sorted(found))


def _disputes_in_order(texts: list[str]) -> list[HeaderCell]:
    leaves = [code for text in texts if (code := column_code(text, "disputes"))]
    blocks = [code for text in texts if (code := block_code(text)) in BLOCKS]
    outcome = [column.code for column in form_rows("disputes", "2021")[0].columns]
    order = _orders("disputes")[0]
    if leaves[-15:] == outcome * 3 and [b for b in blocks if b][-3:] == list(BLOCKS):
        return [
            HeaderCell(code, float(n), float(n + 1), code)
            for n, code in enumerate(order)
        ]
    if leaves == outcome and blocks and blocks[-1] is not None:
        return [
            HeaderCell(f"{blocks[-1]}.{leaf}", float(n), float(n + 1), leaf)
            for n, leaf in enumerate(outcome)
        ]
    return []
