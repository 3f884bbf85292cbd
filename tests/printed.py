"""The published figures in ``data/figures`` as the cells that reading would give."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

FIGURES = Path(__file__).parents[1] / "data" / "figures"


def printed_rows() -> list[dict[str, str]]:
    """Every printed figure as text, one dictionary each."""
    with (FIGURES / "cells.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def registry() -> pd.DataFrame:
    """The table of the reports, as text."""
    return pd.read_csv(FIGURES.parent / "reports.csv", dtype=str, keep_default_na=False)


def printed_cells() -> pd.DataFrame:
    """All printed figures in the columns of ``cells.csv``; an empty text is blank."""
    cells = pd.DataFrame(printed_rows()).merge(
        registry()[["report_id", "agency", "report_year", "form"]], on="report_id"
    )
    is_blank = cells["printed"] == ""
    return cells.assign(
        report_year=cells["report_year"].astype(int).astype("Int64"),
        value=cells["printed"].where(~is_blank).astype(float).astype("Float64"),
        state=is_blank.map({True: "blank", False: "reported"}),
        unit="",
        raw=cells["printed"],
        place=None,
    ).drop(columns="printed")
