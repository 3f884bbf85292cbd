"""A second engine reads what the first leaves in doubt, and what a failed sum names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import govinfo
from govinfo.document import Grid
from govinfo.errors import ReadError
from govinfo.readers import pdf_camelot
from govinfo.recognise.figures import State

REPORTS = Path(__file__).parents[1] / "data" / "reports"
HONGZE = REPORTS / "hongze-2023.pdf"


def cell(report: govinfo.Report, row: str, column: str):
    return next(c for c in report.recognition.cells if c.key == (row, column))


def altered(old: str, new: str):
    """The second reading with the text of some cells changed."""
    original = pdf_camelot.second_reading

    def read(data: bytes, name: str, pages: list[int]) -> tuple[Grid, ...]:
        return tuple(
            replace(
                grid,
                cells=tuple(
                    replace(one, text=new) if one.text == old else one
                    for one in grid.cells
                ),
            )
            for grid in original(data, name, pages)
        )

    return read


def test_figures_of_failed_sums_are_read_by_both_engines():
    report = govinfo.read_report(HONGZE)
    assert cell(report, "review", "total").second == "0"
    assert cell(report, "review", "upheld").second == "10"
    assert cell(report, "received", "total").second is None
    assert report.status == "complete"


def test_cell_that_the_engines_read_differently_is_uncertain(monkeypatch):
    monkeypatch.setattr(pdf_camelot, "second_reading", altered("10", "16"))
    upheld = cell(govinfo.read_report(HONGZE), "review", "upheld")
    assert upheld.state is State.UNCERTAIN
    assert upheld.value is None
    assert upheld.raw == "10"
    assert "a second reading of the page found '16'" in upheld.doubts


def test_first_reading_stands_where_the_second_engine_stops(monkeypatch):
    def stop(*_: object) -> tuple[Grid, ...]:
        message = "camelot stopped."
        raise ReadError(message)

    monkeypatch.setattr(pdf_camelot, "second_reading", stop)
    total = cell(govinfo.read_report(HONGZE), "review", "total")
    assert (total.state, total.raw, total.second) == (State.REPORTED, "0", None)


def test_report_without_doubt_is_read_once(monkeypatch):
    def never(*_: object) -> tuple[Grid, ...]:
        pytest.fail("a report whose sums hold was read twice")

    monkeypatch.setattr(pdf_camelot, "second_reading", never)
    assert govinfo.read_report(REPORTS / "huaian-2024.pdf").findings.empty
