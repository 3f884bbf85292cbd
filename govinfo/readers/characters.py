"""Radicals that fonts put in place of characters, and signs for what is no text.

A browser's print of Noto text extracts ``⽂`` (U+2F42, a Kangxi radical) for ``文`` and
``⻓`` (U+2ED3, a CJK radical) for ``长``. They look alike and compare unequal, so every
label would miss. NFKC is no cure: it leaves most of the CJK radicals alone and turns
Chinese punctuation into ASCII.
"""

from __future__ import annotations

import re
import unicodedata

# The 214 Kangxi radicals each have one ordinary character, which Unicode itself names.
_KANGXI = {
    radical: unicodedata.normalize("NFKC", radical)
    for radical in map(chr, range(0x2F00, 0x2FD6))
}

# The supplement has variant forms of radicals. Only those that are drawn like an
# ordinary character are mapped: a component that is no character of its own (⺀, ⺌)
# is not known to stand for any.
_SUPPLEMENT: dict[str, str] = {
    "⺁": "厂", "⺂": "乛", "⺃": "乚", "⺄": "乙", "⺅": "亻", "⺆": "冂", "⺇": "几",
    "⺈": "刀", "⺉": "刂", "⺊": "卜", "⺋": "卩", "⺍": "小", "⺎": "兀", "⺏": "尣",
    "⺐": "尢", "⺑": "尣", "⺒": "巳", "⺓": "幺", "⺔": "彑", "⺕": "彐", "⺖": "忄",
    "⺗": "心", "⺘": "扌", "⺙": "攵", "⺛": "旡", "⺜": "日", "⺝": "月", "⺞": "歺",
    "⺟": "母", "⺠": "民", "⺡": "氵", "⺢": "氺", "⺣": "灬", "⺤": "爫", "⺥": "爫",
    "⺦": "丬", "⺧": "牛", "⺨": "犭", "⺩": "王", "⺪": "疋", "⺫": "罒", "⺬": "示",
    "⺭": "礻", "⺮": "竹", "⺯": "糹", "⺰": "纟", "⺱": "罓", "⺲": "罒", "⺳": "网",
    "⺴": "罓", "⺵": "网", "⺶": "羊", "⺷": "羊", "⺸": "羊", "⺹": "耂", "⺺": "肀",
    "⺻": "聿", "⺼": "月", "⺽": "臼", "⺾": "艹", "⺿": "艹", "⻀": "艹", "⻁": "虎",
    "⻂": "衤", "⻃": "覀", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角", "⻈": "讠",
    "⻉": "贝", "⻊": "足", "⻋": "车", "⻌": "辶", "⻍": "辶", "⻎": "辶", "⻏": "阝",
    "⻐": "钅", "⻑": "長", "⻒": "镸", "⻓": "长", "⻔": "门", "⻕": "阜", "⻖": "阝",
    "⻗": "雨", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食",
    "⻞": "食", "⻟": "飠", "⻠": "饣", "⻡": "首", "⻢": "马", "⻣": "骨", "⻤": "鬼",
    "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾", "⻫": "斉",
    "⻬": "齐", "⻭": "歯", "⻮": "齿", "⻯": "竜", "⻰": "龙", "⻱": "龜", "⻲": "亀",
    "⻳": "龟",
}  # fmt: skip

_PLAIN = str.maketrans(_KANGXI | _SUPPLEMENT)


def plain_radicals(text: str) -> str:
    """Replace radical characters by the ordinary characters that they stand for.

    Everything else stays as printed, full-width digits and punctuation included.

    Parameters
    ----------
    text : str
        Text as extracted.

    Returns
    -------
    str
        The same text with ordinary characters, of the same length.

    Examples
    --------
    >>> plain_radicals("申请⼈，⼀、⼈⺠政府 ⻓期")
    '申请人，一、人民政府 长期'
    >>> plain_radicals("（１２）")
    '（１２）'
    """
    return text.translate(_PLAIN)


def printed(text: str) -> str:
    r"""Text with each run of blanks as one space and no empty lines.

    Examples
    --------
    >>> printed(" 1　2 \n\n\xa0 3")
    '1 2\n3'
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(filter(None, lines))


PICTURE = "〔图〕"
"""A picture in a cell that holds nothing else: what it shows is not known."""

SCRIPT = "〔脚本〕"
"""A cell that a script fills, which is not run."""

PICTOGRAMS = re.compile("(?:wing|web)dings", re.I)
"""Faces whose digits are pictures."""

FORMULA = "〔式〕"
"""A formula, or a field whose result is not stored."""


def bracketed(text: str) -> str:
    """
    Digits struck out, raised or unseen that stand alone in a cell.

    They are no figure, and the cell is no blank either.

    Examples
    --------
    >>> bracketed("71")
    '〔71〕'
    """
    return f"〔{text}〕"
