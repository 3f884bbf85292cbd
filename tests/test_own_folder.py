"""A researcher's own folder takes the place of ``data/`` in the notebooks."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from facsimiles.form import Key
from generate import Quirks, as_html, plain_cells, shape
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from govinfo.cli import main
from govinfo.site import build_site
from govinfo.site.run import execute

pytest.importorskip("pyarrow")

# The quickest of those that read a folder.
QUICK = "06-proactive-disclosure"

# What notebooks answer on two reports of one agency.
ON_TWO = {
    "01-read-one-report": "agree, none fails and",
    "02-data-set-and-quality": "None of 84 sums that can be checked fails",
    "03-disclosure-performance": "The median of 1 agency disclosed",
    "04-exemption-usage": "No agency has enough refusals to tell its main ground",
    "05-review-and-litigation": "No report has twenty reviews decided",
    "06-proactive-disclosure": "Of 1 pair of consecutive reports",
    "07-what-reports-say-against-themselves": "No sum disagrees with the figures",
    "09-other-ways-to-say-no": "of 1 agency (latest reports with at least 20",
    "10-who-asks-and-what-it-costs": "In the median of 1 agency",
    "11-what-is-missing": "No list here names a report that is not held. All have a",
    "12-if-you-must-rank": "Fewer than two agencies have all these rates",
}

# The notebook on fees, and a section six for it.
FEES = "10-who-asks-and-what-it-costs"
SIX = "<p>六、其他需要报告的事项</p><p>2023年，收取信息处理费380元。</p>"

# What they answer on a single report, of another form and with few decisions.
ON_ONE = {
    "02-data-set-and-quality": "None of 40 sums that can be checked fails; no cell is",
    "03-disclosure-performance": "No report has enough decisions to compare.",
    "04-exemption-usage": "No agency has enough refusals to tell its main ground",
    "05-review-and-litigation": "No report has twenty reviews decided.",
    "06-proactive-disclosure": "No agency has two consecutive reports on the present",
    "07-what-reports-say-against-themselves": "No sum disagrees with the figures",
    "09-other-ways-to-say-no": "No report with all the counts has 20 requests that",
    "12-if-you-must-rank": "Fewer than two agencies have all these rates",
}

# What they answer on a report that counts nothing at all.
ON_NOTHING = {
    "02-data-set-and-quality": "None of 42 sums that can be checked fails",
    "03-disclosure-performance": "No report has enough decisions to compare.",
    "04-exemption-usage": "No agency has enough refusals to tell its main ground",
}

# And on two reports that say neither their agency nor their year.
ON_UNNAMED = {
    "01-read-one-report": "are accounted for; 42 of its 42 sums agree, none fails and",
    "03-disclosure-performance": "The median of 2 agencies disclosed",
    "04-exemption-usage": "none of 2 agencies gave the answer 'not held' more often",
    "09-other-ways-to-say-no": "the median of 2 agencies (latest reports with at least",
    "10-who-asks-and-what-it-costs": "In the median of 2 agencies (latest reports",
    "11-what-is-missing": "No list here names a report that is not held.",
}

# And on a report that leaves the classes of applicants blank.
ON_TOTALS = {FEES: "In the median of 1 agency (latest reports"}

# And on a report beside a form that nobody filled in.
ON_ONE_FILLED = {
    "03-disclosure-performance": "The median of 1 agency disclosed",
    "09-other-ways-to-say-no": "of 1 agency (latest reports with at least 20",
    "10-who-asks-and-what-it-costs": "In the median of 1 agency",
    "12-if-you-must-rank": "Fewer than two agencies have all these rates",
}

# And on a form that nobody filled in.
ON_BLANK = {
    "02-data-set-and-quality": "200 of 200 cells are blank, in 1 report.",
    "03-disclosure-performance": "No report has enough decisions to compare.",
    "04-exemption-usage": "No agency has enough refusals to tell its main ground",
    "05-review-and-litigation": "No report has twenty reviews decided.",
}

# The years of one agency, the format of the tables, and what is run on them.
FOLDERS = {
    "one": ((2019,), "csv", ON_ONE),
    "two": ((2022, 2023), "csv", ON_TWO),
    "nothing": ((), "csv", ON_NOTHING),
    "unnamed": ((), "csv", ON_UNNAMED),
    "totals": ((), "csv", ON_TOTALS),
    "one-filled": ((), "csv", ON_ONE_FILLED),
    "blank": ((), "csv", ON_BLANK),
    "two-parquet": ((2022, 2023), "parquet", ("01-read-one-report", FEES)),
    "many": (range(2019, 2026), "csv", (QUICK,)),
    "many-parquet": (range(2019, 2026), "parquet", (QUICK,)),
}

Runs = dict[tuple[str, str], list[NotebookNode]]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of one agency, extracted where they lie."""
    top = tmp_path_factory.mktemp("folders")
    with pytest.MonkeyPatch.context() as patch:
        for name, (years, kind, _) in FOLDERS.items():
            (top / name / "reports").mkdir(parents=True)
            for year in years:
                report = ROOT / "data" / "reports" / f"pingtan-{year}.html"
                page = report.read_text("utf-8")
                if name == "two-parquet" and year == 2023:
                    page = page.replace("</body>", f"{SIX}</body>")
                (top / name / "reports" / report.name).write_text(page, "utf-8")
            for number, page in enumerate(invented(name)):
                document = as_html(shape(*page))
                (top / name / "reports" / f"{number}.html").write_bytes(document)
            patch.chdir(top / name)
            assert main(["extract", "reports", "--out", "own", "--format", kind]) == 0
    return top


