"""Ours or theirs: how each figure in a failed check was read, and read again.

Every figure in a failed sum is read twice, see :mod:`govinfo.reread`, and one that
was read from a picture comes with how sure that reading was. What a finding says about
the agency rests on this, so the finding says it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from govinfo.bilingual import Said
from govinfo.checks.results import Result
from govinfo.checks.structure import Key, place_of, say, where
from govinfo.document import Document, Place
from govinfo.later import pd
from govinfo.recognise.figures import State, read_figure
from govinfo.recognise.readings import Reading
from govinfo.reread import confidences

READING_COLUMNS = (
    "table",
    "row_code",
    "column_code",
    "where",
    "state",
    "first",
    "second",
    "source",
    "confidence",
)
"""Columns of :func:`readings_table`."""

TEXT, PAGE, PICTURE = "text of the file", "text of the page", "picture"
"""What a figure was read from."""

_KEYS = {PICTURE: "picture", PAGE: "page", TEXT: "text"}

# The narrative and the names of a report are no cells that could be read again.
_NOT_CELLS = frozenset({"text_vs_table", "fee_statement", "identity", "period"})


def readings_table(
    cells: Iterable[Reading], document: Document, keys: Sequence[Key]
) -> pd.DataFrame:
    """
    What each reading of some cells was.

    Parameters
    ----------
    cells : iterable of Reading
        All cells of the report.
    document : Document
        The document that they were read from.
    keys : sequence of (table, row_code, column_code)
        The cells in question.

    Returns
    -------
    DataFrame
        The columns of :data:`READING_COLUMNS`, in the order of ``keys``: ``first`` is
        what was read, ``second`` what another engine read in the same cell (missing
        where the cell was read once), ``source`` one of :data:`TEXT`, :data:`PAGE` and
        :data:`PICTURE`, ``confidence`` the engine's score, 1 for text.
    """
    scores = confidences(document)
    known = {(cell.table, *cell.key): cell for cell in cells}
    rows = [
        (
            *key,
            where(cell.form, key),
            cell.state.value,
            cell.raw,
            cell.second,
            _source(cell, document, scores),
            scores.get(cell.place, 1.0) if cell.place else 1.0,
        )
        for key in keys
        if (cell := known.get(key)) is not None
    ]
    return pd.DataFrame(rows, columns=list(READING_COLUMNS))


def _source(cell: Reading, document: Document, scores: Mapping[Place, float]) -> str:
    if cell.place in scores or document.media_type.startswith("image/"):
        return PICTURE
    return PAGE if document.media_type == "application/pdf" else TEXT


def with_readings(
    results: Iterable[Result], cells: Iterable[Reading], document: Document
) -> Iterator[Result]:
    """
    Results of checks in which the failed ones say how their figures were read.

    Parameters
    ----------
    results : iterable of Result
        Of checks within one report.
    cells : iterable of Reading
        Its cells.
    document : Document
        The document that they were read from.

    Yields
    ------
    Result
        The same; only the sentences of failed checks on cells are longer.
    """
    known = {(cell.table, *cell.key): cell for cell in cells}
    scores = confidences(document)
    for result in results:
        is_wanted = result.result == "fail" and result.check not in _NOT_CELLS
        own = [known[key] for key in result.cells if key in known] if is_wanted else []
        if own:
            clause = _clause(own, document, scores)
            sentence = say("read.with", sentence=result.sentence.open, clause=clause)
            yield result._replace(sentence=sentence)
        else:
            yield result


def _clause(
    cells: Sequence[Reading], document: Document, scores: Mapping[Place, float]
) -> Said:
    """How the figures of one check were read, as the end of a sentence."""
    if any(cell.state is State.CORRECTED for cell in cells):
        return say("read.corrected")
    sources = {_source(cell, document, scores) for cell in cells}
    source = next(key for kind, key in _KEYS.items() if kind in sources)
    found = [cell for cell in cells if cell.second is not None]
    failed = next((cell.unread for cell in cells if cell.unread), "")
    told: dict[str, object] = {
        "these": say("read.one" if len(cells) == 1 else "read.many"),
        "source": say(f"read.{source}"),
        "again": say(f"read.again.{source}"),
        "reason": failed,
        "n": len(found),
        "all": len(cells),
    }
    if not found:
        return say("read.failed" if failed else "read.once", **told)
    differing = [cell for cell in found if not agrees(cell)]
    if differing:
        first = differing[0]
        place = place_of(first.form, (first.table, *first.key))
        told |= {"found": first.second or "blank", "raw": first.raw, "place": place}
        return say("read.differs", **told)
    if len(found) < len(cells):
        return say("read.part_failed" if failed else "read.part", **told)
    return say("read.same_one" if len(cells) == 1 else "read.same", **told)


def agrees(cell: Reading) -> bool:
    """Whether the second reading of a cell says what the first one says."""
    if cell.second == "blank":
        return cell.figure.state is State.BLANK
    other = read_figure(cell.second or "", may_change=cell.column_code == "change")
    return (other.state, other.value) == (cell.figure.state, cell.figure.value)
