"""Compute every indicator of every report from its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isinf
from typing import TYPE_CHECKING

from govinfo.checks.structure import Key
from govinfo.checks.within import reports_of
from govinfo.errors import MissingExtra, require_columns, require_once
from govinfo.indicators.evaluate import (
    KNOWN,
    REASON_OF,
    ReportBounds,
    ReportCounts,
    evaluate,
    plans,
    quality,
)
from govinfo.intervals import byar, wilson
from govinfo.locate import Repairs, repairs_of

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = (
    "report_id",
    "agency",
    "report_year",
    "table",
    "row_code",
    "column_code",
    "value",
    "state",
)

BOUNDS = ["bound_low", "bound_high"]
BOUNDABLE = {"contradicted_input", "inconsistent_input", *REASON_OF.values()}

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
    keys = ["report_id", "table", "row_code", "column_code"]
    require_once(cells, "indicators", keys, "Give every report an id of its own.")
    failed = _failed_checks(checks)
    names = _agency_ids(agencies)
    bounds = _bounds(cells, failed)
    rows: list[tuple[object, ...]] = []
    scales: list[int] = []
    for report_id, agency, year, report in _reports(cells, failed):
        agency_id = names.get(report_id, agency)
        states = [state for _, state in report.cells.values()]
        tally = failed[report_id][0] if report_id in failed else None
        of_report = {
            code: quality(code, states, tally)
            for code in QUALITIES.values()
            if checks is not None or code != QUALITIES["failed_checks"]
        }
        shares = tuple(
            of_report[code].value if code in of_report else None
            for code in QUALITIES.values()
        )
        for plan in plans():
            indicator = plan.indicator
            if indicator.kind == "quality":
                if indicator.code not in of_report:
                    continue
                found = of_report[indicator.code]
            else:
                found = evaluate(plan, report)
            between: tuple[float | None, float | None] = (None, None)
            if report_id in bounds and found.state in BOUNDABLE:
                its = bounds[report_id].of(plan)
                if its is not None:
                    found = found._replace(value=None, state="bounded")
                    between = (its.low, None if isinf(its.high) else its.high)
            method = indicator.interval if found.value is not None else ""
            head = (report_id, agency_id, year, indicator.code, plan.applicant)
            rows.append((*head, *found, method, *shares, *between))
            scales.append(indicator.scale)
    return _frame(rows, scales)


def _bounds(
    cells: pd.DataFrame,
    failed: Mapping[str, tuple[tuple[int, int], frozenset[Key]]],
) -> dict[str, ReportBounds]:
    """What reports that contradict themselves, or leave cells open, lie between."""
    if "form" not in cells.columns:
        return {}
    is_open = ~cells["state"].isin(KNOWN) & (cells["table"] != "proactive")
    wanted = set(cells.loc[is_open, "report_id"])
    broken = {report_id for report_id, (_, keys) in failed.items() if keys}
    chosen = cells[cells["report_id"].isin(wanted | broken)]
    found = {}
    for report in reports_of(chosen, "indicators"):
        repairs: list[Repairs] = []
        if report.report_id in broken:
            try:
                repairs = repairs_of(report)
            except MissingExtra:
                # The extraction says so in the report's message; its values then keep
                # the mark of a sum that disagrees.
                continue
        found[report.report_id] = ReportBounds(report, repairs)
    return found


def _reports(
    cells: pd.DataFrame, failed: Mapping[str, tuple[tuple[int, int], frozenset[Key]]]
) -> Iterator[tuple[str, str, int | None, ReportCounts]]:
    """Each report's id, agency, year and cells, in the order of the table."""
    unknown = sorted(set(cells["state"]) - KNOWN - set(REASON_OF))
    if unknown:
        message = (
            f"cells has the state {unknown[0]!r}, which is none of "
            f"{', '.join(sorted(KNOWN | set(REASON_OF)))}. Pass cells as govinfo "
            "writes them."
        )
        raise ValueError(message)
    # Plain lists: looking at each cell through pandas would cost a hundred times more.
    texts = ("report_id", "agency", "table", "row_code", "column_code", "state")
    columns = [cells[name].tolist() for name in texts]
    numbers = cells["report_year"].astype("Int64")
    years = numbers.astype(object).where(numbers.notna(), None)
    values = cells["value"].astype("Float64").to_numpy("float64", na_value=float("nan"))
    forms: dict[str, dict[str, str]] = {}
    if "form" in cells.columns:
        for report_id, table, form in zip(
            *(cells[name].tolist() for name in ("report_id", "table", "form")),
            strict=True,
        ):
            forms.setdefault(report_id, {})[table] = form
    grouped: dict[str, tuple[str, int | None, dict[Key, tuple[float, str]]]] = {}
    lines = zip(*columns, years.tolist(), values.tolist(), strict=True)
    for report_id, agency, table, row, column, state, year, value in lines:
        if report_id not in grouped:
            grouped[report_id] = (agency, year, {})
        grouped[report_id][2][(table, row, column)] = (value, state)
    for report_id, (agency, year, by_key) in grouped.items():
        involved = failed[report_id][1] if report_id in failed else frozenset()
        its_forms = forms.get(report_id, {})
        yield report_id, agency, year, ReportCounts(by_key, involved, its_forms)


