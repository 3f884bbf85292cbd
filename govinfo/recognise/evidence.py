"""The sums of the form as evidence for a reading.

A cell in doubt becomes sure where every sum it stands in holds with it; where two
readings exist, the one that the sums support wins. A sum that fails never changes a
sure reading: that is a finding about the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from govinfo.forms.identities import RowColumn, identities

Key = RowColumn
"""Row code and column code within one table."""

Sum = tuple[tuple[Key, ...], tuple[Key, ...]]
"""Two sides that must have the same total."""


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
    found = identities(table, form, "row" if is_collapsed else "parts")
    return tuple((identity.left, identity.right) for identity in found)


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
    if any(key not in values for side in one for key in side):
        return None
    left, right = (sum(values[key] or 0 for key in side) for side in one)
    return left == right


def supported(
    key: Key, identities: tuple[Sum, ...], values: Mapping[Key, Decimal | None]
) -> bool:
    """Whether a cell stands in at least one sum, and every sum it stands in holds."""
    results = [
        holds(one, values) for one in identities if key in one[0] or key in one[1]
    ]
    known = [result for result in results if result is not None]
    return bool(known) and all(known)
