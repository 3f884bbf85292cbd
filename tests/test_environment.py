"""pyproject.toml, the lock and environment.yml say the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from subprocess import CompletedProcess

import environment
import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

with (ROOT / "pyproject.toml").open("rb") as file:
    PROJECT = tomllib.load(file)["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))

# What a conda user gets besides the core: statistics and notebooks.
IN_CONDA = ("stats", "lab")

# nbval compares what these print, so each is pinned to a minor version.
COMPARED = ("python", "pandas", "matplotlib", "ipython", "nbval", "camelot-py")

# What conda-forge calls otherwise.
CONDA_NAMES = {"opencv-python-headless": "py-opencv"}


def needs(*extras: str) -> dict[str, Requirement]:
    """What the package and some of its extras need, by name."""
    texts = [*PROJECT["dependencies"], *(t for extra in extras for t in EXTRAS[extra])]
    found = [Requirement(text) for text in texts]
    return {canonicalize_name(need.name): need for need in found}


def locked() -> dict[str, list[Version]]:
    """The versions of the lock, by name; more than one where Pythons differ."""
    found: dict[str, list[Version]] = {}
    for name, number in re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(Version(number))
    return found


def conda() -> dict[str, str]:
    """Names and bounds of environment.yml."""
    plain = [d for d in CONDA["dependencies"] if isinstance(d, str)]
    pairs = (re.fullmatch(r"([\w.-]+?)((?:[<>=]).*)?", text) for text in plain)
    return {found[1]: found[2] or "" for found in pairs if found}


def everything() -> dict[str, Requirement]:
    return needs(*(extra for extra in EXTRAS if extra != "all"))


def test_every_need_has_a_floor() -> None:
    without = [
        name
        for name, need in everything().items()
        if not any(bound.operator in (">=", "~=", "==") for bound in need.specifier)
    ]
    assert without == [], f"give {without} a floor in pyproject.toml"


def test_every_extra_is_part_of_all_but_the_tests() -> None:
    [everything_else] = EXTRAS["all"]
    assert Requirement(everything_else).extras == set(EXTRAS) - {"all", "test"}


def test_the_lock_holds_every_need_within_its_bounds() -> None:
    versions = locked()
    wrong = [
        str(need)
        for name, need in everything().items()
        if name not in versions
        or not all(need.specifier.contains(v) for v in versions[name])
    ]
    assert wrong == [], f"run make lock: requirements.lock does not satisfy {wrong}"


def test_the_lock_names_no_index_and_has_a_checksum_for_every_package() -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", LOCK)
    stanzas = re.split(r"^(?=\S)", LOCK, flags=re.MULTILINE)
    packages = [stanza for stanza in stanzas if "==" in stanza.partition("\n")[0]]
    assert len(packages) > 50
    assert all("--hash=sha256:" in stanza for stanza in packages)


def test_there_is_one_opencv() -> None:
    # Two of them write the same files, and the last one installed wins.
    found = [name for name in locked() if name.startswith("opencv")]
    assert found == ["opencv-python-headless"]


def test_the_lock_holds_nothing_under_the_affero_licence() -> None:
    assert not {"pymupdf", "easyofd", "pymupdfb"} & set(locked())


@pytest.mark.parametrize("name", sorted(needs(*IN_CONDA)))
def test_conda_has_every_need_with_the_same_floor(name: str) -> None:
    listed = conda()
    need = needs(*IN_CONDA)[name]
    name = CONDA_NAMES.get(name, name)
    assert name in listed, f"add {name} to environment.yml"
    if name in COMPARED:
        pinned = listed[name].removeprefix("=")
        assert need.specifier.contains(f"{pinned}.99"), f"{name} in environment.yml"
    else:
        assert listed[name] == str(need.specifier), (
            f"environment.yml says {name}{listed[name]}, pyproject.toml says {need}"
        )


@pytest.mark.parametrize("name", COMPARED)
def test_conda_pins_to_a_minor_version_with_a_reason(name: str) -> None:
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert re.search(rf"^  - {name}=\d+\.\d+ +# \w+", text, re.MULTILINE), name


@pytest.mark.parametrize("name", [name for name in COMPARED if name != "python"])
def test_conda_pins_the_version_that_the_notebooks_were_run_with(name: str) -> None:
    pinned = conda()[name].removeprefix("=")
    versions = {f"{v.major}.{v.minor}" for v in locked()[name]}
    assert versions == {pinned}, f"{name}: environment.yml {pinned}, lock {versions}"


def test_conda_names_nothing_that_the_package_does_not_need() -> None:
    known = {CONDA_NAMES.get(name, name) for name in needs(*IN_CONDA)}
    known |= {"python", "pip", "nbval"}
    assert sorted(set(conda()) - known) == []


def test_conda_takes_everything_from_one_channel_and_the_package_from_here() -> None:
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
    last = CONDA["dependencies"][-1]
    assert last == {"pip": ["--editable .[ocr]"]}


def test_conda_has_a_python_that_the_package_supports() -> None:
    python = conda()["python"].removeprefix("=")
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python)


def imports(folder: str) -> set[str]:
    """Names of the modules that the code in a folder imports, anywhere in it."""
    found: set[str] = set()
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"govinfo"}


def test_everything_that_the_package_imports_is_declared() -> None:
    owners = packages_distributions()
    declared = set(everything())
    undeclared = {
        name: owners.get(name, ["not installed"])
        for name in imports("govinfo")
        if not declared & {canonicalize_name(owner) for owner in owners.get(name, [])}
    }
    assert undeclared == {}, "add these to pyproject.toml, with a floor"


def test_the_distribution_is_not_called_like_another_package_of_the_index() -> None:
    assert PROJECT["name"] == "govinfo-cn"
    [everything_else] = EXTRAS["all"]
    assert Requirement(everything_else).name == PROJECT["name"]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "**Not `pip install govinfo`:**" in readme
    called = re.compile(r"""pip install ["'`]?govinfo\b(?!-cn)""")
    files = [ROOT / "README.md", *sorted((ROOT / "govinfo").rglob("*.py"))]
    naming = [f.name for f in files if called.search(f.read_text("utf-8"))]
    assert naming == ["README.md"]


