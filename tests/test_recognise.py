"""Recognition: labels decide, sums support, and what is not certain says so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from govinfo.document import Document, Grid, GridCell, GridKind, TextBlock
from govinfo.errors import UnknownForm
from govinfo.forms import form_row, form_rows
from govinfo.recognise import recognise
from govinfo.recognise.align import align, expected_counts, sequence
from govinfo.recognise.columns import block_code, column_code
from govinfo.recognise.drawnheader import drawn_columns
from govinfo.recognise.evidence import holds, sums, supported
from govinfo.recognise.figures import State, read_figure
from govinfo.recognise.headers import read_header
from govinfo.recognise.labels import core, numbering, row_labels, row_similarities
from govinfo.recognise.rows import rows_of

APPLICANTS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
HEADER = ["", *APPLICANTS, "总计"]


def grid(rows: list[list[str]], number: int = 1) -> Grid:
    """A grid without spans."""
    cells = [
        GridCell(text, r, c) for r, row in enumerate(rows) for c, text in enumerate(row)
    ]
    return Grid(number, tuple(cells))


def requests_rows(figures: dict[str, list[str]] | None = None) -> list[list[str]]:
    """Table 3 of the 2021 form, every figure 0 unless given."""
    given = figures or {}
    return [list(HEADER)] + [
        [row.leaf, *given.get(row.code, ["0"] * 7)]
        for row in form_rows("requests", "2021")
        if row.required
    ]


def read(*grids: Grid) -> dict[tuple[str, str], tuple[State, Decimal | None]]:
    """State and value of every cell of table 3."""
    found = recognise(Document("a.html", "text/html", grids))
    return {
        cell.key: (cell.state, cell.value)
        for cell in found.cells
        if cell.table == "requests"
    }


def test_plain_table_is_read_by_its_labels():
    figures = {"received": ["3", "1", "0", "0", "0", "0", "4"]}
    cells = read(grid(requests_rows(figures)))
    assert cells["received", "natural_person"] == (State.REPORTED, Decimal(3))
    assert cells["received", "business"] == (State.REPORTED, Decimal(1))
    assert cells["received", "total"] == (State.REPORTED, Decimal(4))
    assert len(cells) == 175
    assert {state for state, _ in cells.values()} == {State.REPORTED}


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([6, 0, 1, 2, 3, 4, 5], id="total before the classes"),
        pytest.param([0, 2, 1, 3, 4, 5, 6], id="two classes exchanged"),
        pytest.param([0, 1, 1, 3, 4, 5, 6], id="a class twice"),
    ],
)
def test_header_that_contradicts_the_statutory_order_decides_nothing(order: list[int]):
    rows = requests_rows({"received": ["3", "1", "0", "0", "0", "0", "4"]})
    names = [rows[0][1 + n] for n in order]
    cells = read(grid([[rows[0][0], *names], *rows[1:]]))
    assert {cells["received", code] for code in ("business", "total")} == {
        (State.UNCERTAIN, None)
    }


def _spanned(header: list[tuple[int, int, int, int, str]]) -> Grid:
    """Table 3 below a header of cells: row, column, rowspan, colspan and text."""
    given = {
        "received": ["3", "1", "0", "2", "0", "0", "6"],
        "granted": ["1", "", "0", "0", "0", "0", "1"],
        "concluded": ["1", "0", "0", "0", "0", "0", "1"],
        "carried_out": ["2", "1", "0", "2", "0", "0", "5"],
    }
    body = grid(requests_rows(given)[1:]).cells
    top = (GridCell(text, r, c, down, across) for r, c, down, across, text in header)
    return Grid(1, (*top, *(replace(cell, row=cell.row + 2) for cell in body)))


# One span too small: 总计 stands over the fourth class, and two classes beyond it.
SHIFTED = [
    (0, 0, 2, 1, ""),
    (0, 1, 2, 1, "自然人"),
    (0, 2, 1, 2, "法人或其他组织"),
    (0, 4, 2, 1, "总计"),
    (1, 2, 1, 1, "商业企业"),
    (1, 3, 1, 1, "科研机构"),
    (1, 5, 1, 1, "社会公益组织"),
    (1, 6, 1, 1, "法律服务机构"),
    (1, 7, 1, 1, "其他"),
]

# No empty cells below 自然人 and 总计: each class stands one column too far left.
HIDDEN = [
    (0, 0, 2, 1, ""),
    (0, 1, 1, 1, "自然人"),
    (0, 2, 1, 5, "法人或其他组织"),
    (0, 7, 1, 1, "总计"),
    *((1, n, 1, 1, name) for n, name in enumerate(APPLICANTS[1:], start=1)),
]


@pytest.mark.parametrize("header", [SHIFTED, HIDDEN], ids=["shifted", "hidden"])
def test_sums_and_row_lengths_prove_a_header_wrong_whose_names_are_in_order(
    header: list[tuple[int, int, int, int, str]],
):
    cells = read(_spanned(header))
    assert cells["received", "nonprofit"] == (State.REPORTED, Decimal(2))
    assert cells["received", "total"] == (State.REPORTED, Decimal(6))
    assert cells["granted", "business"] == (State.BLANK, None)


def test_header_proved_wrong_says_nothing_where_a_row_has_a_cell_too_many():
    one = _spanned(SHIFTED)
    longer = Grid(1, (*one.cells, GridCell("0", 5, 8)))
    assert {state for state, _ in read(longer).values()} == {State.UNCERTAIN}


def test_header_proved_wrong_says_nothing_where_a_sum_fails():
    one = _spanned(SHIFTED)
    cells = tuple(
        replace(cell, text="9") if (cell.row, cell.column) == (2, 1) else cell
        for cell in one.cells
    )
    found = read(Grid(1, cells))
    assert found["received", "natural_person"] == (State.UNCERTAIN, None)
    assert found["refused.state_secret", "total"] == (State.REPORTED, Decimal(0))


FIVE = ["自然人", "商业企业", "法律服务机构", "其他", "总计"]


def _cut_after_received(header: list[str], rows: list[list[str]]) -> tuple[Grid, Grid]:
    """Table 3 cut in two: all columns for the first row, other ones for the rest."""
    first, received, *rest = requests_rows({"received": list("1200003")})
    below = [[row[0], *figures] for row, figures in zip(rest, rows, strict=False)]
    return grid([first, received]), grid([header, *below], 2)


def test_header_repeated_with_fewer_columns_names_those_that_are_left():
    rows = [["2", "1", "", "", "3"], ["4", "", "", "5", "9"]] + [["0"] * 5] * 22
    cells = read(*_cut_after_received(["", *FIVE], rows))
    assert cells["received", "research"] == (State.REPORTED, Decimal(0))
    assert cells["carried_in", "business"] == (State.REPORTED, Decimal(1))
    assert cells["carried_in", "legal_service"] == (State.BLANK, None)
    assert cells["carried_in", "total"] == (State.REPORTED, Decimal(3))
    assert cells["carried_in", "research"] == (State.ABSENT, None)
    assert cells["granted", "other_organisation"] == (State.REPORTED, Decimal(5))


def test_names_count_where_the_label_beside_the_rows_is_lost_and_the_totals_agree():
    rows = [["2", "1", "", "", "3"], ["4", "", "", "5", "9"]] + [["0"] * 5] * 22
    # The stub of the header is as wide as two labels, and every row has one.
    cells = read(*_cut_after_received(["", "", *FIVE], rows))
    assert cells["carried_in", "natural_person"] == (State.REPORTED, Decimal(2))
    assert cells["granted", "other_organisation"] == (State.REPORTED, Decimal(5))
    assert cells["granted", "research"] == (State.ABSENT, None)


@pytest.mark.parametrize(
    "rows",
    [
        [["2", "1", "", "", "4"], ["4", "", "", "5", "8"]],
        [["3", "", "", "", "3"], ["9", "", "", "", "9"]],
        [["2", "1", "", "", "3"], ["4", "", "", "5", "9", "1"]],
    ],
    ids=["totals that fail", "totals of one part", "a row with a cell more"],
)
def test_header_beside_its_columns_does_not_count_unless_totals_agree(
    rows: list[list[str]],
):
    cells = read(*_cut_after_received(["", "", *FIVE], rows + [["0"] * 5] * 22))
    states = {state for (row, _), (state, _) in cells.items() if row == "carried_in"}
    assert states <= {State.UNCERTAIN, State.ABSENT}


def test_table_without_totals_has_no_total_and_every_other_cell():
    rows = requests_rows({"received": list("1203003")})
    cells = read(grid([row[:-1] for row in rows]))
    assert cells["received", "legal_service"] == (State.REPORTED, Decimal(0))
    assert cells["received", "nonprofit"] == (State.REPORTED, Decimal(3))
    assert cells["received", "total"] == (State.ABSENT, None)


def test_header_cell_that_reaches_in_among_figures_puts_the_row_in_doubt():
    block = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    names = [GridCell(text, 1, n) for n, text in enumerate(block[:-1])]
    names.append(GridCell("总计", 1, 4, rowspan=2))
    title = GridCell("行政复议", 0, 0, colspan=5)
    figures = [GridCell(str(n), 2, n if n < 4 else n + 1) for n in range(5)]
    document = Document("a.html", "text/html", (Grid(1, (title, *names, *figures)),))
    document = replace(document, blocks=(*document.blocks, grid(requests_rows(), 2)))
    cells = [cell for cell in recognise(document).cells if cell.table == "disputes"]
    assert not {cell.state for cell in cells} & {State.REPORTED, State.BLANK}


def test_cell_that_hangs_down_beside_a_table_is_no_total_of_its_rows():
    """A column had no width: the frame round the table stood in its place."""
    rows = requests_rows()
    cells = [cell for cell in grid(rows).cells if cell.row == 0 or cell.column < 7]
    frame = GridCell("", 1, 7, rowspan=len(rows) - 1)
    found = read(Grid(1, (*cells, frame)))
    assert {state for state, _ in found.values()} == {State.UNCERTAIN}


@pytest.mark.parametrize("is_beside", [True, False])
def test_row_that_a_page_cuts_in_its_label_is_no_blank(is_beside: bool):
    """Its figures stand on the page before, in a grid with other columns."""
    rows = requests_rows({"not_processed.confirm_or_reissue": list("1000001")})
    leaf = next(r.leaf for r in form_rows("requests", "2021") if "重新出具" in r.leaf)
    at = next(n for n, row in enumerate(rows) if row[0] == leaf)
    rows[at][0] = leaf[:6]
    rest = [[leaf[6:] if is_beside else leaf, *[""] * 7], *rows[at + 1 :]]

    def page(number: int, rows: list[list[str]], first: int) -> Grid:
        return Grid(
            number,
            tuple(
                GridCell(
                    text,
                    r,
                    c + first,
                    box=(40.0 * c, 10.0 * r, 40.0 * c + 40, 10.0 * r + 10),
                )
                for r, row in enumerate(rows)
                for c, text in enumerate(row)
            ),
            page=number,
        )

    found = read(page(1, rows[: at + 1], 3), page(2, rest, 0))
    state, value = found["not_processed.confirm_or_reissue", "total"]
    if is_beside:
        assert (state, value) == (State.REPORTED, Decimal(1))
    else:
        assert state is State.UNCERTAIN


def test_rows_in_another_order_follow_their_labels():
    figures = {
        "refused.state_secret": ["5", "0", "0", "0", "0", "0", "5"],
        "refused.inquiry_matter": ["7", "0", "0", "0", "0", "0", "7"],
    }
    rows = requests_rows(figures)
    labels = [row[0] for row in rows]
    one, other = labels.index("1.属于国家秘密"), labels.index("8.属于行政查询事项")
    rows[one], rows[other] = rows[other], rows[one]
    cells = read(grid(rows))
    secret = cells["refused.state_secret", "natural_person"]
    inquiry = cells["refused.inquiry_matter", "natural_person"]
    assert secret in {(State.REPORTED, Decimal(5)), (State.UNCERTAIN, None)}
    assert inquiry in {(State.REPORTED, Decimal(7)), (State.UNCERTAIN, None)}


def test_row_that_the_agency_added_is_passed_over():
    rows = requests_rows({"granted": ["2", "0", "0", "0", "0", "0", "2"]})
    rows.insert(4, ["其中：网上办理", "9", "0", "0", "0", "0", "0", "9"])
    cells = read(grid(rows))
    assert cells["granted", "natural_person"] == (State.REPORTED, Decimal(2))
    assert Decimal(9) not in {value for _, value in cells.values()}


def test_column_that_the_agency_added_is_passed_over():
    rows = requests_rows({"granted": ["2", "0", "0", "0", "0", "0", "2"]})
    wider = [[*rows[0], "备注"]] + [[*row, "无"] for row in rows[1:]]
    cells = read(grid(wider))
    assert cells["granted", "total"] == (State.REPORTED, Decimal(2))
    assert {state for state, _ in cells.values()} == {State.REPORTED}


def test_subtotal_of_a_group_is_no_row_of_the_form():
    rows = requests_rows({"refused.state_secret": ["1", "0", "0", "0", "0", "0", "1"]})
    labels = [row[0] for row in rows]
    place = labels.index("1.属于国家秘密")
    rows.insert(place, ["（三）不予公开", "8", "0", "0", "0", "0", "0", "8"])
    cells = read(grid(rows))
    assert cells["refused.state_secret", "total"] == (State.REPORTED, Decimal(1))
    assert Decimal(8) not in {value for _, value in cells.values()}


@pytest.mark.parametrize("first", ["2", "3"])
def test_same_row_printed_twice_with_other_figures_is_not_settled(first: str):
    rows = requests_rows({"granted": [first, "0", "0", "0", "0", "0", first]})
    rows.append(["（一）予以公开", "5", "0", "0", "0", "0", "0", "5"])
    assert read(grid(rows))["granted", "natural_person"] == (State.UNCERTAIN, None)


def test_same_row_twice_with_its_figures_in_other_columns_is_not_settled():
    rows = requests_rows({"granted": ["", "5", "", "", "", "", "5"]})
    rows.append(["（一）予以公开", "", "", "5", "", "", "", "5"])
    assert read(grid(rows))["granted", "business"] == (State.UNCERTAIN, None)


def test_of_two_columns_with_like_names_neither_is_the_form_s():
    rows = [[*row, "9"] for row in requests_rows({"granted": ["2", *[""] * 5, ""]})]
    rows[0][-1] = "合计"
    cells = read(grid(rows))
    assert {cells[row, "total"] for row in ("granted", "received")} == {
        (State.UNCERTAIN, None)
    }


def test_two_tables_of_one_kind_settle_nothing_though_one_is_empty():
    """Last year's table before this year's, which leaves its zeros blank."""
    old = requests_rows({"granted": ["4"] * 7})
    new = [old[0], *([row[0], *[""] * 7] for row in old[1:])]
    cells = read(grid(old), grid(new, 2))
    states = {state for (row, _), (state, _) in cells.items() if row == "granted"}
    assert states == {State.UNCERTAIN}


@pytest.mark.parametrize("n_blank", [1, 2, 3])
def test_rows_that_this_year_leaves_blank_are_not_taken_from_last_year(n_blank: int):
    old = requests_rows({"received": ["4"] * 7, "carried_in": ["5"] * 7})
    new = requests_rows({"granted": ["1", "", "", "", "", "", "1"]})
    for row in new[1 : 1 + n_blank]:
        row[1:] = [""] * 7
    cells = read(grid(old), grid(new, 2))
    assert {cells["received", code][0] for code in ("natural_person", "total")} == {
        State.UNCERTAIN
    }


def test_figures_that_lost_their_label_cast_doubt_on_the_gaps_beside_them():
    """On a page without rules the figures of a row may stand apart from its label."""
    rows = requests_rows({"granted": ["", "4", "0", "0", "0", "0", "7"]})
    at = next(n for n, row in enumerate(rows) if "予以公开" in row[0])
    rows.insert(at + 1, ["", "3", "", "", "", "", "", ""])
    page = Grid(1, grid(rows).cells, page=1)
    assert read(page)["granted", "natural_person"][0] is State.UNCERTAIN


def test_group_of_which_one_part_lost_its_label_is_no_subtotal():
    rows = requests_rows({"other.not_clarified": ["3", *["0"] * 5, "3"]})
    at = next(n for n, row in enumerate(rows) if "逾期不补正" in row[0])
    rows[at][0] = "（六）其他处理"
    cells = read(grid(rows))
    assert {
        cells.get((code, "natural_person"), (State.UNCERTAIN, None))[1]
        for code in ("other", "other.not_clarified")
    } == {None}


def test_blank_beside_a_figure_in_the_cell_of_the_label_is_not_sure():
    rows = requests_rows({"granted": ["", "5", "0", "0", "0", "0", "9"]})
    (row,) = [row for row in rows if "".join(row[1:]) == "500009"]
    row[0] += " 4"
    state, _ = read(grid(rows))["granted", "natural_person"]
    assert state is State.UNCERTAIN


def test_label_that_stands_twice_under_its_group_is_not_settled():
    rows = [["", *row] for row in requests_rows()]
    at = next(n for n, row in enumerate(rows) if "逾期不补正" in row[1])
    for row in rows[at : at + 3]:
        row[0] = "（六）其他处理"
    rows.insert(at + 1, [*rows[at][:2], "5", *["0"] * 5, "5"])
    assert read(grid(rows))["other.not_clarified", "natural_person"] == (
        State.UNCERTAIN,
        None,
    )


def test_row_of_text_that_lost_a_blank_places_no_figure_and_disturbs_no_other():
    rows = requests_rows(
        {
            "received": ["3", "", "", "", "", "3"],
            "granted": ["", "2", "", "", "", "", "2"],
        }
    )
    lines = tuple(TextBlock(text) for row in rows for text in row)
    found = recognise(Document("a.txt", "text/plain", lines))
    cells = {cell.key: cell for cell in found.cells if cell.table == "requests"}
    received = {cell.state for key, cell in cells.items() if key[0] == "received"}
    assert received == {State.UNCERTAIN}
    assert cells["granted", "natural_person"].state is State.BLANK
    assert cells["granted", "business"].value == 2
    assert cells["concluded", "total"].state is State.REPORTED


def test_figures_that_are_all_alike_need_to_know_their_form():
    """规章 0 0 0 stands on both forms, and means other things."""
    text = "规章 0 0 0 行政许可 7 行政处罚 5 行政强制 2 行政事业性收费 1"
    rows = requests_rows()
    lines = [*text.split(), *(text for row in rows for text in row)]
    found = recognise(
        Document("a.txt", "text/plain", tuple(TextBlock(line) for line in lines))
    )
    states = {
        cell.row_code: cell.state for cell in found.cells if cell.table == "proactive"
    }
    assert states["regulation"] is State.UNCERTAIN
    assert states["licence"] is State.REPORTED


def test_row_of_blanks_before_the_figures_of_disputes_leaves_them_open():
    outcomes = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    head = [
        ["行政复议"] * 5 + ["未经复议直接起诉"] * 5 + ["复议后起诉"] * 5,
        outcomes * 3,
    ]
    rows = grid([*head, [""] * 15, [str(n) for n in range(15)]], 2)
    found = recognise(Document("a.html", "text/html", (grid(requests_rows()), rows)))
    states = {cell.state for cell in found.cells if cell.table == "disputes"}
    assert states == {State.UNCERTAIN}


def test_figures_of_a_row_with_one_too_many_are_not_moved_into_its_blank():
    """As many figures as columns, and a blank: the blank is under a label, too."""
    rows = requests_rows({"granted": ["1", "2", "3", "4", "5", "", "8", "9"]})
    cells = read(grid(rows))
    assert {cells["granted", c] for c in ("other_organisation", "total")} == {
        (State.UNCERTAIN, None)
    }


def test_labels_of_one_block_after_the_names_of_three_are_not_its_header():
    """The labels of the other blocks still follow, and then the figures."""
    outcomes = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    lines = [text for row in requests_rows() for text in row]
    lines += ["行政复议", "行政诉讼", *outcomes, "未经复议直接起诉", "复议后起诉"]
    lines += [""] * 5 + outcomes * 2 + [str(n) for n in range(15)]
    found = recognise(
        Document("a.txt", "text/plain", tuple(TextBlock(line) for line in lines))
    )
    values = [cell.value for cell in found.cells if cell.table == "disputes"]
    assert values == [Decimal(n) for n in range(15)]


def test_header_and_figures_may_part_the_same_columns_at_other_edges():
    """A fifth column is empty throughout; a blank among the figures stays in place."""
    cells = [
        GridCell("信息内容", 0, 0),
        GridCell("上一年项目数量", 0, 1, colspan=2),
        GridCell("本年增/减", 0, 3, colspan=2),
        GridCell("", 0, 5),
        GridCell("行政事业性收费", 1, 0),
        GridCell("8", 1, 1),
        GridCell("", 1, 2, colspan=3),
        GridCell("", 1, 5),
    ]
    found = recognise(
        Document("a.html", "text/html", (Grid(1, tuple(cells)), grid(requests_rows())))
    )
    states = {
        cell.column_code: (cell.state, cell.value)
        for cell in found.cells
        if cell.row_code == "fee"
    }
    assert states == {
        "items_last_year": (State.REPORTED, Decimal(8)),
        "change": (State.BLANK, None),
    }


def test_column_that_lost_its_label_keeps_its_place_on_the_next_page():
    def page(rows: list[list[str]], number: int) -> Grid:
        cells = [
            GridCell(text, r, c, box=(60.0 * c, 20.0 * r, 60.0 * c + 60, 20.0 * r + 20))
            for r, row in enumerate(rows)
            for c, text in enumerate(row)
        ]
        return Grid(number, tuple(cells), page=number)

    rows = requests_rows({"concluded": ["5", "", "", "", "", "", "5"]})
    rows[0][1] = rows[0][-1] = ""
    cells = read(page(rows[:8], 1), page(rows[8:], 2))
    assert cells["concluded", "natural_person"] == (State.REPORTED, Decimal(5))
    assert cells["concluded", "business"] == (State.BLANK, None)


def test_total_of_a_repeated_header_is_no_row():
    """A page begins with the header again, and bars fill it up with empty cells."""
    definition = "（即予以公开、部分公开、不予公开、无法提供、不予处理、其他处理之和）"
    rows = requests_rows({"concluded": ["5", "1", "0", "0", "0", "0", "6"]})
    rows = [[*row, *[""] * 7] for row in rows]
    at = next(n for n, row in enumerate(rows) if "总计" in row[0])
    rows[at][0] += definition
    rows.insert(at, rows[0])
    bars = Grid(1, grid(rows).cells, kind=GridKind.ALIGNED)
    assert read(bars)["concluded", "total"] == (State.REPORTED, Decimal(6))


def test_gap_between_cells_with_frames_of_their_own_is_no_row():
    """The label of a group ends above the gap, the cells of its last row below it."""
    rows = [["（一）", *row] for row in requests_rows()]
    at = 5
    rows.insert(at + 1, [""] * len(rows[0]))
    cells = [
        GridCell(text, r, c, rowspan=2 if r == at and c > 0 else 1)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if r != at + 1 or c == 0
    ]
    found = read(Grid(1, tuple(cells)))
    assert {state for state, _ in found.values()} == {State.REPORTED}


def test_figure_over_two_rows_is_neither_row_s():
    rows = requests_rows()
    cells = [
        GridCell("7", r, c, rowspan=2) if (r, c) == (5, 1) else GridCell(text, r, c)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if (r, c) != (6, 1)
    ]
    found = read(Grid(1, tuple(cells)))
    codes = [row.code for row in form_rows("requests", "2021") if row.required][4:6]
    assert {found[code, "natural_person"] for code in codes} == {
        (State.UNCERTAIN, None)
    }


def test_without_header_sums_do_not_tell_one_applicant_from_another():
    """Two applicants in each other's place fulfil every sum of the form."""
    rows = requests_rows(
        {
            "received": ["3", "1", "0", "0", "0", "0", "4"],
            "granted": ["3", "1", "0", "0", "0", "0", "4"],
            "concluded": ["3", "1", "0", "0", "0", "0", "4"],
        }
    )
    found = read(grid(rows[1:]))
    assert found["granted", "business"] == (State.UNCERTAIN, None)


