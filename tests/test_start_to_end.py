"""A stranger with the wheel, twelve documents and an empty folder: new to site."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from generate import Quirks, as_docx, as_html, as_pdf, as_text, shape
from generate.damage import some_cells
from lxml import html

pytestmark = pytest.mark.acceptance

AGENCIES = ("绵阳市人民政府", "成都市武侯区人民政府", "四川省财政厅", "汶川县人民政府")
SETTERS = (as_html, as_docx, as_text, as_pdf)
ENDINGS = ("html", "docx", "txt", "pdf")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and its extras."""
    top = tmp_path_factory.mktemp("stranger")
    uv = [str(Path(sys.executable).with_name("uv"))]
    wheels = top / "wheels"
    made = top / "venv"
    for command in (
        [*uv, "build", "--quiet", "--wheel", "-o", str(wheels), str(ROOT)],
        [*uv, "venv", "--quiet", "--python", sys.executable, str(made)],
    ):
        subprocess.run(command, check=True, timeout=300)
    [wheel] = wheels.glob("*.whl")
    install = [*uv, "pip", "install", "--quiet", "--python", str(made / "bin/python")]
    subprocess.run([*install, f"{wheel}[all]"], check=True, timeout=900)
    return made / "bin"


@pytest.fixture(scope="module")
def walked(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of twelve documents of four kinds, taken all the way without an edit."""
    top = tmp_path_factory.mktemp("empty")
    home = tmp_path_factory.mktemp("home")
    kept = ("PYTHONHASHSEED", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(home), "PATH": f"{installed}:/usr/bin:/bin"}

    def govinfo(*words: str) -> None:
        command = [str(installed / "govinfo"), *words]
        done = subprocess.run(
            command, cwd=top, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    govinfo("new", "mine")
    for number in range(12):
        agency, year = AGENCIES[number % 4], 2021 + number // 4
        title = f"{agency}{year}年政府信息公开工作年度报告"
        document = SETTERS[number % 4](shape(some_cells(number), Quirks(title=title)))
        name = f"{number:02}.{ENDINGS[number % 4]}"
        (top / "mine" / "data" / "reports" / name).write_bytes(document)
    for verb in ("extract", "review", "export", "site"):
        govinfo(verb, "mine")
    return top / "mine"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_document_is_a_row_and_was_read(walked: Path) -> None:
    reports = rows(walked / "data" / "reports.csv")
    assert len(reports) == 12
    assert {row["status"] for row in reports} <= {"complete", "partial"}
    assert {row["agency"] for row in reports} == set(AGENCIES)
    assert len(rows(walked / "data" / "indicators.csv")) > 12 * 50


def test_review_and_export_are_there_in_every_form(walked: Path) -> None:
    review = {path.name for path in (walked / "review").iterdir()}
    assert {"index.html", "index.zh.html", "review.csv", "review.xlsx"} <= review
    assert len(list((walked / "export").iterdir())) >= 7


def test_all_eight_notebooks_are_pages_in_both_languages(walked: Path) -> None:
    site = walked / "site"
    for lang in ("", ".zh"):
        assert len(list(site.glob(f"0?-*{lang}.html"))) >= 8
        agencies = html.parse(str(site / f"agencies{lang}.html")).getroot()
        assert len(agencies.xpath("//table[@id='agencies']/tbody/tr")) == 4


def test_no_page_speaks_of_the_bundled_reports(walked: Path) -> None:
    """But the notebook that says whose sizes its invented agencies have."""
    for path in (walked / "site").rglob("*.html"):
        if "08-how-far" in path.name or path.parent.name == "reports":
            continue
        text = html.parse(str(path)).getroot().text_content()
        for words in ("Pingtan", "平潭", "Huai’an", "are facsimiles", "CC0"):
            assert words not in text, (path.name, words)


def test_sentences_count_the_reports_that_are_there(walked: Path) -> None:
    page = html.parse(str(walked / "site" / "02-data-set-and-quality.html")).getroot()
    text = " ".join(page.text_content().split())
    assert "12 reports of 4 agencies, 2021 to 2023." in text
    blank = sum(r["state"] == "blank" for r in rows(walked / "data" / "cells.csv"))
    assert f"{blank:,} of" in text
