"""The published speed is what its command measured."""

from __future__ import annotations

import csv
import sys

from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import scale  # noqa: E402
import speed  # noqa: E402
import throughput  # noqa: E402

MOST_MEGABYTES = 300


def test_readme_and_page_show_the_table() -> None:
    table = "\n".join(speed.lines_of(speed.read_table()))
    assert f"<!-- speed -->\n\n{table}\n\n<!-- end -->" in speed.README.read_text(
        "utf-8"
    )
    assert table in speed.PAGE.read_text("utf-8")


def test_what_is_done_with_all_reports_together_needs_little_memory() -> None:
    with scale.TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert scale.page(rows) == scale.PAGE.read_text("utf-8")
    assert max(int(row["reports"]) for row in rows) >= 10_000
    assert all(int(row["megabytes"]) <= MOST_MEGABYTES for row in rows)


def test_whole_folders_were_read_with_little_memory() -> None:
    rows = throughput.read_table()
    assert throughput.page(rows) == throughput.PAGE.read_text("utf-8")
    assert {row["jobs"] for row in rows} == {"1", "2"}
    assert max(int(row["files"]) for row in rows) >= 10_000
    assert all(int(row["megabytes"]) <= MOST_MEGABYTES for row in rows)
