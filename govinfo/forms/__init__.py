"""The statutory forms as data: tables, rows, columns and the labels that name them.

Each form has a folder, named after the first report year it was used for: ``cells.csv``
has one row per statutory cell, ``form.csv`` what else is true of the form, and, where
there is anything to say, ``labels.csv`` has further wordings, ``links.csv`` how its
cells compare with those of other forms, ``breaks.csv`` what it interrupts. Beside the
folders, files of the same names hold what is true whatever the form; ``marks.csv`` the
marks and units seen in figure cells; ``traditional.csv`` the traditional characters of
the forms' own words; ``contrast.csv`` the words that make another label of one that is
otherwise alike. A new form is a new folder; a new wording is a line in a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from govinfo.beside import rows_beside

TABLES = ("proactive", "requests", "disputes")
"""The three statutory tables, in the order of the report (sections 二, 三 and 四)."""

FORMS = tuple(
    sorted(p.name for p in files(__package__).iterdir() if p.name.isdecimal())
)
"""The forms in force since the Regulations of 2019, by the first year of their use."""

NEWEST = FORMS[-1]
"""The form that holds where nothing tells."""

SUBTOTAL = "other"
"""Row of ``requests`` that a report may print instead of its parts (collapsed （六）),
or beside them (then a subtotal)."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a statutory row: its code, printed label, English and unit."""

    code: str
    label: str
    english: str
    unit: str

    @property
    def leaf(self) -> str:
        """The last part of the label: what stands right above the figures.

        Examples
        --------
        >>> FormColumn("business", "法人或其他组织 / 商业企业", "", "request").leaf
        '商业企业'
        """
        return self.label.split(" / ")[-1]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of a statutory table in one form, with its columns in printed order."""

    table: str
    form: str
    code: str
    label: str
    english: str
    source: str
    required: bool
    role: str
    columns: tuple[FormColumn, ...]

    @property
    def leaf(self) -> str:
        """The last part of the label, that of the row itself without its groups."""
        return self.label.split(" / ")[-1]

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels of the groups that the row stands in, outermost first."""
        return tuple(self.label.split(" / ")[:-1])


def read_of_forms(name: str) -> list[dict[str, str]]:
    """Lines of a file of this name, those for all forms first; ``form`` says whose.

    Examples
    --------
    >>> [line["code"] for line in read_of_forms("breaks.csv") if line["form"]]
    ['form-2021']
    """
    return [
        line | {"form": form}
        for form in ("", *FORMS)
        if (files(__package__) / form / name).is_file()
        for line in rows_beside(__package__, f"{form}/{name}" if form else name)
    ]


@cache
def statutory_cells() -> tuple[dict[str, str], ...]:
    """Every cell of every form, as its ``cells.csv`` has it, with ``form``."""
    return tuple(read_of_forms("cells.csv"))


@cache
def form_rows(table: str, form: str) -> tuple[FormRow, ...]:
    """
    Rows of a statutory table in one form, in statutory order.

    Parameters
    ----------
    table : str
        One of :data:`TABLES`.
    form : str
        One of :data:`FORMS`.

    Returns
    -------
    tuple of FormRow
        Optional rows included; see :attr:`FormRow.required`.

    Examples
    --------
    >>> [row.code for row in form_rows("proactive", "2021")][:3]
    ['regulation', 'normative_document', 'licence']
    >>> len(form_rows("requests", "2019")), len(form_rows("requests", "2021"))
    (23, 26)
    """
    found: dict[str, list[dict[str, str]]] = {}
    for line in statutory_cells():
        if line["table"] == table and line["form"] == form:
            found.setdefault(line["row_code"], []).append(line)
    return tuple(
        FormRow(
            table=table,
            form=form,
            code=code,
            label=lines[0]["row_label"],
            english=lines[0]["row_english"],
            source=lines[0]["source"],
            required=lines[0]["presence"] == "required",
            role=lines[0]["role"],
            columns=tuple(
                FormColumn(
                    line["column_code"],
                    line["column_label"],
                    line["column_english"],
                    line["unit"],
                )
                for line in lines
            ),
        )
        for code, lines in found.items()
    )


