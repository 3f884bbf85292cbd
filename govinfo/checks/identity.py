"""Whether all that names agency and year names the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from govinfo.checks.results import Result, results_frame

if TYPE_CHECKING:
    import pandas as pd

Named = tuple[str, str, int | None]
"""Where it stands (title, page title, publisher, file name), agency, year."""


def check_identity(
    report_id: str, agency: str, report_year: int | None, named: Iterable[Named]
) -> pd.DataFrame:
    """
    Compare agency and year of a report with every place that names them.

    Parameters
    ----------
    report_id : str
        The report.
    agency : str
        Its agency in the data set; empty if unknown.
    report_year : int or None
        Its year in the data set.
    named : iterable of (str, str, int or None)
        Where, agency (empty if not named there) and year (None if not named there).

    Returns
    -------
    DataFrame
        Results of the check ``identity``. A name that is part of the other (洪泽区 and
        淮安市洪泽区) agrees with it.

    Examples
    --------
    >>> found = check_identity("a-2023", "A县", 2023, [("file name", "", 2022)])
    >>> found["sentence"].item()
    'The file name names the year 2022, but the report is taken as that of 2023.'
    """
    results = []
    for where, its_agency, its_year in named:
        if its_year is not None and report_year is not None:
            differs = its_year != report_year
            results.append(
                Result(
                    report_id,
                    "identity",
                    ("", "", ""),
                    where,
                    "fail" if differs else "pass",
                    f"The {where} names the year {its_year}, but the report is taken "
                    f"as that of {report_year}."
                    if differs
                    else "",
                    float(report_year),
                    float(its_year),
                    float(abs(report_year - its_year)),
                )
            )
        if its_agency and agency:
            differs = its_agency not in agency and agency not in its_agency
            results.append(
                Result(
                    report_id,
                    "identity",
                    ("", "", ""),
                    where,
                    "fail" if differs else "pass",
                    f"The {where} names the agency {its_agency}, but the report is "
                    f"taken as that of {agency}."
                    if differs
                    else "",
                )
            )
    return results_frame(results)
