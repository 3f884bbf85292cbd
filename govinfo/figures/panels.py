"""Small multiples over the years, interrupted where years cannot be compared."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from govinfo.figures.overyears import Panel, YearMark, marks_of
from govinfo.figures.rates import APPROXIMATE, MARKS, draw_mark, mark_handles
from govinfo.figures.rows import described, headed
from govinfo.figures.words import (
    UNITS,
    WHOLE,
    Language,
    Names,
    listed,
    number,
    percent,
    pick,
    told,
)
from govinfo.show import BLUE, GREY, is_narrow, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Two panels side by side, high enough to tell five points of a percentage apart.
COLUMNS, PANEL_HEIGHT = 2, 2.3

# Characters of a title over half the page.
TITLE_WIDTH = 44

# More panels than this are no figure that anybody reads.
MOST_PANELS = 24

# Circled numbers name the breaks in the panels; the key says what they are.
CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def small_multiples(
    every: Sequence[Panel],
    names: Names,
    mergers: pd.DataFrame | None,
    language: Language,
    *,
    sharey: bool,
) -> Figure:
    """Draw panels; of too many, those that rest on most cases."""
    kept = sorted(range(len(every)), key=lambda n: (-every[n].size, n))[:MOST_PANELS]
    panels = [every[n] for n in sorted(kept)]
    years = sorted({row.year for panel in panels for row in panel.rows if row.year})
    marks = marks_of(panels, years, mergers)
    columns = 1 if is_narrow() else COLUMNS
    n_lines = -(-len(panels) // columns)
    cut = _cut(len(panels), len(every))
    with style():
        from matplotlib.figure import Figure

        height = PANEL_HEIGHT * n_lines + 1.0 + 0.2 * len(marks)
        fig = Figure(figsize=(width(), height))
        grid = fig.subplots(
            n_lines,
            min(columns, len(panels)),
            sharex=True,
            sharey=sharey,
            squeeze=False,
        )
        for ax in grid.flat[len(panels) :]:
            ax.set_visible(False)
        for ax, panel in zip(grid.flat, panels, strict=False):
            _draw(ax, panel, marks)
            ax.set_title(
                _title(panel, panels, names, language),
                fontsize=10.5,
                pad=16 if marks else 6,
                linespacing=1.2,
            )
            ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
            ax.set_xticks(_ticks(years))
            ax.tick_params(labelbottom=True)
        _units(grid, panels, language)
        _head(fig, panels, names, pick(language, *cut, "\n"), language)
        _key(fig, panels, marks, names, language)
    alt = _alt(panels, marks, names, language)
    return described(fig, alt + told(language, *cut))


def _units(grid: Any, panels: Sequence[Panel], language: Language) -> None:
    """Name the unit left of each line of panels, or of each panel if they differ."""
    is_one = len({panel.unit for panel in panels}) == 1
    for n, (ax, panel) in enumerate(zip(grid.flat, panels, strict=False)):
        if panel.unit != "share" and (n % grid.shape[1] == 0 or not is_one):
            ax.set_ylabel(pick(language, UNITS[panel.unit], panel.unit, "\n"))


def _ticks(years: list[int]) -> list[int]:
    """Years to print: all, or of a long span so many that they do not touch."""
    span = years[-1] - years[0] + 1
    step = -(-span // 8)
    return list(range(years[-1], years[0] - 1, -step))[::-1] if step > 1 else years


def _sign(n: int) -> str:
    return CIRCLED[n] if n < len(CIRCLED) else f"({n + 1})"


def _draw(ax: Axes, panel: Panel, marks: Sequence[YearMark]) -> None:
    mine = [(n, mark) for n, mark in enumerate(marks) if panel.is_parted_by(mark)]
    cut = {mark.year for _, mark in mine}
    for before, after in pairwise(panel.rows):
        if before.year is None or after.year is None:
            continue
        if before.value is None or after.value is None or before.grade != after.grade:
            continue
        if after.year - before.year == 1 and after.year not in cut:
            ax.plot(
                [before.year, after.year],
                [before.value, after.value],
                color=BLUE,
                marker="",
                linewidth=1.4,
            )
    for row in panel.rows:
        if row.year is None or row.value is None:
            continue
        if row.low is not None and row.high is not None:
            colour = MARKS[row.state][2]
            ends = [row.low, row.high]
            ax.plot([row.year, row.year], ends, color=colour, marker="")
        draw_mark(ax, row.year, row.value, row.state, row.grade)
    for n, mark in mine:
        ax.axvline(mark.year - 0.5, color=GREY, linestyle=":", linewidth=1.4)
        ax.annotate(
            _sign(n),
            (mark.year - 0.5, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 1),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color="#5a5a5a",
        )
    ax.margins(y=0.08)
    if panel.unit == "share":
        ax.yaxis.set_major_formatter(lambda y, _: percent(y, 0))
        ax.set_ylim(-0.04, 1.04)
    elif panel.unit in WHOLE:
        # Half a mark of room below, so that a count of 0 stands on its line.
        top = max(row.value or 0 for row in panel.rows)
        low = min(*(row.value or 0 for row in panel.rows), 0.0)
        ax.set_ylim(low - 0.06 * ((top - low) or 1), top + 0.08 * ((top - low) or 1))


def _title(
    panel: Panel, panels: Sequence[Panel], names: Names, language: Language
) -> str:
    """What tells a panel from the others: its agency, its indicator, or both."""
    agency = names.label(panel.agency)
    parts = _name(panel, language, "\n").split("\n")
    its = "\n".join(line for part in parts for line in textwrap.wrap(part, _fits(part)))
    if len({other.agency for other in panels}) == 1:
        return its
    if len({other.english for other in panels}) == 1:
        return agency
    return f"{agency}\n{its}"


def _fits(text: str) -> int:
    """Characters that fit over a panel; a Chinese one is as wide as two others."""
    return TITLE_WIDTH if text.isascii() else TITLE_WIDTH // 2


def _name(panel: Panel, language: Language, between: str = " ") -> str:
    english = panel.english[:1].upper() + panel.english[1:]
    return pick(language, panel.chinese, english, between)


def _head(
    fig: Figure,
    panels: Sequence[Panel],
    names: Names,
    note: str,
    language: Language,
) -> None:
    """Title of the whole: what all panels share."""
    agencies = {panel.agency for panel in panels}
    shared = ""
    if len(agencies) == 1:
        shared = names.label(agencies.pop()).replace("\n", " ")
    elif len({panel.english for panel in panels}) == 1:
        shared = _name(panels[0], language)
    if shared or note:
        headed(fig, shared, note)


def _key(
    fig: Figure,
    panels: Sequence[Panel],
    marks: Sequence[YearMark],
    names: Names,
    language: Language,
) -> None:
    """Say under the panels what the marks and the dotted lines are."""
    from matplotlib.lines import Line2D

    handles = mark_handles([row for panel in panels for row in panel.rows], language)
    for n, mark in enumerate(marks):
        what = pick(language, mark.chinese, mark.english)
        if mark.agency:
            what = f"{names.short(mark.agency)}, {mark.english}"
        handles.append(
            Line2D(
                [],
                [],
                color=GREY,
                linestyle=":",
                marker="",
                label=f"{_sign(n)} {mark.year}: {what}",
            )
        )
    if handles:
        fig.legend(handles=handles, loc="outside lower left", ncols=1)


def _cut(drawn: int, total: int) -> tuple[str, str]:
    """What is said where some series are not drawn, in both languages."""
    if drawn == total:
        return "", ""
    return (
        f"仅绘出{total}个序列中件数最多的{drawn}个。",
        f"Only the {drawn} of {total} series with most cases are drawn.",
    )


def _alt(
    panels: Sequence[Panel], marks: Sequence[YearMark], names: Names, language: Language
) -> str:
    sentences = []
    end = told(language, "。", ". ")
    approximate = told(language, *APPROXIMATE)
    for panel in panels:
        values = [
            f"{row.time} {number(row.value, panel.unit)}"
            + (f" ({approximate})" if row.grade == "approximate" else "")
            for row in panel.rows
        ]
        name = told(language, panel.chinese, panel.english)
        every = listed(values, language)
        sentences.append(f"{names.short(panel.agency)}, {name}: {every}{end}")
    for mark in marks:
        whose = f"{names.short(mark.agency)}, " if mark.agency else ""
        sentences.append(
            told(
                language,
                f"{mark.year}年起{whose}{mark.chinese}，前后不相连。",
                f"Not joined across {mark.year}: {whose}{mark.english}. ",
            )
        )
    return "".join(sentences)
