"""The errors that govinfo raises when it cannot read, recognise or draw something.

::

    GovinfoError
    ├── SourceError     a file is missing, empty, changed, or of an unknown kind
    │   └── MissingExtra    a file needs a part of govinfo that is not installed
    ├── ReadError       a file opened, but its content could not be read
    │   └── LimitExceeded   reading was stopped at a limit of time, memory or size
    ├── UnknownForm     a document was read, but holds no statutory table
    ├── MissingColumns  a table is not the one this function needs
    └── FontMissing     a figure needs characters that no bundled font can draw

What a report says against itself is never an error: it is a row in ``findings``.
"""

from __future__ import annotations


class GovinfoError(Exception):
    """The base of every error that govinfo raises on purpose."""


class SourceError(GovinfoError):
    """A file is missing, empty, changed, or of a kind that govinfo does not read."""


class MissingExtra(SourceError):
    """A file needs an optional part of govinfo, or a program, that is not installed."""


class ReadError(GovinfoError):
    """A file opened, but its content could not be read."""


class LimitExceeded(ReadError):
    """Reading a file was stopped at a limit of time, memory or size."""


class UnknownForm(GovinfoError):
    """A document was read, but it holds no statutory table."""


class MissingColumns(GovinfoError):
    """A table lacks columns that a function needs."""


class FontMissing(GovinfoError):
    """A figure needs characters that no bundled font can draw."""
