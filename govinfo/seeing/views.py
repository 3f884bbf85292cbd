"""What Jupyter shows of a report: a finding on its page, a table beside its reading.

A cell is marked on its page, or in its table, with the failed sum spelled out; what is
printed and what was read stand side by side. Rows of a table are set again from what
the reader returned: nothing of the original markup is kept, and every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from govinfo.checks.structure import Key, where
from govinfo.document import Box, Grid, GridCell, GridKind
from govinfo.errors import GovinfoError, reason
from govinfo.fonts import FACE
from govinfo.forms import TABLES
from govinfo.pages import OUTLINE, drawn_page, packed
from govinfo.recognise.figures import State, plain_number
from govinfo.recognise.readings import Reading
from govinfo.seeing.subject import Finding, ReadReport, Subject, readings, subject_of
from govinfo.seeing.tables import element, heads_html, row_html, runs_of

if TYPE_CHECKING:
    from PIL.Image import Image


# Pictures hold two pixels for one on the screen, and are no wider than the text; they
# are print on white, and two colours of outlines.
_WIDEST, _COLOURS = 720, 48

STYLE = """
.govinfo-view table{border-collapse:collapse;margin:.4em 0}
.govinfo-view caption{text-align:left;padding:.2em 0}
.govinfo-view th,.govinfo-view td{border:1px solid #999;padding:.15em .5em}
.govinfo-view th{font-weight:normal;text-align:left}
.govinfo-view td{text-align:right;font-variant-numeric:tabular-nums}
.govinfo-view td.marked{outline:3px solid #c8500a;font-weight:600}
.govinfo-view td.read-otherwise{outline:2px dashed #1f5fa8}
"""


@dataclass(frozen=True)
class Shot:
    """A part of a page as PNG, its size on the screen, and what it shows in words."""

    png: bytes
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, part: Image, alt: str) -> Shot:
        """A part of a page as it is shown on another."""
        width = min(part.width / 2, _WIDEST)
        size = round(width), round(width * part.height / part.width)
        return cls(packed(part, _COLOURS), *size, " ".join(alt.split()))


@dataclass(frozen=True)
class View:
    """
    What Jupyter shows of a report, and keeps in exported pages.

    Attributes
    ----------
    shots : tuple of Shot
        Pictures of parts of pages; each is shown with its words as description.
    html : str
        A fragment below the pictures. Nothing in it runs or is fetched.
    words : str
        The same without pictures and marks, for screens that show text.
    """

    shots: tuple[Shot, ...]
    html: str
    words: str

    def _ipython_display_(self) -> None:
        """Show the pictures, then the fragment, each with its words."""
        from IPython.display import display

        for shot in self.shots:
            size = {"alt": shot.alt, "width": shot.width, "height": shot.height}
            display(
                {"image/png": shot.png, "text/plain": shot.alt},
                metadata={"image/png": size},
                raw=True,
            )
        display({"text/html": self.html, "text/plain": self.words}, raw=True)

    def __repr__(self) -> str:
        """The words alone."""
        return "\n".join([*(shot.alt for shot in self.shots), self.words])


def fragment(*parts: str) -> str:
    """Parts of HTML in the frame and the style of a view."""
    body = "\n".join(part for part in parts if part)
    return f'<style>{STYLE}</style>\n<div class="govinfo-view">\n{body}\n</div>'


# Told from the marked cell by its thin line, not by its colour alone.
THIN, THICK, TERM = 2, 6, "#1F5FA8"

# Points: how near the head of the table must be to be shown, and how much of the rows
# around the cells is shown where it is not.
_HEAD, _AROUND, _EDGE = 150.0, 45.0, 3.0


class OnPage(NamedTuple):
    """Where a cell stands on a page."""

    page: int
    grid: int | None
    box: Box


def on_page(cell: Reading) -> OnPage | None:
    """Where a cell stands, if its place says page and box."""
    place = cell.place
    if place is None or place.page is None or place.box is None:
        return None
    # Tenths of a point, as the table of cells gives them.
    left, top, right, bottom = (round(edge, 1) for edge in place.box)
    return OnPage(place.page, place.grid, (left, top, right, bottom))


def page_of(report: ReadReport, page: int) -> tuple[Image, float] | str:
    """
    A page, and its pixels to a point; else a sentence on why it cannot be drawn.

    What was read is known all the same, and is shown as a table. A file without pages
    has none to be drawn, which needs no sentence.
    """
    if not report.document.media_type.startswith(("application/pdf", "image/")):
        return ""
    try:
        return drawn_page(report.file, page)
    except GovinfoError as error:
        return f"The page could not be drawn: {reason(error)}."


def spots(report: ReadReport, keys: Iterable[Key]) -> dict[Key, OnPage]:
    """Where some cells stand, those that stand on a page."""
    cells = readings(report)
    return {key: spot for key in keys if (spot := on_page(cells[key]))}


def union(boxes: Sequence[Box]) -> Box:
    """
    The box around boxes.

    Examples
    --------
    >>> union([(0, 0, 2, 1), (1, 3, 4, 5)])
    (0, 0, 4, 5)
    """
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def table_box(report: ReadReport, spot: OnPage) -> Box:
    """
    The rows of the table that a cell stands in: nothing outside of it is ever shown.

    Only rows that hold figures of the form count, and the header above them.
    """
    figures = [
        other.box
        for cell in report.recognition.cells
        if (other := on_page(cell)) is not None
        and (other.page, other.grid) == (spot.page, spot.grid)
    ]
    bottom = max(box[3] for box in figures)
    boxes = [
        cell.box
        for grid in report.document.grids
        if grid.number == spot.grid
        for cell in grid.cells
        if cell.box is not None and cell.box[1] < bottom
    ]
    return union(boxes + figures)


def cut_box(around: Sequence[Box], table: Box) -> Box:
    """
    The part of a table around some cells.

    Examples
    --------
    Near the head, the head is shown; far below, the rows next to the cells.

    >>> cut_box([(50, 120, 60, 140)], (40, 20, 500, 300))
    (37.0, 17.0, 503.0, 188.0)
    >>> cut_box([(50, 220, 60, 240)], (40, 20, 500, 260))
    (37.0, 172.0, 503.0, 263.0)
    """
    _, first, _, last = union(around)
    top = table[1] if first - table[1] <= _HEAD else first - _AROUND
    bottom = min(last + _AROUND, table[3])
    return table[0] - _EDGE, top - _EDGE, table[2] + _EDGE, bottom + _EDGE


def outlined(
    image: Image, scale: float, marked: Iterable[Box], terms: Iterable[Box]
) -> None:
    """Draw thin outlines around the terms of a sum, a thick one around the cell."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    for boxes, colour, width in ((terms, TERM, THIN), (marked, OUTLINE, THICK)):
        for box in boxes:
            # Lines are drawn inwards from the edges; moved out, they touch no digit.
            left, top, right, bottom = (edge * scale for edge in box)
            edges = (left - width, top - width, right + width, bottom + width)
            draw.rectangle(edges, outline=colour, width=width)


def cut(image: Image, scale: float, box: Box) -> Image:
    """A part of a page, given in points."""
    left, top, right, bottom = (round(edge * scale) for edge in box)
    return image.crop(
        (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
    )


# Of a longer sum the zeros are left out: what a reader takes in is the rest.
MOST_ROWS = 8
_HEAD_ROWS = 3
_LONGEST = 40
MARK = "†"


class InGrid(NamedTuple):
    """Row and column of a grid, both from 0."""

    grid: int
    row: int
    column: int


def in_grid(cell: Reading) -> InGrid | None:
    """Where a cell stands in a grid, if its place says so."""
    place = cell.place
    if place is None or not (place.grid and place.row and place.column):
        return None
    return InGrid(place.grid, place.row - 1, place.column - 1)


def excerpt(report: ReadReport, subject: Subject) -> tuple[str, str]:
    """
    The table around a cell, as HTML and as text.

    Parameters
    ----------
    report : ReadReport
        The report.
    subject : Subject
        What is to be shown; its cell is marked with a dagger.

    Returns
    -------
    str, str
        A ``table``; lines with cells between bars.
    """
    cells = readings(report)
    spot = in_grid(cells[subject.key])
    own = [cells[key] for key in dict.fromkeys((*subject.keys, subject.key))]
    for grid in report.document.grids if spot else ():
        if spot and grid.number == spot.grid and grid.kind is GridKind.TABLE:
            figures = _within(cells.values(), grid.number)
            return _rows(grid, spot, _kept(own, spot), list(figures), subject)
    return _listing(own, cells[subject.key], subject)


def _within(cells: Iterable[Reading], grid: int) -> dict[InGrid, Reading]:
    """The cells that stand in a grid, by their places."""
    found = ((spot, cell) for cell in cells if (spot := in_grid(cell)))
    return {spot: cell for spot, cell in found if spot.grid == grid}


def _kept(own: Sequence[Reading], marked: InGrid) -> list[InGrid]:
    """The cells of a sum that are shown: all, or those that are not zero."""
    spots = _within(own, marked.grid)
    rows = {spot.row for spot in spots}
    if len(rows) > MOST_ROWS:
        rows = {s.row for s, cell in spots.items() if cell.figure.value != 0}
    return [spot for spot in spots if spot.row in rows | {marked.row}]


def _rows(
    grid: Grid,
    marked: InGrid,
    kept: Sequence[InGrid],
    figures: Sequence[InGrid],
    subject: Subject,
) -> tuple[str, str]:
    rows = sorted({spot.row for spot in kept})
    head = [*range(min(spot.row for spot in figures))][-_HEAD_ROWS:]
    first = min(spot.column for spot in figures if spot.row in rows)
    columns = [*range(first), *sorted({spot.column for spot in kept})]
    matrix = grid.matrix()
    # A row of the header that a merged cell alone covers says nothing new.
    head = [
        row
        for n, row in enumerate(head)
        if n == 0 or any(matrix[row][c] is not matrix[head[n - 1]][c] for c in columns)
    ]
    part = [[matrix[row][column] for column in columns] for row in [*head, *rows]]
    at = len(head) + rows.index(marked.row), columns.index(marked.column)
    return _set(part, len(head), first, at, subject)


def _short(cell: GridCell | None) -> str:
    text = "".join(cell.text.split()) if cell else ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _set(
    part: Sequence[Sequence[GridCell | None]],
    n_head: int,
    n_labels: int,
    at: tuple[int, int],
    subject: Subject,
) -> tuple[str, str]:
    """A part of a table; merged cells stay merged as far as they are shown."""
    done: list[GridCell] = []
    lines, texts = [], []
    for i, row in enumerate(part):
        line, words = "", []
        for j, cell in enumerate(row):
            text = _short(cell) + (f" {MARK}" if (i, j) == at else "")
            if not j or cell is None or cell is not row[j - 1]:
                words.append(text)
            if any(cell is other for other in done):
                continue
            done += [cell] if cell else []
            width = sum(cell is other for other in row) if cell else 1
            height = sum(cell is other[j] for other in part) if cell else 1
            marks: dict[str, object] = {}
            if (i, j) == at:
                marks["class"] = "marked"
            elif i < n_head or j < n_labels:
                marks["scope"] = "col" if i < n_head else "row"
            marks["colspan"] = width if width > 1 else None
            marks["rowspan"] = height if height > 1 else None
            line += element("th" if "scope" in marks else "td", escape(text), **marks)
        lines.append(f"<tr>{line}</tr>")
        texts.append(" | ".join(words))
    html = _framed("".join(lines[:n_head]), "".join(lines[n_head:]), subject)
    return html, "\n".join(texts)


def _framed(head: str, body: str, subject: Subject) -> str:
    caption = f"<caption>{MARK} {escape(subject.sentence, quote=False)}</caption>"
    top = f"<thead>{head}</thead>" if head else ""
    return f"<table>{caption}{top}<tbody>{body}</tbody></table>"


def _listing(
    own: Sequence[Reading], marked: Reading, subject: Subject
) -> tuple[str, str]:
    """Where a text has no columns: each figure with its place."""
    shown = list(own)
    if len(shown) > MOST_ROWS:
        shown = [c for c in own if c.figure.value != 0 and c is not marked]
        shown.append(marked)
    lines = [("place", "row and column of the form", "printed")]
    body = ""
    for cell in shown:
        label = where(cell.form, (cell.table, *cell.key)).split(", ", 1)[1]
        mark, kind = (f" {MARK}", "marked") if cell is marked else ("", None)
        printed = f"{cell.raw or 'nothing'}{mark}"
        lines.append((str(cell.place or "not found"), label, printed))
        place, label, printed = (escape(text, quote=False) for text in lines[-1])
        named = element("th", place, scope="row") + element("th", label)
        body += f"<tr>{named}{element('td', printed, class_=kind)}</tr>"
    top = "".join(element("th", name, scope="col") for name in lines[0])
    html = _framed(f"<tr>{top}</tr>", body, subject)
    return html, "\n".join(map(" | ".join, lines))


def view_of(report: ReadReport, what: Finding) -> View:
    """
    The place of a finding or a cell, with the cell marked.

    Parameters
    ----------
    report : ReadReport
        The report.
    what : int, row of a table of findings, or (table, row_code, column_code)
        What is to be shown.

    Returns
    -------
    View
        A picture of the page where the file has pages and still lies where it was
        read, else the rows of the table; the sentence alone for a finding on the
        report as a whole.

    Raises
    ------
    ValueError
        If the report has no such finding, or no such cell.
    """
    subject = subject_of(report, what)
    sentence = f"<p>{escape(subject.sentence, quote=False)}</p>"
    if not subject.keys:
        return View((), fragment(sentence), subject.sentence)
    shot = _shot(report, subject)
    total = f"<p><strong>{escape(subject.sum)}</strong></p>" if subject.sum else ""
    if isinstance(shot, Shot):
        words = "\n".join(filter(None, [subject.sentence, subject.sum]))
        return View((shot,), fragment(sentence, total), words)
    table, lines = excerpt(report, subject)
    told = [f"{MARK} {subject.sentence}", lines, subject.sum, shot]
    why = f"<p>{escape(shot, quote=False)}</p>" if shot else ""
    return View((), fragment(table, total, why), "\n".join(filter(None, told)))


def _shot(report: ReadReport, subject: Subject) -> Shot | str:
    """The page, or why it is not shown: empty where there is none to be shown."""
    found = spots(report, (*subject.keys, subject.key))
    own = found.get(subject.key)
    drawn = page_of(report, own.page) if own else ""
    if own is None or isinstance(drawn, str):
        return str(drawn)
    image, scale = drawn
    here = {key: spot for key, spot in found.items() if spot.page == own.page}
    terms = [spot.box for key, spot in here.items() if key != subject.key]
    outlined(image, scale, [own.box], terms)
    same = [s.box for s in here.values() if s.grid == own.grid]
    part = cut(image, scale, cut_box(same, table_box(report, own)))
    alt = f"Part of page {own.page} of {report.report_id}, one cell outlined. "
    others = "; thin outlines mark the other figures of the sum" if terms else ""
    alt += f"{subject.sentence.removesuffix('.')}{others}."
    if subject.sum:
        alt += f" In figures: {subject.sum}."
    return Shot.of(part, alt)


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
