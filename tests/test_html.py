"""The reader of HTML: tables as displayed, text in order, and bounded work."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.document import Document, Grid
from govinfo.errors import LimitExceeded
from govinfo.readers.markup.blocks import MAX_COLSPAN, Container, lay_out
from govinfo.readers.markup.html import read_html

SHARED = Path(__file__).parents[2] / "shared"


def page(body: str) -> Document:
    return read_html(f"<!DOCTYPE html><body>{body}".encode(), "page.html")


def texts(grid: Grid) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in grid.matrix()]


def only(body: str) -> list[list[str | None]]:
    (grid,) = page(body).grids
    return texts(grid)


def blocks(body: str) -> list[str | list[list[str | None]]]:
    return [
        texts(block) if isinstance(block, Grid) else block.text
        for block in page(body).blocks
    ]


# Spans


def test_rowspan_takes_the_place_below() -> None:
    assert only("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>") == [
        ["a", "b"],
        ["a", "c"],
    ]


def test_empty_cells_are_kept() -> None:
    assert only("<table><tr><td>a<td><td>&nbsp;<td>　<tr><td><td><td><td></table>") == [
        ["a", "", "", ""],
        ["", "", "", ""],
    ]


def test_missing_cells_are_not_invented() -> None:
    assert only("<table><tr><td>a<td>b<tr><td>c</table>") == [["a", "b"], ["c", None]]


def test_rowspan_past_the_end_is_cut() -> None:
    (grid,) = page("<table><tr><td rowspan=9>a<td>b<tr><td>c</table>").grids
    assert grid.cells[0].rowspan == 2


def test_rowspan_zero_reaches_to_the_end_of_its_group() -> None:
    body = (
        "<table><tbody><tr><td rowspan=0>a<td>b<tr><td>c</tbody>"
        "<tbody><tr><td>d<td>e</tbody></table>"
    )
    assert only(body) == [["a", "b"], ["a", "c"], ["d", "e"]]


def test_rowspan_ends_with_the_head_of_the_table() -> None:
    body = "<table><thead><tr><th rowspan=3>a<th>b<tbody><tr><td>c<td>d</table>"
    assert only(body) == [["a", "b"], ["c", "d"]]


def test_colspan_that_hits_a_hanging_cell_ends_there() -> None:
    body = (
        "<table><tr><td>a<td>b<td rowspan=2>c<td>d<tr><td>e<td colspan=3>f<td>g</table>"
    )
    assert only(body) == [
        ["a", "b", "c", "d", None],
        ["e", "f", "c", None, "g"],
    ]


def test_words_for_spans_are_one() -> None:
    assert only("<table><tr><td colspan=x>a<td colspan=-2 rowspan=''>b</table>") == [
        ["a", "b"]
    ]


def test_span_of_a_million_is_cut_to_the_table() -> None:
    document = page(
        "<table><tr><td colspan=1000000>a<tr><td>b<td rowspan=1000000>c</table>"
    )
    assert texts(document.grids[0]) == [["a", "a"], ["b", "c"]]
    assert document.notes == (
        "A table asks for cells of up to 1,000,000 rows and 1,000,000 columns; they"
        " were cut to the 2 rows and 2 columns that it has.",
    )


def test_table_stretched_beyond_reason_is_left_out_with_a_note() -> None:
    document = page("<table>" + "<tr><td rowspan=60000>a" * 2000 + "</table>")
    assert document.grids == ()
    assert document.notes == (
        "A table of 2,000 cells was left out, since its spans stretch it beyond what"
        " any report can need.",
    )


spans = st.builds(Container, st.integers(0, 4), st.integers(0, 4))
groups = st.lists(st.lists(st.lists(spans, max_size=5), max_size=5), max_size=3)


@given(groups)
def test_spans_agree_with_a_model_that_marks_every_position(
    groups: list[list[list[Container]]],
) -> None:
    covered: dict[tuple[int, int], int] = {}
    expected = []
    top = 0
    for group in groups:
        for row, cells in enumerate(group, top):
            column = 0
            for span in cells:
                while (row, column) in covered:
                    column += 1
                rows = [r for r in range(row, top + len(group))]
                rows = rows[: span.rows] if span.rows else rows
                columns = [column]
                for c in range(column + 1, column + span.columns):
                    if (row, c) in covered:
                        break
                    columns.append(c)
                for position in itertools.product(rows, columns):
                    assert position not in covered
                    covered[position] = len(expected)
                expected.append((row, column, len(rows), len(columns)))
                column += max(span.columns, 1)
        top += len(group)
    assert lay_out(groups) == expected


def test_wide_columns_without_a_start_are_dropped() -> None:
    placed = lay_out([[[Container(columns=MAX_COLSPAN)], [Container(), Container()]]])
    assert [p.colspan for p in placed] == [2, 1, 1]


# Markup that is not as it should be


def test_cell_without_row() -> None:
    assert only("<table><td>a<td>b</table>") == [["a", "b"]]


def test_rows_without_table() -> None:
    assert blocks("<p>x</p><tr><td>a<td>b</tr>\n<tr><td>c<td>d</tr>after") == [
        "x",
        [["a", "b"], ["c", "d"]],
        "after",
    ]


def test_cell_inside_an_open_cell_is_the_next_cell() -> None:
    assert only("<table><tr><td><div>a<td>b</div><tr><td>c<td>d</table>") == [
        ["a", "b"],
        ["c", "d"],
    ]


def test_end_tag_of_a_block_around_the_table_does_not_end_the_cell() -> None:
    assert only("<div><table><tr><td>a</div></td><td>b</td></table>") == [["a", "b"]]


def test_table_between_cells_ends_the_table_before() -> None:
    assert blocks(
        "<table><tr><td>a<td>b</tr><table><tr><td>c<td>d</table></table>"
    ) == [
        [["a", "b"]],
        [["c", "d"]],
    ]


def test_cell_closed_like_xml_holds_what_follows() -> None:
    assert only("<table><tr><td/>9</td><td /><td>a</table>") == [["9", "", "a"]]


def test_head_inside_the_article_is_dropped_and_its_content_not_read() -> None:
    body = "<p>a</p><head><meta charset=gb2312><style>b{}</style></head><p>c</p>"
    assert blocks(body) == ["a", "c"]


def test_content_after_the_end_of_the_page_is_read() -> None:
    assert blocks("<p>a</body></html><table><tr><td>b<td>c</table>") == [
        "a",
        [["b", "c"]],
    ]


def test_fonts_never_closed_nest_deeper_than_the_parser_goes() -> None:
    assert only("<font size=3>" * 5000 + "<table><tr><td>a<td>b</table>") == [
        ["a", "b"]
    ]


# Order and layout


def test_foot_is_displayed_last() -> None:
    body = "<table><thead><tr><td>a<tfoot><tr><td>c<tbody><tr><td>b</table>"
    assert only(body) == [["a"], ["b"], ["c"]]


def test_caption_stands_before_its_table() -> None:
    assert blocks("<table><caption>t</caption><tr><td>a<td>b</table>") == [
        "t",
        [["a", "b"]],
    ]


def test_layout_table_becomes_text_around_the_tables_in_it() -> None:
    body = (
        "<table><tr><td>menu<td><h1>title</h1><p>before</p>"
        "<table><tr><td>a<td>b</table><p>after</p></table>"
    )
    assert blocks(body) == ["menu", "title", "before", [["a", "b"]], "after"]


def test_layout_tables_in_layout_tables_leave_one_grid() -> None:
    body = "<table><tr><td>" * 5 + "<table><tr><td>a<td>b</table>" + "</table>" * 5
    assert blocks(body) == [[["a", "b"]]]


def test_table_of_one_cell_is_text() -> None:
    assert blocks("<table><tr><td><p>a</p><p>b</p></table>") == ["a", "b"]


def test_table_of_one_cell_inside_a_cell_is_its_text() -> None:
    body = "<table><tr><td>a<td><table><tr><td>12</table><td>c</table>"
    assert only(body) == [["a", "12", "c"]]


def test_table_inside_a_data_cell_is_a_grid_of_its_own_after_it() -> None:
    body = (
        "<table><tr><td>a<td>b<td>c"
        "<tr><td>d<td><table><tr><td>1<td>2</table><td>e<tr><td>f<td>g<td>h</table>"
    )
    assert blocks(body) == [
        [["a", "b", "c"], ["d", "", "e"], ["f", "g", "h"]],
        [["1", "2"]],
    ]


def test_long_narrative_beside_a_menu_is_text() -> None:
    assert blocks(f"<table><tr><td>menu<td><p>{'文' * 301}</p></table>") == [
        "menu",
        "文" * 301,
    ]


def test_grids_are_numbered_in_reading_order() -> None:
    document = page("<table><tr><td>a<td>b</table>" * 3)
    assert [grid.number for grid in document.grids] == [1, 2, 3]


@pytest.mark.parametrize("shown", ["table-cell", "block", "flex"])
def test_figures_of_elements_that_are_shown_apart_are_not_joined(shown: str) -> None:
    body = f'<p>x<span style="display: {shown}">1</span>2<b>3</b></p>'
    assert blocks(body) == ["x", "1", "23"]


# Text of cells


def test_lines_of_a_cell() -> None:
    body = "<table><tr><td>a<br>b<td><p>c</p><p> </p><p>d</p><td><div>e</div>f</table>"
    assert only(body) == [["a\nb", "c\nd", "e\nf"]]


def test_label_broken_over_many_elements_is_whole() -> None:
    body = "<table><tr><td><span>其他</span><font>法律</font><b>行政</b><td>b</table>"
    assert only(body)[0][0] == "其他法律行政"


def test_blanks_are_collapsed() -> None:
    assert only("<table><tr><td>\n a \xa0\u3000 b\n<td>c</table>") == [["a b", "c"]]


def test_full_width_digits_stay() -> None:
    assert only("<table><tr><td>１２<td>b</table>") == [["１２", "b"]]


def test_invisible_characters_are_dropped() -> None:
    assert only("<table><tr><td>1\u200b2&shy;\ufeff<td>&#8203;</table>") == [["12", ""]]


def test_radicals_become_ordinary_characters() -> None:
    assert only("<table><tr><td>申请⼈<td>b</table>") == [["申请人", "b"]]


def test_entities_of_windows_are_dashes() -> None:
    assert only("<table><tr><td>&#151;<td>&mdash;<td>&nbsp</table>") == [["—", "—", ""]]


def test_nul_characters_are_dropped() -> None:
    assert only("<table><tr><td>1\x002<td>b</table>") == [["12", "b"]]


def test_raised_figure_makes_the_cell_doubtful() -> None:
    (grid,) = page("<table><tr><td>12<sup>1</sup><td>b</table>").grids
    assert (grid.cells[0].text, grid.cells[0].other_reading) == ("12", "121")


def test_raised_mark_without_figures_stays_text() -> None:
    (grid,) = page("<table><tr><td>12<sup>注</sup><td>b</table>").grids
    assert (grid.cells[0].text, grid.cells[0].other_reading) == ("12注", None)


@pytest.mark.parametrize(
    "struck",
    ["<s>13</s>", "<del>13</del>", '<span style="TEXT-DECORATION: line-through">13'],
)
def test_struck_figure_makes_the_cell_doubtful(struck: str) -> None:
    (grid,) = page(f"<table><tr><td>12{struck}<td>b</table>").grids
    assert (grid.cells[0].text, grid.cells[0].other_reading) == ("12", "1213")


def test_alignment_of_a_cell_raises_nothing() -> None:
    (grid,) = page('<table><tr><td style="vertical-align:super">1<td>b</table>').grids
    assert grid.cells[0].other_reading is None


def test_value_of_a_form_field_is_what_the_page_shows() -> None:
    body = "<table><tr><td><input value=5><input type=hidden value=6><td>b</table>"
    assert only(body) == [["5", "b"]]


# What is not displayed


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<template>x</template>",
        "<!-- x -->",
        '<span style="DISPLAY: none">x</span>',
        '<span style="display:none;mso-hide:all">x</span>',
        "<span hidden>x</span>",
        '<span style="visibility:hidden">x</span>',
        "<noscript>x</noscript>",
        "<!--[if gte mso 9]><xml>x</xml><![endif]-->",
    ],
)
def test_what_is_not_displayed_is_not_read(hidden: str) -> None:
    assert only(f"<table><tr><td>1{hidden}2<td>b</table>") == [["12", "b"]]


def test_hidden_cell_takes_no_place() -> None:
    assert only('<table><tr><td>a<td style="display:none">b<td>c</table>') == [
        ["a", "c"]
    ]


def test_hidden_row_takes_no_place() -> None:
    body = '<table><tr><td>a<td>b<tr style="display:none"><td>c<td>d</table>'
    assert only(body) == [["a", "b"]]


def test_tables_that_only_a_script_would_show_are_read_with_a_note() -> None:
    rows = "<tr><td>a<td>b" * 6
    document = page(f'<div style="display:none"><table>{rows}</table></div>')
    assert texts(document.grids[0]) == [["a", "b"]] * 6
    assert document.notes == (
        "The tables stand in a part of the page that is hidden until a script shows"
        " it; they were read from there.",
    )


def test_hidden_twin_of_a_table_is_not_read() -> None:
    table = "<table>" + "<tr><td>a<td>b" * 6 + "</table>"
    document = page(f'{table}<div style="display:none">{table}</div>')
    assert len(document.grids) == 1
    assert document.notes == ()


# Word and WPS


def test_markup_of_word() -> None:
    body = (
        '<table class=MsoTableGrid><tr style="mso-yfti-irow:0"><td>'
        "<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p><td>"
        "<p class=MsoNormal><![if !supportEmptyParas]>&nbsp;<![endif]>"
        '<span lang=EN-US style="mso-bidi-font-size:10.5pt">12<o:p></o:p></span></p>'
        "<td><v:shape><v:textbox>3</v:textbox></v:shape></table>"
    )
    assert only(body) == [["", "12", "3"]]


# Text outside tables


def test_headings_are_told() -> None:
    found = [
        (b.text, b.is_heading) for b in page("<h2>a<br>b</h2><p>c</p>").text_blocks
    ]
    assert found == [("a\nb", True), ("c", False)]


def test_every_line_is_a_block() -> None:
    assert blocks("<p>a<br>b</p><div>c</div>d") == ["a", "b", "c", "d"]


def test_empty_lines_may_be_empty_cells() -> None:
    assert blocks("<p>a</p><p>&nbsp;</p><p>b<br><br>c</p><div></div>") == [
        "a",
        "",
        "b",
        "",
        "c",
        "",
    ]


def test_preformatted_text_is_read_line_by_line() -> None:
    assert blocks("<pre>\na  b\n\n c</pre>") == ["a  b", "", " c"]


def test_title_of_the_page() -> None:
    document = read_html(b"<title> A\n report </title><p>x<svg><title>y", "a.html")
    assert document.title == "A report"


def test_place_is_the_line_of_the_file() -> None:
    document = read_html(b"<html><body>\n<p>a</p>\n<p>b</p>", "a.html")
    assert [b.place.line for b in document.text_blocks] == [2, 3]


# Pages without tables


def test_attachment_is_named() -> None:
    assert page('<p>x</p><a href="/a/b.PDF?c=1"> 附件：年报</a>').notes == (
        "The page links to attached files, which were not fetched: '附件：年报'.",
    )


def test_page_within_the_page_is_named() -> None:
    assert page('<iframe srcdoc="&lt;p&gt;7"></iframe>').notes == (
        "The page shows other files, which were not fetched: 'srcdoc'.",
    )


def test_frame_is_named() -> None:
    assert page('<iframe src="http://a/b.html"></iframe>').notes == (
        "The page shows other files, which were not fetched: 'http://a/b.html'.",
    )


def test_forwarding_is_named() -> None:
    body = '<meta http-equiv="Refresh" content="0; URL=\'/next.html\'">'
    assert page(body).notes == (
        "The page forwards to '/next.html', which was not fetched.",
    )


def test_script_that_writes_tables_is_named() -> None:
    assert page("<script>document.write('<table>')</script>").notes == (
        "The page writes its tables by a script, which is not run. Save the page from a"
        " browser that shows it.",
    )


def test_pictures_are_counted() -> None:
    assert page("<img src=a><img src=b>").notes == (
        "The page shows 2 pictures; tables in them are not read.",
    )


def test_page_with_tables_needs_no_such_notes() -> None:
    table = "<table>" + "<tr><td>a<td>b" * 6 + "</table>"
    assert page(f'{table}<img src=a><a href="b.pdf">c</a>').notes == ()


# Hostile pages


def test_a_thousand_nested_tables() -> None:
    with pytest.raises(LimitExceeded) as caught:
        page("<table><tr><td>" * 1000)
    assert str(caught.value) == (
        "page.html nests its elements more than 2,000 levels deep, where reading stops."
        " No report needs that: look at the file before going on."
    )


def test_six_hundred_nested_tables_are_read() -> None:
    assert page("<table><tr><td>a<td>" * 600).grids != ()


def test_too_many_tags() -> None:
    with pytest.raises(LimitExceeded) as caught:
        page("<br>" * 600_000)
    assert str(caught.value) == (
        "page.html holds 600,002 tags, and reading of HTML stops at 600,000. No report"
        " needs that many: look at the file before going on."
    )


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govinfo.readers.markup.html.MAX_BYTES", 1000)
    with pytest.raises(LimitExceeded) as caught:
        read_html(b" " * 1001, "page.html")
    assert str(caught.value) == (
        "page.html has 1,001 bytes, and reading of HTML stops at 1,000. No report needs"
        " that many: look at the file before going on."
    )


def test_entities_are_not_expanded() -> None:
    bomb = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    data = f'<!DOCTYPE html [<!ENTITY a0 "x">{bomb}]><body><p>&a29;</p>'.encode()
    assert [b.text for b in read_html(data, "a.html").text_blocks] == ["&a29;"]


def test_ten_thousand_attributes_are_dropped() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(10_000))
    assert only(f"<table><tr><td {attributes}>1<td>2</table>") == [["1", "2"]]


def test_pictures_written_into_the_page_are_passed_over() -> None:
    picture = f"<img src='data:image/png;base64,{'A' * 1_000_000}'>"
    assert only(f"<table><tr><td>1{picture}<td>2</table>") == [["1", "2"]]


TAGS = (
    "<table> </table> <tr> </tr> <td> </td> <th> <tbody> </tbody> <p> </p> <div>"
    " </div> <span> </span> <caption> <td&rowspan=3>"
)
MORE_TAGS = (
    "<td/> <th&rowspan=2> <thead> </thead> <tfoot> <br> <h1> </h1> <pre> </pre> <sup>"
    " </sup> a 1 <!-- --> <div&style=display:table> <div&role=row> <div&role=cell>"
)


def tags_of(names: str) -> st.SearchStrategy[list[str]]:
    tags = [name.replace("&", " ") for name in names.split()]
    return st.lists(st.sampled_from(tags), max_size=40)


@given(tags_of(TAGS + " " + MORE_TAGS))
def test_no_order_of_tags_is_an_error_or_covers_a_position_twice(
    tags: list[str],
) -> None:
    for grid in page("".join(tags)).grids:
        area = sum(cell.rowspan * cell.colspan for cell in grid.cells)
        assert area == sum(cell is not None for row in grid.matrix() for cell in row)


@given(tags_of(TAGS))
def test_no_figure_is_lost_whatever_the_order_of_tags(tags: list[str]) -> None:
    body = "".join(f"{tag}#{n};" for n, tag in enumerate(tags))
    found = re.findall(r"#(\d+);", page(body).text)
    assert sorted(map(int, found)) == list(range(len(tags)))


# Published pages


@pytest.mark.parametrize(
    "stem", ["pingtan-2025", "shanghai-office-2019", "shuyang-fgj-2023"]
)
def test_every_printed_row_of_a_published_page_is_a_row_of_a_grid(stem: str) -> None:
    source = SHARED / "reports" / f"{stem}.html"
    if not source.exists():
        pytest.skip("the published reports are not here")
    document = read_html(source.read_bytes(), source.name)
    rows = [
        [cell.text.removesuffix("元") for cell in grid.cells if cell.row == row]
        for grid in document.grids
        for row in range(grid.n_rows)
    ]
    with (SHARED / "reports" / "truth" / f"{stem}.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    for _, cells in itertools.groupby(
        truth, key=lambda c: c["table"] == "disputes" or (c["table"], c["row_code"])
    ):
        values = [cell["value"] for cell in cells]
        assert any(row[-len(values) :] == values for row in rows), values
