"""Series over three forms: values, grades, notes, and breaks."""

from __future__ import annotations

import pandas as pd
import pytest
from printed import FIGURES, printed_cells, registry

from govinfo.errors import MissingColumns
from govinfo.forms import form_rows
from govinfo.harmonise import (
    BREAKS,
    GRADES,
    common_cells,
    grade_indicators,
    harmonise,
    harmonise_old,
    link,
    map_old_labels,
    parting,
)
from govinfo.indicators import INDICATORS, indicators
from govinfo.indicators.registry import parse


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return printed_cells()


@pytest.fixture(scope="module")
def series(cells: pd.DataFrame) -> pd.DataFrame:
    reports = registry()
    ids = dict(zip(reports["report_id"], reports["agency_id"], strict=True))
    return harmonise(cells, ids)


@pytest.fixture(scope="module")
def old() -> pd.DataFrame:
    path = FIGURES / "pre2019.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def at(series: pd.DataFrame, report: str, *key: str) -> pd.Series:
    """The one row of a report and common cell."""
    names = ["report_id", "table", "row_code", "column_code"]
    chosen = series[(series[names] == [report, *key]).all(axis=1)]
    assert len(chosen) == 1
    return chosen.iloc[0]


class TestForms:
    """Both forms in one vocabulary."""

    def test_every_printed_cell_is_in_the_series_as_it_is(
        self, cells: pd.DataFrame, series: pd.DataFrame
    ) -> None:
        """Harmonising moves no figure that both vocabularies have."""
        keys = ["report_id", "table", "row_code", "column_code"]
        both = cells.merge(series, on=keys, suffixes=("", "_common"), how="left")
        assert both["grade"].notna().all()
        known = both[(both["state"] == "reported") & (both["grade"] == "exact")]
        assert (known["value"] == known["value_common"]).all()
        # Only the 2019 form's own cells are not exact somewhere: none of them here.
        assert set(both["grade"]) == {"exact"}

    def test_each_report_has_each_common_cell_once(self, series: pd.DataFrame) -> None:
        keys = ["report_id", "table", "row_code", "column_code"]
        assert not series.duplicated(keys).any()
        assert set(series.groupby("report_id").size()) == {len(common_cells())}
        assert set(series["grade"]) <= set(GRADES)

    def test_other_handling_is_one_row_over_both_forms(
        self, cells: pd.DataFrame, series: pd.DataFrame
    ) -> None:
        parts = cells[
            (cells["report_id"] == "huaian-2024")
            & cells["row_code"].str.startswith("other.")
            & (cells["column_code"] == "total")
        ]
        row = at(series, "huaian-2024", "requests", "other", "total")
        assert row["value"] == parts["value"].sum() == 187
        assert (row["form"], row["grade"]) == ("2021", "aggregate")
        row = at(series, "pingtan-2020", "requests", "other", "total")
        assert (row["form"], row["grade"]) == ("2019", "exact")

    def test_a_collapsed_row_of_the_2021_form_is_exact(
        self, series: pd.DataFrame
    ) -> None:
        row = at(series, "hongze-2024", "requests", "other", "total")
        assert (row["form"], row["grade"]) == ("2021", "exact")
        part = at(series, "hongze-2024", "requests", "other.fee_unpaid", "total")
        assert part["grade"] == "none"
        assert pd.isna(part["value"])

    def test_parts_of_other_handling_do_not_exist_in_2019(
        self, series: pd.DataFrame
    ) -> None:
        row = at(series, "pingtan-2019", "requests", "other.not_clarified", "total")
        assert (row["grade"], row["state"]) == ("none", "absent")
        assert row["note"] == "The 2019 form has one row for other handling."

    def test_newly_made_is_approximately_issued(
        self, cells: pd.DataFrame, series: pd.DataFrame
    ) -> None:
        printed = cells[
            (cells["report_id"] == "pingtan-2020")
            & (cells["row_code"] == "normative_document")
            & (cells["column_code"] == "newly_made")
        ]["value"].item()
        key = ("proactive", "normative_document", "issued")
        row = at(series, "pingtan-2020", *key)
        assert (row["value"], row["grade"]) == (printed, "approximate")

    @pytest.mark.parametrize(
        ("row", "column"), [("normative_document", "in_force"), ("fee", "amount")]
    )
    def test_what_only_looks_alike_is_not_carried_over(
        self, series: pd.DataFrame, row: str, column: str
    ) -> None:
        found = at(series, "pingtan-2020", "proactive", row, column)
        assert found["grade"] == "none"
        assert pd.isna(found["value"])
        assert found["note"]

    @pytest.mark.parametrize("row", ["licence", "penalty", "coercive_measure"])
    def test_decisions_compare_directly(self, series: pd.DataFrame, row: str) -> None:
        for report in ("pingtan-2020", "pingtan-2021"):
            assert at(series, report, "proactive", row, "decisions")["grade"] == "exact"

    def test_refusals_are_a_sum_on_both_forms(self, series: pd.DataFrame) -> None:
        for report in ("pingtan-2020", "pingtan-2021", "huaian-2024"):
            row = at(series, report, "requests", "refused", "total")
            parts = series[
                (series["report_id"] == report)
                & series["row_code"].str.startswith("refused.")
                & (series["column_code"] == "total")
            ]
            assert row["grade"] == "aggregate"
            assert row["value"] == parts["value"].sum()

    def test_both_routes_of_litigation_are_added(self, series: pd.DataFrame) -> None:
        row = at(series, "huaian-2024", "disputes", "litigation", "total")
        assert (row["value"], row["grade"]) == (46, "aggregate")

    def test_a_sum_with_a_blank_is_blank(self, series: pd.DataFrame) -> None:
        row = at(series, "shuyang-fgj-2023", "requests", "refused", "business")
        assert row["state"] == "blank"
        assert pd.isna(row["value"])

    def test_the_form_is_the_cell_s_own_in_a_hybrid(self) -> None:
        """A 2021 report with 2019 headings in item one."""
        cells = pd.DataFrame(
            [
                ("2019", "normative_document", "newly_made", 4.0),
                ("2021", "licence", "decisions", 9.0),
                ("2021", "penalty", "decisions", 8.0),
            ],
            columns=["form", "row_code", "column_code", "value"],
        ).assign(
            report_id="a-2021",
            agency="A",
            report_year=2021,
            table="proactive",
            state="reported",
        )
        found = harmonise(cells)
        row = at(found, "a-2021", "proactive", "normative_document", "newly_made")
        assert (row["form"], row["grade"], row["value"]) == ("2019", "exact", 4.0)

    def test_every_link_names_cells_of_a_form(self) -> None:
        for form in ("2019", "2021"):
            printed = {
                (row.table, row.code, column.code)
                for table in ("proactive", "requests", "disputes")
                for row in form_rows(table, form)
                for column in row.columns
            }
            for key in common_cells():
                found = link(key, form)
                assert set(found.sources) <= printed
                assert found.grade in GRADES
                assert (found.grade == "none") == (not found.sources)
                if key not in printed:
                    assert found.note

    def test_a_table_of_another_kind_is_refused(self) -> None:
        with pytest.raises(MissingColumns) as caught:
            harmonise(pd.DataFrame({"report_id": ["a"], "value": [1.0]}))
        assert str(caught.value) == (
            "harmonise() needs columns that the table does not have: 'agency', "
            "'report_year', 'form', 'table', 'row_code', 'column_code', 'state'. Pass "
            "the cells of an extracted folder."
        )


