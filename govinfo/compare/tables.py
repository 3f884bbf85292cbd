"""What comparisons accept: rows of one kind of indicator, each agency once."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from importlib import import_module
from itertools import chain
from typing import NamedTuple, TypeAlias

from govinfo.errors import MissingExtra, meant, require_columns, require_once
from govinfo.indicators import (
    APPLICANTS,
    GROUNDS,
    INDICATORS,
    KINDS,
    RELIABLE_N,
    VALUED,
)
from govinfo.later import Bools, Floats, np, pd

Table: TypeAlias = "pd.DataFrame | Selection"

COUNTS = ("numerator", "denominator")

GROUND_SHARES = tuple(f"ground_share_{n}" for n in range(1, len(GROUNDS) + 1))
"""Shares of the eight grounds of refusal, which make one whole."""


class Selection(NamedTuple):
    """Rows that can be compared, and rows that cannot with the reason.

    Every comparison takes it in place of its rows.
    """

    rows: pd.DataFrame
    left_out: pd.DataFrame


def rows_of(data: Table) -> pd.DataFrame:
    """The rows of a selection, or a table as it is."""
    return data.rows if isinstance(data, Selection) else data


def need_columns(table: pd.DataFrame, needed_by: str, columns: Iterable[str]) -> None:
    """Refuse a table that lacks columns, naming all of them."""
    advice = "Pass rows of govinfo's indicators, or a table with these columns."
    require_columns(table, needed_by, columns, advice)


def need_choice(needed_by: str, what: str, given: str, known: Collection[str]) -> None:
    """Refuse a name that is none of those known."""
    if given not in known:
        raise ValueError(
            f"{needed_by}() knows no {what} {given!r}. Choose one of "
            f"{', '.join(known)}.{meant(given, known)}"
        )


def counts_of(
    data: Table,
    needed_by: str,
    *,
    kinds: Sequence[str] = ("share",),
    independent: bool = False,
) -> tuple[pd.DataFrame, Floats, Floats]:
    """Whole counts of indicators for which a method is defined.

    Parameters
    ----------
    data : DataFrame or Selection
        With ``numerator`` and ``denominator``. Where it names indicators, their kind is
        checked; a table of counts alone is taken to be of the first kind.
    needed_by : str
        The function, for messages.
    kinds : sequence of str
        Kinds of indicators that the method is defined for.
    independent : bool
        Whether the rows must be comparable agencies, each counted once: of one
        indicator and one class of applicants, and no report, no agency and no parent
        beside its own children.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If an indicator is of another kind, a count is missing or impossible, a row has
        no value, or nothing is left.
    """
    table = rows_of(data)
    need_columns(table, needed_by, COUNTS)
    is_share = _need_kinds(table, needed_by, kinds)
    x, n = (
        np.asarray(table[name].astype("Float64").astype("float64"), dtype=np.float64)
        for name in COUNTS
    )
    with np.errstate(invalid="ignore"):
        wrong = np.isnan(x) | np.isnan(n) | (x < 0) | (n <= 0) | (is_share & (x > n))
        wrong |= (x != np.floor(x)) | (n != np.floor(n))
    if "state" in table.columns:
        wrong |= ~table["state"].isin(VALUED).to_numpy()
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        state = f" ({table['state'].iloc[at]})" if "state" in table.columns else ""
        raise ValueError(
            f"{needed_by}() was given {x[at]:g} of {n[at]:g}{state} in row {at} of the "
            "table, which is not a proportion of whole counts with a value. Choose "
            "rows with select(), which leaves out those without a value."
        )
    if not len(x):
        nothing = f"{needed_by}() was given no rows, so there is nothing to compare."
        raise ValueError(nothing)
    if independent:
        need_independent(table, needed_by)
    return table, x, n


def _need_kinds(table: pd.DataFrame, needed_by: str, kinds: Sequence[str]) -> Bools:
    """Refuse indicators of another kind; say which rows are shares."""
    if "indicator" not in table.columns:
        return np.full(len(table), kinds[0] == "share")
    for code in table["indicator"].unique():
        kind = INDICATORS[code].kind if code in INDICATORS else kinds[0]
        if kind not in kinds:
            raise ValueError(
                f"{needed_by}() was given {code!r}, which is {KINDS[kind]}. The "
                f"method is defined for {' or '.join(kinds)} only. Choose an indicator "
                "of that kind; govinfo.indicators.indicator_table() names them."
            )
    rates = {code for code, entry in INDICATORS.items() if entry.kind != "share"}
    is_share: Bools = ~table["indicator"].isin(rates).to_numpy()
    return is_share


def need_independent(
    table: pd.DataFrame, needed_by: str, *, years: bool = False
) -> None:
    """Refuse rows that have no rate in common, or that count the same cases twice.

    An agency may have several ``years`` where the method knows that they are its own.
    """
    for name in ("indicator", "applicant"):
        found = list(dict.fromkeys(table[name])) if name in table.columns else []
        if len(found) > 1:
            raise ValueError(
                f"{needed_by}() was given several values of {name!r} ({found[0]!r}, "
                f"{found[1]!r}), which have no rate in common. Choose one with "
                "select()."
            )
    if "report_id" in table.columns:
        require_once(table, needed_by, ["report_id"], "Pass each report once.")
    if "agency_id" in table.columns and not years:
        advice = (
            "Its years are no independent agencies: choose one with select(..., "
            "latest=True), or fit all years with model()."
        )
        require_once(table, needed_by, ["agency_id"], advice)
    twice = table[overlapping(table) != ""]
    if len(twice):
        raise ValueError(
            f"{needed_by}() was given {twice['agency_id'].iloc[0]!r} beside agencies "
            "that count the same cases, since reports are aggregated upwards. Leave "
            "out one or the other, as select(..., agencies=) does."
        )


def coverers(reports: pd.DataFrame) -> list[set[str]]:
    """The agencies of a table whose reports count the cases of each agency as well.

    They are its parents and, unless it is a branch of a central body, the governments
    of its region and of those around it.
    """
    known = reports.reindex(columns=["agency_id", "parent", "region", "body", "scope"])
    lines = known.astype(object).fillna("").to_dict("records")
    parents = {line["agency_id"]: line["parent"] for line in lines}
    rulers: dict[str, set[str]] = {}
    for line in lines:
        if line["body"] == "government" and line["scope"] in ("", "whole"):
            rulers.setdefault(line["region"], set()).add(line["agency_id"])
    found = []
    for line in lines:
        above: set[str] = set()
        parent, region = line["parent"], line["region"]
        while parent in parents and parent not in above:
            above.add(parent)
            parent = parents[parent]
        # A government is not part of the region that it governs itself.
        most = len(region) - (line["body"] == "government")
        for end in range(2, most + 1) if line["body"] != "branch" else ():
            above |= rulers.get(region[:end], set())
        found.append(above - {line["agency_id"]})
    return found


def overlapping(table: pd.DataFrame) -> pd.Series:
    """Why rows would count cases of other rows of the same year again; else empty.

    Of an agency whose report includes several others, these stay; of one that includes
    a single other, it stays itself.
    """
    reason: dict[Hashable, str] = {}
    years = table.get("report_year", pd.Series(0, table.index))
    for _, own in table.groupby(years) if "agency_id" in table.columns else ():
        above = coverers(own)
        below = Counter(chain.from_iterable(above))
        large = {agency for agency, count in below.items() if count > 1}
        for at, agency, its in zip(own.index, own["agency_id"], above, strict=True):
            if agency in large:
                reason[at] = "contains_others"
            elif its - large:
                reason[at] = "included_elsewhere"
    return pd.Series([reason.get(at, "") for at in table.index], table.index, str)


def need_scipy(needed_by: str) -> None:
    """Refuse a method without scipy, which comes with the extra ``[stats]``."""
    try:
        import_module("scipy.special")
    except ImportError as error:
        raise MissingExtra(
            f"{needed_by}() needs scipy, an optional part of govinfo that is not "
            "installed. Install it with pip install 'govinfo-cn[stats]'."
        ) from error


def _chosen(
    table: pd.DataFrame,
    needed_by: str,
    indicators: Sequence[str],
    applicant: str,
    year: int | Collection[int] | None,
) -> pd.DataFrame:
    """Rows of some indicators, refusing codes that would select nothing."""
    needed = ("indicator", "applicant", "report_year", "state", *COUNTS)
    need_columns(table, needed_by, needed)
    for column, values, known in (
        ("indicator", indicators, INDICATORS),
        ("applicant", (applicant,), APPLICANTS),
    ):
        for value in values:
            if value not in set(known) and not (table[column] == value).any():
                raise ValueError(
                    f"{needed_by}() knows no {column} {value!r}, nor does the table. "
                    "See govinfo.indicators.indicator_table() for the codes."
                    f"{meant(value, known)}"
                )
    chosen = table["indicator"].isin(indicators) & (table["applicant"] == applicant)
    if year is not None:
        years = [year] if isinstance(year, int) else list(year)
        chosen &= table["report_year"].isin(years).fillna(value=False).astype(bool)
    return table[chosen]


def _or(reason: pd.Series, holds: pd.Series, otherwise: str) -> pd.Series:
    """A reason of rows that have none so far."""
    return reason.mask(holds.fillna(value=False) & (reason == ""), otherwise)


def select(
    table: pd.DataFrame,
    indicator: str,
    *,
    applicant: str = "total",
    year: int | Collection[int] | None = None,
    min_n: int = RELIABLE_N,
    latest: bool = False,
    agencies: pd.DataFrame | None = None,
) -> Selection:
    """The rows of one indicator that can be compared, and why the others cannot.

    Nothing is left out in silence: every row of the indicator is in one of the two
    tables.

    Parameters
    ----------
    table : DataFrame
        From :func:`govinfo.indicators.indicators`.
    indicator : str
        Its code.
    applicant : str
        Column code of the applicants.
    year : int or collection of int, optional
        One report year or several; all years otherwise.
    min_n : int
        Leave out denominators below it. 20 by default; 0 keeps all.
    latest : bool
        Of several reports of an agency, keep the one for the latest year. Funnels,
        shrinkage and ranks need it: an agency counts once.
    agencies : DataFrame, optional
        With ``agency_id`` and, where known, ``parent``, ``region``, ``body`` and
        ``scope``, such as the reports of :func:`govinfo.load`. Reports are aggregated
        upwards (:func:`govinfo.compare.included`), so that of agencies whose reports of
        one year count the same cases, some are left out: the one that includes several
        others, or the other that is included alone.

    Returns
    -------
    Selection
        ``rows``, in the order of ``table``, and ``left_out`` with a column ``reason``:
        a state of the indicator, ``small_denominator``, ``earlier_report``,
        ``contains_others`` or ``included_elsewhere``.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If neither the table nor the registry knows the indicator or the applicants.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "agency_id": ["a", "b", "c"], "report_year": 2023,
    ...     "indicator": "granted_share", "applicant": "total",
    ...     "numerator": [30, 2, pd.NA], "denominator": [60, 4, 9],
    ...     "state": ["computed", "small_denominator", "blank_input"]})
    >>> rows, left_out = select(table, "granted_share")
    >>> rows["agency_id"].tolist()
    ['a']
    >>> left_out[["agency_id", "reason"]].values.tolist()
    [['b', 'small_denominator'], ['c', 'blank_input']]
    """
    found = _chosen(table, "select", [indicator], applicant, year)
    reason = found["state"].where(~found["state"].isin(VALUED), "")
    reason = _or(reason, found["denominator"] < min_n, "small_denominator")
    if latest:
        need_columns(table, "select", ("agency_id",))
        kept = found[reason == ""].sort_values("report_year", kind="stable")
        earlier = kept.index[kept.duplicated("agency_id", keep="last")]
        reason = reason.mask(found.index.isin(earlier), "earlier_report")
    if agencies is not None:
        need_columns(agencies, "select", ("agency_id",))
        need_columns(table, "select", ("agency_id",))
        ties = agencies.columns.intersection(["parent", "region", "body", "scope"])
        known = agencies.drop_duplicates("agency_id").set_index("agency_id")[ties]
        kept = found[reason == ""].drop(columns=ties, errors="ignore")
        again = overlapping(kept.join(known, on="agency_id"))
        reason = reason.mask(reason == "", again.reindex(found.index, fill_value=""))
    rows = found[reason == ""].reset_index(drop=True)
    left_out = found.assign(reason=reason)[reason != ""].reset_index(drop=True)
    return Selection(rows, left_out)


def select_mixes(
    table: pd.DataFrame,
    parts: Sequence[str] = GROUND_SHARES,
    *,
    min_n: int = RELIABLE_N,
) -> Selection:
    """All parts of every mix that can be compared, and why other mixes cannot.

    Nothing is left out in silence: every report is in one of the two tables.

    Parameters
    ----------
    table : DataFrame
        From :func:`govinfo.indicators.indicators`.
    parts : sequence of str
        Codes of the indicators that make one whole; the grounds of refusal by default.
    min_n : int
        Leave out mixes of fewer cases. 20 by default; 1 keeps all that have any.

    Returns
    -------
    Selection
        ``rows``, one for each part of each report, for
        :func:`govinfo.compare.mix_intervals`; and ``left_out``, one for each report,
        with a column ``reason``: a state of the indicator, ``small_denominator``, or
        ``inconsistent_input`` where the parts do not add up to the whole.

    Raises
    ------
    MissingColumns
        If a column is missing.
    ValueError
        If a report has a part twice, or a code is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "report_id": ["a", "a", "b", "b"], "report_year": 2023,
    ...     "indicator": ["granted_share", "refused_share"] * 2, "applicant": "total",
    ...     "numerator": [30, 10, 1, 0], "denominator": [40, 40, 1, 1],
    ...     "state": ["computed"] * 2 + ["small_denominator"] * 2})
    >>> rows, left_out = select_mixes(table, ["granted_share", "refused_share"])
    >>> rows["numerator"].tolist(), left_out[["report_id", "reason"]].values.tolist()
    ([30, 10], [['b', 'small_denominator']])
    """
    codes = list(parts)
    need_columns(table, "select_mixes", ("report_id",))
    found = _chosen(table, "select_mixes", codes, "total", None)
    advice = "Give every report an id of its own."
    require_once(found, "select_mixes", ["indicator", "report_id"], advice)
    mix = found.assign(
        why=found["state"].mask(found["state"].isin(VALUED)), size=1
    ).groupby("report_id")
    whole = mix["denominator"].transform("first")
    is_whole = mix["numerator"].transform("sum") == whole
    is_whole &= mix["denominator"].transform("nunique") == 1
    reason = mix["why"].transform("first").fillna("").astype("str")
    reason = _or(reason, mix["size"].transform("sum") < len(codes), "absent_input")
    reason = _or(reason, ~is_whole, "inconsistent_input")
    reason = _or(reason, whole < min_n, "small_denominator")
    first = ~found.duplicated("report_id")
    rows, left_out = found[reason == ""], found[first & (reason != "")]
    return Selection(
        rows.reset_index(drop=True),
        # Of a table without rows, pandas would make one of all these reasons.
        left_out.assign(reason=reason[left_out.index]).reset_index(drop=True),
    )


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
