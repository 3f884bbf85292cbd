"""How far reports agree with themselves, and how much they leave blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.figures.rates import cut_note, left_out
from govinfo.figures.rows import Layout, ReportValue, described, headed, rows_of
from govinfo.figures.words import Language, listed, percent, pick, told
from govinfo.show import BLUE, RED, drawn, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "quality"


@drawn
def quality(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    Sums that disagree and cells left blank, for each report, with their counts.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`, with ``checks``.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    sums = rows_of(data, "data_quality_failed_checks", "total", NAME)
    blanks = rows_of(data, "data_quality_blank_cells", "total", NAME)
    layout = Layout.of(blanks, agencies, language)
    with style():
        fig, (left, right) = layout.figure(panels=2, below=1.3)
        _panel(left, sums, layout, RED, "///")
        _panel(right, blanks, layout, BLUE, "")
        left.set_title(pick(language, "不符的合计", "sums that disagree", "\n"))
        right.set_title(pick(language, "空白单元格", "cells left blank", "\n"))
        note = cut_note(layout, len(blanks), language)
        heading = ("报告质量", "What reports say against themselves")
        headed(fig, pick(language, *heading), note)
    return described(fig, _alt(sums, blanks, layout, language))


def _panel(
    ax: Axes, rows: list[ReportValue], layout: Layout, colour: str, hatch: str
) -> None:
    most = max((row.value or 0 for row in rows), default=0) or 0.1
    for row in rows:
        if row.report_id not in layout.y_of:
            continue
        y = layout.y_of[row.report_id]
        value = row.value or 0
        ax.barh(y, value, height=0.17, color=colour, hatch=hatch, edgecolor="white")
        ax.annotate(
            _of(row),
            (value, y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
    # The longest bar leaves room for its counts.
    ax.set_xlim(0, most * 1.6)
    ax.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
    ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))


def _of(row: ReportValue) -> str:
    """How many of how many; a dash where that is not known."""
    return "–" if row.numerator is None else f"{row.numerator}/{row.denominator}"


def _alt(
    sums: list[ReportValue],
    blanks: list[ReportValue],
    layout: Layout,
    language: Language,
) -> str:
    def said(rows: list[ReportValue]) -> str:
        by_id = {row.report_id: row for row in rows}
        some = [by_id[i] for i in layout.ids if i in by_id and by_id[i].numerator != 0]
        return listed(
            [
                f"{layout.names.short(row.agency)} {row.time} "
                + (
                    "–"
                    if row.numerator is None
                    else f"{row.numerator}/{row.denominator}"
                )
                for row in some
            ],
            language,
        ) or told(language, "无", "none")

    n = len(layout.ids)
    chinese = (
        f"{n}份报告。合计不符：{said(sums)}。空白单元格：{said(blanks)}。"
        "其余报告均为零。"
    )
    english = (
        f"Of {n} reports, sums that disagree: {said(sums)}. Cells left blank: "
        f"{said(blanks)}. All others have none."
    )
    return told(language, chinese, english) + left_out(layout, len(blanks), language)
