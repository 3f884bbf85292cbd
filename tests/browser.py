"""A browser as a program: pages opened, widths and colours set, scripts run in them.

Spoken over its own protocol on the loopback, by what Jupyter brings along, so that no
other driver is needed.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for is counted, and reaches nobody.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-port=0",
)


def program() -> str:
    """The browser. Where the checks run by themselves, its absence is a failure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("No chromium was found, and .ci/run is to install it.")
    pytest.skip("chromium is not installed")


class Tab:
    """One tab of the browser."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socket: Any) -> None:
        self.loop = loop
        self.socket = socket
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self._number = 0
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: object) -> Any:
        """Send a command and wait for its answer."""
        return self.loop.run_until_complete(self._call(method, params))

    async def _call(self, method: str, params: dict[str, object]) -> Any:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params}
        await self.socket.write_message(json.dumps(message))
        while True:
            answer = await self._hear()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    async def _hear(self) -> dict[str, Any]:
        raw = await asyncio.wait_for(self.socket.read_message(), 60)
        said: dict[str, Any] = json.loads(raw)
        method, params = said.get("method"), said.get("params", {})
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        if method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"]["text"])
        return said

    def resize(self, width: int, height: int) -> None:
        """Make the window so large."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        self.call("Emulation.setDeviceMetricsOverride", mobile=False, **size)

    def visit(
        self, page: Path, width: int, colours: str = "light", scripts: bool = True
    ) -> None:
        """Open a page at a width, in light or dark, with scripts or without."""
        self.resize(width, 900)
        feature = {"name": "prefers-color-scheme", "value": colours}
        self.call("Emulation.setEmulatedMedia", features=[feature])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.asked.clear()
        self.complaints.clear()
        self.call("Page.navigate", url=page.as_uri())
        self.loop.run_until_complete(self._loaded())

    async def _loaded(self) -> None:
        while (await self._hear()).get("method") != "Page.loadEventFired":
            pass

    def run(self, script: str) -> Any:
        """Run a script in the page and return what it gives."""
        done = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")


@contextmanager
def opened(folder: Path) -> Iterator[Tab]:
    """A tab of a browser that has never been used."""
    from tornado.websocket import websocket_connect

    profile = folder / "profile"
    browser = subprocess.Popen(
        [program(), *SWITCHES, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    loop = asyncio.new_event_loop()
    try:
        told = profile / "DevToolsActivePort"
        for _ in range(600):
            if told.exists() and told.read_text().strip():
                break
            time.sleep(0.1)
        port = told.read_text().splitlines()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            tabs = json.load(answer)
        address = next(t for t in tabs if t["type"] == "page")["webSocketDebuggerUrl"]

        async def connect() -> Any:
            return await websocket_connect(address, max_message_size=2**27)

        yield Tab(loop, loop.run_until_complete(connect()))
    finally:
        browser.terminate()
        browser.wait(30)
        loop.close()
