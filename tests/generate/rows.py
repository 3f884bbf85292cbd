"""Rows and spans of table 2 and table 3, rearranged as agencies rearrange them."""

from __future__ import annotations

from dataclasses import replace

from facsimiles.form import Row, SetTable, Slot

RESULTS = "三、本年度办理结果"


def header(table: SetTable, style: str) -> SetTable:
    """Reduce or damage the three header rows of table 3."""
    top, middle, bottom = table.rows[:3]
    body = table.rows[3:]
    person, _, total = middle
    if style == "without_natural_person":
        blank = replace(person, text="")
        return replace(table, rows=(top, (blank, *middle[1:]), bottom, *body))
    if style == "two_rows":
        corner = replace(top[0], rowspan=2)
        rows: tuple[Row, ...] = ((corner, *middle), bottom)
        return SetTable((*rows, *body), table.columns, head=2)
    if style == "one_row":
        corner = replace(top[0], rowspan=1)
        flat = (
            corner,
            replace(person, rowspan=1),
            *bottom,
            replace(total, rowspan=1),
        )
        return SetTable((flat, *body), table.columns, head=1)
    if style == "none":
        return SetTable(body, table.columns, head=0)
    return table


def result_label(table: SetTable, style: str) -> SetTable:
    """Print 三、本年度办理结果 in one of the ways that agencies do."""
    rows = [list(row) for row in table.rows]
    (at,) = (r for r, row in enumerate(rows) if row[0].text == RESULTS)
    label = rows[at][0]
    if style == "characters":
        rows[at][0] = replace(label, text="\n".join(RESULTS))
    elif style == "lost":
        rows[at][0] = replace(label, text="")
    elif style == "repeated":
        for r in range(at, at + label.rowspan):
            one = replace(label, rowspan=1)
            rows[r] = [one, *(rows[r][1:] if r == at else rows[r])]
    elif style == "two_cells":
        rows[at][0] = replace(label, text="三、本年", rowspan=10)
        rest = replace(label, text="度办理结果", rowspan=label.rowspan - 10)
        rows[at + 10] = [rest, *rows[at + 10]]
    return replace(table, rows=tuple(tuple(row) for row in rows))


def group_labels(table: SetTable, style: str) -> SetTable:
    """Print （三）不予公开 and the like on every row, or not at all."""
    if style == "merged":
        return table
    rows = [list(row) for row in table.rows]
    for r, row in enumerate(table.rows):
        for slot in row:
            if slot.kind == "label" and slot.text[0] == "（" and slot.rowspan > 1:
                if style == "lost":
                    column = rows[r].index(slot)
                    rows[r][column] = replace(slot, text="")
                    continue
                column = rows[r].index(slot)
                rows[r][column] = replace(slot, rowspan=1)
                for below in range(r + 1, r + slot.rowspan):
                    rows[below].insert(0, replace(slot, rowspan=1))
    return replace(table, rows=tuple(tuple(row) for row in rows))


def split_table(
    table: SetTable, at: int, *, header: bool, labels: str
) -> list[SetTable]:
    """Cut a table in two before a row, labels that span the cut included."""
    above: list[list[tuple[int, Slot]]] = [[] for _ in range(at)]
    below: list[list[tuple[int, Slot]]] = [[] for _ in table.rows[at:]]
    for r, c, slot in table.placed():
        if r >= at:
            below[r - at].append((c, slot))
        elif r + slot.rowspan <= at:
            above[r].append((c, slot))
        else:
            half = (len(slot.text) + 1) // 2
            texts = {
                "whole": (slot.text, slot.text),
                "first": (slot.text, ""),
                "cut": (slot.text[:half], slot.text[half:]),
            }[labels]
            first = replace(slot, text=texts[0], rowspan=at - r)
            rest = replace(slot, text=texts[1], rowspan=r + slot.rowspan - at)
            above[r].append((c, first))
            below[0].append((c, rest))

    def rows(cells: list[list[tuple[int, Slot]]]) -> tuple[Row, ...]:
        return tuple(
            tuple(slot for _, slot in sorted(row, key=lambda pair: pair[0]))
            for row in cells
        )

    second = rows(below)
    if header:
        second = (*table.rows[: table.head], *second)
    return [
        replace(table, rows=rows(above)),
        SetTable(second, table.columns, head=table.head if header else 0),
    ]


def fifth_column(table: SetTable, blank: str) -> SetTable:
    """Add an empty column at the right end."""
    rows = tuple((*row, Slot(blank, kind="extra")) for row in table.rows)
    return SetTable(rows, table.columns + 1, table.head)


def ragged_spans(table: SetTable) -> SetTable:
    """Let header and figures span different columns: five columns instead of four."""
    rows = []
    for row in table.rows:
        if len(row) == 1:
            spans = [5]
        elif len(row) == 2:
            spans = [1, 4] if row[0].kind == "head" else [2, 3]
        elif len(row) == 3:
            spans = [1, 2, 2] if row[0].kind == "head" else [1, 1, 3]
        else:
            spans = [1, 1, 2, 1] if row[0].kind == "head" else [1, 2, 1, 1]
        rows.append(
            tuple(replace(s, colspan=n) for s, n in zip(row, spans, strict=True))
        )
    return SetTable(tuple(rows), 5, table.head)


def widened(table: SetTable, times: int) -> SetTable:
    """Let every cell span so many times more columns."""
    rows = tuple(
        tuple(replace(slot, colspan=slot.colspan * times) for slot in row)
        for row in table.rows
    )
    return SetTable(rows, table.columns * times, table.head)
