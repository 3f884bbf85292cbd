"""Printed cells and quirks become headings, paragraphs and tables in reading order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from facsimiles.form import (
    SECTIONS,
    Key,
    SetTable,
    Slot,
    disputes,
    joined,
    proactive,
    requests,
    without_head_spans,
)

from generate.expected import Demand, Expected, expected_of
from generate.labels import worded
from generate.quirks import Quirks
from generate.rows import (
    fifth_column,
    group_labels,
    header,
    ragged_spans,
    result_label,
    split_table,
    widened,
)

Part = str | SetTable


@dataclass(frozen=True, slots=True)
class Shaped:
    """A document before it has a format.

    ``parts`` are headings and paragraphs (text) and tables, in reading order;
    ``headings`` says which texts are section headings.
    """

    title: str
    parts: tuple[Part, ...]
    headings: frozenset[str]
    expected: Mapping[Key, Expected]
    quirks: Quirks

    def texts(self) -> str:
        """Every character of the document."""
        found = [self.title]
        for part in self.parts:
            if isinstance(part, str):
                found.append(part)
            else:
                found += [slot.text for row in part.rows for slot in row]
        return "".join(found)


_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

_STYLES: dict[str, Callable[[str, str], str]] = {
    "plain": lambda text, unit: text,
    "thousands": lambda text, unit: f"{Decimal(text):,}",
    "thousands_full_width": lambda text, unit: f"{Decimal(text):,}".replace(",", "，"),
    "full_width": lambda text, unit: text.translate(_FULL_WIDTH),
    "decimals": lambda text, unit: text if "." in text else text + ".00",
    "unit": lambda text, unit: text + unit,
    "stray": lambda text, unit: text + "?",
}


def _printed(key: Key, text: str, quirks: Quirks) -> str:
    if text == "":
        return quirks.blank
    # The table's own heading says 万元; procurement prints 元.
    units = {("proactive", "fee", "amount"): "万元"}
    unit = units.get(key, "元" if key[2] == "amount" else "件")
    return _STYLES[quirks.numbers](text, unit)


def shape(cells: Mapping[Key, str], quirks: Quirks | None = None) -> Shaped:
    """Lay out cells with quirks, and say what reading must give.

    Parameters
    ----------
    cells : mapping
        Figure of each statutory cell as digits; an empty text is a blank cell.
    quirks : Quirks, optional
        The oddities; none by default.
    """
    quirks = quirks or Quirks()
    expected = {key: expected_of(text) for key, text in cells.items()}
    printed = {key: _printed(key, text, quirks) for key, text in cells.items()}
    for key, (text, want) in quirks.texts.items():
        printed[key], expected[key] = text, want
    with_blank = {key[1] for key, text in cells.items() if text == ""}
    doubtful = {
        key
        for key in expected
        if (quirks.numbers == "stray" and cells[key] != "")
        or (key[0] == "requests" and quirks.header == "none")
        or (quirks.header == "without_natural_person" and key[2] == "natural_person")
        # Beside an empty label cell, a blank may be the first or the last of a row.
        or (key[1] == "other" and quirks.empty_label and "other" in with_blank)
        # Where header and figures span different columns, a blank may be anybody's.
        # So may every figure where an empty column stands beside them.
        or (
            key[0] == "proactive"
            and quirks.disagreeing_spans
            and (quirks.fifth_column or key[1] in with_blank)
        )
    }
    for key in doubtful:
        expected[key] = replace(expected[key], demand=Demand.OPEN)
    two = [worded(table, quirks) for table in _proactive(printed, quirks)]
    three = worded(_requests(printed, quirks), quirks)
    four = worded(disputes(quirks.form, printed), quirks)
    if quirks.header == "no_rowspan":
        three, four = without_head_spans(three), without_head_spans(four)
    parts, headings = _parts(two, _cut(three, quirks), _blocks(four, quirks), quirks)
    return Shaped(quirks.title or "", tuple(parts), headings, expected, quirks)


def _proactive(printed: Mapping[Key, str], quirks: Quirks) -> list[SetTable]:
    tables = proactive(quirks.form, printed)
    if quirks.hybrid:
        tables = [proactive("2019", printed)[0], *tables[1:]]
    if quirks.disagreeing_spans:
        tables = [ragged_spans(table) for table in tables]
    if quirks.fifth_column:
        tables = [fifth_column(table, quirks.blank) for table in tables]
    return tables if quirks.item_tables else [joined(tables)]


def _requests(printed: Mapping[Key, str], quirks: Quirks) -> SetTable:
    table = requests(quirks.form, printed)
    table = group_labels(table, quirks.group_labels)
    table = result_label(table, quirks.result_label)
    if quirks.empty_label:
        table = _with_empty_label(table)
    return header(table, quirks.header)


def _with_empty_label(table: SetTable) -> SetTable:
    rows = [
        tuple(
            piece
            for slot in row
            for piece in (
                (replace(slot, colspan=1), Slot("", kind="label"))
                if slot.text == "（六）其他处理" and slot.colspan == 2
                else (slot,)
            )
        )
        for row in table.rows
    ]
    return replace(table, rows=tuple(rows))


def _cut(three: SetTable, quirks: Quirks) -> list[SetTable]:
    if not quirks.split:
        return [three]
    return split_table(
        three, quirks.split, header=quirks.split_header, labels=quirks.split_labels
    )


def _blocks(four: SetTable, quirks: Quirks) -> list[tuple[str, SetTable]]:
    """Table 4 as one table, or as one for each block with its name before it."""
    if not quirks.disputes_in_three:
        return [("", four)]
    names = [slot.text for slot in four.rows[1][:5]]
    values = four.rows[-1]
    blocks = []
    for number, name in enumerate(
        ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")
    ):
        head = tuple(Slot(text, kind="head") for text in names)
        rows = (head, values[5 * number : 5 * number + 5])
        blocks.append((name, SetTable(rows, 5, head=1)))
    return blocks


def _headings(quirks: Quirks) -> list[str]:
    names = list(SECTIONS)
    numerals = list("一二三四五六")
    if quirks.headings == "none":
        return [""] * 6
    if quirks.headings == "varied":
        names[1] = "政府信息主动公开情况"
        names[3] = "因政府信息公开工作被申请行政复议、提起行政诉讼情况"
        names[4] = "政府信息公开工作存在的主要问题及改进情况"
    if quirks.headings == "lost":
        return [f"、{name}" for name in names]
    if quirks.headings == "doubled":
        return [
            f"（{n}）({n})、{name}" for n, name in zip(numerals, names, strict=True)
        ]
    if quirks.headings == "renumbered":
        numerals = ["一", *"四五六七八"]
    return [f"{n}、{name}" for n, name in zip(numerals, names, strict=True)]


def _parts(
    two: list[SetTable],
    three: list[SetTable],
    four: list[tuple[str, SetTable]],
    quirks: Quirks,
) -> tuple[list[Part], frozenset[str]]:
    headings = _headings(quirks)
    parts: list[Part] = []
    if quirks.page_information:
        parts.append(
            SetTable(
                (
                    (Slot("索引号"), Slot("000-2024-00012"), Slot("分类"), Slot("")),
                    (Slot("名称"), Slot(quirks.title or "年度报告", colspan=3)),
                    (Slot("发布日期"), Slot("2024-01-25"), Slot("文号"), Slot("无")),
                ),
                4,
            )
        )
    parts += [headings[0], *quirks.narrative, headings[1]]
    if quirks.unrelated_table:
        parts.append(
            SetTable(
                (
                    (Slot("平台"), Slot("发布条数"), Slot("访问量")),
                    (Slot("门户网站"), Slot("2405"), Slot("3640000")),
                    (Slot("总计"), Slot("2966"), Slot("4255")),
                ),
                3,
                head=1,
            )
        )
    if quirks.one_table:
        width = 15
        rows = [row for table in two for row in table.rows]
        for heading, tables in ((headings[2], three), (headings[3], four)):
            rows.append((Slot(heading, colspan=width, kind="head"),))
            for table in tables:
                name, one = table if isinstance(table, tuple) else ("", table)
                if name:
                    rows.append((Slot(name, colspan=width, kind="head"),))
                rows += one.rows
        parts.append(SetTable(tuple(rows), width))
    else:
        parts += [*two, headings[2], *three, headings[3]]
        for name, table in four:
            parts += [name, table] if name else [table]
    parts += [*headings[4:]]
    wide = [
        widened(part, quirks.wide) if isinstance(part, SetTable) else part
        for part in parts
    ]
    return [p for p in wide if p != ""], frozenset(h for h in headings if h)
