"""The forms as data: a new one is a folder, and no module names one by its year."""

from __future__ import annotations

import ast
import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT

from govinfo.forms import FORMS, all_rows, form_rows, group_rows

PACKAGE = ROOT / "govinfo"

# What the invented form of 2027 has otherwise than that of 2021.
RENAMED = {
    "concluded": "三、本年度办理结果 / （七）办结总数",
    "normative_document": "第二十条第（一）项 / 现行规范性文件",
}
REMOVED = {"not_processed.publication", "fee"}
ADDED_AFTER = {
    "refused.inquiry_matter": (
        "refused.personal_information",
        "三、本年度办理结果 / （三）不予公开 / 9.属于个人敏感信息",
    ),
    "carried_out": ("received_online", "五、本年网上收到申请数量"),
}

# Sets a report on a form with the script that sets the facsimiles, reads it, checks it
# and computes its indicators: all with the package of the working folder.
STUDY = """
import json, sys
import govinfo
from facsimiles.form import disputes, joined, proactive, requests
from facsimiles.pages import _portal_cell, _marked
from govinfo.checks import check_cells
from govinfo.forms import TABLES, form_rows
from govinfo.forms.identities import identities
from govinfo.harmonise import BREAKS, harmonise
from govinfo.indicators import indicators

def studied(form, year, *wrong):
    printed = {
        (t, row.code, c.code): 0 for t in TABLES for row in form_rows(t, form)
        for c in row.columns if row.code != "other" or form == "2019"
    }
    applicants = [c.code for c in form_rows("requests", form)[0].columns]
    for n, code in enumerate(applicants[:-1]):
        for row in form_rows("requests", form):
            if row.role == "outcome" and ("requests", row.code, code) in printed:
                printed["requests", row.code, code] = 2 + n
        printed["requests", "carried_in", code] = 1
        printed["requests", "carried_out", code] = 3
    way = "row" if form == "2019" else "parts"
    for table, way in (("requests", way), ("disputes", "row")):
        for one in identities(table, form, way):
            cells = [(table, *cell) for cell in one.left]
            total = sum(printed[cell] for cell in cells)
            if one.name == "outcomes_sum":
                concluded = total
                printed[table, *one.right[0]] = total
            elif one.name == "flow_balance":
                code = one.left[0][1]
                printed[table, "received", code] = concluded + 3 - 1
    for table in ("requests", "disputes"):
        for row in form_rows(table, form):
            if (table, row.code, "total") not in printed:
                continue
            parts = [printed[table, row.code, c.code] for c in row.columns[:-1]]
            printed[table, row.code, "total"] = sum(parts)
    for cell in wrong:
        printed[tuple(cell.split())] += 1
    texts = {key: str(value) for key, value in printed.items()}
    tables = [joined(proactive(form, texts)), requests(form, texts)]
    tables.append(disputes(form, texts))
    page = [f"<h1>青石县财政局{year}年政府信息公开工作年度报告</h1>"]
    for heading, table in zip(("二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况"), tables, strict=True):
        page += [f"<h2>{heading}</h2>", "<table>"]
        page += [*_marked(table, _portal_cell, ("<tr>", "</tr>")), "</table>"]
    with open("report.html", "w", encoding="utf-8") as file:
        file.write('<meta charset="utf-8">' + "".join(page))
    report = govinfo.read_report("report.html")
    cells = report.cells
    read = {
        (t, r, c): int(v) for t, r, c, v, s in zip(cells.table, cells.row_code,
            cells.column_code, cells.value.fillna(-1), cells.state) if s == "reported"
    }
    results = check_cells(cells)
    values = indicators(cells).query("applicant == 'total'").set_index("indicator")
    common = harmonise(cells).set_index(["table", "row_code", "column_code"])
    return {
        "form": report.form, "exact": read == printed,
        "sums": sorted(results.query("result == 'pass'").check.unique()),
        "failed": results.query("result == 'fail'").check.tolist(),
        "values": {c: [v, s] for c, v, s in zip(
            values.index, values.value.astype(float).fillna(-1), values.state)},
        "counts": {r: printed["requests", r, "total"] for t, r, c in printed
            if t == "requests"},
        "refused": common.loc[("requests", "refused", "total"), "value"],
        "note": common.loc[("requests", "not_processed.publication", "total"), "note"],
        "breaks": [change.code for change in BREAKS],
    }

print(json.dumps([studied(*case) for case in json.loads(sys.argv[1])]))
"""


