"""Word documents, written by hand as OOXML."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import threading
import zipfile
from pathlib import Path

import pytest

from govinfo.document import Document, Grid, TextBlock
from govinfo.errors import LimitExceeded, MissingExtra, ReadError
from govinfo.readers import read_bytes, word
from govinfo.readers.files import office, package
from govinfo.readers.word import read_docx, read_legacy_word

SHARED = Path(__file__).parents[2] / "shared"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
    '2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_libreoffice = pytest.mark.skipif(
    LIBREOFFICE is None, reason="LibreOffice (soffice) is not installed"
)
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared here")


def docx(body: str, styles: str = "") -> bytes:
    """Pack a document body as a .docx."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Override PartName="/word/'
            'document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'wordprocessingml.document.main+xml"/></Types>'
        ),
        "_rels/.rels": relations(f"{relation}/officeDocument", "word/document.xml"),
        "word/document.xml": document_of(body),
    }
    links = []
    if styles:
        parts["word/styles.xml"] = f"<w:styles {NAMES}>{styles}</w:styles>"
        links.append((f"{relation}/styles", "styles.xml"))
    parts["word/_rels/document.xml.rels"] = relations(
        *(part for link in links for part in link)
    )
    return zipped(parts)


def document_of(body: str) -> str:
    """Main part of a document with that body."""
    return f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"


def relations(*pairs: str) -> str:
    """List relations, given as type, target, type, target …."""
    rows = "".join(
        f'<Relationship Id="r{at}" Type="{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(zip(pairs[::2], pairs[1::2], strict=True))
    )
    schema = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{schema}">{rows}</Relationships>'


