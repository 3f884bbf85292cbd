"""The documents that accuracy is measured on, each with the cells that it prints."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
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
from generate.shape import Shaped  # noqa: E402
from generate.strategies import pages, printed_reports  # noqa: E402
from generate.text import SHAPES  # noqa: E402

Key = tuple[str, str, str]

BATCH = 20
"""Generated reports that are made, and measured, together."""

BATCHES = {
    "generated HTML": 30,
    "generated Word": 25,
    "generated text": 30,
    "generated PDF": 10,
    "damaged HTML": 21,
}
"""How many batches of each kind of generated report there are: 2,320 reports."""

COMPARED = 2
"""How many batches of a kind other readers read too; some take seconds a document."""

SAMPLED = {
    "generated HTML": 12,
    "generated Word": 12,
    "generated text": 12,
    "generated PDF": 3,
    "damaged HTML": 20,
}
"""How many of the first batch of each kind the tests measure again."""


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


def generated(kind: str, batch: int) -> list[Sample]:
    """The reports of one batch: always the same ones."""
    if kind == "damaged HTML":
        return _damaged(batch)
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis import strategies as st

    found: list[Sample] = []

    @seed(batch)
    @settings(
        max_examples=BATCH,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(printed_reports(), pages(), st.sampled_from(SHAPES))
    def collect(printed, page, how):  # type: ignore[no-untyped-def]
        shaped = shape(*printed)
        name, data = _written(kind, shaped, page, how)
        found.append(Sample(name, data, shaped.expected))

    collect()
    return found


def _written(kind: str, shaped: Shaped, page, how: str) -> tuple[str, bytes]:  # type: ignore[no-untyped-def]
    if kind == "generated HTML":
        return "report.html", as_html(shaped, page)
    if kind == "generated Word":
        return "report.docx", as_docx(shaped)
    if kind == "generated PDF":
        return "report.pdf", as_pdf(shaped)
    return "report.txt", as_text(shaped, how)


def _damaged(batch: int) -> list[Sample]:
    damages = [
        (which, damage)
        for which, damages in (
            ("requests", ON_REQUESTS),
            ("proactive", ON_PROACTIVE),
            ("disputes", ON_DISPUTES),
        )
        for damage in damages
    ]
    found = []
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        which, damage = damages[number % len(damages)]
        shaped = damaged(some_cells(number), which, damage, number)
        found.append(Sample("report.html", as_html(shaped), shaped.expected))
    return found


_SCANS = "s"


def shared() -> Iterator[tuple[str, Sample]]:
    """Kind and document of the collections beside the repository, where they are."""
    for folder, title in (("cases", "case"), ("reports", "published")):
        for path in sorted((SHARED / folder).glob("*.*")):
            with (SHARED / folder / "truth" / f"{path.stem}.csv").open(
                encoding="utf-8", newline=""
            ) as file:
                truth = {
                    (row["table"], row["row_code"], row["column_code"]): _expected(
                        row["value"]
                    )
                    for row in csv.DictReader(file)
                }
            kinds = {
                ".html": "HTML",
                ".pdf": "PDF",
                ".docx": "Word",
                ".txt": "text",
                ".md": "damaged text",
            }
            kind = kinds[path.suffix]
            if folder == "cases" and path.name.startswith(_SCANS):
                kind = "scan"
            yield f"{title} {kind}", Sample(path.name, path.read_bytes(), truth)


__all__ = [
    "BATCH",
    "BATCHES",
    "COMPARED",
    "SAMPLED",
    "Demand",
    "Sample",
    "facsimiles",
    "generated",
    "shared",
]
