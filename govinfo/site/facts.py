"""What the pages say of each agency, as numbers, from the tables of a study."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple, TypeVar

from govinfo import compare
from govinfo.agencies import BODIES, LEVELS, read_agencies
from govinfo.beside import rows_of
from govinfo.compare.tables import overlapping
from govinfo.errors import MissingExtra
from govinfo.figures.stacks import OUTCOMES
from govinfo.harmonise import parting
from govinfo.indicators import GROUNDS, RELIABLE_N
from govinfo.intervals import LEVEL, newcombe

Key = TypeVar("Key")

# The rate that agencies are compared by, and the same cases over all concluded.
RATE, OF_ALL = "decided_disclosure_share", "any_disclosure_share"

OUTCOME_RATES = tuple(part.indicator for part in OUTCOMES)
GROUND_RATES = tuple(f"ground_share_{n + 1}" for n in range(len(GROUNDS)))
RATES = {RATE, OF_ALL, "not_held_share", *OUTCOME_RATES, *GROUND_RATES}

DISPUTES = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other_result", "pending", "total")

# How a value is drawn: with confidence, from few cases, from figures that disagree.
MARKS = {"computed": "dot", "small_denominator": "hol", "contradicted_input": "dia"}

# As many peers as a reader takes in; from fewer agencies no funnel is drawn, and from
# fewer of a province no median; from fewer provinces with a median no map.
PEERS, FUNNEL_LEAST, PROVINCE_LEAST, PROVINCES_LEAST = 9, 10, 5, 3

# Of 100 agencies that do not stand apart, at most five are called so.
FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with its counts and its interval."""

    value: float | None
    low: float | None
    high: float | None
    numerator: int | None
    denominator: int | None
    state: str
    least: float | None = None
    most: float | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether only bounds are known."""
        return self.state == "bounded" and self.least is not None

    @property
    def mark(self) -> str:
        """The shape that says how far the value can be relied on."""
        return MARKS.get(self.state, "") if self.value is not None else ""


NO_RATE = Rate(None, None, None, None, None, "not_in_form")


@dataclass(slots=True)
class Year:
    """One report of an agency."""

    id: str
    year: str
    form: str
    file: str
    published_at: str
    rates: dict[str, Rate] = field(default_factory=dict)
    disputes: dict[str, list[int | None]] = field(default_factory=dict)
    findings: list[dict[str, str]] = field(default_factory=list)

    @property
    def rate(self) -> Rate:
        """Disclosed, of the requests decided."""
        return self.rates.get(RATE, NO_RATE)

    @property
    def of_all(self) -> Rate:
        """Disclosed, of all requests concluded."""
        return self.rates.get(OF_ALL, NO_RATE)

    @property
    def is_comparable(self) -> bool:
        """Whether its rate is compared, as in the notebooks: it has cases enough."""
        return bool(self.rate.mark) and (self.rate.denominator or 0) >= RELIABLE_N

    @property
    def outcomes(self) -> list[int | None]:
        """Requests by outcome, in the form's order."""
        return [self.rates.get(code, NO_RATE).numerator for code in OUTCOME_RATES]

    @property
    def concluded(self) -> int | None:
        """Requests concluded, as printed."""
        return self.of_all.denominator

    @property
    def grounds(self) -> list[int | None]:
        """Refusals by ground, in the form's order."""
        return [self.rates.get(code, NO_RATE).numerator for code in GROUND_RATES]

    @property
    def contradictions(self) -> list[dict[str, str]]:
        """Findings that no reason can explain."""
        return [f for f in self.findings if f.get("severity") != "warning"]

    @property
    def warnings(self) -> list[dict[str, str]]:
        """Findings that are worth a question."""
        return [f for f in self.findings if f.get("severity") == "warning"]

    @property
    def refused(self) -> int | None:
        """All refusals."""
        return self.rates.get(GROUND_RATES[0], NO_RATE).denominator


class Change(NamedTuple):
    """The rate of one year less that of the year before, in points."""

    before: str
    after: str
    points: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval, widened for all comparisons, leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(slots=True)
class AgencyFacts:
    """An agency with its reports in the order of years, the latest last."""

    id: str
    slug: str
    name: str
    english: str
    level: str
    body: str
    region: str
    years: list[Year] = field(default_factory=list)
    peers: list[AgencyFacts] = field(default_factory=list)
    apart: set[str] = field(default_factory=set)
    n_level: int = 0
    rank: tuple[int, int] | None = None
    side: str = ""
    again: str = ""
    scope: str = ""

    @property
    def latest(self) -> Year:
        """The latest report."""
        return self.years[-1]

    @property
    def province(self) -> str:
        """The province that the agency is in."""
        return compare.province_of(self.region) if self.region else ""

    @property
    def kind(self) -> tuple[str, str]:
        """Level and body: agencies of one kind meet like requests."""
        return self.level, self.body

    @property
    def is_comparable(self) -> bool:
        """Whether its latest rate can be compared."""
        return self.latest.is_comparable

    @property
    def contradictions(self) -> list[dict[str, str]]:
        """Those of all reports."""
        return [finding for year in self.years for finding in year.contradictions]

    @property
    def changes(self) -> list[Change]:
        """Comparisons of one year with the next, where that is allowed."""
        pairs = [
            (a, b)
            for a, b in pairwise(self.years)
            if a.is_comparable
            and b.is_comparable
            and int(b.year) - int(a.year) == 1
            and not any(int(a.year) < since <= int(b.year) for since in parting_years())
        ]
        level = 1 - (1 - LEVEL) / max(1, len(pairs))
        return [_change(a, b, level) for a, b in pairs]


