"""Tables whose cells a PDF file tags are read by their tags, where places agree."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from govinfo.document import GridKind
from govinfo.readers.page.model import Char, TaggedCell, TaggedTable
from govinfo.readers.page.tagged import CUT, Columns, tagged_lattices
from govinfo.readers.pdf import read_pdf

Rows = Sequence[Sequence[tuple[str, int, int] | str | None]]
"""Cells of rows: text, rows and columns, or the text alone; none for one elsewhere."""

PITCH, WIDTH = 20.0, 50.0


def page_of(
    rows: Rows, places: Sequence[Sequence[int]], *, size: int = 9, first: int = 0
) -> tuple[TaggedTable, list[Char]]:
    """A tagged table, and its characters at the columns where its cells stand."""
    chars: list[Char] = []
    tagged: list[tuple[TaggedCell | None, ...] | None] = [None] * first
    number = 100 * first
    for r, (row, columns) in enumerate(zip(rows, places, strict=True)):
        cells: list[TaggedCell | None] = []
        for cell, column in zip(row, columns, strict=True):
            if cell is None:
                cells.append(None)
                continue
            text, down, across = (cell, 1, 1) if isinstance(cell, str) else cell
            number += 1
            cells.append(TaggedCell(number, down, across))
            for i, char in enumerate(text):
                left, low = WIDTH * column + 6 * i, PITCH * (r + 1)
                chars.append(
                    Char(
                        char, left, low - 8, left + 5, low, left, low, 0, False,
                        cell=number,
                    )
                )  # fmt: skip
        tagged.append(tuple(cells))
    missing = [None] * (size - len(tagged))
    return TaggedTable(size, 0, (*tagged, *missing)), chars


def texts_of(
    table: TaggedTable, chars: Sequence[Char], above: Columns | None = None
) -> tuple[list[list[str]], Columns | None]:
    """Texts of the cells of each row, and the columns that the next page goes on with.

    What is open ends in a question mark.
    A cell stands at its first place; the other places that it covers are left out.
    """
    found = list(tagged_lattices([table], chars, above))
    if not found:
        return [], None
    ((lattice, inside, columns),) = found
    rows: list[list[str]] = [[] for _ in lattice.ys[1:]]
    for cell, own in zip(lattice.cells, inside, strict=True):
        text = "".join(c.text for c in own)
        is_open = text != CUT and any(c.doubtful for c in own)
        rows[cell.row].append(f"{text}?" if is_open else text)
    return rows, columns


HEAD = ("a", "x", "y", "z")


def test_figures_of_a_row_that_lacks_a_cell_are_open():
    rows = [HEAD, ("b", "1", "3"), ("c", "5", "", "4")]
    places = [(0, 1, 2, 3), (0, 1, 3), (0, 1, 2, 3)]
    found, _ = texts_of(*page_of(rows, places, size=3))
    assert found == [[*HEAD], ["b", "1?", "3?", CUT], ["c", "5", "", "4"]]


def test_blank_in_a_column_without_any_text_may_be_cut_off():
    head = (("a", 1, 4),)
    rows = [head, ("b", "1", "", ""), ("c", "", "", "")]
    places = [(0,), (0, 1, 2, 3), (0, 1, 2, 3)]
    found, _ = texts_of(*page_of(rows, places, size=3))
    assert found[1:] == [["b", "1", CUT, CUT], ["c", "", CUT, CUT]]


def test_head_of_several_columns_shows_none_of_them():
    rows = [(("a", 1, 1), ("xyz", 1, 3)), ("b", "1", "2", "")]
    found, _ = texts_of(*page_of(rows, [(0, 1), (0, 1, 2, 3)], size=2))
    assert found[1] == ["b", "1", "2", CUT]


def test_column_that_a_page_before_names_may_be_blank_on_the_next():
    first = page_of([HEAD, ("b", "1", "2", "3")], [(0, 1, 2, 3)] * 2, size=4)
    _, columns = texts_of(*first)
    second = page_of([("c", "4", "5", "")], [(0, 1, 2, 3)], size=4, first=2)
    assert texts_of(*second, columns)[0] == [["c", "4", "5", ""]]


def test_label_hangs_down_from_the_page_before():
    first = page_of([HEAD, (("g", 3, 1), "1", "2", "3")], [(0, 1, 2, 3)] * 2, size=4)
    _, columns = texts_of(*first)
    second = page_of(
        [("4", "5", "6"), ("7", "9")], [(1, 2, 3), (1, 3)], size=4, first=2
    )
    found, _ = texts_of(*second, columns)
    assert found == [["", "4", "5", "6"], [CUT, "7?", "9?", CUT]]


def test_cells_of_a_row_that_a_page_cuts_are_no_blanks():
    first = page_of([HEAD, (None, "1", "2", "3")], [(0, 1, 2, 3)] * 2, size=9)
    found, columns = texts_of(*first)
    assert found[1] == [CUT, "1?", "2?", "3?"]
    second = page_of([("b", None, None, None)], [(0, 1, 2, 3)], size=9, first=1)
    found, _ = texts_of(*second, columns)
    assert found == []


def test_cell_that_goes_on_on_another_page_is_open():
    """Its digits may stand under each other, a page's end between them."""
    table, chars = page_of([HEAD, ("b", "1", "2", "3")], [(0, 1, 2, 3)] * 2, size=2)
    head, (label, *figures) = table.rows
    cut = (label, figures[0]._replace(is_cut=True), *figures[1:])
    found, _ = texts_of(table._replace(rows=(head, cut)), chars)
    assert found[1] == ["b", "1?", "2", "3"]


