"""Run notebooks, and run them again only when something they stand on has changed."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from govinfo.errors import SourceError, need
from govinfo.show import SITE

if TYPE_CHECKING:
    from nbformat import NotebookNode

PACKAGE = Path(__file__).parents[1]

# How pages look changes no number, so these do not make a notebook run again.
LOOKS_ONLY = ("site", "templates")

# What notebooks compute with: a new version may print something else.
ENGINES = ("camelot-py", "matplotlib", "numpy", "pandas", "pypdfium2", "scipy")

# A cell of the slowest notebook takes seconds; one that takes this long hangs.
SECONDS_A_CELL = 300


def execute(path: Path, *, for_site: bool = False) -> NotebookNode:
    """Run a notebook from top to bottom in a fresh kernel, in its own folder.

    For the site, what it shows carries its versions for both languages.

    Raises
    ------
    SourceError
        If a cell raises, naming the notebook, the error and the cell's first line.
    """
    need("Running notebooks", "nbclient", extra="lab")
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    notebook = _tidy(nbformat.read(path, as_version=4))
    client = NotebookClient(
        notebook,
        # A kernel that only this machine reaches still warns that it is not encrypted.
        extra_arguments=["--log-level=ERROR"],
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        # On a busy machine a kernel may need more than the usual minute to start.
        startup_timeout=SECONDS_A_CELL,
        store_widget_state=False,
        timeout=SECONDS_A_CELL,
    )
    try:
        # Not client.execute(), which leaves the event loop of this thread open.
        environment = dict(os.environ) | ({SITE: "1"} if for_site else {})
        asyncio.run(client.async_execute(env=environment))
    except CellExecutionError as error:
        raise SourceError(
            f"{path.name} stopped at a cell that raised {error.ename}, saying "
            f"'{error.evalue}'. Open the notebook, run it from the top, and mend that "
            "cell; or tag it raises-exception if the error is what it shows."
        ) from error
    except CellTimeoutError as error:
        raise SourceError(
            f"{path.name} has a cell that ran for more than {SECONDS_A_CELL} seconds. "
            "Move the work into the package, or show a smaller part."
        ) from error
    return _tidy(client.nb)


def _tidy(notebook: NotebookNode) -> NotebookNode:
    """Leave out what differs from machine to machine and from run to run."""
    from nbformat import from_dict

    python = {"name": "python"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = from_dict({"kernelspec": kernel, "language_info": python})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                # A traceback names the folders and lines of this machine's files.
                output.traceback = [f"{output.ename}: {output.evalue}"]
    return notebook


def digest(paths: Iterable[Path]) -> str:
    """One checksum over the names and contents of files and folders."""
    total = hashlib.sha256()
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            inside = file.relative_to(path.parent).parts
            # Python's and govinfo's own stores, and what differs with every run.
            if {"__pycache__", ".govinfo", "timings.csv"} & set(inside):
                continue
            if file.is_file():
                name = file.relative_to(path.parent).as_posix()
                total.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def surroundings(data: Path) -> str:
    """One checksum over everything but the notebook that its outputs depend on."""
    total = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in ENGINES:
        with suppress(PackageNotFoundError):
            total.update(f"{name} {version(name)}".encode())
    code = sorted(p for p in PACKAGE.iterdir() if p.name not in LOOKS_ONLY)
    total.update(digest([*code, data]).encode())
    return total.hexdigest()


def executed(
    notebooks: Iterable[Path], *, data: Path, cache: Path, jobs: int = 2
) -> list[NotebookNode]:
    """Run each notebook, unless the same run is kept in the cache.

    Parameters
    ----------
    notebooks : paths
        In the order in which their results come back.
    data : Path
        Folder that the notebooks read; a change in it makes them run again.
    cache : Path
        Folder of kept runs, made if it is missing. One run is kept per notebook.
    jobs : int
        How many kernels work at the same time.

    Raises
    ------
    SourceError
        If a cell of a notebook raises.
    """
    cache.mkdir(parents=True, exist_ok=True)
    around = surroundings(data)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        run = partial(_kept, around=around, cache=cache)
        # The last ones take longest, so they start first.
        tasks = [pool.submit(run, path) for path in reversed(list(notebooks))]
        return [task.result() for task in reversed(tasks)]


def _kept(path: Path, around: str, cache: Path) -> NotebookNode:
    """The kept run of a notebook, or a fresh one that is then kept."""
    import nbformat

    key = hashlib.sha256(path.read_bytes() + around.encode()).hexdigest()[:16]
    kept = cache / f"{path.stem}-{key}.ipynb"
    if kept.exists():
        run: NotebookNode = nbformat.read(kept, as_version=4)
        return run
    notebook = execute(path, for_site=True)
    for old in cache.glob(f"{path.stem}-{'?' * 16}.ipynb"):
        old.unlink()
    part = kept.with_suffix(".part")
    nbformat.write(notebook, part)
    part.replace(kept)
    return notebook
