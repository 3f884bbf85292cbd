"""Several documents of one report: which say the same, and where they do not."""

from __future__ import annotations

from dataclasses import dataclass

from govinfo.checks.logic import NUMBER, plain
from govinfo.checks.results import Result
from govinfo.checks.structure import Key, say, where
from govinfo.checks.within import ReportCells

# Two reports that share so few cells cannot be told to be one.
_ENOUGH = 5

# States in which a cell says something: a figure, or openly nothing.
_SAID = NUMBER | {"blank"}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two documents of an agency and a year compare.

    ``common`` counts the cells that both have, ``shared`` those of them in which both
    print a figure or nothing, ``otherwise`` are those of these in which they differ.
    """

    common: int
    shared: int
    otherwise: tuple[Key, ...]

    @property
    def is_same(self) -> bool:
        """Whether they are one report: enough is shared and nothing differs."""
        return self.shared >= _ENOUGH and not self.otherwise

    @property
    def is_apart(self) -> bool:
        """Whether each prints what the other does not: parts of one report."""
        return self.common == 0


def likeness(one: ReportCells, other: ReportCells) -> Likeness:
    """
    Compare what two documents print, cell by cell.

    Cells that one of them lacks, or that were not read for sure, say nothing.
    """
    common = shared = 0
    otherwise = []
    for key, state in one.state.items():
        its_state, its_value = other.look(key)
        common += "absent" not in (state, its_state)
        if not {state, its_state} <= _SAID:
            continue
        shared += 1
        if one.look(key)[1] != its_value:
            otherwise.append(key)
    return Likeness(common, shared, tuple(otherwise))


def version_result(one: ReportCells, other: ReportCells, found: Likeness) -> Result:
    """The finding that another document of the same report prints other figures."""
    key = found.otherwise[0]
    here, there = (
        say("shown.blank") if value is None else plain(value)
        for value in (one.value.get(key), other.value.get(key))
    )
    place = where(one.form_of(key), key)
    return Result(
        one.report_id,
        "versions",
        key,
        place,
        "fail",
        say(
            "versions.differ",
            other=other.report_id,
            n=len(found.otherwise),
            place=place,
            here=here,
            there=there,
        ),
        printed=one.value.get(key),
        expected=other.value.get(key),
    )
