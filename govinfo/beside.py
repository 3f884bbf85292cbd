"""Tables that stand beside the code: words, labels, cells of the forms."""

from __future__ import annotations

import csv
from importlib.resources import files
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
