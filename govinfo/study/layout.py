"""The layout of a study, how a new one is made, and what every column of it means.

The README of the repository's data ships with govinfo, in English and in Chinese: what
it says of the tables that every study has is the dictionary of each study, of every
export and of the data package.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from shutil import copyfile

from govinfo.agencies import DESCRIPTION
from govinfo.agencies.regions import provinces
from govinfo.beside import rows_of
from govinfo.corrections import COLUMNS as CORRECTION_COLUMNS
from govinfo.errors import SourceError, meant
from govinfo.registry import REGISTRY_COLUMNS
from govinfo.remote import is_address
from govinfo.sources import find_sources, table_beside

_ALIKE = (
    *("reports", "cells", "findings", "suggestions", "checks", "indicators"),
    *("corrections", "registry", "agencies"),
)
_SECTION = re.compile(
    r"^## `(?P<table>\w+)\.csv`\n(?P<body>.*?)(?=^## |\Z)", re.M | re.S
)
_ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<meaning>.+?) \|$", re.MULTILINE)


@lru_cache(maxsize=2)
def dictionary(lang: str = "en") -> dict[str, dict[str, str]]:
    """
    What every column means.

    Parameters
    ----------
    lang : {"en", "zh"}
        The language to say it in.

    Returns
    -------
    dict of str to dict
        For each table, without ``.csv``, its columns with their meaning, in order.

    Examples
    --------
    >>> dictionary()["cells"]["place"]
    'where it was read: page, table, row and column, or line'
    """
    return {
        section["table"]: {
            row["name"]: row["meaning"].replace("`", "")
            for row in _ROW.finditer(_columns(section["body"]))
        }
        for section in _SECTION.finditer(_text(lang))
    }


def _columns(body: str) -> str:
    """The table of columns of a section, without tables of values after it."""
    start = max(body.find("| column |"), body.find("| 列 |"))
    return body[start:].partition("\n\n")[0]


def data_readme(lang: str = "en") -> str:
    """The README of a study's data folder, in English or in Chinese."""
    head = Path(__file__).with_name(f"data.{lang}.md").read_text("utf-8")
    return f"{head}\n{_text(lang)}"


@lru_cache(maxsize=2)
def _text(lang: str = "en") -> str:
    """The sections on the tables that every study has."""
    name = "README.zh.md" if lang == "zh" else "README.md"
    shared = shipped(name, "data").read_text("utf-8")
    sections = {s["table"]: s[0] for s in _SECTION.finditer(shared)}
    return "\n\n".join(sections[table].rstrip() for table in _ALIKE) + "\n"


def shipped(name: str, folder: str = "") -> Path:
    """
    A file or folder that comes with govinfo.

    In an installed package it stands beside this module; in the repository, where the
    repository as a study has it.
    """
    inside = Path(__file__).with_name(name)
    return inside if inside.exists() else Path(__file__).parents[2] / folder / name


AGENCY_TABLE_COLUMNS = ("agency_id", "agency", *DESCRIPTION)
"""Columns of ``agencies.csv``."""

# The divisions that a whole name lists, such as 四川省 and 成都市.
_DIVISION = re.compile("..+?[省市区县州盟旗]")

# Not of the study: what a program keeps for itself, and what differs with every run.
_IGNORED = (
    "data/.govinfo/\ndata/timings.csv\nexport/\nreview/\nsite/\n.ipynb_checkpoints/\n"
)


class Study:
    """
    Where everything of a study is.

    Attributes
    ----------
    root : Path
        Its folder.
    data : Path
        The folder of tables.
    documents : Path
        The folder of documents.
    registry : Path
        What the researcher knows of the documents.
    corrections : Path
        Cells corrected by hand.
    notebooks : Path
        The folder of notebooks.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.documents = self.data / "reports"
        self.registry = self.data / "registry.csv"
        self.corrections = self.data / "corrections.csv"
        self.notebooks = root / "notebooks"

    @property
    def is_there(self) -> bool:
        """Whether the folder is a study: it has a registry or a folder of documents."""
        return self.registry.is_file() or self.documents.is_dir()

    def read_registry(self) -> list[dict[str, str]]:
        """The rows of the registry, with every column of the contract."""
        if not self.registry.is_file():
            return []
        empty = dict.fromkeys(REGISTRY_COLUMNS, "")
        return [empty | row for row in table_beside(self.registry, "registry")[1]]

    def write_registry(self, rows: Sequence[dict[str, str]]) -> None:
        """Write the registry anew; columns of the researcher's own are kept."""
        own = [n for n in (rows[0] if rows else ()) if n not in REGISTRY_COLUMNS]
        columns = (*REGISTRY_COLUMNS, *own)
        lines = ([row.get(name, "") for name in columns] for row in rows)
        write_rows(self.registry, columns, lines)


def write_rows(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Iterable[object]],
    encoding: str = "utf-8",
) -> None:
    """Write a table that people edit; the old one stays until the new one is whole."""
    fresh = path.with_name(path.name + ".part")
    with fresh.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    fresh.replace(path)


def open_study(folder: Path | str) -> Study:
    """
    Open a study.

    Parameters
    ----------
    folder : Path or str
        Its folder.

    Returns
    -------
    Study
        Where everything stands.

    Raises
    ------
    SourceError
        If the folder is no study.
    """
    study = Study(Path(folder))
    if not study.root.is_dir():
        beside = study.root.parent.iterdir() if study.root.parent.is_dir() else ()
        near = meant(study.root.name, (p.name for p in beside if Study(p).is_there))
        raise SourceError(
            f"{folder} does not exist.{near} Name a study, or make one with 'govinfo "
            f"new {folder}'."
        )
    if not study.is_there:
        raise SourceError(
            f"{folder} is no study: found neither {study.registry} nor "
            f"{study.documents}. Make one with 'govinfo new {folder}'."
        )
    return study


