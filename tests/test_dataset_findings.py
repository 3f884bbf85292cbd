"""What reports of one folder say about each other, and what an extraction writes."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from generate import as_html, plain_cells, shape

from govinfo import dataset
from govinfo.checks import CHECKS, RESULTS
from govinfo.cli import main
from govinfo.errors import SourceError
from govinfo.locate import SUGGESTIONS
from govinfo.registry import read_parents

REPORTS = ROOT / "data" / "reports"
SUQIAN = REPORTS / "suqian-2023.html"
FGJ = REPORTS / "shuyang-fgj-2023.html"
PINGTAN = REPORTS / "pingtan-2020.html"


def registered(folder: Path, rows: list[tuple[str, str, int]]) -> None:
    """Write a registry: file, agency, year."""
    lines = [f"{file},{agency},{year}" for file, agency, year in rows]
    text = "\n".join(["file,agency,report_year", *lines])
    (folder / "reports.csv").write_text(text, encoding="utf-8")


def found(data: dataset.DataSet, check: str) -> pd.DataFrame:
    return data.findings[data.findings["check"] == check].reset_index(drop=True)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A parent and a child; the child counts more."""
    reports = tmp_path / "reports"
    reports.mkdir()
    shutil.copy(SUQIAN, reports / "child.html")
    shutil.copy(FGJ, reports / "parent.html")
    registered(reports, [("child.html", "某县", 2023), ("parent.html", "某市", 2023)])
    return reports


def test_parent_that_counts_too_little_is_found_by_an_extraction(folder):
    assert found(dataset.read_reports(folder, jobs=1), "parent_children").empty
    (folder / "agencies.csv").write_text(
        "agency_id,agency,parent\nx-city,某市,\nx-county,某县,x-city\n",
        encoding="utf-8",
    )
    data = dataset.read_reports(folder, jobs=1)
    own = found(data, "parent_children")
    assert set(own["report_id"]) == {"parent"}
    received = own[own["row_code"] == "received"].iloc[0]
    child = data.cells.query("report_id == 'child' and row_code == 'received'")
    count = int(child.set_index("column_code").loc["total", "value"])
    assert received["expected"] == count
    assert f"(1 here) count {count}" in received["sentence"]
    assert f"this one counts {int(received['printed'])}" in received["sentence"]
    assert received["severity"] == "warning"
    counts = data.checks.set_index(["report_id", "check"]).loc[
        ("parent", "parent_children")
    ]
    assert counts["fail"] == len(own)


def test_parents_can_be_given_in_python(folder):
    data = dataset.read_reports(folder, jobs=1, parents={"某县": "某市"})
    assert not found(data, "parent_children").empty
    (folder / "agencies.csv").write_text("agency,parent\n某市,\n某县,某市\n", "utf-8")
    assert found(
        dataset.read_reports(folder, jobs=1, parents={}), "parent_children"
    ).empty


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "agency,parent\n某县,某省\n",
            "line 2: found as parent of '某县' '某省', which is in no row; expected "
            "the agency_id or the name of another row. Correct it, or add the row.",
        ),
        (
            "agency,parent\n某县,某县\n",
            "line 2: found as parent of '某县' itself; expected the agency_id or the "
            "name of another row. Correct it, or add the row.",
        ),
    ],
)
def test_parent_that_is_no_agency_is_refused(tmp_path, rows, message):
    path = tmp_path / "agencies.csv"
    path.write_text(rows, encoding="utf-8")
    with pytest.raises(SourceError) as error:
        read_parents(path)
    assert str(error.value) == f"{path}, {message}"


def test_table_of_agencies_without_names_or_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "agencies.csv"
    path.write_text("agency_id,parent\na,b\n", encoding="utf-8")
    with pytest.raises(SourceError) as error:
        read_parents(path)
    assert str(error.value) == (
        f"{path}: found the columns agency_id, parent; expected agency beside parent. "
        "Name each agency as its reports do, or as the registry does."
    )
    path.write_bytes("agency,parent\n某县,某市\n".encode("gb18030"))
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        read_parents(path)
    path.write_text("agency_id,agency\na,某县\n", encoding="utf-8")
    assert read_parents(path) == {}


