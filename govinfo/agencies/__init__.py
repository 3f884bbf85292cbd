"""Agencies: what their names say of them, and who made the reports of a folder.

A name says level, body, region and scope; what a registry or a table of agencies says
wins, and the columns of ``reports.csv`` say where each is known from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from govinfo.agencies.regions import Region, find, full_name, provinces, region_of
from govinfo.errors import MissingColumns, SourceError, meant
from govinfo.parquet import read_parquet

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["AGENCY_COLUMNS", "BODIES", "COLUMNS", "LEVELS", "SCOPES", "Agency"]
__all__ += ["agency_columns", "describe", "provinces", "read_agencies", "require_words"]

LEVELS = {
    "central": "中央",
    "province": "省级",
    "prefecture": "地市级",
    "county": "县级",
    "township": "乡级",
}
"""Levels of agencies with their Chinese names, in the order in which they are shown."""

BODIES = {
    "government": "政府",
    "department": "部门",
    "office": "办公厅（室）",
    "system": "系统",
    "branch": "垂管机构",
}
"""Kinds of agencies; a branch is the local branch of a central body."""

SCOPES = {"whole": "汇总", "own": "本级", "office": "办公厅（室）"}
"""What a report covers: all below an agency, the agency itself, or its office alone."""

_CHINESE = re.compile("[\u4e00-\u9fff]{2}")
_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")
_WHOLE = re.compile(r"全[国省市州盟县区旗镇乡]|关区|汇总|系统$")
_OWN = re.compile(r"本级|机关$")
_CENTRAL = re.compile(
    r"(?:外交|国防|教育|科学技术|科技|工业和信息化|公安|监察|民政|司法|财政|人力资源和社会保障|自然资源|"
    r"国土资源|生态环境|环境保护|住房和城乡建设|交通运输|铁道|水利|农业农村|农业|商务|文化和旅游|文化|"
    r"卫生|退役军人事务|应急管理)部(?!门)|审计署|海关总署|国务院|国家|中国(?!自由贸易)|全国|中央|最高人民|中华人民共和国"
)
# The central body that a name may begin with before the place of its branch.
_OF_CENTRAL = re.compile(
    r"(?:国家(?:税务总局|统计局|金融监督管理总局|矿山安全监察局|外汇管理局|移民管理局|能源局)|中国人民银行|中华人民共和国)"
)
_BRANCH = re.compile(
    r"海关|海事局|气象[局台部]|地方税务局|消防救援|国家税务局|(?:通信|邮政)管理局|烟草专卖|调查[总大]?队$|人民银行|"
    r"银行?保险?监|证监局|(?:矿山|煤矿)安全监察|出入境边防|海警"
)
_TOWN = re.compile(
    r"(?P<name>\S{0,8}?(?:街道|镇|乡|苏木|(?=办事处$)))"
    r"(?P<rest>$|(?:人民|地区)?(?:政府|办事处|办公室|街道办).*|便民.*|党[群政工].*|综合.*)"
)
_ZONE = re.compile(
    r"(?:\S{0,16}?(?:(?:开发|经开|高新|示范|[实试]验|管理|保税|投资|度假|风景名胜|景|旅游|合作|经济|片|港|园|集中|新|产业)区"
    r"|(?:工业|产业|科技|文化|创业)园|新城|中央商务区|商务区)(?!域))+"
)
# A district that is in no table of divisions: 益阳市大通湖区审计局.
_DISTRICT = re.compile(
    r"[^区县旗局队委厅]{2,6}(?<![社园地小灌库林矿城])(?<!保护)[区县旗](?=\S)"
)
_FARM = re.compile(r"\S*(?:管理区|农场|林场|垦殖场|牧场|茶场)$")
# A name that is nothing but that of a place.
_PLACE = re.compile(r"\S{1,8}(?:[区县旗镇乡]|街道)")
_GOVERNMENT = re.compile(
    r"(?:人民)?政府(?:本级|机关)?$|(?:人民)?政府(?=[\s、])|(?:行政)?公署$|行署$"
)
_OFFICE = re.compile(
    r"(?:(?:人民)?政府|行署|行政公署|管理?委员会|管委会|党政)?(?:办公[厅室]|政府办)(?=$|[\s、])"
)
# Since 2018 the bureaus of counties are parts of the city's: 内江市隆昌生态环境局.
_OF_CITY = re.compile(r"(?P<place>\S{2,6})生态环境局$")
# A part of a free-trade zone: 中国（福建）自由贸易试验区福州片区.
_FREE_TRADE = re.compile(r"^中国[（(](\S+?)[）)]自由贸易试验区")
_PART = re.compile(r"\S+?(?:[局队]|中心)(?P<place>\S{2,12}?)(?:分局|监管局|分中心)$")
_GENERIC = re.compile(r"[我本]?(省|州|盟|县|旗|区|镇|乡|街道)(?=\S)")
# A government whose place is in no table, or misspelt; 市 may be of three levels.
_UNLISTED = re.compile(r"\S{1,8}?(省|州|盟|县|旗|区|市)(?=(?:人民)?政府)")
_GENERIC_LEVELS = {"省": "province", "市": ""} | dict.fromkeys("州盟", "prefecture")
_GENERIC_LEVELS |= dict.fromkeys("县旗区", "county")
_GENERIC_LEVELS |= dict.fromkeys(("镇", "乡", "街道"), "township")
# Zones above the counties, by name; the codes are those of the places around them.
_ZONES = {
    "平潭综合实验区": "350128",
    "杨凌示范区": "610403",
    "杨凌农业高新技术产业示范区": "610403",
    "西咸新区": "610000",
    "雄安新区": "130000",
}


class Agency(NamedTuple):
    """What a name says; a field is empty where it says nothing.

    ``level`` is one of :data:`LEVELS`, ``body`` of :data:`BODIES`, ``scope`` of
    :data:`SCOPES`; ``region`` is the whole name of the place, ``region_code`` its code
    of GB/T 2260.
    """

    level: str = ""
    body: str = ""
    region: str = ""
    region_code: str = ""
    scope: str = ""


@lru_cache(maxsize=4096)
def describe(name: str, year: int | None = None) -> Agency:
    """
    Tell level, body, region and scope of an agency from its name.

    Parameters
    ----------
    name : str
        As published, with a remark in brackets if there is one.
    year : int, optional
        The report year; divisions in force then are preferred.

    Returns
    -------
    Agency
        Of a zone, the region is the division around it. A place whose name several
        divisions share has a level and no region: nothing is guessed.

    Examples
    --------
    >>> describe("沭阳县发展和改革局")  # doctest: +NORMALIZE_WHITESPACE
    Agency(level='county', body='department', region='江苏省宿迁市沭阳县',
           region_code='321322', scope='')
    >>> describe("杭州市人民政府（全市）").scope
    'whole'
    >>> describe("鼓楼区民政局").level, describe("鼓楼区民政局").region
    ('county', '')
    """
    part = _FREE_TRADE.sub(r"\1", name)
    remarks = " ".join(_BRACKETS.findall(part))
    text = _BRACKETS.sub("", part).strip()
    if not _CHINESE.search(text):
        return Agency()
    level, body, region = _told(text, year)
    if part != name and region:
        level = region.level.replace("province", "")
        body = "department"
    inner = find(remarks, year, region)
    if region and not inner.rest:
        # 乌鲁木齐高新区（新市区）
        region = inner.region or region
    if body == "government" and _after_town(remarks) is not None:
        level = "township"
    scope = ""
    if _WHOLE.search(remarks) or _WHOLE.search(text[-2:]):
        scope = "whole"
    elif body == "office":
        scope = "office"
    elif _OWN.search(remarks) or _OWN.search(text):
        scope = "own"
    place = (full_name(region), region.code) if region else ("", "")
    return Agency(level, body, *place, scope)


def _told(text: str, year: int | None) -> tuple[str, str, Region | None]:
    """Level, body and region."""
    if before := _OF_CENTRAL.match(text):
        place = find(text[before.end() :], year)
        if place.region or place.level:
            return "central", "branch", place.region
    place = find(text, year)
    level, region, rest = place.level, place.region, place.rest
    for special, code in _ZONES.items():
        ahead, said, after = text.partition(special)
        if said and (rest.startswith(special) or ahead in full_name(region_of(code))):
            level, region, rest = "prefecture", region_of(code), after
            break
    if not level and rest == text:
        if _CENTRAL.match(text):
            return "central", "department", None
        if word := _GENERIC.match(text) or _UNLISTED.match(text):
            level, rest = _GENERIC_LEVELS[word[1]], text[word.end() :]
    is_provincial = region is not None and region.level == "province"
    if _BRANCH.search(rest) or (is_provincial and rest == "地震局"):
        return "central", "branch", region
    if level == "county" and _FARM.match(rest):
        return "township", "government", region
    is_government = _GOVERNMENT.match(rest) or _OFFICE.match(rest)
    zone = None if is_government else _ZONE.match(rest) or _DISTRICT.match(rest)
    if zone and (level or not _FARM.match(rest)) and "自由贸易" not in rest:
        level, rest = "county", rest[zone.end() :]
    if (own := _after_town(rest)) is not None:
        return "township", _body(own), region
    part = _PART.match(rest)
    if named := part or _OF_CITY.match(rest):
        tried = (find(named["place"] + end, year, region) for end in ("", *"区县市"))
        within = [m.region for m in tried if m.region and not m.rest]
        inner = max(
            (one for one in within if region and one != region),
            key=lambda found: found.until,
            default=region if part else None,
        )
        if inner or part:
            return "county", "department", inner
    return level, _body(rest), region


def _after_town(rest: str) -> str | None:
    """What follows the name of a town or a street, if a name goes on with one."""
    found = _TOWN.match(re.sub(r"^(?:人民)?政府(?=\S)", "", rest))
    if not found or re.search(r"(?:城乡|乡村)(?!\S*办事处$)", found[0]):
        return None
    return re.sub(r"^(?:地区|街道)?(?:办事处|办)", "", found["rest"])


def _body(rest: str) -> str:
    """The kind of an agency, from its name after the place."""
    if rest.endswith("系统"):
        return "system"
    if not rest or _GOVERNMENT.match(rest) or _PLACE.fullmatch(rest):
        return "government"
    if _OFFICE.match(rest):
        return "office"
    return "government" if rest in _COMMITTEES else "department"


# The committee that governs a zone, rather than one for a trade (城市管理委员会).
_COMMITTEES = ("管理委员会", "管委会", "管委")


_WHERE = ("level", "body", "region", "region_code")
DESCRIPTION = ("agency_english", *_WHERE, "population", "parent")
"""Columns that every table of agencies has."""

AGENCY_COLUMNS = ("agency_id", *DESCRIPTION, "scope", "level_from", "published_at")
"""Columns of ``reports.csv`` that describe the agency and where its report is found."""

_NOTHING: Mapping[str, str] = {}

_WORDS = {"level": LEVELS, "body": BODIES, "scope": SCOPES}


def require_words(table: str, rows: Iterable[Mapping[str, str]]) -> None:
    """
    Refuse rows about agencies with a level, body, scope or code that there is not.

    Raises
    ------
    SourceError
        Naming the first of them, and what it may mean.

    Examples
    --------
    >>> require_words("registry", [{"agency": "甲县", "level": "conty"}])
    Traceback (most recent call last):
    govinfo.errors.SourceError: The registry has the level 'conty' for 甲县, expected
    one of central, province, prefecture, county, township or nothing. Did you mean
    'county'?
    """
    for row in rows:
        whom = row.get("agency") or row.get("file") or "an agency"
        for name, words in _WORDS.items():
            if (given := row.get(name)) and given not in words:
                raise SourceError(
                    f"The {table} has the {name} {given!r} for {whom}, expected one of "
                    f"{', '.join(words)} or nothing.{meant(given, words)}"
                )
        code = row.get("region_code")
        if code and not re.fullmatch("[0-9]{6}", code):
            raise SourceError(
                f"The {table} has the region_code {code!r} for {whom}, expected the "
                "six digits of GB/T 2260 or nothing."
            )


def agency_columns(
    agency: str,
    year: int | None,
    registered: Mapping[str, str] = _NOTHING,
    known: Mapping[str, str] = _NOTHING,
) -> dict[str, str]:
    """
    Fill the columns that describe an agency.

    Parameters
    ----------
    agency : str
        Its name; empty where the document says none.
    year : int or None
        The report year.
    registered : mapping, optional
        The row of the registry on this report.
    known : mapping, optional
        The row of ``agencies.csv`` on this agency.

    Returns
    -------
    dict of str to str
        The columns of :data:`AGENCY_COLUMNS`. The registry beats ``agencies.csv``,
        which beats what the name says; ``level_from`` is ``registry``, ``agencies`` or
        ``name``, and empty where the level is unknown.

    Examples
    --------
    >>> found = agency_columns("沭阳县财政局", 2023, {"population": "1650000"})
    >>> found["level"], found["level_from"], found["population"]
    ('county', 'name', '1650000')
    >>> agency_columns("沭阳县财政局", 2023, {"level": "prefecture"})["level_from"]
    'registry'
    """
    told: Mapping[str, str] = describe(agency, year)._asdict()
    sources = (("registry", registered), ("agencies", known), ("name", told))
    found = dict.fromkeys(AGENCY_COLUMNS, "")
    for origin, row in sources:
        # A region that is given is not described by the code of another.
        has_region = bool(found["region"] or found["region_code"])
        for name in AGENCY_COLUMNS:
            value = str(row.get(name) or "").strip()
            is_told = has_region and name in ("region", "region_code")
            if value and not (found[name] or is_told):
                found[name] = value
                if name == "level":
                    found["level_from"] = origin
    match = find(found["region"], year)
    if not found["region_code"] and match.region and not match.rest:
        found["region_code"] = match.region.code
        found["region"] = full_name(match.region)
    found["agency_id"] = found["agency_id"] or agency
    return found


COLUMNS = (
    "report_id",
    "agency_id",
    "agency",
    "agency_english",
    "region",
    "level",
    "body",
    "scope",
    "report_year",
    "file",
    "findings",
    "label",
    "fees_stated",
    "fees_cny",
)
"""Columns of the table of reports that comparisons and figures use; ``label`` names the
report in a sentence: the agency, in English where there is a name, else by its
``agency_id``, and the year. ``fees_stated`` is missing where the file was written
before there was such a column."""


def read_agencies(folder: Path | str, *, once: bool = False) -> pd.DataFrame:
    """
    Read who made the reports of a folder.

    Parameters
    ----------
    folder : Path or str
        A folder with a ``reports.csv``: a registry like that of ``data/``, or what
        ``govinfo extract`` writes, also as ``reports.parquet``. Of what the file does
        not have, the agency's name stands for ``agency_id``, and the other columns are
        empty.
    once : bool
        Leave out second sources, parts and other versions of a report, so that no
        agency has a year twice; ``attrs["left_out"]`` says which report each of them
        gave way to. An agency that reports on several scopes becomes one for each.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, one row per report that was read, all text but
        ``report_year`` and ``findings``, the number of contradictions (Int64), and
        ``fees_cny``, the processing fees in yuan (Float64).

    Raises
    ------
    SourceError
        If the folder has neither file.
    MissingColumns
        If that file is not a table of reports.
    MissingExtra
        If it is Parquet and pyarrow is not installed.
    """
    import pandas as pd

    file = Path(folder) / "reports.csv"
    if not file.is_file() and file.with_suffix(".parquet").is_file():
        file = file.with_suffix(".parquet")
    if not file.is_file():
        raise SourceError(
            f"{file} does not exist. Write it with 'govinfo extract REPORTS --out "
            f"{Path(folder)}'."
        )
    found = read_as_text(file)
    for name in ("report_id", "agency", "report_year"):
        if name not in found.columns:
            raise MissingColumns(
                f"{file} has no column {name!r}, so it is not a table of reports. Pass "
                "a folder written by govinfo extract, or one with a registry."
            )
    if "status" in found.columns:
        found = found[found["status"] != "failed"]
    wanted = (*COLUMNS, "same_as", "part_of", "status", "cells_reported")
    lacking = [name for name in wanted if name not in found.columns]
    found = found.reindex(columns=[*found.columns, *lacking], fill_value="")
    if "fees_stated" in lacking:
        found = found.assign(fees_stated=None)
    # Reports that name no agency are not all of one.
    found = found.assign(agency_id=_first(found, "agency_id", "agency", "report_id"))
    left_out: dict[str, str] = {}
    if once:
        found, left_out = _each_once(_by_scope(found))
    names = _first(found, "agency_english", "agency", "agency_id")
    found = found.assign(label=(names + " " + found["report_year"]).str.strip())
    kinds = {"report_year": "Int64", "findings": "Int64", "fees_cny": "Float64"}
    numbers = found[[*kinds]].apply(pd.to_numeric, errors="coerce")
    found = found.assign(**numbers.astype("Float64").astype(kinds))
    reports = found[list(COLUMNS)].reset_index(drop=True)
    reports.attrs["left_out"] = left_out
    return reports


def _first(table: pd.DataFrame, *names: str) -> pd.Series:
    """The first column of several that is filled, row by row."""
    columns = (table[name] for name in names)
    return reduce(lambda one, other: one.where(one != "", other), columns)


def read_as_text(file: Path) -> pd.DataFrame:
    """Read a table, CSV or Parquet, as text; what is missing is empty."""
    import pandas as pd

    if file.suffix == ".parquet":
        return read_parquet(file).astype("string").fillna("").astype(str)
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _by_scope(found: pd.DataFrame) -> pd.DataFrame:
    """Make an agency that reports on itself and on all below it two agencies."""
    scopes = found.groupby("agency_id")["scope"].transform("nunique")
    parted = (scopes > 1) & (found["scope"] != "")
    added = {
        "agency_id": "-" + found["scope"],
        "agency": "（" + found["scope"].map(SCOPES).fillna(found["scope"]) + "）",
        "agency_english": " (" + found["scope"] + ")",
    }
    return found.assign(
        **{
            name: found[name].where(~parted | (found[name] == ""), found[name] + end)
            for name, end in added.items()
        }
    )


def _each_once(found: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """One report for each agency and year: the one with most figures, read best."""
    left_out = {
        row["report_id"]: row["same_as"] or row["part_of"]
        for row in found.to_dict("records")
        if row["same_as"] or row["part_of"]
    }
    kept = found[~found["report_id"].isin(list(left_out))]
    figures = kept["cells_reported"].replace("", "0").astype(int)
    best = kept.assign(_figures=-figures).sort_values(
        ["status", "_figures", "report_id"], kind="stable"
    )
    dated = best[best["report_year"] != ""]
    first = dated.groupby(["agency_id", "report_year"])["report_id"].transform("first")
    again = dated["report_id"] != first
    left_out |= dict(zip(dated["report_id"][again], first[again], strict=True))
    return found[~found["report_id"].isin(list(left_out))], left_out
