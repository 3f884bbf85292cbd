"""How much work reading a report takes: counts, which no machine changes."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pypdfium2
import pytest
from conftest import ROOT
from lxml import etree

from govinfo import recognise
from govinfo.checks import within
from govinfo.dataset.onefile import Task, read_plain
from govinfo.recognise import rows
from govinfo.sources import Source

STEPS = {
    "parser passes": (etree, "fromstring"),
    "documents opened": (pypdfium2.PdfDocument, "__init__"),
    "pages opened": (pypdfium2.PdfDocument, "get_page"),
    "pages drawn": (pypdfium2.PdfPage, "render"),
    "tables built by pandas": (pd.DataFrame, "__init__"),
    "rows built": (rows, "_rows"),
    "alignments": (recognise, "align"),
    "sums formed": (within, "verdict_of"),
}


def work(name: str, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step is taken for a bundled report."""
    done: Counter[str] = Counter()

    def counted(step: str, owner: object, function: str) -> None:
        whole = getattr(owner, function)

        def call(*given: object, **named: object) -> object:
            done[step] += 1
            return whole(*given, **named)

        monkeypatch.setattr(owner, function, call)

    path = ROOT / "data" / "reports" / name
    with monkeypatch.context() as monkeypatch:
        for step, (owner, function) in STEPS.items():
            counted(step, owner, function)
        (result,) = read_plain(
            Task(Source(path, name), None, path.stem), path.read_bytes()
        )
    assert result["row"]["status"] == "complete"
    return done


def test_a_page_printed_to_the_letter_is_parsed_once_and_never_aligned(monkeypatch):
    assert work("suqian-2023.html", monkeypatch) == {
        "parser passes": 1,
        "rows built": 1,
        "sums formed": 42,
    }


def test_a_pdf_is_opened_once_and_none_of_its_pages_drawn(monkeypatch):
    # Its fonts and their maps are not compressed; their own checksums, and digits that
    # follow each other, vouch for them.
    assert work("huaian-2024.pdf", monkeypatch) == {
        "documents opened": 1,
        "rows built": 1,
        "sums formed": 42,
    }


def test_a_pdf_is_opened_again_only_where_a_sum_fails(monkeypatch):
    done = work("jinhu-2023.pdf", monkeypatch)
    assert (done["documents opened"], done["pages opened"]) == (2, 1)
    assert done["rows built"] == 1
    assert not done["pages drawn"]
    assert not done["tables built by pandas"]
