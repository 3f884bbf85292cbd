"""A researcher's own folder takes the place of ``data/`` in the notebooks."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from govinfo.cli import main
from govinfo.site.run import execute

pytest.importorskip("pyarrow")

FOLDER = ROOT / "notebooks"
# The quickest of those that read a folder, for each kind of file.
NOTEBOOK = FOLDER / "06-proactive-disclosure.ipynb"
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
    answer = answer_of(NOTEBOOK, tmp_path, FOLDER=str(own), AGENCY=AGENCY)
    assert answer.startswith("Of 4 pairs of consecutive reports on the present form, 3")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of one agency, extracted where they lie."""
    top = tmp_path_factory.mktemp("few")
    (top / "reports").mkdir()
    for year in (2022, 2023):
        shutil.copy(ROOT / "data" / "reports" / f"pingtan-{year}.html", top / "reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        assert main(["extract", "reports", "--out", "own"]) == 0
    return top


def test_two_reports_without_disputes_to_speak_of_stop_no_notebook(
    few: Path, tmp_path: Path
) -> None:
    """Where there is too little to compare, it is said or left out."""
    pair = ("pingtan-2022", "pingtan-2023")
    own = str(few / "own")
    performance = FOLDER / "03-disclosure-performance.ipynb"
    answer = answer_of(performance, tmp_path, FOLDER=own, AGENCY=AGENCY, PAIR=pair)
    assert "the middle half of 2 reports" in answer
    disputes = FOLDER / "05-review-and-litigation.ipynb"
    chosen = {"AGENCY": AGENCY, "PAIR": pair, "REPORT": pair[1]}
    answer = answer_of(disputes, tmp_path, FOLDER=own, **chosen)
    assert answer.endswith("agency; the other 2 reports allow no such rate.")


def test_the_audit_finds_the_files_where_the_extraction_found_them(
    few: Path, tmp_path: Path
) -> None:
    """Without a failed sum there is no report to look at closely."""
    audit = FOLDER / "07-what-reports-say-against-themselves.ipynb"
    answer = answer_of(
        audit,
        tmp_path,
        FOLDER=str(few / "own"),
        FILES=str(few),
        PDF=None,
        PAGE=None,
        BUNDLED=str(ROOT / "data"),
        TRIALS=2,
    )
    assert answer.startswith("0 of 84 sums that can be assessed fail, in 0 of 2 report")


def test_one_report_without_pages_is_read_in_the_first_notebook(tmp_path: Path) -> None:
    """A web page has no page to draw, and this one no finding."""
    report = str(ROOT / "data" / "reports" / "pingtan-2022.html")
    first = FOLDER / "01-read-one-report.ipynb"
    answer = answer_of(first, tmp_path, REPORT=report, PAGE=None)
    assert "42 of its 42 sums agree" in answer


def answer_of(path: Path, tmp_path: Path, **parameters: object) -> str:
    """Answer of a notebook that is run with parameters of one's own."""
    notebook = nbformat.read(path, as_version=4)
    (chosen,) = (
        cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])
    )
    for name, value in parameters.items():
        kept, found = re.subn(rf"(?m)^{name} = .*\n?", "", chosen.source)
        chosen.source = f"{kept.rstrip()}\n{name} = {value!r}"
        assert found == 1, name
    copy = tmp_path / path.name
    nbformat.write(notebook, copy)
    run = execute(copy)
    (answer,) = (
        cell.outputs[0].data["text/markdown"]
        for cell in run.cells
        if "answer" in cell.metadata.get("tags", [])
    )
    return str(answer)
