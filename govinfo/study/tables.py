"""The built tables of a study, read back with numbers as numbers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.agencies import BODIES, LEVELS, SCOPES, read_agencies, read_as_text
from govinfo.dataset import read_cells
from govinfo.dataset.written import from_text, table_file
from govinfo.errors import SourceError
from govinfo.forms import TABLES
from govinfo.recognise.figures import State
from govinfo.show import chinese, word
from govinfo.study.layout import Study, dictionary

if TYPE_CHECKING:
    import pandas as pd

BUILT = ("reports", "cells", "indicators", "findings", "suggestions", "checks")
"""The tables that ``govinfo extract`` builds in a study."""

KEYS = {
    "reports": ("report_id",),
    "cells": ("report_id", "table", "row_code", "column_code"),
    "indicators": ("report_id", "indicator", "applicant"),
    "checks": ("report_id", "check"),
}
"""Columns that tell the rows of a table apart."""

_WHOLE = {"report_year", "cells_reported", "pass", "pass_if_blank_is_zero", "fail"}
_WHOLE |= {"not_assessable", "solution", "alternatives", "population"}
_NUMBERS = {"value", "printed", "expected", "difference", "suggested", "numerator"}
_NUMBERS |= {"denominator", "low", "high", "bound_low", "bound_high"}
_NUMBERS |= {"failed_checks", "blank_cells", "unsure_cells", "fees_cny"}

_CODES = {
    "state": (*State, "computed", "small_denominator", "zero_denominator", "bounded"),
    "table": TABLES,
    "status": ("complete", "partial", "failed"),
    "severity": ("error", "warning"),
}
_NAMED = {"level": LEVELS, "body": BODIES, "scope": SCOPES} | {
    "level_from": {"registry": "登记表", "agencies": "机关表", "name": "名称"},
    "fees_stated": {
        **{"amount": "写明金额", "none": "写明未收取"},
        **{"unclear": "说法不一", "silent": "第六部分未写"},
    },
}


@cache
def words() -> dict[str, dict[str, str]]:
    """Codes in words, by column; what a code is not told in words stays as it is."""
    return {
        column: {code: f"{word(code)} {chinese(code)}" for code in codes}
        for column, codes in _CODES.items()
    } | {
        column: {code: f"{code} {name}" for code, name in known.items()}
        for column, known in _NAMED.items()
    }


def read_tables(study: Study) -> dict[str, pd.DataFrame]:
    """
    Read the built tables of a study.

    Parameters
    ----------
    study : Study
        An extracted study.

    Returns
    -------
    dict of str to DataFrame
        The tables of :data:`BUILT` that are there; whole numbers are Int64, numbers
        Float64, and of text an empty one is the empty string.

    Raises
    ------
    SourceError
        If the study was not extracted.
    """
    extracted(study)
    return {name: _read(file) for name in BUILT if (file := _file(study, name))}


def extracted(study: Study) -> Path:
    """
    The folder of a study's built tables.

    Raises
    ------
    SourceError
        If the study was not extracted.
    """
    if _file(study, "reports") is None or _file(study, "cells") is None:
        raise SourceError(
            f"{study.data} holds no extraction: found neither reports nor cells. Run "
            f"'govinfo extract {study.root}' first."
        )
    return study.data


def tables_in(folder: Path | str) -> Path:
    """Where the tables of a study are, or of what was extracted elsewhere."""
    study = Study(Path(folder))
    return extracted(study) if study.is_there else study.root


def reports_once(folder: Path | str) -> pd.DataFrame:
    """
    Read who made the reports of a folder, each report once.

    Raises
    ------
    SourceError
        If none was read.
    """
    reports = read_agencies(folder, once=True)
    if reports.empty:
        raise SourceError(
            f"{folder} holds no report that was read, so there is nothing to compare. "
            "The column message of its table of reports says of each file why."
        )
    return reports


def load(folder: Path | str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Load what comparisons start from: every report of a folder once, with its cells.

    Parameters
    ----------
    folder : Path or str
        The ``data`` of a study, or what ``govinfo extract`` wrote.

    Returns
    -------
    cells, reports : DataFrame
        As :func:`govinfo.read_cells` and :func:`govinfo.agencies.read_agencies` read
        them. Second sources, parts and other versions of a report are left out of
        both; ``reports.attrs["left_out"]`` names each with the report that it gave way
        to.

    Raises
    ------
    SourceError
        If the folder holds no tables, damaged ones, or none of a report.

    Examples
    --------
    >>> from pathlib import Path
    >>> data = Path(__file__).parents[2] / "data"
    >>> cells, reports = load(data)
    >>> bool(reports["report_id"].is_unique), reports.attrs["left_out"]
    (True, {})
    """
    reports = reports_once(folder)
    cells = read_cells(folder)
    return cells[cells["report_id"].isin(reports["report_id"])], reports


def _file(study: Study, name: str) -> Path | None:
    files = (table_file(study.data, f"{name}.{end}") for end in ("csv", "parquet"))
    return next((file for file in files if file.is_file()), None)


def _read(file: Path) -> pd.DataFrame:
    import pandas as pd

    frame = read_as_text(file)
    for column in frame.columns:
        is_whole = column in _WHOLE or (file.stem, column) == ("reports", "findings")
        if is_whole or column in _NUMBERS:
            numbers = pd.to_numeric(frame[column].replace("", None))
            frame[column] = numbers.astype("Int64" if is_whole else "Float64")
        else:
            frame[column] = frame[column].map(from_text).astype("str")
    return frame


def described(table: str, column: str) -> str:
    """What a column means, in one sentence; its name where the dictionary has none."""
    return dictionary().get(table, {}).get(column, column)


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with its codes in words."""
    known = {name: words()[name] for name in frame.columns if name in words()}
    return frame.replace(known)
