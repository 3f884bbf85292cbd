"""A finding is seen on its page or in its table, with the sum spelled out."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from generate import as_docx, plain_cells, shape
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from lxml import html
from PIL import Image

import govinfo
from govinfo.errors import ReadError, SourceError
from govinfo.forms import form_rows
from govinfo.pages import WIDTH, drawn_page, page_image
from govinfo.seeing import subject_of
from govinfo.seeing.views import spots, table_box

REPORTS = Path(__file__).parents[1] / "data" / "reports"


@pytest.fixture(scope="module", autouse=True)
def _shell():
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


@pytest.fixture(scope="module")
def hongze() -> govinfo.Report:
    return govinfo.read_report(REPORTS / "hongze-2023.pdf")


@pytest.fixture(scope="module")
def pingtan() -> govinfo.Report:
    return govinfo.read_report(REPORTS / "pingtan-2020.html")


def orange(png: bytes) -> int:
    """Pixels of the colour of the mark."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return sum(
        count
        for count, (red, green, blue) in image.getcolors(1 << 24)
        if red - blue > 120 and 40 < green < 130
    )


def test_a_finding_of_a_pdf_is_a_cut_of_its_page_with_the_sum_in_words(hongze):
    view = hongze.show(0)
    (shot,) = view.shots
    assert shot.alt == (
        "Part of page 3 of hongze-2023, one cell outlined. disputes, row '行政复议': "
        "the four results sum to 11, but the total (总计) prints 0 (difference 11); a "
        "second reading of the page found the same figures; thin outlines mark the "
        "other figures of the sum. In figures: 10 + 1 + 0 + 0 = 11, printed 0."
    )
    assert orange(shot.png) > 500
    assert shot.height < shot.width
    assert "<strong>10 + 1 + 0 + 0 = 11, printed 0</strong>" in view.html
    assert view.words.endswith("10 + 1 + 0 + 0 = 11, printed 0")


def test_nothing_of_the_page_but_the_table_is_shown(hongze):
    subject = subject_of(hongze, 0)
    spot = spots(hongze, [subject.key])[subject.key]
    left, top, right, bottom = table_box(hongze, spot)
    grid = hongze.document.grids[-1]
    assert (left, top) == (grid.cells[0].box[0], grid.cells[0].box[1])
    assert (right, bottom) == (grid.cells[-1].box[2], grid.cells[-1].box[3])


def test_jupyter_shows_picture_and_sum_each_with_its_words(hongze):
    with capture_output() as captured:
        hongze.show(1)._ipython_display_()
    picture, words = captured.outputs
    alt = picture.metadata["image/png"]["alt"]
    assert picture.data["text/plain"] == alt
    assert "5 + 0 + 0 + 0 = 5, printed 0" in alt
    assert set(words.data) == {"text/html", "text/plain"}


def test_the_picture_is_the_same_every_time(hongze):
    assert hongze.show(0) == hongze.show(0)


def test_a_finding_of_a_web_page_is_an_excerpt_of_its_table(pingtan):
    view = pingtan.show(0)
    assert view.shots == ()
    root = html.fromstring(view.html)
    (marked,) = root.xpath("//td[@class='marked']")
    assert marked.text == "20 †"
    figures = [cell.text for cell in root.xpath("//tbody//td")]
    assert figures == ["6", "6", "4", "3", "3", "4", "20 †"]
    assert root.xpath("//caption")[0].text.startswith(
        "† requests, column '自然人': the outcomes （一） to （六） sum to 26, but"
    )
    assert root.xpath("//strong")[0].text == (
        "6 + 6 + 4 + 3 + 3 + 4 = 26 (and 13 zeros), printed 20"
    )
    assert "三、本年度办理结果 | （七）总计 | 20 †" in view.words
    assert repr(view) == view.words


