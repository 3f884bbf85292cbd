"""Write the site: every page in English and in Chinese, from one run."""

from __future__ import annotations

import csv
import posixpath
import re
import shutil
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote, urldefrag

from govinfo import __version__
from govinfo.agencies import read_as_text
from govinfo.agencies.regions import provinces
from govinfo.beside import rows_of
from govinfo.errors import SourceError
from govinfo.indicators import RELIABLE_N
from govinfo.pages import packed
from govinfo.show import COLOURS, are_facsimiles
from govinfo.site import facts, render
from govinfo.site.run import executed
from govinfo.site.words import LANGS, TEMPLATES, Lang, Words, environment, profile

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Names what the last build wrote, so that a page of a removed notebook does not stay.
MANIFEST = ".govinfo-site"

NAMED_FILE = re.compile(r"^\| `(?P<name>[\w./-]+)` \|", re.MULTILINE)

DATA_TABLES = (
    "cells.csv",
    "findings.csv",
    "suggestions.csv",
    "checks.csv",
    "indicators.csv",
    "reports.csv",
)

CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"

# Markup of a document that runs, or fetches, when a browser shows it.
ACTIVE_CONTENT = re.compile(
    rb"<\s*(?:script|iframe|object|embed|svg|link|meta[^>]+refresh)|[\s/]on\w+\s*="
    rb"|(?:javascript|vbscript)\s*:|src\s*=|url\s*\(",
    re.IGNORECASE,
)

# The notebook whose first figure compares the agencies.
SHARED = "03-disclosure-performance"

# How large the picture of a shared link is.
CARD = 1200, 630

# Cells of one agency, as its page offers them.
CELL_COLUMNS = (
    "report_id",
    "table",
    "row_code",
    "column_code",
    "value",
    "state",
    "raw",
    "place",
)


class Link(NamedTuple):
    """A link of the header or at the foot of a page."""

    href: str
    text: str


def build_site(
    notebooks: Path,
    out: Path,
    *,
    data: Path | None = None,
    cache: Path | None = None,
    jobs: int = 2,
    address: str = "",
) -> list[Path]:
    """Run the notebooks and write them, the agencies and the data as a site.

    Parameters
    ----------
    notebooks : Path
        Folder of notebooks, shown in the order of their names.
    out : Path
        Folder to write into; made if it is missing. Files there that an earlier build
        wrote and this one does not are removed, others are left alone.
    data : Path, optional
        Folder of the data; by default ``data`` beside the notebooks.
    cache : Path, optional
        Where runs are kept; by default ``notebooks`` beside ``out``.
    jobs : int
        How many notebooks run at the same time.
    address : str
        Where the site will be published: services that show the picture of a shared
        link look for it under its whole address.

    Returns
    -------
    list of Path
        The pages, the English home page first.

    Raises
    ------
    SourceError
        If there are no notebooks or no data, or if a cell of a notebook raises.
    """
    data = data or notebooks.parent / "data"
    paths = sorted(notebooks.glob("*.ipynb"))
    _require(paths, notebooks, data)
    runs = executed(
        paths, data=data, cache=cache or out.parent / "notebooks", jobs=jobs
    )
    site = _Site(out, data, [p.stem for p in paths], address)
    for lang in LANGS:
        pages = _Pages(site, Words(lang))
        pages.add_notebooks(paths, runs)
        pages.add_agencies()
        pages.add_data()
        pages.add_home()
        pages.add_search()
    site.finish()
    return sorted(site.pages, key=lambda page: page != out / "index.html")


def _require(paths: Sequence[Path], notebooks: Path, data: Path) -> None:
    """Raise unless there is something to build from."""
    if not paths:
        raise SourceError(
            f"{notebooks} holds no notebook, and the site is made of them. Name the "
            "folder that holds the .ipynb files."
        )
    for names in (("README.md",), ("reports.csv", "reports.parquet")):
        if not any((data / name).is_file() for name in names):
            raise SourceError(
                f"{data / names[0]} does not exist, and the site needs it to say what "
                "the data are. Name the folder of the data."
            )


