"""Hard checks within one report: the arithmetic that its own form demands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from govinfo.bilingual import Said
from govinfo.checks.logic import EMPTY, NUMBER, UNUSABLE, Verdict, judge, plain
from govinfo.checks.results import Result, results_frame
from govinfo.checks.structure import (
    Key,
    Sum,
    column_leaf,
    place_of,
    row_leaf,
    say,
    sums_of,
)
from govinfo.errors import require_columns
from govinfo.forms import NEWEST, SUBTOTAL, group_rows, statutory_cells
from govinfo.forms.identities import OtherRows
from govinfo.later import pd
from govinfo.recognise.subtotals import Subtotal

NEEDED = ("report_id", "form", "table", "row_code", "column_code", "value", "state")
"""Columns of ``cells`` that checks use."""

# Columns that hold money; every other column counts something.
_MONEY = frozenset(
    (cell["row_code"], cell["column_code"])
    for cell in statutory_cells()
    if "yuan" in cell["unit"]
)

# A share of 其他处理 that is worth a question, of so many requests at least.
_HIGH, _MANY = 0.2, 20

# Two runs of digits with a gap inside one line. Digits in brackets are a remark, three
# digits after a gap are a thousands group.
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]", re.DOTALL)
_SPLIT = re.compile(r"\d[ \t\u00a0\u3000]+(?!\d{3}(?!\d))\d")


@dataclass(slots=True)
class ReportCells:
    """The cells of one report, ready for checks: what each cell is and holds."""

    report_id: str
    state: dict[Key, str] = field(default_factory=dict)
    value: dict[Key, float | None] = field(default_factory=dict)
    raw: dict[Key, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    row_form: dict[tuple[str, str], str] = field(default_factory=dict)

    def look(self, key: Key) -> tuple[str, float | None]:
        """State and value of a cell; a cell that is not listed is absent."""
        return self.state.get(key, "absent"), self.value.get(key)

    def form_of(self, key: Key) -> str:
        """The form that a cell's row is of, which may differ within a report."""
        return self.row_form.get(key[:2]) or self.table_form(key[0])

    def place(self, key: Key) -> Said:
        """Where a cell stands, in words."""
        return place_of(self.form_of(key), key)

    def result(
        self,
        check: str,
        key: Key,
        outcome: str,
        sentence: Said,
        printed: float | None = None,
        expected: float | None = None,
        difference: float | None = None,
        *,
        cells: tuple[Key, ...] = (),
    ) -> Result:
        """What a check came to at a cell of the report."""
        where, figures = self.place(key).en, (printed, expected, difference)
        return Result(
            self.report_id, check, key, where, outcome, sentence, *figures, cells
        )

    def table_form(self, table: str) -> str:
        """The form that a table follows."""
        return self.form.get(table, NEWEST)

    @property
    def other_rows(self) -> OtherRows:
        """What the report prints for （六）其他处理; the form's own way if nothing."""
        if not group_rows("requests", self.table_form("requests"), SUBTOTAL):
            return "row"
        printed = {
            row
            for (table, row, _), state in self.state.items()
            if table == "requests" and state != "absent"
        }
        has_parts = any(row.startswith(f"{SUBTOTAL}.") for row in printed)
        if SUBTOTAL in printed:
            return "both" if has_parts else "row"
        return "parts"

    def sums(self) -> tuple[Sum, ...]:
        """The equations that the report must satisfy, in the order of the form."""
        found = sums_of("requests", self.table_form("requests"), self.other_rows)
        disputes = sums_of("disputes", self.table_form("disputes"))
        return (*map(self._chosen, found), *disputes)

    def _chosen(self, total: Sum) -> Sum:
        """Where （六） and its parts are printed, sum what is filled in.

        The parts where all three are numbers, else the row （六） where that is one.
        """
        if not total.instead:
            return total
        column = total.key[2]
        split = [k for k in total.left if k[1].startswith(f"{SUBTOTAL}.")]
        row = self.state.get(("requests", SUBTOTAL, column))
        if all(self.state.get(k) in NUMBER for k in split) or row not in NUMBER:
            return total
        return replace(total, left=total.instead, instead=())


def reports_of(cells: pd.DataFrame, function: str) -> Iterator[ReportCells]:
    """
    The reports of a table of cells, in the order of their first cell.

    Parameters
    ----------
    cells : DataFrame
        With the columns :data:`NEEDED`; ``raw`` is used where it is there.
    function : str
        Who asks, for the message.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column.
    """
    require_columns(cells, function, NEEDED, "Pass a table of cells.")
    raws = cells["raw"] if "raw" in cells.columns else cells["state"]
    values = cells["value"].astype("Float64").astype("object")
    values = values.where(values.notna(), None)
    columns = (*(cells[name] for name in NEEDED[:5]), values, cells["state"], raws)
    yield from gathered(zip(*(column.tolist() for column in columns), strict=True))


