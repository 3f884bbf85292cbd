"""Small PDF files, drawn for tests of the PDF reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from typing import Any

from facsimiles.typeface import bundled_font, truetype
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

SIZE = 10.0

Drawing = Callable[[Canvas], None]


@cache
def face() -> str:
    """Name of a font that holds the characters these tests draw."""
    characters = "".join(chr(code) for code in range(33, 127)) + (
        "一二三四五六七八九十、。，：（）规章件数本年制发废止现行有效范性文信息内容政"
        "府公开申请自然人商业企科研机构总计其他结果维持纠正尚未审处理情况新收上转下度"
        "属于国家秘密要求提供版物重复县工作报告全通过门户网站主动各类条到和"
    )
    font = truetype(bundled_font(), " " + "".join(sorted(set(characters))))
    pdfmetrics.registerFont(TTFont("Test", BytesIO(font)))
    return "Test"


def pdf(*drawings: Drawing, size: tuple[float, float] = A4, **options: Any) -> bytes:
    """A file with one page for each drawing."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=True, **options)
    for draw in drawings:
        canvas.setFont(face(), SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def words(canvas: Canvas, x: float, y: float, *lines: str, size: float = SIZE) -> None:
    """Lines under each other, the first at a height from the bottom."""
    canvas.setFont(face(), size)
    for line in lines:
        canvas.drawString(x, y, line)
        y -= 1.4 * size
    canvas.setFont(face(), SIZE)


def table(
    canvas: Canvas,
    x: float,
    y: float,
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] | float = 60.0,
    height: float = 20.0,
    across: bool = True,
    down: bool = True,
) -> None:
    """A table from its top left corner, each text in the middle of its cell."""
    if isinstance(widths, float):
        widths = [widths] * len(rows[0])
    xs = [x + sum(widths[:i]) for i in range(len(widths) + 1)]
    bottom = y - height * len(rows)
    if across:
        for i in range(len(rows) + 1):
            canvas.line(xs[0], y - i * height, xs[-1], y - i * height)
    if down:
        for edge in xs:
            canvas.line(edge, y, edge, bottom)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            middle = (xs[c] + xs[c + 1]) / 2
            canvas.drawCentredString(middle, y - r * height - 13.5, text)
