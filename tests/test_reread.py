"""A second reading contradicts a wrong first one, and says so where it fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from generate import as_docx, as_html, plain_cells, shape
from generate.strategies import pages, printed_reports
from hypothesis import Phase, given, settings
from pdfpages import pdf, table, words
from reportlab.pdfgen.canvas import Canvas

import govinfo
from govinfo import reread as reread_module
from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import engine
from govinfo.readers import File, open_file, read_bytes, read_file
from govinfo.readers.markup import html
from govinfo.readers.markup.html import scanned_html
from govinfo.readers.pdf import second as pdf_second
from govinfo.readers.picture import ocr
from govinfo.readers.word import bare_docx
from govinfo.recognise import recognise
from govinfo.recognise.figures import State
from govinfo.recognise.objections import objection
from govinfo.recognise.readings import Reading
from govinfo.report import report_of
from govinfo.reread import reread

Block = Grid | TextBlock

REPORTS = Path(__file__).parents[1] / "data" / "reports"
HONGZE = REPORTS / "hongze-2023.pdf"


def cell(report: govinfo.Report, row: str, column: str):
    return next(c for c in report.recognition.cells if c.key == (row, column))


def altered(old: str, new: str):
    """camelot's reading with the text of some cells changed."""
    original = pdf_second.second_reading

    def read(data: bytes, name: str, pages: list[int]) -> tuple[Grid, ...]:
        return changed(original(data, name, pages), old, new)

    return read


def changed(blocks: tuple[Block, ...], old: str, new: str) -> tuple[Block, ...]:
    """Blocks in which the text of some cells is another."""
    return tuple(
        replace(
            block,
            cells=tuple(
                replace(one, text=new) if one.text == old else one
                for one in block.cells
            ),
        )
        if isinstance(block, Grid)
        else block
        for block in blocks
    )


def as_read(path: Path) -> tuple[File, Document]:
    """A file, and what its reader makes of it."""
    file = open_file(path)
    return file, read_file(file)


def misread(
    file: File, document: Document, old: str, new: str, year: int
) -> dict[tuple[str, str], Reading]:
    """The cells of a file that was first read with a wrong figure."""
    document = replace(document, blocks=changed(document.blocks, old, new))
    cells = reread(document, file, recognise(document, year), year).cells
    return {cell.key: cell for cell in cells if cell.table != "proactive"}


def misread_boxes(monkeypatch) -> None:
    """Have pdfium find another figure in one box, and nothing in another."""
    original = pdf_second.boxed_texts

    def read(*given: object) -> dict[int, list[str]]:
        return {
            page: [{"10": "16", "1": ""}.get(text, text) for text in texts]
            for page, texts in original(*given).items()
        }

    monkeypatch.setattr(pdf_second, "boxed_texts", read)


def camelot_stops(monkeypatch) -> None:
    def stop(*_: object, **__: object) -> tuple[Grid, ...]:
        with engine("camelot"):
            message = "no module named 'camelot'"
            raise ImportError(message)

    monkeypatch.setattr(pdf_second, "second_reading", stop)


STOPPED = (
    "Cells that are open or stand in failed sums could not be read a second time: "
    "camelot stopped at ImportError (no module named 'camelot')."
)


def test_figures_of_failed_sums_are_read_from_their_boxes_without_camelot(monkeypatch):
    monkeypatch.setattr(pdf_second, "second_reading", never)
    report = govinfo.read_report(HONGZE)
    assert cell(report, "review", "total").second == "0"
    assert cell(report, "review", "upheld").second == "10"
    assert cell(report, "received", "total").second is None
    assert report.status == "complete"
    assert report.failures == ()


def test_glyph_that_reaches_over_a_ruling_line_is_in_both_boxes():
    def draw(canvas: Canvas) -> None:
        table(canvas, 60, 700, [["12", "3"]], widths=40.0)
        words(canvas, 97, 686.5, "4")

    box, other = (60.0, 142.0, 100.0, 162.0), (100.0, 142.0, 140.0, 162.0)
    texts = pdf_second.boxed_texts(pdf(draw), "a.pdf", {1: [box, other]})
    assert [text.replace(" ", "") for text in texts[1]] == ["124", "43"]


def test_page_that_is_displayed_sideways_has_its_boxes_where_they_are_seen(tmp_path):
    path = tmp_path / "hongze-2023.pdf"
    with pypdfium2.PdfDocument(HONGZE) as document:
        for page in document:
            page.set_rotation(90)
        document.save(path)
    report = govinfo.read_report(path)
    own = [c for c in report.recognition.cells if c.key[0] == "review"]
    assert [c.second for c in own] == ["10", "1", "0", "0", "0"]


def test_camelot_settles_what_the_box_contradicts(monkeypatch):
    misread_boxes(monkeypatch)
    report = govinfo.read_report(HONGZE)
    upheld = cell(report, "review", "upheld")
    assert (upheld.state, upheld.value, upheld.second) == (State.REPORTED, 10, "10")
    assert report.findings["row_code"].tolist() == ["review", "litigation_after_review"]


