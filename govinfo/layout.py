"""The figures of one report as a table with the labels of the statutory form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.errors import require_columns
from govinfo.forms import form_rows

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("report_id", "form", "table", "row_code", "column_code", "value", "state")


def printed_table(
    cells: pd.DataFrame, table: str, *, english: bool = False
) -> pd.DataFrame:
    """
    One statutory table of one report, labelled as printed.

    Parameters
    ----------
    cells : DataFrame
        Cells of one report.
    table : {"proactive", "requests", "disputes"}
        Which table.
    english : bool
        Whether the English names stand beside the printed labels.

    Returns
    -------
    DataFrame
        One row per row of the form, under its Chinese label (the index); one column
        per column of the form, under its Chinese label. A cell without a figure is
        missing, never 0.

    Raises
    ------
    ValueError
        If ``cells`` holds several reports, or nothing of this table.
    """
    require_columns(cells, "printed_table", NEEDED, "Pass a table of cells.")
    reports = sorted(cells["report_id"].unique())
    chosen = cells[cells["table"] == table]
    if len(reports) != 1 or chosen.empty:
        raise ValueError(
            f"printed_table shows the table {table!r} of one report, but the cells are "
            f"those of {len(reports)} reports, with {len(chosen)} cells of that table. "
            "Choose one report by its report_id."
        )
    wide = chosen.set_index(["row_code", "column_code"])["value"].unstack()  # noqa: PD010
    form = str(chosen["form"].iloc[0])
    known = form_rows(table, form)

    def named(label: str, name: str) -> str:
        return f"{label} {name}" if english else label

    rows = {
        # Without the instructions in brackets.
        row.code: named(row.leaf.split("（区分处理")[0], row.english.split(" (")[0])
        for row in known
        if row.code in wide.index
    }
    columns = {c.code: named(c.leaf, c.english) for row in known for c in row.columns}
    kept = [code for code in columns if code in wide.columns]
    shown = wide.reindex(list(rows), columns=kept)
    shown = shown.rename(index=rows, columns=columns)
    return shown.rename_axis(index=None, columns=None)
