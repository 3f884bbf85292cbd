"""docs/architecture.md: its rooms exist, and things are added where it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_every_folder_of_the_package_has_its_paragraph() -> None:
    folders = {
        p.name for p in (ROOT / "govinfo").iterdir() if (p / "__init__.py").exists()
    }
    assert folders - {"fonts"} <= set(re.findall(r"\*\*(\w+)\*\*", PAGE))


def test_every_file_that_the_pages_name_exists() -> None:
    pages = PAGE + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:govinfo|tests|benchmarks|docs)/[\w/.]+)`", pages)
    assert named
    missing = {name for name in named if not (ROOT / name).exists()}
    assert missing == {"tests/test_x.py", "govinfo/x"} & missing


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package, to add things to."""
    ignore = shutil.ignore_patterns("__pycache__", "*.otf")
    shutil.copytree(ROOT / "govinfo", tmp_path / "govinfo", ignore=ignore)
    return tmp_path


def said(folder: Path, code: str) -> str:
    """What code prints that imports the package of a folder."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_wording_of_a_label_is_one_line(copied: Path) -> None:
    code = (
        "from govinfo.recognise.columns import column_code;"
        "print(column_code('黎庶', 'requests'))"
    )
    assert said(copied, code) == "None"
    with (copied / "govinfo/forms/labels.csv").open("a", encoding="utf-8") as file:
        file.write("requests,column,natural_person,黎庶\n")
    assert said(copied, code) == "natural_person"


def test_an_indicator_is_one_line(copied: Path) -> None:
    registry = copied / "govinfo/indicators/registry.csv"
    lines = registry.read_text("utf-8").splitlines()
    line = next(line for line in lines if line.startswith("granted_share,"))
    with registry.open("a", encoding="utf-8") as file:
        file.write(line.replace("granted_share,", "granted_again,", 1) + "\n")
    code = (
        "from govinfo.dataset import read_cells;"
        f"cells = read_cells({str(ROOT / 'data')!r});"
        "from govinfo.indicators import indicators;"
        "found = indicators(cells);"
        "one = found[found.indicator == 'granted_again'].value.tolist();"
        "print(one == found[found.indicator == 'granted_share'].value.tolist() != [])"
    )
    assert said(copied, code) == "True"


def test_a_check_is_a_function_and_its_lines(copied: Path) -> None:
    checks = copied / "govinfo" / "checks"
    with (checks / "checks.csv").open("a", encoding="utf-8") as file:
        file.write("even,The requests granted are even.,warning,invented,report\n")
    with (checks / "sentences.csv").open("a", encoding="utf-8") as file:
        file.write("even.said,{n} is odd.,{n}是奇数。\n")
    module = checks / "within.py"
    text = module.read_text("utf-8")
    call = "    for total in report.sums():\n"
    assert text.count(call) == 1
    text = text.replace(call, "    yield from _even(report)\n" + call)
    module.write_text(
        text + "\n\ndef _even(report):\n"
        "    key = ('requests', 'granted', 'total')\n"
        "    n = report.value.get(key)\n"
        "    if n is not None and n % 2:\n"
        "        sentence = say('even.said', n=plain(n))\n"
        "        yield report.result('even', key, 'fail', sentence)\n",
        "utf-8",
    )
    code = (
        "from govinfo.dataset import read_cells;"
        f"cells = read_cells({str(ROOT / 'data')!r});"
        "from govinfo.checks import check_cells;"
        "found = check_cells(cells);"
        'odd = cells.query(\'row_code == "granted" and column_code == "total"\');'
        "odd = odd[odd.value.astype('Float64').fillna(0) % 2 == 1];"
        "own = found[found.check == 'even'];"
        "print(own.report_id.tolist() == odd.report_id.tolist() != [],"
        " set(own.severity))"
    )
    assert said(copied, code) == "True {'warning'}"


def test_a_kind_of_file_is_a_module_and_an_entry(copied: Path) -> None:
    readers = copied / "govinfo" / "readers"
    (readers / "plate.py").write_text(
        "from govinfo.readers.text import read_text\n"
        "def read_plate(data, name):\n"
        "    return read_text(data[4:], name)\n",
        "utf-8",
    )
    table = readers / "kinds.py"
    entry = 'Kind("x/plate", "plates", "plate:read_plate", magic=(b"%PLT",)),'
    before = "KINDS = (\n"
    text = table.read_text("utf-8")
    assert before in text
    table.write_text(text.replace(before, before + f"    {entry}\n"), "utf-8")
    (copied / "a.plt").write_bytes("%PLT一、总体情况".encode())
    code = (
        "from govinfo.readers import read_document;"
        "from govinfo.readers.kinds import kinds_read;"
        "print(read_document('a.plt').text, 'plates' in kinds_read())"
    )
    assert said(copied, code) == "一、总体情况 True"
