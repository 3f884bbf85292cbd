"""ZIP archives: one report is read, everything else is said clearly."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from govinfo.errors import LimitExceeded, ReadError, SourceError
from govinfo.readers import read_bytes
from govinfo.readers.archive import archive_members

PAGE = "<table><tr><td>规章<td>0</table>".encode()


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def message_of(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read_bytes(data, "a.zip")
    return str(caught.value)


def test_one_report_is_read() -> None:
    document = read_bytes(packed({"年报.html": PAGE}), "a.zip")
    assert (document.source, document.media_type) == ("a.zip/年报.html", "text/html")
    assert document.grids[0].cells[0].text == "规章"


def test_pictures_and_droppings_beside_a_report_are_passed_over() -> None:
    data = packed(
        {
            "a/report.html": PAGE,
            "a/map.png": b"\x89PNG\r\n\x1a\n",
            "__MACOSX/a/._report.html": PAGE,
            "a/Thumbs.db": b"x",
            "a/empty.txt": b"",
        }
    )
    assert read_bytes(data, "a.zip").source == "a.zip/a/report.html"


def test_folder_of_a_saved_page_is_passed_over() -> None:
    data = packed({"a/x.htm": PAGE, "a/x.files/frame.html": PAGE})
    assert [name for name, _ in archive_members(data, "a.zip")] == ["a/x.htm"]


def test_archive_in_an_archive() -> None:
    data = packed({"b.zip": packed({"c.html": PAGE})})
    assert read_bytes(data, "a.zip").source == "a.zip/b.zip/c.html"


def test_archives_nested_too_deep() -> None:
    data = packed({"b.zip": packed({"c.zip": packed({"d.html": PAGE})})})
    with pytest.raises(LimitExceeded) as caught:
        read_bytes(data, "a.zip")
    assert str(caught.value) == (
        "a.zip/b.zip/c.zip is an archive inside 2 archives, where reading stops. Unpack"
        " it and read the files in it."
    )


def test_names_of_chinese_windows() -> None:
    data = packed({"nb.html": PAGE}).replace(b"nb.html", "年b.htm".encode("gbk")[:7])
    assert archive_members(data, "a.zip")[0][0] == "年b.htm"[:6]


def test_documents_of_an_archive_are_its_members() -> None:
    inner = packed({"c.html": PAGE})
    document = read_bytes(packed({"a.html": PAGE, "b.zip": inner}), "a.zip")
    assert document.blocks == ()
    sources = [member.source for member in document.members]
    assert sources == ["a.zip/a.html", "a.zip/b.zip/c.html"]


def test_nine_reports() -> None:
    assert message_of(packed({f"{n}.html": PAGE for n in range(9)})) == (
        "a.zip is a ZIP archive with 9 files that may be reports: '0.html', '1.html',"
        " '2.html' and 6 more; expected 8 at most. Unpack it and read the files in it."
    )


def test_no_report() -> None:
    assert message_of(packed({"a.bin": bytes(range(256))})) == (
        "a.zip is a ZIP archive with 1 file in it, none of a kind that govinfo reads."
        " Unpack it and look at the files."
    )


def test_empty_archive() -> None:
    assert message_of(packed({})) == (
        "a.zip is a ZIP archive with no file in it. Fetch it again, or ask for the"
        " report itself."
    )


def test_encrypted_member() -> None:
    data = bytearray(packed({"a.html": PAGE}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    assert message_of(bytes(data)) == (
        "a.zip holds 'a.html', which is protected by a password. Unpack it with the"
        " password and read the file."
    )


@pytest.mark.parametrize("name", ["../x.html", "/x.html", "C:\\x.html", "a\\..\\x.h"])
def test_name_that_leads_out(name: str) -> None:
    shown = name.replace("\\", "/")
    assert message_of(packed({name: PAGE})) == (
        f"a.zip holds a file whose name '{shown}' leads out of the archive. Such"
        " archives are made to overwrite files: do not unpack it, and fetch the report"
        " from elsewhere."
    )


def test_bomb() -> None:
    with pytest.raises(LimitExceeded) as caught:
        read_bytes(packed({"a.html": bytes(3_000_000)}), "a.zip")
    assert str(caught.value) == (
        "a.zip holds 'a.html', which unpacks to more than 1,048,576 bytes, where"
        " reading stops. No report needs that: look at the archive before going on."
    )


def test_total_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govinfo.readers.archive.MAX_TOTAL_BYTES", 50)
    with pytest.raises(LimitExceeded) as caught:
        read_bytes(packed({"a.html": PAGE, "b.html": PAGE}), "a.zip")
    assert str(caught.value) == (
        "a.zip holds 'b.html', which unpacks to more than 16 bytes, where reading"
        " stops. No report needs that: look at the archive before going on."
    )


def test_too_many_members() -> None:
    with pytest.raises(LimitExceeded) as caught:
        read_bytes(packed({str(n): b"x" for n in range(2001)}), "a.zip")
    assert str(caught.value) == (
        "a.zip holds 2,001 files, and reading stops at 2,000. Unpack it and read only"
        " the reports in it."
    )


def test_damaged_archive() -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(packed({"a.html": PAGE})[:-30], "a.zip")
    assert str(caught.value) == (
        "a.zip is a ZIP archive that is damaged or packed in an unusual way (File is"
        " not a zip file). Fetch it again, or unpack it with another program and read"
        " the files in it."
    )


def test_same_name_twice() -> None:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.html", PAGE)
        archive.writestr("a.html", PAGE)
    assert len(archive_members(stream.getvalue(), "a.zip")) == 2


def test_file_without_a_name_is_left_out():
    """Found by fuzzing: a name that begins with a null byte is an empty one."""
    data = packed({"report.html": PAGE, "x.txt": b"x"}).replace(b"x.txt", b"\0.txt")
    assert [name for name, _ in archive_members(data, "a.zip")] == ["report.html"]