def gathered(
    lines: Iterable[tuple[str, str, str, str, str, float | None, str, object]],
) -> Iterator[ReportCells]:
    """
    The reports of lines of cells, in the order of their first cell.

    Parameters
    ----------
    lines : iterable of tuple
        The columns :data:`NEEDED`, then ``raw``.
    """
    found: dict[str, ReportCells] = {}
    forms: dict[str, dict[tuple[str, str], int]] = {}
    at = None
    for report_id, form, table, row, column, value, state, raw in lines:
        if report_id != at:
            at = report_id
            report = found.setdefault(at, ReportCells(at))
            counts = forms.setdefault(at, {})
        key = (table, row, column)
        is_number = state in NUMBER
        # A state that promises a number without one is our slip, not a zero.
        report.state[key] = "unreadable" if is_number and value is None else state
        report.value[key] = value if is_number else None
        report.raw[key] = raw if isinstance(raw, str) else ""
        report.row_form[table, row] = form
        own = (table, form)
        counts[own] = counts.get(own, 0) + (state != "absent")
    # The form of a table is that of most of its cells, of equals the first.
    for report_id, counts in forms.items():
        for table, form in sorted(counts, key=counts.__getitem__, reverse=True)[::-1]:
            found[report_id].form[table] = form
    yield from found.values()


def verdict_of(report: ReportCells, total: Sum) -> Verdict:
    """What one sum of a report comes to."""
    return judge([*map(report.look, total.left)], [*map(report.look, total.right)])


def _sum_sentence(report: ReportCells, total: Sum, verdict: Verdict) -> Said:
    if verdict.reason == "unusable":
        bad = [key for key in total.cells if report.look(key)[0] in UNUSABLE]
        form = report.form_of(bad[0])
        cells = say(
            "sum.cell",
            row=row_leaf(bad[0][0], form, bad[0][1]),
            column=column_leaf(form, bad[0]),
            state=say(f"state.{report.look(bad[0])[0]}"),
        )
        if more := len(bad) - 1:
            cells = say("sum.more", cell=cells, more=more, all=len(bad))
        return say("sum.unusable", place=total.place, cells=cells)
    right = [report.look(key)[0] for key in total.right]
    is_blank = bool(right) and all(state in EMPTY for state in right)
    if is_blank and all(report.look(key)[0] in EMPTY for key in total.left):
        return say("sum.empty", place=total.place)
    side = f"{total.check}.{'blank' if is_blank else 'right'}"
    return say(
        f"sum.{verdict.result}",
        place=total.place,
        left=say(f"{total.check}.left", n=plain(verdict.left)),
        right=say(side, n=plain(verdict.right)),
        apart=plain(verdict.difference),
    )


def _sum_result(report: ReportCells, total: Sum) -> Result:
    verdict = verdict_of(report, total)
    # Of two totals (flow_balance) the result is filed under the last.
    others = sum(report.value.get(key) or 0.0 for key in total.right[:-1])
    sentence = _sum_sentence(report, total, verdict)
    given = total.check, total.key, verdict.result, sentence
    figures = report.value.get(total.key), verdict.known(verdict.left - others)
    return report.result(*given, *figures, verdict.apart, cells=total.cells)


def subtotal_result(report: ReportCells, one: Subtotal) -> Result:
    """
    Check a subtotal that a report prints beside the cells of its form.

    One of the codes of its cell is that of a group, since no form has such a cell.
    """
    parts = tuple(("requests", *part) for part in one.parts)
    printed = float(one.figure.value or 0)
    verdict = judge(
        [report.look(key) for key in parts], [(one.figure.state.value, printed)]
    )
    place = say(
        "place.cell", table=say("table.requests"), row=one.row, column=one.column
    )
    total = Sum(
        "printed", ("requests", one.row_code, one.column_code), parts, (), place
    )
    given = report.report_id, "subtotal_sum", total.key, place.en, verdict.result
    figures = printed, verdict.known(verdict.left), verdict.apart
    return Result(*given, _sum_sentence(report, total, verdict), *figures, parts)


def _domain_fault(key: Key, value: float, raw: str) -> str:
    """Which fault a figure has; empty where it has none."""
    _, row, column = key
    if value < 0 and column != "change":
        return "negative"
    if (row, column) not in _MONEY and value != int(value):
        return "fraction"
    # Digits alone, as nearly always, have no gap.
    is_split = not raw.isdigit() and _SPLIT.search(_REMARK.sub("", raw))
    return "two" if is_split else ""


