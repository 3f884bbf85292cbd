"""The reports of a folder with their agencies: who reports, on which level, where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
    "report_year",
    "file",
    "label",
)
"""Columns of the table of reports that comparisons and figures use; ``label`` names the
report in a sentence: the agency, in English where there is a name, and the year."""

LEVELS = {
    "central": "中央",
    "province": "省级",
    "prefecture": "地市级",
    "county": "县级",
    "township": "乡级",
    "department": "部门",
    "department system": "系统",
}
"""Levels of agencies with their Chinese names, in the order in which they are shown."""


def read_agencies(folder: Path | str) -> pd.DataFrame:
    """
    Read who made the reports of a folder.

    Parameters
    ----------
    folder : Path or str
        A folder with a ``reports.csv``: a registry like that of ``data/``, or what
        ``govinfo extract`` writes, also as ``reports.parquet``. Of what the file does
        not have, the agency's name stands for ``agency_id``, and the other columns are
        empty.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, one row per report that was read, all text but
        ``report_year`` (Int64).

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
        message = (
            f"{file} does not exist. Write it with 'govinfo extract REPORTS --out "
            f"{Path(folder)}'."
        )
        raise SourceError(message)
    if file.suffix == ".parquet":
        whole = read_parquet(file)
        found = whole.astype("string").fillna("").astype(str)
    else:
        found = pd.read_csv(file, dtype=str, keep_default_na=False)
    for name in ("report_id", "agency", "report_year"):
        if name not in found.columns:
            message = (
                f"{file} has no column {name!r}, so it is not a table of reports. Pass "
                "a folder written by govinfo extract, or one with a registry."
            )
            raise MissingColumns(message)
    if "status" in found.columns:
        found = found[found["status"] != "failed"]
    for name in COLUMNS:
        if name not in found.columns:
            found = found.assign(**{name: ""})
    # Reports that name no agency are not all of one.
    for name in ("agency", "report_id"):
        given = found["agency_id"]
        found = found.assign(agency_id=given.where(given != "", found[name]))
    names = found["agency_english"].where(
        found["agency_english"] != "", found["agency"]
    )
    found = found.assign(label=(names + " " + found["report_year"]).str.strip())
    years = pd.to_numeric(found["report_year"], errors="coerce").astype("Int64")
    return found.assign(report_year=years)[list(COLUMNS)].reset_index(drop=True)
