"""Labels that Word numbers by itself, which stand in no text of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
# Word has nine list levels; a basedOn chain longer than this is a ring.
_LEVELS = 9
_MAX_CHAIN = 20


def chinese_count(number: int, digits: str = _DIGITS, ten: str = "十") -> str:
    """Write a number below one hundred as Chinese lists count.

    Examples
    --------
    >>> [chinese_count(n) for n in (1, 10, 11, 20, 35)]
    ['一', '十', '十一', '二十', '三十五']
    """
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    head = "" if tens == 1 and ten == "十" else digits[tens]
    return head + ten + (digits[ones] if ones else "")


def _roman(number: int) -> str:
    marks = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"))
    written, number = "", min(number, 399)
    for value, mark in (*marks, (5, "V"), (4, "IV"), (1, "I")):
        count, number = divmod(number, value)
        written += mark * count
    return written


def _letter(number: int) -> str:
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


_WRITE: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "chineseCounting": chinese_count,
    "chineseCountingThousand": chinese_count,
    "japaneseCounting": chinese_count,
    "taiwaneseCounting": chinese_count,
    "taiwaneseCountingThousand": chinese_count,
    "ideographDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "japaneseDigitalTenThousand": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "taiwaneseDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "chineseLegalSimplified": lambda n: chinese_count(n, _LEGAL, "拾"),
    "upperLetter": _letter,
    "lowerLetter": lambda n: _letter(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
}
"""Formats with a label; bullets and formats unknown here print none."""


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted.

    Parameters
    ----------
    root : Element or None
        Root of ``numbering.xml``, where the document has one.
    styles : Element or None
        Root of ``styles.xml``: a paragraph style may carry the numbering.
    """

    root: etree._Element | None = None
    styles: etree._Element | None = None
    _levels: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _by_style: dict[str, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.root is not None:
            self._read_lists(self.root)
        if self.styles is not None:
            self._read_styles(self.styles)

    def label(self, properties: etree._Element | None) -> str:
        """Count one paragraph and give the label that stands before its text.

        Parameters
        ----------
        properties : Element or None
            The paragraph's ``w:pPr``.

        Returns
        -------
        str
            For example ``"一、"`` or ``"1."``; empty for an unnumbered paragraph.
        """
        if properties is None:
            return ""
        number, level = self._numbered(properties)
        if number not in self._levels:
            return ""
        abstract, levels = self._levels[number]
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            if at not in levels or levels[at].form not in _WRITE:
                return ""
            count = counts[at] if counts[at] is not None else levels[at].start
            return _WRITE[levels[at].form](count or 0)

        if levels[level].form not in _WRITE:
            return ""
        return re.sub(r"%([1-9])", written, levels[level].text)

    def _numbered(self, properties: etree._Element) -> tuple[str, int]:
        style = properties.find(f"{W}pStyle")
        number, level = self._by_style.get(
            style.get(f"{W}val", "") if style is not None else "", ("", 0)
        )
        own = properties.find(f"{W}numPr")
        if own is not None:
            number = _value(own.find(f"{W}numId")) or number
            level = _integer(_value(own.find(f"{W}ilvl")), level)
        return number, level

    def _read_lists(self, root: etree._Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for element in root.iterchildren(f"{W}abstractNum"):
            found = dict(_levels_of(element))
            abstract[element.get(f"{W}abstractNumId", "")] = found
        for element in root.iterchildren(f"{W}num"):
            number = element.get(f"{W}numId", "")
            base = _value(element.find(f"{W}abstractNumId"))
            levels = dict(abstract.get(base, {}))
            counter = base
            for override in element.iterchildren(f"{W}lvlOverride"):
                at = _integer(override.get(f"{W}ilvl"), 0)
                levels.update(_levels_of(override))
                start = override.find(f"{W}startOverride")
                if start is not None and at in levels:
                    # A list that starts anew counts for itself.
                    counter = f"{base}/{number}"
                    old = levels[at]
                    first = _integer(_value(start), old.start)
                    levels[at] = _Level(old.form, old.text, first)
            if number != "0":
                self._levels[number] = (counter, levels)

    def _read_styles(self, styles: etree._Element) -> None:
        bases: dict[str, str] = {}
        own: dict[str, tuple[str, int]] = {}
        for style in styles.iterchildren(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            bases[name] = _value(style.find(f"{W}basedOn"))
            numbered = style.find(f"{W}pPr/{W}numPr")
            if numbered is not None:
                number = _value(numbered.find(f"{W}numId"))
                level = _integer(_value(numbered.find(f"{W}ilvl")), 0)
                own[name] = (number, level)
        for name in bases:
            at = name
            for _ in range(_MAX_CHAIN):
                if at in own:
                    self._by_style[name] = own[at]
                    break
                at = bases.get(at, "")


def _levels_of(element: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in element.iterchildren(f"{W}lvl"):
        at = _integer(level.get(f"{W}ilvl"), 0)
        if 0 <= at < _LEVELS:
            form = _value(level.find(f"{W}numFmt")) or "decimal"
            text = _value(level.find(f"{W}lvlText"))
            start = _integer(_value(level.find(f"{W}start")), 0)
            yield at, _Level(form, text, start)


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default
