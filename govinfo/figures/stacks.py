"""How a whole is made up: bars of outcomes, grounds of refusal and applicants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Unpack

from govinfo import show
from govinfo.bilingual import counted
from govinfo.checks.structure import KEY
from govinfo.checks.within import reports_of
from govinfo.errors import NothingToDraw, require_columns, require_once
from govinfo.figures.rates import why
from govinfo.figures.scaffold import (
    FAINT,
    Layout,
    ReportValue,
    as_percent,
    beside,
    figure,
    finished,
    need_rows,
    noted,
    sheet,
)
from govinfo.figures.words import (
    Language,
    Options,
    Pair,
    Setting,
    pair,
    percent,
    rows_of_table,
)
from govinfo.indicators.evaluate import Figures
from govinfo.later import Axes, Figure, pd
from govinfo.show import BLUE, RED, is_narrow, signed


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: where its share stands in the data, and how it looks."""

    indicator: str
    applicant: str
    chinese: str
    english: str
    colour: str
    hatch: str

    @property
    def names(self) -> Pair:
        """Its name in Chinese and English."""
        return self.chinese, self.english

    @property
    def looks(self) -> dict[str, Any]:
        """Its filling, as matplotlib says it."""
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": "white"}


def _parts(kind: str) -> tuple[Part, ...]:
    """The parts of a whole in the form's order, from ``parts.csv``."""
    return tuple(
        Part(**{**row, "colour": getattr(show, row["colour"], row["colour"])})
        for row in rows_of_table("parts.csv", kind)
    )


OUTCOMES, APPLICANT_CLASSES, RESULTS = map(_parts, ("outcome", "applicant", "result"))
"""Outcomes of a request, classes of applicants, results of disputes."""


@figure
def outcomes(data: pd.DataFrame, **options: Unpack[Options]) -> Figure:
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
    ax : matplotlib.axes.Axes, optional
        Axes of a figure with constrained layout, in whose place this one is drawn.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    words = Setting.of(**options)
    return _stacked("outcomes", data, OUTCOMES, words)


@figure
def applicant_mix(data: pd.DataFrame, **options: Unpack[Options]) -> Figure:
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
    ax : matplotlib.axes.Axes, optional
        Axes of a figure with constrained layout, in whose place this one is drawn.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    words = Setting.of(**options)
    return _stacked("applicant_mix", data, APPLICANT_CLASSES, words)


