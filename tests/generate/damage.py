"""Reports whose tables are damaged, mixed up or ambiguous, as the worst ones are.

Each damage changes one table and says how much the print still says of each cell: a
reader may read such a cell as it stands or be openly in doubt, but never be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random

from facsimiles.form import Key, Row, SetTable, Slot

from generate.expected import Demand, Expected, expected_of
from generate.quirks import Quirks, plain_cells, total_up
from generate.shape import Part, Shaped, shape

Wants = dict[Key, Expected]
Damage = Callable[[SetTable, Wants, Random], list[Part]]

# Every row carries all of its labels and the header is one row, so that rows and
# columns can change places without losing their names.
SELF_CONTAINED = Quirks(
    group_labels="repeated", result_label="repeated", header="one_row"
)


def _keys(row: Row) -> list[Key]:
    return [slot.key for slot in row if slot.key is not None]


def _refuse(wants: Wants, keys: Iterable[Key]) -> None:
    for key in keys:
        wants[key] = replace(wants[key], demand=Demand.REFUSED)


def _filled(table: SetTable, least: int = 2) -> list[int]:
    """Rows of a table with at least so many cells for figures."""
    return [r for r, row in enumerate(table.rows) if len(_keys(row)) >= least]


def _with_row(table: SetTable, at: int, row: Row) -> SetTable:
    return replace(table, rows=(*table.rows[:at], row, *table.rows[at + 1 :]))


def rows_permuted(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The rows stand in any order, each with its labels."""
    body = list(table.rows[table.head :])
    chance.shuffle(body)
    return [replace(table, rows=(*table.rows[: table.head], *body))]


