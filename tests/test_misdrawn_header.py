"""However the header of a table is drawn wrong, no cell of the report is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from generate import as_docx, as_html, disagreements, shape
from generate.damage import some_cells
from generate.headers import misdrawn, with_unnamed_column
from generate.quirks import Quirks

import govinfo

WRITERS = {"report.html": as_html, "report.docx": as_docx}
STYLES = ("three_rows", "two_rows", "one_row", "no_rowspan")


@pytest.mark.parametrize("slips", [1, 2])
@pytest.mark.parametrize("which", ["proactive", "requests", "disputes"])
def test_header_drawn_wrong_makes_no_cell_wrong(which: str, slips: int, tmp_path: Path):
    for seed in range(4):
        name, write = list(WRITERS.items())[seed % 2]
        quirks = Quirks(
            header=STYLES[seed % 4], fifth_column=seed % 5 == 0, item_tables=seed == 1
        )
        shaped = misdrawn(shape(some_cells(seed), quirks), which, seed, slips)
        path = tmp_path / name
        path.write_bytes(write(shaped))
        try:
            cells = govinfo.read_report(path).cells
        except govinfo.GovinfoError:
            # A header that is lost may leave no table: said, not guessed.
            continue
        wrong = disagreements(cells, shaped.expected, exact=False)
        assert wrong == [], (seed, name)


@pytest.mark.parametrize("slips", [0, 1, 2])
@pytest.mark.parametrize("which", ["proactive", "requests", "disputes"])
def test_column_of_figures_without_name_makes_no_cell_wrong(
    which: str, slips: int, tmp_path: Path
):
    for seed in range(5):
        name, write = list(WRITERS.items())[seed % 2]
        quirks = Quirks(header=STYLES[(seed + slips) % 4], item_tables=seed % 3 == 1)
        shaped = with_unnamed_column(shape(some_cells(seed), quirks), which, seed)
        shaped = misdrawn(shaped, which, seed, slips)
        path = tmp_path / name
        path.write_bytes(write(shaped))
        try:
            cells = govinfo.read_report(path).cells
        except govinfo.GovinfoError:
            continue
        wrong = disagreements(cells, shaped.expected, exact=False)
        assert wrong == [], (seed, name)
