"""Words and numbers of the pages in one language or the other.

What the page of an agency says is computed from its reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from govinfo.agencies import BODIES, LEVELS
from govinfo.agencies.regions import provinces
from govinfo.bilingual import counted, parted, speaker
from govinfo.figures.stacks import OUTCOMES
from govinfo.figures.words import percent, wrapped
from govinfo.indicators import INDICATORS, RELIABLE_N
from govinfo.show import glossed, signed, word
from govinfo.site import facts
from govinfo.site.facts import AgencyFacts, Year

if TYPE_CHECKING:
    from jinja2 import Environment


TEMPLATES = Path(__file__).parents[1] / "templates"

say = speaker("govinfo.site")


def environment() -> Environment:
    """Templates of pages: nothing that was read is markup there."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(TEMPLATES)
    pages = Environment(autoescape=True, loader=loader, undefined=StrictUndefined)
    pages.filters |= {"fit": fit, "web": web_address}
    return pages


Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

# What is said otherwise of a rate than in the tables of the notebooks.
WHY = {
    "computed": ("can be compared", "可以比较"),
    "zero_denominator": ("no decision", "没有实体决定"),
}

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


def web_address(address: str) -> str:
    """An address that a page may link to; empty for one that would run something.

    Examples
    --------
    >>> web_address("https://www.example.gov.cn/a.html"), web_address("javascript:x()")
    ('https://www.example.gov.cn/a.html', '')
    """
    return address if re.match(r"https?://[^\s/]", address, re.IGNORECASE) else ""


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

    def forest_row(
        self, agency: AgencyFacts, *, bold: bool = False
    ) -> dict[str, object]:
        """An agency's latest report as a row of a figure."""
        label = f"{self.name(agency)} {agency.latest.year}"
        return {"label": label, "rate": agency.latest.rate, "bold": bold, "group": ""}

    def span_of(self, first: str, last: str) -> str:
        """From one year to another."""
        if first == last:
            return self.t(first, f"{first}年")
        return self.t(f"{first} to {last}", f"{first}—{last}年")


# The check that a report can fail against that of the year before.
ACROSS = "carried_over"

# Shares of all refusals from which a cell is shaded darker.
SHADES = (0.15, 0.35, 0.6)


def profile(agency: AgencyFacts, words: Words) -> dict[str, object]:
    """Everything that the template of an agency's page fills in."""
    more = agency.n_level - len(agency.peers)
    at = agency.latest.published_at
    disputes = (row for year in agency.years for row in year.disputes.values())
    # Be it 0.
    is_counted = any(n is not None for row in disputes for n in row)
    texts = (lead, change_title, change_note, peer_title, outcome_title, ground_said)
    return {text.__name__: text(agency, words) for text in texts} | {
        "a": agency,
        "dated": [year for year in agency.years if year.year],
        "parted": facts.parting_years(),
        "contradicting": words.say(
            "facts.contradicting" if agency.contradictions else "facts.agreeing",
            n=sum(bool(year.contradictions) for year in agency.years),
            reports=words.reports_of(len(agency.years)),
        ),
        "rate_rows": [_rates(year, words) for year in agency.years],
        "peer_rows": peer_rows(agency, words),
        "peer_note": words.say("peers.note", more=words.agencies_of(more))
        if more
        else "",
        "outcome_names": [
            words.t(part.english.capitalize(), part.chinese) for part in OUTCOMES
        ],
        "outcome_rows": [_outcomes(year, words) for year in agency.years],
        "grounds": [
            (_ground(code, words), words.why(INDICATORS[code].source.split("; ")[1]))
            for code in facts.GROUND_RATES
        ],
        "shade": lambda share: 1 + sum(share >= cut for cut in SHADES),
        "dispute_rows": [
            [year.year, words.say(f"route.{code}"), *map(words.num, counts)]
            for code in facts.DISPUTES
            for year in agency.years
            if any(counts := year.disputes.get(code, []))
        ],
        "no_dispute": words.say("disputes.none" if is_counted else "disputes.blank"),
        "cite": words.say(
            "cite",
            name=words.t(agency.english, agency.name),
            year=agency.latest.year,
            where=words.t(f" {at}", f"{at} ") if at else "",
        ),
    }


def _rates(year: Year, words: Words) -> list[str]:
    """A report as a row of the table of rates."""

    def counts(rate: facts.Rate) -> str:
        return f"{words.num(rate.numerator)}/{words.num(rate.denominator)}"

    def shown(rate: facts.Rate) -> str:
        if rate.is_bounded:
            return f"{words.rng(rate.least, rate.most)}%"
        return words.pc(rate.value) if rate.mark else words.why(rate.state)

    rate, whole = year.rate, year.of_all
    interval = words.rng(rate.low, rate.high)
    told = [year.year or "–", counts(rate), shown(rate), interval]
    return [*told, counts(whole), shown(whole)]


