"""Pages saved as one file, and what belongs to pages saved as a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from govinfo.errors import LimitExceeded, ReadError
from govinfo.readers import read_bytes
from govinfo.readers.files.names import is_saved_page_part
from govinfo.readers.markup.mhtml import read_mhtml

TABLE = "<table><tr><td>规章<td>0</table>"


def saved(*parts: tuple[str, str], start: str = "") -> bytes:
    said = f'; start="<{start}>"' if start else ""
    lines = [
        "From: <Saved by Blink>",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related; type="text/html"; boundary="=b"{said}',
        "",
    ]
    for number, (kind, text) in enumerate(parts):
        lines += [
            "--=b",
            f"Content-Type: {kind}",
            "Content-Transfer-Encoding: base64",
            f"Content-ID: <part{number}>",
            "",
            _base64(text),
        ]
    return "\r\n".join([*lines, "--=b--", ""]).encode()


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode("gb18030")).decode()


def test_page_is_read() -> None:
    document = read_mhtml(saved(("text/html", TABLE), ("image/png", "x")), "a.mht")
    assert [cell.text for cell in document.grids[0].cells] == ["规章", "0"]


def test_media_type() -> None:
    assert read_bytes(saved(("text/html", TABLE)), "a.mht").media_type == (
        "multipart/related"
    )


def test_quoted_printable_page() -> None:
    data = (
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<table><tr><td>=E8=A7=84=\r\n=E7=AB=A0<td>0</table>"
    )
    assert read_mhtml(data, "a.mht").grids[0].cells[0].text == "规章"


def test_start_names_the_page() -> None:
    data = saved(("text/html", "<p>a"), ("text/html", "<p>b"), start="part1")
    assert [b.text for b in read_mhtml(data, "a.mht").text_blocks] == ["b"]


def test_table_in_a_frame_is_read_with_the_page() -> None:
    data = saved(("text/html", "<p>a"), ("text/html", TABLE))
    document = read_mhtml(data, "a.mht")
    assert document.text == "a\n规章 | 0"


def test_frame_beside_a_page_with_tables_is_not_read() -> None:
    data = saved(("text/html", TABLE), ("text/html", TABLE))
    assert len(read_mhtml(data, "a.mht").grids) == 1


def test_no_page_in_it() -> None:
    with pytest.raises(ReadError) as caught:
        read_mhtml(saved(("image/png", "x")), "a.mht")
    assert str(caught.value) == (
        "a.mht is a saved page (MHTML) without a part of HTML. Save the page again from"
        " a browser."
    )


def test_parts_in_parts_in_parts() -> None:
    nested = "".join(
        f"--b{n}\r\nContent-Type: multipart/related; boundary=b{n + 1}\r\n\r\n"
        for n in range(3000)
    )
    data = f"Content-Type: multipart/related; boundary=b0\r\n\r\n{nested}".encode()
    with pytest.raises(LimitExceeded) as caught:
        read_mhtml(data, "a.mht")
    assert str(caught.value) == (
        "a.mht is a saved page (MHTML) of more than 5,000 parts, where reading stops."
        " No report needs that many: look at the file before going on."
    )


@pytest.mark.parametrize("folder", ["2023_files", "2023.files"])
def test_folder_of_a_saved_page_is_no_report(tmp_path: Path, folder: str) -> None:
    (tmp_path / "2023.htm").touch()
    inside = tmp_path / folder / "frames" / "frame.html"
    assert is_saved_page_part(inside)


def test_folder_without_its_page_is_read(tmp_path: Path) -> None:
    assert not is_saved_page_part(tmp_path / "2023_files" / "report.html")


def test_page_itself_is_no_part(tmp_path: Path) -> None:
    (tmp_path / "2023.html").touch()
    assert not is_saved_page_part(tmp_path / "2023.html")
