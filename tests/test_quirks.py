"""Each oddity of published reports is read exactly, or said to be in doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from facsimiles.paper import Style
from generate import (
    Demand,
    Shaped,
    as_docx,
    as_html,
    as_pdf,
    as_text,
    disagreements,
    shape,
)
from generate.cases import (
    EMPTY_CELLS,
    FEE,
    FOUR_TOTALS,
    LABELS,
    LICENCE,
    NUMBERS,
    OLD,
    PERSONS_AND_TOTALS,
    PLAIN,
    SOME_BLANK,
    TABLES,
    ZEROS_BLANK,
    Case,
)
from generate.expected import Expected
from generate.html import Page
from generate.pdf import NARROW
from generate.quirks import Quirks
from generate.text import SHAPES

report = pytest.importorskip("govinfo.report")

WRITERS: dict[str, Callable[[Shaped], bytes]] = {
    "html": as_html,
    "docx": as_docx,
    "pdf": as_pdf,
}


def _parameters(cases: tuple[Case, ...]) -> list[object]:
    return [
        pytest.param(case, how, id=f"{case.name}-{how}")
        for case in cases
        for how in case.formats
    ]


@pytest.fixture
def wrong(tmp_path: Path):
    """Read bytes as a file of this name and say what is wrong with the cells."""

    def read(data: bytes, name: str, shaped: Shaped, *, exact: bool = True):
        path = tmp_path / name
        path.write_bytes(data)
        return disagreements(report.read_report(path), shaped.expected, exact=exact)

    return read


@pytest.mark.parametrize(("case", "how"), _parameters(EMPTY_CELLS))
def test_empty_cells(case: Case, how: str, wrong):
    shaped = shape(case.cells, case.quirks)
    assert wrong(WRITERS[how](shaped), f"report.{how}", shaped) == []


@pytest.mark.parametrize(("case", "how"), _parameters(NUMBERS))
def test_numbers(case: Case, how: str, wrong):
    shaped = shape(case.cells, case.quirks)
    assert wrong(WRITERS[how](shaped), f"report.{how}", shaped) == []


@pytest.mark.parametrize(("case", "how"), _parameters(TABLES))
def test_tables(case: Case, how: str, wrong):
    shaped = shape(case.cells, case.quirks)
    assert wrong(WRITERS[how](shaped), f"report.{how}", shaped) == []


@pytest.mark.parametrize(("case", "how"), _parameters(LABELS))
def test_labels(case: Case, how: str, wrong):
    shaped = shape(case.cells, case.quirks)
    assert wrong(WRITERS[how](shaped), f"report.{how}", shaped) == []


TEXT_CASES = (*EMPTY_CELLS, *NUMBERS, *TABLES, *LABELS)


@pytest.mark.parametrize("how", SHAPES)
@pytest.mark.parametrize("case", TEXT_CASES, ids=lambda case: case.name)
def test_text_is_read_exactly_or_openly_unsure(case: Case, how: str, wrong):
    shaped = shape(case.cells, case.quirks)
    assert wrong(as_text(shaped, how), "report.txt", shaped, exact=False) == []


@pytest.mark.parametrize("how", ["bars_by_cell", "bars_by_row", "lines", "markdown"])
def test_text_of_the_official_form_is_read_exactly(how: str, wrong):
    shaped = shape(PLAIN)
    assert wrong(as_text(shaped, how), "report.txt", shaped) == []


@pytest.mark.parametrize("how", ["bars_by_cell", "bars_by_row", "lines", "markdown"])
def test_text_keeps_blank_cells_in_their_columns(how: str, wrong):
    """In text with one cell a line, an empty line is an empty cell."""
    shaped = shape(SOME_BLANK)
    assert wrong(as_text(shaped, how), "report.txt", shaped) == []


def test_dropped_empty_lines_never_shift_figures(wrong):
    """Without its empty lines, a row of two figures says not whose they are."""
    shaped = shape(PERSONS_AND_TOTALS)
    data = as_text(shaped, "lines_without_blanks")
    assert wrong(data, "report.txt", shaped, exact=False) == []


def test_row_with_fewer_figures_than_columns_is_refused(wrong):
    """Of ``行政许可 | 106 | 2939 | |`` nobody knows which of three is missing."""
    shaped = shape(OLD, Quirks(form="2019"))
    lines = as_text(shaped, "bars_by_row").decode().splitlines()
    (at,) = (n for n, line in enumerate(lines) if line.startswith("行政许可 |"))
    lines[at] = "行政许可 | 106 | 2939 | |"
    refused = {
        key: replace(want, demand=Demand.REFUSED)
        if key[:2] == ("proactive", "licence")
        else want
        for key, want in shaped.expected.items()
    }
    shaped = replace(shaped, expected=refused)
    assert wrong("\n".join(lines).encode(), "report.txt", shaped) == []


def test_label_may_be_broken_over_many_spans(wrong):
    shaped = shape(PLAIN)
    assert wrong(as_html(shaped, Page(runs=True)), "report.html", shaped) == []


def test_lines_of_a_cell_may_be_paragraphs(wrong):
    shaped = shape(PLAIN, Quirks(labels={"商业企业": "商业\n企业"}))
    page = Page(paragraphs=True)
    assert wrong(as_html(shaped, page), "report.html", shaped) == []


@pytest.mark.parametrize(
    "blank", ["&nbsp;", "<o:p>&nbsp;</o:p>", "<p><br></p>", "\u3000", "<p>&nbsp;</p>"]
)
def test_markup_of_empty_cells_is_blank(blank: str, wrong):
    shaped = shape(SOME_BLANK)
    assert wrong(as_html(shaped, Page(blank=blank)), "report.html", shaped) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", ""])
def test_declared_encoding_may_be_wrong_or_missing(encoding: str, charset: str, wrong):
    shaped = shape(PLAIN)
    page = Page(encoding=encoding, charset=charset)
    assert wrong(as_html(shaped, page), "report.html", shaped) == []


@pytest.mark.parametrize("layout", ["nested", "head_inside", "chrome"])
def test_page_may_have_layout_tables_and_chrome(layout: str, wrong):
    shaped = shape(PLAIN)
    assert wrong(as_html(shaped, Page(layout=layout)), "report.html", shaped) == []


PAGES = {
    "over a break without a header": (Style(widths=NARROW), (14,)),
    "with the header repeated": (Style(widths=NARROW, repeat_head=True), (14,)),
    "with a label cut in two": (
        Style(
            widths={10: (4.2, 9.5, 46.0, 7.5, 6.5, 6.5, 6.5, 6.5, 6.5, 7.5)},
            cut_labels=True,
            size=9,
        ),
        (17,),
    ),
    "over three pages": (Style(widths=NARROW), (9, 20)),
    "broken between header and first row": (Style(widths=NARROW), (3,)),
    "with hairlines": (Style(widths=NARROW, rule_width=0.05), ()),
    "with dotted rules": (Style(widths=NARROW, dash=(1, 1)), ()),
    "with fake bold": (Style(widths=NARROW, fake_bold=True), ()),
    "in landscape": (Style(widths=NARROW, page=(842, 595)), ()),
    "with shaded rows": (Style(widths=NARROW, shade_items=True), ()),
}


@pytest.mark.parametrize(("style", "breaks"), PAGES.values(), ids=PAGES)
def test_pdf_with_rules_is_read_exactly(style: Style, breaks: tuple[int, ...], wrong):
    shaped = shape(SOME_BLANK)
    assert wrong(as_pdf(shaped, style, breaks), "report.pdf", shaped) == []


@pytest.mark.parametrize("breaks", [(), (14,)], ids=["one break", "another break"])
@pytest.mark.parametrize(
    "cells",
    [PLAIN, SOME_BLANK, ZEROS_BLANK, PERSONS_AND_TOTALS, FOUR_TOTALS],
    ids=["filled", "a blank column", "blanks for zeros", "persons", "four totals"],
)
class TestPdfWithoutAllRules:
    def test_rules_between_rows_alone_are_enough(self, cells, breaks, wrong):
        shaped = shape(cells)
        data = as_pdf(shaped, Style(widths=NARROW, rules="horizontal"), breaks)
        assert wrong(data, "report.pdf", shaped) == []

    def test_without_any_rule_only_counts_decide(self, cells, breaks, tmp_path: Path):
        shaped = shape(cells)
        path = tmp_path / "report.pdf"
        path.write_bytes(as_pdf(shaped, Style(widths=NARROW, rules="none"), breaks))
        read = report.read_report(path)
        assert disagreements(read, shaped.expected, exact=False) == []
        if cells is PLAIN:
            states = [row[9] for row in read.cell_rows()]
            assert states.count("reported") > 0.7 * len(states)


def test_item_title_and_its_header_may_stand_on_two_pages(wrong):
    shaped = shape(PLAIN)
    assert wrong(as_pdf(shaped, breaks_two=(5, 8)), "report.pdf", shaped) == []


@pytest.mark.parametrize(
    ("text", "unit"), [("251000元", "yuan"), ("25.1万元", "10,000 yuan")]
)
def test_yuan_and_ten_thousand_yuan_are_not_confused(
    text: str, unit: str, tmp_path: Path
):
    """The column is headed 万元; a unit that stands in the cell wins."""
    want = Expected(Decimal(text.rstrip("万元")))
    shaped = shape(PLAIN, Quirks(texts={FEE: (text, want)}))
    path = tmp_path / "report.html"
    path.write_bytes(as_html(shaped))
    cells = report.read_report(path).cells
    (fee,) = cells.loc[cells["row_code"] == "fee"].to_dict("records")
    assert (Decimal(str(fee["value"])), fee["unit"]) == (want.value, unit)


def test_header_of_table_4_may_be_cut_by_a_page_break(wrong):
    shaped = shape(PLAIN)
    data = as_pdf(shaped, breaks_four=(1,))
    assert wrong(data, "report.pdf", shaped, exact=False) == []


def test_totals_that_contradict_their_parts_are_kept(wrong):
    cells = {**PLAIN, ("disputes", "review", "total"): "0", LICENCE: "1"}
    shaped = shape(cells)
    assert wrong(as_html(shaped), "report.html", shaped) == []


def test_figures_and_their_units_may_wrap_in_ruled_cells(wrong):
    cells = {
        **PLAIN,
        ("requests", "concluded", "total"): "2650964",
        ("requests", "carried_out", "other_organisation"): "1233",
        ("requests", "carried_out", "total"): "57121",
    }
    shaped = shape(cells, Quirks(numbers="unit"))
    assert wrong(as_pdf(shaped), "report.pdf", shaped, exact=False) == []


@pytest.mark.parametrize("lost", ["review", "litigation_direct"])
def test_one_of_three_tables_with_a_lost_blank_takes_nothing_from_the_next(
    lost: str, wrong
):
    """A block one figure short must not be filled from the block after it."""
    shaped = shape(
        {**PLAIN, ("disputes", lost, "corrected"): ""}, Quirks(disputes_in_three=True)
    )
    data = as_text(shaped, "lines_without_blanks")
    assert wrong(data, "report.txt", shaped, exact=False) == []


def _torn(row: str, blank: tuple[str, ...], after: int) -> tuple[Shaped, bytes]:
    """A row with blanks, torn by the foot of a page after so many of its cells."""
    keys = [key for key in PLAIN if key[:2] == ("requests", row)]
    shaped = shape({**PLAIN, **{("requests", row, name): "" for name in blank}})
    lines = as_text(shaped).decode().splitlines()
    label = next(
        slot.text
        for part in shaped.parts
        if not isinstance(part, str)
        for cells in part.rows
        if keys[0] in [slot.key for slot in cells]
        for slot in cells[-8:-7]
    )
    at = lines.index(label) + 1 + after
    lines[at:at] = ["", "— 3 —", ""]
    return shaped, "\n".join(lines).encode()


TORN = [
    ("not_processed.repeated", ("natural_person", "business", "total")),
    ("unavailable.needs_creation", ("natural_person", "business", "research")),
    ("refused.process_information", ("legal_service", "total")),
]


@pytest.mark.parametrize(
    ("row", "blank", "after"),
    [
        pytest.param(
            *row,
            after,
            id=f"{row[0]}-{after}",
        )
        for row in TORN
        for after in range(1, 7)
    ],
)
def test_row_with_blanks_torn_by_a_page_is_not_shifted(
    row: str, blank: tuple[str, ...], after: int, wrong
):
    """The empty lines round a page number are not the row's empty cells."""
    shaped, data = _torn(row, blank, after)
    assert wrong(data, "report.txt", shaped, exact=False) == []


def test_empty_column_and_torn_row_shift_no_figure(wrong):
    """In lines, an empty fifth column puts one more empty line after every row."""
    shaped = shape(
        {**OLD, ("proactive", "regulation", "newly_made"): ""},
        Quirks(form="2019", fifth_column=True),
    )
    data = as_text(shaped, "flip_book")
    assert wrong(data, "report.txt", shaped, exact=False) == []


def test_figure_that_stands_under_no_header_is_not_dropped(wrong):
    """A row with a figure left over says nothing about which of its cells is blank."""
    shaped = shape(
        {**OLD, ("proactive", "other_external_service", "decisions"): ""},
        Quirks(form="2019", disagreeing_spans=True),
    )
    data = as_text(shaped, "markdown")
    assert wrong(data, "report.txt", shaped, exact=False) == []


def test_row_that_begins_with_empty_cells_is_not_shifted(wrong):
    keys = [("disputes", "litigation_after_review", c) for c in ("upheld", "corrected")]
    shaped = shape(
        {**PLAIN, **dict.fromkeys(keys, "")},
        Quirks(one_table=True, disputes_in_three=True),
    )
    data = as_text(shaped, "bars_by_row")
    assert wrong(data, "report.txt", shaped, exact=False) == []
