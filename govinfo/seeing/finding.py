"""A finding or a cell on its page, with the failed sum spelled out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from govinfo.pages import packed
from govinfo.seeing.excerpt import MARK, excerpt
from govinfo.seeing.pictures import cut, cut_box, outlined, page_of, spots, table_box
from govinfo.seeing.subject import Finding, Subject, subject_of
from govinfo.seeing.view import Shot, View, fragment

if TYPE_CHECKING:
    from govinfo.report import Report

# Print on white, and two colours of outlines.
_COLOURS = 48


def view_of(report: Report, what: Finding) -> View:
    """
    The place of a finding or a cell, with the cell marked.

    Parameters
    ----------
    report : Report
        The report.
    what : int, row of a table of findings, or (table, row_code, column_code)
        What is to be shown.

    Returns
    -------
    View
        A picture of the page where the file has pages and still lies where it was
        read, else the rows of the table; the sentence alone for a finding on the
        report as a whole.

    Raises
    ------
    ValueError
        If the report has no such finding, or no such cell.
    """
    subject = subject_of(report, what)
    sentence = f"<p>{escape(subject.sentence, quote=False)}</p>"
    if not subject.keys:
        return View((), fragment(sentence), subject.sentence)
    shot = _shot(report, subject)
    total = f"<p><strong>{escape(subject.sum)}</strong></p>" if subject.sum else ""
    if isinstance(shot, Shot):
        words = "\n".join(filter(None, [subject.sentence, subject.sum]))
        return View((shot,), fragment(sentence, total), words)
    table, lines = excerpt(report, subject)
    told = [f"{MARK} {subject.sentence}", lines, subject.sum, shot]
    why = f"<p>{escape(shot, quote=False)}</p>" if shot else ""
    return View((), fragment(table, total, why), "\n".join(filter(None, told)))


def _shot(report: Report, subject: Subject) -> Shot | str:
    """The page, or why it is not shown: empty where there is none to be shown."""
    found = spots(report, (*subject.keys, subject.key))
    own = found.get(subject.key)
    drawn = page_of(report, own.page) if own else ""
    if own is None or isinstance(drawn, str):
        return str(drawn)
    image, scale = drawn
    here = {key: spot for key, spot in found.items() if spot.page == own.page}
    terms = [spot.box for key, spot in here.items() if key != subject.key]
    outlined(image, scale, [own.box], terms)
    same = [s.box for s in here.values() if s.grid == own.grid]
    part = cut(image, scale, cut_box(same, table_box(report, own)))
    alt = f"Part of page {own.page} of {report.report_id}, one cell outlined. "
    others = "; thin outlines mark the other figures of the sum" if terms else ""
    alt += f"{subject.sentence.removesuffix('.')}{others}."
    if subject.sum:
        alt += f" In figures: {subject.sum}."
    return Shot.of(packed(part, _COLOURS), part.size, alt)
