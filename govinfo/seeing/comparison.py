"""What is printed and what was read, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from govinfo.checks.structure import where
from govinfo.fonts import FACE
from govinfo.forms import TABLES
from govinfo.recognise.figures import State, plain_number
from govinfo.recognise.readings import Reading
from govinfo.seeing.subject import ReadReport
from govinfo.seeing.tables import element, heads_html, row_html, runs_of
from govinfo.seeing.views import (
    TERM,
    OnPage,
    Shot,
    View,
    cut,
    fragment,
    on_page,
    page_of,
    table_box,
    union,
)

if TYPE_CHECKING:
    from PIL.Image import Image


_WORDS = {
    State.BLANK: "blank",
    State.NOT_APPLICABLE: "n. a.",
    State.UNREADABLE: "no number",
    State.UNCERTAIN: "?",
    State.ABSENT: "absent",
}
# Differences beyond these are counted, not named.
_MOST_NAMED = 3
# Pixels: legible at half the size, small enough for the corner of a cell, of which the
# print needs the rest.
_FONTS, _SHARE = (18, 16, 14, 12), 0.22


def as_read(cell: Reading) -> str:
    """What was read from a cell: its figure, or a word for its state."""
    return _WORDS[cell.state] if cell.value is None else plain_number(cell.value)


def comparison_of(report: ReadReport, table: str) -> View:
    """
    A statutory table as printed, with what was read.

    Parameters
    ----------
    report : ReadReport
        The report.
    table : {"proactive", "requests", "disputes"}
        Which table.

    Returns
    -------
    View
        The pages of the table with the figure that was read in the corner of each
        cell, where the file has pages and still lies where it was read; else the rows
        of the form with both.

    Raises
    ------
    ValueError
        If there is no such table.
    """
    cells = [c for c in report.recognition.cells if c.table == table]
    if not cells:
        raise ValueError(
            f"{report.report_id} has no table {table!r}. Expected one of "
            f"{', '.join(TABLES)}."
        )
    summary = _summary(cells, table)
    shots = _shots(report, cells, table)
    if isinstance(shots, str):
        summary = f"{summary} {shots}".rstrip()
    elif shots:
        return View(shots, fragment(f"<p>{escape(summary, quote=False)}</p>"), summary)
    html, lines = _both(cells, summary)
    return View((), fragment(html), f"{summary}\n{lines}")


def _is_otherwise(cell: Reading) -> bool:
    """Whether the figure that was read is not simply the printed text."""
    return cell.raw != as_read(cell) and not (
        cell.state is State.BLANK and not cell.raw
    )


def _summary(cells: Sequence[Reading], table: str) -> str:
    odd = [cell for cell in cells if _is_otherwise(cell)]
    said = f"{table}: {len(cells) - len(odd)} of {len(cells)} cells were read as"
    said += " they are printed"
    if not odd:
        return f"{said}."
    named = "; ".join(
        f"{where(cell.form, (cell.table, *cell.key)).split(', ', 1)[1]} prints "
        f"{cell.raw or 'nothing'!r} and was read as {as_read(cell)}"
        for cell in odd[:_MOST_NAMED]
    )
    more = f"; {len(odd) - _MOST_NAMED} more" if len(odd) > _MOST_NAMED else ""
    return f"{said}; {named}{more}."


def _shots(
    report: ReadReport, cells: Sequence[Reading], table: str
) -> tuple[Shot, ...] | str:
    """The pages of a table, or why they are not shown."""
    by_grid: dict[tuple[int, int | None], list[tuple[OnPage, Reading]]] = {}
    for cell in cells:
        if spot := on_page(cell):
            by_grid.setdefault((spot.page, spot.grid), []).append((spot, cell))
    shots = []
    for (page, _), placed in by_grid.items():
        drawn = page_of(report, page)
        if isinstance(drawn, str):
            return drawn
        image, scale = drawn
        _write(image, scale, placed)
        boxes = [spot.box for spot, _ in placed]
        left, top, right, bottom = table_box(report, placed[0][0])
        _, _, _, last = union(boxes)
        part = cut(image, scale, (left - 3, top - 3, right + 3, min(bottom, last) + 3))
        alt = (
            f"Part of page {page} of {report.report_id}: {len(placed)} cells of "
            f"{table} as printed, each with what was read in its corner. "
            f"{_summary([cell for _, cell in placed], table)}"
        )
        shots.append(Shot.of(part, alt))
    return tuple(shots)


def _write(
    image: Image, scale: float, placed: Sequence[tuple[OnPage, Reading]]
) -> None:
    """Nothing of the print is painted over: long figures are set smaller."""
    from PIL import ImageDraw, ImageFont

    draw = ImageDraw.Draw(image)
    fonts = [ImageFont.truetype(str(FACE), size) for size in _FONTS]
    for spot, cell in placed:
        text = as_read(cell)
        room = (spot.box[2] - spot.box[0]) * scale * _SHARE
        fitting = (font for font in fonts if font.getlength(text) <= room)
        at = spot.box[0] * scale + 4, spot.box[1] * scale
        draw.text(at, text, fill=TERM, font=next(fitting, fonts[-1]))


def _both(cells: Sequence[Reading], summary: str) -> tuple[str, str]:
    """Rows of the form with the printed text and what was read, as HTML and text."""
    body, lines = [], []
    for heads, rows in runs_of(cells):
        body.append(heads_html(heads))
        lines.append(" | ".join(["", *heads]))
        for label, own in rows:
            body.append(row_html(label, map(_pair, own)))
            pairs = [f"{cell.raw or 'nothing'} → {as_read(cell)}" for cell in own]
            lines.append(" | ".join([label, *pairs]))
    caption = f"<caption>{escape(summary, quote=False)} Printed → read.</caption>"
    html = f"<table>{caption}<tbody>{''.join(body)}</tbody></table>"
    return html, "\n".join(lines)


def _pair(cell: Reading) -> str:
    both = f"{escape(cell.raw) or 'nothing'} → {escape(as_read(cell))}"
    kind = "read-otherwise" if _is_otherwise(cell) else None
    return element("td", both, class_=kind)
