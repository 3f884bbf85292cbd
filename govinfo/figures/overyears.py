"""Series over the years as panels of a figure, and what parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from govinfo.figures.rows import ReportValue
from govinfo.harmonise import BREAKS, Break
from govinfo.harmonise.breaks import merger_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class YearMark:
    """A line that a series is not joined across, of one agency or of all."""

    year: int
    agency: str
    chinese: str
    english: str


@dataclass(frozen=True)
class Panel:
    """A series of one agency: what it is, its values, and what parts them."""

    agency: str
    chinese: str
    english: str
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


def by_agency(rows: Sequence[ReportValue]) -> dict[str, tuple[ReportValue, ...]]:
    """The values of each agency in the order of years, if it has two years of them."""
    found: dict[str, list[ReportValue]] = {}
    for row in rows:
        if row.has_value and row.year is not None:
            found.setdefault(row.agency, []).append(row)
    ordered = {
        agency: tuple(sorted(its, key=lambda row: (row.year or 0, row.report_id)))
        for agency, its in found.items()
    }
    return {a: its for a, its in ordered.items() if len({row.year for row in its}) > 1}


def marks_of(
    panels: Sequence[Panel], years: list[int], mergers: pd.DataFrame | None
) -> list[YearMark]:
    """Lines within the figure across which some series is not joined."""
    found: dict[tuple[int, str], dict[Break, None]] = {}
    for panel in panels:
        for year, change in panel.changes:
            if years[0] < year <= years[-1]:
                own = "" if year == change.first_year else panel.agency
                found.setdefault((year, own), {})[change] = None
    marks = [
        YearMark(
            year,
            agency,
            "，".join(change.chinese for change in BREAKS if change in its),
            ", ".join(change.english for change in BREAKS if change in its),
        )
        for (year, agency), its in found.items()
    ]
    agencies = {panel.agency for panel in panels}
    marks += [
        YearMark(year, agency, code, code)
        for agency, year, code in merger_rows(mergers)
        if agency in agencies and years[0] < year <= years[-1]
    ]
    return sorted(marks, key=lambda mark: (mark.year, mark.agency))