def zipped(parts: dict[str, str]) -> bytes:
    """Pack parts as a ZIP archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def p(*runs: str, properties: str = "") -> str:
    """One paragraph; a run without markup is text."""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    """One run of text."""
    return (
        f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def tc(*content: str, properties: str = "") -> str:
    """One table cell; content without markup is a paragraph."""
    inner = "".join(c if c.startswith("<") else p(c) for c in content) or p()
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    """One table row; a cell without markup is text."""
    inner = "".join(c if c.startswith("<") else tc(c) for c in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def tbl(*rows: str) -> str:
    """One table."""
    return f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"


def read(body: str, styles: str = "") -> Document:
    """Read a document body."""
    return read_docx(docx(body, styles), "report.docx")


def texts(grid: Grid) -> list[list[str | None]]:
    """Texts at every position of a grid."""
    return [[cell.text if cell else None for cell in row] for row in grid.matrix()]


def first_cell(*content: str) -> str:
    """Text of the first cell of a table with that content."""
    return read(tbl(tr(tc(*content), "x"))).grids[0].cells[0].text


def test_merged_cells_keep_their_place() -> None:
    """Spans over columns and rows are one cell each, and later cells keep theirs."""
    restart = '<w:vMerge w:val="restart"/>'
    body = tbl(
        tr(tc("a", properties=f'<w:gridSpan w:val="2"/>{restart}'), "b", "c"),
        tr(tc(properties='<w:gridSpan w:val="2"/><w:vMerge/>'), "1", ""),
        tr("d", "e", "2", "3"),
    )
    grid = read(body).grids[0]
    assert texts(grid) == [
        ["a", "a", "b", "c"],
        ["a", "a", "1", ""],
        ["d", "e", "2", "3"],
    ]
    assert (grid.cells[0].rowspan, grid.cells[0].colspan) == (2, 2)


def test_two_merged_cells_below_each_other_stay_two() -> None:
    """A second restart begins a new cell, and a continued cell of other width too."""
    restart = '<w:vMerge w:val="restart"/>'
    go_on = "<w:vMerge/>"
    body = tbl(
        tr(tc("a", properties=restart), "1"),
        tr(tc(properties=go_on), "2"),
        tr(tc("b", properties=restart), "3"),
        tr(tc(properties=go_on), "4"),
    )
    assert texts(read(body).grids[0]) == [
        ["a", "1"],
        ["a", "2"],
        ["b", "3"],
        ["b", "4"],
    ]


def test_row_that_begins_or_ends_late_leaves_positions_free() -> None:
    """Grid columns before and after a row are positions without a cell."""
    body = tbl(
        tr("a", "b", "c"),
        tr("1", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
    )
    assert texts(read(body).grids[0]) == [["a", "b", "c"], [None, "1", None]]


def test_horizontal_merge_of_old_files() -> None:
    """Cells that continue their left neighbour widen it."""
    body = tbl(
        tr(
            tc("a", properties='<w:hMerge w:val="restart"/>'),
            tc(properties="<w:hMerge/>"),
            "b",
        ),
        tr("1", "2", "3"),
    )
    assert texts(read(body).grids[0]) == [["a", "a", "b"], ["1", "2", "3"]]


def test_blank_cells_are_empty_and_kept() -> None:
    """No-break and ideographic spaces are blank; line ends inside a cell are kept."""
    line_end = "<w:r><w:br/></w:r>"
    body = tbl(
        tr("\u00a0", "\u3000 ", ""),
        tr(
            tc(p("商业"), p("企业")),
            tc(p("22", line_end, " （废止）")),
            "0",
        ),
    )
    assert texts(read(body).grids[0]) == [
        ["", "", ""],
        ["商业\n企业", "22\n（废止）", "0"],
    ]


def test_figures_in_several_runs_are_one() -> None:
    """Word splits text into runs wherever it likes."""
    assert first_cell(p(r("1"), r("3"), r("12"))) == "1312"


def test_tracked_changes_are_read_as_accepted_and_digits_deleted_are_doubtful() -> None:
    """Inserted and moved text stays; a figure that was changed is not sure."""
    deleted = "<w:del><w:r><w:delText>5</w:delText></w:r></w:del>"
    word = "<w:del><w:r><w:delText>件</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{r('7')}</w:moveFrom><w:moveTo>{r('8')}</w:moveTo>"
    inserted = f"<w:ins>{r('6')}</w:ins>"
    row = tr(
        tc(p(deleted, inserted)), tc(p(inserted, word)), tc(p(moved)), tc(p(deleted))
    )
    assert readings(row) == [("6", "56"), ("6", None), ("8", None), ("〔5〕", None)]


def test_deleted_row_is_gone() -> None:
    """A row whose deletion is tracked is not printed."""
    body = tbl(tr("a", "1"), tr("b", "2", properties="<w:del/>"), tr("c", "3"))
    assert texts(read(body).grids[0]) == [["a", "1"], ["c", "3"]]


def test_hidden_text_is_not_printed() -> None:
    """Hidden by the run, by its style, or by a style that this one is based on."""
    styles = (
        '<w:style w:styleId="secret"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="child"><w:basedOn w:val="secret"/></w:style>'
    )
    body = p(
        r("1", "<w:vanish/>"),
        r("2", '<w:rStyle w:val="child"/>'),
        r("3", '<w:vanish w:val="0"/>'),
    )
    assert read(body, styles=styles).text == "3"


def readings(*rows: str, styles: str = "") -> list[tuple[str, str | None]]:
    """Both readings of each cell."""
    cells = read(tbl(*rows), styles=styles).grids[0].cells
    return [(cell.text, cell.other_reading) for cell in cells]


def test_struck_and_raised_figures_are_doubtful() -> None:
    """A cancelled figure or a note mark is never joined to its neighbour unsaid."""
    row = tr(
        tc(p(r("5", "<w:strike/>"), r("6"))),
        tc(p(r("22"), r("1", '<w:vertAlign w:val="superscript"/>'))),
        tc(p(r("7"), r("2", '<w:vertAlign w:val="subscript"/>'))),
        tc(p(r("万"), r("元", "<w:dstrike/>"))),
    )
    assert readings(row) == [("6", "56"), ("22", "221"), ("7", "72"), ("万元", None)]


def test_figure_that_is_struck_and_nothing_else_is_no_blank() -> None:
    """What is left of a cancelled figure is neither a figure nor nothing."""
    assert first_cell(p(r("71", "<w:strike/>"))) == "〔71〕"


def test_digit_moved_up_beside_others_is_doubtful() -> None:
    """A note may be raised by its place; a cell moved as a whole is only placed."""
    up = '<w:position w:val="8"/>'
    row = tr(
        tc(p(r("7"), r("1", up))),
        tc(p(r("71", up))),
        tc(p(r("7"), r("1", '<w:position w:val="0"/>'))),
        tc(p(r("7"), r("件", up))),
    )
    assert readings(row) == [("7", "71"), ("71", None), ("71", None), ("7件", None)]


def test_digits_that_no_reader_sees_are_doubtful() -> None:
    """White on white, or one point high; white on a dark ground is seen."""
    white = '<w:color w:val="FFFFFF"/>'
    dark = '<w:shd w:val="clear" w:fill="1F3864"/>'
    row = tr(
        tc(p(r("7"), r("1", white))),
        tc(p(r("7"), r("1", '<w:sz w:val="2"/>'))),
        tc(p(r("7"), r("1", white + dark))),
        tc(p(r("71", white)), properties=dark),
        tc(p(r("71", '<w:color w:val="000000"/>'))),
    )
    assert readings(row) == [
        ("7", "71"),
        ("7", "71"),
        ("71", None),
        ("71", None),
        ("71", None),
    ]


@pytest.mark.parametrize(
    "mark",
    [
        '<w:color w:val="F8F8F8"/>',
        '<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FF0000"/>',
        '<w:highlight w:val="black"/>',
        '<w:w w:val="1"/>',
        '<w:spacing w:val="-200"/>',
        '<w:rFonts w:ascii="Wingdings"/>',
        "<w14:textFill><w14:noFill/></w14:textFill>",
        '<w14:textFill><w14:solidFill><w14:schemeClr w14:val="bg1"/></w14:solidFill>'
        "</w14:textFill>",
    ],
)
def test_digits_that_no_reader_can_tell_are_doubtful(mark: str) -> None:
    row = tr(tc("8"), tc(p(r("7"), r("1", mark))))
    assert readings(row) == [("8", None), ("7", "71")]


@pytest.mark.parametrize(
    "mark",
    [
        '<w:color w:val="FF0000"/>',
        '<w:highlight w:val="yellow"/>',
        '<w:shd w:val="clear" w:fill="000000"/>',
        '<w:w w:val="80"/>',
        '<w:spacing w:val="-10"/>',
        '<w:rFonts w:ascii="Symbol"/>',
        '<w14:textFill><w14:solidFill><w14:schemeClr w14:val="tx1"/></w14:solidFill>'
        "</w14:textFill>",
    ],
)
def test_digits_that_are_only_dressed_are_sure(mark: str) -> None:
    """Without a colour of their own, letters on a black shade are white."""
    row = tr(tc("8"), tc(p(r("7"), r("1", mark))))
    assert readings(row) == [("8", None), ("71", None)]


def test_content_control_is_opened_and_its_prompt_is_not_text() -> None:
    """Cells and text inside content controls count; a placeholder is a blank."""
    cell = f"<w:sdt><w:sdtPr/><w:sdtContent>{tc('4')}</w:sdtContent></w:sdt>"
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"{r('单击此处输入')}</w:sdtContent></w:sdt>"
    )
    body = tbl(tr("a", cell, tc(p(prompt))))
    assert texts(read(body).grids[0]) == [["a", "4", ""]]


def test_field_result_is_text_and_its_instruction_is_not() -> None:
    """A sum computed by Word is printed, its formula is not."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r><w:r><w:t>X9</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{r("36")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert first_cell(p(field)) == "36"
    assert first_cell(p(f'<w:fldSimple w:instr="=1">{r("7")}</w:fldSimple>')) == "7"