class TestIndicatorGrades:
    """How well an indicator compares over the forms."""

    def test_grades_follow_the_cells_that_are_counted(
        self, cells: pd.DataFrame
    ) -> None:
        found = grade_indicators(indicators(cells), registry())
        grades = found.groupby(["indicator", "form"])["grade"].first()
        assert grades["granted_share", "2019"] == "exact"
        assert grades["refused_share", "2021"] == "exact"
        assert grades["other_share", "2019"] == "exact"
        assert grades["other_share", "2021"] == "aggregate"
        assert grades["procedural_share", "2021"] == "aggregate"
        assert grades["normative_net_change", "2019"] == "none"
        assert grades["normative_net_change", "2021"] == "exact"

    def test_each_table_has_its_own_form(self) -> None:
        """A report of 2021 that still prints the older table 2."""
        rows = pd.DataFrame(
            {
                "report_id": "a-2021",
                "indicator": [
                    "normative_net_change",
                    "other_share",
                    "data_quality_blank_cells",
                ],
            }
        )
        cells = pd.DataFrame(
            {
                "report_id": "a-2021",
                "table": ["proactive", "requests", "requests"],
                "form": ["2019", "2021", "2021"],
            }
        )
        found = grade_indicators(rows, cells)
        assert found["form"].tolist() == ["2019", "2021", ""]
        assert found["grade"].tolist() == ["none", "aggregate", ""]

    def test_a_table_without_forms_is_refused(self) -> None:
        rows = pd.DataFrame({"report_id": ["a"], "indicator": ["granted_share"]})
        with pytest.raises(MissingColumns) as caught:
            grade_indicators(rows, pd.DataFrame({"report_id": ["a"]}))
        assert str(caught.value) == (
            "grade_indicators() needs columns that the table does not have: 'form'. "
            "Pass the cells, or data/reports.csv."
        )

    def test_an_unknown_form_has_no_grade(self) -> None:
        rows = pd.DataFrame({"report_id": ["a"], "indicator": ["granted_share"]})
        assert grade_indicators(rows, {})["grade"].tolist() == ["none"]


