"""Text of Word documents: runs, their styles, and signs for what is no text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from govinfo.readers.characters import FORMULA, PICTOGRAMS

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML = "{urn:schemas-microsoft-com:vml}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Parts of a formula that stand behind each other.
_IN_LINE = frozenset(("oMath", "oMathPara", "r", "t", "sty", "scr", "nor"))
# Fields that print something although the file stores no result.
_PRINTING_FIELD = re.compile(
    r"\s*(?:=|EQ\b|QUOTE\b|REF\b|MERGEFIELD\b|DOCPROPERTY\b|DOCVARIABLE\b|SYMBOL\b)",
    re.I,
)
_VML_SHAPES = frozenset(
    f"{_VML}{name}"
    for name in ("shape", "line", "rect", "roundrect", "oval", "polyline", "curve")
)
# Shapes that only cross a cell out or part it.
_LINES = frozenset(("line", "straightConnector1"))


def formula(element: etree._Element) -> str:
    """Text of a formula whose parts stand behind each other, else a sign for it."""
    named = {str(part.tag).removeprefix(M) for part in element.iter(f"{M}*")}
    if any(name not in _IN_LINE and not name.endswith("Pr") for name in named):
        return FORMULA
    return "".join(part.text or "" for part in element.iter(f"{M}t"))


def symbol(element: etree._Element) -> str:
    """Character of a ``w:sym``; nothing where its face alone knows it."""
    code = element.get(f"{W}char", "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
        return ""
    point = int(code, 16)
    # The Symbol face keeps ASCII digits and signs in their places.
    if 0xF020 <= point <= 0xF03F and element.get(f"{W}font") == "Symbol":
        point -= 0xF000
    return chr(point) if not 0xD800 <= point < 0xE000 and point >= 32 else ""


def unsaid(instruction: str) -> str:
    r"""What a field without a stored result leaves in the text.

    Examples
    --------
    >>> unsaid(" =SUM(ABOVE) "), unsaid(" XE \"word\" ")
    ('〔式〕', '')
    """
    return FORMULA if _PRINTING_FIELD.match(instruction) else ""


def chosen(begin: etree._Element) -> str:
    """What an old form field shows that stores no text: its entry or its box."""
    entries = begin.find(f"{W}ffData/{W}ddList")
    if entries is not None:
        listed = [e.get(f"{W}val", "") for e in entries.iterchildren(f"{W}listEntry")]
        result = entries.find(f"{W}result")
        said = "0" if result is None else result.get(f"{W}val", "0")
        at = int(said) if re.fullmatch(r"\d{1,4}", said) else 0
        return listed[at] if at < len(listed) else ""
    if begin.find(f"{W}ffData/{W}checkBox") is not None:
        return "☐"
    return ""


def shows_something(element: etree._Element) -> bool:
    """Whether a drawing is more than a line or an empty frame."""
    shapes = [e.get("prst", "") for e in element.iter(f"{_DRAWING}prstGeom")]
    drawn = [e for e in element.iter(f"{_VML}*") if e.tag in _VML_SHAPES]
    if shapes or drawn:
        return not all(shape in _LINES for shape in shapes) or any(
            e.tag != f"{_VML}line" for e in drawn
        )
    # Charts, ink and diagrams name themselves in vocabularies of their own.
    return next(element.iter(f"{_DRAWING}graphicData"), None) is not None


_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_OFF = frozenset(("0", "false", "off", "none"))
# Longer chains of styles are rings.
_MAX_CHAIN = 20
# Letters of two points, in the half points of Word, are not seen on paper; nor are
# those of a third of their width, in per cent, or four points nearer to each other.
_TINY, _NARROW, _CRAMPED = 4, 33, -80
_PALE = re.compile(r"(?:[ef][\da-f]){3}", re.I)


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
            title = value_of(style.find(f"{W}name")).lower()
            outline = style.find(f"{W}pPr/{W}outlineLvl")
            if title.startswith("heading") or title == "title" or is_level(outline):
                own[name]["heading"] = True
            bases[name] = value_of(style.find(f"{W}basedOn"))
        self._marks: dict[str, dict[str, bool]] = {}
        for name in own:
            at, found = name, dict[str, bool]()
            for _ in range(_MAX_CHAIN):
                found = own.get(at, {}) | found
                at = bases.get(at, "")
            self._marks[name] = found

    def of(self, named: etree._Element | None) -> dict[str, bool]:
        """Marks of the style that a ``w:pStyle`` or ``w:rStyle`` names."""
        return self._marks.get(value_of(named), {})


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
            found["raised"] = value in ("superscript", "subscript")
        elif name == "position":
            found["shifted"] = re.fullmatch(r"0*", value) is None
        elif name == "color":
            theme = child.get(f"{W}themeColor", "")
            is_pale = _PALE.fullmatch(value) is not None
            found["white"] = is_pale or theme == "background1"
        elif name == "sz":
            found["tiny"] = value.isdecimal() and int(value) <= _TINY
        elif name == "w":
            found["narrow"] = value.isdecimal() and int(value) <= _NARROW
        elif name == "spacing":
            is_number = re.fullmatch(r"-?\d{1,5}", value) is not None
            found["cramped"] = is_number and int(value) <= _CRAMPED
        elif name == "rFonts":
            face = child.get(f"{W}ascii", "")
            found["pictured"] = PICTOGRAMS.match(face) is not None
        elif child.tag == f"{_W14}textFill":
            fills = {value_of(fill, _W14).lower() for fill in child.iter(f"{_W14}*")}
            has_none = child.find(f"{_W14}noFill") is not None
            found["unfilled"] = has_none or any(
                fill in ("bg1", "lt1") or _PALE.fullmatch(fill) for fill in fills
            )
    return found


_UNSEEN = frozenset(("tiny", "narrow", "cramped", "pictured", "unfilled"))


def is_unseen(run: etree._Element, said: dict[str, bool]) -> bool:
    """Whether a run of these marks shows no digit that a reader could tell."""
    if any(said.get(mark) for mark in _UNSEEN):
        return True
    grounds = _grounds(run)
    colour = value_of(run.find(f"{W}rPr/{W}color")).lower()
    if "black" in grounds and colour in ("", "auto", "000000"):
        # A highlighter leaves letters black; a shade turns those without colour white.
        return True
    return colour in grounds or (said.get("white", False) and not grounds)


def _grounds(run: etree._Element) -> set[str]:
    """Colours that are not white behind a run: its own, its paragraph's, its cell's."""
    grounds = [run.find(f"{W}rPr/{W}shd"), run.find(f"{W}rPr/{W}highlight")]
    for around in run.iterancestors(f"{W}p", f"{W}tc"):
        kind = "pPr" if around.tag == f"{W}p" else "tcPr"
        grounds.append(around.find(f"{W}{kind}/{W}shd"))
        if kind == "tcPr":
            break
    said = (
        (ground.get(f"{W}fill") or ground.get(f"{W}val") or "").lower()
        for ground in grounds
        if ground is not None
    )
    return set(said) - {"", "auto", "ffffff", "white", "none", "clear"}


def value_of(element: etree._Element | None, space: str = W) -> str:
    """What the ``w:val`` of a property says; nothing for none."""
    return "" if element is None else element.get(f"{space}val", "")


def is_level(outline: etree._Element | None) -> bool:
    """Whether an outline level makes a heading."""
    return value_of(outline) in tuple("012345678")


R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

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


def unwrapped(element: etree._Element) -> Iterator[etree._Element]:
    """Children as printed: wrappers opened, deletions and placeholders left out."""
    return (c for c in with_deleted(element) if c.tag != f"{W}del")


def with_deleted(element: etree._Element) -> Iterator[etree._Element]:
    """Children as printed, and what tracked changes deleted among them."""
    for child in element.iterchildren(etree.Element):
        if child.tag in _WRAPPERS:
            yield from with_deleted(child)
        elif child.tag == f"{W}sdt":
            if child.find(f"{W}sdtPr/{W}showingPlcHdr") is None:
                for content in child.iterchildren(f"{W}sdtContent"):
                    yield from with_deleted(content)
        elif child.tag == f"{MC}AlternateContent":
            branch = child.find(f"{MC}Choice")
            if branch is None:
                branch = child.find(f"{MC}Fallback")
            if branch is not None:
                yield from with_deleted(branch)
        elif child.tag != f"{W}moveFrom":
            yield child


@dataclass(slots=True)
class Text:
    """Text of a paragraph, with and without doubtful runs, and what hangs on it."""

    sure: str = ""
    whole: str = ""
    boxes: list[etree._Element] = field(default_factory=list)
    is_heading: bool = False
    has_picture: bool = False
    _shifted: list[tuple[int, int]] = field(default_factory=list)

    def add(
        self, text: str, *, doubtful: bool = False, is_shifted: bool = False
    ) -> None:
        """Append text; doubtful text only to the whole."""
        self.whole += text
        if not doubtful:
            if is_shifted:
                start = len(self.sure)
                self._shifted.append((start, start + len(text)))
            self.sure += text

    def end(self) -> None:
        """Take out digits moved up or down beside others: they mark a note.

        Text that is moved as a whole is only placed better in its line.
        """
        for start, end in reversed(self._shifted):
            beside = self.sure[:start] + self.sure[end:]
            if beside.strip() and re.search(r"\d", self.sure[start:end]):
                self.sure = beside


@dataclass(slots=True)
class TextReader:
    """Reads paragraphs one after the other, counting pictures on the way.

    Numbers that Word counts itself are left out: labels are known without them.
    """

    styles: Styles
    pictures: int = 0
    objects: int = 0
    _field: list[bool] = field(default_factory=list)
    _instruction: str = ""

    def paragraph(self, element: etree._Element) -> Text:
        """Read one ``w:p``."""
        properties = element.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        inherited = self.styles.of(style)
        text = Text(is_heading=inherited.get("heading", False))
        if properties is not None and is_level(properties.find(f"{W}outlineLvl")):
            text.is_heading = True
        # An instruction that is never closed must not swallow the rest of the report.
        self._field.clear()
        self._inline(element, text, inherited)
        text.end()
        return text

    def _inline(
        self, element: etree._Element, text: Text, inherited: dict[str, bool]
    ) -> None:
        for child in with_deleted(element):
            if child.tag == f"{W}r":
                self._run(child, text, inherited)
            elif child.tag == f"{W}del":
                deleted = "".join(e.text or "" for e in child.iter(f"{W}delText"))
                if re.search(r"\d", deleted):
                    text.add(deleted, doubtful=True)
            elif child.tag in (f"{W}hyperlink", f"{W}fldSimple", f"{W}rt"):
                self._inline(child, text, inherited)
            elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
                text.add(formula(child))

    def _run(self, run: etree._Element, text: Text, inherited: dict[str, bool]) -> None:
        properties = run.find(f"{W}rPr")
        style = properties.find(f"{W}rStyle") if properties is not None else None
        said = inherited | self.styles.of(style) | marks(properties)
        if said.get("hidden"):
            self._fields_of(run)
            return
        is_none = (
            said.get("struck", False)
            or said.get("raised", False)
            or is_unseen(run, said)
        )
        for child in unwrapped(run):
            if child.tag == f"{W}fldChar":
                text.add(self._step_field(child))
            elif any(self._field):
                if child.tag == f"{W}instrText":
                    self._instruction += child.text or ""
                continue
            elif child.tag == f"{W}t":
                content = child.text or ""
                has_digit = re.search(r"\d", content) is not None
                text.add(
                    content,
                    doubtful=has_digit and is_none,
                    is_shifted=said.get("shifted", False),
                )
            elif child.tag in _PLAIN:
                text.add(_PLAIN[str(child.tag)])
            elif child.tag == f"{W}sym":
                text.add(symbol(child))
            elif child.tag == f"{W}ruby":
                for base in child.iterchildren(f"{W}rubyBase"):
                    self._inline(base, text, inherited)
            elif child.tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._hanging(child, text)

    def _hanging(self, element: etree._Element, text: Text) -> None:
        if element.tag == f"{W}object":
            self.objects += 1
            text.has_picture = True
            return
        boxes = [
            box
            for box in element.iter(f"{W}txbxContent")
            if next(box.iterancestors(f"{W}txbxContent", f"{W}drawing", f"{W}pict"))
            is element
        ]
        text.boxes += boxes
        if not boxes and shows_something(element):
            text.has_picture = True
            self.pictures += 1

    def _fields_of(self, run: etree._Element) -> None:
        for char in run.iterchildren(f"{W}fldChar"):
            self._step_field(char)

    def _step_field(self, char: etree._Element) -> str:
        """Follow a field; what it prints without a stored result."""
        kind = char.get(f"{W}fldCharType")
        if kind == "begin":
            self._field.append(True)
            self._instruction = ""
            return chosen(char)
        if kind == "separate" and self._field:
            self._field[-1] = False
        elif kind == "end" and self._field and self._field.pop():
            return unsaid(self._instruction)
        return ""
