"""How figures, tables and sentences of a notebook look, and how they are shown.

A figure is shown once, at twice the screen size, with a sentence that says what it
shows: it is the picture's description for those who cannot see it, and the text that
nbval compares, because pictures are never compared.

On the site every notebook is a page in English and one in Chinese, from one run. While
the site is built (:data:`SITE` is set), everything shown carries its two versions as
HTML: sentences and tables in both languages, figures drawn for phones and for desktops.
"""

from __future__ import annotations

import os
import re
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from html import escape
from io import BytesIO
from itertools import product
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec
from urllib.parse import quote

from govinfo import fonts
from govinfo.beside import rows_beside, rows_of
from govinfo.bilingual import Said, both, speaker, unnested
from govinfo.bilingual import counted as counted
from govinfo.bilingual import parted as parted
from govinfo.errors import FontMissing, NothingToDraw
from govinfo.pages import packed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from PIL.Image import Image as Picture

    from govinfo.seeing import View

# Told apart by people with any colour vision, each with a contrast of at least 3 to
# 1 on white; a test measures both. Five is all that a reader can keep in mind.
BLUE, RED, GREEN, PURPLE, GREY = "#1F5FA8", "#C8500A", "#3FA34D", "#8E2C66", "#8A8A8A"
PALETTE = (BLUE, RED, GREEN, PURPLE, GREY)

# Never colour alone: the same five series in shape.
MARKERS = ("o", "s", "^", "D", "v")

# Pixels an inch on a screen, as CSS counts them; pictures hold twice as many.
SCREEN_DPI = 96

# Inches. Wider than the text column of the site, a picture would be shrunk and its
# labels with it: 760 pixels on a desktop, 358 on a phone.
WIDTH, PHONE = 7.9, 3.73

# The first figure of a page that can be read when it is small, which is its picture
# where it is shared; one that is higher, over its width, cannot.
_shared: list[str] = []
HIGHEST_SHARED = 0.8

# The width that figures are drawn for at the moment.
_width: ContextVar[float] = ContextVar("width", default=WIDTH)

# What fits on a page of the site without scrolling, and in a reader's head.
MAX_ROWS, MAX_COLUMNS = 12, 8

MISSING = "–"

# States and grades of values that stand in no title.
NOT_TO_QUOTE = ("small_denominator", "contradicted_input", "approximate")

# A hyphen that stands for a minus, and joins no names, dates or addresses.
MINUS = re.compile(r"(?<![A-Za-z0-9_/.-])-(?=\d)")

# A sign before nothing: +0.0, +0%.
SIGNED_ZERO = re.compile(r"(?<![A-Za-z0-9_.])[+−](?=0(?:\.0+)?(?![\d.]))")

# What is printed of a number, and a year.
FIGURE, YEAR = re.compile(r"[\d.,%+−–<]+"), re.compile(r"(?:19|20)\d\d")

# Less than this is nothing but rounding.
TINY = 1e-9

# Columns of years, which are names and no counts.
YEARS = ("report_year", "year")

SOURCE = (
    "Source: the agencies’ annual reports, read and checked by govinfo.",
    "来源：各机关政府信息公开工作年度报告；govinfo整理核对。",
)
"""Where the numbers of a figure are from, unless it says otherwise."""

SITE = "GOVINFO_SITE"
"""The variable of the environment that says that the site is being built."""

PAGE = "application/vnd.govinfo.page+json"
"""The kind of output that holds what the pages of the two languages show."""

_say = speaker(__package__)

Lang = Literal["en", "zh"]

# A figure's data as a link on its page; more is in the tables of the data set.
MOST_DATA = 60_000

# Points beside the labels of a figure: a reader's font may be wider than the bundled
# one, with which the layout is computed.
FONT_ROOM = 9

STYLE = Path(__file__).with_name("govinfo.mplstyle")

# Flat colours with smooth edges need no more; print on white needs fewer still.
COLOURS, SHADES = 128, 32


def _settings() -> dict[Any, Any]:
    """Matplotlib's settings for every figure of this project."""
    families = list(fonts.register())
    from matplotlib import rc_params_from_file
    from matplotlib.rcsetup import cycler

    return dict(rc_params_from_file(STYLE, use_default_template=False)) | {
        "font.family": families,
        "axes.prop_cycle": cycler(color=PALETTE, marker=MARKERS),
        "figure.figsize": (WIDTH, 4.2),
        "figure.dpi": SCREEN_DPI,
    }


