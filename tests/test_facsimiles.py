"""Every facsimile reads back as the figures that it was set from."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from generate.expected import disagreements, expected_of

report = pytest.importorskip("govinfo.report")

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGISTRY = rows("reports.csv")  # as extracted, with their forms
FIGURES = rows("figures/cells.csv")


@pytest.fixture(scope="module", params=REGISTRY, ids=lambda row: row["report_id"])
def read(request: pytest.FixtureRequest):
    row = request.param
    return row, report.read_report(DATA / "reports" / row["file"])


def test_every_cell_reads_back_as_printed(read):
    row, found = read
    expected = {
        (cell["table"], cell["row_code"], cell["column_code"]): expected_of(
            cell["printed"]
        )
        for cell in FIGURES
        if cell["report_id"] == row["report_id"]
    }
    assert disagreements(found, expected) == []


def test_agency_year_and_form_are_those_of_the_registry(read):
    row, found = read
    assert (found.agency, found.year) == (row["agency"], int(row["report_year"]))
    assert set(found.cells["form"]) == {row["form"]}


def test_every_cell_has_a_place(read):
    _, found = read
    assert found.cells.loc[found.cells["place"] == "", "row_code"].tolist() == []


@pytest.mark.parametrize("remark", rows("figures/remarks.csv"), ids=lambda r: r["note"])
def test_remarks_and_units_stay_in_the_raw_text(remark: dict[str, str]):
    (path,) = (DATA / "reports").glob(f"{remark['report_id']}.*")
    cells = report.read_report(path).cells.set_index(
        ["table", "row_code", "column_code"]
    )
    cell = cells.loc[(remark["table"], remark["row_code"], remark["column_code"])]
    assert cell["raw"].replace("\n", "").replace(" ", "") == remark["as_printed"]
    assert Decimal(str(cell["value"])) == Decimal(remark["printed"])
    assert cell["state"] == "reported"
