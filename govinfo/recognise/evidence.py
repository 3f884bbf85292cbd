"""The sums of the form as evidence for a reading.

A cell in doubt becomes sure where every sum it stands in holds with it; where two
readings exist, the one that the sums support wins. A sum that fails never changes a
sure reading: that is a finding about the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from govinfo.forms import SUBTOTAL, form_rows

Key = tuple[str, str]
"""Row code and column code within one table."""

Sum = tuple[tuple[Key, ...], tuple[Key, ...]]
"""Two sides that must have the same total."""

NOT_OUTCOMES = frozenset({"received", "carried_in", "concluded", "carried_out"})


@cache
def sums(table: str, form: str, *, is_collapsed: bool) -> tuple[Sum, ...]:
    """
    The identities of a table in one form.

    Parameters
    ----------
    table : {"requests", "disputes"}
        ``proactive`` has none.
    form : str
        The form.
    is_collapsed : bool
        Whether （六） is printed as one row.

    Examples
    --------
    >>> len(sums("requests", "2021", is_collapsed=False))
    39
    >>> len(sums("disputes", "2021", is_collapsed=False))
    3
    """
    found: list[Sum] = []
    if table == "proactive":
        return ()
    rows = [
        row
        for row in form_rows(table, form)
        if not _is_left_out(row.code, form, is_collapsed=is_collapsed)
    ]
    columns = [column.code for column in rows[0].columns]
    for row in rows:
        parts = tuple((row.code, code) for code in columns if code != "total")
        found.append((parts, ((row.code, "total"),)))
    if table == "requests":
        outcomes = [row.code for row in rows if row.code not in NOT_OUTCOMES]
        for column in columns:
            found.append(
                (
                    tuple((code, column) for code in outcomes),
                    (("concluded", column),),
                )
            )
            found.append(
                (
                    (("received", column), ("carried_in", column)),
                    (("concluded", column), ("carried_out", column)),
                )
            )
    return tuple(found)


def _is_left_out(code: str, form: str, *, is_collapsed: bool) -> bool:
    if form != "2021":
        return False
    if is_collapsed:
        return code.startswith(SUBTOTAL + ".")
    return code == SUBTOTAL


def holds(one: Sum, values: Mapping[Key, Decimal | None]) -> bool | None:
    """
    Whether a sum holds; None where a cell of it is not known.

    Parameters
    ----------
    one : Sum
        The two sides.
    values : mapping
        Value by cell; None for a blank, which adds nothing. A missing key is unknown.

    Examples
    --------
    >>> side = ((("a", "x"), ("a", "y")), (("a", "total"),))
    >>> two = Decimal(2)
    >>> holds(side, {("a", "x"): two, ("a", "y"): None, ("a", "total"): two})
    True
    """
    totals = []
    for side in one:
        total = Decimal(0)
        for key in side:
            if key not in values:
                return None
            total += values[key] or 0
        totals.append(total)
    return totals[0] == totals[1]


def supported(
    key: Key, identities: tuple[Sum, ...], values: Mapping[Key, Decimal | None]
) -> bool:
    """Whether a cell stands in at least one sum, and every sum it stands in holds."""
    results = [
        holds(one, values) for one in identities if key in one[0] or key in one[1]
    ]
    known = [result for result in results if result is not None]
    return bool(known) and all(known)
