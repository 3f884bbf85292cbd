"""Compute every indicator of every report from its cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from govinfo.checks.structure import KEY, Key
from govinfo.checks.within import reports_of
from govinfo.errors import MissingExtra, require_columns, require_once
from govinfo.indicators.evaluate import (
    KNOWN,
    RANK,
    REASON_OF,
    STATES,
    Bounds,
    Plan,
    ReportBounds,
    ReportFigures,
    Values,
    evaluate,
    plans,
    quality,
)
from govinfo.intervals import byar, wilson
from govinfo.locate import repairs_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_NEEDED = ("report_id", "agency", "report_year", *KEY, "value", "state")

BOUNDS = ["bound_low", "bound_high"]
BOUNDABLE = {
    RANK[state]
    for state in ("contradicted_input", "inconsistent_input", *REASON_OF.values())
}

QUALITIES = {
    "failed_checks": "data_quality_failed_checks",
    "blank_cells": "data_quality_blank_cells",
    "unsure_cells": "data_quality_unsure_cells",
}
"""Columns that stand beside every value, and the indicators they are the values of."""


def indicators(
    cells: pd.DataFrame,
    agencies: Mapping[str, str] | pd.DataFrame | None = None,
    *,
    checks: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every indicator of every report, with numerator, denominator and interval.

    A blank, unreadable or uncertain cell is not a zero: an indicator that needs it is
    missing and says why. Nothing over 0 is missing, never 0.

    Parameters
    ----------
    cells : DataFrame
        One row per statutory cell, as in ``cells.csv``.
    agencies : mapping or DataFrame, optional
        The agency of each report: a mapping from ``report_id`` to ``agency_id``, or a
        table with both columns, such as ``data/reports.csv``. A report that is not in
        it, or every report where nothing is given, has its agency's name instead.
    checks : DataFrame, optional
        All check results of the same reports, from ``govinfo.checks.check_cells``. With
        them, values that rest on sums which disagree are marked, and the share of
        failed checks is given; without them it is missing.

    Returns
    -------
    DataFrame
        ``report_id, agency_id, report_year, indicator, applicant, numerator,
        denominator, value, low, high, method, state``, and the quality of the report
        that every value comes from: ``failed_checks, blank_cells, unsure_cells``, the
        shares of its sums that disagree, of its cells left blank and of those not read
        for sure; then ``bound_low`` and ``bound_high``, between which a value lies
        whose ``state`` is ``bounded``, the latter missing where nothing limits it.
        Reports in the order of ``cells``, indicators in that of the registry,
        applicants in the form's. The value is the indicator's scale times numerator
        over denominator; a difference has no denominator. ``low`` and ``high`` are
        95 % limits in the unit of the value, by the ``method`` ``wilson`` or ``byar``,
        both missing where ``method`` is empty. ``state`` is one of
        :data:`govinfo.indicators.STATES`.

    Raises
    ------
    MissingColumns
        ``cells`` is not a table of statutory cells.
    ValueError
        A cell of a report stands twice, or has a state that there is none of.

    Notes
    -----
    The counts are complete, not a sample: the limits express how far the process may
    vary, not sampling (see :mod:`govinfo.intervals`).

    Examples
    --------
    An invented report that granted 3 of 4 requests.

    >>> import pandas as pd
    >>> cells = pd.DataFrame(
    ...     [("granted", 3.0), ("concluded", 4.0)], columns=["row_code", "value"]
    ... ).assign(report_id="a-2023", agency="A", report_year=2023, form="2021",
    ...          table="requests", column_code="total", state="reported")
    >>> result = indicators(cells).query("applicant == 'total'")
    >>> row = result.set_index("indicator").loc["granted_share"]
    >>> print(row["numerator"], row["denominator"], row["value"], row["state"])
    3 4 0.75 small_denominator
    >>> result.set_index("indicator").loc["refused_share", "state"]
    'not_in_form'
    """
    advice = "Pass the cells of an extracted folder."
    require_columns(cells, "indicators", _NEEDED, advice)
    again = "Give every report an id of its own."
    require_once(cells, "indicators", ["report_id", *KEY], again)
    unknown = sorted(set(cells["state"]) - KNOWN - set(REASON_OF))
    if unknown:
        raise ValueError(
            f"cells has the state {unknown[0]!r}, which is none of "
            f"{', '.join(sorted(KNOWN | set(REASON_OF)))}. Pass cells as govinfo "
            "writes them."
        )
    tallies, broken = _failed_checks(checks)
    wanted = [
        plan
        for plan in plans()
        if checks is not None or plan.indicator.code != QUALITIES["failed_checks"]
    ]
    names = _agency_ids(agencies)
    reports = cells.drop_duplicates("report_id")
    pairs = zip(reports["report_id"], reports["agency"], strict=True)
    reports = reports.assign(agency_id=[names.get(*pair) for pair in pairs])
    has_forms = "form" in cells.columns
    found = []
    for report in reports_of(cells.assign(form=cells.get("form", "")), "indicators"):
        figures = ReportFigures(report, broken.get(report.report_id, frozenset()))
        bounds = _bounds(figures) if has_forms else None
        sums = tallies.get(report.report_id, (0, 0))
        for plan in wanted:
            code, is_quality = plan.indicator.code, plan.indicator.kind == "quality"
            values = (
                quality(code, report, sums) if is_quality else evaluate(plan, figures)
            )
            limits = bounds.of(plan) if bounds and values.state in BOUNDABLE else None
            if limits:
                values = values._replace(value=math.nan, state=RANK["bounded"])
            found.append((values, limits or Bounds(math.nan, math.nan)))
    return _frame(reports, wanted, found)