def width() -> float:
    """Inches that a figure may be wide: less while it is drawn for a phone."""
    return _width.get()


def is_narrow() -> bool:
    """Whether a figure is being drawn for a phone."""
    return _width.get() < WIDTH


Given = ParamSpec("Given")


def drawn(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """Draw in house style, and let it be drawn again for another language or width."""

    @wraps(draw)
    def figure(*args: Given.args, **kwargs: Given.kwargs) -> Figure:
        with style():
            fig = draw(*args, **kwargs)

        def again(language: Lang, inches: float) -> Figure:
            token = _width.set(inches)
            try:
                with style():
                    return draw(*args, **(kwargs | {"language": language}))  # type: ignore[arg-type]
            finally:
                _width.reset(token)

        fig.again = again  # type: ignore[attr-defined]
        fig.data = _data_of(args)  # type: ignore[attr-defined]
        return fig

    return figure


def _data_of(args: tuple[object, ...]) -> pd.DataFrame | None:
    """The rows that a figure draws: those of its indicators, where it names them."""
    data: Any = getattr(args[0], "rows", args[0]) if args else None
    found: pd.DataFrame | None = data if hasattr(data, "columns") else None
    if found is not None and len(args) > 1 and "indicator" in found.columns:
        wanted = [args[1]] if isinstance(args[1], str) else list(args[1])  # type: ignore[call-overload]
        found = found[found["indicator"].isin(wanted)]
        if "applicant" in found.columns:
            found = found[found["applicant"] == "total"]
    return found


def style() -> AbstractContextManager[None]:
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
    import matplotlib as mpl

    return mpl.rc_context(_settings())


def setup() -> None:
    """Set a notebook up: figures in house style, Chinese columns in line.

    To be called once, in the import cell.
    """
    import matplotlib as mpl
    import pandas as pd

    mpl.rcParams.update(_settings())
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
    raise FontMissing(
        f"No bundled font can draw {named}, which a figure needs. Write the label "
        f"without {it}, or add the {the} with the command in govinfo/fonts/README.md."
    )


def texts(fig: Figure) -> list[str]:
    """Every piece of text that a figure draws, tick labels included.

    The layout is computed for it, and kept: it costs as much as drawing.
    """
    from matplotlib.text import Text

    with warnings.catch_warnings():
        # Said better by require_glyphs, which names the character and what to do.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        if fig.axes and (engine := fig.get_layout_engine()) is not None:
            engine.execute(fig)
            fig.set_layout_engine("none")
        else:
            fig.draw_without_rendering()
    drawn = (text.get_text() for text in fig.findobj(Text) if text.get_visible())
    return [*filter(None, drawn)]


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
        # Not compressed: it is opened again at once.
        plain = {"compress_level": 0}
        fig.savefig(buffer, format="png", dpi=2 * SCREEN_DPI, pil_kwargs=plain)
    with Image.open(buffer) as image:
        return packed(image, COLOURS)


@cache
def _words() -> dict[str, tuple[str, str]]:
    """Codes and words of tables in English and Chinese."""
    from govinfo.agencies import BODIES, LEVELS
    from govinfo.indicators import GROUNDS, INDICATORS

    found = {
        entry.english: (entry.english, entry.chinese) for entry in INDICATORS.values()
    }
    found |= {entry.formula: entry.divided for entry in INDICATORS.values()}
    kinds = product({"": "", **LEVELS, "not known": "层级未知"}.items(), BODIES.items())
    for (level, level_zh), (body, body_zh) in kinds:
        code = f"{level} {body}".strip()
        found[code] = (code.replace("province ", "provincial "), level_zh + body_zh)
    found |= {code: (code, chinese) for code, chinese in LEVELS.items()}
    for n, code in enumerate(GROUNDS, start=1):
        entry = INDICATORS[f"ground_share_{n}"]
        ground = entry.english.partition(": ")[2]
        found[ground] = found[code] = (ground, entry.chinese.partition("：")[2])
    rows = rows_beside(__package__, "words.csv")
    return found | {row["word"]: (row["english"], row["chinese"]) for row in rows}


def names(reports: pd.DataFrame) -> None:
    """Let Chinese pages name agencies and reports by their Chinese names.

    Parameters
    ----------
    reports : DataFrame
        From :func:`govinfo.agencies.read_agencies`.
    """
    known = _words()
    for row in reports.to_dict("records"):
        year, chinese = row["report_year"], row["agency"] or row["agency_id"]
        said = (row["label"], f"{chinese}{year}年" if year == year else chinese)
        known[row["label"]] = said
        # A file may be called 2023.html, and the years of a table are not its name.
        if not YEAR.fullmatch(row["report_id"]):
            known[row["report_id"]] = said
        english = row["agency_english"] or chinese
        known[english] = known[chinese] = (english, chinese)
        known.setdefault(row["agency_id"], (english, chinese))


def word(text: object, lang: Lang = "en") -> str:
    """A code or a name as a reader of one language says it.

    Examples
    --------
    >>> word("small_denominator"), word("small_denominator", "zh")
    ('fewer than 20 cases', '不足20件')
    """
    plain = str(text)
    if plain in _words():
        return _words()[plain][lang == "zh"]
    if found := re.fullmatch(r"(.+) \((n = [\d,]+)\)", plain):
        said = word(found[1], lang)
        return f"{said}（{found[2]}）" if lang == "zh" else f"{said} ({found[2]})"
    place = PLACE.fullmatch(plain)
    if place is None:
        return _rephrased(plain) if lang == "zh" else glossed(plain)
    table, row, column = place.groups()
    named = _say(f"table.{table}")
    if lang == "zh":
        where = unnested(f"{named.zh}“{row}”")
        return f"{where}，“{column}”栏" if column else where
    where = f"{named.en}, row '{row}'"
    return glossed(f"{where}, column '{column}'" if column else where)


@cache
def _labels() -> dict[str, str]:
    """What the labels of rows and columns mean, in few words of English."""
    from govinfo.forms import statutory_cells

    return {
        cell[f"{what}_label"].split(" / ")[-1]: cell[f"{what}_english"].split(" (")[0]
        for cell in statutory_cells()
        for what in ("row", "column")
    }


def glossed(sentence: str) -> str:
    """An English sentence with the meaning of each label that it quotes in Chinese.

    Examples
    --------
    >>> glossed("requests, column '自然人': 3 after 1.")
    "requests, column '自然人' (natural persons): 3 after 1."
    """

    def with_meaning(quoted: re.Match[str]) -> str:
        meaning = _labels().get(quoted[1])
        return f"{quoted[0]} ({meaning})" if meaning else quoted[0]

    return re.sub(r"'([^'\n]+)'(?! \()", with_meaning, sentence)


# Where something lies, and what its picture shows, as govinfo.seeing says it.
PHRASES = {
    r"^agency-(\d+)$": r"机关\1",
    r"page (\d+), table (\d+), row (\d+), column (\d+)": r"第\1页第\2表第\3行第\4栏",
    r"(第\d+栏), box ([\d. ]+)": r"\1，坐标\2",
    r"table (\d+), row (\d+), column (\d+)": r"第\1表第\2行第\3栏",
    r"Part of page (\d+) of ([^,:]+)": r"\2第\1页局部",
    r", one cell outlined\.": "，框出一格。",
    r": \d+ cells of \w+ as .* in its corner\.": "，格角是读出的数。",
    r"; thin outlines mark the other figures of the sum": "；细框是合计里的其他数",
    r" In figures: ": "算式：",
    r", printed (\d)": r"，印作\1",
    r" \(and (\d+) zeros?\)": r"（另有\1个0）",
    # A row of the form with its English beside it.
    r"(?<=[\u4e00-\u9fff）”]) [a-z][A-Za-z ,:;'()-]*$": "",
    # Columns and sources, one after the other.
    r"(?<=[\u4e00-\u9fff）]), (?=[\u4e00-\u9fff])": "、",
    r"(?<=号); (?=[\u4e00-\u9fff])": "；",
    r"\w+: (\d+) of (\d+) cells were read as .* printed\.": r"\2格中\1格与所印相同。",
}


def _rephrased(text: str) -> str:
    """A text with the phrases of places and pictures in Chinese.

    Examples
    --------
    >>> _rephrased("page 4, table 5, row 4, column 5, box 202.6 445.6 230.9 472.4")
    '第4页第5表第4行第5栏，坐标202.6 445.6 230.9 472.4'
    >>> _rephrased("3.危及“三安全一稳定” refused: state secret")
    '3.危及“三安全一稳定”'
    """
    for phrase, said in PHRASES.items():
        text = re.sub(phrase, said, text)
    return text


def chinese(text: object) -> str:
    """A code or a name as a Chinese reader says it.

    Examples
    --------
    >>> chinese("blank_input")
    '有空白格'
    """
    return word(text, "zh")


def listed(parts: Iterable[object]) -> tuple[str, str]:
    """Names one after the other, in English and in Chinese; the rest are counted.

    Examples
    --------
    >>> listed(["county", "township"])
    ('county and township', '县级、乡级')
    >>> listed([])
    ('none', '无')
    """
    every = [*map(str, parts)]
    if not every:
        return "none", "无"
    more = len(every) - MAX_ROWS if len(every) > MAX_ROWS + 1 else 0
    shown = every[: len(every) - more]
    english = [*map(word, shown), *[f"{more:,} others"] * bool(more)]
    joined = " and ".join(filter(None, [", ".join(english[:-1]), english[-1]]))
    ended = f"等{len(every):,}个" if more else ""
    return joined, "、".join(chinese(part) for part in shown) + ended


def ends(rows: pd.DataFrame, spec: str = ",.0f") -> tuple[str, str]:
    """The first and the last value of a series, in English and in Chinese.

    Values of few cases, of doubtful sums and of the nearest cell of another form are
    no ends of it, unless there are no others.

    Examples
    --------
    >>> import pandas as pd
    >>> ends(pd.DataFrame({"report_year": [2023, 2019], "value": [1200.0, 7]}))
    ('7 in 2019 and 1,200 in 2023', '2019年7，2023年1,200')
    """
    known = rows.dropna(subset=["value"]).sort_values("report_year")
    doubts = known.reindex(columns=["state", "grade"]).isin(NOT_TO_QUOTE).any(axis=1)
    known = known if doubts.all() else known[~doubts]
    pairs = [*zip(known["report_year"], known["value"].astype(float), strict=True)]
    told = [(year, f"{value:{spec}}") for year, value in [*pairs[:1], *pairs[1:][-1:]]]
    english = " and ".join(f"{value} in {year}" for year, value in told)
    return english, "，".join(f"{year}年{value}" for year, value in told)


def signed(points: float) -> str:
    """A difference with its sign, nothing being neither more nor less.

    Examples
    --------
    >>> signed(4.06), signed(-4.06), signed(-0.04)
    ('+4.1', '−4.1', '0.0')
    """
    return _signed(f"{points:+.1f}")


def summed(values: pd.Series) -> str:
    """What counts add up to, with a mark where one of them is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> summed(pd.Series([3511, 96])), summed(pd.Series([3511, None]))
    ('3,607', '3,511 + ?')
    >>> summed(pd.Series([None]))
    '?'
    """
    known = values.astype(float)
    if known.isna().all():
        return "?"
    return f"{known.sum():,.0f}{' + ?' * bool(known.isna().any())}"


def sources(reports: pd.DataFrame, folder: Path | str) -> None:
    """Say which reports a notebook rests on, and whether they are facsimiles.

    Parameters
    ----------
    reports : DataFrame
        From :func:`govinfo.agencies.read_agencies`.
    folder : Path or str
        Where it was read from; its registry says what the files are.
    """
    names(reports)
    years = sorted(reports["report_year"].dropna())
    ends = list(dict.fromkeys(map(str, years[:1] + years[-1:])))
    span = Said(f", {' to '.join(ends)}", f"，{'—'.join(ends)}年") if ends else both("")
    n, agencies = f"{len(reports):,}", f"{reports['agency_id'].nunique():,}"
    told = [_say("sources.here", n=n, agencies=agencies, span=span)]
    if are_facsimiles(Path(folder)):
        told = [_say("sources.facsimiles", here=told[0].open)]
    if nameless := int((reports["agency_id"] == reports["report_id"]).sum()):
        told.append(_say("sources.nameless", n=f"{nameless:,}"))
    if left_out := reports.attrs.get("left_out"):
        which, whom = next(iter(left_out.items()))
        n = f"{len(left_out):,}"
        told.append(_say("sources.left_out", n=n, which=which, whom=whom))
    # The site sets this under the title, before anything that rests on it.
    say("".join(one.en for one in told), "".join(one.zh for one in told), first=True)


def are_facsimiles(folder: Path) -> bool:
    """Whether a registry says that its files are facsimiles."""
    for name in ("registry.csv", "reports.csv"):
        said = [row.get("file_is") or "" for row in rows_of(folder / name)]
        if any(said):
            return any("facsimile" in text for text in said)
    return False


# Where a finding lies, as the tables of the data set say it.
PLACE = re.compile(
    r"(proactive|requests|disputes), row '([^']*)'(?:, column '([^']*)')?"
)


def say(en: str, zh: str, *, first: bool = False) -> None:
    """Show a computed sentence in both languages; a page takes the one of its own.

    Parameters
    ----------
    en, zh : str
        The same result, as a reader of English and one of Chinese would put it, in
        Markdown.
    first : bool
        Whether the page says it first, right under its title.

    Raises
    ------
    ValueError
        If one of them is empty.
    """
    if not (en.strip() and zh.strip()):
        raise ValueError(
            "A sentence is said in both languages: pass en= and zh=, both filled."
        )
    en, zh = (_signed(_inert(text)) for text in (en, zh))
    en, zh = glossed(en), unnested(zh)
    both = f"{en}\n\n{zh}"
    is_told = first and os.environ.get(SITE)
    metadata: dict[str, dict[str, object]] = {PAGE: {"first": True}} if is_told else {}
    data = {"text/markdown": both, "text/plain": both}
    _display(data, metadata, {"en": en, "zh": zh}, "text/markdown")


def findings(rows: pd.DataFrame, en: str, zh: str) -> None:
    """List what reports say against themselves, a sentence each, in both languages.

    Parameters
    ----------
    rows : DataFrame
        Findings; of many the first are listed and the others counted.
    en, zh : str
        What is said where there is none.
    """
    shown = [*rows.head(MAX_ROWS).to_dict("records")]
    english = [f"- {word(r['report_id'])}: {parted(r['sentence'])}" for r in shown]
    said = [(r["report_id"], r.get("sentence_zh") or r["sentence"]) for r in shown]
    in_chinese = [f"- {chinese(report)}：{parted(text)}" for report, text in said]
    if (more := len(rows) - MAX_ROWS) > 0:
        english.append(f"- and {more:,} more")
        in_chinese.append(f"- 另有{more:,}处")
    say("\n".join(english) or en, "\n".join(in_chinese) or zh)


def _inert(markdown: str) -> str:
    """Markdown in which a name from a document or a registry is text and no markup.

    Examples
    --------
    >>> _inert("*12* of <script>x</script>, p < 0.05, [a](javascript:x)")
    '*12* of &lt;script>x&lt;/script>, p < 0.05, [a] (javascript:x)'
    """
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", markdown)
    return re.sub(r"\]\((?=\s*(?!https?:)[a-z]+:)", "] (", text, flags=re.IGNORECASE)


def figure(
    fig: Figure,
    *,
    alt: str | None = None,
    en: str = "",
    zh: str = "",
    source: tuple[str, str] = SOURCE,
) -> None:
    """Show a figure once, with a description that says what it shows.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Not one of pyplot's, which Jupyter would show a second time.
    alt : str, optional
        What the picture shows, with its numbers, in whole sentences: "Requests rose
        in nine of twelve agencies." Not: "Bar chart." A figure of
        :mod:`govinfo.figures` brings its description with it, as its label.
    en, zh : str
        The finding, as the title over the figure on the pages.
    source : pair of str
        Where its numbers are from, in English and in Chinese.

    Raises
    ------
    FontMissing
        If the figure holds characters that no bundled font can draw.
    ValueError
        If the description is empty.
    """
    description = _description(str(fig.get_label()) if alt is None else alt)
    wide, high = fig.get_size_inches()
    if not (os.environ.get(SITE) and hasattr(fig, "again")):
        size = round(wide * SCREEN_DPI), round(high * SCREEN_DPI)
        _display_png(png(fig), description, *size)
        return
    pages: dict[Lang, str] = {
        "en": _frame(fig, "en", _signed(en), source[0]),
        "zh": _frame(fig, "zh", _signed(zh), source[1]),
    }
    data: dict[str, object] = {"text/plain": description}
    if not _shared and high < HIGHEST_SHARED * wide:
        _shared.append(description)
        data["image/png"] = png(fig)
    _display(data, pages=pages)


@contextmanager
def if_drawable(en: str = "", zh: str = "") -> Iterator[None]:
    """Show the figure drawn inside, or say that the data have nothing for it.

    Parameters
    ----------
    en, zh : str
        What is said then, where there is more to say.
    """
    try:
        yield
    except NothingToDraw:
        say(
            en or "No report has what this figure would show.",
            zh or "没有一份年报有这张图要画的数。",
        )


def _frame(fig: Any, lang: Lang, title: str, source: str) -> str:
    """A figure as a page shows it: title, two drawings, and what to take away."""
    narrow, wide = (fig.again(lang, inches) for inches in (PHONE, WIDTH))
    heading, description = wide.get_suptitle().strip(), _signed(str(wide.get_label()))
    over, under = (title, heading) if title else (heading, "")
    under = " · ".join(filter(None, [under, getattr(wide, "divided", "")]))
    name = f"figure-{hash_of(heading + title + description)}"
    drawings = svg(narrow, "nar", over, name) + svg(wide, "wid", over, name)
    said = [getattr(_say(key), lang) for key in ("figure.data", "figure.words")]
    links = ""
    if fig.data is not None:
        text = fig.data.to_csv(index=False)
        address = f"data:text/csv;charset=utf-8,{quote(chr(0xFEFF) + text)}"
        if len(text) > MOST_DATA and "indicator" in fig.data.columns:
            address = "../data/indicators.csv"
        links = f'<a download="{name}.csv" href="{address}">{said[0]}</a>'
    return (
        f'<figure class="fig" id="{name}"><figcaption><p class="ttl">{escape(over)}</p>'
        f'<p class="sub">{escape(under)}</p></figcaption>{drawings}'
        f'<p class="src">{source}</p><div class="acts">{links}'
        f"{_buttons(lang, 'svg', 'png', 'big')}</div>"
        f'<details><summary>{said[1]}</summary><p class="small" id="{name}-words">'
        f"{escape(description)}</p></details></figure>"
    )


def _buttons(lang: Lang, *does: str) -> str:
    """What a reader with scripts can do with a figure or a picture."""
    close = getattr(_say("button.close"), lang)
    return "".join(
        f'<button type="button" class="js-only" data-do="{do}" data-close="{close}">'
        f"{getattr(_say(f'button.{do}'), lang)}</button>"
        for do in does
    )


def hash_of(text: str) -> int:
    """A number that stays the same from run to run.

    Examples
    --------
    >>> hash_of("Refused")
    1064208352
    """
    from zlib import crc32

    return crc32(text.encode())


def svg(fig: Figure, kind: str, label: str, name: str) -> str:
    """A figure as SVG with its text as text, its colours the page's to change.

    What it shows in words stands once on the page, where ``name`` says.

    Raises
    ------
    FontMissing
        If the figure holds characters that no bundled font can draw.
    """
    import matplotlib as mpl
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    # The page prints the title; the lines under it keep room for a note.
    room = fig.get_suptitle().split("\n")[1:]
    fig.suptitle("\n".join([" ", *room]) if room else "")
    if isinstance(engine := fig.get_layout_engine(), ConstrainedLayoutEngine):
        engine.set(w_pad=FONT_ROOM / 72)
    with style(), mpl.rc_context({"svg.fonttype": "none"}):
        require_glyphs("".join(texts(fig)))
        buffer = BytesIO()
        fig.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    drawing = buffer.getvalue().decode()
    wide, high = (72 * inches for inches in fig.get_size_inches())
    inside = drawing[drawing.index("<defs>") : drawing.rindex("</svg>")]
    # Ids are those of one drawing; a page has several.
    own = f"m{hash_of(inside)}-"
    inside = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{own}", inside)
    inside = re.sub(r"#([0-9a-f]{6})\b", r"var(--c-\1, #\1)", inside)
    inside = re.sub(r"font-family: [^;\"]*;? ?", "", inside)
    inside = re.sub(r' <style type="text/css">[^<]*</style>\n', "", inside)
    return (
        f'<svg class="{kind} mpl" viewBox="0 0 {wide:g} {high:g}" role="img" '
        f'aria-label="{escape(label)}" aria-describedby="{name}-words">{inside}</svg>'
    )


def picture(image: Picture, *, alt: str, zh: str = "") -> None:
    """Show a picture, such as a page of a document, with a description.

    Parameters
    ----------
    image : PIL.Image.Image
        At twice the screen size; wider than the text column, it is shown as wide as
        that.
    alt, zh : str
        What the picture shows, in whole sentences; the same in Chinese.

    Raises
    ------
    ValueError
        If the description is empty.
    """
    description = _description(alt)
    wide = min(image.width / 2, WIDTH * SCREEN_DPI)
    high = wide * image.height / image.width
    size = round(wide), round(high)
    _display_png(packed(image, SHADES), description, *size, zh=zh)


def view(view: View, findings: pd.DataFrame | None = None) -> None:
    """Show what a report shows of a finding or a table, on a page in its language.

    Parameters
    ----------
    view : View
        From ``report.show`` or ``report.compare``.
    findings : DataFrame, optional
        Those of the report, whose sentences have their Chinese beside them.
    """

    def zh(text: str) -> str:
        for row in () if findings is None else findings.to_dict("records"):
            said = row.get("sentence_zh") or row["sentence"]
            for old in (row["sentence"], row["sentence"].removesuffix(".")):
                text = text.replace(escape(old, quote=False), escape(said, quote=False))
                text = text.replace(old, said)
        return _rephrased(text)

    for shot in view.shots:
        _display_png(shot.png, shot.alt, shot.width, shot.height, zh=zh(shot.alt))
    data = {"text/html": view.html, "text/plain": view.words}
    _display(data, pages={"en": glossed(view.html), "zh": zh(view.html)})


def _description(alt: str) -> str:
    """A description on one line."""
    description = _signed(" ".join(alt.split()))
    if not description:
        raise ValueError(
            "A figure needs a description: pass alt= a sentence on what it shows."
        )
    return description


def _display_png(
    data: bytes, description: str, width: int, height: int, zh: str = ""
) -> None:
    inside = f'width="{width}" height="{height}" src="data:image/png;base64,'
    inside += f'{b64encode(data).decode("ascii")}"' if os.environ.get(SITE) else ""
    said: dict[Lang, str] = {"en": description, "zh": zh or description}
    pages = {
        lang: f'<figure><img alt="{escape(alt)}" {inside}><div class="acts">'
        f"{_buttons(lang, 'big')}</div></figure>"
        for lang, alt in said.items()
    }
    about = {"image/png": {"alt": description, "width": width, "height": height}}
    _display({"image/png": data, "text/plain": description}, about, pages)


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    zh: str = "",
    formats: Mapping[str, str] | None = None,
    index: bool = False,
) -> None:
    """Show a table with a caption, and headers that screen readers announce.

    Codes appear as words; a column whose name ends in ``_zh`` takes the place of its
    twin on the Chinese page. Of a long table the first rows are shown and the others
    counted; on the site the whole of it is in a fold. Of an empty one it is said that
    there is none.

    Parameters
    ----------
    frame : DataFrame
        At most 8 columns: choose what to show before showing it.
    caption : str
        What the rows are and what is counted.
    zh : str
        The same in Chinese, for the Chinese page.
    formats : mapping of column name to format specification, optional
        How numbers are shown, for example ``{"share": ".1%"}``. A missing value is
        shown as a dash, never as 0.
    index : bool
        Whether the index is shown, as row headers.

    Raises
    ------
    ValueError
        If the table has more columns than a reader can take in.
    """
    if not len(frame):
        say(f"{caption}: none.", f"{zh or caption}：无。")
        return
    n_columns = frame.shape[1] + (frame.index.nlevels if index else 0)
    if n_columns > MAX_COLUMNS:
        raise ValueError(
            f"The table has {n_columns} columns, and a reader takes in {MAX_COLUMNS}. "
            "Show a part of it, or a summary."
        )
    shown = frame.astype(object)
    for name in frame.columns:
        specification = (formats or {}).get(str(name), "")
        shown[name] = [
            MISSING if missing else _printed(value, specification, str(name))
            for value, missing in zip(frame[name], frame[name].isna(), strict=True)
        ]
    first, more = shown.head(MAX_ROWS), len(shown) - MAX_ROWS
    said: dict[Lang, str] = {"en": caption, "zh": zh or caption}
    if more > 0:
        said["en"] += f" (the first {MAX_ROWS} of {len(shown):,})"
        said["zh"] += f"（共{len(shown):,}行，先列{MAX_ROWS}行）"
    told = {lang: _translated(first, lang, index) for lang in said}
    pages = {lang: _table_html(told[lang], said[lang], index) for lang in said}
    data = {
        "text/html": pages["en"],
        "text/plain": f"{said['en']}\n{told['en'].to_string(index=index)}",
    }
    for lang in said if more > 0 and os.environ.get(SITE) else ():
        summary = {"en": "All {:,} rows", "zh": "全部{:,}行"}[lang].format(len(shown))
        every = _table_html(_translated(shown, lang, index), summary, index)
        pages[lang] += f"<details><summary>{summary}</summary>{every}</details>"
    _display(data, pages=pages)


