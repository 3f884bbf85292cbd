"""What the fuzzer starts from: small reports of each kind, and how parts are packed."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "scripts")]

_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _word_file(body: bytes) -> bytes:
    """Put bytes where the text of a Word file stands."""
    return _packed({"word/document.xml": body})


def _ofd_file(content: bytes) -> bytes:
    """Put bytes where the content of an OFD page stands."""
    box = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    return _packed(
        {
            "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml"
            "</ofd:DocRoot></ofd:DocBody></ofd:OFD>".encode(),
            "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData>{box}"
            '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Page.xml"/>'
            "</ofd:Pages></ofd:Document>".encode(),
            "Doc_0/Page.xml": content,
        }
    )


def _pdf_page(content: bytes) -> bytes:
    """Put bytes where the drawing of a PDF page stands; no file can be malformed."""
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        stream,
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding"
        b" /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /DW 1000 >>",
    ]
    out = b"%PDF-1.4\n"
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n" % (len(objects) + 1)
    return out + b"%d\n%%%%EOF\n" % at


def _as_is(data: bytes) -> bytes:
    return data


TARGETS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "html": ("report.html", _as_is),
    "text": ("report.txt", _as_is),
    "pdf": ("report.pdf", _as_is),
    "pdf_page": ("report.pdf", _pdf_page),
    "docx": ("report.docx", _as_is),
    "docx_body": ("report.docx", _word_file),
    "ofd": ("report.ofd", _as_is),
    "ofd_page": ("report.ofd", _ofd_file),
    "mhtml": ("report.mhtml", _as_is),
    "zip": ("report.zip", _as_is),
}
"""For each target the name of the file, and how fuzzed bytes become its content."""


def _pages() -> list[bytes]:
    from generate import Quirks, as_html, plain_cells, shape

    old = shape(plain_cells("2019"), Quirks(form="2019", item_tables=True))
    official = shape(plain_cells(), Quirks(split=14, split_header=True))
    tag_soup = (
        "<table><tr><th rowspan=2>一、本年新收<th colspan=9>自然人<tr><td>3<td>4"
        "<table><tr><td>总计<td>12</table></table><frame src=a><td>行政许可<td>7"
    )
    return [as_html(old), as_html(official), tag_soup.encode()]


def _mhtml(page: bytes) -> bytes:
    head = (
        "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/html\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + page + b"\r\n--B--\r\n"


def _drawn() -> list[bytes]:
    """Content of PDF pages: a ruled table with labels, and text only."""
    rows = (
        "一、本年新收政府信息公开申请数量",
        "二、上年结转",
        "总计",
        "12",
        "3",
        "自然人",
    )
    show = []
    for number, row in enumerate(rows):
        code = row.encode("utf-16-be").hex()
        y = 700 - 30 * number
        show.append(f"BT /F1 10 Tf 50 {y} Td <{code}> Tj ET 300 {y - 5} 40 0.5 re f")
        show.append(f"{40 + 60 * number} 400 m {40 + 60 * number} 720 l S")
        show.append(
            f"40 {y - 10} m 500 {y - 10} l S BT /F1 9 Tf 320 {y} Td <0031> Tj ET"
        )
    return [" ".join(show).encode(), " ".join(s for s in show if "BT" in s).encode()]


def _ofd_pages() -> list[bytes]:
    texts = "".join(
        f'<ofd:TextObject ID="{n}" Boundary="20 {20 + 8 * n} 90 6" Size="4">'
        f'<ofd:TextCode X="0" Y="4" DeltaX="g 9 4">{text}</ofd:TextCode>'
        "</ofd:TextObject>"
        for n, text in enumerate(
            ("自然人", "总计", "二、上年结转政府信息公开申请数量", "12")
        )
    )
    rules = "".join(
        f'<ofd:PathObject ID="{50 + n}" Boundary="{18 + 40 * n} 18 1 60">'
        "<ofd:AbbreviatedData>M 0 0 L 0 60 C</ofd:AbbreviatedData></ofd:PathObject>"
        for n in range(4)
    )
    page = (
        f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{rules}{texts}</ofd:Layer>"
        "</ofd:Content></ofd:Page>"
    )
    return [page.encode()]


def seeds(target: str) -> list[bytes]:
    """Inputs to start from."""
    from generate import Quirks, as_docx, as_pdf, as_text, plain_cells, shape
    from generate.text import SHAPES

    official = shape(plain_cells())
    small = shape(plain_cells("2019"), Quirks(form="2019", item_tables=True))
    word = as_docx(small)
    if target == "html":
        return _pages()
    if target == "text":
        return [as_text(one, how) for how in SHAPES for one in (official, small)]
    if target == "pdf":
        whole = as_pdf(small)
        return [whole, *(_pdf_page(page) for page in _drawn())]
    if target == "pdf_page":
        return _drawn()
    if target == "docx":
        return [word]
    if target == "docx_body":
        with zipfile.ZipFile(io.BytesIO(word)) as archive:
            return [archive.read("word/document.xml")]
    if target == "ofd":
        return [_ofd_file(page) for page in _ofd_pages()]
    if target == "ofd_page":
        return _ofd_pages()
    if target == "mhtml":
        return [_mhtml(page) for page in _pages()]
    return [_packed({"report.html": page, "a/b.txt": b"1"}) for page in _pages()]


def words() -> list[str]:
    """Words that the readers and the recogniser look for."""
    from facsimiles.form import SECTIONS

    from govinfo.forms import statutory_cells

    labels = {cell["row_label"].split(" / ")[-1] for cell in statutory_cells()}
    labels |= {cell["column_label"].split(" / ")[-1] for cell in statutory_cells()}
    markup = (
        '<td rowspan="3">',
        '<td colspan="1000">',
        "<table>",
        "</table>",
        "</tr><tr>",
        '<w:gridSpan w:val="3"/>',
        '<w:vMerge w:val="restart"/>',
        "<w:vMerge/>",
        '<w:gridBefore w:val="2"/>',
        "<w:tbl>",
        "</w:tbl>",
        "/Rotate 90",
        "/UserUnit",
        "/Encrypt",
        " cm ",
        " re f ",
        "0 0 0 0 0 0 cm",
        "charset=",
        "utf-16",
        "gb18030",
        "quoted-printable",
        "base64",
        "|",
        "&#",
        "\u3000",
        "（一）",
        "第二十条第（八）项",
        "1e309",
        "-1",
        "99999999999",
        "NaN",
    )
    return sorted({*labels, *SECTIONS, *markup} - {""})
