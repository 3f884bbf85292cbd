"""The site: what is on its pages, what is not, and what is run again."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urldefrag, urlsplit

import nbformat
import pytest
from conftest import ROOT
from lxml import html
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from govinfo import site
from govinfo.errors import SourceError
from govinfo.site import build, facts, render, run, words
from govinfo.site.words import LANGS, TEMPLATES, Words

FIRST = [
    new_markdown_cell(
        "# Read one report\n\nWhat does *one* report say?\n\nIt says too little."
    ),
    new_code_cell(
        "from matplotlib.figure import Figure\n"
        "from govinfo import show\n"
        "import pandas as pd"
    ),
    new_markdown_cell(
        "## What stands there\n\n"
        "See [the data](../data/README.md), [next](02-compare.ipynb#why), "
        "[one document](../data/reports/a.html), [elsewhere](../README.md) and "
        "[the law](https://example.org/law)."
    ),
    new_code_cell("pd.DataFrame({'行': ['总计', '其他'], 'count': [12, None]})"),
    new_markdown_cell("### A picture"),
    new_code_cell(
        "with show.style():\n"
        "    fig = Figure(figsize=(2, 1))\n"
        "    _ = fig.subplots().plot([1, 2])\n"
        "show.figure(fig, alt='It <rises> from 1 to \"2\".')"
    ),
    new_code_cell("print('a < b')"),
    new_code_cell(
        "raise ValueError('found I2')", metadata={"tags": ["raises-exception"]}
    ),
]
SECOND = [
    new_markdown_cell("# Compare agencies\n\nWho grants most?"),
    new_code_cell(
        "from IPython.display import Markdown\nMarkdown(f'County A grants {1 + 1}.')",
        metadata={"tags": ["answer"]},
    ),
    new_markdown_cell("## Why\n\nNobody knows."),
]
README = """# The data

| file | what |
| --- | --- |
| `reports.csv` | a report |
| `absent.csv` | nothing |
"""
REPORTS = (
    "report_id,agency_id,agency,agency_english,report_year,file,published_at\n"
    "a-2023,a,甲县,County A,2023,reports/a.html,https://example.org/a\n"
    "a-2024,a,甲县,County A,2024,reports/gone.pdf,\n"
)


def write(path: Path, cells: list[nbformat.NotebookNode]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(new_notebook(cells=cells), path)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small project, built once."""
    root = tmp_path_factory.mktemp("project")
    write(root / "notebooks" / "01-read-one-report.ipynb", FIRST)
    write(root / "notebooks" / "02-compare.ipynb", SECOND)
    (root / "data" / "reports").mkdir(parents=True)
    (root / "data" / "README.md").write_text(README, "utf-8")
    (root / "data" / "reports.csv").write_text(REPORTS, "utf-8")
    header = (
        "report_id,indicator,applicant,value,low,high,numerator,denominator,state\n"
    )
    (root / "data" / "indicators.csv").write_text(header, "utf-8")
    (root / "data" / "reports" / "a.html").write_text("<p>甲县", "utf-8")
    code = root / "code"
    code.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        # An edit of the package while the tests run must not run notebooks again.
        patch.setattr(run, "PACKAGE", code)
        site.build_site(root / "notebooks", root / "build" / "html")
        yield root


@pytest.fixture(scope="module")
def out(project: Path) -> Path:
    return project / "build" / "html"


def page(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_text("utf-8"))