@cache
def all_rows(table: str) -> tuple[str, ...]:
    """
    Codes of the rows of a table on any form, in the order of the newest.

    A row that only older forms have comes after the one it follows there.

    Examples
    --------
    >>> all_rows("proactive")[2:5]
    ('licence', 'other_external_service', 'penalty')
    """
    codes: list[str] = []
    for form in reversed(FORMS):
        place = 0
        for row in form_rows(table, form):
            if row.code not in codes:
                codes.insert(place, row.code)
            place = codes.index(row.code) + 1
    return tuple(codes)


@cache
def group_rows(table: str, form: str, group: str) -> tuple[str, ...]:
    """
    Rows of a group on a form; none where the form prints the group as one row.

    Examples
    --------
    >>> group_rows("requests", "2021", "other")
    ('other.not_clarified', 'other.fee_unpaid', 'other.other')
    >>> group_rows("requests", "2019", "other")
    ()
    """
    rows = form_rows(table, form)
    return tuple(row.code for row in rows if row.code.startswith(f"{group}."))


@cache
def first_year(form: str) -> int:
    """The first report year that a form was used for."""
    return int(_facts(form)["first_year"])


@cache
def demands(form: str, what: str) -> bool:
    """
    Whether the notice of a form demands something beside its tables.

    Examples
    --------
    >>> [demands(form, "fees_in_section_six") for form in ("2019", "2021")]
    [False, True]
    """
    return _facts(form).get(what) == "yes"


def _facts(form: str) -> dict[str, str]:
    return {
        line["key"]: line["value"]
        for line in rows_beside(__package__, f"{form}/form.csv")
    }


def form_in_force(year: int | None, among: tuple[str, ...] = FORMS) -> str:
    """
    The form of a report year: the newest of some that was in use by then.

    Examples
    --------
    >>> form_in_force(2020), form_in_force(None) == NEWEST
    ('2019', True)
    """
    begun = [form for form in among if year is None or first_year(form) <= year]
    return (begun or [among[0]])[-1]


@cache
def form_row(table: str, form: str, code: str) -> FormRow:
    """
    One row of a form.

    Raises
    ------
    KeyError
        If the form has no such row.

    Examples
    --------
    >>> form_row("requests", "2021", "granted").leaf
    '（一）予以公开'
    """
    for row in form_rows(table, form):
        if row.code == code:
            return row
    raise KeyError(f"Form {form} has no row {code!r} in table {table!r}.")


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording of ``labels.csv``: which table, what kind of label, which code."""

    table: str
    kind: str
    code: str
    label: str
    form: str = ""


@cache
def wordings() -> tuple[Wording, ...]:
    """
    Further wordings of rows, columns, groups and blocks, seen in published reports.

    Examples
    --------
    >>> any(w.code == "normative_document" for w in wordings())
    True
    """
    return tuple(Wording(**line) for line in read_of_forms("labels.csv"))


@cache
def marks(kind: str) -> tuple[str, ...]:
    """
    Marks of one kind that stand in figure cells, or above them.

    Parameters
    ----------
    kind : str
        What the mark says: ``"not_applicable"``, ``"count_unit"``, ``"yuan"``,
        ``"wan_yuan"``, ``"increase"``, ``"decrease"``, or ``"added_column"`` for what
        the label of a column begins with that is not of the form.

    Examples
    --------
    >>> "不涉及" in marks("not_applicable"), "万元" in marks("wan_yuan")
    (True, True)
    """
    return tuple(
        line["mark"]
        for line in rows_beside(__package__, "marks.csv")
        if line["kind"] == kind
    )


@cache
def contrast_words() -> tuple[str, ...]:
    """
    Words that make another label of one that is otherwise alike.

    上年处理决定数量 is no wording of 本年处理决定数量, near as the two are.

    Examples
    --------
    >>> "累计" in contrast_words()
    True
    """
    return tuple(line["word"] for line in rows_beside(__package__, "contrast.csv"))


@cache
def simplified() -> dict[int, str]:
    """
    Traditional characters of the forms' own words and their simplified ones.

    Returns
    -------
    dict
        For :meth:`str.translate`.

    Examples
    --------
    >>> "資訊公開".translate(simplified())
    '资讯公开'
    """
    return {
        ord(line["traditional"]): line["simplified"]
        for line in rows_beside(__package__, "traditional.csv")
    }
