"""Write a study for the programs that its readers use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govinfo.dataset.written import as_text
from govinfo.errors import SourceError, meant, need
from govinfo.forms import FORMS, form_rows
from govinfo.forms import TABLES as FORM_TABLES
from govinfo.study.layout import Study, dictionary, write_rows
from govinfo.study.tables import KEYS, described, in_words, read_tables, words

if TYPE_CHECKING:
    import pandas as pd

Frames = dict[str, "pd.DataFrame"]
WriteAll = Callable[[Frames, Path], None]
Write = Callable[[str, "pd.DataFrame", Path], None]

# What a sheet of Excel holds, less its header.
_SHEET_ROWS = 1_048_575
_CELL_LENGTH = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

# Stata and SPSS cut a longer label; Stata keeps a longer text apart.
_LABEL, _STATA_TEXT = 80, 2045


def export_study(
    study: Study,
    formats: Sequence[str] = (),
    *,
    out: Path | None = None,
    bom: bool = False,
) -> list[Path]:
    """
    Write the tables of a study in the formats of other programs.

    Parameters
    ----------
    study : Study
        An extracted study.
    formats : sequence of str
        Of :data:`FORMATS`; all if none is given.
    out : Path, optional
        The folder to write into; ``export`` in the study if not given.
    bom : bool
        Whether CSV begins with a mark that Excel needs to read Chinese.

    Returns
    -------
    list of Path
        What was written, a file or folder for each format.

    Raises
    ------
    SourceError
        If the study was not extracted, or a format is unknown.
    MissingExtra
        If a format needs a package that is not installed.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise SourceError(
            f"Found the format {unknown[0]!r}, expected one of {', '.join(FORMATS)}. "
            f"Name one of these.{meant(unknown[0], FORMATS)}"
        )
    frames = read_tables(study)
    folder = out or study.root / "export"
    folder.mkdir(parents=True, exist_ok=True)
    done = []
    for name in formats or FORMATS:
        writer, place = FORMATS[name]
        done.append(folder / place)
        (partial(_csv, bom=bom) if name == "csv" else writer)(frames, done[-1])
    return done


_need = partial(need, extra="export", instead=", or name other formats with --format")


def codebook() -> list[tuple[str, ...]]:
    """
    Every code with its label: columns, values, and the cells of the forms.

    Returns
    -------
    list of tuple
        ``table, column, code, label, chinese``; the first row is these names.
    """
    rows: list[tuple[str, ...]] = [("table", "column", "code", "label", "chinese")]
    chinese = dictionary("zh")
    for table, columns in dictionary().items():
        for name, meaning in columns.items():
            rows.append((table, name, "", meaning, chinese[table][name]))
    for column, known in words().items():
        rows += [("", column, code, word, "") for code, word in known.items()]
    of_forms: dict[tuple[str, ...], None] = {}
    for table, form in product(FORM_TABLES, FORMS):
        for row in form_rows(table, form):
            of_forms[table, "row_code", row.code, row.english, row.leaf] = None
            for c in row.columns:
                of_forms[table, "column_code", c.code, c.english, c.leaf] = None
    return [*rows, *of_forms]


def _xlsx(frames: Frames, path: Path) -> None:
    """One workbook: codes in words, numbers as numbers, nothing a formula."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name in ("reports", "cells", "indicators", "findings"):
        if name in frames:
            worded = in_words(frames[name])
            rows = worded.itertuples(index=False)
            add_sheets(book, name, list(worded.columns), rows)
    header, *lines = codebook()
    add_sheets(book, "codebook", header, lines)
    book.save(path)


def add_sheets(
    book: Any,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Iterable[object]],
    to_fill: Collection[str] = (),
) -> None:
    """A table on as many sheets as its rows need, columns to fill in in yellow."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import PatternFill

    sheet: Any = None
    yellow = PatternFill("solid", fgColor="FFF2CC")

    def cell(value: object, column: str) -> Any:
        plain = _excel_value(value)
        is_formula = isinstance(plain, str) and plain.startswith("=")
        if not is_formula and column not in to_fill:
            return plain
        one = WriteOnlyCell(sheet, value=None if is_formula else plain)
        if is_formula:
            # Text, though it looks like a formula.
            one._value, one.data_type = plain, "s"
        if column in to_fill:
            one.fill = yellow
        return one

    for n, row in enumerate(rows):
        if n % _SHEET_ROWS == 0:
            number = n // _SHEET_ROWS + 1
            sheet = book.create_sheet(name if number == 1 else f"{name} {number}")
            sheet.freeze_panes = "A2"
            sheet.append(list(columns))
        sheet.append([cell(*one) for one in zip(row, columns, strict=True)])
    if sheet is None:
        book.create_sheet(name).append(list(columns))


def _excel_value(value: object) -> object:
    import pandas as pd

    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, str):
        return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)[:_CELL_LENGTH]
    return value


def _coded(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[Any, dict[float, str]]]:
    """A table with coded columns as numbers, and what the numbers mean."""
    labels: dict[Any, dict[float, str]] = {}
    columns = {}
    for name in frame.columns:
        known = words().get(name, {})
        codes = sorted(set(frame[name]) - {""}) if known else []
        if codes:
            order = [c for c in {**known, **dict.fromkeys(codes)} if c in codes]
            numbers = {code: n for n, code in enumerate(order, start=1)}
            labels[name] = {n: known.get(code, code) for code, n in numbers.items()}
            columns[name] = frame[name].map(numbers).astype("float64")
        elif frame[name].dtype.kind in "if":
            columns[name] = frame[name].astype("float64")
        else:
            columns[name] = frame[name].astype(object)
    return frame.assign(**columns), labels


