"""Tables in Parquet, which need an optional part of govinfo."""

from __future__ import annotations

from pathlib import Path

from govinfo.errors import engine, need
from govinfo.later import pd


def require_parquet(doing: str = "Writing Parquet", instead: str = "CSV") -> None:
    """Say that Parquet cannot be used here before any work is done for it.

    Raises
    ------
    MissingExtra
        If pyarrow is not installed.
    EngineFailed
        If it cannot be imported.
    """
    with engine("pyarrow"):
        need(doing, "pyarrow", extra="scale", instead=f", or write {instead}")


def read_parquet(file: Path) -> pd.DataFrame:
    """Read a table from a Parquet file.

    Raises
    ------
    MissingExtra
        If pyarrow is not installed.
    EngineFailed
        If it cannot be imported, or cannot read the file.
    """
    csv = "CSV with 'govinfo extract --format csv'"
    require_parquet(f"Reading {file}", csv)
    with engine("pyarrow"):
        return pd.read_parquet(file)
