"""What is open in a report: cells that a person has to look at, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from govinfo.bilingual import Said, joined
from govinfo.forms import TABLES
from govinfo.later import pd
from govinfo.recognise.figures import State
from govinfo.recognise.objections import in_general, say
from govinfo.recognise.readings import Reading

# States in which a required cell leaves a report partial: a person has to look.
OPEN_STATES = frozenset({State.UNCERTAIN, State.UNREADABLE, State.ABSENT})


def doubts_table(cells: Iterable[Reading]) -> pd.DataFrame:
    """The cells that are not sure, each with its state, its text, its place and why."""
    rows = [
        (
            cell.table,
            cell.row_code,
            cell.column_code,
            cell.state.value,
            cell.raw,
            str(cell.place or ""),
            "; ".join(map(str, cell.doubts)),
        )
        for cell in cells
        if cell.state in OPEN_STATES
    ]
    columns = ["table", "row_code", "column_code", "state", "raw", "place", "why"]
    return pd.DataFrame(rows, columns=columns)


def open_sentences(cells: Sequence[Reading]) -> list[Said]:
    """How many cells are open in which way, and why, the most frequent reason first."""
    sentences = []
    for state in (State.UNCERTAIN, State.UNREADABLE, State.ABSENT):
        if tables := Counter(cell.table for cell in cells if cell.state is state):
            where = [
                say("open.count", n=tables[table], table=say(f"open.{table}"))
                for table in TABLES
                if tables[table]
            ]
            told = {"n": tables.total(), "where": joined(where)}
            sentences.append(say(f"open.{state.value}", **told))
    reasons = Counter(code for cell in cells for code in codes_of(cell))
    if reasons:
        listed = [
            say("open.reason", said=in_general(code), n=count)
            for code, count in reasons.most_common()
        ]
        sentences.append(say("open.reasons", reasons=joined(listed)))
    return sentences


def codes_of(cell: Reading) -> list[str]:
    """The codes of the objections to a cell, each once."""
    return list(dict.fromkeys(doubt.code for doubt in cell.doubts))
