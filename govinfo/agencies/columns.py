"""What ``reports.csv`` says of the agency of a report, and where it is known from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from govinfo.agencies.names import BODIES, LEVELS, SCOPES, describe
from govinfo.agencies.regions import find, full_name
from govinfo.errors import SourceError, meant

_PLACE = ("level", "body", "region", "region_code")
DESCRIPTION = ("agency_english", *_PLACE, "population", "parent")
"""Columns that every table of agencies has."""

AGENCY_COLUMNS = ("agency_id", *DESCRIPTION, "scope", "level_from", "published_at")
"""Columns of ``reports.csv`` that describe the agency and where its report is found."""

_NOTHING: Mapping[str, str] = {}

_WORDS = {"level": LEVELS, "body": BODIES, "scope": SCOPES}


def require_words(table: str, rows: Iterable[Mapping[str, str]]) -> None:
    """
    Refuse rows about agencies with a level, body, scope or code that there is not.

    Raises
    ------
    SourceError
        Naming the first of them, and what it may mean.

    Examples
    --------
    >>> require_words("registry", [{"agency": "甲县", "level": "conty"}])
    Traceback (most recent call last):
    govinfo.errors.SourceError: The registry has the level 'conty' for 甲县, expected
    one of central, province, prefecture, county, township or nothing. Did you mean
    'county'?
    """
    for row in rows:
        whom = row.get("agency") or row.get("file") or "an agency"
        for name, words in _WORDS.items():
            if (given := row.get(name)) and given not in words:
                raise SourceError(
                    f"The {table} has the {name} {given!r} for {whom}, expected one of "
                    f"{', '.join(words)} or nothing.{meant(given, words)}"
                )
        code = row.get("region_code")
        if code and not re.fullmatch("[0-9]{6}", code):
            raise SourceError(
                f"The {table} has the region_code {code!r} for {whom}, expected the "
                "six digits of GB/T 2260 or nothing."
            )


def agency_columns(
    agency: str,
    year: int | None,
    registered: Mapping[str, str] = _NOTHING,
    known: Mapping[str, str] = _NOTHING,
) -> dict[str, str]:
    """
    Fill the columns that describe an agency.

    Parameters
    ----------
    agency : str
        Its name; empty where the document says none.
    year : int or None
        The report year.
    registered : mapping, optional
        The row of the registry on this report.
    known : mapping, optional
        The row of ``agencies.csv`` on this agency.

    Returns
    -------
    dict of str to str
        The columns of :data:`AGENCY_COLUMNS`. The registry beats ``agencies.csv``,
        which beats what the name says; ``level_from`` is ``registry``, ``agencies`` or
        ``name``, and empty where the level is unknown.

    Examples
    --------
    >>> found = agency_columns("沭阳县财政局", 2023, {"population": "1650000"})
    >>> found["level"], found["level_from"], found["population"]
    ('county', 'name', '1650000')
    >>> agency_columns("沭阳县财政局", 2023, {"level": "prefecture"})["level_from"]
    'registry'
    """
    told = describe(agency, year)
    sources = (
        ("registry", registered),
        ("agencies", known),
        ("name", {name: getattr(told, name) for name in told.__slots__}),
    )
    found = dict.fromkeys(AGENCY_COLUMNS, "")
    for origin, row in sources:
        # A region that is given is not described by the code of another.
        has_region = bool(found["region"] or found["region_code"])
        for name in AGENCY_COLUMNS:
            value = str(row.get(name) or "").strip()
            is_told = has_region and name in ("region", "region_code")
            if value and not (found[name] or is_told):
                found[name] = value
                if name == "level":
                    found["level_from"] = origin
    match = find(found["region"], year)
    if not found["region_code"] and match.region and not match.rest:
        found["region_code"] = match.region.code
        found["region"] = full_name(match.region)
    found["agency_id"] = found["agency_id"] or agency
    return found
