"""The text of Word paragraphs as it stands on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from govinfo.readers.numbering import Numbering, W

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML = "{urn:schemas-microsoft-com:vml}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Wrappers whose content stands on paper as if the wrapper were not there.
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in ("customXml", "smartTag", "ins", "moveTo", "sdtContent", "dir", "bdo")
)
_PLAIN = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_OFF = frozenset(("0", "false", "off", "none"))
# Longer chains of styles are rings.
_MAX_CHAIN = 20


def printed(text: str) -> str:
    r"""Text with each run of blanks as one space and no empty lines.

    Examples
    --------
    >>> printed(" 1　2 \n\n\xa0 3")
    '1 2\n3'
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def unwrapped(element: etree._Element) -> Iterator[etree._Element]:
    """Children as printed: wrappers opened, deletions and placeholders left out."""
    for child in element.iterchildren(etree.Element):
        if child.tag in _WRAPPERS:
            yield from unwrapped(child)
        elif child.tag == f"{W}sdt":
            if child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                for content in child.iterchildren(f"{W}sdtContent"):
                    yield from unwrapped(content)
        elif child.tag == f"{MC}AlternateContent":
            branch = child.find(f"{MC}Choice")
            if branch is None:
                branch = child.find(f"{MC}Fallback")
            if branch is not None:
                yield from unwrapped(branch)
        elif child.tag not in (f"{W}del", f"{W}moveFrom"):
            yield child


