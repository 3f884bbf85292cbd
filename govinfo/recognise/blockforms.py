"""Which form each block of a report follows: its labels decide, not its year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from govinfo.forms import FORMS, SUBTOTAL, form_in_force, form_row, form_rows
from govinfo.recognise.align import Match
from govinfo.recognise.columns import statutory_columns
from govinfo.recognise.headers import Headers
from govinfo.recognise.labels import core


def forms_of_blocks(
    requests: Sequence[Match],
    proactive: Sequence[Match],
    headers: Headers,
    report_year: int | None,
) -> tuple[str, dict[str, str]]:
    """
    Form of tables 3 and 4, and of each row of table 2 whose header tells.

    Parameters
    ----------
    requests, proactive : sequence of Match
        The rows of tables 3 and 2.
    headers : Headers
        The headers of the document.
    report_year : int or None
        The year, which decides only where no label does.

    Returns
    -------
    form : str
        By the rows of table 3 that some forms lack, else by the headers of table 2,
        else by labels that a form has renamed, else by year.
    blocks : dict
        Row code to form; rows whose header settles none are left out.
    """
    fitting = _by_header(proactive, headers)
    forms = _by_rows([match.code for match in requests if match.is_sure])
    votes = Counter(form for fit in fitting.values() for form in fit if form in forms)
    forms = _most(forms, votes) or forms
    votes = _label_votes("requests", requests, forms)
    votes += _label_votes("proactive", proactive, forms)
    forms = _most(forms, votes) or forms
    form = form_in_force(report_year, forms)
    return form, {
        code: form if form in fit else fit[-1] for code, fit in fitting.items()
    }


def _most(forms: tuple[str, ...], votes: Mapping[str, int]) -> tuple[str, ...]:
    most = max(votes.values(), default=0)
    return tuple(form for form in forms if most and votes.get(form) == most)


def _by_header(
    proactive: Sequence[Match], headers: Headers
) -> dict[str, tuple[str, ...]]:
    """Forms of each row of table 2 that have the columns which its header names."""
    found: dict[str, tuple[str, ...]] = {}
    under: dict[str, int] = {}
    disproved: set[int] = set()
    for match in proactive:
        best: tuple[str, ...] = ()
        for form in FORMS:
            columns = statutory_columns("proactive", match.code, form)
            header = headers.for_row(match.row, "proactive", columns)
            named = len(set(columns) & set(header.codes)) if header else 0
            # All columns of the one form named, and not all of the other's.
            if header and columns and named == len(columns) > len(best):
                best = columns
                under[match.code] = header.row
        if best:
            if sum(piece.is_figure for piece in match.values) > len(best):
                # Not all columns are named: neither are those of its other rows.
                disproved.add(under[match.code])
            found[match.code] = tuple(
                form
                for form in FORMS
                if statutory_columns("proactive", match.code, form) == best
            )
    return {c: forms for c, forms in found.items() if under[c] not in disproved}


def _by_rows(codes: Sequence[str]) -> tuple[str, ...]:
    """The forms that lack the fewest of the rows of table 3 that are printed."""
    lacking = {form: sum(_lacks(form, code) for code in codes) for form in FORMS}
    least = min(lacking.values())
    return tuple(form for form in FORMS if lacking[form] == least)


@cache
def _lacks(form: str, code: str) -> bool:
    """Whether a form has neither a row nor one whose label could be mistaken for it.

    3.其他 tells nothing: a form that does not divide （六）其他处理 has that row.
    """
    leaves = [core(row.leaf) for row in form_rows("requests", form)]
    labels = {
        core(row.leaf)
        for other in FORMS
        for row in form_rows("requests", other)
        if row.code == code
    }
    return not any(label in leaf for label in labels for leaf in leaves)


def _label_votes(
    table: str, matches: Sequence[Match], forms: tuple[str, ...]
) -> Counter[str]:
    """For each form, how many labels are printed as on it and not as on others."""
    votes: Counter[str] = Counter()
    for match in matches:
        columns = {statutory_columns(table, match.code, form) for form in forms}
        if not match.is_sure or len(forms) == 1 or len(columns) > 1 or () in columns:
            continue
        leaves = {form: core(form_row(table, form, match.code).leaf) for form in forms}
        said = core(match.option.text)
        if len(set(leaves.values())) > 1:
            votes.update(form for form, leaf in leaves.items() if leaf == said)
    return votes


def is_collapsed(requests: Sequence[Match]) -> bool:
    """Whether table 3 prints （六）其他处理 as one row, without its parts."""
    codes = {match.code for match in requests}
    parts = {code for code in codes if code.startswith(SUBTOTAL + ".")}
    return SUBTOTAL in codes and not parts
