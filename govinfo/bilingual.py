"""Sentences in English and Chinese: templates in one table a room, filled together.

A sentence of a data set exists in both languages or not at all. Each room keeps its
templates in a file ``sentences.csv`` (``key, en, zh``), which an editor reads and mends
without reading code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from govinfo.beside import rows_beside

NUMBERED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
"""A word of a template that follows a number: ``{n} {n:cell|cells}``."""

_NESTED = re.compile("“([^“”]*)“([^“”]*)”([^“”]*)”")

_COUNT = re.compile(
    r"'[^']*'|“[^”]*”|\b(?:in|for|of|and|years?|[A-Z][a-z]+) (?:19|20)\d\d\b"
    r"|(?<![A-Za-z0-9_.-])\d{4,}(?!\d|年|-|\.\d+\.)"
)
"""A count of four digits or more; quotations and years come first, and stay."""

IN_ENGLISH = "另有说明见英文栏。"
"""Said in Chinese in the place of what is said in English alone."""


class Said:
    """
    A phrase or a sentence in both languages, filled in when it is first looked at.

    Nearly all checks pass, and nobody looks at what they would have said.

    Parameters
    ----------
    en, zh : str
        The text, or its template where there are ``fields``.
    fields : mapping, optional
        What stands in the fields of the template; each may itself be in both languages.

    Examples
    --------
    >>> Said("{n} of {of}", "{of}的{n}", {"n": 2, "of": Said("three", "三")})
    Said(en='2 of three', zh='三的2')
    >>> [Said("{n} {n:is|are} here", "", {"n": n}).en for n in (1, 2)]
    ['1 is here', '2 are here']
    """

    __slots__ = ("_fields", "_texts")

    def __init__(
        self, en: str, zh: str, fields: Mapping[str, object] | None = None
    ) -> None:
        """Keep template and fields."""
        self._texts = en, zh
        self._fields = fields

    def _both(self) -> tuple[str, str]:
        if self._fields is not None:
            en, zh = (
                _filled(
                    template,
                    {
                        name: value._both()[at] if isinstance(value, Said) else value
                        for name, value in self._fields.items()
                    },
                )
                for at, template in enumerate(self._texts)
            )
            self._texts, self._fields = (unnested(en), unnested(zh)), None
        return self._texts

    @property
    def en(self) -> str:
        """In English."""
        return self._both()[0]

    @property
    def zh(self) -> str:
        """In Chinese."""
        return self._both()[1]

    @property
    def open(self) -> Said:
        """The sentence without the full stop, to go on with."""
        return Said(self.en.removesuffix("."), self.zh.removesuffix("。"))

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        return isinstance(other, Said) and self._both() == other._both()

    def __hash__(self) -> int:
        """By what is said."""
        return hash(self._both())

    def __repr__(self) -> str:
        """Both languages."""
        return f"Said(en={self.en!r}, zh={self.zh!r})"


def _filled(template: str, values: Mapping[str, object]) -> str:
    """A template with its fields filled in and its words in singular or plural."""

    def chosen(field: re.Match[str]) -> str:
        return field[2] if str(values[field[1]]) == "1" else field[3]

    if "|" in template:
        template = NUMBERED.sub(chosen, template)
    return template.format_map(values)


def unnested(text: str) -> str:
    """A text whose quotation marks within others are single.

    Examples
    --------
    >>> unnested("“3.危及“三安全一稳定””行")
    '“3.危及‘三安全一稳定’”行'
    """
    return _NESTED.sub(r"“\1‘\2’\3”", text) if "“" in text else text


def counted(n: int, one: str, many: str = "") -> str:
    """How many of a thing in English, one or several.

    Examples
    --------
    >>> counted(1, "report"), counted(0, "agency"), counted(2, "way")
    ('1 report', '0 agencies', '2 ways')
    >>> counted(1, "request was", "requests were"), counted(2, "mix", "mixes")
    ('1 request was', '2 mixes')
    """
    if not many:
        is_ies = one.endswith("y") and one[-2] not in "aeiou"
        many = f"{one[:-1]}ies" if is_ies else f"{one}s"
    return f"{n:,} {one if n == 1 else many}"


def parted(sentence: str) -> str:
    """A sentence of the data set with separators of thousands, as pages print it.

    What a document is quoted with stays as printed, and so do years.

    Examples
    --------
    >>> parted("column '2023': 9487 after 1550.5 in 2023; 2024年为1200")
    "column '2023': 9,487 after 1,550.5 in 2023; 2024年为1,200"
    """
    return _COUNT.sub(
        lambda m: f"{int(m[0]):,}" if m[0].isdecimal() else m[0], sentence
    )


def both(text: object) -> Said:
    """What is written alike in both languages: a name, a label, a number."""
    return Said(str(text), str(text))


def joined(parts: list[Said], en: str = ", ", zh: str = "，") -> Said:
    """Phrases in a row, with the comma of each language or another sign."""
    return Said(en.join(p.en for p in parts), zh.join(p.zh for p in parts))


@cache
def templates(package: str) -> dict[str, Said]:
    """The templates of a room, by key."""
    rows = rows_beside(package, "sentences.csv")
    return {row["key"]: Said(row["en"], row["zh"]) for row in rows}


def speaker(package: str) -> Callable[..., Said]:
    """
    The function that says the sentences of a room.

    Parameters
    ----------
    package : str
        The package that holds a ``sentences.csv``.

    Returns
    -------
    callable
        Takes the key of a template and the values of its fields.

    Examples
    --------
    >>> say = speaker("govinfo.checks")
    >>> say("shown.blank")
    Said(en='(blank)', zh='（空白）')
    >>> say("sum.empty", place=Said("requests", "第三部分")).zh
    '第三部分：该等式各格均为空白。'
    """

    def say(key: str, **values: object) -> Said:
        return Said(*templates(package)[key]._both(), values)

    return say
