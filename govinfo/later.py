"""Libraries that are imported when they are first used: they cost most of a second.

``from govinfo.later import np, pd`` at the top of a module stands for an import in each
of its functions.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias


class _Later:
    """A module that is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __reduce__(self) -> tuple[type[_Later], tuple[str]]:
        """A copy, in this process or another, is imported anew."""
        return _Later, (self._name,)

    def __getattr__(self, name: str) -> object:
        found = getattr(import_module(self._name), name)
        # From now on it is found without this detour.
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray
    from scipy import special
else:
    np, pd, pa, special = (
        _Later(name) for name in ("numpy", "pandas", "pyarrow", "scipy.special")
    )
    # For annotations alone.
    ArrayLike = NDArray = Artist = Axes = Figure = object

Floats: TypeAlias = "NDArray[np.float64]"
Numbers: TypeAlias = "NDArray[np.int64]"
Bools: TypeAlias = "NDArray[np.bool_]"

__all__ = ["ArrayLike", "Bools", "Floats", "NDArray", "Numbers"]
__all__ += ["Artist", "Axes", "Figure"]
__all__ += ["np", "pa", "pd", "special"]
