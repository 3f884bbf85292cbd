"""A researcher's own folder takes the place of ``data/`` in the notebooks."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from govinfo.cli import main
from govinfo.site.run import execute

pytest.importorskip("pyarrow")

# The quickest of those that read a folder; the others are tried by hand.
NOTEBOOK = ROOT / "notebooks" / "06-proactive-disclosure.ipynb"
AGENCY = "平潭综合实验区管委会"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_notebook_runs_on_an_extracted_folder_without_registry(
    kind: str, tmp_path: Path
) -> None:
    """The agency then goes by its printed name."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for year in range(2019, 2026):
        shutil.copy(ROOT / "data" / "reports" / f"pingtan-{year}.html", reports)
    own = tmp_path / "own"
    assert main(["extract", str(reports), "--out", str(own), "--format", kind]) == 0
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (chosen,) = (
        cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])
    )
    chosen.source = f"FOLDER = {str(own)!r}\nAGENCY = {AGENCY!r}"
    copy = tmp_path / NOTEBOOK.name
    nbformat.write(notebook, copy)
    run = execute(copy)
    (answer,) = (
        cell.outputs[0].data["text/markdown"]
        for cell in run.cells
        if "answer" in cell.metadata.get("tags", [])
    )
    assert answer.startswith("Of 4 pairs of consecutive reports on the present form, 3")
