"""A cell of a page holds what a browser shows in it, or says that it may not."""

from __future__ import annotations

import time

import pytest

from govinfo.errors import ReadError
from govinfo.readers.markup.html import read_html


def cell(content: str, head: str = "", around: str = "") -> tuple[str, str | None]:
    """Both readings of the first cell of a table."""
    page = f"<html><head>{head}</head><body><table {around}><tr><td>{content}<td>x"
    (grid,) = read_html(f"{page}</table></body></html>".encode(), "a.html").grids
    return grid.cells[0].text, grid.cells[0].other_reading


@pytest.mark.parametrize(
    "note",
    [
        '<a href="#fn1">1</a>',
        '<a href="#fn1">[1]</a>',
        '<sup><a href="#fn1">1</a></sup>',
        '<a href="#_ftn1" name="_ftnref1"><span><span>1</span></span></a>',
        '<span style="position:relative;top:-3pt;mso-text-raise:3pt">1</span>',
    ],
)
def test_link_to_a_note_beside_a_figure_is_no_digit_of_it(note: str) -> None:
    text, other = cell(f"7{note}")
    assert text == "7"
    assert other in ("71", "7[1]")


def test_figure_that_is_a_link_itself_is_a_figure() -> None:
    assert cell('<a href="#detail">71</a>') == ("71", None)
    assert cell('<a href="detail.html">71</a>') == ("71", None)
    assert cell('7<a href="detail.html">1</a>') == ("71", None)


def test_figure_that_is_lifted_as_a_whole_is_a_figure() -> None:
    assert cell('<span style="mso-text-raise:3pt">71</span>') == ("71", None)


@pytest.mark.parametrize(
    "unseen",
    [
        '<span style="color:#fff">1</span>',
        '<span style="COLOR: rgb(255, 255, 255)">1</span>',
        '<font color="White">1</font>',
        '<font color="#fefefe">1</font>',
        '<span style="color:#fffafa">1</span>',
        '<span style="color:rgb(250, 250, 240)">1</span>',
        '<span style="background:#000">1</span>',
        '<span style="color:Navy; background-color: navy">1</span>',
        '<span style="color:transparent">1</span>',
        '<span style="opacity:0">1</span>',
        '<span style="position:absolute;left:-9999px">1</span>',
    ],
)
def test_digits_painted_in_nothing_are_in_doubt(unseen: str) -> None:
    assert cell(f"7{unseen}") == ("7", "71")
    assert cell(unseen) == ("〔1〕", None)


@pytest.mark.parametrize(
    "style",
    [
        "opacity:.02",
        "color:#fff0",
        "color:rgba(0,0,0,.01)",
        "color:hsl(0 0% 100%)",
        "color:snow",
        "font-size:1px",
        "font:1px a",
        "font-family:Wingdings",
        "transform:rotate(180deg)",
        "rotate:180deg",
        "position:fixed;top:-999px",
        "position:relative;left:9999px",
        "margin-left:-9999px",
        "clip-path:circle(0)",
        "letter-spacing:-1em",
        "line-height:0",
        "float:left",
        "order:-1",
        "filter:blur(9px)",
        "mask:none none",
        "vertical-align:5px",
        "background:linear-gradient(#000,#000)",
        "a-property-of-tomorrow:1",
    ],
)
def test_a_figure_unlike_all_others_of_its_table_is_in_doubt(style: str) -> None:
    """In more than its looks, that is; alike they may all be as they like."""
    odd, plain = f'<td style="{style}">7</td>', "<td>7</td>"
    for cells, expected in (
        ([odd, plain, plain], ["〔7〕", "7", "7"]),
        ([odd, odd, plain], ["7", "7", "7"]),
    ):
        page = f"<table><tr><td>规章</td>{''.join(cells)}</tr></table>"
        ruled = page.replace(f'style="{style}"', "class=odd")
        for text in (page, f"<style>.odd{{{style}}}</style>{ruled}"):
            (grid,) = read_html(text.encode(), "a.html").grids
            assert [c.text for c in grid.cells[1:]] == expected


@pytest.mark.parametrize(
    "style",
    [
        "mso-font-kerning:1.0000pt; font-family:仿宋_GB2312; font-size:10.5000pt",
        "COLOR: rgb(51, 51, 51); background: #FFFFFF; WHITE-SPACE: nowrap",
        "color:rgba(0,0,0,.85);letter-spacing:-0.5pt;line-height:150%",
        "margin-top:0.0000pt;margin-left:-5.4pt;text-indent:24pt;padding:0",
        "width:56.7pt;border:solid windowtext 1.0pt;vertical-align:middle",
        "position:relative;top:1px;display:inline-block;font:12pt/1 宋体",
        "layout-grid-mode:char;tab-stops:right 40pt;text-autospace:none",
    ],
)
def test_a_figure_that_only_looks_otherwise_is_sure(style: str) -> None:
    page = f'<table><tr><td>规章<td style="{style}">7<td>7<td>7</table>'
    (grid,) = read_html(page.encode(), "a.html").grids
    assert [c.text for c in grid.cells[1:]] == ["7", "7", "7"]