def _failed_checks(
    checks: pd.DataFrame | None,
) -> dict[str, tuple[tuple[int, int], frozenset[Key]]]:
    """Failed and assessable sums of each report, and the cells of all that failed."""
    if checks is None:
        return {}
    needed = ("report_id", "check", "result", "severity", "cells")
    advice = "Pass the results of govinfo.checks.check_cells()."
    require_columns(checks, "indicators", needed, advice)
    tally: dict[str, tuple[tuple[int, int], frozenset[Key]]] = {}
    columns = [checks[name].tolist() for name in needed]
    for report_id, check, result, severity, involved in zip(*columns, strict=True):
        if severity != "error" or result == "not_assessable":
            continue
        (failed, assessable), keys = tally.get(report_id, ((0, 0), frozenset()))
        if result == "fail":
            keys |= set(involved)
        # One result per cell: counted, it would drown the forty sums of a form.
        if check != "count_domain":
            failed += result == "fail"
            assessable += 1
        tally[report_id] = ((failed, assessable), keys)
    return tally


def _agency_ids(agencies: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    if agencies is None:
        return {}
    if isinstance(agencies, Mapping):
        return dict(agencies)
    advice = "Pass a table like data/reports.csv, or a mapping."
    require_columns(agencies, "indicators", ("report_id", "agency_id"), advice)
    return dict(zip(agencies["report_id"], agencies["agency_id"], strict=True))


def _frame(rows: list[tuple[object, ...]], scales: list[int]) -> pd.DataFrame:
    """Assemble the table and add the intervals, all of one method at once."""
    import numpy as np
    import pandas as pd

    names = ["report_id", "agency_id", "report_year", "indicator", "applicant"]
    names += ["numerator", "denominator", "value", "state", "method", *QUALITIES]
    names += BOUNDS
    table = pd.DataFrame(rows, columns=names)
    for name in ("report_year", "numerator", "denominator"):
        table[name] = table[name].astype("Int64")
    for name in ("value", "low", "high", *QUALITIES, *BOUNDS):
        table[name] = table.get(name, pd.Series(np.nan, table.index)).astype("Float64")
    for method, interval in (("wilson", wilson), ("byar", byar)):
        at = (table["method"] == method).to_numpy()
        if at.any():
            limits = interval(
                table.loc[at, "numerator"].to_numpy("float64"),
                table.loc[at, "denominator"].to_numpy("float64"),
            )
            scale = np.asarray(scales, dtype=float)[at]
            table.loc[at, "low"] = limits.low * scale
            table.loc[at, "high"] = limits.high * scale
    return table[[*names[:8], "low", "high", "method", "state", *QUALITIES, *BOUNDS]]
