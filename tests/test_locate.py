"""Error location: the smallest changes that make the sums hold, all of them."""

from __future__ import annotations

import builtins
import random
import sys

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from printed import printed_cells
from test_checks import block, cells_of, collapsed, consistent, consistent_figures

sys.path.insert(0, str(ROOT / "benchmarks"))

import planted_errors  # noqa: E402
from locate_study import clean_reports, locate_study, plant  # noqa: E402

from govinfo.checks import check_cells, findings_of  # noqa: E402
from govinfo.checks.within import reports_of  # noqa: E402
from govinfo.errors import MissingColumns, MissingExtra  # noqa: E402
from govinfo.locate import (  # noqa: E402
    SUGGESTIONS,
    NotLocated,
    repairs_of,
    suggestions,
)
from govinfo.locate.problem import equations, problems  # noqa: E402
from govinfo.locate.programme import (  # noqa: E402
    mends,
    programme_repairs,
    small_repairs,  # noqa: E402
)


def changes(found: pd.DataFrame) -> list[list[tuple[str, str, int]]]:
    """The solutions, each as its rows, columns and new values."""
    return [
        list(zip(own["row_code"], own["column_code"], own["suggested"], strict=True))
        for _, own in found.groupby("solution")
    ]


def problems_of(cells: pd.DataFrame):
    report = next(iter(reports_of(cells, "test")))
    return problems(report, [total for total, _ in equations(report)], {})


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return printed_cells()


@pytest.fixture(scope="module")
def located(published) -> pd.DataFrame:
    return suggestions(published)


def of_report(located: pd.DataFrame, report_id: str) -> list[list]:
    return changes(located[located["report_id"] == report_id])


def test_known_contradictions_are_located(located):
    contradicted = {"hongze-2023", "jinhu-2023", "pingtan-2020"}
    assert set(located["report_id"]) == contradicted | {"shanghai-kewei-2024"}
    assert of_report(located, "jinhu-2023") == [[("litigation_direct", "total", 3)]]
    # After review, 5 cases were upheld beside a total of 0: a part may be wrong too.
    assert of_report(located, "hongze-2023") == [
        [("review", "total", 11), ("litigation_after_review", "total", 5)],
        [("review", "total", 11), ("litigation_after_review", "upheld", 0)],
    ]
    hongze = located[located["report_id"] == "hongze-2023"]
    assert hongze["alternatives"].tolist() == [0, 1, 0, 1]
    assert of_report(located, "pingtan-2020") == [
        [("granted", "natural_person", 0), ("granted", "total", 1)],
        [("granted_in_part", "natural_person", 0), ("granted_in_part", "total", 0)],
    ]
    pingtan = located[located["report_id"] == "pingtan-2020"]
    assert pingtan["printed"].tolist() == [6, 7, 6, 6]
    assert set(pingtan["checks"]) == {"outcomes_sum"}
    assert set(pingtan["alternatives"]) == {1}


def test_columns_are_those_of_the_contract(located):
    assert tuple(located.columns) == SUGGESTIONS.columns
    assert located["suggested"].dtype == "Int64"


def test_suggested_change_mends_every_sum(published, located):
    for report_id, own in located.groupby("report_id"):
        cells = published[published["report_id"] == report_id]
        for _, solution in own.groupby("solution"):
            mended = cells.merge(
                solution[["table", "row_code", "column_code", "suggested"]], how="left"
            )
            new = mended["suggested"].astype("Float64")
            failed = findings_of(
                check_cells(mended.assign(value=new.fillna(mended["value"])))
            )
            assert failed.empty


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_one_wrong_cell_of_table_3_is_found_and_no_other(form):
    @given(consistent_figures(form), st.data())
    @settings(max_examples=40)
    def holds(figures, data):
        keys = sorted(key for key in figures if key[0] == "requests")
        key = data.draw(st.sampled_from(keys))
        true = figures[key]
        figures[key] = float(
            data.draw(st.integers(0, 999).filter(lambda number: number != true))
        )
        found = suggestions(cells_of(figures, form))
        assert changes(found) == [[(key[1], key[2], true)]]
        assert found["alternatives"].tolist() == [0]
        assert found["printed"].tolist() == [figures[key]]

    holds()


def test_block_of_table_4_lists_every_cell_that_may_be_wrong():
    found = suggestions(block(4, 2, 0, 1, 9))
    new = {column: number for [(_, column, number)] in changes(found)}
    assert new == {
        "upheld": 6,
        "corrected": 4,
        "other_result": 2,
        "pending": 3,
        "total": 7,
    }
    assert set(found["alternatives"]) == {4}