def test_an_environment_below_a_chinese_folder_is_named_in_ascii(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python reads the name in the encoding of the locale, which may be ASCII."""
    home = tmp_path / "政务 公开"
    packages = home / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "_editable_impl_govinfo_cn.pth").write_text(str(home), "utf-8")
    monkeypatch.chdir(home)
    environment.name_package_from_within()
    named = (packages / "_editable_impl_govinfo_cn.pth").read_text("ascii").strip()
    assert (packages / named).resolve() == home.resolve()


@pytest.mark.parametrize(("folder", "options"), [("", []), ("x", ["--no-cache"])])
def test_uv_keeps_nothing_where_it_cannot_write(
    folder: str, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_text("a file, in which no folder can be made")
    monkeypatch.setattr(environment, "UV", sys.executable)
    there = str(tmp_path / folder / "uv") if folder else str(tmp_path)

    def said(command: list[str], **_: object) -> CompletedProcess[bytes]:
        return CompletedProcess(command, 0, stdout=f"{there}\n".encode())

    monkeypatch.setattr(environment.subprocess, "run", said)
    assert environment.uv_options() == options


def test_pip_is_tried_where_uv_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []

    def run(command: list[str], **_: object) -> CompletedProcess[bytes]:
        is_uv = command[0] == environment.UV
        tried.append("uv" if is_uv else "pip")
        return CompletedProcess(command, 2 if is_uv else 0, stdout=b"")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(environment, "stanza", lambda name: "")
    monkeypatch.setattr(environment, "works", lambda *command: True)
    monkeypatch.setattr(environment.subprocess, "run", run)
    assert environment.main() == 0
    assert tried == ["uv", "uv", "pip", "pip"]
    assert "ended with status 2." in capsys.readouterr().err
