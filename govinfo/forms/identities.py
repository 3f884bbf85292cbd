"""The identities of the forms: which cells of a table sum to which others.

They are written here once. Reading uses them as evidence for a figure, checks hold a
report against them, and error location mends what breaks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from govinfo.forms import SUBTOTAL, FormRow, form_rows

RowColumn = tuple[str, str]
"""Row code and column code within one table."""

OtherRows = Literal["row", "parts", "both"]
"""What a report prints for （六）其他处理: one row, its three parts, or all four."""

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation between cells of one table: both sides have the same total.

    ``name`` is one of ``outcomes_sum``, ``flow_balance``, ``subtotal_sum``,
    ``applicants_sum`` and ``dispute_sum``. ``instead`` is the same left side over
    other cells, for columns of a report that prints both （六） and its parts.
    """

    name: str
    left: tuple[RowColumn, ...]
    right: tuple[RowColumn, ...]
    instead: tuple[RowColumn, ...] = ()

    @property
    def last(self) -> RowColumn:
        """The cell that the equation ends with: a total, or what is carried out."""
        return self.right[-1]


def is_part(code: str) -> bool:
    """Whether a row is one of the three parts of （六）其他处理."""
    return code.startswith(f"{SUBTOTAL}.")


@cache
def identities(table: str, form: str, other: OtherRows) -> tuple[Equation, ...]:
    """
    The identities of a table in one form, for what is printed of （六）其他处理.

    Parameters
    ----------
    table : {"proactive", "requests", "disputes"}
        ``proactive`` has none.
    form : str
        One of :data:`govinfo.forms.FORMS`.
    other : {"row", "parts", "both"}
        What a report prints for （六）; the form's own way where it has no parts.

    Examples
    --------
    >>> len(identities("requests", "2021", "parts"))
    39
    >>> len(identities("requests", "2019", "row")), len(identities("disputes", "2019",
    ...     "row"))
    (37, 3)
    """
    if table == "requests":
        return tuple(_of_requests(form, other))
    if table == "disputes":
        return tuple(_of_rows("dispute_sum", form_rows(table, form)))
    return ()


def _of_rows(name: str, rows: tuple[FormRow, ...]) -> list[Equation]:
    return [
        Equation(
            name,
            tuple((row.code, c.code) for c in row.columns if c.code != TOTAL),
            ((row.code, TOTAL),),
        )
        for row in rows
    ]


def _of_requests(form: str, other: OtherRows) -> list[Equation]:
    printed = form_rows("requests", form)
    if any(is_part(row.code) for row in printed):
        printed = tuple(r for r in printed if not _is_left_out(r.code, other))
    outcomes, inflow, concluded, outflow = (
        [row.code for row in printed if row.role == role]
        for role in ("outcome", "inflow", "concluded", "outflow")
    )
    parts = [code for code in outcomes if is_part(code)]
    is_both = bool(parts) and SUBTOTAL in outcomes
    summed = [code for code in outcomes if not (is_both and code == SUBTOTAL)]
    collapsed = [code for code in outcomes if not is_part(code)]
    found: list[Equation] = []
    for column in printed[0].columns:

        def cells(codes: list[str], column: str = column.code) -> tuple[RowColumn, ...]:
            return tuple((code, column) for code in codes)

        instead = cells(collapsed) if is_both else ()
        found += [
            Equation("outcomes_sum", cells(summed), cells(concluded), instead),
            Equation("flow_balance", cells(inflow), cells(concluded + outflow)),
        ]
        if is_both:
            found.append(Equation("subtotal_sum", cells(parts), cells([SUBTOTAL])))
    return found + _of_rows("applicants_sum", printed)


def _is_left_out(code: str, other: OtherRows) -> bool:
    return (other == "row" and is_part(code)) or (other == "parts" and code == SUBTOTAL)
