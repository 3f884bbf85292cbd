"""An extraction survives whatever stops it, and ends as if nothing had happened."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from hostile import FILES

import govinfo
from govinfo.cells import Table
from govinfo.cli import main
from govinfo.dataset import extract
from govinfo.dataset.store import Store
from govinfo.dataset.written import MANIFEST, STORE, finish, replacement, table_file
from govinfo.errors import SourceError

REPORTS = ROOT / "data" / "reports"
NAMES = (
    "pingtan-2020.html",
    "pingtan-2021.html",
    "hongze-2023.pdf",
    "suqian-2023.html",
    "suqian-2024.html",
)
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of three agencies, one with a failing sum, and a file that is none."""
    made = tmp_path_factory.mktemp("documents")
    for name in NAMES:
        shutil.copy(REPORTS / name, made)
    (made / "noise.html").write_bytes(b"<p>2023</p>")
    return made


@pytest.fixture(scope="module")
def held(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same and two that take many seconds: no run ends before it is stopped."""
    made = tmp_path_factory.mktemp("held") / "documents"
    shutil.copytree(folder, made)
    for name in ("endless-1.pdf", "endless-2.pdf"):
        (made / name).write_bytes(FILES["packed.pdf"]())
    return made


def tables(out: Path) -> dict[str, bytes]:
    """What a run wrote, but for how long it took."""
    return {
        path.name: path.read_bytes()
        for path in sorted(out.iterdir())
        if path.is_file() and path.stem != "timings"
    }


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed")
    extract(folder, out, jobs=1)
    return out


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "govinfo.cli", "extract", *map(str, arguments)]


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that a test started; none outlives it."""
    found: list[subprocess.Popen[bytes]] = []
    yield found
    for process in found:
        if process.poll() is None:
            process.kill()
        process.communicate()


def kept(out: Path) -> int:
    """How many results the store of a run that was killed holds."""
    file = out / STORE / "results.sqlite"
    if not file.is_file():
        return 0
    base = sqlite3.connect(file)
    try:
        return int(base.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.OperationalError:  # it was killed before it made the table
        return 0
    finally:
        base.close()


def children(of: int, *, are_all: bool = True) -> list[int]:
    """Processes that a process started, and those that they started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == of:
            own = int(status.parent.name)
            found += [own, *(children(own) if are_all else ())]
    return found


@posix
@pytest.mark.slow
def test_a_run_killed_at_any_moment_goes_on_and_ends_the_same(
    folder: Path, undisturbed: Path, tmp_path: Path, started: list
) -> None:
    before = 0
    for moment in (0.1, 0.4, 0.7, 1.0, 1.3, 1.6, 2.0, 2.5, 3.0, 3.5, None):
        run = subprocess.Popen(
            command(folder, "--out", tmp_path, "--jobs", 2, "--json"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(run)
        try:
            said, _ = run.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
            now = kept(tmp_path)
            assert now >= before
            before = now
        else:
            done = json.loads(said)
            assert (done["read"], done["kept"]) == (6 - before, before)
            before = 6
        whole = set(tables(tmp_path)) >= {"cells.csv", MANIFEST}
        assert whole or not tables(tmp_path)
    assert tables(tmp_path) == tables(undisturbed)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="needs /proc")
@pytest.mark.slow
def test_a_reader_that_is_killed_costs_no_file(
    folder: Path, undisturbed: Path, tmp_path: Path, started: list
) -> None:
    run = subprocess.Popen(command(folder, "--out", tmp_path, "--jobs", 2), cwd=ROOT)
    started.append(run)
    killed: set[int] = set()
    while run.poll() is None and len(killed) < 4:
        time.sleep(0.02)
        for reader in set(children(run.pid)[:1]) - killed:
            # One whose work is done may end between the look and the signal.
            with suppress(ProcessLookupError):
                os.kill(reader, signal.SIGKILL)
                killed.add(reader)
    assert killed
    assert run.wait(120) == 1
    assert tables(tmp_path) == tables(undisturbed)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="needs /proc")
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(
    how: signal.Signals, held: Path, tmp_path: Path, started: list
) -> None:
    run = subprocess.Popen(
        command(held, "--out", tmp_path, "--jobs", 2),
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    started.append(run)
    deadline = time.monotonic() + 30
    while len(readers := children(run.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(readers) >= 2
    run.send_signal(how)
    _, said = run.communicate(timeout=30)
    left = set(readers)
    deadline = time.monotonic() + 2
    while left and time.monotonic() < deadline:
        left = {p for p in left if Path(f"/proc/{p}/cmdline").is_file() and _runs(p)}
        time.sleep(0.02)
    assert left == set()
    if how is signal.SIGINT:
        assert run.returncode == 130
        (line,) = said.decode().strip().splitlines()
        assert line.startswith("govinfo: Stopped. What was read of ")
        assert line.endswith(
            f"is kept in {tmp_path}; the same command goes on from there."
        )


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_run_on_an_unchanged_folder_reads_nothing_again(
    folder: Path, undisturbed: Path, tmp_path: Path
) -> None:
    shutil.copytree(undisturbed, tmp_path / "out")
    again = extract(folder, tmp_path / "out", jobs=1)
    assert (again.read, again.kept) == (0, 6)
    assert tables(tmp_path / "out") == tables(undisturbed)
    fresh = extract(folder, tmp_path / "out", jobs=1, is_fresh=True)
    assert (fresh.read, fresh.kept) == (6, 0)


def test_what_changed_is_read_again_and_nothing_else(
    folder: Path, undisturbed: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(undisturbed, out)
    mine = tmp_path / "mine"
    shutil.copytree(folder, mine)
    with (mine / "suqian-2023.html").open("ab") as stream:
        stream.write(b"<p>more</p>")
    assert extract(mine, out, jobs=1).read == 1
    # What a registry says of a file, and a correction of a report, are part of it.
    table = "file,agency,report_year\npingtan-2020.html,某县,2020\n"
    (mine / "registry.csv").write_text(table, encoding="utf-8")
    assert extract(mine, out, jobs=1).read == 1
    lines = (
        "report_id,table,row_code,column_code,old,new,why,page,who,when\n"
        "hongze-2023,disputes,review,total,0,11,the parts,3,A. Reader,2026-01-31\n"
    )
    (mine / "corrections.csv").write_text(lines, encoding="utf-8")
    assert extract(mine, out, jobs=1).read == 1
    assert "corrected" in (out / "cells.csv").read_text(encoding="utf-8")
    assert extract(mine, out, jobs=1).read == 0


@pytest.mark.slow
def test_neither_jobs_nor_the_way_to_the_folder_nor_the_locale_change_a_byte(
    folder: Path, undisturbed: Path, tmp_path: Path
) -> None:
    for number, (jobs, given, place, locale) in enumerate(
        [
            (2, folder, ROOT, "C"),
            (1, os.path.relpath(folder, tmp_path), tmp_path, "C.UTF-8"),
            (2, ".", folder, "POSIX"),
        ]
    ):
        out = tmp_path / str(number)
        subprocess.run(
            command(given, "--out", out, "--jobs", jobs, "--quiet"),
            cwd=place,
            env={"PYTHONPATH": str(ROOT), "LC_ALL": locale, "PYTHONHASHSEED": "7"},
            check=False,
            capture_output=True,
        )
        assert tables(out) == tables(undisturbed)


def test_a_second_run_into_one_folder_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(tmp_path):
        assert main(["extract", str(folder), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"govinfo: Another run is writing into {tmp_path}. Wait until it has ended, or "
        "name another folder to write into.\n"
    )


def test_a_store_that_is_damaged_is_made_anew(
    folder: Path, undisturbed: Path, tmp_path: Path
) -> None:
    (tmp_path / STORE).mkdir()
    (tmp_path / STORE / "results.sqlite").write_bytes(b"no database" * 1000)
    assert extract(folder, tmp_path, jobs=1).read == 6
    assert tables(tmp_path) == tables(undisturbed)


def test_tables_are_replaced_together_or_not_at_all(tmp_path: Path) -> None:
    one, two = Table("one", ("a",)), Table("two", ("a",))

    def write(text: str, *, fails: bool = False) -> None:
        with replacement(tmp_path) as new:
            new.facts = {"govinfo": "test"}
            new.table(one).add([[text]])
            if fails:
                raise OSError(28, "No space left on device")
            new.table(two).add([[text]])

    write("old")
    before = tables(tmp_path)
    with pytest.raises(SourceError) as caught:
        write("new", fails=True)
    assert str(caught.value) == (
        f"The tables could not be written into {tmp_path} (No space left on device); "
        "those that were there before are unchanged. Make room, or name another folder "
        "to write into."
    )
    assert tables(tmp_path) == before
    assert not (tmp_path / STORE).exists()


@pytest.mark.parametrize("moved", range(4))
def test_a_replacement_that_was_stopped_half_way_is_finished(
    moved: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the moment that all new tables are on the disk, no old one is read."""
    names = ("one.csv", "two.csv", MANIFEST)

    def write(text: str) -> None:
        with replacement(tmp_path) as new:
            new.facts = {"govinfo": text}
            for name in names[:2]:
                new.table(Table(Path(name).stem, ("a",))).add([[text]])

    write("old")
    with monkeypatch.context() as patch:
        patch.setattr("govinfo.dataset.written.finish", lambda _: None)
        write("new")
    for name in names[:moved]:
        (tmp_path / STORE / "next" / name).replace(tmp_path / name)
    for name in names:
        assert "new" in table_file(tmp_path, name).read_text("utf-8")
    finish(tmp_path)
    assert all("new" in (tmp_path / name).read_text("utf-8") for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, STORE])


def test_a_change_of_format_leaves_no_older_tables(
    folder: Path, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    data = govinfo.read_reports(folder / "suqian-2023.html", jobs=1)
    data.write(tmp_path)
    data.write(tmp_path, format="parquet")
    assert {path.name for path in tmp_path.glob("*.csv")} == {"timings.csv"}
    assert len(govinfo.read_cells(tmp_path)) == 200
    listed = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    assert set(listed["tables"]) == {path.name for path in tmp_path.glob("*.parquet")}


def test_cells_that_the_manifest_does_not_list_are_warned_of(tmp_path: Path) -> None:
    govinfo.read_reports(REPORTS / "suqian-2023.html", jobs=1).write(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    assert manifest["forms"] == {"2021": 1}
    assert manifest["status"] == {"complete": 1, "partial": 0, "failed": 0}
    assert manifest["tables"]["cells.csv"]["rows"] == 200
    file = tmp_path / "cells.csv"
    file.write_text("".join(file.read_text("utf-8").splitlines(True)[:100]), "utf-8")
    with pytest.warns(UserWarning, match=r"is not the table that dataset\.json lists"):
        assert len(govinfo.read_cells(tmp_path)) == 99


@posix
@pytest.mark.slow
def test_a_full_disk_leaves_the_tables_as_they_were(
    folder: Path, undisturbed: Path, tmp_path: Path
) -> None:
    """No file may grow beyond a limit, as on a disk that is full."""
    for limit in (1_000, 30_000, 90_000):
        out = tmp_path / str(limit)
        out.mkdir()
        for name, content in tables(undisturbed).items():
            (out / name).write_bytes(content)
        before = tables(out)
        wrapper = (
            "import resource, runpy, sys; "
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
            "sys.argv[0] = 'govinfo'; "
            "runpy.run_module('govinfo.cli', run_name='__main__')"
        )
        done = subprocess.run(
            [sys.executable, "-c", wrapper, *command(folder, "--out", out)[3:]],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr
        assert "unchanged" in done.stderr or "cannot be written into" in done.stderr
        assert tables(out) == before


def test_a_folder_that_cannot_be_written_into_is_said_before_reading(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / STORE).write_bytes(b"a file in the place of the folder")
    assert main(["extract", str(folder), "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(
        f"govinfo: {tmp_path} cannot be written into ("
    )


def test_times_stand_in_a_table_of_their_own(undisturbed: Path, folder: Path) -> None:
    with (undisturbed / "timings.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["report_id", "file", "seconds"]
    assert [row["file"] for row in rows] == sorted(p.name for p in folder.iterdir())
    assert float(rows[0]["seconds"]) > 0
    assert "timings.csv" not in (undisturbed / MANIFEST).read_text("utf-8")


def test_a_line_a_minute_says_how_far_a_run_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from govinfo.dataset import many

    monkeypatch.setattr(many._Steps, "every", 0.0)
    many._Steps(3000, show=True).step(has_failed=True)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("1 of 3,000 files read, 1 of them failed; about ")
    many._Steps(3000, show=False).step(has_failed=False)
    assert capsys.readouterr().err == ""


def test_no_cell_is_written_as_a_formula_and_all_are_read_back(tmp_path: Path) -> None:
    page = (REPORTS / "suqian-2023.html").read_text(encoding="utf-8")
    (tmp_path / "x.html").write_text(page, encoding="utf-8")
    table = 'file,agency\nx.html,"=HYPERLINK(1)"\n'
    (tmp_path / "registry.csv").write_text(table, encoding="utf-8")
    out = tmp_path / "out"
    data = govinfo.read_reports(tmp_path / "x.html", jobs=1)
    data.write(out)
    for file in out.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                assert not any(field[:2] == "=H" for field in row)
    assert set(govinfo.read_cells(out)["agency"]) == {"=HYPERLINK(1)"}
