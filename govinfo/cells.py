"""The table of cells: one row per statutory cell, as in ``cells.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from govinfo.checks.within import ReportCells, gathered
from govinfo.later import pa, pd
from govinfo.recognise.figures import plain_number
from govinfo.recognise.readings import Reading

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


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, and which of them hold whole numbers or any numbers."""

    name: str
    columns: tuple[str, ...]
    whole: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def _kinds(self, whole: Any, number: Any) -> dict[str, Any]:
        """What stands for the columns that hold numbers."""
        return dict.fromkeys(self.whole, whole) | dict.fromkeys(self.numbers, number)

    def typed(self, rows: Sequence[Sequence[object]]) -> dict[str, list[Any]]:
        """Rows as columns; numbers given as text are read, an empty text is missing."""
        numbers = self._kinds(int, float)
        columns = list(zip(*rows, strict=True)) or [()] * len(self.columns)
        found = {}
        for name, values in zip(self.columns, columns, strict=True):
            read = numbers.get(name, str)
            missing = (None, "") if name in numbers else (None,)
            found[name] = [
                None if value in missing else read(value) for value in values
            ]
        return found

    def frame(self, rows: Iterable[Sequence[object]]) -> pd.DataFrame:
        """Rows as a table of pandas: numbers ``Int64`` or ``Float64``, else text."""
        kinds = self._kinds("Int64", "Float64")
        return pd.DataFrame(
            {
                name: pd.Series(values, dtype=kinds.get(name, "str"))
                for name, values in self.typed(list(rows)).items()
            }
        )

    def schema(self) -> pa.Schema:
        """The columns as Parquet has them."""
        kinds = self._kinds(pa.int64(), pa.float64())
        return pa.schema([(n, kinds.get(n, pa.string())) for n in self.columns])


CELLS = Table("cells", CELL_COLUMNS, ("report_year",), ("value",))
"""The table of cells."""

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
            "" if (value := cell.value) is None else plain_number(value),
            cell.unit,
            cell.state.value,
            cell.raw,
            str(cell.place or ""),
            ";".join(dict.fromkeys(one.code for one in cell.doubts))
            if cell.doubts
            else "",
        )
        for cell in cells
    ]


def cells_of(report_id: str, rows: Iterable[CellRow]) -> ReportCells:
    """The cells of a report as the checks take them."""
    lines = (
        (report_id, *cell[3:7], float(cell[7]) if cell[7] else None, *cell[9:11])
        for cell in rows
    )
    return next(gathered(lines), ReportCells(report_id))
