"""A folder of files built to harm is read to its end: each is a row."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hostile import FILES

import govinfo
from govinfo.isolation import Limits

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "data" / "reports"
GOOD = ("suqian-2023.html", "hongze-2023.pdf")
LIMITS = Limits(seconds=6, megabytes=2048)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("outside") / "hostile"
    made.mkdir()
    for name, make in FILES.items():
        (made / name).write_bytes(make())
    for name in GOOD:
        (made / name).write_bytes((REPORTS / name).read_bytes())
    whole = (REPORTS / "hongze-2024.pdf").read_bytes()
    (made / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    return made


@pytest.fixture(scope="module")
def read(folder: Path):
    """Rows of the batch by name of the file, and how long it took."""
    start = time.monotonic()
    data = govinfo.read_reports(folder, jobs=2, limits=LIMITS)
    seconds = time.monotonic() - start
    reports = data.reports.assign(seconds=data.timings["seconds"])
    return {Path(row.file).name: row for row in reports.itertuples()}, seconds


@pytest.mark.slow
def test_every_hostile_file_is_a_row_and_the_reports_among_them_are_read(folder, read):
    rows, _ = read
    assert set(rows) == {path.name for path in folder.iterdir()}
    done = {name for name, row in rows.items() if row.status == "complete"}
    assert done == set(GOOD)
    assert {row.status for name, row in rows.items() if name not in done} == {"failed"}


@pytest.mark.slow
def test_every_hostile_file_has_a_message_that_blames_the_file(read):
    rows, _ = read
    for name, row in rows.items():
        if name in GOOD:
            continue
        assert row.message.endswith("."), name
        assert "fault of govinfo" not in row.message, name


@pytest.mark.slow
def test_no_hostile_file_holds_the_batch_up(read):
    rows, seconds = read
    # Starting a process anew takes a second or two on a machine that is busy.
    most = LIMITS.seconds + 10
    assert {name for name, row in rows.items() if row.seconds > most} == set()
    assert seconds < 120


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("entities.docx", "is not well-formed XML (Maximum entity amplification"),
        ("locked.pdf", "opens only with a password"),
        ("mail.mhtml", "of more than 5,000 parts, where reading stops"),
        ("million-cells.html", "holds 2,002,006 tags, and reading of HTML stops"),
        ("nested-tables.html", "nests its elements more than 2,000 levels deep"),
        ("one-line.txt", "bytes of text, and reading of text stops at 8,388,608"),
        ("wide.png", "is a picture of far more than 60,000,000 pixels"),
        ("zeros.docx", "unpacks to more than 64 MB, where reading stops"),
        ("zeros.zip", "unpacks to more than 268,435,456 bytes"),
        ("zip-escapes.zip", "leads out of the archive"),
        ("zip-in-zip.zip", "is an archive inside 2 archives, where reading stops"),
    ],
)
def test_message_names_the_limit_that_was_met(read, name, words):
    rows, _ = read
    assert words in rows[name].message


@pytest.mark.slow
def test_nothing_escapes_from_an_archive(folder, read):
    assert [path.name for path in folder.parent.iterdir()] == ["hostile"]
    assert not (folder.parent / "escaped.html").exists()


@pytest.mark.slow
def test_no_file_of_the_machine_enters_a_report(folder):
    with pytest.raises(govinfo.UnknownForm) as caught:
        govinfo.read_report(folder / "external.html")
    assert "root:" not in str(caught.value)
    from govinfo.readers import read_document

    assert "root:" not in read_document(folder / "external.html").text


@pytest.mark.slow
def test_three_broken_files_among_sixty_stop_nothing(tmp_path: Path):
    page = (REPORTS / "shuyang-fgj-2023.html").read_bytes()
    for number in range(57):
        (tmp_path / f"report-{number:02}.html").write_bytes(page)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04" + bytes(60))
    (tmp_path / "empty.html").write_bytes(b"")
    reports = govinfo.read_reports(tmp_path, jobs=2).reports
    assert len(reports) == 60
    failed = reports[reports["status"] == "failed"]
    assert sorted(failed["report_id"]) == ["broken-docx", "broken-pdf", "empty"]
    assert set(reports["report_id"]) >= {f"report-{n:02}" for n in range(57)}
