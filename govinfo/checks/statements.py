"""Figures that a narrative states: every one, with its sentence and its place.

Of a sentence only the words of the trade are kept, see :mod:`govinfo.checks.quoting`:
narratives hold names, addresses and telephone numbers of applicants.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from govinfo.beside import rows_beside
from govinfo.bilingual import Said
from govinfo.checks.numerals import plain_text
from govinfo.checks.quoting import quoted
from govinfo.checks.structure import say

_WORDINGS = rows_beside(__package__, "wordings.csv")
_PARTS: dict[str, str] = {}


def _written_out(wording: str) -> str:
    """A wording with the expressions in place of their names."""
    return "".join(_PARTS.get(piece, piece) for piece in wording.split())


# Expressions stand before those, and the wordings, that name them.
for _row in _WORDINGS:
    if _row["says"] == "part":
        _PARTS[_row["measure"]] = _written_out(_row["wording"])


def _wordings(says: str) -> list[tuple[str, re.Pattern[str]]]:
    """Measures with the wordings of ``wordings.csv`` that state a figure, or none.

    A figure is given to the first wording that takes it, so the narrower ones come
    first.
    """
    return [
        (row["measure"], re.compile(_written_out(row["wording"])))
        for row in _WORDINGS
        if row["says"] == says
    ]


_FIGURES = _wordings("figure")
# "未发生复议纠错" does not say that there was none.
_ZEROS = _wordings("none")

MEASURES = {row["measure"]: row for row in rows_beside(__package__, "measures.csv")}
"""What is counted: what its sentence must speak of, as offices review, conclude and
answer much else; whether it is a whole or a dispute; and what it may mean in the
tables, the usual meaning first."""

# About so many, and none of it: no figure that a table could contradict.
ABOUT = re.compile(r"[近约逾超数几上不](?:过|足|到|于)?$")

OF_REQUESTS = re.compile(MEASURES["received"]["sentence_must"])
"""What says that requests are for information."""

# "受理申请12件" says of what only where the paragraph does.
BARE = re.compile(
    r"(?:收到|接到|受理)(?:了|各类|公众|群众|社会公众|的|共|全部){0,2}申请"
    r"(?:共计?|总计|合计)?(?=\d)"
)
"""A statement that names requests and not of what; its paragraph may."""

# Other business, and parts of the whole, within the clause.
OTHER_BUSINESS = re.compile(
    r"建议|提案|信访|投诉|举报|咨询|来信|来电|热线|信箱|留言|许可|处罚|人次|证照"
    r"|援助|仲裁|登记|低保|救助|补贴|商标|专利|调解|公证"
)
PART = re.compile(
    r"其中|网络|网上|在线|信函|邮寄|邮件|现场|当面|当场|传真|窗口|"
    r"自然人|法人|企业|公民|书面|口头|按期|延期|逾期|超期"
)
RESULT = re.compile(r"维持|纠正|纠错|撤销|败诉|胜诉|驳回|未审结|其他结果|撤回|终止")

SENTENCE = re.compile(r"[^。！？]+[。！？]?")
YEAR = re.compile(r"(20\d\d)年")
LAST_YEAR = re.compile(r"去年|上年(?!度?结转)|上一年度?(?!结转)|前年|同期|以来|五年")
CLAUSE_START = re.compile(r"[，,。；;：:、（(）)]")


Places = Sequence[tuple[int, str]]
"""From which character on a text stands where, in words; in order."""


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """One figure stated in a text.

    Attributes
    ----------
    measure : str
        What is counted: a measure of ``wordings.csv``.
    value : float
        The figure; 0 where the text says that there was none.
    clause : str
        The clause that states it, without spaces; words that might name a person are
        left out.
    start, end : int
        Where the clause's figure stands in the text, in characters.
    years : tuple of int
        Years that the clause, else its sentence, names before the figure; 0 stands for
        "last year" and the like.
    sentence : str
        The whole sentence, like ``clause``.
    place : str
        Page or line of the figure in words, where that is known.
    """

    measure: str
    value: float
    clause: str
    start: int
    end: int
    years: tuple[int, ...] = ()
    sentence: str = ""
    place: str = ""


def said(statement: StatedFigure) -> Said:
    """How a finding begins that quotes a statement."""
    if not statement.place:
        return say("text.said", clause=statement.clause)
    kind, _, number = statement.place.partition(" ")
    place = say(f"text.{kind}", n=number)
    return say("text.said_at", place=place, clause=statement.clause)


def of_year(found: Iterable[StatedFigure], year: int | None) -> list[StatedFigure]:
    """Figures that are said of a year, or of none in particular; all without one."""
    return [s for s in found if year is None or not s.years or year in s.years]


# A clause of a statement is short, a sentence not very long; what is longer is cut at
# its beginning.
_LONGEST, _LONGEST_SENTENCE = 60, 200
# What is said before a figure is looked for so many characters back, and no further.
_WINDOW = 300
_TEN_THOUSAND = 10_000


def statements(text: str, places: Places = ()) -> list[StatedFigure]:
    """
    Every figure that a narrative states on requests, disputes and processing fees.

    Parameters
    ----------
    text : str
        The text of a report outside its tables; line ends inside sentences do no harm.
    places : sequence of (int, str)
        From which character on the text stands where, in words, in order.

    Returns
    -------
    list of StatedFigure
        In the order of the text. A figure that is stated twice is there twice.

    Notes
    -----
    Numbers may be written in digits, in full-width digits or in Chinese numerals.
    About so many (近30件, 十余件) is no figure that a table could contradict, and is
    left out.

    Examples
    --------
    >>> found = statements("2023年，收到政府信息公开申请十二件，结转下年度1件。")
    >>> [(s.measure, s.value, s.years) for s in found]
    [('received', 12.0, (2023,)), ('carried_out', 1.0, (2023,))]
    >>> found[0].clause
    '收到政府信息公开申请十二件'
    """
    plain = plain_text(text)
    found: list[StatedFigure] = []
    for sentence in SENTENCE.finditer(plain.text):
        said = sentence.group()
        at = sentence.start()
        context = plain.text[max(0, at - _WINDOW) : at]
        whole = ""
        for measure, value, begin, match in _in_sentence(said, context):
            clause, end = at + _clause_start(said, match.start()), at + match.end()
            around = plain.original(at, sentence.end())[-4 * _LONGEST_SENTENCE :]
            whole = whole or quoted(around, _LONGEST_SENTENCE)
            start = plain.starts[at + begin]
            found.append(
                StatedFigure(
                    measure,
                    value,
                    quoted(plain.original(clause, end), _LONGEST),
                    start,
                    plain.ends[end - 1],
                    _years(said[max(0, match.start() - _WINDOW) : match.start()]),
                    whole,
                    _place(start, places),
                )
            )
    return sorted(found, key=lambda statement: statement.start)


def _place(start: int, places: Places) -> str:
    at = bisect_right([first for first, _ in places], start)
    return places[at - 1][1] if at else ""


def _in_sentence(
    sentence: str, context: str
) -> Iterator[tuple[str, float, int, re.Match[str]]]:
    """Each measure with its figure, the place of the figure, and its wording."""
    taken: set[int] = set()
    has_figures = any(map(str.isdecimal, sentence))
    for measure, wording in _FIGURES if has_figures else ():
        for match in wording.finditer(sentence):
            begin = match.start("n")
            if begin in taken or not _is_meant(measure, match, sentence, context):
                continue
            taken.add(begin)
            groups = match.groupdict()
            if groups.get("about") or ABOUT.search(sentence[:begin]):
                continue
            value = float(match["n"].replace(",", "").replace("，", ""))
            if groups.get("u") == "万元" or groups.get("w"):
                value *= _TEN_THOUSAND
            yield measure, value, begin, match
    for measure, wording in _ZEROS:
        for match in wording.finditer(sentence):
            if _is_meant(measure, match, sentence, context):
                yield measure, 0.0, match.start(), match


def _is_meant(measure: str, match: re.Match[str], sentence: str, context: str) -> bool:
    start = _clause_start(sentence, match.start())
    clause = sentence[start : match.end()]
    its = MEASURES[measure]
    if not re.search(its["sentence_must"], sentence):
        is_bare = BARE.search(match.group()) is not None
        if not is_bare or not _is_of_information(sentence, context):
            return False
    if its["kind"] == "dispute":
        return not RESULT.search(match.group())
    if its["kind"] == "whole":
        if OTHER_BUSINESS.search(clause) or PART.search(clause):
            return False
        return not re.search(r"复议|诉讼|案件", clause)
    return True


def _is_of_information(sentence: str, context: str) -> bool:
    """Whether requests of which nothing is said are those for information."""
    if OTHER_BUSINESS.search(sentence):
        return False
    said = OF_REQUESTS.search(context) is not None
    return said or not OTHER_BUSINESS.search(context)


def _clause_start(sentence: str, place: int) -> int:
    first = max(0, place - _WINDOW)
    marks = [m.end() for m in CLAUSE_START.finditer(sentence, first, place)]
    return marks[-1] if marks else first


def _years(before: str) -> tuple[int, ...]:
    clause = before[_clause_start(before, len(before)) :]
    if LAST_YEAR.search(clause):
        return (0,)
    named = YEAR.findall(clause) or YEAR.findall(before)
    return tuple(int(year) for year in named)
