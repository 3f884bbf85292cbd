"""Figures cut by the end of a page, or wrapped into a row below, are never halves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govinfo.document import Document, Grid, GridCell, GridKind, TextBlock
from govinfo.forms import form_rows
from govinfo.recognise import recognise
from govinfo.recognise.figures import State
from govinfo.recognise.readings import Reading

APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
HEADER = ["", *APPLICANTS, "总计"]
ROWS = [row for row in form_rows("requests", "2021") if row.required]
LABEL = ROWS[5].leaf
CODE = ROWS[5].code
FIGURES = ["135", "136", "137", "138", "139", "140", "141"]
BLANKS = [""] * 7


def figures_of(row: int) -> list[str]:
    return [str(100 + 7 * row + column) for column in range(7)]


def read(*middle: list[list[str]]) -> dict[tuple[str, str], Reading]:
    """Cells of a table whose sixth row is given, page by page."""
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    pages = [[HEADER, *data[:5], *middle[0]], *middle[1:-1]]
    pages += [[*middle[-1], *data[6:]]] if len(middle) > 1 else []
    if len(middle) == 1:
        pages[0] += data[6:]
    return {(c.row_code, c.column_code): c for c in cells_of(*grids_of(*pages))}


def grids_of(*pages: list[list[str]]) -> list[Grid]:
    """One table a page."""
    return [
        Grid(
            number,
            tuple(
                GridCell(text, r, c)
                for r, row in enumerate(page)
                for c, text in enumerate(row)
            ),
            page=number,
        )
        for number, page in enumerate(pages, start=1)
    ]


def cells_of(*blocks: Grid | TextBlock) -> tuple[Reading, ...]:
    """What is read of a document whose table 3 these are."""
    title = TextBlock("三、收到和处理政府信息公开申请情况")
    return recognise(Document("x.pdf", "application/pdf", (title, *blocks))).cells


def states(cells: dict[tuple[str, str], Reading]) -> tuple[set[str], set[str]]:
    """States of the sixth row, and of the rows that stand well apart from it."""
    here = {c.state.value for key, c in cells.items() if key[0] == CODE}
    far = {ROWS[n].code for n in (*range(4), *range(7, len(ROWS)))}
    return here, {c.state.value for key, c in cells.items() if key[0] in far}


@pytest.mark.parametrize("row", [2, 3])
@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("between", [[], [["3", *BLANKS]]], ids=["", "a page foot"])
def test_blanks_beside_the_rest_of_a_label_are_not_certain(
    row: int, at: int, between: list[list[str]]
):
    """The figures stand on the page before, beside （ or （一 or （一）."""
    label, figures = ROWS[row].leaf, figures_of(row)
    data = [[one.leaf, *figures_of(n)] for n, one in enumerate(ROWS)]
    first = [HEADER, *data[:row], [label[:at], *figures], *between]
    cells = cells_of(*grids_of(first, [[label[at:], *BLANKS], *data[row + 1 :]]))
    here = [c for c in cells if c.row_code == ROWS[row].code]
    assert [c.state for c in here if c.state is State.BLANK] == []
    assert [str(c.value) for c in here if c.value is not None] in ([], figures)


def test_figures_that_go_on_beside_the_name_of_their_group_are_no_halves():
    """三、 stands on the page before, 本年度办理结果 beside the rest of the figures."""
    data = [
        ["三、本年度办理结果", row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)
    ]
    last = next(n for n, row in enumerate(ROWS) if row.code == "concluded")
    data[last][0] = "三、"
    rest = ["本年度办理结果", "", "3", *BLANKS[1:]]
    pages = grids_of([["", *HEADER], *data[: last + 1]], [rest, *data[last + 1 :]])
    cells = {c.column_code: c for c in cells_of(*pages) if c.row_code == "concluded"}
    assert cells["natural_person"].state is State.UNREADABLE


PARTS = [LABEL[:3], LABEL[3:6], LABEL[6:]]


@pytest.mark.parametrize("page", [0, 1, 2])
def test_label_over_three_pages_is_one_label(page: int):
    cut = [[part, *(FIGURES if n == page else BLANKS)] for n, part in enumerate(PARTS)]
    cells = read(*([row] for row in cut))
    assert states(cells) == ({"reported"}, {"reported"})
    assert str(cells[CODE, "total"].value) == "141"


CUTS = {
    "label and figures over two pages": [
        [[PARTS[0], *(f[:2] for f in FIGURES)]],
        [[PARTS[1] + PARTS[2], *(f[2:] for f in FIGURES)]],
    ],
    "label and figures over three pages": [
        [[PARTS[0], *(f[:1] for f in FIGURES)]],
        [[PARTS[1], *(f[1:2] for f in FIGURES)]],
        [[PARTS[2], *(f[2:] for f in FIGURES)]],
    ],
    "label whole on the first page": [
        [[LABEL, *(f[:1] for f in FIGURES)]],
        [["", *(f[1:2] for f in FIGURES)]],
        [["", *(f[2:] for f in FIGURES)]],
    ],
    "label whole on the last page": [
        [["", *(f[:1] for f in FIGURES)]],
        [[LABEL, *(f[1:] for f in FIGURES)]],
    ],
    "label and figures, a sign of the cell beside them in the label": [
        [["）1." + PARTS[0], *(f[:2] for f in FIGURES)]],
        [[PARTS[1] + PARTS[2], *(f[2:] for f in FIGURES)]],
    ],
    "label and figures that are no numbers by themselves": [
        [[PARTS[0], *(f"{f[0]},\n{f[1]}," for f in FIGURES)]],
        [[PARTS[1] + PARTS[2], *(f[2:] for f in FIGURES)]],
    ],
    "label and figures, the last ones on the first page alone": [
        [[PARTS[0], *(f"{f}," for f in FIGURES)]],
        [[PARTS[1] + PARTS[2], "5", *BLANKS[1:]]],
    ],
    "wrapped into a row below": [
        [[LABEL, *(f[:2] for f in FIGURES)], ["", *(f[2:] for f in FIGURES)]]
    ],
}


def test_parts_of_a_row_stand_under_each_other_on_the_paper():
    """Not by their columns: a page may lack a rule, and count one column less."""
    pages = grids_of(
        [HEADER, *([row.leaf, *figures_of(n)] for n, row in enumerate(ROWS[:5]))],
        [[PARTS[0], *FIGURES[:6], ""]],
        [[PARTS[1] + PARTS[2], "", "", "7", *BLANKS[:4]]],
    )
    edges = [0, *range(100, 800, 50), 800]

    def on_paper(grid: Grid, moved: int) -> Grid:
        boxed = (
            replace(c, box=(edges[c.column], 0, edges[c.column + 1], 9), column=at)
            for c in grid.cells
            if (at := c.column - moved * (c.column > 0)) or not c.column
        )
        return replace(grid, cells=tuple(boxed))

    blocks = [on_paper(pages[0], 0), on_paper(pages[1], 0), on_paper(pages[2], 1)]
    cells = {c.column_code: c for c in cells_of(*blocks) if c.row_code == CODE}
    assert cells["research"].value is None
    assert "137" in cells["research"].raw


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_figures_cut_in_two_are_openly_unreadable(cut: list[list[list[str]]]):
    assert states(read(*cut)) == ({"unreadable"}, {"reported"})


@pytest.mark.parametrize(
    "pages",
    [
        ([["", *FIGURES]], [[LABEL, *BLANKS]]),
        ([[LABEL, *BLANKS]], [["", *FIGURES]]),
    ],
    ids=["figures first", "label first"],
)
def test_figures_on_one_page_belong_to_their_label_on_the_other(
    pages: tuple[list[list[str]], ...],
):
    cells = read(*pages)
    assert states(cells) == ({"reported"}, {"reported"})
    row = [str(cells[CODE, column.code].value) for column in ROWS[5].columns]
    assert row == FIGURES


def test_figures_without_label_are_nobodys_where_another_row_has_lost_its_label():
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    pages = [
        [HEADER, *data[:5], [LABEL, *BLANKS]],
        [["", *figures_of(6)], *data[7:]],
    ]
    cells = cells_of(*grids_of(*pages))
    here = {c.state.value for c in cells if c.row_code == CODE}
    assert here == {"unreadable"}


@pytest.mark.parametrize("foot", ["第一版 内部文件", "打印于办公室"])
def test_figures_over_a_foot_that_no_other_page_repeats_are_no_blanks(foot: str):
    """The label's row is open, though its neighbours do not prove whose they are."""
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    upper = [HEADER, *data[:5], ["", *FIGURES]]
    lower = [[LABEL, *BLANKS], *data[6:]]
    first, second = grids_of(upper, lower)
    cells = cells_of(first, TextBlock(foot), second)
    assert {c.state.value for c in cells if c.row_code == CODE} == {"unreadable"}


