"""Signs that stand in the text of a cell for what is there and is no plain figure."""

from __future__ import annotations

PICTURE = "〔图〕"
"""A picture in a cell that holds nothing else: what it shows is not known."""

FORMULA = "〔式〕"
"""A formula, or a field whose result is not stored."""


def bracketed(text: str) -> str:
    """
    Digits struck out, raised or unseen that stand alone in a cell.

    They are no figure, and the cell is no blank either.

    Examples
    --------
    >>> bracketed("71")
    '〔71〕'
    """
    return f"〔{text}〕"
