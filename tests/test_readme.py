"""README shows what really happens."""

from __future__ import annotations

import doctest
import html
import re
import sys

import pytest
from conftest import ROOT

from govinfo.readers.kinds import kinds_read

sys.path.insert(0, str(ROOT / "scripts"))

README = (ROOT / "README.md").read_text("utf-8")


def test_example_gives_the_output_that_is_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    parsed = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    assert len(parsed.examples) == 4
    assert doctest.DocTestRunner(verbose=False).run(parsed).failed == 0


def test_kinds_of_files_are_those_of_the_table():
    assert f"It turns {kinds_read()} into tables" in " ".join(README.split())


def test_figure_is_described_by_the_numbers_of_the_data():
    from draw_readme_figure import PICTURE, draw

    (source, alt) = re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]+)">', README)[0]
    assert ROOT / source == PICTURE
    assert html.unescape(alt) == draw().get_label()
