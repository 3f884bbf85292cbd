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
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from govinfo import kernel
from govinfo.bilingual import counted
from govinfo.errors import GovinfoError, LimitExceeded, MissingExtra, ReadError, meant
from govinfo.isolation import Limits, Warden

State = Literal["works", "missing", "fails"]

# The engine of pictures loads in seconds on a busy machine, LibreOffice in ten.
_SECONDS = 90.0

_ROWS = [["3", "12"], ["7", "1312"]]
_TEXT = "政府信息公开"


@dataclass(frozen=True, slots=True)
class Probe:
    """One engine or protection: what it is for, how it is tried, what it needs.

    ``part`` is ``core``, the name of an extra, ``program`` or ``protection``; what an
    extra or a program lacks is ``missing``, everything else must work. ``needs`` names
    distributions of the core, or modules of an extra.
    """

    name: str
    part: str
    purpose: str
    check: Callable[[], None]
    needs: tuple[str, ...] = ()

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
            return f"Install anew: pip install --force-reinstall {' '.join(self.needs)}"
        if self.part == "program":
            return "Install LibreOffice anew (package libreoffice-writer)."
        return "Read only files that you trust on this machine."


@dataclass(frozen=True, slots=True)
class Outcome:
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
    with Warden(Limits(seconds=_SECONDS)) as warden:
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
    absent = [name for name in probe.needs if probe.is_extra and not find_spec(name)]
    state: State
    if absent:
        state, message = "missing", f"Not installed: {', '.join(absent)}"
    elif probe.name in _HERE or probe.part == "protection":
        state, message = attempt(probe.name)
    else:
        state, message = _in_child(probe.name, warden)
    if absent or state == "fails":
        message = f"{message}. {probe.advice}"
    return Outcome(probe.name, probe.part, state, probe.purpose, message)


def _in_child(name: str, warden: Warden) -> tuple[State, str]:
    """Try an engine where documents are read, so that a crash of it is an answer."""
    try:
        answer: Any = warden.run("govinfo.doctor:attempt", name)
        return tuple(answer)
    except GovinfoError as error:
        return "fails", str(error).rstrip(".")


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
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    end = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {size}\n0000000000 65535 f \n{entries}{end}".encode()


def _texts(grid: Any) -> list[list[str]]:
    return [
        [cell.text.strip() if cell else "" for cell in row] for row in grid.matrix()
    ]


def _pdfium() -> None:
    from govinfo.readers.pdf import read_pdf
    from govinfo.readers.pdf.file import drawn, opened

    _expect([_texts(grid) for grid in read_pdf(_pdf(), "a.pdf").grids], [_ROWS])
    with opened(_pdf(), "a.pdf") as document:
        image, _ = drawn(document, 0)
    _expect(min(image.convert("L").getextrema()) < 128, True)


def _camelot() -> None:
    from govinfo.readers.pdf.second import second_reading

    _expect([_texts(g) for g in second_reading(_pdf(), "a.pdf", [1])], [_ROWS])


def _lxml() -> None:
    from govinfo.readers.markup.html import read_html

    rows = "".join(f"<tr><td>{a}<td>{b}" for a, b in _ROWS)
    document = read_html(f"<table>{rows}</table>".encode(), "a.html")
    _expect([_texts(grid) for grid in document.grids], [_ROWS])


def _openpyxl() -> None:
    from openpyxl import Workbook

    from govinfo.readers import read_bytes

    book, stream = Workbook(), io.BytesIO()
    for row in _ROWS:
        book.worksheets[0].append([int(text) for text in row])
    book.save(stream)
    document = read_bytes(stream.getvalue(), "a.xlsx")
    _expect([_texts(grid) for grid in document.grids], [_ROWS])


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


def _office() -> None:
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

    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
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


class _Answers(BaseHTTPRequestHandler):
    """A site of one document, whose robots.txt closes nothing."""

    def do_GET(self) -> None:
        content = b"" if self.path == "/robots.txt" else b"1312"
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


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


