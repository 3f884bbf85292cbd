"""Doubts of a study, listed, settled by a person, and undone."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from govinfo.cli import main
from govinfo.dataset import extract, write_indicators
from govinfo.errors import SourceError
from govinfo.study import Study, correct_study, differences, new_study, review_study
from govinfo.study.review import COLUMNS, _doubts, summary
from govinfo.study.tables import read_tables

REPORTS = ROOT / "data" / "reports"
STRUCK = "struck-2023.html"


def build(study: Study) -> None:
    extract(study.documents, study.data, jobs=1)
    write_indicators(study.data)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(study: Study, answers: dict[str, dict[str, str]]) -> Path:
    """The review with answers to the doubts of some kinds, each to the first of it."""
    rows = read(study.root / "review" / "review.csv")
    for kind, answer in answers.items():
        next(row for row in rows if row["kind"] == kind).update(answer)
    path = study.root / "filled.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """One cell struck out, two failed sums, a report nobody can name, a damaged one."""
    study, _ = new_study(tmp_path_factory.mktemp("studies") / "mine")
    page = (REPORTS / "suqian-2023.html").read_text("utf-8")
    total = page.rindex("<TD")
    start = page.index(">", total) + 1
    end = page.index("</TD>", start)
    page = page[:start] + f"<s>{page[start:end]}</s>" + page[end:]
    (study.documents / STRUCK).write_text(page, "utf-8")
    nameless = re.sub("宿迁市|人民政府|202[34]", "", page)
    (study.documents / "nameless.html").write_text(nameless, "utf-8")
    shutil.copy(REPORTS / "hongze-2023.pdf", study.documents)
    (study.documents / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    build(study)
    review_study(study)
    return study


@pytest.fixture
def study(made: Study, tmp_path: Path) -> Study:
    shutil.copytree(made.root, tmp_path / "mine")
    return Study(tmp_path / "mine")


def test_every_kind_of_doubt_is_listed_with_what_would_settle_it(made: Study) -> None:
    rows = read(made.root / "review" / "review.csv")
    assert tuple(rows[0]) == COLUMNS
    kinds = {row["kind"] for row in rows}
    assert kinds == {"cell", "sum", "identity", "file"}
    [cell] = [r for r in rows if r["kind"] == "cell" and r["file"] == STRUCK]
    assert cell["where"]
    assert cell["printed"]
    assert cell["sums_need"].isdecimal()
    assert cell["sentence"].endswith(
        f"The sums of the form need {cell['sums_need']} here."
    )
    [nameless] = [row for row in rows if row["kind"] == "identity"]
    assert nameless["file"] == "nameless.html"
    assert "Nothing says the" in nameless["sentence"]
    assert [row["file"] for row in rows if row["kind"] == "file"] == ["broken.pdf"]


def test_a_doubt_says_why_the_cell_is_not_sure(made: Study) -> None:
    frames = read_tables(made)
    is_open = frames["cells"]["state"] == "unreadable"
    frames["cells"].loc[is_open, ["raw", "doubts"]] = ["", "column_order;found_once"]
    told = next(one.sentence for one in _doubts(frames) if one.kind == "cell")
    assert told.en.startswith("Nothing was read here for sure.")
    assert told.en.endswith(
        "The reason: the column is known by order alone, only one of two ways of "
        "reading finds the cell."
    )
    assert told.zh.endswith("原因：列仅凭次序对应，两种读取方式中只有一种找到该格。")


def test_what_changes_most_comes_first(made: Study) -> None:
    doubts, _ = review_study(made)
    weights = [one.weight for one in doubts]
    assert weights == sorted(weights, reverse=True)
    assert doubts[0].kind == "identity"


def test_a_picture_shows_rows_of_the_table_and_nothing_around_it(made: Study) -> None:
    from PIL import Image

    page = (made.root / "review" / "index.html").read_text("utf-8")
    names = re.findall(r'<img src="(pictures/\d+\.png)" alt="[^"]+"', page)
    assert len(names) == 2
    for name in names:
        with Image.open(made.root / "review" / name) as picture:
            assert picture.width == 1440
            # Rows of the table alone: a page of this width is 2,036 high.
            assert 20 < picture.height < 260


def test_what_was_read_cannot_act_as_markup(made: Study) -> None:
    page = (made.root / "review" / "index.html").read_text("utf-8")
    assert "<script" not in page
    assert "<mark>" in page


def test_an_answer_becomes_a_correction_and_is_undone_by_taking_it_out(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    before = study.data / "before"
    before.mkdir()
    for name in ("cells.csv", "reports.csv"):
        shutil.copy(study.data / name, before)
    said = {"why": "seen on the page", "who": "A. Reader", "when": "2026-11-27"}
    file = fill(study, {"cell": {"new": "1234567.5", **said}})
    assert main(["correct", str(study.root), str(file)]) == 0
    left = len(read(file)) - 1
    assert f"Cells settled: 1; reports: 0; doubts left: {left}." in (
        capsys.readouterr().out
    )
    [correction] = read(study.corrections)
    assert (correction["new"], correction["who"]) == ("1234567.5", "A. Reader")
    build(study)
    [change] = differences(before, study.data)
    assert (change["new"], change["new_state"]) == ("1234567.5", "corrected")
    [said] = summary([change])
    assert said.en.startswith("nameless: disputes, row '复议后起诉', column '总计': ")
    assert "(unreadable) is now 1234567.5 (corrected)" in said.en
    assert said.zh.startswith("nameless：第四部分“复议后起诉”行“总计”列：")
    assert "（看不清）改为1234567.5（已更正）" in said.zh
    header = study.corrections.read_text("utf-8").splitlines()[0]
    study.corrections.write_text(header + "\n", "utf-8")
    build(study)
    assert differences(before, study.data) == []


def test_agency_and_year_go_into_the_registry_with_who_and_why(
    study: Study, made: Study
) -> None:
    said = {"why": "named on the site", "who": "A. Reader", "when": "2026-11-27"}
    answer = {"agency": "某县人民政府", "report_year": "2022", **said}
    done = correct_study(study, fill(study, {"identity": answer}))
    assert (done.cells, done.reports) == (0, 1)
    [row] = read(study.registry)
    assert (row["file"], row["agency"]) == ("nameless.html", "某县人民政府")
    assert row["note"] == (
        "agency and report_year by A. Reader, 2026-11-27: named on the site"
    )
    build(study)
    reports = {row["file"]: row for row in read(study.data / "reports.csv")}
    assert reports["nameless.html"]["agency"] == "某县人民政府"
    assert reports["nameless.html"]["report_year"] == "2022"
    told = {said.en: said.zh for said in summary(differences(made.root, study.root))}
    assert told == {
        "nameless: agency: 公开制 (reported) is now 某县人民政府 (reported); "
        "year: – (blank) is now 2022 (reported).": "nameless：机关：公开制（已报）"
        "改为某县人民政府（已报）；年度：–（空白）改为2022（已报）。"
    }


def test_a_workbook_is_taken_over_like_the_table(study: Study) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    path = study.root / "review" / "review.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    line = next(
        n
        for n, row in enumerate(sheet.iter_rows(values_only=True), start=1)
        if row[header.index("kind")] == "cell"
    )
    for name, value in {"new": 12, "why": "seen", "who": "A. Reader"}.items():
        sheet.cell(line, header.index(name) + 1).value = value
    book.save(path)
    assert correct_study(study, path).cells == 1
    [correction] = read(study.corrections)
    assert correction["new"] == "12"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", correction["when"])


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"new": "5"}, "why and who is empty. A change of the data says why"),
        ({"new": "five", "why": "x", "who": "y"}, "expected a number"),
        ({"new": "5", "why": "x", "who": "y", "row_code": "z"}, "which is no cell"),
        ({"report_year": "last", "why": "x", "who": "y"}, "expected a year such as"),
        (
            {"agency": "a", "why": "x", "who": "y", "file": "b"},
            "which the last extraction did not read",
        ),
    ],
)
def test_an_answer_that_does_not_fit_changes_nothing(
    study: Study, answer: dict[str, str], message: str
) -> None:
    old = [path.read_bytes() for path in (study.corrections, study.registry)]
    file = fill(study, {"cell": answer})
    with pytest.raises(SourceError, match=message):
        correct_study(study, file)
    assert old == [path.read_bytes() for path in (study.corrections, study.registry)]
    assert not list(study.data.glob("*.new"))


def test_another_table_is_no_review(study: Study) -> None:
    with pytest.raises(SourceError, match="are missing, so this is no review"):
        correct_study(study, study.data / "reports.csv")
    (study.root / "x.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(SourceError, match="x.xlsx cannot be read as a table"):
        correct_study(study, study.root / "x.xlsx")


def test_reports_that_came_and_went_are_said(
    study: Study, made: Study, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (study.documents / STRUCK).rename(study.documents / "renamed.html")
    build(study)
    out = tmp_path / "changes.csv"
    assert main(["diff", str(made.root), str(study.root), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    cells = [row["report_id"] for row in read(out) if row["table"] != "reports"]
    cells = cells.count("renamed")
    assert f"renamed is new, with {cells} cells." in said
    assert f"struck-2023 is there no more; it had {cells} cells." in said
    assert main(["diff", str(made.root), str(made.root)]) == 0
    assert (
        capsys.readouterr().out
        == "Every cell is the same, and so are agencies and years.\n"
    )
    assert main(["diff", str(made.root), str(made.root), "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "各格及机关、年度均无变化。\n"
