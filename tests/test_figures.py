"""Figures draw without a warning, label what they draw, and say it in words."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from inspect import signature

import pandas as pd
import pytest
from conftest import ROOT
from matplotlib.figure import Figure
from matplotlib.text import Text

from govinfo import compare, figures, read_cells, show
from govinfo.agencies import read_agencies
from govinfo.checks import check_cells
from govinfo.errors import FontMissing, MissingColumns
from govinfo.figures.overyears import MOST_PANELS
from govinfo.figures.scaffold import MOST
from govinfo.forms import form_row
from govinfo.harmonise import grade_indicators, harmonise, harmonise_old
from govinfo.indicators import GROUNDS, indicators

CELLS = read_cells(ROOT / "data")
REPORTS = read_agencies(ROOT / "data")
DATA = indicators(CELLS, REPORTS, checks=check_cells(CELLS))
RATES = compare.select(DATA, "decided_disclosure_share", latest=True)
STUDY = pd.read_csv(ROOT / "data" / "comparison_study.csv")
# Of single rates the coverage at every size is a table of its own, and no figure.
COVERAGE = STUDY[(STUDY["nominal"] == "0.95") & (STUDY["study"] != "exact_coverage")]
HUAIAN = CELLS[CELLS["report_id"] == "huaian-2024"]


AGENCY_OF = REPORTS.set_index("report_id")["agency_id"].to_dict()
SERIES = harmonise(CELLS, AGENCY_OF)
MIXES = compare.mix_intervals(compare.select_mixes(DATA).rows, by=["report_id"])
ALL_MIXES = compare.mix_intervals(
    compare.select_mixes(DATA, min_n=1).rows, by=["report_id"]
)


def two_years() -> pd.DataFrame:
    chosen = DATA[DATA["indicator"] == "decided_disclosure_share"]
    chosen = chosen[(chosen["applicant"] != "total") & (chosen["denominator"] > 0)]
    parts = [chosen[chosen["report_id"] == f"suqian-{year}"] for year in (2023, 2024)]
    return compare.kitagawa(parts[0], parts[1])


Draw = Callable[..., Figure]

# Every figure with what it is drawn of.
OF_AGENCIES: dict[str, tuple[Draw, object, tuple[object, ...]]] = {
    "rates": (figures.rates, DATA, ("granted_share",)),
    "rates of events": (figures.rates, DATA, ("review_per_100",)),
    "differences": (figures.rates, DATA, ("normative_net_change",)),
    "series": (figures.series, DATA, ("granted_share",)),
    "outcomes": (figures.outcomes, DATA, ()),
    "exemption intervals": (figures.exemption_intervals, MIXES, ()),
    "counts": (
        figures.counts,
        SERIES,
        (["requests:received", "proactive:normative_document@issued"],),
    ),
    "applicants": (figures.applicant_mix, DATA, ()),
    "map": (figures.ground_map, DATA, ()),
    "funnel": (figures.funnel, compare.funnel(RATES), ()),
    "caterpillar": (figures.caterpillar, compare.shrink(RATES), ()),
    "flow": (figures.flow, HUAIAN, ()),
}
EVERY = OF_AGENCIES | {
    "decomposition": (figures.decomposition, two_years(), ()),
    "coverage": (figures.coverage, COVERAGE, ()),
    "failures": (
        figures.failures,
        compare.failure_shares(
            check_cells(CELLS),
            {
                "year": dict(
                    REPORTS[["report_id", "report_year"]].astype(str).to_numpy()
                )
            },
        ),
        (),
    ),
}


def draw(name: str, table: object = None, **options: object) -> Figure:
    """A figure of its table, or of another one."""
    function, data, arguments = EVERY[name]
    if name in OF_AGENCIES:
        options["agencies"] = REPORTS
    return function(data if table is None else table, *arguments, **options)


@cache
def figure(name: str, language: str = "both") -> Figure:
    """A figure, drawn once: the checks look at it and leave it as it is."""
    return draw(name, language=language)


def chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


@pytest.mark.parametrize("name", EVERY)
def test_every_figure_fits_the_page_and_describes_itself(name: str) -> None:
    fig = figure(name)
    assert fig.get_figwidth() == show.WIDTH
    assert len(str(fig.get_label()).split()) > 5
    # Warnings are errors here, a missing glyph among them.
    assert show.png(fig).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_every_figure_names_its_options(name: str) -> None:
    defaults = {"agencies": None, "language": "both", "ax": None}
    if name not in OF_AGENCIES:
        del defaults["agencies"]
    named, said = signature(EVERY[name][0]).parameters, str(EVERY[name][0].__doc__)
    assert {n: p.default for n, p in named.items() if n in defaults} == defaults
    assert all(f"    {option} : " in said for option in defaults)


@pytest.mark.parametrize("name", EVERY)
def test_a_chinese_figure_is_described_in_chinese(name: str) -> None:
    fig = figure(name, "zh")
    assert chinese(str(fig.get_label()))
    labels = "".join(show.texts(fig))
    assert chinese(labels)
    assert "interval" not in labels


@pytest.mark.parametrize("name", EVERY)
def test_an_english_figure_has_no_chinese(name: str) -> None:
    fig = figure(name, "en")
    assert [text for text in show.texts(fig) if chinese(text)] == []
    assert not chinese(str(fig.get_label()))


@pytest.mark.parametrize("name", EVERY)
def test_labels_of_a_figure_do_not_lie_on_each_other(name: str) -> None:
    fig = figure(name)
    with show.style():
        fig.draw_without_rendering()
        boxes = [
            (label.get_text(), label.get_window_extent())
            for ax in fig.axes
            if ax.axison and name != "map"
            for label in [*ax.get_yticklabels(), *ax.texts]
            if label.get_text() and label.get_visible()
        ]
    over = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if a.shrunk(0.9, 0.5).overlaps(b.shrunk(0.9, 0.5))
    ]
    assert over == []


@pytest.mark.parametrize("name", EVERY)
def test_no_label_leaves_the_figure(name: str) -> None:
    fig = figure(name)
    with show.style():
        fig.draw_without_rendering()
        whole = fig.bbox.padded(1)
        for text in (t for ax in fig.axes if ax.axison for t in ax.texts):
            box = text.get_window_extent()
            assert whole.x0 <= box.x0, text.get_text()
            assert box.x1 <= whole.x1, text.get_text()


def printed() -> dict[str, dict[tuple[str, str, str], int]]:
    """The published figures, read without the package."""
    found: dict[str, dict[tuple[str, str, str], int]] = defaultdict(dict)
    path = ROOT / "data" / "figures" / "cells.csv"
    with path.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["printed"].isdigit():
                key = (row["table"], row["row_code"], row["column_code"])
                found[row["report_id"]][key] = int(row["printed"])
    return found


def test_rates_say_the_counts_of_the_published_figures() -> None:
    alt = str(figures.rates(DATA, "granted_share", agencies=REPORTS).get_label())
    names = dict(zip(REPORTS["report_id"], REPORTS["label"], strict=True))
    for report, cells in printed().items():
        granted = cells.get(("requests", "granted", "total"))
        total = cells.get(("requests", "concluded", "total"))
        if granted is None or not total:
            continue
        if report == "pingtan-2020":
            # Its outcomes contradict their total: only bounds are known.
            assert f"{names[report]} " not in alt
            continue
        share = f"{100 * granted / total:.1f}%"
        assert f"{names[report]} {share} (" in alt
        assert f"{granted:,}/{total:,})" in alt


def test_the_map_says_every_refusal() -> None:
    alt = str(figures.ground_map(DATA, agencies=REPORTS).get_label())
    names = dict(zip(REPORTS["report_id"], REPORTS["label"], strict=True))
    for report, cells in printed().items():
        counts = [cells.get(("requests", ground, "total")) for ground in GROUNDS]
        if None not in counts:
            assert f"{names[report]} {sum(filter(None, counts))} refusals" in alt
    assert (
        "General Office of the Shanghai Municipal Government 2019: only bounds known"
        in alt
    )


def test_a_ground_that_a_table_lacks_has_a_question_mark_in_its_own_column() -> None:
    one = DATA[DATA["report_id"] == "huaian-2024"]
    lacking = one[one["indicator"] != "ground_share_3"]
    shared = pd.concat([DATA[DATA["report_id"] == "suqian-2024"], lacking])
    texts = figures.ground_map(shared, agencies=REPORTS).axes[0].texts
    unknown = [text.get_position()[0] for text in texts if text.get_text() == "?"]
    assert unknown == [2]


def test_the_map_prints_every_count() -> None:
    fig = figures.ground_map(DATA, agencies=REPORTS)
    texts = [text.get_text() for text in fig.axes[0].texts]
    huaian = printed()["huaian-2024"]
    for ground in GROUNDS:
        assert f"{huaian[('requests', ground, 'total')]:,}" in texts
    assert texts.count("?") == len(GROUNDS) + 1


def test_flow_says_the_published_figures() -> None:
    alt = str(figures.flow(HUAIAN, agencies=REPORTS).get_label())
    cells = printed()["huaian-2024"]
    for row in ("received", "granted", "carried_out"):
        assert f"{cells[('requests', row, 'total')]:,}" in alt
    assert "Administrative review 351" in alt
    assert "Litigation 46" in alt


def test_the_subtitle_says_what_is_divided_by_what() -> None:
    def divided(name: str, language: str) -> str:
        return str(figure(name, language).divided)  # type: ignore[attr-defined]

    assert divided("rates", "en") == "disclosed in full ÷ requests concluded"
    assert divided("rates", "zh") == "予以公开÷办结总数"
    # The heading names the agency or several indicators, so each formula has its name.
    assert divided("rates of events", "zh") == "100×行政复议÷办结总数"
    assert divided("outcomes", "en") == "each part ÷ requests concluded"
    assert divided("map", "zh") == "各项÷不予公开"
    assert divided("applicants", "zh") == "各项÷本年新收"
    both = ["review_per_100", "litigation_per_100"]
    mine = DATA[DATA["agency_id"] == "pingtan"]
    fig = figures.series(mine, both, agencies=REPORTS, language="zh")
    assert str(fig.divided) == (  # type: ignore[attr-defined]
        "每百件申请行政复议数：100×行政复议÷办结总数；"
        "每百件申请行政诉讼数：100×（直接起诉＋复议后起诉）÷办结总数"
    )
    # What is counted is divided by nothing, and what it is is said all the same.
    assert divided("counts", "en") == "counts as printed in each year’s report"
    assert divided("flow", "zh") == "年报所印件数，各条同一刻度"
    assert divided("decomposition", "en").startswith("mix = change of a part’s share")
    assert divided("coverage", "en") == "intervals with the truth ÷ all drawn"


def test_outcomes_leave_out_a_report_that_contradicts_its_total() -> None:
    alt = str(figures.outcomes(DATA, agencies=REPORTS).get_label())
    assert "Pingtan Comprehensive Pilot Zone 2020: only bounds known" in alt
    assert "Pingtan Comprehensive Pilot Zone 2021 (n = 69)" in alt


def test_a_share_without_an_interval_has_its_counts() -> None:
    code = "data_quality_failed_checks"
    alt = str(figures.rates(DATA, code, agencies=REPORTS).get_label())
    assert "Pingtan Comprehensive Pilot Zone 2020 5.0% (2/40)" in alt


def test_titles_and_keys_claim_no_more_than_is_drawn() -> None:
    """Strata need not be classes of applicants."""
    table = pd.DataFrame({"level": ["county"], "mix": [2.0], "rate": [1.0]})
    key = figures.decomposition(table, stratum="level", language="en").legends[0]
    assert [text.get_text() for text in key.get_texts()][0] == "mix"


def many_reports(count: int) -> pd.DataFrame:
    """Invented reports of many sizes, half of which disclose little."""
    n = [(21, 35, 143, 718, 3050)[k % 5] for k in range(count)]
    rates = [0.15 + 0.7 * (k % 7) / 6 for k in range(count)]
    x = [round(size * rate) for size, rate in zip(n, rates, strict=True)]
    return pd.DataFrame(
        {
            "agency_id": [f"agency {k:03d}" for k in range(count)],
            "report_year": 2023,
            "indicator": "granted_share",
            "numerator": x,
            "denominator": n,
        }
    )


def test_a_crowded_funnel_names_the_furthest_and_no_name_lies_on_another() -> None:
    placed = compare.funnel(many_reports(300), over_dispersion="none")
    fig = figures.funnel(placed, language="en")
    with show.style():
        fig.draw_without_rendering()
        boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    assert 0 < len(boxes) <= 12
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    rows = placed.rows
    furthest = rows.loc[rows["z"].abs().idxmax(), "agency_id"]
    assert str(fig.get_label()).split("alarm limits: ")[1].startswith(furthest)
    alarms = int((rows["position"] == "alarm").sum())
    assert f"; and {alarms - 12} more." in str(fig.get_label())


def test_a_caterpillar_of_few_reports_says_that_shrinkage_may_mislead() -> None:
    fig = figure("caterpillar", "en")
    sentence = "Few reports (9): shrinkage may move rates away from the truth."
    assert sentence in "".join(show.texts(fig))
    assert str(fig.get_label()).endswith(sentence)


def test_a_caterpillar_of_many_reports_is_cut_with_a_word() -> None:
    fig = figures.caterpillar(compare.shrink(many_reports(60)), language="en")
    sentence = f"Only the {MOST} of 60 reports with most cases are drawn."
    assert str(fig.get_label()).endswith(sentence)
    assert sentence in "".join(show.texts(fig))
    assert len(fig.axes[0].get_yticklabels()) == MOST
    assert "Few reports" not in str(fig.get_label())


def test_a_caterpillar_says_its_level_and_not_another() -> None:
    fig = figures.caterpillar(compare.shrink(RATES, level=0.9), language="en")
    assert "shrunken rate, 90% interval" in show.texts(fig)


def test_labels_are_in_both_languages() -> None:
    texts = show.texts(figures.rates(DATA, "granted_share", agencies=REPORTS))
    assert "沭阳县人民政府\nShuyang County" in texts
    assert "县级政府 county government" in texts
    assert "予以公开率 Disclosed in full" in texts


def drawn_marks(indicator: str) -> tuple[int, int, int, int]:
    """Points, hollow ones, those on doubtful sums, and bars of bounds."""
    fig = figures.rates(DATA, indicator, agencies=REPORTS)
    lines = list(fig.axes[0].lines)
    marks = [line for line in lines if line.get_marker() in ("o", "D")]
    return (
        len(marks),
        sum(line.get_markerfacecolor() == "white" for line in marks),
        sum(line.get_marker() == "D" for line in marks),
        sum(line.get_marker() == "|" for line in lines),
    )


def test_values_on_few_cases_and_doubtful_sums_look_different() -> None:
    assert drawn_marks("refused_share") == (18, 1, 1, 1)


def test_bounds_are_drawn_as_bounds_and_not_among_the_points() -> None:
    assert drawn_marks("decided_disclosure_share") == (17, 3, 0, 2)


def joined(fig: Figure) -> set[tuple[float, float]]:
    """Pairs of years that a line joins."""
    return {
        tuple(line.get_xdata())
        for ax in fig.axes
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] != line.get_xdata()[1]
        if line.get_linestyle() == "-"
    }


def test_a_series_is_not_joined_across_a_change() -> None:
    mine = DATA[DATA["agency_id"] == "pingtan"]
    granted = joined(figures.series(mine, "granted_share"))
    assert granted == {(y, y + 1) for y in (2021, 2022, 2023, 2024)}
    suits = joined(figures.series(mine, "litigation_per_100"))
    assert suits == {(y, y + 1) for y in (2019, 2021, 2022)}


def test_a_series_is_not_joined_across_a_missing_year() -> None:
    mine = DATA[(DATA["agency_id"] == "pingtan") & (DATA["report_year"] != 2023)]
    assert joined(figures.series(mine, "granted_share")) == {
        (2021, 2022),
        (2024, 2025),
    }


def test_a_series_is_not_joined_across_a_merger() -> None:
    mine = DATA[DATA["agency_id"] == "pingtan"]
    mergers = pd.DataFrame(
        {"agency_id": ["pingtan"], "first_year": [2023], "code": ["merged"]}
    )
    fig = figures.series(mine, "granted_share", mergers=mergers, language="en")
    assert joined(fig) == {(y, y + 1) for y in (2021, 2023, 2024)}
    assert "Not joined across 2023: pingtan, merged." in str(fig.get_label())
    other = mergers.assign(agency_id="suqian")
    assert "merged" not in str(
        figures.series(mine, "granted_share", mergers=other).get_label()
    )


def test_a_break_is_drawn_only_where_it_parts_the_series() -> None:
    """The new interpretation of 2025 is about suits, not about reviews."""
    mine = DATA[DATA["agency_id"] == "pingtan"]
    codes = ["review_per_100", "litigation_per_100"]
    fig = figures.series(mine, codes, agencies=REPORTS)
    dotted = [
        [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]
        for ax in fig.axes
    ]
    assert dotted == [[2020.5, 2023.5], [2020.5, 2023.5, 2024.5]]


def test_a_break_of_form_stands_where_an_agency_changes_its_form() -> None:
    """On the old form in 2021, and so parted at 2022, whatever others do."""
    mine = DATA[DATA["agency_id"] == "pingtan"]
    graded = grade_indicators(mine, CELLS)
    graded.loc[graded["report_year"] == 2021, "form"] = "2019"
    fig = figures.series(graded, "granted_share", language="en")
    assert joined(fig) == {(y, y + 1) for y in (2022, 2023, 2024)}
    assert "Not joined across 2022: pingtan, 2021 form." in str(fig.get_label())


def test_one_scale_is_for_one_unit() -> None:
    with pytest.raises(ValueError, match="^series draws") as caught:
        figures.series(DATA, ["granted_share", "review_per_100"])
    assert str(caught.value) == (
        "series draws one scale for all panels, but was given granted_share in share, "
        "review_per_100 in cases per 100 requests. Draw indicators of one unit at a "
        "time."
    )


def test_approximate_values_are_triangles_and_are_not_joined_to_others() -> None:
    mine = DATA[DATA["agency_id"] == "pingtan"]
    graded = grade_indicators(mine, CELLS)
    at = (graded["report_year"] == 2022) & (graded["indicator"] == "granted_share")
    graded.loc[at, "grade"] = "approximate"
    fig = figures.series(graded, "granted_share", language="en")
    triangles = [
        line.get_xdata()[0] for line in fig.axes[0].lines if line.get_marker() == "^"
    ]
    assert triangles == [2022]
    assert joined(fig) == {(2023, 2024), (2024, 2025)}
    assert "2022 28.0% (approximate)" in str(fig.get_label())
    assert any("approximate" in text for text in show.texts(fig))


def test_counts_cross_three_forms_with_their_grades() -> None:
    printed = pd.read_csv(ROOT / "data" / "figures" / "pre2019.csv", dtype=str)
    whole = pd.concat([harmonise_old(printed.fillna("")), SERIES])
    mine = whole[whole["agency_id"] == "pingtan"]
    fig = figures.counts(mine, "requests:received", language="en")
    label = str(fig.get_label())
    assert label.startswith(
        "pingtan, requests received this year: 2011 0 (approximate); 2015 0 "
        "(approximate); 2017 0 (approximate); 2018 0 (approximate); 2019 23; 2020 21; "
        "2021 70; 2022 74; 2023 81; 2024 218; 2025 154. "
    )
    assert "Not joined across 2019: new Regulations and form." in label
    assert joined(fig) == {(y, y + 1) for y in (2017, 2019, 2021, 2022, 2023, 2024)}


def test_a_cell_that_is_not_there_is_said() -> None:
    with pytest.raises(ValueError, match="^counts has") as caught:
        figures.counts(SERIES, "requests:nonsense")
    assert str(caught.value) == (
        "counts has nothing to draw: no agency has values of ['requests:nonsense'] for "
        "two years. Pass reports of several years, and name cells as table:row@column."
    )


def test_too_many_series_are_left_out_and_it_is_said() -> None:
    mine = DATA[(DATA["agency_id"] == "pingtan") & (DATA["applicant"] == "total")]
    mine = mine[mine["indicator"] == "granted_share"]
    many = pd.concat(
        mine.assign(
            agency_id=f"a{n:03d}",
            report_id=mine["report_id"] + f"-{n}",
            denominator=mine["denominator"] + n,
        )
        for n in range(MOST_PANELS + 3)
    )
    fig = figures.series(many, "granted_share", language="en")
    sentence = f"Only the {MOST_PANELS} of {MOST_PANELS + 3} series with most cases"
    assert sentence in str(fig.get_label())
    assert sentence in "".join(show.texts(fig))
    assert "a002" not in str(fig.get_label())
    assert "a003" in str(fig.get_label())


def test_exemption_intervals_are_those_of_the_table() -> None:
    one = MIXES[MIXES["report_id"] == "huaian-2024"]
    fig = figures.exemption_intervals(one, agencies=REPORTS, language="en")
    (ax,) = fig.axes
    drawn = [tuple(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert drawn == list(zip(one["mix_low"], one["mix_high"], strict=True))
    marks = [line.get_marker() for line in ax.lines if len(line.get_xdata()) == 1]
    assert marks == ["o"] * 4 + ["s"] * 3 + ["D"]
    assert [text.get_text() for text in ax.texts] == [
        "2",
        "31",
        "5",
        "6",
        "8",
        "12",
        "9",
        "105",
    ]
    assert str(fig.get_label()).startswith(
        "Grounds of refusal with counts and 95% intervals, of which all eight of a "
        "mix hold together. In 1 of 1 mix one ground lies clearly above all others. "
        "Huai’an City 2024, 178 refusals: state secret 1% (0–5; 2), "
    )


def test_one_report_has_no_range_and_is_no_plural() -> None:
    one = DATA[DATA["report_id"] == "jinhu-2023"]
    fig = figures.rates(one, "decided_disclosure_share", language="en")
    assert str(fig.get_label()).startswith(
        "Disclosed, of those decided on the merits: 93.0% (jinhu 2023) over 1 report. "
    )
    mix = str(figures.outcomes(one, language="en").get_label())
    assert " from " not in mix


def test_exemption_intervals_say_their_level_and_not_another() -> None:
    rows = compare.select_mixes(DATA).rows
    fig = figures.exemption_intervals(
        compare.mix_intervals(rows, by=["report_id"], level=0.9), language="en"
    )
    assert "90% interval, all eight together" in show.texts(fig)
    assert "95%" not in str(fig.get_label())


def test_few_refusals_are_hollow_and_many_mixes_are_cut_with_a_word() -> None:
    fig = figures.exemption_intervals(ALL_MIXES, agencies=REPORTS, language="en")
    panels = [ax for ax in fig.axes if ax.get_visible()]
    assert len(panels) == 12
    hollow = {
        ax.get_title(loc="left").split("n = ")[-1]
        for ax in panels
        for line in ax.lines
        if line.get_marker() and line.get_markerfacecolor() == "white"
    }
    assert {int(n) for n in hollow} == {4, 5, 8, 11}
    sentence = "Only the 12 of 15 mixes with most refusals are drawn."
    assert sentence in str(fig.get_label())
    assert sentence in "".join(show.texts(fig))


def test_a_mix_of_an_unknown_year_stands_there_without_one() -> None:
    one = MIXES[MIXES["report_id"] == "huaian-2024"].assign(report_year=pd.NA)
    fig = figures.exemption_intervals(one, language="en")
    assert "huaian –, 178 refusals" in str(fig.get_label())
    assert "nan" not in str(fig.get_label())


def test_a_mix_that_is_two_is_refused() -> None:
    twice = pd.concat([MIXES, MIXES])
    twice = twice[twice["report_id"] == "huaian-2024"]
    with pytest.raises(ValueError, match="^exemption_intervals") as caught:
        figures.exemption_intervals(twice, agencies=REPORTS)
    assert str(caught.value) == (
        "exemption_intervals: the mix of 'Huai’an City 2024' has 16 rows, and not each "
        "of the 8 grounds once. Pass one row per ground of each agency and year."
    )


def test_no_mix_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="nothing to draw") as caught:
        figures.exemption_intervals(MIXES.head(0))
    assert str(caught.value) == (
        "exemption_intervals has nothing to draw: the table has no rows. Choose mixes "
        "with compare.select_mixes(), which says why others are left out."
    )


def test_a_stage_of_the_flow_with_an_unknown_part_has_no_plain_total() -> None:
    """Blank is not zero: what is known is said, and that it is not all."""
    is_lost = (HUAIAN["row_code"] == "granted") & (HUAIAN["column_code"] == "total")
    some = HUAIAN.assign(value=HUAIAN["value"].mask(is_lost))
    fig = figures.flow(some, agencies=REPORTS, language="en")
    assert "What became of them: 1,791 + ?" in show.texts(fig)
    assert "What became of them 1,791 + ?: disclosed ?, in part 454" in str(
        fig.get_label()
    )


def test_every_chinese_label_is_the_forms_own() -> None:
    texts = "".join(show.texts(figures.applicant_mix(DATA, language="zh")))
    row = form_row("requests", "2021", "received")
    for column in row.columns[:-1]:
        assert column.leaf in texts


def test_one_report_is_enough() -> None:
    one = DATA[DATA["report_id"] == "huaian-2024"]
    for fig in (
        figures.rates(one, "granted_share"),
        figures.outcomes(one),
        figures.ground_map(one),
    ):
        assert show.png(fig)
    assert "huaian 2024 44.7%" in str(figures.rates(one, "granted_share").get_label())


def test_of_too_many_reports_those_with_most_cases_are_drawn() -> None:
    one = DATA[DATA["report_id"] == "huaian-2024"].query("indicator == 'granted_share'")
    many = pd.concat(
        one.assign(report_id=f"r{n:02d}", agency_id=f"r{n:02d}", denominator=3000 - n)
        for n in range(MOST + 5)
    )
    fig = figures.rates(many, "granted_share")
    assert f"Only the {MOST} of {MOST + 5} reports with most cases are drawn." in str(
        fig.get_label()
    )
    assert "r44" not in "".join(show.texts(fig))
    # Also in the picture: a reader of it must not take it for the whole.
    assert f"Only the {MOST} of {MOST + 5}" in "".join(show.texts(fig))


def test_no_such_indicator_is_said() -> None:
    with pytest.raises(ValueError, match="found no row") as caught:
        figures.rates(DATA.head(2), "refused_share")
    assert str(caught.value) == (
        "rates found no row with the indicator 'refused_share' for the applicants "
        "'total'. The table has 2 rows, with indicators such as granted_share. Did you "
        "mean 'granted_share'?"
    )


def test_nothing_to_draw_is_said() -> None:
    blank = DATA[DATA["report_id"] == "shanghai-office-2019"]
    with pytest.raises(ValueError, match="nothing to draw") as caught:
        figures.rates(blank, "granted_share")
    assert str(caught.value) == (
        "rates has nothing to draw: none of 1 report has a value of 'granted_share' "
        "(states: bounded). Choose another indicator, or look at the cells it is "
        "made of."
    )


def test_a_single_year_is_no_series() -> None:
    one = DATA[DATA["report_id"] == "huaian-2024"]
    with pytest.raises(ValueError, match="nothing to draw") as caught:
        figures.series(one, "granted_share")
    assert str(caught.value) == (
        "series has nothing to draw: no agency has values of ['granted_share'] for two "
        "years. Pass reports of several years, or compare agencies with rates()."
    )


def test_several_reports_are_no_flow() -> None:
    with pytest.raises(ValueError, match="^flow") as caught:
        figures.flow(CELLS)
    assert str(caught.value) == (
        "flow draws one report, but the cells are those of 19. Choose one by its "
        "report_id."
    )


@pytest.mark.parametrize(
    "draw", [figures.funnel, figures.caterpillar, figures.decomposition]
)
def test_a_table_of_another_kind_is_refused(draw: Draw) -> None:
    with pytest.raises(MissingColumns):
        draw(CELLS)


def test_a_long_entry_of_the_key_is_broken_on_a_phone() -> None:
    wide = figure("counts", "en")
    (key,) = wide.again("en", show.PHONE).legends  # type: ignore[attr-defined]
    entries = [text.get_text() for text in key.get_texts()]
    assert max(len(line) for entry in entries for line in entry.splitlines()) <= 42
    told = "② 2025: General Office of the Shanghai Municipal Government, 2021 form"
    assert told in [" ".join(entry.split()) for entry in entries]
    assert told in [text.get_text() for text in wide.legends[0].get_texts()]


def test_every_figure_of_the_package_is_among_those_tried() -> None:
    tried = {function.__name__ for function, *_ in EVERY.values()}
    assert tried == set(figures.__all__)


@pytest.mark.parametrize("name", EVERY)
def test_a_figure_is_drawn_of_a_derived_table(name: str) -> None:
    """Which has other rows' numbers, more columns, and these in another order."""
    table = EVERY[name][1]
    rows = getattr(table, "rows", table)
    assert isinstance(rows, pd.DataFrame)
    derived = rows.assign(mine="x").iloc[:, ::-1]
    derived.index = pd.Index(range(1000, 1000 + len(rows)))
    whole = derived if rows is table else replace(table, rows=derived)  # type: ignore[type-var]
    found = draw(name, whole, language="en")
    assert found.get_label() == figure(name, "en").get_label()


