"""How many reports have a failed sum, by what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.intervals import LEVEL, wilson

if TYPE_CHECKING:
    import pandas as pd

FAILURE_COLUMNS = (
    "group",
    "value",
    "reports",
    "failing",
    "share",
    "low",
    "high",
    "sums",
    "failed",
)
"""Columns of :func:`failure_shares`."""


def failure_shares(
    results: pd.DataFrame,
    groups: Mapping[str, Mapping[str, str | int | None]],
    *,
    level: float = LEVEL,
) -> pd.DataFrame:
    """
    Share of reports in which at least one sum fails, in groups of reports.

    Reports are counted, not sums: the sums of a report share their cells, so that one
    slip breaks two of them, and they are not independent trials.

    Parameters
    ----------
    results : DataFrame
        From :func:`govinfo.checks.check_cells`.
    groups : mapping of name to mapping of report_id to value
        By what the reports are grouped; a report that is not named, or whose value is
        missing, is left out of that group.
    level : float
        Confidence level of Wilson's intervals.

    Returns
    -------
    DataFrame
        ``group, value, reports, failing, share, low, high``, and for orientation
        ``sums`` (those that can be assessed) and ``failed``; values in the order of
        ``groups``.

    Raises
    ------
    MissingColumns
        If ``results`` is not a table of results.

    Examples
    --------
    >>> import pandas as pd
    >>> results = pd.DataFrame({
    ...     "report_id": ["a", "a", "b"], "check": "dispute_sum",
    ...     "result": ["fail", "pass", "pass"]})
    >>> failure_shares(results, {"form": {"a": "2019", "b": "2021"}})[
    ...     ["group", "value", "reports", "failing"]]
      group value  reports  failing
    0  form  2019        1        1
    1  form  2021        1        0
    """
    import pandas as pd

    needed = ("report_id", "check", "result")
    need_columns(results, "failure_shares", needed, "a table of results")
    sums = results[
        results["check"].str.endswith(("_sum", "_balance"))
        & (results["result"] != "not_assessable")
    ]
    failed = (sums["result"] == "fail").groupby(sums["report_id"]).agg(["size", "sum"])
    rows = []
    for group, of_report in groups.items():
        found: dict[str, list[str]] = {}
        for report, value in of_report.items():
            if report in failed.index and not pd.isna(value):
                found.setdefault(str(value), []).append(report)
        for value, reports in found.items():
            own = failed.loc[reports]
            failing = int((own["sum"] > 0).sum())
            low, high = wilson(failing, len(own), level)
            rows.append(
                (group, value, len(own), failing, failing / len(own))
                + (float(low), float(high), int(own["size"].sum()))
                + (int(own["sum"].sum()),)
            )
    return pd.DataFrame(rows, columns=list(FAILURE_COLUMNS))
