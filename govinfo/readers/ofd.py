"""OFD documents (GB/T 33190): a ZIP archive of XML, read as PDF pages are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.util import find_spec

from lxml import etree

from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import EngineFailed, LimitExceeded, MissingExtra, ReadError
from govinfo.readers.ofdpage import POINTS, OfdPage, local, numbers
from govinfo.readers.package import Package, resolve
from govinfo.readers.pdf_notes import PageLog
from govinfo.readers.pdf_page import page_blocks, parts_of, usual_size
from govinfo.readers.pdf_sheets import single_sheets

MEDIA_TYPE = "application/ofd"
# A report has ten to forty pages; yearbooks are not read for three tables.
MAX_PAGES = 1_000
# Scanned pages are read by OCR, which takes seconds each.
MAX_PICTURES = 60
# A page whose largest picture covers this part of it, and that has no text, is a scan.
_SCAN_SHARE = 0.5


def read_ofd(data: bytes, name: str) -> Document:
    """Read an OFD document: its text and rules, or its scanned pages by OCR.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, kept as ``Document.source``.

    Returns
    -------
    Document
        Tables as grids and other lines as text blocks, page by page.

    Raises
    ------
    ReadError
        If the file is damaged or lacks a part that it names.
    MissingExtra
        If all pages are pictures and ``govinfo-cn[ocr]`` is not installed.
    LimitExceeded
        If it is larger than a report can be.
    """
    with Package(data, name) as package:
        return _Reader(package, name).document()


class _Reader:
    def __init__(self, package: Package, name: str) -> None:
        self.package = package
        self.name = name
        self.notes: list[str] = []
        self.log = PageLog()
        root = package.xml("OFD.xml")
        said = next((e for e in root.iter() if local(e) == "DocRoot"), None)
        if said is None or not (said.text or "").strip():
            message = (
                f"{name} is an OFD archive whose OFD.xml names no document. Open it in"
                " an OFD viewer and save it anew, or as PDF."
            )
            raise ReadError(message)
        self.root = resolve("", (said.text or "").strip())
        self.tree = package.xml(self.root)
        self.box = _page_box(self.tree)
        self.templates = {
            element.get("ID", ""): self._part(element)
            for element in self.tree.iter()
            if local(element) == "TemplatePage"
        }

    def document(self) -> Document:
        pages = [e for e in self.tree.iter() if local(e) == "Page"]
        if len(pages) > MAX_PAGES:
            message = (
                f"{self.name} has {len(pages):,} pages, and reading stops at"
                f" {MAX_PAGES:,}. Split the file and read the part with the tables."
            )
            raise LimitExceeded(message)
        read = [self._page(page) for page in pages]
        parts = [
            [parts_of(single) for single in single_sheets(page.sheet())]
            for page in read
        ]
        usual = usual_size(part for page in parts for part in page)
        blocks: list[Grid | TextBlock] = []
        unread: list[int] = []
        n_grids = n_pictures = 0
        for number, (page, singles) in enumerate(zip(read, parts, strict=True), 1):
            found: list[Grid | TextBlock] = []
            for single in singles:
                found += page_blocks(single, number, n_grids + _grids(found) + 1, usual)
            if not found and page.picture_share() >= _SCAN_SHARE:
                n_pictures += 1
                scanned = None
                if n_pictures <= MAX_PICTURES:
                    scanned = self._scan(page, number, n_grids + 1)
                if scanned is None:
                    unread.append(number)
                found = scanned or []
            n_grids += _grids(found)
            blocks += found
        if unread:
            self._say_unread(unread, n_pages=len(pages))
        if any(page.has_composites for page in read):
            self.notes.append(
                "The document uses composite drawings, which were not read."
            )
        return Document(
            self.name,
            MEDIA_TYPE,
            tuple(blocks),
            n_pages=len(pages),
            notes=tuple(self.notes),
            failures=tuple(self.log.failures),
        )

    def _part(self, element: etree._Element) -> str:
        return resolve(self.root, element.get("BaseLoc", ""))

    def _page(self, element: etree._Element) -> OfdPage:
        content = self.package.xml(self._part(element))
        page = OfdPage(_page_box(content) or self.box or (0.0, 0.0, 210.0, 297.0))
        for used in content.iterchildren():
            template = self.templates.get(used.get("TemplateID", ""))
            if local(used) == "Template" and template and template in self.package:
                page.add(self.package.xml(template))
        page.add(content)
        return page

    def _scan(
        self, page: OfdPage, number: int, first: int
    ) -> list[Grid | TextBlock] | None:
        """What a scanned page holds; none if it could not be read here."""
        part = self._media().get(page.largest_picture()[1])
        if part is None or part not in self.package or not _can_read_pictures():
            return None
        from PIL import Image, UnidentifiedImageError

        from govinfo.readers.picture import MAX_PIXELS, read_page_image

        try:
            with Image.open(io.BytesIO(self.package.read(part))) as image:
                if image.width * image.height > MAX_PIXELS:
                    return None
                scale = image.width / (page.largest_picture()[0] * POINTS)
                return read_page_image(image, number, first, scale)
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            EngineFailed,
        ) as error:
            self.log.stopped(number, error)
            return None

    def _media(self) -> dict[str, str]:
        """Parts that hold pictures, by their number."""
        found: dict[str, str] = {}
        for kind in ("PublicRes", "DocumentRes"):
            for element in self.tree.iter():
                if local(element) != kind or not (element.text or "").strip():
                    continue
                part = resolve(self.root, (element.text or "").strip())
                if part not in self.package:
                    continue
                resources = self.package.xml(part)
                base = resolve(part, resources.get("BaseLoc", "."))
                for medium in resources.iter():
                    if local(medium) != "MultiMedia":
                        continue
                    for file in medium.iterchildren():
                        leaf = (file.text or "").strip()
                        if local(file) == "MediaFile" and leaf:
                            number = medium.get("ID", "")
                            found[number] = resolve(f"{base}/x", leaf)
        return found

    def _say_unread(self, pages: list[int], n_pages: int) -> None:
        if len(pages) == n_pages and not _can_read_pictures():
            message = (
                f"Every page of {self.name} is a picture, and reading pictures needs an"
                " optional part of govinfo that is not installed. Run: pip install"
                ' "govinfo-cn[ocr]"'
            )
            raise MissingExtra(message)
        listed = ", ".join(map(str, pages))
        self.notes.append(f"These pages are pictures and were not read: {listed}.")


def _grids(blocks: list[Grid | TextBlock]) -> int:
    return sum(isinstance(block, Grid) for block in blocks)


def _can_read_pictures() -> bool:
    return all(map(find_spec, ("rapidocr", "onnxruntime")))


def _page_box(root: etree._Element) -> tuple[float, float, float, float] | None:
    """Left, top, width and height in millimetres, where a part says them."""
    for element in _areas(root):
        box = numbers(element.text or "")
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            return box[0], box[1], box[2], box[3]
    return None


def _areas(root: etree._Element) -> Iterator[etree._Element]:
    yield from (e for e in root.iter() if local(e) == "PhysicalBox")
