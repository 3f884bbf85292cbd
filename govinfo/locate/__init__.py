"""Error location: which cells of a report to look at when its sums do not hold."""

from govinfo.locate.programme import NotLocated, SearchCutShort
from govinfo.locate.suggest import (
    SUGGESTIONS,
    Repairs,
    Witness,
    located,
    repairs_of,
    suggestions,
)

__all__ = [
    "SUGGESTIONS",
    "NotLocated",
    "Repairs",
    "SearchCutShort",
    "Witness",
    "located",
    "repairs_of",
    "suggestions",
]
