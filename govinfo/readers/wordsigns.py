"""Formulas, symbols, fields and drawings in Word text."""

from __future__ import annotations

import re

from lxml import etree

from govinfo.readers.numbering import W
from govinfo.readers.signs import FORMULA

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VML = "{urn:schemas-microsoft-com:vml}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Parts of a formula whose text reads the same without them.
_IDLE_MATH = frozenset(
    f"{M}{name}"
    for name in ("oMath", "oMathPara", "r", "t", "f", "num", "den", "e")
    + ("sSup", "sup", "sSub", "sub", "sSubSup")
)
# Fields that print something although the file stores no result.
_PRINTING_FIELD = re.compile(
    r"\s*(?:=|EQ\b|QUOTE\b|REF\b|MERGEFIELD\b|DOCPROPERTY\b|DOCVARIABLE\b|SYMBOL\b)",
    re.I,
)
_PROPERTIES = tuple(
    f"{M}{name}Pr"
    for name in ("f", "r", "ctrl", "sSup", "sSub", "sSubSup", "oMathPara")
)
_VML_SHAPES = frozenset(
    f"{_VML}{name}"
    for name in ("shape", "line", "rect", "roundrect", "oval", "polyline", "curve")
)
# Shapes that only cross a cell out or part it.
_LINES = frozenset(("line", "straightConnector1"))


def formula(element: etree._Element) -> str:
    """Text of a formula that stands on one line, else a sign for it."""
    for part in element.iter(f"{M}*"):
        if part.tag not in _IDLE_MATH and not str(part.tag).endswith("Pr"):
            inside = next(part.iterancestors(*_PROPERTIES), None)
            if inside is None:
                return FORMULA
    return _written(element)


def _written(element: etree._Element) -> str:
    # A fraction or a power written without its mark would be another number.
    signs = {f"{M}den": "/", f"{M}sup": "^", f"{M}sub": "_"}
    parts = []
    for child in element.iterchildren(etree.Element):
        if child.tag == f"{M}t":
            parts.append(child.text or "")
        else:
            inner = _written(child)
            parts.append((signs.get(str(child.tag), "") if inner else "") + inner)
    return "".join(parts)


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
    if element.tag == f"{W}object":
        return True
    if next(element.iter(f"{_DRAWING}blip", f"{_VML}imagedata"), None) is not None:
        return True
    shapes = [e.get("prst", "") for e in element.iter(f"{_DRAWING}prstGeom")]
    drawn = [e for e in element.iter(f"{_VML}*") if e.tag in _VML_SHAPES]
    if shapes or drawn:
        return not all(shape in _LINES for shape in shapes) or any(
            e.tag != f"{_VML}line" for e in drawn
        )
    # Charts, ink and diagrams name themselves in vocabularies of their own.
    return next(element.iter(f"{_DRAWING}graphicData"), None) is not None