def test_report_of_another_agency_under_a_new_name_is_a_copy(tmp_path):
    shutil.copy(SUQIAN, tmp_path / "a.html")
    # Another file with the same figures, and one that is the very same.
    text = SUQIAN.read_bytes().decode("utf-8")
    (tmp_path / "b.html").write_text(text + "<p>&nbsp;</p>", encoding="utf-8")
    shutil.copy(SUQIAN, tmp_path / "c.html")
    registered(
        tmp_path,
        [("a.html", "甲市", 2023), ("b.html", "乙市", 2023), ("c.html", "甲市", 2024)],
    )
    own = found(dataset.read_reports(tmp_path, jobs=1), "copied")
    said = dict(zip(own["report_id"], own["sentence"], strict=True))
    assert said["a"] == said["c"].replace("a (甲市, 2023)", "c (甲市, 2024)")
    assert said["a"] == "requests: the file is, byte for byte, that of c (甲市, 2024)."
    assert "those of a (甲市, 2023), c (甲市, 2024), each in the same" in said["b"]


def test_same_file_twice_is_said_and_is_no_finding(tmp_path):
    (tmp_path / "again").mkdir()
    shutil.copy(SUQIAN, tmp_path / "a.html")
    shutil.copy(SUQIAN, tmp_path / "again" / "b.html")
    data = dataset.read_reports(tmp_path, jobs=1)
    assert found(data, "copied").empty
    first, second = data.reports["message"]
    assert "byte for byte" not in first
    assert second.endswith(
        "This is, byte for byte, the file a.html, read as a: one of them is too many."
    )


def test_empty_report_is_a_copy_only_of_its_own_bytes(tmp_path):
    blank = dict.fromkeys(plain_cells(), "")
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_bytes(as_html(shape(blank)))
    registered(tmp_path, [("a.html", "甲市", 2023), ("b.html", "乙市", 2023)])
    own = found(dataset.read_reports(tmp_path, jobs=1), "copied")
    assert own["sentence"].str.contains("byte for byte").all()
    assert len(own) == 2
    (tmp_path / "b.html").write_bytes(as_html(shape(blank)) + b"<p></p>")
    assert found(dataset.read_reports(tmp_path, jobs=1), "copied").empty


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_one_command_writes_an_audited_data_set(tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["extract", str(PINGTAN), str(SUQIAN), "--out", str(out)]) == 0
    assert "findings" in capsys.readouterr().out
    written = sorted(path.name for path in out.iterdir() if path.is_file())
    assert written == [
        "cells.csv",
        "checks.csv",
        "dataset.json",
        "findings.csv",
        "reports.csv",
        "suggestions.csv",
        "timings.csv",
    ]
    counts = rows_of(out / "checks.csv")
    assert list(counts[0]) == ["report_id", "check", *RESULTS]
    scopes = {check.code: check.scope for check in CHECKS}
    assert {scopes[row["check"]] for row in counts} >= {"report", "text"}
    findings = rows_of(out / "findings.csv")
    for report_id in ("pingtan-2020", "suqian-2023"):
        fails = sum(int(r["fail"]) for r in counts if r["report_id"] == report_id)
        assert fails == sum(row["report_id"] == report_id for row in findings)
    suggested = rows_of(out / "suggestions.csv")
    assert tuple(suggested[0]) == SUGGESTIONS.columns
    assert {row["report_id"] for row in suggested} == {"pingtan-2020"}
    # The audit alone comes to the same.
    before = {name: (out / name).read_bytes() for name in written}
    assert main(["audit", str(out)]) == 0
    assert {name: (out / name).read_bytes() for name in written} == before


def test_suggestion_is_never_applied(tmp_path):
    data = dataset.read_reports(PINGTAN, jobs=1)
    cells = data.cells.set_index(["table", "row_code", "column_code"])
    for row in data.suggestions.itertuples():
        cell = cells.loc[(row.table, row.row_code, row.column_code)]
        assert (cell["state"], cell["value"]) == ("reported", row.printed)
        assert row.suggested != row.printed
