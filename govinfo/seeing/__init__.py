"""Seeing it: the page or the table with a cell marked, and what was read from it."""

from govinfo.seeing.subject import Finding, Subject, subject_of
from govinfo.seeing.views import Shot, View, comparison_of, view_of

__all__ = ["Finding", "Shot", "Subject", "View"]
__all__ += ["comparison_of", "subject_of", "view_of"]
