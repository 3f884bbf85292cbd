"""Elements of HTML that are empty in the file and show something in a browser.

A script or a style sheet writes there what an attribute says, or draws an icon for a
class. What it would be is not known, but a cell that holds such an element is no blank.
"""

from __future__ import annotations

import re

from lxml import etree

# Names that a script's framework takes the text of an element from.
_BINDING = re.compile(
    r"(?:v-(?:text|html)|:(?:text|inner)\w*|ng-bind(?:-html)?|x-(?:text|html)|th:u?text"
    r"|data-(?:bind|text|ng-bind|th-text|v-text))$"
)
# Names that may hold a text to be shown.
_SAYING = re.compile(
    r"(?:data-.*|aria-label|title|value|content|num(?:ber)?|count|val)$"
)
# They never hold text, or show something else: a field, a picture, another file.
_TEXTLESS = frozenset(
    ("input", "img", "option", "select", "textarea", "br", "hr", "wbr", "meta", "link")
    + ("base", "col", "param", "source", "area", "iframe", "frame", "embed", "object")
)

_DIGIT = re.compile(r"\d")

# One value alone is a mark of an editor, not a figure.
_FEWEST = 2


def drawing_attributes(root: etree._Element) -> frozenset[str]:
    """
    Attributes that only empty elements of a page carry, with digits that differ.

    Where an element with text carries one as well, it numbers or describes what it
    stands at, and shows nothing.

    Parameters
    ----------
    root : Element
        The page.

    Examples
    --------
    >>> page = '<p><b data-n="3"></b><b data-n="5"></b><i data-i="1">7</i></p>'
    >>> sorted(drawing_attributes(etree.fromstring(page)))
    ['data-n']
    """
    values: dict[str, set[str]] = {}
    beside_text: set[str] = set()
    for element in root.iter(etree.Element):
        if element.tag in _TEXTLESS:
            continue
        for name in map(str, element.attrib):
            if not _SAYING.match(name):
                continue
            if not is_empty(element):
                beside_text.add(name)
            elif _DIGIT.search(value := element.get(name) or ""):
                values.setdefault(name, set()).add(value)
    return frozenset(
        name
        for name, found in values.items()
        if len(found) >= _FEWEST and name not in beside_text
    )


def is_empty(element: etree._Element) -> bool:
    """Whether an element holds neither text nor other elements."""
    return len(element) == 0 and not (element.text or "").strip()


def is_drawn(element: etree._Element, drawing: frozenset[str]) -> bool:
    """
    Whether an empty element shows something nevertheless.

    Parameters
    ----------
    element : Element
        Any element but one that shows another file or a field.
    drawing : frozenset of str
        As `drawing_attributes` gives them.
    """
    tag = element.tag
    if tag in _TEXTLESS or not is_empty(element):
        return False
    if tag == "i" and element.get("class"):
        # Every library of icons draws them in this way.
        return True
    if tag == "li" and (parent := element.getparent()) is not None:
        return bool(parent.tag == "ol" and "none" not in (parent.get("style") or ""))
    return any(
        name in drawing or (_BINDING.match(name) and element.get(name))
        for name in map(str, element.attrib)
    )
