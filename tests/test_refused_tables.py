"""Awkward tables are refused with a sentence, or give what they can; never silence.

Empty tables, a single agency, blanks everywhere, missing counts, denominators of 0,
rows that stand twice, several indicators at once, and hundreds of agencies.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT
from matplotlib.figure import Figure

from govinfo import compare, figures, read_cells
from govinfo.agencies import read_agencies
from govinfo.checks import check_cells
from govinfo.errors import GovinfoError, MissingColumns
from govinfo.harmonise import grade_indicators, harmonise, parting
from govinfo.indicators import indicators

CELLS = read_cells(ROOT / "data")
REPORTS = read_agencies(ROOT / "data")
DATA = indicators(CELLS, REPORTS, checks=check_cells(CELLS))

Call = Callable[[pd.DataFrame], object]


def counts(*pairs: tuple[object, object], **columns: object) -> pd.DataFrame:
    """Rows of one indicator, agencies a, b, c and so on."""
    table = pd.DataFrame(pairs, columns=["numerator", "denominator"])
    return table.assign(
        agency_id=[chr(97 + n) for n in range(len(table))],
        report_year=2023,
        indicator="granted_share",
        applicant="business",
        p_value=0.01,
    ).assign(**columns)


def halves(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return table.head(1), table.tail(1)


METHODS: dict[str, Call] = {
    "with_intervals": compare.with_intervals,
    "jeffreys": lambda t: compare.with_intervals(t, "jeffreys"),
    "differences": lambda t: compare.differences(t, t, on=["agency_id"]),
    "with_q_values": compare.with_q_values,
    "funnel": compare.funnel,
    "funnel, arcsine": lambda t: compare.funnel(t, method="arcsine"),
    "funnel, none": lambda t: compare.funnel(t, over_dispersion="none"),
    "shrink": compare.shrink,
    "rank_intervals": compare.rank_intervals,
    "standardise": lambda t: compare.standardise(t, "agency_id"),
    "kitagawa": lambda t: compare.kitagawa(*halves(t)),
    "mantel_haenszel": lambda t: compare.mantel_haenszel(*halves(t)),
    "mix_intervals": lambda t: compare.mix_intervals(t, by=["agency_id"]),
    "figure of funnel": lambda t: figures.funnel(compare.funnel(t)),
    "figure of shrink": lambda t: figures.caterpillar(compare.shrink(t)),
    "figure of kitagawa": lambda t: figures.decomposition(compare.kitagawa(*halves(t))),
}

TABLES = {
    "no rows": counts(),
    "one agency": counts((3, 10)),
    "two agencies": counts((3, 10), (4, 9)),
    "a denominator of 0": counts((0, 0), (3, 10), (4, 9), (5, 9)),
    "missing counts": counts((None, 10), (3, None), (4, 9), (5, 9)),
    "none granted": counts((0, 10), (0, 30), (0, 40), (0, 50)),
    "all granted": counts((30, 30), (40, 40), (50, 50), (60, 60)),
    "single requests": counts((1, 1), (0, 1), (1, 1), (0, 1)),
    "counts that are not whole": counts((3.5, 10), (2, 9), (3, 30), (4, 9)),
    "sizes far apart": counts((10**9, 2 * 10**9), (1, 10), (0, 1), (4, 9)),
    "missing p-values": counts((1, 9), (2, 9), (3, 9), p_value=float("nan")),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("method", METHODS)
def test_a_method_answers_or_says_why_not(method: str, name: str) -> None:
    """No error but of our own wording, and no number that is none."""
    try:
        found = METHODS[method](TABLES[name])
    except (ValueError, GovinfoError) as error:
        sentence = str(error)
        named = method.removeprefix("figure of ").split(",")[0]
        assert named.split("_")[0] in sentence or "with_intervals" in sentence
        assert sentence.endswith(".")
        return
    if isinstance(found, Figure):
        assert "nan" not in str(found.get_label())
        return
    if isinstance(found, compare.Funnel):
        ends = found.target_low, found.target, found.target_high
        if found.method == "arcsine":
            ends = (found.target,)
        assert [0, *ends, 1] == sorted([0, *ends, 1])
        assert found.spread >= 0
    found = getattr(found, "rows", found)
    assert isinstance(found, pd.DataFrame)
    known = {"rank", "rank_low", "rank_high", *TABLES[name].columns}
    if name == "a denominator of 0":
        known |= {"crude", "standardised", "low", "high"}
    if method == "mantel_haenszel":
        known |= {"odds_ratio", "odds_ratio_low", "odds_ratio_high"}
    holes = [n for n in found.columns if found[n].isna().any() and n not in known]
    assert holes == []


@pytest.mark.parametrize(
    "method", ["funnel", "shrink", "rank_intervals", "standardise"]
)
def test_several_indicators_have_no_common_rate(method: str) -> None:
    mixed = counts((3, 30), (4, 30), (5, 30), (6, 30))
    mixed["indicator"] = ["granted_share", "refused_share"] * 2
    with pytest.raises(ValueError, match="several values") as caught:
        METHODS[method](mixed)
    assert str(caught.value) == (
        f"{method}() was given several values of 'indicator' ('granted_share', "
        "'refused_share'), which have no rate in common. Choose one with select()."
    )


@pytest.mark.parametrize("method", [compare.kitagawa, compare.mantel_haenszel])
def test_two_indicators_have_no_difference(method: Callable[..., object]) -> None:
    one, other = halves(counts((3, 30), (4, 30)))
    with pytest.raises(ValueError, match="several values of 'indicator'"):
        method(one, other.assign(indicator="refused_share"))


@pytest.mark.parametrize("method", ["funnel", "shrink", "rank_intervals"])
def test_a_report_that_stands_twice_would_count_double(method: str) -> None:
    twice = counts((3, 30), (4, 30), (4, 30), report_id=["r", "s", "s"])
    with pytest.raises(ValueError, match="twice") as caught:
        METHODS[method](twice)
    assert str(caught.value) == (
        f"{method}() was given 's' twice. Pass each report once."
    )


def test_a_composition_counts_no_report_twice() -> None:
    """Also where its copy has another agency's name."""
    whole = counts(*[(1, 4)] * 4, report_id=["r", "s", "t", "r"])
    rows = [whole.assign(indicator=f"ground_share_{n}") for n in range(1, 5)]
    with pytest.raises(ValueError, match="twice") as caught:
        compare.composition(pd.concat(rows))
    assert str(caught.value) == (
        "composition() was given 'r' twice. Pass each report once."
    )


