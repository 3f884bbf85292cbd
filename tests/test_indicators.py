"""Indicators: worked values, an independent recomputation, and every state."""

from __future__ import annotations

import itertools
import math
import random
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed import printed_cells, printed_rows, registry

from govinfo.checks import check_cells
from govinfo.errors import MissingColumns
from govinfo.forms import group_rows, statutory_cells
from govinfo.indicators import (
    APPLICANTS,
    GROUNDS,
    INDICATORS,
    KINDS,
    STATES,
    VALUED,
    indicator_table,
    indicators,
)
from govinfo.indicators.registry import PARTS, parse

COLUMNS = [
    "report_id",
    "agency_id",
    "report_year",
    "indicator",
    "applicant",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "method",
    "state",
    "failed_checks",
    "blank_cells",
    "unsure_cells",
    "bound_low",
    "bound_high",
]
BLOCKS = ("review", "litigation_direct", "litigation_after_review")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return printed_cells()


@pytest.fixture(scope="module")
def computed(cells: pd.DataFrame) -> pd.DataFrame:
    return indicators(cells, registry())


def invented(
    counts: dict[str, float | None], table: str = "requests", column: str = "total"
) -> pd.DataFrame:
    """Cells of one invented report; ``None`` is a blank cell."""
    return pd.DataFrame(
        {
            "report_id": "a-2023",
            "agency": "A",
            "report_year": pd.array([2023] * len(counts), dtype="Int64"),
            "form": "2021",
            "table": table,
            "row_code": list(counts),
            "column_code": column,
            "value": pd.array(list(counts.values()), dtype="Float64"),
            "state": ["blank" if v is None else "reported" for v in counts.values()],
        }
    )


def one(result: pd.DataFrame, indicator: str, applicant: str = "total") -> pd.Series:
    """The one row of an indicator and applicant."""
    chosen = result[
        (result["indicator"] == indicator) & (result["applicant"] == applicant)
    ]
    assert len(chosen) == 1
    return chosen.iloc[0]


def everything(**given_counts: float | None) -> pd.DataFrame:
    """An invented report that prints every row of the requests table, else 0."""
    rows = ["received", "carried_in", "granted", "granted_in_part"]
    rows += itertools.chain.from_iterable(PARTS.values())
    rows += ["concluded", "carried_out"]
    counts: dict[str, float | None] = dict.fromkeys(rows, 0.0)
    return invented(counts | given_counts)


class TestWorkedValues:
    """The values that the definitions give for Huai'an 2024, to the digit."""

    @pytest.mark.parametrize(
        ("indicator", "value", "low", "high"),
        [
            ("any_disclosure_share", 59.5, 57.8, 61.3),
            ("decided_disclosure_share", 91.1, 89.7, 92.2),
        ],
    )
    def test_huaian_2024(
        self,
        computed: pd.DataFrame,
        indicator: str,
        value: float,
        low: float,
        high: float,
    ) -> None:
        row = one(computed[computed["report_id"] == "huaian-2024"], indicator)
        percent = [round(100 * row[name], 1) for name in ("value", "low", "high")]
        assert percent == [value, low, high]
        assert row["method"] == "wilson"
        assert row["state"] == "computed"

    def test_open_requests_are_never_in_the_denominator_of_disclosure(
        self, computed: pd.DataFrame
    ) -> None:
        """Over requests to be handled it would be 57.6 %, which is not offered."""
        row = one(
            computed[computed["report_id"] == "huaian-2024"], "any_disclosure_share"
        )
        assert (row["numerator"], row["denominator"]) == (1816, 3050)
        formulas = {i.denominator for i in INDICATORS.values() if "granted" in i.code}
        assert "received + carried_in" not in formulas


