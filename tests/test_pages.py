"""Pages of a PDF file as pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from govinfo.errors import ReadError, SourceError
from govinfo.pages import WIDTH, page_image

HONGZE = ROOT / "data" / "reports" / "hongze-2023.pdf"


def test_a_page_is_as_wide_as_the_site_at_twice_its_size() -> None:
    image = page_image(HONGZE, 1)
    assert image.width == WIDTH
    assert image.height > WIDTH


def test_a_part_of_a_page_is_cut_out() -> None:
    whole, half = page_image(HONGZE, 1), page_image(HONGZE, 1, part=(0.0, 0.5))
    assert half.size == (WIDTH, round(whole.height / 2))


def test_a_page_that_is_not_there_is_said() -> None:
    with pytest.raises(SourceError) as caught:
        page_image(HONGZE, 4)
    assert str(caught.value) == (
        "hongze-2023.pdf has 3 pages, but page 4 was asked for. Pages are counted "
        "from 1."
    )


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        page_image(tmp_path / "x.pdf")
    assert str(caught.value) == (
        f"{tmp_path / 'x.pdf'} does not exist or is no file. Check the name and the "
        "folder that it is read from."
    )


def test_another_kind_of_file_is_an_error() -> None:
    with pytest.raises(ReadError) as caught:
        page_image(ROOT / "LICENSE")
    assert str(caught.value) == (
        "LICENSE has no pages that could be drawn: found text, expected a PDF file or "
        "a picture."
    )
