"""Sentences in English and Chinese: templates in one table a room, filled together.

A sentence of a data set exists in both languages or not at all. Each room keeps its
templates in a file ``sentences.csv`` (``key, en, zh``), which an editor reads and mends
without reading code.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

IN_ENGLISH = "另有说明见英文栏。"
"""Said in Chinese in the place of what is said in English alone."""


class Said(NamedTuple):
    """A phrase or a sentence in both languages."""

    en: str
    zh: str

    def fill(self, values: dict[str, object]) -> Said:
        """The template with its fields filled; what is said in both fits each."""
        found = []
        for at, template in enumerate(self):
            own = {
                name: value[at] if isinstance(value, Said) else value
                for name, value in values.items()
            }
            found.append(template.format_map(own))
        return Said(*found)

    @property
    def open(self) -> Said:
        """The sentence without the full stop, to go on with."""
        return Said(self.en.removesuffix("."), self.zh.removesuffix("。"))


def both(text: object) -> Said:
    """What is written alike in both languages: a name, a label, a number."""
    return Said(str(text), str(text))


def joined(parts: list[Said]) -> Said:
    """Phrases in a row, with the comma of each language."""
    return Said(", ".join(p.en for p in parts), "，".join(p.zh for p in parts))


@cache
def templates(package: str) -> dict[str, Said]:
    """The templates of a room, by key."""
    text = (files(package) / "sentences.csv").read_text(encoding="utf-8")
    return {
        row["key"]: Said(row["en"], row["zh"])
        for row in csv.DictReader(text.splitlines())
    }


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
        return templates(package)[key].fill(values)

    return say
