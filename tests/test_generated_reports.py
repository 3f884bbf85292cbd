"""Whatever mixture of quirks a report prints, no cell of it is silently wrong."""

from __future__ import annotations

import pytest
from generate import as_docx, as_html, as_pdf, as_text, disagreements, shape
from generate.strategies import pages, printed_reports
from generate.text import SHAPES
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

report = pytest.importorskip("govinfo.report")


# Shrinking a whole report takes minutes and says little: generate.search reduces one
# to its fewest quirks.
PHASES = [Phase.explicit, Phase.generate]


def wrong(tmp_path_factory, data: bytes, name: str, shaped, *, exact: bool):
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(data)
    note(str(shaped.quirks))
    read = report.read_report(path)
    path.unlink()
    path.parent.rmdir()
    return disagreements(read, shaped.expected, exact=exact)


@given(printed=printed_reports(), page=pages())
@settings(phases=PHASES, max_examples=60)
def test_pages_are_read_exactly(tmp_path_factory, printed, page):
    shaped = shape(*printed)
    data = as_html(shaped, page)
    assert wrong(tmp_path_factory, data, "report.html", shaped, exact=True) == []


@given(printed=printed_reports())
@settings(phases=PHASES, max_examples=40)
def test_word_documents_are_read_exactly(tmp_path_factory, printed):
    shaped = shape(*printed)
    data = as_docx(shaped)
    assert wrong(tmp_path_factory, data, "report.docx", shaped, exact=True) == []


@given(printed=printed_reports(), how=st.sampled_from(SHAPES))
@settings(phases=PHASES, max_examples=100)
def test_text_is_never_silently_wrong(tmp_path_factory, printed, how):
    shaped = shape(*printed)
    data = as_text(shaped, how)
    assert wrong(tmp_path_factory, data, "report.txt", shaped, exact=False) == []


@given(printed=printed_reports())
@settings(phases=PHASES, max_examples=15)
def test_pdfs_are_never_silently_wrong(tmp_path_factory, printed):
    shaped = shape(*printed)
    data = as_pdf(shaped)
    assert wrong(tmp_path_factory, data, "report.pdf", shaped, exact=False) == []
