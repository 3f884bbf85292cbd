"""Figures and tables of a notebook."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import RichOutput, capture_output
from matplotlib.figure import Figure

from govinfo import show
from govinfo.errors import FontMissing


@pytest.fixture(scope="module", autouse=True)
def _shell() -> Iterator[None]:
    """display() sends its data to a shell's publisher, where there is one."""
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


def bars(title: str) -> Figure:
    with show.style():
        fig = Figure(figsize=(4, 2))
        axes = fig.subplots()
        axes.bar(["甲", "乙"], [3, -1])
        axes.set_title(title)
    return fig


def shown(fig: Figure, alt: str) -> RichOutput:
    with capture_output() as captured:
        show.figure(fig, alt=alt)
    [output] = captured.outputs
    return output


def test_a_figure_is_shown_once_with_its_description() -> None:
    output = shown(bars("申请 requests"), "甲 has 3,\n    乙 has -1.")
    assert output.data["text/plain"] == "甲 has 3, 乙 has −1."
    assert output.metadata["image/png"] == {
        "alt": "甲 has 3, 乙 has −1.",
        "width": 384,
        "height": 192,
    }


def test_a_picture_has_twice_the_pixels_of_its_place_on_the_page() -> None:
    png = show.png(bars("x"))
    width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (768, 384)


def test_a_picture_is_the_same_every_time() -> None:
    assert show.png(bars("政府信息公开")) == show.png(bars("政府信息公开"))
    assert b"Matplotlib" not in show.png(bars("x"))


def test_a_figure_without_description_is_refused() -> None:
    with pytest.raises(ValueError, match="^A figure needs a description") as caught:
        show.figure(bars("x"), alt="  ")
    assert str(caught.value) == (
        "A figure needs a description: pass alt= a sentence on what it shows."
    )


def test_characters_that_no_font_draws_are_an_error_that_names_them() -> None:
    with pytest.raises(FontMissing) as caught:
        show.png(bars("𠮷县 \U000200a4"))
    assert str(caught.value) == (
        "No bundled font can draw '\U000200a4' (U+200A4), '𠮷' (U+20BB7), which a "
        "figure needs. Write the label without them, or add the characters with the "
        "command in govinfo/fonts/README.md."
    )


def test_tick_labels_are_looked_at_too() -> None:
    with show.style():
        fig = Figure()
        fig.subplots().plot(["𠮷"], [1])
    with pytest.raises(FontMissing, match="U\\+20BB7"):
        show.png(fig)


def test_nothing_is_set_after_the_style_ends() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with show.style():
        assert mpl.rcParams["axes.spines.top"] is False
    assert dict(mpl.rcParams) == before


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


@pytest.mark.parametrize("colour", show.PALETTE)
def test_a_colour_stands_out_from_the_page(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 3


# Viénot, Brettel and Mollon 1999: what remains of a colour without red or green cones.
PROTAN = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTAN = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))
NORMAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@pytest.mark.parametrize("eyes", [NORMAL, PROTAN, DEUTAN])
def test_two_colours_differ_to_every_eye(eyes: tuple[tuple[float, ...], ...]) -> None:
    def seen(colour: str) -> list[float]:
        linear = [part**2.2 for part in rgb(colour)]
        mixed = [
            sum(weight * part for weight, part in zip(row, linear, strict=True))
            for row in eyes
        ]
        return [max(part, 0) ** (1 / 2.2) for part in mixed]

    for one, other in itertools.combinations(show.PALETTE, 2):
        pairs = zip(seen(one), seen(other), strict=True)
        assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 > 0.2, (one, other)


FRAME = pd.DataFrame(
    {
        "agency": ["甲县 <A>", "乙县"],
        "share": pd.array([0.125, None], dtype="Float64"),
        "decided": pd.array([8, 1200], dtype="Int64"),
    }
)


def test_a_table_has_a_caption_and_headers_with_scope() -> None:
    with capture_output() as captured:
        show.table(
            FRAME,
            caption="Requests & shares",
            formats={"share": ".1%", "decided": ",d"},
        )
    [output] = captured.outputs
    html = output.data["text/html"]
    assert "<caption>Requests &amp; shares</caption>" in html
    assert html.count('<th scope="col">') == 3
    assert "<td>甲县 &lt;A&gt;</td>" in html
    assert "<td>12.5%</td>" in html
    assert "<td>–</td>" in html
    assert "<td>1,200</td>" in html
    assert output.data["text/plain"].startswith("Requests & shares\n")


def test_an_index_becomes_row_headers() -> None:
    with capture_output() as captured:
        show.table(FRAME.set_index("agency"), caption="x", index=True)
    html = captured.outputs[0].data["text/html"]
    assert html.count('<th scope="row">') == 2


