"""Documents fetched from a server of this machine that behaves as servers do."""

from __future__ import annotations

import csv
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from govinfo.cli import main
from govinfo.errors import SourceError
from govinfo.study import Study, download_study, new_study
from govinfo.study.download import COLUMNS, Fetched, Manners

pytest.importorskip("httpx")
pytest.importorskip("protego")

PAGE = "<html><p>年度报告</p></html>".encode()


class Server(ThreadingHTTPServer):
    """What each path answers; a handler may be put in its place."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.conditions: list[str | None] = []
        self.tries: Counter[str] = Counter()
        self.robots = ""
        self.content = PAGE

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def at(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def handle_error(self, *_: object) -> None:
        """A client that went away is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def say(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        told = {"content_type": "text/html", "content_length": str(len(content))}
        for name, value in (told | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        server, path = self.server, self.path
        server.asked.append(path)
        server.tries[path] += 1
        if path == "/robots.txt":
            self.say(200, server.robots.encode(), content_type="text/plain")
        elif path == "/tagged.html":
            server.conditions.append(self.headers.get("If-None-Match"))
            if self.headers.get("If-None-Match") == '"1"':
                self.say(304)
            else:
                self.say(200, server.content, etag='"1"')
        elif path == "/changing.html":
            self.say(200, server.content)
        elif path == "/flaky.html" and server.tries[path] < 3:
            self.say(503)
        elif path == "/short.html":
            self.say(200, PAGE, content_length="9999")
        elif path == "/stalls.html":
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            time.sleep(2)
        elif path == "/drips.html":
            self.send_response(200)
            self.end_headers()
            for _ in range(20):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        elif path == "/huge.html":
            self.say(200, b"x" * 300_000)
        elif path == "/inside":
            self.say(302, location="http://10.0.0.1/a.html")
        elif path == "/itself":
            self.say(302, location="/itself")
        elif path == "/file":
            self.say(302, location="file:///etc/hostname")
        elif path == "/moved":
            self.say(301, location="/there.html")
        elif path == "/list.html":
            links = (
                '<a href="/a/2023.pdf">2023年度报告</a><a href="/b.pdf">Budget</a>'
                '<a href="http://other.example/c.pdf">年度报告</a>'
                '<a href="http://[bad">年度报告</a>'
            )
            self.say(200, f"<html>{links}</html>".encode())
        elif path == "/a/2023.pdf":
            self.say(200, b"%PDF-1.4", content_type="application/pdf")
        elif path == "/gone.html":
            self.say(404)
        else:
            self.say(200, PAGE)


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    thread = threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return new_study(tmp_path / "mine")[0]


def fetch(
    study: Study, server: Server, *paths: str, again: bool = False, **manners: float
) -> list[Fetched]:
    if paths:
        study.write_registry([{"published_at": server.at(path)} for path in paths])
    quick = {"pause": 0.0, "stall": 0.5, **manners}
    return download_study(
        study,
        again=again,
        manners=Manners(allowed=frozenset({server.host}), **quick),  # type: ignore[arg-type]
    )


def test_a_document_is_kept_with_its_checksum(study: Study, server: Server) -> None:
    address = server.at("/x/2024.html")
    study.write_registry(
        [{"published_at": address, "agency": "某县/../人民政府", "report_year": "2023"}]
    )
    [found] = fetch(study, server)
    assert found.file == "某县_人民政府-2023.html"
    assert (study.documents / found.file).read_bytes() == PAGE
    [row] = study.read_registry()
    assert (row["file"], row["sha256"]) == (found.file, found.sha256)
    assert row["accessed_at"] == found.fetched_at[:10]
    with (study.data / "downloads.csv").open(encoding="utf-8") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS


def test_what_is_here_is_not_fetched_again(study: Study, server: Server) -> None:
    fetch(study, server, "/a.html", "/gone.html")
    assert server.tries["/a.html"] == 1
    assert [one.address for one in fetch(study, server)] == [server.at("/gone.html")]
    assert server.tries == {"/robots.txt": 2, "/a.html": 1, "/gone.html": 2}


def test_a_run_that_was_stopped_goes_on(study: Study, server: Server) -> None:
    fetch(study, server, "/a.html")
    # The registry of a run that was killed knows nothing of its files.
    fetch(study, server, "/a.html", "/b.html")
    assert server.tries["/a.html"] == 1
    assert [row["file"] for row in study.read_registry()] == ["a.html", "b.html"]


def test_a_server_is_asked_whether_a_document_changed(
    study: Study, server: Server
) -> None:
    fetch(study, server, "/tagged.html")
    assert fetch(study, server, again=True) == []
    assert server.conditions == [None, '"1"']


def test_another_file_the_second_time_is_a_version_beside_the_first(
    study: Study, server: Server
) -> None:
    fetch(study, server, "/changing.html")
    assert fetch(study, server, again=True) == []
    server.content = PAGE + b"<p>2</p>"
    [found] = fetch(study, server, again=True)
    assert found.file == "changing-v2.html"
    assert (study.documents / "changing.html").read_bytes() == PAGE
    first, second = study.read_registry()
    assert (first["file"], second["file"]) == ("changing.html", "changing-v2.html")
    assert second["note"] == "a later version"


def test_a_fault_that_passes_is_tried_again(study: Study, server: Server) -> None:
    [found] = fetch(study, server, "/flaky.html")
    assert found.file == "flaky.html"
    assert server.tries["/flaky.html"] == 3


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/short.html", "could not be fetched in 3 attempts (RemoteProtocolError"),
        ("/stalls.html", "could not be fetched in 3 attempts (ReadTimeout"),
        ("/drips.html", "took more than 0.3 s"),
        ("/huge.html", "sends more than 0.2 MB"),
        ("/inside", "10.0.0.1 leads to 10.0.0.1, an address of a private network"),
        ("/itself", "leads on and on, over more than 5 addresses"),
        ("/file", "is no address of the web"),
        ("/gone.html", "answered 404"),
    ],
)
def test_a_fault_is_a_message_and_no_file(
    study: Study, server: Server, path: str, message: str
) -> None:
    limits = {"seconds": 0.3} if path == "/drips.html" else {}
    [found] = fetch(study, server, path, megabytes=0.2, **limits)
    assert message in found.message
    assert found.file == ""
    assert list(study.documents.iterdir()) == []
    assert study.read_registry()[0]["file"] == ""


def test_one_document_that_fails_keeps_no_other_from_coming(
    study: Study, server: Server
) -> None:
    found = fetch(study, server, "/gone.html", "/a.html")
    assert [bool(one.file) for one in found] == [False, True]


def test_a_redirect_is_followed(study: Study, server: Server) -> None:
    [found] = fetch(study, server, "/moved")
    assert server.asked[-1] == "/there.html"
    assert found.file == "moved.html"


def test_a_private_address_is_not_connected_to(study: Study, server: Server) -> None:
    study.write_registry([{"published_at": server.at("/a.html")}])
    [found] = download_study(study, manners=Manners(pause=0))
    assert "leads to 127.0.0.1, an address of a private network" in found.message
    assert server.asked == []


def test_what_robots_txt_closes_is_left_alone(study: Study, server: Server) -> None:
    server.robots = "User-agent: *\nDisallow: /closed/"
    closed, open_ = fetch(study, server, "/closed/a.html", "/open.html")
    assert "is closed to programs by" in closed.message
    assert open_.file == "open.html"
    assert "/closed/a.html" not in server.asked


def test_a_host_is_left_in_peace_between_two_requests(
    study: Study, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("govinfo.study.download.time.sleep", waits.append)
    fetch(study, server, "/a.html", "/b.html", pause=600)
    assert server.asked == ["/robots.txt", "/a.html", "/b.html"]
    assert len(waits) == 2
    assert all(500 < wait <= 600 for wait in waits)


def test_a_report_attached_to_a_page_comes_with_it(
    study: Study, server: Server
) -> None:
    page, attached = fetch(study, server, "/list.html")
    assert (page.file, attached.file) == ("list.html", "list-1.pdf")
    assert attached.found_on == page.address
    first, second = study.read_registry()
    assert first["file"] == "list.html"
    assert second["file"] == "list-1.pdf"
    assert second["note"] == f"attached to {page.address}"
    assert "/b.pdf" not in server.asked


def test_a_registry_without_addresses_is_said(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["download", str(study.root)]) == 2
    assert capsys.readouterr().err == (
        f"govinfo: {study.registry} gives no address: found nothing in the column "
        "published_at. Fill it in, or make a study with 'govinfo new DIR --known'.\n"
    )
    with pytest.raises(SourceError):
        download_study(study)
