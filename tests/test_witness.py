"""What stands elsewhere orders the solutions, and hides none of them."""

from __future__ import annotations

import pandas as pd
from generate import as_html, plain_cells, shape
from test_checks import block, cells_of, consistent
from test_locate import changes

from govinfo import read_report
from govinfo.checks import check_years
from govinfo.locate import Witness, suggestions

REVIEW = tuple(("disputes", "review", c) for c in ("upheld", "total"))


def told(key, value: float) -> dict[str, list[Witness]]:
    return {"example-2023": [Witness(((key,),), value)]}


def test_narrative_that_gives_the_total_puts_the_parts_last():
    """4 + 2 + 0 + 1 beside 9: the total, or any part."""
    cells = block(4, 2, 0, 1, 9)
    alone = changes(suggestions(cells))
    said = suggestions(cells, witnesses=told(REVIEW[1], 7))
    assert changes(said)[0] == [("review", "total", 7)]
    assert sorted(changes(said)) == sorted(alone)
    assert set(said["alternatives"]) == {4}
    # Confirmed as printed, the total is the last to be doubted.
    said = suggestions(cells, witnesses=told(REVIEW[1], 9))
    assert changes(said)[-1] == [("review", "total", 7)]
    assert sorted(changes(said)) == sorted(alone)


def test_witness_with_several_meanings_agrees_if_one_fits():
    meanings = ((REVIEW[0],), (REVIEW[1],))
    said = {"example-2023": [Witness(meanings, 6.0)]}
    found = changes(suggestions(block(4, 2, 0, 1, 9), witnesses=said))
    assert found[0] == [("review", "upheld", 6)]


def test_year_before_says_what_was_carried_in():
    """Two wrong cells of one row pair: the year before tells which row is wrong."""
    figures = consistent("2021", lambda: 3.0)
    before = cells_of(figures).assign(
        report_id="a-2022", agency="示例市", report_year=2022
    )
    carried = {
        column: figures["requests", "carried_out", column]
        for column in ("natural_person", "total")
    }
    now = dict(figures)
    for column in ("natural_person", "total"):
        # What was taken in fits what was carried over, until it is misprinted.
        gap = carried[column] - now["requests", "carried_in", column]
        now["requests", "carried_in", column] += gap
        now["requests", "received", column] -= gap
        now["requests", "carried_in", column] += 2
    after = cells_of(now).assign(report_id="a-2023", agency="示例市", report_year=2023)
    alone = suggestions(after)
    both = suggestions(pd.concat([before, after]))
    both = both[both["report_id"] == "a-2023"]
    true = [
        ("carried_in", column, int(carried[column]))
        for column in ("natural_person", "total")
    ]
    assert sorted(changes(both)[0]) == sorted(true)
    assert changes(both) == [true]
    assert len(changes(alone)) == 3


def test_narrative_of_a_report_is_a_witness(tmp_path):
    """The table prints 4 + 2 + 0 + 1 = 9; the text says seven reviews."""
    cells = plain_cells()
    row = ("disputes", "review")
    for column, text in zip(
        ("upheld", "corrected", "other_result", "pending", "total"),
        "42019",
        strict=True,
    ):
        cells[*row, column] = text
    said = "<p>2023年，因政府信息公开引发行政复议七件。</p>"
    path = tmp_path / "a-2023.html"
    path.write_bytes(as_html(shape(cells)) + said.encode())
    report = read_report(path, year=2023)
    first = report.suggestions[report.suggestions["table"] == "disputes"].iloc[0]
    assert (first["column_code"], first["suggested"]) == ("total", 7)
    assert "text_vs_table" in set(report.findings["check"])


def two_years(**wrong: float) -> pd.DataFrame:
    """Reports that fit, of 2022 and 2023, but for what is added to some totals."""
    now = consistent("2021", lambda: 3.0)
    before = dict(now)
    for table, row, column in now:
        if (table, row) == ("requests", "carried_out"):
            before[table, row, column] = now[table, "carried_in", column]
            before[table, "received", column] = now[table, "concluded", column]
    for name, figures in (("before", before), ("after", now)):
        for row in ("received", "carried_in", "carried_out"):
            for column in ("natural_person", "total"):
                figures["requests", row, column] += wrong.get(f"{name}_{row}", 0.0)
    tables = [
        cells_of(figures).assign(report_id=f"a-{year}", agency="A", report_year=year)
        for figures, year in ((before, 2022), (now, 2023))
    ]
    return pd.concat(tables, ignore_index=True)


def test_report_that_would_have_to_change_is_the_one_before():
    found = suggestions(two_years(before_carried_out=2.0))
    assert set(found["report_id"]) == {"a-2022"}
    assert set(found["row_code"]) == {"carried_out"}
    assert set(found["alternatives"]) == {0}


def test_neither_report_is_blamed_if_both_hold_and_differ():
    cells = two_years(before_carried_out=2.0, before_received=2.0)
    assert (check_years(cells)["result"] == "fail").any()
    assert suggestions(cells).empty


def test_errors_of_two_years_are_numbered_report_by_report():
    """Each has one solution, its own; neither waits for the other's."""
    cells = two_years()
    for report_id in ("a-2022", "a-2023"):
        place = (cells["report_id"] == report_id) & (cells["row_code"] == "granted")
        cells.loc[place & (cells["column_code"] == "research"), "value"] += 4
    found = suggestions(cells)
    assert found[["report_id", "solution"]].to_numpy().tolist() == [
        ["a-2022", 1],
        ["a-2023", 1],
    ]
