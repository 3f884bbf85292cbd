"""Every doubt of a study in one page and one workbook, to be settled by a person."""

from __future__ import annotations

import html
import re
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from govinfo.checks.structure import where
from govinfo.checks.within import ReportCells, reports_of
from govinfo.dataset.written import as_text
from govinfo.errors import GovinfoError
from govinfo.indicators.registry import INDICATORS, parse
from govinfo.isolation import Limits, Warden
from govinfo.pages import OUTLINE, STROKE, drawn_page, packed
from govinfo.readers import File, open_file
from govinfo.study.layout import Study, write_rows
from govinfo.study.tables import read_tables

if TYPE_CHECKING:
    import pandas as pd

Key = tuple[str, str, str]

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
    sentence: str
    weight: int
    report_id: str = ""
    file: str = ""
    key: Key = ("", "", "")
    where: str = ""
    printed: str = ""
    sums_need: str = ""
    place: str = ""
    picture: str = ""

    def row(self, number: int) -> list[str]:
        """Its row in the workbook, with the answers empty."""
        told = (self.report_id, self.file, *self.key, self.where, self.printed)
        given = [str(number), self.kind, *told, self.sums_need, self.sentence]
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
    frames = read_tables(study)
    doubts = sorted(_doubts(frames), key=lambda one: (-one.weight, one.report_id))
    folder = study.root / "review"
    folder.mkdir(exist_ok=True)
    doubts = _with_pictures(doubts, study, folder, frames["cells"])
    rows = [one.row(number) for number, one in enumerate(doubts, start=1)]
    texts = ([as_text(value) for value in row] for row in rows)
    write_rows(folder / "review.csv", COLUMNS, texts, "utf-8-sig")
    _workbook(folder / "review.xlsx", rows)
    page = folder / "index.html"
    page.write_text(_page(doubts, frames["cells"]), "utf-8")
    return doubts, page


def _doubts(frames: Mapping[str, pd.DataFrame]) -> Iterator[Doubt]:
    reports, cells = frames["reports"], frames["cells"]
    files = dict(zip(reports["report_id"], reports["file"], strict=True))
    values = Counter(
        frames["indicators"]["report_id"] if "indicators" in frames else ()
    )
    places = cells.set_index(["report_id", "table", "row_code", "column_code"])["place"]
    for report in reports_of(cells, "review"):
        own = report.report_id
        for one in _of_cells(report):
            place = str(places[(own, *one.key)])
            yield replace(one, file=files.get(own, ""), place=place)
    if "suggestions" in frames:
        yield from _of_sums(frames["suggestions"], cells, files)
    yield from _of_reports(reports, values)


