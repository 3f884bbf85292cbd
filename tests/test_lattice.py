"""Rules become tables: which cells there are, and where."""

from __future__ import annotations

import pytest

from govinfo.readers.page.lattice import Lattice, lattices
from govinfo.readers.page.model import Rule, merge_rules


def table(across: list[Rule], down: list[Rule]) -> Lattice:
    (only,) = lattices(across, down)
    return only


def places(lattice: Lattice) -> list[tuple[int, int, int, int]]:
    return [(c.row, c.column, c.rowspan, c.colspan) for c in lattice.cells]


ROWS = [Rule(y, 0, 90) for y in (0, 20, 40)]
COLUMNS = [Rule(x, 0, 40) for x in (0, 30, 60, 90)]


def test_every_cell_of_a_full_grid_is_there():
    full = table(ROWS, COLUMNS)
    assert places(full) == [(r, c, 1, 1) for r in range(2) for c in range(3)]
    assert full.box == (0, 0, 90, 40)


def test_missing_rule_joins_the_cells_at_its_sides():
    across = [Rule(0, 0, 90), Rule(20, 30, 90), Rule(40, 0, 90)]
    down = [Rule(0, 0, 40), Rule(30, 0, 40), Rule(60, 20, 40), Rule(90, 0, 40)]
    assert places(table(across, down)) == [
        (0, 0, 2, 1),
        (0, 1, 1, 2),
        (1, 1, 1, 1),
        (1, 2, 1, 1),
    ]


def test_joined_cells_that_form_no_rectangle_are_cut_by_rows():
    # The rule between the two cells of the second row is missing below a merged cell.
    across = [Rule(0, 0, 90), Rule(20, 30, 90), Rule(40, 0, 90)]
    down = [Rule(0, 0, 40), Rule(30, 0, 20), Rule(60, 0, 40), Rule(90, 0, 40)]
    cells = places(table(across, down))
    covered = [
        (r + i, c + j) for r, c, rs, cs in cells for i in range(rs) for j in range(cs)
    ]
    assert sorted(covered) == [(r, c) for r in range(2) for c in range(3)]


def test_table_cut_by_a_page_break_is_closed_where_its_rules_end():
    open_above = table(ROWS[1:], COLUMNS)
    assert open_above.ys == (0, 20, 40)
    open_below = table(ROWS[:-1], COLUMNS)
    assert open_below.ys == (0, 20, 40)


def test_table_open_at_its_sides_is_closed_where_its_rules_end():
    assert table(ROWS, COLUMNS[1:-1]).xs == (0, 30, 60, 90)


def test_rules_that_nearly_touch_belong_together():
    short = [Rule(y, 2, 88) for y in (0, 20, 40)]
    assert len(table(short, COLUMNS).cells) == 6


def test_double_rule_is_one_edge():
    double = [Rule(x + d, 0, 40) for x in (0, 30, 60, 90) for d in (0, 2.5)]
    assert len(table(ROWS, double).cells) == 6


def test_tables_apart_are_two_from_the_top_down():
    lower = [Rule(y + 100, low, high) for y, low, high in ROWS]
    columns = [Rule(x, low + 100, high + 100) for x, low, high in COLUMNS]
    found = lattices([*lower, *ROWS], [*columns, *COLUMNS])
    assert [lattice.ys[0] for lattice in found] == [0, 100]


def test_frame_without_inner_rules_is_no_table():
    assert lattices([ROWS[0], ROWS[-1]], [COLUMNS[0], COLUMNS[-1]]) == []


def test_underline_is_no_table():
    assert lattices([Rule(10, 0, 300)], []) == []


@pytest.mark.parametrize("point", [(-5, 10), (95, 10), (10, -5), (10, 45)])
def test_outside_a_table_there_is_no_cell(point: tuple[float, float]):
    assert table(ROWS, COLUMNS).cell_at(*point) is None


def test_points_find_the_merged_cell_that_covers_them():
    across = [Rule(0, 0, 90), Rule(20, 30, 90), Rule(40, 0, 90)]
    merged = table(across, COLUMNS)
    assert merged.cell_at(10, 5) == merged.cell_at(10, 35) == 0


def test_dots_of_neighbouring_rules_do_not_chain():
    dots = [Rule(y, x, x + 1) for y in (10, 12, 14) for x in range(0, 60, 2)]
    assert [rule.position for rule in merge_rules(dots, thickness=1.2)] == [10, 12, 14]


def test_pieces_of_one_thick_rule_are_one():
    assert merge_rules([Rule(10, 0, 50), Rule(11, 0, 50)]) == [Rule(10.5, 0, 50)]


def test_gap_wider_than_that_of_dots_stays():
    assert len(merge_rules([Rule(10, 0, 50), Rule(10, 60, 90)])) == 2


def test_edges_of_stacked_tables_that_are_nearly_in_line_are_told_apart() -> None:
    """A digit at the left of a column is not in the column before it."""
    rows = [Rule(y, 0, 200) for y in (0, 20, 40, 60, 80)]
    columns = [Rule(0, 0, 80), Rule(200, 0, 80), Rule(103, 0, 40), Rule(100, 40, 80)]
    (table,) = lattices(rows, columns)
    assert len(table.xs) == 3
    found = {
        (x, y): table.cells[index].column
        for y in (10, 50)
        for x in (99, 101, 102, 104)
        if (index := table.cell_at(x, y)) is not None
    }
    assert [found[x, 10] for x in (99, 101, 102, 104)] == [0, 0, 0, 1]
    assert [found[x, 50] for x in (99, 101, 102, 104)] == [0, 1, 1, 1]
