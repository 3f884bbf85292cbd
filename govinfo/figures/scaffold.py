"""What every figure stands on: paper, title, notes, key, marks and description."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govinfo.errors import NothingToDraw, require_columns
from govinfo.figures.words import DIVIDED, Pair, Setting, percent, title, wrapped
from govinfo.indicators import INDICATORS
from govinfo.indicators.registry import in_words
from govinfo.show import is_narrow, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Inches from the edge of a figure to the note under its title, and a line of it; how
# high that is in lines of the title.
NOTE_BELOW, NOTE_LINE, NOTE_IN_TITLE = 0.3, 0.2, 0.8

# Characters of a note and of an entry of the key that a phone has room for.
NOTE_ROOM, KEY_ROOM = 52, 42

# Indicators of one figure, beyond which they are the parts of one whole.
MOST_FORMULAS = 4

SIGNS = {" (": "（", ")": "）", ", ": "，", ": ": "：", "; ": "；", ". ": "。"}
"""Signs of an English description as a Chinese one prints them."""

INK, FAINT = "#222222", "#5a5a5a"


def need_rows(
    data: pd.DataFrame,
    function: str,
    columns: Iterable[str],
    advice: str,
    instead: str = "",
) -> None:
    """Refuse a table without these columns or without rows, in a function's name."""
    require_columns(data, function, columns, advice)
    if data.empty:
        raise NothingToDraw(
            f"{function} has nothing to draw: the table has no rows.{instead}"
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """How a point or a line looks, in the figure and in its key."""

    colour: str
    marker: str = ""
    line: str = ""
    is_filled: bool = True
    size: float = 7
    edge: float = 1.6

    @property
    def looks(self) -> dict[str, Any]:
        """The same as matplotlib says it."""
        return {
            "color": self.colour,
            "marker": self.marker,
            "linestyle": self.line,
            "markersize": self.size,
            "markerfacecolor": self.colour if self.is_filled else "white",
            "markeredgewidth": self.edge,
        }

    def at(self, ax: Axes, x: Any, y: Any) -> None:
        """Draw it, whole even at the end of an axis, where half would be cut off."""
        ax.plot(x, y, clip_on=False, **self.looks)

    def entry(self, label: str) -> Artist:
        """Its entry in a key."""
        from matplotlib.lines import Line2D

        return Line2D([], [], label=label, **self.looks)


def sheet(
    words: Setting, height: float, rows: int = 1, columns: int = 1, **options: Any
) -> Any:
    """A figure as wide as the page, or in given axes, and its axes in reading order."""
    from matplotlib.figure import Figure

    fig: Any
    if words.ax is None:
        fig = Figure(figsize=(width(), height))
    elif (place := words.ax.get_subplotspec()) is None:
        raise ValueError(
            "The axes given as ax= are at a place of their own. Pass axes that "
            "subplots() made, so that title and key find room beside the others."
        )
    else:
        fig = words.ax.figure.add_subfigure(place)
        words.ax.remove()
    return fig, list(fig.subplots(rows, columns, squeeze=False, **options).flat)


def line(ax: Axes, x: Any, y: Any, colour: str, thick: float = 1.6) -> None:
    """Draw a line without marks, such as an interval."""
    ax.plot(x, y, color=colour, marker="", linewidth=thick)


def records(data: pd.DataFrame) -> list[Any]:
    """The rows of a table, each with its columns as attributes; no year is a dash."""
    if "report_year" in data:
        years = data["report_year"].astype(object)
        data = data.assign(report_year=years.where(years.notna(), "–"))
    return list(data.itertuples())


def as_percent(axis: Any) -> None:
    """Print the ticks of an axis as percentages."""
    axis.set_major_formatter(lambda value, _: percent(value, 0))


def as_counts(axis: Any) -> None:
    """Print the ticks of an axis with separators of thousands."""
    axis.set_major_formatter(lambda value, _: f"{value:,.9g}".replace("-", "−"))


def beside(
    ax: Axes, y: float, text: str, gap: float = 8, end: int = 1, **looks: Any
) -> None:
    """Write at an end of a row: outside of the axes, or inside at its beginning."""
    ax.annotate(
        text,
        (end, y),
        xycoords=("axes fraction", "data"),
        xytext=(gap, 0),
        textcoords="offset points",
        va="center",
        **looks,
    )


def finished(
    fig: Figure,
    words: Setting,
    heading: str,
    alt: str,
    *,
    notes: Iterable[Pair] = (),
    under: Sequence[str] = (),
    key: Sequence[Artist] = (),
    columns: int = 1,
    codes: Sequence[str] = (),
    divided: str = "",
    **looks: Any,
) -> Figure:
    """A figure with title, notes and key; its description travels as its label.

    ``notes`` are said under the title and in the description, ``under`` under the title
    alone; the key has one column on a phone. What the indicators in ``codes`` divide by
    what travels with it, for the subtitle, or in its place what ``divided`` names.
    """
    of = words.told(*DIVIDED.get(divided, ("", ""))) or _divided(words, codes, heading)
    fig.divided = of  # type: ignore[attr-defined]
    notes = list(notes)
    _head(fig, heading, [*(words.pick(*note, "\n") for note in notes), *under])
    for entry in key:
        entry.set_label(_narrow(str(entry.get_label()), KEY_ROOM))
    if key:
        n_columns = 1 if is_narrow() else columns
        fig.legend(
            handles=list(key), loc="outside lower left", ncols=n_columns, **looks
        )
    between = "" if words.language == "zh" else " "
    said = between.join([alt, *(words.told(*note) for note in notes)])
    if words.language == "zh":
        for sign, as_printed in SIGNS.items():
            said = said.replace(sign, as_printed)
    fig.set_label(" ".join(said.split()))
    return fig


def _divided(words: Setting, codes: Sequence[str], heading: str) -> str:
    """What is divided by what; of the parts of a whole, by what each of them is."""
    entries = [INDICATORS[code] for code in codes]
    if len(entries) > MOST_FORMULAS:
        return words.told(*in_words(f"each / {entries[0].denominator}")[::-1])
    said = [words.told(*entry.divided[::-1]) for entry in entries]
    names = [words.told(*title(code)) for code in codes]
    if names == [heading]:
        return said[0]
    colon = words.told("：", ": ")
    return words.listed(map(colon.join, zip(names, said, strict=True)))


def _head(fig: Figure, text: str, notes: Iterable[str]) -> None:
    """Set a title at the left edge, and smaller notes under it."""
    from matplotlib.transforms import ScaledTranslation

    lines = [line for note in notes for line in note.split("\n") if line.strip()]
    note = "\n".join(_narrow(line, NOTE_ROOM) for line in lines)
    # Empty lines of the title keep the room that the note is set into.
    high = (note.count("\n") + 1) * NOTE_IN_TITLE
    room = "\n " * math.ceil(high) if note else ""
    if not (text or note):
        return
    fig.suptitle(f"{text}{room}", x=0.01, ha="left", fontsize=12, linespacing=1.35)
    if note:
        if (whole := fig.figure) is fig:
            whole.set_figheight(
                fig.get_figheight() + NOTE_LINE * (note.count("\n") + 1)
            )
        below = ScaledTranslation(0, -NOTE_BELOW if text else 0, fig.dpi_scale_trans)
        fig.text(
            0.01,
            1,
            note,
            transform=fig.transSubfigure + below,
            va="top",
            fontsize=9.5,
            color=FAINT,
            linespacing=1.35,
        )


def _narrow(text: str, room: int) -> str:
    """A text over as many lines as a phone needs."""
    return "\n".join(wrapped(text, room)) if is_narrow() else text