def recomputed() -> dict[tuple[str, str, str], tuple[float | None, float | None]]:
    """Numerators and denominators straight from the printed figures.

    Plain Python in the letters of the definitions, sharing nothing with the package.
    A missing count is None.
    """
    printed: dict[str, dict[tuple[str, str, str], float | None]] = {}
    for line in printed_rows():
        key = (line["table"], line["row_code"], line["column_code"])
        text = line["printed"]
        printed.setdefault(line["report_id"], {})[key] = float(text) if text else None
    expected: dict[tuple[str, str, str], tuple[float | None, float | None]] = {}

    def add(*counts: float | None) -> float | None:
        return None if None in counts else math.fsum(c for c in counts if c is not None)

    def minus(a: float | None, b: float | None) -> float | None:
        return None if a is None or b is None else a - b

    for report, figures in printed.items():

        def r(row: str, a: str, *, figures=figures) -> float | None:  # type: ignore[no-untyped-def]
            return figures.get(("requests", row, a))

        def put(code: str, a: str, top: float | None, bottom: float | None) -> None:
            expected[report, code, a] = (top, bottom)  # noqa: B023

        for a in APPLICANTS:
            received, carried_in = r("received", a), r("carried_in", a)
            g, p, t, c = (
                r(row, a)
                for row in ("granted", "granted_in_part", "concluded", "carried_out")
            )
            d = [
                r("refused." + ground, a)
                for ground in [
                    "state_secret",
                    "prohibited_by_law",
                    "security_and_stability",
                    "third_party_rights",
                    "internal_affairs",
                    "process_information",
                    "enforcement_file",
                    "inquiry_matter",
                ]
            ]
            u1 = r("unavailable.not_held", a)
            u = add(
                u1,
                r("unavailable.needs_creation", a),
                r("unavailable.still_unclear", a),
            )
            n = add(
                r("not_processed.petition", a),
                r("not_processed.repeated", a),
                r("not_processed.publication", a),
                r("not_processed.excessive", a),
                r("not_processed.confirm_or_reissue", a),
            )
            if ("requests", "other", a) in figures:
                o = r("other", a)
            else:
                o = add(
                    r("other.not_clarified", a),
                    r("other.fee_unpaid", a),
                    r("other.other", a),
                )
            refused = add(*d)
            put("granted_share", a, g, t)
            put("granted_in_part_share", a, p, t)
            put("any_disclosure_share", a, add(g, p), t)
            put("decided_disclosure_share", a, add(g, p), add(g, p, refused))
            put("resolvable_disclosure_share", a, g, add(g, p, refused, u))
            put("refused_share", a, refused, t)
            put("refused_decided_share", a, refused, add(g, p, refused))
            put("unavailable_share", a, u, t)
            put("not_held_share", a, u1, t)
            put("not_processed_share", a, n, t)
            put("other_share", a, o, t)
            put("procedural_share", a, add(n, o), t)
            put("carried_out_share", a, c, add(received, carried_in))
            put("carried_change", a, minus(c, carried_in), None)
            put("clearance_ratio", a, t, received)
            put("disposition_days", a, c, t)
            for k in range(8):
                put(f"ground_share_{k + 1}", a, d[k], refused)
                put(f"ground_incidence_{k + 1}", a, d[k], t)
            put("mandatory_ground_share", a, add(*d[:4]), refused)
            put("discretionary_ground_share", a, add(*d[4:7]), refused)
            put("inquiry_ground_share", a, d[7], refused)
            squares = None if None in d else sum(x * x for x in d if x is not None)
            square = None if refused is None else refused * refused
            put("ground_concentration", a, squares, square)
            if a != "total":
                put("applicant_share", a, received, r("received", "total"))
        s, j, x, q = (
            [figures.get(("disputes", block, column)) for block in BLOCKS]
            for column in ("total", "corrected", "other_result", "pending")
        )
        decided = [minus(s[b], q[b]) for b in range(3)]
        t, g = r("concluded", "total"), r("granted", "total")
        put("review_per_100", "total", s[0], t)
        put("litigation_per_100", "total", add(s[1], s[2]), t)
        put("disputes_per_adverse", "total", add(s[0], s[1]), minus(t, g))
        put("review_correction_share", "total", j[0], decided[0])
        both = add(decided[1], decided[2])
        put("litigation_correction_share", "total", add(j[1], j[2]), both)
        put("litigation_direct_correction_share", "total", j[1], decided[1])
        put("litigation_after_review_correction_share", "total", j[2], decided[2])
        put("other_result_share", "total", add(*x), add(*decided))
        for b, block in enumerate(BLOCKS):
            put(f"{block}_other_result_share", "total", x[b], decided[b])
        put("after_review_suit_share", "total", s[2], decided[0])
        issued, repealed, in_force = (
            figures.get(("proactive", "normative_document", column))
            for column in ("issued", "repealed", "in_force")
        )
        put("normative_net_change", "total", minus(issued, repealed), None)
        put("normative_net_change_share", "total", minus(issued, repealed), in_force)
        blank = sum(value is None for value in figures.values())
        put("data_quality_blank_cells", "total", blank, len(figures))
        put("data_quality_unsure_cells", "total", 0, len(figures))
    return expected