def _stacked(
    name: str, data: pd.DataFrame, parts: Sequence[Part], words: Setting
) -> Figure:
    codes = [(part.indicator, part.applicant) for part in parts]
    layout = Layout.of(data, name, codes, words)
    drawn = [rows for rows in layout.parts.values() if not _undrawn(rows)]
    if not drawn:
        raise NothingToDraw(
            f"{name} has nothing to draw: none of {counted(layout.total, 'report')} "
            "has all its parts. Choose other reports, or look at the cells that they "
            "are made of."
        )
    from matplotlib.patches import Patch

    fig, ax = layout.figure(below=1.0 + 0.21 * -(-len(parts) // 2))
    sentences = []
    for row, rows, y in layout:
        head = layout.head(row)
        if reason := _undrawn(rows):
            beside(ax, y, "–")
            ax.text(0.01, y, words.pick(*why(reason)), va="center", color=FAINT)
            sentences.append(f"{head}: {words.told(*why(reason))}")
            continue
        n = f"{row.denominator:,}"
        beside(ax, y, words.told(f"{n}件", f"n = {n}"))
        values = [value.value or 0.0 for value in rows]
        _bar(ax, values, parts, y)
        said = ", ".join(
            f"{words.told(*part.names)} {percent(value, 0)}"
            for value, part in zip(values, parts, strict=True)
            if value
        )
        sentences.append(f"{head} (n = {n}): {said}")
    ax.set_xlim(0, 1)
    as_percent(ax.xaxis)
    ranges = words.listed(
        _range([rows[n] for rows in drawn], part, words) for n, part in enumerate(parts)
    )
    heading = words.shown(f"stack.{name}")
    parts_of_alt = words.said(f"stack.{name}"), ranges, words.listed(sentences)
    alt = [f"{part}{words.end()}" for part in parts_of_alt]
    key = [Patch(label=words.pick(*part.names), **part.looks) for part in parts]
    of: Any = {"notes": [layout.cut], "codes": [part.indicator for part in parts]}
    return finished(
        fig, words, heading, alt, key=key, columns=2, handlelength=2.2, **of
    )


def _undrawn(rows: Sequence[ReportValue]) -> str:
    """Why the parts of a report cannot be stacked; empty if they can."""
    if lacking := [row.state for row in rows if row.value is None]:
        return lacking[0]
    # Sums elsewhere may disagree while these parts still make a whole.
    is_whole = sum(row.numerator or 0 for row in rows) == rows[0].denominator
    is_contradicted = any(row.state == "contradicted_input" for row in rows)
    return "inconsistent_input" if is_contradicted and not is_whole else ""


# Below this share a bar is too narrow for a percentage; on a phone it is so from larger
# shares on.
_ROOM_FOR_PERCENT, _ON_A_PHONE = 0.085, 1.7


def _bar(ax: Axes, values: list[float], parts: Sequence[Part], y: float) -> None:
    """Parts side by side, each with what it is written into it where there is room."""
    from matplotlib.colors import to_rgb

    left = 0.0
    for value, part in zip(values, parts, strict=True):
        if value:
            ax.barh(y, value, left=left, height=0.2, linewidth=0.8, **part.looks)
        if value >= _ROOM_FOR_PERCENT * (_ON_A_PHONE if is_narrow() else 1):
            red, green, blue = (channel**2.2 for channel in to_rgb(part.colour))
            light = 0.21 * red + 0.72 * green + 0.07 * blue
            # Letters stand on a plain ground.
            patch = {"facecolor": part.colour, "edgecolor": "none", "pad": 1.0}
            ax.text(
                left + value / 2,
                y,
                percent(value, 0),
                ha="center",
                va="center",
                color="#111111" if light > 0.2 else "white",
                bbox=patch if part.hatch else None,
            )
        left += value


def _range(rows: Sequence[ReportValue], part: Part, words: Setting) -> str:
    """Between which shares a part lies over all reports that are drawn."""
    values = [row.value for row in rows if row.value is not None]
    low, high = percent(min(values), 0), percent(max(values), 0)
    if low == high:
        return f"{words.told(*part.names)} {low}"
    return words.said("stack.range", part=words.told(*part.names), low=low, high=high)


NEEDED = ("report_id", "agency", "report_year", *KEY)

# Where requests or cases stand, in the order of the report, each with its parts and, in
# the table of disputes, its blocks.
STAGES = (
    (("待办申请", "Requests to deal with"), _parts("inflow"), ()),
    (("办理结果", "What became of them"), (*OUTCOMES, *_parts("outflow")), ()),
    (("行政复议", "Administrative review"), RESULTS, ("review",)),
    (
        ("行政诉讼", "Litigation"),
        RESULTS,
        ("litigation_direct", "litigation_after_review"),
    ),
)


@figure
def flow(data: pd.DataFrame, **options: Unpack[Options]) -> Figure:
    """
    The requests of one report on their way, on one scale, with every count.

    Reviews and suits of a year need not concern that year's requests, so nothing is
    drawn from one bar to the next.

    Parameters
    ----------
    data : DataFrame
        Cells of one report.
    agencies : DataFrame, optional
        Names, from :func:`govinfo.agencies.read_agencies`.
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
        If ``data`` holds no report, or several, or a cell of it twice.
    """
    require_columns(data, "flow", (*NEEDED, "value"), "Pass a table of cells.")
    reports = sorted(data["report_id"].astype(str).unique())
    if len(reports) != 1:
        raise ValueError(
            f"flow draws one report, but the cells are those of {len(reports)}. Choose "
            "one by its report_id."
        )
    require_once(data, "flow", KEY, "Pass each cell of the report once.")
    figures = Figures(list(reports_of(data, "flow")), [frozenset()])
    words = Setting.of(**options)
    agencies = options.get("agencies")
    # The table of cells has the name in Chinese alone.
    who = str(data["agency"].iloc[0])
    if agencies is not None and len(
        own := agencies[agencies["report_id"] == reports[0]]
    ):
        who = words.label(str(own["agency_id"].iloc[0])).replace("\n", " ")
    year = data["report_year"].iloc[0]
    heading = f"{who} {year}" if isinstance(year, Integral) else who
    fig, axes = sheet(words, 5.8, len(STAGES), sharex=True)
    sentences = []
    for ax, (stage, parts, blocks) in zip(axes, STAGES, strict=True):
        counts = [_count(part, blocks, figures) for part in parts]
        known = sum(count or 0 for count in counts)
        # With a part that is not known: what is known, and a mark.
        total = f"{known:,}{' + ?' * (None in counts)}"
        said, left = [], 0
        for part, count in zip(parts, counts, strict=True):
            printed = "?" if count is None else f"{count:,}"
            label = f"{words.pick(*part.names)} {printed}"
            said.append(f"{words.told(*part.names)} {printed}")
            ax.barh(0, count or 0, left=left, label=label, linewidth=0.8, **part.looks)
            left += count or 0
        sentences.append(f"{words.told(*stage)} {total}: {', '.join(said)}")
        ax.set_title(f"{words.pick(*stage)}: {total}", fontsize=11)
        # Every count stands in the key; the bars only show how they compare.
        ax.set_axis_off()
        ax.legend(
            loc="upper left",
            bbox_to_anchor=(0, -0.02),
            ncols=1 if is_narrow() else 3,
            handlelength=1.6,
            borderaxespad=0,
            columnspacing=1.2,
        )
    axes[-1].set_xlim(left=0)
    alt = f"{heading}. {words.listed(sentences)}{words.end()}"
    return finished(fig, words, heading, [alt], divided="flow")


def _count(part: Part, blocks: Sequence[str], figures: Figures) -> int | None:
    """The figure of a part, over all its blocks; None where one is not known."""
    rows = [("disputes", block, part.indicator) for block in blocks]
    rows = rows or [("requests", part.indicator.removesuffix("_share"), "total")]
    count = figures.total(tuple((1, row) for row in rows))
    (known,) = count.known.tolist()
    return None if math.isnan(known) else int(known)


@figure
def decomposition(
    data: pd.DataFrame,
    *,
    heading: str = "",
    stratum: str = "applicant",
    language: Language = "both",
    ax: Axes | None = None,
) -> Figure:
    """
    A difference of two rates, taken apart into mix and rate, stratum by stratum.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.kitagawa`: strata with ``mix`` and ``rate`` in
        percentage points.
    heading : str
        What is compared with what, as the title.
    stratum : str
        Column that names the strata.
    language : {"both", "zh", "en"}
        Language of the labels.
    ax : matplotlib.axes.Axes, optional
        Axes of a figure with constrained layout, in whose place this one is drawn.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    needed = (stratum, "mix", "rate")
    need_rows(data, "decomposition", needed, "Pass what kitagawa() gives.")
    if data[["mix", "rate"]].isna().any(axis=None):
        raise ValueError(
            "decomposition was given a stratum without a mix or a rate, so the parts "
            "would not add up to the whole. Pass what kitagawa() gives, whole."
        )
    words = Setting.of(language, ax)
    known = {part.applicant: part.names for part in APPLICANT_CLASSES}
    strata = [known.get(str(code), ("", str(code))) for code in data[stratum]]
    mix, rate = ([float(v) for v in data[name]] for name in ("mix", "rate"))
    # The bars of all strata add up to those at the foot: a sum, not a new statistic.
    strata.append(pair("parts.whole"))
    mix.append(sum(mix))
    rate.append(sum(rate))
    fig, (ax,) = sheet(words, 0.52 * len(strata) + 1.5)
    chosen = words.shown("parts.who" if stratum == "applicant" else "parts.mix")
    _bars(ax, mix, -0.19, label=chosen, color=RED, hatch="///")
    _bars(ax, rate, 0.19, label=words.shown("parts.rate"), color=BLUE)
    ax.set_yticks(range(len(strata)), [words.pick(*names) for names in strata])
    ax.invert_yaxis()
    ax.axvline(0, color="#6b6b6b", linewidth=1.0, marker="")
    ax.axhline(len(strata) - 1.5, color="#6b6b6b", linewidth=0.8, marker="")
    ax.grid(visible=False, axis="y")
    # The numbers beside the bars take room, more so of a phone.
    ax.margins(x=0.3 if is_narrow() else 0.16)
    ax.set_xlabel(words.shown("parts.points"))
    every = words.listed(
        words.said("parts.of", name=words.told(*n), mix=signed(m), rate=signed(r))
        for n, m, r in zip(strata, mix, rate, strict=True)
    )
    alt = words.said("parts.said", what=heading or words.said("parts"), every=every)
    heading, key = heading or words.shown("parts"), ax.get_legend_handles_labels()[0]
    of = "decomposition"
    return finished(fig, words, heading, [alt], key=key, columns=2, divided=of)


def _bars(ax: Axes, values: list[float], shift: float, **looks: Any) -> None:
    places = [n + shift for n in range(len(values))]
    ax.barh(places, values, height=0.34, edgecolor="white", **looks)
    for y, value in zip(places, values, strict=True):
        by, ha = (4, "left") if value >= 0 else (-4, "right")
        noted(ax, signed(value), (value, y), (by, 0), ha=ha, va="center")
