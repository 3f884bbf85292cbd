"""How narratives state figures: what is counted, in which words, and what is not meant.

Everything is looked for in plain text, see :mod:`govinfo.checks.numerals`.
"""

from __future__ import annotations

import re

# Bounded, so that a page of digits is not read from every one of them to its end.
_N = r"(?P<n>(?<![\d.])\d[\d,，]{0,14}(?:\.\d{1,6})?)(?P<w>万(?!元))?"
_UNIT = r"(?P<about>[余多几])?(?:件次|件|宗|份|起|例|条|项)"
# Between the words of a statement there may be others, but no second figure and no
# end of the clause.
_GAP = r"[^。；;！？，,\d]"
# Offices answer and handle much else: what, is said before the figure, or nothing is.
_WHICH = rf"(?:{_GAP}{{0,24}}?申请{_GAP}{{0,8}}?|{_GAP}{{0,3}})"
_CASE = r"(?P<about>[余多几])?(?:件次|件|宗|份|起|例)"
_DISPUTE = r"(?P<about>[余多几])?(?:件|起|宗|例)"
_NEXT = r"(?:下一?年度?|次年|明年|翌年|20\d\d年度?)"
_LAST = r"(?:上一?年度?|去年|20\d\d年度?)"
_REQUESTS = r"(?:申请|依申请公开)"
_RECEIVED = r"(?:新收到?|收到|接收|接到|收悉|收取申请)"
_MONEY = r"(?P<u>万元|元)"
_FEE = r"信息(?:公开)?(?:信息)?处理费(?:用)?"
_NOTICE = r"收费通知(?:书)?"

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
        rf"(?<!不)(?:予以|同意|全部)公开(?:及|和|与|、|或|以及)(?:予以)?部分公开"
        rf"{_GAP}{{0,8}}?{_N}{_UNIT}",
    ),
    "granted_in_part": (rf"部分公开{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "refused": (
        rf"(?:不予(?:以)?|未予|不同意)公开{_GAP}{{0,8}}?{_N}{_UNIT}",
        rf"{_N}{_UNIT}{_GAP}{{0,4}}?(?:不予(?:以)?|未予|不同意)公开",
    ),
    "granted": (
        rf"(?<!不)(?:予以|同意|全部(?:予以)?)公开{_GAP}{{0,8}}?{_N}{_UNIT}",
        rf"{_N}{_UNIT}{_GAP}{{0,4}}?(?<!不)(?:予以|同意)公开",
    ),
    "unavailable": (rf"无法提供{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "not_processed": (rf"不予处理{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "other": (rf"其他处理{_GAP}{{0,8}}?{_N}{_UNIT}",),
    "disputes": (
        rf"复议(?:案件)?(?:和|、|及|与|或|以及)(?:行政)?(?:诉讼|应诉)"
        rf"{_GAP}{{0,12}}?{_N}{_DISPUTE}",
    ),
    "review": (
        rf"复议{_GAP}{{0,14}}?{_N}{_DISPUTE}",
        rf"{_N}{_DISPUTE}{_GAP}{{0,12}}?行政复议",
    ),
    "litigation": (
        rf"(?<!民事)诉讼{_GAP}{{0,14}}?{_N}{_DISPUTE}",
        rf"{_N}{_DISPUTE}{_GAP}{{0,12}}?行政诉讼",
    ),
    "received": (
        rf"{_RECEIVED}{_GAP}{{0,30}}?{_REQUESTS}{_GAP}{{0,12}}?{_N}{_UNIT}",
        rf"{_REQUESTS}{_GAP}{{0,6}}?{_RECEIVED}(?:了)?{_N}{_UNIT}",
        rf"{_RECEIVED}{_GAP}{{0,10}}?{_N}{_UNIT}{_GAP}{{0,14}}?申请",
    ),
    "accepted": (
        rf"受理{_GAP}{{0,30}}?{_REQUESTS}{_GAP}{{0,12}}?{_N}{_UNIT}",
        rf"{_REQUESTS}{_GAP}{{0,6}}?受理(?:了)?{_N}{_UNIT}",
        rf"受理{_GAP}{{0,10}}?{_N}{_UNIT}{_GAP}{{0,14}}?申请",
    ),
    "concluded": (rf"(?:办结|答复|办理完毕){_WHICH}{_N}{_CASE}",),
    "handled": (rf"(?:办理|处理){_WHICH}{_N}{_CASE}",),
    "fee_notices": (
        rf"{_NOTICE}{_GAP}{{0,8}}?{_N}[件份次张]",
        rf"(?:发出|开具|送达){_N}[件份次张]{_GAP}{{0,10}}?收费通知",
    ),
    "fee": (
        rf"{_FEE}{_GAP}{{0,14}}?{_N}{_MONEY}",
        rf"收取{_N}{_MONEY}{_GAP}{{0,10}}?{_FEE}",
        rf"实际收取{_GAP}{{0,8}}?{_N}{_MONEY}",
    ),
}
"""What is looked for, with its wordings as regular expressions."""

_NONE = r"(?:未|没有|无|均未|尚未|并未)"
_END = r"(?=[，。；;,！]|等?情况|现象|案件|问题|事项|$)"
_NOUGHT = r"(?:均|都)?为0(?![\d.,，]*\d)(?:件|元|起|宗)?"
# Wordings that say that there was none. "未发生复议纠错" is not one of them.
ZEROS: dict[str, tuple[str, ...]] = {
    "received": (rf"{_NONE}(?:收到|接到|受理){_GAP}{{0,20}}?申请{_END}",),
    "review": (
        rf"{_NONE}(?:发生|收到|产生|出现|有){_GAP}{{0,24}}?复议"
        rf"(?:(?:和|、|及|与|或|以及)(?:行政)?诉讼)?{_END}",
        rf"复议(?:(?:和|、|及|与|或|以及)(?:行政)?诉讼)?(?:案件)?(?:数量?)?{_NOUGHT}",
    ),
    "litigation": (
        rf"{_NONE}(?:发生|收到|产生|出现|有){_GAP}{{0,24}}?(?<!民事)诉讼{_END}",
        rf"(?<!民事)诉讼(?:案件)?(?:数量?)?{_NOUGHT}",
    ),
    "fee_notices": (
        rf"{_NONE}(?:发出|开具|送达|下发){_GAP}{{0,10}}?{_NOTICE}",
        rf"{_NOTICE}的?(?:件数|数量){_GAP}{{0,24}}?{_NOUGHT}",
    ),
    "fee": (
        rf"{_NONE}(?:收取|发生|产生){_GAP}{{0,16}}?{_FEE}",
        rf"{_NONE}(?:收取|发生|产生){_GAP}{{0,8}}?信息公开收费",
        rf"{_FEE}(?:{_GAP}{{0,8}}?{_NOUGHT}|{_GAP}{{0,4}}?(?:为无|[：:]无))",
        rf"(?:总金额|实际收取{_GAP}{{0,6}}?){_NOUGHT}",
    ),
}
"""What is said not to have happened, with its wordings."""

# About so many, and none of it: no figure that a table could contradict.
ABOUT = re.compile(r"[近约逾超数几上不](?:过|足|到|于)?$")

# A figure of these counts only where its sentence speaks of requests for information;
# offices review, conclude and answer much else.
OF_REQUESTS = re.compile(r"信息公开|公开申请|申请公开|依申请|政府信息")
SENTENCE_MUST = {
    "review": OF_REQUESTS,
    "litigation": OF_REQUESTS,
    "disputes": OF_REQUESTS,
    "concluded": re.compile(r"申请"),
    "handled": re.compile(r"申请"),
    "received": OF_REQUESTS,
    "accepted": OF_REQUESTS,
    "carried_in": re.compile(r"申请|办结|答复|办理"),
    "carried_out": re.compile(r"申请|办结|答复|办理"),
    "fee": re.compile(r"处理费|收费"),
}
"""What the sentence of a measure must speak of."""

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
WHOLE_ONLY = frozenset({"received", "accepted", "concluded", "handled"})
DISPUTES = frozenset({"review", "litigation", "disputes"})

SENTENCE = re.compile(r"[^。！？]+[。！？]?")
YEAR = re.compile(r"(20\d\d)年")
LAST_YEAR = re.compile(r"去年|上年(?!度?结转)|上一年度?(?!结转)|前年|同期|以来|五年")
CLAUSE_START = re.compile(r"[，,。；;：:、（(）)]")
