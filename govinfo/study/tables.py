"""The built tables of a study, read back with numbers as numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.agencies import BODIES, LEVELS, SCOPES, read_agencies
from govinfo.dataset import read_cells
from govinfo.dataset.written import from_text, table_file
from govinfo.errors import SourceError
from govinfo.parquet import read_parquet
from govinfo.study.dictionary import dictionary
from govinfo.study.layout import Study

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
_NUMBERS |= {"failed_checks", "blank_cells", "unsure_cells"}

WORDS: dict[str, dict[str, str]] = {
    "state": {
        "reported": "a figure is printed 有数",
        "corrected": "corrected by hand 人工更正",
        "blank": "blank, which is not zero 空白（不是零）",
        "not_applicable": "marked as not applicable 不适用",
        "unreadable": "no figure can be read 无法读取",
        "uncertain": "a figure, but not for sure 存疑",
        "absent": "the document lacks the cell 缺失",
        "computed": "computed 已计算",
        "small_denominator": "computed from few cases 个案过少",
        "zero_denominator": "no cases 无个案",
        "bounded": "only bounds are known 仅知上下限",
    },
    "table": {
        "proactive": "proactive disclosure 二、主动公开",
        "requests": "requests 三、收到和处理申请",
        "disputes": "review and litigation 四、复议、诉讼",
    },
    "status": {
        "complete": "read as a whole 完整",
        "partial": "read in part 部分",
        "failed": "not read 未能读取",
    },
    "severity": {
        "error": "cannot be otherwise 必有其误",
        "warning": "may have a reason 或有原因",
    },
    "level": {code: f"{code} {chinese}" for code, chinese in LEVELS.items()},
    "body": {code: f"{code} {chinese}" for code, chinese in BODIES.items()},
    "scope": {code: f"{code} {chinese}" for code, chinese in SCOPES.items()},
    "level_from": {
        "registry": "given in registry.csv 登记表",
        "agencies": "given in agencies.csv 机关表",
        "name": "recognised from the name 由名称识别",
    },
}
"""Codes in words, by column; what a code is not told in words stays as it is."""


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
    found = {name: table for name in BUILT if (table := _read(study, name)) is not None}
    if "reports" not in found or "cells" not in found:
        raise SourceError(
            f"{study.data} holds no extraction: found neither reports nor cells. Run "
            f"'govinfo extract {study.root}' first."
        )
    return found


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
        If the folder holds no tables, or damaged ones.

    Examples
    --------
    >>> from pathlib import Path
    >>> data = Path(__file__).parents[2] / "data"
    >>> cells, reports = load(data)
    >>> bool(reports["report_id"].is_unique), reports.attrs["left_out"]
    (True, {})
    """
    cells = read_cells(folder)
    reports = read_agencies(folder, once=True)
    return cells[cells["report_id"].isin(reports["report_id"])], reports


def _read(study: Study, name: str) -> pd.DataFrame | None:
    import pandas as pd

    file = table_file(study.data, f"{name}.csv")
    if file.is_file():
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    else:
        file = table_file(study.data, f"{name}.parquet")
        if not file.is_file():
            return None
        frame = read_parquet(file).astype("string").fillna("")
    for column in frame.columns:
        is_whole = column in _WHOLE or (name == "reports" and column == "findings")
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
    words = {name: WORDS[name] for name in frame.columns if name in WORDS}
    return frame.assign(
        **{
            name: frame[name].map(lambda code, known=known: known.get(code, code))
            for name, known in words.items()
        }
    )
