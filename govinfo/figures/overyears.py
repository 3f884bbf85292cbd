"""Rates and counts over the years, interrupted where they cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, Unpack

from govinfo.checks.structure import KEY
from govinfo.errors import NothingToDraw, require_columns, require_once
from govinfo.figures.rates import MARKS, draw_mark, mark_entries
from govinfo.figures.scaffold import (
    FAINT,
    Mark,
    ReportValue,
    as_counts,
    as_percent,
    figure,
    finished,
    line,
    noted,
    rows_of,
    sheet,
    values_of,
)
from govinfo.figures.words import (
    GROUPS,
    UNITS,
    WHOLE,
    Options,
    Pair,
    Setting,
    cut,
    number,
    wrapped,
)
from govinfo.forms import FORMS, form_rows
from govinfo.harmonise import BREAKS, Break, parting
from govinfo.indicators import INDICATORS
from govinfo.indicators.registry import Term, parse
from govinfo.later import Axes, Figure, pd
from govinfo.show import BLUE, GREY, is_narrow

# Two panels side by side, high enough to tell five points of a percentage apart.
COLUMNS, PANEL_HEIGHT = 2, 2.3

# Characters of a title over half the page; a Chinese one is as wide as two others.
TITLE_WIDTH = 44

# More panels than this are no figure that anybody reads.
MOST_PANELS = 24

# Circled numbers name the breaks in the panels; the key says what they are.
CIRCLED = "①②③④⑤⑥⑦⑧⑨"

# Columns of a harmonised table.
NEEDED = ("report_id", "agency_id", "report_year", *KEY, "value", "state", "grade")

# A row of the form with the same columns as a group of it.
_ALIKE = {"litigation": "litigation_direct"}
_RESULT = "granted"
# Where a row stands in the form: 一、 or （三） or 2.
_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+\.)"
)

# The columns of a table of mergers.
_MERGERS = ["agency_id", "first_year", "code"]
# The column that a row without any other has, in each table.
_TOTAL = "total"


@dataclass(frozen=True)
class YearMark:
    """A line that a series is not joined across, of one agency or of all."""

    year: int
    agency: str
    names: Pair


@dataclass(frozen=True)
class Panel:
    """A series of one agency: what it is, its values, and what parts them."""

    agency: str
    names: Pair
    unit: str
    rows: tuple[ReportValue, ...]
    breaks: tuple[Break, ...]

    @property
    def size(self) -> float:
        """Cases that the series rests on; of a count, what it counts."""
        return sum(row.denominator or row.value or 0 for row in self.rows)

    @cached_property
    def changes(self) -> list[tuple[int, Break]]:
        """What parts the series and from which year, a form from its own reports."""
        found = []
        for change in self.breaks:
            if not change.form or not all(row.form for row in self.rows):
                found.append((change.first_year, change))
                continue
            for before, after in pairwise(self.rows):
                forms = {before.form, after.form}
                if len(forms) > 1 and change.form in forms:
                    found.append((after.year or 0, change))
        return found

    def is_parted_by(self, mark: YearMark) -> bool:
        """Whether a mark stands in this panel."""
        if mark.agency:
            return mark.agency == self.agency
        return any(year == mark.year for year, _ in self.changes)


@figure
def series(
    data: pd.DataFrame,
    indicators: str | Sequence[str],
    *,
    mergers: pd.DataFrame | None = None,
    **options: Unpack[Options],
) -> Figure:
    """
    Small multiples over the years, one for each agency and indicator.

    Years are joined only where they follow each other, nothing that the indicator is
    made of changed between them, and both fit equally well; a dotted line with a number
    marks each change.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.indicators.indicators`. Agencies with a single year are
        left out. With a column ``grade``, from
        :func:`govinfo.harmonise.grade_indicators`, approximate values are triangles.
    indicators : str or sequence of str
        Codes of indicators, of the same unit if there are several.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    mergers : DataFrame, optional
        Years in which an agency became another one: ``agency_id``, ``first_year`` and
        ``code``, one row per merger.
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
    ValueError
        If no agency has values for two years, or the units differ.
    """
    codes = [indicators] if isinstance(indicators, str) else list(indicators)
    words = Setting.of(**options)
    found = [(code, rows_of(data, code, "total", "series")) for code in codes]
    units = {code: INDICATORS[code].unit for code in codes}
    if len(set(units.values())) > 1:
        said = ", ".join(f"{code} in {unit}" for code, unit in units.items())
        raise ValueError(
            f"series draws one scale for all panels, but was given {said}. Draw "
            "indicators of one unit at a time."
        )
    panels = []
    for code, rows in found:
        entry = INDICATORS[code]
        names = entry.chinese, entry.english
        panels += _panels(rows, names, entry.unit, tuple(parting(code)), words)
    _need_panels(panels, "series", codes, "or compare agencies with rates()")
    return _small_multiples(panels, words, mergers, codes)


@figure
def counts(
    data: pd.DataFrame,
    cells: str | Sequence[str],
    *,
    mergers: pd.DataFrame | None = None,
    **options: Unpack[Options],
) -> Figure:
    """
    Small multiples of counts over the years, one for each agency and statutory cell.

    Values that the form of their year counts otherwise are triangles, never joined to
    the others; a dotted line marks each change of law or form. Each panel has a scale
    of its own, which begins at 0.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.harmonise.harmonise`, or from
        :func:`govinfo.harmonise.harmonise_old`, or both together.
    cells : str or sequence of str
        Cells as ``table:row@column``, such as ``"proactive:normative_document@issued"``
        or ``"requests:received@total"``; without a column, the total.
    agencies : DataFrame, optional
        Names and levels, from :func:`govinfo.agencies.read_agencies`.
    mergers : DataFrame, optional
        Years in which an agency became another one: ``agency_id``, ``first_year`` and
        ``code``, one row per merger.
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
    ValueError
        If no agency has values for two years.
    """
    require_columns(data, "counts", NEEDED, "Pass a harmonised table.")
    named = [cells] if isinstance(cells, str) else list(cells)
    words = Setting.of(**options)
    panels = []
    for name in named:
        (term,) = parse(name)
        names, unit = _cell_names(term)
        parted = tuple(b for b in BREAKS if b.parts(term.table, term.row))
        panels += _panels(_counted(data, term), names, unit, parted, words)
    _need_panels(panels, "counts", named, "and name cells as table:row@column")
    return _small_multiples(panels, words, mergers)


def _need_panels(
    panels: list[Panel], function: str, what: list[str], advice: str
) -> None:
    if not panels:
        raise NothingToDraw(
            f"{function} has nothing to draw: no agency has values of {what} for two "
            f"years. Pass reports of several years, {advice}."
        )


def _counted(data: pd.DataFrame, term: Term) -> list[ReportValue]:
    """The values of a statutory cell, one per report."""
    chosen = data[
        (data["table"] == term.table)
        & (data["row_code"] == term.row)
        & (data["column_code"] == (term.column or _TOTAL))
    ]
    advice = "Pass each cell once, and give every report an id of its own."
    require_once(chosen, "counts", ["report_id", "row_code"], advice)
    known = {"reported": "computed", "corrected": "computed"}
    return values_of(chosen.assign(state=chosen["state"].map(known).fillna("")))


def _cell_names(term: Term) -> tuple[Pair, str]:
    """A cell's name in both languages and its unit, from the newest form with it."""
    own, wanted = GROUPS.get(term.row), term.column or _TOTAL
    code = _ALIKE.get(term.row, _RESULT) if own else term.row
    for form in reversed(FORMS):
        for row in form_rows(term.table, form):
            for column in row.columns:
                if (row.code, column.code) != (code, wanted):
                    continue
                chinese, english = own or (_NUMBER.sub("", row.leaf), row.english)
                if wanted != _TOTAL:
                    chinese = f"{chinese}：{column.leaf}"
                    english = f"{english}: {column.english}"
                # Units of cells name one thing, those of figures several.
                unit = f"{column.unit}s" if f"{column.unit}s" in WHOLE else column.unit
                return (chinese, english), unit if unit in UNITS else "yuan"
    return own or (term.row, term.row), "requests"


