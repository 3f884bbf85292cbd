"""The public names of govinfo are exactly those it says, and importing it is cheap."""

from __future__ import annotations

import copy
import importlib
import pickle
import subprocess
import sys
import tomllib
from types import ModuleType

import pytest
from conftest import ROOT

import govinfo
from govinfo import errors, later

# Each costs a good part of a second, or attaches handlers to the screen.
HEAVY = (
    "IPython",
    "camelot",
    "cv2",
    "joblib",
    "lxml",
    "matplotlib",
    "nbconvert",
    "numpy",
    "pandas",
    "pypdfium2",
    "rapidocr",
    "scipy",
)


def documented(module: ModuleType) -> list[str]:
    return [name for name in module.__all__ if not getattr(module, name).__doc__]


def test_the_public_names_are_sorted_and_there() -> None:
    assert list(govinfo.__all__) == sorted(set(govinfo.__all__))
    assert all(hasattr(govinfo, name) for name in govinfo.__all__)


def test_nothing_else_leaks() -> None:
    public = {name for name in vars(govinfo) if not name.startswith("_")}
    modules = {
        path.stem if path.suffix == ".py" else path.name
        for path in (ROOT / "govinfo").iterdir()
    }
    allowed = {"annotations", "import_module", "TYPE_CHECKING"}
    assert public - set(govinfo.__all__) - modules <= allowed


def test_dir_shows_what_there_is_and_rooms_work_after_one_import() -> None:
    assert {*govinfo.__all__, "figures", "compare", "study"} <= set(dir(govinfo))
    code = "import govinfo; print(govinfo.figures.__name__, govinfo.study.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    assert done.stdout.split() == ["govinfo.figures", "govinfo.study"]
    for name in sorted(govinfo._ROOMS):
        assert isinstance(getattr(govinfo, name), ModuleType)


def test_every_public_name_is_described() -> None:
    assert documented(govinfo) == []


def test_every_error_is_public_and_of_one_family() -> None:
    classes = {
        name: value for name, value in vars(errors).items() if isinstance(value, type)
    }
    assert set(classes) <= set(govinfo.__all__)
    family = [issubclass(value, errors.GovinfoError) for value in classes.values()]
    assert all(family)


def test_the_tree_of_errors_names_every_class() -> None:
    drawn = [line.split() for line in (errors.__doc__ or "").splitlines()]
    names = {word for line in drawn for word in line if hasattr(errors, word)}
    classes = {n for n, v in vars(errors).items() if isinstance(v, type)}
    assert names == classes


def test_a_wrong_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError) as caught:
        _ = govinfo.read_everything  # type: ignore[attr-defined]
    assert str(caught.value) == "module 'govinfo' has no attribute 'read_everything'"


def test_the_version_is_that_of_the_package() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    assert govinfo.__version__ == project["version"]


@pytest.mark.parametrize("module", ["govinfo", "govinfo.cli", "govinfo.site"])
def test_importing_is_cheap(module: str) -> None:
    code = f"import {module}, sys; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    assert done.stdout.strip() == "[]"


def test_every_list_of_public_names_is_true() -> None:
    for path in sorted((ROOT / "govinfo").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if "__all__" in path.read_text("utf-8"):
            module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
            names = getattr(module, "__all__", [])
            assert len(names) == len(set(names)), path
            assert [name for name in names if not hasattr(module, name)] == [], path


def test_libraries_that_are_imported_later_can_be_sent_to_workers() -> None:
    """Whoever sends the package by value sends its stand-ins as well."""
    for library in (later.np, later.pd):
        sent = pickle.loads(pickle.dumps(library))
        assert sent.__name__ == library.__name__
    assert copy.deepcopy(later.np).arange(2).tolist() == [0, 1]
