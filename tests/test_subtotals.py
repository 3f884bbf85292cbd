"""Printed subtotals are held against their parts; a right one changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_recognise import HEADER, grid, requests_rows

import govinfo
from govinfo.cli import main
from govinfo.document import Document, Grid, GridCell
from govinfo.forms import form_rows
from govinfo.readers import File
from govinfo.recognise import recognise
from govinfo.recognise.align import align
from govinfo.recognise.headers import headers_of
from govinfo.recognise.rows import rows_of
from govinfo.recognise.subtotals import printed_subtotals
from govinfo.report import report_of

REFUSED = [
    row for row in form_rows("requests", "2021") if row.code.startswith("refused.")
]


def parts() -> dict[str, list[str]]:
    """Eight refusals of natural persons and one of a business, and what they make."""
    found = {row.code: ["1", *["0"] * 5, "1"] for row in REFUSED}
    found["refused.state_secret"] = ["1", "1", "0", "0", "0", "0", "2"]
    total = ["8", "1", "0", "0", "0", "0", "9"]
    return found | {"concluded": total, "received": total}


def report(*grids: Grid) -> govinfo.Report:
    document = Document("a-2023.html", "text/html", grids)
    file = File(Path("a-2023.html"), "a-2023.html", b"")
    return report_of(document, file, agency="某县", year=2023)


def of_table_3(one: govinfo.Report) -> set[str]:
    cells = one.recognition.cells
    return {cell.state.value for cell in cells if cell.table == "requests"}


def told(one: govinfo.Report) -> list[str]:
    return one.findings["sentence"].tolist()


def in_a_row(label: str, figures: list[str], place: int = 0) -> Grid:
    rows = requests_rows(parts())
    at = [row[0] for row in rows].index(REFUSED[0].leaf)
    rows.insert(at + place, [label, *figures])
    return grid(rows)


RIGHT = ["8", "1", "0", "0", "0", "0", "9"]
WRONG = ["80", "1", "0", "0", "0", "0", "9"]


@pytest.mark.parametrize(
    ("label", "place"),
    [("（三）不予公开小计", 0), ("不予公开合计", len(REFUSED)), ("（三）不予公开", 0)],
)
def test_subtotal_of_a_group_is_checked(label, place):
    right = report(in_a_row(label, RIGHT, place))
    assert of_table_3(right) == {"reported"}
    assert told(right) == []
    results = right.check_results.query("check == 'subtotal_sum'")["result"]
    assert results.tolist() == ["pass"] * 7
    wrong = report(in_a_row(label, WRONG, place))
    assert of_table_3(wrong) == {"reported"}
    assert told(wrong) == [
        "requests, row '（三）不予公开小计', column '自然人': the parts sum to 8, but "
        "the subtotal prints 80 (difference 72); the figures were read once, as text "
        "of the file."
    ]
    assert wrong.findings["sentence_zh"].tolist() == [
        "第三部分“（三）不予公开小计”行“自然人”列：各分项合计8，但小计填报80"
        "（相差72）；各数字仅读取一次（文件文本）。"
    ]
    own = wrong.findings.iloc[0]
    assert (own["row_code"], own["column_code"]) == ("refused", "natural_person")
    assert (own["printed"], own["expected"], own["difference"]) == (80, 8, 72)
    assert "prints 80" in wrong.show(0).words


def test_subtotal_with_its_group_in_a_cell_of_its_own_is_checked():
    rows = requests_rows(parts())
    at = [row[0] for row in rows].index(REFUSED[0].leaf)
    rows.insert(at, ["小计", *WRONG])
    cells = [GridCell(HEADER[0], 0, 0, colspan=2)]
    for r, row in enumerate(rows):
        is_first = r == at
        is_part = at < r <= at + len(REFUSED)
        if is_first:
            cells.append(GridCell("（三）不予公开", r, 0, rowspan=len(REFUSED) + 1))
        start = 1 if is_first or is_part else 0
        if r:
            cells.append(GridCell(row[0], r, start, colspan=2 - start))
        cells += [GridCell(text, r, c) for c, text in enumerate(row[1:], start=2)]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    one = report(Grid(1, tuple(cells)))
    assert of_table_3(one) == {"reported"}
    assert [sentence.split("; ")[0] for sentence in told(one)] == [
        "requests, row '（三）不予公开小计', column '自然人': the parts sum to 8, but "
        "the subtotal prints 80 (difference 72)"
    ]


def in_a_column(label: str, figures: dict[str, str]) -> Grid:
    rows = requests_rows(parts())
    codes = ["", *[row.code for row in form_rows("requests", "2021") if row.required]]
    wider = [
        [*row[:2], figures.get(code, row[2]) if code else label, *row[2:]]
        for code, row in zip(codes, rows, strict=True)
    ]
    return grid(wider)


@pytest.mark.parametrize("label", ["小计", "法人小计", "法人或其他组织\n小计"])
def test_subtotal_of_the_organisations_is_checked(label):
    right = report(in_a_column(label, {}))
    assert of_table_3(right) == {"reported"}
    assert told(right) == []
    results = right.check_results.query("check == 'subtotal_sum'")["result"]
    assert results.tolist() == ["pass"] * 25
    wrong = report(in_a_column(label, {"granted": "4"}))
    assert of_table_3(wrong) == {"reported"}
    assert [sentence.split("; ")[0] for sentence in told(wrong)] == [
        f"requests, row '（一）予以公开', column '{''.join(label.split())}': the parts "
        "sum to 0, but the subtotal prints 4 (difference 4)"
    ]


def test_subtotal_without_its_group_accuses_nobody():
    document = Document("a.html", "text/html", (in_a_row("小计", WRONG),))
    assert recognise(document).subtotals == ()


def test_row_of_a_group_that_lost_the_label_of_its_first_part_accuses_nobody():
    rows = requests_rows(parts())
    at = [row[0] for row in rows].index(REFUSED[0].leaf)
    rows[at][0] = "（三）不予公开"
    one = report(grid(rows))
    assert told(one) == []
    results = one.check_results.query("check == 'subtotal_sum'")["result"]
    assert "fail" not in set(results)


def test_subtotal_that_can_be_read_in_two_ways_accuses_nobody():
    figures = ["8 0", *WRONG[1:]]
    document = Document("a.html", "text/html", (in_a_row("不予公开小计", figures),))
    assert [s.column_code for s in recognise(document).subtotals] == [
        "business",
        "research",
        "nonprofit",
        "legal_service",
        "other_organisation",
        "total",
    ]


def test_subtotal_of_the_other_outcomes_is_their_row_of_the_form():
    rows = requests_rows(parts() | {"other.other": RIGHT})
    at = [row[0] for row in rows].index("3.其他") - 2
    rows.insert(at, ["（六）其他处理小计", *RIGHT])
    rows[-2][1:] = ["16", "2", "0", "0", "0", "0", "18"]
    rows[1][1:] = ["16", "2", "0", "0", "0", "0", "18"]
    one = report(grid(rows))
    assert of_table_3(one) == {"reported"}
    assert told(one) == []


def test_audit_of_a_folder_keeps_what_only_the_document_knows(tmp_path, capsys):
    one = in_a_row("不予公开小计", WRONG)
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell.text}" for cell in one.cells if cell.row == number)
        for number in range(one.n_rows)
    )
    page = tmp_path / "a-2023.html"
    page.write_text(f"<title>某县2023年</title><table>{rows}</table>", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["extract", str(page), "--out", str(out), "--jobs", "1"]) == 0
    own = "a-2023,subtotal_sum,6,0,1,0\n"
    assert own in (out / "checks.csv").read_text("utf-8")
    assert main(["audit", str(out)]) == 0
    assert own in (out / "checks.csv").read_text("utf-8")


def test_row_of_another_form_has_no_subtotal_columns():
    """Table 2 of one form beside table 3 of the other."""
    (row,) = (r for r in form_rows("requests", "2021") if r.code == "other.other")
    document = Document("a.html", "text/html", (grid(requests_rows()),))
    rows = rows_of(document)
    requests = align(rows, "requests")
    headers = headers_of(rows, requests, set())
    assert row.code in {match.code for match in requests}
    assert printed_subtotals(rows, requests, headers, "2019") == ()
