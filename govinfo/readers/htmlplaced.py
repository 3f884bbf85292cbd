"""Text that a page of HTML puts at coordinates, whatever its order in the file.

Programs that turn PDF into HTML write so. A file that names the words of a table in
another order than that of its lines says nothing on which of them stand together.
"""

from __future__ import annotations

import re

from lxml import etree

_ABSOLUTE = re.compile(r"(?<![\w-])position\s*:\s*(?:absolute|fixed)")
_TOP = re.compile(r"(?<![\w-])top\s*:\s*(-?\d+(?:\.\d+)?)\s*(?:px|pt)?\s*(?:;|!|$)")

# Fewer texts than this are decoration; words of one line differ by less in height.
FEWEST = 20
APART = 4.0
# A head or a foot that comes first or last; one column after the other.
MOST_STEPS_UP = 0.02


def is_out_of_order(root: etree._Element) -> bool:
    """
    Whether texts placed at coordinates stand in the file in another order.

    Parameters
    ----------
    root : Element
        The page.

    Examples
    --------
    >>> line = '<p style="position:absolute;top:{}px">7</p>'
    >>> down = "".join(line.format(10 * n) for n in range(30))
    >>> mixed = "".join(line.format(10 * (7 * n % 30)) for n in range(30))
    >>> [is_out_of_order(etree.fromstring(f"<b>{p}</b>")) for p in (down, mixed)]
    [False, True]
    """
    heights: dict[etree._Element, list[float]] = {}
    for element in root.iter(etree.Element):
        style = (element.get("style") or "").lower()
        if "position" not in style or not _ABSOLUTE.search(style):
            continue
        top = _TOP.search(style)
        parent = element.getparent()
        if top and parent is not None and "".join(map(str, element.itertext())).strip():
            heights.setdefault(parent, []).append(float(top[1]))
    n_texts = sum(len(tops) for tops in heights.values())
    n_up = sum(
        below < above - APART
        for tops in heights.values()
        for above, below in zip(tops, tops[1:], strict=False)
    )
    return n_texts >= FEWEST and n_up > max(1, MOST_STEPS_UP * n_texts)
