"""Corrections by hand: what is taken, what is refused, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT

import govinfo
from govinfo.cli import main
from govinfo.corrections import COLUMNS, Correction, correct, read_corrections
from govinfo.errors import SourceError
from govinfo.recognise.figures import State

PINGTAN = ROOT / "data" / "reports" / "pingtan-2020.html"
HEAD = ",".join(COLUMNS)
LINE = "pingtan-2020,requests,concluded,natural_person,20,26,the parts,2,A. B.,2026"


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "corrections.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding=encoding)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as error:
        read_corrections(path)
    return str(error.value).removeprefix(str(path))


@pytest.fixture(scope="module")
def report() -> govinfo.Report:
    return govinfo.read_report(PINGTAN)


def given(**changes: str) -> Correction:
    return replace(Correction(*LINE.split(",")), **changes)


def corrected(report: govinfo.Report, *corrections: Correction):
    after = correct(report.recognition, "pingtan-2020", corrections)
    key = ("concluded", "natural_person")
    (cell,) = [c for c in after.cells if c.key == key and c.table == "requests"]
    return cell, after.notes[len(report.recognition.notes) :]


def test_line_is_read_whatever_program_saved_it(tmp_path):
    read = (given(why="the parts, as\nprinted"),)
    line = LINE.replace("the parts", '"the parts, as\nprinted"')
    assert read_corrections(written(tmp_path, line)) == read
    assert read_corrections(written(tmp_path, line, encoding="utf-8-sig")) == read


def test_table_in_another_encoding_is_refused(tmp_path):
    path = written(tmp_path, LINE.replace("A. B.", "张"), encoding="gb18030")
    assert refusal(path) == (
        ": the table of corrections is not UTF-8 text (invalid continuation byte at "
        "byte 128). Save it as CSV in UTF-8."
    )


def test_table_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_text("report_id,table,row,column,old,new\n", encoding="utf-8")
    assert refusal(path) == (
        ": the columns row_code, column_code, why, page, who, when are missing; "
        f"expected {', '.join(COLUMNS)}. Add them."
    )


def test_cell_is_corrected_once(tmp_path):
    path = written(tmp_path, LINE, LINE.replace(",26,", ",27,"))
    assert refusal(path) == (
        ", line 3: requests, concluded, natural_person of pingtan-2020 is corrected "
        "here and in line 2; expected one line for a cell. Remove one of them."
    )


@pytest.mark.parametrize("new", ["NaN", "Infinity", "1e400000", "", "２６", "26件"])
def test_what_no_form_prints_is_no_figure(tmp_path, new):
    path = written(tmp_path, LINE.replace(",26,", f",{new},"))
    assert refusal(path) == (
        f", line 2: found new {new!r}, expected a number. Write the figure that the "
        "cell should have."
    )


def test_figure_is_replaced_and_the_print_is_kept(report):
    cell, notes = corrected(report, given())
    assert (cell.state, cell.value, cell.raw) == (State.CORRECTED, Decimal(26), "20")
    assert notes == (
        "requests, concluded, natural_person was corrected by hand from '20' to 26 "
        "(A. B., 2026: the parts).",
    )


@pytest.mark.parametrize("old", ["21", "", "2"])
def test_figure_that_is_no_longer_printed_is_not_replaced(report, old):
    cell, notes = corrected(report, given(old=old))
    assert (cell.state, cell.value) == (State.REPORTED, Decimal(20))
    assert notes == (
        "A correction of requests, concluded, natural_person was refused: it expects "
        f"{old!r} to be printed there, but '20' is. Look at the report again.",
    )


def test_cell_that_the_form_does_not_have_is_refused(report):
    _, notes = corrected(report, given(column_code="person"))
    assert notes == (
        "A correction of requests, concluded, person was refused: the report has no "
        "such cell.",
    )


def test_correction_that_mends_a_sum_ends_its_finding(tmp_path):
    (tmp_path / "pingtan-2020.html").write_bytes(PINGTAN.read_bytes())
    before = govinfo.read_reports(tmp_path, jobs=1)
    written(tmp_path, LINE, LINE.replace("natural_person,20,26", "total,21,27"))
    after = govinfo.read_reports(tmp_path, jobs=1)
    failed = [
        set(d.findings["check"]) & {"flow_balance", "outcomes_sum"}
        for d in (before, after)
    ]
    # The totals fit the outcomes now, and no longer what was carried out.
    assert failed == [{"outcomes_sum"}, {"flow_balance"}]
    assert "a figure among them was corrected by hand" in "".join(
        after.findings["sentence"]
    )


def test_correction_of_a_report_that_is_not_there_is_said(tmp_path, capsys):
    (tmp_path / "pingtan-2020.html").write_bytes(PINGTAN.read_bytes())
    written(tmp_path, LINE.replace("pingtan-2020", "pingtan-202O"))
    out = tmp_path / "out"
    assert main(["extract", str(tmp_path / "*.html"), "--out", str(out)]) == 0
    assert capsys.readouterr().err == (
        "corrections.csv corrects pingtan-202O, which is not among the reports that "
        "were read: nothing of it was applied.\n"
    )


def test_a_correction_that_was_refused_is_said(tmp_path, capsys):
    (tmp_path / "pingtan-2020.html").write_bytes(PINGTAN.read_bytes())
    written(tmp_path, LINE.replace("concluded", "concludd"))
    out = tmp_path / "out"
    assert main(["extract", str(tmp_path / "*.html"), "--out", str(out)]) == 0
    assert capsys.readouterr().err == (
        "1 correction was refused; the column message of the table of reports says of "
        "each why.\n"
    )
