"""Error location: which cells of a report to look at when its sums do not hold."""

from govinfo.locate.programme import NotLocated, SearchCutShort
from govinfo.locate.ranges import Ranges, ranges_of
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
    "Ranges",
    "Repairs",
    "SearchCutShort",
    "Witness",
    "located",
    "ranges_of",
    "repairs_of",
    "suggestions",
]
