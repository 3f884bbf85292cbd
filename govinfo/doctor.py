"""What works on this machine: each engine and each protection is put to the test.

Importing a library proves little. Each engine therefore reads, draws or computes
something tiny whose result is known, and each protection is attacked, in the process
that reads documents wherever the engine works there.
"""

from __future__ import annotations

import io
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import closing, redirect_stderr
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, Literal, NamedTuple

from govinfo import kernel
from govinfo.bilingual import counted
from govinfo.errors import GovinfoError, MissingExtra, ReadError, meant
from govinfo.isolation import Limits, Warden

State = Literal["works", "missing", "fails"]

# The engine of pictures loads in seconds on a busy machine, LibreOffice in ten.
_LIMITS = Limits(seconds=90)

_ROWS = [["3", "12"], ["7", "1312"]]
_TEXT = "政府信息公开"


class Probe(NamedTuple):
    """One engine or protection: what it is for, how it is tried, what it needs.

    ``part`` is ``core``, the name of an extra, ``program`` or ``protection``; what an
    extra or a program lacks is ``missing``, everything else must work. ``needs`` names
    distributions of the core, or modules of an extra, with spaces between them.
    """

    check: Callable[[], None]
    part: str
    purpose: str
    needs: str = ""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return self.check.__name__.strip("_")

    @property
    def is_extra(self) -> bool:
        """Whether it belongs to a part that need not be installed."""
        return self.part not in ("core", "program", "protection")

    @property
    def advice(self) -> str:
        """What to do where it does not work."""
        if self.is_extra:
            return f"Install the extra: pip install 'govinfo-cn[{self.part}]'"
        if self.part == "core":
            return f"Install anew: pip install --force-reinstall {self.needs}"
        if self.part == "program":
            return "Install LibreOffice anew (package libreoffice-writer)."
        return "Read only files that you trust on this machine."


class Outcome(NamedTuple):
    """What came of a probe; ``message`` is empty where it works."""

    name: str
    part: str
    state: State
    purpose: str
    message: str


def examine(names: Collection[str] = ()) -> list[Outcome]:
    """
    Try engines and protections.

    Parameters
    ----------
    names : collection of str
        Names of :data:`PROBES`; all of them if empty.

    Returns
    -------
    list of Outcome
        In the order of :data:`PROBES`.

    Raises
    ------
    GovinfoError
        If a name is not one of :data:`PROBES`.

    Examples
    --------
    >>> [outcome.state for outcome in examine(["lxml"])]
    ['works']
    """
    known = {probe.name for probe in PROBES}
    if unknown := sorted(set(names) - known):
        raise GovinfoError(
            f"govinfo doctor knows nothing called {', '.join(unknown)}. Expected one "
            f"of {', '.join(probe.name for probe in PROBES)}.{meant(unknown[0], known)}"
        )
    with Warden(_LIMITS) as warden:
        return [_outcome(p, warden) for p in PROBES if not names or p.name in names]


def report(outcomes: Collection[Outcome]) -> str:
    """The outcomes as lines for a terminal, what to do under what does not work."""
    lines = []
    for outcome in outcomes:
        state = outcome.state.upper() if outcome.state == "fails" else outcome.state
        lines.append(f"{state:8}{outcome.name:13}{outcome.purpose}")
        if outcome.message:
            lines.append(f"{'':8}{outcome.message}")
    n = Counter(outcome.state for outcome in outcomes)
    lines.append(
        f"{counted(n['works'], 'works', 'work')}, {counted(n['missing'], 'is', 'are')} "
        f"not installed, {counted(n['fails'], 'fails', 'fail')}."
    )
    return "\n".join(lines)


def attempt(name: str) -> tuple[State, str]:
    """Run one probe in this process; returns its state, and what went wrong."""
    probe = next(probe for probe in PROBES if probe.name == name)
    try:
        probe.check()
    except MissingExtra as error:
        return "missing", str(error)
    except Exception as error:  # noqa: BLE001 - whatever an engine raises is the answer
        return "fails", f"{type(error).__name__}: {error}".rstrip(".")
    return "works", ""


def _outcome(probe: Probe, warden: Warden) -> Outcome:
    needs = probe.needs.split() if probe.is_extra else ()
    absent = [name for name in needs if not find_spec(name)]
    is_here = probe.check in _HERE or probe.part == "protection"
    # Where documents are read, a crash of the engine is an answer.
    there = partial(warden.run, "govinfo.doctor:attempt")
    tried: Callable[[str], Any] = attempt if is_here else there
    state: State = "missing"
    message = f"Not installed: {', '.join(absent)}"
    try:
        if not absent:
            state, message = tried(probe.name)
    except GovinfoError as error:
        state, message = "fails", str(error).rstrip(".")
    if absent or state == "fails":
        message = f"{message}. {probe.advice}"
    return Outcome(probe.name, probe.part, state, probe.purpose, message)


def _expect(found: object, expected: object) -> None:
    if found != expected:
        raise ReadError(f"found {found!r}, expected {expected!r}")