def _bounds(figures: ReportFigures) -> ReportBounds | None:
    """What a report that contradicts itself, or leaves cells open, lies between."""
    report, is_broken = figures.report, bool(figures.broken)
    is_open = any(
        state not in KNOWN and table != "proactive"
        for (table, _, _), state in report.state.items()
    )
    if not (is_broken or is_open):
        return None
    try:
        return ReportBounds(figures, repairs_of(report) if is_broken else [])
    except MissingExtra:
        # The extraction says so in the report's message; its values then keep the
        # mark of a sum that disagrees.
        return None


def _failed_checks(
    checks: pd.DataFrame | None,
) -> tuple[dict[str, tuple[int, int]], dict[str, set[Key]]]:
    """Failed and assessable sums of each report, and the cells of all that failed."""
    tallies: dict[str, tuple[int, int]] = {}
    broken: dict[str, set[Key]] = {}
    if checks is None:
        return tallies, broken
    needed = ("report_id", "check", "result", "severity", "cells")
    advice = "Pass the results of govinfo.checks.check_cells()."
    require_columns(checks, "indicators", needed, advice)
    columns = [checks[name].tolist() for name in needed]
    for report_id, check, result, severity, cells in zip(*columns, strict=True):
        if severity != "error" or result == "not_assessable":
            continue
        if result == "fail":
            broken.setdefault(report_id, set()).update(cells)
        # One result per cell: counted, it would drown the forty sums of a form.
        if check != "count_domain":
            failed, whole = tallies.get(report_id, (0, 0))
            tallies[report_id] = failed + (result == "fail"), whole + 1
    return tallies, broken


def _agency_ids(agencies: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    if agencies is None:
        return {}
    if isinstance(agencies, Mapping):
        return dict(agencies)
    advice = "Pass a table like data/reports.csv, or a mapping."
    require_columns(agencies, "indicators", ("report_id", "agency_id"), advice)
    return dict(zip(agencies["report_id"], agencies["agency_id"], strict=True))


def _frame(
    reports: pd.DataFrame, wanted: list[Plan], found: list[tuple[Values, Bounds]]
) -> pd.DataFrame:
    """Assemble the table and add the intervals, all of one method at once."""
    import numpy as np
    import pandas as pd

    def each(values: Iterable[object]) -> NDArray[Any]:
        return np.tile(np.array(list(values)), len(reports))

    entries = [plan.indicator for plan in wanted]
    head = reports[["report_id", "agency_id", "report_year"]]
    table = head.loc[head.index.repeat(len(wanted))].reset_index(drop=True)
    table["report_year"] = table["report_year"].astype("Int64")
    table["indicator"] = each(entry.code for entry in entries)
    table["applicant"] = each(plan.applicant for plan in wanted)
    for name in ("numerator", "denominator"):
        counts = [getattr(values, name) for values, _ in found]
        table[name] = pd.arrays.IntegerArray(
            np.array([count.number for count in counts], "int64"),
            np.array([count.is_missing for count in counts], bool),
        )
    value = np.array([values.value for values, _ in found], float)
    method = np.where(np.isnan(value), "", each(entry.interval for entry in entries))
    scale = each(float(entry.scale) for entry in entries)
    ends = np.full((2, len(table)), np.nan)
    for name, interval in (("wilson", wilson), ("byar", byar)):
        at = method == name
        of = table.loc[at, ["numerator", "denominator"]].to_numpy("float64")
        ends[:, at] = np.array(interval(*of.T)) * scale[at]
    table["value"], (table["low"], table["high"]) = value, ends
    table["method"] = method
    states = np.array([values.state for values, _ in found], int)
    table["state"] = np.array(list(STATES))[states]
    codes = table["indicator"].to_numpy()
    for name, code in QUALITIES.items():
        shares = value[codes == code]
        table[name] = shares.repeat(len(wanted)) if len(shares) else np.nan
    limits = np.array([limit for _, limit in found], float).reshape(-1, 2)
    # Where nothing limits a value from above, its bound is missing.
    table[BOUNDS] = np.where(np.isinf(limits), np.nan, limits)
    numbers = ["value", "low", "high", *QUALITIES, *BOUNDS]
    return table.astype(dict.fromkeys(numbers, "Float64"))
