"""Read a header in a text without columns: labels one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from govinfo.forms import NEWEST, form_rows, marks
from govinfo.recognise.columns import (
    BLOCKS,
    HeaderCell,
    block_code,
    column_code,
    orders,
)
from govinfo.recognise.labels import column_labels, core, group_heads, printed_labels
from govinfo.recognise.rows import Row

# The two ways to court, side by side below 行政诉讼.
ROUTES = ("未经复议直接起诉", "复议后起诉")

# Labels of columns that agencies add; longer texts are notes.
_SHORTEST, _LONGEST = 2, 8


def named_in_order(texts: list[str], table: str) -> list[HeaderCell]:
    """Columns named in a text without columns, if they come in the statutory order.

    The two-level header of the requests names the total before the organisations.
    """
    if table == "disputes":
        return _disputes_in_order(texts)
    texts = _rejoined(texts, table)
    codes = [code for text in texts for code in _codes_in(text, table)]
    for order in orders(table):
        for printed in (order, (order[0], order[-1], *order[1:-1])):
            if codes[-len(printed) :] == list(printed):
                named = _in_a_row(order)
                last = float(len(named))
                added = _added(texts, table)
                return named + [HeaderCell(None, last, last, text) for text in added]
    return []


def _rejoined(texts: Sequence[str], table: str) -> list[str]:
    """The texts, those joined that name a column together and none apart."""
    found: list[str] = []
    for text in texts:
        if (
            found
            and column_code(found[-1] + text, table)
            and not (_codes_in(found[-1], table) or _codes_in(text, table))
        ):
            found[-1] += text
        else:
            found.append(text)
    return found


def written_cells(stack: Sequence[Row], table: str) -> list[HeaderCell]:
    """
    Columns of a drawn header by the order in which its names are written.

    Parameters
    ----------
    stack : sequence of Row
        The rows of the header.
    table : str
        Its table; only ``requests`` has one header whose names are all different.

    Returns
    -------
    list of HeaderCell
        Empty unless every column of the form is named once, in the order of the form,
        and nothing names another column.
    """
    if table != "requests":
        return []
    pieces = [p for row in stack for p in row.pieces if p.is_label and not p.spans_down]
    texts = [piece.text for piece in pieces]
    if sum(len(_codes_in(text, table)) for text in texts) != len(orders(table)[0]):
        return []
    named = named_in_order(texts, table)
    return named if all(cell.code is not None for cell in named) else []


def _added(texts: list[str], table: str) -> list[str]:
    """Labels in a header of columns that are not of the form.

    Such a label begins with a word that says so (占比), or is a short one after the
    first label of the form and no part of one.
    """
    heads = group_heads(table)
    known = (
        *heads,
        *(label.core for label in column_labels(table)),
        *printed_labels(table),
    )
    found: list[str] = []
    # The items of table 2 have titles and words of their own over their columns.
    has_begun = has_words = table == "proactive"
    for text in texts:
        said = core(text)
        if said in heads or _codes_in(text, table):
            has_begun = True
            continue
        is_short = _SHORTEST <= len(said) <= _LONGEST and not said.startswith("单位")
        is_known = has_words or any(said in label for label in known)
        is_new = is_short and has_begun and not is_known
        if is_new or said.startswith(marks("added_column")):
            found.append(text)
    return found


@lru_cache(maxsize=8192)
def _codes_in(text: str, table: str) -> tuple[str, ...]:
    """Columns that a text names, one after the other where it names several."""
    code = column_code(text, table)
    if code is not None:
        return (code,)
    if core(text) in group_heads(table):
        return ()
    packed = core(text)
    found: list[tuple[int, int, str]] = []
    labels = sorted(column_labels(table), key=lambda lab: -len(lab.core))
    for label in labels:
        if len(label.core) < 4:
            continue
        start = packed.find(label.core)
        end = start + len(label.core)
        if start >= 0 and all(end <= a or b <= start for a, b, _ in found):
            found.append((start, end, label.code))
    covered = sum(end - start for start, end, _ in found)
    if not found or covered < 0.5 * len(packed):
        return ()
    return tuple(code for _, _, code in sorted(found))


def _disputes_in_order(texts: list[str]) -> list[HeaderCell]:
    leaves = [code for text in texts if (code := column_code(text, "disputes"))]
    blocks = [code for text in texts if (code := block_code(text)) in BLOCKS]
    outcome = [column.code for column in form_rows("disputes", NEWEST)[0].columns]
    order = orders("disputes")[0]
    if leaves[-15:] == outcome * 3 and [b for b in blocks if b][-3:] == list(BLOCKS):
        return _in_a_row(order)
    # More blocks than one and the labels of one: the others are still to come.
    if leaves == outcome and len(set(blocks)) == 1:
        return _in_a_row([f"{blocks[-1]}.{leaf}" for leaf in outcome])
    if _is_scattered(texts):
        # Nobody knows which letters name which column.
        return [replace(cell, label="") for cell in _in_a_row(order)]
    return []


def _in_a_row(codes: Sequence[str]) -> list[HeaderCell]:
    return [HeaderCell(code, float(n), n + 1.0, code) for n, code in enumerate(codes)]


def _is_scattered(texts: Sequence[str]) -> bool:
    """Whether letter after letter of three headed blocks stands in narrow columns.

    The lines of such a header go across its columns: below the names of the blocks,
    every letter of their outcomes is there, as often as it should be.
    """
    *above, below = core("".join(texts)).rpartition(ROUTES[-1])
    name, first, second = "".join(above).rpartition(ROUTES[0])
    outcomes = "".join(
        column.leaf for column in form_rows("disputes", NEWEST)[0].columns
    )
    return (
        Counter(below) == Counter(core(outcomes) * len(BLOCKS))
        and first + second == "".join(ROUTES)
        and "行政复议" in name
    )
