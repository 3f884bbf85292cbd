"""A folder in Parquet is as good as one in CSV."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from govinfo.agencies import read_agencies
from govinfo.cli import main
from govinfo.dataset import extract, read_cells, write_partitions
from govinfo.errors import MissingColumns, MissingExtra, SourceError

pytest.importorskip("pyarrow")

REPORTS = [ROOT / "data" / "reports" / f"{name}.html" for name in ("suqian-2023",)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One report, extracted in both formats."""
    found = {}
    for kind in ("csv", "parquet"):
        out = tmp_path_factory.mktemp(kind)
        paths = [str(path) for path in REPORTS]
        assert main(["extract", *paths, "--out", str(out), "--format", kind]) == 0
        found[kind] = out
    return found


def test_cells_are_the_same(folders: dict[str, Path]) -> None:
    csv, parquet = (read_cells(folders[kind]) for kind in ("csv", "parquet"))
    assert len(csv) == 200
    pd.testing.assert_frame_equal(csv, parquet)


def test_reports_are_the_same(folders: dict[str, Path]) -> None:
    csv, parquet = (read_agencies(folders[kind]) for kind in ("csv", "parquet"))
    assert csv["report_year"].tolist() == [2023]
    pd.testing.assert_frame_equal(csv, parquet)


@pytest.mark.parametrize("command", ["indicators", "audit"])
def test_commands_take_either_folder_and_write_the_same(
    command: str, folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in folders.values():
        assert main([command, str(folder)]) == 0
        capsys.readouterr()
    names = {
        "indicators": ["indicators.csv"],
        "audit": ["checks.csv", "suggestions.csv"],
    }
    for name in names[command]:
        csv, parquet = ((folder / name).read_bytes() for folder in folders.values())
        assert csv == parquet


def test_a_folder_with_both_is_refused(folders: dict[str, Path]) -> None:
    """One of them is older: taking it would be silently wrong."""
    both = folders["parquet"].parent / "both"
    both.mkdir()
    for kind, folder in folders.items():
        table = (folder / f"cells.{kind}").read_bytes()
        (both / f"cells.{kind}").write_bytes(table)
    with pytest.raises(SourceError) as caught:
        read_cells(both)
    assert str(caught.value) == (
        f"{both} has both cells.csv and cells.parquet, of two extractions. Remove the "
        "tables of one of them, or extract into another folder."
    )


def test_a_table_of_another_kind_is_refused(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "cells.parquet").write_bytes(
        (folders["parquet"] / "findings.parquet").read_bytes()
    )
    with pytest.raises(MissingColumns, match="found the columns report_id, check"):
        read_cells(tmp_path)


def test_without_pyarrow_a_sentence_says_what_to_install(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = folders["parquet"] / "cells.parquet"
    with pytest.raises(MissingExtra) as caught:
        read_cells(folders["parquet"])
    assert str(caught.value) == (
        f"Reading {file} needs pyarrow, which is not installed. Install "
        "govinfo-cn[scale], or write CSV with 'govinfo extract --format csv'."
    )


@pytest.fixture(scope="module")
def provinces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of two provinces and of an agency of which none is known."""
    out = tmp_path_factory.mktemp("provinces")
    names = ("suqian-2023", "suqian-2024", "pingtan-2020")
    extract([ROOT / "data" / "reports" / f"{n}.html" for n in names], out, jobs=1)
    reports = pd.read_csv(out / "reports.csv", dtype=str)
    codes = {"suqian-2023": "321300", "suqian-2024": "321302"}
    reports["region_code"] = reports["report_id"].map(codes)
    reports.to_csv(out / "reports.csv", index=False)
    return out


def test_partitions_hold_every_cell_by_province_and_year(
    provinces: Path, tmp_path: Path
) -> None:
    assert write_partitions(provinces, tmp_path / "cells") == 3
    folders = {
        f.parent.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*.p*t")
    }
    assert folders == {
        "cells/province=320000/report_year=2023",
        "cells/province=320000/report_year=2024",
        "cells/province=unknown/report_year=2020",
    }
    found = pd.read_parquet(tmp_path / "cells")
    key = ["report_id", "table", "row_code", "column_code"]
    columns = [*key, "value", "state", "raw", "place", "unit"]
    pd.testing.assert_frame_equal(
        found[columns].sort_values(key, ignore_index=True),
        read_cells(provinces)[columns].sort_values(key, ignore_index=True),
        check_dtype=False,
    )


def test_a_query_opens_the_files_of_its_province_alone(
    provinces: Path, tmp_path: Path
) -> None:
    duckdb = pytest.importorskip("duckdb")
    write_partitions(provinces, tmp_path / "cells")
    for file in (tmp_path / "cells" / "province=unknown").rglob("*.parquet"):
        file.write_bytes(b"no table")  # whoever opened it would fail
    found = duckdb.sql(
        "SELECT report_year, sum(value) AS received "
        f"FROM read_parquet('{tmp_path}/cells/*/*/*.parquet', hive_partitioning=true) "
        "WHERE province = '320000' AND row_code = 'received' AND column_code = 'total' "
        "GROUP BY report_year ORDER BY report_year"
    ).df()
    cells = read_cells(provinces).query(
        "row_code == 'received' and column_code == 'total'"
    )
    want = cells.set_index("report_year")["value"].to_dict()
    assert dict(found.itertuples(index=False)) == {y: want[y] for y in (2023, 2024)}


def test_partitions_replace_nothing(provinces: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        write_partitions(provinces, tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is there already. Name a folder that is not there yet."
    )
