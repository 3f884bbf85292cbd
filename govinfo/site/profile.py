"""What the page of an agency says, computed from its reports."""

from __future__ import annotations

from govinfo.harmonise import parting
from govinfo.indicators import RELIABLE_N
from govinfo.site.facts import DISPUTES, RATE, AgencyFacts, Rate, StudyFacts, Year
from govinfo.site.words import GROUND_NAMES, OUTCOME_NAMES, ROUTE_NAMES, Words

# Shares of all refusals from which a cell is shaded darker.
SHADES = (0.15, 0.35, 0.6)


def profile(agency: AgencyFacts, study: StudyFacts, words: Words) -> dict[str, object]:
    """Everything that the template of an agency's page fills in."""
    dated = [year for year in agency.years if year.year]
    return {
        "a": agency,
        "dated": dated,
        "parted": [change.first_year for change in parting(RATE)],
        "lead": lead(agency, words),
        "change_title": change_title(agency, words),
        "change_note": change_note(agency, words),
        "rate_rows": [_rates(year, words) for year in agency.years],
        "peer_title": peer_title(agency, words),
        "peer_note": peer_note(agency, words),
        "peer_rows": peer_rows(agency, words),
        "outcome_title": outcome_title(agency, words),
        "outcome_names": [words.t(*names) for names in OUTCOME_NAMES],
        "outcome_rows": [_outcomes(year, words) for year in agency.years],
        "ground_said": ground_said(agency, words),
        "grounds": [
            {
                "name": words.t(english, chinese),
                "article": words.t(f"art. {article}", f"第{number}条"),
            }
            for english, chinese, article, number in GROUND_NAMES
        ],
        "shade": lambda share: 1 + sum(share >= cut for cut in SHADES),
        "dispute_rows": [
            [year.year, words.t(*route), *(words.num(n) for n in year.disputes[code])]
            for code, route in zip(DISPUTES, ROUTE_NAMES, strict=True)
            for year in agency.years
            if any(year.disputes.get(code, ()))
        ],
        "cite": cite(agency, words),
    }


def _rates(year: Year, words: Words) -> list[str]:
    """A report as a row of the table of rates."""

    def counts(rate: Rate) -> str:
        return f"{words.num(rate.numerator)}/{words.num(rate.denominator)}"

    rate, whole = year.rate, year.of_all
    shown = words.pc(rate.value) if rate.mark else words.why(rate.state)
    interval = words.rng(rate.low, rate.high)
    of_all = words.pc(whole.value) if whole.mark else words.why(whole.state)
    return [year.year or "–", counts(rate), shown, interval, counts(whole), of_all]


def _outcomes(year: Year, words: Words) -> list[str]:
    counts = year.outcomes
    known = None if None in counts else sum(n or 0 for n in counts)
    return [
        year.year or "–",
        *map(words.num, counts),
        words.num(known),
        words.num(year.concluded),
    ]


def lead(agency: AgencyFacts, words: Words) -> str:
    """The page's first answer: how the agency stands, and what contradicts itself."""
    last = agency.latest
    rate = last.rate
    counts = f"{words.num(rate.numerator)}/{words.num(rate.denominator)}"
    if rate.mark:
        said = words.t(
            f"In {last.year} it decided {words.num(rate.denominator)} requests and "
            f"disclosed in {words.num(rate.numerator)} ({words.pc(rate.value)}).",
            f"{last.year}年作出实体决定{words.num(rate.denominator)}件，公开"
            f"{words.num(rate.numerator)}件（{words.pc(rate.value)}）。",
        )
        if rate.state != "computed":
            said += words.t(
                f" Not to be quoted: {words.why(rate.state)}.",
                f"不宜引用：{words.why(rate.state)}。",
            )
    else:
        said = words.t(
            f"For {last.year} no rate can be given ({counts}): "
            f"{words.why(rate.state)}.",
            f"{last.year}年算不出公开率（{counts}）：{words.why(rate.state)}。",
        )
    n, wrong = len(agency.years), [y for y in agency.years if y.findings]
    if not wrong:
        every = "all its" if n > 1 else "its"
        return said + words.t(
            f" In {every} {words.reports_of(n)}, every sum that could be checked "
            "agrees.",
            f"{words.reports_of(n)}中，可核的合计全部相符。",
        )
    which = ", ".join(y.year for y in wrong)
    return said + words.t(
        f" Of its {words.reports_of(n)}, {len(wrong)} "
        f"{'contradicts' if len(wrong) == 1 else 'contradict'} "
        f"{'itself' if len(wrong) == 1 else 'themselves'} ({which}).",
        f"{words.reports_of(n)}中，{len(wrong)}份自相矛盾"
        f"（{which.replace(', ', '、')}年）。",
    )