def rows_swapped(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """Two neighbouring rows change places."""
    rows = list(table.rows)
    at = chance.choice(_filled(table)[:-1])
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return [replace(table, rows=tuple(rows))]


def columns_permuted(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The applicants stand in any order, each column with its name."""
    order = list(range(7))
    chance.shuffle(order)
    return [_reordered(table, order)]


def total_first(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """总计 is the first column of figures."""
    return [_reordered(table, [6, 0, 1, 2, 3, 4, 5])]


def _reordered(table: SetTable, order: list[int]) -> SetTable:
    rows = [(*row[:-7], *(row[-7:][n] for n in order)) for row in table.rows]
    return replace(table, rows=tuple(rows))


def header_lost(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """No column has a name."""
    return [SetTable(table.rows[table.head :], table.columns)]


def header_lost_and_columns_swapped(
    table: SetTable, wants: Wants, chance: Random
) -> list[Part]:
    """No column has a name, and two stand in each other's place."""
    order = list(range(7))
    one, other = chance.sample(range(7), 2)
    order[one], order[other] = order[other], order[one]
    return header_lost(_reordered(table, order), wants, chance)


def names_swapped_in_part(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The table is cut, and its second part has the columns in another order."""
    at = chance.choice(_filled(table)[2:-2])
    first = replace(table, rows=table.rows[:at])
    second = replace(table, rows=(*table.rows[: table.head], *table.rows[at:]))
    return [first, *columns_permuted(second, wants, chance)]


def rows_merged(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The rule between two rows is missing: their cells are one, two lines each."""
    at = chance.choice(_filled(table)[:-1])
    joined = tuple(
        replace(one, text=f"{one.text}\n{other.text}".strip("\n"))
        for one, other in zip(table.rows[at], table.rows[at + 1], strict=False)
    )
    if len(table.rows[at]) != len(table.rows[at + 1]):
        return [table]
    rows = (*table.rows[:at], joined, *table.rows[at + 2 :])
    return [replace(table, rows=rows)]


def columns_merged(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The rule between two columns is missing: their cells are one."""
    at = chance.randrange(6)
    between = chance.choice([" ", "\n"])
    rows = []
    for row in table.rows:
        one, other = row[-7:][at : at + 2]
        text = f"{one.text}{between}{other.text}".strip()
        where = len(row) - 7 + at
        rows.append((*row[:where], replace(one, text=text), *row[where + 2 :]))
    return [SetTable(tuple(rows), table.columns - 1, table.head)]


def column_added(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A column of other figures stands among those of the form."""
    name = chance.choice(["上年数", "占比", "同比", "序号", "备注", "合计", "", "个人"])
    at = chance.randrange(8)
    rows = []
    for r, row in enumerate(table.rows):
        text = name if r < table.head else str(chance.randrange(60))
        where = len(row) - 7 + at
        rows.append((*row[:where], Slot(text), *row[where:]))
    return [SetTable(tuple(rows), table.columns + 1, table.head)]


def two_years(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """Beside each figure of the year stands that of the year before."""
    first = chance.choice([True, False])
    names = chance.choice([("本年", "上年"), ("2023年", "2022年"), ("今年", "去年")])
    rows: list[Row] = []
    under: list[Slot] = []
    for row in table.rows:
        slots: list[Slot] = []
        for slot in row:
            if slot.key is not None:
                old = Slot(str(chance.randrange(400)))
                slots += [slot, old] if first else [old, slot]
            elif slot in row[-7:]:
                slots.append(replace(slot, colspan=2))
                under += [
                    Slot(n, kind="head") for n in (names if first else names[::-1])
                ]
            else:
                slots.append(slot)
        rows.append(tuple(slots))
    corner = Slot("", colspan=table.columns - 7, kind="head")
    rows.insert(1, (corner, *under))
    return [SetTable(tuple(rows), table.columns + 7, table.head + 1)]


def year_before(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The same table of the year before stands before or after that of the year."""
    keyless = [
        tuple(
            replace(slot, text=str(chance.randrange(400)), key=None)
            if slot.key
            else slot
            for slot in row
        )
        for row in table.rows
    ]
    old: list[Part] = ["2022年数据", replace(table, rows=tuple(keyless))]
    new: list[Part] = ["2023年数据", table]
    return new + old if chance.random() < 0.5 else old + new


def cell_lost(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A row lacks a cell, and the figures after it stand one column too far left."""
    at = chance.choice(_filled(table))
    row = table.rows[at]
    lost = chance.choice([slot for slot in row if slot.key is not None])
    _refuse(
        wants, [key for key in [lost.key] if key is not None and lost is not row[-1]]
    )
    left = tuple(slot for slot in row if slot is not lost)
    if lost is row[-1] and lost.key is not None:
        wants[lost.key] = Expected(None, "blank", Demand.OPEN)
    return [_with_row(table, at, left)]


def cell_added(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A row has a figure too many."""
    at = chance.choice(_filled(table))
    row = table.rows[at]
    n_labels = len(row) - len(_keys(row))
    where = chance.randrange(n_labels, len(row) + 1)
    extra = Slot(str(chance.randrange(90)))
    longer = (*row[:where], extra, *row[where:])
    # What a reader sees is that the figures after it stand under other names.
    for key, slot in zip(_keys(row), longer[n_labels:], strict=False):
        wants[key] = replace(expected_of(slot.text), demand=Demand.OPEN)
    return [_with_row(table, at, longer)]


def row_repeated(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A row stands twice, with other figures the second time."""
    at = chance.choice(_filled(table))
    row = table.rows[at]
    other = tuple(
        replace(slot, text=str(int(chance.randrange(500)))) if slot.key else slot
        for slot in row
    )
    rows = (*table.rows[: at + 1], other, *table.rows[at + 1 :])
    return [replace(table, rows=rows)]


def row_lost(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A row is not printed."""
    at = chance.choice(_filled(table))
    _refuse(wants, _keys(table.rows[at]))
    return [replace(table, rows=(*table.rows[:at], *table.rows[at + 1 :]))]


def label_lost(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """The last label of a row is not printed."""
    at = chance.choice(_filled(table))
    return [_with_row(table, at, _labelled(table.rows[at], ""))]


def labels_merged(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A label cell spans two rows by mistake, and the second has no label."""
    at = chance.choice(_filled(table)[:-1])
    row, below = table.rows[at], table.rows[at + 1]
    n_labels = len(row) - len(_keys(row))
    n_below = len(below) - len(_keys(below))
    label = row[n_labels - 1]
    if n_labels != n_below or label.colspan != below[n_below - 1].colspan:
        return [table]
    table = _with_row(
        table, at, (*row[: n_labels - 1], replace(label, rowspan=2), *row[n_labels:])
    )
    return [_with_row(table, at + 1, (*below[: n_below - 1], *below[n_below:]))]


def label_of_next(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """A row carries the label of the row below it, which carries it too."""
    at = chance.choice(_filled(table)[:-1])
    below = table.rows[at + 1]
    label = below[len(below) - len(_keys(below)) - 1].text
    _refuse(wants, _keys(table.rows[at]))
    return [_with_row(table, at, _labelled(table.rows[at], label))]


def _labelled(row: Row, text: str) -> Row:
    at = len(row) - len(_keys(row)) - 1
    return (*row[:at], replace(row[at], text=text), *row[at + 1 :])


def figures_merged(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """One figure stands in a cell over two columns."""
    at = chance.choice(_filled(table))
    row = table.rows[at]
    first = len(row) - len(_keys(row))
    where = chance.randrange(first, len(row) - 1)
    _refuse(wants, _keys(row[where : where + 2]))
    wide = replace(row[where], colspan=row[where].colspan + row[where + 1].colspan)
    return [_with_row(table, at, (*row[:where], wide, *row[where + 2 :]))]


def figures_merged_downwards(
    table: SetTable, wants: Wants, chance: Random
) -> list[Part]:
    """One figure stands in a cell over two rows."""
    at = chance.choice(_filled(table)[:-1])
    n = chance.randrange(1, 1 + min(len(_keys(table.rows[at + r])) for r in (0, 1)))
    one, other = table.rows[at][-n], table.rows[at + 1][-n]
    if one.colspan != other.colspan:
        return [table]
    if not one.text and other.key is not None:
        # An empty cell over two rows prints no figure for either.
        wants[other.key] = Expected(None, "blank", Demand.OPEN)
    above = tuple(replace(s, rowspan=2) if s is one else s for s in table.rows[at])
    below = tuple(s for s in table.rows[at + 1] if s is not other)
    return [_with_row(_with_row(table, at, above), at + 1, below)]


def footnotes(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """Some figures carry the mark of a footnote."""
    marks = ("①", "*", "[1]", "¹", "注1", "（注）", "#", "※", "（1）", "²")
    rows = [
        tuple(
            replace(slot, text=slot.text + chance.choice(marks))
            if slot.key and slot.text and chance.random() < 0.15
            else slot
            for slot in row
        )
        for row in table.rows
    ]
    return [replace(table, rows=tuple(rows))]


def transposed(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """Applicants stand down the side, and what happened along the top."""
    grid = [[Slot("")] * table.columns for _ in table.rows]
    for r, c, slot in table.placed():
        for down in range(slot.rowspan):
            for right in range(slot.colspan):
                grid[r + down][c + right] = replace(slot, rowspan=1, colspan=1)
    rows = tuple(zip(*grid, strict=True))
    return [SetTable(rows, len(table.rows), 0)]


def digits_spaced(table: SetTable, wants: Wants, chance: Random) -> list[Part]:
    """Some figures are broken by a space or a line end."""
    gaps = (" ", "\n")
    rows = [
        tuple(
            replace(slot, text=slot.text[:1] + chance.choice(gaps) + slot.text[1:])
            if slot.key and len(slot.text) > 1 and chance.random() < 0.1
            else slot
            for slot in row
        )
        for row in table.rows
    ]
    return [replace(table, rows=tuple(rows))]


ON_REQUESTS: tuple[Damage, ...] = (
    rows_permuted,
    rows_swapped,
    columns_permuted,
    total_first,
    header_lost,
    header_lost_and_columns_swapped,
    names_swapped_in_part,
    rows_merged,
    columns_merged,
    column_added,
    two_years,
    year_before,
    cell_lost,
    cell_added,
    row_repeated,
    row_lost,
    label_lost,
    labels_merged,
    label_of_next,
    figures_merged,
    figures_merged_downwards,
    footnotes,
    transposed,
    digits_spaced,
)
"""What can be done to table 3."""

ON_PROACTIVE: tuple[Damage, ...] = (
    year_before,
    row_repeated,
    row_lost,
    label_lost,
    footnotes,
    digits_spaced,
    cell_lost,
    cell_added,
    figures_merged,
    transposed,
)
"""What can be done to table 2."""

ON_DISPUTES: tuple[Damage, ...] = (
    year_before,
    row_repeated,
    footnotes,
    digits_spaced,
    cell_lost,
    cell_added,
    figures_merged,
    transposed,
)
"""What can be done to table 4."""


def damaged(cells: Mapping[Key, str], which: str, damage: Damage, seed: int) -> Shaped:
    """Lay out a report of which one table is damaged.

    Parameters
    ----------
    cells : mapping
        Figure of each cell.
    which : str
        ``proactive``, ``requests`` or ``disputes``: the table to damage.
    damage : Damage
        What to do to it.
    seed : int
        Decides where, and how.
    """
    chance = Random(seed)
    is_whole = which == "requests" or chance.random() < 0.5
    quirks = SELF_CONTAINED if is_whole else Quirks()
    shaped = shape(cells, quirks)
    wants: Wants = {
        key: replace(want, demand=Demand.OPEN) for key, want in shaped.expected.items()
    }
    parts: list[Part] = []
    for part in shaped.parts:
        keys = (
            []
            if isinstance(part, str)
            else [k for row in part.rows for k in _keys(row)]
        )
        if isinstance(part, SetTable) and keys and keys[0][0] == which:
            parts += damage(part, wants, chance)
        else:
            parts.append(part)
    return replace(shaped, parts=tuple(parts), expected=wants)


def some_cells(seed: int) -> dict[Key, str]:
    """Figures of a report: plain, small and alike, large, or with blanks and zeros."""
    chance = Random(seed)
    kind = chance.choice(["plain", "small", "large", "sparse", "blank"])
    cells = plain_cells()
    if kind == "plain":
        return cells
    most = {"small": 3, "large": 5000}.get(kind, 9)
    for key in cells:
        is_zero = kind in ("sparse", "blank") and chance.random() < 0.8
        cells[key] = "0" if is_zero else str(chance.randrange(most))
    if chance.random() < 0.7:
        total_up(cells)
    if kind == "blank":
        cells = {key: "" if text == "0" else text for key, text in cells.items()}
    return cells