class TestRecomputation:
    """Every indicator of 19 published reports, computed twice."""

    def test_every_numerator_and_denominator_agrees(
        self, computed: pd.DataFrame
    ) -> None:
        expected = recomputed()
        found = {
            (row.report_id, row.indicator, row.applicant): (
                None if pd.isna(row.numerator) else float(row.numerator),
                None if pd.isna(row.denominator) else float(row.denominator),
            )
            for row in computed.itertuples()
        }
        assert found == expected

    def test_every_value_is_numerator_over_denominator(
        self, computed: pd.DataFrame
    ) -> None:
        for row in computed.itertuples():
            top, bottom = row.numerator, row.denominator
            indicator = INDICATORS[row.indicator]
            if row.state not in VALUED:
                assert pd.isna(row.value)
                assert pd.isna(row.low)
                assert row.method == ""
            elif indicator.kind == "difference":
                assert row.value == top
            else:
                assert row.value == indicator.scale * top / bottom

    def test_a_missing_value_has_a_reason_that_holds(
        self, computed: pd.DataFrame
    ) -> None:
        expected = recomputed()
        for row in computed.itertuples():
            top, bottom = expected[row.report_id, row.indicator, row.applicant]
            has_bottom = INDICATORS[row.indicator].kind != "difference"
            if row.state == "zero_denominator":
                assert bottom == 0
            elif row.state in ("blank_input", "not_in_form"):
                assert top is None or (has_bottom and bottom is None)
            elif row.state == "inconsistent_input":
                assert top is not None
                assert bottom is not None
                assert top > bottom

    def test_contradictions_of_hongze_and_jinhu_give_no_share(
        self, computed: pd.DataFrame
    ) -> None:
        """Totals printed 0 beside decided cases leave no share of decided cases."""
        chosen = computed[computed["state"] == "inconsistent_input"]
        assert list(zip(chosen["report_id"], chosen["indicator"], strict=True)) == [
            ("hongze-2023", "review_correction_share"),
            ("jinhu-2023", "litigation_direct_other_result_share"),
        ]


class TestLayout:
    """Columns, types and order of the result."""

    def test_columns_and_types(self, computed: pd.DataFrame) -> None:
        assert list(computed.columns) == COLUMNS
        types = computed.dtypes.astype(str)
        assert types["report_year"] == types["numerator"] == "Int64"
        assert types["value"] == types["low"] == types["high"] == "Float64"

    def test_rows_stand_in_the_order_of_reports_registry_and_form(
        self, cells: pd.DataFrame, computed: pd.DataFrame
    ) -> None:
        expected = [
            (report, i.code, applicant)
            for report in cells["report_id"].unique()
            for i in INDICATORS.values()
            for applicant in i.applicants
            if i.code != "data_quality_failed_checks"
        ]
        names = ["report_id", "indicator", "applicant"]
        assert list(computed[names].itertuples(index=False, name=None)) == expected

    def test_order_of_cells_changes_nothing_but_the_order_of_reports(
        self, cells: pd.DataFrame
    ) -> None:
        one_report = cells[cells["report_id"] == "suqian-2024"]
        pd.testing.assert_frame_equal(
            indicators(one_report), indicators(one_report.iloc[::-1])
        )

    def test_agency_id_comes_from_a_mapping_a_table_or_the_name(self) -> None:
        cells = everything()
        table = pd.DataFrame({"report_id": ["a-2023"], "agency_id": ["a"]})
        assert set(indicators(cells)["agency_id"]) == {"A"}
        assert set(indicators(cells, {"a-2023": "a"})["agency_id"]) == {"a"}
        assert set(indicators(cells, table)["agency_id"]) == {"a"}
        assert set(indicators(cells, {"b-2023": "b"})["agency_id"]) == {"A"}

    def test_no_cells_give_no_rows(self) -> None:
        empty = indicators(everything().iloc[:0])
        assert list(empty.columns) == COLUMNS
        assert empty.empty

    def test_unknown_year_is_missing(self) -> None:
        cells = everything().assign(report_year=pd.NA)
        assert indicators(cells)["report_year"].isna().all()


