"""What a browser displays for an element: tags, styles, fields, icons, positions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal, cast
from urllib.parse import unquote

from lxml import etree

from govinfo.readers.characters import FORMULA, PICTOGRAMS

BLOCK_TAGS = (
    "address article aside blockquote body center dd details dir div dl dt"
    " fieldset figcaption figure footer form header hgroup hr html legend li main menu"
    " nav ol optgroup p section summary ul caption search"
)
BLOCKS = frozenset(BLOCK_TAGS.split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PREFORMATTED = frozenset(("pre", "xmp", "listing", "plaintext"))
# What a browser that runs scripts does not show as text.
UNSEEN_TAGS = (
    "style template noscript noframes noembed datalist dialog rt rp map colgroup col"
    " meta link base annotation annotation-xml"
)
UNSEEN = frozenset(UNSEEN_TAGS.split())
# They show something that is no text.
SHOWING = frozenset(("svg", "canvas", "audio", "video", "meter", "progress"))
# Figures in these are note marks, cancelled figures, or the name of a button.
DOUBTFUL = frozenset(("sup", "sub", "s", "strike", "del", "button"))
# On other elements vertical-align places the whole content and raises nothing.
INLINE = frozenset(("span", "font", "a", "b", "i", "em", "strong", "u", "small"))
GROUPS = frozenset(("thead", "tbody", "tfoot"))
CELLS = frozenset(("td", "th"))
# Elements that hold cells or are some; their own style dresses the cell.
STRUCTURE = frozenset(("td", "th", "tr", "table", "tbody"))
# Elements that show another file, and the attribute that names it.
FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
# Tags that are not here are inline text.
KINDS: dict[object, str] = {
    **dict.fromkeys(BLOCKS, "block"),
    **dict.fromkeys(HEADINGS, "block"),
    **dict.fromkeys(PREFORMATTED, "block"),
    **dict.fromkeys(UNSEEN, "unseen"),
    **dict.fromkeys(DOUBTFUL, "doubtful"),
    **dict.fromkeys(GROUPS, "group"),
    **dict.fromkeys(CELLS, "cell"),
    **dict.fromkeys(FRAMES, "frame"),
    **dict.fromkeys(SHOWING, "showing"),
    **{
        tag: tag
        for tag in ("a", "br", "img", "input", "math", "option", "script", "select")
    },
    "table": "table",
    "title": "title",
    "tr": "row",
}
# Styles are searched in lower case.
NO_SIZE = re.compile(
    r"(?<![\w-])font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|$)"
)
DISPLAY = re.compile(r"(?<![\w-])display\s*:\s*([a-z-]+)")
HIDDEN = re.compile(r"(?<![\w-])(?:visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:)")
RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)")
ATTACHED = re.compile(
    r"\.(pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z|rtf|jpe?g|png|tiff?)(?:[?#].*)?$", re.I
)
COUNT = re.compile(r"\s*\+?(\d{1,9})")
DIGIT = re.compile(r"\d")


Doubt = Literal["", "alone", "beside"]
""""alone": no figure at all; "beside": a note, if it stands beside other text."""

# Style sheets of saved pages reach half a megabyte; rules beyond are not asked.
MAX_SHEET = 2**21
MAX_RULES = 20_000
MAX_SELECTORS = 2_000
MAX_ASKED = 200
MAX_NESTING = 20

_NOTHING = re.compile(
    r"(?<![\w-])(?:opacity\s*:\s*0(?:\.0+)?(?:\s*[;!}]|$)|color\s*:\s*transparent"
    r"|color\s*:\s*rgba\([^)]*,\s*0(?:\.0+)?\s*\)|filter\s*:\s*opacity\(\s*0\s*\)"
    r"|text-indent\s*:\s*-\d{3}|left\s*:\s*-\d{3}|transform\s*:\s*scale\(\s*0\s*\)"
    r"|clip\s*:\s*rect\(\s*0|unicode-bidi\s*:\s*(?:bidi|isolate)-override)"
    r"|-webkit-text-fill-color\s*:\s*transparent"
)
_NO_ROOM = re.compile(r"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?![.\d%])")
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:white|#(?:[ef]{3}|(?:[ef][\da-f]){3})\b"
    r"|rgba?\((?:\s*2(?:2[4-9]|[345]\d)\s*,){2}\s*2(?:2[4-9]|[345]\d)\b)"
)
_GROUND = re.compile(r"(?<![\w-])background")
_INK = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)")
_PAINT = re.compile(r"(?<![\w-])background(?:-color)?\s*:\s*([^;!]+)")
_BLACK = frozenset(("#000", "#000000", "rgb(0,0,0)", "rgb(0, 0, 0)", ""))
_LIFTED = re.compile(r"mso-text-raise\s*:\s*-?(?!0(?:\.0+)?[a-z%;]|0$)[\d.]")
_STRUCK = re.compile(r"line-through")
_UNSHOWN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0(?![.\d])|font\s*:\s*0(?![.\d]))"
)
# Properties that leave a figure as it is, whatever they say.
_LOOKS = re.compile(
    r"(?:mso-|--|border|background|padding|outline|list-style|page|break|layout-grid"
    r"|text-(?:align|autospace|decoration|emphasis|justify|kashida|overflow|rendering"
    r"|shadow|size-adjust|transform|underline|wrap)|tab-|tabs?$|punctuation|ruby-"
    r"|font-(?:kerning|stretch|style|synthesis|variant(?!-position)|weight)"
    r"|white-space|word-(?:break|wrap)|overflow|line-break|hyphens|box-|min-|max-"
    r"|width|height|margin|flex|align-|justify-|gap|grid|table-layout"
    r"|caption|empty-cells|cursor|clear|transition|user-select|orphans|widows|lang|size"
    r"|pointer-events|quotes|speak|scroll|caret|accent|appearance|object-|will-change"
    r"|-(?:webkit|moz|ms|o)-(?:font|tap|overflow|user|text-(?:size|stroke)|box|flex))"
)
_KEPT = r"inherit|initial|unset|revert|normal|auto|none"
_SHADE = r"\s*\d+%?\s*"
_NEAR = r"-?\d{1,2}(?:\.\d*)?[a-z%]*"
# What else is ordinary, for properties whose value tells.
_ORDINARY = {
    name: re.compile(f"(?:{_KEPT}|{values})")
    for name, values in {
        "color": r"black|red|blue|green|navy|maroon|purple|brown|gr[ae]y|orange|teal"
        r"|white|windowtext|dark[a-z]+|dimgr[ae]y|crimson|#(?:[\da-f]{3}){1,2}"
        rf"|rgba?\({_SHADE},{_SHADE},{_SHADE}(?:,\s*(?:0?\.[4-9]\d*|1(?:\.0*)?)\s*)?\)",
        "direction": "ltr",
        "display": r"[a-z-]+",
        "font": r".*\b(?:[6-9]|[1-9]\d+)(?:\.\d+)?p[xt]\b.*",
        "font-family": rf"(?!.*{PICTOGRAMS.pattern}).*",
        "font-size": r"\+?0*(?:[6-9]|[1-9]\d+)(?:\.\d*)?p[xt]"
        r"|0*(?:0?\.[5-9]\d*|[1-9]\d*(?:\.\d*)?)r?em"
        r"|(?:[5-9]\d|\d{3})(?:\.\d*)?%|[a-z-]+",
        "letter-spacing": r"-?(?:[01]|[01]?\.\d+)(?:p[xt])?|\d.*",
        "line-height": r"(?!0(?:[a-z%]|\.0|$)).*",
        "opacity": r"0?\.[5-9]\d*|1(?:\.0*)?",
        "position": "static|relative",
        "text-indent": rf"{_NEAR}|\d.*",
        "unicode-bidi": "embed|isolate|plaintext",
        "vertical-align": "baseline|middle|top|bottom|text-top|text-bottom|super|sub",
        "visibility": "[a-z]+",
        "word-spacing": r"\d.*",
        "z-index": r"\d+",
        "zoom": r"1(?:\.\d*)?|100%",
    }.items()
}
_ORDINARY |= dict.fromkeys(
    ("left", "right", "top", "bottom"), re.compile(f"(?:{_KEPT}|{_NEAR})")
)
_ORDINARY |= dict.fromkeys(
    ("margin-left", "margin-right", "margin-top", "margin-bottom"),
    re.compile(rf"(?:{_KEPT}|{_NEAR}|\d.*)"),
)
_ORDINARY |= dict.fromkeys(
    ("background", "background-color", "background-image"),
    re.compile(r"(?!.*(?:gradient|currentcolor)).*"),
)
_STYLES = etree.XPath("//@style", smart_strings=False)
_FIGURE = re.compile(r"\s*\d[\d\s,，.]*\s*")

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_BRACE = re.compile("[{}]")
_COMMA = re.compile(r",(?![^()]*\))")
# Rules for paper, for screens of some size, for steps of an animation.
_ELSEWHERE = re.compile(
    r"@(?:media[^{]*(?:\(|print|speech)|keyframes|-\w+-keyframes|font-face|page|container)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[.#][a-z_\u0080-\uffff-][\w-]*")
# The tag of the elements that a selector speaks of.
_TAG = re.compile(r"(?:^|[\s>+~])([a-z][a-z0-9]*)(?=[^\s>+~]*$)")
_NEGATED = re.compile(r":(?:not|is|where|has)\([^)]*\)")
_PSEUDO = re.compile(
    r"^(.*?)::?(before|after|first-letter|first-line|marker|selection|placeholder"
    r"|-[\w-]+)$",
    re.IGNORECASE | re.DOTALL,
)
_ACTED = re.compile(
    r":(?:hover|focus|active|visited|target|checked|disabled|invalid|open|popover)",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"(?<![\w-])content\s*:\s*([^;]+)")
_LITERAL = re.compile(r"""(["'])(.*?)\1""")
_NOTE_MARK = re.compile(r"\W{0,2}\d{1,3}\W{0,2}")


@dataclass(slots=True)
class Sheets:
    """What the style sheets of a page say of its elements."""

    doubts: dict[etree._Element, Doubt] = field(default_factory=dict)
    contents: dict[etree._Element, list[tuple[str, bool]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.doubts or self.contents)


def file_name(address: str) -> str:
    """
    Name of the file that an address leads to.

    Examples
    --------
    >>> file_name("../a/%E8%A1%A8.pdf?v=2")
    '表.pdf'
    """
    return unquote(re.split("[?#]", address)[0]).rsplit("/", 1)[-1]


def sheets_of(root: etree._Element) -> Sheets:
    """What styles and style sheets of a page say of its elements.

    A figure may be hidden in ways that nobody listed; but then it is the odd one out
    among those of its table, in more than its looks.
    """
    found = Sheets()
    unusual: list[tuple[etree._Element, str]] = []
    # Nearly every page names few styles, none of them unusual.
    if any(map(_unusual, set(cast("list[str]", _STYLES(root))))):
        unusual = [
            (element, said)
            for element in root.iter(etree.Element)
            for said in _unusual(element.get("style", ""))
        ]
    for element, body, pseudo in _styled(root):
        content = _CONTENT.search(body)
        if content is not None and pseudo in ("before", "after"):
            if text := _generated(content[1]):
                written = found.contents.setdefault(element, [])
                written.append((text, pseudo == "before"))
        elif pseudo in ("", "first-letter", "first-line"):
            if doubt := _doubt_of(body.lower(), is_raising=True):
                found.doubts[element] = doubt
            unusual += [(element, said) for said in _unusual(body)]
    alike: dict[tuple[etree._Element | None, str], list[etree._Element]] = {}
    for element, said in unusual:
        table = next(element.iterancestors("table"), None)
        alike.setdefault((table, said), []).append(element)
    figures: Counter[etree._Element] = Counter()
    for table in {table for table, _ in alike if table is not None}:
        figures[table] = sum(map(_is_figure, table.iter(*CELLS)))
    for (table, _), elements in alike.items():
        if table is not None and 2 * sum(map(_is_figure, elements)) < figures[table]:
            for element in elements:
                found.doubts.setdefault(element, "alone")
    return found


def _styled(root: etree._Element) -> Iterator[tuple[etree._Element, str, str]]:
    """Elements with what a rule says of them that may matter, and of which part."""
    # What one sheet leaves open does not reach into the next.
    rules = (
        rule
        for style in root.iter("style")
        for rule in _rules((style.text or "")[:MAX_SHEET])
    )
    names: set[str] | None = None
    asked: Counter[bool] = Counter()
    for selectors, body in islice(rules, MAX_RULES):
        said = body.lower()
        is_telling = bool(_doubt_of(said, is_raising=True) or _CONTENT.search(body))
        if not is_telling and not _unusual(body):
            continue
        for selector in _COMMA.split(selectors[:MAX_SELECTORS]):
            plain, _, pseudo = _PSEUDO.sub(r"\1\n\2", selector.strip()).partition("\n")
            if names is None:
                names = _names_in(root)
            # Sheets of whole sites name much that no table of this page has.
            named = _NEGATED.sub("", plain.lower())
            if names.issuperset((*_NAME.findall(named), *_TAG.findall(named))):
                asked[is_telling] += 1
                if asked[is_telling] <= MAX_ASKED:
                    yield from ((one, body, pseudo) for one in _matching(root, plain))


def _is_figure(element: etree._Element) -> bool:
    return _FIGURE.fullmatch("".join(map(str, element.itertext()))) is not None


@lru_cache(maxsize=4096)
def _unusual(style: str) -> tuple[str, ...]:
    """Declarations that may do more to a figure than dress it.

    Examples
    --------
    >>> _unusual("font-size:9pt;color:#333;opacity:.01;mso-x:1;clip-path:circle(0)")
    ('opacity:.01', 'clip-path:circle(0)')
    """
    found = []
    for said in style.lower().split(";"):
        name, _, value = (part.strip() for part in said.partition(":"))
        value = value.removesuffix("!important").strip()
        known = _ORDINARY.get(name)
        is_dress = known.fullmatch(value) if known else _LOOKS.match(name)
        if value and not is_dress:
            found.append(f"{name}:{value}")
    return tuple(found)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on a screen of any size."""
    text = _COMMENT.sub("", text)
    outer: list[str] = []
    start = 0
    for brace in _BRACE.finditer(text):
        said = text[start : brace.start()]
        if brace[0] == "{":
            if len(outer) >= MAX_NESTING:
                return
            outer.append(said.rpartition(";")[2].strip())
            is_leaf = True
        elif outer:
            if is_leaf and not any(map(_ELSEWHERE.match, outer)):
                # Rules in rules speak of elements in elements.
                heads = [head for head in outer if not head.startswith("@")]
                yield " ".join(heads).replace("&", ""), said
            outer.pop()
            is_leaf = False
        start = brace.end()


def _names_in(root: etree._Element) -> set[str]:
    """Classes and identifiers of a page, and tags in its tables."""
    names = {str(inner.tag) for table in root.iter("table") for inner in table.iter()}
    for element in root.iter():
        names.update(
            f".{name}" for name in (element.get("class") or "").lower().split()
        )
        names.add(f"#{(element.get('id') or '').lower()}")
    return names


def _matching(root: etree._Element, selector: str) -> Iterator[etree._Element]:
    """Elements that a selector speaks of; none where it waits for somebody to act."""
    # Old pages do not tell capital letters in names of classes.
    for spelling in {selector, selector.lower()}:
        if (path := _path(spelling)) is not None:
            yield from cast("list[etree._Element]", path(root))


@lru_cache(maxsize=1024)
def _path(selector: str) -> etree.XPath | None:
    from cssselect import HTMLTranslator, SelectorError

    if _ACTED.search(selector):
        return None
    try:
        return etree.XPath(HTMLTranslator().css_to_xpath(selector))
    except (SelectorError, etree.XPathError):
        return None


def _generated(content: str) -> str:
    """Text that a sheet writes itself; a counter as the digit that it shows."""
    if "counter" in content or "attr(" in content:
        return "0"
    literal = _LITERAL.search(content)
    text = literal[2] if literal else ""
    return text if re.search(r"\d", text) and "\\" not in text else ""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a tag says with its attributes; cells of a table say the same many times.

    Attributes
    ----------
    kind : str or None
        As `KINDS` has it.
    shown : str
        What the style says on ``display``; ``"none"`` where it is hidden in any way.
    is_raised : bool
        Whether digits in it are raised or struck out.
    doubt, is_pale : Doubt, bool
        What the style says on digits; whether it is white, which a ground may explain.
    is_dull : bool
        Whether no figure in it is in doubt for what it says itself.
    is_plain : bool
        Whether it does nothing at all but hold text.
    draws, saying : bool, tuple of str
        Whether it shows something where it is empty, or may by these attributes.
    rows, columns : int
        How far it reaches as a cell.
    """

    kind: str | None
    shown: str = ""
    is_raised: bool = False
    doubt: Doubt = ""
    is_pale: bool = False
    is_dull: bool = True
    is_plain: bool = False
    draws: bool = False
    saying: tuple[str, ...] = ()
    rows: int = 1
    columns: int = 1


@lru_cache(maxsize=1024)
def tag_with(tag: str, *items: tuple[str, str]) -> Tag:
    """
    Work out what a tag says with its attributes.

    Parameters
    ----------
    tag : str
        In lower case.
    *items : tuple of str and str
        Names and values of all its attributes.

    Examples
    --------
    >>> tag_with("td", ("colspan", "2")).columns
    2
    >>> tag_with("span", ("style", "Opacity: 0")).doubt
    'alone'
    """
    attributes = dict(items)
    style = attributes.get("style", "").lower()
    is_inline = tag in INLINE
    displayed = DISPLAY.findall(style)
    shown = displayed[-1] if displayed else ""
    # A cell that is there but not to be seen still takes its place.
    if (
        "hidden" in attributes
        or (tag not in CELLS and HIDDEN.search(style))
        or (is_inline and NO_SIZE.search(style))
    ):
        shown = "none"
    doubt: Doubt = ""
    is_pale = False
    if tag not in STRUCTURE:
        doubt = _doubt_of(style, is_raising=False)
        is_pale = _WHITE.search(style) is not None
        if tag == "font":
            colour = attributes.get("color", "").strip().lower()
            is_pale = is_pale or _WHITE.search(f"color:{colour}") is not None
            if not doubt and PICTOGRAMS.search(attributes.get("face", "")):
                doubt = "alone"
        elif tag == "bdo" and attributes.get("dir", "").lower() == "rtl":
            doubt = doubt or "alone"
    # Every library of icons draws them as <i class>.
    draws = (tag == "i" and attributes.get("class")) or any(
        value and _BINDING.match(name) for name, value in attributes.items()
    )
    kind = KINDS.get(tag)
    if kind is None and shown not in ("", "none") and not shown.startswith("inline"):
        kind = "block"
    is_raised = bool(is_inline and RAISED.search(style)) or "line-through" in style
    is_dull = not (doubt or is_pale or tag == "a")
    draws = tag not in _TEXTLESS and bool(draws or tag == "li")
    saying = () if tag in _TEXTLESS else tuple(filter(_SAYING.match, attributes))
    is_inert = is_dull and not (shown or is_raised or draws or saying)
    return Tag(
        kind,
        shown,
        is_raised,
        doubt,
        is_pale,
        is_dull,
        is_inert and (kind is None or tag == "p"),
        draws,
        saying,
        *(_span(attributes, name) for name in ("rowspan", "colspan")),
    )


def _span(attributes: Mapping[str, str], which: str) -> int:
    said = COUNT.match(attributes.get(which) or attributes.get(f"aria-{which}", ""))
    return int(said[1]) if said else 1


def doubt_about(element: etree._Element, said: Tag, sheets: Sheets) -> Doubt:
    """
    Whether the digits in an element of a cell are in doubt.

    Parameters
    ----------
    element : Element
        Any element in a table.
    said : Tag
        What it says itself.
    sheets : Sheets
        As `sheets_of` gives them.
    """
    if element.tag in STRUCTURE and element in sheets.contents:
        # What is written into a cell stands with what is printed in it.
        return "alone"
    if said.doubt:
        return said.doubt
    if said.is_pale and not _has_ground(element):
        return "alone"
    if element.tag == "a" and (doubt := _note_link(element)):
        return doubt
    return sheets.doubts.get(element, "")


def written_around(
    element: etree._Element, sheets: Sheets
) -> Iterator[tuple[str, bool]]:
    """Digits that a style sheet writes before (true) or after an element."""
    if element.tag not in CELLS:
        yield from sheets.contents.get(element, ())


@lru_cache(maxsize=4096)
def _doubt_of(style: str, *, is_raising: bool) -> Doubt:
    if _NOTHING.search(style) or ("hidden" in style and _NO_ROOM.search(style)):
        return "alone"
    if (paint := _PAINT.search(style)) is not None:
        # Letters in the colour of their ground; they are black where none is named.
        ink = _INK.search(style)
        colours = (paint[1].strip(), ink[1].strip() if ink else "")
        one, other = ("black" if colour in _BLACK else colour for colour in colours)
        if one == other:
            return "alone"
    if is_raising and (
        RAISED.search(style) or _STRUCK.search(style) or _UNSHOWN.search(style)
    ):
        return "alone"
    return "beside" if _LIFTED.search(style) else ""


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
            elif DIGIT.search(value := element.get(name) or ""):
                values.setdefault(name, set()).add(value)
    return frozenset(
        name
        for name, found in values.items()
        if len(found) >= _FEWEST and name not in beside_text
    )


def is_empty(element: etree._Element) -> bool:
    """Whether an element holds neither text nor other elements."""
    return len(element) == 0 and not (element.text or "").strip()


_ABSOLUTE = re.compile(r"(?<![\w-])position\s*:\s*(?:absolute|fixed)")
_TOP = re.compile(r"(?<![\w-])top\s*:\s*(-?\d+(?:\.\d+)?)\s*(?:px|pt)?\s*(?:;|!|$)")

# Fewer texts than this are decoration; words of one line differ by less in height.
FEWEST = 20
APART = 4.0
# A head or a foot that comes first or last; one column after the other.
MOST_STEPS_UP = 0.02


def is_out_of_order(root: etree._Element) -> bool:
    """
    Whether texts placed at coordinates stand in the file in another order.

    Parameters
    ----------
    root : Element
        The page.

    Examples
    --------
    >>> line = '<p style="position:absolute;top:{}px">7</p>'
    >>> down = "".join(line.format(10 * n) for n in range(30))
    >>> mixed = "".join(line.format(10 * (7 * n % 30)) for n in range(30))
    >>> [is_out_of_order(etree.fromstring(f"<b>{p}</b>")) for p in (down, mixed)]
    [False, True]
    """
    heights: dict[etree._Element, list[float]] = {}
    for element in root.iter(etree.Element):
        style = (element.get("style") or "").lower()
        if "position" not in style or not _ABSOLUTE.search(style):
            continue
        top = _TOP.search(style)
        parent = element.getparent()
        if top and parent is not None and "".join(map(str, element.itertext())).strip():
            heights.setdefault(parent, []).append(float(top[1]))
    n_texts = sum(len(tops) for tops in heights.values())
    n_up = sum(
        below < above - APART
        for tops in heights.values()
        for above, below in zip(tops, tops[1:], strict=False)
    )
    return n_texts >= FEWEST and n_up > max(1, MOST_STEPS_UP * n_texts)


# Fields that show no value as text.
_WORDLESS = frozenset(
    ("hidden", "image", "file", "range", "color", "password", "checkbox", "radio")
)
# Parts of a formula that put numbers elsewhere than behind each other.
_STACKING = frozenset(
    ("mfrac", "msup", "msub", "msubsup", "mroot", "msqrt", "mover", "munder")
    + ("munderover", "mtable", "menclose", "mmultiscripts", "mstack", "mlongdiv")
)


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
