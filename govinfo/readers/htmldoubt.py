"""Digits in an HTML cell that a browser does not show as part of its figure.

They are raised, struck out, painted in nothing or in white, or link to a note. Style
sheets of the page itself are asked too, but they only put in doubt: scripts change
classes, so that what they hide is not dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from lxml import etree

from govinfo.readers.htmltags import CELLS, INLINE, RAISED

Doubt = Literal["", "alone", "beside"]
""""alone": no figure at all; "beside": a note, if it stands beside other text."""

# Style sheets of saved pages reach half a megabyte; rules beyond are not asked.
MAX_SHEET = 2**21
MAX_RULES = 20_000
MAX_SELECTORS = 2_000

_NOTHING = re.compile(
    r"(?<![\w-])(?:opacity\s*:\s*0(?:\.0+)?(?:\s*[;!}]|$)|color\s*:\s*transparent"
    r"|text-indent\s*:\s*-\d{3}|left\s*:\s*-\d{3}|transform\s*:\s*scale\(\s*0\s*\))"
)
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:white|#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)"
)
_GROUND = re.compile(r"(?<![\w-])background")
_LIFTED = re.compile(r"mso-text-raise\s*:\s*-?(?!0(?:\.0+)?[a-z%;]|0$)[\d.]")
_STRUCK = re.compile(r"line-through")
_UNSHOWN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]))"
)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
# The last part of a selector.
_LAST = re.compile(
    r"(?:^|[\s>+~])(?P<tag>[a-z][a-z0-9]*)?(?P<rest>(?:[.#][\w-]+)+)"
    r"(?P<pseudo>::?(?:before|after))?$"
)
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*([^;]+)")
_LITERAL = re.compile(r"""(["'])(.*?)\1""")
_NOTE_MARK = re.compile(r"\W{0,2}\d{1,3}\W{0,2}")
_WHITES = frozenset(("white", "#fff", "#ffffff"))


@dataclass(slots=True)
class Sheets:
    """What the style sheets of a page say of elements, by class and identifier."""

    doubts: dict[str, list[tuple[str, Doubt]]] = field(default_factory=dict)
    contents: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.doubts or self.contents)


def sheets_of(root: etree._Element) -> Sheets:
    """Read the style sheets that a page carries."""
    found = Sheets()
    n_rules = 0
    for element in root.iter("style"):
        text = _COMMENT.sub("", (element.text or "")[:MAX_SHEET])
        for rule in text.split("}"):
            # What stands before another brace is an @media around the rule.
            head, _, body = rule.rpartition("{")
            selectors = head.rpartition("{")[2][:MAX_SELECTORS]
            n_rules += 1
            if n_rules > MAX_RULES:
                return found
            said = body.lower()
            doubt = _doubt_of(said, is_raising=True)
            content = _CONTENT.search(body)
            if not doubt and content is None:
                continue
            for selector in selectors.split(","):
                last = _LAST.search(selector.strip().lower())
                if last is None:
                    continue
                name = re.findall(r"[.#][\w-]+", last["rest"])[-1]
                if doubt and not last["pseudo"]:
                    found.doubts.setdefault(name, []).append((last["tag"] or "", doubt))
                if content is not None and last["pseudo"]:
                    text_of = _generated(content[1])
                    is_before = last["pseudo"].endswith("before")
                    if text_of:
                        found.contents.setdefault(name, []).append(
                            (last["tag"] or "", text_of, is_before)
                        )
    return found


def _generated(content: str) -> str:
    """Text that a sheet writes itself; a counter as the digit that it shows."""
    if "counter" in content or "attr(" in content:
        return "0"
    literal = _LITERAL.search(content)
    text = literal[2] if literal else ""
    return text if re.search(r"\d", text) and "\\" not in text else ""


def doubt_about(element: etree._Element, style: str, sheets: Sheets) -> Doubt:
    """
    Whether the digits in an element of a cell are in doubt.

    Parameters
    ----------
    element : Element
        Any element in a table.
    style : str
        What it says itself on its style, in lower case.
    sheets : Sheets
        As `sheets_of` gives them.
    """
    tag = element.tag
    if tag in CELLS or tag in ("tr", "table", "tbody"):
        return ""
    doubt: Doubt = ""
    if style:
        doubt = _doubt_of(style, is_raising=False)
        if not doubt and _WHITE.search(style) and not _has_ground(element):
            doubt = "alone"
    if not doubt and tag == "a":
        doubt = _note_link(element)
    elif not doubt and tag == "font":
        colour = (element.get("color") or "").strip().lower()
        if colour in _WHITES and not _has_ground(element):
            doubt = "alone"
    elif tag == "bdo" and (element.get("dir") or "").lower() == "rtl":
        doubt = "alone"
    if not doubt and sheets.doubts:
        for name in _names(element):
            for of_tag, said in sheets.doubts.get(name, ()):
                if of_tag in ("", tag) and tag in INLINE:
                    doubt = said
    return doubt


def written_around(
    element: etree._Element, sheets: Sheets
) -> Iterator[tuple[str, bool]]:
    """Digits that a style sheet writes before (true) or after an element."""
    if sheets.contents:
        for name in _names(element):
            for of_tag, text, is_before in sheets.contents.get(name, ()):
                if of_tag in ("", element.tag):
                    yield text, is_before


@lru_cache(maxsize=4096)
def _doubt_of(style: str, *, is_raising: bool) -> Doubt:
    if _NOTHING.search(style):
        return "alone"
    if is_raising and (
        RAISED.search(style) or _STRUCK.search(style) or _UNSHOWN.search(style)
    ):
        return "alone"
    return "beside" if _LIFTED.search(style) else ""


def _names(element: etree._Element) -> list[str]:
    names = [f".{name}" for name in (element.get("class") or "").lower().split()]
    identifier = element.get("id")
    return [*names, f"#{identifier.lower()}"] if identifier else names


def _note_link(element: etree._Element) -> Doubt:
    """A link within the page whose text is a number leads to a note."""
    if not (element.get("href") or "").strip().startswith("#"):
        return ""
    text = "".join(map(str, element.itertext())).strip()
    return "beside" if _NOTE_MARK.fullmatch(text) else ""


def _has_ground(element: etree._Element | None) -> bool:
    """Whether something around an element in its table is painted."""
    while element is not None:
        if element.get("bgcolor") or _GROUND.search(
            (element.get("style") or "").lower()
        ):
            return True
        if element.tag == "table":
            return False
        element = element.getparent()
    return False
