"""Text as it is searched for figures: without spaces, every number in plain digits.

Narratives write 十二件, １２件 and 12 件 for the same. What is found in the plain text
keeps its place in the printed one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {
    **{sign: value for value, sign in enumerate("零一二三四五六七八九")},
    **{sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"〇": 0, "○": 0, "两": 2},
}
_TEN_THOUSAND = "万"
_SIGNS = "".join(_DIGITS) + "十百千拾佰仟" + _TEN_THOUSAND
# Thousands, hundreds, tens and ones, with noughts between them or not; a digit right
# after thousands or hundreds, at the end, counts the next lower unit.
_BELOW = re.compile(
    r"(?:(D)[千仟])?Z*(?:(D)[百佰])?Z*(?:(?:(D)|(?<!.))[十拾])?"
    r"(?:(?:(?<=[十拾])Z*|(?<=Z))(D)|(?<=[百佰千仟])(D)|Z*)"
    .replace("D", "[一二三四五六七八九壹贰叁肆伍陆柒捌玖两]").replace("Z", "[零〇○]")
)  # fmt: skip

# A numeral before what is counted. 一起 and 一件 are ordinary words too.
_COUNTED = re.compile(
    rf"(?<![{_SIGNS}第每同任某几数])[{_SIGNS}]+"
    r"(?=[余多]?(?:件次|[件宗份例张]|元(?!化)|次(?!性)|起(?=[案，。；、）)行]|$)))"
)
_TOGETHER = re.compile(r"[在和与同并]一(?=起)|一(?=件一)|一(?=次(?!$|[，。；、）)]))")
_NOUGHT = re.compile(r"(?<=[为是：])零(?=[，。；、）)件宗元起]|$)")
_YEAR = re.compile(r"二[〇零○Oo0][〇零○Oo一二三四五六七八九\d]{2}(?=年)")
_YEAR_SIGNS = {**_DIGITS, "O": 0, "o": 0}


def number(numeral: str) -> int | None:
    """
    The value of a Chinese numeral; None if it is none.

    Examples
    --------
    >>> [number(n) for n in ("十二", "两", "二十三", "一百零五", "三千二百", "二〇")]
    [12, 2, 23, 105, 3200, 20]
    >>> number("一百五"), number("两万零六"), number("百"), number("三三十")
    (150, 20006, None, None)
    """
    head, ten_thousand, rest = numeral.partition(_TEN_THOUSAND)
    if ten_thousand:
        above = _below_ten_thousand(head)
        below = _below_ten_thousand(rest) if rest else 0
        if not above or below is None:
            return None
        # 两万六 is 26,000.
        if len(rest) == 1 and below:
            below *= 1000
        return above * 10_000 + below
    return _below_ten_thousand(numeral)


def _below_ten_thousand(numeral: str) -> int | None:
    if numeral and set(numeral) <= set(_DIGITS):
        return int("".join(str(_DIGITS[sign]) for sign in numeral))
    found = _BELOW.fullmatch(numeral)
    if not numeral or found is None:
        return None
    thousands, hundreds, tens, ones, short = (
        _DIGITS[sign] if sign else 0 for sign in found.groups()
    )
    if numeral[0] in "十拾":
        tens = 1
    # 一百五 is 150, 一百零五 is 105.
    short *= 10 if hundreds else 100
    return 1000 * thousands + 100 * hundreds + 10 * tens + ones + short


_UNBROKEN = re.compile(r"\S+")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text without spaces, in plain digits.

    Character ``i`` of ``text`` stands for ``printed[starts[i]:ends[i]]``; all digits of
    a converted numeral stand for the whole numeral.
    """

    printed: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> str:
        """What is printed at a span of the text, without spaces."""
        if start >= end:
            return ""
        return "".join(self.printed[self.starts[start] : self.ends[end - 1]].split())


def plain_text(printed: str) -> PlainText:
    r"""
    Bring a text into the form in which figures are looked for.

    Between two digits a space stays, so that no two numbers become one.

    Examples
    --------
    >>> plain_text("受理申请 十二件，\n结转１件").text
    '受理申请12件，结转1件'
    """
    kept: list[str] = []
    places: list[int] = []
    for match in _UNBROKEN.finditer(printed.translate(_NARROW)):
        run = match.group()
        if kept and kept[-1][-1].isdigit() and run[0].isdigit():
            kept.append(" ")
            places.append(match.start())
        kept.append(run)
        places.extend(range(*match.span()))
    return _in_digits(printed, "".join(kept), places)


def _in_digits(printed: str, text: str, places: list[int]) -> PlainText:
    spared = {match.end() - 1 for match in _TOGETHER.finditer(text)}
    found = [
        (match.span(), str(value))
        for match in _COUNTED.finditer(text)
        if not (match.start() in spared and len(match.group()) == 1)
        if (value := number(match.group())) is not None
    ]
    found += [(match.span(), "0") for match in _NOUGHT.finditer(text)]
    found += [
        (match.span(), "".join(str(_YEAR_SIGNS.get(s, s)) for s in match.group()))
        for match in _YEAR.finditer(text)
    ]
    chosen: list[tuple[tuple[int, int], str]] = []
    for span, digits in sorted(found):
        if not chosen or span[0] >= chosen[-1][0][1]:
            chosen.append((span, digits))
    signs, starts, ends = list(text), places, [place + 1 for place in places]
    # From the end on, so that what stands before keeps its place.
    for (begin, end), digits in reversed(chosen):
        first, last = starts[begin], ends[end - 1]
        signs[begin:end] = digits
        starts[begin:end] = [first] * len(digits)
        ends[begin:end] = [last] * len(digits)
    return PlainText(printed, "".join(signs), tuple(starts), tuple(ends))
