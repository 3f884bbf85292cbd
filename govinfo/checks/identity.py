"""Whether all that names agency and year names the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from govinfo.checks.results import Result, results_frame

if TYPE_CHECKING:
    import pandas as pd

Named = tuple[str, str, int | None]
"""Where it stands (title, page title, publisher, file name), agency, year."""


# Provinces, cities, prefectures, districts, counties, banners, towns, townships.
_LEVELS = frozenset("省市州区县旗镇乡")


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
        淮安市洪泽区) or an abbreviation of it (市发改委) agrees with it.

    Examples
    --------
    >>> found = check_identity("a-2023", "A县", 2023, [("file name", "", 2022)])
    >>> found["sentence"].item()
    'The file name names the year 2022, but the report is taken as that of 2023.'
    """
    named = list(named)
    results = []
    years = sorted({year for _, _, year in named if year is not None})
    if report_year is None and len(years) > 1:
        several = " and ".join(map(str, years))
        results.append(
            Result(
                report_id,
                "identity",
                ("", "", ""),
                named[0][0],
                "fail",
                f"The report names the years {several}, and nothing says which of them"
                " it is on. Say so in a registry.",
            )
        )
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
            differs = not _is_short_for(*sorted((its_agency, agency), key=len))
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


def _is_short_for(short: str, long: str) -> bool:
    """Whether a name is part of another or abbreviates it.

    Its characters stand in the other in the same order, and both end at the same level:
    某市政府 is not short for 某市甲县人民政府.
    """
    if short in long:
        return True
    rest = iter(long)
    levels = [[c for c in name if c in _LEVELS] for name in (short, long)]
    return (
        all(character in rest for character in short)
        and levels[1][len(levels[1]) - len(levels[0]) :] == levels[0]
    )
