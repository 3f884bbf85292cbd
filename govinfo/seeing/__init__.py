"""Seeing it: the page or the table with a cell marked, and what was read from it."""

from govinfo.seeing.comparison import comparison_of
from govinfo.seeing.finding import view_of
from govinfo.seeing.subject import Finding, subject_of
from govinfo.seeing.views import View

__all__ = ["Finding", "View", "comparison_of", "subject_of", "view_of"]
