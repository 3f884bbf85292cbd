"""How a whole is made up: outcomes of requests, grounds of refusal, applicants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govinfo.figures.parts import APPLICANT_CLASSES, EXEMPTIONS, OUTCOMES, Part
from govinfo.figures.rates import WHY, cut_note, left_out
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
    Language,
    listed,
    percent,
    pick,
    told,
)
from govinfo.indicators import RELIABLE_N
from govinfo.show import drawn, is_narrow, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@drawn
def outcomes(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    What became of the requests concluded, as one bar for each report.

    A report that contradicts its own total is not drawn, since its parts have no whole.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    heading = ("申请办理结果", "What became of requests")
    return _stacked("outcomes", data, OUTCOMES, heading, agencies, language)


@drawn
def exemption_mix(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    least: int = RELIABLE_N,
    language: Language = "both",
) -> Figure:
    """
    Which grounds the refusals rest on, as one bar for each report.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    least : int
        Reports with fewer refusals are left out: three refusals are no mix. The figure
        says how many they are.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    heading = ("不予公开的理由", "Grounds of refusal")
    name = "exemption_mix"
    return _stacked(name, data, EXEMPTIONS, heading, agencies, language, least)


@drawn
def applicant_mix(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    Who asks: classes of applicants among requests received, one bar for each report.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    heading = ("申请人类别", "Who asks")
    name = "applicant_mix"
    return _stacked(name, data, APPLICANT_CLASSES, heading, agencies, language)


def _stacked(
    name: str,
    data: pd.DataFrame,
    parts: Sequence[Part],
    heading: tuple[str, str],
    agencies: pd.DataFrame | None,
    language: Language,
    least: int = 0,
) -> Figure:
    by_part = [
        {r.report_id: r for r in rows_of(data, part.indicator, part.applicant, name)}
        for part in parts
    ]
    whole = drawable(list(by_part[0].values()), name, parts[0].indicator)
    every = [row for row in whole if (row.denominator or 0) >= least]
    if all(undrawn([its.get(row.report_id) for its in by_part]) for row in every):
        message = (
            f"{name} has nothing to draw: none of {len(whole)} reports has all its "
            f"parts and at least {least} cases. Choose other reports, or look at the "
            "cells that they are made of."
        )
        raise ValueError(message)
    few = _few(len(whole) - len(every), least)
    layout = Layout.of(every, agencies, language)
    with style():
        fig, (ax,) = layout.figure(below=1.0 + 0.21 * -(-len(parts) // 2))
        for report in layout.ids:
            rows = [its.get(report) for its in by_part]
            _bar(ax, rows, parts, layout.y_of[report], language)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        notes = (cut_note(layout, len(every), language), pick(language, *few, "\n"))
        headed(fig, pick(language, *heading), "\n".join(filter(None, notes)))
        _key(fig, parts, language)
    alt = _alt(by_part, parts, layout, heading, len(every), language)
    return described(fig, alt + told(language, few[0], f" {few[1]}"))


def _few(count: int, least: int) -> tuple[str, str]:
    """What is said of reports with too few cases, in both languages."""
    if not count:
        return "", ""
    reports = "1 report" if count == 1 else f"{count} reports"
    return (
        f"另有{count}份报告不足{least}件，未绘出。",
        f"{reports} with fewer than {least} cases left out.",
    )


def undrawn(rows: Sequence[ReportValue | None]) -> str:
    """Why the parts of a report cannot be stacked; empty if they can."""
    for row in rows:
        if row is None or row.value is None:
            return "blank_input" if row is None else row.state
    if any(row is not None and row.state == "contradicted_input" for row in rows):
        # Sums elsewhere may disagree while these parts still make a whole.
        whole = rows[0].denominator if rows[0] else None
        counted = sum(row.numerator or 0 for row in rows if row)
        if counted != whole:
            return "inconsistent_input"
    return ""


def _bar(
    ax: Axes,
    rows: Sequence[ReportValue | None],
    parts: Sequence[Part],
    y: float,
    language: Language,
) -> None:
    why = undrawn(rows)
    first = next(row for row in rows if row is not None)
    beside(ax, y, "–" if why else f"n = {first.denominator}")
    if why:
        ax.text(0.01, y, pick(language, *WHY[why]), va="center", color="#5a5a5a")
        return
    left = 0.0
    for row, part in zip(rows, parts, strict=True):
        value = (row.value if row else None) or 0.0
        if value:
            ax.barh(
                y,
                value,
                left=left,
                height=0.2,
                color=part.colour,
                hatch=part.hatch,
                edgecolor="white",
                linewidth=0.8,
            )
            _write(ax, part, value, left + value / 2, y)
        left += value


# Below these shares a bar is too narrow for a percentage, or for one digit; on a phone
# it is so from larger shares on.
_ROOM_FOR_PERCENT, _ROOM_FOR_MARK, _ON_A_PHONE = 0.085, 0.03, 1.7


def _write(ax: Axes, part: Part, value: float, x: float, y: float) -> None:
    """Write into a bar what it is, where there is room, and on a plain ground."""
    room = _ROOM_FOR_MARK if part.mark else _ROOM_FOR_PERCENT
    if value < room * (_ON_A_PHONE if is_narrow() else 1):
        return
    light = sum(int(part.colour[n : n + 2], 16) for n in (1, 3, 5)) / 3
    patch = {"facecolor": part.colour, "edgecolor": "none", "pad": 1.0}
    ax.text(
        x,
        y,
        part.mark or percent(value, 0),
        ha="center",
        va="center",
        color="#111111" if light > 130 else "white",
        bbox=patch if part.hatch else None,
    )


def _key(fig: Figure, parts: Sequence[Part], language: Language) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(
            facecolor=part.colour,
            hatch=part.hatch,
            edgecolor="white",
            label=" ".join(
                filter(None, [part.mark, pick(language, part.chinese, part.english)])
            ),
        )
        for part in parts
    ]
    fig.legend(
        handles=handles,
        loc="outside lower left",
        ncols=1 if is_narrow() else 2,
        handlelength=2.2,
    )


def _range(rows: list[ReportValue], part: Part, language: Language) -> str:
    """Between which shares a part lies over all reports that are drawn."""
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return ""
    low, high = percent(min(values), 0), percent(max(values), 0)
    return told(
        language,
        f"{part.chinese}自{low}至{high}",
        f"{part.english} from {low} to {high}",
    )


def _alt(
    by_part: Sequence[dict[str, ReportValue]],
    parts: Sequence[Part],
    layout: Layout,
    heading: tuple[str, str],
    total: int,
    language: Language,
) -> str:
    sentences = []
    for report in layout.ids:
        rows = [its.get(report) for its in by_part]
        first = next(row for row in rows if row is not None)
        head = f"{layout.names.short(first.agency)} {first.time}"
        why = undrawn(rows)
        if why:
            said = told(language, *WHY[why])
            sentences.append(told(language, f"{head}：{said}", f"{head}: {said}"))
            continue
        said = ", ".join(
            f"{told(language, part.chinese, part.english)} {percent(row.value, 0)}"
            for row, part in zip(rows, parts, strict=True)
            if row is not None and row.value
        )
        sentences.append(f"{head} (n = {first.denominator}): {said}")
    end = told(language, "。", ".")
    drawn = [i for i in layout.ids if not undrawn([its.get(i) for its in by_part])]
    ranges = [
        _range([its[i] for i in drawn], part, language)
        for its, part in zip(by_part, parts, strict=True)
    ]
    summary = listed([text for text in ranges if text], language)
    opening = told(language, f"{heading[0]}。{summary}。", f"{heading[1]}. {summary}. ")
    return f"{opening}{listed(sentences, language)}{end}" + left_out(
        layout, total, language
    )