def test_white_digits_on_a_ground_are_seen() -> None:
    white = '<span style="color:#fff">1</span>'
    assert cell(f"7{white}", around='bgcolor="navy"') == ("71", None)
    assert cell(f'<p style="background:navy">7{white}</p>') == ("71", None)
    assert cell('7<span style="color:#ff7a7a;opacity:0.9">1</span>') == ("71", None)
    seen = '<span style="color:white;background-color:black">1</span>'
    assert cell(f"7{seen}") == ("71", None)
    assert cell('7<span style="background:#ff0">1</span>') == ("71", None)


@pytest.mark.parametrize(
    "rule",
    [
        ".n{display:none}",
        "td span.n , p{ visibility : hidden }",
        "@media screen{ .a{color:red} .n{font-size:0} }",
        "span.N{vertical-align:super;font-size:8pt}",
        "/* {a} */ #k{text-decoration:line-through}",
        "tr > td:nth-child(1) span{display:none}",
        "td:not(:last-child) > span[id]{opacity:0}",
        "@supports (display:grid){ table{ .n{ color: rgba(0, 0, 0, 0) } } }",
        "@layer a{ :is(.n, .x){-webkit-text-fill-color:transparent} }",
        "td span::first-letter{font-size:0}",
        "td span{display:inline-block;width:0;overflow:hidden}",
    ],
)
def test_digits_that_a_style_sheet_hides_are_in_doubt(rule: str) -> None:
    note = '7<span class="a n" id="k">1</span>'
    assert cell(note, f"<style>{rule}</style>") == ("7", "71")
    assert cell(note, "<style>.m{display:none} .n{font-size:0.9em}</style>") == (
        "71",
        None,
    )


@pytest.mark.parametrize(
    "rule",
    [
        "td:nth-child(1){display:none}",
        "tr:first-child{visibility:collapse}",
        "table td:has(+ td){unicode-bidi:bidi-override;direction:rtl}",
        "td:first-child::before{content:'1'}",
        "TD:NTH-CHILD(1){DISPLAY:NONE}",
    ],
)
def test_cells_that_a_style_sheet_hides_or_writes_into_are_in_doubt(rule: str) -> None:
    assert cell("7", f"<style>{rule}</style>") == ("〔7〕", None)


def test_sheet_that_is_cut_short_does_not_hide_the_next() -> None:
    sheets = "<style>li{color:red</style><style>td:nth-child(1){display:none}</style>"
    assert cell("7", sheets) == ("〔7〕", None)


@pytest.mark.parametrize(
    "rule",
    [
        "td.n:hover{display:none}",
        "@media print{td{display:none}}",
        "@media (max-width: 600px){td:nth-child(1){display:none}}",
        "@keyframes a{from{opacity:0}}",
        "td:nth-child(5){display:none}",
        "li:nth-child(1), ul td{display:none}",
        "td:nth-child(1){color:#333;text-indent:0;left:0}",
        "td:::x, td:nope(2){display:none}",
        "td{display:none",
        "td{overflow:hidden;height:0.8em;max-width:60px}",
    ],
)
def test_rules_that_hide_nothing_on_the_screen_doubt_nothing(rule: str) -> None:
    assert cell("7", f"<style>{rule}</style>") == ("7", None)


@pytest.mark.parametrize(
    ("rule", "whole"),
    [
        ('.n::before{content:"1"}', "17"),
        ("span.n:after { content: '1' }", "71"),
        (".n:before{counter-increment:k;content:counter(k)}", "07"),
    ],
)
def test_digits_that_a_style_sheet_writes_are_in_doubt(rule: str, whole: str) -> None:
    written = '<span class="n">7</span>'
    assert cell(written, f"<style>{rule}</style>") == ("7", whole)


def test_icons_and_words_that_a_style_sheet_writes_are_nothing() -> None:
    sheet = r"<style>.n:before{content:'\e601'} .n:after{content:'件'}</style>"
    assert cell('<span class="n">7</span>', sheet) == ("7", None)


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("<input value=7>", "7"),
        ("<input type=decimal value=7>", "7"),
        ("<input type=hidden value=7>", ""),
        ("<input type=checkbox checked value=7>", "☑"),
        ("<input type=radio value=7>", "☐"),
        ("<textarea>7</textarea>", "7"),
        ("<select><option>5<option selected>7</select>", "7"),
        ("<select><option>5<option>7</select>", "5"),
        ("<select><optgroup><option>5</optgroup><option>7</select>", "5"),
        ("<select multiple><option>5<option>7</select>", ""),
    ],
)
def test_field_holds_what_it_shows(field: str, shown: str) -> None:
    assert cell(field) == (shown, None)