def _printed(value: object, specification: str, column: str) -> str | bool:
    """A value as tables print it: a number with separators of thousands.

    Examples
    --------
    >>> _printed(3607, "", "of"), _printed(-1500.5, "+.1f", "points")
    ('3,607', '−1,500.5')
    >>> _printed(2023, "", "year"), _printed(0.00003, ".2f", "q_value")
    ('2023', '<0.01')
    """
    if isinstance(value, str | bool):
        return value
    is_count = isinstance(value, Number) and column not in YEARS
    if is_count and "," not in specification and not specification.endswith("g"):
        specification = re.sub(r"(?=\.|$)", ",", specification, count=1)
    text = _signed(format(value, specification))
    if re.fullmatch(r"0\.0+", text) and float(value) > TINY:  # type: ignore[arg-type]
        # It is more than the nothing that it would look like.
        return f"<{text[:-1]}1"
    return text


def _signed(text: str) -> str:
    """A text with minus signs, in which nothing has no sign.

    Examples
    --------
    >>> _signed("-13.9 points, +0.0 of them; 占+0%; +0.02 on 2024-05-01")
    '−13.9 points, 0.0 of them; 占0%; +0.02 on 2024-05-01'
    """
    return SIGNED_ZERO.sub("", MINUS.sub("−", text))


