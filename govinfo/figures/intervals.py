"""The grounds of refusal of each report, with intervals that hold together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple

from govinfo.bilingual import counted
from govinfo.compare.tables import COUNTS, GROUND_SHARES
from govinfo.figures.scaffold import (
    FAINT,
    INK,
    Mark,
    as_percent,
    beside,
    finished,
    line,
    need_rows,
    records,
    sheet,
)
from govinfo.figures.words import Pair, Setting, cut, ground, percent, wrapped
from govinfo.indicators import GROUNDS, INDICATORS, RELIABLE_N
from govinfo.show import BLUE, GREY, RED, drawn, is_narrow

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from govinfo.figures.words import Language

NEEDED = (
    *("agency_id", "report_year", "indicator", *COUNTS),
    *("value", "mix_low", "mix_high", "mix_level"),
)

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


@drawn
def exemption_intervals(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
    ax: Axes | None = None,
) -> Figure:
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
    need_rows(data, "exemption_intervals", NEEDED, advice, choose)
    words = Setting.of(language, ax, agencies)
    every = _mixes_of(data, words)
    kept = sorted(range(len(every)), key=lambda n: (-every[n].whole, n))[:MOST]
    mixes = [every[n] for n in sorted(kept)]
    level = percent(float(data["mix_level"].iloc[0]), 0)
    shown = cut(
        len(mixes),
        len(every),
        "个构成中不予公开件数最多的{}个",
        "mixes with most refusals",
    )
    columns = 1 if is_narrow() else min(COLUMNS, len(mixes))
    lines = -(-len(mixes) // columns)
    labels = [
        f"{n}  {words.pick(*ground(c), chr(10))}" for n, c in enumerate(GROUNDS, 1)
    ]
    over = [mix.over(NARROW if is_narrow() else FITS[columns], words) for mix in mixes]
    per_row = LINE * (1 + max(label.count("\n") for label in labels)) + 0.06
    titles = max(title.count("\n") + 1 for title in over)
    height = len(GROUNDS) * per_row + AROUND + LINE * titles
    fig, axes = sheet(
        words, lines * height + KEY, lines, columns, sharex=True, sharey=True
    )
    for ax in axes[len(mixes) :]:
        ax.set_visible(False)
    most = max(part.mix_high for mix in mixes for part in mix.parts)
    # Half a mark of room, so that a share of 0 does not touch the name.
    end = 1 if most > 0.5 else 1.05 * most
    for n, (ax, mix) in enumerate(zip(axes, mixes, strict=False)):
        _draw(ax, mix)
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
    together = f"八项同时成立的{level}区间", f"{level} interval, all eight together"
    key = [mark.entry(words.pick(*_family(code))) for code, _, mark in FAMILIES]
    key.append(Mark(GREY, line="-").entry(words.pick(*together)))
    if any(mix.whole < RELIABLE_N for mix in mixes):
        n = RELIABLE_N
        small = words.pick(f"不足{n}件，不可靠", f"fewer than {n} refusals: unreliable")
        key.append(Mark(BLUE, "o", is_filled=False, size=6.5).entry(small))
    heading = words.pick(
        "不予公开的理由：占比与件数", "Grounds of refusal: share and count"
    )
    alt = _alt(mixes, level, words)
    codes = list(GROUND_SHARES)
    return finished(fig, words, heading, alt, notes=[shown], key=key, codes=codes)


def _draw(ax: Axes, mix: Mix) -> None:
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


def _alt(mixes: Sequence[Mix], level: str, words: Setting) -> str:
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
        sentences.append(
            words.told(
                f"{name}，{mix.whole:,}件：{shares}。",
                f"{name}, {counted(mix.whole, 'refusal')}: {shares}. ",
            )
        )
    return words.told(
        f"不予公开的理由，附八项同时成立的{level}区间与件数。{len(mixes)}个构成中，"
        f"{clear}个的首要理由明显高于其余各项。",
        f"Grounds of refusal with counts and {level} intervals, of which all eight of "
        f"a mix hold together. In {clear} of {counted(len(mixes), 'mix', 'mixes')} one "
        "ground lies clearly above all others. ",
    ) + "".join(sentences)
