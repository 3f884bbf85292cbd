"""Indicators of disclosure performance and exemption usage, each with its interval."""

from govinfo.indicators.compute import RELIABLE_N, STATES, VALUED, indicators
from govinfo.indicators.registry import (
    APPLICANTS,
    GROUNDS,
    INDICATORS,
    KINDS,
    PARTS,
    Indicator,
    indicator_table,
)

__all__ = [
    "APPLICANTS",
    "GROUNDS",
    "INDICATORS",
    "KINDS",
    "PARTS",
    "RELIABLE_N",
    "STATES",
    "VALUED",
    "Indicator",
    "indicator_table",
    "indicators",
]
