"""Published documents, which are not ours to share, against every cell they print.

They lie beside the repository on the machines of its makers; elsewhere this is skipped.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT

import govinfo

SHARED = ROOT.parent / "shared"
DAMAGED = ("shanghai-kewei-2024", "shanghai-office-2025")
"""Another program's text of a PDF: exact or openly unsure are both right there."""

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared here")


def documents(folder: str, pattern: str = "*") -> list[Path]:
    """The documents of a folder that have a table of what they print."""
    return [
        path
        for path in sorted((SHARED / folder).glob(pattern))
        if (path.parent / "truth" / f"{path.stem}.csv").is_file()
    ]


def truth(path: Path) -> dict[tuple[str, str, str], str]:
    """What the document prints in each cell, empty where it prints nothing."""
    with (path.parent / "truth" / f"{path.stem}.csv").open(encoding="utf-8") as lines:
        return {
            (row["table"], row["row_code"], row["column_code"]): row["value"]
            for row in csv.DictReader(lines)
        }


def compare(path: Path) -> tuple[list[str], list[str]]:
    """Cells that are silently wrong, and cells that are openly unsure."""
    report = govinfo.read_report(path)
    cells = {(cell.table, *cell.key): cell for cell in report.recognition.cells}
    wrong, unsure = [], []
    for key, printed in truth(path).items():
        cell = cells.get(key)
        if cell is None:
            wrong.append(f"{key}: no row for {printed!r}")
        elif cell.state in ("uncertain", "absent", "unreadable"):
            unsure.append(f"{key}: {cell.raw!r} for {printed!r}")
        elif cell.value != (Decimal(printed) if printed else None):
            wrong.append(f"{key}: {cell.value} for {printed!r}")
    printed_keys = set(truth(path))
    wrong += [
        f"{key}: {cell.value} where nothing is printed"
        for key, cell in cells.items()
        if key not in printed_keys and cell.state != "absent"
    ]
    return wrong, unsure


@pytest.mark.parametrize(
    "path", documents("reports") if SHARED.is_dir() else [], ids=lambda path: path.name
)
def test_published_document_is_read_exactly_or_openly_unsure(path: Path):
    wrong, unsure = compare(path)
    assert wrong == []
    if path.stem not in DAMAGED:
        assert unsure == []


@pytest.mark.parametrize(
    "path",
    documents("cases", "c*.pdf") if SHARED.is_dir() else [],
    ids=lambda path: path.name,
)
def test_text_pdf_of_any_producer_is_read_exactly(path: Path):
    assert compare(path) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    documents("cases", "s*.pdf") if SHARED.is_dir() else [],
    ids=lambda path: path.name,
)
def test_scan_is_sure_where_a_sum_or_a_second_reading_supports_it(path: Path):
    pytest.importorskip("rapidocr")
    wrong, unsure = compare(path)
    assert wrong == []
    # A decimal point in a picture may be dust.
    assert [text.split(": ")[0] for text in unsure] == [
        "('proactive', 'fee', 'amount')"
    ]
