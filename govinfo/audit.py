"""Everything that one report is checked for, its narrative and its names included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.checks.identity import check_identity
from govinfo.checks.narrative import check_narrative
from govinfo.checks.statements import statements
from govinfo.checks.within import check_cells
from govinfo.document import Document
from govinfo.identify import Identity
from govinfo.provenance import with_readings
from govinfo.recognise import Recognition

if TYPE_CHECKING:
    import pandas as pd

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
    return pd.concat(
        [
            with_readings(check_cells(cells), recognition.cells, document),
            check_narrative(text, cells, places),
            check_identity(report_id, identity.agency, identity.report_year, named),
        ],
        ignore_index=True,
    )