def test_unclosed_field_swallows_only_its_paragraph() -> None:
    """A damaged field does not hide the figures after it."""
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert first_cell(p(begun), p("8")) == "8"


def test_symbols_and_hyphens() -> None:
    """Signs that are elements of their own are text."""
    symbol = '<w:r><w:sym w:font="Symbol" w:char="F034"/></w:r>'
    hyphen = "<w:r><w:noBreakHyphen/></w:r>"
    assert first_cell(p(hyphen, symbol, "<w:r><w:tab/></w:r>", "件")) == "-4 件"


def test_text_box_follows_its_paragraph_once() -> None:
    """The two versions of a text box are one, and its table is a grid."""
    box = f"<w:txbxContent>{p('二〇二五年度')}{tbl(tr('a', '1'))}</w:txbxContent>"
    shape = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing>"
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    blocks = read(p("标题", shape) + p("正文")).blocks
    assert [b.text if isinstance(b, TextBlock) else texts(b) for b in blocks] == [
        "标题",
        "二〇二五年度",
        [["a", "1"]],
        "正文",
    ]


def test_nested_table_is_a_grid_of_its_own() -> None:
    """An inner table follows the outer one; a table of one cell is only a frame."""
    inner = tbl(tr("b", "1"))
    framed = tbl(tr("2"))
    grids = read(tbl(tr("a", tc(inner + p()), tc(framed + p())))).grids
    assert [texts(grid) for grid in grids] == [[["a", "", "2"]], [["b", "1"]]]
    assert [grid.number for grid in grids] == [1, 2]