def test_an_excerpt_keeps_no_markup_and_nothing_beside_the_table(tmp_path):
    page = (REPORTS / "pingtan-2020.html").read_text(encoding="utf-8")
    page = page.replace("（本列", "<b onclick='x()'>&lt;script&gt;</b>（本列")
    page = page.replace("</body>", "<p>申请人张某，电话13800000000</p></body>")
    path = tmp_path / "pingtan-2020.html"
    path.write_text(page, encoding="utf-8")
    view = govinfo.read_report(path).show(0)
    assert "&lt;script&gt;" in view.html
    assert "onclick" not in view.html
    assert "<script" not in view.html
    assert "138000" not in view.html + view.words


@pytest.mark.parametrize(
    ("file", "key", "line"),
    [
        ("shuyang-county-2025.txt", ("requests", "concluded", "total"), "718"),
        ("chongqing-amr-2023.txt", ("disputes", "review", "total"), "10"),
    ],
)
def test_a_text_without_columns_gives_the_place_of_each_figure(file, key, line):
    report = govinfo.read_report(REPORTS / file)
    place = report.cells.set_index(["table", "row_code", "column_code"]).place[key]
    words = report.show(key).words
    assert words.splitlines()[1] == "place | row and column of the form | printed"
    assert words.splitlines()[2].startswith(f"{place} | row '")
    assert words.endswith(f"| {line} †")


def test_a_finding_is_shown_by_number_by_row_and_by_cell(hongze):
    by_number = subject_of(hongze, 0)
    by_row = subject_of(hongze, hongze.findings.iloc[0])
    by_tuple = subject_of(hongze, next(hongze.findings.itertuples(index=False)))
    assert by_number == by_row == by_tuple
    cell = subject_of(hongze, by_number.key)
    assert cell.keys == (by_number.key,)
    assert cell.sentence == (
        "disputes, row '行政复议', column '总计': prints '0' (reported); a second "
        "reading found '0'."
    )


def test_a_finding_from_a_comparison_of_years_marks_its_cell():
    findings = pd.read_csv(REPORTS.parent / "findings.csv")
    row = findings.query("report_id == 'pingtan-2023' and check == 'stock_flow'")
    report = govinfo.read_report(REPORTS / "pingtan-2023.html")
    view = report.show(row.iloc[0])
    assert "698 in force in 2022, plus 77 issued, less 132 repealed" in view.words
    assert "470 †" in view.words


def test_the_balance_of_a_column_has_two_sides(pingtan):
    cells = pingtan.recognition.cells
    more = tuple(
        replace(c, figure=replace(c.figure, value=c.figure.value + 3))
        if c.key == ("carried_in", "business")
        else c
        for c in cells
    )
    report = replace(pingtan, recognition=replace(pingtan.recognition, cells=more))
    found = report.findings
    number = found.index[found["check"] == "flow_balance"][0]
    assert subject_of(report, int(number)).sum == "0 + 3 = 3, but 0 + 0 = 0"


def test_what_is_not_there_cannot_be_shown(hongze):
    with pytest.raises(ValueError, match="^hongze-2023 has 2 findings") as caught:
        hongze.show(2)
    assert str(caught.value) == (
        "hongze-2023 has 2 findings, but finding 2 was asked for. Findings are counted "
        "from 0; a cell is shown by its (table, row_code, column_code)."
    )
    with pytest.raises(ValueError, match="has no cell") as caught:
        hongze.show(("requests", "granted", "everybody"))
    assert str(caught.value) == (
        "hongze-2023 has no cell 'requests', 'granted', 'everybody'. Expected the "
        "table, row_code and column_code of a row of its cells."
    )
    with pytest.raises(ValueError, match="has no table") as caught:
        hongze.compare("fees")
    assert str(caught.value) == (
        "hongze-2023 has no table 'fees'. Expected one of proactive, requests, "
        "disputes."
    )


def test_a_file_that_is_gone_is_shown_as_a_table(hongze):
    gone = replace(hongze, file="gone.pdf")
    assert gone.show(0).shots == ()
    assert "10 | 1 | 0 | 0 | 0 †" in gone.show(0).words
    assert gone.compare("disputes").shots == ()