def _memory() -> None:
    _refused("builtins:bytearray", 2**32, limits=Limits(_SECONDS, 1024))


def _time() -> None:
    _refused("time:sleep", 30, limits=Limits(seconds=1))


def _refused(function: str, argument: object, *, limits: Limits) -> None:
    with Warden(limits) as warden:
        try:
            warden.run(function, argument)
        except LimitExceeded:
            return
    raise ReadError(f"{function}({argument!r}) was not stopped")


def _network() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        _not_allowed("govinfo.doctor:_connect", server.getsockname()[1])


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def _kernel() -> None:
    """Outside of Python nothing but the kernel can refuse anything."""
    with (
        Warden(Limits(seconds=_SECONDS)) as warden,
        tempfile.NamedTemporaryFile(suffix=".html") as file,
    ):
        found: Any = warden.run("govinfo.isolation:protections")
        if set(found) != set(kernel.LEVELS):
            lacking = ", ".join(sorted(set(kernel.LEVELS) - set(found)))
            raise MissingExtra(
                f"This kernel does not offer {lacking}: only Python's audit hooks keep "
                "a document from the network, programs and other files"
            )
        try:
            warden.run("io:open", file.name)
        except ReadError as error:
            if "PermissionError" in str(error):
                return
            raise
    raise ReadError("a file outside of what a reader needs was opened")


def _programs() -> None:
    _not_allowed("subprocess:check_call", [sys.executable, "-c", ""])


def _not_allowed(function: str, argument: object) -> None:
    with Warden(Limits(seconds=_SECONDS)) as warden:
        try:
            warden.run(function, argument)
        except ReadError as error:
            if str(error).endswith("this is not allowed."):
                return
            raise
    raise ReadError("what a document tried was not refused")


# Engines of the process that reads no document: they start programs of their own,
# write files or open connections.
_HERE = ("fonts", "httpx", "jupyter", "pyreadstat")

PROBES = (
    Probe("pdfium", "core", "PDF: text, rules, pictures", _pdfium, ("pypdfium2",)),
    Probe("camelot", "core", "PDF: second reading", _camelot, ("camelot-py",)),
    Probe("lxml", "core", "HTML, Word, OFD", _lxml, ("lxml",)),
    Probe("openpyxl", "core", "Excel", _openpyxl, ("openpyxl",)),
    Probe(
        "opencv", "core", "ruling lines of scans", _opencv, ("opencv-python-headless",)
    ),
    Probe("fonts", "core", "figures with Chinese text", _fonts, ("matplotlib",)),
    Probe("ocr", "ocr", "scans and pictures", _ocr, ("onnxruntime", "rapidocr")),
    Probe("libreoffice", "program", "old Word files: .doc, .wps, .rtf", _office),
    Probe("scipy", "stats", "error location, comparisons", _scipy, ("scipy",)),
    Probe("pyarrow", "scale", "Parquet", _pyarrow, ("pyarrow",)),
    Probe("duckdb", "scale", "large data sets", _duckdb, ("duckdb",)),
    Probe("dask", "scale", "clusters", _dask, ("dask",)),
    Probe("fsspec", "scale", "files at addresses", _fsspec, ("fsspec",)),
    Probe("pyreadstat", "export", "SPSS", _pyreadstat, ("pyreadstat",)),
    Probe(
        "httpx",
        "download",
        "fetching of documents",
        _httpx,
        ("httpcore", "httpx", "protego"),
    ),
    Probe("jupyter", "lab", "notebooks and pages", _jupyter, ("nbclient", "ipykernel")),
    Probe("memory", "protection", "a file cannot fill the memory", _memory),
    Probe("time", "protection", "a file cannot hang the reading", _time),
    Probe("network", "protection", "a file cannot open a connection", _network),
    Probe("kernel", "protection", "the kernel refuses files and sockets too", _kernel),
    Probe("programs", "protection", "a file cannot start a program", _programs),
)
