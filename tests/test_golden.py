"""Every cell is read as it was read before, or the record says what changed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import golden  # noqa: E402
from collection import COUNTS  # noqa: E402

KINDS = [kind for kind in golden.documents() if not kind.startswith("shared")]
SAMPLE = {"generated PDF": 4, "facsimile HTML": 11, "facsimile PDF": 6}


@pytest.mark.parametrize("kind", KINDS)
def test_cells_are_those_of_the_record(kind):
    """All of them with ``python benchmarks/golden.py``; here an even sample."""
    found = [
        str(difference)
        for one in golden.chosen(kind, SAMPLE.get(kind, 5))
        for difference in golden.again(*one)[1]
    ]
    assert found == []


def test_every_document_is_recorded():
    counts = {kind: len(golden.recorded(kind)) for kind in KINDS}
    assert counts == {kind: len(golden.documents()[kind]) for kind in KINDS}
    assert {kind: counts[kind] for kind in COUNTS} == COUNTS


def test_a_line_gives_back_every_cell():
    sample = golden.documents()["damaged HTML"]["3"]()
    found = golden.read(sample)
    assert golden.cells_of(sample, golden.line_of(sample, found)) == {
        **dict.fromkeys(golden.cells_of(sample, golden.Line("", "")), golden.ABSENT),
        **found,
    }


def test_a_cell_that_is_read_otherwise_is_listed_with_what_is_printed():
    sample = golden.documents()["facsimile HTML"]["pingtan-2023.html"]()
    printed = golden.cells_of(sample, golden.Line("", ""))
    was = golden.line_of(sample, printed)
    key = ("requests", "received", "total")
    now = {**printed, key: ("reported", Decimal(99))}
    (listed,) = golden.differences("k", "d", sample, now, was)
    state, value = printed[key]
    assert str(listed) == (
        f"k d, requests received total: was {state}={value}, now reported=99, "
        f"printed {state}={value}"
    )
    (other,) = golden.differences("k", "d", sample, printed, replace(was, sha256="0"))
    assert other.cell is None


def test_a_generated_report_is_the_same_in_every_process():
    code = (
        "import golden\n"
        "for kind in golden.COUNTS:\n"
        "    sample = golden.documents()[kind]['1']()\n"
        "    print(golden.line_of(sample, {}).sha256)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "benchmarks",
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    recorded = [golden.recorded(kind)["1"].sha256 for kind in COUNTS]
    assert done.stdout.split() == recorded
