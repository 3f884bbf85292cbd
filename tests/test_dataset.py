"""A folder of files becomes a data set, and nothing that cannot be read is lost."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import govinfo
from govinfo.cells import CELL_COLUMNS
from govinfo.checks import FINDING_COLUMNS
from govinfo.cli import main
from govinfo.corrections import COLUMNS
from govinfo.dataset import extract
from govinfo.dataset.many import report_ids
from govinfo.dataset.onefile import content_of
from govinfo.dataset.tables import CHECK_COLUMNS, REPORT_COLUMNS
from govinfo.errors import (
    LimitExceeded,
    MissingColumns,
    MissingExtra,
    ReadError,
    SourceError,
)
from govinfo.isolation import Limits, Warden
from govinfo.locate import SUGGESTIONS
from govinfo.report import read_report
from govinfo.sources import Source, find_sources, lies_in, tables_beside

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "data" / "reports"
ONE_PIXEL_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8ffff3f0005fe02fea73581840000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports and five files that cannot be read."""
    folder = tmp_path_factory.mktemp("mixed")
    for name in ("suqian-2023.html", "hongze-2023.pdf"):
        (folder / name).write_bytes((REPORTS / name).read_bytes())
    (folder / "empty.html").write_bytes(b"")
    (folder / "picture.html").write_bytes(ONE_PIXEL_PNG)
    whole = (REPORTS / "hongze-2024.pdf").read_bytes()
    (folder / "truncated.pdf").write_bytes(whole[: len(whole) // 3])
    page = "<html><body><p>2023年部门预算</p><table><tr><td>12</td></tr></table>"
    (folder / "budget.html").write_text(page, encoding="utf-8")
    (folder / "noise.pdf").write_bytes(bytes(range(256)) * 8)
    return folder


@pytest.fixture(scope="module")
def extracted(
    mixed: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Path]:
    """Exit status of the command on the mixed folder, and where it wrote."""
    out = tmp_path_factory.mktemp("out")
    done = subprocess.run(
        [sys.executable, "-m", "govinfo.cli", "extract", mixed, "--out", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, out


def write_csv(path: Path, columns, lines) -> None:
    """A table that a researcher made."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([columns, *lines])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_file_is_a_row_and_the_status_says_that_some_failed(extracted, mixed):
    status, out = extracted
    reports = rows(out / "reports.csv")
    assert status == 1
    assert {Path(row["file"]).name for row in reports} == {
        path.name for path in mixed.iterdir()
    }
    by_id = {row["report_id"]: row for row in reports}
    assert by_id["suqian-2023"]["status"] == "complete"
    assert by_id["hongze-2023"]["status"] == "complete"
    failed = {name for name, row in by_id.items() if row["status"] == "failed"}
    assert failed == {"empty", "picture", "truncated", "budget", "noise"}
    assert all(by_id[name]["message"].endswith(".") for name in failed)
    assert by_id["hongze-2023"]["findings"] == "2"
    assert all(len(row["sha256"]) == 64 for row in reports)


def test_tables_have_the_columns_of_the_contract(extracted):
    _, out = extracted
    for name, columns in (
        ("cells.csv", CELL_COLUMNS),
        ("reports.csv", REPORT_COLUMNS),
        ("findings.csv", FINDING_COLUMNS),
    ):
        with (out / name).open(encoding="utf-8") as stream:
            assert stream.readline() == ",".join(columns) + "\n"


def test_cells_of_readable_files_are_written_beside_the_failures(extracted):
    _, out = extracted
    cells = rows(out / "cells.csv")
    assert {row["report_id"] for row in cells} == {"suqian-2023", "hongze-2023"}
    keys = [
        (row["report_id"], row["table"], row["row_code"], row["column_code"])
        for row in cells
    ]
    assert len(keys) == len(set(keys)) == 200 + 186
    assert all((row["value"] != "") == (row["state"] == "reported") for row in cells)


def test_audit_counts_checks_and_locates_errors(extracted, tmp_path, capsys):
    _, out = extracted
    (tmp_path / "cells.csv").write_bytes((out / "cells.csv").read_bytes())
    assert main(["audit", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        f"2 checks failed and 2 solutions are suggested; both are in {tmp_path}.\n"
    )
    with (tmp_path / "suggestions.csv").open(encoding="utf-8") as stream:
        assert stream.readline() == ",".join(SUGGESTIONS.columns) + "\n"
        assert stream.readline() == (
            "hongze-2023,1,disputes,review,total,0,11,dispute_sum,0\n"
        )
    checks = rows(tmp_path / "checks.csv")
    assert tuple(checks[0]) == CHECK_COLUMNS
    (disputes,) = (
        row
        for row in checks
        if (row["report_id"], row["check"]) == ("hongze-2023", "dispute_sum")
    )
    assert list(disputes.values())[2:] == ["1", "0", "2", "0"]
    sums = [int(row["pass"]) + int(row["fail"]) for row in checks]
    # 200 and 186 figures, 42 and 40 sums; table 3 beside the other, and 其他处理.
    assert sum(sums) == 200 + 186 + 42 + 40 + 2 + 2


def test_audit_writes_nothing_where_scipy_is_missing(extracted, tmp_path, monkeypatch):
    _, out = extracted
    (tmp_path / "cells.csv").write_bytes((out / "cells.csv").read_bytes())

    def lacking(*_: object) -> list[object]:
        message = "scipy is not installed."
        raise MissingExtra(message)

    monkeypatch.setattr("govinfo.dataset.together.located", lacking)
    assert main(["audit", str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["cells.csv"]


def test_findings_give_both_sides(extracted):
    _, out = extracted
    found = {
        (row["row_code"], row["printed"], row["expected"], row["difference"])
        for row in rows(out / "findings.csv")
    }
    assert found == {
        ("review", "0", "11", "11"),
        ("litigation_after_review", "0", "5", "5"),
    }


def test_order_and_number_of_jobs_change_nothing(mixed: Path):
    one = govinfo.read_reports(mixed, jobs=1)
    two = govinfo.read_reports([mixed], jobs=2)
    pd.testing.assert_frame_equal(one.cells, two.cells)
    pd.testing.assert_frame_equal(one.findings, two.findings)
    pd.testing.assert_frame_equal(one.reports, two.reports)


def test_written_cells_are_read_back_as_they_were(tmp_path: Path):
    data = govinfo.read_reports(REPORTS / "pingtan-2020.html", jobs=1)
    data.write(tmp_path)
    pd.testing.assert_frame_equal(govinfo.read_cells(tmp_path), data.cells)


def test_amounts_are_written_as_printed_and_blanks_stay_empty(tmp_path: Path):
    govinfo.read_reports(REPORTS / "pingtan-2021.html", jobs=1).write(tmp_path)
    cells = {
        (row["row_code"], row["column_code"]): row
        for row in rows(tmp_path / "cells.csv")
    }
    assert cells["fee", "amount"]["value"] == "24252.311082"
    assert cells["fee", "amount"]["unit"] == "10,000 yuan"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 2),
        (["extract"], 2),
        (["extract", "no-such-folder", "--out", "x"], 2),
        (["extract", "no-such-*.pdf", "--out", "x"], 2),
        (["extract", str(REPORTS), "--out", "x", "--jobs", "0"], 2),
        (["indicators", "no-such-folder"], 2),
    ],
)
def test_wrong_use_has_a_status_of_its_own(arguments, status, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "govinfo.cli", *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_folder_of_readable_reports_ends_with_status_nought(tmp_path: Path):
    from govinfo.cli import main

    file = str(REPORTS / "suqian-2023.html")
    assert main(["extract", file, "--out", str(tmp_path), "--jobs", "1"]) == 0
    assert main(["indicators", str(tmp_path)]) == 0
    assert len(rows(tmp_path / "indicators.csv")) > 100


def test_two_reports_never_share_an_identifier(tmp_path: Path):
    for name in ("a/2023.html", "b/2023.html", "b/2023.pdf", "c/2023.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    sources = find_sources(tmp_path)
    ids = report_ids(sources, [None] * len(sources))
    assert len(ids) == len(set(ids)) == 4


def test_registry_beside_the_files_wins(tmp_path: Path):
    page = (REPORTS / "suqian-2023.html").read_bytes()
    (tmp_path / "x.html").write_bytes(page)
    write_csv(
        tmp_path / "reports.csv",
        ("file", "report_id", "agency", "report_year"),
        [("x.html", "mine", "某市", "2022")],
    )
    data = govinfo.read_reports(tmp_path, jobs=1)
    row = data.reports.iloc[0]
    assert (row["report_id"], row["agency"], row["report_year"]) == (
        "mine",
        "某市",
        2022,
    )


def test_file_that_changed_after_registration_says_so(tmp_path: Path):
    (tmp_path / "x.html").write_bytes((REPORTS / "suqian-2023.html").read_bytes())
    write_csv(tmp_path / "reports.csv", ("file", "sha256"), [("x.html", "0" * 64)])
    message = govinfo.read_reports(tmp_path, jobs=1).reports.loc[0, "message"]
    assert "but the registry lists 000000000000…: it changed" in message


def test_registry_with_a_word_for_a_year_is_refused(tmp_path: Path):
    (tmp_path / "x.html").write_bytes(b"x")
    registry = tmp_path / "reports.csv"
    write_csv(registry, ("file", "report_year"), [("x.html", "last")])
    with pytest.raises(SourceError) as caught:
        govinfo.read_reports(tmp_path, jobs=1)
    assert str(caught.value) == (
        f"{registry}, line 2: found report_year 'last', expected a year such as 2023 "
        "or nothing. Correct the registry."
    )


def test_file_with_two_reports_gives_two(tmp_path: Path):
    first = (REPORTS / "suqian-2023.html").read_bytes()
    second = (REPORTS / "suqian-2024.html").read_bytes()
    for tag in (b"</BODY>", b"</HTML>"):
        first = first.replace(tag, b"")
    both = tmp_path / "both.html"
    both.write_bytes(first + second[second.find(b"<TABLE") :])
    data = govinfo.read_reports(both, jobs=1)
    assert list(data.reports["report_id"]) == ["both-1", "both-2"]
    assert list(data.reports["report_year"]) == [2023, 2024]
    assert set(data.reports["status"]) == {"complete"}
    with pytest.raises(ReadError) as caught:
        read_report(both)
    assert str(caught.value) == (
        f"{both}: the file holds 2 reports; expected one. Read it with read_reports or "
        "'govinfo extract', which give each a report_id of its own."
    )


def test_folders_leave_out_what_is_no_report(tmp_path: Path):
    for name in ("a.html", "cells.csv", ".DS_Store", "._a.html", "README.md", "x.py"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "b.html").write_bytes(b"x")
    assert [source.path.name for source in find_sources(tmp_path)] == ["a.html"]
    assert find_sources([tmp_path / "a.html"] * 2) == [
        Source(tmp_path / "a.html", "a.html")
    ]


def test_hidden_files_and_folders_are_rows(tmp_path: Path):
    (tmp_path / ".old").mkdir()
    for name in ("a.html", ".b.html", ".old/c.html"):
        (tmp_path / name).write_bytes((REPORTS / "suqian-2023.html").read_bytes())
    rows = govinfo.read_reports(tmp_path, jobs=1).reports.set_index("file")
    assert rows["status"].to_dict() == {
        ".b.html": "failed",
        ".old": "failed",
        "a.html": "complete",
    }
    assert rows.loc[".b.html", "message"] == (
        ".b.html is a hidden file: its name begins with a dot. Rename it if it is to "
        "be read, or take it away."
    )
    assert rows.loc[".old", "message"].startswith(
        ".old is a hidden folder, which was not entered: its name begins with a dot."
    )


@pytest.mark.parametrize("swapped", ["a.html", "inner"])
def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path, swapped):
    """Between the listing of a folder and the opening of its files."""
    folder, outside = tmp_path / "reports", tmp_path / "outside"
    for place in (folder / "inner", outside):
        place.mkdir(parents=True)
        (place / "a.html").write_bytes(b"x")
    (folder / "a.html").write_bytes(b"x")
    sources = find_sources(folder)
    assert {content_of(source) for source in sources} == {b"x"}
    place = folder / swapped
    place.rename(tmp_path / "away")
    place.symlink_to(outside / swapped if swapped == "a.html" else outside)
    (source,) = (one for one in sources if one.path.is_relative_to(place))
    with pytest.raises(SourceError) as caught:
        content_of(source)
    assert str(caught.value) == (
        f"{source.name} leads out of its folder, which it did not when the folder was "
        "listed. Put the report itself in its place."
    )


def test_without_a_list_of_open_files_a_swapped_link_is_found_too(
    tmp_path, monkeypatch
):
    """Systems other than Linux have no folder of open files."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.html").write_bytes(b"x")
    (tmp_path / "b.html").write_bytes(b"y")

    def lacking(*_: object) -> str:
        raise FileNotFoundError

    (source,) = find_sources(folder)
    monkeypatch.setattr(os, "readlink", lacking)
    assert content_of(source) == b"x"
    monkeypatch.undo()
    source.path.unlink()
    source.path.symlink_to(tmp_path / "b.html")
    with source.path.open("rb") as stream:
        source.path.unlink()
        source.path.write_bytes(b"x")
        monkeypatch.setattr(os, "readlink", lacking)
        assert not lies_in(stream.fileno(), source.path, folder.resolve())


def test_nothing_hidden_reaches_a_table(tmp_path: Path):
    """Neither from a registry nor from a list of agencies."""
    (tmp_path / "x.html").write_bytes((REPORTS / "suqian-2023.html").read_bytes())
    hidden = "\u202e\u061c\x07\ufff9\U000e0041\xad"
    write_csv(
        tmp_path / "reports.csv",
        ("file", "agency", "agency_english", "published_at", "region"),
        [("x.html", f"某{hidden}市", f"a{hidden}", f"https://a.cn/{hidden}", hidden)],
    )
    out = tmp_path / "out"
    extract(tmp_path / "x.html", out, jobs=1)
    for table in out.glob("*.csv"):
        text = table.read_text("utf-8")
        assert not set(text) & set(hidden), table
    assert "某\\u202e\\u061c\\u0007" in (out / "reports.csv").read_text("utf-8")


def test_folder_without_reports_is_an_error(tmp_path: Path):
    with pytest.raises(SourceError) as caught:
        find_sources(tmp_path)
    assert str(caught.value) == (
        f"No report was found in {tmp_path}. Expected HTML, PDF, Word, text or picture "
        "files; tables, programs and hidden files are passed over."
    )


@pytest.mark.parametrize("seconds", ["-1", "0", "inf", "nan", "1e300"])
def test_a_time_that_is_no_limit_is_wrong_use(seconds: str, tmp_path: Path, capsys):
    (tmp_path / "a.html").write_text("<p>x")
    out = tmp_path / "out"
    command = ["extract", str(tmp_path), "--out", str(out), f"--seconds={seconds}"]
    assert main(command) == 2
    assert capsys.readouterr().err == (
        f"govinfo: The most time for one file is {float(seconds):g} seconds, expected "
        "a number above 0 and up to 86400.\n"
    )
    assert not out.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_pipes_and_devices_are_rows_and_nobody_waits_for_them(tmp_path: Path):
    os.mkfifo(tmp_path / "a.html")
    (tmp_path / "b.html").write_bytes((REPORTS / "suqian-2023.html").read_bytes())
    paths = [tmp_path, Path(os.devnull)]
    reports = govinfo.read_reports(paths, jobs=1).reports
    assert list(reports["status"]) == ["failed", "complete", "failed"]
    assert list(reports["message"])[::2] == [
        f"{tmp_path / 'a.html'} is a pipe, expected a file. Save what it gives as a "
        "file and read that.",
        f"{os.devnull} is a device, expected a file. Save what it gives as a file and "
        "read that.",
    ]


def test_a_file_of_ten_gigabytes_is_neither_read_nor_counted_over(tmp_path: Path):
    with (tmp_path / "a.html").open("wb") as stream:
        stream.truncate(10 * 10**9)
    row = govinfo.read_reports(tmp_path, jobs=1).reports.iloc[0]
    assert (row["status"], row["sha256"]) == ("failed", "")
    assert "has 10,000,000,000 bytes, and reading stops at" in row["message"]


def test_links_in_a_circle_and_to_folders_are_rows(tmp_path: Path):
    inner = tmp_path / "in"
    (inner / "2023").mkdir(parents=True)
    (inner / "2023" / "a.html").write_bytes(b"x")
    links = {
        "circle": inner / "circle",
        "elsewhere": tmp_path,
        "latest": inner / "2023",
        "up": inner,
    }
    for name, target in links.items():
        (inner / name).symlink_to(target)
    found = {source.path.name: source.refused for source in find_sources(inner)}
    assert list(found) == ["a.html", "circle", "elsewhere", "up"]
    assert found["a.html"] == ""
    # The folder that a link leads to within is read in its own place.
    assert all(found[name].startswith(f"{name} is") for name in list(found)[1:])
    rows = govinfo.read_reports(inner, jobs=1).reports
    assert set(rows["status"]) == {"failed"}


def test_a_folder_that_cannot_be_opened_is_a_row(tmp_path: Path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "a.html").write_bytes((REPORTS / "suqian-2023.html").read_bytes())
    scandir = os.scandir

    def refusing(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    rows = govinfo.read_reports(tmp_path, jobs=1).reports
    assert list(rows["status"]) == ["complete", "failed"]
    assert rows.loc[1, "message"] == (
        "closed could not be opened: Permission denied. Check whether you may read it, "
        "and read it again."
    )


def test_a_folder_that_may_not_be_entered_has_its_files_as_rows(
    tmp_path: Path, monkeypatch
):
    """Its names can be listed, but nothing can be said of its files."""
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "a.html").write_bytes(b"x")
    stat, access = os.stat, os.access

    def refusing(path, **options):
        if "closed" in Path(os.fspath(path)).parts[:-1]:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", refusing)
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode: "closed" not in str(path) and access(path, mode),
    )
    (source,) = find_sources(tmp_path)
    assert source.refused.startswith("closed/a.html could not be")
    (tmp_path / "registry.csv").touch()
    assert list(tables_beside([source.path], "registry.csv")) == [
        tmp_path / "registry.csv"
    ]


def test_reading_that_takes_too_long_is_stopped():
    with Warden(Limits(seconds=1)) as warden:
        with pytest.raises(LimitExceeded) as caught:
            warden.run("time:sleep", 60)
        assert str(caught.value) == (
            "Reading was stopped after 1 seconds. A report takes a few seconds at "
            "most: the file may be damaged or built to hang a reader. Open it by hand, "
            "or allow more time."
        )


def test_reading_that_fills_the_memory_is_stopped_and_the_next_goes_on():
    with Warden(Limits(seconds=60, megabytes=1024)) as warden:
        with pytest.raises(LimitExceeded) as caught:
            warden.run("builtins:bytearray", 4 * 1024**3)
        assert str(caught.value).startswith(
            "Reading needed more than 1024 MB of memory"
        )
        assert warden.run("builtins:abs", -3) == 3


def test_what_earlier_files_took_is_not_missing_for_the_next():
    """A file is read anew by a fresh child before it is called too large."""
    keep = "import sys; sys.kept = bytearray(600 * 2**20)"
    with Warden(Limits(seconds=60, megabytes=1024)) as warden:
        warden.run("builtins:exec", keep)
        assert warden.run("builtins:exec", "bytearray(600 * 2**20)") is None
        with pytest.raises(LimitExceeded):
            warden.run("builtins:bytearray", 2 * 1024**3)


def test_crash_of_a_library_is_an_error_of_that_file():
    with Warden(Limits(seconds=60)) as warden:
        with pytest.raises(ReadError) as caught:
            warden.run("os:_exit", 9)
        assert "ended by itself (status 9)" in str(caught.value)
        assert warden.run("builtins:abs", -3) == 3


@pytest.mark.parametrize(
    ("function", "arguments", "what"),
    [
        ("socket:create_connection", (("127.0.0.1", 9),), "open a network connection"),
        ("os:system", ("true",), "start a program"),
        ("subprocess:run", (["true"],), "start true"),
    ],
)
def test_nothing_that_reads_may_reach_out(function, arguments, what):
    with Warden(Limits(seconds=60)) as warden, pytest.raises(ReadError) as caught:
        warden.run(function, *arguments)
    assert str(caught.value) == f"A document tried to {what}; this is not allowed."


def test_fault_of_our_own_is_said_to_be_one():
    with Warden(Limits(seconds=60)) as warden, pytest.raises(ReadError) as caught:
        warden.run("builtins:int", "x")
    assert "This is a fault of govinfo, not of the report" in str(caught.value)


def test_cells_of_another_table_are_refused(tmp_path: Path):
    (tmp_path / "cells.csv").write_text("a,b\n1,2\n")
    with pytest.raises(MissingColumns) as caught:
        govinfo.read_cells(tmp_path)
    assert str(caught.value).startswith(
        f"{tmp_path / 'cells.csv'}: found the columns a, b; expected report_id, agency"
    )


def test_report_shows_itself_with_its_findings():
    report = read_report(REPORTS / "hongze-2023.pdf")
    page = report._repr_html_()
    assert page.count('class="finding"') == 2
    assert (
        "the four results sum to 11, but the total (总计) prints 0 (difference 11); a "
        "second reading of the page found the same figures." in page
    )
    assert repr(report) == (
        "<Report hongze-2023: 淮安市洪泽区人民政府, 2023, form 2021, complete>"
    )
    assert "<script" not in page
    assert "http" not in page


def test_open_cells_are_listed_with_the_reason(tmp_path: Path):
    lines = "规章 1 2 3\n行政规范性文件 4\n行政许可 5\n行政处罚 6\n行政强制 7\n"
    file = tmp_path / "某局2023.txt"
    file.write_text(lines, encoding="utf-8")
    report = read_report(file)
    assert report.status == "partial"
    assert report.year == 2023
    doubts = report.doubts.set_index(["row_code", "column_code"])
    assert doubts.loc[("normative_document", "issued"), "state"] == "uncertain"
    assert "cells could not be settled" in report.message


def corrections(
    folder: Path, old: str, new: str = "11", who: str = "A. Reader"
) -> None:
    """One correction of the review total of Hongze 2023."""
    cell = ("hongze-2023", "disputes", "review", "total")
    write_csv(
        folder / "corrections.csv",
        COLUMNS,
        [(*cell, old, new, "the parts give 11", "3", who, "2026-01-31")],
    )


def review_total(folder: Path) -> pd.Series:
    (folder / "hongze-2023.pdf").write_bytes((REPORTS / "hongze-2023.pdf").read_bytes())
    data = govinfo.read_reports(folder, jobs=1)
    cells = data.cells.set_index(["row_code", "column_code"])
    row = cells.loc[("review", "total")]
    return pd.concat([row, data.reports.iloc[0][["message", "findings"]]])


def test_correction_is_applied_with_a_state_of_its_own(tmp_path: Path):
    corrections(tmp_path, "0")
    cell = review_total(tmp_path)
    assert (cell["state"], cell["value"], cell["raw"]) == ("corrected", 11, "0")
    assert cell["findings"] == 1
    assert cell["message"] == (
        "disputes, review, total was corrected by hand from '0' to 11 (A. Reader, "
        "2026-01-31: the parts give 11)."
    )


def test_correction_of_a_figure_that_is_not_printed_is_refused(tmp_path: Path):
    corrections(tmp_path, "7")
    cell = review_total(tmp_path)
    assert (cell["state"], cell["value"]) == ("reported", 0)
    assert cell["message"] == (
        "A correction of disputes, review, total was refused: it expects '7' to be "
        "printed there, but '0' is. Look at the report again."
    )


@pytest.mark.parametrize(
    ("new", "who", "what"),
    [
        (
            "eleven",
            "A. Reader",
            "found new 'eleven', expected a number. Write the figure that the cell "
            "should have.",
        ),
        (
            "11",
            "",
            "who is empty. A correction needs the cell, the new figure, and why, by "
            "whom and when it was made.",
        ),
    ],
)
def test_correction_without_figure_or_author_is_refused(tmp_path, new, who, what):
    corrections(tmp_path, "0", new, who)
    with pytest.raises(SourceError) as caught:
        review_total(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'corrections.csv'}, line 2: {what}"


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_are_found_after_a_change_of_folder(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes that read are kept, and each stays in the folder it was started in."""
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        for year in (2022, 2023):
            shutil.copy(REPORTS / f"pingtan-{year}.html", folder)
        monkeypatch.chdir(folder)
        reports = govinfo.read_reports(".", jobs=jobs).reports
        assert reports["status"].tolist() == ["complete"] * 2
        assert reports["file"].tolist() == ["pingtan-2022.html", "pingtan-2023.html"]


def test_a_data_set_shows_its_reports_in_jupyter(tmp_path: Path) -> None:
    (tmp_path / "<b>.txt").write_text("No report.", "utf-8")
    shown = govinfo.read_reports([tmp_path / "<b>.txt"], jobs=1)
    assert repr(shown) == "<DataSet: 0 complete, 0 partial, 1 failed; 0 findings>"
    html = shown._repr_html_()
    assert "1 failed" in html
    assert "<b>" not in html
