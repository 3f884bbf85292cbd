"""Error location: which cells of a report to look at when its sums do not hold."""

from govinfo.locate.programme import SearchCutShort
from govinfo.locate.suggest import SUGGESTION_COLUMNS, located, suggestions
from govinfo.locate.witness import Witness

__all__ = ["SUGGESTION_COLUMNS", "SearchCutShort", "Witness", "located", "suggestions"]