def invented(folder: str) -> list[tuple[dict[Key, str], Quirks]]:
    """Figures and looks of the reports of a folder that holds invented ones."""
    plain = plain_cells()
    if folder == "unnamed":
        more = {key: str(2 * int(figure)) for key, figure in plain.items()}
        return [(cells, Quirks(title=None)) for cells in (plain, more)]
    if folder == "totals":
        whole = ("natural_person", "total")
        kept = {
            key: figure if key[0] != "requests" or key[2] in whole else ""
            for key, figure in plain.items()
        }
        return [(kept, Quirks())]
    if folder == "one-filled":
        empty = dict.fromkeys(plain, "")
        return [(plain, Quirks()), (empty, Quirks(title=None))]
    printed = {"nothing": "0", "blank": ""}
    return [
        (dict.fromkeys(plain, text), Quirks())
        for name, text in printed.items()
        if name == folder
    ]


@pytest.fixture(scope="module")
def runs(folders: Path) -> Runs:
    """The notebooks with a folder of one's own, one after the other in one kernel.

    What one leaves behind is gone before the next, but for the modules that it has
    imported: loading them takes longer than all the rest.
    """
    asked = [(f, name) for f, (_, _, names) in FOLDERS.items() for name in names]
    cells: list[NotebookNode] = []
    ends = []
    for folder, name in asked:
        cells.append(new_code_cell("%reset -f"))
        cells += with_folder(name, str(folders / folder / "own"))
        ends.append(len(cells))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    nbformat.write(new_notebook(cells=cells), folders / "all.ipynb")
    found = execute(folders / "all.ipynb").cells
    parts = zip(asked, [0, *ends], ends, strict=False)
    return {which: found[start:end] for which, start, end in parts}


def with_folder(name: str, folder: str) -> list[NotebookNode]:
    """Cells of a notebook that reads a folder of one's own."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    cells: list[NotebookNode] = nbformat.read(path, as_version=4).cells
    (chosen,) = (
        cell for cell in cells if "parameters" in cell.metadata.get("tags", [])
    )
    kept, found = re.subn(r"(?m)^FOLDER = .*\n?", "", chosen.source)
    chosen.source = f"{kept.rstrip()}\nFOLDER = {folder!r}"
    assert found == 1, name
    return cells


@pytest.mark.parametrize("folder", ["many", "many-parquet"])
def test_a_notebook_runs_on_an_extracted_folder_without_registry(
    folder: str, runs: Runs
) -> None:
    """The agency then goes by its printed name."""
    answer = answer_in(runs[folder, QUICK])
    assert answer.startswith("Of 4 pairs of consecutive reports on the present form, 3")


@pytest.mark.parametrize(
    ("folder", "name", "answer"),
    [
        (folder, name, answer)
        for folder, (_, _, answers) in FOLDERS.items()
        if isinstance(answers, dict)
        for name, answer in answers.items()
    ],
)
def test_a_notebook_runs_unedited_on_few_reports_of_one_agency(
    folder: str, name: str, answer: str, runs: Runs
) -> None:
    """Where there is too little to compare, it is said or left out."""
    run = runs[folder, name]
    assert answer in answer_in(run)
    assert [o for cell in run for o in cell.get("outputs", []) if "text" in o] == []
    assert [text for text in said_in(run) if SAYS_NOTHING.search(text)] == []


def test_the_first_notebook_reads_parquet(runs: Runs) -> None:
    answer = answer_in(runs["two-parquet", "01-read-one-report"])
    assert "agree, none fails" in answer


def test_fees_are_answered_from_parquet_alone(runs: Runs) -> None:
    said = "\n".join(said_in(runs["two-parquet", FEES]))
    assert (
        "Of 2 reports, 1 states an amount; 1 has no statement that was found." in said
    )


# Nothing counted of nothing, a list announced and not there, a name left out, one of
# several.
SAYS_NOTHING = re.compile(
    r"\b(0|[Nn]one) of 0\b|[：:]\s*(\Z|\n\n(?!- ))|: \.|\bof ,|\bnan\b"
    r"|(?<![\d.,/])\b1 (\w+ies|reports|cells|sums|cases|requests|refusals|are|were)\b"
)


def said_in(run: list[NotebookNode]) -> list[str]:
    """Every sentence that a notebook computed."""
    outputs = (output for cell in run for output in cell.get("outputs", []))
    return [
        str(text)
        for output in outputs
        for kind in ("text/markdown", "text/plain")
        if (text := output.get("data", {}).get(kind))
        and (kind == "text/markdown" or "image/png" in output["data"])
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_site_is_made_of_whatever_tables_were_written(
    kind: str, folders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "data"
    reports = str(folders / "two" / "reports")
    assert main(["extract", reports, "-o", str(out), "--format", kind]) == 0
    assert main(["indicators", str(out)]) == 0
    (out / "README.md").write_text("# Data\n\n| `cells.csv` | cells |\n", "utf-8")
    (tmp_path / "notebooks").mkdir()
    notebook = new_notebook(cells=[new_markdown_cell("# A")])
    nbformat.write(notebook, tmp_path / "notebooks" / "a.ipynb")
    build_site(tmp_path / "notebooks", tmp_path / "site")
    assert (tmp_path / "site" / "data" / "cells.csv").is_file()
    page = (tmp_path / "site" / "agencies.html").read_text("utf-8")
    assert "平潭综合实验区管委会" in page
    assert "42/47" in page


def answer_in(run: list[NotebookNode]) -> str:
    """The answer that a notebook gives first."""
    (answer,) = (
        cell.outputs[0].data["text/markdown"]
        for cell in run
        if "answer" in cell.metadata.get("tags", [])
    )
    return str(answer)
