"""Everything that one report is checked for, its narrative and its names included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from govinfo.bilingual import Said, both
from govinfo.checks.identity import check_identity
from govinfo.checks.narrative import check_narrative, stated_figures
from govinfo.checks.results import with_sentences
from govinfo.checks.statements import statements
from govinfo.checks.structure import say
from govinfo.checks.within import check_cells, check_subtotals
from govinfo.document import Document
from govinfo.identify import Identity
from govinfo.locate import Witness
from govinfo.provenance import agrees, with_readings
from govinfo.recognise import Recognition
from govinfo.recognise.figures import State
from govinfo.recognise.readings import Reading

if TYPE_CHECKING:
    import pandas as pd

DOUBTED = say("read.doubted", sentence=both(""))
"""How a sentence ends on a sum that two readings of a picture contradict."""

STATEMENT_COLUMNS = ("measure", "value", "place", "sentence")
"""Columns of :func:`statements_table`."""


def narrative_of(document: Document) -> tuple[str, list[tuple[int, str]]]:
    r"""
    The text outside the tables, and from which character on it stands where.

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
    for block in document.text_blocks:
        page, line = block.place.page, block.place.line
        words = f"page {page}" if page else f"line {line}" if line else ""
        places.append((start, words))
        texts.append(block.text)
        start += len(block.text) + 1
    return "\n".join(texts), places


def statements_table(document: Document) -> pd.DataFrame:
    """
    Every figure that the narrative states, with its sentence and its place.

    Parameters
    ----------
    document : Document
        As read.

    Returns
    -------
    DataFrame
        The columns of :data:`STATEMENT_COLUMNS`. Of the sentence only words of the
        trade and figures are kept, as narratives name persons.
    """
    import pandas as pd

    found = statements(*narrative_of(document))
    rows = [(s.measure, s.value, s.place, s.sentence) for s in found]
    return pd.DataFrame(rows, columns=list(STATEMENT_COLUMNS))


def read_in_doubt(
    results: pd.DataFrame, cells: pd.DataFrame, readings: Sequence[Reading]
) -> pd.DataFrame:
    """
    Results in which sums of uncertain figures say what two readings of them make.

    Figures of a picture stay uncertain where no sum supports them, even if they were
    read twice alike: a sum of them that does not hold is no finding. But it is worth a
    look, so its sentence says what it comes to.

    Parameters
    ----------
    results : DataFrame
        From :func:`govinfo.checks.check_cells`.
    cells : DataFrame
        The cells that were checked.
    readings : sequence of Reading
        The same with what each was read from.

    Returns
    -------
    DataFrame
        The same results; only sentences of such sums differ.
    """
    import pandas as pd

    doubted = {
        at: float(reading.figure.value or 0)
        for at, reading in enumerate(readings)
        if reading.state is State.UNCERTAIN
        if reading.second is not None and agrees(reading)
    }
    if not doubted:
        return results
    states = [
        State.REPORTED.value if at in doubted else state
        for at, state in enumerate(cells["state"])
    ]
    values = [doubted.get(at, value) for at, value in enumerate(cells["value"])]
    best = cells.assign(state=states, value=pd.array(values, dtype="Float64"))
    as_read = check_cells(best)
    fails = (as_read["result"] == "fail") & (results["result"] == "not_assessable")
    told = [
        say("read.doubted", sentence=anew.open) if is_worth_a_look else sentence
        for sentence, anew, is_worth_a_look in zip(
            _sentences(results), _sentences(as_read), fails, strict=True
        )
    ]
    return with_sentences(results, told)


def _sentences(results: pd.DataFrame) -> Iterator[Said]:
    return map(Said, results["sentence"], results["sentence_zh"])


def audit(
    report_id: str,
    cells: pd.DataFrame,
    recognition: Recognition,
    document: Document,
    identity: Identity,
) -> pd.DataFrame:
    """
    The results of every check that needs no other report.

    Parameters
    ----------
    report_id : str
        The report.
    cells : DataFrame
        Its cells as a table.
    recognition : Recognition
        The same with what each was read from.
    document : Document
        The document.
    identity : Identity
        Agency and year, and the places that name them.

    Returns
    -------
    DataFrame
        The sums of the form, with how the figures of those that fail were read; the
        narrative; and whether all that names agency and year names the same.
    """
    import pandas as pd

    named = [
        (statement.source, statement.agency, statement.year)
        for statement in identity.statements
        if statement.source != "statement of period"
    ]
    text, places = narrative_of(document)
    within = read_in_doubt(check_cells(cells), cells, recognition.cells)
    beside = check_subtotals(cells, recognition.subtotals)
    return pd.concat(
        [
            with_readings(pd.concat([within, beside]), recognition.cells, document),
            check_narrative(text, cells, places),
            check_identity(report_id, identity.agency, identity.report_year, named),
        ],
        ignore_index=True,
    )


def witnesses_of(document: Document, cells: pd.DataFrame) -> list[Witness]:
    """What the narrative of a report says its cells should be."""
    text, _ = narrative_of(document)
    return [Witness(*stated) for stated in stated_figures(text, cells)]
