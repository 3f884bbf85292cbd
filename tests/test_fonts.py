"""The bundled face draws everything that this project writes."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from conftest import ROOT
from fontTools.ttLib import TTFont

from govinfo import fonts


def load_script() -> ModuleType:
    path = ROOT / "scripts" / "build_font.py"
    spec = importlib.util.spec_from_file_location("build_font", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def build_font() -> ModuleType:
    return load_script()


def test_the_face_covers_forms_data_and_notebooks(build_font: ModuleType) -> None:
    used = build_font.characters(ROOT)
    assert "申" in used
    lacking = sorted(used - fonts.drawable())
    assert not lacking, f"run make fonts: the bundled face lacks {lacking}"


def test_the_face_covers_the_national_standard(build_font: ModuleType) -> None:
    standard = set(build_font.gb2312())
    assert len(standard) == 7445
    drawn = {chr(code) for code in TTFont(fonts.FACE).getBestCmap()}
    assert standard <= drawn


def test_the_face_has_a_name_of_its_own_and_keeps_its_licence() -> None:
    names = TTFont(fonts.FACE)["name"]
    own = [names.getDebugName(number) for number in (1, 3, 4, 6)]
    assert all("Govinfo" in name and "Noto" not in name for name in own)
    assert names.getDebugName(1) == fonts.FAMILY
    assert "SIL Open Font License" in names.getDebugName(13)
    assert "Adobe" in names.getDebugName(0)
    licence = (fonts.FACE.parent / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence


def test_the_face_is_small_enough_to_be_bundled() -> None:
    assert fonts.FACE.stat().st_size < 2_000_000
