"""Figures that a narrative states: every one, with its clause and its place.

Only the clause around a figure is kept, and not even that where it may name a person:
narratives hold names, addresses and telephone numbers of applicants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure stated in a text.

    Attributes
    ----------
    measure : str
        What is counted: a key of :data:`MEASURES`.
    value : float
        The figure; 0 where the text says that there was none.
    clause : str
        The clause that states it, without spaces; empty where it may name a person.
    start, end : int
        Where the clause's figure stands in the text, in characters.
    years : tuple of int
        Years that the clause, else its sentence, names before the figure; 0 stands for
        "last year" and the like.
    """

    measure: str
    value: float
    clause: str
    start: int
    end: int
    years: tuple[int, ...] = ()


# Bounded, so that a page of digits is not read from every one of them to its end.
_N = r"(?P<n>(?<![\d.])\d[\d,，]{0,14}(?:\.\d{1,6})?)"
_UNIT = r"(?:余)?(?:件次|件|宗|份|起|例|条|项)"
# Between the words of a statement there may be others, but no second figure and no
# end of the clause.
_GAP = r"[^。；;！？，,\d]"
# Offices answer and handle much else: what, is said before the figure, or nothing is.
_WHICH = rf"(?:{_GAP}{{0,24}}?申请{_GAP}{{0,8}}?|{_GAP}{{0,3}})"
_CASE = r"(?:余)?(?:件次|件|宗|份|起|例)"
_NEXT = r"(?:下一?年度?|次年|明年|翌年|20\d\d年度?)"
_LAST = r"(?:上一?年度?|去年|20\d\d年度?)"
_REQUESTS = r"(?:申请|依申请公开)"

