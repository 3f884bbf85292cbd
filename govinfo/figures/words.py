"""The words of figures: names in both languages, numbers, and descriptions."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from govinfo.agencies import BODIES, LEVELS
from govinfo.beside import rows_beside
from govinfo.bilingual import speaker
from govinfo.errors import require_columns
from govinfo.indicators import GROUNDS, INDICATORS
from govinfo.later import Axes, pd
from govinfo.show import word

Language = Literal["both", "zh", "en"]

Pair = tuple[str, str]
"""The same words in Chinese and in English."""

say = speaker(__package__)

# An English name longer than this would leave no room for the figure beside it.
NAME_WIDTH = 30


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage; a missing one as a dash.

    Examples
    --------
    >>> percent(0.9107), percent(None)
    ('91.1%', '–')
    """
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def number(value: float | None, unit: str) -> str:
    """A value of an indicator in its unit.

    Examples
    --------
    >>> number(0.5, "share"), number(12.345, "cases per 100 requests")
    ('50.0%', '12.3')
    >>> number(3607, "requests"), number(-18, "documents")
    ('3,607', '−18')
    """
    if value is None:
        return "–"
    if unit == "share":
        return percent(value)
    return f"{value:,.{0 if unit in WHOLE else 1}f}".replace("-", "−")


def span(low: float, high: float, unit: str) -> str:
    """An interval in the unit of its value, which names the unit beside it.

    Examples
    --------
    >>> span(0.25, 0.842, "share"), span(0.56, 1.27, "days")
    ('25.0 to 84.2', '0.6 to 1.3')
    """
    scale = 100 if unit == "share" else 1
    return f"{scale * low:.1f} to {scale * high:.1f}"


def rows_of_table(name: str, kind: str) -> list[dict[str, str]]:
    """The rows of a kind, of a table beside this module."""
    rows = rows_beside(__package__, name)
    return [row for row in rows if row.pop("kind") == kind]


def _words(kind: str) -> dict[str, Pair]:
    """Words of ``words.csv``, by their code."""
    rows = rows_of_table("words.csv", kind)
    return {row["code"]: (row["chinese"], row["english"]) for row in rows}


WHY, UNITS, STUDIES = _words("why"), _words("unit"), _words("study")
"""Why a report has no value; units of indicators and of cells; studies of methods."""

MEASURED = _words("measured")
"""What a study of methods measures."""

DIVIDED = _words("divided")
"""What is drawn that is no rate of a report, for the subtitle."""

SETTINGS = _words("setting")
"""Parts of a study's setting. Names of people are the same in both languages."""

GROUPS = _words("group")
"""Rows that stand for a group of the form, which prints only its parts."""

WHOLE = ("requests", "documents", "cases", "decisions", "items", "projects")
"""Units of what is counted one by one."""


