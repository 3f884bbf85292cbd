"""Headers whose cells span the wrong columns or rows, as slips of an editor leave them.

The figures stand in their statutory order and only the header is drawn wrong: a reader
may prove the header wrong or be in doubt, but never believe it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from facsimiles.form import SetTable, Slot

from generate.expected import expected_of
from generate.shape import Shaped

Slip = Callable[[list[list[Slot]], int, int, Random], None]


def colspan_changed(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """A cell spans more or fewer columns than it heads."""
    slot = rows[r][c]
    spans = [n for n in range(1, slot.colspan + 4) if n != slot.colspan]
    rows[r][c] = replace(slot, colspan=chance.choice(spans))


def rowspan_changed(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """A cell spans more or fewer rows than the header has."""
    slot = rows[r][c]
    spans = [n for n in range(1, slot.rowspan + 2) if n != slot.rowspan]
    rows[r][c] = replace(slot, rowspan=chance.choice(spans))


def edge_moved(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """The rule between two cells stands a column too far left or right."""
    if c + 1 == len(rows[r]):
        return
    one, other = rows[r][c], rows[r][c + 1]
    step = chance.choice([-1, 1])
    if one.colspan + step > 0 and other.colspan - step > 0:
        rows[r][c] = replace(one, colspan=one.colspan + step)
        rows[r][c + 1] = replace(other, colspan=other.colspan - step)


def cell_dropped(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """A cell is missing, and those after it move up."""
    del rows[r][c]


def cell_inserted(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """An empty cell stands before another, and pushes those after it on."""
    rows[r].insert(c, Slot("", kind="head"))


def cell_repeated(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """A cell stands twice beside itself."""
    rows[r].insert(c, rows[r][c])


def names_exchanged(rows: list[list[Slot]], r: int, c: int, chance: Random) -> None:
    """Two cells of one row carry each other's name."""
    d = chance.randrange(len(rows[r]))
    one, other = rows[r][c], rows[r][d]
    rows[r][c] = replace(one, text=other.text)
    rows[r][d] = replace(other, text=one.text)


SLIPS: tuple[Slip, ...] = (
    colspan_changed,
    rowspan_changed,
    edge_moved,
    cell_dropped,
    cell_inserted,
    cell_repeated,
    names_exchanged,
)
"""What can be wrong with one cell of a header."""


def misdrawn(shaped: Shaped, which: str, seed: int, slips: int = 1) -> Shaped:
    """
    Draw the header of one table wrong.

    Parameters
    ----------
    shaped : Shaped
        A report.
    which : str
        ``proactive``, ``requests`` or ``disputes``.
    seed : int
        Decides which cells are drawn wrong, and how.
    slips : int
        How many cells are drawn wrong.
    """
    chance = Random(seed)
    parts = list(shaped.parts)
    choices: list[tuple[int, int]] = []
    for n, part in enumerate(parts):
        if isinstance(part, SetTable):
            choices += [(n, r) for r in _head_rows(part, which)]
    for _ in range(slips if choices else 0):
        n, r = chance.choice(choices)
        table = parts[n]
        assert isinstance(table, SetTable)
        rows = [list(row) for row in table.rows]
        heads = [c for c, slot in enumerate(rows[r]) if slot.kind == "head"]
        if heads:
            chance.choice(SLIPS)(rows, r, chance.choice(heads), chance)
        parts[n] = replace(table, rows=tuple(map(tuple, rows)))
    return replace(shaped, parts=tuple(parts))


def with_unnamed_column(shaped: Shaped, which: str, seed: int) -> Shaped:
    """
    Add a column of figures without a name, and perhaps push the header on by as much.

    It stands anywhere, has figures in all rows or in some, and other cells of its rows
    may be empty; one row has all its figures and that of the column, so that a reader
    can see that there is a figure too many.
    """
    chance = Random(seed)
    how = chance.choice(["all", "some", "one", "like", "beside blanks"])
    where = chance.choice(["behind", "behind", "before", "between"])
    head = chance.choice(["as it was", "empty cell", "wide stub", "wide name"])
    parts = list(shaped.parts)
    expected = dict(shaped.expected)
    rows_of: dict[int, list[list[Slot]]] = {
        n: [list(row) for row in part.rows]
        for n, part in enumerate(parts)
        if isinstance(part, SetTable) and _head_rows(part, which)
    }
    data = [
        (n, r)
        for n, rows in rows_of.items()
        for r, row in enumerate(rows)
        if any(slot.key and slot.key[0] == which for slot in row)
    ]
    shown = chance.choice(data)
    for at in data:
        row = rows_of[at[0]][at[1]]
        places = [k for k, slot in enumerate(row) if slot.key]
        changed = {}
        if at == shown:
            changed = {k: row[k].text or str(chance.randrange(9)) for k in places}
        elif how == "beside blanks" and chance.random() < 0.6:
            changed = {chance.choice(places): ""}
        for k, text in changed.items():
            row[k] = replace(row[k], text=text)
            expected[row[k].key] = expected_of(text)
        is_blank = how == "one" or (how == "some" and chance.random() < 0.5)
        text = row[places[0]].text if how == "like" else str(chance.randrange(500))
        column = {"behind": len(row), "before": places[0]}.get(
            where, chance.randrange(places[0], len(row) + 1)
        )
        row.insert(column, Slot("" if is_blank and at != shown else text))
    for n, rows in rows_of.items():
        part = parts[n]
        assert isinstance(part, SetTable)
        top = rows[_head_rows(part, which)[0]]
        if head == "empty cell":
            top.insert(1 if where == "before" else len(top), Slot("", kind="head"))
        elif head != "as it was":
            k = 0 if head == "wide stub" else chance.randrange(len(top))
            top[k] = replace(top[k], colspan=top[k].colspan + 1)
        parts[n] = replace(part, rows=tuple(map(tuple, rows)), columns=part.columns + 1)
    return replace(shaped, parts=tuple(parts), expected=expected)


def _head_rows(table: SetTable, which: str) -> list[int]:
    """Rows of names above the figures of a statutory table."""
    found: list[int] = []
    waiting: list[int] = []
    for r, row in enumerate(table.rows):
        keys = [slot.key for slot in row if slot.key is not None]
        if keys:
            found += waiting if keys[0][0] == which else []
            waiting = []
        elif len(row) > 1 or (row and row[0].kind == "head"):
            waiting.append(r)
        else:
            waiting = []
    return found


__all__ = ["SLIPS", "misdrawn", "with_unnamed_column"]
