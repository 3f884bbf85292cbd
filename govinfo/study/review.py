"""Every doubt of a study in one page and one workbook, to be settled by a person."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from govinfo.bilingual import IN_ENGLISH, Said, both, joined, speaker, templates
from govinfo.checks.structure import place_of
from govinfo.checks.within import ReportCells, reports_of
from govinfo.dataset.written import as_text
from govinfo.errors import GovinfoError
from govinfo.forms import TABLES, form_rows
from govinfo.indicators.registry import INDICATORS, parse
from govinfo.isolation import Limits, Warden
from govinfo.pages import OUTLINE, STROKE, drawn_page, packed
from govinfo.readers import File, open_file
from govinfo.recognise.objections import in_general
from govinfo.show import glossed
from govinfo.site.words import environment
from govinfo.study.export import add_sheets
from govinfo.study.layout import Study, write_rows
from govinfo.study.tables import KEYS, read_tables

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]

say = speaker("govinfo.study")

ANSWERS = ("new", "agency", "report_year", "why", "page", "who", "when")
"""Columns of the workbook that a person fills in."""

COLUMNS = (
    "number",
    "kind",
    "report_id",
    "file",
    "table",
    "row_code",
    "column_code",
    "where",
    "printed",
    "sums_need",
    "sentence",
    "sentence_zh",
    *ANSWERS,
)
"""Columns of ``review.csv`` and of the workbook."""

# Pictures of pages, the doubts that change most first; more make a page nobody opens.
MOST_PICTURES = 200

# Page, table and box of a cell, as the column place has them.
_PLACE = re.compile(r"page (\d+), table (\d+),.* box (\S+) (\S+) (\S+) (\S+)$")

_DOUBTFUL = frozenset({"uncertain", "unreadable"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person can settle; ``weight``: how many indicators it moves."""

    kind: str
    sentence: Said
    weight: int
    report_id: str = ""
    file: str = ""
    key: Key = ("", "", "")
    where: Said = Said("", "")
    printed: str = ""
    sums_need: str = ""
    place: str = ""
    picture: str = ""

    def row(self, number: int) -> list[str]:
        """Its row in the workbook, with the answers empty."""
        told = (self.report_id, self.file, *self.key, self.where.en, self.printed)
        given = [str(number), self.kind, *told, self.sums_need]
        given += [self.sentence.en, self.sentence.zh]
        return given + [""] * len(ANSWERS)


def review_study(study: Study) -> tuple[list[Doubt], Path]:
    """
    Write every doubt of a study into ``review``.

    Parameters
    ----------
    study : Study
        An extracted study.

    Returns
    -------
    list of Doubt and Path
        The doubts, those that change most first, and the page.

    Raises
    ------
    SourceError
        If the study was not extracted.
    """
    import openpyxl

    frames = read_tables(study)
    doubts = sorted(_doubts(frames), key=lambda one: (-one.weight, one.report_id))
    folder = study.root / "review"
    folder.mkdir(exist_ok=True)
    doubts = _with_pictures(doubts, study, folder, frames["cells"])
    rows = [one.row(number) for number, one in enumerate(doubts, start=1)]
    texts = ([as_text(value) for value in row] for row in rows)
    write_rows(folder / "review.csv", COLUMNS, texts, "utf-8-sig")
    book = openpyxl.Workbook(write_only=True)
    add_sheets(book, "review", COLUMNS, rows, ANSWERS)
    book.save(folder / "review.xlsx")
    _pages(folder, doubts, frames["cells"])
    return doubts, folder / "index.html"


def _doubts(frames: Mapping[str, pd.DataFrame]) -> Iterator[Doubt]:
    reports, cells = frames["reports"], frames["cells"]
    files = dict(zip(reports["report_id"], reports["file"], strict=True))
    values = Counter(
        frames["indicators"]["report_id"] if "indicators" in frames else ()
    )
    lines = _rows(cells, *KEYS["cells"], "place", "doubts")
    known = {line[:4]: line[4:] for line in lines}
    for report in reports_of(cells, "review"):
        own = report.report_id
        for one in _of_cells(report):
            place, codes = known[(own, *one.key)]
            sentence = one.sentence
            if codes:
                why = joined([in_general(code) for code in codes.split(";")])
                sentence = _with(sentence, "cell.why", why=why)
            file = files.get(own, "")
            yield replace(one, file=file, place=place, sentence=sentence)
    if "suggestions" in frames:
        yield from _of_sums(frames["suggestions"], cells, files)
    yield from _of_reports(reports, values)


