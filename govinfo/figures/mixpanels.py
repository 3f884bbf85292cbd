"""Mixes of grounds as panels of a figure: their names, their order, their parts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govinfo.compare.tables import GROUND_SHARES
from govinfo.figures.words import Language, Names, told

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class GroundShare:
    """A ground's share of the refusals, with its limits."""

    count: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Mix:
    """The eight grounds of one report, or of several together.

    ``titles`` stand over its panel, one in a line; ``name`` names it in a sentence.
    """

    titles: tuple[str, ...]
    name: str
    whole: int
    parts: tuple[GroundShare, ...]

    def over(self, fits: int, language: Language) -> str:
        """What stands over the panel, in lines that fit; the size in the last one."""
        joined = [""]
        for title in self.titles:
            # Lines of an English name belong together, whatever broke them before.
            if joined[-1].isascii() and title.isascii() and not title.isdigit():
                joined[-1] = f"{joined[-1]} {title}".strip()
            else:
                joined.append(title)
        lines = [line for text in joined for line in _wrapped(text, fits)]
        size = told(language, f"{self.whole}件", f"n = {self.whole}")
        if lines and lines[-1].isdigit():
            lines[-1] += told(language, f"，{size}", f", {size}")
        else:
            lines.append(size)
        return "\n".join(lines)


def _wrapped(text: str, fits: int) -> list[str]:
    """A text in lines; a Chinese character is as wide as two others."""
    width = sum(1 if char.isascii() else 2 for char in text)
    if width <= fits:
        return [text] if text else []
    return textwrap.wrap(text, fits if text.isascii() else fits // 2)


def mixes_of(data: pd.DataFrame, by: Sequence[str], names: Names) -> list[Mix]:
    """The mixes of a table, by level and agency where these are known."""
    import pandas as pd

    found: list[tuple[tuple[Any, ...], Mix]] = []
    keys: Any = list(by)
    groups = data.groupby(keys, sort=False, dropna=False)
    for n, (key, rows) in enumerate(groups):
        values = dict(zip(by, key, strict=True))
        titles, name = _titles(values, names)
        counted = rows["indicator"].value_counts().reindex(list(GROUND_SHARES))
        if len(rows) != len(GROUND_SHARES) or (counted != 1).any():
            message = (
                f"exemption_intervals: the mix of '{name}' has {len(rows)} rows, and "
                f"not each of the {len(GROUND_SHARES)} grounds once. Pass one row per "
                "ground, and name in by= the columns that tell mixes apart."
            )
            raise ValueError(message)
        its = rows.set_index("indicator").loc[list(GROUND_SHARES)]
        numbers = its[["numerator", "value", "mix_low", "mix_high"]].astype(float)
        parts = tuple(
            GroundShare(int(count), value, low, high)
            for count, value, low, high in numbers.itertuples(index=False)
        )
        whole = int(its["denominator"].iloc[0])
        year = values.get("report_year")
        place: tuple[Any, ...] = (n,)
        if "agency_id" in values:
            year = 0 if pd.isna(year) else int(year)
            place = (*names.place(str(values["agency_id"])), year, n)
        found.append((place, Mix(titles, name, whole, parts)))
    return [mix for _, mix in sorted(found, key=lambda pair: pair[0])]


def _titles(values: dict[str, Any], names: Names) -> tuple[tuple[str, ...], str]:
    """What stands over a panel, and what its mix is called in a sentence."""
    import pandas as pd

    titles, said = [], []
    for column, value in values.items():
        text = "–" if pd.isna(value) else str(value)
        if column == "agency_id":
            titles += names.label(text).split("\n")
            said.append(names.short(text))
        else:
            titles.append(names.group(text) if column == "level" else text)
            said.append(titles[-1])
    return tuple(titles), " ".join(said)
