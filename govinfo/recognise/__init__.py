"""Recognise the statutory tables of a document: from grids and text to cells.

The rows of every grid are collected in reading order, aligned to the statutory sequence
of row labels, and their cells placed under the statutory columns. What is not certain
is said to be uncertain; what is not there is absent. Nothing here judges a figure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from govinfo.document import Document
from govinfo.errors import UnknownForm
from govinfo.forms import FORMS, SUBTOTAL, TABLES, FormRow, form_row, form_rows
from govinfo.recognise.align import Match, align
from govinfo.recognise.columns import Header, statutory_columns
from govinfo.recognise.disputes import dispute_placings
from govinfo.recognise.evidence import sums
from govinfo.recognise.figures import BLANK, State, read_figure
from govinfo.recognise.headers import Headers, headers_of
from govinfo.recognise.joining import join_split_rows
from govinfo.recognise.labels import core, fold
from govinfo.recognise.placing import Placing, place_row
from govinfo.recognise.readings import Cellbook, Reading, doubts_about, tidy_raw
from govinfo.recognise.rivals import without_rivals
from govinfo.recognise.rows import Piece, Row, rows_of

# Fewer labels than this may stand in any document about disclosure.
_FEWEST_ROWS = 4

# Units of money, as a header may state them.
_MONEY = re.compile(r"[十百千万亿]*元")

# No label of the forms has a digit beside its number.
_DIGIT = re.compile(r"\d")

# So many column labels in statutory order are the remains of the statutory header.
_FEWEST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Recognition:
    """The statutory cells of one report.

    Attributes
    ----------
    form : str
        ``"2019"``, ``"2021"``, or ``"2019+2021"`` where the blocks differ.
    cells : tuple of Reading
        Every statutory cell in the order of the form; those that are not in the
        document have the state ``absent``.
    notes : tuple of str
        Whole sentences on what could not be settled.
    """

    form: str
    cells: tuple[Reading, ...]
    notes: tuple[str, ...] = ()


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
    rows = join_split_rows(rows_of(document), ("requests", "proactive"))
    requests = align(rows, "requests")
    proactive = align(rows, "proactive")
    matched = {m.row.number for m in (*requests, *proactive) if m.similarity >= 0.85}
    headers = headers_of(rows, [*requests, *proactive], matched)
    disputes = dispute_placings(rows, headers, matched)
    _require_tables(document, requests, proactive, bool(disputes))
    requests = without_rivals(requests, rows, "requests")
    proactive = without_rivals(proactive, rows, "proactive")
    requests = requests + _unlabelled(rows, requests)

    blocks = _proactive_forms(proactive, headers)
    form = _form(requests, blocks, report_year)
    books = {table: Cellbook(table) for table in TABLES}
    for match in proactive:
        its_form = blocks.get(match.code, form)
        _read_match(books["proactive"], match, its_form, headers)
    requests_form = form
    is_collapsed = _is_collapsed(requests)
    double = _is_double_spaced(requests)
    for match in requests:
        _read_match(
            books["requests"],
            match,
            requests_form,
            headers,
            is_double_spaced=double,
        )
    for block, placing in disputes:
        row = form_row("disputes", form, block)
        for reading in _row_readings(row, placing, is_sure=placing.is_sure):
            books["disputes"].add(reading)
    for table in ("requests", "disputes"):
        books[table].settle(sums(table, form, is_collapsed=is_collapsed))
    cells = _complete(books, form, blocks, is_collapsed=is_collapsed)
    forms = sorted({cell.form for cell in cells if cell.state is not State.ABSENT})
    return Recognition("+".join(forms or [form]), tuple(cells))


def _require_tables(
    document: Document,
    requests: Sequence[Match],
    proactive: Sequence[Match],
    has_disputes: bool,
) -> None:
    found = sum(match.is_sure for match in (*requests, *proactive)) + 3 * has_disputes
    if found >= _FEWEST_ROWS:
        return
    seen = "".join(f" {note}" for note in document.notes)
    message = (
        f"{document.source}: no statutory table was found; {found} of its rows carry "
        f"a label of the forms, and at least {_FEWEST_ROWS} were expected in "
        f"{len(document.grids)} tables and {len(document.text_blocks)} lines of text."
        f"{seen} If it is an annual report on government information disclosure, "
        "see whether its tables are pictures or an attachment."
    )
    raise UnknownForm(message)


def _proactive_forms(matches: Sequence[Match], headers: Headers) -> dict[str, str]:
    """Form of each row of table 2 by the columns that its header names."""
    found: dict[str, str] = {}
    for match in matches:
        best: tuple[int, str] | None = None
        for form in FORMS:
            columns = statutory_columns("proactive", match.code, form)
            header = headers.for_row(match.row, "proactive", columns)
            named = len(set(columns) & set(header.codes)) if header else 0
            # All columns of the one form named, and not all of the other's.
            if columns and named == len(columns) and (not best or named > best[0]):
                best = (named, form)
        if best:
            found[match.code] = best[1]
    return found


def _form(
    requests: Sequence[Match], blocks: dict[str, str], report_year: int | None
) -> str:
    """Form of tables 3 and 4: by the parts of （六）, else by table 2, else by year."""
    codes = {match.code for match in requests if match.is_sure}
    if codes & {f"{SUBTOTAL}.not_clarified", f"{SUBTOTAL}.fee_unpaid"}:
        return "2021"
    if blocks:
        return Counter(blocks.values()).most_common(1)[0][0]
    if report_year is not None and report_year <= 2020:
        return "2019"
    return "2021"


def _is_collapsed(requests: Sequence[Match]) -> bool:
    codes = {match.code for match in requests}
    parts = {code for code in codes if code.startswith(SUBTOTAL + ".")}
    return SUBTOTAL in codes and not parts


def _is_double_spaced(matches: Sequence[Match]) -> bool:
    """Whether empty lines stand between the figures of rows that are full."""
    for match in matches:
        values = match.values
        filled = [n for n, piece in enumerate(values) if not piece.is_blank]
        if (
            not match.row.is_placed
            and len(filled) == 7
            and filled[-1] - filled[0] > len(filled) - 1
        ):
            return True
    return False


def _unlabelled(rows: Sequence[Row], matches: Sequence[Match]) -> list[Match]:
    """Rows without label in a gap of the sequence that they fill exactly.

    They are never sure: only their order speaks for them.
    """
    order = [row.code for row in form_rows("requests", "2021") if row.required]
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
            for code, row in zip(missing, between, strict=True):
                template = by_code[left]
                option = replace(template.option, text="", values_from=0)
                found.append(Match(code, row, option, 0.0, is_sure=False))
    return found


def _read_match(
    book: Cellbook,
    match: Match,
    form: str,
    headers: Headers,
    *,
    is_double_spaced: bool = False,
) -> None:
    columns = statutory_columns(book.table, match.code, form)
    if not columns:
        form = next(f for f in FORMS if statutory_columns(book.table, match.code, f))
        columns = statutory_columns(book.table, match.code, form)
    header = headers.for_row(match.row, book.table, columns)
    placing = place_row(
        match.row,
        match.values,
        columns,
        header,
        is_double_spaced=is_double_spaced,
    )
    if not any(p.is_figure for p in match.values) and _DIGIT.search(
        core(match.option.text)
    ):
        # The figure stands in the cell of its label: what follows is no blank.
        match = replace(match, is_sure=False)
    if header is None and any(
        piece.is_figure
        and headers.is_of_another_column(match.row, piece, book.table, columns)
        for piece in match.values
    ):
        match = replace(match, is_sure=False)
    if not _names_the_order(header, columns):
        # Every sum of the form holds as well with two applicants in each other's place.
        placing = replace(placing, is_sure=False, is_named=False)
    row = form_row(book.table, form, match.code)
    for reading in _row_readings(
        row,
        placing,
        is_sure=match.is_sure and placing.is_sure,
        is_labelled=match.is_sure,
        header=header,
        printed=match.values,
    ):
        book.add(reading)


def _names_the_order(header: Header | None, columns: Sequence[str]) -> bool:
    """Whether a header is whole, or what is left of it is in the statutory order."""
    if header is None:
        return False
    places = [columns.index(code) for code in header.codes if code in columns]
    if len(places) >= len(columns) - 1:
        return True
    return len(places) >= _FEWEST_COLUMNS and places == sorted(places)


def _row_readings(
    row: FormRow,
    placing: Placing,
    *,
    is_sure: bool,
    is_labelled: bool = True,
    header: Header | None = None,
    printed: Sequence[Piece] = (),
) -> list[Reading]:
    """Readings of all columns of a row."""
    found: list[Reading] = []
    may_be_supported = is_labelled and placing.is_named
    if not placing.is_sure and any(p.is_blank for p in placing.pieces.values()):
        # All sums hold as well when every figure stands one column too far beside a
        # blank: where order alone places a row with blanks, they support nothing.
        may_be_supported = False
    texts = {piece.text for piece in placing.pieces.values()}
    # Figures that are all the same are the same in every order.
    order_is_idle = (
        len(texts) == 1
        and len(placing.pieces) == len(row.columns)
        and not placing.is_misfit
    )
    for column in row.columns:
        piece = placing.pieces.get(column.code)
        if piece is None:
            words = " | ".join(p.text for p in printed)
            found.append(
                Reading(
                    row.table,
                    row.form,
                    row.code,
                    column.code,
                    BLANK,
                    tidy_raw(words),
                    str(printed[0].place) if printed else "",
                    column.unit,
                    doubts=("no column could be settled for the figures of the row",),
                    may_be_supported=False,
                )
            )
            continue
        figure = read_figure(piece.text, may_change=column.code == "change")
        others = {
            other[column.code].text
            for other in placing.others
            if column.code in other and other[column.code].text != piece.text
        }
        if piece.other_reading is not None:
            others.add(piece.other_reading)
        doubts = list(doubts_about(piece, figure))
        if not is_sure and not (order_is_idle and is_labelled):
            if not is_labelled:
                doubts.append("the label of the row is not sure")
            elif others or not placing.others:
                doubts.append("the column is known by order alone")
        stated = figure.unit or _header_unit(header, column.code)
        if stated == "":
            doubts.append("the unit is neither yuan nor ten thousand yuan")
        unit = stated or column.unit
        found.append(
            Reading(
                row.table,
                row.form,
                row.code,
                column.code,
                figure,
                tidy_raw(piece.text),
                str(piece.place),
                unit,
                tuple(doubts),
                tuple(sorted(others)),
                may_be_supported,
            )
        )
    return found


def _header_unit(header: Header | None, code: str) -> str | None:
    """Unit that the printed column label states for an amount; empty if another one."""
    if header is None or code != "amount":
        return None
    stated = _MONEY.findall(fold(header.label(code)))
    if not stated:
        return None
    return {"元": "yuan", "万元": "10,000 yuan"}.get(stated[-1], "")


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
        rows: list[FormRow] = []
        base = main if table == "proactive" else form
        other = next(f for f in FORMS if f != base)
        printed = {key[0]: reading.form for key, reading in readings.items()}
        codes = [row.code for row in form_rows(table, base)]
        codes += [row.code for row in form_rows(table, other) if row.code in printed]
        for code in dict.fromkeys(codes):
            row_form = printed.get(code, base)
            row = form_row(table, row_form, code)
            if code not in printed and (
                not row.required or (is_collapsed and code.startswith(SUBTOTAL + "."))
            ):
                continue
            rows.append(row)
        for row in rows:
            for column in row.columns:
                reading = readings.get((row.code, column.code))
                cells.append(
                    reading
                    if reading is not None
                    else Reading(
                        table,
                        row.form,
                        row.code,
                        column.code,
                        replace(BLANK, state=State.ABSENT),
                        "",
                        "",
                        column.unit,
                    )
                )
    return cells
