"""Rates over the years, interrupted where they cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from govinfo.figures.rates import MARKS, draw_mark, mark_handles
from govinfo.figures.rows import Row, described, headed, rows_of
from govinfo.figures.words import (
    UNITS,
    Language,
    Names,
    listed,
    number,
    percent,
    pick,
    title,
    told,
)
from govinfo.harmonise import BREAKS, Break
from govinfo.indicators import INDICATORS
from govinfo.indicators.registry import parse
from govinfo.show import BLUE, GREY, WIDTH, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Two panels side by side, high enough to tell five points of a percentage apart.
COLUMNS, PANEL_HEIGHT = 2, 2.3

# Circled numbers name the breaks in the panels; the key says what they are.
CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def parting(indicator: str) -> list[Break]:
    """
    Changes across which an indicator is not joined.

    Those that part the rows it counts, and every change of form of its tables: rows
    that read the same stand among others, and are filled in from other instructions.

    Examples
    --------
    >>> [change.code for change in parting("granted_share")]
    ['regulations-2019', 'form-2021']
    """
    entry = INDICATORS[indicator]
    tables = {t.table for t in parse(f"{entry.numerator} {entry.denominator}")}
    return [
        change
        for change in BREAKS
        if change.parts_indicator(indicator)
        or (
            change.code.startswith(("form-", "regulations-"))
            and tables & {name.split(":")[0] for name in change.affects}
        )
    ]


def series(
    data: pd.DataFrame,
    indicators: str | Sequence[str],
    *,
    agencies: pd.DataFrame | None = None,
    applicant: str = "total",
    language: Language = "both",
) -> Figure:
    """
    Small multiples over the years, one for each agency and indicator.

    Years are joined only where they follow each other and nothing that the indicator
    is made of changed between them; a dotted line with a number marks each change.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`. Agencies with a single year are
        left out.
    indicators : str or sequence of str
        Codes of indicators, of the same unit if there are several.
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
        If no agency has values for two years.
    """
    codes = [indicators] if isinstance(indicators, str) else list(indicators)
    names = Names.of(agencies, language)
    panels = _panels(data, codes, applicant, names)
    years = sorted({row.year for _, _, rows in panels for row in rows if row.year})
    marked = _marked(codes, years)
    n_lines = -(-len(panels) // COLUMNS)
    with style():
        from matplotlib.figure import Figure

        height = PANEL_HEIGHT * n_lines + 1.0 + 0.2 * len(marked)
        fig = Figure(figsize=(WIDTH, height))
        grid = fig.subplots(
            n_lines, min(COLUMNS, len(panels)), sharex=True, sharey=True, squeeze=False
        )
        for ax in grid.flat[len(panels) :]:
            ax.set_visible(False)
        for ax, (agency, code, rows) in zip(grid.flat, panels, strict=False):
            _draw(ax, rows, code, marked, language)
            several = len({a for a, _, _ in panels}) > 1
            ax.set_title(
                names.label(agency) if several else title(code, language, "\n"),
                fontsize=10.5,
                pad=16 if marked else 6,
                linespacing=1.2,
            )
            ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
            ax.set_xticks(years)
            ax.tick_params(labelbottom=True)
        unit = INDICATORS[codes[0]].unit
        if unit != "share":
            for ax in grid[:, 0]:
                ax.set_ylabel(pick(language, UNITS[unit], unit, "\n"))
        _head(fig, panels, names, language)
        drawn = [row for _, _, rows in panels for row in rows]
        _key(fig, drawn, marked, language)
    return described(fig, _alt(panels, marked, names, language))


Panel = tuple[str, str, list[Row]]


def _panels(
    data: pd.DataFrame, codes: list[str], applicant: str, names: Names
) -> list[Panel]:
    """Agencies by indicators, those with values for at least two years."""
    panels = []
    for code in codes:
        by_agency: dict[str, list[Row]] = {}
        for row in rows_of(data, code, applicant, "series"):
            if row.has_value and row.year is not None:
                by_agency.setdefault(row.agency, []).append(row)
        for agency in sorted(by_agency, key=names.place):
            rows = sorted(by_agency[agency], key=lambda r: (r.year or 0, r.report_id))
            if len({row.year for row in rows}) > 1:
                panels.append((agency, code, rows))
    if not panels:
        message = (
            f"series has nothing to draw: no agency has values of {codes} for two "
            "years. Pass reports of several years, or compare agencies with rates()."
        )
        raise ValueError(message)
    return panels


def _marked(codes: list[str], years: list[int]) -> list[tuple[int, str, str]]:
    """Years within the figure at which a series is interrupted, with the reasons."""
    found: dict[int, list[Break]] = {}
    for change in BREAKS:
        is_inside = years[0] < change.first_year <= years[-1]
        if is_inside and any(change in parting(code) for code in codes):
            found.setdefault(change.first_year, []).append(change)
    return [
        (year, "，".join(b.chinese for b in its), ", ".join(b.english for b in its))
        for year, its in found.items()
    ]


def _draw(
    ax: Axes,
    rows: list[Row],
    code: str,
    marked: list[tuple[int, str, str]],
    language: Language,
) -> None:
    unit = INDICATORS[code].unit
    cut = {change.first_year for change in parting(code)}
    for before, after in pairwise(rows):
        if before.year is None or after.year is None:
            continue
        if before.value is None or after.value is None:
            continue
        if after.year - before.year == 1 and after.year not in cut:
            ax.plot(
                [before.year, after.year],
                [before.value, after.value],
                color=BLUE,
                marker="",
                linewidth=1.4,
            )
    for row in rows:
        if row.year is None or row.value is None:
            continue
        if row.low is not None and row.high is not None:
            colour = MARKS[row.state][2]
            ends = [row.low, row.high]
            ax.plot([row.year, row.year], ends, color=colour, marker="")
        draw_mark(ax, row.year, row.value, row.state)
    for n, (year, _, _) in enumerate(marked):
        ax.axvline(year - 0.5, color=GREY, linestyle=":", linewidth=1.4)
        ax.annotate(
            CIRCLED[n],
            (year - 0.5, 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 1),
            textcoords="offset points",
            ha="center",
            va="bottom",
            color="#5a5a5a",
        )
    ax.margins(y=0.08)
    if unit == "share":
        ax.yaxis.set_major_formatter(lambda y, _: percent(y, 0))
        ax.set_ylim(-0.04, 1.04)


def _head(fig: Figure, panels: list[Panel], names: Names, language: Language) -> None:
    """Title of the whole: what all panels share."""
    agencies = {agency for agency, _, _ in panels}
    codes = {code for _, code, _ in panels}
    if len(agencies) == 1:
        headed(fig, names.label(agencies.pop()).replace("\n", " "))
    elif len(codes) == 1:
        headed(fig, title(codes.pop(), language))


def _key(
    fig: Figure,
    rows: list[Row],
    marked: list[tuple[int, str, str]],
    language: Language,
) -> None:
    """Say under the panels what the marks and the dotted lines are."""
    from matplotlib.lines import Line2D

    handles = mark_handles(rows, language)
    handles += [
        Line2D(
            [],
            [],
            color=GREY,
            linestyle=":",
            marker="",
            label=f"{CIRCLED[n]} {year}: {pick(language, chinese, english)}",
        )
        for n, (year, chinese, english) in enumerate(marked)
    ]
    fig.legend(handles=handles, loc="outside lower left", ncols=1)


def _alt(
    panels: list[Panel],
    marked: list[tuple[int, str, str]],
    names: Names,
    language: Language,
) -> str:
    sentences = []
    for agency, code, rows in panels:
        indicator = INDICATORS[code]
        name = told(language, indicator.chinese, indicator.english)
        values = listed(
            [f"{row.time} {number(row.value, indicator.unit)}" for row in rows],
            language,
        )
        end = told(language, "。", ". ")
        sentences.append(f"{names.short(agency)}, {name}: {values}{end}")
    for year, chinese, english in marked:
        sentences.append(
            told(
                language,
                f"{year}年起{chinese}，前后不相连。",
                f"Not joined across {year}: {english}. ",
            )
        )
    return "".join(sentences)
