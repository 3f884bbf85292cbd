"""Share of reports with a failed sum, by what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.rows import GAP, HEADING, ROW, described, headed, need_rows
from govinfo.figures.words import Language, percent, pick, told
from govinfo.show import BLUE, drawn, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NEEDED = ("group", "value", "reports", "failing", "share", "low", "high")


@drawn
def failures(data: pd.DataFrame, *, language: Language = "both") -> Figure:
    """
    Share of reports with a failed sum in each group, with its interval and counts.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.failure_shares`.
    language : {"both", "zh", "en"}
        Language of the title.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.

    Raises
    ------
    MissingColumns
        If ``data`` lacks a column.
    ValueError
        If it has no rows.
    """
    from matplotlib.figure import Figure

    need_columns(data, "failures", NEEDED, "a table of shares of failing reports")
    need_rows(data, "failures")
    places: list[float] = []
    headings: list[tuple[float, str]] = []
    y = 0.0
    for group, own in data.groupby("group", sort=False):
        headings.append((y + HEADING / 2, str(group)))
        y += HEADING
        places += [y + ROW * (n + 0.5) for n in range(len(own))]
        y += ROW * len(own) + GAP
    with style():
        fig = Figure(figsize=(width(), y + 1.1))
        ax = fig.subplots()
        ax.set_ylim(y, 0)
        # Beyond the full share there is room for the counts.
        ax.set_xlim(0, 1.12)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        ax.grid(visible=False, axis="y")
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.set_yticks(places, [str(value) for value in data["value"]])
        ax.hlines(places, data["low"], data["high"], color=BLUE, linewidth=1.8)
        ax.plot(data["share"], places, "o", color=BLUE, markersize=6, clip_on=False)
        for place, failing, reports in zip(
            places, data["failing"], data["reports"], strict=True
        ):
            ax.annotate(f"{failing}/{reports}", (1.03, place), va="center", ha="left")
        for place, heading in headings:
            ax.annotate(
                heading,
                (0, place),
                xycoords=("axes fraction", "data"),
                xytext=(-6, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                color="#5a5a5a",
            )
        words = pick(language, "有合计不符的报告占比", "Reports with a failed sum")
        headed(fig, words)
    return described(fig, _alt(data, language))


def _alt(data: pd.DataFrame, language: Language) -> str:
    groups = []
    for group, own in data.groupby("group", sort=False):
        said = "; ".join(
            f"{value} {failing}/{reports} ({100 * low:.0f} to {100 * high:.0f} %)"
            for value, failing, reports, low, high in zip(
                *(own[name] for name in ("value", "failing", "reports", "low", "high")),
                strict=True,
            )
        )
        groups.append(f"{group}: {said}.")
    opening = told(
        language,
        "有合计不符的报告，附百分之九十五区间。",
        "Reports with a failed sum of all reports, with 95 % intervals.",
    )
    return " ".join([opening, *groups])
