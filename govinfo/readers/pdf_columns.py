"""Tables that draw horizontal rules only: columns from white space between figures.

The rules give the rows, and where they end inside the table, some columns. The other
columns stand where no line of three or more words or figures has ink. A table whose
figures do not fall one to a column is not settled here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from govinfo.readers.pdf_aligned import is_numeric, row_of
from govinfo.readers.pdf_text import Line, gap_between
from govinfo.readers.ruling import Lattice, Rule, borders, lattice_of

# Shorter rules underline words.
SHORTEST = 60.0

# Rules that end within this many points end in line.
IN_LINE = 4.0

# White between two columns, in parts of the character size.
COLUMN_GAP = 0.3

# A rule and a text do not belong together if the room between them is more than this
# many times that of the table's usual rows, and than this part of the text's size.
USUAL_ROOM, LEAST_ROOM = 2.5, 1.2

# Header rows without a figure are a table if they have this many columns.
MANY_COLUMNS = 4

# A row of this many lines, or many lines this long in parts of the table's width, are
# running text between two rules.
MANY_LINES = 12
LONG_LINE, LONG_SHARE = 0.6, 0.34


@dataclass(frozen=True, slots=True)
class _Stack:
    """Rules under one another, and the lines of text between them."""

    rules: list[Rule]
    low: float
    high: float


def columned_tables(rules: Sequence[Rule], lines: Sequence[Line]) -> list[Lattice]:
    """Tables between horizontal rules whose columns can be settled.

    Parameters
    ----------
    rules : sequence of Rule
        Horizontal rules that belong to no ruled table, from the top down.
    lines : sequence of Line
        Lines of text outside ruled tables, from the top down.

    Returns
    -------
    list of Lattice
        From the top down. What could not be settled is left out.
    """
    tables = []
    for stack in _stacks([r for r in rules if r.high - r.low >= SHORTEST]):
        for part in _parts(stack, lines):
            table = _table(part, lines)
            if table is not None:
                tables.append(table)
    return tables


def _stacks(rules: Sequence[Rule]) -> list[_Stack]:
    """Group rules that lie under one another."""
    stacks: list[_Stack] = []
    for rule in sorted(rules):
        for i, stack in enumerate(stacks):
            shared = min(stack.high, rule.high) - max(stack.low, rule.low)
            if shared >= 0.8 * min(stack.high - stack.low, rule.high - rule.low):
                low, high = min(stack.low, rule.low), max(stack.high, rule.high)
                stacks[i] = _Stack([*stack.rules, rule], low, high)
                break
        else:
            stacks.append(_Stack([rule], rule.low, rule.high))
    return stacks


def _between(lines: Sequence[Line], top: float, bottom: float) -> list[Line]:
    return [line for line in lines if top < line.baseline <= bottom]


def _parts(stack: _Stack, lines: Sequence[Line]) -> list[_Stack]:
    """Cut a stack where a heading stands between two tables.

    A first row without a rule above it gets one.
    """
    within = [
        cut for line in lines if (cut := _clip(line, stack.low, stack.high)) is not None
    ]
    ys = [rule.position for rule in stack.rules]
    bands = [_between(within, a, b) for a, b in zip(ys, ys[1:], strict=False)]
    rooms = [
        (band[0].box[1] - top + bottom - band[-1].box[3]) / 2
        for band, top, bottom in zip(bands, ys, ys[1:], strict=False)
        if band
    ]
    if not rooms:
        return []
    usual = median(rooms)
    parts: list[_Stack] = []
    above = [line for line in within if line.baseline <= ys[0]]
    rules = _headed(stack.rules[0], above, usual)
    for rule, band in zip(stack.rules[1:], bands, strict=True):
        if _is_interrupted(band, rules[-1], rule, stack, usual):
            parts.append(_Stack(rules, stack.low, stack.high))
            rules = _headed(rule, band[1:], usual)
        else:
            rules.append(rule)
    parts.append(_Stack(rules, stack.low, stack.high))
    return [part for part in parts if len(part.rules) >= 2]


def _clip(line: Line, low: float, high: float) -> Line | None:
    chars = tuple(
        c for c in line.chars if low - 2 <= (c.left + c.right) / 2 <= high + 2
    )
    return Line(chars) if chars else None


def _headed(rule: Rule, above: Sequence[Line], usual: float) -> list[Rule]:
    """A table's first rule, and one above the header row that stands on it.

    Text on a rule is a header if it is centred on it or has several words; a heading
    begins at the margin.
    """
    if not above:
        return [rule]
    line = above[-1]
    left, top, right, bottom = line.box
    room = rule.position - bottom
    words = row_of(line).runs
    is_centred = abs(left + right - rule.low - rule.high) <= 0.1 * (
        rule.high - rule.low
    )
    is_near = room <= max(USUAL_ROOM * usual, 0.6 * line.size)
    is_indented = left - rule.low > line.size and len(words) > 1
    if not is_near or not (is_centred or is_indented or len(words) > 2):
        return [rule]
    return [Rule(top - max(room, 1.0), rule.low, rule.high), rule]


def _is_interrupted(
    band: Sequence[Line], upper: Rule, lower: Rule, stack: _Stack, usual: float
) -> bool:
    """Whether the text between two rules is a heading between two tables."""
    if not band or len(row_of(band[0]).runs) > 1:
        return False
    first = band[0]
    left, top, right, bottom = first.box
    middle = (stack.low + stack.high) / 2
    if abs((left + right) / 2 - middle) <= 0.1 * (stack.high - stack.low):
        return False
    limit = max(USUAL_ROOM * usual, LEAST_ROOM * first.size)
    below = band[1].box[1] if len(band) > 1 else lower.position
    return max(top - upper.position, below - bottom) > limit


def _table(part: _Stack, lines: Sequence[Line]) -> Lattice | None:
    """Cells of one table, if its columns are settled."""
    ys = _unique([rule.position for rule in part.rules])
    rows = [
        cut
        for line in _between(lines, ys[0], ys[-1])
        if (cut := _clip(line, part.low, part.high)) is not None
    ]
    xs = _column_edges(part, rows)
    if len(xs) < 3 or (len(ys) < 3 and len(xs) <= MANY_COLUMNS):
        return None
    if not _is_settled(rows, xs, ys):
        return None
    upright = [[True] * (len(ys) - 1) for _ in xs]
    for line in rows:
        band = min(bisect_right(ys, line.baseline), len(ys) - 1) - 1
        for i, x in enumerate(xs[1:-1], 1):
            if _crosses(line, x):
                upright[i][band] = False
    return lattice_of(xs, ys, upright, borders(ys, xs, part.rules))


def _unique(positions: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for position in sorted(positions):
        if not kept or position - kept[-1] > IN_LINE:
            kept.append(position)
    return kept


def _column_edges(part: _Stack, rows: Sequence[Line]) -> list[float]:
    """Edges of columns, from the ends of rules and from white space."""
    ends = _unique(
        [
            x
            for rule in part.rules
            for x in (rule.low, rule.high)
            if part.low + IN_LINE < x < part.high - IN_LINE
        ]
    )
    gutters: list[float] = []
    for low, high in _gutters(rows):
        if part.low < low and high < part.high:
            near = [x for x in ends if low - IN_LINE <= x <= high + IN_LINE]
            if not near:
                gutters.append((low + high) / 2)
    return sorted([part.low, *ends, *gutters, part.high])


def _gutters(rows: Sequence[Line]) -> list[tuple[float, float]]:
    """Stretches without ink in all lines of three or more words or figures."""
    spans: list[tuple[float, float]] = []
    sizes: list[float] = []
    for line in rows:
        found = _spans(line)
        if len(found) >= 3:
            spans += found
            sizes.append(line.size)
    if not spans:
        return []
    least = COLUMN_GAP * median(sizes)
    spans.sort()
    gutters = []
    end = spans[0][1]
    for low, high in spans[1:]:
        if low - end >= least:
            gutters.append((end, low))
        end = max(end, high)
    return gutters


def _spans(line: Line) -> list[tuple[float, float]]:
    """Stretches of ink in a line, between gaps as wide as those of columns."""
    least = COLUMN_GAP * line.size
    spans = [(line.chars[0].left, line.chars[0].right)]
    for last, char in zip(line.chars, line.chars[1:], strict=False):
        if gap_between(last, char, line.size) >= least:
            spans.append((char.left, char.right))
        else:
            spans[-1] = (spans[-1][0], max(spans[-1][1], char.right))
    return spans


def _crosses(line: Line, x: float) -> bool:
    """Whether words or figures of a line run across a place."""
    for last, char in zip(line.chars, line.chars[1:], strict=False):
        if last.right <= x + 0.3 and char.left >= x - 0.3:
            return gap_between(last, char, line.size) < 0.8 * COLUMN_GAP * line.size
    return any(c.left + 0.3 < x < c.right - 0.3 for c in line.chars)


def _is_settled(rows: Sequence[Line], xs: Sequence[float], ys: Sequence[float]) -> bool:
    """Whether this is a table, and its figures fall one to a cell."""
    seen: set[tuple[int, int]] = set()
    bands: Counter[int] = Counter()
    long = 0
    for line in rows:
        band = bisect_right(ys, line.baseline)
        bands[band] += 1
        for run in row_of(line).runs:
            left, _, right, _ = run.box
            long += right - left > LONG_LINE * (xs[-1] - xs[0])
            if not is_numeric(run.text):
                continue
            place = (band, bisect_right(xs, (left + right) / 2))
            if place in seen:
                return False
            seen.add(place)
    if not rows or long > LONG_SHARE * len(rows) or max(bands.values()) > MANY_LINES:
        return False
    return bool(seen) or len(xs) > MANY_COLUMNS
