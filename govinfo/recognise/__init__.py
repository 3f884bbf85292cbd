"""Recognise the statutory tables of a document: from grids and text to cells.

The rows of every grid are collected in reading order, aligned to the statutory sequence
of row labels, and their cells placed under the statutory columns. What is not certain
is said to be uncertain; what is not there is absent. Nothing here judges a figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from govinfo.bilingual import IN_ENGLISH, Said
from govinfo.document import Document
from govinfo.errors import UnknownForm
from govinfo.forms import (
    FORMS,
    NEWEST,
    SUBTOTAL,
    TABLES,
    all_rows,
    form_row,
    form_rows,
    group_rows,
)
from govinfo.recognise.align import Match, Option, align
from govinfo.recognise.blockforms import forms_of_blocks, is_collapsed
from govinfo.recognise.columns import BLOCKS
from govinfo.recognise.disputes import dispute_placings
from govinfo.recognise.evidence import sums
from govinfo.recognise.exact import exact_readings
from govinfo.recognise.figures import Figure, State
from govinfo.recognise.headers import headers_of
from govinfo.recognise.joining import join_split_rows
from govinfo.recognise.labels import row_similarities
from govinfo.recognise.matched import read_table, row_readings
from govinfo.recognise.objections import objection, say
from govinfo.recognise.placing import Placing
from govinfo.recognise.readings import Cellbook, Reading
from govinfo.recognise.rivals import without_rivals
from govinfo.recognise.rows import Row, rows_of
from govinfo.recognise.strays import begins_page, figures_come_first, with_strays
from govinfo.recognise.subtotals import Subtotal, printed_subtotals

# Fewer labels than this may stand in any document about disclosure.
_FEWEST_ROWS = 4

_ABSENT = Figure(State.ABSENT)

# So like a label of the forms is one of them, whatever stands beside it.
_EXACT = 0.95


@dataclass(frozen=True, slots=True)
class Recognition:
    """The statutory cells of one report.

    Attributes
    ----------
    form : str
        Such as ``"2021"``, or ``"2019+2021"`` where the blocks differ.
    cells : tuple of Reading
        Every statutory cell in the order of the form; those that are not in the
        document have the state ``absent``.
    notes : tuple of str
        Whole sentences on what could not be settled.
    failures : tuple of str
        Whole sentences on what was tried and failed on our side.
    subtotals : tuple of Subtotal
        What is printed beside the cells of the form and should be the sum of some.
    """

    form: str
    cells: tuple[Reading, ...]
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    subtotals: tuple[Subtotal, ...] = ()


def recognise(document: Document, report_year: int | None = None) -> Recognition:
    """
    Find the cells of the statutory tables in a document.

    Parameters
    ----------
    document : Document
        As a reader returned it.
    report_year : int, optional
        Used for one thing only: to name the form of tables that are identical in both
        forms when no other table of the document tells.

    Returns
    -------
    Recognition
        One reading for each statutory cell.

    Raises
    ------
    UnknownForm
        If the document holds no statutory table.
    """
    exact = exact_readings(document)
    if exact is not None:
        return Recognition(*exact)
    return weighed(document, report_year)


def weighed(document: Document, report_year: int | None = None) -> Recognition:
    """
    The same, for a document that is not printed to the letter.

    Parameters
    ----------
    document : Document
        As a reader returned it.
    report_year : int, optional
        As for :func:`recognise`.

    Returns
    -------
    Recognition
        One reading for each statutory cell.

    Raises
    ------
    UnknownForm
        If the document holds no statutory table.
    """
    rows = join_split_rows(rows_of(document), ("requests", "proactive"))
    requests = align(rows, "requests")
    proactive = align(rows, "proactive")
    matched = {m.row.number for m in (*requests, *proactive) if m.similarity >= 0.85}
    headers = headers_of(rows, [*requests, *proactive], matched)
    disputes = dispute_placings(rows, headers, matched)
    _require_tables(document, rows, [*requests, *proactive], disputes)
    requests = without_rivals(requests, rows, "requests")
    proactive = without_rivals(proactive, rows, "proactive")
    requests = _without_lone_subtotal(requests)
    unlabelled = _unlabelled(rows, requests)
    taken = {match.row.number for match in (*requests, *proactive, *unlabelled)}
    # A row without label may be the rest of one that the end of a page cut.
    taken -= {match.row.number for match in unlabelled if begins_page(match.row, rows)}
    requests = requests + unlabelled
    if figures_come_first(rows, taken, "proactive"):
        proactive = [match.doubted("row_figures_first") for match in proactive]
    requests = with_strays(requests, rows, taken, "requests")
    proactive = with_strays(proactive, rows, taken, "proactive")

    form, blocks = forms_of_blocks(requests, proactive, headers, report_year)
    books = {table: Cellbook(table) for table in TABLES}
    collapsed = is_collapsed(requests)
    for table, matches in (("proactive", proactive), ("requests", requests)):
        read_table(books[table], matches, headers, form, blocks)
    for block, placing in disputes:
        row = form_row("disputes", form, block)
        for reading in row_readings(row, placing):
            books["disputes"].add(reading)
    for table in ("requests", "disputes"):
        books[table].settle(sums(table, form, is_collapsed=collapsed))
    cells = _complete(books, form, blocks, is_collapsed=collapsed)
    if document.is_damaged:
        # A sum that holds proves nothing where figures may be another file's remains.
        damaged = objection("damaged")
        cells = [
            cell
            if cell.figure.state in (State.UNREADABLE, State.ABSENT)
            else replace(cell, doubts=(*cell.doubts, damaged))
            for cell in cells
        ]
    printed = sorted({cell.form for cell in cells if cell.state is not State.ABSENT})
    beside = printed_subtotals(rows, requests, headers, form)
    return Recognition("+".join(printed or [form]), tuple(cells), subtotals=beside)


def _require_tables(
    document: Document,
    rows: Sequence[Row],
    matches: Sequence[Match],
    disputes: Sequence[tuple[str, Placing]],
) -> None:
    sure = {block for block, placing in disputes if placing.is_sure}
    if sure == set(BLOCKS):
        # A header that names fifteen columns, and as many cells: a table by itself.
        return
    found = sum(match.is_sure for match in matches) + 3 * bool(disputes)
    if found >= _FEWEST_ROWS:
        return
    notes = Said(
        "".join(f" {note}" for note in document.notes),
        IN_ENGLISH if document.notes else "",
    )
    labels = sum(
        max(row_similarities(piece.text, table).values(), default=0) >= _EXACT
        for row in rows
        for piece in row.pieces
        for table in ("proactive", "requests")
        if piece.is_label
    )
    said = say(
        "form_without_figures" if labels > found else "form_none",
        source=document.source,
        found=found,
        least=_FEWEST_ROWS,
        labels=labels,
        bare=labels - found,
        tables=len(document.grids),
        lines=len(document.text_blocks),
        notes=notes,
    )
    raise UnknownForm(said.en, said.zh)


def _without_lone_subtotal(requests: Sequence[Match]) -> list[Match]:
    """A row named as the group （六） alone is not sure where a part of it is missing.

    It may be the subtotal, or the part that lost its label.
    """
    split = {code for form in FORMS for code in group_rows("requests", form, SUBTOTAL)}
    missing = split - {match.code for match in requests}
    is_lone = bool(missing) and missing != split
    return [
        match.doubted("row_subtotal") if is_lone and match.code == SUBTOTAL else match
        for match in requests
    ]


def _unlabelled(rows: Sequence[Row], matches: Sequence[Match]) -> list[Match]:
    """Rows without label in a gap of the sequence that they fill exactly.

    They are never sure: only their order speaks for them.
    """
    order = [row.code for row in form_rows("requests", NEWEST) if row.required]
    by_code = {match.code: match for match in matches if match.is_sure}
    taken = {match.row.number for match in matches}
    known = [code for code in order if code in by_code]
    found: list[Match] = []
    for left, right in zip(known, known[1:], strict=False):
        missing = order[order.index(left) + 1 : order.index(right)]
        if SUBTOTAL in {match.code for match in matches}:
            missing = [code for code in missing if not code.startswith(SUBTOTAL)]
        low, high = by_code[left].row.number, by_code[right].row.number
        between = [
            row
            for row in rows
            if low < row.number < high
            and row.number not in taken
            and row.has_figures
            and not any(piece.is_label for piece in row.pieces)
        ]
        if missing and len(between) == len(missing):
            found += [
                Match(code, row, Option("", 0), 0.0, False, "row_unlabelled")
                for code, row in zip(missing, between, strict=True)
            ]
    return found


def _complete(
    books: dict[str, Cellbook],
    form: str,
    blocks: dict[str, str],
    *,
    is_collapsed: bool,
) -> list[Reading]:
    """Every statutory cell in the order of the form, absent ones included."""
    main = Counter(blocks.values()).most_common(1)[0][0] if blocks else form
    cells: list[Reading] = []
    for table in TABLES:
        readings = books[table].readings
        base = main if table == "proactive" else form
        printed = {key[0]: reading.form for key, reading in readings.items()}
        codes = [row.code for row in form_rows(table, base)]
        codes += [code for code in all_rows(table) if code in printed]
        for code in dict.fromkeys(codes):
            row = form_row(table, printed.get(code, base), code)
            is_part = is_collapsed and code.startswith(SUBTOTAL + ".")
            if code not in printed and (is_part or not row.required):
                continue
            absent = table, row.form, code
            cells += [
                readings.get((code, column.code))
                or Reading(*absent, column.code, _ABSENT, "", None, column.unit)
                for column in row.columns
            ]
    return cells