def change_title(agency: AgencyFacts, words: Words) -> str:
    """What the rates over the years show."""
    changes = agency.changes
    sure = [change for change in changes if change.is_sure]
    n = len(changes)
    if not changes:
        return words.t(
            "No two of these years can be compared", "这几年的公开率两两不可比"
        )
    times = words.count(n, "comparison", "次比较")
    if not sure:
        return words.t(
            f"After {times} of one year with the next, no change is beyond chance",
            f"相邻年份{times}之后，没有一次变化超出偶然",
        )
    parts = [
        words.t(
            f"{'rose' if c.points > 0 else 'fell'} by {abs(c.points):.1f} points from "
            f"{c.before} to {c.after}",
            f"{c.before}到{c.after}年{'升' if c.points > 0 else '降'}了"
            f"{abs(c.points):.1f}个百分点",
        )
        for c in sure
    ]
    return words.t(
        f"The rate {' and '.join(parts)}: beyond chance after {times}",
        f"{'，'.join(parts)}；{times}之后仍超出偶然",
    )


def change_note(agency: AgencyFacts, words: Words) -> str:
    """Every change with its interval, widened for the number of comparisons."""
    changes = agency.changes
    parts = [
        words.t(
            f"{c.before} to {c.after}: {words.points(c.points)} points "
            f"({words.points(c.low)} to {words.points(c.high)})",
            f"{c.before}→{c.after}年：{words.points(c.points)}个百分点"
            f"（{words.points(c.low)}至{words.points(c.high)}）",
        )
        for c in changes
    ]
    if not parts:
        return ""
    widened = len(parts) > 1
    return words.t(
        "; ".join(parts)
        + (f"; intervals widened for {len(parts)} comparisons." if widened else "."),
        "；".join(parts) + (f"；区间已按{len(parts)}次比较放宽。" if widened else "。"),
    )


def peer_title(agency: AgencyFacts, words: Words) -> str:
    """From how many of its peers the agency can be told apart."""
    n, apart = len(agency.peers), len(agency.apart)
    if not apart:
        return words.t(
            f"Not to be told apart from any of its {n} peers"
            if n > 1
            else "Not to be told apart from its only peer",
            f"与{n}家同类机关都分不出高下",
        )
    mine = agency.latest.rate.value or 0
    above = sum(
        mine > (peer.latest.rate.value or 0)
        for peer in agency.peers
        if peer.id in agency.apart
    )
    rest = n - apart
    return words.t(
        f"Above {above} and below {apart - above} of its "
        f"{words.count(n, 'peer', '')}, not to be told apart from "
        f"{'the others' if rest > 1 else 'the other one' if rest else 'none'}",
        f"高于{above}家、低于{apart - above}家同类机关，与其余{rest}家分不出高下",
    )


def peer_note(agency: AgencyFacts, words: Words) -> str:
    """How many agencies of the level are not drawn."""
    more = agency.n_level - len(agency.peers)
    if not more:
        return ""
    return words.t(
        f"{words.agencies_of(more)} of the level with other sizes are in the table of "
        "all agencies.",
        f"同级另有{more}家件数相差较远，见总表。",
    )


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
    year = agency.latest
    counts = year.outcomes
    known = [n or 0 for n in counts]
    total = sum(known)
    if None in counts or not total:
        return words.t("What became of the requests, by year", "历年办理结果")
    top = known.index(max(known))
    english, chinese = OUTCOME_NAMES[top]
    share = words.pc(known[top] / total, 0)
    return words.t(
        f"In {year.year} the most frequent outcome was “{english.lower()}”: {share} of "
        f"{words.num(total)}",
        f"{year.year}年最多的结果是“{chinese}”，占{words.num(total)}件的{share}",
    )


def ground_said(agency: AgencyFacts, words: Words) -> str:
    """What the refusals of the latest year rest on, if they are many enough."""
    enough = [y for y in agency.years if (y.refused or 0) >= RELIABLE_N]
    if not enough:
        return words.t(
            f"No report counts {RELIABLE_N} refusals, too few to speak of a main "
            "ground.",
            f"没有一份年报的不予公开满{RELIABLE_N}件，谈不上“主要理由”。",
        )
    year = enough[-1]
    counts = [n or 0 for n in year.grounds]
    top = counts.index(max(counts))
    names = GROUND_NAMES[top]
    return words.t(
        f"In {year.year}, {counts[top]} of {words.num(year.refused)} refusals rest on "
        f"“{names[0].lower()}”. Whether one ground lies clearly above the others is "
        "asked in the notebook on exemptions.",
        f"{year.year}年不予公开{words.num(year.refused)}件，其中{counts[top]}件的理由是"
        f"“{names[1]}”。它是否明显多于其余理由，见“不予公开理由”一篇。",
    )


def cite(agency: AgencyFacts, words: Words) -> str:
    """How to cite the agency's latest report."""
    year = agency.latest
    where = f" {year.published_at}" if year.published_at else ""
    return words.t(
        f"{agency.english}: Annual report on government information disclosure, "
        f"{year.year} (in Chinese).{where} Read and checked by govinfo.",
        f"{agency.name}：{year.year}年政府信息公开工作年度报告.{where} "
        "经govinfo整理核对。",
    )
