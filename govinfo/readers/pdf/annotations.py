"""What stands on a PDF page besides its own content: fields of forms, remarks on it.

A reader sees the value of a field and the text of a remark where they are placed, as
part of the page; pdfium gives neither with the page's text until both are made part of
its content. Nothing of this is written to the file.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from govinfo.document import Box
from govinfo.readers.page.model import Char, Matrix, transformed

# More on one page is no report's: what is beyond is not looked at.
MAX_ANNOTATIONS = 2_000

# Characters of one remark.
MAX_TEXT = 2_000


class Remark(NamedTuple):
    """Text of a remark, and where it stands in the page's own space.

    Without a text it strikes out or covers what stands there.
    """

    text: str
    box: Box


def made_part_of_page(document: Any, page: Any) -> tuple[bool, list[Remark]]:
    """
    Make fields and remarks part of a page's content.

    Parameters
    ----------
    document : PdfDocument
        The file, opened.
    page : pdfium handle
        The page, which has to be loaded again if the first answer is yes.

    Returns
    -------
    tuple of bool and list of Remark
        Whether there were any, and those whose appearance the file leaves to the
        viewer, which pdfium does not draw.
    """
    from pypdfium2 import raw

    count = min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)
    if count <= 0:
        return False, []
    if raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_ACRO_FORM:
        # Draws those fields whose appearance the file leaves to the viewer. pypdfium2
        # comes without a machine for scripts, so that none is run.
        if document.formenv is None:
            document.init_forms()
        if document.formenv is not None:
            raw.FORM_OnAfterLoadPage(page, document.formenv.raw)
    # Links and the windows of remarks show nothing of their own on the page.
    silent = (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_TEXT)
    is_shown = False
    remarks: list[Remark] = []
    for i in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        if not annotation:
            continue
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        if kind not in silent:
            is_shown = True
            remarks += _undrawn(raw, annotation)
        raw.FPDFPage_CloseAnnot(annotation)
    if not is_shown:
        return False, []
    return raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == 1, remarks


def file_notes(document: Any) -> tuple[str, ...]:
    """Sentences on what a file holds besides its pages."""
    from pypdfium2 import raw

    notes = []
    if raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_XFA_FULL:
        notes.append(
            "The file is an XFA form, whose content only Adobe's programs show. Open it"
            " there and print it to PDF."
        )
    count = raw.FPDFDoc_GetAttachmentCount(document.raw)
    if count > 0:
        files = "1 attached file" if count == 1 else f"{count} attached files"
        notes.append(f"The file carries {files}, which were not read.")
    return tuple(notes)


def _undrawn(raw: Any, annotation: Any) -> list[Remark]:
    """The remark, if the file does not say how it looks and it is not hidden."""
    hidden = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
    # Two bytes are the end of an empty text.
    normal = raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL
    drawn = raw.FPDFAnnot_GetAP(annotation, normal, None, 0)
    rect = raw.FS_RECTF()
    if (
        drawn > 2
        or raw.FPDFAnnot_GetFlags(annotation) & hidden
        or not raw.FPDFAnnot_GetRect(annotation, rect)
    ):
        return []
    box = (rect.left, rect.bottom, rect.right, rect.top)
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_FREETEXT:
        text = _contents(raw, annotation)
        return [Remark(text, box)] if text.strip() else []
    if kind in (raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_REDACT):
        return [Remark("", box)]
    is_shape = kind in (raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE)
    # Only with a colour inside does a shape cover anything.
    return (
        [Remark("", box)]
        if is_shape and raw.FPDFAnnot_HasKey(annotation, b"IC")
        else []
    )


def _contents(raw: Any, annotation: Any) -> str:
    buffer = (ctypes.c_ushort * MAX_TEXT)()
    size = ctypes.sizeof(buffer)
    length = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size)
    return bytes(buffer)[: max(min(length, size) - 2, 0)].decode("utf-16-le", "ignore")


def crossed_out(
    chars: Iterable[Char], remarks: Sequence[Remark], matrix: Matrix
) -> tuple[Char, ...]:
    """
    Mark the digits that remarks without text strike out or cover.

    Parameters
    ----------
    chars : iterable of Char
        The characters of a page.
    remarks : sequence of Remark
        What is put over the page.
    matrix : tuple of float
        From the page's own space to that of its characters.
    """
    boxes = [transformed(matrix, remark.box) for remark in remarks if not remark.text]
    return tuple(
        char._replace(doubtful=True)
        if char.text.isdecimal() and any(_stands_in(char, box) for box in boxes)
        else char
        for char in chars
    )


def _stands_in(char: Char, box: Box) -> bool:
    x, y = (char.left + char.right) / 2, (char.top + char.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def remark_chars(remarks: Sequence[Remark], matrix: Matrix) -> list[Char]:
    """
    Give the characters of remarks, each of them doubtful.

    Parameters
    ----------
    remarks : sequence of Remark
        What is written over the page.
    matrix : tuple of float
        From the page's own space to that of its characters.

    Examples
    --------
    >>> upright = (1, 0, 0, 1, 0, 0)
    >>> [c.text for c in remark_chars([Remark("7 1", (0, 0, 30, 10))], upright)]
    ['7', '1']
    """
    chars = []
    for text, box in remarks:
        left, top, right, bottom = transformed(matrix, box)
        lines = text.splitlines()
        height = (bottom - top) / max(len(lines), 1)
        for row, line in enumerate(lines):
            low = top + (row + 0.8) * height
            width = min((right - left) / len(line), height) if line else 0.0
            for i, char in enumerate(line):
                x = left + i * width
                if not char.isspace():
                    ink = (x, low - 0.6 * height, x + 0.8 * width, low)
                    chars.append(Char(char, *ink, x, low, 0, False, doubtful=True))
    return chars
