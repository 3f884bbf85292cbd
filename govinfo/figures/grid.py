"""Counts of every ground of refusal, report by report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.figures.rates import WHY, cut_note, left_out
from govinfo.figures.rows import (
    ROW,
    Layout,
    ReportValue,
    described,
    drawable,
    headed,
    rows_of,
)
from govinfo.figures.words import Language, ground, listed, pick, told
from govinfo.indicators import GROUNDS
from govinfo.show import drawn, is_narrow, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "ground_map"

# Shares from here on are so dark that white figures stand out more than black ones.
DARK = 0.85


@drawn
def ground_map(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    A map of refusals: reports by grounds, each cell with its count.

    The darker a cell, the larger its share of the report's refusals. An empty cell is
    a printed zero; a cell that the report leaves blank has a question mark.

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
    codes = [f"ground_share_{n + 1}" for n in range(len(GROUNDS))]
    by_ground = [
        {row.report_id: row for row in rows_of(data, code, "total", NAME)}
        for code in codes
    ]
    every = list(by_ground[0].values())
    drawable(every, NAME, codes[0])
    layout, n_rows = Layout.of(every, agencies, language), len(every)
    with style():
        fig, (ax,) = layout.figure(below=1.2 if is_narrow() else 3.1)
        for report in layout.ids:
            _line(ax, [its[report] for its in by_ground], layout.y_of[report])
        ax.set_xlim(-0.5, len(GROUNDS) + 0.5)
        ax.grid(visible=False)
        ax.xaxis.tick_top()
        ax.spines["bottom"].set_visible(False)
        named = [f"{n + 1} {ground(c, language)}" for n, c in enumerate(GROUNDS)]
        last = pick(language, "合计", "all refusals")
        if is_narrow():
            # No room for names over so narrow columns: their numbers, and a key.
            numbers = [str(n + 1) for n in range(len(GROUNDS))]
            ax.set_xticks(
                range(len(GROUNDS) + 1), [*numbers, pick(language, "合计", "all")]
            )
            note = "\n".join(filter(None, [cut_note(layout, n_rows, language), *named]))
        else:
            turned = {"rotation": 50, "ha": "left"}
            ax.set_xticks(range(len(GROUNDS) + 1), [*named, last], **turned)
            note = cut_note(layout, n_rows, language)
        ax.tick_params(axis="x", length=0, pad=0)
        headed(fig, pick(language, "不予公开理由件数", "Refusals by ground"), note)
    return described(fig, _alt(by_ground, layout, n_rows, language))


def _line(ax: Axes, rows: list[ReportValue], y: float) -> None:
    """A report's refusals, ground by ground, and their number."""
    from matplotlib.patches import Rectangle

    for n, row in enumerate(rows):
        share = row.value or 0.0
        # From white to the palette's blue.
        shade = tuple(1 - share * (1 - c / 255) for c in (31, 95, 168))
        box = Rectangle(
            (n - 0.47, y - ROW * 0.45),
            0.94,
            ROW * 0.9,
            facecolor=shade,
            edgecolor="#c9c9c9",
            linewidth=0.7,
        )
        ax.add_patch(box)
        text = "?" if row.numerator is None else str(row.numerator or "")
        colour = "#fefefe" if share > DARK else "#111111" if share else "#222222"
        ax.text(n, y, text, ha="center", va="center", color=colour)
    whole = rows[0].denominator
    text = "?" if whole is None else str(whole)
    ax.text(len(rows), y, text, ha="center", va="center")


def _alt(
    by_ground: list[dict[str, ReportValue]],
    layout: Layout,
    total: int,
    language: Language,
) -> str:
    parts = []
    for report in layout.ids:
        rows = [its[report] for its in by_ground]
        head = f"{layout.names.short(rows[0].agency)} {rows[0].time}"
        if rows[0].denominator is None:
            why = WHY.get(rows[0].state, ("", rows[0].state))
            parts.append(f"{head}: {told(language, *why)}")
            continue
        counts = ", ".join(
            f"{ground(code, 'zh' if language == 'zh' else 'en')} {row.numerator}"
            for code, row in zip(GROUNDS, rows, strict=True)
            if row.numerator
        )
        of = told(language, "件", "refusals")
        parts.append(
            f"{head} {rows[0].denominator} {of}" + (f" ({counts})" if counts else "")
        )
    opening = told(language, "各报告不予公开理由件数", "Refusals by ground")
    end = told(language, "。", ".")
    return f"{opening}: {listed(parts, language)}{end}" + left_out(
        layout, total, language
    )
