"""Which form each block of a report follows: its labels decide, not its year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from govinfo.forms import FORMS, SUBTOTAL
from govinfo.recognise.align import Match
from govinfo.recognise.columns import statutory_columns
from govinfo.recognise.headers import Headers


def proactive_forms(matches: Sequence[Match], headers: Headers) -> dict[str, str]:
    """
    Form of each row of table 2 by the columns that its header names.

    Parameters
    ----------
    matches : sequence of Match
        The rows of table 2.
    headers : Headers
        The headers of the document.

    Returns
    -------
    dict
        Row code to form; rows whose header settles none are left out.
    """
    found: dict[str, str] = {}
    for match in matches:
        best: tuple[int, str] | None = None
        for form in FORMS:
            columns = statutory_columns("proactive", match.code, form)
            header = headers.for_row(match.row, "proactive", columns)
            named = len(set(columns) & set(header.codes)) if header else 0
            # All columns of the one form named, and not all of the other's.
            if columns and named == len(columns) and (not best or named > best[0]):
                best = (named, form)
        if best:
            found[match.code] = best[1]
    return found


def form_of_requests(
    requests: Sequence[Match], blocks: dict[str, str], report_year: int | None
) -> str:
    """
    Form of tables 3 and 4: by the parts of （六）, else by table 2, else by year.

    Parameters
    ----------
    requests : sequence of Match
        The rows of table 3.
    blocks : dict
        Form of each row of table 2, see `proactive_forms`.
    report_year : int or None
        The year, which decides only where no label does.

    Returns
    -------
    str
        ``"2019"`` or ``"2021"``.
    """
    codes = {match.code for match in requests if match.is_sure}
    if codes & {f"{SUBTOTAL}.not_clarified", f"{SUBTOTAL}.fee_unpaid"}:
        return "2021"
    if blocks:
        return Counter(blocks.values()).most_common(1)[0][0]
    if report_year is not None and report_year <= 2020:
        return "2019"
    return "2021"


def is_collapsed(requests: Sequence[Match]) -> bool:
    """Whether table 3 prints （六）其他处理 as one row, without its parts."""
    codes = {match.code for match in requests}
    parts = {code for code in codes if code.startswith(SUBTOTAL + ".")}
    return SUBTOTAL in codes and not parts