def test_report_laid_out_in_a_table_reads_in_order() -> None:
    """One cell round everything, or one column of tables, is no table."""
    body = p("二、") + tbl(tr("a", "1")) + p("三、") + tbl(tr("b", "2"))
    column = tbl(tr("二、"), tr(tc(tbl(tr("a", "1")) + p())), tr("三、"))
    expected: list[object] = ["二、", [["a", "1"]], "三、", [["b", "2"]]]
    for blocks, wanted in (
        (read(tbl(tr(tc(body)))).blocks, expected),
        (read(column).blocks, expected[:3]),
    ):
        found = [b.text if isinstance(b, TextBlock) else texts(b) for b in blocks]
        assert found == wanted


def test_numbers_that_word_counts_are_left_out_of_text_and_figures() -> None:
    """Labels are known without them, and a numbered blank stays a blank."""
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    blank, label = p(properties=listed), p("重复申请", properties=listed)
    document = read(p("总体情况", properties=listed) + tbl(tr(tc(blank), tc(label))))
    assert [block.text for block in document.text_blocks] == ["总体情况"]
    assert texts(document.grids[0]) == [["", "重复申请"]]


A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def drawing(content: str) -> str:
    """One drawing in a run."""
    return (
        f'<w:r><w:drawing><a:graphic xmlns:a="{A}"><a:graphicData>{content}'
        "</a:graphicData></a:graphic></w:drawing></w:r>"
    )


@pytest.mark.parametrize(
    "shown",
    [
        drawing("<a:blip/>"),
        drawing('<a:prstGeom prst="ellipse"/>'),
        drawing("<c:chart xmlns:c='c'/>"),
        "<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>",
        "<w:r><w:pict><v:oval/></w:pict></w:r>",
        "<w:r><w:object/></w:r>",
    ],
)
def test_picture_in_an_empty_cell_is_no_blank(shown: str) -> None:
    """What a picture, a shape or an embedded object shows is not known."""
    assert first_cell(p(shown)) == "〔图〕"
    assert first_cell(p("7", shown)) == "7"


@pytest.mark.parametrize(
    "shown",
    [
        drawing('<a:prstGeom prst="line"/>'),
        "<w:r><w:pict><v:line/></w:pict></w:r>",
    ],
)
def test_line_across_an_empty_cell_leaves_it_blank(shown: str) -> None:
    """Such a line says that nothing is to be entered."""
    assert first_cell(p(shown)) == ""


