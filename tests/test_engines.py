"""A library or program that fails leaves a sentence, never another data set in silence.

Each engine is made to fail once where it is imported and once where it is called; the
sentence is looked for where a user sees the result: in ``reports.csv``, in the printed
summary, in an exception.
"""

from __future__ import annotations

import builtins
import csv
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from conftest import ROOT
from pdfpages import pdf, words
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

import govinfo
from govinfo.dataset import many
from govinfo.dataset.onefile import read_plain
from govinfo.dataset.tables import FileResult
from govinfo.dataset.together import _locate
from govinfo.errors import EngineFailed, GovinfoError, SourceError, engine
from govinfo.locate import NotLocated, SearchCutShort, programme, suggestions
from govinfo.parquet import require_parquet
from govinfo.readers.files import office
from govinfo.readers.pdf import read_pdf
from govinfo.readers.pdf import second as pdf_camelot
from govinfo.readers.pdf import second as secondpdf
from govinfo.readers.picture import ocr
from govinfo.registry import Registry
from govinfo.sources import Source, find_sources

REPORTS = ROOT / "data" / "reports"
HONGZE = REPORTS / "hongze-2023.pdf"


def broken(*_: object, **__: object) -> None:
    message = "Load library failed"
    raise RuntimeError(message)


@pytest.fixture
def in_process(monkeypatch):
    """Read in this process, where engines can be broken."""

    class Here:
        def __init__(self, _: object) -> None:
            pass

        def run(self, _: str, *given: object) -> object:
            return read_plain(*given)  # type: ignore[arg-type]

        def end(self) -> None:
            pass

    monkeypatch.setattr(many, "Warden", Here)
    monkeypatch.setattr(many, "_idle", {})
    monkeypatch.setattr(many, "_every", [])


def never_imported(monkeypatch, *names: str) -> None:
    """As if these modules were not installed, though others imported them before."""
    plain = builtins.__import__

    def without(name: str, *args, **kwargs):
        if name.partition(".")[0] in names:
            message = f"No module named {name!r}"
            raise ImportError(message)
        return plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)


CAMELOT = {
    "imported": (
        lambda m: never_imported(m, "camelot"),
        "ImportError (No module named 'camelot.handlers')",
    ),
    "called": (
        lambda m: m.setattr(pdf_camelot, "_tables", broken),
        "RuntimeError (Load library failed)",
    ),
}


@pytest.mark.parametrize("way", CAMELOT)
def test_camelot(way, monkeypatch, in_process, tmp_path, capsys):
    fail, said = CAMELOT[way]
    boxed = secondpdf.boxed_texts

    def otherwise(*given: object) -> dict[int, list[str]]:
        found = boxed(*given)
        return {n: ["16" if t == "10" else t for t in own] for n, own in found.items()}

    monkeypatch.setattr(secondpdf, "boxed_texts", otherwise)
    fail(monkeypatch)
    for name in ("a-2023.pdf", "b-2023.pdf"):
        shutil.copy(HONGZE, tmp_path / name)
    data = govinfo.read_reports(tmp_path, jobs=1)
    sentence = (
        "Cells that are open or stand in failed sums could not be read a second time: "
        f"camelot stopped at {said}."
    )
    assert data.reports["status"].tolist() == ["partial", "partial"]
    assert sentence in data.reports["message"][0]
    assert data.notes == (f"a-2023.pdf and 1 more: {sentence}",)


@pytest.mark.parametrize("way", CAMELOT)
def test_camelot_for_tables_without_ruling_lines(way, monkeypatch):
    def draw(canvas: Canvas) -> None:
        rows = (("", "7", "7"), ("3", "", "5"), ("", "4", "4"), ("6", "", "6"))
        for number, figures in enumerate(rows):
            words(canvas, 60, 700 - 30 * number, "要求提供版物", size=8.6)
            for column, figure in enumerate(figures):
                canvas.drawCentredString(240 + 60 * column, 700 - 30 * number, figure)

    data = pdf(draw)
    assert read_pdf(data, "a.pdf").failures == ()
    fail, said = CAMELOT[way]
    fail(monkeypatch)
    assert read_pdf(data, "a.pdf").failures == (
        "Page 1: figures without ruling lines could not be confirmed by a second "
        f"reading and stay uncertain: camelot stopped at {said}.",
    )


def test_pdfium(monkeypatch):
    monkeypatch.setattr(secondpdf, "seen_of", broken)
    report = govinfo.read_report(HONGZE)
    assert report.failures == (
        "Cells that are open or stand in failed sums could not be read a second time: "
        "pdfium stopped at RuntimeError (Load library failed).",
    )
    assert (
        report.findings["sentence"]
        .str.endswith(
            "; the figures were read once, from the page, and could not be read a "
            "second time: pdfium stopped at RuntimeError (Load library failed)."
        )
        .all()
    )


