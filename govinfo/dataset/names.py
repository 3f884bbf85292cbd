"""One identifier for each file of a data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from govinfo.errors import SourceError
from govinfo.registry import Registration
from govinfo.sources import Source


def report_ids(
    sources: Sequence[Source], registered: Sequence[Registration | None]
) -> list[str]:
    """
    One identifier for each file, no two alike.

    The registry's, else the name without its suffix; where two files share that, the
    suffix is added, then the folders, from the nearest on.

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
    twice = sorted({name for name in fixed if name and fixed.count(name) > 1})
    if twice:
        message = (
            f"The registry gives the identifier {twice[0]!r} to more than one file. "
            "Every report needs an identifier of its own: change one of them."
        )
        raise SourceError(message)
    taken = {name for name in fixed if name}
    open_files = [n for n, name in enumerate(fixed) if not name]
    for depth in range(64):
        names = {n: _name(sources[n].path, depth) for n in open_files}
        counts: dict[str, int] = {}
        for name in names.values():
            counts[name] = counts.get(name, 0) + 1
        for n, name in names.items():
            if counts[name] == 1 and name not in taken:
                fixed[n] = name
        taken |= {name for name in fixed if name}
        open_files = [n for n in open_files if not fixed[n]]
        if not open_files:
            break
    for n in open_files:
        fixed[n] = f"{_name(sources[n].path, 1)}-{n + 1}"
    return fixed


def _name(path: Path, depth: int) -> str:
    if depth == 0:
        return path.stem
    suffix = path.suffix.lstrip(".").lower()
    name = f"{path.stem}-{suffix}" if suffix else path.stem
    folders = path.resolve().parts[:-1][-(depth - 1) :] if depth > 1 else ()
    return "-".join([*(folder.strip("/\\") for folder in folders), name])
