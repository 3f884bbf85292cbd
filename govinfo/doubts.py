"""What is open in a report: cells that a person has to look at, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from govinfo.recognise.figures import State
from govinfo.recognise.readings import Reading

if TYPE_CHECKING:
    import pandas as pd

# States in which a required cell leaves a report partial: a person has to look.
OPEN_STATES = frozenset({State.UNCERTAIN, State.UNREADABLE, State.ABSENT})


def doubts_table(cells: Iterable[Reading]) -> pd.DataFrame:
    """The cells that are not sure, each with its state, its text, its place and why."""
    import pandas as pd

    rows = [
        (
            cell.table,
            cell.row_code,
            cell.column_code,
            cell.state.value,
            cell.raw,
            str(cell.place or ""),
            "; ".join(cell.doubts),
        )
        for cell in cells
        if cell.state in OPEN_STATES
    ]
    columns = ["table", "row_code", "column_code", "state", "raw", "place", "why"]
    return pd.DataFrame(rows, columns=columns)


def open_sentences(cells: Sequence[Reading]) -> list[str]:
    """How many cells are open in which way, one sentence for each."""
    sentences = []
    for state in (State.UNCERTAIN, State.UNREADABLE, State.ABSENT):
        own = [cell for cell in cells if cell.state is state]
        if own:
            sentences.append(_count_sentence(state, own))
    return sentences


def _count_sentence(state: State, cells: Sequence[Reading]) -> str:
    tables = {table: 0 for table in ("proactive", "requests", "disputes")}
    for cell in cells:
        tables[cell.table] += 1
    where = ", ".join(f"{count} in {table}" for table, count in tables.items() if count)
    what = {
        State.UNCERTAIN: "could not be settled; the best reading stands in raw",
        State.UNREADABLE: "hold something other than a number",
        State.ABSENT: "were not found",
    }[state]
    return f"{len(cells)} cells {what} ({where})."