def test_text_box_in_a_cell_is_its_text() -> None:
    """A figure may be typed in a box over its cell."""
    box = f"<w:r><w:pict><v:textbox><w:txbxContent>{p('7')}</w:txbxContent>"
    assert first_cell(p(f"{box}</v:textbox></w:pict></w:r>")) == "7"


def field(instruction: str, *rest: str, data: str = "") -> str:
    """One field, with what follows its instruction."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>{''.join(rest)}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.mark.parametrize("instruction", ["eq \\o\\ac(○,7)", " =SUM(ABOVE) "])
def test_field_without_a_stored_result_is_no_blank(instruction: str) -> None:
    """Word computes it when the page is shown; an index entry shows nothing."""
    assert first_cell(p(field(instruction))) == "〔式〕"
    assert first_cell(p(field(' XE "规章" '))) == ""


def test_old_form_fields_show_their_choice() -> None:
    """A list shows the entry that was chosen, a box to tick itself."""
    entries = '<w:listEntry w:val="5"/><w:listEntry w:val="7"/>'
    chosen = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    box = "<w:ffData><w:checkBox/></w:ffData>"
    first = f"<w:ffData><w:ddList>{entries}</w:ddList></w:ffData>"
    assert first_cell(p(field("FORMDROPDOWN", data=chosen))) == "7"
    assert first_cell(p(field("FORMDROPDOWN", data=first))) == "5"
    assert first_cell(p(field("FORMCHECKBOX", data=box))) == "☐"
    text = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + r("36")
    assert first_cell(p(field("FORMTEXT", text, data="<w:ffData/>"))) == "36"


def test_box_to_tick_in_a_content_control_is_text() -> None:
    """It is never a blank."""
    assert (
        first_cell(p(f"<w:sdt><w:sdtPr/><w:sdtContent>{r('☒')}</w:sdtContent></w:sdt>"))
        == "☒"
    )


def test_formula_of_several_lines_is_not_one_figure() -> None:
    """Lines under each other, a fraction or a root do not read as digits in a row."""
    one, two = "<m:r><m:t>1</m:t></m:r>", "<m:r><m:t>2</m:t></m:r>"
    stack = f"<m:oMath><m:eqArr><m:e>{one}</m:e><m:e>{two}</m:e></m:eqArr></m:oMath>"
    root = f"<m:oMath><m:rad><m:deg/><m:e>{two}</m:e></m:rad></m:oMath>"
    power = f"<m:oMath><m:sSup><m:e>{one}</m:e><m:sup>{two}</m:sup></m:sSup></m:oMath>"
    fraction = f"<m:oMath><m:f><m:num>{one}</m:num><m:den>{two}</m:den></m:f></m:oMath>"
    for formula in (stack, root, power, fraction):
        assert first_cell(p(formula)) == "〔式〕"
    assert first_cell(p(f"<m:oMath>{one}{two}</m:oMath>")) == "12"


def test_file_taken_into_the_document_is_noted_and_its_cell_no_blank() -> None:
    """Word shows the other file in place; here it is another one."""
    document = read(tbl(tr(tc("<w:altChunk/>"), "x")) + "<w:altChunk/>")
    assert document.grids[0].cells[0].text == "〔图〕"
    assert document.notes == (
        "The document takes in 2 other file(s), which were not read. Open it in Word"
        " and save it again, then they are part of it.",
    )


def test_picture_is_noted() -> None:
    """What was met and not read is said in a whole sentence."""
    picture = "<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>"
    assert read(p("附件", picture)).notes == (
        "The document holds 1 picture(s), which were not read.",
    )


def test_strict_document_reads_the_same() -> None:
    """The strict variant differs in names only."""
    content = docx(tbl(tr("a", "1")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    parts["word/document.xml"] = parts["word/document.xml"].replace(W, strict)
    assert texts(read_docx(zipped(parts), "s.docx").grids[0]) == [["a", "1"]]


def message_of(data: bytes, name: str, kind: type[Exception]) -> str:
    """Text of the error that reading raises."""
    with pytest.raises(kind) as caught:
        read_docx(data, name)
    return str(caught.value)


def test_locked_document_says_so() -> None:
    """The flags of the stream of an old Word file say that its text is encrypted."""
    old = bytearray(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048))
    old[1024:1026], old[1035] = b"\xec\xa5", 1
    with pytest.raises(ReadError) as caught:
        read_legacy_word(bytes(old), "a.doc")
    assert str(caught.value) == (
        "a.doc is protected by a password, so its text cannot be read. Open it with"
        " the password, save it without one, and read that file."
    )


def test_archive_that_is_no_document_says_so() -> None:
    """Any other ZIP archive is named as such."""
    assert message_of(zipped({"a.txt": "1"}), "a.docx", ReadError) == (
        "a.docx is a ZIP archive but no Word document: it lacks the part"
        " word/document.xml. If it is an archive of reports, unpack it and read the"
        " files."
    )


def test_spreadsheet_says_so() -> None:
    """The main part of a spreadsheet is not a Word document."""
    office_document = (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        "/officeDocument"
    )
    parts = {
        "_rels/.rels": relations(office_document, "xl/workbook.xml"),
        "xl/workbook.xml": "<workbook/>",
    }
    assert message_of(zipped(parts), "a.docx", ReadError) == (
        "a.docx holds no Word text: its main part is <workbook>, expected <document>."
        " If it is a spreadsheet or a presentation, save its text as a Word document"
        " or PDF."
    )


def test_damaged_documents_say_so() -> None:
    """Cut short, or with XML that is not well-formed."""
    assert message_of(docx(p("a"))[:200], "a.docx", ReadError) == (
        "a.docx should be a document packed as a ZIP archive, but the archive is"
        " damaged or cut short. Fetch the file again, or open it in an office program"
        " and save it anew."
    )
    said = message_of(zipped({"word/document.xml": "<a>"}), "a.docx", ReadError)
    assert said.startswith(
        "The part word/document.xml of a.docx is not well-formed XML"
    )


def test_entities_are_refused() -> None:
    """A document type declaration is never expanded."""
    bomb = (
        '<!DOCTYPE a [<!ENTITY b "1"><!ENTITY c "&b;&b;">]>'
        f"<w:document {NAMES}><w:body>{p('&c;')}</w:body></w:document>"
    )
    assert message_of(zipped({"word/document.xml": bomb}), "a.docx", ReadError) == (
        "The part word/document.xml of a.docx declares a document type, which no office"
        " program writes and which can hide entities that grow without end. Look at the"
        " file before going on."
    )


def test_bomb_stops_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that unpacks to too much is not unpacked whole."""
    monkeypatch.setattr(package, "MAX_PART_BYTES", 2**20)
    bomb = zipped({"word/document.xml": " " * 2**21})
    assert message_of(bomb, "a.docx", LimitExceeded) == (
        "The part word/document.xml of a.docx unpacks to more than 1 MB, where reading"
        " stops. It may be a decompression bomb: look at the file before going on."
    )


