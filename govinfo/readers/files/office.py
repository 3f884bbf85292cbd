"""Documents that only an office program can open, converted by LibreOffice.

LibreOffice runs in a folder and with a profile of its own, which are thrown away
afterwards; macros, active content, linked files and the network are switched off, and
where the kernel can, it keeps LibreOffice from every file of the user's.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from govinfo import kernel
from govinfo.errors import LimitExceeded, MissingExtra, ReadError, engine

# A report converts in one to two seconds, on a busy machine in ten.
TIMEOUT_SECONDS = 120
# Older Word files with pictures reach 50 MB; text never does.
MAX_BYTES = 100 * 2**20

# The first is taken for what has another ending.
_ENDINGS = {
    "docx": (".doc", ".dot", ".wps", ".wpt", ".rtf", ".xml", ".odt"),
    "xlsx": (".xls", ".et", ".ods", ".xlsb"),
}
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}

_OLDER = {"docx": "an older word-processor document", "xlsx": "an older spreadsheet"}
_PACKAGES = {"docx": "libreoffice-writer", "xlsx": "libreoffice-calc"}

# Nothing runs, and whatever a document asks for fails at once: its proxy is on a port
# where nothing listens.
_PROXY = "org.openoffice.Inet/Settings"
_SCRIPTING = "org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = {
    "ooInetProxyType": (_PROXY, "2"),
    "ooInetHTTPProxyName": (_PROXY, "127.0.0.1"),
    "ooInetHTTPProxyPort": (_PROXY, "9"),
    "ooInetHTTPSProxyName": (_PROXY, "127.0.0.1"),
    "ooInetHTTPSProxyPort": (_PROXY, "9"),
    "ooInetNoProxy": (_PROXY, ""),
    "MacroSecurityLevel": (_SCRIPTING, "3"),
    "DisableMacrosExecution": (_SCRIPTING, "true"),
    "DisableActiveContent": (_SCRIPTING, "true"),
    "BlockUntrustedRefererLinks": (_SCRIPTING, "true"),
    "Link": ("org.openoffice.Office.Writer/Content/Update", "0"),
}


def convert(data: bytes, name: str, to: Literal["docx", "xlsx"]) -> bytes:
    """Convert a document to a newer kind and return the content of that file.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file; its ending tells LibreOffice which kind to expect.
    to : {"docx", "xlsx"}
        What it is to be, a text or a spreadsheet.

    Raises
    ------
    MissingExtra
        If LibreOffice is not installed.
    ReadError
        If LibreOffice cannot read the file.
    EngineFailed
        If LibreOffice cannot be started.
    LimitExceeded
        If the file is too large or takes too long.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise MissingExtra(
            f"{name} is {_OLDER[to]}, which govinfo reads through"
            " LibreOffice, and no program named soffice or libreoffice was found."
            f" Install LibreOffice (package {_PACKAGES[to]}), or save the file as"
            f" .{to} and read that."
        )
    if len(data) > MAX_BYTES:
        raise LimitExceeded(
            f"{name} has {len(data) / 2**20:.0f} MB, and documents are converted up to"
            f" {MAX_BYTES / 2**20:.0f} MB. Take the pictures out or save the file as"
            f" .{to}."
        )
    with tempfile.TemporaryDirectory(
        prefix="govinfo-office-", ignore_cleanup_errors=True
    ) as folder:
        home = Path(folder)
        _write_profile(home / "profile" / "user")
        source = home / f"report{_ending(data, name, to)}"
        source.write_bytes(data)
        said = _run(program, home, source, name, to)
        made = home / "out" / f"report.{to}"
        if not made.is_file():
            raise ReadError(
                f"LibreOffice could not read {name}: it said {said!r}, expected a"
                f" converted document. Install the package {_PACKAGES[to]} if it is not"
                f" there, or open the file in an office program and save it as .{to}."
            )
        return made.read_bytes()


def _run(program: str, home: Path, source: Path, name: str, to: str) -> str:
    command = [
        *kernel.confined(program, home),
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        _FILTERS.get(to, to),
        "--outdir",
        str(home / "out"),
        str(source),
    ]
    proxy = "http://127.0.0.1:9"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "SAL_USE_VCLPLUGIN": "svp",
        "http_proxy": proxy,
        "https_proxy": proxy,
        "no_proxy": "",
    }
    for needed in ("SYSTEMROOT", "PROGRAMFILES", "APPDATA"):  # Windows cannot start
        if needed in os.environ:  # programs without them
            environment[needed] = os.environ[needed]
    with engine("LibreOffice"):
        process = subprocess.Popen(
            command,
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        with _leashed(process.pid):
            output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(
            f"LibreOffice did not finish reading {name} within {TIMEOUT_SECONDS}"
            " seconds and was stopped. Open the file in an office program, and save it"
            f" as .{to}."
        ) from error
    finally:
        _stop(process)
    return " ".join(output.decode("utf-8", "replace").replace(str(home), "").split())


@contextmanager
def _leashed(group: int) -> Iterator[None]:
    """End a group of processes even if this one is killed meanwhile."""
    if not hasattr(os, "fork"):
        yield
        return
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # The copy calls nothing that another thread could hold a lock of.
        warnings.simplefilter("ignore", DeprecationWarning)
        keeper = os.fork()
    if keeper == 0:
        try:
            os.close(writing)
            os.read(reading, 1)  # until the last who could write has ended
            os.killpg(group, signal.SIGKILL)
        finally:
            os._exit(0)
    os.close(reading)
    try:
        yield
    finally:
        os.kill(keeper, signal.SIGKILL)
        os.waitpid(keeper, 0)
        os.close(writing)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the program, and what it started, if it still runs."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            # The session was made for this program alone.
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _ending(data: bytes, name: str, to: str) -> str:
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    ending = Path(name).suffix.lower()
    return ending if ending in _ENDINGS[to] else _ENDINGS[to][0]


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for name, (path, value) in _SETTINGS.items()
    )
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items'
        ' xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
