"""What the page of an agency says, computed from its reports."""

from __future__ import annotations

import re

from govinfo.figures.stacks import OUTCOMES
from govinfo.indicators import INDICATORS, RELIABLE_N
from govinfo.show import signed
from govinfo.site.facts import (
    DISPUTES,
    GROUND_RATES,
    AgencyFacts,
    Rate,
    StudyFacts,
    Year,
    parted,
)
from govinfo.site.words import ROUTE_NAMES, Words

# The check that a report can fail against that of the year before.
ACROSS = "carried_over"

# Shares of all refusals from which a cell is shaded darker.
SHADES = (0.15, 0.35, 0.6)


def profile(agency: AgencyFacts, study: StudyFacts, words: Words) -> dict[str, object]:
    """Everything that the template of an agency's page fills in."""
    more = agency.n_level - len(agency.peers)
    at = agency.latest.published_at
    disputes = (row for year in agency.years for row in year.disputes.values())
    # Be it 0.
    is_counted = any(n is not None for row in disputes for n in row)
    return {
        "a": agency,
        "dated": [year for year in agency.years if year.year],
        "parted": parted(),
        "lead": lead(agency, words),
        "contradicting": words.say(
            "facts.contradicting" if agency.contradictions else "facts.agreeing",
            n=sum(bool(year.contradictions) for year in agency.years),
            reports=words.reports_of(len(agency.years)),
        ),
        "change_title": change_title(agency, words),
        "change_note": change_note(agency, words),
        "rate_rows": [_rates(year, words) for year in agency.years],
        "peer_title": peer_title(agency, words),
        "peer_note": words.say("peers.note", more=words.agencies_of(more))
        if more
        else "",
        "peer_rows": peer_rows(agency, words),
        "outcome_title": outcome_title(agency, words),
        "outcome_names": [
            words.t(part.english.capitalize(), part.chinese) for part in OUTCOMES
        ],
        "outcome_rows": [_outcomes(year, words) for year in agency.years],
        "ground_said": ground_said(agency, words),
        "grounds": [
            {
                "name": _ground(code, words),
                "article": words.why(INDICATORS[code].source.split("; ")[1]),
            }
            for code in GROUND_RATES
        ],
        "shade": lambda share: 1 + sum(share >= cut for cut in SHADES),
        "dispute_rows": [
            [year.year, words.t(*route), *(words.num(n) for n in year.disputes[code])]
            for code, route in zip(DISPUTES, ROUTE_NAMES, strict=True)
            for year in agency.years
            if any(year.disputes.get(code, ()))
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

    def counts(rate: Rate) -> str:
        return f"{words.num(rate.numerator)}/{words.num(rate.denominator)}"

    def shown(rate: Rate) -> str:
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
    return [forest_row(other, words, bold=other is agency) for other in every]


def forest_row(
    agency: AgencyFacts, words: Words, *, bold: bool = False
) -> dict[str, object]:
    """An agency's latest report as a row of a figure."""
    label = f"{words.name(agency)} {agency.latest.year}"
    return {"label": label, "rate": agency.latest.rate, "bold": bold, "group": ""}


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
    what = _ground(GROUND_RATES[top], words).lower()
    total = words.num(year.refused)
    return words.say(
        "ground.most", year=year.year, n=words.num(counts[top]), total=total, what=what
    )
