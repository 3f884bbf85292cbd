"""Files that lie elsewhere, at addresses that fsspec opens: S3, HTTP and others."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from govinfo.errors import GovinfoError, MissingExtra, SourceError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://(?!.*::)", re.IGNORECASE)
# What tells one version of a file from another, by the system that keeps it.
_VERSIONS = ("ETag", "etag", "LastModified", "mtime", "created")


def is_address(path: object) -> bool:
    """
    Whether what was given is an address, and no path on this machine.

    Examples
    --------
    >>> is_address("s3://reports/2023"), is_address("C:/reports"), is_address("a.pdf")
    (True, False, False)
    """
    return isinstance(path, str) and bool(_ADDRESS.match(path))


def files_at(address: str) -> Iterator[tuple[str, str, str]]:
    """
    The files that an address names: one, those in a folder, or those of a pattern.

    Parameters
    ----------
    address : str
        For instance ``s3://bucket/reports``; fsspec's settings and variables of the
        environment say how to log in.

    Yields
    ------
    address, name, version : str
        The address of a file; its name, from the folder that was given; and what tells
        this version of it from any other, empty where nothing does.

    Raises
    ------
    MissingExtra
        If fsspec, or what it needs for this kind of address, is not installed.
    SourceError
        If nothing is there, or it cannot be reached.
    """
    with _reaching(address):
        from fsspec.core import url_to_fs

        system, root = url_to_fs(address)
        # Names begin at the folder that was given, or that holds what was given.
        base = root.rpartition("/")[0]
        if glob.has_magic(root):
            found = system.glob(root, detail=True)
            base = re.split(r"/?[^/]*[*?\[]", root)[0]
        elif system.isfile(root):
            found = {root: system.info(root)}
        else:
            found = system.find(root, detail=True)
            base = root
    if not found:
        raise SourceError(f"{address}: nothing is there. Check the address.")
    for path, facts in sorted(found.items()):
        if facts.get("type") == "directory":
            continue
        known = [str(facts[key]) for key in _VERSIONS if facts.get(key)]
        said = "\n".join([path, str(facts.get("size")), *known])
        version = sha256(said.encode()).hexdigest() if known else ""
        name = path[len(base) :].strip("/")
        yield str(system.unstrip_protocol(path)), name, version


def bytes_at(address: str, most: int) -> bytes:
    """
    The content of the file at an address, but no more than so many bytes.

    Raises
    ------
    MissingExtra, SourceError
        As :func:`files_at`.
    """
    with _reaching(address):
        from fsspec.core import url_to_fs

        system, path = url_to_fs(address)
        with system.open(path, "rb") as stream:
            content: bytes = stream.read(most)
            return content


@contextmanager
def _reaching(address: str) -> Iterator[None]:
    """Make a sentence of whatever fsspec, or a system that it knows, raises."""
    try:
        yield
    except (GovinfoError, MemoryError):
        raise
    except ImportError as error:
        raise MissingExtra(
            f"{address} is opened by fsspec, and what it needs is not installed "
            f"({error}). Install it, or copy the files to this machine."
        ) from error
    except FileNotFoundError as error:
        raise SourceError(f"{address}: nothing is there. Check the address.") from error
    except Exception as error:
        said = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise SourceError(
            f"{address} could not be reached: {said}. Check the address, the network "
            "and how you log in."
        ) from error
