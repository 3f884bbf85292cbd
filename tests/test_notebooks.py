"""A stored notebook is a clean run, short enough to read, and says what it shows."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from lxml import html
from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))

MAX_CELLS = 45
MAX_LINES = 15
MIN_WORDS_PER_LINE = 5
MAX_FIGURES = 6
MAX_BYTES = 800_000
MAX_ROWS, MAX_COLUMNS = 12, 8

# The level of confidence is a choice of ours, any other percentage is a result.
TYPED_RESULT = re.compile(r"(?<![\d.])(?!95\s?%)\d+(?:\.\d+)?\s?(?:%|per cent|percent)")

# What every notebook says at its end.
WANTED = ("what this does not show", "run it yourself")
WANTED_IN_CHINESE = ("本篇不能说明什么", "自己动手")

Faults = Iterator[str]


def code_of(notebook: NotebookNode) -> list[NotebookNode]:
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def prose_of(notebook: NotebookNode, lang: str = "en") -> list[NotebookNode]:
    other = "lang:en" if lang == "zh" else "lang:zh"
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "markdown" and other not in cell.metadata.get("tags", [])
    ]


def lines_of_code(cell: NotebookNode) -> int:
    """Lines that are not sentences to be shown."""
    is_text = re.compile(r"\s*(?:(?:en|zh|alt|caption) ?\+?= ?)?f?[\"']")
    return sum(not is_text.match(line) for line in cell.source.splitlines())


def outputs_of(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    for number, cell in enumerate(code_of(notebook), start=1):
        for output in cell.outputs:
            yield number, output


def not_run_in_order(notebook: NotebookNode) -> Faults:
    counts = [cell.execution_count for cell in code_of(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the cells were not run from top to bottom: {counts}"


def warnings_shown(notebook: NotebookNode) -> Faults:
    for number, output in outputs_of(notebook):
        if output.get("name") == "stderr":
            yield f"cell {number} printed a warning"


def errors_shown(notebook: NotebookNode) -> Faults:
    for number, cell in enumerate(code_of(notebook), start=1):
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed != ("raises-exception" in cell.metadata.get("tags", [])):
            yield f"cell {number}: an error and the tag raises-exception go together"


def pictures_without_words(notebook: NotebookNode) -> Faults:
    for number, output in outputs_of(notebook):
        for kind in ("image/png", "image/svg+xml", "image/jpeg"):
            if kind not in output.get("data", {}):
                continue
            alt = output.metadata.get(kind, {}).get("alt", "").strip()
            if len(alt.split()) < 5:
                yield f"cell {number}: the figure has no description"
            if output.data.get("text/plain") != alt:
                yield f"cell {number}: nbval does not compare what the figure shows"


def too_large(notebook: NotebookNode) -> Faults:
    n_cells = len(code_of(notebook)) + len(prose_of(notebook))
    if n_cells > MAX_CELLS:
        yield f"{n_cells} cells in one language"
    lines = [lines_of_code(cell) for cell in code_of(notebook)]
    yield from (
        f"cell {number} has {count} lines"
        for number, count in enumerate(lines, start=1)
        if count > MAX_LINES
    )
    words = sum(len(words_of(cell.source)) for cell in prose_of(notebook))
    if words < MIN_WORDS_PER_LINE * sum(lines):
        yield f"{words} words of prose for {sum(lines)} lines of code"
    figures = [o for _, o in outputs_of(notebook) if "image/png" in o.get("data", {})]
    if len(figures) > MAX_FIGURES:
        yield f"{len(figures)} figures"
    size = len(nbformat.writes(notebook).encode())
    if size > MAX_BYTES:
        yield f"{size} bytes"


def words_of(text: str) -> list[str]:
    """Words of prose; two Chinese characters count as one."""
    return re.findall(r"[㐀-鿿]{1,2}|[^\W\d_㐀-鿿]+", text)


def wide_tables(notebook: NotebookNode) -> Faults:
    for number, output in outputs_of(notebook):
        text = output.get("data", {}).get("text/html", "")
        if "<table" not in text:
            continue
        for table in html.fromstring(f"<div>{text}</div>").iter("table"):
            rows = table.xpath("./tbody/tr")
            columns = max((len(row.xpath("./td")) for row in rows), default=0)
            if len(rows) > MAX_ROWS or columns > MAX_COLUMNS:
                yield f"cell {number} shows {len(rows)} rows and {columns} columns"


def thousands_run_together(notebook: NotebookNode) -> Faults:
    for number, output in outputs_of(notebook):
        for text in re.findall(
            r"<td[^>]*>([^<]*)<", output.get("data", {}).get("text/html", "")
        ):
            # Years are names.
            if re.fullmatch(r"[-+−]?(?!(?:19|20)\d\d$)\d{4,}(?:\.\d+)?", text):
                yield f"cell {number} shows {text} without a separator of thousands"


def titles_without_results(notebook: NotebookNode) -> Faults:
    for number, cell in enumerate(code_of(notebook), start=1):
        if "show.figure" not in cell.source:
            continue
        calls = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)]
        for call in calls:
            if ast.unparse(call.func) != "show.figure":
                continue
            titles = {word.arg: word.value for word in call.keywords}
            for lang in ("en", "zh"):
                fields = [
                    ast.unparse(node.value)
                    for node in ast.walk(titles.get(lang, ast.Constant("")))
                    if isinstance(node, ast.FormattedValue)
                ]
                if all(re.match(r"show\.(word|chinese)\(", field) for field in fields):
                    yield f"cell {number}: the title ({lang}) states no result"


def what_changes_between_runs(notebook: NotebookNode) -> Faults:
    for number, output in outputs_of(notebook):
        texts = [output.get("text", ""), output.get("evalue", "")]
        texts += [v for v in output.get("data", {}).values() if isinstance(v, str)]
        text = "".join(texts[:2] + [t for t in texts[2:] if len(t) < 100_000])
        if re.search(r"\b0x[0-9a-f]{6,}", text):
            yield f"cell {number} shows a memory address"
        if re.search(r"ipykernel_\d+|(?<![\w.])/(?:home|Users|root|tmp|work)/", text):
            yield f"cell {number} shows a path of a machine"
        if re.search(r'<style type="text/css">|id="T_', text):
            yield f"cell {number} uses Styler, whose HTML holds a random id"


def code_out_of_place(notebook: NotebookNode) -> Faults:
    functions = 0
    for number, cell in enumerate(code_of(notebook), start=1):
        source = cell.source
        if re.search(r"^\s*[%!]|get_ipython|sys\.path|\bpip\b", source, re.MULTILINE):
            yield f"cell {number} sets up the machine"
            continue
        if source.rstrip().endswith(";"):
            yield f"cell {number} ends with a semicolon, which nbval does not see"
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                functions += 1
            private = isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr)
            imported = isinstance(node, ast.ImportFrom) and any(
                alias.name.startswith("_") for alias in node.names
            )
            if private or imported:
                yield f"cell {number} reaches into a private name"
        if re.search(r"\b(now|today)\(\)|\brequests\.|urlopen|https?://", source):
            yield f"cell {number} looks at the clock or the network"
    if functions > 1:
        yield f"{functions} functions are defined; they belong in the package"


def prose_out_of_place(notebook: NotebookNode) -> Faults:
    yield from _prose_out_of_place(notebook, "en", WANTED)


def chinese_out_of_place(notebook: NotebookNode) -> Faults:
    yield from _prose_out_of_place(notebook, "zh", WANTED_IN_CHINESE)
    pairs = [
        [
            len(re.findall(r"^#+ ", c.source, re.MULTILINE))
            for c in prose_of(notebook, x)
        ]
        for x in ("en", "zh")
    ]
    if pairs[0] != pairs[1]:
        yield "the two languages do not have the same sections in the same cells"
    for cell in prose_of(notebook, "zh"):
        if not re.search(r"[㐀-鿿]", cell.source):
            yield f"no Chinese stands in '{cell.source[:40]}'"


def _prose_out_of_place(
    notebook: NotebookNode, lang: str, wanted_titles: tuple[str, ...]
) -> Faults:
    headings = re.findall(
        r"^(#+) (.+)$",
        "\n".join(
            re.sub(r"^```.*?^```", "", c.source, flags=re.MULTILINE | re.DOTALL)
            for c in prose_of(notebook, lang)
        ),
        re.MULTILINE,
    )
    levels = [len(marks) for marks, _ in headings]
    titles = [title.strip().lower() for _, title in headings]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "a notebook has one title, and begins with it"
    if any(b > a + 1 for a, b in zip(levels, levels[1:], strict=False)):
        yield f"the levels of the headings have gaps: {levels}"
    for wanted in wanted_titles:
        if not any(title.startswith(wanted) for title in titles):
            yield f"there is no section '{wanted}'"
    for cell in prose_of(notebook, lang):
        for result in TYPED_RESULT.findall(cell.source):
            yield f"the result '{result}' is typed into prose"
        if re.search(r"\$[^$\n]+\$|\\\(|\\\[", cell.source):
            yield "a formula is written in TeX, which the pages do not set"
        if re.search(r"!\[\s*\]\(", cell.source):
            yield "a picture in prose has no description"


RULES: tuple[Callable[[NotebookNode], Faults], ...] = (
    not_run_in_order,
    warnings_shown,
    errors_shown,
    pictures_without_words,
    too_large,
    wide_tables,
    thousands_run_together,
    titles_without_results,
    what_changes_between_runs,
    code_out_of_place,
    prose_out_of_place,
    chinese_out_of_place,
)


def test_there_are_notebooks() -> None:
    assert PATHS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_stored_notebook_keeps_the_rules(
    path: Path, rule: Callable[[NotebookNode], Faults]
) -> None:
    assert list(rule(nbformat.read(path, as_version=4))) == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_every_link_of_a_notebook_leads_somewhere(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in [*prose_of(notebook), *prose_of(notebook, "zh")]:
        for address in re.findall(r"\]\(([^)\s]+)\)", cell.source):
            target = address.partition("#")[0]
            if target and not re.match(r"[a-z]+:", target):
                assert (path.parent / target).exists(), address


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_notebook_is_named_for_what_it_does(path: Path) -> None:
    assert re.fullmatch(r"\d\d-[a-z]+(-[a-z0-9]+)+", path.stem)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_a_stored_notebook_keeps_nothing_of_the_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.get("language_info", {}) == {"name": "python"}
    assert all("execution" not in cell.metadata for cell in notebook.cells)


def ran(
    source: str, *outputs: NotebookNode, count: int = 1, **metadata: list[str]
) -> NotebookNode:
    return new_code_cell(
        source, outputs=list(outputs), execution_count=count, metadata=metadata
    )


def said(text: str, lang: str) -> NotebookNode:
    return new_markdown_cell(text, metadata={"tags": [f"lang:{lang}"]})


def picture(alt: str, plain: str) -> NotebookNode:
    data = {"image/png": "iVBORw0KGgo=", "text/plain": plain}
    return new_output("display_data", data, metadata={"image/png": {"alt": alt}})


def table(rows: int, text: str = "2,023") -> NotebookNode:
    body = f"<tr><td>{text}</td></tr>" * rows
    data = {"text/html": f"<table><tbody>{body}</tbody></table>"}
    return new_output("display_data", data)


SENTENCE = "Requests rose in nine of twelve agencies."
STDERR = new_output("stream", name="stderr", text="careful")
ERROR = new_output("error", ename="ValueError", evalue="no", traceback=[])
BAD = [
    (not_run_in_order, new_code_cell("1")),
    (not_run_in_order, ran("1", count=2)),
    (warnings_shown, ran("1", STDERR)),
    (errors_shown, ran("1", ERROR)),
    (errors_shown, ran("1", tags=["raises-exception"])),
    (pictures_without_words, ran("1", picture("", ""))),
    (pictures_without_words, ran("1", picture("Bar chart.", "Bar chart."))),
    (pictures_without_words, ran("1", picture(SENTENCE, "<Figure>"))),
    (too_large, ran("1\n" * 16)),
    (too_large, ran("1")),
    (wide_tables, ran("1", table(13))),
    (thousands_run_together, ran("1", table(1, "3607"))),
    (titles_without_results, ran("show.figure(fig, en='Flow', zh='去向')")),
    (
        titles_without_results,
        ran("show.figure(fig, en=f'Flow: {show.word(A)}', zh=f'{n}件')"),
    ),
    (
        what_changes_between_runs,
        ran("1", new_output("display_data", {"text/plain": "<X at 0x7f0000000000>"})),
    ),
    (
        what_changes_between_runs,
        ran("1", new_output("stream", name="stdout", text="/home/me/a.csv")),
    ),
    (code_out_of_place, ran("%pip install x")),
    (code_out_of_place, ran("plot();")),
    (code_out_of_place, ran("show._display(1)")),
    (code_out_of_place, ran("def f(): ...\ndef g(): ...")),
    (code_out_of_place, ran("date.today()")),
    (prose_out_of_place, new_markdown_cell("# Title\n\n### Gap")),
    (prose_out_of_place, new_markdown_cell("# A\n\n42.5 % were refused.")),
    (chinese_out_of_place, new_markdown_cell("# Only English")),
]


@pytest.mark.parametrize(("rule", "cell"), BAD)
def test_the_guard_rejects(
    rule: Callable[[NotebookNode], Faults], cell: NotebookNode
) -> None:
    assert list(rule(new_notebook(cells=[cell]))) != []


def test_the_guard_accepts_a_good_notebook() -> None:
    prose = (
        "# Compare agencies\n\nWho grants most, with a 95 % interval? " + "word " * 9
    )
    end = "## What this does not show\n\nMuch.\n\n## Run it yourself\n\n`make html`"
    in_chinese = ["# 比较机关\n\n谁公开得多？", "## 本篇不能说明什么\n\n## 自己动手"]
    cells = [
        said(prose, "en"),
        said(in_chinese[0], "zh"),
        ran("figure(fig, alt=sentence)", picture(SENTENCE, SENTENCE)),
        ran("frame", table(12), count=2),
        ran("fail()", ERROR, count=3, tags=["raises-exception"]),
        said(end, "en"),
        said(in_chinese[1], "zh"),
    ]
    notebook = new_notebook(cells=cells)
    assert [fault for rule in RULES for fault in rule(notebook)] == []


def test_every_rule_of_the_sanitiser_has_its_replacement() -> None:
    path = ROOT / "tests" / "nbval_sanitize.cfg"
    # A blank line between the two, or nothing to replace with, and nbval ignores both.
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.startswith("regex:"):
            assert re.match(r"replace: [A-Z0-9]+", lines[number + 1])
    config = configparser.RawConfigParser()
    config.read(path, "utf-8")
    for section in config.sections():
        pattern = re.compile(config.get(section, "regex"))
        # Results must be compared, not replaced.
        assert not pattern.search("2023-12-31 12.5 1,234 0.125 hongze-2023")
