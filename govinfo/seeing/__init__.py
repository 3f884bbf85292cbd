"""Seeing it: the page or the table with a cell marked, and what was read from it."""

from govinfo.seeing.subject import Finding, subject_of
from govinfo.seeing.views import View, comparison_of, view_of

__all__ = ["Finding", "View", "comparison_of", "subject_of", "view_of"]
