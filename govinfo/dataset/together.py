"""What reports say about each other, and where the errors of each lie."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from govinfo.cells import cells_frame
from govinfo.checks.registry import check
from govinfo.dataset.onefile import finding_row
from govinfo.dataset.tables import FileResult, number_text
from govinfo.errors import GovinfoError

if TYPE_CHECKING:
    import pandas as pd

# One report alone has no other to be compared with.
_A_SERIES = 2


def audit_together(results: Sequence[FileResult], parents: Mapping[str, str]) -> None:
    """
    Complete the results of files by what only all of them together can say.

    Findings and counts of the checks between years and agencies, the same report met
    twice, and the suggested solutions for sums that fail.

    Parameters
    ----------
    results : sequence of FileResult
        One for each report; changed in place.
    parents : mapping
        For each agency the one whose report covers it.
    """
    by_id = {str(result.row["report_id"]): result for result in results if result.cells}
    if not by_id:
        return
    cells = cells_frame([row for result in by_id.values() for row in result.cells])
    if len(by_id) >= _A_SERIES:
        _compare(by_id, cells, parents)
        _say_twice(by_id)
    _locate(by_id, cells)


def _compare(
    by_id: Mapping[str, FileResult], cells: pd.DataFrame, parents: Mapping[str, str]
) -> None:
    from govinfo.checks import check_agencies, check_years, findings_of

    # Several reports in one file share its checksum and are no copies of each other.
    holding = Counter(str(result.row["file"]) for result in by_id.values())
    digests = {
        report_id: str(result.row["sha256"])
        for report_id, result in by_id.items()
        if result.row["sha256"] and holding[str(result.row["file"])] == 1
    }
    for found in (check_years(cells), check_agencies(cells, parents, digests)):
        for row in findings_of(found).itertuples(index=False):
            by_id[str(row[0])].findings.append(finding_row(row))
        for report_id, code, outcome in zip(
            found["report_id"], found["check"], found["result"], strict=True
        ):
            counts = by_id[report_id].counts
            counts[code, outcome] = counts.get((code, outcome), 0) + 1
    for result in by_id.values():
        result.row["findings"] = len(result.findings)


def _say_twice(by_id: Mapping[str, FileResult]) -> None:
    """Say of each file that is there twice where it was met first."""
    first: dict[str, tuple[str, str]] = {}
    for report_id, result in by_id.items():
        digest, file = str(result.row["sha256"]), str(result.row["file"])
        known, its_file = first.setdefault(digest, (report_id, file))
        if digest and its_file != file:
            sentence = (
                f"This is, byte for byte, the file {its_file}, read as {known}: one of "
                "them is too many."
            )
            result.say(sentence)


def _locate(by_id: Mapping[str, FileResult], cells: pd.DataFrame) -> None:
    from govinfo.locate import SearchCutShort, suggestions

    broken = [
        report_id
        for report_id, result in by_id.items()
        if any(
            outcome == "fail" and check(code).severity == "error"
            for code, outcome in result.counts
        )
    ]
    agencies = {by_id[report_id].row["agency"] for report_id in broken}
    # The years beside say what a cell may be; other agencies do not.
    near = cells[cells["agency"].isin(agencies) | cells["report_id"].isin(broken)]
    for report_id in broken:
        agency = by_id[report_id].row["agency"]
        own = near["report_id"] == report_id
        around = near[own | (near["agency"] == agency)] if agency else near[own]
        said = {report_id: by_id[report_id].witnesses}
        try:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always", SearchCutShort)
                found = suggestions(around, witnesses=said, only=[report_id])
        except GovinfoError as error:
            by_id[report_id].fail(f"Its errors could not be located: {error}")
            continue
        for one in told:
            if one.category is SearchCutShort:
                by_id[report_id].fail(str(one.message))
        by_id[report_id].suggestions.extend(
            tuple(number_text(value) for value in line)
            for line in found.itertuples(index=False)
        )
