"""A finding or a cell on its page, or in its table, with the failed sum spelled out.

Rows of a table are set again from what the reader returned: nothing of the original
markup is kept, and every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from govinfo.checks.structure import where
from govinfo.document import Grid, GridCell, GridKind
from govinfo.recognise.readings import Reading
from govinfo.seeing.subject import Finding, ReadReport, Subject, readings, subject_of
from govinfo.seeing.tables import element
from govinfo.seeing.views import (
    Shot,
    View,
    cut,
    cut_box,
    fragment,
    outlined,
    page_of,
    spots,
    table_box,
)

# Of a longer sum the zeros are left out: what a reader takes in is the rest.
MOST_ROWS = 8
_HEAD_ROWS = 3
_LONGEST = 40
MARK = "†"


@dataclass(frozen=True)
class InGrid:
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
    grids = {grid.number: grid for grid in report.document.grids}
    grid = grids.get(spot.grid) if spot else None
    own = [cells[key] for key in dict.fromkeys((*subject.keys, subject.key))]
    if grid is None or spot is None or grid.kind is not GridKind.TABLE:
        return _listing(own, cells[subject.key], subject)
    figures = _within(cells.values(), grid.number)
    return _rows(grid, spot, _kept(own, spot), list(figures), subject)


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
    return (
        _html(part, len(head), first, at, subject),
        "\n".join(" | ".join(line) for line in _text(part, at)),
    )


def _short(cell: GridCell | None) -> str:
    text = "".join(cell.text.split()) if cell else ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _text(
    part: Sequence[Sequence[GridCell | None]], at: tuple[int, int]
) -> Iterable[list[str]]:
    for i, row in enumerate(part):
        yield [
            f"{_short(cell)} {MARK}" if (i, j) == at else _short(cell)
            for j, cell in enumerate(row)
            if not j or cell is None or cell is not row[j - 1]
        ]


def _html(
    part: Sequence[Sequence[GridCell | None]],
    n_head: int,
    n_labels: int,
    at: tuple[int, int],
    subject: Subject,
) -> str:
    """Merged cells stay merged as far as they are shown."""
    done: list[GridCell] = []
    lines = []
    for i, row in enumerate(part):
        line = []
        for j, cell in enumerate(row):
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
            text = escape(_short(cell)) + (f" {MARK}" if (i, j) == at else "")
            line.append(element("th" if "scope" in marks else "td", text, **marks))
        lines.append(f"<tr>{''.join(line)}</tr>")
    return _framed("".join(lines[:n_head]), "".join(lines[n_head:]), subject)


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
