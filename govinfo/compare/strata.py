"""Numerators and denominators of groups by strata."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.compare.tables import COUNTS, counts_of, need_columns, need_one_kind

if TYPE_CHECKING:
    import pandas as pd


def two_sides(
    first: pd.DataFrame, second: pd.DataFrame, stratum: str, needed_by: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numerators and denominators of two tables as two rows by strata."""
    import pandas as pd

    both = [table for table in (first, second) if "indicator" in table.columns]
    if both:
        need_one_indicator(pd.concat(both), stratum, needed_by)
    sides = []
    for side, table in enumerate((first, second)):
        need_columns(table, needed_by, (stratum, *COUNTS))
        if not (table["denominator"] > 0).fillna(value=False).any():
            which = ("first", "second")[side]
            message = (
                f"{needed_by}() was given a {which} table without a single case, so "
                "there is no rate to compare. Choose a report that has some."
            )
            raise ValueError(message)
        sides.append(table[[stratum, *COUNTS]].assign(_side=side))
    return by_stratum(pd.concat(sides), "_side", stratum, needed_by)


def need_one_indicator(table: pd.DataFrame, stratum: str, needed_by: str) -> None:
    """Refuse rows of several indicators, which are no strata of one rate."""
    if stratum != "indicator" and "indicator" in table.columns:
        need_one_kind(table[["indicator"]], needed_by)


def by_stratum(
    table: pd.DataFrame, group: str, stratum: str, needed_by: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Numerators and denominators as groups by strata; a pair without a row has 0."""
    import pandas as pd

    need_columns(table, needed_by, (group, stratum, *COUNTS))
    is_total = table[stratum] == "total"
    if is_total.any() and not is_total.all():
        message = (
            f"{needed_by}() was given the stratum 'total' beside its parts, so every "
            f"request would count twice. Leave out the rows with {stratum} 'total'."
        )
        raise ValueError(message)
    kept = table[table["denominator"] != 0]
    counts_of(kept, needed_by)
    twice = kept.duplicated([group, stratum])
    if twice.any():
        row = kept[twice].iloc[0]
        message = (
            f"{needed_by}() was given {row[group]!r}, {row[stratum]!r} twice. Expected "
            "one row per group and stratum; choose one indicator and one year."
        )
        raise ValueError(message)
    groups = pd.Index(table[group].unique(), name=group)
    strata = pd.Index(table[stratum].unique(), name=stratum)
    wide = [
        kept.pivot(index=group, columns=stratum, values=name)  # noqa: PD010
        .reindex(index=groups, columns=strata)
        .astype("float64")
        .fillna(0.0)
        for name in COUNTS
    ]
    return wide[0], wide[1]
