"""The cells of an extracted folder, read back and looked over."""

from __future__ import annotations

import csv
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import cast

from govinfo.cells import CELL_COLUMNS, CELLS, CellRow
from govinfo.dataset.tables import number_text
from govinfo.dataset.written import from_text, mismatch, table_file
from govinfo.errors import MissingColumns, SourceError, engine
from govinfo.later import pd
from govinfo.parquet import read_parquet, require_parquet

_KEY = ("report_id", "table", "row_code", "column_code")

# A spreadsheet writes 1E+05 and 1,000 and 2023.0 where the extraction wrote digits;
# the last is the same number, the others need not be.
_NUMBERS = tuple(
    (CELL_COLUMNS.index(name), name, expected, re.compile(pattern))
    for name, expected, pattern in (
        ("report_year", "a year of four digits", r"[0-9]{4}"),
        ("value", "a number in digits", r"-?[0-9]+(?:\.[0-9]+)?"),
    )
)


def read_cells(path: Path | str) -> pd.DataFrame:
    """
    Read the cells of an extracted folder.

    Parameters
    ----------
    path : Path or str
        The folder, or its ``cells.csv`` or ``cells.parquet``.

    Returns
    -------
    DataFrame
        The columns of :data:`govinfo.cells.CELL_COLUMNS`, codes as text, blanks as
        missing values and never as zeros.

    Raises
    ------
    SourceError
        If there is no such file, or the folder has both: one of them is older, and
        nothing says which. If a line was damaged after the extraction: by another
        encoding, a missing field, a number that is none, a cell that stands twice.
    MissingColumns
        If it is not a table of cells.
    MissingExtra
        If it is Parquet and pyarrow is not installed.

    Warns
    -----
    UserWarning
        If the file is not the one that ``dataset.json`` of the folder lists.
    """
    file, _ = _file_of(Path(path))
    if file.suffix == ".parquet":
        frame = read_parquet(file)
        if _require_cells(file, list(frame.columns)):
            frame = frame.assign(doubts="")
        numbers = {"report_year": "Int64", "value": "Float64"}
        texts = {name: "str" for name in CELL_COLUMNS if name not in numbers}
        frame = frame.astype(texts | numbers)
    else:
        frame = CELLS.frame(_csv_rows(file))
    again = frame.duplicated(list(_KEY))
    if again.any():
        raise SourceError(_twice(file, frame[again].iloc[0][list(_KEY)].tolist()))
    return frame


_AT_ONCE = 50_000


def read_by_report(path: Path | str) -> Iterator[list[CellRow]]:
    """
    The cells of an extracted folder as :func:`read_cells`, a report at a time.

    Parameters
    ----------
    path : Path or str
        The folder.

    Yields
    ------
    list of tuple
        The cells of one report, in the columns of
        :data:`govinfo.cells.CELL_COLUMNS`, values as text. No more than one report is
        held, unless the rows of one do not stand together.
    """
    file, is_as_written = _file_of(Path(path))
    read = _parquet_rows if file.suffix == ".parquet" else _csv_rows
    whole: Iterable[list[CellRow]]
    ids: list[str] = []
    if not is_as_written:
        ids += (report_id for report_id, _ in groupby(row[0] for row in read(file)))
    if len(set(ids)) < len(ids):
        found: dict[str, list[CellRow]] = {}
        for row in read(file):
            found.setdefault(row[0], []).append(row)
        whole = found.values()
    else:
        whole = (list(rows) for _, rows in groupby(read(file), lambda row: row[0]))
    for rows in whole:
        keys = Counter((row[0], *row[4:7]) for row in rows)
        (key, number), *_ = keys.most_common(1)
        if number > 1:
            raise SourceError(_twice(file, key))
        yield rows


def table_of(folder: Path, name: str) -> pd.DataFrame:
    """A table of an extracted folder in either format, as text; empty if not there."""
    file = table_file(folder, f"{name}.csv")
    if file.is_file():
        return pd.read_csv(file, dtype=str, keep_default_na=False)
    file = table_file(folder, f"{name}.parquet")
    return read_parquet(file) if file.is_file() else pd.DataFrame()