def balanced(name: str) -> str:
    """A name over as few lines as fit, none much longer than the others.

    Examples
    --------
    >>> balanced("Pingtan Comprehensive Pilot Zone").splitlines()
    ['Pingtan Comprehensive', 'Pilot Zone']
    """
    lines = textwrap.wrap(name, NAME_WIDTH)
    for width in range(NAME_WIDTH - 1, 0, -1):
        narrower = textwrap.wrap(name, width, break_long_words=False)
        if len(narrower) > len(lines) or max(map(len, narrower), default=0) > width:
            break
        lines = narrower
    return "\n".join(lines)


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines of so many characters; a Chinese one is as wide as two others.

    Examples
    --------
    >>> wrapped("General Office", 8), wrapped("淮安市人民政府", 8)
    (['General', 'Office'], ['淮安市人', '民政府'])
    """
    is_chinese = any(char >= "\u2e80" for char in text)
    return textwrap.wrap(text, room // 2 if is_chinese else room)


class Options(TypedDict, total=False):
    """What a figure of agencies takes: their names, its language, and its place."""

    agencies: pd.DataFrame | None
    language: Language
    ax: Axes | None


@dataclass(frozen=True)
class Setting:
    """The language of a figure, names of agencies in it, and where it is drawn.

    ``ax`` are axes of somebody's figure, in whose place it is drawn.
    """

    language: Language
    ax: Axes | None
    chinese: dict[str, str]
    english: dict[str, str]
    kind: dict[str, str]

    @classmethod
    def of(
        cls,
        language: Language = "both",
        ax: Axes | None = None,
        agencies: pd.DataFrame | None = None,
    ) -> Setting:
        """Names from a table such as :func:`govinfo.agencies.read_agencies` gives."""
        if language not in ("both", "zh", "en"):
            raise ValueError(
                f"The language is {language!r}. Expected 'both', 'zh' or 'en'."
            )
        if agencies is None:
            return cls(language, ax, {}, {}, {})
        advice = "Pass as agencies= what read_agencies() gives."
        require_columns(agencies, "figures", ("agency_id",), advice)
        ids = agencies["agency_id"].astype(str)
        columns = ("agency", "agency_english", "level", "body")
        texts = agencies.reindex(columns=list(columns)).fillna("").astype(str)
        kind = (texts["level"] + " " + texts["body"]).str.strip()
        every = (texts["agency"], texts["agency_english"], kind)
        found = [dict(zip(ids, text, strict=True)) for text in every]
        return cls(language, ax, *found)

    def pick(self, chinese: str, english: str, between: str = " ") -> str:
        """Words as labels.

        Examples
        --------
        >>> [Setting.of(lang).pick("县级", "county") for lang in ("both", "en")]
        ['县级 county', 'county']
        """
        if self.language == "both":
            return between.join(part for part in (chinese, english) if part)
        return self.told(chinese, english)

    def told(self, chinese: str, english: str) -> str:
        """Words of a description: Chinese for a Chinese figure, else English.

        Examples
        --------
        >>> Setting.of("zh").told("95%区间：10.9 to 52.0", "95% interval")
        '95%区间：10.9至52.0'
        """
        if self.language != "zh":
            return english or chinese
        return re.sub(r"(?<=\d) to (?=[\d−-])", "至", chinese or english)

    def said(self, key: str, **fields: object) -> str:
        """A sentence of ``sentences.csv`` in a description."""
        return self.told(*pair(key, **fields))

    def shown(self, key: str, **fields: object) -> str:
        """Words of ``sentences.csv`` as a label."""
        return self.pick(*pair(key, **fields))

    def ends(self, low: float, high: float) -> str:
        """An interval of shares, to stand behind its value.

        Examples
        --------
        >>> Setting.of("zh").ends(0.859, 0.945), Setting.of("en").ends(0.859, 0.945)
        ('（85.9至94.5）', ' (85.9 to 94.5)')
        """
        within = span(low, high, "share")
        return self.told(f"（{within}）", f" ({within})")

    def listed(self, parts: Iterable[str]) -> str:
        """Parts of a description, one after the other."""
        return self.told("；", "; ").join(parts)

    def end(self) -> str:
        """The full stop of a description."""
        return self.told("。", ". ")

    def names(self, agency: str) -> list[str]:
        """An agency's names as labels say them; its id where none is known."""
        # The bundled face draws the typographic apostrophe a full Chinese square wide.
        english = self.english.get(agency, "").replace("’", "'")
        found = self.pick(self.chinese.get(agency, ""), english, "\n")
        return found.split("\n") if found else [agency]

    def label(self, agency: str) -> str:
        """An agency's name over as many lines as it needs."""
        chinese = self.chinese.get(agency)
        names = self.names(agency)
        return "\n".join(name if name == chinese else balanced(name) for name in names)

    def short(self, agency: str) -> str:
        """An agency's name in a sentence."""
        names = self.chinese.get(agency, ""), self.english.get(agency, "")
        return self.told(*names) or agency

    def group(self, kind: str) -> str:
        """Level and body as a heading."""
        return self.pick(word(kind, "zh"), word(kind))

    def place(self, agency: str) -> tuple[list[int], str]:
        """Where an agency stands in a figure: by level and body, then by its id."""
        kind = self.kind.get(agency, "").split(" ")
        order = [*LEVELS, *BODIES]
        return [order.index(n) if n in order else len(order) for n in kind], agency


def title(code: str) -> Pair:
    """An indicator's name as it begins a sentence.

    Examples
    --------
    >>> title("granted_share")
    ('予以公开率', 'Disclosed in full')
    """
    entry = INDICATORS[code]
    return entry.chinese, entry.english[:1].upper() + entry.english[1:]


def ground(code: str) -> Pair:
    """A ground of refusal by name.

    Examples
    --------
    >>> ground("refused.state_secret")
    ('国家秘密', 'state secret')
    """
    entry = INDICATORS[f"ground_share_{GROUNDS.index(code) + 1}"]
    return entry.chinese.split("：", 1)[-1], entry.english.split(": ", 1)[-1]


def pair(key: str, **fields: object) -> Pair:
    """A sentence of ``sentences.csv`` in both languages."""
    said = say(key, **fields)
    return said.zh, said.en


def cut(what: str, shown: int, total: int) -> Pair:
    """What is said where there was no room for all; nothing where there was.

    Examples
    --------
    >>> cut("reports", 40, 60)[1], cut("reports", 40, 40)[1]
    ('Only the 40 of 60 reports with most cases are drawn.', '')
    """
    if shown == total:
        return "", ""
    return pair(f"cut.{what}", shown=shown, total=total)
