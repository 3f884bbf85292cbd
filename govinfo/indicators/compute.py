"""Compute every indicator of every report from its cells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from govinfo.checks.structure import KEY, Key
from govinfo.checks.within import ReportCells, reports_of
from govinfo.errors import MissingExtra, require_columns, require_once
from govinfo.indicators.evaluate import (
    KNOWN,
    RANK,
    REASON_OF,
    STATES,
    Figures,
    Plan,
    ReportBounds,
    evaluate,
    plans,
    quality,
)
from govinfo.intervals import byar, wilson
from govinfo.later import Floats, NDArray, np, pd
from govinfo.locate import repairs_of

_NEEDED = ("report_id", "agency", "report_year", *KEY, "value", "state")

CHECKED = ("report_id", "check", "result", "severity", "cells")
"""What indicators take of the results of checks."""

Checked = tuple[str, str, str, str, Iterable[Key]]

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
        95% limits in the unit of the value, by the ``method`` ``wilson`` or ``byar``,
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
    reports = list(reports_of(cells.assign(form=cells.get("form", "")), "indicators"))
    heads = cells.drop_duplicates("report_id")[["report_id", "agency", "report_year"]]
    rows = None
    if checks is not None:
        advice = "Pass the results of govinfo.checks.check_cells()."
        require_columns(checks, "indicators", CHECKED, advice)
        rows = zip(*(checks[name].tolist() for name in CHECKED), strict=True)
    return of_reports(reports, heads, agencies, rows, bounded="form" in cells.columns)


def of_reports(
    reports: Sequence[ReportCells],
    heads: pd.DataFrame,
    agencies: Mapping[str, str] | pd.DataFrame | None,
    checks: Iterable[Checked] | None,
    *,
    bounded: bool = True,
) -> pd.DataFrame:
    """The indicators of reports whose cells are in no table.

    Parameters
    ----------
    reports : sequence of ReportCells
        Their cells.
    heads : DataFrame
        ``report_id, agency, report_year`` of each, in the same order.
    agencies : mapping or DataFrame, optional
        As for :func:`indicators`.
    checks : iterable of tuple, optional
        All check results, in the columns :data:`CHECKED`.
    bounded : bool
        Whether the forms are known, so that values can have bounds.

    Returns
    -------
    DataFrame
        See :func:`indicators`.
    """
    states: set[str] = set().union(*(report.state.values() for report in reports))
    if unknown := sorted(states - KNOWN - set(REASON_OF)):
        raise ValueError(
            f"cells has the state {unknown[0]!r}, which is none of "
            f"{', '.join(sorted(KNOWN | set(REASON_OF)))}. Pass cells as govinfo "
            "writes them."
        )
    wanted = [
        plan
        for plan in plans()
        if checks is not None or plan.indicator.code != QUALITIES["failed_checks"]
    ]
    tallies, broken = _failed_checks(checks or ())
    of_form: dict[str, list[int]] = {}
    for place, report in enumerate(reports):
        of_form.setdefault(report.table_form("requests"), []).append(place)
    # Both counts, values, states and both bounds, of reports by plans.
    found = np.full((6, len(reports), len(wanted)), math.nan)
    for places in of_form.values():
        own = [reports[place] for place in places]
        sums = [tallies.get(report.report_id, (0, 0)) for report in own]
        figures = Figures(own, [broken.get(one.report_id, set()) for one in own])
        values = [
            quality(plan, own, sums)
            if plan.indicator.kind == "quality"
            else evaluate(plan, figures)
            for plan in wanted
        ]
        found[:4, places] = np.transpose(values, (1, 2, 0))
        for at, place in enumerate(places):
            bounds = _bounds(figures, at) if bounded else None
            for plan, ends in zip(wanted, found[2:, place].T, strict=True):
                is_open = ends[1] in BOUNDABLE
                if bounds and is_open and (limits := bounds.of(plan)):
                    ends[:] = math.nan, RANK["bounded"], *limits
    ids = _agency_ids(agencies)
    pairs = zip(heads["report_id"], heads["agency"], strict=True)
    named = heads.assign(agency=[ids.get(*pair) for pair in pairs])
    return _frame(named.rename(columns={"agency": "agency_id"}), wanted, found)


def _bounds(figures: Figures, at: int) -> ReportBounds | None:
    """What a report that contradicts itself, or leaves cells open, lies between."""
    report, is_broken = figures.reports[at], bool(figures.broken[at])
    is_open = any(
        state not in KNOWN and table != "proactive"
        for (table, _, _), state in report.state.items()
    )
    if not (is_broken or is_open):
        return None
    try:
        return ReportBounds(figures, at, repairs_of(report) if is_broken else [])
    except MissingExtra:
        # The extraction says so in the report's message; its values then keep the
        # mark of a sum that disagrees.
        return None


def _failed_checks(
    checks: Iterable[Checked],
) -> tuple[dict[str, tuple[int, int]], dict[str, set[Key]]]:
    """Failed and assessable sums of each report, and the cells of all that failed."""
    tallies: dict[str, tuple[int, int]] = {}
    broken: dict[str, set[Key]] = {}
    for report_id, check, result, severity, cells in checks:
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


def _frame(heads: pd.DataFrame, wanted: list[Plan], found: Floats) -> pd.DataFrame:
    """Assemble the table and add the intervals, all of one method at once."""

    def each(values: Iterable[object]) -> NDArray[Any]:
        return np.tile(np.array(list(values)), len(heads))

    entries = [plan.indicator for plan in wanted]
    table = heads.loc[heads.index.repeat(len(wanted))].reset_index(drop=True)
    table["indicator"] = each(entry.code for entry in entries)
    table["applicant"] = each(plan.applicant for plan in wanted)
    counts, value, states, limits = np.split(found.reshape(6, -1), [2, 3, 4])
    table["numerator"], table["denominator"] = counts
    method = np.where(np.isnan(value), "", each(entry.interval for entry in entries))[0]
    scale = each(float(entry.scale) for entry in entries)
    ends = np.full(counts.shape, math.nan)
    for name, interval in (("wilson", wilson), ("byar", byar)):
        at = method == name
        ends[:, at] = interval(*counts[:, at]) * scale[at]
    (table["value"],), (table["low"], table["high"]) = value, ends
    table["method"] = method
    table["state"] = np.array(list(STATES))[states[0].astype(int)]
    codes = [entry.code for entry in entries]
    for name, code in QUALITIES.items():
        known = found[2][:, codes.index(code)] if code in codes else math.nan
        table[name] = np.repeat(np.broadcast_to(known, len(heads)), len(wanted))
    # Where nothing limits a value from above, its bound is missing.
    limits[np.isinf(limits)] = math.nan
    table["bound_low"], table["bound_high"] = limits
    whole = ["report_year", "numerator", "denominator"]
    numbers = ["value", "low", "high", *QUALITIES, "bound_low", "bound_high"]
    kinds = dict.fromkeys(whole, "Int64") | dict.fromkeys(numbers, "Float64")
    return table.astype(kinds)
