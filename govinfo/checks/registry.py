"""The closed list of checks: what a report must satisfy, and where that is written."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

RESULTS = ("pass", "pass_if_blank_is_zero", "fail", "not_assessable")
"""What a check can come to; see :func:`govinfo.checks.logic.judge`."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the registry.

    Attributes
    ----------
    code : str
        Name of the check in results and findings.
    statement : str
        What holds in a report that is free of faults.
    severity : {"error", "warning"}
        ``error`` where the form itself demands it, ``warning`` where a deviation asks
        for an explanation but may have one.
    source : str
        The note, row or article that the statement rests on.
    scope : {"report", "years", "agencies", "text"}
        What must be known: one report, reports of one agency in consecutive years,
        reports of several agencies, or the report's text beside its cells.
    """

    code: str
    statement: str
    severity: str
    source: str
    scope: str


CHECKS = tuple(
    Check(**line)
    for line in csv.DictReader(
        (files(__package__) / "checks.csv").read_text("utf-8").splitlines()
    )
)
"""Every check that there is; :func:`check` finds one by its code."""

_BY_CODE = {check.code: check for check in CHECKS}


def check(code: str) -> Check:
    """
    The check of a code.

    Raises
    ------
    KeyError
        If the registry has no such check.

    Examples
    --------
    >>> check("flow_balance").severity
    'error'
    """
    return _BY_CODE[code]