def to_extract(
    paths: Sequence[str], out: Path | str | None
) -> tuple[list[Path | str], Path]:
    """
    Tell what to read and where to write it.

    Parameters
    ----------
    paths : sequence of str
        As given to ``govinfo extract``.
    out : Path or str or None
        Where to write; None says that ``paths`` is a study.

    Returns
    -------
    list of Path or str, and Path
        What to read, and the folder to write into.

    Raises
    ------
    SourceError
        If there is nowhere to write, or the study holds no document.
    """
    if out is not None:
        # What agencies publish on the web is fetched politely, by another command.
        return [
            p if is_address(p) and not p.lower().startswith("http") else Path(p)
            for p in paths
        ], Path(out)
    study = Study(Path(paths[0]))
    if len(paths) > 1 or not study.is_there:
        # Says of an address what to do with it.
        for path in paths:
            if path.lower().startswith("http"):
                find_sources([Path(path)])
        if len(paths) == 1 and not study.root.exists():
            open_study(study.root)
        raise SourceError(
            f"{' '.join(paths)}: found no --out and no study, so there is nowhere to "
            "write. Name a folder with --out DIR, or make a study with 'govinfo new "
            "DIR' and copy the documents into its data/reports."
        )
    if not study.documents.is_dir() or not any(study.documents.iterdir()):
        registered = any(row["published_at"] for row in study.read_registry())
        advice = (
            f"Fetch the registered ones with 'govinfo download {study.root}', or copy"
            if registered
            else "Copy"
        )
        raise SourceError(f"{study.documents} is empty. {advice} documents into it.")
    return [study.documents], study.data


def new_study(
    folder: Path | str,
    *,
    lang: str | None = None,
    known: bool = False,
    region: str | None = None,
    since: int | None = None,
) -> tuple[Study, int]:
    """
    Make a study.

    Parameters
    ----------
    folder : Path or str
        A folder that does not exist or is empty.
    lang : {"en", "zh"}, optional
        Keep the notebooks in one language.
    known : bool
        Fill the registry with the addresses of reports that ship with govinfo.
    region : str, optional
        Of these only those whose place has this name, such as ``四川``.
    since : int, optional
        Of these only those on this year and later.

    Returns
    -------
    Study and int
        The study, and how many reports were registered.

    Raises
    ------
    SourceError
        If the folder holds something, or no known report is of that place and time.
    """
    study = Study(Path(folder))
    if study.root.exists() and (not study.root.is_dir() or any(study.root.iterdir())):
        raise SourceError(
            f"{folder} holds something already, and a new study would be mixed with "
            "it. Name a folder that is new or empty."
        )
    rows: list[dict[str, str]] = []
    if known or region or since:
        english = {p["english"]: p["chinese"] for p in provinces()}
        place, every = english.get(region or "", region or ""), _known()
        rows = [
            row
            for row in every
            if place in row["region"] and int(row["report_year"] or 0) >= (since or 0)
        ]
        if not rows:
            named = (_DIVISION.findall(row["region"]) for row in every)
            near = meant(place, {*english, *chain.from_iterable(named)})
            raise SourceError(
                f"No known report is of region {region or 'any'!r} since "
                f"{since or 'the beginning'}.{near} Try another name, such as 四川 or "
                "四川省成都市, or an earlier year."
            )
    try:
        study.documents.mkdir(parents=True)
        study.notebooks.mkdir()
    except OSError as error:
        raise SourceError(
            f"{folder} cannot be made ({error.strerror}). Name a folder that you may "
            "write into."
        ) from error
    study.write_registry(rows)
    write_rows(study.data / "agencies.csv", AGENCY_TABLE_COLUMNS, [])
    write_rows(study.corrections, CORRECTION_COLUMNS, [])
    for name, its in (("README.md", "en"), ("README.zh.md", "zh")):
        (study.data / name).write_text(data_readme(its), "utf-8")
    (study.root / ".gitignore").write_text(_IGNORED, "utf-8")
    readme = Path(__file__).with_name(f"readme.{lang or 'en'}.md")
    copyfile(readme, study.root / "README.md")
    # How far methods keep their word takes too long to find out anew.
    measured = shipped("comparison_study.csv", "data")
    copyfile(measured, study.data / measured.name)
    for notebook in shipped("notebooks").glob("*.ipynb"):
        text = _in_language(notebook.read_text("utf-8"), lang)
        (study.notebooks / notebook.name).write_text(text, "utf-8")
    return study, len(rows)


def _known() -> list[dict[str, str]]:
    """The addresses that ship with govinfo, as rows of a registry."""
    return [
        {name: row[name] for name in row if name in REGISTRY_COLUMNS}
        | {"published_at": row["url"]}
        for row in rows_of(shipped("known_reports.csv", "data"))
    ]


def _in_language(notebook: str, lang: str | None) -> str:
    """A notebook without outputs, and without the prose of the other language."""
    book = json.loads(notebook)
    other = {"en": "lang:zh", "zh": "lang:en"}.get(lang or "")
    if other:
        tagged = ((cell["metadata"].get("tags", []), cell) for cell in book["cells"])
        book["cells"] = [cell for tags, cell in tagged if other not in tags]
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"
