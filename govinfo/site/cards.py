"""What the home page says of each notebook, taken from the notebook itself."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING

from govinfo.site.render import Article, inline

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Twice the width and the most height of a card's picture on a screen.
THUMBNAIL = (720, 540)


@dataclass(frozen=True, slots=True)
class Card:
    """What the home page says of a notebook."""

    href: str
    title: str
    question: str
    answer: str
    picture: str
    alt: str


def plain(html: str) -> str:
    """Text without its markup."""
    from lxml.html import fragment_fromstring

    return unescape(fragment_fromstring(html, create_parent="p").text_content())


def card_of(href: str, article: Article, run: NotebookNode) -> Card:
    """What the home page says of a notebook.

    The question is the first paragraph under the title. The answer is what the cell
    tagged ``answer`` printed, because results are computed, else the second paragraph.
    The picture is the first, or that of the cell tagged ``thumbnail``.
    """
    first = next((c.source for c in run.cells if c.cell_type == "markdown"), "")
    paragraphs = [p.strip() for p in first.split("\n\n") if p.strip()]
    prose = [p for p in paragraphs if not p.startswith("#")]
    answers = [
        output.data["text/markdown"]
        for output in _outputs(run, "answer")
        if "text/markdown" in output.get("data", {})
    ]
    pictures = [
        output
        for output in [*_outputs(run, "thumbnail"), *_outputs(run)]
        if "image/png" in output.get("data", {})
    ]
    picture = pictures[0] if pictures else None
    return Card(
        href=href,
        title=article.title,
        question=inline(prose[0]) if prose else "",
        answer=inline((answers or prose[1:2] or [""])[0]),
        picture=thumbnail(picture.data["image/png"]) if picture else "",
        alt=picture.metadata["image/png"].get("alt", "") if picture else "",
    )


def thumbnail(picture: str) -> str:
    """The upper part of a picture, small enough for a home page.

    Parameters
    ----------
    picture : str
        A PNG in base64.

    Returns
    -------
    str
        A PNG in base64, of one width and of one height at most.
    """
    from PIL import Image

    with Image.open(BytesIO(b64decode(picture))) as image:
        width, height = THUMBNAIL
        scale = width / image.width
        part = image.convert("RGB").crop(
            (0, 0, image.width, min(image.height, round(height / scale)))
        )
        small = part.resize((width, round(part.height * scale)))
    buffer = BytesIO()
    # Drawings of few colours: as good to the eye, a third of the bytes.
    small.quantize(64).save(buffer, format="png", optimize=True)
    return b64encode(buffer.getvalue()).decode("ascii")


def _outputs(run: NotebookNode, tag: str | None = None) -> list[NotebookNode]:
    """The outputs of all code cells, or of those with a tag."""
    return [
        output
        for cell in run.cells
        if cell.cell_type == "code"
        and (tag is None or tag in cell.metadata.get("tags", []))
        for output in cell.outputs
    ]