def test_row_of_text_with_a_blank_that_a_page_ends_in_stays_open():
    lines = [text for row in requests_rows() for text in row]
    at = lines.index("（一）予以公开")
    lines[at + 1 : at + 8] = ["9", "8", "", "", "— 3 —", "", "6", "5", "4", "3"]
    blocks = tuple(TextBlock(line) for line in lines)
    cells = recognise(Document("a.txt", "text/plain", blocks)).cells
    states = {c.column_code: c.state for c in cells if c.row_code == "granted"}
    assert set(states.values()) == {State.UNCERTAIN}


def test_lost_label_leaves_its_row_open_and_no_other():
    rows = requests_rows({"granted_in_part": ["6", "0", "0", "0", "0", "0", "6"]})
    labels = [row[0] for row in rows]
    rows[labels.index(form_row("requests", "2021", "granted_in_part").leaf)][0] = ""
    cells = read(grid(rows))
    assert cells["granted_in_part", "natural_person"][0] is State.UNCERTAIN
    open_rows = {
        key[0] for key, (state, _) in cells.items() if state is not State.REPORTED
    }
    assert open_rows == {"granted_in_part"}


def test_header_that_lost_one_label_is_completed_between_its_neighbours():
    rows = requests_rows({"received": ["3", "1", "0", "0", "0", "0", "4"]})
    rows[0][3] = ""
    assert read(grid(rows))["received", "research"] == (State.REPORTED, Decimal(0))


