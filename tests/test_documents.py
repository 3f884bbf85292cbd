"""What the documents say is what is there."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import yaml
from conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
DOCUMENTS = ("README.md", "CHANGELOG.md", "data/README.md", "govinfo/fonts/README.md")

with (ROOT / "pyproject.toml").open("rb") as file:
    SETTINGS = tomllib.load(file)
PROJECT, PYTEST = SETTINGS["project"], SETTINGS["tool"]["pytest"]["ini_options"]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", MAKEFILE, re.MULTILINE))


def blocks(text: str) -> str:
    """The code blocks of a Markdown document, fenced or indented."""
    fenced = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*fenced, *re.findall(r"^ {4}\S.*$", text, re.MULTILINE)])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_command_named_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    quoted = "\n".join([blocks(text), *re.findall(r"`([^`\n]+)`", text)])
    named = set(re.findall(r"\bmake ([a-z][\w-]*)", quoted))
    assert named <= targets()


def test_the_checks_run_what_readme_says() -> None:
    """Three commands, each with an empty home and empty caches of its own."""
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    commands = re.findall(r"^first (\w+)$", run, re.MULTILINE)
    assert commands == ["html", "test", "acceptance"]
    assert set(commands) <= targets()
    assert all(f"make {command}" in README for command in commands)
    body = run.partition("first() {")[2].partition("\n}")[0]
    emptied = re.findall(r"(\w+)=\"\$own/(\w+)\"", body)
    assert {name for name, _ in emptied} >= {"HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR"}
    assert all(f'"$own/{folder}"' in body.splitlines()[2] for _, folder in emptied)
    assert body.rstrip().endswith('make "$1"')


def test_no_test_is_left_out_by_both_commands() -> None:
    options = PYTEST["addopts"]
    assert options[options.index("-m") + 1] == "not acceptance"
    recipes = re.findall(r"pytest\b((?:.*\\\n)*.*)", MAKEFILE)
    marked = [re.findall(r"-m (\S+)", recipe) for recipe in recipes]
    assert sorted(marked) == [[], ["acceptance"]]


def test_the_checks_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_make_help_lists_every_target_that_has_a_name() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    listed = {line.split()[0] for line in done.stdout.splitlines()}
    assert listed == targets()


def test_make_has_modules_compiled_once_whatever_the_surroundings_say() -> None:
    done = subprocess.run(
        ["make", "--silent", "--eval", "asked: ; @env", "asked"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        text=True,
    )
    said = done.stdout.splitlines()
    assert f"PYTHONPYCACHEPREFIX={ROOT}/.venv/kept/pycache" in said
    assert "PYTHONDONTWRITEBYTECODE=" in said


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for address in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _ = urldefrag(unquote(address))
        if path and not re.match(r"[a-z]+:", path):
            assert ((ROOT / name).parent / path).exists(), address


@pytest.mark.parametrize("name", DOCUMENTS)
def test_headings_have_no_gaps(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    levels = [len(h) for h in re.findall(r"^(#+) ", plain, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    pairs = zip(levels, levels[1:], strict=False)
    assert all(below <= above + 1 for above, below in pairs)


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[([^\]]+)\]", text, re.MULTILINE)
    released = [version for version in versions if version != "Unreleased"]
    assert released[0] == PROJECT["version"]


def test_the_citation_names_this_version_and_title() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["title"] == f"govinfo: {lowered(PROJECT['description'])}"
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"## [{citation['version']}] - {citation['date-released']}" in changelog


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LICENSE", "MIT License"),
        ("data/LICENSE", "CC0 1.0 Universal"),
        ("govinfo/fonts/OFL.txt", "SIL OPEN FONT LICENSE"),
    ],
)
def test_each_licence_lies_beside_what_it_covers(name: str, words: str) -> None:
    assert words in (ROOT / name).read_text("utf-8")


def test_every_file_of_data_keeps_its_bytes_and_its_line_ends() -> None:
    rules = (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    assert "data/reports/** -text" in rules
    assert "*.csv text eol=lf" in rules
    for path in sorted((ROOT / "data").glob("*.csv")):
        assert b"\r" not in path.read_bytes(), path.name


def test_no_file_of_the_repository_names_a_folder_of_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, check=False, cwd=ROOT, text=True
    )
    names = [Path(name) for name in listed.stdout.split("\0") if name]
    if not names:
        pytest.skip("not a checkout of git")
    places = re.compile(r"/(?:home|Users)/\w+/|/root/\.|/work/(?:main|dev|shared)")
    with_examples = {Path("tests/test_documents.py"), Path("tests/test_notebooks.py")}
    # Published addresses, some of them below a folder /home/.
    with_examples.add(Path("data/known_reports.csv"))
    texts = {".cfg", ".csv", ".ipynb", ".lock", ".md", ".py", ".toml", ".yml"}
    found = [
        str(name)
        for name in names
        if name.suffix in texts
        and name not in with_examples
        and (ROOT / name).exists()
        and places.search((ROOT / name).read_text("utf-8"))
    ]
    assert found == []
