"""Readings of statutory cells: what stands there, how sure, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from govinfo.document import Place
from govinfo.recognise.evidence import Key, Sum, supported
from govinfo.recognise.figures import Figure, State, read_figure
from govinfo.recognise.objections import Objection, objection
from govinfo.recognise.rows import Piece

# A remark in a cell is short; what is longer is a sentence put in place of a number.
LONGEST_RAW = 120


# Not frozen, which takes four times as long: a report has hundreds.
@dataclass(slots=True, unsafe_hash=True)
class Reading:
    """One statutory cell as read.

    ``doubts`` are the objections to it; without any, it is sure. ``others`` are further
    texts that may be the right one. ``second`` is what another way of reading
    found in the same cell, ``unread`` why one that was tried found nothing.
    """

    table: str
    form: str
    row_code: str
    column_code: str
    figure: Figure
    raw: str
    place: Place | None
    unit: str
    doubts: tuple[Objection, ...] = ()
    others: tuple[str, ...] = ()
    may_be_supported: bool = True
    second: str | None = None
    unread: str = ""

    @property
    def key(self) -> Key:
        """Row and column code."""
        return self.row_code, self.column_code

    @property
    def state(self) -> State:
        """The state that the data set gives the cell."""
        if not self.doubts:
            return self.figure.state
        return State.UNCERTAIN

    @property
    def value(self) -> Decimal | None:
        """The number, only where it is sure."""
        is_sure = self.state in (State.REPORTED, State.CORRECTED)
        return self.figure.value if is_sure else None


@dataclass
class Cellbook:
    """The readings of one table, collected row by row."""

    table: str
    readings: dict[Key, Reading] = field(default_factory=dict)

    def add(self, reading: Reading) -> None:
        """Keep a reading; a second, different one of a cell makes it doubtful."""
        known = self.readings.get(reading.key)
        if known is None:
            self.readings[reading.key] = reading
            return
        one, other = known.figure, reading.figure
        if (one.state, one.value) == (other.state, other.value):
            return
        self.readings[reading.key] = replace(
            known,
            doubts=(*known.doubts, objection("printed_twice")),
            others=(*known.others, reading.raw),
            may_be_supported=False,
        )

    def settle(self, identities: tuple[Sum, ...]) -> None:
        """Let the sums of the form decide about cells in doubt.

        A doubtful figure that all its sums support becomes sure. Where they do not
        support it but support the one other reading, that one becomes sure and the
        first is named in ``raw``.
        """
        values = {
            key: reading.figure.value
            for key, reading in self.readings.items()
            if reading.figure.state in (State.REPORTED, State.BLANK)
        }
        for key, reading in list(self.readings.items()):
            if reading.doubts and reading.may_be_supported:
                self.readings[key] = _settled(reading, key, identities, values)


def _settled(
    reading: Reading,
    key: Key,
    identities: tuple[Sum, ...],
    values: Mapping[Key, Decimal | None],
) -> Reading:
    own = reading.raw, reading.figure
    # One that found nothing doubts what is printed, and makes no blank of it.
    others = (
        (f"{text} (other reading: {reading.raw})", read_figure(text))
        for text in filter(str.strip, reading.others)
    )
    fitting: dict[tuple[State, Decimal | None], tuple[str, Figure]] = {}
    for raw, figure in (own, *others):
        if figure.state in (State.REPORTED, State.BLANK) and supported(
            key, identities, {**values, key: figure.value}
        ):
            fitting.setdefault((figure.state, figure.value), (raw, figure))
    if len(fitting) != 1:
        return reading
    ((raw, figure),) = fitting.values()
    return replace(reading, doubts=(), figure=replace(figure, is_sure=True), raw=raw)


@lru_cache(maxsize=4096)
def tidy_raw(text: str) -> str:
    r"""
    Text of a cell for the data set: one line, not longer than a remark.

    Examples
    --------
    >>> tidy_raw("22\n（其中修订16件）")
    '22 （其中修订16件）'
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_RAW else line[: LONGEST_RAW - 1] + "…"


def doubts_about(piece: Piece, figure: Figure) -> list[Objection]:
    """Why the figure of a piece alone is not sure."""
    found = [] if figure.is_sure else ["text_ambiguous"]
    if piece.confidence == 1 and piece.other_reading is None and not piece.is_shared:
        return [*map(objection, found)]
    is_blank = figure.state is State.BLANK
    is_agreed = piece.other_reading == piece.text
    if piece.is_shared and not is_blank:
        found.append("cell_shared")
    if piece.confidence < 1 and not is_agreed and not is_blank:
        found.append("picture")
    if piece.other_reading is not None and not is_agreed:
        found.append("readings_differ")
    return [*map(objection, found)]
