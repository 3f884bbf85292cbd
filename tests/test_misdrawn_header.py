"""However the header of a table is drawn wrong, no cell of the report is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from generate import as_docx, as_html, disagreements, shape
from generate.damage import some_cells
from generate.headers import misdrawn, with_unnamed_column
from generate.quirks import Quirks

import govinfo

WRITERS = {"report.html": as_html, "report.docx": as_docx}
STYLES = ("three_rows", "two_rows", "one_row", "no_rowspan")


@pytest.mark.parametrize("slips", [1, 2])
@pytest.mark.parametrize("which", ["proactive", "requests", "disputes"])
def test_header_drawn_wrong_makes_no_cell_wrong(which: str, slips: int, tmp_path: Path):
    for seed in range(4):
        name, write = list(WRITERS.items())[seed % 2]
        quirks = Quirks(
            header=STYLES[seed % 4], fifth_column=seed % 5 == 0, item_tables=seed == 1
        )
        shaped = misdrawn(shape(some_cells(seed), quirks), which, seed, slips)
        path = tmp_path / name
        path.write_bytes(write(shaped))
        try:
            report = govinfo.read_report(path)
        except govinfo.GovinfoError:
            # A header that is lost may leave no table: said, not guessed.
            continue
        wrong = disagreements(report, shaped.expected, exact=False)
        assert wrong == [], (seed, name)


@pytest.mark.parametrize("slips", [0, 1, 2])
@pytest.mark.parametrize("which", ["proactive", "requests", "disputes"])
def test_column_of_figures_without_name_makes_no_cell_wrong(
    which: str, slips: int, tmp_path: Path
):
    for seed in range(5):
        name, write = list(WRITERS.items())[seed % 2]
        quirks = Quirks(header=STYLES[(seed + slips) % 4], item_tables=seed % 3 == 1)
        shaped = with_unnamed_column(shape(some_cells(seed), quirks), which, seed)
        shaped = misdrawn(shaped, which, seed, slips)
        path = tmp_path / name
        path.write_bytes(write(shaped))
        try:
            report = govinfo.read_report(path)
        except govinfo.GovinfoError:
            continue
        wrong = disagreements(report, shaped.expected, exact=False)
        assert wrong == [], (seed, name)


def test_figure_under_the_head_of_a_block_alone_puts_its_row_in_doubt(tmp_path: Path):
    """Sixteen figures, the first of them of no column: the head says the last one."""
    parts = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    routes = ["未经复议直接起诉", "尚未审结", "复议后起诉"]
    slipped = [*parts[:3], routes[0], parts[4]]
    rows = [
        [("行政复议", 5), ("行政诉讼", 10), ("", 1)],
        [*((text, 1) for text in slipped), *((text, 5) for text in routes)],
        [("", 1)] * 5 + [(text, 1) for text in parts * 2],
        [(text, 1) for text in [*"0" * 9, "1", "1", *"0" * 5]],
    ]
    body = "".join(
        "<tr>"
        + "".join(f'<td colspan="{wide}">{text}</td>' for text, wide in row)
        + "</tr>"
        for row in rows
    )
    items = "".join(
        f"<tr><td>{name}</td><td>4</td></tr>"
        for name in ("行政许可", "行政处罚", "行政强制", "行政事业性收费")
    )
    path = tmp_path / "report.html"
    path.write_text(
        "<h1>某某县2023年政府信息公开工作年度报告</h1>"
        f"<table><tr><td>信息内容</td><td>本年处理决定数量</td></tr>{items}</table>"
        "<h2>四、政府信息公开行政复议、行政诉讼情况</h2>"
        f"<table>{body}</table>",
        encoding="utf-8",
    )
    cells = govinfo.read_report(path).cells.query("table == 'disputes'")
    assert len(cells) == 15
    assert set(cells["state"]) == {"uncertain"}
