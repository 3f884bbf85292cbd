"""One rate of many reports, each with its interval and its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.figures.rows import (
    Layout,
    ReportValue,
    beside,
    described,
    drawable,
    headed,
    rows_of,
)
from govinfo.figures.words import (
    UNITS,
    Language,
    listed,
    number,
    percent,
    pick,
    span,
    title,
    told,
)
from govinfo.indicators import INDICATORS, RELIABLE_N
from govinfo.show import BLUE, GREY, RED, drawn, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

# Why a report has no value: Chinese, English.
WHY = {
    "zero_denominator": ("分母为零", "nothing to divide by"),
    "not_in_form": ("表式无此项", "not in this form"),
    "absent_input": ("未见此项", "cells not found"),
    "unreadable_input": ("无法识别", "unreadable cells"),
    "uncertain_input": ("识别存疑", "uncertain cells"),
    "not_applicable_input": ("标为不适用", "marked not applicable"),
    "blank_input": ("有空白", "blank cells"),
    "inconsistent_input": ("自相矛盾", "contradicts itself"),
    "bounded": ("只知范围", "only bounds known"),
}

# Marker, filled or not, Chinese and English: never colour alone.
MARKS = {
    "computed": ("o", True, BLUE, "", ""),
    "small_denominator": (
        "o",
        False,
        BLUE,
        f"分母不足{RELIABLE_N}，不可靠",
        f"denominator below {RELIABLE_N}: unreliable",
    ),
    "contradicted_input": (
        "D",
        False,
        RED,
        "所用合计与分项不符",
        "rests on a sum that disagrees",
    ),
}

# A value from the nearest cell of another form is a triangle, whatever its state.
APPROXIMATE = ("近似值", "approximate")


@drawn
def rates(
    data: pd.DataFrame,
    indicator: str,
    *,
    agencies: pd.DataFrame | None = None,
    applicant: str = "total",
    language: Language = "both",
) -> Figure:
    """
    A dot and an interval for each report, by level and agency, with the counts.

    Values with a denominator below 20 are hollow; those that rest on a sum that
    disagrees are diamonds; those graded approximate are triangles; reports without a
    value stand there with the reason.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`.
    indicator : str
        Code of an indicator.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    applicant : str
        Class of applicants.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.

    Raises
    ------
    ValueError
        If no report has a value of this indicator.
    """
    rows = drawable(rows_of(data, indicator, applicant, "rates"), "rates", indicator)
    layout = Layout.of(rows, agencies, language)
    unit = INDICATORS[indicator].unit
    by_id = {row.report_id: row for row in rows}
    shown = [by_id[i] for i in layout.ids]
    with style():
        fig, (ax,) = layout.figure()
        for row in shown:
            _draw(ax, row, layout.y_of[row.report_id], language)
            beside(ax, layout.y_of[row.report_id], _counts(row, unit), gap=10)
        _scale(ax, shown, unit, language)
        note = cut_note(layout, len(rows), language)
        headed(fig, title(indicator, language), note)
        _key(ax, shown, language)
    return described(fig, _alt(rows, shown, layout, indicator, language))


def _draw(ax: Axes, row: ReportValue, y: float, language: Language) -> None:
    if not row.has_value:
        why = pick(language, *WHY.get(row.state, ("", row.state)))
        if row.least is not None and row.most is not None:
            # Bounds are no point: a dotted bar between two ends, of any value inside.
            ends = [row.least, row.most]
            ax.plot(ends, [y, y], color=GREY, linestyle=":", marker="|", markersize=11)
        ax.annotate(
            why,
            (0, y),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color="#5a5a5a",
        )
        return
    if row.value is not None:
        colour = MARKS[row.state][2]
        if row.low is not None and row.high is not None:
            ax.plot([row.low, row.high], [y, y], color=colour, marker="", linewidth=1.6)
        draw_mark(ax, row.value, y, row.state, row.grade)


def draw_mark(ax: Axes, x: float, y: float, state: str, grade: str = "") -> None:
    """Mark a value in the way that says whether it can be relied on."""
    marker, is_filled, colour, *_ = MARKS[state]
    if grade == "approximate":
        marker = "^"
    ax.plot(
        [x],
        [y],
        linestyle="",
        marker=marker,
        markersize=7,
        color=colour,
        markerfacecolor=colour if is_filled else "white",
        markeredgewidth=1.6,
        # Half a mark at the end of an axis would hide its shape.
        clip_on=False,
    )


def _counts(row: ReportValue, unit: str) -> str:
    if not row.has_value:
        return "–"
    if row.denominator is None:
        return number(row.value, unit)
    return f"{number(row.value, unit)}  {row.numerator}/{row.denominator}"


def _scale(ax: Axes, rows: list[ReportValue], unit: str, language: Language) -> None:
    if unit == "share":
        ends = [v for r in rows for v in (r.high, r.value) if v is not None]
        # Small shares get a scale of their own; others the whole from 0 to 1.
        ax.set_xlim(-0.02, 1.02) if max(ends) > 0.5 else ax.set_xlim(0, max(ends) * 1.1)
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        return
    ends = [v for r in rows for v in (r.low, r.high, r.value) if v is not None]
    low, high = min(*ends, 0.0), max(ends)
    ax.set_xlim(low - 0.02 * (high - low), high + 0.04 * ((high - low) or 1))
    ax.set_xlabel(pick(language, UNITS[unit], unit))


def _key(ax: Axes, rows: list[ReportValue], language: Language) -> None:
    """Say under the axes what lines and hollow marks mean, if there are any."""
    handles = mark_handles(rows, language)
    if handles:
        ax.figure.legend(handles=handles, loc="outside lower left", ncols=1)


def mark_handles(rows: list[ReportValue], language: Language) -> list[Line2D]:
    """Entries of a key for intervals and for the marks that stand for doubts."""
    from matplotlib.lines import Line2D

    handles: list[Line2D] = []
    if any(row.low is not None for row in rows):
        label = pick(language, "95 %区间", "95 % interval")
        handles.append(Line2D([], [], color=GREY, marker="", label=label))
    looks = [
        look
        for state, look in MARKS.items()
        if look[4] and any(row.state == state for row in rows)
    ]
    if any(row.grade == "approximate" for row in rows):
        chinese = "近似：取自另一表式中最接近的项目"
        english = "approximate: nearest cell of another form"
        looks.append(("^", True, BLUE, chinese, english))
    for marker, is_filled, colour, chinese, english in looks:
        handles.append(
            Line2D(
                [],
                [],
                linestyle="",
                marker=marker,
                markersize=7,
                color=colour,
                markerfacecolor=colour if is_filled else "white",
                markeredgewidth=1.6,
                label=pick(language, chinese, english),
            )
        )
    return handles


def _alt(
    rows: list[ReportValue],
    shown: list[ReportValue],
    layout: Layout,
    indicator: str,
    language: Language,
) -> str:
    unit = INDICATORS[indicator].unit
    name = told(language, INDICATORS[indicator].chinese, INDICATORS[indicator].english)
    valued = [row for row in shown if row.has_value]
    parts = []
    for row in valued:
        counts = "" if row.denominator is None else f"{row.numerator}/{row.denominator}"
        interval = (
            span(row.low, row.high, unit)
            if row.low is not None and row.high is not None
            else ""
        )
        inside = ", ".join(part for part in (interval, counts) if part)
        parts.append(
            f"{layout.names.short(row.agency)} {row.time} {number(row.value, unit)}"
            + (f" ({inside})" if inside else "")
            + (f", {told(language, *APPROXIMATE)}" if is_approximate(row) else "")
        )
    order = sorted(valued, key=lambda row: row.value or 0)
    ends = [
        f"{number(row.value, unit)} ({layout.names.short(row.agency)} {row.time})"
        for row in (order[0], order[-1])
    ]
    small = sum(
        row.denominator is not None and row.denominator < RELIABLE_N for row in valued
    )
    without = len(shown) - len(valued)
    every = listed(parts, language)
    n = len(valued)
    english = (
        f"{name[:1].upper()}{name[1:]}: from {ends[0]} to {ends[1]} over {n} reports. "
    )
    chinese = f"{name}：{n}份报告，自{ends[0]}至{ends[1]}。"
    if any(row.low is not None for row in valued):
        english += f"Each with its 95 % interval and counts: {every}. "
        english += f"{small} of {n} rest on fewer than {RELIABLE_N} cases. "
        chinese += f"附95 %区间与件数：{every}。其中{small}份分母不足{RELIABLE_N}。"
    else:
        english += f"{every}. "
        chinese += f"{every}。"
    english += f"Reports without a value: {without}."
    chinese += f"无法计算的报告：{without}份。"
    return told(language, chinese, english) + left_out(layout, len(rows), language)


def is_approximate(row: ReportValue) -> bool:
    """Whether a value is the nearest one of another form."""
    return row.grade == "approximate"


def left_out(layout: Layout, total: int, language: Language) -> str:
    """A sentence on reports for which the figure had no room."""
    between = told(language, "", " ")
    return between + told(language, *_cut(layout, total)) if layout.left_out else ""


def cut_note(layout: Layout, total: int, language: Language) -> str:
    """The same under the title of the figure."""
    return pick(language, *_cut(layout, total), "\n") if layout.left_out else ""


def _cut(layout: Layout, total: int) -> tuple[str, str]:
    n = len(layout.ids)
    return (
        f"仅绘出{total}份报告中分母最大的{n}份。",
        f"Only the {n} of {total} reports with most cases are drawn.",
    )
