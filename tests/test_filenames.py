"""Whatever a file is called, it is read, and its row can be written and found."""

from __future__ import annotations

import csv
import io
import os
import sys
from pathlib import Path

import pandas as pd
import pytest

from govinfo.dataset import read_reports
from govinfo.dataset.many import report_ids
from govinfo.readers import read_document
from govinfo.report import read_report
from govinfo.sources import Source, find_sources

REPORTS = Path(__file__).parents[1] / "data" / "reports"
REPORT = (REPORTS / "suqian-2023.html").read_bytes()

ODD = {
    b"a\nb.html": "a_b",
    b"a\rb.html": "a_b-html",
    b"a,b.html": "a,b",
    b'a"b.html': 'a"b',
    b"=cmd|'!A1.html": "_cmd|'!A1",
    b"+1.html": "_1",
    b"@x.html": "_x",
    b" lead.html": "lead",
    b"\xe2\x80\xaefdp.html": "_fdp",
    b"\x1b[31m.html": "_[31m",
    b"x" * 250 + b".htm": "x" * 160,
    "某县2023.html".encode("gbk"): "某县2023",
    b"\xff\xfe.html": "\\xff\\xfe",
}

posix_names = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the system refuses such names"
)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder of reports with odd names."""
    for name in ODD:
        (tmp_path / os.fsdecode(name)).write_bytes(REPORT)
    return tmp_path


@posix_names
def test_file_of_any_name_has_an_identifier_that_can_be_written(odd: Path):
    sources = find_sources(odd)
    ids = report_ids(sources, [None] * len(sources))
    named = {os.fsencode(s.path.name): i for s, i in zip(sources, ids, strict=True)}
    assert len(set(ids)) == len(ids) == len(ODD)
    for name in ODD.keys() - {b"a\nb.html", b"a\rb.html"}:
        assert named[name] == ODD[name]


@posix_names
def test_table_of_odd_names_reads_back_row_by_row(odd: Path, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    read_reports(odd, jobs=1).write(out)
    text = (out / "reports.csv").read_bytes().decode()
    assert "\r" not in text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["status"] for row in rows] == ["complete"] * len(ODD)
    assert not [row for row in rows if row["report_id"][0] in "=+-@"]
    cells = pd.read_csv(out / "cells.csv", dtype=str, keep_default_na=False)
    assert set(cells["report_id"]) == {row["report_id"] for row in rows}


@posix_names
def test_name_in_another_encoding_still_names_agency_and_year(tmp_path: Path):
    path = tmp_path / os.fsdecode("某某县财政局2019.html".encode("gbk"))
    page = REPORT.decode()
    for words in ("2023", "宿迁市人民政府"):
        page = page.replace(words, "")
    path.write_text(page, encoding="utf-8")
    assert read_document(path).source == "某某县财政局2019.html"
    report = read_report(path)
    assert (report.year, report.report_id) == (2019, "某某县财政局2019")


def test_path_that_looks_like_a_formula_is_written_as_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("=1.html").write_bytes(REPORT)
    (source,) = find_sources(["=1.html"])
    assert source.name == "./=1.html"
    assert Path(source.name).read_bytes() == REPORT


def test_part_of_a_file_never_takes_the_identifier_of_another_file():
    """``a.html`` with two reports gives ``a-1`` and ``a-2``."""
    names = ["a.html", "a-1.html", "a-2023.html", "b-1.html"]
    files = [Source(Path(name), name) for name in names]
    assert report_ids(files, [None] * 4) == ["a", "a-1-html", "a-2023", "b-1"]


def test_same_name_with_other_suffixes_gives_other_identifiers():
    names = ["x.html", "x.HTML", "x.htm", "x.pdf", "x"]
    files = [Source(Path("f") / name, name) for name in names]
    ids = report_ids(files, [None] * len(names))
    assert len(set(ids)) == len(names)


@posix_names
def test_links_out_of_a_folder_are_refused_and_said(tmp_path: Path):
    folder, outside = tmp_path / "in", tmp_path / "out.html"
    folder.mkdir()
    outside.write_bytes(REPORT)
    (folder / "a.html").write_bytes(REPORT)
    (folder / "same.html").symlink_to("a.html")
    (folder / "out.html").symlink_to(outside)
    (folder / "gone.html").symlink_to("nothing")
    (folder / "self").symlink_to(".")
    (folder / "folder.html").mkdir()
    os.mkfifo(folder / "pipe.html")
    rows = read_reports(folder, jobs=1).reports
    found = dict(zip(rows["report_id"], rows["message"], strict=True))
    assert found == {
        "a": "",
        "gone": "gone.html is a link to nothing that is there. Put the report itself in"
        " its place.",
        "out": "out.html is a link to a file outside of its folder, which is not"
        " followed. Name that file itself, or copy it there.",
        "pipe": "pipe.html is a pipe, expected a file. Save what it gives as a file and"
        " read that.",
        "self": "self is a link to a folder, which is not followed. Name that folder"
        " itself, or take the link away.",
    }
    assert list(rows["sha256"] != "") == [True, False, False, False, False]
    assert [s.refused for s in find_sources([folder, outside])].count("") == 2


@posix_names
@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything"
)
def test_file_that_may_not_be_read_says_so(tmp_path: Path):
    path = tmp_path / "locked.html"
    path.write_bytes(REPORT)
    path.chmod(0)
    (message,) = read_reports(path, jobs=1).reports["message"]
    assert message.startswith("locked.html could not be opened: Permission denied.")


@posix_names
def test_pattern_does_not_run_in_circles_of_links(tmp_path: Path):
    (tmp_path / "a").mkdir()
    for name in ("a/x.html", "a/.hidden.html", "y.html"):
        (tmp_path / name).write_bytes(REPORT)
    for name in ("one", "two", "a/three"):
        (tmp_path / name).symlink_to(tmp_path)
    found = [source.name for source in find_sources(f"{tmp_path}/**/*.html")]
    assert found == ["a/x.html", "y.html"]
    (only,) = find_sources(f"{tmp_path}/a/../[xyz].h*")
    assert only.path.resolve() == (tmp_path / "y.html").resolve()