class _Site:
    """What one build writes, and what all its pages draw on."""

    def __init__(
        self, out: Path, data: Path, stems: Sequence[str], address: str
    ) -> None:
        self.address = f"{address.rstrip('/')}/" if address else ""
        self.out = out
        self.data = data
        self.stems = list(stems)
        self.pages: list[Path] = []
        self.written: set[str] = set()
        self.tables = out / "data"
        self.offered = [out / at for name in DATA_TABLES if (at := self.copy(name))]
        self.study = facts.read_study(data, self.tables)
        self.reports = rows_of(self.tables / "reports.csv")
        self.facsimiles = are_facsimiles(data)
        self.here = {r["report_id"]: self.document(r["file"]) for r in self.reports}
        self.active = {
            report for report, name in self.here.items() if name and _runs(out / name)
        }
        # What a study of somebody else may be used for, we cannot say.
        self.licensed = (data / "LICENSE").is_file()
        self.css = (TEMPLATES / "site.css").read_text("utf-8")
        self.js = (TEMPLATES / "site.js").read_text("utf-8")
        self.sortable = (TEMPLATES / "sortable.min.js").read_text("utf-8")
        # Templates, compiled once, with what they ask for.
        self.templates = environment()
        asked = (facts.middle, facts.states, facts.stacked)
        self.templates.globals |= {one.__name__: one for one in asked}
        self.templates.globals |= {"study": self.study, "site": self}

    @property
    def shared(self) -> str:
        """The picture of pages that have none of their own: rates of the agencies."""
        own = f"pictures/{SHARED}.png"
        every = sorted(n for n in self.written if n.startswith("pictures/"))
        return own if own in every else "".join(every[:1])

    def document(self, name: str) -> str:
        """Where a report's file is on the site; empty if it is not there."""
        return self.copy(f"reports/{name}") or self.copy(name) if name else ""

    def copy(self, name: str) -> str:
        """Where a file of the data is on the site; empty if it is not in its folder."""
        inside = self.data.resolve()
        source = (inside / name).resolve()
        if name in DATA_TABLES and (twin := source.with_suffix(".parquet")).is_file():
            # Pages and spreadsheets read CSV.
            frame = read_as_text(twin)
            frame.to_csv(self.path(f"data/{name}"), index=False, lineterminator="\n")
            return f"data/{name}"
        if inside not in source.parents or not source.is_file():
            return ""
        # As it is called in the folder, whatever ways in and out a table names it by.
        found = f"data/{source.relative_to(inside).as_posix()}"
        if found not in self.written:
            shutil.copyfile(source, self.path(found))
        return found

    def path(self, name: str) -> Path:
        """Where a file of the site is written; remembered as written."""
        self.written.add(name)
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def cells_of_agencies(self) -> None:
        """Write the cells of each agency beside its page."""
        its = {year.id: a.slug for a in self.study.agencies for year in a.years}
        rows: dict[str, list[dict[str, str]]] = {own: [] for own in its.values()}
        for row in rows_of(self.tables / "cells.csv"):
            if row["report_id"] in its:
                rows[its[row["report_id"]]].append(row)
        for name, cells in rows.items():
            path = self.path(f"agency/{name}.csv")
            # Spreadsheets take UTF-8 for something else unless a file says so.
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, CELL_COLUMNS, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(cells)

    def finish(self) -> None:
        """Write what agencies' pages offer; remove what this build did not write."""
        self.cells_of_agencies()
        manifest = self.out / MANIFEST
        before = manifest.read_text("utf-8") if manifest.exists() else ""
        for name in set(before.splitlines()) - self.written:
            (self.out / name).unlink(missing_ok=True)
        manifest.write_text("\n".join(sorted(self.written)) + "\n", "utf-8")