def test_without_header_a_row_whose_sums_fail_stays_open():
    figures = {"received": ["3", "1", "0", "0", "0", "0", "5"]}
    rows = requests_rows(figures)[1:]
    cells = read(grid(rows))
    assert cells["received", "natural_person"] == (State.UNCERTAIN, None)


def test_without_header_figures_that_are_all_alike_need_no_order():
    cells = read(grid(requests_rows()[1:]))
    assert cells["received", "business"] == (State.REPORTED, Decimal(0))


def test_figure_on_two_lines_is_sure_where_its_sums_support_it():
    whole = ["1\n2", "0", "0", "0", "0", "0", "12"]
    figures = {"granted": whole, "concluded": ["12", *["0"] * 5, "12"]}
    figures["received"] = ["12", *["0"] * 5, "12"]
    assert read(grid(requests_rows(figures)))["granted", "natural_person"] == (
        State.REPORTED,
        Decimal(12),
    )


def test_figure_on_two_lines_stays_open_without_support():
    figures = {"granted": ["1\n2", "0", "0", "0", "0", "0", "3"]}
    cells = read(grid(requests_rows(figures)))
    assert cells["granted", "natural_person"] == (State.UNCERTAIN, None)


def test_reading_that_the_sums_support_wins_over_the_other():
    rows = requests_rows(
        {
            "granted": ["8", *["0"] * 5, "3"],
            "concluded": ["3", *["0"] * 5, "3"],
            "received": ["3", *["0"] * 5, "3"],
        }
    )
    plain = grid(rows)
    cells = tuple(
        GridCell(c.text, c.row, c.column, other_reading="3") if c.text == "8" else c
        for c in plain.cells
    )
    found = recognise(Document("a.pdf", "application/pdf", (Grid(1, cells),)))
    granted = next(c for c in found.cells if c.key == ("granted", "natural_person"))
    assert (granted.state, granted.value) == (State.REPORTED, Decimal(3))
    assert granted.raw == "3 (other reading: 8)"


