"""How figures and tables of a notebook look, and how they are shown.

A figure is shown once, at twice the screen size, with a sentence that says what it
shows: it is the picture's description for those who cannot see it, and the text that
nbval compares, because pictures are never compared.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from govinfo import fonts
from govinfo.errors import FontMissing
from govinfo.pages import packed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from PIL.Image import Image as Picture

# Told apart by people with any colour vision, each with a contrast of at least 3 to
# 1 on white; a test measures both. Five is all that a reader can keep in mind.
BLUE, RED, GREEN, PURPLE, GREY = "#1F5FA8", "#C8500A", "#3FA34D", "#8E2C66", "#8A8A8A"
PALETTE = (BLUE, RED, GREEN, PURPLE, GREY)

# Never colour alone: the same five series in shape, stroke and filling.
MARKERS = ("o", "s", "^", "D", "v")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
HATCHES = ("", "///", "...", "xxx", "---")

# Pixels an inch on a screen, as CSS counts them; pictures hold twice as many.
SCREEN_DPI = 96

# Wider than the text column of the site, a picture would be shrunk and its labels with
# it: 7.5 inches are 720 pixels.
WIDTH = 7.5

# What fits on a page of the site without scrolling, and in a reader's head.
MAX_ROWS, MAX_COLUMNS = 12, 8

MISSING = "–"

# Flat colours with smooth edges need no more; print on white needs fewer still.
COLOURS, SHADES = 128, 32


def _settings() -> dict[Any, Any]:
    """Matplotlib's settings for every figure of this project."""
    families = list(fonts.register())
    from matplotlib.rcsetup import cycler

    return {
        "font.family": families,
        "font.size": 10.5,
        "axes.titlesize": 12,
        "axes.labelsize": 10.5,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "legend.fontsize": 10,
        # Only one weight is bundled; asking for bold would only print a warning.
        "axes.titleweight": "normal",
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        # The sign U+2212 is in few faces, the hyphen in all.
        "axes.unicode_minus": False,
        "axes.prop_cycle": cycler(color=PALETTE, marker=MARKERS),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#6b6b6b",
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#e4e4e4",
        "grid.linewidth": 0.8,
        "xtick.color": "#6b6b6b",
        "ytick.color": "#6b6b6b",
        "xtick.labelcolor": "#222222",
        "ytick.labelcolor": "#222222",
        "text.color": "#222222",
        "axes.labelcolor": "#222222",
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "lines.markersize": 6,
        "figure.figsize": (WIDTH, 4.2),
        "figure.dpi": SCREEN_DPI,
        "figure.constrained_layout.use": True,
        "figure.facecolor": "white",
        # Element names in SVG would be random without these two.
        "svg.hashsalt": "govinfo",
        "svg.fonttype": "path",
    }


@contextmanager
def style() -> Iterator[None]:
    """Build figures inside this block; they then look alike and can draw Chinese.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> with style():
    ...     fig = Figure()
    ...     _ = fig.subplots().set_title("申请数量")
    >>> fig.axes[0].title.get_fontfamily()
    ['Govinfo Sans SC', 'DejaVu Sans']
    """
    settings = _settings()
    import matplotlib as mpl

    with mpl.rc_context(settings):
        yield


def setup() -> None:
    """Set a notebook up: figures in house style, Chinese columns in line.

    To be called once, in the import cell.
    """
    settings = _settings()
    import matplotlib as mpl
    import pandas as pd

    mpl.rcParams.update(settings)
    pd.set_option("display.unicode.east_asian_width", True)
    pd.set_option("display.max_rows", MAX_ROWS)
    pd.set_option("display.max_columns", MAX_COLUMNS)
    pd.set_option("display.width", 110)


def require_glyphs(text: str) -> None:
    """Raise unless every character of a text can be drawn.

    Raises
    ------
    FontMissing
        Naming each character that no bundled font has.

    Examples
    --------
    >>> require_glyphs("政府信息公开")
    >>> require_glyphs("古𠮷县")
    Traceback (most recent call last):
    ...
    govinfo.errors.FontMissing: No bundled font can draw '𠮷' (U+20BB7), which a figure
    needs. Write the label without it, or add the character with the command in
    govinfo/fonts/README.md.
    """
    lacking = sorted(set(text) - fonts.drawable() - set("\n"))
    if not lacking:
        return
    named = ", ".join(f"'{char}' (U+{ord(char):04X})" for char in lacking)
    it, the = ("it", "character") if len(lacking) == 1 else ("them", "characters")
    message = (
        f"No bundled font can draw {named}, which a figure needs. Write the label "
        f"without {it}, or add the {the} with the command in govinfo/fonts/README.md."
    )
    raise FontMissing(message)


