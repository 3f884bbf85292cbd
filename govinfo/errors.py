"""The errors that govinfo raises when it cannot read, recognise or draw something.

::

    GovinfoError
    ├── SourceError     a file is missing, empty, changed, or of an unknown kind
    │   └── MissingExtra    a file needs a part of govinfo that is not installed
    ├── ReadError       a file opened, but its content could not be read
    │   └── LimitExceeded   reading was stopped at a limit of time, memory or size
    ├── UnknownForm     a document was read, but holds no statutory table
    ├── EngineFailed    a library or program that does part of the work stopped
    ├── MissingColumns  a table is not the one this function needs
    └── FontMissing     a figure needs characters that no bundled font can draw

What a report says against itself is never an error: it is a row in ``findings``.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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


class EngineFailed(GovinfoError):
    """A library or program that does part of the work stopped with its own error."""


class MissingColumns(GovinfoError):
    """A table lacks columns that a function needs."""


class FontMissing(GovinfoError):
    """A figure needs characters that no bundled font can draw."""


@contextmanager
def engine(name: str) -> Iterator[None]:
    """
    Make one sentence of whatever a library or program raises, its import included.

    Parameters
    ----------
    name : str
        What is called, for the sentence.

    Raises
    ------
    EngineFailed
        For every error but those of govinfo itself and a lack of memory.

    Examples
    --------
    >>> with engine("camelot"):
    ...     raise ValueError("no page 3")
    Traceback (most recent call last):
    govinfo.errors.EngineFailed: camelot stopped at ValueError (no page 3).
    """
    try:
        yield
    except (GovinfoError, MemoryError):
        raise
    except Exception as error:
        said = " ".join(str(error).split()).rstrip(".") or "it said nothing more"
        message = f"{name} stopped at {type(error).__name__} ({said})."
        raise EngineFailed(message) from error


def reason(error: BaseException) -> str:
    """
    Why something failed, as the end of a sentence that goes on.

    Examples
    --------
    >>> reason(ReadError("The file is cut short."))
    'The file is cut short'
    >>> reason(PermissionError(13, "Permission denied", "a.pdf"))
    'Permission denied'
    """
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")
