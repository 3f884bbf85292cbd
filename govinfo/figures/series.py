"""Rates over the years, interrupted where they cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from govinfo.figures.overyears import Panel, by_agency
from govinfo.figures.panels import small_multiples
from govinfo.figures.rows import rows_of
from govinfo.figures.words import Language, Names
from govinfo.harmonise import parting
from govinfo.indicators import INDICATORS
from govinfo.show import drawn

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@drawn
def series(
    data: pd.DataFrame,
    indicators: str | Sequence[str],
    *,
    agencies: pd.DataFrame | None = None,
    applicant: str = "total",
    mergers: pd.DataFrame | None = None,
    language: Language = "both",
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
    applicant : str
        Class of applicants.
    mergers : DataFrame, optional
        Years in which an agency became another one, as for
        :func:`govinfo.harmonise.with_segments`.
    language : {"both", "zh", "en"}
        Language of the labels.

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
    names = Names.of(agencies, language)
    found = [(code, rows_of(data, code, applicant, "series")) for code in codes]
    units = {code: INDICATORS[code].unit for code in codes}
    if len(set(units.values())) > 1:
        said = ", ".join(f"{code} in {unit}" for code, unit in units.items())
        message = (
            f"series draws one scale for all panels, but was given {said}. Draw "
            "indicators of one unit at a time."
        )
        raise ValueError(message)
    panels = []
    for code, rows in found:
        entry, its = INDICATORS[code], by_agency(rows)
        panels += [
            Panel(
                agency,
                entry.chinese,
                entry.english,
                entry.unit,
                its[agency],
                tuple(parting(code)),
            )
            for agency in sorted(its, key=names.place)
        ]
    if not panels:
        message = (
            f"series has nothing to draw: no agency has values of {codes} for two "
            "years. Pass reports of several years, or compare agencies with rates()."
        )
        raise ValueError(message)
    return small_multiples(panels, names, mergers, language, sharey=True)
