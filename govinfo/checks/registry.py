"""The closed list of checks: what a report must satisfy, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass

RESULTS = ("pass", "pass_if_blank_is_zero", "fail", "not_assessable")
"""What a check can come to; see :func:`govinfo.checks.logic.judge`."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the registry.

    Attributes
    ----------
    code : str
        Name of the check in results and findings.
    statement : str
        What holds in a report that is free of faults.
    severity : {"error", "warning"}
        ``error`` where the form itself demands it, ``warning`` where a deviation asks
        for an explanation but may have one.
    source : str
        The note, row or article that the statement rests on.
    scope : {"report", "years", "agencies", "text"}
        What must be known: one report, reports of one agency in consecutive years,
        reports of several agencies, or the report's text beside its cells.
    """

    code: str
    statement: str
    severity: str
    source: str
    scope: str


CHECKS: tuple[Check, ...] = (
    Check(
        "outcomes_sum",
        "In every column of table 3 the outcomes （一） to （六） sum to （七）总计.",
        "error",
        "table 3, row 三（七）总计",
        "report",
    ),
    Check(
        "flow_balance",
        "In every column of table 3, 一 plus 二 equals 三（七） plus 四.",
        "error",
        "note above table 3: 第一项加第二项之和，等于第三项加第四项之和",
        "report",
    ),
    Check(
        "applicants_sum",
        "In every row of table 3 the six applicant classes sum to 总计.",
        "error",
        "table 3, column 总计",
        "report",
    ),
    Check(
        "dispute_sum",
        "In every block of table 4 the four results sum to 总计.",
        "error",
        "table 4, column 总计",
        "report",
    ),
    Check(
        "subtotal_sum",
        "A subtotal that is printed beside its parts is their sum.",
        "error",
        "table 3, row 三（六）其他处理 where its three parts are printed too",
        "report",
    ),
    Check(
        "count_domain",
        "Counts are whole and not negative, amounts are not negative; "
        "only 本年增/减 may be negative.",
        "error",
        "units of the form's columns",
        "report",
    ),
    Check(
        "carried_over",
        "What one year carries over (四) is what the next year takes in (二).",
        "error",
        "table 3, rows 二 and 四 of consecutive years, across the change of form",
        "years",
    ),
    Check(
        "stock_flow",
        "What is in force is what was in force a year before, "
        "plus what was issued, less what was repealed.",
        "warning",
        "table 2 of the 2021 form, 第二十条第（一）项",
        "years",
    ),
    Check(
        "items_flow",
        "Last year's items and the change make the next report's items of last year; "
        "no more is newly disclosed than newly made; "
        "the number disclosed in total does not fall.",
        "warning",
        "table 2 of the 2019 form",
        "years",
    ),
    Check(
        "jump",
        "No count of 50 or more is above five times that of the year before.",
        "warning",
        "rule of thumb; points to mass requests and to slips of the pen",
        "years",
    ),
    Check(
        "copied",
        "Table 3 is not the same, figure by figure, as that of another report.",
        "warning",
        "two agencies or two years hardly ever share a whole table",
        "agencies",
    ),
    Check(
        "parent_children",
        "An agency's count is at least the sum of those of its subordinate agencies.",
        "warning",
        "an aggregate report covers the agencies below; "
        "equality only where coverage is declared complete",
        "agencies",
    ),
    Check(
        "text_vs_table",
        "A figure stated in the narrative is that of the table.",
        "warning",
        "sections 一 and 五 against tables 3 and 4",
        "text",
    ),
    Check(
        "fee_statement",
        "The statement on processing fees agrees with 三（六）2. of table 3.",
        "warning",
        "section 六; 政府信息公开信息处理费管理办法",
        "text",
    ),
    Check(
        "identity",
        "Title, page title, publisher and file name name one agency and one year.",
        "warning",
        "art. 49: every agency publishes a report of its own for every year",
        "text",
    ),
    Check(
        "period",
        "The year and the period that the narrative names are those of the report.",
        "warning",
        "statement of the period covered",
        "text",
    ),
)
"""Every check that there is; :func:`check` finds one by its code."""

_BY_CODE = {check.code: check for check in CHECKS}


def check(code: str) -> Check:
    """
    The check of a code.

    Raises
    ------
    KeyError
        If the registry has no such check.

    Examples
    --------
    >>> check("flow_balance").severity
    'error'
    """
    return _BY_CODE[code]
