"""Tables that stand beside the code: words, labels, cells of the forms."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path
from typing import Any


def rows_beside(package: str, name: str) -> list[dict[str, Any]]:
    """
    The rows of a CSV table in the folder of a package.

    Examples
    --------
    >>> rows_beside("govinfo.forms", "labels.csv")[0].keys() >= {"table", "label"}
    True
    """
    text = (files(package) / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV table of a folder, none where there is no such table."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
