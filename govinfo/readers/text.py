"""Text and markdown files: tables drawn with bars or tabs, and lines.

Five shapes are told apart by their marks alone: markdown tables (lines that begin
with a bar), tables as programs write them (as many tabs or commas in every line), rows
of cells between bars or tabs, cells that stand one per line and end with a bar, and
plain lines. Empty lines are kept, because an empty line may be an
empty cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from govinfo.document import Document, Grid, GridCell, GridKind, Place, TextBlock
from govinfo.errors import LimitExceeded
from govinfo.readers.files.encoding import decode

# A report's text is well under a megabyte, a volume of a hundred reports some eight.
MAX_BYTES = 8 * 2**20

# The rule under the first row of a markdown table: dashes between bars.
_RULE = re.compile(
    r"""^\s*(?:
        \|\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?
      | :?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?
    )\s*$""",
    re.VERBOSE,
)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_BARS = str.maketrans({"｜": "|", "│": "|", "┃": "|", "¦": "|"})
# Bars that follow the end of a cell, after at most one space.
_FILLERS = re.compile(r"(?<=\|) ?\|+\s*$")
# A line of box-drawing characters is a rule of a typed table, not a row.
# One to three dashes are a mark for "not applicable".
_SHORTEST_RULE = 4
_DRAWN_RULE = re.compile(r"^[\s|+\-=_─━┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝═]+$")


_LINE_END = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")

# Marks that programs write between the cells of a table, and how many lines with them
# are one. Commas stand in sentences too.
_SEPARATORS = {"\t": 2, ",": 4, ";": 4}
_FEWEST_CELLS = 3
# The widest table seen has 330 columns; no line of a table is as long as a chapter.
_MOST_CELLS = 400
_LONGEST_LINE = 100_000


def read_text(data: bytes, name: str) -> Document:
    r"""
    Read a text or markdown file.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.

    Returns
    -------
    Document
        Lines as text blocks (empty ones included); tables with bars or tabs as grids:
        ``table`` for markdown, ``aligned`` without boxes where a line is a row but its
        columns are not known, ``stream`` where a line is a cell.

    Raises
    ------
    ReadError
        If no encoding reads the bytes.
    LimitExceeded
        If there are more than `MAX_BYTES`.

    Examples
    --------
    >>> document = read_text("| 规章 | 0 |  |\n|---|---|---|\n".encode(), "a.md")
    >>> [cell.text for cell in document.grids[0].cells]
    ['规章', '0', '']
    """
    if len(data) > MAX_BYTES:
        raise LimitExceeded(
            f"{name} has {len(data):,} bytes of text, and reading of text stops at "
            f"{MAX_BYTES:,}. No report needs that many: look at the file before going "
            "on, and save the report in it as a file of its own."
        )
    decoded = decode(data, name)
    blocks: list[Grid | TextBlock] = []
    for lines, mark in _parted(decoded.text):
        if mark:
            blocks.append(_separated_grid(lines, mark))
        elif _bars(lines[0][1]) == 0:
            blocks.extend(_text_block(number, line) for number, line in lines)
        else:
            blocks.extend(map(_grid, _tables(lines)))
    return Document(
        source=name,
        media_type="text/plain",
        blocks=tuple(blocks),
        notes=(decoded.note,) if decoded.note else (),
    )


def _bars(line: str) -> int:
    folded = line.translate(_BARS)
    if "|" in folded:
        return folded.count("|")
    return line.strip().count("\t") if line.strip().count("\t") >= 2 else 0


def _parted(text: str) -> Iterator[tuple[list[tuple[int, str]], str]]:
    """Runs of lines, each with the mark that parts its cells as a table's, or none."""
    rest: list[tuple[int, str]] = []
    lines = list(enumerate(_LINE_END.split(text), start=1))
    n = 0
    while n < len(lines):
        mark, stop = _separated(lines, n)
        if not mark:
            rest += lines[n:stop]
        else:
            yield from ((run, "") for run in _runs(rest))
            rest = []
            yield lines[n:stop], mark
        n = stop
    yield from ((run, "") for run in _runs(rest))


def _separated(lines: list[tuple[int, str]], start: int) -> tuple[str, int]:
    """The mark between the cells of a table as programs write it, and where it ends.

    All of its lines have as many cells, so that the place of a cell is its column.
    """
    if "|" in lines[start][1].translate(_BARS):
        return "", start + 1
    end = start + 1
    for mark, fewest in _SEPARATORS.items():
        stop = start
        while stop < len(lines) and mark in lines[stop][1]:
            stop += 1
        if stop - start >= fewest and _is_table(lines[start:stop], mark):
            return mark, stop
        end = max(end, stop)
    return "", end