def test_cell_that_is_read_in_three_ways_is_uncertain(monkeypatch):
    misread_boxes(monkeypatch)
    monkeypatch.setattr(pdf_second, "second_reading", altered("10", "18"))
    report = govinfo.read_report(HONGZE)
    upheld = cell(report, "review", "upheld")
    assert (upheld.state, upheld.value, upheld.raw) == (State.UNCERTAIN, None, "10")
    assert [str(d) for d in upheld.doubts] == [
        "a second reading of the page found '16'"
    ]
    assert upheld.others == ("16", "18")
    assert report.findings["row_code"].tolist() == ["litigation_after_review"]


@pytest.mark.parametrize("text", ["收0费", "10…", ""])
def test_camelot_alone_settles_no_cell(text: str, monkeypatch, tmp_path):
    """What it reads of a cell that the page's own reading does not have is open."""
    file, document = as_read(HONGZE)
    grids = tuple(grid for grid in document.grids)
    found = changed(document.blocks, "10", text) if text else grids[:-1]
    monkeypatch.setattr(pdf_second, "second_reading", lambda *_: grids)
    document = replace(document, blocks=tuple(found))
    first = recognise(document, 2023)
    cells = {c.key: c for c in reread(document, file, first, 2023).cells}
    upheld = cells["review", "upheld"]
    assert upheld.state in {State.UNCERTAIN, State.UNREADABLE}
    assert upheld.value is None


@pytest.mark.parametrize(
    ("doubt", "is_settled"),
    [("column_order", True), ("row_continued", False), ("row_figure_in_label", False)],
)
def test_camelot_settles_where_figures_belong_and_not_what_is_printed(
    doubt: str, is_settled: bool, monkeypatch
):
    """A row that goes on elsewhere is as blank to a second look as to the first."""
    file, document = as_read(HONGZE)
    grids = tuple(
        replace(grid, cells=tuple(replace(cell, box=None) for cell in grid.cells))
        for grid in document.grids
    )
    monkeypatch.setattr(pdf_second, "second_reading", lambda *_: grids)
    first = recognise(document, 2023)
    cells = tuple(
        replace(c, doubts=(objection(doubt),)) if c.row_code == "licence" else c
        for c in first.cells
    )
    again = reread(document, file, replace(first, cells=cells), 2023).cells
    (licence,) = (c for c in again if c.row_code == "licence")
    assert (licence.state is State.REPORTED) == is_settled


def test_camelot_that_stops_is_named_where_cells_stay_open(monkeypatch):
    misread_boxes(monkeypatch)
    camelot_stops(monkeypatch)
    report = govinfo.read_report(HONGZE)
    assert cell(report, "review", "upheld").state is State.UNCERTAIN
    assert cell(report, "review", "corrected").state is State.UNCERTAIN
    assert report.failures == (STOPPED,)
    assert STOPPED in report.message


@pytest.mark.parametrize(
    ("name", "year", "old", "new", "row", "column"),
    [
        ("hongze-2023.pdf", 2023, "10", "16", "review", "upheld"),
        ("pingtan-2020.html", 2020, "20", "26", "concluded", "natural_person"),
    ],
)
def test_second_reading_contradicts_a_wrong_first_one(
    name, year, old, new, row, column
):
    own = misread(*as_read(REPORTS / name), old, new, year)[row, column]
    assert own.raw == new
    assert old in (own.second, *own.others)
    assert own.state is State.UNCERTAIN or own.value == int(old)


def test_second_reading_of_a_word_file_contradicts_a_wrong_first_one(tmp_path):
    path = tmp_path / "a-2023.docx"
    cells = plain_cells() | {("requests", "granted", "research"): "7351"}
    path.write_bytes(as_docx(shape(cells)))
    own = misread(*as_read(path), "7351", "1357", 2023)["granted", "research"]
    assert (own.raw, own.second, own.state) == ("1357", "7351", State.UNCERTAIN)


def test_file_that_is_gone_is_read_a_second_time_all_the_same(tmp_path):
    path = tmp_path / "pingtan-2020.html"
    path.write_bytes(PINGTAN.read_bytes())
    file = open_file(path)
    path.unlink()
    report = report_of(read_file(file), file, year=2020)
    sentences = [s for s in report.findings["sentence"] if "sum to" in s]
    assert sentences
    assert all(
        "a second reading of the file found the same figures" in sentence
        for sentence in sentences
    )
    assert report.failures == ()


def test_page_too_large_to_be_read_twice_is_called_so(monkeypatch):
    monkeypatch.setattr(reread_module, "_MOST_BYTES", 2**20)
    monkeypatch.setattr(Path, "read_bytes", padded(Path.read_bytes, 2**20))
    report = govinfo.read_report(PINGTAN)
    assert report.failures == (
        "Cells that are open or stand in failed sums could not be read a second time: "
        "files of more than 1 MB are read once.",
    )


