"""A second engine reads what the first leaves in doubt, and what a failed sum names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from generate import as_docx, as_html, plain_cells, shape
from generate.strategies import pages, printed_reports
from hypothesis import Phase, given, settings

import govinfo
from govinfo.document import Grid
from govinfo.errors import ReadError
from govinfo.readers import pdf_camelot, read_bytes, secondhtml
from govinfo.readers.secondhtml import scanned_html
from govinfo.readers.secondword import bare_docx
from govinfo.recognise import recognise
from govinfo.recognise.figures import State

REPORTS = Path(__file__).parents[1] / "data" / "reports"
HONGZE = REPORTS / "hongze-2023.pdf"


def cell(report: govinfo.Report, row: str, column: str):
    return next(c for c in report.recognition.cells if c.key == (row, column))


def altered(old: str, new: str):
    """The second reading with the text of some cells changed."""
    original = pdf_camelot.second_reading

    def read(data: bytes, name: str, pages: list[int]) -> tuple[Grid, ...]:
        return tuple(
            replace(
                grid,
                cells=tuple(
                    replace(one, text=new) if one.text == old else one
                    for one in grid.cells
                ),
            )
            for grid in original(data, name, pages)
        )

    return read


def test_figures_of_failed_sums_are_read_by_both_engines():
    report = govinfo.read_report(HONGZE)
    assert cell(report, "review", "total").second == "0"
    assert cell(report, "review", "upheld").second == "10"
    assert cell(report, "received", "total").second is None
    assert report.status == "complete"


def test_cell_that_the_engines_read_differently_is_uncertain(monkeypatch):
    monkeypatch.setattr(pdf_camelot, "second_reading", altered("10", "16"))
    upheld = cell(govinfo.read_report(HONGZE), "review", "upheld")
    assert upheld.state is State.UNCERTAIN
    assert upheld.value is None
    assert upheld.raw == "10"
    assert "a second reading of the page found '16'" in upheld.doubts


def test_first_reading_stands_where_the_second_engine_stops(monkeypatch):
    def stop(*_: object) -> tuple[Grid, ...]:
        message = "camelot stopped."
        raise ReadError(message)

    monkeypatch.setattr(pdf_camelot, "second_reading", stop)
    total = cell(govinfo.read_report(HONGZE), "review", "total")
    assert (total.state, total.raw, total.second) == (State.REPORTED, "0", None)


def test_report_without_doubt_is_read_once(monkeypatch):
    def never(*_: object) -> tuple[Grid, ...]:
        pytest.fail("a report whose sums hold was read twice")

    monkeypatch.setattr(pdf_camelot, "second_reading", never)
    assert govinfo.read_report(REPORTS / "huaian-2024.pdf").findings.empty


PINGTAN = REPORTS / "pingtan-2020.html"
PHASES = [Phase.explicit, Phase.generate]


def disagreeing(data: bytes, name: str, grids: tuple[Grid, ...]) -> list[str]:
    """Cells of which a second reading of a document says something else."""
    document = read_bytes(data, name)
    second = recognise(replace(document, blocks=grids), None)
    again = {(c.table, c.key): c for c in second.cells if c.state is not State.ABSENT}
    return [
        f"{c.table} {c.key}: {c.raw!r}, then {o.raw!r}"
        for c in recognise(document, None).cells
        if (o := again.get((c.table, c.key))) is not None
        if (c.state, c.value) != (o.state, o.value)
        if State.UNCERTAIN not in (c.state, o.state)
    ]


@given(printed=printed_reports(), page=pages())
@settings(phases=PHASES, max_examples=30)
def test_plain_scan_of_any_page_reads_what_the_tree_reads(printed, page):
    data = as_html(shape(*printed), page)
    assert disagreeing(data, "a.html", scanned_html(data, "a.html")) == []


@given(printed=printed_reports())
@settings(phases=PHASES, max_examples=20)
def test_bare_letters_of_any_word_file_are_what_was_read(printed):
    data = as_docx(shape(*printed))
    assert disagreeing(data, "a.docx", bare_docx(data, "a.docx")) == []


def second_of(report: govinfo.Report) -> set[str | None]:
    keys = report.check_results.query("result == 'fail'")["cells"].iloc[0]
    return {
        cell.second
        for cell in report.recognition.cells
        if (cell.table, *cell.key) in keys
    }


def test_figures_of_a_page_are_read_again_from_its_markup():
    report = govinfo.read_report(PINGTAN)
    assert second_of(report) == {"0", "3", "4", "6", "20"}
    assert cell(report, "review", "total").second is None


def test_figures_of_a_word_file_are_read_again_from_its_xml(tmp_path):
    cells = plain_cells()
    concluded = ("requests", "concluded", "research")
    cells[concluded] = str(int(cells[concluded]) + 1)
    path = tmp_path / "a-2023.docx"
    path.write_bytes(as_docx(shape(cells)))
    report = govinfo.read_report(path)
    total = cell(report, "concluded", "research")
    assert total.second == total.raw == cells[concluded]
    own = report.findings[report.findings["column_code"] == "research"]
    assert len(own) == 2
    assert (
        own["sentence"]
        .str.endswith("; a second reading of the file found the same figures.")
        .all()
    )


def test_figures_of_a_text_are_found_again_in_their_lines(tmp_path):
    path = tmp_path / "a-2023.txt"
    chongqing = (REPORTS / "chongqing-amr-2023.txt").read_text("utf-8")
    assert govinfo.read_report(REPORTS / "chongqing-amr-2023.txt").findings.empty
    path.write_text(
        chongqing.replace("（七）总计 |\n137 |", "（七）总计 |\n173 |"), "utf-8"
    )
    report = govinfo.read_report(path)
    assert None not in second_of(report)


def test_page_whose_markup_says_otherwise_is_not_called_wrong(monkeypatch):
    original = secondhtml.scanned_html

    def read(data: bytes, name: str) -> tuple[Grid, ...]:
        return tuple(
            replace(
                grid,
                cells=tuple(
                    replace(c, text="26") if c.text == "20" else c for c in grid.cells
                ),
            )
            for grid in original(data, name)
        )

    monkeypatch.setattr(secondhtml, "scanned_html", read)
    report = govinfo.read_report(PINGTAN)
    total = cell(report, "concluded", "natural_person")
    assert total.state is State.UNCERTAIN
    assert "a second reading of the file found '26'" in total.doubts
    kinds = report.findings[["check", "column_code"]].to_numpy().tolist()
    assert ["outcomes_sum", "natural_person"] not in kinds


@pytest.fixture(scope="module")
def scan(tmp_path_factory) -> Path:
    """A report with contradictions as pictures of its pages."""
    pypdfium2 = pytest.importorskip("pypdfium2")
    path = tmp_path_factory.mktemp("scan") / "hongze-2023.tif"
    with pypdfium2.PdfDocument(HONGZE) as pdf:
        pages = [page.render(scale=150 / 72).to_pil().convert("L") for page in pdf]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def test_figures_of_a_scan_are_read_again_from_their_own_cuts(scan):
    pytest.importorskip("rapidocr")
    report = govinfo.read_report(scan)
    own = [c for c in report.recognition.cells if c.key[0] == "review"]
    assert [c.second for c in own] == ["10", "1", "0", "0", "0"]
    # Both look at one print, so no figure becomes sure by it, and none is a finding.
    assert {c.state for c in own} == {State.UNCERTAIN}
    assert report.findings.empty
    results = report.check_results
    told = results.loc[results["check"] == "dispute_sum", "sentence"].tolist()
    assert told[:1] == [
        "disputes, row '行政复议': the four results sum to 11, but 总计 prints 0 "
        "(difference 11), as read twice from a picture; but no sum supports these "
        "figures, so they stay uncertain."
    ]
    assert told[0] in report.message
    assert report.readings_of(("disputes", "review", "total"))["second"].item() == "0"
