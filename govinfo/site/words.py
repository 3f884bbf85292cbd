"""Words and numbers of the pages in one language or the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from govinfo.agencies import BODIES, LEVELS, provinces
from govinfo.bilingual import counted, parted, speaker
from govinfo.figures.words import percent, wrapped
from govinfo.show import glossed, word
from govinfo.site.facts import AgencyFacts

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parents[1] / "templates"

say = speaker("govinfo.site")


def environment() -> Environment:
    """Templates of pages: nothing that was read is markup there."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(TEMPLATES)
    return Environment(autoescape=True, loader=loader, undefined=StrictUndefined)


Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

# What is said otherwise of a rate than in the tables of the notebooks.
WHY = {
    "computed": ("can be compared", "可以比较"),
    "zero_denominator": ("no decision", "没有实体决定"),
}

ROUTE_NAMES = (
    ("Review", "行政复议"),
    ("Direct suit", "直接起诉"),
    ("Suit after review", "复议后起诉"),
)

ENGLISH_LEVELS = {"central": "central body", "province": "province level"}


def width(text: str) -> int:
    """How wide a text is, in half Chinese characters."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def fit(text: str, room: int) -> list[str]:
    """A name over two lines where it would lie on what stands beside it.

    Examples
    --------
    >>> fit("平潭综合实验区", 8), fit("Pingtan", 8)
    (['平潭综合', '实验区'], ['Pingtan'])
    >>> fit("Office of the Government of a City", 12)
    ['Office of', 'the Governm…']
    """
    lines = wrapped(text, room) if width(text) > room else [text]
    if len(lines) < 3:
        return lines
    rest = text[len(lines[0]) :].strip()
    while width(rest) > room - 1:
        rest = rest[:-1]
    return [lines[0], rest.rstrip(" ,，、(（") + "…"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a template needs to speak one language."""

    lang: Lang

    def t(self, english: str, chinese: str) -> str:
        """Words in the language of the page."""
        return chinese if self.lang == "zh" else english

    def say(self, key: str, **values: object) -> str:
        """A sentence of ``sentences.csv`` in the language of the page.

        Examples
        --------
        >>> Words("en").say("ground.few", n=20)
        'No report counts 20 refusals, too few to speak of a main ground.'
        """
        said: str = getattr(say(key, **values), self.lang)
        return said

    def to(self, name: str, lang: Lang | None = None) -> str:
        """Address of a page in this language, or in the other.

        Examples
        --------
        >>> Words("zh").to("index"), Words("zh").to("index", "en")
        ('index.zh.html', 'index.html')
        """
        return f"{name}.zh.html" if (lang or self.lang) == "zh" else f"{name}.html"

    pc = staticmethod(percent)

    @staticmethod
    def num(value: float | None) -> str:
        """A count; a missing one as a dash."""
        return "–" if value is None else f"{value:,}"

    def rng(self, low: float | None, high: float | None) -> str:
        """An interval of shares, in per cent.

        Examples
        --------
        >>> Words("en").rng(0.897, 0.922), Words("zh").rng(0.897, 0.922)
        ('89.7 to 92.2', '89.7–92.2')
        >>> Words("en").rng(0.2051, 0.2053)
        '20.5'
        """
        if low is None or high is None:
            return "–"
        ends = dict.fromkeys(f"{100 * end:.1f}" for end in (low, high))
        return self.t(" to ", "–").join(ends)

    def why(self, state: str) -> str:
        """Why a rate is missing or marked."""
        return self.t(*WHY[state]) if state in WHY else word(state, self.lang)

    def level(self, code: str) -> str:
        """A level of agencies."""
        english = ENGLISH_LEVELS.get(code, code)
        return self.t(english[:1].upper() + english[1:], LEVELS.get(code, code))

    def kind(self, level: str, body: str) -> str:
        """Agencies of a level and body."""
        parts = (self.level(level), self.t(body, BODIES.get(body, body)))
        return self.t(", ", "").join(part for part in parts if part)

    def province(self, name: str) -> str:
        """A province by its name in the language of the page."""
        for row in provinces():
            if name.startswith(row["chinese"]):
                return self.t(row["english"], name)
        return name

    def place(self, agency: AgencyFacts) -> str:
        """Where an agency is; in English the province, and the whole in Chinese."""
        english = self.province(agency.province)
        if self.lang == "zh" or english == agency.region:
            return agency.region
        return f"{english} ({agency.region})" if agency.region else ""

    def finding(self, row: Mapping[str, str]) -> str:
        """What a finding says."""
        english = row["sentence"]
        return parted(self.t(glossed(english), row.get("sentence_zh") or english))

    def name(self, agency: AgencyFacts) -> str:
        """An agency's name."""
        return self.t(agency.english, agency.name)

    def count(self, n: int, english: str, chinese: str) -> str:
        """How many of a thing, one or several.

        Examples
        --------
        >>> Words("en").count(1, "way", "种"), Words("zh").count(2, "report", "份年报")
        ('1 way', '2份年报')
        """
        return self.t(counted(n, english), f"{n:,}{chinese}")

    def agencies_of(self, n: int) -> str:
        """How many agencies."""
        return self.count(n, "agency", "家机关")

    def reports_of(self, n: int) -> str:
        """How many reports."""
        return self.count(n, "report", "份年报")

    def span_of(self, first: str, last: str) -> str:
        """From one year to another."""
        if first == last:
            return self.t(first, f"{first}年")
        return self.t(f"{first} to {last}", f"{first}—{last}年")
