"""Documents of one report: the same again, another version, a part of it."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from generate import Quirks, as_pdf, shape
from generate.quirks import plain_cells

from govinfo.dataset import extract, read_reports, write_audit
from govinfo.errors import ReadError
from govinfo.report import read_report
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
        "a is a report of the same agency and year, and prints 1 figure otherwise"
    )
    assert ": 3511 there, 3512 here." in row["sentence"]
    assert row["sentence_zh"].startswith(
        "a是同一机关同一年度的年报，有1处数字与本份不同，第一处是第三部分“"
    )


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


TWO, THREE, FOUR = (PAGE.index(f"<P><STRONG>{n}、") for n in "二三四")
HEAD = PAGE[:TWO]


def test_three_files_with_a_table_each_are_one_report(study: Study) -> None:
    put(study, "a.html", PAGE[:THREE])
    put(study, "b.html", HEAD + PAGE[THREE:FOUR])
    put(study, "c.html", HEAD + PAGE[FOUR:] + "<p>收取信息处理费380元。</p>")
    put(study, "whole.html", PAGE.replace("宿迁", "宿阳"))
    data = read_reports(study.documents, jobs=1)
    reports = data.reports.set_index("report_id")
    assert reports["part_of"].to_dict() == {"a": "b", "b": "", "c": "b", "whole": ""}
    assert reports["status"]["b"] == reports["status"]["whole"] == "complete"
    assert reports["form"]["b"] == reports["form"]["whole"]
    assert "a.html, c.html" in reports["message"]["b"]
    assert reports.loc["b", ["fees_stated", "fees_cny"]].tolist() == ["amount", 380]
    cells = data.cells.set_index(["table", "row_code", "column_code"])
    joined = cells[cells["report_id"] == "b"]
    whole = cells[cells["report_id"] == "whole"]
    same = ["value", "state", "unit", "raw", "form"]
    assert joined[same].equals(whole[same])
    assert joined["place"]["proactive"].str.startswith("a.html: ").all()
    checks = data.checks
    one, other = (
        checks[checks["report_id"] == name]
        .drop(columns="report_id")
        .reset_index(drop=True)
        for name in ("b", "whole")
    )
    within = one["check"].str.contains("sum|whole|domain")
    assert one[within].equals(other[within])


def test_table_that_two_files_print_differently_is_taken_from_neither(
    study: Study,
) -> None:
    put(study, "a.html", HEAD + PAGE[THREE:FOUR])
    put(study, "b.html", PAGE[:THREE])
    put(study, "c.html", PAGE[:THREE].replace(">2<", ">3<", 1))
    data = read_reports(study.documents, jobs=1)
    cells = data.cells[data.cells["report_id"] == "a"]
    assert set(cells[cells["table"] == "proactive"]["state"]) == {"absent"}
    assert data.findings[data.findings["check"] == "versions"][
        "report_id"
    ].tolist() == ["c"]


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


def zipped(folder: Path, pages: dict[str, str]) -> Path:
    path = folder / "report.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, page in pages.items():
            archive.writestr(name, page)
    return path


ONE_EACH = {
    "1.html": PAGE[:THREE],
    "2.html": HEAD + PAGE[THREE:FOUR],
    "3.html": HEAD + PAGE[FOUR:],
}


def test_archive_with_a_file_for_each_table_is_one_report(tmp_path: Path) -> None:
    report = read_report(zipped(tmp_path, ONE_EACH))
    whole = tmp_path / "whole.html"
    whole.write_text(PAGE, "utf-8")
    other = read_report(whole)
    same = ["table", "row_code", "column_code", "value", "state", "raw"]
    assert report.cells[same].equals(other.cells[same])
    assert (report.agency, report.year) == (other.agency, other.year)
    assert report.findings["check"].tolist() == other.findings["check"].tolist()
    assert report.show(("requests", "received", "total")).html


def test_page_without_tables_and_its_attachment_are_one_report(tmp_path: Path) -> None:
    pages = {"a.html": HEAD + "收到申请0件。", "b.html": PAGE[TWO:]}
    report = read_report(zipped(tmp_path, pages))
    assert report.status == "complete"
    assert "收到申请0件" in report.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2023年政府", "2022年政府"),
        ("宿迁市", "宿阳市"),
        ("四、", "四、" + PAGE[TWO:THREE]),
    ],
    ids=["another year", "another agency", "a table twice"],
)
def test_archive_that_may_hold_several_reports_is_not_made_one(
    old: str, new: str, tmp_path: Path
) -> None:
    path = zipped(
        tmp_path, {**ONE_EACH, "3.html": ONE_EACH["3.html"].replace(old, new)}
    )
    with pytest.raises(ReadError, match="the file holds 3 reports; expected one"):
        read_report(path)
    reports = read_reports([path], jobs=1).reports
    assert reports["report_id"].tolist() == ["report-1", "report-2", "report-3"]


TITLE = "样例市人民政府2023年政府信息公开工作年度报告"


@cache
def three_pdfs() -> tuple[bytes, tuple[bytes, ...]]:
    """A report as one PDF, and as three with a table and the title each."""
    whole = shape(plain_cells(), Quirks(title=TITLE))
    heads = [i for i, p in enumerate(whole.parts) if str(p)[:2] in ("三、", "四、")]
    assert len(heads) == 2
    ends = zip([0, *heads], [*heads, len(whole.parts)], strict=True)
    parts = [replace(whole, parts=whole.parts[i:j]) for i, j in ends]
    return as_pdf(whole), tuple(map(as_pdf, parts))


@pytest.mark.parametrize("is_packed", [True, False], ids=["packed", "in a folder"])
def test_three_pdfs_of_a_report_are_one(
    is_packed: bool, study: Study, tmp_path: Path
) -> None:
    whole, parts = three_pdfs()
    (tmp_path / "whole.pdf").write_bytes(whole)
    want = read_report(tmp_path / "whole.pdf").cells
    if is_packed:
        with zipfile.ZipFile(study.documents / "report.zip", "w") as archive:
            for number, part in enumerate(parts):
                archive.writestr(f"{number}.pdf", part)
    else:
        for number, part in enumerate(parts):
            (study.documents / f"{number}.pdf").write_bytes(part)
    data = read_reports(study.documents, jobs=1)
    assert (
        sorted(data.reports["status"])
        == ["complete", *2 * ["partial"]][: 3 - 2 * is_packed]
    )
    [one] = data.reports[data.reports["status"] == "complete"]["report_id"]
    found = data.cells[data.cells["report_id"] == one]
    same = ["table", "row_code", "column_code", "value", "state", "raw", "agency"]
    assert found[same].reset_index(drop=True).equals(want[same])


LINKED = """<html><head><title>{title}</title></head><body><h1>{title}</h1>
<p>收到申请0件。</p><p>附件：<a href="{address}">年度报告</a></p></body></html>"""
NAMELESS = PAGE.replace(PAGE[: PAGE.index("<P><STRONG>一、")], "<BODY>")


def linked(title: str = TITLE, address: str = "../x/%E8%A1%A8.html?v=1.pdf") -> str:
    return LINKED.format(title=title, address=address)


def test_page_names_the_report_in_a_file_that_it_links_to(study: Study) -> None:
    put(
        study,
        "page.html",
        linked(TITLE.replace("样例", "宿迁"), "https://x.cn/a/%E8%A1%A8.doc?v=1"),
    )
    put(study, "表.doc", NAMELESS)
    put(study, "other.html", linked("青河县2022年政府信息公开工作年度报告", "b.pdf"))
    data = read_reports(study.documents, jobs=1)
    reports = data.reports.set_index("file")
    assert reports["agency"]["表.doc"] == "宿迁市人民政府"
    assert reports["report_year"]["表.doc"] == 2023
    assert reports["level"]["表.doc"] == "prefecture"
    assert set(data.cells["agency"]) == {"宿迁市人民政府"}
    assert reports["part_of"]["page.html"] == reports["report_id"]["表.doc"]
    assert reports["status"].tolist() == ["failed", "partial", "complete"]
    assert reports["message"]["page.html"] == (
        "No statutory table stands on this page; those of its report were read in "
        "表.doc."
    )
    assert reports["agency"]["other.html"] == "青河县"
    result = extract(study.documents, study.data, jobs=1)
    assert [file for file, _ in result.failures] == ["other.html"]


def test_two_pages_that_say_otherwise_name_nothing(study: Study) -> None:
    put(study, "a.html", linked(address="t.doc"))
    put(study, "b.html", linked("青河县2022年政府信息公开工作年度报告", "t.doc"))
    put(study, "t.doc", NAMELESS)
    reports = read_reports(study.documents, jobs=1).reports.set_index("file")
    assert reports["agency"]["t.doc"] == ""
    assert reports["report_year"].isna()["t.doc"]


def test_page_belongs_to_the_report_of_its_agency_and_year(study: Study) -> None:
    whole, parts = three_pdfs()
    put(study, "page.html", linked(address="gone.pdf"))
    for number, part in enumerate(parts):
        (study.documents / f"{number}.pdf").write_bytes(part)
    reports = read(study)
    assert len(set(reports["part_of"]) - {""}) == 1
    assert (reports["part_of"] != "").sum() == 3


def test_page_that_links_to_nothing_stays_a_failure(study: Study) -> None:
    put(study, "a.html", HEAD.replace("<A", "<B") + "收到申请0件。")
    put(study, "b.html", PAGE)
    reports = read(study)
    assert reports["status"].tolist() == ["failed", "complete"]
    assert reports["agency"]["a"] == reports["agency"]["b"]