def _translated(frame: pd.DataFrame, lang: Lang, index: bool) -> pd.DataFrame:
    """A table with its headers, codes and names in one language."""
    twins = [name for name in frame.columns if f"{name}_zh" in frame.columns]
    if lang == "zh":
        frame = frame.assign(**{name: frame[f"{name}_zh"] for name in twins})
    frame = frame.drop(columns=[f"{name}_zh" for name in twins])

    def named(name: object) -> object:
        return tuple(map(named, name)) if isinstance(name, tuple) else word(name, lang)

    # Reports may be numbered, and a figure is the name of none.
    told = frame.map(lambda v: v if FIGURE.fullmatch(str(v)) else word(v, lang))
    told.columns = [word(name, lang) for name in frame.columns]
    if index:
        told.index = told.index.map(named)
        told.index.names = [name and word(name, lang) for name in frame.index.names]
    return told


def _table_html(frame: pd.DataFrame, caption: str, index: bool) -> str:
    frame = frame.rename_axis(columns=None)
    looks: dict[str, Any] = {"border": 0, "justify": "unset", "sparsify": False}
    html = frame.to_html(index=index, index_names=False, **looks)
    for name in frame.index.names if index else ():
        html = html.replace("<th></th>", f"<th>{escape(str(name or ' '))}</th>", 1)
    said = f"<caption>{escape(caption, quote=False)}</caption>\n  <thead>"
    # Of each header cell it is said whether it heads a column or a row.
    head, body = html.replace("<thead>", said).split("</thead>", 1)
    columns = head.replace("<th>", '<th scope="col">')
    rows = body.replace("<th>", '<th scope="row">')
    return f"{columns}</thead>{rows}"


def _display(
    data: Mapping[str, object],
    metadata: dict[str, dict[str, object]] | None = None,
    pages: Mapping[Lang, str] | None = None,
    kind: str = "text/html",
) -> None:
    """Hand something to the notebook in each form in which it can be shown."""
    from IPython.display import display

    if pages and os.environ.get(SITE):
        data = {**data, PAGE: {"kind": kind} | dict(pages)}
    display(data, metadata=metadata, raw=True)
