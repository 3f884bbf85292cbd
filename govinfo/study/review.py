"""Every doubt of a study, to be settled by a person, and what was settled taken over.

The doubts stand in one page and one workbook; how two extractions differ is said too.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from govinfo.agencies import read_agencies
from govinfo.bilingual import IN_ENGLISH, Said, both, joined, speaker
from govinfo.checks.structure import place_of
from govinfo.checks.within import ReportCells, reports_of
from govinfo.corrections import COLUMNS as CORRECTION_COLUMNS
from govinfo.corrections import read_corrections
from govinfo.dataset import read_cells
from govinfo.dataset.written import as_text, from_text
from govinfo.errors import GovinfoError, SourceError
from govinfo.forms import form_row
from govinfo.indicators.registry import INDICATORS, parse
from govinfo.isolation import Limits, Warden
from govinfo.pages import OUTLINE, STROKE, drawn_page, packed
from govinfo.readers import File, open_file
from govinfo.recognise.objections import in_general
from govinfo.show import glossed, word
from govinfo.site.words import environment
from govinfo.study.export import add_sheets
from govinfo.study.layout import Study, write_rows
from govinfo.study.tables import KEYS, read_tables, tables_in

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
    key: Key = ("", "", "")
    where: Said = Said("", "")
    printed: str = ""
    sums_need: str = ""
    place: str = ""
    picture: str = ""

    def row(self, number: int, file: str) -> list[str]:
        """Its row in the workbook, with the answers empty."""
        told = (self.report_id, file, *self.key, self.where.en, self.printed)
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
    files = dict(_rows(frames["reports"], "report_id", "file"))
    doubts = sorted(_doubts(frames), key=lambda one: (-one.weight, one.report_id))
    folder = study.root / "review"
    folder.mkdir(exist_ok=True)
    paths = {report: study.documents / file for report, file in files.items()}
    doubts = _with_pictures(doubts, paths, folder, frames["cells"])
    rows = [one.row(n, files.get(one.report_id, "")) for n, one in enumerate(doubts, 1)]
    texts = ([as_text(value) for value in row] for row in rows)
    write_rows(folder / "review.csv", COLUMNS, texts, "utf-8-sig")
    book = openpyxl.Workbook(write_only=True)
    add_sheets(book, "review", COLUMNS, rows, ANSWERS)
    book.save(folder / "review.xlsx")
    _pages(folder, doubts, frames["cells"])
    return doubts, folder / "index.html"


def _doubts(frames: Mapping[str, pd.DataFrame]) -> Iterator[Doubt]:
    cells = frames["cells"]
    lines = _rows(cells, *KEYS["cells"], "raw", "place", "form", "doubts")
    known = {line[:4]: line[4:] for line in lines}
    for report in reports_of(cells, "review"):
        yield from _of_cells(report, known)
    if "suggestions" in frames:
        yield from _of_sums(frames["suggestions"], known)
    values = frames["indicators"]["report_id"] if "indicators" in frames else ()
    yield from _of_reports(frames["reports"], Counter(values))


def _rows(frame: pd.DataFrame, *names: str) -> Iterator[tuple[Any, ...]]:
    """Some columns of a table, row by row."""
    return zip(*(frame[name] for name in names), strict=True)


Known = Mapping[tuple[str, ...], tuple[str, ...]]
"""What is printed in a cell, its place, its form and the codes of its objections."""


def _of_cells(report: ReportCells, known: Known) -> Iterator[Doubt]:
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
        raw, place, _, codes = known[report.report_id, *key]
        need = " or ".join(sorted(needed[key]))
        sentence = say(f"cell.{state}" if raw else "cell.nothing", raw=raw)
        if need:
            sentence = _with(sentence, "cell.need", need=need)
        if codes:
            why = joined([in_general(code) for code in codes.split(";")])
            sentence = _with(sentence, "cell.why", why=why)
        what = "cell", sentence, _moved(key), report.report_id, key
        yield Doubt(*what, report.place(key), raw, need, place)


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


def _of_sums(suggestions: pd.DataFrame, known: Known) -> Iterator[Doubt]:
    """Failed sums, with the smallest change that would mend them."""
    first = suggestions[suggestions["solution"] == 1]
    for own, *cell, new, others in _rows(
        first, *KEYS["cells"], "suggested", "alternatives"
    ):
        key: Key = (cell[0], cell[1], cell[2])
        raw, place, form, _ = known[own, *key]
        more = say("sum.others", n=others) if others else both("")
        value = f"{new:.15g}"
        what = "sum", say("sum.needs", value=value, more=more), _moved(key), own, key
        yield Doubt(*what, place_of(form, key), raw, value, place)


def _of_reports(reports: pd.DataFrame, values: Mapping[str, int]) -> Iterator[Doubt]:
    """Reports that nobody can name, that stand twice, and years that are not there."""
    import pandas as pd

    read = reports[reports["status"] != "failed"]
    has_agency, has_year = read["agency"] != "", read["report_year"].notna()

    def of_file(kind: str, sentence: Said, line: Mapping[Any, Any]) -> Doubt:
        own = line["report_id"]
        return Doubt(kind, sentence, values.get(own, 0) or 1, own)

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
    doubts: list[Doubt], paths: Mapping[str, Path], folder: Path, cells: pd.DataFrame
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
                try:
                    # The process that draws may open no file, and answers in text.
                    opened = open_file(paths[one.report_id].absolute())
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
    counts = Counter(one.kind for one in doubts)
    kinds = {kind: say(f"kind.{kind}") for kind in counts}
    rows = defaultdict(list)
    lines = _rows(cells, *KEYS["cells"], "form", "raw")
    for report, table, row, code, form, raw in lines:
        columns = form_row(table, form, row).columns
        column = next(column for column in columns if column.code == code)
        rows[report, table, row].append((code, column, raw))
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


_IDENTITY = ("agency", "report_year")
_NAMED = ("column_code", "text")


class Settled(NamedTuple):
    """How many cells and reports were settled, and how many doubts are left."""

    cells: int
    reports: int
    left: int


def correct_study(study: Study, file: Path | str) -> Settled:
    """
    Take a filled-in review over into ``corrections.csv`` and ``registry.csv``.

    Parameters
    ----------
    study : Study
        The study.
    file : Path or str
        ``review.xlsx`` or ``review.csv`` with some of its answers filled in.

    Returns
    -------
    Settled
        Nothing is read again: that is left to ``govinfo extract``.

    Raises
    ------
    SourceError
        If the file is no review, or an answer lacks why and who, fits no cell, or is
        no figure; nothing is taken over then.
    """
    rows = list(_filled(Path(file)))
    frames = read_tables(study)
    known = frames["cells"].set_index([*KEYS["cells"]])["raw"].to_dict()
    of_files = set(frames["reports"]["file"])
    given = study.corrections.is_file() and read_corrections(study.corrections)
    corrections: dict[tuple[str, ...], dict[str, str]]
    corrections = {(one.report_id, *one.key): asdict(one) for one in given or ()}
    registry = study.read_registry()
    cells = reports = left = 0
    for here, row in rows:
        if not any(row[name] for name in ("new", *_IDENTITY)):
            left += 1
            continue
        _need(here, row)
        if row["new"]:
            key = tuple(row[name] for name in KEYS["cells"])
            if key not in known:
                raise SourceError(
                    f"{here}: found {' '.join(key)!r}, which is no cell of the last "
                    "extraction. Take the review anew with 'govinfo review "
                    f"{study.root}'."
                )
            corrections[key] = {**row, "old": known[key]}
            cells += 1
        if any(row[name] for name in _IDENTITY):
            _register(here, registry, row, of_files)
            reports += 1
    _write(study.corrections, corrections.values())
    if reports:
        study.write_registry(registry)
    return Settled(cells, reports, left)


def _filled(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The lines of a review as text, each with where it stands."""
    import pandas as pd

    if not path.is_file():
        raise SourceError(
            f"{path} does not exist. Name the review.xlsx or review.csv that was "
            "filled in."
        )
    # Text stays as it was typed, and a line that is empty is a line.
    kept: dict[str, Any] = {"dtype": object, "keep_default_na": False}
    lines: dict[str, Any] = {"index_col": False, "skip_blank_lines": False}
    try:
        table = (
            pd.read_excel(path, **kept)
            if path.suffix.lower() == ".xlsx"
            else pd.read_csv(path, encoding="utf-8-sig", **kept, **lines)
        )
    except Exception as error:
        raise SourceError(
            f"{path} cannot be read as a table ({error}). Name the review.xlsx, or the "
            "review.csv in UTF-8, that was filled in."
        ) from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise SourceError(
            f"{path}: the columns {', '.join(missing)} are missing, so this is no "
            "review. Fill in the file that 'govinfo review' wrote."
        )
    for number, row in enumerate(table.to_dict("records"), start=2):
        typed = {name: from_text(_typed(row[name])) for name in COLUMNS}
        yield f"{path}, line {number}", typed


