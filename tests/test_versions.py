"""Documents of one report: the same again, another version, a part of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from govinfo.dataset import extract, read_reports, write_audit
from govinfo.study import Study, new_study

REPORTS = ROOT / "data" / "reports"
PAGE = (REPORTS / "suqian-2023.html").read_text("utf-8")


def read(study: Study) -> pd.DataFrame:
    return read_reports(study.documents, jobs=1).reports.set_index("report_id")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return new_study(tmp_path / "mine")[0]


def put(study: Study, name: str, page: str) -> None:
    (study.documents / name).write_text(page, "utf-8")


def test_the_same_figures_are_one_report_with_a_second_source(study: Study) -> None:
    put(study, "a.html", PAGE)
    put(study, "b.html", PAGE.replace("<CENTER>", "<CENTER><!-- copied -->"))
    reports = read(study)
    assert reports["same_as"].tolist() == ["", "a"]
    assert reports["part_of"].tolist() == ["", ""]
    assert reports["status"].tolist() == ["complete", "complete"]


def test_other_figures_are_a_finding_that_names_both(study: Study) -> None:
    put(study, "a.html", PAGE)
    put(study, "b.html", PAGE.replace(">3511<", ">3512<", 1))
    data = read_reports(study.documents, jobs=1)
    assert set(data.reports["same_as"]) == {""}
    [row] = data.findings[data.findings["check"] == "versions"].to_dict("records")
    assert (row["report_id"], row["severity"]) == ("b", "warning")
    assert {row["printed"], row["expected"]} == {3511, 3512}
    assert row["sentence"].startswith(
        "a is a report of the same agency and year, and prints 1 figures otherwise"
    )
    assert ": 3511 there, 3512 here." in row["sentence"]


def test_a_line_in_the_registry_keeps_two_agencies_of_one_name_apart(
    study: Study,
) -> None:
    put(study, "a.html", PAGE)
    put(study, "b.html", PAGE.replace(">3511<", ">3512<", 1))
    study.write_registry([{"file": "b.html", "agency_id": "another"}])
    data = read_reports(study.documents, jobs=1)
    assert "versions" not in set(data.findings["check"])
    study.write_registry([{"file": "b.html", "scope": "own"}])
    data = read_reports(study.documents, jobs=1)
    assert "versions" not in set(data.findings["check"])


def test_parts_of_a_report_name_the_fullest(study: Study) -> None:
    start, middle = PAGE.index("<P><STRONG>二、"), PAGE.index("<P><STRONG>三、")
    put(study, "a.html", PAGE[:start] + PAGE[middle:])
    put(study, "b.html", PAGE[:middle] + "</BODY></HTML>")
    reports = read(study)
    assert reports["part_of"].tolist() == ["", "a"]


def test_another_year_is_another_report(study: Study) -> None:
    for name in ("suqian-2023.html", "suqian-2024.html"):
        shutil.copy(REPORTS / name, study.documents)
    assert set(read(study)["same_as"]) == {""}


def test_an_audit_keeps_what_only_the_extraction_knew(study: Study) -> None:
    put(study, "a.html", PAGE)
    put(study, "b.html", PAGE.replace(">3511<", ">3512<", 1))
    extract(study.documents, study.data, jobs=1)
    before = (study.data / "checks.csv").read_bytes()
    assert b"b,versions,0,0,1,0" in before
    write_audit(study.data)
    assert (study.data / "checks.csv").read_bytes() == before
