"""The parts of wholes that figures draw: outcomes, grounds of refusal, applicants."""

from __future__ import annotations

from dataclasses import dataclass

from govinfo.figures.words import ground
from govinfo.indicators import GROUNDS
from govinfo.show import BLUE, GREEN, GREY, PURPLE, RED


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: where its share stands in the data, and how it looks.

    ``mark`` is what is written into its bars instead of the percentage.
    """

    indicator: str
    applicant: str
    chinese: str
    english: str
    colour: str
    hatch: str = ""
    mark: str = ""


def _mixed(colour: str, share: float) -> str:
    """A colour thinned with white."""
    channels = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(
        f"{round(c * share + 255 * (1 - share)):02X}" for c in channels
    )


OUTCOMES = (
    Part("granted_share", "total", "予以公开", "disclosed", BLUE),
    Part(
        "granted_in_part_share",
        "total",
        "部分公开",
        "in part",
        _mixed(BLUE, 0.45),
        "///",
    ),
    Part("refused_share", "total", "不予公开", "refused", RED),
    Part(
        "unavailable_share", "total", "无法提供", "cannot be provided", "#C9C9C9", "..."
    ),
    Part("not_processed_share", "total", "不予处理", "not processed", PURPLE, "xx"),
    Part("other_share", "total", "其他处理", "other handling", GREY, "--"),
)
"""The six outcomes of a request, in the form's order."""

# By family, after the articles of the Regulations: mandatory grounds (arts. 14, 15) in
# one hue, discretionary ones (art. 16) in another, the inquiry matter (art. 36) grey.
_GROUND_LOOKS = (
    _mixed(BLUE, 1.0),
    _mixed(BLUE, 0.75),
    _mixed(BLUE, 0.5),
    _mixed(BLUE, 0.25),
    _mixed(RED, 1.0),
    _mixed(RED, 0.6),
    _mixed(RED, 0.3),
    "#C9C9C9",
)

EXEMPTIONS = tuple(
    Part(
        f"ground_share_{n}",
        "total",
        ground(code, "zh"),
        ground(code, "en"),
        _GROUND_LOOKS[n - 1],
        mark=str(n),
    )
    for n, code in enumerate(GROUNDS, start=1)
)
"""The eight grounds of refusal, in the form's order."""

APPLICANT_CLASSES = (
    Part("applicant_share", "natural_person", "自然人", "natural persons", BLUE),
    Part("applicant_share", "business", "商业企业", "businesses", RED, "///"),
    Part("applicant_share", "research", "科研机构", "research", GREEN, "..."),
    Part(
        "applicant_share", "nonprofit", "社会公益组织", "public interest", PURPLE, "xx"
    ),
    Part(
        "applicant_share", "legal_service", "法律服务机构", "legal services", "#C9C9C9"
    ),
    Part("applicant_share", "other_organisation", "其他", "other", GREY, "--"),
)
"""The six classes of applicants, in the form's order."""
