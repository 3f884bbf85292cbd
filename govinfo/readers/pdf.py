"""PDF files, straight from pdfium.

pdfium gives every page's characters and vector rules; `ruling` makes grids of them. A
page that is a picture goes to the picture reader of the extra ``[ocr]``; where that is
not installed, a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import ReadError
from govinfo.readers.pdf_geometry import Sheet, read_sheet
from govinfo.readers.pdf_page import page_blocks

MEDIA_TYPE = "application/pdf"

# The longest report met has 60 pages; of a longer file, this many pages are read.
MAX_PAGES = 400


def read_pdf(data: bytes, name: str) -> Document:
    """Read a PDF file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name, for messages.

    Returns
    -------
    Document
        Grids and lines of text of all pages, in reading order.

    Raises
    ------
    ReadError
        If the file is damaged, or needs a password.
    """
    blocks: list[Grid | TextBlock] = []
    with _opened(data, name) as (raw, pdf):
        n_pages = raw.FPDF_GetPageCount(pdf)
        for index in range(min(n_pages, MAX_PAGES)):
            sheet = _sheet(raw, pdf, index)
            grids = sum(isinstance(block, Grid) for block in blocks)
            blocks += page_blocks(sheet, index + 1, grids + 1)
    return Document(name, MEDIA_TYPE, tuple(blocks), n_pages=n_pages)


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tuple[Any, Any]]:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        message = f"{name} cannot be opened as a PDF file."
        raise ReadError(message) from error
    try:
        yield raw, document.raw
    finally:
        document.close()


def _sheet(raw: Any, pdf: Any, index: int) -> Sheet:
    page = raw.FPDF_LoadPage(pdf, index)
    text_page = raw.FPDFText_LoadPage(page)
    try:
        return read_sheet(page, text_page)
    finally:
        raw.FPDFText_ClosePage(text_page)
        raw.FPDF_ClosePage(page)
