"""Take what a person settled over into a study, and say how two extractions differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govinfo.agencies import read_agencies
from govinfo.bilingual import Said, joined
from govinfo.checks.structure import place_of
from govinfo.corrections import COLUMNS as CORRECTION_COLUMNS
from govinfo.corrections import read_corrections
from govinfo.dataset import read_cells
from govinfo.dataset.written import from_text
from govinfo.errors import SourceError
from govinfo.show import word
from govinfo.study.layout import Study, write_rows
from govinfo.study.review import COLUMNS, say
from govinfo.study.tables import read_tables, tables_in

if TYPE_CHECKING:
    import pandas as pd

_CELL = ("report_id", "table", "row_code", "column_code")
_IDENTITY = ("agency", "report_year")
_NAMED = ("column_code", "text")


@dataclass(frozen=True, slots=True)
class Settled:
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
    path = Path(file)
    rows = list(_filled(path))
    frames = read_tables(study)
    known = frames["cells"].set_index([*_CELL])["raw"].to_dict()
    of_files = set(frames["reports"]["file"])
    given = study.corrections.is_file() and read_corrections(study.corrections)
    corrections: dict[tuple[str, ...], dict[str, str]]
    corrections = {(one.report_id, *one.key): asdict(one) for one in given or ()}
    registry = study.read_registry()
    cells = reports = left = 0
    for number, row in rows:
        here = f"{path}, line {number}"
        if not any(row[name] for name in ("new", *_IDENTITY)):
            left += 1
            continue
        _need(here, row)
        if row["new"]:
            key = tuple(row[name] for name in _CELL)
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
    _write(study, list(corrections.values()), registry if reports else None)
    return Settled(cells, reports, left)


def _filled(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a review as text, each with its number."""
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
        yield number, {name: from_text(_typed(row[name])) for name in COLUMNS}


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


def _write(
    study: Study,
    corrections: list[dict[str, str]],
    registry: list[dict[str, str]] | None,
) -> None:
    """Write both tables, the corrections only if they can be read again."""
    lines = ([row.get(name, "") for name in CORRECTION_COLUMNS] for row in corrections)
    fresh = study.corrections.with_name("corrections.csv.new")
    write_rows(fresh, CORRECTION_COLUMNS, lines)
    try:
        read_corrections(fresh)
        fresh.replace(study.corrections)
    finally:
        fresh.unlink(missing_ok=True)
    if registry is not None:
        study.write_registry(registry)


DIFF_COLUMNS = (*_CELL, "old", "old_state", "new", "new_state")
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
    whole = pd.concat([cells.assign(text=shown), named]).set_index([*_CELL])
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
    table, code, column = (row[name] for name in _CELL[1:])
    where = Said(word(column), word(column, "zh"))
    if table != "reports":
        where = place_of(row["new_form"] or row["old_form"], (table, code, column))
    return say("diff.cell", where=where, **values, **states)
