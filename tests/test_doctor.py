"""What does not work is named, with what to do; nothing is believed for being there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

from govinfo import doctor
from govinfo.cli import main
from govinfo.errors import GovinfoError

BROKEN = {
    "camelot": "camelot",
    "dask": "dask",
    "duckdb": "duckdb",
    "fsspec": "fsspec",
    "lxml": "lxml",
    "ocr": "onnxruntime",
    "opencv": "cv2",
    "openpyxl": "openpyxl",
    "pdfium": "pypdfium2",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
}


def test_every_protection_holds() -> None:
    names = [probe.name for probe in doctor.PROBES if probe.part == "protection"]
    assert names == ["memory", "time", "network", "kernel", "programs"]
    states = {outcome.name: outcome.state for outcome in doctor.examine(names)}
    # Older kernels, and other systems, offer nothing of it.
    assert states.pop("kernel") in ("works", "missing")
    assert set(states.values()) == {"works"}


def test_every_engine_that_is_installed_works() -> None:
    names = [probe.name for probe in doctor.PROBES if probe.part != "protection"]
    outcomes = doctor.examine(names)
    assert [o.name for o in outcomes if o.state == "fails"] == []
    core = {o.state for o in outcomes if o.part == "core"}
    assert core == {"works"}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_engine_is_named_with_what_to_do(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The engine is found and cannot be loaded, as after half an installation."""
    package = tmp_path / BROKEN[name]
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('libGL.so.1 is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert main(["doctor", name]) == 1
    said = capsys.readouterr().out
    probe = next(probe for probe in doctor.PROBES if probe.name == name)
    assert said.startswith(f"FAILS   {name}")
    assert "libGL.so.1 is missing" in said
    assert f". {probe.advice}\n" in said
    assert said.endswith("0 work, 0 are not installed, 1 fails.\n")


@pytest.mark.parametrize("name", ["httpx", "pyreadstat"])
def test_a_broken_engine_beside_the_reading_is_named(name: str, tmp_path: Path) -> None:
    """What fetches and exports is tried in the process of the command itself."""
    (tmp_path / f"{name}.py").write_text("raise ImportError('libssl is missing')")
    command = [sys.executable, "-m", "govinfo.cli", "doctor", name]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    probe = next(probe for probe in doctor.PROBES if probe.name == name)
    assert done.stdout == (
        f"FAILS   {name:13}{probe.purpose}\n"
        f"        ImportError: libssl is missing. {probe.advice}\n"
        "0 work, 0 are not installed, 1 fails.\n"
    )


def test_an_engine_that_reads_something_else_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = doctor._pdf()
    monkeypatch.setattr(doctor, "_pdf", lambda: page)
    monkeypatch.setattr(doctor, "_ROWS", [["3", "12"], ["7", "1317"]])
    state, message = doctor.attempt("pdfium")
    assert state == "fails"
    assert message.endswith("expected [[['3', '12'], ['7', '1317']]]")


def test_an_extra_that_is_not_installed_is_missing_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    assert main(["doctor", "pyarrow", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "pyarrow",
            "part": "scale",
            "state": "missing",
            "purpose": "Parquet",
            "message": "Not installed: pyarrow. Install the extra: "
            "pip install 'govinfo-cn[scale]'",
        }
    ]


def test_without_libreoffice_the_program_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    state, message = doctor.attempt("libreoffice")
    assert state == "missing"
    assert "Install LibreOffice (package libreoffice-writer)" in message


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("network", "what a document tried was not refused"),
        ("programs", "what a document tried was not refused"),
        ("memory", "was not stopped"),
        ("time", "was not stopped"),
    ],
)
def test_a_protection_that_does_not_hold_fails(
    name: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that does whatever it is asked stands for a system without limits."""
    monkeypatch.setattr(doctor, "Warden", Careless)
    state, message = doctor.attempt(name)
    assert state == "fails"
    assert sentence in message


class Careless:
    def __init__(self, limits: object) -> None: ...

    def __enter__(self) -> Careless:
        return self

    def __exit__(self, *_: object) -> None: ...

    def run(self, function: str, *arguments: object) -> None: ...


def test_an_unknown_name_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "tesseract"]) == 2
    assert capsys.readouterr().err.startswith(
        "govinfo: govinfo doctor knows nothing called tesseract. Expected one of pdfium"
    )
    with pytest.raises(GovinfoError):
        doctor.examine(["tesseract"])


def test_every_extra_and_every_engine_of_the_core_is_tried() -> None:
    tried = {probe.part for probe in doctor.PROBES if probe.is_extra}
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    assert tried == set(extras) - {"all", "test"}
