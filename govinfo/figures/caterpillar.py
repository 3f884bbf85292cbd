"""Shrunken rates beside the raw ones, in their order."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from govinfo.checks.results import need_columns
from govinfo.figures.rows import MOST, described, headed, need_rows
from govinfo.figures.words import Language, Names, listed, percent, pick, title, told
from govinfo.indicators import INDICATORS
from govinfo.show import BLUE, GREY, drawn, is_narrow, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from govinfo.compare import Shrinkage

NEEDED = (
    "agency_id",
    "report_year",
    "indicator",
    "denominator",
    "value",
    "shrunk",
    "shrunk_low",
    "shrunk_high",
)

# Inches for a row of one line of names, and for each further one.
ROW, LINE = 0.28, 0.18


@drawn
def caterpillar(
    data: Shrinkage,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
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

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    other: Any = data
    given: pd.DataFrame = getattr(data, "rows", other)
    need_columns(given, "caterpillar", NEEDED, "the rows compare.shrink() gives")
    need_rows(given, "caterpillar")
    names = Names.of(agencies, language)
    most = data.rows.sort_values(
        ["denominator", "agency_id", "report_year"], ascending=[False, True, True]
    ).head(MOST)
    rows = most.sort_values(["shrunk", "agency_id", "report_year"]).to_dict("records")
    indicator = str(rows[0]["indicator"])
    labels = [_label(row, names, language) for row in rows]
    notes = _notes(data, len(rows))
    with style():
        from matplotlib.figure import Figure

        row_height = ROW + LINE * max(label.count("\n") for label in labels)
        fig = Figure(figsize=(width(), row_height * len(rows) + 1.5))
        ax = fig.subplots()
        # A common rate without an interval says nothing of how well it is known.
        if _has_interval(data):
            ends = data.common_low, data.common_high
            ax.axvspan(*ends, color=GREY, alpha=0.15, zorder=0)
            ax.axvline(data.common_rate, color=GREY, linestyle="--", marker="")
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
        ax.set_yticks(range(len(rows)), labels)
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.grid(visible=False, axis="y")
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        headed(
            fig,
            title(indicator, language),
            "\n".join(pick(language, *note, "\n") for note in notes),
        )
        _key(fig, data, language)
    said = [_alt(rows, names, indicator, data, language)]
    said += [told(language, *note) for note in notes]
    return described(fig, told(language, "", " ").join(said))


def _has_interval(data: Shrinkage) -> bool:
    return data.common_low == data.common_low


def _common(data: Shrinkage) -> str:
    """The common rate, with its interval where there is one."""
    if not _has_interval(data):
        return percent(data.common_rate)
    ends = f"{percent(data.common_low)} – {percent(data.common_high)}"
    return f"{percent(data.common_rate)} ({ends})"


def _notes(data: Shrinkage, drawn: int) -> list[tuple[str, str]]:
    """What a reader of the picture must know: rows left out, and few agencies."""
    notes, total = [], len(data.rows)
    if drawn < total:
        notes.append(
            (
                f"仅绘出{total}份报告中分母最大的{drawn}份。",
                f"Only the {drawn} of {total} reports with most cases are drawn.",
            )
        )
    if data.few_agencies:
        notes.append(
            (
                f"仅{total}份报告，收缩可能反而偏离真值。",
                f"Few reports ({total}): shrinkage may move rates away from the truth.",
            )
        )
    return notes


def _label(row: dict[Any, Any], names: Names, language: Language) -> str:
    agency, year = str(row["agency_id"]), row["report_year"]
    chinese = names.chinese.get(agency, "")
    english = names.english.get(agency, "").replace("’", "'")
    if not (chinese or english):
        return f"{agency} {year}"
    if is_narrow():
        english = textwrap.fill(english, 20)
    return pick(
        language,
        f"{chinese} {year}" if chinese else "",
        f"{english} {year}" if english and language == "en" else english,
        "\n",
    )


def _key(fig: Figure, data: Shrinkage, language: Language) -> None:
    from matplotlib.lines import Line2D

    said = percent(data.level, 0)
    shrunk = pick(language, f"收缩估计与{said}区间", f"shrunken rate, {said} interval")
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
    ]
    if _has_interval(data):
        label = f"{all_of_them} {_common(data)}"
        line = Line2D([], [], color=GREY, linestyle="--", marker="", label=label)
        handles.append(line)
    fig.legend(handles=handles, loc="outside lower left", ncols=1 if is_narrow() else 2)


def _alt(
    rows: list[dict[Any, Any]],
    names: Names,
    indicator: str,
    data: Shrinkage,
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
        f"{entry.chinese}，向共同比率{_common(data)}收缩，自低至高：{every}。",
        f"{entry.english[:1].upper()}{entry.english[1:]}, shrunk towards the common "
        f"rate of {_common(data)}, lowest first: {every}.",
    )
