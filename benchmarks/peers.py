"""Other people's table readers, as they come, and one simple assembly of their rows.

The assembly is the same for all of them. White space and the number before a label
(``一、``, ``（三）``, ``2.``) are removed. A row is a row of the form if one of its
cells is then exactly a label of the form; the last such cell counts. The last seven
cells of a row of table 3 are its applicants, the last cells of a row of table 2 its
columns, and fifteen cells that are all figures or empty are the row of table 4. A text
that is no number is an empty cell.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from collection import Key
from facsimiles.form import cells_of

Table = Sequence[Sequence[object]]

_NUMBER = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]+[）)、.．])+")


def pandas_html(path: Path) -> list[Table]:
    """`pandas.read_html` with its defaults."""
    import pandas as pd

    frames = pd.read_html(io.BytesIO(path.read_bytes()))
    # Header cells are column names there; they are no rows of figures.
    return [frame.to_numpy(dtype=object).tolist() for frame in frames]


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


PEERS: dict[str, dict[str, Callable[[Path], list[Table]]]] = {
    ".html": {"pandas.read_html": pandas_html},
    ".pdf": {
        "camelot-py": camelot_default,
        "pdfplumber": pdfplumber_default,
        "PyMuPDF": pymupdf_default,
    },
}
"""By the ending of a file's name, the readers that it can be given to."""


def _label(text: str) -> str:
    return _NUMBER.sub("", re.sub(r"\s", "", text))


def _labels(form: str, table: str) -> dict[str, tuple[str, list[str]]]:
    """Row code and column codes by label."""
    found: dict[str, tuple[str, list[str]]] = {}
    for cell in cells_of(form, table):
        label = _label(cell["row_label"].split(" / ")[-1])
        found.setdefault(label, (cell["row_code"], []))[1].append(cell["column_code"])
    return found


def _figure(value: object) -> Decimal | None:
    if value is None or value != value:
        return None
    text = re.sub(r"[\s,，]", "", str(value))
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def assembled(tables: Sequence[Table], form: str) -> dict[Key, Decimal | None]:
    """Cells of a report, by the assembly that the module describes."""
    cells: dict[Key, Decimal | None] = {}
    labels = {table: _labels(form, table) for table in ("requests", "proactive")}
    disputes = [(c["row_code"], c["column_code"]) for c in cells_of(form, "disputes")]
    for table in tables:
        for row in table:
            texts = ["" if v is None or v != v else str(v).strip() for v in row]
            figures = [_figure(value) for value in row]
            is_open = [
                t == "" or f is not None for t, f in zip(texts, figures, strict=True)
            ]
            if len(row) == len(disputes) and all(is_open) and any(texts):
                for (code, column), figure in zip(disputes, figures, strict=True):
                    cells["disputes", code, column] = figure
                continue
            for name, known in labels.items():
                at = [n for n, text in enumerate(texts) if _label(text) in known]
                if not at:
                    continue
                code, columns = known[_label(texts[at[-1]])]
                if len(row) - at[-1] - 1 < len(columns):
                    continue
                values = figures[-len(columns) :]
                cells |= {
                    (name, code, column): value
                    for column, value in zip(columns, values, strict=True)
                }
                break
    return cells


def read_by(
    peer: Callable[[Path], list[Table]], path: Path, form: str
) -> dict[Key, Decimal | None]:
    """Cells of a file as another reader gives them; none if it fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tables = peer(path)
        except Exception:  # noqa: BLE001 - whatever it raises, it has read nothing
            return {}
    return assembled(tables, form)
