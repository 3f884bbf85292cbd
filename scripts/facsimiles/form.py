"""The three statutory tables as they are printed: cells with spans and their keys.

The labels come from ``govinfo.forms``; the printed values from the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from govinfo.forms import statutory_cells

Key = tuple[str, str, str]
"""Table, row code and column code of a statutory cell."""

# The note in the corner of table 3 is part of the official form.
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

SECTIONS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of a table as it is set.

    ``kind`` is ``item`` (第二十条第…项), ``head`` (a column's name), ``label`` (a row's
    name) or ``value``; only values have a key.
    """

    text: str
    rowspan: int = 1
    colspan: int = 1
    kind: str = "value"
    key: Key | None = None


Row = tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class SetTable:
    """One table as it is set; its top ``head`` rows may be repeated on a new page."""

    rows: tuple[Row, ...]
    columns: int
    head: int = 0

    def placed(self) -> list[tuple[int, int, Slot]]:
        """Give each slot with the row and column of its top left corner."""
        taken: set[tuple[int, int]] = set()
        result: list[tuple[int, int, Slot]] = []
        for r, row in enumerate(self.rows):
            column = 0
            for slot in row:
                while (r, column) in taken:
                    column += 1
                result.append((r, column, slot))
                taken.update(
                    (r + down, column + right)
                    for down in range(slot.rowspan)
                    for right in range(slot.colspan)
                )
                column += slot.colspan
        return result


def cells_of(form: str, table: str) -> list[dict[str, str]]:
    """The statutory cells of one table of one form, in order."""
    return [c for c in statutory_cells() if (c["form"], c["table"]) == (form, table)]


def _parts(label: str) -> list[str]:
    return label.split(" / ")


def _value(printed: Mapping[Key, str], key: Key, colspan: int = 1) -> Slot:
    return Slot(printed.get(key, ""), colspan=colspan, key=key)


def _spread(columns: int, over: int) -> list[int]:
    """Share ``over`` grid columns among ``columns`` cells, the last being widest."""
    return [1] * (columns - 1) + [over - columns + 1]


def proactive(form: str, printed: Mapping[Key, str]) -> list[SetTable]:
    """Table 2, one small table for each item of article 20."""
    tables = []
    cells = cells_of(form, "proactive")
    for item, group in groupby(cells, key=lambda c: _parts(c["row_label"])[0]):
        members = list(group)
        first = [c for c in members if c["row_code"] == members[0]["row_code"]]
        spans = _spread(len(first), 3)
        head = [Slot("信息内容", kind="head")]
        head += [
            Slot(c["column_label"], colspan=span, kind="head")
            for c, span in zip(first, spans, strict=True)
        ]
        rows: list[Row] = [(Slot(item, colspan=4, kind="item"),), tuple(head)]
        for code, row in groupby(members, key=lambda c: c["row_code"]):
            found = list(row)
            label = Slot(_parts(found[0]["row_label"])[-1], kind="label")
            values = [
                _value(printed, ("proactive", code, c["column_code"]), span)
                for c, span in zip(found, spans, strict=True)
            ]
            rows.append((label, *values))
        tables.append(SetTable(tuple(rows), 4, head=2))
    return tables


def joined(tables: list[SetTable]) -> SetTable:
    """Put tables of equal width under each other as one."""
    rows = tuple(row for table in tables for row in table.rows)
    return SetTable(rows, tables[0].columns, head=0)


def _applicants(form: str) -> list[dict[str, str]]:
    return [c for c in cells_of(form, "requests") if c["row_code"] == "received"]


def requests_head(form: str) -> list[Row]:
    """The three header rows of table 3."""
    labels = [_parts(c["column_label"]) for c in _applicants(form)]
    organisations = [parts[1] for parts in labels if len(parts) == 2]
    return [
        (
            Slot(CORNER, rowspan=3, colspan=3, kind="head"),
            Slot("申请人情况", colspan=len(labels), kind="head"),
        ),
        (
            Slot(labels[0][0], rowspan=2, kind="head"),
            Slot(labels[1][0], colspan=len(organisations), kind="head"),
            Slot(labels[-1][0], rowspan=2, kind="head"),
        ),
        tuple(Slot(name, kind="head") for name in organisations),
    ]