class _Pages:
    """The pages of one language."""

    def __init__(self, site: _Site, words: Words) -> None:
        self.site = site
        self.words = words
        self.lang: Lang = words.lang
        self.cards: list[render.Card] = []
        self.links = [
            Link(words.to("index"), words.say("nav.home")),
            Link(words.to("agencies"), words.say("agencies.title")),
            Link(f"{words.to('index')}#notebooks", words.say("nav.questions")),
            Link(words.to("data/index"), words.say("nav.data")),
            Link(words.to("search"), words.say("search.title")),
        ]
        # What can be found on the site, by kind and in the order of the pages.
        self.entries: dict[str, list[dict[str, str]]] = {}

    def add_notebooks(
        self, paths: Sequence[Path], runs: Sequence[NotebookNode]
    ) -> None:
        """Write the page of each notebook, and the run itself to download."""
        import nbformat

        relink = self.relink("notebooks", ".")
        articles = [render.notebook_article(run, self.lang, relink) for run in runs]
        onward = [
            Link(self.words.to(path.stem), re.split("[:：]", article.title)[0])
            for path, article in zip(paths, articles, strict=True)
        ]
        for place, (path, run) in enumerate(zip(paths, runs, strict=True)):
            source = f"notebooks/{path.name}"
            if source not in self.site.written:
                nbformat.write(run, self.site.path(source))
            card = render.card_of(onward[place].href, articles[place])
            self.cards.append(card)
            self.write_page(
                path.stem,
                articles[place],
                render.plain(card.answer or card.question),
                picture=self.picture(path, run),
                source=source,
                previous=onward[place - 1] if place else None,
                next=onward[place + 1] if place + 1 < len(paths) else None,
            )

    def picture(self, path: Path, run: NotebookNode) -> str:
        """The first picture of a notebook as a file, for where its page is shared."""
        name = f"pictures/{path.stem}.png"
        if name in self.site.written:
            return name
        outputs = (output for cell in run.cells for output in cell.get("outputs", []))
        shown = (output.get("data", {}).get("image/png") for output in outputs)
        if (first := next(filter(None, shown), None)) is None:
            return ""
        self.site.path(name).write_bytes(_card(b64decode(first)))
        return name

    def add_agencies(self) -> None:
        """Write the table of all agencies, and a page for each of them."""
        study, words = self.site.study, self.words
        groups, by_province = study.by_kind(), study.by_province()
        is_high = all((a.latest.rate.value or 0) >= 0.4 for a in study.comparable)
        medians = {
            key: facts.middle(its)[1]
            for key, its in by_province.items()
            if len(its) >= facts.PROVINCE_LEAST
        }
        cuts = _cuts(medians.values()) if medians else []
        few = words.say("agencies.few")
        self.fill(
            "agencies",
            "agencies",
            script=f"{self.site.js}\n{self.site.sortable}",
            low=0.4 if is_high else 0.0,
            levels=[(words.kind(*kind) or "–", its) for kind, its in groups.items()],
            level_keys=sorted({a.level for a in study.agencies if a.level}),
            provinces=sorted({a.province for a in study.agencies if a.province}),
            found=_kinds_title([facts.middle(its) for its in groups.values()], words),
            with_median=len(medians) >= facts.PROVINCES_LEAST,
            map=[
                row
                | {name: int(row[name]) for name in "xy"}
                | {"median": _of_province(row["chinese"], medians)}
                for row in provinces()
            ],
            cuts=cuts,
            shades=_shades(cuts, words) if cuts else [],
            by_province=[
                [
                    words.province(key) or words.why("not known"),
                    len(its),
                    words.pc(medians[key]) if key in medians else few,
                ]
                for key, its in by_province.items()
            ],
        )
        for agency in study.agencies:
            its = profile(agency, words)
            its |= {"csv": quote(f"{agency.slug}.csv"), "documents": self.site.here}
            name, page = words.name(agency), f"agency/{agency.slug}"
            self.fill("agency", page, name, str(its["lead"]), **its)
            href, other = words.to(page), words.t(agency.name, agency.english)
            place = f"{words.level(agency.level)} {words.place(agency)}".strip()
            told = " · ".join(filter(None, [other if other != name else "", place]))
            self.find("agencies", href, name, told)
            for year in agency.years:
                for finding in year.findings:
                    title, said = f"{name} {year.year}", words.finding(finding)
                    self.find("contradictions", f"{href}#findings", title, said)

    def add_data(self) -> None:
        """Write the data dictionary as a page, beside the files it describes."""
        readme = self.site.data / "README.md"
        twin = readme.with_name("README.zh.md")
        if self.lang == "zh" and twin.is_file():
            readme = twin
        # A file named in the first column of a table can be downloaded there.
        linked = NAMED_FILE.sub(self.linked, readme.read_text("utf-8"))
        article = render.markdown_article(
            linked, self.relink("data", "data"), self.lang
        )
        here = {one: at.removeprefix("data/") for one, at in self.site.here.items()}
        reports = [
            row | {"here": here[row["report_id"]], "kind": _kind(row["file"])}
            for row in self.site.reports
        ]
        documents = self.render("documents.html.j2", reports=reports)
        listed = render.Heading(2, "documents", self.words.say("data.documents"))
        contents = (*article.contents, listed)
        article = article._replace(html=article.html + documents, contents=contents)
        self.write_page("data/index", article, self.words.say("data.about"))

    def add_home(self) -> None:
        """Write the home page."""
        study, words = self.site.study, self.words
        rows = [
            words.forest_row(agency) | {"tick": agency.latest.of_all.value}
            for agency in study.agencies[:12]
        ]
        more = len(study.agencies) - len(rows)
        others = words.say("home.more", agencies=words.agencies_of(more))
        self.fill(
            "home",
            "index",
            dataset=self.dataset(),
            cards=self.cards,
            files=[self.described(path) for path in self.site.offered],
            rows=rows,
            found=_home_title(study.comparable, words),
            more=others if more else "",
        )

    def find(self, kind: str, href: str, title: str, text: str = "") -> None:
        """Let something be found by its title or by a sentence on it."""
        entry = {"href": href, "title": title, "text": text}
        self.entries.setdefault(self.words.say(f"found.{kind}"), []).append(entry)

    def add_search(self) -> None:
        """Write the page that lists what is on the others."""
        body = self.render("search.html.j2", kinds=list(self.entries.items()))
        article = render.Article(body, self.words.say("search.title"))
        self.write_page("search", article, self.words.say("search.about"))

    def dataset(self) -> dict[str, Any]:
        """What machines read of the data set (schema.org)."""
        study, words = self.site.study, self.words
        csv_file = {"@type": "DataDownload", "encodingFormat": "text/csv"}
        return {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "name": words.say("dataset.name"),
            "description": words.say(
                "dataset.about", reports=words.reports_of(study.n_reports)
            ),
            "inLanguage": ["en", "zh-Hans"],
            "isAccessibleForFree": True,
            **({"license": CC0} if self.site.licensed else {}),
            "temporalCoverage": f"{study.first}/{study.last}",
            "version": __version__,
            "distribution": [
                csv_file | {"contentUrl": f"data/{path.name}"}
                for path in self.site.offered
            ],
        }

    def linked(self, named: re.Match[str]) -> str:
        """A file name at the start of a table row as a link, if the file is there."""
        name = named["name"]
        is_file = bool(self.site.copy(name))
        return f"| [`{name}`]({name}) |" if is_file else named[0]

    def relink(self, source: str, page: str) -> render.Relink:
        """How links written in a folder of the repository lead on the site.

        A notebook becomes its page, a file of the data is copied, a folder of the
        data and everything else is not on the site.
        """

        def target(address: str) -> str | None:
            path, fragment = urldefrag(unquote(address))
            inside = posixpath.normpath(posixpath.join(source, path))
            folder, _, name = inside.partition("/")
            stem = name.removesuffix(".ipynb")
            if folder == "notebooks" and stem in self.site.stems:
                found = self.words.to(stem)
            elif inside in ("data", "data/README.md"):
                found = self.words.to("data/index")
            elif folder == "data" and self.site.copy(name):
                found = self.site.copy(name)
            else:
                return None
            relative = posixpath.relpath(found, page)
            return f"{relative}#{render.slug(fragment)}" if fragment else relative

        return target

    def described(self, path: Path) -> Mapping[str, str | int]:
        """A file of the data as a line of the table of downloads."""
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        size = f"{max(1, round(path.stat().st_size / 1024))} kB"
        return {"name": path.name, "rows": rows, "size": size}

    def fill(
        self, kind: str, name: str, title: str = "", about: str = "", **values: object
    ) -> None:
        """Write a page whose inside is the template of its kind, filled in."""
        many = self.words.agencies_of(len(self.site.study.agencies))
        title = title or self.words.say(f"{kind}.title")
        about = about or self.words.say(f"{kind}.about", agencies=many)
        article = render.filled(self.render(f"{kind}.html.j2", **values), title)
        self.write_page(name, article, about, **values)

    def write_page(
        self, name: str, article: render.Article, about: str, **more: object
    ) -> None:
        """Write one page."""
        href = self.words.to(name)
        path = self.site.path(href)
        other: Lang = "en" if self.lang == "zh" else "zh"
        values = {
            "article": article,
            "description": about,
            "is_home": name == "index",
            "links": self.links,
            "picture": self.site.shared,
            "root": "../" * name.count("/"),
            "script": self.site.js,
            "twin": quote(posixpath.basename(self.words.to(name, other))),
            "version": __version__,
        }
        html = self.render("page.html.j2", here=href, **(values | more))
        is_agency = name.startswith("agency/")
        if not is_agency:
            self.find("pages", href, article.title, about)
        for heading in () if is_agency else article.contents:
            at = f"{href}#{heading.anchor}"
            self.find("sections", at, heading.text, article.title)
        part = path.with_name(path.name + ".part")
        part.write_text(html, "utf-8")
        part.replace(path)
        self.site.pages.append(path)

    def render(self, template: str, /, **values: object) -> str:
        """Fill in a template."""
        words = self.words
        spoken = {
            name: getattr(words, name)
            for name in dir(Words)
            if not name.startswith("_") and callable(getattr(words, name, None))
        }
        empty = ("dataset", "next", "picture", "previous", "source")
        given = dict.fromkeys(empty) | {"lang": self.lang} | spoken | values
        return self.site.templates.get_template(template).render(given)


