"""How alike a printed label and a statutory label are.

Labels are compared by their core: simplified characters, no white space, no punctuation
and no numbering. What typos, losses, definitions and cuts leave is measured, never
assumed: every comparison gives a number from 0 to 1 and the alignment decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Indel

from govinfo.forms import (
    FORMS,
    Wording,
    contrast_words,
    form_rows,
    simplified,
    wordings,
)

# Below this similarity a text is not a wording of a label. 0.72 still admits two wrong
# characters in a label of seven; which of two alike labels is meant (新收 and 结转 part
# two labels of fourteen characters) the alignment decides, by the better and by order.
ALIKE = 0.72

# More than so many characters beyond a label are its definition, not a part of it.
_REMARK = 6

# The longest label of the forms has 35 characters; with a definition in it, three times
# as many. What is longer is prose.
LONGEST_LABEL = 120

_NUMBERING = re.compile(
    r"""^\s*(?:
        [(（\[【〔]\s*[一二三四五六七八九十\d]{1,2}\s*[)）\]】〕]\s*[、.．]?
      | [一二三四五六七八九十]{1,2}\s*[、.．,，:：]
      | \d{1,2}\s*[、.．,，)）]
      | [、.．,，]
    )\s*""",
    re.VERBOSE,
)
_CHINESE_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)}
_PUNCTUATION = re.compile(r"[\W_]", re.UNICODE)
_DEFINITION = re.compile(r"[（(\[【：:]|，?是?指")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    r"""
    Text in one form: compatibility characters and traditional ones mapped, no space.

    Examples
    --------
    >>> fold("行 政複議\n（１）")
    '行政复议(1)'
    """
    plain = unicodedata.normalize("NFKC", text).translate(simplified())
    return re.sub(r"[\s\u200b-\u200d\ufeff]", "", plain)


@lru_cache(maxsize=4096)
def core(text: str) -> str:
    """
    The label without numbering and punctuation.

    Examples
    --------
    >>> core("（三）不予公开"), core("3.危及“三安全一稳定”"), core("1、属于国家秘密")
    ('不予公开', '危及三安全一稳定', '属于国家秘密')
    """
    rest = fold(text)
    for _ in range(3):
        shorter = _NUMBERING.sub("", rest)
        if shorter == rest:
            break
        rest = shorter
    return _PUNCTUATION.sub("", rest)


@lru_cache(maxsize=4096)
def numbering(text: str) -> int | None:
    """
    The number that a label starts with, or None.

    Examples
    --------
    >>> numbering("（七）总计"), numbering("3.其他"), numbering("规章")
    (7, 3, None)
    """
    match = _NUMBERING.match(fold(text))
    if match is None:
        return None
    inner = _PUNCTUATION.sub("", match.group())
    return int(inner) if inner.isdecimal() else _CHINESE_DIGITS.get(inner)


@dataclass(frozen=True, slots=True)
class Label:
    """One wording of a row, column, group or block: whose it is, and its core."""

    code: str
    core: str
    number: int | None


@lru_cache(maxsize=65536)
def contrasts(text: str, label: str) -> bool:
    """
    Whether a printed label says something else than a statutory one it resembles.

    Parameters
    ----------
    text : str
        As printed; what follows the label as its definition does not count.
    label : str
        Core of a statutory wording.

    Examples
    --------
    >>> contrasts("上年处理决定数量", "本年处理决定数量")
    True
    >>> contrasts("行政许可（指依法受理申请后作出的决定）", "行政许可")
    False
    """
    whole = core(text)
    said = whole if len(whole) <= len(label) + _REMARK else core(leading(text))
    return any(word in said and word not in label for word in contrast_words())


@lru_cache(maxsize=65536)
def alike(text: str, label: str) -> float:
    """
    Similarity of two label cores, 0 to 1.

    Parameters
    ----------
    text : str
        Core of a printed label.
    label : str
        Core of a statutory wording.

    Returns
    -------
    float
        1 for equal, 0.96 for a label followed by more text, 0.9 for one of which at
        least five characters and at least 40% are left at either end, else the share
        of characters that both have in order.

    Examples
    --------
    >>> alike("属于国家秘密", "属于国家秘密")
    1.0
    >>> round(alike("行政法复议", "行政复议"), 2)
    0.89
    >>> alike("其他", "其他处理") < 0.72
    True
    """
    if text == label:
        return 1.0
    if not text or not label:
        return 0.0
    if len(label) >= 6 and text.startswith(label):
        return 0.96
    ratio = Indel.normalized_similarity(text, label)
    if (
        5 <= len(text) < len(label)
        and len(text) >= 0.4 * len(label)
        and (label.startswith(text) or label.endswith(text))
    ):
        return max(ratio, 0.9)
    return ratio


def worded(table: str, *kinds: str) -> list[Wording]:
    """Wordings of some kinds in a table, beside those that the forms print."""
    return [w for w in wordings() if w.table == table and w.kind in kinds]


def _labels(said: Sequence[Wording]) -> Iterator[Label]:
    return (Label(wording.code, core(wording.label), None) for wording in said)


@cache
def row_labels(table: str) -> tuple[Label, ...]:
    """
    Every wording of the rows of a table, both forms, with those of its groups.

    Groups have codes that start with ``group:``: a row that prints a group's own figure
    (a subtotal) must not pass for one of its parts.

    Examples
    --------
    >>> {label.code for label in row_labels("proactive")} >= {"licence", "procurement"}
    True
    """
    found = [
        Label(row.code, core(row.leaf), numbering(row.leaf))
        for form in FORMS
        for row in form_rows(table, form)
    ]
    for wording in worded(table, "row", "group"):
        code = "group:" * (wording.kind == "group") + wording.code
        found.append(Label(code, core(wording.label), numbering(wording.label)))
    numbers = {label.code: label.number for label in found if label.number is not None}
    return tuple(
        dict.fromkeys(
            Label(label.code, label.core, numbers.get(label.code)) for label in found
        )
    )


@cache
def column_labels(table: str) -> tuple[Label, ...]:
    """
    Every wording of the columns of a table, both forms.

    Examples
    --------
    >>> [lab.core for lab in column_labels("requests") if lab.code == "business"][:1]
    ['商业企业']
    """
    found = [
        Label(column.code, core(column.leaf), None)
        for form in FORMS
        for row in form_rows(table, form)
        for column in row.columns
    ]
    return tuple(dict.fromkeys((*found, *_labels(worded(table, "column")))))


@cache
def block_labels() -> tuple[Label, ...]:
    """Wordings of the blocks of ``disputes``: review, litigation and its two routes."""
    return tuple(_labels(worded("disputes", "block")))


def leading(text: str) -> str:
    """
    The label before a definition that a cell adds to it.

    Examples
    --------
    >>> leading("行政许可（指行政机关根据…的行为）")
    '行政许可'
    """
    folded = fold(text)
    start = _NUMBERING.match(folded)
    offset = start.end() if start else 0
    match = _DEFINITION.search(folded, offset + 2)
    return folded[: match.start()] if match else folded


@lru_cache(maxsize=16384)
def row_similarities(text: str, table: str) -> dict[str, float]:
    """
    How alike a printed label is to each row of a table, best wording counting.

    Parameters
    ----------
    text : str
        As printed.
    table : str
        Table whose :func:`row_labels` are compared.

    Returns
    -------
    dict
        Codes with a similarity of at least :data:`ALIKE`; a number at the label's start
        that agrees adds 0.02, one that disagrees takes 0.05.

    Examples
    --------
    >>> found = row_similarities("2.其他法律行政止公开", "requests")
    >>> max(found, key=found.get)
    'refused.prohibited_by_law'
    """
    whole, first = core(text), core(leading(text))
    number = numbering(text)
    found: dict[str, float] = {}
    if len(whole) > LONGEST_LABEL:
        return found
    for label in row_labels(table):
        if contrasts(text, label.core):
            continue
        score = alike(whole, label.core)
        if first != whole:
            score = max(score, min(0.97, alike(first, label.core)))
        if number is not None and label.number is not None:
            score += 0.02 if number == label.number else -0.05
        if score >= ALIKE and score > found.get(label.code, 0.0):
            found[label.code] = score
    return found


@cache
def group_heads(table: str) -> frozenset[str]:
    """Labels over several columns (法人或其他组织), which name none of them."""
    return frozenset(label.core for label in _labels(worded(table, "header")))


@cache
def group_labels(table: str, code: str = "") -> frozenset[str]:
    """Labels of the groups of a row, or of all rows, as the forms print them."""
    rows = (row for form in FORMS for row in form_rows(table, form))
    return frozenset(
        core(label) for row in rows if code in ("", row.code) for label in row.groups
    )


@cache
def printed_labels(table: str, code: str = "") -> frozenset[str]:
    """Labels of a row, or of all rows, and of their groups as the forms print them."""
    rows = (row for form in FORMS for row in form_rows(table, form))
    own = {core(row.leaf) for row in rows if code in ("", row.code)}
    return group_labels(table, code) | own
