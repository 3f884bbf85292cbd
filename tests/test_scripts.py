"""Cells of a page that a script fills."""

from __future__ import annotations

import pytest

from govinfo.readers.markup.html import read_html

TABLE = (
    '<table><tr><td>信息内容<td>本年制发件数<tr><td>规章<td id="a1">{}'
    '<tr><td>行政规范性文件<td id="b1"><tr><td>行政许可<td><b id="c1"></b></table>'
)
LOOP = "for(var i in d)document.getElementById(i).textContent=d[i];"


def cells(script: str, first: str = "") -> list[str]:
    """The three cells of figures of a page with a script."""
    page = f"<html><body>{TABLE.format(first)}{script}</body></html>"
    return [row[1].text for row in _document(page).grids[0].matrix()][1:]


def _document(page: str):  # type: ignore[no-untyped-def]
    return read_html(page.encode(), "a.html")


@pytest.mark.parametrize(
    "script",
    [
        '<script>var d={"a1":"7","b1":0,"c1":"12.5"};' + LOOP + "</script>",
        '<script>const d = {"a1":"7","b1":"0","c1":"12.5"};\n' + LOOP + "</script>",
        "<script>document.getElementById('a1').innerText='7';"
        'document.getElementById("b1").innerHTML = 0; $("#c1").text("12.5")</script>',
    ],
)
def test_plain_data_of_a_script_are_the_text_of_their_cells(script: str) -> None:
    assert cells(script) == ["7", "0", "12.5"]


@pytest.mark.parametrize(
    "script",
    [
        '<script src="fill.js"></script>',
        '<script>$.getJSON("/r.json",function(d){for(var i in d)'
        '$("#"+i).text(d[i])})</script>',
        '<script>var d={"a1":"7","b1":f(),"c1":"1"};' + LOOP + "</script>",
        '<script>var d={"a1":"7","b1":"0","c1":"1"};if(x)' + LOOP + "</script>",
    ],
)
def test_empty_cells_that_a_script_may_fill_are_no_blanks(script: str) -> None:
    assert cells(script) == ["〔脚本〕"] * 3


def test_a_figure_in_a_cell_that_a_script_names_is_not_certain() -> None:
    script = '<script>document.getElementById("a1").textContent=total()</script>'
    assert cells(script, "0") == ["〔脚本〕", "", ""]


@pytest.mark.parametrize(
    "script",
    [
        "",
        '<script type="application/json">{"a1":"7","b1":"0","c1":"1"}</script>',
        "<script>var _hmt=_hmt||[];count('b1')</script>",
    ],
)
def test_scripts_that_write_nothing_leave_blanks_blank(script: str) -> None:
    assert cells(script, "7") == ["7", "", ""]


def test_classes_that_cells_share_are_no_names() -> None:
    rows = '<tr><td class="xl65">规章<td class="xl66"><td class="xl66">' * 3
    page = f'<table>{rows}</table><script src="jquery.js"></script>'
    texts = [row[1].text for row in _document(page).grids[0].matrix()]
    assert texts == ["", "", ""]


def test_the_note_names_the_scripts_that_may_fill_cells() -> None:
    page = TABLE.format("") + '<script src="js/fill.js"></script>'
    assert _document(page).notes == (
        "Cells of the tables may be filled by a script ('js/fill.js'), which is not"
        " run; they are not blank, and what they show is not known. Save the page"
        " from a browser that shows it, or print it to PDF.",
    )