@pytest.mark.parametrize("name", EVERY)
def test_a_figure_is_drawn_in_the_place_of_given_axes(name: str) -> None:
    with show.style():
        whole = Figure(figsize=(16, 18))
        above, below = whole.subplots(2, 1)
        part = draw(name, language="en", ax=below)
        whole.draw_without_rendering()
        half = whole.bbox.height / 2
        tops = [ax.get_window_extent().y1 for ax in part.axes]
    assert above in whole.axes
    assert below not in whole.axes
    assert max(tops) <= half
    # A phone's marks aside, it says and prints what it does on a page of its own.
    assert part.get_label() == figure(name, "en").get_label()
    printed = {text.get_text() for text in part.findobj(Text)}
    assert figure(name, "en").get_suptitle() in printed


def test_axes_at_a_place_of_their_own_are_refused() -> None:
    ax = Figure().add_axes((0, 0, 1, 1))
    with pytest.raises(ValueError, match="^The axes given as ax=") as caught:
        figures.rates(DATA, "granted_share", ax=ax)
    assert str(caught.value) == (
        "The axes given as ax= are at a place of their own. Pass axes that subplots() "
        "made, so that title and key find room beside the others."
    )


def test_a_language_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="^The language") as caught:
        figures.outcomes(DATA, language="fr")  # type: ignore[arg-type]
    assert str(caught.value) == "The language is 'fr'. Expected 'both', 'zh' or 'en'."


def test_a_name_that_no_font_draws_is_an_error_when_shown() -> None:
    one = DATA[DATA["report_id"] == "huaian-2024"].assign(agency_id="𠮷县")
    fig = figures.rates(one, "granted_share")
    with pytest.raises(FontMissing):
        show.png(fig)
