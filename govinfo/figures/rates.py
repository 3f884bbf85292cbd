"""Reports as rows: one rate with its interval, and counts of grounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Unpack

from govinfo.figures.scaffold import (
    FAINT,
    INK,
    ROW,
    Layout,
    Mark,
    ReportValue,
    as_counts,
    as_percent,
    beside,
    figure,
    finished,
    line,
)
from govinfo.figures.words import (
    UNITS,
    WHY,
    Options,
    Setting,
    ground,
    number,
    span,
    title,
)
from govinfo.indicators import GROUNDS, INDICATORS, RELIABLE_N
from govinfo.later import Artist, Axes, Figure, pd
from govinfo.show import BLUE, GREY, RED, is_narrow

# Never colour alone: what a mark says of its value stands in the key. A value from the
# nearest cell of another form is a triangle, whatever its state.
MARKS = {
    "computed": Mark(BLUE, "o"),
    "small_denominator": Mark(BLUE, "o", is_filled=False),
    "contradicted_input": Mark(RED, "D", is_filled=False),
    "approximate": Mark(BLUE, "^"),
}

# The ground of a cell by its share of the whole, and the ink on it; on a dark page both
# are others.
SHADES = (
    (0.6, "#0c3f73", "#fefefe"),
    (0.35, "#2f73b3", "#fefefe"),
    (0.15, "#7fb0d9", INK),
    (0.0, "#c3d9ec", INK),
)


@figure
def rates(data: pd.DataFrame, indicator: str, **options: Unpack[Options]) -> Figure:
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
    language : {"both", "zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Axes of a figure with constrained layout, in whose place this one is drawn.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.

    Raises
    ------
    ValueError
        If no report has a value of this indicator.
    """
    words = Setting.of(**options)
    layout = Layout.of(data, "rates", [(indicator, "total")], words)
    unit = INDICATORS[indicator].unit
    fig, ax = layout.figure()
    for row, _, y in layout:
        _draw(ax, row, y, words)
        beside(ax, y, _counts(row, unit, words), gap=10)
    _scale(ax, layout.rows, unit, words)
    heading, alt = words.pick(*title(indicator)), _rates_alt(layout, indicator)
    key, notes = mark_entries(layout.rows, words), [layout.cut]
    return finished(fig, words, heading, alt, notes=notes, key=key, codes=[indicator])


def _draw(ax: Axes, row: ReportValue, y: float, words: Setting) -> None:
    if row.has_value:
        if row.low is not None:
            line(ax, [row.low, row.high], [y, y], MARKS[row.state].colour)
        draw_mark(ax, row.value, y, row)
    elif row.least is not None:
        # Bounds are no point: a dotted bar between two ends, of any value inside.
        ends: Any = [row.least, row.most]
        ax.plot(ends, [y, y], color=GREY, linestyle=":", marker="|", markersize=11)
    else:
        beside(ax, y, words.pick(*why(row.state)), gap=6, end=0, color=FAINT)


def why(state: str) -> tuple[str, str]:
    """Why a report has no value, in both languages."""
    return WHY.get(state, ("", state))


def draw_mark(ax: Axes, x: float | None, y: float | None, row: ReportValue) -> None:
    """Mark a value in the way that says whether it can be relied on."""
    mark = MARKS[row.state]
    if row.grade == "approximate":
        mark = replace(mark, marker="^")
    mark.at(ax, x, y)


def _counts(row: ReportValue, unit: str, words: Setting) -> str:
    if row.has_value:
        value = number(row.value, unit)
        return value if row.denominator is None else f"{value}  {row.of}"
    if row.least is None:
        return "–"
    low, high = number(row.least, unit), number(row.most, unit)
    said = (f"{low}至{high}", f"{low} to {high}") if low != high else why(row.state)
    return words.told(*said)


def _scale(ax: Axes, rows: Iterable[ReportValue], unit: str, words: Setting) -> None:
    ends = [v for r in rows for v in (r.low, r.high, r.value) if v is not None]
    low, high = min(*ends, 0.0), max(ends)
    if unit == "share":
        # Small shares get a scale of their own; others the whole from 0 to 1.
        end = 1.02 if high > 0.5 or not high else high * 1.1
        ax.set_xlim(-0.02 * end, end)
        as_percent(ax.xaxis)
        return
    ax.set_xlim(low - 0.02 * (high - low), high + 0.04 * ((high - low) or 1))
    # Counts of five digits lie beside each other.
    ax.locator_params(axis="x", nbins=3 if is_narrow() else 5)
    as_counts(ax.xaxis)
    ax.set_xlabel(words.pick(*UNITS[unit]))


def mark_entries(rows: Iterable[ReportValue], words: Setting) -> list[Artist]:
    """Entries of a key for intervals and for the marks that stand for doubts."""
    rows = list(rows)
    found = {row.state for row in rows} | {row.grade for row in rows}
    entries = []
    if any(row.low is not None for row in rows):
        entries.append(Mark(GREY, line="-").entry(words.shown("interval")))
    for state, mark in MARKS.items():
        if state != "computed" and state in found:
            label = words.shown(f"mark.{state}", least=RELIABLE_N)
            entries.append(mark.entry(label))
    if any(row.least is not None and not row.has_value for row in rows):
        bounds = Mark(GREY, "|", line=":")
        entries.append(bounds.entry(words.pick(*why("bounded"))))
    return entries


