"""Change one byte of each of many documents, and see whether a reading errs in silence.

Run from the top of the repository::

    python benchmarks/mutants.py FOLDER --mutants 1000 --seed 1
    python benchmarks/mutants.py FOLDER --only .pdf --part 2/5   # every fifth mutant

Every mutant is read like any file. A cell that is certain (a figure, a blank, or not
applicable) and says something else than the original's reading is a silent error,
unless the document itself says something else now:

* on a PDF page, where pdfium draws the cell otherwise than in the original;
* in other files, where the byte stands in or beside a figure.

Those cells are left out and counted. The exit status is 1 if there is a silent error.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np

import govinfo
from govinfo.document import Box, Place
from govinfo.errors import GovinfoError
from govinfo.readers.pdf.file import drawn_page

Key = tuple[str, str, str]
Cell = tuple[str, Decimal | None]

CERTAIN = ("reported", "corrected", "blank", "not_applicable")

# Pixels across the page in which cells are compared; a cell is drawn otherwise if more
# than this part of it differs by more than this, of 255.
WIDTH, PART, LEAST = 1200, 0.002, 60


def cells_of(report: govinfo.Report) -> dict[Key, Cell]:
    """State and value of each cell."""
    return {
        (cell.table, *cell.key): (cell.state.value, cell.value)
        for cell in report.recognition.cells
    }


def places_of(report: govinfo.Report) -> dict[Key, Place | None]:
    """Where each cell was read."""
    return {(cell.table, *cell.key): cell.place for cell in report.recognition.cells}


def mutants(data: bytes, rng: random.Random) -> Iterator[tuple[int, bytes]]:
    """One byte changed, again and again: where, and the file."""
    while True:
        at = rng.randrange(len(data))
        changed = data[at] ^ rng.randrange(1, 256)
        yield at, data[:at] + bytes([changed]) + data[at + 1 :]


def is_beside_figure(data: bytes, mutant: bytes, at: int) -> bool:
    """Whether a byte belongs to a figure, or touches one, before or after."""
    around = data[max(0, at - 1) : at + 2] + mutant[at : at + 1]
    return any(chr(byte).isdigit() for byte in around)


class Pictures:
    """Cells of PDF files as pdfium draws them."""

    def __init__(self, original: bytes) -> None:
        self.original = original
        self._pages: dict[tuple[bool, int], np.ndarray | None] = {}

    def differ(self, mutant: bytes, place: Place | None) -> bool:
        """Whether a cell looks otherwise; so does one that cannot be drawn."""
        if place is None or place.page is None or place.box is None:
            return False
        self._pages = {key: p for key, p in self._pages.items() if key[0]}
        before = self._drawn(self.original, place.page, is_original=True)
        after = self._drawn(mutant, place.page, is_original=False)
        if before is None or after is None or before.shape != after.shape:
            return True
        one, other = (self._cut(page, place.box) for page in (before, after))
        gap = np.abs(one.astype(int) - other.astype(int)) > LEAST
        return bool(gap.mean() > PART)

    def _drawn(self, data: bytes, page: int, *, is_original: bool) -> np.ndarray | None:
        key = (is_original, page)
        if key not in self._pages:
            try:
                image, self.scale = drawn_page(data, "mutant", page, WIDTH)
            except GovinfoError:
                self._pages[key] = None
            else:
                self._pages[key] = np.asarray(image.convert("L"))
        return self._pages[key]

    def _cut(self, page: np.ndarray, box: Box) -> np.ndarray:
        left, top, right, bottom = (round(edge * self.scale) for edge in box)
        return page[max(top, 0) : bottom + 1, max(left, 0) : right + 1]


def judged(path: Path, count: int, seed: int, part: tuple[int, int]) -> Counter[str]:
    """Read mutants of one file, and count what becomes of their cells."""
    data = path.read_bytes()
    original = govinfo.read_report(path)
    expected, places = cells_of(original), places_of(original)
    pictures = Pictures(data)
    rng = random.Random(f"{seed} {path.name}")
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for n, (at, mutant) in zip(range(count), mutants(data, rng), strict=False):
            if n % part[1] != part[0]:
                continue
            tally["mutants"] += 1
            copy = Path(folder, path.name)
            copy.write_bytes(mutant)
            try:
                found = cells_of(govinfo.read_report(copy))
            except GovinfoError:
                tally["mutants refused"] += 1
                continue
            for key, cell in found.items():
                before = expected.get(key, ("absent", None))
                if cell[0] not in CERTAIN:
                    tally["cells open"] += 1
                elif cell == before:
                    tally["cells as before"] += 1
                elif before[0] not in CERTAIN:
                    tally["cells open before"] += 1
                elif (
                    pictures.differ(mutant, places.get(key))
                    if path.suffix == ".pdf"
                    else is_beside_figure(data, mutant, at)
                ):
                    tally["cells whose document changed, left out"] += 1
                else:
                    tally["silent errors"] += 1
                    print(f"{path.name}: byte {at} {key}: {before} became {cell}")
    return tally


def main() -> int:
    """Read the command line, and judge every file of the folders."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--mutants", type=int, default=1000, help="of all files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose name ends so")
    parser.add_argument("--without", nargs="*", default=[], help="words of file names")
    parser.add_argument(
        "--part", default="1/1", help="2/5: every fifth, from the second"
    )
    asked = parser.parse_args()
    nth, parts = map(int, asked.part.split("/"))
    files = [
        path
        for folder in asked.folders
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.name.endswith(asked.only)
        and not any(word in path.name for word in asked.without)
    ]
    tally: Counter[str] = Counter()
    for number, path in enumerate(files):
        count = asked.mutants // len(files) + (number < asked.mutants % len(files))
        tally += judged(path, count, asked.seed, (nth - 1, parts))
    for what, count in tally.items():
        print(f"{what}: {count:,}")
    print(f"silent errors: {tally['silent errors']:,}")
    return int(tally["silent errors"] > 0)


if __name__ == "__main__":
    sys.exit(main())
