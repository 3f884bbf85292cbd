"""What a method claims, and how often it is true."""

from __future__ import annotations

from typing import NamedTuple


class Claim(NamedTuple):
    """How often a method kept its word in one replicate: hits of tries."""

    setting: str
    hits: float
    tries: float


def within(low: object, truth: object, high: object) -> tuple[float, float]:
    """How many truths lie in their intervals, of how many."""
    import numpy as np

    inside = (np.asarray(low) <= truth) & (np.asarray(truth) <= high)
    return float(inside.sum()), float(inside.size)
