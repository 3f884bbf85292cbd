"""What is computed from an extracted folder, and written beside its cells."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from govinfo.checks.registry import CHECKS, RESULTS
from govinfo.dataset.stored import read_cells
from govinfo.dataset.tables import CHECK_COLUMNS, Table, count_rows, number_text
from govinfo.dataset.written import Replacement, table_file
from govinfo.parents import read_parents
from govinfo.parquet import read_parquet

# What is printed beside the cells of the form is known to the document alone.
_TEXT_CHECKS = frozenset(check.code for check in CHECKS if check.scope == "text") | {
    "subtotal_sum",
    # Which documents are of one agency is known to the registry, not to the cells.
    "versions",
}


def write_indicators(folder: Path | str) -> int:
    """
    Write ``indicators.csv`` for an extracted folder.

    Parameters
    ----------
    folder : Path or str
        A folder with ``cells.csv`` or ``cells.parquet``; if its ``reports.csv`` has a
        column ``agency_id`` (a registry), agencies are named by it, else by their
        printed name.

    Returns
    -------
    int
        Number of rows written.
    """
    import pandas as pd

    from govinfo.checks import check_cells
    from govinfo.indicators import indicators

    where = Path(folder)
    cells = read_cells(where)
    registry = table_file(where, "reports.csv")
    parquet = table_file(where, "reports.parquet")
    agencies = None
    if registry.is_file() or parquet.is_file():
        is_csv = registry.is_file()
        table = pd.read_csv(registry, dtype=str) if is_csv else read_parquet(parquet)
        if {"report_id", "agency_id"} <= set(table.columns):
            # Reports that name no agency are not all of one.
            ids = table["agency_id"].replace("", None).fillna(table["report_id"])
            agencies = table.assign(agency_id=ids)
    frame = indicators(cells, agencies, checks=check_cells(cells))
    with Replacement(where) as new:
        new.table(Table("indicators", tuple(frame.columns))).add(
            [number_text(value) for value in row]
            for row in frame.itertuples(index=False)
        )
    return len(frame)


def write_audit(folder: Path | str) -> tuple[int, int]:
    """
    Write ``checks.csv`` and ``suggestions.csv`` for an extracted folder.

    Parameters
    ----------
    folder : Path or str
        A folder with ``cells.csv``.

    Returns
    -------
    tuple of int
        Number of checks that failed, and of suggested solutions.

    Raises
    ------
    MissingExtra
        If some figures can only be located by the integer programme and scipy is not
        installed; nothing is written then.

    Notes
    -----
    ``govinfo extract`` writes both; this renews them, for instance after cells were
    put together from several extractions. ``checks.csv`` counts what every check on
    cells came to, for each report: within the report, against the year before and
    against other agencies (``agencies.csv`` in the folder says who covers whom). The
    counts of checks on the narrative and on names, which need the document, are kept
    as they are. Suggestions are never applied; see :mod:`govinfo.locate`.
    """
    import pandas as pd

    from govinfo.checks import check_agencies, check_cells, check_years
    from govinfo.locate import suggestions

    where = Path(folder)
    cells = read_cells(where)
    located = suggestions(cells)
    agencies = where / "agencies.csv"
    parents = read_parents(agencies) if agencies.is_file() else {}
    results = pd.concat(
        [
            table[["report_id", "check", "result"]]
            for table in (
                check_cells(cells),
                check_years(cells),
                check_agencies(cells, parents),
            )
        ],
        ignore_index=True,
    )
    counts = {report_id: Counter[tuple[str, str]]() for report_id in cells["report_id"]}
    for report_id, code, outcome in results.itertuples(index=False, name=None):
        counts[report_id][code, outcome] += 1
    for report_id, code, outcome, number in _of_the_text(where):
        if report_id in counts:
            counts[report_id][code, outcome] = number
    lines = (row for own in counts for row in count_rows(own, counts[own]))
    with Replacement(where) as new:
        new.table(Table("checks", CHECK_COLUMNS)).add(lines)
        new.table(Table("suggestions", tuple(located.columns))).add(
            [number_text(value) for value in row] for row in located.itertuples(False)
        )
    failed = int((results["result"] == "fail").sum())
    return failed, len(located[["report_id", "solution"]].drop_duplicates())


def _of_the_text(folder: Path) -> list[tuple[str, str, str, int]]:
    """Counts of the checks that need the document, as the extraction wrote them."""
    import pandas as pd

    known = table_file(folder, "checks.csv")
    if not known.is_file():
        known = table_file(folder, "checks.parquet")
    if not known.is_file():
        return []
    is_csv = known.suffix == ".csv"
    frame = pd.read_csv(known) if is_csv else read_parquet(known)
    if tuple(frame.columns) != CHECK_COLUMNS:
        return []
    return [
        (str(line["report_id"]), str(line["check"]), result, int(line[result]))
        for line in frame[frame["check"].isin(_TEXT_CHECKS)].to_dict("records")
        for result in RESULTS
    ]
