"""How much of a difference is mix, and how much is rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.parts import APPLICANT_CLASSES
from govinfo.figures.rows import described, headed, need_rows
from govinfo.figures.words import Language, listed, pick, signed, told
from govinfo.show import BLUE, RED, drawn, is_narrow, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMES = {part.applicant: (part.chinese, part.english) for part in APPLICANT_CLASSES}


@drawn
def decomposition(
    data: pd.DataFrame,
    *,
    heading: str = "",
    stratum: str = "applicant",
    language: Language = "both",
) -> Figure:
    """
    A difference of two rates, taken apart into mix and rate, stratum by stratum.

    Parameters
    ----------
    data : DataFrame
        From :func:`govinfo.compare.kitagawa`: strata with ``mix`` and ``rate`` in
        percentage points.
    heading : str
        What is compared with what, as the title.
    stratum : str
        Column that names the strata.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.
    """
    needed = (stratum, "mix", "rate")
    need_columns(data, "decomposition", needed, "the table that kitagawa() gives")
    need_rows(data, "decomposition")
    if data[["mix", "rate"]].isna().any(axis=None):
        message = (
            "decomposition was given a stratum without a mix or a rate, so the parts "
            "would not add up to the whole. Pass what kitagawa() gives, whole."
        )
        raise ValueError(message)
    codes = [str(code) for code in data[stratum]]
    names = [pick(language, *NAMES.get(code, ("", code))) for code in codes]
    mix, rate = ([float(v) for v in data[name]] for name in ("mix", "rate"))
    # The bars of all strata add up to those at the foot: a sum, not a new statistic.
    names.append(pick(language, "合计", "together"))
    mix.append(sum(mix))
    rate.append(sum(rate))
    with style():
        from matplotlib.figure import Figure

        fig = Figure(figsize=(width(), 0.52 * len(names) + 1.5))
        ax = fig.subplots()
        chosen = pick(language, "构成", "mix: who asks")
        treated = pick(language, "比率", "rate: how they are answered")
        _bars(ax, mix, -0.19, RED, "///", chosen)
        _bars(ax, rate, 0.19, BLUE, "", treated)
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.axvline(0, color="#6b6b6b", linewidth=1.0, marker="")
        ax.axhline(len(names) - 1.5, color="#6b6b6b", linewidth=0.8, marker="")
        ax.grid(visible=False, axis="y")
        ax.margins(x=0.16)
        ax.set_xlabel(pick(language, "百分点", "percentage points"))
        default = pick(language, "差异分解", "A difference, taken apart")
        headed(fig, heading or default)
        fig.legend(loc="outside lower left", ncols=1 if is_narrow() else 2)
    return described(fig, _alt(codes, mix, rate, heading, language))


def _bars(
    ax: Axes, values: list[float], shift: float, colour: str, hatch: str, label: str
) -> None:
    places = [n + shift for n in range(len(values))]
    ax.barh(
        places,
        values,
        height=0.34,
        color=colour,
        hatch=hatch,
        edgecolor="white",
        label=label,
    )
    for y, value in zip(places, values, strict=True):
        ax.annotate(
            signed(value),
            (value, y),
            xytext=(4 if value >= 0 else -4, 0),
            textcoords="offset points",
            ha="left" if value >= 0 else "right",
            va="center",
        )


def _alt(
    codes: list[str],
    mix: list[float],
    rate: list[float],
    heading: str,
    language: Language,
) -> str:
    together = told(language, "合计", "together")
    named = [told(language, *NAMES.get(code, ("", code))) for code in codes]
    every = [
        told(
            language,
            f"{name}构成{signed(m)}、比率{signed(r)}",
            f"{name} mix {signed(m)}, rate {signed(r)}",
        )
        for name, m, r in zip([*named, together], mix, rate, strict=True)
    ]
    opening = heading or told(language, "差异分解", "A difference, taken apart")
    points = told(language, "百分点", "in percentage points")
    end = told(language, "。", ".")
    return f"{opening}, {points}: {listed(every, language)}{end}"
