"""The year and the period that a narrative names against those of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govinfo.checks.numerals import plain_text
from govinfo.checks.results import Result
from govinfo.checks.statements import Statement, is_of, said
from govinfo.checks.structure import Key
from govinfo.checks.within import ReportCells

_PERIOD = re.compile(
    r"(20\d\d)年(\d{1,2})月(\d{1,2})日(?:起|开始)?(?:至|到|—+|-+|－|～|~)"
    r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
# A statement of the report's own period says so just before; other periods occur too.
_OF_THE_REPORT = re.compile(r"统计|期限|数据|报告期|本报告|本年报|时间")
_NEAR = 30
_WHOLE_YEAR = ((1, 1), (12, 31))
_NO_CELL: Key = ("", "", "")


def period_results(
    report: ReportCells, text: str, found: list[Statement], year: int
) -> Iterator[Result]:
    """The period that is named, and the year of the first figures, against a year."""
    condensed = plain_text(text).text
    whole = f"{year}-01-01 to {year}-12-31"

    def result(outcome: str, sentence: str, named: int) -> Result:
        return Result(
            report.report_id,
            "period",
            _NO_CELL,
            "text, statement of the period",
            outcome,
            sentence,
            named,
            year,
            abs(named - year),
        )

    for match in _PERIOD.finditer(condensed):
        before = condensed[max(0, match.start() - _NEAR) : match.start()]
        if not _OF_THE_REPORT.search(before):
            continue
        first, last = int(match[1]), int(match[4] or match[1])
        days = ((int(match[2]), int(match[3])), (int(match[5]), int(match[6])))
        named = (
            f"{first}-{days[0][0]:02}-{days[0][1]:02} to "
            f"{last}-{days[1][0]:02}-{days[1][1]:02}"
        )
        if first == last == year and days == _WHOLE_YEAR:
            yield result("pass", f"text: the period named is {named}.", first)
        else:
            sentence = (
                f"text: the period named is {named}, but the report is on {whole}."
            )
            yield result("fail", sentence, first if first != year else last)
    counts = [
        s for s in found if s.measure in ("received", "accepted") and s.years != (0,)
    ]
    if counts and not any(is_of(s, year) for s in counts):
        statement = counts[0]
        named_year = statement.years[-1]
        sentence = (
            f"{said(statement)} is said of {named_year}, but the report is on {year}."
        )
        yield result("fail", sentence, named_year)
