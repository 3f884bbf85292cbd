"""The reports of a folder with their agencies."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from govinfo.agencies import COLUMNS, read_agencies
from govinfo.errors import MissingColumns, SourceError


def test_the_registry_is_read_with_names_and_levels() -> None:
    reports = read_agencies(ROOT / "data").set_index("report_id")
    row = reports.loc["huaian-2024"]
    assert row["agency"] == "淮安市人民政府"
    assert row["label"] == "Huai’an City 2024"
    assert row["level"] == "prefecture"
    assert row["report_year"] == 2024


def test_what_an_extraction_writes_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text(
        "report_id,file,agency,report_year,status\n"
        "a,a.html,某县人民政府,2023,complete\n"
        "b,b.html,,,partial\n"
        "c,c.html,某县人民政府,2022,failed\n",
        "utf-8",
    )
    reports = read_agencies(tmp_path)
    assert tuple(reports.columns) == COLUMNS
    assert reports["report_id"].tolist() == ["a", "b"]
    assert reports["agency_id"].tolist() == ["某县人民政府", "b"]
    assert reports["label"].tolist() == ["某县人民政府 2023", ""]
    assert reports["report_year"].isna().tolist() == [False, True]


def test_a_folder_without_reports_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_agencies(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'reports.csv'} does not exist. Write it with 'govinfo extract "
        f"REPORTS --out {tmp_path}'."
    )


def test_another_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text("report_id,agency\n", "utf-8")
    with pytest.raises(MissingColumns) as caught:
        read_agencies(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'reports.csv'} has no column 'report_year', so it is not a table "
        "of reports. Pass a folder written by govinfo extract, or one with a registry."
    )
