"""Four house layouts of reports as web pages; each gives the bytes of one page."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from facsimiles.form import (
    Facsimile,
    Row,
    SetTable,
    Slot,
    joined,
    without_head_spans,
)

NOT_REPRODUCED = "（文字部分未收入仿制件。）"


def _spans(slot: Slot) -> str:
    spans = ""
    if slot.rowspan > 1:
        spans += f' rowspan="{slot.rowspan}"'
    if slot.colspan > 1:
        spans += f' colspan="{slot.colspan}"'
    return spans


def _marked(
    table: SetTable, cell: Callable[[Slot], str], row: tuple[str, str]
) -> list[str]:
    lines = []
    for slots in table.rows:
        lines += [row[0], *(cell(slot) for slot in slots), row[1]]
    return lines


# Layout 1: a clean page of a government portal, as rendered by a current CMS.

_PORTAL_STYLE = """\
body { margin: 0; font-family: "Noto Sans SC", "Microsoft YaHei", sans-serif; }
header, footer, main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav a { margin-right: 1.5rem; }
.crumbs, .meta, .facsimile { color: #555; font-size: .9rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { border: 1px solid #333; padding: .3rem; text-align: center; }
th.label { text-align: left; font-weight: normal; }
th.item { background: #c6d9f1; }"""


def _portal_cell(slot: Slot) -> str:
    if slot.kind == "value":
        text = escape(slot.text).replace("\n", "<br>")
        amount, unit = re.fullmatch(r"(.*?)(元?)", text, re.DOTALL).groups()  # type: ignore[union-attr]
        if unit:
            text = f"<span>{amount}</span><span>{unit}</span>"
        return f"<td{_spans(slot)}><p>{text or '&nbsp;'}</p></td>"
    return f'<th class="{slot.kind}"{_spans(slot)}>{escape(slot.text)}</th>'


def _portal_table(table: SetTable, number: int) -> list[str]:
    return [
        f'<table id="t{number}">',
        "<tbody>",
        *_marked(table, _portal_cell, ("<tr>", "</tr>")),
        "</tbody>",
        "</table>",
    ]


def portal(report: Facsimile) -> bytes:
    """Layout 1: UTF-8, page header and navigation, tables with spans."""
    two, three, four = report.tables()
    chinese, english = report.says_what_it_is
    one, *rest = report.headings
    lines = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        "<head>",
        '<meta charset="utf-8">',
        f"<title>{report.title}</title>",
        "<style>",
        _PORTAL_STYLE,
        "</style>",
        "</head>",
        "<body>",
        "<header>",
        f"<div>{report.agency}</div>",
        '<nav><a href="#">首页</a><a href="#">机构</a><a href="#">公开</a>'
        '<a href="#">服务</a><a href="#">互动</a></nav>',
        "</header>",
        "<main>",
        '<p class="crumbs">首页 &gt; 公开 &gt; 年度报告</p>',
        f"<h1>{report.title}</h1>",
        f'<p class="facsimile">{chinese}</p>',
        f'<p class="facsimile" lang="en">{english}</p>',
        f"<h2>{one}</h2>",
        f"<p>{NOT_REPRODUCED}</p>",
        f"<h2>{rest[0]}</h2>",
        *_portal_table(joined(two), 1),
        f"<h2>{rest[1]}</h2>",
        *_portal_table(three, 2),
        f"<h2>{rest[2]}</h2>",
        *_portal_table(four, 3),
    ]
    for heading in rest[3:]:
        lines += [f"<h2>{heading}</h2>", f"<p>{NOT_REPRODUCED}</p>"]
    lines += [
        "</main>",
        '<footer><a href="#">网站地图</a> <a href="#">联系方式</a></footer>',
        "</body>",
        "</html>",
    ]
    return ("\n".join(lines) + "\n").encode()


# Layout 2: what a word processor saves as a web page; GBK, the label "gb2312".

_WORD_BORDER = (
    "border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt;"
    "padding:0cm 5.4pt 0cm 5.4pt"
)
_WORD_FONT = "font-size:10.5pt;font-family:宋体;mso-hansi-font-family:Calibri"


def _word_runs(text: str) -> str:
    """Split a label over several spans, as a word processor does after edits."""
    runs = [run for run in re.split(r"(?<=[）.、])|(?=（)", text) if run]
    spans = []
    for run in runs:
        lang = " lang=EN-US" if run.isascii() else ""
        spans.append(f"<span{lang} style='{_WORD_FONT}'>{escape(run)}</span>")
    return "".join(spans)


def _word_paragraph(text: str, align: str, *, runs: bool = False) -> str:
    inner = f"<span style='{_WORD_FONT}'>{escape(text)}</span>" if text else ""
    if runs:
        inner = _word_runs(text)
    blank = "<o:p></o:p>" if text else "<o:p>&nbsp;</o:p>"
    return (
        f"<p class=MsoNormal align={align} style='text-align:{align};"
        f"mso-pagination:widow-orphan'>{inner}"
        f"<span lang=EN-US style='{_WORD_FONT}'>{blank}</span></p>"
    )


def _word_cell(slot: Slot) -> str:
    align = "left" if slot.kind == "label" else "center"
    parts = slot.text.split("\n")
    if slot.kind == "head" and len(slot.text) == 4:
        parts = [slot.text[:2], slot.text[2:]]
    body = "\r\n  ".join(_word_paragraph(part, align, runs=True) for part in parts)
    spans = _spans(slot).replace('"', "")
    return f"  <td{spans} valign=center style='{_WORD_BORDER}'>\r\n  {body}\r\n  </td>"


def _word_table(table: SetTable) -> list[str]:
    return [
        "<div align=center>",
        "<table class=MsoNormalTable border=1 cellspacing=0 cellpadding=0",
        " style='border-collapse:collapse;border:none;mso-padding-alt:0cm 5.4pt'>",
        *_marked(table, _word_cell, (" <tr style='mso-yfti-irow:0'>", " </tr>")),
        "</table>",
        "</div>",
        _word_paragraph("", "left"),
    ]


def word_export(report: Facsimile) -> bytes:
    """Layout 2: word processor markup, nested spans, GBK with CR LF."""
    two, three, four = report.tables()
    lines = [
        '<html xmlns:v="urn:schemas-microsoft-com:vml"',
        'xmlns:o="urn:schemas-microsoft-com:office:office"',
        'xmlns:w="urn:schemas-microsoft-com:office:word"',
        'xmlns="http://www.w3.org/TR/REC-html40">',
        "<head>",
        '<meta http-equiv=Content-Type content="text/html; charset=gb2312">',
        "<meta name=ProgId content=Word.Document>",
        f"<title>{report.title}</title>",
        "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Print</w:View>"
        "</w:WordDocument></xml><![endif]-->",
        "<style><!--",
        " p.MsoNormal {margin:0cm;text-align:justify;mso-style-parent:'';}",
        " @page Section1 {size:595.3pt 841.9pt;margin:72.0pt 90.0pt;}",
        "--></style>",
        "</head>",
        "<body lang=ZH-CN style='tab-interval:21.0pt'>",
        "<div class=Section1>",
        _word_paragraph(report.title, "center"),
        *(_word_paragraph(line, "left") for line in report.says_what_it_is),
    ]
    bodies: list[list[str]] = [
        [_word_paragraph(NOT_REPRODUCED, "left")],
        _word_table(joined(two)),
        _word_table(three),
        _word_table(four),
        [_word_paragraph(NOT_REPRODUCED, "left")],
        [_word_paragraph(NOT_REPRODUCED, "left")],
    ]
    for heading, body in zip(report.headings, bodies, strict=True):
        lines += [_word_paragraph(heading, "left"), *body]
    lines += ["</div>", "</body>", "</html>", ""]
    # GBK has no U+2019; such a page writes it as a character reference.
    return "\r\n".join(lines).encode("gbk", "xmlcharrefreplace")


# Layout 3: an old content system: layout tables, a page-information table first.


def _old_cell(slot: Slot) -> str:
    align = "left" if slot.kind == "label" else "center"
    text = escape(slot.text).replace("\n", "<BR>") or "&nbsp;"
    if slot.kind == "head" and slot.text:
        text = f"<B>{text}</B>"
    return f"<TD align={align}{_spans(slot)}><FONT size=2>{text}</FONT></TD>"


def _old_table(table: SetTable) -> list[str]:
    return [
        "<TABLE cellSpacing=0 cellPadding=3 width=700 border=1>",
        *_marked(without_head_spans(table), _old_cell, ("<TR>", "</TR>")),
        "</TABLE>",
    ]


def old_cms(report: Facsimile) -> bytes:
    """Layout 3: nested layout tables, page information, one table for each item."""
    two, three, four = report.tables()
    chinese, english = report.says_what_it_is
    none = f"<P>{NOT_REPRODUCED}</P>"
    bodies: list[list[str]] = [
        [none],
        [line for table in two for line in [*_old_table(table), "<BR>"]],
        _old_table(three),
        _old_table(four),
        [none],
        [none],
    ]
    lines = [
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">',
        "<HTML><HEAD>",
        '<META http-equiv="Content-Type" content="text/html; charset=utf-8">',
        f"<TITLE>{report.title}</TITLE>",
        "</HEAD><BODY>",
        "<TABLE width=980 align=center border=0><TR><TD colspan=2>",
        "<TABLE width=100%><TR><TD>设为首页</TD><TD>加入收藏</TD></TR></TABLE>",
        "</TD></TR><TR><TD width=180 valign=top>",
        "<TABLE border=0><TR><TD>公开指南</TD></TR><TR><TD>公开制度</TD></TR>"
        "<TR><TD>年度报告</TD></TR></TABLE>",
        "</TD><TD valign=top>",
        "<TABLE width=100% border=1>",
        "<TR><TD>索引号：</TD><TD>&nbsp;</TD><TD>发布日期：</TD><TD>&nbsp;</TD></TR>",
        f"<TR><TD>名称：</TD><TD colspan=3>{report.title}</TD></TR>",
        f"<TR><TD>发布机构：</TD><TD colspan=3>{report.agency}</TD></TR>",
        "</TABLE>",
        f"<CENTER><FONT size=5><B>{report.title}</B></FONT></CENTER>",
        f"<P><FONT color=#666666 size=2>{chinese}<BR>{english}</FONT></P>",
    ]
    for heading, body in zip(report.headings, bodies, strict=True):
        lines += [f"<P><STRONG>{heading}</STRONG></P>", *body]
    lines += ["</TD></TR></TABLE>", "</BODY></HTML>"]
    return ("\n".join(lines) + "\n").encode()


# Layout 4: an editor's bare fragment: paragraphs in cells, table 2 five columns wide.


def _five_columns(table: SetTable) -> SetTable:
    """Set an item of table 2 in five grid columns.

    Where it has three figures the header spans columns 3–4 and the figures span
    columns 2–3, so that header and figures do not stand under each other.
    """
    rows: list[Row] = []
    for row in table.rows:
        if len(row) == 1:
            spans = [5]
        elif len(row) == 3:
            spans = [1, 2, 2]
        elif row[0].kind == "head" or "件" in row[0].text:
            spans = [1, 1, 2, 1]
        else:
            spans = [1, 2, 1, 1]
        rows.append(
            tuple(
                Slot(s.text, 1, span, s.kind, s.key)
                for s, span in zip(row, spans, strict=True)
            )
        )
    return SetTable(tuple(rows), 5, table.head)


def _fragment_cell(slot: Slot) -> str:
    text = escape(slot.text).replace("\n", "<br />") or "&nbsp;"
    align = "" if slot.kind == "label" else " align='center'"
    return f"<td{_spans(slot)} nowrap='nowrap'><p{align}>{text}</p></td>"


def _fragment_table(table: SetTable) -> str:
    lines = _marked(table, _fragment_cell, ("<tr>", "</tr>"))
    return (
        "<table border='1' cellspacing='1'><tbody>"
        + "".join(lines)
        + ("</tbody></table>")
    )


def fragment(report: Facsimile) -> bytes:
    """Layout 4: one long line of paragraphs and tables without any page chrome."""
    two, three, four = report.tables()
    none = f"<p>{NOT_REPRODUCED}</p>"
    bodies = [
        none,
        _fragment_table(joined([_five_columns(table) for table in two])),
        _fragment_table(three),
        _fragment_table(four),
        none,
        none,
    ]
    parts = [
        "<html><head><meta charset='utf-8'>",
        f"<title>{report.title}</title></head><body>",
        f"<p style='text-align: center;font-weight: bold;'>{report.title}</p>",
        *(f"<p style='color: gray'>{line}</p>" for line in report.says_what_it_is),
    ]
    for heading, body in zip(report.headings, bodies, strict=True):
        parts += [f"<p>{heading}</p>", body]
    return ("".join(parts) + "</body></html>\n").encode()
