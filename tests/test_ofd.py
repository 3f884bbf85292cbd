"""OFD documents, written by hand."""

from __future__ import annotations

import io
import zipfile
from importlib.util import find_spec

import pytest

from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import LimitExceeded, MissingExtra, ReadError
from govinfo.readers import ofd, read_bytes
from govinfo.readers.files import package
from govinfo.readers.ofd import distances, read_ofd
from govinfo.readers.page import layout

NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def packed(parts: dict[str, str | bytes]) -> bytes:
    """Pack parts as a ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def made(
    *pages: str, template: str = "", resources: dict[str, str | bytes] | None = None
) -> bytes:
    """Make an OFD document of pages, given what their layers hold."""
    listed = "".join(
        f'<ofd:Page ID="{at}" BaseLoc="Pages/Page_{at}/Content.xml"/>'
        for at in range(len(pages))
    )
    common = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
    common += "</ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    if template:
        common += '<ofd:TemplatePage ID="99" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    parts: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {NAMES}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml"
        "</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMES}><ofd:CommonData>{common}"
        f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/DocumentRes.xml": f'<ofd:Res {NAMES} BaseLoc="Res"><ofd:MultiMedias>'
        '<ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
    }
    use = '<ofd:Template TemplateID="99"/>' if template else ""
    for at, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{at}/Content.xml"] = content_of(page, use)
    if template:
        parts["Doc_0/Tpls/Tpl_0/Content.xml"] = content_of(template)
    return packed(parts | (resources or {}))


def content_of(layer: str, before: str = "") -> str:
    """Content part of a page."""
    return (
        f"<ofd:Page {NAMES}>{before}<ofd:Content><ofd:Layer>{layer}</ofd:Layer>"
        "</ofd:Content></ofd:Page>"
    )


def text(x: float, y: float, said: str, size: float = 4.0, ctm: str = "") -> str:
    """Text whose first letter stands at a point, in millimetres."""
    steps = " ".join(str(size * (1 if c >= "\u2e80" else 0.5)) for c in said[:-1])
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - size} 60 {size * 1.2}"'
        f' Size="{size}"{ctm}><ofd:TextCode X="0" Y="{size}" DeltaX="{steps}">{said}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    """Draw a rule from point to point."""
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {x1 - x0 + 1} {y1 - y0 + 1}">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData>"
        "</ofd:PathObject>"
    )


RULES = "".join(
    (
        *(line(20, y, 110, y) for y in (20, 30, 50)),
        line(50, 40, 110, 40),
        *(line(x, 20, x, 50) for x in (20, 50, 110)),
        line(80, 30, 80, 50),
    )
)
TABLE = (
    RULES
    + text(22, 27, "办理结果")
    + text(22, 38, "三、本")
    + text(22, 44, "年度")
    + text(60, 37, "12")
    + text(90, 47, "1,362")
)


def texts(grid: Grid) -> list[list[str | None]]:
    """Texts at every position of a grid."""
    return [[cell.text if cell else None for cell in row] for row in grid.matrix()]


def read(*pages: str, template: str = "") -> Document:
    """Read a document of pages."""
    return read_ofd(made(*pages, template=template), "report.ofd")


def test_ruled_table_keeps_its_cells() -> None:
    """Merged and blank cells stand where the rules put them."""
    document = read(text(40, 12, "年度报告", 6) + TABLE)
    assert document.media_type == "application/ofd"
    assert texts(document.grids[0]) == [
        ["办理结果", "", ""],
        ["三、本\n年度", "12", ""],
        ["三、本\n年度", "", "1,362"],
    ]
    first = document.blocks[0]
    assert isinstance(first, TextBlock)
    assert (first.text, first.place.page) == ("年度报告", 1)


def test_kind_is_told_from_the_content() -> None:
    """The general door reads the document too."""
    assert read_bytes(made(TABLE), "report.bin").grids == read(TABLE).grids


def test_template_of_a_page_is_drawn() -> None:
    """Rules may stand in a template that pages share."""
    content = TABLE.removeprefix(RULES)
    document = read(content, content, template=RULES)
    assert [grid.page for grid in document.grids] == [1, 2]
    assert texts(document.grids[1]) == texts(read(TABLE).grids[0])


def test_matrix_moves_and_scales_text() -> None:
    """Text may be set in units of its own, as printers of PDF do."""
    ctm = ' CTM="0.5 0 0 0.5 0 0"'
    small = text(60, 37, "12").replace('Size="4.0"', 'Size="8.0"')
    small = small.replace('Y="4.0" DeltaX="2.0"', 'Y="8.0" DeltaX="4.0"').replace(
        " Size", f"{ctm} Size"
    )
    moved = read(TABLE.replace(text(60, 37, "12"), small))
    assert texts(moved.grids[0]) == texts(read(TABLE).grids[0])


def test_rules_drawn_as_boxes() -> None:
    """Thin filled boxes and stroked boxes are rules as well as lines are."""
    box = (
        '<ofd:PathObject Boundary="20 20 90 30"><ofd:AbbreviatedData>M 0 0 L 90 0 L 90'
        " 30 L 0 30 C</ofd:AbbreviatedData></ofd:PathObject>"
        '<ofd:PathObject Boundary="50 20 1 30" Stroke="false" Fill="true">'
        "<ofd:AbbreviatedData>S 0 0 L 0.2 0 L 0.2 30 L 0 30 C</ofd:AbbreviatedData>"
        "</ofd:PathObject>"
    )
    assert texts(read(box + text(22, 27, "规章") + text(60, 27, "5")).grids[0]) == [
        ["规章", "5"]
    ]


def test_repeated_distances() -> None:
    """The short form of equal distances is written out, within limits."""
    assert distances("g 2 3.5 1") == [3.5, 3.5, 1.0]
    assert len(distances("g 999999999 1")) == ofd.MAX_CHARACTERS


def test_numbers_beyond_reason() -> None:
    """Places that overflow are cut to the edge of the world, and the rest is read."""
    far = text(1e300, 1e300, "99") + line(1e308, 0, 1e308, 50)
    assert texts(read(TABLE + far).grids[0]) == texts(read(TABLE).grids[0])


def test_invisible_objects_are_not_read() -> None:
    """What a viewer hides is not printed."""
    hidden = text(60, 47, "99").replace(
        "<ofd:TextObject", "<ofd:TextObject Visible='false'"
    )
    assert texts(read(TABLE + hidden).grids[0]) == texts(read(TABLE).grids[0])


def message_of(data: bytes, kind: type[Exception]) -> str:
    """Text of the error that reading raises."""
    with pytest.raises(kind) as caught:
        read_ofd(data, "a.ofd")
    return str(caught.value)


def test_missing_parts_say_so() -> None:
    """A document whose parts are lost says which one."""
    assert message_of(packed({"OFD.xml": f"<ofd:OFD {NAMES}/>"}), ReadError) == (
        "a.ofd is an OFD archive whose OFD.xml names no document. Open it in an OFD"
        " viewer and save it anew, or as PDF."
    )
    root = "<OFD><DocBody><DocRoot>../../../etc/passwd</DocRoot></DocBody></OFD>"
    assert message_of(packed({"OFD.xml": root}), ReadError) == (
        "a.ofd lacks the part ../../../etc/passwd, without which it cannot be read."
        " Open it in an office program and save it anew."
    )


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many pages, blocks too deep and parts too large are refused."""
    nested = "<ofd:PageBlock>" * 30 + "</ofd:PageBlock>" * 30
    assert message_of(made(nested), LimitExceeded) == (
        "A page of the document nests its blocks more than 20 deep, where reading"
        " stops. No report needs that: look at the file before going on."
    )
    monkeypatch.setattr(ofd, "MAX_PAGES", 1)
    assert message_of(made("", ""), LimitExceeded) == (
        "a.ofd has 2 pages, and reading stops at 1. Split the file and read the part"
        " with the tables."
    )
    monkeypatch.setattr(package, "MAX_PART_BYTES", 50)
    assert message_of(made(""), LimitExceeded).startswith("The part OFD.xml of a.ofd")


SCAN = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="7"/>'


def test_scanned_pages_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of pictures says what is needed to read it."""
    monkeypatch.setattr(layout, "can_read_pictures", lambda: False)
    assert message_of(made(SCAN), MissingExtra) == (
        "a.ofd holds no text that can be read: page 1 is a picture, or text whose fonts"
        " do not say which characters they draw. Reading pictures needs the extra"
        " [ocr]: install it with `pip install 'govinfo-cn[ocr]'` and read the file"
        " again."
    )
    assert read(TABLE, SCAN).notes == (
        "Page 2 is a picture and was not read. Install govinfo-cn[ocr] to read"
        " pictures.",
    )


@pytest.mark.skipif(find_spec("rapidocr") is None, reason="no extra ocr")
def test_scanned_page_is_read() -> None:
    """A picture that fills a page is read by OCR."""
    from test_picture import drawn, png

    picture = png(drawn([["规章", "12"], ["文件", "7"]]))
    document = read_ofd(made(SCAN, resources={"Doc_0/Res/a.png": picture}), "a.ofd")
    assert texts(document.grids[0]) == [["规章", "12"], ["文件", "7"]]
