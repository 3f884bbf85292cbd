"""Checks: what a report must satisfy, and what each check came to.

A failed check is a finding about the report, never an exception, and no check changes
a value.
"""

from govinfo.checks.agencies import check_agencies
from govinfo.checks.logic import judge
from govinfo.checks.results import CHECKS, FINDING_COLUMNS, RESULTS, check, findings_of
from govinfo.checks.statements import statements
from govinfo.checks.within import check_cells
from govinfo.checks.years import check_years

__all__ = [
    "CHECKS",
    "FINDING_COLUMNS",
    "RESULTS",
    "check",
    "check_agencies",
    "check_cells",
    "check_years",
    "findings_of",
    "judge",
    "statements",
]
