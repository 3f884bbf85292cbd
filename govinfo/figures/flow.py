"""The way of a year's requests: in, out, to review, to court."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govinfo.checks.results import need_columns
from govinfo.figures.parts import OUTCOMES
from govinfo.figures.rows import described, headed
from govinfo.figures.words import Language, Names, listed, pick, told
from govinfo.indicators import PARTS
from govinfo.show import BLUE, GREEN, GREY, PURPLE, RED, drawn, is_narrow, style, width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDED = ("report_id", "agency", "report_year", "table", "row_code", "column_code")


@dataclass(frozen=True, slots=True)
class Segment:
    """Some of the requests or cases of a stage."""

    cells: tuple[tuple[str, str, str], ...]
    chinese: str
    english: str
    colour: str
    hatch: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where requests or cases stand, all of one kind."""

    chinese: str
    english: str
    segments: tuple[Segment, ...]


def _outcome(code: str) -> tuple[tuple[str, str, str], ...]:
    rows = (code, *PARTS[code]) if code in PARTS else (code,)
    return tuple(("requests", row, "total") for row in rows)


def _disputes(*blocks: str) -> tuple[Segment, ...]:
    looks = (
        ("upheld", "结果维持", "upheld", BLUE, ""),
        ("corrected", "结果纠正", "corrected", RED, "///"),
        ("other_result", "其他结果", "other result", GREY, "--"),
        ("pending", "尚未审结", "pending", "#C9C9C9", "..."),
    )
    return tuple(
        Segment(tuple(("disputes", block, code) for block in blocks), *look)
        for code, *look in looks
    )


STAGES = (
    Stage(
        "待办申请",
        "Requests to deal with",
        (
            Segment(
                (("requests", "received", "total"),), "本年新收", "received", GREEN
            ),
            Segment(
                (("requests", "carried_in", "total"),),
                "上年结转",
                "carried over from last year",
                PURPLE,
                "xx",
            ),
        ),
    ),
    Stage(
        "办理结果",
        "What became of them",
        (
            *(
                Segment(
                    _outcome(part.indicator.removesuffix("_share")),
                    part.chinese,
                    part.english,
                    part.colour,
                    part.hatch,
                )
                for part in OUTCOMES
            ),
            Segment(
                (("requests", "carried_out", "total"),),
                "结转下年度",
                "carried over",
                GREEN,
                "\\\\\\",
            ),
        ),
    ),
    Stage("行政复议", "Administrative review", _disputes("review")),
    Stage(
        "行政诉讼",
        "Litigation",
        _disputes("litigation_direct", "litigation_after_review"),
    ),
)
"""The stages in the order of the report, each with its parts."""


@drawn
def flow(
    data: pd.DataFrame,
    *,
    agencies: pd.DataFrame | None = None,
    language: Language = "both",
) -> Figure:
    """
    The requests of one report on their way, on one scale, with every count.

    Reviews and suits of a year need not concern that year's requests, so nothing is
    drawn from one bar to the next.

    Parameters
    ----------
    data : DataFrame
        Cells of one report.
    agencies : DataFrame, optional
        Names, from :func:`govinfo.agencies.read_agencies`.
    language : {"both", "zh", "en"}
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        With its description as its label, for :func:`govinfo.show.figure`.

    Raises
    ------
    ValueError
        If ``data`` holds no report, or several, or a cell of it twice.
    """
    need_columns(data, "flow", (*NEEDED, "value"), "a table of cells")
    reports = sorted(data["report_id"].astype(str).unique())
    if len(reports) != 1:
        message = (
            f"flow draws one report, but the cells are those of {len(reports)}. Choose "
            "one by its report_id."
        )
        raise ValueError(message)
    if data.duplicated(["table", "row_code", "column_code"]).any():
        message = (
            f"flow was given a cell of {reports[0]!r} twice, so that it does not know "
            "which figure to draw. Pass each cell once."
        )
        raise ValueError(message)
    keys = zip(data["table"], data["row_code"], data["column_code"], strict=True)
    values = data["value"].astype("Float64").astype(object)
    values = values.where(values.notna(), None)
    figures = dict(zip(keys, values, strict=True))
    counts = [[_count(part, figures) for part in stage.segments] for stage in STAGES]
    who = _who(data, agencies, language)
    with style():
        from matplotlib.figure import Figure

        fig = Figure(figsize=(width(), 5.8))
        grid = fig.subplots(len(STAGES), 1, sharex=True)
        for ax, stage, its in zip(grid, STAGES, counts, strict=True):
            _draw(ax, stage, its, language)
        grid[-1].set_xlim(left=0)
        headed(fig, f"{who} {data['report_year'].iloc[0]}")
    return described(fig, _alt(data, who, counts, language))


def _who(data: pd.DataFrame, agencies: pd.DataFrame | None, language: Language) -> str:
    chinese = str(data["agency"].iloc[0])
    if agencies is None:
        return chinese
    report = str(data["report_id"].iloc[0])
    its = agencies[agencies["report_id"] == report]
    if its.empty:
        return chinese
    names = Names.of(its, language)
    return names.label(str(its["agency_id"].iloc[0])).replace("\n", " ")


Counts = dict[tuple[str, str, str], float | None]


def _count(part: Segment, figures: Counts) -> int | None:
    """The figure of a part: its own row, or its rows together, if all are known."""
    own = figures.get(part.cells[0])
    rest = part.cells[1:]
    if part.cells[0][0] == "requests" and rest:
        found = [figures.get(cell) for cell in rest]
        known = [value for value in found if value is not None]
        if len(known) == len(rest):
            return int(sum(known))
        return None if own is None else int(own)
    every = [figures.get(cell) for cell in part.cells]
    known = [value for value in every if value is not None]
    return int(sum(known)) if len(known) == len(every) else None


def _total(counts: list[int | None]) -> str:
    """The parts together; with a part that is not known, what is known and a mark."""
    known = sum(count or 0 for count in counts)
    return f"{known} + ?" if None in counts else str(known)


def _draw(ax: Axes, stage: Stage, counts: list[int | None], language: Language) -> None:
    left = 0
    for part, count in zip(stage.segments, counts, strict=True):
        name = pick(language, part.chinese, part.english)
        ax.barh(
            0,
            count or 0,
            left=left,
            color=part.colour,
            hatch=part.hatch,
            edgecolor="white",
            linewidth=0.8,
            label=f"{name} {'?' if count is None else count}",
        )
        left += count or 0
    text = pick(language, stage.chinese, stage.english)
    ax.set_title(f"{text}: {_total(counts)}", fontsize=11)
    # Every count stands in the key; the bars only show how they compare.
    ax.set_axis_off()
    ax.legend(
        loc="upper left",
        bbox_to_anchor=(0, -0.02),
        ncols=1 if is_narrow() else 3,
        handlelength=1.6,
        borderaxespad=0,
        columnspacing=1.2,
    )


def _alt(
    data: pd.DataFrame,
    who: str,
    counts: list[list[int | None]],
    language: Language,
) -> str:
    sentences = []
    for stage, its in zip(STAGES, counts, strict=True):
        parts = ", ".join(
            f"{told(language, p.chinese, p.english)} {'?' if c is None else c}"
            for p, c in zip(stage.segments, its, strict=True)
        )
        sentences.append(
            f"{told(language, stage.chinese, stage.english)} {_total(its)}: {parts}"
        )
    end = told(language, "。", ".")
    year = data["report_year"].iloc[0]
    return f"{who} {year}. {listed(sentences, language)}{end}"
