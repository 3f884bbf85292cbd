"""Random reports and random mixtures of quirks.

What is random is chosen by a function that takes one of several options, so that the
property-based tests (:func:`printed_reports`, :func:`pages`) and the collection that
accuracy is measured on (:func:`printed_by`, :func:`page_by`, with a generator of fixed
seed) come from the same code. Hypothesis alone would not do for the second: what it
draws changes with its version and with the modules that happen to be loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from facsimiles.form import Key
from hypothesis import strategies as st

from generate.cases import LABELS
from generate.html import Page
from generate.quirks import Quirks, plain_cells, total_up

T = TypeVar("T")


class Choose(Protocol):
    """Take one of several options."""

    def __call__(self, options: Sequence[T], /) -> T: ...


FIGURES = (range(10), range(301), range(1000, 4_000_001), range(1))
YES_OR_NO = (False, True)


def cells_by(
    choose: Choose, *, form: str, collapsed: bool, hybrid: bool
) -> dict[Key, str]:
    """Cells of a report: any figures, sums right or wrong, any cells left blank."""
    cells = plain_cells(form, collapsed=collapsed, hybrid=hybrid)
    found = {key: str(choose(choose(FIGURES))) for key in cells}
    if choose(YES_OR_NO):
        total_up(found)
    return _with_blanks(choose, found)


def _some(choose: Choose, options: Sequence[T], most: int) -> set[T]:
    return {choose(options) for _ in range(choose(range(most + 1)))}


def _with_blanks(choose: Choose, cells: dict[Key, str]) -> dict[Key, str]:
    how = choose(["none", "zeros", "columns", "some"])
    if how == "zeros":
        return {key: "" if text == "0" else text for key, text in cells.items()}
    if how == "columns":
        columns = sorted({key[2] for key in cells if key[0] == "requests"})
        blank = _some(choose, columns, 5)
        return {
            key: "" if key[0] == "requests" and key[2] in blank else text
            for key, text in cells.items()
        }
    if how == "some":
        blank_keys = _some(choose, sorted(cells), 40)
        return {key: "" if key in blank_keys else text for key, text in cells.items()}
    return cells


_WORDINGS = [case.quirks.labels for case in LABELS if case.quirks.labels]


def quirks_by(choose: Choose) -> Quirks:
    """Any mixture of quirks under which the print still determines the cells."""
    form = choose(["2021", "2021", "2019"])
    is_new = form == "2021"
    wording = choose([{}, *_WORDINGS])
    if choose(YES_OR_NO):
        wording = {
            **wording,
            "商业企业": "商业\n企业",
            "社会公益组织": "社会公\n益组织",
        }
    return Quirks(
        form=form,
        hybrid=is_new and choose(YES_OR_NO),
        numbers=choose(
            ["plain", "thousands", "thousands_full_width", "full_width", "unit"]
        ),
        labels=wording,
        stray=choose(["", "", " ", "\n"]),
        result_label=choose(["merged", "characters", "two_cells", "repeated", "lost"]),
        group_labels=choose(["merged", "repeated"]),
        empty_label=choose(YES_OR_NO),
        numeral=choose([".", "、", "．"]),
        header=choose(["three_rows", "two_rows", "one_row", "no_rowspan"]),
        split=choose([0, 0, 5, 9, 14, 17, 22]),
        split_header=choose(YES_OR_NO),
        split_labels=choose(["whole", "cut", "first"]),
        item_style=choose(
            [
                "第二十条第（{}）项",
                "第二十条第({})项",
                "第二十条 第（{}）项",
                "第二十条({})项",
            ]
        ),
        item_tables=choose(YES_OR_NO),
        fifth_column=choose(YES_OR_NO),
        disagreeing_spans=choose(YES_OR_NO),
        wide=choose([1, 1, 1, 33]),
        one_table=choose(YES_OR_NO),
        disputes_in_three=choose(YES_OR_NO),
        unrelated_table=choose(YES_OR_NO),
        page_information=choose(YES_OR_NO),
        headings=choose(["official", "renumbered", "lost", "doubled", "varied"]),
        narrative=choose([(), ("全年收到申请999件，上年结转77件，办结888件。",)]),
    )


def printed_by(choose: Choose) -> tuple[dict[Key, str], Quirks]:
    """Cells that fit their form, and quirks."""
    oddities = quirks_by(choose)
    collapsed = oddities.form == "2021" and choose(YES_OR_NO)
    cells = cells_by(
        choose, form=oddities.form, collapsed=collapsed, hybrid=oddities.hybrid
    )
    return cells, oddities


def page_by(choose: Choose) -> Page:
    """Any markup of a page whose bytes say which characters they are."""
    return Page(
        blank=choose(["", "&nbsp;", "<o:p>&nbsp;</o:p>", "\u3000"]),
        runs=choose(YES_OR_NO),
        paragraphs=choose(YES_OR_NO),
        encoding=choose(["utf-8", "gb18030"]),
        charset=choose(["utf-8", "gb2312", ""]),
        layout=choose(["plain", "nested", "head_inside", "chrome"]),
    )


@st.composite
def printed_reports(draw: st.DrawFn) -> tuple[dict[Key, str], Quirks]:
    """Cells and quirks that hypothesis chooses."""
    return printed_by(lambda options: draw(st.sampled_from(options)))


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Markup that hypothesis chooses."""
    return page_by(lambda options: draw(st.sampled_from(options)))