def texts(fig: Figure) -> list[str]:
    """Every piece of text that a figure draws, tick labels included."""
    from matplotlib.text import Text

    with warnings.catch_warnings():
        # Said better by require_glyphs, which names the character and what to do.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        fig.draw_without_rendering()
    drawn = (text for text in fig.findobj(Text) if text.get_visible())
    return [text.get_text() for text in drawn if text.get_text()]


def png(fig: Figure) -> bytes:
    """A figure as PNG at twice the screen size, the same bytes every time.

    Raises
    ------
    FontMissing
        If the figure holds characters that no bundled font can draw.
    """
    from PIL import Image

    with style():
        require_glyphs("".join(texts(fig)))
        buffer = BytesIO()
        fig.savefig(buffer, format="png", dpi=2 * SCREEN_DPI)
    with Image.open(buffer) as image:
        return packed(image, COLOURS)


def figure(fig: Figure, *, alt: str | None = None) -> None:
    """Show a figure once, with a description that says what it shows.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Not one of pyplot's, which Jupyter would show a second time.
    alt : str, optional
        What the picture shows, with its numbers, in whole sentences: "Requests rose
        in nine of twelve agencies." Not: "Bar chart." A figure of
        :mod:`govinfo.figures` brings its description with it, as its label.

    Raises
    ------
    FontMissing
        If the figure holds characters that no bundled font can draw.
    ValueError
        If the description is empty.
    """
    description = _description(str(fig.get_label()) if alt is None else alt)
    width = round(fig.get_figwidth() * SCREEN_DPI)
    height = round(fig.get_figheight() * SCREEN_DPI)
    _display_png(png(fig), description, width, height)


def picture(image: Picture, *, alt: str) -> None:
    """Show a picture, such as a page of a document, with a description.

    Parameters
    ----------
    image : PIL.Image.Image
        At twice the screen size; wider than the text column, it is shown as wide as
        that.
    alt : str
        What the picture shows, in whole sentences.

    Raises
    ------
    ValueError
        If the description is empty.
    """
    description = _description(alt)
    width = min(image.width / 2, WIDTH * SCREEN_DPI)
    height = width * image.height / image.width
    _display_png(packed(image, SHADES), description, round(width), round(height))


def _description(alt: str) -> str:
    """A description on one line."""
    description = " ".join(alt.split())
    if not description:
        message = "A figure needs a description: pass alt= a sentence on what it shows."
        raise ValueError(message)
    return description


def _display_png(data: bytes, description: str, width: int, height: int) -> None:
    _display(
        {"image/png": data, "text/plain": description},
        {"image/png": {"alt": description, "width": width, "height": height}},
    )


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    formats: Mapping[str, str] | None = None,
    index: bool = False,
) -> None:
    """Show a small table with a caption, and headers that screen readers announce.

    Parameters
    ----------
    frame : DataFrame
        At most 12 rows and 8 columns: choose what to show before showing it.
    caption : str
        What the rows are and what is counted.
    formats : mapping of column name to format specification, optional
        How numbers are shown, for example ``{"share": ".1%"}``. A missing value is
        shown as a dash, never as 0.
    index : bool
        Whether the index is shown, as row headers.

    Raises
    ------
    ValueError
        If the table is larger than a reader can take in.
    """
    n_columns = frame.shape[1] + (frame.index.nlevels if index else 0)
    if len(frame) > MAX_ROWS or n_columns > MAX_COLUMNS:
        message = (
            f"The table has {len(frame)} rows and {n_columns} columns, and a reader "
            f"takes in {MAX_ROWS} and {MAX_COLUMNS}. Show a part of it, or a summary."
        )
        raise ValueError(message)
    shown = frame.astype(object)
    for name in frame.columns:
        specification = (formats or {}).get(str(name), "")
        shown[name] = [
            MISSING if missing else format(value, specification)
            for value, missing in zip(frame[name], frame[name].isna(), strict=True)
        ]
    html = shown.to_html(index=index, border=0, justify="unset", escape=True)
    html = html.replace(
        "<thead>", f"<caption>{escape(caption, quote=False)}</caption>\n  <thead>"
    )
    _display(
        {
            "text/html": _with_scopes(html),
            "text/plain": f"{caption}\n{shown.to_string(index=index)}",
        }
    )


def _display(
    data: dict[str, bytes | str],
    metadata: dict[str, dict[str, object]] | None = None,
) -> None:
    """Hand something to the notebook in each form in which it can be shown."""
    from IPython.display import display

    display(data, metadata=metadata, raw=True)


def _with_scopes(html: str) -> str:
    """Say of each header cell of a table whether it heads a column or a row."""
    head, body = html.split("</thead>", 1)
    columns = head.replace("<th>", '<th scope="col">')
    rows = body.replace("<th>", '<th scope="row">')
    return f"{columns}</thead>{rows}"
