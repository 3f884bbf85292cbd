"""Set the documents in data/reports from the published figures, byte for byte.

The published reports may not be redistributed, so the repository holds facsimiles: the
statutory tables with the figures as printed, in layouts like those that agencies use.
Run it from anywhere::

    python scripts/set_facsimiles.py

It reads ``data/registry.csv``, ``data/figures`` and ``govinfo/forms``, writes
``data/reports/*`` and the column ``sha256`` of ``data/registry.csv``, nothing else.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from facsimiles import pages, plain
from facsimiles.form import Facsimile, Key, SetTable, joined
from facsimiles.paper import A4, Paper, Style
from facsimiles.typeface import bundled_font, truetype

DATA = Path(__file__).parents[1] / "data"

# Shares of the type area for the columns of tables 2, 3 and 4.
NARROW = {
    4: (35.0, 24.0, 20.0, 20.0),
    10: (4.2, 17.0, 36.0, 7.5, 6.5, 6.5, 6.5, 6.5, 6.5, 7.5),
    15: (1.0,) * 15,
}
# A group column so narrow that （四）无法提供 breaks into （四）无 and 法提供.
TIGHT = {**NARROW, 10: (4.2, 9.5, 46.0, 7.5, 6.5, 6.5, 6.5, 6.5, 6.5, 7.5)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a report is set on paper: its style, page breaks and labels of its own.

    The breaks are numbers of rows, from 0, that begin a page, in table 2 and table 3.
    """

    style: Style
    breaks_two: tuple[int, ...] = ()
    breaks_three: tuple[int, ...] = ()
    own_page_three: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)


SHEETS = {
    # As published: an item title ends page 1, （四） goes on without a header.
    "hongze-2023": Sheet(
        Style(widths=NARROW, padding=5, shade_items=True),
        breaks_two=(8,),
        breaks_three=(17,),
        labels={"2.其他法律行政法规禁止公开": "2.其他法律行政止公开"},
    ),
    "hongze-2024": Sheet(
        Style(widths=NARROW, padding=5, shade_items=True, repeat_head=True),
        breaks_three=(14,),
        own_page_three=True,
    ),
    "huaian-2024": Sheet(
        Style(
            page=(A4[1], A4[0]), widths=NARROW, repeat_head=True, size=8, padding=1.6
        ),
    ),
    "jinhu-2023": Sheet(
        Style(widths=NARROW, size=9, rule_width=0.1, cut_labels=True, margin=70),
    ),
    "shanghai-kewei-2024": Sheet(
        Style(widths=TIGHT, size=9, cut_labels=True, page_number="{}"),
        breaks_three=(12,),
        labels={"行政规范性文件": "规范性文件"},
    ),
    "shanghai-office-2025": Sheet(
        Style(widths=TIGHT, size=9, cut_labels=True, page_number="— {} —"),
        breaks_three=(17,),
        own_page_three=True,
    ),
}

PAGES: dict[str, Callable[[Facsimile], bytes]] = {
    "chongqing-amr-2023": plain.barred,
    "pingtan-2019": pages.portal,
    "pingtan-2020": pages.portal,
    "pingtan-2021": pages.portal,
    "pingtan-2022": pages.portal,
    "pingtan-2023": pages.portal,
    "pingtan-2024": pages.portal,
    "pingtan-2025": pages.portal,
    "shanghai-office-2019": pages.fragment,
    "shuyang-county-2025": plain.cell_by_cell,
    "shuyang-fgj-2023": pages.word_export,
    "suqian-2023": pages.old_cms,
    "suqian-2024": pages.old_cms,
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def form_of(year: str) -> str:
    """The form that these reports use: each that of its year."""
    return "2021" if year >= "2021" else "2019"


def read_facsimiles() -> dict[str, Facsimile]:
    """What each registered report prints, with remarks and units in their cells."""
    printed: dict[str, dict[Key, str]] = {}
    for cell in _rows(DATA / "figures/cells.csv"):
        key = (cell["table"], cell["row_code"], cell["column_code"])
        printed.setdefault(cell["report_id"], {})[key] = cell["printed"]
    for cell in _rows(DATA / "figures/remarks.csv"):
        key = (cell["table"], cell["row_code"], cell["column_code"])
        # A remark stands on the second line of its cell.
        text = cell["as_printed"].replace("（", "\n（")
        printed[cell["report_id"]][key] = text
    return {
        row["report_id"]: Facsimile(
            row["report_id"],
            row["agency"],
            row["report_year"],
            form_of(row["report_year"]),
            row["published_at"],
            printed[row["report_id"]],
        )
        for row in _rows(DATA / "registry.csv")
    }


def _worded(table: SetTable, labels: Mapping[str, str]) -> SetTable:
    """Print some labels as the report words them."""
    rows = tuple(
        tuple(replace(slot, text=labels.get(slot.text, slot.text)) for slot in row)
        for row in table.rows
    )
    return replace(table, rows=rows)


def set_on_paper(report: Facsimile, sheet: Sheet) -> bytes:
    """Set one report as PDF."""
    items, three, four = report.tables()
    two, three = _worded(joined(items), sheet.labels), _worded(three, sheet.labels)
    texts = [report.title, *report.says_what_it_is, *report.headings]
    texts += [pages.NOT_REPRODUCED, "0123456789 -—"]
    texts += [s.text for t in (two, three, four) for row in t.rows for s in row]
    characters = "".join(sorted(set("".join(texts)) - {"\n"}))
    face = truetype(bundled_font(), characters)
    paper = Paper(sheet.style, face, report.title)
    heading = sheet.style.size * 1.4
    paper.paragraph(report.title, sheet.style.title_size, "center")
    for line in report.says_what_it_is:
        paper.paragraph(line, 8)
    for number, text in enumerate(report.headings):
        if number == 2 and sheet.own_page_three:
            paper.new_page()
        paper.paragraph(text, heading)
        if number == 1:
            paper.table(two, sheet.breaks_two)
        elif number == 2:
            paper.table(three, sheet.breaks_three)
        elif number == 3:
            paper.table(four)
        else:
            paper.paragraph(pages.NOT_REPRODUCED, sheet.style.size)
    return paper.finish()


def set_report(report: Facsimile) -> bytes:
    """Set one report in the layout it is registered with."""
    if report.report_id in SHEETS:
        return set_on_paper(report, SHEETS[report.report_id])
    return PAGES[report.report_id](report)


def registry_with(hashes: Mapping[str, str]) -> str:
    """The text of ``data/registry.csv`` with these SHA-256 sums."""
    rows = _rows(DATA / "registry.csv")
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "sha256": hashes[row["report_id"]]} for row in rows)
    return file.getvalue()


def main(out: Path = DATA) -> None:
    """Set every report below ``out/reports`` and write the registry there."""
    names = {row["report_id"]: row["file"] for row in _rows(DATA / "registry.csv")}
    hashes = {}
    (out / "reports").mkdir(parents=True, exist_ok=True)
    for report_id, report in read_facsimiles().items():
        data = set_report(report)
        (out / "reports" / names[report_id]).write_bytes(data)
        hashes[report_id] = hashlib.sha256(data).hexdigest()
    registry = registry_with(hashes)
    (out / "registry.csv").write_text(registry, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DATA, help="default: data/")
    main(parser.parse_args().out)