def test_numbers_do_not_fall_below_zero():
    """Parts of 4 and 2 cannot each give up 7: only the total is left."""
    assert changes(suggestions(block(4, 2, 0, 1, 0))) == [[("review", "total", 7)]]


def test_total_left_at_zero_comes_first():
    found = suggestions(block(7, 0, 0, 0, 0))
    assert changes(found) == [[("review", "total", 7)], [("review", "upheld", 0)]]


def test_limit_ends_the_list_and_not_the_count():
    found = suggestions(block(4, 2, 0, 1, 9), limit=2)
    assert found["solution"].tolist() == [1, 2]
    assert set(found["alternatives"]) == {4}


def test_report_whose_sums_hold_has_no_suggestion(published):
    found = suggestions(published[published["report_id"] == "huaian-2024"])
    assert found.empty
    assert tuple(found.columns) == SUGGESTIONS.columns


def test_blanks_that_pass_as_zero_need_no_change(published):
    assert suggestions(published[published["report_id"] == "shuyang-fgj-2023"]).empty


def test_totals_that_an_agency_leaves_blank_are_no_errors(published):
    assert suggestions(
        published[published["report_id"] == "shanghai-office-2019"]
    ).empty
    assert suggestions(block(4, None, 0, 1, None)).empty


def test_number_lost_among_blanks_is_found_all_the_same(published):
    """The sums with blanks stay open, but both point at one printed cell."""
    cells = published[published["report_id"] == "shuyang-fgj-2023"].copy()
    place = (cells["row_code"] == "granted") & (
        cells["column_code"] == "natural_person"
    )
    cells.loc[place, "value"] = 6
    assert changes(suggestions(cells)) == [[("granted", "natural_person", 26)]]


def test_blank_may_be_filled_in():
    figures = consistent("2021", lambda: 2.0)
    figures["requests", "granted", "research"] = None
    # Row and column give its number; with a failure beside it, both are located.
    alone = suggestions(cells_of(figures))
    assert changes(alone) == [[("granted", "research", 2)]]
    assert alone["alternatives"].tolist() == [0]
    true = figures["requests", "received", "natural_person"]
    figures["requests", "received", "natural_person"] += 5
    found = suggestions(cells_of(figures))
    assert [sorted(solution) for solution in changes(found)] == [
        [("granted", "research", 2), ("received", "natural_person", true)]
    ]
    blank = found[found["row_code"] == "granted"]
    assert blank["printed"].isna().all()


def test_blank_that_one_sum_alone_gives_stays_open():
    """The whole row is blank: each column gives its cell, and no row says the same."""
    figures = consistent("2021", lambda: 2.0)
    for place in [key for key in figures if key[1] == "granted"]:
        figures[place] = None
    assert suggestions(cells_of(figures)).empty


def test_blank_on_whose_number_row_and_column_differ_stays_open():
    figures = consistent("2021", lambda: 2.0)
    figures["requests", "granted", "research"] = None
    figures["requests", "granted", "legal_service"] += 3
    found = suggestions(cells_of(figures))
    assert ("granted", "research", 5) not in {c for way in changes(found) for c in way}


def test_blank_that_row_and_column_make_zero_is_no_omission():
    figures = consistent("2021", lambda: 2.0)
    for place in [key for key in figures if key[0] == "requests"]:
        figures[place] = 0.0
    figures["requests", "granted", "research"] = None
    assert suggestions(cells_of(figures)).empty


def test_sums_with_a_cell_that_was_not_read_are_left_out():
    cells = block(4, 2, 0, 1, 9)
    cells.loc[cells["column_code"] == "pending", "state"] = "uncertain"
    assert suggestions(cells).empty


def test_subtotal_beside_its_parts_is_located_too():
    figures = collapsed(keep_parts=True)
    figures["requests", "other", "research"] += 5
    assert changes(suggestions(cells_of(figures))) == [[("other", "research", 6)]]


def test_weights_decide_between_cells():
    cells = block(4, 2, 0, 1, 9)
    sure = cells.assign(weight=[2.0, 2.0, 2.0, 0.5, 2.0])
    found = suggestions(sure)
    assert changes(found) == [[("review", "pending", 3)]]
    assert found["alternatives"].tolist() == [0]


