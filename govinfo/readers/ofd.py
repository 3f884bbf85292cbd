"""OFD documents (GB/T 33190): a ZIP archive of XML, laid out as PDF pages are."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from lxml import etree

from govinfo.document import Document
from govinfo.errors import EngineFailed, LimitExceeded, ReadError, engine
from govinfo.readers.files.package import Package, resolve
from govinfo.readers.page.layout import Pages
from govinfo.readers.page.model import Char, Matrix, Rules, Sheet, transformed

MEDIA_TYPE = "application/ofd"
POINTS = 72 / 25.4
# A report has ten to forty pages; yearbooks are not read for three tables.
MAX_PAGES = 1_000
# Bounds on the work for one page; the fullest published page has some thousand.
MAX_CHARACTERS = 200_000
MAX_SEGMENTS = 400_000
# Blocks in blocks: more is a file made to harm.
MAX_DEPTH = 20
# A page of A3 at 300 dpi has 17 million pixels.
MAX_PIXELS = 60_000_000
# No page is a kilometre wide; larger numbers overflow in what is computed from them.
_FARTHEST = 1e6
# Room of a letter round its baseline, in parts of its size.
_ASCENT, _DESCENT = 0.8, 0.08

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
# An operator of a path, and what it takes.
_OPERATION = re.compile(r"([MSLQBAC])([^MSLQBAC]*)")


def numbers(text: str) -> list[float]:
    """Numbers of a list, broken ones left out.

    Examples
    --------
    >>> numbers("0 0 210 297")
    [0.0, 0.0, 210.0, 297.0]
    """
    return [
        min(max(float(part), -_FARTHEST), _FARTHEST)
        for part in text.replace(",", " ").split()
        if _NUMBER.fullmatch(part)
    ]


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
        said, value = (
            (next(parts, "0"), next(parts, "0")) if part == "g" else ("1", part)
        )
        count = int(said) if said.isdecimal() else 0
        found += numbers(value) * min(count, max(0, MAX_CHARACTERS - len(found)))
    return found


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
        file = _File(package, name)
        listed = list(file.tree.iter("{*}Page"))
        if len(listed) > MAX_PAGES:
            raise LimitExceeded(
                f"{name} has {len(listed):,} pages, and reading stops at"
                f" {MAX_PAGES:,}. Split the file and read the part with the tables."
            )
        pages = Pages(name)
        read = [file.page(element) for element in listed]
        for number, page in enumerate(read, 1):
            pages.add(number, page.sheet())
        blocks = pages.blocks(lambda number: file.picture(read[number - 1]))
        notes = pages.sentences(len(listed))
        if any(page.has_composites for page in read):
            notes += ("The document uses composite drawings, which were not read.",)
    return Document(
        name,
        MEDIA_TYPE,
        blocks,
        n_pages=len(listed),
        notes=notes,
        failures=tuple(pages.failures),
    )


class _File:
    """The parts of a document that its pages share."""

    def __init__(self, package: Package, name: str) -> None:
        self._package = package
        said = (package.xml("OFD.xml").findtext(".//{*}DocRoot") or "").strip()
        if not said:
            raise ReadError(
                f"{name} is an OFD archive whose OFD.xml names no document. Open it in"
                " an OFD viewer and save it anew, or as PDF."
            )
        self._root = resolve("", said)
        self.tree = package.xml(self._root)
        self._templates = {
            element.get("ID", ""): self._part(element)
            for element in self.tree.iter("{*}TemplatePage")
        }

    def page(self, element: etree._Element) -> OfdPage:
        """A page with its templates."""
        content = self._package.xml(self._part(element))
        page = OfdPage(_box(content) or _box(self.tree) or (0.0, 0.0, 210.0, 297.0))
        for used in content.iterchildren("{*}Template"):
            template = self._templates.get(used.get("TemplateID", ""))
            if template and template in self._package:
                page.add(self._package.xml(template))
        page.add(content)
        return page

    def picture(self, page: OfdPage) -> tuple[Any, float]:
        """The largest picture of a page, and its pixels per point."""
        from PIL import Image

        width, _, resource = max(page.pictures, key=lambda p: p[0] * p[1])
        part = self._media().get(resource, "")
        with engine("Pillow"):
            image = Image.open(io.BytesIO(self._package.read(part)))
            if image.width * image.height > MAX_PIXELS:
                raise EngineFailed(f"{part} has more than {MAX_PIXELS:,} pixels")
            image.load()
        return image, image.width / (width * POINTS)

    def _part(self, element: etree._Element) -> str:
        return resolve(self._root, element.get("BaseLoc", ""))

    def _media(self) -> dict[str, str]:
        """Parts that hold pictures, by their number."""
        found: dict[str, str] = {}
        for element in self.tree.iter("{*}PublicRes", "{*}DocumentRes"):
            part = resolve(self._root, (element.text or "").strip())
            if part not in self._package:
                continue
            resources = self._package.xml(part)
            base = resolve(part, resources.get("BaseLoc", "."))
            for medium in resources.iter("{*}MultiMedia"):
                leaf = (medium.findtext("{*}MediaFile") or "").strip()
                if leaf:
                    found[medium.get("ID", "")] = resolve(f"{base}/x", leaf)
        return found


def _box(root: etree._Element) -> tuple[float, ...] | None:
    """Left, top, width and height of a page in millimetres, where a part says them."""
    boxes = (numbers(area.text or "") for area in root.iter("{*}PhysicalBox"))
    return next((tuple(b) for b in boxes if len(b) == 4 and min(b[2:]) > 0), None)


class OfdPage:
    """A page to which parts (its templates, its content) are added.

    Parameters
    ----------
    box : tuple of float
        Left, top, width and height of the page in millimetres.
    """

    def __init__(self, box: tuple[float, ...]) -> None:
        self.box = box
        self.has_composites = False
        self.pictures: list[tuple[float, float, str]] = []
        """Width and height in millimetres, and number of the resource."""
        self._is_cut = False
        self._chars: list[Char] = []
        self._rules = Rules()
        self._boxes: list[tuple[float, float, float, float]] = []
        self._segments = 0

    def sheet(self) -> Sheet:
        """The page as the table finders take it, in points."""
        return Sheet(
            self.box[2] * POINTS,
            self.box[3] * POINTS,
            tuple(self._chars),
            *self._rules.merged(),
            pictures=tuple(self._boxes),
            is_cut=self._is_cut,
        )

    def add(self, content: etree._Element) -> None:
        """Add what a content part draws."""
        for part in content.iterchildren("{*}Content"):
            self._objects(part, 0)

    def _objects(self, parent: etree._Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise LimitExceeded(
                f"A page of the document nests its blocks more than {MAX_DEPTH} deep,"
                " where reading stops. No report needs that: look at the file before"
                " going on."
            )
        for item in parent.iterchildren("{*}*"):
            kind = etree.QName(item).localname
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
                left, top, width, height = _boundary(item)
                self.pictures.append((width, height, item.get("ResourceID", "")))
                x, y = (left - self.box[0]) * POINTS, (top - self.box[1]) * POINTS
                self._boxes.append((x, y, x + width * POINTS, y + height * POINTS))

    def _matrix(self, item: etree._Element) -> Matrix:
        """Matrix from an object's own space to points on the page."""
        ctm = numbers(item.get("CTM", ""))
        a, b, c, d, e, f = ctm if len(ctm) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        left, top, _, _ = _boundary(item)
        e, f = e + left - self.box[0], f + top - self.box[1]
        return a * POINTS, b * POINTS, c * POINTS, d * POINTS, e * POINTS, f * POINTS

    def _text(self, item: etree._Element) -> None:
        matrix = a, b, c, d, e, f = self._matrix(item)
        size = (numbers(item.get("Size", "")) or [3.0])[0]
        stretch = (numbers(item.get("HScale", "")) or [1.0])[0]
        turn = round(math.atan2(-b, a) / (math.pi / 2)) % 4
        x = y = 0.0
        for code in item.iterchildren("{*}TextCode"):
            x = (numbers(code.get("X", "")) or [x])[0]
            y = (numbers(code.get("Y", "")) or [y])[0]
            across = distances(code.get("DeltaX", ""))
            down = distances(code.get("DeltaY", ""))
            text = code.text or ""
            if len(text.strip("\r\n\t")) == max(len(across), len(down)) + 1:
                text = text.strip("\r\n\t")
            spaced = False
            at_x, at_y = x, y
            moves = zip_longest(text, across[: len(text)], down[: len(text)])
            for char, step, fall in moves:
                if char is None:
                    break
                nominal = size * stretch * (1.0 if char >= "\u2e80" else 0.5)
                if step is None:
                    step = 0.0 if down and not across else nominal
                if char.isspace():
                    spaced = True
                elif len(self._chars) >= MAX_CHARACTERS:
                    self._is_cut = True
                    return
                else:
                    width = min(nominal, step) if step > 0 else nominal
                    top, bottom = at_y - _ASCENT * size, at_y + _DESCENT * size
                    left, right = at_x + 0.04 * width, at_x + 0.96 * width
                    box = transformed(matrix, (left, top, right, bottom))
                    origin = a * at_x + c * at_y + e, b * at_x + d * at_y + f
                    self._chars.append(Char(char, *box, *origin, turn, spaced))
                    spaced = False
                at_x, at_y = at_x + step, at_y + (fall or 0.0)

    def _path(self, item: etree._Element) -> None:
        a, b, c, d, e, f = self._matrix(item)
        is_stroked = item.get("Stroke", "true").lower() not in ("false", "0")
        for points in _outlines(item.findtext("{*}AbbreviatedData") or ""):
            self._segments += len(points)
            if self._segments > MAX_SEGMENTS:
                self._is_cut = True
                return
            placed = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
            self._rules.along(placed, is_stroked=is_stroked)


def _boundary(item: etree._Element) -> tuple[float, float, float, float]:
    found = numbers(item.get("Boundary", ""))
    if len(found) != 4:
        return 0.0, 0.0, 0.0, 0.0
    return found[0], found[1], found[2], found[3]


def _outlines(data: str) -> Iterator[list[tuple[float, float]]]:
    """Straight runs of a path; a curve ends one and begins another."""
    points: list[tuple[float, float]] = []
    for operator, operands in _OPERATION.findall(data):
        values = numbers(operands)
        if operator == "C":
            points += points[:1]
        elif len(values) < 2:
            break
        elif operator == "L":
            points.append((values[0], values[1]))
        else:
            if len(points) > 1:
                yield points
            points = [(values[-2], values[-1])]
    if len(points) > 1:
        yield points
