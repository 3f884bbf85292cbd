"""pdfium's functions for what is asked thousands of times a page, with bare addresses.

The bindings of pypdfium2 give up Python's lock around each call and make an object of
each handle. For functions that return at once that takes twice as long as the call.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


class Calls:
    """
    The functions of pdfium by name; handles are addresses, and so are places to fill.

    Examples
    --------
    >>> calls().FPDFPage_CountObjects(None)
    -1
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        """A function, made on first use; constants and structures as they are."""
        found = getattr(self._raw, name)
        if hasattr(found, "argtypes"):
            kinds = map(_bare, (found.restype, *found.argtypes))
            found = ctypes.PYFUNCTYPE(*kinds)(address(found))
        setattr(self, name, found)
        return found


def _bare(kind: Any) -> Any:
    is_pointer = isinstance(kind, type) and issubclass(kind, ctypes._Pointer)
    return ctypes.c_void_p if is_pointer else kind


def address(handle: Any) -> int:
    """The address that a handle of pypdfium2 holds."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


@cache
def calls() -> Calls:
    """The functions of the pdfium that pypdfium2 loads."""
    from pypdfium2 import raw

    return Calls(raw)
