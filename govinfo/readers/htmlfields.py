"""What a browser shows for fields, formulas, and pages inside a page."""

from __future__ import annotations

import base64
import binascii
import re
from html import unescape
from urllib.parse import unquote_to_bytes

from lxml import etree

from govinfo.readers.signs import FORMULA

# Pages in pages in pages; no published one has more than one.
MAX_INNER = 3
MAX_FRAMES = 50

# Fields that show no value as text.
_WORDLESS = frozenset(
    ("hidden", "image", "file", "range", "color", "password", "checkbox", "radio")
)
_INNER = re.compile(
    r"""<iframe\b(?P<before>[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*?)
        \b(?P<kind>srcdoc|src)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')
        (?P<after>(?:"[^"]*"|'[^']*'|[^"'>])*)>""",
    re.IGNORECASE | re.VERBOSE,
)
_DATA_PAGE = re.compile(
    r"data:text/html[^,]{0,60}?(?P<coded>;base64)?,(?P<body>.*)", re.S
)
_UNSEEN = re.compile(r"display\s*:\s*none|\bhidden\b", re.IGNORECASE)
# Parts of a formula that put numbers elsewhere than behind each other.
_STACKING = frozenset(
    ("mfrac", "msup", "msub", "msubsup", "mroot", "msqrt", "mover", "munder")
    + ("munderover", "mtable", "menclose", "mmultiscripts", "mstack", "mlongdiv")
)


def with_inner_pages(text: str) -> str:
    """
    Put the pages that a page holds in its frames in the place of those frames.

    Examples
    --------
    >>> with_inner_pages('<iframe srcdoc="&lt;p&gt;7"></iframe>')
    '<div><p>7</div><iframe></iframe>'
    """
    for _ in range(MAX_INNER):
        if not 0 < text.lower().count("<iframe") <= MAX_FRAMES:
            break
        changed = _INNER.sub(_opened, text)
        if changed == text:
            break
        text = changed
    return text


def _opened(frame: re.Match[str]) -> str:
    value = frame["double"] if frame["double"] is not None else frame["single"]
    if _UNSEEN.search(frame["before"] + frame["after"]):
        return frame[0]
    if frame["kind"].lower() == "srcdoc":
        return f"<div>{unescape(value)}</div><iframe>"
    page = _DATA_PAGE.match(unescape(value).strip())
    if page is None:
        return frame[0]
    body = unquote_to_bytes(page["body"])
    if page["coded"]:
        try:
            body = base64.b64decode(body)
        except binascii.Error:
            return frame[0]
    return f"<div>{body.decode('utf-8', 'replace')}</div><iframe>"


def shown_value(field: etree._Element) -> str:
    """Text that a browser shows for an ``<input>``."""
    kind = (field.get("type") or "text").strip().lower()
    if kind in ("checkbox", "radio"):
        return "☐" if field.get("checked") is None else "☑"
    return "" if kind in _WORDLESS else field.get("value") or ""


def shown_option(choice: etree._Element) -> etree._Element | None:
    """Entry that a list shows while it is closed: the chosen one, else the first."""
    options = list(choice.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if not chosen and options and choice.get("multiple") is None:
        return options[0]
    return chosen[-1] if chosen else None


def formula(math: etree._Element) -> str:
    """Sign for a formula whose numbers do not stand behind each other, else nothing."""
    return FORMULA if next(math.iter(*_STACKING), None) is not None else ""
