"""A figure of how often methods keep their word says what was measured."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from conftest import ROOT

from govinfo import show
from govinfo.errors import MissingColumns
from govinfo.figures import coverage
from govinfo.figures.words import SETTINGS
from govinfo.figures.words import STUDIES as STUDY_WORDS

STORED = pd.read_csv(ROOT / "data" / "comparison_study.csv")
# Sizes are not drawn, nor is the coverage of single rates.
STORED = STORED[~STORED["study"].isin(["exact_coverage", "inputs"])]

INVENTED = pd.DataFrame(
    [
        ("intervals", "coverage", "wilson, n < 20", 0.951, 0.001),
        ("ranks", "coverage", "10 agencies", 0.99, 0.002),
    ],
    columns=["study", "measures", "setting", "measured", "standard_error"],
)


def test_the_figure_says_its_numbers():
    fig = coverage(INVENTED)
    assert fig.get_label() == (
        "Intervals that hold the truth, where 95% is claimed. single rates: Wilson, "
        "n < 20 95.1%. ranks: 10 agencies 99.0%."
    )
    assert {"95.1%", "99.0%", "单个比率 single rates"} <= set(show.texts(fig))
    assert coverage(INVENTED, language="zh").get_label() == (
        "区间包含真值的比例，所称95%。"
        "单个比率：Wilson，n < 20 95.1%。名次：10家 99.0%。"
    )


def test_what_misses_its_claim_looks_different():
    ax = coverage(INVENTED).axes[0]
    marks = {line.get_marker(): list(line.get_xdata()) for line in ax.lines[1:]}
    assert marks == {"o": [0.951], "s": [0.99]}


def test_another_claim_is_drawn_where_it_is():
    flagged = INVENTED.assign(measures="share flagged", measured=[0.05, 0.3])
    fig = coverage(flagged, nominal=0.05)
    assert fig.get_label().startswith("Share of agencies flagged, where 5% is claimed")
    assert list(fig.axes[0].lines[0].get_xdata()) == [0.05, 0.05]


def test_rows_of_a_study_stand_together():
    mixed = pd.concat([INVENTED, INVENTED.iloc[[0]].assign(measured=0.94)])
    label = coverage(mixed).get_label()
    assert "n < 20 95.1%; Wilson, n < 20 94.0%. ranks" in label


def test_every_study_and_setting_has_its_words():
    assert list(STUDY_WORDS) == list(dict.fromkeys(STORED["study"]))
    parts = {part for setting in STORED["setting"] for part in setting.split(", ")}
    # Numbers of agencies and rates are put into words one by one; a size needs none.
    told = re.compile(r"\d+ agencies|\d+%|n [<=>]+ \d+")
    assert {part for part in parts if not told.fullmatch(part)} <= set(SETTINGS)


def test_the_rules_of_funnels_are_drawn_in_words():
    rules = STORED[STORED["study"] == "funnel_rules"].head(1)
    assert rules["setting"].item() == "warning, exact, 3%, n = 5"
    label = coverage(rules, nominal=0.05, language="zh").get_label()
    assert "漏斗图规则（精确计算）：警戒限，精确，3%，n = 5" in label
    label = coverage(rules, nominal=0.05, language="en").get_label()
    assert "rules of funnels, computed exactly: warning, exact, 3%, n = 5" in label


def test_nothing_to_draw_is_said():
    with pytest.raises(ValueError, match="^coverage has nothing to draw: the table "):
        coverage(INVENTED.head(0))


def test_a_table_of_another_kind_is_refused():
    with pytest.raises(MissingColumns, match=r"^coverage\(\) needs"):
        coverage(INVENTED.drop(columns="setting"))