def _typed(value: object) -> str:
    """What somebody typed into a cell, a date without its time."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value != value else str(value).strip()


def _need(here: str, row: dict[str, str]) -> None:
    empty = [name for name in ("why", "who") if not row[name]]
    if empty:
        raise SourceError(
            f"{here}: {' and '.join(empty)} is empty. A change of the data says why it "
            "was made and by whom."
        )
    row["when"] = row["when"] or date.today().isoformat()


def _register(
    here: str, registry: list[dict[str, str]], row: dict[str, str], files: set[str]
) -> None:
    if row["file"] not in files:
        raise SourceError(
            f"{here}: found the file {row['file']!r}, which the last extraction did "
            "not read. Agency and year belong to a file; leave them empty elsewhere."
        )
    if row["report_year"] and not row["report_year"].isdecimal():
        raise SourceError(
            f"{here}: found report_year {row['report_year']!r}, expected a year such "
            "as 2023. Correct it."
        )
    entry = next((one for one in registry if one["file"] == row["file"]), None)
    if entry is None:
        entry = {"file": row["file"], "note": ""}
        registry.append(entry)
    given = [name for name in _IDENTITY if row[name]]
    entry |= {name: row[name] for name in given}
    said = f"{' and '.join(given)} by {row['who']}, {row['when']}: {row['why']}"
    entry["note"] = " ".join(filter(None, [entry.get("note", ""), said]))


def _write(path: Path, corrections: Iterable[dict[str, str]]) -> None:
    """Write a table of corrections, if it can be read again."""
    lines = ([row.get(name, "") for name in CORRECTION_COLUMNS] for row in corrections)
    fresh = path.with_name("corrections.csv.new")
    write_rows(fresh, CORRECTION_COLUMNS, lines)
    try:
        read_corrections(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


DIFF_COLUMNS = (*KEYS["cells"], "old", "old_state", "new", "new_state")
"""Columns of what ``govinfo diff`` writes."""


def differences(old: Path | str, new: Path | str) -> list[dict[str, str]]:
    """
    Say which cells two extractions have otherwise.

    Parameters
    ----------
    old, new : Path or str
        Extracted folders, or studies.

    Returns
    -------
    list of dict
        The columns of :data:`DIFF_COLUMNS`, in the order of ``old``, then of ``new``;
        a cell that one of them lacks has no state there. Agency and year of a report
        are rows of the table ``reports``.
    """
    import pandas as pd

    before, after = (_shown(tables_in(folder)) for folder in (old, new))
    keys = before.index.union(after.index, sort=False)
    shown = [frame.reindex(keys) for frame in (before, after)]
    both = pd.concat(shown, axis="columns").fillna("")
    both.columns = ["old", "old_state", "old_form", "new", "new_state", "new_form"]
    is_same = (both["old"] == both["new"]) & (both["old_state"] == both["new_state"])
    rows: Any = both[~is_same].reset_index().to_dict("records")
    return list(rows)


def _shown(folder: Path) -> pd.DataFrame:
    """What stands in each cell, and of which agency and year each report is."""
    import pandas as pd

    cells = read_cells(folder)
    texts = cells["value"].map("{:.15g}".format, na_action="ignore").astype(object)
    shown = texts.where(cells["value"].notna(), cells["raw"]).astype(str)
    reports = read_agencies(folder)[["report_id", *_IDENTITY]]
    named = reports.astype("string").fillna("").melt("report_id", None, *_NAMED)
    states = named["text"].map(lambda text: "reported" if text else "blank")
    named = named.assign(table="reports", row_code="", state=states, form="")
    whole = pd.concat([cells.assign(text=shown), named]).set_index([*KEYS["cells"]])
    return whole[["text", "state", "form"]].astype(object)


def summary(rows: list[dict[str, str]]) -> list[Said]:
    """Whole sentences on what differs: reports that came and went, cells by report."""
    by_report: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        by_report[row["report_id"]].append(row)
    sentences = []
    for report, own in by_report.items():
        cells = [row for row in own if row["table"] != "reports"]
        told = {"report": report, "n": len(cells)}
        if all(not row["old_state"] for row in own):
            sentences.append(say("diff.new", **told))
        elif all(not row["new_state"] for row in own):
            sentences.append(say("diff.gone", **told))
        else:
            changed = [row for row in own if row["table"] == "reports"] + cells[:5]
            changes = [_changed(row) for row in changed]
            if len(cells) > 5:
                changes.append(say("diff.more", n=len(cells) - 5))
            listed = joined(changes, "; ", "；")
            sentences.append(say("diff.changed", changes=listed, **told))
    return sentences or [say("diff.same")]


def _changed(row: dict[str, str]) -> Said:
    """What became of a cell."""
    states = {
        name: Said(word(row[name]), word(row[name], "zh"))
        if row[name]
        else say("diff.no_cell")
        for name in ("old_state", "new_state")
    }
    values = {name: row[name] or "–" for name in ("old", "new")}
    table, code, column = (row[name] for name in KEYS["cells"][1:])
    where = Said(word(column), word(column, "zh"))
    if table != "reports":
        where = place_of(row["new_form"] or row["old_form"], (table, code, column))
    return say("diff.cell", where=where, **values, **states)