def _of_cells(report: ReportCells) -> Iterator[Doubt]:
    """Cells that were not read for sure, with what the sums would need there."""
    needed: dict[Key, set[str]] = defaultdict(set)
    for total in report.sums():
        terms = [(key, 1) for key in total.left] + [(key, -1) for key in total.right]
        open_keys = [term for term in terms if report.look(term[0])[1] is None]
        if len(open_keys) == 1:
            (key, sign) = open_keys[0]
            rest = sum(s * (report.look(k)[1] or 0) for k, s in terms if k != key)
            needed[key].add(f"{-sign * rest:g}")
    for key, state in report.state.items():
        if state not in _DOUBTFUL:
            continue
        need = " or ".join(sorted(needed[key]))
        raw = report.raw.get(key, "")
        sentence = (
            f"{raw!r} was read, but not for sure."
            if state == "uncertain"
            else f"{raw!r} was read, which is no figure."
        )
        if need:
            sentence += f" The sums of the form need {need} here."
        yield Doubt(
            "cell",
            sentence,
            _moved(key),
            report.report_id,
            key=key,
            where=where(report.form_of(key), key),
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
    names = ("report_id", "table", "row_code", "column_code", "raw", "place", "form")
    columns = (cells[name] for name in names)
    known = {tuple(one[:4]): one[4:] for one in zip(*columns, strict=True)}
    for line in suggestions[suggestions["solution"] == 1].to_dict("records"):
        key = (line["table"], line["row_code"], line["column_code"])
        raw, place, form = known[line["report_id"], *key]
        others = int(line["alternatives"] or 0)
        more = f"; {others} other changes would do as well" if others else ""
        yield Doubt(
            "sum",
            f"The sums fail, and would hold with {line['suggested']:g} here{more}. If "
            "the agency printed it so, leave it: then it is a finding.",
            _moved(key),
            line["report_id"],
            files.get(line["report_id"], ""),
            key,
            where(form, key),
            raw,
            f"{line['suggested']:g}",
            place,
        )


def _of_reports(reports: pd.DataFrame, values: Mapping[str, int]) -> Iterator[Doubt]:
    """Reports that nobody can name, that stand twice, and years that are not there."""
    read = reports[reports["status"] != "failed"]
    has = {"agency": read["agency"] != "", "year": read["report_year"].notna()}
    for number, line in enumerate(read.to_dict("records")):
        lacks = [word for word, column in has.items() if not column.iloc[number]]
        if lacks:
            yield Doubt(
                "identity",
                f"Nothing says the {' and the '.join(lacks)} of this report.",
                values.get(line["report_id"], 0) or 1,
                line["report_id"],
                line["file"],
            )
    named = read[(read["agency"] != "") & read["report_year"].notna()]
    for (agency, year), group in named.groupby(["agency_id", "report_year"]):
        ids = list(group["report_id"])
        same = dict(zip(ids, group.get("same_as", [""] * len(ids)), strict=True))
        for own in ids[1:]:
            if same[own]:
                continue
            yield Doubt(
                "duplicate",
                f"{ids[0]} is a report of {agency!s} for {year!s} as well. If they are "
                "of two agencies, name the agency of this one.",
                values.get(own, 0) or 1,
                own,
                dict(zip(ids, group["file"], strict=True))[own],
            )
    for agency, years in named.groupby("agency_id")["report_year"]:
        there = {int(year) for year in years}
        gap = sorted(set(range(min(there), max(there))) - there)
        if gap:
            listed = ", ".join(map(str, gap))
            yield Doubt("missing", f"Of {agency!s} there is no report for {listed}.", 0)
    for line in reports[reports["status"] == "failed"].to_dict("records"):
        yield Doubt("file", line["message"], 1, line["report_id"], line["file"])


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
                    one = replace(one, sentence=f"{one.sentence} No picture: {error}")
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


def _workbook(path: Path, rows: list[list[str]]) -> None:
    """The table to fill in, where openpyxl is there to write it; the CSV has it too."""
    try:
        import openpyxl
    except ImportError:
        path.unlink(missing_ok=True)
        return
    from openpyxl.styles import PatternFill

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "review"
    sheet.append(list(COLUMNS))
    sheet.freeze_panes = "A2"
    to_fill = PatternFill("solid", fgColor="FFF2CC")
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place)
            if value:
                cell.value = value
                # Text, though it may look like a formula.
                cell.data_type = "s"
            if COLUMNS[place - 1] in ANSWERS:
                cell.fill = to_fill
    book.save(path)


_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Doubts to settle</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{border:1px solid #767676;padding:.2rem .5rem}
img{max-width:100%;border:1px solid #767676}h2{margin-top:2.5rem}
mark{background:#ffe08a}</style></head><body>
<h1>Doubts to settle</h1>
"""


def _page(doubts: list[Doubt], cells: pd.DataFrame) -> str:
    counts = Counter(one.kind for one in doubts)
    listed = ", ".join(f"{count} of kind {kind}" for kind, count in counts.items())
    said = (
        f"{len(doubts)} doubts: {listed}; those that move most indicators come first. "
        "Fill in the yellow columns of review.xlsx, or the same ones of review.csv, "
        "and run <code>govinfo correct DIR FILE</code>. Pictures show rows of the "
        f"tables alone; at most {MOST_PICTURES} are drawn."
        if doubts
        else "Nothing is in doubt."
    )
    by_row = {
        key: list(zip(group["column_code"], group["raw"], strict=True))
        for key, group in cells.groupby(["report_id", "table", "row_code"])
    }
    parts = [_HEAD, f"<p>{said}</p>\n"]
    for number, one in enumerate(doubts, start=1):
        title = " ".join(filter(None, [one.report_id, one.where]))
        parts.append(f"<h2>{number}. {html.escape(title or one.kind)}</h2>\n")
        parts.append(f"<p>{html.escape(one.sentence)}</p>\n")
        if one.picture:
            alt = html.escape(f"The printed rows around {one.where}")
            parts.append(f'<p><img src="{one.picture}" alt="{alt}"></p>\n')
        row = by_row.get((one.report_id, *one.key[:2]))
        if row:
            parts.append(_read_row(row, one.key[2]))
    return "".join(parts) + "</body></html>\n"


def _read_row(row: list[tuple[str, str]], column: str) -> str:
    """The row as it was read, the cell in question marked."""
    heads = "".join(f"<th>{html.escape(code)}</th>" for code, _ in row)
    texts = (
        f"<mark>{html.escape(raw)}</mark>" if code == column else html.escape(raw)
        for code, raw in row
    )
    body = "".join(f"<td>{text}</td>" for text in texts)
    return f"<table><tr>{heads}</tr><tr>{body}</tr></table>\n"