def _pdf() -> bytes:
    """One page with a ruled table of two rows and two columns."""
    lines = [f"{x} 600 m {x} 680 l S" for x in (100, 250, 400)]
    lines += [f"100 {y} m 400 {y} l S" for y in (600, 640, 680)]
    lines += [
        f"BT /F 12 Tf {120 + 150 * c} {655 - 40 * r} Td ({text}) Tj ET"
        for r, row in enumerate(_ROWS)
        for c, text in enumerate(row)
    ]
    content = "\n".join(lines)
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    bodies = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        f"/Resources << /Font << /F {font} >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    )
    objects = (f"{n} 0 obj\n{body}\nendobj\n" for n, body in enumerate(bodies, 1))
    # Without a table of objects, which every reader makes anew.
    return f"%PDF-1.4\n{''.join(objects)}trailer << /Root 1 0 R >>\n%%EOF\n".encode()


def _expect_table(grids: Iterable[Any]) -> None:
    """Raise unless the one table that was read is the one that was written."""
    found = [
        [[cell.text.strip() if cell else "" for cell in row] for row in grid.matrix()]
        for grid in grids
    ]
    _expect(found, [_ROWS])


def _pdfium() -> None:
    from govinfo.readers.pdf import read_pdf
    from govinfo.readers.pdf.file import drawn, opened

    _expect_table(read_pdf(_pdf(), "a.pdf").grids)
    with opened(_pdf(), "a.pdf") as document:
        image, _ = drawn(document, 0)
    _expect(min(image.convert("L").getextrema()) < 128, True)


def _camelot() -> None:
    from govinfo.readers.pdf.second import second_reading

    _expect_table(second_reading(_pdf(), "a.pdf", [1]))


def _lxml() -> None:
    from govinfo.readers.markup.html import read_html

    rows = "".join(f"<tr><td>{a}<td>{b}" for a, b in _ROWS)
    _expect_table(read_html(f"<table>{rows}</table>".encode(), "a.html").grids)


def _openpyxl() -> None:
    from openpyxl import Workbook

    from govinfo.readers import read_bytes

    book, stream = Workbook(), io.BytesIO()
    for row in _ROWS:
        book.worksheets[0].append([int(text) for text in row])
    book.save(stream)
    _expect_table(read_bytes(stream.getvalue(), "a.xlsx").grids)


def _opencv() -> None:
    import numpy as np

    from govinfo.readers.picture.rules import ruled, straighten

    page = np.full((1684, 1190), 255, np.uint8)
    for at in (0, 100, 200):
        page[300 + at : 303 + at, 200:803] = 0
        page[300:503, 200 + 3 * at : 203 + 3 * at] = 0
    tables = ruled(straighten(page, 2.0)).tables
    _expect([len(table.cells) for table in tables], [4])


def _ocr() -> None:
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    from govinfo import fonts
    from govinfo.readers.picture.ocr import engine

    page = Image.new("L", (120, 48), 255)
    font = ImageFont.truetype(str(fonts.FACE), 32)
    ImageDraw.Draw(page).text((16, 2), "1312", fill=0, font=font)
    (reading,) = engine("a.png").read([np.asarray(page, np.uint8)])
    _expect(reading.text, "1312")


def _libreoffice() -> None:
    from govinfo.readers.word import read_legacy_word

    _expect("1312" in read_legacy_word(rb"{\rtf1\ansi 1312}", "a.rtf").text, True)


def _fonts() -> None:
    from matplotlib.figure import Figure

    from govinfo import show

    pictures = []
    for text in (_TEXT, _TEXT[::-1]):
        with show.style():
            fig = Figure(figsize=(3, 1))
            fig.text(0.1, 0.5, text)
        pictures.append(show.png(fig))
    _expect([picture[:4] for picture in pictures], [b"\x89PNG"] * 2)
    _expect(pictures[0] != pictures[1], True)


def _pyarrow() -> None:
    import pandas as pd
    import pyarrow  # noqa: F401 - pandas hides why it cannot be loaded

    stream = io.BytesIO()
    frame = pd.DataFrame({"value": [3, None]}, dtype="Int64")
    frame.to_parquet(stream, engine="pyarrow", compression="zstd")
    _expect(pd.read_parquet(stream)["value"].tolist(), frame["value"].tolist())


def _fsspec() -> None:
    from fsspec import filesystem

    from govinfo.remote import bytes_at, files_at

    memory = filesystem("memory")
    memory.pipe("/govinfo-doctor/a.txt", _TEXT.encode())
    try:
        ((address, _, _),) = files_at("memory://govinfo-doctor")
        _expect(bytes_at(address, 99).decode(), _TEXT)
    finally:
        memory.rm("/govinfo-doctor", recursive=True)


def _duckdb() -> None:
    import duckdb

    rows = duckdb.connect().execute("select sum(x) from (values (5), (7)) t(x)")
    _expect(rows.fetchall(), [(12,)])