def test_reading_that_found_nothing_makes_no_blank_of_a_figure():
    """Sums that would hold without the figure are no proof that it is not there."""
    rows = requests_rows({"concluded": ["9", *["0"] * 5, "0"]})
    plain = grid(rows)
    cells = tuple(
        GridCell(c.text, c.row, c.column, other_reading="") if c.text == "9" else c
        for c in plain.cells
    )
    found = recognise(Document("a.pdf", "application/pdf", (Grid(1, cells),)))
    concluded = next(c for c in found.cells if c.key == ("concluded", "natural_person"))
    assert (concluded.state, concluded.raw) == (State.UNCERTAIN, "9")


def test_collapsed_other_is_one_row_and_its_parts_are_not_listed():
    rows = [
        row
        for row in requests_rows()
        if not row[0].startswith(("1.申请人无", "2.申请人逾", "3.其他"))
    ]
    place = [row[0] for row in rows].index("（七）总计")
    rows.insert(place, ["（六）其他处理", "0", "0", "0", "0", "0", "0", "0"])
    codes = {key[0] for key in read(grid(rows))}
    assert "other" in codes
    assert not any(code.startswith("other.") for code in codes)


def test_report_of_another_kind_is_refused_with_a_reason():
    budget = grid([["项目", "金额"], ["基本支出", "12"], ["项目支出", "30"]])
    document = Document("budget.html", "text/html", (budget, TextBlock("2023年预算")))
    with pytest.raises(UnknownForm) as caught:
        recognise(document)
    assert str(caught.value) == (
        "budget.html: no statutory table was found; 0 of its rows carry a label of the "
        "forms, and at least 4 were expected in 1 table and 1 line of text. If it is "
        "an annual report on government information disclosure, see whether its tables "
        "are pictures or an attachment."
    )
    assert caught.value.zh == (
        "budget.html：未找到法定表格。1个表格、1行文字中，带有法定行名的有0行，至少应有4行。"
        "如果确是政府信息公开工作年度报告，请查看表格是不是图片或附件。"
    )


