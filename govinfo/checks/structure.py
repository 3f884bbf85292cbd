"""The sums that the forms demand, with their wordings and the checks they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from govinfo.forms import form_row
from govinfo.forms.identities import Identity, OtherRows, RowColumn, identities

Key = tuple[str, str, str]
"""A cell of a report: table, row code, column code."""

# How each identity is said: the two sides, each ending before its number.
_WORDS = {
    "outcomes_sum": ("the outcomes （一） to （六） sum to", "（七）总计 prints"),
    "flow_balance": (
        "一 (本年新收) and 二 (上年结转) make",
        "三（七） (总计) and 四 (结转下年度) make",
    ),
    "subtotal_sum": ("the parts of （六）其他处理 sum to", "its own row prints"),
    "applicants_sum": ("the six applicant classes sum to", "总计 prints"),
    "dispute_sum": ("the four results sum to", "总计 prints"),
}
# Identities of a row; the others are those of a column.
_OF_A_ROW = frozenset({"applicants_sum", "dispute_sum"})


@dataclass(frozen=True, slots=True)
class Sum:
    """An equation between cells: the left ones sum to what the right ones sum to.

    ``key`` is the cell that the result is filed under; ``place`` names the row, column
    or block in words, ``left_words`` and ``right_words`` end before the number.
    ``instead`` is the same sum over other cells, for columns of a report that prints
    both （六） and its parts.
    """

    check: str
    key: Key
    left: tuple[Key, ...]
    right: tuple[Key, ...]
    place: str
    left_words: str
    right_words: str
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
def where(form: str, key: Key) -> str:
    """
    A cell in words: table, row and column with their printed labels.

    Examples
    --------
    >>> where("2021", ("requests", "concluded", "natural_person"))
    "requests, row '（七）总计', column '自然人'"
    >>> where("2021", ("requests", "concluded", "invented"))
    "requests, row '（七）总计', column 'invented'"
    """
    table, row_code, column_code = key
    leaf = column_code
    try:
        for column in form_row(table, form, row_code).columns:
            if column.code == column_code:
                leaf = column.leaf
    except KeyError:
        pass
    return f"{table}, row '{row_leaf(table, form, row_code)}', column '{leaf}'"


def _worded(table: str, form: str, identity: Identity) -> Sum:
    """An identity as a check: with its table, its place and its wording."""

    def cells(side: tuple[RowColumn, ...]) -> tuple[Key, ...]:
        return tuple((table, *cell) for cell in side)

    row, column = identity.last
    if identity.name in _OF_A_ROW:
        place = f"{table}, row '{row_leaf(table, form, row)}'"
    else:
        columns = form_row(table, form, row).columns
        leaf = next(c.leaf for c in columns if c.code == column)
        place = f"{table}, column '{leaf}'"
    return Sum(
        identity.name,
        (table, row, column),
        cells(identity.left),
        cells(identity.right),
        place,
        *_WORDS[identity.name],
        cells(identity.instead),
    )


@cache
def requests_sums(form: str, other: OtherRows) -> tuple[Sum, ...]:
    """
    Sums of table 3 for a form and for what is printed of （六）其他处理.

    Examples
    --------
    >>> len(requests_sums("2021", "parts")), len(requests_sums("2019", "row"))
    (39, 37)
    >>> len(requests_sums("2021", "both"))  # one more row, and seven subtotals
    47
    """
    found = identities("requests", form, other)
    return tuple(_worded("requests", form, identity) for identity in found)


@cache
def disputes_sums(form: str) -> tuple[Sum, ...]:
    """
    Sums of table 4: one per block.

    Examples
    --------
    >>> [s.place for s in disputes_sums("2021")][0]
    "disputes, row '行政复议'"
    """
    found = identities("disputes", form, "row")
    return tuple(_worded("disputes", form, identity) for identity in found)
