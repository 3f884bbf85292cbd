"""The data dictionary: what every column of every table means.

One text, ``dictionary.md``, is the dictionary of the data folder, of every export and
of the data package.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_TEXT = Path(__file__).with_name("dictionary.md")
_SECTION = re.compile(
    r"^## `(?P<table>\w+)\.csv`\n(?P<body>.*?)(?=^## |\Z)", re.M | re.S
)
_ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<meaning>.+?) \|$", re.MULTILINE)

_HEAD = """# The data of this study

`registry.csv`, `agencies.csv` and `corrections.csv` are yours to fill in; `reports/`
holds the documents. Everything else here is written by `govinfo extract` and is the
same byte for byte for the same documents. All tables are UTF-8 with commas, one header
row and `\\n` line ends.

"""


@lru_cache(maxsize=1)
def dictionary() -> dict[str, dict[str, str]]:
    """
    What every column means.

    Returns
    -------
    dict of str to dict
        For each table, without ``.csv``, its columns with their meaning, in order.

    Examples
    --------
    >>> dictionary()["cells"]["place"]
    'where it was read: page, table, row and column, or line'
    """
    return {
        section["table"]: {
            row["name"]: row["meaning"].replace("`", "")
            for row in _ROW.finditer(_columns(section["body"]))
        }
        for section in _SECTION.finditer(_TEXT.read_text("utf-8"))
    }


def _columns(body: str) -> str:
    """The table of columns of a section, without tables of values after it."""
    start = body.find("| column |")
    return body[start:].partition("\n\n")[0]


def data_readme() -> str:
    """The README of a study's data folder."""
    return _HEAD + _TEXT.read_text("utf-8")
