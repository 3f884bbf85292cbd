"""The closed list of checks, and what each came to: results and findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from govinfo.beside import rows_beside
from govinfo.bilingual import Said
from govinfo.checks.structure import KEY, Key
from govinfo.errors import require_columns
from govinfo.later import pd

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


CHECKS = tuple(Check(**row) for row in rows_beside(__package__, "checks.csv"))
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


RESULT_COLUMNS = (
    *("report_id", "check", *KEY, "where", "result"),
    *("printed", "expected", "difference"),
    *("severity", "sentence", "cells", "sentence_zh"),
)
"""Columns of a table of results."""

FINDING_COLUMNS = tuple(c for c in RESULT_COLUMNS if c not in ("result", "cells"))
"""Columns of a table of findings, as in ``findings.csv``."""


class Result(NamedTuple):
    """What one check came to at one place of one report.

    ``printed`` is the figure that the report prints there, ``expected`` what the other
    cells make it, ``difference`` how far they are apart (never negative). ``cells`` are
    all cells that the check looked at.
    """

    report_id: str
    check: str
    key: Key
    where: str
    result: str
    sentence: Said
    printed: float | None = None
    expected: float | None = None
    difference: float | None = None
    cells: tuple[Key, ...] = ()

    @property
    def severity(self) -> str:
        """How much a failure weighs; see :class:`govinfo.checks.results.Check`."""
        return check(self.check).severity


def is_hard_failure(results: Iterable[Result]) -> bool:
    """Whether something fails among these that the form itself demands."""
    return any(one.result == "fail" and one.severity == "error" for one in results)


def row_of(result: Result) -> tuple[object, ...]:
    """A result in the order of :data:`RESULT_COLUMNS`."""
    r = result
    return (
        *(r.report_id, r.check, *r.key, r.where, r.result),
        *(r.printed, r.expected, r.difference),
        *(r.severity, r.sentence.en, r.cells, r.sentence.zh),
    )


_IN_FINDINGS = [RESULT_COLUMNS.index(name) for name in FINDING_COLUMNS]


def finding_of(result: Result) -> tuple[object, ...]:
    """A result in the order of :data:`FINDING_COLUMNS`."""
    row = row_of(result)
    return tuple(row[at] for at in _IN_FINDINGS)


def results_frame(results: Iterable[Result]) -> pd.DataFrame:
    """
    Results as a table with the columns :data:`RESULT_COLUMNS`.

    Examples
    --------
    >>> results_frame([]).columns[:3].tolist()
    ['report_id', 'check', 'table']
    """
    rows = [row_of(result) for result in results]
    numbers = ("printed", "expected", "difference")
    types = dict.fromkeys(RESULT_COLUMNS, "str")
    types |= dict.fromkeys(numbers, "Float64") | {"cells": "object"}
    frame = pd.DataFrame(rows, columns=list(RESULT_COLUMNS), dtype="object")
    return frame.astype(types)


def findings_of(results: pd.DataFrame) -> pd.DataFrame:
    """
    The checks that failed, in the columns of ``findings.csv``.

    Parameters
    ----------
    results : DataFrame
        From :func:`govinfo.check_cells` and the other checks; several tables of
        results can be joined by :func:`pandas.concat` first.

    Returns
    -------
    DataFrame
        One row per disagreement, in the order of ``results``.

    Raises
    ------
    MissingColumns
        If ``results`` is not a table of results.
    """
    needed = ("result", *FINDING_COLUMNS)
    require_columns(results, "findings_of", needed, "Pass a table of results.")
    failed = results.loc[results["result"] == "fail", list(FINDING_COLUMNS)]
    return failed.reset_index(drop=True)
