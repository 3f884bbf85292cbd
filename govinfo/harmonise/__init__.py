"""One series over all forms and the tables before them.

Every value says which form it comes from and how well it fits: its grade. Breaks in the
series are data, and say which figures they part.
"""

from govinfo.harmonise.breaks import (
    BREAKS,
    Break,
    grade_indicators,
    parting,
)
from govinfo.harmonise.forms import GRADES, harmonise, harmonise_old, map_old_labels

__all__ = [
    "BREAKS",
    "GRADES",
    "Break",
    "grade_indicators",
    "harmonise",
    "harmonise_old",
    "map_old_labels",
    "parting",
]