def _rates_alt(layout: Layout, code: str) -> list[str]:
    unit, words = INDICATORS[code].unit, layout.words
    valued = [row for row in layout.rows if row.has_value]
    parts = []
    for row in valued:
        inside = [] if row.low is None else [span(row.low, row.high or 0.0, unit)]
        inside += [] if row.denominator is None else [row.of]
        parts.append(
            f"{layout.head(row)} {number(row.value, unit)}"
            + (f" ({', '.join(inside)})" if inside else "")
            + (f", {words.said('approximate')}" if row.grade == "approximate" else "")
        )
    order = sorted(valued, key=lambda row: row.value or 0)
    ends = [
        f"{number(row.value, unit)} ({layout.head(row)})"
        for row in (order[0], *order[1:][-1:])
    ]
    small = sum((row.denominator or RELIABLE_N) < RELIABLE_N for row in valued)
    n, every, name = len(valued), words.listed(parts), words.told(*title(code))
    has_intervals = any(row.low is not None for row in valued)
    told = {"name": name, "n": n, "low": ends[0], "high": ends[-1]}
    told |= {"every": every, "small": small, "all": n, "least": RELIABLE_N}
    return [
        words.said(f"rates.{'many' if n > 1 else 'one'}", **told),
        words.said(f"rates.{'intervals' if has_intervals else 'values'}", **told),
        words.said("rates.without", n=len(layout.rows) - n),
    ]


@figure
def ground_map(data: pd.DataFrame, **options: Unpack[Options]) -> Figure:
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
    ax : matplotlib.axes.Axes, optional
        Axes of a figure with constrained layout, in whose place this one is drawn.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    words = Setting.of(**options)
    codes = [f"ground_share_{n + 1}" for n in range(len(GROUNDS))]
    layout = Layout.of(data, "ground_map", [(code, "total") for code in codes], words)
    fig, ax = layout.figure(below=1.2 if is_narrow() else 3.1)
    for _, its, y in layout:
        _line(ax, its, y)
    ax.set_xlim(-0.5, len(GROUNDS) + 0.5)
    ax.grid(visible=False)
    ax.xaxis.tick_top()
    ax.spines["bottom"].set_visible(False)
    named = [f"{n} {words.pick(*ground(code))}" for n, code in enumerate(GROUNDS, 1)]
    # No room for names over columns so narrow: their numbers, and a key.
    ticks = [name.split()[0] for name in named] if is_narrow() else named
    whole = words.pick("合计", "all" if is_narrow() else "all refusals")
    slant: Any = {} if is_narrow() else {"rotation": 50, "ha": "left"}
    ax.set_xticks(range(len(GROUNDS) + 1), [*ticks, whole], **slant)
    ax.tick_params(axis="x", length=0, pad=0)
    heading, alt, notes = words.shown("map"), [_map_alt(layout)], [layout.cut]
    under = named if is_narrow() else []
    return finished(fig, words, heading, alt, notes=notes, under=under, codes=codes)


def _line(ax: Axes, rows: list[ReportValue], y: float) -> None:
    """A report's refusals, ground by ground, and their number."""
    for n, row in enumerate(rows):
        share = row.value or 0.0
        filled = (look[1:] for look in SHADES if share and share >= look[0])
        shade, ink = next(filled, ("#ffffff", INK))
        looks: Any = {"facecolor": shade, "edgecolor": "#cccccc", "linewidth": 0.7}
        ax.barh(y, 0.94, left=n - 0.47, height=ROW * 0.9, **looks)
        text = "" if row.numerator == 0 else _in_a_cell(row.numerator)
        ax.text(n, y, text, ha="center", va="center", color=ink)
    whole = rows[0].denominator
    ax.text(len(rows) - 0.42, y, _in_a_cell(whole, 4), va="center")


def _in_a_cell(count: int | None, digits: int = 3) -> str:
    """A count as a column of the map has room for it: on a phone, for few digits."""
    if count is None:
        return "?"
    if not is_narrow():
        return f"{count:,}"
    return f"{count}" if count < 10**digits else f"{count / 1000:.2g}k"


def _map_alt(layout: Layout) -> str:
    parts, words = [], layout.words
    for first, rows, _ in layout:
        head, whole = layout.head(first), first.denominator
        if whole is None:
            parts.append(f"{head}: {words.told(*why(first.state))}")
            continue
        counts = ", ".join(
            f"{words.told(*ground(code))} {row.numerator:,}"
            for code, row in zip(GROUNDS, rows, strict=True)
            if row.numerator
        )
        of = words.said("map.of", n=whole)
        parts.append(f"{head} {of}" + (f" ({counts})" if counts else ""))
    return words.said("map.said", every=words.listed(parts))