def test_streams_and_tables_give_the_same_cells():
    figures = {"received": ["3", "1", "0", "0", "0", "0", "4"]}
    rows = requests_rows(figures)
    texts = [text for row in rows for text in row if text]
    stream = Grid(
        1,
        tuple(GridCell(text, n, 0) for n, text in enumerate(texts)),
        GridKind.STREAM,
    )
    assert read(stream) == read(grid(rows))


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("1,362", State.REPORTED, "1362"),
        ("1，362", State.REPORTED, "1362"),
        ("１２", State.REPORTED, "12"),
        ("-417", State.REPORTED, "-417"),
        ("+1036", State.REPORTED, "1036"),
        ("24252.311082", State.REPORTED, "24252.311082"),
        ("124件", State.REPORTED, "124"),
        ("22\n（其中修订16件）", State.REPORTED, "22"),
        ("\u00a0\u3000", State.BLANK, None),
        ("零报告", State.NOT_APPLICABLE, None),
        ("12,34", State.UNREADABLE, None),
        ("O", State.UNREADABLE, None),
        ("1234567890123456", State.UNREADABLE, None),
    ],
)
def test_figure_cell_is_what_it_says(text: str, state: State, value: str | None):
    figure = read_figure(text)
    assert figure.state is state
    assert figure.value == (Decimal(value) if value else None)
    assert figure.is_sure


