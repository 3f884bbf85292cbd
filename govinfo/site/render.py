"""From a notebook, or from Markdown, to the inside of a page for every reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from govinfo.show import PAGE
from govinfo.site.facts import own_name
from govinfo.site.words import TEMPLATES, width

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode


# A deeper heading is not worth a line of its own in the contents.
DEEPEST_IN_CONTENTS = 3

# Letters of the name of a region: a voice reads it whenever the region is entered.
LONGEST_LABEL = 60

# How wide a word or two are, which no screen has to break, in half Chinese characters.
FEW = 12

# Numbers with their signs, separators and intervals, or what stands for a missing one.
NUMERIC = re.compile(r"^[\s\d.,%+\-−–—/()\[\]±×<]*\d[\s\d.,%+\-−–—/()\[\]±×]*$")
NO_NUMBER = ("", "-", "–", "—", "NaN", "<NA>", "None")
CHINESE = re.compile(r"[㐀-䶿一-鿿]")
LETTER = re.compile(r"[^\W\d_]")

HINTS = {"en": "The table scrolls sideways →", "zh": "表格可左右滑动 →"}

Relink = Callable[[str], str | None]
"""Says where a link of the source leads on the site; None where to nothing."""


class Heading(NamedTuple):
    """A line of the contents."""

    level: int
    anchor: str
    text: str


class Article(NamedTuple):
    """The inside of a page."""

    html: str
    title: str
    contents: tuple[Heading, ...] = ()
    has_code: bool = False


class Card(NamedTuple):
    """What the home page says of a notebook."""

    href: str
    title: str
    question: str
    answer: str


def plain(html: str) -> str:
    """Text without its markup."""
    from lxml.html import fragment_fromstring

    return unescape(fragment_fromstring(html, create_parent="p").text_content())


def card_of(href: str, article: Article) -> Card:
    """What the home page says of a notebook: its first paragraph, and its answer.

    The answer is what the cell tagged ``answer`` printed, because results are computed;
    without one, the second paragraph.
    """
    from lxml import etree
    from lxml.html import fragment_fromstring

    def inside(element: HtmlElement) -> str:
        for link in list(element.iter("a")):
            link.drop_tag()
        element.tail = None
        html = etree.tostring(element, encoding="unicode", method="html")
        return re.sub(r"^<p[^>]*>|</p>$", "", html.strip()).strip()

    root = fragment_fromstring(article.html, create_parent="div")
    prose = root.xpath("./p")
    answers = root.xpath(".//div[contains(@class, 'answer')]//div[@class='output']//p")
    said = ["".join(map(inside, its[:1])) for its in (prose, [*answers, *prose[1:]])]
    return Card(href, article.title, *said)


def filled(html: str, title: str) -> Article:
    """The inside of a page made from a template, with its sections."""
    found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', html)
    headings = (Heading(2, name, unescape(text)) for name, text in found)
    return Article(html, title, tuple(headings))


@cache
def _exporter() -> HTMLExporter:
    """The exporter of nbconvert with this project's own template."""
    from nbconvert import HTMLExporter

    return HTMLExporter(
        template_name="notebook", extra_template_basedirs=[str(TEMPLATES)]
    )


def notebook_article(notebook: NotebookNode, lang: str, relink: Relink) -> Article:
    """A notebook with its outputs as the inside of a page in one language.

    Prose tagged with another language is left out, and of what was shown in both the
    one is taken.
    """
    from nbformat import from_dict

    other = "lang:en" if lang == "zh" else "lang:zh"
    told = deepcopy(notebook)
    told.cells = [
        cell for cell in told.cells if other not in cell.metadata.get("tags", [])
    ]
    for cell in told.cells:
        for output in cell.get("outputs", []):
            if page := output.get("data", {}).get(PAGE):
                output.data = from_dict({page["kind"]: page[lang]})
    html, _ = _exporter().from_notebook_node(
        told, resources={"lang": lang, "code": "代码" if lang == "zh" else "Code"}
    )
    return _article(html, relink, lang)


def markdown_article(text: str, relink: Relink, lang: str = "en") -> Article:
    """A Markdown document as the inside of a page."""
    from nbconvert.filters import markdown2html_mistune

    return _article(markdown2html_mistune(text), relink, lang)


def _article(html: str, relink: Relink, lang: str) -> Article:
    """Make plain HTML accessible, and collect its headings."""
    from lxml import etree
    from lxml.html import fragment_fromstring

    root = fragment_fromstring(html, create_parent="div")
    disarm(root)
    for style in root.xpath(".//style[@scoped]"):
        style.drop_tree()
    if (h1 := root.find("h1")) is not None:
        for said in root.xpath(".//div[@class='output first']"):
            said.set("class", "caveat first")
            h1.addnext(said)
    _fold_code(root)
    for number, table in enumerate(list(root.iter("table")), start=1):
        _mend_table(table, lang, number)
    for link in list(root.iter("a")):
        _mend_link(link, relink)
    for element in root.iter("td", "th", "caption", "em", "strong", "code", "li", "p"):
        _say_language(element)
    taken: set[str] = set()
    headings = [
        _heading(h, taken, lang) for h in root.iter("h1", "h2", "h3", "h4", "h5", "h6")
    ]
    inside = "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in root
    )
    return Article(
        html=inside,
        title=next((h.text for h in headings if h.level == 1), ""),
        contents=tuple(h for h in headings if 1 < h.level <= DEEPEST_IN_CONTENTS),
        has_code=root.find(".//details[@class='code']") is not None,
    )


# What runs, or brings in a page of somebody else's.
ACTIVE = (
    *("script", "iframe", "frame", "object", "embed", "applet", "base", "meta", "link"),
    *("form", "portal", "foreignobject", "animate", "set"),
)
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster")
SCHEME = re.compile(r"[\s\x00-\x1f]*([a-z][a-z0-9+.-]*)\s*:", re.IGNORECASE)


