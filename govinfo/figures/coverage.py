"""How often methods keep their word, beside what they claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.rows import Groups, beside, described, headed, need_rows
from govinfo.figures.words import Language, listed, percent, pick, told
from govinfo.show import BLUE, GREY, RED, drawn, is_narrow, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from govinfo.compare.tables import Floats

NEEDED = ("study", "measures", "setting", "measured", "standard_error")

# A claim is kept where it is missed by less: two points, as asked of 95 % intervals.
TOLERANCE = 0.02

# Studies: Chinese, English.
STUDIES = {
    "intervals": ("单个比率", "single rates"),
    "differences": ("两家之差", "differences"),
    "case_rates": ("案件率", "cases per request"),
    "mixes": ("整个构成", "whole mixes"),
    "shrinkage": ("收缩比率", "shrunken rates"),
    "errors": ("误差", "errors"),
    "panels": ("误差增大", "more error"),
    "funnels": ("漏斗图", "funnels"),
    "funnel_rates": ("漏斗图（各比率）", "funnels by rate"),
    "outliers": ("离群机构", "outliers"),
    "models": ("多年模型", "model over years"),
    "ranks": ("名次", "ranks"),
    "adjusted": ("调整", "adjusted"),
    "funnel_rules": ("漏斗图规则（精确计算）", "rules of funnels, computed exactly"),
}

# Parts of a setting: Chinese, English. Names of people are the same in both.
WORDS = {
    "wilson": ("Wilson", ""),
    "jeffreys": ("Jeffreys", ""),
    "newcombe": ("Newcombe", ""),
    "byar": ("Byar", ""),
    "goodman": ("Goodman", ""),
    "sison-glaz": ("Sison–Glaz", ""),
    "exact": ("精确", "exact"),
    "requests concluded": ("申请", "requests"),
    "reviews decided": ("复议", "reviews"),
    "n < 20": ("n < 20", ""),
    "n >= 20": ("n ≥ 20", ""),
    "n < 50": ("n < 50", ""),
    "n >= 100": ("n ≥ 100", ""),
    "all": ("全部", "all"),
    "5 and more expected": ("预期5件以上", "5 and more expected"),
    "averaged": ("先验取平均", "averaged prior"),
    "plug-in": ("先验当已知", "plug-in prior"),
    "warning": ("警戒限", "warning"),
    "alarm": ("警报限", "alarm"),
    "alike": ("无差异", "alike"),
    "spread": ("有差异", "agencies differ"),
    "mid-p": ("mid-p", ""),
    "arcsine": ("反正弦", "arcsine"),
    "arcsine fitted": ("反正弦（拟合）", "arcsine, fitted"),
    "arcsine moment": ("反正弦（矩估计）", "arcsine, published moments"),
    "not widened": ("不放宽", "not widened"),
    "found": ("找出", "found"),
    "trend within its limits": ("趋势在其区间内", "trend within its limits"),
    "agencies flagged": ("被标出的机关", "agencies flagged"),
    "false discoveries": ("误报", "false discoveries"),
    "standardised": ("标准化比率", "standardised rates"),
    "pooled difference": ("合并差值", "pooled difference"),
}


@drawn
def coverage(
    data: pd.DataFrame, *, nominal: float = 0.95, language: Language = "both"
) -> Figure:
    """
    How often each method kept its word in a simulation, around what it claims.

    A line marks the claim. What misses it by more than two points is a hollow square.

    Parameters
    ----------
    data : DataFrame
        Rows of ``data/comparison_study.csv``: one or several studies, whose shares
        have one claim in common.
    nominal : float
        What the methods claim: 0.95 of intervals, 0.05 of a funnel's warning limits.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.

    Raises
    ------
    MissingColumns
        If ``data`` lacks a column.
    ValueError
        If it has no rows.
    """
    import numpy as np

    need_columns(data, "coverage", NEEDED, "the table that run_study() gives")
    need_rows(data, "coverage")
    if data[["measured", "standard_error"]].isna().any(axis=None):
        message = (
            "coverage was given a row that was not measured. Leave it out, or run its "
            "study with run_study()."
        )
        raise ValueError(message)
    # Rows of a study stand together, wherever they stood in the table.
    order = {study: n for n, study in enumerate(data["study"].unique())}
    rows = data.sort_values("study", key=lambda s: s.map(order), kind="stable")
    groups = Groups.of(rows, "study")
    with style():
        labels = [_setting(str(setting), language) for setting in rows["setting"]]
        fig, ax = groups.figure(labels, lambda s: pick(language, *_study(s)), below=1.3)
        _draw(ax, rows, np.array(groups.places), nominal, language)
        headed(fig, pick(language, *_title(rows)))
        fig.legend(loc="outside lower left", ncols=1 if is_narrow() else 3)
    return described(fig, _alt(rows, nominal, language))


def _draw(
    ax: Axes, data: pd.DataFrame, places: Floats, nominal: float, language: Language
) -> None:
    """The claim, and what was measured with the error of the simulation."""
    measured = data["measured"].to_numpy("float64")
    reach = 1.96 * data["standard_error"].to_numpy("float64")
    ends = [*(measured - reach), *(measured + reach), nominal]
    low, high = max(min(ends), 0.0), min(max(ends), 1.0)
    pad = 0.06 * (high - low) or TOLERANCE
    ax.set_xlim(low - pad, high + pad)
    label = f"{pick(language, '所称', 'as claimed')} {percent(nominal, 0)}"
    ax.axvline(nominal, color=GREY, linestyle="--", marker="", label=label)
    ax.hlines(places, measured - reach, measured + reach, color=BLUE, linewidth=1.8)
    off = abs(measured - nominal) > TOLERANCE
    for chosen, marker, colour, face, words in (
        (~off, "o", BLUE, BLUE, ("相差2点以内", "within 2 points")),
        (off, "s", RED, "white", ("更远", "further off")),
    ):
        if chosen.any():
            ax.plot(
                measured[chosen],
                places[chosen],
                marker,
                color=colour,
                markerfacecolor=face,
                markeredgewidth=1.6,
                markersize=6.5,
                label=pick(language, *words),
            )
    for place, value in zip(places, measured, strict=True):
        beside(ax, place, percent(value))


def _title(data: pd.DataFrame) -> tuple[str, str]:
    if data["measures"].str.startswith("coverage").all():
        return "区间包含真值的比例", "Intervals that hold the truth"
    return "被标出的比例", "Share of agencies flagged"


def _study(code: str) -> tuple[str, str]:
    return STUDIES.get(code, (code, ""))


def _setting(setting: str, language: Language) -> str:
    """A setting in the language of the figure, part by part.

    Examples
    --------
    >>> _setting("averaged, 10 agencies", "both")
    '先验取平均 averaged prior, 10家 agencies'
    """
    return ", ".join(_part(part, language) for part in setting.split(", "))


def _part(part: str, language: Language) -> str:
    agencies = re.fullmatch(r"(\d+) agencies", part)
    if agencies:
        return pick(language, f"{agencies[1]}家", part).replace(f" {agencies[1]} ", " ")
    rate = re.fullmatch(r"(\d+)%", part)
    if rate:
        return percent(int(rate[1]) / 100, 0)
    return pick(language, *WORDS.get(part, (part, "")))


def _alt(data: pd.DataFrame, nominal: float, language: Language) -> str:
    own: Language = "zh" if language == "zh" else "en"
    groups = []
    for study, rows in data.groupby("study", sort=False):
        parts = [
            f"{_setting(str(setting), own)} {percent(float(value))}"
            for setting, value in zip(rows["setting"], rows["measured"], strict=True)
        ]
        groups.append(f"{pick(own, *_study(str(study)))}: {listed(parts, own)}")
    chinese, english = _title(data)
    claim = percent(nominal, 0)
    return told(
        language,
        f"{chinese}，所称{claim}。{'。'.join(groups)}。",
        f"{english}, where {claim} is claimed. {'. '.join(groups)}.",
    )