@pytest.mark.parametrize(
    "text", ["?12", "12.", ".5", "1 295", "3（4）", "007", "5¹", "12①"]
)
def test_number_that_can_be_read_in_two_ways_is_not_sure(text: str):
    assert not read_figure(text).is_sure


def test_every_label_of_the_forms_is_most_like_itself():
    for table in ("requests", "proactive"):
        for form in ("2019", "2021"):
            for row in form_rows(table, form):
                found = row_similarities(row.leaf, table)
                assert max(found, key=lambda code: found[code]) == row.code


def test_sequence_holds_every_row_of_both_forms_in_order():
    for form in ("2019", "2021"):
        codes = [row.code for row in form_rows("requests", form)]
        order = [code for code in sequence("requests") if code in codes]
        assert order == codes
    assert sequence("requests").index("group:refused") == (
        sequence("requests").index("refused.state_secret") - 1
    )
    assert expected_counts("proactive", "licence") == (1, 3)


def test_alignment_keeps_to_the_order_where_labels_are_alike():
    rows = rows_of(
        Document(
            "a",
            "text/html",
            (grid([["3.其他", *"1000001"], ["（七）总计", *"1000001"]]),),
        )
    )
    assert [match.code for match in align(rows, "requests")] == [
        "other.other",
        "concluded",
    ]


