"""What comparisons found: rates against chance, shrunken rates, intervals in groups."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any, NamedTuple, Unpack

from govinfo.compare.common import Shrinkage
from govinfo.compare.funnel import LEVELS, Funnel
from govinfo.compare.rates import SHARES
from govinfo.compare.tables import COUNTS, GROUND_SHARES
from govinfo.figures.scaffold import (
    FAINT,
    INK,
    MOST,
    NARROW,
    Mark,
    as_counts,
    as_percent,
    beside,
    figure,
    finished,
    labelled,
    line,
    need_rows,
    noted,
    records,
    sheet,
)
from govinfo.figures.words import (
    MEASURED,
    SETTINGS,
    STUDIES,
    Language,
    Options,
    Pair,
    Setting,
    cut,
    ground,
    pair,
    percent,
    title,
    wrapped,
)
from govinfo.indicators import GROUNDS, INDICATORS, RELIABLE_N
from govinfo.later import Axes, Figure, np, pd
from govinfo.show import BLUE, GREY, PURPLE, RED, is_narrow, word

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


@figure
def funnel(data: Funnel, **options: Unpack[Options]) -> Figure:
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
    rows = need_rows(data, "funnel", (*NEEDED, "z", "position"), advice)
    words = Setting.of(**options)
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
    ax.set_xlabel(words.shown("funnel.cases"))
    alt = words.said(
        "funnel",
        n=len(rows),
        name=words.told(INDICATORS[code].chinese, INDICATORS[code].english),
        target=_target(data, words, words.said),
        **{level: _beyond(rows, level, words) for level in LEVELS},
    )
    key = ax.get_legend_handles_labels()[0]
    heading = words.pick(*title(code))
    fig = finished(fig, words, heading, [alt], key=key, columns=2, codes=[code])
    # The layout must stand before one can tell which names would touch.
    fig.figure.draw_without_rendering()
    _name(ax, data, words)
    return fig


def _limits(ax: Axes, data: Funnel, words: Setting) -> None:

    sizes = data.rows["denominator"].astype(float)
    n = np.unique(np.geomspace(sizes.min() * 0.8, sizes.max() * 1.25, POINTS).round())
    n = n[n >= 1]
    ax.axhline(data.target, color=GREY, label=_target(data, words, words.shown))
    if data.target_low == data.target_low:
        ax.axhspan(data.target_low, data.target_high, color=GREY, alpha=0.15, zorder=0)
    for (name, level), dashes in zip(LEVELS.items(), ("--", ":"), strict=True):
        label = f"{words.shown(f'funnel.{name}')} {percent(level)}"
        for limit in data.limits(n, level):
            ax.plot(n, limit, color=GREY, linestyle=dashes, marker="", label=label)
            label = ""


def _target(data: Funnel, words: Setting, say: Callable[[str], str]) -> str:
    """The rate in the middle, with its interval where it was estimated."""
    rate = percent(data.target)
    if data.target_low != data.target_low:
        return f"{say('funnel.target')} {rate}"
    return f"{say('common')} {rate}{words.ends(data.target_low, data.target_high)}"


def _name(ax: Axes, data: Funnel, words: Setting) -> None:
    """Name the points beyond the limits, to the side where there is more room.

    The furthest first, and only where a name lies on no other and on no point.
    """
    # The axes end shortly beyond the points: names at their edges point inwards.
    left, right = (end * 1.6**n for end, n in zip(ax.get_xlim(), (1, -1), strict=True))
    places = data.rows[["denominator", "value"]].astype(float).to_numpy()
    points = ax.transData.transform(places)
    taken: list[Any] = []
    for row in _furthest(data.rows[data.rows["position"] != "within"]):
        n, value = float(row.denominator), float(row.value)
        is_below = value < data.target
        names = words.names(str(row.agency_id))
        name = "\n".join([*names[:-1], f"{names[-1]} {row.report_year}"])
        label = noted(
            ax,
            textwrap.fill(name, 22) if is_narrow() else name,
            (n, value),
            (0, -9 if is_below else 9),
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
        parts.append(words.said("funnel.more", more=more))
    return words.listed(parts) or words.said("funnel.none")


@figure
def caterpillar(data: Shrinkage, **options: Unpack[Options]) -> Figure:
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
    needed = (*NEEDED, "shrunk", "shrunk_low", "shrunk_high")
    every = need_rows(data, "caterpillar", needed, "Pass what compare.shrink() gives.")
    words = Setting.of(**options)
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
        SHRUNK.entry(words.shown("shrunk.rate", level=level)),
        RAW.entry(words.shown("shrunk.raw")),
        Mark(GREY, line="--").entry(f"{words.shown('common')} {common}"),
    ]
    said = (
        words.said(
            "shrunk.row",
            report=f"{words.short(str(row.agency_id))} {row.report_year}",
            share=percent(row.shrunk) + words.ends(row.shrunk_low, row.shrunk_high),
            raw=percent(row.value),
            n=row.denominator,
        )
        for row in rows
    )
    code = str(rows[0].indicator)
    name, every_row = words.told(*title(code)), words.listed(said)
    alt = words.said("shrunk", name=name, common=common, rows=every_row)
    notes = [cut("reports", len(rows), len(every))]
    if data.few_agencies:
        # What a reader of the picture must know of few agencies.
        notes.append(pair("shrunk.few", n=len(every)))
    heading = words.pick(*title(code))
    return finished(
        fig, words, heading, [alt], notes=notes, key=key, columns=2, codes=[code]
    )


STUDIED = ("study", "measures", "setting", "measured", "standard_error")

# A claim is kept where it is missed by less: two points, as asked of 95% intervals.
TOLERANCE = 0.02


@figure
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
    rows = data.sort_values("study", key=lambda s: pd.factorize(s)[0], kind="stable")
    labels = [_setting(str(setting), words.pick) for setting in rows["setting"]]
    groups = [words.pick(*_study(str(study))) for study in rows["study"]]
    fig, ax, places = labelled(words, labels, groups, below=1.3)
    measured = rows["measured"].to_numpy("float64")
    reach = 1.96 * rows["standard_error"].to_numpy("float64")
    ends = [*(measured - reach), *(measured + reach), nominal]
    low, high = max(min(ends), 0.0), min(max(ends), 1.0)
    pad = 0.06 * (high - low) or TOLERANCE
    ax.set_xlim(low - pad, high + pad)
    label = f"{words.shown('kept.claim')} {claim}"
    ax.axvline(nominal, color=GREY, linestyle="--", marker="", label=label)
    ax.hlines(places, measured - reach, measured + reach, color=BLUE, linewidth=1.8)
    key = ax.get_legend_handles_labels()[0]
    off = abs(measured - nominal) > TOLERANCE
    for chosen, mark, name in (
        (~off, Mark(BLUE, "o", size=6.5), "kept.near"),
        (off, Mark(RED, "s", is_filled=False, size=6.5), "kept.far"),
    ):
        if chosen.any():
            ax.plot(measured[chosen], places[chosen], **mark.looks)
            key.append(mark.entry(words.shown(name)))
    for place, value in zip(places, measured, strict=True):
        beside(ax, place, percent(value))
    is_coverage = rows["measures"].str.startswith("coverage").all()
    of = "coverage" if is_coverage else "flags"
    alt = [words.said("kept", what=words.told(*MEASURED[of]), claim=claim)]
    for study, its in rows.groupby("study", sort=False):
        parts = (
            f"{_setting(str(setting), words.told)} {percent(float(value))}"
            for setting, value in zip(its["setting"], its["measured"], strict=True)
        )
        said = words.told(*_study(str(study)))
        alt.append(f"{said}: {words.listed(parts)}{words.end()}")
    heading = words.pick(*MEASURED[of])
    return finished(fig, words, heading, alt, key=key, columns=3, divided=of)


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


@figure
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
    sentences = [words.said("failures.opening")]
    for group, own in data.groupby("group", sort=False):
        said = "; ".join(
            f"{said_of(row.value)} {row.failing:,}/{row.reports:,} "
            f"({100 * row.low:.0f} to {100 * row.high:.0f}%)"
            for row in records(own)
        )
        sentences.append(f"{said_of(group)}: {said}.")
    return finished(fig, words, words.shown("failures"), [" ".join(sentences)])


MIX = (
    *("agency_id", "report_year", "indicator", *COUNTS),
    *("value", "mix_low", "mix_high", "mix_level"),
)

# Three panels fit beside the names of the grounds; more than four lines of them are no
# figure that anybody reads.
COLUMNS, MOST_MIXES = 3, 12

# Characters of a name over a panel, by how many stand side by side; a Chinese one is
# as wide as two others.
FITS = {1: 60, 2: 36, 3: 24}


# Inches: a line of a name, the space around a panel, and the key.
MIX_LINE, AROUND, KEY = 0.155, 0.25, 1.45

# Families of grounds, each by its share: grounds and mark.
FAMILIES = (
    ("mandatory_ground_share", range(4), Mark(BLUE, "o", size=6.5)),
    ("discretionary_ground_share", range(4, 7), Mark(RED, "s", size=6.5)),
    ("inquiry_ground_share", range(7, 8), Mark("#5a5a5a", "D", size=6.5)),
)


class Mix(NamedTuple):
    """The eight grounds of one report: its rows, ground by ground."""

    agency: str
    year: str
    whole: int
    parts: tuple[Any, ...]

    def over(self, fits: int, words: Setting) -> str:
        """What stands over its panel, in lines that fit; the size in the last one."""
        names = [
            line for name in words.names(self.agency) for line in wrapped(name, fits)
        ]
        size = words.told(f"，{self.whole:,}件", f", n = {self.whole:,}")
        return "\n".join([*names, self.year + size])


def _mixes_of(data: pd.DataFrame, words: Setting) -> list[Mix]:
    """The mixes of a table, by level and agency where these are known."""
    found = []
    keys = ["agency_id", "report_year"]
    for (agency, year), rows in data.groupby(keys, sort=False, dropna=False):
        time = str(year) if isinstance(year, Integral) else "–"
        counted = rows["indicator"].value_counts().reindex(list(GROUND_SHARES))
        if len(rows) != len(GROUND_SHARES) or (counted != 1).any():
            name = f"{words.short(str(agency))} {time}"
            raise ValueError(
                f"exemption_intervals: the mix of '{name}' has {len(rows)} rows, and "
                f"not each of the {len(GROUND_SHARES)} grounds once. Pass one row per "
                "ground of each agency and year."
            )
        its = rows.set_index("indicator").loc[list(GROUND_SHARES)]
        whole, parts = int(its["denominator"].iloc[0]), tuple(records(its))
        found.append(Mix(str(agency), time, whole, parts))
    return sorted(found, key=lambda mix: (words.place(mix.agency), mix.year))


@figure
def exemption_intervals(data: pd.DataFrame, **options: Unpack[Options]) -> Figure:
    """
    Small multiples of the grounds of refusal: share, simultaneous interval and count.

    All eight intervals of a panel hold together with the stated probability, so grounds
    of one panel may be put in order where their intervals part. Grounds of articles 14
    and 15 are circles, of article 16 squares, the inquiry matter is a diamond; mixes of
    fewer than 20 refusals are hollow.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.mix_intervals`, on the eight ``ground_share``
        indicators; see :func:`govinfo.compare.select_mixes`. Of more than twelve mixes
        those of most refusals are drawn.
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
    MissingColumns
        If a column is missing.
    ValueError
        If there is no mix, or one that does not have each ground once.
    """
    advice = "Pass what compare.mix_intervals() gives."
    choose = (
        " Choose mixes with compare.select_mixes(), which says why others are left out."
    )
    need_rows(data, "exemption_intervals", MIX, advice, choose)
    words = Setting.of(**options)
    every = _mixes_of(data, words)
    kept = sorted(range(len(every)), key=lambda n: (-every[n].whole, n))[:MOST_MIXES]
    mixes = [every[n] for n in sorted(kept)]
    level = percent(float(data["mix_level"].iloc[0]), 0)
    shown = cut("mixes", len(mixes), len(every))
    columns = 1 if is_narrow() else min(COLUMNS, len(mixes))
    lines = -(-len(mixes) // columns)
    labels = [
        f"{n}  {words.pick(*ground(c), chr(10))}" for n, c in enumerate(GROUNDS, 1)
    ]
    over = [mix.over(NARROW if is_narrow() else FITS[columns], words) for mix in mixes]
    per_row = MIX_LINE * (1 + max(label.count("\n") for label in labels)) + 0.06
    titles = max(title.count("\n") + 1 for title in over)
    height = len(GROUNDS) * per_row + AROUND + MIX_LINE * titles
    fig, axes = sheet(
        words, lines * height + KEY, lines, columns, sharex=True, sharey=True
    )
    for ax in axes[len(mixes) :]:
        ax.set_visible(False)
    most = max(part.mix_high for mix in mixes for part in mix.parts)
    # Half a mark of room, so that a share of 0 does not touch the name.
    end = 1 if most > 0.5 else 1.05 * most
    for n, (ax, mix) in enumerate(zip(axes, mixes, strict=False)):
        _panel(ax, mix)
        ax.set_title(over[n], fontsize=10, linespacing=1.2, pad=5)
        ax.set_ylim(len(GROUNDS) - 0.4, -0.6)
        ax.set_yticks(range(len(GROUNDS)), labels, fontsize=9.5)
        ax.set_xlim(-0.05 * end, end)
        ax.locator_params(axis="x", nbins=3, steps=[1, 2, 5, 10])
        as_percent(ax.xaxis)
        # Panels that end their column say the scale, whatever the line.
        ax.tick_params(axis="x", labelbottom=n + columns >= len(mixes))
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
    key = [mark.entry(words.pick(*_family(code))) for code, _, mark in FAMILIES]
    key.append(Mark(GREY, line="-").entry(words.shown("grounds.interval", level=level)))
    if any(mix.whole < RELIABLE_N for mix in mixes):
        small = words.shown("grounds.small", least=RELIABLE_N)
        key.append(Mark(BLUE, "o", is_filled=False, size=6.5).entry(small))
    heading = words.shown("grounds")
    alt = _mixes_alt(mixes, level, words)
    codes = list(GROUND_SHARES)
    return finished(fig, words, heading, alt, notes=[shown], key=key, codes=codes)


def _panel(ax: Axes, mix: Mix) -> None:
    for _, grounds, mark in FAMILIES:
        for y in grounds:
            part = mix.parts[y]
            ends = [part.mix_low, part.mix_high]
            line(ax, ends, [y, y], mark.colour)
            replace(mark, is_filled=mix.whole >= RELIABLE_N).at(ax, part.value, y)
            ink = INK if part.numerator else FAINT
            beside(ax, y, f"{part.numerator:,.0f}", gap=6, fontsize=9.5, color=ink)


def _family(code: str) -> Pair:
    """A family of grounds by the name of its share."""
    entry = INDICATORS[code]
    return entry.chinese.removesuffix("占比"), entry.english


def _mixes_alt(mixes: Sequence[Mix], level: str, words: Setting) -> list[str]:
    sentences = []
    clear = 0
    for mix in mixes:
        top = max(mix.parts, key=lambda part: part.value)
        others = [part for part in mix.parts if part is not top]
        clear += all(part.mix_high < top.mix_low for part in others)
        shares = ", ".join(
            f"{words.told(*ground(code))} {percent(part.value, 0)} "
            f"({100 * part.mix_low:.0f}–{100 * part.mix_high:.0f}; "
            f"{part.numerator:,.0f})"
            for code, part in zip(GROUNDS, mix.parts, strict=True)
        )
        name = f"{words.short(mix.agency)} {mix.year}"
        told = {"name": name, "whole": mix.whole, "shares": shares}
        sentences.append(words.said("grounds.mix", **told))
    opening = words.said("grounds.said", level=level, clear=clear, n=len(mixes))
    return [opening, *sentences]