def test_rows_that_stand_twice_have_no_difference() -> None:
    twice = counts((3, 30), (4, 30), agency_id="a")
    with pytest.raises(ValueError, match="twice") as caught:
        compare.differences(twice, twice, on=["agency_id"])
    assert str(caught.value) == (
        "differences() was given 'a' twice. Choose one year and one indicator, or tell "
        "rows apart by on=."
    )


def test_missing_p_values_are_not_adjusted() -> None:
    with pytest.raises(ValueError, match="p-values") as caught:
        compare.with_q_values(TABLES["missing p-values"])
    assert str(caught.value) == (
        "with_q_values() needs p-values between 0 and 1 in 'p_value', and some are "
        "missing or outside. Leave these rows out before they are counted."
    )


@pytest.mark.parametrize("target", [-0.1, 1.5, float("nan")])
def test_a_target_that_is_no_rate_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="the target") as caught:
        compare.funnel(counts((3, 10), (4, 9)), target)
    assert str(caught.value) == (
        f"funnel() was given the target {target:g}. Expected a rate between 0 and 1, "
        "for example 0.9."
    )


@pytest.mark.parametrize("level", [0, 1, 95])
@pytest.mark.parametrize(
    "call",
    [
        lambda level: compare.jeffreys(3, 5, level),
        lambda level: compare.wilson(3, 5, level),
        lambda level: compare.shrink(counts((3, 5), (2, 5), (1, 5)), level=level),
        lambda level: compare.rank_intervals(counts((3, 5)), level=level),
        lambda level: compare.mix_intervals(counts((5, 5)), ["agency_id"], level=level),
        lambda level: compare.mantel_haenszel(
            *halves(counts((3, 5), (2, 5))), level=level
        ),
    ],
)
def test_a_level_that_is_none_is_refused(
    call: Callable[[float], object], level: float
) -> None:
    with pytest.raises(ValueError, match="confidence level is") as caught:
        call(level)
    assert str(caught.value) == (
        f"The confidence level is {level}. Expected a number between 0 and 1, for "
        "example 0.95."
    )


def test_a_slip_of_the_pen_selects_nothing_and_says_so() -> None:
    with pytest.raises(ValueError, match="knows no indicator") as caught:
        compare.select(DATA, "granted_shares")
    assert str(caught.value) == (
        "select() knows no indicator 'granted_shares', nor does the table. See "
        "govinfo.indicators.indicator_table() for the codes. Did you mean "
        "'granted_share'?"
    )
    with pytest.raises(ValueError, match="knows no applicant 'firms'"):
        compare.select(DATA, "granted_share", applicant="firms")