def test_hand_correction_is_not_the_first_to_be_doubted():
    cells = block(4, 2, 0, 1, 9)
    cells.loc[cells["column_code"] == "total", "state"] = "corrected"
    columns = {column for own in changes(suggestions(cells)) for _, column, _ in own}
    assert columns == {"upheld", "corrected", "other_result", "pending"}


@pytest.mark.parametrize("errors", [1, 2, 3])
def test_search_finds_what_the_integer_programme_finds(published, errors):
    pytest.importorskip("scipy")
    chance = random.Random(errors)
    reports = clean_reports(published)
    for _ in range(4):
        wrong, _ = plant(
            chance.choice(reports), errors, ("requests", "disputes"), chance
        )
        for problem in problems_of(wrong):
            searched = small_repairs(problem)
            assert searched is not None
            solved = programme_repairs(problem, limit=60, nodes=10**6)
            assert sorted(searched) == sorted(solved)
            assert all(mends(problem, repair) for repair in solved)


def test_integer_programme_goes_on_where_the_search_ends():
    pytest.importorskip("scipy")
    figures = consistent("2021", lambda: 9.0)
    wrong = {
        ("granted", "natural_person"): 19.0,
        ("granted_in_part", "business"): 30.0,
        ("refused.state_secret", "research"): 51.0,
        ("unavailable.not_held", "nonprofit"): 72.0,
    }
    for key, value in wrong.items():
        figures["requests", *key] = value
    found = suggestions(cells_of(figures), nodes=10**6)
    truth = sorted((*key, 9) for key in wrong)
    assert truth in [sorted(solution) for solution in changes(found)]
    assert (found.groupby("solution").size() == 4).all()


def test_missing_scipy_is_named_with_its_extra(monkeypatch):
    figures = consistent("2021", lambda: 9.0)
    for number, column in enumerate(("natural_person", "business", "research")):
        figures["requests", "granted", column] += 10 * 2**number
        figures["requests", "refused.state_secret", column] += 7 * 3**number
    plain_import = builtins.__import__

    def without_scipy(name, *args, **kwargs):
        if name.startswith("scipy"):
            raise ImportError(name)
        return plain_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_scipy)
    with pytest.raises(MissingExtra) as error:
        suggestions(cells_of(figures))
    assert str(error.value) == (
        "govinfo.locate: these figures need more changes than the built-in search "
        "looks for, and the integer programme that goes on needs scipy, which is not "
        "installed. Install it with pip install 'govinfo-cn[stats]'."
    )


def test_weight_of_nothing_is_refused():
    cells = block(4, 2, 0, 1, 9).assign(weight=[1.0, 1.0, 1.0, 0.0, 1.0])
    with pytest.raises(ValueError, match="above zero") as error:
        suggestions(cells)
    assert str(error.value) == (
        "example-2023, disputes, row 'review', column 'pending': found the weight 0, "
        "expected a number above zero. Leave it missing where nothing is known."
    )


def test_limit_of_none_is_refused():
    with pytest.raises(ValueError, match="1 or more solutions, and got 0"):
        suggestions(block(4, 2, 0, 1, 9), limit=0)


def test_table_of_another_kind_is_refused():
    with pytest.raises(MissingColumns, match=r"suggestions\(\) needs columns"):
        suggestions(pd.DataFrame({"report_id": ["a"]}))


STUDY = pd.read_csv(ROOT / "data" / "locate_study.csv").set_index(["errors", "tables"])


@pytest.mark.parametrize("tables", [("requests",), ("requests", "disputes")])
def test_one_wrong_figure_of_500_is_always_found(published, tables):
    """In table 3 alone; in table 4 the sums cannot tell the cells of a block apart."""
    rows = locate_study(published, trials=500, errors=1, tables=tables)
    stored = STUDY.loc[(1, " and ".join(tables))]
    counts = rows[["located", "found", "alone", "first"]].sum()
    assert counts.to_dict() == stored[counts.index].to_dict()
    assert rows["found"].all()
    if tables == ("requests",):
        assert rows["alone"].all()


def test_no_method_on_the_sums_alone_can_tell_more_of_both_tables(published):
    """Planted in one block, an error leaves all cells of it to choose from.

    So the share of trials with one answer cannot pass that of the cells of table 3 by
    more than the few cells of table 4 whose fellows cannot take the error over.
    """
    eligible = pd.concat(clean_reports(published))
    eligible = eligible[eligible["state"] == "reported"]["table"].value_counts()
    share = eligible["disputes"] / (eligible["disputes"] + eligible["requests"])
    few = STUDY.loc[(1, "disputes"), "alone"] / STUDY.loc[(1, "disputes"), "trials"]
    most = 1 - share * (1 - few)
    both = STUDY.loc[(1, "requests and disputes")]
    # Three standard errors of 500 trials.
    chance = 3 * (most * (1 - most) / both["trials"]) ** 0.5
    assert abs(both["alone"] / both["trials"] - most) < chance
    assert most < 0.95


