"""A finding says how its figures were read: once, twice, from text or a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from facsimiles.form import SetTable, Slot
from generate import as_docx, as_html, as_pdf, as_text, shape
from generate.damage import some_cells
from generate.quirks import Quirks
from generate.shape import Shaped

import govinfo
from govinfo.audit import narrative_of
from govinfo.checks import statements
from govinfo.checks.within import results_within
from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import ReadError
from govinfo.provenance import PAGE, PICTURE, READING_COLUMNS, TEXT, with_readings
from govinfo.readers.pdf import second
from govinfo.recognise.figures import State

REPORTS = Path(__file__).parents[1] / "data" / "reports"
HONGZE = REPORTS / "hongze-2023.pdf"
PINGTAN = REPORTS / "pingtan-2020.html"


@pytest.fixture(scope="module")
def hongze() -> govinfo.Report:
    return govinfo.read_report(HONGZE)


@pytest.fixture(scope="module")
def pingtan() -> govinfo.Report:
    return govinfo.read_report(PINGTAN)


def endings(report: govinfo.Report) -> set[str]:
    sentences = [s for s in report.findings["sentence"] if "sum to" in s]
    return {sentence.split("); ", 1)[1] for sentence in sentences}


def test_both_engines_agree_and_the_finding_says_so(hongze):
    assert endings(hongze) == {"a second reading of the page found the same figures."}
    readings = hongze.readings_of(0)
    assert tuple(readings.columns) == READING_COLUMNS
    assert readings["first"].tolist() == ["10", "1", "0", "0", "0"]
    assert readings["second"].tolist() == ["10", "1", "0", "0", "0"]
    assert set(readings["source"]) == {PAGE}


def test_figures_of_a_file_are_read_again_from_its_markup(pingtan):
    assert endings(pingtan) == {"a second reading of the file found the same figures."}
    readings = pingtan.readings_of(0)
    assert len(readings) == 20
    assert readings["second"].tolist() == readings["first"].tolist()
    assert set(readings["source"]) == {TEXT}


def test_a_second_reading_that_failed_is_named_with_its_reason(monkeypatch):
    def stop(*_: object) -> dict[int, list[str]]:
        message = "the file is damaged."
        raise ReadError(message)

    monkeypatch.setattr(second, "boxed_texts", stop)
    report = govinfo.read_report(HONGZE)
    assert endings(report) == {
        "the figures were read once, from the page, and could not be read a second "
        "time: the file is damaged."
    }
    assert report.message == (
        "Cells that are open or stand in failed sums could not be read a second time: "
        "the file is damaged."
    )


def failed_again(report, cells) -> list[str]:
    """What failed checks say where the cells were read otherwise."""
    results = results_within(report._checked)
    said = with_readings(results, cells, report.document)
    return [one.sentence.en for one in said if one.result == "fail"]


def test_figures_that_the_second_reading_does_not_find_are_counted(hongze):
    cells = [
        replace(c, second=None, unread="the second reading did not find all of them")
        if c.key == ("review", "upheld")
        else c
        for c in hongze.recognition.cells
    ]
    failed = failed_again(hongze, cells)
    assert failed[0].endswith(
        "; a second reading of the page found 4 of the 5 figures, the same ones; the "
        "others could not be read again: the second reading did not find all of them."
    )


def test_a_second_reading_that_differs_is_quoted(hongze):
    cells = [
        replace(c, second="7") if c.key == ("review", "upheld") else c
        for c in hongze.recognition.cells
    ]
    failed = failed_again(hongze, cells)
    assert failed[0].endswith(
        "(difference 11); a second reading of the page found '7' where the first found "
        "'10' (disputes, row '行政复议', column '结果维持')."
    )


def test_figures_from_a_picture_come_with_their_confidence(hongze):
    blocks = tuple(
        replace(b, cells=tuple(replace(c, confidence=0.9) for c in b.cells))
        if isinstance(b, Grid)
        else b
        for b in hongze.document.blocks
    )
    scan = replace(hongze, document=replace(hongze.document, blocks=blocks))
    seen_twice = {"a second reading of the picture found the same figures."}
    assert endings(scan) == seen_twice
    assert set(scan.readings_of(0)["source"]) == {PICTURE}
    assert set(scan.readings_of(0)["confidence"]) == {0.9}


def test_a_corrected_figure_is_named(pingtan):
    cells = tuple(
        replace(c, figure=replace(c.figure, state=State.CORRECTED))
        if c.key == ("granted", "natural_person")
        else c
        for c in pingtan.recognition.cells
    )
    report = replace(pingtan, recognition=replace(pingtan.recognition, cells=cells))
    assert "a figure among them was corrected by hand." in endings(report)


def test_results_without_failure_stay_as_they_are():
    report = govinfo.read_report(REPORTS / "suqian-2023.html")
    assert report.findings.empty
    assert report.suggestions.empty


NOTES = (
    TextBlock("注：1.收到政府信息公开申请999件，含网上提交的。"),
    TextBlock("2.受理申请998件。"),
    TextBlock("备注：结转下年度办理997件"),
    TextBlock("（注1：复议收到信息公开申请案件996件）"),
)


MARKS = (
    "注：",
    "备注：",
    "说明：",
    "附注：",
    "*",
    "※",
    "①",
    "注1：",
    "（注）",
    "表注：",
    "注 ",
)
WRITERS = {"html": as_html, "docx": as_docx, "txt": as_text, "pdf": as_pdf}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("where", ["in a cell", "in a row", "below"])
def test_note_on_a_table_accuses_nobody(where: str, kind: str, tmp_path: Path):
    said = "本年新收政府信息公开申请98765件"
    path = tmp_path / f"report.{kind}"
    for number, mark in enumerate(MARKS if kind != "pdf" else MARKS[::3]):
        title = "青河县教育局2023年政府信息公开工作年度报告"
        shaped = shape(some_cells(number), Quirks(title=title))
        path.write_bytes(WRITERS[kind](_noted(shaped, mark + said, where)))
        checks = govinfo.read_report(path).check_results
        assert "text_vs_table" not in set(checks["check"]), mark
    # The same words that are no note are a statement, held against the table.
    path.write_bytes(WRITERS[kind](_noted(shaped, f"2023年{said}。", "below")))
    checks = govinfo.read_report(path).check_results
    assert "text_vs_table" in set(checks["check"])


def _noted(shaped: Shaped, note: str, where: str) -> Shaped:
    """A report with a note on its table 3."""
    parts: list[str | SetTable] = []
    for part in shaped.parts:
        parts.append(part)
        slots = [] if isinstance(part, str) else [s for row in part.rows for s in row]
        first = next((s for s in slots if s.key and s.key[0] == "requests"), None)
        if first is None or isinstance(part, str):
            continue
        rows = part.rows
        if where == "below":
            parts.append(note)
        elif where == "in a row":
            parts[-1] = replace(part, rows=(*rows, (Slot(note, colspan=part.columns),)))
        else:
            text = f"{first.text or 0}（{note}）"
            rows = tuple(
                tuple(replace(s, text=text) if s is first else s for s in row)
                for row in rows
            )
            parts[-1] = replace(part, rows=rows)
    return replace(shaped, parts=tuple(parts))


def test_notes_under_a_table_are_no_narrative():
    blocks = (
        TextBlock("2023年收到政府信息公开申请12件。"),
        *NOTES,
        TextBlock("受理政府信息公开申请11件。"),
    )
    document = Document("a.html", "text/html", blocks)
    text, places = narrative_of(document)
    assert text == "2023年收到政府信息公开申请12件。\n受理政府信息公开申请11件。"
    assert [start for start, _ in places] == [0, 20]
    assert [s.value for s in statements(text)] == [12, 11]


def test_remark_in_a_cell_of_a_text_file_accuses_nobody(tmp_path):
    path = tmp_path / "a-2023.txt"
    plain = (REPORTS / "chongqing-amr-2023.txt").read_text("utf-8")
    remark = "137（收到政府信息公开申请999件）"
    path.write_text(plain.replace("\n137 |", f"\n{remark} |", 1), "utf-8")
    report = govinfo.read_report(path)
    assert remark in [cell.raw for cell in report.recognition.cells]
    assert report.findings.empty
    assert report.statements.empty
