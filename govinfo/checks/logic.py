"""Three-valued logic: what a sum is worth when some of its cells are blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

NUMBER = frozenset({"reported", "corrected"})
"""States of a cell that holds a number."""

EMPTY = frozenset({"blank", "not_applicable"})
"""States of a cell in which the agency printed no number."""

UNUSABLE = frozenset({"unreadable", "uncertain", "absent"})
"""States of a cell whose number govinfo does not know."""

# Amounts and counts are exact decimal numbers of at most eight places; anything below
# is the floating-point noise of adding them.
_NOISE = 1e-9


class Verdict(NamedTuple):
    """Result of comparing two sides of an equation, blanks counted as zero.

    ``reason`` says why a result is ``not_assessable``: ``"unusable"`` (a cell could not
    be read), ``"blank"`` (blank cells may hold the difference), otherwise ``""``.
    """

    result: str
    left: float
    right: float
    reason: str = ""

    @property
    def difference(self) -> float:
        """How far the two sides are apart, never negative."""
        return abs(self.left - self.right)

    @property
    def apart(self) -> float | None:
        """The same; None where a cell is not known."""
        return None if self.reason == "unusable" else self.difference

    def known(self, number: float) -> float | None:
        """A number that was summed; None where a cell is not known."""
        return None if self.reason == "unusable" else number


def judge(
    left: Sequence[tuple[str, float | None]],
    right: Sequence[tuple[str, float | None]],
    *,
    at_least: bool = False,
    signed_blanks: bool = False,
) -> Verdict:
    """
    Compare the sums of two lists of cells, each given by its state and value.

    1. A cell that could not be read, or is absent, makes it ``not_assessable``.
    2. If every cell holds a number: ``pass`` or ``fail``.
    3. If some cells are blank or not applicable and the sides agree with those counted
       as zero: ``pass_if_blank_is_zero``. So a table left empty passes in this way.
    4. If they disagree, no number of a count is below zero, and a blank cell may hide
       one: where the *smaller* side has a blank, that blank may hold the difference,
       and the result is ``not_assessable``. Where it has none, no filling of blanks can
       mend it: ``fail``.

    A not-applicable mark is treated like a blank: it says that there is nothing to
    count, which is not the figure 0, so it never makes a clean ``pass``.

    Parameters
    ----------
    left, right : sequence of (state, value)
        States as in ``cells``; ``value`` is only looked at where the state is
        ``reported`` or ``corrected``.
    at_least : bool
        Demand left ≥ right instead of equality.
    signed_blanks : bool
        A blank may hide a negative number (本年增/减), so that rule 4 never convicts.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> three, blank = ("reported", 3.0), ("blank", None)
    >>> judge([three, three], [("reported", 6.0)]).result
    'pass'
    >>> judge([three, blank], [three]).result
    'pass_if_blank_is_zero'
    >>> judge([three, blank], [("reported", 5.0)]).result
    'not_assessable'
    >>> judge([three, blank], [("reported", 2.0)]).result
    'fail'
    >>> judge([three], [blank]).result
    'not_assessable'
    """
    sums = [0.0, 0.0]
    blanks = [False, False]
    unusable = False
    for side, cells in enumerate((left, right)):
        for state, value in cells:
            if state in NUMBER and value is not None:
                sums[side] += value
            elif state in EMPTY:
                blanks[side] = True
            else:
                unusable = True
    one, other = sums
    if unusable:
        return Verdict("not_assessable", one, other, "unusable")
    gap = one - other
    if gap >= -_NOISE if at_least else abs(gap) <= _NOISE:
        # With more on the greater side an inequality holds whatever its blanks hold.
        matters = blanks[1] if at_least else blanks[0] or blanks[1]
        return Verdict("pass_if_blank_is_zero" if matters else "pass", one, other)
    smaller = 0 if gap < 0 else 1
    if blanks[smaller] or (signed_blanks and (blanks[0] or blanks[1])):
        return Verdict("not_assessable", one, other, "blank")
    return Verdict("fail", one, other)


def plain(number: float) -> str:
    """
    A number as people write it: no trailing zeros, no floating-point noise.

    Examples
    --------
    >>> plain(26.0), plain(0.1 + 0.2), plain(-3.0)
    ('26', '0.3', '-3')
    """
    if number == int(number):
        return str(int(number))
    return f"{number:.8f}".rstrip("0")