def _panels(
    rows: Sequence[ReportValue],
    names: Pair,
    unit: str,
    breaks: tuple[Break, ...],
    words: Setting,
) -> list[Panel]:
    """A panel for each agency that has values of two years, these in order."""
    found: dict[str, list[ReportValue]] = {}
    for row in sorted(rows, key=lambda row: (row.year or 0, row.report_id)):
        if row.has_value and row.year is not None:
            found.setdefault(row.agency, []).append(row)
    return [
        Panel(agency, names, unit, tuple(found[agency]), breaks)
        for agency in sorted(found, key=words.place)
        if len({row.year for row in found[agency]}) > 1
    ]


def _marks_of(
    panels: Sequence[Panel], years: list[int], mergers: pd.DataFrame | None
) -> list[YearMark]:
    """Lines within the figure across which some series is not joined."""
    found = {
        (year, "" if year == change.first_year else panel.agency, BREAKS.index(change))
        for panel in panels
        for year, change in panel.changes
    }
    marks = []
    for (year, agency), its in groupby(sorted(found), key=lambda change: change[:2]):
        changes = [BREAKS[n] for *_, n in its]
        chinese = "，".join(change.chinese for change in changes)
        english = ", ".join(change.english for change in changes)
        marks.append(YearMark(year, agency, (chinese, english)))
    if mergers is not None:
        advice = "Pass as mergers= one row per merger."
        require_columns(mergers, "series", _MERGERS, advice)
        agencies = {panel.agency for panel in panels}
        marks += [
            YearMark(int(year), str(agency), (str(code), str(code)))
            for agency, year, code in mergers[_MERGERS].itertuples(index=False)
            if agency in agencies
        ]
    within = (mark for mark in marks if years[0] < mark.year <= years[-1])
    return sorted(within, key=lambda mark: (mark.year, mark.agency))