class TestBefore2019:
    """One-column tables of a province, 2011 to 2018."""

    def test_every_figure_is_kept_with_a_grade(self, old: pd.DataFrame) -> None:
        found = map_old_labels(old)
        assert len(found) == len(old)
        assert set(found["grade"]) <= set(GRADES)
        assert (found["value"] == old["printed_year"].astype(float)).all()
        graded = found.set_index(["report_id", "label"])["grade"]
        assert graded["pingtan-2011", "受理依申请公开信息总数"] == "approximate"
        assert graded["pingtan-2018", "2.同意部分公开答复数"] == "approximate"
        assert graded["pingtan-2018", "主动公开文件数"] == "none"
        assert graded["pingtan-2015", "4.其他类型答复数"] == "none"

    def test_what_the_law_leaves_over_is_no_ground_of_today(self) -> None:
        """法律法规规定的其他情形 is a residual, and grounds 5 to 8 came in 2019."""
        printed = pd.DataFrame(
            {
                "report_id": "a-2015",
                "label": ["法律法规规定的其他情形", "涉及国家秘密"],
                "printed_year": ["3", "1"],
            }
        )
        found = map_old_labels(printed)
        assert found["row_code"].tolist() == ["", "refused.state_secret"]
        assert found["grade"].tolist() == ["none", "approximate"]

    def test_series_goes_on_in_the_later_years(
        self, old: pd.DataFrame, series: pd.DataFrame
    ) -> None:
        whole = pd.concat([harmonise_old(old, {"pingtan": "平潭"}), series])
        chosen = whole[
            (whole["agency_id"] == "pingtan")
            & (whole["row_code"] == "received")
            & (whole["column_code"] == "total")
        ].sort_values("report_year")
        assert chosen["report_year"].tolist() == [
            2011,
            2015,
            2017,
            2018,
            *range(2019, 2026),
        ]
        assert (
            chosen["form"].tolist() == ["before_2019"] * 4 + ["2019"] * 2 + ["2021"] * 5
        )
        assert chosen["value"].tolist()[:6] == [0, 0, 0, 0, 23, 21]

    def test_labels_of_the_national_table_are_known(self) -> None:
        labels = {
            "三、依申请公开情况": None,
            "（一）收到申请数": 12,
            "（二）申请办结数": 11,
            "1.属于已主动公开范围数": 2,
            "2.同意公开答复数": 3,
            "3.同意部分公开答复数": 1,
            "4.不同意公开答复数": 2,
            "其中：涉及国家秘密": 1,
            "涉及商业秘密": 0,
            "涉及个人隐私": 1,
            "5.不属于本行政机关公开数": 1,
            "6.申请信息不存在数": 1,
            "7.告知作出更改补充数": 1,
            "四、行政复议数量": 3,
            "（一）维持具体行政行为数": 2,
            "（二）被依法纠错数": 1,
            "五、行政诉讼数量": 2,
            "（二） 被依法纠错数": 0,
        }
        table = pd.DataFrame(
            {
                "report_id": "a-2016",
                "label": list(labels),
                "printed_year": pd.array(list(labels.values()), dtype="Int64"),
            }
        )
        found = harmonise_old(table).set_index(["row_code", "column_code"])
        expected = {
            ("received", "total"): (12, "approximate"),
            ("concluded", "total"): (11, "approximate"),
            ("granted", "total"): (5, "approximate"),
            ("granted_in_part", "total"): (1, "approximate"),
            ("refused", "total"): (2, "approximate"),
            ("refused.state_secret", "total"): (1, "approximate"),
            ("refused.third_party_rights", "total"): (1, "approximate"),
            ("unavailable.not_held", "total"): (2, "approximate"),
            ("review", "total"): (3, "approximate"),
            ("review", "upheld"): (2, "exact"),
            ("review", "corrected"): (1, "exact"),
            ("litigation", "total"): (2, "approximate"),
            ("litigation", "corrected"): (0, "exact"),
        }
        result = {key: (row["value"], row["grade"]) for key, row in found.iterrows()}
        assert result == expected

    def test_half_of_a_sum_is_approximate(self) -> None:
        table = pd.DataFrame(
            {"report_id": "a-2016", "label": ["同意公开答复数"], "printed_year": ["7"]}
        )
        assert harmonise_old(table)["grade"].item() == "approximate"

    def test_a_result_without_its_kind_of_dispute_is_not_placed(self) -> None:
        table = pd.DataFrame(
            {"report_id": "a-2016", "label": ["被依法纠错数"], "printed_year": ["7"]}
        )
        found = map_old_labels(table).iloc[0]
        assert (found["grade"], found["row_code"]) == ("none", "")
        assert found["note"] == "No kind of dispute is named before it."
        assert harmonise_old(table).empty

    def test_a_blank_is_not_zero(self) -> None:
        table = pd.DataFrame(
            {"report_id": "a-2016", "label": ["收到申请数"], "printed_year": [""]}
        )
        found = harmonise_old(table).iloc[0]
        assert pd.isna(found["value"])
        assert found["state"] == "blank"

    def test_indicators_can_be_computed_from_it(self) -> None:
        table = pd.DataFrame(
            {
                "report_id": "a-2016",
                "label": ["申请办结数", "同意部分公开答复数", "不同意公开答复数"],
                "printed_year": ["40", "10", "4"],
            }
        )
        found = indicators(harmonise_old(table))
        found = found[found["applicant"] == "total"].set_index("indicator")
        assert found.loc["granted_in_part_share", "value"] == 0.25
        assert found.loc["refused_share", "value"] == 0.1
        assert found.loc["granted_share", "state"] == "not_in_form"

    def test_a_table_of_another_kind_is_refused(self) -> None:
        with pytest.raises(MissingColumns) as caught:
            map_old_labels(pd.DataFrame({"report_id": ["a"], "label": ["b"]}))
        assert str(caught.value) == (
            "map_old_labels() needs columns that the table does not have: "
            "'printed_year'. Pass a table like data/figures/pre2019.csv."
        )