def scanned() -> bytes:
    """A page of text, and one that is a picture."""
    picture = Image.new("L", (600, 800), 255)
    picture.paste(0, (50, 50, 550, 60))

    def text(canvas: Canvas) -> None:
        words(canvas, 60, 700, "政府信息公开工作年度报告")

    def scan(canvas: Canvas) -> None:
        buffer = BytesIO()
        picture.save(buffer, "PNG")
        canvas.drawInlineImage(picture, 0, 0, 595, 842)

    return pdf(text, scan)


OCR = {
    "OpenCV imported": (
        lambda m: never_imported(m, "cv2"),
        "ImportError (No module named 'cv2')",
    ),
    "onnxruntime imported": (
        lambda m: (ocr._engine.cache_clear(), never_imported(m, "onnxruntime")),
        "ImportError (No module named 'onnxruntime')",
    ),
    "called": (
        lambda m: m.setattr(ocr.Engine, "read", broken),
        "RuntimeError (Load library failed)",
    ),
}


@pytest.mark.parametrize("way", OCR)
def test_page_that_is_a_picture_says_why_it_was_not_read(way, monkeypatch):
    pytest.importorskip("rapidocr")
    fail, said = OCR[way]
    fail(monkeypatch)
    document = read_pdf(scanned(), "a.pdf")
    assert document.failures == (
        "Page 2 is or holds a picture, which could not be read: Reading pictures "
        f"stopped at {said}.",
    )
    assert "政府信息公开工作年度报告" in document.text


def test_file_of_pictures_alone_fails_with_the_reason(
    monkeypatch, in_process, tmp_path
):
    pytest.importorskip("rapidocr")
    never_imported(monkeypatch, "cv2")
    path = tmp_path / "a.png"
    Image.new("L", (600, 800), 255).save(path)
    data = govinfo.read_reports(path, jobs=1)
    assert data.reports["status"].tolist() == ["failed"]
    assert data.reports["message"].tolist() == [
        "Reading pictures stopped at ImportError (No module named 'cv2')."
    ]


def test_libreoffice_that_cannot_be_started(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "soffice")

    monkeypatch.setattr(office.shutil, "which", lambda _: "/opt/soffice")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(EngineFailed) as caught:
        office.convert(b"\xd0\xcf\x11\xe0", "a.doc", "docx")
    assert str(caught.value) == (
        "LibreOffice stopped at PermissionError ([Errno 13] Permission denied: "
        "'soffice')."
    )


def test_pyarrow_that_cannot_be_imported_is_said_before_anything_is_read(
    monkeypatch, tmp_path, capsys
):
    never_imported(monkeypatch, "pyarrow")
    from govinfo.cli import main

    out = tmp_path / "out"
    assert main(["extract", str(HONGZE), "--out", str(out), "--format", "parquet"]) == 2
    assert capsys.readouterr().err == (
        "govinfo: Writing Parquet needs pyarrow, which is not installed. Install "
        "govinfo-cn[scale], or write CSV.\n"
    )
    assert list(out.iterdir()) == []


def test_pyarrow_that_stops(monkeypatch, tmp_path):
    pytest.importorskip("pyarrow")
    from pyarrow.parquet import ParquetWriter

    data = govinfo.read_reports(HONGZE, jobs=1)
    monkeypatch.setattr(ParquetWriter, "write_table", broken)
    with pytest.raises(EngineFailed) as caught:
        data.write(tmp_path, format="parquet")
    assert str(caught.value) == "pyarrow stopped at RuntimeError (Load library failed)."


def test_pyarrow_that_is_damaged(monkeypatch):
    plain = builtins.__import__

    def damaged(name: str, *args, **kwargs):
        return broken() if name == "pyarrow" else plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", damaged)
    with pytest.raises(EngineFailed, match="pyarrow stopped at RuntimeError"):
        require_parquet()


class OneReport:
    """A store of one report, which keeps what is said of it."""

    def __init__(self, result: FileResult) -> None:
        self._result = result
        self.said: dict[str, list[object]] = {}

    def result(self, _: str) -> FileResult:
        return self._result

    def say(self, *said: object) -> None:
        self.said = said[-1]  # type: ignore[assignment]


