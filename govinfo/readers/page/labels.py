"""Which lines of text are one label, in tables that draw no rules between rows.

Rows of one table have the same padding. So lines of one label follow each other closer
than labels do, and in every row the figures stand at the same height of their label: in
the middle, or in line with its first or its last line. A table whose lines fit this in
one way only is settled; one where they fit in two ways, or in none, is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

# Lines of one label follow each other within this many character sizes.
LINE_PITCH = 1.9

# Heights that agree differ by less than this part of the character size.
AGREE = 0.3

# Figures without a label stand this many character sizes away from any.
APART = 1.1


@dataclass(frozen=True, slots=True)
class LabelLine:
    """A line of a label, and whether it fills its column so that a label may wrap."""

    y: float
    is_full: bool


Labels = tuple[tuple[tuple[int, ...], int | None], ...]
"""For each label, the indices of its lines, and the index of its figures, if any."""


def labels_of(
    lines: Sequence[LabelLine],
    figures: Sequence[float],
    barriers: Sequence[float],
    size: float,
) -> Labels | None:
    """Join lines to labels.

    Parameters
    ----------
    lines : sequence of LabelLine
        Lines in the innermost column of labels, from the top down.
    figures : sequence of float
        Baselines of the rows of figures, from the top down.
    barriers : sequence of float
        Baselines of rows of a header, which part labels.
    size : float
        Character size.

    Returns
    -------
    tuple or None
        None if the lines fit in several ways, or in none.

    Examples
    --------
    A label over two lines, and a row that is blank:

    >>> lines = [LabelLine(y, y == 20) for y in (20, 32, 50, 68)]
    >>> labels_of(lines, [26, 68], [], 10)
    (((0, 1), 0), ((2,), None), ((3,), 1))
    """
    if not lines:
        return ()
    found: list[Labels] = []
    for cuts in _by_pitch(lines, barriers, size):
        labels = _with_figures(cuts, lines, figures, size)
        if labels is not None and labels not in found:
            found.append(labels)
    if len(found) > 1:
        found = [labels for labels in found if _is_even(labels, lines, barriers, size)]
    if len(found) > 1:
        found = [labels for labels in found if _is_wrapped(labels, lines)]
    if len(found) != 1 or _may_go_on(found[0], lines, barriers, size):
        return None
    return found[0]


def _by_pitch(
    lines: Sequence[LabelLine], barriers: Sequence[float], size: float
) -> Iterator[list[tuple[int, ...]]]:
    """Labels for each distance that may be the greatest between two lines of one."""
    gaps = [low.y - high.y for high, low in pairwise(lines)]
    limits = [0.0]
    for gap in sorted(gaps):
        if gap > limits[-1] + AGREE * size and gap <= LINE_PITCH * size:
            limits.append(gap)
    for limit in limits:
        labels = [[0]]
        for i, gap in enumerate(gaps, 1):
            apart = gap > limit + (AGREE * size if limit else 0.0)
            if apart or _is_parted(lines[i - 1].y, lines[i].y, barriers):
                labels.append([])
            labels[-1].append(i)
        yield [tuple(label) for label in labels]


def _is_parted(high: float, low: float, barriers: Sequence[float]) -> bool:
    return any(high < y < low for y in barriers)


def _heights(ys: Sequence[float]) -> tuple[float, float, float]:
    """Where figures stand beside a label: in its middle, at its top, at its bottom."""
    return (ys[0] + ys[-1]) / 2, ys[0], ys[-1]


def _with_figures(
    labels: Sequence[tuple[int, ...]],
    lines: Sequence[LabelLine],
    figures: Sequence[float],
    size: float,
) -> Labels | None:
    """Labels with their figures, if all stand alike."""
    heights = [_heights([lines[i].y for i in label]) for label in labels]
    for mode in range(3):
        beside: dict[int, int] = {}
        for n, y in enumerate(figures):
            at = min(range(len(labels)), key=lambda k: abs(heights[k][mode] - y))
            if abs(heights[at][mode] - y) <= AGREE * size and at not in beside:
                beside[at] = n
            elif min(abs(line.y - y) for line in lines) <= APART * size:
                break
        else:
            return tuple((label, beside.get(k)) for k, label in enumerate(labels))
    return None


def _is_even(
    labels: Labels,
    lines: Sequence[LabelLine],
    barriers: Sequence[float],
    size: float,
) -> bool:
    """Whether rows without figures are as far from their neighbours as others are."""
    steps: list[float] = []
    blank: list[float] = []
    for (above, figure), (below, other) in pairwise(labels):
        high, low = lines[above[-1]].y, lines[below[0]].y
        if not _is_parted(high, low, barriers):
            is_blank = figure is None or other is None
            (blank if is_blank else steps).append(low - high)
    if not steps:
        return not blank or max(blank) - min(blank) <= 2 * AGREE * size
    return not blank or min(blank) >= min(steps) - AGREE * size


def _may_go_on(
    labels: Labels,
    lines: Sequence[LabelLine],
    barriers: Sequence[float],
    size: float,
) -> bool:
    """Whether a row without figures may as well be part of the label beside it.

    So it is if the line above is full, and no nearer lines of one label show how near
    they are.
    """
    pitches = [
        lines[low].y - lines[high].y
        for label, _ in labels
        for high, low in pairwise(label)
    ]
    near = max(pitches) + AGREE * size if pitches else LINE_PITCH * size
    return any(
        None in (figure, other)
        and lines[above[-1]].is_full
        and lines[below[0]].y - lines[above[-1]].y <= near
        and not _is_parted(lines[above[-1]].y, lines[below[0]].y, barriers)
        for (above, figure), (below, other) in pairwise(labels)
    )


def _is_wrapped(labels: Labels, lines: Sequence[LabelLine]) -> bool:
    """Whether all labels over several lines fill all lines but the last."""
    return all(lines[i].is_full for label, _ in labels for i in label[:-1])