class TestStates:
    """Why a value is missing, or stands with a warning."""

    def test_nothing_over_nothing_is_missing(self) -> None:
        row = one(indicators(everything()), "granted_share")
        assert row["state"] == "zero_denominator"
        assert pd.isna(row["value"])
        assert (row["numerator"], row["denominator"]) == (0, 0)

    @pytest.mark.parametrize(
        ("concluded", "state"), [(19, "small_denominator"), (20, "computed")]
    )
    def test_fewer_than_twenty_are_marked(self, concluded: int, state: str) -> None:
        cells = everything(granted=1, concluded=concluded)
        assert one(indicators(cells), "granted_share")["state"] == state

    def test_concentration_is_marked_by_its_refusals_not_their_square(self) -> None:
        cells = everything(**{"refused.state_secret": 19})
        row = one(indicators(cells), "ground_concentration")
        assert (row["value"], row["state"]) == (1.0, "small_denominator")

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ("blank", "blank_input"),
            ("not_applicable", "not_applicable_input"),
            ("uncertain", "uncertain_input"),
            ("unreadable", "unreadable_input"),
            ("absent", "absent_input"),
        ],
    )
    def test_a_cell_without_value_gives_its_reason(
        self, state: str, reason: str
    ) -> None:
        cells = everything(granted=None, concluded=30).replace({"blank": state})
        row = one(indicators(cells), "granted_share")
        assert row["state"] == reason
        assert pd.isna(row["value"])
        assert pd.isna(row["numerator"])
        assert row["denominator"] == 30

    def test_the_reason_furthest_from_a_count_is_given(self) -> None:
        cells = everything(granted=None, concluded=None)
        cells.loc[cells["row_code"] == "concluded", "state"] = "absent"
        assert one(indicators(cells), "granted_share")["state"] == "absent_input"

    def test_a_corrected_cell_counts(self) -> None:
        cells = everything(granted=10, concluded=40).assign(state="corrected")
        assert one(indicators(cells), "granted_share")["value"] == 0.25

    def test_a_row_that_the_form_lacks_is_said_to_be_lacking(self) -> None:
        row = one(indicators(everything()), "normative_net_change")
        assert row["state"] == "not_in_form"

    @pytest.mark.parametrize("count", [41, -1, 2.5])
    def test_an_impossible_count_is_no_share(self, count: float) -> None:
        row = one(indicators(everything(granted=count, concluded=40)), "granted_share")
        assert row["state"] == "inconsistent_input"
        assert pd.isna(row["value"])

    def test_a_count_whose_square_is_beyond_all_numbers_is_none(self) -> None:
        grounds = dict.fromkeys(GROUNDS, 2e9)
        cells = everything(**grounds, concluded=8)
        row = one(indicators(cells), "ground_concentration")
        assert (row["state"], pd.isna(row["value"])) == ("inconsistent_input", True)

    def test_more_granted_than_concluded_leaves_nothing_adverse(self) -> None:
        cells = pd.concat(
            [
                everything(granted=5, concluded=4),
                invented({"review": 1}, "disputes", "total"),
                invented({"litigation_direct": 1}, "disputes", "total"),
            ]
        )
        row = one(indicators(cells), "disputes_per_adverse")
        assert (row["denominator"], row["state"]) == (-1, "inconsistent_input")

    def test_a_change_may_be_negative(self) -> None:
        row = one(indicators(everything(carried_in=9, carried_out=2)), "carried_change")
        assert (row["value"], row["state"]) == (-7.0, "computed")
        assert pd.isna(row["denominator"])

    def test_an_unknown_state_is_refused(self) -> None:
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (whole text below)
            indicators(everything().assign(state="guessed"))
        assert str(caught.value) == (
            "cells has the state 'guessed', which is none of absent, blank, "
            "corrected, not_applicable, reported, uncertain, unreadable. Pass cells "
            "as govinfo writes them."
        )

    def test_a_table_without_states_is_refused(self) -> None:
        with pytest.raises(MissingColumns) as caught:
            indicators(everything().drop(columns=["state", "value"]))
        assert str(caught.value) == (
            "indicators() needs columns that the table does not have: 'value', "
            "'state'. Pass the cells of an extracted folder."
        )


