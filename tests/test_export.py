"""A study written for other programs, and each file read back."""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

from govinfo.cli import main
from govinfo.dataset import extract, write_indicators
from govinfo.errors import MissingExtra, SourceError
from govinfo.study import Study, export_study, new_study
from govinfo.study.export import FORMATS, codebook
from govinfo.study.tables import described, read_tables, words

REPORTS = ROOT / "data" / "reports"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A blank, a contradiction, a failed file, and text that looks like a formula."""
    made, _ = new_study(tmp_path_factory.mktemp("studies") / "mine")
    for name in ("hongze-2023.pdf", "pingtan-2020.html", "shanghai-office-2019.html"):
        shutil.copy(REPORTS / name, made.documents)
    with (made.documents / "pingtan-2020.html").open("a", encoding="utf-8") as page:
        page.write("<p>收取信息处理费380元。</p>")
    (made.documents / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    made.write_registry([{"file": "hongze-2023.pdf", "agency_english": "=1+1"}])
    extract(made.documents, made.data, jobs=1)
    write_indicators(made.data)
    return made


@pytest.fixture(scope="module")
def written(study: Study) -> Path:
    export_study(study)
    return study.root / "export"


@pytest.fixture(scope="module")
def frames(study: Study) -> dict[str, pd.DataFrame]:
    return read_tables(study)


def as_text(frame: pd.DataFrame) -> list[list[str]]:
    """Every value as text, a missing one as nothing, whatever the types are."""

    def text(value: object) -> str:
        if value is None or value is pd.NA or value != value:
            return ""
        return f"{value:.12g}" if isinstance(value, int | float) else str(value)

    return [[text(value) for value in row] for row in frame.itertuples(index=False)]


def in_codes(frame: pd.DataFrame, name: str) -> list[str]:
    back = {word: code for code, word in words()[name].items()}
    return [back.get(value, value) for value in frame[name].astype(object).fillna("")]


def test_the_tables_are_as_the_extraction_wrote_them(
    study: Study, frames: dict[str, pd.DataFrame]
) -> None:
    assert set(frames) == {
        "reports",
        "cells",
        "indicators",
        "findings",
        "suggestions",
        "checks",
    }
    with (study.data / "cells.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert list(frames["cells"].columns) == header
    assert as_text(frames["cells"]) == lines
    assert (frames["cells"]["state"] == "blank").any()
    blank = frames["cells"][frames["cells"]["state"] == "blank"]
    assert blank["value"].isna().all()


def test_fees_are_numbers_and_what_is_said_of_them_has_words(
    frames: dict[str, pd.DataFrame],
) -> None:
    reports = frames["reports"].set_index("report_id")
    assert reports["fees_cny"].dtype == "Float64"
    own = reports.loc["pingtan-2020", ["fees_stated", "fees_cny"]].tolist()
    assert own == ["amount", 380]
    assert words()["fees_stated"]["none"] == "none 写明未收取"


def test_excel_holds_numbers_as_numbers_and_no_formula(
    written: Path, frames: dict[str, pd.DataFrame]
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(written / "study.xlsx")
    assert book.sheetnames == ["reports", "cells", "indicators", "findings", "codebook"]
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in every if cell.data_type == "f"]
    assert "=1+1" in {cell.value for cell in every}
    for name in book.sheetnames[:-1]:
        header, *rows = book[name].iter_rows(values_only=True)
        found = pd.DataFrame(rows, columns=list(header), dtype=object)
        for column in set(words()) & set(header):
            assert in_codes(found, column) == frames[name][column].tolist()
            found[column] = frames[name][column].tolist()
        assert as_text(found) == as_text(frames[name])
    values = {row[7].value for row in book["cells"].iter_rows(min_row=2)}
    assert {type(value) for value in values} <= {int, float, type(None)}
    assert book["codebook"].max_row == len(codebook())


@pytest.mark.parametrize("table", ["reports", "cells", "indicators", "findings"])
def test_stata_has_labels_and_the_same_values(
    written: Path, frames: dict[str, pd.DataFrame], table: str
) -> None:
    file = written / "stata" / f"{table}.dta"
    found = pd.read_stata(file, convert_categoricals=True)
    assert list(found.columns) == list(frames[table].columns)
    for column in set(words()) & set(found.columns):
        assert in_codes(found, column) == frames[table][column].tolist()
        found[column] = frames[table][column].tolist()
    assert as_text(found) == as_text(frames[table])
    with pd.io.stata.StataReader(file) as reader:
        labels = reader.variable_labels()
    assert all(0 < len(label) <= 80 for label in labels.values())
    assert all(len(name) <= 32 for name in labels)


@pytest.mark.parametrize("table", ["reports", "cells", "indicators", "findings"])
def test_spss_has_labels_and_the_same_values(
    written: Path, frames: dict[str, pd.DataFrame], table: str
) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    file = written / "spss" / f"{table}.sav"
    found, about = pyreadstat.read_sav(str(file), apply_value_formats=True)
    assert list(found.columns) == list(frames[table].columns)
    assert all(about.column_labels)
    for column in set(words()) & set(found.columns):
        assert in_codes(found, column) == frames[table][column].tolist()
        found[column] = frames[table][column].tolist()
    assert as_text(found) == as_text(frames[table])


def test_parquet_and_duckdb_hold_the_same_and_say_what_it_means(
    written: Path, frames: dict[str, pd.DataFrame]
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(written / "study.duckdb"), read_only=True) as base:
        for table, frame in frames.items():
            stored = parquet.read_table(written / "parquet" / f"{table}.parquet")
            assert stored.schema.metadata is None
            field = stored.schema.field("report_id")
            assert field.metadata[b"description"].decode() == described(
                table, "report_id"
            )
            assert as_text(stored.to_pandas()) == as_text(frame)
            assert as_text(base.table(table).df()) == as_text(frame)
        question = "SELECT comment FROM duckdb_columns() WHERE column_name = 'place'"
        [(comment,)] = base.execute(question).fetchall()
    assert comment == described("cells", "place")


def test_csv_has_a_mark_for_excel_on_request(
    study: Study, tmp_path: Path, frames: dict[str, pd.DataFrame]
) -> None:
    [folder] = export_study(study, ["csv"], out=tmp_path, bom=True)
    assert (folder / "cells.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    found = pd.read_csv(folder / "cells.csv", dtype=str, keep_default_na=False)
    assert found.shape == frames["cells"].shape
    [plain] = export_study(study, ["csv"], out=tmp_path)
    assert (plain / "cells.csv").read_bytes() == (study.data / "cells.csv").read_bytes()


def test_the_data_package_is_valid(written: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    package = frictionless.Package(str(written / "datapackage" / "datapackage.json"))
    report = package.validate()
    assert report.flatten(["title", "message"]) == []
    assert {resource.name for resource in package.resources} >= {"cells", "reports"}


def test_the_data_package_is_not_valid_once_a_number_is_a_word(
    written: Path, tmp_path: Path
) -> None:
    frictionless = pytest.importorskip("frictionless")
    copy = tmp_path / "package"
    shutil.copytree(written / "datapackage", copy)
    text = (copy / "indicators.csv").read_text("utf-8")
    (copy / "indicators.csv").write_text(text.replace(",2020,", ",many,", 1), "utf-8")
    package = frictionless.Package(str(copy / "datapackage.json"))
    assert not package.validate().valid


def test_what_is_missing_or_unknown_is_said(
    study: Study,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SourceError) as unknown:
        export_study(study, ["sas"])
    assert str(unknown.value) == (
        f"Found the format 'sas', expected one of {', '.join(FORMATS)}. Name one of "
        "these."
    )
    empty, _ = new_study(tmp_path / "empty")
    assert main(["export", str(empty.root)]) == 2
    assert capsys.readouterr().err == (
        f"govinfo: {empty.data} holds no extraction: found neither reports nor cells. "
        f"Run 'govinfo extract {empty.root}' first.\n"
    )
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(MissingExtra) as missing:
        export_study(study, ["spss"], out=tmp_path)
    assert str(missing.value) == (
        "Writing SPSS needs pyreadstat, which is not installed. Install "
        "govinfo-cn[export], or name other formats with --format."
    )
