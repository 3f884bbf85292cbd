"""Rates against the limits of chance, and shrunken to the common rate."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from govinfo.bilingual import counted
from govinfo.compare.funnel import LEVELS
from govinfo.figures.rows import MOST, labelled
from govinfo.figures.scaffold import (
    INK,
    Mark,
    as_counts,
    as_percent,
    finished,
    line,
    need_rows,
    records,
    sheet,
)
from govinfo.figures.words import Setting, cut, percent, title
from govinfo.indicators import INDICATORS
from govinfo.show import BLUE, GREY, PURPLE, RED, drawn, is_narrow

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    from govinfo.compare import Funnel, Shrinkage
    from govinfo.figures.words import Language

NEEDED = ("agency_id", "report_year", "indicator", "denominator", "value")

# Shape and filling say the same as the colour.
LOOKS = {
    "within": Mark(BLUE, "o", edge=1.8),
    "warning": Mark(PURPLE, "s", is_filled=False, edge=1.8),
    "alarm": Mark(RED, "D", is_filled=False, edge=1.8),
}
SHRUNK, RAW = Mark(BLUE, "o", "-", edge=1.0), Mark(INK, "|", size=13)

# More names than this make no sentence; more points than that want smaller marks.
MOST_NAMES, CROWD = 12, 80

# Curves are drawn through this many points, evenly over the logarithm of n.
POINTS = 200


def _rows(
    data: Any, needed: tuple[str, ...], function: str, advice: str
) -> pd.DataFrame:
    """The rows of a comparison, or a refusal."""
    rows: pd.DataFrame = getattr(data, "rows", data)
    need_rows(rows, function, (*NEEDED, *needed), advice)
    return rows


@drawn
def funnel(
    data: Funnel,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
    ax: Axes | None = None,
) -> Figure:
    """
    A funnel: each report by its denominator and its rate, with the limits around all.

    Reports beyond a limit are named, the furthest first, as far as there is room.

    Parameters
    ----------
    data : govinfo.compare.Funnel
        From :func:`govinfo.compare.funnel`, on rows of one indicator.
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
    """
    advice = "Pass what compare.funnel() gives."
    rows = _rows(data, ("z", "position"), "funnel", advice)
    words = Setting.of(language, ax, agencies)
    code = str(rows["indicator"].iloc[0])
    fig, (ax,) = sheet(words, 5.2)
    _limits(ax, data, words)
    for position, mark in LOOKS.items():
        some = rows[rows["position"] == position][["denominator", "value"]]
        size = 7 if len(rows) <= CROWD else 4
        ax.plot(*some.astype(float).to_numpy().T, **mark.looks | {"markersize": size})
    ax.margins(y=0.1)
    ax.set_xscale("log")
    as_counts(ax.xaxis)
    ax.xaxis.set_minor_formatter(lambda _, __: "")
    as_percent(ax.yaxis)
    ax.set_xlabel(words.pick("件数（分母，对数轴）", "cases (denominator, log)"))
    entry, n = INDICATORS[code], len(rows)
    beyond = {level: _beyond(rows, level, words) for level in LEVELS}
    alt = words.told(
        f"{entry.chinese}漏斗图：{n}份年报，{_target(data, words)}。"
        f"超出警戒限：{beyond['warning']}。超出警报限：{beyond['alarm']}。",
        f"Funnel of {counted(n, 'report')}, {entry.english}: {_target(data, words)}. "
        f"Beyond the warning limits: {beyond['warning']}. Beyond the alarm limits: "
        f"{beyond['alarm']}.",
    )
    key = ax.get_legend_handles_labels()[0]
    heading = words.pick(*title(code))
    fig = finished(fig, words, heading, alt, key=key, columns=2, codes=[code])
    # The layout must stand before one can tell which names would touch.
    fig.figure.draw_without_rendering()
    _name(ax, data, words)
    return fig


def _limits(ax: Axes, data: Funnel, words: Setting) -> None:
    import numpy as np

    sizes = data.rows["denominator"].astype(float)
    n = np.unique(np.geomspace(sizes.min() * 0.8, sizes.max() * 1.25, POINTS).round())
    n = n[n >= 1]
    ax.axhline(data.target, color=GREY, label=_target(data, words, words.pick))
    if data.target_low == data.target_low:
        ax.axhspan(data.target_low, data.target_high, color=GREY, alpha=0.15, zorder=0)
    for name, dashes, chinese, english in (
        ("warning", "--", "警戒限", "warning limits"),
        ("alarm", ":", "警报限", "alarm limits"),
    ):
        label = f"{words.pick(chinese, english)} {percent(LEVELS[name])}"
        for limit in data.limits(n, LEVELS[name]):
            ax.plot(n, limit, color=GREY, linestyle=dashes, marker="", label=label)
            label = ""


def _target(data: Funnel, words: Setting, say: Any = None) -> str:
    """The rate in the middle, with its interval where it was estimated."""
    say, rate = say or words.told, percent(data.target)
    if data.target_low != data.target_low:
        return f"{say('目标比率', 'target')} {rate}"
    ends = words.ends(data.target_low, data.target_high)
    return f"{say('共同比率', 'common rate')} {rate}{ends}"


def _name(ax: Axes, data: Funnel, words: Setting) -> None:
    """Name the points beyond the limits, to the side where there is more room.

    The furthest first, and only where a name lies on no other and on no point.
    """
    # The axes end shortly beyond the points: names at their edges point inwards.
    left, right = (end * 1.6**n for end, n in zip(ax.get_xlim(), (1, -1), strict=True))
    places = data.rows[["denominator", "value"]].astype(float).to_numpy()
    points = ax.transData.transform(places)
    taken: list[Bbox] = []
    for row in _furthest(data.rows[data.rows["position"] != "within"]):
        n, value = float(row.denominator), float(row.value)
        is_below = value < data.target
        names = words.names(str(row.agency_id))
        name = "\n".join([*names[:-1], f"{names[-1]} {row.report_year}"])
        label = ax.annotate(
            textwrap.fill(name, 22) if is_narrow() else name,
            (n, value),
            xytext=(0, -9 if is_below else 9),
            textcoords="offset points",
            ha="left" if n < left else "right" if n > right else "center",
            va="top" if is_below else "bottom",
            # A limit that passes under a name does not strike it out.
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
        )
        label.set_in_layout(False)
        box = label.get_window_extent()
        is_free = not any(box.overlaps(other) for other in taken)
        if len(taken) == MOST_NAMES or not is_free or box.count_contains(points):
            label.remove()
        else:
            taken.append(box)


def _furthest(beyond: pd.DataFrame) -> list[Any]:
    """Rows beyond the limits, those furthest from the common rate first."""
    order = beyond["z"].abs().sort_values(ascending=False, kind="stable").index
    return records(beyond.loc[order])


def _beyond(rows: pd.DataFrame, position: str, words: Setting) -> str:
    """The reports beyond a limit, as many as a sentence can name."""
    every = _furthest(rows[rows["position"] == position])
    parts = [
        f"{words.short(str(row.agency_id))} {row.report_year} {percent(row.value)}"
        for row in every[:MOST_NAMES]
    ]
    if more := len(every) - len(parts):
        parts.append(words.told(f"另有{more}份", f"and {more} more"))
    return words.listed(parts) or words.told("无", "none")


@drawn
def caterpillar(
    data: Shrinkage,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
    ax: Axes | None = None,
) -> Figure:
    """
    Rates shrunk towards the common rate with their intervals, and the raw rates.

    Of too many reports those with most cases are drawn, and of few agencies it is said
    that shrinkage may mislead.

    Parameters
    ----------
    data : govinfo.compare.Shrinkage
        From :func:`govinfo.compare.shrink`, on rows of one indicator.
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
    """
    needed = ("shrunk", "shrunk_low", "shrunk_high")
    every = _rows(data, needed, "caterpillar", "Pass what compare.shrink() gives.")
    words = Setting.of(language, ax, agencies)
    most = every.sort_values(
        ["denominator", "agency_id", "report_year"], ascending=[False, True, True]
    ).head(MOST)
    rows = records(most.sort_values(["shrunk", "agency_id", "report_year"]))
    labels = [f"{words.label(str(row.agency_id))} {row.report_year}" for row in rows]
    fig, ax, places = labelled(words, labels[::-1], [""] * len(rows), below=1.5)
    ends = data.common_low, data.common_high
    ax.axvspan(*ends, color=GREY, alpha=0.15, zorder=0)
    ax.axvline(data.common_rate, color=GREY, linestyle="--", marker="")
    common = f"{percent(data.common_rate)}{words.ends(*ends)}"
    for y, row in zip(places[::-1], rows, strict=True):
        line(ax, [row.shrunk_low, row.shrunk_high], [y, y], BLUE)
        SHRUNK.at(ax, row.shrunk, y)
        RAW.at(ax, row.value, y)
    level = percent(data.level, 0)
    key = [
        SHRUNK.entry(
            words.pick(f"收缩估计与{level}区间", f"shrunken rate, {level} interval")
        ),
        RAW.entry(words.pick("原始比率", "raw rate")),
        Mark(GREY, line="--").entry(
            f"{words.pick('共同比率', 'common rate')} {common}"
        ),
    ]
    code = str(rows[0].indicator)
    said = words.listed(
        f"{words.short(str(row.agency_id))} {row.report_year} {percent(row.shrunk)}"
        f"{words.ends(row.shrunk_low, row.shrunk_high)}, "
        f"{words.told('原始', 'raw')} {percent(row.value)}, n = {row.denominator:,}"
        for row in rows
    )
    chinese, english = title(code)
    alt = words.told(
        f"{chinese}，向共同比率{common}收缩，自低至高：{said}。",
        f"{english}, shrunk towards the common rate of {common}, lowest first: {said}.",
    )
    # What a reader of the picture must know of few agencies.
    few = (
        f"仅{len(every)}份年报，收缩可能反而偏离真值。",
        f"Few reports ({len(every)}): shrinkage may move rates away from the truth.",
    )
    notes = [cut(len(rows), len(every)), *([few] if data.few_agencies else [])]
    heading = words.pick(chinese, english)
    return finished(
        fig, words, heading, alt, notes=notes, key=key, columns=2, codes=[code]
    )
