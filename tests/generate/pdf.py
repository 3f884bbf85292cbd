"""Shaped documents as PDF, ruled or not, with page breaks where the caller says."""

from __future__ import annotations

from functools import cache

from facsimiles.form import SetTable, statutory_cells
from facsimiles.paper import Paper, Style
from facsimiles.typeface import bundled_font, truetype

from generate.shape import Shaped

NARROW = {
    4: (35.0, 24.0, 20.0, 20.0),
    10: (4.2, 17.0, 36.0, 7.5, 6.5, 6.5, 6.5, 6.5, 6.5, 7.5),
}


@cache
def _alphabet() -> frozenset[str]:
    """Characters of the forms and of the cases: cutting a face for each takes long."""
    labels = "".join(c["row_label"] + c["column_label"] for c in statutory_cells())
    latin = "".join(chr(code) for code in range(33, 127))
    full = "０１２３４５６７８９，．／—－（）、：；。？“”"
    said = (
        "样例市人民政府年工作报告件万元无不涉及零为主之体共况列到加动勾和因在存据改稽等"
        "系被进问题录站网见详〔〕图修订含失台布平户门号名引日称索小留即"
    )
    return frozenset(labels + latin + full + said)


def as_pdf(
    shaped: Shaped,
    style: Style | None = None,
    breaks: tuple[int, ...] = (),
    breaks_two: tuple[int, ...] = (),
    breaks_four: tuple[int, ...] = (),
) -> bytes:
    """Set a PDF.

    Parameters
    ----------
    shaped : Shaped
        What to set.
    style : Style, optional
        Rules, sizes, repeated headers, cut labels.
    breaks, breaks_two, breaks_four : tuple of int
        Rows of table 3, table 2 and table 4 that begin a page.
    """
    style = style or Style(widths=NARROW)
    characters = _alphabet() | set(shaped.texts())
    printable = "".join(sorted(c for c in characters if not c.isspace()))
    paper = Paper(style, truetype(bundled_font(), " " + printable), shaped.title)
    if shaped.title:
        paper.paragraph(shaped.title, style.title_size, "center")
    for part in shaped.parts:
        if not isinstance(part, SetTable):
            size = style.size * 1.4 if part in shaped.headings else style.size
            paper.paragraph(part, size)
        elif part.columns == 4:
            paper.table(part, breaks_two)
        elif part.columns == 10:
            paper.table(part, breaks)
        else:
            paper.table(part, breaks_four)
    return paper.finish()
