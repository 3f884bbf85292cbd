"""A report as HTML for Jupyter: the tables as read, doubts and findings marked.

Colour never speaks alone: every state that is not a plain figure has a mark and a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from govinfo.forms import TABLES, form_row
from govinfo.recognise.figures import State, plain_number
from govinfo.recognise.readings import Reading
from govinfo.seeing.subject import ReadReport

_TITLES = {
    "proactive": "二、主动公开政府信息情况 · proactive disclosure",
    "requests": "三、收到和处理政府信息公开申请情况 · requests received and handled",
    "disputes": "四、行政复议、行政诉讼情况 · review and litigation",
}
_MARKS = {
    State.BLANK: ("", "blank"),
    State.NOT_APPLICABLE: ("/", "not applicable"),
    State.UNREADABLE: ("✗", "not a number"),
    State.UNCERTAIN: ("?", "uncertain"),
    State.ABSENT: ("…", "not found"),
}
_STYLE = """
.govinfo-report table{border-collapse:collapse;margin:.4em 0 1em}
.govinfo-report caption{text-align:left;font-weight:600;padding:.2em 0}
.govinfo-report th,.govinfo-report td{border:1px solid #999;padding:.15em .5em}
.govinfo-report th{font-weight:normal;text-align:left}
.govinfo-report td{text-align:right;font-variant-numeric:tabular-nums}
.govinfo-report td.blank{background:#f3f3f3}
.govinfo-report td.open{background:#fff3cd;border-style:dashed}
.govinfo-report td.finding{outline:2px solid #b3261e;font-weight:600}
"""


def report_html(report: ReadReport) -> str:
    """
    Write a report as an HTML fragment.

    Parameters
    ----------
    report : ReadReport
        The report.

    Returns
    -------
    str
        A ``div`` with one table for each group of rows that share columns; cells named
        by a finding are outlined and marked ``†``, and the findings follow as
        sentences. Nothing in it runs or is fetched.
    """
    findings = report.findings
    keys = findings[["table", "row_code", "column_code"]]
    named = set(keys.itertuples(index=False, name=None))
    sentences = [str(sentence) for sentence in findings["sentence"]]
    year = report.year if report.year is not None else "year not stated"
    parts = [
        f"<style>{_STYLE}</style>",
        '<div class="govinfo-report">',
        f"<p><strong>{escape(report.agency or 'agency not stated')}</strong>, {year} "
        f"· form {escape(report.recognition.form)} · {report.status} · "
        f"{len(sentences)} findings</p>",
    ]
    for table in TABLES:
        cells = [cell for cell in report.recognition.cells if cell.table == table]
        parts.extend(_blocks(table, cells, named))
    if report.message:
        parts.append(f"<p>{escape(report.message)}</p>")
    if sentences:
        items = "".join(f"<li>† {escape(sentence)}</li>" for sentence in sentences)
        parts.append(f"<ul>{items}</ul>")
    parts.append("</div>")
    return "\n".join(parts)


Run = tuple[tuple[str, ...], list[tuple[str, list[Reading]]]]
"""Names of columns, and the rows under them: their labels and cells."""


def runs_of(cells: Sequence[Reading]) -> list[Run]:
    """The rows of a table, those with the same columns together."""
    rows: dict[tuple[str, str], list[Reading]] = {}
    for cell in cells:
        rows.setdefault((cell.form, cell.row_code), []).append(cell)
    runs: list[Run] = []
    for (form, code), own in rows.items():
        row, there = form_row(own[0].table, form, code), {c.column_code for c in own}
        heads = tuple(column.leaf for column in row.columns if column.code in there)
        if not runs or runs[-1][0] != heads:
            runs.append((heads, []))
        runs[-1][1].append((row.leaf, own))
    return runs


def element(name: str, inside: str, **marks: object) -> str:
    """
    An element of HTML; marks that are None are left out.

    Examples
    --------
    >>> element("td", "1 &lt; 2", class_="marked", rowspan=None)
    '<td class="marked">1 &lt; 2</td>'
    """
    told = (f' {k.strip("_")}="{v}"' for k, v in marks.items() if v is not None)
    return f"<{name}{''.join(told)}>{inside}</{name}>"


def heads_html(heads: Iterable[str]) -> str:
    """Names of columns as a row."""
    top = "".join(element("th", escape(head), scope="col") for head in heads)
    return f"<tr><td></td>{top}</tr>"


def row_html(label: str, cells: Iterable[str]) -> str:
    """A labelled row of cells that are HTML already."""
    return f"<tr>{element('th', escape(label), scope='row')}{''.join(cells)}</tr>"


def _blocks(
    table: str, cells: Sequence[Reading], named: set[tuple[str, str, str]]
) -> Iterable[str]:
    """One HTML table for each run of rows with the same columns."""
    caption = f"<caption>{escape(_TITLES[table])}</caption>"
    for heads, rows in runs_of(cells):
        body = "".join(
            row_html(label, (_cell(c, (c.table, *c.key) in named) for c in own))
            for label, own in rows
        )
        yield f"<table>{caption}{heads_html(heads)}{body}</table>"
        caption = ""


def _cell(cell: Reading, has_finding: bool) -> str:
    classes, title = [], str(cell.place or "")
    if cell.value is not None:
        text = escape(plain_number(cell.value))
    else:
        mark, word = _MARKS[cell.state]
        text = escape(mark)
        title = f"{word}; {cell.raw}" if cell.raw else word
        is_open = cell.state not in (State.BLANK, State.NOT_APPLICABLE)
        classes.append("open" if is_open else "blank")
        if is_open and cell.raw:
            text = f"{escape(cell.raw[:12])} {text}"
    if has_finding:
        classes.append("finding")
        text += " †"
    return element("td", text, class_=" ".join(classes) or None, title=escape(title))
