"""Statutory columns: their labels, their order, and the headers that name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from govinfo.document import GridKind
from govinfo.forms import FORMS, form_row, form_rows
from govinfo.recognise.labels import (
    Label,
    alike,
    block_labels,
    column_labels,
    contrasts,
    core,
    leading,
)

# Column labels are short; below this two of them are too easily mistaken.
COLUMN_ALIKE = 0.8

# So many names of columns in statutory order are a header, or what is left of one,
# though a form has more columns.
FEWEST_COLUMNS = 4


BLOCKS = ("review", "litigation_direct", "litigation_after_review")
"""Rows of ``disputes``, in the order in which their blocks stand side by side."""


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A column of a header: its code (None where no label names it) and its extent.

    ``box`` is its extent on the page.
    """

    code: str | None
    low: float
    high: float
    label: str = ""
    box: tuple[float, float] | None = None
    is_inferred: bool = False


@dataclass(frozen=True)
class Header:
    """Columns from left to right.

    ``is_placed`` is false for a header that is only known to name its columns in the
    statutory order (a text without columns).
    """

    table: str
    section: int
    row: int
    cells: tuple[HeaderCell, ...]
    is_placed: bool = True
    kind: GridKind = GridKind.TABLE

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the named columns from left to right."""
        return tuple(cell.code for cell in self.cells if cell.code is not None)

    @property
    def is_disproved(self) -> bool:
        """Whether the spans of a drawn header contradict the names in its cells.

        Then only the number of cells in its rows, all of them, and the sums of the
        form can say that figures stand in the order of the names.
        """
        return self.kind is GridKind.TABLE and not self.is_placed

    @cached_property
    def is_whole(self) -> bool:
        """Whether every drawn column from the first named one on has a name."""
        cells = self.cells
        first = next((n for n, cell in enumerate(cells) if cell.code), len(cells))
        rest = [cell.code for cell in cells[first:]]
        return self.is_placed and len(rest) >= FEWEST_COLUMNS and None not in rest

    @cached_property
    def is_statutory(self) -> bool:
        """Whether the named columns stand in the order of a form, each of them once.

        A header that contradicts the form (总计 before a class of applicants, a class
        twice) is a slip in the spans of its cells, or of the names in them.
        """
        return in_statutory_order(self.codes, self.table)

    def named_of(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The columns that a table has: of a whole header those it names, else all."""
        if self.kind is GridKind.TABLE and self.is_whole and self.is_statutory:
            return tuple(code for code in columns if code in self.codes)
        return tuple(columns)

    def label(self, code: str) -> str:
        """The printed label of a column."""
        return next((cell.label for cell in self.cells if cell.code == code), "")


@cache
def statutory_columns(table: str, row_code: str, form: str) -> tuple[str, ...]:
    """
    Codes of a row's columns in statutory order; empty where the form lacks the row.

    Examples
    --------
    >>> statutory_columns("proactive", "fee", "2019")
    ('items_last_year', 'change')
    """
    try:
        row = form_row(table, form, row_code)
    except KeyError:
        return ()
    return tuple(column.code for column in row.columns)


@cache
def orders(table: str) -> tuple[tuple[str, ...], ...]:
    """The sequences of column codes that a header of a table prints."""
    found = {
        tuple(column.code for column in row.columns)
        for form in FORMS
        for row in form_rows(table, form)
    }
    if table == "disputes":
        found = {
            tuple(f"{block}.{leaf}" for block in BLOCKS for leaf in leaves)
            for leaves in found
        }
    return tuple(sorted(found, key=lambda order: (-len(order), order)))


@lru_cache(maxsize=1024)
def in_statutory_order(codes: tuple[str, ...], table: str) -> bool:
    """
    Whether column codes stand in the order in which a form prints them, each once.

    Examples
    --------
    >>> in_statutory_order(("business", "other_organisation", "total"), "requests")
    True
    >>> in_statutory_order(("business", "total", "other_organisation"), "requests")
    False
    """
    for order in orders(table):
        rest = iter(order)
        if all(code in rest for code in codes):
            return True
    return False


@lru_cache(maxsize=8192)
def best_column(text: str, table: str) -> tuple[str | None, float]:
    """The column that a text names best, and how well; blocks under ``"blocks"``."""
    labels = block_labels() if table == "blocks" else column_labels(table)
    whole, first = core(text), core(leading(text))
    if len(_named_in_full(text, labels)) > 1:
        # Where the rule between two columns is missing, nobody knows whose a figure is.
        return None, 0.0
    code, score = None, 0.0
    for label in labels:
        if contrasts(text, label.core):
            continue
        found = max(alike(whole, label.core), alike(first, label.core) - 0.01)
        if found > score:
            code, score = label.code, found
    return (code, score) if score >= COLUMN_ALIKE else (None, score)


def _named_in_full(text: str, labels: Sequence[Label]) -> set[str]:
    """Columns whose labels stand in a text side by side."""
    whole, cores = core(text), {label.core for label in labels}
    parts = {core(part) for part in text.split()}
    for end in cores:
        if whole.endswith(end) and whole.removesuffix(end) in cores:
            parts |= {end, whole.removesuffix(end)}
    return {label.code for label in labels if label.core in parts}


def column_code(text: str, table: str) -> str | None:
    r"""
    The column of a table that a printed header text names, or None.

    Examples
    --------
    >>> column_code("商业\n企业", "requests"), column_code("备注", "requests")
    ('business', None)

    Two names in one cell name neither column.

    >>> column_code("法律服务机构\n其他", "requests")
    """
    return best_column(text, table)[0]


def block_code(text: str) -> str | None:
    """
    The block of ``disputes`` that a printed text names, or None.

    Examples
    --------
    >>> block_code("行政诉讼（未经复议直接起诉）"), block_code("行政诉讼")
    ('litigation_direct', 'litigation')
    """
    whole = core(text)
    contained = [label for label in block_labels() if label.core in whole]
    if contained and len(whole) <= 3 * max(len(label.core) for label in contained):
        routes = [label for label in contained if label.code in BLOCKS[1:]]
        return max(routes or contained, key=lambda label: len(label.core)).code
    return best_column(text, "blocks")[0]