def test_column_labels_are_known_with_line_ends_and_without_others():
    assert column_code("社会公\n益组织", "requests") == "nonprofit"
    assert column_code("单位", "requests") is None
    assert block_code("复议后起诉") == "litigation_after_review"


def test_header_over_two_rows_names_its_leaves():
    top = (
        GridCell("", 0, 0, rowspan=2),
        GridCell("自然人", 0, 1, rowspan=2),
        GridCell("法人或其他组织", 0, 2, colspan=5),
        GridCell("总计", 0, 7, rowspan=2),
        *(GridCell(text, 1, n) for n, text in enumerate(APPLICANTS[1:], start=2)),
    )
    rows = rows_of(Document("a", "text/html", (Grid(1, top),)))
    header = read_header(rows, "requests", drawn_columns(rows))
    assert header is not None
    assert header.codes == (
        "natural_person",
        "business",
        "research",
        "nonprofit",
        "legal_service",
        "other_organisation",
        "total",
    )


def test_sum_with_an_unknown_cell_says_nothing():
    one = ((("a", "x"),), (("a", "total"),))
    assert holds(one, {("a", "x"): Decimal(1)}) is None
    assert not supported(("a", "x"), (one,), {("a", "x"): Decimal(1)})


def test_forms_have_as_many_sums_as_the_form_prints():
    assert len(sums("requests", "2021", is_collapsed=False)) == 25 + 14
    assert len(sums("requests", "2019", is_collapsed=False)) == 23 + 14


def test_cores_and_numbers_of_labels():
    assert core("（二）部分公开") == "部分公开"
    assert numbering("2．其他") == 2
    assert all(label.core for label in row_labels("requests"))


def test_figures_in_a_column_that_the_agency_added_and_named_are_passed_over():
    rows = requests_rows({"granted": ["2", "0", "0", "0", "0", "0", "2"]})
    wider = [[*rows[0], "其中网上申请"]] + [[*row, "9"] for row in rows[1:]]
    cells = read(grid(wider))
    assert cells["granted", "total"] == (State.REPORTED, Decimal(2))
    assert {state for state, _ in cells.values()} == {State.REPORTED}


