"""Bytes become text in the encoding they are really in."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.errors import ReadError
from govinfo.readers.files.encoding import (
    Decoded,
    declared_encoding,
    decode,
    plausibility,
)

SIMPLIFIED = (
    "本年新收政府信息公开申请数量，上年结转政府信息公开申请数量：予以公开。" * 3
)
TRADITIONAL = (
    "本年新收政府資訊公開申請數量，上年結轉政府資訊公開申請數量：予以公開。" * 3
)


def declaring(label: str, text: str = SIMPLIFIED) -> str:
    return f'<html><head><meta charset="{label}"></head><p>{text}</p>'


@pytest.mark.parametrize(
    ("codec", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
    ],
)
def test_undeclared_text_is_decoded(codec: str, found: str) -> None:
    text = f"<p>{SIMPLIFIED}</p>\n"
    assert decode(text.encode(codec)) == Decoded(text, found)


def test_big5_of_a_mirror_page() -> None:
    assert decode(TRADITIONAL.encode("big5")) == Decoded(TRADITIONAL, "big5hkscs")


def test_traditional_characters_in_gbk() -> None:
    assert decode(TRADITIONAL.encode("gbk")) == Decoded(TRADITIONAL, "gb18030")


@pytest.mark.parametrize("label", ["utf-8", "big5", "iso-8859-1", "utf-16", "nonsense"])
def test_wrong_declaration_of_gbk_is_passed_over(label: str) -> None:
    text = declaring(label)
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize("label", ["gb2312", "GBK", "big5", "iso-8859-1"])
def test_wrong_declaration_of_utf8_is_passed_over(label: str) -> None:
    text = declaring(label)
    assert decode(text.encode()) == Decoded(text, "utf-8")


def test_gb2312_that_holds_characters_of_gbk() -> None:
    text = declaring("gb2312", "浉河区、甪直镇、镕基" + SIMPLIFIED)
    assert decode(text.encode("gbk")).text == text


def test_short_declared_text_that_happens_to_be_utf8() -> None:
    text = '<meta charset="gbk">联通公司'
    assert decode(text.encode("gbk")[:-4]).text == '<meta charset="gbk">联通'


def test_mark_of_utf8_before_a_page_in_gbk() -> None:
    assert decode(b"\xef\xbb\xbf" + SIMPLIFIED.encode("gbk")).text == SIMPLIFIED


def test_a_page_that_names_one_font_a_thousand_times() -> None:
    text = "<span style='font-family:微软雅黑'></span>" * 1000 + f"<p>{SIMPLIFIED}"
    assert decode(text.encode("gbk")).text == text


def test_full_width_blank_of_old_windows() -> None:
    data = SIMPLIFIED.encode("gbk") + b"\xa3\xa0"
    assert decode(data).text == SIMPLIFIED + "\u3000"


def test_ascii_is_utf8() -> None:
    assert decode(b"<p>1</p>") == Decoded("<p>1</p>", "utf-8")


def test_broken_bytes_in_utf8_are_counted() -> None:
    data = (SIMPLIFIED * 5).encode()
    found = decode(data[:300] + b"\xff" + data[300:600] + b"\xfe" + data[600:])
    assert found.text.replace("\ufffd", "") == SIMPLIFIED * 5
    assert (
        found.note == "The file is in UTF-8, but 2 places in it could not be decoded."
    )


def test_utf8_cut_inside_its_last_character() -> None:
    found = decode(SIMPLIFIED.encode()[:-1])
    assert found.note == "The file is in UTF-8, but 1 place in it could not be decoded."


def test_broken_bytes_in_gbk_are_counted() -> None:
    data = (SIMPLIFIED * 5).encode("gbk")
    found = decode(data[:300] + b"\xff" + data[300:])
    assert found.encoding == "gb18030"
    assert (
        found.note == "The file is in GB18030, but 1 place in it could not be decoded."
    )


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 20, b"\xff\xd8\xff\xe0" + bytes(range(255, 0, -1)) * 30],
)
def test_binary_data_are_no_text(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        decode(data, "a.html")
    assert str(caught.value) == (
        "a.html could not be decoded: its bytes are no text in UTF-8, UTF-16, GB 18030"
        " or Big5. Open it in the program that wrote it and save it as UTF-8, or fetch"
        " it again."
    )


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b'<meta charset="GB2312">', "gb18030"),
        (b"<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=gbk'>", "gb18030"),
        (b'<?xml version="1.0" encoding="gb18030"?>', "gb18030"),
        (b"<meta charset=big5>", "big5hkscs"),
        (b"<meta charset=utf-8>", "utf-8"),
        (b"<meta charset=nonsense>", None),
        (b"<p>charset=gbk</p>", None),
    ],
)
def test_declarations(head: bytes, found: str | None) -> None:
    assert declared_encoding(head) == found


def test_mojibake_is_less_plausible_than_text() -> None:
    wrong = SIMPLIFIED.encode().decode("gb18030", "replace")
    assert plausibility(wrong) < 0.1 < 0.6 < plausibility(SIMPLIFIED)


@given(st.text(max_size=60), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_utf8_round_trip(text: str, codec: str) -> None:
    controls = sum(c < " " for c in text)
    if controls == 0 and not text.startswith("\ufeff"):
        assert decode(text.encode(codec)).text == text


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_a_clear_error(data: bytes) -> None:
    with contextlib.suppress(ReadError):
        assert isinstance(decode(data).text, str)
