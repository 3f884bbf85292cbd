"""Indicators of disclosure performance and exemption usage, each with its interval."""

from govinfo.indicators.compute import indicators
from govinfo.indicators.evaluate import RELIABLE_N, STATES, VALUED
from govinfo.indicators.registry import (
    APPLICANTS,
    GROUNDS,
    INDICATORS,
    KINDS,
    indicator_table,
)

__all__ = [
    "APPLICANTS",
    "GROUNDS",
    "INDICATORS",
    "KINDS",
    "RELIABLE_N",
    "STATES",
    "VALUED",
    "indicator_table",
    "indicators",
]