NAMES = (
    "index",
    "search",
    "01-read-one-report",
    "02-compare",
    "data/index",
    "agencies",
    "agency/a",
)
PAGES = tuple(f"{name}{end}" for name in NAMES for end in (".html", ".zh.html"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fetches_nothing(out: Path, name: str) -> None:
    text = (out / name).read_text("utf-8")
    tree = page(out / name)
    fetched = [
        element.get(attribute)
        for element in tree.iter()
        if element.tag not in ("a", "link", html.etree.Comment)
        for attribute in ("src", "srcset", "href", "data", "action", "poster")
        if element.get(attribute)
    ]
    assert all(address.startswith("data:") for address in fetched), fetched
    styles = "".join(style.text_content() for style in tree.iter("style"))
    assert "url(" not in styles
    assert "@import" not in styles
    scripts = "".join(
        script.text_content() for script in tree.xpath("//script[not(@type)]")
    )
    # The name of a kind of element is no address.
    scripts = scripts.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"\bfetch|XMLHttpRequest|\bimport\b|https?:", scripts)
    written = re.sub(r"data:image/png;base64,[\w+/=]*", "", text)
    assert not re.search(r"mathjax|requirejs|unpkg|cdn", written, re.IGNORECASE)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_everybody(out: Path, name: str) -> None:
    text = (out / name).read_text("utf-8")
    tree = page(out / name)
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    assert tree.findtext("head/title").strip()
    assert tree.xpath("//meta[@name='viewport']")
    levels = [int(h.tag[1]) for h in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    deeper = zip(levels, levels[1:], strict=False)
    assert all(below <= above + 1 for above, below in deeper)
    for image in tree.iter("img"):
        assert image.get("alt", "").strip()
    for table in tree.iter("table"):
        for header in table.iter("th"):
            assert header.get("scope") in ("col", "row")
            assert header.text_content().strip()
    for region in tree.xpath("//*[@role='region' or self::nav]"):
        assert region.get("aria-label", "").strip()
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert tree.xpath("//a[@class='skip']/@href") == ["#content"]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_site_leads_somewhere(out: Path, name: str) -> None:
    for link in page(out / name).iter("a"):
        address, fragment = urldefrag(unquote(link.get("href")))
        assert link.text_content().strip()
        if address.startswith("https://example.org"):
            continue
        target = (out / name).parent / address if address else out / name
        assert target.is_file(), address
        if fragment:
            assert page(target).get_element_by_id(fragment) is not None


def test_links_of_a_notebook_lead_to_pages_and_documents(out: Path) -> None:
    links = page(out / "01-read-one-report.html").xpath("//main//p/a")
    assert {a.text: a.get("href") for a in links[:4]} == {
        "the data": "data/index.html",
        "next": "02-compare.html#why",
        "one document": "data/reports/a.html",
        "the law": "https://example.org/law",
    }
    assert (out / "data" / "reports" / "a.html").read_text("utf-8") == "<p>甲县"


def test_a_picture_keeps_its_description_and_its_size(out: Path) -> None:
    [image] = page(out / "01-read-one-report.html").iter("img")
    assert image.get("alt") == 'It <rises> from 1 to "2".'
    assert (image.get("width"), image.get("height")) == ("192", "96")


def test_a_table_says_what_its_headers_head(out: Path) -> None:
    [table] = page(out / "01-read-one-report.html").iter("table")
    assert table.get("border") is None
    head = [(c.tag, c.get("scope"), c.text_content()) for c in table.iter("th", "td")]
    assert head[:6] == [
        ("td", None, ""),
        ("th", "col", "行"),
        ("th", "col", "count"),
        ("th", "row", "0"),
        ("td", None, "总计"),
        ("td", None, "12.0"),
    ]
    assert [c.get("lang") for c in table.xpath(".//td[text()='总计']")] == ["zh-Hans"]
    numbers = table.xpath(".//*[@class='n']")
    assert [c.text_content() for c in numbers] == ["count", "12.0", "NaN"]


def test_code_is_folded_and_errors_show_their_message(out: Path) -> None:
    tree = page(out / "01-read-one-report.html")
    folded = tree.xpath("//details[@class='code']")
    # One fold a section, whatever number of cells it has.
    assert len(folded) == 2
    assert folded[1].text_content().count("show.figure") == 1
    assert all(block.get("open") is None for block in folded)
    texts = [pre.text_content() for pre in tree.xpath("//pre[@role='region']")]
    assert texts == ["a < b\n", "ValueError: found I2"]


def test_the_contents_list_every_section(out: Path) -> None:
    links = page(out / "01-read-one-report.html").xpath("//nav[@class='contents']//a")
    assert [a.text for a in links] == ["What stands there", "A picture"]


def test_the_home_page_gives_question_answer_and_picture(out: Path) -> None:
    first, second = page(out / "index.html").xpath("//li[@class='card']")
    assert first.findtext(".//h3/a") == "Read one report"
    said = [p.text_content() for p in first.iter("p")]
    assert said == ["What does one report say?", "It says too little."]
    said = [p.text_content() for p in second.iter("p")]
    assert said == ["Who grants most?", "County A grants 2."]
    what = page(out / "index.html").find_class("small")[0].text_content()
    assert what == "2 reports of 1 agency, 2023 to 2024. "
    what = page(out / "index.zh.html").find_class("small")[0].text_content()
    assert what == "2份年报，1家机关，2023—2024年。"


def picture_of(path: Path) -> str:
    """The picture of a page where it is shared."""
    [found] = page(path).xpath("//meta[@property='og:image']/@content")
    return str(found)


@pytest.mark.parametrize("name", ["01-read-one-report", "index", "agency/a"])
def test_every_page_has_a_picture_where_it_is_shared(out: Path, name: str) -> None:
    """Its first figure, or one of the agencies' rates."""
    path = out / f"{name}.html"
    assert (path.parent / picture_of(path)).is_file()


def test_pictures_are_named_by_the_address_of_the_site(
    project: Path, tmp_path: Path
) -> None:
    cache = project / "build" / "notebooks"
    site.build_site(
        project / "notebooks", tmp_path, cache=cache, address="https://a.cn/b"
    )
    told = picture_of(tmp_path / "agency" / "a.zh.html")
    assert told == "https://a.cn/b/pictures/01-read-one-report.png"


@pytest.mark.parametrize("name", NAMES)
def test_the_twin_of_a_page_is_one_click_away(out: Path, name: str) -> None:
    for here, there, lang in (
        (".html", ".zh.html", "en"),
        (".zh.html", ".html", "zh-Hans"),
    ):
        tree = page(out / f"{name}{here}")
        assert tree.get("lang") == lang
        [twin] = tree.find_class("twin")
        assert (out / f"{name}{here}").parent / twin.get(
            "href"
        ) == out / f"{name}{there}"
        assert twin.get("hreflang") != lang


def test_an_agency_without_a_rate_says_why(out: Path) -> None:
    """Nothing was computed for this project, and nothing is made up."""
    [row] = page(out / "agencies.html").xpath("//table[@id='agencies']/tbody/tr")
    assert "not in its form" in row.text_content()
    lead = page(out / "agency" / "a.zh.html").find_class("lead")[0].text_content()
    assert lead.startswith("2024年算不出公开率")


def test_documents_are_listed_with_their_originals(out: Path) -> None:
    rows = page(out / "data" / "index.html").xpath("//table")[-1].xpath("./tbody/tr")
    links = [[a.get("href") for a in row.iter("a")] for row in rows]
    assert links == [["reports/a.html", "https://example.org/a"], []]


# A name of a file that means something else in an address.
STILL = "still #1 50%20 (终稿).html"

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study whose registry, names, sentences and documents try to act."""
    root = tmp_path_factory.mktemp("hostile")
    source = (
        "from govinfo import show\n"
        f"show.say(en={'Of ' + HOSTILE!r}, zh={'关于' + HOSTILE!r})\n"
        "import pandas as pd\n"
        f"show.table(pd.DataFrame({{'a': [{HOSTILE!r}]}}), caption={HOSTILE!r})\n"
        "from IPython.display import HTML\n"
        f"HTML({HOSTILE!r} + '<a href=\"java&#10;script:alert(3)\">a</a>')"
    )
    cells = [
        new_markdown_cell(f"# A page\n\n{HOSTILE}\n\n[x](javascript:alert(4))"),
        new_code_cell(source),
    ]
    write(root / "notebooks" / "01-a.ipynb", cells)
    data = root / "data"
    (data / "reports").mkdir(parents=True)
    (data / "README.md").write_text(f"# Data\n\n{HOSTILE}\n", "utf-8")
    (root / "secret.txt").write_text("secret", "utf-8")
    (data / "reports" / "page.html").write_text(HOSTILE, "utf-8")
    (data / "reports" / STILL).write_text("<p>甲县", "utf-8")
    columns = REPORTS.splitlines()[0].split(",")
    rows = [
        [
            "r-1",
            "../../x",
            HOSTILE,
            HOSTILE,
            "2023",
            "page.html",
            "javascript:alert(5)",
        ],
        ["r-2", "b", "乙县", "B", "2023", "../../secret.txt", "//evil.example/a"],
        ["r-3", "c", "丙县", "C", "2023", STILL, "https://x.example/'><script>"],
    ]
    with (data / "reports.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    finding = {"report_id": "r-1", "sentence": HOSTILE, "sentence_zh": HOSTILE}
    with (data / "findings.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(finding))
        writer.writeheader()
        writer.writerow(finding)
    header = "report_id,indicator,applicant,value,low,high,numerator,denominator,state"
    (data / "indicators.csv").write_text(f"{header}\n", "utf-8")
    site.build_site(root / "notebooks", root / "out" / "site", data=data)
    return root


def test_nothing_from_a_study_runs_on_a_page_or_links_to_a_script(
    hostile: Path,
) -> None:
    ours = (TEMPLATES / "site.js").read_text("utf-8").strip()
    pages = sorted((hostile / "out" / "site").rglob("*.html"))
    pages = [p for p in pages if p.parent.name != "reports"]
    assert len(pages) == 2 * (5 + 3)
    for path in pages:
        for element in page(path).iter():
            if element.tag == "script":
                text = (element.text or "").strip()
                assert text.startswith((ours, "{")), path.name
            for name, value in element.attrib.items():
                assert not name.startswith("on"), (path.name, name)
                if name in ("href", "src"):
                    assert not re.match(r"\s*[a-z]+\s*script", value, re.I)
                    assert not value.startswith("//")


def test_a_document_is_linked_whatever_it_is_called(hostile: Path) -> None:
    home = hostile / "out" / "site" / "data"
    links = page(home / "index.html").xpath("//a/@href")
    paths = [unquote(urlsplit(link).path) for link in links if "still" in link]
    assert [(home / path).is_file() for path in paths] == [True]


def test_no_file_outside_the_data_is_copied_and_none_is_written_outside(
    hostile: Path,
) -> None:
    made = {p.name for p in hostile.rglob("*") if p.is_file()}
    assert [p for p in hostile.rglob("secret.txt")] == [hostile / "secret.txt"]
    written = {p for p in (hostile / "out").rglob("*") if p.is_file()}
    assert {p.relative_to(hostile / "out").parts[0] for p in written} == {
        "site",
        "notebooks",
    }
    assert STILL in made


def test_a_document_that_could_run_is_saved_and_not_opened(hostile: Path) -> None:
    tree = page(hostile / "out" / "site" / "data" / "index.html")
    saved = {
        link.get("href"): link.get("download") is not None
        for link in tree.iter("a")
        if (link.get("href") or "").startswith("reports/")
    }
    assert saved == {"reports/page.html": True, f"reports/{quote(STILL)}": False}


def test_what_a_notebook_stores_for_jupyter_is_text(hostile: Path) -> None:
    """The run can be downloaded; only what its author wrote as HTML is HTML in it."""
    [path] = (hostile / "out" / "site" / "notebooks").glob("*.ipynb")
    said, table, own = nbformat.read(path, as_version=4).cells[1].outputs
    assert "<script" not in said.data["text/markdown"]
    assert "<script" not in table.data["text/html"]
    assert "<script" in own.data["text/html"]


def test_the_same_input_gives_the_same_pages(project: Path, out: Path) -> None:
    before = {name: (out / name).read_bytes() for name in PAGES}
    cache = project / "build" / "notebooks"
    kept = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    site.build_site(project / "notebooks", out)
    assert {name: (out / name).read_bytes() for name in PAGES} == before
    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == kept


def test_only_what_changed_is_run_again(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def stand_in(path: Path, *, for_site: bool) -> nbformat.NotebookNode:
        assert for_site
        ran.append(path.name)
        return nbformat.read(path, as_version=4)

    monkeypatch.setattr(run, "execute", stand_in)
    shutil.copytree(project / "notebooks", tmp_path / "notebooks")
    shutil.copytree(project / "data", tmp_path / "data")
    paths = sorted((tmp_path / "notebooks").glob("*.ipynb"))

    def ran_now() -> list[str]:
        ran.clear()
        run.executed(paths, data=tmp_path / "data", cache=tmp_path / "cache", jobs=1)
        return list(ran)

    names = [path.name for path in paths]
    assert sorted(ran_now()) == names
    assert ran_now() == []
    write(paths[1], [*SECOND, new_markdown_cell("More.")])
    assert ran_now() == names[1:]
    (tmp_path / "data" / "cells.csv").write_text("value\n1\n", "utf-8")
    # The last ones, which take longest, start first.
    assert ran_now() == names[::-1]
    assert len(list((tmp_path / "cache").iterdir())) == len(names)


def test_a_page_of_a_removed_notebook_does_not_stay(
    project: Path, tmp_path: Path
) -> None:
    shutil.copytree(project, tmp_path / "project")
    root = tmp_path / "project"
    (root / "notebooks" / "01-read-one-report.ipynb").unlink()
    own = root / "build" / "html" / "notes.txt"
    own.write_text("mine", "utf-8")
    site.build_site(root / "notebooks", root / "build" / "html")
    left = {path.name for path in (root / "build" / "html").glob("*.*")}
    pages = {
        f"{name}{end}"
        for name in ("index", "agencies", "search", "02-compare")
        for end in (".html", ".zh.html")
    }
    assert left == {*pages, "notes.txt", ".govinfo-site"}


def test_a_notebook_that_stops_says_where(tmp_path: Path) -> None:
    path = tmp_path / "01-stop.ipynb"
    write(path, [new_code_cell("1 / 0")])
    with pytest.raises(SourceError) as caught:
        run.execute(path)
    assert str(caught.value) == (
        "01-stop.ipynb stopped at a cell that raised ZeroDivisionError, saying "
        "'division by zero'. Open the notebook, run it from the top, and mend that "
        "cell; or tag it raises-exception if the error is what it shows."
    )


def test_a_folder_without_notebooks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        site.build_site(tmp_path, tmp_path / "out")
    assert str(caught.value) == (
        f"{tmp_path} holds no notebook, and the site is made of them. Name the folder "
        "that holds the .ipynb files."
    )


def test_a_folder_without_data_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        site.build_site(project / "notebooks", tmp_path, data=tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'README.md'} does not exist, and the site needs it to say what "
        "the data are. Name the folder of the data."
    )


def test_a_page_without_its_pictures_is_small(out: Path) -> None:
    for name in PAGES:
        text = (out / name).read_text("utf-8")
        without = re.sub(r'src="data:[^"]*"', "", text)
        assert len(without.encode()) < 106_000, name


def test_a_run_keeps_nothing_of_the_machine(project: Path) -> None:
    [kept, _] = sorted((project / "build" / "notebooks").glob("*.ipynb"))
    notebook = nbformat.read(kept, as_version=4)
    assert notebook.metadata["language_info"] == {"name": "python"}
    assert all("execution" not in cell.metadata for cell in notebook.cells)
    assert str(project) not in kept.read_text("utf-8")
    [error] = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]
    assert error.traceback == ["ValueError: found I2"]


def test_html_in_prose_does_not_break_a_card() -> None:
    article = render.markdown_article("# T\n\na < b & *c*, [d](e).", lambda _: "e")
    card = render.card_of("t.html", article)
    assert card.question == "a &lt; b &amp; <em>c</em>, d."


def test_the_data_dictionary_of_this_repository_becomes_a_page() -> None:
    text = (ROOT / "data" / "README.md").read_text("utf-8")
    article = render.markdown_article(text, lambda _: None)
    assert article.title
    assert len(article.contents) > 3


def test_a_county_is_not_ranked_beside_its_city(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in the notebook on performance; its row says why."""
    monkeypatch.setattr(facts, "FUNNEL_LEAST", 5)
    study = facts.read_study(ROOT / "data")
    of = {agency.id: agency for agency in study.agencies}
    assert of["hongze"].again == "included_elsewhere"
    assert of["hongze"].rank is None
    assert of["huaian"].rank == (2, 6)
    assert {agency.id for agency in study.agencies if agency.again} == {"hongze"}


def agency(name: str, rate: float) -> facts.AgencyFacts:
    """An agency with one report of a hundred decisions."""
    known = facts.Rate(rate, rate, rate, round(100 * rate), 100, "computed")
    year = facts.Year(name, "2024", "2021", "", "", {facts.RATE: known})
    return facts.AgencyFacts(name, name, name, name, "county", "office", "", [year])


def test_every_agency_is_a_dot_at_its_rate_and_none_hides_another() -> None:
    """From the least rate drawn; a lower one stands at the end."""
    rates = [0.9, 0.5, 0.905, 0.95, 0.1]
    dots = facts.stacked([agency(f"{r}", r) for r in rates], 0.4, 0.02)
    assert [round(place, 3) for place, _ in dots] == [0.0, 0.167, 0.833, 0.842, 0.917]
    assert [row for _, row in dots] == [0, 0, 0, 1, 0]


def test_what_may_have_a_reason_is_no_contradiction() -> None:
    one = agency("a", 0.5)
    one.latest.findings = [{"severity": "warning"}, {"severity": "error"}]
    assert one.contradictions == [{"severity": "error"}]
    one.latest.findings.pop()
    assert "No sum in its reports" in words.lead(one, Words("en"))


def test_reports_that_contradict_themselves_are_counted_as_reports() -> None:
    one = agency("a", 0.5)
    one.years[0].findings = [{"severity": "error", "sentence": "x"}] * 2
    said = [words.profile(one, Words(at))["contradicting"] for at in LANGS]
    assert said == ["in 1 of 1 report", "1份年报中的1份"]


def test_a_report_that_contradicts_the_year_before_does_not_contradict_itself() -> None:
    one = agency("a", 0.5)
    one.years[0].findings = [{"severity": "error", "check": "carried_over"}]
    assert [words.lead(one, Words(lang)).split(").")[-2:] for lang in LANGS] == [
        [" Of 1 report, 1 contradicts itself or the year before (2024", ""],
        [
            "2024年作出实体决定100件，公开50件（50.0%）。1份年报中，1份自相矛盾或与上年的对不上（2024年）。"
        ],
    ]


def test_a_rate_that_rests_on_a_failed_sum_is_compared_as_in_the_notebooks() -> None:
    def of(state: str, cases: int) -> bool:
        one = agency("a", 0.5)
        one.latest.rates[facts.RATE] = facts.Rate(0.5, 0, 1, 9, cases, state)
        return one.is_comparable

    assert of("contradicted_input", 20)
    assert not of("contradicted_input", 19)
    assert not of("inconsistent_input", 100)


def test_blank_counts_of_cases_are_not_no_cases() -> None:
    one = agency("a", 0.5)
    said = {}
    for count in (None, 0):
        one.years[0].disputes = {"review": [count] * 5}
        said[count] = words.profile(one, Words("en"))["no_dispute"]
    assert "does not mean that there were none" in str(said[None])
    assert said[0] == "Every printed count of cases in these reports is 0."


def test_the_title_on_kinds_of_agencies_is_a_finding() -> None:
    def title(*quarters: facts.Quarters) -> str:
        return build._kinds_title(quarters, Words("en"))

    apart, wide = (0.9, 0.95, 0.97), (0.2, 0.5, 0.9)
    assert title(apart, (0.6, 0.66, 0.7)).endswith("medians run from 66% to 95%")
    assert title(wide, (0.2, 0.6, 0.9)).startswith("Agencies differ more within")
    assert title(apart) == "The median agency disclosed 95% of what it decided"
    assert title() == "The disclosure rate by level and body"


def test_an_english_page_says_where_an_agency_is_in_english() -> None:
    one = agency("a", 0.5)
    one.region = "江苏省淮安市洪泽区"
    assert [Words(lang).place(one) for lang in LANGS] == [
        "Jiangsu (江苏省淮安市洪泽区)",
        "江苏省淮安市洪泽区",
    ]


def test_labels_that_a_finding_quotes_have_their_meaning_beside_them() -> None:
    finding = {"sentence": "row '行政许可': 9 after 1.", "sentence_zh": "“行政许可”行"}
    assert [Words(lang).finding(finding) for lang in LANGS] == [
        "row '行政许可' (administrative licences): 9 after 1.",
        "“行政许可”行",
    ]


def test_a_region_of_a_page_has_a_short_name() -> None:
    long = "one of many words " * 20
    table = f"<table><caption>{long}</caption><tr><td>1</td></tr></table>"
    page = html.fromstring(render._article(table, lambda _: None, "en").html)
    [name] = page.xpath("//@aria-label")
    assert len(name) < 80
    assert long in page.text_content()


def test_an_agency_is_only_above_or_below_those_that_there_are() -> None:
    one = agency("a", 0.5)
    one.peers = [agency("b", 0.9), agency("c", 0.5)]
    one.apart = {"b"}
    said = [words.peer_title(one, Words(lang)) for lang in LANGS]
    assert said == [
        "Below 1 of its 2 peers, not to be told apart from the other 1",
        "在2家同类机关中，低于1家，与其余1家分不出高下",
    ]


def test_the_front_page_counts_the_agencies_that_its_notebook_counts() -> None:
    rates = [agency(name, rate) for name, rate in (("a", 0.4), ("b", 0.6))]
    for one in rates:
        one.latest.rates[facts.OF_ALL] = one.latest.rate
    title = build._home_title(rates, Words("en"))
    assert title.startswith("Of 2 agencies with at least 20 decisions in their latest")
    assert build._home_title(rates[:1], Words("zh")) == "各机关最近一份年报"


def test_the_data_of_a_figure_can_be_taken_away() -> None:
    data = '<a download="a.csv" href="data:text/csv;charset=utf-8,a%0A1">Data</a>'
    other = '<a href="data:text/html;x,a">Page</a>'
    page = render._article(f"<p>{data} {other}</p>", lambda _: None, "en").html
    assert data in page
    assert "text/html" not in page