class Styles:
    """Which styles hide, strike or raise text, and which are headings.

    Parameters
    ----------
    root : Element or None
        Root of ``styles.xml``, where the document has one.
    """

    def __init__(self, root: etree._Element | None = None) -> None:
        own: dict[str, dict[str, bool]] = {}
        bases: dict[str, str] = {}
        for style in () if root is None else root.iterchildren(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            own[name] = marks(style.find(f"{W}rPr"))
            title = _value(style.find(f"{W}name")).lower()
            outline = style.find(f"{W}pPr/{W}outlineLvl")
            if title.startswith("heading") or title == "title" or _is_level(outline):
                own[name]["heading"] = True
            bases[name] = _value(style.find(f"{W}basedOn"))
        self._marks: dict[str, dict[str, bool]] = {}
        for name in own:
            at, found = name, dict[str, bool]()
            for _ in range(_MAX_CHAIN):
                found = own.get(at, {}) | found
                at = bases.get(at, "")
            self._marks[name] = found

    def of(self, named: etree._Element | None) -> dict[str, bool]:
        """Marks of the style that a ``w:pStyle`` or ``w:rStyle`` names."""
        return self._marks.get(_value(named), {})


def marks(properties: etree._Element | None) -> dict[str, bool]:
    """What run properties say themselves on hiding, striking and raising."""
    found: dict[str, bool] = {}
    for child in () if properties is None else properties.iterchildren(etree.Element):
        name = str(child.tag).removeprefix(W)
        value = child.get(f"{W}val", "")
        if name == "vanish":
            found["hidden"] = value not in _OFF
        elif name in ("strike", "dstrike"):
            found["struck"] = value not in _OFF or found.get("struck", False)
        elif name == "vertAlign":
            found["raised"] = value == "superscript"
    return found


@dataclass(slots=True)
class Text:
    """Text of a paragraph, with and without doubtful runs, and what hangs on it."""

    sure: str = ""
    whole: str = ""
    boxes: list[etree._Element] = field(default_factory=list)
    is_heading: bool = False

    def add(self, text: str, *, doubtful: bool = False) -> None:
        """Append text; doubtful text only to the whole."""
        self.whole += text
        if not doubtful:
            self.sure += text


@dataclass(slots=True)
class TextReader:
    """Reads paragraphs one after the other, counting lists and pictures on the way."""

    styles: Styles
    numbering: Numbering
    pictures: int = 0
    objects: int = 0
    _field: list[bool] = field(default_factory=list)

    def paragraph(self, element: etree._Element) -> Text:
        """Read one ``w:p``."""
        properties = element.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        inherited = self.styles.of(style)
        text = Text(is_heading=inherited.get("heading", False))
        if properties is not None and _is_level(properties.find(f"{W}outlineLvl")):
            text.is_heading = True
        # An instruction that is never closed must not swallow the rest of the report.
        self._field.clear()
        self._inline(element, text, inherited)
        label = self.numbering.label(properties)
        # A label alone is no text: it must never pass for a figure.
        if label and not text.whole.isspace() and text.whole:
            text.sure, text.whole = label + text.sure, label + text.whole
        return text

    def _inline(
        self, element: etree._Element, text: Text, inherited: dict[str, bool]
    ) -> None:
        for child in unwrapped(element):
            if child.tag == f"{W}r":
                self._run(child, text, inherited)
            elif child.tag in (f"{W}hyperlink", f"{W}fldSimple", f"{W}rt"):
                self._inline(child, text, inherited)
            elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
                text.add(_formula(child))

    def _run(self, run: etree._Element, text: Text, inherited: dict[str, bool]) -> None:
        properties = run.find(f"{W}rPr")
        style = properties.find(f"{W}rStyle") if properties is not None else None
        said = inherited | self.styles.of(style) | marks(properties)
        if said.get("hidden"):
            self._fields_of(run)
            return
        raised = said.get("struck", False) or said.get("raised", False)
        for child in unwrapped(run):
            if child.tag == f"{W}fldChar":
                self._step_field(child)
            elif any(self._field):
                continue
            elif child.tag == f"{W}t":
                content = child.text or ""
                text.add(content, doubtful=raised and bool(re.search(r"\d", content)))
            elif child.tag in _PLAIN:
                text.add(_PLAIN[str(child.tag)])
            elif child.tag == f"{W}sym":
                text.add(_symbol(child))
            elif child.tag == f"{W}ruby":
                for base in child.iterchildren(f"{W}rubyBase"):
                    self._inline(base, text, inherited)
            elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._hanging(child, text)

    def _hanging(self, element: etree._Element, text: Text) -> None:
        if element.tag == f"{W}object":
            self.objects += 1
            return
        boxes = [
            box
            for box in element.iter(f"{W}txbxContent")
            if next(box.iterancestors(f"{W}txbxContent", f"{W}drawing", f"{W}pict"))
            is element
        ]
        text.boxes += boxes
        if not boxes and (
            next(element.iter(f"{_DRAWING}blip", f"{_VML}imagedata"), None) is not None
        ):
            self.pictures += 1

    def _fields_of(self, run: etree._Element) -> None:
        for char in run.iterchildren(f"{W}fldChar"):
            self._step_field(char)

    def _step_field(self, char: etree._Element) -> None:
        kind = char.get(f"{W}fldCharType")
        if kind == "begin":
            self._field.append(True)
        elif kind == "separate" and self._field:
            self._field[-1] = False
        elif kind == "end" and self._field:
            self._field.pop()


def _formula(element: etree._Element) -> str:
    # A fraction or a power written without its mark would be another number.
    signs = {f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_"}
    parts = []
    for child in element.iterchildren(etree.Element):
        if child.tag == f"{M}t":
            parts.append(child.text or "")
        else:
            inner = _formula(child)
            parts.append((signs.get(str(child.tag), "") if inner else "") + inner)
    return "".join(parts)


def _symbol(element: etree._Element) -> str:
    code = element.get(f"{W}char", "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
        return ""
    point = int(code, 16)
    # The Symbol face keeps ASCII digits and signs in their places.
    if 0xF020 <= point <= 0xF03F and element.get(f"{W}font") == "Symbol":
        point -= 0xF000
    return chr(point) if not 0xD800 <= point < 0xE000 and point >= 32 else ""


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _is_level(outline: etree._Element | None) -> bool:
    return _value(outline) in tuple("012345678")
