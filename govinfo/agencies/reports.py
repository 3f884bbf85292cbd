"""The reports of a folder with their agencies: who reports, on which level, where."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.agencies.names import SCOPES
from govinfo.errors import MissingColumns, SourceError
from govinfo.parquet import read_parquet

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "report_id",
    "agency_id",
    "agency",
    "agency_english",
    "region",
    "level",
    "body",
    "scope",
    "report_year",
    "file",
    "findings",
    "label",
    "fees_stated",
    "fees_cny",
)
"""Columns of the table of reports that comparisons and figures use; ``label`` names the
report in a sentence: the agency, in English where there is a name, else by its
``agency_id``, and the year. ``fees_stated`` is missing where the file was written
before there was such a column."""


def read_agencies(folder: Path | str, *, once: bool = False) -> pd.DataFrame:
    """
    Read who made the reports of a folder.

    Parameters
    ----------
    folder : Path or str
        A folder with a ``reports.csv``: a registry like that of ``data/``, or what
        ``govinfo extract`` writes, also as ``reports.parquet``. Of what the file does
        not have, the agency's name stands for ``agency_id``, and the other columns are
        empty.
    once : bool
        Leave out second sources, parts and other versions of a report, so that no
        agency has a year twice; ``attrs["left_out"]`` says which report each of them
        gave way to. An agency that reports on several scopes becomes one for each.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, one row per report that was read, all text but
        ``report_year`` and ``findings``, the number of contradictions (Int64), and
        ``fees_cny``, the processing fees in yuan (Float64).

    Raises
    ------
    SourceError
        If the folder has neither file.
    MissingColumns
        If that file is not a table of reports.
    MissingExtra
        If it is Parquet and pyarrow is not installed.
    """
    import pandas as pd

    file = Path(folder) / "reports.csv"
    if not file.is_file() and file.with_suffix(".parquet").is_file():
        file = file.with_suffix(".parquet")
    if not file.is_file():
        raise SourceError(
            f"{file} does not exist. Write it with 'govinfo extract REPORTS --out "
            f"{Path(folder)}'."
        )
    found = read_as_text(file)
    for name in ("report_id", "agency", "report_year"):
        if name not in found.columns:
            raise MissingColumns(
                f"{file} has no column {name!r}, so it is not a table of reports. Pass "
                "a folder written by govinfo extract, or one with a registry."
            )
    if "status" in found.columns:
        found = found[found["status"] != "failed"]
    wanted = (*COLUMNS, "same_as", "part_of", "status", "cells_reported")
    lacking = [name for name in wanted if name not in found.columns]
    found = found.reindex(columns=[*found.columns, *lacking], fill_value="")
    if "fees_stated" in lacking:
        found = found.assign(fees_stated=None)
    # Reports that name no agency are not all of one.
    found = found.assign(agency_id=_first(found, "agency_id", "agency", "report_id"))
    left_out: dict[str, str] = {}
    if once:
        found, left_out = _each_once(_by_scope(found))
    names = _first(found, "agency_english", "agency", "agency_id")
    found = found.assign(label=(names + " " + found["report_year"]).str.strip())
    for name in ("report_year", "findings", "fees_cny"):
        numbers = pd.to_numeric(found[name], errors="coerce")
        found = found.assign(**{name: numbers.astype("Float64")})
    found = found.astype({"report_year": "Int64", "findings": "Int64"})
    reports = found[list(COLUMNS)].reset_index(drop=True)
    reports.attrs["left_out"] = left_out
    return reports


def _first(table: pd.DataFrame, *names: str) -> pd.Series:
    """The first column of several that is filled, row by row."""
    columns = (table[name] for name in names)
    return reduce(lambda one, other: one.where(one != "", other), columns)


def read_as_text(file: Path) -> pd.DataFrame:
    """Read a table, CSV or Parquet, as text; what is missing is empty."""
    import pandas as pd

    if file.suffix == ".parquet":
        return read_parquet(file).astype("string").fillna("").astype(str)
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def _by_scope(found: pd.DataFrame) -> pd.DataFrame:
    """Make an agency that reports on itself and on all below it two agencies."""
    scopes = found.groupby("agency_id")["scope"].transform("nunique")
    parted = (scopes > 1) & (found["scope"] != "")
    added = {
        "agency_id": "-" + found["scope"],
        "agency": "（" + found["scope"].map(SCOPES).fillna(found["scope"]) + "）",
        "agency_english": " (" + found["scope"] + ")",
    }
    return found.assign(
        **{
            name: found[name].where(~parted | (found[name] == ""), found[name] + end)
            for name, end in added.items()
        }
    )


def _each_once(found: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """One report for each agency and year: the one with most figures, read best."""
    left_out = {
        row["report_id"]: row["same_as"] or row["part_of"]
        for row in found.to_dict("records")
        if row["same_as"] or row["part_of"]
    }
    kept = found[~found["report_id"].isin(list(left_out))]
    figures = kept["cells_reported"].replace("", "0").astype(int)
    best = kept.assign(_figures=-figures).sort_values(
        ["status", "_figures", "report_id"], kind="stable"
    )
    dated = best[best["report_year"] != ""]
    first = dated.groupby(["agency_id", "report_year"])["report_id"].transform("first")
    again = dated["report_id"] != first
    left_out |= dict(zip(dated["report_id"][again], first[again], strict=True))
    return found[~found["report_id"].isin(list(left_out))], left_out