class TestOtherHandling:
    """（六） is one row on the 2019 form and three on the 2021 form."""

    def test_three_parts_are_summed(self) -> None:
        cells = everything(
            **{"other.not_clarified": 1, "other.fee_unpaid": 2, "other.other": 3},
            concluded=60,
        )
        assert one(indicators(cells), "other_share")["numerator"] == 6

    def test_a_collapsed_row_stands_for_its_parts(self) -> None:
        cells = everything(concluded=60)
        cells = cells[~cells["row_code"].str.startswith("other.")]
        cells = pd.concat([cells, invented({"other": 6})])
        assert one(indicators(cells), "other_share")["numerator"] == 6

    def test_parts_win_over_a_printed_subtotal(self) -> None:
        cells = pd.concat(
            [
                everything(**{"other.other": 5}, concluded=60),
                invented({"other": 6}),
            ]
        )
        assert one(indicators(cells), "other_share")["numerator"] == 5

    def test_a_subtotal_stands_where_parts_are_blank(self) -> None:
        cells = pd.concat(
            [
                everything(**{"other.other": None}, concluded=60),
                invented({"other": 6}),
            ]
        )
        assert one(indicators(cells), "other_share")["numerator"] == 6

    def test_a_collapsed_row_left_blank_is_blank(self) -> None:
        cells = everything(concluded=60)
        cells = cells[~cells["row_code"].str.startswith("other.")]
        cells = pd.concat([cells, invented({"other": None})])
        assert one(indicators(cells), "other_share")["state"] == "blank_input"


class TestChecks:
    """Check results mark the values that rest on sums that disagree."""

    @staticmethod
    def results() -> pd.DataFrame:
        failed = (("requests", "granted", "total"), ("requests", "concluded", "total"))
        return pd.DataFrame(
            [
                ("a-2023", "flow_balance", "pass", "error", ()),
                ("a-2023", "applicants_sum", "not_assessable", "error", ()),
                ("a-2023", "jump", "fail", "warning", ()),
                ("a-2023", "count_domain", "pass", "error", ()),
                ("a-2023", "outcomes_sum", "fail", "error", failed),
            ],
            columns=["report_id", "check", "result", "severity", "cells"],
        )

    def test_a_value_from_a_failed_sum_stands_and_is_marked(self) -> None:
        cells = everything(granted=10, concluded=40, received=40, carried_in=2)
        result = indicators(cells, checks=self.results())
        assert one(result, "granted_share")["state"] == "contradicted_input"
        assert one(result, "granted_share")["value"] == 0.25
        assert one(result, "carried_out_share")["state"] == "computed"

    def test_nothing_over_a_contradicted_nothing_is_inconsistent(self) -> None:
        result = indicators(everything(), checks=self.results())
        assert one(result, "granted_share")["state"] == "inconsistent_input"

    def test_failed_checks_are_counted_over_those_that_could_be_made(self) -> None:
        row = one(
            indicators(everything(), checks=self.results()),
            "data_quality_failed_checks",
        )
        assert (row["numerator"], row["denominator"], row["value"]) == (1, 2, 0.5)

    def test_checks_of_published_reports_mark_their_contradictions(
        self, cells: pd.DataFrame
    ) -> None:
        """Pingtan 2020 prints 21 concluded beside results that sum to 27."""
        chosen = cells[cells["report_id"].isin(["pingtan-2020", "huaian-2024"])]
        result = indicators(chosen, checks=check_cells(chosen))
        pingtan = result[result["report_id"] == "pingtan-2020"]
        row = one(pingtan, "granted_share")
        assert (row["numerator"], row["denominator"]) == (7, 21)
        assert row["state"] == "bounded"
        assert one(pingtan, "carried_out_share")["state"] == "computed"
        row = one(pingtan, "data_quality_failed_checks")
        assert (row["numerator"], row["denominator"]) == (2, 40)
        huaian = result[result["report_id"] == "huaian-2024"]
        assert "contradicted_input" not in set(huaian["state"])
        assert one(huaian, "data_quality_failed_checks")["value"] == 0

    def test_the_quality_of_its_report_stands_beside_every_value(
        self, cells: pd.DataFrame
    ) -> None:
        """Published beside every indicator, and the same as the indicator of it."""
        found = indicators(cells, checks=check_cells(cells))
        for column in ("failed_checks", "blank_cells", "unsure_cells"):
            own = found[found["indicator"] == f"data_quality_{column}"]
            of_report = own.set_index("report_id")["value"]
            beside = found[column].to_numpy()
            expected = of_report.reindex(found["report_id"]).to_numpy()
            assert (beside == expected).all()
        worst = found.groupby("report_id")["failed_checks"].first()
        assert worst["hongze-2023"] == 2 / 40
        assert worst["huaian-2024"] == 0

    def test_without_check_results_their_share_is_not_invented(self) -> None:
        result = indicators(everything())
        assert "data_quality_failed_checks" not in set(result["indicator"])

    def test_results_of_another_kind_are_refused(self) -> None:
        with pytest.raises(MissingColumns) as caught:
            indicators(everything(), checks=self.results().drop(columns="severity"))
        assert str(caught.value) == (
            "indicators() needs columns that the table does not have: 'severity'. "
            "Pass the results of govinfo.checks.check_cells()."
        )


