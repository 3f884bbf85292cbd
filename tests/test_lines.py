"""Reports as lines of text: what labels and counts decide, and what nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random

import pytest
from facsimiles.form import Key
from generate import as_text, shape
from generate.expected import Demand
from generate.quirks import Quirks, plain_cells
from generate.strategies import printed_by
from generate.text import SHAPES

from govinfo.document import GridKind
from govinfo.errors import UnknownForm
from govinfo.readers.text import read_text
from govinfo.recognise import Recognition, recognise
from govinfo.recognise.figures import State

PLAIN = plain_cells()
SOME_BLANK = {
    key: "" if key[0] == "requests" and key[2] in {"research", "nonprofit"} else text
    for key, text in PLAIN.items()
}
CERTAIN = (State.REPORTED, State.BLANK)


def of(text: str) -> Recognition:
    return recognise(read_text(text.encode(), "report.txt"))


def exact(found: Recognition, cells: Mapping[Key, str]) -> int:
    """How many cells are read as printed; none may be read otherwise."""
    count = 0
    for cell in found.cells:
        if cell.state in CERTAIN:
            text = cells[cell.table, cell.row_code, cell.column_code]
            assert cell.value == (Decimal(text) if text else None), cell.key
            count += 1
    return count


@pytest.mark.parametrize("how", [s for s in SHAPES if s != "lines_without_blanks"])
def test_full_rows_are_read_whole_in_every_shape_of_text(how: str):
    quirks = Quirks(split=9, split_header=True, disputes_in_three=True)
    text = as_text(shape(PLAIN, quirks), how).decode()
    assert exact(of(text), PLAIN) == len(PLAIN)


@pytest.mark.parametrize("how", ["lines", "flip_book", "bars_by_cell", "bars_by_row"])
def test_blanks_count_where_they_are_cells(how: str):
    text = as_text(shape(SOME_BLANK, Quirks()), how).decode()
    assert exact(of(text), SOME_BLANK) == len(SOME_BLANK)


def test_labels_of_groups_after_a_repeated_header_are_no_columns():
    quirks = Quirks(split=14, split_header=True, group_labels="repeated")
    text = as_text(shape(SOME_BLANK, quirks), "lines").decode()
    assert exact(of(text), SOME_BLANK) == len(SOME_BLANK)


def test_column_that_the_agency_added_still_puts_blanks_in_doubt():
    text = as_text(shape(SOME_BLANK, Quirks()), "lines").decode()
    text = text.replace("法律服务机构\n其他\n", "法律服务机构\n其他\n占比\n")
    found = of(text)
    received = [cell for cell in found.cells if cell.row_code == "received"]
    assert {cell.state for cell in received} == {State.UNCERTAIN}


def test_dropped_blanks_leave_the_columns_of_a_row_open():
    text = as_text(shape(SOME_BLANK, Quirks()), "lines_without_blanks").decode()
    requests = [cell for cell in of(text).cells if cell.table == "requests"]
    assert {cell.state for cell in requests} == {State.UNCERTAIN}


def test_empty_lines_round_few_page_numbers_may_be_cells():
    row = "一、本年新收政府信息公开申请数量\n1\n2\n3\n\n— 1 —\n\n4\n5\n6\n"
    head = "自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n"
    rest = "".join(
        f"{label}\n0\n0\n0\n0\n0\n0\n0\n"
        for label in ("1.属于国家秘密", "4.保护第三方合法权益", "2.重复申请")
    )
    found = of(head + row + rest + "四、结转下年度继续办理\n1\n1\n1\n1\n1\n1\n6\n")
    received = [cell for cell in found.cells if cell.row_code == "received"]
    assert {cell.state for cell in received} == {State.UNCERTAIN}


def test_bars_with_nothing_between_them_fill_a_row_up_to_its_table():
    document = read_text(
        "规章 | 1 |  | ||\n许可 | 第一 | 3 |  | |\n表 | ||||\n".encode(), "a.txt"
    )
    (grid,) = document.grids
    assert grid.kind is GridKind.ALIGNED
    assert not grid.has_fillers
    assert [cell.text for cell in grid.cells if cell.row == 0] == ["规章", "1", ""]
    assert [cell.text for cell in grid.cells if cell.row == 1] == [
        "许可",
        "第一",
        "3",
        "",
    ]


def test_bars_that_may_be_cells_stay_cells():
    for text in (
        "规章 | 1 | | |\n许可 | 3 | 4 | |\n",
        "a | 1 || 2 ||\nb | 1 | 2 |||\n",
    ):
        (grid,) = read_text(text.encode(), "a.txt").grids
        assert grid.has_fillers


def test_name_of_a_column_on_two_lines_is_one_name():
    cells = plain_cells("2019")
    text = as_text(shape(cells, Quirks(form="2019")), "lines").decode()
    broken = text.replace("本年新制作数量", "本年新\n制作数量")
    broken = broken.replace("本年新公开数量", "本年新\n公开数量")
    assert broken != text
    assert exact(of(broken), cells) == len(cells)


def test_label_that_breaks_before_a_word_for_a_unit_is_whole():
    head = "本年新制作数量 本年新公开数量 对外公开总数量"
    rows = "规章 1 2 3 行政许可 5 行政处罚 6 行政强制 7"
    found = of(f"{head} {rows} {head} 规范性文 件 5 7 第二十条第（八）项")
    cells = [c for c in found.cells if c.row_code == "normative_document"]
    assert {cell.state for cell in cells} == {State.UNCERTAIN}


SCATTERED = """\
四、政府信息公开行政复议、行政诉讼情况
行政复议 行政诉讼
未经复议直接起诉 复议后起诉
结 结 其 尚 结 结 其 尚 结 结 其 尚
果 果 他 未 总 果 果 他 未 总 果 果 他 未 总
维 纠 结 审 计 维 纠 结 审 计 维 纠 结 审 计
持 正 果 结 持 正 果 结 持 正 果 结
{figures}
"""


def test_table_four_alone_is_read_though_its_header_goes_letter_by_letter():
    found = of(SCATTERED.format(figures="4 1 0 2 7 3 0 0 0 3 1 1 1 0 3"))
    disputes = [cell for cell in found.cells if cell.table == "disputes"]
    assert [cell.value for cell in disputes] == [
        4,
        1,
        0,
        2,
        7,
        3,
        0,
        0,
        0,
        3,
        1,
        1,
        1,
        0,
        3,
    ]
    others = {cell.state for cell in found.cells if cell.table != "disputes"}
    assert others == {State.ABSENT}


@pytest.mark.parametrize(
    "figures",
    ["4 1 0 2 8 3 0 0 0 3 1 1 1 0 3", "4 1 0 2 7 3 0 0 3 1 1 1 0 3"],
    ids=["a sum that fails", "a figure too few"],
)
def test_scattered_header_says_nothing_unless_sums_agree(figures: str):
    with pytest.raises(UnknownForm):
        of(SCATTERED.format(figures=figures))


def test_scattered_header_that_lacks_a_letter_is_none():
    text = SCATTERED.replace("总 果", "果", 1)
    with pytest.raises(UnknownForm):
        of(text.format(figures="4 1 0 2 7 3 0 0 0 3 1 1 1 0 3"))


def test_labels_without_figures_are_said_to_have_none():
    labels = [
        slot.text
        for part in shape(PLAIN).parts
        if not isinstance(part, str)
        for row in part.rows
        for slot in row
        if slot.key is None
    ]
    with pytest.raises(UnknownForm) as caught:
        of("\n\n".join(labels))
    said = str(caught.value)
    assert "41 labels of the statutory tables are there" in said
    assert "41 of them with neither figure nor empty cell" in said
    assert "take the original file" in said


def reports(start: int, stop: int) -> Iterator[tuple[int, bytes, Mapping]]:  # type: ignore[type-arg]
    for seed in range(start, stop):
        choose = Random(f"lines {seed}").choice
        shaped = shape(*printed_by(choose))
        yield seed, as_text(shaped, choose(SHAPES)), shaped.expected


def test_three_quarters_of_the_cells_of_random_texts_are_exact_and_none_is_wrong():
    count = right = 0
    for seed, data, expected in reports(0, 35):
        found = recognise(read_text(data, "report.txt"))
        cells = {(c.table, c.row_code, c.column_code): c for c in found.cells}
        for key, want in expected.items():
            cell = cells.get(key)
            count += 1
            if cell is not None and cell.state not in (
                State.UNCERTAIN,
                State.UNREADABLE,
                State.ABSENT,
            ):
                assert want.demand is not Demand.REFUSED, (seed, key)
                assert cell.value == want.value, (seed, key)
                right += 1
    assert right >= 0.75 * count


@pytest.mark.parametrize("apart", ["2 , 5 7 7 , 9 5 2", "2 ,577 ,952", "2, 577, 952"])
def test_figure_whose_separators_stand_apart_is_never_its_first_digits(apart: str):
    printed = dict(PLAIN) | {("proactive", "licence", "decisions"): "2577952"}
    text = as_text(shape(printed, Quirks()), "lines").decode()
    assert exact(of(text), printed) == len(PLAIN)
    found = of(text.replace("2577952", apart)).cells
    (licence,) = [cell for cell in found if cell.row_code == "licence"]
    assert licence.state is State.UNCERTAIN or licence.value == 2577952
    assert exact(of(text.replace("2577952", apart)), printed) >= len(PLAIN) - 1
