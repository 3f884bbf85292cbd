"""Cells that were written, changed by other hands, and read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from govinfo.cells import CELL_COLUMNS
from govinfo.cli import main
from govinfo.dataset import read_cells
from govinfo.errors import SourceError

CELLS = ROOT / "data" / "cells.csv"


def changed(folder: Path, change: Callable[[bytes], bytes]) -> Path:
    """A folder with the bundled cells, changed."""
    (folder / "cells.csv").write_bytes(change(CELLS.read_bytes()))
    return folder


def test_a_byte_order_mark_and_an_empty_line_change_nothing(tmp_path: Path) -> None:
    folder = changed(tmp_path, lambda data: b"\xef\xbb\xbf" + data + b"\r\n")
    pd.testing.assert_frame_equal(read_cells(folder), read_cells(CELLS))


def _with(line: bytes, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Change the first line that holds a text."""

    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        at = next(n for n, text in enumerate(lines) if line in text)
        lines[at] = lines[at].replace(old, new, 1)
        return b"".join(lines)

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda data: data + data.splitlines(keepends=True)[1],
            ": the cell {table}:{row_code}@{column_code} of the report {report_id!r} "
            "stands twice. Expected one row for each cell of a report; remove one of "
            "them, or give every report an id of its own.",
        ),
        (
            _with(b"hongze-2023", b",2023,", b",23-Jan,"),
            ", line {line}: found '23-Jan' in the column report_year, expected a year "
            "of four digits. Extract the reports again, or mend the line.",
        ),
        (
            _with(b"hongze-2023", b",reported,", b","),
            ", line {line}: found {fewer} fields, expected {fields}. Extract the "
            "reports again, or mend the line.",
        ),
        (
            lambda data: data + b'"suqian',
            ", line {last}: the line could not be parted into fields (unexpected end "
            "of data). Extract the reports again, or mend the line.",
        ),
        (
            lambda data: data.decode().encode("gb18030"),
            " is not UTF-8 (byte {byte}). If a spreadsheet saved it, save it there "
            "again as CSV UTF-8.",
        ),
    ],
    ids=["twice", "year", "fields", "quote", "encoding"],
)
def test_damage_is_said_with_its_place(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[bytes], bytes],
    says: str,
) -> None:
    lines = CELLS.read_text(encoding="utf-8").splitlines()
    first = read_cells(CELLS).iloc[0]
    place = {
        "line": 1 + next(n for n, text in enumerate(lines) if "hongze-2023" in text),
        "last": len(lines) + 1,
        "fields": len(CELL_COLUMNS),
        "fewer": len(CELL_COLUMNS) - 1,
        "byte": next(n for n, b in enumerate(CELLS.read_bytes()) if b > 127),
    }
    folder = changed(tmp_path, change)
    expected = f"{folder / 'cells.csv'}" + says.format(**place, **first)
    with pytest.raises(SourceError) as raised:
        read_cells(folder)
    assert str(raised.value) == expected
    for command in ("indicators", "audit"):
        assert main([command, str(folder)]) == 2
        assert expected in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["cells.csv"]


def test_a_number_that_is_none_is_said(tmp_path: Path) -> None:
    row = next(
        text
        for text in CELLS.read_text(encoding="utf-8").splitlines()
        if ",reported," in text
    )
    fields = row.split(",")
    fields[7] = "1E+05"
    folder = changed(
        tmp_path, lambda data: data.replace(row.encode(), ",".join(fields).encode())
    )
    with pytest.raises(SourceError, match=r"found '1E\+05' in the column value"):
        read_cells(folder)
