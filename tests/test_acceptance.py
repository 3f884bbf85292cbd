"""What needs a browser: the pages of ``make html`` as a reader's browser sees them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import program
from conftest import ROOT

pytestmark = pytest.mark.acceptance

SITE = ROOT / "build" / "html"
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for is counted, and reaches nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
)


@dataclass(frozen=True)
class Visit:
    """A page as loaded: its elements, its requests and what its scripts reported."""

    dom: str
    requests: list[str]
    console: list[str]


def visit(page: Path, folder: Path) -> Visit:
    """Load a page in a browser that has never been used."""
    log = folder / "net.json"
    done = subprocess.run(
        [
            program(),
            *SWITCHES,
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    net = json.loads(log.read_text("utf-8"))
    # What the browser asks for on its own account names no origin.
    asked = [
        event["params"]["url"]
        for event in net["events"]
        if event.get("params", {}).get("url", "").startswith(("http", "ws"))
        and event["params"].get("initiator", "not an origin") != "not an origin"
    ]
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Visit(done.stdout, asked, said)


def test_a_request_and_an_error_of_a_script_would_be_seen(tmp_path: Path) -> None:
    page = tmp_path / "页 1.html"
    page.write_text(
        "<h1>x</h1><img src='http://example.org/a.png'><script>missing()</script>",
        "utf-8",
    )
    seen = visit(page, tmp_path)
    assert set(seen.requests) == {"http://example.org/a.png"}
    assert any("missing is not defined" in line for line in seen.console)


# What stands in data/reports are documents to take away, no pages of ours.
OURS = sorted(p for p in SITE.rglob("*.html") if SITE / "data/reports" not in p.parents)


@pytest.mark.parametrize("page", OURS, ids=lambda page: page.relative_to(SITE))
def test_page_loads_without_a_request_or_an_error(page: Path, tmp_path: Path) -> None:
    seen = visit(page, tmp_path)
    assert "<h1" in seen.dom
    assert seen.requests == []
    assert seen.console == []


def test_there_are_pages() -> None:
    assert (SITE / "index.html").exists(), "make html writes the pages"
