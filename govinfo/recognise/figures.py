"""Read the text of one figure cell: a number, a blank, a mark, or something else."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache

from govinfo.forms import marks

# No count or amount in these reports comes near this many digits; a longer run is two
# cells run together or a telephone number, and float64 keeps 15 digits exactly.
MOST_DIGITS = 15


class State(StrEnum):
    """What a statutory cell holds; the ``state`` column of the data set."""

    REPORTED = "reported"
    CORRECTED = "corrected"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"
    UNCERTAIN = "uncertain"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Figure:
    """The reading of one cell's text.

    ``value`` is given for numbers only. ``unit`` is ``"yuan"`` or ``"10,000 yuan"``
    where the cell itself says so. ``is_sure`` is false where the text can be read in
    more than one way (digits on two lines, a stray question mark): such a number needs
    the support of a sum.
    """

    state: State
    value: Decimal | None = None
    unit: str | None = None
    is_sure: bool = True


BLANK = Figure(State.BLANK)
NOT_APPLICABLE = Figure(State.NOT_APPLICABLE)
UNREADABLE = Figure(State.UNREADABLE)

# Characters that stray beside a number when markup or an encoding was damaged. Quotes
# and asterisks carry no digit; a point, comma or question mark may stand for a lost
# character, so that such a number is not sure.
_HARMLESS = "'\"`‘’“”´*＊"
_DOUBTFUL = "?.,、;:。·"
_SIGNS = str.maketrans({"−": "-", "－": "-", "—": "-", "–": "-", "＋": "+", "﹣": "-"})
_NUMBER = re.compile(
    r"""(?P<sign>[+-]?)
        (?P<whole>\d{1,3}(?:,\d{3})+|\d+)
        (?P<fraction>\.\d+)?""",
    re.VERBOSE,
)
# NFKC makes plain digits of raised and circled ones, which mark a footnote.
_NOTE = re.compile(
    "[\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]"
)
_BRACKETED_UNIT = re.compile(r"[(\[](?:单位:?)?(?P<unit>[十百千万亿]*元|件)[)\]]")
# A line may end before or after the separator of thousands: what parts thousands parts
# no two numbers.
_AT_SEPARATOR = re.compile(r"(?<=\d,)\s*\n\s*(?=\d{3})|(?<=\d)\s*\n\s*(?=,\d{3})")
_REMARK = re.compile(r"[（(\[【〔].*$", re.DOTALL)
_BRACKETS = re.compile(r"[（(\[【〔][^（(\[【〔）)\]】〕]*[）)\]】〕]")


@cache
def _unit_pattern() -> re.Pattern[str]:
    names = [
        *marks("wan_yuan"),
        *marks("yuan"),
        *sorted(marks("count_unit"), key=len, reverse=True),
    ]
    return re.compile("(?P<unit>" + "|".join(map(re.escape, names)) + ")$")


@cache
def _not_applicable() -> frozenset[str]:
    return frozenset(re.sub(r"\s", "", mark) for mark in marks("not_applicable"))


def _change_words() -> tuple[tuple[str, str], ...]:
    return tuple(
        (word, sign)
        for sign, kind in (("+", "increase"), ("-", "decrease"))
        for word in sorted(marks(kind), key=len, reverse=True)
    )


@lru_cache(maxsize=16384)
def read_figure(text: str, *, may_change: bool = False) -> Figure:
    r"""
    Read the text of one cell.

    Parameters
    ----------
    text : str
        As printed, with line ends.
    may_change : bool
        Whether the cell holds a change (本年增/减), where 增72 and 减4 are numbers.

    Returns
    -------
    Figure
        ``blank`` for white space, ``not_applicable`` for the marks of the forms' data,
        ``reported`` for a number with or without unit and remark, ``unreadable`` for
        anything else. A unit alone (``件``) is ``unreadable``: something is printed, so
        that the cell is no blank, and what was meant, nought or nothing, it does not
        say.

    Examples
    --------
    >>> read_figure("1，362").value, read_figure("１２").value
    (Decimal('1362'), Decimal('12'))
    >>> read_figure("22（其中修订16件）").value
    Decimal('22')
    >>> read_figure("251000元").unit, read_figure("2560万元").unit
    ('yuan', '10,000 yuan')
    >>> read_figure("").state.value, read_figure("不涉及").state.value
    ('blank', 'not_applicable')
    >>> read_figure("减4", may_change=True).value
    Decimal('-4')
    >>> read_figure("减4").state.value, read_figure("详见附件").state.value
    ('unreadable', 'unreadable')
    >>> read_figure("件").state.value, read_figure("〔图〕").state.value
    ('unreadable', 'unreadable')
    >>> noted = read_figure("5²")
    >>> noted.value, noted.is_sure
    (Decimal('5'), False)
    >>> read_figure("1,443\n,492").value, read_figure("1，\n443").is_sure
    (Decimal('1443492'), True)
    >>> read_figure("9〔图〕9").is_sure, read_figure("9（其中（二）3）").is_sure
    (False, True)
    >>> wrapped = read_figure("12\n34")
    >>> wrapped.value, wrapped.is_sure
    (Decimal('1234'), False)
    """
    packed = re.sub(r"[\s\u200b\u200c\u200d\ufeff]", "", text)
    if not packed:
        return BLANK
    if packed.rstrip("。.") in _not_applicable():
        return NOT_APPLICABLE
    plain = _NOTE.sub("", text)
    folded = unicodedata.normalize("NFKC", plain).translate(_SIGNS)
    folded = re.sub(r"[\u200b-\u200d\ufeff]", "", folded).strip()
    body, is_sure = _strip_remark(folded)
    is_sure = is_sure and plain == text
    body = body.strip(_HARMLESS + " \n")
    if body.strip(_DOUBTFUL) != body:
        body, is_sure = body.strip(_DOUBTFUL + " \n"), False
    sign = ""
    if may_change:
        for word, its_sign in _change_words():
            if body.startswith(word):
                sign, body = its_sign, body.removeprefix(word).strip()
                break
    body, unit = _strip_unit(body)
    body = _AT_SEPARATOR.sub("", body)
    if re.search(r"\d\s+[\d.,]|[.,]\s+\d|[+-]\n", body):
        # Digits apart: one number wrapped in a narrow cell, or two numbers.
        is_sure = False
    body = re.sub(r"\s", "", body)
    match = _NUMBER.fullmatch(body)
    if (
        match is None
        or len(re.sub(r"\D", "", body)) > MOST_DIGITS
        or (sign and match["sign"])
    ):
        return UNREADABLE
    whole = match["whole"].replace(",", "")
    if len(whole) > 1 and whole.startswith("0"):
        is_sure = False
    value = Decimal((sign or match["sign"]) + whole + (match["fraction"] or ""))
    return Figure(State.REPORTED, value, unit, is_sure)


def _strip_remark(text: str) -> tuple[str, bool]:
    """Text before a bracketed remark, and whether the remark is beyond doubt one."""
    match = _REMARK.search(text)
    if match is None or match.start() == 0:
        return text, True
    remark = match.group()
    unit = _BRACKETED_UNIT.fullmatch(re.sub(r"\s", "", remark))
    if unit is not None:
        return text[: match.start()].strip() + unit["unit"], True
    # An empty or purely numeric bracket is no remark but a second number, and so are
    # digits that follow one.
    says_something = re.search(r"[^\d\W]", remark) is not None
    beside = _REMARK.sub("", _BRACKETS.sub("", _BRACKETS.sub("", remark)))
    is_last = re.search(r"\d", beside) is None
    return text[: match.start()].strip(), says_something and is_last


def _strip_unit(body: str) -> tuple[str, str | None]:
    match = _unit_pattern().search(body)
    if match is None or match.start() == 0:
        return body, None
    name = match["unit"]
    rest = body[: match.start()].strip()
    if name in marks("wan_yuan"):
        return rest, "10,000 yuan"
    return rest, "yuan" if name in marks("yuan") else None


def plain_number(value: Decimal) -> str:
    """
    Write a number without exponent, thousands marks or trailing zeros.

    Examples
    --------
    >>> plain_number(Decimal("73802895.90")), plain_number(Decimal("100"))
    ('73802895.9', '100')
    """
    if value == value.to_integral_value():
        return str(int(value))
    return format(value.normalize(), "f")