def _labels(table: str, frame: pd.DataFrame) -> dict[str, str]:
    """What each column means, as long as a label may be."""
    told = {name: described(table, name) for name in frame.columns}
    return {
        name: text if len(text) <= _LABEL else f"{text[: _LABEL - 1].rstrip()}…"
        for name, text in told.items()
    }


def _each(write: Write, suffix: str, doing: str = "", *needs: str) -> WriteAll:
    """What writes every table into a file of its own."""

    def write_all(frames: Frames, path: Path) -> None:
        _need(doing, *needs)
        path.mkdir(exist_ok=True)
        for table, frame in frames.items():
            write(table, frame, path / f"{table}.{suffix}")

    return write_all


def _stata(table: str, frame: pd.DataFrame, file: Path) -> None:
    coded, labels = _coded(frame)
    texts = coded.select_dtypes(object)
    long = [
        name
        for name in texts
        if any(len(str(text).encode()) > _STATA_TEXT for text in texts[name])
    ]
    named = _labels(table, frame)
    told: dict[str, Any] = {"variable_labels": named, "value_labels": labels}
    coded.to_stata(file, write_index=False, version=118, convert_strl=long, **told)


def _spss(table: str, frame: pd.DataFrame, file: Path) -> None:
    import pyreadstat

    coded, labels = _coded(frame)
    told: dict[str, Any] = {"column_labels": _labels(table, frame)}
    pyreadstat.write_sav(coded, str(file), variable_value_labels=labels, **told)


def _arrow(table: str, frame: pd.DataFrame) -> Any:
    """A table without anything of pandas, each column with its meaning."""
    import pyarrow

    plain = pyarrow.Table.from_pandas(frame, preserve_index=False)
    fields = [
        pyarrow.field(
            one.name,
            pyarrow.string() if one.type == pyarrow.large_string() else one.type,
            metadata={"description": described(table, one.name)},
        )
        for one in plain.schema
    ]
    return plain.cast(pyarrow.schema(fields))


def _parquet(table: str, frame: pd.DataFrame, file: Path) -> None:
    from pyarrow import parquet

    parquet.write_table(_arrow(table, frame), file)


def _duckdb(frames: Frames, path: Path) -> None:
    _need("Writing DuckDB", "duckdb", "pyarrow")
    import duckdb

    fresh = path.with_name(path.name + ".part")
    fresh.unlink(missing_ok=True)
    with duckdb.connect(str(fresh)) as base:
        for table, frame in frames.items():
            base.register("given", _arrow(table, frame))
            base.execute(f'CREATE TABLE "{table}" AS SELECT * FROM given')
            base.unregister("given")
            for column in frame.columns:
                meaning = described(table, column).replace("'", "''")
                comment = f'COMMENT ON COLUMN "{table}"."{column}"'
                base.execute(f"{comment} IS '{meaning}'")
    fresh.replace(path)


def _csv(frames: Frames, path: Path, *, bom: bool = False) -> None:
    """Tables as the extraction writes them, numbers in as few digits as they need."""
    path.mkdir(exist_ok=True)
    encoding = "utf-8-sig" if bom else "utf-8"
    for table, frame in frames.items():
        rows = ([_csv_text(v) for v in row] for row in frame.itertuples(index=False))
        write_rows(path / f"{table}.csv", list(frame.columns), rows, encoding)
    header, *lines = codebook()
    write_rows(path / "codebook.csv", header, lines, encoding)


def _csv_text(value: object) -> str:
    plain = _excel_value(value)
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    return as_text(plain)


_TYPES = {"i": "integer", "f": "number"}


def _datapackage(frames: Frames, path: Path) -> None:
    """CSV with a description that the Frictionless tools read."""
    _csv(frames, path)
    resources = []
    for table, frame in frames.items():
        keys = KEYS.get(table, ())
        fields = [
            {
                "name": name,
                "type": _TYPES.get(frame[name].dtype.kind, "string"),
                "description": described(table, name),
            }
            | ({"constraints": {"required": True}} if name in keys else {})
            for name in frame.columns
        ]
        schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
        if keys:
            schema["primaryKey"] = list(keys)
        if table != "reports":
            own = {"fields": ["report_id"]}
            schema["foreignKeys"] = [own | {"reference": {"resource": "reports"} | own}]
        resources.append(
            {
                "name": table,
                "path": f"{table}.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema,
            }
        )
    package = {
        "profile": "tabular-data-package",
        "name": "govinfo-study",
        "title": "Annual reports on government information disclosure",
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (path / "datapackage.json").write_text(text, "utf-8")


FORMATS: dict[str, tuple[WriteAll, str]] = {
    "xlsx": (_xlsx, "study.xlsx"),
    "stata": (_each(_stata, "dta"), "stata"),
    "spss": (_each(_spss, "sav", "Writing SPSS", "pyreadstat"), "spss"),
    "parquet": (_each(_parquet, "parquet", "Writing Parquet", "pyarrow"), "parquet"),
    "duckdb": (_duckdb, "study.duckdb"),
    "csv": (_csv, "csv"),
    "datapackage": (_datapackage, "datapackage"),
}
"""What a study can be written as, and the name of the file or folder."""