def _rows(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of a table, row by row."""
    return zip(*(frame[name] for name in names), strict=True)


def _of_cells(report: ReportCells) -> Iterator[Doubt]:
    """Cells that were not read for sure, with what the sums would need there."""
    needed: dict[Key, set[str]] = defaultdict(set)
    for total in report.sums():
        terms = [(key, 1) for key in total.left] + [(key, -1) for key in total.right]
        unknown = [term for term in terms if report.look(term[0])[1] is None]
        if len(unknown) == 1:
            ((key, sign),) = unknown
            rest = sum(s * (report.look(k)[1] or 0) for k, s in terms if k != key)
            needed[key].add(f"{-sign * rest:.15g}")
    for key, state in report.state.items():
        if state not in _DOUBTFUL:
            continue
        need = " or ".join(sorted(needed[key]))
        raw = report.raw.get(key, "")
        sentence = say(f"cell.{state}" if raw else "cell.nothing", raw=raw)
        if need:
            sentence = _with(sentence, "cell.need", need=need)
        yield Doubt(
            "cell",
            sentence,
            _moved(key),
            report.report_id,
            key=key,
            where=place_of(report.form_of(key), key),
            printed=raw,
            sums_need=need,
        )


def _moved(key: Key) -> int:
    """How many indicators a cell is part of."""
    table, row, column = key
    return sum(
        row == term.row or row.startswith(f"{term.row}.")
        for one in INDICATORS.values()
        if one.kind not in ("quality", "concentration") and column in one.applicants
        for formula in (one.numerator, one.denominator)
        if formula
        for term in parse(formula)
    ) + (table != "proactive")


def _of_sums(
    suggestions: pd.DataFrame, cells: pd.DataFrame, files: Mapping[str, str]
) -> Iterator[Doubt]:
    """Failed sums, with the smallest change that would mend them."""
    known = {
        line[:4]: line[4:]
        for line in _rows(cells, *KEYS["cells"], "raw", "place", "form")
    }
    for line in suggestions[suggestions["solution"] == 1].to_dict("records"):
        key = (line["table"], line["row_code"], line["column_code"])
        raw, place, form = known[line["report_id"], *key]
        others = int(line["alternatives"] or 0)
        more = say("sum.others", n=others) if others else both("")
        yield Doubt(
            "sum",
            say("sum.needs", value=f"{line['suggested']:.15g}", more=more),
            _moved(key),
            line["report_id"],
            files.get(line["report_id"], ""),
            key,
            place_of(form, key),
            raw,
            f"{line['suggested']:.15g}",
            place,
        )


def _of_reports(reports: pd.DataFrame, values: Mapping[str, int]) -> Iterator[Doubt]:
    """Reports that nobody can name, that stand twice, and years that are not there."""
    import pandas as pd

    read = reports[reports["status"] != "failed"]
    has_agency, has_year = read["agency"] != "", read["report_year"].notna()

    def of_file(kind: str, sentence: Said, line: Mapping[Any, Any]) -> Doubt:
        own = line["report_id"]
        return Doubt(kind, sentence, values.get(own, 0) or 1, own, line["file"])

    for line in read[~(has_agency & has_year)].to_dict("records"):
        lacks = "year" if line["agency"] else "agency"
        if not line["agency"] and pd.isna(line["report_year"]):
            lacks = "both"
        yield of_file("identity", say(f"identity.{lacks}"), line)
    named = read[has_agency & has_year]
    for (agency, year), group in named.groupby(["agency_id", "report_year"]):
        first, *others = group.to_dict("records")
        told = say("duplicate", first=first["report_id"], agency=agency, year=year)
        for line in others:
            if not line.get("same_as"):
                yield of_file("duplicate", told, line)
    for agency, years in named.groupby("agency_id")["report_year"]:
        there = {int(year) for year in years}
        gap = sorted(set(range(min(there), max(there))) - there)
        if gap:
            listed = joined([both(year) for year in gap], zh="、")
            yield Doubt("missing", say("missing", agency=agency, years=listed), 0)
    for line in reports[reports["status"] == "failed"].to_dict("records"):
        told = Said(line["message"], line.get("message_zh") or IN_ENGLISH)
        yield of_file("file", told, line)


def _with_pictures(
    doubts: list[Doubt], study: Study, folder: Path, cells: pd.DataFrame
) -> list[Doubt]:
    """Doubts with a picture of their rows, cut out of their table."""
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    for old in pictures.glob("*.png"):
        old.unlink()
    places = cells.groupby("report_id")["place"].agg(list).to_dict()
    found: list[Doubt] = []
    with Warden(Limits()) as warden:
        for number, one in enumerate(doubts, start=1):
            cut = _cut(one.place, places.get(one.report_id, ()))
            if cut and sum(bool(d.picture) for d in found) < MOST_PICTURES:
                name = f"{number}.png"
                file = (study.documents / one.file).absolute()
                try:
                    # The process that draws may open no file, and answers in text.
                    opened = open_file(file)
                    drawn = warden.run("govinfo.study.review:draw", opened, *cut)
                    (pictures / name).write_bytes(b64decode(cast("str", drawn)))
                    one = replace(one, picture=f"pictures/{name}")
                except GovinfoError as error:
                    told = _with(one.sentence, "picture.none", why=error)
                    one = replace(one, sentence=told)
            found.append(one)
    return found


Cut = tuple[int, tuple[float, ...], float, float]


def _cut(place: str, others: Iterable[str]) -> Cut | None:
    """Page, box, and what of the page is shown: rows of the table, nothing else."""
    if (found := _PLACE.match(place)) is None:
        return None
    boxes = [
        tuple(map(float, other.groups()[2:]))
        for other in map(_PLACE.match, others)
        if other and other.groups()[:2] == found.groups()[:2]
    ]
    box = tuple(map(float, found.groups()[2:]))
    near = 2 * max(box[3] - box[1], 12.0)
    top = max(min(one[1] for one in boxes), box[1] - near)
    bottom = min(max(one[3] for one in boxes), box[3] + near)
    return int(found[1]), box, top, bottom


def draw(
    file: File, page: int, box: tuple[float, ...], top: float, bottom: float
) -> str:
    """Cut the rows around a cell out of its page; runs in a process with limits.

    The picture comes in base64.
    """
    from PIL import ImageDraw

    image, scale = drawn_page(file, page)
    edges = [edge * scale for edge in box]
    ImageDraw.Draw(image).rectangle(edges, outline=OUTLINE, width=STROKE)
    part = (0, round(top * scale), image.width, round(bottom * scale))
    return b64encode(packed(image.crop(part), 16)).decode("ascii")


def _with(sentence: Said, key: str, **values: object) -> Said:
    """A sentence and another after it."""
    more = say(key, **values)
    return Said(sentence.en + more.en, sentence.zh + more.zh)


def _pages(folder: Path, doubts: list[Doubt], cells: pd.DataFrame) -> None:
    """The doubts as a page in each language; whatever was read is text there."""
    kinds = {
        key.removeprefix("kind."): said
        for key, said in templates("govinfo.study").items()
        if key.startswith("kind.")
    }
    counts = Counter(one.kind for one in doubts)
    names = {
        (form, row.table, row.code, column.code): column
        for form in cells["form"].unique()
        for table in TABLES
        for row in form_rows(table, form)
        for column in row.columns
    }
    rows = defaultdict(list)
    for report, *row, form, raw in _rows(cells, *KEYS["cells"], "form", "raw"):
        rows[report, *row[:2]].append((row[2], names[form, *row], raw))
    template = environment().get_template("review.html.j2")
    for name, at in (("index.html", 0), ("index.zh.html", 1)):
        html = template.render(
            doubts=doubts,
            kinds=kinds,
            counts={kinds[kind]: n for kind, n in counts.items()},
            rows=rows,
            most=MOST_PICTURES,
            glossed=glossed,
            root=folder.parent,
            t=lambda en, zh, at=at: (en, zh)[at],
        )
        (folder / name).write_text(html, "utf-8")
