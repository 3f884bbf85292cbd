"""Every kind of page as readers see it: on phones and desktops, light and dark."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Tab, opened
from conftest import ROOT

pytestmark = pytest.mark.acceptance

SITE = ROOT / "build" / "html"
AXE = ROOT / "build" / "browser" / "axe_playwright_python" / "axe.min.js"
WIDTHS = (320, 390, 1280)

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
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("svg, script, style, .unseen")) continue;
    if (!seen(element)) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 12) small.push(`${element.tagName} ${size}`);
  }
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


def kinds() -> list[str]:
    """One page of every kind, in English; its twin is visited as well."""
    notebooks = sorted(p.stem for p in (ROOT / "notebooks").glob("*.ipynb"))
    return [
        "index",
        "agencies",
        "agency/pingtan",
        "agency/hongze",
        "data/index",
        *notebooks,
    ]


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
    for page in both(name):
        for scripts in (True, False):
            tab.visit(page, width, scripts=scripts)
            found = tab.run(MEASURE)
            assert found == {"wide": 0, "small": [], "over": [], "outside": []}, (
                page.name
            )
            assert [
                url for url in tab.asked if not url.startswith(("file:", "data:"))
            ] == []
            assert tab.complaints == []


@pytest.mark.parametrize("name", kinds())
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_page_is_open_to_everybody(tab: Tab, name: str, colours: str) -> None:
    """The rules of axe-core, contrast among them, on phones and desktops."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; make acceptance installs it")
    for page in both(name):
        for width in (390, 1280):
            tab.visit(page, width, colours)
            tab.run(AXE.read_text("utf-8") + ";0")
            done = tab.run(
                "axe.run(document, {resultTypes: ['violations']}).then((r) => "
                "r.violations.map((v) => [v.id, v.nodes[0].target.join(' '), "
                "v.nodes[0].failureSummary]))"
            )
            assert done == [], f"{page.name} at {width}: {json.dumps(done, indent=1)}"


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


def test_a_figure_is_saved_with_its_title_and_source(tab: Tab) -> None:
    tab.visit(SITE / "index.zh.html", 1280)
    saved = tab.run(
        "new Promise((done) => { const make = URL.createObjectURL; URL.createObjectURL = (b) => "
        "{ b.text().then(done); return make(b); }; document.querySelector('button[data-do=svg]').click(); })"
    )
    for words in ("实体决定", "来源", "govinfo"):
        assert words in saved


def test_agency_pages_equal_their_cells(tab: Tab) -> None:
    """Of ten agencies at random, what the page says became of requests is in the cells."""
    with (ROOT / "data" / "cells.csv").open(encoding="utf-8", newline="") as file:
        cells = {
            (c["report_id"], c["row_code"]): c["value"]
            for c in csv.DictReader(file)
            if c["table"] == "requests" and c["column_code"] == "total"
        }
    pages = sorted(p for p in (SITE / "agency").glob("*.html") if ".zh." not in p.name)
    compared = 0
    for page in random.Random(711).sample(pages, min(10, len(pages))):
        tab.visit(page, 1280)
        rows = tab.run(
            "[...document.querySelectorAll('#out tbody tr')].map((r) => [...r.cells].map((c) => c.textContent))"
        )
        for year, granted, in_part, *_, printed in rows:
            report = f"{page.stem}-{year}"
            shown = [
                n.replace(",", "").replace("–", "") for n in (granted, in_part, printed)
            ]
            codes = ("granted", "granted_in_part", "concluded")
            assert shown == [cells[report, code] for code in codes]
            compared += 1
    assert compared > 0
