"""Seeing it: the page or the table with a cell marked, and what was read from it."""

from govinfo.seeing.comparison import comparison_of
from govinfo.seeing.finding import view_of
from govinfo.seeing.subject import Finding, Subject, subject_of
from govinfo.seeing.views import Shot, View

__all__ = [
    "Finding",
    "Shot",
    "Subject",
    "View",
    "comparison_of",
    "subject_of",
    "view_of",
]
