"""The tables that comparisons take: rows with a numerator and a denominator."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from govinfo.errors import MissingColumns, MissingExtra
from govinfo.indicators import APPLICANTS, INDICATORS, RELIABLE_N, VALUED

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COUNTS = ("numerator", "denominator")


class Counts(NamedTuple):
    """Numerators and denominators of a table, as arrays."""

    x: Floats
    n: Floats


class Selection(NamedTuple):
    """Rows that can be compared, and rows that cannot with the reason."""

    rows: pd.DataFrame
    left_out: pd.DataFrame


def need_columns(table: pd.DataFrame, needed_by: str, columns: Iterable[str]) -> None:
    """Refuse a table that lacks columns, naming all of them.

    Raises
    ------
    MissingColumns
        If a column is missing.
    """
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        named = ", ".join(repr(name) for name in lacking)
        message = (
            f"{needed_by}() needs columns that the table does not have: {named}. "
            "Pass rows of govinfo's indicators, or a table with these columns."
        )
        raise MissingColumns(message)


def counts_of(table: pd.DataFrame, needed_by: str) -> Counts:
    """Numerators and denominators, none of them missing and all of them possible.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a count is missing, negative, not whole, or above its denominator, or
        nothing is left.
    """
    import numpy as np

    need_columns(table, needed_by, COUNTS)
    x, n = (
        np.asarray(table[name].astype("Float64").astype("float64"), dtype=np.float64)
        for name in COUNTS
    )
    with np.errstate(invalid="ignore"):
        wrong = np.isnan(x) | np.isnan(n) | (x < 0) | (n <= 0) | (x > n)
        wrong |= (x != np.floor(x)) | (n != np.floor(n))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        message = (
            f"{needed_by}() was given {x[at]:g} of {n[at]:g} in row {at} of the table, "
            "which is not a proportion of whole counts. Choose rows with select(), "
            "which leaves out those without a value."
        )
        raise ValueError(message)
    if not len(x):
        message = f"{needed_by}() was given no rows, so there is nothing to compare."
        raise ValueError(message)
    return Counts(x, n)


def need_one_kind(
    table: pd.DataFrame, needed_by: str, columns: Iterable[str] = ("indicator",)
) -> None:
    """Refuse rows that have nothing in common, or count a report twice.

    Only columns that the table has are looked at.

    Raises
    ------
    ValueError
        If there are several values of one of the columns, or a report stands twice.
    """
    for name in columns:
        found = list(dict.fromkeys(table[name])) if name in table.columns else []
        if len(found) > 1:
            message = (
                f"{needed_by}() was given several values of {name!r} ({found[0]!r}, "
                f"{found[1]!r}), which have no rate in common. Choose one with "
                "select()."
            )
            raise ValueError(message)
    if "report_id" in table.columns and table["report_id"].duplicated().any():
        twice = table["report_id"][table["report_id"].duplicated()].iloc[0]
        message = (
            f"{needed_by}() was given the report {twice!r} twice, so that it would "
            "count double. Pass each report once."
        )
        raise ValueError(message)


def stats_module(name: str, needed_by: str) -> ModuleType:
    """A module of scipy or statsmodels, which come with the extra ``[stats]``.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        message = (
            f"{needed_by}() needs {name.split('.')[0]}, an optional part of govinfo "
            "that is not installed. Install it with pip install 'govinfo-cn[stats]'."
        )
        raise MissingExtra(message) from error


def need_known(
    table: pd.DataFrame, needed_by: str, column: str, value: str, known: Iterable[str]
) -> None:
    """Refuse a code that is a slip of the pen, which would select nothing.

    Raises
    ------
    ValueError
        If neither the table nor the registry has it.
    """
    if value not in set(known) and not (table[column] == value).any():
        message = (
            f"{needed_by}() knows no {column} {value!r}, nor does the table. See "
            "govinfo.indicators.indicator_table() for the codes."
        )
        raise ValueError(message)


def select(
    table: pd.DataFrame,
    indicator: str,
    *,
    applicant: str = "total",
    year: int | None = None,
    min_n: int = RELIABLE_N,
    contradicted: bool = True,
) -> Selection:
    """The rows of one indicator that can be compared, and why the others cannot.

    Nothing is left out in silence: every row of the indicator is in one of the two
    tables.

    Parameters
    ----------
    table : DataFrame
        From :func:`govinfo.indicators.indicators`.
    indicator : str
        Its code.
    applicant : str
        Column code of the applicants.
    year : int, optional
        One report year; all years otherwise.
    min_n : int
        Leave out denominators below it. 20 by default; 0 keeps all.
    contradicted : bool
        Whether to keep values that rest on a sum which disagrees.

    Returns
    -------
    Selection
        ``rows``, in the order of ``table``, and ``left_out`` with a column ``reason``:
        a state of the indicator, or ``small_denominator``.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If neither the table nor the registry knows the indicator or the applicants.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "agency_id": ["a", "b", "c"], "report_year": 2023,
    ...     "indicator": "granted_share", "applicant": "total",
    ...     "numerator": [30, 2, pd.NA], "denominator": [60, 4, 9],
    ...     "state": ["computed", "small_denominator", "blank_input"]})
    >>> rows, left_out = select(table, "granted_share")
    >>> rows["agency_id"].tolist()
    ['a']
    >>> left_out[["agency_id", "reason"]].values.tolist()
    [['b', 'small_denominator'], ['c', 'blank_input']]
    """
    needed = ("indicator", "applicant", "report_year", "state", *COUNTS)
    need_columns(table, "select", needed)
    need_known(table, "select", "indicator", indicator, INDICATORS)
    need_known(table, "select", "applicant", applicant, APPLICANTS)
    chosen = (table["indicator"] == indicator) & (table["applicant"] == applicant)
    if year is not None:
        chosen &= (table["report_year"] == year).fillna(value=False).astype(bool)
    found = table[chosen]
    reason = found["state"].where(~found["state"].isin(VALUED), "")
    small = (found["denominator"] < min_n).fillna(value=False).astype(bool)
    reason = reason.where(~(small & (reason == "")), "small_denominator")
    if not contradicted:
        doubtful = found["state"] == "contradicted_input"
        reason = reason.where(~doubtful, "contradicted_input")
    rows = found[reason == ""].reset_index(drop=True)
    left_out = found[reason != ""].assign(reason=reason).reset_index(drop=True)
    return Selection(rows, left_out)
