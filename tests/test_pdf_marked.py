"""A whole table, ruled or not, whose figures are noted, struck out, hidden or drawn."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from facsimiles.typeface import bundled_font, truetype
from PIL import Image
from reportlab.lib.colors import black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from govinfo.forms import form_rows
from govinfo.readers.pdf import read_pdf
from govinfo.recognise import recognise

ROWS = [row for row in form_rows("requests", "2021") if row.required]
HEADER = ["自然人", "商业企业", "科研机构", "社会公益", "法律服务", "其他", "总计"]
TITLE = "三、收到和处理政府信息公开申请情况"
LABEL, COLUMN, SIZE = 200.0, 45.0, 9.0
MARKED = 7


def figure(row: int, column: int) -> str:
    return str(100 + 7 * row + column)


def plain(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.setFont("Marked", SIZE)
    canvas.drawString(x + 3, y - 11, text)


def noted(canvas: Canvas, text: str, x: float, y: float) -> None:
    plain(canvas, text, x, y)
    canvas.setFont("Marked", 6)
    canvas.drawString(x + 3 + canvas.stringWidth(text, "Marked", SIZE), y - 8, "1")


def struck(canvas: Canvas, text: str, x: float, y: float) -> None:
    plain(canvas, text, x, y)
    canvas.line(x + 2, y - 8, x + 20, y - 8)


def hidden(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.setFillColor(white)
    plain(canvas, text, x, y)
    canvas.setFillColor(black)


def replaced(canvas: Canvas, text: str, x: float, y: float) -> None:
    plain(canvas, "907", x, y)
    canvas.setFillColor(white)
    canvas.rect(x + 2, y - 13, 30, 11, stroke=0, fill=1)
    canvas.setFillColor(black)
    plain(canvas, text, x, y)


def drawn(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 8), "grey")), x + 3, y - 11)


def field(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.acroForm.textfield(
        name=f"{x}-{y}",
        value=text,
        x=x + 1,
        y=y - 15,
        width=COLUMN - 2,
        height=14,
        borderWidth=0,
        fontSize=8,
    )


def report(mark: Callable[..., None], rules: str) -> bytes:
    """One page; the figures of one row are marked."""
    labels = [row.leaf for row in ROWS]
    characters = sorted(set("".join([*labels, *HEADER, TITLE, "0123456789"])))
    font = truetype(bundled_font(), " " + "".join(characters))
    pdfmetrics.registerFont(TTFont("Marked", BytesIO(font)))
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    plain(canvas, TITLE, 60, 810)
    xs = [40.0, *(40 + LABEL + COLUMN * n for n in range(8))]
    y = top = 790.0
    edges = [y]
    for n, label in enumerate(["", *labels]):
        lines = [label[i : i + 20] for i in range(0, len(label), 20)] or [""]
        for i, line in enumerate(lines):
            plain(canvas, line, xs[0], y - 11 * i)
        for column, x in enumerate(xs[1:-1]):
            how = mark if n == MARKED + 1 else plain
            text = figure(n - 1, column) if n else HEADER[column]
            how(canvas, text, x, y)
        y -= 11 * len(lines) + 6
        edges.append(y)
    if rules in ("all", "across"):
        for edge in edges:
            canvas.line(xs[0], edge, xs[-1], edge)
    if rules in ("all", "down"):
        for x in xs:
            canvas.line(x, top, x, y)
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("rules", ["all", "across", "down", "none"])
@pytest.mark.parametrize(
    ("mark", "state"),
    [
        (plain, {"reported"}),
        (field, {"reported"}),
        (noted, {"uncertain"}),
        (struck, {"unreadable"}),
        (hidden, {"unreadable"}),
        (replaced, {"uncertain", "unreadable"}),
        (drawn, {"unreadable"}),
    ],
)
def test_marked_figures_are_open_and_all_others_exact(
    mark: Callable[..., None], state: set[str], rules: str
):
    cells = recognise(read_pdf(report(mark, rules), "x.pdf")).cells
    found = {(c.row_code, c.column_code): c for c in cells if c.table == "requests"}
    for n, row in enumerate(ROWS):
        for k, column in enumerate(row.columns):
            cell = found[row.code, column.code]
            if n != MARKED or state == {"reported"}:
                read = (cell.state.value, str(cell.value))
                if rules in ("down", "none") and abs(n - MARKED) <= 1:
                    # Without rules, lines this near may be lines of one figure.
                    assert cell.value is None or read[1] == figure(n, k)
                    continue
                assert read == ("reported", figure(n, k)), (row.code, column.code)
            else:
                open_states = state | {"uncertain", "unreadable"}
                assert cell.state.value in (state if rules == "all" else open_states)
