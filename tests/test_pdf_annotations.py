"""What is filled in, written over or drawn on a PDF page is part of what it shows."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from pdfpages import pdf, table, words
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas

from govinfo.document import GridCell
from govinfo.readers.pdf import read_pdf

ROWS = [["内容", "总计", "结果"], ["规章", "", "12"], ["文件", "3", ""]]
# The two empty cells, as boxes from the bottom left of the page.
FIRST, SECOND = (160, 660, 260, 680), (260, 640, 360, 660)

Draw = Callable[[Canvas], None]


def cells_of(draw: Draw, change: Callable[[bytes], bytes] = bytes) -> list[GridCell]:
    """The two empty cells of a table, with something put over them."""

    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        draw(canvas)

    (grid,) = read_pdf(change(pdf(page)), "x.pdf").grids
    assert (grid.n_rows, grid.n_columns) == (3, 3)
    return [c for c in grid.cells if (c.row, c.column) in ((1, 1), (2, 2))]


def texts_of(draw: Draw, change: Callable[[bytes], bytes] = bytes) -> list[str]:
    return [cell.text for cell in cells_of(draw, change)]


def field(canvas: Canvas, value: str = "71") -> None:
    x, y, _, _ = FIRST
    canvas.acroForm.textfield(
        name="a", value=value, x=x + 5, y=y + 1, width=60, height=18, borderWidth=0
    )


def test_value_of_a_form_field_is_read():
    assert texts_of(field) == ["71", ""]


def test_empty_form_field_is_blank():
    assert texts_of(lambda canvas: field(canvas, "")) == ["", ""]


def test_value_of_a_field_that_the_viewer_draws_is_read():
    """A file may leave it to the viewer how a field looks."""
    assert texts_of(field, lambda data: data.replace(b"/AP ", b"/XP ")) == ["71", ""]


def remark(canvas: Canvas, kind: str = "FreeText", flags: int = 4) -> None:
    canvas._addAnnotation(
        PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName(kind),
                "Rect": PDFArray(FIRST),
                "Contents": PDFString("71"),
                "DA": PDFString("/Helv 10 Tf 0 g"),
                "F": flags,
            }
        )
    )


def test_remark_written_over_a_cell_puts_it_in_doubt():
    first, second = cells_of(remark)
    assert (first.text, first.other_reading) == ("〔71〕", None)
    assert second.text == ""


@pytest.mark.parametrize(("kind", "flags"), [("Text", 4), ("FreeText", 2)])
def test_note_behind_a_sign_and_hidden_remark_are_not_on_the_page(
    kind: str, flags: int
):
    cells = cells_of(lambda canvas: remark(canvas, kind, flags))
    assert [(c.text, c.other_reading) for c in cells] == [("", None)] * 2


def picture(width: int = 40, height: int = 12) -> ImageReader:
    stream = BytesIO()
    Image.new("RGB", (width, height), "grey").save(stream, "PNG")
    return ImageReader(stream)


def image_in(x: float, y: float, width: float, height: float) -> Draw:
    return lambda canvas: canvas.drawImage(picture(), x, y, width, height)


def test_picture_in_an_empty_cell_is_no_blank():
    assert texts_of(image_in(180, 664, 40, 12)) == ["〔图〕", ""]


def test_picture_beside_a_figure_changes_nothing():
    def draw(canvas: Canvas) -> None:
        words(canvas, 170, 666, "5")
        canvas.drawImage(picture(), 200, 664, 12, 12)

    assert texts_of(draw) == ["5", ""]


def test_picture_of_a_whole_row_leaves_no_blank_in_it():
    assert texts_of(image_in(62, 661, 290, 18)) == ["〔图〕", ""]


def test_seal_over_several_rows_leaves_blanks_blank():
    assert texts_of(image_in(150, 600, 170, 90)) == ["", ""]


def test_picture_that_only_keeps_lines_apart_is_nothing():
    assert texts_of(image_in(180, 664, 40, 1)) == ["", ""]


def test_figure_drawn_as_a_shape_is_no_blank():
    """Handwriting on a tablet, and text turned into outlines."""

    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.moveTo(180, 676)
        for i in range(12):
            path.lineTo(190 - i % 2, 676 - i)
        canvas.drawPath(path)

    assert texts_of(draw) == ["〔图〕", ""]


def test_rounded_ground_of_a_cell_leaves_it_blank():
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        canvas.roundRect(160.5, 660.5, 99, 19, 2, stroke=0, fill=1)

    assert texts_of(draw) == ["", ""]


def test_attached_files_are_noted():
    import pypdfium2

    file = pypdfium2.PdfDocument(pdf(lambda canvas: words(canvas, 60, 700, "规章")))
    file.new_attachment("figures.xls").set_data(b"1,2")
    stream = BytesIO()
    file.save(stream)
    file.close()
    notes = read_pdf(stream.getvalue(), "x.pdf").notes
    assert notes == ("The file carries 1 attached file, which were not read.",)


def test_form_that_only_adobe_shows_says_so():
    data = pdf(field).replace(b"/Fields", b"/XFA (<xdp/>) /Fields")
    data = data.replace(b"/Type /Catalog", b"/Type /Catalog /NeedsRendering true")
    assert read_pdf(data, "x.pdf").notes == (
        "The file is an XFA form, whose content only Adobe's programs show. Open it"
        " there and print it to PDF.",
    )


def put_over_the_figure(kind: str, **more: object) -> list[GridCell]:
    def draw(canvas: Canvas) -> None:
        words(canvas, 180, 666, "71")
        about = {"Type": PDFName("Annot"), "Subtype": PDFName(kind), "F": 4}
        about["Rect"] = PDFArray((170, 662, 200, 678))
        canvas._addAnnotation(PDFDictionary({**about, **more}))

    return cells_of(draw)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("StrikeOut", {"C": PDFArray((1, 0, 0))}),
        ("Square", {"IC": PDFArray((1, 1, 1))}),
        ("Redact", {}),
    ],
)
def test_figure_struck_out_or_covered_by_a_remark_is_no_figure(
    kind: str, more: dict[str, object]
):
    assert put_over_the_figure(kind, **more)[0].text == "〔71〕"


@pytest.mark.parametrize("kind", ["Highlight", "Square", "Link"])
def test_figure_that_a_remark_only_points_at_is_a_figure(kind: str):
    assert put_over_the_figure(kind)[0].text == "71"


def test_second_reading_sees_the_fields_too():
    from govinfo.readers.pdf.second import second_reading

    def page(canvas: Canvas) -> None:
        table(canvas, 60, 700, ROWS, widths=100.0)
        field(canvas)

    (grid,) = second_reading(pdf(page), "x.pdf", [1])
    assert "71" in [cell.text for cell in grid.cells]
