"""Compute every indicator of every report from its cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from govinfo.checks.structure import KEY, Key
from govinfo.checks.within import reports_of
from govinfo.errors import MissingExtra, require_columns, require_once
from govinfo.indicators.evaluate import (
    KNOWN,
    RANK,
    REASON_OF,
    STATES,
    Plan,
    ReportBounds,
    ReportCounts,
    Values,
    evaluate,
    plans,
    quality,
)
from govinfo.intervals import byar, wilson
from govinfo.locate import Repairs, repairs_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_NEEDED = ("report_id", "agency", "report_year", *KEY, "value", "state")

BOUNDS = ["bound_low", "bound_high"]
BOUNDABLE = ["contradicted_input", "inconsistent_input", *REASON_OF.values()]

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
    names = _agency_ids(agencies)
    cells = _numbered(cells)
    reports = cells.drop_duplicates("report_id")
    pairs = zip(reports["report_id"], reports["agency"], strict=True)
    reports = reports.assign(agency_id=[names.get(*pair) for pair in pairs])
    tallies, involved = _failed_checks(checks, reports["report_id"])
    counts = ReportCounts(cells, len(reports), involved)
    wanted = [
        plan
        for plan in plans()
        if checks is not None or plan.indicator.code != QUALITIES["failed_checks"]
    ]
    found = [
        quality(plan.indicator.code, cells, tallies)
        if plan.indicator.kind == "quality"
        else evaluate(plan, counts)
        for plan in wanted
    ]
    bounds = _bounds(cells, set(chain.from_iterable(involved.values())))
    return _frame(reports, wanted, found, _limit(wanted, found, bounds))


def _limit(
    wanted: list[Plan], found: list[Values], bounds: Mapping[int, ReportBounds]
) -> NDArray[np.float64]:
    """Say of values what they lie between, in the place of what cannot be relied on."""
    import numpy as np

    limits = np.full((2, len(wanted), found[0].state.size), np.nan)
    boundable = [RANK[state] for state in BOUNDABLE]
    for place, (plan, values) in enumerate(zip(wanted, found, strict=True)):
        for number, report in bounds.items():
            its = report.of(plan) if values.state[number] in boundable else None
            if its is not None:
                values.value[number], values.state[number] = np.nan, RANK["bounded"]
                limits[:, place, number] = its
    limits[1, np.isinf(limits[1])] = np.nan
    return limits


def _bounds(cells: pd.DataFrame, broken: set[int]) -> dict[int, ReportBounds]:
    """What reports that contradict themselves, or leave cells open, lie between."""
    if "form" not in cells.columns:
        return {}
    is_open = ~cells["state"].isin(KNOWN) & (cells["table"] != "proactive")
    chosen = cells[cells["number"].isin(broken | set(cells.loc[is_open, "number"]))]
    found = {}
    reports = reports_of(chosen, "indicators")
    for number, report in zip(chosen["number"].unique(), reports, strict=True):
        repairs: list[Repairs] = []
        if number in broken:
            try:
                repairs = repairs_of(report)
            except MissingExtra:
                # The extraction says so in the report's message; its values then keep
                # the mark of a sum that disagrees.
                continue
        found[number] = ReportBounds(report, repairs)
    return found


def _numbered(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells with the number of their report, in the order of the table."""
    unknown = sorted(set(cells["state"]) - KNOWN - set(REASON_OF))
    if unknown:
        raise ValueError(
            f"cells has the state {unknown[0]!r}, which is none of "
            f"{', '.join(sorted(KNOWN | set(REASON_OF)))}. Pass cells as govinfo "
            "writes them."
        )
    return cells.assign(number=cells["report_id"].factorize()[0])


def _failed_checks(
    checks: pd.DataFrame | None, report_ids: pd.Series
) -> tuple[NDArray[np.int64], dict[Key, list[int]]]:
    """Failed and assessable sums of each report, and the cells of all that failed."""
    import numpy as np

    tallies = np.zeros((2, len(report_ids)), "int64")
    involved: dict[Key, list[int]] = {}
    if checks is None:
        return tallies, involved
    needed = ("report_id", "check", "result", "severity", "cells")
    advice = "Pass the results of govinfo.checks.check_cells()."
    require_columns(checks, "indicators", needed, advice)
    numbers = {report_id: number for number, report_id in enumerate(report_ids)}
    columns = [checks[name].tolist() for name in needed]
    for report_id, check, result, severity, cells in zip(*columns, strict=True):
        number = numbers.get(report_id)
        if number is None or severity != "error" or result == "not_assessable":
            continue
        failed = result == "fail"
        for key in cells if failed else ():
            involved.setdefault(key, []).append(number)
        # One result per cell: counted, it would drown the forty sums of a form.
        if check != "count_domain":
            tallies[:, number] += failed, 1
    return tallies, involved


def _agency_ids(agencies: Mapping[str, str] | pd.DataFrame | None) -> dict[str, str]:
    if agencies is None:
        return {}
    if isinstance(agencies, Mapping):
        return dict(agencies)
    advice = "Pass a table like data/reports.csv, or a mapping."
    require_columns(agencies, "indicators", ("report_id", "agency_id"), advice)
    return dict(zip(agencies["report_id"], agencies["agency_id"], strict=True))


def _frame(
    reports: pd.DataFrame,
    wanted: list[Plan],
    found: list[Values],
    bounds: NDArray[np.float64],
) -> pd.DataFrame:
    """Assemble the table and add the intervals, all of one method at once."""
    import numpy as np
    import pandas as pd

    def beside(arrays: Iterable[NDArray[Any]]) -> NDArray[Any]:
        """Every indicator of the first report, then every one of the second."""
        return np.stack(list(arrays), axis=1).ravel()

    def each(values: Iterable[object]) -> NDArray[Any]:
        return np.tile(np.array(list(values)), len(reports))

    entries = [plan.indicator for plan in wanted]
    head = reports[["report_id", "agency_id", "report_year"]]
    table = head.loc[head.index.repeat(len(wanted))].reset_index(drop=True)
    table["report_year"] = table["report_year"].astype("Int64")
    table["indicator"] = each(entry.code for entry in entries)
    table["applicant"] = each(plan.applicant for plan in wanted)
    for name in ("numerator", "denominator"):
        counts = [getattr(values, name) for values in found]
        table[name] = pd.arrays.IntegerArray(
            beside(count.number for count in counts),
            beside(count.is_missing for count in counts),
        )
    value = beside(values.value for values in found)
    method = np.where(np.isnan(value), "", each(entry.interval for entry in entries))
    scale = each(float(entry.scale) for entry in entries)
    ends = np.full((2, len(table)), np.nan)
    for name, interval in (("wilson", wilson), ("byar", byar)):
        at = method == name
        of = table.loc[at, ["numerator", "denominator"]].to_numpy("float64")
        ends[:, at] = np.array(interval(*of.T)) * scale[at]
    table["value"], (table["low"], table["high"]) = value, ends
    table["method"] = method
    table["state"] = np.array(list(STATES))[beside(values.state for values in found)]
    shares = {
        entry.code: np.repeat(values.value, len(wanted))
        for entry, values in zip(entries, found, strict=True)
        if entry.kind == "quality"
    }
    for name, code in QUALITIES.items():
        table[name] = shares.get(code, np.nan)
    for name, limits in zip(BOUNDS, bounds, strict=True):
        table[name] = beside(limits)
    numbers = ["value", "low", "high", *QUALITIES, *BOUNDS]
    return table.astype(dict.fromkeys(numbers, "Float64"))
