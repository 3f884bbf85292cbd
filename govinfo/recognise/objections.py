"""Why a reading is not sure: objections, each with a code and a sentence.

The codes stand in ``cells.csv``, the sentences in ``reports.csv``. Both come from
``sentences.csv``, where a new objection is a line.
"""

from __future__ import annotations

from typing import NamedTuple

from govinfo.bilingual import Said, speaker

say = speaker(__package__)


OF_PRINT = frozenset(
    ("text_ambiguous", "readings_differ", "damaged", "unit", "column_none")
    + ("row_continued", "row_figure_in_label")
)
"""Objections to what is printed in a cell, wherever the cell belongs."""


class Objection(NamedTuple):
    """
    One objection to a reading.

    Attributes
    ----------
    code : str
        As in the column ``doubts`` of ``cells.csv``.
    said : Said
        What there is to say about this cell; :func:`in_general` says it of many.

    Examples
    --------
    >>> print(objection("unit"))
    the unit is neither yuan nor ten thousand yuan
    """

    code: str
    said: Said

    def __str__(self) -> str:
        return self.said.en


def objection(code: str) -> Objection:
    """An objection that says the same of every cell."""
    return Objection(code, say(code))


def second_reading(what: str, found: str) -> Objection:
    """
    The objection that a second reading of a ``page``, ``file`` or ``picture`` differs.

    Examples
    --------
    >>> print(second_reading("page", ""))
    a second reading of the page found 'nothing'
    """
    text = (
        say("second_reading.text", text=found)
        if found
        else say("second_reading.nothing")
    )
    place = say(f"second_reading.{what}")
    said = say("second_reading.found", what=place, found=text)
    return Objection("second_reading", said)


def in_general(code: str) -> Said:
    """What an objection says of many cells."""
    return say(code)