def requests(form: str, printed: Mapping[Key, str]) -> SetTable:
    """Table 3; the row or rows of （六）其他处理 are those that ``printed`` has."""
    codes = [c["column_code"] for c in _applicants(form)]
    labels = {c["row_code"]: _parts(c["row_label"]) for c in cells_of(form, "requests")}
    present = {row for table, row, _ in printed if table == "requests"}
    order = [row for row in labels if row in present]
    rows = requests_head(form)
    top = [row for row in order if labels[row][0].startswith("三")]
    for row in order:
        names = labels[row]
        slots = []
        if row == top[0]:
            slots.append(Slot(names[0], rowspan=len(top), kind="label"))
        if len(names) == 1:
            slots.append(Slot(names[0], colspan=3, kind="label"))
        elif len(names) == 2:
            slots.append(Slot(names[1], colspan=2, kind="label"))
        else:
            group = [r for r in top if labels[r][1] == names[1] and len(labels[r]) == 3]
            if row == group[0]:
                slots.append(Slot(names[1], rowspan=len(group), kind="label"))
            slots.append(Slot(names[2], kind="label"))
        slots += [_value(printed, ("requests", row, code)) for code in codes]
        rows.append(tuple(slots))
    return SetTable(tuple(rows), 3 + len(codes), head=3)


def disputes(form: str, printed: Mapping[Key, str]) -> SetTable:
    """Table 4: three blocks of five results beside each other."""
    cells = cells_of(form, "disputes")
    blocks: dict[str, list[dict[str, str]]] = {}
    for cell in cells:
        blocks.setdefault(cell["row_code"], []).append(cell)
    review, *litigation = blocks.values()
    names = [_parts(block[0]["row_label"]) for block in litigation]
    width = len(review)
    rows: list[Row] = [
        (
            Slot(review[0]["row_label"], colspan=width, kind="head"),
            Slot(names[0][0], colspan=width * len(litigation), kind="head"),
        ),
        (
            *(Slot(c["column_label"], rowspan=2, kind="head") for c in review),
            *(Slot(name[1], colspan=width, kind="head") for name in names),
        ),
        tuple(
            Slot(c["column_label"], kind="head") for block in litigation for c in block
        ),
        tuple(
            _value(printed, ("disputes", c["row_code"], c["column_code"]))
            for c in cells
        ),
    ]
    return SetTable(tuple(rows), width * len(blocks), head=3)


def without_head_spans(table: SetTable) -> SetTable:
    """Give header cells that span rows an empty cell in each row below instead."""
    rows: list[list[tuple[int, Slot]]] = [[] for _ in table.rows]
    for r, c, slot in table.placed():
        down = slot.rowspan if slot.kind == "head" else 1
        rowspan = 1 if slot.kind == "head" else slot.rowspan
        rows[r].append((c, Slot(slot.text, rowspan, slot.colspan, slot.kind, slot.key)))
        for below in range(r + 1, r + down):
            rows[below].append((c, Slot("", 1, slot.colspan, slot.kind)))
    ordered = (sorted(row, key=lambda pair: pair[0]) for row in rows)
    flat: tuple[Row, ...] = tuple(tuple(slot for _, slot in row) for row in ordered)
    return SetTable(flat, table.columns, table.head)


@dataclass(frozen=True, slots=True)
class Facsimile:
    """Everything that a layout needs to set one report."""

    report_id: str
    agency: str
    year: str
    form: str
    published_at: str
    printed: Mapping[Key, str]

    @property
    def title(self) -> str:
        """Title as agencies word it."""
        return f"{self.agency}{self.year}年政府信息公开工作年度报告"

    @property
    def says_what_it_is(self) -> tuple[str, str]:
        """A line in Chinese and one in English on what this document is."""
        known = self.published_at
        return (
            "仿制件：依据已公布的数字重新排版，并非公布的原件，不含文字叙述。"
            + (f"原件地址：{known}" if known else "原件地址不详。"),
            "Facsimile set from the published figures, without the narrative; it is "
            "not the published document. "
            + (f"Original: {known}" if known else "Address of the original not known."),
        )

    @property
    def headings(self) -> list[str]:
        """The six section headings of the statutory form."""
        return [
            f"{n}、{name}" for n, name in zip("一二三四五六", SECTIONS, strict=True)
        ]

    def tables(self) -> tuple[list[SetTable], SetTable, SetTable]:
        """Tables 2 (one for each item), 3 and 4."""
        return (
            proactive(self.form, self.printed),
            requests(self.form, self.printed),
            disputes(self.form, self.printed),
        )
