"""The sums that the forms demand, derived from the form files, with their wordings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from govinfo.forms import SUBTOTAL, FormRow, form_row, form_rows

Key = tuple[str, str, str]
"""A cell of a report: table, row code, column code."""

OtherRows = Literal["row", "parts", "both"]
"""What a report prints for （六）其他处理: one row, its three parts, or all four."""

_FLOW = ("received", "carried_in", "concluded", "carried_out")
_TOTAL = "total"


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


def _requests_columns(form: str) -> list[tuple[str, str]]:
    return [(c.code, c.leaf) for c in form_row("requests", form, "received").columns]


def _is_part(code: str) -> bool:
    return code.startswith(f"{SUBTOTAL}.")


def _printed_rows(form: str, other: OtherRows) -> list[FormRow]:
    rows = form_rows("requests", form)
    if other == "row":
        return [r for r in rows if not _is_part(r.code)]
    if other == "parts":
        return [r for r in rows if r.code != SUBTOTAL]
    return list(rows)


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
    rows = _printed_rows(form, other)
    columns = _requests_columns(form)
    outcomes = [r.code for r in rows if r.code not in _FLOW]
    parts = [code for code in outcomes if _is_part(code)]
    summed = [c for c in outcomes if not (other == "both" and c == SUBTOTAL)]
    collapsed = [c for c in outcomes if not _is_part(c)]
    found: list[Sum] = []
    for column, leaf in columns:

        def cells(codes: list[str], column: str = column) -> tuple[Key, ...]:
            return tuple(("requests", code, column) for code in codes)

        place = f"requests, column '{leaf}'"
        found += [
            Sum(
                "outcomes_sum",
                ("requests", "concluded", column),
                cells(summed),
                cells(["concluded"]),
                place,
                "the outcomes （一） to （六） sum to",
                "（七）总计 prints",
                cells(collapsed) if other == "both" else (),
            ),
            Sum(
                "flow_balance",
                ("requests", "carried_out", column),
                cells(["received", "carried_in"]),
                cells(["concluded", "carried_out"]),
                place,
                "一 (本年新收) and 二 (上年结转) make",
                "三（七） (总计) and 四 (结转下年度) make",
            ),
        ]
        if other == "both":
            found.append(
                Sum(
                    "subtotal_sum",
                    ("requests", SUBTOTAL, column),
                    cells(parts),
                    cells([SUBTOTAL]),
                    place,
                    "the parts of （六）其他处理 sum to",
                    "its own row prints",
                )
            )
    classes = [code for code, _ in columns if code != _TOTAL]
    found += [
        Sum(
            "applicants_sum",
            ("requests", row.code, _TOTAL),
            tuple(("requests", row.code, code) for code in classes),
            (("requests", row.code, _TOTAL),),
            f"requests, row '{row.leaf}'",
            "the six applicant classes sum to",
            "总计 prints",
        )
        for row in rows
    ]
    return tuple(found)


@cache
def disputes_sums(form: str) -> tuple[Sum, ...]:
    """
    Sums of table 4: one per block.

    Examples
    --------
    >>> [s.place for s in disputes_sums("2021")][0]
    "disputes, row '行政复议'"
    """
    return tuple(
        Sum(
            "dispute_sum",
            ("disputes", row.code, _TOTAL),
            tuple(("disputes", row.code, c.code) for c in row.columns[:-1]),
            (("disputes", row.code, _TOTAL),),
            f"disputes, row '{row.leaf}'",
            "the four results sum to",
            "总计 prints",
        )
        for row in form_rows("disputes", form)
    )
