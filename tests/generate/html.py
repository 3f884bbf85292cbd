"""Shaped documents as web pages, in the encodings and markup that agencies use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from facsimiles.form import SetTable, Slot

from generate.shape import Shaped


@dataclass(frozen=True, slots=True)
class Page:
    """How a page is written.

    ``blank`` is the markup of an empty cell. ``runs`` breaks every label into a span
    for each character; ``paragraphs`` makes a line end two paragraphs instead of
    ``<br>``. ``charset`` is what is declared ("" for nothing), ``encoding`` what is
    used. ``layout`` is ``plain``, ``nested`` (in layout tables), ``head_inside`` (a
    second ``<head>`` in the article) or ``chrome`` (menus, scripts and footers).
    """

    blank: str = ""
    runs: bool = False
    paragraphs: bool = False
    encoding: str = "utf-8"
    charset: str = "utf-8"
    layout: str = "plain"
    amounts_in_spans: bool = False


def as_html(shaped: Shaped, page: Page | None = None) -> bytes:
    """Write a web page."""
    page = page or Page()
    body = [f"<h1>{escape(shaped.title)}</h1>"] if shaped.title else []
    for part in shaped.parts:
        if isinstance(part, SetTable):
            body += _table(part, page)
        else:
            tag = "h2" if part in shaped.headings else "p"
            body.append(f"<{tag}>{escape(part)}</{tag}>")
    declared = f'<meta charset="{page.charset}">' if page.charset else ""
    title = f"<title>{escape(shaped.title)}</title>" if shaped.title else ""
    inner = _laid_out("\n".join(body), page.layout)
    text = (
        f"<!DOCTYPE html>\n<html><head>{declared}{title}</head>\n"
        f"<body>\n{inner}\n</body></html>\n"
    )
    return text.encode(page.encoding)


def _laid_out(body: str, layout: str) -> str:
    if layout == "nested":
        return (
            "<table width=980><tr><td colspan=2>网站首页</td></tr><tr>"
            "<td><table><tr><td>信息公开</td></tr></table></td>"
            f"<td><table><tr><td><div>{body}</div></td></tr></table></td></tr></table>"
        )
    if layout == "head_inside":
        return f"<article><head><style>td {{}}</style></head>{body}</article>"
    if layout == "chrome":
        return (
            "<script>var total = 12;</script><ul><li>首页</li><li>政务公开 3</li></ul>"
            f"<div>{body}</div>"
            "<table><tr><td>主办单位</td><td>备案号 12345678</td></tr></table>"
        )
    return body


def _table(table: SetTable, page: Page) -> list[str]:
    lines = ['<table border="1">']
    for row in table.rows:
        lines.append("<tr>" + "".join(_cell(slot, page) for slot in row) + "</tr>")
    return [*lines, "</table>"]


def _cell(slot: Slot, page: Page) -> str:
    spans: Mapping[str, int] = {"rowspan": slot.rowspan, "colspan": slot.colspan}
    attributes = "".join(f' {n}="{v}"' for n, v in spans.items() if v > 1)
    if slot.text == "":
        return f"<td{attributes}>{page.blank}</td>"
    lines = [_runs(line, slot, page) for line in slot.text.split("\n")]
    if page.paragraphs:
        return f"<td{attributes}>" + "".join(f"<p>{x}</p>" for x in lines) + "</td>"
    return f"<td{attributes}>" + "<br>".join(lines) + "</td>"


def _runs(line: str, slot: Slot, page: Page) -> str:
    if page.runs and slot.kind != "value":
        return "".join(f"<span><font>{escape(c)}</font></span>" for c in line)
    if page.amounts_in_spans and slot.kind == "value" and line.endswith("元"):
        number = line.rstrip("万元")
        unit = line[len(number) :]
        return f"<span>{number}</span><span>{unit}</span>"
    return escape(line)
