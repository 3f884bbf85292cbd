"""The published accuracy is what its command measures."""

from __future__ import annotations

import re
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import accuracy  # noqa: E402
from collection import COUNTS  # noqa: E402

PUBLISHED = accuracy.read_table()


def of(part: str, reader: str = "govinfo") -> dict[str, dict[str, str]]:
    return {
        row["kind"]: row
        for row in PUBLISHED
        if row["part"] == part and row["reader"] == reader
    }


def test_no_published_cell_is_silently_wrong():
    mine = [row for row in PUBLISHED if row["reader"] == "govinfo"]
    assert {row["wrong"] for row in mine} == {"0"}


def test_generated_reports_are_as_many_as_promised():
    rows = of("repository")
    assert {kind: int(rows[kind]["documents"]) for kind in COUNTS} == COUNTS
    assert sum(COUNTS.values()) >= 2_000


def test_facsimiles_are_exact_and_pages_and_word_files_nearly():
    rows = of("repository")
    for kind in ("facsimile HTML", "facsimile PDF", "facsimile text"):
        assert rows[kind]["exact"] == rows[kind]["cells"]
    for kind in ("generated HTML", "generated Word"):
        assert int(rows[kind]["exact"]) > 0.99 * int(rows[kind]["cells"])


def test_page_shows_the_table():
    page = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    for part in ("repository", "shared"):
        rows = [row for row in PUBLISHED if row["part"] == part]
        assert "\n".join(accuracy.lines_of(rows)) in page


def test_readme_shows_rows_of_the_table():
    readme = (ROOT / "README.md").read_text("utf-8")
    (section,) = re.findall(r"^## How exact\n(.*?)^## ", readme, re.M | re.S)
    shown = [line for line in section.splitlines() if line.startswith("|")]
    assert shown == accuracy.summary(PUBLISHED)


def test_no_other_reader_is_needed_by_the_package():
    names = re.compile(r"\b(?:pdfplumber|pymupdf|fitz|tabula|atheris|read_html\()\b")
    for path in sorted((ROOT / "govinfo").rglob("*.py")):
        imports = [
            line
            for line in path.read_text("utf-8").splitlines()
            if re.match(r"\s*(?:import|from)\s", line)
        ]
        assert not names.search("\n".join(imports)), path.name
