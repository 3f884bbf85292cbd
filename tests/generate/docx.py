"""Shaped documents as Word files, written as raw Office Open XML."""

from __future__ import annotations

from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from facsimiles.form import SetTable, Slot

from generate.shape import Shaped

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument"/></Relationships>'
)


def as_docx(shaped: Shaped) -> bytes:
    """Write a Word file with merged cells."""
    body = [_paragraph(shaped.title)] if shaped.title else []
    for part in shaped.parts:
        body.append(_table(part) if isinstance(part, SetTable) else _paragraph(part))
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_MAIN}"><w:body>{"".join(body)}</w:body></w:document>'
    )
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            # A fixed date, so that the same report gives the same bytes.
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return file.getvalue()


def _paragraph(text: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p>{run}</w:p>"


def _cell(slot: Slot, merge: str) -> str:
    span = f'<w:gridSpan w:val="{slot.colspan}"/>' if slot.colspan > 1 else ""
    lines = slot.text.split("\n") if merge != "<w:vMerge/>" else [""]
    paragraphs = "".join(_paragraph(line) for line in lines)
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{paragraphs}</w:tc>"


def _table(table: SetTable) -> str:
    rows: list[list[tuple[int, str]]] = [[] for _ in table.rows]
    for r, c, slot in table.placed():
        start = '<w:vMerge w:val="restart"/>' if slot.rowspan > 1 else ""
        rows[r].append((c, _cell(slot, start)))
        for below in range(r + 1, r + slot.rowspan):
            rows[below].append((c, _cell(slot, "<w:vMerge/>")))
    columns = '<w:gridCol w:w="800"/>' * table.columns
    lines = [
        "<w:tr>" + "".join(cell for _, cell in sorted(row)) + "</w:tr>" for row in rows
    ]
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"
