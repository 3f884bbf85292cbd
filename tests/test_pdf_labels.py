"""Lines join to labels where they fit in one way only."""

from __future__ import annotations

from govinfo.readers.page.labels import LabelLine, labels_of

SIZE = 10.0


def lines(*ys: float, full: tuple[float, ...] = ()) -> list[LabelLine]:
    return [LabelLine(y, y in full) for y in ys]


def test_figures_stand_in_the_middle_of_their_label():
    found = labels_of(lines(20, 32, 44, 64, full=(20, 32)), [32, 64], [], SIZE)
    assert found == (((0, 1, 2), 0), ((3,), 1))


def test_figures_stand_in_line_with_the_first_line_of_every_label():
    ys = lines(20, 32, 52, 64, 84, 96, full=(20, 52, 84))
    found = labels_of(ys, [20, 52, 84], [], SIZE)
    assert found == (((0, 1), 0), ((2, 3), 1), ((4, 5), 2))


def test_row_without_figures_is_a_label_of_its_own():
    found = labels_of(lines(20, 32, 52, 72, full=(20,)), [26, 72], [], SIZE)
    assert found == (((0, 1), 0), ((2,), None), ((3,), 1))


def test_labels_as_near_as_their_lines_are_not_settled():
    ys = lines(20, 34, 48, 62, full=(34,))
    found = labels_of(ys, [20, 41, 62], [], SIZE)
    assert found is None


def test_three_near_lines_may_be_one_label_or_three_and_are_not_settled():
    assert labels_of(lines(20, 34, 48, full=(20, 34)), [34], [], SIZE) is None


def test_a_header_parts_labels():
    found = labels_of(lines(20, 44, full=(20,)), [20, 44], [32], SIZE)
    assert found == (((0,), 0), ((1,), 1))


def test_figures_between_labels_belong_to_none():
    assert labels_of(lines(20, 40, 60), [20, 50, 60], [], SIZE) is None