def _domain_results(report: ReportCells, *, noted: bool) -> Iterator[Result]:
    for key, state in report.state.items():
        value, raw = report.value[key], report.raw[key]
        fault = "" if value is None else _domain_fault(key, value, raw)
        if noted and not fault and (value is not None or state in EMPTY):
            continue
        place = report.place(key)
        if state in EMPTY:
            result, sentence = "pass_if_blank_is_zero", say("domain.empty", place=place)
        elif value is None:
            result = "not_assessable"
            sentence = say("domain.unknown", place=place, state=say(f"state.{state}"))
        elif fault:
            shown = raw if raw and raw != state else plain(value)
            result, words = "fail", say(f"domain.{fault}")
            sentence = say("domain.fail", place=place, shown=shown, fault=words)
        else:
            result = "pass"
            sentence = say("domain.pass", place=place, n=plain(value))
        at = report.report_id, "count_domain", key, place.en
        yield Result(*at, result, sentence, value, cells=(key,))


def _other_result(report: ReportCells) -> Iterator[Result]:
    """Whether more requests than a fifth ended in 其他处理 without a reason named.

    That is the whole row （六）, or its last part where the form names the others.
    """
    concluded = ("requests", "concluded", "total")
    rows = (f"{SUBTOTAL}.other", SUBTOTAL)
    keys = [("requests", row, "total") for row in rows]
    key = next((k for k in keys if report.look(k)[0] in NUMBER), concluded)
    n, whole = report.value.get(key), report.value.get(concluded)
    if key == concluded or n is None or not whole or whole < _MANY or n > whole:
        return
    result = "fail" if n > _HIGH * whole else "pass"
    share, parts = f"{100 * n / whole:.0f}", {"n": plain(n), "all": plain(whole)}
    place = report.place(key)
    sentence = say(f"other_high.{result}", place=place, share=share, **parts)
    yield report.result("other_high", key, result, sentence, n, cells=(key, concluded))


def results_within(report: ReportCells, *, noted: bool = False) -> Iterator[Result]:
    """Every check within a report: its sums, what is unusual, every single figure.

    Of the figures, on request, those alone that do not pass, which few do not;
    :func:`tally` counts the others.
    """
    for total in report.sums():
        yield _sum_result(report, total)
    yield from _other_result(report)
    yield from _domain_results(report, noted=noted)


def tally(report: ReportCells, noted: Iterable[Result]) -> Counter[tuple[str, str]]:
    """How often each check of a report came to each result.

    Parameters
    ----------
    report : ReportCells
        The cells.
    noted : iterable of Result
        All results but those of figures that pass.
    """
    counts = Counter((one.check, one.result) for one in noted)
    doubted = sum(counts["count_domain", how] for how in ("fail", "not_assessable"))
    empty = sum(state in EMPTY for state in report.state.values())
    counts["count_domain", "pass"] = len(report.state) - empty - doubted
    counts["count_domain", "pass_if_blank_is_zero"] = empty
    return +counts


def check_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """
    Every check within each report: 42 sums on the 2021 form, 40 on that of 2019.

    Parameters
    ----------
    cells : DataFrame
        One row per statutory cell of each report, blank ones included, with the columns
        ``report_id, form, table, row_code, column_code, value, state`` and, where
        known, ``raw``. A cell that is not listed counts as absent.

    Returns
    -------
    DataFrame
        One row per check at one place of one report, whatever it came to, with the
        columns ``report_id, check, table, row_code, column_code, where, result,
        printed, expected, difference, severity, sentence, cells, sentence_zh``; the
        last is the sentence in Chinese. ``result`` is
        ``pass``, ``pass_if_blank_is_zero``, ``fail`` or ``not_assessable``;
        :func:`govinfo.checks.judge` says which when. Nothing in ``cells`` is changed.

    Raises
    ------
    MissingColumns
        If ``cells`` lacks a column named above.

    Notes
    -----
    On the 2021 form a report may print （六）其他处理 as one row, as its three parts,
    or both; the outcomes are summed over what is printed, and where both are, the
    subtotal is checked too.

    Examples
    --------
    A block of table 4 that prints 0 beside 2 and 1:

    >>> import pandas as pd
    >>> from govinfo.checks import findings_of
    >>> columns = ["upheld", "corrected", "other_result", "pending", "total"]
    >>> cells = pd.DataFrame({"report_id": "a-2023", "form": "2021",
    ...     "table": "disputes", "row_code": "review", "column_code": columns,
    ...     "value": [2.0, 0.0, 1.0, 0.0, 0.0], "state": "reported"})
    >>> results = check_cells(cells)
    >>> print(findings_of(results)["sentence"].item().split(": ")[1])
    the four results sum to 3, but the total (总计) prints 0 (difference 3).
    """
    return results_frame(
        result
        for report in reports_of(cells, "check_cells")
        for result in results_within(report)
    )
