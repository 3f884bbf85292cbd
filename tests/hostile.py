"""Files built to hang, fill or escape a reader; each is made in a second or two."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

PAGE = "<html><body><h2>二、主动公开政府信息情况</h2>{}</body></html>"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def entities(body: str) -> str:
    """A billion laughs: each entity is ten times the one before it."""
    lines = ['<!ENTITY a0 "政府信息公开">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return f'<?xml version="1.0"?><!DOCTYPE x [{"".join(lines)}]>{body}'


def external() -> bytes:
    """Asks for a file of the machine and a page of the network."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">'
        b'<!ENTITY n SYSTEM "http://127.0.0.1:9/x">]><html><body>'
        b"<table><tr><td>&p;</td><td>&n;</td></tr></table></body></html>"
    )


def word_bomb() -> bytes:
    body = entities(f'<w:document xmlns:w="{WORD}"><w:p>&a11;</w:p></w:document>')
    return zipped({"word/document.xml": body.encode()})


def word_of_zeros() -> bytes:
    """A Word file of half a megabyte that unpacks to 128."""
    return _large_member("word/document.xml", 1 << 27)


def zip_of_zeros() -> bytes:
    """An archive of a megabyte that unpacks to 320."""
    return _large_member("report.html", 5 << 26)


def _large_member(name: str, size: int) -> bytes:
    stream = io.BytesIO()
    block = b" " * (1 << 24)
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w") as member,
    ):
        for _ in range(size // len(block)):
            member.write(block)
    return stream.getvalue()


def zip_in_zip() -> bytes:
    data = zipped({"report.txt": b"1"})
    for _ in range(30):
        data = zipped({"report.zip": data})
    return data


def zip_that_escapes() -> bytes:
    return zipped({"../../escaped.html": PAGE.format("<p>1</p>").encode()})


def nested_tables() -> bytes:
    inner = "<table><tr><td>规章</td><td>" * 1000
    return PAGE.format(inner + "3" + "</td></tr></table>" * 1000).encode()


def nested_elements() -> bytes:
    return PAGE.format("<div>" * 200_000 + "规章").encode()


def brackets() -> bytes:
    return b"[" * 300_000 + b'{"a":' * 300_000


def large_spans() -> bytes:
    row = "<tr><td rowspan=1000000 colspan=1000000>规章</td><td>3</td></tr>"
    return PAGE.format(f"<table>{row * 50}</table>").encode()


def million_cells() -> bytes:
    row = "<tr>" + "<td>1</td>" * 1000 + "</tr>"
    return PAGE.format(f"<table>{row * 1000}</table>").encode()


def one_line() -> bytes:
    """Sixty megabytes of text without a line end."""
    part = "一、本年新收政府信息公开申请数量 12 3 4 总计 "
    return (part * (60 * 2**20 // len(part.encode()))).encode()


def digits() -> bytes:
    """A figure of a million digits beside a label."""
    return ("行政许可\n" + "9" * 1_000_000 + "\n二、上年结转\n1" + "0" * 4000).encode()


def wide_png() -> bytes:
    """A picture of 60,000 by 60,000 points in a few kilobytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(60_001) * 50)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    )


def pdf_of(pages: int, content: bytes = b"", *, extra: bytes = b"") -> bytes:
    """A PDF in which every page shows the same content."""
    kids = b" ".join(b"%d 0 R" % (5 + n) for n in range(pages))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(content), extra, content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[page] * pages,
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % at)
    return out.getvalue()


def long_pdf() -> bytes:
    text = b" ".join(
        b"BT /F1 9 Tf 50 %d Td (12 3 4 5) Tj ET" % y for y in range(99, 800, 18)
    )
    return pdf_of(5_000, text)


def pdf_of_rules() -> bytes:
    """One page with three hundred thousand rules."""
    chance = random.Random(1)
    rules = b" ".join(
        b"%d %d m %d %d l S" % tuple(chance.randrange(800) for _ in range(4))
        for _ in range(300_000)
    )
    return pdf_of(1, rules)


def pdf_bomb() -> bytes:
    """A page whose content unpacks to 260 megabytes of operators."""
    packer = zlib.compressobj(1)
    block = b"0 0 m 9 9 l S " * (1 << 16)
    data = b"".join(packer.compress(block) for _ in range(280)) + packer.flush()
    return pdf_of(1, data, extra=b"/Filter /FlateDecode ")


def pdf_that_loops() -> bytes:
    """A tree of pages that is its own child."""
    return pdf_of(1).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt="secret", invariant=True)
    canvas.drawString(72, 700, "12")
    canvas.save()
    return stream.getvalue()


def mail_of_parts() -> bytes:
    """Multipart in multipart, five thousand deep."""
    head = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B{0}\r\n"
        "\r\n--B{0}\r\n"
    )
    return "".join(head.format(n) for n in range(5_000)).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "brackets.txt": brackets,
    "digits.txt": digits,
    "entities.html": lambda: entities("<html><body>&a11;</body></html>").encode(),
    "entities.docx": word_bomb,
    "external.html": external,
    "locked.pdf": locked_pdf,
    "long.pdf": long_pdf,
    "loop.pdf": pdf_that_loops,
    "mail.mhtml": mail_of_parts,
    "million-cells.html": million_cells,
    "nested-elements.html": nested_elements,
    "nested-tables.html": nested_tables,
    "one-line.txt": one_line,
    "packed.pdf": pdf_bomb,
    "rules.pdf": pdf_of_rules,
    "spans.html": large_spans,
    "wide.png": wide_png,
    "zeros.docx": word_of_zeros,
    "zeros.zip": zip_of_zeros,
    "zip-escapes.zip": zip_that_escapes,
    "zip-in-zip.zip": zip_in_zip,
}
"""Name of each hostile file, and what makes it."""