def test_deep_nesting_stops_at_a_limit() -> None:
    """Tables a hundred deep are refused without a crash."""
    body = p("1")
    for _ in range(60):
        body = tbl(tr("a", tc(body)))
    with pytest.raises((LimitExceeded, ReadError)):
        read(body)
    inserted = "<w:ins>" * 240 + r("1") + "</w:ins>" * 240
    assert read(p(inserted)).text == "1"


def test_wide_spans_stop_at_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A span of a million is cut, with a note; too many positions are refused."""
    wide = tbl(tr(tc("a", properties='<w:gridSpan w:val="1000000"/>'), "1"))
    document = read(wide)
    assert document.grids[0].n_columns == word.MAX_SPAN + 1
    assert document.notes == (
        "A table cell claims to span more than 1,000 columns and was cut to that.",
    )
    monkeypatch.setattr(word, "MAX_POSITIONS", 1000)
    with pytest.raises(LimitExceeded) as caught:
        read(wide)
    assert str(caught.value) == (
        "The tables of the document have more than 1,000 positions, where reading"
        " stops. No report needs that many: look at the file before going on."
    )


def test_older_word_needs_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice the error names it."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(MissingExtra) as caught:
        read_legacy_word(b"old", "a.doc")
    assert str(caught.value) == (
        "a.doc is an older word-processor document, which govinfo reads through"
        " LibreOffice, and no program named soffice or libreoffice was found. Install"
        " LibreOffice (package libreoffice-writer), or save the file as .docx and read"
        " that."
    )


def rtf(*rows: tuple[str, ...]) -> bytes:
    """Write a table as RTF."""
    lines = []
    for row in rows:
        ends = "".join(rf"\cellx{2000 * (at + 1)}" for at in range(len(row)))
        cells = "".join(
            "".join(f"\\u{ord(char)}?" for char in cell) + r"\intbl\cell "
            for cell in row
        )
        lines.append(rf"\trowd{ends} {cells}\row")
    return (r"{\rtf1\ansi " + "".join(lines) + r"\pard\par}").encode()


@needs_libreoffice
def test_rtf_reads_through_libreoffice() -> None:
    """An RTF table keeps its blank cells, whatever the file is called."""
    document = read_bytes(rtf(("规章", "12", "", "0")), "report.doc")
    assert texts(document.grids[0]) == [["规章", "12", "", "0"]]
    assert document.media_type == "application/rtf"


@needs_libreoffice
def test_libreoffice_touches_no_network() -> None:
    """A linked picture is not fetched."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                asked.append(connection.recv(100))
                connection.close()

        listener = threading.Thread(target=listen)
        listener.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        linked = (
            rf'{{\rtf1 {{\field{{\*\fldinst INCLUDEPICTURE "{address}" \\d}}'
            rf'{{\fldrslt}}}}{{\field{{\*\fldinst INCLUDETEXT "{address}"}}'
            r"{\fldrslt}} text\par}"
        )
        read_legacy_word(linked.encode(), "a.rtf")
        done.set()
        listener.join()
    assert asked == []


