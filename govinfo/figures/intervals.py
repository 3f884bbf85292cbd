"""The grounds of refusal of each report, with intervals that hold together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.mixpanels import Mix, mixes_of
from govinfo.figures.rows import beside, described, headed
from govinfo.figures.words import Language, Names, ground, percent, pick, told
from govinfo.indicators import GROUNDS, INDICATORS, RELIABLE_N
from govinfo.show import BLUE, GREY, RED, drawn, is_narrow, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "exemption_intervals"

NEEDED = ("indicator", "numerator", "denominator", "value")
LIMITS = ("mix_low", "mix_high", "mix_level")

# Three panels fit beside the names of the grounds; more than four lines of them are no
# figure that anybody reads.
COLUMNS, MOST = 3, 12

# Characters of a name over a panel, by how many stand side by side; a Chinese one is
# as wide as two others.
FITS = {1: 60, 2: 36, 3: 24}

# And over the one column of a phone, which the names of the grounds leave half of.
NARROW = 21

# Inches: a line of a name, the space around a panel, and the key.
LINE, AROUND, KEY = 0.155, 0.25, 1.45

# Families of grounds, each by its share: grounds, marker and colour.
FAMILIES = (
    ("mandatory_ground_share", range(4), "o", BLUE),
    ("discretionary_ground_share", range(4, 7), "s", RED),
    ("inquiry_ground_share", range(7, 8), "D", "#5a5a5a"),
)


@drawn
def exemption_intervals(
    data: pd.DataFrame,
    *,
    by: Sequence[str] = ("agency_id", "report_year"),
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    Small multiples of the grounds of refusal: share, simultaneous interval and count.

    All eight intervals of a panel hold together with the stated probability, so grounds
    of one panel may be put in order where their intervals part. Mandatory grounds are
    circles, discretionary ones squares, the inquiry matter is a diamond; mixes of fewer
    than 20 refusals are hollow.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.mix_intervals`, on the eight ``ground_share``
        indicators; see :func:`govinfo.compare.select_mixes`. Of more than twelve mixes
        those of most refusals are drawn.
    by : sequence of str
        Columns that say which rows make up one mix: agency and year by default; for
        refusals added up over peers, such as ``["level"]``. Pooled intervals speak of
        the refusals together: they leave out how much the peers differ.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    language : {"both", "zh", "en"}
        Language of the labels.

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
    advice = "the table that compare.mix_intervals() gives"
    need_columns(data, NAME, (*NEEDED, *LIMITS, *by), advice)
    if data.empty:
        message = (
            f"{NAME} has nothing to draw: the table has no rows. Choose mixes with "
            "compare.select_mixes(), which says why others are left out."
        )
        raise ValueError(message)
    names = Names.of(agencies, language)
    every = mixes_of(data, by, names)
    kept = sorted(range(len(every)), key=lambda n: (-every[n].whole, n))[:MOST]
    mixes = [every[n] for n in sorted(kept)]
    level = float(data["mix_level"].iloc[0])
    cut = ("", "")
    if len(mixes) < len(every):
        cut = (
            f"仅绘出{len(every)}个构成中不予公开件数最多的{len(mixes)}个。",
            f"Only the {len(mixes)} of {len(every)} mixes with most refusals are "
            "drawn.",
        )
    with style():
        fig = _figure(mixes, level, pick(language, *cut, "\n"), language)
    return described(fig, _alt(mixes, level, language) + told(language, *cut))


def _figure(
    mixes: Sequence[Mix], level: float, note: str, language: Language
) -> Figure:
    from matplotlib.figure import Figure

    columns = 1 if is_narrow() else min(COLUMNS, len(mixes))
    lines = -(-len(mixes) // columns)
    labels = [
        f"{n}  {ground(code, language, chr(10))}"
        for n, code in enumerate(GROUNDS, start=1)
    ]
    fits = NARROW if is_narrow() else FITS[columns]
    over = [mix.over(fits, language) for mix in mixes]
    per_row = LINE * (1 + max(label.count("\n") for label in labels)) + 0.06
    titles = max(title.count("\n") + 1 for title in over)
    height = len(GROUNDS) * per_row + AROUND + LINE * titles
    fig = Figure(figsize=(width(), lines * height + KEY))
    grid = fig.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for ax in grid.flat[len(mixes) :]:
        ax.set_visible(False)
    most = max(part.high for mix in mixes for part in mix.parts)
    for n, (ax, mix) in enumerate(zip(grid.flat, mixes, strict=False)):
        _draw(ax, mix)
        ax.set_title(over[n], fontsize=10, linespacing=1.2, pad=5)
        ax.set_ylim(len(GROUNDS) - 0.4, -0.6)
        ax.set_yticks(range(len(GROUNDS)), labels, fontsize=9.5)
        # Half a mark of room, so that a share of 0 does not touch the name.
        end = 1 if most > 0.5 else 1.05 * most
        ax.set_xlim(-0.05 * end, end)
        ax.locator_params(axis="x", nbins=3, steps=[1, 2, 5, 10])
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        # Panels that end their column say the scale, whatever the line.
        ax.tick_params(axis="x", labelbottom=n + columns >= len(mixes))
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
    heading = ("不予公开的理由：占比与件数", "Grounds of refusal: share and count")
    headed(fig, pick(language, *heading), note)
    _key(fig, mixes, level, language)
    return fig


def _draw(ax: Axes, mix: Mix) -> None:
    is_small = mix.whole < RELIABLE_N
    for _, grounds, marker, colour in FAMILIES:
        for y in grounds:
            part = mix.parts[y]
            ax.plot(
                [part.low, part.high], [y, y], color=colour, marker="", linewidth=1.6
            )
            ax.plot(
                [part.value],
                [y],
                linestyle="",
                marker=marker,
                markersize=6.5,
                color=colour,
                markerfacecolor="white" if is_small else colour,
                markeredgewidth=1.6,
                # Half a mark at the end of an axis would hide its shape.
                clip_on=False,
            )
            ink = "#222222" if part.count else GREY
            beside(ax, y, str(part.count), gap=6, fontsize=9.5, color=ink)


def _key(fig: Figure, mixes: Sequence[Mix], level: float, language: Language) -> None:
    from matplotlib.lines import Line2D

    def entry(label: str, marker: str, colour: str, filled: bool = True) -> Line2D:
        return Line2D(
            [],
            [],
            linestyle="-" if not marker else "",
            marker=marker,
            markersize=6.5,
            color=colour,
            markerfacecolor=colour if filled else "white",
            markeredgewidth=1.6,
            label=label,
        )

    handles = [
        entry(pick(language, *_family(code)), marker, colour)
        for code, _, marker, colour in FAMILIES
    ]
    together = pick(
        language,
        f"八项同时成立的{percent(level, 0)}区间",
        f"{percent(level, 0)} interval, all eight together",
    )
    handles.append(entry(together, "", GREY))
    if any(mix.whole < RELIABLE_N for mix in mixes):
        small = pick(
            language,
            f"不足{RELIABLE_N}件，不可靠",
            f"fewer than {RELIABLE_N} refusals: unreliable",
        )
        handles.append(entry(small, "o", BLUE, filled=False))
    fig.legend(handles=handles, loc="outside lower left", ncols=1)


def _family(code: str) -> tuple[str, str]:
    """A family of grounds by the name of its share."""
    entry = INDICATORS[code]
    return entry.chinese.removesuffix("占比"), entry.english


def _alt(mixes: Sequence[Mix], level: float, language: Language) -> str:
    sentences = []
    clear = 0
    for mix in mixes:
        top = max(mix.parts, key=lambda part: part.value)
        others = [part for part in mix.parts if part is not top]
        clear += all(part.high < top.low for part in others)
        shares = ", ".join(
            f"{ground(code, 'zh' if language == 'zh' else 'en')} "
            f"{percent(part.value, 0)} ({100 * part.low:.0f}–{100 * part.high:.0f}; "
            f"{part.count})"
            for code, part in zip(GROUNDS, mix.parts, strict=True)
        )
        sentences.append(
            told(
                language,
                f"{mix.name}，{mix.whole}件：{shares}。",
                f"{mix.name}, {mix.whole} refusals: {shares}. ",
            )
        )
    said = percent(level, 0)
    return told(
        language,
        f"不予公开的理由，附八项同时成立的{said}区间与件数。{len(mixes)}个构成中，"
        f"{clear}个的首要理由明显高于其余各项。",
        f"Grounds of refusal with counts and {said} intervals, of which all eight of a "
        f"mix hold together. In {clear} of {len(mixes)} mixes one ground lies clearly "
        "above all others. ",
    ) + "".join(sentences)
