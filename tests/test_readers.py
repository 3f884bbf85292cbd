"""Every file goes to the reader of its kind, whatever its name, or is refused."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govinfo.errors import LimitExceeded, SourceError
from govinfo.readers import read_bytes, read_document, sniff

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OFFICE = "application/vnd.openxmlformats-officedocument."


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(SourceError) as caught:
        read_bytes(data, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"%PDF-1.4\n", "a.html", "application/pdf"),
        (b"\r\njunk\r\n%PDF-1.4\n", "a.pdf", "application/pdf"),
        (b"<html><p>%PDF-1.4", "a.pdf", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "a.html", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.pdf", "image/jpeg"),
        (b"II*\0\0", "a", "image/tiff"),
        (b"MM\0*\0", "a", "image/tiff"),
        (b"GIF89a", "a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a", "image/webp"),
        (b"BM\x36\0\0\0\0\0\0\0", "a", "image/bmp"),
        (packed(a=b"1"), "a.docx", "application/zip"),
        (OLE2 + "WordDocument".encode("utf-16-le"), "a.wps", "application/msword"),
        (OLE2 + "Workbook".encode("utf-16-le"), "a.doc", "application/vnd.ms-excel"),
        (b"{\\rtf1", "a.doc", "application/rtf"),
        (b"Rar!\x1a\x07\x01\0", "a.zip", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "a", "application/x-7z-compressed"),
        (b"\x1f\x8b\x08", "a.html", "application/gzip"),
        (bytes(257) + b"ustar", "a", "application/x-tar"),
        (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n",
            "a.doc",
            "multipart/related",
        ),
        (b"<!DOCTYPE html><p>", "a.doc", "text/html"),
        (b"a line before the mark\n%PDF-1.4", "a.txt", "application/pdf"),
        (b"%PDF-1.4".rjust(257).ljust(257) + b"ustar", "a.pdf", "application/x-tar"),
        ("<p>规章".encode("gbk"), "a.html", "text/html"),
        ("<html>规章".encode("utf-16"), "a.html", "text/html"),
        (b"<?xml version='1.0'?><html/>", "a.xml", "text/html"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', "a.doc",
         "application/xml"),
        (b"a\n<table>\n<tr><td>1</table>", "a.txt", "text/html"),
        (b"a <table> of nothing", "a.txt", "text/plain"),
        (b"# a", "a.md", "text/markdown"),
        ("规章\n0\n".encode("gbk"), "a.txt", "text/plain"),
        ("规章\n0\n".encode(), "a.html", "text/plain"),
        (b"<div align=center>\n\n| a | b |", "a.md", "text/markdown"),
        (bytes(range(256)) * 4, "a.html", "application/octet-stream"),
    ],
)  # fmt: skip
def test_kind_is_told_from_the_content(data: bytes, name: str, media_type: str) -> None:
    assert sniff(data, name) == media_type


@pytest.mark.parametrize(
    ("part", "media_type"),
    [
        ("word/document.xml", OFFICE + "wordprocessingml.document"),
        ("word\\document.xml", OFFICE + "wordprocessingml.document"),
        ("xl/workbook.xml", OFFICE + "spreadsheetml.sheet"),
        ("ppt/presentation.xml", OFFICE + "presentationml.presentation"),
        ("OFD.xml", "application/ofd"),
    ],
)
def test_kind_of_a_packed_document(part: str, media_type: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(part, b"")
    assert sniff(stream.getvalue(), "a.zip") == media_type


def test_archive_that_is_not_packed_is_no_pdf() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.pdf", b"%PDF-1.4")
    assert sniff(stream.getvalue(), "a.pdf") == "application/zip"


def test_open_document_says_what_it_is() -> None:
    data = packed(mimetype=b"application/vnd.oasis.opendocument.text")
    assert sniff(data, "a.zip") == "application/vnd.oasis.opendocument.text"


def test_document_cut_short_is_still_told() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", b"x" * 1000)
    data = stream.getvalue()[:500]
    assert sniff(data, "a") == OFFICE + "wordprocessingml.document"


def test_page_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "年报.doc"
    path.write_bytes("<table><tr><td>规章<td>0</table>".encode("gbk"))
    document = read_document(path)
    assert (document.source, document.media_type) == ("年报.doc", "text/html")
    assert [cell.text for cell in document.grids[0].cells] == ["规章", "0"]


def test_path_may_be_a_string(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<p>a")
    assert read_document(str(path)).text == "a"


def test_text_goes_to_the_reader_of_text() -> None:
    assert read_bytes("规章\n\n0".encode(), "a.txt").media_type == "text/plain"


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with pytest.raises(SourceError) as caught:
        read_document(path)
    assert str(caught.value) == (
        f"{path} does not exist or is no file. Check the name and the folder that it is"
        " read from."
    )


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_document(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} is a folder, expected one report. Give one of the files in it."
    )


def test_name_that_no_system_can_open() -> None:
    with pytest.raises(SourceError) as caught:
        read_document("a\0b.html")
    assert str(caught.value).startswith("a\0b.html ")


def test_empty_file() -> None:
    assert refusal(b"", "a.html") == (
        "a.html is empty, expected a report. The download may have stopped: fetch it"
        " again."
    )


def test_file_of_blanks() -> None:
    assert refusal(b"\xef\xbb\xbf \r\n\t", "a.html") == (
        "a.html holds nothing but blanks, expected a report. The download may have"
        " stopped: fetch it again."
    )


def test_file_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("govinfo.readers.MAX_BYTES", 1000)
    path = tmp_path / "a.html"
    path.write_bytes(b" " * 1001)
    with pytest.raises(LimitExceeded) as caught:
        read_document(path)
    assert str(caught.value) == (
        f"{path} has 1,001 bytes, and reading stops at 1,000. No report needs that"
        " many: look at the file before going on."
    )


def test_archive_of_another_kind_is_refused() -> None:
    assert refusal(b"Rar!\x1a\x07\x01\0 ", "a.rar") == (
        "a.rar is a RAR archive, which govinfo does not read. Unpack it and read the"
        " files in it."
    )


def test_protected_office_document_is_refused() -> None:
    assert refusal(OLE2 + "EncryptedPackage".encode("utf-16-le"), "a.docx") == (
        "a.docx is an office document protected by a password, which govinfo does not"
        " read. Open it with the password and save it without."
    )


def test_unknown_kind_is_refused() -> None:
    assert refusal(bytes(range(256)) * 4, "a.dat") == (
        "a.dat is of a kind that govinfo does not know: found"
        " application/octet-stream, expected one of PDF, HTML, MHTML, Word, OFD, text,"
        " Markdown, Excel, OpenDocument, pictures and ZIP archives. If it opens in a"
        " program, save it from there as PDF."
    )


def test_readers_are_loaded_when_needed() -> None:
    code = (
        "import sys, govinfo.readers;"
        "heavy = ('lxml', 'pandas', 'pypdfium2');"
        "print([m for m in sys.modules if m.startswith(heavy)])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert found.stdout.strip() == "[]"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(data: bytes) -> None:
    assert "/" in sniff(data, "a.html")
