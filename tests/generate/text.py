"""Shaped documents as text, in every shape that saved reports have."""

from __future__ import annotations

from facsimiles.form import SetTable

from generate.shape import Shaped

SHAPES = (
    "bars_by_cell",
    "bars_by_row",
    "lines",
    "lines_without_blanks",
    "one_line",
    "markdown",
    "flip_book",
)


def as_text(shaped: Shaped, how: str = "lines", page_rows: int = 12) -> bytes:
    """Write a text file.

    Parameters
    ----------
    shaped : Shaped
        What to write.
    how : str
        ``bars_by_cell``: one cell a line, a bar at its end, more bars where a row has
        fewer cells than the table has columns. ``bars_by_row``: one row a line.
        ``lines``: one cell a line, an empty cell being an empty line.
        ``lines_without_blanks``:
        the same with empty lines dropped. ``one_line``: the whole report. ``markdown``:
        tables between bars, merged cells as empty ones. ``flip_book``: ``lines`` with a
        page number after every so many lines, in the middle of rows.
    page_rows : int
        Lines on a page of a flip-book.
    """
    lines = [shaped.title] if shaped.title else []
    for part in shaped.parts:
        if not isinstance(part, SetTable):
            lines.append(f"## {part}" if how == "markdown" else part)
        elif how == "markdown":
            lines += ["", *_markdown(part), ""]
        elif how.startswith("bars"):
            lines += _barred(part, by_row=how == "bars_by_row")
        else:
            lines += [slot.text.replace("\n", "") for row in part.rows for slot in row]
    if how == "lines_without_blanks":
        lines = [line for line in lines if line.strip()]
    if how == "one_line":
        return " ".join(line for line in lines if line.strip()).encode()
    if how == "flip_book":
        lines = _paged(lines, page_rows)
    return ("\n".join(lines) + "\n").encode()


def _barred(table: SetTable, *, by_row: bool) -> list[str]:
    lines = []
    for row in table.rows:
        cells = [f"{slot.text} |".replace("\n", "") for slot in row]
        missing = table.columns - len(row)
        if missing:
            cells[-1] += " " + "|" * missing
        lines += [" ".join(cells)] if by_row else cells
    return lines


def _markdown(table: SetTable) -> list[str]:
    grid = [[""] * table.columns for _ in table.rows]
    for r, c, slot in table.placed():
        grid[r][c] = slot.text.replace("\n", "")
    lines = ["| " + " | ".join(row) + " |" for row in grid]
    return [lines[0], "|" + "---|" * table.columns, *lines[1:]]


def _paged(lines: list[str], page_rows: int) -> list[str]:
    pages = [lines[i : i + page_rows] for i in range(0, len(lines), page_rows)]
    return [
        line
        for number, page in enumerate(pages, start=1)
        for line in [*page, "", f"— {number} —", ""]
    ]
