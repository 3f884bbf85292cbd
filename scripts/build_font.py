"""Cut the bundled Simplified Chinese face down to the characters this project needs.

Takes the static SC face out of the collection in Debian's package fonts-noto-cjk and
keeps GB2312, printable Latin, and every character that stands in the forms, the data
and the notebooks. Run ``make fonts`` after adding a report with new signs;
the same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE = "Noto Sans CJK SC"
FAMILY = "Govinfo Sans SC"
TARGET = ROOT / "govinfo" / "fonts" / "GovinfoSansSC-Regular.otf"

# Other code is left out: it holds characters only to recognise them, such as radicals.
TEXTS = ("*.csv", "*.html", "*.ipynb", "*.md", "*.txt", "figures/*.py")
FOLDERS = ("govinfo", "data", "notebooks")

# Signs of figures and tables that GB2312 lacks: dashes, quotes, minus, comparisons.
SIGNS = "–—‘’“”…−×÷±≤≥≠≈·•→←↑↓°‰½¼¾²³€£¥©"


def gb2312() -> Iterator[str]:
    """Every character of the national standard GB 2312-80."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


def text_of(path: Path) -> str:
    """Text of a file of this repository: UTF-8, or the GB 18030 that agencies use."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    if path.suffix == ".ipynb":
        # Pictures and outputs aside: outputs repeat what stands in data and code.
        cells = json.loads(text).get("cells", [])
        return "".join("".join(cell["source"]) for cell in cells)
    return text


def characters(root: Path = ROOT) -> set[str]:
    """Every printable character in the forms, the data, figures and notebooks."""
    found: set[str] = set()
    for folder in FOLDERS:
        for pattern in TEXTS:
            for path in sorted((root / folder).rglob(pattern)):
                found.update(text_of(path))
    return {c for c in found if unicodedata.category(c)[0] not in "CZ"}


def wanted(root: Path = ROOT) -> set[str]:
    """Every character that the bundled face should draw."""
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    return latin | set(SIGNS) | set(gb2312()) | characters(root)


def rename(font: TTFont) -> None:
    """Give the face its own name, as derived works of Noto should have."""
    names = {
        1: FAMILY,
        2: "Regular",
        3: f"1.000;{FAMILY.replace(' ', '')}-Regular",
        4: FAMILY,
        6: f"{FAMILY.replace(' ', '')}-Regular",
    }
    table = font["name"]
    # Kept: 0 copyright, 5 version, 8-12 makers and addresses, 13-14 licence.
    kept = {0, 5, 8, 9, 10, 11, 12, 13, 14, *names}
    table.names = [
        record
        for record in table.names
        if record.nameID in kept and (record.platformID, record.langID) == (3, 0x409)
    ]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    made_from = f"Made from {FACE} by keeping some of its characters."
    table.setName(made_from, 10, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [names[6]]
    top[0].FullName = FAMILY
    top[0].FamilyName = FAMILY


def build(source: Path, target: Path) -> tuple[int, set[str]]:
    """Write the cut face; returns its number of characters and those it has not."""
    collection = TTCollection(str(source))
    font = next(f for f in collection.fonts if f["name"].getDebugName(1) == FACE)
    font.recalcTimestamp = False
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "GDEF", "GPOS", "GSUB"]
    wish = {ord(c) for c in wanted()}
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(wish))
    cutter.subset(font)
    rename(font)
    # A file of its own: the collection's other faces share these tables.
    font.flavor = None
    font.save(str(target), reorderTables=True)
    drawn = set(TTFont(str(target)).getBestCmap())
    return len(drawn), {chr(code) for code in wish - drawn}


def main() -> None:
    """Read the arguments, cut the face, say what it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCE)
    parser.add_argument("--target", type=Path, default=TARGET)
    arguments = parser.parse_args()
    if not arguments.source.exists():
        parser.exit(
            1,
            f"{arguments.source} does not exist. Install Debian's package "
            "fonts-noto-cjk, or name the collection with --source.\n",
        )
    number, missing = build(arguments.source, arguments.target)
    size = arguments.target.stat().st_size
    print(f"{arguments.target}: {number} characters, {size:,} bytes.")
    if missing:
        print("Not in the source face:", " ".join(sorted(missing)))


if __name__ == "__main__":
    main()