# Measures with their wordings. A figure is given to the first wording that takes it,
# so the narrower ones come first.
MEASURES: dict[str, tuple[str, ...]] = {
    "carried_out": (
        rf"(?:结转|顺延|延期|转)(?:至|到|入)?{_NEXT}{_GAP}{{0,14}}?{_N}{_UNIT}",
        rf"{_N}{_UNIT}{_GAP}{{0,15}}?(?:结转|顺延|延期|转)(?:至|到|入)?{_NEXT}",
    ),
    "carried_in": (
        rf"{_LAST}(?:度)?(?:结转|转结|转入|遗留){_GAP}{{0,16}}?{_N}{_UNIT}",
        rf"结转{_LAST}{_GAP}{{0,12}}?{_N}{_UNIT}",
        rf"{_N}{_UNIT}(?:为|是|系)?{_LAST}(?:结转|转入)",
    ),
    "granted_all": (
        rf"(?:予以|同意|全部)公开(?:及|和|与|、|或|以及)(?:予以)?部分公开"
        rf"{_GAP}{{0,8}}?{_N}{_UNIT}",
    ),
    "granted_in_part": (rf"部分公开{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "refused": (rf"不予公开{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "granted": (rf"(?:予以|同意|全部)公开{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "unavailable": (rf"无法提供{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "not_processed": (rf"不予处理{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "other": (rf"其他处理{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "disputes": (
        rf"行政复议(?:案件)?(?:和|、|及|与|或|以及)(?:行政)?诉讼{_GAP}{{0,12}}?{_N}"
        r"(?:件|起|宗|例)",
    ),
    "review": (rf"行政复议{_GAP}{{0,14}}?{_N}(?:件|起|宗|例)",),
    "litigation": (rf"(?<!民事)诉讼{_GAP}{{0,14}}?{_N}(?:件|起|宗|例)",),
    "received": (
        rf"(?:新收|收到|接收|接到|收悉){_GAP}{{0,30}}?{_REQUESTS}{_GAP}{{0,12}}?"
        rf"{_N}{_UNIT}",
        rf"{_REQUESTS}{_GAP}{{0,6}}?(?:新收|收到|接收|接到)(?:了)?{_N}{_UNIT}",
        rf"(?:新收|收到|接收|接到){_GAP}{{0,10}}?{_N}{_UNIT}{_GAP}{{0,14}}?申请",
    ),
    "accepted": (
        rf"受理{_GAP}{{0,30}}?{_REQUESTS}{_GAP}{{0,12}}?{_N}{_UNIT}",
        rf"{_REQUESTS}{_GAP}{{0,6}}?受理(?:了)?{_N}{_UNIT}",
        rf"受理{_GAP}{{0,10}}?{_N}{_UNIT}{_GAP}{{0,14}}?申请",
    ),
    "concluded": (rf"(?:办结|答复|办理完毕){_WHICH}{_N}{_CASE}",),
    "handled": (rf"(?:办理|处理){_WHICH}{_N}{_CASE}",),
    "fee_notices": (
        rf"收费通知(?:书)?{_GAP}{{0,8}}?{_N}(?:件|份|次|张)",
        rf"(?:发出|开具|送达){_N}(?:件|份|次|张){_GAP}{{0,10}}?收费通知",
    ),
    "fee": (
        rf"信息(?:公开)?处理费(?:用)?{_GAP}{{0,14}}?{_N}(?P<u>万元|元)",
        rf"收取{_N}(?P<u>万元|元){_GAP}{{0,10}}?信息(?:公开)?处理费",
    ),
}
"""What is looked for, with its wordings as regular expressions."""

_NONE = r"(?:未|没有|无|均未|尚未|并未)"
_END = r"(?=[，。；;,！]|等?情况|现象|案件|问题|$)"
# Wordings that say that there was none. "未发生复议纠错" is not one of them.
_ZERO: dict[str, tuple[str, ...]] = {
    "received": (rf"{_NONE}(?:收到|接到|受理){_GAP}{{0,20}}?申请{_END}",),
    "review": (
        rf"{_NONE}(?:发生|收到|产生|出现|有){_GAP}{{0,24}}?行政复议"
        rf"(?:(?:和|、|及|与|或|以及)(?:行政)?诉讼)?{_END}",
    ),
    "litigation": (
        rf"{_NONE}(?:发生|收到|产生|出现|有){_GAP}{{0,24}}?(?<!民事)诉讼{_END}",
    ),
    "fee_notices": (rf"{_NONE}(?:发出|开具|送达|下发){_GAP}{{0,10}}?收费通知(?:书)?",),
    "fee": (
        rf"{_NONE}(?:收取|发生|产生){_GAP}{{0,16}}?信息(?:公开)?处理费",
        rf"信息(?:公开)?处理费{_GAP}{{0,4}}?(?:为零|为无|：无|:无)",
    ),
}

_FIGURES = [
    (measure, re.compile(wording))
    for measure, wordings in MEASURES.items()
    for wording in wordings
]
_ZEROS = [
    (measure, re.compile(wording))
    for measure, wordings in _ZERO.items()
    for wording in wordings
]

# A figure of these counts only where its sentence speaks of requests for information;
# offices review, conclude and answer much else.
_OF_REQUESTS = re.compile(r"信息公开|公开申请|申请公开|依申请|政府信息")
_SENTENCE_MUST = {
    "review": _OF_REQUESTS,
    "litigation": _OF_REQUESTS,
    "disputes": _OF_REQUESTS,
    "concluded": re.compile(r"申请"),
    "handled": re.compile(r"申请"),
    "received": _OF_REQUESTS,
    "accepted": _OF_REQUESTS,
    "carried_in": re.compile(r"申请|办结|答复|办理"),
    "carried_out": re.compile(r"申请|办结|答复|办理"),
}

# Other business, and parts of the whole, within the clause.
_OTHER_BUSINESS = re.compile(
    r"建议|提案|信访|投诉|举报|咨询|来信|来电|热线|信箱|留言|许可|处罚|人次|证照"
)
_PART = re.compile(
    r"其中|网络|网上|在线|信函|邮寄|邮件|现场|当面|当场|传真|窗口|"
    r"自然人|法人|企业|公民|书面|口头|按期|延期|逾期|超期"
)
_RESULT = re.compile(r"维持|纠正|纠错|撤销|败诉|胜诉|驳回|未审结|其他结果|撤回|终止")
_WHOLE_ONLY = frozenset({"received", "accepted", "concluded", "handled"})
_DISPUTES = frozenset({"review", "litigation", "disputes"})

_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_YEAR = re.compile(r"(20\d\d)年")
_LAST_YEAR = re.compile(r"去年|上年(?!度?结转)|上一年度?(?!结转)|前年|同期|以来|五年")
_CLAUSE_START = re.compile(r"[，,。；;：:、（(）)]")

# Signs of a person: a telephone or identity number, an address, a form of address.
_PERSONAL = re.compile(
    r"\d{7,}|\d{3,4}-\d{6,}|@|[路街巷村弄幢栋室](?:\d|[一二三四五六七八九十])|\d+号"
    r"|小区|先生|女士|同志|某"
    r"|(?:申请人|原告|当事人|村民|居民)"
    r"(?!情况|申请|提|对|因|无|未|需|逾|要|主动|撤|自|不|[，。、的])"
)
# A clause of a statement is short; what is longer is cut at its beginning.
_LONGEST = 60
# What is said before a figure is looked for so many characters back, and no further.
_WINDOW = 300


def _condensed(text: str) -> tuple[str, list[int]]:
    """The text without spaces and line ends, and where each character stood.

    Between two digits a space stays, so that no two numbers become one.
    """
    kept: list[str] = []
    places: list[int] = []
    gap = False
    for place, character in enumerate(text):
        if character.isspace():
            gap = True
            continue
        if "０" <= character <= "９":
            character = chr(ord(character) - ord("０") + ord("0"))
        if gap and kept and kept[-1].isdigit() and character.isdigit():
            kept.append(" ")
            places.append(place)
        gap = False
        kept.append(character)
        places.append(place)
    return "".join(kept), places


def statements(text: str) -> list[Statement]:
    """
    Every figure that a narrative states on requests, disputes and processing fees.

    Parameters
    ----------
    text : str
        The text of a report outside its tables; line ends inside sentences do no harm.

    Returns
    -------
    list of Statement
        In the order of the text. A figure that is stated twice is there twice.

    Examples
    --------
    >>> found = statements("2023年，收到政府信息公开申请 12 件，结转下年度1件。")
    >>> [(s.measure, s.value, s.years) for s in found]
    [('received', 12.0, (2023,)), ('carried_out', 1.0, (2023,))]
    >>> found[0].clause
    '收到政府信息公开申请12件'
    """
    condensed, places = _condensed(text)
    found: list[Statement] = []
    for sentence in _SENTENCE.finditer(condensed):
        for measure, value, span, start in _in_sentence(sentence.group()):
            begin, end = (sentence.start() + edge for edge in span)
            before = sentence.group()[max(0, start - _WINDOW) : start]
            found.append(
                Statement(
                    measure,
                    value,
                    _clause(sentence.group(), start, span[1]),
                    places[begin],
                    places[end - 1] + 1,
                    _years(before),
                )
            )
    return sorted(found, key=lambda statement: statement.start)


def _in_sentence(sentence: str) -> Iterator[tuple[str, float, tuple[int, int], int]]:
    """Measure, value, span of the figure and start of the wording."""
    taken: set[int] = set()
    for measure, wording in _FIGURES:
        for match in wording.finditer(sentence):
            span = match.span("n")
            if span[0] in taken or not _is_meant(measure, match, sentence):
                continue
            taken.add(span[0])
            value = float(match["n"].replace(",", "").replace("，", ""))
            if match.groupdict().get("u") == "万元":
                value *= 10_000
            yield measure, value, (span[0], match.end()), match.start()
    for measure, wording in _ZEROS:
        for match in wording.finditer(sentence):
            if _is_meant(measure, match, sentence):
                yield measure, 0.0, match.span(), match.start()


def _is_meant(measure: str, match: re.Match[str], sentence: str) -> bool:
    must = _SENTENCE_MUST.get(measure)
    if must is not None and not must.search(sentence):
        return False
    start = _clause_start(sentence, match.start())
    clause = sentence[start : match.end()]
    if measure in _DISPUTES:
        return not _RESULT.search(match.group())
    if measure in _WHOLE_ONLY:
        if _OTHER_BUSINESS.search(clause) or _PART.search(clause):
            return False
        return not re.search(r"复议|诉讼|案件", clause)
    return True


def _clause_start(sentence: str, place: int) -> int:
    first = max(0, place - _WINDOW)
    marks = [m.end() for m in _CLAUSE_START.finditer(sentence, first, place)]
    return marks[-1] if marks else first


def _clause(sentence: str, start: int, end: int) -> str:
    clause = sentence[_clause_start(sentence, start) : end]
    return "" if _PERSONAL.search(clause) else clause[-_LONGEST:]


def _years(before: str) -> tuple[int, ...]:
    clause = before[_clause_start(before, len(before)) :]
    if _LAST_YEAR.search(clause):
        return (0,)
    named = _YEAR.findall(clause) or _YEAR.findall(before)
    return tuple(int(year) for year in named)
