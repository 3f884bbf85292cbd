"""camelot reads the same tables a second time."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from pdfpages import pdf, table, words
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from govinfo.document import Grid
from govinfo.errors import ReadError
from govinfo.isolation import Limits, Warden
from govinfo.readers.pdf import read_pdf, second
from govinfo.readers.pdf.second import second_reading

CASES = ROOT.parent / "shared/cases"

ROWS = [["规章", "3", "12"], ["行政", "", "7"], ["总计", "1312", "20"]]


def matrix(grid: Grid) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(grid.n_rows)]
    for cell in grid.cells:
        rows[cell.row].append(re.sub(r"\s", "", cell.text))
    return rows


def draw(canvas: Canvas) -> None:
    table(canvas, 60, 700, ROWS, widths=80.0)


def test_second_reading_gives_the_same_cells():
    (grid,) = second_reading(pdf(draw), "report.pdf", [1])
    assert matrix(grid) == ROWS
    assert grid.page == 1


def test_only_the_pages_asked_for_are_read():
    grids = second_reading(pdf(draw, draw, draw), "report.pdf", [3, 2])
    assert [grid.page for grid in grids] == [2, 3]


@pytest.mark.parametrize("cells", [[], [[]]])
def test_table_without_a_cell_is_none(cells, monkeypatch):
    found = [SimpleNamespace(cells=cells)]
    monkeypatch.setattr(second, "_tables", lambda *_: found)
    assert second_reading(pdf(draw), "report.pdf", [1]) == ()


def test_page_without_text_gives_nothing():
    assert second_reading(pdf(lambda canvas: None), "report.pdf", [1]) == ()


def test_owner_password_does_not_stop_it():
    lock = StandardEncryption("", "owner", canPrint=0, canCopy=0, strength=128)
    (grid,) = second_reading(pdf(draw, encrypt=lock), "report.pdf", [1])
    assert matrix(grid) == ROWS


def test_page_in_fake_bold_is_left_to_the_first_reading():
    def bold(canvas: Canvas) -> None:
        draw(canvas)
        canvas.translate(0.3, 0)
        draw(canvas)

    assert second_reading(pdf(bold), "report.pdf", [1]) == ()


def test_damaged_file_is_an_error():
    with pytest.raises(ReadError, match=r"^cut\.pdf cannot be opened as a PDF file"):
        second_reading(b"%PDF-1.7 cut", "cut.pdf", [1])


def test_camelot_writes_nothing_to_the_screen(capfd: pytest.CaptureFixture[str]):
    second_reading(pdf(lambda canvas: words(canvas, 60, 700, "规章")), "a.pdf", [1])
    assert logging.getLogger("camelot").handlers == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("stem", ["c01_chromium_std", "c13_lo_docx_norepeat_vert"])
def test_both_readings_of_typical_files_agree(stem: str):
    path = CASES / f"{stem}.pdf"
    if not path.exists():
        pytest.skip("the typical files stand beside the repository")
    data = path.read_bytes()
    first = read_pdf(data, path.name).grids
    pages = [grid.page for grid in first if grid.page]
    second = second_reading(data, path.name, pages)
    rows = [row for grid in second for row in matrix(grid)]
    assert all(row in rows for grid in first for row in matrix(grid))


def test_damage_inside_a_file_stays_off_the_screen(capfd: pytest.CaptureFixture[str]):
    data = pdf(draw, pageCompression=0).replace(b"/FirstChar 0", b"/FirstChar X")
    second_reading(data, "report.pdf", [1])
    assert capfd.readouterr() == ("", "")


def test_second_reading_needs_no_other_program_and_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """matplotlib, which starts ``fc-list`` without a cache, is never loaded."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "matplotlib"))
    with Warden(Limits()) as warden:
        code = (
            "[g.matrix()[0][0].text for g in __import__('govinfo.readers.pdf.second', "
            f"fromlist=['']).second_reading({pdf(draw)!r}, 'report.pdf', [1])]"
        )
        assert warden.run("builtins:eval", code) == [ROWS[0][0]]
        loaded = warden.run("builtins:eval", "list(__import__('sys').modules)")
    assert isinstance(loaded, list)
    assert "camelot" in loaded
    assert "matplotlib" not in loaded
    assert list(tmp_path.iterdir()) == []


def test_camelot_still_draws_for_others() -> None:
    second_reading(pdf(draw), "report.pdf", [1])
    import camelot
    import camelot.plotting

    assert hasattr(camelot.plotting.PlotMethods, "grid")
    with pytest.raises(NotImplementedError):
        camelot.plot(SimpleNamespace(flavor="lattice"), kind="textedge")
