"""Several reports in one file: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from govinfo.document import Document, TextBlock
from govinfo.recognise.align import COMMON, scores
from govinfo.recognise.exact import exact_readings
from govinfo.recognise.labels import fold
from govinfo.recognise.rows import Row, rows_of

# So many rows of table 3 beyond doubt are a table, not a quotation from one.
_A_TABLE = 10

# A label of a row that counts for this must be all but exact.
_EXACT = 0.95


def split_document(document: Document) -> list[Document]:
    """
    Split a document that holds several reports.

    Table 3 is the longest of a report: where its sequence of rows begins anew after it
    has run, another report has begun. The cut is made at the title before that table.

    Parameters
    ----------
    document : Document
        As a reader returned it.

    Returns
    -------
    list of Document
        One for each report, in reading order; the document itself if it holds one.

    Examples
    --------
    >>> len(split_document(Document("a.html", "text/html")))
    1
    """
    if exact_readings(document) is not None:
        return [document]
    rows = rows_of(document)
    starts = _starts(rows)
    if len(starts) < 2:
        return [document]
    cuts = [
        cut
        for (_, end), (start, _) in pairwise(starts)
        if (cut := _cut(document, end, start)) is not None
    ]
    edges = [0, *cuts, len(document.blocks)]
    return [
        replace(document, blocks=document.blocks[low:high], title="")
        for low, high in pairwise(edges)
    ]


def _starts(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Blocks in which each table 3 begins and ends."""
    runs: list[tuple[set[str], int, int]] = []
    for row in rows:
        found = scores(row, "requests")
        if not found:
            continue
        code, (score, option) = max(found.items(), key=lambda item: item[1][0])
        is_own = option.is_last and len(row.pieces) > option.values_from
        if score < _EXACT or not is_own or code.startswith("group:") or code in COMMON:
            continue
        if not runs or (code in runs[-1][0] and len(runs[-1][0]) >= _A_TABLE):
            runs.append(({code}, row.block, row.block))
        else:
            codes, start, _ = runs[-1]
            runs[-1] = (codes | {code}, start, row.block)
    tables: list[tuple[set[str], int, int]] = []
    for codes, start, end in runs:
        if tables and len(tables[-1][0] & codes) < _A_TABLE:
            # A few labels met again are a few rows printed twice.
            earlier, first, _ = tables[-1]
            tables[-1] = (earlier | codes, first, end)
        else:
            tables.append((codes, start, end))
    return [(start, end) for codes, start, end in tables if len(codes) >= _A_TABLE]


def _cut(document: Document, end: int, start: int) -> int | None:
    """The title that begins the next report, between two of the tables.

    Without a title between them, two tables are rivals within one report.
    """
    for n in range(end + 1, start):
        block = document.blocks[n]
        if isinstance(block, TextBlock) and _is_title(block.text):
            return n
    return None


def _is_title(text: str) -> bool:
    folded = fold(text)
    return len(folded) < 60 and "年度报告" in folded and "信息公开" in folded