def test_figure_beyond_the_header_leaves_its_row_open():
    rows = requests_rows({"granted": ["2", "0", "0", "0", "0", "0", "2", "5"]})
    cells = read(grid(rows))
    assert cells["granted", "total"] == (State.UNCERTAIN, None)
    assert cells["received", "total"] == (State.REPORTED, Decimal(0))


def test_last_year_beside_this_year_is_not_taken_for_it():
    table = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "0", "0", "0"],
        ["行政规范性文件", "1", "2", "3"],
        ["信息内容", "上年处理决定数量", "本年处理决定数量", ""],
        ["行政许可", "12", "", ""],
        ["行政处罚", "7", "8", ""],
    ]
    found = recognise(Document("a.html", "text/html", (grid(table),)))
    cells = {cell.key: cell for cell in found.cells if cell.table == "proactive"}
    assert cells["licence", "decisions"].value is None
    assert cells["penalty", "decisions"].value in (None, Decimal(8))
    assert cells["normative_document", "in_force"].value == Decimal(3)


def test_missing_cell_leaves_its_row_open():
    rows = requests_rows({"granted": ["2", "0", "0", "0", "0", "2"]})
    assert read(grid(rows))["granted", "natural_person"] == (State.UNCERTAIN, None)


def test_two_rows_run_together_are_not_read_as_one():
    rows = requests_rows(
        {"refused.security_and_stability": ["1\n2", *["0\n0"] * 5, "3"]}
    )
    labels = [row[0] for row in rows]
    place = labels.index("3.危及“三安全一稳定”")
    rows[place][0] += "\n" + rows[place + 1][0]
    del rows[place + 1]
    cells = read(grid(rows))
    for key in ("refused.security_and_stability", "refused.third_party_rights"):
        assert cells[key, "natural_person"][1] is None


def test_no_cell_of_a_damaged_file_is_certain():
    rows = [["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", ""]]
    header = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    cells = tuple(
        GridCell(text, r, c)
        for r, row in enumerate([header, *rows, ["行政许可", "6"], ["行政处罚", "7"]])
        for c, text in enumerate(row)
    )
    document = Document("x.pdf", "application/pdf", (Grid(1, cells),))
    whole = {c.state.value for c in recognise(document).cells}
    assert {"reported", "blank"} <= whole
    found = recognise(replace(document, is_damaged=True)).cells
    assert {c.state.value for c in found} <= {"uncertain", "absent", "unreadable"}
    doubted = [c for c in found if c.state is State.UNCERTAIN]
    assert all(c.doubts[-1].code == "damaged" for c in doubted)


def test_column_that_numbers_the_rows_holds_no_figures():
    head, *rows = requests_rows({"received": list("1203003")})
    numbered = [[str(n), *row] for n, row in enumerate(rows, start=1)]
    cells = read(grid([["序号", *head], *numbered]))
    assert cells["received", "natural_person"] == (State.REPORTED, Decimal(1))
    assert cells["received", "total"] == (State.REPORTED, Decimal(3))
    assert all(state is State.REPORTED for state, _ in cells.values())


def test_number_of_the_next_row_fills_no_place_of_a_blank_that_a_text_lost():
    _, *rows = requests_rows()
    texts = ["序号", *HEADER[1:]]
    for n, (label, *_) in enumerate(rows, start=1):
        texts += [str(n), label, "3", "1", "0", "0", "2", "6"]
    lines = tuple(TextBlock(text) for text in texts)
    found = recognise(Document("a.txt", "text/plain", lines))
    requests = {c.state for c in found.cells if c.table == "requests"}
    assert requests == {State.UNCERTAIN}


def test_order_places_no_figure_where_the_header_of_the_page_before_has_another():
    def boxed(rows: list[list[str]], page: int, widths: list[int]) -> Grid:
        edges = [sum(widths[:n]) for n in range(len(widths) + 1)]
        cells = (
            GridCell(t, r, c, box=(edges[c], 9.0 * r, edges[c + 1], 9.0 * r + 9))
            for r, row in enumerate(rows)
            for c, t in enumerate(row)
        )
        return Grid(page, tuple(cells), page=page)

    names = [column.leaf for column in form_rows("disputes", "2021")[0].columns]
    widths = [60, 70, 130, 70, 50, 260]
    heads = [["行政复议", *[""] * 5], [*names, ""]]
    title = TextBlock("四、政府信息公开行政复议、行政诉讼情况")
    table = grid(requests_rows())
    for first, found in (("…", None), ("1", 1)):
        below = boxed([[first, "0", "274", "7", "0", ""]], 3, widths)
        blocks = (table, title, boxed(heads, 2, widths), below)
        cells = recognise(Document("a.pdf", "application/pdf", blocks)).cells
        review = {c.column_code: c.value for c in cells if c.row_code == "review"}
        assert review["upheld"] == found
        assert review["corrected"] in ((0,) if found else (None, 0))
