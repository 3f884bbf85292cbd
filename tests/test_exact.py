"""What is taken as printed to the letter is what weighing gives, or is declined."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from govinfo.document import Document, Grid, GridCell, TextBlock
from govinfo.errors import UnknownForm
from govinfo.readers import open_file, read_file
from govinfo.recognise import weighed
from govinfo.recognise.exact import exact_readings
from govinfo.recognise.parts import split_document

REPORTS = Path(__file__).parents[1] / "data" / "reports"

PLAIN = (
    *(f"pingtan-{year}.html" for year in (2019, 2021, 2023, 2025)),
    *("pingtan-2020.html", "hongze-2023.pdf"),  # sums of these fail
    *("suqian-2024.html", "hongze-2024.pdf", "huaian-2024.pdf"),
)
"""Facsimiles that are printed to the letter; （六） in one row or in its parts."""


@cache
def _document(name: str) -> Document:
    return read_file(open_file(REPORTS / name))


def _differs(document: Document) -> str:
    """How taking and weighing differ; empty where they do not, or nothing is taken."""
    taken = exact_readings(document)
    if taken is None:
        return ""
    if len(split_document(replace(document, blocks=(*document.blocks,)))) != 1:
        return "several reports"
    try:
        known = weighed(document)
    except UnknownForm as error:
        return str(error)
    if taken == (known.form, known.cells) and not known.subtotals:
        return ""
    pairs = zip(taken[1], known.cells, strict=False)
    return f"{taken[0]}, {known.form}: {[pair for pair in pairs if len({*pair}) > 1]}"


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_report_is_taken_and_as_it_is_weighed(name: str) -> None:
    document = _document(name)
    taken = exact_readings(document)
    assert taken is not None
    assert len(taken[1]) > 180
    assert not _differs(document)


def _grid_changes(grid: Grid, chance: random.Random) -> Iterator[tuple[GridCell, ...]]:
    """A grid changed in many ways, each once."""
    cells = grid.cells
    n, m = chance.sample(range(len(cells)), 2)
    one, other = cells[n], cells[m]

    def with_cell(**changes: object) -> tuple[GridCell, ...]:
        return (*cells[:n], replace(one, **changes), *cells[n + 1 :])  # type: ignore[arg-type]

    yield with_cell(text=other.text)
    yield with_cell(text="")
    yield with_cell(text=one.text + chance.choice("0123456789其他总计一"))
    yield with_cell(text=one.text[:-1])
    yield with_cell(text=f"{one.text}\n{other.text}")
    yield with_cell(colspan=one.colspan + 1)
    yield with_cell(colspan=max(1, one.colspan - 1))
    yield with_cell(rowspan=one.rowspan + 1)
    yield with_cell(column=one.column + 1)
    yield with_cell(confidence=0.5)
    yield with_cell(other_reading=other.text)
    yield (*cells[:n], *cells[n + 1 :])
    swapped = {n: replace(one, text=other.text), m: replace(other, text=one.text)}
    yield tuple(swapped.get(k, cell) for k, cell in enumerate(cells))
    row = one.row
    yield tuple(cell for cell in cells if cell.row != row)
    yield tuple(replace(c, row=c.row + (c.row > row)) for c in cells) + tuple(
        replace(cell, row=row + 1) for cell in cells if cell.row == row
    )
    moved = {row: other.row, other.row: row}
    yield tuple(replace(cell, row=moved.get(cell.row, cell.row)) for cell in cells)
    at = one.column
    yield tuple(replace(c, column=c.column + (c.column >= at)) for c in cells)
    wider = tuple(
        replace(c, column=c.column + (c.column >= at))
        if c.column >= at or c.column + c.colspan <= at
        else replace(c, colspan=c.colspan + 1)
        for c in cells
    )
    extra = ("备注", "上年", str(chance.randrange(9)), "")
    yield wider + tuple(
        GridCell(chance.choice(extra), r, at) for r in range(grid.n_rows)
    )


def _changes(document: Document, chance: random.Random) -> Iterator[Document]:
    """A document with one change each, in a grid or around it."""
    numbers = [n for n, b in enumerate(document.blocks) if isinstance(b, Grid)]
    at = chance.choice(numbers)
    grid = document.blocks[at]
    assert isinstance(grid, Grid)

    def with_blocks(*blocks: Grid | TextBlock) -> Document:
        around = document.blocks
        return replace(document, blocks=(*around[:at], *blocks, *around[at + 1 :]))

    for cells in _grid_changes(grid, chance):
        ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
        yield with_blocks(replace(grid, cells=tuple(ordered)))
    label = chance.choice(grid.cells).text
    figures = " ".join(
        str(chance.randrange(9)) for _ in range(chance.choice([1, 3, 7]))
    )
    yield with_blocks(TextBlock(f"{label} {figures}"), grid)
    yield with_blocks(grid, TextBlock(label), TextBlock(figures))
    yield with_blocks(grid, grid)
    yield with_blocks()
    cut = chance.randrange(1, grid.n_rows + 1)
    upper = tuple(cell for cell in grid.cells if cell.row < cut)
    lower = tuple(
        replace(c, row=c.row - cut) for c in grid.cells if cell_is_below(c, cut)
    )
    if lower and all(c.row + c.rowspan <= cut for c in upper):
        yield with_blocks(replace(grid, cells=upper), replace(grid, cells=lower))
        yield with_blocks(
            replace(grid, cells=upper, page=1), replace(grid, cells=lower, page=2)
        )


def cell_is_below(cell: GridCell, cut: int) -> bool:
    """Whether a cell begins in a row from this one on."""
    return cell.row >= cut


def _mutants(seeds: range) -> Iterator[tuple[str, int, int, Document]]:
    for seed in seeds:
        chance = random.Random(seed)
        name = chance.choice(PLAIN)
        for number, changed in enumerate(_changes(_document(name), chance)):
            yield name, seed, number, changed


def test_a_changed_report_is_declined_or_taken_as_it_is_weighed() -> None:
    taken = 0
    for name, seed, number, changed in _mutants(range(24)):
        assert not _differs(changed), (name, seed, number)
        taken += exact_readings(changed) is not None
    # Some changes leave a report plain, so that both ways were really compared.
    assert taken > 20