@pytest.mark.parametrize(
    ("what", "places"),
    [
        ("columns", [(0, 1, 2, 3), (0, 2, 1, 3), (0, 1, 2, 3)]),
        ("a column", [(0, 1, 2, 3), (0, 1, 2, 3), (0, 1, 3, 2)]),
    ],
)
def test_tags_that_contradict_places_make_no_table(
    what: str, places: Sequence[Sequence[int]]
):
    rows = [HEAD, ("b", "1", "2", "3"), ("c", "4", "5", "6")]
    found, _ = texts_of(*page_of(rows, places, size=3))
    assert found == [], what


def test_cell_under_one_that_hangs_down_makes_no_table():
    """It would cover a figure, and a figure that is covered would be lost."""
    rows = [HEAD, ("b", "1", ("2", 2, 1), "3"), ("c", "4", "5", "6", "7")]
    places = [(0, 1, 2, 3), (0, 1, 2, 3), (0, 1, 2, 2, 3)]
    assert texts_of(*page_of(rows, places, size=3))[0] == []


def test_spans_that_stretch_a_table_beyond_any_make_none():
    """At once: each row would be pushed behind all that hang down from above."""
    rows = [[("1", 900, 900)] * 20] * 900
    assert texts_of(*page_of(rows, [range(20)] * 900, size=900)) == ([], None)


def test_table_without_a_character_is_none():
    table, _ = page_of([HEAD, ("b", "1", "2", "3")], [(0, 1, 2, 3)] * 2, size=2)
    assert texts_of(table, [])[0] == []


def test_figure_without_a_tag_leaves_a_table_unmade():
    table, chars = page_of([HEAD, ("b", "1", "2", "3")], [(0, 1, 2, 3)] * 2, size=2)
    assert texts_of(table, chars)[0]
    stray = chars[-1]._replace(text="5", left=110.0, right=115.0, cell=0)
    assert texts_of(table, [*chars, stray])[0] == []


def tagged_pdf(rows: Sequence[Sequence[str | None]], *, going_on: int = -1) -> bytes:
    """A page of a table without rules; a cell that is none has no element.

    One cell, by its number, goes on on another page.
    """
    pitch = 20
    drawn: list[str] = []
    cells: list[list[int]] = []
    number = 0
    for r, row in enumerate(rows):
        cells.append([])
        for c, text in enumerate(row):
            if text is not None:
                drawn.append(
                    f"/TD <</MCID {number}>> BDC BT /F1 10 Tf {60 + 80 * c} "
                    f"{760 - pitch * r} Td ({text}) Tj ET EMC"
                )
                cells[-1].append(number)
                number += 1
    content = "\n".join(drawn)
    first = 8 + len(rows)
    owners = " ".join(f"{first + i} 0 R" for i in range(number))
    parts = [
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        "/StructParents 0/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/StructTreeRoot/K 7 0 R/ParentTree<</Nums[0[{owners}]]>>>>",
        "<</Type/StructElem/S/Table/P 6 0 R/K["
        + " ".join(f"{8 + r} 0 R" for r in range(len(rows)))
        + "]>>",
    ]
    for own in cells:
        kids = " ".join(f"{first + n} 0 R" for n in own)
        parts.append(f"<</Type/StructElem/S/TR/P 7 0 R/K[{kids}]>>")
    parts += [
        f"<</Type/StructElem/S/TD/P {8 + r} 0 R/Pg 3 0 R/K[{n}"
        + " <</Type/MCR/Pg 2 0 R/MCID 0>>" * (n == going_on)
        + "]>>"
        for r, own in enumerate(cells)
        for n in own
    ]
    data = "%PDF-1.7\n"
    offsets = []
    for i, part in enumerate(parts, 1):
        offsets.append(len(data))
        data += f"{i} 0 obj\n{part}\nendobj\n"
    start = len(data)
    data += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    data += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    data += f"trailer<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    return data.encode("ascii")


def test_tags_of_a_file_part_what_white_space_does_not():
    rows = [("name", "one", "two", "all"), ("first", "1", None, "1"),
            ("second", "2", "30", "32")]  # fmt: skip
    (grid,) = read_pdf(tagged_pdf(rows), "report.pdf").grids
    assert grid.kind is GridKind.TABLE
    assert [[cell.text for cell in row] for row in grid.matrix()] == [
        ["name", "one", "two", "all"],
        ["first", "〔1〕", "〔1〕", f"〔{CUT}〕"],
        ["second", "2", "30", "32"],
    ]


def test_cell_whose_rest_a_file_tags_on_another_page_is_open():
    rows = [("name", "one", "two", "all"), ("first", "1", "2", "3")]
    (grid,) = read_pdf(tagged_pdf(rows, going_on=5), "report.pdf").grids
    assert [cell.text for cell in grid.cells[4:]] == ["first", "〔1〕", "2", "3"]