def disarm(root: HtmlElement) -> None:
    """Take out whatever would run or lead out of the page unseen, wherever it is from.

    Names and sentences of documents are escaped where they are written; this holds
    even for a notebook that forgets to.
    """
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag.lower() in ACTIVE:
            if element.getparent() is not None:
                element.drop_tree()
            continue
        for name, value in list(element.attrib.items()):
            scheme = SCHEME.match(value) if name.lower() in ADDRESSES else None
            is_data = scheme and scheme[1].lower() == "data"
            harmless = is_data and re.match(r"data:(image/(png|jpe?g)|text/csv)", value)
            allowed = scheme and scheme[1].lower() in ("http", "https", "mailto")
            if name.lower().startswith("on") or (scheme and not (harmless or allowed)):
                del element.attrib[name]


def _fold_code(root: HtmlElement) -> None:
    """Gather the code of a section in one fold at its end."""
    fold: HtmlElement | None = None
    for child in list(root):
        if child.tag == "h2":
            fold = None
        for code in child.xpath(".//details[@class='code']"):
            code.getparent().remove(code)
            if fold is None:
                fold = code
            else:
                fold.extend(list(code)[1:])
                if "open" in code.attrib:
                    fold.set("open", "")
        if fold is not None:
            child.addnext(fold)
    for cell in root.xpath("./div[starts-with(@class, 'cell')]"):
        if not cell.text_content().strip() and cell.find(".//img") is None:
            cell.drop_tree()


def slug(text: str) -> str:
    """The name of a place on a page, from its heading or from a link to it.

    Notebook viewers keep the capitals and the signs of a heading, repositories drop
    them; here both ways of writing a link lead to the same place.

    Examples
    --------
    >>> slug("What's not shown?"), slug("Whats-not-shown"), slug("申请（三）")
    ('whats-not-shown', 'whats-not-shown', '申请三')
    """
    return re.sub(r"[^\w-]", "", text.strip().lower().replace(" ", "-"))


def _heading(element: HtmlElement, taken: set[str], lang: str) -> Heading:
    """A heading as a line of the contents, its place on the page named."""
    anchor = element.find("a[@class='anchor-link']")
    text = element.text_content()
    if anchor is not None:
        text = text.removesuffix(anchor.text_content())
    name = own_name(slug(text), taken)
    element.set("id", name)
    if anchor is not None:
        link = "本节链接" if lang == "zh" else "Link to this section"
        anchor.set("aria-label", link)
        anchor.set("href", f"#{name}")
    return Heading(int(element.tag[1]), name, text.strip())


def _mend_table(table: HtmlElement, lang: str, number: int) -> None:
    """Headers that say what they head, numbers to the right, and room to scroll."""
    from lxml.html import Element

    table.attrib.pop("border", None)
    # Regions of a page are told apart by their names; the caption says the rest.
    named = table.findtext("caption") or ("表格" if lang == "zh" else "Table")
    cut = f"{named[:LONGEST_LABEL]}…" if len(named) > LONGEST_LABEL else named
    caption = f"{cut} ({number})"
    for part, scope in (("thead", "col"), ("tbody", "row")):
        for cell in table.xpath(f"./{part}//th"):
            cell.set("scope", cell.get("scope", scope))
    for cell in table.xpath(".//th[not(normalize-space())]"):
        # The corner of a table heads nothing.
        cell.tag = "td"
        cell.attrib.pop("scope", None)
    for styled in table.xpath(".//tr | ./thead//*"):
        styled.attrib.pop("style", None)
    _align_numbers(table)
    # Scrolls by keyboard, too.
    frame = Element("div", {"class": "table", "role": "region", "tabindex": "0"})
    frame.set("aria-label", caption)
    hint = Element("p", {"class": "hint"})
    hint.text = HINTS[lang]
    parent = table.getparent()
    parent.replace(table, frame)
    frame.addprevious(hint)
    frame.append(table)
    frame.tail, table.tail = table.tail, None


def _align_numbers(table: HtmlElement) -> None:
    """Mark columns of numbers, their header included, and those of a word or two."""
    rows = table.xpath("./tbody/tr")
    heads = table.xpath("./thead/tr")
    if table.xpath(".//*[@rowspan or @colspan]"):
        return
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row)]
        texts = [cell.text_content().strip() for cell in cells]
        filled = [text for text in texts if text not in NO_NUMBER]
        if not filled or any(cell.tag == "th" for cell in cells):
            continue
        kind = "few" if max(map(width, filled)) <= FEW else ""
        if all(NUMERIC.match(text) for text in filled):
            kind = "n"
            cells += [row[column] for row in heads if column < len(row)]
        for cell in cells if kind else ():
            cell.set("class", kind)
            cell.attrib.pop("style", None)


def _mend_link(link: HtmlElement, relink: Relink) -> None:
    """Point a link to its place on the site, or keep only its words."""
    address = link.get("href", "")
    if address.startswith("#"):
        link.set("href", f"#{slug(unquote(address))}")
        return
    if address.startswith(("http://", "https://", "mailto:", "data:text/csv;")):
        return
    target = relink(address)
    if target is None:
        link.drop_tag()
    else:
        link.set("href", target)


def _say_language(element: HtmlElement) -> None:
    """Mark text that is mostly Chinese, for voices and for the right glyphs."""
    text = element.text_content()
    chinese = len(CHINESE.findall(text))
    # Counted without the Chinese characters, which are letters as well.
    other = len(LETTER.findall(text)) - chinese
    if chinese and chinese * 2 > other:
        element.set("lang", "zh-Hans")
