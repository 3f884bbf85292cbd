"""A study: made, extracted and described by one dictionary; its commands."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from govinfo.agencies import describe
from govinfo.bilingual import templates
from govinfo.cli import main
from govinfo.cli.commands import COMMANDS
from govinfo.dataset.tables import TABLES
from govinfo.errors import SourceError
from govinfo.registry import REGISTRY_COLUMNS
from govinfo.study import dictionary, load, new_study, open_study, to_extract
from govinfo.study.layout import data_readme, shipped

REPORTS = ROOT / "data" / "reports"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_new_study_has_the_layout_of_the_repository(tmp_path: Path) -> None:
    study, known = new_study(tmp_path / "mine")
    assert known == 0
    made = {p.relative_to(study.root).as_posix() for p in study.root.rglob("*")}
    notebooks = {f"notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert len(notebooks) >= 8
    assert made == notebooks | {
        ".gitignore",
        "README.md",
        "data",
        "data/README.md",
        "data/README.zh.md",
        "data/agencies.csv",
        "data/comparison_study.csv",
        "data/corrections.csv",
        "data/registry.csv",
        "data/reports",
        "notebooks",
    }
    header = study.registry.read_text("utf-8")
    assert header == ",".join(REGISTRY_COLUMNS) + "\n"


def test_notebooks_of_a_new_study_show_nothing_of_other_data(tmp_path: Path) -> None:
    study, _ = new_study(tmp_path / "mine")
    for path in study.notebooks.glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert all(not cell.get("outputs") for cell in cells)


@pytest.mark.parametrize(("lang", "kept"), [("en", "English"), ("zh", "中文")])
def test_one_language_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, kept: str
) -> None:
    texts = {"en": "English", "zh": "中文"}
    cells = [
        {
            "cell_type": "markdown",
            "metadata": {"tags": [f"lang:{name}"]},
            "source": [text],
        }
        for name, text in texts.items()
    ]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    monkeypatch.setattr(
        "govinfo.study.layout.shipped",
        lambda name, *folder: (
            tmp_path if name == "notebooks" else shipped(name, *folder)
        ),
    )
    study, _ = new_study(tmp_path / "mine", lang=lang)
    book = json.loads((study.notebooks / "a.ipynb").read_text("utf-8"))
    assert [cell["source"] for cell in book["cells"]] == [[kept]]


def test_known_reports_fill_the_registry(tmp_path: Path) -> None:
    study, known = new_study(tmp_path / "a", known=True, region="四川", since=2021)
    registered = study.read_registry()
    assert known == len(registered) > 50
    assert all(row["region"].startswith("四川省") for row in registered)
    assert all(int(row["report_year"]) >= 2021 for row in registered)
    assert all(row["published_at"].startswith("http") for row in registered)
    with pytest.raises(SourceError) as caught:
        new_study(tmp_path / "b", known=True, region="Atlantis")
    assert str(caught.value) == (
        "No known report is of region 'Atlantis' since the beginning. Try another "
        "name, such as 四川 or 四川省成都市, or an earlier year."
    )
    assert not (tmp_path / "b").exists()


def test_a_province_can_be_named_in_english(tmp_path: Path) -> None:
    study, known = new_study(tmp_path / "a", known=True, region="Sichuan")
    assert known
    assert all(r["region"].startswith("四川省") for r in study.read_registry())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("四川生", "四川省"), ("武汉事", "武汉市"), ("Sichaun", "Sichuan")],
)
def test_a_mistyped_region_gets_a_suggestion(
    typed: str, meant: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=f"Did you mean '{meant}'"):
        new_study(tmp_path / "a", region=typed)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine", "utf-8")
    with pytest.raises(SourceError) as caught:
        new_study(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds something already, and a new study would be mixed with it. "
        "Name a folder that is new or empty."
    )
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_a_study_is_extracted_into_its_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, _ = new_study(tmp_path / "mine")
    inner = study.documents / "2023"
    inner.mkdir()
    shutil.copy(REPORTS / "suqian-2023.html", inner)
    study.write_registry([{"file": "2023/suqian-2023.html", "population": "4900000"}])
    assert main(["extract", str(study.root), "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert f"findings: 0, in {study.data}." in said
    assert f"'govinfo review {study.root}' lists what is in doubt" in said
    [row] = rows(study.data / "reports.csv")
    told = [row[n] for n in ("status", "level", "region_code", "population")]
    assert told == ["complete", "prefecture", "321300", "4900000"]
    assert len(rows(study.data / "indicators.csv")) > 50


def test_without_a_study_there_is_nowhere_to_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"govinfo: {tmp_path}: found no --out and no study, so there is nowhere to "
        "write. Name a folder with --out DIR, or make a study with 'govinfo new DIR' "
        "and copy the documents into its data/reports.\n"
    )
    study, _ = new_study(tmp_path / "mine")
    with pytest.raises(SourceError) as caught:
        to_extract([str(study.root)], None)
    assert str(caught.value) == (f"{study.documents} is empty. Copy documents into it.")
    study.write_registry([{"published_at": "https://www.example.cn/a.html"}])
    with pytest.raises(SourceError, match="Fetch the registered ones with 'govinfo d"):
        to_extract([str(study.root)], None)
    with pytest.raises(SourceError, match="is no study: found neither"):
        open_study(tmp_path)


def test_a_mistyped_study_is_answered_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    new_study("mine")
    for command in ("extract", "review", "export", "site", "download"):
        assert main([command, "mien"]) == 2
        assert capsys.readouterr().err == (
            "govinfo: mien does not exist. Did you mean 'mine'? Name a study, or make "
            "one with 'govinfo new mien'.\n"
        )


def test_what_needs_an_extraction_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, _ = new_study(tmp_path / "mine")
    root = str(study.root)
    told = f"govinfo: {study.data} holds no extraction: found neither reports nor cells"
    for words in (["site"], ["review"], ["export"], ["indicators"], ["audit"]):
        assert main([*words, root]) == 2
        assert capsys.readouterr().err.startswith(told)
    assert main(["diff", root, root]) == 2
    assert capsys.readouterr().err.startswith(told)
    assert main(["correct", root, "x.csv"]) == 2
    assert capsys.readouterr().err.startswith("govinfo: x.csv does not exist. Name the")


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, _ = new_study(tmp_path / "mine")
    shutil.copy(REPORTS / "suqian-2023.html", study.documents)
    assert main(["extract", str(study.root), "--jobs", "1"]) == 0
    (study.root / "export").write_text("a file", "utf-8")
    capsys.readouterr()
    assert main(["export", str(study.root)]) == 2
    assert capsys.readouterr().err == (
        f"govinfo: {study.root / 'export'}: File exists. Check whether you may read "
        "and write there, and whether there is room.\n"
    )


def test_a_study_of_which_nothing_was_read_says_so(tmp_path: Path) -> None:
    study, _ = new_study(tmp_path / "mine")
    (study.documents / "a.txt").write_text("no report", "utf-8")
    assert main(["extract", str(study.root), "--jobs", "1", "--quiet"]) == 1
    with pytest.raises(SourceError, match="holds no report that was read, so there"):
        load(study.data)
    assert main(["site", str(study.root)]) == 2


@pytest.mark.parametrize("command", ["extract", "download"])
def test_a_registry_in_another_encoding_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    study, _ = new_study(tmp_path / "mine")
    shutil.copy(REPORTS / "suqian-2023.html", study.documents)
    study.registry.write_bytes("file,agency\na.html,某县\n".encode("gb18030"))
    assert main([command, str(study.root)]) == 2
    assert "the registry is not UTF-8 text" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "page"), [("en", "index"), ("zh", "index.zh")])
def test_the_page_to_open_is_that_of_the_language(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lang: str,
    page: str,
) -> None:
    study, _ = new_study(tmp_path / "mine")
    shutil.copy(REPORTS / "suqian-2023.html", study.documents)
    assert main(["extract", str(study.root), "--jobs", "1", "--quiet"]) == 0
    home = study.root / "site" / "index.html"
    monkeypatch.setattr("govinfo.site.build_site", lambda *_, **__: [home])
    assert main(["site", str(study.root), "--lang", lang]) == 0
    assert f"{study.root / 'site' / page}.html" in capsys.readouterr().out


def test_what_a_registry_says_of_no_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, _ = new_study(tmp_path / "mine")
    shutil.copy(REPORTS / "suqian-2023.html", study.documents)
    study.registry.write_text(
        "file,agncy,visited\nsuqian-2O23.html,某市,yes\n", encoding="utf-8"
    )
    assert main(["extract", str(study.root), "--jobs", "1", "--quiet"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"{study.registry} names suqian-2O23.html, which is not there: nothing of its "
        "row was used. Did you mean 'suqian-2023.html'?",
        f"{study.registry} has a column 'agncy', which says nothing here. Did you mean "
        "'agency'?",
    ]


@pytest.mark.parametrize(
    ("table", "columns", "told"),
    [
        ("registry", "file,level\nsuqian-2023.html,conty", "Did you mean 'county'?"),
        ("registry", "file,scope\nsuqian-2023.html,all", "expected one of whole, own,"),
        (
            "registry",
            "file,region_code\nsuqian-2023.html,32",
            "six digits of GB/T 2260",
        ),
        (
            "agencies",
            "agency,body\n宿迁市人民政府,gov",
            "one of government, department",
        ),
    ],
)
def test_a_word_that_there_is_not_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    columns: str,
    told: str,
) -> None:
    study, _ = new_study(tmp_path / "mine")
    shutil.copy(REPORTS / "suqian-2023.html", study.documents)
    (study.data / f"{table}.csv").write_text(f"{columns}\n", encoding="utf-8")
    assert main(["extract", str(study.root), "--jobs", "1", "--quiet"]) == 2
    assert told in capsys.readouterr().err


def test_an_address_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "https://www.example.cn/a/b.html", "--out", "x"]) == 2
    assert capsys.readouterr().err == (
        "govinfo: https://www.example.cn/a/b.html is an address, and reading opens no "
        "connection. Save the document and name the file; or write the address into "
        "the column published_at of a study's data/registry.csv and run 'govinfo "
        "download DIR'.\n"
    )


def test_columns_of_the_researcher_survive(tmp_path: Path) -> None:
    study, _ = new_study(tmp_path / "mine")
    study.write_registry([{"file": "a.html", "visited": "yes"}])
    assert study.read_registry()[0]["visited"] == "yes"
    study.write_registry(study.read_registry())
    assert study.read_registry()[0]["visited"] == "yes"


def test_the_dictionary_describes_every_column() -> None:
    told = dictionary()
    assert tuple(told["registry"]) == REGISTRY_COLUMNS
    for table in TABLES:
        assert tuple(told[table.name]) == table.columns
    assert all(meaning for table in told.values() for meaning in table.values())


def test_accuracy_on_known_names_is_what_the_dictionary_says() -> None:
    with (ROOT / "tests" / "agency_names.csv").open(encoding="utf-8") as file:
        seen = {row["agency"] for row in csv.DictReader(file)}
    names = {
        row["agency"]: row
        for row in reversed(rows(ROOT / "data" / "known_reports.csv"))
        if row["agency"] not in seen
    }
    share = {
        field: sum(
            getattr(describe(name), field) == row[field] for name, row in names.items()
        )
        / len(names)
        for field in ("level", "body")
    }
    text = data_readme()
    sentence = (
        f"of {len(names):,} other names they agree with a person for "
        f"{share['level']:.1%} and {share['body']:.1%}."
    )
    assert sentence in " ".join(text.split())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_every_command_has_examples_that_are_commands(
    command, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert command.examples
    for example in command.examples:
        assert f"  govinfo {command.name} {example}".rstrip() + "\n" in shown


def test_a_mistyped_command_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["extrct", "x"])
    assert ended.value.code == 2
    assert "did you mean 'extract'?" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["extract", "x", "--mgabytes", "3"])
    assert "did you mean '--megabytes'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["extract", "x", "--format", "parqet"], "did you mean 'parquet'?"),
        (["extract", "x", "--lang", "zhh"], "did you mean 'zh'?"),
        (["completion", "bsh"], "did you mean 'bash'?"),
        (["export", "x", "--format", "stta"], "Did you mean 'stata'?"),
        (["doctor", "pdfum"], "Did you mean 'pdfium'?"),
    ],
)
def test_a_mistyped_value_is_answered_with_the_nearest(
    words: list[str],
    meant: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    new_study(tmp_path / "x")
    monkeypatch.chdir(tmp_path)
    with contextlib.suppress(SystemExit):
        assert main(words) == 2
    assert meant in capsys.readouterr().err


def test_an_address_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "https://a.cn/b.html"]) == 2
    assert "https://a.cn/b.html is an address" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_can_complete_every_command(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command.name in script for command in COMMANDS)


def test_every_help_is_told_in_chinese_as_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    for command in COMMANDS:
        for words in ([command.name, "--help"], ["--lang", "en", command.name, "-h"]):
            with pytest.raises(SystemExit):
                main(words)
        chinese, english = capsys.readouterr().out.split("usage: ")[1:]
        assert "选项" in chinese
        assert "选项" not in english
        assert templates("govinfo.cli")[f"about.{command.name}"].zh[:8] in chinese
        for _, said, _ in command.arguments:
            if said:
                assert templates("govinfo.cli")[f"arg.{said}"].zh[:6] in chinese


def test_results_are_said_in_the_language_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "mine"
    assert main(["new", str(root), "--lang", "zh"]) == 0
    assert capsys.readouterr().out == (
        f"{root}已建成一项研究。请把文件复制到{root / 'data' / 'reports'}，"
        f"再运行“govinfo extract {root}”。\n"
    )


def test_no_template_of_the_commands_lacks_a_language_or_a_use() -> None:
    told = templates("govinfo.cli")
    assert all(said.en and said.zh for said in told.values())
    code = "".join(p.read_text("utf-8") for p in (ROOT / "govinfo/cli").glob("*.py"))
    used = {f"{kind}.{c.name}" for c in COMMANDS for kind in ("help", "about")}
    used |= {f"arg.{said}" for c in COMMANDS for _, said, _ in c.arguments if said}
    assert {key for key in told if f'"{key}"' not in code} <= used
