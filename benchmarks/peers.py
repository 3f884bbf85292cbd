"""Other people's table readers, as they come, and one simple assembly of their rows.

The assembly is the same for all of them, and is what a careful researcher would write
in an afternoon:

* Columns and rows without any text are dropped, and so are the places that a merged
  cell covers where the reader marks them (``None``).
* White space and the number before a label (``一、``, ``（三）``, ``2.``) are removed.
  A row is a row of the form if one of its cells is then exactly a label of the form;
  the last one counts. A row that names columns is a header. Which columns a row has is
  told to the assembly, since forms differ in it.
* The cells behind the label are the columns of the row if there are as many; where
  there are more, the filled ones if they are as many, else the last ones. A single
  figure is that of a row with a single column. Where there are fewer, nothing is taken.
* Fifteen cells that are all figures, empty or marks are the row of table 4.
* Full-width digits, separators of thousands, units and remarks in brackets are no
  obstacle. A text that is no figure is not taken for a blank.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from collection import Key
from facsimiles.form import cells_of

if TYPE_CHECKING:
    from tablers import TableCellValue

Table = Sequence[Sequence[object]]

_NUMBER = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]+[）)、.．])+")


def pandas_html(path: Path) -> list[Table]:
    """`pandas.read_html` with its defaults, on text that was decoded for it."""
    import pandas as pd

    frames = pd.read_html(io.StringIO(_decoded(path.read_bytes())))
    # Header cells are column names there; they are no rows of figures.
    return [frame.to_numpy(dtype=object).tolist() for frame in frames]


def _decoded(data: bytes) -> str:
    """The text of a page; declared encodings are often missing or wrong."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def camelot_default(path: Path) -> list[Table]:
    """`camelot.read_pdf` of all pages with its defaults."""
    import camelot

    tables = camelot.read_pdf(str(path), pages="all")
    return [table.df.to_numpy().tolist() for table in tables]


def pdfplumber_default(path: Path) -> list[Table]:
    """`pdfplumber` with its defaults."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return [table for page in pdf.pages for table in page.extract_tables()]


def pymupdf_default(path: Path) -> list[Table]:
    """PyMuPDF's `find_tables` with its defaults."""
    import pymupdf

    with pymupdf.open(path) as pdf:
        return [table.extract() for page in pdf for table in page.find_tables().tables]


def tablers_default(path: Path) -> list[Table]:
    """`tablers.find_tables` of all pages with its defaults."""
    import tablers

    with tablers.Document(str(path)) as pdf:
        return [
            [[_tablers_text(cell) for cell in row] for row in table.to_list()]
            for page in pdf.pages()
            for table in tablers.find_tables(page, extract_text=True)
        ]


def _tablers_text(cell: TableCellValue) -> str | None:
    """The text of a cell, None for a place that a merged one covers."""
    is_covered = cell.merged_left or cell.merged_top
    return None if cell.text is None and is_covered else cell.text or ""


PEERS: dict[str, dict[str, Callable[[Path], list[Table]]]] = {
    ".html": {"pandas.read_html": pandas_html},
    ".pdf": {
        "camelot-py": camelot_default,
        "pdfplumber": pdfplumber_default,
        "PyMuPDF": pymupdf_default,
        "tablers": tablers_default,
    },
}
"""By the ending of a file's name, the readers that it can be given to."""


def _label(text: str) -> str:
    return _NUMBER.sub("", re.sub(r"\s", "", text))


@dataclass(frozen=True, slots=True)
class _Form:
    """The rows that a report prints: by label their keys, and the names of columns."""

    rows: dict[str, list[Key]]
    disputes: list[Key]
    columns: frozenset[str]


def _form_of(printed: Collection[Key]) -> _Form:
    rows: dict[str, list[Key]] = {}
    columns: set[str] = set()
    for year in ("2019", "2021"):
        for table in ("proactive", "requests"):
            found: dict[str, list[Key]] = {}
            for cell in cells_of(year, table):
                label = _label(cell["row_label"].split(" / ")[-1])
                key = (table, cell["row_code"], cell["column_code"])
                found.setdefault(label, []).append(key)
                columns.add(_label(cell["column_label"].split(" / ")[-1]))
            rows |= {k: keys for k, keys in found.items() if set(keys) <= set(printed)}
    disputes = [
        ("disputes", cell["row_code"], cell["column_code"])
        for cell in cells_of("2021", "disputes")
    ]
    columns |= {_label(c["column_label"]) for c in cells_of("2021", "disputes")}
    return _Form(rows, disputes, frozenset(columns - set(rows)))


_FIGURE = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:[^\d(]{0,3}|\(.*\))$")
_MARKS = frozenset({"", "/", "-", "—", "_", "无", "不涉及", "零报告"})
_NO_FIGURE = object()


def _figure(text: str) -> Decimal | None | object:
    """The figure of a cell, None for a blank or a mark, else ``_NO_FIGURE``."""
    plain = unicodedata.normalize("NFKC", re.sub(r"[\s,，]", "", text))
    if plain in _MARKS:
        return None
    found = _FIGURE.match(plain)
    return Decimal(found[1]) if found else _NO_FIGURE


def _texts(table: Table) -> list[list[str]]:
    """Rows of texts without empty columns and without what merged cells cover."""
    # pandas marks an empty cell with a number that is not equal to itself.
    rows = [
        ["" if v != v else None if v is None else str(v).strip() for v in row]
        for row in table
    ]
    width = max(map(len, rows), default=0)
    filled = {n for n in range(width) if any(any(row[n : n + 1]) for row in rows)}
    return [
        [text for n, text in enumerate(row) if n in filled and text is not None]
        for row in rows
        if any(row)
    ]


def _columns(
    values: list[Decimal | None | object], count: int
) -> list[Decimal | None | object]:
    """The cells behind a label that are its columns; none where they are too few."""
    if len(values) <= count:
        return values if len(values) == count else []
    known = [value for value in values if value is not None]
    if count == 1 and len(set(map(str, known))) == 1:
        return known[:1]
    return known if len(known) == count else values[-count:]


def assembled(
    tables: Sequence[Table], printed: Collection[Key]
) -> dict[Key, Decimal | None]:
    """Cells of a report, by the assembly that the module describes."""
    form = _form_of(printed)
    cells: dict[Key, Decimal | None] = {}
    for texts in (row for table in tables for row in _texts(table)):
        figures = [_figure(text) for text in texts]
        labels = [_label(text) for text in texts]
        at = [n for n, label in enumerate(labels) if label in form.rows]
        found: Iterable[tuple[Key, Decimal | None | object]] = ()
        if len(texts) == len(form.disputes) and _NO_FIGURE not in figures:
            found = zip(form.disputes, figures, strict=True)
        elif at and form.columns.isdisjoint(labels):
            keys = form.rows[labels[at[-1]]]
            found = zip(keys, _columns(figures[at[-1] + 1 :], len(keys)), strict=False)
        cells |= {
            key: value
            for key, value in found
            if value is None or isinstance(value, Decimal)
        }
    return cells


def read_by(
    peer: Callable[[Path], list[Table]], path: Path, printed: Collection[Key]
) -> dict[Key, Decimal | None]:
    """Cells of a file as another reader gives them; none if it fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tables = peer(path)
        except Exception:  # noqa: BLE001 - whatever it raises, it has read nothing
            return {}
    return assembled(tables, printed)