def parting_years() -> list[int]:
    """Years from which on the rate is counted in another way."""
    return [change.first_year for change in parting(RATE)]


def _change(a: Year, b: Year, level: float) -> Change:
    counts = (b.rate.numerator, b.rate.denominator, a.rate.numerator)
    low, high = newcombe(*counts, a.rate.denominator, level)  # type: ignore[arg-type]
    points = 100 * ((b.rate.value or 0) - (a.rate.value or 0))
    return Change(a.year, b.year, points, 100 * float(low), 100 * float(high))


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """All agencies, those with most cases first, and what can be said of them all."""

    agencies: list[AgencyFacts]
    n_reports: int
    first: str
    last: str
    ranked: int = 0

    @property
    def comparable(self) -> list[AgencyFacts]:
        """Agencies whose latest rates can be compared."""
        return [agency for agency in self.agencies if agency.is_comparable]

    @property
    def far(self) -> list[AgencyFacts]:
        """Agencies that stand apart after adjustment for their number."""
        return [agency for agency in self.agencies if agency.side]

    def by_province(self) -> dict[str, list[AgencyFacts]]:
        """Agencies that can be compared, by province."""
        found = _grouped(self.comparable, lambda agency: agency.province)
        return dict(sorted(found.items()))

    def by_kind(self) -> dict[tuple[str, str], list[AgencyFacts]]:
        """Agencies that can be compared, by level and body."""
        found = _grouped(self.comparable, lambda agency: agency.kind)
        place = {name: at for at, name in enumerate((*LEVELS, *BODIES))}
        last = len(place)
        order = sorted(found, key=lambda kind: [place.get(n, last) for n in kind])
        return {kind: found[kind] for kind in order}


def _grouped(
    agencies: Iterable[AgencyFacts], key: Callable[[AgencyFacts], Key]
) -> dict[Key, list[AgencyFacts]]:
    found: dict[Key, list[AgencyFacts]] = {}
    for agency in agencies:
        found.setdefault(key(agency), []).append(agency)
    return found


Quarters = tuple[float, float, float]


def middle(agencies: Iterable[AgencyFacts]) -> Quarters:
    """Lower quartile, median and upper quartile of the latest rates."""
    rates = [agency.latest.rate.value or 0.0 for agency in agencies]
    if len(rates) < 2:
        return (rates[0],) * 3
    low, _, high = quantiles(rates, n=4, method="inclusive")
    return low, median(rates), high


def read_study(data: Path, tables: Path | None = None) -> StudyFacts:
    """Read what the pages of a study need from its tables.

    Parameters
    ----------
    data : Path
        Folder with the table of reports.
    tables : Path, optional
        Folder with ``reports.csv`` and, where they were built, ``indicators.csv``,
        ``cells.csv`` and ``findings.csv``; by default the same.
    """
    years = _years(tables or data)
    reports = read_agencies(data, once=True)
    agencies: list[AgencyFacts] = []
    slugs: set[str] = set()
    for _, rows in reports.groupby("agency_id", sort=False):
        row: Any = rows.iloc[0]
        key = row["agency_id"]
        plain = re.sub(r"[^\w-]+", "-", key).strip("-")
        slug = own_name(plain or "agency", slugs)
        english = row["agency_english"] or row["agency"] or key
        name = row["agency"] or english
        its = {n: row[n] for n in ("level", "body", "region", "scope")}
        own = [years[report] for report in rows["report_id"] if report in years]
        own.sort(key=lambda year: (year.year, year.id))
        if own:
            agencies.append(AgencyFacts(key, slug, name, english, years=own, **its))
    agencies.sort(key=lambda a: (-(a.latest.rate.denominator or 0), a.id))
    _peers(agencies)
    ranked = _places(agencies)
    n_reports = sum(len(agency.years) for agency in agencies)
    known = sorted({y.year for a in agencies for y in a.years if y.year}) or [""]
    return StudyFacts(agencies, n_reports, known[0], known[-1], ranked)


def own_name(name: str, taken: set[str]) -> str:
    """A name for a file or a place, numbered where it is taken."""
    numbered = (name if n == 1 else f"{name}-{n}" for n in count(1))
    found = next(one for one in numbered if one.lower() not in taken)
    taken.add(found.lower())
    return found


