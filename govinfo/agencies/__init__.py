"""Agencies: what their names say of them, and who made the reports of a folder."""

from govinfo.agencies.columns import AGENCY_COLUMNS, agency_columns, require_words
from govinfo.agencies.names import BODIES, LEVELS, SCOPES, Agency, describe
from govinfo.agencies.regions import provinces
from govinfo.agencies.reports import COLUMNS, read_agencies

__all__ = [
    "AGENCY_COLUMNS",
    "BODIES",
    "COLUMNS",
    "LEVELS",
    "SCOPES",
    "Agency",
    "agency_columns",
    "describe",
    "provinces",
    "read_agencies",
    "require_words",
]