@pytest.mark.parametrize(
    "shown",
    [
        "<img src=a.png alt=7>",
        "<picture><source srcset=a><img src=b></picture>",
        "<svg><text>7</text></svg>",
        "<canvas></canvas>",
        "<object data=a.png></object>",
        "<embed src=a.swf>",
        "<iframe src=b.html></iframe>",
    ],
)
def test_picture_in_an_empty_cell_is_no_blank(shown: str) -> None:
    assert cell(shown) == ("〔图〕", None)
    assert cell(f"7{shown}") == ("7", None)


def test_formula_of_several_lines_is_not_one_figure() -> None:
    assert cell("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>") == ("〔式〕", None)
    assert cell("<math><msup><mn>7</mn><mn>1</mn></msup></math>") == ("〔式〕", None)
    tex = "<semantics><mrow><mn>71</mn></mrow><annotation>71</annotation></semantics>"
    assert cell(f"<math>{tex}</math>") == ("71", None)


def test_digits_shown_from_right_to_left_are_no_figure() -> None:
    assert cell("<bdo dir=rtl>17</bdo>") == ("〔17〕", None)


@pytest.mark.parametrize(
    "page",
    [
        "<p>x<style>" + "a" * 2_000_000,
        "<p>x<style>" + ".a{" * 600_000,
        "<p>x" + '<iframe "' * 200_000,
        "<p>x" + '<iframe "" ' * 49 + '"" ' * 300_000,
        "<p>x<select>" + "<option>1" * 20_000,
    ],
    ids=["long rule", "open rules", "many frames", "long frame", "long list"],
)
def test_reading_stays_fast_on_hostile_pages(page: str) -> None:
    start = time.process_time()
    read_html(page.encode(), "a.html")
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "drawn",
    [
        '<span data-v="{}"></span>',
        '<span data-count="{}"> </span>',
        '<b v-text="row.n{}"></b>',
        '<div ng-bind="n{}"></div>',
        '<i class="digit d{}"></i>',
        '<ol start="{}"><li></li></ol>',
        '<meter value="{}"></meter>',
    ],
)
def test_empty_element_that_a_script_or_sheet_draws_is_no_blank(drawn: str) -> None:
    page = f"<table><tr><td>规章<td>{drawn.format(3)}<td>{drawn.format(5)}<td></table>"
    (grid,) = read_html(page.encode(), "a.html").grids
    assert [c.text for c in grid.cells] == ["规章", "〔图〕", "〔图〕", ""]


def test_cell_whose_own_attribute_is_to_be_shown_is_no_blank() -> None:
    page = '<table><tr><td>规章<td data-n="3"></td><td data-n="5"></td></table>'
    (grid,) = read_html(page.encode(), "a.html").grids
    assert [c.text for c in grid.cells] == ["规章", "〔图〕", "〔图〕"]


@pytest.mark.parametrize(
    "mark",
    [
        '<p data-line="{}">{}</p>',
        '<span data-mce-bogus="1"></span><p title="{}">{}</p>',
        '<input data-n="{}" value=""><b>{}</b>',
    ],
)
def test_attributes_that_number_places_draw_nothing(mark: str) -> None:
    cells = [mark.format(n, text) for n, text in enumerate(("规章", "12", ""))]
    page = f"<table><tr><td>{'<td>'.join(cells)}</table>"
    (grid,) = read_html(page.encode(), "a.html").grids
    assert [c.text for c in grid.cells] == ["规章", "12", ""]


def test_name_of_a_button_is_no_part_of_a_figure() -> None:
    assert cell("7<button>1</button>") == ("7", "71")


def test_text_at_coordinates_out_of_order_is_refused() -> None:
    places = [(7 * n % 40, n) for n in range(40)]
    lines = "".join(
        f'<div style="position:absolute; left:60px; top:{20 * at}px">行 {n}</div>'
        for at, n in places
    )
    with pytest.raises(ReadError) as raised:
        read_html(f"<html><body>{lines}</body></html>".encode(), "a.html")
    assert str(raised.value) == (
        "a.html puts its text at coordinates, in another order than it is read, so that"
        " lines and columns of a table are not known. Print the page to PDF from a"
        " browser that shows it, and read that."
    )


def test_text_at_coordinates_in_order_is_read() -> None:
    lines = "".join(
        f'<div style="position:absolute;left:{60 * (n % 4)}px;top:{20 * (n // 4)}px">'
        f"{n}</div>"
        for n in range(40)
    )
    document = read_html(f"<html><body>{lines}</body></html>".encode(), "a.html")
    assert [block.text for block in document.text_blocks] == list(map(str, range(40)))
