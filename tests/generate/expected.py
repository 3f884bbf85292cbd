"""What reading a document must give, and where a reading differs from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from facsimiles.form import Key

if TYPE_CHECKING:
    from govinfo import Report


class Demand(Enum):
    """How much the print says about a cell.

    ``EXACT``: it determines the cell, which must be read as it stands. ``OPEN``: a
    careful reader may be in doubt: read exactly or said to be in doubt. ``REFUSED``:
    nobody can know, so a figure must not be reported.
    """

    EXACT = "exact"
    OPEN = "open"
    REFUSED = "refused"


# States that claim nothing about a cell's figure.
OPENLY_UNSURE = {"uncertain", "unreadable", "absent"}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a cell must be read as: a figure, or none with a state."""

    value: Decimal | None
    state: str = "reported"
    demand: Demand = Demand.EXACT


def expected_of(printed: str) -> Expected:
    """Expect a plain figure, or a blank cell for an empty text."""
    if printed == "":
        return Expected(None, "blank")
    return Expected(Decimal(printed))


def disagreements(
    report: Report, expected: Mapping[Key, Expected], *, exact: bool = True
) -> list[str]:
    """Say, a sentence each, where cells differ from what the print demands.

    Parameters
    ----------
    report : Report
        What was read.
    expected : mapping
        For each statutory cell of the form, what the print demands.
    exact : bool
        If false, an openly unsure cell is right wherever a figure is demanded.

    Returns
    -------
    list of str
        Empty when the reading is right.
    """
    found: dict[Key, tuple[Decimal | None, str]] = {}
    wrong = []
    for cell in report.cell_rows():
        key, value, state = cell[4:7], cell[7], cell[9]
        if key in found:
            wrong.append(f"{key} is there twice")
        found[key] = (Decimal(value) if value else None, state)
    for key, want in expected.items():
        value, state = found.pop(key, (None, "absent"))
        is_unsure = state in OPENLY_UNSURE and value is None
        is_right = value == want.value and state == want.state
        if want.demand is Demand.REFUSED:
            is_right = is_unsure
        elif want.demand is Demand.OPEN or not exact:
            is_right = is_right or is_unsure
        if not is_right:
            printed = "nothing" if want.value is None else want.value
            said = f"{key}: printed {printed} ({want.state}), read {value} ({state})"
            wrong.append(said)
    wrong += [
        f"{key}: not printed, read {value} ({state})"
        for key, (value, state) in found.items()
        if state != "absent" and (exact or state not in OPENLY_UNSURE)
    ]
    return wrong
