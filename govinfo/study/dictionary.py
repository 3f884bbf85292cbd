"""The data dictionary: what every column of every table means.

Tables that the repository and a study have alike are described in the README of the
repository's data, which ships with govinfo; those that only a study has, in
``dictionary.md``. Both are the dictionary of a study, of every export and of the data
package.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_ALIKE = ("cells", "findings", "suggestions", "checks", "indicators", "corrections")
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
        for section in _SECTION.finditer(_text())
    }


def _columns(body: str) -> str:
    """The table of columns of a section, without tables of values after it."""
    start = body.find("| column |")
    return body[start:].partition("\n\n")[0]


def data_readme() -> str:
    """The README of a study's data folder."""
    return _HEAD + _text()


@lru_cache(maxsize=1)
def _text() -> str:
    """The sections on all tables, those of the repository's README first."""
    shared = shipped("README.md", "data").read_text("utf-8")
    sections = [s[0] for s in _SECTION.finditer(shared) if s["table"] in _ALIKE]
    own = Path(__file__).with_name("dictionary.md").read_text("utf-8")
    return "".join(f"{section.rstrip()}\n\n" for section in sections) + own


def shipped(name: str, folder: str = "") -> Path:
    """
    A file or folder that comes with govinfo.

    In an installed package it stands beside this module; in the repository, where the
    repository as a study has it.
    """
    inside = Path(__file__).with_name(name)
    return inside if inside.exists() else Path(__file__).parents[2] / folder / name
