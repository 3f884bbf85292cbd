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
    ├── NothingToDraw   a figure was asked of a table that has nothing for it
    └── FontMissing     a figure needs characters that no bundled font can draw

What a report says against itself is never an error: it is a row in ``findings``.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd


class GovinfoError(Exception):
    """The base of every error that govinfo raises on purpose.

    ``kind_zh`` says in Chinese of what kind an error is; ``zh`` is the whole message
    in Chinese, of errors that have one.
    """

    kind_zh = "处理未成功"

    def __init__(self, message: str = "", zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh


class SourceError(GovinfoError):
    """A file is missing, empty, changed, or of a kind that govinfo does not read."""

    kind_zh = "文件缺失、为空、已变动，或属于不支持的类型"


class MissingExtra(SourceError):
    """A file needs an optional part of govinfo, or a program, that is not installed."""

    kind_zh = "缺少所需的可选组件或程序"


class ReadError(GovinfoError):
    """A file opened, but its content could not be read."""

    kind_zh = "文件已打开，但内容无法读取"


class LimitExceeded(ReadError):
    """Reading a file was stopped at a limit of time, memory or size."""

    kind_zh = "读取超出时间、内存或大小的限度，已停止"


class UnknownForm(GovinfoError):
    """A document was read, but it holds no statutory table."""

    kind_zh = "文件中未找到法定表格"


class EngineFailed(GovinfoError):
    """A library or program that does part of the work stopped with its own error."""

    kind_zh = "所依赖的程序出错"


class MissingColumns(GovinfoError):
    """A table lacks columns that a function needs."""


def require_columns(
    table: pd.DataFrame, needed_by: str, columns: Iterable[str], advice: str
) -> None:
    """
    Refuse a table that lacks columns, naming all of them.

    Raises
    ------
    MissingColumns
        With ``advice`` on what to pass instead.
    """
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        named = ", ".join(repr(name) for name in lacking)
        raise MissingColumns(
            f"{needed_by}() needs columns that the table does not have: {named}. "
            f"{advice}"
        )


def require_once(
    table: pd.DataFrame, needed_by: str, keys: Sequence[str], advice: str
) -> None:
    """
    Refuse a table of which two rows have the same keys, naming them.

    Raises
    ------
    ValueError
        With ``advice`` on what to pass instead.
    """
    twice = table[table.duplicated(list(keys))]
    if len(twice):
        named = ", ".join(f"'{value}'" for value in twice.iloc[0][list(keys)])
        raise ValueError(f"{needed_by}() was given {named} twice. {advice}")


class NothingToDraw(GovinfoError, ValueError):
    """A figure was asked of a table that has nothing for it."""

    kind_zh = "没有可画的数"


class FontMissing(GovinfoError):
    """A figure needs characters that no bundled font can draw."""


def need(doing: str, *packages: str, extra: str, instead: str = "") -> None:
    """
    Say before any work is done that a package is not there.

    Raises
    ------
    MissingExtra
        Naming the package, and what to install or to do ``instead``.
    """
    for package in packages:
        try:
            # As an import statement would, which whatever stands in for it sees.
            __import__(package)
        except ImportError as error:
            raise MissingExtra(
                f"{doing} needs {package}, which is not installed. Install "
                f"govinfo-cn[{extra}]{instead}."
            ) from error


def meant(word: str, known: Iterable[str]) -> str:
    """A question after the nearest of the words that are known, if one is near.

    Examples
    --------
    >>> meant("exel", ["xlsx", "excel"]), meant("sas", ["csv"])
    (" Did you mean 'excel'?", '')
    """
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


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
        raise EngineFailed(
            f"{name} stopped at {type(error).__name__} ({said})."
        ) from error


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
