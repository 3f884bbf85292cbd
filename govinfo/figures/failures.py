"""Share of reports with a failed sum, by what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.rows import Groups, described, headed, need_rows
from govinfo.figures.words import Language, pick, told
from govinfo.show import BLUE, drawn, style

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
    need_columns(data, "failures", NEEDED, "a table of shares of failing reports")
    need_rows(data, "failures")
    groups = Groups.of(data, "group")
    places = groups.places
    with style():
        fig, ax = groups.figure(map(str, data["value"]), str, below=1.1)
        # Beyond the full share there is room for the counts.
        ax.set_xlim(0, 1.12)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
        ax.hlines(places, data["low"], data["high"], color=BLUE, linewidth=1.8)
        ax.plot(data["share"], places, "o", color=BLUE, markersize=6, clip_on=False)
        for place, failing, reports in zip(
            places, data["failing"], data["reports"], strict=True
        ):
            ax.annotate(f"{failing}/{reports}", (1.03, place), va="center", ha="left")
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