class TestBreaks:
    """What must not be joined by a line."""

    def test_the_five_breaks_are_there_with_their_sources(self) -> None:
        assert [change.first_year for change in BREAKS] == [
            2019,
            2021,
            2021,
            2024,
            2025,
        ]
        assert [change.date for change in BREAKS] == [
            "2019-05-15",
            "2021-01-01",
            "2021-09-26",
            "2024-01-01",
            "2025-06-01",
        ]
        for change in BREAKS:
            told = (change.english, change.chinese, change.reading, change.source)
            assert all(told)
            assert change.affects

    def test_every_affected_row_exists(self) -> None:
        known = {(table, row) for table, row, _ in common_cells()}
        tables = {table for table, _ in known}
        for change in BREAKS:
            for name in change.affects:
                table, _, row = name.partition(":")
                assert table in tables
                assert not row or (table, row) in known

    @pytest.mark.parametrize(
        ("indicator", "years"),
        [
            ("granted_share", [2019, 2021]),
            ("applicant_share", [2019, 2021, 2021]),
            ("review_correction_share", [2019, 2021, 2024]),
            ("litigation_direct_correction_share", [2019, 2021, 2024, 2025]),
            ("data_quality_blank_cells", []),
        ],
    )
    def test_a_series_is_parted_by_the_breaks_that_concern_it(
        self, indicator: str, years: list[int]
    ) -> None:
        assert [change.first_year for change in parting(indicator)] == years

    def test_a_denominator_parts_a_series_too(self) -> None:
        """Requests received stand below: the fee changes how many there are."""
        codes = [change.code for change in parting("clearance_ratio")]
        assert codes == ["regulations-2019", "fee-2021", "form-2021"]

    def test_cells_and_the_indicators_made_of_them_are_parted_alike(self) -> None:
        """One rule: each row of a formula, by its own breaks."""
        for code, entry in INDICATORS.items():
            terms = parse(f"{entry.numerator} {entry.denominator}")
            by_rows = {
                change.code
                for change in BREAKS
                for term in terms
                if change.parts(term.table, term.row)
            }
            assert {change.code for change in parting(code)} == by_rows

    def test_every_indicator_knows_its_breaks(self) -> None:
        for indicator in INDICATORS:
            assert all(
                isinstance(change.parts_indicator(indicator), bool) for change in BREAKS
            )
