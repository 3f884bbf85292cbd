"""The data dictionary: what every column of every table means.

The README of the repository's data ships with govinfo, in English and in Chinese: what
it says of the tables that every study has is the dictionary of each study, of every
export and of the data package.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_ALIKE = (
    *("reports", "cells", "findings", "suggestions", "checks", "indicators"),
    *("corrections", "registry", "agencies"),
)
_SECTION = re.compile(
    r"^## `(?P<table>\w+)\.csv`\n(?P<body>.*?)(?=^## |\Z)", re.M | re.S
)
_ROW = re.compile(r"^\| `(?P<name>\w+)` \| (?P<meaning>.+?) \|$", re.MULTILINE)

_HEADS = {
    "en": """# The data of this study

`registry.csv`, `agencies.csv` and `corrections.csv` are yours to fill in; `reports/`
holds the documents. Everything else here is written by `govinfo extract` and is the
same byte for byte for the same documents. All tables are UTF-8 with commas, one header
row and `\\n` line ends.

""",
    "zh": """# 本研究的数据

`registry.csv`、`agencies.csv`、`corrections.csv`由你填写，`reports/`存放文件。
其余各表由`govinfo extract`写出，同样的文件每次得到逐字节相同的表。
各表均为UTF-8编码、逗号分隔、首行为列名、以`\\n`换行。

""",
}


@lru_cache(maxsize=2)
def dictionary(lang: str = "en") -> dict[str, dict[str, str]]:
    """
    What every column means.

    Parameters
    ----------
    lang : {"en", "zh"}
        The language to say it in.

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
        for section in _SECTION.finditer(_text(lang))
    }


def _columns(body: str) -> str:
    """The table of columns of a section, without tables of values after it."""
    start = max(body.find("| column |"), body.find("| 列 |"))
    return body[start:].partition("\n\n")[0]


def data_readme(lang: str = "en") -> str:
    """The README of a study's data folder, in English or in Chinese."""
    return _HEADS[lang] + _text(lang)


@lru_cache(maxsize=2)
def _text(lang: str = "en") -> str:
    """The sections on the tables that every study has."""
    name = "README.zh.md" if lang == "zh" else "README.md"
    shared = shipped(name, "data").read_text("utf-8")
    sections = {s["table"]: s[0] for s in _SECTION.finditer(shared)}
    return "\n\n".join(sections[table].rstrip() for table in _ALIKE) + "\n"


def shipped(name: str, folder: str = "") -> Path:
    """
    A file or folder that comes with govinfo.

    In an installed package it stands beside this module; in the repository, where the
    repository as a study has it.
    """
    inside = Path(__file__).with_name(name)
    return inside if inside.exists() else Path(__file__).parents[2] / folder / name
