"""The reports of a folder with their agencies."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from govinfo.agencies import (
    AGENCY_COLUMNS,
    COLUMNS,
    agency_columns,
    describe,
    read_agencies,
    regions,
)
from govinfo.dataset import extract, read_reports, write_indicators
from govinfo.errors import MissingColumns, SourceError


def test_the_registry_is_read_with_names_and_levels() -> None:
    reports = read_agencies(ROOT / "data").set_index("report_id")
    row = reports.loc["huaian-2024"]
    assert row["agency"] == "淮安市人民政府"
    assert row["label"] == "Huai’an City 2024"
    assert row["level"] == "prefecture"
    assert row["report_year"] == 2024


def test_what_an_extraction_writes_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text(
        "report_id,file,agency,report_year,status\n"
        "a,a.html,某县人民政府,2023,complete\n"
        "b,b.html,,,partial\n"
        "c,c.html,某县人民政府,2022,failed\n",
        "utf-8",
    )
    reports = read_agencies(tmp_path)
    assert tuple(reports.columns) == COLUMNS
    assert reports["report_id"].tolist() == ["a", "b"]
    assert reports["agency_id"].tolist() == ["某县人民政府", "b"]
    # A report that names no agency still has a name.
    assert reports["label"].tolist() == ["某县人民政府 2023", "b"]
    assert reports["report_year"].isna().tolist() == [False, True]
    assert set(reports["scope"]) == {""}
    # Whether they state fees was not asked then.
    assert reports["fees_stated"].isna().all()


def test_reports_that_name_no_agency_are_not_all_of_one(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        shutil.copy(ROOT / "data" / "reports" / "suqian-2023.html", tmp_path / name)
    out = tmp_path / "out"
    extract([tmp_path / "a.html", tmp_path / "b.html"], out, jobs=1)
    table = (out / "reports.csv").read_text("utf-8")
    (out / "reports.csv").write_text(table.replace("宿迁市人民政府", ""), "utf-8")
    assert read_agencies(out)["agency_id"].tolist() == ["a", "b"]
    write_indicators(out)
    with (out / "indicators.csv").open(encoding="utf-8", newline="") as file:
        assert {row["agency_id"] for row in csv.DictReader(file)} == {"a", "b"}


def test_a_folder_without_reports_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_agencies(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'reports.csv'} does not exist. Write it with 'govinfo extract "
        f"REPORTS --out {tmp_path}'."
    )


def test_another_table_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text("report_id,agency\n", "utf-8")
    with pytest.raises(MissingColumns) as caught:
        read_agencies(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'reports.csv'} has no column 'report_year', so it is not a table "
        "of reports. Pass a folder written by govinfo extract, or one with a registry."
    )


# Published names with level, body and region as a person gave them.
PUBLISHED = Path(__file__).with_name("agency_names.csv")

# Names taken up after the rules were finished, labelled before they were run.
LATER = Path(__file__).with_name("agency_names_later.csv")

# The page that lists every miss with its reason, and the list of other names.
PAGE = ROOT / "docs" / "agencies.md"
KNOWN = ROOT / "data" / "known_reports.csv"


def others() -> list[dict[str, str]]:
    """Known agencies that are not among the published names, each once."""
    seen = {row["agency"] for row in rows_of(PUBLISHED)}
    rows = {row["agency"]: row for row in reversed(rows_of(KNOWN))}
    return [row for name, row in rows.items() if name not in seen]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def misses(rows: list[dict[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    """Name, what is missed, what a person says, and what is recognised."""
    for row in rows:
        found, name = describe(row["agency"]), row["agency"]
        for what in ("level", "body"):
            if getattr(found, what) != row[what]:
                yield name, what, row[what], getattr(found, what)
        # A place that the list calls by a zone's name carries the code of its county.
        place = row["region"].removeprefix("全国")
        code, ours = describe(f"{place}人民政府").region_code, found.region_code
        if ours != code:
            yield name, "region", row["region"], found.region
            near = code.startswith(ours.rstrip("0")) or ours.startswith(
                code.rstrip("0")
            )
            assert near, f"{name} is of {row['region']}, and not of {found.region}"


def test_every_miss_on_other_names_is_listed_with_its_reason() -> None:
    listed = re.findall(r"(?m)^- \*(\w+)\*, .+?: (\S+)$", PAGE.read_text("utf-8"))
    named = [(what, name) for what, names in listed for name in split(names)]
    assert sorted(named) == sorted((what, name) for name, what, *_ in misses(others()))


def split(names: str) -> list[str]:
    """Names one after the other; one of them is of two governments."""
    return re.split("、(?!静安区)", names)


def test_the_page_says_how_many_of_the_places_that_names_say_are_right() -> None:
    """A name says its place where no other division bears what it calls it."""
    names: dict[str, set[str]] = {}
    bearers: dict[str, set[str]] = {}
    for called in regions._by_name():
        for name, divisions in called.items():
            for code in {region.code for region in divisions}:
                names.setdefault(code, set()).add(name)
                bearers.setdefault(name, set()).add(code)

    def says(row: dict[str, str]) -> bool:
        code = describe(f"{row['region']}人民政府").region_code
        around = (code, f"{code[:4]}00", f"{code[:2]}0000")
        said = [n for at in around for n in names.get(at, ()) if n in row["agency"]]
        return any(len(bearers[name]) == 1 for name in said)

    saying = {row["agency"] for row in others() if says(row)}
    wrong = {name for name, what, *_ in misses(others()) if what == "region"} & saying
    right = len(saying) - len(wrong)
    page = " ".join(PAGE.read_text("utf-8").split())
    assert f"{len(saying):,} of these {len(others()):,} name their place" in page
    assert f"of these, {right:,} ({right / len(saying):.1%}) are right" in page


def test_every_miss_on_published_names_is_listed_with_its_reason() -> None:
    listed = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|") and not re.match(r"\|(-| name)", line)
    ]
    told = [row for row in listed if not row[4].isdecimal()]
    assert {row[:4] for row in told} == set(misses(rows_of(PUBLISHED)))
    assert all(row[4] for row in told)


def test_names_found_later_are_right_or_left_open() -> None:
    """Every town and street whose name says no county, and nothing else, is open."""
    missed = list(misses(rows_of(LATER)))
    assert {what for _, what, _, _ in missed} == {"region"}
    assert all(
        re.fullmatch(r".{2,3}[镇乡].*|.+街道办事处", name) for name, *_ in missed
    )
    assert {found for *_, found in missed} == {""}
    rows = rows_of(LATER)
    seen = {row["agency"] for row in (*rows_of(PUBLISHED), *rows_of(KNOWN))}
    assert seen.isdisjoint(row["agency"] for row in rows)
    right = len(rows) - len(missed)
    assert (
        f"is right for {len(rows)} (100.0%), the body for {len(rows)} (100.0%) and the "
        f"region for {right} ({right / len(rows):.1%})"
    ) in " ".join(PAGE.read_text("utf-8").split())


def test_the_page_tells_open_fields_from_those_that_are_otherwise() -> None:
    printed = re.findall(
        r"(?m)^\|[^|]*\| (level|body|region) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$",
        PAGE.read_text("utf-8"),
    )
    counted = []
    for rows in (rows_of(PUBLISHED), others(), rows_of(LATER)):
        found = list(misses(rows))
        for field in ("level", "body", "region"):
            own = [(says, ours) for _, what, says, ours in found if what == field]
            # The place around it, or none.
            left = [ours for says, ours in own if not ours or says.startswith(ours)]
            numbers = (len(rows) - len(own), len(left), len(own) - len(left))
            counted.append((field, *(f"{number:,}" for number in numbers)))
    assert printed == counted


@pytest.mark.parametrize("rows", [rows_of(PUBLISHED), others()], ids=["244", "others"])
def test_the_page_says_how_many_names_are_right(rows: list[dict[str, str]]) -> None:
    wrong = Counter(what for _, what, _, _ in misses(rows))
    said = " ".join(PAGE.read_text("utf-8").split())
    readme = " ".join((ROOT / "data" / "README.md").read_text("utf-8").split())
    assert f"{len(rows):,}" in readme
    for what in ("level", "body", "region"):
        right = len(rows) - wrong[what]
        assert f"{right:,} ({right / len(rows):.1%})" in said
        if what != "region":
            assert f"{right}" in readme or f"{right / len(rows):.1%}"[:-1] in readme


@pytest.mark.parametrize(
    ("name", "level", "body", "code"),
    [
        ("示例省财政厅", "", "department", ""),
        ("甲县人民政府", "county", "government", ""),
        ("鼓楼区民政局", "county", "department", ""),
        ("湖北省公安厅", "province", "department", "420000"),
        ("西藏自治区地震局", "central", "branch", "540000"),
        ("恩施州宣恩县教育局", "county", "department", "422825"),
        ("镇宁自治县人民政府", "county", "government", "520423"),
        ("商务部", "central", "department", ""),
        ("中山街道办事处", "township", "government", ""),
        ("国家统计局湖北调查总队", "central", "branch", "420000"),
        ("益阳市生态环境局沅江分局", "county", "department", "430981"),
        ("市财政局", "", "department", ""),
        ("县财政局", "county", "department", ""),
        ("镇江市住房和城乡建设局", "prefecture", "department", "321100"),
        ("广西壮族自治区乡村振兴局", "province", "department", "450000"),
        ("福建省平潭综合实验区管委会", "prefecture", "government", "350128"),
        ("平潭综合实验区管委会", "prefecture", "government", "350128"),
        ("喀左县卫生健康局", "county", "department", "211324"),
        ("东乡县人民政府", "county", "government", "622926"),
        ("绵阳市江油生态环境局", "county", "department", "510781"),
        ("河南海事局", "central", "branch", "410000"),
        (
            "中国（四川）自由贸易试验区泸州片区管委会",
            "prefecture",
            "department",
            "510500",
        ),
        ("成都高新区（武侯区）", "county", "government", "510107"),
        ("示例管理区", "", "government", ""),
        ("", "", "", ""),
        ("Ministry of Finance", "", "", ""),
    ],
)
def test_what_a_name_says(name: str, level: str, body: str, code: str) -> None:
    found = describe(name)
    assert (found.level, found.body, found.region_code) == (level, body, code)


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("杭州市人民政府（全市）", "whole"),
        ("广州海关（关区）", "whole"),
        ("重庆市市场监督管理局机关", "own"),
        ("潍坊市气象局(机关)", "own"),
        ("重庆市市场监管系统", "whole"),
        ("苏州市人民政府办公室", "office"),
        ("苏州市人民政府", ""),
    ],
)
def test_whole_own_and_office_are_different_series(name: str, scope: str) -> None:
    assert describe(name).scope == scope


def test_a_place_is_called_as_in_the_report_year() -> None:
    assert describe("洪泽县财政局", 2012).region_code == "320829"
    assert describe("洪泽区财政局", 2023).region_code == "320813"
    assert describe("莱芜市财政局", 2015).region == "山东省莱芜市"


def test_the_registry_beats_the_table_of_agencies_which_beats_the_name() -> None:
    name = "沭阳县财政局"
    known = {"agency_id": "sy-czj", "level": "township", "body": "office"}
    given = {"level": "province", "region": "四川省", "published_at": "https://a.cn/"}
    found = agency_columns(name, 2023, given, known)
    assert tuple(found) == AGENCY_COLUMNS
    assert (found["level"], found["level_from"]) == ("province", "registry")
    assert (found["body"], found["agency_id"]) == ("office", "sy-czj")
    assert (found["region"], found["region_code"]) == ("四川省", "510000")
    assert found["published_at"] == "https://a.cn/"
    assert agency_columns(name, 2023, {}, known)["level_from"] == "agencies"
    assert agency_columns(name, 2023)["region"] == "江苏省宿迁市沭阳县"


def test_a_region_that_is_in_no_table_keeps_its_name_and_has_no_code() -> None:
    found = agency_columns("沭阳县财政局", 2023, {"region": "某新区"})
    assert (found["region"], found["region_code"]) == ("某新区", "")


def test_of_no_name_nothing_is_known() -> None:
    assert set(agency_columns("", None).values()) == {""}


def test_what_a_study_knows_of_its_agencies_stands_in_the_table_of_reports(
    tmp_path: Path,
) -> None:
    page = (ROOT / "data" / "reports" / "suqian-2023.html").read_bytes()
    place = tmp_path / "data" / "reports" / "2023"
    place.mkdir(parents=True)
    (place / "a.html").write_bytes(page)
    (place / "b.html").write_bytes(page)
    (tmp_path / "data" / "registry.csv").write_text(
        "file,agency,population,report_year\n2023/a.html,宿迁市某局,4900000,2022\n",
        "utf-8",
    )
    (tmp_path / "data" / "agencies.csv").write_text(
        "agency_id,agency,agency_english\nsuqian,宿迁市人民政府,Suqian City\n", "utf-8"
    )
    reports = read_reports(tmp_path / "data" / "reports", jobs=1).reports
    columns = ["agency_id", "agency_english", "level", "population", "level_from"]
    assert reports[columns].to_numpy().tolist() == [
        ["宿迁市某局", "", "prefecture", "4900000", "name"],
        ["suqian", "Suqian City", "prefecture", "", "name"],
    ]
