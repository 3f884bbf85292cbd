"""The readings of a row whose label, place and header are known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from govinfo.forms import FORMS, FormRow, form_row
from govinfo.recognise.align import Match
from govinfo.recognise.columns import FEWEST_COLUMNS, Header, statutory_columns
from govinfo.recognise.figures import BLANK, State, read_figure
from govinfo.recognise.headers import Headers
from govinfo.recognise.labels import core, fold
from govinfo.recognise.objections import objection
from govinfo.recognise.placing import (
    Placing,
    holds_two,
    names_above,
    place_row,
    stands_before,
)
from govinfo.recognise.readings import Cellbook, Reading, doubts_about, tidy_raw
from govinfo.recognise.rows import Piece

# Units of money, as a header may state them.
_MONEY = re.compile(r"[十百千万亿]*元")

# No label of the forms has a digit beside its number.
_DIGIT = re.compile(r"\d")

# So many rows whose totals have two parts show that no figure stands a column on.
_FEWEST_TELLING = 2
_FEWEST_PARTS = 2


@dataclass(frozen=True, slots=True)
class _Headed:
    """A matched row, the form that it follows, its columns there and its header.

    ``placing`` is where the header, as it is drawn, puts the cells.
    """

    match: Match
    form: str
    columns: tuple[str, ...]
    header: Header | None
    placing: Placing

    @property
    def number(self) -> int:
        """The row of the header, -1 for none."""
        return self.header.row if self.header is not None else -1


def read_table(
    book: Cellbook,
    matches: Sequence[Match],
    headers: Headers,
    form: str,
    blocks: Mapping[str, str],
) -> None:
    """
    Add the readings of the matched rows of a table to a book.

    Parameters
    ----------
    book : Cellbook
        The readings of the table.
    matches : sequence of Match
        Its rows.
    headers : Headers
        The headers of the document.
    form : str
        The form of rows whose header does not say which they follow.
    blocks : mapping
        The form of the others, by their codes. A row that its form lacks is read as
        the row of another one.
    """
    rows = [
        _headed(match, blocks.get(match.code, form), headers, book.table)
        for match in matches
    ]
    counted = _counted_headers(rows)
    doubled = _doubled_headers(rows, book.table, counted)
    # The rows of the other table have columns of their own.
    filled = _filled_places(matches) if book.table == "requests" else set()
    for headed in rows:
        match, columns, header = headed.match, headed.columns, headed.header
        placing = headed.placing
        if headed.number in counted:
            placing = place_row(
                match.row, match.values, columns, header, is_counted=True
            )
        if not match.row.is_placed and _passes_over_cells(match, placing, filled):
            placing = placing.doubted("column_filler")
        if headed.number in doubled:
            placing = placing.misfit("column_doubled")
        if not all(p.is_figure for p in match.values) and _DIGIT.search(
            core(match.option.text)
        ):
            # A figure stands in the cell of its label: what follows may be no blank.
            match = match.doubted("row_figure_in_label")
        if header is None and any(
            piece.is_figure
            and headers.is_of_another_column(match.row, piece, book.table, columns)
            for piece in match.values
        ):
            match = match.doubted("row_other_words")
        if not _names_the_order(header, columns):
            # Every sum of the form holds as well with two applicants in each other's
            # place.
            is_misfit = placing.is_misfit or (
                header is not None
                and not header.is_statutory
                and len(match.values) != len(columns)
            )
            placing = replace(placing.doubted("column_header"), is_misfit=is_misfit)
        is_form_known = match.code in blocks or not _other_forms_fit(
            match, book.table, columns
        )
        for reading in row_readings(
            form_row(book.table, headed.form, match.code),
            placing,
            label_doubt="" if match.is_sure else match.why or "row_label",
            may_be_idle=is_form_known,
            header=header,
            printed=match.values,
        ):
            book.add(reading)


def _filled_places(matches: Sequence[Match]) -> set[tuple[int, int]]:
    """Where the rows of a text have figures: how many cells a row has, and which.

    A cell that is filled in another row of as many cells is no filler in this one.
    """
    return {
        (len(match.values), n)
        for match in matches
        if not match.row.is_placed
        for n, piece in enumerate(match.values)
        if not piece.is_blank
    }


def _doubled_headers(
    rows: Sequence[_Headed], table: str, counted: Container[int]
) -> set[int]:
    """Headers, by their rows, that do not fit the cells of one of their rows.

    ``counted`` are the headers that :func:`_counted_headers` found.
    """
    found: set[int] = set()
    beside: dict[int, list[bool]] = {}
    told: Counter[int] = Counter()
    surplus: Counter[int] = Counter()
    # Rows that have just their cells, and those that have more, though not of figures.
    plain: Counter[int] = Counter()
    loose: Counter[int] = Counter()
    for headed in rows:
        match, columns, header = headed.match, headed.columns, headed.header
        number = headed.number
        if number in counted:
            continue
        has_surplus = _has_surplus(match, columns, header)
        surplus[number] += has_surplus
        if header is None:
            continue
        is_wide = len(match.values) > len(columns)
        plain[number] += not is_wide
        loose[number] += is_wide and not has_surplus
        before = [
            piece for piece in match.values if stands_before(piece, match.row, header)
        ]
        is_summed = _adds_up(headed)
        told[number] += is_summed
        figures = sum(piece.is_figure for piece in match.values)
        is_told = is_summed or (columns[-1] != "total" and figures == len(columns))
        beside.setdefault(number, []).append(bool(before) and not is_told)
        if any(piece.is_figure for piece in before) or (
            holds_two(match.row, match.values, columns, header)
            or (header.is_disproved and len(match.values) != len(columns))
        ):
            found.add(number)
    # Beside the label of one row there may be an empty cell; beside those of all rows
    # it is one of figures, and the header is shifted.
    found |= {row for row, is_beside in beside.items() if all(is_beside)}
    found |= {row for row, n in surplus.items() if n > told[row] and n + loose[row] > 1}
    if table == "proactive" and any(surplus.values()):
        # A column of figures without name runs through all items of the table: which
        # of two cells is the form's, no sum says.
        found |= {row for row in beside if loose[row] or not plain[row]}
    return found


def _counted_headers(rows: Sequence[_Headed]) -> set[int]:
    """Headers, by their rows, that stand beside their columns but name each of them.

    The cells of a row begin before or after those of the header where a label beside
    them is lost. If every row has as many cells as the header has names, and figures
    in the order of the names give the totals (but for one in four: reports have wrong
    ones), the names count, not the places.
    """
    counts: dict[int, list[bool]] = {}
    holding: Counter[int] = Counter()
    failing: Counter[int] = Counter()
    for headed in rows:
        match, columns, header = headed.match, headed.columns, headed.header
        if header is None or columns[-1] != "total" or not header.is_whole:
            continue
        codes = header.named_of(columns)
        is_own = header.section == match.row.section and header.is_statutory
        figures = [read_figure(piece.text) for piece in match.values]
        is_plain = all(f.state in (State.REPORTED, State.BLANK) for f in figures)
        *parts, total = (f.value or Decimal(0) for f in figures or [BLANK])
        counts.setdefault(header.row, []).append(
            is_own and is_plain and len(figures) == len(codes) and codes[-1] == "total"
        )
        # Of a single part, the total says nothing on where the part stands.
        holding[header.row] += total == sum(parts) and sum(p > 0 for p in parts) > 1
        failing[header.row] += total != sum(parts)
    return {
        row
        for row, are_counted in counts.items()
        if all(are_counted) and holding[row] >= max(_FEWEST_TELLING, 3 * failing[row])
    }


def _adds_up(headed: _Headed) -> bool:
    """Whether the figures of a row give, where the header puts them, its total.

    One column on, the total would stand among its parts: it takes two parts to tell.
    """
    if headed.columns[-1] != "total":
        return False
    placed = headed.placing.pieces.values()
    values = [read_figure(piece.text).value for piece in placed]
    if len(values) != len(headed.columns) or None in values:
        return False
    *parts, total = (Decimal(value or 0) for value in values)
    return total == sum(parts) and sum(p > 0 for p in parts) >= _FEWEST_PARTS


def _has_surplus(match: Match, columns: Sequence[str], header: Header | None) -> bool:
    """Whether a row has a figure more than names say: under none, or one too many.

    In a row that has as many figures as columns, one of the form may be missing.
    """
    is_placed = header is not None and header.is_placed
    if not is_placed and not match.is_sure:
        return False
    figures = [piece for piece in match.values if _DIGIT.search(piece.text)]
    names = names_above(figures, match.row, header) if header is not None else None
    if names is None:
        return len(figures) > len(columns)
    own = (all(cell.code in columns for cell in above) for above in names)
    return [] in names or sum(own) > len(columns)


def _headed(match: Match, form: str, headers: Headers, table: str) -> _Headed:
    columns = statutory_columns(table, match.code, form)
    if not columns:
        form = next(f for f in FORMS if statutory_columns(table, match.code, f))
        columns = statutory_columns(table, match.code, form)
    header = headers.for_row(match.row, table, columns)
    placing = place_row(match.row, match.values, columns, header)
    return _Headed(match, form, columns, header, placing)


def _passes_over_cells(
    match: Match, placing: Placing, filled: Container[tuple[int, int]]
) -> bool:
    """Whether blanks that are taken for fillers hold figures in other rows."""
    placed = {id(piece) for piece in placing.pieces.values()}
    return bool(placed) and any(
        piece.is_blank and id(piece) not in placed and (len(match.values), n) in filled
        for n, piece in enumerate(match.values)
    )


def _other_forms_fit(match: Match, table: str, columns: Sequence[str]) -> bool:
    """Whether another form has other columns for the row, and as many."""
    others = (statutory_columns(table, match.code, form) for form in FORMS)
    return any(
        set(other) != set(columns) and len(other) == len(columns) for other in others
    )


def _names_the_order(header: Header | None, columns: Sequence[str]) -> bool:
    """Whether a header is whole, or what is left of it is in the statutory order."""
    if header is None or not header.is_statutory:
        return False
    places = [columns.index(code) for code in header.codes if code in columns]
    if len(places) >= len(columns) - 1 and header.is_placed:
        return True
    if any(cell.code is None for cell in header.cells) and not header.is_placed:
        # One more column somewhere: where figures are missing, nobody knows whose.
        return False
    if len(places) >= len(columns) - 1:
        return places == sorted(places)
    return len(places) >= FEWEST_COLUMNS and places == sorted(places)


def row_readings(
    row: FormRow,
    placing: Placing,
    *,
    label_doubt: str = "",
    may_be_idle: bool = True,
    header: Header | None = None,
    printed: Sequence[Piece] = (),
) -> Iterator[Reading]:
    """
    Readings of all columns of a row.

    Parameters
    ----------
    row : FormRow
        The row of the form.
    placing : Placing
        Which piece stands in which column.
    label_doubt : str
        The objection to the label of the row, if there is one.
    may_be_idle : bool
        Whether figures that are all the same are sure in whatever order they stand.
    header : Header or None
        The header that holds for the row, for the unit that it states.
    printed : sequence of Piece
        The cells of the row, to be shown where no column could be settled.

    Yields
    ------
    Reading
        One for each column of the row.
    """
    may_be_supported = not label_doubt and placing.is_named
    has_blanks = any(piece.is_blank for piece in placing.pieces.values())
    if not placing.is_sure and has_blanks and not placing.is_counted:
        # All sums hold as well when every figure stands one column too far beside a
        # blank: where order alone places a row with blanks, they support nothing.
        may_be_supported = False
    # Figures that are all the same are the same in every order.
    is_placed = placing.is_sure or (
        may_be_idle
        and len({piece.text for piece in placing.pieces.values()}) == 1
        and len(placing.pieces) == len(row.columns)
        and not placing.is_misfit
    )
    for column in row.columns:
        if column.code in placing.lacking:
            continue
        piece = placing.pieces.get(column.code)
        if piece is None:
            words = " | ".join(p.text for p in printed)
            yield Reading(
                row.table,
                row.form,
                row.code,
                column.code,
                BLANK,
                tidy_raw(words),
                printed[0].place if printed else None,
                column.unit,
                doubts=(objection("column_none"),),
                may_be_supported=False,
            )
            continue
        figure = read_figure(piece.text, may_change=column.code == "change")
        others = [
            other[column.code].text
            for other in placing.others
            if column.code in other and other[column.code].text != piece.text
        ]
        if piece.other_reading not in (None, piece.text):
            others.append(piece.other_reading)
        doubts = doubts_about(piece, figure)
        if label_doubt:
            doubts.append(objection(label_doubt))
        elif not is_placed and (others or not placing.others or not placing.is_named):
            doubts.append(objection(placing.why or "column_order"))
        stated = figure.unit or _header_unit(header, column.code)
        if stated == "":
            doubts.append(objection("unit"))
        yield Reading(
            row.table,
            row.form,
            row.code,
            column.code,
            figure,
            tidy_raw(piece.text),
            piece.place,
            stated or column.unit,
            tuple(doubts),
            tuple(sorted({*others})) if others else (),
            may_be_supported,
        )


def _header_unit(header: Header | None, code: str) -> str | None:
    """Unit that the printed column label states for an amount; empty if another one."""
    if header is None or code != "amount":
        return None
    stated = _MONEY.findall(fold(header.label(code)))
    if not stated:
        return None
    return {"元": "yuan", "万元": "10,000 yuan"}.get(stated[-1], "")
