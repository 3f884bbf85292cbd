"""The registry of indicators: what each one counts, over what, and how to read it.

The entries stand in ``registry.csv``. A formula is a sum of terms
``table:row@column``. The table is ``requests`` and the column the class of applicants
asked for, unless the term says otherwise. A group such as ``refused`` is the sum of
its parts. How terms are called in a subtitle stands in ``terms.csv``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from govinfo.beside import rows_beside
from govinfo.forms import NEWEST, all_rows, form_rows
from govinfo.later import pd

APPLICANTS = tuple(column.code for column in form_rows("requests", NEWEST)[0].columns)
"""Columns of the requests table, in the form's order."""


PARTS = {
    group: tuple(code for code in all_rows("requests") if code.startswith(f"{group}."))
    for group in dict.fromkeys(
        code.split(".")[0] for code in all_rows("requests") if "." in code
    )
}
"""Parts of the groups of results that some form prints without a row of their own."""

GROUNDS = PARTS["refused"]
"""The grounds of refusal, in the form's order: D1 to D8."""

KINDS = {
    "share": "a share of its denominator",
    "rate": "a rate of events per exposure",
    "ratio": "a ratio of two different counts",
    "difference": "a difference of two counts",
    "concentration": "an index, whose numerator counts no cases",
    "quality": "a count of cells or checks",
}
"""What an indicator is. A share has a Wilson interval, a rate a Byar interval; a
difference has no denominator; quality counts cells or checks of the report."""


@dataclass(frozen=True, slots=True)
class Term:
    """One signed addend of a formula.

    ``column`` is empty where it is the class of applicants asked for.
    """

    sign: int
    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the registry.

    Attributes
    ----------
    code : str
        Name in code, tables and figures.
    kind : str
        One of :data:`KINDS`.
    numerator, denominator : str
        Formulas over row codes; the denominator is empty for a difference.
    scale : int
        The value is ``scale * numerator / denominator``.
    unit : str
        Unit of the value.
    minimum, maximum : float or None
        Bounds that no value can leave; a report that leaves them contradicts itself.
    applicants : tuple of str
        Column codes it is computed for, in the form's order.
    interval : str
        ``wilson``, ``byar`` or empty.
    english, chinese : str
        Names for readers.
    reading, caution : str
        One sentence on what a value says, and what it does not.
    source : str
        Rows of the form, articles of the Regulations, and model elsewhere.

    Examples
    --------
    >>> print(INDICATORS["any_disclosure_share"].formula)
    (granted + granted_in_part) / concluded
    """

    code: str
    kind: str
    numerator: str
    denominator: str
    scale: int
    unit: str
    minimum: float | None
    maximum: float | None
    applicants: tuple[str, ...]
    interval: str
    english: str
    chinese: str
    reading: str
    caution: str
    source: str

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of its formulas, those of the numerator first."""
        return parse(f"{self.numerator} {self.denominator}")

    @property
    def formula(self) -> str:
        """The whole formula in one line."""
        if self.kind == "quality":
            return self.source.partition(": ")[2].replace(" over ", " / ", 1)
        if self.kind == "concentration":
            return f"sum of squared parts of {self.numerator} / {self.denominator}²"
        if not self.denominator:
            return self.numerator
        factor = "" if self.scale == 1 else f"{self.scale} × "
        top, bottom = _bracket(self.numerator), _bracket(self.denominator)
        return f"{factor}{top} / {bottom}"

    @property
    def divided(self) -> tuple[str, str]:
        """What is divided by what, in English and in Chinese."""
        return TERMS.get(self.code) or in_words(self.formula)


def _bracket(formula: str) -> str:
    return f"({formula})" if " " in formula else formula


@cache
def parse(formula: str) -> tuple[Term, ...]:
    """Return the terms of a formula over row codes.

    Examples
    --------
    >>> for term in parse("concluded@total - disputes:review@pending"):
    ...     print(term.sign, term.table, term.row, term.column)
    1 requests concluded total
    -1 disputes review pending
    """
    terms = []
    for sign, name in re.findall(r"([+-]?)\s*([\w.:@]+)", formula):
        table, _, rest = name.rpartition(":")
        row, _, column = rest.partition("@")
        terms.append(Term(-1 if sign == "-" else 1, table or "requests", row, column))
    return tuple(terms)


TERMS = {
    row["code"]: (row["english"], row["chinese"])
    for row in rows_beside(__package__, "terms.csv")
}
"""What terms of formulas are called, and columns, which follow the name of their row;
and indicators that are no plain division."""

_TERM = re.compile(r"(?:\w+:)?([a-z_]+(?:\.\w+)?)(?:@(\w+))?")
_AS_PRINTED = {" + ": "＋", " − ": "－", " ÷ ": "÷", " × ": "×", "(": "（", ")": "）"}


def in_words(formula: str) -> tuple[str, str]:
    """A formula in English and in Chinese.

    Examples
    --------
    >>> in_words("disputes:review@pending / (concluded - other)")[1]
    '行政复议未审结÷（办结总数－其他处理）'
    """
    said = []
    for lang, space in enumerate((" ", "")):

        def called(term: re.Match[str], lang: int = lang, space: str = space) -> str:
            column = TERMS.get(f"@{term[2]}")
            own = f"{space}{column[lang]}" if column else ""
            return f"{TERMS[term[1]][lang]}{own}"

        text = _TERM.sub(called, formula)
        said.append(text.replace(" / ", " ÷ ").replace(" - ", " − "))
    for sign, printed in _AS_PRINTED.items():
        said[1] = said[1].replace(sign, printed)
    return said[0], said[1]


def _read() -> dict[str, Indicator]:
    classes = {
        "all": APPLICANTS,
        "classes": APPLICANTS[:-1],
        "total": ("total",),
    }
    registry = {}
    for row in rows_beside(__package__, "registry.csv"):
        row["scale"] = int(row["scale"])
        for end in ("minimum", "maximum"):
            row[end] = float(row[end]) if row[end] else None
        row["applicants"] = classes[row["applicants"]]
        registry[row["code"]] = Indicator(**row)
    return registry


INDICATORS: dict[str, Indicator] = _read()
"""All indicators by code, in the order in which tables show them."""


def indicator_of(code: str) -> Indicator:
    """An indicator by its code.

    Raises
    ------
    ValueError
        If there is no such indicator.
    """
    if code not in INDICATORS:
        raise ValueError(
            f"There is no indicator {code!r}. See govinfo.indicators.indicator_table() "
            "for the codes."
        )
    return INDICATORS[code]


def indicator_table() -> pd.DataFrame:
    """All indicators as a table, for the data dictionary and for readers.

    Returns
    -------
    DataFrame
        One row per indicator, in registry order: ``indicator, english, chinese, kind,
        formula, unit, minimum, maximum, applicants, interval, reading, caution,
        source``.
        ``applicants`` is ``all`` (seven columns), ``classes`` (six) or ``total``.

    Examples
    --------
    >>> table = indicator_table().set_index("indicator")
    >>> table.loc["clearance_ratio", ["formula", "unit"]].tolist()
    ['concluded / received', 'ratio']
    """
    named = {7: "all", 6: "classes", 1: "total"}
    columns = (
        *("english", "chinese", "kind", "formula", "unit", "minimum", "maximum"),
        *("applicants", "interval", "reading", "caution", "source"),
    )
    table = pd.DataFrame(
        {"indicator": code} | {name: getattr(entry, name) for name in columns}
        for code, entry in INDICATORS.items()
    )
    table["applicants"] = table["applicants"].map(len).map(named)
    return table.astype({"minimum": "Float64", "maximum": "Float64"})
