"""What kind of page this is: text or picture, one or two on a sheet, read or not."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from govinfo.document import Box
from govinfo.readers.page.model import (
    PAGE_NUMBER,
    Char,
    Line,
    Sheet,
    lines_of,
    row_of,
)

# A scan fills the page; this much is left for margins that a scanner cuts off.
PICTURE_SHARE = 0.5

# Page numbers, stamps and a scanner's own line of advertising on top of a scan.
FEW_CHARACTERS = 60

# Without any character, this many shapes are text turned into outlines.
MANY_PATHS = 60

# Characters without a known meaning: a few (a logo's font) are left as U+FFFD where
# they stand; from this share on, none of the page's text is trusted.
UNKNOWN_SHARE = 0.1

# A picture of this share of the page may hold a table.
TABLE_PICTURE_SHARE = 0.08

# Two pages on a sheet: white between them, in parts of the sheet's width, where to look
# for it, and the running text that each of them has.
GUTTER = 0.03
GUTTER_FROM, GUTTER_TO = 0.44, 0.56
RUNNING_TEXT = 10

_ORDINARY = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2010, 0x2049),  # dashes, quotes, dots
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x27BF),  # numerals in Roman and in circles, arrows, signs, boxes
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x33FF),  # Chinese punctuation, bracketed characters, units
    (0x4E00, 0x9FFF),
    (0xFE10, 0xFE6F),
    (0xFF01, 0xFFEE),
)


def picture_share(sheet: Sheet) -> float:
    """Share of a sheet that pictures cover, overlaps counted twice, at most 1."""
    page = (0.0, 0.0, sheet.width, sheet.height)
    area = sum(_area(_common(box, page)) for box in sheet.pictures)
    return min(area / max(sheet.width * sheet.height, 1.0), 1.0)


def is_picture(sheet: Sheet) -> bool:
    """Whether what a reader sees on the page is not in its text.

    Scans, scans with a hidden layer of text that some program recognised, text turned
    into outlines, and text whose fonts do not say which characters they draw.

    Examples
    --------
    >>> scan = Sheet(100, 100, pictures=((0, 0, 100, 100),))
    >>> is_picture(scan), is_picture(Sheet(100, 100))
    (True, False)
    """
    if not sheet.chars:
        return picture_share(sheet) > 0.02 or sheet.n_paths >= MANY_PATHS
    if has_unknown_text(sheet):
        return True
    if picture_share(sheet) < PICTURE_SHARE:
        return False
    return sheet.has_hidden_text or len(sheet.chars) <= FEW_CHARACTERS


def has_unknown_text(sheet: Sheet) -> bool:
    """Whether the characters of a page are not those that a reader sees."""
    count = len(sheet.chars)
    if sheet.unmapped > UNKNOWN_SHARE * count:
        return True
    # Glyph numbers taken for characters land all over Unicode, or, with small fonts,
    # among the letters and signs of ASCII, where figures would be invented.
    texts = Counter([c.text for c in sheet.chars])
    strange = sum(n for text, n in texts.items() if not _is_ordinary(ord(text)))
    if strange > UNKNOWN_SHARE * count:
        return True
    signs = sum(n for t, n in texts.items() if "!" <= t <= "~" and not t.isalnum())
    letters = sum(n for text, n in texts.items() if text.isalpha())
    chinese = sum(n for text, n in texts.items() if text >= "\u2e80")
    return count >= 40 and chinese == 0 and letters > 0 and signs > 0.2 * count


def _is_ordinary(code: int) -> bool:
    if code >= 0x20000:
        return True
    return any(first <= code <= last for first, last in _ORDINARY)


def table_pictures(sheet: Sheet) -> list[Box]:
    """Pictures on a page of text that are large enough to hold a table.

    One with much of the page's own text in it is a watermark or a ground.
    """
    page = (0.0, 0.0, sheet.width, sheet.height)
    least = TABLE_PICTURE_SHARE * sheet.width * sheet.height
    large = [b for b in sheet.pictures if least <= _area(_common(b, page))]
    return [
        (left, top, right, bottom)
        for left, top, right, bottom in large
        if sum(
            left <= c.left and c.right <= right and top <= c.top and c.bottom <= bottom
            for c in sheet.chars
        )
        <= FEW_CHARACTERS
    ]


def _common(one: Box, other: Box) -> Box:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def single_sheets(sheet: Sheet) -> list[Sheet]:
    """The pages on a sheet: two if it was printed with two side by side, else itself.

    Both must have white between them that no rule crosses, and a table or running text
    of their own: the columns of one table have neither.
    """
    if sheet.width < 1.1 * sheet.height:
        return [sheet]
    middle = _gutter(sheet)
    if middle is None:
        return [sheet]
    halves = [_half(sheet, middle, is_left) for is_left in (True, False)]
    return halves if all(map(_is_page, halves)) else [sheet]


def _half(sheet: Sheet, middle: float, is_left: bool) -> Sheet:
    def here(low: float) -> bool:
        return (low < middle) is is_left

    return replace(
        sheet,
        chars=tuple(c for c in sheet.chars if here(c.left)),
        horizontals=tuple(r for r in sheet.horizontals if here(r.low)),
        verticals=tuple(r for r in sheet.verticals if here(r.position)),
        pictures=tuple(b for b in sheet.pictures if here(b[0])),
        tagged=(),
    )


def _gutter(sheet: Sheet) -> float | None:
    """Middle of the widest white strip near the middle of a sheet."""
    near = (GUTTER_FROM * sheet.width, GUTTER_TO * sheet.width)
    spans = sorted(
        [(c.left, c.right) for c in sheet.chars]
        + [(rule.low, rule.high) for rule in sheet.horizontals]
    )
    best = (0.0, 0.0)
    end = 0.0
    for low, high in spans:
        width = low - end
        if width > best[0] and end < near[1] and low > near[0]:
            best = (width, (end + low) / 2)
        end = max(end, high)
    return best[1] if best[0] >= GUTTER * sheet.width else None


def _is_page(half: Sheet) -> bool:
    if len(half.horizontals) >= 2 and len(half.verticals) >= 2:
        return True
    return any(
        _longest_run(line.chars) >= RUNNING_TEXT for line in lines_of(half.chars)
    )


def _longest_run(chars: Sequence[Char]) -> int:
    longest = run = 0
    for char in chars:
        run = run + 1 if char.text >= "\u2e80" else 0
        longest = max(longest, run)
    return longest


# Running heads and feet stand in this outer part of a page, have no more characters
# than this, and stand at one height of several pages, in points.
MARGIN, LONGEST_HEAD, SAME_HEIGHT = 0.1, 120, 3.0

# Lines of one figure follow each other within this many heights of its digits.
FIGURE_PITCH = 2.2

# A line this much larger than most of its page is its title.
TITLE_SIZE = 1.2

_COUNTED = re.compile(r"[\d\s]+")


def without_running_lines(sheets: Sequence[Sheet]) -> list[Sheet]:
    """
    Leave out what is printed at one height of several pages, but for its digits.

    Running heads, page numbers, the address and the date that a browser prints: they
    would part the rows of a table, and be taken for its title.

    Parameters
    ----------
    sheets : sequence of Sheet
        The pages of a document.

    Examples
    --------
    >>> def page(number):
    ...     char = Char(number, 290, 780, 295, 788, 290, 788, 0, False)
    ...     return Sheet(600, 800, (char,))
    >>> [len(sheet.chars) for sheet in without_running_lines([page("1"), page("2")])]
    [0, 0]
    """
    found: dict[tuple[int, str], list[tuple[int, Line]]] = defaultdict(list)
    for n, sheet in enumerate(sheets):
        for line in _outer_lines(sheet):
            words = _COUNTED.sub("", line.text)
            found[round(line.baseline / SAME_HEIGHT), words].append((n, line))
    dropped: dict[int, set[int]] = defaultdict(set)
    for (height, words), lines in found.items():
        near = [*lines, *found.get((height + 1, words), [])]
        near += found.get((height - 1, words), [])
        if len({n for n, _ in near}) > 1:
            for n, line in lines:
                if n or not _is_title(line, sheets[n]):
                    dropped[n].update(map(id, line.chars))
    return [
        replace(sheet, chars=tuple(c for c in sheet.chars if id(c) not in dropped[n]))
        if n in dropped
        else sheet
        for n, sheet in enumerate(sheets)
    ]


def _outer_lines(sheet: Sheet) -> Iterator[Line]:
    """Lines in the margins of a page, from its edges to the first that is a row."""
    top, bottom = MARGIN * sheet.height, (1 - MARGIN) * sheet.height
    first = min((rule.low for rule in sheet.verticals), default=bottom)
    last = max((rule.high for rule in sheet.verticals), default=top)
    free = [c for c in sheet.chars if not c.cell]
    heads = [c for c in free if c.baseline < min(top, first)]
    feet = [c for c in free if c.baseline > max(bottom, last)]
    for lines in (lines_of(heads), lines_of(feet)[::-1]):
        for line in lines:
            is_number = PAGE_NUMBER.fullmatch(line.text) is not None
            if (
                len(line.chars) > LONGEST_HEAD
                or (row_of(line).is_tabular and not is_number)
                or _may_be_wrapped(line, sheet)
            ):
                break
            yield line


def _may_be_wrapped(line: Line, sheet: Sheet) -> bool:
    """Whether a line without a word is as near to digits as lines of one figure are."""
    left, _, right, _ = line.box
    return not any(c.text.isalpha() for c in line.chars) and any(
        c.text.isdecimal()
        and c.left < right
        and left < c.right
        and 1.0 < abs(c.baseline - line.baseline) < FIGURE_PITCH * line.size
        for c in sheet.chars
    )


def _is_title(line: Line, sheet: Sheet) -> bool:
    own = [char.bottom - char.top for char in line.chars if char.text >= "\u2e80"]
    all_heights = (c.bottom - c.top for c in sheet.chars if c.text >= "\u2e80")
    return bool(own) and max(own) > TITLE_SIZE * median(all_heights)
