"""Cells that a script fills, which is read as text and never run.

A script that does nothing but write plain data into elements by their identifiers is
understood, and its data are the text of those elements. Any other script leaves what it
may write unknown: an empty cell that it can address is no blank, and a figure in a cell
that it names is not certain.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from govinfo.readers.markup.display import CELLS, INLINE

# Data of other programs, and templates; nothing of it is run.
_RUNS = re.compile(
    r"(?:text|application)/(?:java|ecma|x-java)script|module|babel", re.I
)
# A script longer than this is a library, and no more than its name is asked for.
_LONGEST = 2**20
_WRITES = re.compile(
    r"textContent|inner(?:Text|HTML)|\.(?:text|html|append|val|load)\s*\(|createTextNode"
)
# A name that is put together when the script runs: "#" + i, getElementById(i).
_COMPUTED = re.compile(
    r"""["'][.#\[][\w-]*["']\s*\+|`[.#][\w-]*\$\{|\$\(\s*[A-Za-z_]"""
    r"""|getElement\w*\(\s*[A-Za-z_]|querySelector\w*\(\s*[A-Za-z_]"""
)
_WORD = re.compile(r"[\w-]+")
# One class that no other element has may be chance; three are names of cells.
_FEWEST_NAMED = 3

_STRING = r"""(?:"[^"\\<>]*"|'[^'\\<>]*')"""
_LET = re.compile(r"(?:var|let|const)\s+(?P<name>\w+)\s*=\s*(?P<data>\{[^{}]*\})\s*;?")
_LOOP = re.compile(
    r"for\s*\(\s*(?:var|let|const)?\s*(?P<key>\w+)\s+in\s+(?P<name>\w+)\s*\)\s*\{?\s*"
    r"document\.getElementById\(\s*(?P=key)\s*\)\.(?:textContent|innerText|innerHTML)"
    r"\s*=\s*(?P=name)\[\s*(?P=key)\s*\]\s*;?\s*\}?"
)
_ASSIGNMENT = re.compile(
    rf"(?:document\.getElementById\(\s*(?P<id>{_STRING})\s*\)\."
    rf"(?:textContent|innerText|innerHTML)\s*=\s*(?P<text>{_STRING}|[\d.]+)"
    r"|\$\(\s*(?P<selector>[\"']#[\w-]+[\"'])\s*\)\.(?:text|html)"
    rf"\(\s*(?P<said>{_STRING}|[\d.]+)\s*\))\s*;?"
)


@dataclass(slots=True)
class Scripts:
    """What the scripts of a page do to its cells.

    Attributes
    ----------
    unknown : set of Element
        Elements that a script may fill with what is not known.
    names : list of str
        The scripts that do so, by address or as ``"a script in the page"``.
    """

    unknown: set[etree._Element] = field(default_factory=set)
    names: list[str] = field(default_factory=list)

    @property
    def note(self) -> str:
        """A sentence on cells that are filled by a script; empty if there is none."""
        if not self.unknown:
            return ""
        named = ", ".join(dict.fromkeys(self.names))
        return (
            f"Cells of the tables may be filled by a script ({named}), which is not"
            " run; they are not blank, and what they show is not known. Save the page"
            " from a browser that shows it, or print it to PDF."
        )


