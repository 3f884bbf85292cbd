"""The sums that the forms demand, and how their cells are named in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from govinfo.bilingual import Said, speaker
from govinfo.forms import form_row
from govinfo.forms.identities import Equation, OtherRows, RowColumn, identities

Key = tuple[str, str, str]
"""A cell of a report: table, row code, column code."""

KEY = ("table", "row_code", "column_code")
"""The columns of a table that name a cell."""

say = speaker(__package__)
"""Says a sentence of ``sentences.csv`` in both languages."""

# Identities of a row; the others are those of a column.
_OF_A_ROW = frozenset({"applicants_sum", "dispute_sum"})


@dataclass(frozen=True, slots=True)
class Sum:
    """An equation between cells: the left ones sum to what the right ones sum to.

    ``key`` is the cell that the result is filed under; ``place`` names the row, column
    or block in words. ``instead`` is the same sum over other cells, for columns of a
    report that prints both （六） and its parts.
    """

    check: str
    key: Key
    left: tuple[Key, ...]
    right: tuple[Key, ...]
    place: Said
    instead: tuple[Key, ...] = ()

    @property
    def cells(self) -> tuple[Key, ...]:
        """Every cell of the equation."""
        return self.left + self.right


def row_leaf(table: str, form: str, row_code: str) -> str:
    """
    Label of a row as on the form, or its code where the form has no such row.

    Examples
    --------
    >>> row_leaf("requests", "2021", "concluded"), row_leaf("requests", "2021", "x")
    ('（七）总计', 'x')
    """
    try:
        return form_row(table, form, row_code).leaf
    except KeyError:
        return row_code


@cache
def place_of(form: str, key: Key) -> Said:
    """
    A cell in words: table, row and column with their printed labels.

    Examples
    --------
    >>> place_of("2021", ("requests", "concluded", "natural_person")).zh
    '第三部分“（七）总计”行“自然人”列'
    """
    row, column = row_leaf(key[0], form, key[1]), column_leaf(form, key)
    return say("place.cell", table=say(f"table.{key[0]}"), row=row, column=column)


def column_leaf(form: str, key: Key) -> str:
    """Label of a cell's column, or its code where the form has no such column."""
    table, row, code = key
    try:
        columns = form_row(table, form, row).columns
    except KeyError:
        columns = ()
    return next((column.leaf for column in columns if column.code == code), code)


def where(form: str, key: Key) -> str:
    """
    A cell in words, in English.

    Examples
    --------
    >>> where("2021", ("requests", "concluded", "natural_person"))
    "requests, row '（七）总计', column '自然人'"
    >>> where("2021", ("requests", "concluded", "invented"))
    "requests, row '（七）总计', column 'invented'"
    """
    return place_of(form, key).en


def _worded(table: str, form: str, identity: Equation) -> Sum:
    """An identity as a check: with its table and its place."""

    def cells(side: tuple[RowColumn, ...]) -> tuple[Key, ...]:
        return tuple((table, *cell) for cell in side)

    key = (table, *identity.last)
    words = say(f"table.{table}")
    if identity.name in _OF_A_ROW:
        place = say("place.row", table=words, row=row_leaf(table, form, key[1]))
    else:
        place = say("place.column", table=words, column=column_leaf(form, key))
    left, right = cells(identity.left), cells(identity.right)
    return Sum(identity.name, key, left, right, place, cells(identity.instead))


@cache
def sums_of(table: str, form: str, other: OtherRows = "row") -> tuple[Sum, ...]:
    """
    Sums of a table for a form and for what is printed of （六）其他处理.

    Examples
    --------
    >>> len(sums_of("requests", "2021", "parts")), len(sums_of("requests", "2019"))
    (39, 37)
    >>> len(sums_of("requests", "2021", "both"))  # one more row, and seven subtotals
    47
    >>> [s.place.en for s in sums_of("disputes", "2021")][0]
    "disputes, row '行政复议'"
    """
    found = identities(table, form, other)
    return tuple(_worded(table, form, identity) for identity in found)
