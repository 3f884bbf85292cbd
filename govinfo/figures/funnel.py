"""Rates against their denominators, with the limits of chance."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from govinfo.checks.results import need_columns
from govinfo.compare.funnel import LEVELS
from govinfo.figures.rows import described, headed, need_rows
from govinfo.figures.words import Language, Names, listed, percent, pick, title, told
from govinfo.show import BLUE, GREY, PURPLE, RED, drawn, is_narrow, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

    from govinfo.compare import Funnel

NEEDED = (
    "agency_id",
    "report_year",
    "indicator",
    "denominator",
    "value",
    "z",
    "position",
)

# Shape and filling say the same as the colour.
LOOKS = {"within": ("o", BLUE), "warning": ("s", PURPLE), "alarm": ("D", RED)}

# More names than this make no sentence; more points than that want smaller marks.
MOST_NAMES, CROWD = 12, 80

# Curves are drawn through this many points, evenly over the logarithm of n.
POINTS = 200


@drawn
def funnel(
    data: Funnel,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
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

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    given: Any = data
    rows: pd.DataFrame = getattr(data, "rows", given)
    need_columns(rows, "funnel", NEEDED, "the rows that compare.funnel() gives")
    need_rows(rows, "funnel")
    names = Names.of(agencies, language)
    indicator = str(rows["indicator"].iloc[0])
    with style():
        from matplotlib.figure import Figure

        fig = Figure(figsize=(width(), 5.2))
        ax = fig.subplots()
        _limits(ax, data, language)
        for position, (marker, colour) in LOOKS.items():
            some = rows[rows["position"] == position]
            ax.plot(
                some["denominator"].astype(float).to_numpy(),
                some["value"].astype(float).to_numpy(),
                linestyle="",
                marker=marker,
                color=colour,
                markerfacecolor="white" if position != "within" else colour,
                markeredgewidth=1.8,
                markersize=7 if len(rows) <= CROWD else 4,
            )
        ax.margins(y=0.1)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
        ax.xaxis.set_minor_formatter(lambda _, __: "")
        ax.yaxis.set_major_formatter(lambda y, _: percent(y, 0))
        ax.set_xlabel(
            pick(language, "件数（分母，对数轴）", "cases (denominator, log)")
        )
        headed(fig, title(indicator, language))
        fig.legend(loc="outside lower left", ncols=1 if is_narrow() else 2)
        # The layout must stand before one can tell which names would touch.
        fig.draw_without_rendering()
        _name(ax, data, names, language)
    return described(fig, _alt(data, names, indicator, language))


def _limits(ax: Axes, data: Funnel, language: Language) -> None:
    import numpy as np

    sizes = data.rows["denominator"].astype(float)
    n = np.unique(np.geomspace(sizes.min() * 0.8, sizes.max() * 1.25, POINTS).round())
    n = n[n >= 1]
    ax.axhline(data.target, color=GREY, label=_target(data, language))
    if data.target_low == data.target_low:
        ax.axhspan(data.target_low, data.target_high, color=GREY, alpha=0.15, zorder=0)
    for name, line, chinese, english in (
        ("warning", "--", "警戒限", "warning limits"),
        ("alarm", ":", "警报限", "alarm limits"),
    ):
        low, high = data.limits(n, LEVELS[name])
        label = f"{pick(language, chinese, english)} {percent(LEVELS[name])}"
        ax.plot(n, low, color=GREY, linestyle=line, marker="", label=label)
        ax.plot(n, high, color=GREY, linestyle=line, marker="")


def _target(data: Funnel, language: Language) -> str:
    """The rate in the middle, with its interval where it was estimated."""
    if data.target_low != data.target_low:
        return f"{pick(language, '目标比率', 'target')} {percent(data.target)}"
    ends = f"{percent(data.target_low)} – {percent(data.target_high)}"
    return (
        f"{pick(language, '共同比率', 'common rate')} {percent(data.target)} ({ends})"
    )


def _name(ax: Axes, data: Funnel, names: Names, language: Language) -> None:
    """Name the points beyond the limits, to the side where there is more room.

    The furthest first, and only where a name lies on no other and on no point.
    """
    # The axes end shortly beyond the points: names at their edges point inwards.
    left, right = (end * 1.6**n for end, n in zip(ax.get_xlim(), (1, -1), strict=True))
    places = data.rows[["denominator", "value"]].astype(float).to_numpy()
    points = ax.transData.transform(places)
    taken: list[Bbox] = []
    for row in _furthest(data.rows[data.rows["position"] != "within"]):
        n = float(row["denominator"])
        agency, year = str(row["agency_id"]), row["report_year"]
        chinese = names.chinese.get(agency) or names.short(agency)
        text = pick(language, chinese, names.short(agency), "\n")
        is_below = float(row["value"]) < data.target
        name = f"{text} {year}".replace("’", "'")
        label = ax.annotate(
            textwrap.fill(name, 22) if is_narrow() else name,
            (n, float(row["value"])),
            xytext=(0, -9 if is_below else 9),
            textcoords="offset points",
            ha="left" if n < left else "right" if n > right else "center",
            va="top" if is_below else "bottom",
        )
        label.set_in_layout(False)
        box = label.get_window_extent()
        is_free = not any(box.overlaps(other) for other in taken)
        if len(taken) == MOST_NAMES or not is_free or box.count_contains(points):
            label.remove()
        else:
            taken.append(box)


def _furthest(beyond: pd.DataFrame) -> list[dict[Any, Any]]:
    """Rows beyond the limits, those furthest from the common rate first."""
    far = beyond["z"].abs()
    return beyond.loc[far.sort_values(ascending=False, kind="stable").index].to_dict(
        "records"
    )


def _alt(data: Funnel, names: Names, indicator: str, language: Language) -> str:
    from govinfo.indicators import INDICATORS

    entry = INDICATORS[indicator]

    def said(position: str) -> str:
        rows = _furthest(data.rows[data.rows["position"] == position])
        parts = [
            f"{names.short(str(row['agency_id']))} {row['report_year']} "
            f"{percent(float(row['value']))}"
            for row in rows[:MOST_NAMES]
        ]
        more = len(rows) - len(parts)
        if more:
            parts.append(told(language, f"另有{more}份", f"and {more} more"))
        return listed(parts, language) or told(language, "无", "none")

    n = len(data.rows)
    return told(
        language,
        f"{entry.chinese}漏斗图：{n}份报告，{_target(data, 'zh')}。"
        f"超出警戒限：{said('warning')}。超出警报限：{said('alarm')}。",
        f"Funnel of {n} reports, {entry.english}: {_target(data, 'en')}. Beyond "
        f"the warning limits: {said('warning')}. Beyond the alarm limits: "
        f"{said('alarm')}.",
    )
