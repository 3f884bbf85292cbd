"""Documents at addresses: found, read, kept and refused like files on a disk."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import joblib
import pandas as pd
import pytest
from conftest import ROOT

from govinfo.dataset import extract, onefile, read_reports
from govinfo.errors import MissingExtra, SourceError
from govinfo.remote import files_at

fsspec = pytest.importorskip("fsspec")

REPORTS = ROOT / "data" / "reports"
PAGES = sorted(REPORTS.glob("pingtan-202[0-2].html"))
BESIDE = ROOT / "build" / "s3"


def put(system, folder: str) -> None:  # type: ignore[no-untyped-def]
    for page in PAGES:
        system.pipe(f"{folder}/2020s/{page.name}", page.read_bytes())
    system.pipe(f"{folder}/registry.csv", b"file\n")


@pytest.fixture
def memory() -> Iterator[str]:
    system = fsspec.filesystem("memory")
    put(system, "/reports")
    yield "memory://reports"
    system.rm("/reports", recursive=True)


def test_folder_pattern_and_file_at_an_address_are_read(memory: str) -> None:
    near = read_reports(PAGES, jobs=1)
    far = read_reports(memory, jobs=1)
    pd.testing.assert_frame_equal(far.cells, near.cells)
    pd.testing.assert_frame_equal(far.findings, near.findings)
    assert far.reports["file"].tolist() == [f"2020s/{page.name}" for page in PAGES]
    for given in (f"{memory}/2020s/*.html", f"{memory}/2020s", [f"{memory}/2020s"]):
        found = read_reports(given, jobs=1).reports["file"].tolist()
        assert found == [page.name for page in PAGES]
    one = read_reports(f"{memory}/2020s/{PAGES[0].name}", jobs=1).reports
    assert one["file"].tolist() == [PAGES[0].name]


def test_what_is_known_of_an_address_is_not_fetched_again(
    memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    whole = onefile.bytes_at

    def counted(address: str, most: int) -> bytes:
        fetched.append(address)
        return whole(address, most)

    monkeypatch.setattr(onefile, "bytes_at", counted)
    assert extract(memory, tmp_path / "out", jobs=1).read == len(PAGES)
    assert len(fetched) == len(PAGES)
    assert extract(memory, tmp_path / "out", jobs=1).read == 0
    assert len(fetched) == len(PAGES)
    file = f"{memory}/2020s/{PAGES[0].name}"
    fsspec.filesystem("memory").pipe(file, PAGES[1].read_bytes())
    assert extract(memory, tmp_path / "out", jobs=1).read == 1
    assert fetched[len(PAGES) :] == [file.replace("memory://", "memory:///")]


@pytest.mark.parametrize(
    ("address", "kind", "sentence"),
    [
        ("memory://nothing", SourceError, "nothing is there. Check the address."),
        ("memory://no/*.pdf", SourceError, "nothing is there. Check the address."),
        ("nowhere://a/b", SourceError, "could not be reached: Protocol not known"),
        ("gs://a/b", MissingExtra, "is opened by fsspec, and what it needs is not"),
    ],
)
def test_address_that_cannot_be_read_says_so(
    address: str, kind: type[SourceError], sentence: str
) -> None:
    with pytest.raises(kind, match=re.escape(sentence)):
        read_reports(address)


def test_file_that_goes_away_takes_no_other_with_it(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list(files_at(memory))
    gone = found[1][0]
    monkeypatch.setattr("govinfo.sources.files_at", lambda _: iter(found))
    fsspec.filesystem("memory").rm(gone)
    reports = read_reports(memory, jobs=1).reports
    assert reports["status"].tolist().count("failed") == 1
    [message] = reports.loc[reports["status"] == "failed", "message"]
    assert message == f"{gone}: nothing is there. Check the address."


def test_larger_file_than_is_read_is_refused(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onefile, "MAX_BYTES", 1000)
    reports = read_reports(memory, jobs=1).reports
    assert set(reports["status"]) == {"failed"}
    assert "has more bytes, and reading stops at 1,000" in reports["message"][0]


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fsspec needs for a kind of address, here and in other processes."""
    if not BESIDE.is_dir():
        pytest.skip("make acceptance installs what this needs into build/s3")
    monkeypatch.setattr(sys, "path", [*sys.path, str(BESIDE)])
    monkeypatch.setenv("PYTHONPATH", str(BESIDE))


@pytest.mark.acceptance
def test_file_on_a_web_server_is_read(beside: None) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=str(REPORTS))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/{PAGES[0].name}"
        far = read_reports(address, jobs=1)
        server.shutdown()
    near = read_reports(PAGES[0], jobs=1)
    pd.testing.assert_frame_equal(far.cells, near.cells)


@pytest.fixture
def bucket(
    beside: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A bucket with reports, on a server of this machine."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    told = tmp_path / "server.txt"
    command = [sys.executable, "-m", "moto.server", "-p", "0"]
    with told.open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while not (found := re.search(r"http://[0-9.]+:[0-9]+", told.read_text())):
            assert server.poll() is None, told.read_text()
            time.sleep(0.1)
        monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", found[0])
        fsspec.config.set_conf_env(fsspec.config.conf)
        system = fsspec.filesystem("s3")
        system.mkdir("province")
        put(system, "province/reports")
        yield "s3://province/reports"
    finally:
        fsspec.config.conf.pop("s3", None)
        server.terminate()
        server.wait(30)


@pytest.mark.acceptance
def test_workers_of_a_cluster_read_from_a_bucket(bucket: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    near = read_reports(PAGES, jobs=1)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        far = read_reports(bucket)
    pd.testing.assert_frame_equal(far.cells, near.cells)
    assert far.reports["file"].tolist() == [f"2020s/{page.name}" for page in PAGES]
    assert extract(bucket, tmp_path / "out", jobs=1).read == len(PAGES)
    assert extract(bucket, tmp_path / "out", jobs=1).read == 0


@pytest.mark.acceptance
def test_bucket_that_nobody_may_enter_is_a_sentence(bucket: str) -> None:
    with pytest.raises(SourceError, match="nothing is there|could not be reached"):
        read_reports(bucket.replace("province", "country"))
