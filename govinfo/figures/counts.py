"""Counts over the years and over three forms, approximate ones marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.overyears import Panel, by_agency
from govinfo.figures.panels import small_multiples
from govinfo.figures.rows import ReportValue
from govinfo.figures.words import Language, Names
from govinfo.forms import FORMS, form_rows
from govinfo.harmonise import BREAKS
from govinfo.indicators.registry import Term, parse
from govinfo.show import drawn

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NEEDED = (
    "report_id",
    "agency_id",
    "report_year",
    "table",
    "row_code",
    "column_code",
    "value",
    "state",
    "grade",
)

# Rows that stand for a group of the form, which prints only its parts.
GROUPS = {
    "refused": ("不予公开", "refused"),
    "unavailable": ("无法提供", "cannot be provided"),
    "not_processed": ("不予处理", "not processed"),
    "other": ("其他处理", "other handling"),
    "litigation": ("行政诉讼", "litigation"),
}

# A row of the form with the columns of such a group.
LIKE = {
    "refused": "granted",
    "unavailable": "granted",
    "not_processed": "granted",
    "other": "granted",
    "litigation": "litigation_direct",
}

# Units of cells, as figures name them.
UNIT_OF = {
    "request": "requests",
    "document": "documents",
    "decision": "decisions",
    "case": "cases",
    "item": "items",
    "project": "projects",
    "as printed (yuan where a unit is printed)": "yuan",
}

# Where a row stands in the form: 一、 or （三） or 2.
_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+\.)"
)

# The column that a row without any other has, in each table.
_TOTAL = "total"


@drawn
def counts(
    data: pd.DataFrame,
    cells: str | Sequence[str],
    *,
    agencies: pd.DataFrame | None = None,
    mergers: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    Small multiples of counts over the years, one for each agency and statutory cell.

    Values that the form of their year counts otherwise are triangles, never joined to
    the others; a dotted line marks each change of law or form. Each panel has a scale
    of its own, which begins at 0.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.harmonise.harmonise`, or from
        :func:`govinfo.harmonise.harmonise_old`, or both together.
    cells : str or sequence of str
        Cells as ``table:row@column``, such as ``"proactive:normative_document@issued"``
        or ``"requests:received@total"``; without a column, the total.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    mergers : DataFrame, optional
        Years in which an agency became another one, as for
        :func:`govinfo.harmonise.with_segments`.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.

    Raises
    ------
    ValueError
        If no agency has values for two years.
    """
    need_columns(data, "counts", NEEDED, "a harmonised table")
    named = [cells] if isinstance(cells, str) else list(cells)
    names = Names.of(agencies, language)
    panels = []
    for name in named:
        (term,) = parse(name)
        its = by_agency(_rows(data, term))
        chinese, english, unit = _words(term)
        parted = tuple(b for b in BREAKS if b.parts(term.table, term.row))
        panels += [
            Panel(agency, chinese, english, unit, its[agency], parted)
            for agency in sorted(its, key=names.place)
        ]
    if not panels:
        message = (
            f"counts has nothing to draw: no agency has values of {named} for two "
            "years. Name cells as table:row@column, and pass reports of several years."
        )
        raise ValueError(message)
    return small_multiples(panels, names, mergers, language, sharey=False)


def _rows(data: pd.DataFrame, term: Term) -> list[ReportValue]:
    chosen = data[
        (data["table"] == term.table)
        & (data["row_code"] == term.row)
        & (data["column_code"] == (term.column or _TOTAL))
    ]
    twice = chosen[chosen["report_id"].duplicated()]
    if len(twice):
        message = (
            f"counts was given a cell of {twice['report_id'].iloc[0]!r} twice. "
            "Expected one row per report and cell; give every report an id of its own."
        )
        raise ValueError(message)
    form = [name for name in ("form",) if name in chosen.columns]
    records = chosen[[*NEEDED, *form]].astype(object)
    records = records.where(records.notna(), None)
    return [
        ReportValue(
            report_id=str(r["report_id"]),
            agency=str(r["agency_id"]),
            year=None if r["report_year"] is None else int(r["report_year"]),
            numerator=None,
            denominator=None,
            value=None if r["value"] is None else float(r["value"]),
            low=None,
            high=None,
            state="computed" if r["state"] in ("reported", "corrected") else "",
            grade=str(r["grade"]),
            form=str(r.get("form") or ""),
        )
        for r in records.to_dict("records")
    ]


def _words(term: Term) -> tuple[str, str, str]:
    """A cell's name in both languages and its unit, from the newest form with it."""
    code, wanted = LIKE.get(term.row, term.row), term.column or _TOTAL
    for form in reversed(FORMS):
        for row in form_rows(term.table, form):
            for column in row.columns:
                if (row.code, column.code) != (code, wanted):
                    continue
                own = (_NUMBER.sub("", row.leaf), row.english)
                chinese, english = GROUPS.get(term.row, own)
                if wanted != _TOTAL:
                    chinese = f"{chinese}：{column.leaf}"
                    english = f"{english}: {column.english}"
                return chinese, english, UNIT_OF.get(column.unit, column.unit)
    return (*GROUPS.get(term.row, (term.row, term.row)), "requests")
