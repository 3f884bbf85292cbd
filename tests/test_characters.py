"""Radicals that fonts put in place of characters are mapped, and nothing else is."""

from __future__ import annotations

import unicodedata

import pytest

from govinfo.readers.characters import plain_radicals


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("申请⼈情况", "申请人情况"),
        ("⼀、本年新收", "一、本年新收"),
        ("⼈⺠政府", "人民政府"),
        ("⻓春市", "长春市"),
        ("⾏政", "行政"),
        ("⻔户⽹站", "门户网站"),
        ("⻋⻢⻛⻚⻅⻉", "车马风页见贝"),
    ],
)
def test_radicals_become_the_characters_that_they_look_like(printed: str, plain: str):
    assert plain_radicals(printed) == plain


def test_every_kangxi_radical_has_a_character():
    for code in range(0x2F00, 0x2FD6):
        assert unicodedata.name(plain_radicals(chr(code))).startswith("CJK UNIFIED")


def test_what_is_mapped_is_one_character_of_the_same_block():
    for code in range(0x2E80, 0x2F00):
        plain = plain_radicals(chr(code))
        assert len(plain) == 1
        assert plain == chr(code) or 0x4E00 <= ord(plain) <= 0x9FFF


def test_punctuation_and_full_width_digits_stay_as_printed():
    text = "（１２），。：；“”、·—／ ①㎡ⅣＡ豈"
    assert plain_radicals(text) == text
