"""The bundled data is what its registry and its script say it is."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
import set_facsimiles
from facsimiles.form import cells_of

from govinfo.dataset import extract, write_indicators
from govinfo.registry import REGISTRY_COLUMNS

DATA = Path(__file__).parents[1] / "data"
BUILT = ("cells", "checks", "findings", "indicators", "reports", "suggestions")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGISTRY = rows("registry.csv")


@pytest.fixture(scope="module")
def set_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    set_facsimiles.main(out)
    return out


def test_facsimiles_are_reproducible_byte_for_byte(set_again: Path):
    fresh = {p.name: p.read_bytes() for p in (set_again / "reports").iterdir()}
    stored = {p.name: p.read_bytes() for p in (DATA / "reports").iterdir()}
    assert sorted(fresh) == sorted(stored)
    assert [name for name in fresh if fresh[name] != stored[name]] == []


def test_setting_the_facsimiles_again_leaves_the_registry_as_it_is(set_again: Path):
    fresh = (set_again / "registry.csv").read_bytes()
    assert fresh == (DATA / "registry.csv").read_bytes()


@pytest.mark.slow
def test_built_tables_are_reproducible_byte_for_byte(tmp_path: Path):
    extract([DATA / "reports"], tmp_path, jobs=1)
    write_indicators(tmp_path)
    for name in (*(f"{table}.csv" for table in BUILT), "dataset.json"):
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_known_contradictions_are_located():
    found = [
        (row["report_id"], row["solution"], row["row_code"], row["column_code"])
        + (row["printed"], row["suggested"], row["alternatives"])
        for row in rows("suggestions.csv")
    ]
    hongze = [row for row in found if row[:2] == ("hongze-2023", "1")]
    assert hongze == [
        ("hongze-2023", "1", "review", "total", "0", "11", "0"),
        ("hongze-2023", "1", "litigation_after_review", "total", "0", "5", "1"),
    ]
    assert [row for row in found if row[0] == "jinhu-2023"] == [
        ("jinhu-2023", "1", "litigation_direct", "total", "0", "3", "0")
    ]
    # The sums of this report leave two rows to choose from, and no more.
    assert [row[1:6] for row in found if row[0] == "pingtan-2020"] == [
        ("1", "granted", "natural_person", "6", "0"),
        ("1", "granted", "total", "7", "1"),
        ("2", "granted_in_part", "natural_person", "6", "0"),
        ("2", "granted_in_part", "total", "6", "0"),
    ]
    # A total that is lost, though its row and its column give it.
    assert [row[1:] for row in found if row[0] == "shanghai-kewei-2024"] == [
        ("1", "carried_out", "total", "", "1", "0")
    ]
    others = {"hongze-2023", "jinhu-2023", "pingtan-2020", "shanghai-kewei-2024"}
    assert {row[0] for row in found} == others


def test_checks_are_counted_as_the_findings_are_listed():
    counts = {
        (row["report_id"], row["check"]): int(row["fail"])
        for row in rows("checks.csv")
        if row["fail"] != "0"
    }
    listed: dict[tuple[str, str], int] = {}
    for row in rows("findings.csv"):
        key = row["report_id"], row["check"]
        listed[key] = listed.get(key, 0) + 1
    assert counts == listed


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row["report_id"])
def test_registered_file_has_the_registered_sum(row: dict[str, str]):
    data = (DATA / "reports" / row["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == row["sha256"]
    assert Path(row["file"]).stem == row["report_id"]


def test_every_document_is_registered_once():
    registered = [row["file"] for row in REGISTRY]
    on_disk = [p.name for p in (DATA / "reports").iterdir()]
    assert sorted(registered) == sorted(on_disk)
    assert len({row["report_id"] for row in REGISTRY}) == len(REGISTRY)


def test_registry_has_the_agreed_columns_and_agencies():
    assert tuple(REGISTRY[0]) == REGISTRY_COLUMNS
    agencies = {row["agency_id"]: row["agency"] for row in rows("agencies.csv")}
    for row in REGISTRY:
        assert row["agency"] == agencies[row["agency_id"]]
        assert row["report_id"] == f"{row['agency_id']}-{row['report_year']}"


def test_every_entry_says_that_the_file_is_a_facsimile():
    assert {row["file_is"] for row in REGISTRY} == {
        "facsimile set by scripts/set_facsimiles.py from the published figures; "
        "not the published document"
    }


def test_formats_are_those_that_agencies_use():
    endings = [Path(row["file"]).suffix for row in REGISTRY]
    assert {e: endings.count(e) for e in endings} == {".html": 11, ".pdf": 6, ".txt": 2}


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row["report_id"])
def test_figures_have_every_cell_of_their_form(row: dict[str, str]):
    its_form = set_facsimiles.form_of(row["report_year"])
    figures = [
        (cell["table"], cell["row_code"], cell["column_code"])
        for cell in rows("figures/cells.csv")
        if cell["report_id"] == row["report_id"]
    ]
    assert len(set(figures)) == len(figures)
    form = [
        (c["table"], c["row_code"], c["column_code"])
        for table in ("proactive", "requests", "disputes")
        for c in cells_of(its_form, table)
    ]
    collapsed = ("requests", "other", "total") in figures
    if its_form == "2021":
        form = [
            (table, code, column)
            for table, code, column in form
            if code != "other" and not (collapsed and code.startswith("other."))
        ] + [cell for cell in form if cell[1] == "other" and collapsed]
    assert sorted(figures) == sorted(form)


def test_remarks_belong_to_printed_figures():
    printed = {
        tuple(list(cell.values())[:4]): cell["printed"]
        for cell in rows("figures/cells.csv")
    }
    for remark in rows("figures/remarks.csv"):
        assert printed[tuple(list(remark.values())[:4])] == remark["printed"]
        assert remark["as_printed"].startswith(remark["printed"])


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row["report_id"])
def test_document_says_that_it_is_a_facsimile(row: dict[str, str]):
    data = (DATA / "reports" / row["file"]).read_bytes()
    if data.startswith(b"%PDF"):
        import pypdfium2

        pdf = pypdfium2.PdfDocument(data)
        text = pdf[0].get_textpage().get_text_range().replace("\r\n", "")
        assert len(data) < 150_000
    elif b"gb2312" in data:
        text = data.decode("gb18030")
    else:
        text = data.decode("utf-8")
    assert "仿制件" in text
    assert "Facsimile" in text
    assert row["published_at"] in text


def test_one_page_is_gbk():
    data = (DATA / "reports/shuyang-fgj-2023.html").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert "沭阳县发展和改革局" in data.decode("gb18030")


def test_corrections_are_empty_and_have_the_agreed_columns():
    text = (DATA / "corrections.csv").read_text(encoding="utf-8")
    assert text == ("report_id,table,row_code,column_code,old,new,why,page,who,when\n")


def dictionary(name: str) -> dict[str, list[str]]:
    """The columns that each section of a README explains, by table."""
    sections: dict[str, list[str]] = {}
    section = ""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ").strip("`") if "`" in line else ""
        elif line.startswith(("| state |", "| 状态 |")):
            section = ""
        elif line.startswith("| `") and section:
            sections.setdefault(section, []).append(line.split("`")[1])
    return sections


@pytest.mark.parametrize("name", sorted(dictionary("README.md")))
def test_dictionary_explains_every_column_in_order(name: str):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == dictionary("README.md")[name] == dictionary("README.zh.md")[name]


def test_both_readmes_say_the_same_of_the_same_files():
    texts = [(DATA / n).read_text("utf-8") for n in ("README.md", "README.zh.md")]
    codes = [
        [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
        for text in texts
    ]
    assert codes[0] == codes[1]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_readme_says_which_reports_are_missing(name: str):
    held: dict[str, set[str]] = {}
    for row in REGISTRY:
        held.setdefault(row["agency_id"], set()).add(row["report_year"])
    text = (DATA / name).read_text(encoding="utf-8")
    years = [str(year) for year in range(2019, 2026)]
    for agency in rows("agencies.csv"):
        name = f"| `{agency['agency_id']}` | {agency['agency']}"
        (line,) = (line for line in text.splitlines() if line.startswith(name))
        marks = [cell.strip() for cell in line.strip("|").split("|")][2:]
        said = {year for year, mark in zip(years, marks, strict=True) if mark != "–"}
        assert said == held[agency["agency_id"]]