def filled_by_scripts(root: etree._Element) -> Scripts:
    """
    Write the plain data of scripts into a page; say what other scripts may write.

    Parameters
    ----------
    root : Element
        The page; elements that a script of plain data fills get their text.

    Examples
    --------
    >>> page = etree.fromstring(
    ...     '<table><tr><td id="a"/></tr><script>var d={"a":"7"};for(var i in d)'
    ...     "document.getElementById(i).textContent=d[i];</script></table>"
    ... )
    >>> filled_by_scripts(page).note, page.findtext(".//td")
    ('', '7')
    """
    found = Scripts()
    scripts = [script for script in root.iter("script") if _is_run(script)]
    handlers = [value for body in root.iter("body") if (value := body.get("onload"))]
    if not scripts and not handlers:
        return found
    spots = list(_spots(root))
    identifiers = Counter(e.get("id") for e in root.iter(etree.Element) if e.get("id"))
    texts: dict[str, str] = {}
    others: list[tuple[str, str | None]] = [
        ("a script in the page", h) for h in handlers
    ]
    for script in scripts:
        address, body = script.get("src"), script.text or ""
        said = None if address else _plain_data(body)
        if said is None or any(identifiers[name] != 1 for name in said):
            others.append(
                (address or "a script in the page", None if address else body)
            )
        else:
            texts |= said
    for name, source in others:
        if may := _may_fill(spots, source):
            found.unknown |= may
            found.names.append(f"'{name}'" if source is None else name)
    for element in root.iter(etree.Element):
        text = texts.get(element.get("id") or "")
        if text is not None and element not in found.unknown:
            for child in list(element):
                element.remove(child)
            element.text = text
    return found


def _is_run(script: etree._Element) -> bool:
    kind = script.get("type")
    return not kind or _RUNS.search(kind) is not None


def _spots(root: etree._Element) -> Iterator[etree._Element]:
    """Cells without elements in them, and the innermost elements of other cells."""
    for cell in root.iter(*CELLS):
        inside = [e for e in cell.iter(*CELLS, *INLINE, "p", "div") if len(e) == 0]
        yield from inside or [cell]


def _may_fill(spots: list[etree._Element], body: str | None) -> set[etree._Element]:
    """Elements that a script may write a figure into."""
    if body is None or len(body) > _LONGEST:
        return _named(spots)
    if not _WRITES.search(body):
        return set()
    words = set(_WORD.findall(body))
    empty = {e for e in spots if not (e.text or "").strip()}
    # A class may be meant for its style; an identifier is meant for the element.
    said = {e for e in empty if not words.isdisjoint(_names(e))}
    said |= {e for e in spots if e.get("id") in words}
    if _COMPUTED.search(body):
        return said | {e for e in empty if _names(e)}
    return said


def _named(spots: list[etree._Element]) -> set[etree._Element]:
    """Empty elements with a name of their own, which a script can address one by one.

    Classes that several elements share are their style.
    """
    counts = Counter(name for element in spots for name in set(_names(element)))
    found = set()
    for element in spots:
        if not (element.text or "").strip():
            own = [name for name in _names(element) if counts[name] == 1]
            if own or element.get("id"):
                found.add(element)
    return found if len(found) >= _FEWEST_NAMED else set()


def _names(element: etree._Element) -> list[str]:
    """Identifier, classes and data of an element and, if it has none, of its cell."""
    while True:
        names = [element.get("id") or "", *(element.get("class") or "").split()]
        names += [
            str(value)
            for name, value in element.attrib.items()
            if str(name).startswith("data-") or name == "name"
        ]
        found = [name for name in names if name]
        parent = element.getparent()
        if found or element.tag in CELLS or parent is None:
            return found
        element = parent


def _plain_data(body: str) -> dict[str, str] | None:
    """Texts by identifier if a script does nothing but write them, else None."""
    rest, texts = body.strip(), dict[str, str]()
    data: dict[str, dict[str, str]] = {}
    while rest:
        if found := _LET.match(rest):
            values = _object(found["data"])
            if values is None:
                return None
            data[found["name"]] = values
        elif found := _LOOP.match(rest):
            if found["name"] not in data:
                return None
            texts |= data[found["name"]]
        elif found := _ASSIGNMENT.match(rest):
            name = found["id"] or found["selector"]
            text = found["text"] or found["said"]
            texts[name[1:-1].removeprefix("#")] = text.strip("\"'")
        else:
            return None
        rest = rest[found.end() :].lstrip()
    return texts


def _object(text: str) -> dict[str, str] | None:
    """An object of JSON that holds nothing but texts and numbers."""
    try:
        values: dict[str, object] = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        return None
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    is_plain = len(texts) == len(values) and "<" not in "".join(texts.values())
    return texts if is_plain else None
