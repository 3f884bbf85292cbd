"""What reads documents is kept from all else, and nothing that it answers is run."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import socket
import struct
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from conftest import ROOT
from PIL import Image
from test_survives import children

from govinfo import kernel
from govinfo.dataset.onefile import Task, checked, read_plain
from govinfo.errors import GovinfoError, LimitExceeded, ReadError
from govinfo.isolation import Limits, Warden
from govinfo.readers.files.office import convert
from govinfo.sources import Source

PAGE = (ROOT / "data" / "reports" / "suqian-2023.html").read_bytes()
TASK = Task(Source(Path("x.html"), "x.html"), None, "x")


@pytest.fixture(scope="module")
def warden() -> Iterator[Warden]:
    with Warden(Limits(seconds=60)) as found:
        yield found


@pytest.fixture
def confined(warden: Warden) -> Warden:
    """Where the kernel protects nothing, there is nothing to attack."""
    if warden.run("govinfo.isolation:protections") != list(kernel.LEVELS):
        pytest.skip("this kernel has neither Landlock nor seccomp")
    return warden


def number_of(warden: Warden, call: str) -> int:
    """The error number with which a call of the C library ends in the reader."""
    code = (
        "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
        f"assert c.{call} == -1; raise SystemError(ctypes.get_errno())"
    )
    with pytest.raises(ReadError) as caught:
        warden.run("builtins:exec", code)
    return int(str(caught.value).split(": ")[1].partition(".")[0])


@pytest.mark.parametrize(
    "call",
    [
        "socket(2, 1, 0)",
        "socket(2, 2, 0)",
        "socket(10, 2, 0)",
        "socket(1, 1, 0)",
        "socket(16, 3, 0)",
        "execv(b'/usr/bin/env', None)",
        "execv(b'/bin/sh', None)",
        "ptrace(0, 0, 0, 0)",
        "fork()",
        "daemon(1, 1)",
    ],
)
def test_code_in_a_library_reaches_neither_network_nor_programs(
    call: str, confined: Warden
) -> None:
    assert number_of(confined, call) in (1, 13)


def test_a_reader_starts_threads_and_no_process(confined: Warden) -> None:
    code = (
        "import threading; found = []; "
        "one = threading.Thread(target=found.append, args=(1,)); "
        "one.start(); one.join(); assert found == [1]; "
        "import os; os.fork()"
    )
    with pytest.raises(ReadError, match="PermissionError"):
        confined.run("builtins:exec", code)


def test_libreoffice_takes_no_picture_from_this_machine(
    confined: Warden, tmp_path: Path
) -> None:
    """Also where a document is read without a process of its own."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    picture = tmp_path / "private.png"
    Image.new("RGB", (9, 9), (12, 34, 56)).save(picture)
    field = (
        f'{{\\field{{\\*\\fldinst INCLUDEPICTURE "{picture}" \\\\d}}{{\\fldrslt x}}}}'
    )
    data = f"{{\\rtf1 own {field}\\par}}".encode()
    made = zipfile.ZipFile(BytesIO(convert(data, "a.rtf", "docx")))
    assert b"own" in made.read("word/document.xml")
    assert [name for name in made.namelist() if "media" in name] == []


