"""What styles and properties of Word say on hiding, striking and raising text."""

from __future__ import annotations

import re

from lxml import etree

from govinfo.readers.numbering import W

_OFF = frozenset(("0", "false", "off", "none"))
# Longer chains of styles are rings.
_MAX_CHAIN = 20
# Letters of two points, in the half points of Word, are not seen on paper.
_TINY = 4


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
            found["white"] = value.upper() == "FFFFFF" or theme == "background1"
        elif name == "sz":
            found["tiny"] = value.isdecimal() and int(value) <= _TINY
    return found


def is_shaded(run: etree._Element) -> bool:
    """Whether a run, its paragraph or its cell has a ground that is not white."""
    grounds = [run.find(f"{W}rPr/{W}shd"), run.find(f"{W}rPr/{W}highlight")]
    for around in run.iterancestors(f"{W}p", f"{W}tc"):
        kind = "pPr" if around.tag == f"{W}p" else "tcPr"
        grounds.append(around.find(f"{W}{kind}/{W}shd"))
        if kind == "tcPr":
            break
    return any(
        ground is not None
        and (ground.get(f"{W}fill") or ground.get(f"{W}val") or "").lower()
        not in ("", "auto", "ffffff", "white", "none", "clear")
        for ground in grounds
    )


def value_of(element: etree._Element | None) -> str:
    """What the ``w:val`` of a property says; nothing for none."""
    return "" if element is None else element.get(f"{W}val", "")


def is_level(outline: etree._Element | None) -> bool:
    """Whether an outline level makes a heading."""
    return value_of(outline) in tuple("012345678")
