"""Shares in groups: of intervals that keep their word, of reports with a failed sum."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from govinfo.compare.rates import SHARES
from govinfo.figures.rows import labelled
from govinfo.figures.scaffold import (
    Mark,
    beside,
    finished,
    need_rows,
    records,
)
from govinfo.figures.words import MEASURED, SETTINGS, STUDIES, Pair, Setting, percent
from govinfo.show import BLUE, GREY, RED, drawn, word

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from govinfo.figures.words import Language

STUDIED = ("study", "measures", "setting", "measured", "standard_error")

# A claim is kept where it is missed by less: two points, as asked of 95% intervals.
TOLERANCE = 0.02


@drawn
def coverage(
    data: pd.DataFrame,
    *,
    nominal: float = 0.95,
    language: Language = "both",
    ax: Axes | None = None,
) -> Figure:
    """
    How often each method kept its word in a simulation, around what it claims.

    A line marks the claim. What misses it by more than two points is a hollow square.

    Parameters
    ----------
    data : DataFrame
        Rows of ``data/comparison_study.csv``: one or several studies, whose shares
        have one claim in common.
    nominal : float
        What the methods claim: 0.95 of intervals, 0.05 of a funnel's warning limits.
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
    MissingColumns
        If ``data`` lacks a column.
    ValueError
        If it has no rows.
    """
    need_rows(data, "coverage", STUDIED, "Pass what run_study() gives.")
    if data[["measured", "standard_error"]].isna().any(axis=None):
        raise ValueError(
            "coverage was given a row that was not measured. Leave it out, or run its "
            "study with run_study()."
        )
    words, claim = Setting.of(language, ax), percent(nominal, 0)
    # Rows of a study stand together, wherever they stood in the table.
    order = {study: n for n, study in enumerate(data["study"].unique())}
    rows = data.sort_values("study", key=lambda s: s.map(order), kind="stable")
    labels = [_setting(str(setting), words.pick) for setting in rows["setting"]]
    groups = [words.pick(*_study(str(study))) for study in rows["study"]]
    fig, ax, places = labelled(words, labels, groups, below=1.3)
    measured = rows["measured"].to_numpy("float64")
    reach = 1.96 * rows["standard_error"].to_numpy("float64")
    ends = [*(measured - reach), *(measured + reach), nominal]
    low, high = max(min(ends), 0.0), min(max(ends), 1.0)
    pad = 0.06 * (high - low) or TOLERANCE
    ax.set_xlim(low - pad, high + pad)
    label = f"{words.pick('所称', 'as claimed')} {claim}"
    ax.axvline(nominal, color=GREY, linestyle="--", marker="", label=label)
    ax.hlines(places, measured - reach, measured + reach, color=BLUE, linewidth=1.8)
    key = ax.get_legend_handles_labels()[0]
    off = abs(measured - nominal) > TOLERANCE
    for chosen, mark, names in (
        (~off, Mark(BLUE, "o", size=6.5), ("相差2点以内", "within 2 points")),
        (off, Mark(RED, "s", is_filled=False, size=6.5), ("更远", "further off")),
    ):
        if chosen.any():
            ax.plot(measured[chosen], places[chosen], **mark.looks)
            key.append(mark.entry(words.pick(*names)))
    for place, value in zip(places, measured, strict=True):
        beside(ax, place, percent(value))
    is_coverage = rows["measures"].str.startswith("coverage").all()
    of = "coverage" if is_coverage else "flags"
    heading = MEASURED[of]
    studies = []
    for study, its in rows.groupby("study", sort=False):
        parts = (
            f"{_setting(str(setting), words.told)} {percent(float(value))}"
            for setting, value in zip(its["setting"], its["measured"], strict=True)
        )
        studies.append(f"{words.told(*_study(str(study)))}: {words.listed(parts)}")
    alt = words.told(
        f"{heading[0]}，所称{claim}。{'。'.join(studies)}。",
        f"{heading[1]}, where {claim} is claimed. {'. '.join(studies)}.",
    )
    said = words.pick(*heading)
    return finished(fig, words, said, alt, key=key, columns=3, divided=of)


def _study(code: str) -> Pair:
    return STUDIES.get(code, (code, code))


def _setting(setting: str, say: Callable[[str, str], str]) -> str:
    """A setting in the language of the figure, part by part.

    Examples
    --------
    >>> _setting("exact, 10 agencies", Setting.of("both").pick)
    '精确 exact, 10家 agencies'
    """
    return ", ".join(_part(part, say) for part in setting.split(", "))


def _part(part: str, say: Callable[[str, str], str]) -> str:
    agencies = re.fullmatch(r"(\d+) agencies", part)
    if agencies:
        return say(f"{agencies[1]}家", part).replace(f" {agencies[1]} ", " ")
    rate = re.fullmatch(r"(\d+)%", part)
    if rate:
        return percent(int(rate[1]) / 100, 0)
    return say(*SETTINGS.get(part, (part.replace(">=", "≥"), "")))


@drawn
def failures(
    data: pd.DataFrame, *, language: Language = "both", ax: Axes | None = None
) -> Figure:
    """
    Share of reports with a failed sum in each group, with its interval and counts.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.failure_shares`.
    language : {"both", "zh", "en"}
        Language of the title.
    ax : matplotlib.axes.Axes, optional
        Axes of a figure with constrained layout, in whose place this one is drawn.

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
    need_rows(data, "failures", SHARES, "Pass what compare.failure_shares() gives.")
    words = Setting.of(language, ax)

    def said_of(code: object) -> str:
        return words.told(word(code, "zh"), word(code))

    labels, groups = map(said_of, data["value"]), map(said_of, data["group"])
    fig, ax, places = labelled(words, labels, groups, below=1.1)
    ax.set_xlim(0, 1)
    ax.hlines(places, data["low"], data["high"], color=BLUE, linewidth=1.8)
    ax.plot(data["share"], places, "o", color=BLUE, markersize=6, clip_on=False)
    for place, row in zip(places, records(data), strict=True):
        beside(ax, place, f"{row.failing:,}/{row.reports:,}")
    sentences = []
    for group, own in data.groupby("group", sort=False):
        said = "; ".join(
            f"{said_of(row.value)} {row.failing:,}/{row.reports:,} "
            f"({100 * row.low:.0f} to {100 * row.high:.0f}%)"
            for row in records(own)
        )
        sentences.append(f"{said_of(group)}: {said}.")
    opening = words.told(
        "有合计不符的年报，附百分之九十五区间。",
        "Reports with a failed sum of all reports, with 95% intervals.",
    )
    heading = words.pick(
        "有合计不符的年报÷本组年报", "Reports with a failed sum ÷ reports of the group"
    )
    return finished(fig, words, heading, " ".join([opening, *sentences]))
