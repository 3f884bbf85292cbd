"""What is known of agencies: a table ``agencies.csv`` beside the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.sources import Source, table_beside, tables_beside


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
    rows = _rows(path)
    names = {row["agency"]: row["agency"] for row in rows}
    by_id = {row["agency_id"]: row["agency"] for row in rows if row.get("agency_id")}
    parents: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        if not row.get("parent"):
            continue
        parent = by_id.get(row["parent"]) or names.get(row["parent"])
        if parent is None or parent == row["agency"]:
            found = "itself" if parent else f"{row['parent']!r}, which is in no row"
            raise SourceError(
                f"{path}, line {number}: found as parent of {row['agency']!r} {found}; "
                "expected the agency_id or the name of another row. Correct it, or add "
                "the row."
            )
        parents[row["agency"]] = parent
    return parents


def _rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of agencies; without a column ``agency`` it has none."""
    columns, lines = table_beside(path, "table of agencies")
    if "agency" not in columns:
        if "parent" not in columns:
            return []
        raise SourceError(
            f"{path}: found the columns {', '.join(columns)}; expected agency beside "
            "parent. Name each agency as its reports do, or as the registry does."
        )
    return lines


def known_beside(sources: Sequence[Source]) -> dict[str, dict[str, str]]:
    """
    Read the rows of every ``agencies.csv`` beside files, by the name of the agency.

    Raises
    ------
    SourceError
        If one of them cannot be read.
    """
    found: dict[str, dict[str, str]] = {}
    for file in _tables(sources):
        for row in _rows(file):
            found.setdefault(row["agency"], row)
    return found


def _tables(sources: Sequence[Source]) -> Iterator[Path]:
    return tables_beside([source.path for source in sources], "agencies.csv")


def parents_beside(sources: Sequence[Source]) -> dict[str, str]:
    """
    Read every ``agencies.csv`` in the folders of files and in the folders above them.

    Raises
    ------
    SourceError
        If one of them cannot be read.
    """
    found: dict[str, str] = {}
    for file in _tables(sources):
        for agency, parent in read_parents(file).items():
            found.setdefault(agency, parent)
    return found
