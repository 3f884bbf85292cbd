"""Which agency's report covers another's: a table ``agencies.csv`` beside the files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.sources import Source


def read_parents(path: Path) -> dict[str, str]:
    """
    Read which agency covers which.

    Parameters
    ----------
    path : Path
        A table with a column ``agency`` and a column ``parent``, which names the agency
        whose report covers this one; ``agency_id`` may stand for the name in it. Rows
        without a parent are passed over.

    Returns
    -------
    dict of str to str
        The covering agency by the covered one, both by name; empty where the table has
        no column ``parent``.

    Raises
    ------
    SourceError
        If the table is not UTF-8 text, lacks names, or names a parent that is not in
        it, or an agency as its own.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = (
            f"{path}: the table of agencies is not UTF-8 text ({error.reason} at byte "
            f"{error.start}). Save it as CSV in UTF-8."
        )
        raise SourceError(message) from error
    lines = csv.DictReader(text.splitlines())
    columns = lines.fieldnames or ()
    if "parent" not in columns:
        return {}
    if "agency" not in columns:
        message = (
            f"{path}: found the columns {', '.join(columns)}; expected agency beside "
            "parent. Name each agency as its reports do, or as the registry does."
        )
        raise SourceError(message)
    rows = [(number, _trimmed(line)) for number, line in enumerate(lines, start=2)]
    names = {row["agency"]: row["agency"] for _, row in rows}
    by_id = {row["agency_id"]: row["agency"] for _, row in rows if row.get("agency_id")}
    parents: dict[str, str] = {}
    for number, row in rows:
        if not row["parent"]:
            continue
        parent = by_id.get(row["parent"]) or names.get(row["parent"])
        if parent is None or parent == row["agency"]:
            found = "itself" if parent else f"{row['parent']!r}, which is in no row"
            message = (
                f"{path}, line {number}: found as parent of {row['agency']!r} {found}; "
                "expected the agency_id or the name of another row. Correct it, or add "
                "the row."
            )
            raise SourceError(message)
        parents[row["agency"]] = parent
    return parents


def _trimmed(line: dict[str, str]) -> dict[str, str]:
    return {name: (line.get(name) or "").strip() for name in line if name}


def parents_beside(sources: Sequence[Source]) -> dict[str, str]:
    """
    Read every ``agencies.csv`` in the folders of files and in the folders above them.

    Raises
    ------
    SourceError
        If one of them cannot be read.
    """
    folders = dict.fromkeys(
        folder for source in sources for folder in source.path.resolve().parents[:2]
    )
    found: dict[str, str] = {}
    for folder in folders:
        file = folder / "agencies.csv"
        if file.is_file():
            for agency, parent in read_parents(file).items():
                found.setdefault(agency, parent)
    return found