@needs_libreoffice
def test_libreoffice_is_stopped_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion that hangs ends as an error."""
    monkeypatch.setattr(office, "TIMEOUT_SECONDS", 0.01)
    with pytest.raises(LimitExceeded) as caught:
        read_legacy_word(rtf(("a", "1")), "a.rtf")
    assert str(caught.value) == (
        "LibreOffice did not finish reading a.rtf within 0.01 seconds and was stopped."
        " Open the file in an office program, and save it as .docx."
    )


@needs_shared
def test_official_form_is_blank() -> None:
    """The official form of 2021 holds three tables and 200 blank cells."""
    path = SHARED / "reports" / "blank-form-2021.docx"
    document = read_docx(path.read_bytes(), path.name)
    shapes = [(grid.n_rows, grid.n_columns) for grid in document.grids]
    assert shapes == [(14, 4), (28, 10), (4, 15)]
    blank = sum(cell.text == "" for grid in document.grids for cell in grid.cells)
    truth = SHARED / "reports" / "truth" / "blank-form-2021.csv"
    with truth.open(encoding="utf-8-sig", newline="") as rows:
        assert blank == len(list(csv.DictReader(rows))) == 200


@needs_shared
@needs_libreoffice
def test_official_form_through_libreoffice() -> None:
    """The form saved as an older kind reads as the form itself."""
    path = SHARED / "reports" / "blank-form-2021.docx"
    data = path.read_bytes()
    converted = read_docx(office.convert(data, "form.docx", "docx"), "form.docx")
    direct = read_docx(data, path.name)
    assert [texts(g) for g in converted.grids] == [texts(g) for g in direct.grids]