class TestRegistry:
    """The registry agrees with the forms and with itself."""

    def test_every_row_and_column_of_a_formula_is_in_a_form(self) -> None:
        codes = pd.DataFrame(statutory_cells())
        known = set(zip(codes["table"], codes["row_code"], strict=True))
        columns = set(zip(codes["table"], codes["column_code"], strict=True))
        for indicator in INDICATORS.values():
            for formula in (indicator.numerator, indicator.denominator):
                for term in parse(formula):
                    assert {
                        (term.table, row)
                        for row in group_rows(term.table, "2021", term.row)
                        or [term.row]
                    } <= known
                    assert (term.table, term.column or "total") in columns

    def test_parts_and_applicants_are_the_form_s_own(self) -> None:
        codes = pd.DataFrame(statutory_cells())
        form = codes[(codes["form"] == "2021") & (codes["table"] == "requests")]
        rows = list(dict.fromkeys(form["row_code"]))
        for group, parts in PARTS.items():
            assert [r for r in rows if r.startswith(group + ".")] == list(parts)
        assert tuple(dict.fromkeys(form["column_code"])) == APPLICANTS
        assert PARTS["refused"] == GROUNDS

    def test_entries_are_whole(self) -> None:
        for code, indicator in INDICATORS.items():
            assert indicator.code == code
            assert indicator.kind in KINDS
            assert indicator.reading.endswith(".")
            assert indicator.caution.endswith(".")
            assert indicator.chinese
            assert indicator.english
            assert indicator.source
            expected = {"share": "wilson", "rate": "byar"}.get(indicator.kind, "")
            assert indicator.interval == expected

    def test_names_are_unique(self) -> None:
        table = indicator_table()
        assert table["english"].is_unique
        assert table["chinese"].is_unique
        assert list(table["indicator"]) == list(INDICATORS)

    def test_formulas_are_readable(self) -> None:
        formulas = indicator_table().set_index("indicator")["formula"]
        assert formulas["disposition_days"] == "365 × carried_out / concluded"
        assert formulas["carried_change"] == "carried_out - carried_in"
        assert (
            formulas["ground_concentration"]
            == "sum of squared parts of refused / refused²"
        )
        assert formulas["data_quality_blank_cells"] == "blank / all but absent"

    def test_every_formula_is_said_in_both_languages(self) -> None:
        for entry in INDICATORS.values():
            english, chinese = entry.divided
            assert not re.search(r"[_@:\u4e00-\u9fff]", english), english
            assert not re.search(r"[A-Za-z_@:()]", chinese), chinese
            assert ("÷" in english) == ("÷" in chinese)
        entry = INDICATORS["disputes_per_adverse"]
        assert entry.divided[0] == (
            "(reviews + direct suits) ÷ (requests concluded − disclosed in full)"
        )

    def test_every_state_is_explained(self, computed: pd.DataFrame) -> None:
        assert set(computed["state"]) <= set(STATES)
        assert set(VALUED) <= set(STATES)


