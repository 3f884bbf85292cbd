"""Word documents: ``.docx`` straight from its XML, older kinds through LibreOffice."""

from __future__ import annotations

import re

from lxml import etree

from govinfo.document import Document
from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers.numbering import Numbering, W
from govinfo.readers.office import convert_to_docx
from govinfo.readers.package import Package, parse_xml, resolve
from govinfo.readers.wordsigns import M
from govinfo.readers.wordstyles import Styles
from govinfo.readers.wordtables import TableReader
from govinfo.readers.wordtext import R, TextReader

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DOCUMENT = f"{W}document"
_OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"

# "Strict" files use other names for the same vocabulary.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        W[1:-1].encode(),
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)


def read_docx(data: bytes, name: str) -> Document:
    """Read a Word document (``.docx``, ``.docm``, templates, flat XML) as printed.

    Merged cells, nested tables, text boxes, content controls and automatic list labels
    are read. Hidden text, placeholders, notes, headers and footers are not part of the
    report and are left out. Digits that are struck through, deleted by a tracked
    change, raised, or too small or too white to be seen are left out of a figure, and
    the whole stands in ``other_reading``. Where a cell holds nothing else, they stand
    in brackets, and so does a sign for a picture or a formula: it is no blank.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file, kept as ``Document.source``.

    Returns
    -------
    Document
        Tables as grids with every empty cell, and paragraphs as text blocks.

    Raises
    ------
    ReadError
        If the file is damaged, protected by a password or not a Word document.
    LimitExceeded
        If it is larger than a report can be.
    """
    if data.startswith(_OLE2):
        if _is_encrypted(data):
            raise ReadError(_locked(name))
        return read_legacy_word(data, name)
    parts = _flat_parts(data, name) if _looks_flat(data) else _zip_parts(data, name)
    main, styles, numbering = parts
    body = main.find(f"{W}body")
    if main.tag != _DOCUMENT or body is None:
        message = (
            f"{name} holds no Word text: its main part is <{_local(main)}>, expected"
            " <document>. If it is a spreadsheet or a presentation, save its text as a"
            " Word document or PDF."
        )
        raise ReadError(message)
    reader = TableReader(TextReader(Styles(styles), Numbering(numbering, styles)))
    try:
        blocks = reader.blocks(body)
    except RecursionError as error:
        message = (
            f"{name} nests its content hundreds of levels deep, where reading stops. No"
            " report needs that: look at the file before going on."
        )
        raise LimitExceeded(message) from error
    return Document(name, MEDIA_TYPE, tuple(blocks), notes=reader.notes())


def read_legacy_word(data: bytes, name: str) -> Document:
    """Read ``.doc``, ``.wps``, ``.rtf`` or Word 2003 XML through LibreOffice.

    Parameters
    ----------
    data : bytes
        Content of the file.
    name : str
        Name of the file; its ending tells LibreOffice which kind to expect.

    Returns
    -------
    Document
        As `read_docx` gives it, with the media type of the file itself.

    Raises
    ------
    MissingExtra
        If LibreOffice is not installed.
    ReadError
        If the file is protected by a password or LibreOffice cannot read it.
    LimitExceeded
        If LibreOffice takes too long.
    """
    if _is_encrypted(data):
        raise ReadError(_locked(name))
    read = read_docx(convert_to_docx(data, name), name)
    media_type = "application/msword"
    if data.startswith(b"{\\rtf"):
        media_type = "application/rtf"
    elif data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        media_type = "application/xml"
    return Document(name, media_type, read.blocks, notes=read.notes)


def _locked(name: str) -> str:
    return (
        f"{name} is protected by a password, so its text cannot be read. Open it with"
        " the password, save it without one, and read that file."
    )


def _is_encrypted(data: bytes) -> bool:
    if not data.startswith(_OLE2):
        return False
    if "EncryptedPackage".encode("utf-16-le") in data:
        return True
    # The Word stream starts on a sector with 0xA5EC; bit 0x0100 of its flags says
    # that the text is encrypted.
    for at in range(512, min(len(data) - 12, 2**22), 512):
        if data[at : at + 2] == b"\xec\xa5":
            return bool(data[at + 11] & 1)
    return False


def _looks_flat(data: bytes) -> bool:
    return not data.startswith(b"PK") and _PKG[1:-1].encode() in data[:4096]


def _modern(content: bytes) -> bytes:
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    return content


def _zip_parts(
    data: bytes, name: str
) -> tuple[etree._Element, etree._Element | None, etree._Element | None]:
    with Package(data, name) as package:
        main = "word/document.xml"
        if "_rels/.rels" in package:
            main = _related(package, "_rels/.rels", "", "/officeDocument") or main
        if main not in package:
            message = (
                f"{name} is a ZIP archive but no Word document: it lacks the part"
                f" {main}. If it is an archive of reports, unpack it and read the"
                " files."
            )
            raise ReadError(message)
        folder, _, leaf = main.rpartition("/")
        relations = f"{folder}/_rels/{leaf}.rels"

        def root(part: str) -> etree._Element:
            what = f"The part {part} of {name}"
            return parse_xml(_modern(package.read(part)), what)

        def optional(kind: str) -> etree._Element | None:
            if relations not in package:
                return None
            part = _related(package, relations, main, kind)
            return root(part) if part in package else None

        return root(main), optional("/styles"), optional("/numbering")


def _related(package: Package, relations: str, base: str, kind: str) -> str:
    for relation in package.xml(relations).iterchildren(f"{_RELATIONS}Relationship"):
        if relation.get("Type", "").endswith(kind):
            return resolve(base, relation.get("Target", ""))
    return ""


def _flat_parts(
    data: bytes, name: str
) -> tuple[etree._Element, etree._Element | None, etree._Element | None]:
    root = parse_xml(_modern(data), name)
    parts: dict[str, etree._Element] = {}
    for part in root.iterchildren(f"{_PKG}part"):
        for content in part.iterfind(f"{_PKG}xmlData/*"):
            parts.setdefault(_local(content), content)
    if "document" not in parts:
        message = (
            f"{name} is an Office file in one XML text but holds no Word document. Save"
            " it as .docx and read that."
        )
        raise ReadError(message)
    return parts["document"], parts.get("styles"), parts.get("numbering")


def _local(element: etree._Element) -> str:
    return re.sub(r"^\{[^}]*\}", "", str(element.tag))