def _small_multiples(
    every: Sequence[Panel],
    words: Setting,
    mergers: pd.DataFrame | None,
    codes: Sequence[str] = (),
) -> Figure:
    """Draw panels; of too many, those that rest on most cases.

    Those of indicators, named by their codes, have one scale.
    """
    kept = sorted(range(len(every)), key=lambda n: (-every[n].size, n))[:MOST_PANELS]
    panels = [every[n] for n in sorted(kept)]
    years = sorted({row.year for panel in panels for row in panel.rows if row.year})
    marks = _marks_of(panels, years, mergers)
    columns = min(1 if is_narrow() else COLUMNS, len(panels))
    n_lines = -(-len(panels) // columns)
    height = PANEL_HEIGHT * n_lines + 1.0 + 0.2 * len(marks)
    fig, axes = sheet(words, height, n_lines, columns, sharex=True, sharey=bool(codes))
    is_one = len({panel.unit for panel in panels}) == 1
    agencies, indicators = (
        {getattr(p, n) for p in panels} for n in ("agency", "names")
    )
    for n, (ax, panel) in enumerate(zip(axes, panels, strict=False)):
        _draw(ax, panel, marks)
        # What tells a panel from the others: its agency, its indicator, or both.
        over = [words.label(panel.agency)] if len(agencies) > 1 else []
        if len(indicators) > 1 or not over:
            over.append(_over(panel, words))
        pad = 16 if marks else 6
        ax.set_title("\n".join(over), fontsize=10.5, pad=pad, linespacing=1.2)
        ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        ax.set_xticks(_ticks(years))
        ax.tick_params(labelbottom=True)
        # The unit stands left of each line of panels, or of each that has its own.
        if panel.unit != "share" and (n % columns == 0 or not is_one):
            ax.set_ylabel(words.pick(*UNITS[panel.unit], "\n"))
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    shared = ""
    if len(agencies) == 1:
        shared = words.label(panels[0].agency).replace("\n", " ")
    elif len(indicators) == 1:
        shared = words.pick(*_capital(panels[0].names))
    entries = mark_entries([row for panel in panels for row in panel.rows], words)
    for n, mark in enumerate(marks):
        what = words.pick(*mark.names)
        if mark.agency:
            what = f"{words.short(mark.agency)}, {mark.names[1]}"
        entries.append(Mark(GREY, line=":").entry(f"{_sign(n)} {mark.year}: {what}"))
    drawn = cut("series", len(panels), len(every))
    alt = _alt(panels, marks, words)
    of: Any = {"codes": codes} if codes else {"divided": "counts"}
    return finished(fig, words, shared, alt, notes=[drawn], key=entries, **of)


def _ticks(years: list[int]) -> list[int]:
    """Years to print: all, or of a long span so many that they do not touch."""
    span = years[-1] - years[0] + 1
    step = -(-span // 8)
    return list(range(years[-1], years[0] - 1, -step))[::-1] if step > 1 else years


def _sign(n: int) -> str:
    return CIRCLED[n] if n < len(CIRCLED) else f"({n + 1})"


def _capital(names: Pair) -> Pair:
    return names[0], names[1][:1].upper() + names[1][1:]


def _over(panel: Panel, words: Setting) -> str:
    """A panel's indicator in lines that fit over it."""
    parts = words.pick(*_capital(panel.names), "\n").split("\n")
    return "\n".join(line for part in parts for line in wrapped(part, TITLE_WIDTH))


def _draw(ax: Axes, panel: Panel, marks: Sequence[YearMark]) -> None:
    mine = [(n, mark) for n, mark in enumerate(marks) if panel.is_parted_by(mark)]
    parted = {mark.year for _, mark in mine}
    for before, after in pairwise(panel.rows):
        is_next = (after.year or 0) - (before.year or 0) == 1
        if is_next and after.year not in parted and before.grade == after.grade:
            ends = [before.year, after.year], [before.value, after.value]
            line(ax, *ends, BLUE, thick=1.4)
    for row in panel.rows:
        if row.low is not None:
            colour = MARKS[row.state].colour
            line(ax, [row.year, row.year], [row.low, row.high], colour, thick=1.8)
        draw_mark(ax, row.year, row.value, row)
    for n, mark in mine:
        ax.axvline(mark.year - 0.5, color=GREY, linestyle=":", linewidth=1.4)
        looks = {"xycoords": ("data", "axes fraction"), "color": FAINT}
        at = mark.year - 0.5, 1
        noted(ax, _sign(n), at, (0, 1), ha="center", va="bottom", **looks)
    ax.margins(y=0.08)
    if panel.unit == "share":
        as_percent(ax.yaxis)
        ax.set_ylim(-0.04, 1.04)
        return
    as_counts(ax.yaxis)
    if panel.unit in WHOLE:
        # Half a mark of room below, so that a count of 0 stands on its line.
        values = [row.value or 0 for row in panel.rows]
        low, top = min(*values, 0.0), max(values)
        ax.set_ylim(low - 0.06 * ((top - low) or 1), top + 0.08 * ((top - low) or 1))


def _alt(
    panels: Sequence[Panel], marks: Sequence[YearMark], words: Setting
) -> list[str]:
    sentences = []
    approximate = words.said("approximate")
    for panel in panels:
        every = words.listed(
            f"{row.time} {number(row.value, panel.unit)}"
            + (f" ({approximate})" if row.grade == "approximate" else "")
            for row in panel.rows
        )
        head = f"{words.short(panel.agency)}, {words.told(*panel.names)}"
        sentences.append(f"{head}: {every}{words.end()}")
    for mark in marks:
        whose = f"{words.short(mark.agency)}, " if mark.agency else ""
        what = whose + words.told(*mark.names)
        sentences.append(words.said("series.parted", year=mark.year, what=what))
    return sentences
