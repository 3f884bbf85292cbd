"""Whether all that names agency and year names the same."""

from __future__ import annotations

from collections.abc import Iterable

from govinfo.bilingual import Said, both
from govinfo.checks.results import Result
from govinfo.checks.structure import say

Named = tuple[str, str, int | None]
"""Where it stands (title, page title, publisher, file name), agency, year."""


# Provinces, cities, prefectures, districts, counties, banners, towns, townships.
_LEVELS = frozenset("省市州区县旗镇乡")


def identity_results(
    report_id: str, agency: str, report_year: int | None, named: Iterable[Named]
) -> list[Result]:
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
    list of Result
        Of the check ``identity``. A name that is part of the other (洪泽区 and
        淮安市洪泽区) or an abbreviation of it (市发改委) agrees with it.

    Examples
    --------
    >>> found = identity_results("a-2023", "A县", 2023, [("file name", "", 2022)])
    >>> found[0].sentence.en
    'The file name names the year 2022, but the report is taken as that of 2023.'
    """
    named = list(named)

    def result(
        source: str,
        sentence: Said | None,
        years: tuple[float | None, float | None, float | None] = (None, None, None),
    ) -> Result:
        outcome = "fail" if sentence else "pass"
        given = (report_id, "identity", ("", "", ""), source, outcome)
        return Result(*given, sentence or both(""), *years)

    results = []
    years = sorted({year for _, _, year in named if year is not None})
    if report_year is None and len(years) > 1:
        several = both(years[0])
        for year in years[1:]:
            several = say("identity.years", first=several, last=year)
        results.append(result(named[0][0], say("identity.several", years=several)))
    for source, its_agency, its_year in named:
        where = say(f"identity.{source}")
        if its_year is not None and report_year is not None:
            told = say("identity.year", where=where, named=its_year, year=report_year)
            differs = its_year != report_year
            gap = (float(report_year), float(its_year), abs(report_year - its_year))
            results.append(result(source, told if differs else None, gap))
        if its_agency and agency:
            told = say("identity.agency", where=where, named=its_agency, agency=agency)
            differs = not _is_short_for(*sorted((its_agency, agency), key=len))
            results.append(result(source, told if differs else None))
    return results


def _is_short_for(short: str, long: str) -> bool:
    """Whether a name is part of another or abbreviates it.

    Its characters stand in the other in the same order, and both end at the same level:
    某市政府 is not short for 某市甲县人民政府.
    """
    if short in long:
        return True
    rest = iter(long)
    own, whole = ("".join(c for c in name if c in _LEVELS) for name in (short, long))
    return all(character in rest for character in short) and whole.endswith(own)
