"""The bundled Simplified Chinese face, and which characters figures can draw."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

FAMILY = "Govinfo Sans SC"
FACE = Path(__file__).parent / "GovinfoSansSC-Regular.otf"

# Comes with matplotlib; draws Latin letters and signs that the bundled face lacks.
LATIN = "DejaVu Sans"


@contextmanager
def unannounced() -> Iterator[None]:
    """Import matplotlib without what it says on a machine that it does not know yet.

    That it lists the fonts, or that its folder cannot be written to, is no news to the
    reader of a notebook, and would be kept among the outputs of its first cell.
    """
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@cache
def register() -> tuple[str, str]:
    """Names of the families to set text in, known to matplotlib from now on."""
    with unannounced():
        from matplotlib import font_manager

    font_manager.fontManager.addfont(FACE)
    return FAMILY, LATIN


@cache
def drawable() -> frozenset[str]:
    """Every character that the bundled face, or matplotlib's own, has a glyph for.

    Examples
    --------
    >>> "政" in drawable(), "é" in drawable(), "𠮷" in drawable()
    (True, True, False)
    """
    from matplotlib import font_manager, ft2font

    register()
    found: set[str] = set()
    for family in (FAMILY, LATIN):
        path = font_manager.findfont(family, fallback_to_default=False)
        found.update(map(chr, ft2font.FT2Font(path).get_charmap()))
    return frozenset(found)
