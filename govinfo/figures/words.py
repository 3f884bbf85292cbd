"""The words of figures: names in both languages, numbers, and descriptions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from govinfo.agencies import LEVELS
from govinfo.errors import MissingColumns
from govinfo.indicators import GROUNDS, INDICATORS

if TYPE_CHECKING:
    import pandas as pd

Language = Literal["both", "zh", "en"]

# An English name longer than this would leave no room for the figure beside it.
NAME_WIDTH = 30


def pick(language: Language, chinese: str, english: str, between: str = " ") -> str:
    """Words in the language of a figure.

    Examples
    --------
    >>> pick("both", "县级", "county"), pick("en", "县级", "county")
    ('县级 county', 'county')
    """
    if language not in ("both", "zh", "en"):
        message = f"The language is {language!r}. Expected 'both', 'zh' or 'en'."
        raise ValueError(message)
    if language == "zh":
        return chinese or english
    if language == "en":
        return english or chinese
    return between.join(part for part in (chinese, english) if part)


def told(language: Language, chinese: str, english: str) -> str:
    """Words of a description: Chinese for a Chinese figure, else English."""
    return chinese if language == "zh" else english


def title(code: str, language: Language, between: str = " ") -> str:
    """An indicator's name as a title."""
    indicator = INDICATORS[code]
    english = indicator.english[:1].upper() + indicator.english[1:]
    return pick(language, indicator.chinese, english, between)


def ground(code: str, language: Language, between: str = " ") -> str:
    """A ground of refusal by name.

    Examples
    --------
    >>> ground("refused.state_secret", "both")
    '国家秘密 state secret'
    """
    indicator = INDICATORS[f"ground_share_{GROUNDS.index(code) + 1}"]
    chinese = indicator.chinese.split("：", 1)[-1]
    return pick(language, chinese, indicator.english.split(": ", 1)[-1], between)


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage; a missing one as a dash.

    Examples
    --------
    >>> percent(0.9107), percent(None)
    ('91.1 %', '–')
    """
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def signed(points: float) -> str:
    """A difference with its sign, nothing being neither more nor less.

    Examples
    --------
    >>> signed(4.06), signed(-0.04)
    ('+4.1', '0.0')
    """
    text = f"{points:+.1f}"
    return text if float(text) else "0.0"


def number(value: float | None, unit: str) -> str:
    """A value of an indicator in its unit.

    Examples
    --------
    >>> number(0.5, "share"), number(12.345, "cases per 100 requests")
    ('50.0 %', '12.3')
    """
    if value is None:
        return "–"
    if unit == "share":
        return percent(value)
    return f"{value:.0f}" if unit in WHOLE else f"{value:.1f}"


def span(low: float, high: float, unit: str) -> str:
    """An interval in the unit of its value, which names the unit beside it.

    Examples
    --------
    >>> span(0.25, 0.842, "share"), span(0.56, 1.27, "days")
    ('25.0 to 84.2', '0.6 to 1.3')
    """
    scale = 100 if unit == "share" else 1
    return f"{scale * low:.1f} to {scale * high:.1f}"


UNITS = {
    "share": "占比",
    "ratio": "比值",
    "requests": "件",
    "days": "天",
    "index": "指数",
    "cases per 100 requests": "每百件申请",
    "cases per request": "每件申请",
    "documents": "件",
    "cases": "件",
    "decisions": "件",
    "items": "项",
    "projects": "个",
    "yuan": "元",
    "10,000 yuan": "万元",
}
"""Units of indicators and of cells in Chinese."""

WHOLE = ("requests", "documents", "cases", "decisions", "items", "projects")
"""Units of what is counted one by one."""


def listed(parts: Sequence[str], language: Language = "en") -> str:
    """Parts of a description, one after the other.

    Examples
    --------
    >>> listed(["a 1", "b 2"])
    'a 1; b 2'
    """
    return ("；" if language == "zh" else "; ").join(parts)


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


@dataclass(frozen=True)
class Names:
    """Names and levels of agencies, from a table with one row per report or agency."""

    language: Language
    chinese: dict[str, str]
    english: dict[str, str]
    level: dict[str, str]

    @classmethod
    def of(cls, agencies: pd.DataFrame | None, language: Language) -> Names:
        """Names from a table such as :func:`govinfo.agencies.read_agencies` gives."""
        pick(language, "", "")
        if agencies is None:
            return cls(language, {}, {}, {})
        if "agency_id" not in agencies.columns:
            message = (
                "The table of agencies has no column 'agency_id', by which figures "
                "name them. Pass what read_agencies() gives."
            )
            raise MissingColumns(message)
        ids = agencies["agency_id"].astype(str)

        def column(name: str) -> dict[str, str]:
            if name not in agencies.columns:
                return {}
            texts = agencies[name].fillna("").astype(str)
            return dict(zip(ids, texts, strict=True))

        return cls(
            language, column("agency"), column("agency_english"), column("level")
        )

    def label(self, agency: str) -> str:
        """An agency's name over as many lines as it needs."""
        # The bundled face draws the typographic apostrophe a full Chinese square wide.
        name = self.english.get(agency, "").replace("’", "'")
        english = balanced(name)
        chinese = self.chinese.get(agency, "")
        found = pick(self.language, chinese, english, "\n")
        return found or balanced(agency)

    def short(self, agency: str) -> str:
        """An agency's name in a sentence."""
        chinese, english = self.chinese.get(agency, ""), self.english.get(agency, "")
        return told(self.language, chinese or english, english or chinese) or agency

    def group(self, level: str) -> str:
        """A level's name as a heading."""
        return pick(self.language, LEVELS.get(level, level), level)

    def place(self, agency: str) -> tuple[int, str]:
        """Where an agency stands in a figure: by level, then by its id."""
        level = self.level.get(agency, "")
        order = list(LEVELS)
        return order.index(level) if level in order else len(order), agency
