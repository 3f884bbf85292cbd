"""Checks of the narrative: what a report says in words against its own tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from govinfo.checks.logic import Verdict, judge, plain
from govinfo.checks.results import Result, results_frame
from govinfo.checks.statements import Statement, statements
from govinfo.checks.structure import Key, where
from govinfo.checks.within import ReportCells, reports_of
from govinfo.forms import form_rows

if TYPE_CHECKING:
    import pandas as pd

Meaning = tuple[str, tuple[Key, ...]]
"""What a word may mean: in words, and the cells whose sum that is."""

_PERIOD = re.compile(
    r"(20\d\d)年(\d{1,2})月(\d{1,2})日(?:起|开始)?(?:至|到|—+|-+|－|～|~)"
    r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
# A statement of the report's own period says so just before; other periods occur too.
_OF_THE_REPORT = re.compile(r"统计|期限|数据|报告期|本报告|本年报|时间")
_NEAR = 30
_WHOLE_YEAR = ((1, 1), (12, 31))
_NO_CELL: Key = ("", "", "")


def _total(*rows: str) -> tuple[Key, ...]:
    return tuple(("requests", row, "total") for row in rows)


def _disputes(*blocks: str) -> tuple[Key, ...]:
    return tuple(("disputes", block, "total") for block in blocks)


def _group(report: ReportCells, prefix: str) -> tuple[Key, ...]:
    """The totals of a group of rows, such as （三）不予公开."""
    form = report.form.get("requests", "2021")
    if prefix == "other" and report.other_rows != "parts":
        return _total("other")
    rows = [row.code for row in form_rows("requests", form)]
    return _total(*(code for code in rows if code.startswith(f"{prefix}.")))


def meanings(report: ReportCells, measure: str) -> tuple[Meaning, ...]:
    """
    What a measure of the narrative may mean in the tables, the usual meaning first.

    收到 may mean the requests received this year (一), or those and the ones carried in
    (一 and 二); 受理 and 办理 also those concluded (三).
    """
    new = ("一", _total("received"))
    all_in = ("一 and 二", _total("received", "carried_in"))
    done = ("三（七）", _total("concluded"))
    litigation = ("litigation_direct", "litigation_after_review")
    return {
        "received": (new, all_in),
        "accepted": (new, all_in, done),
        "handled": (done, new, all_in),
        "concluded": (done,),
        "carried_in": (("二", _total("carried_in")),),
        "carried_out": (("四", _total("carried_out")),),
        "granted": (
            ("（一）", _total("granted")),
            ("（一） and （二）", _total("granted", "granted_in_part")),
        ),
        "granted_in_part": (("（二）", _total("granted_in_part")),),
        "granted_all": (("（一） and （二）", _total("granted", "granted_in_part")),),
        "refused": (("（三）", _group(report, "refused")),),
        "unavailable": (("（四）", _group(report, "unavailable")),),
        "not_processed": (("（五）", _group(report, "not_processed")),),
        "other": (("（六）", _group(report, "other")),),
        "review": (("行政复议", _disputes("review")),),
        "litigation": (("行政诉讼", _disputes(*litigation)),),
        "disputes": (("行政复议 and 行政诉讼", _disputes("review", *litigation)),),
    }.get(measure, ())


def _quoted(statement: Statement) -> str:
    return f"'{statement.clause}'" if statement.clause else "a clause (withheld)"


_BEST_FIRST = ("pass", "pass_if_blank_is_zero", "not_assessable", "fail")


def _against_table(report: ReportCells, statement: Statement) -> Iterator[Result]:
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
    says = f"text: {_quoted(statement)} says {plain(statement.value)}"
    if verdict.result == "fail":
        (label, cells), verdict = min(compared, key=lambda pair: pair[1].difference)
        tables = ", ".join(
            f"{name} print{'' if ' and ' in name else 's'} {plain(v.right)}"
            for (name, _), v in compared
        )
        sentence = f"{says}, but {tables} (difference {plain(verdict.difference)})."
    elif verdict.result == "not_assessable":
        sentence = f"{says}, and {label} of the tables cannot be compared with it."
    else:
        sentence = f"{says}, and so does {label} of the tables."
    known = verdict.reason != "unusable"
    yield Result(
        report.report_id,
        "text_vs_table",
        cells[0],
        where(report.form_of(cells[0]), cells[0]),
        verdict.result,
        sentence,
        verdict.right if known else None,
        statement.value,
        verdict.difference if known else None,
        cells,
    )


def _fees(report: ReportCells, found: list[Statement]) -> Iterator[Result]:
    """Fee notices against applicants who did not pay, and amounts against each other.

    That no fee was taken does not contradict applicants who let the time to pay run
    out; that no notice went out does.
    """
    key: Key = ("requests", "other.fee_unpaid", "total")
    place = where(report.form_of(key), key)
    state, unpaid = report.look(key)
    notices = [s for s in found if s.measure == "fee_notices"]
    amounts = [s for s in found if s.measure == "fee"]
    if not notices and not amounts:
        yield Result(
            report.report_id,
            "fee_statement",
            key,
            place,
            "not_assessable",
            "text: no statement on processing fees was found.",
            unpaid,
        )
    for statement in notices:
        verdict = judge(
            [("reported", statement.value)], [(state, unpaid)], at_least=True
        )
        told = f"text: {_quoted(statement)} says {plain(statement.value)} fee notices"
        ending = {
            "fail": f"but {plain(verdict.right)} applicants let the time to pay pass "
            f"(difference {plain(verdict.difference)})",
            "not_assessable": "and （六）2. of table 3 cannot be compared with it",
        }.get(verdict.result, "and （六）2. of table 3 holds no more")
        yield Result(
            report.report_id,
            "fee_statement",
            key,
            place,
            verdict.result,
            f"{told}, {ending}.",
            unpaid,
            statement.value,
            verdict.difference if unpaid is not None else None,
            (key,),
        )
    for statement in amounts:
        others = [s for s in amounts if (s.value > 0) != (statement.value > 0)]
        result = "fail" if others and statement.value > 0 else "pass"
        told = f"text: {_quoted(statement)} says {plain(statement.value)} yuan"
        ending = (
            f", but {_quoted(others[0])} says that no fee was taken "
            f"(difference {plain(statement.value)})"
            if result == "fail"
            else ", and nothing in the text contradicts it"
        )
        yield Result(
            report.report_id,
            "fee_statement",
            key,
            place,
            result,
            f"{told}{ending}.",
            unpaid,
            statement.value,
            statement.value if result == "fail" else None,
            (key,),
        )


def _periods(
    report: ReportCells, text: str, found: list[Statement], year: int
) -> Iterator[Result]:
    condensed = "".join(text.split())
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
    if counts and not any(_is_of(s, year) for s in counts):
        statement = counts[0]
        named_year = statement.years[-1]
        sentence = (
            f"text: {_quoted(statement)} is said of {named_year}, "
            f"but the report is on {year}."
        )
        yield result("fail", sentence, named_year)


def _is_of(statement: Statement, year: int) -> bool:
    """Whether a figure is said of a year, or of none in particular."""
    return not statement.years or year in statement.years


def check_narrative(text: str, cells: pd.DataFrame) -> pd.DataFrame:
    """
    Check what a report says in words against its own tables.

    ``text_vs_table`` for every figure stated on requests and disputes,
    ``fee_statement`` for the statement on processing fees, ``period`` for the year that
    is named. All are warnings: a word may be meant otherwise than it is read here.

    Parameters
    ----------
    text : str
        The text of the report outside its tables.
    cells : DataFrame
        The cells of this one report, as for :func:`govinfo.checks.check_cells`, with
        ``report_year`` for the period.

    Returns
    -------
    DataFrame
        Results, in the columns of :func:`govinfo.checks.check_cells`. ``printed`` is
        the figure of the table, ``expected`` that of the text. Sentences quote no more
        than the clause around the figure, and not that if it may name a person.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column.
    ValueError
        If ``cells`` holds more than one report.

    Notes
    -----
    收到, 受理 and 办理 are used for the requests received (一), for those and the ones
    carried in (一 and 二), and for those concluded (三): a statement agrees if one
    meaning of its word does. Figures said of another year are left out. Figures in
    Chinese numerals are not read.
    """
    reports = list(reports_of(cells, "check_narrative"))
    if len(reports) > 1:
        message = (
            f"check_narrative needs the cells of one report, and got those of "
            f"{len(reports)}. Call it once for every report with its own text."
        )
        raise ValueError(message)
    if not reports:
        return results_frame([])
    report = reports[0]
    year = _year_of(cells)
    found = statements(text)

    def results() -> Iterator[Result]:
        for statement in found:
            if year is None or _is_of(statement, year):
                yield from _against_table(report, statement)
        yield from _fees(report, found)
        if year is not None:
            yield from _periods(report, text, found, year)

    return results_frame(results())


def _year_of(cells: pd.DataFrame) -> int | None:
    if "report_year" not in cells.columns:
        return None
    known = cells["report_year"].dropna()
    return None if known.empty else int(known.iloc[0])
