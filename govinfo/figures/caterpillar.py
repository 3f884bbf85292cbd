"""Shrunken rates beside the raw ones, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govinfo.checks.results import need_columns
from govinfo.figures.rows import described, headed
from govinfo.figures.words import Language, Names, listed, percent, pick, title, told
from govinfo.indicators import INDICATORS
from govinfo.show import BLUE, GREY, WIDTH, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NEEDED = (
    "agency_id",
    "report_year",
    "indicator",
    "denominator",
    "value",
    "shrunk",
    "shrunk_low",
    "shrunk_high",
    "common_rate",
)

# Inches for a row of two lines of names.
ROW = 0.44


def caterpillar(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    Rates shrunk towards the common rate with their intervals, and the raw rates.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.shrink`, on rows of one indicator.
    agencies : DataFrame, optional
        Names, from :func:`govinfo.agencies.read_agencies`.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    need_columns(data, "caterpillar", NEEDED, "the table that compare.shrink() gives")
    if data.empty:
        message = "caterpillar has nothing to draw: the table has no rows."
        raise ValueError(message)
    names = Names.of(agencies, language)
    rows = data.sort_values(["shrunk", "agency_id", "report_year"]).to_dict("records")
    indicator = str(rows[0]["indicator"])
    common = float(rows[0]["common_rate"])
    with style():
        from matplotlib.figure import Figure

        fig = Figure(figsize=(WIDTH, ROW * len(rows) + 1.5))
        ax = fig.subplots()
        ax.axvline(common, color=GREY, linestyle="--", marker="")
        for y, row in enumerate(rows):
            low, high = float(row["shrunk_low"]), float(row["shrunk_high"])
            ax.plot([low, high], [y, y], color=BLUE, marker="", linewidth=1.6)
            ax.plot([float(row["shrunk"])], [y], color=BLUE, marker="o", markersize=7)
            ax.plot(
                [float(row["value"])],
                [y],
                color="#222222",
                marker="|",
                markersize=13,
                markeredgewidth=1.6,
            )
        labels = [_label(row, names, language) for row in rows]
        ax.set_yticks(range(len(rows)), labels)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.grid(visible=False, axis="y")
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        headed(fig, title(indicator, language))
        _key(fig, common, language)
    return described(fig, _alt(rows, names, indicator, common, language))


def _label(row: dict[Any, Any], names: Names, language: Language) -> str:
    agency, year = str(row["agency_id"]), row["report_year"]
    chinese = names.chinese.get(agency, "")
    english = names.english.get(agency, "").replace("’", "'")
    if not (chinese or english):
        return f"{agency} {year}"
    return pick(
        language,
        f"{chinese} {year}" if chinese else "",
        f"{english} {year}" if english and language == "en" else english,
        "\n",
    )


def _key(fig: Figure, common: float, language: Language) -> None:
    from matplotlib.lines import Line2D

    shrunk = pick(language, "收缩估计与95 %区间", "shrunken rate, 95 % interval")
    raw = pick(language, "原始比率", "raw rate")
    all_of_them = pick(language, "共同比率", "common rate")
    handles = [
        Line2D([], [], color=BLUE, marker="o", markersize=7, label=shrunk),
        Line2D(
            [],
            [],
            color="#222222",
            linestyle="",
            marker="|",
            markersize=13,
            markeredgewidth=1.6,
            label=raw,
        ),
        Line2D(
            [],
            [],
            color=GREY,
            linestyle="--",
            marker="",
            label=f"{all_of_them} {percent(common)}",
        ),
    ]
    fig.legend(handles=handles, loc="outside lower left", ncols=2)


def _alt(
    rows: list[dict[Any, Any]],
    names: Names,
    indicator: str,
    common: float,
    language: Language,
) -> str:
    def share(row: dict[Any, Any], name: str) -> str:
        return percent(float(str(row[name])))

    parts = [
        f"{names.short(str(row['agency_id']))} {row['report_year']} "
        f"{share(row, 'shrunk')} ({share(row, 'shrunk_low')} – "
        f"{share(row, 'shrunk_high')}), {told(language, '原始', 'raw')} "
        f"{share(row, 'value')}, n = {row['denominator']}"
        for row in rows
    ]
    entry, every = INDICATORS[indicator], listed(parts, language)
    return told(
        language,
        f"{entry.chinese}，向共同比率{percent(common)}收缩，自低至高：{every}。",
        f"{entry.english[:1].upper()}{entry.english[1:]}, shrunk towards the common "
        f"rate of {percent(common)}, lowest first: {every}.",
    )