def parts_of(folder: Path, name: str) -> Iterator[pd.DataFrame]:
    """The same, a long CSV file so many rows at a time."""
    file = table_file(folder, f"{name}.csv")
    if not file.is_file():
        yield table_of(folder, name)
        return
    with pd.read_csv(
        file, dtype=str, keep_default_na=False, chunksize=_AT_ONCE
    ) as parts:
        yield from parts


def _file_of(given: Path) -> tuple[Path, bool]:
    """The table of cells, and whether it surely is what an extraction wrote."""
    is_folder = given.is_dir()
    file = table_file(given, "cells.csv") if is_folder else given
    parquet = table_file(given, "cells.parquet")
    if is_folder and parquet.is_file():
        if file.is_file():
            raise SourceError(
                f"{given} has both cells.csv and cells.parquet, of two extractions. "
                "Remove the tables of one of them, or extract into another folder."
            )
        file = parquet
    if not file.is_file():
        raise SourceError(
            f"{file} does not exist. Write it with 'govinfo extract REPORTS --out "
            f"{file.parent}'."
        )
    if said := mismatch(given, file.name) if is_folder else None:
        warnings.warn(said, stacklevel=3)
    return file, said == ""


def _twice(file: Path, key: Sequence[str]) -> str:
    report_id, table, row, column = key
    return (
        f"{file}: the cell {table}:{row}@{column} of the report {report_id!r} stands "
        "twice. Expected one row for each cell of a report; remove one of them, or "
        "give every report an id of its own."
    )


def _parquet_rows(file: Path) -> Iterator[CellRow]:
    require_parquet(f"Reading {file}", "CSV with 'govinfo extract --format csv'")
    with engine("pyarrow"):
        import pyarrow.parquet as pq

        table = pq.ParquetFile(file)
        lacking = _require_cells(file, table.schema_arrow.names)
        for batch in table.iter_batches():
            for line in zip(*batch.to_pydict().values(), strict=True):
                texts = (*line[:7], number_text(line[7]), *line[8:], *lacking)
                yield cast("CellRow", texts)


def _csv_rows(file: Path) -> Iterator[CellRow]:
    """Lines of a table that a spreadsheet may have had in its hands."""
    try:
        # Spreadsheets write a byte order mark before UTF-8.
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream, strict=True)
            lacking = _require_cells(file, next(lines, []))
            for line in lines:
                if not line:
                    continue
                line += lacking
                if wrong := _wrong_in(line):
                    raise SourceError(
                        f"{file}, line {lines.line_num}: {wrong}. Extract the reports "
                        "again, or mend the line."
                    )
                year = int(line[2]) if line[2] else None
                if "\0'" in "\0".join(line):
                    line = [from_text(text) for text in line]
                yield cast("CellRow", (*line[:2], year, *line[3:]))
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{file} is not UTF-8 (byte {error.start}). If a spreadsheet saved it, "
            "save it there again as CSV UTF-8."
        ) from error
    except csv.Error as error:
        raise SourceError(
            f"{file}, line {lines.line_num}: the line could not be parted into fields "
            f"({error}). Extract the reports again, or mend the line."
        ) from error


def _wrong_in(line: list[str]) -> str:
    """What a line has that no extraction writes; empty where nothing is wrong."""
    if len(line) != len(CELL_COLUMNS):
        return f"found {len(line)} fields, expected {len(CELL_COLUMNS)}"
    for at, name, expected, pattern in _NUMBERS:
        text = line[at]
        if text and not pattern.fullmatch(text):
            return f"found {text!r} in the column {name}, expected {expected}"
    return ""


def _require_cells(file: Path, header: list[str]) -> list[str]:
    """What is to be added to each line of a table that was written before."""
    if tuple(header) == CELL_COLUMNS[:-1]:
        return [""]
    if tuple(header) != CELL_COLUMNS:
        raise MissingColumns(
            f"{file}: found the columns {', '.join(header) or 'none'}; expected "
            f"{', '.join(CELL_COLUMNS)}. Pass the cells.csv of an extraction."
        )
    return []