def _outcomes(year: Year, words: Words) -> list[str]:
    counts = year.outcomes
    known = None if None in counts else sum(n or 0 for n in counts)
    told = [*map(words.num, counts), words.num(known), words.num(year.concluded)]
    return [year.year or "–", *told]


def lead(agency: AgencyFacts, words: Words) -> str:
    """The page's first answer: how the agency stands, and what contradicts itself."""
    rate = agency.latest.rate
    values = {
        "year": agency.latest.year or "–",
        "part": words.num(rate.numerator),
        "whole": words.num(rate.denominator),
        "rate": words.pc(rate.value),
        "between": words.rng(rate.least, rate.most),
        "why": words.why(rate.state),
    }
    is_none = "lead.bounds" if rate.is_bounded else "lead.none"
    said = words.say("lead.rate" if rate.mark else is_none, **values)
    if rate.mark and rate.state != "computed":
        said += words.say("lead.unquotable", **values)
    wrong = [y.year or "–" for y in agency.years if y.contradictions]
    if not wrong:
        return said + words.say("lead.agrees")
    which = words.t(", ", "、").join(wrong)
    reports = words.reports_of(len(agency.years))
    across = any(found.get("check") == ACROSS for found in agency.contradictions)
    key = "lead.contradicts.across" if across else "lead.contradicts"
    return said + words.say(key, reports=reports, n=len(wrong), which=which)


def change_title(agency: AgencyFacts, words: Words) -> str:
    """What the rates over the years show."""
    changes = agency.changes
    if not changes:
        return words.say("change.none")
    times = words.count(len(changes), "comparison", "次比较")
    parts = [
        words.say(
            "change.rose" if c.points > 0 else "change.fell",
            points=f"{abs(c.points):.1f}",
            before=c.before,
            after=c.after,
        )
        for c in changes
        if c.is_sure
    ]
    if not parts:
        return words.say("change.chance", times=times)
    joined = words.t(" and ", "，").join(parts)
    return words.say("change.sure", changes=joined, times=times)


def change_note(agency: AgencyFacts, words: Words) -> str:
    """Every change with its interval, widened for the number of comparisons."""
    parts = []
    for change in agency.changes:
        told = {n: signed(getattr(change, n)) for n in ("points", "low", "high")}
        told |= {"before": change.before, "after": change.after}
        parts.append(words.say("change.note", **told))
    if not parts:
        return ""
    end = words.say("change.widened" if len(parts) > 1 else "change.end", n=len(parts))
    return words.t("; ", "；").join(parts) + end


def peer_title(agency: AgencyFacts, words: Words) -> str:
    """From how many of its peers the agency can be told apart."""
    n, apart = len(agency.peers), len(agency.apart)
    if not apart:
        return words.say("peers.none" if n > 1 else "peers.only", n=n)
    mine = agency.latest.rate.value or 0
    above = sum(
        mine > (peer.latest.rate.value or 0)
        for peer in agency.peers
        if peer.id in agency.apart
    )
    sides = {"peers.above": above, "peers.below": apart - above}
    told = [words.say(key, n=count) for key, count in sides.items() if count]
    sides_told = words.t(" and ", "、").join(told)
    peers = words.count(n, "peer", "家同类机关")
    key = "peers.some" if n > apart else "peers.all"
    said = words.say(key, sides=sides_told, peers=peers, rest=n - apart)
    return said[:1].upper() + said[1:]


def peer_rows(agency: AgencyFacts, words: Words) -> list[dict[str, object]]:
    """The agency and its peers, the highest rate first."""
    every = sorted(
        [*agency.peers, agency], key=lambda a: (-(a.latest.rate.value or 0), a.id)
    )
    return [words.forest_row(other, bold=other is agency) for other in every]


def outcome_title(agency: AgencyFacts, words: Words) -> str:
    """Which outcome was the most frequent in the latest year."""
    counts = agency.latest.outcomes
    known = [n or 0 for n in counts]
    total = sum(known)
    if None in counts or not total:
        return words.say("outcome.years")
    top = known.index(max(known))
    return words.say(
        "outcome.most",
        year=agency.latest.year,
        what=words.t(OUTCOMES[top].english, OUTCOMES[top].chinese),
        share=words.pc(known[top] / total, 0),
        total=words.num(total),
    )


def _ground(code: str, words: Words) -> str:
    name = words.t(INDICATORS[code].english, INDICATORS[code].chinese)
    return re.split("[:：] *", name)[1].capitalize()


def ground_said(agency: AgencyFacts, words: Words) -> str:
    """What the refusals of the latest year rest on, if they are many enough."""
    enough = [y for y in agency.years if (y.refused or 0) >= RELIABLE_N]
    if not enough:
        return words.say("ground.few", n=RELIABLE_N)
    year = enough[-1]
    counts = [n or 0 for n in year.grounds]
    top = counts.index(max(counts))
    what = _ground(facts.GROUND_RATES[top], words).lower()
    total = words.num(year.refused)
    return words.say(
        "ground.most", year=year.year, n=words.num(counts[top]), total=total, what=what
    )