def test_a_table_that_nobody_can_take_in_is_refused() -> None:
    with pytest.raises(ValueError, match="^The table has") as caught:
        show.table(pd.DataFrame({str(n): [n] for n in range(9)}), caption="x")
    assert str(caught.value) == (
        "The table has 9 columns, and a reader takes in 8. Show a part of it, or a "
        "summary."
    )


def test_of_a_long_table_the_rows_that_are_not_shown_are_counted() -> None:
    with capture_output() as captured:
        show.table(pd.DataFrame({"n": range(13)}), caption="Numbers", zh="数字")
    html = captured.outputs[0].data["text/html"]
    assert "<caption>Numbers (the first 12 of 13)</caption>" in html
    assert html.count("<td>") == 12


def test_numbers_of_a_table_have_their_thousands_apart_and_years_have_not() -> None:
    rows = pd.DataFrame(
        {"year": [2023], "cases": [3607], "of": [12345.6], "no": ["1234"]}
    )
    with capture_output() as captured:
        show.table(rows, caption="Numbers", zh="数字", formats={"of": ".0f"})
    html = captured.outputs[0].data["text/html"]
    cells = re.findall("<td[^>]*>([^<]*)<", html)
    assert cells == ["2023", "3,607", "12,346", "1234"]


def test_a_minus_is_no_hyphen_and_a_hyphen_no_minus() -> None:
    with capture_output() as captured:
        show.say(
            en="Down by -1.4 (-6.8 to -1) on 2023-05-04, a-1.", zh="是-1.4个百分点"
        )
        table = pd.DataFrame({"points": [-1.45], "day": ["2023-05-04"]})
        show.table(table, caption="Changes", zh="变化", formats={"points": "+.1f"})
    said, html = (output.data for output in captured.outputs)
    assert said["text/markdown"] == (
        "Down by −1.4 (−6.8 to −1) on 2023-05-04, a-1.\n\n是−1.4个百分点"
    )
    assert re.findall("<td[^>]*>([^<]*)<", html["text/html"]) == ["−1.4", "2023-05-04"]


def test_the_ends_of_a_series_are_counted_alike() -> None:
    rows = pd.DataFrame(
        {
            "report_year": [2019, 2021, 2025],
            "value": [89, 69, 58],
            "grade": ["approximate", "exact", "exact"],
        }
    )
    assert show.ends(rows) == ("69 in 2021 and 58 in 2025", "2021年69，2025年58")
    few = rows.assign(state=["computed", "computed", "small_denominator"])
    assert show.ends(few) == ("69 in 2021", "2021年69")
    assert show.ends(few.tail(1)) == ("58 in 2025", "2025年58")


def test_on_the_site_a_table_is_whole_in_both_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(show.SITE, "1")
    rows = pd.DataFrame({"n": range(13), "state": "blank_input"})
    with capture_output() as captured:
        show.table(rows, caption="Numbers", zh="数字")
    pages = captured.outputs[0].data[show.PAGE]
    assert pages["en"].count("cells left blank") == 12 + 13
    assert "<caption>数字（共13行，先列12行）</caption>" in pages["zh"]
    assert pages["zh"].count("有空白格") == 12 + 13


def test_a_sentence_is_said_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    with capture_output() as captured:
        show.say(en="*One* report.", zh="一份年报。")
    [output] = captured.outputs
    assert output.data["text/markdown"] == "*One* report.\n\n一份年报。"
    assert show.PAGE not in output.data
    monkeypatch.setenv(show.SITE, "1")
    with capture_output() as captured:
        show.say(en="*One* report.", zh="一份年报。")
    pages = captured.outputs[0].data[show.PAGE]
    assert pages["kind"] == "text/markdown"
    assert pages["en"] == "*One* report."
    assert "一份年报。" in pages["zh"]
    with pytest.raises(ValueError, match="^A sentence is said in both languages"):
        show.say(en="One.", zh="")


def test_on_the_site_a_figure_is_drawn_for_two_screens_in_two_languages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @show.drawn
    def chart(data: pd.DataFrame, *, language: str = "both") -> Figure:
        with show.style():
            fig = Figure(figsize=(show.width(), 2))
            fig.subplots().set_xlabel("件数" if language == "zh" else "cases")
            fig.suptitle("Title")
            fig.set_label(f"It shows {len(data)} rows.")
            fig.divided = "a ÷ b"  # type: ignore[attr-defined]
        return fig

    monkeypatch.setenv(show.SITE, "1")
    with capture_output() as captured:
        show.figure(chart(FRAME), en="All is well", zh="一切都好")
    pages = captured.outputs[0].data[show.PAGE]
    assert pages["en"].count("<svg ") == pages["zh"].count("<svg ") == 2
    assert "All is well" in pages["en"]
    # The name is short, and what it shows in words is said once.
    names = re.findall('aria-label="([^"]*)" aria-describedby="([^"]*)"', pages["en"])
    assert [name for name, _ in names] == ["All is well"] * 2
    assert f'id="{names[0][1]}">It shows {len(FRAME)} rows.<' in pages["en"]
    assert pages["en"].count("It shows") == 1
    assert "一切都好" in pages["zh"]
    assert '<p class="sub">Title · a ÷ b</p>' in pages["en"]
    assert ">件数</text>" in pages["zh"]
    assert ">cases</text>" in pages["en"]
    assert "var(--c-222222, #222222)" in pages["en"]
    assert "Date" not in pages["en"]
    narrow, wide = re.findall(r'viewBox="0 0 ([\d.]+)', pages["en"])
    assert float(narrow) < float(wide) / 2