def padded(original, size: int):
    def read(path: Path) -> bytes:
        return original(path) + b" " * size

    return read


def never(*_: object, **__: object) -> tuple[Grid, ...]:
    pytest.fail("camelot was asked though nothing is open")


def test_report_without_doubt_is_read_once(monkeypatch):
    monkeypatch.setattr(pdf_second, "boxed_texts", never)
    monkeypatch.setattr(pdf_second, "second_reading", never)
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


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("<tr hidden><td>7<td>8</tr><tr><td>1<td>2", ["1", "2"]),
        ("<td>1<td>2<span style='DISPLAY: none'><span>7</span>8</span>", ["1", "2"]),
        ("<td>1<td>2<i hidden/>3", ["1", "23"]),
        ("<td class='hidden'>1<td>2<p style='color:red'>3</p>", ["1", "2\n3"]),
        ("<td>1<script>'<td>7'</script><td>2<!-- <td>8 -->", ["1", "2"]),
        ("<TD TITLE='a>b'>1<TD><INPUT VALUE=2><input type=hidden value=7>", ["1", "2"]),
        ("<td>1 &lt; 2<td><b>3</b> <b>4</b>", ["1 < 2", "3 4"]),
        ("<td>1<td>2</table><p>7<td>8", ["1", "2"]),
    ],
)
def test_second_reading_of_a_page_takes_what_a_browser_shows(
    row: str, shown: list[str]
) -> None:
    (grid,) = scanned_html(f"<table>{row}</table>".encode(), "a.html")
    assert [cell.text for cell in grid.cells] == shown


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


def test_figures_of_a_text_file_are_said_to_be_read_once(tmp_path):
    path = tmp_path / "a-2023.txt"
    chongqing = (REPORTS / "chongqing-amr-2023.txt").read_text("utf-8")
    assert govinfo.read_report(REPORTS / "chongqing-amr-2023.txt").findings.empty
    path.write_text(
        chongqing.replace("（七）总计 |\n137 |", "（七）总计 |\n173 |"), "utf-8"
    )
    report = govinfo.read_report(path)
    assert second_of(report) == {None}
    assert report.findings["sentence"][0].endswith(
        "; the figures were read once, as text of the file."
    )
    assert report.failures == ()


def test_page_whose_markup_says_otherwise_is_not_called_wrong(monkeypatch):
    original = html.scanned_html

    def read(data: bytes, name: str) -> tuple[Grid, ...]:
        return changed(original(data, name), "20", "26")

    monkeypatch.setattr(html, "scanned_html", read)
    report = govinfo.read_report(PINGTAN)
    total = cell(report, "concluded", "natural_person")
    assert total.state is State.UNCERTAIN
    assert "a second reading of the file found '26'" in map(str, total.doubts)
    kinds = report.findings[["check", "column_code"]].to_numpy().tolist()
    assert ["outcomes_sum", "natural_person"] not in kinds


@pytest.fixture(scope="module")
def scan(tmp_path_factory) -> tuple[File, Document]:
    """A report with contradictions as pictures of its pages, read once."""
    pytest.importorskip("rapidocr")
    path = tmp_path_factory.mktemp("scan") / "hongze-2023.tif"
    with pypdfium2.PdfDocument(HONGZE) as pdf:
        pages = [page.render(scale=150 / 72).to_pil().convert("L") for page in pdf]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return as_read(path)


def test_figures_of_a_scan_are_read_again_from_their_own_cuts(scan):
    report = report_of(scan[1], scan[0])
    own = [c for c in report.recognition.cells if c.key[0] == "review"]
    assert [c.second for c in own] == ["10", "1", "0", "0", "0"]
    # The digits of the document are a reading of their own: where they agree with the
    # engine's, what the report says against itself is a finding.
    assert {c.state for c in own} == {State.REPORTED}
    failed = report.findings.query("check == 'dispute_sum' and row_code == 'review'")
    assert failed["sentence"].tolist() == [
        "disputes, row '行政复议': the four results sum to 11, but the total (总计) "
        "prints 0 (difference 11); a second reading of the picture found the same "
        "figures."
    ]
    assert report.readings_of(("disputes", "review", "total"))["second"].item() == "0"


def test_cut_of_a_scan_contradicts_a_wrong_first_reading(scan):
    own = misread(*scan, "10", "16", 2023)["review", "upheld"]
    assert own.second == "10"
    assert "a second reading of the picture found '10'" in map(str, own.doubts)


def test_scan_that_is_not_read_again_says_why(scan, monkeypatch):
    file, document = scan

    def stop(*_: object) -> list[str]:
        message = "Load library failed"
        raise RuntimeError(message)

    monkeypatch.setattr(ocr.Engine, "read", stop)
    report = report_of(document, file, year=2023)
    assert report.failures == (
        "Cells that are open or stand in failed sums could not be read a second time: "
        "Reading pictures stopped at RuntimeError (Load library failed).",
    )
    assert report.failures[0] in report.message