def _card(data: bytes) -> bytes:
    """A whole picture, as large as where links are shared have room for."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data)) as image:
        return packed(ImageOps.pad(image.convert("RGB"), CARD, color="white"), COLOURS)


def _cuts(medians: Iterable[float]) -> list[float]:
    """Whole percentages that part medians into five shades."""
    found = sorted(medians)
    step = max(0.01, (found[-1] - found[0]) / 5)
    return [round(found[0] + step * n, 2) for n in range(1, 5)]


def _shades(cuts: Sequence[float], words: Words) -> list[tuple[str, str]]:
    """The key of the map."""
    ends = [words.pc(cut, 0) for cut in cuts]
    between = zip(ends, ends[1:], strict=False)
    return [
        ("f0", words.t(f"below {ends[0]}", f"不到{ends[0]}")),
        *((f"f{n}", f"{a}–{b}") for n, (a, b) in enumerate(between, start=1)),
        ("f4", words.t(f"{ends[-1]} and more", f"{ends[-1]}以上")),
        ("void", words.t("fewer than five agencies", "不足五家")),
    ]


def _of_province(chinese: str, medians: Mapping[str, float]) -> float | None:
    return next((v for k, v in medians.items() if k.startswith(chinese)), None)


def _kinds_title(quarters: Sequence[facts.Quarters], words: Words) -> str:
    """The finding on levels and bodies: if they differ more than their agencies."""
    if not quarters:
        return words.say("kinds.none")
    medians = sorted(q[1] for q in quarters)
    halves = [q[2] - q[0] for q in quarters if q[2] > q[0]]
    if len(halves) > 1 and medians[-1] - medians[0] < min(halves):
        return words.say("kinds.within")
    ends = {"low": words.pc(medians[0], 0), "high": words.pc(medians[-1], 0)}
    return words.say("kinds.between" if len(set(medians)) > 1 else "kinds.one", **ends)


def _home_title(fair: Sequence[facts.AgencyFacts], words: Words) -> str:
    """The finding of the home page: the medians of agencies that can be compared."""
    of_all = [v for a in fair if (v := a.latest.of_all.value) is not None]
    if min(len(fair), len(of_all)) < 2:
        return words.say("home.figure.plain")
    first, second = (words.pc(v, 0) for v in (facts.middle(fair)[1], median(of_all)))
    return words.say(
        "home.figure", n=len(fair), least=RELIABLE_N, first=first, second=second
    )


def _runs(document: Path) -> bool:
    """Whether a copied document would run something in a reader's browser."""
    if document.suffix.lower() in (".pdf", ".txt", ".png", ".jpg", ".jpeg"):
        return False
    return ACTIVE_CONTENT.search(document.read_bytes()) is not None


def _kind(name: str) -> str:
    """What a reader calls a file of this name.

    Examples
    --------
    >>> _kind("reports/example-2023.pdf"), _kind("reports/example-2023.txt")
    ('PDF', 'Text')
    """
    suffix = name.rpartition(".")[2].lower()
    return {"txt": "Text", "htm": "HTML"}.get(suffix, suffix.upper())