def unlocated() -> dict[str, list[object]]:
    """What is said of a report whose errors only the integer programme finds."""
    from test_locate import cells_of, consistent

    figures = consistent("2021", lambda: 9.0)
    for number, column in enumerate(("natural_person", "business", "research")):
        figures["requests", "granted", column] += 10 * 2**number
        figures["requests", "refused.state_secret", column] += 7 * 3**number
    frame = cells_of(figures)
    row: dict[str, str | int | float | None] = {
        "report_id": frame["report_id"][0],
        "file": "a.html",
        "sha256": "",
        "agency": "",
        "message": "",
    }
    known = {
        "agency": "",
        "report_year": None,
        "unit": "",
        "raw": "",
        "place": "",
        "doubts": "",
    }
    cells = [
        tuple(
            getattr(line, name, known.get(name))
            for name in govinfo.cells.CELL_COLUMNS  # type: ignore[attr-defined]
        )
        for line in frame.itertuples()
    ]
    store = OneReport(FileResult(row, cells))  # type: ignore[arg-type]
    _locate(store, ["example-2023"])  # type: ignore[arg-type]
    return store.said


SCIPY = {
    "imported": (
        lambda m: never_imported(m, "scipy"),
        "Its errors could not be located: govinfo.locate: these figures need more "
        "changes than the built-in search looks for, and the integer programme that "
        "goes on needs scipy, which is not installed. Install it with pip install "
        "'govinfo-cn[stats]'.",
    ),
    "called": (
        lambda m: m.setattr(programme, "_solver", lambda: broken),
        "Its errors could not be located: scipy stopped at RuntimeError (Load library "
        "failed).",
    ),
}


@pytest.mark.parametrize("way", SCIPY)
def test_scipy(way, monkeypatch):
    pytest.importorskip("scipy")
    fail, said = SCIPY[way]
    fail(monkeypatch)
    assert unlocated() == {"suggestions": [], "notes": [], "failures": [said]}


def test_search_that_ran_out_of_nodes_is_no_search_without_result(monkeypatch):
    pytest.importorskip("scipy")
    from test_locate import cells_of, consistent

    figures = consistent("2021", lambda: 9.0)
    for number, column in enumerate(("natural_person", "business", "research")):
        figures["requests", "granted", column] += 10 * 2**number
        figures["requests", "refused.state_secret", column] += 7 * 3**number
    cut, lost = (
        pytest.warns(SearchCutShort, match="without being complete; there may be"),
        pytest.warns(NotLocated),
    )
    with cut, lost:
        assert suggestions(cells_of(figures), nodes=0).empty


def test_matplotlib_that_is_missing_is_loud(monkeypatch):
    never_imported(monkeypatch, "matplotlib")
    from govinfo import show

    with pytest.raises(ImportError, match="No module named 'matplotlib"):
        show.setup()


def test_what_govinfo_says_itself_is_not_said_again():
    with pytest.raises(SourceError, match=r"^gone$"), engine("camelot"):
        raise SourceError("gone")
    with pytest.raises(MemoryError), engine("camelot"):
        raise MemoryError
    silent = r"ValueError \(it said nothing more\)\.$"
    with pytest.raises(EngineFailed, match=silent), engine("camelot"):
        raise ValueError


REGISTRIES = {
    "a long field": ("file,note\na.html," + "x" * 200_000, "at or after line 1"),
    "no text": ("file,note\na.html,\0", "at or after line 2"),
    "a long year": ("file,report_year\na.html," + "9" * 5000, "9" * 20 + "…"),
    "no file": ("文件,agency\na.html,某县", "expected file or published_at"),
    "a file twice": ("file\na.html\na.html", "found 2 rows on a.html, expected one"),
    "an open quote": ('file,agency\na.html,"某县', "unexpected end of data"),
    "a shifted row": ("file,agency\na.html,某县,2023", "more fields than there are"),
}


@pytest.mark.parametrize("case", REGISTRIES)
def test_odd_registry_is_one_sentence(case, tmp_path):
    text, said = REGISTRIES[case]
    (tmp_path / "a.html").write_bytes((REPORTS / "suqian-2023.html").read_bytes())
    (tmp_path / "reports.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        Registry.beside(find_sources(tmp_path / "a.html"))
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "reports.csv"))
    assert len(str(caught.value)) < 400


def test_long_field_is_refused_though_another_library_moved_the_limit(tmp_path):
    before = csv.field_size_limit(sys.maxsize)
    try:
        test_odd_registry_is_one_sentence("a long field", tmp_path)
    finally:
        csv.field_size_limit(before)


def test_registry_that_may_not_be_read_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "registry.csv").write_text("file\na.html\n", encoding="utf-8")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(GovinfoError) as caught:
        Registry.beside([Source(tmp_path / "a.html", "a.html")])
    assert str(caught.value) == (
        f"{tmp_path / 'registry.csv'}: the registry could not be opened: Permission "
        "denied. Check whether you may read it."
    )