def test_an_indicator_that_there_is_none_of_has_no_breaks() -> None:
    sentence = (
        "There is no indicator 'openness'. See govinfo.indicators.indicator_table() "
        "for the codes."
    )
    rows = pd.DataFrame({"report_id": ["a"], "indicator": ["openness"]})
    for call in (
        lambda: parting("openness"),
        lambda: grade_indicators(rows, {"a": "2021"}),
    ):
        with pytest.raises(ValueError, match="no indicator") as caught:
            call()
        assert str(caught.value) == sentence


def test_mergers_need_their_columns() -> None:
    with pytest.raises(MissingColumns) as caught:
        figures.series(
            DATA, "granted_share", mergers=pd.DataFrame({"agency_id": ["a"]})
        )
    assert str(caught.value) == (
        "series() needs columns that the table does not have: 'first_year', 'code'. "
        "Pass as mergers= one row per merger."
    )


def test_a_region_that_is_not_known_is_in_no_group() -> None:
    agencies = pd.DataFrame(
        {"agency_id": ["a", "b"], "level": "county", "region": ["江苏省", None]}
    )
    found = compare.peer_groups(agencies, by=("level", "province"))
    assert found["peer_group"].isna().tolist() == [False, True]
    assert compare.peer_groups(agencies.head(0)).empty


DRAWN: dict[str, Call] = {
    "rates": lambda d: figures.rates(d, "granted_share"),
    "series": lambda d: figures.series(d, "granted_share"),
    "outcomes": figures.outcomes,
    "applicant_mix": figures.applicant_mix,
    "ground_map": figures.ground_map,
}
BLANK = DATA[DATA["report_id"] == "shanghai-office-2019"]


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} found no row"):
        DRAWN[name](DATA.head(0))


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_counts_no_report_twice(name: str) -> None:
    with pytest.raises(ValueError, match="twice") as caught:
        DRAWN[name](pd.concat([DATA, DATA]))
    sentence = str(caught.value)
    assert sentence.startswith(f"{name}() was given ")
    assert sentence.endswith(
        ", 'chongqing-amr-2023' twice. Pass one row per report, and give every report "
        "an id of its own."
    )


@pytest.mark.parametrize("name", list(DRAWN))
def test_a_blank_report_alone_is_nothing_to_draw(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} has nothing to draw"):
        DRAWN[name](BLANK)


TWICE = pd.concat([CELLS, CELLS.head(1)])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: indicators(TWICE),
            "indicators() was given 'chongqing-amr-2023', 'proactive', 'regulation', "
            "'issued' twice. Give every report an id of its own.",
        ),
        (
            lambda: harmonise(TWICE),
            "harmonise() was given 'chongqing-amr-2023', 'proactive', 'regulation', "
            "'issued' twice. Give every report an id of its own.",
        ),
        (
            lambda: figures.flow(TWICE[TWICE["report_id"] == "chongqing-amr-2023"]),
            "flow() was given 'proactive', 'regulation', 'issued' twice. Pass each "
            "cell of the report once.",
        ),
        (
            lambda: figures.counts(
                pd.concat([harmonise(CELLS)] * 2).assign(agency_id="a"),
                "requests:received",
            ),
            "counts() was given 'chongqing-amr-2023', 'received' twice. Pass each cell "
            "once, and give every report an id of its own.",
        ),
    ],
)
def test_a_cell_that_stands_twice_is_not_guessed(
    call: Callable[[], object], sentence: str
) -> None:
    """The later of two figures would win in silence."""
    with pytest.raises(ValueError, match="twice") as caught:
        call()
    assert str(caught.value) == sentence


def test_parts_that_are_missing_are_not_added_up() -> None:
    table = pd.DataFrame({"applicant": ["business"], "mix": [None], "rate": [1.0]})
    with pytest.raises(ValueError, match="^decomposition") as caught:
        figures.decomposition(table)
    assert str(caught.value) == (
        "decomposition was given a stratum without a mix or a rate, so the parts would "
        "not add up to the whole. Pass what kitagawa() gives, whole."
    )


def test_agencies_without_an_id_are_refused() -> None:
    with pytest.raises(MissingColumns) as caught:
        figures.rates(DATA, "granted_share", agencies=pd.DataFrame({"x": [1]}))
    assert str(caught.value) == (
        "figures() needs columns that the table does not have: 'agency_id'. Pass as "
        "agencies= what read_agencies() gives."
    )
