"""One identifier for each file of a data set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.readers.files.names import identifier
from govinfo.registry import Registration
from govinfo.sources import Source

# A file of several reports gives its own name and a number to each.
_PART = re.compile(r"(.+)-\d{1,2}")


def report_ids(
    sources: Sequence[Source], registered: Sequence[Registration | None]
) -> list[str]:
    """
    One identifier for each file, no two alike.

    The registry's, else the name without its suffix; where two files share that, or it
    is that of a part of another file, the suffix is added, then the folders, from the
    nearest on. What cannot be written in a table stands as ``_``.

    Parameters
    ----------
    sources : sequence of Source
        The files.
    registered : sequence of Registration or None
        What the registry says about each.

    Returns
    -------
    list of str
        In the order of the files.

    Raises
    ------
    SourceError
        If the registry gives one identifier to two files.

    Examples
    --------
    >>> files = [Source(Path("a/x.pdf"), "x.pdf"), Source(Path("b/x.html"), "x.html")]
    >>> report_ids(files, [None, None])
    ['x-pdf', 'x-html']
    """
    fixed = [entry.report_id if entry else "" for entry in registered]
    twice = sorted(name for name, n in Counter(fixed).items() if name and n > 1)
    if twice:
        raise SourceError(
            f"The registry gives the identifier {twice[0]!r} to more than one file. "
            "Every report needs an identifier of its own: change one of them."
        )
    taken = {name for name in fixed if name}
    known = taken | {_name(source.path, 0) for source in sources}
    open_files = [n for n, name in enumerate(fixed) if not name]
    for depth in range(64):
        names = {n: _name(sources[n].path, depth) for n in open_files}
        counts = Counter(names.values())
        for n, name in names.items():
            is_part = (part := _PART.fullmatch(name)) and part[1] in known
            if counts[name] == 1 and name not in taken and not is_part:
                fixed[n] = name
        taken |= {name for name in fixed if name}
        open_files = [n for n in open_files if not fixed[n]]
        if not open_files:
            break
    for n in open_files:
        fixed[n] = f"{_name(sources[n].path, 1)}-{n + 1}"
        while fixed[n] in taken:
            fixed[n] += "_"
        taken.add(fixed[n])
    return fixed


def _name(path: Path, depth: int) -> str:
    if depth == 0:
        return identifier(path.stem)
    suffix = path.suffix.lstrip(".").lower()
    stem = identifier(path.stem)
    name = f"{stem}-{identifier(suffix)}" if suffix else stem
    folders = path.resolve().parts[:-1][-(depth - 1) :] if depth > 1 else ()
    above = (identifier(folder.strip("/\\")) for folder in folders)
    return "-".join([*above, name])
