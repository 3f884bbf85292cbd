"""Whatever is wrong with a table, no cell of the report is silently wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from generate import as_docx, as_html, disagreements
from generate.damage import (
    ON_DISPUTES,
    ON_PROACTIVE,
    ON_REQUESTS,
    Damage,
    damaged,
    some_cells,
)

import govinfo

# Formats that say which cells are merged; text makes another damage of each.
WRITERS = {"report.html": as_html, "report.docx": as_docx}
CASES = [
    pytest.param(which, damage, id=f"{which}-{damage.__name__}")
    for which, damages in (
        ("requests", ON_REQUESTS),
        ("proactive", ON_PROACTIVE),
        ("disputes", ON_DISPUTES),
    )
    for damage in damages
]


@pytest.mark.parametrize(("which", "damage"), CASES)
def test_damaged_table_is_never_silently_wrong(
    which: str, damage: Damage, tmp_path: Path
):
    for number, (name, write) in enumerate(WRITERS.items()):
        shaped = damaged(some_cells(number), which, damage, number)
        path = tmp_path / name
        path.write_bytes(write(shaped))
        try:
            report = govinfo.read_report(path)
        except govinfo.GovinfoError:
            # Two tables of one kind may be taken for two reports: said, not guessed.
            continue
        assert disagreements(report, shaped.expected, exact=False) == [], name