def test_print_and_reading_stand_side_by_side(hongze):
    view = hongze.compare("requests")
    assert [shot.alt for shot in view.shots] == [
        f"Part of page {page} of hongze-2023: {count} cells of requests as printed, "
        f"each with what was read in its corner. requests: {count} of {count} cells "
        "were read as they are printed."
        for page, count in ((2, 98), (3, 63))
    ]
    assert view.words == "requests: 161 of 161 cells were read as they are printed."


def test_what_was_read_otherwise_than_printed_is_named():
    report = govinfo.read_report(REPORTS / "shanghai-office-2025.pdf")
    assert report.compare("proactive").words == (
        "proactive: 8 of 10 cells were read as they are printed; row '规章', column "
        "'本年制发件数' prints '22 （其中修订16件）' and was read as 22; row "
        "'行政规范性文件', column '本年废止件数' prints '55 （含自然失效29件）' and "
        "was read as 55."
    )


def test_a_web_page_is_compared_in_one_table():
    report = govinfo.read_report(REPORTS / "shanghai-office-2019.html")
    view = report.compare("disputes")
    assert view.shots == ()
    assert "nothing → blank" in view.words
    assert len(html.fromstring(view.html).xpath("//th[@scope='row']")) == 3


def test_pages_of_pictures_are_drawn_in_points_too(tmp_path):
    page, scale = drawn_page(REPORTS / "hongze-2023.pdf", 3)
    page.resize((826, 1169)).save(tmp_path / "scan.png")
    scan, points = drawn_page(tmp_path / "scan.png")
    assert scan.width == page.width == WIDTH
    assert points == pytest.approx(scale, rel=0.01)
    with pytest.raises(SourceError) as caught:
        page_image(tmp_path / "scan.png", 2)
    assert str(caught.value) == (
        "scan.png has 1 pages, but page 2 was asked for. Pages are counted from 1."
    )
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(ReadError) as broken:
        drawn_page(tmp_path / "broken.png")
    assert str(broken.value).startswith("broken.png is a damaged picture (")
    assert str(broken.value).endswith("Fetch the file again.")


def test_a_finding_of_a_picture_is_cut_from_the_picture(hongze, tmp_path):
    page, _ = drawn_page(hongze.file, 3)
    blank = Image.new("RGB", page.size, "white")
    blank.save(tmp_path / "s.tif", save_all=True, append_images=[blank, page])
    document = replace(hongze.document, media_type="image/tiff")
    scan = replace(hongze, file=str(tmp_path / "s.tif"), document=document)
    (shot,) = scan.show(0).shots
    assert orange(shot.png) > 500
    assert (shot.width, shot.height) == (577, 120)


def test_no_term_of_a_long_sum_is_left_out_but_zeros(tmp_path):
    cells = plain_cells()
    concluded = ("requests", "concluded", "research")
    cells[concluded] = str(int(cells[concluded]) + 1)
    path = tmp_path / "a-2023.docx"
    path.write_bytes(as_docx(shape(cells)))
    view = govinfo.read_report(path).show(0)
    rows = form_rows("requests", "2021")
    column = [cells.get(("requests", row.code, "research"), "") for row in rows]
    for text in column[2:-1]:
        assert f"| {text}" in view.words
    assert "zeros" not in view.words


def test_a_finding_on_the_report_as_a_whole_is_its_sentence(tmp_path: Path) -> None:
    page = (REPORTS / "suqian-2023.html").read_text("utf-8")
    path = tmp_path / "suqian.html"
    path.write_text(page.replace("2023", "2022", 1), "utf-8")
    report = govinfo.read_report(path)
    finding = report.findings.iloc[0]
    assert (finding["check"], finding["table"]) == ("identity", "")
    for view in (report.show(0), report.show(finding)):
        assert view.shots == ()
        assert view.words == finding["sentence"]
        assert html.fromstring(view.html).text_content().endswith(f"{view.words}\n")
