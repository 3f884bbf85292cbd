"""Wordings of labels: typos, stray characters, other numerals, other item titles."""

from __future__ import annotations

import re
from dataclasses import replace

from facsimiles.form import SetTable, Slot

from generate.quirks import Quirks

_ITEM = re.compile(r"第二十条第（(.)）项")


def worded(table: SetTable, quirks: Quirks) -> SetTable:
    """Print the labels of a table as the quirks word them."""
    rows = tuple(tuple(_slot(slot, quirks) for slot in row) for row in table.rows)
    return replace(table, rows=rows)


def _slot(slot: Slot, quirks: Quirks) -> Slot:
    if slot.kind == "value":
        return slot
    text = quirks.labels.get(slot.text, slot.text)
    found = _ITEM.fullmatch(text)
    if found:
        text = quirks.item_style.format(found[1])
    if quirks.numeral != ".":
        text = re.sub(r"^(\d)\.", rf"\g<1>{quirks.numeral}", text)
    if quirks.stray and slot.kind == "label" and len(text) > 4:
        text = text[:4] + quirks.stray + text[4:]
    return replace(slot, text=text)