def test_setup_keeps_chinese_columns_in_line() -> None:
    import matplotlib as mpl

    options = ["display.unicode.east_asian_width", "display.max_rows"]
    options += ["display.max_columns", "display.width"]
    before = [pd.get_option(name) for name in options]
    with mpl.rc_context():
        try:
            show.setup()
            lines = str(pd.DataFrame({"a": ["申请人", "x"], "b": [1, 2]})).splitlines()
            assert lines[1:] == ["0  申请人  1", "1       x  2"]
        finally:
            for name, value in zip(options, before, strict=True):
                pd.set_option(name, value)


def test_a_column_has_its_twin_on_the_chinese_page() -> None:
    frame = pd.DataFrame({"sentence": ["Two fail."], "sentence_zh": ["两处不符。"]})
    english, chinese = (show._translated(frame, lang, False) for lang in ("en", "zh"))
    assert english.to_numpy().tolist() == [["Two fail."]]
    assert chinese.to_numpy().tolist() == [["两处不符。"]]


def test_a_table_of_nothing_says_that_there_is_none(monkeypatch) -> None:
    told = []
    monkeypatch.setattr(show, "say", lambda *texts: told.append(texts))
    show.table(pd.DataFrame({"a": []}), caption="Sums that fail", zh="对不上的合计")
    assert told == [("Sums that fail: none.", "对不上的合计：无。")]


def test_of_many_names_the_rest_are_counted() -> None:
    en, zh = show.listed(f"agency {n}" for n in range(20))
    assert en.endswith("agency 11 and 8 others")
    assert zh.endswith("agency 11等20个")


def test_data_too_long_for_a_link_are_a_file_of_the_data(monkeypatch) -> None:
    """Named as a notebook would, so that the site leads the link to its copy."""
    monkeypatch.setattr(show, "MOST_DATA", 10)
    fig = Figure()
    fig.data = pd.DataFrame({"indicator": ["granted_share"] * 9})
    fig.again = lambda *_: Figure()
    monkeypatch.setattr(show, "svg", lambda *_: "")
    assert 'href="../data/indicators.csv"' in show._frame(fig, "en", "", "")


def test_a_figure_of_a_table_is_no_name_of_a_numbered_report(monkeypatch) -> None:
    """Files are called 59.html or 2023.html; figures and years stay what they are."""
    known = dict(show._words())
    monkeypatch.setattr(show, "_words", lambda: known)
    ids = ["59", "2023"]
    texts = {"label": "Town 2023", "agency": "某镇", "agency_english": "Town"}
    same = {"agency_id": "town", "report_year": 2023}
    show.names(pd.DataFrame({"report_id": ids, **texts, **same}))
    frame = pd.DataFrame({"report": ["Town 2023"], "cases": ["59"], "year": ["2023"]})
    told = show._translated(frame, "zh", False)
    assert told.to_numpy().tolist() == [["某镇2023年", "59", "2023"]]
    assert show.word("59", "zh") == "某镇2023年"
    assert show.word("2023", "zh") == "2023"


def test_findings_are_listed_in_both_languages_and_the_rest_are_counted(
    monkeypatch,
) -> None:
    told = []
    monkeypatch.setattr(show, "say", lambda *texts: told.append(texts))
    row = {"report_id": "a-2023", "sentence": "The total prints 9487 in 2023."}
    many = [{**row, "sentence_zh": "2023年总计填报9487。"}] * 15
    show.findings(pd.DataFrame(many), "None.", "无。")
    show.findings(pd.DataFrame([row]), "None.", "无。")
    show.findings(pd.DataFrame([row]).head(0), "None.", "无。")
    (en, zh), (_, only_english), none = told
    assert en.splitlines()[0] == "- a-2023: The total prints 9,487 in 2023."
    assert zh.splitlines()[-2:] == ["- a-2023：2023年总计填报9,487。", "- 另有3处"]
    assert only_english == "- a-2023：The total prints 9,487 in 2023."
    assert none == ("None.", "无。")
