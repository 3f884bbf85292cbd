"""Audited, tidy data from annual reports on government information disclosure.

>>> sorted(name for name in __all__ if name.startswith("read_"))
['read_cells', 'read_report', 'read_reports']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from govinfo.errors import (
    EngineFailed,
    FontMissing,
    GovinfoError,
    LimitExceeded,
    MissingColumns,
    MissingExtra,
    NothingToDraw,
    ReadError,
    SourceError,
    UnknownForm,
)

if TYPE_CHECKING:
    from govinfo.dataset import DataSet, read_cells, read_reports
    from govinfo.report import Report, read_report
    from govinfo.study import load

__version__ = "0.1.0"

__all__ = [
    "DataSet",
    "EngineFailed",
    "FontMissing",
    "GovinfoError",
    "LimitExceeded",
    "MissingColumns",
    "MissingExtra",
    "NothingToDraw",
    "ReadError",
    "Report",
    "SourceError",
    "UnknownForm",
    "load",
    "read_cells",
    "read_report",
    "read_reports",
]

# Imported on first use: pandas and the readers cost most of a second.
_LAZY = {
    "DataSet": "govinfo.dataset",
    "read_cells": "govinfo.dataset",
    "read_reports": "govinfo.dataset",
    "Report": "govinfo.report",
    "read_report": "govinfo.report",
    "load": "govinfo.study",
}


# Rooms that a notebook works with; each is imported when it is first named.
_ROOMS = frozenset(
    {
        "agencies",
        "checks",
        "compare",
        "figures",
        "harmonise",
        "indicators",
        "layout",
        "pages",
        "show",
        "study",
    }
)


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    if name in _ROOMS:
        return import_module(f"govinfo.{name}")
    raise AttributeError(f"module 'govinfo' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What there is, what is imported on first use included."""
    return sorted([*__all__, *_ROOMS, "__version__"])