def test_only_the_figure_that_is_cut_is_in_doubt():
    cells = read([[LABEL, *FIGURES[:6], "1"]], [["", *BLANKS[:6], "41"]])
    row = [cells[CODE, c.column_code] for c in cells.values() if c.row_code == CODE]
    assert [c.state.value for c in row] == ["reported"] * 6 + ["unreadable"]
    assert row[-1].raw == "1 | 41"


@pytest.mark.parametrize(
    ("end", "figures"),
    [(PARTS[2], BLANKS), (PARTS[2], FIGURES), (f"{LABEL[4:10]}{LABEL[11:]}", BLANKS)],
)
def test_end_of_a_label_on_a_page_whose_start_was_not_found_is_in_doubt(end, figures):
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    upper, lower = [HEADER, *data[:5]], [[end, *figures], *data[6:]]
    cells = cells_of(*grids_of(upper, lower))
    found = {c.state for c in cells if c.row_code == CODE}
    assert found == {State.UNCERTAIN}
    others = {c.state.value for c in cells if c.row_code == ROWS[6].code}
    assert others == {"reported"}


def lines_of(rows: list[list[str]]) -> Grid:
    """A table without rules: each text where its column begins, 40 points wide."""
    cells = [
        GridCell(text, r, c, box=(300.0 * bool(c) + 50 * c, 20.0 * r,
                                  300.0 * bool(c) + 50 * c + 40, 20.0 * r + 8))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text
    ]  # fmt: skip
    return Grid(1, tuple(cells), GridKind.ALIGNED, page=1)


