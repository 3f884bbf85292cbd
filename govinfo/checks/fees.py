"""Processing fees: what is said of notices and amounts against the table and itself."""

from __future__ import annotations

from collections.abc import Iterator

from govinfo.checks.logic import judge, plain
from govinfo.checks.results import Result
from govinfo.checks.statements import Statement, said
from govinfo.checks.structure import Key, where
from govinfo.checks.within import ReportCells


def fee_results(report: ReportCells, found: list[Statement]) -> Iterator[Result]:
    """Fee notices against applicants who did not pay, and amounts against each other.

    That no fee was taken does not contradict applicants who let the time to pay run
    out; that no notice went out does.
    """
    key: Key = ("requests", "other.fee_unpaid", "total")
    place = where(report.form_of(key), key)
    state, unpaid = report.look(key)
    notices = [s for s in found if s.measure == "fee_notices"]
    amounts = [s for s in found if s.measure == "fee"]
    if not notices and not amounts:
        yield Result(
            report.report_id,
            "fee_statement",
            key,
            place,
            "not_assessable",
            "text: no statement on processing fees was found.",
            unpaid,
        )
    for statement in notices:
        verdict = judge(
            [("reported", statement.value)], [(state, unpaid)], at_least=True
        )
        told = f"{said(statement)} says {plain(statement.value)} fee notices"
        ending = {
            "fail": f"but {plain(verdict.right)} applicants let the time to pay pass "
            f"(difference {plain(verdict.difference)})",
            "not_assessable": "and （六）2. of table 3 cannot be compared with it",
        }.get(verdict.result, "and （六）2. of table 3 holds no more")
        yield Result(
            report.report_id,
            "fee_statement",
            key,
            place,
            verdict.result,
            f"{told}, {ending}.",
            unpaid,
            statement.value,
            verdict.difference if unpaid is not None else None,
            (key,),
        )
    for statement in amounts:
        others = [s for s in amounts if (s.value > 0) != (statement.value > 0)]
        result = "fail" if others and statement.value > 0 else "pass"
        told = f"{said(statement)} says {plain(statement.value)} yuan"
        ending = (
            f", but '{others[0].clause}' says that no fee was taken "
            f"(difference {plain(statement.value)})"
            if result == "fail"
            else ", and nothing in the text contradicts it"
        )
        yield Result(
            report.report_id,
            "fee_statement",
            key,
            place,
            result,
            f"{told}{ending}.",
            unpaid,
            statement.value,
            statement.value if result == "fail" else None,
            (key,),
        )
