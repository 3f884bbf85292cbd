"""What a report is checked for beside its sums: its narrative, and figures in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from govinfo.bilingual import both
from govinfo.checks.results import Result
from govinfo.checks.statements import StatedFigure
from govinfo.checks.structure import Key, say
from govinfo.checks.within import ReportCells, results_within
from govinfo.document import Document, Grid
from govinfo.later import pd
from govinfo.provenance import agrees
from govinfo.recognise.figures import State
from govinfo.recognise.readings import Reading

DOUBTED = say("read.doubted", sentence=both(""))
"""How a sentence ends on a sum that two readings of a picture contradict."""

# How a note under a table begins, and a further point of it.
_NOTE = re.compile(
    r"\s*[（(【\[]?(?:[备附表]?注|(?:填[表报]|数据)?说明)\s*[\d一二三]?(?:\s*[:：）)】\]]|\s)"
    r"|\s*[※＊*]"
)
_POINT = re.compile(r"\s*[（(]?(?:\d{1,2}\s*[.．、)）]|[①-⑳])")

STATEMENT_COLUMNS = ("measure", "value", "place", "sentence")
"""Columns of :func:`statements_table`."""


def narrative_of(
    document: Document, cells: Iterable[Reading] = ()
) -> tuple[str, list[tuple[int, str]]]:
    r"""
    The text outside the tables, and from which character on it stands where.

    Notes under a table, from their mark (注：, or the number of a footnote) to the last
    of their numbered points, are no narrative: they explain single figures of the
    table. Nor is a line of text that holds a cell.

    Parameters
    ----------
    document : Document
        As read.
    cells : iterable of Reading
        Its cells, where they are known.

    Examples
    --------
    >>> from govinfo.document import Place, TextBlock
    >>> blocks = TextBlock("ab", Place(page=1)), TextBlock("c", Place(line=7))
    >>> narrative_of(Document("a.pdf", "application/pdf", blocks))
    ('ab\nc', [(0, 'page 1'), (3, 'line 7')])
    """
    texts: list[str] = []
    places: list[tuple[int, str]] = []
    start = 0
    lines = {cell.place.line for cell in cells if cell.place} - {None}
    in_note = False
    for block in document.blocks:
        if isinstance(block, Grid) or block.place.line in lines:
            # A point right under a table is a footnote.
            in_note = True
            continue
        in_note = bool(
            _NOTE.match(block.text) or (in_note and _POINT.match(block.text))
        )
        if in_note:
            continue
        page, line = block.place.page, block.place.line
        words = f"page {page}" if page else f"line {line}" if line else ""
        places.append((start, words))
        texts.append(block.text)
        start += len(block.text) + 1
    return "\n".join(texts), places


def statements_table(found: Iterable[StatedFigure]) -> pd.DataFrame:
    """
    The figures that a narrative states, each with its sentence and its place.

    Returns
    -------
    DataFrame
        The columns of :data:`STATEMENT_COLUMNS`. Of the sentence only words of the
        trade and figures are kept, as narratives name persons.
    """
    rows = [(s.measure, s.value, s.place, s.sentence) for s in found]
    return pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))


def read_in_doubt(
    results: Sequence[Result], report: ReportCells, readings: Iterable[Reading]
) -> Sequence[Result]:
    """
    Results in which sums of uncertain figures say what two readings of them make.

    Figures of a picture stay uncertain where neither a sum nor the other digits of the
    document support them, even if the engine read them twice alike: a sum of them that
    does not hold is no finding. But it is worth a look, so its sentence says what it
    comes to.

    Parameters
    ----------
    results : sequence of Result
        From :func:`govinfo.checks.within.results_within`.
    report : ReportCells
        The cells that were checked.
    readings : iterable of Reading
        The same with what each was read from.

    Returns
    -------
    sequence of Result
        The same results; only sentences of such sums differ.
    """
    doubted: dict[Key, float | None] = {
        (reading.table, *reading.key): float(reading.figure.value or 0)
        for reading in readings
        if reading.state is State.UNCERTAIN
        if reading.second is not None and agrees(reading)
    }
    if not doubted:
        return results
    reported = dict.fromkeys(doubted, State.REPORTED.value)
    best = replace(report, state=report.state | reported, value=report.value | doubted)
    failing = {
        (anew.check, anew.cells): say("read.doubted", sentence=anew.sentence.open)
        for anew in results_within(best, noted=True)
        if anew.result == "fail"
    }
    return [
        old._replace(sentence=failing.get((old.check, old.cells), old.sentence))
        if old.result == "not_assessable"
        else old
        for old in results
    ]