def test_lines_of_a_figure_far_apart_are_no_figure_by_themselves():
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    cut = [[LABEL, *FIGURES[:6], "1"], [*BLANKS, "41"]]
    cells = cells_of(lines_of([HEADER, *data[:5], *cut, *data[6:]]))
    found = {c.column_code: c for c in cells if c.row_code == CODE}
    assert found["total"].value is None
    whole = cells_of(lines_of([HEADER, *data]))
    assert {c.state.value for c in whole if c.row_code == CODE} == {"reported"}


@pytest.mark.parametrize(("last", "known"), [("8 9", set()), ("89", {8, 1, 89})])
def test_figures_are_not_counted_where_digits_stand_apart(last: str, known: set[int]):
    names = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    rows = [["规章", "1", "2", "3"], ["行政规范性文件", "8", "1", last]]
    rows += [["行政许可", "5"], ["行政处罚", "6"], ["行政强制", "7"]]
    title = TextBlock("　".join(names))
    document = Document("x.pdf", "application/pdf", (title, lines_of(rows)))
    cells = recognise(document).cells
    own = [c for c in cells if c.row_code == "normative_document"]
    assert {c.value for c in own} - {None} == known


def test_header_that_names_too_few_columns_counts_no_figure_of_its_rows():
    rows = [["信息内容", "上一年项目数量本年增/减", "处理决定数量"]]
    rows += [["行政处罚", "3744346"], ["行政强制", "26", "0", "0"]]
    head = ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"]
    rows = [head, ["规章", "1", "2", "3"], ["规范性文件", "4", "5", "6"], *rows]
    document = Document("x.pdf", "application/pdf", (lines_of(rows),))
    cells = recognise(document, 2019).cells
    own = [c for c in cells if c.row_code in ("penalty", "coercive_measure")]
    assert {c.value for c in own} == {None}


def test_end_of_a_label_that_begins_a_document_is_in_doubt():
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    first = [ROWS[0].leaf[-10:], *BLANKS]
    cells = cells_of(*grids_of([first, *data[1:4]], [HEADER, *data[4:]]))
    assert not [c for c in cells if c.row_code == ROWS[0].code and c.state.value in
                ("blank", "reported")]  # fmt: skip


def test_rest_of_a_row_that_is_a_unit_leaves_no_blank_certain():
    upper = [PARTS[0], *FIGURES[:6], "件"]
    lower = [PARTS[1] + PARTS[2], "5", *BLANKS[1:]]
    cells = read([upper], [lower])
    assert cells[CODE, "total"].state is State.UNREADABLE


def test_figure_under_a_blank_is_no_figure_of_its_row():
    cells = read([[LABEL, *FIGURES[:6], ""]], [["", *BLANKS[:6], "141"]])
    assert cells[CODE, "total"].state is State.UNREADABLE


def test_row_that_an_agency_added_leaves_its_neighbours_alone():
    cells = read([[LABEL, *FIGURES], ["其中：网上申请", *FIGURES]])
    assert states(cells) == ({"reported"}, {"reported"})


def test_numbers_of_columns_are_no_rest_of_figures():
    numbers = ["栏次", *map(str, range(1, 8))]
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    for first in ("栏次", ""):
        table = [HEADER, [first, *numbers[1:]], *data]
        cells = tuple(
            GridCell(text, r, c)
            for r, row in enumerate(table)
            for c, text in enumerate(row)
        )
        found = recognise(Document("x.html", "text/html", (Grid(1, cells),)))
        received = [c.state for c in found.cells if c.row_code == ROWS[0].code]
        assert set(received) == {State.REPORTED}


RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def disputes(*pages: list[list[str]]) -> set[str]:
    """States of the cells of the disputes table on some pages."""
    groups = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    cells = [GridCell(text, 0, 5 * n, colspan=5) for n, text in enumerate(groups)]
    cells += [GridCell(text, 1, n) for n, text in enumerate(RESULTS * 3)]
    grids = []
    for number, page in enumerate(pages, start=1):
        first = 2 if number == 1 else 0
        rows = [
            GridCell(text, first + r, c)
            for r, row in enumerate(page)
            for c, text in enumerate(row)
        ]
        grids.append(Grid(number, (*(cells if first else ()), *rows), page=number))
    requests = [HEADER, *([r.leaf, *figures_of(n)] for n, r in enumerate(ROWS))]
    above = tuple(
        GridCell(text, r, c)
        for r, row in enumerate(requests)
        for c, text in enumerate(row)
    )
    title = TextBlock("四、政府信息公开行政复议、行政诉讼情况")
    blocks = (Grid(9, above, page=1), title, *grids)
    found = recognise(Document("x.pdf", "application/pdf", blocks)).cells
    return {c.state.value for c in found if c.table == "disputes"}


def test_figures_of_disputes_that_are_cut_are_in_doubt():
    whole = ["11", "12", "13", "14", "50"] * 3
    heads, tails = [f[:1] for f in whole], [f[1:] for f in whole]
    one = ["1", *whole[1:]]
    rest = ["1", *[""] * 14]
    assert disputes([whole]) == {"reported"}
    for cut in (
        [[heads], [tails]],
        [[heads, tails]],
        [[one], [rest]],
        [[one, rest]],
    ):
        assert "reported" not in disputes(*cut)


REPEATED = {
    "without label": ["", *(f[1:] for f in FIGURES)],
    "with the rest of the label": [PARTS[2], *(f[1:] for f in FIGURES)],
    "with the rest of the group's label": ["予公开", *(f[1:] for f in FIGURES)],
    "with units": ["", "件", *(f[1:] + "件" for f in FIGURES[1:])],
}


@pytest.mark.parametrize("rest", REPEATED.values(), ids=REPEATED)
@pytest.mark.parametrize("has_header", [False, True])
def test_rest_of_figures_below_a_repeated_header(rest: list[str], has_header: bool):
    label = LABEL[:-2] if rest[0] == PARTS[2] else LABEL
    below = [HEADER, rest] if has_header else [rest]
    cells = read([[label, *(f[:1] for f in FIGURES)]], below)
    assert cells[CODE, "total"].state is State.UNREADABLE
    assert states(cells)[1] == {"reported"}


def test_rest_of_figures_above_a_label_in_doubt_is_no_row_of_its_own():
    """The row after the break is unsure beside it, and leaves a gap to be filled."""
    after = [ROWS[6].leaf, *figures_of(6)[:6], ""]
    cells = read([[LABEL, *(f[:1] for f in FIGURES)]], [["", *FIGURES], after])
    row = {c.state for c in cells.values() if c.row_code == CODE}
    assert State.REPORTED not in row


def doubled(*, is_empty: bool) -> set[str]:
    """States of a row whose columns hold two cells each, the second one empty."""
    cells = [GridCell("", 0, 0)]
    cells += [
        GridCell(text, 0, 1 + 2 * n, colspan=2) for n, text in enumerate(HEADER[1:])
    ]
    for r, row in enumerate(ROWS, start=1):
        cells.append(GridCell(row.leaf, r, 0))
        second = ["" if is_empty or row.code == CODE else "8"] * 7
        pairs = zip(figures_of(r), second, strict=True)
        texts = [text for pair in pairs for text in pair]
        cells += [GridCell(text, r, c) for c, text in enumerate(texts, start=1)]
    found = recognise(Document("x.html", "text/html", (Grid(1, tuple(cells)),)))
    return {c.state.value for c in found.cells if c.row_code == CODE}


def test_figure_beside_an_empty_cell_is_not_sure_where_columns_hold_two_figures():
    assert doubled(is_empty=False) == {"uncertain"}
    assert doubled(is_empty=True) == {"reported"}


def test_lines_of_figures_beside_a_label_that_runs_down_the_page_are_in_doubt():
    data = [[row.leaf, *figures_of(n)] for n, row in enumerate(ROWS)]
    cut = [[LABEL, *FIGURES], ["理"], ["", *BLANKS[:6], "964"], ["结"], [*BLANKS, "7"]]
    cells = cells_of(lines_of([HEADER, *data[:5], *cut, *data[6:]]))
    found = {c.column_code: c for c in cells if c.row_code == CODE}
    assert found["total"].value is None
