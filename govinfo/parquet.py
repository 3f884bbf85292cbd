"""Tables in Parquet, which need an optional part of govinfo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.errors import MissingExtra, engine

if TYPE_CHECKING:
    import pandas as pd


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
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise MissingExtra(
                f"{doing} needs pyarrow, which is not installed. Install "
                f"govinfo-cn[scale], or write {instead}."
            ) from error


def read_parquet(file: Path) -> pd.DataFrame:
    """Read a table from a Parquet file.

    Raises
    ------
    MissingExtra
        If pyarrow is not installed.
    EngineFailed
        If it cannot be imported, or cannot read the file.
    """
    import pandas as pd

    csv = "CSV with 'govinfo extract --format csv'"
    require_parquet(f"Reading {file}", csv)
    with engine("pyarrow"):
        return pd.read_parquet(file)