def _years(data: Path) -> dict[str, Year]:
    """Every report with its rates, disputes and findings."""
    names = ("report_id", "report_year", "form", "file", "published_at")
    reports = rows_of(data / "reports.csv")
    years = {r["report_id"]: Year(*(r.get(n, "") for n in names)) for r in reports}
    for row in rows_of(data / "indicators.csv"):
        is_whole = row["applicant"] in ("total", "")
        if is_whole and row["indicator"] in RATES and row["report_id"] in years:
            years[row["report_id"]].rates[row["indicator"]] = _rate(row)
    for row in rows_of(data / "cells.csv"):
        if row["table"] == "disputes" and row["report_id"] in years:
            its = years[row["report_id"]].disputes
            counts = its.setdefault(row["row_code"], [None] * len(RESULTS))
            if row["column_code"] in RESULTS and row["value"]:
                counts[RESULTS.index(row["column_code"])] = int(float(row["value"]))
    for row in rows_of(data / "findings.csv"):
        if row["report_id"] in years:
            years[row["report_id"]].findings.append(row)
    return years


def _rate(row: dict[str, str]) -> Rate:
    value, low, high, least, most = (
        float(row[name]) if row.get(name) else None
        for name in ("value", "low", "high", "bound_low", "bound_high")
    )
    numerator, denominator = (
        int(float(row[name])) if row[name] else None
        for name in ("numerator", "denominator")
    )
    counts = (numerator, denominator, row["state"])
    return Rate(value, low, high, *counts, least, 1.0 if most is None else most)


def _peers(agencies: list[AgencyFacts]) -> None:
    """Give each those of its level and kind whose number of decisions is nearest."""
    comparable = (agency for agency in agencies if agency.is_comparable)
    groups = _grouped(comparable, lambda agency: agency.kind)
    for agency in agencies:
        same = [one for one in groups.get(agency.kind, ()) if one is not agency]
        agency.n_level = len(same)
        if not agency.is_comparable:
            continue
        mine = agency.latest.rate
        size = math.log(mine.denominator or 1)
        same.sort(key=lambda o: abs(math.log(o.latest.rate.denominator or 1) - size))
        agency.peers = same[:PEERS]
        if agency.peers:
            own = mine.numerator or 0, mine.denominator or 0
            rates = [other.latest.rate for other in agency.peers]
            theirs = (
                [r.numerator or 0 for r in rates],
                [r.denominator or 0 for r in rates],
            )
            limits = zip(agency.peers, *newcombe(*own, *theirs), strict=True)
            agency.apart = {o.id for o, low, high in limits if low > 0 or high < 0}


def _places(agencies: list[AgencyFacts]) -> int:
    """Rank intervals and who stands apart; returns how many agencies are ranked."""
    import pandas as pd

    chosen = [agency for agency in agencies if agency.is_comparable]
    rows = [
        (a.id, a.body, a.region, a.scope, a.latest.year)
        + (a.latest.rate.numerator, a.latest.rate.denominator, a.latest.rate.value)
        for a in chosen
    ]
    names = ["agency_id", "body", "region", "scope", "report_year"]
    names += ["numerator", "denominator", "value"]
    frame = pd.DataFrame(rows, columns=names)
    frame = frame.assign(indicator=RATE, applicant="total")
    # Whose requests another of these reports counts as well, is not set beside it.
    reasons = overlapping(frame)
    frame = frame[reasons == ""]
    if len(frame) < FUNNEL_LEAST:
        return 0
    for agency, reason in zip(chosen, reasons, strict=True):
        agency.again = reason
    chosen = [agency for agency in chosen if not agency.again]
    try:
        funnel = compare.funnel(frame)
        far = compare.with_q_values(funnel.rows).assign(target=funnel.target)
        ranks = compare.rank_intervals(frame).rows
    except MissingExtra:
        # Without the extra for statistics, the pages say nothing of ranks.
        return 0
    told = ranks.to_dict("records"), far.to_dict("records")
    for agency, rank, row in zip(chosen, *told, strict=True):
        if not pd.isna(rank["rank_low"]):
            agency.rank = (int(rank["rank_low"]), int(rank["rank_high"]))
        if row["q_value"] <= FALSE_DISCOVERIES:
            agency.side = "low" if row["value"] < row["target"] else "high"
    return sum(agency.rank is not None for agency in chosen)


def stacked(
    agencies: Iterable[AgencyFacts], low: float, size: float
) -> list[tuple[float, int]]:
    """Where the dot of each agency stands, from a lowest rate to 1, and in which row.

    A dot stands exactly at its rate, over those it would lie on; ``size`` is how broad
    it is, as a share of the whole.
    """
    found: list[tuple[float, int]] = []
    last: list[float] = []
    for rate in sorted(agency.latest.rate.value or 0.0 for agency in agencies):
        place = max(0.0, (rate - low) / (1 - low))
        free = (n for n, other in enumerate(last) if place - other >= size)
        row = next(free, len(last))
        last[row : row + 1] = [place]
        found.append((place, row))
    return found


def states(study: StudyFacts) -> dict[str, int]:
    """How many agencies can be compared, and why the others cannot."""
    return Counter(
        "computed" if agency.is_comparable else agency.latest.rate.state
        for agency in study.agencies
    )
