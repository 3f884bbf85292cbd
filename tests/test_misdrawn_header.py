"""However the header of a table is drawn wrong, no cell of the report is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from generate import as_docx, as_html, disagreements, shape
from generate.damage import some_cells
from generate.headers import misdrawn, pushed_on
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


@pytest.mark.parametrize("header", STYLES)
def test_header_a_column_on_is_not_believed_where_a_column_more_has_figures(
    header: str, tmp_path: Path
):
    for seed in range(3):
        name, write = list(WRITERS.items())[seed % 2]
        cells = {
            key: "" if key[0] == "requests" and key[2] == "natural_person" else text
            for key, text in some_cells(seed).items()
        }
        shaped = pushed_on(shape(cells, Quirks(header=header)), seed)
        path = tmp_path / name
        path.write_bytes(write(shaped))
        cells_read = govinfo.read_report(path).cells
        assert disagreements(cells_read, shaped.expected, exact=False) == [], seed
