"""Peer groups: agencies that may be compared, by level, province and size."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from govinfo.compare.tables import coverers, need_choice, need_columns
from govinfo.later import pd

GROUPINGS = ("level", "province", "size")
"""What peers can have in common."""

SIZES = ("under 20", "20 to 99", "100 to 999", "1000 and more")
"""Size classes by the median number of requests concluded in a year. Below 20 a share
is unreliable; from 1000 on its interval is at most about six points wide."""

_ENDS = (0, 20, 100, 1000, math.inf)

_PROVINCE = re.compile(r".+?(?:特别行政区|自治区|省|市)")


def province_of(region: str) -> str:
    """The province, autonomous region or municipality that a region lies in.

    Examples
    --------
    >>> province_of("江苏省淮安市洪泽区"), province_of("重庆市")
    ('江苏省', '重庆市')
    """
    found = _PROVINCE.match(region)
    return found.group() if found else region


def included(reports: pd.DataFrame) -> pd.Series:
    """Reports whose cases another of these reports is to count as well.

    Reports are aggregated upwards: a government's covers its departments and the
    governments below it, but not local branches of central bodies, such as tax offices
    and customs. Sums over agencies leave out such reports, or a case counts twice.

    Parameters
    ----------
    reports : DataFrame
        With ``agency_id`` and, where known, ``parent``, ``region``, ``body`` and
        ``scope``; one report of each agency.

    Returns
    -------
    Series of bool
        Whether a parent of the agency, or the government of its region or of a region
        around it, is among the reports. A report on the government's own office alone
        (``scope`` not ``whole``) includes nothing.

    Raises
    ------
    MissingColumns
        If there is no ``agency_id``.

    Examples
    --------
    >>> import pandas as pd
    >>> included(pd.DataFrame({
    ...     "agency_id": ["city", "county", "tax"],
    ...     "body": ["government", "government", "branch"],
    ...     "region": ["江苏省宿迁市", "江苏省宿迁市沭阳县", "江苏省宿迁市"]})).tolist()
    [False, True, False]
    """
    need_columns(reports, "included", ("agency_id",))
    return pd.Series([bool(above) for above in coverers(reports)], reports.index)


def peer_groups(
    agencies: pd.DataFrame,
    by: Sequence[str] = ("level",),
    sizes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every agency with the group of its peers.

    Parameters
    ----------
    agencies : DataFrame
        With ``agency_id``, ``level`` and ``region``, such as ``data/agencies.csv``.
    by : sequence of str
        What peers share: any of ``level``, ``province`` and ``size``.
    sizes : DataFrame, optional
        With ``agency_id`` and ``denominator``, such as the rows of ``granted_share``
        of all years, whose denominator is the requests concluded. Needed for ``size``.

    Returns
    -------
    DataFrame
        ``agencies`` with ``province``, ``size`` (one of :data:`SIZES`, missing where
        no number is known), ``peer_group`` (the values of ``by``, joined; missing
        where one of them is) and ``peers``, how many others are in it.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If ``by`` names something else, or the size without a table of sizes.

    Examples
    --------
    >>> import pandas as pd
    >>> agencies = pd.DataFrame({
    ...     "agency_id": ["a", "b", "c"], "level": ["county", "county", "prefecture"],
    ...     "region": ["江苏省宿迁市沭阳县", "江苏省淮安市金湖县", "江苏省淮安市"]})
    >>> groups = peer_groups(agencies, by=("level", "province"))
    >>> groups[["agency_id", "peer_group", "peers"]].values.tolist()[0]
    ['a', 'county, 江苏省', 1]
    """
    need_columns(agencies, "peer_groups", ("agency_id", "level", "region"))
    for name in by or ("nothing",):
        need_choice("peer_groups", "grouping", name, GROUPINGS)
    if "size" in by and sizes is None:
        raise ValueError(
            "peer_groups() was asked to group by size, but was given no sizes. Pass "
            "sizes=, a table with agency_id and denominator."
        )
    groups = agencies.assign(
        province=agencies["region"].map(province_of, na_action="ignore"),
        size=pd.Series(pd.NA, agencies.index, dtype="str"),
    )
    if sizes is not None:
        need_columns(sizes, "peer_groups", ("agency_id", "denominator"))
        known = sizes.dropna(subset="denominator").groupby("agency_id")["denominator"]
        median = known.median().astype("float64")
        classes = pd.cut(median, _ENDS, right=False, labels=SIZES)
        groups["size"] = groups["agency_id"].map(classes.astype("str"))
    shared = groups[list(by)]
    lacking = shared.isna().any(axis=1)
    groups["peer_group"] = shared.fillna("").agg(", ".join, axis=1).mask(lacking)
    peers = groups.groupby("peer_group")["agency_id"].transform("size") - 1
    return groups.assign(peers=peers.fillna(0).astype("int64"))
