"""OFD documents (GB/T 33190): a ZIP archive of XML, laid out as PDF pages are."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator

from lxml import etree

from govinfo.document import Box, Document, Grid, TextBlock
from govinfo.errors import EngineFailed, LimitExceeded, MissingExtra, ReadError
from govinfo.readers.files.package import Package, resolve
from govinfo.readers.kinds import can_read_pictures, page_reader
from govinfo.readers.page.lattice import merge_rules
from govinfo.readers.page.layout import page_blocks, parts_of_pages, usual_size
from govinfo.readers.page.model import Char, Matrix, Rule, Sheet, transformed
from govinfo.readers.page.sheets import PageLog

POINTS = 72 / 25.4
# Bounds on the work for one page; the fullest published page has some thousand.
MAX_CHARACTERS = 200_000
MAX_SEGMENTS = 400_000
# Blocks in blocks: more is a file made to harm.
MAX_DEPTH = 20
# No page is a kilometre wide; larger numbers overflow in what is computed from them.
_FARTHEST = 1e6
# Thicker shapes are fillings, as in PDF.
_RULE_WIDTH = 3.0
# Room of a letter round its baseline, in parts of its size.
_ASCENT, _DESCENT = 0.8, 0.08

_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def local(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def numbers(text: str) -> list[float]:
    """Numbers of a list, broken ones left out.

    Examples
    --------
    >>> numbers("0 0 210 297")
    [0.0, 0.0, 210.0, 297.0]
    """
    return [_length(part) for part in text.split() if _NUMBER.fullmatch(part)]


def _length(number: str) -> float:
    return min(max(float(number), -_FARTHEST), _FARTHEST)


def distances(text: str) -> list[float]:
    """Distances between characters; ``g 3 5`` stands for three times 5.

    Examples
    --------
    >>> distances("2.5 g 3 5 1")
    [2.5, 5.0, 5.0, 5.0, 1.0]
    """
    found: list[float] = []
    parts = iter(text.split())
    for part in parts:
        if part == "g":
            count, value = next(parts, "0"), next(parts, "0")
            if count.isdecimal() and _NUMBER.fullmatch(value):
                room = max(0, MAX_CHARACTERS - len(found))
                found += [_length(value)] * min(int(count), room)
        elif _NUMBER.fullmatch(part):
            found.append(_length(part))
    return found


class OfdPage:
    """A page to which parts (its templates, its content) are added.

    Parameters
    ----------
    box : tuple of float
        Left, top, width and height of the page in millimetres.
    """

    def __init__(self, box: tuple[float, float, float, float]) -> None:
        self.box = box
        self.has_composites = False
        self.is_cut = False
        self._chars: list[Char] = []
        self._horizontals: list[Rule] = []
        self._verticals: list[Rule] = []
        self._pictures: list[tuple[float, float, str]] = []
        self._segments = 0

    def sheet(self) -> Sheet:
        """The page as the table finders take it, in points."""
        return Sheet(
            self.box[2] * POINTS,
            self.box[3] * POINTS,
            tuple(self._chars),
            tuple(merge_rules(self._horizontals)),
            tuple(merge_rules(self._verticals)),
            is_cut=self.is_cut,
        )

    def largest_picture(self) -> tuple[float, str]:
        """Width in millimetres and number of the resource of the largest picture."""
        if not self._pictures:
            return 1.0, ""
        width, _, resource = max(self._pictures, key=lambda p: p[0] * p[1])
        return width, resource

    def picture_share(self) -> float:
        """Part of the page that its largest picture covers."""
        areas = [width * height for width, height, _ in self._pictures]
        return max(areas, default=0.0) / (self.box[2] * self.box[3])

    def add(self, content: etree._Element) -> None:
        """Add what a content part draws."""
        for part in content.iterchildren():
            if local(part) == "Content":
                self._objects(part, 0)

    def _objects(self, parent: etree._Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            message = (
                f"A page of the document nests its blocks more than {MAX_DEPTH} deep,"
                " where reading stops. No report needs that: look at the file before"
                " going on."
            )
            raise LimitExceeded(message)
        for item in parent.iterchildren():
            kind = local(item)
            if item.get("Visible", "true").lower() in ("false", "0"):
                continue
            if kind in ("Layer", "PageBlock"):
                self._objects(item, depth + 1)
            elif kind == "TextObject":
                self._text(item)
            elif kind == "PathObject":
                self._path(item)
            elif kind == "CompositeObject":
                self.has_composites = True
            elif kind == "ImageObject":
                _, _, width, height = self._boundary(item)
                self._pictures.append((width, height, item.get("ResourceID", "")))

    def _boundary(self, item: etree._Element) -> tuple[float, float, float, float]:
        found = numbers(item.get("Boundary", ""))
        if len(found) != 4:
            return 0.0, 0.0, 0.0, 0.0
        return found[0], found[1], found[2], found[3]

    def _matrix(self, item: etree._Element) -> Matrix:
        """Matrix from an object's own space to points on the page."""
        ctm = numbers(item.get("CTM", ""))
        a, b, c, d, e, f = ctm if len(ctm) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        left, top, _, _ = self._boundary(item)
        e += left - self.box[0]
        f += top - self.box[1]
        return (
            a * POINTS,
            b * POINTS,
            c * POINTS,
            d * POINTS,
            e * POINTS,
            f * POINTS,
        )

    def _text(self, item: etree._Element) -> None:
        matrix = self._matrix(item)
        size = (numbers(item.get("Size", "")) or [3.0])[0]
        stretch = (numbers(item.get("HScale", "")) or [1.0])[0]
        a, b, c, d, e, f = matrix
        turn = round(math.atan2(-b, a) / (math.pi / 2)) % 4
        x = y = 0.0
        for code in item.iterchildren():
            if local(code) != "TextCode":
                continue
            x = (numbers(code.get("X", "")) or [x])[0]
            y = (numbers(code.get("Y", "")) or [y])[0]
            across = distances(code.get("DeltaX", ""))
            down = distances(code.get("DeltaY", ""))
            text = code.text or ""
            if len(text.strip("\r\n\t")) == max(len(across), len(down)) + 1:
                text = text.strip("\r\n\t")
            spaced = False
            at_x, at_y = x, y
            for at, char in enumerate(text):
                nominal = size * stretch * (1.0 if char >= "\u2e80" else 0.5)
                step = across[at] if at < len(across) else None
                fall = down[at] if at < len(down) else 0.0
                if step is None:
                    step = 0.0 if down and not across else nominal
                if char.isspace():
                    spaced = True
                elif len(self._chars) >= MAX_CHARACTERS:
                    self.is_cut = True
                    return
                else:
                    width = min(nominal, step) if step > 0 else nominal
                    box = transformed(
                        matrix,
                        (
                            at_x + 0.04 * width,
                            at_y - _ASCENT * size,
                            at_x + 0.96 * width,
                            at_y + _DESCENT * size,
                        ),
                    )
                    origin = (
                        a * at_x + c * at_y + e,
                        b * at_x + d * at_y + f,
                    )
                    self._chars.append(Char(char, *box, *origin, turn, spaced))
                    spaced = False
                at_x, at_y = at_x + step, at_y + fall

    def _path(self, item: etree._Element) -> None:
        data = next(
            (
                e.text or ""
                for e in item.iterchildren()
                if local(e) == "AbbreviatedData"
            ),
            "",
        )
        matrix = self._matrix(item)
        is_stroked = item.get("Stroke", "true").lower() not in ("false", "0")
        for points in _outlines(data):
            self._segments += len(points)
            if self._segments > MAX_SEGMENTS:
                self.is_cut = True
                return
            a, b, c, d, e, f = matrix
            placed = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
            xs, ys = [x for x, _ in placed], [y for _, y in placed]
            if self._rule((min(xs), min(ys), max(xs), max(ys))) or not is_stroked:
                continue
            for (x0, y0), (x1, y1) in zip(placed, placed[1:], strict=False):
                if abs(y0 - y1) < 0.5 < abs(x0 - x1) or abs(x0 - x1) < 0.5 < abs(
                    y0 - y1
                ):
                    self._rule((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))

    def _rule(self, box: Box) -> bool:
        """Take a thin shape as a rule."""
        left, top, right, bottom = box
        width, height = right - left, bottom - top
        if width > _RULE_WIDTH and height > _RULE_WIDTH:
            return False
        if width >= height:
            self._horizontals.append(Rule((top + bottom) / 2, left, right))
        if height >= width:
            self._verticals.append(Rule((left + right) / 2, top, bottom))
        return True


