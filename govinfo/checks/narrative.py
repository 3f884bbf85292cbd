"""Checks of the narrative: what a report says in words against its own tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from govinfo.bilingual import Said, joined
from govinfo.checks.logic import Verdict, judge, plain
from govinfo.checks.numerals import plain_text
from govinfo.checks.quoting import quoted
from govinfo.checks.results import Result
from govinfo.checks.statements import (
    MEASURES,
    StatedFigure,
    of_year,
    said,
)
from govinfo.checks.structure import Key, say
from govinfo.checks.within import ReportCells
from govinfo.forms import SUBTOTAL, demands, group_rows

# What a report says that counts published decisions alone, and whose they are.
_PUBLISHED_ONLY = re.compile(
    r"(?:仅|只)(?:统计|计算|计入|填报|填写|包括|包含|含|指|为|限)[^。；]{0,12}?(?:公开|公示)"
    r"|(?:不含|不包括|不包含|[未不](?:计入|统计))[^。；]{0,12}?[未不](?:予|宜)?(?:公开|公示)"
    r"|[未不](?:予|宜)?(?:公开|公示)的[^。；]{0,12}?(?:不含|不包括|不包含|[未不](?:计入|统计))"
)
_DECISIONS = {"许可": "licence", "处罚": "penalty", "强制": "coercive_measure"}
_BEFORE, _AFTER, _LONGEST, _ENDS = 24, 16, 60, "[。；：]"

Meaning = tuple[str, tuple[Key, ...]]
"""What a word may mean: in words, and the cells whose sum that is."""

_AND = " and "
_PERIOD = re.compile(
    r"(20\d\d)年(\d{1,2})月(\d{1,2})日(?:起|开始)?(?:至|到|—+|-+|－|～|~)"
    r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
# A statement of the report's own period says so just before; other periods occur too.
_OF_THE_REPORT = re.compile(r"统计|期限|数据|报告期|本报告|本年报|时间")
_NEAR = 30
_UNTIL = re.compile(
    r"(?:数据|统计)[^。；，]{0,12}截[至止]到?(20\d\d)年(\d{1,2})月(\d{1,2})日"
)
# Section six with its text; a heading without text is a facsimile or a cut file.
_SECTION_SIX = re.compile(
    r"六、(?:其他|其它)?需要报告的(?:其他)?事项[：:。]?(?P<text>.*)", re.DOTALL
)
_FEE = re.compile(r"处理费|收费|费用")
_SENTENCE = re.compile(r"[\u4e00-\u9fff，、]{8,}[。；]")
_UNPAID: Key = ("requests", "other.fee_unpaid", "total")


def _cells(report: ReportCells, name: str) -> tuple[Key, ...]:
    """The totals of a row, or of a group of rows such as ``refused.*``."""
    table, _, row = name.rpartition(":")
    table, group = table or "requests", row.removesuffix(".*")
    rows: tuple[str, ...] = (group,)
    if group != row and (group != SUBTOTAL or report.other_rows == "parts"):
        rows = group_rows(table, report.table_form(table), group)
    return tuple((table, each, "total") for each in rows)


def meanings(report: ReportCells, measure: str) -> tuple[Meaning, ...]:
    """
    What a measure of the narrative may mean in the tables, the usual meaning first.

    收到 may mean the requests received this year (一), or those and the ones carried in
    (一 and 二); 受理 and 办理 also those concluded (三): ``measures.csv``.
    """
    every = filter(None, MEASURES[measure]["meanings"].split("; "))
    return tuple(
        (label, tuple(key for name in names.split() for key in _cells(report, name)))
        for label, _, names in (meaning.partition(": ") for meaning in every)
    )


_BEST_FIRST = ("pass", "pass_if_blank_is_zero", "not_assessable", "fail")


def _named(label: str) -> Said:
    """A meaning in both languages: 一 and 二 is 一、二两项 in Chinese."""
    return Said(label, label.replace(_AND, "、"))


def _against_table(report: ReportCells, statement: StatedFigure) -> Iterator[Result]:
    stated = [("reported", statement.value)]
    compared: list[tuple[Meaning, Verdict]] = [
        (meaning, judge(stated, [report.look(key) for key in meaning[1]]))
        for meaning in meanings(report, statement.measure)
    ]
    if not compared:
        return
    # A word that has several meanings agrees if one of them does.
    (label, cells), verdict = min(
        compared, key=lambda pair: _BEST_FIRST.index(pair[1].result)
    )
    told: dict[str, object] = {"text": said(statement), "n": plain(statement.value)}
    if verdict.result == "fail":
        (label, cells), verdict = min(compared, key=lambda pair: pair[1].difference)
        told["apart"] = plain(verdict.difference)
        told["tables"] = joined(
            [
                say(
                    "text.sum" if _AND in name else "text.one",
                    name=_named(name),
                    n=plain(other.right),
                )
                for (name, _), other in compared
            ]
        )
    ending = "pass" if verdict.result.startswith("pass") else verdict.result
    sentence = say(f"text.{ending}", name=_named(label), **told)
    given = "text_vs_table", cells[0], verdict.result, sentence
    figures = verdict.known(verdict.right), statement.value, verdict.apart
    yield report.result(*given, *figures, cells=cells)


def _is_silent(text: str, report: ReportCells) -> bool:
    """Whether section six, which has to say what was taken, says nothing of fees."""
    six = _SECTION_SIX.search(plain_text(text).text)
    # What stands in brackets is no statement of the agency's.
    told = re.sub(r"（[^）]*）", "", six["text"]) if six else ""
    is_there = _SENTENCE.search(told) is not None
    is_wanted = demands(report.table_form("requests"), "fees_in_section_six")
    return is_there and is_wanted and not _FEE.search(text)


def fees_stated(
    text: str, found: Iterable[StatedFigure], report: ReportCells, year: int | None
) -> tuple[str, float | None]:
    """
    What a narrative says of the processing fees that were taken in its year.

    Parameters
    ----------
    text : str
        The text of the report outside its tables.
    found : iterable of StatedFigure
        The figures that it states.
    report : ReportCells
        The cells of the report.
    year : int or None
        The year reported on; without it, amounts of all years are meant.

    Returns
    -------
    str, float or None
        ``amount`` with so many yuan; ``none`` with 0, where the text says that nothing
        was taken; without a figure, ``unclear`` where it says several things or speaks
        of other years, ``silent`` where section six says nothing, which it has to, and
        an empty text where no statement was found.
    """
    fees = [s for s in found if s.measure == "fee"]
    amounts = {s.value for s in of_year(fees, year)}
    if len(amounts) == 1:
        (amount,) = amounts
        return ("amount" if amount else "none"), amount
    if fees:
        return "unclear", None
    return ("silent" if _is_silent(text, report) else ""), None


def _fees(
    report: ReportCells, text: str, found: Sequence[StatedFigure], year: int | None
) -> Iterator[Result]:
    """Fee notices against applicants who did not pay, and amounts against each other.

    Since 2021 section six has to say what was taken. That no fee was taken does
    not contradict applicants who let the time to pay run
    out; that no notice went out does.
    """
    state, unpaid = report.look(_UNPAID)
    amounts = [s for s in of_year(found, year) if s.measure == "fee"]

    def result(outcome: str, sentence: Said, *figures: float | None) -> Result:
        cells = (_UNPAID,) if figures else ()
        given = ("fee_statement", _UNPAID, outcome, sentence, unpaid)
        return report.result(*given, *(figures or (None, None)), cells=cells)

    if not any(s.measure in ("fee", "fee_notices") for s in found):
        is_silent = _is_silent(text, report)
        told = say("fee.unstated" if is_silent else "fee.none")
        yield result("fail" if is_silent else "not_assessable", told)
    for statement in found:
        if statement.measure == "fee_notices":
            stated = [("reported", statement.value)]
            verdict = judge(stated, [(state, unpaid)], at_least=True)
            ending = verdict.result.removesuffix("_if_blank_is_zero")
            sentence = say(
                f"fee.notices_{ending}",
                text=said(statement),
                n=plain(statement.value),
                unpaid=plain(verdict.right),
                apart=plain(verdict.difference),
            )
            apart = verdict.difference if unpaid is not None else None
            yield result(verdict.result, sentence, statement.value, apart)
    none = next((s.clause for s in amounts if not s.value), None)
    for statement in amounts:
        is_both = none is not None and statement.value > 0
        outcome, apart = ("fail", statement.value) if is_both else ("pass", None)
        figures = {"text": said(statement), "n": plain(statement.value)}
        sentence = say(f"fee.amount_{outcome}", **figures, other=none or "")
        yield result(outcome, sentence, statement.value, apart)


def published_only(text: str, report: ReportCells) -> Iterator[Result]:
    """
    Decisions of which a report says that it counts those alone that are published.

    The notice of the form has all decisions counted, also those that are lawfully not
    published.

    Parameters
    ----------
    text : str
        All text of the report: such a sentence often is a note under the table.
    report : ReportCells
        The cells of the report.
    """
    if not demands(report.table_form("proactive"), "all_decisions"):
        return
    condensed = re.sub(r"\s", "", text)
    told: dict[str, str] = {}
    for match in _PUBLISHED_ONLY.finditer(condensed):
        before = condensed[max(0, match.start() - _BEFORE) : match.start()]
        after = condensed[match.end() : match.end() + _AFTER]
        clause = re.split(_ENDS, before)[-1] + match.group() + re.split(_ENDS, after)[0]
        for word, row in _DECISIONS.items():
            if word in clause:
                told.setdefault(row, quoted(clause, _LONGEST))
    for row, clause in told.items():
        key = ("proactive", row, "decisions")
        sentence = say("all_decisions.fail", place=report.place(key), clause=clause)
        given = "all_decisions", key, "fail", sentence, report.look(key)[1]
        yield report.result(*given, cells=(key,))


def _day(year: int | str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _periods(
    report: ReportCells, text: str, found: Sequence[StatedFigure], year: int
) -> Iterator[Result]:
    """The period that is named, and the year of the first figures, against a year."""

    def result(outcome: str, sentence: Said, named: int) -> Result:
        at = "period", ("", "", ""), "text, statement of the period"
        figures = named, year, abs(named - year)
        return Result(report.report_id, *at, outcome, sentence, *figures)

    condensed, closing = plain_text(text).text, f"{year}-12-31"
    whole = say("period.span", first=f"{year}-01-01", last=closing)
    for match in _PERIOD.finditer(condensed):
        before = condensed[max(0, match.start() - _NEAR) : match.start()]
        if not _OF_THE_REPORT.search(before):
            continue
        first, last = int(match[1]), int(match[4] or match[1])
        opens, ends = _day(first, *match.group(2, 3)), _day(last, *match.group(5, 6))
        named = say("period.span", first=opens, last=ends)
        ending = "pass" if named == whole else "fail"
        sentence = say(f"period.{ending}", named=named, whole=whole)
        yield result(ending, sentence, first if first != year else last)
    for match in _UNTIL.finditer(condensed):
        day = _day(*match.groups())
        ending = "pass" if day == closing else "fail"
        told = say(f"period.until_{ending}", named=day, whole=closing)
        yield result(ending, told, int(match[1]))
    counts = [
        s for s in found if s.measure in ("received", "accepted") and s.years != (0,)
    ]
    if counts and not of_year(counts, year):
        other = counts[0].years[-1]
        sentence = say("period.year", text=said(counts[0]), named=other, year=year)
        yield result("fail", sentence, other)


def narrative_results(
    text: str, found: Sequence[StatedFigure], report: ReportCells, year: int | None
) -> Iterator[Result]:
    """
    Check what a report says in words against its own tables.

    ``text_vs_table`` for every figure stated on requests and disputes,
    ``fee_statement`` for the statement on processing fees, ``period`` for the year that
    is named. All are warnings: a word may be meant otherwise than it is read here.

    Parameters
    ----------
    text : str
        The text of the report outside its tables.
    found : sequence of StatedFigure
        The figures that it states.
    report : ReportCells
        The cells of the report.
    year : int or None
        The year reported on; without it, no period is checked.

    Yields
    ------
    Result
        ``printed`` is the figure of the table, ``expected`` that of the text. Sentences
        quote of the clause around the figure no more than words of the trade.

    Notes
    -----
    收到, 受理 and 办理 are used for the requests received (一), for those and the ones
    carried in (一 and 二), and for those concluded (三): a statement agrees if one
    meaning of its word does. Figures said of another year are left out.
    """
    for statement in of_year(found, year):
        yield from _against_table(report, statement)
    yield from _fees(report, text, found, year)
    if year is not None:
        yield from _periods(report, text, found, year)


Stated = tuple[tuple[tuple[Key, ...], ...], float]
"""The cells that a stated figure may be the sum of, one tuple for each meaning."""


def stated_figures(
    found: Iterable[StatedFigure], report: ReportCells, year: int | None
) -> list[Stated]:
    """
    What a narrative says of the tables of its report, in all meanings of its words.

    Parameters
    ----------
    found : iterable of StatedFigure
        The figures that it states.
    report : ReportCells
        The cells of this one report.
    year : int or None
        Its year.

    Returns
    -------
    list of (cells by meaning, figure)
        For figures that are said of the report's year, or of no year.
    """
    return [
        (tuple(keys for _, keys in meant), statement.value)
        for statement in of_year(found, year)
        if (meant := meanings(report, statement.measure))
    ]