def _is_table(lines: list[tuple[int, str]], mark: str) -> bool:
    if max(line.count(mark) for _, line in lines) >= _MOST_CELLS:
        return False
    counts = {len(_fields(line, mark)) for _, line in lines}
    return len(counts) == 1 and min(counts) >= _FEWEST_CELLS


def _fields(line: str, mark: str) -> list[str]:
    if mark == "\t" or '"' not in line:
        return line.split(mark)
    return next(csv.reader([line[:_LONGEST_LINE]], delimiter=mark))


def _separated_grid(lines: list[tuple[int, str]], mark: str) -> Grid:
    cells = [
        GridCell(" ".join(text.split()), r, c)
        for r, (_, line) in enumerate(lines)
        for c, text in enumerate(_fields(line, mark))
    ]
    return Grid(0, tuple(cells), GridKind.TABLE)


def _runs(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Consecutive lines that all have bars, or that all have none."""
    return (list(run) for _, run in groupby(lines, lambda line: _bars(line[1]) > 0))


def _tables(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Markdown tables that follow each other without a line between them.

    A rule stands under the first row of its table.
    """
    starts = [n - 1 for n, (_, line) in enumerate(lines) if n and _RULE.match(line)]
    edges = sorted({0, *starts, len(lines)})
    return (lines[start:end] for start, end in pairwise(edges))


def _text_block(number: int, line: str) -> TextBlock:
    heading = _HEADING.match(line)
    text = line[heading.end() :] if heading else line
    return TextBlock(text.strip(), Place(line=number), is_heading=heading is not None)


def _grid(lines: list[tuple[int, str]]) -> Grid:
    rows = [
        (n, line.translate(_BARS))
        for n, line in lines
        if not _RULE.match(line) and not _DRAWN_RULE.match(_without_bars(line))
    ]
    is_markdown = len(rows) < len(lines) or all(
        line.lstrip().startswith("|")
        and line.rstrip().endswith("|")
        and _bars(line) > 1
        for _, line in rows
    )
    filled = [sum(bool(part.strip()) for part in _parts(line)) for _, line in rows]
    if not is_markdown and sum(n <= 1 for n in filled) >= 0.6 * len(filled):
        return _stream_grid(rows)
    kind = GridKind.TABLE if is_markdown else GridKind.ALIGNED
    return _rows_grid(rows, kind)


def _without_bars(line: str) -> str:
    """A line for the test of drawn rules: a row of blanks or marks is none."""
    bare = line.replace("|", "").strip()
    return line if len(bare) >= _SHORTEST_RULE else "empty"


def _parts(line: str) -> list[str]:
    return line.split("|") if "|" in line else line.split("\t")


def _marks_fillers(lines: Sequence[str]) -> bool:
    """Whether bars at the end of rows only fill them up to the width of the table.

    All rows have as many bars then, some of them bars with nothing between, and an
    empty cell has more space between its bars.
    """
    bodies = [_FILLERS.sub("", line) for line in lines]
    is_even = len({line.count("|") for line in lines}) == 1
    return (
        is_even
        and any("||" in line for line in lines)
        and not any("||" in body or "| |" in body for body in bodies)
    )


def _cells(line: str, *, opens: bool) -> list[str]:
    """Cells between bars; the bar at the end closes a cell, one that opens none."""
    parts = _parts(line.strip("\n") if "\t" in line else line.strip())
    if "|" in line:
        if opens and parts and not parts[0].strip():
            parts = parts[1:]
        if parts and not parts[-1].strip():
            parts = parts[:-1]
    return [re.sub(r"\s+", " ", part.replace("<br>", "\n")).strip() for part in parts]


def _rows_grid(rows: list[tuple[int, str]], kind: GridKind) -> Grid:
    lines = [line for _, line in rows]
    has_fillers = kind is GridKind.TABLE or not _marks_fillers(lines)
    if not has_fillers:
        lines = [_FILLERS.sub("", line) for line in lines]
    # Where few rows begin with a bar, the bar is the end of an empty first cell.
    n_opened = sum(line.lstrip().startswith("|") for line in lines)
    cells = [
        GridCell(text, r, c)
        for r, line in enumerate(lines)
        for c, text in enumerate(_cells(line, opens=2 * n_opened > len(lines)))
    ]
    return Grid(0, tuple(cells), kind, has_fillers=has_fillers)


def _stream_grid(rows: list[tuple[int, str]]) -> Grid:
    """One cell a line; further bars on a line only fill up spanned columns."""
    cells: list[GridCell] = []
    for _, line in rows:
        texts = [part.strip() for part in _parts(line) if part.strip()] or [""]
        cells.extend(
            GridCell(text, row, 0) for row, text in enumerate(texts, start=len(cells))
        )
    return Grid(0, tuple(cells), GridKind.STREAM)
