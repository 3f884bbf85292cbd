"""Whose report a document is and which year it is about.

The title decides; where it is silent, headings and the statement of the period, then
the file name. A title that names several years decides nothing by itself. Every
statement found is kept, so that a disagreement between them can be shown as a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product, takewhile
from pathlib import PurePath

from govinfo.document import Document, Grid, TextBlock
from govinfo.recognise.labels import fold

# The Regulations require annual reports since 2008; a report may be published early in
# the year after the one it is about, and agencies number pages and laws like years.
FIRST_YEAR, LAST_YEAR = 2008, 2100

FILE = "file name"
"""The source of statements that a file makes by its name alone."""

# A title stands at the top; further down only running headers repeat it.
_TITLE_LINES = 60

# A title may stand in a row of the table itself, below a row of the page's own.
_TITLE_ROWS = 3

_FULL_WIDTH = str.maketrans("()", "（）")
_DIGITS = str.maketrans("〇○零О一二三四五六七八九", "0000123456789")
# 2024年1月15日 is when a report was published, not the year that it is about.
_YEAR = r"(?P<year>20\d\d|二[〇○零0О][〇○零一二三四五六七八九]{2})(?!年?\d{1,2}月)"
_REPORT = (
    r"(?:政府)?信息公开(?:工作)?(?:情况)?(?:的)?(?:年度?(?:工作)?报告|年报)"
    r"|政务公开(?:工作)?年度报告"
)
_YEAR_WITHIN = r"(?:政府)?信息公开(?:工作)?" + _YEAR + r"年?度?(?:工作)?(?:报告|年报)"
_BEFORE = r"(?P<before>[^。；;:：|]{0,60}?)"
_TITLES = (
    re.compile(
        rf"{_BEFORE}(?:{_REPORT})[(]{_YEAR}年?度?[)](?:[-—–]+(?P<between>[^-—–|]+))?"
    ),
    re.compile(rf"{_BEFORE}{_YEAR_WITHIN}"),
    re.compile(
        rf"{_BEFORE}{_YEAR}年?(?:度)?(?P<between>[^。；;|]{{0,50}}?)(?:{_REPORT})"
    ),
)
# …年度报告（2023年）（青河县教育局）: who reports, after the title.
_AFTER = re.compile(
    rf"(?:{_REPORT})(?:[(]{_YEAR.replace('?P<year>', '')}年?度?[)])?"
    rf"(?:[(\[【]|[-—–]+)(?!不?含|包括)(?P<agency>[\u4e00-\u9fff]{{3,30}}?)"
    rf"(?:{_YEAR}年?度?)?[)\]】]?$"
)
_TITLE_WITHOUT_YEAR = re.compile(rf"^(?P<before>[^。；;:：|]{{2,50}}?)(?:{_REPORT})$")
# A day, what a browser prints above a page (day, time, title), and the number of a
# letter: 青政办〔2024〕5号.
_STAMP = re.compile(
    r"""[\u4e00-\u9fff]{0,8}[〔[［(（]20\d\d[〕\]］)）]\s*第?\d+号 | 第\s*\d+\s*号 |
    (?:\d{4}[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}
    |(?:(?:\d|[〇○零一二三四五六七八九]){4}年)?[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日)
    (?:[,，\s]*(?:上午|下午|早上|晚上|中午|凌晨)?\s*
    \d{1,2}[:：]\d{2}(?:[:：]\d{2})?\s*(?:[AaPp]\.?[Mm]\.?)?)?""",
    re.VERBOSE,
)
_PERIOD = re.compile(
    r"(?P<year>20\d\d)年(?:度)?1月1日(?:起)?(?:至|到|—|-|–|~|－)+"
    r"(?:(?P<end>20\d\d)年)?12月31日"
)
_PUBLISHER = re.compile(
    r"(?:发布机构|发布单位|编制机关|编制单位|公开主体|信息来源|发文机关|单位名称)[:：|]?"
    r"(?P<agency>[\u4e00-\u9fff（）()]{3,40}?)(?:\||$|发布|生成|成文|文号|索引|公开)"
)
# "2022-2023年", "2022—23年度", "2021年、2022年": a report of which of them?
_MORE_YEARS = re.compile(
    rf"{_YEAR.replace('?P<year>', '')}年?度?(?:[-—–~～－/、和与及至到]+)"
    r"(?P<last>20\d\d|\d\d(?=年))"
)
# A caption is short and names its table; a sentence above a table is none.
_CAPTION = re.compile(
    r"^[^。；;，,]{0,40}(?:情况|统计|申请|公开|复议|诉讼|表)[^。；;，,]{0,20}$"
)
_CAPTION_REACH = 2
# Lines at the end of a document among which its date is looked for.
_SIGNED_WITHIN = 19
_DATE = re.compile(r"^20\d\d年\d{1,2}月(?:\d{1,2}日)?$")
_SIGNATURE = re.compile(
    r"^[\u4e00-\u9fff()]{2,30}"
    r"(?:局|委|府|办|室|院|厅|会|镇|乡|街道|街道办|中心|处|所|站|校|学|司|集团)$"
)
_FILLER = re.compile(
    r"^(?:关于|现将|将|报送|上报|公布|发布|印发|附件\d*[:：]?|正文|《|【|\d+)+|[《》“”\s]+"
)
_TAG = re.compile(r"^(?:\[[^\]]*\]|【[^】]*】|\([^)]*\)|[^\u4e00-\u9fff(（\[【])+")
# 本单位, 我局: whoever writes so, names nobody.
_NOBODY = re.compile(
    r"^(?:本|我|该)(?:单位|部门|机关|[局委府办室院厅会镇乡县区市街道]+)$"
)
_BRACKETS = {")": "(", "]": "[", "】": "【", "〕": "〔", "》": "《"}
_AGENCY_END = re.compile(
    r"(?:的|关于)?(?:年度)?(?:政府)?(?:信息公开|政务公开)?"
    r"(?:工作|年度|总结)*(?:报告|年报)?$"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one part of a document says about its agency and year.

    ``is_one_of_several`` says that the same words name other years too.
    """

    source: str
    text: str
    agency: str = ""
    year: int | None = None
    is_one_of_several: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Agency and year of a report, and every statement that they rest on.

    ``agency`` is empty and ``report_year`` None where nothing says it.
    """

    agency: str
    report_year: int | None
    statements: tuple[Statement, ...] = ()


def identify(document: Document, file: str = "") -> Identity:
    """
    Find agency and report year of a document.

    Parameters
    ----------
    document : Document
        As a reader returned it.
    file : str
        Name of the file; its year and Chinese words count last.

    Returns
    -------
    Identity
        The agency as printed in the title, the year as an integer.

    Examples
    --------
    >>> title = TextBlock("某某县人民政府2023年政府信息公开工作年度报告")
    >>> found = identify(Document("a.html", "text/html", (title,)))
    >>> found.agency, found.report_year
    ('某某县人民政府', 2023)
    """
    statements = [
        *_titles(_top_lines(document), "title"),
        *_headings(document),
        *_titles([document.title], "page title"),
        *_captions(document),
        *_periods(document),
        *_publishers(document),
        *_from_name(file or document.source),
        *_signature(document),
    ]
    agency = next((s.agency for s in statements if s.agency), "")
    years = (s.year for s in statements if s.year and not s.is_one_of_several)
    year = next(years, None)
    return Identity(agency, year, tuple(statements))


def _top_lines(document: Document) -> list[str]:
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            lines.extend(_lone_cells(block))
            continue
        if block.text.strip():
            lines.append(block.text)
        if len(lines) >= _TITLE_LINES:
            break
    return lines


def _lone_cells(grid: Grid) -> list[str]:
    """Texts of a layout table, or of the first rows of a table if each is one cell."""
    if grid.n_columns <= 2 and grid.n_rows <= 3:
        return [cell.text for cell in grid.cells]
    rows = (
        [c.text for c in grid.cells if c.row == row and c.text.strip()]
        for row in range(min(_TITLE_ROWS, grid.n_rows))
    )
    alone = takewhile(lambda texts: len(texts) < 2, rows)
    return [*chain.from_iterable(alone)]


def _headings(document: Document) -> list[Statement]:
    """Titles that stand in headings; a page lists other reports, but not as headings.

    The first of them is the title; another one of another year is no title of it.
    """
    found = [
        statement
        for block in document.text_blocks
        if block.is_heading
        for statement in _titles([block.text], "heading")
        if statement.year is not None
    ]
    return list(dict.fromkeys(found))


def _titles(lines: list[str], source: str) -> list[Statement]:
    """Titles on one line or broken over up to three."""
    # What stands before the last arrow of a breadcrumb is the site, not the title.
    packed = [
        re.split(r"[>›»→]", fold(_without_stamps(line)))[-1]
        for line in lines
        if line.strip()
    ]
    places = product((True, False), (1, 2, 3), range(len(packed)))
    for needs_year, length, n in places:
        parts = packed[n : n + length]
        if len(parts) < length or max(map(len, parts)) > 80:
            continue
        line = "".join(parts)
        statement = _title(line, source)
        if statement is None or (needs_year and statement.year is None):
            continue
        if not statement.agency and n:
            # The agency's name may stand on the line above.
            longer = _title(packed[n - 1] + line, source)
            statement = longer or statement
        return _one_a_year(statement)
    return []


def _without_stamps(line: str) -> str:
    # Each has a digit, or is a day in words.
    return _STAMP.sub(" ", line) if re.search(r"\d|日", line) else line


def _one_a_year(statement: Statement) -> list[Statement]:
    """The statement of a title, or one for each of the years that it names."""
    several = _MORE_YEARS.search(statement.text)
    if several is None or statement.year is None:
        return [statement]
    first, digits = statement.year, several["last"]
    last = int(f"{first}"[: 4 - len(digits)] + digits)
    return [
        replace(statement, year=year, is_one_of_several=True)
        for year in sorted({first, last})
    ]


def _title(text: str, source: str) -> Statement | None:
    if "公开" not in text:
        # Every title says it; so much is found out fast.
        return None
    match = next((m for pattern in _TITLES if (m := pattern.search(text))), None)
    after = _AFTER.search(text)
    if after is not None and not _SIGNATURE.match(after["agency"]):
        # （全文）, （公开版）
        after = None
    if match is None and after is not None:
        year = _year(after["year"] or "")
        return Statement(source, text, _clean(after["agency"]), year)
    if match is None:
        bare = _TITLE_WITHOUT_YEAR.match(text)
        if bare is None:
            return None
        agency = _clean(bare["before"])
        return Statement(source, text, agency) if agency else None
    named = match.groupdict()
    agency = _clean(named["before"]) or _clean(named.get("between") or "")
    if not agency and after is not None:
        agency = _clean(after["agency"])
    if agency.endswith("人民"):
        # 人民政府信息公开: the two words share 政府.
        agency += "政府"
    return Statement(source, match.group(), agency, _year(match["year"]))


def _clean(text: str) -> str:
    """The name of an agency without what stands before and after it in a title."""
    name = text
    for _ in range(3):
        name = _TAG.sub("", name).lstrip("年度")
        name = _FILLER.sub("", name)
        name = _AGENCY_END.sub("", name).rstrip(" 年度，,、:：-—_|0123456789")
    name = _closed(name).translate(_FULL_WIDTH)
    is_name = re.search(r"[\u4e00-\u9fff]{2}", name) and not _NOBODY.match(name)
    return name if is_name else ""


def _closed(name: str) -> str:
    """A name without brackets that have lost the other half, and what they cut off."""
    opened: list[int] = []
    start = 0
    for n, character in enumerate(name):
        if character in _BRACKETS.values():
            opened.append(n)
        elif character in _BRACKETS:
            if opened and name[opened[-1]] == _BRACKETS[character]:
                opened.pop()
            else:
                opened, start = [], n + 1
    return name[start : opened[0] if opened else None]


def _year(digits: str) -> int | None:
    plain = digits.translate(_DIGITS)
    year = int(plain) if plain.isdecimal() else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def _periods(document: Document) -> list[Statement]:
    text = "".join(
        fold(block.text) for block in document.blocks if isinstance(block, TextBlock)
    )
    return [
        Statement("statement of period", match.group(), year=_year(match["year"]))
        for match in _PERIOD.finditer(text)
        if match["end"] in (None, match["year"])
    ]


def _captions(document: Document) -> list[Statement]:
    """Years in the words right above a table, or in its first row if it is one cell."""
    found: dict[int, Statement] = {}
    above: list[str] = []
    for block in document.blocks:
        if isinstance(block, TextBlock):
            above = [*above, fold(block.text)][-_CAPTION_REACH:]
            continue
        width = block.n_columns
        top = [c.text for c in block.cells if c.row == 0 and c.colspan == width > 1]
        for text in (*above, *map(fold, top)):
            (year, *others) = {*map(_year, re.findall(_YEAR, text))} or {None}
            is_caption = _CAPTION.match(text) and not re.search(_REPORT, text)
            if is_caption and year is not None and not others:
                found.setdefault(year, Statement("caption", text, year=year))
        above = []
    return list(found.values())


def _signature(document: Document) -> list[Statement]:
    """The agency that signs: the line before a date at the end."""
    lines = [fold(b.text) for b in document.text_blocks if b.text.strip()]
    near = reversed([*pairwise(lines)][-_SIGNED_WITHIN:])
    name = next((above for above, line in near if _DATE.match(line)), "")
    return [Statement("signature", name, name)] if _SIGNATURE.match(name) else []


def _publishers(document: Document) -> list[Statement]:
    for line in document.lines():
        match = _PUBLISHER.search(fold(line))
        if match is not None:
            return [Statement("publisher", match.group(), _clean(match["agency"]))]
        if "第二十条" in line:
            break
    return []


def _from_name(file: str) -> list[Statement]:
    stem = fold(PurePath(file).stem)
    if titles := _titles([stem], FILE):
        return titles
    years = {_year(year) for year in re.findall(r"(?<!\d)(20\d\d)(?!\d)", stem)}
    years.discard(None)
    agency = _clean("".join(re.findall(r"[\u4e00-\u9fff]+", stem)))
    if re.search(_REPORT, agency) or len(agency) < 4:
        agency = ""
    year = years.pop() if len(years) == 1 else None
    return [Statement(FILE, stem, agency, year)] if agency or year else []
