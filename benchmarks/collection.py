"""The documents that accuracy is measured on, each with the cells that it prints."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[1]
BESIDE = [folder / "shared" for folder in ROOT.parents]
SHARED = next((f for f in BESIDE if (f / "reports").is_dir()), BESIDE[0])
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "scripts")]

from generate import as_docx, as_html, as_pdf, as_text, shape  # noqa: E402
from generate.damage import (  # noqa: E402
    ON_DISPUTES,
    ON_PROACTIVE,
    ON_REQUESTS,
    damaged,
    some_cells,
)
from generate.expected import Demand, Expected  # noqa: E402
from generate.strategies import page_by, printed_by  # noqa: E402
from generate.text import SHAPES  # noqa: E402

Key = tuple[str, str, str]

COUNTS = {
    "generated HTML": 600,
    "generated Word": 500,
    "generated text": 600,
    "generated PDF": 200,
    "damaged HTML": 420,
}
"""How many generated reports of each kind there are: 2,320."""

COMPARED = 40
"""How many of a kind other readers read too; some take seconds a document."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A document: its name, content, and what each cell must be read as."""

    name: str
    data: bytes
    truth: Mapping[Key, Expected]


def _expected(printed: str) -> Expected:
    try:
        return Expected(Decimal(printed))
    except ArithmeticError:
        return Expected(None, "blank")


def facsimiles() -> dict[str, list[Sample]]:
    """The bundled reports by kind; their figures were published and checked by hand."""
    truth: dict[str, dict[Key, Expected]] = {}
    with (ROOT / "data/figures/cells.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["table"], row["row_code"], row["column_code"])
            truth.setdefault(row["report_id"], {})[key] = _expected(row["printed"])
    kinds = {
        ".html": "facsimile HTML",
        ".pdf": "facsimile PDF",
        ".txt": "facsimile text",
    }
    found: dict[str, list[Sample]] = {kind: [] for kind in kinds.values()}
    for path in sorted((ROOT / "data" / "reports").iterdir()):
        sample = Sample(path.name, path.read_bytes(), truth[path.stem])
        found[kinds[path.suffix]].append(sample)
    return found


def generated(kind: str, number: int) -> Sample:
    """One generated report: the same one in every process and on every machine."""
    if kind == "damaged HTML":
        return _damaged(number)
    choose = Random(f"{kind} {number}").choice
    shaped = shape(*printed_by(choose))
    if kind == "generated HTML":
        name, data = "report.html", as_html(shaped, page_by(choose))
    elif kind == "generated Word":
        name, data = "report.docx", as_docx(shaped)
    elif kind == "generated PDF":
        name, data = "report.pdf", as_pdf(shaped)
    else:
        name, data = "report.txt", as_text(shaped, choose(SHAPES))
    return Sample(name, data, shaped.expected)


DAMAGES = [
    (which, damage)
    for which, damages in (
        ("requests", ON_REQUESTS),
        ("proactive", ON_PROACTIVE),
        ("disputes", ON_DISPUTES),
    )
    for damage in damages
]


def _damaged(number: int) -> Sample:
    which, damage = DAMAGES[number % len(DAMAGES)]
    shaped = damaged(some_cells(number), which, damage, number)
    return Sample("report.html", as_html(shaped), shaped.expected)


_SCANS = "s"


def _read_truth(path: Path) -> dict[Key, Expected]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["table"], row["row_code"], row["column_code"]): _expected(row["value"])
            for row in csv.DictReader(file)
        }


def shared() -> Iterator[tuple[str, Sample]]:
    """Kind and document of the collections beside the repository, where they are."""
    kinds = {
        ".html": "HTML",
        ".pdf": "PDF",
        ".docx": "Word",
        ".txt": "text",
        ".md": "damaged text",
    }
    for folder, title in (("cases", "case"), ("reports", "published")):
        for path in sorted((SHARED / folder).glob("*.*")):
            truth = _read_truth(SHARED / folder / "truth" / f"{path.stem}.csv")
            kind = kinds[path.suffix]
            if folder == "cases" and path.name.startswith(_SCANS):
                kind = "scan"
            yield f"{title} {kind}", Sample(path.name, path.read_bytes(), truth)


def faults() -> Iterator[Sample]:
    """Inputs beside the repository on which govinfo failed; some have no truth."""
    for path in sorted((SHARED / "faults").glob("*.*")):
        if path.suffix in (".html", ".pdf", ".txt", ".md") and path.stem != "README":
            file = SHARED / "faults" / "truth" / f"{path.stem}.csv"
            truth = _read_truth(file) if file.exists() else {}
            yield Sample(path.name, path.read_bytes(), truth)


__all__ = [
    "COMPARED",
    "COUNTS",
    "SHARED",
    "Demand",
    "Expected",
    "Key",
    "Sample",
    "facsimiles",
    "faults",
    "generated",
    "shared",
]
