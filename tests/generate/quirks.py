"""The oddities of published reports as options, one field each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from facsimiles.form import Key, cells_of

from generate.expected import Expected

NO_TEXTS: Mapping[Key, tuple[str, Expected]] = {}


@dataclass(frozen=True, slots=True)
class Quirks:
    """How a report is printed; the defaults are the official form.

    Parameters
    ----------
    form : str
        ``2021`` or ``2019``.
    hybrid : bool
        Item 第（一）项 of a 2021 table 2 keeps the headings of 2019.
    blank : str
        What an empty cell holds: nothing, a no-break or ideographic space.
    numbers : str
        ``plain``, ``thousands`` (1,362), ``thousands_full_width`` (1，362),
        ``full_width`` (１２), ``decimals`` (12.00), ``unit`` (12件), ``stray`` (12?).
    texts : mapping
        Cells printed otherwise, each with what reading it must give.
    labels : mapping
        Labels printed otherwise: official wording to printed wording.
    stray : str
        Put between the third and fourth character of every longer row label.
    result_label : str
        三、本年度办理结果 is ``merged``, ``characters`` (one a line), ``two_cells``
        (10 rows and the rest), ``repeated`` on every row, or ``lost``.
    group_labels : str
        （三）不予公开 and the like are ``merged``, ``repeated`` or ``lost``.
    empty_label : bool
        A collapsed （六）其他处理 is followed by an empty label cell.
    numeral : str
        Sign after the number of a sub-label, ``.`` officially.
    header : str
        ``three_rows``, ``two_rows``, ``one_row``, ``no_rowspan`` (empty cells below),
        ``without_natural_person`` or ``none``.
    split : int
        Table 3 is cut in two before this row (0: not at all).
    split_header : bool
        The second part of a cut table 3 begins with the header again.
    split_labels : str
        A label that spans the cut is ``whole`` in both parts, ``cut`` (half in
        either), or ``first`` (only in the first part, an empty cell in the second).
    item_style : str
        Wording of 第二十条第（一）项, with ``{}`` for the numeral.
    item_tables : bool
        Table 2 is one table for each item.
    fifth_column : bool
        Table 2 has an empty column at its right end.
    disagreeing_spans : bool
        Header and figures of table 2 span different columns.
    wide : int
        Every cell spans this many times more columns.
    one_table : bool
        The three tables are one, with the section titles as rows.
    disputes_in_three : bool
        Table 4 is three tables.
    unrelated_table, page_information : bool
        A table before table 2 that is none of the three; a page-information table.
    headings : str
        Section headings are ``official``, ``renumbered`` (a narrative comes first),
        ``lost`` (no numerals), ``doubled``, ``varied`` (other words) or ``none``.
    title : str or None
        The title; None for a document without one.
    narrative : tuple of str
        Paragraphs under 一、总体情况.
    """

    form: str = "2021"
    hybrid: bool = False
    blank: str = ""
    numbers: str = "plain"
    texts: Mapping[Key, tuple[str, Expected]] = field(default_factory=lambda: NO_TEXTS)
    labels: Mapping[str, str] = field(default_factory=dict)
    stray: str = ""
    result_label: str = "merged"
    group_labels: str = "merged"
    empty_label: bool = False
    numeral: str = "."
    header: str = "three_rows"
    split: int = 0
    split_header: bool = False
    split_labels: str = "first"
    item_style: str = "第二十条第（{}）项"
    item_tables: bool = False
    fifth_column: bool = False
    disagreeing_spans: bool = False
    wide: int = 1
    one_table: bool = False
    disputes_in_three: bool = False
    unrelated_table: bool = False
    page_information: bool = False
    headings: str = "official"
    title: str | None = "样例市人民政府2023年政府信息公开工作年度报告"
    narrative: tuple[str, ...] = ()


def plain_cells(
    form: str = "2021", *, collapsed: bool = False, hybrid: bool = False
) -> dict[Key, str]:
    """Invented cells of a whole report that differ from each other and add up.

    Every figure of table 3 but the totals is different from its neighbours, so that a
    figure in the wrong cell is a wrong figure.
    """
    cells: dict[Key, str] = {}
    for table in ("proactive", "requests", "disputes"):
        for number, cell in enumerate(cells_of(form, table)):
            key = (table, cell["row_code"], cell["column_code"])
            if key[0] == "requests" and form == "2021":
                is_collapsed_row = key[1] == "other"
                if is_collapsed_row != collapsed and key[1].startswith("other"):
                    continue
            cells[key] = str(11 + 7 * number)
    if hybrid:
        item_one = {"regulation", "normative_document"}
        cells = {
            key: text
            for key, text in cells.items()
            if not (key[0] == "proactive" and key[1] in item_one)
        } | {
            (table, row, column): str(400 + number)
            for number, (table, row, column) in enumerate(plain_cells("2019"))
            if table == "proactive" and row in item_one
        }
    _add_up(cells)
    return cells


def _add_up(cells: dict[Key, str]) -> None:
    """Make the sums of tables 3 and 4 right."""
    rows = list(dict.fromkeys(key[1] for key in cells if key[0] == "requests"))
    columns = list(dict.fromkeys(key[2] for key in cells if key[0] == "requests"))
    parts = [
        row
        for row in rows
        if row not in {"received", "carried_in", "concluded", "carried_out"}
    ]
    for r, row in enumerate(parts):
        for c, column in enumerate(columns[:-1]):
            cells["requests", row, column] = str(1 + (5 * r + 3 * c) % 17)
    for c, column in enumerate(columns[:-1]):
        total = sum(int(cells["requests", row, column]) for row in parts)
        cells["requests", "concluded", column] = str(total)
        cells["requests", "carried_in", column] = str(2 + c)
        cells["requests", "carried_out", column] = str(9 + 2 * c)
        received = total + 9 + 2 * c - 2 - c
        cells["requests", "received", column] = str(received)
    total_up(cells)


def total_up(cells: dict[Key, str]) -> None:
    """Make the totals of every row of table 3 and of every block of table 4 right."""
    rows = list(dict.fromkeys(key[1] for key in cells if key[0] == "requests"))
    columns = list(dict.fromkeys(key[2] for key in cells if key[0] == "requests"))
    for row in rows:
        total = sum(int(cells["requests", row, column]) for column in columns[:-1])
        cells["requests", row, columns[-1]] = str(total)
    blocks = list(dict.fromkeys(key[1] for key in cells if key[0] == "disputes"))
    for block in blocks:
        names = [key[2] for key in cells if key[:2] == ("disputes", block)]
        total = sum(int(cells["disputes", block, name]) for name in names[:-1])
        cells["disputes", block, names[-1]] = str(total)