def _pyreadstat() -> None:
    import pandas as pd
    import pyreadstat

    from govinfo.study.export import FORMATS

    frame = pd.DataFrame({"agency": [_TEXT], "value": [1312.0]})
    write, name = FORMATS["spss"]
    with tempfile.TemporaryDirectory() as folder:
        write({"cells": frame}, Path(folder, name))
        found, _ = pyreadstat.read_sav(Path(folder, name, "cells.sav"))
    _expect(found.to_numpy().tolist(), frame.to_numpy().tolist())


def _httpx() -> None:
    from govinfo.study.download import Manners, _Client

    with (
        tempfile.TemporaryDirectory() as folder,
        # A server says what it was asked for.
        redirect_stderr(io.StringIO()),
        HTTPServer(
            ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)
        ) as server,
    ):
        Path(folder, "a.txt").write_bytes(b"1312")
        host = f"127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        manners = Manners(pause=0, attempts=1, stall=5, allowed=frozenset({host}))
        try:
            with _Client(manners) as client:
                answer = client.get(f"http://{host}/a.txt")
        finally:
            server.shutdown()
            thread.join()
    _expect(answer.content, b"1312")


def _dask() -> None:
    from dask.delayed import delayed

    _expect(delayed(sum)([5, 7]).compute(scheduler="sync"), 12)


def _scipy() -> None:
    from scipy.optimize import LinearConstraint, milp

    found = milp([1], integrality=[1], constraints=LinearConstraint([[2]], lb=[3]))
    _expect(found.x.round(6).tolist(), [2.0])


def _jupyter() -> None:
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    from govinfo.site.run import execute

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.ipynb")
        nbformat.write(new_notebook(cells=[new_code_cell("5 + 7")]), path)
        (cell,) = execute(path).cells
    _expect(cell.outputs[0]["data"]["text/plain"], "12")


_NOT_REFUSED = "what a document tried was not refused"


def _memory() -> None:
    filled = "builtins:bytearray(4294967296) was not stopped"
    limits = Limits(_LIMITS.seconds, 1024)
    _attack("builtins:bytearray", 2**32, "was stopped", filled, limits)


def _time() -> None:
    slept = "time:sleep(30) was not stopped"
    _attack("time:sleep", 30, "was stopped", slept, Limits(seconds=1))


def _network() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        _attack("govinfo.doctor:_connect", port, "is not allowed.", _NOT_REFUSED)


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def _kernel() -> None:
    """Outside of Python nothing but the kernel can refuse anything."""
    with Warden(_LIMITS) as warden:
        found: Any = warden.run("govinfo.isolation:protections")
    if lacking := ", ".join(sorted(set(kernel.LEVELS) - set(found))):
        raise MissingExtra(
            f"This kernel does not offer {lacking}: only Python's audit hooks keep "
            "a document from the network, programs and other files"
        )
    opened = "a file outside of what a reader needs was opened"
    with tempfile.NamedTemporaryFile(suffix=".html") as file:
        _attack("io:open", file.name, "PermissionError", opened)


def _programs() -> None:
    command = [sys.executable, "-c", ""]
    _attack("subprocess:check_call", command, "is not allowed.", _NOT_REFUSED)


def _attack(
    function: str, given: object, refusal: str, otherwise: str, limits: Limits = _LIMITS
) -> None:
    """Raise unless a function ends with a refusal where documents are read."""
    with Warden(limits) as warden:
        try:
            warden.run(function, given)
        except ReadError as error:
            if refusal in str(error):
                return
            raise
    raise ReadError(otherwise)


# Engines of the process that reads no document: they start programs of their own,
# write files or open connections.
_HERE = (_fonts, _httpx, _jupyter, _pyreadstat)

PROBES = (
    Probe(_pdfium, "core", "PDF: text, rules, pictures", "pypdfium2"),
    Probe(_camelot, "core", "PDF: second reading", "camelot-py"),
    Probe(_lxml, "core", "HTML, Word, OFD", "lxml"),
    Probe(_openpyxl, "core", "Excel", "openpyxl"),
    Probe(_opencv, "core", "ruling lines of scans", "opencv-python-headless"),
    Probe(_fonts, "core", "figures with Chinese text", "matplotlib"),
    Probe(_ocr, "ocr", "scans and pictures", "onnxruntime rapidocr"),
    Probe(_libreoffice, "program", "old Word files: .doc, .wps, .rtf"),
    Probe(_scipy, "stats", "error location, comparisons", "scipy"),
    Probe(_pyarrow, "scale", "Parquet", "pyarrow"),
    Probe(_duckdb, "scale", "large data sets", "duckdb"),
    Probe(_dask, "scale", "clusters", "dask"),
    Probe(_fsspec, "scale", "files at addresses", "fsspec"),
    Probe(_pyreadstat, "export", "SPSS", "pyreadstat"),
    Probe(_httpx, "download", "fetching of documents", "httpcore httpx protego"),
    Probe(_jupyter, "lab", "notebooks and pages", "nbclient ipykernel"),
    Probe(_memory, "protection", "a file cannot fill the memory"),
    Probe(_time, "protection", "a file cannot hang the reading"),
    Probe(_network, "protection", "a file cannot open a connection"),
    Probe(_kernel, "protection", "the kernel refuses files and sockets too"),
    Probe(_programs, "protection", "a file cannot start a program"),
)
