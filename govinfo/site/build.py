"""Write the site: a page for each notebook, one for the data, and a home page."""

from __future__ import annotations

import csv
import posixpath
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from govinfo import __version__
from govinfo.errors import SourceError
from govinfo.site.cards import Card, card_of, plain
from govinfo.site.render import (
    TEMPLATES,
    Article,
    Heading,
    Relink,
    markdown_article,
    notebook_article,
    slug,
)
from govinfo.site.run import executed

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Names what the last build wrote, so that a page of a removed notebook does not stay.
MANIFEST = ".govinfo-site"

# A link in the header is a name, not a sentence.
DATA_LINK = "Data"

NAMED_FILE = re.compile(r"^\| `(?P<name>[\w./-]+)` \|", re.MULTILINE)

DATA_TABLES = (
    "cells.csv",
    "findings.csv",
    "suggestions.csv",
    "checks.csv",
    "indicators.csv",
    "reports.csv",
)


@dataclass(frozen=True, slots=True)
class Link:
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
) -> list[Path]:
    """Run the notebooks and write them, the data and a home page as a site.

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

    Returns
    -------
    list of Path
        The pages, the home page first.

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
    site = _Site(out, data, [p.stem for p in paths])
    for path, run in zip(paths, runs, strict=True):
        site.add_notebook(path, run)
    site.add_data()
    site.add_home()
    site.finish()
    return site.pages


def _require(paths: Sequence[Path], notebooks: Path, data: Path) -> None:
    """Raise unless there is something to build from."""
    if not paths:
        message = (
            f"{notebooks} holds no notebook, and the site is made of them. Name the "
            "folder that holds the .ipynb files."
        )
        raise SourceError(message)
    for name in ("README.md", "reports.csv"):
        if not (data / name).is_file():
            message = (
                f"{data / name} does not exist, and the site needs it to say what the "
                "data are. Name the folder of the data."
            )
            raise SourceError(message)


class _Site:
    """What one build writes, and where everything on it stands."""

    def __init__(self, out: Path, data: Path, stems: Sequence[str]) -> None:
        self.out = out
        self.data = data
        self.stems = list(stems)
        self.pages: list[Path] = []
        self.cards: list[Card] = []
        self.written: set[str] = set()
        self.onward = [Link(f"{stem}.html", _short(stem)) for stem in stems]
        self.links = [*self.onward, Link("data/index.html", DATA_LINK)]

    def add_notebook(self, path: Path, run: NotebookNode) -> None:
        """Write the page of a notebook, and the notebook itself to download."""
        import nbformat

        href = f"{path.stem}.html"
        article = notebook_article(run, self.relink("notebooks", "."))
        source = f"notebooks/{path.name}"
        nbformat.write(run, self.path(source))
        card = card_of(href, article, run)
        self.cards.append(card)
        place = self.stems.index(path.stem)
        self.write_page(
            href,
            article,
            description=plain(card.question),
            source=source,
            previous=self.onward[place - 1] if place else None,
            next=self.onward[place + 1] if place + 1 < len(self.onward) else None,
        )

    def add_data(self) -> None:
        """Write the data dictionary as a page, beside the files it describes."""
        text = (self.data / "README.md").read_text("utf-8")
        for name in DATA_TABLES:
            self.copy(name)
        # A file named in the first column of a table can be downloaded there.
        linked = NAMED_FILE.sub(self.linked, text)
        article = markdown_article(linked, self.relink("data", "data"))
        reports = [
            row | {"here": self.copy(row["file"]), "kind": _kind(row["file"])}
            for row in self.reports()
        ]
        documents = self.render("documents.html.j2", reports=reports)
        here = Heading(2, "documents", "The documents")
        self.write_page(
            "data/index.html",
            replace(
                article,
                html=article.html + documents,
                contents=(*article.contents, here),
            ),
            description="What the data are, where they come from and how to cite them.",
        )

    def add_home(self) -> None:
        """Write the home page."""
        reports = self.reports()
        years = sorted(row["report_year"] for row in reports)
        body = self.render(
            "home.html.j2",
            cards=self.cards,
            files=[self.described(n) for n in DATA_TABLES if (self.data / n).exists()],
            n_reports=len(reports),
            n_agencies=len({row["agency_id"] for row in reports}),
            first=years[0],
            last=years[-1],
        )
        title = "govinfo: how Chinese agencies disclose, and when they refuse"
        article = Article(body, title, (), has_code=False)
        self.write_page(
            "index.html",
            article,
            description="Disclosure of government information in China, agency by "
            "agency: the published figures, checked and compared.",
        )
        self.pages.insert(0, self.pages.pop())

    def reports(self) -> list[dict[str, str]]:
        """The registry of reports."""
        with (self.data / "reports.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def linked(self, named: re.Match[str]) -> str:
        """A file name at the start of a table row as a link, if the file is there."""
        name = named["name"]
        is_file = (self.data / name).is_file()
        return f"| [`{name}`]({name}) |" if is_file else named[0]

    def finish(self) -> None:
        """Remove what an earlier build wrote and this one did not."""
        manifest = self.out / MANIFEST
        if manifest.exists():
            for name in manifest.read_text("utf-8").splitlines():
                if name not in self.written:
                    (self.out / name).unlink(missing_ok=True)
        manifest.write_text("\n".join(sorted(self.written)) + "\n", "utf-8")

    def relink(self, source: str, page: str) -> Relink:
        """How links written in a folder of the repository lead on the site.

        A notebook becomes its page, a file of the data is copied, a folder of the
        data and everything else is not on the site.
        """

        def target(address: str) -> str | None:
            path, fragment = urldefrag(unquote(address))
            inside = posixpath.normpath(posixpath.join(source, path))
            folder, _, name = inside.partition("/")
            if folder == "notebooks" and name.removesuffix(".ipynb") in self.stems:
                found = f"{name.removesuffix('.ipynb')}.html"
            elif inside in ("data", "data/README.md"):
                found = "data/index.html"
            elif folder == "data" and self.copy(name):
                found = inside
            else:
                return None
            relative = posixpath.relpath(found, page)
            return f"{relative}#{slug(fragment)}" if fragment else relative

        return target

    def copy(self, name: str) -> bool:
        """Copy a file of the data to the site, if there is one of that name."""
        source = self.data / name
        if not source.is_file() or self.data not in source.parents:
            return False
        shutil.copyfile(source, self.path(f"data/{name}"))
        return True

    def described(self, name: str) -> Mapping[str, str | int]:
        """A file of the data as a line of the table of downloads."""
        with (self.data / name).open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.reader(file)) - 1
        size = (self.data / name).stat().st_size
        return {"name": name, "rows": rows, "size": f"{max(1, round(size / 1024))} kB"}

    def path(self, name: str) -> Path:
        """Where a file of the site is written; remembered as written."""
        self.written.add(name)
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write_page(self, href: str, article: Article, **more: object) -> None:
        """Write one page."""
        path = self.path(href)
        html = self.render(
            "page.html.j2",
            body=article.html,
            contents=article.contents,
            css=(TEMPLATES / "site.css").read_text("utf-8"),
            has_code=article.has_code,
            here=href,
            is_home=href == "index.html",
            links=self.links,
            root="../" * href.count("/"),
            script=(TEMPLATES / "site.js").read_text("utf-8"),
            title=article.title,
            version=__version__,
            **more,
        )
        part = path.with_name(path.name + ".part")
        part.write_text(html, "utf-8")
        part.replace(path)
        self.pages.append(path)

    @staticmethod
    def render(template: str, **values: object) -> str:
        """Fill in a template."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            autoescape=True,
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
        )
        names = ("contents", "description", "next", "previous", "source")
        return environment.get_template(template).render(dict.fromkeys(names) | values)


def _short(stem: str) -> str:
    """A notebook's file name as a link.

    Examples
    --------
    >>> _short("01-read-one-report")
    'Read one report'
    """
    words = stem.lstrip("0123456789-_").replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def _kind(name: str) -> str:
    """What a reader calls a file of this name.

    Examples
    --------
    >>> _kind("reports/example-2023.pdf"), _kind("reports/example-2023.txt")
    ('PDF', 'Text')
    """
    suffix = name.rpartition(".")[2].lower()
    return {"txt": "Text", "htm": "HTML"}.get(suffix, suffix.upper())
