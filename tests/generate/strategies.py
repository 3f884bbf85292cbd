"""Random reports and random mixtures of quirks, for property-based tests."""

from __future__ import annotations

from facsimiles.form import Key
from hypothesis import strategies as st

from generate.cases import LABELS
from generate.html import Page
from generate.quirks import Quirks, plain_cells, total_up

FIGURES = st.one_of(
    st.integers(0, 9),
    st.integers(0, 300),
    st.integers(1000, 4_000_000),
    st.just(0),
)


@st.composite
def reports(draw: st.DrawFn, *, form: str, collapsed: bool, hybrid: bool):  # type: ignore[no-untyped-def]
    """Cells of a report: any figures, sums right or wrong, any cells left blank."""
    cells = plain_cells(form, collapsed=collapsed, hybrid=hybrid)
    values = draw(st.lists(FIGURES, min_size=len(cells), max_size=len(cells)))
    found = {key: str(value) for key, value in zip(cells, values, strict=True)}
    if draw(st.booleans()):
        total_up(found)
    return _with_blanks(draw, found)


def _with_blanks(draw: st.DrawFn, cells: dict[Key, str]) -> dict[Key, str]:
    how = draw(st.sampled_from(["none", "zeros", "columns", "some"]))
    if how == "zeros":
        return {key: "" if text == "0" else text for key, text in cells.items()}
    if how == "columns":
        columns = sorted({key[2] for key in cells if key[0] == "requests"})
        blank = draw(st.sets(st.sampled_from(columns), max_size=5))
        return {
            key: "" if key[0] == "requests" and key[2] in blank else text
            for key, text in cells.items()
        }
    if how == "some":
        blank_keys = draw(st.sets(st.sampled_from(sorted(cells)), max_size=40))
        return {key: "" if key in blank_keys else text for key, text in cells.items()}
    return cells


_WORDINGS = [case.quirks.labels for case in LABELS if case.quirks.labels]


@st.composite
def quirks(draw: st.DrawFn) -> Quirks:
    """Any mixture of quirks under which the print still determines the cells."""
    form = draw(st.sampled_from(["2021", "2021", "2019"]))
    is_new = form == "2021"
    wording = draw(st.sampled_from([{}, *_WORDINGS]))
    if draw(st.booleans()):
        wording = {
            **wording,
            "商业企业": "商业\n企业",
            "社会公益组织": "社会公\n益组织",
        }
    return Quirks(
        form=form,
        hybrid=is_new and draw(st.booleans()),
        numbers=draw(
            st.sampled_from(
                ["plain", "thousands", "thousands_full_width", "full_width", "unit"]
            )
        ),
        labels=wording,
        stray=draw(st.sampled_from(["", "", " ", "\n"])),
        result_label=draw(
            st.sampled_from(["merged", "characters", "two_cells", "repeated", "lost"])
        ),
        group_labels=draw(st.sampled_from(["merged", "repeated"])),
        empty_label=draw(st.booleans()),
        numeral=draw(st.sampled_from([".", "、", "．"])),
        header=draw(
            st.sampled_from(["three_rows", "two_rows", "one_row", "no_rowspan"])
        ),
        split=draw(st.sampled_from([0, 0, 5, 9, 14, 17, 22])),
        split_header=draw(st.booleans()),
        split_labels=draw(st.sampled_from(["whole", "cut", "first"])),
        item_style=draw(
            st.sampled_from(
                [
                    "第二十条第（{}）项",
                    "第二十条第({})项",
                    "第二十条 第（{}）项",
                    "第二十条({})项",
                ]
            )
        ),
        item_tables=draw(st.booleans()),
        fifth_column=draw(st.booleans()),
        disagreeing_spans=draw(st.booleans()),
        wide=draw(st.sampled_from([1, 1, 1, 33])),
        one_table=draw(st.booleans()),
        disputes_in_three=draw(st.booleans()),
        unrelated_table=draw(st.booleans()),
        page_information=draw(st.booleans()),
        headings=draw(
            st.sampled_from(["official", "renumbered", "lost", "doubled", "varied"])
        ),
        narrative=draw(
            st.sampled_from([(), ("全年收到申请999件，上年结转77件，办结888件。",)])
        ),
    )


@st.composite
def printed_reports(draw: st.DrawFn):  # type: ignore[no-untyped-def]
    """Quirks, and cells that fit their form."""
    oddities = draw(quirks())
    collapsed = oddities.form == "2021" and draw(st.booleans())
    cells = draw(
        reports(form=oddities.form, collapsed=collapsed, hybrid=oddities.hybrid)
    )
    return cells, oddities


def pages() -> st.SearchStrategy[Page]:
    """Any markup of a page whose bytes say which characters they are."""
    return st.builds(
        Page,
        blank=st.sampled_from(["", "&nbsp;", "<o:p>&nbsp;</o:p>", "\u3000"]),
        runs=st.booleans(),
        paragraphs=st.booleans(),
        encoding=st.sampled_from(["utf-8", "gb18030"]),
        charset=st.sampled_from(["utf-8", "gb2312", ""]),
        layout=st.sampled_from(["plain", "nested", "head_inside", "chrome"]),
    )
