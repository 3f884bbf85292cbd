"""Tables in Parquet, which need an optional part of govinfo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.errors import MissingExtra

if TYPE_CHECKING:
    import pandas as pd


def read_parquet(file: Path) -> pd.DataFrame:
    """Read a table from a Parquet file.

    Raises
    ------
    MissingExtra
        If pyarrow is not installed.
    """
    import pandas as pd

    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        message = (
            f"Reading {file} needs pyarrow, which is not installed. Install "
            "govinfo-cn[scale], or write CSV with 'govinfo extract --format csv'."
        )
        raise MissingExtra(message) from error
    return pd.read_parquet(file)