def write(path: Path, lines: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


@pytest.fixture(scope="module")
def with_2027(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with a form of 2027, made of four files of data."""
    top = tmp_path_factory.mktemp("form")
    ignore = shutil.ignore_patterns("__pycache__", "*.otf")
    shutil.copytree(PACKAGE, top / "govinfo", ignore=ignore)
    forms = top / "govinfo" / "forms"
    (forms / "2027").mkdir()
    with (forms / "2021" / "cells.csv").open(encoding="utf-8", newline="") as file:
        old = list(csv.DictReader(file))
    cells: list[dict[str, str]] = []
    for code in dict.fromkeys(line["row_code"] for line in old):
        row = [line for line in old if line["row_code"] == code]
        label = RENAMED.get(code, row[0]["row_label"])
        if code not in REMOVED:
            cells += [line | {"row_label": label} for line in row]
        if code in ADDED_AFTER:
            new, label = ADDED_AFTER[code]
            role = row[0]["role"] if new.startswith("refused") else ""
            told = {"row_code": new, "row_label": label, "row_english": new}
            cells += [line | told | {"role": role} for line in row]
    write(forms / "2027" / "cells.csv", cells)
    facts = {"first_year": "2027", "fees_in_section_six": "no", "all_decisions": "no"}
    write(
        forms / "2027" / "form.csv",
        [{"key": key, "value": value} for key, value in facts.items()],
    )
    link = {"table": "requests", "row_code": "not_processed.publication"}
    told = {"column_code": "*", "from": "", "grade": "none", "note": "Not asked."}
    write(forms / "2027" / "links.csv", [link | told])
    change = {"code": "form-2027", "date": "2027-09-01", "first_year": "2027"}
    change |= {"affects": "proactive requests", "english": "2027 form"}
    change |= {"chinese": "2027年格式", "reading": "Invented.", "source": "none"}
    write(forms / "2027" / "breaks.csv", [change])
    return top


NINTH = "requests refused.personal_information total"
ONLINE = "requests received_online total"
CASES = [
    ("2027", 2027),
    ("2021", 2021),
    ("2019", 2019),
    ("2027", 2026),
    ("2021", 2028),
    ("2019", 2028),
    ("2027", 2027, NINTH),
    ("2027", 2027, ONLINE),
]


class Studied(NamedTuple):
    """What the package with the new form makes of a report that is set on a form."""

    form: str
    exact: bool
    sums: list[str]
    failed: list[str]
    values: dict[str, tuple[float, str]]
    counts: dict[str, int]
    refused: float
    note: str
    breaks: list[str]


@pytest.fixture(scope="module")
def studied(with_2027: Path) -> dict[tuple[str | int, ...], Studied]:
    path = os.pathsep.join((str(with_2027), str(ROOT / "scripts")))
    done = subprocess.run(
        [sys.executable, "-c", STUDY, json.dumps(CASES)],
        cwd=with_2027,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = (Studied(**one) for one in json.loads(done.stdout))
    return dict(zip(CASES, found, strict=True))


def refusals(found: Studied) -> int:
    return sum(n for code, n in found.counts.items() if code.startswith("refused."))


def test_a_form_is_a_folder_of_data(
    studied: dict[tuple[str | int, ...], Studied],
) -> None:
    found = studied["2027", 2027]
    assert found.form == "2027"
    assert found.exact
    sums = ["applicants_sum", "count_domain", "dispute_sum"]
    assert found.sums == [*sums, "flow_balance", "other_high", "outcomes_sum"]
    assert found.failed == []
    refused = refusals(found)
    assert found.counts["refused.personal_information"] > 0
    share = refused / found.counts["concluded"]
    assert found.values["refused_share"] == [share, "computed"]
    assert found.refused == refused
    ground = found.counts["refused.state_secret"] / refused
    assert found.values["ground_share_1"] == [ground, "computed"]
    assert found.note == "Not asked."
    assert found.breaks == [
        "regulations-2019",
        "fee-2021",
        "form-2021",
        "review-first-2024",
        "interpretation-2025",
        "form-2027",
    ]


def test_labels_tell_a_form_and_not_the_year(
    studied: dict[tuple[str | int, ...], Studied],
) -> None:
    for form, year in (("2027", 2026), ("2021", 2028), ("2019", 2028)):
        assert studied[form, year].form == form


def test_sums_of_a_new_form_are_checked(
    studied: dict[tuple[str | int, ...], Studied],
) -> None:
    found = studied["2027", 2027, NINTH]
    assert sorted(found.failed) == ["applicants_sum", "outcomes_sum"]
    # A row that is no outcome has a sum over its applicants, and no other.
    assert studied["2027", 2027, ONLINE].failed == ["applicants_sum"]


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_reports_on_older_forms_are_read_as_before(
    form: str, studied: dict[tuple[str | int, ...], Studied]
) -> None:
    found = studied[form, int(form)]
    assert (found.form, found.exact, found.failed) == (form, True, [])
    refused = refusals(found)
    assert found.refused == refused
    share = refused / found.counts["concluded"]
    assert found.values["refused_share"] == [share, "computed"]
    # Every ground has an eighth of the refusals.
    assert found.values["ground_concentration"] == [1 / 8, "computed"]


def test_rows_of_all_forms_have_one_order() -> None:
    for table in ("proactive", "requests", "disputes"):
        for form in FORMS:
            codes = [row.code for row in form_rows(table, form)]
            assert [code for code in all_rows(table) if code in codes] == codes


def test_a_group_has_the_rows_of_its_form() -> None:
    assert group_rows("requests", "2019", "other") == ()
    assert len(group_rows("requests", "2021", "other")) == 3
    assert len(group_rows("requests", "2021", "refused")) == 8


def named_years(text: str) -> list[str]:
    """Constants of a module that name a form by its year, as text or as a number."""
    return [
        str(node.value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        if str(node.value) in FORMS
        or (isinstance(node.value, int) and 2018 <= node.value <= 2030)
    ]


def test_no_module_outside_forms_names_a_form_by_its_year() -> None:
    named = {
        str(path.relative_to(ROOT)): years
        for path in PACKAGE.rglob("*.py")
        if (years := named_years(path.read_text("utf-8")))
    }
    assert named == {}


def test_the_guard_sees_a_year() -> None:
    assert named_years('if form == "2021" or year < 2019:\n    """2019"""') == [
        "2019",
        "2021",
        "2019",
    ]
