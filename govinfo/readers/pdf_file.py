"""A PDF file opened in pdfium: its pages' contents, and its pages drawn."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from govinfo.errors import ReadError
from govinfo.readers.pdf_annotations import made_part_of_page
from govinfo.readers.pdf_contents import read_sheet
from govinfo.readers.pdf_geometry import Sheet

# Fine enough for the smallest print of a table; a larger page is drawn coarser.
DOTS_PER_INCH = 200
MAX_PIXELS = 25_000_000

# pdfium is not made for several threads at once.
_PDFIUM = threading.RLock()


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    """Open a PDF file in pdfium, and close it again.

    Owners' permissions are not asked: the documents are public, and the law has them
    published to be read.
    """
    import pypdfium2
    from pypdfium2 import raw

    if not data:
        message = f"{name} is empty. Download or save the file again."
        raise ReadError(message)
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                message = (
                    f"{name} opens only with a password. Open it in a PDF viewer, "
                    "print it to a new PDF file, and read that."
                )
            else:
                message = (
                    f"{name} cannot be opened as a PDF file: it is damaged or cut "
                    "short. Download or save the file again."
                )
            raise ReadError(message) from error
        try:
            if len(document) < 1:
                message = f"{name} is a PDF file without a page. Save the file again."
                raise ReadError(message)
            yield document
        finally:
            document.close()


def sheet_of(document: Any, index: int) -> Sheet | None:
    """What stands on a page; none if pdfium cannot load it."""
    from pypdfium2 import raw

    page = raw.FPDF_LoadPage(document.raw, index)
    if not page:
        return None
    is_changed, remarks = made_part_of_page(document, page)
    if is_changed:
        raw.FPDF_ClosePage(page)
        page = raw.FPDF_LoadPage(document.raw, index)
    try:
        text_page = raw.FPDFText_LoadPage(page)
        if not text_page:
            return None
        try:
            sheet = read_sheet(page, text_page, remarks)
            return replace(sheet, has_fields=True) if is_changed else sheet
        finally:
            raw.FPDFText_ClosePage(text_page)
    finally:
        raw.FPDF_ClosePage(page)


def drawn(document: Any, index: int) -> tuple[Any, float]:
    """Draw a page as a reader sees it: an RGB picture and its pixels per point."""
    page = document[index]
    try:
        width, height = page.get_size()
        scale = min(DOTS_PER_INCH / 72, math.sqrt(MAX_PIXELS / max(width * height, 1)))
        return page.render(scale=scale).to_pil().convert("RGB"), scale
    finally:
        page.close()
