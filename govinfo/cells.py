"""The table of cells: one row per statutory cell, as in ``cells.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from govinfo.recognise.figures import plain_number
from govinfo.recognise.readings import Reading

if TYPE_CHECKING:
    import pandas as pd

CELL_COLUMNS = (
    "report_id",
    "agency",
    "report_year",
    "form",
    "table",
    "row_code",
    "column_code",
    "value",
    "unit",
    "state",
    "raw",
    "place",
    "doubts",
)
"""Columns of ``cells.csv``, in order."""

CellRow = tuple[str, str, int | None, str, str, str, str, str, str, str, str, str, str]


def cell_rows(
    report_id: str, agency: str, year: int | None, cells: Iterable[Reading]
) -> list[CellRow]:
    """Cells as tuples in the order of :data:`CELL_COLUMNS`, values as text."""
    return [
        (
            report_id,
            agency,
            year,
            cell.form,
            cell.table,
            cell.row_code,
            cell.column_code,
            "" if cell.value is None else plain_number(cell.value),
            cell.unit,
            cell.state.value,
            cell.raw,
            str(cell.place or ""),
            ";".join(dict.fromkeys(doubt.code for doubt in cell.doubts)),
        )
        for cell in cells
    ]


def cells_frame(rows: Sequence[CellRow]) -> pd.DataFrame:
    """
    Make the table of cells from tuples.

    Parameters
    ----------
    rows : sequence of tuple
        In the order of :data:`CELL_COLUMNS`, ``value`` as text, empty where missing.

    Returns
    -------
    DataFrame
        ``report_year`` is Int64, ``value`` Float64, everything else text.
    """
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(CELL_COLUMNS))
    frame["report_year"] = frame["report_year"].astype("Int64")
    values = [float(text) if text else None for text in frame["value"]]
    frame["value"] = pd.array(values, dtype="Float64")
    return frame