def test_a_reader_opens_no_file_but_its_own(confined: Warden, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("12")
    for call in (f"open({os.fsencode(secret)!r}, 0)", "open(b'/etc/shadow', 0)"):
        assert number_of(confined, call) == 13
    for call in (
        f"open({os.fsencode(tmp_path / 'new')!r}, 65, 420)",
        f"unlink({os.fsencode(secret)!r})",
        f"mkdir({os.fsencode(tmp_path / 'folder')!r}, 493)",
    ):
        assert number_of(confined, call) == 13
    assert [path.name for path in tmp_path.iterdir()] == ["secret.html"]
    # What it needs to write has a place, which is gone with it.
    confined.run("builtins:exec", "open('own', 'w').write('12')")


@pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel of Linux")
def test_a_reader_signals_no_process_that_is_not_its_own(confined: Warden) -> None:
    assert number_of(confined, f"kill({os.getpid()}, 0)") == 1


class _Harm:
    """What runs when it is read from a pickle."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def test_a_pickle_for_an_answer_is_refused_and_never_read(tmp_path: Path) -> None:
    body = pickle.dumps(_Harm(tmp_path / "harm"))
    frame = struct.pack("<Q", len(body)) + body
    # The descriptor of its answers is one of the first that the reader opens.
    code = (
        "import os\n"
        f"for number in range(3, 20):\n try: os.write(number, {frame!r})\n"
        " except OSError: pass"
    )
    with Warden(Limits(seconds=60)) as own:
        with pytest.raises(ReadError, match="gave an answer that is none"):
            own.run("builtins:exec", code)
        assert own.run("builtins:abs", -3) == 3
    assert list(tmp_path.iterdir()) == []


def test_an_answer_on_another_file_is_refused() -> None:
    (said,) = read_plain(TASK, PAGE)
    digest = str(said["row"]["sha256"])
    assert [result.report_id for result in checked([said], TASK, digest)] == ["x"]
    for answer, task, asked in (
        ([said], TASK, "0" * 64),
        ([said], replace(TASK, report_id="y"), digest),
        ([{**said, "cells": [["2021"]]}], TASK, digest),
        ([{"row": said["row"]}], TASK, digest),
        ("x", TASK, digest),
        (None, TASK, digest),
    ):
        with pytest.raises(ReadError) as caught:
            checked(answer, task, asked)
        assert str(caught.value) == (
            "The process that read x.html gave an answer that is none. The file may be "
            "built to harm: open it by hand and save it anew."
        )


def test_characters_that_hide_or_turn_text_are_spelled_out() -> None:
    (said,) = read_plain(TASK, PAGE)
    digest = str(said["row"]["sha256"])
    first = [*said["cells"][0]]
    first[7] = "\u202e21\u200b"
    said["cells"][0] = first
    said["row"]["agency"] = "某市\x1b[31m"
    (result,) = checked([said], TASK, digest)
    assert result.cells[0][10] == "\\u202e21\\u200b"
    assert result.row["agency"] == "某市\\u001b[31m"


def test_error_of_a_class_that_is_none_of_ours_is_no_error() -> None:
    with Warden(Limits(seconds=60)) as own:
        assert isinstance(_raised(own, "LimitExceeded"), LimitExceeded)
        for name in ("SystemExit", "engine", "nothing"):
            error = _raised(own, name)
            assert "gave an answer that is none" in str(error)


def _raised(warden: Warden, kind: str) -> GovinfoError:
    body = f'["{kind}", "x"]'.encode()
    frame = struct.pack("<Q", len(body)) + body
    code = f"import os; os.write(3, {frame!r}); os._exit(0)"
    with pytest.raises(GovinfoError) as caught:
        warden.run("builtins:exec", code)
    warden.close()
    return caught.value


def test_a_socket_of_udp_is_refused_in_python_too(warden: Warden) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        code = f"import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {port}))"
        with pytest.raises(ReadError):
            warden.run("builtins:exec", code)
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.recv(1)


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="needs /proc")
@pytest.mark.slow
def test_the_office_program_ends_with_the_process_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with whatever it started itself."""
    program = tmp_path / "program" / "soffice"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n(while :; do :; done) &\nwhile :; do :; done\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setattr("govinfo.isolation._TRIES", 1)
    with Warden(Limits(seconds=60)) as own:
        call = ("govinfo.readers.files.office:convert", rb"{\rtf1 12}", "a.rtf", "docx")
        said: list[str] = []

        def convert() -> None:
            try:
                own.run(*call)
            except GovinfoError as error:
                said.append(str(error))

        thread = threading.Thread(target=convert)
        thread.start()

        def started() -> list[int]:
            found = [p for p in children(os.getpid()) if _is(p, program)]
            return found if len(found) > 1 else []

        found = _until(started, 30)
        assert found
        for reader in children(os.getpid(), are_all=False):
            if _is(reader, "govinfo.isolation"):
                os.kill(reader, signal.SIGKILL)
        thread.join(30)
        assert _until(lambda: not any(_is(p, program) for p in found), 2)
        assert "ended by itself" in said[0]


def _until(true, seconds: float):
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _is(process: int, program: Path | str) -> bool:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return os.fsencode(program) in command and state != "Z"


def test_reading_a_report_builds_no_table() -> None:
    """Tables cost a third of the time, and pandas half a second to import."""
    with Warden(Limits(seconds=60)) as own:
        for name in ("suqian-2023.html", "hongze-2023.pdf"):
            data = (ROOT / "data" / "reports" / name).read_bytes()
            task = Task(Source(Path(name), name), None, Path(name).stem)
            answer = own.run("govinfo.dataset.onefile:read_plain", task, data)
            digest = sha256(data).hexdigest()
            (result,) = checked(answer, task, digest)
            assert result.row["status"] == "complete"
        loaded = own.run("builtins:eval", "list(__import__('sys').modules)")
    assert isinstance(loaded, list)
    assert "pandas" not in loaded
    assert "govinfo.report" in loaded
