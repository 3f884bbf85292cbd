"""Names of files as text that can be printed and compared, and what they say."""

from __future__ import annotations

import os
import re
from pathlib import Path

from govinfo.errors import SourceError

# Longer identifiers are cut; a file name has at most 255 bytes.
MAX_IDENTIFIER = 160

# Browsers save a page with a folder of its pictures, scripts and frames.
PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".shtml", ".mht", ".mhtml")
PART_ENDINGS = ("_files", ".files", "_file", "-Dateien", "-filer")

# What ends lines, turns the direction of writing, or prints nothing.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
# What spreadsheets take for the start of a formula.
_FORMULA = "=+-@"


def decoded(name: str) -> str:
    r"""
    Name of a file whose bytes are not in the encoding of this system.

    Archives made under Chinese Windows leave names in GBK on systems that expect UTF-8.

    Examples
    --------
    >>> decoded(b"\xc4\xb3\xcf\xd82023.html".decode("utf-8", "surrogateescape"))
    '某县2023.html'
    >>> decoded("\udcff.html"), decoded("某县.html")
    ('\\xff.html', '某县.html')
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        data = os.fsencode(name)
    else:
        return name
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace")


def shown_path(path: Path) -> str:
    r"""
    Path of a file on one line that no spreadsheet takes for a formula.

    Examples
    --------
    >>> shown_path(Path("a\nb.html")), shown_path(Path("=1.html"))
    ('a\\x0ab.html', './=1.html')
    """
    text = _CONTROL.sub(lambda c: _escaped(c[0]), decoded(str(path)))
    return f"./{text}" if text.startswith(tuple(_FORMULA)) else text


def identifier(stem: str) -> str:
    r"""
    Make the name of a file without its suffix an identifier of its report.

    Examples
    --------
    >>> identifier("a\nb"), identifier("=cmd|x"), identifier(" a ")
    ('a_b', '_cmd|x', 'a')
    >>> identifier("\u202e"), identifier("某县-2023")
    ('_', '某县-2023')
    """
    text = _CONTROL.sub("_", decoded(stem)).strip()
    if text.startswith(tuple(_FORMULA)):
        text = "_" + text[1:]
    return text[:MAX_IDENTIFIER].rstrip() or "_"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def is_saved_page_part(path: Path) -> bool:
    """Whether a file only belongs to a saved page: it lies in the folder beside it.

    Browsers save ``page.html`` with a folder ``page_files`` (or ``page.files``) of
    pictures, scripts and frames. Those are not reports.

    Parameters
    ----------
    path : Path
        A file, or such a folder itself.

    Examples
    --------
    >>> is_saved_page_part(Path("reports/2023.html"))
    False
    """
    for folder in (path, *path.parents):
        for ending in PART_ENDINGS:
            stem = folder.name.removesuffix(ending)
            if stem and stem != folder.name:
                beside = folder.parent
                endings = (*PAGE_ENDINGS, *(e.upper() for e in PAGE_ENDINGS))
                if any((beside / (stem + e)).is_file() for e in endings):
                    return True
    return False


def require_page(name: str, page: int, n_pages: int) -> None:
    """
    Refuse a page that a file does not have.

    Raises
    ------
    SourceError
        If there is no such page.
    """
    if not 1 <= page <= n_pages:
        raise SourceError(
            f"{name} has {n_pages} pages, but page {page} was asked for. Pages "
            "are counted from 1."
        )
