"""Cells that were written, changed by other hands, and read back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from govinfo.cells import CELL_COLUMNS, Table
from govinfo.cells import CELLS as TABLE
from govinfo.cli import main
from govinfo.dataset import read_cells, read_reports
from govinfo.dataset.stored import read_by_report
from govinfo.dataset.written import from_text, replacement
from govinfo.errors import SourceError

CELLS = ROOT / "data" / "cells.csv"
REPORTS = ROOT / "data" / "reports"


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


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_reports_are_read_back_one_at_a_time(tmp_path: Path, format: str) -> None:
    if format == "parquet":
        pytest.importorskip("pyarrow")
    data = read_reports(
        [REPORTS / "suqian-2023.html", REPORTS / "pingtan-2020.html"], jobs=1
    )
    data.write(tmp_path, format=format)
    found = list(read_by_report(tmp_path))
    assert [rows[0][0] for rows in found] == ["suqian-2023", "pingtan-2020"]
    whole = TABLE.frame(row for rows in found for row in rows)
    pd.testing.assert_frame_equal(whole, read_cells(tmp_path))


def test_rows_of_a_report_need_not_stand_together(tmp_path: Path) -> None:
    def sorted_by_table(data: bytes) -> bytes:
        header, *lines = data.splitlines(keepends=True)
        return header + b"".join(sorted(lines, key=lambda line: line.split(b",")[4]))

    folder = changed(tmp_path, sorted_by_table)
    found = list(read_by_report(folder))
    counts = read_cells(CELLS)["report_id"].value_counts().to_dict()
    assert {rows[0][0]: len(rows) for rows in found} == counts


def test_a_cell_that_stands_twice_is_no_report(tmp_path: Path) -> None:
    folder = changed(tmp_path, lambda data: data + data.splitlines(keepends=True)[1])
    with pytest.raises(SourceError, match="stands twice"):
        list(read_by_report(folder))


FORMULAS = "=1+1", "'=1", "=1", "-x", "+1+2", "@a", "\t1", "\n=1", "\uff1d1"
MORE_FORMULAS = "-1+1|a", "-1,2+3", "-.5e"
NO_FORMULAS = (
    "",
    "-5",
    "-1,234.5",
    "-0.5",
    "-6.879787185249737e-05",
    "-",
    "\u2014",
    "\uff0d",
    "a=b",
    "a,=b",
    "1\n2",
)


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("text", [*FORMULAS, *MORE_FORMULAS, *NO_FORMULAS])
def test_no_field_is_a_formula_for_a_spreadsheet(
    tmp_path: Path, text: str, at: int
) -> None:
    row = ["x", "x", "x"]
    row[at] = text
    with replacement(tmp_path) as new:
        new.table(Table("cells", ("a", "b", "c"))).add([["y", "y", "y"], row])
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as stream:
        *_, found = csv.reader(stream)
    assert found[at] == (text if text in NO_FORMULAS else f"'{text}")
    assert from_text(found[at]) == text