def _outlines(data: str) -> Iterator[list[tuple[float, float]]]:
    """Straight runs of a path; a curve ends one and begins another."""
    parts = data.replace(",", " ").split()
    points: list[tuple[float, float]] = []
    at = 0
    while at < len(parts):
        operator = parts[at]
        count = _OPERANDS.get(operator)
        if count is None:
            at += 1
            continue
        values = numbers(" ".join(parts[at + 1 : at + 1 + count]))
        if len(values) < count:
            break
        at += 1 + count
        if operator == "L":
            points.append((values[0], values[1]))
        elif operator == "C":
            if points:
                points.append(points[0])
        else:
            if len(points) > 1:
                yield points
            points = [(values[-2], values[-1])]
    if len(points) > 1:
        yield points


MEDIA_TYPE = "application/ofd"
# A report has ten to forty pages; yearbooks are not read for three tables.
MAX_PAGES = 1_000
# Scanned pages are read by OCR, which takes seconds each.
MAX_PICTURES = 60
# A page of A3 at 300 dpi has 17 million pixels.
MAX_PIXELS = 60_000_000
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
        self.log.last = len(pages)
        parts = parts_of_pages(
            {number: page.sheet() for number, page in enumerate(read, 1)}, self.log
        )
        usual = usual_size(part for page in parts.values() for part in page)
        blocks: list[Grid | TextBlock] = []
        unread: list[int] = []
        n_grids = n_pictures = 0
        for number, page in enumerate(read, 1):
            found: list[Grid | TextBlock] = []
            for single in parts[number]:
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
            notes=(*self.notes, *self.log.sentences(len(pages))),
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
        if part is None or part not in self.package or not can_read_pictures():
            return None
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(io.BytesIO(self.package.read(part))) as image:
                if image.width * image.height > MAX_PIXELS:
                    return None
                scale = image.width / (page.largest_picture()[0] * POINTS)
                read_page_image = page_reader()
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
        if len(pages) == n_pages and not can_read_pictures():
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


def _page_box(root: etree._Element) -> tuple[float, float, float, float] | None:
    """Left, top, width and height in millimetres, where a part says them."""
    for element in _areas(root):
        box = numbers(element.text or "")
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            return box[0], box[1], box[2], box[3]
    return None


def _areas(root: etree._Element) -> Iterator[etree._Element]:
    yield from (e for e in root.iter() if local(e) == "PhysicalBox")
