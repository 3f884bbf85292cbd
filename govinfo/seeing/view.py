"""What is shown: pictures with their descriptions, and a fragment of HTML."""

from __future__ import annotations

from dataclasses import dataclass

# Pictures hold two pixels for one on the screen, and are no wider than the text.
_WIDEST = 720

STYLE = """
.govinfo-view table{border-collapse:collapse;margin:.4em 0}
.govinfo-view caption{text-align:left;padding:.2em 0}
.govinfo-view th,.govinfo-view td{border:1px solid #999;padding:.15em .5em}
.govinfo-view th{font-weight:normal;text-align:left}
.govinfo-view td{text-align:right;font-variant-numeric:tabular-nums}
.govinfo-view td.marked{outline:3px solid #c8500a;font-weight:600}
.govinfo-view td.read-otherwise{outline:2px dashed #1f5fa8}
"""


@dataclass(frozen=True)
class Shot:
    """A part of a page as PNG, its size on the screen, and what it shows in words."""

    png: bytes
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, png: bytes, pixels: tuple[int, int], alt: str) -> Shot:
        """A picture of so many pixels as it is shown on a page."""
        width = min(pixels[0] / 2, _WIDEST)
        height = width * pixels[1] / pixels[0]
        return cls(png, round(width), round(height), " ".join(alt.split()))


@dataclass(frozen=True)
class View:
    """
    What Jupyter shows of a report, and keeps in exported pages.

    Attributes
    ----------
    shots : tuple of Shot
        Pictures of parts of pages; each is shown with its words as description.
    html : str
        A fragment below the pictures. Nothing in it runs or is fetched.
    words : str
        The same without pictures and marks, for screens that show text.
    """

    shots: tuple[Shot, ...]
    html: str
    words: str

    def _ipython_display_(self) -> None:
        """Show the pictures, then the fragment, each with its words."""
        from IPython.display import display

        for shot in self.shots:
            size = {"alt": shot.alt, "width": shot.width, "height": shot.height}
            display(
                {"image/png": shot.png, "text/plain": shot.alt},
                metadata={"image/png": size},
                raw=True,
            )
        display({"text/html": self.html, "text/plain": self.words}, raw=True)

    def __repr__(self) -> str:
        """The words alone."""
        return "\n".join([*(shot.alt for shot in self.shots), self.words])


def fragment(*parts: str) -> str:
    """Parts of HTML in the frame and the style of a view."""
    body = "\n".join(part for part in parts if part)
    return f'<style>{STYLE}</style>\n<div class="govinfo-view">\n{body}\n</div>'