@given(
    st.lists(st.integers(0, 10_000), min_size=26, max_size=26),
    st.integers(0, 5000),
)
def test_shares_of_a_report_that_agrees_with_itself_stay_in_their_bounds(
    counts: list[int], carried_in: int
) -> None:
    """Where the sums hold, no share is inconsistent and mixes add up to one."""
    rows = ["granted", "granted_in_part", *itertools.chain(*PARTS.values())]
    given_counts: dict[str, float | None] = dict(zip(rows, counts, strict=False))
    total = sum(counts[: len(rows)])
    given_counts["concluded"] = total
    given_counts["carried_in"] = min(carried_in, total)
    given_counts["received"] = total - min(carried_in, total) + 7
    given_counts["carried_out"] = 7
    result = indicators(everything(**given_counts))
    assert "inconsistent_input" not in set(result["state"])
    valued = result[result["state"].isin(VALUED) & (result["method"] == "wilson")]
    assert (valued["low"] <= valued["value"]).all()
    assert (valued["value"] <= valued["high"]).all()
    mix = valued[valued["indicator"].str.startswith("ground_share_")]
    assert mix.empty or math.isclose(mix["value"].sum(), 1)
    outcomes = ["any_disclosure_share", "refused_share", "unavailable_share"]
    outcomes += ["procedural_share"]
    parts = valued[
        valued["indicator"].isin(outcomes) & (valued["applicant"] == "total")
    ]
    assert parts.empty or math.isclose(parts["value"].sum(), 1)


class TestBounds:
    """Between what a value lies where a report leaves it open or contradicts itself."""

    @pytest.mark.parametrize(
        ("report_id", "indicator", "low", "high"),
        [
            ("pingtan-2020", "any_disclosure_share", 33.3, 33.3),
            ("pingtan-2020", "granted_share", 4.8, 33.3),
            ("hongze-2023", "review_per_100", 52.4, 52.4),
        ],
    )
    def test_no_value_stands_where_no_repair_leaves_it(
        self,
        cells: pd.DataFrame,
        report_id: str,
        indicator: str,
        low: float,
        high: float,
    ) -> None:
        own = cells[cells["report_id"] == report_id]
        row = one(indicators(own, checks=check_cells(own)), indicator)
        assert row["state"] == "bounded"
        assert row[["value", "low", "high"]].isna().all()
        scale = 100 if INDICATORS[indicator].unit == "share" else 1
        assert round(scale * row["bound_low"], 1) == low
        assert round(scale * row["bound_high"], 1) == high

    def test_a_repair_that_leaves_the_cells_alone_leaves_the_value(
        self, cells: pd.DataFrame
    ) -> None:
        own = cells[cells["report_id"] == "hongze-2023"]
        row = one(indicators(own, checks=check_cells(own)), "granted_share")
        assert pd.notna(row["value"])
        assert pd.isna(row["bound_low"])

    def test_bounds_hold_what_the_blanks_hide(self, cells: pd.DataFrame) -> None:
        """Known figures are taken away, some at a time, and lie within the bounds."""
        own = cells[cells["report_id"] == "huaian-2024"].reset_index(drop=True)
        true = indicators(own).set_index(["indicator", "applicant"])["value"]
        chance = random.Random(711)
        places = own.index[own["table"] != "proactive"].tolist()
        bounded = narrow = 0
        for count in (1, 2, 4, 8, 16, 32, 64) * 3:
            some = chance.sample(places, count)
            hidden = own.copy()
            hidden.loc[some, "state"] = "blank"
            hidden.loc[some, "value"] = pd.NA
            found = indicators(hidden)
            for row in found[found["state"] == "bounded"].itertuples():
                value = true[row.indicator, row.applicant]
                bounded += 1
                if pd.isna(value):
                    continue
                assert row.bound_low <= value + 1e-9
                assert pd.isna(row.bound_high) or value <= row.bound_high + 1e-9
                narrow += pd.notna(row.bound_high) and row.bound_low == row.bound_high
        assert bounded > 300
        assert narrow > 100

    def test_a_blank_that_its_sums_determine_has_one_value(self) -> None:
        cells = everything(granted=30, concluded=40, carried_out=0, received=40)
        cells = cells[cells["row_code"] != "granted"]
        blank = invented({"granted": 0}).assign(state="blank", value=pd.NA)
        found = one(indicators(pd.concat([cells, blank])), "granted_share")
        assert found["state"] == "bounded"
        assert found["bound_low"] <= 1

    def test_bounds_that_say_nothing_are_none(self) -> None:
        cells = everything().assign(state="blank", value=pd.NA)
        row = one(indicators(cells), "granted_share")
        assert (row["state"], pd.isna(row["bound_low"])) == ("blank_input", True)
