"""A researcher's own folder takes the place of ``data/`` in the notebooks."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbformat import NotebookNode

from govinfo.cli import main
from govinfo.site import build_site
from govinfo.site.run import execute

pytest.importorskip("pyarrow")

FOLDER = ROOT / "notebooks"
# The quickest of those that read a folder, for each kind of file.
NOTEBOOK = FOLDER / "06-proactive-disclosure.ipynb"


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
    answer = answer_of(NOTEBOOK, tmp_path, FOLDER=str(own))
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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("01-read-one-report", "agree, 0 fail and"),
        ("02-data-set-and-quality", "in 0 of 2 reports"),
        ("03-disclosure-performance", "The median of 1 agency disclosed"),
        ("04-exemption-usage", "No agency has enough refusals to tell its main ground"),
        ("05-review-and-litigation", "None of 2 reports has twenty reviews decided"),
        ("06-proactive-disclosure", "Of 1 pair of consecutive reports"),
        (
            "07-what-reports-say-against-themselves",
            "In 0 of 2 reports a sum disagrees",
        ),
        ("09-other-ways-to-say-no", "of 1 agency (latest reports with at least 20"),
        ("10-who-asks-and-what-it-costs", "In the median of 1 agency"),
        ("11-what-is-missing", "Held: 2 of 2 reports known from these years"),
        ("12-if-you-must-rank", "Fewer than two agencies have all these rates"),
    ],
)
def test_a_notebook_runs_unedited_on_two_reports_of_one_agency(
    few: Path, tmp_path: Path, name: str, said: str
) -> None:
    """Where there is too little to compare, it is said or left out."""
    run = run_of(FOLDER / f"{name}.ipynb", tmp_path, FOLDER=str(few / "own"))
    assert said in answer_in(run)
    assert [text for text in said_in(run) if SAYS_NOTHING.search(text)] == []


# Nothing counted of nothing, a list announced and not there, a name left out.
SAYS_NOTHING = re.compile(
    r"\b0 of 0\b|[：:]\s*(\Z|\n\n(?!- ))|: \.|\bof ,|\b1 \w+ies\b|\bnan\b"
)


def said_in(run: NotebookNode) -> list[str]:
    """Every sentence that a notebook computed."""
    outputs = (output for cell in run.cells for output in cell.get("outputs", []))
    told = (output.get("data", {}).get("text/markdown") for output in outputs)
    return [str(text) for text in told if text]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_site_is_made_of_whatever_tables_were_written(
    kind: str, few: Path, tmp_path: Path
) -> None:
    out = tmp_path / "data"
    assert (
        main(["extract", str(few / "reports"), "-o", str(out), "--format", kind]) == 0
    )
    assert main(["indicators", str(out)]) == 0
    (out / "README.md").write_text("# Data\n\n| `cells.csv` | cells |\n", "utf-8")
    (tmp_path / "notebooks").mkdir()
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A")])
    nbformat.write(notebook, tmp_path / "notebooks" / "a.ipynb")
    build_site(tmp_path / "notebooks", tmp_path / "site")
    assert (tmp_path / "site" / "data" / "cells.csv").is_file()
    page = (tmp_path / "site" / "agencies.html").read_text("utf-8")
    assert "平潭综合实验区管委会" in page
    assert "42/47" in page


def test_the_first_notebook_reads_parquet(few: Path, tmp_path: Path) -> None:
    own = few / "own-parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(few)
        assert main(["extract", "reports", "-o", own.name, "--format", "parquet"]) == 0
    path = FOLDER / "01-read-one-report.ipynb"
    assert "agree, 0 fail" in answer_of(path, tmp_path, FOLDER=str(own))


def answer_of(path: Path, tmp_path: Path, **parameters: object) -> str:
    """Answer of a notebook that is run with parameters of one's own."""
    return answer_in(run_of(path, tmp_path, **parameters))


def run_of(path: Path, tmp_path: Path, **parameters: object) -> NotebookNode:
    """A notebook that is run with parameters of one's own."""
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
    return execute(copy)


def answer_in(run: NotebookNode) -> str:
    """The answer that a notebook gives first."""
    (answer,) = (
        cell.outputs[0].data["text/markdown"]
        for cell in run.cells
        if "answer" in cell.metadata.get("tags", [])
    )
    return str(answer)
