"""Every kind of page as readers see it: on phones and desktops, light and dark."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from browser import Tab, opened
from conftest import ROOT

from govinfo.indicators import GROUNDS
from govinfo.site.facts import DISPUTES, RESULTS
from govinfo.site.words import say

pytestmark = pytest.mark.acceptance

SITE = ROOT / "build" / "html"
AXE = ROOT / "build" / "browser" / "axe_playwright_python" / "axe.min.js"
WIDTHS = (320, 390, 1280)
COLOURS = ("light", "dark")
# What a page without anything amiss measures.
NOTHING = {"wide": 0, "small": [], "over": [], "outside": []}

# What a page looks like to somebody who reads it: whether it is wider than the screen,
# where text is too small, and which pieces of text of a drawing lie on each other.
MEASURE = """(() => {
  const seen = (e) => e.getClientRects().length > 0;
  const root = document.documentElement, small = [], over = [], outside = [];
  // The corners of a text, which may be turned, without the blank above and below it.
  const corners = (t) => {
    const b = t.getBBox(), m = t.getScreenCTM(), top = b.y + b.height * 0.2, low = b.y + b.height * 0.8;
    return [[b.x, top], [b.x + b.width, top], [b.x + b.width, low], [b.x, low]]
      .map(([x, y]) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f]);
  };
  // How far two rectangles reach into each other: the least over the directions of their sides.
  const overlap = (p, q) => Math.min(...[p, q].flatMap((r) => [[0, 1], [1, 2]].map(([i, j]) => {
    const x = r[j][0] - r[i][0], y = r[j][1] - r[i][1], long = Math.hypot(x, y) || 1;
    const [one, two] = [p, q].map((s) => s.map(([a, b]) => (a * x + b * y) / long));
    return Math.min(Math.max(...one), Math.max(...two)) - Math.max(Math.min(...one), Math.min(...two));
  })));
  for (const text of document.querySelectorAll("svg text")) {
    if (!seen(text)) continue;
    const svg = text.ownerSVGElement, box = svg.getBoundingClientRect();
    const scale = box.width / (svg.viewBox.baseVal.width || box.width);
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    if (size < 11.95) small.push(`${text.textContent} ${size.toFixed(1)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pieces = [], range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || element.closest("svg, script, style, .unseen, .skip")) continue;
    if (!element.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 12) small.push(`${element.tagName} ${size}`);
    // What a table that scrolls hides lies on nothing.
    const frame = element.closest(".table, pre")?.getBoundingClientRect();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      const right = Math.min(r.right, frame ? frame.right : Infinity), blank = (r.height - size) / 2;
      if (right - r.left > 2) pieces.push([node.textContent.trim(), r.left, right, r.top + blank, r.bottom - blank]);
    }
  }
  pieces.sort((p, q) => p[3] - q[3]);
  pieces.forEach(([a, left, right, , low], i) => {
    for (let k = i + 1; k < pieces.length && pieces[k][3] < low - 1; k++) {
      const [b, from, to, top, end] = pieces[k];
      if (Math.min(right, to) - Math.max(left, from) > 1 && Math.min(low, end) - top > 1) over.push(`${a} × ${b}`);
    }
  });
  for (const svg of document.querySelectorAll("svg.nar, svg.wid")) {
    if (!seen(svg)) continue;
    const edge = svg.closest(".picture") ? null : svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map((t) => [t.textContent, t.getBoundingClientRect(), corners(t)]);
    texts.forEach(([a, p, own], i) => {
      if (edge && (p.right > root.clientWidth + 1 || p.left < -1)) outside.push(a);
      for (const [b, , other] of texts.slice(i + 1)) {
        if (overlap(own, other) > 1) over.push(`${a} × ${b}`);
      }
    });
  }
  return { wide: root.scrollWidth - root.clientWidth, small, over, outside };
})()"""

# Each with the rows of the form that it has below it.
OUTCOME_ROWS = (
    *("granted", "granted_in_part", "refused", "unavailable", "not_processed"),
    *("other", "concluded"),
)
ROUTES = {say(f"route.{code}").en: code for code in DISPUTES}
# The counts of an agency's page: what became of requests, grounds, disputes.
ON_A_PAGE = """(() => {
  const cells = (row) => [...row.cells].map((c) => c.textContent);
  const rows = (query) => [...document.querySelectorAll(query)].map(cells);
  const heads = cells(document.querySelector("table.shaded thead tr")).slice(2);
  const cases = [...document.querySelectorAll("table")].filter((t) => t.rows[0].cells[1].textContent === "Route");
  return {
    years: heads,
    outcomes: rows("#out tbody tr"),
    grounds: rows("table.shaded tbody tr").slice(0, -1).map((r) => r.slice(2)),
    disputes: cases.flatMap((t) => [...t.tBodies[0].rows].map(cells)),
  };
})()"""

# Texts of drawings whose contrast with what lies under their middle is below 4.5 to 1.
PALE = """(() => {
  const parts = (colour) => (colour.match(/[0-9.]+/g) || []).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = getComputedStyle(document.body).backgroundColor, found = [];
  for (const text of document.querySelectorAll("svg:is(.nar, .wid) text")) {
    if (!text.getClientRects().length) continue;
    const box = text.getBoundingClientRect();
    const under = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      .filter((e) => e.ownerSVGElement && !e.closest("text")).map((e) => getComputedStyle(e))
      .find((s) => s.fill.startsWith("rgb(") && s.opacity * s.fillOpacity > 0.7);
    const two = [getComputedStyle(text).fill, under ? under.fill : ground].map(light).sort((a, b) => a - b);
    const contrast = (two[1] + 0.05) / (two[0] + 0.05);
    if (contrast < 4.5) found.push(`${text.textContent} ${contrast.toFixed(1)}`);
  }
  return found;
})()"""

VIOLATIONS = """axe.run(document, {resultTypes: ['violations']}).then((r) =>
  r.violations.map((v) => [v.id, v.nodes[0].target.join(' '), v.nodes[0].failureSummary]))"""


def kinds() -> list[str]:
    """One page of every kind, in English; its twin is visited as well."""
    notebooks = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))
    return [
        "index",
        "agencies",
        "agency/pingtan",
        "agency/hongze",
        "agency/shanghai-office",
        "data/index",
        "search",
        *notebooks,
    ]


def test_every_kind_of_page_is_visited() -> None:
    """All pages of the site but those of other agencies, which come from one template."""
    every = {path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")}
    agencies = {name for name in every if name.startswith(("agency/", "data/reports/"))}
    visited = {path.relative_to(SITE).as_posix() for n in kinds() for path in both(n)}
    assert every - agencies == visited - agencies


def both(name: str) -> list[Path]:
    """A page and its twin."""
    return [SITE / f"{name}.html", SITE / f"{name}.zh.html"]


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """One browser for all pages."""
    with opened(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_its_screen_and_can_be_read(
    tab: Tab, name: str, width: int
) -> None:
    """With scripts and without, nothing is fetched, cut off, too small or covered."""
    for page, colours, scripts in product(both(name), COLOURS, (True, False)):
        tab.visit(page, width, colours, scripts=scripts)
        here = f"{page.name}, {width} px, {colours}, scripts: {scripts}"
        assert tab.run(MEASURE) == NOTHING, here
        asked = [url for url in tab.asked if not url.startswith(("file:", "data:"))]
        assert (asked, tab.complaints) == ([], []), here


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("colours", COLOURS)
def test_a_page_is_open_to_everybody(tab: Tab, name: str, colours: str) -> None:
    """The rules of axe-core, contrast among them, on phones and desktops."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; make acceptance installs it")
    for page, width in product(both(name), WIDTHS):
        tab.visit(page, width, colours)
        tab.run(AXE.read_text("utf-8") + ";0")
        done = tab.run(VIOLATIONS)
        assert done == [], f"{page.name} at {width}: {json.dumps(done, indent=1)}"


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("colours", COLOURS)
def test_text_of_a_drawing_stands_out_from_what_it_lies_on(
    tab: Tab, name: str, colours: str
) -> None:
    """As WCAG 2 asks of small text; axe-core looks at no drawing."""
    for page, width in product(both(name), (390, 1280)):
        tab.visit(page, width, colours)
        height = tab.run("document.documentElement.scrollHeight")
        tab.resize(width, height)
        assert tab.run(PALE) == [], f"{page.name} at {width}, {colours}"


def test_pale_text_of_a_drawing_would_be_seen(tab: Tab) -> None:
    tab.visit(SITE / "index.html", 390)
    tab.run("document.querySelector('svg.nar text').style.fill = '#999'; 0")
    assert len(tab.run(PALE)) == 1


# One fault each, put into a page: what is measured must see it.
FAULTS = {
    "wide": "document.body.insertAdjacentHTML('beforeend', '<div style=\"width: 3000px\">a</div>')",
    "small": "document.querySelector('svg.nar text, svg.wid text').style.fontSize = '9px'; "
    "document.querySelector('p').style.fontSize = '11px'",
    "over": "document.querySelector('h1 + *').style.marginTop = '-40px'",
    "outside": "document.querySelectorAll('svg:is(.nar, .wid) text').forEach("
    "(text) => text.setAttribute('x', 5000))",
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_fault_of_a_page_would_be_seen(tab: Tab, kind: str, width: int) -> None:
    tab.visit(SITE / "index.html", width)
    assert tab.run(MEASURE) == NOTHING
    tab.run(f"{FAULTS[kind]}; 0")
    assert tab.run(MEASURE)[kind]


def test_a_label_on_another_a_request_and_an_error_would_be_seen(tab: Tab) -> None:
    tab.visit(SITE / "index.html", 390)
    tab.run(
        "const [a, b] = document.querySelectorAll('svg.nar text'); "
        "for (const at of ['x', 'y']) b.setAttribute(at, a.getAttribute(at)); "
        "document.body.insertAdjacentHTML('beforeend', "
        '\'<img alt="" src="http://example.invalid/a.png">\'); '
        "setTimeout(() => { throw new Error('on purpose'); }); "
        "new Promise((done) => setTimeout(done, 300))"
    )
    assert tab.run(MEASURE)["over"]
    assert "http://example.invalid/a.png" in tab.asked
    assert tab.complaints != []


def test_a_page_that_is_not_open_to_everybody_would_be_seen(tab: Tab) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; make acceptance installs it")
    tab.visit(SITE / "index.html", 390)
    tab.run("document.querySelector('.lead').style.color = '#ddd'; 0")
    tab.run(AXE.read_text("utf-8") + ";0")
    assert [rule for rule, *_ in tab.run(VIOLATIONS)] == ["color-contrast"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["01-read-one-report", "agency/pingtan"])
def test_a_figure_is_larger_on_a_click(tab: Tab, name: str, width: int) -> None:
    """The picture of a document too; of a drawing, the one for desktops."""
    tab.visit(SITE / f"{name}.html", width)
    sizes = tab.run(
        "[...document.querySelectorAll('button[data-do=big]')].map((pressed) => {"
        "  const broad = (e) => e.getBoundingClientRect().width;"
        "  const shown = [...pressed.closest('figure').querySelectorAll('svg.nar, svg.wid, img')].find(broad);"
        "  pressed.click();"
        "  const drawing = document.querySelector('dialog svg, dialog img');"
        "  const both = [broad(shown), broad(drawing)];"
        "  document.querySelector('dialog').close();"
        "  document.querySelector('dialog').remove();"
        "  return both; })"
    )
    assert len(sizes) > 2
    assert all(larger > 1.2 * before for before, larger in sizes), sizes


def test_the_table_of_agencies_is_searched_and_sorted(tab: Tab) -> None:
    tab.visit(SITE / "agencies.html", 1280)
    shown = "[...document.querySelectorAll('#agencies tbody tr')].filter((r) => !r.hidden).map((r) => r.cells[0].querySelector('a').textContent)"
    every = tab.run(shown)
    tab.run(
        "const q = document.getElementById('q'); q.value = '平潭'; q.dispatchEvent(new Event('input'))"
    )
    assert tab.run(shown) == ["Pingtan Comprehensive Pilot Zone"]
    tab.run("q.value = ''; q.dispatchEvent(new Event('input'))")
    tab.run(
        "document.querySelectorAll('#agencies thead th button')[2].click(); new Promise((r) => setTimeout(r, 300))"
    )
    rates = tab.run(
        "[...document.querySelectorAll('#agencies tbody tr')].map((r) => Number(r.cells[2].dataset.sort))"
    )
    assert rates in (sorted(rates), sorted(rates, reverse=True))
    assert len(rates) == len(every)


@pytest.mark.parametrize("page", ["index.zh.html", "05-review-and-litigation.zh.html"])
def test_a_figure_is_saved_with_its_title_key_and_source(tab: Tab, page: str) -> None:
    """As SVG and as PNG, from a page's template and from a notebook."""
    tab.visit(SITE / page, 1280)
    saved = tab.run(
        "new Promise((done) => { const make = URL.createObjectURL; URL.createObjectURL = (b) => "
        "{ b.text().then(done); return make(b); }; document.querySelector('button[data-do=svg]').click(); })"
    )
    for query in (".ttl", ".sub", ".src"):
        text = tab.run(f"document.querySelector('figure {query}').textContent.trim()")
        assert text
        # Long texts are set over several lines.
        assert "".join(text.split())[:12] in "".join(saved.split())
    key = tab.run(
        "[...document.querySelectorAll('figure')].find((f) => f.querySelector('button[data-do=svg]'))"
        ".querySelector('.key li, svg.wid #legend_1 text')?.textContent.trim() || ''"
    )
    assert key in saved
    kind, size = tab.run(
        "new Promise((done) => { URL.createObjectURL = (b) => { done([b.type, b.size]); return ''; };"
        " document.querySelector('button[data-do=png]').click(); })"
    )
    assert kind == "image/png"
    assert size > 10_000


def test_agency_pages_equal_their_cells(tab: Tab) -> None:
    """Of ten agencies at random, outcomes, grounds and disputes are those of the cells."""
    counts: dict[tuple[str, ...], list[str]] = {}
    with (ROOT / "data" / "cells.csv").open(encoding="utf-8", newline="") as file:
        for cell in csv.DictReader(file):
            place = cell["report_id"], cell["table"], cell["column_code"]
            row = cell["row_code"]
            for name in {row, row.partition(".")[0]}:
                counts.setdefault((*place, name), []).append(cell["value"])

    def printed(*place: str) -> str:
        """A count of the cells, over its parts where it has no row; unknown as blank."""
        values = counts[place]
        return "" if "" in values else f"{sum(map(float, values)):.0f}"

    pages = sorted(p for p in (SITE / "agency").glob("*.html") if ".zh." not in p.name)
    compared = 0
    for page in random.Random(711).sample(pages, min(10, len(pages))):
        tab.visit(page, 1280)
        found, agency = tab.run(ON_A_PAGE), page.stem
        pairs = []
        for year, *shown in found["outcomes"]:
            its = f"{agency}-{year}", "requests", "total"
            # The sum of the six, which stands between them and the total, is ours.
            pairs += zip(
                shown[:6] + shown[7:], ((*its, r) for r in OUTCOME_ROWS), strict=True
            )
        for ground, shown in zip(GROUNDS, found["grounds"], strict=True):
            reports = (f"{agency}-{year}" for year in found["years"])
            pairs += zip(
                shown, ((r, "requests", "total", ground) for r in reports), strict=True
            )
        for year, route, *shown in found["disputes"]:
            its = f"{agency}-{year}", "disputes"
            pairs += zip(
                shown,
                ((*its, column, ROUTES[route]) for column in RESULTS),
                strict=True,
            )
        for told, place in pairs:
            assert _plain(told) == printed(*place), place
        compared += len(pairs)
    assert compared > 300


def _plain(shown: str) -> str:
    """A count of a page as a cell has it: without separators, blank if not known."""
    return "" if shown in ("–", "?") else shown.replace(",", "")
