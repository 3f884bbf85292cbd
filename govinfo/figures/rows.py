"""Reports as rows of a figure: chosen, grouped by agency and level, and labelled."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govinfo.checks.results import need_columns
from govinfo.figures.words import Language, Names, percent
from govinfo.indicators import VALUED
from govinfo.show import is_narrow, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDED = (
    "report_id",
    "agency_id",
    "report_year",
    "indicator",
    "applicant",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "state",
)

# Inches: a row of figures, a line of a name, a heading, the space between agencies.
ROW, LINE, HEADING, GAP = 0.27, 0.185, 0.34, 0.1

# Inches from the edge of a figure to the note under its title, and a line of it.
NOTE_BELOW, NOTE_LINE = 0.3, 0.2

# More rows than this are no figure that anybody reads, and too large for a page.
MOST = 40


def need_rows(data: pd.DataFrame, function: str) -> None:
    """Refuse a table without rows, in the name of the function that was to draw it."""
    if data.empty:
        message = f"{function} has nothing to draw: the table has no rows."
        raise ValueError(message)


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
    state: str
    grade: str = ""
    form: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def has_value(self) -> bool:
        """Whether there is something to draw."""
        return self.state in VALUED and self.value is not None

    @property
    def time(self) -> str:
        """The year reported on, as a label."""
        return "–" if self.year is None else str(self.year)


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
    need_columns(data, function, NEEDED, "a table of indicators")
    chosen = data[(data["indicator"] == indicator) & (data["applicant"] == applicant)]
    if chosen.empty:
        known = ", ".join(sorted(map(str, data["indicator"].unique()))[:5])
        message = (
            f"{function} found no row with the indicator {indicator!r} for the "
            f"applicants {applicant!r}. The table has {len(data)} rows"
            + (f", with indicators such as {known}." if known else ".")
        )
        raise ValueError(message)
    twice = chosen[chosen["report_id"].duplicated()]
    if len(twice):
        message = (
            f"{function} was given {indicator!r} of {twice['report_id'].iloc[0]!r} "
            "twice. Expected one row per report, so that none counts double; pass each "
            "report once, and give every report an id of its own."
        )
        raise ValueError(message)
    optional = ("grade", "form", "bound_low", "bound_high")
    graded = [name for name in optional if name in chosen.columns]
    records = chosen[[*NEEDED, *graded]].astype(object)
    records = records.where(records.notna(), None)
    return [
        ReportValue(
            report_id=str(r["report_id"]),
            agency=str(r["agency_id"]),
            year=_whole(r["report_year"]),
            numerator=_whole(r["numerator"]),
            denominator=_whole(r["denominator"]),
            value=_real(r["value"]),
            low=_real(r["low"]),
            high=_real(r["high"]),
            state=str(r["state"]),
            grade=str(r.get("grade") or ""),
            form=str(r.get("form") or ""),
            least=_real(r.get("bound_low")),
            most=_real(r.get("bound_high")),
        )
        for r in records.to_dict("records")
    ]


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


def drawable(
    rows: list[ReportValue], function: str, indicator: str
) -> list[ReportValue]:
    """Refuse rows of which none has a value."""
    if not any(row.has_value for row in rows):
        states = ", ".join(sorted({row.state for row in rows}))
        message = (
            f"{function} has nothing to draw: none of {len(rows)} reports has a value "
            f"of {indicator!r} (states: {states}). Choose another indicator, or look "
            "at the cells it is made of."
        )
        raise ValueError(message)
    return rows


def bare(axes: Iterable[Axes], height: float) -> None:
    """Set axes to inches from the top, without grid and ticks between the rows."""
    for ax in axes:
        ax.set_ylim(height, 0)
        ax.grid(visible=False, axis="y")
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)


def beside(ax: Axes, y: float, text: str, gap: float = 8, **looks: Any) -> None:
    """Write at the right end of a row, outside of the axes."""
    ax.annotate(
        text,
        (1, y),
        xycoords=("axes fraction", "data"),
        xytext=(gap, 0),
        textcoords="offset points",
        va="center",
        **looks,
    )


@dataclass(frozen=True)
class Groups:
    """Rows under headings, in inches from the top."""

    places: tuple[float, ...]
    headings: tuple[tuple[float, str], ...]
    height: float

    @classmethod
    def of(cls, data: pd.DataFrame, by: str) -> Groups:
        """A heading for each value of a column, over its rows."""
        places: list[float] = []
        headings: list[tuple[float, str]] = []
        y = 0.0
        for group, own in data.groupby(by, sort=False):
            headings.append((y + HEADING / 2, str(group)))
            y += HEADING
            places += [y + ROW * (n + 0.5) for n in range(len(own))]
            y += ROW * len(own) + GAP
        return cls(tuple(places), tuple(headings), y)

    def figure(
        self, labels: Iterable[str], words: Callable[[str], str], below: float
    ) -> tuple[Figure, Axes]:
        """A figure of labelled rows under headings, each heading in its words."""
        from matplotlib.figure import Figure

        fig = Figure(figsize=(width(), self.height + below))
        ax = fig.subplots()
        bare([ax], self.height)
        ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
        ax.set_yticks(self.places, list(labels))
        for place, heading in self.headings:
            ax.annotate(
                words(heading),
                (0, place),
                xycoords=("axes fraction", "data"),
                xytext=(-6, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                color="#5a5a5a",
            )
        return fig, ax


@dataclass(frozen=True)
class Layout:
    """Where each report stands in a figure, in inches from the top.

    ``ids`` are the reports from top to bottom; ``left_out`` counts those for which
    there was no room.
    """

    names: Names
    ids: tuple[str, ...]
    y_of: dict[str, float]
    times: tuple[str, ...]
    labels: tuple[tuple[float, str], ...]
    headings: tuple[tuple[float, str], ...]
    edges: tuple[float, ...]
    height: float
    left_out: int

    @classmethod
    def of(
        cls,
        rows: Iterable[ReportValue],
        agencies: pd.DataFrame | None,
        language: Language,
    ) -> Layout:
        """Group rows by level and agency; of too many, those with most cases stay."""
        every = list(rows)
        names = Names.of(agencies, language)
        kept = sorted(every, key=lambda r: (-(r.denominator or 0), r.report_id))[:MOST]
        kept.sort(key=lambda r: (names.place(r.agency), r.year or 0, r.report_id))
        y = 0.0
        y_of: dict[str, float] = {}
        labels: list[tuple[float, str]] = []
        headings: list[tuple[float, str]] = []
        edges: list[float] = []
        level = None
        for agency in dict.fromkeys(row.agency for row in kept):
            its = names.level.get(agency, "")
            if y:
                edges.append(y)
            if its and its != level:
                headings.append((y + HEADING / 2, names.group(its)))
                y += HEADING
            level = its
            mine = [row for row in kept if row.agency == agency]
            label = names.label(agency)
            needs = LINE * (label.count("\n") + 1)
            if is_narrow():
                # Names stand over their rows, which then have the whole width.
                height, first = (
                    needs + ROW * len(mine) + GAP,
                    y + needs + ROW / 2 + 0.04,
                )
                labels.append((y + needs / 2 + 0.04, label))
            else:
                height = max(ROW * len(mine), needs) + GAP
                first = y + (height - ROW * len(mine)) / 2 + ROW / 2
                labels.append((y + height / 2, label))
            for n, row in enumerate(mine):
                y_of[row.report_id] = first + n * ROW
            y += height
        return cls(
            names=names,
            ids=tuple(row.report_id for row in kept),
            y_of=y_of,
            times=tuple(row.time for row in kept),
            labels=tuple(labels),
            headings=tuple(headings),
            edges=tuple(edges),
            height=y,
            left_out=len(every) - len(kept),
        )

    def figure(self, panels: int = 1, below: float = 1.5, **options: Any) -> Any:
        """A figure high enough for the rows, with axes whose unit is the inch."""
        from matplotlib.figure import Figure

        fig = Figure(figsize=(width(), self.height + below))
        axes = fig.subplots(1, panels, sharey=True, squeeze=False, **options)[0]
        bare(axes, self.height)
        axes[0].set_yticks([self.y_of[i] for i in self.ids], self.times)
        for y, label in (*self.labels, *self.headings):
            is_heading = (y, label) in self.headings
            axes[0].annotate(
                label,
                (0, y),
                xycoords=("axes fraction", "data"),
                xytext=(-34 if is_narrow() else -46, 0),
                textcoords="offset points",
                ha="left" if is_narrow() else "right",
                va="center",
                linespacing=1.25,
                color="#5a5a5a" if is_heading else "#222222",
            )
        for ax in axes:
            for edge in self.edges:
                ax.axhline(edge, color="#e4e4e4", linewidth=0.8, zorder=0)
        return fig, axes


def headed(fig: Figure, text: str, note: str = "") -> None:
    """Set a figure's title at its left edge, and a smaller note under it."""
    from matplotlib.transforms import ScaledTranslation

    note = note.strip()
    # Empty lines of the title keep the room that the note is set into.
    note = "\n".join(_wrapped(line) for line in note.split("\n"))
    room = "\n " * (note.count("\n") + 1) if note else ""
    fig.suptitle(f"{text}{room}", x=0.01, ha="left", fontsize=12, linespacing=1.35)
    if note:
        fig.set_figheight(fig.get_figheight() + NOTE_LINE * (note.count("\n") + 1))
        below = ScaledTranslation(0, -NOTE_BELOW if text else 0, fig.dpi_scale_trans)
        fig.text(
            0.01,
            1,
            note,
            transform=fig.transFigure + below,
            va="top",
            fontsize=9.5,
            color="#5a5a5a",
            linespacing=1.35,
        )


def _wrapped(line: str) -> str:
    """A line of a note over as many lines as a phone needs."""
    room = 52 if line.isascii() else 27
    parts = [line[n : n + room] for n in range(0, len(line), room)]
    if not is_narrow() or len(parts) < 2:
        return line
    return "\n".join(textwrap.wrap(line, room)) if line.isascii() else "\n".join(parts)


def described(fig: Figure, alt: str) -> Figure:
    """A figure with its description, which travels with it as its label."""
    fig.set_label(" ".join(alt.split()))
    return fig