@pytest.mark.parametrize(
    ("errors", "tables", "found", "alone"),
    [
        (1, ("disputes",), 1.0, 0.0),
        (1, ("requests", "disputes"), 1.0, 0.85),
        (2, ("requests", "disputes"), 0.95, 0.7),
        (3, ("requests",), 0.95, 0.95),
    ],
)
def test_measured_rates_of_the_study(published, errors, tables, found, alone):
    rows = locate_study(published, trials=60, errors=errors, tables=tables)
    assert rows["found"].mean() >= found
    assert rows["alone"].mean() >= alone


PLANTED = pd.read_csv(ROOT / "data" / "planted_errors.csv")


def test_200_planted_omissions_swaps_and_errors_between_years_are_accounted_for():
    assert PLANTED["errors"].sum() == 200
    by_kind = PLANTED.groupby("kind")["errors"].sum()
    assert (by_kind == PLANTED.groupby("kind")["of"].first()).all()


@pytest.mark.parametrize(
    ("kind", "least"),
    [("omission of a number", 0.7), ("swap", 0.45), ("carried over, sums fail", 1.0)],
)
def test_planted_errors_are_located_as_far_as_arithmetic_allows(kind, least):
    rows = PLANTED[PLANTED["kind"] == kind].set_index("outcome")
    assert rows["errors"]["alone"] / rows["of"].iloc[0] >= least


def test_no_report_is_blamed_where_two_that_hold_differ():
    rows = PLANTED[PLANTED["kind"] == "carried over, sums hold"]
    assert rows["outcome"].tolist() == ["reports differ"]


def test_stored_table_of_planted_errors_is_what_the_code_finds(published):
    """Five of each kind, the first ones of the stored study drawn anew."""
    found = planted_errors.study(published, trials=5)
    assert found["errors"].sum() == 25
    stored = set(zip(PLANTED["kind"], PLANTED["outcome"], strict=True))
    assert set(zip(found["kind"], found["outcome"], strict=True)) <= stored


def _without_order(chance: random.Random) -> pd.DataFrame:
    """Cells of a report whose figures have nothing to do with each other."""
    return cells_of(consistent("2021", lambda: 9.0)).assign(
        value=lambda cells: [float(chance.randrange(1, 900)) for _ in cells.index]
    )


def test_figures_without_any_order_are_said_to_be_not_located():
    pytest.importorskip("scipy")
    cells = _without_order(random.Random(4))
    with pytest.warns(NotLocated) as told:
        found = suggestions(cells)
    # What the courts decided adds up by itself, once its totals do.
    assert set(found["table"]) == {"disputes"}
    assert [str(one.message) for one in told] == [
        "39 sums fail, and no change of 8 cells or fewer was found that makes the "
        "figures agree. Look at the page: rows or columns may be shifted, or the "
        "figures may follow rules of their own."
    ]
    assert {one.message.report_id for one in told} == set(cells["report_id"])
    (report,) = reports_of(cells, "test")
    for own in repairs_of(report):
        tables = {table for table, _, _ in own.cells}
        assert bool(own.ways) == own.complete == (tables == {"disputes"})


def test_a_year_is_located_beside_one_that_cannot_be():
    pytest.importorskip("scipy")
    lost = _without_order(random.Random(4)).assign(report_id="a-2023", report_year=2023)
    out = (lost["row_code"] == "carried_out") & (lost["table"] == "requests")
    slip = cells_of(consistent("2021", lambda: 9.0))
    slip = slip.assign(report_id="a-2024", report_year=2024)
    lost.loc[out, "value"] = list(slip[slip["row_code"] == "carried_in"]["value"])
    wrong = (slip["row_code"] == "granted") & (slip["column_code"] == "business")
    slip.loc[wrong, "value"] = 19.0
    both = pd.concat([lost, slip], ignore_index=True).assign(agency="甲")
    with pytest.warns(NotLocated) as told:
        found = suggestions(both)
    assert {one.message.report_id for one in told} == {"a-2023"}
    own = found[found["report_id"] == "a-2024"]
    assert changes(own) == [[("granted", "business", 9)]]
