"""What every figure stands on: paper, rows, title, notes, key, marks, description."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from typing import Any, ParamSpec

from govinfo.bilingual import counted
from govinfo.errors import NothingToDraw, meant, require_columns, require_once
from govinfo.figures.words import DIVIDED, Pair, Setting, cut, percent, title, wrapped
from govinfo.indicators import INDICATORS, VALUED
from govinfo.indicators.registry import in_words
from govinfo.later import Artist, Axes, Figure, Floats, np, pd
from govinfo.show import drawn, is_narrow, width

# Inches from the edge of a figure to the note under its title, and a line of it; how
# high that is in lines of the title.
NOTE_BELOW, NOTE_LINE, NOTE_IN_TITLE = 0.3, 0.2, 0.8

# Characters of a note and of an entry of the key that a phone has room for.
NOTE_ROOM, KEY_ROOM = 52, 42

# Indicators of one figure, beyond which they are the parts of one whole.
MOST_FORMULAS = 4

SIGNS = {" (": "（", ")": "）", ", ": "，", ": ": "：", "; ": "；", ". ": "。"}
"""Signs of an English description as a Chinese one prints them."""

Given = ParamSpec("Given")

INK, FAINT = "#222222", "#5a5a5a"


def figure(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """A function that draws in house style, whose help names every option."""
    found, own = drawn(draw), signature(draw)
    every = list(own.parameters.values())
    if every[-1].kind is Parameter.VAR_KEYWORD:
        of_all = signature(Setting.of).parameters.values()
        every[-1:] = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in of_all]
    found.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
    return found


def need_rows(
    data: Any, function: str, columns: Iterable[str], advice: str, instead: str = ""
) -> pd.DataFrame:
    """The rows of a comparison; refuses those without these columns, and none."""
    rows: pd.DataFrame = getattr(data, "rows", data)
    require_columns(rows, function, columns, advice)
    if rows.empty:
        raise NothingToDraw(
            f"{function} has nothing to draw: the table has no rows.{instead}"
        )
    return rows


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
    looks = {"xycoords": ("axes fraction", "data"), "va": "center"} | looks
    noted(ax, text, (end, y), (gap, 0), **looks)


def noted(
    ax: Axes, text: str, at: tuple[float, float], by: tuple[float, float], **looks: Any
) -> Any:
    """Write so many points from a place."""
    return ax.annotate(text, at, xytext=by, textcoords="offset points", **looks)


def finished(
    fig: Figure,
    words: Setting,
    heading: str,
    alt: Iterable[str],
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

    ``alt`` are the sentences that describe it. ``notes`` are said under the title and
    in the description, ``under`` under the title alone; the key has one column on a
    phone. What the indicators in ``codes`` divide by what travels with it, for the
    subtitle, or in its place what ``divided`` names.
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
    said = between.join([*alt, *(words.told(*note) for note in notes)])
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


# Inches: a row of figures, a line of a name, a heading, the space between agencies.
ROW, LINE, HEADING, GAP = 0.27, 0.185, 0.34, 0.1

# More rows than this are no figure that anybody reads, and too large for a page.
MOST = 40

# Characters of a label beside the marks of a phone.
NARROW = 21

# The columns of a value, in the order of its fields.
TYPES = {
    **dict.fromkeys(("report_id", "agency_id"), "str"),
    **dict.fromkeys(("report_year", "numerator", "denominator"), "Int64"),
    **dict.fromkeys(("value", "low", "high", "bound_low", "bound_high"), "Float64"),
    **dict.fromkeys(("state", "grade", "form"), "object"),
}


_FIELDS = tuple(TYPES)
NEEDED = (*_FIELDS[:3], "indicator", "applicant", *_FIELDS[3:8], "state")


@dataclass(frozen=True, slots=True)
class ReportValue:
    """An indicator of one report."""

    report_id: str
    agency: str
    year: int | None
    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    state: str
    grade: str | None
    form: str | None

    @property
    def has_value(self) -> bool:
        """Whether there is something to draw."""
        return self.state in VALUED and self.value is not None

    @property
    def blank(self) -> ReportValue:
        """The same report without a number."""
        return replace(self, numerator=None, value=None, state="blank_input")

    @property
    def time(self) -> str:
        """The year reported on, as a label."""
        return "–" if self.year is None else str(self.year)

    @property
    def of(self) -> str:
        """How many of how many; a dash where that is not known."""
        if self.numerator is None or self.denominator is None:
            return "–"
        return f"{self.numerator:,}/{self.denominator:,}"


def values_of(rows: pd.DataFrame) -> list[ReportValue]:
    """The rows of a table, missing things as None."""
    table = rows.reindex(columns=list(TYPES)).astype(TYPES)
    records = table.astype(object)
    records = records.where(records.notna(), None)
    return [ReportValue(*row) for row in records.itertuples(index=False)]


def rows_of(
    data: pd.DataFrame, indicator: str, applicant: str, function: str
) -> list[ReportValue]:
    """The values of an indicator, one per report, in the order of the table.

    Raises
    ------
    MissingColumns
        If ``data`` is not a table of indicators.
    ValueError
        If no report has this indicator for these applicants, or one has it twice.
    """
    require_columns(data, function, NEEDED, "Pass a table of indicators.")
    chosen = data[(data["indicator"] == indicator) & (data["applicant"] == applicant)]
    if chosen.empty:
        known = ", ".join(sorted(map(str, data["indicator"].unique()))[:5])
        raise ValueError(
            f"{function} found no row with the indicator {indicator!r} for the "
            f"applicants {applicant!r}. The table has {len(data)} rows"
            + (f", with indicators such as {known}." if known else ".")
            + meant(indicator, set(data["indicator"]))
        )
    advice = "Pass one row per report, and give every report an id of its own."
    require_once(chosen, function, ["indicator", "report_id"], advice)
    return values_of(chosen)


def bare(ax: Axes, height: float) -> None:
    """Set axes to inches from the top, without grid and ticks between the rows."""
    ax.set_ylim(height, 0)
    ax.grid(visible=False, axis="y")
    # A mark at the end of the axis does not touch the name of its row.
    ax.tick_params(axis="y", length=0, pad=8)
    ax.spines["left"].set_visible(False)


def labelled(
    words: Setting, labels: Iterable[str], groups: Iterable[str], below: float
) -> tuple[Figure, Axes, Floats]:
    """A figure of labelled rows, and the height of each row in it.

    Rows of one group, where it has a name, stand under it.
    """
    places: list[float] = []
    headings: list[tuple[float, str]] = []
    y, last, names = 0.0, "", list(labels)
    if is_narrow():
        # A long label would leave no room for the marks, or be cut off.
        lines = (name.split("\n") for name in names)
        names = ["\n".join(textwrap.fill(part, NARROW) for part in of) for of in lines]
    for name, group in zip(names, groups, strict=True):
        if group != last:
            y += GAP if places else 0
            headings.append((y + HEADING / 2, group))
            y, last = y + HEADING, group
        height = max(ROW, LINE * (name.count("\n") + 1) + GAP)
        places.append(y + height / 2)
        y += height
    fig, (ax,) = sheet(words, y + GAP + below)
    bare(ax, y + GAP)
    as_percent(ax.xaxis)
    ax.set_yticks(places, names)
    for place, text in headings:
        beside(ax, place, text, -6, 0, ha="right", color=FAINT)
    return fig, ax, np.array(places)


@dataclass(frozen=True)
class Layout:
    """Where each report stands in a figure, in inches from the top.

    ``rows`` are the reports from top to bottom, ``parts`` what each has of every part;
    of ``total`` reports those with most cases have room.
    """

    words: Setting
    rows: list[ReportValue]
    parts: dict[str, list[ReportValue]]
    y_of: dict[str, float]
    names: list[tuple[float, str, str]]
    edges: list[float]
    height: float
    total: int

    @classmethod
    def of(
        cls,
        data: pd.DataFrame,
        function: str,
        parts: Sequence[tuple[str, str]],
        words: Setting,
    ) -> Layout:
        """Reports by kind and agency, each with its values of some indicators.

        Raises
        ------
        MissingColumns
            If ``data`` is not a table of indicators.
        NothingToDraw
            If no report has a value of the first.
        """
        every, *others = (rows_of(data, *part, function) for part in parts)
        if not any(row.has_value for row in every):
            states = ", ".join(sorted({row.state for row in every}))
            raise NothingToDraw(
                f"{function} has nothing to draw: none of "
                f"{counted(len(every), 'report')} has a value of {parts[0][0]!r} "
                f"(states: {states}). Choose another indicator, or look at the cells "
                "it is made of."
            )
        by_id = [{row.report_id: row for row in rows} for rows in others]
        kept = sorted(every, key=lambda r: (-(r.denominator or 0), r.report_id))[:MOST]
        kept.sort(key=lambda r: (words.place(r.agency), r.year or 0, r.report_id))
        of_report = {
            row.report_id: [row, *(own.get(row.report_id, row.blank) for own in by_id)]
            for row in kept
        }
        y = 0.0
        y_of: dict[str, float] = {}
        labels: list[tuple[float, str, str]] = []
        headings: list[tuple[float, str, str]] = []
        edges: list[float] = []
        kind = None
        for agency in dict.fromkeys(row.agency for row in kept):
            its = words.kind.get(agency, "")
            if y:
                edges.append(y)
            if its and its != kind:
                headings.append((y + HEADING / 2, words.group(its), FAINT))
                y += HEADING
            kind = its
            mine = [row for row in kept if row.agency == agency]
            label = words.label(agency)
            needs = LINE * (label.count("\n") + 1)
            if is_narrow():
                # Names stand over their rows, which then have the whole width.
                height = needs + ROW * len(mine) + GAP
                first, middle = y + needs + ROW / 2 + 0.04, y + needs / 2 + 0.04
            else:
                height = max(ROW * len(mine), needs) + GAP
                first = y + (height - ROW * len(mine)) / 2 + ROW / 2
                middle = y + height / 2
            labels.append((middle, label, INK))
            y_of |= {row.report_id: first + n * ROW for n, row in enumerate(mine)}
            y += height
        names = labels + headings
        return cls(words, kept, of_report, y_of, names, edges, y, len(every))

    @property
    def cut(self) -> Pair:
        """How many reports those are for which there was no room."""
        return cut("reports", len(self.rows), self.total)

    def __iter__(self) -> Iterator[tuple[ReportValue, list[ReportValue], float]]:
        """Each report, what it has of every part, and where it stands."""
        for row in self.rows:
            yield row, self.parts[row.report_id], self.y_of[row.report_id]

    def figure(self, below: float = 1.5) -> tuple[Any, Any]:
        """A figure high enough for the rows, with axes whose unit is the inch."""
        fig, (ax,) = sheet(self.words, self.height + below)
        bare(ax, self.height)
        ax.set_yticks([y for *_, y in self], [row.time for row in self.rows])
        gap, side = (-34, "left") if is_narrow() else (-46, "right")
        for y, name, colour in self.names:
            beside(ax, y, name, gap, 0, color=colour, ha=side, linespacing=1.25)
        for edge in self.edges:
            ax.axhline(edge, color="#e4e4e4", linewidth=0.8, zorder=0)
        return fig, ax

    def head(self, row: ReportValue) -> str:
        """A report in a sentence."""
        return f"{self.words.short(row.agency)} {row.time}"
